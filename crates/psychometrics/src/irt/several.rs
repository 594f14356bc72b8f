//! Several competencies: which item measures which trait, correlations between traits, scores that
//! borrow strength, and when a subscore may be shown.
//!
//! The default is to divide and conquer: calibrate each trait alone, estimate the correlations between
//! traits from the separate scores, then score people on all traits together. Joint calibration (up to
//! 3 traits) and the bifactor model check it.

use nalgebra::DMatrix;

use crate::irt::score::ScoreError;
use crate::linear::count;

pub mod bifactor;
pub mod correlations;
pub mod joint;
pub mod joint_score;
pub mod subscores;

/// Most traits of one test.
pub const MOST_TRAITS: usize = 16;

/// Which trait each item measures: every item one trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    trait_of_item: Vec<usize>,
    traits: usize,
}

/// Why several traits cannot be handled together.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SeveralError {
    /// No item, no trait, or more than 16.
    #[error("{found} traits, 1 to {MOST_TRAITS} are possible")]
    TraitCount {
        /// Number of traits.
        found: usize,
    },
    /// A trait between 0 and the largest has no item.
    #[error("trait {number} has no item")]
    EmptyTrait {
        /// Trait from 0.
        number: usize,
    },
    /// A list has another length than it must.
    #[error("{found} {what}, {expected} expected")]
    LengthMismatch {
        /// What the list holds.
        what: &'static str,
        /// Entries expected.
        expected: usize,
        /// Entries found.
        found: usize,
    },
    /// Fewer than 30 people have scores on a pair of traits.
    #[error("{found} people with both scores, at least {needed} are needed")]
    TooFewPersons {
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// The scores of a trait do not vary.
    #[error("the scores of trait {number} do not vary")]
    ConstantTrait {
        /// Trait from 0.
        number: usize,
    },
    /// A matrix is not a positive definite correlation matrix.
    #[error("not a positive definite correlation matrix")]
    NotCorrelations,
    /// A number is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// What the number is.
        name: &'static str,
        /// The number.
        value: f64,
    },
    /// The answers do not suit the items.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

impl Structure {
    /// The trait (from 0) of each item, in the order of columns; every trait up to the largest has an
    /// item.
    ///
    /// # Errors
    /// [`SeveralError::TraitCount`], [`SeveralError::EmptyTrait`].
    pub fn new(trait_of_item: &[usize]) -> Result<Self, SeveralError> {
        let traits = trait_of_item.iter().max().map_or(0, |largest| largest.saturating_add(1));
        if traits == 0 || traits > MOST_TRAITS {
            return Err(SeveralError::TraitCount { found: traits });
        }
        if let Some(number) = (0..traits).find(|t| !trait_of_item.contains(t)) {
            return Err(SeveralError::EmptyTrait { number });
        }
        Ok(Self { trait_of_item: trait_of_item.to_vec(), traits })
    }

    /// Number of traits, 1 to 16.
    #[must_use]
    pub const fn traits(&self) -> usize {
        self.traits
    }

    /// The trait of each item.
    #[must_use]
    pub fn trait_of_item(&self) -> &[usize] {
        &self.trait_of_item
    }

    /// The items (columns from 0) of a trait.
    #[must_use]
    pub fn items_of(&self, number: usize) -> Vec<usize> {
        self.trait_of_item.iter().enumerate().filter(|(_, t)| **t == number).map(|(item, _)| item).collect()
    }
}

/// A positive definite matrix of correlations between traits.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlations {
    matrix: DMatrix<f64>,
}

impl Correlations {
    /// A matrix given row by row, `traits` × `traits`: symmetric, 1 on the diagonal, positive definite.
    ///
    /// # Errors
    /// [`SeveralError::LengthMismatch`], [`SeveralError::NotCorrelations`].
    pub fn new(traits: usize, rows: &[f64]) -> Result<Self, SeveralError> {
        let expected = traits.saturating_mul(traits);
        if rows.len() != expected || traits == 0 {
            return Err(SeveralError::LengthMismatch { what: "correlations", expected, found: rows.len() });
        }
        let matrix = DMatrix::from_row_slice(traits, traits, rows);
        let is_symmetric = (&matrix - matrix.transpose()).iter().all(|x| x.abs() < 1e-9);
        let is_unit = matrix.diagonal().iter().all(|x| (x - 1.0).abs() < 1e-9);
        let is_definite = is_symmetric && is_unit && matrix.clone().cholesky().is_some();
        if is_definite { Ok(Self { matrix }) } else { Err(SeveralError::NotCorrelations) }
    }

