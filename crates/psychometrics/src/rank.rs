//! Order under uncertainty: bands, rank ranges, displayed ranks, the probability that one person is
//! above another and expected ranks.
//!
//! Everything here is for people of one ranking version: one form (or linked forms), one key, one
//! snapshot. Ties are never broken by name, time or id; the order inside a band is the caller's
//! random column.

pub mod banding;
pub mod composite;
pub mod joint;
pub mod large;
mod marginal;
pub mod sets;
mod stepdown;
mod tail;
pub mod top;

use crate::linear::{count, count_u32};
use crate::normal::{CLEAR_SED, cumulative};
use crate::sem::{StandardError, sed};

/// Allowance for rounding when a difference is compared with its limit, in score units.
///
/// Scores are multiples of far more than this, so it only makes 59.8 − 50 equal to 9.8.
const ROUNDING: f64 = 1e-9;

/// One person's score with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    value: f64,
    error: StandardError,
}

/// Why people cannot be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RankError {
    /// There is nobody to order.
    #[error("there is nobody to order")]
    Empty,
    /// A score is infinite or not a number.
    #[error("score number {index} is not finite")]
    NotFinite {
        /// Position from 0.
        index: usize,
    },
}

impl Estimate {
    /// A score (any finite number; higher is better) with its standard error in the same unit.
    ///
    /// # Errors
    /// [`RankError::NotFinite`] with index 0.
    pub fn new(value: f64, error: StandardError) -> Result<Self, RankError> {
        if value.is_finite() { Ok(Self { value, error }) } else { Err(RankError::NotFinite { index: 0 }) }
    }

    /// The score.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }

    /// The standard error of the score.
    #[must_use]
    pub const fn error(self) -> StandardError {
        self.error
    }

    /// Whether this person is clearly above `other`: the difference is strictly greater than
    /// 1.96 × SED. Test `a_difference_of_exactly_the_limit_is_not_clear`.
    #[must_use]
    pub fn is_clearly_above(self, other: Self) -> bool {
        self.value - other.value > clear_difference(self.error, other.error)
    }
}

fn clear_difference(a: StandardError, b: StandardError) -> f64 {
    CLEAR_SED * sed(a, b) + ROUNDING
}

/// A band counted from the top: 0 is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Band(u32);

impl Band {
    /// The band at a position from the top, such as one that was stored.
    #[must_use]
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// The position from the top, 0 for the first band.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The letter shown: A to Z, then AA, AB, …
    ///
    /// Test `band_letters_go_on_after_z`.
    #[must_use]
    pub fn letters(self) -> String {
        let mut letters = Vec::new();
        let mut rest = u64::from(self.0) + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from_digit(u32::try_from(rest % 26).unwrap_or(0) + 10, 36).unwrap_or('a'));
            rest /= 26;
        }
        letters.iter().rev().map(char::to_ascii_uppercase).collect()
    }
}

/// The width of a band: 1.96 × SEM × √2, points.
///
/// `complete_form` is the standard error of the complete form (decisions.md "Score").
#[must_use]
pub fn band_width(complete_form: StandardError) -> f64 {
    CLEAR_SED * sed(complete_form, complete_form)
}

/// The band of every person: fixed bands from the top of the whole campaign.
///
/// `scores` are everybody's scores in any order (finite, higher is better), `complete_form` the
/// standard error of the complete form. The first band holds everybody within [`band_width`] of the
/// top score (the limit included); the next one starts at the highest score left, and so on.
/// **Shape**: one band per score, in the order given. Neighbours across a border may not differ:
/// the screen must say so. Cost O(n log n).
///
/// # Errors
/// [`RankError::Empty`], [`RankError::NotFinite`].
///
/// Source: Cascio, Outtz, Zedeck & Goldstein 1991 (fixed bands); decisions.md "Bands and ranks".
/// Test `bands_worked_by_hand`.
pub fn bands(scores: &[f64], complete_form: StandardError) -> Result<Vec<Band>, RankError> {
    let width = band_width(complete_form) + ROUNDING;
    let mut order = checked_positions(scores)?;
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut banded = Vec::with_capacity(order.len());
    let mut top = order.first().map_or(0.0, |best| best.1);
    let mut band = Band(0);
    for (position, score) in order {
        if top - score > width {
            top = score;
            band = Band(band.0 + 1);
        }
        banded.push((position, band));
    }
    Ok(in_given_order(banded))
}

