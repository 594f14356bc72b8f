//! A new campaign: one form, every error at once, nothing typed lost.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::campaign::CampaignInput;
use domain::language::Language;
use leptos::prelude::*;
use services::error::{FieldError, ServiceError};
use services::viewer::Staff;

use super::form::{CampaignForm, Purpose, input};
use crate::components::campaign_tabs::campaign_crumbs_new;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/new`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let typed = CampaignInput {
        languages: Language::all().iter().map(|language| language.code().to_owned()).collect(),
        time_zone: "Europe/Paris".to_owned(),
        contact: staff.email.clone(),
        ..CampaignInput::default()
    };
    draw(&ctx, staff, typed, &[]).await
}

/// `POST /campaigns/new`
pub(super) async fn create(
    ctx: Ctx,
    viewer: SignedIn,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let typed = input(form.into_inner());
    let (asker, sent) = (staff.clone(), typed.clone());
    match ctx.try_run(move |services| services.create_campaign(&asker, &sent)).await? {
        Ok(id) => Ok(see_other(&format!("/campaigns/{id}/settings?done=created"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, typed, &errors).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(ctx: &Ctx, staff: Staff, typed: CampaignInput, errors: &[FieldError]) -> Result<Page, Fault> {
    let asker = staff.clone();
    let (forms, months) = ctx
        .run(move |services| {
            Ok((services.forms_for_campaigns(&asker)?, services.settings().retention_months))
        })
        .await?;
    let language = ctx.language;
    let title = text!(language, campaigns.new_title);
    let frame = Frame {
        title: title.to_owned(),
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        width: Width::Reading,
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let body = if forms.is_empty() {
            no_forms(language)
        } else {
            CampaignForm { language, typed: &typed, errors, purpose: Purpose::New(&forms), months }.draw()
        };
        view! {
            {campaign_crumbs_new(language, title)}
            <h1>{title}</h1>
            <p class="lede">{text!(language, campaigns.new_lede)}</p>
            {body}
        }
        .into_any()
    }))
}

fn no_forms(language: Language) -> AnyView {
    view! {
        <div class="empty">
            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
            <h2>{text!(language, campaigns.new_no_forms_title)}</h2>
            <p class="soft">{text!(language, campaigns.new_no_forms_text)}</p>
        </div>
    }
    .into_any()
}
