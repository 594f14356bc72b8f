//! How scores go with one criterion: the figures in words, and the outcome by groups of scores as lanes beside a table.

use domain::language::Language;
use leptos::prelude::*;
use services::dates;
use services::outcomes::Criterion;
use services::outcomes::validity::{
    CriterionValidity, PEOPLE_FOR_ESTIMATE, PEOPLE_FOR_PROOF, PEOPLE_FOR_VALIDITY, ToldValidity,
};

use crate::components::plot::{decimals, whole};
use crate::components::score_axis::{Marked, mean_lane};
use crate::pages::evidence::words;
use crate::text;

/// A number of either sign, with a true minus.
fn signed(language: Language, value: f64, digits: usize) -> String {
    let text = decimals(language, value, digits);
    let is_zero = text.chars().all(|character| matches!(character, '-' | '0' | '.' | ','));
    if is_zero { text.replace('-', "") } else { text.replace('-', "−") }
}

/// A correlation with its interval; the interval alone where a figure in its middle would say too much.
fn correlation(language: Language, n: u32, r: f64, low: f64, high: f64) -> String {
    let two = |value| signed(language, value, 2);
    if n < PEOPLE_FOR_ESTIMATE {
        text!(language, evidence.interval_alone, low = two(low), high = two(high)).to_string()
    } else {
        text!(language, evidence.estimate, r = two(r), low = two(low), high = two(high)).to_string()
    }
}

/// The correlation of scores and a criterion in one sentence; nothing of too few.
pub(in crate::pages) fn correlation_words(language: Language, found: &CriterionValidity) -> Option<String> {
    let told = found.told.as_ref()?;
    let pearson = told.pearson?;
    let words = correlation(language, pearson.n, pearson.r, pearson.low, pearson.high);
    Some(if found.criterion == Criterion::Retained {
        text!(language, evidence.point_biserial, words = words).to_string()
    } else {
        text!(language, evidence.pearson, words = words).to_string()
    })
}

/// The part of a page about one criterion.
pub(super) fn criterion(language: Language, found: &CriterionValidity) -> AnyView {
    let id = format!("criterion-{}", found.criterion.code());
    let labelled = id.clone();
    let body = match &found.told {
        None => view! { <p>{text!(language, evidence.too_few, n = PEOPLE_FOR_VALIDITY).to_string()}</p> }
            .into_any(),
        Some(told) => told_words(language, found, told),
    };
    view! {
        <section aria-labelledby=labelled class="flow">
            <h3 id=id>{words::criterion(language, found.criterion)}</h3>
            {body}
        </section>
    }
    .into_any()
}

fn told_words(language: Language, found: &CriterionValidity, told: &ToldValidity) -> AnyView {
    let people = text!(
        language,
        evidence.basis,
        n = found.n,
        campaigns = found.campaigns,
        from = dates::date(language, found.days.0),
        to = dates::date(language, found.days.1)
    )
    .to_string();
    let figures = match correlation_words(language, found) {
        None => view! { <p>{text!(language, evidence.no_variance)}</p> }.into_any(),
        Some(words) => view! { <p><b>{words}</b>" "{spearman(language, told)}</p> }.into_any(),
    };
    let little = (found.n < PEOPLE_FOR_PROOF).then(|| {
        let words = text!(language, evidence.proves_little, n = PEOPLE_FOR_PROOF).to_string();
        view! { <p>{words}</p> }
    });
    view! {
        <p class="fine">{people}</p>
        {figures}
        {little}
        {corrected(language, told)}
        {cells(language, found.criterion, told)}
    }
    .into_any()
}

fn spearman(language: Language, told: &ToldValidity) -> Option<String> {
    let found = told.spearman?;
    let words = correlation(language, found.n, found.r, found.low, found.high);
    Some(text!(language, evidence.spearman, words = words).to_string())
}

fn corrected(language: Language, told: &ToldValidity) -> Option<AnyView> {
    let (found, everybody, selected) = (told.corrected?, told.sd_everybody?, told.sd_selected?);
    let n = told.pearson.map_or(0, |pearson| pearson.n);
    let words = text!(
        language,
        evidence.corrected,
        words = correlation(language, n, found.r, found.low, found.high),
        u = decimals(language, found.u, 2),
        everybody = decimals(language, everybody, 1),
        n = told.n_everybody,
        selected = decimals(language, selected, 1)
    )
    .to_string();
    Some(
        view! { <p>{words}" "<span class="soft">{text!(language, evidence.corrected_text)}</span></p> }
            .into_any(),
    )
}

fn cells(language: Language, criterion: Criterion, told: &ToldValidity) -> AnyView {
    if told.cells.is_empty() {
        return view! { <p class="soft">{text!(language, evidence.cells_none)}</p> }.into_any();
    }
    let is_share = criterion == Criterion::Retained;
    let shown = || told.cells.iter().filter_map(|cell| cell.outcome);
    let (least, most) = if is_share {
        (0.0, 1.0)
    } else {
        let least = shown().map(|outcome| outcome.low).fold(f64::INFINITY, f64::min);
        (least, shown().map(|outcome| outcome.high).fold(f64::NEG_INFINITY, f64::max))
    };
    let width = if most > least { most - least } else { 1.0 };
    let on_axis = |value: f64| 100.0 * (value - least) / width;
    let number = |value: f64| {
        if is_share { whole(100.0 * value) } else { signed(language, value, 1) }
    };
    let last = told.cells.len() - 1;
    let mut before: Option<f64> = None;
    let mut rows = Vec::new();
    for (place, cell) in told.cells.iter().enumerate() {
        let label = match before {
            None => text!(language, evidence.cell_first, high = whole(cell.highest)).to_string(),
            Some(low) if place == last => text!(language, evidence.cell_last, low = whole(low)).to_string(),
            Some(low) => text!(language, evidence.cell_middle, low = whole(low), high = whole(cell.highest))
                .to_string(),
        };
        before = Some(cell.highest);
        let lane = cell.outcome.map(|outcome| {
            let (low, score, high) = (on_axis(outcome.low), on_axis(outcome.value), on_axis(outcome.high));
            mean_lane(Marked { low, score, high })
        });
        let words = cell.outcome.map_or_else(
            || text!(language, evidence.hidden).to_owned(),
            |outcome| {
                let (value, low, high) = (number(outcome.value), number(outcome.low), number(outcome.high));
                if is_share {
                    text!(language, evidence.share, value = value, low = low, high = high).to_string()
                } else {
                    text!(language, evidence.mean_cell, value = value, low = low, high = high).to_string()
                }
            },
        );
        rows.push(row(language, label, cell.n, lane, words));
    }
    table(language, rows, number(least), number(most))
}

fn row(language: Language, label: String, n: u32, lane: Option<AnyView>, words: String) -> AnyView {
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{label}</th>
            <td class="lane" role="cell">{lane}</td>
            <td class="is-num" role="cell" data-label=text!(language, evidence.people)>{n}</td>
            <td class="is-num" role="cell" data-label=text!(language, evidence.outcome)>{words}</td>
        </tr>
    }
    .into_any()
}

fn table(language: Language, rows: Vec<AnyView>, least: String, most: String) -> AnyView {
    let axis = text!(language, evidence.axis, low = least, high = most).to_string();
    view! {
        <div class="table-box">
            <table class="table stacks lanes" role="table">
                <caption class="visually-hidden">{text!(language, evidence.cells_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, evidence.cells)}</th>
                        <td class="lane" role="cell"></td>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, evidence.people)}</th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, evidence.outcome)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <p class="fine">{axis}</p>
    }
    .into_any()
}
