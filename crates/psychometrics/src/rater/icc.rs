//! Intraclass correlations: the share of the variance of ratings that is between the rated targets.
//!
//! Targets are what is rated (answers of candidates, options of a key); raters are the columns. The
//! six forms differ in what counts as error and in whether one rating or the mean of all is used.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::linear::{column_means, count, count_u32, finite};
use crate::matrix::ScoreMatrix;
use crate::reliability::quantile_of;

/// Lowest ICC(2,1) of raters who stay in the pool (psychometrics.md section 9).
pub const SINGLE_RATER_GATE: f64 = 0.60;

/// Lowest ICC(2,k) of a mean rating that may be the score of record (Koo & Li 2016, "good").
pub const RECORD_GATE: f64 = 0.75;

/// The design of a table of ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IccModel {
    /// Each target was rated by raters of its own; differences of severity are error. ICC(1).
    OneWay,
    /// The same raters, drawn from a pool, rated every target; severity is error (absolute
    /// agreement). ICC(2), the default of the product.
    TwoWayRandom,
    /// The same raters rated every target and are the only ones of interest; severity is no error
    /// (consistency). ICC(3).
    TwoWayFixed,
}

/// What a coefficient describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IccUnit {
    /// One rating: the forms (1,1), (2,1), (3,1).
    Single,
    /// The mean of the k ratings of a target: the forms (1,k), (2,k), (3,k).
    Mean,
}

/// One intraclass correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    /// The design.
    pub model: IccModel,
    /// One rating or the mean of all.
    pub unit: IccUnit,
    /// The coefficient, at most 1. Negative when targets differ less than chance would make them:
    /// printed as it is, used as 0 ([`Icc::usable`]). The mean forms have no lower bound; [`f64::MIN`]
    /// stands for minus infinity in `value` and `low`.
    pub value: f64,
    /// Lower limit of the interval.
    pub low: f64,
    /// Upper limit of the interval, at most 1.
    pub high: f64,
    /// F of the hypothesis that targets do not differ; absent when its denominator is 0.
    pub f: Option<f64>,
    /// Degrees of freedom of F.
    pub degrees: (f64, f64),
    /// The chance of so large an F when targets do not differ; absent with F.
    pub p: Option<f64>,
}

impl Icc {
    /// The coefficient where a share is needed: negative values count 0.
    #[must_use]
    pub const fn usable(&self) -> f64 {
        self.value.max(0.0)
    }
}

/// The analysis of variance of a table of ratings, squared rating units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanSquares {
    /// Between targets (MSR).
    pub targets: f64,
    /// Within targets (MSW).
    pub within: f64,
    /// Between raters (MSC).
    pub raters: f64,
    /// Residual of targets × raters (MSE).
    pub residual: f64,
}

/// All six coefficients of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct IccTable {
    /// Mean squares behind the coefficients.
    pub mean_squares: MeanSquares,
    /// Targets that every rater rated, the only ones used.
    pub targets: u32,
    /// Targets with a gap, left out.
    pub targets_left_out: u32,
    /// Number of raters.
    pub raters: u32,
    /// Nominal coverage of the intervals, above 0 and below 1.
    pub coverage: f64,
    forms: [Icc; 6],
}

impl IccTable {
    /// The coefficient of one form.
    #[must_use]
    pub fn get(&self, model: IccModel, unit: IccUnit) -> Icc {
        let [one, two, three, one_k, two_k, three_k] = self.forms;
        match (model, unit) {
            (IccModel::OneWay, IccUnit::Single) => one,
            (IccModel::TwoWayRandom, IccUnit::Single) => two,
            (IccModel::TwoWayFixed, IccUnit::Single) => three,
            (IccModel::OneWay, IccUnit::Mean) => one_k,
            (IccModel::TwoWayRandom, IccUnit::Mean) => two_k,
            (IccModel::TwoWayFixed, IccUnit::Mean) => three_k,
        }
    }

    /// The six forms in the order (1,1), (2,1), (3,1), (1,k), (2,k), (3,k).
    pub fn forms(&self) -> impl Iterator<Item = &Icc> {
        self.forms.iter()
    }

