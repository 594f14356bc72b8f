//! Identical answer patterns counted once, and each pattern coded for table lookup.
//!
//! Neighbouring items share one table: its rows are their combinations of categories (a gap counts as
//! one), so that a person costs one lookup per group of items instead of one per item. Patterns are
//! sorted, so that nothing computed from them depends on the order of people.

use crate::irt::lanes::{Rows, add_assign};
use crate::irt::responses::{GAP, Responses};

/// Most rows of the table of one group of items.
const GROUP_ROWS: usize = 36;

/// Distinct answer patterns, coded.
#[derive(Debug, Clone)]
pub(crate) struct Patterns {
    /// How many people gave each pattern.
    pub(crate) weights: Vec<f64>,
    /// The pattern of each person.
    pub(crate) of_person: Vec<u32>,
    /// Rows of the grouped table, one per group: `groups.len()` per pattern.
    codes: Vec<u32>,
    groups: Vec<Group>,
    /// First row of each item in the table of single items.
    item_rows: Vec<usize>,
    categories: Vec<usize>,
    /// One answer row per pattern.
    cells: Vec<u8>,
}

/// Neighbouring items that share a table.
#[derive(Debug, Clone)]
struct Group {
    first_row: usize,
    /// The item rows each combination is made of.
    combinations: Vec<Vec<usize>>,
    /// Item, multiplier and code of a gap.
    digits: Vec<(usize, usize, usize)>,
}

impl Patterns {
    /// The patterns of a table; people without any answer stay one pattern of gaps.
    pub(crate) fn new(responses: &Responses) -> Self {
        let mut order: Vec<(&[u8], usize)> = responses.rows().zip(0..).collect();
        order.sort_unstable();
        let mut weights: Vec<f64> = Vec::new();
        let mut cells: Vec<u8> = Vec::new();
        let mut of_person = vec![0_u32; responses.persons()];
        let mut last: Option<&[u8]> = None;
        let mut pattern = 0_u32;
        for (row, person) in order {
            match weights.last_mut() {
                Some(weight) if last == Some(row) => *weight += 1.0,
                _ => {
                    pattern = u32::try_from(weights.len()).unwrap_or(u32::MAX);
                    weights.push(1.0);
                    cells.extend_from_slice(row);
                    last = Some(row);
                }
            }
            if let Some(of) = of_person.get_mut(person) {
                *of = pattern;
            }
        }
        Self::coded(responses, weights, of_person, cells)
    }

    fn coded(responses: &Responses, weights: Vec<f64>, of_person: Vec<u32>, cells: Vec<u8>) -> Self {
        let categories: Vec<usize> = responses.categories().iter().map(|k| usize::from(*k)).collect();
        let mut item_rows = Vec::with_capacity(categories.len());
        let mut rows = 0;
        for k in &categories {
            item_rows.push(rows);
            rows += k;
        }
        let has_gap = gaps(&cells, categories.len());
        let groups = grouped(&categories, &item_rows, &has_gap);
        let codes = cells
            .chunks_exact(categories.len().max(1))
            .flat_map(|row| groups.iter().map(|group| group.code(row)))
            .collect();
        Self { weights, of_person, codes, groups, item_rows, categories, cells }
    }

    /// `count` of the patterns from `first` on, coded as before.
    pub(crate) fn part(&self, first: usize, count: usize) -> Self {
        let cut = |width: usize| first * width..(first + count) * width;
        Self {
            weights: self.weights.get(cut(1)).unwrap_or_default().to_vec(),
            of_person: Vec::new(),
            codes: self.codes.get(cut(self.groups.len())).unwrap_or_default().to_vec(),
            cells: self.cells.get(cut(self.categories.len())).unwrap_or_default().to_vec(),
            groups: self.groups.clone(),
            item_rows: self.item_rows.clone(),
            categories: self.categories.clone(),
        }
    }

    /// Number of distinct patterns.
    pub(crate) const fn len(&self) -> usize {
        self.weights.len()
    }

    /// The same patterns with no weight for people who gave no answer.
    pub(crate) fn with_data_only(mut self) -> Self {
        let items = self.categories.len().max(1);
        for (weight, row) in self.weights.iter_mut().zip(self.cells.chunks_exact(items)) {
            if row.iter().all(|cell| *cell == GAP) {
                *weight = 0.0;
            }
        }
        self
    }

    /// Number of categories of each item.
    pub(crate) fn categories(&self) -> &[usize] {
        &self.categories
    }

    /// First row of each item in the table of single items.
    pub(crate) fn item_rows(&self) -> &[usize] {
        &self.item_rows
    }

    /// Rows of the table of single items.
    pub(crate) fn single_rows(&self) -> usize {
        self.categories.iter().sum()
    }

    /// Rows of the grouped table.
    pub(crate) fn grouped_rows(&self) -> usize {
        self.groups.last().map_or(0, |group| group.first_row + group.combinations.len())
    }

