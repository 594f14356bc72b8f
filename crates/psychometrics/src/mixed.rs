//! Points of the formats other than single ratings (best and worst, pick N of M, rank order, one option
//! of a dialogue node) and the total of a form that mixes formats.
//!
//! Every format gives a [`Share`]: what was reached of what could be reached (POMP), kept as a whole number
//! of 240ths, so that sums are exact and do not depend on their order. Which scenario has which format, and
//! what counts as shown, is the caller's to say. The formats for analysts, of any size and with their
//! indices, are in [`crate::format`]; test `shares_are_those_of_the_formats` holds the two together.

use crate::linear::count_u32;
use crate::rating::{Category, HalfPoints};
use crate::score::{ScoreError, TotalScore};

/// How many parts a whole share has: a multiple of 2, 3, 4, 5, 6 and 80, which is all that the formats need.
pub const PARTS: u16 = 240;

/// What was reached of what could be reached: 0 to 1, in 240ths.
///
/// Of one scenario or one dialogue node it says next to nothing about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// Nothing reached.
    pub const ZERO: Self = Self(0);
    /// Everything reached.
    pub const ONE: Self = Self(PARTS);

    /// The share `reached / most`; `None` when `most` is 0, does not divide 240, or is less than `reached`.
    #[must_use]
    pub fn of(reached: u16, most: u16) -> Option<Self> {
        (most > 0 && reached <= most && PARTS.is_multiple_of(most)).then(|| Self(reached * (PARTS / most)))
    }

    /// The share in 240ths.
    #[must_use]
    pub const fn parts(self) -> u16 {
        self.0
    }

    /// The share, 0 to 1.
    #[must_use]
    pub fn pomp(self) -> f64 {
        f64::from(self.0) / f64::from(PARTS)
    }
}

impl From<HalfPoints> for Share {
    fn from(points: HalfPoints) -> Self {
        Self(u16::from(points.halves()) * (PARTS / 2))
    }
}

/// The points of best and worst, -2 to 2, against the sets of best and of worst actions: one for each right
/// pick, minus one for each action picked the wrong way round.
///
/// The four arguments say whether the action picked as best stands in the best and in the worst set, and
/// whether the action picked as worst stands in the worst and in the best set.
/// Source: psychometrics.md 1.2; test `best_and_worst_give_minus_two_to_two`.
#[must_use]
pub fn best_worst_points(
    best_is_best: bool,
    best_is_worst: bool,
    worst_is_worst: bool,
    worst_is_best: bool,
) -> i8 {
    i8::from(best_is_best) + i8::from(worst_is_worst) - i8::from(best_is_worst) - i8::from(worst_is_best)
}

/// The share of best-and-worst points, (points + 2) / 4. Points outside -2..2 are taken as the nearer end.
#[must_use]
pub fn best_worst_share(points: i8) -> Share {
    let shifted = u16::try_from((points + 2).clamp(0, 4)).unwrap_or_default();
    Share(shifted * (PARTS / 4))
}

/// The share of pick N of M: right picks / N; 0 with more than N picks.
///
/// `right` and `picks` count what was picked, `n` is how many are to be picked (1 to 6).
/// `None` when `n` does not divide 240 or `right` is more than `picks` or `n`.
/// Source: product.md 6.4 (equal points for each right pick, none with too many ticks); test
/// `picks_give_equal_points`.
#[must_use]
pub fn pick_share(right: u16, picks: u16, n: u16) -> Option<Share> {
    if right > picks || right > n {
        return None;
    }
    if picks > n { Share::of(0, n) } else { Share::of(right, n) }
}

/// The share of a rank order of four actions: 1 − Σd² / ((n³ − n)/3) with n = 4, so that the largest
/// distance, a reversed order, gives 0.
///
/// `given` and `key` are ranks **doubled** (2 is the first place, 8 the last), so that mid-ranks of ties are
/// whole numbers. With ties in the key no order reaches 1. Do not give open places their mid-rank: ranking
/// nothing would earn 0.75, more than most orders.
/// Source: psychometrics.md 1.3 (Spearman 1904); test `rank_order_by_squared_distances`.
#[must_use]
pub fn rank_share(given: [u16; 4], key: [u16; 4]) -> Share {
    let squares: u32 = given.iter().zip(key).map(|(g, k)| u32::from(g.abs_diff(k)).pow(2)).sum();
    // Doubled ranks square to four times as much: 4 × 20 = 80 is the largest sum, and 240 / 80 = 3.
    let lost = u16::try_from(squares.min(80)).unwrap_or(80);
    Share((80 - lost) * (PARTS / 80))
}

/// The doubled mid-ranks of four key categories: the most effective action (4) has the first place, equal
/// categories share theirs.
///
/// Source: psychometrics.md 1.3; test `equal_categories_share_their_places`.
#[must_use]
pub fn doubled_ranks(categories: [Category; 4]) -> [u16; 4] {
    categories.map(|own| {
        let count = |wanted: fn(Category, Category) -> bool| {
            u16::try_from(categories.iter().filter(|other| wanted(**other, own)).count()).unwrap_or(4)
        };
        // Places before it, doubled, plus the middle of the places it shares.
        2 * count(|other, own| other > own) + count(|other, own| other == own) + 1
    })
}

