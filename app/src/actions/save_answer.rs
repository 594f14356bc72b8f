//! Saving one answer from the island: the same writer and the same rules as the form's post.
//!
//! The path never changes: a page that was opened before an update goes on saving after it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, JsonEncoding};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// An answer to one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerToSave {
    /// Public id of the attempt that the page was drawn for.
    pub attempt: String,
    /// The epoch that stands in the page.
    pub epoch: i32,
    /// Code of the language shown.
    pub language: String,
    /// Number of the action in the form.
    pub item: i32,
    /// The last stored sequence that the page knows, 0 for none.
    pub base: i32,
    /// The number, 1 to 4.
    pub value: u8,
    /// What is written, for an open answer; the number says nothing then.
    #[serde(default)]
    pub text: Option<String>,
}

/// An answer that is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAnswer {
    /// Its sequence: the base of the next save.
    pub sequence: i32,
    /// When, in milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// Why an answer is not on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaveFault {
    /// 409: the server holds another value that this page has not seen.
    Conflict {
        /// The rating it holds.
        value: u8,
        /// Its sequence.
        sequence: i32,
    },
    /// 409: another tab or device has taken over.
    TakenOver,
    /// 409: the page was drawn for another attempt than the one open in this browser.
    OtherAttempt,
    /// 410: the attempt takes nothing any more.
    Closed,
    /// 401: this browser has no test open.
    LinkNeeded,
    /// 400: not an answer to this form.
    Refused,
    /// 422: the answer does not go together with what is stored; one of the codes of the answer writer.
    Together(String),
    /// 503: the database cannot take it now; or the network did not carry it.
    Unavailable,
}

impl FromServerFnError for SaveFault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // On the server nothing but the request itself can fail here. In a browser it is the network, a proxy's error
        // page, a server that is being restarted: trying again may help.
        #[cfg(feature = "ssr")]
        return server::unreadable(&error);
        #[cfg(not(feature = "ssr"))]
        {
            drop(error);
            Self::Unavailable
        }
    }
}

/// Saves one answer; when it returns, the answer is on disk.
///
/// # Errors
/// [`SaveFault`], with the status that it names.
#[server(name = SaveAnswer, prefix = "/api/ui", endpoint = "save_answer", input = Json, output = Json)]
pub async fn save_answer(
    /// The answer.
    answer: AnswerToSave,
) -> Result<SavedAnswer, SaveFault> {
    server::save(answer).await
}

#[cfg(feature = "ssr")]
mod server {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
    use actix_web::web;
    use domain::attempt::save::SaveVerdict;
    use domain::attempt::{Epoch, Sequence};
    use domain::form::ItemIndex;
    use domain::ids::PublicId;
    use domain::item::open::{MAX_LIMIT, OpenText};
    use domain::language::Language;
    use leptos::prelude::use_context;
    use leptos_actix::{Request, ResponseOptions};
    use server_fn::error::ServerFnErrorErr;
    use services::answer_writer::{
        ANSWERS_FIELD, AnswerWriter, SaveCommand, SaveOutcome, SentAnswer, SentValue, Step,
    };
    use services::attempt_cookie::AttemptCookie;
    use services::error::ServiceError;

    use super::{AnswerToSave, SaveFault, SavedAnswer};
    use crate::pages::candidate::sitter::attempt_cookie;

    pub(super) async fn save(answer: AnswerToSave) -> Result<SavedAnswer, SaveFault> {
        let options = use_context::<ResponseOptions>();
        let result = try_save(answer).await;
        if let Some(options) = options {
            options.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Err(fault) = &result {
                options.set_status(status(fault));
                if *fault == SaveFault::Unavailable {
                    options.insert_header(RETRY_AFTER, HeaderValue::from_static("2"));
                }
            }
        }
        result
    }

    /// A request that is no call of this function.
    pub(super) fn unreadable(error: &ServerFnErrorErr) -> SaveFault {
        tracing::debug!(%error, "a call of a server function cannot be read");
        if let Some(options) = use_context::<ResponseOptions>() {
            options.set_status(status(&SaveFault::Refused));
        }
        SaveFault::Refused
    }

