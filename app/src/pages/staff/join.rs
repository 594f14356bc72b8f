//! A colleague accepts an invitation: name, password, and in.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use leptos::prelude::*;
use serde::Deserialize;
use services::error::{FieldError, ServiceError};
use services::join::{JoinForm, JoinLink};

use crate::components::form_field::{ErrorSummary, TextField};
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::staff::login::with_session;
use crate::pages::staff::way_back::first_page;
use crate::pages::staff::words;
use crate::render::Page;
use crate::shell::{Frame, Width};
use crate::text;

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /join/{token}`
pub(super) async fn show(ctx: Ctx, token: web::Path<String>) -> Result<Page, Fault> {
    let link = link_of(&ctx, &token).await?;
    Ok(draw(&ctx, link, "", &[]))
}

/// `POST /join/{token}`
pub(super) async fn join(
    ctx: Ctx,
    token: web::Path<String>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Fault> {
    let Typed { name, password, again } = typed.into_inner();
    let form = JoinForm { name: name.clone(), password, again };
    let (wanted, address, language) = (token.clone(), ctx.address.clone(), ctx.language);
    match ctx.try_run(move |services| services.join(&wanted, &form, language, address)).await? {
        Ok(signed_in) => {
            let path = first_page(&signed_in.staff);
            Ok(with_session(&ctx, signed_in, path))
        }
        Err(ServiceError::Invalid(errors)) => {
            let link = link_of(&ctx, &token).await?;
            let page = draw(&ctx, link, &name, &errors).with_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(page.into_response())
        }
        Err(ServiceError::Conflict(_)) => Ok(draw(&ctx, JoinLink::Over, "", &[]).into_response()),
        Err(error) => Err(error.into()),
    }
}

async fn link_of(ctx: &Ctx, token: &str) -> Result<JoinLink, Fault> {
    let (token, address) = (token.to_owned(), ctx.address.clone());
    ctx.run(move |services| services.join_link(&token, address.as_deref())).await
}

fn draw(ctx: &Ctx, link: JoinLink, name: &str, errors: &[FieldError]) -> Page {
    match link {
        JoinLink::Over => draw_over(ctx),
        JoinLink::Open { organisation, email, role } => {
            let language = ctx.language;
            let title = text!(language, staff.join_title, organisation = organisation.clone()).to_string();
            let intro = text!(language, staff.join_intro, organisation = organisation).to_string();
            let (name, errors) = (name.to_owned(), errors.to_vec());
            let frame = Frame { title: title.clone(), width: Width::Slim, ..Frame::default() };
            ctx.page(frame, || {
                view! {
                    <h1>{title}</h1>
                    <p>{intro}</p>
                    <dl class="ledger">
                        <div><dt>{text!(language, staff.join_email)}</dt><dd>{email}</dd></div>
                        <div>
                            <dt>{text!(language, staff.join_role)}</dt>
                            <dd>{words::role(language, role)}<br/><small class="soft">{words::role_rights(language, role)}</small></dd>
                        </div>
                    </dl>
                    {(!errors.is_empty()).then(|| summary(language, &errors))}
                    {form(language, name, &errors)}
                }
                .into_any()
            })
        }
    }
}

fn form(language: domain::language::Language, name: String, errors: &[FieldError]) -> AnyView {
    let error = |field| words::error_of(language, errors, field);
    view! {
        <form method="post">
            <TextField
                name="name"
                label=text!(language, staff.join_name)
                value=name
                hint=Some(text!(language, staff.join_name_hint).to_owned())
                error=error("name")
                autocomplete="name"
            />
            <TextField
                name="password"
                kind="password"
                label=text!(language, staff.join_password)
                hint=Some(text!(language, staff.password_hint).to_owned())
                error=error("password")
                autocomplete="new-password"
            />
            <TextField
                name="again"
                kind="password"
                label=text!(language, staff.join_again)
                error=error("again")
                autocomplete="new-password"
            />
            <p class="row"><button class="button is-large">{text!(language, staff.join_button)}</button></p>
        </form>
    }
    .into_any()
}

fn summary(language: domain::language::Language, errors: &[FieldError]) -> AnyView {
    let label = |field: &str| match field {
        "name" => ("name", text!(language, staff.join_name)),
        "again" => ("again", text!(language, staff.join_again)),
        // The address stands in the link and has no field of its own.
        "email" => ("main", text!(language, staff.join_email)),
        _ => ("password", text!(language, staff.join_password)),
    };
    let errors = words::summary(language, errors, label);
    view! { <ErrorSummary title=text!(language, common.errors_title) errors=errors/> }.into_any()
}

fn draw_over(ctx: &Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, staff.join_over_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, staff.join_over_text)}</p>
                <p><a href="/login">{text!(language, common.sign_in)}</a></p>
            </div>
        }
        .into_any()
    })
    .with_status(StatusCode::GONE)
}
