//! Scores of people under known items: posterior mean (EAP), posterior mode (MAP) and weighted
//! likelihood (WLE). Maximum likelihood is not offered: it is infinite for extreme patterns.
//!
//! One prior for everybody: there is no way to give two people of one batch different priors.

use crate::irt::calibrate::problem::{known_table, widened};
use crate::irt::estep::for_each_posterior;
use crate::irt::grid::Grid;
use crate::irt::item::Item;
use crate::irt::lanes::{Lane, dot};
use crate::irt::patterns::Patterns;
use crate::irt::responses::{GAP, Responses};
use crate::linear::{count, count_u32};

pub mod item_error;
pub(crate) mod likelihood;
mod modes;

/// The normal prior of a whole batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePrior {
    mean: f64,
    sd: f64,
}

impl ScorePrior {
    /// N(0, 1), the population of a base calibration.
    pub const STANDARD: Self = Self { mean: 0.0, sd: 1.0 };

    /// N(mean, sd²) in trait units, mean within ±6 and sd from 0.05 to 10.
    ///
    /// # Errors
    /// [`ScoreError::OutOfRange`].
    pub fn new(mean: f64, sd: f64) -> Result<Self, ScoreError> {
        if !(-6.0..=6.0).contains(&mean) {
            return Err(ScoreError::OutOfRange { name: "prior mean", value: mean });
        }
        if !(0.05..=10.0).contains(&sd) {
            return Err(ScoreError::OutOfRange { name: "prior sd", value: sd });
        }
        Ok(Self { mean, sd })
    }

    /// The mean.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation, above 0.
    #[must_use]
    pub const fn sd(&self) -> f64 {
        self.sd
    }
}

/// Why people cannot be scored.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ScoreError {
    /// There is not one item per column.
    #[error("{found} item parameters for {expected} items")]
    LengthMismatch {
        /// Number of columns.
        expected: usize,
        /// Number of item parameters.
        found: usize,
    },
    /// An answer is beyond the categories of its item.
    #[error("person {person}, item {item}: category {category} of {categories}")]
    NoSuchCategory {
        /// Row number from 0.
        person: usize,
        /// Item number from 0.
        item: usize,
        /// Category from 0.
        category: u8,
        /// Categories of the item.
        categories: usize,
    },
    /// A setting is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The calibration has no covariance of its estimates.
    #[error("the calibration has no standard errors")]
    NoStandardErrors,
}

/// What a score rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreStatus {
    /// At least one answer.
    Estimated,
    /// No answer: the score is the prior.
    NoData,
    /// The weighted likelihood has no maximum inside -6 to 6; the score is the end it points to.
    AtBound,
}

/// A person's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Level of the trait, in its units.
    pub theta: f64,
    /// Posterior standard deviation (EAP) or standard error (MAP, WLE), above 0.
    pub error: f64,
    /// Items answered.
    pub answered: u32,
    /// What it rests on.
    pub status: ScoreStatus,
}

/// Nodes of a posterior mean that is reported.
pub const REPORT_NODES: u16 = 121;

/// Posterior means and standard deviations, over 121 equally spaced nodes on -6 to 6.
///
/// `items`: the parameters, one per column; `responses`: rows = people, columns = items, gaps left out
/// of the likelihood. **Shape**: one score per row, in order; trait units. A person without any answer
/// gets the prior and [`ScoreStatus::NoData`]. Posterior means shrink: never compare those of people
/// with unequal errors without them.
///
/// # Errors
/// [`ScoreError::LengthMismatch`], [`ScoreError::NoSuchCategory`].
///
/// Source: Bock & Mislevy 1982, Appl Psychol Meas 6:431-444. Golden test `irt_score_2pl`.
pub fn eap(items: &[Item], responses: &Responses, prior: ScorePrior) -> Result<Vec<Score>, ScoreError> {
    eap_with_nodes(items, responses, prior, REPORT_NODES)
}

