//! Known parameters come back from seeded simulations, and results do not depend on the order of
//! people, items or threads.

#![expect(clippy::unwrap_used, reason = "a simulation that cannot run must fail the test")]

use psychometrics::irt::calibrate::{
    CalibrationOptions, CalibrationWarning, Models, calibrate, calibrate_with_anchors,
};
use psychometrics::irt::fit::person::{FitLevel, person_fit};
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::prior::Priors;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::item_error::eap_with_item_error;
use psychometrics::irt::score::{ScorePrior, eap, map, wle};
use psychometrics::irt::several::bifactor::{bifactor_eap, calibrate_bifactor};
use psychometrics::irt::several::correlations::trait_correlations;
use psychometrics::irt::several::joint::calibrate_joint;
use psychometrics::irt::several::joint_score::joint_map;
use psychometrics::irt::several::{Correlations, Structure};
use psychometrics::irt::simulate::{answers, normal_levels};

/// Items of one model with spread slopes and thresholds.
fn items(model: Model, count: u8) -> Vec<Item> {
    (0..count)
        .map(|j| {
            let slope = 0.7 + 0.15 * f64::from(j % 7);
            let middle = f64::from(j * 5 % 11) * 0.3 - 1.5;
            let thresholds = match model {
                Model::TwoParameter => vec![middle],
                Model::Graded => vec![middle - 0.9, middle, middle + 1.0],
                Model::PartialCredit => vec![middle - 0.4, middle + 0.5, middle],
            };
            Item::from_thresholds(model, slope, &thresholds).unwrap()
        })
        .collect()
}

fn options(model: Model) -> CalibrationOptions {
    CalibrationOptions { models: Models::All(model), priors: Priors::None, ..CalibrationOptions::default() }
}

fn rows(table: &Responses) -> Vec<Vec<Option<u8>>> {
    let row = |p| (0..table.items()).map(|j| table.category(p, j)).collect();
    (0..table.persons()).map(row).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = f64::from(u32::try_from(a.len()).unwrap());
    let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
    };
    sum(a, ma, b, mb) / (sum(a, ma, a, ma) * sum(b, mb, b, mb)).sqrt()
}

/// The share of true parameters inside ±1.96 standard errors, over slopes and thresholds.
fn coverage(model: Model, seeds: std::ops::Range<u64>) -> f64 {
    let truth = items(model, 12);
    let (mut inside, mut all) = (0.0, 0.0);
    for seed in seeds {
        let people = answers(&truth, &normal_levels(1_000, 0.0, 1.0, seed), seed + 1_000).unwrap();
        let fit = calibrate(&people, &options(model)).unwrap();
        assert!(fit.is_converged, "seed {seed}");
        for (found, item) in fit.items.iter().zip(&truth) {
            let mut judge = |estimate: f64, truth: f64, error: f64| {
                all += 1.0;
                inside += if (estimate - truth).abs() <= 1.96 * error { 1.0 } else { 0.0 };
            };
            judge(found.item.slope(), item.slope(), found.slope_se.unwrap());
            let errors = found.threshold_se.clone().unwrap();
            for ((b, truth), error) in found.item.thresholds().iter().zip(item.thresholds()).zip(errors) {
                judge(*b, truth, error);
            }
        }
    }
    inside / all
}

#[test]
fn intervals_of_item_parameters_cover_the_truth() {
    for model in [Model::TwoParameter, Model::Graded, Model::PartialCredit] {
        let share = coverage(model, 0..40);

        // 960 to 1,920 intervals, correlated within an item: 95 % ± 1.5.
        assert!((0.935..=0.97).contains(&share), "{model:?}: {share}");
    }
}

