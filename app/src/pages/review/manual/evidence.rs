//! The parts of the manual that come from people: comparison groups, and how scores go with later outcomes.

use domain::language::Language;
use leptos::prelude::*;
use services::dates;
use services::manual::{Manual, ManualComparisons};
use services::outcomes::validity::{CriterionValidity, PEOPLE_FOR_PROOF};

use crate::pages::evidence::charts::correlation_words;
use crate::pages::evidence::words::{criterion, head_line};
use crate::pages::fairness::scenarios::{self, Line};
use crate::pages::review::manual::tables::ManualTable;
use crate::pages::review::manual::{FEWEST, Part, Piece, paragraphs};
use crate::text;

/// The comparison groups of the form and key.
pub(super) fn norms(language: Language, told: &Manual) -> Part {
    let zone = &told.campaign.time_zone;
    let mut words = vec![text!(language, evidence.groups_text).to_owned()];
    words.extend(
        told.norms
            .iter()
            .map(|head| format!("{}, {}.", head.name(language), head_line(language, zone, head))),
    );
    if told.norms.is_empty() {
        words.push(text!(language, evidence.groups_none).to_owned());
    }
    paragraphs("norms", text!(language, evidence.groups), words)
}

/// Groups compared scenario by scenario, as published last.
pub(super) fn groups(language: Language, told: &Manual) -> Part {
    let (id, title) = ("dif", text!(language, manual.dif));
    let published = match &told.comparisons {
        ManualComparisons::NotForReader => {
            return paragraphs(id, title, vec![text!(language, manual.dif_elsewhere).to_owned()]);
        }
        ManualComparisons::None => {
            return paragraphs(id, title, vec![text!(language, manual.dif_none).to_owned()]);
        }
        ManualComparisons::Published(published) => published,
    };
    let date = dates::long_date(language, published.published_on);
    let mut words = vec![
        text!(language, fairness.dif_text).to_owned(),
        text!(language, manual.dif_published, date = date).to_string(),
    ];
    if published.is_demo {
        words.push(text!(language, manual.dif_demo).to_owned());
    }
    if published.comparisons.is_empty() {
        words.push(text!(language, manual.dif_nothing).to_owned());
    }
    let mut part = paragraphs(id, title, words);
    for one in &published.comparisons {
        let one = scenarios::told(language, &published.scenarios, one);
        let line = [Some(one.title), one.sum].into_iter().flatten().chain(one.notes).collect::<Vec<_>>();
        part.pieces.push(Piece::Paragraph(line.join(". ").replace(".. ", ". ")));
        if !one.lines.is_empty() {
            part.pieces.push(Piece::Table(table(language, one.lines)));
        }
    }
    part
}

fn table(language: Language, lines: Vec<Line>) -> ManualTable {
    let row = |line: Line| {
        let Some(found) = line.found else {
            let none = text!(language, fairness.dif_not_estimable).to_owned();
            return vec![line.scenario, "–".to_owned(), "–".to_owned(), none];
        };
        let (effect, interval) = (found.effect, found.interval);
        let cell = if interval.is_empty() {
            effect
        } else {
            text!(language, manual.dif_cell, effect = effect, interval = interval).to_string()
        };
        vec![line.scenario, cell, found.class_words.to_owned(), found.action]
    };
    let [_, class, action] = scenarios::columns(language);
    let effect = text!(language, manual.dif_effect);
    let heads = vec![
        (text!(language, fairness.dif_scenario), false),
        (effect, true),
        (class, false),
        (action, false),
    ];
    ManualTable { caption: text!(language, manual.dif), heads, rows: lines.into_iter().map(row).collect() }
}

/// Whether the manual knows how groups compare on some scenario.
pub(super) fn are_groups_known(told: &Manual) -> bool {
    let ManualComparisons::Published(published) = &told.comparisons else { return false };
    published.comparisons.iter().any(|one| one.found.is_some())
}

/// The criteria that the manual tells of: enough people for nobody to be known in them.
fn told_criteria(told: &Manual) -> impl Iterator<Item = &CriterionValidity> {
    told.validity.iter().filter(|found| found.n >= FEWEST && found.told.is_some())
}

/// Whether the manual knows anything of validity.
pub(super) fn is_validity_known(told: &Manual) -> bool {
    told_criteria(told).next().is_some()
}

/// How scores go with later outcomes, each figure with its number of people and interval.
pub(super) fn validity(language: Language, told: &Manual) -> Part {
    let mut words = Vec::new();
    if is_validity_known(told) {
        words.push(text!(language, evidence.outcomes_text).to_owned());
    } else {
        words.push(text!(language, evidence.validity_unknown, n = FEWEST).to_string());
    }
    words.extend(told_criteria(told).map(|found| {
        let figure = correlation_words(language, found)
            .unwrap_or_else(|| text!(language, evidence.no_variance).to_owned());
        let people = text!(language, evidence.people_n, n = found.n).to_string();
        let mut line = format!("{} ({people}). {figure}", criterion(language, found.criterion));
        if found.n < PEOPLE_FOR_PROOF {
            line.push(' ');
            line.push_str(&text!(language, evidence.proves_little, n = PEOPLE_FOR_PROOF).to_string());
        }
        line
    }));
    paragraphs("validity", text!(language, evidence.outcomes), words)
}

/// Where the groups and the figures stand in full: on the screen only.
pub(super) fn links(language: Language, told: &Manual) -> AnyView {
    let groups = told
        .norms
        .iter()
        .map(|head| view! { " "<a href=format!("/norms/{}", head.id)>{head.name(language).to_owned()}</a> })
        .collect_view();
    let path = format!("/campaigns/{}/validity", told.campaign.id);
    view! { <p class="row no-print"><a href=path>{text!(language, evidence.validity_link)}</a>{groups}</p> }
        .into_any()
}
