//! Points of one rated action: the same-side rule on the 4-point scale, the key's category from a
//! panel, the chance level of a form, and the standardised distance as a diagnostic.
//!
//! Does not know scenarios or attempts: missing answers and totals are in [`crate::score`].

use crate::linear::{count, finite};

/// A category of the 4-point rating scale, 1 (worst) to 4 (best).
///
/// The middle of the scale lies between 2 and 3, so every category is on one side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category(u8);

/// A category outside 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("category {0} is not on the scale from 1 to 4")]
pub struct CategoryOutOfRange(pub u8);

impl Category {
    /// The four categories, lowest first.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// The category as a number from 1 to 4.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether the category is on the lower side of the middle (1 or 2).
    const fn is_low_side(self) -> bool {
        self.0 <= 2
    }
}

impl TryFrom<u8> for Category {
    type Error = CategoryOutOfRange;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if (1..=4).contains(&value) { Ok(Self(value)) } else { Err(CategoryOutOfRange(value)) }
    }
}

impl From<Category> for u8 {
    fn from(category: Category) -> Self {
        category.0
    }
}

/// Points of one action in halves: 0, 1 or 2 halves for 0, 0.5 or 1 point.
///
/// Kept as an integer so that sums over actions are exact and independent of their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfPoints(u8);

impl HalfPoints {
    /// No point.
    pub const ZERO: Self = Self(0);
    /// Half a point.
    pub const HALF: Self = Self(1);
    /// One point, the most an action gives.
    pub const ONE: Self = Self(2);

    /// The number of halves: 0, 1 or 2.
    #[must_use]
    pub const fn halves(self) -> u8 {
        self.0
    }

    /// The points: 0, 0.5 or 1.
    #[must_use]
    pub fn points(self) -> f64 {
        f64::from(self.0) / 2.0
    }
}

/// The points of one rating under the same-side rule: 1 for the key's category, 0.5 for the other
/// category on the same side of the middle (1-2 or 3-4), else 0.
///
/// `rating` is the candidate's category, `key` the key's; the rule is symmetric in the two.
/// Source: AAMC PREview scoring, psychometrics.md section 0; tests `points_of_all_sixteen_pairs`
/// and `points_are_symmetric`.
#[must_use]
pub fn same_side_points(rating: Category, key: Category) -> HalfPoints {
    if rating == key {
        HalfPoints::ONE
    } else if rating.is_low_side() == key.is_low_side() {
        HalfPoints::HALF
    } else {
        HalfPoints::ZERO
    }
}

/// What a panel says about the key of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelKey {
    /// The action is scored against this category.
    Scored(Category),
    /// The panel mean lies from 2.25 to 2.75, so near the middle that neither side is right.
    Unscored,
}

/// Why a panel gives no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// There is no rating.
    #[error("no expert rated the action")]
    Empty,
    /// The sum cannot come from `n` ratings of 1 to 4.
    #[error("a sum of {sum} is impossible for {n} ratings from 1 to 4")]
    ImpossibleSum {
        /// The sum given.
        sum: u32,
        /// The number of ratings given.
        n: u32,
    },
}

/// The key's category from a panel: the mean rating rounded, halves towards the middle (1.5 → 2,
/// 3.5 → 3), or unscored when the mean is from 2.25 to 2.75, both limits included.
///
/// `sum` is the sum of the experts' ratings (each 1 to 4), `n` their number. All comparisons are
/// between integers, so no mean is on the wrong side of a limit by rounding.
///
/// # Errors
/// [`PanelError::Empty`] when `n` is 0; [`PanelError::ImpossibleSum`] when `sum` is below `n` or
/// above `4 n`.
///
/// Source: decisions.md "Score"; McDaniel et al. 2011 for the unscored middle. Tests
/// `panel_mean_rounds_halves_towards_the_middle` and `panel_mean_near_the_middle_is_unscored`.
pub fn key_category_from_panel_mean(sum: u32, n: u32) -> Result<PanelKey, PanelError> {
    if n == 0 {
        return Err(PanelError::Empty);
    }
    let (total, size) = (u64::from(sum), u64::from(n));
    if total < size || total > 4 * size {
        return Err(PanelError::ImpossibleSum { sum, n });
    }
    let key = if 4 * total >= 9 * size && 4 * total <= 11 * size {
        PanelKey::Unscored
    } else if 2 * total < 3 * size {
        PanelKey::Scored(Category(1))
    } else if 2 * total < 5 * size {
        PanelKey::Scored(Category(2))
    } else if 2 * total <= 7 * size {
        PanelKey::Scored(Category(3))
    } else {
        PanelKey::Scored(Category(4))
    };
    Ok(key)
}

