//! The tables of the manual: what the form covers, its families, its scenarios.

use domain::construct::{Construct, Family};
use domain::language::Language;
use leptos::prelude::*;
use services::manual::Manual;
use services::snapshots::statistics::{Dimensions, RestAction, Verdict};

use crate::components::plot::decimals;
use crate::pages::review::manual::{Part, Piece, described};
use crate::text;

/// A column: its words, and whether it holds numbers.
type Head = (&'static str, bool);

/// A table whose first column names its rows.
pub(in crate::pages::review) struct ManualTable {
    pub(in crate::pages::review) caption: &'static str,
    pub(in crate::pages::review) heads: Vec<Head>,
    pub(in crate::pages::review) rows: Vec<Vec<String>>,
}

/// The table on a page.
pub(super) fn drawn(table: ManualTable) -> AnyView {
    let ManualTable { caption, heads, rows } = table;
    let class = |is_number: bool| is_number.then_some("is-num");
    let head_cells = heads
        .iter()
        .map(|(words, is_number)| {
            view! { <th role="columnheader" scope="col" class=class(*is_number)>{*words}</th> }
        })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let mut cells = row.into_iter();
            let name = cells.next();
            let rest = cells
                .zip(heads.iter().skip(1))
                .map(|(cell, (label, is_number))| {
                    view! { <td role="cell" class=class(*is_number) data-label=*label>{cell}</td> }
                })
                .collect_view();
            view! { <tr role="row"><th scope="row" role="rowheader">{name}</th>{rest}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup"><tr role="row">{head_cells}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// How many scored actions and scenarios each family and each construct has.
pub(super) fn coverage(language: Language, told: &Manual) -> [ManualTable; 2] {
    let (actions, scenarios) = (text!(language, manual.actions), text!(language, manual.scenarios));
    let pack = &told.form.pack;
    let families = Family::ALL
        .iter()
        .map(|family| {
            let count = told.coverage.families.get(family).copied().unwrap_or_default();
            let name = pack.family_name(*family, language).to_owned();
            vec![name, count.actions.to_string(), count.scenarios.to_string()]
        })
        .collect();
    let constructs = Construct::ALL
        .iter()
        .map(|construct| {
            let count = told.coverage.constructs.get(construct).copied().unwrap_or_default();
            let text = pack.constructs.iter().find(|text| text.id == *construct);
            let name = text.map_or(construct.code(), |text| text.name.text(language)).to_owned();
            vec![name, count.actions.to_string(), count.scenarios.to_string()]
        })
        .collect();
    let family = text!(language, manual.family);
    let construct = text!(language, manual.construct);
    let heads = |name| vec![(name, false), (actions, true), (scenarios, true)];
    [
        ManualTable { caption: family, heads: heads(family), rows: families },
        ManualTable { caption: construct, heads: heads(construct), rows: constructs },
    ]
}

/// The dimensions that the snapshot found, where it describes enough people.
pub(super) fn found_dimensions(told: &Manual) -> Option<&Dimensions> {
    described(told)?.dimensions.as_ref()
}

/// Eigenvalues shown after those above chance.
const BEYOND_CHANCE: usize = 2;

/// How many dimensions the scenarios show.
pub(super) fn dimensions(language: Language, told: &Manual) -> Option<Part> {
    let found = found_dimensions(told)?;
    let two = |value: f64| decimals(language, value, 2);
    let share = decimals(language, 100.0 * found.first_share, 0);
    let words = if found.found == 0 {
        text!(language, manual.dimensions_none).to_owned()
    } else {
        text!(language, manual.dimensions_found, count = found.found, share = share).to_string()
    };
    let method = text!(language, manual.dimensions_method, draws = found.draws, n = found.n).to_string();
    let most = usize::try_from(found.found).unwrap_or(usize::MAX).saturating_add(BEYOND_CHANCE);
    let rows = (1..)
        .zip(found.eigenvalues.iter().zip(&found.chance))
        .take(most)
        .map(|(number, (value, chance)): (u32, _)| vec![number.to_string(), two(*value), two(*chance)])
        .collect();
    let heads = vec![
        (text!(language, manual.dimension), false),
        (text!(language, manual.eigenvalue), true),
        (text!(language, manual.chance), true),
    ];
    let title = text!(language, manual.dimensions);
    let table = Piece::Table(ManualTable { caption: title, heads, rows });
    Some(Part {
        id: "dimensions",
        title,
        pieces: vec![Piece::Paragraph(words), Piece::Paragraph(method), table],
    })
}

/// What the snapshot says of each family.
pub(super) fn families(language: Language, told: &Manual) -> Option<Part> {
    let statistics = described(told)?;
    let two = |value: f64| decimals(language, value, 2);
    let one = |value: f64| decimals(language, value, 1);
    let none = || "–".to_owned();
    let rows = statistics
        .families
        .iter()
        .map(|family| {
            let reliability = family.reliability.as_ref().map_or_else(none, |found| {
                let (value, low, high) = (two(found.value), two(found.low), two(found.high));
                text!(language, manual.reliability_cell, value = value, low = low, high = high).to_string()
            });
            let verdict = match family.verdict {
                Verdict::Reportable => text!(language, manual.verdict_reportable),
                Verdict::TooFewAttempts => text!(language, manual.verdict_too_few_attempts),
                Verdict::TooUnreliable => text!(language, manual.verdict_too_unreliable),
                Verdict::TooUncertain => text!(language, manual.verdict_too_uncertain),
                Verdict::NotEstimable => text!(language, manual.verdict_not_estimable),
            };
            vec![
                told.form.pack.family_name(family.family, language).to_owned(),
                family.scores.map_or_else(none, |scores| one(scores.mean)),
                family.scores.and_then(|scores| scores.sd).map_or_else(none, one),
                reliability,
                verdict.to_owned(),
            ]
        })
        .collect();
    let heads = vec![
        (text!(language, manual.family), false),
        (text!(language, manual.mean), true),
        (text!(language, manual.sd), true),
        (text!(language, manual.coefficient), true),
        (text!(language, manual.verdict), false),
    ];
    let title = text!(language, manual.families);
    let words = Piece::Paragraph(text!(language, manual.families_text).to_owned());
    let table = Piece::Table(ManualTable { caption: title, heads, rows });
    Some(Part { id: "families", title, pieces: vec![words, table] })
}

/// What the snapshot says of each scenario; from 30 people on.
pub(super) fn items(language: Language, told: &Manual) -> Option<Part> {
    let statistics = described(told)?;
    let title = text!(language, manual.items);
    let none = || "–".to_owned();
    let rows = statistics
        .scenarios
        .iter()
        .zip(&told.titles)
        .map(|(scenario, title)| {
            let rest = scenario.rest.map_or_else(none, |rest| {
                let two = |value: f64| decimals(language, value, 2).replace('-', "−");
                let (value, low, high) = (two(rest.r), two(rest.low), two(rest.high));
                text!(language, manual.reliability_cell, value = value, low = low, high = high).to_string()
            });
            let todo = scenario.rest.map_or_else(none, |rest| {
                match rest.action {
                    RestAction::Keep => text!(language, manual.todo_keep),
                    RestAction::Flag => text!(language, manual.todo_flag),
                    RestAction::Review => text!(language, manual.todo_review),
                }
                .to_owned()
            });
            vec![
                title.clone(),
                scenario.n.to_string(),
                scenario.mean.map_or_else(none, |mean| decimals(language, mean, 1)),
                scenario.variance.map_or_else(none, |variance| decimals(language, variance.sqrt(), 1)),
                rest,
                todo,
            ]
        })
        .collect();
    let heads = vec![
        (text!(language, manual.scenarios), false),
        (text!(language, manual.n), true),
        (text!(language, manual.mean), true),
        (text!(language, manual.sd), true),
        (text!(language, manual.rest), true),
        (text!(language, manual.todo), false),
    ];
    let words = Piece::Paragraph(text!(language, manual.items_text).to_owned());
    let table = Piece::Table(ManualTable { caption: title, heads, rows });
    Some(Part { id: "items", title, pieces: vec![words, table] })
}