    /// Whether ICC(2,1) is high enough for raters to stay in the pool ([`SINGLE_RATER_GATE`]).
    #[must_use]
    pub fn passes_single_rater_gate(&self) -> bool {
        self.get(IccModel::TwoWayRandom, IccUnit::Single).value >= SINGLE_RATER_GATE
    }

    /// Whether ICC(2,k) is high enough for a score of record ([`RECORD_GATE`]).
    #[must_use]
    pub fn passes_record_gate(&self) -> bool {
        self.get(IccModel::TwoWayRandom, IccUnit::Mean).value >= RECORD_GATE
    }
}

/// Why there is no intraclass correlation.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum IccError {
    /// Too few raters.
    #[error("{found} rater, at least 2 are needed")]
    TooFewRaters {
        /// Raters found.
        found: u32,
    },
    /// Too few targets without a gap.
    #[error("{found} targets rated by everybody, at least 2 are needed")]
    TooFewTargets {
        /// Targets without a gap.
        found: u32,
    },
    /// All ratings are the same, so there is no variance to share out.
    #[error("all ratings are the same")]
    NoVariance,
    /// The coverage asked for is not above 0 and below 1.
    #[error("the coverage {0} is not above 0 and below 1")]
    Coverage(f64),
}

/// All intraclass correlations of Shrout & Fleiss with 95 % intervals.
///
/// As [`icc_with_coverage`] at 0.95.
///
/// # Errors
/// Those of [`icc_with_coverage`].
pub fn icc(ratings: &ScoreMatrix) -> Result<IccTable, IccError> {
    icc_with_coverage(ratings, 0.95)
}

/// All intraclass correlations of Shrout & Fleiss with intervals of `coverage` (0.95 is usual, above 0
/// and below 1).
///
/// `ratings`: **rows = targets, columns = raters**, any common scale, 2 or more of each. Targets with a
/// gap are left out and counted: with many gaps use Krippendorff's alpha instead. Ratings are treated
/// as an interval scale with normal errors; with few categories the intervals are approximate.
///
/// # Errors
/// [`IccError::TooFewRaters`], [`IccError::TooFewTargets`], [`IccError::NoVariance`] when all ratings
/// are equal, [`IccError::Coverage`].
///
/// Source: Shrout & Fleiss 1979, Psychol Bull 86:420-428 (coefficients; intervals of (1) and (3));
/// McGraw & Wong 1996, Psychol Methods 1:30-46, table 7 (interval of (2), Satterthwaite degrees of
/// freedom). Golden test `irr_icc_shrout_fleiss`.
pub fn icc_with_coverage(ratings: &ScoreMatrix, coverage: f64) -> Result<IccTable, IccError> {
    if !(coverage > 0.0 && coverage < 1.0) {
        return Err(IccError::Coverage(coverage));
    }
    let raters = count_u32(ratings.scenarios());
    if raters < 2 {
        return Err(IccError::TooFewRaters { found: raters });
    }
    let rows = ratings.complete_rows();
    let targets = count_u32(rows.len());
    if targets < 2 {
        return Err(IccError::TooFewTargets { found: targets });
    }
    let mean_squares = mean_squares(&rows, ratings.scenarios()).ok_or(IccError::NoVariance)?;
    let design = Design {
        n: f64::from(targets),
        k: f64::from(raters),
        ms: mean_squares,
        upper_tail: 0.5 + 0.5 * coverage,
    };
    let singles = [design.one_way(), design.two_way_random(), design.two_way_fixed()];
    let [one, two, three] = singles;
    let forms = [one, two, three, design.of_mean(one), design.of_mean(two), design.of_mean(three)];
    let targets_left_out = count_u32(ratings.persons()) - targets;
    Ok(IccTable { mean_squares, targets, targets_left_out, raters, coverage, forms })
}

