//! E-mail addresses as far as invitations and logins need them: one mailbox, safe in a header, with one
//! spelling of its domain. Whether it exists only the mail itself can tell.

use crate::person_name::breaks_a_line;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Longest address, in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const MAX_EMAIL_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but blanks.
    #[error("the address is empty")]
    Empty,
    /// More than [`MAX_EMAIL_BYTES`] bytes, or more than 64 before the `@`.
    #[error("the address is too long")]
    TooLong,
    /// A blank, a control character or a character that delimits addresses.
    #[error("the address holds a character that is not allowed")]
    BadCharacter,
    /// No `@`, or more than one, or nothing before it.
    #[error("the address is not of the form name@domain")]
    Malformed,
    /// The part behind the `@` is not a domain name with a dot.
    #[error("the domain of the address is not valid")]
    BadDomain,
}

/// A trimmed address with a lower-case domain.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// [`EmailError`], the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > MAX_EMAIL_BYTES {
            return Err(EmailError::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || breaks_a_line(c) || DELIMITERS.contains(c)) {
            return Err(EmailError::BadCharacter);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::Malformed)?;
        if local.is_empty() || domain.contains('@') {
            return Err(EmailError::Malformed);
        }
        if local.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::TooLong);
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(EmailError::Malformed);
        }
        let domain = domain.to_lowercase();
        if !is_domain(&domain) {
            return Err(EmailError::BadDomain);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address wholly in lower case: the key for « already invited » and for login. Mail servers may tell
    /// capitals apart before the `@`, people do not.
    #[must_use]
    pub fn identity(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Characters that end or group addresses in headers and lists; legal in quoted local parts that nobody has.
const DELIMITERS: &str = "\"(),:;<>[]\\";

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Addresses never reach a log by accident.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_its_domain_lowered() {
        let address = EmailAddress::parse("  Nadia.Belkacem+test@Exemple.FR\n").unwrap();

        assert_eq!(address.as_str(), "Nadia.Belkacem+test@exemple.fr");
        assert_eq!(address.identity(), "nadia.belkacem+test@exemple.fr");
    }

    #[test]
    fn broken_addresses_are_told_why() {
        let long = format!("{}@exemple.fr", "a".repeat(65));
        let longer = format!("a@{}.fr", "b.".repeat(130));
        let cases = [
            ("", EmailError::Empty),
            ("nadia", EmailError::Malformed),
            ("@exemple.fr", EmailError::Malformed),
            ("a@b@exemple.fr", EmailError::Malformed),
            (".a@exemple.fr", EmailError::Malformed),
            ("a..b@exemple.fr", EmailError::Malformed),
            ("a b@exemple.fr", EmailError::BadCharacter),
            ("a@exemple.fr\r\nBcc: b@exemple.fr", EmailError::BadCharacter),
            ("a@exemple.fr,b@exemple.fr", EmailError::BadCharacter),
            ("Nadia<a@exemple.fr>", EmailError::BadCharacter),
            ("a@exemple", EmailError::BadDomain),
            ("a@-exemple.fr", EmailError::BadDomain),
            ("a@exemple..fr", EmailError::BadDomain),
            (long.as_str(), EmailError::TooLong),
            (longer.as_str(), EmailError::TooLong),
        ];
        for (text, error) in cases {
            assert_eq!(EmailAddress::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn accents_and_apostrophes_are_allowed() {
        assert!(EmailAddress::parse("zoé.d'arc@société.example").is_ok());
    }

    #[test]
    fn debug_output_hides_the_address() {
        assert_eq!(format!("{:?}", EmailAddress::parse("a@exemple.fr").unwrap()), "EmailAddress(…)");
    }
}
