//! Modes of the posterior and of the weighted likelihood: a coarse grid for all items at once finds
//! the right hill, a few exact steps its top.

use rayon::prelude::*;

use crate::irt::calibrate::problem::{item_parameters, known_table};
use crate::irt::estep::{block_length, index};
use crate::irt::grid::{Grid, RANGE};
use crate::irt::item::Item;
use crate::irt::lanes::{LANES, Lane, Rows, ZERO, add_assign, add_scaled};
use crate::irt::patterns::Patterns;
use crate::irt::responses::GAP;
use crate::irt::score::likelihood::TestCurves;
use crate::irt::score::{ScorePrior, ScoreStatus};
use crate::irt::tables::{Shape, threshold_scores};
use crate::linear::finite;

/// Nodes of the coarse grid: every quarter.
const COARSE_NODES: u16 = 49;

/// Their distance.
const COARSE_STEP: f64 = 0.25;

/// Steps of the exact search.
const MOST_STEPS: usize = 60;

/// The posterior mode of each pattern and its standard error.
pub(super) fn posterior_modes(items: &[Item], patterns: &Patterns, prior: ScorePrior) -> Vec<(f64, f64)> {
    let grid = Grid::new(COARSE_NODES);
    let table = patterns.combine(&known_table(items, patterns, &grid), grid.width());
    let log_prior = grid.log_weights(prior.mean(), prior.sd().powi(2));
    let precision = 1.0 / (prior.sd() * prior.sd());
    let test = TestCurves::new(items);
    per_pattern(patterns, |codes, row, room| {
        let mut height = log_prior.clone();
        codes.iter().for_each(|code| add_assign(&mut height, table.row(index(*code))));
        let top = highest(&height, grid.nodes());
        let mut bend = -precision;
        let mut slope = |theta: f64| {
            let found = test.totals(row, theta, room);
            bend = found.bend - precision;
            (found.score - precision * (theta - prior.mean()), bend)
        };
        let spread = COARSE_STEP;
        let is_inside = top.abs() < RANGE - 0.5 * spread;
        let bracket = if is_inside { (top - spread, top + spread) } else { holding_root(&mut slope, top) };
        let theta = falling_root(&mut slope, bracket, top);
        (theta, (-bend).max(1e-12).sqrt().recip())
    })
}

/// The weighted likelihood estimate of each pattern with its standard error; none without an answer
/// or without any information.
pub(super) fn weighted_estimates(
    items: &[Item],
    patterns: &Patterns,
) -> Vec<Option<(f64, f64, ScoreStatus)>> {
    let grid = Grid::new(COARSE_NODES);
    let coarse = Coarse::new(items, patterns, &grid);
    let test = TestCurves::new(items);
    per_pattern(patterns, |codes, row, room| {
        if row.iter().all(|cell| *cell == GAP) {
            return None;
        }
        let mut information = 0.0;
        let mut target = |theta: f64| {
            let found = test.totals(row, theta, room);
            information = found.information;
            let pull = if information > 0.0 { found.warm / (2.0 * information) } else { 0.0 };
            (found.score + pull, -information)
        };
        let (theta, status) = match best_bracket(&coarse.slopes(codes, row), grid.nodes()) {
            Ok((low, high, start)) => (falling_root(&mut target, (low, high), start), ScoreStatus::Estimated),
            Err(end) => {
                target(end);
                (end, ScoreStatus::AtBound)
            }
        };
        finite(information.sqrt().recip()).map(|error| (theta, error, status))
    })
}

/// Runs over all patterns in parallel blocks, in order, with room for each block's evaluations.
fn per_pattern<T: Send>(
    patterns: &Patterns,
    result: impl Fn(&[u32], &[u8], &mut Vec<Lane>) -> T + Sync,
) -> Vec<T> {
    let rows: Vec<&[u8]> = patterns.rows().collect();
    let length = block_length(patterns.len());
    let groups = patterns.group_count().max(1);
    let blocks: Vec<Vec<T>> = patterns
        .codes()
        .par_chunks(length * groups)
        .zip(rows.par_chunks(length))
        .map(|(codes, rows)| {
            let mut room = Vec::new();
            codes.chunks_exact(groups).zip(rows).map(|(codes, row)| result(codes, row, &mut room)).collect()
        })
        .collect();
    blocks.into_iter().flatten().collect()
}

/// Derivatives of the log-likelihood at the coarse nodes for grouped lookup, and I and J of each item.
struct Coarse {
    scores: Rows,
    information: Rows,
    warm: Rows,
    all_information: Vec<Lane>,
    all_warm: Vec<Lane>,
}

