//! The maximisation step: the parameters of one item that make its expected counts most likely, with
//! priors and inside bounds.
//!
//! The complete-data log-likelihood is concave for all three models, so Newton's method with its exact
//! second derivatives (for the two-parameter and partial credit models the same as Fisher scoring) and
//! step halving finds the maximum in two or three steps from a good start.

use nalgebra::{DMatrix, DVector};

use crate::irt::item::Model;
use crate::irt::lanes::{Lane, Rows, row_sum};
use crate::irt::mstep::derivatives::{Derivatives, derivatives};
use crate::irt::prior::ItemPrior;
use crate::irt::tables::Shape;

pub(crate) mod derivatives;

/// Smallest fall from one intercept of a graded item to the next.
pub(crate) const SMALLEST_GAP: f64 = 1e-3;

/// Largest size of an intercept.
const LARGEST_INTERCEPT: f64 = 40.0;

/// Newton steps of one maximisation.
const MOST_STEPS: usize = 12;

/// The limits of one slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SlopeBounds {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The limits of the slope of a trait every item must point to.
pub(crate) const POSITIVE_SLOPE: SlopeBounds = SlopeBounds { low: 0.05, high: 6.0 };

/// Expected counts of one item, their sums over nodes and first moments.
pub(crate) struct Counts<'a> {
    /// One row per category.
    pub(crate) rows: Vec<&'a [Lane]>,
    /// Sum of each row.
    pub(crate) totals: Vec<f64>,
}

impl<'a> Counts<'a> {
    /// The counts of the item whose rows start at `first`.
    pub(crate) fn of_item(counts: &'a Rows, first: usize, categories: usize) -> Self {
        let rows: Vec<&[Lane]> = counts.slice(first, categories).collect();
        let totals = rows.iter().map(|row| row_sum(row)).collect();
        Self { rows, totals }
    }
}

/// The limits of a slope whose sign is free.
pub(crate) const SIGNED_SLOPE: SlopeBounds = SlopeBounds { low: -6.0, high: 6.0 };

/// What an item is and where its parameters may go.
#[derive(Debug, Clone)]
pub(crate) struct ItemProblem {
    pub(crate) shape: Shape,
    pub(crate) prior: ItemPrior,
    pub(crate) bounds: Vec<SlopeBounds>,
}

impl ItemProblem {
    /// The logarithm of the prior density.
    pub(crate) fn log_prior(&self, parameters: &[f64]) -> f64 {
        self.prior.log_density(parameters, self.shape.slopes)
    }

    /// Whether parameters are inside their bounds.
    pub(crate) fn is_feasible(&self, parameters: &[f64]) -> bool {
        let (slopes, intercepts) = parameters.split_at_checked(self.shape.slopes).unwrap_or_default();
        let inside = slopes.iter().zip(&self.bounds).all(|(a, b)| (b.low..=b.high).contains(a));
        let ordered = self.shape.model != Model::Graded
            || intercepts.iter().zip(intercepts.iter().skip(1)).all(|(d, next)| d - next >= SMALLEST_GAP);
        inside && ordered && intercepts.iter().all(|d| d.abs() <= LARGEST_INTERCEPT)
    }

    /// Moves parameters inside their bounds.
    fn projected(&self, mut parameters: Vec<f64>) -> Vec<f64> {
        let slopes = self.shape.slopes;
        for (a, bound) in parameters.iter_mut().zip(&self.bounds) {
            *a = a.clamp(bound.low, bound.high);
        }
        let mut ceiling = LARGEST_INTERCEPT;
        for d in parameters.iter_mut().skip(slopes) {
            *d = d.clamp(-LARGEST_INTERCEPT, ceiling);
            if self.shape.model == Model::Graded {
                ceiling = *d - SMALLEST_GAP;
            }
        }
        parameters
    }

    /// The parameters that maximise `Σ r log P` plus the log prior from `start`, and the value there.
    pub(crate) fn maximise(&self, counts: &Counts<'_>, coordinates: &[&[Lane]], start: &[f64]) -> Vec<f64> {
        let mut at = self.projected(start.to_vec());
        let mut here = self.derivatives(counts, coordinates, &at);
        for _ in 0..MOST_STEPS {
            let Some(step) = self.newton_step(&here, &at) else { break };
            let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            if longest < 1e-9 {
                break;
            }
            let Some((moved, there)) = self.improved(counts, coordinates, &at, &here, &step) else { break };
            (at, here) = (moved, there);
            if longest < 1e-6 {
                break;
            }
        }
        at
    }

