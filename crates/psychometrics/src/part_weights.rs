//! Totals whose parts (families of actions) weigh otherwise than by their share of the form, and the standard error
//! that such a total has.
//!
//! With every part at its share the total is the plain mean over all actions and its standard error the plain one,
//! exactly. The choice of weights is a judgement about the job, made before the first score; nothing here finds
//! weights from data.

use crate::linear::{column_means, count, count_u32, finite};
use crate::matrix::ScoreMatrix;
use crate::sem::{PRIOR_PERSONS, SemError, StandardError, prior_sem};

/// Why there are no weights.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PartWeightsError {
    /// The two lists differ in length, or are empty.
    #[error("{weights} weights for {parts} parts")]
    Length {
        /// Number of weights.
        weights: usize,
        /// Number of parts.
        parts: usize,
    },
    /// A weight is negative or no number.
    #[error("weight {index} is not a number from 0")]
    Weight {
        /// Position from 0.
        index: usize,
    },
    /// A part without actions has a weight above 0.
    #[error("part {index} has a weight and no action")]
    NoAction {
        /// Position from 0.
        index: usize,
    },
    /// All weights, or all numbers of actions, are 0.
    #[error("the weights are all 0")]
    AllZero,
}

/// Weights of the parts of a form beside the parts' shares of its actions.
#[derive(Debug, Clone, PartialEq)]
pub struct PartWeights {
    weights: Vec<f64>,
    shares: Vec<f64>,
}

impl PartWeights {
    /// Weights in any unit (their sum is made 1) and the number of scored actions of each part, in one order.
    ///
    /// # Errors
    /// [`PartWeightsError`].
    pub fn new(weights: &[f64], actions: &[u32]) -> Result<Self, PartWeightsError> {
        if weights.len() != actions.len() || weights.is_empty() {
            return Err(PartWeightsError::Length { weights: weights.len(), parts: actions.len() });
        }
        if let Some(index) =
            weights.iter().position(|weight| finite(*weight).is_none_or(|weight| weight < 0.0))
        {
            return Err(PartWeightsError::Weight { index });
        }
        if let Some(index) = weights.iter().zip(actions).position(|(weight, n)| *weight > 0.0 && *n == 0) {
            return Err(PartWeightsError::NoAction { index });
        }
        let sum: f64 = weights.iter().sum();
        let all: u32 = actions.iter().sum();
        if sum <= 0.0 || all == 0 {
            return Err(PartWeightsError::AllZero);
        }
        Ok(Self {
            weights: weights.iter().map(|weight| weight / sum).collect(),
            shares: actions.iter().map(|n| f64::from(*n) / f64::from(all)).collect(),
        })
    }

    /// Every part at its share of the actions: the plain mean.
    ///
    /// # Errors
    /// [`PartWeightsError::AllZero`] without actions, [`PartWeightsError::Length`] without parts.
    pub fn plain(actions: &[u32]) -> Result<Self, PartWeightsError> {
        let weights: Vec<f64> = actions.iter().map(|n| f64::from(*n)).collect();
        Self::new(&weights, actions)
    }

    /// The weights, 1 together.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The shares of the parts in the actions, 1 together.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// What one action of each part counts: weight / share, 1 everywhere in the plain mean, 0 for a part without
    /// actions.
    #[must_use]
    pub fn ratios(&self) -> Vec<f64> {
        let ratio = |(weight, share): (&f64, &f64)| if *share > 0.0 { weight / share } else { 0.0 };
        self.weights.iter().zip(&self.shares).map(ratio).collect()
    }

    /// `Σ w²/d`: how many times the error variance of the plain mean the weighted one has when the errors of single
    /// actions are alike and independent; 1 or more.
    #[must_use]
    pub fn independent_variance_factor(&self) -> f64 {
        self.weights.iter().zip(self.ratios()).map(|(weight, ratio)| weight * ratio).sum()
    }
}

