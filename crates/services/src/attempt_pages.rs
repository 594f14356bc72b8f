//! What the pages of a test show: one scenario, the review of all, the end. Reading changes nothing.

use std::collections::BTreeMap;

use domain::attempt::{ClosedReason, Place, was_shown};
use domain::candidate_receipt::Receipt;
use domain::form::{ActionOrders, FormAction, ItemIndex, ScenarioRole};
use domain::ids::ActionId;
use domain::item::answer::Answer;
use domain::item::{ItemFormat, Response};
use domain::language::Language;
use domain::points::slot_values;
use store::repo::response_events;

use crate::candidate::{Candidate, Sitting, stored};
use crate::error::ServiceError;
use crate::receipt::shown_code;
use crate::state::Services;
use crate::stored_answers::{GivenAnswer, given_answers, last_responses};

/// One action of a scenario, as shown.
#[derive(Clone, Debug)]
pub struct SheetAction {
    /// Its number in the form.
    pub item: ItemIndex,
    /// Its id in the scenario.
    pub id: ActionId,
    /// The answer that stands.
    pub answer: Option<GivenAnswer>,
}

/// One scenario as its page shows it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The attempt.
    pub sitting: Sitting,
    /// The place.
    pub place: Place,
    /// What takes an answer: the actions or emotions in the order of this attempt; in a best and worst, a dialogue or
    /// an open answer the slots, in the order of the pack.
    pub actions: Vec<SheetAction>,
    /// What is shown, in the order of this attempt: the ids of the actions, or of the options of a dialogue's nodes.
    pub shown: Vec<ActionId>,
}

/// One scenario in the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewLine {
    /// Its number, from 1.
    pub scenario: u16,
    /// Its title in each language is in the pack; this is its id there.
    pub id: domain::ids::ScenarioId,
    /// How much it asks for: ratings, picks, places, turns.
    pub actions: usize,
    /// How much of that is given.
    pub answered: usize,
    /// Whether it was shown.
    pub is_shown: bool,
    /// Whether it is flagged.
    pub is_flagged: bool,
    /// Whether leaving it blank may cost points, as far as the candidate is told: not for practice and open texts.
    pub may_count: bool,
}

/// The review of all answers.
#[derive(Clone, Debug)]
pub struct Review {
    /// The attempt.
    pub sitting: Sitting,
    /// One line per scenario.
    pub lines: Vec<ReviewLine>,
}

impl Review {
    /// Actions that were shown and have no answer: they will count 0.
    #[must_use]
    pub fn blank(&self) -> usize {
        let shown = self.lines.iter().filter(|line| line.is_shown && line.may_count);
        shown.map(|line| line.actions.saturating_sub(line.answered)).sum()
    }
}

/// The end of a test.
#[derive(Clone, Debug)]
pub struct DonePage {
    /// The attempt.
    pub sitting: Sitting,
    /// The receipt of a finished one.
    pub receipt: Option<ShownReceipt>,
}

/// A receipt with its code.
#[derive(Clone, Debug)]
pub struct ShownReceipt {
    /// What it says.
    pub receipt: Receipt,
    /// The code, as shown.
    pub code: String,
}

