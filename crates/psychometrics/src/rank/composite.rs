//! Composites: one number from several competencies with weights fixed beforehand, its error and what
//! each weight does in effect.
//!
//! Weights are fixed and logged before the first candidate is scored; other weights make another
//! ranking version. Nothing but weights and competency scores enters.

use crate::linear::{LARGEST, finite};
use crate::normal::{Z_95, cumulative};
use crate::rank::Estimate;
use crate::sem::StandardError;

/// How far weights may be from a sum of 1, for rounding.
const SUM_TOLERANCE: f64 = 1e-9;

/// Why there is no composite.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CompositeError {
    /// There is no competency.
    #[error("there is no competency")]
    Empty,
    /// A weight is negative or not finite.
    #[error("weight {index} is not a number from 0")]
    Weight {
        /// Position from 0.
        index: usize,
    },
    /// Weights do not sum to 1 (or all are 0).
    #[error("the weights sum to {0}")]
    WeightSum(f64),
    /// A list or matrix has not one entry per weight.
    #[error("{found} entries for {expected} weights")]
    Length {
        /// Number of weights.
        expected: usize,
        /// Number of entries.
        found: usize,
    },
    /// A competency score is not finite.
    #[error("competency {index} has no finite score")]
    NotFinite {
        /// Position from 0.
        index: usize,
    },
    /// A covariance is not finite, not symmetric, or has a negative variance.
    #[error("row {index} makes the matrix no covariance")]
    NotACovariance {
        /// Row from 0.
        index: usize,
    },
    /// The composite has no positive variance.
    #[error("the composite has no variance")]
    NoVariance,
    /// A reliability is not from 0 to 1.
    #[error("reliability {index} is not from 0 to 1")]
    Reliability {
        /// Position from 0.
        index: usize,
    },
}

/// Weights of competencies: each 0 or more, 1 together.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<f64>);

impl Weights {
    /// Weights that already sum to 1 (within 1e-9).
    ///
    /// # Errors
    /// [`CompositeError::Empty`], [`CompositeError::Weight`], [`CompositeError::WeightSum`].
    pub fn new(weights: &[f64]) -> Result<Self, CompositeError> {
        let sum = checked_sum(weights)?;
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(CompositeError::WeightSum(sum));
        }
        Ok(Self(weights.to_vec()))
    }

    /// Weights in any unit, divided by their sum.
    ///
    /// # Errors
    /// [`CompositeError::Empty`], [`CompositeError::Weight`], [`CompositeError::WeightSum`] when the sum
    /// is 0.
    pub fn normalised(parts: &[f64]) -> Result<Self, CompositeError> {
        let sum = checked_sum(parts)?;
        if sum <= 0.0 {
            return Err(CompositeError::WeightSum(sum));
        }
        Ok(Self(parts.iter().map(|part| part / sum).collect()))
    }

    /// The weights in the order given.
    #[must_use]
    pub fn get(&self) -> &[f64] {
        &self.0
    }

    fn checked_length(&self, found: usize) -> Result<(), CompositeError> {
        let expected = self.0.len();
        if found == expected { Ok(()) } else { Err(CompositeError::Length { expected, found }) }
    }

    /// `Σ w'` for a covariance: the covariance of each competency with the composite.
    fn times(&self, covariance: &[Vec<f64>]) -> Result<Vec<f64>, CompositeError> {
        self.checked_length(covariance.len())?;
        for (index, row) in covariance.iter().enumerate() {
            self.checked_length(row.len())?;
            let is_sound = |(k, value): (usize, &f64)| {
                let mirrored = covariance.get(k).and_then(|other| other.get(index)).copied().unwrap_or(0.0);
                let size = (cell(covariance, index) * cell(covariance, k)).abs().sqrt();
                // A covariance is at most the product of the standard deviations.
                value.abs() <= LARGEST
                    && (value - mirrored).abs() <= 1e-9 * size.max(value.abs())
                    && value.abs() <= size * (1.0 + 1e-9)
            };
            if !row.iter().enumerate().all(is_sound) || cell(covariance, index) < 0.0 {
                return Err(CompositeError::NotACovariance { index });
            }
        }
        Ok(covariance.iter().map(|row| row.iter().zip(&self.0).map(|(c, w)| c * w).sum()).collect())
    }

    /// `w' Σ w`, above 0.
    fn variance(&self, covariance: &[Vec<f64>]) -> Result<f64, CompositeError> {
        let with: Vec<f64> = self.times(covariance)?;
        let variance: f64 = with.iter().zip(&self.0).map(|(c, w)| c * w).sum();
        // What rounding leaves of weights that cancel out.
        let scale: f64 = (0..covariance.len()).map(|i| cell(covariance, i)).fold(0.0, f64::max);
        if variance > 1e-14 * scale { Ok(variance) } else { Err(CompositeError::NoVariance) }
    }
}

