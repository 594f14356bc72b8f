//! Reliability, errors, bands and orders.

use psychometrics::descriptive::describe;
use psychometrics::irt::fit::benjamini_hochberg;
use psychometrics::irt::several::subscores::subscore_values;
use psychometrics::rank::banding::{BandConfidence, fixed_band, random_order};
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::sets::{DrawPlan, RankSetOptions, tau_worst};
use psychometrics::rank::{Estimate, bands, displayed_ranks, expected_ranks, probability_above, rank_ranges};
use psychometrics::reliability::bounds::{all_splits, lower_bounds};
use psychometrics::reliability::composite::alpha_pairwise;
use psychometrics::reliability::family::{FamilyVerdict, family_reportable, family_verdict};
use psychometrics::reliability::individual::{classical_sem, kelley, reliable_change, spearman_brown};
use psychometrics::reliability::items::{item_review, odd_even_halves};
use psychometrics::reliability::omega::{
    BootstrapPlan, omega_bootstrap_95, omega_total, omega_total_standardised,
};
use psychometrics::reliability::{alpha, feldt_interval, item_statistics, split_half, stratified_alpha};
use psychometrics::sem::{
    StandardError, interval_95, person_scenario_residual, prior_sem, sed, sem_with_missing, shrunk_sem,
    snapshot_sem,
};

use crate::{Choices, is_share};

pub(crate) fn statistics(choices: &mut Choices<'_>) {
    let Some(table) = choices.table(40, 7) else { return };
    let strata: Vec<u32> = (0..table.scenarios()).map(|_| u32::from(choices.below(3))).collect();
    if let Ok(found) = alpha(&table) {
        assert!(found.value <= 1.0 + 1e-9 && found.low <= found.high, "{found:?}");
        assert!(found.value.is_finite() && found.low.is_finite(), "{found:?}");
    }
    assert!(alpha_pairwise(&table).map_or(true, |a| a.value.is_finite() && a.low <= a.high));
    if let Ok(found) = item_statistics(&table) {
        for own in &found {
            assert!(own.mean.is_finite() && own.sd >= 0.0 && own.sd.is_finite(), "{own:?}");
            assert!(own.item_rest_r.is_none_or(|r| r.abs() <= 1.0), "{own:?}");
            assert!(own.item_total_r.is_none_or(|r| r.abs() <= 1.0), "{own:?}");
            assert!(own.alpha_if_dropped.is_none_or(f64::is_finite), "{own:?}");
            let review = item_review(own, choices.count());
            assert!(review.is_none_or(|r| r.low <= r.high && r.low >= -1.0), "{review:?}");
        }
    }
    let halves = split_half(&table, &odd_even_halves(&strata));
    assert!(halves.map_or(true, |h| h.correlation.abs() <= 1.0));
    assert!(stratified_alpha(&table, &strata).map_or(true, f64::is_finite));
    for found in [omega_total(&table), omega_total_standardised(&table)].into_iter().flatten() {
        assert!(is_share(found.value) && found.unique_variances.iter().all(|v| *v > 0.0), "{found:?}");
    }
    let plan = BootstrapPlan { resamples: 190 + u32::from(choices.below(20)), seed: 1 };
    assert!(omega_bootstrap_95(&table, plan).map_or(true, |o| is_share(o.low) && o.low <= o.high));
    if let FamilyVerdict::Reportable(found) = family_reportable(&table, plan) {
        assert!(family_verdict(100, found).is_reportable());
    }
    if let Ok(found) = lower_bounds(&table) {
        assert!(found.standardised_alpha.is_finite() && found.average_r.abs() <= 1.0 + 1e-9, "{found:?}");
        assert!(found.lambda6.is_none_or(|l| l <= 1.0 + 1e-9), "{found:?}");
    }
    if let Ok(found) = all_splits(&table) {
        assert!(found.worst <= found.mean + 1e-9 && found.mean <= found.best + 1e-9, "{found:?}");
        assert!(found.splits > 0 && found.best.is_finite(), "{found:?}");
    }
    errors(choices, &table);
}

