//! Golden points of each format, blanks, and what chance earns.

use super::*;
use crate::construct::Construct;
use crate::item::answer::post::PostedAnswer;
use crate::item::best_worst::BestWorstItem;
use crate::item::dialogue::tests::{id, sample};
use crate::item::emotion_profile::EmotionProfileItem;
use crate::item::rank::RankItem;

const FAMILY: Family = Family::SootheAndRepair;

fn key(list: &[(&str, u8)]) -> Categories {
    list.iter().map(|(name, number)| (id(name), Category::try_from(*number).unwrap())).collect()
}

fn four() -> Vec<ActionId> {
    ["a", "b", "c", "d"].iter().map(|name| id(name)).collect()
}

fn constructs() -> Vec<Construct> {
    vec![Construct::Managing]
}

fn best_worst() -> Item {
    let actions = four();
    Item::BestWorst(BestWorstItem { format_version: 1, family: FAMILY, constructs: constructs(), actions })
}

fn rank() -> Item {
    let actions = four();
    Item::Rank(RankItem { format_version: 1, family: FAMILY, constructs: constructs(), actions })
}

fn pick() -> Item {
    let actions = ["a", "b", "c", "d", "e", "f"].iter().map(|name| id(name)).collect();
    Item::Pick(PickItem { format_version: 1, family: FAMILY, constructs: constructs(), picks: 3, actions })
}

fn profile() -> Item {
    let emotions = ["v", "w", "x", "y", "z"].iter().map(|name| id(name)).collect();
    Item::EmotionProfile(EmotionProfileItem {
        format_version: 1,
        family: FAMILY,
        constructs: constructs(),
        emotions,
    })
}

fn values(item: &Item, fields: &[(&str, &str)]) -> SlotValues {
    PostedAnswer::read(item, fields).unwrap().changes.into_iter().collect()
}

/// The share of the only part, or what is held instead.
fn state(item: &Item, key: &Categories, fields: &[(&str, &str)]) -> PartState {
    let parts = scored_parts(item, key, &values(item, fields), true);
    assert_eq!(parts.len(), 1);
    assert_eq!(parts.first().unwrap().scored.weight, 4);
    parts.first().unwrap().scored.state
}

