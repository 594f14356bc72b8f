//! Formats, panels and classical statistics on odd seeded cases: a result within its bounds or an error,
//! never a panic and never NaN. `EGARD_FUZZ_SECONDS` runs them for longer.

#![expect(clippy::unwrap_used, reason = "a case that cannot be built must fail the test")]

use std::time::{Duration, Instant};

use psychometrics::format::best_worst::{BestWorst, BestWorstKey, Side, partial_credit};
use psychometrics::format::category::collapsed_units;
use psychometrics::format::dialogue::{PlanNode, plan_faults};
use psychometrics::format::missing::{Purpose, categories_for, coverage, states_from_answers};
use psychometrics::format::open::{OpenResponse, open_response, rating_plan};
use psychometrics::format::pick::{PickKey, option_credit};
use psychometrics::format::ranking::{Ranks, rank_agreement};
use psychometrics::irt::responses::Responses;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::panel::agreement::{average_deviation, r_wg, r_wg_j};
use psychometrics::panel::key::Key;
use psychometrics::panel::uncertainty::key_uncertainty;
use psychometrics::panel::verdict::{KeyFormat, judge_round};
use psychometrics::panel::{PanelRatings, RatingScale};
use psychometrics::rating::distance::distance_classes;
use psychometrics::reliability::composite::{alpha_pairwise, composite_reliability, omega_hierarchical};
use psychometrics::reliability::provisional::{SampleStatistics, provisional_score, shrunk_statistics};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

struct Cases(ChaCha8Rng);

impl Cases {
    fn below(&mut self, limit: u32) -> u32 {
        self.0.next_u32() % limit
    }

    fn byte(&mut self, limit: u32) -> u8 {
        u8::try_from(self.below(limit)).unwrap()
    }

    fn place(&mut self, limit: u32) -> usize {
        usize::try_from(self.below(limit)).unwrap()
    }

    /// A number that is sometimes huge, tiny or not a number.
    fn number(&mut self) -> f64 {
        let plain = f64::from(self.below(2_001)) / 1_000.0;
        match self.below(14) {
            0 => f64::NAN,
            1 => f64::NEG_INFINITY,
            2 => plain * 1e200,
            3 => -plain,
            4 => plain * 1e-200,
            5 => 0.0,
            _ => plain,
        }
    }

    fn numbers(&mut self, most: u32) -> Vec<f64> {
        (0..self.below(most)).map(|_| self.number()).collect()
    }

    fn bytes(&mut self, most: u32, limit: u32) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.byte(limit)).collect()
    }
}