/// There is no scored action, so there is no score to speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the form has no scored action")]
pub struct NoScoredAction;

/// The chance level of a form: the expected score, 0 to 100, of someone who rates every action at
/// random, each category with probability 1/4.
///
/// `keys` holds the key of each scored action (any order). Enumerates the four ratings of every
/// action in integers, so the result is exact: 37.5 for any form of ratings alone. It describes the
/// form; it is not a pass mark.
///
/// # Errors
/// [`NoScoredAction`] when `keys` is empty.
///
/// Source: decisions.md "Score"; test `chance_level_of_ratings_is_37_5`.
pub fn chance_level(keys: &[Category]) -> Result<f64, NoScoredAction> {
    if keys.is_empty() {
        return Err(NoScoredAction);
    }
    let halves: u64 = keys
        .iter()
        .flat_map(|key| Category::ALL.iter().map(|rating| same_side_points(*rating, *key)))
        .map(|points| u64::from(points.halves()))
        .sum();
    // At most 3 halves per action, far from the 2^32 limit for any form that fits in memory.
    let halves = f64::from(u32::try_from(halves).unwrap_or(u32::MAX));
    Ok(100.0 * halves / (8.0 * count(keys.len())))
}

/// Distance of one candidate's ratings from the key means, with its parts.
///
/// A diagnostic for the technical manual. Never shown to candidates or recruiters, never ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceDiagnostic {
    /// Number of actions with a rating.
    pub n_answered: u32,
    /// Mean absolute distance, scale points, 0 or more.
    pub mean_abs: f64,
    /// Mean squared distance, squared scale points; the sum of elevation, scatter and shape.
    pub mean_sq: f64,
    /// Squared difference of the two means.
    pub elevation: f64,
    /// Squared difference of the two population standard deviations.
    pub scatter: f64,
    /// `2 s_x s_m (1 - r)`, population standard deviations.
    pub shape: f64,
    /// Correlation of ratings and key, absent when one of them does not vary.
    pub shape_r: Option<f64>,
    /// The candidate's standard deviation (n - 1), scale points.
    pub rating_sd: f64,
    /// All ratings are equal: the candidate's z values are taken as 0.
    pub is_flat: bool,
    /// The standard deviation is below 0.35 scale points (our threshold).
    pub has_low_scatter: bool,
    /// The within-person standardised distance, or why there is none.
    pub standardised: StandardisedDistance,
}

/// The within-person standardised squared distance, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StandardisedDistance {
    /// Mean squared difference of the z values (n - 1 standard deviations), 0 or more.
    MeanSquare(f64),
    /// Fewer than 10 rated actions: use the raw distance.
    TooFewRated,
    /// More than 20 % of the actions have no rating.
    TooManyMissing,
    /// The key does not vary over the rated actions.
    FlatKey,
}

/// Why a distance cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DistanceError {
    /// Ratings and key differ in length.
    #[error("{ratings} ratings for {keys} key values")]
    LengthMismatch {
        /// Number of ratings, given or missing.
        ratings: usize,
        /// Number of key values.
        keys: usize,
    },
    /// Fewer than 2 actions have a rating.
    #[error("{found} rated actions, at least 2 are needed")]
    TooFewRated {
        /// Number of rated actions.
        found: usize,
    },
    /// A rating or a key value is not a finite number.
    #[error("a value is not finite")]
    NotFinite,
}

