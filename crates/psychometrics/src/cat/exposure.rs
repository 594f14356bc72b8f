//! Exposure control by Sympson and Hetter: how often a selected item is shown.

use crate::cat::bank::{Bank, BankItem};
use crate::cat::rules::Rules;
use crate::cat::simulate::{Simulation, SimulationError, large_enough, simulate};

/// Largest excess of the largest expected exposure over its target at the end.
const TOLERANCE: f64 = 0.02;

/// Smallest control: an item is never shut out altogether.
const SMALLEST_CONTROL: f64 = 0.001;

/// Exposure controls and how they were reached.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposureControl {
    /// The control of each item, above 0 and at most 1.
    pub controls: Vec<f64>,
    /// The last simulation, under the last controls it confirmed.
    pub simulation: Simulation,
    /// Rounds run.
    pub rounds: u32,
    /// Whether the largest expected exposure (share selected × control) is at most .02 above the target.
    pub is_converged: bool,
}

/// Controls `k_j = min(1, r / P(selected_j))` iterated by simulation until the largest expected exposure
/// is at most .02 above the target `r`.
///
/// `levels`: people as in [`simulate`]; `target` above 0 and at most 1, .25 in the product;
/// `most_rounds` 1 or more. The bank needs 10 times the items of the longest test.
///
/// # Errors
/// As [`simulate`]; [`SimulationError::SmallBank`], [`SimulationError::OutOfRange`].
///
/// Source: Sympson & Hetter 1985. Test `controls_hold_the_largest_exposure`.
pub fn sympson_hetter(
    bank: &Bank,
    rules: &Rules,
    levels: &[Vec<f64>],
    target: f64,
    most_rounds: u32,
    seed: u64,
) -> Result<ExposureControl, SimulationError> {
    if target.is_nan() || target <= 0.0 || target > 1.0 {
        return Err(SimulationError::OutOfRange { name: "target exposure", value: target });
    }
    if most_rounds == 0 {
        return Err(SimulationError::OutOfRange { name: "most rounds", value: 0.0 });
    }
    large_enough(bank, rules)?;
    let mut controlled = bank.clone();
    let mut rounds = 0;
    loop {
        let simulation = simulate(&controlled, rules, levels, seed.wrapping_add(u64::from(rounds)))?;
        rounds += 1;
        let controls: Vec<f64> = controlled.items().iter().map(|own: &BankItem| own.exposure).collect();
        // The expected exposure: the share selected times the control, without the noise of the draws.
        let expected = simulation.selection.iter().zip(&controls).map(|(share, k)| share * k);
        let is_converged = expected.fold(0.0, f64::max) <= target + TOLERANCE;
        if is_converged || rounds >= most_rounds {
            return Ok(ExposureControl { controls, simulation, rounds, is_converged });
        }
        let next: Vec<f64> = simulation
            .selection
            .iter()
            .map(|share| if *share > target { (target / share).max(SMALLEST_CONTROL) } else { 1.0 })
            .collect();
        let Ok(moved) = controlled.clone().with_exposure(&next) else {
            return Ok(ExposureControl { controls, simulation, rounds, is_converged });
        };
        controlled = moved;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cat::rules::CompetencyRule;
    use crate::irt::item::Item;
    use crate::irt::simulate::normal_levels;

    #[test]
    fn controls_hold_the_largest_exposure() {
        let item = |j: u32| {
            Item::two_parameter(0.8 + 0.15 * f64::from(j % 8), f64::from(j * 11 % 61) * 0.08 - 2.4).unwrap()
        };
        let bank = Bank::new((0..80).map(|j| BankItem::new(item(j), 0)).collect()).unwrap();
        let rules = Rules {
            competencies: vec![CompetencyRule { fewest: 6, most: 8, precision: 0.2 }],
            randomesque: 1,
            smallest_gain: None,
            ..Rules::standard(1)
        };
        let levels: Vec<Vec<f64>> = normal_levels(1_000, 0.0, 1.0, 1).into_iter().map(|t| vec![t]).collect();

        let free = simulate(&bank, &rules, &levels, 2).unwrap();
        let held = sympson_hetter(&bank, &rules, &levels, 0.25, 15, 2).unwrap();

        // Without control everybody starts with the same item.
        assert!(free.largest_exposure > 0.99);
        let largest = held.simulation.largest_exposure;
        // The share shown has a binomial error of .014 on top.
        assert!(held.is_converged && largest < 0.31, "{largest} after {} rounds", held.rounds);
        assert!(held.simulation.overlap < free.overlap);
        assert!(held.controls.iter().all(|k| *k > 0.0 && *k <= 1.0));
        assert!(sympson_hetter(&bank, &rules, &levels, f64::NAN, 30, 2).is_err());
        assert!(sympson_hetter(&bank, &rules, &levels, 0.25, 0, 2).is_err());
    }
}
