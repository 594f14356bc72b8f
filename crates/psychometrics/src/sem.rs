//! The standard error of measurement of a snapshot, of one person and of a difference, and the 95 %
//! interval of a score.
//!
//! One formula at every sample size, shrunk to a documented prior. The uncertainty of the key is
//! common to all candidates and deliberately not part of it.

use crate::linear::{LARGEST, column_means, count, count_u32, finite};
use crate::matrix::ScoreMatrix;
use crate::normal::Z_95;

/// Standard error of one scenario in the prior, in points: 23 / √12 is 6.6 for 12 scenarios (ours).
pub const PRIOR_SCENARIO_SD: f64 = 23.0;

/// Number of people the prior counts for (ours).
pub const PRIOR_PERSONS: f64 = 50.0;

/// A standard error: above 0 and at most 1e100, in the unit of its score.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct StandardError(f64);

/// A standard error that is zero, negative, not a number or too large to be squared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a standard error must be finite and above 0, found {0}")]
pub struct InvalidStandardError(pub f64);

impl TryFrom<f64> for StandardError {
    type Error = InvalidStandardError;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if value > 0.0 && value <= LARGEST { Ok(Self(value)) } else { Err(InvalidStandardError(value)) }
    }
}

impl StandardError {
    /// The standard error as a number above 0.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Why there is no standard error or interval.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SemError {
    /// The form has no scenario.
    #[error("the form has no scenario")]
    NoScenario,
    /// A residual needs at least 2 scenarios.
    #[error("{found} scenario, at least 2 are needed")]
    TooFewScenarios {
        /// Number of scenarios.
        found: u32,
    },
    /// A residual needs at least 2 people without a gap.
    #[error("{found} people with every scenario, at least 2 are needed")]
    TooFewPersons {
        /// Number of people without a gap.
        found: u32,
    },
    /// No scenario was answered, so nothing was measured.
    #[error("no scenario was answered")]
    NothingAnswered,
    /// More scenarios answered than the form has.
    #[error("{answered} scenarios answered of {scenarios}")]
    MoreAnsweredThanScenarios {
        /// Scenarios answered.
        answered: u32,
        /// Scenarios of the form.
        scenarios: u32,
    },
    /// A score is not a number from 0 to 100.
    #[error("the score {0} is not from 0 to 100")]
    ScoreOutOfRange(f64),
    /// A variance is negative or not finite.
    #[error("the variance {0} is not a number from 0")]
    InvalidVariance(f64),
}

/// The person × scenario residual of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonScenarioResidual {
    /// Residual mean square, squared points, 0 or more.
    pub mean_square: f64,
    /// People with every scenario, the only ones used.
    pub persons_used: u32,
    /// People with at least one scenario missing, left out of the estimate.
    pub persons_left_out: u32,
    /// Number of scenarios.
    pub scenarios: u32,
}

impl PersonScenarioResidual {
    /// s² of the shrinkage formula: mean square / number of scenarios, the sampling variance of a
    /// person's mean over the scenarios of the form, squared points.
    #[must_use]
    pub fn variance_of_mean(&self) -> f64 {
        self.mean_square / f64::from(self.scenarios)
    }
}

