//! Whether the way through a dialogue that serves the customer's experience best is the way that the key
//! values most: (P − A) × E is worded for people and must not contradict what is scored.

use crate::ids::ActionId;
use crate::item::dialogue::customer::CustomerState;
use crate::item::dialogue::{DialogueItem, DialogueNode, MAX_TURNS};
use crate::item::points::Categories;

/// A step of the best way for the customer that the key does not value most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestPathDiffers {
    /// The node.
    pub node: ActionId,
    /// The option that the best way takes.
    pub option: ActionId,
}

/// The first step at which every best way for the customer's experience leaves what is keyed best; `None`
/// when some best way takes the highest key at each node.
///
/// Goes through all ways, at most 4⁷.
#[must_use]
pub fn best_path(item: &DialogueItem, key: &Categories) -> Option<BestPathDiffers> {
    let first = item.nodes.first()?;
    let mut search = Search { item, key, taken: Vec::new(), best: None };
    search.walk(first, item.start, None);
    search.best.and_then(|best| best.differs)
}

struct Search<'s> {
    item: &'s DialogueItem,
    key: &'s Categories,
    taken: Vec<ActionId>,
    best: Option<Found>,
}

struct Found {
    experience: i32,
    differs: Option<BestPathDiffers>,
}

impl Search<'_> {
    fn walk(&mut self, node: &DialogueNode, state: CustomerState, differs: Option<BestPathDiffers>) {
        let highest = node.options.iter().filter_map(|option| self.key.get(&option.id)).max().copied();
        for option in &node.options {
            let own = self.key.get(&option.id).copied();
            let differs = differs.clone().or_else(|| {
                (node.scored && own < highest)
                    .then(|| BestPathDiffers { node: node.id.clone(), option: option.id.clone() })
            });
            let state = state.after(option.moves);
            let next = option.next.as_ref().and_then(|id| self.item.node(id));
            // A graph with a cycle is told elsewhere; here it must only come to an end.
            match next.filter(|_| self.taken.len() < MAX_TURNS) {
                Some(next) => {
                    self.taken.push(option.id.clone());
                    self.walk(next, state, differs);
                    self.taken.pop();
                }
                None => self.judge(state.experience_hundredths(), differs),
            }
        }
    }

    fn judge(&mut self, experience: i32, differs: Option<BestPathDiffers>) {
        let is_better = match &self.best {
            None => true,
            Some(best) if experience == best.experience => best.differs.is_some() && differs.is_none(),
            Some(best) => experience > best.experience,
        };
        if is_better {
            self.best = Some(Found { experience, differs });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::dialogue::customer::Moves;
    use crate::item::dialogue::tests::{id, sample};
    use psychometrics::rating::Category;

    fn key() -> Categories {
        let nodes = ["a", "b", "c", "d", "e"];
        let options = nodes.iter().flat_map(|node| (1..=3).map(move |n| (format!("{node}-{n}"), n)));
        options.map(|(option, n)| (id(&option), Category::ALL[4 - n])).collect()
    }

    fn item_where(better: &str) -> DialogueItem {
        let mut item = sample();
        for option in item.nodes.iter_mut().flat_map(|node| &mut node.options) {
            let perception = i32::from(option.id.as_str() == better);
            option.moves = Moves { perception, expectations: 0, emotion_percent: 0 };
        }
        item
    }

    #[test]
    fn a_best_way_along_the_key_is_fine() {
        assert_eq!(best_path(&item_where("d-1"), &key()), None);
    }

    #[test]
    fn a_best_way_against_the_key_is_told_with_its_node() {
        let differs = BestPathDiffers { node: id("d"), option: id("d-3") };

        assert_eq!(best_path(&item_where("d-3"), &key()), Some(differs));
    }
}
