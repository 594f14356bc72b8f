//! The monitor of one campaign: what is published, whether more can be, and what a cut would do by a model.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use domain::demographics::{DemographicForm, HiringCountry};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::authz::{Permission, allows};
use services::dates;
use services::error::ServiceError;
use services::fairness::monitor::{Edition, FairnessMonitor};
use services::fairness::publish::Readiness;
use services::fairness::what_if::WhatIfInput;
use services::viewer::Staff;

use super::rates::{self, Rate};
use super::{scenarios, what_if, words};
use crate::components::campaign_tabs::{CampaignTab, campaign_tabs};
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done, and the assumption of the model.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
    difference: Option<String>,
    share: Option<String>,
    selected: Option<String>,
}

/// What the form of a publication sends.
#[derive(Deserialize)]
pub(super) struct PublishForm {
    #[serde(default)]
    confirmed: String,
}

/// `GET /campaigns/{campaign}/fairness`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let asked = asked.into_inner();
    let usual = WhatIfInput::default();
    let typed = WhatIfInput {
        difference: asked.difference.unwrap_or(usual.difference),
        share: asked.share.unwrap_or(usual.share),
        selected: asked.selected.unwrap_or(usual.selected),
    };
    let is_sound = services::fairness::what_if::what_if(&typed).is_ok();
    let page = draw(&ctx, staff, &id, &typed, asked.done == "published", false).await?;
    let status = if is_sound { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page.with_status(status).into_response())
}

