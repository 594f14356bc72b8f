//! How the key of a form is spread, and what answering at random earns.

use crate::form::{Form, FormScenario, KeyBalance, ScenarioRole};
use crate::item::points::{Categories, chance};
use crate::key::Key;
use psychometrics::rating::{Category, NoScoredAction};

impl KeyBalance {
    /// The balance of a form under a key.
    ///
    /// # Errors
    /// [`NoScoredAction`] when the key scores none of the form's actions.
    pub fn of(form: &Form, key: &Key) -> Result<Self, NoScoredAction> {
        let keys = form.key_categories(key);
        let chance_level = chance_level(form, key)?;
        let times = |category: Category| keys.iter().filter(|key| **key == category).count();
        let constant = |rating: Category| {
            let halves: u32 = keys
                .iter()
                .map(|key| u32::from(psychometrics::rating::same_side_points(rating, *key).halves()))
                .sum();
            50.0 * f64::from(halves) / f64::from(u32::try_from(keys.len()).unwrap_or(u32::MAX).max(1))
        };
        Ok(Self {
            categories: Category::ALL.map(|category| u32::try_from(times(category)).unwrap_or(u32::MAX)),
            constant_scores: Category::ALL.map(constant),
            chance_level,
        })
    }
}

/// The expected score, 0 to 100, of answers at random.
pub(super) fn chance_level(form: &Form, key: &Key) -> Result<f64, NoScoredAction> {
    let (mut points, mut weight) = (0.0, 0);
    for scenario in scored(form) {
        let (of_scenario, own) = chance(&scenario.item, &categories(key, scenario));
        points += of_scenario;
        weight += own;
    }
    if weight == 0 { Err(NoScoredAction) } else { Ok(100.0 * points / f64::from(weight)) }
}

pub(super) fn scored_weight(form: &Form, key: &Key) -> u32 {
    scored(form).map(|scenario| chance(&scenario.item, &categories(key, scenario)).1).sum()
}

fn scored(form: &Form) -> impl Iterator<Item = &FormScenario> {
    form.scenarios().iter().filter(|scenario| scenario.role == ScenarioRole::Scored)
}

fn categories(key: &Key, scenario: &FormScenario) -> Categories {
    key.categories.get(&scenario.id).cloned().unwrap_or_default()
}
