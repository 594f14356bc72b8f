//! The table of one item: groups of sum scores by categories, observed and expected, and how sparse
//! cells are joined.

/// Smallest expected number of a cell.
const SMALLEST_CELL: f64 = 1.0;

/// One cell: observed and expected number of people.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Cell {
    observed: f64,
    expected: f64,
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.observed += other.observed;
        self.expected += other.expected;
    }

    /// Below the smallest expected number and not empty by construction.
    fn is_sparse(self) -> bool {
        self.expected < SMALLEST_CELL && self.expected != 0.0
    }
}

/// The people of one sum score, or of several joined.
#[derive(Debug, Clone, PartialEq, Default)]
struct Group {
    cells: Vec<Cell>,
}

impl Group {
    fn people(&self) -> f64 {
        self.cells.iter().map(|cell| cell.observed).sum()
    }

    fn add(&mut self, other: &Self) {
        let longest = self.cells.len().max(other.cells.len());
        self.cells.resize(longest, Cell::default());
        self.cells.iter_mut().zip(&other.cells).for_each(|(cell, more)| cell.add(*more));
    }
}

/// The table of one item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cells {
    groups: Vec<Group>,
}

impl Cells {
    /// `groups` sum scores from 1 on, all cells empty.
    pub(super) fn zeros(groups: usize, categories: usize) -> Self {
        let group = Group { cells: vec![Cell::default(); categories] };
        Self { groups: vec![group; groups] }
    }

    fn cell(&mut self, score: usize, category: usize) -> Option<&mut Cell> {
        self.groups.get_mut(score.checked_sub(1)?)?.cells.get_mut(category)
    }

    /// One more person of a sum score who chose a category.
    pub(super) fn count(&mut self, score: usize, category: usize) {
        if let Some(cell) = self.cell(score, category) {
            cell.observed += 1.0;
        }
    }

    /// The share of a sum score's people expected to choose a category.
    pub(super) fn expect(&mut self, score: usize, category: usize, share: f64) {
        let people = score.checked_sub(1).and_then(|k| self.groups.get(k)).map_or(0.0, Group::people);
        if let Some(cell) = self.cell(score, category) {
            cell.expected = share * people;
        }
    }

    /// S-X² and its degrees of freedom; absent when none are left.
    pub(super) fn statistic(&self, parameters: u32) -> Option<(f64, u32)> {
        let used = || self.groups.iter().flat_map(|group| &group.cells).filter(|cell| cell.expected > 0.0);
        let statistic: f64 = used().map(|c| (c.observed - c.expected).powi(2) / c.expected).sum();
        let groups = self.groups.iter().filter(|group| group.cells.iter().any(|c| c.expected > 0.0)).count();
        let lost = groups + usize::try_from(parameters).unwrap_or(usize::MAX);
        let df = used().count().checked_sub(lost).filter(|df| *df > 0)?;
        statistic.is_finite().then(|| (statistic, crate::linear::count_u32(df)))
    }
}

/// The table with sparse cells joined: sum scores that exclude a category join inwards, those of nobody
/// are dropped and of one person join the next; categories of more than two join their smaller neighbour
/// inside a group, columns used almost nowhere the one before; what is still sparse joins a whole group
/// with its smaller neighbour.
pub(super) fn collapsed(cells: Cells) -> Cells {
    let categories = cells.groups.first().map_or(0, |group| group.cells.len());
    let mut groups = with_impossible_joined(cells.groups, categories);
    groups.retain(|group| group.people() > 0.0);
    // mirt reads by place which groups are sparse, before groups of one person leave the table.
    let is_sparse: Vec<bool> =
        groups.iter().map(|group| group.cells.iter().any(|c| c.expected < SMALLEST_CELL)).collect();
    join_single_people(&mut groups);
    if categories > 2 {
        for (group, is_sparse) in groups.iter_mut().zip(is_sparse) {
            if is_sparse {
                join_categories(&mut group.cells);
            }
            group.cells.resize(categories, Cell::default());
        }
        join_rare_columns(&mut groups, categories);
    }
    join_sparse_groups(&mut groups);
    Cells { groups }
}

/// Sum scores too low or too high for every category join the first that allows all.
fn with_impossible_joined(mut groups: Vec<Group>, categories: usize) -> Vec<Group> {
    let low = categories.saturating_sub(2);
    let Some(high) = groups.len().checked_sub(low + 1).filter(|high| *high >= low) else { return groups };
    let below: Vec<Group> = groups.drain(..low).collect();
    let above: Vec<Group> = groups.drain(high - low + 1..).collect();
    if let Some(group) = groups.first_mut() {
        below.iter().for_each(|other| group.add(other));
    }
    if let Some(group) = groups.last_mut() {
        above.iter().for_each(|other| group.add(other));
    }
    groups
}