impl Coarse {
    fn new(items: &[Item], patterns: &Patterns, grid: &Grid) -> Self {
        let width = grid.width();
        let mut singles = Rows::zeros(patterns.single_rows(), width);
        let mut rows = singles.rows_mut();
        let (mut information, mut warm) = (Rows::zeros(items.len(), width), Rows::zeros(items.len(), width));
        for (number, item) in items.iter().enumerate() {
            let shape = Shape { model: item.model(), slopes: 1, categories: item.categories() };
            let by_threshold = threshold_scores(shape, &item_parameters(item), &[grid.theta()]);
            for (k, row) in rows.by_ref().take(item.categories()).enumerate() {
                for t in 0..item.categories() - 1 {
                    add_scaled(row, by_threshold.row(k * (item.categories() - 1) + t), item.slope());
                }
            }
            for (q, theta) in grid.nodes().iter().enumerate() {
                let mut own = (0.0, 0.0);
                for curve in item.curves(*theta) {
                    own.0 += curve.probability * curve.score * curve.score;
                    own.1 += curve.probability * curve.score * (curve.score * curve.score + curve.bend);
                }
                set(information.row_mut(number), q, own.0);
                set(warm.row_mut(number), q, own.1);
            }
        }
        let scores = patterns.combine(&singles, width);
        let sum = |rows: &Rows| {
            let mut sum = vec![ZERO; width];
            rows.slice(0, rows.len()).for_each(|row| add_assign(&mut sum, row));
            sum
        };
        let (all_information, all_warm) = (sum(&information), sum(&warm));
        Self { scores, information, warm, all_information, all_warm }
    }

    /// l' + J / (2 I) of one pattern at the coarse nodes.
    fn slopes(&self, codes: &[u32], row: &[u8]) -> Vec<Lane> {
        let mut slopes = vec![ZERO; self.all_information.len()];
        codes.iter().for_each(|code| add_assign(&mut slopes, self.scores.row(index(*code))));
        let mut information = self.all_information.clone();
        let mut warm = self.all_warm.clone();
        for (item, _) in row.iter().enumerate().filter(|(_, cell)| **cell == GAP) {
            add_scaled(&mut information, self.information.row(item), -1.0);
            add_scaled(&mut warm, self.warm.row(item), -1.0);
        }
        let pulls = warm.iter().flatten().zip(information.iter().flatten());
        for (slope, (warm, information)) in slopes.iter_mut().flatten().zip(pulls) {
            *slope += if *information > 1e-12 { warm / (2.0 * information) } else { 0.0 };
        }
        slopes
    }
}

fn set(row: &mut [Lane], number: usize, value: f64) {
    if let Some(cell) = row.get_mut(number / LANES).and_then(|lane| lane.get_mut(number % LANES)) {
        *cell = value;
    }
}

/// The node of the largest height, the lower one of equals.
fn highest(height: &[Lane], nodes: &[f64]) -> f64 {
    let mut best = (f64::NEG_INFINITY, 0.0);
    for (value, node) in height.iter().flatten().zip(nodes) {
        if *value > best.0 {
            best = (*value, *node);
        }
    }
    best.1
}

/// The bracket in which a function given by its slopes at the nodes has its largest maximum, with the
/// zero of the line between them, or the end of the nodes it is largest at.
fn best_bracket(slopes: &[Lane], nodes: &[f64]) -> Result<(f64, f64, f64), f64> {
    let points = || nodes.iter().copied().zip(slopes.iter().flatten().copied());
    let (mut height, mut best) = (0.0, f64::NEG_INFINITY);
    let mut found = Err(0.0);
    if let Some((first, _)) = points().next().filter(|(_, slope)| *slope < 0.0) {
        (best, found) = (0.0, Err(first));
    }
    for ((low, at_low), (high, at_high)) in points().zip(points().skip(1)) {
        if at_low >= 0.0 && at_high < 0.0 {
            // The top of the parabola with these slopes at its ends.
            let reach = (high - low) * at_low / (at_low - at_high);
            let top = height + 0.5 * at_low * reach;
            if top > best {
                (best, found) = (top, Ok((low, high, low + reach)));
            }
        }
        height += 0.5 * (high - low) * (at_low + at_high);
    }
    match points().last() {
        Some((last, slope)) if slope >= 0.0 && height > best => Err(last),
        _ => found,
    }
}

/// A bracket around `start` widened until the function, which falls everywhere, changes its sign in it.
fn holding_root(value: &mut impl FnMut(f64) -> (f64, f64), start: f64) -> (f64, f64) {
    let (mut low, mut high) = (start - COARSE_STEP, start + COARSE_STEP);
    for _ in 0..20 {
        if value(low).0 < 0.0 {
            (high, low) = (low, low - 2.0 * (high - low));
        } else if value(high).0 > 0.0 {
            (low, high) = (high, high + 2.0 * (high - low));
        } else {
            break;
        }
    }
    (low, high)
}

/// The root of a function that falls through the bracket, from its value and (about) its derivative:
/// Newton and secant steps inside a bracket that shrinks, bisection where they leave it. The last value
/// asked for is at the root to within 1e-9.
fn falling_root(value: &mut impl FnMut(f64) -> (f64, f64), bracket: (f64, f64), start: f64) -> f64 {
    let (mut low, mut high) = bracket;
    let mut at = start.clamp(low, high);
    let mut last: Option<(f64, f64)> = None;
    for _ in 0..MOST_STEPS {
        let (height, slope) = value(at);
        if height > 0.0 {
            low = at;
        } else {
            high = at;
        }
        // The secant is the better derivative where the one given is only near.
        let secant =
            last.map(|(x, y): (f64, f64)| (height - y) / (at - x)).filter(|s| s.is_finite() && *s < 0.0);
        let next = at - height / secant.unwrap_or(slope);
        last = Some((at, height));
        if (next - at).abs() < 1e-9 {
            return next.clamp(low, high);
        }
        at = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    at
}
