//! Levels of correlated competencies: what is known of one tells of the others.

use nalgebra::{DMatrix, DVector};

use crate::cat::level::Level;
use crate::irt::several::Correlations;

/// Passes over the competencies; the largest change is below 1e-9 long before.
const PASSES: u32 = 30;

/// The levels under N(0, Σ) instead of N(0, 1) each: every competency keeps its own likelihood and takes
/// as its prior what the others tell of it. The same prior for everybody.
///
/// `levels`: one per competency, as many as `correlations` has traits; otherwise they come back as they
/// are.
///
/// Source: Segall 1996, Psychometrika 61:331-354 (multidimensional adaptive testing); moments by
/// expectation propagation, Minka 2001. Tests `borrowed_levels_are_the_joint_posterior_means`,
/// `uncorrelated_competencies_borrow_nothing`.
#[must_use]
pub fn borrowed(levels: &[Level], correlations: &Correlations) -> Vec<Level> {
    let mut found = levels.to_vec();
    if correlations.traits() != levels.len() {
        return found;
    }
    let Some(precision) = correlations.matrix().clone().cholesky().map(|factor| factor.inverse()) else {
        return found;
    };
    for _ in 0..PASSES {
        let mut largest: f64 = 0.0;
        for own in 0..found.len() {
            let Some((mean, variance)) = prior_from_others(&found, &precision, own) else { continue };
            if let Some(level) = found.get_mut(own) {
                let before = (level.theta(), level.error());
                level.set_prior(mean, variance);
                largest = largest.max((level.theta() - before.0).abs()).max((level.error() - before.1).abs());
            }
        }
        if largest < 1e-9 {
            break;
        }
    }
    found
}

/// What the other competencies tell of one: mean and variance of its prior given their answers.
fn prior_from_others(levels: &[Level], precision: &DMatrix<f64>, own: usize) -> Option<(f64, f64)> {
    let mut total = precision.clone();
    let mut pull = DVector::zeros(levels.len());
    for (k, level) in levels.iter().enumerate().filter(|(k, _)| *k != own) {
        let (site_precision, site_pull) = level.site();
        if let Some(cell) = total.get_mut((k, k)) {
            *cell += site_precision;
        }
        if let Some(cell) = pull.get_mut(k) {
            *cell += site_pull;
        }
    }
    let covariance = total.cholesky()?.inverse();
    let mean = (&covariance * pull).get(own).copied()?;
    let variance = covariance.get((own, own)).copied()?;
    (mean.is_finite() && variance > 0.0).then_some((mean, variance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cat::bank::{Bank, BankItem, nodes};
    use crate::irt::item::Item;

    fn bank() -> Bank {
        let items = (0..12_u32).map(|j| {
            let item = Item::graded(1.0 + 0.1 * f64::from(j), &[f64::from(j % 5) * 0.4 - 1.0, 0.9]).unwrap();
            BankItem::new(item, usize::from(j >= 6))
        });
        Bank::new(items.collect()).unwrap()
    }

    /// Posterior means and standard deviations on the grid of both levels.
    fn exact(levels: &[Level], r: f64) -> Vec<(f64, f64)> {
        let likelihoods: Vec<Vec<f64>> = levels.iter().map(Level::likelihood).collect();
        let mut sums = [[0.0; 3]; 2];
        for (a, x) in nodes().zip(&likelihoods[0]) {
            for (b, y) in nodes().zip(&likelihoods[1]) {
                let weight = x * y * (-(a * a - 2.0 * r * a * b + b * b) / (2.0 * (1.0 - r * r))).exp();
                for (sum, t) in sums.iter_mut().zip([a, b]) {
                    sum[0] += weight;
                    sum[1] += weight * t;
                    sum[2] += weight * t * t;
                }
            }
        }
        sums.iter().map(|s| (s[1] / s[0], (s[2] / s[0] - (s[1] / s[0]).powi(2)).sqrt())).collect()
    }

    #[test]
    fn borrowed_levels_are_the_joint_posterior_means() {
        let bank = bank();
        let first =
            [(0, 2), (1, 2), (2, 1), (3, 2)].iter().fold(Level::new(), |l, (k, c)| l.after(&bank, *k, *c));
        let second = [(6, 0), (7, 1)].iter().fold(Level::new(), |l, (k, c)| l.after(&bank, *k, *c));

        for r in [-0.5, 0.3, 0.8] {
            let correlations = Correlations::new(2, &[1.0, r, r, 1.0]).unwrap();
            for levels in [[first.clone(), second.clone()], [first.clone(), Level::new()]] {
                let found = borrowed(&levels, &correlations);

                for (own, (mean, sd)) in found.iter().zip(exact(&levels, r)) {
                    assert!((own.theta() - mean).abs() < 0.02, "{r}: {} {mean}", own.theta());
                    assert!((own.error() - sd).abs() < 0.02, "{r}: {} {sd}", own.error());
                }
            }
        }
    }

    #[test]
    fn uncorrelated_competencies_borrow_nothing() {
        let bank = bank();
        let levels = [Level::new().after(&bank, 0, 2), Level::new().after(&bank, 7, 0)];

        let found = borrowed(&levels, &Correlations::uncorrelated(2));

        for (own, alone) in found.iter().zip(&levels) {
            assert!(
                (own.theta() - alone.theta()).abs() < 1e-12 && (own.error() - alone.error()).abs() < 1e-12
            );
        }
        assert_eq!(borrowed(&levels, &Correlations::uncorrelated(3)), levels);
    }
}
