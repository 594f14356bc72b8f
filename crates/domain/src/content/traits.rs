//! What an action looks like to someone who does not know the key: kind, a solution, from the script, giving
//! way. The tags stand apart from the key (`traits.toml` of a scenario), so that careless ways of answering can
//! be tried against it. They are never stored with a pack and never shown to candidates.

use crate::closed_code::closed_code;
use crate::ids::{ActionId, ScenarioId};
use std::collections::{BTreeMap, BTreeSet};

closed_code! {
    /// One thing an action looks like.
    pub enum Trait {
        /// It says or shows care.
        Kind = "kind",
        /// It brings the matter forward.
        Solution = "solution",
        /// It recites a rule or a set phrase.
        Script = "script",
        /// It gives the customer what is asked for, whether or not it should.
        GivesWay = "gives-way",
    }
}

/// The traits of the actions of a pack; an action may have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits(BTreeMap<ScenarioId, BTreeMap<ActionId, BTreeSet<Trait>>>);

impl Traits {
    /// Adds the traits of a scenario.
    pub fn insert(&mut self, scenario: ScenarioId, actions: BTreeMap<ActionId, BTreeSet<Trait>>) {
        self.0.insert(scenario, actions);
    }

    /// The traits of an action; none at all when the scenario has no tags.
    #[must_use]
    pub fn of(&self, scenario: &ScenarioId, action: &ActionId) -> Option<&BTreeSet<Trait>> {
        self.0.get(scenario)?.get(action)
    }

    /// Whether an action has a trait.
    #[must_use]
    pub fn has(&self, scenario: &ScenarioId, action: &ActionId, wanted: Trait) -> bool {
        self.of(scenario, action).is_some_and(|traits| traits.contains(&wanted))
    }

    /// Whether every one of these actions is tagged, if only with nothing.
    #[must_use]
    pub fn cover<'a>(&self, scenario: &ScenarioId, mut actions: impl Iterator<Item = &'a ActionId>) -> bool {
        actions.all(|action| self.of(scenario, action).is_some())
    }
}
