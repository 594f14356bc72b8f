//! One's own data: what is held, all of it as a file, and its erasure after an explicit yes.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::attempt_cookie::ATTEMPT_COOKIE;
use services::candidate_data::DataPage;
use services::dates;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::about_you;
use crate::pages::candidate::human_review;
use crate::pages::candidate::parts::{contact, frame, help_card, moment};
use crate::pages::candidate::pool::{self, Place};
use crate::pages::candidate::sitter::Sitter;
use crate::render::{Page, see_other};
use crate::shell::{Frame, Width};
use crate::text;

/// What is held, in the language to draw it in.
pub(super) async fn data_page(ctx: &mut Ctx, sitter: Sitter) -> Result<DataPage, Fault> {
    let candidate = sitter.0;
    let data = ctx.sit(move |services| services.data_page(&candidate)).await?;
    let usual = data.language;
    ctx.speak_one_of(&data.campaign.languages, usual);
    Ok(data)
}

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// `GET /test/data`
pub(super) async fn show(mut ctx: Ctx, sitter: Sitter, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let data = data_page(&mut ctx, sitter).await?;
    let done = match asked.done.as_str() {
        "review" => Some(Done::Review),
        "pool" => Some(Done::Pool),
        _ => None,
    };
    Ok(draw(&ctx, &data, done, None))
}

/// What was just done on this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// A review was asked for.
    Review,
    /// A consent was given or taken back.
    Pool,
}

