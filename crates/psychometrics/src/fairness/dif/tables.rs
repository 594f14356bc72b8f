//! Counts of one item by level, group and category: what every method of differential item functioning
//! reads.

use crate::fairness::dif::{Group, Matching};
use crate::irt::responses::{GAP, Responses};
use crate::linear::{count, count_u32};

/// The people used, with their answers column by column.
#[derive(Debug)]
pub(super) struct People {
    columns: Vec<Vec<u8>>,
    categories: Vec<u8>,
    is_focal: Vec<bool>,
    theta: Vec<f64>,
    bins: Vec<u32>,
    left_out: u32,
}

/// Counts of one item: for each level the counts of the reference group by category, then those of the
/// focal group.
#[derive(Debug)]
pub(super) struct ItemTable {
    categories: usize,
    cells: Vec<u32>,
    /// Single people instead of levels when they are matched on a given trait: level, focal, category.
    single: Vec<(f64, bool, u8)>,
}

impl People {
    /// Keeps people without a gap, or with a level and at least one answer when matched on a trait.
    pub(super) fn new(responses: &Responses, groups: &[Group], matching: Matching<'_>) -> Self {
        let is_used = |row: &[u8]| match matching {
            Matching::Trait { .. } => row.iter().any(|cell| *cell != GAP),
            Matching::Total | Matching::Rest => row.iter().all(|cell| *cell != GAP),
        };
        let mut columns = vec![Vec::new(); responses.items()];
        let (mut is_focal, mut theta) = (Vec::new(), Vec::new());
        for (person, (row, group)) in responses.rows().zip(groups).enumerate() {
            if !is_used(row) {
                continue;
            }
            columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(*cell));
            is_focal.push(*group == Group::Focal);
            if let Matching::Trait { theta: levels, .. } = matching {
                theta.push(levels.get(person).copied().unwrap_or(0.0));
            }
        }
        let bins = match matching {
            Matching::Trait { bins, .. } => quantile_bins(&theta, bins),
            Matching::Total | Matching::Rest => Vec::new(),
        };
        let left_out = count_u32(responses.persons() - is_focal.len());
        Self { columns, categories: responses.categories().to_vec(), is_focal, theta, bins, left_out }
    }

    pub(super) fn items(&self) -> usize {
        self.columns.len()
    }

    /// People of the reference and of the focal group.
    pub(super) fn sizes(&self) -> [u32; 2] {
        let focal = count_u32(self.is_focal.iter().filter(|is_focal| **is_focal).count());
        [count_u32(self.is_focal.len()) - focal, focal]
    }

    pub(super) const fn left_out(&self) -> u32 {
        self.left_out
    }

    /// Everybody's sum over the anchors.
    pub(super) fn sums(&self, anchors: &[bool]) -> Vec<u32> {
        let mut sums = vec![0; self.is_focal.len()];
        for (column, _) in self.columns.iter().zip(anchors).filter(|(_, is_anchor)| **is_anchor) {
            sums.iter_mut().zip(column).for_each(|(sum, cell)| *sum += u32::from(*cell));
        }
        sums
    }

    /// The counts of one item by level.
    pub(super) fn table(
        &self,
        item: usize,
        sums: &[u32],
        anchors: &[bool],
        matching: Matching<'_>,
    ) -> ItemTable {
        let empty: &[u8] = &[];
        let column = self.columns.get(item).map_or(empty, Vec::as_slice);
        let categories = usize::from(self.categories.get(item).copied().unwrap_or(2));
        let is_anchor = anchors.get(item).copied().unwrap_or(true);
        let level = |sum: u32, cell: u8| match (matching, is_anchor) {
            (Matching::Total, false) => sum + u32::from(cell),
            (Matching::Rest, true) => sum - u32::from(cell),
            _ => sum,
        };
        let levels = if self.bins.is_empty() { sums } else { &self.bins };
        let mut table = ItemTable { categories, cells: Vec::new(), single: Vec::new() };
        for (person, (cell, is_focal)) in column.iter().zip(&self.is_focal).enumerate() {
            let sum = levels.get(person).copied().unwrap_or(0);
            if *cell != GAP {
                table.add(level(sum, *cell), *is_focal, *cell);
                if let Some(theta) = self.theta.get(person) {
                    table.single.push((*theta, *is_focal, *cell));
                }
            }
        }
        table
    }
}

/// The bin of each value between quantiles; equal values share a bin.
fn quantile_bins(values: &[f64], bins: u32) -> Vec<u32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (n, parts) = (sorted.len(), usize::try_from(bins).unwrap_or(1));
    let cuts: Vec<f64> = (1..parts).filter_map(|k| sorted.get(n * k / parts).copied()).collect();
    values.iter().map(|value| count_u32(cuts.partition_point(|cut| cut <= value))).collect()
}

/// One level of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level<'a> {
    /// Counts of the reference group by category.
    pub(super) reference: &'a [u32],
    /// Counts of the focal group by category.
    pub(super) focal: &'a [u32],
}

impl ItemTable {
    fn add(&mut self, level: u32, is_focal: bool, category: u8) {
        let level = usize::try_from(level).unwrap_or(0);
        let place = (2 * level + usize::from(is_focal)) * self.categories + usize::from(category);
        if place >= self.cells.len() {
            self.cells.resize((2 * level + 2) * self.categories, 0);
        }
        if let Some(cell) = self.cells.get_mut(place) {
            *cell += 1;
        }
    }

    pub(super) const fn categories(&self) -> usize {
        self.categories
    }

    /// The levels in rising order, empty ones included.
    pub(super) fn levels(&self) -> impl Iterator<Item = Level<'_>> {
        self.cells.chunks_exact(2 * self.categories).map(|level| {
            let (reference, focal) = level.split_at(self.categories);
            Level { reference, focal }
        })
    }

    /// Whether all answers fall in one category.
    pub(super) fn is_constant(&self) -> bool {
        let used = |category: usize| {
            self.cells.iter().skip(category).step_by(self.categories).any(|count| *count > 0)
        };
        (0..self.categories).filter(|category| used(*category)).count() < 2
    }

    /// The answers as (level, focal 0 or 1, category, people): single people when there are levels of a
    /// trait, else counts by sum.
    pub(super) fn entries(&self) -> Vec<(f64, f64, u8, f64)> {
        let side = |is_focal: bool| f64::from(u8::from(is_focal));
        if !self.single.is_empty() {
            return self.single.iter().map(|(x, focal, cell)| (*x, side(*focal), *cell, 1.0)).collect();
        }
        let mut entries = Vec::new();
        for (level, counts) in self.levels().enumerate() {
            for (is_focal, counts) in [(false, counts.reference), (true, counts.focal)] {
                for (category, n) in (0_u8..).zip(counts).filter(|(_, n)| **n > 0) {
                    entries.push((count(level), side(is_focal), category, f64::from(*n)));
                }
            }
        }
        entries
    }
}
