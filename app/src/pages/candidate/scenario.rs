//! One scenario of a test: its page and its form. The form's post stores first and moves after.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::attempt::save::SaveVerdict;
use domain::attempt::{ClosedReason, Place, StepRefused};
use services::answer_writer::{ANSWERS_FIELD, AnswerWriter, SaveOutcome, StepOutcome};
use services::candidate::Candidate;
use services::error::ServiceError;

use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::answers_form::{AnswersForm, Fields, SEND_TURN, is_move};
use crate::pages::candidate::conflict;
use crate::pages::candidate::parts::path_of;
use crate::pages::candidate::scenario_view;
use crate::pages::candidate::sitter::{Sitter, fault};
use crate::render::see_other;

/// `GET /test`: to where the candidate is.
pub(super) async fn here(ctx: Ctx, sitter: Sitter) -> Result<HttpResponse, Fault> {
    let sitting = ctx.sit(move |services| services.sitting(&sitter.0)).await?;
    let path = if sitting.closed.is_some() { "/test/done".to_owned() } else { path_of(sitting.position) };
    Ok(see_other(&path))
}

/// `GET /test/{n}`
pub(super) async fn show(
    mut ctx: Ctx,
    sitter: Sitter,
    number: web::Path<u16>,
) -> Result<HttpResponse, Fault> {
    let place = scenario_place(*number)?;
    let candidate = sitter.0;
    match ctx.try_run(move |services| services.scenario_sheet(&candidate, place)).await? {
        Ok(sheet) => {
            ctx.speak_as(&sheet.sitting);
            let page = if sheet.sitting.is_writer {
                scenario_view::draw(&ctx, &sheet, None)
            } else {
                conflict::draw_taken_over(&ctx, &sheet.sitting, place)
            };
            Ok(page.into_response())
        }
        Err(error) => elsewhere(error),
    }
}

/// Where a page that cannot be shown leads: to where the candidate is, or to the end.
pub(super) fn elsewhere(error: ServiceError) -> Result<HttpResponse, Fault> {
    match error {
        ServiceError::Conflict("closed") => Ok(see_other("/test/done")),
        ServiceError::Conflict(_) => Ok(see_other("/test")),
        error => Err(fault(error)),
    }
}

fn scenario_place(number: u16) -> Result<Place, Fault> {
    if number == 0 { Err(Fault::NotFound) } else { Ok(Place::Scenario(number)) }
}

/// `POST /test/{n}`
pub(super) async fn answer(
    mut ctx: Ctx,
    sitter: Sitter,
    number: web::Path<u16>,
    writer: web::Data<AnswerWriter>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let place = scenario_place(*number)?;
    answer_at(&mut ctx, &sitter.0, &writer, place, &fields).await
}

/// Stores a form of the scenario at `place`, and goes where its button says.
pub(super) async fn answer_at(
    ctx: &mut Ctx,
    candidate: &Candidate,
    writer: &AnswerWriter,
    place: Place,
    fields: &[(String, String)],
) -> Result<HttpResponse, Fault> {
    let parsed = AnswersForm::parse(fields).and_then(|form| Ok((form.command(candidate, place)?, form)));
    let Ok((command, form)) = parsed else { return conflict::draw_unreadable(ctx, candidate).await };
    if form.go == SEND_TURN && form.answers.is_empty() {
        return not_together(ctx, candidate, place, &form, "turn_missing").await;
    }
    match writer.save(command).await {
        Ok(outcome) => match outcome.step {
            StepOutcome::Made { position, is_half_way, .. } if outcome.is_complete() => {
                go(ctx, candidate, &form, place, position, is_half_way).await
            }
            _ => refused(ctx, candidate, place, &form, &outcome).await,
        },
        Err(ServiceError::Conflict("other_attempt")) => Ok(conflict::draw_other_attempt(ctx).into_response()),
        Err(ServiceError::Invalid(faults)) => {
            match faults.iter().find(|fault| fault.field == ANSWERS_FIELD) {
                Some(fault) => not_together(ctx, candidate, place, &form, fault.code).await,
                None => conflict::draw_unreadable(ctx, candidate).await,
            }
        }
        Err(ServiceError::Conflict(code @ "too_many_changes")) => {
            not_together(ctx, candidate, place, &form, code).await
        }
        Err(error) => Err(fault(error)),
    }
}

