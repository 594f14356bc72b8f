//! Internal consistency of scenario scores: alpha with Feldt's interval, item statistics, split
//! halves and stratified alpha.
//!
//! Omega is in [`omega`], the formulas for one person in [`individual`], the rule that decides
//! whether a family may be shown in [`family`]. Everything here uses people without a gap only.
//! Alpha understates the reliability of heterogeneous tests such as these and is never a gate alone.

pub mod bounds;
pub mod composite;
pub mod family;
pub mod individual;
pub mod items;
pub mod omega;
mod one_factor;
pub mod provisional;

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::linear::{Square, column_means, count, count_u32, finite};
use crate::matrix::ScoreMatrix;

/// Why a reliability cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ReliabilityError {
    /// Too few scenarios (or other items) that vary.
    #[error("{found} items that vary, at least {needed} are needed")]
    TooFewItems {
        /// Items that vary.
        found: u32,
        /// Items needed.
        needed: u32,
    },
    /// Too few people without a gap.
    #[error("{found} people without a gap, at least {needed} are needed")]
    TooFewPersons {
        /// People without a gap.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// The sum that should be reliable is the same for everybody.
    #[error("the total does not vary")]
    ConstantTotal,
    /// A list of assignments does not match the number of items.
    #[error("{found} assignments for {expected} items")]
    LengthMismatch {
        /// Number of items.
        expected: usize,
        /// Number of assignments.
        found: usize,
    },
    /// The factor model found no maximum.
    #[error("the factor model did not converge")]
    NotConverged,
    /// More than one resample in twenty gave no estimate.
    #[error("{failed} of {resamples} resamples gave no estimate")]
    TooManyFailedResamples {
        /// Resamples without an estimate.
        failed: u32,
        /// Resamples drawn.
        resamples: u32,
    },
    /// Too few resamples for a 95 % interval.
    #[error("{found} resamples, at least {needed} are needed")]
    TooFewResamples {
        /// Resamples asked for.
        found: u32,
        /// Resamples needed.
        needed: u32,
    },
    /// A number given is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// What the number is.
        name: &'static str,
        /// The number.
        value: f64,
    },
}

/// The people and items a coefficient was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// People without a gap.
    pub persons_used: u32,
    /// People with a gap, left out.
    pub persons_left_out: u32,
    /// Items that vary.
    pub items_used: u32,
    /// Columns (from 0) where everybody has the same score, left out.
    pub constant_items: Vec<usize>,
}

/// Complete rows restricted to the columns that vary.
#[derive(Debug, Clone)]
pub(crate) struct UsableScores {
    pub(crate) rows: Vec<Vec<f64>>,
    pub(crate) basis: Basis,
}

impl UsableScores {
    /// The usable part of a table, with at least `persons` people and `items` items that vary.
    pub(crate) fn from_matrix(
        scores: &ScoreMatrix,
        persons: u32,
        items: u32,
    ) -> Result<Self, ReliabilityError> {
        let rows = scores.complete_rows();
        let persons_used = count_u32(rows.len());
        if persons_used < persons {
            return Err(ReliabilityError::TooFewPersons { found: persons_used, needed: persons });
        }
        let varies = varying_columns(&rows, scores.scenarios());
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| kept(row, &varies)).collect();
        let constant_items = varies.iter().enumerate().filter(|(_, v)| !**v).map(|(i, _)| i).collect();
        let items_used = count_u32(varies.iter().filter(|v| **v).count());
        if items_used < items {
            return Err(ReliabilityError::TooFewItems { found: items_used, needed: items });
        }
        let persons_left_out = count_u32(scores.persons()) - persons_used;
        Ok(Self { rows, basis: Basis { persons_used, persons_left_out, items_used, constant_items } })
    }
}

fn varying_columns(rows: &[Vec<f64>], columns: usize) -> Vec<bool> {
    let mut varies = vec![false; columns];
    let Some(first) = rows.first() else { return varies };
    for row in rows {
        for (flag, (value, reference)) in varies.iter_mut().zip(row.iter().zip(first)) {
            *flag |= value != reference;
        }
    }
    varies
}

fn kept(row: &[f64], keep: &[bool]) -> Vec<f64> {
    row.iter().zip(keep).filter(|(_, keep)| **keep).map(|(value, _)| *value).collect()
}

