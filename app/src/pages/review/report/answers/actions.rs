//! Formats that say something about each action: a table with the answer beside the key.

use domain::item::ItemFormat;
use domain::language::Language;
use leptos::prelude::*;
use services::report::scenarios::{ReportAction, ReportKey, Said};

use super::Told;
use super::words::said_words;
use crate::components::plot::points;
use crate::components::score_axis::rating_lane;
use crate::text;

/// The table of a scenario. Ratings and emotions stand on a lane too; points per action belong to ratings alone.
pub(super) fn table(told: Told<'_>, actions: &[ReportAction]) -> AnyView {
    let language = told.language;
    let has_lane = matches!(told.scenario.format, ItemFormat::Rate | ItemFormat::EmotionProfile);
    let class = if has_lane { "table stacks lanes" } else { "table stacks" };
    let about = if told.scenario.format == ItemFormat::EmotionProfile {
        text!(language, review.col_emotion)
    } else {
        text!(language, review.col_action)
    };
    let key_head = told.shows_key.then(|| {
        view! { <th role="columnheader" scope="col">{text!(language, review.col_key)}</th> }
    });
    let points_head = shows_points(told).then(|| {
        view! { <th role="columnheader" scope="col" class="is-num">{text!(language, review.col_points)}</th> }
    });
    let rows = actions.iter().map(|action| row(told, action, has_lane)).collect_view();
    view! {
        <div class="table-box">
            <table class=class role="table">
                <caption class="visually-hidden">{caption(told)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{about}</th>
                        {has_lane.then(|| lane_head(told))}
                        <th role="columnheader" scope="col">{text!(language, review.col_answer)}</th>
                        {key_head}
                        {points_head}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Whether each action has points of its own.
pub(in crate::pages::review) fn shows_points(told: Told<'_>) -> bool {
    told.shows_key && told.scenario.format == ItemFormat::Rate
}

/// What the table of a scenario tells.
pub(in crate::pages::review) fn caption(told: Told<'_>) -> String {
    let (language, n) = (told.language, told.scenario.number);
    match (told.scenario.format, told.shows_key) {
        (ItemFormat::EmotionProfile, true) => text!(language, review.emotion_caption, n = n).to_string(),
        (ItemFormat::EmotionProfile, false) => {
            text!(language, review.emotion_caption_bare, n = n).to_string()
        }
        (ItemFormat::Rate, true) => text!(language, review.scenario_caption, n = n).to_string(),
        (_, true) => text!(language, review.scenario_caption_format, n = n).to_string(),
        (_, false) => text!(language, review.scenario_caption_bare, n = n).to_string(),
    }
}

fn lane_head(told: Told<'_>) -> AnyView {
    let language = told.language;
    let (title, low, high) = if told.scenario.format == ItemFormat::EmotionProfile {
        (
            text!(language, review.col_strength),
            text!(language, review.strength_low),
            text!(language, review.strength_high),
        )
    } else {
        (
            text!(language, review.col_scale),
            text!(language, review.scale_low),
            text!(language, review.scale_high),
        )
    };
    view! {
        <th role="columnheader" scope="col" class="lane">
            <span class="visually-hidden">{title}</span>
            <svg class="plot" aria-hidden="true">
                <text x="4%" y="95%">{low}</text>
                <text class="end" x="96%" y="95%">{high}</text>
            </svg>
        </th>
    }
    .into_any()
}

fn row(told: Told<'_>, action: &ReportAction, has_lane: bool) -> AnyView {
    let language = told.language;
    let answer = answer_words(told, action);
    let key = action.key.as_ref();
    let rationale = key.map(|key| view! { <span class="fine">{key.rationale.clone()}</span> });
    let lane = has_lane.then(|| {
        let marks = rating_lane(action.answer.and_then(place), key.and_then(|key| place(key.says)));
        view! { <td class="lane" role="cell">{marks}</td> }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" lang=told.foreign()>{action.text.clone()}{rationale}</th>
            {lane}
            <td role="cell" data-label=text!(language, review.col_answer)>{answer}</td>
            {told.shows_key.then(|| key_cell(told, key))}
            {shows_points(told).then(|| points_cell(told, key))}
        </tr>
    }
    .into_any()
}

/// The answer about an action in words.
pub(in crate::pages::review) fn answer_words(told: Told<'_>, action: &ReportAction) -> String {
    match action.answer {
        Some(said) => said_words(told.language, said),
        None if told.scenario.is_shown => text!(told.language, review.answer_blank).to_owned(),
        None => text!(told.language, review.answer_not_shown).to_owned(),
    }
}

/// Where a rating or a strength stands on the lane.
pub(in crate::pages::review) const fn place(said: Said) -> Option<u8> {
    match said {
        Said::Rating(number) | Said::Strength(number) => Some(number),
        _ => None,
    }
}

fn key_cell(told: Told<'_>, key: Option<&ReportKey>) -> AnyView {
    let words = key.map_or_else(|| "–".to_owned(), |key| said_words(told.language, key.says));
    view! { <td role="cell" data-label=text!(told.language, review.col_key)>{words}</td> }.into_any()
}

fn points_cell(told: Told<'_>, key: Option<&ReportKey>) -> AnyView {
    let language = told.language;
    let points = points_words(language, key);
    view! { <td class="is-num" role="cell" data-label=text!(language, review.col_points)>{points}</td> }
        .into_any()
}

/// The points of an action, or that it does not count.
pub(in crate::pages::review) fn points_words(language: Language, key: Option<&ReportKey>) -> String {
    match key.and_then(|key| key.half_points) {
        Some(half_points) => points(language, half_points),
        None => text!(language, review.not_counted).to_owned(),
    }
}
