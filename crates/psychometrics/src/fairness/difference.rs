//! Differences of scores between two groups: Cohen's d, Hedges' g and Welch's test.

use crate::fairness::FairnessError;
use crate::fairness::chance::{t_975, t_two_sided};
use crate::fairness::interval::Interval;
use crate::linear::{LARGEST, count, count_u32};

/// The difference of two groups in standard deviations, first minus second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreDifference {
    /// People of the first group.
    pub n_first: u32,
    /// People of the second group.
    pub n_second: u32,
    /// Difference of the means, in the unit of the scores.
    pub mean_difference: f64,
    /// Pooled standard deviation, in the unit of the scores.
    pub pooled_sd: f64,
    /// Cohen's d.
    pub d: f64,
    /// Large-sample standard error of d.
    pub d_se: f64,
    /// 95 % interval of d.
    pub d_interval: Interval,
    /// Hedges' g: d without its small-sample bias.
    pub g: f64,
    /// 95 % interval of g.
    pub g_interval: Interval,
    /// Welch's t.
    pub welch_t: f64,
    /// Its degrees of freedom.
    pub welch_df: f64,
    /// Its two-sided probability.
    pub welch_p: f64,
}

/// Cohen's d, Hedges' g and Welch's t of two groups.
///
/// `first`, `second`: finite scores, any unit and order, at least 2 each. Differences of EAP scores are
/// shrunk towards 0: report d of weighted likelihood estimates beside them. A difference of means is no
/// evidence of bias by itself.
///
/// # Errors
/// [`FairnessError::TooFewValues`], [`FairnessError::NotFinite`] (positions count through both groups),
/// [`FairnessError::NoSpread`].
///
/// Source: Cohen 1988; Hedges 1981 with the factor `1 - 3/(4N - 9)`; interval
/// `d ± t(N - 2) √(N/(n1 n2) + d²/(2N))`, Hedges & Olkin 1985, and for g the same interval times the
/// factor; Welch 1947. Golden test `fair_cohen_d`.
pub fn score_difference(first: &[f64], second: &[f64]) -> Result<ScoreDifference, FairnessError> {
    if let Some(index) = first.iter().chain(second).position(|x| x.is_nan() || x.abs() > LARGEST) {
        return Err(FairnessError::NotFinite { index });
    }
    let (a, b) = (Moments::of(first)?, Moments::of(second)?);
    let n = a.n + b.n;
    let pooled_sd = ((a.sum_sq + b.sum_sq) / (n - 2.0)).sqrt();
    let mean_difference = a.mean - b.mean;
    let d = mean_difference / pooled_sd;
    if pooled_sd <= 0.0 || !(d * d).is_finite() {
        return Err(FairnessError::NoSpread);
    }
    let d_se = (n / (a.n * b.n) + d * d / (2.0 * n)).sqrt();
    let half = t_975(n - 2.0) * d_se;
    let factor = 1.0 - 3.0 / (4.0 * n - 9.0);
    let (va, vb) = (a.squared_error(), b.squared_error());
    let welch_df = (va + vb).powi(2) / (va * va / (a.n - 1.0) + vb * vb / (b.n - 1.0));
    // Squares of tiny variances may vanish: the smaller group then bounds the degrees of freedom.
    let welch_df = if welch_df.is_finite() { welch_df } else { a.n.min(b.n) - 1.0 };
    let welch_t = mean_difference / (va + vb).sqrt();
    Ok(ScoreDifference {
        n_first: count_u32(first.len()),
        n_second: count_u32(second.len()),
        mean_difference,
        pooled_sd,
        d,
        d_se,
        d_interval: Interval { low: d - half, high: d + half },
        g: factor * d,
        g_interval: Interval { low: factor * (d - half), high: factor * (d + half) },
        welch_t,
        welch_df,
        welch_p: t_two_sided(welch_t, welch_df),
    })
}

/// Number, mean and sum of squared deviations.
struct Moments {
    n: f64,
    mean: f64,
    sum_sq: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Result<Self, FairnessError> {
        if values.len() < 2 {
            return Err(FairnessError::TooFewValues { found: count_u32(values.len()), needed: 2 });
        }
        let n = count(values.len());
        let mean = values.iter().map(|x| x / n).sum::<f64>();
        let is_constant = values.windows(2).all(|pair| pair.first() == pair.last());
        let sum_sq = values.iter().map(|x| (x - mean).powi(2)).sum();
        Ok(Self { n, mean, sum_sq: if is_constant { 0.0 } else { sum_sq } })
    }

    /// Squared standard error of the mean.
    fn squared_error(&self) -> f64 {
        self.sum_sq / (self.n - 1.0) / self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_worked_by_hand() {
        // Means 3 and 1, sums of squares 2 and 2, pooled variance 4 / 4.
        let found = score_difference(&[2.0, 3.0, 4.0], &[0.0, 1.0, 2.0]).unwrap();

        assert!((found.d - 2.0).abs() < 1e-12 && (found.g - 2.0 * (1.0 - 3.0 / 15.0)).abs() < 1e-12);
        assert!((found.welch_t - 2.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((found.welch_df - 4.0).abs() < 1e-9);
    }

    #[test]
    fn lists_without_a_difference_to_measure_are_refused() {
        assert_eq!(
            score_difference(&[1.0], &[1.0, 2.0]),
            Err(FairnessError::TooFewValues { found: 1, needed: 2 })
        );
        assert_eq!(score_difference(&[0.1; 3], &[0.3; 3]), Err(FairnessError::NoSpread));
        assert_eq!(
            score_difference(&[1.0, 2.0], &[f64::INFINITY, 1.0]),
            Err(FairnessError::NotFinite { index: 2 })
        );
    }
}
