//! How many dimensions the scenario scores of a test show: the eigenvalues of their correlations beside those that
//! chance alone would give (parallel analysis).
//!
//! It says what a total is made of. It names no dimension, scores nobody, and is no gate.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::descriptive::quantile_of_sorted;
use crate::linear::{Square, column_means, count, count_u32};
use crate::matrix::ScoreMatrix;
use crate::reliability::omega::random_position;
use crate::reliability::{Basis, ReliabilityError, UsableScores};

/// Fewest tables drawn at random: the 95th percentile of fewer is not one.
pub const FEWEST_DRAWS: u32 = 100;

/// How the tables of chance are drawn; stored with the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParallelPlan {
    /// Number of tables, 100 or more.
    pub draws: u32,
    /// Seed of the ChaCha8 generator.
    pub seed: u64,
}

/// The eigenvalues of a table beside those of chance.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelAnalysis {
    /// Eigenvalues of the correlations, largest first, one per scenario used; their sum is the number of scenarios.
    pub eigenvalues: Vec<f64>,
    /// For each of them, the 95th percentile of the eigenvalues of the same rank in tables of chance.
    pub chance: Vec<f64>,
    /// Dimensions: eigenvalues above chance before the first that is not, from 0.
    pub dimensions: u32,
    /// What it was computed from.
    pub basis: Basis,
}

impl ParallelAnalysis {
    /// Share of all variance along the first dimension, 0 to 1.
    #[must_use]
    pub fn first_share(&self) -> f64 {
        self.eigenvalues.first().map_or(0.0, |first| first / count(self.eigenvalues.len()))
    }
}

/// Parallel analysis of scenario scores: a table of chance holds every scenario's own scores, each dealt out to the
/// people anew, so that nothing but the links between scenarios is lost.
///
/// `scores`: rows = people, columns = scenarios (3 or more that vary), any common scale. People with a gap and
/// scenarios without variance are left out and reported in the basis. The same table (rows in the same order) and plan
/// give the same result on every machine.
///
/// # Errors
/// [`ReliabilityError::TooFewItems`] below 3, [`ReliabilityError::TooFewPersons`] below scenarios + 1,
/// [`ReliabilityError::TooFewResamples`] below 100 tables.
///
/// Source: Horn 1965; tables by permutation from Buja & Eyuboglu 1992; the 95th percentile from Glorfeld 1995. Tests
/// `one_two_and_no_dimensions_are_found`, `chance_lies_where_random_matrices_put_it`.
pub fn parallel_analysis(
    scores: &ScoreMatrix,
    plan: ParallelPlan,
) -> Result<ParallelAnalysis, ReliabilityError> {
    if plan.draws < FEWEST_DRAWS {
        return Err(ReliabilityError::TooFewResamples { found: plan.draws, needed: FEWEST_DRAWS });
    }
    let usable = UsableScores::from_matrix(scores, 2, 3)?;
    let (found, needed) = (usable.basis.persons_used, usable.basis.items_used + 1);
    if found < needed {
        return Err(ReliabilityError::TooFewPersons { found, needed });
    }
    let mut columns = unit_columns(&usable.rows);
    let eigenvalues = eigenvalues(&columns);
    let mut generator = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); eigenvalues.len()];
    for _ in 0..plan.draws {
        columns.iter_mut().for_each(|column| shuffle(column, &mut generator));
        drawn.iter_mut().zip(self::eigenvalues(&columns)).for_each(|(of_rank, value)| of_rank.push(value));
    }
    let limit = |mut of_rank: Vec<f64>| {
        of_rank.sort_by(f64::total_cmp);
        quantile_of_sorted(&of_rank, 950, 1_000).unwrap_or(f64::INFINITY)
    };
    let chance: Vec<f64> = drawn.into_iter().map(limit).collect();
    let above = eigenvalues.iter().zip(&chance).take_while(|(value, limit)| value > limit).count();
    Ok(ParallelAnalysis { dimensions: count_u32(above), eigenvalues, chance, basis: usable.basis })
}

/// The columns of complete rows, each with mean 0 and length 1.
fn unit_columns(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let means = column_means(rows, rows.first().map_or(0, Vec::len));
    let centred = |(column, mean): (usize, &f64)| -> Vec<f64> {
        rows.iter().map(|row| row.get(column).map_or(0.0, |value| value - mean)).collect()
    };
    means
        .iter()
        .enumerate()
        .map(centred)
        .map(|column| {
            let length = column.iter().map(|value| value * value).sum::<f64>().sqrt();
            column.into_iter().map(|value| value / length).collect()
        })
        .collect()
}