    /// Traits that have nothing to do with each other.
    #[must_use]
    pub fn uncorrelated(traits: usize) -> Self {
        Self { matrix: DMatrix::identity(traits.max(1), traits.max(1)) }
    }

    /// Number of traits.
    #[must_use]
    pub fn traits(&self) -> usize {
        self.matrix.nrows()
    }

    /// The correlation of two traits, -1 to 1; absent beyond the last.
    #[must_use]
    pub fn at(&self, a: usize, b: usize) -> Option<f64> {
        self.matrix.get((a, b)).copied()
    }

    /// The median correlation between different traits; absent for one trait. Above .80 the traits are
    /// better told as one general factor: see [`bifactor`].
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let n = self.traits();
        let mut values: Vec<f64> = (0..n).flat_map(|a| (0..a).filter_map(move |b| self.at(a, b))).collect();
        values.sort_by(f64::total_cmp);
        crate::descriptive::quantile_of_sorted(&values, 1, 2)
    }

    /// The matrix.
    pub(crate) const fn matrix(&self) -> &DMatrix<f64> {
        &self.matrix
    }

    /// The nearest matrix of correlations whose eigenvalues are at least .01: small ones are raised and
    /// the diagonal is set to 1 again. Says whether anything changed.
    pub(crate) fn repaired(matrix: DMatrix<f64>) -> (Self, bool) {
        const FLOOR: f64 = 0.01;
        let n = matrix.nrows();
        let mut eigen = matrix.clone().symmetric_eigen();
        if eigen.eigenvalues.iter().all(|value| *value >= FLOOR) {
            return (Self { matrix }, false);
        }
        eigen.eigenvalues.iter_mut().for_each(|value| *value = value.max(FLOOR));
        let raised = eigen.recompose();
        let scale: Vec<f64> = raised.diagonal().iter().map(|v| v.max(1e-12).sqrt()).collect();
        let at = |k: usize| scale.get(k).copied().unwrap_or(1.0);
        let unit = |i: usize, k: usize| {
            let value = raised.get((i, k)).copied().unwrap_or(0.0) / (at(i) * at(k));
            if i == k { 1.0 } else { value.clamp(-1.0, 1.0) }
        };
        let fixed = DMatrix::from_fn(n, n, unit);
        (Self { matrix: (&fixed + fixed.transpose()) * 0.5 }, true)
    }
}

/// Mean of the off-diagonal cells of a square matrix of 2 rows or more.
pub(crate) fn off_diagonal_mean(matrix: &DMatrix<f64>) -> f64 {
    let n = count(matrix.nrows());
    (matrix.sum() - matrix.trace()) / (n * (n - 1.0)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_and_correlations_are_checked() {
        let structure = Structure::new(&[0, 1, 0, 2]).unwrap();
        assert_eq!((structure.traits(), structure.items_of(0)), (3, vec![0, 2]));
        assert_eq!(Structure::new(&[]), Err(SeveralError::TraitCount { found: 0 }));
        assert_eq!(Structure::new(&[0, 2]), Err(SeveralError::EmptyTrait { number: 1 }));
        assert!(Structure::new(&[16]).is_err() && Structure::new(&[usize::MAX]).is_err());
        assert_eq!(Correlations::new(2, &[1.0, 1.0, 1.0, 1.0]), Err(SeveralError::NotCorrelations));
        assert!(Correlations::new(2, &[1.0, 0.3, 0.2, 1.0]).is_err());
        assert!(Correlations::new(2, &[1.0, f64::NAN, f64::NAN, 1.0]).is_err());
        let three = Correlations::new(3, &[1.0, 0.9, 0.7, 0.9, 1.0, 0.85, 0.7, 0.85, 1.0]).unwrap();
        assert_eq!((three.median(), three.at(2, 0), three.at(3, 0)), (Some(0.85), Some(0.7), None));
    }

    #[test]
    fn an_impossible_matrix_is_repaired() {
        let broken = DMatrix::from_row_slice(3, 3, &[1.0, 0.9, -0.9, 0.9, 1.0, 0.9, -0.9, 0.9, 1.0]);

        let (fixed, changed) = Correlations::repaired(broken);

        assert!(changed && fixed.matrix().clone().cholesky().is_some());
        assert!(fixed.at(0, 1).unwrap() > 0.0 && fixed.at(0, 2).unwrap() < 0.0);
        let kept = Correlations::new(2, &[1.0, 0.5, 0.5, 1.0]).unwrap();
        assert_eq!(Correlations::repaired(kept.matrix().clone()), (kept, false));
    }
}
