//! One review that a candidate asked for: their words, who is at it, and the form of the answer.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::human_review::{MAX_ANSWER_CHARS, ReviewOutcome};
use domain::ids::HumanReviewId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::dates;
use services::error::{FieldError, ServiceError};
use services::human_review::{AnswerForm, Review, ReviewPage};
use services::viewer::Staff;

use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::deciding::reviews::{due, outcome_words, state};
use crate::render::{Page, see_other};
use crate::shell::{Bar, Frame, Section};
use crate::signed_in::SignedIn;
use crate::text;

/// The query: what was just done.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// The answer as typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    words: String,
}

/// What the page shows besides the review.
#[derive(Default)]
struct Remarks {
    done: Option<&'static str>,
    typed: Typed,
    errors: Vec<FieldError>,
}

/// `GET /reviews/{review}`
pub(super) async fn show(
    ctx: Ctx,
    viewer: SignedIn,
    review: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<Page, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = HumanReviewId::parse(&review).map_err(|_| Fault::NotFound)?;
    let done = match asked.done.as_str() {
        "taken" => Some(text!(ctx.language, deciding.review_done_taken)),
        "answered" => Some(text!(ctx.language, deciding.review_done_answered)),
        _ => None,
    };
    draw(&ctx, staff, id, Remarks { done, ..Remarks::default() }).await
}

/// `POST /reviews/{review}/take`
pub(super) async fn take(
    ctx: Ctx,
    SignedIn(staff): SignedIn,
    review: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let id = HumanReviewId::parse(&review).map_err(|_| Fault::NotFound)?;
    let path = format!("/reviews/{id}?done=taken");
    ctx.run(move |services| services.take_human_review(&staff, &id)).await?;
    Ok(see_other(&path))
}

