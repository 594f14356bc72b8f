//! The format `dialogue`: a conversation of 4 to 7 turns as a graph of nodes. At each node one option is
//! taken; the customer answers, and the option says where it goes on. A sent turn is final. The graph's rules
//! are in [`graph`], where a candidate stands in [`path`], what the customer lives in [`customer`].

pub mod customer;
pub mod graph;
pub mod path;

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use crate::item::Slot;
use customer::{CustomerState, Moves};
use serde::{Deserialize, Serialize};

/// Fewest turns of a path.
pub const MIN_TURNS: usize = 4;
/// Most turns of a path.
pub const MAX_TURNS: usize = 7;
/// Most nodes of a dialogue.
pub const MAX_NODES: usize = 16;
/// Fewest options of a node.
pub const MIN_OPTIONS: usize = 3;
/// Most options of a node: four fit a phone and one stored value.
pub const MAX_OPTIONS: usize = 4;

/// The definition of a dialogue, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialogueItem {
    /// Version of the format.
    pub format_version: u32,
    /// What the customer lives when it begins.
    pub start: CustomerState,
    /// The nodes, in the order of the pack; it begins at the first.
    pub nodes: Vec<DialogueNode>,
}

/// One turn that may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialogueNode {
    /// Its id, unique in the scenario.
    pub id: ActionId,
    /// The one family that it scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// Whether it may score at all.
    pub scored: bool,
    /// 3 or 4 options, in the order of the pack.
    pub options: Vec<DialogueOption>,
}

/// One thing one could say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialogueOption {
    /// Its id, unique in the scenario.
    pub id: ActionId,
    /// The node that follows; none when the dialogue ends here.
    pub next: Option<ActionId>,
    /// How it moves the customer. Kept apart from the key, and never scored.
    pub moves: Moves,
}

impl DialogueItem {
    /// A node by its id.
    #[must_use]
    pub fn node(&self, id: &ActionId) -> Option<&DialogueNode> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// Fewest turns from here to the end: after an option, or from the beginning.
    #[must_use]
    pub fn fewest_turns_after(&self, option: Option<&ActionId>) -> usize {
        let mut next: Vec<&DialogueNode> = match option {
            None => self.nodes.first().into_iter().collect(),
            Some(option) => self.after(option).into_iter().collect(),
        };
        // Level by level; as many levels as there are nodes, so that even a graph with a cycle comes to an end.
        for turns in 1..=self.nodes.len() {
            if next.is_empty() {
                return turns - 1;
            }
            if next.iter().any(|node| node.options.iter().any(|option| option.next.is_none())) {
                return turns;
            }
            next = next
                .iter()
                .flat_map(|node| &node.options)
                .filter_map(|option| self.node(option.next.as_ref()?))
                .collect();
            next.dedup_by_key(|node| &node.id);
        }
        self.nodes.len()
    }

    /// The node that an option leads to; none when the dialogue ends there.
    fn after(&self, option: &ActionId) -> Option<&DialogueNode> {
        let (_, option) = self.node_of(option)?.option(option)?;
        self.node(option.next.as_ref()?)
    }

    /// The node of an option.
    #[must_use]
    pub fn node_of(&self, option: &ActionId) -> Option<&DialogueNode> {
        self.nodes.iter().find(|node| node.options.iter().any(|candidate| candidate.id == *option))
    }
}

impl DialogueNode {
    /// The node as what takes a stored choice.
    #[must_use]
    pub fn slot(&self) -> Slot {
        Slot {
            id: self.id.clone(),
            family: self.family,
            constructs: self.constructs.clone(),
            scored: self.scored,
        }
    }

    /// An option by its id, with its index.
    #[must_use]
    pub fn option(&self, id: &ActionId) -> Option<(usize, &DialogueOption)> {
        self.options.iter().enumerate().find(|(_, option)| option.id == *id)
    }

    /// The ids of the nodes that may follow, each once; `None` stands for the end.
    #[must_use]
    pub fn followers(&self) -> Vec<Option<&ActionId>> {
        let mut followers: Vec<Option<&ActionId>> = Vec::new();
        for option in &self.options {
            let next = option.next.as_ref();
            if !followers.contains(&next) {
                followers.push(next);
            }
        }
        followers
    }
}

#[cfg(test)]
pub(crate) mod tests;