/// `POST /campaigns/{campaign}/fairness/publish`
pub(super) async fn publish(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    form: web::Form<PublishForm>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let is_confirmed = form.confirmed == "yes";
    let (asker, asked) = (staff.clone(), id.clone());
    match ctx.try_run(move |services| services.publish_fairness(&asker, &asked, is_confirmed)).await? {
        Ok(()) => Ok(see_other(&format!("/campaigns/{id}/fairness?done=published"))),
        Err(ServiceError::Invalid(_)) => {
            let page = draw(&ctx, staff, &id, &WhatIfInput::default(), false, true).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /campaigns/{campaign}/fairness/ll144.csv`
pub(super) async fn auditors_file(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let file = ctx.run(move |services| services.auditors_file(&staff, &campaign)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file.bytes))
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    id: &CampaignId,
    typed: &WhatIfInput,
    is_published: bool,
    is_unconfirmed: bool,
) -> Result<Page, Fault> {
    let (asker, asked) = (staff.clone(), id.clone());
    let monitor = ctx.run(move |services| services.fairness_monitor(&asker, &asked)).await?;
    let language = ctx.language;
    let title = text!(language, fairness.monitor_title);
    let campaign = monitor.campaign.title.clone();
    let tabs = campaign_tabs(language, &staff, id.as_ref(), CampaignTab::Fairness);
    let may_manage = allows(staff.role, Permission::ManageCampaigns);
    let frame = Frame {
        title: format!("{title} – {campaign}"),
        bar: Bar::Staff(Box::new(staff), Section::Fairness),
        width: Width::Wide,
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        view! {
            <nav class="crumbs" aria-label=text!(language, campaigns.crumbs)>
                <ol>
                    <li><a href="/fairness">{text!(language, fairness.across_title)}</a></li>
                    <li aria-current="page">{campaign.clone()}</li>
                </ol>
            </nav>
            <div class="page-head">
                <div><h1>{format!("{title} – {campaign}")}</h1><p class="fine">{monitor.campaign.job.clone()}</p></div>
            </div>
            {tabs}
            {is_published.then(|| view! {
                <div class="notice is-good" role="status"><Icon name="check"/><p>{text!(language, fairness.publish_done)}</p></div>
            })}
            <p class="lede">{text!(language, fairness.monitor_lede)}</p>
            {asked_line(language, id, &monitor, may_manage)}
            {state(language, id, &monitor, may_manage, is_unconfirmed)}
            {monitor.editions.iter().map(|edition| edition_view(language, edition)).collect_view()}
            {(!monitor.editions.is_empty()).then(|| audit_section(language, id, &monitor))}
            {what_if::view(language, &format!("/campaigns/{id}/fairness"), typed)}
            {how_to_read(language)}
        }
        .into_any()
    }))
}

fn asked_line(language: Language, id: &CampaignId, monitor: &FairnessMonitor, may_manage: bool) -> AnyView {
    let setting = monitor.setting;
    let form = words::form(language, setting.form).0;
    let country = words::country(language, setting.country);
    let line = if setting.form == DemographicForm::None {
        text!(language, fairness.asked_nothing).to_owned()
    } else {
        text!(language, fairness.asked, form = form, country = country).to_string()
    };
    let link = may_manage.then(|| {
        view! { " "<a href=format!("/campaigns/{id}/fairness/form")>{text!(language, fairness.asked_change)}</a> }
    });
    view! { <p>{line}{link}</p> }.into_any()
}

fn state(
    language: Language,
    id: &CampaignId,
    monitor: &FairnessMonitor,
    may_manage: bool,
    is_unconfirmed: bool,
) -> Option<AnyView> {
    let has_editions = !monitor.editions.is_empty();
    let words = match monitor.readiness {
        Readiness::Ready if may_manage => {
            return Some(publish_form(language, id, has_editions, is_unconfirmed));
        }
        Readiness::Ready => text!(language, fairness.state_ready).to_owned(),
        Readiness::NothingAsked | Readiness::TooFewAnswers | Readiness::Undecided { .. } if has_editions => {
            return None;
        }
        Readiness::StillOpen => text!(language, fairness.state_open).to_owned(),
        Readiness::NothingAsked => text!(language, fairness.state_nothing_asked).to_owned(),
        Readiness::RankingComes => text!(language, fairness.state_ranking_comes).to_owned(),
        Readiness::TooFewAnswers => text!(language, fairness.state_too_few).to_owned(),
        Readiness::Undecided { people, until } => {
            let until = dates::long_date(language, until);
            let count = usize::try_from(people).unwrap_or(usize::MAX);
            text!(language, fairness.state_undecided, count = count, until = until).to_string()
        }
    };
    Some(view! { <div class="notice"><Icon name="info"/><p>{words}</p></div> }.into_any())
}

fn publish_form(language: Language, id: &CampaignId, has_editions: bool, is_unconfirmed: bool) -> AnyView {
    let words = if has_editions {
        text!(language, fairness.publish_more)
    } else {
        text!(language, fairness.publish_first)
    };
    let class = if is_unconfirmed { "field has-error" } else { "field" };
    view! {
        <section class="section flow" aria-labelledby="publish">
            <h2 id="publish">{text!(language, fairness.publish_title)}</h2>
            <p>{words}</p>
            <form method="post" action=format!("/campaigns/{id}/fairness/publish")>
                <div class=class>
                    {is_unconfirmed.then(|| view! {
                        <p class="error" id="publish-error" role="alert">{text!(language, fairness.publish_unconfirmed)}</p>
                    })}
                    <label class="choice">
                        <input
                            type="checkbox" name="confirmed" value="yes" required
                            aria-invalid=is_unconfirmed.then_some("true")
                            aria-describedby=is_unconfirmed.then_some("publish-error")
                        />
                        <span>{text!(language, fairness.publish_confirm)}</span>
                    </label>
                </div>
                <p class="row"><button class="button">{text!(language, fairness.publish_button)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn edition_view(language: Language, edition: &Edition) -> AnyView {
    let content = &edition.content;
    let date = dates::long_date(language, edition.published_on);
    let title = text!(language, fairness.edition_title, number = edition.sequence, date = date).to_string();
    let heading = format!("edition-{}", edition.sequence);
    let labelled = heading.clone();
    let facts = text!(
        language,
        fairness.edition_facts,
        people = content.people,
        withdrawn = content.withdrawn,
        unscored = content.without_score,
        undecided = content.undecided
    )
    .to_string();
    let made_with = text!(
        language,
        fairness.edition_versions,
        version = content.ranking_version,
        pack = content.pack_version.as_str(),
        form = content.form.replace(' ', "."),
        key = content.key_version.as_str()
    )
    .to_string();
    let scoring = rates::list(language, &edition.tables, Rate::Scoring);
    let selection = if content.has_selection {
        rates::list(language, &edition.tables, Rate::Selection)
    } else {
        view! { <p class="soft">{text!(language, fairness.selection_none)}</p> }.into_any()
    };
    let demo = content.is_demo.then(|| demo_notice(language));
    view! {
        <section class="section flow" aria-labelledby=labelled>
            <h2 id=heading>{title}</h2>
            <p>{facts}</p>
            <p class="fine">{made_with}</p>
            {demo}
            <h3>{text!(language, fairness.selection_title)}</h3>
            <p class="fine">{text!(language, fairness.selection_text)}</p>
            {selection}
            <h3>{text!(language, fairness.scoring_title)}</h3>
            <p class="fine">{text!(language, fairness.scoring_text)}</p>
            {scoring}
            {scenarios::view(language, content)}
        </section>
    }
    .into_any()
}

/// What New York City's law wants printed, where it may apply.
fn audit_section(language: Language, id: &CampaignId, monitor: &FairnessMonitor) -> AnyView {
    let is_asked = monitor.setting.country == HiringCountry::UnitedStates
        || monitor.setting.form == DemographicForm::Full;
    let law = is_asked.then(|| view! { <p>{text!(language, fairness.audit_law)}</p> });
    view! {
        <section class="section flow" aria-labelledby="audit">
            <h2 id="audit">{text!(language, fairness.audit_title)}</h2>
            {law}
            <p>{text!(language, fairness.audit_independent)}</p>
            <p class="row">
                <a class="button is-quiet" href=format!("/campaigns/{id}/fairness/ll144.csv") download>
                    <Icon name="down"/>{text!(language, fairness.audit_file)}
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// The mark of invented people.
pub(super) fn demo_notice(language: Language) -> AnyView {
    view! { <div class="notice is-care"><Icon name="alert"/><p>{text!(language, fairness.edition_demo)}</p></div> }
        .into_any()
}

/// The rules behind the tables, in words.
pub(super) fn how_to_read(language: Language) -> AnyView {
    view! {
        <details class="card">
            <summary>{text!(language, fairness.read_title)}</summary>
            <ul>
                <li>{text!(language, fairness.read_ratio)}</li>
                <li>{text!(language, fairness.read_verdict)}</li>
                <li>{text!(language, fairness.read_power)}</li>
                <li>{text!(language, fairness.read_hidden)}</li>
                <li>{text!(language, fairness.read_frozen)}</li>
                <li>{text!(language, fairness.read_cause)}</li>
            </ul>
        </details>
    }
    .into_any()
}