/// A cell of the diagonal.
fn cell(matrix: &[Vec<f64>], i: usize) -> f64 {
    matrix.get(i).and_then(|row| row.get(i)).copied().unwrap_or(0.0)
}

fn checked_sum(weights: &[f64]) -> Result<f64, CompositeError> {
    if weights.is_empty() {
        return Err(CompositeError::Empty);
    }
    match weights.iter().position(|w| !(0.0..=LARGEST).contains(w)) {
        Some(index) => Err(CompositeError::Weight { index }),
        None => Ok(weights.iter().sum()),
    }
}

/// The composite `w'θ` of one person with its standard error `√(w'Vw)`, in the unit of the scores.
///
/// `theta`: one score per weight; `errors`: the covariance of the person's errors (square, symmetric).
/// Use shrunk scores and posterior variances for probabilities, scores that are not shrunk for rank
/// sets; never mix the two in one ranking.
///
/// # Errors
/// [`CompositeError::Length`], [`CompositeError::NotFinite`], [`CompositeError::NotACovariance`],
/// [`CompositeError::NoVariance`].
///
/// Source: psychometrics.md section 6. Golden test `rank_composite`.
pub fn composite(weights: &Weights, theta: &[f64], errors: &[Vec<f64>]) -> Result<Estimate, CompositeError> {
    weights.checked_length(theta.len())?;
    if let Some(index) = theta.iter().position(|value| value.is_nan() || value.abs() > LARGEST) {
        return Err(CompositeError::NotFinite { index });
    }
    let value = theta.iter().zip(&weights.0).map(|(t, w)| t * w).sum();
    let error = StandardError::try_from(weights.variance(errors)?.sqrt());
    let error = error.map_err(|_| CompositeError::NoVariance)?;
    Estimate::new(value, error).map_err(|_| CompositeError::NotFinite { index: 0 })
}

/// What each weight does in effect: `w_d cov(θ_d, C) / var(C)`, 1 together; may be negative for a
/// competency that goes against the others. Shown beside the weights.
///
/// `population`: the covariance of the competencies over people. **Shape**: one share per weight.
///
/// # Errors
/// [`CompositeError::Length`], [`CompositeError::NotACovariance`], [`CompositeError::NoVariance`].
///
/// Source: psychometrics.md section 6; Wang & Stanley 1970, Rev Educ Res 40:663-705. Test
/// `effective_weights_worked_by_hand`.
pub fn effective_weights(weights: &Weights, population: &[Vec<f64>]) -> Result<Vec<f64>, CompositeError> {
    let variance = weights.variance(population)?;
    let with = weights.times(population)?;
    Ok(with.iter().zip(&weights.0).map(|(c, w)| w * c / variance).collect())
}

/// The reliability of a composite, `1 - Σ w_d² s_d² (1 - ρ_d) / w'Σw`, at most 1: errors of
/// competencies are independent.
///
/// `population`: covariance of the observed competency scores over people; `reliabilities`: one per
/// competency, 0 to 1. Negative when errors are larger than the composite varies.
///
/// # Errors
/// Those of [`effective_weights`]; [`CompositeError::Reliability`].
///
/// Source: Mosier 1943, Psychometrika 8:161-168. Test `reliability_of_a_composite_worked_by_hand`.
pub fn composite_reliability_from_parts(
    weights: &Weights,
    population: &[Vec<f64>],
    reliabilities: &[f64],
) -> Result<f64, CompositeError> {
    weights.checked_length(reliabilities.len())?;
    if let Some(index) = reliabilities.iter().position(|rho| !(0.0..=1.0).contains(rho)) {
        return Err(CompositeError::Reliability { index });
    }
    let variance = weights.variance(population)?;
    let error = |(d, (w, rho)): (usize, (&f64, &f64))| w * w * cell(population, d) * (1.0 - rho);
    let errors: f64 = weights.0.iter().zip(reliabilities).enumerate().map(error).sum();
    finite(1.0 - errors / variance).ok_or(CompositeError::NoVariance)
}

