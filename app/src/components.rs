//! Pieces that several pages share, drawn on the server.

pub mod icon;
