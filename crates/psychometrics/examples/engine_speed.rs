//! Measures the engine for `cargo xtask bench psychometrics`:
//!
//! - `engine_speed data <folder>` writes the simulated tables;
//! - `engine_speed small <folder>` and `large <folder>` measure and print one JSON line a task;
//! - `engine_speed judge <table.csv> <items.csv>` prints the log-likelihood of given items (each line a
//!   slope and its thresholds) on 121 nodes.
//!
//! Times are medians of several rounds, wall and processor time. `RAYON_NUM_THREADS=1` for one core.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot run must stop")]

use std::path::Path;
use std::time::Instant;

use psychometrics::cat::bank::{Bank, BankItem};
use psychometrics::cat::criterion::Criterion;
use psychometrics::cat::rules::{CompetencyRule, Rules};
use psychometrics::cat::session::Session;
use psychometrics::fairness::dif::logistic::logistic_dif;
use psychometrics::fairness::dif::mantel::mantel_dif;
use psychometrics::fairness::dif::{DifOptions, Group};
use psychometrics::irt::calibrate::{Calibration, CalibrationOptions, calibrate, log_likelihood};
use psychometrics::irt::item::Item;
use psychometrics::irt::prior::Priors;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::{ScorePrior, eap, wle};
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::irt::standard_errors::StandardErrors;
use psychometrics::rank::Estimate;
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::large::marginal_rank_sets_of_many;
use psychometrics::rank::sets::{RankSetOptions, Rows, marginal_rank_sets, simultaneous_rank_sets};
use psychometrics::sem::StandardError;

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

/// Runs `work` in `rounds` and prints the medians of both times; returns the last result.
fn timed<T>(name: &str, rounds: usize, work: impl FnMut() -> T) -> T {
    timed_parts(name, rounds, 1.0, work)
}

/// The same for one of the equal `parts` that `work` consists of.
fn timed_parts<T>(name: &str, rounds: usize, parts: f64, mut work: impl FnMut() -> T) -> T {
    let (mut wall, mut cpu, mut last) = (Vec::new(), Vec::new(), None);
    for _ in 0..rounds {
        let (start, start_cpu) = (Instant::now(), cpu_seconds());
        last = Some(work());
        wall.push(start.elapsed().as_secs_f64());
        cpu.push(cpu_seconds() - start_cpu);
    }
    let middle = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.get(rounds / 2).copied().unwrap()
    };
    let (wall, cpu) = (middle(&mut wall) / parts, middle(&mut cpu) / parts);
    println!(r#"{{"task":"{name}","wall":{wall},"cpu":{cpu}}}"#);
    last.unwrap()
}

fn items(count: u16, categories: u8) -> Vec<Item> {
    (0..count)
        .map(|j| {
            let slope = 0.8 + 0.05 * f64::from(j % 25);
            let middle = f64::from(j * 7 % 19) * 0.15 - 1.35;
            let width = 2.4 / f64::from(categories - 2);
            let thresholds: Vec<f64> =
                (1..categories).map(|k| middle - 1.2 + width * f64::from(k - 1)).collect();
            Item::graded(slope, &thresholds).unwrap()
        })
        .collect()
}

fn write(folder: &Path, name: &str, people: usize, items: &[Item]) {
    let table = answers(items, &normal_levels(people, 0.0, 1.0, 1), 2).unwrap();
    let mut text: String = (0..items.len()).map(|j| format!("i{j},")).collect();
    text.pop();
    for person in 0..people {
        text.push('\n');
        let cells: Vec<String> =
            (0..items.len()).map(|j| table.category(person, j).unwrap().to_string()).collect();
        text.push_str(&cells.join(","));
    }
    std::fs::write(folder.join(name), text + "\n").unwrap();
}

fn read(path: &Path) -> Responses {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<Option<u8>>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().ok()).collect()).collect();
    Responses::from_rows(rows.first().unwrap().len(), &rows).unwrap()
}

/// 61 nodes, 1e-4, no priors and no standard errors: the job of the peer.
fn options() -> CalibrationOptions {
    CalibrationOptions {
        priors: Priors::None,
        least_answers: 1,
        standard_errors: StandardErrors::None,
        ..CalibrationOptions::default()
    }
}

