//! What a dialogue of a pack is made of, for authors: its size, its ways, and how far the customer's
//! experience may go. The figures describe the content; no candidate has any of them.

use crate::construct::Family;
use crate::item::dialogue::customer::CustomerState;
use crate::item::dialogue::graph::{scored_nodes_per_path, turns};
use crate::item::dialogue::{DialogueItem, DialogueNode, MAX_TURNS};
use std::collections::BTreeMap;

/// The figures of one dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogueFacts {
    /// Nodes.
    pub nodes: usize,
    /// Ways from the start to an end, told apart by the options taken.
    pub ways: u32,
    /// Turns of the shortest and of the longest way.
    pub turns: (usize, usize),
    /// Scored nodes of each family, the same on every way.
    pub scored: BTreeMap<Family, usize>,
    /// (P − A) × E at the start, in hundredths.
    pub start: i32,
    /// The lowest (P − A) × E at the end of a way, in hundredths.
    pub lowest: i32,
    /// The highest, in hundredths.
    pub highest: i32,
}

/// The figures of a dialogue; none for a graph with a cycle or without a node, which a pack that was parsed
/// without errors does not have.
///
/// Goes through all ways, at most 4⁷.
#[must_use]
pub fn dialogue_facts(item: &DialogueItem) -> Option<DialogueFacts> {
    let turns = turns(item)?;
    let mut ends = Ends { item, found: Vec::new() };
    ends.walk(item.nodes.first()?, item.start, 1);
    Some(DialogueFacts {
        nodes: item.nodes.len(),
        ways: u32::try_from(ends.found.len()).unwrap_or(u32::MAX),
        turns,
        scored: scored_nodes_per_path(item),
        start: item.start.experience_hundredths(),
        lowest: ends.found.iter().min().copied()?,
        highest: ends.found.iter().max().copied()?,
    })
}

/// The experience at the end of each way.
struct Ends<'d> {
    item: &'d DialogueItem,
    found: Vec<i32>,
}

impl Ends<'_> {
    fn walk(&mut self, node: &DialogueNode, state: CustomerState, turn: usize) {
        for option in &node.options {
            let state = state.after(option.moves);
            let next = option.next.as_ref().and_then(|id| self.item.node(id));
            match next.filter(|_| turn < MAX_TURNS) {
                Some(next) => self.walk(next, state, turn + 1),
                None => self.found.push(state.experience_hundredths()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::dialogue::customer::Moves;
    use crate::item::dialogue::tests::{id, sample};

    #[test]
    fn a_dialogue_is_counted_with_its_ends() {
        let mut item = sample();
        item.start = CustomerState { perception: 3, expectations: 7, emotion_percent: 150 };
        for option in item.nodes.iter_mut().flat_map(|node| &mut node.options) {
            option.moves = Moves::default();
        }
        let last = item.nodes.last_mut().unwrap();
        last.options.first_mut().unwrap().moves = Moves { perception: 4, ..Moves::default() };

        let facts = dialogue_facts(&item).unwrap();

        assert_eq!((facts.nodes, facts.turns), (item.nodes.len(), (4, 4)));
        assert_eq!((facts.start, facts.lowest, facts.highest), (-600, -600, 0));
        assert_eq!(facts.ways, 81);
        assert_eq!(facts.scored.values().sum::<usize>(), 4);
    }

    #[test]
    fn a_cycle_has_no_figures() {
        let mut item = sample();
        let first = item.nodes.first().unwrap().id.clone();
        assert_eq!(first, id("a"));
        item.nodes.last_mut().unwrap().options.first_mut().unwrap().next = Some(first);

        assert_eq!(dialogue_facts(&item), None);
    }
}