/// The mean squares of complete rows; absent when all ratings are the same.
fn mean_squares(rows: &[Vec<f64>], raters: usize) -> Option<MeanSquares> {
    let first = *rows.first()?.first()?;
    if rows.iter().flatten().all(|rating| *rating == first) {
        return None;
    }
    let (n, k) = (count(rows.len()), count(raters));
    let rater_means = column_means(rows, raters);
    let grand = rater_means.iter().sum::<f64>() / k;
    let (mut between, mut within, mut residual) = (0.0, 0.0, 0.0);
    for row in rows {
        let mean = row.iter().sum::<f64>() / k;
        between += k * (mean - grand).powi(2);
        for (rating, rater_mean) in row.iter().zip(&rater_means) {
            within += (rating - mean).powi(2);
            residual += (rating - mean - rater_mean + grand).powi(2);
        }
    }
    let of_raters: f64 = rater_means.iter().map(|mean| n * (mean - grand).powi(2)).sum();
    // What rounding leaves of a sum of squares that is 0.
    let noise = 1e-24 * count(rows.len()) * rows.iter().flatten().map(|x| x * x).sum::<f64>();
    let clean = |sum: f64| if sum <= noise { 0.0 } else { sum };
    let found = MeanSquares {
        targets: clean(between) / (n - 1.0),
        within: clean(within) / (n * (k - 1.0)),
        raters: clean(of_raters) / (k - 1.0),
        residual: clean(residual) / ((n - 1.0) * (k - 1.0)),
    };
    (found.targets + found.within > 0.0 && (found.targets + found.within).is_finite()).then_some(found)
}

/// A table's sizes and mean squares with the tail of its intervals.
struct Design {
    n: f64,
    k: f64,
    ms: MeanSquares,
    upper_tail: f64,
}

impl Design {
    /// The F quantile of the interval; 1 where the degrees of freedom are none.
    fn quantile(&self, d1: f64, d2: f64) -> f64 {
        FisherSnedecor::new(d1, d2).map_or(1.0, |f| quantile_of(&f, self.upper_tail))
    }

    fn one_way(&self) -> Icc {
        let degrees = (self.n - 1.0, self.n * (self.k - 1.0));
        self.ratio_form(IccModel::OneWay, self.ms.within, degrees)
    }

    fn two_way_fixed(&self) -> Icc {
        let degrees = (self.n - 1.0, (self.n - 1.0) * (self.k - 1.0));
        self.ratio_form(IccModel::TwoWayFixed, self.ms.residual, degrees)
    }

    /// The forms that depend on one ratio: `(MSR - MSx) / (MSR + (k - 1) MSx)`.
    fn ratio_form(&self, model: IccModel, error: f64, degrees: (f64, f64)) -> Icc {
        let (k, msr) = (self.k, self.ms.targets);
        let from = |msr: f64, error: f64| share(msr - error, msr + (k - 1.0) * error);
        let low = from(msr, error * self.quantile(degrees.0, degrees.1));
        let high = from(msr * self.quantile(degrees.1, degrees.0), error);
        self.form(model, from(msr, error), (low, high), error, degrees)
    }

    fn two_way_random(&self) -> Icc {
        let (n, k) = (self.n, self.k);
        let MeanSquares { targets: msr, raters: msc, residual: mse, .. } = self.ms;
        let value = share(msr - mse, msr + (k - 1.0) * mse + k * (msc - mse) / n);
        // Satterthwaite's degrees of freedom with both parts times MSE², so that MSE may be 0.
        let a = k * value * msc;
        let b = (n * (1.0 + (k - 1.0) * value) - k * value) * mse;
        let parts = (n - 1.0) * a * a + b * b;
        let v = finite((k - 1.0) * (n - 1.0) * (a + b).powi(2) / parts)
            .map_or((n - 1.0) * (k - 1.0), |v| v.max(1e-3));
        let other = k * msc + (k * n - k - n) * mse;
        let upper = self.quantile(n - 1.0, v);
        let low = share(n * (msr - upper * mse), upper * other + n * msr);
        let lower = self.quantile(v, n - 1.0);
        let high = share(n * (lower * msr - mse), other + n * lower * msr);
        let degrees = (n - 1.0, (n - 1.0) * (k - 1.0));
        self.form(IccModel::TwoWayRandom, value, (low, high), mse, degrees)
    }

    fn form(&self, model: IccModel, value: f64, limits: (f64, f64), error: f64, degrees: (f64, f64)) -> Icc {
        let f = finite(self.ms.targets / error);
        let p = f.and_then(|f| tail(f, degrees));
        // Rounding must not put the coefficient outside its own interval.
        let (low, high) = (limits.0.min(value), limits.1.max(value));
        Icc { model, unit: IccUnit::Single, value, low, high, f, degrees, p }
    }

