//! Tests of rank sets against each other and against their nominal coverage.

use super::*;
use crate::irt::simulate::normal_levels;
use crate::rank::Estimate;
use crate::rank::large::marginal_rank_sets_of_many;
use crate::rank::top::{TopMethod, top_k_probability};
use crate::sem::StandardError;

fn people(values: &[f64], errors: &[f64]) -> JointEstimates {
    JointEstimates::independent(&estimates(values, errors)).unwrap()
}

fn estimates(values: &[f64], errors: &[f64]) -> Vec<Estimate> {
    let one = |(value, error): (&f64, &f64)| {
        Estimate::new(*value, StandardError::try_from(*error).unwrap()).unwrap()
    };
    values.iter().zip(errors).map(one).collect()
}

fn ranges(sets: &[RankSet]) -> Vec<(u32, u32)> {
    sets.iter().map(|set| (set.range.best, set.range.worst)).collect()
}

fn options(draws: u32) -> RankSetOptions {
    RankSetOptions { plan: DrawPlan { draws, seed: 11 }, ..RankSetOptions::default() }
}

/// Errors of `n` people between 0.2 and 0.4, no two alike.
fn spread_errors(n: u32) -> Vec<f64> {
    (0..n).map(|i| 0.2 + 0.2 * f64::from(i * 37 % n) / f64::from(n)).collect()
}

#[test]
fn two_people_have_the_critical_value_of_one_difference() {
    // The larger of both directions exceeds 1.96 five times in a hundred; t is 1.911 and 1.964.
    let near = marginal_rank_sets(&people(&[1.0, 0.0], &[0.37; 2]), Rows::All, &options(200)).unwrap();
    let apart = marginal_rank_sets(&people(&[1.0, 0.0], &[0.36; 2]), Rows::All, &options(200)).unwrap();

    assert!((near[0].critical_value.unwrap() - 1.959_963_985).abs() < 1e-6);
    assert_eq!(ranges(&near), [(1, 2), (1, 2)]);
    // Once "better" is shown, only "worse" stands, on one side.
    assert!((apart[0].critical_value.unwrap() - 1.644_853_627).abs() < 1e-6);
    assert_eq!(ranges(&apart), [(1, 1), (2, 2)]);
}

#[test]
fn the_integral_agrees_with_draws() {
    let (values, errors) = (normal_levels(40, 0.0, 0.6, 3), spread_errors(40));
    let joint = people(&values, &errors);
    let diagonal: Vec<Vec<f64>> = (0..40)
        .map(|i| (0..40).map(|k| if i == k { errors[i] * errors[i] } else { 0.0 }).collect())
        .collect();
    let drawn = JointEstimates::with_covariance(&values, &diagonal).unwrap();
    for side in [Side::TwoSided, Side::BestOnly, Side::WorstOnly] {
        for is_stepdown in [true, false] {
            let options = RankSetOptions { side, is_stepdown, ..options(40_000) };

            let exact = marginal_rank_sets(&joint, Rows::All, &options).unwrap();
            let sampled = marginal_rank_sets(&drawn, Rows::All, &options).unwrap();

            for (a, b) in exact.iter().zip(&sampled) {
                let gap = a.critical_value.unwrap() - b.critical_value.unwrap();
                // The standard error of a 95 % quantile of 40,000 draws is about 0.01.
                assert!(gap.abs() < 0.04, "{side:?} {is_stepdown} {a:?} {b:?}");
                assert!(
                    a.range.best.abs_diff(b.range.best) <= 1 && a.range.worst.abs_diff(b.range.worst) <= 1
                );
            }
        }
    }
}

#[test]
fn a_diagonal_covariance_is_independence() {
    let values = [0.4, 0.1, -0.3, 0.0];
    let diagonal: Vec<Vec<f64>> =
        (0..4).map(|i| (0..4).map(|k| if i == k { 0.04 } else { 0.0 }).collect()).collect();

    let joint = JointEstimates::with_covariance(&values, &diagonal).unwrap();

    let independent =
        simultaneous_rank_sets(&people(&values, &[0.2; 4]), Rows::All, &options(2_000)).unwrap();
    let sets = simultaneous_rank_sets(&joint, Rows::All, &options(2_000)).unwrap();
    assert_eq!(ranges(&sets), ranges(&independent));
}

#[test]
fn common_errors_tighten_the_sets() {
    let values: Vec<f64> = (0..8).map(|i| 0.5 * f64::from(i)).collect();
    let shared: Vec<Vec<f64>> =
        (0..8).map(|i| (0..8).map(|k| if i == k { 0.25 } else { 0.2 }).collect()).collect();

    let together = JointEstimates::with_covariance(&values, &shared).unwrap();

    let tight = ranges(&simultaneous_rank_sets(&together, Rows::All, &options(3_000)).unwrap());
    let wide =
        ranges(&simultaneous_rank_sets(&people(&values, &[0.5; 8]), Rows::All, &options(3_000)).unwrap());
    assert!(tight.iter().zip(&wide).all(|(a, b)| a.0 >= b.0 && a.1 <= b.1) && tight != wide);
}

