//! The joint distribution of 2 or 3 traits on a grid, and the posterior of one person on it.
//!
//! Items measure one trait each, so a person's likelihood is the product of one row per trait: the
//! grid is walked over all nodes but those of the last trait, which lie in lanes.

use nalgebra::DMatrix;

use crate::irt::grid::Grid;
use crate::irt::lanes::{Lane, Rows, ZERO, add_scaled, dot};

/// The weights of the grid.
pub(crate) struct Space {
    traits: usize,
    /// Node of each trait but the last, for every row.
    outer: Vec<Vec<usize>>,
    /// Weights of the last trait's nodes, one row per outer node.
    weights: Rows,
    /// The same times the last trait's node.
    weighted_theta: Rows,
    nodes: Vec<f64>,
    theta: Vec<Lane>,
    theta_squared: Vec<Lane>,
}

/// The posterior of one person.
#[derive(Debug, Clone)]
pub(crate) struct JointPosterior {
    /// Probability of each node of each trait, one row per trait.
    pub(crate) marginals: Vec<Vec<Lane>>,
    /// Posterior means of the products θ_a θ_b, a ≤ b, by place (a, b) of a square.
    pub(crate) products: Vec<f64>,
    /// Σ of likelihood times weight.
    pub(crate) total: f64,
}

impl Space {
    pub(crate) fn new(grid: &Grid, correlations: &DMatrix<f64>) -> Option<Self> {
        let traits = correlations.nrows();
        let precision = correlations.clone().cholesky()?.inverse();
        let nodes = grid.nodes();
        let mut outer: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in 1..traits {
            outer = outer
                .iter()
                .flat_map(|before| {
                    (0..nodes.len()).map(move |q| before.iter().copied().chain([q]).collect::<Vec<usize>>())
                })
                .collect();
        }
        let mut weights = Rows::zeros(outer.len(), grid.width());
        let mut weighted_theta = Rows::zeros(outer.len(), grid.width());
        let mut sum = 0.0;
        for (row, places) in weights.rows_mut().zip(&outer) {
            for (cell, last) in row.iter_mut().flatten().zip(nodes) {
                let mut point: Vec<f64> = places.iter().filter_map(|q| nodes.get(*q).copied()).collect();
                point.push(*last);
                *cell = density(&precision, &point);
                sum += *cell;
            }
        }
        for (row, target) in weights.rows_mut().zip(weighted_theta.rows_mut()) {
            for ((cell, target), theta) in
                row.iter_mut().flatten().zip(target.iter_mut().flatten()).zip(grid.theta().iter().flatten())
            {
                *cell /= sum;
                *target = *cell * theta;
            }
        }
        Some(Self {
            traits,
            outer,
            weights,
            weighted_theta,
            nodes: nodes.to_vec(),
            theta: grid.theta().to_vec(),
            theta_squared: grid.theta_squared().to_vec(),
        })
    }

    /// The posterior under likelihood rows, one per trait.
    pub(crate) fn posterior(&self, likelihoods: &[&[Lane]]) -> JointPosterior {
        let width = self.theta.len();
        let none: &[Lane] = &[];
        let (last, first) = likelihoods.split_last().unwrap_or((&none, &[]));
        let mut marginals: Vec<Vec<Lane>> = vec![vec![ZERO; width]; self.traits];
        let mut products = vec![0.0; self.traits * self.traits];
        let mut total = 0.0;
        let mut mixed = vec![ZERO; width];
        let end = self.traits - 1;
        for (row, places) in self.outer.iter().enumerate() {
            let chance: f64 = places.iter().zip(first).map(|(q, likelihood)| cell(likelihood, *q)).product();
            if chance < 1e-100 {
                continue;
            }
            let weights = self.weights.row(row);
            let mass = chance * dot(weights, last);
            let moment = chance * dot(self.weighted_theta.row(row), last);
            total += mass;
            add_scaled(&mut mixed, weights, chance);
            for (a, q) in places.iter().enumerate() {
                let theta = self.nodes.get(*q).copied().unwrap_or(0.0);
                add_to_cell(&mut marginals, a, *q, mass);
                add(&mut products, a * self.traits + end, theta * moment);
                for (b, other) in places.iter().enumerate().skip(a) {
                    let other = self.nodes.get(*other).copied().unwrap_or(0.0);
                    add(&mut products, a * self.traits + b, theta * other * mass);
                }
            }
        }
        let total = total.max(1e-300);
        if let Some(own) = marginals.last_mut() {
            for ((cell, mixed), likelihood) in
                own.iter_mut().flatten().zip(mixed.iter().flatten()).zip(last.iter().flatten())
            {
                *cell = mixed * likelihood;
            }
        }
        marginals.iter_mut().flatten().flatten().for_each(|cell| *cell /= total);
        products.iter_mut().for_each(|product| *product /= total);
        if let Some(own) = marginals.last() {
            add(&mut products, end * self.traits + end, dot(own, &self.theta_squared));
        }
        JointPosterior { marginals, products, total }
    }

    /// Mean of each trait under a posterior.
    pub(crate) fn means(&self, posterior: &JointPosterior) -> Vec<f64> {
        posterior.marginals.iter().map(|own| dot(own, &self.theta)).collect()
    }
}

/// e^(-½ x' P x).
fn density(precision: &DMatrix<f64>, point: &[f64]) -> f64 {
    let mut square = 0.0;
    for (a, x) in point.iter().enumerate() {
        for (b, y) in point.iter().enumerate() {
            square += x * y * precision.get((a, b)).copied().unwrap_or(0.0);
        }
    }
    (-0.5 * square).exp()
}

fn cell(row: &[Lane], place: usize) -> f64 {
    row.as_flattened().get(place).copied().unwrap_or(0.0)
}

fn add(values: &mut [f64], place: usize, more: f64) {
    if let Some(value) = values.get_mut(place) {
        *value += more;
    }
}

fn add_to_cell(rows: &mut [Vec<Lane>], row: usize, place: usize, more: f64) {
    if let Some(value) = rows.get_mut(row).and_then(|row| row.as_flattened_mut().get_mut(place)) {
        *value += more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::lanes::row_sum;

    #[test]
    fn the_prior_has_the_moments_it_was_given() {
        let grid = Grid::new(31);
        for traits in [2, 3] {
            let correlations = DMatrix::from_fn(traits, traits, |a, b| if a == b { 1.0 } else { 0.5 });
            let space = Space::new(&grid, &correlations).unwrap();
            let flat: Vec<Lane> = grid.theta().iter().map(|_| [1.0; 8]).collect();
            let rows: Vec<&[Lane]> = vec![&flat; traits];

            let found = space.posterior(&rows);

            assert!((found.total - 1.0).abs() < 1e-12);
            for a in 0..traits {
                assert!((row_sum(&found.marginals[a]) - 1.0).abs() < 1e-12);
                assert!(space.means(&found)[a].abs() < 1e-12);
                for b in a..traits {
                    let wanted = if a == b { 1.0 } else { 0.5 };
                    assert!((found.products[a * traits + b] - wanted).abs() < 1e-6);
                }
            }
        }
    }
}