    /// Number of groups: lookups per pattern.
    pub(crate) const fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// The codes of all patterns, `group_count` each.
    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The answers of the patterns, in order; [`GAP`] for none.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.cells.chunks_exact(self.categories.len().max(1))
    }

    /// The grouped table whose rows are the sums of the single rows they are made of.
    pub(crate) fn combine(&self, singles: &Rows, width: usize) -> Rows {
        let mut table = Rows::zeros(self.grouped_rows(), width);
        let rows = self.groups.iter().flat_map(|group| &group.combinations);
        for (sum, parts) in table.rows_mut().zip(rows) {
            parts.iter().for_each(|part| add_assign(sum, singles.row(*part)));
        }
        table
    }

    /// The single rows, each the sum of the grouped rows it is part of.
    pub(crate) fn split(&self, grouped: &Rows, width: usize) -> Rows {
        let mut singles = Rows::zeros(self.single_rows(), width);
        let rows = self.groups.iter().flat_map(|group| &group.combinations);
        for (row, parts) in grouped.slice(0, self.grouped_rows()).zip(rows) {
            parts.iter().for_each(|part| add_assign(singles.row_mut(*part), row));
        }
        singles
    }
}

impl Group {
    /// The row of the combination an answer row falls in.
    fn code(&self, row: &[u8]) -> u32 {
        let digit = |(item, factor, gap): &(usize, usize, usize)| {
            let cell = row.get(*item).copied().unwrap_or(GAP);
            factor * if cell == GAP { *gap } else { usize::from(cell) }
        };
        let code = self.first_row + self.digits.iter().map(digit).sum::<usize>();
        u32::try_from(code).unwrap_or(u32::MAX)
    }
}

/// Whether each item has a gap somewhere.
fn gaps(cells: &[u8], items: usize) -> Vec<bool> {
    let mut has_gap = vec![false; items];
    for row in cells.chunks_exact(items.max(1)) {
        has_gap.iter_mut().zip(row).for_each(|(flag, cell)| *flag |= *cell == GAP);
    }
    has_gap
}

/// Consecutive items joined while their combinations fit a table.
fn grouped(categories: &[usize], item_rows: &[usize], has_gap: &[bool]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (item, ((categories, first), has_gap)) in categories.iter().zip(item_rows).zip(has_gap).enumerate() {
        let radix = categories + usize::from(*has_gap);
        let own: Vec<Option<usize>> = (0..radix).map(|k| (k < *categories).then_some(first + k)).collect();
        match groups.last_mut() {
            Some(group) if group.combinations.len() * radix <= GROUP_ROWS => {
                group.digits.push((item, group.combinations.len(), *categories));
                group.combinations = own
                    .iter()
                    .flat_map(|part| group.combinations.iter().map(move |before| joined(before, *part)))
                    .collect();
            }
            _ => groups.push(Group {
                first_row: groups.last().map_or(0, |group| group.first_row + group.combinations.len()),
                combinations: own.iter().map(|part| joined(&[], *part)).collect(),
                digits: vec![(item, 1, *categories)],
            }),
        }
    }
    groups
}

fn joined(before: &[usize], part: Option<usize>) -> Vec<usize> {
    before.iter().copied().chain(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::lanes::{ZERO, row_sum};
    use crate::linear::count;

    #[test]
    fn patterns_ignore_the_order_of_people() {
        let rows = [[Some(1), Some(0), None], [Some(0), Some(2), Some(1)], [Some(1), Some(0), None]];
        let reversed = [rows[2], rows[1], rows[0]];

        let patterns = Patterns::new(&Responses::from_rows(3, rows).unwrap());
        let other = Patterns::new(&Responses::from_rows(3, reversed).unwrap());

        assert_eq!(patterns.weights, [1.0, 2.0]);
        assert_eq!(patterns.of_person, [1, 0, 1]);
        assert_eq!((patterns.codes(), &patterns.cells), (other.codes(), &other.cells));
    }

    #[test]
    fn grouped_tables_are_sums_of_the_answers_given() {
        let categories = [4_u8, 4, 5, 2, 2, 64];
        let rows: Vec<Vec<Option<u8>>> = (0..97_u16)
            .map(|i| {
                let category = |j: u16, k: u8| u8::try_from((i * 5 + 3 * j) % u16::from(k)).unwrap();
                let answer = |(j, k): (u16, &u8)| (!(i + j).is_multiple_of(7)).then(|| category(j, *k));
                (0..).zip(&categories).map(answer).collect()
            })
            .collect();
        let responses = Responses::with_categories(&categories, &rows).unwrap();
        let patterns = Patterns::new(&responses);
        let mut singles = Rows::zeros(patterns.single_rows(), 1);
        for (row, value) in singles.rows_mut().zip(1_u8..) {
            row[0] = [f64::from(value); 8];
        }

        let table = patterns.combine(&singles, 1);
        let mut counts = Rows::zeros(patterns.grouped_rows(), 1);
        for (codes, weight) in patterns.codes().chunks(patterns.group_count()).zip(&patterns.weights) {
            codes.iter().for_each(|c| counts.row_mut(usize::try_from(*c).unwrap())[0][0] += weight);
        }
        let split = patterns.split(&counts, 1);

        assert!(patterns.group_count() < categories.len());
        for (codes, row) in patterns.codes().chunks(patterns.group_count()).zip(patterns.rows()) {
            let found: f64 = codes.iter().map(|c| table.row(usize::try_from(*c).unwrap())[0][0]).sum();
            let answered = row.iter().zip(patterns.item_rows()).filter(|(cell, _)| **cell != GAP);
            let wanted: f64 = answered.map(|(cell, first)| count(first + 1) + f64::from(*cell)).sum();
            assert_eq!(found, wanted);
        }
        let answers = rows.iter().flatten().flatten().count();
        assert_eq!((0..split.len()).map(|r| row_sum(split.row(r))).sum::<f64>(), count(answers));
        assert_eq!(singles.row(0)[0], [1.0; 8]);
        assert_ne!(ZERO, singles.row(0)[0]);
    }
}
