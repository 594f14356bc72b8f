//! How a persona answers a scenario of each format: from a rating of every action, with slips.

use super::habit::plain_rating;
use super::{Persona, is_low};
use crate::content::traits::Traits;
use crate::form::FormScenario;
use crate::ids::ActionId;
use crate::item::answer::SlotValues;
use crate::item::by_order::by_order;
use crate::item::points::Categories;
use crate::item::{Item, Response};
use crate::shuffle::SplitMix64;
use psychometrics::rating::Category;

/// One in this many ratings of a habit slips by one category.
const ONE_SLIP_IN: usize = 5;

/// The stored values of a whole answer.
pub(super) fn answer(
    persona: Persona,
    scenario: &FormScenario,
    key: &Categories,
    traits: &Traits,
    random: &mut SplitMix64,
) -> SlotValues {
    let mut rated: Vec<(ActionId, Category, u64)> = scenario
        .item
        .action_ids()
        .map(|id| {
            let rating = rating(persona, scenario, id, key, traits, random);
            // Equal ratings are told apart by chance, not by their place in the file.
            (id.clone(), rating, random.next())
        })
        .collect();
    if matches!(scenario.item, Item::Rate(_) | Item::EmotionProfile(_)) {
        return rated.into_iter().map(|(id, rating, _)| (id, Response::Rate(rating))).collect();
    }
    rated.sort_by_key(|(_, rating, tie)| (*rating, *tie));
    let least_first: Vec<ActionId> = rated.into_iter().map(|(id, ..)| id).collect();
    by_order(&scenario.item, &least_first)
}

fn rating(
    persona: Persona,
    scenario: &FormScenario,
    action: &ActionId,
    key: &Categories,
    traits: &Traits,
    random: &mut SplitMix64,
) -> Category {
    let drawn = |random: &mut SplitMix64| Category::ALL.get(random.below(4)).copied();
    let [one, two, three, four] = Category::ALL;
    // The other category of the same side.
    let beside = |category: Category| match category.get() {
        1 => two,
        2 => one,
        3 => four,
        _ => three,
    };
    let known = key.get(action).copied().unwrap_or(two);
    match persona {
        Persona::CarefulAndKind => {
            let right_side = random.below(100) < 95;
            let own = if right_side {
                known
            } else if is_low(known) {
                three
            } else {
                two
            };
            if random.below(100) < 80 { own } else { beside(own) }
        }
        Persona::AlwaysExtreme => {
            let right_side = random.below(100) < 95;
            if is_low(known) == right_side { one } else { four }
        }
        Persona::Random => drawn(random).unwrap_or(one),
        _ => {
            let plain = plain_rating(persona, traits.of(&scenario.id, action)).unwrap_or(two);
            if random.below(ONE_SLIP_IN) > 0 {
                return plain;
            }
            let up = random.below(2) == 0;
            match (plain.get(), up) {
                (1, _) => two,
                (4, _) => three,
                (2, true) => three,
                (2, false) => one,
                (_, true) => four,
                (_, false) => two,
            }
        }
    }
}
