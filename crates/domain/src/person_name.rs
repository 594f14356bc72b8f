//! A person's or an organisation's name as typed: trimmed, not empty, on one line.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 120;

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but blanks.
    #[error("the name is empty")]
    Empty,
    /// More than [`MAX_NAME_CHARS`] characters.
    #[error("the name has more than {MAX_NAME_CHARS} characters")]
    TooLong,
    /// A line break, a tab or another control character.
    #[error("the name holds control characters")]
    ControlCharacter,
}

/// A name of 1 to 120 characters without control characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name as typed; blanks around it are dropped.
    ///
    /// # Errors
    /// [`NameError`], the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = text.trim();
        if is_blank(name) {
            Err(NameError::Empty)
        } else if name.chars().count() > MAX_NAME_CHARS {
            Err(NameError::TooLong)
        } else if name.chars().any(breaks_a_line) {
            Err(NameError::ControlCharacter)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character has no place in a one-line text: it ends lines, cannot be seen or turns the reading direction.
/// The joiners U+200C and U+200D stay: some languages are not written without them.
pub(crate) fn breaks_a_line(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
                | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        )
}

/// Whether nothing of a text can be seen: blanks and joiners alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || matches!(character, '\u{200C}' | '\u{200D}'))
}

// Names never reach a log by accident.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_name_are_dropped() {
        assert_eq!(PersonName::parse("  Zoé Étienne-Nuñez ").unwrap().as_str(), "Zoé Étienne-Nuñez");
    }

    #[test]
    fn a_name_has_1_to_120_characters() {
        assert_eq!(PersonName::parse(" \t"), Err(NameError::Empty));
        assert!(PersonName::parse(&"é".repeat(120)).is_ok());
        assert_eq!(PersonName::parse(&"é".repeat(121)), Err(NameError::TooLong));
    }

    #[test]
    fn a_name_is_one_line() {
        for text in ["a\nb", "a\u{0}b", "a\u{202E}b", "a\u{2028}b"] {
            assert_eq!(PersonName::parse(text), Err(NameError::ControlCharacter));
        }
    }

    #[test]
    fn debug_output_hides_the_name() {
        assert_eq!(format!("{:?}", PersonName::parse("Zoé").unwrap()), "PersonName(…)");
    }
}