/// The page, with what was just done or a request for a review that could not be taken.
pub(super) fn draw(
    ctx: &Ctx,
    data: &DataPage,
    done: Option<Done>,
    refused: Option<human_review::Refused>,
) -> Page {
    let language = ctx.language;
    let campaign = &data.campaign;
    let title = text!(language, candidate.data_title);
    ctx.page(frame(language, campaign, title), || {
        let is_pool_changed = done == Some(Done::Pool);
        let done = (done == Some(Done::Review)).then(|| {
            let words = text!(language, deciding.own_review_done);
            view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
        });
        view! {
            <h1>{title}</h1>
            {done}
            <p class="lede">{text!(language, candidate.data_lede, organisation = campaign.organisation.as_str())}</p>
            {held(language, data)}
            {about_you::section(language, data.about_you)}
            {pool::section(language, campaign, data.pool, Place::Data, is_pool_changed)}
            <section class="section" aria-labelledby="all">
                <h2 id="all">{text!(language, candidate.data_download)}</h2>
                <p>{text!(language, candidate.data_download_long)}</p>
                <p class="row">
                    <a class="button is-quiet" href="/test/data/download" download>
                        <Icon name="down"/>{text!(language, candidate.data_download_button)}
                    </a>
                </p>
            </section>
            {human_review::section(language, data, refused)}
            <section class="section" aria-labelledby="rights">
                <h2 id="rights">{text!(language, candidate.data_rights_title)}</h2>
                <p>{text!(language, candidate.data_rights)}" "{contact(&campaign.contact)}</p>
            </section>
            <section class="section" aria-labelledby="erase">
                <h2 id="erase">{text!(language, candidate.data_erase)}</h2>
                <p>{text!(language, candidate.data_erase_long)}</p>
                <p class="row"><a class="button is-quiet" href="/test/data/erase">{text!(language, candidate.data_erase_button)}</a></p>
            </section>
            {data.attempt.is_some().then(|| view! { <p><a href="/test">{text!(language, candidate.back_to_test)}</a></p> })}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

fn held(language: Language, data: &DataPage) -> AnyView {
    let campaign = &data.campaign;
    let line =
        |term: &'static str, value: String| view! { <div><dt>{term}</dt><dd>{value}</dd></div> }.into_any();
    let nothing = || text!(language, candidate.data_nothing).to_owned();
    let mut lines = vec![
        line(text!(language, candidate.data_name), data.name.clone().unwrap_or_else(nothing)),
        line(text!(language, candidate.data_email), data.email.clone().unwrap_or_else(nothing)),
        line(text!(language, candidate.data_invited), moment(language, campaign, data.invited_at)),
    ];
    if let Some(attempt) = &data.attempt {
        lines.push(line(
            text!(language, candidate.data_notice),
            text!(language, candidate.data_notice_text, version = attempt.notice_version.shown()).to_string(),
        ));
        lines.push(line(
            text!(language, candidate.receipt_begun),
            moment(language, campaign, attempt.started_at),
        ));
        if let Some(at) = attempt.finished_at {
            lines.push(line(text!(language, candidate.receipt_finished), moment(language, campaign, at)));
        }
        lines.push(line(
            text!(language, candidate.answers),
            text!(language, candidate.data_answers, count = attempt.answers, events = attempt.events)
                .to_string(),
        ));
        lines.push(line(
            text!(language, candidate.data_scores),
            text!(language, candidate.data_scores_n, count = attempt.scores).to_string(),
        ));
    }
    lines.push(line(
        text!(language, candidate.data_deleted),
        dates::long_date(language, campaign.deletion_on),
    ));
    view! { <dl class="ledger">{lines}</dl> }.into_any()
}

/// `GET /test/data/download`: leaves an audit row and changes nothing else.
pub(super) async fn download(ctx: Ctx, sitter: Sitter) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let data = ctx.sit(move |services| services.download_data(&candidate)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"egard-data.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(data))
}

/// `GET /test/data/erase`
pub(super) async fn ask_erase(mut ctx: Ctx, sitter: Sitter) -> Result<Page, Fault> {
    let data = data_page(&mut ctx, sitter).await?;
    Ok(draw_erase(&ctx, &data, false))
}

fn draw_erase(ctx: &Ctx, data: &DataPage, is_unconfirmed: bool) -> Page {
    let language = ctx.language;
    let campaign = &data.campaign;
    let title = text!(language, candidate.erase_title);
    let class = if is_unconfirmed { "field has-error" } else { "field" };
    ctx.page(frame(language, campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.erase_lede)}</p>
            <ul>
                <li>{text!(language, candidate.erase_goes)}</li>
                <li>{text!(language, candidate.erase_stays)}</li>
                <li>{text!(language, candidate.erase_link, organisation = campaign.organisation.as_str())}</li>
                <li>{text!(language, candidate.erase_copy)}</li>
            </ul>
            <form method="post" action="/test/data/erase">
                <div class=class>
                    {is_unconfirmed.then(|| view! {
                        <p class="error" id="erase-error" role="alert">{text!(language, candidate.erase_unconfirmed)}</p>
                    })}
                    <label class="choice">
                        <input
                            type="checkbox" name="confirmed" value="yes" required
                            aria-invalid=is_unconfirmed.then_some("true")
                            aria-describedby=is_unconfirmed.then_some("erase-error")
                        />
                        <span>{text!(language, candidate.erase_confirm)}</span>
                    </label>
                </div>
                <p class="row">
                    <button class="button is-large">{text!(language, candidate.erase_button)}</button>
                    <a href="/test/data">{text!(language, candidate.erase_not)}</a>
                </p>
            </form>
            {help_card(language, campaign)}
        }
        .into_any()
    })
}

/// What the form of an erasure sends.
#[derive(Deserialize)]
pub(super) struct EraseForm {
    #[serde(default)]
    confirmed: String,
}

/// `POST /test/data/erase`
pub(super) async fn erase(
    mut ctx: Ctx,
    sitter: Sitter,
    form: web::Form<EraseForm>,
) -> Result<HttpResponse, Fault> {
    if form.confirmed != "yes" {
        let data = data_page(&mut ctx, sitter).await?;
        return Ok(draw_erase(&ctx, &data, true)
            .with_status(StatusCode::UNPROCESSABLE_ENTITY)
            .into_response());
    }
    let candidate = sitter.0;
    ctx.sit(move |services| services.erase_me(&candidate)).await?;
    let mut response = see_other("/erased");
    // A name of ours is always a valid header.
    let _ = response.add_cookie(&ctx.no_cookie(ATTEMPT_COOKIE));
    Ok(response)
}

/// `GET /erased`
pub(super) async fn erased(ctx: Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.erased_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, candidate.erased_done)}</p>
                <p>{text!(language, candidate.erased_device)}</p>
            </div>
        }
        .into_any()
    })
}
