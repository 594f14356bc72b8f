//! The pool: people of several campaigns with the same test who agreed to be seen together.

mod asked;
mod table;

use actix_web::web;
use domain::language::Language;
use leptos::prelude::*;
use services::authz::Permission::ReviewCandidates;
use services::ranking::CampaignHead;
use services::talent_pool::{PAGE_SIZE, PoolGroup, PoolQuery, PoolTest, Shown, TalentPool};

use crate::components::empty::empty;
use crate::components::filter::filter;
use crate::components::plot::decimals;
use crate::components::score_axis::{KeyMark, key_mark};
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::pool::asked::{Asked, address};
use crate::pages::review::frame::{measure_words, pilot_notice};
use crate::render::Page;
use crate::routes::{Access, RouteEntry};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The routes of this area.
#[must_use]
pub fn routes() -> Vec<RouteEntry> {
    vec![RouteEntry {
        method: "GET",
        path: "/pool",
        access: Access::Staff(ReviewCandidates),
        handler: || web::get().to(show),
    }]
}

/// `GET /pool`
async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let query = asked.parse()?;
    let (asker, part) = (staff.clone(), query.clone());
    let pool = ctx.run(move |services| services.talent_pool(&asker, &part)).await?;
    let language = ctx.language;
    let title = text!(language, pool.title);
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Pool),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let body = match &pool.shown {
            Shown::Nobody => nobody(language),
            Shown::OneCampaign(campaign) => one_campaign(language, campaign),
            Shown::People(group) => people(language, group, &query),
        };
        view! {
            <div class="page-head">
                <div><h1>{title}</h1><p>{text!(language, pool.intro)}</p></div>
            </div>
            {tests(language, &pool)}
            {body}
        }
        .into_any()
    }))
}

/// The tests to choose from, when there is a choice.
fn tests(language: Language, pool: &TalentPool) -> Option<AnyView> {
    let is_choice = pool.tests.len() > 1 || pool.tests.iter().any(|test| !test.is_shown);
    is_choice.then(|| {
        let links = pool.tests.iter().map(|test| {
            let query = PoolQuery { test: Some(test.id.clone()), ..PoolQuery::default() };
            let here = test.is_shown.then_some("page");
            view! { <li><a href=address(&query) aria-current=here>{test_name(language, pool, test)}</a></li> }
        });
        view! { <nav class="tabs" aria-label=text!(language, pool.tests)><ul>{links.collect_view()}</ul></nav> }
            .into_any()
    })
}

/// Pack and form; the versions too where they alone tell tests apart.
fn test_name(language: Language, pool: &TalentPool, test: &PoolTest) -> String {
    let pack = test.pack_title.text(language).to_owned();
    let (form, form_version) = (test.form_id.clone(), test.form_version);
    let is_alike = |other: &&PoolTest| {
        other.pack_title.text(language) == pack && other.form_id == form && other.form_version == form_version
    };
    if pool.tests.iter().filter(is_alike).count() < 2 {
        return text!(language, pool.test_name, pack = pack, form = form, form_version = form_version)
            .to_string();
    }
    text!(
        language,
        pool.test_versions,
        pack = pack,
        version = test.pack_version.clone(),
        form = form,
        form_version = form_version,
        key = test.key_version.clone()
    )
    .to_string()
}

fn nobody(language: Language) -> AnyView {
    empty(
        text!(language, pool.nobody_title),
        text!(language, pool.nobody_text).to_owned(),
        Some(("/campaigns".to_owned(), text!(language, pool.nobody_link).to_owned())),
    )
}

fn one_campaign(language: Language, campaign: &CampaignHead) -> AnyView {
    let words = text!(language, pool.one_link, campaign = campaign.title.clone()).to_string();
    let link = (format!("/campaigns/{}", campaign.id), words);
    empty(text!(language, pool.one_title), text!(language, pool.one_text).to_owned(), Some(link))
}

