//! Changing a campaign that takes answers: its words and its dates.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::campaign::CampaignInput;
use domain::ids::CampaignId;
use leptos::prelude::*;
use services::error::{FieldError, ServiceError};
use services::viewer::Staff;

use super::form::{CampaignForm, Purpose, input};
use crate::components::campaign_tabs::campaign_crumbs;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}/edit`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let (asker, asked) = (staff.clone(), id.clone());
    let typed = ctx.run(move |services| services.campaign_to_change(&asker, &asked)).await?;
    draw(&ctx, staff, &id, typed, &[]).await
}

/// `POST /campaigns/{campaign}/edit`
pub(super) async fn change(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = input(form.into_inner());
    let (asker, asked, sent) = (staff.clone(), id.clone(), typed.clone());
    match ctx.try_run(move |services| services.change_campaign(&asker, &asked, &sent)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{id}/settings?done=changed"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, &id, typed, &errors).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    id: &CampaignId,
    typed: CampaignInput,
    errors: &[FieldError],
) -> Result<Page, Fault> {
    let (asker, asked) = (staff.clone(), id.clone());
    let (campaign, months) = ctx
        .run(move |services| Ok((services.campaign(&asker, &asked)?, services.settings().retention_months)))
        .await?;
    let language = ctx.language;
    let title = text!(language, campaigns.edit_title);
    let frame = Frame {
        title: format!("{title} – {}", campaign.title),
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        width: Width::Reading,
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let form = CampaignForm { language, typed: &typed, errors, purpose: Purpose::Change(id), months };
        let zone = text!(language, campaigns.edit_fixed, zone = campaign.time_zone.clone()).to_string();
        view! {
            {campaign_crumbs(language, id.as_ref(), &campaign.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            <p class="lede">{text!(language, campaigns.edit_lede)}</p>
            <p class="soft">{zone}</p>
            {form.draw()}
        }
        .into_any()
    }))
}
