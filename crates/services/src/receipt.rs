//! Receipts: what a finished attempt is given, signed by the instance, and what the public check says of a code.
//!
//! The receipt is the canonical JSON of `domain::candidate_receipt`; its HMAC is in the candidate's download. The code
//! that people type is the first 130 bits of that HMAC, so that it stands for this very text.

use chrono::NaiveDateTime;
use domain::candidate_receipt::{
    RECEIPT_VERSION, Receipt, ReceiptAnswers, ReceiptForm, ReceiptKey, ReceiptPack,
};
use domain::form::ItemIndex;
use domain::item::Response;
use domain::language::Language;
use std::collections::BTreeMap;
use store::repo::attempts;

use crate::candidate::{Sitting, stored};
use crate::error::ServiceError;
use crate::secrets::{Purpose, SecretRing};
use crate::state::Services;

/// The digits of a code: Crockford's base 32, without letters that look like digits.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a code, 5 bits each: 130 bits.
const CODE_DIGITS: usize = 26;

/// A receipt that has been signed.
#[derive(Clone, Debug)]
pub(crate) struct SignedReceipt {
    /// The canonical JSON.
    pub(crate) text: String,
    /// The code, as stored.
    pub(crate) code: String,
    /// The key that signed it.
    pub(crate) key_id: String,
}

/// What the public check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptCheck {
    /// This instance gave out the receipt; the test was finished then (UTC).
    Genuine {
        /// When, UTC.
        finished_at: NaiveDateTime,
    },
    /// There is no such receipt, it was erased, or the key that signed it is lost.
    NotVerifiable,
}

impl Services {
    /// Signs the receipt of an attempt that is being finished at `now`.
    pub(crate) fn signed_receipt(
        &self,
        sitting: &Sitting,
        language: Language,
        answers: &BTreeMap<ItemIndex, Response>,
        now: NaiveDateTime,
    ) -> Result<(SignedReceipt, ReceiptAnswers), ServiceError> {
        let loaded = &sitting.loaded;
        let summary = ReceiptAnswers::of(&loaded.form, answers).map_err(stored)?;
        let receipt = Receipt {
            receipt: RECEIPT_VERSION,
            attempt: sitting.public_id.clone(),
            organisation: sitting.campaign.organisation.clone(),
            campaign: sitting.campaign.title.clone(),
            job: sitting.campaign.job.clone(),
            pack: ReceiptPack {
                id: loaded.pack.id.clone(),
                version: loaded.pack.version.clone(),
                sha256: loaded.pack.content_hash().map_err(stored)?,
            },
            form: ReceiptForm { id: loaded.form.id.clone(), version: loaded.form.version },
            key: ReceiptKey {
                version: loaded.key.version.clone(),
                sha256: loaded.key.hash().map_err(stored)?,
            },
            language,
            started_at: sitting.started_at.and_utc(),
            finished_at: now.and_utc(),
            answers: summary.clone(),
            decision_on: sitting.campaign.decision_on,
            deletion_on: Some(sitting.campaign.deletion_on),
        };
        let text = receipt.to_canonical_json().map_err(stored)?;
        let key_id = self.secrets().current_id().to_owned();
        let code = code_of(self.secrets(), &key_id, &text)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        Ok((SignedReceipt { text, code, key_id }, summary))
    }

    /// Whether a code, as typed, is of a receipt that this instance gave out. It tells the date and nothing more.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot be asked.
    pub fn check_receipt(&self, typed: &str) -> Result<ReceiptCheck, ServiceError> {
        let Some(code) = stored_code(typed) else { return Ok(ReceiptCheck::NotVerifiable) };
        let attempt = self.db().read_one(|conn| attempts::find_by_receipt_code(conn, &code))?;
        let genuine = attempt.and_then(|attempt| {
            let (text, key_id) = (attempt.receipt?, attempt.receipt_key_id?);
            let is_ours = code_of(self.secrets(), &key_id, &text)? == code;
            attempt.finished_at.filter(|_| is_ours)
        });
        Ok(genuine.map_or(ReceiptCheck::NotVerifiable, |finished_at| ReceiptCheck::Genuine { finished_at }))
    }
}

/// The code of a receipt's text under a key; nothing when the key is lost.
fn code_of(secrets: &SecretRing, key_id: &str, text: &str) -> Option<String> {
    let mac = secrets.mac(key_id, Purpose::Receipt, text.as_bytes())?;
    let bit = |index: usize| -> usize {
        let byte = mac.get(index / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - index % 8) & 1)
    };
    let digit = |place: usize| {
        let value = (0..5).fold(0, |value, offset| value * 2 + bit(place * 5 + offset));
        DIGITS.get(value).map(|digit| char::from(*digit))
    };
    (0..CODE_DIGITS).map(digit).collect()
}

/// A code as people read it: groups of digits joined by hyphens.
#[must_use]
pub fn shown_code(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    digits.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as stored, from what was typed: in either case, with any blanks or hyphens, O for 0, I or L for 1.
fn stored_code(typed: &str) -> Option<String> {
    if typed.len() > 200 {
        return None;
    }
    let code: String = typed
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|character| match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let is_code = code.len() == CODE_DIGITS && code.bytes().all(|digit| DIGITS.contains(&digit));
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> SecretRing {
        SecretRing::parse(&SecretRing::line("k1", [3; 32])).unwrap()
    }

    #[test]
    fn a_code_has_130_bits_and_belongs_to_its_text() {
        let code = code_of(&secrets(), "k1", "{}").unwrap();

        assert_eq!(code.len(), 26);
        assert_ne!(code_of(&secrets(), "k1", "{\"a\":1}").unwrap(), code);
        assert_eq!(code_of(&secrets(), "k2", "{}"), None);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = code_of(&secrets(), "k1", "{}").unwrap();

        assert_eq!(stored_code(&shown_code(&code)), Some(code.clone()));
        assert_eq!(stored_code(&format!("  {} ", code.to_lowercase())), Some(code));
        assert_eq!(stored_code("OIL00-00000-00000-00000-00000-0"), Some(format!("011{}", "0".repeat(23))));
    }

    #[test]
    fn what_is_no_code_is_nothing() {
        for typed in ["", "12345", &"0".repeat(27), "UUUUU-UUUUU-UUUUU-UUUUU-UUUUU-U", &"é".repeat(26)] {
            assert_eq!(stored_code(typed), None);
        }
    }
}
