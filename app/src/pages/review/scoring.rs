//! How a campaign is scored: its snapshots, the keys of its pack, its published rankings. For owners.

use actix_web::{HttpResponse, web};
use domain::ids::{CampaignId, KeyRowId};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::rescore::{KeyHead, Scoring, SnapshotLine};
use services::viewer::Staff;

use crate::components::campaign_tabs::{CampaignTab, campaign_tabs};
use crate::components::icon::Icon;
use crate::components::plot::decimals;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, day, measure_words, pilot_notice, time};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done, and to how many.
#[derive(Deserialize)]
pub(super) struct Asked {
    snapshot: Option<u32>,
    rescored: Option<u32>,
}

/// Another key.
#[derive(Deserialize)]
pub(super) struct KeyForm {
    #[serde(default)]
    key: String,
}

/// `GET /campaigns/{campaign}/scoring`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    let scoring = ctx.run(move |services| services.scoring(&asker, &campaign)).await?;
    let language = ctx.language;
    let done = match (asked.snapshot, asked.rescored) {
        (Some(n), _) => Some(text!(language, review.snapshot_done, n = n).to_string()),
        (None, Some(n)) => Some(text!(language, review.rescore_done, n = n).to_string()),
        (None, None) => None,
    };
    let title = text!(language, review.scoring_title, campaign = scoring.campaign.title.clone());
    let frame = Frame {
        title: title.to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &scoring, done)))
}

/// `POST /campaigns/{campaign}/snapshots`
pub(super) async fn take(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let path = format!("/campaigns/{campaign}/scoring");
    let taken = ctx.run(move |services| services.take_snapshot(&staff, &campaign)).await?;
    Ok(see_other(&format!("{path}?snapshot={}", taken.n)))
}

/// `POST /campaigns/{campaign}/rescore`
pub(super) async fn rescore(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
    form: web::Form<KeyForm>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let key = KeyRowId::parse(&form.key).map_err(|_| Fault::NotFound)?;
    let path = format!("/campaigns/{campaign}/scoring");
    let n = ctx.run(move |services| services.rescore(&staff, &campaign, &key)).await?;
    Ok(see_other(&format!("{path}?rescored={n}")))
}

fn page(language: Language, staff: &Staff, scoring: &Scoring, done: Option<String>) -> AnyView {
    let campaign = &scoring.campaign;
    let done = done.map(|words| {
        view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
    });
    view! {
        {crumbs(language, campaign, Some(text!(language, review.scoring_heading).to_owned()))}
        <div class="page-head">
            <div>
                <h1>{text!(language, review.scoring_heading)}</h1>
                <p class="fine">{measure_words(language, &scoring.measure, &campaign.time_zone)}</p>
            </div>
        </div>
        {campaign_tabs(language, staff, &campaign.id, CampaignTab::Scoring)}
        {done}
        {pilot_notice(language, &scoring.measure)}
        <p class="soft">{text!(language, review.scoring_intro)}</p>
        {snapshots(language, scoring)}
        {keys(language, scoring)}
        {versions(language, scoring)}
    }
    .into_any()
}

