//! From answers to points: what an attempt holds for each scored action of its form, as the input of the
//! statistics in `psychometrics`, and the sums per family that calibration uses. The rule itself and the
//! total are over there; this module decides only what counts as shown.

use crate::attempt::{Place, was_shown};
use crate::construct::Family;
use crate::form::{Form, FormAction, FormScenario, ItemIndex, ScenarioRole};
use crate::ids::{ActionId, ScenarioId};
use crate::item::answer::SlotValues;
use crate::item::points::{ItemPart, scored_parts};
use crate::item::{ItemFormat, Response};
use crate::key::Key;
use psychometrics::mixed::{ScoredPart, half_points, mixed_scenario_scores, mixed_total};
use psychometrics::score::{ActionState, ScoreError, ScoredAction, TotalScore};
use std::collections::BTreeMap;

/// The scored parts of one attempt under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptPoints {
    scenarios: Vec<ScenarioPoints>,
}

/// The scored parts of one scenario; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ScenarioPoints {
    id: ScenarioId,
    parts: Vec<ItemPart>,
    scored: Vec<ScoredPart>,
}

/// Half points of one family, in a scenario or in the whole attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FamilyPoints {
    /// Sum of the points in halves; rounded to the nearest half where a scenario of another format than
    /// ratings gives a fraction.
    pub half_points: u32,
    /// Sum of the points in 240ths, exact ([`psychometrics::mixed::PARTS`]).
    pub parts: u32,
    /// Actions answered or counted 0; a scenario of another format counts four, a dialogue node one.
    pub n_counted: u32,
    /// Actions that the form and the key score, counted likewise.
    pub n_scored: u32,
}

impl AttemptPoints {
    /// What an attempt holds, from its last answers and the furthest place it was moved to.
    ///
    /// A part counts when form, pack and key score it ([`scored_parts`]). It is answered when there is an
    /// answer; blank when its scenario was shown ([`was_shown`]) and there is none; left out when it was never
    /// shown.
    #[must_use]
    pub fn of(form: &Form, key: &Key, answers: &BTreeMap<ItemIndex, Response>, furthest: Place) -> Self {
        let scored = form.scenarios().iter().filter(|scenario| scenario.role == ScenarioRole::Scored);
        let points = |scenario: &FormScenario| {
            let parts = scenario_parts(key, scenario, answers, furthest);
            let scored = parts.iter().map(|part| part.scored).collect();
            ScenarioPoints { id: scenario.id.clone(), parts, scored }
        };
        Self { scenarios: scored.map(points).filter(|points| !points.parts.is_empty()).collect() }
    }

    /// The total with its counts, 0 to 100: the score that is shown and ranked, without its standard error.
    ///
    /// # Errors
    /// [`ScoreError`] when nothing is scored or nothing was shown.
    pub fn total(&self) -> Result<TotalScore, ScoreError> {
        mixed_total(&self.lists())
    }

    /// The score of each scenario, 0 to 100, in the order of the form; `None` when it was never shown. For
    /// the standard error and reliability of many attempts: one scenario says next to nothing about a person.
    #[must_use]
    pub fn scenario_scores(&self) -> Vec<(ScenarioId, Option<f64>)> {
        self.scenarios
            .iter()
            .map(|scenario| scenario.id.clone())
            .zip(mixed_scenario_scores(&self.lists()))
            .collect()
    }

    /// The half points of each family over the attempt; a family without scored action is not listed. Not to
    /// be shown before the reliability rule of decisions.md allows it.
    #[must_use]
    pub fn family_points(&self) -> BTreeMap<Family, FamilyPoints> {
        let mut sums = BTreeMap::new();
        for scenario in &self.scenarios {
            scenario.add_to(&mut sums);
        }
        sums
    }

    /// The half points of each family within each scenario, the unit of calibration, in the order of the form.
    #[must_use]
    pub fn scenario_family_points(&self) -> Vec<(ScenarioId, BTreeMap<Family, FamilyPoints>)> {
        let of_scenario = |scenario: &ScenarioPoints| {
            let mut sums = BTreeMap::new();
            scenario.add_to(&mut sums);
            (scenario.id.clone(), sums)
        };
        self.scenarios.iter().map(of_scenario).collect()
    }

    fn lists(&self) -> Vec<&[ScoredPart]> {
        self.scenarios.iter().map(|scenario| scenario.scored.as_slice()).collect()
    }
}

impl ScenarioPoints {
    fn add_to(&self, sums: &mut BTreeMap<Family, FamilyPoints>) {
        let mut of_scenario: BTreeMap<Family, FamilyPoints> = BTreeMap::new();
        for part in &self.parts {
            let sum = of_scenario.entry(part.family).or_default();
            sum.n_scored += u32::from(part.scored.weight);
            if let Some(parts) = part.scored.parts() {
                sum.n_counted += u32::from(part.scored.weight);
                sum.parts += parts;
            }
        }
        for (family, own) in of_scenario {
            let sum = sums.entry(family).or_default();
            sum.n_scored += own.n_scored;
            sum.n_counted += own.n_counted;
            sum.parts += own.parts;
            sum.half_points += half_points(own.parts);
        }
    }
}