/// The ranks a person may truly hold, 1 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RankRange {
    /// 1 + number of people clearly above.
    pub best: u32,
    /// n − number of people clearly below.
    pub worst: u32,
}

/// The rank range of every person from pairwise differences: from `1 + people clearly above` to
/// `n − people clearly below`, clear meaning strictly more than 1.96 × SED of the pair.
///
/// `estimates` are everybody's scores in any order, each with its own standard error. **Shape**: one
/// range per estimate, in the order given. Pairwise statements at 95 % each, not a joint statement
/// about the list. An empty list gives an empty list.
///
/// Cost O(n m log n) for m distinct standard errors (in a ranking they come from the number of
/// scenarios answered, so m is at most that number); O(n²) when all differ.
///
/// Source: decisions.md "Bands and ranks"; tests `rank_ranges_equal_the_definition` and
/// `rank_ranges_of_ten_thousand_people_are_quick`.
#[must_use]
pub fn rank_ranges(estimates: &[Estimate]) -> Vec<RankRange> {
    let n = count_u32(estimates.len());
    let groups = groups_of_equal_error(estimates);
    estimates
        .iter()
        .map(|person| {
            let (mut above, mut below) = (0, 0);
            for (error, values) in &groups {
                let limit = clear_difference(person.error, *error);
                // Subtraction rounds monotonically, so both predicates split the sorted values.
                let not_above = values.partition_point(|value| value - person.value <= limit);
                above += count_u32(values.len() - not_above);
                below += count_u32(values.partition_point(|value| person.value - value > limit));
            }
            RankRange { best: 1 + above, worst: n - below }
        })
        .collect()
}

/// Values sorted upwards, one list per distinct standard error.
fn groups_of_equal_error(estimates: &[Estimate]) -> Vec<(StandardError, Vec<f64>)> {
    let mut sorted: Vec<Estimate> = estimates.to_vec();
    sorted.sort_by(|a, b| a.error.get().total_cmp(&b.error.get()).then_with(|| a.value.total_cmp(&b.value)));
    sorted
        .chunk_by(|a, b| a.error == b.error)
        .filter_map(|group| {
            let first = group.first()?;
            Some((first.error, group.iter().map(|estimate| estimate.value).collect()))
        })
        .collect()
}

/// The displayed rank of every person: 1 + number of people with a better score, so equal scores
/// share a rank.
///
/// `scores` are finite, higher is better, any order. **Shape**: one rank per score, in the order
/// given. A rank without its range ([`rank_ranges`]) suggests a precision it does not have.
/// Cost O(n log n).
///
/// # Errors
/// [`RankError::Empty`], [`RankError::NotFinite`].
///
/// Source: psychometrics.md section 6; test `equal_scores_share_a_rank`.
pub fn displayed_ranks(scores: &[f64]) -> Result<Vec<u32>, RankError> {
    let mut order = checked_positions(scores)?;
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut ranked = Vec::with_capacity(order.len());
    let mut rank = 1;
    for (better, group) in starts_of_equal(&order) {
        rank = rank.max(count_u32(better) + 1);
        ranked.extend(group.iter().map(|(position, _)| (*position, rank)));
    }
    Ok(in_given_order(ranked))
}

/// Runs of equal scores, each with the number of people before it.
fn starts_of_equal(order: &[(usize, f64)]) -> impl Iterator<Item = (usize, &[(usize, f64)])> {
    order.chunk_by(|a, b| a.1 == b.1).scan(0, |before, group| {
        let start = *before;
        *before += group.len();
        Some((start, group))
    })
}

/// The probability that `a` is truly above `b`, 0 to 1: `Φ((a − b) / √(SE_a² + SE_b²))`.
///
/// Errors of the two people are independent and normal; uncertainty of the key is common to both and
/// not in it.
///
/// Source: psychometrics.md section 6; golden tests `rank_6`, `rank_composite`.
#[must_use]
pub fn probability_above(a: Estimate, b: Estimate) -> f64 {
    cumulative((a.value - b.value) / sed(a.error, b.error))
}

