//! A key: the versioned expert value of each action, apart from the pack whose actions it values. Pages that
//! show a pack to candidates hold no value of this type.

use crate::canonical_json::{CanonicalJsonError, canonical_json, sha256_hex};
use crate::closed_code::closed_code;
use crate::ids::{ActionId, ScenarioId};
use chrono::NaiveDate;
use psychometrics::rating::Category;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

closed_code! {
    /// Where the values of a key come from.
    pub enum KeyProvenance {
        /// The authors wrote them: provisional, not checked by a panel.
        Authors = "authors",
        /// A panel of experts.
        Panel = "panel",
    }
}

/// The expert values of the actions of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "KeyJson", into = "KeyJson")]
pub struct Key {
    /// Its version, such as `authors-2026-11`.
    pub version: String,
    /// Where it comes from.
    pub provenance: KeyProvenance,
    /// How many experts rated; 0 for the authors.
    pub n_experts: u32,
    /// Its date.
    pub date: NaiveDate,
    /// The category of each valued action; an action without one is not scored.
    pub categories: BTreeMap<ScenarioId, BTreeMap<ActionId, Category>>,
}

impl Key {
    /// The category of an action; none when the key leaves it out.
    #[must_use]
    pub fn category(&self, scenario: &ScenarioId, action: &ActionId) -> Option<Category> {
        self.categories.get(scenario)?.get(action).copied()
    }

    /// Whether no panel has checked it: candidates and recruiters are told.
    #[must_use]
    pub const fn is_provisional(&self) -> bool {
        matches!(self.provenance, KeyProvenance::Authors)
    }

    /// The key as it is stored and hashed.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; a key holds whole numbers only, so that none is expected.
    pub fn to_canonical_json(&self) -> Result<String, CanonicalJsonError> {
        canonical_json(self)
    }

    /// Reads a stored key.
    ///
    /// # Errors
    /// When the text is not the JSON of a key.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    ///
    /// # Errors
    /// As [`Key::to_canonical_json`].
    pub fn hash(&self) -> Result<String, CanonicalJsonError> {
        self.to_canonical_json().map(|json| sha256_hex(&json))
    }
}

/// The stored form: categories as numbers, since `psychometrics` knows no JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    version: String,
    provenance: KeyProvenance,
    n_experts: u32,
    date: NaiveDate,
    categories: BTreeMap<ScenarioId, BTreeMap<ActionId, u8>>,
}

impl From<Key> for KeyJson {
    fn from(key: Key) -> Self {
        let numbers = |actions: BTreeMap<ActionId, Category>| {
            actions.into_iter().map(|(action, category)| (action, category.get())).collect()
        };
        Self {
            version: key.version,
            provenance: key.provenance,
            n_experts: key.n_experts,
            date: key.date,
            categories: key.categories.into_iter().map(|(id, actions)| (id, numbers(actions))).collect(),
        }
    }
}

impl TryFrom<KeyJson> for Key {
    type Error = psychometrics::rating::CategoryOutOfRange;

    fn try_from(json: KeyJson) -> Result<Self, Self::Error> {
        let categories = |actions: BTreeMap<ActionId, u8>| {
            actions
                .into_iter()
                .map(|(action, number)| Category::try_from(number).map(|category| (action, category)))
                .collect::<Result<BTreeMap<_, _>, _>>()
        };
        Ok(Self {
            version: json.version,
            provenance: json.provenance,
            n_experts: json.n_experts,
            date: json.date,
            categories: json
                .categories
                .into_iter()
                .map(|(id, actions)| categories(actions).map(|actions| (id, actions)))
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = concat!(
        r#"{"categories":{"missed-appointment":{"book-tomorrow":4,"wait":1}},"date":"2026-11-21","#,
        r#""n_experts":0,"provenance":"authors","version":"authors-2026-11"}"#
    );

    #[test]
    fn a_stored_key_is_read_and_written_back() {
        let key = Key::from_json(JSON).unwrap();

        assert_eq!(key.to_canonical_json().unwrap(), JSON);
        assert!(key.is_provisional());
    }

    #[test]
    fn actions_left_out_have_no_category() {
        let key = Key::from_json(JSON).unwrap();
        let scenario = ScenarioId::parse("missed-appointment").unwrap();
        let category = |action| key.category(&scenario, &ActionId::parse(action).unwrap());

        assert_eq!(category("book-tomorrow").map(Category::get), Some(4));
        assert_eq!(category("call-back"), None);
    }

    #[test]
    fn a_category_off_the_scale_is_refused() {
        assert!(Key::from_json(&JSON.replace(":4", ":5")).is_err());
    }

    #[test]
    fn the_hash_follows_the_categories() {
        let key = Key::from_json(JSON).unwrap();
        let other = Key::from_json(&JSON.replace(":4", ":3")).unwrap();

        assert_eq!(key.hash().unwrap().len(), 64);
        assert_ne!(key.hash().unwrap(), other.hash().unwrap());
    }
}
