//! Cohen's kappa of two raters, unweighted, linear and quadratic.

use crate::linear::{LARGEST, count, count_u32, finite};
use crate::normal::Z_95;

/// Answers a pair of raters needs for its kappa to be shown (psychometrics.md section 9).
pub const FEWEST_ANSWERS: u32 = 30;

/// What a disagreement of two categories costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KappaWeights {
    /// Any disagreement costs 1 (Cohen 1960).
    Unweighted,
    /// The number of steps between the categories.
    Linear,
    /// Its square (QWK), near ICC(3,1); the default of the product.
    Quadratic,
}

/// A kappa with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// At most 1; 0 is what chance gives, negative is worse.
    pub value: f64,
    /// Asymptotic standard error, 0 for perfect agreement.
    pub error: f64,
    /// Lower 95 % limit, -1 at least.
    pub low: f64,
    /// Upper 95 % limit, 1 at most.
    pub high: f64,
    /// Answers both raters rated.
    pub n: u32,
    /// Answers only one or none rated, left out.
    pub left_out: u32,
    /// Whether there are answers enough ([`FEWEST_ANSWERS`]); below, do not show it.
    pub is_enough: bool,
}

/// Why there is no kappa.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum KappaError {
    /// The lists have different lengths.
    #[error("{first} and {second} ratings")]
    Length {
        /// Ratings of the first rater.
        first: usize,
        /// Ratings of the second.
        second: usize,
    },
    /// Fewer than 2 categories, or more than 1,000.
    #[error("{0} categories, 2 to 1000 are needed")]
    Categories(u32),
    /// A rating is not one of the categories.
    #[error("answer {answer} has the rating {found}, categories go from 0 to {last}")]
    NoSuchCategory {
        /// Position from 0.
        answer: usize,
        /// Rating found.
        found: u32,
        /// Last category.
        last: u32,
    },
    /// No answer was rated by both.
    #[error("no answer was rated by both")]
    NoPair,
    /// A rater gave the same rating to every answer, so agreement is not defined.
    #[error("rater {rater} gave one rating to every answer")]
    ConstantRater {
        /// 0 for the first, 1 for the second.
        rater: u32,
    },
}

/// Weighted kappa, `1 - Σ v O / Σ v E`, of two raters on the same answers.
///
/// `first` and `second`: ratings 0 to `categories` - 1 (2 to 1,000 categories), one per answer, absent
/// where not rated; only answers rated by both count. Categories nobody used change nothing. The
/// interval is the asymptotic one, `value ± 1.96 SE` cut at ±1: too short below about 50 answers and
/// near 1. One pair of raters and one criterion at a time; never pooled over criteria.
///
/// # Errors
/// [`KappaError::Length`], [`KappaError::Categories`], [`KappaError::NoSuchCategory`],
/// [`KappaError::NoPair`], [`KappaError::ConstantRater`].
///
/// Source: Cohen 1968, Psychol Bull 70:213-220; Fleiss & Cohen 1973; standard error by Fleiss, Cohen &
/// Everitt 1969, Psychol Bull 72:323-327, equation 9. Golden test `irr_qwk`.
pub fn weighted_kappa(
    first: &[Option<u32>],
    second: &[Option<u32>],
    categories: u32,
    weights: KappaWeights,
) -> Result<Kappa, KappaError> {
    let pairs = checked_pairs(first, second, categories)?;
    let n = count(pairs.len());
    let mut sorted = pairs.clone();
    sorted.sort_unstable();
    let cells: Vec<((u32, u32), f64)> = sorted
        .chunk_by(|a, b| a == b)
        .filter_map(|group| group.first().map(|pair| (*pair, count(group.len()) / n)))
        .collect();
    let rows = margin(&cells, categories, |(a, _)| a);
    let columns = margin(&cells, categories, |(_, b)| b);
    let cost = |a: u32, b: u32| cost(a, b, weights);
    let observed: f64 = cells.iter().map(|((a, b), p)| p * cost(*a, *b)).sum();
    // Mean cost of a rating against all ratings of the other rater.
    let against = |margin: &[(u32, f64)], a: u32| margin.iter().map(|(b, p)| p * cost(a, *b)).sum::<f64>();
    let expected: f64 = rows.iter().map(|(a, p)| p * against(&columns, *a)).sum();
    // Both raters vary, so some pair of different ratings is expected.
    let ratio = finite(observed / expected).ok_or(KappaError::ConstantRater { rater: 0 })?;
    let value = 1.0 - ratio;
    let spread = |((a, b), p): &((u32, u32), f64)| {
        let chance = against(&columns, *a) + against(&rows, *b);
        p * (cost(*a, *b) * expected - chance * observed).powi(2)
    };
    let sum: f64 = cells.iter().map(spread).sum::<f64>() - (observed * expected).powi(2);
    let error = finite(sum.max(0.0) / (n * expected.powi(4))).unwrap_or(LARGEST).sqrt();
    let found = count_u32(pairs.len());
    Ok(Kappa {
        value,
        error,
        low: (value - Z_95 * error).max(-1.0).min(value),
        high: (value + Z_95 * error).min(1.0),
        n: found,
        left_out: count_u32(first.len()) - found,
        is_enough: found >= FEWEST_ANSWERS,
    })
}

