//! Calibration and scores of item response theory.

#![expect(clippy::indexing_slicing, reason = "a vector of another shape must fail the test")]

use psychometrics::irt::calibrate::{
    Calibration, CalibrationOptions, Models, Slopes, calibrate, calibrate_with_anchors, log_likelihood,
};
use psychometrics::irt::information::test_information;
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::link::{
    Anchor, Link, LinkPoints, haebara, mean_geometric_mean, mean_mean, mean_sigma, stocking_lord,
};
use psychometrics::irt::prior::{InterceptPrior, Priors, SlopePrior};
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::{Score, ScorePrior, ScoreStatus, eap, map, wle};
use serde_json::Value;

use crate::{assert_close, number, table, vector};

pub(crate) fn responses(name: &str) -> Responses {
    let rows: Vec<Vec<Option<u8>>> =
        table(name).iter().map(|cells| cells.iter().map(|cell| cell.parse().ok()).collect()).collect();
    Responses::from_rows(rows[0].len(), rows).unwrap()
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

pub(crate) fn parsed(cells: &[String]) -> Vec<f64> {
    cells.iter().filter_map(|cell| cell.parse().ok()).collect()
}

#[track_caller]
pub(crate) fn all_close(found: impl IntoIterator<Item = f64>, expected: &Value, tolerance: f64, what: &str) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.as_array().unwrap().len(), "{what}");
    for (i, (found, wanted)) in found.iter().zip(numbers(expected)).enumerate() {
        assert_close(*found, wanted, tolerance, &format!("{what} {}", i + 1));
    }
}

#[track_caller]
pub(crate) fn all_close_ratio(found: &[f64], expected: &Value, tolerance: f64, what: &str) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (found, wanted)) in found.iter().zip(expected).enumerate() {
        assert_close(found / wanted, 1.0, tolerance, &format!("{what} {}", i + 1));
    }
}

fn slopes(fit: &Calibration) -> Vec<f64> {
    fit.items.iter().map(|item| item.item.slope()).collect()
}

fn slope_errors(fit: &Calibration) -> Vec<f64> {
    fit.items.iter().map(|item| item.slope_se.unwrap()).collect()
}

fn first_intercepts(fit: &Calibration) -> Vec<f64> {
    fit.items.iter().map(|item| item.item.intercepts()[0]).collect()
}

pub(crate) fn two_parameter() -> CalibrationOptions {
    CalibrationOptions {
        models: Models::All(Model::TwoParameter),
        tolerance: 1e-5,
        ..CalibrationOptions::default()
    }
}

fn rmse(found: &[f64], truth: &[f64]) -> f64 {
    let n = f64::from(u32::try_from(found.len()).unwrap());
    (found.iter().zip(truth).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / n).sqrt()
}

#[test]
fn irt_2pl_lsat6() {
    let case = vector("irt_2pl_lsat6");
    let expected = &case["expected"];
    let people = responses("lsat6");

    let fit = calibrate(&people, &two_parameter()).unwrap();

    assert!(fit.is_converged && fit.warnings.is_empty());
    all_close(slopes(&fit), &expected["a"], 0.01, "a");
    all_close(first_intercepts(&fit), &expected["d"], 0.01, "d");
    let difficulties: Vec<f64> = fit.items.iter().map(|item| item.item.thresholds()[0]).collect();
    all_close(difficulties.clone(), &expected["b"], 0.05, "b");
    all_close_ratio(&slope_errors(&fit), &expected["se_a"], 0.03, "se_a");
    let intercept_errors: Vec<f64> =
        fit.items.iter().map(|item| item.intercept_se.as_ref().unwrap()[0]).collect();
    all_close_ratio(&intercept_errors, &expected["se_d"], 0.03, "se_d");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.005, "logLik");
    let common = log_likelihood(&fit.parameters(), &people, 121).unwrap();
    assert_close(common, number(&expected["logLik_common"]), 0.005, "logLik_common");
    let published = &expected["published"];
    all_close(slopes(&fit), &published["a"], 0.006, "published a");
    all_close(difficulties, &published["b"], 0.006, "published b");

    let rasch =
        calibrate(&people, &CalibrationOptions { slopes: Slopes::Common, ..two_parameter() }).unwrap();

    let slope = rasch.items[0].item.slope();
    assert_close(rasch.log_likelihood, number(&expected["rasch_logLik"]), 0.005, "rasch_logLik");
    assert_close(slope * slope, number(&expected["rasch_var"]), 0.01, "rasch_var");
    assert_close(slope, number(&published["rasch_a"]), 0.006, "rasch_a");
    let thresholds = rasch.items.iter().map(|item| item.item.thresholds()[0]);
    all_close(thresholds, &published["rasch_b"], 0.006, "rasch_b");
    // ltm's standard error of the common slope.
    let wanted = number(&expected["peers"]["ltm_1pl"]["se"][5]);
    assert_close(rasch.items[0].slope_se.unwrap() / wanted, 1.0, 0.03, "rasch se");
    assert_eq!((rasch.free_parameters, fit.free_parameters), (6, 10));
}

