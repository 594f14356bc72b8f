//! Item formats behind one enum tag and a version: what a scenario asks, and what one stored value of an
//! answer is. A pack with a later format is refused with a clear error and old versions stay readable. What
//! a whole answer is stands in [`answer`].

pub mod answer;
pub mod best_worst;
pub mod by_order;
pub mod dialogue;
pub mod emotion_profile;
pub mod open;
pub mod pick;
pub mod points;
pub mod rank;
pub mod rate;

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use best_worst::BestWorstItem;
use dialogue::DialogueItem;
use emotion_profile::EmotionProfileItem;
use open::{OpenItem, TextDigest};
use pick::PickItem;
use psychometrics::rating::Category;
use rank::RankItem;
use rate::RateItem;
use serde::{Deserialize, Serialize};

/// The formats this version knows; each has version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemFormat {
    /// Each action is rated 1 to 4 for effectiveness.
    Rate,
    /// The best and the worst of four actions are picked.
    BestWorst,
    /// N of M actions are picked.
    Pick,
    /// Four actions are put in order, the most effective first.
    Rank,
    /// How strongly each of five emotions is felt is rated 1 to 4.
    EmotionProfile,
    /// An answer in one's own words, for people to rate.
    Open,
    /// A conversation whose next turn follows from what was said.
    Dialogue,
}

/// Why a format tag and version are not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "format \"{format}\" version {version} is not supported by this version; supported, each in version 1: \
     rate, best-worst, pick, rank, emotion-profile, open, dialogue"
)]
pub struct FormatNotSupported {
    /// The tag in the pack.
    pub format: String,
    /// The version in the pack.
    pub version: u32,
}

impl ItemFormat {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Rate,
        Self::BestWorst,
        Self::Pick,
        Self::Rank,
        Self::EmotionProfile,
        Self::Open,
        Self::Dialogue,
    ];

    /// The format of a tag and version as they stand in `scenario.toml`.
    ///
    /// # Errors
    /// [`FormatNotSupported`] for every other tag or version.
    pub fn parse(format: &str, version: u32) -> Result<Self, FormatNotSupported> {
        Self::ALL
            .into_iter()
            .find(|known| known.tag() == format && known.version() == version)
            .ok_or_else(|| FormatNotSupported { format: format.to_owned(), version })
    }

    /// The tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::BestWorst => "best-worst",
            Self::Pick => "pick",
            Self::Rank => "rank",
            Self::EmotionProfile => "emotion-profile",
            Self::Open => "open",
            Self::Dialogue => "dialogue",
        }
    }

    /// The version.
    #[must_use]
    pub const fn version(self) -> u32 {
        1
    }

    /// Whether the values of a scenario only make sense together, so that all of them are judged before one is stored
    /// ([`answer::check_changes`]).
    #[must_use]
    pub const fn is_judged_whole(self) -> bool {
        matches!(self, Self::BestWorst | Self::Pick | Self::Rank | Self::Dialogue)
    }

    /// How many rated actions a scored part of this format weighs: a rated action and a node of a dialogue
    /// one, a whole scenario of another format four (decisions.md, "Score").
    #[must_use]
    pub const fn weight(self) -> u16 {
        match self {
            Self::Rate | Self::Dialogue => 1,
            _ => 4,
        }
    }
}

/// What a scenario asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Item {
    /// Rate every action.
    Rate(RateItem),
    /// Pick the best and the worst action.
    BestWorst(BestWorstItem),
    /// Pick N of M actions.
    Pick(PickItem),
    /// Put the actions in order.
    Rank(RankItem),
    /// Rate how strongly each emotion is felt.
    EmotionProfile(EmotionProfileItem),
    /// Answer in one's own words.
    Open(OpenItem),
    /// Hold a conversation.
    Dialogue(DialogueItem),
}

/// What takes one stored value: an action to rate, to rank or to pick, an emotion, « the best », « the
/// worst », an open text, or a node of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its id, unique in the scenario.
    pub id: ActionId,
    /// The family that it scores.
    pub family: Family,
    /// Its tags.
    pub constructs: Vec<Construct>,
    /// Whether it may score at all.
    pub scored: bool,
}

impl Item {
    /// The format.
    #[must_use]
    pub const fn format(&self) -> ItemFormat {
        match self {
            Self::Rate(_) => ItemFormat::Rate,
            Self::BestWorst(_) => ItemFormat::BestWorst,
            Self::Pick(_) => ItemFormat::Pick,
            Self::Rank(_) => ItemFormat::Rank,
            Self::EmotionProfile(_) => ItemFormat::EmotionProfile,
            Self::Open(_) => ItemFormat::Open,
            Self::Dialogue(_) => ItemFormat::Dialogue,
        }
    }

