//! Raters: how far people who rate the same answers agree, and how severe each of them is.
//!
//! Agreement says whether ratings can be trusted as evidence; it says nothing of whether they are
//! right. No coefficient here is computed for one candidate.

pub mod facets;
pub mod icc;
pub mod kappa;
pub mod krippendorff;
