//! Standard errors of a calibration from the observed information.
//!
//! Oakes' identity, `I = -(∂²Q/∂ξ∂ξ' + ∂²Q/∂ξ∂ξ0')`, with its second term differentiated exactly: the
//! derivative of the posteriors gives the covariance of the complete-data scores under the posterior,
//! so the matrix equals Louis' and no perturbed expectation step is needed. Pairs of items are added up
//! in parallel, each in the order of people.

use nalgebra::{DMatrix, DVector};

use crate::irt::calibrate::Slopes;
use crate::irt::calibrate::problem::Problem;
use crate::irt::mstep::POSITIVE_SLOPE;
use crate::irt::standard_errors::blocks::Blocks;

mod blocks;
pub(crate) mod scores;

/// Parameters from which the cross-product replaces Oakes' identity.
const MANY_PARAMETERS: usize = 600;

/// How standard errors are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StandardErrors {
    /// Oakes' identity up to 600 parameters, the cross-product beyond.
    #[default]
    Automatic,
    /// Oakes' identity.
    Oakes,
    /// The cross-product of the people's scores: cheaper, and too small in small samples.
    CrossProduct,
    /// None.
    None,
}

/// The covariance matrix of estimated parameters, in the order of the items (slope, then intercepts),
/// then mean and variance of the trait where they were estimated. Fixed parameters and those at a
/// bound have no entry.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterCovariance {
    /// Place of each parameter in the matrix.
    places: Vec<Option<usize>>,
    matrix: DMatrix<f64>,
}

impl ParameterCovariance {
    /// Number of parameters, estimated or not.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.places.len()
    }

    /// The covariance of two parameters, numbered as above; absent when one was not estimated.
    #[must_use]
    pub fn at(&self, a: usize, b: usize) -> Option<f64> {
        let place = |k: usize| self.places.get(k).copied().flatten();
        self.matrix.get((place(a)?, place(b)?)).copied()
    }

    /// The standard error of a parameter; absent when it was not estimated.
    #[must_use]
    pub fn standard_error(&self, parameter: usize) -> Option<f64> {
        self.at(parameter, parameter).filter(|variance| *variance > 0.0).map(f64::sqrt)
    }

    /// A draw from N(0, this covariance) of every parameter, 0 for those not estimated, from standard
    /// normal numbers (as many as are estimated).
    pub(crate) fn deviation(&self, normals: &[f64]) -> Option<Vec<f64>> {
        let factor = self.matrix.clone().cholesky()?;
        let draw = factor.l() * DVector::from_iterator(self.matrix.nrows(), normals.iter().copied());
        Some(
            self.places.iter().map(|place| place.and_then(|p| draw.get(p).copied()).unwrap_or(0.0)).collect(),
        )
    }

    /// Number of estimated parameters.
    pub(crate) fn estimated(&self) -> usize {
        self.matrix.nrows()
    }
}

/// The covariance, when it could be computed.
pub(crate) struct CovarianceOutcome(pub(crate) Option<ParameterCovariance>);

/// The covariance of the estimates at `at`.
pub(crate) fn parameter_covariance(
    problem: &Problem,
    at: &[f64],
    method: StandardErrors,
) -> CovarianceOutcome {
    let is_exact = match method {
        StandardErrors::None => return CovarianceOutcome(None),
        StandardErrors::Oakes => true,
        StandardErrors::CrossProduct => false,
        StandardErrors::Automatic => at.len() <= MANY_PARAMETERS,
    };
    let blocks = Blocks::new(problem, at);
    let information = if is_exact { blocks.observed_information() } else { blocks.cross_product() };
    CovarianceOutcome(inverted(problem, at, &information))
}

/// The inverse of the information among the estimated parameters, if it is positive definite.
fn inverted(problem: &Problem, at: &[f64], information: &DMatrix<f64>) -> Option<ParameterCovariance> {
    let (columns, places_of_column) = design(problem, at);
    let n = places_of_column;
    let mut reduced = DMatrix::zeros(n, n);
    for (i, a) in columns.iter().enumerate() {
        for (k, b) in columns.iter().enumerate() {
            if let (Some(a), Some(b), Some(value)) = (a, b, information.get((i, k)))
                && let Some(cell) = reduced.get_mut((*a, *b))
            {
                *cell += value;
            }
        }
    }
    if reduced.iter().any(|x: &f64| !x.is_finite()) {
        return None;
    }
    let matrix = reduced.cholesky()?.inverse();
    let is_usable = matrix.diagonal().iter().all(|v| v.is_finite() && *v > 0.0 && *v < 1e6);
    is_usable.then_some(ParameterCovariance { places: columns, matrix })
}

/// The column of the reduced matrix each parameter belongs to, and their number: none for fixed
/// parameters and slopes at a bound, one for all slopes that are the same.
fn design(problem: &Problem, at: &[f64]) -> (Vec<Option<usize>>, usize) {
    let mut columns = Vec::with_capacity(at.len());
    let mut next = 0;
    let mut shared = None;
    for slot in &problem.slots {
        let own = problem.own(slot, at);
        for (k, value) in own.iter().enumerate() {
            let is_at_bound = k == 0 && (*value <= POSITIVE_SLOPE.low || *value >= POSITIVE_SLOPE.high);
            let column = match (slot.is_fixed || is_at_bound, k == 0 && problem.slopes == Slopes::Common) {
                (true, _) => None,
                (false, true) if shared.is_some() => shared,
                (false, is_shared) => {
                    next += 1;
                    if is_shared {
                        shared = Some(next - 1);
                    }
                    Some(next - 1)
                }
            };
            columns.push(column);
        }
    }
    for _ in columns.len()..at.len() {
        columns.push(Some(next));
        next += 1;
    }
    (columns, next)
}