/// `POST /reviews/{review}/answer`
pub(super) async fn answer(
    ctx: Ctx,
    viewer: SignedIn,
    review: web::Path<String>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let id = HumanReviewId::parse(&review).map_err(|_| Fault::NotFound)?;
    let typed = typed.into_inner();
    let form = AnswerForm { outcome: typed.outcome.clone(), words: typed.words.clone() };
    let (asker, about) = (staff.clone(), id.clone());
    match ctx.try_run(move |services| services.answer_human_review(&asker, &about, &form)).await? {
        Ok(()) => Ok(see_other(&format!("/reviews/{id}?done=answered"))),
        Err(ServiceError::Invalid(errors)) => {
            let page = draw(&ctx, staff, id, Remarks { typed, errors, ..Remarks::default() }).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(ctx: &Ctx, staff: Staff, id: HumanReviewId, remarks: Remarks) -> Result<Page, Fault> {
    let asker = staff.clone();
    let found = ctx.run(move |services| services.human_review(&asker, &id)).await?;
    let language = ctx.language;
    let title = text!(language, deciding.review_title, name = found.review.name.clone()).to_string();
    let frame = Frame {
        title: title.clone(),
        bar: Bar::Staff(Box::new(staff), Section::Reviews),
        ..Frame::default()
    };
    Ok(ctx.page(frame, || page(language, title, &found, &remarks)))
}

fn page(language: Language, title: String, found: &ReviewPage, remarks: &Remarks) -> AnyView {
    let review = &found.review;
    let done = remarks.done.map(|words| {
        view! { <div class="notice is-good" role="status"><Icon name="check"/><p class="flush">{words}</p></div> }
    });
    let body = match &review.answer {
        Some(answer) => view! {
            <section class="section" aria-labelledby="answer">
                <h2 id="answer">{text!(language, deciding.review_answer_given)}</h2>
                <p><b>{outcome_words(language, answer.outcome)}</b></p>
                {paragraphs(&answer.words, review.language)}
            </section>
        }
        .into_any(),
        None => view! { {taking(language, review)}{answer_form(language, found, remarks)} }.into_any(),
    };
    view! {
        <nav class="crumbs" aria-label=text!(language, review.crumbs)>
            <ol>
                <li><a href="/reviews">{text!(language, deciding.reviews_title)}</a></li>
                <li aria-current="page">{review.name.clone()}</li>
            </ol>
        </nav>
        <h1>{title}</h1>
        {done}
        {facts(language, review)}
        <section class="section" aria-labelledby="request">
            <h2 id="request">{text!(language, deciding.review_request)}</h2>
            {match &review.request {
                Some(words) => paragraphs(words, review.language),
                None => view! { <p class="soft">{text!(language, deciding.review_no_words)}</p> }.into_any(),
            }}
            <p class="row">
                <a class="button is-quiet" href=format!("/candidates/{}", review.candidate)>
                    {text!(language, deciding.review_open_report)}
                </a>
            </p>
        </section>
        {body}
    }
    .into_any()
}

fn facts(language: Language, review: &Review) -> AnyView {
    let campaign = format!("/campaigns/{}", review.campaign);
    view! {
        <dl class="ledger">
            <div>
                <dt>{text!(language, deciding.review_campaign)}</dt>
                <dd><a href=campaign>{review.campaign_title.clone()}</a></dd>
            </div>
            <div>
                <dt>{text!(language, deciding.review_asked)}</dt>
                <dd>{dates::long_date(language, review.asked_on)}</dd>
            </div>
            <div><dt>{text!(language, deciding.review_due)}</dt><dd>{due(language, review)}</dd></div>
            <div><dt>{text!(language, deciding.review_state)}</dt><dd>{state(language, review)}</dd></div>
        </dl>
    }
    .into_any()
}

/// Words of somebody, line by line, in their language.
fn paragraphs(words: &str, language: Language) -> AnyView {
    let lines = words
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect_view();
    view! { <div class="note" lang=language.code()>{lines}</div> }.into_any()
}

fn taking(language: Language, review: &Review) -> Option<AnyView> {
    let words = match (&review.taken_by, review.is_mine) {
        (_, true) => return None,
        (Some(_), false) => text!(language, deciding.review_take_over),
        (None, false) => text!(language, deciding.review_take),
    };
    Some(
        view! {
            <form method="post" action=format!("/reviews/{}/take", review.id)>
                <p class="row"><button class="button is-quiet">{words}</button></p>
            </form>
        }
        .into_any(),
    )
}

fn answer_form(language: Language, found: &ReviewPage, remarks: &Remarks) -> AnyView {
    let review = &found.review;
    let errors = &remarks.errors;
    let summary = (!errors.is_empty()).then(|| {
        let lines = errors
            .iter()
            .map(|error| {
                let id = if error.field == "words" { "words" } else { "outcome-upheld" };
                (id.to_owned(), error_words(language, error).to_owned())
            })
            .collect();
        view! { <ErrorSummary title=text!(language, common.errors_title) errors=lines/> }
    });
    let unread = (!found.report_was_opened).then(|| notice(text!(language, deciding.review_read_first)));
    let decided = found.viewer_has_decided.then(|| notice(text!(language, deciding.review_own_decision)));
    let spoken = match review.language {
        Language::Fr => text!(language, deciding.words_in_french),
        Language::En => text!(language, deciding.words_in_english),
    };
    let error = error_of(language, errors, "words");
    let described = if error.is_some() { "words-hint words-error" } else { "words-hint" };
    view! {
        <section class="section" aria-labelledby="answer">
            <h2 id="answer">{text!(language, deciding.review_answer)}</h2>
            {unread}
            {decided}
            <form class="flow" method="post" action=format!("/reviews/{}/answer", review.id)>
                {summary}
                {outcomes(language, remarks)}
                <div class=if error.is_some() { "field has-error" } else { "field" }>
                    <label for="words">{text!(language, deciding.words_label)}</label>
                    <p class="hint" id="words-hint">{spoken}</p>
                    {error.map(|words| view! { <p class="error" id="words-error">{words}</p> })}
                    <TextArea
                        id="words" name="words" value=remarks.typed.words.clone() rows=8
                        maxlength=Some(MAX_ANSWER_CHARS) lang=Some(review.language.code()) required=true
                        invalid=error.is_some().then_some("true") described=Some(described.to_owned())
                    />
                </div>
                <p><button class="button">{text!(language, deciding.review_send)}</button></p>
                <p class="fine">{text!(language, deciding.review_send_text)}</p>
            </form>
        </section>
    }
    .into_any()
}

fn notice(words: &'static str) -> AnyView {
    view! { <div class="notice"><Icon name="info"/><p class="flush">{words}</p></div> }.into_any()
}

fn outcomes(language: Language, remarks: &Remarks) -> AnyView {
    let error = error_of(language, &remarks.errors, "outcome");
    let described = error.is_some().then_some("outcome-error");
    let choices = ReviewOutcome::ALL
        .iter()
        .map(|outcome| {
            let is_chosen = remarks.typed.outcome == outcome.code();
            let hint = match outcome {
                ReviewOutcome::Upheld => text!(language, deciding.choose_upheld),
                ReviewOutcome::Changed => text!(language, deciding.choose_changed),
                ReviewOutcome::CannotReview => text!(language, deciding.choose_cannot_review),
            };
            view! {
                <label class="choice">
                    <input
                        type="radio" id=format!("outcome-{}", outcome.code().replace('_', "-")) name="outcome"
                        value=outcome.code() checked=is_chosen required
                    />
                    <span>{outcome_words(language, *outcome)}" "<span class="fine">{hint}</span></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class=if error.is_some() { "field has-error" } else { "field" } aria-describedby=described>
            <legend>{text!(language, deciding.outcome_legend)}</legend>
            {error.map(|words| view! { <p class="error" id="outcome-error">{words}</p> })}
            {choices}
        </fieldset>
    }
    .into_any()
}

fn error_of(language: Language, errors: &[FieldError], field: &str) -> Option<&'static str> {
    errors.iter().find(|error| error.field == field).map(|error| error_words(language, error))
}

fn error_words(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("outcome", "report_not_opened") => text!(language, deciding.error_read_first),
        ("outcome", "no_new_decision") => text!(language, deciding.error_no_new_decision),
        ("outcome", _) => text!(language, deciding.error_outcome),
        (_, "too_short") => text!(language, deciding.error_words_short),
        (_, "too_long") => text!(language, deciding.error_words_long),
        (_, "not_valid") => text!(language, deciding.error_control),
        _ => text!(language, deciding.error_words_required),
    }
}
