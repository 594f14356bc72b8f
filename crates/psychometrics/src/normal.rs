//! The standard normal distribution and the two multipliers the product uses.

/// The 97.5 % point of the standard normal distribution, for 95 % intervals.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// The multiplier of bands and clear differences, printed as "1.96" (decisions.md "Bands and ranks").
pub const CLEAR_SED: f64 = 1.96;

/// The probability that a standard normal variable is at most `z`, 0 to 1.
///
/// `z` may be any number but NaN. Computed from the complementary error function, so small
/// probabilities keep their relative precision. Golden test `rank_6`.
#[must_use]
pub(crate) fn cumulative(z: f64) -> f64 {
    0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)
}

/// The number a standard normal variable stays below with `probability` (above 0 and below 1).
#[must_use]
pub(crate) fn quantile(probability: f64) -> f64 {
    -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * probability)
}
