//! What a campaign asks about people after the test.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::demographics::{DemographicForm, HiringCountry};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::{FieldError, ServiceError};
use services::fairness::setting::{FairnessSettingInput, FairnessSettingPage};
use services::viewer::Staff;

use super::words;
use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::form_field::{ErrorSummary, SelectField};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct SettingForm {
    #[serde(default)]
    country: String,
    #[serde(default)]
    form: String,
}

/// `GET /campaigns/{campaign}/fairness/form`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    draw(&ctx, staff, &id, None, &[], asked.done == "saved").await
}

/// `POST /campaigns/{campaign}/fairness/form`
pub(super) async fn change(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<SettingForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = FairnessSettingInput { country: form.country.clone(), form: form.form.clone() };
    let (asker, asked, sent) = (staff.clone(), id.clone(), typed.clone());
    match ctx.try_run(move |services| services.change_fairness_setting(&asker, &asked, &sent)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{id}/fairness/form?done=saved"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, &id, Some(typed), &errors, false).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    id: &CampaignId,
    typed: Option<FairnessSettingInput>,
    errors: &[FieldError],
    is_saved: bool,
) -> Result<Page, Fault> {
    let (asker, asked) = (staff.clone(), id.clone());
    let page = ctx.run(move |services| services.fairness_setting(&asker, &asked)).await?;
    let language = ctx.language;
    let title = text!(language, fairness.setting_title);
    let frame = Frame {
        title: format!("{title} – {}", page.campaign.title),
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        width: Width::Reading,
        ..Frame::default()
    };
    let typed = typed.unwrap_or_else(|| FairnessSettingInput {
        country: page.setting.country.code().to_owned(),
        form: page.setting.form.code().to_owned(),
    });
    Ok(ctx.page(frame, || {
        view! {
            {campaign_crumbs(language, id.as_ref(), &page.campaign.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            <p class="lede">{text!(language, fairness.setting_lede)}</p>
            {is_saved.then(|| view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p>{text!(language, fairness.setting_saved)}</p></div>
            })}
            {summary(language, errors)}
            <ul>
                <li>{text!(language, fairness.setting_after)}</li>
                <li>{text!(language, fairness.setting_apart)}</li>
                <li>{text!(language, fairness.setting_narrow)}</li>
            </ul>
            {page.has_answers.then(|| view! {
                <div class="notice is-care"><Icon name="alert"/><p>{text!(language, fairness.setting_has_answers)}</p></div>
            })}
            {form(language, id, &page, &typed, errors)}
        }
        .into_any()
    }))
}

fn summary(language: Language, errors: &[FieldError]) -> Option<AnyView> {
    if errors.is_empty() {
        return None;
    }
    let lines =
        errors.iter().map(|error| (error.field.to_owned(), words_of(language, error).to_owned())).collect();
    Some(view! { <ErrorSummary title=text!(language, fairness.err_title) errors=lines/> }.into_any())
}

fn words_of(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("country", _) => text!(language, fairness.err_country),
        (_, "not_in_country") => text!(language, fairness.err_not_in_country),
        (_, "wider") => text!(language, fairness.err_wider),
        _ => text!(language, fairness.err_form),
    }
}

fn form(
    language: Language,
    id: &CampaignId,
    page: &FairnessSettingPage,
    typed: &FairnessSettingInput,
    errors: &[FieldError],
) -> AnyView {
    let error_of = |field: &str| {
        let found = errors.iter().find(|error| error.field == field);
        found.map(|error| words_of(language, error).to_owned())
    };
    let countries = HiringCountry::ALL
        .iter()
        .map(|country| (country.code(), words::country(language, *country).to_owned()))
        .collect::<Vec<_>>();
    let choices = DemographicForm::ALL
        .iter()
        .map(|form| {
            let (name, hint) = words::form(language, *form);
            let is_chosen = form.code() == typed.form;
            view! {
                <label class="choice">
                    <input type="radio" name="form" value=form.code() checked=is_chosen/>
                    <span>{name}<span class="hint">{hint}</span></span>
                </label>
            }
        })
        .collect_view();
    let error = error_of("form");
    let class = if error.is_some() { "field has-error" } else { "field" };
    let described = error.is_some().then_some("form-error");
    view! {
        <form method="post" action=format!("/campaigns/{id}/fairness/form")>
            <SelectField
                name="country" id="country" label=text!(language, fairness.f_country) options=countries
                chosen=typed.country.clone() hint=Some(text!(language, fairness.f_country_hint).to_owned())
                error=error_of("country")
            />
            <fieldset class=class id="form" aria-describedby=described tabindex="-1">
                <legend>{text!(language, fairness.f_form)}</legend>
                {error.map(|error| view! { <p class="error" id="form-error">{error}</p> })}
                {choices}
            </fieldset>
            <p class="row">
                <button class="button">{text!(language, fairness.setting_submit)}</button>
                <a href=format!("/campaigns/{id}/settings")>
                    {text!(language, fairness.setting_back, campaign = page.campaign.title.clone()).to_string()}
                </a>
            </p>
        </form>
    }
    .into_any()
}
