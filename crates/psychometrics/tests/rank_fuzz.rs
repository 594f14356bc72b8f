//! Ranks and raters on odd numbers: a result or an error, never a panic and never NaN.
//! `EGARD_FUZZ_SECONDS` runs them for longer than the few seconds of the test command.

#![expect(clippy::unwrap_used, reason = "a case that cannot be built must fail the test")]

use std::time::{Duration, Instant};

use psychometrics::matrix::ScoreMatrix;
use psychometrics::rank::Estimate;
use psychometrics::rank::banding::{BandConfidence, listing, sliding_band};
use psychometrics::rank::composite::{
    Weights, composite, composite_reliability_from_parts, difference, effective_weights,
};
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::large::marginal_rank_sets_of_many;
use psychometrics::rank::sets::{
    DrawPlan, RankSet, RankSetOptions, Rows, Side, marginal_rank_sets, simultaneous_rank_sets, tau_best,
    tied_with,
};
use psychometrics::rank::top::top_k_probability;
use psychometrics::rater::facets::drift::severity_drift;
use psychometrics::rater::facets::{Rating, rater_severity};
use psychometrics::rater::icc::icc;
use psychometrics::rater::kappa::{KappaWeights, weighted_kappa};
use psychometrics::rater::krippendorff::{Scale, krippendorff_alpha, krippendorff_bootstrap_95};
use psychometrics::reliability::omega::BootstrapPlan;
use psychometrics::sem::StandardError;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

struct Cases(ChaCha8Rng);

impl Cases {
    fn below(&mut self, limit: u32) -> u32 {
        self.0.next_u32() % limit
    }

    fn length(&mut self, limit: u32) -> usize {
        usize::try_from(self.below(limit)).unwrap()
    }

    /// A number that is sometimes huge, tiny, equal to others or not a number.
    fn number(&mut self) -> f64 {
        let plain = f64::from(self.below(2_001)) / 250.0 - 4.0;
        match self.below(16) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => plain * 1e99,
            3 => plain * 1e-120,
            4..8 => plain.round(),
            _ => plain,
        }
    }

    fn matrix(&mut self, size: usize) -> Vec<Vec<f64>> {
        let mut rows = vec![vec![0.0; size]; size];
        for i in 0..size {
            for k in 0..=i {
                let value = if i == k { self.number().abs() } else { 0.2 * self.number() };
                if let Some(cell) = rows.get_mut(i).and_then(|row| row.get_mut(k)) {
                    *cell = value;
                }
                if let Some(cell) = rows.get_mut(k).and_then(|row| row.get_mut(i)) {
                    *cell = value;
                }
            }
        }
        rows
    }

    fn people(&mut self) -> Vec<Estimate> {
        let n = self.length(14);
        (0..n)
            .filter_map(|_| {
                let error = StandardError::try_from(self.number().abs()).ok()?;
                Estimate::new(self.number(), error).ok()
            })
            .collect()
    }

    fn options(&mut self) -> RankSetOptions {
        let coverages = [0.5, 0.9, 0.95, 0.999, 1.0, f64::NAN];
        let sides = [Side::TwoSided, Side::BestOnly, Side::WorstOnly];
        let pick = self.length(6);
        RankSetOptions {
            coverage: coverages.get(pick).copied().unwrap(),
            side: sides.get(self.length(3)).copied().unwrap(),
            is_stepdown: self.below(2) == 0,
            plan: DrawPlan { draws: 199 + self.below(60), seed: u64::from(self.below(9)) },
        }
    }
}

fn judge_sets(sets: &[RankSet], people: usize) {
    let n = u32::try_from(people).unwrap();
    for set in sets {
        assert!(1 <= set.range.best && set.range.best <= set.range.worst && set.range.worst <= n, "{set:?}");
        assert!(set.critical_value.is_none_or(f64::is_finite), "{set:?}");
    }
}

