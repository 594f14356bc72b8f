//! Quadrature over the trait: equally spaced nodes with the weights of a normal density, in lanes, and
//! Gauss-Hermite points.

use crate::irt::lanes::{Lane, to_lanes};

/// Where the nodes lie by default: -6 to 6.
pub(crate) const RANGE: f64 = 6.0;

/// Equally spaced nodes on -6 to 6, padded to whole lanes.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    nodes: Vec<f64>,
    theta: Vec<Lane>,
    theta_squared: Vec<Lane>,
}

impl Grid {
    /// `size` nodes (at least 2 are made).
    pub(crate) fn new(size: u16) -> Self {
        let last = size.max(2) - 1;
        let step = 2.0 * RANGE / f64::from(last);
        let nodes: Vec<f64> = (0..=last).map(|q| f64::from(q) * step - RANGE).collect();
        let squares: Vec<f64> = nodes.iter().map(|t| t * t).collect();
        Self { theta: to_lanes(&nodes, 0.0), theta_squared: to_lanes(&squares, 0.0), nodes }
    }

    /// The nodes, rising.
    pub(crate) fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// Number of lanes of one row over the nodes.
    pub(crate) const fn width(&self) -> usize {
        self.theta.len()
    }

    /// The nodes in lanes, 0 in the padding.
    pub(crate) fn theta(&self) -> &[Lane] {
        &self.theta
    }

    /// Their squares, 0 in the padding.
    pub(crate) fn theta_squared(&self) -> &[Lane] {
        &self.theta_squared
    }

    /// Logarithms of the weights of a normal density at the nodes, renormalised to a sum of 1; negative
    /// infinity in the padding.
    pub(crate) fn log_weights(&self, mean: f64, variance: f64) -> Vec<Lane> {
        to_lanes(&normal_log_weights(&self.nodes, mean, variance), f64::NEG_INFINITY)
    }
}

/// Logarithms of the weights of a normal density at any nodes, renormalised to a sum of 1.
pub(crate) fn normal_log_weights(nodes: &[f64], mean: f64, variance: f64) -> Vec<f64> {
    let densities: Vec<f64> = nodes.iter().map(|t| -0.5 * (t - mean).powi(2) / variance).collect();
    let largest = densities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let norm = largest + densities.iter().map(|l| (l - largest).exp()).sum::<f64>().ln();
    densities.iter().map(|l| l - norm).collect()
}

/// Gauss-Hermite points and weights for a standard normal density: Σ w f(x) is exact for polynomials
/// up to degree 2 n - 1; weights sum to 1. `n` is held to 1..=64.
///
/// The roots of the orthonormal Hermite polynomial are bracketed on a fine grid and bisected. Source: Abramowitz & Stegun 1964, 25.4.46; test `gauss_hermite_integrates_moments`.
pub(crate) fn gauss_hermite(n: u16) -> Vec<(f64, f64)> {
    let n = n.clamp(1, 64);
    let mut points: Vec<(f64, f64)> = Vec::new();
    let limit = 2.0 * (f64::from(n) + 1.0).sqrt() + 1.0;
    let steps = 4_000_u16;
    let width = 2.0 * limit / f64::from(steps);
    let mut left = -limit;
    let mut at_left = hermite(n, left).0;
    for k in 1..=steps {
        let right = f64::from(k) * width - limit;
        let at_right = hermite(n, right).0;
        // Zero counts as positive, so that a root on a grid point is found once.
        if at_left.signum() != at_right.signum() {
            let root = bisect(n, left, right);
            let previous = hermite(n, root).1;
            points.push((root, 1.0 / (f64::from(n) * previous * previous)));
        }
        (left, at_left) = (right, at_right);
    }
    let total: f64 = points.iter().map(|(_, w)| w).sum();
    points.iter().map(|(x, w)| (*x, w / total)).collect()
}

/// The root of the `n`-th polynomial between two points of different sign.
fn bisect(n: u16, mut low: f64, mut high: f64) -> f64 {
    let sign = hermite(n, low).0.signum();
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if hermite(n, middle).0.signum() == sign {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The orthonormal Hermite polynomials (for the standard normal density) of degree `n` and `n - 1`.
fn hermite(n: u16, x: f64) -> (f64, f64) {
    let (mut previous, mut current) = (0.0, 1.0);
    for k in 0..n {
        let next = (x * current - f64::from(k).sqrt() * previous) / (f64::from(k) + 1.0).sqrt();
        (previous, current) = (current, next);
    }
    (current, previous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_normal_density() {
        let grid = Grid::new(61);
        let weights = normal_log_weights(grid.nodes(), 0.0, 1.0);

        let moment = |power: i32| -> f64 {
            weights.iter().zip(grid.nodes()).map(|(w, t)| w.exp() * t.powi(power)).sum()
        };

        assert_eq!((grid.nodes().len(), grid.width(), grid.nodes()[30]), (61, 8, 0.0));
        for (power, wanted) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0)] {
            assert!((moment(power) - wanted).abs() < 1e-5);
        }
    }

    #[test]
    fn gauss_hermite_integrates_moments() {
        for n in [1, 2, 5, 30, 64] {
            let points = gauss_hermite(n);
            assert_eq!(points.len(), usize::from(n));
            for (power, wanted) in [(0, 1.0), (2, 1.0), (4, 3.0), (6, 15.0), (8, 105.0)] {
                if power < 2 * i32::from(n) {
                    let found: f64 = points.iter().map(|(x, w)| w * x.powi(power)).sum();
                    assert!((found / wanted - 1.0).abs() < 1e-9, "{n} points, moment {power}: {found}");
                }
            }
        }
    }
}
