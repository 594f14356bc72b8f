//! A candidate's whole answer to one scenario: how the stored values of its slots fold to it, when it is
//! complete, what a posted form means, and which changes are refused. Storing one value is in
//! [`crate::attempt::save`].

pub mod post;

use crate::ids::ActionId;
use crate::item::dialogue::DialogueItem;
use crate::item::dialogue::path::DialoguePath;
use crate::item::open::{TextDigest, TextTooLong};
use crate::item::{Item, Place4, Response, ResponseError, best_worst, open};
use psychometrics::rating::Category;
use std::collections::{BTreeMap, BTreeSet};

/// The last stored value of each slot of a scenario.
pub type SlotValues = BTreeMap<ActionId, Response>;

/// The answer that stands for a scenario now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A category for each action or emotion rated so far.
    Rated(BTreeMap<ActionId, Category>),
    /// The best and the worst action, as far as picked. Both the same is no answer: neither is read.
    BestWorst {
        /// The best.
        best: Option<ActionId>,
        /// The worst.
        worst: Option<ActionId>,
    },
    /// The actions picked.
    Picked(BTreeSet<ActionId>),
    /// The place of each action put in order so far.
    Ranked(BTreeMap<ActionId, Place4>),
    /// The digest of the text; none when blank.
    Open(Option<TextDigest>),
    /// The turns sent: node and option, and whether the conversation has ended.
    Dialogue {
        /// Node and option of each turn.
        sent: Vec<(ActionId, ActionId)>,
        /// Whether it has ended.
        has_ended: bool,
    },
}

/// How far a scenario is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// Nothing.
    Blank,
    /// Something is still asked for.
    Partial,
    /// All that is asked for.
    Complete,
}

/// Why an answer is refused. Nothing of it is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The scenario has no such slot.
    #[error("the scenario asks for no \"{0}\"")]
    UnknownSlot(String),
    /// The slot has no such action or option.
    #[error("\"{given}\" is none of the choices for \"{slot}\"")]
    UnknownChoice {
        /// The slot.
        slot: ActionId,
        /// What was given.
        given: String,
    },
    /// No value of the format.
    #[error("the value for \"{slot}\" cannot be read: {source}")]
    NotAValue {
        /// The slot.
        slot: ActionId,
        /// Why.
        source: ResponseError,
    },
    /// One slot twice in one post.
    #[error("\"{0}\" is answered twice")]
    Twice(ActionId),
    /// The same action as best and as worst.
    #[error("the same action is picked as the best and as the worst")]
    SameBestAndWorst(ActionId),
    /// More picks than asked for.
    #[error("{picked} actions are picked, at most {most} may be")]
    TooManyPicks {
        /// Picked.
        picked: usize,
        /// Allowed.
        most: u32,
    },
    /// One place for two actions.
    #[error("place {0} is given twice")]
    RepeatedPlace(u8),
    /// A place is left out before another one.
    #[error("place {0} is left out")]
    PlaceLeftOut(u8),
    /// The node is not the one whose turn it is.
    #[error("the turn \"{0}\" is not the one that comes now")]
    OffPath(ActionId),
    /// The turn was sent with another option: what was said cannot be taken back.
    #[error("the turn \"{0}\" was sent already")]
    AlreadySent(ActionId),
    /// The text is too long.
    #[error(transparent)]
    TooLong(#[from] TextTooLong),
}

