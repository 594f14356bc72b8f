//! The stages of a campaign's decisions in its own words: one form of fixed lines, so that it works without scripts.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::decide::OFFERED;
use services::decision_stages::{MAX_NAME_CHARS, MOST_STAGES, StageForm, StagesPage};
use services::error::{FieldError, ServiceError};
use services::viewer::Staff;

use crate::components::band::decide_words;
use crate::components::campaign_tabs::{CampaignTab, campaign_crumbs, campaign_tabs};
use crate::components::form_field::ErrorSummary;
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

/// `GET /campaigns/{campaign}/stages`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let done = asked.done == "saved";
    draw(&ctx, staff, campaign, None, &[], done).await
}

/// `POST /campaigns/{campaign}/stages`
pub(super) async fn save(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let typed = lines(pairs.into_inner());
    let (asker, about, sent) = (staff.clone(), campaign.clone(), typed.clone());
    match ctx.try_run(move |services| services.set_decision_stages(&asker, &about, &sent)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{campaign}/stages?done=saved"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, campaign, Some(typed), &errors, false).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The lines of the form: each begins with its French name.
fn lines(pairs: Vec<(String, String)>) -> Vec<StageForm> {
    let mut lines: Vec<StageForm> = Vec::new();
    for (name, value) in pairs {
        if name == "name_fr" {
            lines.push(StageForm { name_fr: value, ..StageForm::default() });
        } else if let Some(line) = lines.last_mut() {
            match name.as_str() {
                "name_en" => line.name_en = value,
                "code" => line.code = value,
                _ => {}
            }
        }
    }
    lines
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    typed: Option<Vec<StageForm>>,
    errors: &[FieldError],
    is_done: bool,
) -> Result<Page, Fault> {
    let asker = staff.clone();
    let found = ctx.run(move |services| services.decision_stages(&asker, &campaign)).await?;
    let language = ctx.language;
    let title = text!(language, deciding.stages_title);
    let frame = Frame {
        title: format!("{title} – {}", found.campaign.title),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &found, typed, errors, is_done)))
}

fn page(
    language: Language,
    staff: &Staff,
    found: &StagesPage,
    typed: Option<Vec<StageForm>>,
    errors: &[FieldError],
    is_done: bool,
) -> AnyView {
    let title = text!(language, deciding.stages_title);
    let id = &found.campaign.id;
    let mut forms = typed.unwrap_or_else(|| stored(found));
    forms.resize(MOST_STAGES.max(forms.len()), StageForm::default());
    let rows = (1..).zip(&forms).map(|(number, form)| row(language, number, form)).collect_view();
    let summary = errors.first().map(|error| {
        let lines = vec![("stage-1-fr".to_owned(), words(language, error.code).to_owned())];
        view! { <ErrorSummary title=text!(language, common.errors_title) errors=lines/> }
    });
    let done = is_done.then(|| {
        view! {
            <div class="notice is-good" role="status">
                <Icon name="check"/><p class="flush">{text!(language, deciding.stages_done)}</p>
            </div>
        }
    });
    let heads = [
        text!(language, deciding.stage_number),
        text!(language, deciding.stage_fr),
        text!(language, deciding.stage_en),
        text!(language, deciding.stage_code),
    ]
    .map(|words| view! { <th role="columnheader" scope="col">{words}</th> });
    view! {
        {campaign_crumbs(language, id, &found.campaign.title, Some(title.to_owned()))}
        <div class="page-head"><div><h1>{title}</h1></div></div>
        {campaign_tabs(language, staff, id, CampaignTab::Decisions)}
        {done}
        <p>{text!(language, deciding.stages_intro)}</p>
        <form method="post" action=format!("/campaigns/{id}/stages") class="flow">
            {summary}
            <div class="table-box">
                <table class="table stacks" role="table">
                    <caption class="visually-hidden">{text!(language, deciding.stages_caption)}</caption>
                    <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            <p class="fine">{text!(language, deciding.stages_hint)}</p>
            <p class="row"><button class="button">{text!(language, deciding.stages_save)}</button></p>
        </form>
    }
    .into_any()
}

/// The stages that stand, or the codes themselves to begin from.
fn stored(found: &StagesPage) -> Vec<StageForm> {
    if found.stages.is_empty() {
        return OFFERED
            .iter()
            .map(|code| StageForm {
                code: code.code().to_owned(),
                name_fr: decide_words(Language::Fr, *code).to_owned(),
                name_en: decide_words(Language::En, *code).to_owned(),
            })
            .collect();
    }
    let of = |stage: &services::decision_stages::Stage| StageForm {
        code: stage.code.code().to_owned(),
        name_fr: stage.name_fr.clone(),
        name_en: stage.name_en.clone(),
    };
    found.stages.iter().map(of).collect()
}

fn row(language: Language, number: i32, form: &StageForm) -> AnyView {
    let options = OFFERED
        .iter()
        .map(|code| {
            let is_chosen = form.code == code.code();
            view! { <option value=code.code() selected=is_chosen>{decide_words(language, *code)}</option> }
        })
        .collect_view();
    let named = |words: &'static str| {
        text!(language, deciding.stage_field, number = number, field = words).to_string()
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{number}</th>
            <td role="cell" data-label=text!(language, deciding.stage_fr)>
                <input type="text" name="name_fr" id=format!("stage-{number}-fr") lang="fr" value=form.name_fr.clone()
                    maxlength=MAX_NAME_CHARS autocomplete="off" aria-label=named(text!(language, deciding.stage_fr))/>
            </td>
            <td role="cell" data-label=text!(language, deciding.stage_en)>
                <input type="text" name="name_en" id=format!("stage-{number}-en") lang="en" value=form.name_en.clone()
                    maxlength=MAX_NAME_CHARS autocomplete="off" aria-label=named(text!(language, deciding.stage_en))/>
            </td>
            <td role="cell" data-label=text!(language, deciding.stage_code)>
                <select name="code" id=format!("stage-{number}-code") aria-label=named(text!(language, deciding.stage_code))>
                    {options}
                </select>
            </td>
        </tr>
    }
    .into_any()
}

fn words(language: Language, code: &str) -> &'static str {
    match code {
        "too_many" => text!(language, deciding.error_stage_number),
        "name_missing" => text!(language, deciding.error_stage_name),
        "too_long" => text!(language, deciding.error_stage_long),
        "twice" => text!(language, deciding.error_stage_twice),
        "code" => text!(language, deciding.error_choice),
        _ => text!(language, deciding.error_control),
    }
}
