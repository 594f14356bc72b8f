//! What a scenario asks, format by format: the part of its form between the situation and the buttons. Everything here
//! works by native controls alone; what scripts add is in [`crate::islands`].

mod choices;
pub(super) mod dialogue;
mod gauge;
mod open;
mod rank;
pub(super) mod rated;
pub(super) mod words;

use domain::form::{FormScenario, ScenarioRole};
use domain::item::answer::{SlotValues, path};
use domain::item::{Item, ItemFormat};
use domain::language::Language;
use leptos::prelude::*;

use crate::pages::candidate::scenario_view::Shown;
use crate::text;

pub(crate) use rated::rating;

/// What the form of a scenario asks for.
pub(crate) fn asked(language: Language, shown: Shown<'_>) -> AnyView {
    let Some(scenario) = shown.resolved() else { return ().into_any() };
    match &scenario.item {
        Item::Rate(_) => rating(language, shown),
        Item::EmotionProfile(_) => rated::emotions(language, shown),
        Item::BestWorst(item) => choices::best_worst(language, shown, item),
        Item::Pick(item) => choices::pick(language, shown, item),
        Item::Rank(_) => rank::rank(language, shown),
        Item::Open(item) => open::open(language, shown, item),
        Item::Dialogue(item) => dialogue::dialogue(language, shown, item, scenario.role),
    }
}

/// What stands below the buttons' form: the explanation of a dialogue for practice that has ended.
pub(crate) fn afterwards(language: Language, shown: Shown<'_>) -> Option<AnyView> {
    let scenario = shown.resolved().filter(|scenario| scenario.role == ScenarioRole::Practice)?;
    let item = scenario.item.dialogue()?;
    dialogue::explanation(language, shown, item)
}

/// Whether the turn of a dialogue is still to be sent.
pub(crate) fn awaits_turn(shown: Shown<'_>) -> bool {
    let item = shown.resolved().and_then(|scenario| scenario.item.dialogue());
    item.is_some_and(|item| path(item, &shown.values()).current.is_some())
}

/// Whether scripts save each answer as it is given. Values that only make sense together are stored by a button, all at
/// once: saved one by one, the way from one whole answer to another would lead through refusals.
pub(crate) fn is_saved_as_given(scenario: &FormScenario) -> bool {
    !scenario.format.is_judged_whole() && scenario.format != ItemFormat::Open
}

impl Shown<'_> {
    /// The answers shown, by slot.
    pub(super) fn values(&self) -> SlotValues {
        let value = |action: &services::attempt_pages::SheetAction| {
            Some((action.id.clone(), action.answer.as_ref()?.value))
        };
        self.actions.iter().filter_map(value).collect()
    }
}

/// Why answers were not taken together, in words, by the codes of the answer writer and of this form.
pub(super) fn refusal(language: Language, code: &str) -> &'static str {
    match code {
        "same_best_and_worst" => text!(language, candidate.refused_same_best_and_worst),
        "too_many_picks" => text!(language, candidate.refused_too_many_picks),
        "repeated_place" => text!(language, candidate.refused_repeated_place),
        "place_left_out" => text!(language, candidate.refused_place_left_out),
        "turn_sent_already" => text!(language, candidate.refused_turn_sent_already),
        "not_this_turn" => text!(language, candidate.refused_not_this_turn),
        "text_too_long" => text!(language, candidate.refused_text_too_long),
        "too_many_changes" => text!(language, candidate.refused_too_many_changes),
        "turn_missing" => text!(language, candidate.refused_turn_missing),
        _ => text!(language, candidate.refused_changed_elsewhere),
    }
}

/// The number that stands in a field, 0 for none.
fn given(action: &services::attempt_pages::SheetAction) -> u8 {
    action.answer.as_ref().map_or(0, |answer| answer.value.number())
}

/// The hidden field with the sequence that a control was drawn from.
fn base_field(action: &services::attempt_pages::SheetAction) -> AnyView {
    let base = action.answer.as_ref().map_or(0, |answer| answer.sequence.number());
    view! { <input type="hidden" name=format!("b{}", action.item) value=base/> }.into_any()
}
