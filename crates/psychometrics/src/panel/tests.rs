//! Tests of panel keys: agreement, reasons to drop, errors of a key.

use super::*;
use crate::matrix::ScoreMatrix;
use crate::panel::agreement::{Strength, agreement, average_deviation, r_wg, r_wg_j};
use crate::panel::consensus::high_scorer_consensus;
use crate::panel::key::{Key, KeyError, KeyValue};
use crate::panel::uncertainty::key_uncertainty;
use crate::panel::verdict::{KeyFormat, OptionReason, RoundReason, ScenarioReason, judge_round};

fn scale(points: u8) -> RatingScale {
    RatingScale::new(points).unwrap()
}

fn all(ratings: &[u8]) -> Vec<Option<u8>> {
    ratings.iter().copied().map(Some).collect()
}

/// Ten experts on a scale of 5: clear options, one of each fault.
fn round() -> PanelRatings {
    let rows = [
        all(&[5, 5, 5, 4, 5, 5, 4, 5, 5, 5]),
        all(&[1, 1, 2, 1, 1, 1, 1, 2, 1, 1]),
        all(&[2, 2, 1, 2, 2, 2, 2, 2, 2, 1]),
        all(&[4, 4, 4, 5, 4, 4, 4, 4, 4, 4]),
        // Two camps.
        all(&[1, 1, 1, 1, 1, 5, 5, 5, 5, 5]),
        // Agreed on the middle.
        all(&[3, 3, 3, 3, 3, 3, 3, 3, 4, 3]),
    ];
    PanelRatings::new(scale(5), vec![0, 0, 1, 1, 2, 2], rows.to_vec()).unwrap()
}

#[test]
fn agreement_worked_by_hand() {
    // Mean 3, variance 10 / 4, AD 6 / 5.
    let found = agreement(&all(&[1, 2, 3, 4, 5]), scale(5)).unwrap();
    assert_eq!((found.mean, found.median, found.variance, found.r_wg), (3.0, 3.0, 2.5, 0.0));
    assert!((found.ad_m - 1.2).abs() < 1e-12 && (found.key_error - 0.5_f64.sqrt()).abs() < 1e-12);
    assert_eq!((found.modes.as_slice(), found.bimodal), (&[1, 2, 3, 4, 5][..], None));

    // Σx = 14, Σx² = 50: variance (50 - 49) / 3; r_wg = 1 - 1/6.
    let close = agreement(&[Some(3), Some(4), None, Some(4), Some(3)], scale(5)).unwrap();
    assert_eq!((close.n, close.sum, close.median), (4, 14, 3.5));
    assert!((close.r_wg - 5.0 / 6.0).abs() < 1e-12);
    let camps = agreement(&all(&[1, 1, 1, 2, 3, 3, 3, 4, 5, 5]), scale(5)).unwrap();
    assert_eq!((camps.bimodal, camps.counts.as_slice()), (Some((1, 3)), &[3, 1, 3, 1, 2][..]));
    let neighbours = agreement(&all(&[3, 3, 4, 4]), scale(5)).unwrap();
    assert_eq!((neighbours.bimodal, neighbours.modes.as_slice()), (None, &[3, 4][..]));
    let words = [0.30, 0.31, 0.51, 0.71, 0.91].map(Strength::of);
    let wanted = [Strength::None, Strength::Weak, Strength::Moderate, Strength::Strong, Strength::VeryStrong];
    assert_eq!(words, wanted);
    assert_eq!(average_deviation(&[1.0, 3.0]), Ok(1.0));
    assert!(average_deviation(&[]).is_err() && average_deviation(&[f64::NAN]).is_err());
}

#[test]
fn r_wg_j_worked_by_hand() {
    // Variances 1 and .5 over 2: m = .375; 2 · .625 / (1.25 + .375).
    let items = [vec![1.0, 2.0, 3.0], vec![3.0, 4.0]];
    assert!((r_wg_j(&items, 2.0).unwrap() - 1.25 / 1.625).abs() < 1e-12);
    assert!((r_wg(&items[0], 2.0).unwrap() - 0.5).abs() < 1e-12);
    // One item: the same formula as r_wg.
    assert!((r_wg_j(&items[..1], 2.0).unwrap() - 0.5).abs() < 1e-12);
    assert_eq!(r_wg_j(&[[1.0, 9.0]], 2.0), Ok(0.0));
    let none: [[f64; 2]; 0] = [];
    assert_eq!(r_wg_j(&none, 2.0), Err(PanelError::NoOption));
    assert!(r_wg(&[1.0], 2.0).is_err() && r_wg(&[1.0, 2.0], 0.0).is_err());
}

