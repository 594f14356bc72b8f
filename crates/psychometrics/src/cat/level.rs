//! What is known of one person on one competency: posterior and likelihood over the nodes.

use crate::cat::bank::{Bank, NODES, nodes};
use crate::irt::lanes::exp;

/// A person's level on one competency after some answers, under N(0, 1) or what correlated competencies
/// tell ([`crate::cat::joint::borrowed`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    log_likelihood: Vec<f64>,
    posterior: Vec<f64>,
    theta: f64,
    error: f64,
    answered: u32,
    prior: Prior,
}

/// A normal prior of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Prior {
    mean: f64,
    variance: f64,
}

impl Default for Level {
    fn default() -> Self {
        Self::new()
    }
}

impl Level {
    /// Nothing known: mean 0, standard deviation 1 (on nodes from -6 to 6).
    #[must_use]
    pub fn new() -> Self {
        let mut level = Self {
            log_likelihood: vec![0.0; usize::from(NODES)],
            posterior: Vec::new(),
            theta: 0.0,
            error: 1.0,
            answered: 0,
            prior: Prior { mean: 0.0, variance: 1.0 },
        };
        level.update();
        // The first item is chosen at exactly 0.
        level.theta = 0.0;
        level
    }

    /// A level known to be `theta` as far as criteria at a point are concerned: the posterior is that of
    /// no answer. `None` when `theta` is not finite.
    #[must_use]
    pub fn at(theta: f64) -> Option<Self> {
        theta.is_finite().then(|| Self { theta, ..Self::new() })
    }

    /// Posterior mean, 0 at the start.
    #[must_use]
    pub const fn theta(&self) -> f64 {
        self.theta
    }

    /// Posterior standard deviation, above 0.
    #[must_use]
    pub const fn error(&self) -> f64 {
        self.error
    }

    /// Number of answers.
    #[must_use]
    pub const fn answered(&self) -> u32 {
        self.answered
    }

    /// The level after one more answer; unchanged for an item or category the bank does not have.
    #[must_use]
    pub fn after(&self, bank: &Bank, item: usize, category: u8) -> Self {
        let mut level = self.clone();
        if let Some(row) = bank.curves(item).and_then(|c| c.log_chances.get(usize::from(category))) {
            level.log_likelihood.iter_mut().zip(row).for_each(|(sum, log)| *sum += log);
            level.answered += 1;
            level.update();
        }
        level
    }

    /// Posterior probabilities of the nodes.
    pub(crate) fn posterior(&self) -> &[f64] {
        &self.posterior
    }

    /// Likelihoods of the nodes, the largest 1.
    pub(crate) fn likelihood(&self) -> Vec<f64> {
        let largest = self.log_likelihood.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.log_likelihood.iter().map(|l| exp(l - largest)).collect()
    }

    /// The same answers under another normal prior.
    pub(crate) fn set_prior(&mut self, mean: f64, variance: f64) {
        self.prior = Prior { mean, variance };
        self.update();
    }

    /// What the answers alone tell, as a normal likelihood: its precision, 0 or more, and precision × mean.
    pub(crate) fn site(&self) -> (f64, f64) {
        if self.answered == 0 {
            return (0.0, 0.0);
        }
        let variance = self.error * self.error;
        let precision = variance.recip() - self.prior.variance.recip();
        if precision <= 0.0 {
            return (0.0, 0.0);
        }
        (precision, self.theta / variance - self.prior.mean / self.prior.variance)
    }

    fn update(&mut self) {
        let Prior { mean, variance } = self.prior;
        let log_prior = |t: f64| -0.5 * (t - mean) * (t - mean) / variance;
        let logs: Vec<f64> = self.log_likelihood.iter().zip(nodes()).map(|(l, t)| l + log_prior(t)).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut posterior: Vec<f64> = logs.iter().map(|l| exp(l - largest)).collect();
        let total: f64 = posterior.iter().sum();
        posterior.iter_mut().for_each(|p| *p /= total);
        let (mean, variance) = moments(&posterior);
        self.posterior = posterior;
        self.theta = mean;
        self.error = variance.sqrt();
    }
}

/// Mean and variance of probabilities of the nodes.
pub(crate) fn moments(probabilities: &[f64]) -> (f64, f64) {
    let mean: f64 = probabilities.iter().zip(nodes()).map(|(p, t)| p * t).sum();
    let variance: f64 = probabilities.iter().zip(nodes()).map(|(p, t)| p * (t - mean).powi(2)).sum();
    (mean, variance.max(1e-12))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cat::bank::BankItem;
    use crate::irt::item::Item;
    use crate::irt::responses::Responses;
    use crate::irt::score::{ScorePrior, eap};

    #[test]
    fn a_level_is_the_posterior_mean_of_its_answers() {
        let items = [Item::two_parameter(1.3, 0.2).unwrap(), Item::graded(1.1, &[-0.5, 0.6]).unwrap()];
        let bank = Bank::new(items.iter().map(|i| BankItem::new(i.clone(), 0)).collect()).unwrap();
        let people = Responses::with_categories(&[2, 3], [[Some(1), Some(0)]]).unwrap();

        let level = Level::new().after(&bank, 0, 1).after(&bank, 1, 0);
        let wanted = eap(&items, &people, ScorePrior::STANDARD).unwrap()[0];

        assert!((level.theta() - wanted.theta).abs() < 1e-12 && (level.error() - wanted.error).abs() < 1e-9);
        assert_eq!(level.answered(), 2);
        assert_eq!(level.after(&bank, 9, 0), level);
    }
}
