//! The campaigns of the organisation: what awaits a person, then the list with its funnels.

use actix_web::web;
use domain::ids::CampaignId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::campaigns::{Awaiting, AwaitingLine, CampaignFilter, CampaignList, CampaignSummary, Funnel};
use services::dates;
use services::human_review::OpenReviews;

use super::fields::form_name;
use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: String,
}

/// `GET /campaigns`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let filter = match asked.state.as_str() {
        "open" => CampaignFilter::Open,
        "closed" => CampaignFilter::Closed,
        _ => CampaignFilter::All,
    };
    let before = match asked.before.as_str() {
        "" => None,
        id => Some(CampaignId::parse(id).map_err(|_| Fault::NotFound)?),
    };
    let is_later_page = before.is_some();
    let asker = staff.clone();
    let list = ctx.run(move |services| services.campaigns(&asker, filter, before.as_ref())).await?;
    let language = ctx.language;
    let title = text!(language, campaigns.list_title);
    let organisation = staff.organisation_name.clone();
    let frame = Frame {
        title: format!("{title} – {organisation}"),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Campaigns),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        let is_new_here = list.campaigns.is_empty() && filter == CampaignFilter::All && !is_later_page;
        let content = if is_new_here { empty(language) } else { filled(language, filter, is_later_page, list) };
        view! {
            <div class="page-head">
                <div><h1>{title}</h1><p class="soft">{organisation}</p></div>
                <p class="row"><a class="button" href="/campaigns/new">{text!(language, campaigns.list_new)}</a></p>
            </div>
            {content}
        }
        .into_any()
    }))
}

fn empty(language: Language) -> AnyView {
    view! {
        <div class="empty">
            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
            <h2>{text!(language, campaigns.list_empty_title)}</h2>
            <p class="soft">{text!(language, campaigns.list_empty_text)}</p>
        </div>
    }
    .into_any()
}

fn filled(language: Language, filter: CampaignFilter, is_later_page: bool, list: CampaignList) -> AnyView {
    let heading = match (is_later_page, filter) {
        (true, _) => text!(language, campaigns.list_older_title),
        (false, CampaignFilter::All) => text!(language, campaigns.list_all),
        (false, CampaignFilter::Open) => text!(language, campaigns.list_open),
        (false, CampaignFilter::Closed) => text!(language, campaigns.list_closed),
    };
    let code = code_of(filter);
    let next = list.next.as_ref().map(|id| format!("/campaigns?state={code}&before={id}"));
    let table = if list.campaigns.is_empty() {
        view! { <p class="soft">{text!(language, campaigns.list_none)}</p> }.into_any()
    } else {
        table(language, list.campaigns)
    };
    view! {
        {(!is_later_page).then(|| awaiting(language, list.awaiting))}
        <section aria-labelledby="list">
            <h2 id="list">{heading}</h2>
            {filters(language, code)}
            {table}
            {pager(language, code, is_later_page, next)}
        </section>
    }
    .into_any()
}

const fn code_of(filter: CampaignFilter) -> &'static str {
    match filter {
        CampaignFilter::All => "",
        CampaignFilter::Open => "open",
        CampaignFilter::Closed => "closed",
    }
}

