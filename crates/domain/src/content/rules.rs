//! What the writing rules say about the scenarios of a pack together and about each of its forms: limits that
//! a pack must keep, and advice. What is wrong within one file, [`crate::pack::problem`] tells.

use crate::content::giveaways::{MOST_ABOVE_RANDOM, MOST_FOR_A_CONSTANT, giveaways};
use crate::content::near_duplicates::{NearDuplicate, TextPlace, near_duplicates};
use crate::content::parity::{Disparity, disparities};
use crate::content::people::CustomerBalance;
use crate::content::personas::{FEWEST_WRONG_PERCENT, HALF_RIGHT, wrong_percent};
use crate::content::reading::{HARD_LIX, scenario_reading};
use crate::form::{Form, FormScenario, KeyBalance, ScenarioRole};
use crate::ids::{ActionId, FormId, ScenarioId};
use crate::item::ItemFormat;
use crate::language::Language;
use crate::pack::problem::Severity;
use crate::pack::{Pack, ParsedPack};
use psychometrics::rating::Category;
use std::fmt;

/// Most scenarios that one finding names.
const NAMED: usize = 5;

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The pack as a whole.
    Pack,
    /// A form.
    Form(FormId),
    /// A scenario.
    Scenario(ScenarioId),
}

/// A rule that is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub place: Place,
    /// Whether the check fails for it.
    pub severity: Severity,
    /// What was found, with its figures, as an English sentence for authors.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        match &self.place {
            Place::Pack => write!(f, "pack: ")?,
            Place::Form(id) => write!(f, "form {id}: ")?,
            Place::Scenario(id) => write!(f, "scenario {id}: ")?,
        }
        write!(f, "{severity}: {}", self.message)
    }
}

/// Everything that the rules find in a pack, its forms first.
#[must_use]
pub fn findings(parsed: &ParsedPack) -> Vec<Finding> {
    let pack = &parsed.pack;
    let mut found = Vec::new();
    for definition in &pack.forms {
        // A pack that was parsed without errors has no form that cannot be resolved.
        let Ok(form) = Form::resolve(pack, &definition.id) else { continue };
        found.extend(of_form(parsed, &form).into_iter().map(|(severity, message)| Finding {
            place: Place::Form(form.id.clone()),
            severity,
            message,
        }));
    }
    for language in &pack.languages {
        found.extend(of_texts(pack, *language));
        found.extend(of_customers(pack, *language));
    }
    found.extend(disparities(pack).into_iter().map(|(scenario, disparity)| Finding {
        place: Place::Scenario(scenario),
        severity: Severity::Warning,
        message: disparity_words(&disparity),
    }));
    found
}

fn of_form(parsed: &ParsedPack, form: &Form) -> Vec<(Severity, String)> {
    let ParsedPack { pack, key, traits, .. } = parsed;
    let mut found = Vec::new();
    for language in &pack.languages {
        for giveaway in giveaways(pack, form, key, traits, *language) {
            if !giveaway.is_within_limit() {
                let message = format!(
                    "{language}: favouring {} scores {:.1}, an action at random {:.1}; at most \
                     {MOST_ABOVE_RANDOM} above it are allowed.",
                    giveaway.rule, giveaway.score, giveaway.random
                );
                found.push((Severity::Error, message));
            }
        }
    }
    if let Ok(balance) = KeyBalance::of(form, key) {
        for (category, score) in Category::ALL.iter().zip(balance.constant_scores) {
            if score > MOST_FOR_A_CONSTANT {
                let message = format!(
                    "Rating everything {} scores {score:.1}; at most {MOST_FOR_A_CONSTANT} is allowed.",
                    category.get()
                );
                found.push((Severity::Error, message));
            }
        }
    }
    let valued: Vec<&FormScenario> = form.scenarios().iter().filter(|shown| is_valued(shown)).collect();
    let untagged: Vec<&str> = valued
        .iter()
        .filter(|shown| !traits.cover(&shown.id, shown.item.action_ids()))
        .map(|shown| shown.id.as_str())
        .collect();
    if !untagged.is_empty() {
        let message = format!(
            "{} of {} scored scenarios have no traits.toml, so that habits of answering are not judged: {}.",
            untagged.len(),
            valued.len(),
            untagged.join(", ")
        );
        found.push((Severity::Warning, message));
        return found;
    }
    for persona in HALF_RIGHT {
        if let Some(wrong) = wrong_percent(persona, form, key, traits).filter(|p| *p < FEWEST_WRONG_PERCENT) {
            let message = format!(
                "The habit {persona} is on the wrong side of {wrong:.1} % of the actions; at least \
                 {FEWEST_WRONG_PERCENT} % are wanted."
            );
            found.push((Severity::Error, message));
        }
    }
    found
}

/// Whether actions of the scenario are valued and scored: an emotion or an open answer has no traits.
fn is_valued(shown: &FormScenario) -> bool {
    let has_none = matches!(shown.format, ItemFormat::EmotionProfile | ItemFormat::Open);
    shown.role == ScenarioRole::Scored && !has_none
}

