//! Signing in and out.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, web};
use leptos::prelude::*;
use serde::Deserialize;
use services::error::{FieldError, ServiceError};
use services::sign_in::{SESSION_LIMIT, SignIn};

use crate::components::form_field::{ErrorSummary, TextField};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::staff::way_back::{first_page, local_path};
use crate::pages::staff::words;
use crate::render::{Page, see_other};
use crate::shell::{Frame, Width};
use crate::signed_in::{SESSION_COOKIE, SignedIn};
use crate::text;

/// Failed sign-ins are answered at the next tick of this length: what the database did meanwhile (a row more for an
/// account that exists) does not show in the time.
const TICK: Duration = Duration::from_millis(100);

/// The query of the sign-in page.
#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// What went wrong with a try.
enum Problem {
    Fields(Vec<FieldError>),
    Wrong,
    Wait(u64),
}

/// `GET /login`
pub(super) async fn show(
    ctx: Ctx,
    asked: web::Query<Asked>,
    viewer: Option<SignedIn>,
) -> Result<HttpResponse, Fault> {
    let next = asked.next.as_deref().unwrap_or("");
    if let Some(SignedIn(staff)) = viewer {
        return Ok(see_other(local_path(next).unwrap_or_else(|| first_page(&staff))));
    }
    Ok(draw(&ctx, "", next, None).into_response())
}

/// `POST /login`
pub(super) async fn sign_in(ctx: Ctx, typed: web::Form<Typed>) -> Result<HttpResponse, Fault> {
    let began = Instant::now();
    let Typed { email, password, next } = typed.into_inner();
    let (address, identity) = (ctx.address.clone(), email.clone());
    let tried = ctx.try_run(move |services| services.sign_in(&identity, &password, address)).await?;
    let problem = match tried {
        Ok(signed_in) => {
            let path = local_path(&next).unwrap_or_else(|| first_page(&signed_in.staff)).to_owned();
            return Ok(with_session(&ctx, signed_in, &path));
        }
        Err(ServiceError::Invalid(errors)) if errors.iter().any(|error| error.code == "wrong") => {
            Problem::Wrong
        }
        Err(ServiceError::Invalid(errors)) => Problem::Fields(errors),
        Err(ServiceError::Throttled { retry_after_s }) => Problem::Wait(retry_after_s),
        Err(error) => return Err(error.into()),
    };
    let elapsed = began.elapsed();
    let ticks = elapsed.as_millis() / TICK.as_millis() + 1;
    actix_web::rt::time::sleep((TICK * u32::try_from(ticks).unwrap_or(1)).saturating_sub(elapsed)).await;
    Ok(refused(&ctx, &email, &next, problem))
}

fn refused(ctx: &Ctx, email: &str, next: &str, problem: Problem) -> HttpResponse {
    let (status, wait) = match &problem {
        Problem::Fields(_) | Problem::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Problem::Wait(seconds) => (StatusCode::TOO_MANY_REQUESTS, Some(*seconds)),
    };
    let mut response = draw(ctx, email, next, Some(problem)).with_status(status).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// 303 to a page, with the cookie of a new session.
pub(super) fn with_session(ctx: &Ctx, signed_in: SignIn, path: &str) -> HttpResponse {
    let max_age = actix_web::cookie::time::Duration::seconds(SESSION_LIMIT.num_seconds());
    let mut response = see_other(path);
    let cookie = ctx.cookie(SESSION_COOKIE, signed_in.token, max_age);
    // A cookie of ours is made of plain ASCII, the only thing that can be refused here.
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "a session cookie could not be set");
    }
    response
}

/// 303 to a page, with the cookie of the session taken away.
pub(super) fn without_session(ctx: &Ctx, path: &str) -> HttpResponse {
    let mut response = see_other(path);
    if let Err(error) = response.add_cookie(&ctx.no_cookie(SESSION_COOKIE)) {
        tracing::error!(%error, "a session cookie could not be taken away");
    }
    response
}

/// `POST /logout`
pub(super) async fn sign_out(ctx: Ctx, SignedIn(staff): SignedIn) -> Result<HttpResponse, Fault> {
    ctx.run(move |services| services.sign_out(&staff)).await?;
    Ok(without_session(&ctx, "/login"))
}

fn draw(ctx: &Ctx, email: &str, next: &str, problem: Option<Problem>) -> Page {
    let language = ctx.language;
    let title = text!(language, staff.login_title);
    let errors = match &problem {
        Some(Problem::Fields(errors)) => errors.clone(),
        _ => Vec::new(),
    };
    let (email, next) = (email.to_owned(), local_path(next).map(str::to_owned));
    let help = ctx.app.instance.help_contact.clone();
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p>{text!(language, staff.login_intro)}</p>
            {problem.map(|problem| notice(language, problem))}
            <form method="post" action="/login">
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <TextField
                    name="email"
                    kind="email"
                    label=text!(language, staff.login_email)
                    value=email
                    error=words::error_of(language, &errors, "email")
                    autocomplete="username"
                />
                <TextField
                    name="password"
                    kind="password"
                    label=text!(language, staff.login_password)
                    error=words::error_of(language, &errors, "password")
                    autocomplete="current-password"
                />
                <p class="row">
                    <button class="button is-large"><Icon name="lock"/>{text!(language, staff.login_button)}</button>
                </p>
            </form>
            <details class="answer">
                <summary><b>{text!(language, staff.login_forgotten_title)}</b></summary>
                <p>
                    {text!(language, staff.login_forgotten_text)}
                    {(!help.is_empty()).then(|| format!(" {help}"))}
                </p>
            </details>
            <p class="notice">
                <Icon name="info"/>
                <span>
                    <b>{text!(language, staff.login_candidate_title)}</b>" "
                    {text!(language, staff.login_candidate_text)}" "
                    <a href="/lost-link">{text!(language, staff.login_candidate_lost)}</a>
                </span>
            </p>
        }
        .into_any()
    })
}

fn notice(language: domain::language::Language, problem: Problem) -> AnyView {
    let (title, words) = match problem {
        Problem::Fields(errors) => {
            let label = |field: &str| match field {
                "email" => ("email", text!(language, staff.login_email)),
                _ => ("password", text!(language, staff.login_password)),
            };
            let errors = words::summary(language, &errors, label);
            let title = text!(language, staff.login_wrong_title);
            return view! { <ErrorSummary title=title errors=errors/> }.into_any();
        }
        Problem::Wrong => {
            (text!(language, staff.login_wrong_title), text!(language, staff.login_wrong).to_owned())
        }
        Problem::Wait(seconds) if seconds <= 90 => (
            text!(language, staff.login_wait_title),
            text!(language, staff.login_wait_seconds, count = seconds).to_string(),
        ),
        Problem::Wait(seconds) => (
            text!(language, staff.login_wait_title),
            text!(language, staff.login_wait_minutes, count = seconds.div_ceil(60)).to_string(),
        ),
    };
    view! {
        <div class="notice is-alert" role="alert">
            <Icon name="alert"/>
            <div><h2>{title}</h2><p>{words}</p></div>
        </div>
    }
    .into_any()
}
