//! What a snapshot holds of the test as a whole: its reliability, its dimensions, how each scenario goes with the rest.

use psychometrics::dimensionality::{ParallelPlan, parallel_analysis};
use psychometrics::matrix::ScoreMatrix;
use psychometrics::reliability::items::{ItemAction, item_review};
use psychometrics::reliability::omega::omega_total;
use psychometrics::reliability::{alpha, item_statistics};
use serde::{Deserialize, Serialize};

/// The reliability of the total over the scenarios, from people with every one of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TotalReliability {
    /// People it stands on.
    pub n: u32,
    /// Omega total; nothing where the one-factor model has no solution.
    pub omega: Option<f64>,
    /// Cronbach's alpha, which understates a test of many themes.
    pub alpha: f64,
    /// Lower limit of Feldt's 95 % interval of alpha.
    pub alpha_low: f64,
    /// Upper limit.
    pub alpha_high: f64,
}

/// How many dimensions the scenarios show: eigenvalues of their correlations beside those of chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dimensions {
    /// People with every scenario.
    pub n: u32,
    /// Eigenvalues above those of chance.
    pub found: u32,
    /// Share of all variance along the first, 0 to 1.
    pub first_share: f64,
    /// The eigenvalues, largest first.
    pub eigenvalues: Vec<f64>,
    /// For each of them, the 95th percentile of chance.
    pub chance: Vec<f64>,
    /// Tables of chance.
    pub draws: u32,
    /// Seed of the generator.
    pub seed: u64,
}

/// How a scenario goes with the rest of the test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestCorrelation {
    /// Correlation with the sum of the other scenarios.
    pub r: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// What a person should do about it.
    pub action: RestAction,
}

/// What a correlation with the rest asks of a person; nothing is dropped by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestAction {
    /// Nothing.
    Keep,
    /// Look at it: below .10.
    Flag,
    /// Review it for dropping: below 0.
    Review,
}

/// Fewest people with every scenario for statistics of items.
const FEWEST_FOR_ITEMS: u32 = 30;

pub(super) fn total_reliability(table: &ScoreMatrix) -> Option<TotalReliability> {
    let alpha = alpha(table).ok().filter(|alpha| alpha.basis.persons_used >= FEWEST_FOR_ITEMS)?;
    Some(TotalReliability {
        n: alpha.basis.persons_used,
        omega: omega_total(table).ok().map(|omega| omega.value),
        alpha: alpha.value,
        alpha_low: alpha.low,
        alpha_high: alpha.high,
    })
}

/// Fewest people with every scenario for a number of dimensions.
const FEWEST_FOR_DIMENSIONS: u32 = 100;

/// Tables of chance.
const DRAWS: u32 = 200;

/// How many dimensions the scenarios show; nothing below 100 people.
pub(super) fn dimensions(table: &ScoreMatrix, seed: u64) -> Option<Dimensions> {
    let n_complete = alpha(table).ok()?.basis.persons_used;
    if n_complete < FEWEST_FOR_DIMENSIONS {
        return None;
    }
    let found = parallel_analysis(table, ParallelPlan { draws: DRAWS, seed }).ok()?;
    Some(Dimensions {
        n: found.basis.persons_used,
        found: found.dimensions,
        first_share: found.first_share(),
        eigenvalues: found.eigenvalues,
        chance: found.chance,
        draws: DRAWS,
        seed,
    })
}

/// How each scenario goes with the rest, in their order; nothing below 30 people and for one that does not vary.
pub(super) fn rest_correlations(table: &ScoreMatrix) -> Vec<Option<RestCorrelation>> {
    let Ok(statistics) = item_statistics(table) else { return Vec::new() };
    let n = alpha(table).map_or(0, |alpha| alpha.basis.persons_used);
    statistics
        .iter()
        .map(|statistic| {
            let review = item_review(statistic, n)?;
            Some(RestCorrelation {
                r: review.item_rest_r,
                low: review.low,
                high: review.high,
                action: match review.action {
                    ItemAction::Keep => RestAction::Keep,
                    ItemAction::Flag => RestAction::Flag,
                    ItemAction::ReviewForDrop => RestAction::Review,
                },
            })
        })
        .collect()
}
