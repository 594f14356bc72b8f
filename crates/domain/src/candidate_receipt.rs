//! The receipt a candidate takes away: what was taken, with which versions, and a hash of the answers. Its
//! canonical JSON is what the instance signs (not here) and what the candidate's download contains.
//!
//! Keys are sorted, numbers are whole, times are UTC to the second, dates are local to the campaign. A
//! reader checks the answers by writing the download's `answers` object (scenario → action → number from 1
//! to 4) in canonical JSON ([`crate::canonical_json`]) and taking its SHA-256.

use crate::canonical_json::{CanonicalJsonError, canonical_json, sha256_hex};
use crate::form::{Form, ItemIndex, ScenarioRole};
use crate::ids::{ActionId, FormId, PackId, PublicId, ScenarioId};
use crate::item::Response;
use crate::item::answer::Answer;
use crate::language::Language;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

/// Version of the receipt's structure.
pub const RECEIPT_VERSION: u32 = 1;

/// What a receipt says. It holds no name, no address and no score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`RECEIPT_VERSION`].
    pub receipt: u32,
    /// The attempt's public id.
    pub attempt: PublicId,
    /// Who asked for the test.
    pub organisation: String,
    /// The campaign's title.
    pub campaign: String,
    /// The job.
    pub job: String,
    /// The pack.
    pub pack: ReceiptPack,
    /// The form.
    pub form: ReceiptForm,
    /// The key that the campaign was opened with.
    pub key: ReceiptKey,
    /// The language at the finish.
    pub language: Language,
    /// When the test was started.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub started_at: DateTime<Utc>,
    /// When it was finished.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub finished_at: DateTime<Utc>,
    /// The answers.
    pub answers: ReceiptAnswers,
    /// Date by which decisions are made.
    pub decision_on: NaiveDate,
    /// Date on which the data are deleted, where a date can be named.
    pub deletion_on: Option<NaiveDate>,
}

/// The pack of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPack {
    /// Its id.
    pub id: PackId,
    /// Its version.
    pub version: String,
    /// Its content hash.
    pub sha256: String,
}

/// The form of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptForm {
    /// Its id.
    pub id: FormId,
    /// Its version.
    pub version: u32,
}

/// The key of a receipt: its hash binds the instance without showing a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptKey {
    /// Its version.
    pub version: String,
    /// Its hash.
    pub sha256: String,
}

/// The answers of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptAnswers {
    /// What was given of what was asked for (ratings, picks, turns…), practice left out.
    pub answered: u32,
    /// What was left blank, practice left out.
    pub blank: u32,
    /// SHA-256 of the canonical JSON of [`answers_by_scenario`].
    pub sha256: String,
}

impl Receipt {
    /// The text that is signed and handed out.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; a receipt holds whole numbers only, so that none is expected.
    pub fn to_canonical_json(&self) -> Result<String, CanonicalJsonError> {
        canonical_json(self)
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// When the text is not the JSON of a receipt.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl ReceiptAnswers {
    /// The summary of the last answers of an attempt.
    ///
    /// # Errors
    /// [`CanonicalJsonError`]; answers are whole numbers, so that none is expected.
    pub fn of(form: &Form, answers: &BTreeMap<ItemIndex, Response>) -> Result<Self, CanonicalJsonError> {
        let asked = form.scenarios().iter().filter(|shown| shown.role != ScenarioRole::Practice);
        let (mut answered, mut blank) = (0, 0);
        for scenario in asked {
            let values = crate::points::slot_values(scenario, answers);
            let (given, asked) = Answer::of(&scenario.item, &values).progress(&scenario.item);
            answered += given;
            blank += asked.saturating_sub(given);
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Self {
            answered: count(answered),
            blank: count(blank),
            sha256: sha256_hex(&canonical_json(&answers_by_scenario(form, answers))?),
        })
    }
}

/// One answer in a download: a number, or for an open text the SHA-256 of the text in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ToldAnswer {
    /// The stored number.
    Number(u8),
    /// The digest of a text.
    Digest(String),
}

impl From<Response> for ToldAnswer {
    fn from(response: Response) -> Self {
        match response {
            Response::Text(Some(digest)) => Self::Digest(digest.to_hex()),
            other => Self::Number(other.number()),
        }
    }
}

