//! What the customer wrote or said, and a conversation as it went, with the key of each turn.

use domain::pack::{Message, Speaker};
use leptos::prelude::*;
use services::report::scenarios::{ReportDialogue, ReportTurn, ReportTurnKey};

use super::Told;
use super::words::{parts_as_points, rating_words, state_words};
use crate::text;

/// The words that the scenario begins with.
pub(super) fn message(told: Told<'_>, message: &Message) -> AnyView {
    match message {
        Message::Email { subject, paragraphs } => {
            let paragraphs = paragraphs.iter().map(|words| view! { <p>{words.clone()}</p> }).collect_view();
            view! {
                <div class="message">
                    <div class="message-body flow" lang=told.foreign()>
                        <p><b>{format!("{}, {subject}", told.scenario.customer)}</b></p>
                        {paragraphs}
                    </div>
                </div>
            }
            .into_any()
        }
        Message::Turns(turns) => {
            let lines = turns
                .iter()
                .map(|turn| match turn.who {
                    Speaker::Customer => line(told, told.scenario.customer.clone(), &turn.text, false, None),
                    Speaker::You => {
                        let who = text!(told.language, review.speaker_service).to_owned();
                        line(told, who, &turn.text, true, None)
                    }
                    Speaker::Colleague => {
                        let who = text!(told.language, review.speaker_colleague).to_owned();
                        line(told, who, &turn.text, false, None)
                    }
                })
                .collect_view();
            view! { <ol class="chat">{lines}</ol> }.into_any()
        }
    }
}

/// The turns sent, each with its key for who may see it.
pub(super) fn exchange(told: Told<'_>, dialogue: &ReportDialogue) -> AnyView {
    let language = told.language;
    if dialogue.turns.is_empty() {
        let words = if told.scenario.is_shown {
            text!(language, review.dialogue_blank)
        } else {
            text!(language, review.answer_not_shown)
        };
        return view! { <p>{words}</p> }.into_any();
    }
    let turns =
        (1..).zip(&dialogue.turns).map(|(number, turn)| turn_lines(told, number, turn)).collect_view();
    let stopped = (!dialogue.has_ended).then(|| view! { <p>{text!(language, review.dialogue_stopped)}</p> });
    let states =
        dialogue.states.map(|(start, end)| view! { <p class="fine">{state_words(language, start, end)}</p> });
    view! {
        <ol class="chat">{turns}</ol>
        {stopped}
        {states}
    }
    .into_any()
}

fn turn_lines(told: Told<'_>, number: u16, turn: &ReportTurn) -> AnyView {
    let who = text!(told.language, review.turn_said, n = number).to_string();
    let reply =
        turn.reply.as_ref().map(|reply| line(told, told.scenario.customer.clone(), reply, false, None));
    view! {
        {line(told, who, &turn.said, true, Some(turn_note(told, turn)))}
        {reply}
    }
    .into_any()
}

fn line(told: Told<'_>, who: String, words: &str, is_service: bool, note: Option<AnyView>) -> AnyView {
    view! {
        <li class=is_service.then_some("is-you")>
            <p class="turn-who">{who}</p>
            <p class="turn-text" lang=told.foreign()>{words.to_owned()}</p>
            {note}
        </li>
    }
    .into_any()
}

/// The key of a turn, or that the turn does not count.
fn turn_note(told: Told<'_>, turn: &ReportTurn) -> AnyView {
    let language = told.language;
    let uncounted = (!turn.is_scored).then(|| text!(language, review.turn_not_counted));
    let key = turn.key.as_ref().map(|key| turn_key(told, key));
    view! {
        {key}
        {uncounted.map(|words| view! { <p class="fine">{words}</p> })}
    }
    .into_any()
}

fn turn_key(told: Told<'_>, key: &ReportTurnKey) -> AnyView {
    let language = told.language;
    let category =
        text!(language, review.turn_key, category = rating_words(language, key.category)).to_string();
    let points = key.parts.map(|parts| {
        let points = parts_as_points(language, parts);
        format!(" {}", text!(language, review.turn_points, count = 1_u32, points = points))
    });
    let better = key.better.as_ref().map(|better| {
        view! { <p class="fine">{text!(language, review.turn_better)}" "<span lang=told.foreign()>{better.clone()}</span></p> }
    });
    view! {
        <p class="fine">
            {category}{points}" "<span lang=told.foreign()>{key.rationale.clone()}</span>
        </p>
        {better}
    }
    .into_any()
}
