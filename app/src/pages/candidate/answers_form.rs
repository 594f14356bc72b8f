//! What the form of a scenario sends: the attempt, its epoch, the language shown, one rating and its base per action,
//! and the button that was pressed.

use actix_web::web;
use domain::attempt::{Epoch, Place, Sequence};
use domain::form::ItemIndex;
use domain::ids::PublicId;
use domain::item::{ItemFormat, Response};
use domain::language::Language;
use services::answer_writer::{Direction, SaveCommand, SentAnswer, Step};
use services::candidate::Candidate;

use crate::fault::Fault;

/// The fields of a form, in the order sent.
pub(crate) type Fields = web::Form<Vec<(String, String)>>;

/// A form of a scenario, read but not judged.
#[derive(Clone, Debug)]
pub(super) struct AnswersForm {
    pub(super) attempt: PublicId,
    pub(super) epoch: Epoch,
    pub(super) language: Language,
    pub(super) answers: Vec<SentAnswer>,
    /// The button.
    pub(super) go: String,
}

impl AnswersForm {
    /// Reads a form.
    ///
    /// # Errors
    /// [`Fault::BadRequest`] for what no page of ours sends.
    pub(super) fn parse(fields: &[(String, String)]) -> Result<Self, Fault> {
        let number = |name: &str| value(fields, name)?.parse::<i64>().map_err(|_| Fault::BadRequest);
        Ok(Self {
            attempt: PublicId::parse(value(fields, "attempt")?).map_err(|_| Fault::BadRequest)?,
            epoch: Epoch::from_number(number("epoch")?).map_err(|_| Fault::BadRequest)?,
            language: Language::parse(value(fields, "language")?).map_err(|_| Fault::BadRequest)?,
            answers: answers(fields)?,
            go: value(fields, "go").unwrap_or("next").to_owned(),
        })
    }

    /// What the writer is asked for the scenario at `place`.
    ///
    /// # Errors
    /// [`Fault::BadRequest`] for an unknown button.
    pub(super) fn command(&self, candidate: &Candidate, place: Place) -> Result<SaveCommand, Fault> {
        Ok(SaveCommand {
            cookie: candidate.cookie.clone(),
            attempt: self.attempt.clone(),
            epoch: self.epoch,
            language: self.language,
            answers: self.answers.clone(),
            within: Some(place),
            step: self.step(place)?,
        })
    }

    fn step(&self, place: Place) -> Result<Step, Fault> {
        let flag = |is_set| match place {
            Place::Scenario(number) => Ok(Some((number, is_set))),
            _ => Err(Fault::BadRequest),
        };
        let stay = Step { to: Some(Direction::To(place)), ..Step::default() };
        Ok(match self.go.as_str() {
            "next" => Step { to: Some(Direction::After { from: place, pause_offered: false }), ..stay },
            "previous" => Step { to: Some(Direction::Before(place)), ..stay },
            "review" => Step { to: Some(Direction::To(Place::Review)), ..stay },
            "flag" => Step { flag: flag(true)?, ..stay },
            "unflag" => Step { flag: flag(false)?, ..stay },
            "pause" | "save" | "explain" => stay,
            "fr" => Step { language: Some(Language::Fr), ..stay },
            "en" => Step { language: Some(Language::En), ..stay },
            _ => return Err(Fault::BadRequest),
        })
    }

    /// The language that the button asks for.
    pub(super) fn other_language(&self) -> Option<Language> {
        Language::parse(&self.go).ok()
    }
}

/// The first value of a field.
pub(super) fn value<'a>(fields: &'a [(String, String)], name: &str) -> Result<&'a str, Fault> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).ok_or(Fault::BadRequest)
}

/// `v12=3` is the rating 3 of action 12; `b12=1` the sequence that its page was rendered from, 0 when it had none.
pub(crate) fn answers(fields: &[(String, String)]) -> Result<Vec<SentAnswer>, Fault> {
    let mut answers = Vec::new();
    for (name, text) in fields {
        let Some(number) = name.strip_prefix('v').and_then(|number| number.parse::<i64>().ok()) else {
            continue;
        };
        let base = match value(fields, &format!("b{number}")) {
            Ok(base) => base.parse::<i64>().map_err(|_| Fault::BadRequest)?,
            Err(_) => 0,
        };
        answers.push(SentAnswer {
            item: ItemIndex::from_number(number).map_err(|_| Fault::BadRequest)?,
            base: Sequence::from_number(base).map_err(|_| Fault::BadRequest)?,
            value: Response::parse(ItemFormat::Rate, text).map_err(|_| Fault::BadRequest)?,
        });
    }
    // More than any scenario has: not one of our forms.
    if answers.len() > 50 { Err(Fault::BadRequest) } else { Ok(answers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(more: &[(&str, &str)]) -> Vec<(String, String)> {
        let whole = [
            ("attempt", "0190a0a0-0000-4000-8000-000000000001"),
            ("epoch", "2"),
            ("language", "fr"),
            ("go", "next"),
        ];
        whole.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn ratings_are_read_with_their_bases() {
        let form = AnswersForm::parse(&fields(&[("b4", "2"), ("v4", "3"), ("v5", "1")])).unwrap();

        let read: Vec<(i32, i32, u8)> = form
            .answers
            .iter()
            .map(|answer| (answer.item.number(), answer.base.number(), answer.value.number()))
            .collect();
        assert_eq!(read, [(4, 2, 3), (5, 0, 1)]);
    }

    #[test]
    fn what_is_out_of_range_is_a_bad_request() {
        for more in [("v4", "0"), ("v4", "5"), ("v4", "x"), ("v4", ""), ("v70000", "1"), ("v-1", "1")] {
            assert_eq!(AnswersForm::parse(&fields(&[more])).map(|_| ()), Err(Fault::BadRequest), "{more:?}");
        }
        let bad_base = fields(&[("v4", "1"), ("b4", "-1")]);
        assert_eq!(AnswersForm::parse(&bad_base).map(|_| ()), Err(Fault::BadRequest));
    }

    #[test]
    fn an_unknown_button_is_a_bad_request() {
        let mut form = AnswersForm::parse(&fields(&[])).unwrap();
        form.go = "finish".to_owned();

        assert_eq!(form.step(Place::Scenario(1)), Err(Fault::BadRequest));
    }

    #[test]
    fn the_practice_cannot_be_flagged() {
        let mut form = AnswersForm::parse(&fields(&[])).unwrap();
        form.go = "flag".to_owned();

        assert_eq!(form.step(Place::Practice), Err(Fault::BadRequest));
        assert!(form.step(Place::Scenario(3)).is_ok());
    }
}