#[test]
fn options_are_dropped_for_their_reasons() {
    let found = judge_round(&round(), KeyFormat::Rating, Some(0.9)).unwrap();

    assert!(found.options[..4].iter().all(|option| option.reasons.is_empty()));
    let camps = &found.options[4].reasons;
    assert!(matches!(camps[0], OptionReason::LowAgreement { r_wg } if r_wg == 0.0));
    assert!(matches!(camps[1], OptionReason::LargeDeviation { ad_m } if ad_m == 2.0));
    assert_eq!(camps[2], OptionReason::Bimodal { low: 1, high: 5 });
    assert_eq!(camps[3], OptionReason::NearMiddle { mean: 3.0 });
    assert_eq!(found.options[5].reasons, [OptionReason::NearMiddle { mean: 3.1 }]);
    assert_eq!(found.scenarios[2].reasons, [ScenarioReason::TooFewOptions { kept: 0 }]);
    assert!(found.is_scored(0) && !found.is_scored(4) && !found.is_scored(9));
    // A pick format does not mind an option in the middle.
    let picking = judge_round(&round(), KeyFormat::Picking, None).unwrap();
    assert!(picking.options[5].reasons.is_empty());
    let low = judge_round(&round(), KeyFormat::Rating, Some(0.6)).unwrap();
    assert_eq!(low.reasons, [RoundReason::LowAlpha { alpha: 0.6 }]);
    assert!(!low.is_scored(0));
    assert!(judge_round(&round(), KeyFormat::Rating, Some(f64::NAN)).is_err());
}

#[test]
fn a_good_round_is_kept() {
    let rows: Vec<Vec<Option<u8>>> = round().rows()[..4].to_vec();
    let good = PanelRatings::new(scale(5), vec![0, 0, 1, 1], rows).unwrap();

    let found = judge_round(&good, KeyFormat::Rating, None).unwrap();

    assert!(found.reasons.is_empty() && !found.is_small_panel && found.icc_2k().unwrap() > 0.98);
    assert!((0.8..1.0).contains(&found.alpha.unwrap()));
    assert!(found.scenarios.iter().all(|s| s.reasons.is_empty() && s.r_wg_j.unwrap() > 0.9 && s.kept == 2));
    assert!((0..4).all(|option| found.is_scored(option)));
}

#[test]
fn limits_are_compared_in_integers() {
    let verdict = |ratings: &[u8]| {
        let rows = vec![all(ratings), all(&[4; 8]), all(&[1; 8])];
        let panel = PanelRatings::new(scale(4), vec![0; 3], rows).unwrap();
        judge_round(&panel, KeyFormat::Rating, None).unwrap().options[0].reasons.clone()
    };

    // Means of 2.25 and 2.75 are near the middle 2.5, 2.125 is not.
    assert_eq!(verdict(&[2, 2, 2, 2, 2, 2, 3, 3]), [OptionReason::NearMiddle { mean: 2.25 }]);
    assert_eq!(verdict(&[3, 3, 3, 3, 3, 3, 2, 2]), [OptionReason::NearMiddle { mean: 2.75 }]);
    assert_eq!(verdict(&[2, 2, 2, 2, 2, 2, 2, 3]), []);
}

#[test]
fn broken_panels_are_refused() {
    let new = |rows: Vec<Vec<Option<u8>>>| PanelRatings::new(scale(4), vec![0; rows.len()], rows);

    assert_eq!(new(vec![]), Err(PanelError::NoOption));
    assert_eq!(new(vec![all(&[1])]), Err(PanelError::TooFewExperts { found: 1 }));
    assert!(matches!(new(vec![all(&[1, 2]), all(&[1])]), Err(PanelError::RowLength { option: 1, .. })));
    let off = Err(PanelError::OffScale { option: 0, expert: 1, rating: 5 });
    assert_eq!(new(vec![all(&[1, 5])]), off);
    assert_eq!(new(vec![vec![Some(1), None]]), Err(PanelError::TooFewRatings { option: 0, found: 1 }));
    assert!(PanelRatings::new(scale(4), vec![], vec![all(&[1, 2])]).is_err());
    assert!(RatingScale::new(1).is_err() && RatingScale::new(101).is_err());
}

#[test]
fn a_key_changes_its_hash_with_anything_in_it() {
    let verdict = judge_round(&round(), KeyFormat::Rating, Some(0.9)).unwrap();
    let ids = ["s1-a", "s1-b", "s2-a", "s2-b", "s3-a", "s3-b"];
    let key = Key::of_round(&verdict, &ids, 1, "2026-11-22").unwrap();

    assert_eq!(key.hash().len(), 64);
    assert_eq!(key.options()[0].value, KeyValue::Mean { sum: 48, n: 10 });
    assert!(key.options()[0].is_scored && !key.options()[5].is_scored);
    assert_eq!(key, Key::of_round(&verdict, &ids, 1, "2026-11-22").unwrap());
    let other = judge_round(&round(), KeyFormat::Rating, Some(0.8)).unwrap();
    let changed = [
        Key::of_round(&verdict, &ids, 2, "2026-11-22").unwrap(),
        Key::of_round(&verdict, &ids, 1, "2026-11-23").unwrap(),
        Key::of_round(&other, &ids, 1, "2026-11-22").unwrap(),
        Key::of_round(&verdict, &["x", "s1-b", "s2-a", "s2-b", "s3-a", "s3-b"], 1, "2026-11-22").unwrap(),
    ];
    assert!(changed.iter().all(|own| own.hash() != key.hash()));
    let of = |ids: &[&str], date| Key::of_round(&verdict, ids, 1, date);
    assert!(matches!(of(&["a", "a", "b", "c", "d", "e"], "2026-11-22"), Err(KeyError::Identifier(_))));
    assert!(matches!(of(&["", "a", "b", "c", "d", "e"], "2026-11-22"), Err(KeyError::Identifier(_))));
    assert!(matches!(of(&ids, "22/11/2026"), Err(KeyError::Date(_))));
    assert!(matches!(of(&ids[..2], "2026-11-22"), Err(KeyError::Panel(_))));
}

