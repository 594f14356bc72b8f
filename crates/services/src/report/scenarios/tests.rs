//! The report of every format, from answers given to the shipped form that holds them all.

use super::*;
use crate::testing::{first_moment, loaded_form};
use domain::attempt::Sequence;
use domain::ids::ActionId;
use domain::item::by_order::by_order;
use domain::item::open::OpenText;

fn given(value: Response, text: Option<&str>) -> GivenAnswer {
    GivenAnswer { value, text: text.map(str::to_owned), sequence: Sequence::NONE, at: first_moment() }
}

/// The answers of someone who sees all as the key does, or all the other way round.
fn answers(loaded: &LoadedForm, is_reversed: bool) -> BTreeMap<ItemIndex, GivenAnswer> {
    let mut all = BTreeMap::new();
    for scenario in loaded.form.scenarios() {
        let key = |id: &ActionId| loaded.key.category(&scenario.id, id).unwrap();
        let mut order: Vec<ActionId> = scenario.item.action_ids().cloned().collect();
        order.sort_by_key(key);
        if is_reversed {
            order.reverse();
        }
        let values = by_order(&scenario.item, &order);
        for slot in &scenario.actions {
            let text = "Merci.\nÀ <bientôt>";
            let value = match scenario.item {
                Item::Open(_) => Some(Response::of_text(&OpenText::parse(text, 200).unwrap())),
                Item::Rate(_) | Item::EmotionProfile(_) => {
                    let own = key(&slot.id).get();
                    let number = if is_reversed { 5 - own } else { own };
                    Some(Response::from_number(scenario.format, number).unwrap())
                }
                _ => values.get(&slot.id).copied(),
            };
            let text = matches!(scenario.item, Item::Open(_)).then_some(text);
            all.extend(value.map(|value| (slot.item, given(value, text))));
        }
    }
    all
}

fn told(
    loaded: &LoadedForm,
    given: &BTreeMap<ItemIndex, GivenAnswer>,
    shows_key: bool,
) -> Vec<ReportScenario> {
    told_scenarios(loaded, given, Place::Review, Language::Fr, shows_key).unwrap()
}

fn first(scenarios: &[ReportScenario], format: ItemFormat) -> &ReportScenario {
    scenarios.iter().find(|scenario| scenario.format == format).unwrap()
}

fn actions(scenario: &ReportScenario) -> &[ReportAction] {
    let ReportAnswer::Actions(actions) = &scenario.answer else { panic!("{:?}", scenario.format) };
    actions
}

fn dialogue(scenario: &ReportScenario) -> &ReportDialogue {
    let ReportAnswer::Dialogue(dialogue) = &scenario.answer else { panic!("{:?}", scenario.format) };
    dialogue
}

#[test]
fn the_keys_own_answers_earn_all_there_is_in_every_format() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &answers(&loaded, false), true);

    for scenario in
        scenarios.iter().filter(|scenario| scenario.is_scored && scenario.format != ItemFormat::Rank)
    {
        let points = scenario.points.unwrap();
        assert_eq!(points.parts, 240 * points.most, "{}", scenario.title);
    }
    // Equal categories share their places: nobody can meet both.
    let rank = first(&scenarios, ItemFormat::Rank).points.unwrap();
    assert!(rank.parts > 200 * rank.most, "{rank:?}");
    for format in [ItemFormat::BestWorst, ItemFormat::Pick, ItemFormat::Rank, ItemFormat::EmotionProfile] {
        assert_eq!(first(&scenarios, format).points.unwrap().most, 4);
    }
}

#[test]
fn best_and_worst_are_named_beside_the_key_with_its_rationale() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &answers(&loaded, true), true);

    let scenario = first(&scenarios, ItemFormat::BestWorst);
    let chosen = |said| actions(scenario).iter().find(|action| action.answer == Some(said)).unwrap();
    assert_eq!(chosen(Said::Best).key.as_ref().unwrap().says, Said::Worst);
    assert_eq!(chosen(Said::Worst).key.as_ref().unwrap().says, Said::Best);
    assert!(actions(scenario).iter().all(|action| !action.key.as_ref().unwrap().rationale.is_empty()));
    assert_eq!(scenario.points.unwrap().parts, 0);
}

