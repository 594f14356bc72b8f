//! The open link of a campaign: a name and an address, and one page for everybody who sends them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use leptos::prelude::*;
use serde::Deserialize;
use services::candidate::CampaignFacts;
use services::error::{FieldError, ServiceError};
use services::sign_up::{OpenLinkPage, OpenLinkStanding, SignUpRequest, SignedUp};

use crate::components::form_field::{ErrorSummary, TextField};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::link::draw_unknown;
use crate::pages::candidate::parts::{contact, frame, help_card};
use crate::pages::candidate::sitter::fault;
use crate::render::Page;
use crate::text;

/// What the form sends, kept as typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct SignUpForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

/// `GET /o/{token}`
pub(super) async fn show(mut ctx: Ctx, token: web::Path<String>) -> Result<Page, Fault> {
    let (typed, address) = (token.to_string(), ctx.address.clone());
    match ctx.try_run(move |services| services.open_link_page(&typed, address.as_deref())).await? {
        Ok(page) => {
            let usual = ctx.language;
            ctx.speak_one_of(&page.campaign.languages, usual);
            Ok(draw(&ctx, &token, &page, &SignUpForm::default(), &[]))
        }
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx)),
        Err(error) => Err(fault(error)),
    }
}

fn draw(ctx: &Ctx, token: &str, page: &OpenLinkPage, typed: &SignUpForm, errors: &[FieldError]) -> Page {
    let language = ctx.language;
    let campaign = &page.campaign;
    let organisation = campaign.organisation.as_str();
    let (title, status) = match page.standing {
        OpenLinkStanding::Open => (text!(language, candidate.open_title), StatusCode::OK),
        OpenLinkStanding::Closed => (text!(language, candidate.expired_title), StatusCode::GONE),
        OpenLinkStanding::NoMail => {
            (text!(language, candidate.open_no_mail_title), StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    let drawn = ctx.page(frame(language, campaign, title), || {
        let body = match page.standing {
            OpenLinkStanding::Open => form(ctx, token, campaign, typed, errors),
            OpenLinkStanding::Closed => view! {
                <p class="lede">{text!(language, candidate.open_closed, organisation = organisation)}</p>
                <p>{text!(language, candidate.expired_next)}" "{contact(&campaign.contact)}</p>
            }
            .into_any(),
            OpenLinkStanding::NoMail => view! {
                <p class="lede">{text!(language, candidate.open_no_mail)}</p>
                <p>{text!(language, candidate.expired_next)}" "{contact(&campaign.contact)}</p>
            }
            .into_any(),
        };
        view! { <h1>{title}</h1>{body}{help_card(language, campaign)} }.into_any()
    });
    drawn.with_status(status)
}

fn form(
    ctx: &Ctx,
    token: &str,
    campaign: &CampaignFacts,
    typed: &SignUpForm,
    errors: &[FieldError],
) -> AnyView {
    let language = ctx.language;
    let words = |field: &str| {
        let error = errors.iter().find(|error| error.field == field)?;
        Some(match error.code {
            "required" => text!(language, common.field_required),
            "too_long" => text!(language, common.field_too_long),
            "not_an_email" => text!(language, common.field_not_an_email),
            _ => text!(language, common.field_not_valid),
        })
    };
    let summary: Vec<(String, String)> = ["name", "email"]
        .into_iter()
        .filter_map(|field| {
            let label = match field {
                "name" => text!(language, candidate.data_name),
                _ => text!(language, candidate.data_email),
            };
            words(field).map(|words| (field.to_owned(), format!("{label} – {words}")))
        })
        .collect();
    view! {
        <p class="lede">
            {text!(
                language, candidate.open_lede, organisation = campaign.organisation.as_str(),
                job = campaign.job.as_str()
            )}
        </p>
        {(!summary.is_empty()).then(|| view! {
            <ErrorSummary title=text!(language, candidate.errors_title) errors=summary/>
        })}
        <form method="post" action=format!("/o/{token}")>
            <TextField
                name="name" label=text!(language, candidate.data_name) value=typed.name.clone()
                error=words("name").map(str::to_owned) autocomplete="name"
            />
            <TextField
                name="email" label=text!(language, candidate.data_email) kind="email" value=typed.email.clone()
                hint=Some(text!(language, candidate.open_email_hint).to_owned())
                error=words("email").map(str::to_owned) autocomplete="email"
            />
            <p class="row">
                <button class="button is-large">{text!(language, candidate.open_send)}" "<Icon name="right"/></button>
            </p>
        </form>
        <p class="fine">{text!(language, candidate.open_data, organisation = campaign.organisation.as_str())}</p>
    }
    .into_any()
}

/// `POST /o/{token}`
pub(super) async fn sign_up(
    mut ctx: Ctx,
    token: web::Path<String>,
    typed: web::Form<SignUpForm>,
) -> Result<HttpResponse, Fault> {
    let request = SignUpRequest {
        name: typed.name.clone(),
        email: typed.email.clone(),
        language: ctx.language,
        address: ctx.address.clone(),
    };
    let sent_to = token.to_string();
    match ctx.try_run(move |services| services.sign_up(&sent_to, &request)).await? {
        Ok(signed_up) => {
            let usual = ctx.language;
            ctx.speak_one_of(&signed_up.campaign.languages, usual);
            Ok(draw_on_its_way(&ctx, &signed_up).into_response())
        }
        Err(error @ (ServiceError::Invalid(_) | ServiceError::Conflict(_))) => {
            let errors = match error {
                ServiceError::Invalid(errors) => errors,
                _ => Vec::new(),
            };
            let (read, address) = (token.to_string(), ctx.address.clone());
            let page = ctx.sit(move |services| services.open_link_page(&read, address.as_deref())).await?;
            let usual = ctx.language;
            ctx.speak_one_of(&page.campaign.languages, usual);
            let drawn = draw(&ctx, &token, &page, &typed, &errors);
            let drawn = match page.standing {
                OpenLinkStanding::Open => drawn.with_status(StatusCode::UNPROCESSABLE_ENTITY),
                _ => drawn,
            };
            Ok(drawn.into_response())
        }
        Err(ServiceError::NotFound) => Ok(draw_unknown(&ctx).into_response()),
        Err(error) => Err(fault(error)),
    }
}

/// The one page of every sign-up.
fn draw_on_its_way(ctx: &Ctx, signed_up: &SignedUp) -> Page {
    let language = ctx.language;
    let campaign = &signed_up.campaign;
    let title = text!(language, candidate.on_its_way_title);
    let demo_link = signed_up.demo_link.clone();
    ctx.page(frame(language, campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.on_its_way_text)}</p>
            <p>{text!(language, candidate.on_its_way_late)}</p>
            {demo_link.map(|link| view! {
                <div class="notice">
                    <Icon name="info"/>
                    <div>
                        <h2>{text!(language, candidate.demo_link_title)}</h2>
                        <p>{text!(language, candidate.demo_link_text)}</p>
                        <p><a href=link.clone()>{link.clone()}</a></p>
                    </div>
                </div>
            })}
            {help_card(language, campaign)}
        }
        .into_any()
    })
}