impl Answer {
    /// The answer that the last stored values give. Values that do not fit together, which no page of ours
    /// leaves behind, are read as not given.
    #[must_use]
    pub fn of(item: &Item, values: &SlotValues) -> Self {
        match item {
            Item::Rate(_) | Item::EmotionProfile(_) => Self::Rated(rated(values)),
            Item::BestWorst(definition) => {
                let picked = |slot: &ActionId| match values.get(slot) {
                    Some(Response::Choice(place)) => definition.actions.get(place.index()).cloned(),
                    _ => None,
                };
                let (best, worst) = (picked(&best_worst::best()), picked(&best_worst::worst()));
                if best.is_some() && best == worst {
                    Self::BestWorst { best: None, worst: None }
                } else {
                    Self::BestWorst { best, worst }
                }
            }
            Item::Pick(_) => Self::Picked(picked(values)),
            Item::Rank(_) => Self::Ranked(ranked(values)),
            Item::Open(_) => Self::Open(match values.get(&open::text()) {
                Some(Response::Text(digest)) => *digest,
                _ => None,
            }),
            Item::Dialogue(definition) => {
                let path = path(definition, values);
                let turn = |turn: &crate::item::dialogue::path::SentTurn<'_>| {
                    (turn.node.id.clone(), turn.option.id.clone())
                };
                Self::Dialogue { sent: path.sent.iter().map(turn).collect(), has_ended: path.is_complete() }
            }
        }
    }

    /// How much of what the scenario asks for is given, and how much that is: ratings, emotions, best and worst,
    /// picks, places, one text; in a dialogue the turns sent, and at least how many are still to come.
    #[must_use]
    pub fn progress(&self, item: &Item) -> (usize, usize) {
        match self {
            Self::Rated(ratings) => (ratings.len(), item.slots().len()),
            Self::BestWorst { best, worst } => {
                (usize::from(best.is_some()) + usize::from(worst.is_some()), 2)
            }
            Self::Picked(picked) => match item {
                // More than asked for is no answer either (psychometrics.md 1; product.md 6.4).
                Item::Pick(definition) => {
                    let asked = usize::try_from(definition.picks).unwrap_or(usize::MAX);
                    (if picked.len() > asked { 1 } else { picked.len() }, asked.max(2))
                }
                _ => (0, 1),
            },
            Self::Ranked(places) => {
                let distinct: BTreeSet<&Place4> = places.values().collect();
                let asked = item.slots().len();
                (if distinct.len() < places.len() { places.len().min(1) } else { places.len() }, asked)
            }
            Self::Open(digest) => (usize::from(digest.is_some()), 1),
            Self::Dialogue { sent, .. } => {
                let last = sent.last().map(|(_, option)| option);
                let left = item.dialogue().map_or(0, |dialogue| dialogue.fewest_turns_after(last));
                (sent.len(), sent.len() + left)
            }
        }
    }

    /// How far the scenario is answered.
    #[must_use]
    pub fn completeness(&self, item: &Item) -> Completeness {
        let (given, asked) = self.progress(item);
        match given {
            0 => Completeness::Blank,
            _ if given < asked => Completeness::Partial,
            _ => Completeness::Complete,
        }
    }
}

/// The way through a dialogue that the stored values give.
#[must_use]
pub fn path<'d>(item: &'d DialogueItem, values: &SlotValues) -> DialoguePath<'d> {
    DialoguePath::of(item, |node| match values.get(node) {
        Some(Response::Choice(place)) => Some(*place),
        _ => None,
    })
}

fn rated(values: &SlotValues) -> BTreeMap<ActionId, Category> {
    let rating = |(slot, value): (&ActionId, &Response)| match value {
        Response::Rate(category) => Some((slot.clone(), *category)),
        _ => None,
    };
    values.iter().filter_map(rating).collect()
}

fn picked(values: &SlotValues) -> BTreeSet<ActionId> {
    let is_picked = |value: &Response| *value == Response::Picked(true);
    values.iter().filter(|(_, value)| is_picked(value)).map(|(slot, _)| slot.clone()).collect()
}

fn ranked(values: &SlotValues) -> BTreeMap<ActionId, Place4> {
    let place = |(slot, value): (&ActionId, &Response)| match value {
        Response::Place(place) => Some((slot.clone(), *place)),
        _ => None,
    };
    values.iter().filter_map(place).collect()
}

