//! Item formats behind one enum tag and a version: what a scenario asks, what a response to it is. One
//! format exists now; a pack with a later one is refused with a clear error and old versions stay readable.

pub mod rate;

use crate::ids::ActionId;
use psychometrics::rating::Category;
use rate::{RateItem, RatedAction};
use serde::{Deserialize, Serialize};

/// The formats this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemFormat {
    /// Each action is rated 1 to 4 for effectiveness.
    Rate,
}

/// Why a format tag and version are not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("format \"{format}\" version {version} is not supported by this version; supported: rate version 1")]
pub struct FormatNotSupported {
    /// The tag in the pack.
    pub format: String,
    /// The version in the pack.
    pub version: u32,
}

impl ItemFormat {
    /// The format of a tag and version as they stand in `scenario.toml`.
    ///
    /// # Errors
    /// [`FormatNotSupported`] for every other tag or version.
    pub fn parse(format: &str, version: u32) -> Result<Self, FormatNotSupported> {
        match (format, version) {
            ("rate", 1) => Ok(Self::Rate),
            _ => Err(FormatNotSupported { format: format.to_owned(), version }),
        }
    }

    /// The tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Rate => "rate",
        }
    }

    /// The version.
    #[must_use]
    pub const fn version(self) -> u32 {
        match self {
            Self::Rate => 1,
        }
    }
}

/// What a scenario asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Item {
    /// Rate every action.
    Rate(RateItem),
}

impl Item {
    /// The format.
    #[must_use]
    pub const fn format(&self) -> ItemFormat {
        match self {
            Self::Rate(_) => ItemFormat::Rate,
        }
    }

    /// The actions, in the order of the pack.
    #[must_use]
    pub fn actions(&self) -> &[RatedAction] {
        match self {
            Self::Rate(item) => &item.actions,
        }
    }

    /// The ids of the actions, in the order of the pack.
    pub fn action_ids(&self) -> impl Iterator<Item = &ActionId> {
        self.actions().iter().map(|action| &action.id)
    }
}

/// A candidate's answer to one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Response {
    /// A rating.
    Rate(Category),
}

/// Why a value is no answer in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// A rating is a whole number from 1 to 4.
    #[error("a rating is a whole number from 1 to 4")]
    OutOfRange,
}

impl Response {
    /// Reads an answer as typed or stored: for ratings, one digit from 1 to 4.
    ///
    /// # Errors
    /// [`ResponseError`] when the format has no such answer.
    pub fn parse(format: ItemFormat, text: &str) -> Result<Self, ResponseError> {
        match format {
            ItemFormat::Rate => match text {
                "1" | "2" | "3" | "4" => {
                    let number = text.parse::<u8>().map_err(|_| ResponseError::OutOfRange)?;
                    Self::from_number(format, number)
                }
                _ => Err(ResponseError::OutOfRange),
            },
        }
    }

    /// The answer that a stored number stands for.
    ///
    /// # Errors
    /// [`ResponseError`] when the format has no such answer.
    pub fn from_number(format: ItemFormat, number: u8) -> Result<Self, ResponseError> {
        match format {
            ItemFormat::Rate => {
                Category::try_from(number).map(Self::Rate).map_err(|_| ResponseError::OutOfRange)
            }
        }
    }

    /// The number that is stored: for ratings, the category from 1 to 4.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Rate(category) => category.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_supported() {
        let format = ItemFormat::parse("rate", 1).unwrap();

        assert_eq!((format.tag(), format.version()), ("rate", 1));
    }

    #[test]
    fn later_formats_and_versions_are_refused_clearly() {
        let later = [("dialogue", 1), ("best-worst", 1), ("rate", 2), ("rate", 0), ("Rate", 1), ("", 1)];
        for (format, version) in later {
            let error = ItemFormat::parse(format, version).unwrap_err();

            assert!(error.to_string().contains("is not supported by this version"), "{error}");
        }
    }

    #[test]
    fn a_rating_is_one_digit_from_1_to_4() {
        for number in 1..=4u8 {
            let response = Response::parse(ItemFormat::Rate, &number.to_string()).unwrap();

            assert_eq!(response.number(), number);
            assert_eq!(Response::from_number(ItemFormat::Rate, number), Ok(response));
        }
        for text in ["0", "5", "", "01", "+1", " 1", "1.0", "-1", "one", "４"] {
            assert_eq!(Response::parse(ItemFormat::Rate, text), Err(ResponseError::OutOfRange), "{text}");
        }
    }
}