/// The answers rated by both, checked.
fn checked_pairs(
    first: &[Option<u32>],
    second: &[Option<u32>],
    categories: u32,
) -> Result<Vec<(u32, u32)>, KappaError> {
    if first.len() != second.len() {
        return Err(KappaError::Length { first: first.len(), second: second.len() });
    }
    if !(2..=1_000).contains(&categories) {
        return Err(KappaError::Categories(categories));
    }
    for (answer, (a, b)) in first.iter().zip(second).enumerate() {
        if let Some(found) = [a, b].into_iter().flatten().find(|rating| **rating >= categories) {
            return Err(KappaError::NoSuchCategory { answer, found: *found, last: categories - 1 });
        }
    }
    let pairs: Vec<(u32, u32)> = first.iter().zip(second).filter_map(|(a, b)| (*a).zip(*b)).collect();
    let Some(start) = pairs.first() else { return Err(KappaError::NoPair) };
    if pairs.iter().all(|pair| pair.0 == start.0) {
        return Err(KappaError::ConstantRater { rater: 0 });
    }
    if pairs.iter().all(|pair| pair.1 == start.1) {
        return Err(KappaError::ConstantRater { rater: 1 });
    }
    Ok(pairs)
}

fn cost(a: u32, b: u32, weights: KappaWeights) -> f64 {
    let steps = f64::from(a.abs_diff(b));
    match weights {
        KappaWeights::Unweighted => f64::from(u32::from(a != b)),
        KappaWeights::Linear => steps,
        KappaWeights::Quadratic => steps * steps,
    }
}

/// The categories used by one rater with their shares.
fn margin(cells: &[((u32, u32), f64)], categories: u32, of: fn((u32, u32)) -> u32) -> Vec<(u32, f64)> {
    let share = |k: u32| cells.iter().filter(|(pair, _)| of(*pair) == k).map(|(_, p)| p).sum::<f64>();
    (0..categories).map(|k| (k, share(k))).filter(|(_, p)| *p > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratings(list: &[u32]) -> Vec<Option<u32>> {
        list.iter().copied().map(Some).collect()
    }

    #[test]
    fn kappa_of_a_two_by_two_table_worked_by_hand() {
        // Both yes .4, both no .3, only the first .1, only the second .2: observed .7, expected
        // .5 × .6 + .5 × .4 = .5, kappa .4. Fleiss, Cohen & Everitt for the unweighted case:
        // .4 (1 - 1.1 × .6)² + .3 (1 - .9 × .6)² + .36 (.1 × 1.1² + .2 × .9²) - (.4 - .5 × .6)²
        // = .2016, over .25 × 100.
        let cells: [(u32, u32, usize); 4] = [(1, 1, 40), (0, 0, 30), (1, 0, 10), (0, 1, 20)];
        let rater = |of: fn(&(u32, u32, usize)) -> u32| -> Vec<Option<u32>> {
            cells.iter().flat_map(|cell| vec![Some(of(cell)); cell.2]).collect()
        };
        let (a, b) = (rater(|cell| cell.0), rater(|cell| cell.1));
        for weights in [KappaWeights::Unweighted, KappaWeights::Linear, KappaWeights::Quadratic] {
            let found = weighted_kappa(&a, &b, 2, weights).unwrap();

            assert!((found.value - 0.4).abs() < 1e-12);
            assert!((found.error - (0.2016_f64 / 25.0).sqrt()).abs() < 1e-12);
            assert!((found.high - 0.4 - 1.959_963_985 * found.error).abs() < 1e-9);
        }
    }

    #[test]
    fn a_constant_rater_has_no_kappa() {
        let found = weighted_kappa(&ratings(&[2, 2, 2]), &ratings(&[0, 1, 2]), 3, KappaWeights::Quadratic);

        assert_eq!(found, Err(KappaError::ConstantRater { rater: 0 }));
        let same = weighted_kappa(&ratings(&[2, 2]), &ratings(&[2, 2]), 3, KappaWeights::Quadratic);
        assert_eq!(same, Err(KappaError::ConstantRater { rater: 0 }));
    }

    #[test]
    fn perfect_agreement_is_one_without_error() {
        let found = weighted_kappa(&ratings(&[0, 1, 2, 1]), &ratings(&[0, 1, 2, 1]), 5, KappaWeights::Linear)
            .unwrap();

        assert_eq!((found.value, found.error, found.high, found.is_enough), (1.0, 0.0, 1.0, false));
    }

    #[test]
    fn gaps_are_left_out_and_bad_ratings_refused() {
        let a = [Some(0), None, Some(1), Some(2)];
        let b = [Some(0), Some(1), Some(2), Some(2)];

        let found = weighted_kappa(&a, &b, 3, KappaWeights::Quadratic).unwrap();

        assert_eq!((found.n, found.left_out), (3, 1));
        let bad = weighted_kappa(&a, &[Some(3); 4], 3, KappaWeights::Linear);
        assert_eq!(bad, Err(KappaError::NoSuchCategory { answer: 0, found: 3, last: 2 }));
        assert_eq!(
            weighted_kappa(&a, &b[..2], 3, KappaWeights::Linear),
            Err(KappaError::Length { first: 4, second: 2 })
        );
        assert_eq!(weighted_kappa(&[None], &[Some(1)], 3, KappaWeights::Linear), Err(KappaError::NoPair));
        assert_eq!(weighted_kappa(&a, &b, 1, KappaWeights::Linear), Err(KappaError::Categories(1)));
    }
}
