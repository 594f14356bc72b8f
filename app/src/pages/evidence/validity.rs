//! The evidence of a campaign: the comparison group of its reports, and how scores go with later outcomes.

use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::authz::{Permission, allows};
use services::outcomes::validity::{Scope, ValidityPage};
use services::viewer::Staff;

use crate::components::campaign_tabs::{CampaignTab, campaign_tabs};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::evidence::charts;
use crate::pages::evidence::words::head_line;
use crate::pages::review::frame::{crumbs, measure_words, pilot_notice};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done, and whose outcomes to look at.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    n: Option<u32>,
    #[serde(default)]
    left: Option<u32>,
}

/// A choice of a group; empty for the people of the campaign.
#[derive(Deserialize)]
pub(super) struct ChoiceForm {
    #[serde(default)]
    norm: String,
}

/// `GET /campaigns/{campaign}/validity`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let scope = if asked.scope == "campaign" { Scope::Campaign } else { Scope::Form };
    let asker = staff.clone();
    let told = ctx.run(move |services| services.validity(&asker, &campaign, scope)).await?;
    let language = ctx.language;
    let n = asked.n.unwrap_or(0);
    let done = match asked.done.as_str() {
        "chosen" => Some(text!(language, evidence.done_chosen).to_owned()),
        "imported" => {
            Some(text!(language, evidence.done_imported, n = n, left = asked.left.unwrap_or(0)).to_string())
        }
        "deleted" => Some(text!(language, evidence.done_deleted, n = n).to_string()),
        _ => None,
    };
    let frame = Frame {
        title: text!(language, evidence.validity_title, campaign = told.campaign.title.clone()).to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &told, done)))
}

/// `POST /campaigns/{campaign}/norm`
pub(super) async fn choose(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
    form: web::Form<ChoiceForm>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let path = format!("/campaigns/{campaign}/validity?done=chosen");
    let norm = form.into_inner().norm;
    ctx.run(move |services| {
        services.choose_norm_group(&staff, &campaign, Some(norm.as_str()).filter(|norm| !norm.is_empty()))
    })
    .await?;
    Ok(see_other(&path))
}

fn page(language: Language, staff: &Staff, told: &ValidityPage, done: Option<String>) -> AnyView {
    let campaign = &told.campaign;
    let done = done.map(|words| {
        view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
    });
    let demo = staff.is_demo.then(|| view! { <p><b>{text!(language, evidence.demo_text)}</b></p> });
    view! {
        {crumbs(language, campaign, Some(text!(language, evidence.tab).to_owned()))}
        <h1>{campaign.title.clone()}</h1>
        {campaign_tabs(language, staff, &campaign.id, CampaignTab::Validity)}
        {done}
        {pilot_notice(language, &told.measure)}
        <p class="fine">{measure_words(language, &told.measure, &campaign.time_zone)}</p>
        {demo}
        {norm(language, staff, told)}
        {outcomes(language, told)}
        {import(language, told)}
        <p class="row"><a href=format!("/campaigns/{}/manual", campaign.id)>{text!(language, manual.here)}</a></p>
    }
    .into_any()
}

fn norm(language: Language, staff: &Staff, told: &ValidityPage) -> AnyView {
    let zone = &told.campaign.time_zone;
    let shown = match &told.norms.chosen {
        Some(head) => view! {
            <p>
                {text!(language, evidence.shown)}" "
                <a href=format!("/norms/{}", head.id)>{head.name(language).to_owned()}</a>
                ", "{head_line(language, zone, head)}"."
            </p>
        }
        .into_any(),
        None => view! { <p>{text!(language, evidence.shown_none)}</p> }.into_any(),
    };
    let make = allows(staff.role, Permission::ManageKeys).then(|| {
        let path = format!("/campaigns/{}/norms/new", told.campaign.id);
        view! { <p><a href=path>{text!(language, evidence.make_title)}</a></p> }
    });
    view! {
        <section class="section" aria-labelledby="norm">
            <h2 id="norm">{text!(language, evidence.norm)}</h2>
            {shown}
            {choice(language, staff, told)}
            {make}
        </section>
    }
    .into_any()
}

fn choice(language: Language, staff: &Staff, told: &ValidityPage) -> Option<AnyView> {
    if !allows(staff.role, Permission::ManageCampaigns) || told.norms.offered.is_empty() {
        return None;
    }
    let zone = &told.campaign.time_zone;
    let chosen = told.norms.chosen.as_ref().map(|head| head.id.clone());
    let options = told
        .norms
        .offered
        .iter()
        .map(|head| {
            let is_chosen = chosen.as_ref() == Some(&head.id);
            let words = format!("{}, {}", head.name(language), head_line(language, zone, head));
            view! { <option value=head.id.clone() selected=is_chosen>{words}</option> }
        })
        .collect_view();
    Some(
        view! {
            <form method="post" action=format!("/campaigns/{}/norm", told.campaign.id)>
                <div class="field">
                    <label for="norm-choice">{text!(language, evidence.choose)}</label>
                    <select id="norm-choice" name="norm">
                        <option value="" selected=chosen.is_none()>{text!(language, evidence.choose_none)}</option>
                        {options}
                    </select>
                </div>
                <p class="row"><button class="button is-quiet">{text!(language, evidence.choose_submit)}</button></p>
            </form>
        }
        .into_any(),
    )
}

fn outcomes(language: Language, told: &ValidityPage) -> AnyView {
    let path = format!("/campaigns/{}/validity", told.campaign.id);
    let (here, other, words) = match told.scope {
        Scope::Form => (
            text!(language, evidence.scope_form),
            format!("{path}?scope=campaign#outcomes"),
            text!(language, evidence.scope_campaign_link),
        ),
        Scope::Campaign => (
            text!(language, evidence.scope_campaign),
            format!("{path}#outcomes"),
            text!(language, evidence.scope_form_link),
        ),
    };
    let body = if told.criteria.is_empty() {
        view! { <p>{text!(language, evidence.outcomes_none)}</p> }.into_any()
    } else {
        told.criteria.iter().map(|found| charts::criterion(language, found)).collect_view().into_any()
    };
    view! {
        <section class="section" aria-labelledby="outcomes">
            <h2 id="outcomes">{text!(language, evidence.outcomes)}</h2>
            <p>{text!(language, evidence.outcomes_text)}</p>
            <p>{here}" "<a href=other>{words}</a></p>
            {body}
        </section>
    }
    .into_any()
}

fn import(language: Language, told: &ValidityPage) -> Option<AnyView> {
    let imports = told.imports.as_ref()?;
    let path = format!("/campaigns/{}/outcomes", told.campaign.id);
    let known =
        (!imports.is_empty()).then(|| text!(language, evidence.imports_known, n = imports.len()).to_string());
    Some(
        view! {
            <section class="section no-print" aria-labelledby="import">
                <h2 id="import">{text!(language, evidence.import)}</h2>
                <p>{text!(language, evidence.import_text)}" "{known}</p>
                <p class="row"><a class="button is-quiet" href=path>{text!(language, evidence.import_link)}</a></p>
            </section>
        }
        .into_any(),
    )
}
