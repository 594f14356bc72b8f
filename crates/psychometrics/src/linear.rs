//! Counting and small linear algebra shared by the statistics.

/// A length as `u32`; longer lists than 2^32 - 1 do not fit in memory here and saturate.
pub(crate) fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A length as a number, exact up to 2^32 - 1.
pub(crate) fn count(n: usize) -> f64 {
    f64::from(count_u32(n))
}

/// Largest size of a number the statistics take: squares and their sums then stay finite.
pub(crate) const LARGEST: f64 = 1e100;

/// The value when it is a finite number.
pub(crate) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// The mean of each of the first `columns` columns.
pub(crate) fn column_means(rows: &[Vec<f64>], columns: usize) -> Vec<f64> {
    let n = count(rows.len());
    let mut means = vec![0.0; columns];
    for row in rows {
        for (mean, value) in means.iter_mut().zip(row) {
            *mean += value / n;
        }
    }
    means
}
