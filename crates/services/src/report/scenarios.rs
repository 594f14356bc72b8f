//! What a candidate answered, scenario by scenario and in every format, beside the key for people who may see it.

mod actions;
mod dialogue;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::attempt::{Place, was_shown};
use domain::construct::Family;
use domain::form::{FormScenario, ItemIndex, ScenarioRole};
use domain::item::dialogue::customer::CustomerState;
use domain::item::{Item, ItemFormat, Response};
use domain::language::Language;
use domain::pack::media::Media;
use domain::pack::{Message, Prose};
use domain::points::scenario_parts;
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::response_events;

use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::score_attempt::furthest;
use crate::stored_answers::{GivenAnswer, given_answers};

/// One scenario of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportScenario {
    /// Its number in the test, from 1.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The situation.
    pub situation: String,
    /// The language of the texts, when the pack lacks the one asked for.
    pub language: Language,
    /// Its format.
    pub format: ItemFormat,
    /// Whether it counts; a trial scenario does not.
    pub is_scored: bool,
    /// Whether it was shown.
    pub is_shown: bool,
    /// The names of the families that its scored actions belong to.
    pub families: Vec<String>,
    /// What it earned; nothing for who may not see the key, and where nothing counts.
    pub points: Option<ReportPoints>,
    /// The customer's name.
    pub customer: String,
    /// What the customer wrote or said, where the answer cannot be understood without it.
    pub message: Option<Message>,
    /// The pictures, recordings and films that stood beside the text.
    pub media: Vec<Media>,
    /// What was answered.
    pub answer: ReportAnswer,
}

/// What a scenario earned of what it could earn, in points of a rated action: another format weighs four of them, a
/// dialogue one for each scored turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPoints {
    /// Earned, in 240ths of a point.
    pub parts: u32,
    /// The most there was to earn, in points.
    pub most: u32,
}

/// What was answered in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportAnswer {
    /// Something about each action or emotion, in the order of the pack.
    Actions(Vec<ReportAction>),
    /// A conversation.
    Dialogue(ReportDialogue),
    /// A text, in answer to a question.
    Open {
        /// What was asked for.
        question: String,
        /// What was written; nothing when left blank.
        text: Option<String>,
    },
}

/// One action or emotion of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAction {
    /// What one would do, or the emotion.
    pub text: String,
    /// What the answer says of it; nothing when left blank.
    pub answer: Option<Said>,
    /// The key, for who may see it and where there is one.
    pub key: Option<ReportKey>,
}

/// What an answer or the key says of an action or an emotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// How effective it is, 1 to 4.
    Rating(u8),
    /// How strong the emotion is, 1 to 4.
    Strength(u8),
    /// The most effective of all.
    Best,
    /// The least effective of all.
    Worst,
    /// Neither the most nor the least effective.
    Neither,
    /// Whether it is among those to pick.
    Picked(bool),
    /// Its place in the order, from 1; two places where the key sets actions equal.
    Places(u8, u8),
}

/// The key of one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportKey {
    /// What it says.
    pub says: Said,
    /// Why.
    pub rationale: String,
    /// Half points given to a rated action; nothing where it does not count or was never shown, and in formats whose
    /// points belong to the whole answer.
    pub half_points: Option<u32>,
}

/// A conversation as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDialogue {
    /// The turns sent, first to last.
    pub turns: Vec<ReportTurn>,
    /// Whether it came to its end.
    pub has_ended: bool,
    /// What the customer lived at the start and at the end, for who may see the key: to be put in words, never
    /// compared between people.
    pub states: Option<(CustomerState, CustomerState)>,
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTurn {
    /// What was said.
    pub said: String,
    /// What the customer answered.
    pub reply: Option<String>,
    /// Whether the turn may count at all.
    pub is_scored: bool,
    /// The key, for who may see it.
    pub key: Option<ReportTurnKey>,
}

/// The key of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTurnKey {
    /// The category of what was said, 1 to 4.
    pub category: u8,
    /// Why.
    pub rationale: String,
    /// What it earned, in 240ths of a point; nothing where it does not count.
    pub parts: Option<u32>,
    /// The most effective reply, when it was another one.
    pub better: Option<String>,
}

/// One attempt under one key, for the parts of its report.
struct Read<'a> {
    form: &'a LoadedForm,
    given: &'a BTreeMap<ItemIndex, GivenAnswer>,
    answers: BTreeMap<ItemIndex, Response>,
    furthest: Place,
    language: Language,
    shows_key: bool,
}

