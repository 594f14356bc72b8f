//! A form, resolved: the fixed list of scenarios an attempt shows, with their actions numbered for good. It
//! knows what counts for the score and what the form covers; it holds neither prose nor key.

use crate::attempt::{FormLength, NumberOutOfRange, Place};
use crate::closed_code::closed_code;
use crate::construct::{Construct, Family};
use crate::ids::{ActionId, FormId, PackId, ScenarioId};
use crate::item::{Item, ItemFormat};
use crate::key::Key;
use crate::pack::{Channel, Context, Emotion, ExpectationGap, Pack, Scenario};
use crate::shuffle::{ActionOrder, NotAnOrder};
use psychometrics::rating::{Category, NoScoredAction};
use std::collections::BTreeMap;
use std::fmt;

mod balance;
pub(crate) mod coverage;

closed_code! {
    /// What a scenario is for in a form.
    pub enum ScenarioRole {
        /// Shown first with its explanation, never scored.
        Practice = "practice",
        /// Counts for the score.
        Scored = "scored",
        /// Shown like the others, never scored.
        Trial = "trial",
    }
}

/// The number of an action in a form, from 0 over all scenarios in the order shown, practice first. It
/// stands in stored answers: a form version never changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIndex(u16);

impl ItemIndex {
    /// Reads an index as stored; whether the form has it, [`Form::action`] tells.
    ///
    /// # Errors
    /// [`NumberOutOfRange`] below 0 or above 65,535.
    pub fn from_number(number: i64) -> Result<Self, NumberOutOfRange> {
        u16::try_from(number).map(Self).map_err(|_| NumberOutOfRange(number))
    }

    /// The index as stored.
    #[must_use]
    pub fn number(self) -> i32 {
        i32::from(self.0)
    }
}

impl fmt::Display for ItemIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What takes one stored value in a form: an action to rate, to rank or to pick, and in other formats the
/// [`crate::item::Slot`] of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAction {
    /// Its number in the form.
    pub item: ItemIndex,
    /// Its id in the scenario.
    pub id: ActionId,
    /// The family that it scores.
    pub family: Family,
    /// Its tags.
    pub constructs: Vec<Construct>,
    /// Whether it counts, as far as form and pack decide: its scenario is scored and it is not left out by the
    /// pack. A key may leave it out too.
    pub is_scored: bool,
}

/// One scenario of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormScenario {
    /// Its id.
    pub id: ScenarioId,
    /// Its version.
    pub version: u32,
    /// Where it stands.
    pub place: Place,
    /// What it is for.
    pub role: ScenarioRole,
    /// Its format.
    pub format: ItemFormat,
    /// What it asks.
    pub item: Item,
    /// What takes a stored value, in the order of the pack.
    pub actions: Vec<FormAction>,
    /// What is shown and shuffled, in the order of the pack ([`Item::shown_ids`]).
    pub shown: Vec<ActionId>,
}

/// The fixed list of scenarios an attempt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The pack.
    pub pack: PackId,
    /// The version of the pack.
    pub pack_version: String,
    /// The form.
    pub id: FormId,
    /// The version of the form.
    pub version: u32,
    length: FormLength,
    scenarios: Vec<FormScenario>,
}

/// Why a form cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The pack has no such form.
    #[error("the pack has no form \"{0}\"")]
    UnknownForm(FormId),
    /// The form names a scenario that the pack lacks.
    #[error("the pack has no scenario \"{0}\"")]
    UnknownScenario(ScenarioId),
    /// No scenario, or more than an attempt can hold.
    #[error("the form has no scenario, or too many")]
    Length,
}

