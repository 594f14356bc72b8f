//! Tables of several groups and several outcomes in strata: the generalised Cochran-Mantel-Haenszel
//! statistics of general association, of differing mean scores and of correlation.

use crate::fairness::FairnessError;
use crate::fairness::chance::chi_squared_above;
use crate::linear::{Square, count_u32};

/// The counts of one stratum: rows = groups, columns = outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountTable {
    rows: usize,
    columns: usize,
    cells: Vec<u32>,
}

impl CountTable {
    /// A table from its rows, of equal length; at least 2 rows and 2 columns.
    ///
    /// # Errors
    /// [`FairnessError::Shape`].
    pub fn from_rows<R>(rows: impl IntoIterator<Item = R>) -> Result<Self, FairnessError>
    where
        R: AsRef<[u32]>,
    {
        let mut table = Self { rows: 0, columns: 0, cells: Vec::new() };
        for (index, row) in rows.into_iter().enumerate() {
            let row = row.as_ref();
            if index == 0 {
                table.columns = row.len();
            }
            if row.len() != table.columns || row.len() < 2 {
                let expected = table.columns.max(2);
                return Err(FairnessError::Shape { what: "row", index, expected, found: row.len() });
            }
            table.cells.extend_from_slice(row);
            table.rows += 1;
        }
        if table.rows < 2 {
            return Err(FairnessError::Shape { what: "table", index: 0, expected: 2, found: table.rows });
        }
        Ok(table)
    }

    /// A table whose cells stand row by row; the lengths are the caller's.
    pub(crate) const fn from_cells(rows: usize, columns: usize, cells: Vec<u32>) -> Self {
        Self { rows, columns, cells }
    }

    fn row_totals(&self) -> Vec<f64> {
        self.cells.chunks_exact(self.columns).map(|row| row.iter().map(|n| f64::from(*n)).sum()).collect()
    }

    fn column_totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.columns];
        for row in self.cells.chunks_exact(self.columns) {
            for (total, n) in totals.iter_mut().zip(row) {
                *total += f64::from(*n);
            }
        }
        totals
    }
}

/// A chi-squared statistic over strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CmhTest {
    /// The statistic, 0 or more.
    pub statistic: f64,
    /// Degrees of freedom, 1 or more.
    pub df: u32,
    /// Its probability.
    pub p: f64,
    /// Strata with at least two people.
    pub strata_used: u32,
}

/// General association: whether outcomes of the groups differ in any way, given the stratum.
///
/// `strata`: tables of one shape, in any order. Groups and outcomes that never occur are dropped; where
/// the covariance is still singular its rank counts as degrees of freedom.
///
/// # Errors
/// [`FairnessError::Shape`], [`FairnessError::NoUsableStratum`].
///
/// Source: Landis, Heyman & Koch 1978; Agresti 2002, section 7.5.3. Golden test `fair_cmh_jobsat`.
pub fn general_association(strata: &[CountTable]) -> Result<CmhTest, FairnessError> {
    cmh(strata, &Contrast::Nominal, &Contrast::Nominal)
}

/// Whether the mean score of the outcome differs between groups, given the stratum.
///
/// `strata` as in [`general_association`]; `column_scores`: one finite score per outcome.
///
/// # Errors
/// As [`general_association`], and [`FairnessError::NotFinite`], [`FairnessError::NoSpread`].
///
/// Source: Landis, Heyman & Koch 1978; Agresti 2002, section 7.5.2. Golden test `fair_cmh_jobsat`.
pub fn row_mean_scores(strata: &[CountTable], column_scores: &[f64]) -> Result<CmhTest, FairnessError> {
    cmh(strata, &Contrast::Nominal, &Contrast::Scores(column_scores.to_vec()))
}

/// Whether outcome and group, both scored, are correlated, given the stratum (Mantel 1963).
///
/// `row_scores`, `column_scores`: one finite score per group and per outcome.
///
/// # Errors
/// As [`row_mean_scores`].
///
/// Source: Mantel 1963, J Am Stat Assoc 58:690-700; Agresti 2002, section 7.5.2. Golden test
/// `fair_cmh_jobsat`.
pub fn correlation(
    strata: &[CountTable],
    row_scores: &[f64],
    column_scores: &[f64],
) -> Result<CmhTest, FairnessError> {
    cmh(strata, &Contrast::Scores(row_scores.to_vec()), &Contrast::Scores(column_scores.to_vec()))
}

