//! The pages of every format, from scenarios made by hand.

use services::report::scenarios::{
    ReportAction, ReportDialogue, ReportKey, ReportPoints, ReportTurn, ReportTurnKey, Said,
};

use super::words::said_words;
use super::*;

fn scenario(format: ItemFormat, answer: ReportAnswer) -> ReportScenario {
    ReportScenario {
        number: 4,
        title: "A title".to_owned(),
        situation: "A situation.".to_owned(),
        language: Language::En,
        format,
        is_scored: true,
        is_shown: true,
        families: vec!["Listen and check".to_owned()],
        points: Some(ReportPoints { parts: 320, most: 4 }),
        customer: "Winston Grey".to_owned(),
        message: None,
        media: Vec::new(),
        answer,
    }
}

fn action(answer: Option<Said>, says: Said) -> ReportAction {
    let key = ReportKey { says, rationale: "It names the feeling.".to_owned(), half_points: None };
    ReportAction { text: "Ask her.".to_owned(), answer, key: Some(key) }
}

fn told(scenario: &ReportScenario, shows_key: bool) -> String {
    one(Told { language: Language::En, scenario, shows_key }, "/campaigns/x/media", false).to_html()
}

fn html(scenario: &ReportScenario) -> String {
    told(scenario, true)
}

#[test]
fn points_stand_out_of_the_weight_with_two_decimals_at_most() {
    let answer = ReportAnswer::Actions(vec![action(Some(Said::Picked(true)), Said::Picked(false))]);

    let html = html(&scenario(ItemFormat::Pick, answer));

    assert!(html.contains("1.33 points of 4"), "{html}");
    assert!(html.contains("not chosen") && html.contains("It names the feeling."), "{html}");
    assert_eq!(parts_as_points(Language::Fr, 120), "0,5");
    assert_eq!(parts_as_points(Language::En, 2_400), "10");
    assert_eq!(parts_as_points(Language::En, 0), "0");
}

#[test]
fn strengths_have_words_of_strength_and_a_lane() {
    let answer = ReportAnswer::Actions(vec![action(Some(Said::Strength(4)), Said::Strength(1))]);

    let html = html(&scenario(ItemFormat::EmotionProfile, answer));

    assert!(html.contains("“Very strong”") && html.contains("“Absent”"), "{html}");
    assert!(html.contains("target") && !html.contains("Entirely"), "{html}");
}

#[test]
fn best_and_worst_and_places_are_words() {
    assert_eq!(said_words(Language::En, Said::Best), "most effective");
    assert_eq!(said_words(Language::Fr, Said::Worst), "la moins efficace");
    assert_eq!(said_words(Language::En, Said::Places(2, 2)), "place 2");
    assert_eq!(said_words(Language::En, Said::Places(2, 3)), "places 2 to 3, equal");
}

#[test]
fn a_conversation_is_told_turn_by_turn_and_unscored_turns_are_marked() {
    let turn = |is_scored: bool| ReportTurn {
        said: "I am sorry to hear that.".to_owned(),
        reply: Some("Thank you.".to_owned()),
        is_scored,
        key: Some(ReportTurnKey {
            category: 3,
            rationale: "It lets her speak.".to_owned(),
            parts: is_scored.then_some(80),
            better: Some("What happened?".to_owned()),
        }),
    };
    let dialogue = ReportDialogue { turns: vec![turn(true), turn(false)], has_ended: false, states: None };

    let html = html(&scenario(ItemFormat::Dialogue, ReportAnswer::Dialogue(dialogue)));

    assert!(html.contains("Reply 2") && html.contains("Winston Grey"), "{html}");
    assert_eq!(html.matches("This turn does not count.").count(), 1, "{html}");
    assert!(html.contains("Key: “Rather yes”.") && html.contains("0.33 point of 1."), "{html}");
    assert!(html.contains("The conversation stopped here."), "{html}");
}

#[test]
fn a_text_is_escaped_and_keeps_its_lines() {
    let answer = ReportAnswer::Open {
        question: "Write your reply.".to_owned(),
        text: Some("Hello <b>you</b>\n& goodbye".to_owned()),
    };
    let mut open = scenario(ItemFormat::Open, answer);
    (open.is_scored, open.points) = (false, None);

    let html = html(&open);

    assert!(html.contains("Hello &lt;b&gt;you&lt;/b&gt;"), "{html}");
    assert!(html.contains("<br>") && html.contains("&amp; goodbye"), "{html}");
    assert!(
        html.contains("Not scored: no rating by people exists yet") && html.contains("on trial"),
        "{html}"
    );
}

#[test]
fn without_the_key_only_the_answers_are_told() {
    let mut action = action(Some(Said::Best), Said::Worst);
    action.key = None;
    let mut bare = scenario(ItemFormat::BestWorst, ReportAnswer::Actions(vec![action]));
    bare.points = None;

    let html = told(&bare, false);

    assert!(html.contains("most effective"), "{html}");
    assert!(!html.contains("Key") && !html.contains("points"), "{html}");
}
