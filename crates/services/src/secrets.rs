//! The ring of instance secrets: subkeys by purpose, link tokens, message authentication codes.
//!
//! Rotation adds a key and keeps the old ones, so that what an old key made can still be recomputed and checked.
//! Nothing here is ever logged or serialised.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a subkey is for: each purpose has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Personal links.
    InvitationLink,
    /// The open link of a campaign.
    OpenLink,
    /// Links that invite a colleague.
    ColleagueLink,
    /// Links that open a report to somebody without an account.
    ShareLink,
    /// The cookie of an attempt.
    AttemptCookie,
    /// Receipts of candidates.
    Receipt,
    /// The audit chain.
    Audit,
    /// Subjects of throttles (typed e-mails, addresses).
    Throttle,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::InvitationLink => b"egard invitation link 1",
            Self::OpenLink => b"egard open link 1",
            Self::ColleagueLink => b"egard colleague link 1",
            Self::ShareLink => b"egard share link 1",
            Self::AttemptCookie => b"egard attempt cookie 1",
            Self::Receipt => b"egard receipt 1",
            Self::Audit => b"egard audit 1",
            Self::Throttle => b"egard throttle 1",
        }
    }
}

/// One secret of 32 bytes with the id that rows store.
#[derive(Clone)]
pub struct Secret {
    id: String,
    bytes: [u8; 32],
}

/// Why a ring cannot be read; the text never holds a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RingError {
    /// There is no key at all.
    #[error("the secret ring is empty")]
    Empty,
    /// A line is not `<id> <64 hexadecimal digits>`.
    #[error("line {0} of the secret ring is not an id, a space and 64 hexadecimal digits")]
    BadLine(usize),
    /// Two keys share an id.
    #[error("line {0} of the secret ring repeats an id")]
    RepeatedId(usize),
}

/// Every key of the instance; the last one makes new things, all of them check old ones.
#[derive(Clone)]
pub struct SecretRing {
    keys: Vec<Secret>,
}

impl std::fmt::Debug for SecretRing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SecretRing").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl SecretRing {
    /// Reads a ring: one key a line, `<id> <64 hexadecimal digits>`, oldest first; empty lines and `#` comments pass.
    ///
    /// # Errors
    /// [`RingError`] with the line.
    pub fn parse(text: &str) -> Result<Self, RingError> {
        let mut keys: Vec<Secret> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let (id, hex) = line.split_once(char::is_whitespace).ok_or(RingError::BadLine(number))?;
            let bytes = decode_hex(hex.trim()).ok_or(RingError::BadLine(number))?;
            if keys.iter().any(|key| key.id == id) {
                return Err(RingError::RepeatedId(number));
            }
            keys.push(Secret { id: id.to_owned(), bytes });
        }
        if keys.is_empty() { Err(RingError::Empty) } else { Ok(Self { keys }) }
    }

    /// A line of a ring for 32 fresh random bytes.
    #[must_use]
    pub fn line(id: &str, bytes: [u8; 32]) -> String {
        format!("{id} {}\n", encode_hex(&bytes))
    }

    /// The id of the key that makes new things.
    #[must_use]
    pub fn current_id(&self) -> &str {
        self.keys.last().map_or("", |key| key.id.as_str())
    }

    /// How many keys there are; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a ring is never empty")]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    fn key(&self, id: &str) -> Option<&Secret> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The HMAC-SHA256 of `message` under the subkey of `purpose` and the key `key_id`; nothing when the key is lost.
    #[must_use]
    pub fn mac(&self, key_id: &str, purpose: Purpose, message: &[u8]) -> Option<[u8; 32]> {
        let secret = self.key(key_id)?;
        let mut subkey = [0; 32];
        Hkdf::<Sha256>::new(None, &secret.bytes).expand(purpose.label(), &mut subkey).ok()?;
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&subkey).ok()?;
        mac.update(message);
        Some(mac.finalize().into_bytes().into())
    }

    /// A link token: base64url of the HMAC over the row's id and its generation; nothing when the key is lost.
    #[must_use]
    pub fn link_token(
        &self,
        key_id: &str,
        purpose: Purpose,
        row_id: &str,
        generation: i32,
    ) -> Option<String> {
        let mut message = row_id.as_bytes().to_vec();
        message.push(0);
        message.extend_from_slice(&generation.to_be_bytes());
        self.mac(key_id, purpose, &message).map(|mac| URL_SAFE_NO_PAD.encode(mac))
    }

    /// Whether `mac` is the code of `message`; compared in constant time.
    #[must_use]
    pub fn verify(&self, key_id: &str, purpose: Purpose, message: &[u8], mac: &[u8]) -> bool {
        self.mac(key_id, purpose, message).is_some_and(|expected| bool::from(expected.as_slice().ct_eq(mac)))
    }
}

/// The SHA-256 of a token in hexadecimal: what the database stores of it.
#[must_use]
pub fn token_hash(token: &str) -> String {
    encode_hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn encode_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn decode_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> SecretRing {
        SecretRing::parse(&format!("{}{}", SecretRing::line("k1", [1; 32]), SecretRing::line("k2", [2; 32])))
            .unwrap()
    }

    #[test]
    fn the_last_key_makes_new_things() {
        assert_eq!(ring().current_id(), "k2");
    }

    #[test]
    fn an_old_key_still_recomputes_its_tokens() {
        let alone = SecretRing::parse(&SecretRing::line("k1", [1; 32])).unwrap();

        let token = ring().link_token("k1", Purpose::InvitationLink, "row", 1);

        assert_eq!(token, alone.link_token("k1", Purpose::InvitationLink, "row", 1));
    }

    #[test]
    fn purposes_and_generations_have_tokens_of_their_own() {
        let ring = ring();
        let token = ring.link_token("k2", Purpose::InvitationLink, "row", 1);

        assert_ne!(token, ring.link_token("k2", Purpose::OpenLink, "row", 1));
        assert_ne!(token, ring.link_token("k2", Purpose::InvitationLink, "row", 2));
        assert_ne!(token, ring.link_token("k1", Purpose::InvitationLink, "row", 1));
    }

    #[test]
    fn a_lost_key_gives_nothing() {
        assert_eq!(ring().mac("k9", Purpose::Audit, b"x"), None);
    }

    #[test]
    fn a_broken_ring_names_its_line() {
        assert_eq!(SecretRing::parse("").err(), Some(RingError::Empty));
        assert_eq!(SecretRing::parse("# a\nk1 zz").err(), Some(RingError::BadLine(2)));
        let twice = SecretRing::line("k1", [1; 32]).repeat(2);
        assert_eq!(SecretRing::parse(&twice).err(), Some(RingError::RepeatedId(2)));
    }
}
