//! The settings of a campaign: what was chosen, its open link, its end.

use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::campaigns::settings::{CampaignSettings, OpenLink, OpenLinkChange};
use services::dates;
use services::viewer::Staff;

use super::fields::{done, form_name, pilot_notice};
use super::words::language_name;
use crate::components::campaign_tabs::{CampaignTab, campaign_crumbs, campaign_tabs};
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

/// A change of the open link.
#[derive(Deserialize)]
pub(super) struct LinkForm {
    #[serde(default)]
    change: String,
}

/// `GET /campaigns/{campaign}/settings`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let settings = settings_of(&ctx, &staff, &campaign).await?;
    let language = ctx.language;
    let words = match asked.done.as_str() {
        "created" => vec![text!(language, campaigns.done_created).to_owned()],
        "changed" => vec![text!(language, campaigns.done_changed).to_owned()],
        "closed" => vec![text!(language, campaigns.done_closed).to_owned()],
        "on" => vec![text!(language, campaigns.done_link_on).to_owned()],
        "renew" => vec![text!(language, campaigns.done_link_renew).to_owned()],
        "off" => vec![text!(language, campaigns.done_link_off).to_owned()],
        _ => Vec::new(),
    };
    let is_new = asked.done == "created";
    let (id, title) = (settings.campaign.id.to_string(), settings.campaign.title.clone());
    let settings_title = text!(language, campaigns.settings_title);
    let tabs = campaign_tabs(language, &staff, &id, CampaignTab::Settings);
    let frame = Frame {
        title: format!("{settings_title} – {title}"),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let invite = is_new.then(|| {
            let path = format!("/campaigns/{id}/invitations/new");
            view! { <p class="row"><a class="button" href=path>{text!(language, campaigns.inv_add)}</a></p> }
        });
        view! {
            {campaign_crumbs(language, &id, &title, Some(settings_title.to_owned()))}
            <div class="page-head">
                <div><h1>{title}</h1><p class="fine">{settings.campaign.job.clone()}</p></div>
                {invite}
            </div>
            {tabs}
            {done(words)}
            {pilot_notice(language, &settings.campaign)}
            <section class="flow" aria-labelledby="facts">
                <h2 id="facts">{text!(language, campaigns.facts_title)}</h2>
                {facts(language, &settings)}
                {edit_link(language, &settings)}
                <p><a href=format!("/campaigns/{id}/fairness/form")>{text!(language, fairness.setting_title)}</a></p>
            </section>
            {link_section(language, &settings)}
            {close_section(language, &settings)}
        }
        .into_any()
    }))
}

/// `POST /campaigns/{campaign}/open-link`
pub(super) async fn change_link(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
    form: web::Form<LinkForm>,
) -> Result<HttpResponse, Fault> {
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let change = OpenLinkChange::parse(&form.change);
    let asked = id.clone();
    ctx.run(move |services| {
        // Who may not see the campaign learns nothing about the form.
        services.campaign(&staff, &asked)?;
        let change = change.ok_or_else(|| services::error::ServiceError::invalid("change", "unknown"))?;
        services.change_open_link(&staff, &asked, change)
    })
    .await?;
    let code = change.map_or("", OpenLinkChange::code);
    Ok(see_other(&format!("/campaigns/{id}/settings?done={code}#link")))
}

