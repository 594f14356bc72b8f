//! The distribution of the sum score at every node, by the recursion of Lord and Wingersky.

use crate::irt::lanes::{Lane, Rows};

/// The chances of each sum score of some items at every node: one row per score from 0. Each of
/// `items` holds one row of chances per category.
///
/// Source: Lord & Wingersky 1984, Appl Psychol Meas 8:453-461.
pub(super) fn distribution<'a>(items: impl Iterator<Item = &'a Rows>, width: usize) -> Rows {
    let mut scores = Rows::zeros(1, width);
    scores.row_mut(0).iter_mut().flatten().for_each(|cell| *cell = 1.0);
    for chances in items {
        let mut next = Rows::zeros(scores.len() + chances.len() - 1, width);
        for score in 0..scores.len() {
            for category in 0..chances.len() {
                add_product(next.row_mut(score + category), scores.row(score), chances.row(category));
            }
        }
        scores = next;
    }
    scores
}

#[inline]
fn add_product(sum: &mut [Lane], a: &[Lane], b: &[Lane]) {
    for ((s, a), b) in sum.iter_mut().zip(a).zip(b) {
        for ((s, a), b) in s.iter_mut().zip(a).zip(b) {
            *s += a * b;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_scores_worked_by_hand() {
        let item = |chances: &[f64]| {
            let mut rows = Rows::zeros(chances.len(), 1);
            rows.rows_mut().zip(chances).for_each(|(row, p)| row[0] = [*p; 8]);
            rows
        };
        let items = [item(&[0.4, 0.6]), item(&[0.2, 0.5, 0.3])];

        let found = distribution(items.iter(), 1);

        // 0: .08, 1: .2 + .12, 2: .12 + .3, 3: .18.
        for (score, wanted) in [0.08, 0.32, 0.42, 0.18].into_iter().enumerate() {
            assert!((found.row(score)[0][0] - wanted).abs() < 1e-12);
        }
    }
}
