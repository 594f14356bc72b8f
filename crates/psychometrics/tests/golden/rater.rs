//! Agreement of raters against published tables and other programs.

use psychometrics::matrix::ScoreMatrix;
use psychometrics::rater::icc::icc;
use psychometrics::rater::kappa::{KappaWeights, weighted_kappa};
use psychometrics::rater::krippendorff::{Scale, krippendorff_alpha};

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

#[test]
fn irr_kripp_wikipedia() {
    let expected = &vector("irr_kripp_wikipedia")["expected"];
    // The file has one row per rater; here units are rows.
    let raters = ratings("krippendorff_wikipedia");
    let units: Vec<Vec<Option<f64>>> =
        (0..15).map(|unit| raters.iter().map(|row| row.get(unit).copied().flatten()).collect()).collect();
    let table = ScoreMatrix::from_rows(3, &units).unwrap();
    for (scale, name) in [
        (Scale::Nominal, "nominal"),
        (Scale::Ordinal, "ordinal"),
        (Scale::Interval, "interval"),
        (Scale::Ratio, "ratio"),
    ] {
        let found = krippendorff_alpha(&table, scale).unwrap().value;

        assert_close(found, number(&expected["alpha"][name]), 1e-9, name);
        if let Some(published) = expected["published"][name].as_f64() {
            assert_close(found, published, 0.00051, name);
        }
    }
}

#[test]
fn irr_qwk() {
    let expected = &vector("irr_qwk")["expected"];
    let column =
        |k: usize| -> Vec<Option<u32>> { table("qwk_200x2").iter().map(|row| row[k].parse().ok()).collect() };
    for (weights, name) in [
        (KappaWeights::Unweighted, "unweighted"),
        (KappaWeights::Linear, "linear"),
        (KappaWeights::Quadratic, "quadratic"),
    ] {
        let found = weighted_kappa(&column(0), &column(1), 5, weights).unwrap();

        assert_close(found.value, number(&expected[name]), 1e-9, name);
        assert_eq!((found.n, found.is_enough), (200, true));
    }
}
