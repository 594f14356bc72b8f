//! The way a candidate has taken through a dialogue: the options of the turns sent, in order, and where the
//! next one stands. Stored choices beyond the way, left by no page of ours, are not read.

use crate::ids::ActionId;
use crate::item::Place4;
use crate::item::dialogue::customer::CustomerState;
use crate::item::dialogue::{DialogueItem, DialogueNode, DialogueOption};

/// One turn that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentTurn<'d> {
    /// The node.
    pub node: &'d DialogueNode,
    /// The option taken.
    pub option: &'d DialogueOption,
}

/// The way so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialoguePath<'d> {
    start: CustomerState,
    /// The turns sent, first to last.
    pub sent: Vec<SentTurn<'d>>,
    /// The node whose turn it is; none when the dialogue has ended.
    pub current: Option<&'d DialogueNode>,
}

impl<'d> DialoguePath<'d> {
    /// The way that stored choices give; `choice` looks up the choice of a node.
    #[must_use]
    pub fn of(item: &'d DialogueItem, choice: impl Fn(&ActionId) -> Option<Place4>) -> Self {
        let mut path = Self { start: item.start, sent: Vec::new(), current: item.nodes.first() };
        // As many steps as there are nodes, so that even a graph with a cycle comes to an end.
        for _ in 0..item.nodes.len() {
            let Some(node) = path.current else { break };
            let Some(option) = choice(&node.id).and_then(|choice| node.options.get(choice.index())) else {
                break;
            };
            path.sent.push(SentTurn { node, option });
            path.current = option.next.as_ref().and_then(|next| item.node(next));
        }
        path
    }

    /// Whether the conversation has ended.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.current.is_none() && !self.sent.is_empty()
    }

    /// What the customer lives before the first turn and after each one sent: one state more than turns. For
    /// the practice dialogue, feedback and one person's report; never shown in a scored dialogue.
    #[must_use]
    pub fn states(&self) -> Vec<CustomerState> {
        let mut states = vec![self.start];
        let mut state = self.start;
        for turn in &self.sent {
            state = state.after(turn.option.moves);
            states.push(state);
        }
        states
    }

    /// Whether a node's turn has been sent.
    #[must_use]
    pub fn has_sent(&self, node: &ActionId) -> bool {
        self.sent.iter().any(|turn| turn.node.id == *node)
    }
}
