//! What rules of thumb would score on a form, computed exactly: favouring the longest action, the kindest by
//! its tag or the first in the file, against favouring an action at random, and rating everything alike.
//!
//! To favour an action is to rate it 4 and all others 1; to pick it as the best and another at random as
//! the worst; to take it at a node of a dialogue. Formats without a single favourite (picks, orders, profiles)
//! are left out on both sides.

use crate::content::traits::{Trait, Traits};
use crate::form::{Form, FormScenario, ScenarioRole};
use crate::ids::ActionId;
use crate::item::dialogue::DialogueItem;
use crate::item::points::{Categories, scored_parts};
use crate::item::{Item, Place4, Response, best_worst};
use crate::key::Key;
use crate::language::Language;
use crate::pack::Pack;
use psychometrics::mixed::PARTS;
use psychometrics::rating::Category;
use std::collections::BTreeMap;
use std::fmt;

/// Most points that a rule may stand above favouring at random.
pub const MOST_ABOVE_RANDOM: f64 = 10.0;
/// Highest score that one category for everything may earn.
pub const MOST_FOR_A_CONSTANT: f64 = 55.0;

/// A rule of thumb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The longest text, in characters.
    Longest,
    /// The one tagged kind; any of them when there are several, any at all when there is none.
    Kindest,
    /// The first in the file.
    First,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Longest => "the longest action",
            Self::Kindest => "the kindest by its tag",
            Self::First => "the first in the file",
        })
    }
}

/// What a rule scores on a form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Giveaway {
    /// The rule.
    pub rule: Rule,
    /// Its score, 0 to 100.
    pub score: f64,
    /// The score of favouring at random, 0 to 100.
    pub random: f64,
}

impl Giveaway {
    /// Whether the rule stays within the limit.
    #[must_use]
    pub fn is_within_limit(&self) -> bool {
        self.score - self.random <= MOST_ABOVE_RANDOM
    }
}

/// What every rule scores on a form in a language; empty when nothing has a favourite. Traits decide who is
/// kind.
#[must_use]
pub fn giveaways(pack: &Pack, form: &Form, key: &Key, traits: &Traits, language: Language) -> Vec<Giveaway> {
    let score = |rule: Option<Rule>| {
        let (mut points, mut weight) = (0.0, 0);
        for scenario in form.scenarios().iter().filter(|shown| shown.role == ScenarioRole::Scored) {
            let Some(categories) = key.categories.get(&scenario.id) else { continue };
            let lengths = lengths(pack, scenario, language);
            let favourites = |group: &[ActionId]| favourites(rule, scenario, group, &lengths, traits);
            let (own, own_weight) = favoured(&scenario.item, categories, &favourites);
            points += own;
            weight += own_weight;
        }
        (weight > 0).then(|| 100.0 * points / f64::from(weight))
    };
    let Some(random) = score(None) else { return Vec::new() };
    [Rule::Longest, Rule::Kindest, Rule::First]
        .into_iter()
        .filter_map(|rule| score(Some(rule)).map(|score| Giveaway { rule, score, random }))
        .collect()
}

fn lengths(pack: &Pack, scenario: &FormScenario, language: Language) -> BTreeMap<ActionId, usize> {
    let prose = pack.scenario(&scenario.id).and_then(|scenario| scenario.prose.get(language));
    let actions = prose.map(|prose| prose.actions.as_slice()).unwrap_or_default();
    actions.iter().map(|action| (action.id.clone(), action.text.chars().count())).collect()
}

/// The actions of a group that a rule favours, each as likely as the others; all of them without a rule.
fn favourites(
    rule: Option<Rule>,
    scenario: &FormScenario,
    group: &[ActionId],
    lengths: &BTreeMap<ActionId, usize>,
    traits: &Traits,
) -> Vec<ActionId> {
    let length = |id: &ActionId| lengths.get(id).copied().unwrap_or_default();
    let longest = group.iter().map(length).max().unwrap_or_default();
    let chosen: Vec<ActionId> = match rule {
        None => Vec::new(),
        Some(Rule::Longest) => group.iter().filter(|id| length(id) == longest).cloned().collect(),
        Some(Rule::Kindest) => {
            group.iter().filter(|id| traits.has(&scenario.id, id, Trait::Kind)).cloned().collect()
        }
        Some(Rule::First) => group.first().cloned().into_iter().collect(),
    };
    if chosen.is_empty() { group.to_vec() } else { chosen }
}

