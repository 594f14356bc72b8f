//! Texts of a pack that say nearly the same: one would answer the other.

use crate::ids::{ActionId, ScenarioId};
use crate::language::Language;
use crate::pack::Pack;
use std::collections::BTreeSet;

/// Shared runs of three words from which two texts are told, in percent of all their runs.
pub const TOLD_FROM_PERCENT: usize = 40;
/// Shortest text that is compared, in words: a few words are alike by chance.
pub const FEWEST_WORDS: usize = 7;

/// Where a text stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    /// The scenario.
    pub scenario: ScenarioId,
    /// The action, or none for the situation.
    pub action: Option<ActionId>,
}

/// Two texts that are nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearDuplicate {
    /// One text.
    pub one: TextPlace,
    /// The other.
    pub other: TextPlace,
    /// Shared runs of three words, in percent of all their runs (Jaccard).
    pub percent: usize,
}

/// All pairs of situations and actions that are nearly the same in a language, in the order of the pack.
#[must_use]
pub fn near_duplicates(pack: &Pack, language: Language) -> Vec<NearDuplicate> {
    let mut texts: Vec<(TextPlace, BTreeSet<String>)> = Vec::new();
    for scenario in pack.scenarios.values() {
        let Some(prose) = scenario.prose.get(language) else { continue };
        let mut add = |action: Option<ActionId>, text: &str| {
            if let Some(runs) = runs(text) {
                texts.push((TextPlace { scenario: scenario.id.clone(), action }, runs));
            }
        };
        add(None, &prose.situation);
        for action in &prose.actions {
            add(Some(action.id.clone()), &action.text);
        }
    }
    let mut found = Vec::new();
    for (index, (one, runs)) in texts.iter().enumerate() {
        for (other, others) in texts.iter().skip(index + 1) {
            let shared = runs.intersection(others).count();
            let percent = (100 * shared).checked_div(runs.len() + others.len() - shared).unwrap_or_default();
            if percent >= TOLD_FROM_PERCENT {
                found.push(NearDuplicate { one: one.clone(), other: other.clone(), percent });
            }
        }
    }
    found
}

/// The runs of three words of a text, in lower case and without marks; none when it is short.
fn runs(text: &str) -> Option<BTreeSet<String>> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (words.len() >= FEWEST_WORDS).then(|| words.windows(3).map(|run| run.join(" ")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    #[test]
    fn texts_that_return_word_for_word_are_told() {
        let pack = sample::parsed().pack;

        let found = near_duplicates(&pack, Language::En);

        // The four scenarios of the sample hold the same situation and the same four actions: 6 pairs each.
        assert_eq!(found.len(), 30);
        assert!(found.iter().all(|pair| pair.percent == 100 && pair.one < pair.other));
    }

    #[test]
    fn one_word_changed_is_still_a_near_duplicate() {
        let a = runs("You book a visit for tomorrow at eight and call her back").unwrap();
        let b = runs("You book a visit for tomorrow at nine and call her back").unwrap();
        let shared = a.intersection(&b).count();

        assert_eq!((100 * shared) / (a.len() + b.len() - shared), 53);
        assert_eq!(runs("You call her back."), None);
    }
}