    /// What takes one stored value each, in the order of the pack. The numbers of stored answers follow this
    /// order for good.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let same = |ids: &[ActionId], family: Family, constructs: &[Construct], scored: bool| {
            let slot =
                |id: &ActionId| Slot { id: id.clone(), family, constructs: constructs.to_vec(), scored };
            ids.iter().map(slot).collect()
        };
        match self {
            Self::Rate(item) => item.actions.iter().map(rate::RatedAction::slot).collect(),
            Self::BestWorst(item) => {
                same(&[best_worst::best(), best_worst::worst()], item.family, &item.constructs, true)
            }
            Self::Pick(item) => same(&item.actions, item.family, &item.constructs, true),
            Self::Rank(item) => same(&item.actions, item.family, &item.constructs, true),
            Self::EmotionProfile(item) => same(&item.emotions, item.family, &item.constructs, true),
            Self::Open(item) => same(&[open::text()], item.family, &item.constructs, false),
            Self::Dialogue(item) => item.nodes.iter().map(dialogue::DialogueNode::slot).collect(),
        }
    }

    /// What a candidate sees and one attempt shuffles, in the order of the pack: the actions, the emotions,
    /// or the options of all nodes of a dialogue, node by node.
    #[must_use]
    pub fn shown_ids(&self) -> Vec<ActionId> {
        match self {
            Self::Open(_) => vec![open::text()],
            _ => self.action_ids().cloned().collect(),
        }
    }

    /// The ids that a key values and the prose words, in the order of the pack; none for an open answer.
    pub fn action_ids(&self) -> impl Iterator<Item = &ActionId> {
        let (rated, listed, nodes): (&[rate::RatedAction], &[ActionId], &[dialogue::DialogueNode]) =
            match self {
                Self::Rate(item) => (&item.actions, &[], &[]),
                Self::BestWorst(item) => (&[], &item.actions, &[]),
                Self::Pick(item) => (&[], &item.actions, &[]),
                Self::Rank(item) => (&[], &item.actions, &[]),
                Self::EmotionProfile(item) => (&[], &item.emotions, &[]),
                Self::Open(_) => (&[], &[], &[]),
                Self::Dialogue(item) => (&[], &[], &item.nodes),
            };
        let options = nodes.iter().flat_map(|node| node.options.iter().map(|option| &option.id));
        rated.iter().map(|action| &action.id).chain(listed).chain(options)
    }

    /// The dialogue, when it is one.
    #[must_use]
    pub const fn dialogue(&self) -> Option<&DialogueItem> {
        match self {
            Self::Dialogue(item) => Some(item),
            _ => None,
        }
    }
}

/// One stored value of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Response {
    /// A rating of an action or an emotion.
    Rate(Category),
    /// Whether an action is picked (pick N of M).
    Picked(bool),
    /// A place in an order, 1 the most effective.
    Place(Place4),
    /// The action picked as best or worst, or the option taken at a node: its place in the pack, from 1.
    Choice(Place4),
    /// An open text, by its digest: the text itself is stored beside the event. `None` when emptied.
    Text(Option<TextDigest>),
}

/// A number from 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place4(u8);

impl Place4 {
    /// The four numbers.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// The number when it is 1 to 4.
    #[must_use]
    pub fn new(number: usize) -> Option<Self> {
        u8::try_from(number).ok().filter(|number| (1..=4).contains(number)).map(Self)
    }

    /// The number, 1 to 4.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The index in a list, 0 to 3.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0) - 1
    }
}

/// Why a value is no answer in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// The format has no such number: 1 to 4, or 1 to 2 for a pick.
    #[error("the value is a whole number from 1 to 4 (1 or 2 for a pick)")]
    OutOfRange,
    /// An open answer is read with its text ([`Response::of_text`]), not from a number alone.
    #[error("an open answer is read with its text")]
    NeedsText,
}

impl Response {
    /// Reads a value as typed or stored: one digit.
    ///
    /// # Errors
    /// [`ResponseError`] when the format has no such value.
    pub fn parse(format: ItemFormat, text: &str) -> Result<Self, ResponseError> {
        match text {
            "1" | "2" | "3" | "4" => {
                let number = text.parse::<u8>().map_err(|_| ResponseError::OutOfRange)?;
                Self::from_number(format, number)
            }
            _ => Err(ResponseError::OutOfRange),
        }
    }

    /// The value that a stored number stands for.
    ///
    /// # Errors
    /// [`ResponseError`] when the format has no such value.
    pub fn from_number(format: ItemFormat, number: u8) -> Result<Self, ResponseError> {
        let place = || Place4::new(usize::from(number)).ok_or(ResponseError::OutOfRange);
        match format {
            ItemFormat::Rate | ItemFormat::EmotionProfile => {
                Category::try_from(number).map(Self::Rate).map_err(|_| ResponseError::OutOfRange)
            }
            ItemFormat::Pick => match number {
                1 => Ok(Self::Picked(false)),
                2 => Ok(Self::Picked(true)),
                _ => Err(ResponseError::OutOfRange),
            },
            ItemFormat::Rank => place().map(Self::Place),
            ItemFormat::BestWorst | ItemFormat::Dialogue => place().map(Self::Choice),
            ItemFormat::Open if number == 2 => Ok(Self::Text(None)),
            ItemFormat::Open => Err(ResponseError::NeedsText),
        }
    }

    /// The value of an open text; of a blank one, that it was emptied.
    #[must_use]
    pub fn of_text(text: &open::OpenText) -> Self {
        Self::Text((!text.is_blank()).then(|| text.digest()))
    }

    /// The number that is stored: a category, place or choice from 1 to 4; for a pick 2 when picked, else 1;
    /// for an open text 1 with the text beside it, 2 when emptied.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Rate(category) => category.get(),
            Self::Place(place) | Self::Choice(place) => place.get(),
            Self::Picked(true) | Self::Text(None) => 2,
            Self::Picked(false) | Self::Text(Some(_)) => 1,
        }
    }
}

#[cfg(test)]
mod tests;