fn for_cases(rounds: u64, mut check: impl FnMut(&mut Cases)) {
    let seconds = std::env::var("EGARD_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let limit = seconds.map(Duration::from_secs);
    let start = Instant::now();
    let mut round = 0;
    while limit.map_or(round < rounds, |limit| start.elapsed() < limit) {
        check(&mut Cases(ChaCha8Rng::seed_from_u64(round)));
        round += 1;
    }
}

fn is_share(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

#[test]
fn any_answer_to_any_format_is_scored_or_refused() {
    for_cases(4_000, |cases| {
        let sides: Vec<Side> =
            (0..cases.below(6)).map(|_| [Side::Best, Side::Worst, Side::Neither][cases.place(3)]).collect();
        if let Ok(key) = BestWorstKey::new(sides) {
            let pick = |cases: &mut Cases| (cases.below(4) > 0).then(|| cases.place(7));
            let (best, worst) = (pick(cases), pick(cases));
            if let Ok(BestWorst::Scored(score)) = key.score(best, worst) {
                assert!(is_share(score.pomp.get()) && score.category <= 4 && score.points.abs() <= 2);
            }
        }
        let means = cases.numbers(6);
        let (a, b) = (cases.place(7), cases.place(7));
        assert!(
            partial_credit(&means, a, b).is_ok_and(|s| is_share(s.get()))
                || partial_credit(&means, a, b).is_err()
        );
        assert!(option_credit(&means, a).map_or(true, |s| is_share(s.get())));
        let right: Vec<bool> = (0..cases.below(7)).map(|_| cases.below(2) == 0).collect();
        if let Ok(key) = PickKey::new(right, cases.byte(5)) {
            let picked: Vec<usize> = (0..cases.below(5)).map(|_| cases.place(7)).collect();
            if let Ok(Some(score)) = key.score(&picked) {
                assert!(is_share(score.pomp.get()) && is_share(key.chance_level()));
            }
        }
        let places: Vec<Option<u32>> =
            (0..cases.below(7)).map(|_| (cases.below(3) > 0).then(|| cases.below(8))).collect();
        let key = Ranks::of_values(&cases.numbers(7));
        if let (Ok(Some(given)), Ok(key)) = (Ranks::of_places(&places), key)
            && let Ok(found) = rank_agreement(&given, &key)
        {
            assert!(is_share(found.pomp.get()) && found.footrule >= 0.0 && found.squared >= 0.0);
            assert!([found.rho, found.tau_b].into_iter().flatten().all(|r| (-1.0..=1.0).contains(&r)));
        }
        let (first, second, third) = (cases.bytes(6, 6), cases.bytes(6, 6), cases.bytes(6, 6));
        let third = (cases.below(2) == 0).then_some(third.as_slice());
        if let Ok(OpenResponse::Scored(score)) = open_response(&first, &second, third) {
            assert!(is_share(score.pomp.get()) && score.criteria.iter().all(|c| (0.0..=4.0).contains(c)));
        }
        let plan: Vec<Vec<usize>> =
            (0..cases.below(9)).map(|_| (0..cases.below(4)).map(|_| cases.place(4)).collect()).collect();
        let anchors: Vec<bool> = plan.iter().map(|_| cases.below(9) == 0).collect();
        if let Ok(found) = rating_plan(&plan, &anchors, cases.place(5)) {
            assert!(is_share(found.anchor_share));
        }
    });
}

#[test]
fn any_dialogue_and_any_gaps_are_judged_or_refused() {
    for_cases(2_000, |cases| {
        let nodes: Vec<PlanNode> = (0..cases.below(9))
            .map(|k| PlanNode {
                competency: (cases.below(2) == 0).then(|| cases.place(3)),
                next: (0..cases.below(3)).map(|_| cases.place(4) + usize::try_from(k).unwrap()).collect(),
            })
            .collect();
        let _ = plan_faults(&nodes);
        let answers: Vec<Option<u8>> =
            (0..cases.below(12)).map(|_| (cases.below(3) > 0).then(|| cases.byte(4))).collect();
        let states = states_from_answers(&answers);
        let scoring = categories_for(&states, Purpose::Scoring);
        let calibration = categories_for(&states, Purpose::Calibration);
        assert_eq!(calibration, answers);
        assert!(scoring.iter().zip(&calibration).all(|(s, c)| c.is_none() || s == c));
        let competencies: Vec<usize> = answers.iter().map(|_| cases.place(3)).collect();
        for own in coverage(&states, &competencies, 3).unwrap() {
            assert!(own.answered <= own.reached && own.reached <= own.items);
        }
        let rows: Vec<Vec<Option<u8>>> = (0..cases.below(80))
            .map(|_| (0..3).map(|_| (cases.below(5) > 0).then(|| cases.byte(20))).collect())
            .collect();
        let units = Responses::from_rows(3, rows).unwrap();
        let (table, maps) = collapsed_units(&units);
        assert!(table.categories().iter().all(|k| (2..=6).contains(k)) && maps.len() == 3);
        let ratings: Vec<Option<f64>> =
            (0..14).map(|_| (cases.below(9) > 0).then(|| cases.number())).collect();
        let key: Vec<f64> = (0..14).map(|_| cases.number()).collect();
        if let Ok(classes) = distance_classes(&ratings, &key) {
            assert!(classes.iter().flatten().all(|class| *class <= 3));
        }
    });
}

#[test]
fn any_panel_is_judged_or_refused() {
    for_cases(600, |cases| {
        let points = cases.byte(9);
        let Ok(scale) = RatingScale::new(points) else { return };
        let (options, experts) = (cases.below(7), cases.below(12));
        let width = if cases.below(3) == 0 { u32::from(points) } else { 2 };
        let rows: Vec<Vec<Option<u8>>> = (0..options)
            .map(|_| (0..experts).map(|_| (cases.below(9) > 0).then(|| 1 + cases.byte(width))).collect())
            .collect();
        let scenarios: Vec<usize> = (0..options).map(|_| cases.place(3)).collect();
        let Ok(panel) = PanelRatings::new(scale, scenarios, rows) else { return };

        let verdict = judge_round(&panel, KeyFormat::Rating, None).unwrap();

        for own in &verdict.options {
            let a = &own.agreement;
            assert!(is_share(a.r_wg) && a.ad_m >= 0.0 && a.key_error.is_finite());
            assert!((1.0..=f64::from(points)).contains(&a.mean) && !a.modes.is_empty());
        }
        assert!(verdict.scenarios.iter().all(|s| s.kept <= s.options && s.r_wg_j.is_none_or(is_share)));
        let ids: Vec<String> = (0..options).map(|k| format!("o{k}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(Key::of_round(&verdict, &ids, 1, "2026-11-22").unwrap().hash().len(), 64);
        let score = |key: &[f64]| vec![key.iter().sum(), key.iter().copied().fold(0.0, f64::max)];
        let effect = key_uncertainty(&panel, score, 200, 1).unwrap();
        assert!(effect.candidates.iter().all(|c| c.score_sd.is_finite() && c.rank_low <= c.rank_high));
        let numbers = cases.numbers(8);
        let null = cases.number();
        assert!(r_wg(&numbers, null).map_or(true, is_share));
        assert!(r_wg_j(&[numbers.as_slice()], null).map_or(true, is_share));
        assert!(average_deviation(&numbers).map_or(true, |ad| ad >= 0.0 && ad.is_finite()));
    });
}

#[test]
fn any_classical_statistic_is_a_number_or_an_error() {
    for_cases(3_000, |cases| {
        let sample = SampleStatistics {
            n: cases.below(400),
            mean: cases.number(),
            sd: cases.number(),
            reliability: (cases.below(3) > 0).then(|| cases.number()),
        };
        if let Ok(found) = shrunk_statistics(sample, cases.number()) {
            assert!(
                is_share(found.mean) && found.sd > 0.0 && found.reliability > 0.0 && found.reliability < 1.0
            );
            if let Ok(score) = provisional_score(cases.number(), &found) {
                assert!(score.true_score.is_finite() && score.se_estimate.is_finite());
            }
        }
        let covariance: Vec<Vec<f64>> = (0..3).map(|_| (0..3).map(|_| cases.number()).collect()).collect();
        let (reliabilities, weights) = (cases.numbers(4), cases.numbers(4));
        assert!(composite_reliability(&covariance, &reliabilities, &weights).map_or(true, |r| r <= 1.0));
        let (a, b, c) = (cases.numbers(4), cases.numbers(4), cases.numbers(4));
        let groups: Vec<Option<usize>> =
            a.iter().map(|_| (cases.below(2) == 0).then(|| cases.place(2))).collect();
        assert!(
            omega_hierarchical(&a, &b, &groups, &c)
                .map_or(true, |o| is_share(o.omega_h) && is_share(o.omega_total))
        );
        let rows: Vec<[Option<f64>; 3]> = (0..cases.below(9))
            .map(|_| [0; 3].map(|_| (cases.below(4) > 0).then(|| f64::from(cases.below(3)))))
            .collect();
        let table = ScoreMatrix::from_rows(3, &rows).unwrap();
        assert!(alpha_pairwise(&table).map_or(true, |a| a.value.is_finite() && a.low <= a.high));
    });
}

#[test]
fn orders_of_options_and_experts_do_not_matter() {
    for_cases(500, |cases| {
        let n = 2 + cases.place(6);
        let mut order: Vec<usize> = (0..n).collect();
        for k in (1..n).rev() {
            order.swap(k, cases.place(u32::try_from(k + 1).unwrap()));
        }
        let mut places: Vec<Option<u32>> = (1..=u32::try_from(n).unwrap()).map(Some).collect();
        places.rotate_left(cases.place(3) % n);
        if cases.below(2) == 0 {
            places[0] = None;
        }
        let key: Vec<f64> = (0..n).map(|_| f64::from(cases.below(5))).collect();
        let agreement = |places: &[Option<u32>], key: &[f64]| {
            let given = Ranks::of_places(places).unwrap().unwrap();
            rank_agreement(&given, &Ranks::of_values(key).unwrap()).unwrap()
        };

        let plain = agreement(&places, &key);
        let moved_places: Vec<Option<u32>> = order.iter().map(|k| places[*k]).collect();
        let moved_key: Vec<f64> = order.iter().map(|k| key[*k]).collect();
        let moved = agreement(&moved_places, &moved_key);

        assert_eq!((plain.squared, plain.footrule, plain.pomp), (moved.squared, moved.footrule, moved.pomp));
        assert_eq!(plain.tau_b, moved.tau_b);
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-12,
            (a, b) => a == b,
        };
        assert!(near(plain.rho, moved.rho));
        let scale = RatingScale::new(5).unwrap();
        let row: Vec<Option<u8>> = (0..n).map(|_| Some(1 + cases.byte(5))).collect();
        let turned: Vec<Option<u8>> = order.iter().map(|k| row[*k]).collect();
        let own = psychometrics::panel::agreement::agreement(&row, scale).unwrap();
        assert_eq!(own, psychometrics::panel::agreement::agreement(&turned, scale).unwrap());
        // Turning the scale round turns the mean and leaves the agreement.
        let reversed: Vec<Option<u8>> = row.iter().map(|r| r.map(|r| 6 - r)).collect();
        let other = psychometrics::panel::agreement::agreement(&reversed, scale).unwrap();
        assert!((own.mean + other.mean - 6.0).abs() < 1e-12 && (own.r_wg - other.r_wg).abs() < 1e-12);
        assert!((own.ad_m - other.ad_m).abs() < 1e-12);
    });
}