/// The share of one option of a dialogue node: (key − lowest key) / (highest key − lowest key) over the
/// node's options. `None` when all options have one key or the pick is not between the two ends: such a
/// node tells nothing.
///
/// Source: psychometrics.md 1.2, partial credit; test `an_option_earns_its_place_between_the_ends`.
#[must_use]
pub fn option_share(picked: Category, lowest: Category, highest: Category) -> Option<Share> {
    let reached = picked.get().checked_sub(lowest.get())?;
    let most = highest.get().checked_sub(lowest.get())?;
    Share::of(u16::from(reached), u16::from(most))
}

/// What an attempt holds for one scored part of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Answered, with what it earned.
    Answered(Share),
    /// Shown and left blank: 0 points.
    ShownBlank,
    /// Never shown: left out of the score.
    NeverShown,
}

/// One scored part of a form: a rated action or a dialogue node (weight 1), or a whole scenario of another
/// format (weight 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoredPart {
    /// Its weight, in rated actions.
    pub weight: u16,
    /// What the attempt holds.
    pub state: PartState,
}

impl ScoredPart {
    /// Weight × share, in 240ths: 0 when blank, absent when never shown.
    #[must_use]
    pub fn parts(self) -> Option<u32> {
        match self.state {
            PartState::Answered(share) => Some(u32::from(self.weight) * u32::from(share.parts())),
            PartState::ShownBlank => Some(0),
            PartState::NeverShown => None,
        }
    }
}

/// The total score of one attempt at a form that may mix formats: 100 × weighted mean of the shares.
///
/// `scenarios` holds one list per scenario with its scored parts; an empty list is ignored. The counts of
/// the result are in rated actions, that is in weights; `half_points` is rounded to the nearest half. With
/// ratings alone the result is that of [`crate::score::total_score`], bit for bit.
///
/// # Errors
/// As [`crate::score::total_score`].
///
/// Source: decisions.md "Score"; tests `ratings_alone_give_the_plain_total` and
/// `another_format_weighs_four_actions`.
pub fn mixed_total<S: AsRef<[ScoredPart]>>(scenarios: &[S]) -> Result<TotalScore, ScoreError> {
    let lists = || scenarios.iter().map(AsRef::as_ref).filter(|parts| !parts.is_empty());
    let weight_of = |wanted: fn(&PartState) -> bool| -> u32 {
        lists().flatten().filter(|part| wanted(&part.state)).map(|part| u32::from(part.weight)).sum()
    };
    let n_scored = weight_of(|_| true);
    if n_scored == 0 {
        return Err(ScoreError::NoScoredAction);
    }
    let n_answered = weight_of(|state| matches!(state, PartState::Answered(_)));
    let n_counted_zero = weight_of(|state| matches!(state, PartState::ShownBlank));
    let n_left_out = weight_of(|state| matches!(state, PartState::NeverShown));
    let parts: u32 = lists().flatten().filter_map(|part| part.parts()).sum();
    let counted = n_answered + n_counted_zero;
    let is_answered = |part: &ScoredPart| matches!(part.state, PartState::Answered(_));
    Ok(TotalScore {
        x: percent(parts, counted).ok_or(ScoreError::NothingShown)?,
        half_points: half_points(parts),
        n_scored,
        n_answered,
        n_counted_zero,
        n_left_out,
        scenarios: count_u32(lists().count()),
        scenarios_answered: count_u32(lists().filter(|list| list.iter().any(is_answered)).count()),
        complete_enough: 5 * u64::from(counted) >= 4 * u64::from(n_scored),
    })
}

/// The scenario scores of one attempt, 0 to 100 each; `None` when the scenario was never shown.
///
/// **Shape**: one value per scenario with at least one scored part, in order. They serve reliability and
/// the standard error; a single scenario score is not shown.
/// Source: decisions.md "Score"; test `another_format_weighs_four_actions`.
#[must_use]
pub fn mixed_scenario_scores<S: AsRef<[ScoredPart]>>(scenarios: &[S]) -> Vec<Option<f64>> {
    scenarios
        .iter()
        .map(AsRef::as_ref)
        .filter(|parts| !parts.is_empty())
        .map(|list| {
            let counted = || list.iter().filter(|part| part.parts().is_some());
            percent(
                counted().filter_map(|part| part.parts()).sum(),
                counted().map(|part| u32::from(part.weight)).sum(),
            )
        })
        .collect()
}

/// 240ths of a point as halves of a point, rounded to the nearest, halves up.
#[must_use]
pub const fn half_points(parts: u32) -> u32 {
    (parts + 60) / 120
}

/// 100 × parts / (240 × weight) with one rounding, absent without weight.
fn percent(parts: u32, weight: u32) -> Option<f64> {
    (weight > 0).then(|| 100.0 * f64::from(parts) / (f64::from(PARTS) * f64::from(weight)))
}

#[cfg(test)]
mod tests;
