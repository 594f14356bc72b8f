//! Formats, keys and panels.

use psychometrics::format::Pomp;
use psychometrics::format::category::{share_category, super_item, unit_category};
use psychometrics::format::dialogue::{NodeVisit, PlanNode, path_categories, path_score, plan_faults};
use psychometrics::format::missing::{coverage, states_from_answers, states_from_log};
use psychometrics::format::open::{open_response, rating_plan};
use psychometrics::format::pick::PickKey;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::panel::consensus::high_scorer_consensus;
use psychometrics::panel::key::Key;
use psychometrics::panel::{PanelRatings, RatingScale};
use psychometrics::rating::distance::distance_diagnostic;
use psychometrics::rating::rule::{RatingOutcome, RatingRule, rating_score};
use psychometrics::rating::{Category, PanelKey, chance_level, key_category_from_panel_mean};
use psychometrics::score::{ActionState, ScoredAction, scenario_scores, total_score};

use crate::{Choices, is_share};

fn category(choices: &mut Choices<'_>) -> Category {
    Category::ALL[choices.length(4)]
}

fn share(choices: &mut Choices<'_>) -> Pomp {
    Pomp::of(f64::from(choices.below(9)), 0.0, 8.0).unwrap()
}

pub(crate) fn formats(choices: &mut Choices<'_>) {
    let ratings: Vec<Option<Category>> =
        (0..choices.length(20)).map(|_| choices.flag().then(|| category(choices))).collect();
    let odd = choices.flag();
    let means: Vec<f64> = (0..ratings.len() + usize::from(choices.below(9) == 0))
        .map(|_| if odd { choices.number() } else { 1.0 + f64::from(choices.below(13)) / 4.0 })
        .collect();
    for rule in [RatingRule::SameSide, RatingRule::StandardisedDistance, RatingRule::RawDistance] {
        if let Ok(RatingOutcome::Scored(found)) = rating_score(rule, &ratings, &means) {
            assert!(is_share(found.pomp.get()) && found.value.is_finite(), "{found:?}");
        }
    }
    let numbers: Vec<Option<f64>> = (0..means.len())
        .map(|k| {
            if odd {
                Some(choices.number())
            } else {
                ratings.get(k).copied().flatten().map(|c| f64::from(c.get()))
            }
        })
        .collect();
    if let Ok(found) = distance_diagnostic(&numbers, &means) {
        assert!(found.mean_abs >= 0.0 && found.mean_sq.is_finite(), "{found:?}");
    }
    actions(choices);
    let visits: Vec<NodeVisit> = (0..choices.length(8))
        .map(|_| match choices.below(4) {
            0 => NodeVisit::NotVisited,
            1 => NodeVisit::TimedOut { keyed: choices.flag().then(|| (choices.next(), share(choices))) },
            _ => NodeVisit::Answered { category: choices.next(), share: share(choices) },
        })
        .collect();
    assert_eq!(path_categories(&visits).len(), visits.len());
    let path = path_score(&visits);
    assert!(path.is_none_or(|p| is_share(p.pomp.get()) && p.error.is_none_or(f64::is_finite)), "{path:?}");
    let nodes: Vec<PlanNode> = (0..choices.length(7))
        .map(|_| PlanNode {
            competency: choices.flag().then(|| choices.place(3)),
            next: (0..choices.below(3)).map(|_| choices.place(7)).collect(),
        })
        .collect();
    let _ = plan_faults(&nodes);
    let answers: Vec<Option<u8>> =
        (0..choices.length(9)).map(|_| choices.flag().then(|| choices.next())).collect();
    let shown: Vec<bool> = (0..choices.length(9)).map(|_| choices.flag()).collect();
    let _ = states_from_log(&answers, &shown);
    let competencies: Vec<usize> = answers.iter().map(|_| choices.place(3)).collect();
    if let Ok(found) = coverage(&states_from_answers(&answers), &competencies, choices.length(4)) {
        assert!(found.iter().all(|c| c.answered <= c.reached && c.reached <= c.items), "{found:?}");
    }
    let _ = super_item(&answers);
    let categories = choices.next();
    assert!(share_category(share(choices), categories) < categories.max(2));
    marks(choices);
}