/// As [`eap`] with another number of nodes, 11 to 2,001.
///
/// # Errors
/// As [`eap`]; [`ScoreError::OutOfRange`] for `nodes`.
pub fn eap_with_nodes(
    items: &[Item],
    responses: &Responses,
    prior: ScorePrior,
    nodes: u16,
) -> Result<Vec<Score>, ScoreError> {
    check(items, responses)?;
    if !(11..=2_001).contains(&nodes) {
        return Err(ScoreError::OutOfRange { name: "nodes", value: f64::from(nodes) });
    }
    let patterns = Patterns::new(&widened(items, responses));
    let grid = Grid::new(nodes);
    let table = known_table(items, &patterns, &grid);
    let log_weights = grid.log_weights(prior.mean, prior.sd * prior.sd);
    let means = for_each_posterior(&patterns, &table, &log_weights, |_, posterior| moments(posterior, &grid));
    Ok(spread(&patterns, |pattern, answered| {
        let (theta, error) = means.get(pattern).copied().unwrap_or((prior.mean, prior.sd));
        match answered {
            0 => Score { theta: prior.mean, error: prior.sd, answered, status: ScoreStatus::NoData },
            _ => Score { theta, error, answered, status: ScoreStatus::Estimated },
        }
    }))
}

/// Posterior modes, with standard errors from the observed information and the prior,
/// `(-l'' + 1/σ²)^-½`.
///
/// Arguments and shape as [`eap`].
///
/// # Errors
/// As [`eap`].
///
/// Source: Samejima 1969; Baker & Kim 2004, ch. 7. Golden test `irt_score_2pl`.
pub fn map(items: &[Item], responses: &Responses, prior: ScorePrior) -> Result<Vec<Score>, ScoreError> {
    check(items, responses)?;
    let patterns = Patterns::new(&widened(items, responses));
    let found = modes::posterior_modes(items, &patterns, prior);
    Ok(spread(&patterns, |pattern, answered| {
        let (theta, error) = found.get(pattern).copied().unwrap_or((prior.mean, prior.sd));
        match answered {
            0 => Score { theta: prior.mean, error: prior.sd, answered, status: ScoreStatus::NoData },
            _ => Score { theta, error, answered, status: ScoreStatus::Estimated },
        }
    }))
}

/// Weighted likelihood estimates, free of a prior and nearly unbiased: where `l' + J / (2 I)` is 0 on
/// -6 to 6, with the standard error `I^-½`. Of several such points the one of the largest weighted
/// likelihood is taken. They are what rank confidence sets use.
///
/// Arguments as [`eap`]. **Shape**: one entry per row, `None` for a person without any answer.
///
/// # Errors
/// As [`eap`].
///
/// Source: Warm 1989, Psychometrika 54:427-450; polytomous items Penfield & Bergeron 2005. Golden test
/// `irt_score_2pl`.
pub fn wle(items: &[Item], responses: &Responses) -> Result<Vec<Option<Score>>, ScoreError> {
    check(items, responses)?;
    let patterns = Patterns::new(&widened(items, responses));
    let found = modes::weighted_estimates(items, &patterns);
    Ok(spread(&patterns, |pattern, answered| {
        let (theta, error, status) = found.get(pattern).copied().flatten()?;
        (answered > 0).then_some(Score { theta, error, answered, status })
    }))
}

