//! Content packs: text files in, typed values or the list of all problems out (docs/pack-format.md). The pack
//! holds everything that is shown; its key stands apart ([`crate::key::Key`]). Reading files from a folder
//! and storing packs is not done here.

mod actions;
mod advice;
mod check;
mod dialogue;
mod form;
mod hash;
mod localised;
mod lookup;
mod manifest;
pub mod media;
mod media_files;
mod media_reader;
pub mod problem;
mod prose;
mod scenario;
mod toml_file;
mod toml_reader;
mod tone_words;
mod traits;
mod webvtt;

#[cfg(test)]
mod relation_client;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use crate::closed_code::closed_code;
use crate::construct::{Construct, Family};
use crate::content::traits::Traits;
use crate::ids::{ActionId, FormId, PackId, ScenarioId};
use crate::item::Item;
use crate::key::Key;
use crate::language::Language;
use media::{Media, StoredMedia, stored_media};
use problem::{Problem, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the pack format that is read.
pub const PACK_FORMAT: u32 = 1;

/// One file of a pack folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its path inside the folder, with `/` between the parts: `scenarios/missed-appointment/fr.toml`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A pack without errors, its key apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPack {
    /// What is shown.
    pub pack: Pack,
    /// What it is scored against.
    pub key: Key,
    /// What its actions look like without the key; never stored.
    pub traits: Traits,
    /// The bytes of its media files, which the pack names by their hash.
    pub media: Vec<StoredMedia>,
    /// Advice; each has severity warning.
    pub warnings: Vec<Problem>,
}

/// A versioned set of scenarios with everything about them but the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Version of the format, [`PACK_FORMAT`].
    pub format: u32,
    /// Its id.
    pub id: PackId,
    /// Semantic version of the content.
    pub version: String,
    /// The answers can be looked up: for practice, demonstration and piloting only.
    #[serde(rename = "public")]
    pub is_public: bool,
    /// Its languages: at least one, each once.
    pub languages: Vec<Language>,
    /// Licence of the content.
    pub licence: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Title.
    pub title: Localised<String>,
    /// Description.
    pub description: Localised<String>,
    /// Names of the five families, in their order.
    pub families: Vec<FamilyText>,
    /// Names and definitions of the ten constructs.
    pub constructs: Vec<ConstructText>,
    /// What each form must hold.
    pub blueprint: Blueprint,
    /// The forms.
    pub forms: Vec<FormDefinition>,
    /// The works the content rests on.
    pub sources: Vec<Source>,
    /// The scenarios.
    pub scenarios: BTreeMap<ScenarioId, Scenario>,
}

/// A value in every language of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localised<T>(BTreeMap<Language, T>);

/// The name of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyText {
    /// The family.
    pub id: Family,
    /// Its name.
    pub name: Localised<String>,
}

/// The name and definition of a construct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstructText {
    /// The construct.
    pub id: Construct,
    /// Its name.
    pub name: Localised<String>,
    /// Its definition.
    pub definition: Localised<String>,
}

/// What a form must hold among its scored scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// Fewest scored actions of each family.
    pub min_scored_actions_per_family: u32,
    /// Fewest scored actions tagged with each construct.
    pub min_actions_per_construct: u32,
    /// Channels that must occur.
    pub channels: Vec<Channel>,
    /// Emotions that must occur.
    pub emotions: Vec<Emotion>,
}

/// A form as the manifest defines it; [`crate::form::Form`] resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// Its id.
    pub id: FormId,
    /// Its version, raised whenever the list changes.
    pub version: u32,
    /// Its name.
    pub name: Localised<String>,
    /// The practice scenario.
    pub practice: ScenarioId,
    /// The scenarios in the order shown.
    pub scenarios: Vec<ScenarioId>,
    /// Those of the scenarios that are not scored.
    pub trial: Vec<ScenarioId>,
    /// Those of the scenarios that are practice too, such as the practice dialogue: shown with their
    /// explanation where they stand, never scored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub practice_also: Vec<ScenarioId>,
}

/// A work the content rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The reference.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
}

closed_code! {
    /// How the customer and the candidate meet.
    pub enum Channel {
        /// E-mail.
        Email = "email",
        /// Written chat.
        Chat = "chat",
        /// Phone, as a transcript.
        Phone = "phone",
        /// At the counter.
        Counter = "counter",
    }
}