#[test]
fn irt_2pl_priors_small() {
    let expected = &vector("irt_2pl_priors_small")["expected"];
    let priors = Priors::Given {
        slope: Some(SlopePrior { mean_log: 0.2, sd_log: 0.5 }),
        intercept: Some(InterceptPrior { sd: 2.0 }),
    };
    let options = CalibrationOptions { priors, ..two_parameter() };

    let fit = calibrate(&responses("2pl_small_150x20"), &options).unwrap();

    all_close(slopes(&fit), &expected["a"], 0.01, "a");
    all_close(first_intercepts(&fit), &expected["d"], 0.01, "d");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.02, "logLik");
    assert_close(fit.log_prior, number(&expected["logPrior"]), 0.05, "logPrior");
    assert!(fit.items.iter().all(|item| item.has_prior && item.slope_se.is_some()));
}

#[test]
fn irt_grm_sim() {
    let case = vector("irt_grm_sim");
    let expected = &case["expected"]["reference"];
    let people = responses("grm_sim_2000x30x4");
    let truth: Vec<Vec<f64>> = table("grm_sim_2000x30x4_items").iter().map(|cells| parsed(cells)).collect();
    let true_theta: Vec<f64> =
        table("grm_sim_2000x30x4_theta").iter().map(|c| c[0].parse().unwrap()).collect();

    // The reference keeps the top category of item 9, with its 3 answers.
    let options = CalibrationOptions { least_answers: 1, ..CalibrationOptions::default() };
    let fit = calibrate(&people, &options).unwrap();
    let scores = eap(&fit.parameters(), &people, ScorePrior::STANDARD).unwrap();

    assert!(fit.is_converged && fit.warnings.is_empty());
    all_close(slopes(&fit), &expected["a"], 0.02, "a");
    for (item, (b, se)) in fit
        .items
        .iter()
        .zip(expected["b"].as_array().unwrap().iter().zip(expected["se_d_oakes"].as_array().unwrap()))
    {
        all_close(item.item.thresholds(), b, 0.05, "b");
        all_close_ratio(item.intercept_se.as_ref().unwrap(), se, 0.05, "se_d");
    }
    all_close_ratio(&slope_errors(&fit), &expected["se_a_oakes"], 0.05, "se_a");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.1, "logLik");
    let common = log_likelihood(&fit.parameters(), &people, 121).unwrap();
    assert!(common >= number(&expected["logLik_common"]) - 0.05, "logLik_common {common}");
    let true_slopes: Vec<f64> = truth.iter().map(|row| row[0]).collect();
    assert!(rmse(&slopes(&fit), &true_slopes) <= 1.03 * number(&expected["rmse_a"]));
    let thresholds: Vec<f64> = fit.items.iter().flat_map(|item| item.item.thresholds()).collect();
    let true_thresholds: Vec<f64> = truth.iter().flat_map(|row| row[1..].to_vec()).collect();
    assert!(rmse(&thresholds, &true_thresholds) <= 1.03 * number(&expected["rmse_b"]));
    let thetas: Vec<f64> = scores.iter().map(|s| s.theta).collect();
    assert!(rmse(&thetas, &true_theta) <= 1.005 * number(&expected["rmse_theta_eap"]));
    all_close(scores[..20].iter().map(|s| s.theta), &expected["eap_first20"], 0.01, "eap");
    all_close(scores[..20].iter().map(|s| s.error), &expected["eap_se_first20"], 0.005, "eap_se");
    let true_items: Vec<Item> = truth.iter().map(|row| Item::graded(row[0], &row[1..]).unwrap()).collect();
    let wanted = number(&case["expected"]["truth"]["logLik_common_121pt"]);
    assert_close(log_likelihood(&true_items, &people, 121).unwrap(), wanted, 1e-4, "logLik of the truth");
}

