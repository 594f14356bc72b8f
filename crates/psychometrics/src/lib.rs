//! Statistics of measurement: points of ratings, total scores, standard errors, ranks under
//! uncertainty and reliability.
//!
//! Pure functions: no input or output, no clock, randomness only from a seed given by the caller.
//! Every result is a number or an error that says what is wrong; none is NaN. Thresholds that
//! decide what people may see (80 % of actions, 100 attempts, omega 0.60) live here beside the
//! formulas they guard; texts, storage and access rules do not.

pub mod cat;
pub mod descriptive;
pub mod dimensionality;
pub mod fairness;
pub mod format;
pub mod irt;
mod linear;
pub mod matrix;
pub mod mixed;
pub mod normal;
pub mod norms;
pub mod panel;
pub mod part_weights;
pub mod quality;
pub mod rank;
pub mod rater;
pub mod rating;
pub mod reliability;
pub mod score;
pub mod sem;
pub mod validity;
