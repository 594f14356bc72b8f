//! The rules of a dialogue's graph: every node can be reached, none comes twice, branches rejoin within two
//! turns, every path has 4 to 7 turns and the same number of scored nodes of each family. Sums go from the
//! end to the start, so that a graph with very many paths costs no more than one with few.

use crate::construct::Family;
use crate::ids::ActionId;
use crate::item::dialogue::{DialogueItem, DialogueNode, MAX_TURNS, MIN_TURNS};
use std::collections::{BTreeMap, BTreeSet};

/// Longest way that branches may go apart, in turns.
pub const MAX_TURNS_APART: usize = 2;

/// A broken rule of the graph, with the node it is told at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GraphFault {
    /// An option goes on at a node that does not exist.
    UnknownNode {
        /// The node of the option.
        node: ActionId,
        /// The option.
        option: ActionId,
        /// What it names.
        next: ActionId,
    },
    /// Nothing leads to the node.
    Unreachable {
        /// The node.
        node: ActionId,
    },
    /// The node may come a second time.
    Cycle {
        /// A node of the cycle.
        node: ActionId,
    },
    /// Branches from the node stay apart for longer than two turns.
    TooLongApart {
        /// The node.
        node: ActionId,
        /// How many turns they stay apart at most.
        turns: usize,
    },
    /// A path is too short or too long.
    Turns {
        /// Turns of the shortest path.
        fewest: usize,
        /// Turns of the longest path.
        most: usize,
    },
    /// Two ways on from the node hold different numbers of scored nodes of a family.
    UnevenFamilies {
        /// The node where they part.
        node: ActionId,
        /// The family.
        family: Family,
        /// The smallest number.
        fewest: usize,
        /// The largest number.
        most: usize,
    },
}

/// All broken rules of a graph. While names are unknown or there is a cycle, nothing else is said.
#[must_use]
pub fn graph_faults(item: &DialogueItem) -> Vec<GraphFault> {
    let mut faults = unknown_nodes(item);
    if !faults.is_empty() {
        return faults;
    }
    let Some(order) = order(item) else {
        return vec![GraphFault::Cycle { node: cyclic_node(item) }];
    };
    let reached = reached(item);
    faults.extend(
        item.nodes
            .iter()
            .filter(|node| !reached.contains(&node.id))
            .map(|node| GraphFault::Unreachable { node: node.id.clone() }),
    );
    let lengths = lengths(&order);
    if let Some((fewest, most)) = item.nodes.first().and_then(|node| lengths.get(&node.id)).copied()
        && (fewest < MIN_TURNS || most > MAX_TURNS)
    {
        faults.push(GraphFault::Turns { fewest, most });
    }
    faults.extend(too_long_apart(&order));
    faults.extend(uneven_families(&order));
    faults
}

/// How many scored nodes of each family every path holds; empty for a graph with faults.
#[must_use]
pub fn scored_nodes_per_path(item: &DialogueItem) -> BTreeMap<Family, usize> {
    let mut counts: BTreeMap<Family, usize> = BTreeMap::new();
    let mut next = item.nodes.first();
    let mut turns = 0;
    // Every path holds the same; the first options make one. A graph with a cycle stops after all nodes.
    while let Some(node) = next.filter(|_| turns < item.nodes.len()) {
        if node.scored {
            *counts.entry(node.family).or_default() += 1;
        }
        turns += 1;
        next = node.options.first().and_then(|option| option.next.as_ref()).and_then(|id| item.node(id));
    }
    counts
}

/// Fewest and most turns of a path; `None` while there is a cycle or no node.
#[must_use]
pub fn turns(item: &DialogueItem) -> Option<(usize, usize)> {
    let order = order(item)?;
    item.nodes.first().and_then(|node| lengths(&order).get(&node.id).copied())
}

fn unknown_nodes(item: &DialogueItem) -> Vec<GraphFault> {
    let options = item.nodes.iter().flat_map(|node| node.options.iter().map(move |option| (node, option)));
    options
        .filter_map(|(node, option)| {
            let next = option.next.as_ref().filter(|next| item.node(next).is_none())?;
            Some(GraphFault::UnknownNode {
                node: node.id.clone(),
                option: option.id.clone(),
                next: next.clone(),
            })
        })
        .collect()
}

/// The nodes with every follower before the node itself; none when there is a cycle.
fn order(item: &DialogueItem) -> Option<Vec<&DialogueNode>> {
    let mut order: Vec<&DialogueNode> = Vec::new();
    let mut placed: BTreeSet<&ActionId> = BTreeSet::new();
    while order.len() < item.nodes.len() {
        let ready = item.nodes.iter().find(|node| {
            !placed.contains(&node.id) && node.followers().into_iter().flatten().all(|id| placed.contains(id))
        })?;
        placed.insert(&ready.id);
        order.push(ready);
    }
    Some(order)
}

