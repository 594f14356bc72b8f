//! Category chances and their derivatives at all nodes at once, for items with one slope or more.
//!
//! An item's parameters lie together: slopes first, then intercepts. Its linear part at a node is
//! `η = Σ_m a_m θ_m`; the coordinates θ_m of the nodes are one row per slope.

use crate::irt::item::{Model, log_gap};
use crate::irt::lanes::{Lane, Rows, ZERO, add_scaled, exp, logistic, softplus};
use crate::linear::count;

/// What is fixed about an item: its model, its number of slopes and its number of categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) model: Model,
    pub(crate) slopes: usize,
    pub(crate) categories: usize,
}

impl Shape {
    /// Number of parameters.
    pub(crate) const fn parameters(self) -> usize {
        self.slopes + self.categories - 1
    }
}

/// The linear part at every node.
pub(crate) fn linear_part(slopes: &[f64], coordinates: &[&[Lane]]) -> Vec<Lane> {
    let width = coordinates.first().map_or(0, |row| row.len());
    let mut eta = vec![ZERO; width];
    for (slope, row) in slopes.iter().zip(coordinates) {
        add_scaled(&mut eta, row, *slope);
    }
    eta
}

/// Writes the logarithms of the category chances of one item into `rows`, one row per category.
pub(crate) fn log_probabilities<'a>(
    shape: Shape,
    parameters: &[f64],
    coordinates: &[&[Lane]],
    rows: impl Iterator<Item = &'a mut [Lane]>,
) {
    let (slopes, intercepts) = parameters.split_at_checked(shape.slopes).unwrap_or_default();
    let eta = linear_part(slopes, coordinates);
    match shape.model {
        Model::TwoParameter | Model::Graded => graded_log(&eta, intercepts, rows),
        Model::PartialCredit => partial_credit_log(&eta, intercepts, rows),
    }
}

fn graded_log<'a>(eta: &[Lane], intercepts: &[f64], rows: impl Iterator<Item = &'a mut [Lane]>) {
    // ln σ(-x) of the threshold below is what the category above it starts from: ln σ(x) = ln σ(-x) + x.
    let lower = std::iter::once(None).chain(intercepts.iter().map(Some));
    let upper = intercepts.iter().map(Some).chain(std::iter::once(None));
    let mut above_lower = vec![ZERO; eta.len()];
    for ((lower, upper), row) in lower.zip(upper).zip(rows) {
        let gap = lower.zip(upper).map_or(0.0, |(u, v)| log_gap(u - v));
        for ((cell, start), eta) in row.iter_mut().zip(&mut above_lower).zip(eta) {
            for ((cell, start), eta) in cell.iter_mut().zip(start).zip(eta) {
                match upper {
                    Some(d) => {
                        let x = eta + d;
                        let below = -softplus(x);
                        *cell = *start + below + gap;
                        *start = below + x;
                    }
                    None => *cell = *start,
                }
            }
        }
    }
}

fn partial_credit_log<'a>(eta: &[Lane], intercepts: &[f64], rows: impl Iterator<Item = &'a mut [Lane]>) {
    let mut rows: Vec<&mut [Lane]> = rows.collect();
    let mut sum = 0.0;
    let starts = std::iter::once(0.0).chain(intercepts.iter().map(|d| {
        sum += d;
        sum
    }));
    let starts: Vec<f64> = starts.collect();
    let mut largest = vec![[f64::NEG_INFINITY; 8]; eta.len()];
    for ((k, row), start) in rows.iter_mut().enumerate().zip(&starts) {
        for ((cell, largest), eta) in row.iter_mut().zip(&mut largest).zip(eta) {
            for ((cell, largest), eta) in cell.iter_mut().zip(largest).zip(eta) {
                *cell = count(k) * eta + start;
                *largest = if *cell > *largest { *cell } else { *largest };
            }
        }
    }
    let mut norm = vec![ZERO; eta.len()];
    for row in &rows {
        for ((cell, largest), norm) in row.iter().zip(&largest).zip(&mut norm) {
            for ((cell, largest), norm) in cell.iter().zip(largest).zip(norm) {
                *norm += exp(cell - largest);
            }
        }
    }
    for (norm, largest) in norm.iter_mut().flatten().zip(largest.iter().flatten()) {
        *norm = norm.ln() + largest;
    }
    for row in &mut rows {
        for (cell, norm) in row.iter_mut().flatten().zip(norm.iter().flatten()) {
            *cell -= norm;
        }
    }
}

