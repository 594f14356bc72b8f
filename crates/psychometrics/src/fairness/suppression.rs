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
    let is_small = |row: &Selection| {
        row.applicants() < LEAST_CELL
            || row.selected() < LEAST_CELL
            || row.applicants() - row.selected() < LEAST_CELL
    };
    let mut found: Vec<Visibility> =
        rows.iter().map(|row| if is_small(row) { Visibility::TooFew } else { Visibility::Shown }).collect();
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
