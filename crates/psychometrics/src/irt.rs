//! Item response theory: calibration, scores, information, linking, fit and several traits.
//!
//! Logistic models with slope and intercepts (D = 1): two-parameter, graded response and generalised
//! partial credit. A trait has mean 0 and variance 1 in the population of a base calibration. One prior
//! for all people: group-specific priors, norms or cut scores do not exist here (Civil Rights Act 1991,
//! 42 USC 2000e-2(l)).

pub mod calibrate;
pub(crate) mod em;
mod estep;
pub mod fit;
mod grid;
pub mod information;
pub mod item;
pub mod ladder;
pub(crate) mod lanes;
pub mod link;
mod mstep;
mod patterns;
pub mod prior;
pub mod responses;
pub mod score;
pub mod several;
pub mod simulate;
pub mod standard_errors;
mod tables;
