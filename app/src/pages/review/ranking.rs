//! The ranking of a campaign: groups of people that the test cannot tell apart.

mod aside;
mod asked;
mod filters;
mod table;
mod to_rate;
pub(super) mod views;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use services::authz::{Permission, allows};
use services::ranking::search::tree_asked;
use services::ranking::{PAGE_SIZE, Ranking, RankingQuery};
use services::viewer::Staff;

use crate::components::campaign_tabs::{CampaignTab, campaign_tabs};
use crate::components::empty::empty;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::review::frame::{crumbs, day, measure_words, pilot_notice, time};
use crate::pages::review::ranking::asked::{Asked, address};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /campaigns/{campaign}`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let query = asked.parse()?;
    draw(&ctx, staff, campaign, query, Remark::default()).await
}

/// `POST /campaigns/{campaign}/find`: leads to the people of a tree name; reads, changes nothing.
pub(super) async fn find(
    ctx: Ctx,
    viewer: SignedIn,
    campaign: web::Path<String>,
    typed: web::Form<Asked>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let campaign = CampaignId::parse(&campaign).map_err(|_| Fault::NotFound)?;
    let query = typed.parse()?;
    let Some(text) = query.tree.clone() else {
        return Ok(see_other(&address(campaign.as_str(), &query)));
    };
    match tree_asked(&text) {
        Some(tree) => Ok(see_other(&address(campaign.as_str(), &RankingQuery { tree: Some(tree), ..query }))),
        None => {
            let remark = Remark { tree: Some(text), ..Remark::default() };
            let page = draw(&ctx, staff, campaign, RankingQuery { tree: None, ..query }, remark).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// What the page shows besides the ranking.
#[derive(Default)]
struct Remark {
    /// The name of a view as typed.
    view_name: String,
    /// What is wrong with it.
    view_error: Option<&'static str>,
    /// What was typed for a tree that there is not.
    tree: Option<String>,
}

async fn draw(
    ctx: &Ctx,
    staff: Staff,
    campaign: CampaignId,
    query: RankingQuery,
    remark: Remark,
) -> Result<Page, Fault> {
    let (asker, part, language) = (staff.clone(), query.clone(), ctx.language);
    let told = ctx.run(move |services| {
        Ok((services.ranking(&asker, &campaign, &part, language)?, services.saved_views(&asker, &campaign)?))
    });
    let (ranking, views) = told.await?;
    let language = ctx.language;
    let frame = Frame {
        title: text!(language, review.ranking_title, campaign = ranking.campaign.title.clone()).to_string(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let kept =
            ranking.version.is_some().then(|| views::view(language, &ranking, &query, &views, &remark));
        page(language, &staff, &ranking, &query, &remark, kept)
    }))
}

fn page(
    language: Language,
    staff: &Staff,
    ranking: &Ranking,
    query: &RankingQuery,
    remark: &Remark,
    views: Option<AnyView>,
) -> AnyView {
    let campaign = &ranking.campaign;
    view! {
        {crumbs(language, campaign, None)}
        <div class="page-head">
            <div>
                <h1>{campaign.title.clone()}</h1>
                {figures(language, ranking)}
            </div>
            {(ranking.version.is_some() && ranking.to_rate.is_none() && allows(staff.role, Permission::Export))
                .then(|| export_form(language, &campaign.id))}
        </div>
        {campaign_tabs(language, staff, &campaign.id, CampaignTab::Ranking)}
        {pilot_notice(language, &ranking.measure)}
        {old_version(language, ranking)}
        <div class=if ranking.to_rate.is_none() { "with-aside" } else { "flow" }>
            <div class="flow">{main_part(language, ranking, query, remark, views)}</div>
            {ranking.to_rate.is_none().then(|| aside::view(language, ranking))}
        </div>
    }
    .into_any()
}

/// Every figure with its n and its versions.
fn figures(language: Language, ranking: &Ranking) -> AnyView {
    let zone = &ranking.campaign.time_zone;
    let version = ranking.version.as_ref().map(|version| {
        let since = ranking.n_ended - i64::from(version.n_finished);
        view! {
            <p class="fine">
                {text!(
                    language,
                    review.version_line,
                    sequence = version.sequence,
                    date = day(language, zone, version.made_at),
                    time = time(language, zone, version.made_at),
                    finished = version.n_finished,
                    ranked = version.n_ranked
                ).to_string()}
                {(since > 0).then(|| format!(" {}", text!(language, review.after_version, count = since)))}
            </p>
        }
    });
    view! {
        <p class="fine">
            {text!(
                language,
                review.ended_of_invited,
                ended = ranking.n_ended,
                invited = ranking.n_invited
            ).to_string()}
        </p>
        {version}
        <p class="fine">{measure_words(language, &ranking.measure, zone)}</p>
    }
    .into_any()
}

/// What to take out of the campaign, and how it is written.
fn export_form(language: Language, campaign: &str) -> AnyView {
    let choices = |choices: Vec<(&'static str, &'static str)>| {
        choices
            .into_iter()
            .map(|(value, words)| view! { <option value=value>{words}</option> })
            .collect_view()
    };
    let shapes = choices(vec![
        ("results", text!(language, review.export_results)),
        ("wide", text!(language, review.export_wide)),
        ("long", text!(language, review.export_long)),
    ]);
    let formats = choices(vec![
        ("xlsx", text!(language, review.export_xlsx)),
        ("excel-fr", text!(language, review.export_excel)),
        ("csv", text!(language, review.export_intl)),
        ("json", text!(language, review.export_json)),
    ]);
    view! {
        <details class="card no-print">
            <summary>{text!(language, review.export_title)}</summary>
            <form class="filters" method="get" action=format!("/campaigns/{campaign}/export")>
                <div class="field">
                    <label for="shape">{text!(language, review.export_shape)}</label>
                    <select id="shape" name="shape">{shapes}</select>
                </div>
                <div class="field">
                    <label for="format">{text!(language, review.export_format)}</label>
                    <select id="format" name="format">{formats}</select>
                </div>
                <button class="button is-quiet"><Icon name="down"/>{text!(language, review.export_button)}</button>
            </form>
            <p class="fine">{text!(language, review.export_note)}</p>
        </details>
    }
    .into_any()
}

fn old_version(language: Language, ranking: &Ranking) -> Option<AnyView> {
    ranking.version.as_ref().filter(|version| version.is_old).map(|_| {
        view! {
            <div class="notice">
                <Icon name="info"/>
                <p class="flush">
                    {text!(language, review.old_version)}" "
                    <a href=format!("/campaigns/{}", ranking.campaign.id)>
                        {text!(language, review.old_version_link)}
                    </a>
                </p>
            </div>
        }
        .into_any()
    })
}

fn main_part(
    language: Language,
    ranking: &Ranking,
    query: &RankingQuery,
    remark: &Remark,
    views: Option<AnyView>,
) -> AnyView {
    let Some(version) = &ranking.version else { return nothing_yet(language, ranking) };
    if let Some(list) = &ranking.to_rate {
        return to_rate::view(language, ranking, list, query, remark, views);
    }
    let is_empty = ranking.people.is_empty();
    let empty = is_empty.then(|| match (query.is_filtered() || query.after > 0, version.n_ranked) {
        (false, 0) => empty(
            text!(language, review.empty_ranked_title),
            text!(language, review.empty_ranked_text).to_owned(),
            None,
        ),
        _ => empty(
            text!(language, review.empty_filter_title),
            text!(language, review.empty_filter_text).to_owned(),
            Some((
                format!("/campaigns/{}", ranking.campaign.id),
                text!(language, review.filter_reset).to_owned(),
            )),
        ),
    });
    view! {
        {lede(language, ranking)}
        {filters::view(language, ranking, query, remark)}
        {views}
        {empty}
        {(!is_empty).then(|| {
            view! {
                {filters::order_line(language, ranking, query)}
                {table::view(language, ranking, query)}
                {compare_form(language, ranking)}
                <p class="fine">{text!(language, review.border_note)}</p>
                {pager(language, ranking, query)}
            }
        })}
        {table::unranked(language, ranking)}
    }
    .into_any()
}

/// Where the boxes ticked in the table lead.
fn compare_form(language: Language, ranking: &Ranking) -> Option<AnyView> {
    let path = format!("/campaigns/{}/compare", ranking.campaign.id);
    let is_for_some = ranking.people.len() > 1 || ranking.to_rate.is_some();
    is_for_some.then(|| {
        view! {
            <form id="compare" class="row no-print" method="get" action=path>
                <button class="button is-quiet">{text!(language, review.compare_button)}</button>
                <span class="fine">{text!(language, review.compare_hint)}</span>
            </form>
        }
        .into_any()
    })
}

/// What the first group means, in a sentence.
fn lede(language: Language, ranking: &Ranking) -> Option<AnyView> {
    let first = ranking.bands.first()?;
    let (strong, text) = if first.n == 1 {
        (text!(language, review.lede_alone).to_owned(), text!(language, review.lede_alone_text))
    } else {
        let strong = text!(language, review.lede_band, count = first.n).to_string();
        (strong, text!(language, review.lede_band_text))
    };
    Some(view! { <p class="lede"><strong>{strong}</strong>" "{text}</p> }.into_any())
}

fn nothing_yet(language: Language, ranking: &Ranking) -> AnyView {
    if ranking.n_ended == 0 {
        let link = format!("/campaigns/{}/invitations", ranking.campaign.id);
        empty(
            text!(language, review.empty_none_title),
            text!(language, review.empty_none_text).to_owned(),
            Some((link, text!(language, review.empty_none_link).to_owned())),
        )
    } else {
        empty(
            text!(language, review.empty_soon_title),
            text!(language, review.empty_soon_text, n = ranking.n_ended).to_string(),
            None,
        )
    }
}

fn pager(language: Language, ranking: &Ranking, query: &RankingQuery) -> Option<AnyView> {
    let version = ranking.version.as_ref()?;
    let total = ranking.n_matching.unwrap_or_else(|| i64::from(version.n_ranked));
    if total <= PAGE_SIZE {
        return None;
    }
    let id = &ranking.campaign.id;
    let first = (query.after > 0).then(|| {
        let query = RankingQuery { after: 0, version: None, ..query.clone() };
        view! { <li><a href=address(id, &query) rel="first">{text!(language, review.pager_first)}</a></li> }
    });
    let next = ranking.next.map(|after| {
        // The next page belongs to the version that this one shows.
        let query = RankingQuery { after, version: Some(version.sequence), ..query.clone() };
        view! { <li><a href=address(id, &query) rel="next">{text!(language, review.pager_next)}</a></li> }
    });
    Some(
        view! {
            <nav class="pager" aria-label=text!(language, review.pager)>
                <p class="fine">
                    {text!(language, review.pager_here, shown = ranking.people.len(), total = total).to_string()}
                </p>
                <ol>{first}{next}</ol>
            </nav>
        }
        .into_any(),
    )
}