/// `GET /campaigns/{campaign}/close`
pub(super) async fn ask_close(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let settings = settings_of(&ctx, &staff, &campaign).await?;
    if settings.campaign.is_over {
        return Err(Fault::Conflict);
    }
    let language = ctx.language;
    let (id, title) = (settings.campaign.id.to_string(), settings.campaign.title.clone());
    let question = text!(language, campaigns.close_ask, title = title.clone()).to_string();
    let frame = Frame {
        title: question.clone(),
        width: Width::Reading,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    let funnel = settings.funnel;
    let (under_way, pending) = (funnel.started - funnel.finished, funnel.invited - funnel.started);
    Ok(ctx.page(frame, || {
        let here = text!(language, campaigns.close_title).to_owned();
        view! {
            {campaign_crumbs(language, &id, &title, Some(here))}
            <h1>{question}</h1>
            <ul>
                {(under_way > 0).then(|| view! { <li>{text!(language, campaigns.close_under_way, count = under_way).to_string()}</li> })}
                {(pending > 0).then(|| view! { <li>{text!(language, campaigns.close_pending, count = pending).to_string()}</li> })}
                {(funnel.finished > 0).then(|| view! { <li>{text!(language, campaigns.close_finished, count = funnel.finished).to_string()}</li> })}
                <li>{text!(language, campaigns.close_final)}</li>
            </ul>
            <form method="post" action=format!("/campaigns/{id}/close")>
                <p class="row">
                    <button class="button">{text!(language, campaigns.close_submit)}</button>
                    <a href=format!("/campaigns/{id}/settings")>{text!(language, campaigns.close_cancel)}</a>
                </p>
            </form>
        }
        .into_any()
    }))
}

/// `POST /campaigns/{campaign}/close`
pub(super) async fn close(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    campaign: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let asked = id.clone();
    ctx.run(move |services| services.close_campaign(&staff, &asked)).await?;
    Ok(see_other(&format!("/campaigns/{id}/settings?done=closed")))
}

async fn settings_of(ctx: &Ctx, staff: &Staff, campaign: &str) -> Result<CampaignSettings, Fault> {
    let id = CampaignId::parse(campaign).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    ctx.run(move |services| services.campaign_settings(&asker, &id)).await
}

fn facts(language: Language, settings: &CampaignSettings) -> AnyView {
    let campaign = &settings.campaign;
    let pack = &campaign.form.pack;
    let funnel = settings.funnel;
    let moment = |at| {
        let moment = dates::long_moment(language, at);
        text!(language, campaigns.fact_moment_zone, moment = moment, zone = campaign.time_zone.clone())
            .to_string()
    };
    let state = match (campaign.is_over, campaign.ended_at) {
        (false, _) => text!(language, campaigns.state_open).to_owned(),
        (true, None) => text!(language, campaigns.state_closed).to_owned(),
        (true, Some(at)) => text!(language, campaigns.state_closed_on, moment = moment(at)).to_string(),
    };
    let people = text!(
        language,
        campaigns.fact_people_value,
        invited = funnel.invited,
        started = funnel.started,
        finished = funnel.finished
    );
    let form = text!(
        language,
        campaigns.f_form_option,
        pack = pack.title.text(language).to_owned(),
        version = pack.version.clone(),
        form = form_name(language, campaign),
        scenarios = pack
            .forms
            .iter()
            .find(|form| form.id == campaign.form.form.id)
            .map_or(0, |form| form.scenarios.len())
    );
    let languages: Vec<&str> =
        campaign.languages.iter().map(|named| language_name(language, *named)).collect();
    let erased = if campaign.is_erased {
        text!(language, campaigns.fact_erased_done).to_owned()
    } else {
        dates::long_date(language, campaign.people_erased_on)
    };
    let closes =
        campaign.closes_at.map_or_else(|| text!(language, campaigns.fact_closes_none).to_owned(), moment);
    view! {
        <dl class="ledger">
            {line(text!(language, campaigns.fact_state), state)}
            {line(text!(language, campaigns.fact_people), people.to_string())}
            {line(text!(language, campaigns.f_form), form.to_string())}
            {line(text!(language, campaigns.fact_key), campaign.form.key.version.clone())}
            {line(text!(language, campaigns.f_languages), languages.join(", "))}
            {line(text!(language, campaigns.f_closes_at), closes)}
            {line(text!(language, campaigns.f_decision_on), dates::long_date(language, campaign.decision_on))}
            {line(text!(language, campaigns.fact_erased_on), erased)}
            {line(text!(language, campaigns.f_contact), settings.contact.clone())}
            {notice(language, text!(language, campaigns.f_notice_fr), "fr", settings.notice_fr.as_deref())}
            {notice(language, text!(language, campaigns.f_notice_en), "en", settings.notice_en.as_deref())}
        </dl>
    }
    .into_any()
}

fn edit_link(language: Language, settings: &CampaignSettings) -> Option<AnyView> {
    let path = format!("/campaigns/{}/edit", settings.campaign.id);
    let link =
        || view! { <p><a class="button is-quiet" href=path>{text!(language, campaigns.edit_link)}</a></p> };
    (!settings.campaign.is_over).then(|| link().into_any())
}

fn line(term: &'static str, value: String) -> impl IntoView {
    view! { <div><dt>{term}</dt><dd>{value}</dd></div> }
}

fn notice(language: Language, term: &'static str, lang: &'static str, words: Option<&str>) -> AnyView {
    let value = match words {
        None => view! { <span class="soft">{text!(language, campaigns.fact_notice_none)}</span> }.into_any(),
        Some(words) => {
            let lines = words.split('\n').map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
            view! { <div lang=lang>{lines}</div> }.into_any()
        }
    };
    view! { <div><dt>{term}</dt><dd>{value}</dd></div> }.into_any()
}

fn link_section(language: Language, settings: &CampaignSettings) -> AnyView {
    let campaign = &settings.campaign;
    let path = format!("/campaigns/{}/open-link", campaign.id);
    let button = |change: OpenLinkChange, words: &'static str, class: &'static str| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name="change" value=change.code()/>
                <button class=class>{words}</button>
            </form>
        }
        .into_any()
    };
    let renew = || button(OpenLinkChange::Renew, text!(language, campaigns.link_renew), "button is-quiet");
    let off = || button(OpenLinkChange::Off, text!(language, campaigns.link_off), "button is-quiet");
    let body = match (&settings.open_link, campaign.is_over) {
        (OpenLink::NoMail, _) => {
            view! { <div class="notice"><Icon name="info"/><p>{text!(language, campaigns.link_no_mail)}</p></div> }
                .into_any()
        }
        (_, true) => view! { <p class="soft">{text!(language, campaigns.link_over)}</p> }.into_any(),
        (OpenLink::Off, false) => {
            button(OpenLinkChange::On, text!(language, campaigns.link_on), "button is-quiet")
        }
        (OpenLink::On { address }, false) => view! {
            <div class="field">
                <label for="open-link">{text!(language, campaigns.link_address)}</label>
                <input type="text" id="open-link" value=address.clone() readonly autocomplete="off"/>
            </div>
            <div class="row">{renew()}{off()}</div>
            <p class="fine">{text!(language, campaigns.link_renew_hint)}</p>
        }
        .into_any(),
        (OpenLink::Lost, false) => view! {
            <div class="notice is-care"><Icon name="alert"/><p>{text!(language, campaigns.link_lost)}</p></div>
            <div class="row">{renew()}{off()}</div>
        }
        .into_any(),
    };
    view! {
        <section class="section flow" aria-labelledby="link">
            <h2 id="link">{text!(language, campaigns.link_title)}</h2>
            <p>{text!(language, campaigns.link_text)}</p>
            {body}
        </section>
    }
    .into_any()
}

fn close_section(language: Language, settings: &CampaignSettings) -> Option<AnyView> {
    if settings.campaign.is_over {
        return None;
    }
    let path = format!("/campaigns/{}/close", settings.campaign.id);
    Some(
        view! {
            <section class="section flow" aria-labelledby="close">
                <h2 id="close">{text!(language, campaigns.close_title)}</h2>
                <p>{text!(language, campaigns.close_text)}</p>
                <p><a href=path>{text!(language, campaigns.close_link)}</a></p>
            </section>
        }
        .into_any(),
    )
}
