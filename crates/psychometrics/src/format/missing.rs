//! Omitted and not reached: what a gap means when scoring and when calibrating. Candidates read the rule
//! before the test.

use crate::format::FormatError;
use crate::linear::count_u32;

/// What a person did with one item of a form, in the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// Answered with this category (from 0).
    Answered(u8),
    /// Seen and left without an answer.
    Omitted,
    /// Never seen, or everything after the last answer.
    NotReached,
}

/// The states of items from the answers alone: gaps before the last answer were omitted, those after it not
/// reached.
///
/// `answers`: in the order shown.
///
/// Source: psychometrics.md 1.7; Lord 1980, chapter 15. Test `gaps_are_omitted_or_not_reached`.
#[must_use]
pub fn states_from_answers(answers: &[Option<u8>]) -> Vec<ItemState> {
    let end = answers.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let state = |(place, answer): (usize, &Option<u8>)| match answer {
        Some(category) => ItemState::Answered(*category),
        None if place < end => ItemState::Omitted,
        None => ItemState::NotReached,
    };
    answers.iter().enumerate().map(state).collect()
}

/// The states of items where it is known which were shown: shown and blank is omitted, also at the end.
///
/// `was_shown`: one entry per item; an answered item counts as shown.
///
/// # Errors
/// [`FormatError::LengthMismatch`].
///
/// Source: decisions.md "Missing". Test `gaps_are_omitted_or_not_reached`.
pub fn states_from_log(answers: &[Option<u8>], was_shown: &[bool]) -> Result<Vec<ItemState>, FormatError> {
    let (expected, found) = (answers.len(), was_shown.len());
    if expected != found {
        return Err(FormatError::LengthMismatch { expected, found });
    }
    let state = |(answer, was_shown): (&Option<u8>, &bool)| match answer {
        Some(category) => ItemState::Answered(*category),
        None if *was_shown => ItemState::Omitted,
        None => ItemState::NotReached,
    };
    Ok(answers.iter().zip(was_shown).map(state).collect())
}

/// What a gap is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Scoring a person: an omitted item counts as the lowest category.
    Scoring,
    /// Estimating items: an omitted item is missing.
    Calibration,
}

/// The categories a model is given: items not reached are missing for either purpose.
///
/// Source: psychometrics.md 1.7. Test `gaps_are_omitted_or_not_reached`.
#[must_use]
pub fn categories_for(states: &[ItemState], purpose: Purpose) -> Vec<Option<u8>> {
    let category = |state: &ItemState| match state {
        ItemState::Answered(category) => Some(*category),
        ItemState::Omitted => (purpose == Purpose::Scoring).then_some(0),
        ItemState::NotReached => None,
    };
    states.iter().map(category).collect()
}

/// How much of a competency a person reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Items of its blueprint.
    pub items: u32,
    /// Items answered or omitted.
    pub reached: u32,
    /// Items answered.
    pub answered: u32,
    /// Whether items were not reached.
    pub is_incomplete: bool,
    /// Whether at least 60 % of the blueprint was reached; without it, no score.
    pub allows_score: bool,
}

/// The coverage of each competency of a form.
///
/// `states` and `competency_of_item`: one entry per item; `competencies`: how many there are. **Shape**: one
/// entry per competency; one without items allows no score.
///
/// # Errors
/// [`FormatError::LengthMismatch`], [`FormatError::NoSuchOption`] for a competency that is not there.
///
/// Source: psychometrics.md 1.7. Test `below_three_fifths_there_is_no_score`.
pub fn coverage(
    states: &[ItemState],
    competency_of_item: &[usize],
    competencies: usize,
) -> Result<Vec<Coverage>, FormatError> {
    let (expected, found) = (states.len(), competency_of_item.len());
    if expected != found {
        return Err(FormatError::LengthMismatch { expected, found });
    }
    if let Some(option) = competency_of_item.iter().copied().find(|own| *own >= competencies) {
        return Err(FormatError::NoSuchOption { option });
    }
    let of = |competency: usize| {
        let own = || states.iter().zip(competency_of_item).filter(|(_, c)| **c == competency).map(|(s, _)| s);
        let items = count_u32(own().count());
        let reached = count_u32(own().filter(|state| **state != ItemState::NotReached).count());
        let answered = count_u32(own().filter(|state| matches!(state, ItemState::Answered(_))).count());
        let allows_score = items > 0 && 5 * u64::from(reached) >= 3 * u64::from(items);
        Coverage { items, reached, answered, is_incomplete: reached < items, allows_score }
    };
    Ok((0..competencies).map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ItemState::{Answered, NotReached, Omitted};

    #[test]
    fn gaps_are_omitted_or_not_reached() {
        let answers = [Some(2), None, Some(0), None, None];

        let states = states_from_answers(&answers);
        let logged = states_from_log(&answers, &[true, true, true, true, false]).unwrap();

        assert_eq!(states, [Answered(2), Omitted, Answered(0), NotReached, NotReached]);
        assert_eq!(logged, [Answered(2), Omitted, Answered(0), Omitted, NotReached]);
        assert_eq!(categories_for(&states, Purpose::Scoring), [Some(2), Some(0), Some(0), None, None]);
        assert_eq!(categories_for(&states, Purpose::Calibration), [Some(2), None, Some(0), None, None]);
        assert_eq!(states_from_answers(&[None, None]), [NotReached, NotReached]);
        assert!(states_from_log(&answers, &[true]).is_err());
    }

    #[test]
    fn below_three_fifths_there_is_no_score() {
        let states = [Answered(1), Omitted, Answered(0), NotReached, NotReached, Answered(1), NotReached];

        let found = coverage(&states, &[0, 0, 0, 0, 0, 1, 1], 3).unwrap();

        assert_eq!((found[0].items, found[0].reached, found[0].answered), (5, 3, 2));
        assert!(found[0].allows_score && found[0].is_incomplete);
        assert!(!found[1].allows_score && !found[2].allows_score && !found[2].is_incomplete);
        assert!(coverage(&states, &[0], 1).is_err() && coverage(&states[..1], &[1], 1).is_err());
    }
}
