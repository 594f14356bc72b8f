//! The observed information and the cross-product, added up block by block of parameters.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::irt::calibrate::problem::Problem;
use crate::irt::estep::{Expected, for_each_posterior};
use crate::irt::lanes::{LANES, Lane, Rows, ZERO, add_assign, add_scaled, dot, row_sum};
use crate::irt::responses::GAP;
use crate::irt::standard_errors::scores::Scores;

/// Patterns handled at a time, so that posteriors never need much memory.
const CHUNK: usize = 4_096;

/// One block of parameters: an item, or the latent distribution.
struct Block {
    scores: Scores,
    first: usize,
    /// The column of answers; none for the latent distribution.
    item: Option<usize>,
}

/// The blocks of a problem at its estimates.
pub(super) struct Blocks<'a> {
    problem: &'a Problem,
    at: &'a [f64],
    blocks: Vec<Block>,
    table: Rows,
    log_weights: Vec<Lane>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(problem: &'a Problem, at: &'a [f64]) -> Self {
        let theta = problem.grid.theta();
        let free = problem.slots.iter().enumerate().filter(|(_, slot)| !slot.is_fixed);
        let mut blocks: Vec<Block> = free
            .map(|(number, slot)| Block {
                scores: Scores::of_item(slot.problem.shape, problem.own(slot, at), &[theta]),
                first: slot.first,
                item: Some(number),
            })
            .collect();
        if problem.is_latent_free {
            let (mean, variance) = problem.latent(at);
            let scores = Scores::of_latent(theta, mean, variance);
            blocks.push(Block { scores, first: problem.item_parameters, item: None });
        }
        let (table, log_weights) = (problem.table(at), problem.log_weights(at));
        Self { problem, at, blocks, table, log_weights }
    }

    /// Oakes' observed information, priors included.
    pub(super) fn observed_information(&self) -> DMatrix<f64> {
        let expected = self.problem.expectation(self.at);
        let (mut sum, joint) = self.accumulated(true);
        for (number, block) in self.blocks.iter().enumerate() {
            self.add_own(&mut sum, block, &expected);
            for (other, partner) in self.blocks.iter().enumerate().skip(number + 1) {
                if let Some(counts) = joint.get(pair_number(number, other, self.blocks.len())) {
                    add_cross(&mut sum, block, partner, counts);
                }
            }
        }
        self.add_complete(&mut sum, &expected);
        sum
    }

    /// Σ of the outer products of the people's scores.
    pub(super) fn cross_product(&self) -> DMatrix<f64> {
        self.accumulated(false).0
    }

    /// Σ w s̄ s̄', and for each pair of blocks the expected joint counts of their categories.
    fn accumulated(&self, with_joint: bool) -> (DMatrix<f64>, Vec<Rows>) {
        let size = self.at.len();
        let width = self.log_weights.len();
        let patterns = &self.problem.patterns;
        let mut sum = DMatrix::zeros(size, size);
        let mut joint: Vec<Rows> = if with_joint { self.empty_joint(width) } else { Vec::new() };
        let answers: Vec<&[u8]> = patterns.rows().collect();
        let mut first = 0;
        for chunk in patterns.weights.chunks(CHUNK) {
            let posteriors = self.posteriors(first, chunk.len());
            let rows = answers.get(first..first + chunk.len()).unwrap_or_default();
            let means: Vec<Vec<f64>> = posteriors
                .par_iter()
                .zip(rows)
                .map(|(posterior, row)| self.mean_scores(posterior, row))
                .collect();
            let scaled = means.iter().zip(chunk).flat_map(|(mean, w)| mean.iter().map(move |s| s * w.sqrt()));
            let matrix = DMatrix::from_iterator(size, chunk.len(), scaled);
            sum += &matrix * matrix.transpose();
            let pairs = pairs(self.blocks.len());
            joint.par_iter_mut().zip(pairs).for_each(|(counts, (a, b))| {
                let (Some(a), Some(b)) = (self.blocks.get(a), self.blocks.get(b)) else { return };
                for ((posterior, row), weight) in posteriors.iter().zip(rows).zip(chunk) {
                    if let (Some(k), Some(m)) = (category(a, row), category(b, row)) {
                        add_weighted(counts.row_mut(k * b.scores.categories + m), posterior, *weight);
                    }
                }
            });
            first += chunk.len();
        }
        (sum, joint)
    }

    fn empty_joint(&self, width: usize) -> Vec<Rows> {
        let rows = |(a, b): (usize, usize)| {
            let size = |k: usize| self.blocks.get(k).map_or(0, |block| block.scores.categories);
            Rows::zeros(size(a) * size(b), width)
        };
        pairs(self.blocks.len()).into_iter().map(rows).collect()
    }

    /// The normalised posteriors of `count` patterns from `first` on.
    fn posteriors(&self, first: usize, count: usize) -> Vec<Vec<Lane>> {
        let part = self.problem.patterns.part(first, count);
        for_each_posterior(&part, &self.table, &self.log_weights, |_, posterior| posterior.to_vec())
    }

    /// The posterior means of the scores of one pattern.
    fn mean_scores(&self, posterior: &[Lane], row: &[u8]) -> Vec<f64> {
        let mut means = vec![0.0; self.at.len()];
        for block in &self.blocks {
            let Some(k) = category(block, row) else { continue };
            for (p, mean) in means.iter_mut().skip(block.first).take(block.scores.parameters).enumerate() {
                *mean = dot(posterior, block.scores.row(k, p));
            }
        }
        means
    }

    /// Subtracts Σ_k Σ_q r_kq S_k S_k' of one block.
    fn add_own(&self, sum: &mut DMatrix<f64>, block: &Block, expected: &Expected) {
        for k in 0..block.scores.categories {
            let counts = self.counts_of(block, k, expected);
            for a in 0..block.scores.parameters {
                let weighted = product(&counts, block.scores.row(k, a));
                for b in 0..block.scores.parameters {
                    let value = dot(&weighted, block.scores.row(k, b));
                    subtract(sum, block.first + a, block.first + b, value);
                }
            }
        }
    }

    fn counts_of(&self, block: &Block, category: usize, expected: &Expected) -> Vec<Lane> {
        match block.item.and_then(|item| self.problem.patterns.item_rows().get(item)) {
            Some(first) => expected.counts.row(first + category).to_vec(),
            None => expected.mass.clone(),
        }
    }

    /// Adds the complete-data information, priors included.
    fn add_complete(&self, sum: &mut DMatrix<f64>, expected: &Expected) {
        for block in &self.blocks {
            let information = match block.item.and_then(|item| self.problem.slots.get(item).zip(Some(item))) {
                Some((slot, number)) => {
                    let counts = self.problem.counts(number, &expected.counts);
                    let theta = self.problem.grid.theta();
                    slot.problem.derivatives(&counts, &[theta], self.problem.own(slot, self.at)).information
                }
                None => self.latent_information(&expected.mass),
            };
            let n = block.scores.parameters;
            for (cell, value) in information.iter().enumerate() {
                subtract(sum, block.first + cell / n, block.first + cell % n, -value);
            }
        }
    }

    fn latent_information(&self, mass: &[Lane]) -> Vec<f64> {
        let (mean, variance) = self.problem.latent(self.at);
        let people = row_sum(mass);
        let first = dot(mass, self.problem.grid.theta()) - people * mean;
        let second = dot(mass, self.problem.grid.theta_squared())
            - 2.0 * mean * dot(mass, self.problem.grid.theta())
            + people * mean * mean;
        let cross = first / (variance * variance);
        let own = second / variance.powi(3) - people / (2.0 * variance * variance);
        vec![people / variance, cross, cross, own]
    }
}