/// The person × scenario residual mean square: the residual of a two-way analysis of variance
/// without replication, `Σ (y_ps - ȳ_p - ȳ_s + ȳ)² / ((n - 1)(S - 1))`.
///
/// `scores`: rows = people, columns = scenarios, each 0 to 100 (100 × mean of the points of the
/// scenario's actions). It is what is left of a scenario score once the person's level and the
/// scenario's difficulty are taken out. **People with any scenario missing are left out** and
/// counted. Every scenario weighs the same here though actions weigh the same in the score; with 4
/// or 5 actions per scenario the variance differs by at most 1.3 % (test
/// `unequal_numbers_of_actions_change_the_variance_little`).
///
/// # Errors
/// [`SemError::TooFewScenarios`] below 2 scenarios, [`SemError::TooFewPersons`] below 2 people
/// without a gap, [`SemError::ScoreOutOfRange`] outside 0 to 100.
///
/// Source: decisions.md "Score"; Cronbach, Gleser, Nanda & Rajaratnam 1972, p × i design (relative
/// error). Tests `residual_of_a_hand_worked_table`, `people_with_a_gap_are_left_out`.
pub fn person_scenario_residual(scores: &ScoreMatrix) -> Result<PersonScenarioResidual, SemError> {
    let scenarios = count_u32(scores.scenarios());
    if scenarios < 2 {
        return Err(SemError::TooFewScenarios { found: scenarios });
    }
    let outside = |value: &&f64| !(0.0..=100.0).contains(*value);
    if let Some(value) = scores.rows().flatten().flatten().find(outside) {
        return Err(SemError::ScoreOutOfRange(*value));
    }
    let rows = scores.complete_rows();
    let persons_used = count_u32(rows.len());
    if persons_used < 2 {
        return Err(SemError::TooFewPersons { found: persons_used });
    }
    let (n, s) = (count(rows.len()), count(scores.scenarios()));
    let scenario_means = column_means(&rows, scores.scenarios());
    let grand_mean = scenario_means.iter().sum::<f64>() / s;
    let row_residual = |row: &Vec<f64>| {
        let person_mean = row.iter().sum::<f64>() / s;
        row.iter()
            .zip(&scenario_means)
            .map(|(y, scenario_mean)| (y - person_mean - scenario_mean + grand_mean).powi(2))
            .sum::<f64>()
    };
    let sum_sq: f64 = rows.iter().map(row_residual).sum();
    Ok(PersonScenarioResidual {
        mean_square: sum_sq / ((n - 1.0) * (s - 1.0)),
        persons_used,
        persons_left_out: count_u32(scores.persons()) - persons_used,
        scenarios,
    })
}

/// The prior standard error of a complete form, `23 / √scenarios` points (6.6 for 12 scenarios).
///
/// # Errors
/// [`SemError::NoScenario`] when `scenarios` is 0.
///
/// Source: decisions.md "Score" (our prior); test `prior_of_twelve_scenarios_is_6_64`.
pub fn prior_sem(scenarios: u32) -> Result<StandardError, SemError> {
    if scenarios == 0 {
        return Err(SemError::NoScenario);
    }
    Ok(StandardError(PRIOR_SCENARIO_SD / f64::from(scenarios).sqrt()))
}

/// The standard error of a complete form from frozen statistics:
/// `SEM² = (n s² + 50 s0²) / (n + 50)`, `s0 = 23 / √scenarios`.
///
/// `n` is the number of people behind `variance_of_mean` (s², squared points, 0 or more), see
/// [`PersonScenarioResidual::variance_of_mean`]. With `n` below 2 there is no s² to speak of: the
/// prior alone, whatever `variance_of_mean` says.
///
/// # Errors
/// [`SemError::NoScenario`], [`SemError::InvalidVariance`].
///
/// Source: decisions.md "Score"; test `shrinkage_worked_by_hand`.
pub fn shrunk_sem(n: u32, variance_of_mean: f64, scenarios: u32) -> Result<StandardError, SemError> {
    let prior = prior_sem(scenarios)?;
    if n < 2 {
        return Ok(prior);
    }
    if finite(variance_of_mean).is_none_or(|variance| variance < 0.0) {
        return Err(SemError::InvalidVariance(variance_of_mean));
    }
    let n = f64::from(n);
    let variance = (n * variance_of_mean + PRIOR_PERSONS * prior.0 * prior.0) / (n + PRIOR_PERSONS);
    StandardError::try_from(variance.sqrt()).map_err(|_| SemError::InvalidVariance(variance_of_mean))
}