/// How one side of a table is looked at.
enum Contrast {
    /// Every category but the last of those that occur against the rest.
    Nominal,
    /// One number per category.
    Scores(Vec<f64>),
}

impl Contrast {
    /// The contrasts as lists of weights; `occurs` tells which categories are ever used.
    fn weights(&self, occurs: &[bool], what: &'static str) -> Result<Vec<Vec<f64>>, FairnessError> {
        match self {
            Self::Nominal => {
                let used: Vec<usize> = (0..).zip(occurs).filter(|(_, yes)| **yes).map(|(k, _)| k).collect();
                let unit = |k: &usize| (0..occurs.len()).map(|i| f64::from(u8::from(i == *k))).collect();
                Ok(used.split_last().map_or(&[][..], |(_, rest)| rest).iter().map(unit).collect())
            }
            Self::Scores(scores) => {
                let (expected, found) = (occurs.len(), scores.len());
                if expected != found {
                    return Err(FairnessError::Shape { what, index: 0, expected, found });
                }
                if let Some(index) = scores.iter().position(|s| s.is_nan() || s.abs() > 1e30) {
                    return Err(FairnessError::NotFinite { index });
                }
                Ok(vec![scores.clone()])
            }
        }
    }
}

fn cmh(strata: &[CountTable], rows: &Contrast, columns: &Contrast) -> Result<CmhTest, FairnessError> {
    let first = strata.first().ok_or(FairnessError::NoUsableStratum)?;
    for (index, table) in strata.iter().enumerate() {
        if (table.rows, table.columns) != (first.rows, first.columns) {
            let (expected, found) = (first.cells.len(), table.cells.len());
            return Err(FairnessError::Shape { what: "stratum", index, expected, found });
        }
    }
    let used: Vec<&CountTable> = strata.iter().filter(|table| total(table) > 1.0).collect();
    let occurs = |totals: fn(&CountTable) -> Vec<f64>, size: usize| {
        used.iter().fold(vec![false; size], |mut found, table| {
            found.iter_mut().zip(totals(table)).for_each(|(seen, n)| *seen |= n > 0.0);
            found
        })
    };
    let row_weights = rows.weights(&occurs(CountTable::row_totals, first.rows), "row scores")?;
    let column_weights =
        columns.weights(&occurs(CountTable::column_totals, first.columns), "column scores")?;
    if used.is_empty() || row_weights.is_empty() || column_weights.is_empty() {
        return Err(FairnessError::NoUsableStratum);
    }
    let size = row_weights.len() * column_weights.len();
    let mut difference = vec![0.0; size];
    let mut covariance = vec![0.0; size * size];
    for table in &used {
        add_stratum(table, &row_weights, &column_weights, &mut difference, &mut covariance);
    }
    let (statistic, df) = quadratic_form(&covariance, &difference).ok_or(FairnessError::NoSpread)?;
    let strata_used = count_u32(used.len());
    Ok(CmhTest { statistic, df, p: chi_squared_above(statistic, df), strata_used })
}

fn total(table: &CountTable) -> f64 {
    table.cells.iter().map(|n| f64::from(*n)).sum()
}

/// Adds observed minus expected contrasts of one stratum and their covariance.
fn add_stratum(
    table: &CountTable,
    row_weights: &[Vec<f64>],
    column_weights: &[Vec<f64>],
    difference: &mut [f64],
    covariance: &mut [f64],
) {
    let n = total(table);
    let (row_totals, column_totals) = (table.row_totals(), table.column_totals());
    let weighted = |weights: &[f64], totals: &[f64]| -> f64 { zip_sum(weights, totals) / n };
    let row_cov = second_moments(row_weights, &row_totals, n);
    let column_cov = second_moments(column_weights, &column_totals, n);
    let pairs = row_weights.iter().flat_map(|r| column_weights.iter().map(move |c| (r, c)));
    for (cell, (r, c)) in difference.iter_mut().zip(pairs) {
        let observed: f64 = table
            .cells
            .chunks_exact(table.columns)
            .zip(r)
            .map(|(row, weight)| weight * row.iter().zip(c).map(|(n, c)| f64::from(*n) * c).sum::<f64>())
            .sum();
        *cell += observed - n * weighted(r, &row_totals) * weighted(c, &column_totals);
    }
    // Kronecker product of the two covariances, times n² / (n - 1).
    let (inner, size) = (column_weights.len(), difference.len());
    let scale = n * n / (n - 1.0);
    for (place, cell) in covariance.iter_mut().enumerate() {
        let (a, b) = (place / size, place % size);
        *cell += scale * row_cov.at(a / inner, b / inner) * column_cov.at(a % inner, b % inner);
    }
}

