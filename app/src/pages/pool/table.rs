//! The tables of the pool: bands on one scale, and apart from them the people whom the viewer has to rate first.

use domain::attempt::AttemptState;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::{BlindPerson, band_letters};
use services::talent_pool::{PoolGroup, PoolQuery, PooledPerson};

use crate::components::band::{Band, DecisionBadge};
use crate::components::icon::Icon;
use crate::components::plot::whole;
use crate::components::score_axis::{Marked, ranking_axis, ranking_lane};
use crate::text;

/// The people of the page, band by band.
pub(super) fn view(language: Language, group: &PoolGroup, query: &PoolQuery) -> AnyView {
    let bands = group
        .people
        .chunk_by(|left, right| left.band == right.band)
        .enumerate()
        .map(|(index, people)| band(language, group, people, index == 0 && query.page > 0))
        .collect_view();
    let head = |class: Option<&'static str>, words: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{words}</th> }
    };
    view! {
        <div class="table-box">
            <table class="table stacks ranking is-pool" role="table" aria-describedby="read">
                <caption class="visually-hidden">{text!(language, pool.caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head(None, text!(language, review.col_person))}
                        {head(Some("is-num"), text!(language, review.col_score))}
                        {head(Some("lane"), text!(language, review.col_lane))}
                        {head(None, text!(language, pool.col_campaign))}
                        {head(None, text!(language, review.col_decision))}
                    </tr>
                </thead>
                {bands}
            </table>
        </div>
    }
    .into_any()
}

fn band(
    language: Language,
    group: &PoolGroup,
    people: &[PooledPerson],
    is_continued: bool,
) -> Option<AnyView> {
    let band = people.first()?.band;
    let head = group.bands.iter().find(|head| head.band == band)?;
    let zone = (head.highest - group.band_width, head.highest);
    let chance = group.measure.chance_level;
    let letters = band_letters(band);
    let name = if is_continued {
        text!(language, review.group_again, band = letters).to_string()
    } else {
        text!(language, review.group_name, band = letters).to_string()
    };
    let rows = people.iter().map(|person| row(language, person, zone, chance)).collect_view();
    Some(
        view! {
            <tbody role="rowgroup">
                <tr class="rank-group" role="row">
                    <th scope="rowgroup" role="rowheader" colspan="2">
                        <Band band=band/>" "<b>{name}</b>
                        <span class="fine">{text!(language, review.group_line, count = head.n).to_string()}</span>
                    </th>
                    <td class="lane" role="cell">{ranking_axis(zone, chance)}</td>
                    <td role="cell" colspan="2"></td>
                </tr>
                {rows}
            </tbody>
        }
        .into_any(),
    )
}

fn row(language: Language, person: &PooledPerson, zone: (f64, f64), chance: f64) -> AnyView {
    let interval =
        text!(language, review.interval, low = whole(person.low), high = whole(person.high)).to_string();
    let marked = Marked { low: person.low, score: person.score, high: person.high };
    let decision = person.person.decision;
    view! {
        <tr class="rank-row" role="row">
            <th scope="row" role="rowheader">{name(language, &person.person)}</th>
            <td class="is-num" role="cell">
                <span class="score">{whole(person.score)}</span>" "<span class="fine">{interval}</span>
            </td>
            <td class="lane" role="cell">{ranking_lane(marked, zone, chance)}</td>
            <td role="cell">{campaign(&person.campaign)}</td>
            <td role="cell"><DecisionBadge language decision/></td>
        </tr>
    }
    .into_any()
}

/// The tree name, a link to the report.
fn name(language: Language, person: &BlindPerson) -> AnyView {
    let expired = (person.state == AttemptState::Expired)
        .then(|| view! { <span class="fine">{text!(language, review.state_expired)}</span> });
    view! { <a href=format!("/candidates/{}", person.public_id)>{person.name.clone()}</a>{expired} }
        .into_any()
}

fn campaign((id, title): &(String, String)) -> AnyView {
    view! { <a href=format!("/campaigns/{id}")>{title.clone()}</a> }.into_any()
}

/// The people whom the viewer has to rate first, and why they stand apart.
pub(super) fn apart(language: Language, group: &PoolGroup) -> Option<AnyView> {
    if group.is_to_rate_left_out {
        let words = text!(language, pool.apart_left_out);
        return Some(
            view! { <div class="notice"><Icon name="info"/><p class="flush">{words}</p></div> }.into_any(),
        );
    }
    if group.to_rate.is_empty() {
        return None;
    }
    let rows = group
        .to_rate
        .iter()
        .map(|one| {
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{name(language, &one.person)}</th>
                    <td role="cell" data-label=text!(language, pool.col_campaign)>{campaign(&one.campaign)}</td>
                    <td role="cell" data-label=text!(language, review.col_score)>
                        <span class="soft">{text!(language, deciding.first_to_rate)}</span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let left = group.n_to_rate.saturating_sub(group.to_rate.len());
    Some(
        view! {
            <section class="section" aria-labelledby="apart">
                <h2 id="apart">{text!(language, pool.apart_title)}</h2>
                <p class="soft">{text!(language, pool.apart_text)}</p>
                <div class="table-box">
                    <table class="table stacks" role="table">
                        <caption class="visually-hidden">{text!(language, pool.apart_caption)}</caption>
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">{text!(language, review.col_person)}</th>
                                <th role="columnheader" scope="col">{text!(language, pool.col_campaign)}</th>
                                <th role="columnheader" scope="col">{text!(language, review.col_score)}</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                </div>
                {(left > 0).then(|| view! {
                    <p class="fine">{text!(language, pool.apart_more, n = left).to_string()}</p>
                })}
            </section>
        }
        .into_any(),
    )
}
