//! The tables of a comparison: scores on one scale, ratings that lie apart, and dialogues as they went.

use domain::language::Language;
use leptos::prelude::*;
use services::compare::{ComparedDialogue, ComparedRating, Comparison, Pair};
use services::report::ReportScore;

use crate::components::plot::whole;
use crate::components::score_axis::{Marked, axis_head, compared_lane, person_key};
use crate::pages::review::report::answers::words::rating_words;
use crate::text;

pub(in crate::pages::review) fn name(comparison: &Comparison, at: usize) -> String {
    comparison.people.get(at).map(|person| person.person.name.clone()).unwrap_or_default()
}

/// The heads of the columns with the people's names.
fn name_heads(comparison: &Comparison, class: Option<&'static str>) -> AnyView {
    comparison
        .people
        .iter()
        .enumerate()
        .map(|(index, person)| {
            view! {
                <th role="columnheader" scope="col" class=class>{person_key(index)}" "{person.person.name.clone()}</th>
            }
        })
        .collect_view()
        .into_any()
}

/// The total, and the families that may be shown.
pub(super) fn scores(language: Language, comparison: &Comparison) -> AnyView {
    let totals: Vec<Option<ReportScore>> = comparison.people.iter().map(|person| person.score).collect();
    let sure: Vec<Pair> = comparison.pairs.iter().filter(|pair| pair.is_sure()).copied().collect();
    let families = comparison
        .families
        .iter()
        .map(|family| score_row(language, comparison, family.name.clone(), &family.results, &family.sure))
        .collect_view();
    let none = comparison.families.is_empty().then(|| {
        view! { <p class="fine">{text!(language, review.profile_none)}</p> }
    });
    view! {
        <section class="section" aria-labelledby="scores">
            <h2 id="scores">{text!(language, review.compare_scores)}</h2>
            <div class="table-box">
                <table class="table stacks lanes" role="table">
                    <caption class="visually-hidden">{text!(language, review.compare_scores_caption)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, review.compare_reading)}</th>
                            <th role="columnheader" scope="col" class="lane">
                                <span class="visually-hidden">{text!(language, review.compare_lane)}</span>
                                {axis_head()}
                            </th>
                            {name_heads(comparison, Some("is-num"))}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        {score_row(language, comparison, text!(language, review.compare_total).to_owned(), &totals, &sure)}
                        {families}
                    </tbody>
                </table>
            </div>
            {none}
        </section>
    }
    .into_any()
}

fn score_row(
    language: Language,
    comparison: &Comparison,
    title: String,
    results: &[Option<ReportScore>],
    sure: &[Pair],
) -> AnyView {
    let reading = reading_words(language, comparison, sure);
    let marks: Vec<Option<Marked>> = results
        .iter()
        .map(|result| result.map(|score| Marked { low: score.low, score: score.score, high: score.high }))
        .collect();
    let cells = results
        .iter()
        .enumerate()
        .map(|(index, result)| {
            let words = match result {
                Some(score) => {
                    let interval =
                        text!(language, review.interval, low = whole(score.low), high = whole(score.high));
                    view! { <b>{whole(score.score)}</b>" "<span class="fine">{interval.to_string()}</span> }
                        .into_any()
                }
                None => "–".into_any(),
            };
            view! { <td class="is-num" role="cell" data-label=name(comparison, index)>{words}</td> }
        })
        .collect_view();
    view! {
        <tr role="row">
            <th scope="row" role="rowheader"><b>{title}</b><span class="fine">{reading}</span></th>
            <td class="lane is-three" role="cell">{compared_lane(&marks)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

/// Who is above whom, or that nobody is for sure.
pub(in crate::pages::review) fn reading_words(
    language: Language,
    comparison: &Comparison,
    sure: &[Pair],
) -> String {
    if sure.is_empty() {
        return text!(language, review.compare_unsure).to_owned();
    }
    let told: Vec<String> = sure
        .iter()
        .map(|pair| {
            let (above, below) = (name(comparison, pair.above), name(comparison, pair.below));
            text!(language, review.compare_above, above = above, below = below).to_string()
        })
        .collect();
    told.join(" ")
}

/// The ratings on which they differ most.
pub(super) fn ratings(language: Language, comparison: &Comparison) -> AnyView {
    let body = if comparison.ratings.is_empty() {
        view! { <p>{text!(language, review.compare_ratings_none)}</p> }.into_any()
    } else {
        let key = comparison.shows_key.then(|| {
            view! { <th role="columnheader" scope="col">{text!(language, review.col_key)}</th> }
        });
        let rows =
            comparison.ratings.iter().map(|rating| rating_row(language, comparison, rating)).collect_view();
        view! {
            <div class="table-box">
                <table class="table stacks" role="table">
                    <caption class="visually-hidden">{text!(language, review.compare_ratings_caption)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">{text!(language, review.col_action)}</th>
                            {key}
                            {name_heads(comparison, None)}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="ratings">
            <h2 id="ratings">{text!(language, review.compare_ratings)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn rating_row(language: Language, comparison: &Comparison, rating: &ComparedRating) -> AnyView {
    let foreign = (rating.language != language).then(|| rating.language.code());
    let scenario =
        text!(language, review.compare_scenario, n = rating.number, title = rating.title.clone()).to_string();
    let key = comparison.shows_key.then(|| {
        let words = rating.key.map_or("–", |key| rating_words(language, key));
        view! { <td role="cell" data-label=text!(language, review.col_key)>{words}</td> }
    });
    let given = rating
        .given
        .iter()
        .enumerate()
        .map(|(index, given)| {
            view! { <td role="cell" data-label=name(comparison, index)>{rating_words(language, *given)}</td> }
        })
        .collect_view();
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <b lang=foreign>{rating.action.clone()}</b><span class="fine">{scenario}</span>
            </th>
            {key}
            {given}
        </tr>
    }
    .into_any()
}

/// The dialogues, one under the other.
pub(super) fn dialogues(language: Language, comparison: &Comparison) -> AnyView {
    comparison.dialogues.iter().map(|told| dialogue(language, comparison, told)).collect_view().into_any()
}

fn dialogue(language: Language, comparison: &Comparison, told: &ComparedDialogue) -> AnyView {
    let foreign = (told.language != language).then(|| told.language.code());
    let heading = format!("dialogue-{}", told.number);
    let labelled = heading.clone();
    let title =
        text!(language, review.compare_dialogue, n = told.number, title = told.title.clone()).to_string();
    let paths = told
        .paths
        .iter()
        .enumerate()
        .map(|(index, turns)| {
            let said =
                turns.iter().map(|turn| view! { <li lang=foreign>{turn.said.clone()}</li> }).collect_view();
            let empty = turns.is_empty().then(|| view! { <p>{text!(language, review.dialogue_blank)}</p> });
            view! {
                <section class="card">
                    <h3>{person_key(index)}" "{name(comparison, index)}</h3>
                    {empty}
                    <ol>{said}</ol>
                </section>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby=labelled>
            <h2 id=heading>{title}</h2>
            <p class="fine">{text!(language, review.compare_dialogue_text)}</p>
            <div class="trio is-cards">{paths}</div>
        </section>
    }
    .into_any()
}
