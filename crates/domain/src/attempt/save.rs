//! Saving one answer (decisions.md, "Saving an answer"): from the facts of the attempt, what is stored for
//! the action and what comes in, the verdict. It stores nothing; the caller does, in the same transaction.
//!
//! The idempotency key of a save is (attempt, action, epoch, sequence). Sequences grow per action over all
//! epochs, so the last stored one is also the one with the highest sequence.

use crate::attempt::{AttemptFacts, ClosedReason, Epoch, Place, Sequence, was_shown};
use crate::item::Response;
use chrono::{DateTime, Utc};

/// An answer as it stands in the append-only events of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The epoch that wrote it.
    pub epoch: Epoch,
    /// Its sequence.
    pub sequence: Sequence,
    /// The answer.
    pub value: Response,
}

/// An answer that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomingAnswer {
    /// The epoch that stands in the form or the island's props.
    pub epoch: Epoch,
    /// Its sequence, above the base.
    pub sequence: Sequence,
    /// The last stored sequence that it was rendered from; [`Sequence::NONE`] when none was.
    pub base: Sequence,
    /// The answer.
    pub value: Response,
}

/// What is stored for one action of one attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoredAnswers {
    /// The last stored answer.
    pub last: Option<StoredAnswer>,
    /// The stored answer with the same epoch and sequence as the incoming one, needed only when
    /// [`needs_same_key`] says so.
    pub same_key: Option<StoredAnswer>,
}

impl StoredAnswers {
    /// The two answers that matter among all stored for the action, in any order.
    #[must_use]
    pub fn among(events: &[StoredAnswer], incoming: &IncomingAnswer) -> Self {
        Self {
            last: events.iter().max_by_key(|event| event.sequence).copied(),
            same_key: events.iter().find(|event| event.has_key_of(incoming)).copied(),
        }
    }
}

impl StoredAnswer {
    fn has_key_of(&self, incoming: &IncomingAnswer) -> bool {
        self.epoch == incoming.epoch && self.sequence == incoming.sequence
    }
}

/// Whether an earlier event could have the key of the incoming answer, so that it must be looked up. False
/// on the way that nearly every save takes: a sequence beyond the last stored one.
#[must_use]
pub fn needs_same_key(last: Option<StoredAnswer>, incoming: &IncomingAnswer) -> bool {
    last.is_some_and(|last| incoming.sequence <= last.sequence && !last.has_key_of(incoming))
}

/// What to do with an incoming answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveVerdict {
    /// Store it, then acknowledge it.
    Store,
    /// Acknowledge without storing: this very save, or the value it brings, is stored already.
    AlreadyStored {
        /// What the server holds now.
        last: StoredAnswer,
    },
    /// 409: the server holds another value that this writer has not seen. Show both.
    Conflict {
        /// What the server holds now.
        stored: StoredAnswer,
        /// What came in.
        incoming: IncomingAnswer,
    },
    /// 409: another device or tab has taken over. Show both, offer to continue here.
    OldEpoch {
        /// The epoch that may write.
        current: Epoch,
        /// What the server holds now.
        stored: Option<StoredAnswer>,
        /// What came in.
        incoming: IncomingAnswer,
    },
    /// 409: the attempt takes nothing any more.
    Closed {
        /// Why.
        reason: ClosedReason,
        /// Whether the value that came in is the one stored, so that the candidate has lost nothing.
        is_stored: bool,
    },
    /// 400: this epoch was never issued.
    UnknownEpoch {
        /// The epoch that may write.
        current: Epoch,
    },
    /// 400: the scenario has not been shown.
    NotShown,
    /// 400: the sequence is not above the base.
    BadSequence,
}

impl SaveVerdict {
    /// Whether the answer may be acknowledged (once stored).
    #[must_use]
    pub const fn is_acknowledged(&self) -> bool {
        matches!(self, Self::Store | Self::AlreadyStored { .. })
    }
}

/// The verdict on one incoming answer to an action of the scenario at `place`. The rules in order:
///
/// 1. a sequence not above its base is malformed;
/// 2. nothing is acknowledged once the attempt is closed;
/// 3. the same key with the same value is acknowledged again, whatever epoch rules now;
/// 4. an epoch other than the current one is refused;
/// 5. the same key with another value is a conflict, even when a later save has brought that value;
/// 6. a scenario not shown takes no answer;
/// 7. the first answer, or one rendered from what is stored, is stored;
/// 8. anything else was rendered from something older: acknowledged when it brings the stored value, else a
///    conflict.
#[must_use]
pub fn judge_save(
    facts: &AttemptFacts,
    now: DateTime<Utc>,
    place: Place,
    stored: StoredAnswers,
    incoming: IncomingAnswer,
) -> SaveVerdict {
    let StoredAnswers { last, same_key } = stored;
    if incoming.sequence <= incoming.base {
        return SaveVerdict::BadSequence;
    }
    if let Some(reason) = facts.closed(now) {
        let is_stored = last.is_some_and(|last| last.value == incoming.value);
        return SaveVerdict::Closed { reason, is_stored };
    }
    let same_key = last.filter(|last| last.has_key_of(&incoming)).or(same_key);
    if let (Some(last), Some(same_key)) = (last, same_key)
        && same_key.value == incoming.value
    {
        return SaveVerdict::AlreadyStored { last };
    }
    if incoming.epoch > facts.epoch {
        return SaveVerdict::UnknownEpoch { current: facts.epoch };
    }
    if incoming.epoch < facts.epoch {
        return SaveVerdict::OldEpoch { current: facts.epoch, stored: last, incoming };
    }
    if let (Some(stored), Some(_)) = (last, same_key) {
        return SaveVerdict::Conflict { stored, incoming };
    }
    if !was_shown(place, facts.furthest) {
        return SaveVerdict::NotShown;
    }
    match last {
        None => SaveVerdict::Store,
        Some(last) if last.sequence == incoming.base => SaveVerdict::Store,
        Some(last) if last.value == incoming.value => SaveVerdict::AlreadyStored { last },
        Some(stored) => SaveVerdict::Conflict { stored, incoming },
    }
}

#[cfg(test)]
mod tests;
