//! Ranking versions over a database of their own: who is ranked, when a version is made, what is pruned.

use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::sets::{Rows, marginal_rank_sets};

use super::*;

fn person(number: i64, score: f64) -> RankableRow {
    RankableRow {
        attempt_id: format!("attempt-{number}"),
        random_order: number * 7_919 % 101,
        score: Some(score),
        sem: Some(6.0),
        low: Some((score - 11.8).max(0.0)),
        high: Some((score + 11.8).min(100.0)),
        unranked_reason: None,
    }
}

fn complete() -> StandardError {
    StandardError::try_from(6.0).unwrap()
}

/// Band and rank range of each person, in the order given.
fn places(scores: &[f64]) -> Vec<(i32, i32, i32)> {
    let people = (0..).zip(scores).map(|(number, score)| person(number, *score)).collect();
    let mut rows = rank_people("v", people, complete()).unwrap();
    rows.sort_by_key(|row| row.attempt_id.clone());
    rows.iter().map(|row| (row.band.unwrap(), row.rank_low.unwrap(), row.rank_high.unwrap())).collect()
}

#[test]
fn one_person_is_alone_in_the_first_band() {
    assert_eq!(places(&[42.0]), [(0, 1, 1)]);
}

#[test]
fn two_people_within_the_width_share_the_band_and_both_ranks() {
    // 1.96 × 6 × √2 = 16.63.
    assert_eq!(places(&[60.0, 45.0]), [(0, 1, 2), (0, 1, 2)]);
    assert_eq!(places(&[60.0, 43.0]), [(0, 1, 1), (1, 2, 2)]);
}

#[test]
fn three_people_chain_over_a_border() {
    // The second is not told apart from either neighbour, though a border runs below them.
    assert_eq!(places(&[70.0, 60.0, 50.0]), [(0, 1, 2), (0, 1, 3), (1, 2, 3)]);
}

#[test]
fn equal_scores_share_band_and_range() {
    assert_eq!(places(&[50.0, 50.0, 50.0, 50.0]), [(0, 1, 4); 4]);
}

#[test]
fn row_numbers_follow_the_band_and_then_the_random_column() {
    let people = (0..60).map(|number| person(number, f64::from(u8::try_from(number).unwrap()))).collect();

    let rows = rank_people("v", people, complete()).unwrap();

    let keys: Vec<_> = rows.iter().map(|row| (row.band, row.random_order)).collect();
    assert!(keys.is_sorted());
    assert!(rows.iter().map(|row| row.row_number).eq(1..=60));
    assert!(!rows.iter().map(|row| row.score.unwrap()).is_sorted_by(|left, right| left >= right));
}

#[test]
fn people_without_a_rank_come_last_with_their_reason_and_move_nobody() {
    let mut people = vec![person(1, 50.0), person(2, 52.0)];
    people.push(RankableRow { unranked_reason: Some("too_few_answers".to_owned()), ..person(3, 90.0) });
    people.push(RankableRow {
        score: None,
        sem: None,
        unranked_reason: Some("nothing_answered".to_owned()),
        ..person(4, 0.0)
    });

    let rows = rank_people("v", people, complete()).unwrap();

    let reasons: Vec<_> = rows.iter().map(|row| row.unranked_reason.as_deref()).collect();
    assert_eq!(reasons[..2], [None, None]);
    assert!(
        reasons[2..].contains(&Some("too_few_answers")) && reasons[2..].contains(&Some("nothing_answered"))
    );
    assert!(rows[..2].iter().all(|row| (row.rank_low, row.rank_high) == (Some(1), Some(2))));
    assert!(rows[2..].iter().all(|row| row.band.is_none() && row.rank_low.is_none()));
}

#[test]
fn nobody_gives_no_rows() {
    assert_eq!(rank_people("v", Vec::new(), complete()).unwrap(), []);
}

#[test]
fn ten_thousand_people_are_ranked_in_well_under_a_second() {
    let people = (0..10_000_i64)
        .map(|number| RankableRow {
            random_order: number.wrapping_mul(6_364_136_223_846_793_005),
            ..person(number, f64::from(u16::try_from(number % 97).unwrap()))
        })
        .collect();
    let start = std::time::Instant::now();

    let rows = rank_people("v", people, complete()).unwrap();

    assert_eq!(rows.len(), 10_000);
    assert!(start.elapsed() < std::time::Duration::from_millis(900), "{:?}", start.elapsed());
}

#[test]
fn ranks_are_the_confidence_sets_of_the_engine() {
    let scores = [81.0, 74.5, 70.0, 70.0, 52.0, 49.5, 31.0];
    let estimates = scores.map(|score| Estimate::new(score, complete()).unwrap());
    let joint = JointEstimates::independent(&estimates).unwrap();
    let exact = marginal_rank_sets(&joint, Rows::All, &RankSetOptions::default()).unwrap();
    let people = (0..).zip(scores).map(|(number, score)| person(number, score)).collect();

    let mut rows = rank_people("v", people, complete()).unwrap();

    rows.sort_by_key(|row| row.attempt_id.clone());
    for (row, set) in rows.iter().zip(exact) {
        assert_eq!(row.rank_low, i32::try_from(set.range.best).ok());
        assert_eq!(row.rank_high, i32::try_from(set.range.worst).ok());
        assert_eq!(row.critical_value, set.critical_value);
        // The stored value counts the same people as the set.
        let clearly = |sign: f64| {
            let limit = row.critical_value.unwrap() * 6.0 * 2.0_f64.sqrt();
            scores.iter().filter(|other| sign * (**other - row.score.unwrap()) > limit).count()
        };
        assert_eq!(row.rank_low, i32::try_from(1 + clearly(1.0)).ok());
        assert_eq!(row.rank_high, i32::try_from(scores.len() - clearly(-1.0)).ok());
    }
}
