//! The three versioned rules for a form of ratings, each as a share of what could be reached. A pack names
//! its rule; same-side is the score of record, standardised distance is computed beside it for the manual.

use crate::format::{FormatError, Pomp};
use crate::linear::{LARGEST, count, count_u32};
use crate::rating::distance::{StandardisedDistance, distance_diagnostic};
use crate::rating::{Category, same_side_points};

/// How a form of ratings is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RatingRule {
    /// Points under the same-side rule: 1, .5 or 0 an action.
    #[default]
    SameSide,
    /// Distance of the ratings from the key, both standardised within the person.
    StandardisedDistance,
    /// Mean absolute distance of the ratings from the key.
    RawDistance,
}

/// The score of one person's ratings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatingScore {
    /// The rule that gave it: the raw distance where the standardised one cannot be computed.
    pub rule: RatingRule,
    /// The score in the rule's own unit, larger is better: mean points; minus the mean squared difference of
    /// z values; minus the mean absolute distance in scale points.
    pub value: f64,
    /// Share of what can be reached. For the standardised distance `(1 + r) / 2`, with r the correlation of
    /// ratings and key.
    pub pomp: Pomp,
    /// Actions rated.
    pub rated: u32,
    /// All ratings are equal.
    pub is_flat: bool,
    /// The standard deviation of the ratings is below .35 scale points.
    pub has_low_scatter: bool,
}

/// What the ratings of a person come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RatingOutcome {
    /// Scored.
    Scored(RatingScore),
    /// Fewer than 2 actions are rated, or more than 20 % are not: no score.
    TooManyMissing {
        /// Actions rated.
        rated: u32,
    },
}

/// The score of one person's ratings on the 4-point scale under a rule.
///
/// `ratings`: one per action of the form, `None` where there is none (left out under each rule: blanks that
/// were shown count 0 in [`crate::score::total_score`], which is the score of record). `key_means`: the
/// panel's means, 1 to 4; under the same-side rule rounded halves towards the middle, actions from 2.25 to
/// 2.75 left out. Someone whose ratings are all equal, who rated fewer than 10 actions, or whose key does
/// not vary, has the raw distance under the standardised rule.
///
/// # Errors
/// [`FormatError::LengthMismatch`], [`FormatError::OutOfRange`] for a key mean outside 1 to 4,
/// [`FormatError::FlatKey`] when the same-side rule scores no action that was rated.
///
/// Source: psychometrics.md 0 and 1.1; McDaniel, Psotka, Legree, Yost & Weekley 2011. Tests
/// `rules_worked_by_hand`, `rules_fall_back_and_refuse`; distances by golden test `sjt_rate_effectiveness`.
pub fn rating_score(
    rule: RatingRule,
    ratings: &[Option<Category>],
    key_means: &[f64],
) -> Result<RatingOutcome, FormatError> {
    let (expected, found) = (key_means.len(), ratings.len());
    if expected != found {
        return Err(FormatError::LengthMismatch { expected, found });
    }
    let is_off = |m: &f64| m.is_nan() || m.abs() > LARGEST || !(1.0..=4.0).contains(m);
    if let Some(value) = key_means.iter().copied().find(|m| is_off(m)) {
        return Err(FormatError::OutOfRange { name: "key mean", value });
    }
    let numbers: Vec<Option<f64>> = ratings.iter().map(|r| r.map(|r| f64::from(r.get()))).collect();
    let pairs: Vec<(f64, f64)> =
        numbers.iter().zip(key_means).filter_map(|(r, m)| Some(((*r)?, *m))).collect();
    let rated = count_u32(pairs.len());
    if pairs.len() < 2 || 5 * (ratings.len() - pairs.len()) > ratings.len() {
        return Ok(RatingOutcome::TooManyMissing { rated });
    }
    // Lengths and values were checked above: a distance exists.
    let diagnostic = distance_diagnostic(&numbers, key_means).map_err(|_| FormatError::TooFew {
        what: "rated actions",
        found: pairs.len(),
        needed: 2,
    })?;
    let (rule, value, pomp) = match (rule, diagnostic.standardised) {
        (RatingRule::SameSide, _) => {
            let mean = same_side_mean(ratings, key_means).ok_or(FormatError::FlatKey)?;
            (RatingRule::SameSide, mean, Pomp::clamped(mean))
        }
        (RatingRule::StandardisedDistance, StandardisedDistance::MeanSquare(square))
            if !diagnostic.is_flat =>
        {
            // Two lists of z values are apart by 2 (n - 1) / n (1 - r).
            let n = count(pairs.len());
            let share = 1.0 - square * n / (4.0 * (n - 1.0));
            (RatingRule::StandardisedDistance, -square, Pomp::clamped(share))
        }
        _ => {
            let largest: f64 = pairs.iter().map(|(_, m)| (m - 1.0).max(4.0 - m)).sum();
            let total: f64 = pairs.iter().map(|(x, m)| (x - m).abs()).sum();
            (RatingRule::RawDistance, -diagnostic.mean_abs, Pomp::clamped(1.0 - total / largest))
        }
    };
    Ok(RatingOutcome::Scored(RatingScore {
        rule,
        value,
        pomp,
        rated,
        is_flat: diagnostic.is_flat,
        has_low_scatter: diagnostic.has_low_scatter,
    }))
}

