//! Pieces that several pages share, drawn on the server.

pub mod form_field;
pub mod icon;
pub mod moment;
