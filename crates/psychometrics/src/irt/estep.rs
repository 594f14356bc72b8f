//! The expectation step over one trait: posteriors of the nodes for every pattern, expected counts
//! and the marginal log-likelihood.
//!
//! Patterns are cut into at most 16 blocks whose number depends on their count only; blocks run in
//! parallel and are added in order, so that every sum is the same on any number of threads.

use rayon::prelude::*;

use crate::irt::lanes::{Lane, Rows, ZERO, add_assign, exp, lane_sum, row_max};
use crate::irt::patterns::Patterns;

/// Most blocks patterns are cut into.
const BLOCKS: usize = 16;

/// Fewest patterns worth a block.
const SMALLEST_BLOCK: usize = 64;

/// What the expectation step finds.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// Expected number of people at each node who chose each category: one row per category.
    pub(crate) counts: Rows,
    /// Expected number of people at each node.
    pub(crate) mass: Vec<Lane>,
    /// Marginal log-likelihood of the patterns.
    pub(crate) log_likelihood: f64,
}

/// Numbers of one block of patterns.
struct Block {
    counts: Rows,
    mass: Vec<Lane>,
    log_likelihood: f64,
}

/// Number of patterns in a block.
pub(crate) fn block_length(patterns: usize) -> usize {
    patterns.div_ceil(BLOCKS).max(SMALLEST_BLOCK)
}

/// A table row as an index.
#[inline]
pub(crate) fn index(code: u32) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}

/// Expected counts, mass and log-likelihood at the logarithms of the category chances (`singles`, one
/// row per item and category) and of the node weights.
///
/// Source: Bock & Aitkin 1981, Psychometrika 46:443-459.
pub(crate) fn expectation(patterns: &Patterns, singles: &Rows, log_weights: &[Lane]) -> Expected {
    let width = log_weights.len();
    let table = patterns.combine(singles, width);
    let length = block_length(patterns.len());
    let blocks: Vec<Block> = patterns
        .codes()
        .par_chunks(length * patterns.group_count())
        .zip(patterns.weights.par_chunks(length))
        .map(|(codes, weights)| {
            let mut block = Block {
                counts: Rows::zeros(table.len(), width),
                mass: vec![ZERO; width],
                log_likelihood: 0.0,
            };
            let mut posterior = vec![ZERO; width];
            for (codes, weight) in codes.chunks_exact(patterns.group_count()).zip(weights) {
                let log_marginal = likelihood(codes, &table, log_weights, &mut posterior);
                let (total, largest) = log_marginal;
                block.log_likelihood += weight * (largest + total.ln());
                scale(&mut posterior, weight / total);
                add_assign(&mut block.mass, &posterior);
                codes.iter().for_each(|code| add_assign(block.counts.row_mut(index(*code)), &posterior));
            }
            block
        })
        .collect();
    let mut sum =
        Block { counts: Rows::zeros(table.len(), width), mass: vec![ZERO; width], log_likelihood: 0.0 };
    for block in &blocks {
        sum.counts.add(&block.counts);
        add_assign(&mut sum.mass, &block.mass);
        sum.log_likelihood += block.log_likelihood;
    }
    let counts = patterns.split(&sum.counts, width);
    Expected { counts, mass: sum.mass, log_likelihood: sum.log_likelihood }
}

/// Calls `use_posterior` with the number of each pattern and its normalised posterior, in parallel
/// over blocks, and gives back what it returned in the order of patterns.
pub(crate) fn for_each_posterior<T: Send>(
    patterns: &Patterns,
    singles: &Rows,
    log_weights: &[Lane],
    use_posterior: impl Fn(usize, &[Lane]) -> T + Sync,
) -> Vec<T> {
    let width = log_weights.len();
    let table = patterns.combine(singles, width);
    let length = block_length(patterns.len());
    let blocks: Vec<Vec<T>> = patterns
        .codes()
        .par_chunks(length * patterns.group_count())
        .enumerate()
        .map(|(block, codes)| {
            let mut posterior = vec![ZERO; width];
            let persons = codes.chunks_exact(patterns.group_count()).enumerate();
            persons
                .map(|(k, codes)| {
                    let (total, _) = likelihood(codes, &table, log_weights, &mut posterior);
                    scale(&mut posterior, 1.0 / total);
                    use_posterior(block * length + k, &posterior)
                })
                .collect()
        })
        .collect();
    blocks.into_iter().flatten().collect()
}

/// The marginal log-likelihood alone.
pub(crate) fn log_likelihood(patterns: &Patterns, singles: &Rows, log_weights: &[Lane]) -> f64 {
    let width = log_weights.len();
    let table = patterns.combine(singles, width);
    let length = block_length(patterns.len());
    let blocks: Vec<f64> = patterns
        .codes()
        .par_chunks(length * patterns.group_count())
        .zip(patterns.weights.par_chunks(length))
        .map(|(codes, weights)| {
            let mut posterior = vec![ZERO; width];
            let persons = codes.chunks_exact(patterns.group_count()).zip(weights);
            persons
                .map(|(codes, weight)| {
                    let (total, largest) = likelihood(codes, &table, log_weights, &mut posterior);
                    weight * (largest + total.ln())
                })
                .sum()
        })
        .collect();
    blocks.iter().sum()
}

/// Writes e^(log L + log w - largest) of one pattern into `posterior`; gives back its sum over the
/// nodes and the largest exponent.
#[inline]
fn likelihood(codes: &[u32], table: &Rows, log_weights: &[Lane], posterior: &mut [Lane]) -> (f64, f64) {
    posterior.copy_from_slice(log_weights);
    let mut pairs = codes.chunks_exact(2);
    for pair in &mut pairs {
        if let [a, b] = pair {
            let (a, b) = (table.row(index(*a)), table.row(index(*b)));
            for ((p, a), b) in posterior.iter_mut().zip(a).zip(b) {
                for ((p, a), b) in p.iter_mut().zip(a).zip(b) {
                    *p += a + b;
                }
            }
        }
    }
    pairs.remainder().iter().for_each(|code| add_assign(posterior, table.row(index(*code))));
    let largest = row_max(posterior);
    let mut total = ZERO;
    for lane in posterior.iter_mut() {
        for (value, sum) in lane.iter_mut().zip(&mut total) {
            *value = exp(*value - largest);
            *sum += *value;
        }
    }
    (lane_sum(total), largest)
}

#[inline]
fn scale(row: &mut [Lane], factor: f64) {
    row.iter_mut().flatten().for_each(|value| *value *= factor);
}