/// The weighted total of one person, 0 to 100: `100 Σ r e / Σ r c` over parts, with `r` = weight / share.
///
/// `sums`: per part what was reached (`e`) and the number of actions counted (`c`, answered or blank; what was never
/// shown is in neither), in actions, `0 ≤ e ≤ c`. With plain weights this is the plain mean over the actions counted,
/// whatever was left out. Nothing when no counted action has a weight.
///
/// `ratios`: as [`PartWeights::ratios`]. Source: decisions.md "Score"; tests `plain_weights_give_the_plain_mean`,
/// `a_weighted_total_by_hand`.
#[must_use]
pub fn weighted_total(ratios: &[f64], sums: &[(f64, f64)]) -> Option<f64> {
    let (reached, counted) = sums
        .iter()
        .zip(ratios)
        .fold((0.0, 0.0), |(reached, counted), ((e, c), r)| (reached + r * e, counted + r * c));
    (counted > 0.0).then(|| (100.0 * reached / counted).clamp(0.0, 100.0))
}

/// What is left of the parts of scenario scores once levels and difficulties are taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct PartResiduals {
    /// Mean products of the residuals of two parts, squared points. **Shape**: parts × parts, symmetric. The sum of
    /// all cells is the residual mean square of the whole scenario scores.
    pub mean_products: Vec<Vec<f64>>,
    /// People with every scenario, the only ones used.
    pub persons_used: u32,
    /// Number of scenarios.
    pub scenarios: u32,
}

/// The person × scenario residuals of each part: `Σ e_a e_b / ((n - 1)(S - 1))` with
/// `e = y_ps - ȳ_p - ȳ_s + ȳ` of that part.
///
/// `parts`: one table per part, each with rows = the same people and columns = the same scenarios; a cell is what the
/// part adds to the scenario's score, in points (0 when the scenario has no action of it), missing in every part when
/// the scenario was not shown. The parts of a cell add up to the scenario's score.
///
/// # Errors
/// As [`crate::sem::person_scenario_residual`]; [`SemError::NoScenario`] without parts or when the tables differ in
/// size.
///
/// Source: the p × i design of Cronbach et al. 1972 in its multivariate form (Brennan 2001, Generalizability Theory,
/// ch. 9). Test `products_add_up_to_the_residual_of_the_whole`.
pub fn part_residuals(parts: &[ScoreMatrix]) -> Result<PartResiduals, SemError> {
    let Some(first) = parts.first() else { return Err(SemError::NoScenario) };
    let scenarios = count_u32(first.scenarios());
    if parts.iter().any(|part| part.scenarios() != first.scenarios() || part.persons() != first.persons()) {
        return Err(SemError::NoScenario);
    }
    if scenarios < 2 {
        return Err(SemError::TooFewScenarios { found: scenarios });
    }
    let residuals: Vec<Vec<f64>> = parts.iter().map(residuals_of).collect();
    let persons_used = count_u32(first.complete_rows().len());
    if persons_used < 2 {
        return Err(SemError::TooFewPersons { found: persons_used });
    }
    let freedom = (f64::from(persons_used) - 1.0) * (f64::from(scenarios) - 1.0);
    let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / freedom;
    let mean_products = residuals.iter().map(|a| residuals.iter().map(|b| product(a, b)).collect()).collect();
    Ok(PartResiduals { mean_products, persons_used, scenarios })
}

/// The residuals of one table, person after person.
fn residuals_of(part: &ScoreMatrix) -> Vec<f64> {
    let rows = part.complete_rows();
    let columns = column_means(&rows, part.scenarios());
    let s = count(part.scenarios());
    let grand = columns.iter().sum::<f64>() / s;
    let of_row = |row: Vec<f64>| {
        let own = row.iter().sum::<f64>() / s;
        let left = |(y, column): (f64, &f64)| y - own - column + grand;
        row.into_iter().zip(&columns).map(left).collect::<Vec<f64>>()
    };
    rows.into_iter().flat_map(of_row).collect()
}

