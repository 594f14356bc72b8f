//! The draft island: saves an open answer as it is typed, counts its characters, and says what the server has kept.
//!
//! It listens to the text area of the server-drawn form. Without scripts the form's own buttons store the text.
#![expect(missing_docs, reason = "the island macro writes a struct that carries no docs")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the island is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftProps {
    /// Public id of the attempt.
    pub attempt: String,
    /// The writer epoch that this page was drawn with.
    pub epoch: i32,
    /// Code of the language shown.
    pub language: String,
    /// Number of the text in the form.
    pub item: i32,
    /// The sequence that the server holds, 0 for none.
    pub sequence: i32,
    /// Most characters.
    pub limit: u32,
    /// The words.
    pub texts: DraftTexts,
}

/// The words of the island, with `{n}` and `{total}` where it fills something in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftTexts {
    /// How many characters of how many.
    pub counter: String,
    /// The server has kept the text.
    pub saved: String,
    /// It is on its way.
    pub saving: String,
    /// Not kept by the server, kept on this device.
    pub not_saved: String,
    /// What an earlier visit left on this device stands in the page again.
    pub restored: String,
    /// Another tab or device has stored another text.
    pub elsewhere: String,
    /// Longer than allowed.
    pub too_long: String,
    /// The attempt takes nothing any more.
    pub closed: String,
    /// This browser has no test open.
    pub link_needed: String,
    /// The server takes no such answer.
    pub refused: String,
}

/// The signals between the lines and what drives them.
#[derive(Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) words: RwSignal<String>,
    /// Whether something needs care.
    pub(crate) is_care: RwSignal<bool>,
    pub(crate) is_kept: RwSignal<bool>,
    pub(crate) counter: RwSignal<String>,
}

/// The lines under an open answer.
#[island]
pub fn DraftText(
    /// The line as the server knows it.
    line: String,
    /// The page.
    props: DraftProps,
    /// Whether the server has kept something.
    is_kept: bool,
) -> impl IntoView {
    let state = Lines {
        words: RwSignal::new(line),
        is_care: RwSignal::new(false),
        is_kept: RwSignal::new(is_kept),
        counter: RwSignal::new(String::new()),
    };
    #[cfg(feature = "hydrate")]
    browser::start(props, state);
    #[cfg(not(feature = "hydrate"))]
    drop(props);
    let class = move || if state.is_care.get() { "saved is-care" } else { "saved" };
    let icon = move || match (state.is_care.get(), state.is_kept.get()) {
        (true, _) => "#i-alert",
        (false, true) => "#i-check",
        (false, false) => "#i-info",
    };
    view! {
        <p class="fine">{move || state.counter.get()}</p>
        <p class=class role="status">
            <svg class="icon" aria-hidden="true"><use href=icon></use></svg>
            <span>{move || state.words.get()}</span>
        </p>
    }
}
