//! The tables of the ranking: groups on one scale, and the people without a rank.

use domain::attempt::AttemptState;
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::{
    BandHead, BlindPerson, RankedPerson, Ranking, RankingQuery, UnrankedReason, VersionHead,
};

use crate::components::band::{Band, DecisionBadge};
use crate::components::plot::whole;
use crate::components::score_axis::{Marked, ranking_axis, ranking_lane};
use crate::pages::review::ranking::asked::address;
use crate::text;

/// The people of the page, group by group.
pub(super) fn view(language: Language, ranking: &Ranking, query: &RankingQuery) -> Option<AnyView> {
    let version = ranking.version.as_ref()?;
    let groups = ranking
        .people
        .chunk_by(|left, right| left.band == right.band)
        .enumerate()
        .map(|(index, people)| group(language, ranking, version, people, index == 0 && query.after > 0))
        .collect_view();
    Some(
        view! {
            <div class="table-box">
                <table class="table stacks ranking" role="table" aria-describedby="read">
                    <caption class="visually-hidden">{text!(language, review.table_caption)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">
                                <span class="visually-hidden">{text!(language, review.col_compare)}</span>
                            </th>
                            <th role="columnheader" scope="col">{text!(language, review.col_person)}</th>
                            <th role="columnheader" scope="col" class="is-num">{text!(language, review.col_score)}</th>
                            <th role="columnheader" scope="col" class="lane">{text!(language, review.col_lane)}</th>
                            <th role="columnheader" scope="col">{text!(language, review.col_ranks)}</th>
                            <th role="columnheader" scope="col">{text!(language, review.col_decision)}</th>
                        </tr>
                    </thead>
                    {groups}
                </table>
            </div>
        }
        .into_any(),
    )
}

fn group(
    language: Language,
    ranking: &Ranking,
    version: &VersionHead,
    people: &[RankedPerson],
    continues: bool,
) -> Option<AnyView> {
    let band = people.first()?.band;
    let head = ranking.bands.iter().find(|head| head.band == band)?;
    let chance = ranking.measure.chance_level;
    let campaign = &ranking.campaign.id;
    let zone = (head.highest - version.band_width, head.highest);
    let rows = people.iter().map(|person| row(language, campaign, person, zone, chance)).collect_view();
    Some(
        view! {
            <tbody role="rowgroup">
                <tr class="rank-group" role="row">
                    <th scope="rowgroup" role="rowheader" colspan="3">
                        <Band band=band/>" "<b>{group_name(language, band, continues)}</b>
                        <span class="fine">{group_line(language, head)}</span>
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

fn group_name(language: Language, band: i32, continues: bool) -> String {
    let band = services::ranking::band_letters(band);
    if continues {
        text!(language, review.group_again, band = band).to_string()
    } else {
        text!(language, review.group_name, band = band).to_string()
    }
}

fn group_line(language: Language, head: &BandHead) -> String {
    text!(language, review.group_line, count = head.n).to_string()
}

fn row(language: Language, campaign: &str, person: &RankedPerson, zone: (f64, f64), chance: f64) -> AnyView {
    let marked = Marked { low: person.low, score: person.score, high: person.high };
    let interval =
        text!(language, review.interval, low = whole(person.low), high = whole(person.high)).to_string();
    let ranks = if person.rank_low == person.rank_high {
        text!(language, review.rank_alone, low = person.rank_low).to_string()
    } else {
        text!(language, review.ranks, low = person.rank_low, high = person.rank_high).to_string()
    };
    let decision = person.person.as_ref().map(|person| {
        let decision = person.decision;
        view! { <DecisionBadge language decision/> }
    });
    view! {
        <tr class="rank-row" role="row">
            <td class="rank-pick" role="cell">{pick(language, person.person.as_ref())}</td>
            <th scope="row" role="rowheader">{name(language, person.person.as_ref())}</th>
            <td class="is-num" role="cell">
                <span class="score">{whole(person.score)}</span>" "<span class="fine">{interval}</span>
            </td>
            <td class="lane" role="cell">{ranking_lane(marked, zone, chance)}</td>
            <td class="rank-profile" role="cell">{ranks}{tied(language, campaign, person)}</td>
            <td role="cell">{decision}</td>
        </tr>
    }
    .into_any()
}

/// The box that takes a person into a comparison.
fn pick(language: Language, person: Option<&BlindPerson>) -> Option<AnyView> {
    let person = person?;
    let words = text!(language, review.compare_pick, name = person.name.clone()).to_string();
    Some(
        view! {
            <label>
                <input type="checkbox" name="with" value=person.public_id.clone() form="compare"/>
                <span class="visually-hidden">{words}</span>
            </label>
        }
        .into_any(),
    )
}

/// How many others this person is not told apart from, a link to them.
fn tied(language: Language, campaign: &str, person: &RankedPerson) -> AnyView {
    let others = person.rank_high - person.rank_low;
    let words = text!(language, review.tied_others, count = others).to_string();
    match &person.person {
        Some(blind) if others > 0 => {
            let query =
                RankingQuery { tied: PublicId::parse(&blind.public_id).ok(), ..RankingQuery::default() };
            view! { <a class="fine" href=address(campaign, &query)>{words}</a> }.into_any()
        }
        _ if others > 0 => view! { <span class="fine">{words}</span> }.into_any(),
        _ => view! { <span class="fine">{text!(language, review.tied_nobody)}</span> }.into_any(),
    }
}

/// The tree name, a link to the report.
fn name(language: Language, person: Option<&BlindPerson>) -> AnyView {
    match person {
        Some(person) => {
            let expired = (person.state == AttemptState::Expired)
                .then(|| view! { <span class="fine">{text!(language, review.state_expired)}</span> });
            view! { <a href=format!("/candidates/{}", person.public_id)>{person.name.clone()}</a>{expired} }
                .into_any()
        }
        None => text!(language, review.erased).into_any(),
    }
}

/// The people without a rank, with the reason; on the last page.
pub(super) fn unranked(language: Language, ranking: &Ranking) -> Option<AnyView> {
    if ranking.unranked.is_empty() {
        return None;
    }
    let rows = ranking
        .unranked
        .iter()
        .map(|listed| {
            let reason = match listed.reason {
                UnrankedReason::TooFewAnswers => text!(language, review.unranked_too_few),
                UnrankedReason::NothingAnswered => text!(language, review.unranked_nothing),
            };
            let decision = listed.person.as_ref().map(|person| {
                let decision = person.decision;
                view! { <DecisionBadge language decision/> }
            });
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{name(language, listed.person.as_ref())}</th>
                    <td role="cell" data-label=text!(language, review.col_reason)>{reason}</td>
                    <td role="cell" data-label=text!(language, review.col_decision)>{decision}</td>
                </tr>
            }
        })
        .collect_view();
    let left =
        usize::try_from(ranking.n_unranked).unwrap_or(usize::MAX).saturating_sub(ranking.unranked.len());
    Some(
        view! {
            <section class="section" aria-labelledby="unranked">
                <h2 id="unranked">{text!(language, review.unranked_title)}</h2>
                <p class="soft">{text!(language, review.unranked_intro)}</p>
                <div class="table-box">
                    <table class="table stacks" role="table" aria-labelledby="unranked">
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">{text!(language, review.col_person)}</th>
                                <th role="columnheader" scope="col">{text!(language, review.col_reason)}</th>
                                <th role="columnheader" scope="col">{text!(language, review.col_decision)}</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                </div>
                {(left > 0).then(|| view! {
                    <p class="fine">{text!(language, review.unranked_more, n = left).to_string()}</p>
                })}
            </section>
        }
        .into_any(),
    )
}
