//! Tests of the many-facet model on simulated ratings.

use super::drift::severity_drift;
use super::*;
use crate::irt::score::item_error::unit;
use crate::irt::simulate::{drawn, normal_levels};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const SEVERITIES: [f64; 4] = [-0.8, -0.1, 0.2, 0.7];
const DIFFICULTIES: [f64; 3] = [-0.4, 0.1, 0.6];
const THRESHOLDS: [f64; 3] = [-1.2, 0.1, 1.1];

/// Ratings of `people` on all criteria by two raters each; `extra` adds to the severity of a rater.
fn simulated(people: usize, seed: u64, extra: impl Fn(usize, usize) -> f64) -> Vec<Rating> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let levels = normal_levels(people, 0.0, 1.3, seed + 1);
    let mut ratings = Vec::new();
    for (person, theta) in levels.iter().enumerate() {
        for rater in [person % 4, (person + 1 + person / 4 % 3) % 4] {
            for (criterion, difficulty) in DIFFICULTIES.iter().enumerate() {
                let level = theta - difficulty - SEVERITIES[rater] - extra(person, rater);
                let mut logits = vec![0.0];
                for threshold in THRESHOLDS {
                    logits.push(logits.last().unwrap() + level - threshold);
                }
                let total: f64 = logits.iter().map(|x: &f64| x.exp()).sum();
                let chances: Vec<f64> = logits.iter().map(|x| x.exp() / total).collect();
                let category = drawn(&chances, unit(source.next_u64()));
                ratings.push(Rating { person, criterion, rater, category });
            }
        }
    }
    ratings
}

#[test]
fn severities_come_back_from_a_simulation() {
    let fit = rater_severity(&simulated(800, 1, |_, _| 0.0), 4).unwrap();

    assert!(fit.is_converged && fit.warnings.is_empty(), "{:?} {}", fit.warnings, fit.cycles);
    let close = |found: Parameter, truth: f64| {
        let error = found.error.unwrap();
        assert!(error < 0.2 && (found.value - truth).abs() < 4.0 * error, "{found:?}, {truth}");
    };
    fit.raters.iter().zip(SEVERITIES).for_each(|(rater, truth)| close(rater.severity, truth));
    fit.criteria.iter().zip(DIFFICULTIES).for_each(|(found, truth)| close(*found, truth));
    fit.thresholds.iter().zip(THRESHOLDS).for_each(|(found, truth)| close(*found, truth));
    close(fit.person_sd, 1.3);
    assert!(fit.raters.iter().map(|rater| rater.severity.value).sum::<f64>().abs() < 1e-9);
    assert!(fit.should_adjust() && (fit.severity_range() - 1.5).abs() < 0.3);
    for rater in &fit.raters {
        assert!((rater.infit - 1.0).abs() < 0.12 && (rater.outfit - 1.0).abs() < 0.25, "{rater:?}");
        assert!(!rater.is_misfitting() && !rater.has_halo());
    }
}

/// The mean category a person of a level gets from a rater of severity 0.
fn true_score(theta: f64) -> f64 {
    let of_criterion = |difficulty: &f64| {
        let mut logits = vec![0.0];
        for threshold in THRESHOLDS {
            logits.push(logits.last().unwrap() + theta - difficulty - threshold);
        }
        let total: f64 = logits.iter().map(|x: &f64| x.exp()).sum();
        (0..4_u8).zip(&logits).map(|(k, x)| f64::from(k) * x.exp() / total).sum::<f64>()
    };
    DIFFICULTIES.iter().map(of_criterion).sum::<f64>() / 3.0
}

#[test]
fn fair_scores_undo_severity() {
    let fit = rater_severity(&simulated(800, 1, |_, _| 0.0), 4).unwrap();
    let levels = normal_levels(800, 0.0, 1.3, 2);
    // How much better than they are people look who were first rated by one rater (200 each).
    let gain = |of: fn(&PersonMeasure) -> Option<f64>, rater: usize| {
        let people = fit.persons.iter().zip(&levels).skip(rater).step_by(4);
        people.map(|(person, theta)| of(person).unwrap() - true_score(*theta)).sum::<f64>() / 200.0
    };

    let raw = gain(|p| p.raw, 0) - gain(|p| p.raw, 3);
    let fair = gain(|p| p.fair, 0) - gain(|p| p.fair, 3);

    assert!(raw > 0.12 && fair.abs() < 0.12 && fair.abs() < raw / 2.0, "{raw} {fair}");
}

