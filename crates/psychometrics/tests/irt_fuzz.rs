//! Whatever the answers are, public entry points give a result or an error, never a panic and never NaN.
//! `EGARD_FUZZ_SECONDS` runs them on random cases for longer than the few seconds of the test command.

#![expect(clippy::unwrap_used, reason = "a case that cannot be built must fail the test")]

use std::time::{Duration, Instant};

use psychometrics::cat::bank::{Bank, BankItem};
use psychometrics::cat::rules::{CompetencyRule, Rules};
use psychometrics::cat::session::Session;
use psychometrics::cat::session::replay::replay;
use psychometrics::irt::calibrate::{CalibrationOptions, Models, Slopes, calibrate, calibrate_with_anchors};
use psychometrics::irt::fit::item::item_fit;
use psychometrics::irt::fit::local::local_dependence;
use psychometrics::irt::fit::person::{FitLevel, person_fit};
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::link::{Anchor, LinkPoints, haebara, mean_sigma, stocking_lord};
use psychometrics::irt::prior::Priors;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::{ScorePrior, eap, map, wle};
use psychometrics::irt::several::Structure;
use psychometrics::irt::several::bifactor::{bifactor_eap, calibrate_bifactor};
use psychometrics::irt::several::correlations::trait_correlations;
use psychometrics::irt::several::joint::calibrate_joint;
use psychometrics::irt::standard_errors::StandardErrors;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::quality::lognormal::{fit_times, speeds};
use psychometrics::quality::mahalanobis::mahalanobis;
use psychometrics::quality::pattern::{even_odd, response_variability, runs};
use psychometrics::quality::rapid::{normative_thresholds, time_effort};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A seeded source of odd cases.
struct Cases(ChaCha8Rng);

impl Cases {
    fn below(&mut self, limit: u32) -> u32 {
        self.0.next_u32() % limit
    }

    fn byte(&mut self, limit: u32) -> u8 {
        u8::try_from(self.below(limit)).unwrap()
    }

    /// A number that is sometimes huge, tiny or not a number.
    fn number(&mut self) -> f64 {
        let plain = f64::from(self.below(2_001)) / 250.0 - 4.0;
        match self.below(12) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => plain * 1e9,
            3 => plain * 1e-12,
            4 => 0.0,
            _ => plain,
        }
    }

    fn model(&mut self) -> Model {
        [Model::TwoParameter, Model::Graded, Model::PartialCredit]
            .get(usize::from(self.byte(3)))
            .copied()
            .unwrap()
    }

    /// Tables with gaps, holes in the categories, constant, empty and tiny ones.
    fn answers(&mut self) -> Responses {
        let (persons, items) = (self.below(90), usize::from(1 + self.byte(7)));
        let gaps = self.below(4);
        let style: Vec<u32> = (0..items).map(|_| self.below(6)).collect();
        let rows: Vec<Vec<Option<u8>>> = (0..persons)
            .map(|person| {
                style
                    .iter()
                    .map(|style| {
                        let cell = match style {
                            0 => 0,
                            1 => self.byte(2),
                            2 => self.byte(2) * 3,
                            3 => u8::from(person > 3),
                            4 => self.byte(5),
                            _ => u8::try_from(person % 4).unwrap(),
                        };
                        (self.below(10) >= 3 * gaps).then_some(cell)
                    })
                    .collect()
            })
            .collect();
        Responses::from_rows(items, rows).unwrap()
    }

    fn item(&mut self) -> Option<Item> {
        let model = self.model();
        let thresholds: Vec<f64> = (0..=self.below(4)).map(|_| self.number()).collect();
        Item::from_thresholds(model, self.number(), &thresholds).ok()
    }

    /// An item that could be built, however odd.
    fn some_item(&mut self) -> Item {
        loop {
            if let Some(item) = self.item() {
                return item;
            }
        }
    }

    fn options(&mut self) -> CalibrationOptions {
        CalibrationOptions {
            models: Models::All(self.model()),
            slopes: if self.below(4) == 0 { Slopes::Common } else { Slopes::Free },
            priors: if self.below(2) == 0 { Priors::Automatic } else { Priors::None },
            tolerance: 1e-3,
            most_cycles: 30,
            nodes: [11, 21, 61].get(usize::from(self.byte(3))).copied().unwrap(),
            least_answers: self.below(6),
            standard_errors: [StandardErrors::Automatic, StandardErrors::CrossProduct, StandardErrors::None]
                .get(usize::from(self.byte(3)))
                .copied()
                .unwrap(),
            is_accelerated: self.below(2) == 0,
        }
    }
}

