//! Response quality: flags with evidence for a human review. Never a score, a rank, a filter default or
//! an automatic rejection.
//!
//! 2 to 5 % of honest people are flagged at these cuts. One flag changes nothing.

pub mod events;
pub mod lognormal;
pub mod mahalanobis;
pub mod pattern;
pub mod rapid;
pub mod review;
pub mod sample;
pub mod screen;