#[test]
fn the_fit_is_at_a_maximum() {
    let ratings = simulated(150, 3, |_, _| 0.0);
    let checked = Checked::new(&ratings, 4, true).unwrap();
    let fitted = fit::fit(&checked, None).unwrap();
    let mut turned = ratings.clone();
    turned.reverse();

    let other = rater_severity(&turned, 4).unwrap();

    assert_eq!(other.log_likelihood, fitted.log_likelihood);
    assert!(fitted.is_converged);
    for r in 1..4 {
        for step in [-0.02, 0.02] {
            let mut moved = fitted.parameters.clone();
            moved.severities[0] -= step;
            moved.severities[r] += step;
            assert!(fit::log_likelihood(&checked, &moved) < fitted.log_likelihood);
        }
    }
    let mut moved = fitted.parameters.clone();
    moved.spread += 0.02;
    assert!(fit::log_likelihood(&checked, &moved) < fitted.log_likelihood);
}

#[test]
fn drift_shows_the_week_that_changed() {
    // Rater 2 is a logit more severe in the second half.
    let ratings = simulated(400, 5, |person, rater| if rater == 2 && person >= 200 { 1.0 } else { 0.0 });
    let weekly: Vec<(Rating, u32)> = ratings.iter().map(|r| (*r, u32::from(r.person >= 200))).collect();

    let found = severity_drift(&weekly, 4).unwrap();

    assert_eq!(found.len(), 8);
    for entry in &found {
        let wanted = if entry.rater == 2 { f64::from(entry.period) - 0.5 } else { 0.0 };
        assert!((entry.drift - wanted).abs() < 0.3, "{entry:?}");
    }
}

#[test]
fn unlinked_raters_and_small_samples_are_flagged() {
    let mut ratings: Vec<Rating> = simulated(120, 7, |_, _| 0.0);
    ratings.retain(|rating| (rating.rater < 2) == (rating.person < 60));

    let fit = rater_severity(&ratings, 4).unwrap();

    assert!(fit.warnings.iter().any(|w| matches!(w, FacetWarning::Disconnected { groups } if *groups > 1)));
    assert!(fit.warnings.iter().any(|w| matches!(w, FacetWarning::FewDoubleRated { .. })));
    assert!(!fit.should_adjust());
}

#[test]
fn ratings_that_give_no_severity_say_why() {
    let good = simulated(60, 9, |_, _| 0.0);
    let with = |change: &dyn Fn(&mut Vec<Rating>)| {
        let mut ratings = good.clone();
        change(&mut ratings);
        rater_severity(&ratings, 4).unwrap_err()
    };

    assert_eq!(with(&|r| r.clear()), FacetError::Empty);
    assert_eq!(with(&|r| r[3].category = 4), FacetError::NoSuchCategory { index: 3 });
    assert_eq!(with(&|r| r.push(r[0])), FacetError::Twice { person: 0, criterion: 0, rater: 0 });
    assert_eq!(with(&|r| r.truncate(12)), FacetError::Size { persons: 2, raters: 3 });
    assert!(matches!(with(&|r| r[0].person = usize::MAX / 2), FacetError::Size { .. }));
    assert_eq!(
        with(&|r| r.iter_mut().filter(|x| x.rater == 1).for_each(|x| x.category = 3)),
        FacetError::Extreme { facet: Facet::Rater, index: 1 }
    );
    assert_eq!(
        with(&|r| r.iter_mut().filter(|x| x.category == 2).for_each(|x| x.category = 1)),
        FacetError::Unused { facet: Facet::Category, index: 2 }
    );
    assert_eq!(rater_severity(&good, 1), Err(FacetError::Categories(1)));
}