    const fn status(fault: &SaveFault) -> StatusCode {
        match fault {
            SaveFault::Conflict { .. } | SaveFault::TakenOver | SaveFault::OtherAttempt => {
                StatusCode::CONFLICT
            }
            SaveFault::Closed => StatusCode::GONE,
            SaveFault::LinkNeeded => StatusCode::UNAUTHORIZED,
            SaveFault::Refused => StatusCode::BAD_REQUEST,
            SaveFault::Together(_) => StatusCode::UNPROCESSABLE_ENTITY,
            SaveFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    async fn try_save(answer: AnswerToSave) -> Result<SavedAnswer, SaveFault> {
        // The request must not be held across the wait: it belongs to this thread.
        let (cookie, writer) = {
            let request = use_context::<Request>().ok_or(SaveFault::Unavailable)?.into_inner();
            let writer = request.app_data::<web::Data<AnswerWriter>>().ok_or(SaveFault::Unavailable)?;
            (attempt_cookie(&request).ok_or(SaveFault::LinkNeeded)?, writer.get_ref().clone())
        };
        let command = command(cookie, &answer).ok_or(SaveFault::Refused)?;
        match writer.save(command).await {
            Ok(outcome) => told(&outcome),
            Err(ServiceError::NotSignedIn) => Err(SaveFault::LinkNeeded),
            Err(ServiceError::Invalid(faults)) => Err(faults
                .iter()
                .find(|fault| fault.field == ANSWERS_FIELD)
                .map_or(SaveFault::Refused, |fault| SaveFault::Together(fault.code.to_owned()))),
            Err(ServiceError::Conflict("other_attempt")) => Err(SaveFault::OtherAttempt),
            Err(ServiceError::Unavailable(cause)) => {
                tracing::error!(%cause, "an answer was not saved");
                Err(SaveFault::Unavailable)
            }
            Err(error @ ServiceError::Broken { .. }) => {
                tracing::error!(%error, "an answer was not saved");
                Err(SaveFault::Unavailable)
            }
            Err(_) => Err(SaveFault::Refused),
        }
    }

    fn command(cookie: AttemptCookie, answer: &AnswerToSave) -> Option<SaveCommand> {
        Some(SaveCommand {
            cookie,
            attempt: PublicId::parse(&answer.attempt).ok()?,
            epoch: Epoch::from_number(i64::from(answer.epoch)).ok()?,
            language: Language::parse(&answer.language).ok()?,
            answers: vec![SentAnswer {
                item: ItemIndex::from_number(i64::from(answer.item)).ok()?,
                base: Sequence::from_number(i64::from(answer.base)).ok()?,
                value: match &answer.text {
                    Some(text) => SentValue::Text(OpenText::parse(text, MAX_LIMIT).ok()?),
                    None => SentValue::Number(answer.value),
                },
            }],
            within: None,
            step: Step::default(),
        })
    }

    fn told(outcome: &SaveOutcome) -> Result<SavedAnswer, SaveFault> {
        let at_ms = outcome.at.and_utc().timestamp_millis();
        // Blank, and blank before: there is nothing to store.
        let Some(item) = outcome.items.first() else { return Ok(SavedAnswer { sequence: 0, at_ms }) };
        match item.verdict {
            SaveVerdict::Store | SaveVerdict::AlreadyStored { .. } => {
                Ok(SavedAnswer { sequence: item.last.map_or(0, |last| last.sequence.number()), at_ms })
            }
            SaveVerdict::Conflict { stored, .. } => {
                Err(SaveFault::Conflict { value: stored.value.number(), sequence: stored.sequence.number() })
            }
            SaveVerdict::OldEpoch { .. } => Err(SaveFault::TakenOver),
            SaveVerdict::Closed { .. } => Err(SaveFault::Closed),
            SaveVerdict::UnknownEpoch { .. } | SaveVerdict::NotShown | SaveVerdict::BadSequence => {
                Err(SaveFault::Refused)
            }
        }
    }
}
