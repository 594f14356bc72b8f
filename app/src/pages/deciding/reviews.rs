//! The queue of reviews that candidates asked for, the nearest last day first.

use actix_web::web;
use domain::human_review::ReviewOutcome;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::dates;
use services::human_review::{MOST_LISTED, Review};

use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::Page;
use crate::shell::{Bar, Frame, Section, Width};
use crate::signed_in::SignedIn;
use crate::text;

/// The query.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// `answered`, or nothing for the open ones.
    #[serde(default)]
    state: String,
}

/// `GET /reviews`
pub(super) async fn show(ctx: Ctx, viewer: SignedIn, asked: web::Query<Asked>) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let are_answered = match asked.state.as_str() {
        "" => false,
        "answered" => true,
        _ => return Err(Fault::BadRequest),
    };
    let asker = staff.clone();
    let reviews = ctx.run(move |services| services.human_reviews(&asker, are_answered)).await?;
    let language = ctx.language;
    let title = text!(language, deciding.reviews_title);
    let frame = Frame {
        title: title.to_owned(),
        width: Width::Wide,
        bar: Bar::Staff(Box::new(staff), Section::Reviews),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || {
        view! {
            <div class="page-head">
                <div><h1>{title}</h1><p>{text!(language, deciding.reviews_intro)}</p></div>
            </div>
            {states(language, are_answered)}
            {list(language, are_answered, &reviews)}
        }
        .into_any()
    }))
}

fn states(language: Language, are_answered: bool) -> AnyView {
    let links = [
        ("/reviews", text!(language, deciding.reviews_open), !are_answered),
        ("/reviews?state=answered", text!(language, deciding.reviews_answered), are_answered),
    ]
    .map(|(path, words, is_here)| {
        view! { <li><a href=path aria-current=is_here.then_some("page")>{words}</a></li> }
    });
    view! { <nav class="tabs" aria-label=text!(language, deciding.reviews_states)><ul>{links.collect_view()}</ul></nav> }
        .into_any()
}

fn list(language: Language, are_answered: bool, reviews: &[Review]) -> AnyView {
    if reviews.is_empty() {
        let words = if are_answered {
            text!(language, deciding.reviews_none_answered)
        } else {
            text!(language, deciding.reviews_none)
        };
        return view! { <p class="soft">{words}</p> }.into_any();
    }
    let is_full = i64::try_from(reviews.len()).is_ok_and(|number| number >= MOST_LISTED);
    let rows = reviews.iter().map(|review| row(language, review)).collect_view();
    let heads = [
        text!(language, deciding.review_person),
        text!(language, deciding.review_campaign),
        text!(language, deciding.review_asked),
        text!(language, deciding.review_due),
        text!(language, deciding.review_state),
    ]
    .map(|words| view! { <th role="columnheader" scope="col">{words}</th> });
    view! {
        <div class="table-box">
            <table class="table stacks" role="table">
                <caption class="visually-hidden">{text!(language, deciding.reviews_caption)}</caption>
                <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        {is_full.then(|| view! { <p class="fine">{text!(language, deciding.reviews_full, n = MOST_LISTED).to_string()}</p> })}
    }
    .into_any()
}

fn row(language: Language, review: &Review) -> AnyView {
    let path = format!("/reviews/{}", review.id);
    let campaign = format!("/campaigns/{}", review.campaign);
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><a href=path><b>{review.name.clone()}</b></a></th>
            <td role="cell" data-label=text!(language, deciding.review_campaign)>
                <a href=campaign>{review.campaign_title.clone()}</a>
            </td>
            <td role="cell" data-label=text!(language, deciding.review_asked)>
                {dates::date(language, review.asked_on)}
            </td>
            <td role="cell" data-label=text!(language, deciding.review_due)>{due(language, review)}</td>
            <td role="cell" data-label=text!(language, deciding.review_state)>{state(language, review)}</td>
        </tr>
    }
    .into_any()
}

/// The last day, and whether it is over.
pub(super) fn due(language: Language, review: &Review) -> AnyView {
    let late = review
        .is_late
        .then(|| view! { " "<span class="badge is-alert">{text!(language, deciding.review_late)}</span> });
    view! { {dates::date(language, review.due_on)}{late} }.into_any()
}

/// Who is at it, or what it came to.
pub(super) fn state(language: Language, review: &Review) -> String {
    match (&review.answer, &review.taken_by) {
        (Some(answer), _) => {
            let day = dates::date(language, answer.on);
            let outcome = outcome_words(language, answer.outcome);
            text!(language, deciding.review_answered_on, outcome = outcome, date = day).to_string()
        }
        (None, Some(_)) if review.is_mine => text!(language, deciding.review_taken_by_you).to_owned(),
        (None, Some(name)) => text!(language, deciding.review_taken_by, name = name.clone()).to_string(),
        (None, None) => text!(language, deciding.review_waits).to_owned(),
    }
}

/// An outcome as a state.
pub(super) fn outcome_words(language: Language, outcome: ReviewOutcome) -> &'static str {
    match outcome {
        ReviewOutcome::Upheld => text!(language, deciding.outcome_upheld),
        ReviewOutcome::Changed => text!(language, deciding.outcome_changed),
        ReviewOutcome::CannotReview => text!(language, deciding.outcome_cannot_review),
    }
}