#[test]
fn sets_are_nested_as_they_must_be() {
    let (values, errors) = (normal_levels(60, 0.0, 1.0, 9), spread_errors(60));
    let all = people(&values, &errors);
    let single = RankSetOptions { is_stepdown: false, ..options(20_000) };

    let marginal = ranges(&marginal_rank_sets(&all, Rows::All, &options(20_000)).unwrap());
    let joint = ranges(&simultaneous_rank_sets(&all, Rows::All, &options(20_000)).unwrap());
    let marginal_single = ranges(&marginal_rank_sets(&all, Rows::All, &single).unwrap());
    let joint_single = ranges(&simultaneous_rank_sets(&all, Rows::All, &single).unwrap());

    let within = |a: &[(u32, u32)], b: &[(u32, u32)]| a.iter().zip(b).all(|(a, b)| a.0 >= b.0 && a.1 <= b.1);
    assert!(within(&marginal, &joint) && within(&marginal_single, &joint_single));
    assert!(within(&marginal, &marginal_single) && within(&joint, &joint_single));
    let shown = simultaneous_rank_sets(&all, Rows::Only(&[7, 3]), &options(20_000)).unwrap();
    assert!(within(&ranges(&shown), &[joint[7], joint[3]]));
    assert_eq!(shown.iter().map(|set| set.index).collect::<Vec<_>>(), [7, 3]);
}

