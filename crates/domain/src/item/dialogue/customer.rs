//! What the customer lives in a dialogue: perception P (0 to 10), expectations A (0 to 10) and emotion E
//! (0.5 to 2, an amplifier that is never negative), moved by each option. It describes the customer in
//! practice, feedback and one person's report; it is never a score, averaged, sorted, compared or exported.

use serde::{Deserialize, Serialize};

/// Largest perception and largest expectations.
pub const MAX_LEVEL: i32 = 10;
/// Smallest emotion, in percent.
pub const MIN_EMOTION: i32 = 50;
/// Largest emotion, in percent.
pub const MAX_EMOTION: i32 = 200;

/// Where the customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerState {
    /// What is perceived, P, 0 to 10.
    pub perception: i32,
    /// What is expected, A, 0 to 10.
    pub expectations: i32,
    /// The emotion, E, in percent: 50 (calm) to 200 (overwhelmed).
    pub emotion_percent: i32,
}

/// How one option moves the customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moves {
    /// Added to perception, -4 to 4.
    pub perception: i32,
    /// Added to expectations, -4 to 4.
    pub expectations: i32,
    /// Added to the emotion, in percent, -80 to 80.
    pub emotion_percent: i32,
}

/// What a person moves the customer's experience by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lever {
    /// What is perceived: something is done.
    Perception,
    /// What is expected: something is made clear.
    Expectations,
    /// The emotion: it is calmed, or a good one is kept alive.
    Emotion,
}

impl CustomerState {
    /// The state after an option, each part kept within its limits.
    #[must_use]
    pub fn after(self, moves: Moves) -> Self {
        Self {
            perception: (self.perception + moves.perception).clamp(0, MAX_LEVEL),
            expectations: (self.expectations + moves.expectations).clamp(0, MAX_LEVEL),
            emotion_percent: (self.emotion_percent + moves.emotion_percent).clamp(MIN_EMOTION, MAX_EMOTION),
        }
    }

    /// The experience (P − A) × E in hundredths, -2,000 to 2,000. To be worded in one person's report,
    /// practice and feedback; not a score.
    ///
    /// Source: product.md 0, the essays' formula; decisions.md "(P − A) × E"; test
    /// `the_experience_is_the_gap_times_the_emotion`.
    #[must_use]
    pub const fn experience_hundredths(self) -> i32 {
        (self.perception - self.expectations) * self.emotion_percent
    }

    /// What moved the experience most towards the better from this state to `end`, when anything did: perception
    /// raised and expectations lowered weigh with the emotion at the start, a change of emotion with the gap at the
    /// end. For words in one person's report only.
    ///
    /// Test `the_lever_is_what_moved_the_experience_most`.
    #[must_use]
    pub fn lever_to(self, end: Self) -> Option<Lever> {
        let by_perception = (end.perception - self.perception) * self.emotion_percent;
        let by_expectations = (self.expectations - end.expectations) * self.emotion_percent;
        let by_emotion = (end.perception - end.expectations) * (end.emotion_percent - self.emotion_percent);
        [
            (by_perception, Lever::Perception),
            (by_emotion, Lever::Emotion),
            (by_expectations, Lever::Expectations),
        ]
        .into_iter()
        .filter(|(moved, _)| *moved > 0)
        // The first of equal ones: what the customer sees done comes before what they are told not to expect.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, lever)| lever)
    }

    /// Whether all parts lie within their limits.
    #[must_use]
    pub fn is_within_limits(self) -> bool {
        (0..=MAX_LEVEL).contains(&self.perception)
            && (0..=MAX_LEVEL).contains(&self.expectations)
            && (MIN_EMOTION..=MAX_EMOTION).contains(&self.emotion_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn state(perception: i32, expectations: i32, emotion_percent: i32) -> CustomerState {
        CustomerState { perception, expectations, emotion_percent }
    }

    #[test]
    fn the_experience_is_the_gap_times_the_emotion() {
        assert_eq!(state(3, 7, 150).experience_hundredths(), -600);
        assert_eq!(state(7, 3, 50).experience_hundredths(), 200);
        assert_eq!(state(5, 5, 200).experience_hundredths(), 0);
    }

    #[test]
    fn the_lever_is_what_moved_the_experience_most() {
        // Perception 3 to 6 at emotion 1.5 moves 4.5; expectations 7 to 6 move 1.5; the gap is closed.
        assert_eq!(state(3, 7, 150).lever_to(state(6, 6, 100)), Some(Lever::Perception));
        assert_eq!(state(3, 7, 150).lever_to(state(3, 4, 150)), Some(Lever::Expectations));
        // The gap of -4 stays; calming from 1.5 to 0.8 moves 2.8.
        assert_eq!(state(3, 7, 150).lever_to(state(3, 7, 80)), Some(Lever::Emotion));
        assert_eq!(state(3, 7, 100).lever_to(state(2, 8, 120)), None);
    }

    #[test]
    fn states_stay_within_their_limits() {
        let down = Moves { perception: -4, expectations: -4, emotion_percent: -80 };
        let up = Moves { perception: 4, expectations: 4, emotion_percent: 80 };

        assert_eq!(state(1, 2, 60).after(down), state(0, 0, 50));
        assert_eq!(state(9, 8, 190).after(up), state(10, 10, 200));
        assert!(state(9, 8, 190).after(up).is_within_limits());
        assert!(!state(0, 0, 49).is_within_limits());
    }
}
