//! The scores of one item: derivatives of the logarithm of each category's chance by the item's
//! parameters, at every node.

use crate::irt::lanes::{Lane, Rows, add_assign};
use crate::irt::tables::{Shape, threshold_scores};

/// Scores of one block of parameters: one row per category and parameter, parameters running fastest.
pub(crate) struct Scores {
    pub(crate) categories: usize,
    pub(crate) parameters: usize,
    pub(crate) rows: Rows,
}

impl Scores {
    /// The scores of an item.
    pub(crate) fn of_item(shape: Shape, parameters: &[f64], coordinates: &[&[Lane]]) -> Self {
        let thresholds = shape.categories - 1;
        let by_threshold = threshold_scores(shape, parameters, coordinates);
        let width = coordinates.first().map_or(0, |row| row.len());
        let count = shape.parameters();
        let mut rows = Rows::zeros(shape.categories * count, width);
        for k in 0..shape.categories {
            let mut sum = vec![[0.0; 8]; width];
            for t in 0..thresholds {
                let row = by_threshold.row(k * thresholds + t);
                add_assign(&mut sum, row);
                rows.row_mut(k * count + shape.slopes + t).copy_from_slice(row);
            }
            for (m, coordinate) in coordinates.iter().enumerate() {
                let target = rows.row_mut(k * count + m);
                for (cell, (theta, sum)) in
                    target.iter_mut().flatten().zip(coordinate.iter().flatten().zip(sum.iter().flatten()))
                {
                    *cell = theta * sum;
                }
            }
        }
        Self { categories: shape.categories, parameters: count, rows }
    }

    /// The scores of the mean and variance of the trait, the same for every answer.
    pub(crate) fn of_latent(theta: &[Lane], mean: f64, variance: f64) -> Self {
        let mut rows = Rows::zeros(2, theta.len());
        let by_mean = |t: &f64| (t - mean) / variance;
        let by_variance = |t: &f64| ((t - mean).powi(2) - variance) / (2.0 * variance * variance);
        let fill = |row: &mut [Lane], score: &dyn Fn(&f64) -> f64| {
            row.iter_mut().flatten().zip(theta.iter().flatten()).for_each(|(cell, t)| *cell = score(t));
        };
        fill(rows.row_mut(0), &by_mean);
        fill(rows.row_mut(1), &by_variance);
        Self { categories: 1, parameters: 2, rows }
    }

    /// The score of a category by a parameter at every node.
    pub(crate) fn row(&self, category: usize, parameter: usize) -> &[Lane] {
        self.rows.row(category * self.parameters + parameter)
    }
}
