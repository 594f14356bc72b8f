//! A small dialogue for tests, every fault of a graph, and the ways through it.

use super::graph::{GraphFault, graph_faults, scored_nodes_per_path, turns};
use super::path::DialoguePath;
use super::*;
use crate::item::Place4;
use std::collections::BTreeMap;

pub(crate) fn id(text: &str) -> ActionId {
    ActionId::parse(text).unwrap()
}

/// A node whose options go to `next` in turn; `.` is the end. Option ids are `<node>-1`, `<node>-2`, …
pub(crate) fn node(name: &str, family: Family, next: &[&str]) -> DialogueNode {
    let option = |(index, next): (usize, &&str)| DialogueOption {
        id: id(&format!("{name}-{}", index + 1)),
        next: (*next != ".").then(|| id(next)),
        moves: Moves { perception: 1, expectations: 0, emotion_percent: -10 },
    };
    DialogueNode {
        id: id(name),
        family,
        constructs: family.constructs().to_vec(),
        scored: true,
        options: next.iter().enumerate().map(option).collect(),
    }
}

pub(crate) fn dialogue(nodes: Vec<DialogueNode>) -> DialogueItem {
    let start = CustomerState { perception: 3, expectations: 8, emotion_percent: 150 };
    DialogueItem { format_version: 1, start, nodes }
}

const LISTEN: Family = Family::ListenAndCheck;
const SOOTHE: Family = Family::SootheAndRepair;

/// a → b or c → d → e, with b and c of one family.
pub(crate) fn sample() -> DialogueItem {
    dialogue(vec![
        node("a", LISTEN, &["b", "b", "c"]),
        node("b", SOOTHE, &["d", "d", "d"]),
        node("c", SOOTHE, &["d", "d", "d"]),
        node("d", LISTEN, &["e", "e", "e"]),
        node("e", Family::ActWithLatitude, &[".", ".", "."]),
    ])
}

#[test]
fn a_good_graph_has_no_fault() {
    let item = sample();

    assert_eq!(graph_faults(&item), []);
    assert_eq!(turns(&item), Some((4, 4)));
    let expected = BTreeMap::from([(LISTEN, 2), (SOOTHE, 1), (Family::ActWithLatitude, 1)]);
    assert_eq!(scored_nodes_per_path(&item), expected);
}

#[test]
fn a_next_node_that_does_not_exist_is_told() {
    let mut item = sample();
    item.nodes[3] = node("d", LISTEN, &["e", "moon", "e"]);

    let expected = GraphFault::UnknownNode { node: id("d"), option: id("d-2"), next: id("moon") };
    assert_eq!(graph_faults(&item), [expected]);
}

#[test]
fn a_cycle_is_told() {
    let mut item = sample();
    item.nodes[4] = node("e", LISTEN, &[".", "d", "."]);

    assert_eq!(graph_faults(&item), [GraphFault::Cycle { node: id("d") }]);
    assert_eq!(turns(&item), None);
}

#[test]
fn a_node_that_leads_to_itself_is_a_cycle() {
    let mut item = sample();
    item.nodes[4] = node("e", LISTEN, &[".", ".", "e"]);

    assert_eq!(graph_faults(&item), [GraphFault::Cycle { node: id("e") }]);
}

#[test]
fn a_node_that_nothing_leads_to_is_told() {
    let mut item = sample();
    item.nodes[0] = node("a", LISTEN, &["b", "b", "b"]);

    assert_eq!(graph_faults(&item), [GraphFault::Unreachable { node: id("c") }]);
}

#[test]
fn paths_have_four_to_seven_turns() {
    let short = dialogue(vec![
        node("a", LISTEN, &["b", "b", "b"]),
        node("b", LISTEN, &["c", "c", "c"]),
        node("c", LISTEN, &[".", ".", "."]),
    ]);
    let names: Vec<String> = (0..8).map(|n| format!("n{n}")).collect();
    let long = dialogue(
        (0..8)
            .map(|n| {
                let next = names.get(n + 1).map_or(".", String::as_str);
                node(&names[n], LISTEN, &[next, next, next])
            })
            .collect(),
    );

    assert_eq!(graph_faults(&short), [GraphFault::Turns { fewest: 3, most: 3 }]);
    assert_eq!(graph_faults(&long), [GraphFault::Turns { fewest: 8, most: 8 }]);
}

