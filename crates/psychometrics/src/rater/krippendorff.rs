//! Krippendorff's alpha: agreement of any number of raters with gaps, on four scales.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::descriptive::quantile_of_sorted;
use crate::linear::{count, count_u32, finite};
use crate::matrix::ScoreMatrix;
use crate::reliability::omega::{BootstrapPlan, FEWEST_RESAMPLES};

/// Most different values on the ratio scale, whose cost grows with their square.
const MOST_RATIO_VALUES: usize = 2_000;

/// The scale of the ratings: what a disagreement costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Names: 0 when equal, else 1.
    Nominal,
    /// Ordered categories: the squared number of ratings from one to the other, half of both counted.
    Ordinal,
    /// Numbers: the squared difference.
    Interval,
    /// Numbers from 0 on: the squared difference relative to the sum.
    Ratio,
}

/// An agreement with what it was computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KrippendorffAlpha {
    /// At most 1; 0 is what chance gives, negative is worse than chance.
    pub value: f64,
    /// The scale.
    pub scale: Scale,
    /// Units with 2 ratings or more, the only ones used.
    pub units: u32,
    /// Units with fewer ratings, left out.
    pub units_left_out: u32,
    /// Ratings of the units used.
    pub ratings: u32,
}

/// A bootstrap interval of alpha.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlphaInterval {
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit, at most 1.
    pub high: f64,
    /// Resamples that gave an estimate.
    pub resamples_used: u32,
    /// Resamples in which all ratings were the same.
    pub resamples_failed: u32,
}

/// Why there is no alpha.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AlphaError {
    /// No unit has 2 ratings.
    #[error("no unit has 2 ratings")]
    NoPair,
    /// All ratings are the same: agreement cannot be told from a lack of variation.
    #[error("all ratings are the same")]
    NoVariation,
    /// A negative rating on the ratio scale.
    #[error("unit {unit} has a negative rating, which the ratio scale has not")]
    Negative {
        /// Row from 0.
        unit: usize,
    },
    /// Too many different values for the ratio scale.
    #[error("{found} different values, at most 2000 on the ratio scale")]
    TooManyValues {
        /// Values found.
        found: usize,
    },
    /// Too few resamples for a 95 % interval.
    #[error("{found} resamples, at least {FEWEST_RESAMPLES} are needed")]
    TooFewResamples {
        /// Resamples asked for.
        found: u32,
    },
    /// More than one resample in twenty gave no estimate.
    #[error("{failed} of {resamples} resamples gave no estimate")]
    TooManyFailedResamples {
        /// Resamples without an estimate.
        failed: u32,
        /// Resamples drawn.
        resamples: u32,
    },
}

/// Krippendorff's alpha, `1 - observed / expected disagreement`.
///
/// `ratings`: **rows = units (what is rated), columns = raters**, gaps allowed; units with fewer than 2
/// ratings are dropped and counted. The ordinal scale only uses the order of the values and how often
/// each was given. Gates of the product: ordinal alpha of a panel at least .667.
///
/// # Errors
/// [`AlphaError::NoPair`], [`AlphaError::NoVariation`], [`AlphaError::Negative`],
/// [`AlphaError::TooManyValues`].
///
/// Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability; Hayes & Krippendorff 2007,
/// Commun Methods Meas 1:77-89. Golden test `irr_kripp_wikipedia`.
pub fn krippendorff_alpha(ratings: &ScoreMatrix, scale: Scale) -> Result<KrippendorffAlpha, AlphaError> {
    let units = usable_units(ratings, scale)?;
    let value = alpha_of(&units.iter().collect::<Vec<_>>(), scale).ok_or(AlphaError::NoVariation)?;
    Ok(KrippendorffAlpha {
        value,
        scale,
        units: count_u32(units.len()),
        units_left_out: count_u32(ratings.persons() - units.len()),
        ratings: count_u32(units.iter().map(Vec::len).sum()),
    })
}

