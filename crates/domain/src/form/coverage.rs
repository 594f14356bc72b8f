//! Counts what a form covers.

use crate::construct::{Construct, Family};
use crate::form::{Count, Coverage, Form, FormScenario, ScenarioRole};
use crate::item::{Item, Slot};
use crate::pack::{Pack, Scenario};
use std::collections::BTreeMap;

impl Coverage {
    /// What a form of a pack covers.
    #[must_use]
    pub fn of(form: &Form, pack: &Pack) -> Self {
        let mut coverage = Self::default();
        for shown in &form.scenarios {
            let Some(scenario) = pack.scenario(&shown.id) else { continue };
            coverage.expected_seconds = coverage.expected_seconds.saturating_add(scenario.expected_seconds);
            if shown.role == ScenarioRole::Scored {
                coverage.add(shown, scenario);
            }
        }
        coverage
    }

    fn add(&mut self, shown: &FormScenario, scenario: &Scenario) {
        let mut families: BTreeMap<Family, u32> = BTreeMap::new();
        let mut constructs: BTreeMap<Construct, u32> = BTreeMap::new();
        for (slot, weight) in counted_slots(&shown.item) {
            self.scored.actions += weight;
            *families.entry(slot.family).or_default() += weight;
            for construct in &slot.constructs {
                *constructs.entry(*construct).or_default() += weight;
            }
        }
        self.scored.scenarios += 1;
        add_counts(&mut self.families, families);
        add_counts(&mut self.constructs, constructs);
        *self.channels.entry(scenario.channel).or_default() += 1;
        *self.contexts.entry(scenario.context).or_default() += 1;
        *self.emotions.entry(scenario.emotion).or_default() += 1;
        *self.expectation_gaps.entry(scenario.expectation_gap).or_default() += 1;
    }
}

fn add_counts<T: Ord>(counts: &mut BTreeMap<T, Count>, of_scenario: BTreeMap<T, u32>) {
    for (what, actions) in of_scenario {
        let count = counts.entry(what).or_default();
        count.actions += actions;
        count.scenarios += 1;
    }
}

/// What a scenario counts for, with its weight in rated actions.
pub(crate) fn counted_slots(item: &Item) -> Vec<(Slot, u32)> {
    let weight = u32::from(item.format().weight());
    let slots = item.slots().into_iter().filter(|slot| slot.scored);
    match item {
        Item::Rate(_) => slots.map(|slot| (slot, weight)).collect(),
        Item::Dialogue(definition) => {
            let mut counted = Vec::new();
            let mut next = definition.nodes.first();
            // One way through stands for all: each holds the same number of each family.
            for _ in 0..definition.nodes.len() {
                let Some(node) = next else { break };
                if node.scored {
                    counted.push((node.slot(), weight));
                }
                let follower = node.options.first().and_then(|option| option.next.as_ref());
                next = follower.and_then(|id| definition.node(id));
            }
            counted
        }
        _ => slots.take(1).map(|slot| (slot, weight)).collect(),
    }
}