/// Runs seeded cases for a fixed number of rounds, or for as long as the environment asks.
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

fn all_finite(values: impl IntoIterator<Item = f64>) -> bool {
    values.into_iter().all(f64::is_finite)
}

#[test]
fn any_table_is_calibrated_or_refused() {
    for_cases(300, |cases| {
        let (table, options) = (cases.answers(), cases.options());

        let Ok(fit) = calibrate(&table, &options) else { return };

        assert!(fit.log_likelihood.is_finite() && fit.log_prior.is_finite());
        for item in &fit.items {
            assert!((0.05..=6.0).contains(&item.item.slope()) && all_finite(item.item.thresholds()));
            assert!(item.slope_se.is_none_or(|se| se.is_finite() && se > 0.0));
        }
        let table = fit.recoded(&table).unwrap();
        let items = fit.parameters();
        let scores = eap(&items, &table, ScorePrior::STANDARD).unwrap();
        assert!(all_finite(scores.iter().flat_map(|s| [s.theta, s.error])));
        if let Ok(found) = item_fit(&items, &table) {
            assert!(found.iter().flatten().all(|f| f.statistic.is_finite() && (0.0..=1.0).contains(&f.p)));
        }
        let fitted = person_fit(&items, &table, FitLevel::Wle).unwrap();
        assert!(all_finite(fitted.iter().flatten().flat_map(|f| [f.l_z, f.l_z_star])));
        if let Ok(found) = local_dependence(&items, &table, ScorePrior::STANDARD) {
            assert!(all_finite(found.pairs.iter().filter_map(|pair| pair.q3)));
        }
        let anchors: Vec<Option<Item>> =
            items.iter().map(|item| (cases.below(2) == 0).then(|| item.clone())).collect();
        if let Ok(linked) = calibrate_with_anchors(&table, &anchors, &options) {
            assert!(linked.latent.mean.is_finite() && linked.latent.variance > 0.0);
        }
    });
}

#[test]
fn any_items_score_any_answers() {
    for_cases(2_000, |cases| {
        let table = cases.answers();
        let items: Vec<Item> = (0..table.items()).map(|_| cases.some_item()).collect();
        let prior = ScorePrior::new(cases.number(), cases.number()).unwrap_or(ScorePrior::STANDARD);

        if let Ok(scores) = eap(&items, &table, prior) {
            assert!(scores.iter().all(|s| s.theta.is_finite() && s.error.is_finite() && s.error > 0.0));
        }
        if let Ok(scores) = map(&items, &table, prior) {
            assert!(scores.iter().all(|s| s.theta.is_finite() && s.error.is_finite() && s.error > 0.0));
        }
        if let Ok(scores) = wle(&items, &table) {
            assert!(scores.iter().flatten().all(|s| s.theta.abs() <= 6.0 && s.error.is_finite()));
        }
        let theta = cases.number();
        for item in &items {
            assert!(item.probabilities(theta).iter().all(|p| (0.0..=1.0 + 1e-9).contains(p)));
            assert!(item.information(theta) >= 0.0 && item.expected_category(theta).is_finite());
        }
        let anchors: Vec<Anchor> =
            items.iter().filter_map(|item| Anchor::new(item.clone(), cases.some_item()).ok()).collect();
        let links = [
            mean_sigma(&anchors),
            haebara(&anchors, LinkPoints::default()),
            stocking_lord(&anchors, LinkPoints::GaussHermite(u16::from(cases.byte(70)))),
        ];
        assert!(links.iter().flatten().all(|link| link.scale > 0.0 && link.shift.is_finite()));
    });
}

