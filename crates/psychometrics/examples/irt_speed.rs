//! Times calibration and scoring on a simulated or given table: `cargo run --release --example
//! irt_speed -- [file.csv]`, 2,000 × 30 × 4 graded answers without a file. Use `RAYON_NUM_THREADS=1` for one core.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot run must stop")]

use psychometrics::irt::calibrate::{CalibrationOptions, calibrate, log_likelihood};
use psychometrics::irt::item::Item;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::{ScorePrior, eap, map, wle};
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::irt::standard_errors::StandardErrors;

/// Processor time of all threads of this process so far, in seconds (Linux).
fn cpu_seconds() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    tasks
        .map(|task| {
            let text = std::fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap();
            text.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
        })
        .sum()
}

/// A comma-separated table with a header, one row per person; an empty cell is a gap.
fn table(text: &str) -> Responses {
    let rows: Vec<Vec<Option<u8>>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().ok()).collect()).collect();
    Responses::from_rows(rows.first().unwrap().len(), &rows).unwrap()
}

/// Answers to graded items of `categories` categories.
fn simulated(people: usize, items: u32, categories: u32) -> Responses {
    let item = |j: u32| {
        let middle = f64::from(j * 7 % 23) * 0.15 - 1.6;
        let half = f64::from(categories - 2) / 2.0;
        let thresholds: Vec<f64> =
            (0..categories - 1).map(|k| middle + 0.8 * (f64::from(k) - half)).collect();
        Item::graded(0.8 + 0.1 * f64::from(j % 11), &thresholds).unwrap()
    };
    let items: Vec<Item> = (0..items).map(item).collect();
    answers(&items, &normal_levels(people, 0.0, 1.0, 1), 2).unwrap()
}

fn main() {
    let people = match std::env::args().nth(1) {
        Some(path) => table(&std::fs::read_to_string(path).unwrap()),
        None => simulated(2_000, 30, 4),
    };
    let base = CalibrationOptions { least_answers: 1, ..CalibrationOptions::default() };
    let without = CalibrationOptions { standard_errors: StandardErrors::None, ..base.clone() };
    for (name, options) in [
        ("no SE", without.clone()),
        ("no SE, 1e-6", CalibrationOptions { tolerance: 1e-6, ..without.clone() }),
        ("no SE, plain EM", CalibrationOptions { is_accelerated: false, ..without }),
        ("with SE", base),
    ] {
        let mut best = f64::INFINITY;
        let mut last = None;
        for _ in 0..5 {
            let start = cpu_seconds();
            let fit = calibrate(&people, &options).unwrap();
            best = best.min(cpu_seconds() - start);
            last = Some(fit);
        }
        let fit = last.unwrap();
        let common = log_likelihood(&fit.parameters(), &people, 121).unwrap();
        println!(
            "{name}: {best:.4} s, {} cycles, log L {:.5} (121 nodes {common:.5})",
            fit.cycles, fit.log_likelihood
        );
        if name == "with SE" {
            let items = fit.parameters();
            for round in 0..3 {
                let start = cpu_seconds();
                let scores = eap(&items, &people, ScorePrior::STANDARD).unwrap();
                let eap_ms = (cpu_seconds() - start) * 1e3;
                let start = cpu_seconds();
                let modes = map(&items, &people, ScorePrior::STANDARD).unwrap();
                let map_ms = (cpu_seconds() - start) * 1e3;
                let start = cpu_seconds();
                let weighted = wle(&items, &people).unwrap();
                let wle_ms = (cpu_seconds() - start) * 1e3;
                println!(
                    "round {round}: EAP {eap_ms:.2} ms, MAP {map_ms:.2} ms, WLE {wle_ms:.2} ms of {} {} {}",
                    scores.len(),
                    modes.len(),
                    weighted.len()
                );
            }
        }
    }
}
