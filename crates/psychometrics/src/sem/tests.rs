//! Tests of the standard error against tables and formulas worked by hand.

use super::*;

fn matrix(rows: &[&[Option<f64>]]) -> ScoreMatrix {
    ScoreMatrix::from_rows(rows[0].len(), rows).unwrap()
}

fn standard_error(value: f64) -> StandardError {
    StandardError::try_from(value).unwrap()
}

#[test]
fn residual_of_a_hand_worked_table() {
    // Person means 20, 50, 50, scenario means 30, 40, 50, grand mean 40. Residuals
    // 0 0 0 | 20 -10 -10 | -20 10 10: sum of squares 1200, 4 degrees of freedom.
    let scores = matrix(&[
        &[Some(10.0), Some(20.0), Some(30.0)],
        &[Some(60.0), Some(40.0), Some(50.0)],
        &[Some(20.0), Some(60.0), Some(70.0)],
    ]);

    let residual = person_scenario_residual(&scores).unwrap();

    assert!((residual.mean_square - 300.0).abs() < 1e-9);
    assert!((residual.variance_of_mean() - 100.0).abs() < 1e-9);
}

#[test]
fn people_with_a_gap_are_left_out() {
    let scores =
        matrix(&[&[Some(10.0), Some(30.0)], &[Some(50.0), None], &[Some(40.0), Some(20.0)], &[None, None]]);

    let residual = person_scenario_residual(&scores).unwrap();

    // Differences -20 and 20: half their variance, 800 / 2.
    assert!((residual.mean_square - 400.0).abs() < 1e-9);
    assert_eq!((residual.persons_used, residual.persons_left_out), (2, 2));
}

#[test]
fn residual_ignores_levels_and_order() {
    let base = [[10.0, 20.0, 35.0], [60.0, 40.0, 50.0], [20.0, 62.0, 70.0], [33.0, 12.0, 5.0]];
    let build = |rows: Vec<Vec<f64>>| {
        let rows = rows.into_iter().map(|row| row.into_iter().map(Some).collect::<Vec<_>>());
        person_scenario_residual(&ScoreMatrix::from_rows(3, rows).unwrap()).unwrap().mean_square
    };
    let expected = build(base.iter().map(|row| row.to_vec()).collect());

    let reversed = build(base.iter().rev().map(|row| row.iter().rev().copied().collect()).collect());
    let shifted =
        build(base.iter().zip(0..).map(|(r, i)| r.map(|y| y + 5.0 * f64::from(i)).to_vec()).collect());

    assert!((reversed - expected).abs() < 1e-9);
    assert!((shifted - expected).abs() < 1e-9);
}

#[test]
fn prior_of_twelve_scenarios_is_6_64() {
    assert!((prior_sem(12).unwrap().get() - 6.639_528_1).abs() < 1e-7);
    assert_eq!(prior_sem(0), Err(SemError::NoScenario));
}

#[test]
fn shrinkage_worked_by_hand() {
    // s0² = 529 / 12; (150 × 36 + 50 × 529 / 12) / 200 = 38.020833.
    let sem = shrunk_sem(150, 36.0, 12).unwrap();

    assert!((sem.get() - 38.020_833_333_333_f64.sqrt()).abs() < 1e-9);
    assert_eq!(shrunk_sem(1, 36.0, 12), prior_sem(12));
    assert_eq!(shrunk_sem(0, f64::NAN, 12), prior_sem(12));
    assert_eq!(shrunk_sem(2, -1.0, 12), Err(SemError::InvalidVariance(-1.0)));
}

#[test]
fn snapshot_without_people_is_the_prior() {
    let nobody: [[Option<f64>; 12]; 0] = [];
    let empty = snapshot_sem(&ScoreMatrix::from_rows(12, nobody).unwrap()).unwrap();
    let alone = snapshot_sem(&ScoreMatrix::from_rows(12, [[Some(50.0); 12]]).unwrap()).unwrap();
    let single = snapshot_sem(&ScoreMatrix::from_rows(1, [[Some(5.0)]; 9]).unwrap()).unwrap();

    assert_eq!(Ok(empty.sem), prior_sem(12));
    assert_eq!(Ok(alone.sem), prior_sem(12));
    assert_eq!(Ok(single.sem), prior_sem(1));
    assert_eq!(single.residual, None);
}

#[test]
fn snapshot_shrinks_the_residual() {
    let scores = matrix(&[&[Some(10.0), Some(30.0)], &[Some(40.0), Some(20.0)], &[Some(40.0), Some(20.0)]]);

    let snapshot = snapshot_sem(&scores).unwrap();

    // Differences -20, 20, 20: variance 533.333, mean square 266.667, s² 133.333, n 3.
    let expected = ((3.0 * 400.0 / 3.0 + 50.0 * 529.0 / 2.0) / 53.0_f64).sqrt();
    assert!((snapshot.sem.get() - expected).abs() < 1e-9);
}

#[test]
fn scores_off_the_axis_are_refused() {
    let scores = matrix(&[&[Some(10.0), Some(130.0)], &[Some(40.0), Some(20.0)]]);

    assert_eq!(snapshot_sem(&scores), Err(SemError::ScoreOutOfRange(130.0)));
    assert_eq!(interval_95(-0.1, standard_error(1.0)), Err(SemError::ScoreOutOfRange(-0.1)));
    assert!(interval_95(f64::NAN, standard_error(1.0)).is_err());
}

#[test]
fn a_quarter_answered_doubles_the_standard_error() {
    let complete = standard_error(6.5);

    assert_eq!(sem_with_missing(complete, 12, 3), Ok(standard_error(13.0)));
    assert_eq!(sem_with_missing(complete, 12, 12), Ok(complete));
    assert_eq!(sem_with_missing(complete, 12, 0), Err(SemError::NothingAnswered));
    assert_eq!(
        sem_with_missing(complete, 12, 13),
        Err(SemError::MoreAnsweredThanScenarios { answered: 13, scenarios: 12 })
    );
}

#[test]
fn intervals_are_clipped() {
    assert_eq!(interval_95(5.0, standard_error(6.0)).unwrap().low, 0.0);
    assert_eq!(interval_95(95.0, standard_error(6.0)).unwrap().high, 100.0);
}

#[test]
fn unequal_numbers_of_actions_change_the_variance_little() {
    // The worst mix of 4 and 5 actions over S scenarios, relative to equal weights: S Σ w².
    for fives in 0..=12u32 {
        let (fours, fives) = (f64::from(12 - fives), f64::from(fives));
        let total = 4.0 * fours + 5.0 * fives;
        let ratio = 12.0 * (16.0 * fours + 25.0 * fives) / (total * total);

        assert!((1.0..1.013).contains(&ratio));
    }
}

#[test]
fn standard_errors_are_positive() {
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(StandardError::try_from(value).is_err());
    }
}
