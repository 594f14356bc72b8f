//! The balance of the invented customers: each name once, women and men in equal numbers over all scenarios
//! and over each emotion. It counts what authors tell; it guesses nothing from a name.

use crate::ids::ScenarioId;
use crate::language::Language;
use crate::pack::{Emotion, Gender, Pack};
use std::collections::BTreeMap;

/// The customers of a pack in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerBalance {
    /// Names that stand in more than one scenario, with these.
    pub repeated_names: BTreeMap<String, Vec<ScenarioId>>,
    /// Customers of each gender.
    pub genders: BTreeMap<Gender, u32>,
    /// Scenarios that do not tell the customer's gender.
    pub untold: Vec<ScenarioId>,
    /// Women and men who feel each emotion.
    pub by_emotion: BTreeMap<Emotion, BTreeMap<Gender, u32>>,
}

impl CustomerBalance {
    /// The customers of all scenarios in a language.
    #[must_use]
    pub fn of(pack: &Pack, language: Language) -> Self {
        let mut balance = Self::default();
        let mut names: BTreeMap<String, Vec<ScenarioId>> = BTreeMap::new();
        for scenario in pack.scenarios.values() {
            let Some(prose) = scenario.prose.get(language) else { continue };
            names.entry(prose.customer_name.clone()).or_default().push(scenario.id.clone());
            match prose.customer_gender {
                Some(gender) => {
                    *balance.genders.entry(gender).or_default() += 1;
                    let of_emotion = balance.by_emotion.entry(scenario.emotion).or_default();
                    *of_emotion.entry(gender).or_default() += 1;
                }
                None => balance.untold.push(scenario.id.clone()),
            }
        }
        balance.repeated_names = names.into_iter().filter(|(_, scenarios)| scenarios.len() > 1).collect();
        balance
    }

    /// Whether women and men differ by no more than a tenth of those told, or by one.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let count = |gender| self.genders.get(&gender).copied().unwrap_or_default();
        let (women, men) = (count(Gender::Woman), count(Gender::Man));
        women.abs_diff(men) <= ((women + men) / 10).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    #[test]
    fn repeated_names_and_untold_genders_are_listed() {
        let balance = CustomerBalance::of(&sample::parsed().pack, Language::Fr);

        assert_eq!(balance.repeated_names.get("Nadia Belkacem").map(Vec::len), Some(4));
        assert_eq!(balance.untold.len(), 4);
        assert!(balance.is_even());
    }

    #[test]
    fn genders_are_counted_with_their_emotion() {
        let mut pack = sample::parsed().pack;
        for scenario in pack.scenarios.values_mut() {
            let prose = |prose: &crate::pack::Prose| crate::pack::Prose {
                customer_gender: Some(Gender::Woman),
                ..prose.clone()
            };
            scenario.prose = scenario.prose.iter().map(|(language, text)| (language, prose(text))).collect();
        }

        let balance = CustomerBalance::of(&pack, Language::En);

        assert_eq!(balance.genders.get(&Gender::Woman), Some(&4));
        assert_eq!(balance.by_emotion.get(&Emotion::Anger).and_then(|g| g.get(&Gender::Woman)), Some(&1));
        assert!(!balance.is_even());
    }
}
