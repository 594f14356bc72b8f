//! Empirical Bayes for Mantel-Haenszel results of small groups: each item's delta shrunk towards the
//! mean of all items.

use crate::fairness::FairnessError;
use crate::linear::{count, count_u32};
use crate::normal::cumulative;

/// The shrunken result of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrunkDif {
    /// Posterior mean of the true delta, delta points.
    pub mean: f64,
    /// Posterior standard deviation, 0 when the items show no spread beyond their errors.
    pub sd: f64,
    /// Weight of the item's own delta, 0 to 1.
    pub weight: f64,
    /// Probability that the true delta is below 1 in size.
    pub p_a: f64,
    /// Probability that it is from 1 to below 1.5.
    pub p_b: f64,
    /// Probability that it is 1.5 or more.
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
        shrunk(weight * delta + (1.0 - weight) * mean, weight.sqrt() * se, weight)
    };
    Ok(EmpiricalBayes { prior_mean: mean, prior_variance, items: deltas.iter().map(posterior).collect() })
}

fn shrunk(mean: f64, sd: f64, weight: f64) -> ShrunkDif {
    let within = |limit: f64| match sd > 0.0 {
        true => cumulative((limit - mean) / sd) - cumulative((-limit - mean) / sd),
        false => f64::from(u8::from(mean.abs() < limit)),
    };
    let (one, one_and_half) = (within(1.0), within(1.5));
    ShrunkDif {
        mean,
        sd,
        weight,
        p_a: one,
        p_b: (one_and_half - one).max(0.0),
        p_c: (1.0 - one_and_half).max(0.0),
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
    fn items_without_spread_beyond_their_errors_share_the_mean() {
        let found = empirical_bayes(&[(0.1, 1.0), (-0.1, 1.0), (0.3, 1.0)]).unwrap();

        assert!(found.items.iter().all(|item| (item.mean - 0.1).abs() < 1e-12 && item.sd == 0.0));
        assert!(found.items.iter().all(|item| (item.p_a, item.p_b, item.p_c) == (1.0, 0.0, 0.0)));
        assert!(empirical_bayes(&[(0.1, 1.0)]).is_err());
        assert_eq!(empirical_bayes(&[(0.1, 1.0), (0.2, 0.0)]), Err(FairnessError::NotFinite { index: 1 }));
    }
}
