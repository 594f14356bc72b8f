//! The page of everything that goes wrong: what happened, what was kept, where to go.

use leptos::prelude::*;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Frame, Width};
use crate::text;

/// Draws the page of a fault with its status.
#[must_use]
pub fn draw(ctx: &Ctx, fault: &Fault) -> Page {
    let language = ctx.language;
    let (title, explanation) = match fault {
        Fault::NotFound | Fault::NotSignedIn => (
            text!(language, common.error_title_not_found),
            text!(language, common.error_text_not_found).to_owned(),
        ),
        Fault::LinkNeeded => (
            text!(language, candidate.link_needed_title),
            text!(language, candidate.link_needed_text).to_owned(),
        ),
        Fault::BadRequest => (
            text!(language, common.error_title_bad_request),
            text!(language, common.error_text_bad_request).to_owned(),
        ),
        Fault::ForbiddenOrigin => (
            text!(language, common.error_title_forbidden_origin),
            text!(language, common.error_text_forbidden_origin).to_owned(),
        ),
        Fault::TooLarge => (
            text!(language, common.error_title_too_large),
            text!(language, common.error_text_too_large).to_owned(),
        ),
        Fault::Conflict => (
            text!(language, common.error_title_conflict),
            text!(language, common.error_text_conflict).to_owned(),
        ),
        Fault::Invalid => (
            text!(language, common.error_title_invalid),
            text!(language, common.error_text_invalid).to_owned(),
        ),
        Fault::Throttled(_) => (
            text!(language, common.error_title_throttled),
            text!(language, common.error_text_throttled).to_owned(),
        ),
        Fault::Unavailable => (
            text!(language, common.error_title_unavailable),
            text!(language, common.error_text_unavailable).to_owned(),
        ),
        Fault::Internal => (
            text!(language, common.error_title_internal),
            text!(language, common.error_text_internal, request = ctx.request.clone()).to_string(),
        ),
    };
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    let status = actix_web::ResponseError::status_code(fault);
    ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{explanation}</p>
                {(*fault == Fault::LinkNeeded).then(|| view! {
                    <p><a href="/lost-link">{text!(language, candidate.lost_link_ask)}</a></p>
                })}
                <p><a href="/">{text!(language, common.error_home)}</a></p>
            </div>
        }
        .into_any()
    })
    .with_status(status)
}
