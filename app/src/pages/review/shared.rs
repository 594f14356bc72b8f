//! What a share link shows to somebody without an account: one report, reduced and blind; and the one page of links
//! that open nothing.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;
use services::share_links::SharedReport;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{day, measure_words, pilot_notice, time};
use crate::pages::review::report::{answers, beyond, result};
use crate::render::Page;
use crate::shell::{Bar, Frame, Width};
use crate::text;

/// The query: what to show open.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    open: String,
}

/// `GET /s/{token}`
pub(super) async fn show(
    ctx: Ctx,
    token: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Fault> {
    let (token, address, language) = (token.into_inner(), ctx.address.clone(), ctx.language);
    let opened =
        ctx.try_run(move |services| services.open_share(&token, address.as_deref(), language)).await?;
    let page = match opened {
        Ok(shared) => draw(&ctx, &shared, asked.open == "all"),
        Err(ServiceError::NotFound) => draw_nothing(&ctx),
        Err(error) => return Err(error.into()),
    };
    let mut response = page.into_response();
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    Ok(response)
}

fn frame(title: String, bar: Bar, width: Width) -> Frame {
    Frame { title, width, bar, ..Frame::default() }
}

fn draw(ctx: &Ctx, shared: &SharedReport, opens_all: bool) -> Page {
    let (language, report) = (ctx.language, &shared.report);
    let title = text!(language, sharing.report_title, name = report.name.clone()).to_string();
    let bar = Bar::Candidate {
        organisation: shared.organisation.clone(),
        is_demo: shared.is_demo,
        own_language_button: false,
    };
    let zone = &report.campaign.time_zone;
    let until = text!(
        language,
        sharing.report_until,
        date = day(language, zone, shared.expires_at),
        time = time(language, zone, shared.expires_at)
    )
    .to_string();
    ctx.page(frame(title, bar, Width::Wide), || {
        let answers = text!(language, sharing.report_answers).to_owned();
        let intro = text!(
            language,
            sharing.report_intro,
            organisation = shared.organisation.clone(),
            job = report.campaign.job.clone()
        );
        view! {
            <div class="page-head">
                <div>
                    <h1>{report.name.clone()}</h1>
                    <p>{intro.to_string()}</p>
                    <p class="fine">{until}" "{tested(language, report.language)}</p>
                    <p class="fine">{measure_words(language, &report.measure, zone)}</p>
                </div>
            </div>
            {pilot_notice(language, &report.measure)}
            <p class="soft" id="help">{text!(language, sharing.report_limits)}</p>
            {result::alone(language, report)}
            {result::profile(language, report)}
            {answers::scenarios(language, report, answers, opens_all)}
            {beyond::guide(language, report)}
        }
        .into_any()
    })
}

fn tested(language: Language, tested: Language) -> &'static str {
    match tested {
        Language::Fr => text!(language, review.report_language_fr),
        Language::En => text!(language, review.report_language_en),
    }
}

/// A link that is over, withdrawn, cut off, guessed, or of somebody who was erased: nobody learns which.
fn draw_nothing(ctx: &Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, sharing.nothing_title);
    ctx.page(frame(title.to_owned(), Bar::Public, Width::Slim), || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, sharing.nothing_text)}</p>
            </div>
        }
        .into_any()
    })
    .with_status(StatusCode::NOT_FOUND)
}
