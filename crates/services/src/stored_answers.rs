//! Stored events as answers: the form says what a number or a text of each action means.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::attempt::Sequence;
use domain::form::{Form, ItemIndex};
use domain::item::open::{MAX_LIMIT, OpenText};
use domain::item::{ItemFormat, Response};
use store::repo::response_events::ResponseEventRow;

use crate::candidate::stored;
use crate::error::ServiceError;

/// An answer that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The answer.
    pub value: Response,
    /// What was written, for an open answer.
    pub text: Option<String>,
    /// Its sequence: the base of the next save.
    pub sequence: Sequence,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// What an event of a scenario of this format says.
///
/// # Errors
/// [`ServiceError::Broken`] when it is no answer in this format.
pub(crate) fn response_of(format: ItemFormat, event: &ResponseEventRow) -> Result<Response, ServiceError> {
    if let (ItemFormat::Open, Some(text)) = (format, &event.text) {
        return Ok(Response::of_text(&OpenText::parse(text, MAX_LIMIT).map_err(stored)?));
    }
    let number = u8::try_from(event.value).map_err(stored)?;
    Response::from_number(format, number).map_err(stored)
}

/// The answer that stands for each action: the one with the highest sequence.
///
/// # Errors
/// [`ServiceError::Broken`] when a stored row is no answer to the form.
pub(crate) fn given_answers(
    form: &Form,
    events: &[ResponseEventRow],
) -> Result<BTreeMap<ItemIndex, GivenAnswer>, ServiceError> {
    let mut last: BTreeMap<i32, &ResponseEventRow> = BTreeMap::new();
    for event in events {
        let held = last.entry(event.item).or_insert(event);
        if held.sequence <= event.sequence {
            *held = event;
        }
    }
    let given = |event: &ResponseEventRow| {
        let item = ItemIndex::from_number(i64::from(event.item)).map_err(stored)?;
        let (scenario, _) = form
            .action(item)
            .ok_or_else(|| ServiceError::broken("an event of an action that the form does not have"))?;
        let answer = GivenAnswer {
            value: response_of(scenario.format, event)?,
            text: event.text.clone(),
            sequence: Sequence::from_number(i64::from(event.sequence)).map_err(stored)?,
            at: event.at,
        };
        Ok((item, answer))
    };
    last.into_values().map(given).collect()
}

/// The answers that stand, without when and how often.
///
/// # Errors
/// As [`given_answers`].
pub(crate) fn last_responses(
    form: &Form,
    events: &[ResponseEventRow],
) -> Result<BTreeMap<ItemIndex, Response>, ServiceError> {
    Ok(given_answers(form, events)?.into_iter().map(|(item, answer)| (item, answer.value)).collect())
}
