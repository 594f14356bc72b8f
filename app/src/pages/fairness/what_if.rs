//! What a cut would do by the model: a form and a table, without anybody's data.

use domain::language::Language;
use leptos::prelude::*;
use services::error::ServiceError;
use services::fairness::what_if::{WhatIfInput, what_if};

use super::rates::percent;
use crate::components::form_field::TextField;
use crate::components::plot::decimals;
use crate::text;

/// The section; `path` is the page that it stands on.
pub(super) fn view(language: Language, path: &str, typed: &WhatIfInput) -> AnyView {
    let found = what_if(typed);
    let wrong = |field: &str| match &found {
        Err(ServiceError::Invalid(errors)) if errors.iter().any(|error| error.field == field) => {
            Some(text!(language, fairness.what_if_range).to_owned())
        }
        _ => None,
    };
    let short = |text: &str| text.chars().take(6).collect::<String>();
    let [selected, group, others, ratio] = [
        text!(language, fairness.what_if_selected),
        text!(language, fairness.what_if_group),
        text!(language, fairness.what_if_others),
        text!(language, fairness.col_ratio),
    ];
    let table = found.as_ref().ok().map(|found| {
        let rows = found
            .lines
            .iter()
            .map(|(rate, expected)| {
                let class = (*rate == found.asked).then_some("is-accent");
                view! {
                    <tr class=class>
                        <th scope="row">{text!(language, fairness.what_if_row, share = percent(language, f64::from(*rate) / 100.0)).to_string()}</th>
                        <td class="is-num" data-label=group>{percent(language, expected.group_rate)}</td>
                        <td class="is-num" data-label=others>{percent(language, expected.other_rate)}</td>
                        <td class="is-num" data-label=ratio>{decimals(language, expected.ratio, 2)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="table-box">
                <table class="table stacks rates">
                    <caption class="visually-hidden">{text!(language, fairness.what_if_title)}</caption>
                    <thead><tr>
                        <th scope="col">{selected}</th>
                        <th scope="col" class="is-num">{group}</th>
                        <th scope="col" class="is-num">{others}</th>
                        <th scope="col" class="is-num">{ratio}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="section flow" aria-labelledby="what-if">
            <h2 id="what-if">{text!(language, fairness.what_if_title)}</h2>
            <p>{text!(language, fairness.what_if_text)}</p>
            <form class="filters" method="get" action=format!("{path}#what-if")>
                <TextField
                    name="difference" label=text!(language, fairness.what_if_difference) value=short(&typed.difference)
                    error=wrong("difference")
                />
                <TextField name="share" label=text!(language, fairness.what_if_share) value=short(&typed.share) error=wrong("share")/>
                <TextField
                    name="selected" label=text!(language, fairness.what_if_cut) value=short(&typed.selected)
                    error=wrong("selected")
                />
                <button class="button is-quiet">{text!(language, fairness.what_if_button)}</button>
            </form>
            {table}
            <p class="fine">{text!(language, fairness.what_if_source)}</p>
        </section>
    }
    .into_any()
}