/// The standard error of a complete form under weights, points: the plain one times
/// `√(v(w) / v(plain))`, `v = (n r'M r / S + 50 s0² Σ w²/d) / (n + 50)`.
///
/// `plain` is the standard error of the plain total in the same statistics, `residuals` their [`part_residuals`]
/// (nothing: the prior alone). With plain weights the factor is exactly 1. The prior is taken as an error of single
/// actions, alike and independent, so that uneven weights make it larger.
///
/// # Errors
/// [`SemError::NoScenario`], [`SemError::InvalidVariance`] when the residuals are not finite or give no variance.
///
/// Source: ours, from the shrinkage of decisions.md "Score" with a quadratic form of the residuals. Tests
/// `plain_weights_keep_the_standard_error`, `the_error_of_weights_is_that_of_the_weighted_scores`.
pub fn weighted_sem(
    plain: StandardError,
    weights: &PartWeights,
    residuals: Option<&PartResiduals>,
    scenarios: u32,
) -> Result<StandardError, SemError> {
    let prior = prior_sem(scenarios)?.get();
    let variance = |ratios: &[f64], independent: f64| {
        let prior = prior * prior * independent;
        residuals.map_or(prior, |residuals| {
            let n = f64::from(residuals.persons_used);
            let own = quadratic(&residuals.mean_products, ratios).max(0.0) / f64::from(residuals.scenarios);
            (n * own + PRIOR_PERSONS * prior) / (n + PRIOR_PERSONS)
        })
    };
    let ratios = weights.ratios();
    let ones: Vec<f64> = weights.shares().iter().map(|share| f64::from(u8::from(*share > 0.0))).collect();
    let factor = variance(&ratios, weights.independent_variance_factor()) / variance(&ones, 1.0);
    StandardError::try_from(plain.get() * factor.sqrt()).map_err(|error| SemError::InvalidVariance(error.0))
}

