//! Published and peer-computed numbers, with their tolerances. The vectors are described in
//! `tests/vectors`; item and person numbers there count from 1.

#![expect(clippy::unwrap_used, reason = "a vector that cannot be read must fail the test")]

#[path = "golden/cat.rs"]
mod cat;
#[path = "golden/fairness.rs"]
mod fairness;
#[path = "golden/irt.rs"]
mod irt;
#[path = "golden/irt_fit.rs"]
mod irt_fit;
#[path = "golden/quality.rs"]
mod quality;
#[path = "golden/rank.rs"]
mod rank;
#[path = "golden/rater.rs"]
mod rater;

use psychometrics::rank::Estimate;
use psychometrics::rating::distance::{StandardisedDistance, distance_diagnostic};
use psychometrics::reliability::individual::{classical_sem, kelley, reliable_change, spearman_brown};
use psychometrics::sem::{StandardError, interval_95, sed};
use serde_json::Value;

fn vector(name: &str) -> Value {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The cells of a CSV below its header; an empty cell is missing.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/vectors/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found}, expected {expected}");
}

fn estimate(value: f64, error: f64) -> Estimate {
    Estimate::new(value, StandardError::try_from(error).unwrap()).unwrap()
}

#[test]
fn sjt_rate_effectiveness() {
    let expected = vector("sjt_rate_effectiveness");
    let key: Vec<f64> = table("sjt_rate_key")[0].iter().map(|cell| cell.parse().unwrap()).collect();
    let responses = table("sjt_rate_resp");
    let candidates = expected["expected"]["candidates"].as_array().unwrap();
    assert_eq!(responses.len(), candidates.len());

    for (row, (cells, wanted)) in responses.iter().zip(candidates).enumerate() {
        let ratings: Vec<Option<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        let found = distance_diagnostic(&ratings, &key).unwrap();

        assert_eq!(u64::from(found.n_answered), wanted["n_answered"].as_u64().unwrap());
        assert_eq!(found.is_flat, wanted["flat"].as_bool().unwrap());
        let close = |value: f64, name: &str| {
            assert_close(value, number(&wanted[name]), 1e-9, &format!("candidate {}, {name}", row + 1));
        };
        close(found.mean_abs, "mean_abs");
        close(found.mean_sq, "mean_sq");
        close(found.elevation, "elevation");
        close(found.scatter, "scatter");
        close(found.shape, "shape");
        let StandardisedDistance::MeanSquare(mean_sq_z) = found.standardised else {
            panic!("candidate {} has no standardised distance", row + 1);
        };
        close(mean_sq_z, "mean_sq_z");
        assert_eq!(found.shape_r.is_none(), wanted["shape_r"].is_null());
        if let Some(r) = found.shape_r {
            close(r, "shape_r");
        }
        let parts = found.elevation + found.scatter + found.shape;
        assert_close(parts, found.mean_sq, 1e-9, "sum of the parts");
    }
}

#[test]
fn ctt_sem_rci_jt1991() {
    let case = vector("ctt_sem_rci_jt1991");
    let (input, expected) = (&case["input"], &case["expected"]);
    let given = |name: &str| number(&input[name]);
    let close = |found: f64, wanted: &Value, what: &str| assert_close(found, number(wanted), 1e-8, what);
    let (sd, rxx) = (given("sd"), given("rxx"));

    let sem = classical_sem(sd, rxx).unwrap();
    let change = reliable_change(given("pre"), given("post"), sem, 0.0).unwrap();
    let kelley = kelley(given("obs_for_kelley"), given("mean_for_kelley"), sd, rxx).unwrap();
    let observed = interval_95(given("obs_for_kelley"), sem).unwrap();

    close(sem.get(), &expected["SEM"], "SEM");
    close(sed(sem, sem), &expected["S_diff"], "S_diff");
    close(change, &expected["RC"], "RC");
    assert_close(change, number(&expected["published"]["RC"]), 0.0051, "published RC");
    close(kelley.true_score, &expected["kelley_true"], "kelley_true");
    close(kelley.se_estimate, &expected["SE_estimate"], "SE_estimate");
    close(kelley.se_prediction, &expected["SE_prediction"], "SE_prediction");
    close(observed.low, &expected["ci95_observed"][0], "ci95_observed low");
    close(observed.high, &expected["ci95_observed"][1], "ci95_observed high");
    close(kelley.low, &expected["ci95_true"][0], "ci95_true low");
    close(kelley.high, &expected["ci95_true"][1], "ci95_true high");
    for (name, length) in [("k2", 2.0), ("k3", 3.0), ("k0.5", 0.5)] {
        close(spearman_brown(rxx, length).unwrap(), &expected["spearman_brown"][name], name);
    }
}
