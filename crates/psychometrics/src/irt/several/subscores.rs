//! When a subscore says more than the total: proportional reduction of mean squared error.

use crate::linear::{count, count_u32};
use crate::matrix::ScoreMatrix;

/// What the subscores and the total say of each true subscore.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubscoreValue {
    /// PRMSE of the subscore: its reliability, 0 to 1.
    pub from_subscore: f64,
    /// PRMSE of the total, 0 to 1.
    pub from_total: f64,
    /// Whether the subscore may be shown: it predicts its own true score better than the total does.
    pub may_be_shown: bool,
}

/// Why the value of subscores cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SubscoreError {
    /// Fewer than 30 people without a gap.
    #[error("{found} people without a gap, at least {needed} are needed")]
    TooFewPersons {
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// There is not one reliability per subscore, or fewer than 2 subscores.
    #[error("{found} reliabilities for {expected} subscores, at least 2 are needed")]
    LengthMismatch {
        /// Number of subscores.
        expected: usize,
        /// Number of reliabilities.
        found: usize,
    },
    /// A reliability is not above 0 and at most 1.
    #[error("the reliability {0} is not above 0 and at most 1")]
    Reliability(f64),
    /// A subscore or the total does not vary.
    #[error("a subscore or the total does not vary")]
    Constant,
}

/// The value of each subscore beside the total: `PRMSE_s = ρ_s` against
/// `PRMSE_x = cov(s_t, x_t)² / (var(s_t) var(x))`, where the total is the sum of the subscores and errors
/// of different subscores are uncorrelated.
///
/// `subscores`: rows = people (those with a gap are left out), columns = subscores in any unit;
/// `reliabilities`: one per column. **Shape**: one value per column. The gate for showing any subscore to
/// recruiters.
///
/// # Errors
/// [`SubscoreError`].
///
/// Source: Haberman 2008, J Educ Behav Stat 33:204-229, equations for s and x. Test
/// `subscore_value_worked_by_hand`.
pub fn subscore_values(
    subscores: &ScoreMatrix,
    reliabilities: &[f64],
) -> Result<Vec<SubscoreValue>, SubscoreError> {
    let columns = subscores.scenarios();
    if reliabilities.len() != columns || columns < 2 {
        return Err(SubscoreError::LengthMismatch { expected: columns, found: reliabilities.len() });
    }
    if let Some(broken) = reliabilities.iter().find(|r| r.is_nan() || **r <= 0.0 || **r > 1.0) {
        return Err(SubscoreError::Reliability(*broken));
    }
    let rows = subscores.complete_rows();
    let found = count_u32(rows.len());
    if found < 30 {
        return Err(SubscoreError::TooFewPersons { found, needed: 30 });
    }
    let totals: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
    let own = |column: usize| rows.iter().filter_map(|row| row.get(column).copied()).collect::<Vec<f64>>();
    let total_variance = covariance(&totals, &totals);
    reliabilities
        .iter()
        .enumerate()
        .map(|(column, reliability)| {
            let scores = own(column);
            let variance = covariance(&scores, &scores);
            // The error of the subscore is part of the total's.
            let true_covariance = covariance(&scores, &totals) - (1.0 - reliability) * variance;
            let from_total = true_covariance.powi(2) / (reliability * variance * total_variance);
            if !from_total.is_finite() || variance <= 0.0 {
                return Err(SubscoreError::Constant);
            }
            let from_total = from_total.min(1.0);
            let may_be_shown = *reliability > from_total;
            Ok(SubscoreValue { from_subscore: *reliability, from_total, may_be_shown })
        })
        .collect()
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let n = count(a.len());
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>() / (n - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscore_value_worked_by_hand() {
        // Two orthogonal subscores of variance v: cov(s, x) = v, var(x) = 2 v. With reliability .8 the
        // total gives (.8 v)² / (.8 v · 2 v) = .4.
        let rows: Vec<[Option<f64>; 2]> = (0..40)
            .map(|k| [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)][k % 4])
            .map(|(a, b)| [Some(a), Some(b)])
            .collect();
        let apart = ScoreMatrix::from_rows(2, &rows).unwrap();
        let same: Vec<[Option<f64>; 2]> = rows.iter().map(|row| [row[0], row[0]]).collect();
        let same = ScoreMatrix::from_rows(2, same).unwrap();

        let found = subscore_values(&apart, &[0.8, 0.5]).unwrap();
        let alike = subscore_values(&same, &[0.8, 0.8]).unwrap();

        assert!((found[0].from_total - 0.4).abs() < 1e-12 && found[0].may_be_shown);
        assert!((found[1].from_total - 0.25).abs() < 1e-12);
        // (2 v - .2 v)² / (.8 v · 4 v) is above 1 for scores that share their errors: held at 1.
        assert_eq!((alike[0].from_total, alike[0].may_be_shown), (1.0, false));
    }

    #[test]
    fn impossible_subscores_are_refused() {
        let flat = ScoreMatrix::from_rows(2, vec![[Some(1.0), Some(2.0)]; 40]).unwrap();

        assert_eq!(subscore_values(&flat, &[0.8, 0.8]), Err(SubscoreError::Constant));
        assert!(subscore_values(&flat, &[0.8]).is_err());
        assert_eq!(subscore_values(&flat, &[0.8, 0.0]), Err(SubscoreError::Reliability(0.0)));
        let few = ScoreMatrix::from_rows(2, [[Some(1.0), Some(2.0)]]).unwrap();
        assert!(matches!(subscore_values(&few, &[0.8, 0.8]), Err(SubscoreError::TooFewPersons { .. })));
    }
}
