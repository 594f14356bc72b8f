//! What a table of groups may show without telling about single people: small cells, the cells that
//! would give them away, and two editions of a table that differ by few people.

use std::collections::BTreeMap;

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
    /// Number of its group in the first partition; nothing for people whose group in it is unknown.
    pub first: Option<usize>,
    /// Number of its group in the second partition; nothing for people whose group in it is unknown.
    pub second: Option<usize>,
    /// Its people and selections.
    pub selection: Selection,
    /// Whether it must be hidden whatever it holds: because one of its margins is.
    pub is_hidden: bool,
}

/// Which cells of two crossed partitions may be shown, when the margins of both are published: cells of at
/// least 5, no line of the table with hidden cells of fewer than 5 people, and no small or hidden cell that
/// the margins and the shown cells determine.
///
/// `cells`: the cells that hold people, in any order, each pair of groups once, with the cells of people
/// whose group is unknown in one of the partitions: these are not printed, but a margin tells them where the
/// rest of the line is shown. People unknown in both are left out. **Shape**: one entry per cell, in the
/// order given. A line whose margin is shown and whose people of known group all are in one cell would tell
/// the second group of everybody in the first: then nothing of the table is shown.
///
/// Source: as [`visibility`], for two margins; a hidden cell is determined exactly when it is a bridge of the
/// graph whose vertices are lines and whose edges are hidden cells (Gusfield 1988, SIAM J Comput 17:552-571).
/// Tests `no_line_of_a_crossed_table_gives_a_cell_away`, `no_hidden_cell_follows_from_the_equations`,
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
    if lines.iter().any(|line| is_all_in_one_cell(cells, line)) {
        return found
            .into_iter()
            .map(|seen| if seen == Visibility::Shown { Visibility::Complementary } else { seen })
            .collect();
    }
    // Each round hides at least one cell more, so that there are at most as many rounds as cells.
    loop {
        let next = lines
            .iter()
            .find_map(|line| next_to_hide(cells, &found, line))
            .or_else(|| next_to_protect(cells, &found));
        let Some(cell) = next.and_then(|place| found.get_mut(place)) else { return found };
        *cell = Visibility::Complementary;
    }
}

/// The places of the cells of a line, and the line's group, if it is known; of the first partition or not.
struct Line {
    is_first: bool,
    group: Option<usize>,
    places: Vec<usize>,
}

/// The lines of every group of the first partition, then of the second.
fn lines_of(cells: &[CrossedCell]) -> Vec<Line> {
    let mut lines: BTreeMap<(bool, Option<usize>), Vec<usize>> = BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        lines.entry((true, cell.first)).or_default().push(place);
        lines.entry((false, cell.second)).or_default().push(place);
    }
    lines.into_iter().map(|((is_first, group), places)| Line { is_first, group, places }).collect()
}

/// Whether a group whose margin is shown has its people of known second group in one cell.
fn is_all_in_one_cell(cells: &[CrossedCell], line: &Line) -> bool {
    let known = || {
        let cells = line.places.iter().filter_map(|place| cells.get(*place));
        cells.filter(|cell| if line.is_first { cell.second.is_some() } else { cell.first.is_some() })
    };
    line.group.is_some() && known().count() == 1 && known().all(|cell| !cell.is_hidden)
}

/// Whether a cell is printed unless it is hidden.
const fn is_printed(cell: &CrossedCell) -> bool {
    cell.first.is_some() && cell.second.is_some()
}

/// The smallest printed cell of a line that gives its hidden cells away.
fn next_to_hide(cells: &[CrossedCell], found: &[Visibility], line: &Line) -> Option<usize> {
    let places = || line.places.iter();
    let rows: Vec<Selection> =
        places().filter_map(|place| cells.get(*place)).map(|cell| cell.selection).collect();
    let seen: Vec<Visibility> = places().filter_map(|place| found.get(*place)).copied().collect();
    if !gives_away(&rows, &seen) {
        return None;
    }
    smallest_shown(cells, found, |place| line.places.contains(&place))
}

/// A printed cell to hide because a small or hidden cell is determined: of its lines if one is left there.
fn next_to_protect(cells: &[CrossedCell], found: &[Visibility]) -> Option<usize> {
    let is_sensitive =
        |cell: &CrossedCell| cell.is_hidden || first_look(&cell.selection) == Visibility::TooFew;
    let hidden: Vec<(usize, &CrossedCell)> = cells
        .iter()
        .enumerate()
        .zip(found)
        .filter(|(_, seen)| **seen != Visibility::Shown)
        .map(|(cell, _)| cell)
        .collect();
    hidden.iter().filter(|(_, cell)| is_sensitive(cell)).find_map(|(place, cell)| {
        if !is_bridge(&hidden, *place) {
            return None;
        }
        let is_beside = |other: usize| {
            cells.get(other).is_some_and(|other| other.first == cell.first || other.second == cell.second)
        };
        smallest_shown(cells, found, is_beside).or_else(|| smallest_shown(cells, found, |_| true))
    })
}

/// The printed cell with the fewest people among those still shown.
fn smallest_shown(
    cells: &[CrossedCell],
    found: &[Visibility],
    is_meant: impl Fn(usize) -> bool,
) -> Option<usize> {
    let shown =
        cells.iter().enumerate().zip(found).filter(|((place, cell), seen)| {
            **seen == Visibility::Shown && is_printed(cell) && is_meant(*place)
        });
    shown.min_by_key(|((place, cell), _)| (cell.selection.applicants(), *place)).map(|((place, _), _)| place)
}

/// Whether without this cell no way over the other hidden cells leads from its one line to its other line.
fn is_bridge(hidden: &[(usize, &CrossedCell)], place: usize) -> bool {
    let Some((_, start)) = hidden.iter().find(|(at, _)| *at == place) else { return false };
    let mut firsts = vec![start.first];
    let mut seconds: Vec<Option<usize>> = Vec::new();
    // Each round but the last reaches a line more.
    loop {
        let before = firsts.len() + seconds.len();
        for (at, cell) in hidden {
            if *at == place {
                continue;
            }
            let (has_first, has_second) = (firsts.contains(&cell.first), seconds.contains(&cell.second));
            if has_first && !has_second {
                seconds.push(cell.second);
            } else if has_second && !has_first {
                firsts.push(cell.first);
            }
        }
        if firsts.len() + seconds.len() == before {
            return !seconds.contains(&start.second);
        }
    }
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
mod tests;
