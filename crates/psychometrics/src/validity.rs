//! How scores go with what people later did at work: correlations with intervals, the correction for a range that the
//! selection itself has narrowed, and the outcome by groups of scores.
//!
//! Nothing here changes a score, and none of it is about one person: every figure stands on many, and under 100 of them
//! it proves little.

use crate::descriptive::mean_interval_95;
use crate::fairness::impact::Selection;
use crate::fairness::interval::wilson;
use crate::fairness::suppression::{Visibility, visibility};
use crate::linear::{LARGEST, count, count_u32, finite};
use crate::normal::Z_95;

/// People with an outcome below whom nothing is told.
pub const FEWEST_FOR_VALIDITY: u32 = 10;

/// People below whom the interval alone is told, without the figure in its middle (psychometrics.md 3).
pub const POINT_ESTIMATE_FROM: u32 = 30;

/// People below whom a validity proves little (psychometrics.md 11).
pub const PROVES_LITTLE_BELOW: u32 = 100;

/// Fewest people of a cell of an expectancy chart.
pub const FEWEST_IN_CELL: u32 = 10;

/// Why scores and outcomes have no correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// The two lists have not the same length.
    #[error("scores and outcomes differ in number")]
    Lengths,
    /// Fewer than 4 people: Fisher's interval has no width.
    #[error("fewer than 4 people")]
    TooFew,
    /// A value is not a usable number.
    #[error("a value is not finite")]
    NotFinite,
    /// All scores or all outcomes are the same.
    #[error("nothing varies")]
    NoVariance,
}

/// A correlation with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// People with both values.
    pub n: u32,
    /// The correlation, -1 to 1.
    pub r: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// A correlation as it would be among all who took the test, if its assumptions hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// Standard deviation of everybody's scores over that of the people with an outcome.
    pub u: f64,
    /// The corrected correlation.
    pub r: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// The correlation of scores and outcomes with Fisher's interval. With outcomes of 0 and 1 it is the point-biserial one.
///
/// `scores`, `outcomes`: any unit. **Shape**: one entry per person in both. A correlation is no cause, and no reason to
/// change a score.
///
/// # Errors
/// [`ValidityError`], each as named.
///
/// Source: Pearson 1896; Fisher 1921 (z, standard error 1/√(n − 3)). Tests `pearson_of_anscombe`,
/// `yes_and_no_give_the_point_biserial_correlation`.
pub fn pearson(scores: &[f64], outcomes: &[f64]) -> Result<Correlation, ValidityError> {
    let (n, r) = product_moment(scores, outcomes)?;
    Ok(with_interval(n, r, 1.0))
}

/// The rank correlation of scores and outcomes, ties at their mean rank, with its interval.
///
/// Arguments, shape and limits as [`pearson`].
///
/// # Errors
/// As [`pearson`].
///
/// Source: Spearman 1904; Bonett & Wright 2000, Psychometrika 65:23-28 (variance of z (1 + r²/2)/(n − 3)). Test
/// `spearman_of_a_known_table`.
pub fn spearman(scores: &[f64], outcomes: &[f64]) -> Result<Correlation, ValidityError> {
    if scores.iter().chain(outcomes).any(|value| !value.is_finite()) {
        return Err(ValidityError::NotFinite);
    }
    let (n, r) = product_moment(&mid_ranks(scores), &mid_ranks(outcomes))?;
    Ok(with_interval(n, r, 1.0 + r * r / 2.0))
}

/// A correlation corrected for direct restriction of range: `r u / √(1 + (u² − 1) r²)` with `u` the standard deviation
/// of everybody's scores over that of the people with an outcome; the limits of the interval by the same formula.
///
/// `everybody`, `selected`: standard deviations of scores, same unit, above 0. It holds when people were selected by the
/// score itself, the line is straight and the scatter the same all along it; it says nothing when they were not. Absent
/// when a deviation is not above 0.
///
/// Source: Thorndike 1949, Personnel selection, case II (p. 173); Sackett & Yang 2000, J Appl Psychol 85:112-118. Test
/// `range_restriction_worked_by_hand`.
#[must_use]
pub fn corrected_for_range(correlation: Correlation, everybody: f64, selected: f64) -> Option<Corrected> {
    if !(everybody > 0.0 && selected > 0.0) {
        return None;
    }
    let u = finite(everybody / selected).filter(|u| *u < LARGEST.sqrt())?;
    let corrected = |r: f64| r * u / (1.0 + (u * u - 1.0) * r * r).sqrt();
    let Correlation { r, low, high, .. } = correlation;
    Some(Corrected { u, r: corrected(r), low: corrected(low), high: corrected(high) })
}

/// What the outcomes of a chart are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// 1 for yes, 0 for no.
    YesNo,
    /// Any number.
    Number,
}

/// One cell of an expectancy chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectancyCell {
    /// People in it.
    pub n: u32,
    /// Its highest score.
    pub highest: f64,
    /// The share of yes (0 to 1) or the mean; nothing when it would tell of too few.
    pub outcome: Option<CellOutcome>,
}

/// The outcome of a cell with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellOutcome {
    /// Share or mean.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// The outcome by quarters of the scores, the lowest first; by thirds or halves where a quarter would have fewer than 10
