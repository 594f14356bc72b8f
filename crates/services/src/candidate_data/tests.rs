//! The download of a test in every format: what was chosen has a name, a text stands in the log, words name it all.

use domain::item::open;
use domain::item::{ItemFormat, best_worst};

use super::*;
use crate::testing::{first_moment, loaded_form};

fn event(loaded: &LoadedForm, format: ItemFormat, slot: &ActionId, value: i16) -> ResponseEventRow {
    let scenario = loaded.form.scenarios().iter().find(|shown| shown.format == format).unwrap();
    ResponseEventRow {
        attempt_id: "attempt".to_owned(),
        item: scenario.actions.iter().find(|known| known.id == *slot).unwrap().item.number(),
        epoch: 1,
        sequence: 1,
        value,
        language: "fr".to_owned(),
        at: first_moment(),
        text: None,
    }
}

#[test]
fn the_log_names_the_action_and_the_reply_that_a_number_stands_for() {
    let loaded = loaded_form("every-format");
    let scenario =
        |format| loaded.form.scenarios().iter().find(|shown| shown.format == format).unwrap().item.clone();
    let Item::BestWorst(best) = scenario(ItemFormat::BestWorst) else { panic!("another format") };
    let Item::Dialogue(dialogue) = scenario(ItemFormat::Dialogue) else { panic!("another format") };
    let node = &dialogue.nodes[0];
    let events = [
        event(&loaded, ItemFormat::BestWorst, &best_worst::worst(), 3),
        event(&loaded, ItemFormat::Dialogue, &node.id, 2),
    ];

    let log = answer_log(&events, &loaded).unwrap();

    assert_eq!(log[0]["format"], "best-worst");
    assert_eq!(log[0]["chosen"], best.actions[2].as_str());
    assert_eq!(log[1]["action"], node.id.as_str());
    assert_eq!(log[1]["chosen"], node.options[1].id.as_str());
}

#[test]
fn a_text_stands_in_the_log_and_its_digest_among_the_answers() {
    let loaded = loaded_form("every-format");
    let mut written = event(&loaded, ItemFormat::Open, &open::text(), 1);
    written.text = Some("Merci à <Idriss>.".to_owned());
    let events = [written];

    let log = answer_log(&events, &loaded).unwrap();
    let answers = answers_by_scenario(&loaded.form, &last_responses(&loaded.form, &events).unwrap());

    assert_eq!(log[0]["text"], "Merci à <Idriss>.");
    assert_eq!(log[0]["chosen"], Value::Null);
    let told = serde_json::to_value(&answers).unwrap();
    let digest = told.as_object().unwrap().values().next().unwrap()["text"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
}

#[test]
fn both_languages_say_how_every_format_is_scored() {
    let (scores, answers) = (how_scores_are_made(), how_to_read_answers());

    let french = ["action notée", "dialogue", "moins efficace", "à choisir", "à classer", "émotion", "texte"];
    let english =
        ["rated action", "dialogue", "least effective", "to choose", "put in order", "emotion", "text"];
    for (language, words) in [("fr", french), ("en", english)] {
        let text = scores[language].as_str().unwrap();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert!(!text.contains("  ") && answers[language].as_str().unwrap().contains("SHA-256"));
    }
}