#[test]
fn ties_of_votes_are_all_accepted() {
    let votes = [Some(0), Some(2), Some(0), Some(2), Some(1), None];

    let key = Key::of_votes(&votes, &["a", "b", "c"], 3, "2026-11-22").unwrap();

    let accepted =
        |option: usize| matches!(key.options()[option].value, KeyValue::Mode { is_accepted: true, .. });
    assert_eq!([0, 1, 2].map(accepted), [true, false, true]);
    assert_eq!((key.experts(), key.version(), key.date()), (5, 3, "2026-11-22"));
    // Share .4 of 5 votes.
    assert!((key.options()[0].error - 0.048_f64.sqrt()).abs() < 1e-12);
    assert!(Key::of_votes(&[Some(0)], &["a"], 1, "2026-11-22").is_err());
    assert!(Key::of_votes(&[Some(0), Some(1)], &["a"], 1, "2026-11-22").is_err());
    assert!(Key::of_votes(&votes, &[], 1, "2026-11-22").is_err());
}

#[test]
fn another_panel_changes_scores_by_its_error() {
    let score = |key: &[f64]| {
        let people = [[5.0, 1.0, 2.0, 4.0, 1.0, 3.0], [4.0, 2.0, 2.0, 4.0, 5.0, 3.0], [3.0; 6]];
        people.iter().map(|p| -p.iter().zip(key).map(|(x, m)| (x - m).abs()).sum::<f64>()).collect()
    };
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| key_uncertainty(&round(), score, 2_000, 4)).unwrap()
    };

    let found = run(1);

    assert_eq!(found, run(3));
    for (option, row) in round().rows().iter().enumerate() {
        // The bootstrap divides by n instead of n - 1.
        let own = agreement(row, scale(5)).unwrap().key_error * 0.9_f64.sqrt();
        assert!((found.key_errors[option] / own - 1.0).abs() < 0.06);
    }
    assert_eq!(found.candidates.iter().map(|c| c.rank).collect::<Vec<_>>(), [1, 2, 3]);
    let third = found.candidates[2];
    assert!(third.score_sd > 0.0 && third.rank_low <= 3.0 && third.rank_high >= 3.0);
    assert!(found.mean_correlation.unwrap() > 0.8);
    assert!(key_uncertainty(&round(), score, 10, 4).is_err());
    assert!(key_uncertainty(&round(), |_| vec![f64::NAN], 200, 4).is_err());
    assert!(key_uncertainty(&round(), |_| Vec::new(), 200, 4).is_err());
}

#[test]
fn a_scenario_the_best_see_otherwise_is_reviewed() {
    // High scorers follow the key in scenario 0 and turn it round in scenario 7.
    let key = [1.0, 2.0, 4.0, 1.0, 2.0, 4.0];
    let row = |p: u32| {
        let good = p >= 150;
        let cells = key.map(|m| if good { m } else { 2.0 });
        let mut row = cells.map(Some);
        if good {
            row[3..].copy_from_slice(&[Some(4.0), Some(3.0), Some(1.0)]);
        }
        row
    };
    let answers = ScoreMatrix::from_rows(6, (0..210).map(row)).unwrap();
    let scores: Vec<f64> = (0..210).map(|p| f64::from(p / 10)).collect();
    let scenarios = [0, 0, 0, 7, 7, 7];

    let found = high_scorer_consensus(&answers, &scores, &key, &scenarios).unwrap();

    assert_eq!(found.iter().map(|s| s.scenario).collect::<Vec<_>>(), [0, 7]);
    assert!((found[0].correlation.unwrap() - 1.0).abs() < 1e-12 && !found[0].needs_review);
    assert!(found[1].correlation.unwrap() < -0.9 && found[1].needs_review);
    let few = ScoreMatrix::from_rows(6, (0..199).map(row)).unwrap();
    let refused = high_scorer_consensus(&few, &scores[..199], &key, &scenarios);
    assert_eq!(refused, Err(PanelError::TooFewCandidates { found: 199, needed: 200 }));
    assert!(high_scorer_consensus(&answers, &scores, &key[..5], &scenarios).is_err());
}
