//! Mean, standard deviation and quartiles of a list of numbers.
//!
//! Describes a snapshot. No comparison group under 30 people and no percentile under 100
//! (decisions.md "People's data"): the caller checks `n` before showing anything.

use crate::linear::{count, count_u32, finite};

/// What a list of numbers looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Description {
    /// Number of values.
    pub n: u32,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation with n - 1; absent for one value.
    pub sd: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// Lower quartile, type 7.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile, type 7.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
}

/// Why a list cannot be described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptiveError {
    /// There is no value.
    #[error("there is no value")]
    Empty,
    /// A value is not finite, or so large that its square is not.
    #[error("a value is not finite")]
    NotFinite,
}

/// Number, mean, standard deviation (n - 1) and type-7 quartiles of `values` (any finite numbers, any
/// unit, any order: the result does not depend on it).
///
/// # Errors
/// [`DescriptiveError::Empty`], [`DescriptiveError::NotFinite`].
///
/// Source: quartiles by Hyndman & Fan 1996, type 7 (linear between order statistics at
/// `1 + (n - 1) p`, the default of R and NumPy). Tests `description_worked_by_hand`,
/// `description_ignores_order`.
pub fn describe(values: &[f64]) -> Result<Description, DescriptiveError> {
    if values.iter().any(|value| !value.is_finite()) {
        return Err(DescriptiveError::NotFinite);
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (min, max) = sorted.first().zip(sorted.last()).ok_or(DescriptiveError::Empty)?;
    let n = count(sorted.len());
    let mean = (sorted.iter().sum::<f64>() / n).clamp(*min, *max);
    let sum_sq: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
    let sum_sq = finite(sum_sq).ok_or(DescriptiveError::NotFinite)?;
    let quartile = |k| quantile_of_sorted(&sorted, k, 4).ok_or(DescriptiveError::Empty);
    Ok(Description {
        n: count_u32(sorted.len()),
        mean,
        sd: (sorted.len() > 1).then(|| (sum_sq / (n - 1.0)).sqrt()),
        min: *min,
        q1: quartile(1)?,
        median: quartile(2)?,
        q3: quartile(3)?,
        max: *max,
    })
}

/// The type-7 quantile at `numerator / denominator` of values sorted upwards; absent when there is no
/// value or the fraction is not from 0 to 1. Positions are integers, so none is off by rounding.
pub(crate) fn quantile_of_sorted(sorted: &[f64], numerator: usize, denominator: usize) -> Option<f64> {
    let position = sorted.len().checked_sub(1)?.checked_mul(numerator)?;
    let low = *sorted.get(position.checked_div(denominator)?)?;
    let rest = position.checked_rem(denominator)?;
    if rest == 0 {
        return Some(low);
    }
    let high = *sorted.get(position / denominator + 1)?;
    Some(low + (high - low) * (count(rest) / count(denominator)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_worked_by_hand() {
        // Sum of squared deviations from 5: 16 + 9 + 1 + 1 + 4 + 25 = 56; quartile positions 1.25,
        // 2.5 and 3.75 from 0.
        let found = describe(&[10.0, 1.0, 2.0, 4.0, 6.0, 7.0]).unwrap();

        assert_eq!((found.n, found.mean, found.min, found.max), (6, 5.0, 1.0, 10.0));
        assert!((found.sd.unwrap() - (56.0_f64 / 5.0).sqrt()).abs() < 1e-12);
        assert_eq!((found.q1, found.median, found.q3), (2.5, 5.0, 6.75));
    }

    #[test]
    fn description_ignores_order() {
        let values = [0.1, 0.7, 0.2, 1e-9, 33.3, 17.1, 0.3];
        let reversed: Vec<f64> = values.iter().rev().copied().collect();

        assert_eq!(describe(&values), describe(&reversed));
    }

    #[test]
    fn short_or_broken_lists_have_no_made_up_number() {
        assert_eq!(describe(&[]), Err(DescriptiveError::Empty));
        assert_eq!(describe(&[1.0, f64::NAN]), Err(DescriptiveError::NotFinite));
        assert_eq!(describe(&[1e300, -1e300]), Err(DescriptiveError::NotFinite));
        let one = describe(&[4.0]).unwrap();
        assert_eq!((one.sd, one.q1, one.q3), (None, 4.0, 4.0));
    }
}
