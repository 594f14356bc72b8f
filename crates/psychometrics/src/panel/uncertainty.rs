//! How much scores and ranks hang on who sat on the panel: a bootstrap over experts.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::descriptive::quantile_of_sorted;
use crate::linear::{count, count_u32};
use crate::panel::{PanelError, PanelRatings};

/// Fewest resamples.
pub const FEWEST_RESAMPLES: u32 = 200;

/// What another panel could change for one candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CandidateEffect {
    /// Score under the panel's own key.
    pub score: f64,
    /// Standard deviation of the score over resampled panels.
    pub score_sd: f64,
    /// Rank under the panel's own key, 1 for the highest; 1 + the number of higher scores.
    pub rank: u32,
    /// 2.5 % point of the rank over resampled panels.
    pub rank_low: f64,
    /// 97.5 % point.
    pub rank_high: f64,
}

/// What another panel could change.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyUncertainty {
    /// Bootstrap standard error of each option's mean.
    pub key_errors: Vec<f64>,
    /// One entry per candidate, in the order of the scores.
    pub candidates: Vec<CandidateEffect>,
    /// Mean over resamples of the correlation of their scores with those of the own key; absent when scores
    /// do not vary.
    pub mean_correlation: Option<f64>,
    /// Resamples.
    pub resamples: u32,
}

/// Draws panels from the panel, with replacement, and scores all candidates again under each key of means.
///
/// `score` gives the scores of all candidates for the mean of each option, always as many and finite; it must
/// depend on nothing else. `resamples` 200 or more. Options without a rating in a resample keep their mean.
/// The result is the same on any number of threads. Reported apart: never in a standard error of
/// measurement, in a difference of two people or in rank sets.
///
/// # Errors
/// [`PanelError::OutOfRange`] for too few resamples or a score that is not finite,
/// [`PanelError::LengthMismatch`] when the number of scores changes, [`PanelError::TooFewCandidates`] without
/// one.
///
/// Source: psychometrics.md 2; bootstrap Efron & Tibshirani 1993. Test
/// `another_panel_changes_scores_by_its_error`.
pub fn key_uncertainty(
    ratings: &PanelRatings,
    score: impl Fn(&[f64]) -> Vec<f64> + Sync,
    resamples: u32,
    seed: u64,
) -> Result<KeyUncertainty, PanelError> {
    if resamples < FEWEST_RESAMPLES {
        return Err(PanelError::OutOfRange { name: "resamples", value: f64::from(resamples) });
    }
    let everybody: Vec<usize> = (0..ratings.experts()).collect();
    let own_means = means(ratings, &everybody, None);
    let own = score(&own_means);
    if own.is_empty() {
        return Err(PanelError::TooFewCandidates { found: 0, needed: 1 });
    }
    let draws: Vec<Draw> = (0..resamples)
        .into_par_iter()
        .map(|number| {
            let drawn = resample(ratings.experts(), seed, number);
            let key = means(ratings, &drawn, Some(&own_means));
            let scores = score(&key);
            Draw { key, scores }
        })
        .collect();
    for scores in std::iter::once(&own).chain(draws.iter().map(|draw| &draw.scores)) {
        if scores.len() != own.len() {
            return Err(PanelError::LengthMismatch { expected: own.len(), found: scores.len() });
        }
        if let Some(value) = scores.iter().copied().find(|s| !s.is_finite()) {
            return Err(PanelError::OutOfRange { name: "score", value });
        }
    }
    let over = |of: &dyn Fn(&Draw) -> f64| draws.iter().map(of).collect::<Vec<f64>>();
    let key_errors = (0..own_means.len())
        .map(|option| sd(&over(&|draw| draw.key.get(option).copied().unwrap_or(0.0))))
        .collect();
    let own_ranks = ranks(&own);
    let drawn_ranks: Vec<Vec<u32>> = draws.par_iter().map(|draw| ranks(&draw.scores)).collect();
    let effect = |(candidate, (value, rank)): (usize, (&f64, &u32))| {
        let mut places: Vec<f64> =
            drawn_ranks.iter().filter_map(|r| r.get(candidate)).map(|r| f64::from(*r)).collect();
        places.sort_by(f64::total_cmp);
        let point = |k| quantile_of_sorted(&places, k, 40).unwrap_or_else(|| f64::from(*rank));
        let scores = over(&|draw| draw.scores.get(candidate).copied().unwrap_or(*value));
        CandidateEffect {
            score: *value,
            score_sd: sd(&scores),
            rank: *rank,
            rank_low: point(1),
            rank_high: point(39),
        }
    };
    let candidates = own.iter().zip(&own_ranks).enumerate().map(effect).collect();
    let correlations: Option<Vec<f64>> = draws.iter().map(|draw| correlation(&own, &draw.scores)).collect();
    let mean_correlation = correlations.map(|all| all.iter().sum::<f64>() / count(all.len()));
    Ok(KeyUncertainty { key_errors, candidates, mean_correlation, resamples })
}

/// One resampled panel.
struct Draw {
    key: Vec<f64>,
    scores: Vec<f64>,
}

/// The experts of one resample.
fn resample(experts: usize, seed: u64, number: u32) -> Vec<usize> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    source.set_stream(u64::from(number));
    let many = u64::from(count_u32(experts)).max(1);
    (0..experts).map(|_| usize::try_from(source.next_u64() % many).unwrap_or(0)).collect()
}

/// The mean of each option over some experts.
fn means(ratings: &PanelRatings, experts: &[usize], fallback: Option<&[f64]>) -> Vec<f64> {
    let mean = |(option, row): (usize, &Vec<Option<u8>>)| {
        let given: Vec<f64> =
            experts.iter().filter_map(|e| row.get(*e).copied().flatten()).map(f64::from).collect();
        if given.is_empty() {
            fallback.and_then(|own| own.get(option)).copied().unwrap_or(0.0)
        } else {
            given.iter().sum::<f64>() / count(given.len())
        }
    };
    ratings.rows().iter().enumerate().map(mean).collect()
}

/// The rank of each score: 1 + the number of higher ones.
fn ranks(scores: &[f64]) -> Vec<u32> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    scores.iter().map(|own| 1 + count_u32(sorted.partition_point(|other| other > own))).collect()
}

fn sd(values: &[f64]) -> f64 {
    let n = count(values.len());
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// Pearson's correlation; absent when one side does not vary.
pub(crate) fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = count(a.len());
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        aa += (x - mean_a).powi(2);
        bb += (y - mean_b).powi(2);
        ab += (x - mean_a) * (y - mean_b);
    }
    let both = (aa * bb).sqrt();
    (both > 1e-300 && both.is_finite()).then(|| (ab / both).clamp(-1.0, 1.0))
}