/// The covariance matrix (n - 1) of the columns of at least 2 rows.
pub(crate) fn covariance(rows: &[Vec<f64>]) -> Square {
    let size = rows.first().map_or(0, Vec::len);
    let means = column_means(rows, size);
    let mut sums = vec![0.0; size * size];
    for row in rows {
        let centred: Vec<f64> = row.iter().zip(&means).map(|(value, mean)| value - mean).collect();
        for (sum_row, a) in sums.chunks_exact_mut(size.max(1)).zip(&centred) {
            for (sum, b) in sum_row.iter_mut().zip(&centred) {
                *sum += a * b;
            }
        }
    }
    let mut cells = sums.iter();
    let divisor = count(rows.len()) - 1.0;
    Square::from_fn(size, |_, _| cells.next().map_or(0.0, |sum| sum / divisor))
}

/// Cronbach's alpha with its 95 % interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// The coefficient, at most 1; negative when items run against each other.
    pub value: f64,
    /// Lower limit of Feldt's 95 % interval.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// What it was computed from.
    pub basis: Basis,
}

/// Cronbach's alpha `J/(J-1) (1 - Σ s_j² / s_T²)` with Feldt's exact 95 % interval.
///
/// `scores`: rows = people, columns = scenarios, any common scale. People with a gap and scenarios
/// without variance are left out and reported in the basis. Below 30 people show the interval only.
/// Never a gate alone.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`] below 2, [`ReliabilityError::TooFewItems`] below 2,
/// [`ReliabilityError::ConstantTotal`].
///
/// Source: Cronbach 1951; Feldt 1965, F with N - 1 and (N - 1)(J - 1) degrees of freedom. Tests
/// `alpha_worked_by_hand`, `alpha_of_parallel_items_is_spearman_brown`.
pub fn alpha(scores: &ScoreMatrix) -> Result<Alpha, ReliabilityError> {
    let usable = UsableScores::from_matrix(scores, 2, 2)?;
    let value = alpha_of_covariance(&covariance(&usable.rows), |_| true)?;
    let (low, high) = feldt_interval(value, usable.basis.persons_used, usable.basis.items_used)?;
    Ok(Alpha { value, low, high, basis: usable.basis })
}

/// Alpha of the items for which `keep` holds.
fn alpha_of_covariance(
    covariance: &Square,
    keep: impl Fn(usize) -> bool + Copy,
) -> Result<f64, ReliabilityError> {
    let items = || (0..covariance.size()).filter(|i| keep(*i));
    let j = count(items().count());
    if j < 2.0 {
        return Err(ReliabilityError::TooFewItems { found: count_u32(items().count()), needed: 2 });
    }
    let own: f64 = items().map(|i| covariance.at(i, i)).sum();
    let total: f64 =
        items().flat_map(|i| items().map(move |k| (i, k))).map(|(i, k)| covariance.at(i, k)).sum();
    positive_total(total, own)?;
    finite(j / (j - 1.0) * (1.0 - own / total)).ok_or(ReliabilityError::ConstantTotal)
}

/// Refuses a total variance that is zero but for rounding.
fn positive_total(total: f64, own: f64) -> Result<(), ReliabilityError> {
    if total > 1e-12 * own { Ok(()) } else { Err(ReliabilityError::ConstantTotal) }
}

/// Feldt's exact 95 % interval of alpha, lower and upper limit: `1 - (1 - α) F` at the 97.5 and 2.5 %
/// points of F with N - 1 and (N - 1)(J - 1) degrees of freedom.
///
/// `alpha` is at most 1, `n` the number of people it was computed from (2 or more), `j` the number of
/// items (2 or more). Programs that count people with gaps in `n` print intervals that are too narrow.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`], [`ReliabilityError::TooFewItems`],
/// [`ReliabilityError::OutOfRange`] for an alpha above 1 or not finite.
///
/// Source: Feldt 1965, Psychometrika 30:357-370; test `alpha_worked_by_hand`.
pub fn feldt_interval(alpha: f64, n: u32, j: u32) -> Result<(f64, f64), ReliabilityError> {
    if !alpha.is_finite() || alpha > 1.0 {
        return Err(ReliabilityError::OutOfRange { name: "alpha", value: alpha });
    }
    if j < 2 {
        return Err(ReliabilityError::TooFewItems { found: j, needed: 2 });
    }
    let df_persons = f64::from(n) - 1.0;
    let distribution = FisherSnedecor::new(df_persons, df_persons * (f64::from(j) - 1.0))
        .map_err(|_| ReliabilityError::TooFewPersons { found: n, needed: 2 })?;
    let low = 1.0 - (1.0 - alpha) * quantile_of(&distribution, 0.975);
    let high = 1.0 - (1.0 - alpha) * quantile_of(&distribution, 0.025);
    Ok((low, high))
}

