//! The total score of one attempt and its scenario scores, with the rule for missing answers.
//!
//! Practice and trial scenarios and unscored actions are the caller's to leave out.

use crate::linear::count_u32;
use crate::rating::{Category, HalfPoints, same_side_points};

/// What an attempt holds for one scored action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionState {
    /// The candidate rated it.
    Answered(Category),
    /// Its scenario was shown (a POST moved the attempt to it) and it was left blank: 0 points.
    ShownBlank,
    /// Its scenario was never shown: left out of the score.
    NeverShown,
}

/// One scored action of a form with the state of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoredAction {
    /// The key's category.
    pub key: Category,
    /// What the attempt holds.
    pub state: ActionState,
}

impl ScoredAction {
    /// The points in halves: 0 when shown and left blank, absent when never shown.
    ///
    /// Source: decisions.md "Missing"; test `worked_example_of_the_missing_rule`.
    #[must_use]
    pub fn points(self) -> Option<HalfPoints> {
        match self.state {
            ActionState::Answered(rating) => Some(same_side_points(rating, self.key)),
            ActionState::ShownBlank => Some(HalfPoints::ZERO),
            ActionState::NeverShown => None,
        }
    }
}

/// The total score of one attempt.
///
/// Comparable only within one form (or linked forms) and one key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TotalScore {
    /// The score, 0 to 100: 100 × mean of the points of the counted actions.
    pub x: f64,
    /// The sum behind `x`, in halves of a point.
    pub half_points: u32,
    /// Scored actions of the form: answered + counted 0 + left out.
    pub n_scored: u32,
    /// Actions answered.
    pub n_answered: u32,
    /// Actions shown and left blank, which count 0.
    pub n_counted_zero: u32,
    /// Actions never shown, left out of the mean.
    pub n_left_out: u32,
    /// Scenarios of the form with at least one scored action.
    pub scenarios: u32,
    /// Scenarios with at least one answered scored action.
    pub scenarios_answered: u32,
    /// At least 80 % of the scored actions are answered or counted 0; without it, no rank.
    pub complete_enough: bool,
}

/// Why an attempt has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// The form has no scored action.
    #[error("the form has no scored action")]
    NoScoredAction,
    /// No scored action was shown.
    #[error("no scored action was shown")]
    NothingShown,
}

/// The total score of one attempt: 100 × mean of the points of the scored actions counted.
///
/// `scenarios` holds one list per scenario of the form with its scored actions (any number each, an
/// empty list is a scenario without scored action and is ignored). All actions weigh the same.
/// Answered actions give their points, shown blanks 0, never-shown actions are left out. Sums are
/// integers, so the result does not depend on any order, and equal means give equal `x`.
///
/// # Errors
/// [`ScoreError::NoScoredAction`] when there is no action at all, [`ScoreError::NothingShown`] when
/// every action is left out.
///
/// Source: decisions.md "Score"; tests `worked_example_of_the_missing_rule` and
/// `four_fifths_of_the_actions_are_compared_in_integers`.
pub fn total_score<S: AsRef<[ScoredAction]>>(scenarios: &[S]) -> Result<TotalScore, ScoreError> {
    let lists = || scenarios.iter().map(AsRef::as_ref).filter(|actions| !actions.is_empty());
    let actions = || lists().flatten();
    let states = |wanted: fn(&ActionState) -> bool| {
        count_u32(actions().filter(|action| wanted(&action.state)).count())
    };
    let n_scored = count_u32(actions().count());
    if n_scored == 0 {
        return Err(ScoreError::NoScoredAction);
    }
    let n_answered = states(|state| matches!(state, ActionState::Answered(_)));
    let n_counted_zero = states(|state| matches!(state, ActionState::ShownBlank));
    let n_left_out = states(|state| matches!(state, ActionState::NeverShown));
    let half_points = actions().filter_map(|action| action.points()).map(|p| u32::from(p.halves())).sum();
    let counted = n_answered + n_counted_zero;
    let is_answered = |action: &ScoredAction| matches!(action.state, ActionState::Answered(_));
    Ok(TotalScore {
        x: percent_of_points(half_points, counted).ok_or(ScoreError::NothingShown)?,
        half_points,
        n_scored,
        n_answered,
        n_counted_zero,
        n_left_out,
        scenarios: count_u32(lists().count()),
        scenarios_answered: count_u32(lists().filter(|list| list.iter().any(is_answered)).count()),
        complete_enough: 5 * u64::from(counted) >= 4 * u64::from(n_scored),
    })
}