fn awaiting(language: Language, awaiting: Awaiting) -> AnyView {
    let body = if awaiting.is_empty() {
        view! { <p class="soft">{text!(language, campaigns.awaiting_none)}</p> }.into_any()
    } else {
        let refused =
            awaiting.refused_mails.into_iter().map(|line| refused_line(language, line)).collect_view();
        let undecided =
            awaiting.undecided.into_iter().map(|line| undecided_line(language, line)).collect_view();
        let reviews = awaiting.reviews.map(|open| reviews_line(language, open));
        view! { <ul class="marked">{reviews}{refused}{undecided}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="awaiting">
            <h2 id="awaiting">{text!(language, campaigns.awaiting_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn reviews_line(language: Language, open: OpenReviews) -> impl IntoView {
    let words = text!(language, deciding.awaiting_reviews, count = open.number).to_string();
    let due = dates::long_date(language, open.first_due);
    let until = text!(language, deciding.awaiting_reviews_due, date = due).to_string();
    view! { <li><Icon name="flag"/><span><a href="/reviews">{words}</a>{until}</span></li> }
}

fn refused_line(language: Language, line: AwaitingLine) -> impl IntoView {
    let path = format!("/campaigns/{}/invitations?show=mail", line.campaign);
    let words = text!(language, campaigns.awaiting_refused, count = line.people).to_string();
    let place = text!(language, campaigns.awaiting_refused_where, campaign = line.title).to_string();
    view! { <li><Icon name="mail"/><span><a href=path>{words}</a>{place}</span></li> }
}

fn undecided_line(language: Language, line: AwaitingLine) -> impl IntoView {
    let path = format!("/campaigns/{}?decision=open&state=finished", line.campaign);
    let words = text!(language, campaigns.awaiting_undecided, count = line.people).to_string();
    let place = text!(language, campaigns.awaiting_undecided_where, campaign = line.title).to_string();
    view! { <li><Icon name="info"/><span><a href=path>{words}</a>{place}</span></li> }
}

fn filters(language: Language, chosen: &'static str) -> AnyView {
    let options = [
        ("", text!(language, campaigns.filter_all)),
        ("open", text!(language, campaigns.filter_open)),
        ("closed", text!(language, campaigns.filter_closed)),
    ]
    .into_iter()
    .map(|(code, words)| view! { <option value=code selected=code == chosen>{words}</option> })
    .collect_view();
    view! {
        <form class="filters" method="get" action="/campaigns">
            <div class="field">
                <label for="state">{text!(language, campaigns.filter_state)}</label>
                <select id="state" name="state">{options}</select>
            </div>
            <button class="button is-quiet">{text!(language, campaigns.filter_button)}</button>
        </form>
    }
    .into_any()
}

fn table(language: Language, campaigns: Vec<CampaignSummary>) -> AnyView {
    let rows = campaigns.into_iter().map(|summary| row(language, summary)).collect_view();
    let heads = [
        (text!(language, campaigns.col_campaign), false),
        (text!(language, campaigns.col_progress), false),
        (text!(language, campaigns.col_invited), true),
        (text!(language, campaigns.col_started), true),
        (text!(language, campaigns.col_finished), true),
        (text!(language, campaigns.col_median), true),
        (text!(language, campaigns.col_satisfaction), true),
        (text!(language, campaigns.col_undecided), false),
    ]
    .into_iter()
    .map(|(words, is_number)| {
        view! { <th role="columnheader" scope="col" class=is_number.then_some("is-num")>{words}</th> }
    })
    .collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table" aria-describedby="legend reading">
                <caption class="visually-hidden">{text!(language, campaigns.list_caption)}</caption>
                <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <ul class="legend" id="legend">
            <li><svg class="plot key-mark" aria-hidden="true"><rect class="outline" x="0" width="100%" y="20%" height="60%"/></svg>" "{text!(language, campaigns.legend_invited)}</li>
            <li><svg class="plot key-mark" aria-hidden="true"><rect class="part" x="0" width="100%" y="20%" height="60%"/></svg>" "{text!(language, campaigns.legend_started)}</li>
            <li><svg class="plot key-mark" aria-hidden="true"><rect class="done" x="0" width="100%" y="38%" height="24%"/></svg>" "{text!(language, campaigns.legend_finished)}</li>
        </ul>
        <p class="fine" id="reading">{text!(language, campaigns.list_reading)}</p>
    }
    .into_any()
}

fn row(language: Language, summary: CampaignSummary) -> impl IntoView {
    let campaign = &summary.campaign;
    let path = format!("/campaigns/{}", campaign.id);
    let funnel = summary.funnel;
    let about = format!("{}, {}", form_name(language, campaign), until(language, &summary));
    let is_pilot = campaign.form.key.is_provisional() || campaign.form.pack.is_public;
    let median = summary.median.map_or_else(
        || "–".to_owned(),
        |median| text!(language, campaigns.median_minutes, minutes = median.minutes).to_string(),
    );
    let satisfaction = summary.satisfaction.map_or_else(
        || "–".to_owned(),
        |asked| {
            let (favourable, answers) = (asked.favourable, asked.answers);
            text!(language, campaigns.satisfaction_of, favourable = favourable, answers = answers).to_string()
        },
    );
    let share = percent(funnel.finished, funnel.invited)
        .map(|percent| text!(language, campaigns.share, percent = percent).to_string());
    let undecided = if funnel.undecided == 0 {
        view! { "–" }.into_any()
    } else {
        let people = text!(language, campaigns.undecided_people, count = funnel.undecided).to_string();
        view! { <a href=format!("{path}?decision=open") class="keep">{people}</a> }.into_any()
    };
    let label = campaign.title.clone();
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <a href=path.clone()><b>{label}</b></a>
                {is_pilot.then(|| view! { " "<span class="badge is-care">{text!(language, campaigns.pilot)}</span> })}
                <span class="fine">{about}</span>
            </th>
            <td role="cell">{funnel_plot(funnel)}</td>
            <td role="cell" class="is-num" data-label=text!(language, campaigns.col_invited)>{funnel.invited}</td>
            <td role="cell" class="is-num" data-label=text!(language, campaigns.col_started)>{funnel.started}</td>
            <td role="cell" class="is-num" data-label=text!(language, campaigns.col_finished)>
                <b>{funnel.finished}</b>" "{share.map(|share| view! { <span class="soft">{share}</span> })}
            </td>
            <td role="cell" class="is-num" data-label=text!(language, campaigns.col_median)>{median}</td>
            <td role="cell" class="is-num" data-label=text!(language, campaigns.col_satisfaction)>{satisfaction}</td>
            <td role="cell" data-label=text!(language, campaigns.col_undecided)>{undecided}</td>
        </tr>
    }
}

/// Until when a campaign takes answers, in words.
fn until(language: Language, summary: &CampaignSummary) -> String {
    let campaign = &summary.campaign;
    if campaign.is_erased {
        return text!(language, campaigns.row_erased).to_owned();
    }
    match (campaign.is_over, campaign.ended_at, campaign.closes_at) {
        (true, Some(ended), _) => {
            text!(language, campaigns.row_closed, date = dates::date(language, ended.date())).to_string()
        }
        (false, _, Some(closing)) => {
            text!(language, campaigns.row_until, date = dates::date(language, closing.date())).to_string()
        }
        _ => text!(language, campaigns.row_open_ended).to_owned(),
    }
}

/// A whole percentage; nothing of nothing.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 200 + whole) / (whole * 2))
}

fn funnel_plot(funnel: Funnel) -> impl IntoView {
    // Hundredths of a percent, so that the marks of large campaigns stand where they belong.
    let width = |part: i64| {
        let share = if funnel.invited > 0 { part * 10_000 / funnel.invited } else { 0 };
        format!("{}.{:02}%", share / 100, share % 100)
    };
    view! {
        <svg class="plot" aria-hidden="true">
            <rect class="outline" x="0%" width="100%" y="20%" height="60%"/>
            <rect class="part" x="0%" width=width(funnel.started) y="20%" height="60%"/>
            <rect class="done" x="0%" width=width(funnel.finished) y="38%" height="24%"/>
        </svg>
    }
}

fn pager(language: Language, code: &str, is_later_page: bool, next: Option<String>) -> Option<AnyView> {
    if next.is_none() && !is_later_page {
        return None;
    }
    let first = is_later_page.then(|| {
        let path = format!("/campaigns?state={code}");
        view! { <li><a href=path>{text!(language, campaigns.list_newest)}</a></li> }
    });
    let next = next.map(|path| {
        view! { <li><a href=path rel="next">{text!(language, campaigns.list_older)}</a></li> }
    });
    Some(
        view! {
            <nav class="pager" aria-label=text!(language, campaigns.pager)><ol>{first}{next}</ol></nav>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded() {
        assert_eq!(percent(52, 74), Some(70));
        assert_eq!(percent(1, 200), Some(1));
        assert_eq!(percent(0, 0), None);
    }
}
