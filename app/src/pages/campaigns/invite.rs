//! Inviting people: one at a time, or a list that is checked before anything leaves.

mod check;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::campaigns::CampaignFacts;
use services::error::{FieldError, ServiceError};
use services::invite::OnePerson;
use services::viewer::Staff;

use super::fields::field;
use super::upload::{self, SentList};
use super::words::{error_of, language_name, summary};
use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::form_field::ErrorSummary;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// One person, as typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct OneForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    language: String,
}

/// What the page shows again.
#[derive(Default)]
struct Typed {
    one: OneForm,
    list: SentList,
    errors: Vec<FieldError>,
}

/// `GET /campaigns/{campaign}/invitations/new`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = campaign_of(&ctx, &staff, &campaign).await?;
    Ok(draw(&ctx, staff, &campaign, Typed::default()))
}

/// `POST /campaigns/{campaign}/invitations/one`
pub(super) async fn invite_one(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<OneForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = campaign_of(&ctx, &staff, &campaign).await?;
    let one = form.into_inner();
    let person =
        OnePerson { name: one.name.clone(), email: one.email.clone(), language: one.language.clone() };
    let (asker, id) = (staff.clone(), campaign.id.clone());
    match ctx.try_run(move |services| services.invite_one(&asker, &id, &person)).await? {
        Ok(_) => Ok(see_other(&format!("/campaigns/{}/invitations?done=one", campaign.id))),
        Err(error) => again(&ctx, staff, &campaign, Typed { one, ..Typed::default() }, error),
    }
}

/// `POST /campaigns/{campaign}/invitations/check`: a list, read and not yet invited.
pub(super) async fn check(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    // The campaign first: a stranger's list is not even read.
    let campaign = campaign_of(&ctx, &staff, &campaign).await?;
    let sent = upload::read(form).await?;
    if let Some(error) = sent.error.clone() {
        let typed = Typed { list: sent, ..Typed::default() };
        return again(&ctx, staff, &campaign, typed, ServiceError::Invalid(vec![error]));
    }
    let language = sent.language.unwrap_or_else(|| first_language(&campaign));
    let (asker, id, list) = (staff.clone(), campaign.id.clone(), sent.text.clone());
    match ctx.try_run(move |services| services.check_list(&asker, &id, &list, language)).await? {
        Ok(checked) => Ok(check::page(&ctx, staff, &campaign, &checked, sent, language).into_response()),
        Err(error) => again(&ctx, staff, &campaign, Typed { list: sent, ..Typed::default() }, error),
    }
}

/// `POST /campaigns/{campaign}/invitations/import`: the list that was checked, checked again and invited.
pub(super) async fn import(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = campaign_of(&ctx, &staff, &campaign).await?;
    let sent = upload::read(form).await?;
    if let Some(error) = sent.error.clone() {
        let typed = Typed { list: sent, ..Typed::default() };
        return again(&ctx, staff, &campaign, typed, ServiceError::Invalid(vec![error]));
    }
    let language = sent.language.unwrap_or_else(|| first_language(&campaign));
    let (asker, id, list) = (staff.clone(), campaign.id.clone(), sent.text.clone());
    match ctx.try_run(move |services| services.invite_list(&asker, &id, &list, language)).await? {
        Ok(report) => Ok(see_other(&format!(
            "/campaigns/{}/invitations?done=list&invited={}&known={}&broken={}",
            campaign.id, report.invited, report.known, report.broken
        ))),
        Err(error) => again(&ctx, staff, &campaign, Typed { list: sent, ..Typed::default() }, error),
    }
}

async fn campaign_of(ctx: &Ctx, staff: &Staff, campaign: &str) -> Result<CampaignFacts, Fault> {
    let id = CampaignId::parse(campaign).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    ctx.run(move |services| services.campaign(&asker, &id)).await
}

fn first_language(campaign: &CampaignFacts) -> Language {
    campaign.languages.first().copied().unwrap_or(Language::Fr)
}

