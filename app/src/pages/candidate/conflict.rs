//! Two versions of the same answer, or two devices in the same test: both are shown, nothing is lost, and there is a way
//! on. "Continue here" is the POST that makes this browser the one that writes.

use crate::pages::candidate::scenario::not_together;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use domain::attempt::save::{SaveVerdict, StoredAnswer};
use domain::attempt::{ClosedReason, Place};
use domain::form::ItemIndex;
use domain::ids::PublicId;
use domain::item::{ItemFormat, Response};
use domain::language::Language;
use leptos::prelude::*;
use services::answer_writer::{
    ANSWERS_FIELD, AnswerWriter, Direction, SaveCommand, SaveOutcome, SentAnswer, SentValue, Step,
};
use services::attempt_cookie::AttemptCookie;
use services::candidate::{Candidate, Sitting};
use services::error::ServiceError;

use crate::components::icon::Icon;
use crate::context::Ctx;
use crate::fault::Fault;
use crate::pages::candidate::answers_form::{AnswersForm, Fields, answers, value};
use crate::pages::candidate::formats::words::{slot_words, value_words};
use crate::pages::candidate::parts::{frame, help_card, path_of};
use crate::pages::candidate::sitter::{Sitter, fault};
use crate::render::Page;
use crate::shell::{Frame, Width};
use crate::text;

/// One action with what was chosen here and what the server holds.
struct Versions {
    words: String,
    item: ItemIndex,
    here: SentValue,
    here_words: String,
    stored: Option<StoredAnswer>,
    stored_words: String,
}

impl Versions {
    /// `text` is what stands of an open answer; where it was not looked up, the words say that there is one.
    fn of(
        language: Language,
        sitting: &Sitting,
        sent: &SentAnswer,
        stored: Option<StoredAnswer>,
        text: Option<&str>,
    ) -> Self {
        let loaded = &sitting.loaded;
        let held = stored.map(|stored| SentValue::from(stored.value));
        let is_text = matches!(sent.value, SentValue::Text(_));
        let stored_words = match (&held, is_text) {
            (Some(SentValue::Number(1)), true) => {
                text.unwrap_or(text!(language, candidate.open_other)).to_owned()
            }
            _ => value_words(language, loaded, sent.item, held.as_ref()),
        };
        Self {
            words: slot_words(language, loaded, sent.item),
            item: sent.item,
            here: sent.value.clone(),
            here_words: value_words(language, loaded, sent.item, Some(&sent.value)),
            stored,
            stored_words,
        }
    }

    /// Whether both sides hold the same.
    fn are_same(&self) -> bool {
        match &self.here {
            SentValue::Number(number) => self.stored.is_some_and(|stored| stored.value.number() == *number),
            SentValue::Text(text) => {
                self.stored.is_some_and(|stored| stored.value == Response::of_text(text))
            }
        }
    }
}

/// The text that stands of an open answer, when the form holds one.
async fn stored_text(
    ctx: &Ctx,
    candidate: &Candidate,
    place: Place,
    form: &AnswersForm,
) -> Result<Option<String>, Fault> {
    if !form.answers.iter().any(|sent| matches!(sent.value, SentValue::Text(_))) {
        return Ok(None);
    }
    let viewer = candidate.clone();
    let sheet = ctx.try_run(move |services| services.scenario_sheet(&viewer, place)).await?;
    let action = sheet.ok().and_then(|sheet| sheet.actions.into_iter().next());
    Ok(action.and_then(|action| action.answer).and_then(|answer| answer.text))
}

/// Draws both versions of what was not taken, with the choice between them.
pub(super) async fn draw_versions(
    ctx: &mut Ctx,
    candidate: &Candidate,
    place: Place,
    form: &AnswersForm,
    outcome: &SaveOutcome,
) -> Result<HttpResponse, Fault> {
    let viewer = candidate.clone();
    let sitting = ctx.sit(move |services| services.sitting(&viewer)).await?;
    ctx.speak_as(&sitting);
    let language = ctx.language;
    let shown = sitting.loaded.form.scenario_at(place);
    if shown.is_some_and(|scenario| scenario.format == ItemFormat::Dialogue) {
        // What was sent is final: there is nothing to choose between.
        return Ok(draw_taken_over(ctx, &sitting, place).into_response());
    }
    let stored_text = stored_text(ctx, candidate, place, form).await?;
    let refused: Vec<Versions> = outcome
        .items
        .iter()
        .filter_map(|item| Some((item, form.answers.iter().find(|sent| sent.item == item.item)?)))
        .filter(|(item, _)| !item.verdict.is_acknowledged())
        .map(|(item, sent)| Versions::of(language, &sitting, sent, item.last, stored_text.as_deref()))
        // The same answer on both sides is no question to anybody.
        .filter(|versions| !versions.are_same())
        .collect();
    let is_old = outcome.items.iter().any(|item| matches!(item.verdict, SaveVerdict::OldEpoch { .. }))
        || form.epoch != sitting.epoch;
    if refused.is_empty() {
        return Ok(draw_taken_over(ctx, &sitting, place).into_response());
    }
    let title = if is_old {
        text!(language, candidate.taken_over_title)
    } else {
        text!(language, candidate.conflict_title)
    };
    let page = ctx.page(frame(language, &sitting.campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">
                {if is_old { text!(language, candidate.taken_over_lede) } else { text!(language, candidate.conflict_lede) }}
            </p>
            {versions_table(language, &refused)}
            <form method="post" action="/test/continue">
                {continue_fields(language, &sitting, place)}
                {refused.iter().map(hidden_version).collect_view()}
                <p class="row">
                    <button class="button is-large" name="keep" value="here">{text!(language, candidate.keep_here)}</button>
                    <button class="button is-quiet" name="keep" value="stored">{text!(language, candidate.keep_stored)}</button>
                </p>
            </form>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    });
    Ok(page.with_status(StatusCode::CONFLICT).into_response())
}

