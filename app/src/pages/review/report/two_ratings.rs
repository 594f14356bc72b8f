//! Beside the report in a campaign with two reviewers: how many have rated, and what, once the viewer may know.

use domain::language::Language;
use leptos::prelude::*;
use services::report::Report;
use services::two_reviewers::{RATINGS_NEEDED, WIDE_GAP};

use crate::text;

/// What stands in the place of the decision's form until two people have rated.
pub(super) fn waiting(language: Language, report: &Report) -> AnyView {
    view! {
        <section class="card no-print" aria-labelledby="decide">
            <h2 id="decide">{text!(language, review.decision_title)}</h2>
            <p class="flush">{text!(language, deciding.two_error)}</p>
            {count(language, report)}
        </section>
    }
    .into_any()
}

/// How many have rated: never who, never what.
pub(super) fn count(language: Language, report: &Report) -> Option<AnyView> {
    let two = report.rating_first.two.as_ref()?;
    let words = text!(language, deciding.two_count, number = two.number, needed = RATINGS_NEEDED).to_string();
    Some(view! { <p class="fine">{words}</p> }.into_any())
}

/// The ratings, to somebody who has rated, once two people have.
pub(super) fn told(language: Language, report: &Report) -> Option<AnyView> {
    let two = report.rating_first.two.as_ref()?;
    let gap = two.gap()?;
    let lines = two
        .told
        .iter()
        .map(|told| {
            let by = if told.is_own {
                text!(language, deciding.two_by_you, rating = told.rating).to_string()
            } else {
                text!(language, deciding.two_by, name = told.by.clone(), rating = told.rating).to_string()
            };
            view! { <div class="note"><p><b>{by}</b></p><p>{told.reason.clone()}</p></div> }
        })
        .collect_view();
    let third = (gap >= WIDE_GAP && two.told.len() == 2)
        .then(|| view! { <p>{text!(language, deciding.two_third)}</p> });
    Some(
        view! {
            <section aria-labelledby="two">
                <h2 id="two">{text!(language, deciding.two_ratings_title)}</h2>
                <p>{text!(language, deciding.two_gap, count = gap).to_string()}</p>
                {third}
                {lines}
            </section>
        }
        .into_any(),
    )
}