/// The 95 % percentile bootstrap interval of alpha, units resampled with replacement.
///
/// `ratings` and `scale` as in [`krippendorff_alpha`]. The same table (rows in the same order) and plan
/// give the same interval everywhere. A resample in which all ratings are equal gives no estimate and
/// is counted. With fewer than about 30 units the interval is too short.
///
/// # Errors
/// Those of [`krippendorff_alpha`]; [`AlphaError::TooFewResamples`] below 200;
/// [`AlphaError::TooManyFailedResamples`] when more than 5 % give no estimate.
///
/// Source: psychometrics.md section 9 (bootstrap over units); Zapf, Castell, Morawietz & Karch 2016,
/// BMC Med Res Methodol 16:93. Test `bootstrap_of_alpha_repeats_and_holds_the_estimate`.
pub fn krippendorff_bootstrap_95(
    ratings: &ScoreMatrix,
    scale: Scale,
    plan: BootstrapPlan,
) -> Result<AlphaInterval, AlphaError> {
    if plan.resamples < FEWEST_RESAMPLES {
        return Err(AlphaError::TooFewResamples { found: plan.resamples });
    }
    let units = usable_units(ratings, scale)?;
    alpha_of(&units.iter().collect::<Vec<_>>(), scale).ok_or(AlphaError::NoVariation)?;
    let mut generator = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut resample = || {
        let drawn: Vec<&Vec<f64>> = (0..units.len())
            .filter_map(|_| units.get(random_position(units.len(), &mut generator)))
            .collect();
        alpha_of(&drawn, scale)
    };
    let mut found: Vec<f64> = (0..plan.resamples).filter_map(|_| resample()).collect();
    let resamples_used = count_u32(found.len());
    let failed = plan.resamples - resamples_used;
    let too_many = AlphaError::TooManyFailedResamples { failed, resamples: plan.resamples };
    if u64::from(failed) * 20 > u64::from(plan.resamples) {
        return Err(too_many);
    }
    found.sort_by(f64::total_cmp);
    let limit = |per_mille| quantile_of_sorted(&found, per_mille, 1000).ok_or(too_many);
    Ok(AlphaInterval { low: limit(25)?, high: limit(975)?, resamples_used, resamples_failed: failed })
}

/// The ratings of each unit with 2 or more.
fn usable_units(ratings: &ScoreMatrix, scale: Scale) -> Result<Vec<Vec<f64>>, AlphaError> {
    // Adding 0.0 turns -0.0 into 0.0, so that both are one category.
    let all: Vec<Vec<f64>> =
        ratings.rows().map(|row| row.iter().flatten().map(|x| x + 0.0).collect()).collect();
    let negative = all.iter().position(|unit: &Vec<f64>| unit.iter().any(|x| *x < 0.0));
    if let Some(unit) = negative.filter(|_| scale == Scale::Ratio) {
        return Err(AlphaError::Negative { unit });
    }
    let units: Vec<Vec<f64>> = all.into_iter().filter(|unit| unit.len() >= 2).collect();
    if units.is_empty() {
        return Err(AlphaError::NoPair);
    }
    if scale == Scale::Ratio {
        let found = frequencies(units.iter().flatten().copied()).len();
        if found > MOST_RATIO_VALUES {
            return Err(AlphaError::TooManyValues { found });
        }
    }
    Ok(units)
}

/// Alpha of units of 2 ratings or more; absent when all ratings are equal.
fn alpha_of(units: &[&Vec<f64>], scale: Scale) -> Option<f64> {
    let values = frequencies(units.iter().flat_map(|unit| unit.iter().copied()));
    if values.len() < 2 {
        return None;
    }
    let ranks = (scale == Scale::Ordinal).then(|| middle_ranks(&values));
    let n: f64 = values.iter().map(|(_, times)| times).sum();
    let placed = |value: f64| -> f64 {
        let Some(ranks) = &ranks else { return value };
        let at = values.partition_point(|(other, _)| *other < value);
        ranks.get(at).copied().unwrap_or(value)
    };
    let observed: f64 = units
        .iter()
        .map(|unit| {
            let own = frequencies(unit.iter().map(|value| placed(*value)));
            disagreement(&own, scale) / (count(unit.len()) - 1.0)
        })
        .sum();
    let all: Vec<(f64, f64)> = values.iter().map(|(value, times)| (placed(*value), *times)).collect();
    let expected = disagreement(&all, scale) / (n - 1.0);
    finite(1.0 - observed / expected)
}

