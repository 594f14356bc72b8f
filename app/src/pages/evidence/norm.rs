//! One comparison group: what it is, its numbers, its distribution.

use actix_web::{HttpResponse, web};
use domain::ids::NormGroupId;
use domain::language::Language;
use leptos::prelude::*;
use services::authz::{Permission, allows};
use services::dates;
use services::norm_groups::{NormPage, PEOPLE_FOR_PERCENTILES};
use services::viewer::Staff;

use crate::components::icon::Icon;
use crate::components::plot::{decimals, points_short};
use crate::components::score_axis::histogram;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::evidence::words::head_line;
use crate::pages::review::frame::{measure_words, pilot_notice};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /norms/{norm}`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, norm: web::Path<String>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let norm = NormGroupId::parse(&norm).map_err(|_| Fault::NotFound)?;
    let asker = staff.clone();
    let told = ctx.run(move |services| services.norm_group(&asker, &norm)).await?;
    let language = ctx.language;
    let frame = Frame {
        title: text!(language, evidence.group_title, name = told.group.head.name(language).to_owned())
            .to_string(),
        width: Width::Mid,
        bar: Bar::Staff(Box::new(staff.clone()), Section::Evidence),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, &staff, &told)))
}

/// `POST /norms/{norm}/retire`
pub(super) async fn retire(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    norm: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let norm = NormGroupId::parse(&norm).map_err(|_| Fault::NotFound)?;
    let path = format!("/norms/{norm}");
    ctx.run(move |services| services.retire_norm_group(&staff, &norm)).await?;
    Ok(see_other(&path))
}

fn page(language: Language, staff: &Staff, told: &NormPage) -> AnyView {
    let head = &told.group.head;
    let name = head.name(language).to_owned();
    let description = match language {
        Language::Fr => told.description_fr.clone(),
        Language::En => told.description_en.clone(),
    };
    let demo = staff.is_demo.then(|| {
        view! { <div class="notice is-care"><Icon name="alert"/><p class="flush"><b>{text!(language, evidence.demo_text)}</b></p></div> }
    });
    let retired = head.retired_at.map(|_| {
        view! { <div class="notice"><Icon name="info"/><p class="flush">{text!(language, evidence.retired_text)}</p></div> }
    });
    view! {
        <nav class="crumbs" aria-label=text!(language, review.crumbs)>
            <ol>
                <li><a href="/evidence">{text!(language, evidence.list_title)}</a></li>
                <li aria-current="page">{name.clone()}</li>
            </ol>
        </nav>
        <h1>{name}</h1>
        <p class="fine">{head_line(language, "UTC", head)}</p>
        {demo}
        {retired}
        {pilot_notice(language, &told.measure)}
        {(!description.is_empty()).then(|| view! { <p>{description}</p> })}
        {facts(language, told)}
        {distribution(language, told)}
        {frozen(language, staff, told)}
    }
    .into_any()
}

fn facts(language: Language, told: &NormPage) -> AnyView {
    let one = |value: f64| decimals(language, value, 1);
    let group = &told.group;
    let days = text!(
        language,
        evidence.days,
        from = dates::date(language, group.head.from_on),
        to = dates::date(language, group.head.to_on)
    )
    .to_string();
    let quartiles = match group.quartiles {
        Some(found) => text!(
            language,
            evidence.quartiles_value,
            q1 = points_short(language, found.q1),
            median = points_short(language, found.median),
            q3 = points_short(language, found.q3)
        )
        .to_string(),
        None => text!(language, evidence.no_percentile, n = PEOPLE_FOR_PERCENTILES).to_string(),
    };
    let line = |term: &'static str, value: String| view! { <div><dt>{term}</dt><dd>{value}</dd></div> };
    view! {
        <section class="section" aria-labelledby="facts">
            <h2 id="facts">{text!(language, evidence.facts)}</h2>
            <dl class="ledger">
                {line(text!(language, evidence.people), group.head.n.to_string())}
                {line(text!(language, evidence.mean), one(group.mean))}
                {line(text!(language, evidence.sd), one(group.sd))}
                {line(text!(language, evidence.quartiles), quartiles)}
                {line(text!(language, evidence.finished_between), days)}
                {line(text!(language, evidence.campaigns), told.campaigns.join(", "))}
            </dl>
            <p class="fine">{measure_words(language, &told.measure, "UTC")}</p>
        </section>
    }
    .into_any()
}

fn distribution(language: Language, told: &NormPage) -> AnyView {
    let shown: Vec<u32> = told.bins.iter().map(|bin| bin.n.unwrap_or(0)).collect();
    let hidden = told.bins.iter().any(|bin| bin.n.is_none());
    let rows = told
        .bins
        .iter()
        .filter(|bin| bin.n != Some(0))
        .map(|bin| {
            let n = bin.n.map_or_else(|| text!(language, evidence.hidden).to_owned(), |n| n.to_string());
            let label = text!(language, evidence.bin, low = bin.low, high = bin.high).to_string();
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{label}</th>
                    <td class="is-num" role="cell">{n}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="distribution">
            <h2 id="distribution">{text!(language, evidence.distribution)}</h2>
            {histogram(&shown, &[])}
            {hidden.then(|| view! { <p class="fine">{text!(language, evidence.hidden_text)}</p> })}
            <div class="table-box">
                <table class="table" role="table" aria-labelledby="distribution">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, evidence.points)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, evidence.people)}</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn frozen(language: Language, staff: &Staff, told: &NormPage) -> AnyView {
    let head = &told.group.head;
    let may_retire = allows(staff.role, Permission::ManageKeys) && head.retired_at.is_none();
    let retire = may_retire.then(|| {
        view! {
            <form method="post" action=format!("/norms/{}/retire", head.id)>
                <p class="row"><button class="button is-quiet">{text!(language, evidence.retire)}</button></p>
                <p class="fine">{text!(language, evidence.retire_text)}</p>
            </form>
        }
    });
    view! {
        <section class="section" aria-labelledby="frozen">
            <h2 id="frozen">{text!(language, evidence.frozen)}</h2>
            <p>{text!(language, evidence.frozen_text)}</p>
            <p>{text!(language, evidence.percentile_formula)}</p>
            {retire}
        </section>
    }
    .into_any()
}