/// What separates two people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// First less second, score units.
    pub value: f64,
    /// Standard error of the difference, above 0.
    pub error: f64,
    /// The probability that the first is truly above the second, 0 to 1.
    pub p_above: f64,
    /// Lower 95 % limit of the difference.
    pub low: f64,
    /// Upper 95 % limit of the difference.
    pub high: f64,
}

/// The difference of two people with its 95 % interval and `P(A > B)`.
///
/// `error_covariance`: covariance of the two people's errors, squared score units; 0 unless
/// uncertainty of item parameters is propagated.
///
/// # Errors
/// [`CompositeError::NoVariance`] when the difference has no error (or the covariance is not finite).
///
/// Source: psychometrics.md section 6. Golden test `rank_composite`.
pub fn difference(a: Estimate, b: Estimate, error_covariance: f64) -> Result<Difference, CompositeError> {
    let sum = a.error().get().powi(2) + b.error().get().powi(2);
    let error = finite(sum - 2.0 * error_covariance)
        .filter(|variance| *variance > 1e-14 * sum)
        .map(f64::sqrt)
        .ok_or(CompositeError::NoVariance)?;
    let value = a.value() - b.value();
    Ok(Difference {
        value,
        error,
        p_above: cumulative(value / error),
        low: value - Z_95 * error,
        high: value + Z_95 * error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_weights_worked_by_hand() {
        // Σw = (0.5 + 0, 0 + 2): shares 0.25 / 1.25 and 1 / 1.25 of the variance 1.25.
        let weights = Weights::new(&[0.5, 0.5]).unwrap();
        let population = vec![vec![1.0, 0.0], vec![0.0, 4.0]];

        let found = effective_weights(&weights, &population).unwrap();

        assert!((found[0] - 0.2).abs() < 1e-12 && (found[1] - 0.8).abs() < 1e-12);
    }

    #[test]
    fn reliability_of_a_composite_worked_by_hand() {
        // Errors 0.25 × 1 × 0.4 + 0.25 × 4 × 0.2 = 0.3; variance 0.25 (1 + 4 + 2 × 1) = 1.75.
        let weights = Weights::normalised(&[3.0, 3.0]).unwrap();
        let population = vec![vec![1.0, 1.0], vec![1.0, 4.0]];

        let found = composite_reliability_from_parts(&weights, &population, &[0.6, 0.8]).unwrap();

        assert!((found - (1.0 - 0.3 / 1.75)).abs() < 1e-12);
    }

    #[test]
    fn weights_and_matrices_that_are_none_are_refused() {
        assert_eq!(Weights::new(&[]), Err(CompositeError::Empty));
        assert_eq!(Weights::new(&[0.5, 0.6]), Err(CompositeError::WeightSum(1.1)));
        assert_eq!(Weights::new(&[1.5, -0.5]), Err(CompositeError::Weight { index: 1 }));
        assert_eq!(Weights::new(&[f64::NAN]), Err(CompositeError::Weight { index: 0 }));
        assert_eq!(Weights::normalised(&[0.0, 0.0]), Err(CompositeError::WeightSum(0.0)));
        let weights = Weights::new(&[0.5, 0.5]).unwrap();
        let broken = [vec![vec![1.0, 0.5], vec![0.4, 1.0]], vec![vec![1.0, 2.0], vec![2.0, 1.0]]];
        for matrix in broken {
            let found = composite(&weights, &[0.0, 0.0], &matrix);
            assert_eq!(found, Err(CompositeError::NotACovariance { index: 0 }));
        }
        let opposed = vec![vec![1.0, -1.0], vec![-1.0, 1.0]];
        assert_eq!(composite(&weights, &[0.0, 0.0], &opposed), Err(CompositeError::NoVariance));
        let short = composite(&weights, &[0.0], &opposed);
        assert_eq!(short, Err(CompositeError::Length { expected: 2, found: 1 }));
    }

    #[test]
    fn common_error_makes_a_difference_surer() {
        let person = |value| Estimate::new(value, StandardError::try_from(1.0).unwrap()).unwrap();

        let apart = difference(person(1.0), person(0.0), 0.0).unwrap();
        let together = difference(person(1.0), person(0.0), 0.5).unwrap();

        assert!(together.p_above > apart.p_above && (together.error - 1.0).abs() < 1e-12);
        let certain = difference(person(1.0), person(0.0), 1.0);
        assert_eq!(certain, Err(CompositeError::NoVariance));
        assert!(difference(person(1.0), person(0.0), f64::NAN).is_err());
    }
}
