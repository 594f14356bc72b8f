//! Answers and keys in words.

use domain::item::dialogue::customer::CustomerState;
use domain::language::Language;
use services::report::scenarios::Said;

use crate::components::plot::decimals;
use crate::text;

/// What an answer or the key says of an action or an emotion.
pub(in crate::pages::review) fn said_words(language: Language, said: Said) -> String {
    match said {
        Said::Rating(category) => rating_words(language, category).to_owned(),
        Said::Strength(strength) => strength_words(language, strength).to_owned(),
        Said::Best => text!(language, review.said_best).to_owned(),
        Said::Worst => text!(language, review.said_worst).to_owned(),
        Said::Neither => text!(language, review.said_neither).to_owned(),
        Said::Picked(true) => text!(language, review.said_picked).to_owned(),
        Said::Picked(false) => text!(language, review.said_not_picked).to_owned(),
        Said::Places(first, last) if first == last => {
            text!(language, review.said_place, n = first).to_string()
        }
        Said::Places(first, last) => {
            text!(language, review.said_places, first = first, last = last).to_string()
        }
    }
}

/// A category of effectiveness.
pub(in crate::pages::review) fn rating_words(language: Language, category: u8) -> &'static str {
    match category {
        1 => text!(language, review.rating_1),
        2 => text!(language, review.rating_2),
        3 => text!(language, review.rating_3),
        _ => text!(language, review.rating_4),
    }
}

fn strength_words(language: Language, strength: u8) -> &'static str {
    match strength {
        1 => text!(language, review.strength_1),
        2 => text!(language, review.strength_2),
        3 => text!(language, review.strength_3),
        _ => text!(language, review.strength_4),
    }
}

/// 240ths of a point as points, with at most two decimals: 3, 2.5 or 1.33.
pub(in crate::pages::review) fn parts_as_points(language: Language, parts: u32) -> String {
    let text = decimals(language, f64::from(parts) / 240.0, 2);
    let short = text.trim_end_matches('0').trim_end_matches(['.', ',']);
    if short.is_empty() { "0".to_owned() } else { short.to_owned() }
}

/// What the customer lived from the first words to the last. It describes the customer of one conversation and is
/// never compared.
pub(in crate::pages::review) fn state_words(
    language: Language,
    start: CustomerState,
    end: CustomerState,
) -> String {
    let emotion = |state: CustomerState| parts_of_hundred(language, state.emotion_percent);
    text!(
        language,
        review.customer_state,
        p_start = start.perception,
        p_end = end.perception,
        a_start = start.expectations,
        a_end = end.expectations,
        e_start = emotion(start),
        e_end = emotion(end)
    )
    .to_string()
}

fn parts_of_hundred(language: Language, percent: i32) -> String {
    let text = decimals(language, f64::from(percent) / 100.0, 2);
    text.trim_end_matches('0').trim_end_matches(['.', ',']).to_owned()
}