/// The same page with what was sent, and why it was not taken. Nothing of it was stored.
pub(super) async fn not_together(
    ctx: &mut Ctx,
    candidate: &Candidate,
    place: Place,
    form: &AnswersForm,
    code: &str,
) -> Result<HttpResponse, Fault> {
    let viewer = candidate.clone();
    match ctx.try_run(move |services| services.scenario_sheet(&viewer, place)).await? {
        Ok(sheet) => {
            ctx.speak_as(&sheet.sitting);
            let refused = scenario_view::Refused { code, answers: &form.answers };
            let page = scenario_view::draw(ctx, &sheet, Some(refused));
            Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => elsewhere(error),
    }
}

async fn go(
    ctx: &Ctx,
    candidate: &Candidate,
    form: &AnswersForm,
    place: Place,
    position: Place,
    is_half_way: bool,
) -> Result<HttpResponse, Fault> {
    if is_half_way {
        return Ok(see_other("/test/pause?half"));
    }
    if let Some(language) = form.other_language() {
        return Ok(ctx.open_in(&path_of(place), None, language));
    }
    match form.go.as_str() {
        "pause" => {
            let candidate = candidate.clone();
            ctx.sit(move |services| services.pause_attempt(&candidate)).await?;
            Ok(see_other("/test/pause"))
        }
        "explain" => Ok(see_other("/test/practice?explained")),
        SEND_TURN => Ok(see_other(&format!("{}#turn", path_of(place)))),
        moved if is_move(moved) => Ok(see_other(&format!("{}#answers", path_of(place)))),
        _ => Ok(see_other(&path_of(position))),
    }
}

/// What is answered when not everything was taken.
async fn refused(
    ctx: &mut Ctx,
    candidate: &Candidate,
    place: Place,
    form: &AnswersForm,
    outcome: &SaveOutcome,
) -> Result<HttpResponse, Fault> {
    let is_malformed = outcome.items.iter().any(|item| {
        matches!(
            item.verdict,
            SaveVerdict::UnknownEpoch { .. } | SaveVerdict::NotShown | SaveVerdict::BadSequence
        )
    });
    if is_malformed {
        return Err(Fault::BadRequest);
    }
    let closed = outcome.items.iter().find_map(|item| match item.verdict {
        SaveVerdict::Closed { reason, .. } => Some(reason),
        _ => None,
    });
    let closed = closed.or(match outcome.step {
        StepOutcome::Refused(StepRefused::Closed(reason)) => Some(reason),
        _ => None,
    });
    if let Some(reason) = closed {
        return closed_answer(ctx, candidate, form, outcome, reason).await;
    }
    match outcome.step {
        StepOutcome::Refused(StepRefused::NotReached) => Ok(see_other("/test")),
        StepOutcome::Refused(StepRefused::UnknownEpoch { .. }) => Err(Fault::BadRequest),
        _ => conflict::draw_versions(ctx, candidate, place, form, outcome).await,
    }
}

async fn closed_answer(
    ctx: &mut Ctx,
    candidate: &Candidate,
    form: &AnswersForm,
    outcome: &SaveOutcome,
    reason: ClosedReason,
) -> Result<HttpResponse, Fault> {
    let is_lost =
        outcome.items.iter().any(|item| !matches!(item.verdict, SaveVerdict::Closed { is_stored: true, .. }));
    if is_lost {
        conflict::draw_too_late(ctx, candidate, form, outcome, reason).await
    } else {
        Ok(see_other("/test/done"))
    }
}
