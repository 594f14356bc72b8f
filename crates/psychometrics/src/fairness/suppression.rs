//! What a table of groups may show without telling about single people: small cells, the cells that
//! would give them away, and two editions of a table that differ by few people.

use crate::fairness::impact::Selection;

/// Fewest people in a published cell, and between two published cuts.
pub const LEAST_CELL: u32 = 5;

/// Whether a row of a table may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// It may.
    Shown,
    /// Fewer than 5 people, or fewer than 5 (but not 0 of 0) behind one of its two counts.
    TooFew,
    /// Enough people, but hidden because a hidden row could be found by subtraction from the total.
    Complementary,
}

/// Which rows of a table with a published total may be shown: cells of at least 5, and never just one
/// hidden row or hidden rows of fewer than 5 people together.
///
/// `rows`: the groups of one partition, unknown people as a row of their own when they are printed.
/// A row is too small when its people, its selected or its not selected are fewer than 5: a count of
/// 0 tells about everybody of the group. **Shape**: one entry per row, in the order given. The audit
/// role sees all rows and does not call this.
///
/// Source: decisions.md "People's data"; complementary suppression as Cox 1980, J Am Stat Assoc
/// 75:377-385, for one margin: the smallest shown rows are hidden until at least two rows and 5 people
/// are. Test `hidden_rows_cannot_be_found_by_subtraction`.
#[must_use]
pub fn visibility(rows: &[Selection]) -> Vec<Visibility> {
    let mut found: Vec<Visibility> = rows.iter().map(first_look).collect();
    let mut order: Vec<(u32, usize)> = rows.iter().map(|row| row.applicants()).zip(0..).collect();
    order.sort_unstable();
    for (_, place) in order {
        if !gives_away(rows, &found) {
            break;
        }
        if let Some(cell) = found.get_mut(place).filter(|cell| **cell == Visibility::Shown) {
            *cell = Visibility::Complementary;
        }
    }
    found
}

/// A row by itself: whether one of its counts is too small.
fn first_look(row: &Selection) -> Visibility {
    let (yes, no) = (row.selected(), row.applicants() - row.selected());
    if yes.min(no) < LEAST_CELL { Visibility::TooFew } else { Visibility::Shown }
}

/// Whether the total and the shown rows tell about the hidden ones: one hidden row alone, or hidden rows
/// with a sum below 5 of people, selected or not selected.
fn gives_away(rows: &[Selection], found: &[Visibility]) -> bool {
    let hidden =
        || rows.iter().zip(found).filter(|(_, cell)| **cell != Visibility::Shown).map(|(row, _)| row);
    let sum = |count: fn(&Selection) -> u32| hidden().map(|row| u64::from(count(row))).sum::<u64>();
    let selected = sum(|row| row.selected());
    let rest = sum(|row| row.applicants() - row.selected());
    match hidden().count() {
        0 => false,
        1 => true,
        _ => selected.min(rest) < u64::from(LEAST_CELL),
    }
}

/// One cell of two partitions crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossedCell {
    /// Number of its group in the first partition.
    pub first: usize,
    /// Number of its group in the second partition.
    pub second: usize,
    /// Its people and selections.
    pub selection: Selection,
    /// Whether it must be hidden whatever it holds: because one of its margins is.
    pub is_hidden: bool,
}

/// Which cells of two crossed partitions may be shown, when the margins of both are published: cells of at
/// least 5, and in no line of the table just one hidden cell or hidden cells of fewer than 5 people.
///
/// `cells`: the cells that hold people, in any order, each pair of groups once. **Shape**: one entry per
/// cell, in the order given. A line whose margin is shown and whose people all are in one cell would tell
/// the second group of everybody in the first: then nothing of the table is shown.
///
/// Source: as [`visibility`], for two margins. Tests `no_line_of_a_crossed_table_gives_a_cell_away`,
/// `a_group_that_is_all_in_one_cell_withholds_the_table`.
#[must_use]
pub fn visibility_crossed(cells: &[CrossedCell]) -> Vec<Visibility> {
    let mut found: Vec<Visibility> = cells
        .iter()
        .map(|cell| match first_look(&cell.selection) {
            Visibility::Shown if cell.is_hidden => Visibility::Complementary,
            seen => seen,
        })
        .collect();
    let lines = lines_of(cells);
    let is_alone = |line: &Vec<usize>| {
        line.len() == 1 && line.iter().filter_map(|place| cells.get(*place)).all(|cell| !cell.is_hidden)
    };
    if lines.iter().any(is_alone) {
        return found
            .into_iter()
            .map(|seen| if seen == Visibility::Shown { Visibility::Complementary } else { seen })
            .collect();
    }
    // Each round hides at least one cell more, so that there are at most as many rounds as cells.
    while let Some(place) = lines.iter().find_map(|line| next_to_hide(cells, &found, line)) {
        if let Some(cell) = found.get_mut(place) {
            *cell = Visibility::Complementary;
        }
    }
    found
}

/// The places of the cells of each line: of every group of the first partition, then of the second.
fn lines_of(cells: &[CrossedCell]) -> Vec<Vec<usize>> {
    let mut lines: std::collections::BTreeMap<(bool, usize), Vec<usize>> = std::collections::BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        lines.entry((false, cell.first)).or_default().push(place);
        lines.entry((true, cell.second)).or_default().push(place);
    }
    lines.into_values().collect()
}

