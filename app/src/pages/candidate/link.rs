//! A personal link: its page, and the three buttons that may stand on it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;
use services::invitation_page::{LinkPage, Notice};
use services::start_attempt::StartRequest;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::sitter::{MaybeCookie, fault};
use crate::pages::candidate::{closed_link, notice};
use crate::render::{Page, see_other};
use crate::shell::{Frame, Width};
use crate::text;

/// `GET /c/{token}`
pub(super) async fn show(mut ctx: Ctx, token: web::Path<String>) -> Result<Page, Fault> {
    match linked(&ctx, &token).await? {
        Ok(LinkPage::Notice(facts)) => {
            ctx.speak_one_of(&facts.campaign.languages, facts.language);
            Ok(notice::draw(&ctx, &token, &facts, None))
        }
        Ok(page) => Ok(closed_link::draw(&mut ctx, &token, page)),
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx)),
        Err(error) => Err(fault(error)),
    }
}

async fn linked(ctx: &Ctx, token: &str) -> Result<Result<LinkPage, ServiceError>, Fault> {
    let (token, address) = (token.to_owned(), ctx.address.clone());
    ctx.try_run(move |services| services.link_page(&token, address.as_deref())).await
}

/// What the notice's form sends.
#[derive(Deserialize)]
pub(super) struct StartForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    read: String,
}

/// `POST /c/{token}/start`
pub(super) async fn start(
    mut ctx: Ctx,
    token: web::Path<String>,
    cookie: MaybeCookie,
    form: web::Form<StartForm>,
) -> Result<HttpResponse, Fault> {
    let notice_version: i32 = form.version.parse().map_err(|_| Fault::BadRequest)?;
    let language = Language::parse(&form.language).map_err(|_| Fault::BadRequest)?;
    if form.read != "yes" {
        return ask_again(&mut ctx, &token, language, text_not_read).await;
    }
    let request = StartRequest { notice_version, language, cookie: cookie.0, address: ctx.address.clone() };
    let typed = token.to_string();
    match ctx.try_run(move |services| services.start_attempt(&typed, &request)).await? {
        Ok(opened) if opened.is_closed => Ok(ctx.open_on("/test/done", opened.cookie)),
        Ok(opened) => Ok(ctx.open_in("/test", Some(opened.cookie), language)),
        Err(ServiceError::Conflict("notice_changed")) => {
            ask_again(&mut ctx, &token, language, text_changed).await
        }
        Err(ServiceError::Conflict(_)) => Ok(see_other(&format!("/c/{token}"))),
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx).into_response()),
        Err(error) => Err(fault(error)),
    }
}

fn text_not_read(language: Language) -> &'static str {
    text!(language, candidate.notice_not_read)
}

fn text_changed(language: Language) -> &'static str {
    text!(language, candidate.notice_changed)
}

/// The notice again, with what is missing said beside its form.
async fn ask_again(
    ctx: &mut Ctx,
    token: &str,
    language: Language,
    why: fn(Language) -> &'static str,
) -> Result<HttpResponse, Fault> {
    match linked(ctx, token).await? {
        Ok(LinkPage::Notice(facts)) => {
            ctx.speak_one_of(&facts.campaign.languages, facts.language);
            let facts = Notice { language, ..*facts };
            let page = notice::draw(ctx, token, &facts, Some(why(ctx.language)));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Ok(_) => Ok(see_other(&format!("/c/{token}"))),
        Err(ServiceError::NotFound) => Ok(draw_unknown(ctx).into_response()),
        Err(error) => Err(fault(error)),
    }
}

/// `POST /c/{token}/continue`
pub(super) async fn go_on(
    ctx: Ctx,
    token: web::Path<String>,
    cookie: MaybeCookie,
) -> Result<HttpResponse, Fault> {
    let (typed, address) = (token.to_string(), ctx.address.clone());
    let opened = ctx
        .try_run(move |services| services.continue_by_link(&typed, cookie.0.as_ref(), address.as_deref()))
        .await?;
    match opened {
        Ok(opened) => {
            let path = if opened.is_closed { "/test/done" } else { "/test" };
            Ok(ctx.open_on(path, opened.cookie))
        }
        Err(ServiceError::Conflict(_)) => Ok(see_other(&format!("/c/{token}"))),
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx).into_response()),
        Err(error) => Err(fault(error)),
    }
}

/// `POST /c/{token}/data`
pub(super) async fn open_data(
    ctx: Ctx,
    token: web::Path<String>,
    cookie: MaybeCookie,
) -> Result<HttpResponse, Fault> {
    let (typed, address) = (token.to_string(), ctx.address.clone());
    let opened = ctx
        .try_run(move |services| services.open_data(&typed, cookie.0.as_ref(), address.as_deref()))
        .await?;
    match opened {
        Ok(opened) => Ok(ctx.open_on("/test/data", opened.cookie)),
        Err(ServiceError::Conflict(_)) => Ok(see_other(&format!("/c/{token}"))),
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx).into_response()),
        Err(error) => Err(fault(error)),
    }
}

/// The page of a link that leads nowhere: most often it was cut off by a mail program.
pub(super) fn draw_unknown(ctx: &Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.unknown_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, candidate.unknown_cut)}</p>
                <p>{text!(language, candidate.unknown_copy)}</p>
                <p><a href="/lost-link">{text!(language, candidate.lost_link_ask)}</a></p>
            </div>
        }
        .into_any()
    })
    .with_status(StatusCode::NOT_FOUND)
}
