//! The expected complete-data log-likelihood of one item, `Σ_q Σ_k r_kq log P_k(q)`, with its gradient
//! and the negative of its second derivatives, by slopes and intercepts.

use crate::irt::item::{Model, log_gap};
use crate::irt::lanes::{LANES, Lane, Rows, ZERO, add_assign, dot, exp, lane_sum, ln_1p_unit, row_sum};
use crate::irt::mstep::Counts;
use crate::irt::tables::{Shape, chances, linear_part, log_probabilities};

/// A function of an item's parameters at one point: value, gradient, and minus the second derivatives
/// (row by row, one row per parameter).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Derivatives {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) information: Vec<f64>,
}

impl Derivatives {
    fn zeros(parameters: usize) -> Self {
        Self { value: 0.0, gradient: vec![0.0; parameters], information: vec![0.0; parameters * parameters] }
    }

    pub(crate) fn add_gradient(&mut self, i: usize, value: f64) {
        if let Some(cell) = self.gradient.get_mut(i) {
            *cell += value;
        }
    }

    /// Adds to the cell (i, k), and to (k, i) when it is another.
    pub(crate) fn add_information(&mut self, i: usize, k: usize, value: f64) {
        let n = self.gradient.len();
        for (a, b) in [(i, k), (k, i)].into_iter().take(if i == k { 1 } else { 2 }) {
            if let Some(cell) = self.information.get_mut(a * n + b) {
                *cell += value;
            }
        }
    }
}

/// Value, gradient and information at `parameters` (slopes, then intercepts).
pub(crate) fn derivatives(
    shape: Shape,
    parameters: &[f64],
    coordinates: &[&[Lane]],
    counts: &Counts<'_>,
) -> Derivatives {
    match shape.model {
        Model::TwoParameter | Model::Graded => graded(shape, parameters, coordinates, counts),
        Model::PartialCredit => partial_credit(shape, parameters, coordinates, counts),
    }
}

/// Sums over the nodes for one threshold.
struct ThresholdSums {
    /// Σ (r_above x - R softplus(x)).
    value: f64,
    /// r_above - R σ(x) at every node.
    residual: Vec<Lane>,
    /// R σ(x) (1 - σ(x)) at every node.
    weight: Vec<Lane>,
}

fn threshold_sums(eta: &[Lane], intercept: f64, below: &[Lane], above: &[Lane]) -> ThresholdSums {
    let mut residual = vec![ZERO; eta.len()];
    let mut weight = vec![ZERO; eta.len()];
    let mut value = ZERO;
    let rows = eta.iter().zip(below).zip(above).zip(residual.iter_mut().zip(&mut weight));
    for (((eta, below), above), (residual, weight)) in rows {
        for lane in 0..LANES {
            let (Some(eta), Some(low), Some(high)) = (eta.get(lane), below.get(lane), above.get(lane)) else {
                continue;
            };
            let x = eta + intercept;
            let u = exp(-x.abs());
            let upper = 1.0 / (1.0 + u);
            let lower = u * upper;
            let both = low + high;
            let sigma = if x < 0.0 { lower } else { upper };
            let soft = (if x > 0.0 { x } else { 0.0 }) + ln_1p_unit(u);
            if let (Some(r), Some(w), Some(v)) =
                (residual.get_mut(lane), weight.get_mut(lane), value.get_mut(lane))
            {
                *r = high - both * sigma;
                *w = both * upper * lower;
                *v += high * x - both * soft;
            }
        }
    }
    ThresholdSums { value: lane_sum(value), residual, weight }
}

/// For thresholds x_t = η + d_t, `log P_k = log σ(x_k) + log σ(-x_(k+1)) + log(1 - e^-(d_k - d_(k+1)))`:
/// the last part does not depend on the node, so only sums of one logistic function per threshold are
/// needed.
fn graded(shape: Shape, parameters: &[f64], coordinates: &[&[Lane]], counts: &Counts<'_>) -> Derivatives {
    let (slopes, intercepts) = parameters.split_at_checked(shape.slopes).unwrap_or_default();
    let eta = linear_part(slopes, coordinates);
    let mut found = Derivatives::zeros(shape.parameters());
    let empty: &[Lane] = &[];
    let row = |k: usize| counts.rows.get(k).copied().unwrap_or(empty);
    for (t, d) in intercepts.iter().enumerate() {
        let sums = threshold_sums(&eta, *d, row(t), row(t + 1));
        found.value += sums.value;
        let at = shape.slopes + t;
        found.add_gradient(at, row_sum(&sums.residual));
        found.add_information(at, at, row_sum(&sums.weight));
        for (m, theta) in coordinates.iter().enumerate() {
            found.add_gradient(m, dot(theta, &sums.residual));
            let weighted = product(theta, &sums.weight);
            found.add_information(m, at, row_sum(&weighted));
            for (other, second) in coordinates.iter().enumerate().take(m + 1) {
                found.add_information(m, other, dot(second, &weighted));
            }
        }
    }
    for (t, (d, next)) in intercepts.iter().zip(intercepts.iter().skip(1)).enumerate() {
        let gap = d - next;
        let total = counts.totals.get(t + 1).copied().unwrap_or(0.0);
        let pull = 1.0 / gap.exp_m1();
        let bend = total * pull * (1.0 + pull);
        let at = shape.slopes + t;
        found.value += total * log_gap(gap);
        found.add_gradient(at, total * pull);
        found.add_gradient(at + 1, -total * pull);
        found.add_information(at, at, bend);
        found.add_information(at + 1, at + 1, bend);
        found.add_information(at, at + 1, -bend);
    }
    found
}