impl Services {
    /// The scenario at a place of an attempt under way.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: `closed` when the attempt is over, `not_reached` when no POST has moved it there.
    /// As [`Services::sitting`] for the cookie.
    pub fn scenario_sheet(&self, candidate: &Candidate, place: Place) -> Result<Sheet, ServiceError> {
        self.read(|conn| {
            let held = self.hold(conn, candidate)?;
            let attempt = held.attempt.id.clone();
            let sitting = self.sitting_of(held, candidate.cookie.epoch)?;
            if sitting.closed.is_some() {
                return Err(ServiceError::Conflict("closed"));
            }
            if place > sitting.furthest {
                return Err(ServiceError::Conflict("not_reached"));
            }
            let loaded = std::sync::Arc::clone(&sitting.loaded);
            let scenario = loaded.form.scenario_at(place).ok_or(ServiceError::NotFound)?;
            let orders = ActionOrders::parse(&sitting.action_orders, &loaded.form).map_err(stored)?;
            let numbers = || scenario.actions.iter().map(|action| action.item.number());
            let (first, last) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(-1));
            let events = response_events::of_actions(conn, &attempt, first, last)?;
            let given = given_answers(&loaded.form, &events)?;
            let sheet_action = |action: &FormAction| SheetAction {
                item: action.item,
                id: action.id.clone(),
                answer: given.get(&action.item).cloned(),
            };
            let actions = if scenario.actions.iter().map(|action| &action.id).eq(&scenario.shown) {
                orders.arrange(scenario).map(sheet_action).collect()
            } else {
                scenario.actions.iter().map(sheet_action).collect()
            };
            let shown = orders.shown(scenario).cloned().collect();
            Ok(Sheet { sitting, place, actions, shown })
        })
    }

    /// The review of an attempt under way that has come so far.
    ///
    /// # Errors
    /// As [`Services::scenario_sheet`].
    pub fn review_page(&self, candidate: &Candidate) -> Result<Review, ServiceError> {
        self.read(|conn| {
            let held = self.hold(conn, candidate)?;
            let attempt = held.attempt.id.clone();
            let sitting = self.sitting_of(held, candidate.cookie.epoch)?;
            if sitting.closed.is_some() {
                return Err(ServiceError::Conflict("closed"));
            }
            if sitting.furthest < Place::Review {
                return Err(ServiceError::Conflict("not_reached"));
            }
            let events = response_events::of_attempt(conn, &attempt)?;
            let given = last_responses(&sitting.loaded.form, &events)?;
            let lines = review_lines(&sitting, &given);
            Ok(Review { sitting, lines })
        })
    }

    /// The end of a test that is over.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `under_way` while it is not. As [`Services::sitting`] for the cookie.
    pub fn done_page(&self, candidate: &Candidate) -> Result<DonePage, ServiceError> {
        let held = self.read(|conn| self.hold(conn, candidate))?;
        let receipt = match (&held.attempt.receipt, &held.attempt.receipt_code) {
            (Some(text), Some(code)) => Some(ShownReceipt {
                receipt: Receipt::from_json(text).map_err(stored)?,
                code: shown_code(code),
            }),
            _ => None,
        };
        let sitting = self.sitting_of(held, candidate.cookie.epoch)?;
        if sitting.closed.is_none() {
            return Err(ServiceError::Conflict("under_way"));
        }
        let receipt = receipt.filter(|_| sitting.closed == Some(ClosedReason::Finished));
        Ok(DonePage { sitting, receipt })
    }
}

fn review_lines(sitting: &Sitting, given: &BTreeMap<ItemIndex, Response>) -> Vec<ReviewLine> {
    let line = |scenario: &domain::form::FormScenario| {
        let Place::Scenario(number) = scenario.place else { return None };
        let answer = Answer::of(&scenario.item, &slot_values(scenario, given));
        let (answered, actions) = answer.progress(&scenario.item);
        Some(ReviewLine {
            scenario: number,
            id: scenario.id.clone(),
            actions,
            answered,
            is_shown: was_shown(scenario.place, sitting.furthest),
            is_flagged: sitting.is_flagged(number),
            may_count: scenario.role != ScenarioRole::Practice && scenario.format != ItemFormat::Open,
        })
    };
    sitting.loaded.form.scenarios().iter().filter_map(line).collect()
}

/// The language that a candidate's page is drawn in: the one chosen here when the campaign offers it, else the one that
/// the attempt keeps.
#[must_use]
pub fn page_language(sitting: &Sitting, chosen: Option<Language>) -> Language {
    chosen.filter(|language| sitting.offers(*language)).unwrap_or(sitting.language)
}