/// The page again, with what was typed and what is wrong with it.
fn again(
    ctx: &Ctx,
    staff: Staff,
    campaign: &CampaignFacts,
    typed: Typed,
    error: ServiceError,
) -> Result<HttpResponse, Fault> {
    match error {
        ServiceError::Invalid(errors) => {
            let page = draw(ctx, staff, campaign, Typed { errors, ..typed });
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        error => Err(error.into()),
    }
}

fn draw(ctx: &Ctx, staff: Staff, campaign: &CampaignFacts, typed: Typed) -> Page {
    let language = ctx.language;
    let title = text!(language, campaigns.invite_title);
    let id = campaign.id.to_string();
    let frame = Frame {
        title: format!("{title} – {}", campaign.title),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    ctx.page(frame, || {
        let body = if campaign.is_over {
            over(language)
        } else {
            let errors = (!typed.errors.is_empty()).then(|| {
                let lines = summary(language, &typed.errors, |field| label_of(language, field));
                view! { <ErrorSummary title=text!(language, campaigns.invite_error_title) errors=lines/> }
            });
            view! {
                <p class="lede">{text!(language, campaigns.invite_lede)}</p>
                {errors}
                {list_form(language, campaign, &typed)}
                {one_form(language, campaign, &typed)}
            }
            .into_any()
        };
        view! {
            {campaign_crumbs(language, &id, &campaign.title, Some(title.to_owned()))}
            <h1>{title}</h1>
            {body}
        }
        .into_any()
    })
}

fn over(language: Language) -> AnyView {
    view! {
        <div class="empty">
            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
            <h2>{text!(language, campaigns.invite_over_title)}</h2>
            <p class="soft">{text!(language, campaigns.invite_over_text)}</p>
        </div>
    }
    .into_any()
}

fn label_of(language: Language, field: &str) -> (&'static str, &'static str) {
    match field {
        "list" => ("list", text!(language, campaigns.invite_list)),
        "email" => ("email", text!(language, campaigns.invite_email)),
        "language" => ("one-language", text!(language, campaigns.invite_language)),
        _ => ("name", text!(language, campaigns.invite_name)),
    }
}

/// The choice among the languages of a campaign.
fn language_options(language: Language, campaign: &CampaignFacts, chosen: Option<Language>) -> AnyView {
    campaign
        .languages
        .iter()
        .map(|offered| {
            let is_chosen = chosen == Some(*offered);
            view! { <option value=offered.code() selected=is_chosen>{language_name(language, *offered)}</option> }
        })
        .collect_view()
        .into_any()
}

fn list_form(language: Language, campaign: &CampaignFacts, typed: &Typed) -> AnyView {
    let path = format!("/campaigns/{}/invitations/check", campaign.id);
    let list = typed.list.text.clone();
    let hint = Some(text!(language, campaigns.invite_list_hint).to_owned());
    let error = error_of(language, &typed.errors, "list");
    let options = language_options(language, campaign, typed.list.language);
    view! {
        <section class="section" aria-labelledby="list-title">
            <h2 id="list-title">{text!(language, campaigns.invite_list_title)}</h2>
            <form method="post" action=path enctype="multipart/form-data">
                {field("list", text!(language, campaigns.invite_list), hint, error, |described, invalid| view! {
                    <TextArea id="list" name="list" value=list rows=8 spellcheck=false invalid=invalid described=described/>
                }.into_any())}
                {field("file", text!(language, campaigns.invite_file), Some(text!(language, campaigns.invite_file_hint).to_owned()), None, |described, _| view! {
                    <input type="file" id="file" name="file" accept=".csv,.txt,text/csv,text/plain" aria-describedby=described/>
                }.into_any())}
                {field("language", text!(language, campaigns.invite_default_language), None, None, |_, _| view! {
                    <select id="language" name="language">{options}</select>
                }.into_any())}
                <p class="row"><button class="button">{text!(language, campaigns.invite_check)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn one_form(language: Language, campaign: &CampaignFacts, typed: &Typed) -> AnyView {
    let path = format!("/campaigns/{}/invitations/one", campaign.id);
    let error = |name: &str| error_of(language, &typed.errors, name);
    let (name, email) = (typed.one.name.clone(), typed.one.email.clone());
    let options = language_options(language, campaign, Language::parse(&typed.one.language).ok());
    view! {
        <section class="section" aria-labelledby="one-title">
            <h2 id="one-title">{text!(language, campaigns.invite_one_title)}</h2>
            <form method="post" action=path novalidate>
                {field("name", text!(language, campaigns.invite_name), None, error("name"), |described, invalid| view! {
                    <input type="text" id="name" name="name" value=name required autocomplete="off"
                        aria-invalid=invalid aria-describedby=described/>
                }.into_any())}
                {field("email", text!(language, campaigns.invite_email), None, error("email"), |described, invalid| view! {
                    <input type="email" id="email" name="email" value=email required autocomplete="off"
                        aria-invalid=invalid aria-describedby=described/>
                }.into_any())}
                {field("one-language", text!(language, campaigns.invite_language), None, error("language"), |described, invalid| view! {
                    <select id="one-language" name="language" aria-invalid=invalid aria-describedby=described>{options}</select>
                }.into_any())}
                <p class="row"><button class="button is-quiet">{text!(language, campaigns.invite_one_submit)}</button></p>
            </form>
        </section>
    }
    .into_any()
}
