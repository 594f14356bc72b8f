//! Invented candidates who answer by a habit, tried against a form: what each would score. They know the traits
//! of actions ([`crate::content::traits`]), not the key; only the careful ones do, and miss it at a stated
//! rate. The figures judge the form; they say nothing about any person.

mod answers;
mod habit;

use crate::attempt::Place;
use crate::closed_code::closed_code;
use crate::content::traits::Traits;
use crate::form::{Form, FormScenario, ItemIndex, ScenarioRole};
use crate::ids::ActionId;
use crate::item::{ItemFormat, Response};
use crate::key::Key;
use crate::points::AttemptPoints;
use crate::shuffle::SplitMix64;
use answers::answer;
use habit::plain_rating;
use psychometrics::rating::Category;
use std::collections::BTreeMap;

closed_code! {
    /// A habit of answering.
    pub enum Persona {
        /// On the key's side 95 % of the time, on its category in 80 % of those.
        CarefulAndKind = "careful-and-kind",
        /// Values kindness whatever comes of it.
        KindWithoutSolution = "kind-without-solution",
        /// Values solutions and mistrusts warmth.
        CompetentButCold = "competent-but-cold",
        /// Values rules and set phrases.
        ScriptReader = "script-reader",
        /// Gives the customer what is asked for.
        PeoplePleaser = "people-pleaser",
        /// Values what ends the matter soonest and hardly reads.
        Impatient = "impatient",
        /// Answers at random.
        Random = "random",
        /// Sees the right side and only uses the ends of the scale.
        AlwaysExtreme = "always-extreme",
    }
}

/// The habits that the lint wants on the wrong side of at least 30 % of a form's scored actions.
pub const HALF_RIGHT: [Persona; 5] = [
    Persona::KindWithoutSolution,
    Persona::CompetentButCold,
    Persona::ScriptReader,
    Persona::PeoplePleaser,
    Persona::Impatient,
];
/// Highest mean score of a half-right habit.
pub const MOST_FOR_HALF_RIGHT: f64 = 70.0;
/// Fewest points by which careful and kind leads each habit but always-extreme.
pub const FEWEST_AHEAD: f64 = 15.0;
/// Fewest actions on the wrong side for a half-right habit, in percent.
pub const FEWEST_WRONG_PERCENT: f64 = 30.0;

/// What a persona scores on a form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonaScore {
    /// The persona.
    pub persona: Persona,
    /// The mean score of the runs, 0 to 100.
    pub mean: f64,
    /// The standard deviation of the runs.
    pub sd: f64,
    /// What [`wrong_percent`] says.
    pub wrong_percent: Option<f64>,
}

impl PersonaScore {
    /// The limits it breaks, given the mean of careful and kind, in words for authors.
    #[must_use]
    pub fn broken_limits(&self, careful: f64) -> Vec<String> {
        let mut broken = Vec::new();
        let is_led = !matches!(self.persona, Persona::CarefulAndKind | Persona::AlwaysExtreme);
        if is_led && careful - self.mean < FEWEST_AHEAD {
            broken.push(format!(
                "careful and kind leads by {:.1}, at least {FEWEST_AHEAD} wanted",
                careful - self.mean
            ));
        }
        if HALF_RIGHT.contains(&self.persona) {
            if self.mean > MOST_FOR_HALF_RIGHT {
                broken.push(format!("scores {:.1}, at most {MOST_FOR_HALF_RIGHT} wanted", self.mean));
            }
            if let Some(wrong) = self.wrong_percent.filter(|wrong| *wrong < FEWEST_WRONG_PERCENT) {
                broken
                    .push(format!("{wrong:.0} % on the wrong side, at least {FEWEST_WRONG_PERCENT} wanted"));
            }
        }
        broken
    }
}

/// The mean score of every persona over `runs` attempts at a form. The same seed gives the same figures.
/// Scenarios without traits are answered as if no action had any.
#[must_use]
pub fn persona_scores(form: &Form, key: &Key, traits: &Traits, seed: u64, runs: u32) -> Vec<PersonaScore> {
    let of_persona = |persona: &Persona| {
        let scores: Vec<f64> = (0..runs)
            .filter_map(|run| {
                // Each run has its own stream, so that runs may be added without changing the earlier ones.
                let mut random = SplitMix64(seed ^ u64::from(run).wrapping_mul(0xD1B5_4A32_D192_ED03));
                let answers = attempt(*persona, form, key, traits, &mut random);
                AttemptPoints::of(form, key, &answers, Place::Review).total().ok().map(|total| total.x)
            })
            .collect();
        let n = f64::from(u32::try_from(scores.len()).unwrap_or(u32::MAX)).max(1.0);
        let mean = scores.iter().sum::<f64>() / n;
        let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / n;
        let wrong_percent = wrong_percent(*persona, form, key, traits);
        PersonaScore { persona: *persona, mean, sd: variance.sqrt(), wrong_percent }
    };
    Persona::ALL.iter().map(of_persona).collect()
}

/// One attempt of a persona.
fn attempt(
    persona: Persona,
    form: &Form,
    key: &Key,
    traits: &Traits,
    random: &mut SplitMix64,
) -> BTreeMap<ItemIndex, Response> {
    let mut answers = BTreeMap::new();
    for scenario in form.scenarios().iter().filter(|shown| shown.role == ScenarioRole::Scored) {
        let Some(categories) = key.categories.get(&scenario.id) else { continue };
        let values = answer(persona, scenario, categories, traits, random);
        for slot in &scenario.actions {
            if let Some(value) = values.get(&slot.id) {
                answers.insert(slot.item, *value);
            }
        }
    }
    answers
}

/// Actions and options of the scored scenarios whose plain rating (without slips) is on the wrong side of the
/// key, in percent; emotions are left out. None for personas whose plain rating is not fixed.
#[must_use]
pub fn wrong_percent(persona: Persona, form: &Form, key: &Key, traits: &Traits) -> Option<f64> {
    let is_compared = |scenario: &&FormScenario| {
        let is_valued = !matches!(scenario.format, ItemFormat::EmotionProfile | ItemFormat::Open);
        scenario.role == ScenarioRole::Scored && is_valued
    };
    let side = |scenario: &FormScenario, action: &ActionId| {
        let category = key.category(&scenario.id, action)?;
        let rating = plain_rating(persona, traits.of(&scenario.id, action))?;
        Some(is_low(rating) != is_low(category))
    };
    let sides: Vec<bool> = form
        .scenarios()
        .iter()
        .filter(is_compared)
        .flat_map(|scenario| scenario.item.action_ids().filter_map(move |action| side(scenario, action)))
        .collect();
    let wrong = u32::try_from(sides.iter().filter(|side| **side).count()).unwrap_or(u32::MAX);
    let all = u32::try_from(sides.len()).unwrap_or(u32::MAX);
    (all > 0).then(|| 100.0 * f64::from(wrong) / f64::from(all))
}

const fn is_low(category: Category) -> bool {
    category.get() <= 2
}

#[cfg(test)]
mod tests;
