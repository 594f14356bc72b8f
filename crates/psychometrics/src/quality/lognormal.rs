//! The lognormal model of response times, `log T_ij = β_j - τ_i + e_ij`, by exact maximum likelihood.

use statrs::function::gamma::gamma_ur;

use crate::irt::em::{Cycle, EmModel, EmOptions, iterate};
use crate::linear::{count, count_u32};
use crate::matrix::ScoreMatrix;
use crate::quality::rapid::{TimeError, positive};

/// Residual below which an answer is too fast.
const TOO_FAST: f64 = -3.0;

/// p value of the sum of squared residuals below which a person is flagged.
const FLAG_P: f64 = 0.001;

/// Fewest people.
const FEWEST_PERSONS: u32 = 30;

/// Smallest variance, of log seconds.
const SMALLEST_VARIANCE: f64 = 1e-6;

/// One item of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeItem {
    /// Time intensity β: mean log seconds of a person of speed 0.
    pub intensity: f64,
    /// Residual variance 1 / α², above 0.
    pub residual_variance: f64,
}

impl TimeItem {
    /// Time discrimination α, above 0.
    #[must_use]
    pub fn discrimination(&self) -> f64 {
        self.residual_variance.sqrt().recip()
    }
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeModel {
    /// The items, in order.
    pub items: Vec<TimeItem>,
    /// Variance of the people's speed τ.
    pub speed_variance: f64,
    /// Marginal log-likelihood of the log times.
    pub log_likelihood: f64,
    /// People with at least one time.
    pub persons_used: u32,
    /// Cycles run.
    pub cycles: u32,
    /// Whether the iteration ended by itself.
    pub is_converged: bool,
}

/// Why there is no model.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TimeModelError {
    /// The times cannot be used.
    #[error(transparent)]
    Times(#[from] TimeError),
    /// Fewer than 30 people with a time.
    #[error("{found} people with a time, at least {needed} are needed")]
    TooFewPersons {
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// Fewer than 3 items.
    #[error("{found} items, at least {needed} are needed")]
    TooFewItems {
        /// Items found.
        found: u32,
        /// Items needed.
        needed: u32,
    },
    /// Fewer than 2 people have a time on an item, or all the same.
    #[error("the times of item {item} do not vary")]
    ConstantItem {
        /// Item from 0.
        item: usize,
    },
}

/// The speed of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Speed {
    /// Posterior mean of τ: larger is faster.
    pub tau: f64,
    /// Posterior standard deviation.
    pub error: f64,
    /// Standardised residual of each item, `α (log T - β + τ)`; below -3 the answer is too fast.
    pub residuals: Vec<Option<f64>>,
    /// Answers that are too fast.
    pub too_fast: u32,
    /// Sum of squared residuals.
    pub squares: f64,
    /// p value of the sum of squared residuals against χ² with as many degrees of freedom as times
    /// (Marianti et al. 2014); absent without any time.
    pub p: Option<f64>,
    /// Whether p is below .001 (ours, as for distances): times that do not hang together.
    pub is_flagged: bool,
}

/// Fits the model to times without the rapid ones ([`crate::quality::rapid::without_rapid`]): 12 planted
/// guessers among 400 raise the variance of speed from .09 to .33.
///
/// `times`: rows = people, columns = items, in seconds above 0, gaps allowed; leave out times under
/// assistive settings. Speed is never shown for one person.
///
/// # Errors
/// [`TimeModelError`].
///
/// Source: van der Linden 2006, J Educ Behav Stat 31:181-204; the same as a one-factor model with unit
/// loadings. Golden test `rq_lnrt_public`.
pub fn fit_times(times: &ScoreMatrix) -> Result<TimeModel, TimeModelError> {
    positive(times)?;
    let items = times.scenarios();
    if items < 3 {
        return Err(TimeModelError::TooFewItems { found: count_u32(items), needed: 3 });
    }
    let rows: Vec<Vec<Option<f64>>> = log_rows(times).filter(|row| row.iter().any(Option::is_some)).collect();
    let persons_used = count_u32(rows.len());
    if persons_used < FEWEST_PERSONS {
        return Err(TimeModelError::TooFewPersons { found: persons_used, needed: FEWEST_PERSONS });
    }
    let mut start = Vec::with_capacity(2 * items + 1);
    let mut variances = Vec::with_capacity(items);
    for item in 0..items {
        let own: Vec<f64> = rows.iter().filter_map(|row| row.get(item).copied().flatten()).collect();
        let mean = own.iter().sum::<f64>() / count(own.len());
        let variance = own.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count(own.len());
        if own.len() < 2 || variance <= SMALLEST_VARIANCE {
            return Err(TimeModelError::ConstantItem { item });
        }
        start.push(mean);
        variances.push((0.7 * variance).ln());
    }
    let mean_variance = variances.iter().map(|v| v.exp()).sum::<f64>() / count(items);
    start.extend(variances);
    start.push((0.4 * mean_variance).ln());
    let model = Times { rows, items };
    let options = EmOptions { tolerance: 1e-7, most_cycles: 5_000, is_accelerated: true };
    let end = iterate(&model, start, options);
    let found = Parameters::of(&end.parameters, items);
    Ok(TimeModel {
        items: (0..items)
            .map(|item| TimeItem { intensity: found.beta(item), residual_variance: found.variance(item) })
            .collect(),
        speed_variance: found.speed_variance,
        log_likelihood: model.rows.iter().map(|row| found.person(row).log_likelihood).sum(),
        persons_used,
        cycles: end.cycles,
        is_converged: end.is_converged,
    })
}

/// Speed and residuals of people under a fitted model.
///
/// `times` as in [`fit_times`], rapid answers included. **Shape**: one entry per row.
///
/// # Errors
/// [`TimeError::NotPositive`], [`TimeError::LengthMismatch`].
///
/// Source: van der Linden 2006; Marianti, Fox, Avetisyan, Veldkamp & Tijmstra 2014. Golden test
/// `rq_lnrt_public`.
pub fn speeds(model: &TimeModel, times: &ScoreMatrix) -> Result<Vec<Speed>, TimeError> {
    positive(times)?;
    if model.items.len() != times.scenarios() {
        return Err(TimeError::LengthMismatch { expected: model.items.len(), found: times.scenarios() });
    }
    let parameters = Parameters {
        beta: model.items.iter().map(|item| item.intensity).collect(),
        variance: model.items.iter().map(|item| item.residual_variance).collect(),
        speed_variance: model.speed_variance,
    };
    let speed = |row: Vec<Option<f64>>| {
        let person = parameters.person(&row);
        let residual = |(log, item): (&Option<f64>, &TimeItem)| {
            log.map(|log| item.discrimination() * (log - item.intensity + person.tau))
        };
        let residuals: Vec<Option<f64>> = row.iter().zip(&model.items).map(residual).collect();
        let known: Vec<f64> = residuals.iter().flatten().copied().collect();
        let squares: f64 = known.iter().map(|z| z * z).sum();
        let p = (!known.is_empty()).then(|| gamma_ur(count(known.len()) / 2.0, (squares / 2.0).max(1e-300)));
        Speed {
            tau: person.tau,
            error: person.tau_variance.sqrt(),
            too_fast: count_u32(known.iter().filter(|z| **z < TOO_FAST).count()),
            squares,
            p,
            is_flagged: p.is_some_and(|p| p < FLAG_P),
            residuals,
        }
    };
    Ok(log_rows(times).map(speed).collect())
}

fn log_rows(times: &ScoreMatrix) -> impl Iterator<Item = Vec<Option<f64>>> {
    times.rows().map(|row| row.iter().map(|time| time.map(f64::ln)).collect())
}

/// The parameters taken out of one list: β, log variances, log variance of speed.
struct Parameters {
    beta: Vec<f64>,
    variance: Vec<f64>,
    speed_variance: f64,
}

/// What one row says of a person.
struct Person {
    tau: f64,
    tau_variance: f64,
    log_likelihood: f64,
}

impl Parameters {
    fn of(at: &[f64], items: usize) -> Self {
        let part = |from: usize, to: usize| at.get(from..to).unwrap_or_default();
        Self {
            beta: part(0, items).to_vec(),
            variance: part(items, 2 * items).iter().map(|v| v.exp()).collect(),
            speed_variance: at.get(2 * items).map_or(1.0, |v| v.exp()),
        }
    }

