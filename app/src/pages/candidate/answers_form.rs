//! What the form of a scenario sends: the attempt, its epoch, the language shown, one rating and its base per action,
//! and the button that was pressed.

use actix_web::web;
use domain::attempt::{Epoch, Place, Sequence};
use domain::form::ItemIndex;
use domain::ids::PublicId;
use domain::item::open::{MAX_LIMIT, OpenText};
use domain::language::Language;
use services::answer_writer::{Direction, SaveCommand, SentAnswer, SentValue, Step};
use services::candidate::Candidate;

use crate::fault::Fault;

/// The button that sends a turn of a dialogue. The other buttons of its page leave the turn unsent.
pub(super) const SEND_TURN: &str = "send";

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
            "pause" | "save" | "explain" | SEND_TURN => stay,
            moved if is_move(moved) => stay,
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

/// `v12=3` is the number 3 for action 12 (a rating, a pick, a place, a choice; blank: nothing chosen yet) and `t12=…` a
/// text; `d12=3` is the same as `v12=3` for a turn of a dialogue, which only its own button sends. `b12=1` is the
/// sequence that the page was rendered from, 0 when it had none. Of several values of one action the last one counts:
/// a box that is not ticked leaves the hidden field before it.
pub(crate) fn answers(fields: &[(String, String)]) -> Result<Vec<SentAnswer>, Fault> {
    let sends_turn = value(fields, "go").is_ok_and(|go| go == SEND_TURN);
    let mut answers: Vec<SentAnswer> = Vec::new();
    for (name, text) in fields {
        let is_kind = |kind: char| match kind {
            'd' => sends_turn,
            'v' => !text.is_empty(),
            kind => kind == 't',
        };
        let Some(kind) = name.chars().next().filter(|kind| is_kind(*kind)) else { continue };
        let Some(number) = name.get(1..).and_then(|number| number.parse::<i64>().ok()) else { continue };
        let base = match value(fields, &format!("b{number}")) {
            Ok(base) => base.parse::<i64>().map_err(|_| Fault::BadRequest)?,
            Err(_) => 0,
        };
        let answer = SentAnswer {
            item: ItemIndex::from_number(number).map_err(|_| Fault::BadRequest)?,
            base: Sequence::from_number(base).map_err(|_| Fault::BadRequest)?,
            value: sent_value(kind, text)?,
        };
        match answers.iter_mut().find(|known| known.item == answer.item) {
            Some(known) => *known = answer,
            None => answers.push(answer),
        }
    }
    if let Some(move_) = value(fields, "go").ok().and_then(Move::parse) {
        move_.apply(fields, &mut answers)?;
    }
    // More than any scenario has: not one of our forms.
    if answers.len() > 50 { Err(Fault::BadRequest) } else { Ok(answers) }
}

/// Whether a button moves an action up or down in an order.
pub(super) fn is_move(go: &str) -> bool {
    Move::parse(go).is_some()
}

/// `up-12` or `down-12`: action 12 changes places with its neighbour, and every action of the form gets its place.
#[derive(Clone, Copy, Debug)]
struct Move {
    item: ItemIndex,
    is_up: bool,
}

impl Move {
    fn parse(go: &str) -> Option<Self> {
        let (direction, number) = go.split_once('-')?;
        let item = ItemIndex::from_number(number.parse().ok()?).ok()?;
        match direction {
            "up" => Some(Self { item, is_up: true }),
            "down" => Some(Self { item, is_up: false }),
            _ => None,
        }
    }

    /// The order is that of the places sent, and behind them that of the form; there the action is moved.
    fn apply(self, fields: &[(String, String)], answers: &mut Vec<SentAnswer>) -> Result<(), Fault> {
        let mut order: Vec<(ItemIndex, Sequence)> = Vec::new();
        for (name, base) in fields {
            let Some(number) = name.strip_prefix('b').and_then(|number| number.parse::<i64>().ok()) else {
                continue;
            };
            let item = ItemIndex::from_number(number).map_err(|_| Fault::BadRequest)?;
            let base = base.parse::<i64>().map_err(|_| Fault::BadRequest)?;
            order.push((item, Sequence::from_number(base).map_err(|_| Fault::BadRequest)?));
        }
        let place_of = |item: ItemIndex| match answers.iter().find(|answer| answer.item == item)?.value {
            SentValue::Number(place) => Some(place),
            SentValue::Text(_) => None,
        };
        order.sort_by_key(|(item, _)| place_of(*item).unwrap_or(u8::MAX));
        let from = order.iter().position(|(item, _)| *item == self.item).ok_or(Fault::BadRequest)?;
        let to = if self.is_up { from.saturating_sub(1) } else { (from + 1).min(order.len() - 1) };
        order.swap(from, to);
        *answers = order
            .into_iter()
            .zip(1..=4)
            .map(|((item, base), place)| SentAnswer { item, base, value: SentValue::Number(place) })
            .collect();
        Ok(())
    }
}

