//! The share links of a candidate: those that open the report now, and the form that makes another.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::ServiceError;
use services::share_links::{MOST_DAYS, ShareLink, ShareLinks};
use services::viewer::Staff;

use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, day, time};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct ShareForm {
    #[serde(default)]
    days: String,
}

/// What was typed and could not be taken.
struct Typed {
    days: String,
    error: Option<&'static str>,
}

/// `GET /candidates/{candidate}/shares`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, candidate: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    draw(&ctx, staff, candidate, Typed { days: "7".to_owned(), error: None }).await
}

/// `POST /candidates/{candidate}/shares`
pub(super) async fn make(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    form: web::Form<ShareForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let (asker, about, days) = (staff.clone(), candidate.clone(), form.days.clone());
    match ctx.try_run(move |services| services.make_share_link(&asker, &about, &days)).await? {
        Ok(()) => Ok(see_other(&format!("/candidates/{candidate}/shares"))),
        Err(ServiceError::Invalid(errors)) => {
            let words = match errors.first().map_or("", |error| error.code) {
                "rate_first" => text!(ctx.language, sharing.error_rate_first),
                "too_many" => text!(ctx.language, sharing.error_too_many),
                _ => text!(ctx.language, sharing.error_days),
            };
            let typed = Typed { days: form.days.clone(), error: Some(words) };
            let page = draw(&ctx, staff, candidate, typed).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /candidates/{candidate}/shares/{share}/revoke`
pub(super) async fn revoke(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (candidate, share) = path.into_inner();
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let back = format!("/candidates/{candidate}/shares");
    ctx.run(move |services| services.revoke_share_link(&staff, &candidate, &share)).await?;
    Ok(see_other(&back))
}

async fn draw(ctx: &Ctx, staff: Staff, candidate: PublicId, typed: Typed) -> Result<Page, Fault> {
    let asker = staff.clone();
    let links = ctx.run(move |services| services.share_links(&asker, &candidate)).await?;
    let language = ctx.language;
    let title = text!(language, sharing.title, name = links.name.clone()).to_string();
    let frame = Frame {
        title: title.clone(),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let report = format!("/candidates/{}", links.candidate);
        let ended = (links.ended > 0)
            .then(|| view! { <p class="fine">{text!(language, sharing.ended, count = links.ended).to_string()}</p> });
        view! {
            {crumbs(language, &links.campaign, Some(text!(language, sharing.here).to_owned()))}
            <h1>{title}</h1>
            <p class="lede">{text!(language, sharing.intro)}</p>
            <p>{text!(language, sharing.shows)}</p>
            {form(language, &links, &typed)}
            {live(language, &links)}
            {ended}
            <p class="row">
                <a class="button is-quiet" href=report><Icon name="left"/>{text!(language, sharing.back)}</a>
            </p>
        }
        .into_any()
    }))
}

fn form(language: Language, links: &ShareLinks, typed: &Typed) -> AnyView {
    let title = text!(language, common.errors_title);
    let summary = typed.error.map(|words| {
        let errors = vec![("days".to_owned(), words.to_owned())];
        view! { <ErrorSummary title=title errors/> }
    });
    if links.waits_for_rating {
        let path = format!("/candidates/{}", links.candidate);
        return view! {
            {summary}
            <div class="notice">
                <Icon name="info"/>
                <p class="flush" id="days">
                    {text!(language, sharing.error_rate_first)}" "<a href=path>{text!(language, sharing.back)}</a>
                </p>
            </div>
        }
        .into_any();
    }
    let class = if typed.error.is_some() { "field has-error" } else { "field" };
    let error = typed.error.map(|words| view! { <p class="error" id="days-error">{words}</p> });
    let described = if typed.error.is_some() { "days-hint days-error" } else { "days-hint" };
    view! {
        <form class="card flow" method="post" action=format!("/candidates/{}/shares", links.candidate)>
            {summary}
            <div class=class>
                <label for="days">{text!(language, sharing.days)}</label>
                <p class="hint" id="days-hint">{text!(language, sharing.days_hint)}</p>
                {error}
                <input
                    type="number" id="days" name="days" min="1" max=MOST_DAYS value=typed.days.clone() required
                    aria-invalid=typed.error.is_some().then_some("true") aria-describedby=described
                />
            </div>
            <p class="row"><button class="button">{text!(language, sharing.make)}</button></p>
        </form>
    }
    .into_any()
}

fn live(language: Language, links: &ShareLinks) -> AnyView {
    let body = if links.live.is_empty() {
        view! { <p class="soft">{text!(language, sharing.none)}</p> }.into_any()
    } else {
        let cards = (1_usize..).zip(&links.live).map(|(number, link)| card(language, links, number, link));
        cards.collect_view().into_any()
    };
    view! {
        <section class="section flow" aria-labelledby="live">
            <h2 id="live">{text!(language, sharing.live)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn card(language: Language, links: &ShareLinks, number: usize, link: &ShareLink) -> AnyView {
    let (zone, until) = (&links.campaign.time_zone, link.expires_at);
    let by = if link.is_own {
        text!(language, sharing.by_you).to_owned()
    } else {
        text!(language, sharing.by, name = link.by.clone()).to_string()
    };
    let until =
        text!(language, sharing.until, date = day(language, zone, until), time = time(language, zone, until))
            .to_string();
    let opened = text!(language, sharing.opened, count = link.openings).to_string();
    let id = format!("link-{number}");
    let address = match &link.address {
        Some(address) => view! {
            <div class="field">
                <label for=id.clone()>{text!(language, sharing.address)}</label>
                <input type="text" id=id.clone() value=address.clone() readonly autocomplete="off"/>
            </div>
        }
        .into_any(),
        None if link.is_own => view! { <p class="fine">{text!(language, sharing.lost)}</p> }.into_any(),
        None => view! { <p class="fine">{text!(language, sharing.only_maker)}</p> }.into_any(),
    };
    let heading = text!(language, sharing.link, number = number).to_string();
    let revoke = text!(language, sharing.revoke_label, number = number).to_string();
    let path = format!("/candidates/{}/shares/{}/revoke", links.candidate, link.id);
    view! {
        <div class="card flow">
            <h3>{heading}</h3>
            <p class="fine">{by}" "{until}" "{opened}</p>
            {address}
            <form method="post" action=path>
                <button class="button is-quiet is-small" aria-label=revoke>{text!(language, sharing.revoke)}</button>
            </form>
        </div>
    }
    .into_any()
}
