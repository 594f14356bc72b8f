//! Reliability of tests made of several parts: weighted composites, a general factor, and alpha from pairs
//! of items when people left gaps.

use crate::linear::{Square, count, count_u32, finite};
use crate::matrix::ScoreMatrix;
use crate::reliability::{Alpha, Basis, ReliabilityError, alpha_of_covariance, feldt_interval};

/// Mosier's reliability of a weighted sum of parts, `1 - w' Σ_e w / w' Σ_x w`, at most 1.
///
/// `covariance`: covariance of the parts' observed scores, one list per part; `reliabilities`: one per part,
/// 0 to 1; `weights`: one per part, any finite numbers. Errors of different parts are taken as independent:
/// parts that share a stem make the result too high.
///
/// # Errors
/// [`ReliabilityError::LengthMismatch`], [`ReliabilityError::TooFewItems`] without a part,
/// [`ReliabilityError::OutOfRange`], [`ReliabilityError::ConstantTotal`] when the sum does not vary.
///
/// Source: Mosier 1943, Psychometrika 8:161-168. Test `a_composite_of_parallel_parts_is_spearman_brown`.
pub fn composite_reliability<R: AsRef<[f64]>>(
    covariance: &[R],
    reliabilities: &[f64],
    weights: &[f64],
) -> Result<f64, ReliabilityError> {
    let parts = covariance.len();
    if parts == 0 {
        return Err(ReliabilityError::TooFewItems { found: 0, needed: 1 });
    }
    let lengths = covariance.iter().map(|row| row.as_ref().len()).chain([reliabilities.len(), weights.len()]);
    if let Some(found) = lengths.into_iter().find(|length| *length != parts) {
        return Err(ReliabilityError::LengthMismatch { expected: parts, found });
    }
    if let Some(value) = reliabilities.iter().copied().find(|r| !(0.0..=1.0).contains(r)) {
        return Err(ReliabilityError::OutOfRange { name: "reliability", value });
    }
    if let Some(value) = weights.iter().copied().find(|w| !w.is_finite()) {
        return Err(ReliabilityError::OutOfRange { name: "weight", value });
    }
    let (mut total, mut error, mut own) = (0.0, 0.0, 0.0);
    for (i, ((row, reliability), weight)) in covariance.iter().zip(reliabilities).zip(weights).enumerate() {
        for (j, (cell, other)) in row.as_ref().iter().zip(weights).enumerate() {
            if !cell.is_finite() || (i == j && *cell < 0.0) {
                return Err(ReliabilityError::OutOfRange { name: "covariance", value: *cell });
            }
            total += weight * other * cell;
            if i == j {
                error += weight * weight * cell * (1.0 - reliability);
                own += weight * weight * cell;
            }
        }
    }
    if total.is_nan() || total <= 1e-12 * own {
        return Err(ReliabilityError::ConstantTotal);
    }
    finite(1.0 - error / total).ok_or(ReliabilityError::ConstantTotal)
}

/// How much of a total is one general factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OmegaHierarchical {
    /// Share of the total's variance that comes from the general factor, 0 to 1.
    pub omega_h: f64,
    /// Share that comes from all factors together.
    pub omega_total: f64,
}

