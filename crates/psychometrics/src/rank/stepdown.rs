//! The directed stepdown on draws: hypotheses about pairs, their largest standardised difference under
//! no difference, and its quantile.

use rayon::prelude::*;

use crate::linear::{count, count_u32};
use crate::rank::RankRange;
use crate::rank::joint::{Block, JointEstimates, LANES};
use crate::rank::sets::{DrawPlan, RankSetOptions, Side};

/// Two people and what is still to be shown about them.
struct Pair {
    a: usize,
    b: usize,
    /// 1 / standard error of the difference.
    inverse: f64,
    /// The difference of a and b in standard errors.
    t: f64,
    /// "a is not better than b" stands.
    tests_a: bool,
    /// "b is not better than a" stands.
    tests_b: bool,
}

/// The hypotheses of a statement, with those rejected so far.
pub(crate) struct Family {
    pairs: Vec<Pair>,
    /// (better, worse) of rejected hypotheses.
    rejected: Vec<(usize, usize)>,
}

impl Family {
    /// The hypotheses on the ranks of `rows` among all people.
    pub(crate) fn of_rows(people: &JointEstimates, rows: &[usize], side: Side) -> Self {
        let mut is_row = vec![false; people.len()];
        rows.iter().filter_map(|row| is_row.get_mut(*row).map(|flag| *flag = true)).for_each(drop);
        // Whether "x is not better than y" speaks of the rank of a row.
        let matters = |x_is_row: bool, y_is_row: bool| match side {
            Side::TwoSided => x_is_row || y_is_row,
            Side::BestOnly => y_is_row,
            Side::WorstOnly => x_is_row,
        };
        let is_row_at = |i: usize| is_row.get(i).copied().unwrap_or(false);
        let mut pairs = Vec::new();
        for (a, _) in is_row.iter().enumerate().filter(|(_, flag)| **flag) {
            // A pair of two rows is taken once, from its first.
            for b in (0..people.len()).filter(|b| *b > a || (*b < a && !is_row_at(*b))) {
                let (tests_a, tests_b) = (matters(true, is_row_at(b)), matters(is_row_at(b), true));
                let inverse = people.difference_error(a, b).recip();
                let t = people.difference(a, b) * inverse;
                pairs.push(Pair { a, b, inverse, t, tests_a, tests_b });
            }
        }
        Self { pairs, rejected: Vec::new() }
    }

    /// All draws of a plan; the last block may hold more than are used.
    pub(crate) fn blocks(people: &JointEstimates, plan: DrawPlan) -> Draws {
        let draws = usize::try_from(plan.draws).unwrap_or(0);
        let numbers = 0..u64::from(plan.draws.div_ceil(count_u32(LANES)));
        let blocks =
            numbers.into_par_iter().map(|number| people.errors_of_block(plan.seed, number)).collect();
        Draws { blocks, draws }
    }

    /// Rejects until nothing new is; the last critical value, absent when there was no hypothesis.
    pub(crate) fn step_down(&mut self, draws: &Draws, options: &RankSetOptions) -> Option<f64> {
        if self.pairs.is_empty() {
            return None;
        }
        let mut bounds: Vec<f64> = draws
            .blocks
            .par_iter()
            .map(|block| self.largest(block))
            .collect::<Vec<_>>()
            .into_iter()
            .flatten()
            .take(draws.draws)
            .collect();
        let upper = Upper::new(bounds.len(), options.coverage);
        let mut critical = upper.quantile(bounds.clone());
        while self.reject(critical) && options.is_stepdown && !self.pairs.is_empty() {
            critical = critical.min(self.next_critical(draws, &mut bounds, upper));
        }
        Some(critical)
    }

    /// Drops what is rejected at a critical value; whether anything was.
    fn reject(&mut self, critical: f64) -> bool {
        let before = self.rejected.len();
        for pair in &mut self.pairs {
            if pair.tests_a && pair.t > critical {
                pair.tests_a = false;
                self.rejected.push((pair.a, pair.b));
            }
            if pair.tests_b && -pair.t > critical {
                pair.tests_b = false;
                self.rejected.push((pair.b, pair.a));
            }
        }
        self.pairs.retain(|pair| pair.tests_a || pair.tests_b);
        self.rejected.len() > before
    }