/// The derivatives of the logarithm of each category's chance by each threshold's linear part
/// `x_t = η + d_t`: one row per category and threshold, thresholds running fastest.
pub(crate) fn threshold_scores(shape: Shape, parameters: &[f64], coordinates: &[&[Lane]]) -> Rows {
    let (slopes, intercepts) = parameters.split_at_checked(shape.slopes).unwrap_or_default();
    let eta = linear_part(slopes, coordinates);
    let thresholds = intercepts.len();
    let mut scores = Rows::zeros(shape.categories * thresholds, eta.len());
    match shape.model {
        Model::TwoParameter | Model::Graded => {
            let next = intercepts.iter().skip(1).map(Some).chain(std::iter::once(None));
            let mut pull_below = 0.0;
            for (t, (d, next)) in intercepts.iter().zip(next).enumerate() {
                // e = 1 / (e^(d_t - d_(t+1)) - 1): what the gap to the next threshold adds.
                let pull_above = next.map_or(0.0, |next| 1.0 / (d - next).exp_m1());
                for (q, eta) in eta.iter().enumerate() {
                    let upper = eta.map(|eta| logistic(-(eta + d)) + pull_above);
                    let lower = eta.map(|eta| -logistic(eta + d) - pull_below);
                    set(&mut scores, (t + 1) * thresholds + t, q, upper);
                    set(&mut scores, t * thresholds + t, q, lower);
                }
                pull_below = pull_above;
            }
        }
        Model::PartialCredit => {
            let chances = chances(shape, parameters, coordinates);
            for t in 0..thresholds {
                for q in 0..eta.len() {
                    let mut tail = ZERO;
                    for k in t + 1..shape.categories {
                        let chance = chances.row(k).get(q).copied().unwrap_or(ZERO);
                        tail.iter_mut().zip(chance).for_each(|(tail, p)| *tail += p);
                    }
                    for k in 0..shape.categories {
                        let reached = if k > t { 1.0 } else { 0.0 };
                        set(&mut scores, k * thresholds + t, q, tail.map(|tail| reached - tail));
                    }
                }
            }
        }
    }
    scores
}

/// The category chances of one item, one row per category.
pub(crate) fn chances(shape: Shape, parameters: &[f64], coordinates: &[&[Lane]]) -> Rows {
    let width = coordinates.first().map_or(0, |row| row.len());
    let mut rows = Rows::zeros(shape.categories, width);
    log_probabilities(shape, parameters, coordinates, rows.rows_mut());
    rows.rows_mut().flatten().flatten().for_each(|cell| *cell = exp(*cell));
    rows
}

fn set(rows: &mut Rows, row: usize, lane: usize, value: Lane) {
    if let Some(cell) = rows.row_mut(row).get_mut(lane) {
        *cell = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::grid::Grid;
    use crate::irt::item::Item;

    #[test]
    fn tables_agree_with_single_curves_and_differences() {
        let grid = Grid::new(21);
        let items = [
            Item::two_parameter(0.9, -0.3).unwrap(),
            Item::graded(1.7, &[-1.0, 0.1, 0.9]).unwrap(),
            Item::partial_credit(1.2, &[0.4, -0.8, 1.5]).unwrap(),
        ];
        for item in items {
            let shape = Shape { model: item.model(), slopes: 1, categories: item.categories() };
            let parameters: Vec<f64> =
                std::iter::once(item.slope()).chain(item.intercepts().iter().copied()).collect();
            let logs = |parameters: &[f64]| {
                let mut rows = Rows::zeros(shape.categories, grid.width());
                log_probabilities(shape, parameters, &[grid.theta()], rows.rows_mut());
                rows
            };
            let (table, scores) = (logs(&parameters), threshold_scores(shape, &parameters, &[grid.theta()]));

            for (q, theta) in grid.nodes().iter().enumerate() {
                for (k, curve) in item.curves(*theta).iter().enumerate() {
                    let found = table.row(k)[q / 8][q % 8];
                    assert!((found - curve.log_probability).abs() < 1e-12);
                    for t in 0..shape.categories - 1 {
                        let (mut up, mut down) = (parameters.clone(), parameters.clone());
                        up[t + 1] += 1e-6;
                        down[t + 1] -= 1e-6;
                        let slope =
                            (logs(&up).row(k)[q / 8][q % 8] - logs(&down).row(k)[q / 8][q % 8]) / 2e-6;
                        let score = scores.row(k * (shape.categories - 1) + t)[q / 8][q % 8];
                        assert!((slope - score).abs() < 1e-7, "{:?} {k} {t}", shape.model);
                    }
                }
            }
        }
    }
}