/// The quantile at `probability` of an F distribution by bisection to full precision: the library's
/// own inverse stops at a few digits.
pub(crate) fn quantile_of(distribution: &FisherSnedecor, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while distribution.cdf(high) < probability && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if distribution.cdf(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// How one item goes with the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemStatistic {
    /// Mean over people.
    pub mean: f64,
    /// Standard deviation (n - 1) over people, 0 for a constant item.
    pub sd: f64,
    /// Correlation with the sum of the other items; absent when either does not vary. Flag below
    /// .10, review below 0.
    pub item_rest_r: Option<f64>,
    /// Correlation with the sum of all items, this one among them, which flatters it; absent when either
    /// does not vary.
    pub item_total_r: Option<f64>,
    /// Alpha of the other items; absent with fewer than 2 of them that vary.
    pub alpha_if_dropped: Option<f64>,
}

/// Item statistics over people without a gap: mean, standard deviation, item-rest correlation and
/// alpha if dropped.
///
/// `scores`: rows = people, columns = items. **Shape**: one statistic per column, in order. They
/// serve the review of items, never the score of a person.
///
/// # Errors
/// [`ReliabilityError::TooFewPersons`] below 2, [`ReliabilityError::TooFewItems`] below 2 columns.
///
/// Source: psychometrics.md section 3; test `item_statistics_worked_by_hand`.
pub fn item_statistics(scores: &ScoreMatrix) -> Result<Vec<ItemStatistic>, ReliabilityError> {
    let rows = scores.complete_rows();
    let found = count_u32(rows.len());
    if found < 2 {
        return Err(ReliabilityError::TooFewPersons { found, needed: 2 });
    }
    let columns = scores.scenarios();
    if columns < 2 {
        return Err(ReliabilityError::TooFewItems { found: count_u32(columns), needed: 2 });
    }
    let varies = varying_columns(&rows, columns);
    let covariance = covariance(&rows);
    let n = count(rows.len());
    let statistic = |item: usize, item_varies: &bool| {
        let values = rows.iter().filter_map(|row| row.get(item));
        let own = if *item_varies { covariance.at(item, item) } else { 0.0 };
        let others = || (0..columns).filter(move |k| *k != item);
        let with_rest: f64 = others().map(|k| covariance.at(item, k)).sum();
        let rest_pairs = others().flat_map(|i| others().map(move |k| (i, k)));
        let rest: f64 = rest_pairs.map(|(i, k)| covariance.at(i, k)).sum();
        let rest_own: f64 = others().map(|k| covariance.at(k, k)).sum();
        let has_r = own > 0.0 && rest > 1e-12 * rest_own;
        let total = rest + 2.0 * with_rest + own;
        let has_total_r = own > 0.0 && total > 1e-12 * (rest_own + own);
        let total_r = || ((with_rest + own) / (own.sqrt() * total.sqrt())).clamp(-1.0, 1.0);
        let other_varies = |k: usize| k != item && varies.get(k).copied().unwrap_or(false);
        ItemStatistic {
            mean: values.sum::<f64>() / n,
            sd: own.sqrt(),
            item_rest_r: has_r.then(|| (with_rest / (own.sqrt() * rest.sqrt())).clamp(-1.0, 1.0)),
            item_total_r: has_total_r.then(total_r),
            alpha_if_dropped: alpha_of_covariance(&covariance, other_varies).ok(),
        }
    };
    Ok(varies.iter().enumerate().map(|(item, item_varies)| statistic(item, item_varies)).collect())
}

/// The half of a test an item belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The first half.
    First,
    /// The second half.
    Second,
}

/// Split-half reliability.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitHalf {
    /// Correlation of the two half scores, -1 to 1.
    pub correlation: f64,
    /// Reliability of the whole by Spearman-Brown; absent when the correlation is not above 0, where
    /// the formula has no meaning.
    pub spearman_brown: Option<f64>,
    /// People without a gap, the only ones used.
    pub persons_used: u32,
}