#[test]
fn scores_and_their_errors_are_calibrated() {
    let test = items(Model::Graded, 20);
    let levels = normal_levels(4_000, 0.0, 1.0, 5);
    let people = answers(&test, &levels, 6).unwrap();

    let means = eap(&test, &people, ScorePrior::STANDARD).unwrap();
    let weighted: Vec<_> = wle(&test, &people).unwrap().into_iter().map(Option::unwrap).collect();

    for scores in [means, weighted] {
        let inside =
            scores.iter().zip(&levels).filter(|(s, t)| (s.theta - *t).abs() <= 1.96 * s.error).count();
        let share = f64::from(u32::try_from(inside).unwrap()) / 4_000.0;
        assert!((0.935..=0.97).contains(&share), "{share}");
        let theta: Vec<f64> = scores.iter().map(|s| s.theta).collect();
        assert!(correlation(&theta, &levels) > 0.9);
    }
}

#[test]
fn nothing_depends_on_the_order_of_people_or_on_threads() {
    let truth = items(Model::Graded, 9);
    let people = answers(&truth, &normal_levels(700, 0.0, 1.0, 1), 2).unwrap();
    let mut gapped = rows(&people);
    for (p, row) in gapped.iter_mut().enumerate() {
        row.iter_mut().enumerate().filter(|(j, _)| (p + j) % 5 == 0).for_each(|(_, cell)| *cell = None);
    }
    let table = Responses::from_rows(9, &gapped).unwrap();
    gapped.reverse();
    let turned = Responses::from_rows(9, &gapped).unwrap();
    let run = |threads: usize, table: &Responses| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let fit = calibrate(table, &CalibrationOptions::default()).unwrap();
            let items = fit.parameters();
            let scores = (
                eap(&items, table, ScorePrior::STANDARD).unwrap(),
                map(&items, table, ScorePrior::STANDARD).unwrap(),
                wle(&items, table).unwrap(),
            );
            (fit, scores)
        })
    };

    let (fit, scores) = run(1, &table);

    for threads in [2, 3, 8] {
        assert_eq!(run(threads, &table), (fit.clone(), scores.clone()));
    }
    let (turned_fit, mut turned_scores) = run(2, &turned);
    turned_scores.0.reverse();
    turned_scores.1.reverse();
    turned_scores.2.reverse();
    assert_eq!((turned_fit, turned_scores), (fit, scores));
}

#[test]
fn the_order_of_items_and_of_labels_changes_nothing_but_rounding() {
    let truth = items(Model::Graded, 8);
    let people = answers(&truth, &normal_levels(800, 0.0, 1.0, 11), 12).unwrap();
    let tight = CalibrationOptions { tolerance: 1e-6, ..options(Model::Graded) };

    let fit = calibrate(&people, &tight).unwrap();
    let order = [5, 2, 7, 0, 3, 6, 1, 4];
    let shuffled = calibrate(&people.select_items(&order).unwrap(), &tight).unwrap();
    let turned: Vec<Vec<Option<u8>>> =
        rows(&people).iter().map(|row| row.iter().map(|cell| cell.map(|k| 3 - k)).collect()).collect();
    let mirrored = calibrate(&Responses::from_rows(8, turned).unwrap(), &tight).unwrap();

    for (own, place) in shuffled.items.iter().zip(order) {
        let wanted = fit.items.get(place).unwrap();
        assert!((own.item.slope() - wanted.item.slope()).abs() < 1e-4);
    }
    // Categories counted from the other end: the same slopes, thresholds mirrored.
    for (own, wanted) in mirrored.items.iter().zip(&fit.items) {
        assert!((own.item.slope() - wanted.item.slope()).abs() < 1e-4);
        for (b, c) in own.item.thresholds().iter().zip(wanted.item.thresholds().iter().rev()) {
            assert!((b + c).abs() < 1e-3);
        }
    }
    assert!((mirrored.log_likelihood - fit.log_likelihood).abs() < 1e-5);
}

