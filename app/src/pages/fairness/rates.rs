//! Tables of rates: each group against the one with the highest rate, with what the numbers indicate in words.

use domain::demographics::{AgeBand, GroupTable, Race, Sex};
use domain::language::Language;
use leptos::prelude::*;
use services::fairness::monitor::RateTables;
use services::fairness::rates::{GroupCodes, Indication, RateRow, RateTable};

use super::words;
use crate::components::plot::decimals;
use crate::text;

/// Which rate a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rate {
    /// The share above the median.
    Scoring,
    /// The share selected.
    Selection,
}

impl Rate {
    /// The rates of this kind, with the groups that they hide.
    fn of(self, rates: &RateTables) -> (Option<&RateTable>, &[GroupCodes]) {
        match self {
            Self::Scoring => (rates.scoring.as_ref(), &rates.hidden),
            Self::Selection => (rates.selection.as_ref(), &rates.hidden_in_selection),
        }
    }
}

/// The name of a table.
pub(super) fn table_name(language: Language, table: GroupTable) -> &'static str {
    match table {
        GroupTable::Sex => text!(language, fairness.table_sex),
        GroupTable::Age => text!(language, fairness.table_age),
        GroupTable::Race => text!(language, fairness.table_race),
        GroupTable::SexAge => text!(language, fairness.table_sex_age),
        GroupTable::SexRace => text!(language, fairness.table_sex_race),
    }
}

/// A group in words.
pub(super) fn group_name(language: Language, table: GroupTable, codes: &GroupCodes) -> String {
    let sex = |code: &str| Sex::parse(code).map(|one| words::sex(language, one));
    let age = |code: &str| AgeBand::parse(code).map(|one| words::age(language, one));
    let race = |code: &str| Race::parse(code).map(|one| words::race(language, one));
    let first = match table {
        GroupTable::Sex | GroupTable::SexAge | GroupTable::SexRace => sex(&codes.0),
        GroupTable::Age => age(&codes.0),
        GroupTable::Race => race(&codes.0),
    };
    let second = codes.1.as_deref().and_then(|code| match table {
        GroupTable::SexAge => age(code).ok(),
        _ => race(code).ok(),
    });
    // A code of a later version of the program is shown as it stands.
    let first = first.map_or_else(|_| codes.0.clone(), str::to_owned);
    second.map_or_else(|| first.clone(), |second| format!("{first}, {second}"))
}

/// A share in words: `53 %`, with a narrow space in French.
pub(super) fn percent(language: Language, share: f64) -> String {
    let number = decimals(language, share * 100.0, 0);
    match language {
        Language::Fr => format!("{number}\u{202f}%"),
        Language::En => format!("{number}%"),
    }
}

/// The tables with one rate, then in one sentence those of which nothing can be shown.
pub(super) fn list(language: Language, tables: &[RateTables], rate: Rate) -> AnyView {
    let (shown, hidden): (Vec<&RateTables>, Vec<&RateTables>) =
        tables.iter().partition(|rates| rate.of(rates).0.is_some());
    let shown = shown
        .into_iter()
        .map(|rates| {
            view! {
                <section class="flow">
                    <h4>{table_name(language, rates.table)}</h4>
                    {table(language, rates, rate)}
                </section>
            }
        })
        .collect_view();
    let names: Vec<&str> = hidden.iter().map(|rates| table_name(language, rates.table)).collect();
    let hidden = (!names.is_empty()).then(|| {
        let words = text!(language, fairness.tables_hidden, tables = names.join(separator(language)));
        view! { <p class="soft">{words.to_string()}</p> }
    });
    view! { {shown}{hidden} }.into_any()
}

/// A number that may be negative, with a minus sign.
pub(super) fn signed(language: Language, number: f64, places: usize) -> String {
    let text = decimals(language, number, places);
    // What rounds to nothing has no sign.
    let is_nothing = text.chars().all(|letter| matches!(letter, '-' | '0' | '.' | ','));
    text.replace('-', if is_nothing { "" } else { "\u{2212}" })
}

/// One table of groups with one rate, or the sentence why there is none.
pub(super) fn table(language: Language, rates: &RateTables, rate: Rate) -> AnyView {
    let (table, hidden) = rate.of(rates);
    let Some(table) = table else {
        return view! { <p class="soft">{text!(language, fairness.table_all_hidden)}</p> }.into_any();
    };
    let count = if rates.unknown == 0 {
        text!(language, fairness.table_n_all, n = rates.people).to_string()
    } else {
        text!(language, fairness.table_n, n = rates.people, unknown = rates.unknown).to_string()
    };
    view! {
        <p class="fine">{count}</p>
        {drawn(language, rates.table, table, hidden, rate)}
    }
    .into_any()
}

