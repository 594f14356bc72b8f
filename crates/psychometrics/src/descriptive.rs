//! Mean, standard deviation and quartiles of a list of numbers.
//!
//! Describes a snapshot. No comparison group under 30 people and no percentile under 100
//! (decisions.md "People's data"): the caller checks `n` before showing anything.

use statrs::distribution::{ContinuousCDF, StudentsT};

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

/// The 95 % interval of a mean by Student's t: lower and upper limit, in the unit of the values.
///
/// `sd` with n - 1, same unit. Absent for fewer than 2 values. It says where the mean of such a group may lie, nothing of one person.
///
/// Source: Student 1908; `mean ± t(0.975; n - 1) · sd / √n`. Test `mean_interval_worked_by_hand`.
#[must_use]
pub fn mean_interval_95(mean: f64, sd: f64, n: u32) -> Option<(f64, f64)> {
    // Values that do not differ say nothing of how far their mean may lie from the true one.
    if sd <= 0.0 {
        return None;
    }
    let degrees = f64::from(n) - 1.0;
    let student = StudentsT::new(0.0, 1.0, degrees).ok()?;
    finite(student.inverse_cdf(0.975) * sd / f64::from(n).sqrt()).map(|reach| (mean - reach, mean + reach))
}

/// How many values fall into each of `bins` equal bins from `low` to `high` (`low` below `high`, any unit).
///
/// **Shape**: one count per bin. A bin holds its lower edge and not its upper one; the last bin holds both. Values
/// outside, or not finite, are not counted. No bins, or edges that are not in order: no counts.
///
/// Test `histogram_counts_edges_once`.
#[must_use]
pub fn histogram(values: &[f64], low: f64, high: f64, bins: u32) -> Vec<u32> {
    let edges: Vec<f64> =
        (0..=bins).map(|bin| low + (high - low) * f64::from(bin) / f64::from(bins)).collect();
    let is_in_order = low < high && edges.iter().all(|edge| edge.is_finite());
    if bins == 0 || !is_in_order {
        return Vec::new();
    }
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| (low..=high).contains(value)).collect();
    sorted.sort_by(f64::total_cmp);
    let below = |edge: &f64| sorted.partition_point(|value| value < edge);
    let mut starts: Vec<usize> = edges.iter().map(below).collect();
    if let Some(end) = starts.last_mut() {
        *end = sorted.len();
    }
    starts.windows(2).map(|pair| count_u32(pair.iter().copied().reduce(|a, b| b - a).unwrap_or(0))).collect()
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
    fn mean_interval_worked_by_hand() {
        // t(0.975; 4) = 2.776445; sd of 1..5 is √2.5; reach 2.776445 · 1.581139 / √5 = 1.963243.
        let (low, high) = mean_interval_95(3.0, 2.5_f64.sqrt(), 5).unwrap();

        assert!(
            (low - (3.0 - 1.963_243)).abs() < 1e-5 && (high - (3.0 + 1.963_243)).abs() < 1e-5,
            "{low} {high}"
        );
        assert_eq!(mean_interval_95(4.0, 0.0, 1), None);
        assert_eq!(mean_interval_95(4.0, 0.0, 10), None, "no interval without width");
    }

    #[test]
    fn histogram_counts_edges_once() {
        let values = [0.0, 4.9, 5.0, 5.0, 99.9, 95.0, 100.0, 100.1, -0.1, f64::NAN];

        let counts = histogram(&values, 0.0, 100.0, 20);

        assert_eq!(counts.len(), 20);
        assert_eq!((counts[0], counts[1], counts[19]), (2, 2, 3));
        assert_eq!(counts.iter().sum::<u32>(), 7);
        assert_eq!(histogram(&values, 0.0, 0.0, 4), []);
        assert_eq!(histogram(&values, 0.0, 1.0, 0), []);
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
