//! How a persona answers a scenario of each format: from a rating of every action, with slips.

use super::habit::plain_rating;
use super::{Persona, is_low};
use crate::content::traits::Traits;
use crate::form::FormScenario;
use crate::ids::ActionId;
use crate::item::answer::{SlotValues, path};
use crate::item::points::Categories;
use crate::item::{Item, Place4, Response, best_worst};
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
    match &scenario.item {
        Item::Rate(_) | Item::EmotionProfile(_) => {
            rated.into_iter().map(|(id, rating, _)| (id, Response::Rate(rating))).collect()
        }
        Item::BestWorst(definition) => {
            rated.sort_by_key(|(_, rating, tie)| (*rating, *tie));
            let place = |rated: Option<&(ActionId, Category, u64)>| {
                let index =
                    definition.actions.iter().position(|id| rated.is_some_and(|(own, ..)| own == id))?;
                Place4::new(index + 1).map(Response::Choice)
            };
            let slots =
                [(best_worst::best(), place(rated.last())), (best_worst::worst(), place(rated.first()))];
            slots.into_iter().filter_map(|(slot, value)| value.map(|value| (slot, value))).collect()
        }
        Item::Pick(definition) => {
            rated.sort_by_key(|(_, rating, tie)| std::cmp::Reverse((*rating, *tie)));
            let picks = usize::try_from(definition.picks).unwrap_or(usize::MAX);
            let picked =
                |(index, (id, ..)): (usize, (ActionId, Category, u64))| (id, Response::Picked(index < picks));
            rated.into_iter().enumerate().map(picked).collect()
        }
        Item::Rank(_) => {
            rated.sort_by_key(|(_, rating, tie)| std::cmp::Reverse((*rating, *tie)));
            let places = Place4::ALL.into_iter().map(Response::Place);
            rated.into_iter().map(|(id, ..)| id).zip(places).collect()
        }
        Item::Dialogue(definition) => {
            let mut taken = SlotValues::new();
            while let Some(node) = path(definition, &taken).current {
                let of = |id: &ActionId| rated.iter().find(|(own, ..)| own == id);
                let options = node.options.iter().enumerate();
                let best =
                    options.max_by_key(|(_, option)| of(&option.id).map(|(_, rating, tie)| (*rating, *tie)));
                let Some(place) = best.and_then(|(index, _)| Place4::new(index + 1)) else { break };
                taken.insert(node.id.clone(), Response::Choice(place));
            }
            taken
        }
        Item::Open(_) => SlotValues::new(),
    }
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
