//! The saving island: stores each rating as it is chosen and says what the server has kept.
//!
//! It stands in the server-drawn form and listens to its radio buttons; it draws one line and nothing else. Without
//! scripts the line stays as the server drew it and the form's own buttons store everything.
#![expect(missing_docs, reason = "the island macro writes a struct that carries no docs")]
#![cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser changes the line"))]

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod queue;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the island is told: closed data of this page, never a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveProps {
    /// Public id of the attempt.
    pub attempt: String,
    /// The writer epoch that this page was drawn with.
    pub epoch: i32,
    /// Code of the language shown.
    pub language: String,
    /// How far the campaign's clocks are ahead of UTC, in minutes.
    pub offset_minutes: i64,
    /// What the server holds of each action of the page.
    pub answers: Vec<KnownAnswer>,
    /// The words.
    pub texts: SaveTexts,
}

/// What the server holds of one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAnswer {
    /// Number of the action in the form.
    pub item: i32,
    /// Its last sequence, 0 for none.
    pub sequence: i32,
    /// Its rating, 0 for none.
    pub value: u8,
}

/// The words of the island, with `{n}`, `{total}`, `{time}`, `{value}` where it fills something in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveTexts {
    /// One answer is kept.
    pub saved_one: String,
    /// Several are.
    pub saved_many: String,
    /// Those of another page are; none is given on this one.
    pub saved_elsewhere: String,
    /// On its way.
    pub saving: String,
    /// Not kept by the server, kept on this device.
    pub not_saved: String,
    /// A button was pressed while answers were on their way.
    pub retrying: String,
    /// The server holds another value.
    pub conflict: String,
    /// Button: keep what is chosen here.
    pub keep_here: String,
    /// Button: keep what is stored.
    pub keep_stored: String,
    /// Another tab or device has taken over.
    pub taken_over: String,
    /// Button: see both and go on here.
    pub take_over: String,
    /// The attempt takes nothing any more.
    pub closed: String,
    /// This browser has no test open.
    pub link_needed: String,
    /// The server takes no such answer.
    pub refused: String,
    /// The words of the scale, 1 to 4.
    pub steps: Vec<String>,
    /// A time of day: `{h}`, `{hh}`, `{mm}`.
    pub hour_format: String,
}

/// How the line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Everything is kept.
    #[default]
    Kept,
    /// Nothing to keep yet, or on its way.
    Neutral,
    /// Something needs care.
    Care,
}

/// What the line offers beside its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Nothing.
    #[default]
    Nothing,
    /// A choice between two values of an action: the words of the two buttons.
    Choice(String, String),
    /// The button that posts the form, so that the server shows both versions.
    Post(String),
}

/// The signals between the line and what drives it.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) words: RwSignal<String>,
    pub(crate) tone: RwSignal<Tone>,
    pub(crate) offer: RwSignal<Offer>,
    /// The answer to a choice: whether to keep what is chosen here.
    pub(crate) chosen: RwSignal<Option<bool>>,
}

/// The line that says what the server has kept.
#[island]
pub fn SaveAnswers(
    /// The line as the server knows it.
    line: String,
    /// The page.
    props: SaveProps,
    /// Whether the server has kept something.
    is_kept: bool,
) -> impl IntoView {
    let tone = if is_kept { Tone::Kept } else { Tone::Neutral };
    let state = Line {
        words: RwSignal::new(line),
        tone: RwSignal::new(tone),
        offer: RwSignal::new(Offer::Nothing),
        chosen: RwSignal::new(None),
    };
    #[cfg(feature = "hydrate")]
    browser::start(props, state);
    #[cfg(not(feature = "hydrate"))]
    drop(props);
    let class = move || match state.tone.get() {
        Tone::Care => "saved is-care",
        Tone::Kept | Tone::Neutral => "saved",
    };
    let icon = move || match state.tone.get() {
        Tone::Kept => "#i-check",
        Tone::Neutral => "#i-info",
        Tone::Care => "#i-alert",
    };
    view! {
        <p class=class role="status">
            <svg class="icon" aria-hidden="true"><use href=icon></use></svg>
            <span>{move || state.words.get()}</span>
        </p>
        {move || offer(state)}
    }
}

fn offer(state: Line) -> Option<AnyView> {
    match state.offer.get() {
        Offer::Nothing => None,
        Offer::Choice(here, stored) => Some(
            view! {
                <p class="row">
                    <button type="button" class="button is-quiet is-small" on:click=move |_| state.chosen.set(Some(true))>
                        {here}
                    </button>
                    <button type="button" class="button is-quiet is-small" on:click=move |_| state.chosen.set(Some(false))>
                        {stored}
                    </button>
                </p>
            }
            .into_any(),
        ),
        Offer::Post(words) => Some(
            view! {
                <p class="row"><button class="button is-quiet is-small" name="go" value="save">{words}</button></p>
            }
            .into_any(),
        ),
    }
}
