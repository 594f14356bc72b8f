//! "I lost my link": one field, and the same answer for every address.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;

use crate::components::form_field::TextField;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::sitter::fault;
use crate::render::{Page, see_other};
use crate::shell::{Frame, Width};
use crate::text;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct LostLinkForm {
    #[serde(default)]
    email: String,
}

/// `GET /lost-link`, with `?sent` after the form.
pub(super) async fn show(ctx: Ctx, request: actix_web::HttpRequest) -> Page {
    if request.query_string().split('&').any(|part| part == "sent") {
        return draw_sent(&ctx);
    }
    draw(&ctx, "", None)
}

fn draw(ctx: &Ctx, typed: &str, error: Option<&'static str>) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.lost_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.lost_lede)}</p>
            <form method="post" action="/lost-link">
                <TextField
                    name="email" kind="email" label=text!(language, candidate.data_email) value=typed.to_owned()
                    error=error.map(str::to_owned) autocomplete="email"
                    hint=Some(text!(language, candidate.lost_hint).to_owned())
                />
                <p class="row">
                    <button class="button is-large">{text!(language, candidate.lost_send)}" "<Icon name="right"/></button>
                </p>
            </form>
            <p class="fine">{text!(language, candidate.lost_employer)}</p>
        }
        .into_any()
    })
}

fn draw_sent(ctx: &Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.lost_sent_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.lost_sent_text)}</p>
            <p>{text!(language, candidate.on_its_way_late)}</p>
            <p><a href="/lost-link">{text!(language, candidate.lost_again)}</a></p>
        }
        .into_any()
    })
}

/// `POST /lost-link`
pub(super) async fn send(ctx: Ctx, form: web::Form<LostLinkForm>) -> Result<HttpResponse, Fault> {
    let (typed, address) = (form.email.clone(), ctx.address.clone());
    match ctx.try_run(move |services| services.send_lost_links(&typed, address)).await? {
        Ok(()) => Ok(see_other("/lost-link?sent")),
        Err(ServiceError::Invalid(errors)) => {
            let language = ctx.language;
            let words = if errors.iter().any(|error| error.code == "required") {
                text!(language, common.field_required)
            } else {
                text!(language, common.field_not_an_email)
            };
            let page = draw(&ctx, &form.email, Some(words));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(fault(error)),
    }
}
