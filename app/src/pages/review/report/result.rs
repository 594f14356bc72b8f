//! The overall result of a report and its profile.

use domain::language::Language;
use leptos::prelude::*;
use services::ranking::UnrankedReason;
use services::report::{FamilyResult, Place, Report, ReportScore};
use services::snapshots::statistics::Distribution;

use crate::components::band::Band;
use crate::components::plot::{decimals, whole};
use crate::components::score_axis::{KeyMark, Marked, axis_head, key_mark, profile_lane, report_axis};
use crate::pages::evidence::norm_words::{group_link, norm_sentence};
use crate::pages::review::frame::day;
use crate::text;

/// The total with its interval, its group and what it is compared with.
pub(super) fn view(language: Language, report: &Report) -> AnyView {
    view! {
        <section aria-labelledby="result">
            <h2 id="result">{text!(language, review.result_title)}</h2>
            {match report.score {
                Some(score) => with_score(language, report, score),
                None => without_score(language, report),
            }}
            {counts(language, report)}
        </section>
    }
    .into_any()
}

fn with_score(language: Language, report: &Report, score: ReportScore) -> AnyView {
    let interval = interval_words(language, score);
    let middle_half = middle_half(report);
    view! {
        <div class="result">
            <p class="figure">{whole(score.score)}</p>
            <p>
                <b>{interval}</b>" "{text!(language, review.result_nineteen)}<br/>
                {place_words(language, report)}
            </p>
        </div>
        {report_axis(marked(score), middle_half, report.measure.chance_level)}
        {ranks(language, report)}
        <p class="soft">{sem_words(language, report, score)}</p>
        <p class="soft">{group_words(language, report)}" "{report.norm.as_ref().map(|norm| group_link(language, norm))}</p>
    }
    .into_any()
}

/// The middle half of the group that the score is compared with; nothing of a chosen group under 100 people.
pub(in crate::pages::review) fn middle_half(report: &Report) -> Option<(f64, f64)> {
    match &report.norm {
        Some(norm) => norm.quartiles.map(|quartiles| (quartiles.q1, quartiles.q3)),
        None => report.group.map(|group| (group.q1, group.q3)),
    }
}

/// The total with its interval and nothing of other people: for who sees this report alone.
pub(in crate::pages::review) fn alone(language: Language, report: &Report) -> AnyView {
    let body = match report.score {
        Some(score) => {
            let (low, high) = (whole(score.low), whole(score.high));
            let interval = text!(language, review.result_interval, low = low, high = high).to_string();
            let sem = text!(
                language,
                review.result_sem,
                sem = decimals(language, score.sem, 1),
                chance = decimals(language, report.measure.chance_level, 1)
            );
            view! {
                <div class="result">
                    <p class="figure">{whole(score.score)}</p>
                    <p><b>{interval}</b>" "{text!(language, review.result_nineteen)}</p>
                </div>
                {report_axis(marked(score), None, report.measure.chance_level)}
                <p class="soft">{sem.to_string()}</p>
            }
            .into_any()
        }
        None => without_score(language, report),
    };
    view! {
        <section aria-labelledby="result">
            <h2 id="result">{text!(language, review.result_title)}</h2>
            {body}
            {counts(language, report)}
        </section>
    }
    .into_any()
}

/// The interval of a total in words.
pub(in crate::pages::review) fn interval_words(language: Language, score: ReportScore) -> String {
    text!(language, review.result_interval, low = whole(score.low), high = whole(score.high)).to_string()
}

/// The standard error, and what answers at random give.
pub(in crate::pages::review) fn sem_words(language: Language, report: &Report, score: ReportScore) -> String {
    text!(
        language,
        review.result_sem,
        sem = decimals(language, score.sem, 1),
        chance = decimals(language, report.measure.chance_level, 1)
    )
    .to_string()
}

const fn marked(score: ReportScore) -> Marked {
    Marked { low: score.low, score: score.score, high: score.high }
}

fn place_words(language: Language, report: &Report) -> AnyView {
    let Some(place) = report.place else { return no_place_words(language, report).into_any() };
    view! { <Band band=place.band.band/>" "{band_words(language, place)} }.into_any()
}

/// Why no group is told: it comes with the next ranking, or once the viewer has rated everybody.
pub(in crate::pages::review) fn no_place_words(language: Language, report: &Report) -> String {
    match report.rating_first.unrated {
        0 => text!(language, review.result_not_yet).to_owned(),
        unrated => text!(language, deciding.first_place, count = unrated).to_string(),
    }
}

/// The group and how many people it holds.
pub(in crate::pages::review) fn band_words(language: Language, place: Place) -> String {
    let band = place.band;
    let letters = services::ranking::band_letters(band.band);
    match band.n - 1 {
        0 => text!(language, review.result_band_alone, band = letters).to_string(),
        others => text!(language, review.result_band, count = others, band = letters).to_string(),
    }
}

fn ranks(language: Language, report: &Report) -> Option<AnyView> {
    let (ranks, version) = ranks_words(language, report)?;
    Some(view! { <p>{ranks}" "<span class="soft">{version}</span></p> }.into_any())
}

