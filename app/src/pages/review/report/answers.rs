//! What was answered, scenario by scenario, beside the key for people who may see it.

use domain::language::Language;
use leptos::prelude::*;
use services::report::Report;
use services::report::scenarios::{ReportAction, ReportKey, ReportScenario};

use crate::components::plot::points;
use crate::components::score_axis::rating_lane;
use crate::text;

/// All scenarios, each closed until opened unless all were asked for; paper shows what the screen shows.
pub(super) fn view(language: Language, report: &Report, opens_all: bool) -> AnyView {
    let intro = if report.shows_key {
        let origin = if report.measure.is_provisional {
            text!(language, review.answers_provisional).to_owned()
        } else {
            text!(language, review.answers_panel, n = report.measure.n_experts).to_string()
        };
        format!("{} {origin}", text!(language, review.answers_key))
    } else {
        text!(language, review.answers_no_key).to_owned()
    };
    let scenarios = report
        .scenarios
        .iter()
        .map(|scenario| one(language, scenario, report.shows_key, opens_all))
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

fn one(language: Language, scenario: &ReportScenario, shows_key: bool, is_open: bool) -> AnyView {
    let caption = if shows_key {
        text!(language, review.scenario_caption, n = scenario.number).to_string()
    } else {
        text!(language, review.scenario_caption_bare, n = scenario.number).to_string()
    };
    let foreign = (scenario.language != language).then(|| scenario.language.code());
    let rows =
        scenario.actions.iter().map(|action| row(language, scenario, action, shows_key)).collect_view();
    let key_heads = shows_key.then(|| {
        view! {
            <th role="columnheader" scope="col">{text!(language, review.col_key)}</th>
            <th role="columnheader" scope="col" class="is-num">{text!(language, review.col_points)}</th>
        }
    });
    view! {
        <details class="answer" open=is_open>
            <summary>
                <b lang=foreign>{format!("{}. {}", scenario.number, scenario.title)}</b>" "
                <span class="fine num">{remark(language, scenario)}</span>
            </summary>
            <p class="soft" lang=foreign>{scenario.situation.clone()}</p>
            <p class="fine">{scenario.families.join(", ")}</p>
            <div class="table-box">
                <table class="table stacks lanes" role="table">
                    <caption class="visually-hidden">{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, review.col_action)}</th>
                            <th role="columnheader" scope="col" class="lane">
                                <span class="visually-hidden">{text!(language, review.col_scale)}</span>
                                <svg class="plot" aria-hidden="true">
                                    <text x="4%" y="95%">{text!(language, review.scale_low)}</text>
                                    <text class="end" x="96%" y="95%">{text!(language, review.scale_high)}</text>
                                </svg>
                            </th>
                            <th role="columnheader" scope="col">{text!(language, review.col_answer)}</th>
                            {key_heads}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Families and points, or why there are none.
fn remark(language: Language, scenario: &ReportScenario) -> String {
    if !scenario.is_shown {
        return text!(language, review.scenario_not_shown).to_owned();
    }
    if !scenario.is_scored {
        return text!(language, review.scenario_trial).to_owned();
    }
    scenario.points.map_or_else(String::new, |(half_points, n)| {
        let points = points(language, half_points);
        text!(language, review.scenario_points, count = n, points = points).to_string()
    })
}

fn row(language: Language, scenario: &ReportScenario, action: &ReportAction, shows_key: bool) -> AnyView {
    let foreign = (scenario.language != language).then(|| scenario.language.code());
    let answer = match action.answer {
        Some(category) => rating_words(language, category),
        None if scenario.is_shown => text!(language, review.answer_blank),
        None => text!(language, review.answer_not_shown),
    };
    let rationale =
        action.key.as_ref().map(|key| view! { <span class="fine">{key.rationale.clone()}</span> });
    let key_cells = shows_key.then(|| key_cells(language, action.key.as_ref()));
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" lang=foreign>{action.text.clone()}{rationale}</th>
            <td class="lane" role="cell">
                {rating_lane(action.answer, action.key.as_ref().map(|key| key.category))}
            </td>
            <td role="cell" data-label=text!(language, review.col_answer)>{answer}</td>
            {key_cells}
        </tr>
    }
    .into_any()
}

fn key_cells(language: Language, key: Option<&ReportKey>) -> AnyView {
    let category = key.map_or("–", |key| rating_words(language, key.category));
    let points = match key.and_then(|key| key.half_points) {
        Some(half_points) => points(language, half_points),
        None => text!(language, review.not_counted).to_owned(),
    };
    view! {
        <td role="cell" data-label=text!(language, review.col_key)>{category}</td>
        <td class="is-num" role="cell" data-label=text!(language, review.col_points)>{points}</td>
    }
    .into_any()
}

fn rating_words(language: Language, category: u8) -> &'static str {
    match category {
        1 => text!(language, review.rating_1),
        2 => text!(language, review.rating_2),
        3 => text!(language, review.rating_3),
        _ => text!(language, review.rating_4),
    }
}
