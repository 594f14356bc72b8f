//! Times of rank sets, the quick method for many people against the exact one, and a million people.

use std::time::Instant;

use psychometrics::fairness::dif::mantel::mantel_dif;
use psychometrics::fairness::dif::{DifOptions, Group};
use psychometrics::irt::calibrate::{CalibrationOptions, calibrate};
use psychometrics::irt::item::Item;
use psychometrics::irt::score::{ScorePrior, eap};
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::matrix::ScoreMatrix;
use psychometrics::rank::Estimate;
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::large::marginal_rank_sets_of_many;
use psychometrics::rank::sets::{RankSetOptions, Rows, marginal_rank_sets, simultaneous_rank_sets};
use psychometrics::reliability::{alpha, item_statistics};
use psychometrics::sem::StandardError;

/// People with true levels N(0, 1) and standard errors from 0.2 to 0.5, all different.
fn people(n: usize) -> Vec<Estimate> {
    let (levels, noise) = (normal_levels(n, 0.0, 1.0, 71), normal_levels(n, 0.0, 1.0, 72));
    let spread = normal_levels(n, 0.0, 1.0, 73);
    levels
        .iter()
        .zip(noise.iter().zip(&spread))
        .map(|(level, (z, s))| {
            let error = 0.35 + 0.05 * s.clamp(-3.0, 3.0);
            Estimate::new(level + error * z, StandardError::try_from(error).unwrap()).unwrap()
        })
        .collect()
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let found = run();
    println!("  {what}: {:.3} s", start.elapsed().as_secs_f64());
    found
}

pub(crate) fn measure() {
    println!("\nTimes (RAYON_NUM_THREADS=1 for one core)");
    let options = RankSetOptions::default();
    let few = JointEstimates::independent(&people(200)).unwrap();
    timed("marginal sets of 200 people", || marginal_rank_sets(&few, Rows::All, &options).unwrap());
    timed("simultaneous sets of 200 people, 5,000 draws", || {
        simultaneous_rank_sets(&few, Rows::All, &options).unwrap()
    });
    let many = people(100_000);
    timed("marginal sets of 100,000 people", || marginal_rank_sets_of_many(&many, &options).unwrap());

    let some = people(2_000);
    let joint = JointEstimates::independent(&some).unwrap();
    // The exact method takes hours for all of 2,000 people with errors that are all different.
    let rows: Vec<usize> = (0..20).map(|k| 100 * k).collect();
    let exact = timed("exact marginal sets of 20 of 2,000 people", || {
        marginal_rank_sets(&joint, Rows::Only(&rows), &options).unwrap()
    });
    let quick =
        timed("quick marginal sets of 2,000 people", || marginal_rank_sets_of_many(&some, &options).unwrap());
    let gap = |of: &dyn Fn(usize) -> u32| (0..exact.len()).map(of).max().unwrap_or(0);
    let pair = |i: usize| exact.get(i).and_then(|own| Some((own, quick.get(own.index)?))).unwrap();
    let best = gap(&|i| pair(i).0.range.best.abs_diff(pair(i).1.range.best));
    let worst = gap(&|i| pair(i).0.range.worst.abs_diff(pair(i).1.range.worst));
    let same = (0..exact.len()).filter(|i| pair(*i).0.range == pair(*i).1.range).count();
    println!(
        "  quick against exact: limits differ by at most {best} and {worst} ranks, {same} of 20 sets equal"
    );
}

/// A million people: tables that large must end in a result, not in a lack of memory or of patience.
pub(crate) fn measure_a_million() {
    println!("\nA million people");
    let items: Vec<Item> = (0..6_u8)
        .map(|j| {
            let middle = f64::from(j) * 0.3 - 0.75;
            Item::graded(0.9 + 0.1 * f64::from(j), &[middle - 0.8, middle, middle + 0.8]).unwrap()
        })
        .collect();
    let table = timed("simulated answers to 6 items of 4 categories", || {
        answers(&items, &normal_levels(1_000_000, 0.0, 1.0, 81), 82).unwrap()
    });
    let cells: Vec<Vec<Option<f64>>> =
        (0..table.persons()).map(|p| (0..6).map(|j| table.category(p, j).map(f64::from)).collect()).collect();
    let scores = ScoreMatrix::from_rows(6, &cells).unwrap();
    timed("alpha and item statistics", || (alpha(&scores).unwrap(), item_statistics(&scores).unwrap()));
    let fit = timed("graded calibration", || calibrate(&table, &CalibrationOptions::default()).unwrap());
    timed("EAP", || eap(&fit.parameters(), &table, ScorePrior::STANDARD).unwrap());
    let groups: Vec<Group> =
        (0..table.persons()).map(|p| if p % 3 == 0 { Group::Focal } else { Group::Reference }).collect();
    timed("Mantel DIF", || mantel_dif(&table, &groups, &DifOptions::default()).unwrap());
    let many = people(1_000_000);
    timed("marginal rank sets", || marginal_rank_sets_of_many(&many, &RankSetOptions::default()).unwrap());
}
