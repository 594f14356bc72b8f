//! The islands: what a page gains when scripts run. Every page works without them.

pub mod draft_text;
pub mod live_form;
pub mod save_answers;
