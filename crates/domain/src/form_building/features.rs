//! What a scenario counts for when forms are drawn, as a row of numbers with fixed columns.

use crate::construct::{Construct, Family};
use crate::form::coverage::counted_slots;
use crate::key::Key;
use crate::pack::{Blueprint, Channel, Context, Emotion, ExpectationGap, Scenario};

/// A column that must reach a number in every form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Requirement {
    /// The column.
    pub(super) feature: usize,
    /// The number.
    pub(super) fewest: u32,
}

const CONSTRUCTS: usize = Family::ALL.len();
const CHANNELS: usize = CONSTRUCTS + Construct::ALL.len();
const EMOTIONS: usize = CHANNELS + Channel::ALL.len();
const GAPS: usize = EMOTIONS + Emotion::ALL.len();
const CONTEXTS: usize = GAPS + ExpectationGap::ALL.len();
const KEYS: usize = CONTEXTS + Context::ALL.len();
const TIME: usize = KEYS + 4;

/// The names of the columns.
pub(super) fn names() -> Vec<String> {
    let families = Family::ALL.iter().map(|value| format!("family {value}"));
    let constructs = Construct::ALL.iter().map(|value| format!("construct {value}"));
    let channels = Channel::ALL.iter().map(|value| format!("channel {value}"));
    let emotions = Emotion::ALL.iter().map(|value| format!("emotion {value}"));
    let gaps = ExpectationGap::ALL.iter().map(|value| format!("gap {value}"));
    let contexts = Context::ALL.iter().map(|value| format!("context {value}"));
    let keys = (1..=4).map(|category| format!("key {category}"));
    let named = families.chain(constructs).chain(channels).chain(emotions).chain(gaps).chain(contexts);
    named.chain(keys).chain(std::iter::once("half minutes".to_owned())).collect()
}

/// How much a difference between forms weighs: what the blueprint names more than what comes along.
pub(super) const fn weight(feature: usize) -> i64 {
    match feature {
        0..CONSTRUCTS => 4,
        CHANNELS..GAPS => 16,
        GAPS..CONTEXTS => 6,
        KEYS..TIME => 2,
        _ => 1,
    }
}

/// The row of a scenario.
pub(super) fn features(scenario: &Scenario, key: &Key) -> Vec<u32> {
    let mut row = vec![0; TIME + 1];
    let mut add = |column: usize, count: u32| {
        if let Some(cell) = row.get_mut(column) {
            *cell += count;
        }
    };
    for (slot, count) in counted_slots(&scenario.item) {
        add(place(Family::ALL, &slot.family), count);
        for construct in &slot.constructs {
            add(CONSTRUCTS + place(Construct::ALL, construct), count);
        }
    }
    add(CHANNELS + place(Channel::ALL, &scenario.channel), 1);
    add(EMOTIONS + place(Emotion::ALL, &scenario.emotion), 1);
    add(GAPS + place(ExpectationGap::ALL, &scenario.expectation_gap), 1);
    add(CONTEXTS + place(Context::ALL, &scenario.context), 1);
    for category in scenario.item.action_ids().filter_map(|action| key.category(&scenario.id, action)) {
        add(KEYS + usize::from(category.get()) - 1, 1);
    }
    add(TIME, scenario.expected_seconds.div_ceil(30));
    row
}

/// What the blueprint asks of every form.
pub(super) fn requirements(blueprint: &Blueprint) -> Vec<Requirement> {
    let each = |from: usize, count: usize, fewest: u32| {
        (from..from + count).map(move |feature| Requirement { feature, fewest })
    };
    let channels = blueprint.channels.iter().map(|channel| CHANNELS + place(Channel::ALL, channel));
    let emotions = blueprint.emotions.iter().map(|emotion| EMOTIONS + place(Emotion::ALL, emotion));
    each(0, CONSTRUCTS, blueprint.min_scored_actions_per_family)
        .chain(each(CONSTRUCTS, Construct::ALL.len(), blueprint.min_actions_per_construct))
        .chain(channels.chain(emotions).map(|feature| Requirement { feature, fewest: 1 }))
        .collect()
}

fn place<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|other| other == value).unwrap_or_default()
}
