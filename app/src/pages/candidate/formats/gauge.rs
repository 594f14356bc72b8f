//! Where the customer is in a dialogue for practice: what is perceived beside what is expected, and the emotion. It
//! describes the customer and is no score; scored dialogues never show it (decisions.md).

use domain::item::dialogue::customer::{CustomerState, MAX_EMOTION, MAX_LEVEL, MIN_EMOTION};
use domain::item::dialogue::path::DialoguePath;
use domain::language::Language;
use leptos::prelude::*;

use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// The state now, with the one before.
pub(super) fn gauge(language: Language, shown: Shown<'_>, path: &DialoguePath<'_>) -> Option<AnyView> {
    let states = path.states();
    let now = *states.last()?;
    let before = states.len().checked_sub(2).and_then(|index| states.get(index)).copied();
    let name = shown.prose(language)?.customer_name.clone();
    Some(
        view! {
            <aside class="card gauge" aria-labelledby="gauge">
                <h2 id="gauge">{text!(language, candidate.gauge_title, name = name.as_str()).to_string()}</h2>
                <h3>{text!(language, candidate.gauge_gap)}</h3>
                {gap_plot(language, now, before)}
                <p>{gap_words(language, now)}</p>
                <h3>{text!(language, candidate.gauge_emotion)}</h3>
                {emotion_plot(language, now, before)}
                <p>{emotion_words(language, now)}</p>
                <p class="fine">{text!(language, candidate.gauge_no_score)}</p>
            </aside>
        }
        .into_any(),
    )
}

fn gap_plot(language: Language, now: CustomerState, before: Option<CustomerState>) -> AnyView {
    let at = |level: i32| share(level, 0, MAX_LEVEL);
    let (perceived, expected) = (at(now.perception), at(now.expectations));
    let past =
        before.filter(|before| before.perception != now.perception).map(|before| at(before.perception));
    view! {
        <svg class="plot" aria-hidden="true">
            <line class="axis" x1="0%" x2="100%" y1="50%" y2="50%"/>
            <line class="gap" x1=perceived.clone() x2=expected.clone() y1="50%" y2="50%"/>
            <line class="target" x1=expected.clone() x2=expected.clone() y1="28%" y2="72%"/>
            {past.map(|past| view! { <circle class="mark is-faint" cx=past cy="50%" r="5.5"/> })}
            <circle class="mark" cx=perceived.clone() cy="50%" r="5.5"/>
            <text class="mid strong" x=expected y="18%">{text!(language, candidate.gauge_expects)}</text>
            <text class="mid strong" x=perceived y="97%">{text!(language, candidate.gauge_perceives)}</text>
        </svg>
    }
    .into_any()
}

fn emotion_plot(language: Language, now: CustomerState, before: Option<CustomerState>) -> AnyView {
    // Calm on the right, as on the page's other scales more is better to the right.
    let at = |state: CustomerState| share(MAX_EMOTION - state.emotion_percent, 0, MAX_EMOTION - MIN_EMOTION);
    let past = before.filter(|before| before.emotion_percent != now.emotion_percent).map(at);
    view! {
        <svg class="plot" aria-hidden="true">
            <line class="axis" x1="8%" x2="92%" y1="35%" y2="35%"/>
            {past.map(|past| view! { <circle class="mark is-faint" cx=past cy="35%" r="5.5"/> })}
            <circle class="mark" cx=at(now) cy="35%" r="5.5"/>
            <text x="0%" y="84%">{text!(language, candidate.gauge_overwhelmed)}</text>
            <text class="end" x="100%" y="84%">{text!(language, candidate.gauge_calm)}</text>
        </svg>
    }
    .into_any()
}

/// A place on a plot whose ends leave room for the words: 12 to 88 %.
fn share(value: i32, lowest: i32, highest: i32) -> String {
    let span = (highest - lowest).max(1);
    format!("{}%", 12 + 76 * (value - lowest).clamp(0, span) / span)
}

fn gap_words(language: Language, state: CustomerState) -> &'static str {
    match state.expectations - state.perception {
        gap if gap > 3 => text!(language, candidate.gauge_gap_wide),
        gap if gap > 0 => text!(language, candidate.gauge_gap_some),
        0 => text!(language, candidate.gauge_gap_none),
        _ => text!(language, candidate.gauge_gap_over),
    }
}

fn emotion_words(language: Language, state: CustomerState) -> &'static str {
    match state.emotion_percent {
        ..=80 => text!(language, candidate.gauge_emotion_calm),
        81..=115 => text!(language, candidate.gauge_emotion_present),
        116..=150 => text!(language, candidate.gauge_emotion_strong),
        _ => text!(language, candidate.gauge_emotion_whole),
    }
}
