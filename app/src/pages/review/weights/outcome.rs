//! What the ranking would be under tried weights: the form, what changes, and the people.

use domain::language::Language;
use leptos::prelude::*;
use services::ranking::Order;
use services::what_if::{Outcome, TriedPerson, WhatIf};

use super::{Shown, alert, fields, percent};
use crate::components::band::Band;
use crate::components::plot::{decimals, whole};
use crate::islands::live_form::LiveForm;
use crate::text;

/// The trial: a form that shows its result below, again at each change where scripts run.
pub(super) fn view(language: Language, shown: &Shown, told: &WhatIf) -> AnyView {
    let campaign = &told.campaign.id;
    let is_trial = !shown.is_choice;
    let error = alert(language, shown.error.filter(|_| is_trial));
    let typed = is_trial.then_some(&shown.typed);
    let order = |value: &'static str, order: Order, words: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="order" value=value checked=shown.order == order/>
                <span>{words}</span>
            </label>
        }
    };
    let outcome = told.outcome.as_ref().map(|outcome| result(language, shown, told, outcome));
    view! {
        <p>{text!(language, weights.trial_intro)}</p>
        <form id="try" method="get" action=format!("/campaigns/{campaign}/weights")>
            {fields(language, "try", &told.families, typed)}
            <fieldset class="row">
                <legend>{text!(language, weights.order)}</legend>
                {order("random", Order::Random, text!(language, weights.order_random))}
                {order("score", Order::Score, text!(language, weights.order_score))}
            </fieldset>
            <div class="row">
                <button class="button">{text!(language, weights.go_try)}</button>
                <a href=format!("/campaigns/{campaign}/weights")>{text!(language, weights.go_published)}</a>
            </div>
            <LiveForm
                form="try".to_owned()
                region="outcome".to_owned()
                busy=text!(language, weights.busy).to_owned()
                failed=text!(language, weights.failed).to_owned()
            />
        </form>
        <div id="outcome">{error}{outcome}</div>
    }
    .into_any()
}

fn result(language: Language, shown: &Shown, told: &WhatIf, outcome: &Outcome) -> AnyView {
    let tried = told
        .families
        .iter()
        .map(|family| {
            view! {
                <li>{family.name.clone()}" "<b>{percent(language, family.weight)}</b></li>
            }
        })
        .collect_view();
    let changed = text!(language, weights.changed, count = outcome.n_other_band, n = outcome.n).to_string();
    let top = text!(language, weights.top_kept, count = outcome.n_top_kept, n = outcome.n_top).to_string();
    let sem = text!(language, weights.sem, sem = decimals(language, outcome.sem, 1)).to_string();
    let without = (outcome.n_without > 0).then(
        || view! { <li>{text!(language, weights.without, count = outcome.n_without).to_string()}</li> },
    );
    let chance = told.measure.chance_level;
    let rows = outcome.people.iter().map(|person| row(language, person)).collect_view();
    let next = outcome.next.map(|after| {
        view! {
            <p class="pager"><a rel="next" href=address(shown, told, after)>{text!(language, weights.next)}</a></p>
        }
    });
    let version = told.version.as_ref().map(|version| {
        let words = text!(
            language,
            weights.version_line,
            number = version.sequence,
            n = version.n_finished,
            chance = decimals(language, chance, 1)
        );
        view! { <p class="fine">{words.to_string()}</p> }
    });
    view! {
        <h3>{text!(language, weights.result)}</h3>
        <ul class="legend">{tried}</ul>
        <ul>
            <li><b>{changed}</b></li>
            <li>{top}</li>
            <li>{sem}</li>
            {without}
        </ul>
        <p class="fine">{text!(language, weights.record)}</p>
        {version}
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, weights.caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, weights.col_person)}</th>
                        <th role="columnheader" scope="col">{text!(language, weights.col_band)}</th>
                        <th role="columnheader" scope="col" class="is-num">{text!(language, weights.col_score)}</th>
                        <th role="columnheader" scope="col">{text!(language, weights.col_published)}</th>
                        <th role="columnheader" scope="col">{text!(language, weights.col_ranks)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        {next}
    }
    .into_any()
}

fn row(language: Language, tried: &TriedPerson) -> AnyView {
    let name = match &tried.person {
        Some(person) => {
            view! { <a href=format!("/candidates/{}", person.public_id)>{person.name.clone()}</a> }.into_any()
        }
        None => view! { <span class="soft">{text!(language, review.erased)}</span> }.into_any(),
    };
    let interval =
        text!(language, review.interval, low = whole(tried.low), high = whole(tried.high)).to_string();
    let ranks = if tried.rank_low == tried.rank_high {
        text!(language, review.rank_alone, low = tried.rank_low).to_string()
    } else {
        text!(language, review.ranks, low = tried.rank_low, high = tried.rank_high).to_string()
    };
    let is_moved = tried.band != tried.published_band;
    let published = text!(
        language,
        weights.published_cell,
        score = whole(tried.published_score),
        band = services::ranking::band_letters(tried.published_band)
    )
    .to_string();
    let published =
        if is_moved { view! { <b>{published}</b> }.into_any() } else { view! { {published} }.into_any() };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{name}</th>
            <td role="cell" data-label=text!(language, weights.col_band)><Band band=tried.band/></td>
            <td class="is-num" role="cell" data-label=text!(language, weights.col_score)>
                <span class="score">{whole(tried.score)}</span>" "<span class="fine">{interval}</span>
            </td>
            <td role="cell" data-label=text!(language, weights.col_published)>{published}</td>
            <td role="cell" data-label=text!(language, weights.col_ranks)>{ranks}</td>
        </tr>
    }
    .into_any()
}

/// The address of a later part of the same trial.
fn address(shown: &Shown, told: &WhatIf, after: usize) -> String {
    let mut address = format!("/campaigns/{}/weights?after={after}", told.campaign.id);
    for family in told.families.iter().filter(|family| family.is_measurable) {
        let code = family.family.code();
        if let Some(number) = shown.typed.get(code).and_then(|text| text.trim().parse::<u32>().ok()) {
            address.push_str(&format!("&{code}={number}"));
        }
    }
    if shown.order == Order::Score {
        address.push_str("&order=score");
    }
    address
}