fn people(language: Language, group: &PoolGroup, query: &PoolQuery) -> AnyView {
    let n = group.n_campaigns;
    let body = match (group.people.is_empty(), group.n_people) {
        (false, _) => view! {
            <p class="fine">{text!(language, pool.order)}</p>
            {table::view(language, group, query)}
            <p class="fine">{text!(language, review.border_note)}</p>
            {pager(language, group, query)}
        }
        .into_any(),
        (true, 0) => empty(
            text!(language, pool.empty_none_title),
            text!(language, pool.empty_none_text).to_owned(),
            None,
        ),
        // Those whom the filter finds stand apart, below.
        (true, _) if group.n_to_rate > 0 => ().into_any(),
        (true, _) => {
            let all = PoolQuery { test: query.test.clone(), ..PoolQuery::default() };
            let link = (address(&all), text!(language, review.filter_reset).to_owned());
            let title = text!(language, review.empty_filter_title);
            empty(title, text!(language, pool.empty_filter_text).to_owned(), Some(link))
        }
    };
    let without = usize::try_from(group.n_without_score).unwrap_or(usize::MAX);
    view! {
        <div>
            <p class="fine">{text!(language, pool.people, count = group.n_people, campaigns = n).to_string()}</p>
            <p class="fine">{measure_words(language, &group.measure, &group.time_zone)}</p>
        </div>
        {pilot_notice(language, &group.measure)}
        <div class="with-aside">
            <div class="flow">
                {filters(language, group, query)}
                {body}
                {table::apart(language, group)}
                {(without > 0).then(|| view! {
                    <p class="fine">{text!(language, pool.without_score, count = without).to_string()}</p>
                })}
            </div>
            {read(language, group)}
        </div>
    }
    .into_any()
}

/// How the page is read.
fn read(language: Language, group: &PoolGroup) -> AnyView {
    let chance = decimals(language, group.measure.chance_level, 1);
    let width = decimals(language, group.band_width, 1);
    let line = |mark: KeyMark, words: String| view! { <li>{key_mark(mark)}" "<span>{words}</span></li> };
    view! {
        <aside class="card" aria-labelledby="read-title">
            <h2 id="read-title">{text!(language, review.read_title)}</h2>
            <div class="flow" id="read">
                <ul class="keys">
                    {line(KeyMark::Interval, text!(language, review.read_interval).to_owned())}
                    {line(KeyMark::Zone, text!(language, review.read_zone).to_owned())}
                    {line(KeyMark::Chance, text!(language, review.read_chance, chance = chance).to_string())}
                </ul>
                <p class="fine">{text!(language, pool.read_bands, width = width).to_string()}</p>
                <p class="fine">{text!(language, pool.read_same)}" "{text!(language, pool.read_plain)}</p>
                <p class="fine">{text!(language, pool.read_campaigns)}</p>
                <p class="fine">{text!(language, pool.read_consent)}</p>
            </div>
        </aside>
    }
    .into_any()
}

/// The form of the filters, a GET.
fn filters(language: Language, group: &PoolGroup, query: &PoolQuery) -> AnyView {
    let test = query.test.clone().map(|test| view! { <input type="hidden" name="test" value=test/> });
    let campaigns = asked::campaigns(group, query);
    let tags = asked::tags(group, query);
    let note = query.is_filtered().then(|| {
        let all = PoolQuery { test: query.test.clone(), ..PoolQuery::default() };
        view! {
            <p class="fine">
                {text!(language, pool.filter_note, n = group.n_matching, total = group.n_people).to_string()}" "
                <a href=address(&all)>{text!(language, review.filter_reset)}</a>
            </p>
        }
    });
    view! {
        <form class="filters no-print" method="get" action="/pool" aria-label=text!(language, review.filters)>
            {test}
            {filter("campaign", text!(language, pool.filter_campaign), text!(language, review.filter_all_f), campaigns)}
            {filter(
                "decision",
                text!(language, review.filter_decision),
                text!(language, review.filter_all_f),
                asked::decisions(language, query),
            )}
            {(!tags.is_empty()).then(|| {
                filter("tag", text!(language, review.filter_tag), text!(language, review.filter_all_f), tags)
            })}
            <button class="button is-quiet">{text!(language, review.filter_apply)}</button>
        </form>
        {note}
    }
    .into_any()
}

fn pager(language: Language, group: &PoolGroup, query: &PoolQuery) -> Option<AnyView> {
    if group.n_matching <= PAGE_SIZE {
        return None;
    }
    let before = query.page.checked_sub(1).map(|page| {
        let query = PoolQuery { page, ..query.clone() };
        view! { <li><a href=address(&query) rel="prev">{text!(language, pool.pager_before)}</a></li> }
    });
    let next = group.has_more.then(|| {
        let query = PoolQuery { page: query.page.saturating_add(1), ..query.clone() };
        view! { <li><a href=address(&query) rel="next">{text!(language, review.pager_next)}</a></li> }
    });
    let here = text!(language, review.pager_here, shown = group.people.len(), total = group.n_matching);
    Some(
        view! {
            <nav class="pager" aria-label=text!(language, review.pager)>
                <p class="fine">{here.to_string()}</p>
                <ol>{before}{next}</ol>
            </nav>
        }
        .into_any(),
    )
}