fn product(a: &[Lane], b: &[Lane]) -> Vec<Lane> {
    let mut out = a.to_vec();
    for (x, y) in out.iter_mut().flatten().zip(b.iter().flatten()) {
        *x *= y;
    }
    out
}

/// With T_t = P(X > t): the score of x_t is `Σ_(k > t) r_k - R T_t`, its information
/// `R (T_max(t,s) - T_t T_s)`.
fn partial_credit(
    shape: Shape,
    parameters: &[f64],
    coordinates: &[&[Lane]],
    counts: &Counts<'_>,
) -> Derivatives {
    let mut found = Derivatives::zeros(shape.parameters());
    let width = coordinates.first().map_or(0, |row| row.len());
    let mut logs = Rows::zeros(shape.categories, width);
    log_probabilities(shape, parameters, coordinates, logs.rows_mut());
    let mut people = vec![ZERO; width];
    for (k, row) in counts.rows.iter().enumerate() {
        found.value += dot(row, logs.row(k));
        add_assign(&mut people, row);
    }
    let thresholds = shape.categories - 1;
    let (tails, reached) = (tails(&chances(shape, parameters, coordinates)), tails_of(&counts.rows, width));
    let mut row_information: Vec<Vec<Lane>> = vec![vec![ZERO; width]; thresholds];
    for t in 0..thresholds {
        let (Some(tail), Some(reached)) = (tails.get(t), reached.get(t)) else { continue };
        let mut residual = reached.clone();
        for ((r, p), n) in
            residual.iter_mut().flatten().zip(tail.iter().flatten()).zip(people.iter().flatten())
        {
            *r -= p * n;
        }
        let at = shape.slopes + t;
        found.add_gradient(at, row_sum(&residual));
        for (m, theta) in coordinates.iter().enumerate() {
            found.add_gradient(m, dot(theta, &residual));
        }
        for s in 0..=t {
            let Some(other) = tails.get(s) else { continue };
            let mut weight = people.clone();
            let cells = weight.iter_mut().flatten().zip(tail.iter().flatten()).zip(other.iter().flatten());
            cells.for_each(|((w, t), s)| *w *= t * (1.0 - s));
            found.add_information(at, shape.slopes + s, row_sum(&weight));
            for target in if s == t { vec![t] } else { vec![t, s] } {
                if let Some(sum) = row_information.get_mut(target) {
                    add_assign(sum, &weight);
                }
            }
        }
    }
    for (t, weight) in row_information.iter().enumerate() {
        for (m, theta) in coordinates.iter().enumerate() {
            let weighted = product(theta, weight);
            found.add_information(m, shape.slopes + t, row_sum(&weighted));
            for (other, second) in coordinates.iter().enumerate().take(m + 1) {
                found.add_information(m, other, dot(second, &weighted));
            }
        }
    }
    found
}

/// P(X > t) for each threshold t.
fn tails(chances: &Rows) -> Vec<Vec<Lane>> {
    let rows: Vec<&[Lane]> = chances.slice(0, chances.len()).collect();
    tails_of(&rows, rows.first().map_or(0, |row| row.len()))
}

/// Sums of the rows above each threshold.
fn tails_of(rows: &[&[Lane]], width: usize) -> Vec<Vec<Lane>> {
    let mut sum = vec![ZERO; width];
    let mut tails: Vec<Vec<Lane>> = Vec::with_capacity(rows.len());
    for row in rows.iter().skip(1).rev() {
        add_assign(&mut sum, row);
        tails.push(sum.clone());
    }
    tails.reverse();
    tails
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::grid::Grid;
    use crate::irt::lanes::Rows;

    #[test]
    fn derivatives_agree_with_differences() {
        let grid = Grid::new(11);
        let second: Vec<Lane> = grid.theta().iter().map(|lane| lane.map(|t| (t * 1.7).sin())).collect();
        let mut counts = Rows::zeros(4, grid.width());
        for (k, row) in (1_u8..).zip(counts.rows_mut()) {
            for (q, cell) in (0_u8..).zip(row.iter_mut().flatten()) {
                *cell = f64::from((q * 7 + k * 5) % 13) * 0.3;
            }
        }
        let counts = Counts::of_item(&counts, 0, 4);
        for model in [Model::Graded, Model::PartialCredit] {
            for coordinates in [vec![grid.theta()], vec![grid.theta(), &second]] {
                let shape = Shape { model, slopes: coordinates.len(), categories: 4 };
                let mut parameters = vec![1.1, -0.4];
                parameters.truncate(coordinates.len());
                parameters.extend([1.2, 0.1, -0.8]);
                let at = |i: usize, h: f64| {
                    let mut moved = parameters.clone();
                    moved[i] += h;
                    derivatives(shape, &moved, &coordinates, &counts)
                };
                let (here, h) = (derivatives(shape, &parameters, &coordinates, &counts), 1e-5);

                for i in 0..parameters.len() {
                    let (up, down) = (at(i, h), at(i, -h));
                    let slope = (up.value - down.value) / (2.0 * h);
                    assert!((slope - here.gradient[i]).abs() < 1e-6, "{model:?} {i}");
                    for k in 0..parameters.len() {
                        let bend = (down.gradient[k] - up.gradient[k]) / (2.0 * h);
                        assert!((bend - here.information[i * parameters.len() + k]).abs() < 1e-6);
                    }
                }
            }
        }
    }
}
