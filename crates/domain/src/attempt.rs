//! An attempt: one sitting of a form. This module owns its states, the places a candidate moves through,
//! who may write to it, and which of its scenarios count as shown. Saving one answer is in [`save`].
//! Times and rows come from the caller, inside the transaction that acts on the answer.

pub mod save;

use crate::closed_code::closed_code;
use chrono::{DateTime, Utc};

closed_code! {
    /// Whether an attempt takes answers.
    pub enum AttemptState {
        /// Under way.
        Started = "started",
        /// Finished by the candidate.
        Finished = "finished",
        /// The campaign closed first; scored by the missing rule.
        Expired = "expired",
    }
}

/// Which writer may save: raised by every start, « continue here » and take-over, and only by those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(i32);

/// The number of a save of one action: 1 or more, growing over all epochs of the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(i32);

/// A number that cannot be an epoch, a sequence or a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is out of range")]
pub struct NumberOutOfRange(pub i64);

impl Epoch {
    /// The epoch of the start.
    pub const FIRST: Self = Self(1);

    /// Reads an epoch, 1 or more.
    ///
    /// # Errors
    /// [`NumberOutOfRange`] below 1 or above what the databases hold.
    pub fn from_number(number: i64) -> Result<Self, NumberOutOfRange> {
        i32::try_from(number).ok().filter(|n| *n >= 1).map(Self).ok_or(NumberOutOfRange(number))
    }

    /// The epoch as stored.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The epoch that the next take-over issues.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Sequence {
    /// Stands for "nothing stored" as the base of a first save.
    pub const NONE: Self = Self(0);

    /// Reads a sequence; 0 is [`Sequence::NONE`].
    ///
    /// # Errors
    /// [`NumberOutOfRange`] below 0 or above what the databases hold.
    pub fn from_number(number: i64) -> Result<Self, NumberOutOfRange> {
        i32::try_from(number).ok().filter(|n| *n >= 0).map(Self).ok_or(NumberOutOfRange(number))
    }

    /// The sequence as stored.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The sequence of a save rendered from this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Where a candidate is in a form; places come in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The practice scenario with its explanation.
    Practice,
    /// A scenario, from 1 to the number of scenarios.
    Scenario(u16),
    /// The review of all answers.
    Review,
}

/// How many scenarios follow the practice, 1 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FormLength(u16);

impl FormLength {
    /// The length of a form of so many scenarios after the practice.
    ///
    /// # Errors
    /// [`NumberOutOfRange`] for 0 and for more than 1,000.
    pub fn new(scenarios: usize) -> Result<Self, NumberOutOfRange> {
        u16::try_from(scenarios)
            .ok()
            .filter(|n| (1..=1_000).contains(n))
            .map(Self)
            .ok_or(NumberOutOfRange(i64::try_from(scenarios).unwrap_or(i64::MAX)))
    }

    /// The number of scenarios after the practice.
    #[must_use]
    pub const fn scenarios(self) -> u16 {
        self.0
    }

    /// The place of a number: 0 the practice, then the scenarios, then one more for the review.
    ///
    /// # Errors
    /// [`NumberOutOfRange`] for a place that the form does not have.
    pub fn place(self, number: i64) -> Result<Place, NumberOutOfRange> {
        match u16::try_from(number) {
            Ok(0) => Ok(Place::Practice),
            Ok(scenario) if scenario <= self.0 => Ok(Place::Scenario(scenario)),
            Ok(review) if review == self.0 + 1 => Ok(Place::Review),
            _ => Err(NumberOutOfRange(number)),
        }
    }

    /// The number of a place, as stored.
    #[must_use]
    pub fn number(self, place: Place) -> i32 {
        match place {
            Place::Practice => 0,
            Place::Scenario(scenario) => i32::from(scenario),
            Place::Review => i32::from(self.0) + 1,
        }
    }

    /// The place after this one; none after the review.
    #[must_use]
    pub const fn after(self, place: Place) -> Option<Place> {
        match place {
            Place::Practice => Some(Place::Scenario(1)),
            Place::Scenario(scenario) if scenario < self.0 => Some(Place::Scenario(scenario + 1)),
            Place::Scenario(_) => Some(Place::Review),
            Place::Review => None,
        }
    }

    /// The place before this one; none before the practice.
    #[must_use]
    pub const fn before(self, place: Place) -> Option<Place> {
        match place {
            Place::Practice => None,
            Place::Scenario(scenario) if scenario > 1 => Some(Place::Scenario(scenario - 1)),
            Place::Scenario(_) => Some(Place::Practice),
            Place::Review => Some(Place::Scenario(self.0)),
        }
    }

    /// The scenario after which the half-way pause asks whether all is well.
    #[must_use]
    pub const fn half_way(self) -> u16 {
        self.0.div_ceil(2)
    }
}

