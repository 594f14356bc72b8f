//! Rows of numbers in lanes of eight, and the elementary functions the inner loops of item response
//! theory need on them.
//!
//! Loops over whole lanes compile to vector instructions without a branch, and every sum is added in
//! one fixed order, so that a result depends neither on the processor nor on the number of threads.

/// Numbers handled together.
pub(crate) const LANES: usize = 8;

/// Eight numbers.
pub(crate) type Lane = [f64; LANES];

/// Eight zeros.
pub(crate) const ZERO: Lane = [0.0; LANES];

/// The smallest exponent taken: e^-700 is still a normal number.
const SMALLEST_EXPONENT: f64 = -700.0;

/// `values` in lanes, the last one filled up with `filler`.
pub(crate) fn to_lanes(values: &[f64], filler: f64) -> Vec<Lane> {
    values
        .chunks(LANES)
        .map(|chunk| {
            let mut lane = [filler; LANES];
            lane.iter_mut().zip(chunk).for_each(|(cell, value)| *cell = *value);
            lane
        })
        .collect()
}

/// A table of rows of equal length, contiguous in memory.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rows {
    width: usize,
    cells: Vec<Lane>,
}

impl Rows {
    /// `rows` rows of `width` lanes (1 or more), all zero.
    pub(crate) fn zeros(rows: usize, width: usize) -> Self {
        let width = width.max(1);
        Self { width, cells: vec![ZERO; rows * width] }
    }

    /// Number of rows.
    pub(crate) const fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    /// One row; empty beyond the last.
    #[inline]
    pub(crate) fn row(&self, row: usize) -> &[Lane] {
        self.cells.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// One row to change; empty beyond the last.
    #[inline]
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [Lane] {
        self.cells.get_mut(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// The rows from `first` on, `count` of them.
    pub(crate) fn slice(&self, first: usize, count: usize) -> std::slice::ChunksExact<'_, Lane> {
        self.cells
            .get(first * self.width..(first + count) * self.width)
            .unwrap_or_default()
            .chunks_exact(self.width)
    }

    /// All rows in order, to change.
    pub(crate) fn rows_mut(&mut self) -> std::slice::ChunksExactMut<'_, Lane> {
        self.cells.chunks_exact_mut(self.width)
    }

    /// Adds every cell of a table of the same shape.
    pub(crate) fn add(&mut self, other: &Self) {
        add_assign(&mut self.cells, &other.cells);
    }
}

/// Adds a row to another.
#[inline]
pub(crate) fn add_assign(sum: &mut [Lane], row: &[Lane]) {
    for (s, r) in sum.iter_mut().zip(row) {
        for (a, b) in s.iter_mut().zip(r) {
            *a += b;
        }
    }
}

/// Adds `factor` times a row to another.
#[inline]
pub(crate) fn add_scaled(sum: &mut [Lane], row: &[Lane], factor: f64) {
    for (s, r) in sum.iter_mut().zip(row) {
        for (a, b) in s.iter_mut().zip(r) {
            *a += factor * b;
        }
    }
}

/// The sum of the eight numbers, always in the same order.
#[inline]
pub(crate) const fn lane_sum(lane: Lane) -> f64 {
    let [a, b, c, d, e, f, g, h] = lane;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// The sum of a row: lane by lane, then across.
#[inline]
pub(crate) fn row_sum(row: &[Lane]) -> f64 {
    let mut sum = ZERO;
    for lane in row {
        for (s, value) in sum.iter_mut().zip(lane) {
            *s += value;
        }
    }
    lane_sum(sum)
}

/// Σ of the products of two rows.
#[inline]
pub(crate) fn dot(a: &[Lane], b: &[Lane]) -> f64 {
    let mut sum = ZERO;
    for (x, y) in a.iter().zip(b) {
        for (s, (x, y)) in sum.iter_mut().zip(x.iter().zip(y)) {
            *s += x * y;
        }
    }
    lane_sum(sum)
}

/// The largest number of a row without NaN; negative infinity for an empty one.
#[inline]
pub(crate) fn row_max(row: &[Lane]) -> f64 {
    let mut largest = [f64::NEG_INFINITY; LANES];
    for lane in row {
        for (m, value) in largest.iter_mut().zip(lane) {
            *m = if *value > *m { *value } else { *m };
        }
    }
    largest.into_iter().fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a })
}