    /// The value and its derivatives, prior included.
    pub(crate) fn derivatives(
        &self,
        counts: &Counts<'_>,
        coordinates: &[&[Lane]],
        parameters: &[f64],
    ) -> Derivatives {
        let mut found = derivatives(self.shape, parameters, coordinates, counts);
        self.prior.add_to(&mut found, parameters, self.shape.slopes);
        found
    }

    /// The first of the step and its halves that does not lower the value.
    fn improved(
        &self,
        counts: &Counts<'_>,
        coordinates: &[&[Lane]],
        at: &[f64],
        here: &Derivatives,
        step: &DVector<f64>,
    ) -> Option<(Vec<f64>, Derivatives)> {
        let mut length = 1.0;
        for _ in 0..30 {
            let moved: Vec<f64> = at.iter().zip(step.iter()).map(|(x, s)| x + length * s).collect();
            let moved = self.projected(moved);
            let there = self.derivatives(counts, coordinates, &moved);
            if there.value >= here.value {
                return Some((moved, there));
            }
            length *= 0.5;
        }
        None
    }

    /// The Newton step among the parameters not held at a bound the gradient points beyond; intercepts
    /// held together by the smallest gap move together.
    fn newton_step(&self, here: &Derivatives, at: &[f64]) -> Option<DVector<f64>> {
        let n = at.len();
        let slopes = self.shape.slopes;
        let gradient = |i: usize| here.gradient.get(i).copied().unwrap_or(0.0);
        // The free direction each parameter follows; none when it is held.
        let mut direction: Vec<Option<usize>> = Vec::with_capacity(n);
        let mut next = 0;
        for (i, (x, bound)) in
            at.iter().zip(self.bounds.iter().map(Some).chain(std::iter::repeat(None))).enumerate()
        {
            let (low, high) = bound.map_or((-LARGEST_INTERCEPT, LARGEST_INTERCEPT), |b| (b.low, b.high));
            let is_held = (*x <= low && gradient(i) <= 0.0) || (*x >= high && gradient(i) >= 0.0);
            let before = i.checked_sub(1).and_then(|k| at.get(k)).copied();
            let is_tied = self.shape.model == Model::Graded
                && i > slopes
                && before.is_some_and(|d| d - x <= SMALLEST_GAP * (1.0 + 1e-9))
                && gradient(i) > gradient(i - 1);
            let own = match (is_held, is_tied) {
                (true, _) => None,
                (false, true) => direction.last().copied().flatten(),
                (false, false) => {
                    next += 1;
                    Some(next - 1)
                }
            };
            direction.push(own);
        }
        if next == 0 {
            return None;
        }
        let mut right = DVector::zeros(next);
        let mut matrix = DMatrix::zeros(next, next);
        for (i, a) in direction.iter().enumerate() {
            let Some(a) = a else { continue };
            add_to_vector(&mut right, *a, gradient(i));
            for (k, b) in direction.iter().enumerate() {
                let Some(b) = b else { continue };
                let value = here.information.get(i * n + k).copied().unwrap_or(0.0);
                add_to_matrix(&mut matrix, *a, *b, value);
            }
        }
        let free = solve_damped(matrix, &right)?;
        let step =
            direction.iter().map(|d| d.and_then(|d| free.get(d).copied()).unwrap_or(0.0).clamp(-2.0, 2.0));
        Some(DVector::from_iterator(n, step))
    }
}

fn add_to_vector(vector: &mut DVector<f64>, row: usize, value: f64) {
    if let Some(cell) = vector.get_mut(row) {
        *cell += value;
    }
}

fn add_to_matrix(matrix: &mut DMatrix<f64>, row: usize, column: usize, value: f64) {
    if let Some(cell) = matrix.get_mut((row, column)) {
        *cell += value;
    }
}

/// The solution of a symmetric system, its diagonal raised until it is positive definite.
pub(crate) fn solve_damped(matrix: DMatrix<f64>, right: &DVector<f64>) -> Option<DVector<f64>> {
    let scale = matrix.diagonal().amax().max(1e-8);
    let mut damping = 0.0;
    for _ in 0..12 {
        let damped = &matrix + DMatrix::identity(matrix.nrows(), matrix.ncols()) * damping;
        if let Some(factor) = damped.cholesky() {
            let step = factor.solve(right);
            if step.iter().all(|x| x.is_finite()) {
                return Some(step);
            }
        }
        damping = if damping == 0.0 { 1e-6 * scale } else { damping * 10.0 };
    }
    None
}
