//! Ordered categories for item response theory: the unit of calibration is the sum over a scenario's
//! actions of one family, collapsed to at most 6 categories, because actions of one stem depend on each
//! other.

use crate::format::Pomp;
use crate::irt::responses::{CategoryMap, Responses};
use crate::linear::count_u32;
use crate::score::ScoredAction;

/// Most categories of a unit of calibration.
pub const MOST_CATEGORIES: u8 = 6;

/// Fewest answers of a category, whatever the sample.
const FEWEST_ANSWERS: u32 = 10;

/// The category of a scenario's actions of one family under the rule of record: the sum of 2 × points, 0 to
/// 2 × actions. A blank counts 0 when scoring; an action never shown leaves the unit out.
///
/// `actions`: the scenario's scored actions of the family. `None` without one, or when one was never shown.
///
/// Source: decisions.md "Score"; super-items Wainer, Bradlow & Wang 2007. Test
/// `units_add_up_half_points`.
#[must_use]
pub fn unit_category(actions: &[ScoredAction]) -> Option<u8> {
    if actions.is_empty() {
        return None;
    }
    let halves: Option<Vec<u8>> = actions.iter().map(|action| action.points().map(|p| p.halves())).collect();
    Some(halves?.into_iter().fold(0, u8::saturating_add))
}

/// The category of a share of what could be reached, in `categories` ordered classes of equal width around
/// 0, 1 / (K - 1) .. 1: the nearest one (ours, for formats whose points are not whole numbers).
///
/// `categories` is 2 or more; fewer are taken as 2.
///
/// Test `shares_fall_into_the_nearest_class`.
#[must_use]
pub fn share_category(share: Pomp, categories: u8) -> u8 {
    let top = categories.max(2) - 1;
    let place = share.get() * f64::from(top);
    count_of_passed(place, top)
}

/// How many of the limits .5, 1.5 .. below `top` a place reaches.
fn count_of_passed(place: f64, top: u8) -> u8 {
    (0..top).fold(0, |passed, k| passed + u8::from(place >= f64::from(k) + 0.5))
}

/// The table with every item collapsed to at most 6 categories of at least max(10, 2.5 % of the people)
/// answers each, and the map of each item.
///
/// The rarest category joins its rarer neighbour; two categories are always left. Store the maps with the
/// calibration: new people are scored through [`Responses::recoded`].
///
/// Source: psychometrics.md 1.1. Test `units_are_collapsed_to_six_full_categories`.
#[must_use]
pub fn collapsed_units(units: &Responses) -> (Responses, Vec<CategoryMap>) {
    let people = units.persons_with_data();
    let least = FEWEST_ANSWERS.max(people.div_ceil(40));
    let map = |counts: &Vec<u32>| CategoryMap::merging(counts, least, usize::from(MOST_CATEGORIES));
    let maps: Vec<CategoryMap> = units.counts().iter().map(map).collect();
    (units.mapped(&maps), maps)
}

/// The super-item of the categories a person reached on nodes or options that belong together: their sum;
/// `None` when none was reached. Comparable only where everybody meets the same number of them.
///
/// Source: Wainer, Bradlow & Wang 2007. Test `units_add_up_half_points`.
#[must_use]
pub fn super_item(categories: &[Option<u8>]) -> Option<u8> {
    let reached: Vec<u8> = categories.iter().flatten().copied().collect();
    (count_u32(reached.len()) > 0).then(|| reached.into_iter().fold(0, u8::saturating_add))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rating::Category;
    use crate::score::ActionState;

    #[test]
    fn units_add_up_half_points() {
        let category = |k| Category::try_from(k).unwrap();
        let action = |key, state| ScoredAction { key: category(key), state };
        let answered = |key, rating| action(key, ActionState::Answered(category(rating)));
        let blank = action(2, ActionState::ShownBlank);

        assert_eq!(unit_category(&[answered(1, 1), answered(4, 3), answered(2, 4), blank]), Some(3));
        assert_eq!(unit_category(&[answered(1, 1), action(1, ActionState::NeverShown)]), None);
        assert_eq!(unit_category(&[]), None);
        assert_eq!(super_item(&[Some(2), None, Some(1)]), Some(3));
        assert_eq!(super_item(&[None]), None);
    }

    #[test]
    fn shares_fall_into_the_nearest_class() {
        let class = |x: f64| share_category(Pomp::of(x, 0.0, 1.0).unwrap(), 5);
        assert_eq!([0.0, 0.12, 0.125, 0.5, 0.87, 0.875, 1.0].map(class), [0, 0, 1, 2, 3, 4, 4]);
        assert_eq!(share_category(Pomp::of(1.0, 0.0, 1.0).unwrap(), 0), 1);
    }

    #[test]
    fn units_are_collapsed_to_six_full_categories() {
        // 1,000 people on 9 even categories, and 1,000 on 3 of which one is rare: 25 are needed.
        let rows: Vec<[Option<u8>; 2]> = (0..1_000_u32)
            .map(|p| {
                [Some(u8::try_from(p % 9).unwrap()), Some(if p < 24 { 0 } else { 1 + u8::from(p % 2 == 0) })]
            })
            .collect();
        let units = Responses::from_rows(2, &rows).unwrap();

        let (table, maps) = collapsed_units(&units);

        assert_eq!(table.categories(), [6, 2]);
        assert_eq!(maps[1].new_categories(), [0, 0, 1]);
        assert!(table.counts().iter().flatten().all(|n| *n >= 25));
        assert!(maps[0].new_categories().windows(2).all(|w| w[1] == w[0] || w[1] == w[0] + 1));
    }
}
