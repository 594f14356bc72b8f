//! What a scenario's answer earns against a key, format by format: maps items and keys to the formulas of
//! `psychometrics`, and computes what answering at random would earn, exactly.

use crate::construct::Family;
use crate::ids::ActionId;
use crate::item::answer::{Answer, Completeness, SlotValues, path};
use crate::item::dialogue::{DialogueItem, DialogueNode};
use crate::item::pick::PickItem;
use crate::item::{Item, best_worst};
use psychometrics::mixed::{
    PartState, ScoredPart, Share, doubled_ranks, option_share, pick_share, rank_share,
};
use psychometrics::rating::{Category, same_side_points};
use std::collections::{BTreeMap, BTreeSet};

/// The key's categories of one scenario's actions, emotions or options.
pub type Categories = BTreeMap<ActionId, Category>;

/// One scored part of a scenario with what an attempt holds for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPart {
    /// What it is about: the action rated, the node, or none when the part is the whole scenario.
    pub slot: Option<ActionId>,
    /// The family that it scores.
    pub family: Family,
    /// Its weight and what it earned.
    pub scored: ScoredPart,
}

/// The scored parts of a scenario: one per rated action, one per node of the way through a dialogue, else
/// the whole scenario. Empty when the key gives the format nothing to score against.
///
/// A part that was shown and not answered is blank (0 points): an order counts only when it is complete, a
/// missing best or worst earns nothing, and the nodes that were still to come of a dialogue left half-way are
/// blank too, since every path holds the same number. `is_shown` says whether the scenario was shown.
#[must_use]
pub fn scored_parts(item: &Item, key: &Categories, values: &SlotValues, is_shown: bool) -> Vec<ItemPart> {
    let blank = if is_shown { PartState::ShownBlank } else { PartState::NeverShown };
    match item {
        Item::Rate(definition) => {
            let part = |action: &crate::item::rate::RatedAction| {
                let category = *key.get(&action.id)?;
                let state = match values.get(&action.id) {
                    Some(crate::item::Response::Rate(rating)) => {
                        PartState::Answered(same_side_points(*rating, category).into())
                    }
                    _ => blank,
                };
                let scored = ScoredPart { weight: item.format().weight(), state };
                Some(ItemPart { slot: Some(action.id.clone()), family: action.family, scored })
            };
            definition.actions.iter().filter(|action| action.scored).filter_map(part).collect()
        }
        Item::Dialogue(definition) => dialogue_parts(definition, key, values, blank),
        _ => {
            let Some(family) = item.slots().first().map(|slot| slot.family) else { return Vec::new() };
            if !is_scorable(item, key) {
                return Vec::new();
            }
            let answer = Answer::of(item, values);
            let state = whole_share(item, key, &answer).map_or(blank, PartState::Answered);
            let scored = ScoredPart { weight: item.format().weight(), state };
            vec![ItemPart { slot: None, family, scored }]
        }
    }
}

/// Whether a key gives a format what it needs: a best and a worst, N right picks, five emotions at least
/// partly, all four places.
#[must_use]
pub fn is_scorable(item: &Item, key: &Categories) -> bool {
    match item {
        Item::Rate(definition) => definition.actions.iter().any(|a| a.scored && key.contains_key(&a.id)),
        Item::BestWorst(definition) => ends(&definition.actions, key).is_some(),
        Item::Pick(definition) => right_picks(definition, key).is_some(),
        Item::Rank(definition) => {
            let categories: Vec<&Category> = definition.actions.iter().filter_map(|id| key.get(id)).collect();
            categories.len() == definition.actions.len()
                && categories.iter().collect::<BTreeSet<_>>().len() > 1
        }
        Item::EmotionProfile(definition) => definition.emotions.iter().any(|id| key.contains_key(id)),
        Item::Open(_) => false,
        Item::Dialogue(definition) => definition.nodes.iter().any(|node| node_ends(node, key).is_some()),
    }
}