/// A node that can be reached from itself.
fn cyclic_node(item: &DialogueItem) -> ActionId {
    let comes_back = |start: &&DialogueNode| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&ActionId> = start.followers().into_iter().flatten().collect();
        while let Some(id) = open.pop() {
            if seen.insert(id)
                && let Some(node) = item.node(id)
            {
                open.extend(node.followers().into_iter().flatten());
            }
        }
        seen.contains(&start.id)
    };
    item.nodes.iter().find(comes_back).map_or_else(|| ActionId::of_word("node"), |node| node.id.clone())
}

fn reached(item: &DialogueItem) -> BTreeSet<ActionId> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&DialogueNode> = item.nodes.first().into_iter().collect();
    while let Some(node) = open.pop() {
        if seen.insert(node.id.clone()) {
            open.extend(node.followers().into_iter().flatten().filter_map(|id| item.node(id)));
        }
    }
    seen
}

type Lengths<'n> = BTreeMap<&'n ActionId, (usize, usize)>;

/// Fewest and most turns from each node to the end, the node included.
fn lengths<'n>(order: &[&'n DialogueNode]) -> Lengths<'n> {
    let mut lengths = Lengths::new();
    for node in order {
        let ahead =
            |next: Option<&ActionId>| next.map_or((0, 0), |id| lengths.get(id).copied().unwrap_or_default());
        let followers: Vec<(usize, usize)> = node.followers().into_iter().map(ahead).collect();
        let fewest = followers.iter().map(|(fewest, _)| *fewest).min().unwrap_or_default();
        let most = followers.iter().map(|(_, most)| *most).max().unwrap_or_default();
        lengths.insert(&node.id, (fewest + 1, most + 1));
    }
    lengths
}

/// Where branches rejoin: the first node that every way on from a branching node holds, or the end.
fn too_long_apart(order: &[&DialogueNode]) -> Vec<GraphFault> {
    // The nodes that every way from a node to the end holds, the node itself included.
    let mut certain: BTreeMap<&ActionId, BTreeSet<&ActionId>> = BTreeMap::new();
    let by_id: BTreeMap<&ActionId, &DialogueNode> = order.iter().map(|node| (&node.id, *node)).collect();
    let mut faults = Vec::new();
    for node in order {
        let followers = node.followers();
        let sets =
            followers.iter().map(|next| next.and_then(|id| certain.get(id)).cloned().unwrap_or_default());
        let common = sets.reduce(|a, b| a.intersection(&b).copied().collect()).unwrap_or_default();
        if followers.len() > 1 {
            let turns = followers.iter().flatten().map(|id| turns_until(id, &common, &by_id)).max();
            let turns = turns.unwrap_or_default();
            if turns > MAX_TURNS_APART {
                faults.push(GraphFault::TooLongApart { node: node.id.clone(), turns });
            }
        }
        let mut own = common;
        own.insert(&node.id);
        certain.insert(&node.id, own);
    }
    faults.reverse();
    faults
}

/// Most turns from a node until one of `goals` or the end, the goal not counted.
fn turns_until(
    from: &ActionId,
    goals: &BTreeSet<&ActionId>,
    by_id: &BTreeMap<&ActionId, &DialogueNode>,
) -> usize {
    let mut front: BTreeSet<&ActionId> = BTreeSet::from([from]);
    let mut turns = 0;
    // All places that many turns on; the graph has no cycle, so that the front runs dry.
    loop {
        front.retain(|id| !goals.contains(id));
        if front.is_empty() {
            return turns;
        }
        turns += 1;
        front = front
            .into_iter()
            .filter_map(|id| by_id.get(id))
            .flat_map(|node| node.options.iter().filter_map(|option| option.next.as_ref()))
            .collect();
    }
}

type Spread = BTreeMap<Family, (usize, usize)>;

/// Fewest and most scored nodes of each family on the ways on from each node; told at the node where they
/// part, the nearest to the end.
fn uneven_families(order: &[&DialogueNode]) -> Vec<GraphFault> {
    let mut spreads: BTreeMap<&ActionId, Spread> = BTreeMap::new();
    let mut faults = Vec::new();
    for node in order {
        let followers: Vec<Option<&Spread>> =
            node.followers().into_iter().map(|next| next.and_then(|id| spreads.get(id))).collect();
        let mut own = Spread::new();
        for family in Family::ALL {
            let ahead = |spread: &Option<&Spread>| {
                spread.and_then(|spread| spread.get(family)).copied().unwrap_or_default()
            };
            let fewest = followers.iter().map(|spread| ahead(spread).0).min().unwrap_or_default();
            let most = followers.iter().map(|spread| ahead(spread).1).max().unwrap_or_default();
            // Followers that are uneven themselves have been told.
            let is_new = followers.iter().all(|spread| ahead(spread).0 == ahead(spread).1);
            if fewest != most && is_new {
                faults.push(GraphFault::UnevenFamilies {
                    node: node.id.clone(),
                    family: *family,
                    fewest,
                    most,
                });
            }
            let mine = usize::from(node.scored && node.family == *family);
            own.insert(*family, (fewest + mine, most + mine));
        }
        spreads.insert(&node.id, own);
    }
    faults.reverse();
    faults
}
