//! Priors on item parameters: weak information that keeps estimates finite in small samples.

use crate::irt::mstep::derivatives::Derivatives;

/// A prior density on every slope: `ln a ~ N(mean_log, sd_log²)`, as a density of `a`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopePrior {
    /// Mean of the logarithm of the slope.
    pub mean_log: f64,
    /// Standard deviation of the logarithm of the slope, above 0.
    pub sd_log: f64,
}

/// A prior density on every intercept: `d ~ N(0, sd²)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterceptPrior {
    /// Standard deviation, above 0.
    pub sd: f64,
}

/// Priors on the parameters of items.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Priors {
    /// `ln a ~ N(0.2, 0.5²)`, `d ~ N(0, 3²)` below 1,000 people; above, only for items with fewer than
    /// 200 answers (psychometrics.md 4.2).
    #[default]
    Automatic,
    /// None: maximum likelihood.
    None,
    /// The same for every item.
    Given {
        /// On slopes, if any.
        slope: Option<SlopePrior>,
        /// On intercepts, if any.
        intercept: Option<InterceptPrior>,
    },
}

/// People from which the automatic priors are left out.
const ENOUGH_PERSONS: u32 = 1_000;

/// Answers from which an item needs no automatic prior.
const ENOUGH_ANSWERS: u32 = 200;

/// The priors of one item.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct ItemPrior {
    pub(crate) slope: Option<SlopePrior>,
    pub(crate) intercept: Option<InterceptPrior>,
}

impl Priors {
    /// Whether every standard deviation is above 0 and every number finite.
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Self::Given { slope, intercept } => {
                slope.is_none_or(|p| p.mean_log.is_finite() && p.sd_log > 0.0 && p.sd_log.is_finite())
                    && intercept.is_none_or(|p| p.sd > 0.0 && p.sd.is_finite())
            }
            Self::Automatic | Self::None => true,
        }
    }

    /// The priors of an item with `answers` answers in a sample of `persons`.
    pub(crate) const fn of_item(&self, persons: u32, answers: u32) -> ItemPrior {
        match self {
            Self::Automatic if persons < ENOUGH_PERSONS || answers < ENOUGH_ANSWERS => ItemPrior {
                slope: Some(SlopePrior { mean_log: 0.2, sd_log: 0.5 }),
                intercept: Some(InterceptPrior { sd: 3.0 }),
            },
            Self::Automatic | Self::None => ItemPrior { slope: None, intercept: None },
            Self::Given { slope, intercept } => ItemPrior { slope: *slope, intercept: *intercept },
        }
    }
}

/// ln √(2π).
const LOG_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;

impl ItemPrior {
    /// Whether there is any.
    pub(crate) const fn is_some(&self) -> bool {
        self.slope.is_some() || self.intercept.is_some()
    }

    /// The logarithm of the density at slopes followed by intercepts. Slopes whose sign is free have no
    /// log-normal density: the caller gives them none.
    pub(crate) fn log_density(&self, parameters: &[f64], slopes: usize) -> f64 {
        let (slopes, intercepts) = parameters.split_at_checked(slopes).unwrap_or_default();
        let of_slope = self.slope.map_or(0.0, |prior| {
            slopes
                .iter()
                .map(|a| {
                    let z = (a.ln() - prior.mean_log) / prior.sd_log;
                    -a.ln() - 0.5 * z * z - prior.sd_log.ln() - LOG_ROOT_TWO_PI
                })
                .sum()
        });
        let of_intercept = self.intercept.map_or(0.0, |prior| {
            intercepts.iter().map(|d| -0.5 * (d / prior.sd).powi(2) - prior.sd.ln() - LOG_ROOT_TWO_PI).sum()
        });
        of_slope + of_intercept
    }

    /// Adds the log density and its derivatives.
    pub(crate) fn add_to(&self, found: &mut Derivatives, parameters: &[f64], slopes: usize) {
        if !self.is_some() {
            return;
        }
        found.value += self.log_density(parameters, slopes);
        for (i, x) in parameters.iter().enumerate() {
            if let Some(prior) = self.slope.filter(|_| i < slopes) {
                let variance = prior.sd_log * prior.sd_log;
                let pull = (x.ln() - prior.mean_log) / variance;
                found.add_gradient(i, -(1.0 + pull) / x);
                found.add_information(i, i, (1.0 / variance - 1.0 - pull) / (x * x));
            }
            if let Some(prior) = self.intercept.filter(|_| i >= slopes) {
                found.add_gradient(i, -x / (prior.sd * prior.sd));
                found.add_information(i, i, 1.0 / (prior.sd * prior.sd));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_the_priors_agree_with_differences() {
        let prior = Priors::Automatic.of_item(100, 100);
        let parameters = [1.4, 0.3, -2.0];
        let at = |i: usize, h: f64| {
            let mut moved = parameters;
            moved[i] += h;
            let mut found = Derivatives { value: 0.0, gradient: vec![0.0; 3], information: vec![0.0; 9] };
            prior.add_to(&mut found, &moved, 1);
            found
        };

        for i in 0..3 {
            let (up, down, here) = (at(i, 1e-5), at(i, -1e-5), at(i, 0.0));
            assert!(((up.value - down.value) / 2e-5 - here.gradient[i]).abs() < 1e-8);
            assert!(((down.gradient[i] - up.gradient[i]) / 2e-5 - here.information[i * 4]).abs() < 1e-8);
        }
    }

    #[test]
    fn automatic_priors_end_with_the_sample() {
        assert!(Priors::Automatic.of_item(999, 999).is_some());
        assert!(!Priors::Automatic.of_item(1_000, 200).is_some());
        assert!(Priors::Automatic.of_item(1_000, 199).is_some());
        assert!(
            !Priors::Given { slope: Some(SlopePrior { mean_log: 0.0, sd_log: 0.0 }), intercept: None }
                .is_valid()
        );
    }
}
