//! The one-factor model fitted to a correlation matrix by maximum likelihood.
//!
//! The discrepancy is profiled over the loadings, so only the logarithms of the uniquenesses are
//! searched, by Newton's method with the exact Hessian inside a box.

use crate::linear::{Square, count};
use crate::reliability::ReliabilityError;

/// The smallest uniqueness, as a share of the item's variance: a Heywood case is held here.
pub(crate) const SMALLEST_UNIQUENESS: f64 = 0.005;

/// Largest gradient at a solution.
const GRADIENT_LIMIT: f64 = 1e-7;

/// A fitted one-factor model on the correlation metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OneFactor {
    /// Loadings, their sum not negative.
    pub(crate) loadings: Vec<f64>,
    /// Uniquenesses, `SMALLEST_UNIQUENESS` to 1.
    pub(crate) uniquenesses: Vec<f64>,
    /// Value of the discrepancy at the solution (without the constants of the correlations).
    discrepancy: f64,
}

impl OneFactor {
    /// Items (from 0) held at the smallest uniqueness.
    pub(crate) fn items_at_bound(&self) -> Vec<usize> {
        let at_bound = |psi: &f64| *psi <= SMALLEST_UNIQUENESS * (1.0 + 1e-9);
        self.uniquenesses.iter().enumerate().filter(|(_, psi)| at_bound(psi)).map(|(i, _)| i).collect()
    }
}

/// The one-factor maximum likelihood fit to a correlation matrix of 3 or more items.
///
/// Minimises `log|Σ| + tr(R Σ⁻¹)`, Σ = λλ' + Ψ. For fixed Ψ the best λ comes from the largest
/// eigenpair (γ, ω) of Ψ^-½ R Ψ^-½, λ = Ψ^½ ω √(γ - 1), which leaves
/// `Σ log ψ + tr(Ψ⁻¹ R) + log γ - γ + 1` to minimise over log ψ. Starts at equal uniquenesses and at
/// those of the first centroid; keeps the better end.
///
/// # Errors
/// [`ReliabilityError::NotConverged`] when no start reaches a small gradient.
///
/// Source: Jöreskog 1967, Psychometrika 32:443-482 (profile), Jöreskog & van Thillo 1971 (log ψ);
/// tests in `reliability/tests.rs`.
pub(crate) fn fit(correlations: &Square) -> Result<OneFactor, ReliabilityError> {
    let j = correlations.size();
    let ends =
        [vec![0.5; j], centroid_uniquenesses(correlations)].map(|start| fit_from(correlations, &start));
    ends.into_iter()
        .flatten()
        .min_by(|a, b| a.discrepancy.total_cmp(&b.discrepancy))
        .ok_or(ReliabilityError::NotConverged)
}

/// The fit that starts at the given uniquenesses; absent when it does not converge.
pub(crate) fn fit_from(correlations: &Square, start: &[f64]) -> Option<OneFactor> {
    let bound = SMALLEST_UNIQUENESS.ln();
    let mut point = Point::at(correlations, start.iter().map(|psi| psi.ln().clamp(bound, 0.0)).collect())?;
    for _iteration in 0..200 {
        let is_free: Vec<bool> = point
            .log_psi
            .iter()
            .zip(&point.gradient)
            .map(|(theta, slope)| !(*theta <= bound && *slope >= 0.0 || *theta >= 0.0 && *slope <= 0.0))
            .collect();
        let steepest = largest_free(&point.gradient, &is_free);
        if steepest < GRADIENT_LIMIT {
            return Some(point.into_solution());
        }
        match better_point(correlations, &point, &is_free, bound) {
            Some(next) => point = next,
            // No step lowers the discrepancy: rounding has been reached, or the fit has failed.
            None => return (steepest < 1e-4).then(|| point.into_solution()),
        }
    }
    None
}

/// One damped Newton step inside the box that lowers the discrepancy.
fn better_point(correlations: &Square, point: &Point, is_free: &[bool], bound: f64) -> Option<Point> {
    let hessian = point.hessian();
    let free = |i: usize| is_free.get(i).copied().unwrap_or(false);
    let right: Vec<f64> =
        point.gradient.iter().enumerate().map(|(i, slope)| if free(i) { -slope } else { 0.0 }).collect();
    let mut damping = 0.0;
    for _attempt in 0..40 {
        let system = Square::from_fn(hessian.size(), |a, b| match (free(a) && free(b), a == b) {
            (true, true) => hessian.at(a, b) + damping,
            (true, false) => hessian.at(a, b),
            (false, true) => 1.0,
            (false, false) => 0.0,
        });
        damping = if damping == 0.0 { 1e-3 } else { damping * 4.0 };
        let Some(step) = system.solve_positive_definite(&right) else { continue };
        let moved = point
            .log_psi
            .iter()
            .zip(&step)
            .map(|(theta, step)| (theta + step.clamp(-2.0, 2.0)).clamp(bound, 0.0))
            .collect();
        let Some(next) = Point::at(correlations, moved) else { continue };
        if next.discrepancy < point.discrepancy {
            return Some(next);
        }
    }
    None
}