    fn beta(&self, item: usize) -> f64 {
        self.beta.get(item).copied().unwrap_or(0.0)
    }

    fn variance(&self, item: usize) -> f64 {
        self.variance.get(item).copied().unwrap_or(1.0)
    }

    /// Posterior of τ: precision `1/s² + Σ α²`, mean `Σ α² (β - log T) / precision`. The covariance of the
    /// log times is diagonal plus s², so its determinant and inverse have closed forms.
    fn person(&self, row: &[Option<f64>]) -> Person {
        let (mut precision, mut pull, mut squares, mut logs, mut n) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for ((log, beta), variance) in row.iter().zip(&self.beta).zip(&self.variance) {
            if let Some(log) = log {
                let distance = beta - log;
                precision += variance.recip();
                pull += distance / variance;
                squares += distance * distance / variance;
                logs += variance.ln();
                n += 1.0;
            }
        }
        let total = self.speed_variance.recip() + precision;
        let quadratic = squares - pull * pull / total;
        let log_determinant = logs + (1.0 + self.speed_variance * precision).ln();
        let log_likelihood = -0.5 * (n * (2.0 * std::f64::consts::PI).ln() + log_determinant + quadratic);
        Person { tau: pull / total, tau_variance: total.recip(), log_likelihood }
    }
}

/// The log times as an EM problem.
struct Times {
    rows: Vec<Vec<Option<f64>>>,
    items: usize,
}

impl EmModel for Times {
    fn cycle(&self, at: &[f64]) -> Cycle {
        let parameters = Parameters::of(at, self.items);
        let people: Vec<Person> = self.rows.iter().map(|row| parameters.person(row)).collect();
        let mut beta = Vec::with_capacity(self.items);
        let mut variances = Vec::with_capacity(self.items);
        for item in 0..self.items {
            let own = || {
                let pairs = self.rows.iter().zip(&people);
                pairs.filter_map(move |(row, person)| {
                    row.get(item).copied().flatten().map(|log| (log, person))
                })
            };
            let n = count(own().count());
            let mean = own().map(|(log, person)| log + person.tau).sum::<f64>() / n;
            let square =
                |(log, person): (f64, &Person)| (log - mean + person.tau).powi(2) + person.tau_variance;
            beta.push(mean);
            variances.push((own().map(square).sum::<f64>() / n).max(SMALLEST_VARIANCE).ln());
        }
        let speed: f64 = people.iter().map(|p| p.tau * p.tau + p.tau_variance).sum();
        let mut next = beta;
        next.extend(variances);
        next.push((speed / count(people.len())).max(SMALLEST_VARIANCE).ln());
        Cycle { objective: people.iter().map(|p| p.log_likelihood).sum(), next }
    }