#[test]
fn missing_answers_leave_estimates_where_they_were() {
    let truth = items(Model::Graded, 10);
    let people = answers(&truth, &normal_levels(2_000, 0.0, 1.0, 21), 22).unwrap();
    let mut gapped = rows(&people);
    for (p, row) in gapped.iter_mut().enumerate() {
        row.iter_mut()
            .enumerate()
            .filter(|(j, _)| (7 * p + 3 * j) % 10 < 3)
            .for_each(|(_, cell)| *cell = None);
    }

    let full = calibrate(&people, &options(Model::Graded)).unwrap();
    let part = calibrate(&Responses::from_rows(10, gapped).unwrap(), &options(Model::Graded)).unwrap();

    for (a, b) in full.items.iter().zip(&part.items) {
        let error = b.slope_se.unwrap();
        assert!(error > a.slope_se.unwrap() && (a.item.slope() - b.item.slope()).abs() < 3.0 * error);
    }
}

#[test]
fn a_category_more_never_lowers_a_score() {
    let test = items(Model::Graded, 6);
    let people = answers(&test, &normal_levels(300, 0.0, 1.0, 31), 32).unwrap();
    let base = eap(&test, &people, ScorePrior::STANDARD).unwrap();
    for item in 0..6 {
        let mut better = rows(&people);
        better.iter_mut().filter_map(|row| row.get_mut(item)).flatten().for_each(|k| *k = (*k + 1).min(3));
        let better = Responses::with_categories(&[4; 6], better).unwrap();

        let raised = eap(&test, &better, ScorePrior::STANDARD).unwrap();

        assert!(base.iter().zip(&raised).all(|(a, b)| b.theta >= a.theta - 1e-12));
    }
}

#[test]
fn anchors_carry_the_scale() {
    let truth = items(Model::Graded, 14);
    let people = answers(&truth, &normal_levels(1_500, 0.5, 1.2, 41), 42).unwrap();
    let anchors: Vec<Option<Item>> =
        truth.iter().enumerate().map(|(j, item)| (j < 10).then(|| item.clone())).collect();

    let fit = calibrate_with_anchors(&people, &anchors, &options(Model::Graded)).unwrap();

    assert!((fit.latent.mean - 0.5).abs() < 3.0 * fit.latent.mean_se.unwrap());
    assert!((fit.latent.variance - 1.44).abs() < 3.0 * fit.latent.variance_se.unwrap());
    for (found, item) in fit.items.iter().zip(&truth).skip(10) {
        assert!((found.item.slope() - item.slope()).abs() < 3.5 * found.slope_se.unwrap());
    }
    assert!(fit.items.iter().take(10).all(|item| item.is_fixed && item.slope_se.is_none()));
}

#[test]
fn an_item_of_noise_or_run_backwards_is_reported() {
    let truth = items(Model::TwoParameter, 8);
    let levels = normal_levels(1_500, 0.0, 1.0, 51);
    let people = answers(&truth, &levels, 52).unwrap();
    let mut turned = rows(&people);
    turned.iter_mut().filter_map(|row| row.get_mut(3)).flatten().for_each(|k| *k = 1 - *k);

    let fit = calibrate(&Responses::from_rows(8, turned).unwrap(), &options(Model::TwoParameter)).unwrap();

    assert!(fit.warnings.contains(&CalibrationWarning::NotDiscriminating { item: 3 }));
    assert_eq!(fit.items.get(3).unwrap().slope_se, None);
    assert!(fit.items.iter().enumerate().all(|(j, item)| j == 3 || item.slope_se.is_some()));
}

#[test]
fn item_error_widens_scores() {
    let truth = items(Model::Graded, 8);
    let people = answers(&truth, &normal_levels(250, 0.0, 1.0, 61), 62).unwrap();
    let fit = calibrate(&people, &CalibrationOptions::default()).unwrap();
    let people = fit.recoded(&people).unwrap();
    let prior = ScorePrior::STANDARD;

    let plain = eap(&fit.parameters(), &people, prior).unwrap();
    let wide = eap_with_item_error(&fit, &people, prior, 20, 1).unwrap();

    assert_eq!(wide, eap_with_item_error(&fit, &people, prior, 20, 1).unwrap());
    let mean =
        |scores: &[psychometrics::irt::score::Score]| scores.iter().map(|s| s.error).sum::<f64>() / 250.0;
    assert!(mean(&wide) > mean(&plain) && mean(&wide) < 1.3 * mean(&plain));
    assert!(plain.iter().zip(&wide).all(|(a, b)| (a.theta - b.theta).abs() < 0.3));
}