fn ranks(cases: &mut Cases) {
    let people = cases.people();
    let (options, size) = (cases.options(), cases.length(5));
    let values: Vec<f64> = (0..size).map(|_| cases.number()).collect();
    let covariance = cases.matrix(size);
    let lists = [JointEstimates::independent(&people), JointEstimates::with_covariance(&values, &covariance)];
    for list in lists.into_iter().flatten() {
        let rows = [cases.length(8), cases.length(8)];
        for sets in [
            marginal_rank_sets(&list, Rows::All, &options),
            simultaneous_rank_sets(&list, Rows::All, &options),
            simultaneous_rank_sets(&list, Rows::Only(&rows), &options),
        ] {
            judge_sets(&sets.unwrap_or_default(), list.len());
        }
        let _ = tau_best(&list, cases.below(6), &options);
        let _ = tied_with(&list, rows.iter().copied().min().unwrap_or(0), &options);
        if let Ok(top) = top_k_probability(&list, cases.below(6), options.plan) {
            assert!(top.probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{top:?}");
        }
    }
    judge_sets(&marginal_rank_sets_of_many(&people, &options).unwrap_or_default(), people.len());
    let error = StandardError::try_from(cases.number().abs()).ok();
    let listed: Vec<(Option<f64>, Option<StandardError>)> =
        values.iter().map(|value| (Some(*value), error)).collect();
    let shown = listing(&listed, 3);
    assert_eq!(shown.ranked.len() + shown.apart.len(), values.len());
    if let Some(sem) = error {
        let _ = sliding_band(&values, &[cases.length(4)], sem, BandConfidence::Percent95);
    }
    composites(cases, &values, &covariance);
}

fn composites(cases: &mut Cases, values: &[f64], covariance: &[Vec<f64>]) {
    let parts: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    let Ok(weights) = Weights::normalised(&parts) else { return };
    if let Ok(found) = composite(&weights, values, covariance) {
        assert!(found.value().is_finite() && found.error().get().is_finite());
        if let Ok(apart) = difference(found, found, cases.number()) {
            assert!((0.0..=1.0).contains(&apart.p_above) && apart.low.is_finite());
        }
    }
    if let Ok(shares) = effective_weights(&weights, covariance) {
        assert!(shares.iter().all(|share| share.is_finite()), "{shares:?}");
    }
    let reliabilities = vec![0.5; values.len()];
    if let Ok(found) = composite_reliability_from_parts(&weights, covariance, &reliabilities) {
        assert!(found <= 1.0 && found.is_finite());
    }
}

fn raters(cases: &mut Cases) {
    let (columns, rows) = (1 + cases.length(4), cases.length(12));
    let cells: Vec<Vec<Option<f64>>> = (0..rows)
        .map(|_| (0..columns).map(|_| Some(cases.number()).filter(|x| x.abs() < 1e98)).collect())
        .collect();
    let Ok(table) = ScoreMatrix::from_rows(columns, &cells) else { return };
    if let Ok(found) = icc(&table) {
        for form in found.forms() {
            assert!(form.value.is_finite() && form.low <= form.value && form.value <= form.high, "{found:?}");
        }
    }
    for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio] {
        if let Ok(found) = krippendorff_alpha(&table, scale) {
            assert!(found.value <= 1.0 && found.value.is_finite(), "{found:?}");
        }
        let plan = BootstrapPlan { resamples: 200, seed: 1 };
        if let Ok(found) = krippendorff_bootstrap_95(&table, scale, plan) {
            assert!(found.low <= found.high && found.high <= 1.0, "{found:?}");
        }
    }
    let list = |cases: &mut Cases| -> Vec<Option<u32>> {
        (0..rows).map(|_| Some(cases.below(5)).filter(|k| *k < 4)).collect()
    };
    let (first, second) = (list(cases), list(cases));
    for weights in [KappaWeights::Unweighted, KappaWeights::Linear, KappaWeights::Quadratic] {
        if let Ok(found) = weighted_kappa(&first, &second, 3 + cases.below(3), weights) {
            assert!(found.low <= found.value && found.value <= found.high && found.error.is_finite());
        }
    }
}

fn severities(cases: &mut Cases) {
    let (persons, categories) = (1 + cases.below(30), 1 + cases.below(5));
    let mut ratings = Vec::new();
    for _ in 0..cases.below(150) {
        let number = |limit: u32, cases: &mut Cases| usize::try_from(cases.below(limit)).unwrap();
        let beyond = u32::from(cases.below(99) == 0);
        let category = u8::try_from(cases.below(categories + beyond)).unwrap();
        let rating = Rating {
            person: number(persons, cases),
            criterion: number(3, cases),
            rater: number(4, cases),
            category,
        };
        ratings.push(rating);
    }
    ratings.sort_unstable();
    ratings.dedup_by_key(|r| (r.person, r.criterion, r.rater));
    let categories = u8::try_from(categories).unwrap();
    if let Ok(fit) = rater_severity(&ratings, categories) {
        assert!(fit.log_likelihood.is_finite() && fit.person_sd.value.is_finite());
        for rater in &fit.raters {
            assert!(rater.severity.value.is_finite() && rater.infit.is_finite() && rater.outfit.is_finite());
        }
    }
    let weekly: Vec<(Rating, u32)> = ratings.iter().map(|rating| (*rating, cases.below(2))).collect();
    if let Ok(found) = severity_drift(&weekly, categories) {
        assert!(found.iter().all(|entry| entry.drift.is_finite()), "{found:?}");
    }
}

#[test]
fn ranks_and_raters_never_panic_on_odd_numbers() {
    let seconds = std::env::var("EGARD_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let (start, mut seed) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(seconds) || seed < 10 {
        let mut cases = Cases(ChaCha8Rng::seed_from_u64(seed));
        ranks(&mut cases);
        raters(&mut cases);
        if seed % 5 == 4 {
            severities(&mut cases);
        }
        seed += 1;
    }
}
