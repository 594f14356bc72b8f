//! Whether high scorers see a scenario as the experts do. A difference opens a review; nothing is ever
//! keyed again by itself.

use crate::linear::{count, count_u32};
use crate::matrix::ScoreMatrix;
use crate::panel::PanelError;
use crate::panel::uncertainty::correlation;

/// Fewest candidates.
pub const FEWEST_CANDIDATES: u32 = 200;

/// Correlation below which a scenario is reviewed.
pub const REVIEW_BELOW: f64 = 0.5;

/// Candidates among the highest scores: 27 % of them.
const TOP_PERCENT: usize = 27;

/// A scenario's key beside the consensus.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioConsensus {
    /// The scenario.
    pub scenario: usize,
    /// Mean rating of the high scorers on each of its options; absent where none rated it.
    pub means: Vec<Option<f64>>,
    /// Correlation of key and consensus over options; absent below 3 options or when one does not vary.
    pub correlation: Option<f64>,
    /// Whether the correlation is below .5: the experts should look again.
    pub needs_review: bool,
}

/// Compares the experts' key with the mean ratings of the 27 % of candidates with the highest scores.
///
/// `answers`: rows = candidates (200 or more), columns = options, in scale points; `scores`: one per
/// candidate, finite; `key_means` and `scenario_of_option`: one per option. Candidates tied with the last
/// high scorer count too. **Shape**: one entry per scenario, by its number.
///
/// # Errors
/// [`PanelError::TooFewCandidates`], [`PanelError::LengthMismatch`], [`PanelError::OutOfRange`].
///
/// Source: psychometrics.md 2; 27 % Kelley 1939, J Educ Psychol 30:17-24. Test
/// `a_scenario_the_best_see_otherwise_is_reviewed`.
pub fn high_scorer_consensus(
    answers: &ScoreMatrix,
    scores: &[f64],
    key_means: &[f64],
    scenario_of_option: &[usize],
) -> Result<Vec<ScenarioConsensus>, PanelError> {
    let people = answers.persons();
    if count_u32(people) < FEWEST_CANDIDATES {
        return Err(PanelError::TooFewCandidates { found: count_u32(people), needed: FEWEST_CANDIDATES });
    }
    let options = answers.scenarios();
    for (expected, found) in
        [(people, scores.len()), (options, key_means.len()), (options, scenario_of_option.len())]
    {
        if expected != found {
            return Err(PanelError::LengthMismatch { expected, found });
        }
    }
    for (name, list) in [("score", scores), ("key", key_means)] {
        if let Some(value) = list.iter().copied().find(|v| v.is_nan() || v.abs() > crate::linear::LARGEST) {
            return Err(PanelError::OutOfRange { name, value });
        }
    }
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let last = (people * TOP_PERCENT).div_ceil(100).saturating_sub(1);
    let limit = sorted.get(last).copied().unwrap_or(f64::NEG_INFINITY);
    let high: Vec<&[Option<f64>]> =
        answers.rows().zip(scores).filter(|(_, score)| **score >= limit).map(|(row, _)| row).collect();
    let mean = |option: usize| {
        let given: Vec<f64> = high.iter().filter_map(|row| row.get(option).copied().flatten()).collect();
        (!given.is_empty()).then(|| given.iter().sum::<f64>() / count(given.len()))
    };
    let means: Vec<Option<f64>> = (0..options).map(mean).collect();
    let mut numbers = scenario_of_option.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let consensus = |scenario: usize| {
        let own = || (0..options).zip(scenario_of_option).filter(|(_, s)| **s == scenario).map(|(o, _)| o);
        let of = |option: usize| means.get(option).copied().flatten();
        let (keys, seen): (Vec<f64>, Vec<f64>) =
            own().filter_map(|o| key_means.get(o).copied().zip(of(o))).unzip();
        let correlation = if keys.len() < 3 { None } else { correlation(&keys, &seen) };
        ScenarioConsensus {
            scenario,
            means: own().map(of).collect(),
            correlation,
            needs_review: correlation.is_some_and(|r| r < REVIEW_BELOW),
        }
    };
    Ok(numbers.into_iter().map(consensus).collect())
}
