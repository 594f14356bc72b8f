//! People far from the others in all answers together: squared Mahalanobis distances.

use nalgebra::{DMatrix, DVector};
use statrs::function::gamma::gamma_ur;

use crate::linear::{count, count_u32};
use crate::matrix::ScoreMatrix;

/// p value below which a person is flagged.
const FLAG_P: f64 = 0.001;

/// One person's distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distance {
    /// Squared distance, 0 or more.
    pub d2: f64,
    /// p value against χ² with as many degrees of freedom as columns used.
    pub p: f64,
    /// Whether p is below .001 and there are more than 10 people per column.
    pub is_flagged: bool,
}

/// The distances of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    /// One entry per row, `None` for people with a gap.
    pub people: Vec<Option<Distance>>,
    /// Columns where everybody has the same value, left out.
    pub constant_columns: Vec<usize>,
    /// Whether there are more than 10 people per column: below, nobody is flagged.
    pub is_large_enough: bool,
}

/// Why there are no distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DistanceError {
    /// Not more people without a gap than columns that vary.
    #[error("{persons} people without a gap for {columns} columns")]
    TooFewPersons {
        /// People without a gap.
        persons: u32,
        /// Columns that vary.
        columns: u32,
    },
    /// No column varies.
    #[error("no column varies")]
    NothingVaries,
    /// Columns depend on each other: the covariance cannot be inverted, and no pseudo-inverse is used.
    #[error("columns depend on each other")]
    Singular,
}

/// Squared Mahalanobis distances of the people without a gap from their mean, with the covariance
/// (n - 1) of the columns that vary.
///
/// `answers`: rows = people, columns = answers.
///
/// # Errors
/// [`DistanceError`].
///
/// Source: Mahalanobis 1936; Meade & Craig 2012. Test `distances_worked_by_hand`; checked against psych
/// by hand.
pub fn mahalanobis(answers: &ScoreMatrix) -> Result<Distances, DistanceError> {
    let rows = answers.complete_rows();
    let varies = |column: usize| {
        let mut values = rows.iter().filter_map(|row| row.get(column));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let (columns, constant_columns): (Vec<usize>, Vec<usize>) =
        (0..answers.scenarios()).partition(|c| varies(*c));
    if columns.is_empty() {
        return Err(DistanceError::NothingVaries);
    }
    if rows.len() <= columns.len() {
        let (persons, columns) = (count_u32(rows.len()), count_u32(columns.len()));
        return Err(DistanceError::TooFewPersons { persons, columns });
    }
    let used = |row: &[f64]| columns.iter().filter_map(|c| row.get(*c).copied()).collect::<Vec<f64>>();
    let data = DMatrix::from_row_iterator(rows.len(), columns.len(), rows.iter().flat_map(|row| used(row)));
    let mean = data.row_mean();
    let mut centred = data;
    centred.row_iter_mut().for_each(|mut row| row -= &mean);
    let covariance = centred.transpose() * &centred / (count(rows.len()) - 1.0);
    let scale = covariance.diagonal().amax();
    let factor = covariance.cholesky().ok_or(DistanceError::Singular)?;
    // A pivot of rounding size means that columns depend on each other.
    if factor.l_dirty().diagonal().iter().any(|d| d * d <= 1e-12 * scale) {
        return Err(DistanceError::Singular);
    }
    let is_large_enough = rows.len() > 10 * columns.len();
    let distance = |row: &[f64]| {
        let own = DVector::from_vec(used(row)) - mean.transpose();
        let d2 = own.dot(&factor.solve(&own)).max(0.0);
        let p = gamma_ur(count(columns.len()) / 2.0, (d2 / 2.0).max(1e-300));
        Distance { d2, p, is_flagged: is_large_enough && p < FLAG_P }
    };
    let people = answers
        .rows()
        .map(|row| row.iter().copied().collect::<Option<Vec<f64>>>().map(|row| distance(&row)))
        .collect();
    Ok(Distances { people, constant_columns, is_large_enough })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_worked_by_hand() {
        // Uncorrelated columns with variance 4/3: d² = 2 · 1 / (4/3) = 1.5 for everybody.
        let rows = [[1.0, 1.0, 7.0], [1.0, -1.0, 7.0], [-1.0, 1.0, 7.0], [-1.0, -1.0, 7.0]];
        let mut rows: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
        rows.push(vec![None, Some(1.0), Some(7.0)]);

        let found = mahalanobis(&ScoreMatrix::from_rows(3, rows).unwrap()).unwrap();

        assert_eq!(found.constant_columns, [2]);
        assert!(!found.is_large_enough && found.people[4].is_none());
        for own in found.people.iter().flatten() {
            assert!((own.d2 - 1.5).abs() < 1e-12 && !own.is_flagged);
            // χ² with 2 degrees of freedom: e^(-d²/2).
            assert!((own.p - (-0.75_f64).exp()).abs() < 1e-10);
        }
    }

    #[test]
    fn dependent_columns_are_refused() {
        let rows: Vec<[Option<f64>; 2]> =
            (0..40).map(|k| [Some(f64::from(k)), Some(2.0 * f64::from(k))]).collect();
        let flat = ScoreMatrix::from_rows(2, vec![[Some(1.0); 2]; 9]).unwrap();

        assert_eq!(mahalanobis(&ScoreMatrix::from_rows(2, &rows).unwrap()), Err(DistanceError::Singular));
        assert_eq!(mahalanobis(&flat), Err(DistanceError::NothingVaries));
        let few = ScoreMatrix::from_rows(2, &rows[..2]).unwrap();
        assert_eq!(mahalanobis(&few), Err(DistanceError::TooFewPersons { persons: 2, columns: 2 }));
    }
}
