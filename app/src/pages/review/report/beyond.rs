//! What stands after the answers: the customer's chair, the interview guide, and how the person was scored over time.

use domain::construct::Construct;
use domain::item::dialogue::customer::Lever;
use domain::language::Language;
use leptos::prelude::*;
use services::report::guide::{GuideQuestion, GuideReason};
use services::report::scenarios::{ReportAnswer, ReportScenario};
use services::report::{Report, ReportScore};

use crate::components::plot::{decimals, whole};
use crate::text;

/// What the simulated customers lived, dialogue by dialogue; for who may see the key, since options move the customer.
pub(super) fn chair(language: Language, report: &Report) -> Option<AnyView> {
    let lived: Vec<AnyView> =
        report.scenarios.iter().filter_map(|scenario| lived(language, scenario)).collect();
    if lived.is_empty() {
        return None;
    }
    let head = |words: &'static str| view! { <th role="columnheader" scope="col">{words}</th> };
    Some(
        view! {
            <section class="section" aria-labelledby="customer-chair">
                <h2 id="customer-chair">{text!(language, review.chair_title)}</h2>
                <p class="soft">{text!(language, review.chair_text)}</p>
                <div class="table-box">
                    <table class="table stacks" role="table" aria-labelledby="customer-chair">
                        <thead role="rowgroup">
                            <tr role="row">
                                {head(text!(language, review.chair_customer))}
                                {head(text!(language, review.chair_perception))}
                                {head(text!(language, review.chair_expectations))}
                                {head(text!(language, review.chair_emotion))}
                                {head(text!(language, review.chair_experience))}
                                {head(text!(language, review.chair_lever))}
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{lived}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// One conversation in words: where the customer began and ended, and what moved them most.
pub(in crate::pages::review) struct Lived {
    pub(in crate::pages::review) perception: String,
    pub(in crate::pages::review) expectations: String,
    pub(in crate::pages::review) emotion: String,
    pub(in crate::pages::review) experience: String,
    pub(in crate::pages::review) lever: &'static str,
}

/// What the customer of a conversation lived; nothing where there was none, or where it may not be told.
pub(in crate::pages::review) fn lived_words(language: Language, scenario: &ReportScenario) -> Option<Lived> {
    let ReportAnswer::Dialogue(dialogue) = &scenario.answer else { return None };
    let (start, end) = dialogue.states?;
    let way = |from: String, to: String| text!(language, review.interval, low = from, high = to).to_string();
    let of_hundred = |hundredths: i32| {
        let text = decimals(language, f64::from(hundredths) / 100.0, 2);
        text.trim_end_matches('0').trim_end_matches(['.', ',']).replace('-', "−")
    };
    Some(Lived {
        perception: way(start.perception.to_string(), end.perception.to_string()),
        expectations: way(start.expectations.to_string(), end.expectations.to_string()),
        emotion: way(of_hundred(start.emotion_percent), of_hundred(end.emotion_percent)),
        experience: way(of_hundred(start.experience_hundredths()), of_hundred(end.experience_hundredths())),
        lever: match start.lever_to(end) {
            Some(Lever::Perception) => text!(language, review.lever_perception),
            Some(Lever::Expectations) => text!(language, review.lever_expectations),
            Some(Lever::Emotion) => text!(language, review.lever_emotion),
            None => text!(language, review.lever_none),
        },
    })
}

fn lived(language: Language, scenario: &ReportScenario) -> Option<AnyView> {
    let told = lived_words(language, scenario)?;
    let foreign = (scenario.language != language).then(|| scenario.language.code());
    let cell = |label: &'static str, words: String| {
        view! { <td role="cell" data-label=label>{words}</td> }
    };
    Some(
        view! {
            <tr role="row">
                <th scope="row" role="rowheader" lang=foreign>
                    <b>{scenario.title.clone()}</b><span class="fine">{scenario.customer.clone()}</span>
                </th>
                {cell(text!(language, review.chair_perception), told.perception)}
                {cell(text!(language, review.chair_expectations), told.expectations)}
                {cell(text!(language, review.chair_emotion), told.emotion)}
                {cell(text!(language, review.chair_experience), told.experience)}
                {cell(text!(language, review.chair_lever), told.lever.to_owned())}
            </tr>
        }
        .into_any(),
    )
}

/// Six questions with what to listen for.
pub(in crate::pages::review) fn guide(language: Language, report: &Report) -> AnyView {
    let questions = report.guide.iter().map(|question| asked(language, question)).collect_view();
    view! {
        <section class="section" aria-labelledby="guide">
            <h2 id="guide">{text!(language, review.guide_title)}</h2>
            <p class="soft">{text!(language, review.guide_text)}</p>
            <ol class="questions">{questions}</ol>
        </section>
    }
    .into_any()
}

fn asked(language: Language, question: &GuideQuestion) -> AnyView {
    let (ask, listen) = words(language, question.construct);
    let reason = reason_words(language, question.reason);
    view! { <li><b>{ask}</b><p class="soft">{listen}" "{reason}</p></li> }.into_any()
}

/// Why a question is asked.
pub(in crate::pages::review) fn reason_words(language: Language, reason: GuideReason) -> String {
    match reason {
        GuideReason::LeastKnown(0) => text!(language, review.guide_never).to_owned(),
        GuideReason::LeastKnown(n) => text!(language, review.guide_least, count = n).to_string(),
        GuideReason::Strong => text!(language, review.guide_strong).to_owned(),
    }
}

/// The question of a construct, and what to listen for.
pub(in crate::pages::review) fn words(
    language: Language,
    construct: Construct,
) -> (&'static str, &'static str) {
    match construct {
        Construct::Recognition => (text!(language, review.ask_rec), text!(language, review.listen_rec)),
        Construct::Understanding => (text!(language, review.ask_und), text!(language, review.listen_und)),
        Construct::Managing => (text!(language, review.ask_man), text!(language, review.listen_man)),
        Construct::Regulation => (text!(language, review.ask_reg), text!(language, review.listen_reg)),
        Construct::Perspective => (text!(language, review.ask_per), text!(language, review.listen_per)),
        Construct::Concern => (text!(language, review.ask_con), text!(language, review.listen_con)),
        Construct::Listening => (text!(language, review.ask_lis), text!(language, review.listen_lis)),
        Construct::Service => (text!(language, review.ask_srv), text!(language, review.listen_srv)),
        Construct::Latitude => (text!(language, review.ask_lat), text!(language, review.listen_lat)),
        Construct::Authenticity => (text!(language, review.ask_aut), text!(language, review.listen_aut)),
    }
}

/// A score with its interval; a dash without one.
pub(in crate::pages::review) fn score_words(language: Language, score: Option<ReportScore>) -> String {
    score.map_or_else(
        || "–".to_owned(),
        |score| {
            let (low, high) = (whole(score.low), whole(score.high));
            let interval = text!(language, review.interval, low = low, high = high).to_string();
            format!("{} ({interval})", whole(score.score))
        },
    )
}

/// The scores over time, when there is more than one.
pub(super) fn history(language: Language, report: &Report) -> Option<AnyView> {
    if report.history.len() < 2 {
        return None;
    }
    let rows = report
        .history
        .iter()
        .map(|line| {
            let score = score_words(language, line.score);
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{line.key_version.clone()}</th>
                    <td class="is-num" role="cell" data-label=text!(language, review.history_n_short)>{line.snapshot_n}</td>
                    <td class="is-num" role="cell" data-label=text!(language, review.col_score)>{score}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="section" aria-labelledby="history">
                <h2 id="history">{text!(language, review.history_title)}</h2>
                <p class="soft">{text!(language, review.history_text)}</p>
                <div class="table-box">
                    <table class="table stacks" role="table" aria-labelledby="history">
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">{text!(language, review.col_key)}</th>
                                <th role="columnheader" scope="col" class="is-num">{text!(language, review.history_n)}</th>
                                <th role="columnheader" scope="col" class="is-num">{text!(language, review.col_score)}</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}
