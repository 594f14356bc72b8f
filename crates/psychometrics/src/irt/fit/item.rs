//! Item fit by S-X²: observed and expected shares of each category in groups of the same sum score.

use rayon::prelude::*;
use statrs::function::gamma::gamma_ur;

use crate::irt::calibrate::problem::item_parameters;
use crate::irt::fit::item::cells::{Cells, collapsed};
use crate::irt::fit::sum_scores::distribution;
use crate::irt::fit::{FitError, benjamini_hochberg};
use crate::irt::grid::Grid;
use crate::irt::item::Item;
use crate::irt::lanes::{Lane, Rows, dot, exp};
use crate::irt::responses::{GAP, Responses};
use crate::irt::score::check;
use crate::irt::tables::{Shape, chances};
use crate::linear::count_u32;

mod cells;

/// Nodes the trait is integrated over.
const NODES: u16 = 61;

/// Largest adjusted p of an item to be reviewed.
const REVIEW_P: f64 = 0.01;

/// Above this many people a misfit must also be large.
const MANY_PERSONS: u32 = 1_000;

/// Smallest RMSEA of a large misfit.
const LARGE_RMSEA: f64 = 0.05;

/// The fit of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemFit {
    /// S-X², 0 or more.
    pub statistic: f64,
    /// Degrees of freedom, 1 or more: cells - groups - estimated parameters.
    pub df: u32,
    /// Its p value, 0 to 1.
    pub p: f64,
    /// p adjusted for the number of items (Benjamini & Hochberg 1995).
    pub p_adjusted: f64,
    /// `√(max(0, S-X² / df - 1) / (n - 1))`, 0 or more.
    pub rmsea: f64,
    /// Whether the item should be reviewed: adjusted p below .01 and, above 1,000 people, an RMSEA
    /// above .05.
    pub needs_review: bool,
}

/// S-X² of every item whose parameters were estimated from these answers.
///
/// `items`: parameters, one per column; `responses`: people with a gap are left out. **Shape**: one
/// entry per item, `None` where too few cells are left for a test. Run it from 500 people on; look at
/// the curves before dropping anything.
///
/// # Errors
/// [`FitError::Score`] for answers that do not suit the items, [`FitError::TooFewItems`] below 3,
/// [`FitError::TooFewPersons`] below 30 without a gap.
///
/// Source: Orlando & Thissen 2000, Appl Psychol Meas 24:50-64; polytomous items Kang & Chen 2008, J
/// Educ Meas 45:391-406; cells joined as in mirt 1.45. Golden test `irt_fit_2pl`.
pub fn item_fit(items: &[Item], responses: &Responses) -> Result<Vec<Option<ItemFit>>, FitError> {
    let estimated: Vec<u32> = items.iter().map(|item| count_u32(item.categories())).collect();
    item_fit_with(items, responses, &estimated)
}

/// As [`item_fit`] with the number of parameters of each item that were estimated from these answers (0
/// for an anchor; its thresholds only under a common slope).
///
/// # Errors
/// As [`item_fit`]; [`FitError::LengthMismatch`] without one number per item.
pub fn item_fit_with(
    items: &[Item],
    responses: &Responses,
    estimated: &[u32],
) -> Result<Vec<Option<ItemFit>>, FitError> {
    check(items, responses)?;
    if estimated.len() != items.len() {
        return Err(FitError::LengthMismatch { expected: items.len(), found: estimated.len() });
    }
    if items.len() < 3 {
        return Err(FitError::TooFewItems { found: count_u32(items.len()), needed: 3 });
    }
    let complete: Vec<&[u8]> = responses.rows().filter(|row| !row.contains(&GAP)).collect();
    let persons = count_u32(complete.len());
    if persons < 30 {
        return Err(FitError::TooFewPersons { found: persons, needed: 30 });
    }
    let expected = Expected::new(items);
    let found: Vec<Option<(f64, u32)>> = (0..items.len())
        .into_par_iter()
        .map(|item| {
            let cells = collapsed(expected.cells(item, &complete));
            cells.statistic(estimated.get(item).copied().unwrap_or(0))
        })
        .collect();
    Ok(judged(&found, persons))
}

/// Adds p values, their adjustment and the size of the misfit.
fn judged(found: &[Option<(f64, u32)>], persons: u32) -> Vec<Option<ItemFit>> {
    let p_of = |(statistic, df): (f64, u32)| gamma_ur(f64::from(df) / 2.0, (statistic / 2.0).max(1e-300));
    let p: Vec<f64> = found.iter().flatten().map(|pair| p_of(*pair)).collect();
    let mut adjusted = benjamini_hochberg(&p).into_iter().zip(p);
    let fit = |(statistic, df): (f64, u32)| {
        let (p_adjusted, p) = adjusted.next()?;
        let excess = (statistic / f64::from(df) - 1.0).max(0.0);
        let rmsea = (excess / (f64::from(persons) - 1.0)).sqrt();
        let is_large = persons <= MANY_PERSONS || rmsea > LARGE_RMSEA;
        let needs_review = p_adjusted < REVIEW_P && is_large;
        Some(ItemFit { statistic, df, p, p_adjusted, rmsea, needs_review })
    };
    let mut fit = fit;
    found.iter().map(|pair| pair.and_then(&mut fit)).collect()
}

/// What the model expects of sum scores.
struct Expected {
    weights: Vec<Lane>,
    chances: Vec<Rows>,
    /// Chance of each sum score over the trait.
    of_score: Vec<f64>,
}

impl Expected {
    fn new(items: &[Item]) -> Self {
        let grid = Grid::new(NODES);
        let weights: Vec<Lane> = grid.log_weights(0.0, 1.0).iter().map(|lane| lane.map(exp)).collect();
        let own = |item: &Item| {
            let shape = Shape { model: item.model(), slopes: 1, categories: item.categories() };
            chances(shape, &item_parameters(item), &[grid.theta()])
        };
        let chances: Vec<Rows> = items.iter().map(own).collect();
        let scores = distribution(chances.iter(), grid.width());
        let of_score = scores.slice(0, scores.len()).map(|row| dot(row, &weights)).collect();
        Self { weights, chances, of_score }
    }

    /// Observed and expected numbers of one item in the groups of sum scores from 1 to the highest but
    /// one.
    fn cells(&self, item: usize, complete: &[&[u8]]) -> Cells {
        let width = self.weights.len();
        let others = self.chances.iter().enumerate().filter(|(k, _)| *k != item).map(|(_, rows)| rows);
        let rest = distribution(others, width);
        let own = self.chances.get(item);
        let categories = own.map_or(0, Rows::len);
        let mut cells = Cells::zeros(self.of_score.len().saturating_sub(2), categories);
        for row in complete {
            let score: usize = row.iter().map(|cell| usize::from(*cell)).sum();
            let category = row.get(item).map_or(0, |cell| usize::from(*cell));
            cells.count(score, category);
        }
        for (score, total) in self.of_score.iter().enumerate() {
            for category in 0..categories.min(score + 1) {
                if score - category >= rest.len() {
                    continue;
                }
                let Some(own) = own else { continue };
                let joint: f64 = rest
                    .row(score - category)
                    .iter()
                    .zip(own.row(category))
                    .zip(&self.weights)
                    .map(|((a, b), w)| {
                        let products = a.iter().zip(b).zip(w).map(|((a, b), w)| a * b * w);
                        products.sum::<f64>()
                    })
                    .sum();
                cells.expect(score, category, joint / total.max(1e-300));
            }
        }
        cells
    }
}