/// The scenario scores of one attempt, 0 to 100 each: 100 × mean of the points of a scenario's
/// counted actions; `None` when the scenario was never shown.
///
/// `scenarios` as for [`total_score`]. **Shape**: one value per scenario with at least one scored
/// action, in order, so that attempts of one form and key give rows of equal length for
/// [`crate::matrix::ScoreMatrix`]. They serve reliability and the standard error; a single scenario
/// score says next to nothing about a person and is not shown.
///
/// Source: decisions.md "Score"; test `scenario_scores_skip_what_was_never_shown`.
#[must_use]
pub fn scenario_scores<S: AsRef<[ScoredAction]>>(scenarios: &[S]) -> Vec<Option<f64>> {
    scenarios
        .iter()
        .map(AsRef::as_ref)
        .filter(|actions| !actions.is_empty())
        .map(|actions| {
            let points = || actions.iter().filter_map(|action| action.points());
            let half_points = points().map(|p| u32::from(p.halves())).sum();
            percent_of_points(half_points, count_u32(points().count()))
        })
        .collect()
}

/// 100 × points / actions with one rounding, absent without actions.
fn percent_of_points(half_points: u32, actions: u32) -> Option<f64> {
    (actions > 0).then(|| 50.0 * f64::from(half_points) / f64::from(actions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(key: u8, state: ActionState) -> ScoredAction {
        ScoredAction { key: Category::try_from(key).unwrap(), state }
    }

    fn answered(key: u8, rating: u8) -> ScoredAction {
        action(key, ActionState::Answered(Category::try_from(rating).unwrap()))
    }

    /// Two scenarios of four: points 1, 0.5, 0, blank | 1, 1, 0.5, blank, and one never shown.
    fn worked_example() -> Vec<Vec<ScoredAction>> {
        vec![
            vec![answered(1, 1), answered(4, 3), answered(2, 4), action(3, ActionState::ShownBlank)],
            vec![answered(2, 2), answered(3, 3), answered(1, 2), action(4, ActionState::ShownBlank)],
            vec![action(1, ActionState::NeverShown), action(4, ActionState::NeverShown)],
            vec![],
        ]
    }

    #[test]
    fn worked_example_of_the_missing_rule() {
        let score = total_score(&worked_example()).unwrap();

        // (1 + 0.5 + 0 + 0 + 1 + 1 + 0.5 + 0) / 8 = 4 / 8.
        assert_eq!(score.x, 50.0);
        assert_eq!(score.half_points, 8);
        assert_eq!((score.n_scored, score.n_answered, score.n_counted_zero, score.n_left_out), (10, 6, 2, 2));
        assert_eq!((score.scenarios, score.scenarios_answered), (3, 2));
        assert!(score.complete_enough);
    }

    #[test]
    fn scenario_scores_skip_what_was_never_shown() {
        assert_eq!(scenario_scores(&worked_example()), vec![Some(37.5), Some(62.5), None]);
    }

    #[test]
    fn four_fifths_of_the_actions_are_compared_in_integers() {
        let form = |shown: usize, n: usize| -> Vec<Vec<ScoredAction>> {
            let state = |i| if i < shown { ActionState::ShownBlank } else { ActionState::NeverShown };
            vec![(0..n).map(|i| action(1, state(i))).collect()]
        };

        assert!(total_score(&form(40, 50)).unwrap().complete_enough);
        assert!(!total_score(&form(39, 50)).unwrap().complete_enough);
        assert!(!total_score(&form(40, 51)).unwrap().complete_enough);
        assert!(total_score(&form(4, 5)).unwrap().complete_enough);
    }

    #[test]
    fn nothing_to_score_is_an_error() {
        let empty: Vec<Vec<ScoredAction>> = vec![vec![], vec![]];
        let unseen = vec![vec![action(1, ActionState::NeverShown)]];

        assert_eq!(total_score(&empty), Err(ScoreError::NoScoredAction));
        assert_eq!(total_score(&unseen), Err(ScoreError::NothingShown));
        assert_eq!(total_score(&[[action(1, ActionState::ShownBlank)]]).unwrap().x, 0.0);
    }
}