fn actions(choices: &mut Choices<'_>) {
    let form: Vec<Vec<ScoredAction>> = (0..choices.length(5))
        .map(|_| {
            (0..choices.length(5))
                .map(|_| {
                    let state = match choices.below(4) {
                        0 => ActionState::ShownBlank,
                        1 => ActionState::NeverShown,
                        _ => ActionState::Answered(category(choices)),
                    };
                    ScoredAction { key: category(choices), state }
                })
                .collect()
        })
        .collect();
    assert!(total_score(&form).map_or(true, |total| (0.0..=100.0).contains(&total.x)));
    let scored = form.iter().filter(|scenario| !scenario.is_empty()).count();
    assert_eq!(scenario_scores(&form).len(), scored);
    for scenario in &form {
        let most = 2 * scenario.len();
        assert!(unit_category(scenario).is_none_or(|category| usize::from(category) <= most));
        let keys: Vec<Category> = scenario.iter().map(|action| action.key).collect();
        assert!(chance_level(&keys).map_or(true, |level| (0.0..=100.0).contains(&level)));
    }
}

fn marks(choices: &mut Choices<'_>) {
    let list =
        |choices: &mut Choices<'_>| -> Vec<u8> { (0..choices.length(5)).map(|_| choices.below(6)).collect() };
    let (first, second, third) = (list(choices), list(choices), list(choices));
    let _ = open_response(&first, &second, choices.flag().then_some(third.as_slice()));
    let raters: Vec<Vec<usize>> =
        (0..choices.length(6)).map(|_| (0..choices.length(4)).map(|_| choices.place(4)).collect()).collect();
    let anchors: Vec<bool> = (0..choices.length(6)).map(|_| choices.flag()).collect();
    if let Ok(found) = rating_plan(&raters, &anchors, choices.length(5)) {
        assert!(is_share(found.anchor_share));
    }
    let right: Vec<bool> = (0..choices.length(6)).map(|_| choices.flag()).collect();
    if let Ok(key) = PickKey::new(right, choices.below(7)) {
        assert!(is_share(key.chance_level()));
        let picked: Vec<usize> = (0..choices.length(5)).map(|_| choices.place(6)).collect();
        let _ = key.score(&picked);
    }
}

pub(crate) fn panels(choices: &mut Choices<'_>) {
    if let Ok(PanelKey::Scored(category)) = key_category_from_panel_mean(choices.count(), choices.count()) {
        assert!((1..=4).contains(&category.get()));
    }
    let scale = RatingScale::new(choices.next());
    let rows: Vec<Vec<Option<u8>>> = (0..choices.length(6))
        .map(|_| (0..choices.length(6)).map(|_| choices.flag().then(|| choices.below(7))).collect())
        .collect();
    let scenarios: Vec<usize> = (0..choices.length(6)).map(|_| choices.place(4)).collect();
    if let Ok(panel) = scale.and_then(|scale| PanelRatings::new(scale, scenarios, rows)) {
        assert!(!panel.rows().is_empty());
    }
    let names = ["a", "b", "", "a\tb", "é", "a"];
    let ids: Vec<&str> = (0..choices.length(7)).map(|_| names[choices.length(6)]).collect();
    let votes: Vec<Option<usize>> =
        (0..choices.length(9)).map(|_| choices.flag().then(|| choices.place(6))).collect();
    let dates = ["2026-11-22", "2026-13-01", "", "22.11.2026", "2026-11-2é"];
    if let Ok(key) = Key::of_votes(&votes, &ids, choices.count(), dates[choices.length(5)]) {
        assert!(key.hash().len() == 64 && key.options().len() == ids.len());
    }
    consensus(choices);
}

fn consensus(choices: &mut Choices<'_>) {
    let people = 195 + choices.length(12);
    let columns = 1 + choices.length(5);
    let seed = u32::from(choices.next());
    let rows: Vec<Vec<Option<f64>>> = (0..u32::try_from(people).unwrap())
        .map(|i| (0..columns).map(|_| Some(f64::from((i * 7 + seed) % 4)).filter(|x| *x > 0.0)).collect())
        .collect();
    let table = ScoreMatrix::from_rows(columns, &rows).unwrap();
    let score = choices.number();
    let scores: Vec<f64> = (0..u32::try_from(people).unwrap()).map(|i| score * f64::from(i % 5)).collect();
    let keys: Vec<f64> = (0..columns).map(|_| choices.number()).collect();
    let scenarios: Vec<usize> = (0..columns).map(|_| choices.place(3)).collect();
    if let Ok(found) = high_scorer_consensus(&table, &scores, &keys, &scenarios) {
        assert!(found.iter().all(|s| s.correlation.is_none_or(|r| r.abs() <= 1.0)), "{found:?}");
    }
}
