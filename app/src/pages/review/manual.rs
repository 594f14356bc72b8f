//! The technical manual: prose around the numbers that the product stores, each with how many people it stands on.

mod tables;

use actix_web::web;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::manual::Manual;
use services::snapshots::statistics::SnapshotStatistics;

use crate::components::plot::decimals;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, day, measure_words};
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}/manual`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let (asker, language) = (staff.clone(), ctx.language);
    let told = ctx.run(move |services| services.manual(&asker, &campaign, language)).await?;
    let is_demo = staff.is_demo;
    let frame = Frame {
        title: text!(language, manual.title, campaign = told.campaign.title.clone()).to_string(),
        width: Width::Mid,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, is_demo, &told)))
}

fn page(language: Language, is_demo: bool, told: &Manual) -> AnyView {
    let zone = &told.campaign.time_zone;
    let demo = is_demo.then(|| view! { <p><b>{text!(language, manual.demo)}</b></p> });
    view! {
        {crumbs(language, &told.campaign, Some(text!(language, manual.here).to_owned()))}
        <h1>{text!(language, manual.heading)}</h1>
        <p class="lede">{text!(language, manual.lede)}</p>
        <p class="fine">{measure_words(language, &told.measure, zone)}" "{text!(language, manual.print)}</p>
        {demo}
        {part("purpose", text!(language, manual.purpose), paragraph(text!(language, manual.purpose_text).to_owned()))}
        {made(language, told)}
        {key(language, told)}
        {part("score", text!(language, manual.score), paragraph(text!(language, manual.score_text).to_owned()))}
        {people(language, told)}
        {error(language, told)}
        {reliability(language, told)}
        {tables::families(language, told)}
        {tables::items(language, told)}
        {ranking(language, told)}
        {fixed(language, told)}
        {unknown(language)}
    }
    .into_any()
}

/// A part of the manual with its heading.
fn part(id: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! { <section class="section" aria-labelledby=id><h2 id=id>{title}</h2>{body}</section> }.into_any()
}

fn paragraph(words: String) -> AnyView {
    view! { <p>{words}</p> }.into_any()
}

fn made(language: Language, told: &Manual) -> AnyView {
    let scored = told.coverage.scored;
    let words = text!(
        language,
        manual.made_text,
        scenarios = scored.scenarios,
        actions = scored.actions,
        minutes = told.coverage.expected_seconds.div_ceil(60),
        chance = decimals(language, told.measure.chance_level, 1)
    )
    .to_string();
    let body = view! { <p>{words}</p>{tables::coverage(language, told)} }.into_any();
    part("made", text!(language, manual.made), body)
}

fn key(language: Language, told: &Manual) -> AnyView {
    let version = told.measure.key_version.clone();
    let origin = if told.measure.is_provisional {
        text!(language, manual.key_authors, version = version).to_string()
    } else {
        text!(language, manual.key_panel, version = version, n = told.measure.n_experts).to_string()
    };
    let public = told.measure.is_public.then(|| view! { <p>{text!(language, manual.key_public)}</p> });
    part("key", text!(language, manual.key), view! { <p>{origin}</p>{public} }.into_any())
}

/// Fewest people of whom the manual tells anything.
const FEWEST: u32 = 30;

/// The statistics when they describe enough people for nobody to be known in them.
fn described(told: &Manual) -> Option<&SnapshotStatistics> {
    told.statistics.as_ref().filter(|statistics| statistics.n >= FEWEST)
}

fn people(language: Language, told: &Manual) -> AnyView {
    let zone = &told.campaign.time_zone;
    let newest = told.snapshots.first();
    let words = match (described(told).and_then(|statistics| statistics.total), newest) {
        (Some(total), Some(newest)) => text!(
            language,
            manual.people_words,
            date = day(language, zone, newest.taken_at),
            n = total.n,
            mean = decimals(language, total.mean, 1),
            sd = total.sd.map_or_else(|| "–".to_owned(), |sd| decimals(language, sd, 1)),
            median = decimals(language, total.median, 1),
            q1 = decimals(language, total.q1, 1),
            q3 = decimals(language, total.q3, 1)
        )
        .to_string(),
        _ => text!(language, manual.people_none).to_owned(),
    };
    let taken: Vec<String> = told
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.n > 0)
        .map(|snapshot| {
            let date = day(language, zone, snapshot.taken_at);
            text!(language, manual.people_one, date = date, n = snapshot.n).to_string()
        })
        .collect();
    let taken = (!taken.is_empty())
        .then(|| paragraph(text!(language, manual.people_taken, list = taken.join(", ")).to_string()));
    part("people", text!(language, manual.people), view! { <p>{words}</p>{taken} }.into_any())
}

fn error(language: Language, told: &Manual) -> Option<AnyView> {
    let statistics = told.statistics.as_ref()?;
    let words = text!(
        language,
        manual.error_text,
        sem = decimals(language, statistics.sem, 2),
        prior = decimals(language, statistics.sem_prior, 2)
    )
    .to_string();
    let residual = match statistics.residual {
        Some(residual) => text!(
            language,
            manual.error_residual,
            s2 = decimals(language, residual.variance_of_mean, 2),
            used = residual.persons_used
        )
        .to_string(),
        None => text!(language, manual.error_prior).to_owned(),
    };
    Some(part("error", text!(language, manual.error), view! { <p>{words}" "{residual}</p> }.into_any()))
}

fn reliability(language: Language, told: &Manual) -> AnyView {
    let words = match told.statistics.as_ref().and_then(|statistics| statistics.reliability) {
        None => text!(language, manual.reliability_none).to_owned(),
        Some(found) => text!(
            language,
            manual.reliability_words,
            omega = found.omega.map_or_else(
                || text!(language, manual.reliability_omega_none).to_owned(),
                |omega| decimals(language, omega, 2)
            ),
            alpha = decimals(language, found.alpha, 2),
            low = decimals(language, found.alpha_low, 2),
            high = decimals(language, found.alpha_high, 2),
            n = found.n
        )
        .to_string(),
    };
    part("reliability", text!(language, manual.reliability), paragraph(words))
}

fn ranking(language: Language, told: &Manual) -> AnyView {
    let words = match &told.version {
        None => paragraph(text!(language, manual.rank_none).to_owned()),
        Some(version) => {
            let rule = text!(language, manual.rank_text, width = decimals(language, version.band_width, 1));
            let last = text!(
                language,
                manual.rank_version,
                sequence = version.sequence,
                date = day(language, &told.campaign.time_zone, version.made_at),
                finished = version.n_finished,
                ranked = version.n_ranked
            );
            view! { <p>{rule.to_string()}</p><p>{last.to_string()}</p> }.into_any()
        }
    };
    part("rank", text!(language, manual.rank), words)
}

fn fixed(language: Language, told: &Manual) -> AnyView {
    let words = match &told.preregistration {
        None => text!(language, manual.fixed_none).to_owned(),
        Some(fixed) => text!(
            language,
            manual.fixed_text,
            date = day(language, &told.campaign.time_zone, fixed.published_at),
            n = fixed.n_ended,
            hash = fixed.hash.clone()
        )
        .to_string(),
    };
    part("fixed", text!(language, manual.fixed), paragraph(words))
}

fn unknown(language: Language) -> AnyView {
    let lines = [
        text!(language, manual.unknown_validity),
        text!(language, manual.unknown_dimension),
        text!(language, manual.unknown_dif),
        text!(language, manual.unknown_retest),
        text!(language, manual.unknown_language),
    ];
    let lines = lines.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
    part("unknown", text!(language, manual.unknown), view! { <ul>{lines}</ul> }.into_any())
}