fn zip_sum(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The covariance of contrasts under the shares `totals / n`.
fn second_moments(weights: &[Vec<f64>], totals: &[f64], n: f64) -> Square {
    let means: Vec<f64> = weights.iter().map(|w| zip_sum(w, totals) / n).collect();
    let centred: Vec<Vec<f64>> =
        weights.iter().zip(&means).map(|(w, mean)| w.iter().map(|w| w - mean).collect()).collect();
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).zip(totals).map(|((a, b), n)| a * b * n).sum::<f64>() / n
    };
    let empty: &[f64] = &[];
    let of = |k: usize| centred.get(k).map_or(empty, Vec::as_slice);
    Square::from_fn(weights.len(), |i, j| product(of(i), of(j)))
}

/// `x' C⁻¹ x` with the size of C, or with its generalised inverse and rank when C is singular; absent
/// when C is 0.
fn quadratic_form(covariance: &[f64], x: &[f64]) -> Option<(f64, u32)> {
    let size = x.len();
    let matrix = Square::from_fn(size, |i, j| covariance.get(i * size + j).copied().unwrap_or(0.0));
    let pairs = matrix.symmetric_eigenpairs();
    let largest = pairs.first().map_or(0.0, |(value, _)| *value);
    if !largest.is_finite() || largest <= 1e-12 {
        return None;
    }
    let kept = pairs.iter().filter(|(value, _)| *value > 1e-10 * largest);
    let (sum, rank) = kept
        .fold((0.0, 0), |(sum, rank), (value, vector)| (sum + zip_sum(vector, x).powi(2) / value, rank + 1));
    crate::linear::finite(sum).map(|sum| (sum, rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[u32]]) -> CountTable {
        CountTable::from_rows(rows.iter()).unwrap()
    }

    #[test]
    fn two_by_two_is_mantel_haenszel() {
        use crate::fairness::stratified::{Continuity, Stratum, mantel_haenszel};
        let strata = [table(&[&[10, 20], &[15, 12]]), table(&[&[4, 9], &[8, 8]])];
        let cells = [
            Stratum { group_yes: 10, group_no: 20, other_yes: 15, other_no: 12 },
            Stratum { group_yes: 4, group_no: 9, other_yes: 8, other_no: 8 },
        ];

        let general = general_association(&strata).unwrap();

        let wanted = mantel_haenszel(&cells, Continuity::None).unwrap().chi_squared;
        assert!((general.statistic - wanted).abs() < 1e-9 && general.df == 1);
        assert!((correlation(&strata, &[0.0, 1.0], &[7.0, 9.0]).unwrap().statistic - wanted).abs() < 1e-9);
    }

    #[test]
    fn outcomes_that_never_occur_lower_the_degrees_of_freedom() {
        let full = [table(&[&[10, 5, 3], &[6, 9, 2]])];
        let padded = [table(&[&[10, 0, 5, 3], &[6, 0, 9, 2]])];

        let (a, b) = (general_association(&full).unwrap(), general_association(&padded).unwrap());

        assert_eq!((a.df, b.df), (2, 2));
        assert!((a.statistic - b.statistic).abs() < 1e-10);
    }

    #[test]
    fn tables_that_say_nothing_are_refused() {
        assert_eq!(general_association(&[]), Err(FairnessError::NoUsableStratum));
        assert_eq!(general_association(&[table(&[&[0, 0], &[0, 1]])]), Err(FairnessError::NoUsableStratum));
        assert!(general_association(&[table(&[&[3, 2], &[0, 0]])]).is_err());
        assert!(CountTable::from_rows([[1, 2, 3].as_slice(), &[1, 2]]).is_err());
        assert!(CountTable::from_rows([[1_u32, 2]]).is_err());
        let strata = [table(&[&[3, 2], &[1, 4]]), table(&[&[3, 2, 1], &[1, 4, 1]])];
        assert!(matches!(general_association(&strata), Err(FairnessError::Shape { index: 1, .. })));
        assert!(row_mean_scores(&strata[..1], &[1.0, f64::NAN]).is_err());
        assert_eq!(row_mean_scores(&strata[..1], &[2.0, 2.0]), Err(FairnessError::NoSpread));
    }
}
