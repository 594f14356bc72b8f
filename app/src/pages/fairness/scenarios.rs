//! Groups compared scenario by scenario: how far they differ at the same total, and what to do about it. The technical
//! manual says the same in the same words.

use domain::demographics::GroupTable;
use domain::language::Language;
use leptos::prelude::*;
use services::fairness::by_scenario::{
    Compared, ComparedBy, DifferenceClass, ScenarioComparison, ScenarioDifference, ScenarioTitle,
};
use services::fairness::publish::EditionContent;

use super::rates::{group_name, separator, signed, table_name};
use crate::components::plot::decimals;
use crate::text;

/// A comparison of two groups in words.
pub(crate) struct Told {
    /// Which groups.
    pub(crate) title: String,
    /// How many people, and what is to be known about them.
    pub(crate) notes: Vec<String>,
    /// How many scenarios differ; nothing when nothing was computed.
    pub(crate) sum: Option<String>,
    /// Whether a scenario asks for something to be done.
    pub(crate) is_flagged: bool,
    /// One line per scored scenario.
    pub(crate) lines: Vec<Line>,
}

/// One scenario of a comparison in words.
pub(crate) struct Line {
    /// Its number and title.
    pub(crate) scenario: String,
    /// What was found; nothing when the groups cannot be compared on it.
    pub(crate) found: Option<Found>,
}

/// What was found of a scenario, in words.
pub(crate) struct Found {
    /// The difference.
    pub(crate) effect: String,
    /// Its interval.
    pub(crate) interval: String,
    class: DifferenceClass,
    is_shrunk: bool,
    /// The class in words.
    pub(crate) class_words: &'static str,
    /// What to do.
    pub(crate) action: String,
}

/// The columns beside the scenario.
pub(crate) fn columns(language: Language) -> [&'static str; 3] {
    [
        text!(language, fairness.dif_effect),
        text!(language, fairness.dif_class),
        text!(language, fairness.dif_action),
    ]
}

/// A comparison in words.
pub(crate) fn told(language: Language, titles: &[ScenarioTitle], one: &ScenarioComparison) -> Told {
    let (focal, reference) = (name(language, one.by, &one.focal), name(language, one.by, &one.reference));
    let title = text!(language, fairness.dif_pair, focal = focal.as_str(), reference = reference.as_str())
        .to_string();
    let switched =
        (one.by == ComparedBy::Language).then(|| text!(language, fairness.dif_switched).to_owned());
    let Some(found) = &one.found else {
        let notes = vec![text!(language, fairness.dif_too_few).to_owned()];
        return Told { title, notes, sum: None, is_flagged: false, lines: Vec::new() };
    };
    let counts = people(language, one.by, found, [&focal, &reference]);
    let shrunk = found.is_shrunk.then(|| text!(language, fairness.dif_shrunk).to_owned());
    let of = |class| found.scenarios.iter().flatten().filter(|own| own.class == class).count();
    let (large, moderate) = (of(DifferenceClass::Large), of(DifferenceClass::Moderate));
    if found.scenarios.is_empty() {
        let notes = vec![counts, text!(language, fairness.dif_chance).to_owned()];
        let sum = Some(text!(language, fairness.dif_chance_sum).to_owned());
        return Told { title, notes, sum, is_flagged: false, lines: Vec::new() };
    }
    let all = found.scenarios.iter().flatten().count();
    let sum = text!(language, fairness.dif_sum, large = large, moderate = moderate, all = all);
    let lines = titles.iter().zip(&found.scenarios).enumerate().map(|(place, (title, own))| {
        let title = match language {
            Language::Fr => &title.fr,
            Language::En => &title.en,
        };
        Line {
            scenario: format!("{}. {title}", place + 1),
            found: own.as_ref().map(|own| in_words(language, own)),
        }
    });
    Told {
        title,
        notes: std::iter::once(counts).chain(shrunk).chain(switched).collect(),
        sum: Some(sum.to_string()),
        is_flagged: large + moderate > 0,
        lines: lines.collect(),
    }
}

/// Why partitions of an edition have no comparison at all.
fn absences(language: Language, content: &EditionContent) -> Vec<String> {
    let is_compared = |by: ComparedBy| content.comparisons.iter().any(|one| one.by == by);
    let alone: Vec<&str> = content
        .tables
        .iter()
        .filter_map(|table| Some((by(table.table)?, table.table)))
        .filter(|(by, _)| !is_compared(*by))
        .map(|(_, table)| table_name(language, table))
        .collect();
    let alone = (!alone.is_empty()).then(|| {
        text!(language, fairness.dif_not_shown, tables = alone.join(separator(language))).to_string()
    });
    let one_language =
        (!is_compared(ComparedBy::Language)).then(|| text!(language, fairness.dif_one_language).to_owned());
    alone.into_iter().chain(one_language).collect()
}

/// The part of an edition; nothing for one of before there were comparisons.
pub(super) fn view(language: Language, content: &EditionContent) -> Option<AnyView> {
    if content.scenarios.is_empty() {
        return None;
    }
    let all = content.comparisons.iter().map(|one| told(language, &content.scenarios, one));
    let (computed, too_few): (Vec<Told>, Vec<Told>) = all.partition(|one| one.sum.is_some());
    let computed = computed.into_iter().map(|one| drawn(language, one)).collect_view();
    let mut without = absences(language, content);
    if !too_few.is_empty() {
        let pairs: Vec<String> = too_few.into_iter().map(|one| one.title).collect();
        let words = text!(language, fairness.dif_too_few_pairs, pairs = pairs.join(separator(language)));
        without.insert(0, words.to_string());
    }
    let without = without.into_iter().map(|words| view! { <p class="soft">{words}</p> }).collect_view();
    Some(
        view! {
            <h3>{text!(language, fairness.dif_title)}</h3>
            <p class="fine">{text!(language, fairness.dif_text)}</p>
            {computed}
            {without}
        }
        .into_any(),
    )
}

