//! The form of one's own rating, where a score would stand; and the rating once it was given.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::ids::PublicId;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::error::{FieldError, ServiceError};
use services::rate_first::{MAX_REASON_CHARS, RatingForm};
use services::report::Report;

use super::{Remarks, draw};
use crate::components::form_field::ErrorSummary;
use crate::components::icon::Icon;
use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::render::see_other;
use crate::signed_in::SignedIn;
use crate::text;

/// A rating as typed.
#[derive(Clone, Default, Deserialize)]
pub(in crate::pages::review) struct TypedRating {
    #[serde(default)]
    rating: String,
    #[serde(default)]
    own_reason: String,
}

/// What was typed and could not be taken.
#[derive(Default)]
pub(super) struct RatingRemarks {
    typed: TypedRating,
    errors: Vec<FieldError>,
}

/// `POST /candidates/{candidate}/rating`
pub(in crate::pages::review) async fn rate(
    ctx: Ctx,
    viewer: SignedIn,
    candidate: web::Path<String>,
    typed: web::Form<TypedRating>,
) -> Result<HttpResponse, Fault> {
    let (ctx, staff) = viewer.with(ctx);
    let candidate = PublicId::parse(&candidate).map_err(|_| Fault::NotFound)?;
    let typed = typed.into_inner();
    let form = RatingForm { rating: typed.rating.clone(), reason: typed.own_reason.clone() };
    let (asker, about) = (staff.clone(), candidate.clone());
    match ctx.try_run(move |services| services.rate_first(&asker, &about, &form)).await? {
        Ok(()) => Ok(see_other(&format!("/candidates/{candidate}?done=rated"))),
        Err(ServiceError::Invalid(errors)) => {
            let rating = RatingRemarks { typed, errors };
            let page = draw(&ctx, staff, candidate, Remarks { rating, ..Remarks::default() }).await?;
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The rating that was given.
pub(super) fn given(language: Language, report: &Report) -> Option<AnyView> {
    let (rating, reason) = report.rating_first.own.clone()?;
    let words = text!(language, deciding.own_rating, rating = rating).to_string();
    Some(view! { <div class="note"><p><b>{words}</b></p><p>{reason}</p></div> }.into_any())
}

/// The form, where the result would stand.
pub(super) fn form(language: Language, report: &Report, remarks: &RatingRemarks) -> AnyView {
    let lines: Vec<(String, String)> = remarks
        .errors
        .iter()
        .map(|error| {
            let id = if error.field == "rating" { "rating-1" } else { "own-reason" };
            (id.to_owned(), words(language, error).to_owned())
        })
        .collect();
    let title = text!(language, common.errors_title);
    let summary = (!lines.is_empty()).then(|| view! { <ErrorSummary title=title errors=lines/> });
    let error = error_of(language, remarks, "own_reason");
    let described = if error.is_some() { "own-reason-hint own-reason-error" } else { "own-reason-hint" };
    view! {
        <section aria-labelledby="result">
            <h2 id="result">{text!(language, deciding.rating_title)}</h2>
            <div class="notice"><Icon name="info"/><p class="flush">{text!(language, deciding.rating_text)}</p></div>
            <form class="flow" method="post" action=format!("/candidates/{}/rating", report.public_id)>
                {summary}
                {ratings(language, remarks)}
                <div class=if error.is_some() { "field has-error" } else { "field" }>
                    <label for="own-reason">{text!(language, deciding.rating_reason)}</label>
                    <p class="hint" id="own-reason-hint">{text!(language, deciding.rating_reason_hint)}</p>
                    {error.map(|words| view! { <p class="error" id="own-reason-error">{words}</p> })}
                    <TextArea
                        id="own-reason" name="own_reason" value=remarks.typed.own_reason.clone() rows=3
                        maxlength=Some(MAX_REASON_CHARS) required=true invalid=error.is_some().then_some("true")
                        described=Some(described.to_owned())
                    />
                </div>
                <p class="row"><button class="button">{text!(language, deciding.rating_save)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn ratings(language: Language, remarks: &RatingRemarks) -> AnyView {
    let error = error_of(language, remarks, "rating");
    let described = error.is_some().then_some("rating-error");
    let choices = [
        ("1", text!(language, deciding.rating_1)),
        ("2", text!(language, deciding.rating_2)),
        ("3", text!(language, deciding.rating_3)),
        ("4", text!(language, deciding.rating_4)),
    ]
    .map(|(value, words)| {
        let is_chosen = remarks.typed.rating == value;
        view! {
            <label class="choice">
                <input type="radio" id=format!("rating-{value}") name="rating" value=value checked=is_chosen required/>
                " "{words}
            </label>
        }
    });
    view! {
        <fieldset class=if error.is_some() { "field has-error" } else { "field" } aria-describedby=described>
            <legend>{text!(language, deciding.rating_legend)}</legend>
            {error.map(|words| view! { <p class="error" id="rating-error">{words}</p> })}
            {choices.collect_view()}
        </fieldset>
    }
    .into_any()
}

fn error_of(language: Language, remarks: &RatingRemarks, field: &str) -> Option<&'static str> {
    remarks.errors.iter().find(|error| error.field == field).map(|error| words(language, error))
}

fn words(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("rating", "report_not_opened") => text!(language, deciding.error_rating_read),
        ("rating", _) => text!(language, deciding.error_rating),
        (_, "too_long") => text!(language, deciding.error_own_reason_long),
        (_, "not_valid") => text!(language, deciding.error_control),
        _ => text!(language, deciding.error_own_reason),
    }
}
