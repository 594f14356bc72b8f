//! The list of a reviewer who still has people to rate: in the random order, with the scores of those already rated.

use domain::attempt::AttemptState;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::to_rate::{Known, PersonToRate};
use services::ranking::{Order, PAGE_SIZE, Ranking, RankingQuery, ToRate, UnrankedReason};

use crate::components::band::DecisionBadge;
use crate::components::icon::Icon;
use crate::components::plot::whole;
use crate::pages::review::ranking::asked::address;
use crate::pages::review::ranking::{Remark, compare_form, empty, filters};
use crate::text;

/// The list with what it leaves out and why.
pub(super) fn view(
    language: Language,
    ranking: &Ranking,
    list: &ToRate,
    query: &RankingQuery,
    remark: &Remark,
    views: Option<AnyView>,
) -> AnyView {
    let refused = list.is_filter_refused.then(|| {
        let words = text!(language, deciding.first_filter_refused);
        view! { <div class="notice is-care" role="status"><Icon name="alert"/><p class="flush">{words}</p></div> }
    });
    let rated = list.people.iter().filter(|person| person.known != Known::Nothing).count();
    let body = if list.people.is_empty() {
        let back =
            (format!("/campaigns/{}", ranking.campaign.id), text!(language, review.filter_reset).to_owned());
        let words = if list.is_rated_only {
            text!(language, deciding.first_none_rated)
        } else {
            text!(language, review.empty_filter_text)
        };
        empty(text!(language, review.empty_filter_title), words.to_owned(), Some(back))
    } else {
        view! {
            {order_line(language, ranking, list, query)}
            {table(language, list)}
            {(rated > 1).then(|| compare_form(language, ranking))}
            {pager(language, ranking, list, query)}
        }
        .into_any()
    };
    view! {
        <div class="notice">
            <Icon name="info"/>
            <div>
                <h2>{text!(language, deciding.rating_title)}</h2>
                <p>{text!(language, deciding.first_list, count = list.unrated).to_string()}</p>
                <p class="fine">{text!(language, deciding.first_list_export)}</p>
            </div>
        </div>
        {refused}
        {filters::view(language, ranking, query, remark)}
        {views}
        {body}
    }
    .into_any()
}

/// Who is listed in which order, and the way to the other.
fn order_line(language: Language, ranking: &Ranking, list: &ToRate, query: &RankingQuery) -> AnyView {
    let (order, link) = match query.order {
        Order::Random => (Order::Score, text!(language, deciding.first_by_score_link)),
        Order::Score => (Order::Random, text!(language, deciding.first_all_link)),
    };
    let words = match (query.order, list.is_rated_only) {
        (Order::Score, _) => text!(language, deciding.first_by_score),
        (Order::Random, true) => text!(language, deciding.first_rated_only),
        (Order::Random, false) => text!(language, deciding.first_random),
    };
    let other = RankingQuery {
        order,
        after: 0,
        version: None,
        band: None,
        tied: None,
        family: None,
        ..query.clone()
    };
    view! {
        <p class="fine">
            {words}" "<a class="no-print" href=address(&ranking.campaign.id, &other)>{link}</a>
        </p>
    }
    .into_any()
}

fn table(language: Language, list: &ToRate) -> AnyView {
    let rows = list.people.iter().map(|person| row(language, person)).collect_view();
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, deciding.first_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">
                            <span class="visually-hidden">{text!(language, review.col_compare)}</span>
                        </th>
                        <th role="columnheader" scope="col">{text!(language, review.col_person)}</th>
                        <th role="columnheader" scope="col">{text!(language, review.col_score)}</th>
                        <th role="columnheader" scope="col">{text!(language, review.col_decision)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(language: Language, listed: &PersonToRate) -> AnyView {
    let person = &listed.person;
    let is_rated = listed.known != Known::Nothing;
    let pick = is_rated.then(|| {
        let words = text!(language, review.compare_pick, name = person.name.clone()).to_string();
        view! {
            <label>
                <input type="checkbox" name="with" value=person.public_id.clone() form="compare"/>
                <span class="visually-hidden">{words}</span>
            </label>
        }
    });
    let known = match listed.known {
        Known::Nothing => {
            view! { <span class="soft">{text!(language, deciding.first_to_rate)}</span> }.into_any()
        }
        Known::Score { score, low, high } => {
            let interval = text!(language, review.interval, low = whole(low), high = whole(high)).to_string();
            view! { <span class="score">{whole(score)}</span>" "<span class="fine">{interval}</span> }
                .into_any()
        }
        Known::NoRank(UnrankedReason::TooFewAnswers) => text!(language, review.unranked_too_few).into_any(),
        Known::NoRank(UnrankedReason::NothingAnswered) => text!(language, review.unranked_nothing).into_any(),
    };
    let decision = is_rated.then(|| {
        let decision = person.decision;
        view! { <DecisionBadge language decision/> }
    });
    let expired = (person.state == AttemptState::Expired)
        .then(|| view! { " "<span class="fine">{text!(language, review.state_expired)}</span> });
    view! {
        <tr role="row">
            <td class="rank-pick" role="cell">{pick}</td>
            <th scope="row" role="rowheader">
                <a href=format!("/candidates/{}", person.public_id)>{person.name.clone()}</a>{expired}
            </th>
            <td role="cell" data-label=text!(language, review.col_score)>{known}</td>
            <td role="cell" data-label=is_rated.then(|| text!(language, review.col_decision))>{decision}</td>
        </tr>
    }
    .into_any()
}

fn pager(language: Language, ranking: &Ranking, list: &ToRate, query: &RankingQuery) -> Option<AnyView> {
    if list.n <= PAGE_SIZE {
        return None;
    }
    let id = &ranking.campaign.id;
    let first = (query.after > 0).then(|| {
        let query = RankingQuery { after: 0, version: None, ..query.clone() };
        view! { <li><a href=address(id, &query) rel="first">{text!(language, review.pager_first)}</a></li> }
    });
    let sequence = ranking.version.as_ref().map(|version| version.sequence);
    let next = list.next.map(|after| {
        let query = RankingQuery { after, version: sequence, ..query.clone() };
        view! { <li><a href=address(id, &query) rel="next">{text!(language, review.pager_next)}</a></li> }
    });
    Some(
        view! {
            <nav class="pager" aria-label=text!(language, review.pager)>
                <p class="fine">
                    {text!(language, review.pager_here, shown = list.people.len(), total = list.n).to_string()}
                </p>
                <ol>{first}{next}</ol>
            </nav>
        }
        .into_any(),
    )
}