/// e^x to a relative error below 1e-15, without a branch; x is held to -700..709.
///
/// Cody & Waite's reduction x = n ln 2 + r and the Taylor polynomial of degree 12 on |r| <= 0.347.
/// The integer n is read from the low bits of a sum with 1.5 · 2^52, where they stand as they are.
#[inline]
pub(crate) fn exp(x: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = if x < SMALLEST_EXPONENT { SMALLEST_EXPONENT } else { x };
    let x = if x > 709.0 { 709.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = 1.0 / 479_001_600.0;
    p = p * r + 1.0 / 39_916_800.0;
    p = p * r + 1.0 / 3_628_800.0;
    p = p * r + 1.0 / 362_880.0;
    p = p * r + 1.0 / 40_320.0;
    p = p * r + 1.0 / 5_040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    p * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// ln(1 + t) for t from 0 to 1 to a relative error below 1e-15, without a branch.
///
/// 2 artanh(t / (2 + t)) by its series, whose argument is at most 1/3.
#[inline]
pub(crate) fn ln_1p_unit(t: f64) -> f64 {
    let s = t / (2.0 + t);
    let z = s * s;
    let mut p = 1.0 / 33.0;
    p = p * z + 1.0 / 31.0;
    p = p * z + 1.0 / 29.0;
    p = p * z + 1.0 / 27.0;
    p = p * z + 1.0 / 25.0;
    p = p * z + 1.0 / 23.0;
    p = p * z + 1.0 / 21.0;
    p = p * z + 1.0 / 19.0;
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    p = p * z + 1.0;
    2.0 * s * p
}

/// The logistic function 1 / (1 + e^-x), accurate in both tails.
#[inline]
pub(crate) fn logistic(x: f64) -> f64 {
    let u = exp(-x.abs());
    let upper = 1.0 / (1.0 + u);
    if x < 0.0 { u * upper } else { upper }
}

/// ln(1 + e^x), the negative logarithm of the logistic function at -x.
#[inline]
pub(crate) fn softplus(x: f64) -> f64 {
    let u = exp(-x.abs());
    (if x > 0.0 { x } else { 0.0 }) + ln_1p_unit(u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elementary_functions_agree_with_the_standard_library() {
        for k in -7_000..=7_000 {
            let x = f64::from(k) * 0.099_7;

            assert!((exp(x) / x.exp() - 1.0).abs() < 2e-15, "exp {x}");
            let wanted = if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) };
            assert!((logistic(x) / wanted - 1.0).abs() < 4e-15, "logistic {x}");
            let wanted = if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() };
            assert!((softplus(x) / wanted - 1.0).abs() < 4e-15, "softplus {x}");
        }
        for k in 0..=1_000 {
            let t = f64::from(k) / 1_000.0;
            assert!((ln_1p_unit(t) - t.ln_1p()).abs() <= 1e-15 * t.ln_1p());
        }
    }

    #[test]
    fn extreme_exponents_stay_finite() {
        assert!(exp(f64::NEG_INFINITY) > 0.0 && exp(f64::NEG_INFINITY) < 1e-300);
        assert!(exp(f64::INFINITY).is_finite());
        assert_eq!(logistic(f64::INFINITY), 1.0);
        assert!(logistic(f64::NEG_INFINITY) < 1e-300);
    }

    #[test]
    fn rows_add_up() {
        let values: Vec<f64> = (0..13).map(f64::from).collect();
        let row = to_lanes(&values, 0.0);

        assert_eq!(row.len(), 2);
        assert_eq!(row_sum(&row), 78.0);
        assert_eq!(dot(&row, &row), values.iter().map(|v| v * v).sum::<f64>());
        assert_eq!(row_max(&row), 12.0);
        let mut rows = Rows::zeros(3, row.len());
        add_assign(rows.row_mut(1), &row);
        add_scaled(rows.row_mut(1), &row, 2.0);
        assert_eq!(row_sum(rows.row(1)), 234.0);
        assert_eq!((rows.len(), row_sum(rows.row(0)), rows.row(9).len()), (3, 0.0, 0));
    }
}