impl Form {
    /// The form of a pack with everything it names.
    ///
    /// # Errors
    /// [`FormError`]; none for a form of a pack that was parsed without errors.
    pub fn resolve(pack: &Pack, id: &FormId) -> Result<Self, FormError> {
        let definition = pack.form(id).ok_or_else(|| FormError::UnknownForm(id.clone()))?;
        let length = FormLength::new(definition.scenarios.len()).map_err(|_| FormError::Length)?;
        let mut numbers = (0..=u16::MAX).map(ItemIndex);
        let mut scenarios = Vec::with_capacity(definition.scenarios.len() + 1);
        let practice = std::iter::once((Place::Practice, &definition.practice));
        let others = (1..=u16::MAX).map(Place::Scenario).zip(&definition.scenarios);
        for (place, id) in practice.chain(others) {
            let role = match place {
                Place::Practice => ScenarioRole::Practice,
                _ if definition.practice_also.contains(id) => ScenarioRole::Practice,
                _ if definition.trial.contains(id) => ScenarioRole::Trial,
                _ => ScenarioRole::Scored,
            };
            let scenario = pack.scenario(id).ok_or_else(|| FormError::UnknownScenario(id.clone()))?;
            scenarios.push(form_scenario(scenario, place, role, &mut numbers).ok_or(FormError::Length)?);
        }
        Ok(Self {
            pack: pack.id.clone(),
            pack_version: pack.version.clone(),
            id: id.clone(),
            version: definition.version,
            length,
            scenarios,
        })
    }

    /// How many scenarios follow the practice.
    #[must_use]
    pub const fn length(&self) -> FormLength {
        self.length
    }

    /// All scenarios in the order shown, practice first.
    #[must_use]
    pub fn scenarios(&self) -> &[FormScenario] {
        &self.scenarios
    }

    /// Whether a scenario of the form has this format.
    #[must_use]
    pub fn asks(&self, format: ItemFormat) -> bool {
        self.scenarios.iter().any(|scenario| scenario.format == format)
    }

    /// The scenario at a place; none at the review.
    #[must_use]
    pub fn scenario_at(&self, place: Place) -> Option<&FormScenario> {
        self.scenarios.iter().find(|scenario| scenario.place == place)
    }

    /// An action by its ids, with its scenario.
    #[must_use]
    pub fn find(&self, scenario: &ScenarioId, action: &ActionId) -> Option<(&FormScenario, &FormAction)> {
        let scenario = self.scenarios.iter().find(|candidate| candidate.id == *scenario)?;
        scenario.actions.iter().find(|candidate| candidate.id == *action).map(|action| (scenario, action))
    }

    /// An action by its number, with its scenario.
    #[must_use]
    pub fn action(&self, item: ItemIndex) -> Option<(&FormScenario, &FormAction)> {
        self.actions().find(|(_, action)| action.item == item)
    }

    /// All actions in the order of their numbers.
    pub fn actions(&self) -> impl Iterator<Item = (&FormScenario, &FormAction)> {
        self.scenarios
            .iter()
            .flat_map(|scenario| scenario.actions.iter().map(move |action| (scenario, action)))
    }

    /// The actions that count, in the order of their numbers.
    pub fn scored_actions(&self) -> impl Iterator<Item = (&FormScenario, &FormAction)> {
        self.actions().filter(|(_, action)| action.is_scored)
    }

    /// The chance level of the form under a key, 0 to 100: what ratings at random would score on average. It
    /// describes the form and is no pass mark.
    ///
    /// # Errors
    /// [`NoScoredAction`] when the key scores none of the form's actions.
    pub fn chance_level(&self, key: &Key) -> Result<f64, NoScoredAction> {
        balance::chance_level(self, key)
    }

    /// How much the key scores, in rated actions: what a complete attempt is judged on.
    #[must_use]
    pub fn scored_weight(&self, key: &Key) -> u32 {
        balance::scored_weight(self, key)
    }

    /// The key's categories of what is rated and scored (actions and emotions), in the order of the numbers.
    #[must_use]
    pub fn key_categories(&self, key: &Key) -> Vec<Category> {
        let is_rated = |format| matches!(format, ItemFormat::Rate | ItemFormat::EmotionProfile);
        self.scored_actions()
            .filter(|(scenario, _)| is_rated(scenario.format))
            .filter_map(|(scenario, action)| key.category(&scenario.id, &action.id))
            .collect()
    }
}

