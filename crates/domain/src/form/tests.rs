//! Tests of forms on the sample pack.

use super::*;
use crate::pack::sample;

#[test]
fn a_form_lists_practice_first_and_trials_in_their_place() {
    let form = sample::form();

    let shown: Vec<_> = form.scenarios().iter().map(|s| (s.id.as_str(), s.place, s.role)).collect();

    assert_eq!(
        shown,
        [
            ("lamp", Place::Practice, ScenarioRole::Practice),
            ("visit", Place::Scenario(1), ScenarioRole::Scored),
            ("bike", Place::Scenario(2), ScenarioRole::Trial),
            ("queue", Place::Scenario(3), ScenarioRole::Scored),
        ]
    );
    assert_eq!(form.length().scenarios(), 3);
    assert_eq!(form.version, 3);
}

#[test]
fn actions_are_numbered_over_the_whole_form() {
    let form = sample::form();

    let numbers: Vec<i32> = form.actions().map(|(_, action)| action.item.number()).collect();
    let scored: Vec<i32> = form.scored_actions().map(|(_, action)| action.item.number()).collect();

    assert_eq!(numbers, (0..16).collect::<Vec<_>>());
    assert_eq!(scored, [4, 5, 6, 7, 12, 13, 14, 15]);
}

#[test]
fn an_action_is_found_by_number_and_by_ids() {
    let form = sample::form();
    let (scenario, action) = form.action(ItemIndex::from_number(13).unwrap()).unwrap();

    assert_eq!((scenario.id.as_str(), action.id.as_str()), ("queue", "ask"));
    assert_eq!(form.find(&scenario.id, &action.id), Some((scenario, action)));
    assert_eq!(form.action(ItemIndex::from_number(16).unwrap()), None);
    assert_eq!(form.scenario_at(Place::Scenario(3)), Some(scenario));
    assert_eq!(form.scenario_at(Place::Review), None);
}

#[test]
fn an_unknown_form_is_refused() {
    let unknown = FormId::parse("long").unwrap();

    assert_eq!(Form::resolve(&sample::parsed().pack, &unknown), Err(FormError::UnknownForm(unknown)));
}

#[test]
fn an_action_left_out_by_the_pack_is_not_scored() {
    let mut files = sample::files();
    let visit = files.iter_mut().find(|file| file.path == "scenarios/visit/scenario.toml").unwrap();
    visit.bytes =
        String::from_utf8(visit.bytes.clone()).unwrap().replace("key = 4", "key = 4\nscored = false").into();
    let pack = Pack::parse(&files).unwrap().pack;

    let form = Form::resolve(&pack, &FormId::parse("short-2").unwrap()).unwrap();

    assert_eq!(form.scored_actions().count(), 7);
    assert_eq!(form.actions().count(), 16);
}

#[test]
fn random_ratings_score_37_5_on_average() {
    let parsed = sample::parsed();

    assert_eq!(sample::form().chance_level(&parsed.key), Ok(37.5));
}

#[test]
fn coverage_counts_scored_scenarios_only() {
    let parsed = sample::parsed();

    let coverage = Coverage::of(&sample::form(), &parsed.pack);

    assert_eq!(coverage.scored, Count { actions: 8, scenarios: 2 });
    assert_eq!(coverage.families.get(&Family::ListenAndCheck), Some(&Count { actions: 2, scenarios: 2 }));
    assert_eq!(coverage.families.get(&Family::ActWithLatitude), Some(&Count { actions: 1, scenarios: 1 }));
    assert_eq!(coverage.constructs.get(&Construct::Service), Some(&Count { actions: 2, scenarios: 2 }));
    assert_eq!(coverage.channels.get(&Channel::Chat), None);
    assert_eq!(coverage.emotions.get(&Emotion::Worry), Some(&1));
    assert_eq!(coverage.expected_seconds, 4 * 80);
}

#[test]
fn the_balance_shows_what_constant_answers_would_score() {
    let balance = KeyBalance::of(&sample::form(), &sample::parsed().key).unwrap();

    // Two actions of each category: a constant rating is right on 2 of 8 and half right on 2 of 8.
    assert_eq!(balance.categories, [2, 2, 2, 2]);
    assert_eq!(balance.constant_scores, [37.5; 4]);
}

#[test]
fn a_key_without_a_scored_action_has_no_chance_level() {
    let mut key = sample::parsed().key;
    key.categories.clear();

    assert_eq!(sample::form().chance_level(&key), Err(NoScoredAction));
}

#[test]
fn orders_are_stored_and_read_back() {
    let form = sample::form();
    let orders = ActionOrders::of(42, &form);

    let stored = orders.to_string();

    assert_eq!(stored.split(';').count(), 4);
    assert_eq!(ActionOrders::parse(&stored, &form), Ok(orders));
}

#[test]
fn orders_that_do_not_fit_the_form_are_refused() {
    let form = sample::form();

    for text in ["", "0,1,2,3", "0,1,2,3;0,1,2,3;0,1,2,3", "0,1,2,3;0,1,2,3;0,1,2,3;0,1,2,3;0,1,2,3"] {
        assert!(ActionOrders::parse(text, &form).is_err(), "{text}");
    }
}

#[test]
fn actions_are_arranged_as_stored() {
    let form = sample::form();
    let orders = ActionOrders::parse("0,1,2,3;0,1,2,3;0,1,2,3;3,2,0,1", &form).unwrap();
    let queue = form.scenario_at(Place::Scenario(3)).unwrap();

    let shown: Vec<&str> = orders.arrange(queue).map(|action| action.id.as_str()).collect();

    assert_eq!(shown, ["wait", "guess", "repair", "ask"]);
}
