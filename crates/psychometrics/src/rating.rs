//! Points of one rated action: the same-side rule on the 4-point scale, the key's category from a
//! panel and the chance level of a form. The distance diagnostic is in [`distance`].
//!
//! Does not know scenarios or attempts: missing answers and totals are in [`crate::score`].

pub mod distance;
pub mod rule;

use crate::linear::count;

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
}
