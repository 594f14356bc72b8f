//! A campaign at a glance: charts drawn on the server, each of them a table too.

use actix_web::web;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::overview::{FINISHERS_FOR_TIMES, Overview, PEOPLE_FOR_FAMILIES, ScoreSpread, TimeSpread};
use services::ranking::band_letters;
use services::viewer::Staff;

use crate::components::campaign_tabs::{CampaignTab, campaign_tabs};
use crate::components::plot::{decimals, whole};
use crate::components::score_axis::{Marked, bar_lane, histogram, mean_lane};
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, day, measure_words, pilot_notice};
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}/overview`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let (asker, language) = (staff.clone(), ctx.language);
    let told = ctx.run(move |services| services.overview(&asker, &campaign, language)).await?;
    let frame = Frame {
        title: text!(language, review.overview_title, campaign = told.campaign.title.clone()).to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &told)))
}

fn page(language: Language, staff: &Staff, told: &Overview) -> AnyView {
    let zone = &told.campaign.time_zone;
    view! {
        {crumbs(language, &told.campaign, Some(text!(language, review.overview_here).to_owned()))}
        <h1>{told.campaign.title.clone()}</h1>
        {campaign_tabs(language, staff, &told.campaign.id, CampaignTab::Overview)}
        {pilot_notice(language, &told.measure)}
        <p class="fine">{measure_words(language, &told.measure, zone)}</p>
        {scores(language, told)}
        {families(language, told)}
        {funnel(language, told)}
        {satisfaction(language, told)}
        {times(language, told)}
    }
    .into_any()
}

/// A part of the page with its heading.
fn part(id: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! { <section class="section" aria-labelledby=id><h2 id=id>{title}</h2>{body}</section> }.into_any()
}

fn scores(language: Language, told: &Overview) -> AnyView {
    let body = match &told.scores {
        None if told.unrated > 0 => {
            let words = text!(language, deciding.first_overview, count = told.unrated).to_string();
            view! { <p>{words}</p> }.into_any()
        }
        None => view! { <p>{text!(language, review.overview_scores_none)}</p> }.into_any(),
        Some(spread) => score_chart(language, &told.campaign.time_zone, spread),
    };
    part("scores", text!(language, review.overview_scores), body)
}

fn score_chart(language: Language, zone: &str, spread: &ScoreSpread) -> AnyView {
    let words = text!(
        language,
        review.overview_scores_words,
        n = spread.n,
        mean = decimals(language, spread.mean, 1),
        median = decimals(language, spread.median, 1),
        sd = spread.sd.map_or_else(|| "–".to_owned(), |sd| decimals(language, sd, 1)),
        date = day(language, zone, spread.version.made_at)
    );
    let borders: Vec<f64> = spread.bands.iter().map(|band| band.highest).collect();
    let rows = (0_u32..)
        .zip(&spread.bins)
        .filter(|(_, n)| **n > 0)
        .map(|(bin, n)| {
            let (low, high) = (5 * bin, 5 * bin + 5);
            // The last bin holds 100 itself.
            let label = if bin == 19 {
                text!(language, review.interval, low = low, high = high).to_string()
            } else {
                text!(language, review.overview_bin, low = low, high = high).to_string()
            };
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{label}</th>
                    <td class="is-num" role="cell">{*n}</td>
                </tr>
            }
        })
        .collect_view();
    let bands = spread
        .bands
        .iter()
        .map(|band| {
            let words = text!(
                language,
                review.overview_band,
                band = band_letters(band.band),
                low = decimals(language, band.lowest, 1),
                high = decimals(language, band.highest, 1),
                count = band.n
            );
            view! { <li>{words.to_string()}</li> }
        })
        .collect_view();
    view! {
        <p>{words.to_string()}</p>
        {histogram(&spread.bins, &borders)}
        <p class="fine">{text!(language, review.overview_borders)}</p>
        <ul class="legend">{bands}</ul>
        <details class="no-print">
            <summary>{text!(language, review.overview_table)}</summary>
            <div class="table-box">
                <table class="table" role="table">
                    <caption class="visually-hidden">{text!(language, review.overview_scores)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, review.col_score)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, review.overview_people)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// One row of a table of bars: what it is, its bar, its number.
struct BarRow {
    label: String,
    share: f64,
    number: String,
}

/// A table whose rows are bars.
fn bars(caption: &'static str, heads: [&'static str; 2], rows: Vec<BarRow>) -> AnyView {
    let number_head = heads[1];
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{row.label}</th>
                    <td class="lane" role="cell">{bar_lane(row.share)}</td>
                    <td class="is-num" role="cell" data-label=number_head>{row.number}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks lanes" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{heads[0]}</th>
                        <td class="lane" role="cell"></td>
                        <th role="columnheader" scope="col" class="is-num">{number_head}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A part of a whole, 0 to 1; 0 of nothing.
fn share(part: i64, whole: i64) -> f64 {
    let number = |n: i64| u32::try_from(n).map_or(0.0, f64::from);
    if whole > 0 { number(part) / number(whole) } else { 0.0 }
}

/// A number and its share in percent.
fn of_whole(language: Language, part: i64, whole_number: i64) -> String {
    let percent = whole(100.0 * share(part, whole_number));
    text!(language, review.overview_share, n = part, percent = percent).to_string()
}

fn funnel(language: Language, told: &Overview) -> AnyView {
    let funnel = told.funnel;
    let most = funnel.invited.max(funnel.started);
    let row =
        |label: String, n: i64| BarRow { label, share: share(n, most), number: of_whole(language, n, most) };
    let mut rows = vec![
        row(text!(language, review.overview_invited).to_owned(), funnel.invited),
        row(text!(language, review.overview_started).to_owned(), funnel.started),
    ];
    rows.extend(told.reached.iter().map(|reached| {
        let label =
            text!(language, review.compare_scenario, n = reached.number, title = reached.title.clone())
                .to_string();
        row(label, reached.people)
    }));
    rows.push(row(text!(language, review.overview_finished).to_owned(), funnel.finished));
    let heads = [text!(language, review.overview_step), text!(language, review.overview_people)];
    let table = bars(text!(language, review.overview_funnel), heads, rows);
    let body = view! { <p>{text!(language, review.overview_funnel_words)}</p>{table} }.into_any();
    part("funnel", text!(language, review.overview_funnel), body)
}

fn families(language: Language, told: &Overview) -> AnyView {
    let body = if told.families.is_empty() {
        let words = text!(language, review.overview_families_none, n = PEOPLE_FOR_FAMILIES).to_string();
        view! { <p>{words}</p> }.into_any()
    } else {
        let rows = told
            .families
            .iter()
            .map(|family| {
                let marked = Marked { low: family.low, score: family.mean, high: family.high };
                let interval = text!(
                    language,
                    review.interval,
                    low = decimals(language, family.low, 1),
                    high = decimals(language, family.high, 1)
                );
                view! {
                    <tr role="row">
                        <th scope="row" role="rowheader">{family.name.clone()}</th>
                        <td class="lane" role="cell">{mean_lane(marked)}</td>
                        <td class="is-num" role="cell" data-label=text!(language, review.overview_mean)>
                            <b>{decimals(language, family.mean, 1)}</b>" "<span class="fine">{interval.to_string()}</span>
                        </td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <p>{text!(language, review.overview_families_words, n = told.n_families).to_string()}</p>
            <div class="table-box">
                <table class="table stacks lanes" role="table">
                    <caption class="visually-hidden">{text!(language, review.overview_families)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, review.profile_family)}</th>
                            <td class="lane" role="cell"></td>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, review.overview_mean)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    part("families", text!(language, review.overview_families), body)
}

fn satisfaction(language: Language, told: &Overview) -> AnyView {
    let body = match told.satisfaction {
        None => view! { <p>{text!(language, review.overview_satisfaction_none)}</p> }.into_any(),
        Some(told) => {
            let row = |label: &'static str, n: i64| BarRow {
                label: label.to_owned(),
                share: share(n, told.answers),
                number: of_whole(language, n, told.answers),
            };
            let rows = vec![
                row(text!(language, review.satisfaction_yes), told.favourable),
                row(text!(language, review.satisfaction_no), told.answers - told.favourable),
            ];
            let heads = [text!(language, review.col_answer), text!(language, review.overview_people)];
            bars(text!(language, review.overview_satisfaction), heads, rows)
        }
    };
    part("satisfaction", text!(language, review.overview_satisfaction), body)
}

fn times(language: Language, told: &Overview) -> AnyView {
    let body = match &told.times {
        None => {
            let words = text!(language, review.overview_times_none, n = FINISHERS_FOR_TIMES).to_string();
            view! { <p>{words}</p> }.into_any()
        }
        Some(times) => time_table(language, times),
    };
    part("times", text!(language, review.overview_times), body)
}

fn time_table(language: Language, times: &TimeSpread) -> AnyView {
    let words = text!(
        language,
        review.overview_times_words,
        n = times.n,
        median = whole(times.median),
        q1 = whole(times.quartiles.0),
        q3 = whole(times.quartiles.1)
    );
    let last = times.bins.len().saturating_sub(1);
    let first_held = times.bins.iter().position(|n| *n > 0).unwrap_or(0);
    let last_held = times.bins.iter().rposition(|n| *n > 0).unwrap_or(last);
    let rows = times
        .bins
        .iter()
        .enumerate()
        .filter(|(bin, _)| (first_held..=last_held).contains(bin))
        .map(|(bin, n)| {
            let label = if bin == last {
                text!(language, review.overview_minutes_last, low = 5 * bin).to_string()
            } else {
                text!(language, review.overview_minutes, low = 5 * bin, high = 5 * bin + 5).to_string()
            };
            let (n, all) = (i64::from(*n), i64::from(times.n));
            BarRow { label, share: share(n, all), number: of_whole(language, n, all) }
        })
        .collect();
    let heads = [text!(language, review.overview_time), text!(language, review.overview_people)];
    view! {
        <p>{words.to_string()}</p>
        {bars(text!(language, review.overview_times), heads, rows)}
    }
    .into_any()
}
