//! The technical manual: prose around the numbers that the product stores, each with how many people it stands on.

mod evidence;
pub(super) mod tables;

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
use crate::pages::review::manual::tables::ManualTable;
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
    let pdf = format!("/campaigns/{}/manual.pdf", told.campaign.id);
    let parts = parts(language, told).into_iter().map(drawn).collect_view();
    view! {
        {crumbs(language, &told.campaign, Some(text!(language, manual.here).to_owned()))}
        <h1>{text!(language, manual.heading)}</h1>
        <p class="lede">{text!(language, manual.lede)}</p>
        <p class="fine">{measure_words(language, &told.measure, zone)}</p>
        <p class="no-print"><a class="button is-quiet" href=pdf>{text!(language, paper.download)}</a></p>
        {demo}
        {parts}
        {evidence::links(language, told)}
    }
    .into_any()
}

/// A part of the manual.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) pieces: Vec<Piece>,
}

/// What a part holds.
pub(super) enum Piece {
    Paragraph(String),
    List(Vec<&'static str>),
    Table(ManualTable),
}

fn drawn(part: Part) -> AnyView {
    let pieces = part.pieces.into_iter().map(|piece| match piece {
        Piece::Paragraph(words) => view! { <p>{words}</p> }.into_any(),
        Piece::List(lines) => {
            view! { <ul>{lines.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul> }
                .into_any()
        }
        Piece::Table(table) => tables::drawn(table),
    });
    let Part { id, title, .. } = part;
    view! { <section class="section" aria-labelledby=id><h2 id=id>{title}</h2>{pieces.collect_view()}</section> }
        .into_any()
}

/// The parts of the manual in their order, for screen and paper alike.
pub(super) fn parts(language: Language, told: &Manual) -> Vec<Part> {
    let words = |id, title, words: &str| Part { id, title, pieces: vec![Piece::Paragraph(words.to_owned())] };
    [
        Some(words("purpose", text!(language, manual.purpose), text!(language, manual.purpose_text))),
        Some(made(language, told)),
        Some(key(language, told)),
        Some(words("score", text!(language, manual.score), text!(language, manual.score_text))),
        Some(people(language, told)),
        error(language, told),
        Some(reliability(language, told)),
        tables::dimensions(language, told),
        tables::families(language, told),
        tables::items(language, told),
        Some(ranking(language, told)),
        Some(evidence::norms(language, told)),
        Some(evidence::validity(language, told)),
        Some(evidence::groups(language, told)),
        Some(fixed(language, told)),
        Some(unknown(language, told)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn paragraphs(id: &'static str, title: &'static str, words: Vec<String>) -> Part {
    Part { id, title, pieces: words.into_iter().map(Piece::Paragraph).collect() }
}

fn made(language: Language, told: &Manual) -> Part {
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
    let tables = tables::coverage(language, told).map(Piece::Table);
    let pieces = std::iter::once(Piece::Paragraph(words)).chain(tables).collect();
    Part { id: "made", title: text!(language, manual.made), pieces }
}

fn key(language: Language, told: &Manual) -> Part {
    let version = told.measure.key_version.clone();
    let origin = if told.measure.is_provisional {
        text!(language, manual.key_authors, version = version).to_string()
    } else {
        text!(language, manual.key_panel, version = version, n = told.measure.n_experts).to_string()
    };
    let public = told.measure.is_public.then(|| text!(language, manual.key_public).to_owned());
    paragraphs("key", text!(language, manual.key), std::iter::once(origin).chain(public).collect())
}

/// Fewest people of whom the manual tells anything.
const FEWEST: u32 = 30;

/// The statistics when they describe enough people for nobody to be known in them.
fn described(told: &Manual) -> Option<&SnapshotStatistics> {
    told.statistics.as_ref().filter(|statistics| statistics.n >= FEWEST)
}

fn people(language: Language, told: &Manual) -> Part {
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
        .then(|| text!(language, manual.people_taken, list = taken.join(", ")).to_string());
    paragraphs("people", text!(language, manual.people), std::iter::once(words).chain(taken).collect())
}

fn error(language: Language, told: &Manual) -> Option<Part> {
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
    Some(paragraphs("error", text!(language, manual.error), vec![format!("{words} {residual}")]))
}

fn reliability(language: Language, told: &Manual) -> Part {
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
    paragraphs("reliability", text!(language, manual.reliability), vec![words])
}

fn ranking(language: Language, told: &Manual) -> Part {
    let words = match &told.version {
        None => vec![text!(language, manual.rank_none).to_owned()],
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
            vec![rule.to_string(), last.to_string()]
        }
    };
    paragraphs("rank", text!(language, manual.rank), words)
}

fn fixed(language: Language, told: &Manual) -> Part {
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
    paragraphs("fixed", text!(language, manual.fixed), vec![words])
}

fn unknown(language: Language, told: &Manual) -> Part {
    let lines = [
        (!evidence::is_validity_known(told)).then_some(text!(language, manual.unknown_validity)),
        tables::found_dimensions(told).is_none().then_some(text!(language, manual.unknown_dimension)),
        (!evidence::are_groups_known(told)).then_some(text!(language, manual.unknown_dif)),
        Some(text!(language, manual.unknown_ends)),
        Some(text!(language, manual.unknown_retest)),
        Some(text!(language, manual.unknown_language)),
    ];
    let lines = lines.into_iter().flatten().collect();
    Part { id: "unknown", title: text!(language, manual.unknown), pieces: vec![Piece::List(lines)] }
}