/// Whether changed values may be stored over those that stand: all of them or none. The same for a posted
/// form and for single values that an island saves; to be asked inside the transaction that stores.
///
/// # Errors
/// [`AnswerError`], the first that applies.
pub fn check_changes(
    item: &Item,
    stored: &SlotValues,
    changes: &[(ActionId, Response)],
) -> Result<(), AnswerError> {
    let slots = item.slots();
    let mut seen = BTreeSet::new();
    for (slot, value) in changes {
        if !slots.iter().any(|known| known.id == *slot) {
            return Err(AnswerError::UnknownSlot(slot.to_string()));
        }
        if !seen.insert(slot) {
            return Err(AnswerError::Twice(slot.clone()));
        }
        check_kind(item, slot, *value)?;
    }
    if let Item::Dialogue(definition) = item {
        return check_turns(definition, stored, changes);
    }
    let mut after = stored.clone();
    after.extend(changes.iter().cloned());
    match item {
        Item::BestWorst(definition) => {
            let choice = |slot: &ActionId| after.get(slot).copied();
            match (choice(&best_worst::best()), choice(&best_worst::worst())) {
                (Some(Response::Choice(best)), Some(worst)) if worst == Response::Choice(best) => {
                    let action = definition.actions.get(best.index()).cloned();
                    Err(AnswerError::SameBestAndWorst(action.unwrap_or_else(best_worst::best)))
                }
                _ => Ok(()),
            }
        }
        Item::Pick(definition) => {
            let picked = picked(&after).len();
            if u32::try_from(picked).is_ok_and(|picked| picked <= definition.picks) {
                Ok(())
            } else {
                Err(AnswerError::TooManyPicks { picked, most: definition.picks })
            }
        }
        Item::Rank(_) => check_places(&ranked(&after)),
        _ => Ok(()),
    }
}

/// Whether the value is one that the slot may hold.
fn check_kind(item: &Item, slot: &ActionId, value: Response) -> Result<(), AnswerError> {
    let choices = match item {
        Item::BestWorst(definition) => definition.actions.len(),
        Item::Dialogue(definition) => definition.node(slot).map_or(0, |node| node.options.len()),
        _ => usize::MAX,
    };
    let fits = match (item, value) {
        (Item::Rate(_) | Item::EmotionProfile(_), Response::Rate(_))
        | (Item::Pick(_), Response::Picked(_))
        | (Item::Rank(_), Response::Place(_))
        | (Item::Open(_), Response::Text(_)) => true,
        (Item::BestWorst(_) | Item::Dialogue(_), Response::Choice(place)) => place.index() < choices,
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(AnswerError::UnknownChoice { slot: slot.clone(), given: value.number().to_string() })
    }
}

/// One turn after the other: the current node, or a turn sent before with the same option.
fn check_turns(
    item: &DialogueItem,
    stored: &SlotValues,
    changes: &[(ActionId, Response)],
) -> Result<(), AnswerError> {
    let path = path(item, stored);
    for (index, (node, value)) in changes.iter().enumerate() {
        if path.has_sent(node) {
            if stored.get(node) != Some(value) {
                return Err(AnswerError::AlreadySent(node.clone()));
            }
        } else if index > 0 || path.current.is_none_or(|current| current.id != *node) {
            // A second new turn cannot follow in one post: its options were not shown yet.
            return Err(AnswerError::OffPath(node.clone()));
        }
    }
    Ok(())
}

/// Places run from 1 without gaps and repeats; those behind may still be open.
fn check_places(places: &BTreeMap<ActionId, Place4>) -> Result<(), AnswerError> {
    let mut given: Vec<u8> = places.values().map(|place| place.get()).collect();
    given.sort_unstable();
    if let Some((place, _)) = given.iter().zip(given.iter().skip(1)).find(|(one, next)| one == next) {
        return Err(AnswerError::RepeatedPlace(*place));
    }
    match (1..).zip(&given).find(|(expected, place)| *expected != **place) {
        Some((expected, _)) => Err(AnswerError::PlaceLeftOut(expected)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