    /// The largest standardised difference of the hypotheses that stand, draw by draw.
    fn largest(&self, block: &Block) -> [f64; LANES] {
        let mut most = [f64::NEG_INFINITY; LANES];
        for pair in &self.pairs {
            let (Some(a), Some(b)) = (block.get(pair.a), block.get(pair.b)) else { continue };
            let lanes = most.iter_mut().zip(a.iter().zip(b));
            match (pair.tests_a, pair.tests_b) {
                (true, true) => lanes.for_each(|(m, (a, b))| keep(m, ((a - b) * pair.inverse).abs())),
                (true, false) => lanes.for_each(|(m, (a, b))| keep(m, (a - b) * pair.inverse)),
                _ => lanes.for_each(|(m, (a, b))| keep(m, (b - a) * pair.inverse)),
            }
        }
        most
    }

    /// The quantile for the smaller family. Only draws whose earlier maximum could still be among the
    /// largest are computed again: a maximum never grows when hypotheses leave.
    fn next_critical(&self, draws: &Draws, bounds: &mut [f64], upper: Upper) -> f64 {
        let mut order: Vec<usize> = (0..bounds.len()).collect();
        let bound = |bounds: &[f64], i: usize| bounds.get(i).copied().unwrap_or(f64::NEG_INFINITY);
        order.sort_by(|a, b| bound(bounds, *b).total_cmp(&bound(bounds, *a)).then(a.cmp(b)));
        let mut found: Vec<f64> = Vec::new();
        for some in order.chunks(LANES) {
            if found.len() >= upper.needed {
                found.sort_by(|a, b| b.total_cmp(a));
                found.truncate(upper.needed);
                let least = found.last().copied().unwrap_or(f64::NEG_INFINITY);
                if some.first().is_some_and(|first| bound(bounds, *first) <= least) {
                    break;
                }
            }
            let most = self.largest(&draws.gathered(some));
            for (draw, value) in some.iter().zip(most) {
                if let Some(cell) = bounds.get_mut(*draw) {
                    *cell = value;
                }
                found.push(value);
            }
        }
        upper.quantile(found)
    }

    /// The ranks left to one person.
    pub(crate) fn range(&self, own: usize, people: usize) -> RankRange {
        let above = count_u32(self.rejected.iter().filter(|(_, worse)| *worse == own).count());
        let below = count_u32(self.rejected.iter().filter(|(better, _)| *better == own).count());
        RankRange { best: 1 + above, worst: count_u32(people) - below }
    }

    /// The ranks left to everybody.
    pub(crate) fn ranges(&self, people: usize) -> Vec<RankRange> {
        let mut ranges = vec![RankRange { best: 1, worst: count_u32(people) }; people];
        for (better, worse) in &self.rejected {
            if let Some(range) = ranges.get_mut(*better) {
                range.worst -= 1;
            }
            if let Some(range) = ranges.get_mut(*worse) {
                range.best += 1;
            }
        }
        ranges
    }
}

fn keep(most: &mut f64, value: f64) {
    *most = if value > *most { value } else { *most };
}

/// Draws of everybody's errors.
pub(crate) struct Draws {
    blocks: Vec<Block>,
    draws: usize,
}

impl Draws {
    /// Some draws as a block of their own.
    fn gathered(&self, some: &[usize]) -> Block {
        let people = self.blocks.first().map_or(0, Vec::len);
        let mut block = vec![[0.0; LANES]; people];
        for (lane, draw) in some.iter().enumerate() {
            let Some(source) = self.blocks.get(draw / LANES) else { continue };
            for (row, from) in block.iter_mut().zip(source) {
                if let (Some(cell), Some(value)) = (row.get_mut(lane), from.get(draw % LANES)) {
                    *cell = *value;
                }
            }
        }
        block
    }
}

/// How the quantile of type 7 is read from the largest values.
#[derive(Clone, Copy)]
struct Upper {
    /// How many of the largest values matter.
    needed: usize,
    /// Weight of the last but one of them.
    weight: f64,
}

impl Upper {
    fn new(draws: usize, coverage: f64) -> Self {
        let position = count(draws.saturating_sub(1)) * coverage;
        let mut below = 0_usize;
        while count(below + 1) <= position {
            below += 1;
        }
        Self { needed: draws - below, weight: position - count(below) }
    }

    /// The quantile of a sample of which at least the largest `needed` values are given.
    fn quantile(self, mut largest: Vec<f64>) -> f64 {
        largest.sort_by(|a, b| b.total_cmp(a));
        let last = self.needed.saturating_sub(1);
        let low = largest.get(last).copied().unwrap_or(f64::INFINITY);
        let high = largest.get(last.saturating_sub(1)).copied().unwrap_or(low);
        low + self.weight * (high - low)
    }
}
