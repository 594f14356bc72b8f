//! The letter of a group and the badge of a decision.

use domain::decision::DecisionCode;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::band_letters;

use crate::components::icon::Icon;
use crate::text;

/// The letter of a band.
#[component]
pub fn Band(
    /// The band from the top, 0 for A.
    band: i32,
) -> impl IntoView {
    view! { <span class="band">{band_letters(band)}</span> }
}

/// The last decision in a word; « à décider » without one.
#[component]
pub fn DecisionBadge(
    /// The language.
    language: Language,
    /// The decision.
    decision: Option<DecisionCode>,
) -> impl IntoView {
    let Some(code) = decision else { return text!(language, review.badge_open).into_any() };
    let words = badge_words(language, code);
    let is_forward = matches!(
        code,
        DecisionCode::Shortlist | DecisionCode::Interview | DecisionCode::Offer | DecisionCode::Hired
    );
    if is_forward {
        view! { <span class="badge is-accent"><Icon name="check"/>{words}</span> }.into_any()
    } else {
        view! { <span class="badge">{words}</span> }.into_any()
    }
}

/// A decision as a state.
#[must_use]
pub fn badge_words(language: Language, code: DecisionCode) -> &'static str {
    match code {
        DecisionCode::Shortlist => text!(language, review.badge_shortlist),
        DecisionCode::Interview => text!(language, review.badge_interview),
        DecisionCode::Offer => text!(language, review.badge_offer),
        DecisionCode::Hired => text!(language, review.badge_hired),
        DecisionCode::Hold => text!(language, review.badge_hold),
        DecisionCode::NotPursued => text!(language, review.badge_not_pursued),
        DecisionCode::Withdrawn => text!(language, review.badge_withdrawn),
    }
}

/// A decision as something to do.
#[must_use]
pub fn decide_words(language: Language, code: DecisionCode) -> &'static str {
    match code {
        DecisionCode::Shortlist => text!(language, review.decide_shortlist),
        DecisionCode::Interview => text!(language, review.decide_interview),
        DecisionCode::Offer => text!(language, review.decide_offer),
        DecisionCode::Hired => text!(language, review.decide_hired),
        DecisionCode::Hold => text!(language, review.decide_hold),
        DecisionCode::NotPursued => text!(language, review.decide_not_pursued),
        DecisionCode::Withdrawn => text!(language, review.badge_withdrawn),
    }
}