const fn by(table: GroupTable) -> Option<ComparedBy> {
    match table {
        GroupTable::Sex => Some(ComparedBy::Sex),
        GroupTable::Age => Some(ComparedBy::Age),
        GroupTable::Race => Some(ComparedBy::Race),
        GroupTable::SexAge | GroupTable::SexRace => None,
    }
}

fn name(language: Language, by: ComparedBy, code: &str) -> String {
    let table = match by {
        ComparedBy::Sex => GroupTable::Sex,
        ComparedBy::Age => GroupTable::Age,
        ComparedBy::Race => GroupTable::Race,
        ComparedBy::Language => {
            return match Language::parse(code) {
                Ok(Language::Fr) => text!(language, fairness.dif_fr).to_owned(),
                Ok(Language::En) => text!(language, fairness.dif_en).to_owned(),
                Err(_) => code.to_owned(),
            };
        }
    };
    group_name(language, table, &(code.to_owned(), None))
}

fn people(language: Language, by: ComparedBy, found: &Compared, [focal, reference]: [&str; 2]) -> String {
    let (n_focal, n_reference) = (found.n_focal, found.n_reference);
    let counts = text!(
        language,
        fairness.dif_n,
        focal = focal,
        n_focal = n_focal,
        reference = reference,
        n_reference = n_reference
    )
    .to_string();
    if by == ComparedBy::Language {
        return counts;
    }
    format!("{counts} {}", text!(language, fairness.dif_n_published))
}

/// Standard deviations up to which a difference is negligible, whatever its test says.
const NEGLIGIBLE: f64 = 0.17;

fn in_words(language: Language, own: &ScenarioDifference) -> Found {
    let interval = own.interval.map(|[low, high]| {
        let (low, high) = (signed(language, low, 2), signed(language, high, 2));
        text!(language, fairness.cell_interval, low = low, high = high).to_string()
    });
    Found {
        effect: signed(language, own.effect, 2),
        interval: interval.unwrap_or_default(),
        class: own.class,
        is_shrunk: own.large_percent.is_some(),
        class_words: match own.class {
            DifferenceClass::Negligible if own.effect.abs() <= NEGLIGIBLE => {
                text!(language, fairness.dif_negligible)
            }
            DifferenceClass::Negligible => text!(language, fairness.dif_none_shown),
            DifferenceClass::Moderate => text!(language, fairness.dif_moderate),
            DifferenceClass::Large => text!(language, fairness.dif_large),
        },
        action: action(language, own),
    }
}

/// What a difference asks for: nothing, another look, or a new version for everybody. Never a score by group.
fn action(language: Language, own: &ScenarioDifference) -> String {
    if let Some(percent) = own.large_percent {
        let percent = decimals(language, percent, 0);
        return text!(language, fairness.dif_do_watch, percent = percent).to_string();
    }
    match (own.class, own.is_significant) {
        (DifferenceClass::Negligible, _) => text!(language, fairness.dif_do_nothing),
        (DifferenceClass::Large, true) => text!(language, fairness.dif_do_remove),
        (DifferenceClass::Large, false) => text!(language, fairness.dif_do_doubt),
        (DifferenceClass::Moderate, _) => text!(language, fairness.dif_do_review),
    }
    .to_owned()
}

/// Open when there is something to do.
fn drawn(language: Language, told: Told) -> AnyView {
    let columns = columns(language);
    let has_lines = !told.lines.is_empty();
    let heads = columns.into_iter().map(|words| view! { <th scope="col">{words}</th> }).collect_view();
    let rows = told.lines.into_iter().map(|one| line(language, one, columns)).collect_view();
    let notes = told.notes.into_iter().map(|words| view! { <p class="fine">{words}</p> }).collect_view();
    view! {
        <details class="card" open=told.is_flagged>
            <summary>{told.title.clone()}" "<span class="fine">{told.sum}</span></summary>
            {notes}
            {has_lines.then(|| view! {
                <div class="table-box">
                    <table class="table stacks rates">
                        <caption class="visually-hidden">{told.title}</caption>
                        <thead><tr><th scope="col">{text!(language, fairness.dif_scenario)}</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
        </details>
    }
    .into_any()
}

fn line(language: Language, line: Line, columns: [&'static str; 3]) -> AnyView {
    let [effect_head, class_head, action_head] = columns;
    let Some(found) = line.found else {
        return view! {
            <tr>
                <th scope="row">{line.scenario}</th>
                <td class="soft" colspan="3">{text!(language, fairness.dif_not_estimable)}</td>
            </tr>
        }
        .into_any();
    };
    // Shrunk differences are not enough to act upon.
    let badge = match found.class {
        DifferenceClass::Negligible => "badge",
        DifferenceClass::Large if !found.is_shrunk => "badge is-alert",
        DifferenceClass::Moderate | DifferenceClass::Large => "badge is-care",
    };
    view! {
        <tr>
            <th scope="row">{line.scenario}</th>
            <td data-label=effect_head>{found.effect}" "<span class="fine">{found.interval}</span></td>
            <td data-label=class_head><span class=badge>{found.class_words}</span></td>
            <td data-label=action_head>{found.action}</td>
        </tr>
    }
    .into_any()
}