#[test]
fn picks_places_and_strengths_stand_beside_the_key() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &answers(&loaded, false), true);

    let agree = |format| {
        let same = |action: &&ReportAction| action.answer == action.key.as_ref().map(|key| key.says);
        let all = actions(first(&scenarios, format));
        (all.iter().filter(same).count(), all.len())
    };
    let (picked, all) = agree(ItemFormat::Pick);
    assert_eq!(picked, all);
    let (strengths, emotions) = agree(ItemFormat::EmotionProfile);
    assert_eq!((strengths, emotions), (5, 5));
    let rank = actions(first(&scenarios, ItemFormat::Rank));
    assert!(rank.iter().all(|action| {
        let (Some(Said::Places(place, _)), Some(key)) = (action.answer, action.key.as_ref()) else {
            return false;
        };
        matches!(key.says, Said::Places(low, high) if (low..=high).contains(&place))
    }));
    let strength = &actions(first(&scenarios, ItemFormat::EmotionProfile))[0];
    assert!(matches!(strength.answer, Some(Said::Strength(_))));
    assert_eq!(strength.key.as_ref().unwrap().half_points, None);
}

#[test]
fn a_conversation_is_told_as_it_went_with_the_key_of_each_turn() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &answers(&loaded, true), true);

    let scenario = first(&scenarios, ItemFormat::Dialogue);
    let dialogue = dialogue(scenario);
    assert!(dialogue.has_ended && dialogue.states.is_some() && scenario.message.is_some());
    assert!((4..=7).contains(&dialogue.turns.len()));
    for turn in &dialogue.turns {
        let key = turn.key.as_ref().unwrap();
        assert!(!turn.said.is_empty() && !key.rationale.is_empty());
        assert_eq!(key.parts.is_some(), turn.is_scored);
        assert!(!turn.is_scored || key.better.as_ref().is_some_and(|better| *better != turn.said));
    }
    let counted = dialogue.turns.iter().filter(|turn| turn.is_scored).count();
    assert_eq!(usize::try_from(scenario.points.unwrap().most).unwrap(), counted);
}

#[test]
fn a_conversation_left_half_way_says_so_and_its_rest_counts_nothing() {
    let loaded = loaded_form("every-format");
    let place = loaded
        .form
        .scenarios()
        .iter()
        .find(|known| known.format == ItemFormat::Dialogue && known.role == ScenarioRole::Scored);
    let scenario = place.unwrap();
    let all = answers(&loaded, false);
    let first_turn = all.iter().find(|(item, _)| scenario.actions[0].item == **item).unwrap();
    let given = BTreeMap::from([(*first_turn.0, first_turn.1.clone())]);

    let scenarios = told(&loaded, &given, true);

    let told = first(&scenarios, ItemFormat::Dialogue);
    assert_eq!(dialogue(told).turns.len(), 1);
    assert!(!dialogue(told).has_ended && dialogue(told).states.is_none());
    assert!(told.points.unwrap().most >= 4 && told.points.unwrap().parts <= 240);
}

#[test]
fn an_open_answer_is_the_text_and_has_no_points() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &answers(&loaded, false), true);

    let scenario = first(&scenarios, ItemFormat::Open);
    let ReportAnswer::Open { question, text } = &scenario.answer else { panic!("another format") };
    assert_eq!(text.as_deref(), Some("Merci.\nÀ <bientôt>"));
    assert!(!question.is_empty() && scenario.points.is_none() && !scenario.is_scored);
}

#[test]
fn without_permission_no_key_no_points_and_no_state_are_told() {
    let loaded = loaded_form("every-format");

    for scenario in told(&loaded, &answers(&loaded, false), false) {
        assert_eq!(scenario.points, None);
        match &scenario.answer {
            ReportAnswer::Actions(actions) => assert!(actions.iter().all(|action| action.key.is_none())),
            ReportAnswer::Dialogue(dialogue) => {
                assert!(dialogue.turns.iter().all(|turn| turn.key.is_none()) && dialogue.states.is_none());
            }
            ReportAnswer::Open { .. } => {}
        }
    }
}

#[test]
fn practice_among_the_scenarios_is_left_out_and_the_others_keep_their_numbers() {
    let loaded = loaded_form("every-format");

    let scenarios = told(&loaded, &BTreeMap::new(), true);

    let numbers: Vec<u16> = scenarios.iter().map(|scenario| scenario.number).collect();
    assert_eq!(numbers, [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    let blank = |scenario: &ReportScenario| match &scenario.answer {
        ReportAnswer::Actions(actions) => actions.iter().all(|action| action.answer.is_none()),
        ReportAnswer::Dialogue(dialogue) => dialogue.turns.is_empty(),
        ReportAnswer::Open { text, .. } => text.is_none(),
    };
    assert!(scenarios.iter().all(blank));
    assert!(scenarios.iter().filter_map(|scenario| scenario.points).all(|points| points.parts == 0));
}
