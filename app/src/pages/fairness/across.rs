//! The monitor across campaigns: published rows added up, campaign by campaign where a ratio could mislead.

use domain::language::Language;
use leptos::prelude::*;
use services::dates;
use services::fairness::monitor::{AcrossTable, FairnessAcross};

use super::monitor::{demo_notice, how_to_read};
use super::rates::{self, Rate, group_name};
use crate::components::plot::decimals;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// `GET /fairness`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let asker = staff.clone();
    let across = ctx.run(move |services| services.fairness_across(&asker)).await?;
    let language = ctx.language;
    let title = text!(language, fairness.across_title);
    let frame = Frame {
        title: title.to_owned(),
        bar: Bar::Staff(Box::new(staff), Section::Fairness),
        width: Width::Wide,
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        view! {
            <div class="page-head"><div><h1>{title}</h1></div></div>
            <p class="lede">{text!(language, fairness.across_lede)}</p>
            {across.is_demo.then(|| demo_notice(language))}
            {campaigns(language, &across)}
            {across.tables.iter().map(|table| table_view(language, across.has_selection, table)).collect_view()}
            {how_to_read(language)}
        }
        .into_any()
    }))
}

fn campaigns(language: Language, across: &FairnessAcross) -> AnyView {
    if across.campaigns.is_empty() {
        return view! { <p>{text!(language, fairness.across_none)}</p> }.into_any();
    }
    let lines = across
        .campaigns
        .iter()
        .map(|campaign| {
            let date = dates::long_date(language, campaign.published_on);
            let count = usize::try_from(campaign.people).unwrap_or(usize::MAX);
            let facts = text!(language, fairness.across_campaign, count = count, date = date).to_string();
            view! {
                <li><a href=format!("/campaigns/{}/fairness", campaign.id)>{campaign.title.clone()}</a>" – "{facts}</li>
            }
        })
        .collect_view();
    view! {
        <section class="flow" aria-labelledby="published">
            <h2 id="published">{text!(language, fairness.across_campaigns)}</h2>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}

fn table_view(language: Language, has_selection: bool, table: &AcrossTable) -> AnyView {
    let kind = table.rates.table;
    let is_empty = table.rates.selection.is_none() && table.rates.scoring.is_none();
    let count = usize::try_from(table.editions).unwrap_or(usize::MAX);
    let odds = table
        .odds
        .iter()
        .map(|odds| {
            let words = text!(
                language,
                fairness.across_odds,
                group = group_name(language, kind, &odds.group),
                ratio = decimals(language, odds.ratio, 2),
                low = decimals(language, odds.interval.0, 2),
                high = decimals(language, odds.interval.1, 2),
                n = odds.editions
            );
            view! { <li>{words.to_string()}</li> }
        })
        .collect::<Vec<_>>();
    let title = format!(
        "{} – {}",
        rates::table_name(language, kind),
        text!(language, fairness.across_editions, count = count)
    );
    if is_empty {
        return view! {
            <section class="section flow">
                <h2>{title}</h2>
                <p class="soft">{text!(language, fairness.table_all_hidden)}</p>
            </section>
        }
        .into_any();
    }
    let selection = if has_selection {
        rates::table(language, &table.rates, Rate::Selection)
    } else {
        view! { <p class="soft">{text!(language, fairness.selection_none)}</p> }.into_any()
    };
    view! {
        <section class="section flow">
            <h2>{title}</h2>
            <h3>{text!(language, fairness.selection_title)}</h3>
            {selection}
            <h3>{text!(language, fairness.scoring_title)}</h3>
            {rates::table(language, &table.rates, Rate::Scoring)}
            {(!odds.is_empty()).then(|| view! { <ul class="fine">{odds}</ul> })}
        </section>
    }
    .into_any()
}