/// The share that a whole answer earns; none while it counts as blank.
fn whole_share(item: &Item, key: &Categories, answer: &Answer) -> Option<Share> {
    match (item, answer) {
        (Item::BestWorst(definition), Answer::BestWorst { best, worst }) => {
            let (lowest, highest) = ends(&definition.actions, key)?;
            // Each pick is worth half: right 1, neither ½, the wrong way round 0, left blank 0.
            let worth = |picked: &Option<ActionId>, right: Category, wrong: Category| {
                let category = picked.as_ref().and_then(|id| key.get(id));
                match category {
                    Some(category) if *category == right => 2,
                    Some(category) if *category == wrong => 0,
                    Some(_) => 1,
                    None => 0,
                }
            };
            if best.is_none() && worst.is_none() {
                return None;
            }
            Share::of(worth(best, highest, lowest) + worth(worst, lowest, highest), 4)
        }
        (Item::Pick(definition), Answer::Picked(picked)) => {
            let right = right_picks(definition, key)?;
            let number = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            let share = pick_share(
                number(picked.intersection(&right).count()),
                number(picked.len()),
                number(right.len()),
            );
            share.filter(|_| !picked.is_empty())
        }
        (Item::Rank(definition), Answer::Ranked(places)) => {
            if answer.completeness(item) < Completeness::Complete {
                return None;
            }
            let actions: &[ActionId; best_worst::ACTIONS] = definition.actions.as_slice().try_into().ok()?;
            let mut given = [0; 4];
            let mut categories = [Category::ALL[0]; 4];
            for ((id, given), category) in actions.iter().zip(&mut given).zip(&mut categories) {
                *given = 2 * u16::from(places.get(id)?.get());
                *category = *key.get(id)?;
            }
            Some(rank_share(given, doubled_ranks(categories)))
        }
        (Item::EmotionProfile(definition), Answer::Rated(ratings)) => {
            let valued: Vec<(&ActionId, &Category)> =
                definition.emotions.iter().filter_map(|id| key.get(id).map(|own| (id, own))).collect();
            if ratings.is_empty() {
                return None;
            }
            let halves: u16 = valued
                .iter()
                .filter_map(|(id, own)| ratings.get(*id).map(|given| same_side_points(*given, **own)))
                .map(|points| u16::from(points.halves()))
                .sum();
            Share::of(halves, 2 * u16::try_from(valued.len()).ok()?)
        }
        _ => None,
    }
}

/// The lowest and the highest category of some actions; none when they are one.
fn ends(actions: &[ActionId], key: &Categories) -> Option<(Category, Category)> {
    let categories = || actions.iter().filter_map(|id| key.get(id)).copied();
    let (lowest, highest) = (categories().min()?, categories().max()?);
    (lowest < highest).then_some((lowest, highest))
}

fn node_ends(node: &DialogueNode, key: &Categories) -> Option<(Category, Category)> {
    let options: Vec<ActionId> = node.options.iter().map(|option| option.id.clone()).collect();
    ends(&options, key).filter(|_| node.scored)
}

/// The actions to pick: those keyed on the upper side, when they are as many as asked for.
fn right_picks(item: &PickItem, key: &Categories) -> Option<BTreeSet<ActionId>> {
    let is_right = |id: &&ActionId| key.get(*id).is_some_and(|category| category.get() >= 3);
    let right: BTreeSet<ActionId> = item.actions.iter().filter(is_right).cloned().collect();
    u32::try_from(right.len()).is_ok_and(|count| count == item.picks).then_some(right)
}

fn dialogue_parts(
    item: &DialogueItem,
    key: &Categories,
    values: &SlotValues,
    blank: PartState,
) -> Vec<ItemPart> {
    let path = path(item, values);
    let part = |node: &DialogueNode, state| ItemPart {
        slot: Some(node.id.clone()),
        family: node.family,
        scored: ScoredPart { weight: 1, state },
    };
    let mut parts: Vec<ItemPart> = path
        .sent
        .iter()
        .filter_map(|turn| {
            let (lowest, highest) = node_ends(turn.node, key)?;
            let share = key.get(&turn.option.id).and_then(|own| option_share(*own, lowest, highest));
            Some(part(turn.node, share.map_or(blank, PartState::Answered)))
        })
        .collect();
    // What was still to come: any way on holds as many, the first options make one.
    let mut next = path.current;
    for _ in 0..item.nodes.len() {
        let Some(node) = next else { break };
        if node_ends(node, key).is_some() {
            parts.push(part(node, blank));
        }
        next = node.options.first().and_then(|option| option.next.as_ref()).and_then(|id| item.node(id));
    }
    parts
}

