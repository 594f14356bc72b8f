//! A table of finite numbers with explicit gaps: rows are people, columns are scenarios (or other
//! items). Knows nothing of what the numbers mean.

use crate::linear::LARGEST;

/// A persons × scenarios table; a gap is `None`, every present value is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreMatrix {
    columns: usize,
    rows: usize,
    cells: Vec<Option<f64>>,
}

/// Why rows do not make a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// A table needs at least one column.
    #[error("the table has no column")]
    NoColumn,
    /// A row has another length than the table.
    #[error("row {row} has {found} values, {expected} expected")]
    RowLength {
        /// Row number from 0.
        row: usize,
        /// Number of columns of the table.
        expected: usize,
        /// Number of values of the row.
        found: usize,
    },
    /// A present value is not a number, infinite or beyond ±1e100, where squares overflow.
    #[error("row {row}, column {column} is not a finite number")]
    NotFinite {
        /// Row number from 0.
        row: usize,
        /// Column number from 0.
        column: usize,
    },
}

impl ScoreMatrix {
    /// A table from rows of equal length; no row at all is a table of no people.
    ///
    /// `columns` is the number of scenarios (1 or more); each of `rows` is one person, `None` where
    /// a score is missing.
    ///
    /// # Errors
    /// [`MatrixError::NoColumn`], [`MatrixError::RowLength`], [`MatrixError::NotFinite`].
    pub fn from_rows<R>(columns: usize, rows: R) -> Result<Self, MatrixError>
    where
        R: IntoIterator,
        R::Item: AsRef<[Option<f64>]>,
    {
        if columns == 0 {
            return Err(MatrixError::NoColumn);
        }
        let mut matrix = Self { columns, rows: 0, cells: Vec::new() };
        for (row, values) in rows.into_iter().enumerate() {
            let values = values.as_ref();
            if values.len() != columns {
                return Err(MatrixError::RowLength { row, expected: columns, found: values.len() });
            }
            let is_broken = |value: &Option<f64>| value.is_some_and(|v| v.is_nan() || v.abs() > LARGEST);
            if let Some(column) = values.iter().position(is_broken) {
                return Err(MatrixError::NotFinite { row, column });
            }
            matrix.cells.extend_from_slice(values);
            matrix.rows += 1;
        }
        Ok(matrix)
    }

    /// Number of people, complete or not.
    #[must_use]
    pub const fn persons(&self) -> usize {
        self.rows
    }

    /// Number of scenarios.
    #[must_use]
    pub const fn scenarios(&self) -> usize {
        self.columns
    }

    /// The rows in order, gaps included.
    pub fn rows(&self) -> impl Iterator<Item = &[Option<f64>]> {
        self.cells.chunks_exact(self.columns)
    }

    /// The people without a gap, in order: one row of `scenarios()` values each.
    #[must_use]
    pub fn complete_rows(&self) -> Vec<Vec<f64>> {
        self.rows().filter_map(|row| row.iter().copied().collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_rows_leave_out_people_with_a_gap() {
        let rows = [[Some(1.0), None], [Some(2.0), Some(3.0)]];

        let matrix = ScoreMatrix::from_rows(2, rows).unwrap();

        assert_eq!((matrix.persons(), matrix.scenarios()), (2, 2));
        assert_eq!(matrix.complete_rows(), vec![vec![2.0, 3.0]]);
    }

    #[test]
    fn broken_tables_are_refused() {
        let none: [[Option<f64>; 0]; 0] = [];

        assert_eq!(ScoreMatrix::from_rows(0, none), Err(MatrixError::NoColumn));
        assert_eq!(
            ScoreMatrix::from_rows(2, [vec![Some(1.0)]]),
            Err(MatrixError::RowLength { row: 0, expected: 2, found: 1 })
        );
        assert_eq!(
            ScoreMatrix::from_rows(1, [[Some(1.0)], [Some(f64::NAN)]]),
            Err(MatrixError::NotFinite { row: 1, column: 0 })
        );
    }
}