fn of_texts(pack: &Pack, language: Language) -> Vec<Finding> {
    let hard = pack.scenarios.values().filter_map(|scenario| {
        let lix = scenario_reading(scenario, language)?.lix();
        (lix >= HARD_LIX).then(|| {
            let message =
                format!("{language}: LIX {lix} reads like an official text; stay below {HARD_LIX}.");
            warning(Place::Scenario(scenario.id.clone()), message)
        })
    });
    let near = near_duplicates(pack, language).into_iter().map(|NearDuplicate { one, other, percent }| {
        let message = format!(
            "{language}: {} is nearly {} of {} ({percent} % of runs of three words).",
            part(&one),
            part(&other),
            other.scenario
        );
        warning(Place::Scenario(one.scenario), message)
    });
    hard.chain(near).collect()
}

fn part(place: &TextPlace) -> String {
    place.action.as_ref().map_or_else(|| "the situation".to_owned(), |action| format!("\"{action}\""))
}

fn of_customers(pack: &Pack, language: Language) -> Vec<Finding> {
    let balance = CustomerBalance::of(pack, language);
    let mut found: Vec<Finding> = balance
        .repeated_names
        .iter()
        .map(|(name, scenarios)| {
            let list = scenarios.iter().map(ScenarioId::as_str).collect::<Vec<_>>().join(", ");
            warning(Place::Pack, format!("{language}: the customer {name} stands in {list}."))
        })
        .collect();
    if !balance.is_even() {
        let count = |gender| balance.genders.get(&gender).copied().unwrap_or_default();
        let (women, men) = (count(crate::pack::Gender::Woman), count(crate::pack::Gender::Man));
        let message =
            format!("{language}: {women} customers are women, {men} men; a tenth apart is allowed.");
        found.push(warning(Place::Pack, message));
    }
    if !balance.untold.is_empty() {
        let first = balance.untold.iter().take(NAMED).map(ScenarioId::as_str).collect::<Vec<_>>().join(", ");
        let more = if balance.untold.len() > NAMED { ", …" } else { "" };
        let n = balance.untold.len();
        let message = format!("{language}: {n} scenarios do not tell the customer's gender: {first}{more}.");
        found.push(warning(Place::Pack, message));
    }
    found
}

fn disparity_words(disparity: &Disparity) -> String {
    let of = |action: &Option<ActionId>| {
        action.as_ref().map_or_else(|| "the scene".to_owned(), |action| format!("\"{action}\""))
    };
    match disparity {
        Disparity::Length { action, french, english } => {
            format!("{} has {french} characters in French, {english} in English.", of(action))
        }
        Disparity::Turns { french, english } => {
            format!("The conversation has {french} turns in French, {english} in English.")
        }
        Disparity::Figures { action, only_in } => {
            format!("\"{action}\" names a number in {only_in} only.")
        }
    }
}

const fn warning(place: Place, message: String) -> Finding {
    Finding { place, severity: Severity::Warning, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    fn of_sample(severity: Severity) -> Vec<String> {
        let found = findings(&sample::parsed());
        found.iter().filter(|found| found.severity == severity).map(ToString::to_string).collect()
    }

    #[test]
    fn a_first_action_that_is_best_forbids_a_form() {
        let errors = of_sample(Severity::Error);

        let first = "form short-2: error: fr: favouring the first in the file scores 62.5, an action at random \
                     37.5; at most 10 above it are allowed.";
        assert!(errors.iter().any(|error| error == first), "{errors:#?}");
    }

    #[test]
    fn what_is_advice_names_its_place_and_figures() {
        let warnings = of_sample(Severity::Warning);

        let starts = |start: &str| warnings.iter().any(|warning| warning.starts_with(start));
        assert!(
            starts("form short-2: warning: 2 of 2 scored scenarios have no traits.toml"),
            "{warnings:#?}"
        );
        assert!(starts("pack: warning: fr: the customer Nadia Belkacem stands in "), "{warnings:#?}");
        assert!(starts("scenario bike: warning: en: \"repair\" is nearly \"repair\" of lamp (100 %"));
    }

    #[test]
    fn a_habit_that_pays_forbids_a_form() {
        let mut parsed = sample::parsed();
        let all = || Category::ALL.iter().copied();
        for scenario in ["visit", "queue"] {
            let id = ScenarioId::parse(scenario).unwrap();
            let categories = parsed.key.categories.get_mut(&id).unwrap();
            let tagged = categories.keys().cloned().map(|action| (action, Default::default())).collect();
            parsed.traits.insert(id, tagged);
            // Untagged actions are rated low by most habits: a key of low categories alone is theirs.
            for (value, low) in categories.values_mut().zip(all().cycle()) {
                *value = low.min(Category::ALL[1]);
            }
        }

        let errors: Vec<String> = findings(&parsed).iter().map(ToString::to_string).collect();

        assert!(
            errors
                .iter()
                .any(|error| error.contains("The habit kind-without-solution is on the wrong side of 0.0 %")),
            "{errors:#?}"
        );
        assert!(errors.iter().any(|error| error.contains("Rating everything 1 scores")), "{errors:#?}");
    }
}