#[test]
fn sets_do_not_depend_on_the_order_of_people() {
    let (values, errors) = (normal_levels(50, 0.0, 1.0, 4), spread_errors(50));
    let turned = |list: &[f64]| list.iter().rev().copied().collect::<Vec<f64>>();
    let (all, other) = (people(&values, &errors), people(&turned(&values), &turned(&errors)));

    let a = simultaneous_rank_sets(&all, Rows::All, &options(1_000)).unwrap();
    let b = simultaneous_rank_sets(&other, Rows::All, &options(1_000)).unwrap();

    let mut back = ranges(&b);
    back.reverse();
    assert_eq!(ranges(&a), back);
    let top = |all| top_k_probability(all, 7, DrawPlan { draws: 1_000, seed: 2 }).unwrap().probabilities;
    let back: Vec<f64> = top(&other).into_iter().rev().collect();
    assert!(top(&all).iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn many_agree_with_the_exact_sets() {
    let (values, errors) = (normal_levels(2_000, 0.0, 1.0, 21), spread_errors(2_000));
    let list = estimates(&values, &errors);
    let rows: Vec<usize> = (0..2_000).step_by(100).collect();

    let exact = marginal_rank_sets(&people(&values, &errors), Rows::Only(&rows), &options(200)).unwrap();
    let quick = marginal_rank_sets_of_many(&list, &options(200)).unwrap();

    for set in exact {
        let other = quick[set.index];
        assert_eq!(other.index, set.index);
        assert!(
            (set.critical_value.unwrap() - other.critical_value.unwrap()).abs() < 0.003,
            "{set:?} {other:?}"
        );
        assert!(set.range.best.abs_diff(other.range.best) <= 2, "{set:?} {other:?}");
        assert!(set.range.worst.abs_diff(other.range.worst) <= 2, "{set:?} {other:?}");
    }
}

#[test]
fn tau_worst_mirrors_tau_best() {
    let values = [1.3, 0.95, 0.9, 0.2, -0.4, -1.5];
    let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
    let errors = [0.25, 0.22, 0.3, 0.2, 0.28, 0.25];

    let best = tau_best(&people(&values, &errors), 2, &options(20_000)).unwrap();
    let worst = tau_worst(&people(&mirrored, &errors), 2, &options(20_000)).unwrap();

    assert_eq!(best, [true, true, true, true, false, false]);
    assert_eq!(best, worst);
    let all = people(&values, &errors);
    assert_eq!(tau_best(&all, 0, &options(200)), Err(RankSetError::Tau { found: 0 }));
    assert_eq!(tau_worst(&all, 7, &options(200)), Err(RankSetError::Tau { found: 7 }));
}

#[test]
fn ties_are_not_transitive() {
    let row = people(&[0.0, 0.9, 1.8], &[0.36; 3]);

    assert_eq!(tied_with(&row, 0, &options(200)), Ok(vec![true, true, false]));
    assert_eq!(tied_with(&row, 1, &options(200)), Ok(vec![true, true, true]));
    assert_eq!(tied_with(&row, 2, &options(200)), Ok(vec![false, true, true]));
    assert_eq!(tied_with(&row, 3, &options(200)), Err(RankSetError::NoSuchPerson { index: 3 }));
}

#[test]
fn draws_agree_with_the_integral() {
    let (values, errors) = (normal_levels(120, 0.0, 0.5, 8), spread_errors(120));
    let all = people(&values, &errors);
    let diagonal: Vec<Vec<f64>> = (0..120)
        .map(|i| (0..120).map(|k| if i == k { errors[i] * errors[i] } else { 0.0 }).collect())
        .collect();
    let joint = JointEstimates::with_covariance(&values, &diagonal).unwrap();
    let plan = DrawPlan { draws: 20_000, seed: 5 };

    let exact = top_k_probability(&all, 20, plan).unwrap();
    let drawn = top_k_probability(&joint, 20, plan).unwrap();

    assert_eq!((exact.method, drawn.method), (TopMethod::Integral, TopMethod::Draws(plan)));
    assert!((exact.probabilities.iter().sum::<f64>() - 20.0).abs() < 1e-7);
    for (a, b) in exact.probabilities.iter().zip(&drawn.probabilities) {
        assert!((a - b).abs() < 0.016, "{a} {b}");
    }
}

#[test]
fn one_person_has_rank_one_and_no_critical_value() {
    let alone = people(&[3.0], &[0.5]);

    for found in [
        marginal_rank_sets(&alone, Rows::All, &options(200)).unwrap(),
        simultaneous_rank_sets(&alone, Rows::All, &options(200)).unwrap(),
        marginal_rank_sets_of_many(&estimates(&[3.0], &[0.5]), &options(200)).unwrap(),
    ] {
        assert_eq!((ranges(&found), found[0].critical_value), (vec![(1, 1)], None));
    }
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let two = people(&[0.0, 1.0], &[1.0, 1.0]);
    let with = |change: fn(&mut RankSetOptions)| {
        let mut options = options(200);
        change(&mut options);
        simultaneous_rank_sets(&two, Rows::All, &options)
    };
    let rows = |cells: [[f64; 2]; 2]| cells.map(|row| row.to_vec()).to_vec();
    let joint = |cells| JointEstimates::with_covariance(&[0.0, 1.0], &rows(cells));

    assert_eq!(JointEstimates::independent(&[]), Err(RankSetError::Empty));
    assert_eq!(with(|o| o.coverage = 1.0), Err(RankSetError::Coverage(1.0)));
    assert!(with(|o| o.coverage = f64::NAN).is_err());
    assert_eq!(with(|o| o.plan.draws = 10), Err(RankSetError::Draws { found: 10 }));
    let nobody = marginal_rank_sets(&two, Rows::Only(&[2]), &options(200));
    assert_eq!(nobody, Err(RankSetError::NoSuchPerson { index: 2 }));
    assert_eq!(joint([[1.0, 0.5], [0.4, 1.0]]), Err(RankSetError::NotACovariance { index: 1 }));
    assert_eq!(joint([[1.0, 2.0], [2.0, 1.0]]), Err(RankSetError::NotACovariance { index: 1 }));
    assert_eq!(joint([[1.0, 1.0], [1.0, 1.0]]), Err(RankSetError::CertainDifference { a: 0, b: 1 }));
    assert_eq!(joint([[1.0, f64::NAN], [0.0, 1.0]]), Err(RankSetError::NotFinite { index: 0 }));
    let short = JointEstimates::with_covariance(&[0.0, 1.0], &[vec![1.0, 0.0]]);
    assert_eq!(short, Err(RankSetError::CovarianceShape { people: 2 }));
}

/// How often marginal sets of the first person, and all simultaneous sets, hold the true ranks.
fn coverage(truth: &[f64], errors: &[f64], rounds: u64) -> (f64, f64) {
    let n = truth.len();
    let holds = |index: usize, range: RankRange| {
        let above = truth.iter().filter(|other| **other > truth[index]).count();
        let not_below = truth.iter().filter(|other| **other >= truth[index]).count();
        usize::try_from(range.best).unwrap() <= above + 1
            && usize::try_from(range.worst).unwrap() >= not_below
    };
    let (mut marginal, mut joint) = (0.0, 0.0);
    for round in 0..rounds {
        let noise = normal_levels(n, 0.0, 1.0, 1_000 + round);
        let values: Vec<f64> = (0..n).map(|i| truth[i] + errors[i] * noise[i]).collect();
        let all = people(&values, errors);
        let options = RankSetOptions { plan: DrawPlan { draws: 2_000, seed: round }, ..options(200) };
        let one = marginal_rank_sets(&all, Rows::Only(&[0]), &options).unwrap();
        let sets = simultaneous_rank_sets(&all, Rows::All, &options).unwrap();
        marginal += if holds(0, one[0].range) { 1.0 } else { 0.0 };
        joint += if sets.iter().all(|set| holds(set.index, set.range)) { 1.0 } else { 0.0 };
    }
    let rounds = f64::from(u32::try_from(rounds).unwrap());
    (marginal / rounds, joint / rounds)
}

#[test]
fn sets_hold_the_true_ranks_as_often_as_they_say() {
    let errors = spread_errors(12);
    let equal = coverage(&[0.0; 12], &errors, 1_000);
    let ladder: Vec<f64> = (0..12).map(|i| 0.25 * f64::from(i * 5 % 12)).collect();
    let apart = coverage(&ladder, &errors, 500);

    // All equal: the whole range of the tie, 95 % exactly; 1,000 rounds have a standard error of 0.7 %.
    for share in [equal.0, equal.1] {
        assert!((0.935..=0.97).contains(&share), "{equal:?}");
    }
    assert!(apart.0 >= 0.935 && apart.1 >= 0.935, "{apart:?}");
}
