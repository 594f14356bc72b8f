//! Asking for a review by a person, on the page of one's own data, and what became of it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::human_review::{MAX_REQUEST_CHARS, ReviewOutcome};
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::candidate_data::DataPage;
use services::dates;
use services::error::ServiceError;
use services::human_review::OwnReview;

use crate::components::text_area::TextArea;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::data::{data_page, draw};
use crate::pages::candidate::sitter::{Sitter, fault};
use crate::render::see_other;
use crate::text;

/// What the form of a request sends.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    request: String,
}

/// A request that could not be taken.
pub(super) struct Refused {
    typed: String,
    code: &'static str,
}

/// `POST /test/data/review`
pub(super) async fn ask(
    mut ctx: Ctx,
    sitter: Sitter,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0.clone();
    let typed = typed.into_inner().request;
    let words = typed.clone();
    let asked = ctx.try_run(move |services| services.ask_human_review(&candidate, &words)).await?;
    match asked {
        Ok(()) => Ok(see_other("/test/data?done=review#review")),
        Err(ServiceError::Invalid(errors)) => {
            let data = data_page(&mut ctx, sitter).await?;
            let code = errors.first().map_or("not_valid", |error| error.code);
            let page = draw(&ctx, &data, None, Some(Refused { typed, code }));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(fault(error)),
    }
}

/// The section of the page of one's data.
pub(super) fn section(language: Language, data: &DataPage, refused: Option<Refused>) -> AnyView {
    let own = &data.reviews;
    let reviews = own.reviews.iter().map(|review| told(language, data.language, review)).collect_view();
    let next = if own.may_ask {
        Some(form(language, refused))
    } else {
        let words = text!(language, deciding.own_review_not_yet);
        (!own.has_ended).then(|| view! { <p class="soft">{words}</p> }.into_any())
    };
    view! {
        <section class="section flow" aria-labelledby="review">
            <h2 id="review">{text!(language, deciding.own_review_title)}</h2>
            <p>{text!(language, deciding.own_review_text, organisation = data.campaign.organisation.as_str()).to_string()}</p>
            {reviews}
            {next}
        </section>
    }
    .into_any()
}

fn told(language: Language, mail_language: Language, review: &OwnReview) -> AnyView {
    let asked = text!(
        language,
        deciding.own_review_asked,
        asked = dates::date(language, review.asked_on),
        due = dates::long_date(language, review.due_on)
    )
    .to_string();
    let request = review.request.clone().map(|words| view! { <p class="fine">{words}</p> });
    let answer = review.answer.clone().map(|answer| {
        let outcome = match answer.outcome {
            ReviewOutcome::Upheld => text!(language, deciding.own_outcome_upheld),
            ReviewOutcome::Changed => text!(language, deciding.own_outcome_changed),
            ReviewOutcome::CannotReview => text!(language, deciding.own_outcome_cannot_review),
        };
        let on = text!(language, deciding.own_review_answered, date = dates::date(language, answer.on))
            .to_string();
        let lines = answer
            .words
            .split('\n')
            .filter(|line| !line.trim().is_empty())
            .map(|line| view! { <p>{line.to_owned()}</p> })
            .collect_view();
        view! { <p><b>{on}" "{outcome}</b></p><div lang=mail_language.code()>{lines}</div> }
    });
    view! { <div class="note"><p>{asked}</p>{request}{answer}</div> }.into_any()
}

fn form(language: Language, refused: Option<Refused>) -> AnyView {
    let error = refused.as_ref().map(|refused| match refused.code {
        "too_long" => text!(language, deciding.error_request_long),
        _ => text!(language, deciding.error_control),
    });
    let described = if error.is_some() { "request-hint request-error" } else { "request-hint" };
    view! {
        <form method="post" action="/test/data/review" class="flow">
            <div class=if error.is_some() { "field has-error" } else { "field" }>
                <label for="request">{text!(language, deciding.request_label)}</label>
                <p class="hint" id="request-hint">{text!(language, deciding.request_hint)}</p>
                {error.map(|words| view! { <p class="error" id="request-error" role="alert">{words}</p> })}
                <TextArea
                    id="request" name="request" value=refused.map(|refused| refused.typed).unwrap_or_default() rows=4
                    maxlength=Some(MAX_REQUEST_CHARS) invalid=error.is_some().then_some("true")
                    described=Some(described.to_owned())
                />
            </div>
            <p class="row"><button class="button is-quiet">{text!(language, deciding.request_send)}</button></p>
        </form>
    }
    .into_any()
}
