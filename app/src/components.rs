//! Pieces that several pages share, drawn on the server.

pub mod band;
pub mod campaign_tabs;
pub(crate) mod empty;
pub(crate) mod figures;
pub(crate) mod filter;
pub mod form_field;
pub mod icon;
pub mod moment;
pub mod plot;
pub mod score_axis;
pub mod text_area;
