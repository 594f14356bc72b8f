//! The line that says what the server has kept: drawn here, and kept true by the island when scripts run.

use chrono::{NaiveDateTime, TimeDelta};
use domain::item::answer::Answer;
use domain::item::{Item, ItemFormat};
use domain::language::Language;
use leptos::prelude::*;
use services::attempt_pages::Sheet;
use services::zone;

use crate::components::icon::Icon;
use crate::islands::draft_text::{DraftProps, DraftText, DraftTexts};
use crate::islands::save_answers::{KnownAnswer, SaveAnswers, SaveProps, SaveTexts};
use crate::pages::candidate::formats::rated::strengths;
use crate::pages::candidate::formats::{is_saved_as_given, refusal};
use crate::pages::candidate::parts::{scale, time};
use crate::pages::candidate::scenario_view::Shown;
use crate::text;

/// Draws the line of a scenario.
pub(super) fn saved_line(language: Language, sheet: &Sheet) -> AnyView {
    let sitting = &sheet.sitting;
    let scenario = sitting.loaded.form.scenario_at(sheet.place);
    let answers: Vec<KnownAnswer> = sheet
        .actions
        .iter()
        .map(|action| KnownAnswer {
            item: action.item.number(),
            sequence: action.answer.as_ref().map_or(0, |answer| answer.sequence.number()),
            value: action.answer.as_ref().map_or(0, |answer| answer.value.number()),
        })
        .collect();
    let last = sheet.actions.iter().filter_map(|action| Some(action.answer.as_ref()?.at)).max();
    let (given, total) = scenario.map_or((0, 0), |scenario| {
        Answer::of(&scenario.item, &Shown::from(sheet).values()).progress(&scenario.item)
    });
    let line = match last {
        Some(at) => {
            let when = time(language, &sitting.campaign, at);
            text!(language, candidate.saved_n, count = given, total = total, when = when.as_str()).to_string()
        }
        None => text!(language, candidate.saved_none).to_owned(),
    };
    let is_kept = given > 0;
    if let Some((scenario, action)) = scenario.and_then(|scenario| Some((scenario, sheet.actions.first()?)))
        && let Item::Open(item) = &scenario.item
    {
        let props = DraftProps {
            attempt: sitting.public_id.to_string(),
            epoch: sitting.epoch.number(),
            language: language.code().to_owned(),
            item: action.item.number(),
            sequence: action.answer.as_ref().map_or(0, |answer| answer.sequence.number()),
            limit: item.max_characters,
            texts: draft_texts(language),
        };
        return view! { <DraftText line props is_kept/> }.into_any();
    }
    if !scenario.is_some_and(is_saved_as_given) {
        return still_line(line, is_kept);
    }
    let props = SaveProps {
        attempt: sitting.public_id.to_string(),
        epoch: sitting.epoch.number(),
        language: language.code().to_owned(),
        offset_minutes: offset_minutes(&sitting.campaign.time_zone, sitting.last_seen_at),
        answers,
        texts: texts(
            language,
            scenario.is_some_and(|scenario| scenario.format == ItemFormat::EmotionProfile),
        ),
    };
    view! { <SaveAnswers line props is_kept/> }.into_any()
}

/// The line of a form that only its buttons store.
fn still_line(line: String, is_kept: bool) -> AnyView {
    let icon = if is_kept { "check" } else { "info" };
    view! { <p class="saved" role="status"><Icon name=icon/><span>{line}</span></p> }.into_any()
}

/// How far the campaign's clocks are ahead of UTC, in minutes: times that scripts show are its times.
fn offset_minutes(time_zone: &str, utc: NaiveDateTime) -> i64 {
    let ahead: TimeDelta = zone::local(time_zone, utc) - utc;
    ahead.num_minutes()
}

fn draft_texts(language: Language) -> DraftTexts {
    let own = str::to_owned;
    DraftTexts {
        counter: own(text!(language, candidate.open_counter)),
        saved: own(text!(language, candidate.open_saved)),
        saving: own(text!(language, candidate.island_saving)),
        not_saved: own(text!(language, candidate.island_not_saved)),
        restored: own(text!(language, candidate.open_restored)),
        elsewhere: own(text!(language, candidate.open_elsewhere)),
        too_long: own(refusal(language, "text_too_long")),
        closed: own(text!(language, candidate.island_closed)),
        link_needed: own(text!(language, candidate.island_link_needed)),
        refused: own(text!(language, candidate.island_refused)),
    }
}

fn texts(language: Language, is_strength: bool) -> SaveTexts {
    let steps = if is_strength { strengths(language) } else { scale(language) };
    let own = str::to_owned;
    SaveTexts {
        // Arguments that the island fills in stand in braces, as they do in the locale files' sentences.
        saved_one: text!(language, candidate.saved_n, count = 1, total = "{total}", when = "{time}")
            .to_string(),
        saved_many: own(text!(language, candidate.island_saved_many)),
        saved_elsewhere: own(text!(language, candidate.island_saved_elsewhere)),
        saving: own(text!(language, candidate.island_saving)),
        not_saved: own(text!(language, candidate.island_not_saved)),
        retrying: own(text!(language, candidate.island_retrying)),
        conflict: own(text!(language, candidate.island_conflict)),
        keep_here: own(text!(language, candidate.island_keep_here)),
        keep_stored: own(text!(language, candidate.island_keep_stored)),
        taken_over: own(text!(language, candidate.island_taken_over)),
        take_over: own(text!(language, candidate.island_take_over)),
        closed: own(text!(language, candidate.island_closed)),
        link_needed: own(text!(language, candidate.island_link_needed)),
        refused: own(text!(language, candidate.island_refused)),
        steps: steps.map(own).into(),
        hour_format: own(text!(language, candidate.island_hour_format)),
    }
}