#[test]
fn person_fit_has_its_nominal_size() {
    let test = items(Model::Graded, 12);
    let levels = normal_levels(8_000, 0.0, 1.0, 71);
    let people = answers(&test, &levels, 72).unwrap();

    for level in [FitLevel::Eap(ScorePrior::STANDARD), FitLevel::Map(ScorePrior::STANDARD), FitLevel::Wle] {
        let fit = person_fit(&test, &people, level).unwrap();
        let low = fit.iter().flatten().filter(|fit| fit.l_z_star < -1.645).count();
        let share = f64::from(u32::try_from(low).unwrap()) / 8_000.0;

        // Binomial error .0024.
        assert!((0.042..=0.058).contains(&share), "{level:?}: {share}");
    }
}

/// Answers to three traits of 8 graded items each with a common correlation.
fn three_traits(people: usize, correlation: f64, seed: u64) -> (Structure, Responses, Vec<Vec<f64>>) {
    let common = normal_levels(people, 0.0, correlation.sqrt(), seed);
    let mut levels: Vec<Vec<f64>> = Vec::new();
    let mut columns: Vec<Vec<Vec<Option<u8>>>> = Vec::new();
    for number in 0..3_u64 {
        let own = normal_levels(people, 0.0, (1.0 - correlation).sqrt(), seed + 10 + number);
        let level: Vec<f64> = common.iter().zip(&own).map(|(a, b)| a + b).collect();
        columns.push(rows(&answers(&items(Model::Graded, 8), &level, seed + 20 + number).unwrap()));
        levels.push(level);
    }
    let table =
        (0..people).map(|p| columns.iter().flat_map(|c| c.get(p).cloned().unwrap()).collect::<Vec<_>>());
    let structure = Structure::new(&(0..24).map(|j| j / 8).collect::<Vec<usize>>()).unwrap();
    (structure, Responses::from_rows(24, table).unwrap(), levels)
}

#[test]
fn correlations_of_traits_are_recovered() {
    let (structure, people, levels) = three_traits(1_500, 0.6, 81);
    let parts: Vec<(Vec<Item>, Responses)> = (0..3)
        .map(|number| {
            let own = people.select_items(&structure.items_of(number)).unwrap();
            (calibrate(&own, &options(Model::Graded)).unwrap().parameters(), own)
        })
        .collect();
    let scores: Vec<_> =
        parts.iter().map(|(items, own)| eap(items, own, ScorePrior::STANDARD).unwrap()).collect();

    let separate = trait_correlations(&scores).unwrap();
    let joint =
        calibrate_joint(&people, &structure, &CalibrationOptions { nodes: 15, ..options(Model::Graded) });
    let joint = joint.unwrap();
    let all: Vec<Item> = parts.iter().flat_map(|(items, _)| items.clone()).collect();
    let together = joint_map(&all, &structure, &separate.correlations, &people).unwrap();

    assert!(joint.is_converged);
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let (s, j) = (separate.correlations.at(a, b).unwrap(), joint.correlations.at(a, b).unwrap());
        assert!((s - 0.6).abs() < 0.06 && (s - j).abs() < 0.02, "{s} {j}");
    }
    let rmse = |found: &dyn Fn(usize, usize) -> f64| {
        let square = |t: usize| {
            let own = levels.get(t).unwrap();
            own.iter().enumerate().map(|(p, theta)| (found(p, t) - theta).powi(2)).sum::<f64>()
        };
        ((0..3).map(square).sum::<f64>() / 4_500.0).sqrt()
    };
    let alone = rmse(&|p, t| scores.get(t).and_then(|own| own.get(p)).unwrap().theta);
    let borrowed = rmse(&|p, t| *together.get(p).and_then(|own| own.theta.get(t)).unwrap());
    assert!(borrowed < alone * 0.98, "{borrowed} against {alone}");
    assert_eq!(Correlations::uncorrelated(3).traits(), joint.correlations.traits());
}

