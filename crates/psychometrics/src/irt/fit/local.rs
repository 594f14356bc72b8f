//! Local dependence by Q3: correlations of what is left of the answers once the trait is taken out.

use rayon::prelude::*;

use crate::irt::fit::FitError;
use crate::irt::item::Item;
use crate::irt::responses::{GAP, Responses};
use crate::irt::score::{ScorePrior, ScoreStatus, eap_with_nodes};
use crate::linear::{count, count_u32, finite};

/// Above the mean by more than this a pair is flagged.
const FLAG_ABOVE: f64 = 0.20;

/// Q3 of one pair of items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairDependence {
    /// The first item, from 0.
    pub first: usize,
    /// The second item, from 0; above the first.
    pub second: usize,
    /// Correlation of the residuals, -1 to 1; absent when fewer than 3 people answered both or residuals
    /// do not vary.
    pub q3: Option<f64>,
    /// Whether Q3 is above the mean of all pairs by more than .20: join the two in a super-item.
    pub is_flagged: bool,
}

/// Q3 of all pairs of items.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalDependence {
    /// The pairs (0, 1), (0, 2), (1, 2), (0, 3) ..: the upper triangle column by column.
    pub pairs: Vec<PairDependence>,
    /// Mean of the Q3 that could be computed; absent when none could.
    pub mean: Option<f64>,
}

/// Yen's Q3: the correlation between two items of the residuals `x - E(x | EAP)`.
///
/// `items`: parameters, one per column; `responses`: rows = people; each pair uses the people who
/// answered both. Q3 is negative on average, about -1 / (number of items - 1): compare with the mean.
///
/// # Errors
/// [`FitError::Score`] for answers that do not suit the items, [`FitError::TooFewItems`] below 3.
///
/// Source: Yen 1984, Appl Psychol Meas 8:125-145; cut-off Christensen, Makransky & Horton 2017, Appl
/// Psychol Meas 41:178-194. Golden test `irt_fit_2pl`.
pub fn local_dependence(
    items: &[Item],
    responses: &Responses,
    prior: ScorePrior,
) -> Result<LocalDependence, FitError> {
    if items.len() < 3 {
        return Err(FitError::TooFewItems { found: count_u32(items.len()), needed: 3 });
    }
    let scores = eap_with_nodes(items, responses, prior, 61)?;
    let rows: Vec<&[u8]> = responses.rows().collect();
    let residuals: Vec<Vec<Option<f64>>> = rows
        .par_iter()
        .zip(&scores)
        .map(|(row, score)| {
            let residual = |(item, cell): (&Item, &u8)| {
                (*cell != GAP && score.status != ScoreStatus::NoData)
                    .then(|| f64::from(*cell) - item.expected_category(score.theta))
            };
            items.iter().zip(*row).map(residual).collect()
        })
        .collect();
    let places: Vec<(usize, usize)> =
        (1..items.len()).flat_map(|second| (0..second).map(move |first| (first, second))).collect();
    let values: Vec<Option<f64>> =
        places.par_iter().map(|(first, second)| correlation(&residuals, *first, *second)).collect();
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let mean = finite(known.iter().sum::<f64>() / count(known.len()));
    let pair = |((first, second), q3): (&(usize, usize), &Option<f64>)| PairDependence {
        first: *first,
        second: *second,
        q3: *q3,
        is_flagged: q3.zip(mean).is_some_and(|(q3, mean)| q3 - mean > FLAG_ABOVE),
    };
    Ok(LocalDependence { pairs: places.iter().zip(&values).map(pair).collect(), mean })
}

/// The correlation of two columns over the rows where both are present.
fn correlation(rows: &[Vec<Option<f64>>], first: usize, second: usize) -> Option<f64> {
    let both = || {
        rows.iter()
            .filter_map(|row| row.get(first).copied().flatten().zip(row.get(second).copied().flatten()))
    };
    let n = both().count();
    if n < 3 {
        return None;
    }
    let n = count(n);
    let (mean_a, mean_b) = (both().map(|(a, _)| a).sum::<f64>() / n, both().map(|(_, b)| b).sum::<f64>() / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in both() {
        aa += (a - mean_a).powi(2);
        bb += (b - mean_b).powi(2);
        ab += (a - mean_a) * (b - mean_b);
    }
    finite(ab / (aa * bb).sqrt()).map(|r| r.clamp(-1.0, 1.0))
}