fn eigenvalues(columns: &[Vec<f64>]) -> Vec<f64> {
    let product = |i: usize, k: usize| match (columns.get(i), columns.get(k)) {
        (Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| a * b).sum(),
        _ => 0.0,
    };
    // Half of them is enough: the other half is the same.
    let lower: Vec<Vec<f64>> = (0..columns.len()).map(|i| (0..i).map(|k| product(i, k)).collect()).collect();
    let correlation = |i: usize, k: usize| {
        let (high, low) = (i.max(k), i.min(k));
        lower.get(high).and_then(|row| row.get(low)).copied().unwrap_or(1.0)
    };
    let matrix = Square::from_fn(columns.len(), correlation);
    matrix.symmetric_eigenpairs().into_iter().map(|(value, _)| value).collect()
}

/// Fisher and Yates, from the last place.
fn shuffle(column: &mut [f64], generator: &mut ChaCha8Rng) {
    for last in (1..column.len()).rev() {
        column.swap(last, random_position(last + 1, generator));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: ParallelPlan = ParallelPlan { draws: 200, seed: 7 };

    /// About normal: the sum of twelve uniform numbers.
    fn normal(generator: &mut ChaCha8Rng) -> f64 {
        (0..12).map(|_| count(random_position(1_000_000, generator)) / 1e6).sum::<f64>() - 6.0
    }

    /// People whose scenario `i` follows the trait that `of_item` names, or none.
    fn people(n: usize, of_item: &[Option<usize>]) -> ScoreMatrix {
        let mut generator = ChaCha8Rng::seed_from_u64(41);
        let rows: Vec<Vec<Option<f64>>> = (0..n)
            .map(|_| {
                let traits = [normal(&mut generator), normal(&mut generator)];
                let score = |own: &Option<usize>| {
                    Some(own.map_or(0.0, |own| 0.8 * traits[own]) + 0.6 * normal(&mut generator))
                };
                of_item.iter().map(score).collect()
            })
            .collect();
        ScoreMatrix::from_rows(of_item.len(), rows).unwrap()
    }

    #[test]
    fn one_two_and_no_dimensions_are_found() {
        let two: Vec<Option<usize>> = (0..12).map(|item| Some(item % 2)).collect();
        for (of_item, wanted) in [(vec![Some(0); 10], 1), (two, 2), (vec![None; 10], 0)] {
            let found = parallel_analysis(&people(400, &of_item), PLAN).unwrap();

            assert_eq!(found.dimensions, wanted);
            let sum: f64 = found.eigenvalues.iter().sum();
            assert!((sum - count(of_item.len())).abs() < 1e-9);
            assert!(
                found.eigenvalues.is_sorted_by(|a, b| a >= b) && found.chance.is_sorted_by(|a, b| a >= b)
            );
        }
    }

    #[test]
    fn eigenvalues_of_equal_correlations_are_known() {
        // Every correlation 0.64: one eigenvalue 1 + 9 × 0.64 = 6.76, the others 0.36, here within sampling error.
        let found = parallel_analysis(&people(4_000, &[Some(0); 10]), PLAN).unwrap();

        assert!((found.eigenvalues[0] - 6.76).abs() < 0.15);
        assert!((found.first_share() - 0.676).abs() < 0.015);
        assert!((found.eigenvalues[5] - 0.36).abs() < 0.06);
    }

    #[test]
    fn chance_lies_where_random_matrices_put_it() {
        // The largest eigenvalue of 20 unrelated columns of 200 people gathers near (1 + √(20 / 200))² = 1.732
        // (Johnstone 2001, centred at ((√199 + √20)²) / 200 = 1.726 with a scale of 0.045); Tracy and Widom's 95th
        // percentile of 0.98 puts its limit near 1.77.
        let found = parallel_analysis(&people(200, &[None; 20]), PLAN).unwrap();

        assert!((found.chance[0] - 1.77).abs() < 0.06, "{}", found.chance[0]);
    }

    #[test]
    fn it_repeats_with_its_seed() {
        let table = people(60, &[Some(0), Some(0), Some(1), Some(1), None]);

        assert_eq!(parallel_analysis(&table, PLAN), parallel_analysis(&table, PLAN));
    }

    #[test]
    fn too_little_is_refused() {
        let few_draws = ParallelPlan { draws: 99, ..PLAN };
        let table = people(50, &[None; 5]);

        assert!(matches!(
            parallel_analysis(&table, few_draws),
            Err(ReliabilityError::TooFewResamples { found: 99, needed: 100 })
        ));
        assert!(matches!(
            parallel_analysis(&people(5, &[None; 5]), PLAN),
            Err(ReliabilityError::TooFewPersons { found: 5, needed: 6 })
        ));
        assert!(matches!(
            parallel_analysis(&people(50, &[None; 2]), PLAN),
            Err(ReliabilityError::TooFewItems { .. })
        ));
    }
}