fn form_scenario(
    scenario: &Scenario,
    place: Place,
    role: ScenarioRole,
    numbers: &mut impl Iterator<Item = ItemIndex>,
) -> Option<FormScenario> {
    let actions = scenario
        .item
        .slots()
        .into_iter()
        .map(|slot| {
            Some(FormAction {
                item: numbers.next()?,
                id: slot.id,
                family: slot.family,
                constructs: slot.constructs,
                is_scored: role == ScenarioRole::Scored && slot.scored,
            })
        })
        .collect::<Option<_>>()?;
    Some(FormScenario {
        id: scenario.id.clone(),
        version: scenario.version,
        place,
        role,
        format: scenario.item.format(),
        item: scenario.item.clone(),
        actions,
        shown: scenario.item.shown_ids(),
    })
}

/// The orders in which one attempt shows the actions of every scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionOrders(Vec<ActionOrder>);

impl ActionOrders {
    /// The orders that the seed of an attempt gives.
    #[must_use]
    pub fn of(seed: u64, form: &Form) -> Self {
        let orders = form.scenarios.iter();
        Self(orders.map(|scenario| ActionOrder::of(seed, &scenario.id, scenario.shown.len())).collect())
    }

    /// Reads the orders as stored: one per scenario, practice first, joined by semicolons.
    ///
    /// # Errors
    /// [`NotAnOrder`] when they do not fit the form.
    pub fn parse(text: &str, form: &Form) -> Result<Self, NotAnOrder> {
        let mut parts = text.split(';');
        let orders = form
            .scenarios
            .iter()
            .map(|scenario| ActionOrder::parse(parts.next().unwrap_or_default(), scenario.shown.len()))
            .collect::<Result<Vec<_>, _>>()?;
        if parts.next().is_none() { Ok(Self(orders)) } else { Err(NotAnOrder { actions: 0 }) }
    }

    /// The actions of a scenario in the order shown, in formats where each action takes a value (ratings,
    /// picks, ranks, emotions).
    pub fn arrange<'a>(&'a self, scenario: &'a FormScenario) -> impl Iterator<Item = &'a FormAction> {
        self.order(scenario).into_iter().flat_map(|order| order.arrange(&scenario.actions))
    }

    /// The ids of what is shown, in the order shown, in every format. For a node of a dialogue keep those of
    /// its own options.
    pub fn shown<'a>(&'a self, scenario: &'a FormScenario) -> impl Iterator<Item = &'a ActionId> {
        self.order(scenario).into_iter().flat_map(|order| order.arrange(&scenario.shown))
    }

    fn order(&self, scenario: &FormScenario) -> Option<&ActionOrder> {
        let index = match scenario.place {
            Place::Practice => 0,
            Place::Scenario(number) => usize::from(number),
            Place::Review => usize::MAX,
        };
        self.0.get(index)
    }
}

impl fmt::Display for ActionOrders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, order) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(";")?;
            }
            order.fmt(f)?;
        }
        Ok(())
    }
}

/// How often something occurs among what counts. A scenario of another format than ratings counts for four
/// actions, a dialogue for the scored nodes of one way through it (decisions.md, "Score").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Scored actions.
    pub actions: u32,
    /// Scored scenarios with at least one such action.
    pub scenarios: u32,
}

/// What a form covers: the table that `egard content check` prints and the blueprint is checked against.
/// Practice and trial scenarios do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All scored actions and scenarios.
    pub scored: Count,
    /// Per family.
    pub families: BTreeMap<Family, Count>,
    /// Per construct; an action counts for each of its tags.
    pub constructs: BTreeMap<Construct, Count>,
    /// Scored scenarios per channel.
    pub channels: BTreeMap<Channel, u32>,
    /// Scored scenarios per context.
    pub contexts: BTreeMap<Context, u32>,
    /// Scored scenarios per emotion.
    pub emotions: BTreeMap<Emotion, u32>,
    /// Scored scenarios per expectation gap.
    pub expectation_gaps: BTreeMap<ExpectationGap, u32>,
    /// Seconds expected for all scenarios, practice and trial included.
    pub expected_seconds: u32,
}

/// How the key of a form is spread, so that authors see which careless strategies would pay.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyBalance {
    /// Actions and emotions rated and scored, by category, 1 to 4.
    pub categories: [u32; 4],
    /// The score of the ratings, 0 to 100, of someone who gives everything the category 1, 2, 3 or 4.
    pub constant_scores: [f64; 4],
    /// The chance level, 0 to 100.
    pub chance_level: f64,
}

#[cfg(test)]
mod tests;