fn drawn(
    language: Language,
    kind: GroupTable,
    table: &RateTable,
    hidden: &[GroupCodes],
    rate: Rate,
) -> AnyView {
    let share = match rate {
        Rate::Scoring => text!(language, fairness.col_scoring),
        Rate::Selection => text!(language, fairness.col_selection),
    };
    let columns = [
        share,
        text!(language, fairness.col_ratio),
        text!(language, fairness.col_test),
        text!(language, fairness.col_verdict),
    ];
    let rows = table.rows.iter().map(|row| line(language, kind, row, columns)).collect_view();
    let hidden = (!hidden.is_empty()).then(|| {
        let names: Vec<String> = hidden.iter().map(|codes| group_name(language, kind, codes)).collect();
        let words =
            text!(language, fairness.rows_hidden, groups = names.join(separator(language))).to_string();
        view! { <p class="fine">{words}</p> }
    });
    let heads = columns.into_iter().map(|words| view! { <th scope="col">{words}</th> }).collect_view();
    let caption = table_name(language, kind);
    view! {
        <div class="table-box">
            <table class="table stacks rates">
                <caption class="visually-hidden">{format!("{caption} – {share}")}</caption>
                <thead><tr><th scope="col">{text!(language, fairness.col_group)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {hidden}
    }
    .into_any()
}

fn line(language: Language, kind: GroupTable, row: &RateRow, columns: [&'static str; 4]) -> AnyView {
    let counts = text!(language, fairness.cell_counts, selected = row.selected, n = row.n).to_string();
    let share = percent(language, row.rate);
    let [rate, ratio_head, test_head, verdict_head] = columns;
    let (ratio, test, verdict) = if row.indication == Indication::Reference {
        (
            view! { {text!(language, fairness.cell_benchmark)} }.into_any(),
            view! { "–" }.into_any(),
            view! { "–" }.into_any(),
        )
    } else {
        (ratio(language, row), test(language, row), verdict(language, row))
    };
    let small = row
        .is_below_least_share
        .then(|| view! { <span class="fine">{text!(language, fairness.cell_below_share)}</span> });
    view! {
        <tr>
            <th scope="row">{group_name(language, kind, &row.group)}{small}</th>
            <td data-label=rate>{share}" "<span class="fine">{counts}</span></td>
            <td data-label=ratio_head>{ratio}</td>
            <td data-label=test_head>{test}</td>
            <td data-label=verdict_head>{verdict}</td>
        </tr>
    }
    .into_any()
}

fn ratio(language: Language, own: &RateRow) -> AnyView {
    let Some(ratio) = own.ratio else {
        return view! { {text!(language, fairness.cell_no_ratio)} }.into_any();
    };
    let low = decimals(language, own.interval.0, 2);
    let interval = match own.interval.1 {
        Some(high) => {
            text!(language, fairness.cell_interval, low = low, high = decimals(language, high, 2)).to_string()
        }
        None => text!(language, fairness.cell_interval_open, low = low).to_string(),
    };
    view! { {decimals(language, ratio, 2)}" "<span class="fine">{interval}</span> }.into_any()
}

fn test(language: Language, own: &RateRow) -> AnyView {
    let points = |share: f64| signed(language, share * 100.0, 0);
    let difference = text!(
        language,
        fairness.cell_difference,
        points = points(own.difference),
        low = points(own.difference_interval.0),
        high = points(own.difference_interval.1)
    )
    .to_string();
    let distance = text!(language, fairness.cell_sds, z = signed(language, own.z, 1)).to_string();
    let fisher = text!(
        language,
        fairness.cell_fisher,
        p = probability(language, own.fisher_p),
        mid = probability(language, own.fisher_mid_p)
    )
    .to_string();
    let used = if own.is_exact {
        text!(language, fairness.cell_exact).to_owned()
    } else {
        text!(language, fairness.cell_z, p = probability(language, own.z_p)).to_string()
    };
    view! { {difference}" "<span class="fine">{[distance, fisher, used].join(separator(language))}</span> }
        .into_any()
}

/// Between the parts of a list; in French with a narrow space that does not break.
pub(super) const fn separator(language: Language) -> &'static str {
    match language {
        Language::Fr => "\u{202f}; ",
        Language::En => "; ",
    }
}

fn probability(language: Language, p: f64) -> String {
    if p < 0.001 {
        return format!("< {}", decimals(language, 0.001, 3));
    }
    format!("= {}", decimals(language, p, 3))
}

fn verdict(language: Language, own: &RateRow) -> AnyView {
    let (class, words) = match own.indication {
        Indication::AdverseImpact => ("badge is-alert", text!(language, fairness.verdict_indicated)),
        Indication::Review => ("badge is-care", text!(language, fairness.verdict_review)),
        Indication::NotIndicated => ("badge", text!(language, fairness.verdict_not_indicated)),
        Indication::Reference => ("badge", text!(language, fairness.cell_benchmark)),
    };
    let mut notes = Vec::new();
    if own.is_reversed_by_one {
        notes.push(text!(language, fairness.note_flip).to_owned());
    }
    if own.is_adverse {
        let count = usize::try_from(own.to_four_fifths).unwrap_or(usize::MAX);
        notes.push(text!(language, fairness.note_to_four_fifths, count = count).to_string());
    }
    if own.indication == Indication::NotIndicated {
        notes.push(match own.detectable {
            Some(ratio) => {
                text!(language, fairness.note_detectable, ratio = decimals(language, ratio, 2)).to_string()
            }
            None => text!(language, fairness.note_nothing_detectable).to_owned(),
        });
    }
    let notes = notes.into_iter().map(|note| view! { <span class="fine">{note}</span> }).collect_view();
    view! { <span class=class>{words}</span>{notes} }.into_any()
}