/// The mean points of favouring one of the favourites, with the weight.
fn favoured(item: &Item, key: &Categories, favourites: &dyn Fn(&[ActionId]) -> Vec<ActionId>) -> (f64, u32) {
    let ids: Vec<ActionId> = item.action_ids().cloned().collect();
    let answers: Vec<BTreeMap<ActionId, Response>> = match item {
        Item::Rate(_) => {
            let [low, .., high] = Category::ALL;
            let rating = |id: &ActionId, favourite: &ActionId| {
                (id.clone(), Response::Rate(if id == favourite { high } else { low }))
            };
            favourites(&ids).iter().map(|own| ids.iter().map(|id| rating(id, own)).collect()).collect()
        }
        Item::BestWorst(_) => {
            let place =
                |id: &ActionId| ids.iter().position(|other| other == id).and_then(|n| Place4::new(n + 1));
            let pair = |best: &ActionId, worst: &ActionId| {
                Some(BTreeMap::from([
                    (best_worst::best(), Response::Choice(place(best)?)),
                    (best_worst::worst(), Response::Choice(place(worst)?)),
                ]))
            };
            favourites(&ids)
                .iter()
                .flat_map(|best| {
                    ids.iter().filter(move |id| *id != best).filter_map(move |id| pair(best, id))
                })
                .collect()
        }
        Item::Dialogue(definition) => return in_dialogue(definition, item, key, favourites),
        _ => Vec::new(),
    };
    let (mut points, mut weight) = (0.0, 0);
    for answer in &answers {
        let parts = scored_parts(item, key, answer, true);
        weight = parts.iter().map(|part| u32::from(part.scored.weight)).sum();
        points += f64::from(parts.iter().filter_map(|part| part.scored.parts()).sum::<u32>());
    }
    let count = f64::from(u32::try_from(answers.len()).unwrap_or(u32::MAX)).max(1.0);
    (points / count / f64::from(PARTS), weight)
}

/// All ways that favour a favourite at each node, each with its probability.
fn in_dialogue(
    definition: &DialogueItem,
    item: &Item,
    key: &Categories,
    favourites: &dyn Fn(&[ActionId]) -> Vec<ActionId>,
) -> (f64, u32) {
    let mut open = vec![(definition.nodes.first(), BTreeMap::new(), 1.0)];
    let (mut points, mut weight) = (0.0, 0);
    while let Some((node, taken, probability)) = open.pop() {
        let Some(node) = node.filter(|_| taken.len() < definition.nodes.len()) else {
            let parts = scored_parts(item, key, &taken, true);
            weight = parts.iter().map(|part| u32::from(part.scored.weight)).sum();
            let own = parts.iter().filter_map(|part| part.scored.parts()).sum::<u32>();
            points += probability * f64::from(own);
            continue;
        };
        let ids: Vec<ActionId> = node.options.iter().map(|option| option.id.clone()).collect();
        let chosen = favourites(&ids);
        let share = probability / f64::from(u32::try_from(chosen.len()).unwrap_or(u32::MAX)).max(1.0);
        for id in &chosen {
            let Some((index, option)) = node.option(id) else { continue };
            let Some(place) = Place4::new(index + 1) else { continue };
            let mut taken = taken.clone();
            taken.insert(node.id.clone(), Response::Choice(place));
            open.push((option.next.as_ref().and_then(|next| definition.node(next)), taken, share));
        }
    }
    (points / f64::from(PARTS), weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::dialogue::tests::{id, sample as dialogue};
    use crate::pack::sample;

    fn sample_giveaways() -> Vec<Giveaway> {
        let parsed = sample::parsed();
        giveaways(&parsed.pack, &sample::form(), &parsed.key, &parsed.traits, Language::En)
    }

    #[test]
    fn the_first_action_is_the_best_of_the_sample() {
        let found = sample_giveaways();
        let first = found.iter().find(|giveaway| giveaway.rule == Rule::First).unwrap();

        // Keys 4, 3, 2, 1 rated 4, 1, 1, 1: 1 + 0 + 0.5 + 1 of 4.
        assert_eq!(first.score, 62.5);
        // At random: (2.5 + 2 + 1 + 0.5) / 4 of 4.
        assert_eq!(first.random, 37.5);
        assert!(!first.is_within_limit());
    }

    #[test]
    fn without_a_kind_action_the_kindest_is_any() {
        let found = sample_giveaways();
        let kindest = found.iter().find(|giveaway| giveaway.rule == Rule::Kindest).unwrap();

        assert_eq!(kindest.score, kindest.random);
        assert!(kindest.is_within_limit());
    }

    #[test]
    fn a_dialogue_is_gone_through_with_probabilities() {
        let item = Item::Dialogue(dialogue());
        let nodes = ["a", "b", "c", "d", "e"];
        let key: Categories = nodes
            .iter()
            .flat_map(|node| (1..=3).map(move |n| (id(&format!("{node}-{n}")), Category::ALL[4 - n])))
            .collect();

        let any = favoured(&item, &key, &|group| group.to_vec());
        let first = favoured(&item, &key, &|group| group.first().cloned().into_iter().collect());

        assert!((any.0 - 2.0).abs() < 1e-12 && any.1 == 4, "{any:?}");
        assert!((first.0 - 4.0).abs() < 1e-12, "{first:?}");
    }
}
