//! Agreement of raters against published tables and other programs.

use psychometrics::matrix::ScoreMatrix;
use psychometrics::rater::icc::icc;

use super::{assert_close, number, table, vector};

/// A table of numbers, a gap where the cell is empty.
fn ratings(name: &str) -> Vec<Vec<Option<f64>>> {
    table(name).iter().map(|row| row.iter().map(|cell| cell.parse().ok()).collect()).collect()
}

#[test]
fn irr_icc_shrout_fleiss() {
    let expected = &vector("irr_icc_shrout_fleiss")["expected"];
    let rows = ratings("shrout_fleiss_1979");

    let found = icc(&ScoreMatrix::from_rows(4, &rows).unwrap()).unwrap();

    for (form, name) in found.forms().zip(["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]) {
        assert_close(form.value, number(&expected["icc"][name]), 1e-6, name);
        assert_close(form.value, number(&expected["published"][name]), 0.0051, name);
        assert_close(form.low, number(&expected["ci95_lower"][name]), 1e-6, name);
        assert_close(form.high, number(&expected["ci95_upper"][name]), 1e-6, name);
        if let Some(f) = expected["F"][name].as_f64() {
            assert_close(form.f.unwrap(), f, 1e-6, name);
        }
    }
}
