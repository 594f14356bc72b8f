//! Times calibration and scoring on a simulated or given table: `cargo run --release --example
//! irt_speed -- [file.csv]`. Use `RAYON_NUM_THREADS=1` for one core.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot run must stop")]

use psychometrics::irt::calibrate::{CalibrationOptions, calibrate, log_likelihood};
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::{ScorePrior, eap, map, wle};
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

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<Option<u8>>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().ok()).collect()).collect();
    let people = Responses::from_rows(rows.first().unwrap().len(), &rows).unwrap();
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