    fn is_feasible(&self, at: &[f64]) -> bool {
        at.iter().all(|x| x.abs() < 50.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::simulate::normal_levels;

    /// 300 people × 6 items of known parameters, one time in seven missing.
    fn simulated() -> ScoreMatrix {
        let speed = normal_levels(300, 0.0, 0.3, 1);
        let noise = normal_levels(1_800, 0.0, 0.4, 2);
        let rows: Vec<Vec<Option<f64>>> = speed
            .iter()
            .zip(noise.chunks(6))
            .enumerate()
            .map(|(p, (tau, own))| {
                let time = |(j, e): (usize, &f64)| {
                    (!(p + j).is_multiple_of(7)).then(|| (3.0 + 0.1 * count(j) - tau + e).exp())
                };
                own.iter().enumerate().map(time).collect()
            })
            .collect();
        ScoreMatrix::from_rows(6, rows).unwrap()
    }

    #[test]
    fn known_times_are_recovered() {
        let times = simulated();

        let model = fit_times(&times).unwrap();
        let people = speeds(&model, &times).unwrap();

        assert!(model.is_converged && (model.speed_variance - 0.09).abs() < 0.025);
        for (j, item) in model.items.iter().enumerate() {
            assert!((item.intensity - 3.0 - 0.1 * count(j)).abs() < 0.1);
            assert!((item.residual_variance - 0.16).abs() < 0.05);
        }
        let low = people.iter().filter(|p| p.p.unwrap() < 0.05).count();
        assert!(low < 30, "{low} of 300 below .05");
        assert!(people.iter().all(|p| p.residuals.len() == 6 && p.error > 0.0));
    }

    #[test]
    fn the_likelihood_is_that_of_the_joint_normal() {
        // Two log times with variances .2 and .3 and covariance .5: determinant .7 · .8 - .25 = .31.
        let parameters = Parameters { beta: vec![1.0, 2.0], variance: vec![0.2, 0.3], speed_variance: 0.5 };

        let found = parameters.person(&[Some(0.5), Some(2.5)]).log_likelihood;

        let (a, b, det) = (-0.5, 0.5, 0.31);
        let quadratic = (0.8 * a * a - 2.0 * 0.5 * a * b + 0.7 * b * b) / det;
        let wanted = -0.5 * (2.0 * (2.0 * std::f64::consts::PI).ln() + f64::ln(det) + quadratic);
        assert!((found - wanted).abs() < 1e-12);
    }

    #[test]
    fn impossible_times_are_refused() {
        let flat = ScoreMatrix::from_rows(3, vec![[Some(5.0); 3]; 40]).unwrap();
        let few = ScoreMatrix::from_rows(3, vec![[Some(5.0); 3]; 4]).unwrap();
        let narrow = ScoreMatrix::from_rows(2, vec![[Some(5.0); 2]; 40]).unwrap();

        assert_eq!(fit_times(&flat), Err(TimeModelError::ConstantItem { item: 0 }));
        assert!(matches!(fit_times(&few), Err(TimeModelError::TooFewPersons { .. })));
        assert!(matches!(fit_times(&narrow), Err(TimeModelError::TooFewItems { .. })));
    }
}
