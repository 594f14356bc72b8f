//! Counting and the small linear algebra shared by the statistics: a square matrix, the eigenvalues
//! of a symmetric one and the solution of a positive definite system.
//!
//! Sizes are numbers of scenarios (60 at most in practice), so plain dense loops do.

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

/// A square matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// The matrix whose cells are `cell(row, column)`.
    pub(crate) fn from_fn(size: usize, mut cell: impl FnMut(usize, usize) -> f64) -> Self {
        let cells = (0..size * size).map(|k| cell(k / size, k % size)).collect();
        Self { size, cells }
    }

    /// Number of rows.
    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    /// The cell of `row` and `column`, both below `size`.
    #[expect(clippy::indexing_slicing, reason = "private callers loop below `size`")]
    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    #[expect(clippy::indexing_slicing, reason = "private callers loop below `size`")]
    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] = value;
    }

    /// The diagonal.
    pub(crate) fn diagonal(&self) -> Vec<f64> {
        (0..self.size).map(|i| self.at(i, i)).collect()
    }

    /// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: the pairs
    /// (value, vector of length 1), largest value first.
    ///
    /// Source: Golub & Van Loan 2013, section 8.5; test `eigenpairs_rebuild_the_matrix`.
    pub(crate) fn symmetric_eigenpairs(&self) -> Vec<(f64, Vec<f64>)> {
        let n = self.size;
        let mut a = self.clone();
        let mut v = Self::from_fn(n, |i, j| if i == j { 1.0 } else { 0.0 });
        let scale: f64 = a.cells.iter().map(|x| x * x).sum();
        for _sweep in 0..60 {
            let off: f64 =
                (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
            if off <= 1e-30 * scale {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    rotate(&mut a, &mut v, p, q);
                }
            }
        }
        let mut pairs: Vec<(f64, Vec<f64>)> =
            (0..n).map(|m| (a.at(m, m), (0..n).map(|i| v.at(i, m)).collect())).collect();
        pairs.sort_by(|x, y| y.0.total_cmp(&x.0));
        pairs
    }

    /// The solution of `self · x = right` for a symmetric positive definite matrix by Cholesky;
    /// absent when it is not positive definite.
    ///
    /// Test `cholesky_solves_or_refuses`.
    pub(crate) fn solve_positive_definite(&self, right: &[f64]) -> Option<Vec<f64>> {
        let n = self.size;
        let mut lower = Self::from_fn(n, |_, _| 0.0);
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = self.at(i, j) - (0..j).map(|k| lower.at(i, k) * lower.at(j, k)).sum::<f64>();
                if i == j {
                    if !sum.is_finite() || sum <= 1e-14 * self.at(i, i).abs() {
                        return None;
                    }
                    lower.set(i, i, sum.sqrt());
                } else {
                    lower.set(i, j, sum / lower.at(j, j));
                }
            }
        }
        let mut forward: Vec<f64> = Vec::with_capacity(n);
        for (i, value) in right.iter().enumerate() {
            let known: f64 = forward.iter().enumerate().map(|(k, y)| lower.at(i, k) * y).sum();
            forward.push((value - known) / lower.at(i, i));
        }
        // Backward substitution builds the solution from its last value.
        let mut reversed: Vec<f64> = Vec::with_capacity(n);
        for (i, value) in forward.iter().enumerate().rev() {
            let known: f64 = reversed.iter().zip((0..n).rev()).map(|(x, k)| lower.at(k, i) * x).sum();
            reversed.push((value - known) / lower.at(i, i));
        }
        reversed.reverse();
        reversed.iter().all(|x| x.is_finite()).then_some(reversed)
    }
}

/// One Jacobi rotation that sets the cell (p, q) of `a` to 0, applied to the vectors `v` too.
fn rotate(a: &mut Square, v: &mut Square, p: usize, q: usize) {
    let apq = a.at(p, q);
    if apq == 0.0 {
        return;
    }
    let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for k in 0..a.size {
        let (kp, kq) = (a.at(k, p), a.at(k, q));
        a.set(k, p, c * kp - s * kq);
        a.set(k, q, s * kp + c * kq);
    }
    for k in 0..a.size {
        let (pk, qk) = (a.at(p, k), a.at(q, k));
        a.set(p, k, c * pk - s * qk);
        a.set(q, k, s * pk + c * qk);
        let (kp, kq) = (v.at(k, p), v.at(k, q));
        v.set(k, p, c * kp - s * kq);
        v.set(k, q, s * kp + c * kq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenpairs_rebuild_the_matrix() {
        for n in 1..9 {
            let a = Square::from_fn(n, |i, j| if i == j { 3.0 + count(i) } else { 1.0 / count(i + j) });

            let pairs = a.symmetric_eigenpairs();

            assert!(pairs.windows(2).all(|w| w[0].0 >= w[1].0));
            for i in 0..n {
                for j in 0..n {
                    let rebuilt: f64 = pairs.iter().map(|(g, v)| g * v[i] * v[j]).sum();
                    assert!((rebuilt - a.at(i, j)).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn cholesky_solves_or_refuses() {
        let a = Square::from_fn(3, |i, j| [[4.0, 2.0, 0.0], [2.0, 5.0, 1.0], [0.0, 1.0, 3.0]][i][j]);
        let indefinite = Square::from_fn(2, |i, j| if i == j { 1.0 } else { 2.0 });

        let x = a.solve_positive_definite(&[8.0, 15.0, 11.0]).unwrap();

        for (found, wanted) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - wanted).abs() < 1e-12);
        }
        assert_eq!(indefinite.solve_positive_definite(&[1.0, 1.0]), None);
    }
}