/// Omega hierarchical and omega total from loadings of a bifactor (or Schmid-Leiman) solution:
/// `(Σ λ_g)² / V` and `((Σ λ_g)² + Σ_s (Σ λ_s)²) / V`, with `V` both plus the sum of unique variances.
///
/// `general`: the loading of each item on the general factor; `group_of_item` its group, `None` without one;
/// `specific` its loading on the group's factor (0 without); `unique`: unique variances, 0 or more; all
/// lists of the same length. A low omega_h says that a total stands for several things.
///
/// # Errors
/// [`ReliabilityError::LengthMismatch`], [`ReliabilityError::TooFewItems`] without an item,
/// [`ReliabilityError::OutOfRange`], [`ReliabilityError::ConstantTotal`].
///
/// Source: McDonald 1999; Zinbarg, Revelle, Yovel & Li 2005, Psychometrika 70:123-133. Test
/// `omega_hierarchical_worked_by_hand`.
pub fn omega_hierarchical(
    general: &[f64],
    specific: &[f64],
    group_of_item: &[Option<usize>],
    unique: &[f64],
) -> Result<OmegaHierarchical, ReliabilityError> {
    let expected = general.len();
    if expected == 0 {
        return Err(ReliabilityError::TooFewItems { found: 0, needed: 1 });
    }
    if let Some(found) =
        [specific.len(), group_of_item.len(), unique.len()].into_iter().find(|n| *n != expected)
    {
        return Err(ReliabilityError::LengthMismatch { expected, found });
    }
    for (name, list) in [("loading", general), ("loading", specific), ("unique variance", unique)] {
        let is_broken = |v: &f64| !v.is_finite() || (name == "unique variance" && *v < 0.0);
        if let Some(value) = list.iter().copied().find(is_broken) {
            return Err(ReliabilityError::OutOfRange { name, value });
        }
    }
    let mut groups: Vec<usize> = group_of_item.iter().flatten().copied().collect();
    groups.sort_unstable();
    groups.dedup();
    let of_group = |group: &usize| {
        let own = specific.iter().zip(group_of_item).filter(|(_, g)| **g == Some(*group));
        own.map(|(loading, _)| loading).sum::<f64>().powi(2)
    };
    let first = general.iter().sum::<f64>().powi(2);
    let others: f64 = groups.iter().map(of_group).sum();
    let total = first + others + unique.iter().sum::<f64>();
    if total.is_nan() || total <= 0.0 || total.is_infinite() {
        return Err(ReliabilityError::ConstantTotal);
    }
    Ok(OmegaHierarchical { omega_h: first / total, omega_total: (first + others) / total })
}

