//! Tests of the coefficients against tables worked by hand or built to have a known answer.

use super::family::{Coefficient, FamilyReliability, FamilyVerdict, family_reportable, family_verdict};
use super::omega::{BootstrapPlan, omega_bootstrap_95, omega_total, omega_total_standardised};
use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const PLAN: BootstrapPlan = BootstrapPlan { resamples: 200, seed: 7 };

fn matrix(rows: &[Vec<f64>]) -> ScoreMatrix {
    let cells = rows.iter().map(|row| row.iter().copied().map(Some).collect::<Vec<_>>());
    ScoreMatrix::from_rows(rows[0].len(), cells).unwrap()
}

/// Rows whose sample covariance is exactly 8/7 (λλ' + Θ), from the columns of a Hadamard matrix.
fn exact_one_factor(loadings: &[f64], uniquenesses: &[f64]) -> Vec<Vec<f64>> {
    let sign = |row: u32, column: usize| {
        let bits = row & u32::try_from(column).unwrap();
        if bits.count_ones().is_multiple_of(2) { 1.0 } else { -1.0 }
    };
    let items = || loadings.iter().zip(uniquenesses).enumerate();
    (0..8u32)
        .map(|row| items().map(|(j, (l, t))| l * sign(row, 1) + t.sqrt() * sign(row, j + 2)).collect())
        .collect()
}

/// People × items with a common part, from a seeded generator.
fn simulated(people: u32, items: u32, common: f64) -> Vec<Vec<f64>> {
    let mut generator = ChaCha8Rng::seed_from_u64(1991);
    let mut noise = || f64::from(generator.next_u32()) / f64::from(u32::MAX) - 0.5;
    (0..people)
        .map(|_| {
            let level = 50.0 + 30.0 * common * noise();
            (0..items).map(|_| level + 30.0 * noise()).collect()
        })
        .collect()
}

#[test]
fn alpha_worked_by_hand() {
    // Variances 1 and 1, covariance 0.5, total 3: 2 (1 - 2/3).
    let found = alpha(&matrix(&[vec![1.0, 2.0], vec![2.0, 4.0], vec![3.0, 3.0]])).unwrap();

    assert!((found.value - 2.0 / 3.0).abs() < 1e-12);
    // F(2, 2) is at p where p = F / (1 + F): quantiles 39 and 1/39.
    assert!((found.low - (1.0 - 39.0 / 3.0)).abs() < 1e-9);
    assert!((found.high - (1.0 - 1.0 / 117.0)).abs() < 1e-9);
}

#[test]
fn alpha_of_parallel_items_is_spearman_brown() {
    let rows = exact_one_factor(&[0.6; 5], &[0.64; 5]);

    let found = alpha(&matrix(&rows)).unwrap();

    let expected = individual::spearman_brown(0.36, 5.0).unwrap();
    assert!((found.value - expected).abs() < 1e-12);
}