/// Uniquenesses of the first centroid factor, kept away from the limits.
fn centroid_uniquenesses(correlations: &Square) -> Vec<f64> {
    let j = correlations.size();
    let sums: Vec<f64> = (0..j).map(|i| (0..j).map(|k| correlations.at(i, k)).sum()).collect();
    let total: f64 = sums.iter().sum();
    sums.iter().map(|sum| (1.0 - sum * sum / total.max(count(j) * 0.01)).clamp(0.1, 0.95)).collect()
}

fn largest_free(gradient: &[f64], is_free: &[bool]) -> f64 {
    gradient.iter().zip(is_free).filter(|(_, free)| **free).map(|(g, _)| g.abs()).fold(0.0, f64::max)
}

/// The profiled discrepancy at one set of log uniquenesses, with what its derivatives need.
struct Point {
    log_psi: Vec<f64>,
    discrepancy: f64,
    gradient: Vec<f64>,
    /// Diagonal of Ψ^-½ R Ψ^-½.
    scaled_diagonal: Vec<f64>,
    /// Largest eigenvalue and its vector.
    largest: (f64, Vec<f64>),
    /// The other eigenpairs.
    others: Vec<(f64, Vec<f64>)>,
}

impl Point {
    fn at(correlations: &Square, log_psi: Vec<f64>) -> Option<Self> {
        let root: Vec<f64> = log_psi.iter().map(|theta| (-0.5 * theta).exp()).collect();
        let scaled = Square::from_fn(correlations.size(), |i, k| {
            let scale = root.get(i).zip(root.get(k)).map_or(0.0, |(a, b)| a * b);
            correlations.at(i, k) * scale
        });
        let scaled_diagonal = scaled.diagonal();
        let mut pairs = scaled.symmetric_eigenpairs().into_iter();
        let largest = pairs.next()?;
        // Below 1 the best loadings are 0.
        let gamma = largest.0.max(1.0);
        let gradient = scaled_diagonal
            .iter()
            .zip(&largest.1)
            .map(|(diagonal, omega)| 1.0 - diagonal + (gamma - 1.0) * omega * omega)
            .collect();
        let discrepancy =
            log_psi.iter().sum::<f64>() + scaled_diagonal.iter().sum::<f64>() + gamma.ln() - gamma + 1.0;
        discrepancy.is_finite().then(|| Self {
            log_psi,
            discrepancy,
            gradient,
            scaled_diagonal,
            largest,
            others: pairs.collect(),
        })
    }

    /// Second derivatives of the discrepancy by the log uniquenesses, from the perturbation of the
    /// largest eigenpair.
    fn hessian(&self) -> Square {
        let (gamma, omega) = (self.largest.0.max(1.0), &self.largest.1);
        let weights: Vec<f64> =
            self.others.iter().map(|(g, _)| (gamma + g) / (gamma - g).max(1e-8)).collect();
        let at = |values: &[f64], i: usize| values.get(i).copied().unwrap_or(0.0);
        Square::from_fn(self.log_psi.len(), |i, k| {
            let others = self.others.iter().zip(&weights);
            let mixed: f64 = others.map(|((_, v), weight)| at(v, i) * at(v, k) * weight).sum();
            let (wi, wk) = (at(omega, i), at(omega, k));
            let diagonal = if i == k { at(&self.scaled_diagonal, i) } else { 0.0 };
            diagonal - gamma * (wi * wk).powi(2) - (gamma - 1.0) * wi * wk * mixed
        })
    }

    fn into_solution(self) -> OneFactor {
        let scale = (self.largest.0 - 1.0).max(0.0).sqrt();
        let uniquenesses: Vec<f64> = self.log_psi.iter().map(|theta| theta.exp()).collect();
        let loadings: Vec<f64> =
            uniquenesses.iter().zip(&self.largest.1).map(|(psi, omega)| psi.sqrt() * omega * scale).collect();
        let sign = if loadings.iter().sum::<f64>() < 0.0 { -1.0 } else { 1.0 };
        OneFactor {
            loadings: loadings.into_iter().map(|loading| sign * loading).collect(),
            uniquenesses,
            discrepancy: self.discrepancy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_differences() {
        let correlations = Square::from_fn(4, |i, k| {
            [[1.0, 0.5, 0.3, 0.2], [0.5, 1.0, 0.4, 0.1], [0.3, 0.4, 1.0, 0.6], [0.2, 0.1, 0.6, 1.0]][i][k]
        });
        let log_psi = vec![-0.4, -0.9, -1.3, -0.2];
        let moved = |i: usize, step: f64| {
            let mut theta = log_psi.clone();
            theta[i] += step;
            Point::at(&correlations, theta).unwrap()
        };
        let point = Point::at(&correlations, log_psi.clone()).unwrap();
        let (hessian, step) = (point.hessian(), 1e-5);

        for i in 0..4 {
            let (up, down) = (moved(i, step), moved(i, -step));
            let slope = (up.discrepancy - down.discrepancy) / (2.0 * step);
            assert!((slope - point.gradient[i]).abs() < 1e-8);
            for k in 0..4 {
                let bend = (up.gradient[k] - down.gradient[k]) / (2.0 * step);
                assert!((bend - hessian.at(i, k)).abs() < 1e-7);
            }
        }
    }
}