#[test]
fn branches_rejoin_within_two_turns() {
    let branch = |apart: usize| {
        let mut nodes = vec![node("a", LISTEN, &["b1", "b1", "c1"])];
        for name in ["b", "c"] {
            for n in 1..=apart {
                let next = if n == apart { "z".to_owned() } else { format!("{name}{}", n + 1) };
                nodes.push(node(&format!("{name}{n}"), SOOTHE, &[&next, &next, &next]));
            }
        }
        nodes.push(node("z", LISTEN, &["y", "y", "y"]));
        nodes.push(node("y", LISTEN, &[".", ".", "."]));
        dialogue(nodes)
    };

    assert_eq!(graph_faults(&branch(2)), []);
    assert_eq!(graph_faults(&branch(3)), [GraphFault::TooLongApart { node: id("a"), turns: 3 }]);
}

#[test]
fn every_path_holds_the_same_number_of_scored_nodes_per_family() {
    let mut item = sample();
    item.nodes[2] = node("c", LISTEN, &["d", "d", "d"]);

    let told = |family, fewest, most| GraphFault::UnevenFamilies { node: id("a"), family, fewest, most };
    let mut faults = graph_faults(&item);
    faults.reverse();
    assert_eq!(faults, [told(LISTEN, 1, 2), told(SOOTHE, 0, 1)]);
}

#[test]
fn an_early_end_is_uneven() {
    let mut item = sample();
    item.nodes[3] = node("d", LISTEN, &["e", "e", "."]);

    let told =
        |fault: &GraphFault| matches!(fault, GraphFault::UnevenFamilies { node, .. } if *node == id("d"));
    assert!(graph_faults(&item).iter().any(told));
    assert!(graph_faults(&item).contains(&GraphFault::Turns { fewest: 3, most: 4 }));
}

#[test]
fn unscored_nodes_do_not_count() {
    let mut item = sample();
    item.nodes[1].scored = false;
    item.nodes[2].scored = false;
    item.nodes[2].family = LISTEN;

    assert_eq!(graph_faults(&item), []);
}

#[test]
fn a_graph_with_very_many_paths_is_judged_at_once() {
    let names: Vec<String> = (0..16).map(|n| format!("n{n}")).collect();
    let nodes = (0..16)
        .map(|n| {
            let next = |step: usize| names.get(n + step).map_or(".", String::as_str);
            node(&names[n], LISTEN, &[next(1), next(2), next(3), next(4)])
        })
        .collect();

    assert!(!graph_faults(&dialogue(nodes)).is_empty());
}

fn choices(list: &[(&str, usize)]) -> BTreeMap<ActionId, Place4> {
    list.iter().map(|(node, number)| (id(node), Place4::new(*number).unwrap())).collect()
}

#[test]
fn the_path_follows_the_options_taken() {
    let item = sample();
    let taken = choices(&[("a", 3), ("c", 1)]);

    let path = DialoguePath::of(&item, |node| taken.get(node).copied());

    let sent: Vec<&str> = path.sent.iter().map(|turn| turn.option.id.as_str()).collect();
    assert_eq!(sent, ["a-3", "c-1"]);
    assert_eq!(path.current.map(|node| node.id.as_str()), Some("d"));
    assert!(!path.is_complete());
    assert!(path.has_sent(&id("c")) && !path.has_sent(&id("d")));
}

#[test]
fn choices_off_the_path_are_not_read() {
    let item = sample();
    let taken = choices(&[("a", 1), ("c", 1), ("e", 1)]);

    let path = DialoguePath::of(&item, |node| taken.get(node).copied());

    assert_eq!(path.sent.len(), 1);
    assert_eq!(path.current.map(|node| node.id.as_str()), Some("b"));
}

#[test]
fn the_last_option_ends_the_dialogue_and_moves_the_customer() {
    let item = sample();
    let taken = choices(&[("a", 1), ("b", 1), ("d", 1), ("e", 1)]);

    let path = DialoguePath::of(&item, |node| taken.get(node).copied());

    assert!(path.is_complete());
    let states = path.states();
    assert_eq!(states.len(), 5);
    assert_eq!(states.last(), Some(&CustomerState { perception: 7, expectations: 8, emotion_percent: 110 }));
}