/// The smallest shown cell of a line that gives its hidden cells away.
fn next_to_hide(cells: &[CrossedCell], found: &[Visibility], line: &[usize]) -> Option<usize> {
    let rows: Vec<Selection> =
        line.iter().filter_map(|place| cells.get(*place)).map(|cell| cell.selection).collect();
    let seen: Vec<Visibility> = line.iter().filter_map(|place| found.get(*place)).copied().collect();
    if !gives_away(&rows, &seen) {
        return None;
    }
    let shown = line.iter().zip(&rows).zip(&seen).filter(|(_, seen)| **seen == Visibility::Shown);
    shown.min_by_key(|((place, row), _)| (row.applicants(), **place)).map(|((place, _), _)| *place)
}

/// Whether a table may be published after another one of the same groups: every group is unchanged or
/// has at least 5 more people, so that nobody can be told from the difference.
///
/// `before`, `after`: the groups' counts in the same order. False when they have not the same number of
/// groups or a group shrinks.
///
/// Source: decisions.md "People's data" (at least 5 people between two published cuts). Test
/// `two_editions_differ_by_five_people_or_none`.
#[must_use]
pub fn is_publishable_after(before: &[Selection], after: &[Selection]) -> bool {
    let is_apart = |(old, new): (&Selection, &Selection)| {
        old == new || new.applicants().checked_sub(old.applicants()).is_some_and(|more| more >= LEAST_CELL)
    };
    before.len() == after.len() && before.iter().zip(after).all(is_apart)
}

#[cfg(test)]
mod tests {
    use super::Visibility::{Complementary, Shown, TooFew};
    use super::*;

    fn of(selected: u32, applicants: u32) -> Selection {
        Selection::new(selected, applicants).unwrap()
    }

    #[test]
    fn hidden_rows_cannot_be_found_by_subtraction() {
        assert_eq!(visibility(&[of(10, 30), of(20, 50), of(15, 40)]), [Shown; 3]);
        // One small row takes the smallest other one with it.
        assert_eq!(visibility(&[of(10, 30), of(2, 3), of(15, 40)]), [Complementary, TooFew, Shown]);
        // Two small rows of 6 people together, but 3 selected: one more goes.
        assert_eq!(visibility(&[of(1, 3), of(2, 3), of(15, 40)]), [TooFew, TooFew, Complementary]);
        assert_eq!(visibility(&[of(4, 40), of(4, 40), of(15, 40)]), [TooFew, TooFew, Shown]);
        assert_eq!(visibility(&[of(4, 40)]), [TooFew]);
        assert_eq!(visibility(&[]), []);
    }

    fn cell(first: usize, second: usize, selected: u32, applicants: u32) -> CrossedCell {
        CrossedCell { first, second, selection: of(selected, applicants), is_hidden: false }
    }

    #[test]
    fn no_line_of_a_crossed_table_gives_a_cell_away() {
        let fine = [cell(0, 0, 10, 30), cell(0, 1, 8, 20), cell(1, 0, 12, 25), cell(1, 1, 9, 19)];
        assert_eq!(visibility_crossed(&fine), [Shown; 4]);

        // One small cell takes one of its row, one of its column, and the one that these two give away.
        let mut small = fine;
        small[3] = cell(1, 1, 1, 19);
        assert_eq!(visibility_crossed(&small), [Complementary, Complementary, Complementary, TooFew]);

        // In a wider table the far corner stays.
        let mut wide = Vec::new();
        for first in 0..3 {
            for second in 0..3 {
                wide.push(cell(first, second, 10, 20 + u32::try_from(first * 3 + second).unwrap()));
            }
        }
        wide[0].selection = of(1, 20);
        let seen = visibility_crossed(&wide);
        let shown = seen.iter().filter(|seen| **seen == Shown).count();
        assert_eq!(shown, 5);
        for line in [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8]] {
            let hidden = line.iter().filter(|place| seen[**place] != Shown).count();
            assert_ne!(hidden, 1);
        }
    }

    #[test]
    fn cells_of_a_hidden_margin_are_hidden() {
        let mut cells = [cell(0, 0, 10, 30), cell(0, 1, 8, 20), cell(1, 0, 12, 25), cell(1, 1, 9, 19)];
        for cell in &mut cells[..2] {
            cell.is_hidden = true;
        }

        // The columns' totals would give them away: the others go too.
        assert_eq!(visibility_crossed(&cells), [Complementary; 4]);
    }

    #[test]
    fn a_group_that_is_all_in_one_cell_withholds_the_table() {
        let cells = [cell(0, 0, 10, 30), cell(1, 0, 12, 25), cell(1, 1, 9, 19)];

        assert_eq!(visibility_crossed(&cells), [Complementary; 3]);
    }

    #[test]
    fn two_editions_differ_by_five_people_or_none() {
        let before = [of(10, 30), of(15, 40)];

        assert!(is_publishable_after(&before, &before));
        assert!(is_publishable_after(&before, &[of(10, 30), of(16, 45)]));
        assert!(!is_publishable_after(&before, &[of(10, 30), of(16, 41)]));
        assert!(!is_publishable_after(&before, &[of(11, 30), of(15, 40)]));
        assert!(!is_publishable_after(&before, &before[..1]));
    }
}