/// The last stored value of each slot of a scenario, out of those of the whole attempt.
#[must_use]
pub fn slot_values(scenario: &FormScenario, answers: &BTreeMap<ItemIndex, Response>) -> SlotValues {
    let value = |slot: &FormAction| answers.get(&slot.item).map(|value| (slot.id.clone(), *value));
    scenario.actions.iter().filter_map(value).collect()
}

/// The parts of a scenario of any format beside the key, whether or not the form scores it: what each earned,
/// for the report of people who may see the key.
#[must_use]
pub fn scenario_parts(
    key: &Key,
    scenario: &FormScenario,
    answers: &BTreeMap<ItemIndex, Response>,
    furthest: Place,
) -> Vec<ItemPart> {
    let Some(categories) = key.categories.get(&scenario.id) else { return Vec::new() };
    let is_shown = was_shown(scenario.place, furthest);
    scored_parts(&scenario.item, categories, &slot_values(scenario, answers), is_shown)
}

/// One action of an answered scenario beside the key, for the report of people who may see the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerBesideKey {
    /// The action.
    pub action: ActionId,
    /// Its number in the form.
    pub item: ItemIndex,
    /// What was answered.
    pub answer: Option<Response>,
    /// The key's category and, when it counts for the score, what the attempt holds.
    pub scored: ScoredAction,
    /// Whether it counts for the score.
    pub is_scored: bool,
}