/// The correlation of the sums of two halves and the reliability of the whole, `2r / (1 + r)`.
///
/// `scores`: rows = people, columns = items; `halves` says the half of each column (same length),
/// best odd and even within the blueprint.
///
/// # Errors
/// [`ReliabilityError::LengthMismatch`], [`ReliabilityError::TooFewPersons`] below 2,
/// [`ReliabilityError::ConstantTotal`] when a half is empty or does not vary.
///
/// Source: Spearman 1910, Brown 1910; test `split_half_worked_by_hand`.
pub fn split_half(scores: &ScoreMatrix, halves: &[Half]) -> Result<SplitHalf, ReliabilityError> {
    if halves.len() != scores.scenarios() {
        return Err(ReliabilityError::LengthMismatch { expected: scores.scenarios(), found: halves.len() });
    }
    let usable = UsableScores::from_matrix(scores, 2, 0)?;
    let half_sum = |row: &[f64], wanted: Half| -> f64 {
        row.iter().zip(halves).filter(|(_, half)| **half == wanted).map(|(value, _)| value).sum()
    };
    let sums: Vec<Vec<f64>> = scores
        .complete_rows()
        .iter()
        .map(|row| vec![half_sum(row, Half::First), half_sum(row, Half::Second)])
        .collect();
    if varying_columns(&sums, 2) != [true, true] {
        return Err(ReliabilityError::ConstantTotal);
    }
    let covariance = covariance(&sums);
    // Spreads so small that their squares underflow count as none.
    if covariance.at(0, 0) == 0.0 || covariance.at(1, 1) == 0.0 {
        return Err(ReliabilityError::ConstantTotal);
    }
    let correlation = covariance.at(0, 1) / (covariance.at(0, 0).sqrt() * covariance.at(1, 1).sqrt());
    let correlation = correlation.clamp(-1.0, 1.0);
    Ok(SplitHalf {
        correlation,
        spearman_brown: (correlation > 0.0).then(|| 2.0 * correlation / (1.0 + correlation)),
        persons_used: usable.basis.persons_used,
    })
}

/// Stratified alpha `1 - Σ s_k² (1 - α_k) / s_T²` of a test made of several parts.
///
/// `scores`: rows = people, columns = items; `strata` names the stratum of each column by any number
/// (same length). Each stratum needs 2 items that vary.
///
/// # Errors
/// [`ReliabilityError::LengthMismatch`], [`ReliabilityError::TooFewPersons`] below 2,
/// [`ReliabilityError::TooFewItems`] for a stratum below 2 items that vary,
/// [`ReliabilityError::ConstantTotal`] when a stratum or the whole does not vary.
///
/// Source: Cronbach, Schönemann & McKie 1965; test `one_stratum_is_plain_alpha`.
pub fn stratified_alpha(scores: &ScoreMatrix, strata: &[u32]) -> Result<f64, ReliabilityError> {
    if strata.len() != scores.scenarios() {
        return Err(ReliabilityError::LengthMismatch { expected: scores.scenarios(), found: strata.len() });
    }
    let usable = UsableScores::from_matrix(scores, 2, 2)?;
    let used: Vec<u32> = strata
        .iter()
        .enumerate()
        .filter(|(i, _)| !usable.basis.constant_items.contains(i))
        .map(|(_, stratum)| *stratum)
        .collect();
    let covariance = covariance(&usable.rows);
    let sum_of = |keep: &dyn Fn(u32) -> bool| -> f64 {
        let items = || used.iter().enumerate().filter(|(_, s)| keep(**s)).map(|(i, _)| i);
        items().flat_map(|i| items().map(move |k| (i, k))).map(|(i, k)| covariance.at(i, k)).sum()
    };
    let total = sum_of(&|_| true);
    positive_total(total, covariance.diagonal().iter().sum())?;
    let mut distinct = strata.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let mut error = 0.0;
    for stratum in distinct {
        let inside = |i: usize| used.get(i).is_some_and(|s| *s == stratum);
        let alpha = alpha_of_covariance(&covariance, inside)?;
        error += sum_of(&|s| s == stratum) * (1.0 - alpha);
    }
    finite(1.0 - error / total).ok_or(ReliabilityError::ConstantTotal)
}

#[cfg(test)]
mod tests;
