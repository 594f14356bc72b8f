//! A preregistration: what a campaign is scored with, fixed in a text whose hash is published before the first score.
//!
//! It names the test, the form and the key by their hashes, the weight of each family and the rules; it holds no key
//! value, so that it may be shown to anyone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical_json::{CanonicalJsonError, canonical_json, sha256_hex};
use crate::construct::Family;
use crate::family_weights::FamilyWeights;
use crate::form::Form;
use crate::key::Key;
use crate::points::AttemptPoints;

/// What a campaign is scored with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preregistration {
    /// The version of this text's shape.
    pub format: u32,
    /// The id of the campaign.
    pub campaign: String,
    /// The pack.
    pub pack: Fixed,
    /// The form.
    pub form: FormName,
    /// The key.
    pub key: Fixed,
    /// Scored weight per family, by its code, in actions: the shares that make the plain score.
    pub weights: BTreeMap<String, u32>,
    /// What the campaign chose instead, if it ever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// The score below which nobody is looked at first; none: the product has no such cut.
    pub cut: Option<u32>,
    /// The rules of scores, bands and ranks.
    pub rules: Rules,
}

/// A choice of weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Which choice of the campaign, from 1.
    pub revision: u32,
    /// The relative numbers; nothing when the campaign went back to the shares.
    pub weights: Option<FamilyWeights>,
}

/// Content by its name and hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// Its id, or where it comes from.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its canonical JSON, in hexadecimal.
    pub sha256: String,
}

/// A form by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormName {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// The rules of scores, bands and ranks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// How a rating becomes points.
    pub points: String,
    /// Fewest answers of scored actions for a rank, in percent.
    pub least_answered_percent: u32,
    /// Coverage of intervals and rank sets, in percent.
    pub coverage_percent: u32,
    /// How ranks are made.
    pub ranks: String,
    /// What decides between equal scores.
    pub ties: String,
}

impl Preregistration {
    /// What scoring a form with a key fixes.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; a key holds whole numbers only, so that none is expected.
    pub fn of(
        campaign: &str,
        form: &Form,
        pack_sha256: &str,
        key: &Key,
        chosen: Option<Chosen>,
    ) -> Result<Self, CanonicalJsonError> {
        let nobody = AttemptPoints::of(form, key, &BTreeMap::new(), crate::attempt::Place::Practice);
        let sums = nobody.family_points();
        let weight = |family: &Family| sums.get(family).map_or(0, |sum| sum.n_scored);
        Ok(Self {
            format: 1,
            campaign: campaign.to_owned(),
            pack: Fixed {
                name: form.pack.as_str().to_owned(),
                version: form.pack_version.clone(),
                sha256: pack_sha256.to_owned(),
            },
            form: FormName { id: form.id.as_str().to_owned(), version: form.version },
            key: Fixed {
                name: key.provenance.code().to_owned(),
                version: key.version.clone(),
                sha256: key.hash()?,
            },
            weights: Family::ALL.iter().map(|family| (family.code().to_owned(), weight(family))).collect(),
            chosen,
            cut: None,
            rules: Rules {
                points: "same-side-ratings-and-pomp-of-other-formats".to_owned(),
                least_answered_percent: 80,
                coverage_percent: 95,
                ranks: "marginal-rank-confidence-sets".to_owned(),
                ties: "equal-ranks".to_owned(),
            },
        })
    }

    /// Reads a published text.
    ///
    /// # Errors
    /// What is wrong with it as JSON.
    pub fn parse(document: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(document)
    }

    /// The text whose hash is published.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; it holds whole numbers only, so that none is expected.
    pub fn to_document(&self) -> Result<String, CanonicalJsonError> {
        canonical_json(self)
    }
}

/// The hash of a published text: SHA-256 of its bytes, in hexadecimal.
#[must_use]
pub fn document_hash(document: &str) -> String {
    sha256_hex(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    fn of(campaign: &str) -> Preregistration {
        Preregistration::of(campaign, &sample::form(), "ab12", &sample::parsed().key, None).unwrap()
    }

    #[test]
    fn weights_are_the_scored_actions_of_each_family() {
        let fixed = of("c");

        let weighed: u32 = fixed.weights.values().sum();
        assert_eq!(weighed, sample::form().scored_weight(&sample::parsed().key));
        assert_eq!(fixed.weights.len(), Family::ALL.len());
    }

    #[test]
    fn the_text_is_read_back_and_changes_with_whatever_it_fixes() {
        let document = of("c").to_document().unwrap();

        assert_eq!(serde_json::from_str::<Preregistration>(&document).unwrap(), of("c"));
        assert_ne!(document_hash(&document), document_hash(&of("d").to_document().unwrap()));
        let mut key = sample::parsed().key;
        let changed = key.categories.values_mut().flat_map(|actions| actions.values_mut()).next().unwrap();
        *changed = if *changed == psychometrics::rating::Category::ALL[0] {
            psychometrics::rating::Category::ALL[1]
        } else {
            psychometrics::rating::Category::ALL[0]
        };
        let other = Preregistration::of("c", &sample::form(), "ab12", &key, None).unwrap();
        assert_ne!(document_hash(&document), document_hash(&other.to_document().unwrap()));
    }

    #[test]
    fn a_choice_of_weights_changes_the_text_and_is_read_back() {
        let numbers = [(Family::ListenAndCheck, 1), (Family::ActWithLatitude, 2)];
        let weights = FamilyWeights::new(numbers.into_iter().collect()).unwrap();
        let chosen =
            Preregistration { chosen: Some(Chosen { revision: 1, weights: Some(weights) }), ..of("c") };
        let back = Preregistration { chosen: Some(Chosen { revision: 2, weights: None }), ..of("c") };

        let texts = [&of("c"), &chosen, &back].map(|fixed| fixed.to_document().unwrap());
        assert!(!texts[0].contains("chosen"));
        assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
        assert_eq!(Preregistration::parse(&texts[1]).unwrap(), chosen);
    }

    #[test]
    fn no_value_of_the_key_is_told() {
        let document = of("c").to_document().unwrap();

        for scenario in sample::parsed().key.categories.keys() {
            assert!(!document.contains(scenario.as_str()), "{document}");
        }
    }
}