/// The sum of the disagreements of all ordered pairs of ratings, given as (value, times).
fn disagreement(values: &[(f64, f64)], scale: Scale) -> f64 {
    let n: f64 = values.iter().map(|(_, times)| times).sum();
    match scale {
        Scale::Nominal => n * n - values.iter().map(|(_, times)| times * times).sum::<f64>(),
        Scale::Ordinal | Scale::Interval => {
            let mean = values.iter().map(|(value, times)| value * times).sum::<f64>() / n;
            2.0 * n * values.iter().map(|(value, times)| times * (value - mean).powi(2)).sum::<f64>()
        }
        Scale::Ratio => {
            let pair = |(a, times_a): &(f64, f64), (b, times_b): &(f64, f64)| {
                let relative = if a == b { 0.0 } else { (a - b) / (a + b) };
                times_a * times_b * relative * relative
            };
            values.iter().map(|a| values.iter().map(|b| pair(a, b)).sum::<f64>()).sum()
        }
    }
}

/// The different values in rising order, each with how often it was given.
fn frequencies(values: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let group = |group: &[f64]| group.first().map(|value| (*value, count(group.len())));
    sorted.chunk_by(|a, b| a == b).filter_map(group).collect()
}

/// The ratings below each value plus half of its own: the ordinal distance of two values is the squared
/// difference of these.
fn middle_ranks(values: &[(f64, f64)]) -> Vec<f64> {
    let mut below = 0.0;
    let rank = |(_, times): &(f64, f64)| {
        below += times;
        below - times / 2.0
    };
    values.iter().map(rank).collect()
}

/// A position below `n`, uniform but for 1 in 2^64 / n; the same on every platform.
fn random_position(n: usize, generator: &mut ChaCha8Rng) -> usize {
    let wide = u128::from(generator.next_u64()) * u128::from(count_u32(n));
    usize::try_from(wide >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[Option<f64>]]) -> ScoreMatrix {
        ScoreMatrix::from_rows(rows[0].len(), rows).unwrap()
    }

    #[test]
    fn nominal_alpha_worked_by_hand() {
        // Two raters, units (a,a) (b,b) (a,b): observed 2 of 6, expected (36 - 18) / 5 of 6 = 3.6 / 6.
        let rows: [&[Option<f64>]; 3] =
            [&[Some(1.0), Some(1.0)], &[Some(2.0), Some(2.0)], &[Some(1.0), Some(2.0)]];

        let found = krippendorff_alpha(&table(&rows), Scale::Nominal).unwrap();

        assert!((found.value - (1.0 - 2.0 / 3.6)).abs() < 1e-12);
        assert_eq!((found.units, found.ratings), (3, 6));
    }

    #[test]
    fn agreement_is_one_and_sameness_is_no_agreement() {
        let agreed = table(&[&[Some(1.0), Some(1.0)], &[Some(4.0), Some(4.0)], &[None, Some(2.0)]]);
        let same = table(&[&[Some(3.0), Some(3.0)], &[Some(3.0), Some(3.0)]]);
        let lone = table(&[&[Some(3.0), None], &[None, Some(2.0)]]);
        for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio] {
            let found = krippendorff_alpha(&agreed, scale).unwrap();

            assert_eq!((found.value, found.units_left_out), (1.0, 1));
            assert_eq!(krippendorff_alpha(&same, scale), Err(AlphaError::NoVariation));
            assert_eq!(krippendorff_alpha(&lone, scale), Err(AlphaError::NoPair));
        }
        let negative = table(&[&[Some(-3.0), Some(1.0)]]);
        assert_eq!(krippendorff_alpha(&negative, Scale::Ratio), Err(AlphaError::Negative { unit: 0 }));
    }

    #[test]
    fn bootstrap_of_alpha_repeats_and_holds_the_estimate() {
        let mut generator = ChaCha8Rng::seed_from_u64(5);
        let mut step = |n: usize| count(random_position(n, &mut generator));
        let rows: Vec<[Option<f64>; 2]> = (0..60)
            .map(|_| {
                let level = step(4);
                [Some(level + step(2)), Some(level + step(2))]
            })
            .collect();
        let ratings = ScoreMatrix::from_rows(2, rows).unwrap();
        let plan = BootstrapPlan { resamples: 400, seed: 3 };

        let interval = krippendorff_bootstrap_95(&ratings, Scale::Ordinal, plan).unwrap();

        let point = krippendorff_alpha(&ratings, Scale::Ordinal).unwrap().value;
        assert_eq!(Ok(interval), krippendorff_bootstrap_95(&ratings, Scale::Ordinal, plan));
        assert!(interval.low < point && point < interval.high && interval.high <= 1.0);
        let few =
            krippendorff_bootstrap_95(&ratings, Scale::Ordinal, BootstrapPlan { resamples: 9, seed: 3 });
        assert_eq!(few, Err(AlphaError::TooFewResamples { found: 9 }));
    }
}