/// What answering at random earns on average, with its weight: every rating, pair, set of N, order or
/// option equally likely. Exact, by going through all of them. It describes the scenario and is no pass mark.
#[must_use]
pub fn chance(item: &Item, key: &Categories) -> (f64, u32) {
    match item {
        Item::Dialogue(definition) => dialogue_chance(definition, key),
        _ => {
            let all = every_answer(item);
            let mut weight = 0;
            let mut sum = 0.0;
            for values in &all {
                let parts = scored_parts(item, key, values, true);
                weight = parts.iter().map(|part| u32::from(part.scored.weight)).sum();
                sum += f64::from(parts.iter().filter_map(|part| part.scored.parts()).sum::<u32>());
            }
            let answers = f64::from(u32::try_from(all.len()).unwrap_or(u32::MAX)).max(1.0);
            (sum / answers / f64::from(psychometrics::mixed::PARTS), weight)
        }
    }
}

fn dialogue_chance(item: &DialogueItem, key: &Categories) -> (f64, u32) {
    // From the last node to the first: what follows a node is known before the node itself.
    let mut ahead: BTreeMap<&ActionId, (f64, u32)> = BTreeMap::new();
    for _ in 0..item.nodes.len() {
        for node in &item.nodes {
            let options = f64::from(u32::try_from(node.options.len()).unwrap_or(u32::MAX)).max(1.0);
            let (mut mean, mut weight) = (0.0, 0);
            for option in &node.options {
                let (rest, rest_weight) =
                    option.next.as_ref().and_then(|id| ahead.get(id)).copied().unwrap_or_default();
                let own = node_ends(node, key)
                    .zip(key.get(&option.id))
                    .and_then(|((lowest, highest), own)| option_share(*own, lowest, highest));
                mean += (own.map_or(0.0, Share::pomp) + rest) / options;
                weight = rest_weight + u32::from(node_ends(node, key).is_some());
            }
            ahead.insert(&node.id, (mean, weight));
        }
    }
    item.nodes.first().and_then(|node| ahead.get(&node.id)).copied().unwrap_or_default()
}

/// Every whole answer that the format allows; for ratings one per category, given to all, since their
/// points add up action by action.
fn every_answer(item: &Item) -> Vec<SlotValues> {
    use crate::item::{Place4, Response};
    let same = |value: Response| item.slots().into_iter().map(|slot| (slot.id, value)).collect();
    match item {
        Item::Rate(_) | Item::EmotionProfile(_) => {
            Category::ALL.iter().map(|category| same(Response::Rate(*category))).collect()
        }
        Item::BestWorst(_) => {
            let pairs =
                Place4::ALL.iter().flat_map(|best| Place4::ALL.iter().map(move |worst| (best, worst)));
            pairs
                .filter(|(best, worst)| best != worst)
                .map(|(best, worst)| {
                    SlotValues::from([
                        (best_worst::best(), Response::Choice(*best)),
                        (best_worst::worst(), Response::Choice(*worst)),
                    ])
                })
                .collect()
        }
        Item::Pick(definition) => (0..1_u32 << definition.actions.len())
            .filter(|set| set.count_ones() == definition.picks)
            .map(|set| {
                let picked =
                    |(index, id): (usize, &ActionId)| (id.clone(), Response::Picked(set & (1 << index) != 0));
                definition.actions.iter().enumerate().map(picked).collect()
            })
            .collect(),
        Item::Rank(definition) => orders(definition.actions.len())
            .into_iter()
            .map(|order| {
                let places = order.into_iter().filter_map(Place4::new).map(Response::Place);
                definition.actions.iter().cloned().zip(places).collect()
            })
            .collect(),
        Item::Open(_) | Item::Dialogue(_) => Vec::new(),
    }
}

/// Every order of the places 1 to `n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..n {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (1..=n).filter(|place| !order.contains(place)).collect::<Vec<_>>().into_iter().map(
                    move |place| {
                        let mut longer = order.clone();
                        longer.push(place);
                        longer
                    },
                )
            })
            .collect();
    }
    orders
}

#[cfg(test)]
mod tests;