/// people; nothing where a half would. Equal scores stand in one cell.
///
/// Arguments and shape as [`pearson`]. A share is hidden where its yes or its no are fewer than 5, and another one with
/// it where subtraction would tell.
///
/// Source: Taylor & Russell 1939 (expectancy); Wilson 1927 for shares, Student 1908 for means. Tests
/// `cells_have_ten_people_or_become_fewer`, `small_counts_of_yes_are_hidden`.
#[must_use]
pub fn expectancy(scores: &[f64], outcomes: &[f64], kind: OutcomeKind) -> Vec<ExpectancyCell> {
    let is_usable =
        scores.len() == outcomes.len() && scores.iter().chain(outcomes).all(|value| value.is_finite());
    if !is_usable {
        return Vec::new();
    }
    let cells = [4, 3, 2].into_iter().find_map(|cells| divided(scores, cells)).unwrap_or_default();
    let held: Vec<Vec<f64>> = cells
        .iter()
        .map(|people| people.iter().filter_map(|at| outcomes.get(*at).copied()).collect())
        .collect();
    let told = match kind {
        OutcomeKind::YesNo => shares(&held),
        OutcomeKind::Number => held.iter().map(|values| mean(values)).collect(),
    };
    let highest = |people: &[usize]| {
        people.iter().filter_map(|at| scores.get(*at)).copied().fold(f64::NEG_INFINITY, f64::max)
    };
    cells
        .iter()
        .zip(told)
        .map(|(people, outcome)| ExpectancyCell {
            n: count_u32(people.len()),
            highest: highest(people),
            outcome,
        })
        .collect()
}

/// The people of each of some cells of about equal size; nothing when one would have fewer than 10.
fn divided(scores: &[f64], cells: usize) -> Option<Vec<Vec<usize>>> {
    let mut found = vec![Vec::new(); cells];
    let n = count(scores.len());
    for (person, rank) in mid_ranks(scores).into_iter().enumerate() {
        // Where the middle of the person's ties lies, from 0 to 1: equal scores fall into one cell.
        let place = (rank - 0.5) / n;
        let cell = (1..cells).filter(|border| place >= count(*border) / count(cells)).count();
        found.get_mut(cell)?.push(person);
    }
    found.iter().all(|people| count_u32(people.len()) >= FEWEST_IN_CELL).then_some(found)
}

fn shares(held: &[Vec<f64>]) -> Vec<Option<CellOutcome>> {
    let selections: Vec<Selection> = held
        .iter()
        .filter_map(|values| {
            let yes = values.iter().filter(|value| **value > 0.5).count();
            Selection::new(count_u32(yes), count_u32(values.len())).ok()
        })
        .collect();
    visibility(&selections)
        .into_iter()
        .zip(&selections)
        .map(|(cell, selection)| {
            let interval = wilson(*selection);
            (cell == Visibility::Shown).then_some(CellOutcome {
                value: selection.rate(),
                low: interval.low,
                high: interval.high,
            })
        })
        .collect()
}

fn mean(values: &[f64]) -> Option<CellOutcome> {
    let described = crate::descriptive::describe(values).ok()?;
    let (low, high) = mean_interval_95(described.mean, described.sd?, described.n)?;
    Some(CellOutcome { value: described.mean, low, high })
}

/// The number of people and the product-moment correlation.
fn product_moment(x: &[f64], y: &[f64]) -> Result<(u32, f64), ValidityError> {
    if x.len() != y.len() {
        return Err(ValidityError::Lengths);
    }
    if x.len() < 4 {
        return Err(ValidityError::TooFew);
    }
    if x.iter().chain(y).any(|value| !value.is_finite() || value.abs() > LARGEST) {
        return Err(ValidityError::NotFinite);
    }
    let n = count(x.len());
    let centred = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / n;
        values.iter().map(|value| value - mean).collect::<Vec<f64>>()
    };
    // A list of one value may have a mean that is off by rounding: what does not vary is asked of the values.
    let varies = |values: &[f64]| values.iter().any(|value| Some(value) != values.first());
    if !varies(x) || !varies(y) {
        return Err(ValidityError::NoVariance);
    }
    let (dx, dy) = (centred(x), centred(y));
    let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let together: f64 = dx.iter().zip(&dy).map(|(a, b)| a * b).sum();
    let r = finite(together / (length(&dx) * length(&dy))).ok_or(ValidityError::NoVariance)?;
    Ok((count_u32(x.len()), r.clamp(-1.0, 1.0)))
}

/// The interval of a correlation by Fisher's z, whose variance is `inflation / (n - 3)`.
fn with_interval(n: u32, r: f64, inflation: f64) -> Correlation {
    let z = r.clamp(-1.0 + 1e-12, 1.0 - 1e-12).atanh();
    let half = Z_95 * (inflation / (f64::from(n) - 3.0)).sqrt();
    Correlation { n, r, low: (z - half).tanh(), high: (z + half).tanh() }
}

/// The rank of each value from 1 up, ties at their mean rank.
fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let through = sorted.partition_point(|other| other <= value);
        (count(below) + count(through) + 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests;