/// The expected rank of every person: `1 + Σ P(other above person)`, 1 to n.
///
/// `estimates` in any order; **shape**: one rank per estimate, in the order given. Expected ranks
/// shrink towards the middle; they describe uncertainty and are not displayed as ranks. Cost O(n²)
/// evaluations of the normal distribution, about 70 ms for 1,000 people: meant for lists of hundreds.
///
/// Source: Laird & Louis 1989; golden test `rank_6`.
#[must_use]
pub fn expected_ranks(estimates: &[Estimate]) -> Vec<f64> {
    // A person is above themselves with probability one half in the formula; take that half off.
    estimates
        .iter()
        .map(|person| {
            let sum: f64 = estimates.iter().map(|other| probability_above(*other, *person)).sum();
            (0.5 + sum).clamp(1.0, count(estimates.len()))
        })
        .collect()
}

fn checked_positions(scores: &[f64]) -> Result<Vec<(usize, f64)>, RankError> {
    if scores.is_empty() {
        return Err(RankError::Empty);
    }
    if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
        return Err(RankError::NotFinite { index });
    }
    // Adding 0.0 turns −0.0 into 0.0, so that equal scores stand together.
    Ok(scores.iter().map(|score| score + 0.0).enumerate().collect())
}

fn in_given_order<T>(mut pairs: Vec<(usize, T)>) -> Vec<T> {
    pairs.sort_unstable_by_key(|(position, _)| *position);
    pairs.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, error: f64) -> Estimate {
        Estimate::new(value, StandardError::try_from(error).unwrap()).unwrap()
    }

    #[test]
    fn bands_worked_by_hand() {
        // SEM 5: width 1.96 × 5 × √2 = 13.859. Top 90 reaches 76.141, then 76 reaches 62.141.
        let sem = StandardError::try_from(5.0).unwrap();

        let found = bands(&[62.0, 90.0, 76.2, 76.0, 62.2, 90.0], sem).unwrap();

        let letters: Vec<String> = found.into_iter().map(Band::letters).collect();
        assert_eq!(letters, ["C", "A", "A", "B", "B", "A"]);
        assert!((band_width(sem) - 13.859_292_911_256).abs() < 1e-9);
    }

    #[test]
    fn band_letters_go_on_after_z() {
        let letters = [0, 25, 26, 51, 52, 701, 702].map(|index| Band(index).letters());

        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_difference_of_exactly_the_limit_is_not_clear() {
        // SED of 3 and 4 is 5, the limit 9.8; 59.8 − 50 is 9.799999999999997 in binary and
        // 109.8 − 100 a little above 9.8.
        assert!(!estimate(59.8, 3.0).is_clearly_above(estimate(50.0, 4.0)));
        assert!(!estimate(109.8, 3.0).is_clearly_above(estimate(100.0, 4.0)));
        assert!(estimate(59.81, 3.0).is_clearly_above(estimate(50.0, 4.0)));
        let ranges = rank_ranges(&[estimate(59.8, 3.0), estimate(50.0, 4.0)]);
        assert!(ranges.iter().all(|range| (range.best, range.worst) == (1, 2)));
    }

    #[test]
    fn rank_ranges_worked_by_hand() {
        // SEM 5, limit 13.859.
        let ranges = rank_ranges(&[80.0, 70.0, 66.0, 50.0].map(|value| estimate(value, 5.0)));

        let pairs: Vec<(u32, u32)> = ranges.iter().map(|range| (range.best, range.worst)).collect();
        assert_eq!(pairs, [(1, 2), (1, 3), (2, 3), (4, 4)]);
        assert_eq!(rank_ranges(&[]), []);
    }

    #[test]
    fn equal_scores_share_a_rank() {
        assert_eq!(displayed_ranks(&[50.0, 70.0, 50.0, 80.0, 10.0]), Ok(vec![3, 2, 3, 1, 5]));
        assert_eq!(displayed_ranks(&[0.0, -0.0]), Ok(vec![1, 1]));
        assert_eq!(displayed_ranks(&[]), Err(RankError::Empty));
        assert_eq!(displayed_ranks(&[1.0, f64::NAN]), Err(RankError::NotFinite { index: 1 }));
    }

    #[test]
    fn one_person_has_rank_one() {
        let alone = [estimate(40.0, 6.0)];

        assert_eq!(rank_ranges(&alone), [RankRange { best: 1, worst: 1 }]);
        assert_eq!(expected_ranks(&alone), [1.0]);
    }
}