#[test]
fn a_bifactor_model_is_recovered() {
    // Three groups of six binary items; slopes 1.5 on the general trait, 0.7 to 1.4 on their own.
    let people = 2_000;
    let general = normal_levels(people, 0.0, 1.0, 91);
    let own: Vec<Vec<f64>> = (0..3).map(|g| normal_levels(people, 0.0, 1.0, 92 + g)).collect();
    let specific_slope = |group: usize| [0.7, 1.0, 1.4].get(group).copied().unwrap();
    let mut columns: Vec<Vec<Option<u8>>> = Vec::new();
    for j in 0..18_usize {
        let (group, shift) = (j / 6, f64::from(u32::try_from(j % 6).unwrap()) * 0.4 - 1.0);
        let levels: Vec<f64> = general
            .iter()
            .zip(own.get(group).unwrap())
            .map(|(g, s)| 1.5 * g + specific_slope(group) * s)
            .collect();
        let item = [Item::two_parameter(1.0, shift).unwrap()];
        let table = answers(&item, &levels, 100 + u64::try_from(j).unwrap()).unwrap();
        columns.push((0..people).map(|p| table.category(p, 0)).collect());
    }
    let table = (0..people).map(|p| columns.iter().map(|c| *c.get(p).unwrap()).collect::<Vec<_>>());
    let table = Responses::from_rows(18, table).unwrap();
    let groups: Vec<Option<usize>> = (0..18).map(|j| Some(j / 6)).collect();
    let settings = CalibrationOptions { nodes: 21, ..options(Model::TwoParameter) };

    let fit = calibrate_bifactor(&table, &groups, &settings).unwrap();
    let one = calibrate(&table, &options(Model::TwoParameter)).unwrap();
    let scores = bifactor_eap(&fit, &table).unwrap();

    assert!(fit.is_converged && fit.aic() < one.aic() - 50.0);
    for group in 0..3 {
        let of_group = fit.items.iter().filter_map(|item| item.specific.filter(|(g, _)| *g == group));
        let mean = of_group.map(|(_, a)| a).sum::<f64>() / 6.0;
        assert!((mean - specific_slope(group)).abs() < 0.2, "group {group}: {mean}");
    }
    let mean = fit.items.iter().map(|item| item.general).sum::<f64>() / 18.0;
    assert!((mean - 1.5).abs() < 0.12, "{mean}");
    let found: Vec<f64> = scores.iter().map(|score| score.general.theta).collect();
    assert!(correlation(&found, &general) > 0.85);
    assert!((0.6..0.9).contains(&fit.explained_common_variance()));
    // The same from the true slopes: 6 items of each group with loadings a / √(1.702² + 1.5² + a_s²).
    let (mut sum, mut others, mut unique) = (0.0, 0.0, 0.0);
    for a in [0.7_f64, 1.0, 1.4] {
        let length = (1.702_f64.powi(2) + 1.5_f64.powi(2) + a * a).sqrt();
        sum += 6.0 * 1.5 / length;
        others += (6.0 * a / length).powi(2);
        unique += 6.0 * (1.702 / length).powi(2);
    }
    let total = sum * sum + others + unique;
    let omega = fit.omega().unwrap();
    assert!((omega.omega_h - sum * sum / total).abs() < 0.03, "{omega:?} {}", sum * sum / total);
    assert!((omega.omega_total - (sum * sum + others) / total).abs() < 0.01, "{omega:?}");
}