/// Mean points of the rated actions the key scores; absent when it scores none of them.
fn same_side_mean(ratings: &[Option<Category>], key_means: &[f64]) -> Option<f64> {
    let points: Vec<f64> = ratings
        .iter()
        .zip(key_means)
        .filter_map(|(rating, mean)| Some(same_side_points((*rating)?, key_category(*mean)?).points()))
        .collect();
    (!points.is_empty()).then(|| points.iter().sum::<f64>() / count(points.len()))
}

/// The category of a key mean: rounded, halves towards the middle; none from 2.25 to 2.75. Exact means
/// come from [`crate::rating::key_category_from_panel_mean`].
fn key_category(mean: f64) -> Option<Category> {
    let category = match mean {
        m if (2.25..=2.75).contains(&m) => return None,
        m if m < 1.5 => 1,
        m if m < 2.5 => 2,
        m if m <= 3.5 => 3,
        _ => 4,
    };
    Category::try_from(category).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(values: &[u8]) -> Vec<Option<Category>> {
        values.iter().map(|v| Category::try_from(*v).ok()).collect()
    }

    fn scored(rule: RatingRule, ratings: &[u8], key: &[f64]) -> RatingScore {
        match rating_score(rule, &categories(ratings), key).unwrap() {
            RatingOutcome::Scored(score) => score,
            RatingOutcome::TooManyMissing { rated } => panic!("{rated} rated"),
        }
    }

    const KEY: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 3.6, 4.0, 4.0];

    #[test]
    fn rules_worked_by_hand() {
        let ratings = [1, 2, 2, 3, 4, 3, 4, 4, 4, 3];

        // Categories 1 1 2 2 - 3 3 4 4 4: points 1 .5 1 0 - 1 .5 1 1 .5 = 6.5 of 9.
        let same = scored(RatingRule::SameSide, &ratings, &KEY);
        assert!((same.value - 6.5 / 9.0).abs() < 1e-12 && same.pomp.get() == same.value);
        // Distances 0 .8 .5 1 1.5 0 .5 .4 0 1 = 5.7 of 3 2.8 2.5 2 1.5 2 2.5 2.6 3 3 = 24.9.
        let raw = scored(RatingRule::RawDistance, &ratings, &KEY);
        assert!((raw.value + 0.57).abs() < 1e-12 && (raw.pomp.get() - (1.0 - 5.7 / 24.9)).abs() < 1e-12);
        let z = scored(RatingRule::StandardisedDistance, &ratings, &KEY);
        let numbers: Vec<Option<f64>> = ratings.iter().map(|r| Some(f64::from(*r))).collect();
        let r = distance_diagnostic(&numbers, &KEY).unwrap().shape_r.unwrap();
        assert_eq!(z.rule, RatingRule::StandardisedDistance);
        assert!((z.pomp.get() - (1.0 + r) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn rules_fall_back_and_refuse() {
        let flat = scored(RatingRule::StandardisedDistance, &[3; 10], &KEY);
        assert_eq!((flat.rule, flat.is_flat, flat.has_low_scatter), (RatingRule::RawDistance, true, true));
        let few = scored(RatingRule::StandardisedDistance, &[1, 4, 2], &KEY[..3]);
        assert_eq!(few.rule, RatingRule::RawDistance);
        // Two of ten missing are 20 %, three are more.
        let gapped = scored(RatingRule::SameSide, &[1, 0, 0, 2, 2, 3, 3, 4, 4, 4], &KEY);
        assert_eq!(gapped.rated, 8);
        let many = rating_score(RatingRule::SameSide, &categories(&[1, 0, 0, 0, 2, 3, 3, 4, 4, 4]), &KEY);
        assert_eq!(many, Ok(RatingOutcome::TooManyMissing { rated: 7 }));
        assert_eq!(
            rating_score(RatingRule::SameSide, &[], &[]),
            Ok(RatingOutcome::TooManyMissing { rated: 0 })
        );
        let unscored = rating_score(RatingRule::SameSide, &categories(&[1, 2]), &[2.5, 2.3]);
        assert_eq!(unscored, Err(FormatError::FlatKey));
        assert!(rating_score(RatingRule::SameSide, &categories(&[1, 2]), &[1.0]).is_err());
        assert!(rating_score(RatingRule::RawDistance, &categories(&[1, 2]), &[1.0, f64::NAN]).is_err());
        assert!(rating_score(RatingRule::RawDistance, &categories(&[1, 2]), &[1.0, 4.5]).is_err());
    }
}
