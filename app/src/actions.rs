//! Server functions: what islands call. Everything else is a form.

pub mod save_answer;