/// The last answers as they stand in the candidate's download: scenario → action → number, or digest of a text.
/// Practice and blanks are left out.
#[must_use]
pub fn answers_by_scenario(
    form: &Form,
    answers: &BTreeMap<ItemIndex, Response>,
) -> BTreeMap<ScenarioId, BTreeMap<ActionId, ToldAnswer>> {
    let mut by_scenario: BTreeMap<ScenarioId, BTreeMap<ActionId, ToldAnswer>> = BTreeMap::new();
    for (scenario, action) in form.actions() {
        if scenario.role == ScenarioRole::Practice {
            continue;
        }
        if let Some(response) = answers.get(&action.item) {
            let actions = by_scenario.entry(scenario.id.clone()).or_default();
            actions.insert(action.id.clone(), ToldAnswer::from(*response));
        }
    }
    by_scenario
}

fn write_time<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text).map(|time| time.with_timezone(&Utc)).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::ItemFormat;
    use crate::pack::sample;

    fn answers() -> BTreeMap<ItemIndex, Response> {
        // Item 0 is practice; 4, 5 and 13 are asked.
        [(0, 1), (4, 4), (5, 2), (13, 3)]
            .map(|(item, number)| {
                let response = Response::from_number(ItemFormat::Rate, number).unwrap();
                (ItemIndex::from_number(item).unwrap(), response)
            })
            .into()
    }

    fn receipt() -> Receipt {
        let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        Receipt {
            receipt: RECEIPT_VERSION,
            attempt: PublicId::parse("5f0c1a52-9e0b-4c7e-8d55-0a6c1f2b3c4d").unwrap(),
            organisation: "Maison « Egard »".to_owned(),
            campaign: "Conseillers 2027".to_owned(),
            job: "Conseil client".to_owned(),
            pack: ReceiptPack {
                id: PackId::parse("sample").unwrap(),
                version: "1.2.0".to_owned(),
                sha256: "ab".repeat(32),
            },
            form: ReceiptForm { id: FormId::parse("short-2").unwrap(), version: 3 },
            key: ReceiptKey { version: "authors-2026-11".to_owned(), sha256: "cd".repeat(32) },
            language: Language::Fr,
            started_at: time("2026-11-21T10:00:00Z"),
            finished_at: time("2026-11-21T10:19:30Z"),
            answers: ReceiptAnswers::of(&sample::form(), &answers()).unwrap(),
            decision_on: NaiveDate::from_ymd_opt(2026, 12, 15).unwrap(),
            deletion_on: None,
        }
    }

    #[test]
    fn a_receipt_is_written_in_one_way() {
        let answers = r#"{"queue":{"ask":3},"visit":{"ask":2,"repair":4}}"#;

        let expected = [
            r#"{"answers":{"answered":3,"blank":9,"sha256":""#,
            &sha256_hex(answers),
            r#""},"attempt":"5f0c1a52-9e0b-4c7e-8d55-0a6c1f2b3c4d","campaign":"Conseillers 2027","#,
            r#""decision_on":"2026-12-15","deletion_on":null,"finished_at":"2026-11-21T10:19:30Z","#,
            r#""form":{"id":"short-2","version":3},"job":"Conseil client","key":{"sha256":""#,
            &"cd".repeat(32),
            r#"","version":"authors-2026-11"},"language":"fr","organisation":"Maison « Egard »","#,
            r#""pack":{"id":"sample","sha256":""#,
            &"ab".repeat(32),
            r#"","version":"1.2.0"},"receipt":1,"started_at":"2026-11-21T10:00:00Z"}"#,
        ]
        .concat();
        assert_eq!(receipt().to_canonical_json().unwrap(), expected);
    }

    #[test]
    fn a_receipt_is_read_back() {
        let text = receipt().to_canonical_json().unwrap();

        assert_eq!(Receipt::from_json(&text).unwrap(), receipt());
    }

    #[test]
    fn fractions_of_a_second_are_not_in_the_text() {
        let mut later = receipt();
        later.finished_at += chrono::TimeDelta::milliseconds(900);

        assert_eq!(later.to_canonical_json().unwrap(), receipt().to_canonical_json().unwrap());
    }

    #[test]
    fn another_answer_has_another_hash() {
        let mut changed = answers();
        changed
            .insert(ItemIndex::from_number(13).unwrap(), Response::from_number(ItemFormat::Rate, 4).unwrap());

        let other = ReceiptAnswers::of(&sample::form(), &changed).unwrap();

        assert_ne!(other.sha256, receipt().answers.sha256);
    }
}
