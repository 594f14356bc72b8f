//! Correlations with later outcomes, against published and worked examples.

use super::*;

fn is_near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-4
}

#[test]
fn pearson_of_anscombe() {
    // Anscombe 1973, Am Stat 27:17-21, first set: r = 0.816.
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

    let found = pearson(&x, &y).unwrap();

    assert!((found.r - 0.816_420_516).abs() < 1e-9, "{found:?}");
    // tanh(atanh(r) ± 1.96 / √8): R's cor.test gives 0.4243912 and 0.9506933.
    assert!(is_near(found.low, 0.424_391_2) && is_near(found.high, 0.950_693_3), "{found:?}");
    assert_eq!(found.n, 11);
}

#[test]
fn spearman_of_a_known_table() {
    // IQ and hours of television of ten people, no ties: rho = -29/165.
    let x = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
    let y = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];

    let found = spearman(&x, &y).unwrap();

    assert!((found.r + 29.0 / 165.0).abs() < 1e-12, "{found:?}");
    // z = -0.177604, standard error √(1.015445 / 7) = 0.380872.
    assert!(is_near(found.low, (-0.177_604_f64 - 1.959_964 * 0.380_872).tanh()), "{found:?}");
    // Ties at their mean rank: 1, 2.5, 2.5, 4.
    assert_eq!(mid_ranks(&[3.0, 5.0, 5.0, 9.0]), [1.0, 2.5, 2.5, 4.0]);
}

#[test]
fn yes_and_no_give_the_point_biserial_correlation() {
    let scores = [40.0, 50.0, 60.0, 55.0, 70.0, 80.0];
    let stayed = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];

    let found = pearson(&scores, &stayed).unwrap();

    // (M1 - M0) / s_n × √(p q) with M1 = 205/3, M0 = 50 and s_n² = Σ(x - 355/6)² / 6.
    let mean = 355.0 / 6.0;
    let s_n = (scores.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
    let expected = (205.0 / 3.0 - 50.0) / s_n * 0.25_f64.sqrt();
    assert!((found.r - expected).abs() < 1e-12, "{found:?} {expected}");
}

#[test]
fn range_restriction_worked_by_hand() {
    let observed = Correlation { n: 103, r: 0.3, low: 0.1, high: -0.2 };

    let found = corrected_for_range(observed, 16.0, 8.0).unwrap();

    // 0.3 · 2 / √(1 + 3 · 0.09) = 0.6 / √1.27; 0.2 / √1.03; -0.4 / √1.12.
    assert_eq!(found.u, 2.0);
    assert!(is_near(found.r, 0.532_414), "{found:?}");
    assert!(is_near(found.low, 0.197_066) && is_near(found.high, -0.377_964), "{found:?}");
    let same = corrected_for_range(observed, 8.0, 8.0).unwrap();
    assert!(is_near(same.r, 0.3));
    for (everybody, selected) in [(0.0, 8.0), (8.0, 0.0), (f64::NAN, 8.0), (-1.0, 8.0)] {
        assert_eq!(corrected_for_range(observed, everybody, selected), None);
    }
}

#[test]
fn what_has_no_correlation_has_no_number() {
    let x = [1.0, 2.0, 3.0, 4.0];

    assert_eq!(pearson(&x, &[1.0; 4]), Err(ValidityError::NoVariance));
    assert_eq!(pearson(&[0.1; 4], &x), Err(ValidityError::NoVariance));
    assert_eq!(spearman(&x, &[1.0; 4]), Err(ValidityError::NoVariance));
    assert_eq!(pearson(&x, &x[..3]), Err(ValidityError::Lengths));
    assert_eq!(pearson(&x[..3], &x[..3]), Err(ValidityError::TooFew));
    assert_eq!(pearson(&x, &[1.0, 2.0, f64::NAN, 4.0]), Err(ValidityError::NotFinite));
    assert_eq!(spearman(&x, &[1.0, 2.0, f64::NAN, 4.0]), Err(ValidityError::NotFinite));
    let perfect = pearson(&x, &x).unwrap();
    assert!(perfect.r <= 1.0 && perfect.high <= 1.0 && perfect.low.is_finite());
}

#[test]
fn cells_have_ten_people_or_become_fewer() {
    let number = |n: u32| -> Vec<f64> { (0..n).map(f64::from).collect() };
    let cells = |scores: &[f64]| -> Vec<u32> {
        expectancy(scores, scores, OutcomeKind::Number).iter().map(|cell| cell.n).collect()
    };

    assert_eq!(cells(&number(40)), [10, 10, 10, 10]);
    assert_eq!(cells(&number(39)), [13, 13, 13]);
    assert_eq!(cells(&number(29)), [14, 15]);
    assert_eq!(cells(&number(19)), Vec::<u32>::new());
    // Equal scores are not told apart: 30 people of one score are one cell, and the rest has too few.
    let tied: Vec<f64> = [vec![50.0; 30], number(8)].concat();
    assert_eq!(cells(&tied), Vec::<u32>::new());
}

#[test]
fn means_and_borders_worked_by_hand() {
    let scores: Vec<f64> = (1..=20_u32).map(f64::from).collect();
    let outcomes: Vec<f64> = scores.iter().map(|score| score * 2.0).collect();

    let cells = expectancy(&scores, &outcomes, OutcomeKind::Number);

    assert_eq!((cells[0].highest, cells[1].highest), (10.0, 20.0));
    assert_eq!(cells[0].outcome.unwrap().value, 11.0);
    assert!(cells[0].outcome.unwrap().low < 11.0 && cells[0].outcome.unwrap().high > 11.0);
}

#[test]
fn small_counts_of_yes_are_hidden() {
    let scores: Vec<f64> = (0..30_u32).map(f64::from).collect();
    // 2, 5 and 5 of ten.
    let yes: Vec<f64> = (0..30_u32)
        .map(|person| f64::from(u32::from(person % 10 < if person < 10 { 2 } else { 5 })))
        .collect();

    let cells = expectancy(&scores, &yes, OutcomeKind::YesNo);

    assert_eq!(cells.len(), 3);
    assert_eq!(cells.iter().map(|cell| cell.n).collect::<Vec<_>>(), [10, 10, 10]);
    // The first is too small, and a second one hides it.
    assert_eq!(cells.iter().filter(|cell| cell.outcome.is_none()).count(), 2);
    assert_eq!(cells[0].outcome, None);
}