fn versions_table(language: Language, refused: &[Versions]) -> AnyView {
    let rows = refused
        .iter()
        .map(|versions| {
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{versions.words.clone()}</th>
                    <td role="cell" data-label=text!(language, candidate.version_here)>{versions.here_words.clone()}</td>
                    <td role="cell" data-label=text!(language, candidate.version_stored)>{versions.stored_words.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box" tabindex="0" role="region" aria-labelledby="versions">
            <table class="stacks" role="table">
                <caption id="versions">{text!(language, candidate.versions)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{text!(language, candidate.action)}</th>
                        <th role="columnheader" scope="col">{text!(language, candidate.version_here)}</th>
                        <th role="columnheader" scope="col">{text!(language, candidate.version_stored)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn hidden_version(versions: &Versions) -> AnyView {
    let item = versions.item;
    let base = versions.stored.map_or(0, |stored| stored.sequence.number());
    let (kind, value) = match &versions.here {
        SentValue::Number(number) => ('v', number.to_string()),
        SentValue::Text(text) => ('t', text.as_str().to_owned()),
    };
    view! {
        <input type="hidden" name=format!("{kind}{item}") value=value/>
        <input type="hidden" name=format!("b{item}") value=base/>
    }
    .into_any()
}

fn continue_fields(language: Language, sitting: &Sitting, place: Place) -> AnyView {
    view! {
        <input type="hidden" name="attempt" value=sitting.public_id.to_string()/>
        <input type="hidden" name="place" value=sitting.loaded.form.length().number(place)/>
        <input type="hidden" name="language" value=language.code()/>
    }
    .into_any()
}

/// The page of a browser that another one has taken over from.
pub(super) fn draw_taken_over(ctx: &Ctx, sitting: &Sitting, place: Place) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.taken_over_title);
    ctx.page(frame(language, &sitting.campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{text!(language, candidate.taken_over_page)}</p>
            <form method="post" action="/test/continue">
                {continue_fields(language, sitting, place)}
                <p class="row">
                    <button class="button is-large" name="keep" value="stored">
                        {text!(language, candidate.continue_here)}" "<Icon name="right"/>
                    </button>
                </p>
            </form>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    })
    .with_status(StatusCode::CONFLICT)
}

/// The page of a form that was drawn for another attempt than the one open in this browser.
pub(super) fn draw_other_attempt(ctx: &Ctx) -> Page {
    let language = ctx.language;
    let title = text!(language, candidate.other_attempt_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, candidate.other_attempt_text)}</p>
                <p><a href="/test">{text!(language, candidate.other_attempt_go)}</a></p>
                <p><a href="/lost-link">{text!(language, candidate.lost_link_ask)}</a></p>
            </div>
        }
        .into_any()
    })
    .with_status(StatusCode::CONFLICT)
}

/// The page of a form that no page of ours sends, in the language of the test.
pub(super) async fn draw_unreadable(ctx: &mut Ctx, candidate: &Candidate) -> Result<HttpResponse, Fault> {
    let viewer = candidate.clone();
    let sitting = ctx.sit(move |services| services.sitting(&viewer)).await?;
    ctx.speak_as(&sitting);
    let language = ctx.language;
    let title = text!(language, candidate.unreadable_title);
    let frame = Frame { title: title.to_owned(), width: Width::Slim, ..Frame::default() };
    let page = ctx.page(frame, || {
        view! {
            <div class="empty">
                <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
                <h1>{title}</h1>
                <p>{text!(language, candidate.unreadable_text)}</p>
                <p><a href="/test">{text!(language, candidate.unreadable_go)}</a></p>
            </div>
        }
        .into_any()
    });
    Ok(page.with_status(StatusCode::BAD_REQUEST).into_response())
}