closed_code! {
    /// What the scenario is about.
    pub enum Context {
        /// Bills.
        Billing = "billing",
        /// Debt collection.
        Collections = "collections",
        /// Delivery.
        Delivery = "delivery",
        /// After-sales service.
        AfterSales = "after-sales",
        /// Advice.
        Advice = "advice",
        /// A long-standing or important customer.
        Vip = "vip",
        /// Reception.
        Reception = "reception",
        /// Waiting.
        Waiting = "waiting",
        /// A customer who is abusive.
        Abuse = "abuse",
        /// A script that does not fit.
        Script = "script",
        /// Leading a team.
        TeamLead = "team-lead",
    }
}

closed_code! {
    /// What the customer feels.
    pub enum Emotion {
        /// Anger.
        Anger = "anger",
        /// Worry.
        Worry = "worry",
        /// Disappointment.
        Disappointment = "disappointment",
        /// Shame.
        Shame = "shame",
        /// Confusion.
        Confusion = "confusion",
        /// Joy.
        Joy = "joy",
    }
}

closed_code! {
    /// The gender that a text gives its customer. Told by authors to balance the names; nothing else uses it.
    pub enum Gender {
        /// A woman.
        Woman = "woman",
        /// A man.
        Man = "man",
    }
}

closed_code! {
    /// What was expected against what was lived.
    pub enum ExpectationGap {
        /// No gap.
        None = "none",
        /// A small gap.
        Small = "small",
        /// A large gap.
        Large = "large",
    }
}

closed_code! {
    /// Who speaks a turn.
    pub enum Speaker {
        /// The customer.
        Customer = "customer",
        /// The candidate, before the moment of the question.
        You = "you",
        /// A colleague.
        Colleague = "colleague",
    }
}

/// One situation with its actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its id.
    pub id: ScenarioId,
    /// Its version.
    pub version: u32,
    /// The format with its actions.
    pub item: Item,
    /// Channel.
    pub channel: Channel,
    /// Context.
    pub context: Context,
    /// Reading and rating, the median aimed at, in seconds.
    pub expected_seconds: u32,
    /// What the customer feels.
    pub emotion: Emotion,
    /// What the customer expected against what they lived.
    pub expectation_gap: ExpectationGap,
    /// The prose in every language of the pack.
    pub prose: Localised<Prose>,
}

/// The prose of a scenario in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prose {
    /// Title.
    pub title: String,
    /// The situation, in the second person.
    pub situation: String,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's gender in this text, for the balance of names; none when not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_gender: Option<Gender>,
    /// What was written or said.
    pub message: Message,
    /// Pictures, recordings and films that are shown beside the text; never needed to answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// What an open answer is asked for; none in other formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The actions, emotions or options, in the order of the scenario's definition.
    pub actions: Vec<ActionProse>,
}

/// What was written or said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Message {
    /// An e-mail.
    Email {
        /// Its subject.
        subject: String,
        /// Its paragraphs.
        paragraphs: Vec<String>,
    },
    /// A conversation in chat, on the phone or at the counter.
    Turns(Vec<Turn>),
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Who speaks.
    pub who: Speaker,
    /// What is said.
    pub text: String,
}

/// The prose of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionProse {
    /// The action.
    pub id: ActionId,
    /// What one would do.
    pub text: String,
    /// What the customer answers to an option of a dialogue; none in other formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// Why it is more or less effective. It gives the key away: shown with the key only.
    pub rationale: String,
}

impl Pack {
    /// Reads a pack from its files.
    ///
    /// # Errors
    /// All problems found, advice included, in the order of files and lines; at least one is an error.
    pub fn parse(files: &[PackFile]) -> Result<ParsedPack, Vec<Problem>> {
        let (parsed, problems) = check::check(files);
        match parsed {
            Some((pack, key, traits))
                if problems.iter().all(|problem| problem.severity() == Severity::Warning) =>
            {
                let media = stored_media(&pack, files);
                Ok(ParsedPack { pack, key, traits, media, warnings: problems })
            }
            _ => Err(problems),
        }
    }
}