/// Subtracts Σ_q Σ_km R_km(q) S_k S_m' of two blocks from both halves of the matrix.
fn add_cross(sum: &mut DMatrix<f64>, a: &Block, b: &Block, joint: &Rows) {
    let width = joint.row(0).len();
    for m in 0..b.scores.categories {
        for p in 0..a.scores.parameters {
            let mut contracted = vec![ZERO; width];
            for k in 0..a.scores.categories {
                let counts = joint.row(k * b.scores.categories + m);
                add_assign(&mut contracted, &product(counts, a.scores.row(k, p)));
            }
            for r in 0..b.scores.parameters {
                let value = dot(&contracted, b.scores.row(m, r));
                subtract(sum, a.first + p, b.first + r, value);
                subtract(sum, b.first + r, a.first + p, value);
            }
        }
    }
}

/// The category of a block's item in an answer row; 0 for the latent distribution, none for a gap.
fn category(block: &Block, row: &[u8]) -> Option<usize> {
    match block.item {
        Some(item) => row.get(item).filter(|cell| **cell != GAP).map(|cell| usize::from(*cell)),
        None => Some(0),
    }
}

fn pairs(blocks: usize) -> Vec<(usize, usize)> {
    (0..blocks).flat_map(|a| (a + 1..blocks).map(move |b| (a, b))).collect()
}

/// The place of the pair (a, b), a below b, in [`pairs`].
const fn pair_number(a: usize, b: usize, blocks: usize) -> usize {
    a * blocks - a * (a + 1) / 2 + b - a - 1
}

fn subtract(sum: &mut DMatrix<f64>, row: usize, column: usize, value: f64) {
    if let Some(cell) = sum.get_mut((row, column)) {
        *cell -= value;
    }
}

fn product(a: &[Lane], b: &[Lane]) -> Vec<Lane> {
    let mut out = a.to_vec();
    for (x, y) in out.iter_mut().zip(b) {
        for lane in 0..LANES {
            if let (Some(x), Some(y)) = (x.get_mut(lane), y.get(lane)) {
                *x *= y;
            }
        }
    }
    out
}

#[inline]
fn add_weighted(sum: &mut [Lane], row: &[Lane], weight: f64) {
    if weight == 1.0 {
        add_assign(sum, row);
    } else {
        add_scaled(sum, row, weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered_in_order() {
        for blocks in [2, 3, 7] {
            for (place, (a, b)) in pairs(blocks).into_iter().enumerate() {
                assert_eq!(pair_number(a, b, blocks), place);
            }
        }
    }
}
