//! Further lower bounds of reliability on standardised items: standardised alpha, Guttman's lambda 6 and
//! the split halves of every division of the items. For the technical manual; alpha and omega report.

use crate::linear::{Square, count, finite};
use crate::matrix::ScoreMatrix;
use crate::reliability::omega::standardised;
use crate::reliability::{Basis, ReliabilityError, UsableScores, covariance};

/// Most items whose divisions are all looked at (6,435 of 16 items).
pub const MOST_SPLIT_ITEMS: u32 = 16;

/// Lower bounds of the reliability of the sum of standardised items.
#[derive(Debug, Clone, PartialEq)]
pub struct LowerBounds {
    /// Mean correlation of two items, -1 to 1.
    pub average_r: f64,
    /// Standardised alpha `J r / (1 + (J - 1) r)`, at most 1.
    pub standardised_alpha: f64,
    /// Guttman's lambda 6; absent when an item is a combination of the others.
    pub lambda6: Option<f64>,
    /// What they were computed from.
    pub basis: Basis,
}

/// Standardised alpha and Guttman's lambda 6, `1 - Σ (1 - SMC_j) / Σ Σ r_jk` with the squared multiple
/// correlation SMC of each item with the others.
///
/// `scores`: rows = people, columns = scenarios (2 or more that vary), any scale. People with a gap and
/// scenarios without variance are left out and reported in the basis. Standardising hides that scenarios
/// of larger spread count more in the sum: where the sum is reported, so is plain alpha.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`] below 2, [`ReliabilityError::TooFewItems`] below 2,
/// [`ReliabilityError::ConstantTotal`].
///
/// Source: Guttman 1945, Psychometrika 10:255-282. Test `lower_bounds_worked_by_hand`; by hand against
/// psych 2.2.9 (docs/psychometrics.md).
pub fn lower_bounds(scores: &ScoreMatrix) -> Result<LowerBounds, ReliabilityError> {
    let (correlations, basis) = correlations(scores)?;
    let j = count(correlations.size());
    let total = sum(&correlations, |_, _| true);
    let average_r = (total - j) / (j * (j - 1.0));
    if total <= 1e-12 * j {
        return Err(ReliabilityError::ConstantTotal);
    }
    let standardised_alpha =
        finite(j * average_r / (1.0 + (j - 1.0) * average_r)).ok_or(ReliabilityError::ConstantTotal)?;
    let lambda6 = unexplained(&correlations).map(|own| 1.0 - own.iter().sum::<f64>() / total);
    Ok(LowerBounds { average_r, standardised_alpha, lambda6: lambda6.and_then(finite), basis })
}

/// Split-half reliabilities over all divisions of the items into two halves.
#[derive(Debug, Clone, PartialEq)]
pub struct AllSplits {
    /// The smallest.
    pub worst: f64,
    /// Their mean.
    pub mean: f64,
    /// The largest: Guttman's lambda 4 maximised.
    pub best: f64,
    /// Number of divisions.
    pub splits: u32,
    /// What they were computed from.
    pub basis: Basis,
}

/// Guttman's lambda 4, `4 cov(A, B) / var(A + B)`, of standardised items for every division into halves A
/// and B (of an odd number of items into halves that differ by one).
///
/// `scores`: rows = people, columns = scenarios (2 to 16 that vary). People with a gap and scenarios
/// without variance are left out and reported in the basis. The best split flatters: it is chosen for its
/// value. Of an odd number of items each value falls short a little, as the halves have not one length.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`] below 2, [`ReliabilityError::TooFewItems`] below 2,
/// [`ReliabilityError::OutOfRange`] above 16 items that vary, [`ReliabilityError::ConstantTotal`].
///
/// Source: Guttman 1945; Revelle & Zinbarg 2009, Psychometrika 74:145-154 (worst and best split). Test
/// `all_splits_worked_by_hand`; by hand against psych 2.2.9 (docs/psychometrics.md).
pub fn all_splits(scores: &ScoreMatrix) -> Result<AllSplits, ReliabilityError> {
    let (correlations, basis) = correlations(scores)?;
    let j = basis.items_used;
    if j > MOST_SPLIT_ITEMS {
        return Err(ReliabilityError::OutOfRange { name: "items to divide", value: f64::from(j) });
    }
    let total = sum(&correlations, |_, _| true);
    if total <= 1e-12 * f64::from(j) {
        return Err(ReliabilityError::ConstantTotal);
    }
    let (mut worst, mut best, mut mean, mut splits) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0_u32);
    for first in 0..1_u32 << j {
        // Of an even number each division comes twice: take the one whose first half holds item 0.
        if first.count_ones() != j / 2 || (j.is_multiple_of(2) && first & 1 == 0) {
            continue;
        }
        let is_first = |item: usize| u32::try_from(item).is_ok_and(|item| first >> item & 1 == 1);
        let value = 4.0 * sum(&correlations, |a, b| is_first(a) && !is_first(b)) / total;
        (worst, best) = (worst.min(value), best.max(value));
        mean += value;
        splits += 1;
    }
    mean = finite(mean / f64::from(splits)).ok_or(ReliabilityError::ConstantTotal)?;
    Ok(AllSplits { worst, mean, best, splits, basis })
}