/// Marginal (empirical) reliability of posterior means, `var(EAP) / (var(EAP) + mean PSD²)`, 0 to 1;
/// people without an answer are left out. Absent below 2 people.
///
/// A property of the group: it says nothing about one person.
///
/// Source: psychometrics.md 4.4 (mirt's `empirical_rxx` for EAP); test
/// `marginal_reliability_worked_by_hand`.
#[must_use]
pub fn marginal_reliability(scores: &[Score]) -> Option<f64> {
    let used: Vec<&Score> = scores.iter().filter(|s| s.status != ScoreStatus::NoData).collect();
    if used.len() < 2 {
        return None;
    }
    let n = count(used.len());
    let mean = used.iter().map(|s| s.theta).sum::<f64>() / n;
    let variance = used.iter().map(|s| (s.theta - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = used.iter().map(|s| s.error * s.error).sum::<f64>() / n;
    crate::linear::finite(variance / (variance + error))
}

/// Refuses items that do not suit the answers.
pub(crate) fn check(items: &[Item], responses: &Responses) -> Result<(), ScoreError> {
    if items.len() != responses.items() {
        return Err(ScoreError::LengthMismatch { expected: responses.items(), found: items.len() });
    }
    for (person, row) in responses.rows().enumerate() {
        for (number, (cell, item)) in row.iter().zip(items).enumerate() {
            let categories = item.categories();
            if *cell != GAP && usize::from(*cell) >= categories {
                return Err(ScoreError::NoSuchCategory { person, item: number, category: *cell, categories });
            }
        }
    }
    Ok(())
}

/// Mean and standard deviation of a normalised posterior.
pub(crate) fn moments(posterior: &[Lane], grid: &Grid) -> (f64, f64) {
    let mean = dot(posterior, grid.theta());
    let variance = dot(posterior, grid.theta_squared()) - mean * mean;
    (mean, variance.max(1e-12).sqrt())
}

/// One result per person from one per pattern and the number of answers in it.
pub(crate) fn spread<T: Clone>(patterns: &Patterns, result: impl Fn(usize, u32) -> T) -> Vec<T> {
    let own: Vec<T> = patterns
        .rows()
        .enumerate()
        .map(|(pattern, row)| result(pattern, count_u32(row.iter().filter(|cell| **cell != GAP).count())))
        .collect();
    let of = |pattern: &u32| own.get(crate::irt::estep::index(*pattern)).cloned();
    patterns.of_person.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item> {
        vec![
            Item::two_parameter(1.2, -0.5).unwrap(),
            Item::graded(1.6, &[-1.0, 0.3, 1.2]).unwrap(),
            Item::partial_credit(0.9, &[0.4, -0.2]).unwrap(),
        ]
    }

    fn people() -> Responses {
        let rows = [
            [Some(1), Some(3), Some(2)],
            [Some(0), Some(0), Some(0)],
            [Some(1), None, Some(1)],
            [None, None, None],
            [Some(1), Some(3), Some(2)],
        ];
        Responses::with_categories(&[2, 4, 3], rows).unwrap()
    }

    #[test]
    fn the_three_estimates_agree_on_order_and_missing_data() {
        let prior = ScorePrior::STANDARD;
        let (items, people) = (items(), people());

        let eap = eap(&items, &people, prior).unwrap();
        let map = map(&items, &people, prior).unwrap();
        let wle = wle(&items, &people).unwrap();

        assert_eq!((eap[0], map[0], wle[0]), (eap[4], map[4], wle[4]));
        assert_eq!((eap[3].status, eap[3].theta, eap[3].error), (ScoreStatus::NoData, 0.0, 1.0));
        assert_eq!((map[3].status, wle[3]), (ScoreStatus::NoData, None));
        assert_eq!(eap[2].answered, 2);
        for scores in [&eap, &map] {
            assert!(scores[0].theta > scores[2].theta && scores[2].theta > scores[1].theta);
            assert!(scores.iter().all(|s| s.error > 0.0 && s.error <= 1.0));
        }
        // Free of the prior, the weighted estimate is further out.
        assert!(wle[0].unwrap().theta > eap[0].theta && wle[1].unwrap().theta < eap[1].theta);
    }

    #[test]
    fn modes_are_where_the_derivative_is_zero() {
        let (items, people) = (items(), people());
        let prior = ScorePrior::new(0.3, 1.4).unwrap();
        let scores = map(&items, &people, prior).unwrap();

        for person in [0, 1, 2] {
            let theta = scores[person].theta;
            let slope: f64 = items
                .iter()
                .enumerate()
                .filter_map(|(j, item)| {
                    let k = usize::from(people.category(person, j)?);
                    Some(item.curves(theta)[k].score)
                })
                .sum();
            assert!((slope - (theta - 0.3) / (1.4 * 1.4)).abs() < 1e-8);
        }
    }

    #[test]
    fn marginal_reliability_worked_by_hand() {
        let score = |theta, status| Score { theta, error: 0.5, answered: 1, status };
        let scores = [
            score(-1.0, ScoreStatus::Estimated),
            score(1.0, ScoreStatus::Estimated),
            score(9.0, ScoreStatus::NoData),
        ];

        // Variance 2, mean squared error 0.25.
        assert!((marginal_reliability(&scores).unwrap() - 2.0 / 2.25).abs() < 1e-12);
        assert_eq!(marginal_reliability(&scores[1..]), None);
    }

    #[test]
    fn unsuitable_answers_are_refused() {
        let mut short = items();
        short.pop();
        assert_eq!(
            eap(&short, &people(), ScorePrior::STANDARD),
            Err(ScoreError::LengthMismatch { expected: 3, found: 2 })
        );
        let swapped = [items()[0].clone(), items()[2].clone(), items()[1].clone()];
        assert!(matches!(wle(&swapped, &people()), Err(ScoreError::NoSuchCategory { item: 1, .. })));
        assert!(ScorePrior::new(0.0, 0.0).is_err() && ScorePrior::new(f64::NAN, 1.0).is_err());
    }
}