/// The scenarios of an attempt, practice left out.
///
/// # Errors
/// [`ServiceError::Broken`] when stored answers or content cannot be read.
pub(crate) fn report_scenarios(
    conn: &mut DbConn,
    attempt: &AttemptRow,
    form: &LoadedForm,
    language: Language,
    shows_key: bool,
) -> Result<Vec<ReportScenario>, ServiceError> {
    let events = response_events::of_attempt(conn, &attempt.id)?;
    let given = given_answers(&form.form, &events)?;
    told_scenarios(form, &given, furthest(form, attempt)?, language, shows_key)
}

/// The same from answers that were read already.
fn told_scenarios(
    form: &LoadedForm,
    given: &BTreeMap<ItemIndex, GivenAnswer>,
    furthest: Place,
    language: Language,
    shows_key: bool,
) -> Result<Vec<ReportScenario>, ServiceError> {
    let answers = given.iter().map(|(item, answer)| (*item, answer.value)).collect();
    let read = Read { form, given, answers, furthest, language, shows_key };
    let shown = form.form.scenarios().iter().filter(|scenario| scenario.role != ScenarioRole::Practice);
    // The number that the candidate saw: practice among the others keeps its own.
    shown
        .filter_map(|scenario| match scenario.place {
            Place::Scenario(number) => Some((number, scenario)),
            Place::Practice | Place::Review => None,
        })
        .map(|(number, scenario)| read.scenario(number, scenario))
        .collect()
}

impl Read<'_> {
    fn scenario(&self, number: u16, scenario: &FormScenario) -> Result<ReportScenario, ServiceError> {
        let texts = self
            .form
            .pack
            .scenario(&scenario.id)
            .ok_or_else(|| ServiceError::broken("a form names a scenario that its pack lacks"))?;
        let (language, prose) = texts
            .prose
            .get(self.language)
            .map(|prose| (self.language, prose))
            .or_else(|| texts.prose.iter().next())
            .ok_or_else(|| ServiceError::broken("a scenario has no prose"))?;
        let needs_message =
            matches!(scenario.format, ItemFormat::Dialogue | ItemFormat::EmotionProfile | ItemFormat::Open);
        Ok(ReportScenario {
            number,
            title: prose.title.clone(),
            situation: prose.situation.clone(),
            language,
            format: scenario.format,
            is_scored: scenario.role == ScenarioRole::Scored,
            is_shown: was_shown(scenario.place, self.furthest),
            families: self.family_names(scenario),
            points: self.points(scenario),
            customer: prose.customer_name.clone(),
            message: needs_message.then(|| prose.message.clone()),
            media: prose.media.clone(),
            answer: self.answer(scenario, prose),
        })
    }

    fn answer(&self, scenario: &FormScenario, prose: &Prose) -> ReportAnswer {
        match &scenario.item {
            Item::Dialogue(item) => ReportAnswer::Dialogue(self.dialogue(scenario, item, prose)),
            Item::Open(_) => ReportAnswer::Open {
                question: prose.question.clone().unwrap_or_default(),
                text: scenario
                    .actions
                    .first()
                    .and_then(|slot| self.given.get(&slot.item))
                    .and_then(|given| given.text.clone()),
            },
            _ => ReportAnswer::Actions(self.actions(scenario, prose)),
        }
    }

    fn points(&self, scenario: &FormScenario) -> Option<ReportPoints> {
        if !self.shows_key || scenario.role != ScenarioRole::Scored {
            return None;
        }
        let parts = scenario_parts(&self.form.key, scenario, &self.answers, self.furthest);
        let counted = || parts.iter().filter_map(|part| Some((part.scored.parts()?, part.scored.weight)));
        let most = counted().map(|(_, weight)| u32::from(weight)).sum();
        (most > 0).then(|| ReportPoints { parts: counted().map(|(parts, _)| parts).sum(), most })
    }

    fn family_names(&self, scenario: &FormScenario) -> Vec<String> {
        Family::ALL
            .iter()
            .filter(|family| {
                scenario.actions.iter().any(|action| action.is_scored && action.family == **family)
            })
            .map(|family| self.form.pack.family_name(*family, self.language).to_owned())
            .collect()
    }
}
