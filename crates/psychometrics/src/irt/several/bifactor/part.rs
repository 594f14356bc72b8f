//! One group of items on the product of the general and its specific trait, and what is left of it once
//! the specific trait is integrated out.

use rayon::prelude::*;

use crate::irt::estep::{block_length, index};
use crate::irt::grid::Grid;
use crate::irt::lanes::{Lane, Rows, ZERO, add_assign, add_scaled, dot, exp, row_max, row_sum};
use crate::irt::mstep::ItemProblem;
use crate::irt::patterns::Patterns;
use crate::irt::tables::log_probabilities;

/// Nodes of the general trait, each with a row of nodes of the specific trait.
pub(super) struct Plane {
    /// The general coordinate at every node of the plane.
    pub(super) general: Vec<Lane>,
    /// The specific coordinate.
    pub(super) specific: Vec<Lane>,
    /// Logarithms of the specific weights.
    log_weights: Vec<Lane>,
    width: usize,
}

impl Plane {
    pub(super) fn new(grid: &Grid) -> Self {
        let repeat = |row: &[Lane]| grid.nodes().iter().flat_map(|_| row.to_vec()).collect::<Vec<Lane>>();
        let general =
            grid.nodes().iter().flat_map(|theta| std::iter::repeat_n([*theta; 8], grid.width())).collect();
        let (specific, log_weights) = (repeat(grid.theta()), repeat(&grid.log_weights(0.0, 1.0)));
        Self { general, specific, log_weights, width: grid.width() }
    }
}

/// The items of one group, or those of the general trait alone.
pub(super) struct Part {
    pub(super) patterns: Patterns,
    /// Columns of its items in the whole table.
    pub(super) columns: Vec<usize>,
    pub(super) problems: Vec<ItemProblem>,
    /// First parameter of each item in the whole list.
    pub(super) firsts: Vec<usize>,
    /// Whether it has a specific trait.
    pub(super) is_group: bool,
}

/// Sums over the specific nodes of one pattern, one of each per general node.
#[derive(Default)]
struct Sums {
    logs: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
}

/// What a part says of the general trait: one row per pattern over its nodes, logarithms.
pub(super) struct Reduced {
    pub(super) log_likelihood: Rows,
    /// Conditional mean of the specific trait given the general one, and its second moment, when asked
    /// for.
    pub(super) moments: Option<(Rows, Rows)>,
}

impl Part {
    /// The coordinates of its nodes.
    pub(super) fn coordinates<'a>(&self, plane: &'a Plane, grid: &'a Grid) -> Vec<&'a [Lane]> {
        if self.is_group { vec![&plane.general, &plane.specific] } else { vec![grid.theta()] }
    }

    /// The grouped table of logarithms of category chances.
    pub(super) fn table(&self, at: &[f64], plane: &Plane, grid: &Grid) -> Rows {
        let coordinates = self.coordinates(plane, grid);
        let width = coordinates.first().map_or(0, |row| row.len());
        let mut singles = Rows::zeros(self.patterns.single_rows(), width);
        let mut rows = singles.rows_mut();
        for (problem, first) in self.problems.iter().zip(&self.firsts) {
            let own = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
            log_probabilities(problem.shape, own, &coordinates, rows.by_ref().take(problem.shape.categories));
        }
        self.patterns.combine(&singles, width)
    }

    /// The logarithm of the likelihood of each pattern at the nodes of the general trait.
    pub(super) fn reduced(&self, table: &Rows, plane: &Plane, grid: &Grid, with_moments: bool) -> Reduced {
        let groups = self.patterns.group_count();
        let codes: Vec<&[u32]> = self.patterns.codes().chunks_exact(groups).collect();
        let nodes = grid.nodes().len();
        let rows: Vec<Sums> = codes
            .par_iter()
            .map(|codes| {
                if !self.is_group {
                    let mut row = vec![ZERO; grid.width()];
                    codes.iter().for_each(|code| add_assign(&mut row, table.row(index(*code))));
                    let logs = row.as_flattened().iter().copied().take(nodes).collect();
                    return Sums { logs, ..Sums::default() };
                }
                let plane_row = joint_row(codes, table, plane);
                let mut sums = Sums::default();
                for own in plane_row.chunks_exact(plane.width) {
                    let largest = row_max(own);
                    let chances: Vec<Lane> = own.iter().map(|lane| lane.map(|x| exp(x - largest))).collect();
                    let total = row_sum(&chances);
                    sums.logs.push(largest + total.ln());
                    if with_moments {
                        sums.first.push(dot(&chances, grid.theta()) / total);
                        sums.second.push(dot(&chances, grid.theta_squared()) / total);
                    }
                }
                sums
            })
            .collect();
        let table_of = |of: fn(&Sums) -> &Vec<f64>| {
            let mut out = Rows::zeros(rows.len(), grid.width());
            for (target, row) in out.rows_mut().zip(&rows) {
                target.iter_mut().flatten().zip(of(row)).for_each(|(cell, value)| *cell = *value);
            }
            out
        };
        let moments = (with_moments && self.is_group)
            .then(|| (table_of(|row| &row.first), table_of(|row| &row.second)));
        Reduced { log_likelihood: table_of(|row| &row.logs), moments }
    }

