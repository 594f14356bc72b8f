//! Forms drawn from a bank made for the test: balance, anchors, and each reason why none can be drawn.

use super::*;
use crate::construct::Family;
use crate::item::dialogue::tests::sample as dialogue;
use crate::item::{Item, rate::RateItem};
use crate::pack::{Channel, Emotion, sample};
use std::collections::BTreeMap;

/// A bank of `plain` rated scenarios and `talks` dialogues whose tags go round.
fn bank(plain: usize, talks: usize) -> (Pack, Key) {
    let crate::pack::ParsedPack { pack: mut bank, mut key, .. } = sample::parsed();
    let model = bank.scenarios.values().next().unwrap().clone();
    let categories = key.categories.values().next().unwrap().clone();
    bank.scenarios.clear();
    key.categories.clear();
    for index in 0..plain + talks {
        let mut scenario = model.clone();
        scenario.id = ScenarioId::parse(&format!("s{index:02}")).unwrap();
        scenario.channel = Channel::ALL[index % 4];
        scenario.emotion = Emotion::ALL[(index / 4) % 6];
        scenario.expected_seconds = 60 + 10 * u32::try_from(index % 5).unwrap();
        if index >= plain {
            scenario.item = Item::Dialogue(dialogue());
        } else if let Item::Rate(RateItem { actions, .. }) = &mut scenario.item {
            for (n, action) in actions.iter_mut().enumerate() {
                action.family = Family::ALL[(index + n) % 5];
                action.constructs = action.family.constructs().to_vec();
            }
        }
        key.categories.insert(scenario.id.clone(), categories.clone());
        bank.scenarios.insert(scenario.id.clone(), scenario);
    }
    (bank, key)
}

fn plan(forms: usize, scenarios: usize, dialogues: usize, anchors: usize) -> FormPlan {
    let blueprint = Blueprint {
        min_scored_actions_per_family: 4,
        min_actions_per_construct: 2,
        channels: Channel::ALL.to_vec(),
        emotions: vec![Emotion::Anger, Emotion::Joy],
    };
    FormPlan { forms, scenarios, dialogues, anchors, blueprint, left_out: BTreeSet::new() }
}

#[test]
fn two_parallel_forms_share_their_anchors_and_are_balanced() {
    let (pack, key) = bank(43, 4);

    let built = build_forms(&pack, &key, &plan(2, 24, 2, 5), 1).unwrap();

    assert!(built.forms.iter().all(|form| form.len() == 26));
    assert_eq!(built.anchors.len(), 5);
    let [a, b] = built.forms.as_slice() else { panic!() };
    let shared: Vec<&ScenarioId> = a.iter().filter(|id| b.contains(id)).collect();
    assert_eq!(shared.len(), 5);
    assert!(shared.iter().all(|id| built.anchors.contains(id)));
    let spread: BTreeMap<&str, u32> =
        built.balance.iter().map(|row| (row.what.as_str(), row.spread())).collect();
    for (what, spread) in &spread {
        let most = if what.starts_with("construct") || what.starts_with("half") { 4 } else { 2 };
        assert!(*spread <= most, "{what}: {spread} in {:?}", built.balance);
    }
    assert!(spread.contains_key("channel chat") && spread.contains_key("family soothe-and-repair"));
}

#[test]
fn the_same_seed_draws_the_same_forms() {
    let (pack, key) = bank(30, 2);
    let draw = |seed| build_forms(&pack, &key, &plan(2, 12, 1, 3), seed).unwrap();

    assert_eq!(draw(5), draw(5));
    assert_ne!(draw(5).forms, draw(6).forms);
}

#[test]
fn nothing_left_out_or_drawn_twice_stands_in_a_form() {
    let (pack, key) = bank(26, 2);
    let mut plan = plan(2, 12, 1, 2);
    plan.left_out = BTreeSet::from([ScenarioId::parse("s00").unwrap()]);

    let built = build_forms(&pack, &key, &plan, 3).unwrap();

    for form in &built.forms {
        let distinct: BTreeSet<&ScenarioId> = form.iter().collect();
        assert_eq!(distinct.len(), form.len());
        assert!(!form.iter().any(|id| id.as_str() == "s00"));
    }
}

#[test]
fn too_small_a_bank_is_told_with_its_numbers() {
    let (pack, key) = bank(20, 1);
    let build = |plan: &FormPlan| build_forms(&pack, &key, plan, 1).unwrap_err();

    assert_eq!(build(&plan(2, 24, 0, 5)), CannotBuild::TooFewScenarios { needed: 43, there: 20 });
    assert_eq!(build(&plan(2, 10, 2, 2)), CannotBuild::TooFewDialogues { needed: 4, there: 1 });
    assert_eq!(build(&plan(0, 10, 0, 2)), CannotBuild::Plan);
    assert_eq!(build(&plan(1, 2, 0, 3)), CannotBuild::Plan);
}

#[test]
fn a_blueprint_that_cannot_be_met_names_what_is_lacking() {
    let (pack, key) = bank(10, 0);
    let mut plan = plan(1, 6, 0, 0);
    plan.blueprint.min_scored_actions_per_family = 9;

    let error = build_forms(&pack, &key, &plan, 1).unwrap_err();

    let CannotBuild::BlueprintUnmet(lacks) = &error else { panic!("{error}") };
    assert!(
        lacks.iter().any(|lack| lack.starts_with("form 1: family") && lack.ends_with("of 9")),
        "{lacks:?}"
    );
}