#[test]
fn constant_items_and_incomplete_people_are_left_out_and_reported() {
    let rows = [
        [Some(1.0), Some(5.0), Some(2.0)],
        [Some(2.0), Some(5.0), Some(4.0)],
        [Some(3.0), Some(5.0), Some(3.0)],
        [Some(9.0), None, Some(1.0)],
    ];

    let found = alpha(&ScoreMatrix::from_rows(3, rows).unwrap()).unwrap();

    assert!((found.value - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(
        found.basis,
        Basis { persons_used: 3, persons_left_out: 1, items_used: 2, constant_items: vec![1] }
    );
}

#[test]
fn coefficients_say_what_is_missing() {
    let one_person = matrix(&[vec![1.0, 2.0]]);
    let constant = matrix(&[vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0]]);
    let opposed = matrix(&[vec![1.0, 2.0], vec![2.0, 1.0], vec![4.0, -1.0]]);

    assert_eq!(alpha(&one_person), Err(ReliabilityError::TooFewPersons { found: 1, needed: 2 }));
    assert_eq!(alpha(&constant), Err(ReliabilityError::TooFewItems { found: 0, needed: 2 }));
    assert_eq!(alpha(&opposed), Err(ReliabilityError::ConstantTotal));
    assert_eq!(omega_total(&opposed), Err(ReliabilityError::TooFewItems { found: 2, needed: 3 }));
    let short = matrix(&[vec![1.0, 2.0, 4.0], vec![2.0, 1.0, 0.0], vec![3.0, 3.0, 3.0]]);
    assert_eq!(omega_total(&short), Err(ReliabilityError::TooFewPersons { found: 3, needed: 4 }));
}

#[test]
fn item_statistics_worked_by_hand() {
    // Items (1 2 3), (2 4 3) and a constant.
    let rows = [vec![1.0, 2.0, 7.0], vec![2.0, 4.0, 7.0], vec![3.0, 3.0, 7.0]];

    let found = item_statistics(&matrix(&rows)).unwrap();

    assert!((found[0].item_rest_r.unwrap() - 0.5).abs() < 1e-12);
    // Totals 10, 13, 13.
    assert!((found[0].item_total_r.unwrap() - 0.75_f64.sqrt()).abs() < 1e-12);
    assert_eq!(found[2].item_total_r, None);
    assert_eq!((found[0].mean, found[0].sd), (2.0, 1.0));
    assert_eq!(found[0].alpha_if_dropped, None);
    assert_eq!((found[2].sd, found[2].item_rest_r), (0.0, None));
    assert!((found[2].alpha_if_dropped.unwrap() - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn split_half_worked_by_hand() {
    let rows = [vec![1.0, 2.0], vec![2.0, 4.0], vec![3.0, 3.0]];

    let found = split_half(&matrix(&rows), &[Half::First, Half::Second]).unwrap();

    assert!((found.correlation - 0.5).abs() < 1e-12);
    assert!((found.spearman_brown.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    let one_half = split_half(&matrix(&rows), &[Half::First, Half::First]);
    assert_eq!(one_half, Err(ReliabilityError::ConstantTotal));
}

#[test]
fn one_stratum_is_plain_alpha() {
    let scores = matrix(&simulated(60, 6, 1.0));

    let stratified = stratified_alpha(&scores, &[3; 6]).unwrap();

    assert!((stratified - alpha(&scores).unwrap().value).abs() < 1e-12);
    assert!(stratified_alpha(&scores, &[1, 1, 2, 2, 5, 5]).is_ok());
    assert!(stratified_alpha(&scores, &[1, 1, 1, 1, 1, 2]).is_err());
    assert!(stratified_alpha(&scores, &[1]).is_err());
}

#[test]
fn omega_recovers_an_exact_one_factor_table() {
    let (loadings, uniquenesses) = ([2.0, 5.0, 1.0, 8.0, 3.0, 4.0], [9.0, 4.0, 7.0, 20.0, 30.0, 2.0]);

    let found = omega_total(&matrix(&exact_one_factor(&loadings, &uniquenesses))).unwrap();

    let common = loadings.iter().sum::<f64>().powi(2);
    let expected = common / (common + uniquenesses.iter().sum::<f64>());
    assert!((found.value - expected).abs() < 1e-9);
    for (value, loading) in found.loadings.iter().zip(loadings) {
        assert!((value - loading * (8.0_f64 / 7.0).sqrt()).abs() < 1e-6);
    }
    assert_eq!(found.heywood_items, Vec::<usize>::new());
}

#[test]
fn omega_ignores_the_scale_and_the_order() {
    let rows = simulated(80, 7, 1.2);
    let expected = omega_total(&matrix(&rows)).unwrap().value;
    let turned: Vec<Vec<f64>> =
        rows.iter().rev().map(|row| row.iter().rev().map(|x| 1000.0 - 7.0 * x).collect()).collect();

    assert!((omega_total(&matrix(&turned)).unwrap().value - expected).abs() < 1e-9);
}

#[test]
fn standardised_omega_is_omega_of_standardised_scores() {
    let mut rows = simulated(90, 5, 1.1);
    rows.iter_mut().for_each(|row| row[0] *= 9.0);
    let found = omega_total_standardised(&matrix(&rows)).unwrap();
    for item in 0..5 {
        let n = f64::from(90_u8);
        let mean = rows.iter().map(|row| row[item]).sum::<f64>() / n;
        let sd = (rows.iter().map(|row| (row[item] - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        rows.iter_mut().for_each(|row| row[item] = (row[item] - mean) / sd);
    }

    let expected = omega_total(&matrix(&rows)).unwrap();

    assert!((found.value - expected.value).abs() < 1e-8, "{} {}", found.value, expected.value);
    assert!(found.loadings.iter().zip(&expected.loadings).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn heywood_case_is_held_at_the_bound() {
    // λ₁² would be .9 × .9 / .5 = 1.62.
    let correlations = Square::from_fn(3, |i, j| [[1.0, 0.9, 0.9], [0.9, 1.0, 0.5], [0.9, 0.5, 1.0]][i][j]);

    let model = one_factor::fit(&correlations).unwrap();

    assert_eq!(model.items_at_bound(), vec![0]);
    assert!((model.uniquenesses[0] - 0.005).abs() < 1e-12);
}

#[test]
fn omega_of_unrelated_or_opposed_items_is_a_number() {
    for seed in 0..40u32 {
        let rows: Vec<Vec<f64>> = (0..12u32)
            .map(|i| (0..6u32).map(|j| f64::from((i * 7919 + j * 104_729 + seed * 31) % 101)).collect())
            .collect();

        let value = omega_total(&matrix(&rows)).map(|omega| omega.value);

        assert!(value.is_ok_and(|v| (0.0..=1.0).contains(&v)), "seed {seed}: {value:?}");
    }
}

#[test]
fn bootstrap_repeats_with_its_seed() {
    let scores = matrix(&simulated(120, 5, 1.0));

    let first = omega_bootstrap_95(&scores, PLAN).unwrap();

    assert_eq!(omega_bootstrap_95(&scores, PLAN), Ok(first));
    assert_ne!(omega_bootstrap_95(&scores, BootstrapPlan { seed: 8, ..PLAN }), Ok(first));
    assert_eq!(
        omega_bootstrap_95(&scores, BootstrapPlan { resamples: 10, seed: 7 }),
        Err(ReliabilityError::TooFewResamples { found: 10, needed: 200 })
    );
}

#[test]
fn bootstrap_interval_holds_the_estimate() {
    for common in [0.5, 1.0, 2.0] {
        let scores = matrix(&simulated(150, 6, common));

        let interval = omega_bootstrap_95(&scores, PLAN).unwrap();

        let value = omega_total(&scores).unwrap().value;
        assert!(interval.low < value && value < interval.high, "{value} {interval:?}");
        assert!((0.0..=1.0).contains(&interval.low) && interval.high <= 1.0);
    }
}

#[test]
fn two_scenarios_use_alpha() {
    let verdict = family_reportable(&matrix(&simulated(150, 2, 3.0)), PLAN);

    let FamilyVerdict::Reportable(reliability) = verdict else { panic!("{verdict:?}") };
    assert_eq!(reliability.coefficient, Coefficient::Alpha);
}

#[test]
fn family_rule_at_its_limits() {
    let verdict = |attempts, value, low| {
        family_verdict(attempts, FamilyReliability { coefficient: Coefficient::Omega, value, low, high: 0.9 })
    };

    assert!(verdict(100, 0.60, 0.50).is_reportable());
    assert_eq!(verdict(99, 0.9, 0.8), FamilyVerdict::TooFewAttempts { found: 99 });
    assert!(matches!(verdict(100, 0.599, 0.55), FamilyVerdict::TooUnreliable(_)));
    assert!(matches!(verdict(100, 0.61, 0.499), FamilyVerdict::TooUncertain(_)));
    assert!(!verdict(100, f64::NAN, 0.6).is_reportable());
    let few = family_reportable(&matrix(&simulated(99, 6, 3.0)), PLAN);
    assert_eq!(few, FamilyVerdict::TooFewAttempts { found: 99 });
    let weak = family_reportable(&matrix(&simulated(200, 6, 0.1)), PLAN);
    assert!(matches!(weak, FamilyVerdict::TooUnreliable(_)), "{weak:?}");
    let single = family_reportable(&matrix(&simulated(200, 1, 3.0)), PLAN);
    assert!(matches!(single, FamilyVerdict::NotEstimable(ReliabilityError::TooFewItems { .. })));
}