#[test]
fn any_structure_of_several_traits_is_fitted_or_refused() {
    for_cases(40, |cases| {
        let (table, base) = (cases.answers(), cases.options());
        let options = CalibrationOptions { nodes: 11, most_cycles: 8, ..base };
        let traits: Vec<usize> = (0..table.items()).map(|_| usize::from(cases.byte(3))).collect();
        let groups: Vec<Option<usize>> =
            (0..table.items()).map(|_| (cases.below(4) > 0).then(|| usize::from(cases.byte(2)))).collect();

        if let Ok(structure) = Structure::new(&traits)
            && let Ok(fit) = calibrate_joint(&table, &structure, &options)
        {
            assert!(fit.log_likelihood.is_finite());
        }
        if let Ok(fit) = calibrate_bifactor(&table, &groups, &options) {
            let scores = bifactor_eap(&fit, &fit.recoded(&table).unwrap()).unwrap();
            assert!(all_finite(scores.iter().flat_map(|s| [s.general.theta, s.general.error])));
        }
        let items: Vec<Item> = (0..table.items()).map(|_| cases.some_item()).collect();
        if let Ok(scores) = eap(&items, &table, ScorePrior::STANDARD)
            && let Ok(found) = trait_correlations(&[scores.clone(), scores])
        {
            assert!(found.correlations.at(0, 1).is_some_and(|r| r.abs() <= 1.0));
        }
    });
}

#[test]
fn any_bank_gives_a_test_that_ends_and_replays() {
    for_cases(120, |cases| {
        let items: Vec<BankItem> = (0..1 + cases.below(25))
            .map(|_| BankItem {
                family: (cases.below(2) == 0).then(|| cases.below(6)),
                format: cases.below(3),
                enemies: if cases.below(3) == 0 { vec![usize::from(cases.byte(26))] } else { Vec::new() },
                exposure: if cases.below(2) == 0 { 1.0 } else { 0.3 },
                is_open: cases.below(6) > 0,
                ..BankItem::new(cases.some_item(), usize::from(cases.byte(2)))
            })
            .collect();
        let Ok(bank) = Bank::new(items) else { return };
        let rule =
            CompetencyRule { fewest: cases.below(4), most: cases.below(12), precision: cases.number() };
        let rules = Rules {
            competencies: vec![rule; bank.competencies()],
            randomesque: cases.below(6),
            ..Rules::standard(bank.competencies())
        };
        let Ok(mut session) = Session::new(&bank, &rules, u64::from(cases.below(1_000))) else { return };

        let mut shown = 0;
        while let Some(item) = session.next_item() {
            let categories = u32::try_from(bank.items().get(item).unwrap().item.categories()).unwrap();
            session.answer(cases.byte(categories)).unwrap();
            shown += 1;
            assert!(shown <= 25);
        }

        assert!(
            session.outcomes().iter().all(|o| o.theta.is_finite() && o.error > 0.0 && o.reason.is_some())
        );
        assert_eq!(replay(&bank, &rules, &session.trace()), Ok(session.outcomes()));
    });
}

#[test]
fn any_times_and_patterns_are_judged_or_refused() {
    for_cases(400, |cases| {
        let (persons, items) = (cases.below(60), usize::from(1 + cases.byte(6)));
        let rows: Vec<Vec<Option<f64>>> = (0..persons)
            .map(|_| (0..items).map(|_| (cases.below(5) > 0).then(|| cases.number())).collect())
            .collect();

        for row in &rows {
            let _ = runs(row);
            assert!(response_variability(row).is_none_or(f64::is_finite));
            let halves: Vec<&[Option<f64>]> = row.chunks(3).collect();
            assert!(even_odd(&halves).is_none_or(|r| (-1.0..=1.0).contains(&r)));
        }
        let Ok(table) = ScoreMatrix::from_rows(items, &rows) else { return };
        if let Ok(found) = mahalanobis(&table) {
            assert!(found.people.iter().flatten().all(|d| d.d2.is_finite() && (0.0..=1.0).contains(&d.p)));
        }
        let positive: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| row.iter().map(|x| x.map(|x| x.abs() + 1e-6)).collect()).collect();
        let times = ScoreMatrix::from_rows(items, positive).unwrap();
        if let Ok(limits) = normative_thresholds(&times, 0.1) {
            assert!(time_effort(&times, &limits).unwrap().iter().all(|e| e.timed >= e.rapid));
        }
        if let Ok(model) = fit_times(&times) {
            assert!(model.log_likelihood.is_finite() && model.speed_variance > 0.0);
            assert!(all_finite(speeds(&model, &times).unwrap().iter().flat_map(|s| [s.tau, s.error])));
        }
    });
}
