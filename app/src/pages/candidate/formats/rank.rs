//! Actions to put in order: a number for each, and two buttons that move one up or down. Each press stores all places.

use domain::language::Language;
use leptos::prelude::*;
use services::attempt_pages::SheetAction;

use super::{base_field, given};
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// The actions with their places; in the order given once every place is, else in the order of the attempt.
pub(super) fn rank(language: Language, shown: Shown<'_>) -> AnyView {
    let mut actions: Vec<&SheetAction> = shown.actions.iter().collect();
    if actions.iter().all(|action| given(action) > 0) {
        actions.sort_by_key(|action| given(action));
    }
    let last = actions.len();
    let rows = actions
        .iter()
        .zip(1..)
        .map(|(action, number)| row(language, shown, action, number, last))
        .collect_view();
    view! {
        <h2 id="q">{text!(language, candidate.rank_question)}</h2>
        <p class="soft">{text!(language, candidate.rank_hint)}</p>
        <ol class="rank">{rows}</ol>
    }
    .into_any()
}

fn row(language: Language, shown: Shown<'_>, action: &SheetAction, number: usize, last: usize) -> AnyView {
    let item = action.item;
    let text_id = format!("a{item}");
    let place_id = format!("p{item}");
    let given = usize::from(given(action));
    let places = (1..=last)
        .map(|place| view! { <option value=place selected=place == given>{place}</option> })
        .collect_view();
    let move_button = |direction: &'static str, words: &'static str, is_there: bool| {
        let label = format!("m{direction}{item}");
        let named_by = format!("{label} {text_id}");
        is_there.then(|| {
            view! {
                <button class="button is-quiet is-small" name="go" value=format!("{direction}-{item}") aria-labelledby=named_by>
                    <span id=label>{words}</span>
                </button>
            }
        })
    };
    view! {
        <li class="rank-item">
            <p id=text_id.clone()>{shown.words(language, &action.id)}</p>
            {base_field(action)}
            <div class="row">
                <label class="rank-place" for=place_id.clone()>
                    <span id=format!("l{item}")>{text!(language, candidate.rank_place)}</span>
                </label>
                <select id=place_id name=format!("v{item}") aria-labelledby=format!("l{item} {text_id}")>
                    <option value="" selected=given == 0>"–"</option>
                    {places}
                </select>
                {move_button("up", text!(language, candidate.rank_up), number > 1)}
                {move_button("down", text!(language, candidate.rank_down), number < last)}
            </div>
        </li>
    }
    .into_any()
}