/// Alpha from covariances of the people who answered both items of a pair, on request only: the reported
/// alpha uses people without a gap ([`crate::reliability::alpha`]).
///
/// `scores` as for [`crate::reliability::alpha`]. The interval counts the people with at least 2 answers and
/// is too narrow, because no covariance rests on all of them; the matrix may not be one of real scores, so
/// that alpha can leave its range when gaps are many.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`] when a pair of items has fewer than 2 people,
/// [`ReliabilityError::TooFewItems`] below 2 items that vary, [`ReliabilityError::ConstantTotal`].
///
/// Source: Cronbach 1951; pairwise covariances as pingouin. Test `pairs_of_complete_items_give_alpha`;
/// checked against pingouin by hand.
pub fn alpha_pairwise(scores: &ScoreMatrix) -> Result<Alpha, ReliabilityError> {
    let rows: Vec<&[Option<f64>]> = scores.rows().collect();
    let values = |item: usize| rows.iter().filter_map(move |row| row.get(item).copied().flatten());
    let varies = |item: &usize| {
        let first = values(*item).next();
        values(*item).any(|value| Some(value) != first)
    };
    let (kept, constant_items): (Vec<usize>, Vec<usize>) = (0..scores.scenarios()).partition(varies);
    let items_used = count_u32(kept.len());
    if items_used < 2 {
        return Err(ReliabilityError::TooFewItems { found: items_used, needed: 2 });
    }
    let mut fewest = usize::MAX;
    let matrix = Square::from_fn(kept.len(), |i, j| {
        let at =
            |row: &&[Option<f64>], k: usize| kept.get(k).and_then(|item| row.get(*item).copied().flatten());
        let pairs: Vec<(f64, f64)> = rows.iter().filter_map(|row| at(row, i).zip(at(row, j))).collect();
        fewest = fewest.min(pairs.len());
        let n = count(pairs.len());
        let (a, b) = pairs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
        pairs.iter().map(|(x, y)| (x - a) * (y - b)).sum::<f64>() / (n - 1.0)
    });
    if fewest < 2 {
        return Err(ReliabilityError::TooFewPersons { found: count_u32(fewest), needed: 2 });
    }
    let persons_used = count_u32(rows.iter().filter(|row| row.iter().flatten().count() >= 2).count());
    let value = alpha_of_covariance(&matrix, |_| true)?;
    let (low, high) = feldt_interval(value, persons_used, items_used)?;
    let persons_left_out = count_u32(scores.persons()) - persons_used;
    Ok(Alpha {
        value,
        low,
        high,
        basis: Basis { persons_used, persons_left_out, items_used, constant_items },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reliability::alpha;
    use crate::reliability::individual::spearman_brown;

    #[test]
    fn a_composite_of_parallel_parts_is_spearman_brown() {
        // Parallel parts of reliability .6 correlate .6.
        let covariance = [[1.0, 0.6], [0.6, 1.0]];

        let found = composite_reliability(&covariance, &[0.6, 0.6], &[1.0, 1.0]).unwrap();

        assert!((found - spearman_brown(0.6, 2.0).unwrap()).abs() < 1e-12);
        assert!((composite_reliability(&covariance, &[0.6, 0.9], &[0.0, 3.0]).unwrap() - 0.9).abs() < 1e-12);
        // Weights matter only through their ratio.
        let twice = composite_reliability(&covariance, &[0.6, 0.8], &[2.0, 6.0]).unwrap();
        let once = composite_reliability(&covariance, &[0.6, 0.8], &[1.0, 3.0]).unwrap();
        assert!((twice - once).abs() < 1e-12);
        assert_eq!(
            composite_reliability(&covariance, &[0.6; 2], &[0.0; 2]),
            Err(ReliabilityError::ConstantTotal)
        );
        assert!(composite_reliability(&covariance, &[1.6; 2], &[1.0; 2]).is_err());
        assert!(composite_reliability(&covariance, &[0.6], &[1.0; 2]).is_err());
        assert!(composite_reliability(&[[f64::NAN; 1]], &[0.6], &[1.0]).is_err());
        let none: [[f64; 0]; 0] = [];
        assert!(composite_reliability(&none, &[], &[]).is_err());
    }

    #[test]
    fn omega_hierarchical_worked_by_hand() {
        // General 4 · .6 = 2.4 → 5.76; groups (.4 + .4)² each = 1.28; unique 4 · .48 = 1.92: 8.96.
        let groups = [Some(0), Some(0), Some(1), Some(1)];
        let found = omega_hierarchical(&[0.6; 4], &[0.4; 4], &groups, &[0.48; 4]).unwrap();

        assert!((found.omega_h - 5.76 / 8.96).abs() < 1e-12);
        assert!((found.omega_total - 7.04 / 8.96).abs() < 1e-12);
        let alone = omega_hierarchical(&[0.6; 4], &[0.0; 4], &[None; 4], &[0.64; 4]).unwrap();
        assert_eq!(alone.omega_h, alone.omega_total);
        assert!(omega_hierarchical(&[], &[], &[], &[]).is_err());
        assert!(omega_hierarchical(&[0.6], &[0.4], &[None], &[-0.1]).is_err());
        assert!(omega_hierarchical(&[0.6], &[0.4], &[None, None], &[0.1]).is_err());
        assert!(omega_hierarchical(&[0.0], &[0.0], &[None], &[0.0]).is_err());
    }

    #[test]
    fn pairs_of_complete_items_give_alpha() {
        let rows = [[1.0, 2.0, 2.0], [2.0, 2.0, 4.0], [3.0, 5.0, 4.0], [4.0, 4.0, 5.0], [1.0, 1.0, 3.0]];
        let full = ScoreMatrix::from_rows(3, rows.map(|row| row.map(Some))).unwrap();
        let mut gapped = rows.map(|row| row.map(Some));
        gapped[0][2] = None;
        let gapped = ScoreMatrix::from_rows(3, gapped).unwrap();

        let (plain, pairs) = (alpha(&full).unwrap(), alpha_pairwise(&full).unwrap());
        let found = alpha_pairwise(&gapped).unwrap();

        assert!((plain.value - pairs.value).abs() < 1e-12 && plain.basis == pairs.basis);
        assert_eq!(found.basis.persons_used, 5);
        assert!(found.value != plain.value && found.value < 1.0);
        let apart = [[Some(1.0), None], [Some(2.0), None], [None, Some(1.0)], [None, Some(3.0)]];
        let apart = ScoreMatrix::from_rows(2, apart).unwrap();
        assert!(matches!(alpha_pairwise(&apart), Err(ReliabilityError::TooFewPersons { found: 0, .. })));
    }
}
