//! Newtypes for every id. Row ids are UUIDs (version 7, made by `services`) kept as their canonical text,
//! because both databases store them as text. Content ids are the words that stand in a pack.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use uuid::Uuid;

/// Longest content id, in characters.
pub const MAX_CONTENT_ID_CHARS: usize = 48;

/// A text that is not an id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a UUID in its canonical form: 36 characters, lower case, hyphenated.
    #[error("not a UUID in canonical form")]
    NotAUuid,
    /// Not lower-case ASCII words joined by single hyphens, of at most 48 characters.
    #[error("not lower-case ASCII words joined by hyphens, at most {MAX_CONTENT_ID_CHARS} characters")]
    NotAContentId,
}

macro_rules! text_id {
    ($name:ident, $canonical:ident) => {
        impl $name {
            /// Reads an id from text; the form is checked, not whether such a row exists.
            ///
            /// # Errors
            /// [`IdError`] when the text does not have the form of this kind of id.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                $canonical(text).map(|()| Self(text.to_owned()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

macro_rules! uuid_id {
    ($( $(#[$meta:meta])* $name:ident )+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(String);

            impl $name {
                /// The id that a UUID made elsewhere stands for.
                #[must_use]
                pub fn new(uuid: Uuid) -> Self {
                    Self(uuid.hyphenated().to_string())
                }
            }

            impl From<Uuid> for $name {
                fn from(uuid: Uuid) -> Self {
                    Self::new(uuid)
                }
            }

            text_id!($name, canonical_uuid);
        )+
    };
}

macro_rules! content_id {
    ($( $(#[$meta:meta])* $name:ident )+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(String);

            text_id!($name, canonical_words);
        )+
    };
}

uuid_id! {
    /// An organisation, the owner of everything else.
    OrganisationId
    /// A person who logs in: recruiter, owner, author, rater or auditor.
    UserId
    /// One login of one user.
    SessionId
    /// One link that invites a colleague.
    ColleagueInvitationId
    /// One hiring for one job.
    CampaignId
    /// One person's link to a campaign.
    InvitationId
    /// One sitting of a form.
    AttemptId
    /// Frozen statistics that scores refer to.
    SnapshotId
    /// One row of numbers with versions.
    ScoreId
    /// A published state of a ranking.
    RankingVersionId
    /// One decision by a person.
    DecisionId
    /// One request of a candidate that a person look again.
    HumanReviewId
    /// One note of a colleague on a candidate.
    NoteId
    /// One word that an organisation sorts candidates by.
    TagId
    /// One imported version of a pack in the database.
    PackRowId
    /// One version of a key in the database.
    KeyRowId
    /// One mail in the queue.
    MailId
    /// One frozen set of scores that others are compared with.
    NormGroupId
    /// One list of later outcomes that was taken in.
    OutcomeImportId
    /// The random (version 4) id of an attempt in blind addresses and exports: unlike the row ids it tells
    /// nothing about the order in which people came.
    PublicId
}

content_id! {
    /// A pack, such as `relation-client`.
    PackId
    /// A scenario of a pack, such as `missed-appointment`.
    ScenarioId
    /// An action of a scenario, such as `book-tomorrow`; unique within its scenario.
    ActionId
    /// A form of a pack, such as `screen-12`.
    FormId
}

impl ActionId {
    /// The id of a slot that the format names, such as `best`; the word is one of ours and well formed.
    pub(crate) fn of_word(word: &'static str) -> Self {
        Self(word.to_owned())
    }
}

fn canonical_uuid(text: &str) -> Result<(), IdError> {
    let uuid = Uuid::try_parse(text).map_err(|_| IdError::NotAUuid)?;
    let mut buffer = Uuid::encode_buffer();
    // One row has one spelling: upper case, braces and bare digits would be other texts for the same row.
    if *uuid.hyphenated().encode_lower(&mut buffer) == *text { Ok(()) } else { Err(IdError::NotAUuid) }
}

fn canonical_words(text: &str) -> Result<(), IdError> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.len() <= MAX_CONTENT_ID_CHARS && text.split('-').all(is_word) {
        Ok(())
    } else {
        Err(IdError::NotAContentId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = "0193f2a1-7c00-7abc-8def-0123456789ab";

    #[test]
    fn canonical_uuid_text_is_read_and_written_back() {
        let id = AttemptId::parse(CANONICAL).unwrap();

        assert_eq!(id.as_str(), CANONICAL);
        assert_eq!(id.to_string(), CANONICAL);
        assert_eq!(id, AttemptId::new(Uuid::parse_str(CANONICAL).unwrap()));
    }

    #[test]
    fn another_spelling_of_the_same_uuid_is_refused() {
        for text in [
            "0193F2A1-7C00-7ABC-8DEF-0123456789AB",
            "0193f2a17c007abc8def0123456789ab",
            "{0193f2a1-7c00-7abc-8def-0123456789ab}",
            "urn:uuid:0193f2a1-7c00-7abc-8def-0123456789ab",
            " 0193f2a1-7c00-7abc-8def-0123456789ab",
            "0193f2a1-7c00-7abc-8def-0123456789a",
            "",
        ] {
            assert_eq!(CampaignId::parse(text), Err(IdError::NotAUuid), "{text}");
        }
    }

    #[test]
    fn ids_are_strings_in_json() {
        let id = PublicId::parse(CANONICAL).unwrap();

        let json = serde_json::to_string(&id).unwrap();

        assert_eq!(json, format!("\"{CANONICAL}\""));
        assert_eq!(serde_json::from_str::<PublicId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<PublicId>("\"nobody\"").is_err());
    }

    #[test]
    fn words_joined_by_hyphens_are_content_ids() {
        for text in ["missed-appointment", "screen-12", "a", "24h"] {
            assert_eq!(ScenarioId::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn other_texts_are_not_content_ids() {
        let too_long = "a".repeat(49);
        for text in ["", "-", "a-", "-a", "a--b", "Missed", "été", "a_b", "a b", "../etc", too_long.as_str()]
        {
            assert_eq!(ScenarioId::parse(text), Err(IdError::NotAContentId), "{text}");
        }
        assert!(ScenarioId::parse(&"a".repeat(48)).is_ok());
    }
}
