//! Simulated adaptive tests: how precise, how long, how exposed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::cat::bank::Bank;
use crate::cat::rules::Rules;
use crate::cat::session::{Outcome, Session, SessionError};
use crate::irt::score::item_error::unit;
use crate::irt::simulate::drawn;
use crate::linear::{count, count_u32};
use crate::normal::Z_95;

/// Precision of one competency over the simulated people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Mean of estimate - truth.
    pub bias: f64,
    /// Root mean square of estimate - truth.
    pub rmse: f64,
    /// Mean posterior standard deviation.
    pub mean_error: f64,
    /// Mean number of items.
    pub mean_items: f64,
    /// Share of people whose true level is within 1.96 posterior standard deviations of the estimate.
    pub coverage: f64,
}

/// What a simulation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// One entry per competency.
    pub competencies: Vec<Precision>,
    /// Share of people each item was shown to.
    pub exposure: Vec<f64>,
    /// Share of people each item was selected for, shown or held back.
    pub selection: Vec<f64>,
    /// The largest exposure.
    pub largest_exposure: f64,
    /// Mean share of items two people have in common; absent below 2 people.
    pub overlap: Option<f64>,
    /// Items per person, all competencies together.
    pub mean_length: f64,
}

/// Why a simulation cannot run.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// There is nobody to test.
    #[error("there is nobody to test")]
    NoPeople,
    /// A person has not one finite level per competency.
    #[error("person {person} has not one finite level per competency")]
    Levels {
        /// Person from 0.
        person: usize,
    },
    /// The session cannot run.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The bank is too small for exposure control.
    #[error("{found} items for tests of {length}: at least 10 times as many are needed")]
    SmallBank {
        /// Items of the bank.
        found: u32,
        /// Most items of a test.
        length: u32,
    },
    /// A setting is out of range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}

/// One simulated person.
struct Run {
    outcomes: Vec<Outcome>,
    shown: Vec<usize>,
    selected: Vec<usize>,
}

/// Adaptive tests of people whose levels are known.
///
/// `levels`: one row per person, one finite level per competency. `seed` fixes answers and draws, the
/// same on any number of threads.
///
/// # Errors
/// [`SimulationError`].
///
/// Source: overlap by Chen, Ankenmann & Spray 2003, J Educ Meas 40:129-145. Test
/// `simulated_tests_are_precise_and_repeat`.
pub fn simulate(
    bank: &Bank,
    rules: &Rules,
    levels: &[Vec<f64>],
    seed: u64,
) -> Result<Simulation, SimulationError> {
    if levels.is_empty() {
        return Err(SimulationError::NoPeople);
    }
    let is_broken = |own: &Vec<f64>| own.len() != bank.competencies() || own.iter().any(|t| !t.is_finite());
    if let Some(person) = levels.iter().position(is_broken) {
        return Err(SimulationError::Levels { person });
    }
    let runs: Vec<Run> = levels
        .par_iter()
        .enumerate()
        .map(|(person, own)| run(bank, rules, own, seed, person))
        .collect::<Result<_, SessionError>>()?;
    Ok(summary(bank, levels, &runs))
}

fn run(bank: &Bank, rules: &Rules, levels: &[f64], seed: u64, person: usize) -> Result<Run, SessionError> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    source.set_stream(u64::try_from(person).unwrap_or(u64::MAX));
    let mut session = Session::new(bank, rules, source.next_u64())?;
    while let Some(item) = session.next_item() {
        let Some(own) = bank.items().get(item) else { break };
        let theta = levels.get(own.competency).copied().unwrap_or(0.0);
        session.answer(drawn(&own.item.probabilities(theta), unit(source.next_u64())))?;
    }
    let shown = session.trace().steps.iter().map(|step| step.item).collect();
    Ok(Run { outcomes: session.outcomes(), shown, selected: session.selected().to_vec() })
}

