//! The best and the worst of four actions, and N of M actions to pick.

use domain::ids::ActionId;
use domain::item::best_worst::{self, BestWorstItem};
use domain::item::pick::PickItem;
use domain::language::Language;
use leptos::prelude::*;
use services::attempt_pages::SheetAction;

use super::{base_field, given};
use crate::pages::candidate::parts::letter;
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// Two radio buttons beside each action: one for the most effective of all, one for the least.
pub(super) fn best_worst(language: Language, shown: Shown<'_>, item: &BestWorstItem) -> AnyView {
    let slot = |id: &ActionId| shown.actions.iter().find(|action| action.id == *id);
    let (Some(best), Some(worst)) = (slot(&best_worst::best()), slot(&best_worst::worst())) else {
        return ().into_any();
    };
    let rows = shown
        .shown
        .iter()
        .enumerate()
        .filter_map(|(index, id)| {
            // What is stored is the place in the pack, whatever the order shown.
            let place = item.actions.iter().position(|known| known == id)? + 1;
            Some(best_worst_row(language, shown, (index, id), place, (best, worst)))
        })
        .collect_view();
    view! {
        <h2 id="q">{text!(language, candidate.best_worst_question)}</h2>
        <p class="soft">{text!(language, candidate.best_worst_hint)}</p>
        {base_field(best)}
        {base_field(worst)}
        <div class="rating" role="group" aria-labelledby="q">{rows}</div>
    }
    .into_any()
}

fn best_worst_row(
    language: Language,
    shown: Shown<'_>,
    (index, id): (usize, &ActionId),
    place: usize,
    (best, worst): (&SheetAction, &SheetAction),
) -> AnyView {
    let text_id = format!("w{place}");
    let option = |slot: &SheetAction, words: &'static str| {
        let is_chosen = usize::from(given(slot)) == place;
        let own = format!("w{place}s{}", slot.item);
        let named_by = format!("{own} {text_id}");
        view! {
            <label class="rating-option">
                <input type="radio" name=format!("v{}", slot.item) value=place checked=is_chosen aria-labelledby=named_by/>
                <span id=own>{words}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <div class="rating-item is-extremes">
            <p class="rating-action" id=text_id.clone()>
                <span class="rating-key">{letter(index)}</span>" "<span>{shown.words(language, id)}</span>
            </p>
            <div class="rating-options">
                {option(best, text!(language, candidate.best))}
                {option(worst, text!(language, candidate.worst))}
            </div>
        </div>
    }
    .into_any()
}

/// A box beside each action. The hidden field before each says that it is not picked, for browsers send no empty boxes.
pub(super) fn pick(language: Language, shown: Shown<'_>, item: &PickItem) -> AnyView {
    let boxes = shown
        .actions
        .iter()
        .map(|action| {
            let name = format!("v{}", action.item);
            let is_picked = given(action) == 2;
            view! {
                {base_field(action)}
                <input type="hidden" name=name.clone() value="1"/>
                <label class="choice">
                    <input type="checkbox" name=name value="2" checked=is_picked/>
                    <span>{shown.words(language, &action.id)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" id="picks">
            <legend><h2 id="q">{text!(language, candidate.pick_question, count = item.picks)}</h2></legend>
            <p class="hint">{text!(language, candidate.pick_hint, count = item.picks)}</p>
            {boxes}
        </fieldset>
    }
    .into_any()
}