fn sent_value(kind: char, text: &str) -> Result<SentValue, Fault> {
    match (kind, text) {
        // Longer than any pack allows: no page of ours lets that be typed. The form's own limit is the writer's to say.
        ('t', text) => OpenText::parse(text, MAX_LIMIT).map(SentValue::Text).map_err(|_| Fault::BadRequest),
        (_, "1") => Ok(SentValue::Number(1)),
        (_, "2") => Ok(SentValue::Number(2)),
        (_, "3") => Ok(SentValue::Number(3)),
        (_, "4") => Ok(SentValue::Number(4)),
        _ => Err(Fault::BadRequest),
    }
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

        let read: Vec<(i32, i32, SentValue)> = form
            .answers
            .iter()
            .map(|answer| (answer.item.number(), answer.base.number(), answer.value.clone()))
            .collect();
        assert_eq!(read, [(4, 2, SentValue::Number(3)), (5, 0, SentValue::Number(1))]);
    }

    #[test]
    fn the_last_value_of_an_action_counts_and_a_blank_one_does_not() {
        let form = AnswersForm::parse(&fields(&[("v4", "1"), ("v4", "2"), ("v5", "1"), ("v6", "")])).unwrap();

        let read: Vec<(i32, SentValue)> =
            form.answers.iter().map(|answer| (answer.item.number(), answer.value.clone())).collect();
        assert_eq!(read, [(4, SentValue::Number(2)), (5, SentValue::Number(1))]);
    }

    #[test]
    fn a_turn_is_sent_by_its_own_button_only() {
        let turn = [("d7", "2"), ("b7", "0")];
        let sent = |go: &str| {
            let mut all = fields(&turn);
            all.retain(|(name, _)| name != "go");
            all.push(("go".to_owned(), go.to_owned()));
            AnswersForm::parse(&all).unwrap().answers.len()
        };

        assert_eq!((sent("send"), sent("next"), sent("previous"), sent("pause")), (1, 0, 0, 0));
    }

    #[test]
    fn moving_an_action_gives_every_action_its_place() {
        let places = |more: &[(&str, &str)]| -> Vec<(i32, SentValue)> {
            let mut all = fields(more);
            all.retain(|(name, value)| name != "go" || value != "next");
            let form = AnswersForm::parse(&all).unwrap();
            form.answers.iter().map(|answer| (answer.item.number(), answer.value.clone())).collect()
        };
        let numbers = |items: [i32; 3]| {
            items
                .into_iter()
                .zip(1..)
                .map(|(item, place)| (item, SentValue::Number(place)))
                .collect::<Vec<_>>()
        };
        let bases = [("b4", "0"), ("b5", "0"), ("b6", "0")];

        // Nothing placed yet: the order of the page, with the action moved.
        let blank = [bases.as_slice(), &[("v4", ""), ("v5", ""), ("v6", ""), ("go", "up-6")]].concat();
        assert_eq!(places(&blank), numbers([4, 6, 5]));
        // Placed 6, 4, 5.
        let placed = [bases.as_slice(), &[("v4", "2"), ("v5", "3"), ("v6", "1"), ("go", "down-6")]].concat();
        assert_eq!(places(&placed), numbers([4, 6, 5]));
        // At the end it stays.
        let last = [bases.as_slice(), &[("v4", "2"), ("v5", "3"), ("v6", "1"), ("go", "down-5")]].concat();
        assert_eq!(places(&last), numbers([6, 4, 5]));
    }

    #[test]
    fn a_text_is_read_as_it_is() {
        let form = AnswersForm::parse(&fields(&[("t9", "<b>Bonjour</b>"), ("b9", "3")])).unwrap();

        let SentValue::Text(text) = &form.answers[0].value else { panic!("no text") };
        assert_eq!(text.as_str(), "<b>Bonjour</b>");
        let endless = "x".repeat(100_000);
        assert_eq!(AnswersForm::parse(&fields(&[("t9", &endless)])).map(|_| ()), Err(Fault::BadRequest));
    }

    #[test]
    fn what_is_out_of_range_is_a_bad_request() {
        for more in [("v4", "0"), ("v4", "5"), ("v4", "x"), ("v70000", "1"), ("v-1", "1")] {
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