    /// Expected counts of the items, single rows, from the mass of each pattern at the general nodes.
    pub(super) fn counts(&self, table: &Rows, reduced: &Reduced, mass: &Rows, plane: &Plane) -> Rows {
        let groups = self.patterns.group_count();
        let width = table.row(0).len();
        let numbers: Vec<usize> = (0..self.patterns.len()).collect();
        let length = block_length(self.patterns.len());
        let blocks: Vec<Rows> = numbers
            .par_chunks(length)
            .map(|numbers| {
                let mut counts = Rows::zeros(self.patterns.grouped_rows(), width);
                for number in numbers {
                    let codes = self.patterns.codes().get(number * groups..(number + 1) * groups);
                    let codes = codes.unwrap_or_default();
                    let posterior = if self.is_group {
                        conditional(
                            codes,
                            table,
                            plane,
                            reduced.log_likelihood.row(*number),
                            mass.row(*number),
                        )
                    } else {
                        mass.row(*number).to_vec()
                    };
                    codes.iter().for_each(|code| add_assign(counts.row_mut(index(*code)), &posterior));
                }
                counts
            })
            .collect();
        let mut sum = Rows::zeros(self.patterns.grouped_rows(), width);
        blocks.iter().for_each(|block| sum.add(block));
        self.patterns.split(&sum, width)
    }
}

/// Logarithms of likelihood times specific weight at every node of the plane.
fn joint_row(codes: &[u32], table: &Rows, plane: &Plane) -> Vec<Lane> {
    let mut row = plane.log_weights.clone();
    codes.iter().for_each(|code| add_assign(&mut row, table.row(index(*code))));
    row
}

/// The mass of a pattern spread over the specific nodes.
fn conditional(codes: &[u32], table: &Rows, plane: &Plane, logs: &[Lane], mass: &[Lane]) -> Vec<Lane> {
    let mut row = joint_row(codes, table, plane);
    let nodes = logs.as_flattened().iter().zip(mass.as_flattened());
    for (own, (log, mass)) in row.chunks_exact_mut(plane.width).zip(nodes) {
        own.iter_mut().flatten().for_each(|cell| *cell = mass * exp(*cell - log));
    }
    row
}

/// Adds a person's posterior of the general trait to the mass of a pattern.
pub(super) fn add_mass(mass: &mut Rows, pattern: u32, posterior: &[Lane], weight: f64) {
    add_scaled(mass.row_mut(index(pattern)), posterior, weight);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::item::Item;
    use crate::irt::prior::ItemPrior;
    use crate::irt::responses::Responses;
    use crate::irt::several::bifactor::BifactorItem;
    use crate::irt::several::bifactor::model::general_posterior;
    use crate::irt::tables::Shape;

    /// The chance of an answer to a two-parameter item, from its curves.
    fn chance(item: &BifactorItem, answer: u8, general: f64, specific: f64) -> f64 {
        let eta = item.general * general + item.specific.map_or(0.0, |(_, a)| a) * specific;
        let curve = Item::two_parameter(1.0, -item.intercepts[0]).unwrap();
        curve.probabilities(eta)[usize::from(answer)]
    }

    #[test]
    fn dimension_reduction_equals_the_full_integral() {
        let grid = Grid::new(15);
        let plane = Plane::new(&grid);
        let item = |general: f64, specific: Option<(usize, f64)>, d: f64| BifactorItem {
            model: crate::irt::item::Model::TwoParameter,
            general,
            specific,
            intercepts: vec![d],
        };
        let items = [
            item(1.2, Some((0, 0.8)), 0.3),
            item(0.9, Some((0, -0.5)), -0.4),
            item(1.5, Some((1, 1.1)), 0.1),
            item(0.7, Some((1, 0.6)), 0.9),
            item(1.1, None, -0.2),
        ];
        let answers = [1_u8, 0, 1, 1, 0];
        let parts: Vec<(Part, Vec<f64>)> = [(vec![0, 1], true), (vec![2, 3], true), (vec![4], false)]
            .into_iter()
            .map(|(columns, is_group)| {
                let row: Vec<Option<u8>> = columns.iter().map(|k| Some(answers[*k])).collect();
                let table = Responses::with_categories(&vec![2; columns.len()], [row]).unwrap();
                let (mut at, mut firsts, mut problems) = (Vec::new(), Vec::new(), Vec::new());
                for own in columns.iter().map(|k| &items[*k]) {
                    firsts.push(at.len());
                    at.push(own.general);
                    at.extend(own.specific.map(|(_, a)| a));
                    at.extend(&own.intercepts);
                    let slopes = if is_group { 2 } else { 1 };
                    let shape = Shape { model: own.model, slopes, categories: 2 };
                    problems.push(ItemProblem { shape, prior: ItemPrior::default(), bounds: Vec::new() });
                }
                (Part { patterns: Patterns::new(&table), columns, problems, firsts, is_group }, at)
            })
            .collect();

        let reduced: Vec<Reduced> = parts
            .iter()
            .map(|(part, at)| part.reduced(&part.table(at, &plane, &grid), &plane, &grid, false))
            .collect();
        let (_, found) = general_posterior(&reduced, &[0, 0, 0], &grid.log_weights(0.0, 1.0));

        let weights: Vec<f64> =
            grid.log_weights(0.0, 1.0).as_flattened()[..15].iter().map(|l| l.exp()).collect();
        let mut total = 0.0;
        for (g, wg) in grid.nodes().iter().zip(&weights) {
            for (s, ws) in grid.nodes().iter().zip(&weights) {
                for (t, wt) in grid.nodes().iter().zip(&weights) {
                    let own = |k: usize, x: f64| chance(&items[k], answers[k], *g, x);
                    let product = own(0, *s) * own(1, *s) * own(2, *t) * own(3, *t) * own(4, 0.0);
                    total += wg * ws * wt * product;
                }
            }
        }
        assert!((found - total.ln()).abs() < 1e-10, "{found} {}", total.ln());
    }
}