/// Whether a scenario counts as shown: a POST once moved the attempt to it or past it. Where the candidate
/// is now does not matter, and reading a page shows nothing.
#[must_use]
pub fn was_shown(scenario: Place, furthest: Place) -> bool {
    scenario <= furthest
}

/// What decides whether an attempt may be written to, read in the transaction that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptFacts {
    /// Its state.
    pub state: AttemptState,
    /// Its current writer epoch.
    pub epoch: Epoch,
    /// The furthest place that a POST has moved it to.
    pub furthest: Place,
    /// When it stops taking answers: the closing date, or the moment a person closed the campaign.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Why an attempt takes nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClosedReason {
    /// The candidate has finished it.
    Finished,
    /// It has been expired.
    Expired,
    /// The closing time has passed; the job will expire it.
    PastClosing,
}

/// Why a step of an attempt is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// It takes nothing any more.
    #[error("the attempt is closed")]
    Closed(ClosedReason),
    /// Another device or tab has taken over since.
    #[error("the attempt was taken over")]
    OldEpoch {
        /// The epoch that may write.
        current: Epoch,
    },
    /// An epoch that was never issued.
    #[error("no such epoch was issued")]
    UnknownEpoch {
        /// The epoch that may write.
        current: Epoch,
    },
    /// A place more than one step beyond the furthest shown.
    #[error("this place has not been reached")]
    NotReached,
    /// Finishing is offered on the review only, which comes after every scenario.
    #[error("the review has not been reached")]
    ReviewNotReached,
    /// The attempt may still be continued.
    #[error("the closing time has not passed")]
    StillOpen,
}

impl AttemptFacts {
    /// Why the attempt takes nothing at this time; none while it does.
    #[must_use]
    pub fn closed(&self, now: DateTime<Utc>) -> Option<ClosedReason> {
        match self.state {
            AttemptState::Finished => Some(ClosedReason::Finished),
            AttemptState::Expired => Some(ClosedReason::Expired),
            AttemptState::Started => {
                self.closes_at.is_some_and(|closing| closing <= now).then_some(ClosedReason::PastClosing)
            }
        }
    }

    /// The furthest place after a move to `to` by the writer of `epoch`: any place shown before, or the next.
    ///
    /// # Errors
    /// [`StepRefused`] when closed, from another epoch, or too far ahead.
    pub fn judge_move(
        &self,
        now: DateTime<Utc>,
        epoch: Epoch,
        to: Place,
        length: FormLength,
    ) -> Result<Place, StepRefused> {
        self.judge_writer(now, epoch)?;
        if to <= self.furthest || length.after(self.furthest) == Some(to) {
            Ok(self.furthest.max(to))
        } else {
            Err(StepRefused::NotReached)
        }
    }

    /// The state after the candidate finishes.
    ///
    /// # Errors
    /// [`StepRefused`] when closed (finishing twice included), from another epoch, or before the review.
    pub fn judge_finish(&self, now: DateTime<Utc>, epoch: Epoch) -> Result<AttemptState, StepRefused> {
        self.judge_writer(now, epoch)?;
        if self.furthest == Place::Review {
            Ok(AttemptState::Finished)
        } else {
            Err(StepRefused::ReviewNotReached)
        }
    }

    /// The epoch that « continue here » or a take-over issues.
    ///
    /// # Errors
    /// [`StepRefused::Closed`] when there is nothing to continue.
    pub fn judge_take_over(&self, now: DateTime<Utc>) -> Result<Epoch, StepRefused> {
        match self.closed(now) {
            Some(reason) => Err(StepRefused::Closed(reason)),
            None => Ok(self.epoch.next()),
        }
    }

    /// The state after the expiry job has met the attempt.
    ///
    /// # Errors
    /// [`StepRefused::StillOpen`] before the closing time, [`StepRefused::Closed`] when already closed.
    pub fn judge_expiry(&self, now: DateTime<Utc>) -> Result<AttemptState, StepRefused> {
        match self.closed(now) {
            Some(ClosedReason::PastClosing) => Ok(AttemptState::Expired),
            Some(reason) => Err(StepRefused::Closed(reason)),
            None => Err(StepRefused::StillOpen),
        }
    }

    fn judge_writer(&self, now: DateTime<Utc>, epoch: Epoch) -> Result<(), StepRefused> {
        if let Some(reason) = self.closed(now) {
            return Err(StepRefused::Closed(reason));
        }
        match epoch.cmp(&self.epoch) {
            std::cmp::Ordering::Less => Err(StepRefused::OldEpoch { current: self.epoch }),
            std::cmp::Ordering::Greater => Err(StepRefused::UnknownEpoch { current: self.epoch }),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