fn summary(bank: &Bank, levels: &[Vec<f64>], runs: &[Run]) -> Simulation {
    let people = count(runs.len());
    let competencies = (0..bank.competencies())
        .map(|competency| {
            let own = || {
                let pairs = runs.iter().zip(levels);
                pairs.filter_map(move |(run, level)| run.outcomes.get(competency).zip(level.get(competency)))
            };
            let mean =
                |of: &dyn Fn(&Outcome, f64) -> f64| own().map(|(o, t)| of(o, *t)).sum::<f64>() / people;
            Precision {
                bias: mean(&|o, t| o.theta - t),
                rmse: mean(&|o, t| (o.theta - t).powi(2)).sqrt(),
                mean_error: mean(&|o, _| o.error),
                mean_items: mean(&|o, _| f64::from(o.items)),
                coverage: mean(&|o, t| f64::from(u8::from((o.theta - t).abs() <= Z_95 * o.error))),
            }
        })
        .collect();
    let tally = |of: fn(&Run) -> &Vec<usize>| {
        let mut counts = vec![0.0; bank.items().len()];
        for item in runs.iter().flat_map(of) {
            if let Some(cell) = counts.get_mut(*item) {
                *cell += 1.0;
            }
        }
        counts
    };
    let shown = tally(|run| &run.shown);
    let mean_length = shown.iter().sum::<f64>() / people;
    let pairs: f64 = shown.iter().map(|n| n * (n - 1.0)).sum();
    let overlap = (runs.len() > 1).then(|| pairs / (people * (people - 1.0) * mean_length.max(1e-300)));
    let exposure: Vec<f64> = shown.iter().map(|n| n / people).collect();
    Simulation {
        competencies,
        largest_exposure: exposure.iter().copied().fold(0.0, f64::max),
        exposure,
        selection: tally(|run| &run.selected).iter().map(|n| n / people).collect(),
        overlap,
        mean_length,
    }
}

/// Most items of a test under some rules.
pub(crate) fn longest_test(rules: &Rules) -> u32 {
    rules.competencies.iter().fold(0, |sum: u32, rule| sum.saturating_add(rule.most))
}

/// Refuses banks of fewer than 10 times the length of a test.
pub(crate) fn large_enough(bank: &Bank, rules: &Rules) -> Result<(), SimulationError> {
    let (found, length) = (count_u32(bank.items().len()), longest_test(rules));
    if u64::from(found) < 10 * u64::from(length) {
        return Err(SimulationError::SmallBank { found, length });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cat::bank::BankItem;
    use crate::cat::rules::CompetencyRule;
    use crate::irt::item::Item;
    use crate::irt::simulate::normal_levels;

    fn bank(items: u32) -> Bank {
        let item = |j: u32| {
            let middle = f64::from(j * 7 % 41) * 0.1 - 2.0;
            Item::graded(0.9 + 0.1 * f64::from(j % 9), &[middle - 0.5, middle + 0.5]).unwrap()
        };
        Bank::new((0..items).map(|j| BankItem::new(item(j), 0)).collect()).unwrap()
    }

    #[test]
    fn simulated_tests_are_precise_and_repeat() {
        let (bank, rules) = (bank(120), Rules::standard(1));
        let levels: Vec<Vec<f64>> = normal_levels(2_000, 0.0, 1.0, 3).into_iter().map(|t| vec![t]).collect();
        let run = |threads: usize, levels: &[Vec<f64>]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulate(&bank, &rules, levels, 5)).unwrap()
        };

        let found = run(2, &levels);

        assert_eq!(run(1, &levels[..200]), run(3, &levels[..200]));
        let precision = found.competencies[0];
        assert!(precision.bias.abs() < 0.03, "{precision:?}");
        assert!((precision.rmse / precision.mean_error - 1.0).abs() < 0.05, "{precision:?}");
        assert!((0.935..=0.97).contains(&precision.coverage), "{precision:?}");
        assert!((4.0..=10.0).contains(&precision.mean_items));
        assert!((found.exposure.iter().sum::<f64>() - found.mean_length).abs() < 1e-9);
        assert!(found.overlap.unwrap() > 0.0 && found.overlap.unwrap() < 1.0);
    }

    #[test]
    fn impossible_simulations_are_refused() {
        let (bank, rules) = (bank(20), Rules::standard(1));

        assert_eq!(simulate(&bank, &rules, &[], 1), Err(SimulationError::NoPeople));
        let broken = [vec![0.0], vec![f64::NAN]];
        assert_eq!(simulate(&bank, &rules, &broken, 1), Err(SimulationError::Levels { person: 1 }));
        assert_eq!(large_enough(&bank, &rules), Err(SimulationError::SmallBank { found: 20, length: 10 }));
        let long = CompetencyRule { most: u32::MAX, ..CompetencyRule::default() };
        let long = Rules { competencies: vec![long; 2], ..Rules::standard(2) };
        assert_eq!(longest_test(&long), u32::MAX);
    }
}