/// The ranks that are possible, and the version that they belong to.
pub(in crate::pages::review) fn ranks_words(language: Language, report: &Report) -> Option<(String, String)> {
    let (place, version) = (report.place?, report.version.as_ref()?);
    let ranks = text!(
        language,
        review.result_ranks,
        low = place.rank_low,
        high = place.rank_high,
        n = version.n_ranked
    );
    let version = text!(
        language,
        review.result_version,
        sequence = version.sequence,
        date = day(language, &report.campaign.time_zone, version.made_at)
    );
    Some((ranks.to_string(), version.to_string()))
}

/// What the score is compared with.
pub(in crate::pages::review) fn group_words(language: Language, report: &Report) -> String {
    if report.rating_first.unrated > 0 {
        return String::new();
    }
    if let (Some(norm), Some(score)) = (&report.norm, report.score) {
        return norm_sentence(language, &report.campaign.time_zone, norm, score);
    }
    let (Some(group), Some(version)) = (report.group, report.version.as_ref()) else {
        return text!(language, review.group_small).to_owned();
    };
    let one = |value: f64| decimals(language, value, 1);
    text!(
        language,
        review.group_text,
        n = group.n,
        date = day(language, &report.campaign.time_zone, version.made_at),
        mean = one(group.mean),
        sd = group.sd.map_or_else(|| "–".to_owned(), one),
        q1 = one(group.q1),
        median = one(group.median),
        q3 = one(group.q3)
    )
    .to_string()
}

fn without_score(language: Language, report: &Report) -> AnyView {
    view! { <p class="lede">{unranked_words(language, report)}</p> }.into_any()
}

/// Why there is no score.
pub(in crate::pages::review) fn unranked_words(language: Language, report: &Report) -> &'static str {
    match report.unranked {
        Some(UnrankedReason::TooFewAnswers) => text!(language, review.result_unranked_few),
        _ => text!(language, review.result_unranked_nothing),
    }
}

fn counts(language: Language, report: &Report) -> Option<AnyView> {
    counts_words(language, report).map(|words| view! { <p class="soft">{words}</p> }.into_any())
}

/// How many answers the score stands on; told when something is missing.
pub(in crate::pages::review) fn counts_words(language: Language, report: &Report) -> Option<String> {
    let counts = report.counts;
    if counts.answered == counts.scored {
        return None;
    }
    let words = text!(
        language,
        review.result_counts,
        scored = counts.scored,
        answered = counts.answered,
        zero = counts.counted_zero,
        left = counts.left_out
    );
    Some(words.to_string())
}

/// The profile, or the sentence that there is none.
pub(in crate::pages::review) fn profile(language: Language, report: &Report) -> AnyView {
    let body = if report.families.is_empty() {
        view! { <p>{text!(language, review.profile_none)}</p> }.into_any()
    } else {
        profile_table(language, &report.families)
    };
    view! {
        <section class="section" aria-labelledby="profile">
            <h2 id="profile">{text!(language, review.profile_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn profile_table(language: Language, families: &[FamilyResult]) -> AnyView {
    let rows = families.iter().map(|family| profile_row(language, family)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks lanes" role="table">
                <caption class="visually-hidden">{text!(language, review.profile_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, review.profile_family)}</th>
                        <th role="columnheader" scope="col" class="lane">
                            <span class="visually-hidden">{text!(language, review.profile_lane)}</span>
                            {axis_head()}
                        </th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, review.col_score)}</th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, review.profile_group)}</th>
                        <th role="columnheader" scope="col">{text!(language, review.profile_reading)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <ul class="legend">
            <li>{key_mark(KeyMark::Interval)}" "{text!(language, review.col_score)}</li>
            <li>{key_mark(KeyMark::Norm)}" "{text!(language, review.profile_group)}</li>
        </ul>
    }
    .into_any()
}

fn profile_row(language: Language, family: &FamilyResult) -> AnyView {
    let score_label = text!(language, review.col_score);
    let group_label = text!(language, review.profile_group);
    let reading_label = text!(language, review.profile_reading);
    let name = view! { <th scope="row" role="rowheader"><b>{family.name.clone()}</b></th> };
    let Some((score, group)) = family.result else {
        return view! {
            <tr role="row">
                {name}
                <td class="lane" role="cell"><span class="fine">{text!(language, review.profile_not_measurable)}</span></td>
                <td class="is-num" role="cell" data-label=score_label>"–"</td>
                <td class="is-num" role="cell" data-label=group_label>"–"</td>
                <td role="cell" data-label=reading_label>{text!(language, review.profile_interview)}</td>
            </tr>
        }
        .into_any();
    };
    let interval = |low: f64, high: f64| {
        text!(language, review.interval, low = whole(low), high = whole(high)).to_string()
    };
    view! {
        <tr role="row">
            {name}
            <td class="lane" role="cell">{profile_lane(marked(score), (group.q1, group.q3))}</td>
            <td class="is-num" role="cell" data-label=score_label>
                <span class="score">{whole(score.score)}</span>" "
                <span class="fine">{interval(score.low, score.high)}</span>
            </td>
            <td class="is-num" role="cell" data-label=group_label>{interval(group.q1, group.q3)}</td>
            <td role="cell" data-label=reading_label>{reading(language, score, group)}</td>
        </tr>
    }
    .into_any()
}

/// Above or below only when the interval leaves the mean out.
pub(in crate::pages::review) fn reading(
    language: Language,
    score: ReportScore,
    group: Distribution,
) -> &'static str {
    if score.low > group.mean {
        text!(language, review.profile_above)
    } else if score.high < group.mean {
        text!(language, review.profile_below)
    } else {
        text!(language, review.profile_unsure)
    }
}