fn earned(item: &Item, key: &Categories, fields: &[(&str, &str)]) -> f64 {
    match state(item, key, fields) {
        PartState::Answered(share) => share.pomp(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn best_and_worst_earn_quarters() {
    let (item, key) = (best_worst(), key(&[("a", 4), ("b", 3), ("c", 2), ("d", 1)]));

    assert_eq!(earned(&item, &key, &[("best", "a"), ("worst", "d")]), 1.0);
    assert_eq!(earned(&item, &key, &[("best", "a"), ("worst", "c")]), 0.75);
    assert_eq!(earned(&item, &key, &[("best", "b"), ("worst", "c")]), 0.5);
    assert_eq!(earned(&item, &key, &[("best", "d"), ("worst", "b")]), 0.25);
    assert_eq!(earned(&item, &key, &[("best", "d"), ("worst", "a")]), 0.0);
    assert_eq!(earned(&item, &key, &[("best", "a")]), 0.5);
    assert_eq!(state(&item, &key, &[]), PartState::ShownBlank);
}

#[test]
fn ties_at_an_end_are_all_accepted() {
    let (item, key) = (best_worst(), key(&[("a", 4), ("b", 4), ("c", 1), ("d", 1)]));

    assert_eq!(earned(&item, &key, &[("best", "b"), ("worst", "c")]), 1.0);
    assert_eq!(earned(&item, &key, &[("best", "a"), ("worst", "b")]), 0.5);
}

#[test]
fn each_right_pick_earns_the_same() {
    let (item, key) = (pick(), key(&[("a", 4), ("b", 3), ("c", 3), ("d", 2), ("e", 1), ("f", 1)]));

    assert_eq!(earned(&item, &key, &[("pick", "a"), ("pick", "b"), ("pick", "c")]), 1.0);
    assert!((earned(&item, &key, &[("pick", "a"), ("pick", "d"), ("pick", "e")]) - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(state(&item, &key, &[]), PartState::ShownBlank);
    let four_right = Categories::from_iter(key.into_keys().map(|id| (id, Category::ALL[3])));
    assert!(scored_parts(&item, &four_right, &SlotValues::new(), true).is_empty());
}

#[test]
fn an_order_counts_when_complete() {
    let (item, key) = (rank(), key(&[("a", 4), ("b", 3), ("c", 2), ("d", 1)]));

    assert_eq!(earned(&item, &key, &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]), 1.0);
    assert_eq!(earned(&item, &key, &[("a", "2"), ("b", "1"), ("c", "3"), ("d", "4")]), 0.9);
    assert_eq!(earned(&item, &key, &[("a", "4"), ("b", "3"), ("c", "2"), ("d", "1")]), 0.0);
    assert_eq!(state(&item, &key, &[("a", "1"), ("b", "2")]), PartState::ShownBlank);
}

#[test]
fn a_profile_is_the_mean_of_five_same_side_points() {
    let (item, key) = (profile(), key(&[("v", 4), ("w", 3), ("x", 1), ("y", 1), ("z", 2)]));

    let exact = [("v", "4"), ("w", "3"), ("x", "1"), ("y", "1"), ("z", "2")];
    assert_eq!(earned(&item, &key, &exact), 1.0);
    let near = [("v", "3"), ("w", "4"), ("x", "2"), ("y", "2"), ("z", "1")];
    assert_eq!(earned(&item, &key, &near), 0.5);
    assert_eq!(earned(&item, &key, &[("v", "4"), ("w", "1")]), 0.2);
}

fn dialogue_key() -> Categories {
    let nodes = ["a", "b", "c", "d", "e"];
    nodes
        .iter()
        .flat_map(|node| (1..=3).map(move |n| (id(&format!("{node}-{n}")), Category::ALL[4 - n])))
        .collect()
}

#[test]
fn each_visited_node_earns_its_options_place() {
    let item = Item::Dialogue(sample());
    let mut taken = SlotValues::new();
    for (node, option) in [("a", "a-1"), ("b", "b-2"), ("d", "d-3"), ("e", "e-1")] {
        taken.extend(values(&item, &[("node", node), ("option", option)]));
    }

    let parts = scored_parts(&item, &dialogue_key(), &taken, true);

    let shares: Vec<PartState> = parts.iter().map(|part| part.scored.state).collect();
    let half = Share::of(1, 2).unwrap();
    let expected = [Share::ONE, half, Share::ZERO, Share::ONE].map(PartState::Answered);
    assert_eq!(shares, expected);
    assert!(parts.iter().all(|part| part.scored.weight == 1));
}

#[test]
fn a_dialogue_left_half_way_counts_its_rest_as_blank() {
    let item = Item::Dialogue(sample());
    let taken = values(&item, &[("node", "a"), ("option", "a-3")]);

    let shown = scored_parts(&item, &dialogue_key(), &taken, true);
    let unseen = scored_parts(&item, &dialogue_key(), &SlotValues::new(), false);

    let blanks = shown.iter().filter(|part| part.scored.state == PartState::ShownBlank).count();
    assert_eq!((shown.len(), blanks), (4, 3));
    assert_eq!(unseen.len(), 4);
    assert!(unseen.iter().all(|part| part.scored.state == PartState::NeverShown));
}

#[test]
fn chance_is_computed_over_every_answer() {
    let spread = key(&[("a", 4), ("b", 3), ("c", 2), ("d", 1), ("e", 1), ("f", 3)]);
    let close = |found: (f64, u32), points: f64, weight: u32| {
        assert!((found.0 - points).abs() < 1e-12, "{found:?}");
        assert_eq!(found.1, weight);
    };

    // Points of both picks cancel out; three of six right; orders at random are half way on average.
    close(chance(&best_worst(), &spread), 2.0, 4);
    close(chance(&pick(), &spread), 2.0, 4);
    close(chance(&rank(), &spread), 2.0, 4);
    let profile_key = key(&[("v", 4), ("w", 3), ("x", 1), ("y", 1), ("z", 2)]);
    close(chance(&profile(), &profile_key), 1.5, 4);
    close(chance(&Item::Dialogue(sample()), &dialogue_key()), 2.0, 4);
}