fn report(fit: &Calibration, people: &Responses, name: &str) {
    let common = log_likelihood(&fit.parameters(), people, 121).unwrap();
    println!(r#"{{"task":"{name}","log_likelihood":{common},"cycles":{}}}"#, fit.cycles);
}

fn small(folder: &Path) {
    let people = read(&folder.join("small.csv"));
    let fit = timed("grm_small", 5, || calibrate(&people, &options()).unwrap());
    report(&fit, &people, "grm_small");
    let parameters = fit.parameters();
    timed("eap", 9, || eap(&parameters, &people, ScorePrior::STANDARD).unwrap());
    timed("wle", 9, || wle(&parameters, &people).unwrap());
    let dif = read(&folder.join("dif.csv"));
    let groups: Vec<Group> = (0..dif.persons())
        .map(|person| if person % 3 == 0 { Group::Focal } else { Group::Reference })
        .collect();
    ranks();
    adaptive();
    timed("dif", 9, || {
        let options = DifOptions::default();
        (logistic_dif(&dif, &groups, &options).unwrap(), mantel_dif(&dif, &groups, &options).unwrap())
    });
}

fn estimates(people: usize) -> Vec<Estimate> {
    let errors = [4.0, 4.5, 5.0, 5.5, 6.0].into_iter().cycle();
    let estimate = |(value, error)| Estimate::new(value, StandardError::try_from(error).unwrap()).unwrap();
    normal_levels(people, 60.0, 12.0, 3).into_iter().zip(errors).map(estimate).collect()
}

/// Sets of each person alone and of the whole list for 200; of each person alone for 100,000.
fn ranks() {
    let options = RankSetOptions::default();
    let few = JointEstimates::independent(&estimates(200)).unwrap();
    timed("ranks_200", 5, || {
        let alone = marginal_rank_sets(&few, Rows::All, &options).unwrap();
        (alone, simultaneous_rank_sets(&few, Rows::All, &options).unwrap())
    });
    let many = estimates(100_000);
    timed("ranks_100000", 3, || marginal_rank_sets_of_many(&many, &options).unwrap());
}

/// One step of a test: the answer taken, the level, the stopping rule and the next of 1,000 items.
fn adaptive() {
    let bank = Bank::new(items(1_000, 4).into_iter().map(|item| BankItem::new(item, 0)).collect()).unwrap();
    let rule = CompetencyRule { fewest: 20, most: 20, precision: 0.01 };
    for (name, criterion) in
        [("cat_step", Criterion::Information), ("cat_step_variance", Criterion::ExpectedVariance)]
    {
        let rules = Rules { competencies: vec![rule], criterion, first_items: 0, ..Rules::standard(1) };
        timed_parts(name, 9, 20.0, || {
            let mut session = Session::new(&bank, &rules, 5).unwrap();
            while let Some(item) = session.next_item() {
                session.answer(u8::try_from(item % 4).unwrap()).unwrap();
            }
            session.outcomes()
        });
    }
}

fn large(folder: &Path) {
    let people = read(&folder.join("large.csv"));
    let fit = timed("grm_large", 3, || calibrate(&people, &options()).unwrap());
    report(&fit, &people, "grm_large");
}

fn judge(table: &Path, parameters: &Path) {
    let text = std::fs::read_to_string(parameters).unwrap();
    let items: Vec<Item> = text
        .lines()
        .map(|line| {
            let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let (slope, thresholds) = numbers.split_first().unwrap();
            Item::graded(*slope, thresholds).unwrap()
        })
        .collect();
    println!("{}", log_likelihood(&items, &read(table), 121).unwrap());
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["data", folder] => {
            let folder = Path::new(folder);
            write(folder, "small.csv", 2_000, &items(30, 4));
            write(folder, "large.csv", 10_000, &items(60, 5));
            write(folder, "dif.csv", 2_000, &items(24, 4));
        }
        ["small", folder] => small(Path::new(folder)),
        ["large", folder] => large(Path::new(folder)),
        ["judge", table, parameters] => judge(Path::new(table), Path::new(parameters)),
        _ => eprintln!("engine_speed data|small|large <folder>, or judge <table.csv> <items.csv>"),
    }
}
