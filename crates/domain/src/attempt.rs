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
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn epoch(number: i64) -> Epoch {
        Epoch::from_number(number).unwrap()
    }

    fn thirteen() -> FormLength {
        FormLength::new(13).unwrap()
    }

    fn under_way(furthest: Place) -> AttemptFacts {
        AttemptFacts { state: AttemptState::Started, epoch: epoch(2), furthest, closes_at: Some(at(1_000)) }
    }

    #[test]
    fn places_are_numbered_from_practice_to_review() {
        for number in 0..=14 {
            let place = thirteen().place(number).unwrap();

            assert_eq!(i64::from(thirteen().number(place)), number);
        }
        assert_eq!(thirteen().place(0), Ok(Place::Practice));
        assert_eq!(thirteen().place(13), Ok(Place::Scenario(13)));
        assert_eq!(thirteen().place(14), Ok(Place::Review));
        assert_eq!(thirteen().place(15), Err(NumberOutOfRange(15)));
        assert_eq!(thirteen().place(-1), Err(NumberOutOfRange(-1)));
    }

    #[test]
    fn every_place_follows_the_one_before() {
        for number in 0..14 {
            let place = thirteen().place(number).unwrap();
            let next = thirteen().place(number + 1).unwrap();

            assert_eq!(thirteen().after(place), Some(next));
            assert_eq!(thirteen().before(next), Some(place));
            assert!(place < next);
        }
        assert_eq!(thirteen().after(Place::Review), None);
        assert_eq!(thirteen().before(Place::Practice), None);
    }

    #[test]
    fn the_pause_comes_half_way() {
        assert_eq!(thirteen().half_way(), 7);
        assert_eq!(FormLength::new(1).unwrap().half_way(), 1);
        assert!(FormLength::new(0).is_err());
    }

    #[test]
    fn what_was_passed_was_shown() {
        assert!(was_shown(Place::Scenario(3), Place::Scenario(3)));
        assert!(was_shown(Place::Scenario(3), Place::Review));
        assert!(!was_shown(Place::Scenario(4), Place::Scenario(3)));
        assert!(!was_shown(Place::Scenario(1), Place::Practice));
    }

    #[test]
    fn a_candidate_moves_back_freely_and_forward_one_step() {
        let facts = under_way(Place::Scenario(3));
        let to = |place| facts.judge_move(at(0), epoch(2), place, thirteen());

        assert_eq!(to(Place::Practice), Ok(Place::Scenario(3)));
        assert_eq!(to(Place::Scenario(3)), Ok(Place::Scenario(3)));
        assert_eq!(to(Place::Scenario(4)), Ok(Place::Scenario(4)));
        assert_eq!(to(Place::Scenario(5)), Err(StepRefused::NotReached));
        assert_eq!(to(Place::Review), Err(StepRefused::NotReached));
    }

    #[test]
    fn finishing_needs_the_review() {
        assert_eq!(
            under_way(Place::Scenario(13)).judge_finish(at(0), epoch(2)),
            Err(StepRefused::ReviewNotReached)
        );
        assert_eq!(under_way(Place::Review).judge_finish(at(0), epoch(2)), Ok(AttemptState::Finished));
    }

    #[test]
    fn finishing_twice_is_refused() {
        let facts = AttemptFacts { state: AttemptState::Finished, ..under_way(Place::Review) };

        assert_eq!(facts.judge_finish(at(0), epoch(2)), Err(StepRefused::Closed(ClosedReason::Finished)));
    }

    #[test]
    fn another_epoch_may_neither_move_nor_finish() {
        let facts = under_way(Place::Review);
        let old = StepRefused::OldEpoch { current: epoch(2) };
        let unknown = StepRefused::UnknownEpoch { current: epoch(2) };

        assert_eq!(facts.judge_finish(at(0), epoch(1)), Err(old));
        assert_eq!(facts.judge_finish(at(0), epoch(3)), Err(unknown));
        assert_eq!(facts.judge_move(at(0), epoch(1), Place::Review, thirteen()), Err(old));
    }

    #[test]
    fn nothing_is_taken_at_the_closing_time() {
        let facts = under_way(Place::Review);
        let closed = StepRefused::Closed(ClosedReason::PastClosing);

        assert_eq!(facts.closed(at(999)), None);
        assert_eq!(facts.judge_finish(at(1_000), epoch(2)), Err(closed));
        assert_eq!(facts.judge_take_over(at(1_000)), Err(closed));
        assert_eq!(facts.judge_move(at(1_000), epoch(2), Place::Practice, thirteen()), Err(closed));
    }

    #[test]
    fn a_take_over_issues_the_next_epoch() {
        assert_eq!(under_way(Place::Practice).judge_take_over(at(0)), Ok(epoch(3)));
    }

    #[test]
    fn only_an_open_attempt_past_its_time_expires() {
        let facts = under_way(Place::Scenario(2));
        let finished = AttemptFacts { state: AttemptState::Finished, ..facts };
        let unlimited = AttemptFacts { closes_at: None, ..facts };

        assert_eq!(facts.judge_expiry(at(1_000)), Ok(AttemptState::Expired));
        assert_eq!(facts.judge_expiry(at(999)), Err(StepRefused::StillOpen));
        assert_eq!(unlimited.judge_expiry(at(1_000_000)), Err(StepRefused::StillOpen));
        assert_eq!(finished.judge_expiry(at(1_000)), Err(StepRefused::Closed(ClosedReason::Finished)));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert!(Epoch::from_number(0).is_err());
        assert!(Epoch::from_number(i64::from(i32::MAX) + 1).is_err());
        assert!(Sequence::from_number(-1).is_err());
        assert_eq!(Sequence::from_number(0), Ok(Sequence::NONE));
    }
}
