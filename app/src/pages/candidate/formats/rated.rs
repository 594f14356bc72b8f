//! Actions or emotions, each on a scale of four steps.

use domain::language::Language;
use leptos::prelude::*;
use services::attempt_pages::SheetAction;

use super::{base_field, given};
use crate::pages::candidate::parts::{letter, scale};
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// The actions, each on the scale of effectiveness.
pub(crate) fn rating(language: Language, shown: Shown<'_>) -> AnyView {
    let question = text!(language, candidate.question).to_owned();
    items(language, shown, question, text!(language, candidate.question_hint), scale(language))
}

/// The emotions behind a message, each on a scale of strength.
pub(super) fn emotions(language: Language, shown: Shown<'_>) -> AnyView {
    let name = shown.prose(language).map_or("", |prose| prose.customer_name.as_str());
    let question = text!(language, candidate.emotions_question, name = name).to_string();
    items(language, shown, question, text!(language, candidate.emotions_hint), strengths(language))
}

/// The four steps of the scale of strength, from 1 to 4.
pub(in crate::pages::candidate) fn strengths(language: Language) -> [&'static str; 4] {
    [
        text!(language, candidate.strength_1),
        text!(language, candidate.strength_2),
        text!(language, candidate.strength_3),
        text!(language, candidate.strength_4),
    ]
}

fn items(
    language: Language,
    shown: Shown<'_>,
    question: String,
    hint: &'static str,
    steps: [&'static str; 4],
) -> AnyView {
    let heads = steps.map(|words| view! { <li>{words}</li> }).collect_view();
    let prose = shown.prose(language);
    let items = shown
        .actions
        .iter()
        .enumerate()
        .map(|(index, action)| {
            let words =
                prose.and_then(|prose| prose.action(&action.id)).map_or("", |action| action.text.as_str());
            item(index, action, words, steps)
        })
        .collect_view();
    view! {
        <h2 id="q">{question}</h2>
        <p class="soft">{hint}</p>
        <div class="rating">
            <div class="rating-scale" aria-hidden="true"><span></span><ol>{heads}</ol></div>
            {items}
        </div>
    }
    .into_any()
}

fn item(index: usize, action: &SheetAction, words: &str, steps: [&'static str; 4]) -> AnyView {
    let item = action.item.number();
    let id = format!("a{item}");
    let named_by = format!("q {id}");
    let given = given(action);
    let options = steps
        .into_iter()
        .zip(1_u8..)
        .map(|(words, value)| {
            view! {
                <label class="rating-option">
                    <input type="radio" name=format!("v{item}") value=value checked=given == value/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="rating-item" role="radiogroup" aria-labelledby=named_by>
            <p class="rating-action" id=id>
                <span class="rating-key">{letter(index)}</span>" "<span>{words.to_owned()}</span>
            </p>
            {base_field(action)}
            <div class="rating-options">{options}</div>
        </div>
    }
    .into_any()
}
