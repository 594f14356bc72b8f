//! Empirical Bayes for Mantel-Haenszel results of small groups: each item's delta shrunk towards the
//! mean of all items.

use crate::fairness::FairnessError;
use crate::linear::{count, count_u32};
use crate::normal::cumulative;

/// The shrunken result of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrunkDif {
    /// Posterior mean of the true effect, in the unit of the effects given.
    pub mean: f64,
    /// Posterior standard deviation, 0 when the items show no spread beyond their errors.
    pub sd: f64,
    /// Weight of the item's own effect, 0 to 1.
    pub weight: f64,
    /// Probability that the true effect is negligible: below 1 delta point, or below 0.17 standard deviations.
    pub p_a: f64,
    /// Probability that it is moderate.
    pub p_b: f64,
    /// Probability that it is large: 1.5 delta points, or 0.25 standard deviations, or more.
    pub p_c: f64,
}

/// The prior of all items and the posterior of each.
#[derive(Debug, Clone, PartialEq)]
pub struct EmpiricalBayes {
    /// Mean of the items' deltas.
    pub prior_mean: f64,
    /// Variance of the true deltas: that of the observed ones minus their mean squared error, 0 or more.
    pub prior_variance: f64,
    /// One posterior per item, in order.
    pub items: Vec<ShrunkDif>,
}

/// Shrinks deltas of Mantel-Haenszel towards their mean.
///
/// `deltas`: delta and its standard error (above 0) of each item, at least 2 items; the fewer the
/// items, the less is known of the prior.
///
/// # Errors
/// [`FairnessError::TooFewValues`], [`FairnessError::NotFinite`].
///
/// Source: Zwick, Thayer & Lewis 1999, J Educ Meas 36:1-28: prior N(mean, variance of the deltas minus
/// mean squared standard error), weight = prior variance / (prior variance + squared standard error).
/// Test `shrinkage_worked_by_hand`.
pub fn empirical_bayes(deltas: &[(f64, f64)]) -> Result<EmpiricalBayes, FairnessError> {
    shrunken(deltas, (1.0, 1.5))
}

/// Shrinks standardised mean differences of items of several categories towards their mean.
///
/// `effects`: difference in standard deviations and its standard error (above 0) of each item, at least 2.
///
/// # Errors
/// [`FairnessError::TooFewValues`], [`FairnessError::NotFinite`].
///
/// Source: as [`empirical_bayes`], with the limits of Zwick & Thayer 1996 (0.17 and 0.25; ours to join the two).
/// Test `limits_of_several_categories_are_those_of_their_classes`.
pub fn empirical_bayes_of_means(effects: &[(f64, f64)]) -> Result<EmpiricalBayes, FairnessError> {
    shrunken(effects, (0.17, 0.25))
}

fn shrunken(deltas: &[(f64, f64)], limits: (f64, f64)) -> Result<EmpiricalBayes, FairnessError> {
    let found = count_u32(deltas.len());
    if found < 2 {
        return Err(FairnessError::TooFewValues { found, needed: 2 });
    }
    let is_broken = |(delta, se): &(f64, f64)| !(delta.abs() < 1e6 && *se > 0.0 && *se < 1e6);
    if let Some(index) = deltas.iter().position(is_broken) {
        return Err(FairnessError::NotFinite { index });
    }
    let n = count(deltas.len());
    let mean = deltas.iter().map(|(delta, _)| delta).sum::<f64>() / n;
    let spread = deltas.iter().map(|(delta, _)| (delta - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = deltas.iter().map(|(_, se)| se * se).sum::<f64>() / n;
    let prior_variance = (spread - error).max(0.0);
    let posterior = |(delta, se): &(f64, f64)| {
        let weight = prior_variance / (prior_variance + se * se);
        shrunk(weight * delta + (1.0 - weight) * mean, weight.sqrt() * se, weight, limits)
    };
    Ok(EmpiricalBayes { prior_mean: mean, prior_variance, items: deltas.iter().map(posterior).collect() })
}

fn shrunk(mean: f64, sd: f64, weight: f64, (small, large): (f64, f64)) -> ShrunkDif {
    let within = |limit: f64| match sd > 0.0 {
        true => cumulative((limit - mean) / sd) - cumulative((-limit - mean) / sd),
        false => f64::from(u8::from(mean.abs() < limit)),
    };
    let (below_small, below_large) = (within(small), within(large));
    ShrunkDif {
        mean,
        sd,
        weight,
        p_a: below_small,
        p_b: (below_large - below_small).max(0.0),
        p_c: (1.0 - below_large).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinkage_worked_by_hand() {
        // Mean 0, variance 4.5, mean squared error 0.5: prior variance 4, weights 4 / 4.5.
        let se = 0.5_f64.sqrt();

        let found = empirical_bayes(&[(-1.5, se), (3.0, se), (-1.5, se), (0.0, se)]).unwrap();

        assert!((found.prior_variance - 4.0).abs() < 1e-12 && found.prior_mean.abs() < 1e-12);
        let item = found.items[1];
        assert!((item.mean - 3.0 * 4.0 / 4.5).abs() < 1e-12);
        assert!((item.sd - (4.0_f64 / 4.5 * 0.5).sqrt()).abs() < 1e-12);
        assert!((item.p_a + item.p_b + item.p_c - 1.0).abs() < 1e-12 && item.p_c > 0.9);
    }

    #[test]
    fn limits_of_several_categories_are_those_of_their_classes() {
        // Mean 0, variance 0.045, mean squared error 0.005: prior variance 0.04, weights 8 / 9.
        let se = 0.005_f64.sqrt();

        let found = empirical_bayes_of_means(&[(-0.15, se), (0.3, se), (-0.15, se), (0.0, se)]).unwrap();

        let item = found.items[1];
        assert!((item.mean - 0.3 * 8.0 / 9.0).abs() < 1e-12);
        // P(|N(0.2667, 0.0667)| >= 0.25) = Φ(0.25).
        assert!((item.p_c - 0.598_706).abs() < 1e-5 && item.p_b > 0.3, "{item:?}");
    }

    #[test]
    fn items_without_spread_beyond_their_errors_share_the_mean() {
        let found = empirical_bayes(&[(0.1, 1.0), (-0.1, 1.0), (0.3, 1.0)]).unwrap();

        assert!(found.items.iter().all(|item| (item.mean - 0.1).abs() < 1e-12 && item.sd == 0.0));
        assert!(found.items.iter().all(|item| (item.p_a, item.p_b, item.p_c) == (1.0, 0.0, 0.0)));
        assert!(empirical_bayes(&[(0.1, 1.0)]).is_err());
        assert_eq!(empirical_bayes(&[(0.1, 1.0), (0.2, 0.0)]), Err(FairnessError::NotFinite { index: 1 }));
    }
}
