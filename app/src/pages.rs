//! The pages, by area. Each area lists its routes; the table joins them.

pub mod campaigns;
pub mod candidate;
pub mod deciding;
pub mod evidence;
pub mod fairness;
pub mod pool;
pub mod public;
pub mod review;
pub mod staff;