/// Distance of ratings from key means: raw, split into elevation, scatter and shape, and
/// standardised within the person over all rated actions of the form (not per scenario).
///
/// `ratings` holds one value per action in scale points, `None` where there is no rating;
/// `key_means` the panel mean of the same action, same length and order. Actions without a rating
/// are left out of both. The standardised distance needs at least 10 rated actions and at most 20 %
/// missing.
///
/// # Errors
/// [`DistanceError::LengthMismatch`], [`DistanceError::TooFewRated`] below 2 ratings,
/// [`DistanceError::NotFinite`].
///
/// Source: Cronbach & Gleser 1953; McDaniel, Psotka, Legree, Yost & Weekley 2011,
/// psychometrics.md section 1.1; golden test `sjt_rate_effectiveness`.
pub fn distance_diagnostic(
    ratings: &[Option<f64>],
    key_means: &[f64],
) -> Result<DistanceDiagnostic, DistanceError> {
    if ratings.len() != key_means.len() {
        return Err(DistanceError::LengthMismatch { ratings: ratings.len(), keys: key_means.len() });
    }
    let pairs: Vec<(f64, f64)> =
        ratings.iter().zip(key_means).filter_map(|(rating, key)| rating.map(|x| (x, *key))).collect();
    if pairs.len() < 2 {
        return Err(DistanceError::TooFewRated { found: pairs.len() });
    }
    if pairs.iter().any(|(x, m)| !x.is_finite() || !m.is_finite()) {
        return Err(DistanceError::NotFinite);
    }
    let n = count(pairs.len());
    let mean = |value: fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>() / n;
    let (mean_x, mean_m) = (mean(|p| p.0), mean(|p| p.1));
    let is_flat = all_equal(pairs.iter().map(|p| p.0));
    let is_flat_key = all_equal(pairs.iter().map(|p| p.1));
    let sum_sq_x = pairs.iter().map(|p| (p.0 - mean_x).powi(2)).sum::<f64>();
    let sum_sq_m = pairs.iter().map(|p| (p.1 - mean_m).powi(2)).sum::<f64>();
    let sum_product = pairs.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_m)).sum::<f64>();
    let population_sd = |sum_sq: f64, flat: bool| if flat { 0.0 } else { (sum_sq / n).sqrt() };
    let (sd_x, sd_m) = (population_sd(sum_sq_x, is_flat), population_sd(sum_sq_m, is_flat_key));
    let shape_r = (sd_x > 0.0 && sd_m > 0.0)
        .then(|| (sum_product / (sum_sq_x.sqrt() * sum_sq_m.sqrt())).clamp(-1.0, 1.0));
    let rating_sd = if is_flat { 0.0 } else { (sum_sq_x / (n - 1.0)).sqrt() };
    let key_sd = (sum_sq_m / (n - 1.0)).sqrt();
    let standardised = if pairs.len() < 10 {
        StandardisedDistance::TooFewRated
    } else if 5 * (ratings.len() - pairs.len()) > ratings.len() {
        StandardisedDistance::TooManyMissing
    } else if is_flat_key {
        StandardisedDistance::FlatKey
    } else {
        let z_x = |x: f64| if is_flat { 0.0 } else { (x - mean_x) / rating_sd };
        let total: f64 = pairs.iter().map(|p| (z_x(p.0) - (p.1 - mean_m) / key_sd).powi(2)).sum();
        StandardisedDistance::MeanSquare(total / n)
    };
    let diagnostic = DistanceDiagnostic {
        n_answered: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        mean_abs: mean(|p| (p.0 - p.1).abs()),
        mean_sq: mean(|p| (p.0 - p.1).powi(2)),
        elevation: (mean_x - mean_m).powi(2),
        scatter: (sd_x - sd_m).powi(2),
        shape: shape_r.map_or(0.0, |r| 2.0 * sd_x * sd_m * (1.0 - r)),
        shape_r,
        rating_sd,
        is_flat,
        has_low_scatter: rating_sd < 0.35,
        standardised,
    };
    // Finite values near the limits of f64 can still overflow when squared.
    finite(diagnostic.mean_sq).and(Some(diagnostic)).ok_or(DistanceError::NotFinite)
}