/// The page of answers that came after the end: what was not taken is said.
pub(super) async fn draw_too_late(
    ctx: &mut Ctx,
    candidate: &Candidate,
    form: &AnswersForm,
    outcome: &SaveOutcome,
    reason: ClosedReason,
) -> Result<HttpResponse, Fault> {
    let viewer = candidate.clone();
    let sitting = ctx.sit(move |services| services.sitting(&viewer)).await?;
    ctx.speak_as(&sitting);
    let language = ctx.language;
    let lost: Vec<Versions> = outcome
        .items
        .iter()
        .filter_map(|item| Some((item, form.answers.iter().find(|sent| sent.item == item.item)?)))
        .filter(|(item, _)| !matches!(item.verdict, SaveVerdict::Closed { is_stored: true, .. }))
        .map(|(item, sent)| Versions::of(language, &sitting, sent, item.last, None))
        .collect();
    let (title, lede, status) = match reason {
        ClosedReason::Finished => (
            text!(language, candidate.late_finished_title),
            text!(language, candidate.late_finished_lede),
            StatusCode::CONFLICT,
        ),
        ClosedReason::Expired | ClosedReason::PastClosing => (
            text!(language, candidate.late_closed_title),
            text!(language, candidate.late_closed_lede),
            StatusCode::GONE,
        ),
    };
    let page = ctx.page(frame(language, &sitting.campaign, title), || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{lede}</p>
            {versions_table(language, &lost)}
            <p class="row"><a class="button is-large" href="/test/done">{text!(language, candidate.late_go)}</a></p>
            {help_card(language, &sitting.campaign)}
        }
        .into_any()
    });
    Ok(page.with_status(status).into_response())
}

/// `POST /test/continue`: a new epoch for this browser, and the answers that were to be kept from here under it.
pub(super) async fn continue_here(
    mut ctx: Ctx,
    sitter: Sitter,
    writer: web::Data<AnswerWriter>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let candidate = sitter.0;
    let attempt = PublicId::parse(value(&fields, "attempt")?).map_err(|_| Fault::BadRequest)?;
    let (viewer, opened_for) = (candidate.clone(), attempt.clone());
    let opened = match ctx.try_run(move |services| services.continue_here(&viewer, &opened_for)).await? {
        Ok(opened) => opened,
        Err(ServiceError::Conflict("other_attempt")) => return Ok(draw_other_attempt(&ctx).into_response()),
        Err(error) => return Err(fault(error)),
    };
    if opened.is_closed {
        return Ok(ctx.open_on("/test/done", opened.cookie));
    }
    let cookie = AttemptCookie::parse(&opened.cookie).ok_or(Fault::Internal)?;
    let candidate = Candidate { cookie, ..candidate };
    let viewer = candidate.clone();
    let sitting = ctx.sit(move |services| services.sitting(&viewer)).await?;
    let place = place_of(&sitting, &fields);
    let kept = if value(&fields, "keep") == Ok("here") { answers(&fields)? } else { Vec::new() };
    if !kept.is_empty() {
        let language = value(&fields, "language").ok().and_then(|code| Language::parse(code).ok());
        let form = AnswersForm {
            attempt,
            epoch: sitting.epoch,
            language: language.filter(|language| sitting.offers(*language)).unwrap_or(sitting.language),
            answers: kept,
            go: "save".to_owned(),
        };
        if let Some(answer) = keep_from_here(&mut ctx, &candidate, &writer, &form, place).await? {
            // This browser is the one that writes now, whatever became of its answers.
            return Ok(ctx.with_attempt(answer, opened.cookie));
        }
    }
    Ok(ctx.open_on(&path_of(place), opened.cookie))
}

/// Stores what is to be kept; an answer when it was refused once more.
async fn keep_from_here(
    ctx: &mut Ctx,
    candidate: &Candidate,
    writer: &AnswerWriter,
    form: &AnswersForm,
    place: Place,
) -> Result<Option<HttpResponse>, Fault> {
    let command = SaveCommand {
        cookie: candidate.cookie.clone(),
        attempt: form.attempt.clone(),
        epoch: form.epoch,
        language: form.language,
        answers: form.answers.clone(),
        within: None,
        step: Step { to: Some(Direction::To(place)), ..Step::default() },
    };
    match writer.save(command).await {
        Ok(outcome) if outcome.is_complete() => Ok(None),
        Ok(outcome) => draw_versions(ctx, candidate, place, form, &outcome).await.map(Some),
        Err(ServiceError::Invalid(faults)) => {
            match faults.iter().find(|fault| fault.field == ANSWERS_FIELD) {
                Some(fault) => not_together(ctx, candidate, place, form, fault.code).await.map(Some),
                None => Err(Fault::BadRequest),
            }
        }
        Err(error) => Err(fault(error)),
    }
}

/// The place that the page was of, if the attempt has been there; else where the candidate is.
fn place_of(sitting: &Sitting, fields: &[(String, String)]) -> Place {
    let named = value(fields, "place").ok().and_then(|number| number.parse().ok());
    named
        .and_then(|number| sitting.loaded.form.length().place(number).ok())
        .filter(|place| *place <= sitting.furthest)
        .unwrap_or(sitting.position)
}
