//! The maximisation step of the correlations.

use nalgebra::{DMatrix, DVector};

use crate::irt::several::joint::{from_triangle, places, triangle};

/// The correlation matrix R that maximises `-½ (log|R| + tr(R⁻¹ S))` from `start`, S the expected second
/// moments of the traits: Fisher scoring in the correlations with step halving.
///
/// Source: Anderson 2003, ch. 3 (normal likelihood with fixed variances); test
/// `correlations_solve_their_equation`.
pub(super) fn maximised(start: &DMatrix<f64>, moments: &DMatrix<f64>) -> DMatrix<f64> {
    let traits = start.nrows();
    let places = places(traits);
    let mut at = start.clone();
    let Some(mut here) = objective(&at, moments) else { return at };
    for _ in 0..50 {
        let Some(inverse) = at.clone().cholesky().map(|factor| factor.inverse()) else { break };
        let pull = &inverse * (moments - &at) * &inverse;
        let gradient = DVector::from_vec(triangle(&pull));
        let cell = |i: usize, k: usize| inverse.get((i, k)).copied().unwrap_or(0.0);
        let information = DMatrix::from_fn(places.len(), places.len(), |m, n| {
            let (Some((a, b)), Some((c, d))) = (places.get(m), places.get(n)) else { return 0.0 };
            cell(*a, *c) * cell(*b, *d) + cell(*a, *d) * cell(*b, *c)
        });
        let Some(step) = information.cholesky().map(|factor| factor.solve(&gradient)) else { break };
        let current = triangle(&at);
        let mut length = 1.0;
        let mut is_improved = false;
        for _ in 0..30 {
            let values: Vec<f64> = current.iter().zip(step.iter()).map(|(x, s)| x + length * s).collect();
            let moved = from_triangle(traits, &values);
            match objective(&moved, moments) {
                Some(there) if there >= here => {
                    (at, here, is_improved) = (moved, there, true);
                    break;
                }
                _ => length *= 0.5,
            }
        }
        if !is_improved || step.amax() * length < 1e-10 {
            break;
        }
    }
    at
}

/// `-½ (log|R| + tr(R⁻¹ S))`; absent unless R is positive definite.
fn objective(matrix: &DMatrix<f64>, moments: &DMatrix<f64>) -> Option<f64> {
    let factor = matrix.clone().cholesky()?;
    let log_determinant: f64 = factor.l().diagonal().iter().map(|d| 2.0 * d.ln()).sum();
    let value = -0.5 * (log_determinant + factor.solve(moments).trace());
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_solve_their_equation() {
        let moments = DMatrix::from_row_slice(2, 2, &[1.1, 0.5, 0.5, 0.9]);

        let found = maximised(&DMatrix::identity(2, 2), &moments)[(0, 1)];

        // r³ - s12 r² + (s11 + s22 - 1) r - s12 = 0.
        assert!((found.powi(3) - 0.5 * found * found + found - 0.5).abs() < 1e-9);
        let three = DMatrix::from_row_slice(3, 3, &[1.0, 0.5, 0.2, 0.5, 1.0, -0.3, 0.2, -0.3, 1.0]);
        // With variances of 1 the moments themselves are the maximum.
        assert!((maximised(&DMatrix::identity(3, 3), &three) - three).amax() < 1e-8);
    }
}