fn all_equal(mut values: impl Iterator<Item = f64>) -> bool {
    values.next().is_none_or(|first| values.all(|value| value == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(value: u8) -> Category {
        Category::try_from(value).unwrap()
    }

    #[test]
    fn points_of_all_sixteen_pairs() {
        let expected = [[2, 1, 0, 0], [1, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]];

        let found = Category::ALL.map(|r| Category::ALL.map(|k| same_side_points(r, k).halves()));

        assert_eq!(found, expected);
    }

    #[test]
    fn points_are_symmetric() {
        for a in Category::ALL {
            for b in Category::ALL {
                assert_eq!(same_side_points(a, b), same_side_points(b, a));
            }
        }
    }

    #[test]
    fn categories_outside_the_scale_are_refused() {
        assert_eq!(Category::try_from(0), Err(CategoryOutOfRange(0)));
        assert_eq!(Category::try_from(5), Err(CategoryOutOfRange(5)));
        assert_eq!(Category::try_from(3).map(Category::get), Ok(3));
    }

    #[test]
    fn panel_mean_rounds_halves_towards_the_middle() {
        let scored = |sum, n| key_category_from_panel_mean(sum, n).unwrap();

        assert_eq!(scored(14, 10), PanelKey::Scored(category(1)));
        assert_eq!(scored(15, 10), PanelKey::Scored(category(2)));
        assert_eq!(scored(35, 10), PanelKey::Scored(category(3)));
        assert_eq!(scored(36, 10), PanelKey::Scored(category(4)));
        assert_eq!(scored(1, 1), PanelKey::Scored(category(1)));
        assert_eq!(scored(4, 1), PanelKey::Scored(category(4)));
    }

    #[test]
    fn panel_mean_near_the_middle_is_unscored() {
        let scored = |sum, n| key_category_from_panel_mean(sum, n).unwrap();

        assert_eq!(scored(224, 100), PanelKey::Scored(category(2)));
        assert_eq!(scored(9, 4), PanelKey::Unscored);
        assert_eq!(scored(25, 10), PanelKey::Unscored);
        assert_eq!(scored(11, 4), PanelKey::Unscored);
        assert_eq!(scored(276, 100), PanelKey::Scored(category(3)));
    }

    #[test]
    fn impossible_panels_are_refused() {
        assert_eq!(key_category_from_panel_mean(0, 0), Err(PanelError::Empty));
        assert_eq!(key_category_from_panel_mean(2, 3), Err(PanelError::ImpossibleSum { sum: 2, n: 3 }));
        assert_eq!(key_category_from_panel_mean(13, 3), Err(PanelError::ImpossibleSum { sum: 13, n: 3 }));
        assert!(key_category_from_panel_mean(u32::MAX, u32::MAX).is_ok());
    }

    #[test]
    fn chance_level_of_ratings_is_37_5() {
        assert_eq!(chance_level(&[]), Err(NoScoredAction));
        for n in 1..60 {
            let keys: Vec<Category> = Category::ALL.into_iter().cycle().take(n).collect();
            assert_eq!(chance_level(&keys), Ok(37.5));
        }
    }

    #[test]
    fn distance_says_why_there_is_no_standardised_value() {
        let key: Vec<f64> = (0..20u32).map(|i| f64::from(i % 4) + 1.0).collect();
        let ratings = |n: usize| -> Vec<Option<f64>> {
            key.iter().enumerate().map(|(i, k)| (i < n).then_some(*k)).collect()
        };
        let standardised =
            |n: usize| distance_diagnostic(&ratings(n), &key).map(|diagnostic| diagnostic.standardised);

        assert_eq!(standardised(20), Ok(StandardisedDistance::MeanSquare(0.0)));
        assert!(matches!(standardised(16), Ok(StandardisedDistance::MeanSquare(_))));
        assert_eq!(standardised(15), Ok(StandardisedDistance::TooManyMissing));
        assert_eq!(standardised(9), Ok(StandardisedDistance::TooFewRated));
        assert_eq!(standardised(1), Err(DistanceError::TooFewRated { found: 1 }));
        let flat = distance_diagnostic(&ratings(20), &[2.0; 20]).unwrap();
        assert_eq!(flat.standardised, StandardisedDistance::FlatKey);
        assert_eq!(flat.shape_r, None);
        assert_eq!(
            distance_diagnostic(&[Some(1.0)], &[]),
            Err(DistanceError::LengthMismatch { ratings: 1, keys: 0 })
        );
        assert_eq!(
            distance_diagnostic(&[Some(f64::NAN), Some(1.0)], &[1.0, 2.0]),
            Err(DistanceError::NotFinite)
        );
        assert_eq!(
            distance_diagnostic(&[Some(1e300), Some(1.0)], &[1.0, 2.0]),
            Err(DistanceError::NotFinite)
        );
    }
}
