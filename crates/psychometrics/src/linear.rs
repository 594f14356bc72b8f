//! Counting and small linear algebra shared by the statistics.

/// A length as `u32`; longer lists than 2^32 - 1 do not fit in memory here and saturate.
pub(crate) fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A length as a number, exact up to 2^32 - 1.
pub(crate) fn count(n: usize) -> f64 {
    f64::from(count_u32(n))
}

/// The value when it is a finite number.
pub(crate) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
