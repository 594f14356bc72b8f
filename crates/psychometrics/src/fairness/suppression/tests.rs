//! What is hidden, and that what is shown gives it away nowhere.

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
    CrossedCell {
        first: Some(first),
        second: Some(second),
        selection: of(selected, applicants),
        is_hidden: false,
    }
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
fn people_of_unknown_group_are_found_by_subtraction_too() {
    let unknown = |n| CrossedCell { second: None, ..cell(0, 0, n / 2, n) };
    let fine = [cell(0, 0, 10, 30), cell(0, 1, 8, 20), cell(1, 0, 12, 25), cell(1, 1, 9, 19)];

    let with_one = visibility_crossed(&[&fine[..], &[unknown(1)]].concat());
    let with_many = visibility_crossed(&[&fine[..], &[unknown(12)]].concat());

    // The first line minus its shown cells would be one person; the columns then ask for the second line.
    assert_eq!(with_one, [Complementary, Complementary, Complementary, Complementary, TooFew]);
    assert_eq!(with_many, [Shown; 5]);
}

#[test]
fn a_hidden_cell_between_two_rectangles_of_hidden_cells_is_determined() {
    let mut cells = Vec::new();
    for first in 0..4 {
        for second in 0..5 {
            cells.push(cell(first, second, 10, 30));
        }
    }
    let small = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)];
    for cell in &mut cells {
        if small.contains(&(cell.first.unwrap(), cell.second.unwrap())) {
            cell.selection = of(3, 30);
        }
    }

    let seen = visibility_crossed(&cells);

    let hidden = seen.iter().filter(|seen| **seen != Shown).count();
    assert!(hidden > small.len(), "every line has two, and (1, 2) still follows");
    assert!(determined(&cells, &seen).is_empty());
}

/// The hidden cells that follow from the margins and the shown cells, by elimination over the equations of
/// the lines: a cell follows when its row of the reduced system has no other unknown.
fn determined(cells: &[CrossedCell], seen: &[Visibility]) -> Vec<usize> {
    let hidden: Vec<usize> = (0..cells.len()).filter(|place| seen[*place] != Shown).collect();
    let mut system: Vec<Vec<f64>> = lines_of(cells)
        .iter()
        .map(|line| hidden.iter().map(|place| f64::from(line.places.contains(place))).collect())
        .collect();
    let mut rank = 0;
    for column in 0..hidden.len() {
        let Some(pivot) = (rank..system.len()).find(|row| system[*row][column].abs() > 1e-9) else {
            continue;
        };
        system.swap(rank, pivot);
        let scale = system[rank][column];
        system[rank].iter_mut().for_each(|value| *value /= scale);
        let own = system[rank].clone();
        for (row, values) in system.iter_mut().enumerate() {
            let factor = values[column];
            if row != rank && factor.abs() > 1e-9 {
                values.iter_mut().zip(&own).for_each(|(value, own)| *value -= factor * own);
            }
        }
        rank += 1;
    }
    let unknowns =
        |row: &Vec<f64>| -> Vec<usize> { (0..row.len()).filter(|place| row[*place].abs() > 1e-9).collect() };
    system.iter().map(unknowns).filter(|row| row.len() == 1).map(|row| hidden[row[0]]).collect()
}

#[test]
fn no_hidden_cell_follows_from_the_equations() {
    let mut state = 20_261_122_u64;
    let mut next = |most: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % u64::from(most)).unwrap()
    };
    let mut shown = 0;
    for _ in 0..400 {
        let mut cells = Vec::new();
        for first in [Some(0), Some(1), Some(2), None] {
            for second in [Some(0), Some(1), Some(2), Some(3), None] {
                let is_unknown = first.is_none() || second.is_none();
                let n = if is_unknown { next(8) } else { 10 + next(40) };
                if n == 0 || (first.is_none() && second.is_none()) {
                    continue;
                }
                cells.push(CrossedCell { first, second, selection: of(next(n + 1), n), is_hidden: false });
            }
        }

        let seen = visibility_crossed(&cells);

        let is_one_left = |place: &usize| {
            // Where a whole line is hidden, nothing is left to hide for its sake.
            let cell = cells[*place];
            cells.iter().zip(&seen).any(|(other, seen)| {
                *seen == Shown
                    && is_printed(other)
                    && (other.first == cell.first || other.second == cell.second)
            })
        };
        let told = determined(&cells, &seen);
        let small = told.iter().filter(|place| first_look(&cells[**place].selection) == TooFew);
        assert_eq!(small.filter(|place| is_one_left(place)).count(), 0, "{cells:?} {seen:?}");
        shown += seen.iter().zip(&cells).filter(|(seen, cell)| **seen == Shown && is_printed(cell)).count();
    }
    assert!(shown > 400, "hiding everything would pass too: {shown}");
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