/// Correlations of the columns that vary over people without a gap.
fn correlations(scores: &ScoreMatrix) -> Result<(Square, Basis), ReliabilityError> {
    let usable = UsableScores::from_matrix(scores, 2, 2)?;
    let (_, correlations) = standardised(&covariance(&usable.rows)).ok_or(ReliabilityError::ConstantTotal)?;
    Ok((correlations, usable.basis))
}

/// The sum of the cells a rule keeps.
fn sum(matrix: &Square, keep: impl Fn(usize, usize) -> bool) -> f64 {
    let cells = (0..matrix.size()).flat_map(|a| (0..matrix.size()).map(move |b| (a, b)));
    cells.filter(|(a, b)| keep(*a, *b)).map(|(a, b)| matrix.at(a, b)).sum()
}

/// The share of each item's variance the others do not explain, `1 / (R⁻¹)_jj`; absent for a singular
/// matrix.
fn unexplained(correlations: &Square) -> Option<Vec<f64>> {
    let size = correlations.size();
    let of_item = |item: usize| {
        let unit: Vec<f64> = (0..size).map(|k| f64::from(u8::from(k == item))).collect();
        let inverse = correlations.solve_positive_definite(&unit)?.get(item).copied()?;
        // Rounding alone may make a singular matrix look like one that can be inverted.
        (inverse.is_finite() && (1.0..1e10).contains(&(inverse + 1e-9))).then(|| inverse.max(1.0).recip())
    };
    (0..size).map(of_item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight people on three items with r12 = .5, r13 = 0 and r23 = 0.
    fn three() -> ScoreMatrix {
        let rows = [
            [1.0, 1.0, 1.0],
            [1.0, 1.0, -1.0],
            [1.0, -1.0, 1.0],
            [1.0, 1.0, -1.0],
            [-1.0, -1.0, 1.0],
            [-1.0, -1.0, -1.0],
            [-1.0, 1.0, 1.0],
            [-1.0, -1.0, -1.0],
        ];
        let cells: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
        ScoreMatrix::from_rows(3, &cells).unwrap()
    }

    #[test]
    fn lower_bounds_worked_by_hand() {
        let found = lower_bounds(&three()).unwrap();

        // r12 = 4/8; r13 = 0; r23 = 0: mean 1/6, alpha .5 / (1 + 1/3), lambda 6 from
        // 1 - r² = .75, .75 and 1 over a sum of 4.
        assert!((found.average_r - 1.0 / 6.0).abs() < 1e-12, "{found:?}");
        assert!((found.standardised_alpha - 0.375).abs() < 1e-12);
        assert!((found.lambda6.unwrap() - (1.0 - 2.5 / 4.0)).abs() < 1e-12);
        assert_eq!(found.basis.items_used, 3);
    }

    #[test]
    fn all_splits_worked_by_hand() {
        let found = all_splits(&three()).unwrap();

        // {1}|{2,3} and {2}|{1,3}: 4 × .5 / 4; {3}|{1,2}: 0.
        assert_eq!(found.splits, 3);
        assert!((found.best - 0.5).abs() < 1e-12 && found.worst.abs() < 1e-12);
        assert!((found.mean - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn all_splits_of_an_even_number_average_to_standardised_alpha() {
        let cells: Vec<Vec<Option<f64>>> = (0..40_u32)
            .map(|i| (0..6_u32).map(|j| Some(f64::from(i % 9) + f64::from(i * (7 + j * j) % 11))).collect())
            .collect();
        let table = ScoreMatrix::from_rows(6, &cells).unwrap();

        let (splits, bounds) = (all_splits(&table).unwrap(), lower_bounds(&table).unwrap());

        assert_eq!(splits.splits, 10);
        assert!((splits.mean - bounds.standardised_alpha).abs() < 1e-12, "{splits:?} {bounds:?}");
        assert!(splits.worst <= splits.mean && splits.mean <= splits.best);
    }

    #[test]
    fn copies_of_an_item_have_no_lambda_6_and_17_items_are_not_divided() {
        let row = |i: u32, width: u32| -> Vec<Option<f64>> {
            (0..width).map(|j| Some(f64::from(i * i % 7 + if j < 2 { 0 } else { i * j % 5 }))).collect()
        };
        let of = |width: u32| {
            let rows: Vec<_> = (0..30).map(|i| row(i, width)).collect();
            ScoreMatrix::from_rows(usize::try_from(width).unwrap(), &rows).unwrap()
        };

        assert_eq!(lower_bounds(&of(4)).unwrap().lambda6, None);
        assert!(matches!(all_splits(&of(17)), Err(ReliabilityError::OutOfRange { .. })));
    }
}