    /// The form of the mean of k ratings from the form of one (Spearman-Brown).
    fn of_mean(&self, single: Icc) -> Icc {
        let k = self.k;
        let stepped = |r: f64| share(k * r, 1.0 + (k - 1.0) * r);
        Icc {
            unit: IccUnit::Mean,
            value: stepped(single.value),
            low: stepped(single.low),
            high: stepped(single.high),
            ..single
        }
    }
}

/// `part / whole`, at most 1; [`f64::MIN`] stands for minus infinity where the whole vanishes.
fn share(part: f64, whole: f64) -> f64 {
    match finite(part / whole) {
        Some(ratio) if whole > 0.0 => ratio.min(1.0),
        _ if part < 0.0 => f64::MIN,
        _ => 0.0,
    }
}

fn tail(f: f64, degrees: (f64, f64)) -> Option<f64> {
    FisherSnedecor::new(degrees.0, degrees.1).ok().and_then(|d| finite(d.sf(f)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[f64]]) -> ScoreMatrix {
        let cells = rows.iter().map(|row| row.iter().copied().map(Some).collect::<Vec<_>>());
        ScoreMatrix::from_rows(rows[0].len(), cells).unwrap()
    }

    #[test]
    fn mean_squares_worked_by_hand() {
        // Row means 2 and 5, column means 3 and 4, grand mean 3.5: 2 * 2 * 1.5² = 9, 2 * 2 * 0.5² = 1,
        // within 2 * 0.5² + ... = 0.5 + 0.5.
        let found = icc(&table(&[&[1.5, 2.5], &[4.5, 5.5]])).unwrap().mean_squares;

        assert!((found.targets - 9.0).abs() < 1e-12 && (found.raters - 1.0).abs() < 1e-12);
        assert!((found.within - 0.5).abs() < 1e-12 && found.residual.abs() < 1e-12);
    }

    #[test]
    fn raters_who_only_differ_in_severity_are_consistent_but_do_not_agree() {
        let found = icc(&table(&[&[1.0, 3.0], &[2.0, 4.0], &[5.0, 7.0]])).unwrap();

        let fixed = found.get(IccModel::TwoWayFixed, IccUnit::Single);
        let random = found.get(IccModel::TwoWayRandom, IccUnit::Single);
        assert_eq!((fixed.value, fixed.f), (1.0, None));
        assert!(random.value < 0.8 && random.low < random.value && random.value <= random.high);
        assert!(!found.passes_record_gate() || random.value >= 0.6);
    }

    #[test]
    fn a_gap_leaves_the_target_out() {
        let cells =
            [[Some(1.0), None], [Some(1.0), Some(2.0)], [Some(3.0), Some(3.0)], [Some(0.0), Some(1.0)]];

        let found = icc(&ScoreMatrix::from_rows(2, cells).unwrap()).unwrap();

        assert_eq!((found.targets, found.targets_left_out, found.raters), (3, 1, 2));
    }

    #[test]
    fn tables_without_a_coefficient_say_why() {
        assert_eq!(icc(&table(&[&[1.0], &[2.0]])), Err(IccError::TooFewRaters { found: 1 }));
        assert_eq!(icc(&table(&[&[1.0, 2.0]])), Err(IccError::TooFewTargets { found: 1 }));
        assert_eq!(icc(&table(&[&[0.1, 0.1], &[0.1, 0.1]])), Err(IccError::NoVariance));
        assert_eq!(icc_with_coverage(&table(&[&[1.0, 2.0]]), 1.0), Err(IccError::Coverage(1.0)));
    }

    #[test]
    fn targets_that_do_not_differ_give_finite_numbers() {
        let found = icc(&table(&[&[1.0, 2.0], &[2.0, 1.0], &[1.5, 1.5]])).unwrap();

        assert!(found.forms().all(|form| form.value < 0.0 && form.low <= form.value && form.high <= 1.0));
        assert!(found.forms().all(|form| form.usable() == 0.0));
    }
}