fn quadratic(products: &[Vec<f64>], ratios: &[f64]) -> f64 {
    let row = |(row, own): (&Vec<f64>, &f64)| {
        own * row.iter().zip(ratios).map(|(product, other)| product * other).sum::<f64>()
    };
    products.iter().zip(ratios).map(row).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sem::{person_scenario_residual, shrunk_sem};
    use proptest::prelude::*;

    fn table(rows: &[Vec<f64>]) -> ScoreMatrix {
        let rows: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| row.iter().map(|cell| Some(*cell)).collect()).collect();
        ScoreMatrix::from_rows(rows[0].len(), rows.iter().map(Vec::as_slice)).unwrap()
    }

    /// Three people, three scenarios, two parts whose cells add up to at most 100.
    fn parts() -> [Vec<Vec<f64>>; 2] {
        [
            vec![vec![40.0, 10.0, 25.0], vec![30.0, 5.0, 0.0], vec![45.0, 20.0, 25.0]],
            vec![vec![20.0, 60.0, 50.0], vec![35.0, 30.0, 40.0], vec![50.0, 75.0, 12.5]],
        ]
    }

    fn added(ratios: [f64; 2]) -> Vec<Vec<f64>> {
        let [one, two] = parts();
        let row = |(a, b): (&Vec<f64>, &Vec<f64>)| {
            a.iter().zip(b).map(|(a, b)| ratios[0] * a + ratios[1] * b).collect()
        };
        one.iter().zip(&two).map(row).collect()
    }

    #[test]
    fn plain_weights_give_the_plain_mean() {
        let weights = PartWeights::plain(&[10, 30, 0]).unwrap();

        assert_eq!(weights.ratios(), [1.0, 1.0, 0.0]);
        assert_eq!(weighted_total(&weights.ratios(), &[(5.0, 10.0), (27.0, 30.0), (0.0, 0.0)]), Some(80.0));
        // What was never shown is left out of both.
        assert_eq!(weighted_total(&weights.ratios(), &[(5.0, 10.0), (9.0, 10.0), (0.0, 0.0)]), Some(70.0));
    }

    #[test]
    fn a_weighted_total_by_hand() {
        // Shares ¼ and ¾, weights ½ and ½: an action of the first part counts 2, of the second ⅔.
        let weights = PartWeights::new(&[3.0, 3.0], &[10, 30]).unwrap();

        assert_eq!(weights.weights(), [0.5, 0.5]);
        let total = weighted_total(&weights.ratios(), &[(5.0, 10.0), (27.0, 30.0)]).unwrap();
        assert!((total - (0.5 * 50.0 + 0.5 * 90.0)).abs() < 1e-12);
        assert_eq!(weighted_total(&[0.0, 1.0], &[(5.0, 10.0), (0.0, 0.0)]), None);
    }

    #[test]
    fn weights_that_say_nothing_are_refused() {
        assert_eq!(PartWeights::new(&[0.0, 0.0], &[1, 1]), Err(PartWeightsError::AllZero));
        assert_eq!(PartWeights::new(&[1.0, -0.5], &[1, 1]), Err(PartWeightsError::Weight { index: 1 }));
        assert_eq!(PartWeights::new(&[f64::NAN], &[1]), Err(PartWeightsError::Weight { index: 0 }));
        assert_eq!(PartWeights::new(&[1.0, 1.0], &[1, 0]), Err(PartWeightsError::NoAction { index: 1 }));
        assert_eq!(PartWeights::new(&[1.0], &[1, 1]), Err(PartWeightsError::Length { weights: 1, parts: 2 }));
        assert_eq!(PartWeights::plain(&[0, 0]), Err(PartWeightsError::AllZero));
    }

    #[test]
    fn products_add_up_to_the_residual_of_the_whole() {
        let [one, two] = parts();
        let residuals = part_residuals(&[table(&one), table(&two)]).unwrap();

        let whole = person_scenario_residual(&table(&added([1.0, 1.0]))).unwrap();
        let sum: f64 = residuals.mean_products.iter().flatten().sum();
        assert!((sum - whole.mean_square).abs() < 1e-9, "{sum} {}", whole.mean_square);
        assert_eq!(residuals.persons_used, 3);
    }

    #[test]
    fn the_error_of_weights_is_that_of_the_weighted_scores() {
        let [one, two] = parts();
        let residuals = part_residuals(&[table(&one), table(&two)]).unwrap();
        let weights = PartWeights::new(&[0.25, 0.75], &[1, 1]).unwrap();
        let plain = person_scenario_residual(&table(&added([1.0, 1.0]))).unwrap();
        let plain = shrunk_sem(3, plain.variance_of_mean(), 3).unwrap();

        let sem = weighted_sem(plain, &weights, Some(&residuals), 3).unwrap();

        // Halved, because weighted scores of a scenario may pass 100.
        let own = 4.0 * person_scenario_residual(&table(&added([0.25, 0.75]))).unwrap().variance_of_mean();
        let prior = prior_sem(3).unwrap().get().powi(2) * (0.0625 / 0.5 + 0.5625 / 0.5);
        let expected = ((3.0 * own + 50.0 * prior) / 53.0).sqrt();
        assert!((sem.get() - expected).abs() < 1e-9, "{} {expected}", sem.get());
    }

    #[test]
    fn without_residuals_the_prior_alone_grows() {
        let weights = PartWeights::new(&[1.0, 0.0], &[5, 15]).unwrap();
        let plain = prior_sem(4).unwrap();

        // A quarter of the actions: twice the error.
        assert!((weighted_sem(plain, &weights, None, 4).unwrap().get() - 2.0 * plain.get()).abs() < 1e-12);
    }

    #[test]
    fn tables_that_do_not_go_together_are_refused() {
        let [one, _] = parts();
        assert_eq!(part_residuals(&[]), Err(SemError::NoScenario));
        assert_eq!(part_residuals(&[table(&one), table(&[vec![1.0, 2.0]])]), Err(SemError::NoScenario));
        assert_eq!(part_residuals(&[table(&one[..1])]), Err(SemError::TooFewPersons { found: 1 }));
    }

    proptest! {
        #[test]
        fn plain_weights_keep_the_standard_error(n in 2_u32..400, sem in 0.5_f64..30.0) {
            let [one, two] = parts();
            let mut residuals = part_residuals(&[table(&one), table(&two)]).unwrap();
            residuals.persons_used = n;
            let plain = StandardError::try_from(sem).unwrap();
            let weights = PartWeights::plain(&[7, 13]).unwrap();
            let kept = weighted_sem(plain, &weights, Some(&residuals), 3).unwrap().get();
            prop_assert!((kept - sem).abs() <= 1e-12 * sem);
        }

        #[test]
        fn a_total_stays_between_its_parts(
            a in 0.0_f64..1.0, b in 0.0_f64..1.0, w in 0.01_f64..0.99,
        ) {
            let weights = PartWeights::new(&[w, 1.0 - w], &[8, 8]).unwrap();
            let total = weighted_total(&weights.ratios(), &[(8.0 * a, 8.0), (8.0 * b, 8.0)]).unwrap();
            prop_assert!(total >= 100.0 * a.min(b) - 1e-9 && total <= 100.0 * a.max(b) + 1e-9);
        }
    }
}
