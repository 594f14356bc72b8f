//! The review: what is answered, left blank or flagged, and the one place where a test is finished.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::attempt::{Epoch, Place};
use domain::ids::PublicId;
use domain::item::ItemFormat;
use domain::language::Language;
use leptos::prelude::*;
use serde::Deserialize;
use services::attempt_pages::{Review, ReviewLine};
use services::error::ServiceError;
use services::finish_attempt::FinishRequest;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::conflict;
use crate::pages::candidate::parts::{frame, help_card, scenario_title};
use crate::pages::candidate::scenario::elsewhere;
use crate::pages::candidate::scenario_view::hidden_fields;
use crate::pages::candidate::sitter::{Sitter, fault};
use crate::render::{Page, see_other};
use crate::text;

/// `GET /test/review`
pub(super) async fn show(mut ctx: Ctx, sitter: Sitter) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    match ctx.try_run(move |services| services.review_page(&candidate)).await? {
        Ok(review) => {
            ctx.speak_as(&review.sitting);
            let page = if review.sitting.is_writer {
                draw(&ctx, &review, false)
            } else {
                conflict::draw_taken_over(&ctx, &review.sitting, Place::Review)
            };
            Ok(page.into_response())
        }
        Err(error) => elsewhere(error),
    }
}

fn draw(ctx: &Ctx, review: &Review, is_unconfirmed: bool) -> Page {
    let language = ctx.language;
    let sitting = &review.sitting;
    let title = text!(language, candidate.review_title);
    let flagged = review.lines.iter().filter(|line| line.is_flagged).count();
    ctx.page(frame(language, &sitting.campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">
                {if sitting.loaded.form.asks(ItemFormat::Dialogue) {
                    text!(language, candidate.review_lede_dialogue)
                } else {
                    text!(language, candidate.review_lede)
                }}
            </p>
            <p class="saved"><Icon name="check"/>{text!(language, candidate.review_kept)}</p>
            {table(language, review)}
            {(flagged > 0).then(|| view! {
                <p>{text!(language, candidate.review_flagged, count = flagged).to_string()}</p>
            })}
            {finish_form(language, review, is_unconfirmed)}
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    })
}

fn table(language: Language, review: &Review) -> AnyView {
    let rows = review.lines.iter().map(|line| row(language, review, line)).collect_view();
    view! {
        <div class="table-box">
            <table class="stacks" role="table">
                <caption class="visually-hidden">{text!(language, candidate.review_caption)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, candidate.scenario)}</th>
                        <th role="columnheader" scope="col">{text!(language, candidate.answers)}</th>
                        <th role="columnheader" scope="col">{text!(language, candidate.marks)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(language: Language, review: &Review, line: &ReviewLine) -> AnyView {
    let number = line.scenario;
    let title = scenario_title(&review.sitting, &line.id, language);
    let blank = line.actions.saturating_sub(line.answered);
    let answers =
        text!(language, candidate.answered_of, count = line.answered, total = line.actions).to_string();
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><a href=format!("/test/{number}")>{number}". "{title}</a></th>
            <td role="cell" data-label=text!(language, candidate.answers)>{answers}</td>
            <td role="cell" data-label=text!(language, candidate.marks)>
                {(blank > 0).then(|| view! {
                    <span class="badge is-care"><Icon name="alert"/>{text!(language, candidate.blank_n, count = blank).to_string()}</span>" "
                })}
                {line.is_flagged.then(|| view! {
                    <span class="badge is-accent"><Icon name="flag"/>{text!(language, candidate.flagged)}</span>
                })}
                {(blank == 0 && !line.is_flagged).then(|| view! {
                    <span class="badge is-good"><Icon name="check"/>{text!(language, candidate.complete)}</span>
                })}
            </td>
        </tr>
    }
    .into_any()
}

fn finish_form(language: Language, review: &Review, is_unconfirmed: bool) -> AnyView {
    let blank = review.blank();
    let class = if is_unconfirmed { "field has-error" } else { "field" };
    view! {
        <form class="section" method="post" action="/test/finish" aria-labelledby="finish">
            <h2 id="finish">{text!(language, candidate.finish_title)}</h2>
            <p>{text!(language, candidate.finish_text)}</p>
            {(blank > 0).then(|| view! {
                <div class="notice is-care">
                    <Icon name="alert"/>
                    <div>
                        <h3>{text!(language, candidate.finish_blank, count = blank).to_string()}</h3>
                        <p>{text!(language, candidate.finish_blank_text)}</p>
                    </div>
                </div>
            })}
            {hidden_fields(language, &review.sitting)}
            <div class=class>
                {is_unconfirmed.then(|| view! {
                    <p class="error" id="confirm-error" role="alert">{text!(language, candidate.finish_unconfirmed)}</p>
                })}
                <label class="choice">
                    <input
                        type="checkbox" name="confirmed" value="yes" required
                        aria-invalid=is_unconfirmed.then_some("true")
                        aria-describedby=is_unconfirmed.then_some("confirm-error")
                    />
                    <span>{text!(language, candidate.finish_confirm)}</span>
                </label>
            </div>
            <p class="row"><button class="button is-large">{text!(language, candidate.finish)}</button></p>
        </form>
    }
    .into_any()
}

/// What the form of the review sends.
#[derive(Deserialize)]
pub(super) struct FinishForm {
    attempt: String,
    epoch: i64,
    language: String,
    #[serde(default)]
    confirmed: String,
}

/// `POST /test/finish`
pub(super) async fn finish(
    mut ctx: Ctx,
    sitter: Sitter,
    form: web::Form<FinishForm>,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let request = FinishRequest {
        attempt: PublicId::parse(&form.attempt).map_err(|_| Fault::BadRequest)?,
        epoch: Epoch::from_number(form.epoch).map_err(|_| Fault::BadRequest)?,
        language: Language::parse(&form.language).map_err(|_| Fault::BadRequest)?,
    };
    if form.confirmed != "yes" {
        return match ctx.try_run(move |services| services.review_page(&candidate)).await? {
            Ok(review) => {
                ctx.speak_as(&review.sitting);
                let page = draw(&ctx, &review, true).with_status(StatusCode::UNPROCESSABLE_ENTITY);
                Ok(page.into_response())
            }
            Err(error) => elsewhere(error),
        };
    }
    let viewer = candidate.clone();
    match ctx.try_run(move |services| services.finish_attempt(&viewer, &request)).await? {
        Ok(()) => Ok(see_other("/test/done")),
        Err(ServiceError::Conflict("old_epoch")) => {
            let sitting = ctx.sit(move |services| services.sitting(&candidate)).await?;
            ctx.speak_as(&sitting);
            Ok(conflict::draw_taken_over(&ctx, &sitting, Place::Review).into_response())
        }
        Err(ServiceError::Conflict("other_attempt")) => {
            Ok(conflict::draw_other_attempt(&ctx).into_response())
        }
        Err(ServiceError::Conflict(_)) => Ok(see_other("/test")),
        Err(error) => Err(fault(error)),
    }
}
