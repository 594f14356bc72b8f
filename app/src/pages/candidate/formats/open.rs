//! An answer in one's own words.

use domain::item::open::OpenItem;
use domain::language::Language;
use leptos::prelude::*;

use super::base_field;
use crate::components::text_area::TextArea;
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// The text, what is asked for, and how long it may be.
pub(super) fn open(language: Language, shown: Shown<'_>, item: &OpenItem) -> AnyView {
    let Some(action) = shown.actions.first() else { return ().into_any() };
    let question = shown.prose(language).and_then(|prose| prose.question.clone()).unwrap_or_default();
    let written = action.answer.as_ref().and_then(|answer| answer.text.clone()).unwrap_or_default();
    view! {
        <div class="field">
            <h2><label for="written">{question}</label></h2>
            <p class="hint" id="written-hint">
                {text!(language, candidate.open_hint, count = item.max_characters)}" "{text!(language, candidate.open_trial)}
            </p>
            {base_field(action)}
            <TextArea
                id="written"
                name=format!("t{}", action.item)
                value=written
                rows=10
                maxlength=usize::try_from(item.max_characters).ok()
                described=Some("written-hint".to_owned())
            />
        </div>
    }
    .into_any()
}
