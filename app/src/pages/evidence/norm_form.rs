//! The form of a new comparison group.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::error::{FieldError, ServiceError};
use services::norm_groups::making::{MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS, NormForm, NormFormPage};
use services::viewer::Staff;

use crate::components::campaign_tabs::campaign_crumbs;
use crate::components::form_field::ErrorSummary;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::campaigns::fields::{field, group};
use crate::pages::evidence::words;
use crate::pages::review::frame::measure_words;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}/norms/new`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, campaign: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    draw(&ctx, staff, campaign, None, Vec::new()).await
}

/// `POST /campaigns/{campaign}/norms/new`
pub(super) async fn make(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = typed(pairs.into_inner());
    let (asker, of, sent) = (staff.clone(), campaign.clone(), typed.clone());
    match ctx.try_run(move |services| services.make_norm_group(&asker, &of, &sent)).await? {
        Ok(made) => Ok(see_other(&format!("/norms/{made}"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, campaign, Some(typed), errors).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn typed(pairs: Vec<(String, String)>) -> NormForm {
    let mut form = NormForm::default();
    for (name, value) in pairs {
        match name.as_str() {
            "name_fr" => form.name_fr = value,
            "name_en" => form.name_en = value,
            "description_fr" => form.description_fr = value,
            "description_en" => form.description_en = value,
            "from_on" => form.from_on = value,
            "to_on" => form.to_on = value,
            "campaigns" => form.campaigns.push(value),
            _ => {}
        }
    }
    form
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    typed: Option<NormForm>,
    errors: Vec<FieldError>,
) -> Result<Page, Fault> {
    let asker = staff.clone();
    let found = ctx.run(move |services| services.norm_form(&asker, &campaign)).await?;
    let language = ctx.language;
    let title = text!(language, evidence.make_title);
    let frame = Frame {
        title: format!("{title} – {}", found.campaign.title),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &found, typed, &errors)))
}

/// What the form begins with: the campaign itself, from its first day to today.
fn first(found: &NormFormPage) -> NormForm {
    let own = found.offered.iter().find(|offered| offered.id == found.campaign.id);
    NormForm {
        from_on: own.map_or(found.today, |own| own.made_on).to_string(),
        to_on: found.today.to_string(),
        campaigns: vec![found.campaign.id.clone()],
        ..NormForm::default()
    }
}

fn page(language: Language, found: &NormFormPage, typed: Option<NormForm>, errors: &[FieldError]) -> AnyView {
    let title = text!(language, evidence.make_title);
    let form = typed.unwrap_or_else(|| first(found));
    let id = &found.campaign.id;
    let error = |name: &str| {
        errors.iter().find(|error| error.field == name).map(|error| words::error(language, error).to_owned())
    };
    let summary = (!errors.is_empty()).then(|| {
        let lines = errors
            .iter()
            .map(|error| {
                let field = if error.field == "group" { "campaigns" } else { error.field };
                (field.to_owned(), words::error(language, error).to_owned())
            })
            .collect();
        view! { <ErrorSummary title=text!(language, common.errors_title) errors=lines/> }
    });
    let choices = found
        .offered
        .iter()
        .map(|offered| {
            let is_chosen = form.campaigns.contains(&offered.id);
            let line = text!(language, evidence.offered, title = offered.title.clone(), n = offered.finished);
            view! {
                <label class="choice">
                    <input type="checkbox" name="campaigns" value=offered.id.clone() checked=is_chosen/>
                    " "{line.to_string()}
                </label>
            }
        })
        .collect_view();
    let hint = Some(text!(language, evidence.campaigns_hint).to_owned());
    view! {
        {campaign_crumbs(language, id, &found.campaign.title, Some(title.to_owned()))}
        <h1>{title}</h1>
        <p class="lede">{text!(language, evidence.make_lede)}</p>
        <p class="fine">{measure_words(language, &found.measure, &found.campaign.time_zone)}</p>
        <form method="post" action=format!("/campaigns/{id}/norms/new") class="flow" novalidate>
            {summary}
            {text_line("name_fr", text!(language, evidence.name_fr), "fr", form.name_fr.clone(), error("name_fr"))}
            {text_line("name_en", text!(language, evidence.name_en), "en", form.name_en.clone(), error("name_en"))}
            {area("description_fr", text!(language, evidence.description_fr), "fr", form.description_fr.clone(), error("description_fr"))}
            {area("description_en", text!(language, evidence.description_en), "en", form.description_en.clone(), error("description_en"))}
            {group("campaigns", text!(language, evidence.campaigns), hint, error("campaigns"), choices)}
            {date("from_on", text!(language, evidence.from_on), form.from_on.clone(), error("from_on"))}
            {date("to_on", text!(language, evidence.to_on), form.to_on.clone(), error("to_on"))}
            <p class="fine">{text!(language, evidence.make_rules)}</p>
            <p class="row"><button class="button">{text!(language, evidence.make_submit)}</button></p>
        </form>
    }
    .into_any()
}

fn text_line(
    id: &'static str,
    label: &'static str,
    lang: &'static str,
    value: String,
    error: Option<String>,
) -> AnyView {
    field(id, label, None, error, |described, invalid| {
        view! {
            <input type="text" id=id name=id lang=lang value=value maxlength=MAX_NAME_CHARS required
                autocomplete="off" aria-invalid=invalid aria-describedby=described/>
        }
        .into_any()
    })
}

fn area(
    id: &'static str,
    label: &'static str,
    lang: &'static str,
    value: String,
    error: Option<String>,
) -> AnyView {
    field(id, label, None, error, |described, invalid| {
        view! {
            <TextArea id=id name=id lang=Some(lang) value=value rows=2 maxlength=Some(MAX_DESCRIPTION_CHARS)
                invalid=invalid described=described/>
        }
        .into_any()
    })
}

fn date(id: &'static str, label: &'static str, value: String, error: Option<String>) -> AnyView {
    field(id, label, None, error, |described, invalid| {
        view! {
            <input type="date" id=id name=id value=value required aria-invalid=invalid aria-describedby=described/>
        }
        .into_any()
    })
}
