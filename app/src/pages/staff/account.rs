//! One's own account: language, password, sessions.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::SessionId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::account::{OwnSession, PasswordChange};
use services::error::{FieldError, ServiceError};
use services::viewer::Staff;

use crate::components::form_field::{ErrorSummary, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::moment::Moment;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::staff::login::without_session;
use crate::pages::staff::words;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// A chosen language.
#[derive(Deserialize)]
pub(super) struct LanguageForm {
    #[serde(default)]
    language: String,
}

/// A change of password.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// `GET /account`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    draw(&ctx, staff, asked.done.as_deref(), &[]).await
}

/// `POST /account/language`
pub(super) async fn choose_language(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    form: web::Form<LanguageForm>,
) -> Result<HttpResponse, Fault> {
    let language = Language::parse(&form.language).map_err(|_| Fault::Invalid)?;
    ctx.run(move |services| services.choose_language(&staff, language)).await?;
    let mut response = see_other("/account?done=language");
    // The cookie of an earlier choice by link would win over the account.
    let a_year = actix_web::cookie::time::Duration::days(365);
    let cookie = ctx.cookie("egard_lang", language.code().to_owned(), a_year);
    response.add_cookie(&cookie).map_err(|_| Fault::Internal)?;
    Ok(response)
}

/// `POST /account/password`
pub(super) async fn change_password(
    ctx: Ctx,
    viewer: SignedIn,
    form: web::Form<PasswordForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let PasswordForm { current, new, again } = form.into_inner();
    let change = PasswordChange { current, new, again };
    let asker = staff.clone();
    match ctx.try_run(move |services| services.change_password(&asker, &change)).await? {
        Ok(()) => Ok(see_other("/account?done=password")),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, None, &errors).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/sessions/{session}/end`
pub(super) async fn end_session(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    session: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let session = SessionId::parse(&session).map_err(|_| Fault::NotFound)?;
    let is_this = session == staff.session;
    ctx.run(move |services| services.revoke_session(&staff, &session)).await?;
    Ok(if is_this { without_session(&ctx, "/login") } else { see_other("/account?done=session") })
}

/// `POST /account/sessions/end-all`
pub(super) async fn end_all(ctx: Ctx, SignedIn(staff): SignedIn) -> Result<HttpResponse, Fault> {
    ctx.run(move |services| services.sign_out_everywhere(&staff)).await?;
    Ok(without_session(&ctx, "/login"))
}

async fn draw(ctx: &Ctx, staff: Staff, done: Option<&str>, errors: &[FieldError]) -> Result<Page, Fault> {
    let language = ctx.language;
    let asker = staff.clone();
    let sessions = ctx.run(move |services| services.own_sessions(&asker)).await?;
    let done = match done {
        Some("language") => Some(text!(language, staff.account_done_language)),
        Some("password") => Some(text!(language, staff.account_done_password)),
        Some("session") => Some(text!(language, staff.account_done_session)),
        _ => None,
    };
    let title = text!(language, staff.account_title);
    let bar = Bar::Staff(Box::new(staff.clone()), Section::Account);
    let frame = Frame { title: title.to_owned(), bar, ..Frame::default() };
    Ok(ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            {done.map(|words| view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p>{words}</p></div>
            })}
            {(!errors.is_empty()).then(|| password_summary(language, errors))}
            {facts(language, &staff)}
            <form method="post" action="/logout">
                <p class="row"><button class="button">{text!(language, common.sign_out)}</button></p>
            </form>
            {language_section(language, staff.language)}
            {password_section(language, staff.email.clone(), errors)}
            {sessions_section(language, sessions)}
        }
        .into_any()
    }))
}

fn facts(language: Language, staff: &Staff) -> AnyView {
    view! {
        <dl class="ledger">
            <div><dt>{text!(language, staff.account_name)}</dt><dd>{staff.name.clone()}</dd></div>
            <div><dt>{text!(language, staff.account_email)}</dt><dd>{staff.email.clone()}</dd></div>
            <div><dt>{text!(language, staff.account_organisation)}</dt><dd>{staff.organisation_name.clone()}</dd></div>
            <div>
                <dt>{text!(language, staff.account_role)}</dt>
                <dd>
                    {words::role(language, staff.role)}<br/>
                    <small class="soft">{words::role_rights(language, staff.role)}</small>
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

fn language_section(language: Language, chosen: Language) -> AnyView {
    view! {
        <section class="section" aria-labelledby="language-title">
            <h2 id="language-title">{text!(language, staff.account_language_title)}</h2>
            <form method="post" action="/account/language">
                <SelectField
                    name="language"
                    id="language"
                    label=text!(language, staff.account_language_label)
                    options=words::language_options()
                    chosen=chosen.code()
                />
                <p class="row">
                    <button class="button is-quiet">{text!(language, staff.account_language_button)}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn password_section(language: Language, email: String, errors: &[FieldError]) -> AnyView {
    let error = |field| words::error_of(language, errors, field);
    view! {
        <section class="section" aria-labelledby="password-title">
            <h2 id="password-title">{text!(language, staff.account_password_title)}</h2>
            <p>{text!(language, staff.account_password_intro)}</p>
            <form method="post" action="/account/password">
                // Tells password managers whose password it is.
                <input type="text" name="username" autocomplete="username" value=email readonly hidden/>
                <TextField
                    name="current"
                    kind="password"
                    label=text!(language, staff.account_current)
                    error=error("current")
                    autocomplete="current-password"
                />
                <TextField
                    name="new"
                    kind="password"
                    label=text!(language, staff.account_new)
                    hint=Some(text!(language, staff.password_hint).to_owned())
                    error=error("new")
                    autocomplete="new-password"
                />
                <TextField
                    name="again"
                    kind="password"
                    label=text!(language, staff.account_again)
                    error=error("again")
                    autocomplete="new-password"
                />
                <p class="row">
                    <button class="button is-quiet">{text!(language, staff.account_password_button)}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn password_summary(language: Language, errors: &[FieldError]) -> AnyView {
    let label = |field: &str| match field {
        "current" => ("current", text!(language, staff.account_current)),
        "again" => ("again", text!(language, staff.account_again)),
        _ => ("new", text!(language, staff.account_new)),
    };
    let errors = words::summary(language, errors, label);
    view! { <ErrorSummary title=text!(language, common.errors_title) errors=errors/> }.into_any()
}

fn sessions_section(language: Language, sessions: Vec<OwnSession>) -> AnyView {
    let rows = sessions.into_iter().enumerate().map(|(index, row)| session_row(language, index + 1, row));
    view! {
        <section class="section" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{text!(language, staff.account_sessions_title)}</h2>
            <p>{text!(language, staff.account_sessions_text)}</p>
            <div class="table-box">
                <table class="table stacks" role="table">
                    <caption class="visually-hidden">{text!(language, staff.account_sessions_caption)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, staff.account_session)}</th>
                            <th role="columnheader" scope="col">{text!(language, staff.account_session_opened)}</th>
                            <th role="columnheader" scope="col">{text!(language, staff.account_session_seen)}</th>
                            <th role="columnheader" scope="col">{text!(language, staff.account_session_action)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows.collect_view()}</tbody>
                </table>
            </div>
            <form method="post" action="/account/sessions/end-all">
                <p class="row">
                    <button class="button is-quiet">{text!(language, staff.account_end_all)}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn session_row(language: Language, number: usize, row: OwnSession) -> AnyView {
    let name = text!(language, staff.account_session_number, number = number).to_string();
    let label = text!(language, staff.account_session_end_label, number = number).to_string();
    let this = row.is_this.then(|| {
        view! { " "<span class="badge is-accent">{text!(language, staff.account_session_this)}</span> }
    });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><b>{name}</b>{this}</th>
            <td role="cell" data-label=text!(language, staff.account_session_opened)>
                <Moment language=language at=row.created_at/>
            </td>
            <td role="cell" data-label=text!(language, staff.account_session_seen)>
                <Moment language=language at=row.last_seen_at/>
            </td>
            <td role="cell">
                <form method="post" action=format!("/account/sessions/{}/end", row.id)>
                    <button class="button is-quiet is-small" aria-label=label>
                        {text!(language, staff.account_session_end)}
                    </button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
