//! The answer of someone who would put the actions of a scenario in an order, from least to most effective:
//! what simulated people give in the formats that pick and order. Ratings and texts need more than an order.

use crate::ids::ActionId;
use crate::item::answer::{SlotValues, path};
use crate::item::dialogue::DialogueItem;
use crate::item::{Item, Place4, Response, best_worst};

/// The stored values of the answer. `least_first` holds every action or option of the scenario once; what it
/// lacks is never taken. Empty for formats that ask for ratings or a text.
#[must_use]
pub fn by_order(item: &Item, least_first: &[ActionId]) -> SlotValues {
    let choice = |actions: &[ActionId], taken: Option<&ActionId>| {
        let index = actions.iter().position(|id| Some(id) == taken)?;
        Place4::new(index + 1).map(Response::Choice)
    };
    match item {
        Item::BestWorst(definition) => {
            let slots = [
                (best_worst::best(), choice(&definition.actions, least_first.last())),
                (best_worst::worst(), choice(&definition.actions, least_first.first())),
            ];
            slots.into_iter().filter_map(|(slot, value)| value.map(|value| (slot, value))).collect()
        }
        Item::Pick(definition) => {
            let picks = usize::try_from(definition.picks).unwrap_or(usize::MAX);
            let picked = |(index, id): (usize, &ActionId)| (id.clone(), Response::Picked(index < picks));
            least_first.iter().rev().enumerate().map(picked).collect()
        }
        Item::Rank(_) => {
            let places = Place4::ALL.into_iter().map(Response::Place);
            least_first.iter().rev().cloned().zip(places).collect()
        }
        Item::Dialogue(definition) => conversation(definition, least_first),
        Item::Rate(_) | Item::EmotionProfile(_) | Item::Open(_) => SlotValues::new(),
    }
}

/// At each turn the option that stands last in the order.
fn conversation(definition: &DialogueItem, least_first: &[ActionId]) -> SlotValues {
    let mut taken = SlotValues::new();
    while let Some(node) = path(definition, &taken).current {
        let rank = |option: &ActionId| least_first.iter().position(|id| id == option);
        let best = node.options.iter().enumerate().max_by_key(|(_, option)| rank(&option.id));
        let Some(place) = best.and_then(|(index, _)| Place4::new(index + 1)) else { break };
        taken.insert(node.id.clone(), Response::Choice(place));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::construct::Family;
    use crate::item::answer::{Answer, Completeness};
    use crate::item::best_worst::BestWorstItem;
    use crate::item::dialogue::tests::sample;
    use crate::item::pick::PickItem;
    use crate::item::rank::RankItem;

    fn ids(words: &[&str]) -> Vec<ActionId> {
        words.iter().map(|word| ActionId::parse(word).unwrap()).collect()
    }

    fn numbers(item: &Item, order: &[&str]) -> Vec<(String, u8)> {
        let values = by_order(item, &ids(order));
        assert_eq!(Answer::of(item, &values).completeness(item), Completeness::Complete);
        values.into_iter().map(|(slot, value)| (slot.to_string(), value.number())).collect()
    }

    fn told(pairs: &[(&str, u8)]) -> Vec<(String, u8)> {
        pairs.iter().map(|(slot, number)| ((*slot).to_owned(), *number)).collect()
    }

    #[test]
    fn best_and_worst_are_the_ends_of_the_order() {
        let item = Item::BestWorst(BestWorstItem {
            format_version: 1,
            family: Family::ListenAndCheck,
            constructs: Vec::new(),
            actions: ids(&["a", "b", "c", "d"]),
        });

        assert_eq!(numbers(&item, &["c", "a", "d", "b"]), told(&[("best", 2), ("worst", 3)]));
    }

    #[test]
    fn the_last_of_the_order_are_picked() {
        let item = Item::Pick(PickItem {
            format_version: 1,
            family: Family::ListenAndCheck,
            constructs: Vec::new(),
            picks: 2,
            actions: ids(&["a", "b", "c", "d", "e"]),
        });

        let picked = numbers(&item, &["c", "a", "d", "b", "e"]);

        assert_eq!(picked, told(&[("a", 1), ("b", 2), ("c", 1), ("d", 1), ("e", 2)]));
    }

    #[test]
    fn the_last_of_the_order_has_the_first_place() {
        let item = Item::Rank(RankItem {
            format_version: 1,
            family: Family::ListenAndCheck,
            constructs: Vec::new(),
            actions: ids(&["a", "b", "c", "d"]),
        });

        let places = numbers(&item, &["c", "a", "d", "b"]);

        assert_eq!(places, told(&[("a", 3), ("b", 1), ("c", 4), ("d", 2)]));
    }

    #[test]
    fn a_conversation_takes_the_strongest_option_of_each_turn_on_its_way() {
        let item = Item::Dialogue(sample());

        let order = ["a-1", "a-2", "d-3", "d-1", "e-1", "d-2", "c-2", "c-3", "a-3", "e-2", "c-1", "e-3"];

        // From « a » it goes on at « c »: « b » is not on the way.
        assert_eq!(numbers(&item, &order), told(&[("a", 3), ("c", 1), ("d", 2), ("e", 3)]));
    }
}
