//! What was answered, scenario by scenario and in every format, beside the key for people who may see it.

pub(in crate::pages::review) mod actions;
mod conversation;
pub(in crate::pages::review) mod words;

use domain::item::ItemFormat;
use domain::language::Language;
use leptos::prelude::*;
use services::report::Report;
use services::report::scenarios::{ReportAnswer, ReportScenario};

use crate::components::figures::figures;
use crate::pages::review::media;
use crate::text;
use words::parts_as_points;

/// All scenarios, each closed until opened unless all were asked for; paper shows what the screen shows.
pub(super) fn view(language: Language, report: &Report, opens_all: bool) -> AnyView {
    scenarios(language, report, intro_words(language, report), opens_all)
}

/// All scenarios under an introduction.
pub(in crate::pages::review) fn scenarios(
    language: Language,
    report: &Report,
    intro: String,
    opens_all: bool,
) -> AnyView {
    let folder = media::folder(&report.campaign.id);
    let scenarios = report
        .scenarios
        .iter()
        .map(|scenario| one(Told { language, scenario, shows_key: report.shows_key }, &folder, opens_all))
        .collect_view();
    let (path, words) = if opens_all {
        ("?#answers", text!(language, review.answers_close_all))
    } else {
        ("?open=all#answers", text!(language, review.answers_open_all))
    };
    view! {
        <section class="section" aria-labelledby="answers">
            <h2 id="answers">{text!(language, review.answers_title)}</h2>
            <p class="soft">{intro}</p>
            <p class="no-print"><a href=path>{words}</a></p>
            {scenarios}
        </section>
    }
    .into_any()
}

/// What stands beside the answers, and where it comes from.
pub(in crate::pages::review) fn intro_words(language: Language, report: &Report) -> String {
    if report.shows_key {
        let origin = if report.measure.is_provisional {
            text!(language, review.answers_provisional).to_owned()
        } else {
            text!(language, review.answers_panel, n = report.measure.n_experts).to_string()
        };
        format!("{} {origin}", text!(language, review.answers_key))
    } else if report.rating_first.hides_scores() {
        text!(language, deciding.rating_answers).to_owned()
    } else {
        text!(language, review.answers_no_key).to_owned()
    }
}

/// How a scenario is told to one viewer.
#[derive(Clone, Copy)]
pub(in crate::pages::review) struct Told<'a> {
    pub(in crate::pages::review) language: Language,
    pub(in crate::pages::review) scenario: &'a ReportScenario,
    pub(in crate::pages::review) shows_key: bool,
}

impl Told<'_> {
    /// The language of the pack's texts, when it is not that of the page.
    fn foreign(self) -> Option<&'static str> {
        (self.scenario.language != self.language).then(|| self.scenario.language.code())
    }
}

/// One scenario; `folder` is where its pictures and recordings are.
fn one(told: Told<'_>, folder: &str, is_open: bool) -> AnyView {
    let Told { language, scenario, .. } = told;
    let foreign = told.foreign();
    let families =
        (!scenario.families.is_empty()).then(|| view! { <p class="fine">{scenario.families.join(", ")}</p> });
    let answer = match &scenario.answer {
        ReportAnswer::Actions(list) => actions::table(told, list),
        ReportAnswer::Dialogue(dialogue) => conversation::exchange(told, dialogue),
        ReportAnswer::Open { question, text } => written(told, question, text.as_deref()),
    };
    view! {
        <details class="answer" open=is_open>
            <summary>
                <b lang=foreign>{format!("{}. {}", scenario.number, scenario.title)}</b>" "
                <span class="fine num">{remark(language, scenario)}</span>
            </summary>
            <p class="soft" lang=foreign>{scenario.situation.clone()}</p>
            {families}
            {scenario.points.and_then(|_| how_it_earns(language, scenario.format)).map(|words| view! { <p class="fine">{words}</p> })}
            {scenario.message.as_ref().map(|message| conversation::message(told, message))}
            {figures(language, scenario.language, &scenario.media, folder)}
            {answer}
        </details>
    }
    .into_any()
}

/// Points, or why there are none.
pub(in crate::pages::review) fn remark(language: Language, scenario: &ReportScenario) -> String {
    if !scenario.is_shown {
        return text!(language, review.scenario_not_shown).to_owned();
    }
    if !scenario.is_scored {
        return text!(language, review.scenario_trial).to_owned();
    }
    scenario.points.map_or_else(String::new, |earned| {
        let points = parts_as_points(language, earned.parts);
        text!(language, review.scenario_points, count = earned.most, points = points).to_string()
    })
}

/// How a format earns its points; ratings are told action by action.
pub(in crate::pages::review) fn how_it_earns(language: Language, format: ItemFormat) -> Option<&'static str> {
    match format {
        ItemFormat::BestWorst => Some(text!(language, review.how_best_worst)),
        ItemFormat::Pick => Some(text!(language, review.how_pick)),
        ItemFormat::Rank => Some(text!(language, review.how_rank)),
        ItemFormat::EmotionProfile => Some(text!(language, review.how_emotions)),
        ItemFormat::Dialogue => Some(text!(language, review.how_dialogue)),
        ItemFormat::Rate | ItemFormat::Open => None,
    }
}

/// A text as it was written, line by line.
fn written(told: Told<'_>, question: &str, text: Option<&str>) -> AnyView {
    let language = told.language;
    let lines = match text {
        Some(text) => text
            .split('\n')
            .enumerate()
            .map(|(index, line)| view! { {(index > 0).then(|| view! { <br/> })}{line.to_owned()} })
            .collect_view()
            .into_any(),
        None if told.scenario.is_shown => text!(language, review.answer_blank).into_any(),
        None => text!(language, review.answer_not_shown).into_any(),
    };
    view! {
        <p lang=told.foreign()><b>{question.to_owned()}</b></p>
        <p>{lines}</p>
        <p class="fine">{text!(language, review.open_not_scored)}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