/// The standard error of a snapshot with what it was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SnapshotSem {
    /// The standard error of a complete form, points.
    pub sem: StandardError,
    /// The residual behind it; absent when the prior stands alone.
    pub residual: Option<PersonScenarioResidual>,
}

/// The standard error of a complete form in a snapshot, from the people's scenario scores.
///
/// `scores` as for [`person_scenario_residual`]. When a residual cannot be estimated (fewer than 2
/// people without a gap, or a single scenario) the prior stands alone.
///
/// # Errors
/// [`SemError::ScoreOutOfRange`] outside 0 to 100.
///
/// Source: decisions.md "Score"; tests `snapshot_without_people_is_the_prior`,
/// `snapshot_shrinks_the_residual`.
pub fn snapshot_sem(scores: &ScoreMatrix) -> Result<SnapshotSem, SemError> {
    let scenarios = count_u32(scores.scenarios());
    match person_scenario_residual(scores) {
        Ok(residual) => Ok(SnapshotSem {
            sem: shrunk_sem(residual.persons_used, residual.variance_of_mean(), scenarios)?,
            residual: Some(residual),
        }),
        Err(SemError::TooFewPersons { .. } | SemError::TooFewScenarios { .. }) => {
            Ok(SnapshotSem { sem: prior_sem(scenarios)?, residual: None })
        }
        Err(error) => Err(error),
    }
}

/// The standard error of a person who left answers out: `SEM × √(scenarios / scenarios answered)`.
///
/// `complete` is the standard error of the complete form; `answered` the number of scenarios with
/// at least one answered action ([`crate::score::TotalScore::scenarios_answered`]), 1 to
/// `scenarios`.
///
/// # Errors
/// [`SemError::NoScenario`], [`SemError::NothingAnswered`], [`SemError::MoreAnsweredThanScenarios`].
///
/// Source: decisions.md "Score"; test `a_quarter_answered_doubles_the_standard_error`.
pub fn sem_with_missing(
    complete: StandardError,
    scenarios: u32,
    answered: u32,
) -> Result<StandardError, SemError> {
    if scenarios == 0 {
        return Err(SemError::NoScenario);
    }
    if answered == 0 {
        return Err(SemError::NothingAnswered);
    }
    if answered > scenarios {
        return Err(SemError::MoreAnsweredThanScenarios { answered, scenarios });
    }
    let factor = (f64::from(scenarios) / f64::from(answered)).sqrt();
    StandardError::try_from(complete.0 * factor).map_err(|error| SemError::InvalidVariance(error.0))
}

/// A 95 % interval of a score on the 0 to 100 axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit, 0 to 100.
    pub low: f64,
    /// Upper limit, 0 to 100.
    pub high: f64,
}

/// The 95 % interval of a score: `x ± 1.959964 SEM`, clipped to 0 to 100.
///
/// `x` is a score from 0 to 100, `sem` the person's standard error in points. Two overlapping
/// intervals do not mean that two people cannot be told apart: for that use [`sed`].
///
/// # Errors
/// [`SemError::ScoreOutOfRange`].
///
/// Source: decisions.md "Score"; golden test `ctt_sem_rci_jt1991` (observed-score interval) and
/// test `intervals_cover_the_true_score_about_95_times_in_100`.
pub fn interval_95(x: f64, sem: StandardError) -> Result<Interval, SemError> {
    if !(0.0..=100.0).contains(&x) {
        return Err(SemError::ScoreOutOfRange(x));
    }
    let half_width = Z_95 * sem.0;
    Ok(Interval { low: (x - half_width).max(0.0), high: (x + half_width).min(100.0) })
}

/// The standard error of the difference of two people: `√(SEM_a² + SEM_b²)`, same unit.
///
/// Source: psychometrics.md section 3; golden test `ctt_sem_rci_jt1991`.
#[must_use]
pub fn sed(a: StandardError, b: StandardError) -> f64 {
    a.0.hypot(b.0)
}

#[cfg(test)]
mod tests;
