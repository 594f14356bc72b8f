//! What was sent, read by the format of its scenario; and why answers that do not go together are refused.

use domain::attempt::{Place, Sequence};
use domain::form::{Form, ItemIndex};
use domain::item::answer::AnswerError;
use domain::item::{Item, Response};

use crate::answer_writer::{ANSWERS_FIELD, SentAnswer, SentValue};
use crate::error::ServiceError;

/// An answer that the form can hold.
pub(super) struct Incoming {
    pub(super) item: ItemIndex,
    pub(super) place: Place,
    /// Whether the answers of its scenario are judged together.
    pub(super) is_judged_whole: bool,
    pub(super) base: Sequence,
    pub(super) value: Response,
    /// What was written, for an open answer.
    pub(super) text: Option<String>,
}

impl Incoming {
    /// Reads what was sent by the format of its scenario.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the format has no such value, or the text is too long.
    pub(super) fn read(form: &Form, answer: &SentAnswer) -> Result<Self, ServiceError> {
        let (scenario, _) = form.action(answer.item).ok_or(ServiceError::invalid("item", "unknown"))?;
        let (value, text) = match (&scenario.item, &answer.value) {
            (Item::Open(item), SentValue::Text(text)) => {
                if u32::try_from(text.characters()).is_ok_and(|count| count <= item.max_characters) {
                    (Response::of_text(text), (!text.is_blank()).then(|| text.as_str().to_owned()))
                } else {
                    return Err(ServiceError::invalid(ANSWERS_FIELD, "text_too_long"));
                }
            }
            (_, SentValue::Number(number)) => {
                let value = Response::from_number(scenario.format, *number);
                (value.map_err(|_| ServiceError::invalid("item", "out_of_range"))?, None)
            }
            (_, SentValue::Text(_)) => return Err(ServiceError::invalid("item", "out_of_range")),
        };
        Ok(Self {
            item: answer.item,
            place: scenario.place,
            is_judged_whole: scenario.format.is_judged_whole(),
            base: answer.base,
            value,
            text,
        })
    }
}

/// An answer that does not go together with the others, as the pages say it.
pub(super) fn refused(error: &AnswerError) -> ServiceError {
    let code = match error {
        AnswerError::SameBestAndWorst(_) => "same_best_and_worst",
        AnswerError::TooManyPicks { .. } => "too_many_picks",
        AnswerError::RepeatedPlace(_) => "repeated_place",
        AnswerError::PlaceLeftOut(_) => "place_left_out",
        AnswerError::AlreadySent(_) => "turn_sent_already",
        AnswerError::OffPath(_) => "not_this_turn",
        AnswerError::TooLong(_) => "text_too_long",
        AnswerError::UnknownSlot(_)
        | AnswerError::UnknownChoice { .. }
        | AnswerError::NotAValue { .. }
        | AnswerError::Twice(_) => return ServiceError::invalid("item", "unknown"),
    };
    ServiceError::invalid(ANSWERS_FIELD, code)
}
