//! Who is above whom, and how surely.

use super::*;

fn score(score: f64, sem: f64) -> Option<ReportScore> {
    Some(ReportScore { score, sem, low: score - 1.96 * sem, high: score + 1.96 * sem })
}

#[test]
fn the_higher_score_comes_first_and_a_person_without_one_is_left_out() {
    let found = pairs(&[score(60.0, 5.0), None, score(80.0, 5.0)]).unwrap();

    assert_eq!(found.len(), 1);
    assert_eq!((found[0].above, found[0].below), (2, 0));
    // 20 points against 1.96 × 5 × √2 = 13.9.
    assert!(found[0].is_sure());
    assert!((found[0].difference.low - 6.141).abs() < 1e-3, "{:?}", found[0]);
    assert!((found[0].difference.p_above - 0.99766).abs() < 1e-5, "{:?}", found[0]);
}

#[test]
fn near_scores_are_not_sure_and_equal_ones_have_even_chances() {
    let found = pairs(&[score(60.0, 5.0), score(60.0, 5.0), score(70.0, 5.0)]).unwrap();

    assert!(found.iter().all(|pair| !pair.is_sure()));
    assert!((found[0].difference.p_above - 0.5).abs() < 1e-9);
}