fn errors(choices: &mut Choices<'_>, table: &psychometrics::matrix::ScoreMatrix) {
    if let Ok(found) = person_scenario_residual(table) {
        assert!(found.mean_square >= 0.0 && found.variance_of_mean().is_finite(), "{found:?}");
    }
    if let Ok(found) = snapshot_sem(table) {
        assert!(found.sem.get() > 0.0 && found.sem.get().is_finite());
        let missing = sem_with_missing(found.sem, choices.count(), choices.count());
        assert!(missing.map_or(true, |sem| sem.get() >= found.sem.get() * (1.0 - 1e-12)));
    }
    let reliabilities: Vec<f64> = (0..table.scenarios()).map(|_| choices.number().abs().fract()).collect();
    for values in [subscore_values(table, &reliabilities), subscore_values(table, &choices.numbers(8))] {
        let is_finite = |v: &psychometrics::irt::several::subscores::SubscoreValue| {
            v.from_subscore.is_finite() && v.from_total.is_finite()
        };
        assert!(values.map_or(true, |all| all.iter().all(is_finite)));
    }
}

pub(crate) fn formulas(choices: &mut Choices<'_>) {
    let (a, b, c, d) = (choices.number(), choices.number(), choices.number(), choices.number());
    if let Ok((low, high)) = feldt_interval(a, choices.count(), choices.count()) {
        assert!(low <= high && high.is_finite() && low.is_finite(), "{low} {high}");
    }
    assert!(classical_sem(a, b).map_or(true, |sem| sem.get() > 0.0 && sem.get().is_finite()));
    assert!(spearman_brown(a, b).map_or(true, |r| r.is_finite() && r <= 1.0 + 1e-12));
    if let Ok(found) = kelley(a, b, c, d) {
        assert!(found.true_score.is_finite() && found.low <= found.high, "{found:?}");
        assert!(found.se_estimate >= 0.0 && found.se_prediction >= 0.0, "{found:?}");
    }
    if let Ok(sem) = StandardError::try_from(c.abs()) {
        assert!(reliable_change(a, b, sem, d).map_or(true, f64::is_finite));
        assert!(sed(sem, sem).is_finite());
        if let Ok(found) = interval_95(a, sem) {
            assert!(found.low <= found.high && found.low >= 0.0 && found.high <= 100.0, "{found:?}");
        }
    }
    assert!(prior_sem(choices.count()).map_or(true, |sem| sem.get() > 0.0));
    let shrunk = shrunk_sem(choices.count(), a, choices.count());
    assert!(shrunk.map_or(true, |sem| sem.get() > 0.0 && sem.get().is_finite()));
    if let Ok(found) = describe(&choices.numbers(20)) {
        assert!(found.min <= found.q1 && found.q1 <= found.median && found.median <= found.q3);
        assert!(found.q3 <= found.max && found.mean.is_finite() && found.sd.is_none_or(f64::is_finite));
    }
    let p: Vec<f64> = choices.numbers(9).iter().map(|x| x.abs().fract().abs()).collect();
    assert!(benjamini_hochberg(&p).iter().all(|p| is_share(*p)));
}

pub(crate) fn lists(choices: &mut Choices<'_>) {
    let scores = choices.numbers(12);
    let confidence = if choices.flag() { BandConfidence::Percent95 } else { BandConfidence::Percent90 };
    if let Ok(sem) = StandardError::try_from(choices.number().abs()) {
        if let Ok(found) = bands(&scores, sem) {
            assert_eq!(found.len(), scores.len());
        }
        if let Ok(found) = fixed_band(&scores, sem, confidence) {
            assert_eq!(found.len(), scores.len());
        }
    }
    if let Ok(ranks) = displayed_ranks(&scores) {
        let n = u32::try_from(scores.len()).unwrap();
        assert!(ranks.iter().all(|rank| (1..=n).contains(rank)));
    }
    let mut order = random_order(scores.len(), u64::from(choices.next()));
    order.sort_unstable();
    assert!(order.iter().enumerate().all(|(i, own)| i == *own));
    let people: Vec<Estimate> = scores
        .iter()
        .filter_map(|value| {
            let error = StandardError::try_from(choices.number().abs()).ok()?;
            Estimate::new(*value, error).ok()
        })
        .collect();
    let n = f64::from(u32::try_from(people.len()).unwrap());
    assert!(expected_ranks(&people).iter().all(|rank| (1.0..=n + 1e-9).contains(rank)), "{people:?}");
    assert!(rank_ranges(&people).iter().all(|r| 1 <= r.best && r.best <= r.worst));
    for (a, b) in people.iter().zip(people.iter().rev()) {
        assert!(is_share(probability_above(*a, *b)));
    }
    if let Ok(list) = JointEstimates::independent(&people) {
        let plan = DrawPlan { draws: 200, seed: 3 };
        let options = RankSetOptions { plan, ..RankSetOptions::default() };
        let worst = tau_worst(&list, u32::from(choices.below(6)), &options);
        assert!(worst.map_or(true, |flags| flags.len() == people.len()));
    }
}
