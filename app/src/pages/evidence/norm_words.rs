//! What a report and a comparison say of the comparison group: every percentile with the group's name, date and size.

use domain::language::Language;
use leptos::prelude::*;
use services::norm_groups::{NormGroup, PEOPLE_FOR_PERCENTILES};
use services::report::ReportScore;

use crate::components::plot::{decimals, points_short, whole};
use crate::pages::review::frame::day;
use crate::text;

/// A percentile as it is shown: never 0 and never 100.
fn rank(language: Language, value: f64) -> String {
    if value < 1.0 {
        text!(language, evidence.percentile_first).to_owned()
    } else if value > 99.0 {
        text!(language, evidence.percentile_last).to_owned()
    } else {
        whole(value)
    }
}

/// The percentile of a score in a group with those of the limits of its interval; nothing under 100 people.
pub(in crate::pages) fn percentile_words(
    language: Language,
    group: &NormGroup,
    score: ReportScore,
) -> Option<String> {
    let reading = group.percentile(score)?;
    let (at, low, high) =
        (rank(language, reading.at), rank(language, reading.low), rank(language, reading.high));
    Some(text!(language, evidence.percentile, at = at, low = low, high = high).to_string())
}

/// The group: its name, date, size, mean and standard deviation, and its quartiles or why there are none.
pub(in crate::pages) fn group_sentence(language: Language, zone: &str, group: &NormGroup) -> String {
    let one = |value: f64| decimals(language, value, 1);
    let words = text!(
        language,
        evidence.group_words,
        name = group.head.name(language).to_owned(),
        n = group.head.n,
        date = day(language, zone, group.head.made_at),
        mean = one(group.mean),
        sd = one(group.sd)
    )
    .to_string();
    let more = match group.quartiles {
        Some(found) => text!(
            language,
            evidence.group_quartiles,
            q1 = points_short(language, found.q1),
            median = points_short(language, found.median),
            q3 = points_short(language, found.q3)
        )
        .to_string(),
        None => text!(language, evidence.no_percentile, n = PEOPLE_FOR_PERCENTILES).to_string(),
    };
    format!("{words} {more}")
}

/// A link to the group.
pub(in crate::pages) fn group_link(language: Language, group: &NormGroup) -> AnyView {
    let path = format!("/norms/{}", group.head.id);
    view! { <a class="no-print" href=path>{text!(language, evidence.group_link)}</a> }.into_any()
}

/// The group with a link to it.
pub(in crate::pages) fn norm_group(language: Language, zone: &str, group: &NormGroup) -> AnyView {
    view! { <p class="soft">{group_sentence(language, zone, group)}" "{group_link(language, group)}</p> }
        .into_any()
}

/// What a report says: the percentile first, how it is reckoned, then the group.
pub(in crate::pages) fn norm_sentence(
    language: Language,
    zone: &str,
    group: &NormGroup,
    score: ReportScore,
) -> String {
    let words = group_sentence(language, zone, group);
    match percentile_words(language, group, score) {
        Some(percentile) => format!("{percentile} {words} {}", text!(language, evidence.percentile_formula)),
        None => words,
    }
}
