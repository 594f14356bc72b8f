//! People's scores with the covariance of their errors, and draws from it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::irt::score::item_error::unit;
use crate::linear::{LARGEST, finite};
use crate::rank::Estimate;
use crate::rank::sets::RankSetError;

/// Most people whose errors may be joint, and most of a simultaneous statement.
pub const MOST_JOINT: usize = 3_000;

/// Draws that are worked on together.
pub(crate) const LANES: usize = 32;

/// Errors of [`LANES`] draws, one row per person.
pub(crate) type Block = Vec<[f64; LANES]>;

/// Scores of all people of one ranking with what is known of their errors.
#[derive(Debug, Clone, PartialEq)]
pub struct JointEstimates {
    values: Vec<f64>,
    errors: Errors,
}

#[derive(Debug, Clone, PartialEq)]
enum Errors {
    /// Standard errors of independent estimates.
    Independent(Vec<f64>),
    /// A covariance matrix row by row and its lower factor, rows of the same length.
    Joint { covariance: Vec<Vec<f64>>, factor: Vec<Vec<f64>> },
}

impl JointEstimates {
    /// People whose errors are independent: the usual case, each answered alone.
    ///
    /// # Errors
    /// [`RankSetError::Empty`].
    pub fn independent(people: &[Estimate]) -> Result<Self, RankSetError> {
        if people.is_empty() {
            return Err(RankSetError::Empty);
        }
        Ok(Self {
            values: people.iter().map(|person| person.value()).collect(),
            errors: Errors::Independent(people.iter().map(|person| person.error().get()).collect()),
        })
    }

    /// People whose errors go together, as when uncertainty of item parameters is propagated.
    ///
    /// `values` (higher is better) and `covariance` of their errors in squared units: square,
    /// symmetric, no direction of negative variance, and every two people's difference uncertain.
    ///
    /// # Errors
    /// [`RankSetError::Empty`], [`RankSetError::TooMany`] above [`MOST_JOINT`],
    /// [`RankSetError::NotFinite`], [`RankSetError::CovarianceShape`],
    /// [`RankSetError::NotACovariance`], [`RankSetError::CertainDifference`].
    ///
    /// Test `a_diagonal_covariance_is_independence`.
    pub fn with_covariance(values: &[f64], covariance: &[Vec<f64>]) -> Result<Self, RankSetError> {
        let n = values.len();
        if n == 0 {
            return Err(RankSetError::Empty);
        }
        if n > MOST_JOINT {
            return Err(RankSetError::TooMany { found: n, most: MOST_JOINT });
        }
        if let Some(index) = values.iter().position(|value| finite(*value).is_none()) {
            return Err(RankSetError::NotFinite { index });
        }
        if covariance.len() != n || covariance.iter().any(|row| row.len() != n) {
            return Err(RankSetError::CovarianceShape { people: n });
        }
        if let Some(index) =
            covariance.iter().position(|row| row.iter().any(|v| v.is_nan() || v.abs() > LARGEST))
        {
            return Err(RankSetError::NotFinite { index });
        }
        let factor = lower_factor(covariance).map_err(|index| RankSetError::NotACovariance { index })?;
        let people = Self {
            values: values.to_vec(),
            errors: Errors::Joint { covariance: covariance.to_vec(), factor },
        };
        let pairs = (0..n).flat_map(|i| (0..i).map(move |k| (k, i)));
        match pairs.into_iter().find(|(a, b)| people.difference_error(*a, *b) <= 0.0) {
            Some((a, b)) => Err(RankSetError::CertainDifference { a, b }),
            None => Ok(people),
        }
    }

    /// Number of people, 1 or more.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Always false: there is at least one person.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// The scores in the order given.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Scores and standard errors when errors are independent.
    pub(crate) fn as_independent(&self) -> Option<Vec<(f64, f64)>> {
        match &self.errors {
            Errors::Independent(errors) => {
                Some(self.values.iter().copied().zip(errors.iter().copied()).collect())
            }
            Errors::Joint { .. } => None,
        }
    }

    fn variance(&self, i: usize) -> f64 {
        match &self.errors {
            Errors::Independent(errors) => errors.get(i).map_or(0.0, |error| error * error),
            Errors::Joint { covariance, .. } => cell(covariance, i, i),
        }
    }

    /// How far `a` is above `b`.
    pub(crate) fn difference(&self, a: usize, b: usize) -> f64 {
        self.values.get(a).zip(self.values.get(b)).map_or(0.0, |(a, b)| a - b)
    }

