//! The legal notice and the page on personal data, with the fields that the operator fills in.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use domain::language::Language;
use leptos::prelude::*;

use crate::context::Ctx;
use crate::pages::public::instance;
use crate::render::Page;
use crate::shell::Frame;
use crate::text;

/// `GET /legal`
pub(super) async fn notice(ctx: Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, home.legal_title);
    let facts = ctx.app.instance.clone();
    let version = ctx.app.version;
    let frame = Frame { title: title.to_owned(), ..Frame::default() };
    ctx.page(frame, || {
        let source = instance::is_web_address(&facts.source_url).then(|| {
            let url = facts.source_url.clone();
            view! {
                <div>
                    <dt>{text!(language, home.legal_source)}</dt>
                    <dd><a href=facts.source_url.clone()>{url}</a></dd>
                </div>
            }
        });
        view! {
            <h1>{title}</h1>
            <dl class="ledger">
                <div>
                    <dt>{text!(language, home.legal_publisher)}</dt>
                    <dd>{instance::filled(language, &facts.operator)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.legal_address)}</dt>
                    <dd>{instance::filled(language, &facts.address)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.legal_contact)}</dt>
                    <dd>{instance::contact(language, &facts.help_contact)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.legal_hosting)}</dt>
                    <dd>{instance::filled(language, &facts.hosting)}</dd>
                </div>
                <div>
                    <dt>{text!(language, home.legal_software)}</dt>
                    <dd>{text!(language, home.legal_software_text, version = version).to_string()}</dd>
                </div>
                {source}
            </dl>
            <h2>{text!(language, home.legal_role_title)}</h2>
            <p>{text!(language, home.legal_role_text)}</p>
        }
        .into_any()
    })
}

/// `GET /privacy`
pub(super) async fn privacy(ctx: Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, home.privacy_title);
    let frame = Frame { title: title.to_owned(), ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <h1>{title}</h1>
            <p>{text!(language, home.privacy_intro)}</p>
            {who(&ctx)}
            {what(&ctx)}
            <h2>{text!(language, home.privacy_rights_title)}</h2>
            <p>{text!(language, home.privacy_rights_text)}</p>
            <p>{text!(language, home.privacy_rights_recourse)}</p>
            <h2>{text!(language, home.privacy_cookies_title)}</h2>
            <p>{text!(language, home.privacy_cookies_text)}</p>
        }
        .into_any()
    })
}

fn who(ctx: &Ctx) -> AnyView {
    let language = ctx.language;
    let facts = &ctx.app.instance;
    view! {
        <h2>{text!(language, home.privacy_who_title)}</h2>
        <p>{text!(language, home.privacy_who_text)}" "{instance::filled(language, &facts.operator)}</p>
        <p>{text!(language, home.privacy_where)}" "{instance::filled(language, &facts.hosting)}</p>
        <p>
            {text!(language, home.privacy_contact)}" "
            {instance::contact(language, &facts.privacy_contact)}
        </p>
    }
    .into_any()
}

fn what(ctx: &Ctx) -> AnyView {
    let language: Language = ctx.language;
    let days = ctx.services.settings().address_retention_days;
    let months = ctx.services.settings().retention_months;
    view! {
        <h2>{text!(language, home.privacy_what_title)}</h2>
        <ul>
            <li>{text!(language, home.privacy_what_candidates)}</li>
            <li>{text!(language, home.privacy_what_staff)}</li>
            <li>{text!(language, home.privacy_what_network, count = days).to_string()}</li>
        </ul>
        <h2>{text!(language, home.privacy_never_title)}</h2>
        <p>{text!(language, home.privacy_never_text)}</p>
        <h2>{text!(language, home.privacy_how_long_title)}</h2>
        <p>{text!(language, home.privacy_how_long_text, count = months).to_string()}</p>
    }
    .into_any()
}

/// `GET /robots.txt`: links of people are no business of search engines.
pub(super) async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body("User-agent: *\nDisallow: /c/\nDisallow: /o/\nDisallow: /join/\nDisallow: /test\n")
}