#[test]
fn irt_score_2pl() {
    let expected = &vector("irt_score_2pl")["expected"];
    let items: Vec<Item> = table("score_2pl_items")
        .iter()
        .map(|cells| Item::two_parameter(cells[1].parse().unwrap(), cells[2].parse().unwrap()).unwrap())
        .collect();
    let people = responses("score_2pl_resp");
    let theta = |scores: &[Score]| scores.iter().map(|s| s.theta).collect::<Vec<f64>>();
    let error = |scores: &[Score]| scores.iter().map(|s| s.error).collect::<Vec<f64>>();

    let means = eap(&items, &people, ScorePrior::STANDARD).unwrap();
    let modes = map(&items, &people, ScorePrior::STANDARD).unwrap();
    let weighted = wle(&items, &people).unwrap();

    all_close(theta(&means), &expected["EAP"]["theta"], 2e-4, "EAP");
    all_close(error(&means), &expected["EAP"]["se"], 2e-4, "EAP se");
    all_close(theta(&modes), &expected["MAP"]["theta"], 2e-4, "MAP");
    all_close(error(&modes), &expected["MAP"]["se_observed_information"], 1e-3, "MAP se");
    for (row, (found, wanted)) in
        weighted.iter().zip(expected["WLE"]["theta"].as_array().unwrap()).enumerate()
    {
        match wanted.as_f64() {
            Some(wanted) => assert_close(found.unwrap().theta, wanted, 5e-4, &format!("WLE {}", row + 1)),
            None => assert_eq!(*found, None),
        }
    }
    assert_eq!(means[5].status, ScoreStatus::NoData);
}

#[test]
fn irt_info_2pl() {
    let expected = &vector("irt_info_2pl")["expected"];
    let bank = bank();
    let levels = numbers(&expected["theta"]);

    for (item, wanted) in bank.iter().zip(expected["info"].as_array().unwrap()) {
        all_close(levels.iter().map(|theta| item.information(*theta)), wanted, 1e-8, "information");
    }
    let of_test = levels.iter().map(|theta| test_information(&bank, *theta));
    all_close(of_test, &expected["test_info"], 1e-8, "test information");
}

pub(crate) fn bank() -> Vec<Item> {
    table("cat_bank_2pl")
        .iter()
        .map(|cells| Item::two_parameter(cells[1].parse().unwrap(), cells[2].parse().unwrap()).unwrap())
        .collect()
}

#[test]
fn irt_fipc() {
    let expected = &vector("irt_fipc")["expected"];
    let people = responses("fipc_1000x25x4");
    let anchors: Vec<Option<Item>> = table("fipc_items_true")
        .iter()
        .map(|cells| {
            let row = parsed(&cells[1..5]);
            (cells[5] == "1").then(|| Item::graded(row[0], &row[1..]).unwrap())
        })
        .collect();
    let options = CalibrationOptions { tolerance: 1e-5, ..CalibrationOptions::default() };

    let fit = calibrate_with_anchors(&people, &anchors, &options).unwrap();

    let new: Vec<_> = fit.items.iter().filter(|item| !item.is_fixed).collect();
    all_close(new.iter().map(|item| item.item.slope()), &expected["a_new"], 0.02, "a_new");
    for (item, b) in new.iter().zip(expected["b_new"].as_array().unwrap()) {
        all_close(item.item.thresholds(), b, 0.05, "b_new");
    }
    let errors: Vec<f64> = new.iter().map(|item| item.slope_se.unwrap()).collect();
    all_close_ratio(&errors, &expected["se_a_new"], 0.08, "se_a_new");
    assert_close(fit.latent.mean, number(&expected["mean"]), 0.01, "mean");
    assert_close(fit.latent.variance, number(&expected["var"]), 0.03, "var");
    assert_close(fit.log_likelihood, number(&expected["logLik"]), 0.1, "logLik");
    assert!(fit.latent.mean_se.unwrap() > 0.0 && fit.latent.variance_se.unwrap() > 0.0);
}

#[test]
fn irt_link_2pl() {
    let expected = &vector("irt_link_2pl")["expected"];
    let anchors: Vec<Anchor> = table("link_2pl")
        .iter()
        .map(|cells| {
            let row = parsed(&cells[1..]);
            let item = |a: f64, b: f64| Item::two_parameter(a, b).unwrap();
            Anchor::new(item(row[0], row[1]), item(row[2], row[3])).unwrap()
        })
        .collect();
    let close = |link: Link, name: &str, tolerance: f64| {
        assert_close(link.scale, number(&expected[name]["A"]), tolerance, &format!("{name} A"));
        assert_close(link.shift, number(&expected[name]["B"]), tolerance, &format!("{name} B"));
    };

    close(mean_mean(&anchors).unwrap(), "mean_mean", 1e-5);
    close(mean_geometric_mean(&anchors).unwrap(), "mean_gmean", 1e-5);
    close(mean_sigma(&anchors).unwrap(), "mean_sigma", 1e-5);
    close(haebara(&anchors, LinkPoints::default()).unwrap(), "haebara", 0.002);
    close(stocking_lord(&anchors, LinkPoints::default()).unwrap(), "stocking_lord", 0.002);
}