    /// The standard error of the difference of two people.
    pub(crate) fn difference_error(&self, a: usize, b: usize) -> f64 {
        match &self.errors {
            Errors::Independent(errors) => errors.get(a).zip(errors.get(b)).map_or(0.0, |(a, b)| a.hypot(*b)),
            Errors::Joint { covariance, .. } => {
                let sum = cell(covariance, a, a) + cell(covariance, b, b);
                let variance = sum - 2.0 * cell(covariance, a, b);
                // What rounding leaves of a variance that is 0.
                if variance > 1e-14 * sum { variance.sqrt() } else { 0.0 }
            }
        }
    }

    /// The same people sorted by score and standard error, with their former places: draws then do not
    /// depend on the order in which people are given.
    pub(crate) fn sorted(&self) -> (Self, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        let value = |i: usize| self.values.get(i).copied().unwrap_or(0.0);
        order.sort_by(|a, b| {
            value(*a).total_cmp(&value(*b)).then_with(|| self.variance(*a).total_cmp(&self.variance(*b)))
        });
        let values = order.iter().map(|i| value(*i)).collect();
        let errors = match &self.errors {
            Errors::Independent(errors) => {
                Errors::Independent(order.iter().filter_map(|i| errors.get(*i).copied()).collect())
            }
            Errors::Joint { covariance, .. } => {
                let row = |i: &usize| order.iter().map(|k| cell(covariance, *i, *k)).collect();
                let covariance: Vec<Vec<f64>> = order.iter().map(row).collect();
                // The matrix was checked before; its factor exists in any order.
                let factor = lower_factor(&covariance).unwrap_or_default();
                Errors::Joint { covariance, factor }
            }
        };
        (Self { values, errors }, order)
    }

    /// The errors of one block of draws; block `number` of a seed is the same everywhere.
    pub(crate) fn errors_of_block(&self, seed: u64, number: u64) -> Block {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(number);
        let plain: Block = (0..self.len()).map(|_| normals(&mut source)).collect();
        match &self.errors {
            Errors::Independent(errors) => {
                plain.iter().zip(errors).map(|(row, error)| row.map(|z| z * error)).collect()
            }
            Errors::Joint { factor, .. } => factor.iter().map(|row| combined(row, &plain)).collect(),
        }
    }
}

/// A row of a factor times the plain normal numbers.
fn combined(row: &[f64], plain: &Block) -> [f64; LANES] {
    let mut sum = [0.0; LANES];
    for (weight, draws) in row.iter().zip(plain) {
        sum.iter_mut().zip(draws).for_each(|(s, z)| *s += weight * z);
    }
    sum
}

/// Standard normal numbers by pairs (Box & Muller 1958).
fn normals(source: &mut ChaCha8Rng) -> [f64; LANES] {
    let mut row = [0.0; LANES];
    for pair in row.chunks_exact_mut(2) {
        let radius = (-2.0 * unit(source.next_u64()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * unit(source.next_u64())).sin_cos();
        pair.iter_mut().zip([radius * cos, radius * sin]).for_each(|(cell, z)| *cell = z);
    }
    row
}

fn cell(matrix: &[Vec<f64>], i: usize, k: usize) -> f64 {
    matrix.get(i).and_then(|row| row.get(k)).copied().unwrap_or(0.0)
}

/// The lower factor of a symmetric matrix without a negative direction, rows shortened to the
/// diagonal; else the first row that breaks it. Directions without variance give a column of 0.
fn lower_factor(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, usize> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let scale = cell(matrix, i, i);
        if scale < 0.0 {
            return Err(i);
        }
        let mut new: Vec<f64> = Vec::with_capacity(i + 1);
        for (k, value) in row.iter().take(i).enumerate() {
            let other = cell(matrix, k, k);
            let size = (scale * other).sqrt();
            if (value - cell(matrix, k, i)).abs() > 1e-9 * size {
                return Err(i);
            }
            let before = lower.get(k).map_or(&[][..], Vec::as_slice);
            let known: f64 = new.iter().zip(before).map(|(x, y)| x * y).sum();
            let pivot = before.get(k).copied().unwrap_or(0.0);
            let rest = value - known;
            if pivot == 0.0 && rest.abs() > 1e-6 * size {
                return Err(i);
            }
            new.push(if pivot == 0.0 { 0.0 } else { rest / pivot });
        }
        let rest = scale - new.iter().map(|x| x * x).sum::<f64>();
        if rest < -1e-9 * scale {
            return Err(i);
        }
        new.push(if rest <= 1e-12 * scale { 0.0 } else { rest.sqrt() });
        lower.push(new);
    }
    Ok(lower)
}
