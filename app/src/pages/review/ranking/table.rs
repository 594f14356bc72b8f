//! The tables of the ranking: groups on one scale, and the people without a rank.

use domain::attempt::AttemptState;
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use services::ranking::{
    BandHead, BlindPerson, Column, RankedPerson, Ranking, RankingQuery, UnrankedReason, VersionHead,
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
        .map(|(index, people)| {
            group(language, ranking, version, people, query, index == 0 && query.after > 0)
        })
        .collect_view();
    let heads = shown(query).map(|column| head(language, column)).collect_view();
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
                            {heads}
                        </tr>
                    </thead>
                    {groups}
                </table>
            </div>
        }
        .into_any(),
    )
}

/// The columns shown, in their order.
fn shown(query: &RankingQuery) -> impl Iterator<Item = Column> {
    Column::ALL.into_iter().filter(|column| query.shows(*column))
}

fn head(language: Language, column: Column) -> AnyView {
    let (class, words) = match column {
        Column::Lane => (Some("lane"), text!(language, review.col_lane)),
        Column::Ranks => (None, text!(language, review.col_ranks)),
        Column::Decision => (None, text!(language, review.col_decision)),
        Column::Language => (None, text!(language, review.filter_language)),
        Column::State => (None, text!(language, review.filter_state)),
        Column::Tags => (None, text!(language, review.col_tags)),
    };
    view! { <th role="columnheader" scope="col" class=class>{words}</th> }.into_any()
}

fn group(
    language: Language,
    ranking: &Ranking,
    version: &VersionHead,
    people: &[RankedPerson],
    query: &RankingQuery,
    continues: bool,
) -> Option<AnyView> {
    let band = people.first()?.band;
    let head = ranking.bands.iter().find(|head| head.band == band)?;
    let chance = ranking.measure.chance_level;
    let campaign = &ranking.campaign.id;
    let zone = (head.highest - version.band_width, head.highest);
    let place = Place { campaign, zone, chance, n_ranked: version.n_ranked };
    let rows = people.iter().map(|person| row(language, &place, person, query)).collect_view();
    let others = shown(query).filter(|column| *column != Column::Lane).count();
    let lane = query
        .shows(Column::Lane)
        .then(|| view! { <td class="lane" role="cell">{ranking_axis(zone, chance)}</td> });
    let rest = (others > 0).then(|| view! { <td role="cell" colspan=others></td> });
    Some(
        view! {
            <tbody role="rowgroup">
                <tr class="rank-group" role="row">
                    <th scope="rowgroup" role="rowheader" colspan="3">
                        <Band band=band/>" "<b>{group_name(language, band, continues)}</b>
                        <span class="fine">{group_line(language, head)}</span>
                    </th>
                    {lane}
                    {rest}
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

/// Where rows stand.
struct Place<'a> {
    campaign: &'a str,
    zone: (f64, f64),
    chance: f64,
    n_ranked: i32,
}

fn row(language: Language, place: &Place<'_>, person: &RankedPerson, query: &RankingQuery) -> AnyView {
    let interval =
        text!(language, review.interval, low = whole(person.low), high = whole(person.high)).to_string();
    let cells = shown(query).map(|column| cell(language, place, person, column)).collect_view();
    view! {
        <tr class="rank-row" role="row">
            <td class="rank-pick" role="cell">{pick(language, person.person.as_ref())}</td>
            <th scope="row" role="rowheader">{name(language, person.person.as_ref())}</th>
            <td class="is-num" role="cell">
                <span class="score">{whole(person.score)}</span>" "<span class="fine">{interval}</span>
            </td>
            {cells}
        </tr>
    }
    .into_any()
}

/// One cell of a chosen column.
fn cell(language: Language, place: &Place<'_>, person: &RankedPerson, column: Column) -> AnyView {
    let blind = person.person.as_ref();
    match column {
        Column::Lane => {
            let marked = Marked { low: person.low, score: person.score, high: person.high };
            view! { <td class="lane" role="cell">{ranking_lane(marked, place.zone, place.chance)}</td> }
                .into_any()
        }
        Column::Ranks => {
            let ranks = if person.rank_low == person.rank_high {
                text!(language, review.rank_alone, low = person.rank_low).to_string()
            } else {
                text!(language, review.ranks, low = person.rank_low, high = person.rank_high).to_string()
            };
            view! { <td class="rank-profile" role="cell">{ranks}{tied(language, place, person)}</td> }
                .into_any()
        }
        Column::Decision => {
            let badge = blind.map(|person| {
                let decision = person.decision;
                view! { <DecisionBadge language decision/> }
            });
            view! { <td role="cell">{badge}</td> }.into_any()
        }
        Column::Language => {
            let words = blind.map(|person| match person.language {
                Language::Fr => text!(language, review.language_fr),
                Language::En => text!(language, review.language_en),
            });
            view! { <td role="cell">{words}</td> }.into_any()
        }
        Column::State => {
            let words = blind.map(|person| match person.state {
                AttemptState::Expired => text!(language, review.state_expired),
                _ => text!(language, review.state_finished),
            });
            view! { <td role="cell">{words}</td> }.into_any()
        }
        Column::Tags => {
            let tags = person.tags.iter().map(|tag| view! { <li>{tag.clone()}</li> }).collect_view();
            view! { <td role="cell"><ul class="legend">{tags}</ul></td> }.into_any()
        }
    }
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
fn tied(language: Language, place: &Place<'_>, person: &RankedPerson) -> AnyView {
    let others = person.rank_high - person.rank_low;
    let words = text!(language, review.tied_others, count = others).to_string();
    match &person.person {
        Some(blind) if others > 0 => {
            let query =
                RankingQuery { tied: PublicId::parse(&blind.public_id).ok(), ..RankingQuery::default() };
            view! { <a class="fine" href=address(place.campaign, &query)>{words}</a> }.into_any()
        }
        _ if others > 0 => view! { <span class="fine">{words}</span> }.into_any(),
        _ if place.n_ranked == 1 => {
            view! { <span class="fine">{text!(language, evidence.tied_alone)}</span> }.into_any()
        }
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