fn join_single_people(groups: &mut Vec<Group>) {
    let mut joined: Vec<Group> = Vec::with_capacity(groups.len());
    let mut carried: Option<Group> = None;
    for mut group in groups.drain(..) {
        if let Some(carried) = carried.take() {
            group.add(&carried);
        }
        if group.people() == 1.0 {
            carried = Some(group);
        } else {
            joined.push(group);
        }
    }
    match (carried, joined.last_mut()) {
        (Some(carried), Some(last)) => last.add(&carried),
        (Some(carried), None) => joined.push(carried),
        (None, _) => {}
    }
    *groups = joined;
}

/// Joins the smallest category of a group to its smaller neighbour until none is sparse or two are left.
fn join_categories(cells: &mut Vec<Cell>) {
    while cells.len() > 2 {
        let smallest = cells.iter().map(|cell| cell.expected).fold(f64::INFINITY, f64::min);
        let Some(at) = cells.iter().rposition(|cell| cell.expected == smallest) else { break };
        let expected = |place: Option<usize>| place.and_then(|k| cells.get(k)).map(|cell| cell.expected);
        let target = match (expected(at.checked_sub(1)), expected(Some(at + 1))) {
            (Some(left), Some(right)) if left <= right => at - 1,
            (Some(_), None) => at - 1,
            _ => at + 1,
        };
        let cell = cells.get(at).copied().unwrap_or_default();
        if let Some(target) = cells.get_mut(target) {
            target.add(cell);
        }
        cells.remove(at);
        if cells.iter().all(|cell| cell.expected >= SMALLEST_CELL) {
            break;
        }
    }
}

/// Columns that fewer than one group in twenty (or hardly anybody) uses join the one before.
fn join_rare_columns(groups: &mut [Group], categories: usize) {
    let rows = crate::linear::count(groups.len());
    let mut width = categories;
    while width > 2 {
        let last: f64 = groups.iter().filter_map(|g| g.cells.get(width - 1)).map(|c| c.expected).sum();
        if last >= SMALLEST_CELL * (rows * 0.1).ceil() {
            break;
        }
        join_column(groups, width - 1);
        width -= 1;
    }
    for column in (1..width).rev() {
        let used = groups.iter().filter_map(|g| g.cells.get(column)).filter(|c| c.expected > 0.0).count();
        if crate::linear::count(used) / rows < 0.05 {
            join_column(groups, column);
        }
    }
}

fn join_column(groups: &mut [Group], column: usize) {
    for group in groups {
        if column < group.cells.len() {
            let cell = group.cells.remove(column);
            if let Some(before) = column.checked_sub(1).and_then(|k| group.cells.get_mut(k)) {
                before.add(cell);
            }
        }
    }
}

/// The first group with a sparse cell joins its neighbour (of two the one of fewer people) until none is
/// left.
fn join_sparse_groups(groups: &mut Vec<Group>) {
    while groups.len() > 1 {
        let sparse = |group: &Group| group.cells.iter().any(|cell| cell.is_sparse());
        let Some(at) = groups.iter().position(sparse) else { break };
        let people = |place: Option<usize>| place.and_then(|k| groups.get(k)).map(Group::people);
        let target = match (people(at.checked_sub(1)), people(Some(at + 1))) {
            (Some(before), Some(after)) if before <= after => at - 1,
            (Some(_), None) => at - 1,
            _ => at + 1,
        };
        let group = groups.get(at).cloned().unwrap_or_default();
        if let Some(target) = groups.get_mut(target) {
            target.add(&group);
        }
        groups.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[(f64, f64)]]) -> Cells {
        let group = |cells: &&[(f64, f64)]| Group {
            cells: cells
                .iter()
                .map(|(observed, expected)| Cell { observed: *observed, expected: *expected })
                .collect(),
        };
        Cells { groups: rows.iter().map(group).collect() }
    }

    #[test]
    fn sparse_groups_join_from_both_ends() {
        let cells = table(&[
            &[(3.0, 3.6), (1.0, 0.4)],
            &[(7.0, 7.2), (1.0, 0.8)],
            &[(5.0, 5.0), (5.0, 5.0)],
            &[(1.0, 0.5), (6.0, 6.5)],
        ]);

        let found = collapsed(cells);

        assert_eq!(found.groups.len(), 2);
        assert_eq!(found.statistic(0).unwrap().1, 2);
        assert_eq!(found.statistic(2), None);
        let people: f64 = found.groups.iter().map(Group::people).sum();
        assert!((people - 29.0).abs() < 1e-12);
    }

    #[test]
    fn categories_join_their_smaller_neighbour() {
        let mut cells = table(&[&[(4.0, 4.0), (0.0, 0.3), (2.0, 1.2), (3.0, 3.5)]]).groups.remove(0).cells;

        join_categories(&mut cells);

        assert_eq!(cells.len(), 3);
        assert!((cells[1].expected - 1.5).abs() < 1e-12);
    }

    #[test]
    fn one_person_joins_the_next_score() {
        let mut groups =
            table(&[&[(1.0, 1.0), (0.0, 0.0)], &[(3.0, 2.0), (2.0, 3.0)], &[(0.0, 0.2), (1.0, 0.8)]]).groups;

        join_single_people(&mut groups);

        assert_eq!(groups.len(), 1);
        assert!((groups[0].people() - 7.0).abs() < 1e-12);
    }
}
