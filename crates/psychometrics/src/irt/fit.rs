//! Fit of a calibration: of items (S-X²), of people (l_z and l_z*) and of the assumption that items
//! share nothing but the trait (Q3).
//!
//! Fit raises questions for a review. It never enters a score, a rank or a filter.

use crate::irt::score::ScoreError;

pub mod item;
pub mod local;
pub mod person;
mod sum_scores;

/// Why fit cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FitError {
    /// The answers do not suit the items.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// Too few people without a gap.
    #[error("{found} people without a gap, at least {needed} are needed")]
    TooFewPersons {
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// Too few items.
    #[error("{found} items, at least {needed} are needed")]
    TooFewItems {
        /// Items found.
        found: u32,
        /// Items needed.
        needed: u32,
    },
    /// A list has not one entry per item.
    #[error("{found} entries for {expected} items")]
    LengthMismatch {
        /// Number of items.
        expected: usize,
        /// Number of entries.
        found: usize,
    },
}

/// p values adjusted for the false discovery rate, in the order given.
///
/// Source: Benjamini & Hochberg 1995, J R Stat Soc B 57:289-300 (step-up). Test
/// `benjamini_hochberg_worked_by_hand`.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = p.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let n = crate::linear::count(p.len());
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (below, (p, place)) in order.into_iter().enumerate() {
        let rank = n - crate::linear::count(below);
        smallest = smallest.min(p * n / rank);
        if let Some(cell) = adjusted.get_mut(place) {
            *cell = smallest;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benjamini_hochberg_worked_by_hand() {
        // Sorted .01 .02 .03 .50: .04 .04 .04 .50.
        let found = benjamini_hochberg(&[0.03, 0.5, 0.01, 0.02]);

        for (found, wanted) in found.iter().zip([0.04, 0.5, 0.04, 0.04]) {
            assert!((found - wanted).abs() < 1e-12);
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
