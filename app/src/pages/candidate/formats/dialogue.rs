//! A conversation: what has been said, and what one could say now. A sent turn is final, which is said before sending.

use domain::form::ScenarioRole;
use domain::item::answer::path;
use domain::item::dialogue::{DialogueItem, DialogueNode};
use domain::language::Language;
use leptos::prelude::*;
use services::attempt_pages::SheetAction;

use super::{base_field, gauge};
use crate::components::icon::Icon;
use crate::pages::candidate::scenario_view::Shown;
use crate::pages::candidate::situation::line;
use crate::text;

/// The turns so far and the options of the next one; for practice with the customer's state beside.
pub(super) fn dialogue(
    language: Language,
    shown: Shown<'_>,
    item: &DialogueItem,
    role: ScenarioRole,
) -> AnyView {
    let values = shown.values();
    let path = path(item, &values);
    let state = (role == ScenarioRole::Practice).then(|| gauge::gauge(language, shown, &path));
    let turn = match path.current {
        Some(node) => options(language, shown, node, path.sent.len() + 1),
        None => view! {
            <div class="notice" id="turn" tabindex="-1"><Icon name="check"/><p>{text!(language, candidate.dialogue_over)}</p></div>
        }
        .into_any(),
    };
    view! {
        {state}
        {turn}
    }
    .into_any()
}

/// What has been said since the customer's first words, turn by turn: lines of the conversation. Nothing in other formats.
pub(in crate::pages::candidate) fn exchange(language: Language, shown: Shown<'_>) -> Vec<AnyView> {
    let item = shown.resolved().and_then(|scenario| scenario.item.dialogue());
    let (Some(item), Some(prose)) = (item, shown.prose(language)) else { return Vec::new() };
    let values = shown.values();
    let path = path(item, &values);
    let said = path.sent.iter().filter_map(|turn| prose.action(&turn.option.id));
    said.flat_map(|words| {
        let mine = line(text!(language, candidate.you).to_owned(), &words.text, false);
        let reply = words.reply.as_ref().map(|reply| line(prose.customer_name.clone(), reply, true));
        [Some(mine), reply].into_iter().flatten()
    })
    .collect()
}

fn options(language: Language, shown: Shown<'_>, node: &DialogueNode, turn: usize) -> AnyView {
    let slot = |action: &&SheetAction| action.id == node.id;
    let Some(action) = shown.actions.iter().find(slot) else { return ().into_any() };
    let choices = shown
        .shown
        .iter()
        .filter_map(|id| Some((node.options.iter().position(|option| option.id == *id)? + 1, id)))
        .map(|(place, id)| {
            view! {
                <label class="choice">
                    <input type="radio" name=format!("d{}", action.item) value=place required/>
                    <span>{shown.words(language, id)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" id="turn" tabindex="-1" aria-describedby="turn-hint">
            <legend><h2 id="q">{text!(language, candidate.dialogue_question, n = turn)}</h2></legend>
            <p class="hint" id="turn-hint">{text!(language, candidate.dialogue_hint)}</p>
            {base_field(action)}
            {choices}
        </fieldset>
    }
    .into_any()
}

/// The turns of an ended dialogue for practice, each with what the key holds of it and why.
pub(super) fn explanation(language: Language, shown: Shown<'_>, item: &DialogueItem) -> Option<AnyView> {
    let values = shown.values();
    let path = path(item, &values);
    if !path.is_complete() {
        return None;
    }
    let prose = shown.prose(language)?;
    let scenario = shown.resolved()?;
    let turns = path
        .sent
        .iter()
        .zip(1..)
        .filter_map(|(turn, number)| {
            let taken = prose.action(&turn.option.id)?;
            let key = |id| shown.loaded.key.category(&scenario.id, id).map_or(0, |category| category.get());
            let best = turn.node.options.iter().max_by_key(|option| key(&option.id))?;
            let better = (best.id != turn.option.id).then(|| prose.action(&best.id)).flatten();
            Some(view! {
                <section class="note flow">
                    <h3>{text!(language, candidate.dialogue_turn, n = number)}</h3>
                    <p>{text!(language, candidate.dialogue_you_said)}" "{taken.text.clone()}</p>
                    <p>{taken.rationale.clone()}</p>
                    {better.map(|better| view! {
                        <p>{text!(language, candidate.dialogue_better)}" "{better.text.clone()}</p>
                        <p>{better.rationale.clone()}</p>
                    })}
                </section>
            })
        })
        .collect_view();
    Some(
        view! {
            <h2>{text!(language, candidate.explanation_title)}</h2>
            <p class="soft">{text!(language, candidate.explanation_hint)}</p>
            {turns}
        }
        .into_any(),
    )
}