/// The heads of a table, the first of which names its rows.
fn heads(words: &[&'static str]) -> AnyView {
    let heads =
        words.iter().map(|words| view! { <th role="columnheader" scope="col">{*words}</th> }).collect_view();
    view! { <thead role="rowgroup"><tr role="row">{heads}</tr></thead> }.into_any()
}

fn snapshots(language: Language, scoring: &Scoring) -> AnyView {
    let id = &scoring.campaign.id;
    let rows = scoring.snapshots.iter().map(|line| snapshot_row(language, scoring, line)).collect_view();
    let table = (!scoring.snapshots.is_empty()).then(|| {
        view! {
            <div class="table-box">
                <table class="table stacks" role="table" aria-labelledby="snapshots">
                    {heads(&[
                        text!(language, review.snapshot_date),
                        text!(language, review.snapshot_n),
                        text!(language, review.snapshot_sem),
                        text!(language, review.snapshot_families),
                        text!(language, review.snapshot_reason),
                    ])}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="section" aria-labelledby="snapshots">
            <h2 id="snapshots">{text!(language, review.snapshots_title)}</h2>
            <p class="soft">{text!(language, review.snapshots_intro)}</p>
            {table}
            <form class="row" method="post" action=format!("/campaigns/{id}/snapshots")>
                <button class="button">{text!(language, review.snapshot_take)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn snapshot_row(language: Language, scoring: &Scoring, line: &SnapshotLine) -> AnyView {
    let reason = match line.reason.as_str() {
        "initial" => text!(language, review.snapshot_reason_initial),
        "owner" => text!(language, review.snapshot_reason_owner),
        _ => text!(language, review.snapshot_reason_job),
    };
    let (zone, at) = (&scoring.campaign.time_zone, line.head.taken_at);
    let moment =
        text!(language, review.moment, date = day(language, zone, at), time = time(language, zone, at));
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{moment.to_string()}</th>
            <td role="cell" data-label=text!(language, review.snapshot_n)>{line.head.n}</td>
            <td role="cell" data-label=text!(language, review.snapshot_sem)>{decimals(language, line.sem, 1)}</td>
            <td role="cell" data-label=text!(language, review.snapshot_families)>{line.n_reportable}</td>
            <td role="cell" data-label=text!(language, review.snapshot_reason)>{reason}</td>
        </tr>
    }
    .into_any()
}

fn keys(language: Language, scoring: &Scoring) -> AnyView {
    let rows = scoring.keys.iter().map(|key| key_row(language, scoring, key)).collect_view();
    view! {
        <section class="section" aria-labelledby="keys">
            <h2 id="keys">{text!(language, review.keys_title)}</h2>
            <div class="table-box">
                <table class="table stacks" role="table" aria-labelledby="keys">
                    {heads(&[
                        text!(language, review.key_version),
                        text!(language, review.key_origin),
                        text!(language, review.key_use),
                    ])}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            {(scoring.keys.len() > 1).then(|| view! { <p class="fine">{text!(language, review.rescore_note)}</p> })}
        </section>
    }
    .into_any()
}

fn key_row(language: Language, scoring: &Scoring, key: &KeyHead) -> AnyView {
    let origin = if key.is_provisional {
        text!(language, review.key_authors).to_owned()
    } else {
        text!(language, review.key_panel, n = key.n_experts).to_string()
    };
    let used = if key.is_current {
        text!(language, review.key_is_used).into_any()
    } else {
        let words = text!(language, review.key_rescore, key = key.version.clone()).to_string();
        view! {
            <form method="post" action=format!("/campaigns/{}/rescore", scoring.campaign.id)>
                <input type="hidden" name="key" value=key.key_row.clone()/>
                <button class="button is-quiet is-small">{words}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{key.version.clone()}</th>
            <td role="cell" data-label=text!(language, review.key_origin)>{origin}</td>
            <td role="cell" data-label=text!(language, review.key_use)>{used}</td>
        </tr>
    }
    .into_any()
}

fn versions(language: Language, scoring: &Scoring) -> AnyView {
    let zone = &scoring.campaign.time_zone;
    let rows = scoring
        .versions
        .iter()
        .map(|version| {
            let moment = text!(
                language,
                review.moment,
                date = day(language, zone, version.made_at),
                time = time(language, zone, version.made_at)
            );
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{version.sequence}</th>
                    <td role="cell" data-label=text!(language, review.snapshot_date)>{moment.to_string()}</td>
                    <td role="cell" data-label=text!(language, review.version_finished)>{version.n_finished}</td>
                    <td role="cell" data-label=text!(language, review.version_ranked)>{version.n_ranked}</td>
                </tr>
            }
        })
        .collect_view();
    let body = if scoring.versions.is_empty() {
        view! { <p class="soft">{text!(language, review.versions_none)}</p> }.into_any()
    } else {
        view! {
            <div class="table-box">
                <table class="table stacks" role="table" aria-labelledby="versions">
                    {heads(&[
                        text!(language, review.version_number),
                        text!(language, review.snapshot_date),
                        text!(language, review.version_finished),
                        text!(language, review.version_ranked),
                    ])}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="versions">
            <h2 id="versions">{text!(language, review.versions_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}