/// The rated actions or emotions of a scenario beside the key, in the order of the pack; those without a key
/// are left out, and so is everything in formats that are not rated ([`scenario_parts`] serves them all).
#[must_use]
pub fn answers_beside_key(
    form: &Form,
    key: &Key,
    answers: &BTreeMap<ItemIndex, Response>,
    furthest: Place,
    place: Place,
) -> Vec<AnswerBesideKey> {
    let Some(scenario) = form.scenario_at(place) else { return Vec::new() };
    if !matches!(scenario.format, ItemFormat::Rate | ItemFormat::EmotionProfile) {
        return Vec::new();
    }
    let beside = |action: &crate::form::FormAction| {
        let answer = answers.get(&action.item).copied();
        let state = match answer {
            Some(Response::Rate(rating)) => ActionState::Answered(rating),
            _ if was_shown(place, furthest) => ActionState::ShownBlank,
            _ => ActionState::NeverShown,
        };
        Some(AnswerBesideKey {
            action: action.id.clone(),
            item: action.item,
            answer,
            scored: ScoredAction { key: key.category(&scenario.id, &action.id)?, state },
            is_scored: action.is_scored,
        })
    };
    scenario.actions.iter().filter_map(beside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;
    use crate::shuffle::SplitMix64;

    /// Ratings by item number. The sample keys every scenario 4, 3, 2, 1; items 4-7 are « visit » and 12-15
    /// « queue », the two that count; 0-3 are practice and 8-11 the trial.
    fn answers(ratings: &[(i64, u8)]) -> BTreeMap<ItemIndex, Response> {
        ratings
            .iter()
            .map(|(item, rating)| {
                let response = Response::from_number(ItemFormat::Rate, *rating).unwrap();
                (ItemIndex::from_number(*item).unwrap(), response)
            })
            .collect()
    }

    fn points(ratings: &[(i64, u8)], furthest: Place) -> AttemptPoints {
        AttemptPoints::of(&sample::form(), &sample::parsed().key, &answers(ratings), furthest)
    }

    const EXACT: [(i64, u8); 8] = [(4, 4), (5, 3), (6, 2), (7, 1), (12, 4), (13, 3), (14, 2), (15, 1)];

    #[test]
    fn exact_ratings_score_100() {
        let total = points(&EXACT, Place::Review).total().unwrap();

        assert_eq!(total.x, 100.0);
        assert_eq!((total.n_scored, total.n_answered, total.scenarios), (8, 8, 2));
        assert!(total.complete_enough);
    }

    #[test]
    fn a_worked_example() {
        // Keys 4 3 2 1: ratings 4 4 3 1 give 1 + ½ + 0 + 1; ratings 3 3 1 4 give ½ + 1 + ½ + 0.
        let ratings = [(4, 4), (5, 4), (6, 3), (7, 1), (12, 3), (13, 3), (14, 1), (15, 4)];

        let points = points(&ratings, Place::Review);

        let total = points.total().unwrap();
        assert_eq!(total.half_points, 5 + 4);
        assert_eq!(total.x, 100.0 * 4.5 / 8.0);
        let scenarios: Vec<_> = points.scenario_scores().into_iter().map(|(_, score)| score).collect();
        assert_eq!(scenarios, [Some(62.5), Some(50.0)]);
    }

    #[test]
    fn practice_and_trial_never_score() {
        let mut ratings = EXACT.to_vec();
        ratings.extend([(0, 1), (1, 1), (8, 1), (9, 1), (10, 4), (11, 4)]);

        assert_eq!(points(&ratings, Place::Review), points(&EXACT, Place::Review));
    }

    #[test]
    fn shown_and_blank_counts_zero() {
        let total = points(&EXACT[..6], Place::Review).total().unwrap();

        assert_eq!((total.n_answered, total.n_counted_zero, total.n_left_out), (6, 2, 0));
        assert_eq!(total.x, 75.0);
    }

    #[test]
    fn never_shown_is_left_out_and_leaves_the_attempt_unranked() {
        // Expired on the trial: « queue », half of the scored actions, was never shown.
        let points = points(&EXACT[..4], Place::Scenario(2));

        let total = points.total().unwrap();
        assert_eq!((total.n_answered, total.n_counted_zero, total.n_left_out), (4, 0, 4));
        assert_eq!(total.x, 100.0);
        assert!(!total.complete_enough);
        assert_eq!(points.scenario_scores().last().unwrap().1, None);
    }

    #[test]
    fn an_attempt_that_saw_only_the_practice_has_no_score() {
        assert_eq!(points(&[(0, 4)], Place::Practice).total(), Err(ScoreError::NothingShown));
    }

    #[test]
    fn families_sum_their_half_points() {
        let ratings = [(4, 3), (5, 3), (12, 4), (13, 1)];

        let families = points(&ratings, Place::Review).family_points();

        let of = |family| {
            let FamilyPoints { half_points, n_counted, n_scored, .. } = families[&family];
            (half_points, n_counted, n_scored)
        };
        assert_eq!(of(Family::SootheAndRepair), (3, 2, 2));
        assert_eq!(of(Family::ListenAndCheck), (2, 2, 2));
        assert_eq!(of(Family::UnderstandEmotion), (0, 2, 2));
        assert_eq!(of(Family::ActWithLatitude), (0, 1, 1));
        assert_eq!(of(Family::ConsiderThePerson), (0, 1, 1));
    }

    #[test]
    fn families_never_shown_count_nothing() {
        let families = points(&EXACT[..4], Place::Scenario(1)).family_points();

        let expected = FamilyPoints { half_points: 0, parts: 0, n_counted: 0, n_scored: 1 };
        assert_eq!(families[&Family::ConsiderThePerson], expected);
    }

    #[test]
    fn scenario_sums_add_up_to_the_family_sums() {
        let points = points(&[(4, 3), (5, 3), (6, 1), (12, 4), (13, 1), (15, 2)], Place::Review);

        let mut sums: BTreeMap<Family, u32> = BTreeMap::new();
        for (_, families) in points.scenario_family_points() {
            for (family, points) in families {
                *sums.entry(family).or_default() += points.half_points;
            }
        }

        let expected: BTreeMap<Family, u32> =
            points.family_points().into_iter().map(|(family, points)| (family, points.half_points)).collect();
        assert_eq!(sums, expected);
        assert_eq!(sums.values().sum::<u32>(), points.total().unwrap().half_points);
    }

    #[test]
    fn an_action_that_the_key_leaves_out_is_not_scored() {
        let mut key = sample::parsed().key;
        let visit = ScenarioId::parse("visit").unwrap();
        key.categories.get_mut(&visit).unwrap().remove(&ActionId::parse("repair").unwrap());

        let points = AttemptPoints::of(&sample::form(), &key, &answers(&EXACT), Place::Review);

        assert_eq!(points.total().unwrap().n_scored, 7);
    }

    #[test]
    fn scores_stay_on_the_axis_and_never_fall_with_a_better_answer() {
        let (form, key) = (sample::form(), sample::parsed().key);
        let x_of = |ratings: &[(i64, u8)]| {
            AttemptPoints::of(&form, &key, &answers(ratings), Place::Review).total().unwrap().x
        };
        let mut random = SplitMix64(11);
        for _ in 0..500 {
            let ratings: Vec<(i64, u8)> =
                EXACT.iter().map(|(item, _)| (*item, u8::try_from(1 + random.below(4)).unwrap())).collect();
            let x = x_of(&ratings);
            let better = random.below(8);
            let mut improved = ratings.clone();
            improved[better] = EXACT[better];

            assert!((0.0..=100.0).contains(&x));
            assert!(x_of(&improved) >= x);
        }
    }

    #[test]
    fn answers_stand_beside_the_key() {
        let form = sample::form();
        let key = sample::parsed().key;

        let beside =
            answers_beside_key(&form, &key, &answers(&[(4, 3)]), Place::Scenario(1), Place::Scenario(1));

        assert_eq!(beside.len(), 4);
        assert_eq!(beside[0].scored.points().unwrap().halves(), 1);
        assert_eq!(beside[0].answer.map(Response::number), Some(3));
        assert_eq!(beside[1].scored.state, ActionState::ShownBlank);
        let keys: Vec<u8> = beside.iter().map(|answer| answer.scored.key.get()).collect();
        assert_eq!(keys, [4, 3, 2, 1]);
    }
}
