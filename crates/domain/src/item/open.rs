//! The format `open`: an answer in one's own words, stored as plain text for people to rate. No machine
//! rates it, and until rating by people exists it is an unscored trial.

use crate::canonical_json::sha256_hex;
use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Smallest limit that a pack may set, in characters.
pub const MIN_LIMIT: u32 = 200;
/// Largest limit that a pack may set, in characters.
pub const MAX_LIMIT: u32 = 4_000;

/// The definition, without prose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenItem {
    /// Version of the format.
    pub format_version: u32,
    /// The one family that raters will score.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// Most characters of an answer; the page says it and counts them.
    pub max_characters: u32,
}

/// The slot of the text.
#[must_use]
pub fn text() -> ActionId {
    ActionId::of_word("text")
}

/// A text as it is stored: line ends are `\n`, and characters that print nothing are gone. It is plain text
/// and never markup: whoever shows it escapes it.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenText(String);

/// SHA-256 of a text, by which two saves are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextDigest([u8; 32]);

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has {characters} characters, at most {limit} are kept")]
pub struct TextTooLong {
    /// How many there are.
    pub characters: usize,
    /// How many are allowed.
    pub limit: u32,
}

impl OpenText {
    /// Reads a text as posted. `<b>` stays the three characters it is; line ends become `\n`; control
    /// characters that no keyboard means (the databases hold no NUL) and those that turn the direction of
    /// others are left out.
    ///
    /// # Errors
    /// [`TextTooLong`] above `limit` characters; nothing is cut off silently.
    pub fn parse(text: &str, limit: u32) -> Result<Self, TextTooLong> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let is_kept = |c: &char| {
            matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{202D}' | '\u{202E}' | '\u{FEFF}'))
        };
        let text: String = text.chars().filter(is_kept).collect();
        let characters = text.chars().count();
        if u32::try_from(characters).is_ok_and(|count| count <= limit) {
            Ok(Self(text))
        } else {
            Err(TextTooLong { characters, limit })
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// How many characters it has, as the counter shows.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> TextDigest {
        let hex = sha256_hex(&self.0);
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(pair).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        }
        TextDigest(bytes)
    }
}

impl TextDigest {
    /// The digest in 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for OpenText {
    /// Hides the text: free text is never logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenText(…)")
    }
}

impl fmt::Debug for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_plain_text() {
        let text = OpenText::parse("<script>alert(1)</script> & « oui »", 100).unwrap();

        assert_eq!(text.as_str(), "<script>alert(1)</script> & « oui »");
    }

    #[test]
    fn a_hundred_kilobytes_are_refused_with_the_limit() {
        let error = OpenText::parse(&"é".repeat(50_000), 1_500).unwrap_err();

        assert_eq!(error, TextTooLong { characters: 50_000, limit: 1_500 });
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert_eq!(OpenText::parse(&"é".repeat(200), 200).unwrap().characters(), 200);
        assert!(OpenText::parse(&"é".repeat(201), 200).is_err());
    }

    #[test]
    fn line_ends_are_one_and_unprintable_characters_go() {
        let text = OpenText::parse("a\r\nb\rc\u{0}\u{8}\u{202E}\td", 100).unwrap();

        assert_eq!(text.as_str(), "a\nb\nc\td");
    }

    #[test]
    fn blanks_alone_are_no_answer() {
        assert!(OpenText::parse(" \n\t\u{a0}", 100).unwrap().is_blank());
        assert!(!OpenText::parse("x", 100).unwrap().is_blank());
    }

    #[test]
    fn digests_tell_texts_apart_and_debug_shows_none() {
        let digest = |text: &str| OpenText::parse(text, 100).unwrap().digest();

        assert_eq!(digest("a\r\nb"), digest("a\nb"));
        assert_ne!(digest("a"), digest("b"));
        assert_eq!(format!("{:?}", OpenText::parse("secret", 100).unwrap()), "OpenText(…)");
    }
}
