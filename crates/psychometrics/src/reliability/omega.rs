//! Omega total of a one-factor model and its bootstrap interval.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::descriptive::quantile_of_sorted;
use crate::linear::{Square, column_means, count, count_u32};
use crate::matrix::ScoreMatrix;
use crate::reliability::{Basis, ReliabilityError, UsableScores, covariance, one_factor};

/// Fewest resamples of a 95 % interval.
pub const FEWEST_RESAMPLES: u32 = 200;

/// Omega total with the model behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct OmegaTotal {
    /// The coefficient, 0 to 1.
    pub value: f64,
    /// Loadings on the scale of the scores, one per item used.
    pub loadings: Vec<f64>,
    /// Unique variances, squared score units, one per item used.
    pub unique_variances: Vec<f64>,
    /// Positions among the items used whose unique variance is held at 0.5 % of their variance
    /// (Heywood cases): the estimate is then on the edge of what the data allow.
    pub heywood_items: Vec<usize>,
    /// What it was computed from.
    pub basis: Basis,
}

/// Omega total `(Σλ)² / ((Σλ)² + Σθ)` from a one-factor model fitted by maximum likelihood to the
/// covariance matrix, unique variances at least 0.5 % of the item's variance.
///
/// `scores`: rows = people, columns = scenarios (3 or more that vary), any common scale. People with
/// a gap and scenarios without variance are left out and reported in the basis.
///
/// # Errors
/// [`ReliabilityError::TooFewItems`] below 3, [`ReliabilityError::TooFewPersons`] below items + 1,
/// [`ReliabilityError::ConstantTotal`], [`ReliabilityError::NotConverged`].
///
/// Source: McDonald 1999, chapter 6; psychometrics.md section 3. Tests
/// `omega_recovers_an_exact_one_factor_table`, `heywood_case_is_held_at_the_bound`.
pub fn omega_total(scores: &ScoreMatrix) -> Result<OmegaTotal, ReliabilityError> {
    let usable = usable_for_omega(scores)?;
    let covariance = covariance(&usable.rows);
    let (sds, correlations) = standardised(&covariance).ok_or(ReliabilityError::ConstantTotal)?;
    let model = one_factor::fit(&correlations)?;
    let value = omega_of(&model, &sds).ok_or(ReliabilityError::ConstantTotal)?;
    Ok(OmegaTotal {
        value,
        heywood_items: model.items_at_bound(),
        loadings: model.loadings.iter().zip(&sds).map(|(loading, sd)| loading * sd).collect(),
        unique_variances: model.uniquenesses.iter().zip(&sds).map(|(psi, sd)| psi * sd * sd).collect(),
        basis: usable.basis,
    })
}

/// Omega total of the sum of standardised items: the same model, loadings and unique variances on the
/// scale of correlations.
///
/// As [`omega_total`], whose value belongs to the plain sum that is reported; this one is for comparison
/// with programs that start from correlations.
///
/// # Errors
/// As [`omega_total`].
///
/// Source: McDonald 1999, chapter 6. Test `standardised_omega_is_omega_of_standardised_scores`.
pub fn omega_total_standardised(scores: &ScoreMatrix) -> Result<OmegaTotal, ReliabilityError> {
    let usable = usable_for_omega(scores)?;
    let (sds, correlations) =
        standardised(&covariance(&usable.rows)).ok_or(ReliabilityError::ConstantTotal)?;
    let model = one_factor::fit(&correlations)?;
    let value = omega_of(&model, &vec![1.0; sds.len()]).ok_or(ReliabilityError::ConstantTotal)?;
    let heywood_items = model.items_at_bound();
    let one_factor::OneFactor { loadings, uniquenesses: unique_variances, .. } = model;
    Ok(OmegaTotal { value, loadings, unique_variances, heywood_items, basis: usable.basis })
}

fn usable_for_omega(scores: &ScoreMatrix) -> Result<UsableScores, ReliabilityError> {
    let usable = UsableScores::from_matrix(scores, 2, 3)?;
    let (found, needed) = (usable.basis.persons_used, usable.basis.items_used + 1);
    if found < needed {
        return Err(ReliabilityError::TooFewPersons { found, needed });
    }
    Ok(usable)
}

/// Standard deviations and correlations; absent when an item does not vary.
pub(crate) fn standardised(covariance: &Square) -> Option<(Vec<f64>, Square)> {
    let sds: Vec<f64> = covariance.diagonal().into_iter().map(f64::sqrt).collect();
    if !sds.iter().all(|sd| sd.is_finite() && *sd > 0.0) {
        return None;
    }
    let correlations = Square::from_fn(covariance.size(), |i, k| {
        let scale = sds.get(i).zip(sds.get(k)).map_or(1.0, |(a, b)| a * b);
        if i == k { 1.0 } else { covariance.at(i, k) / scale }
    });
    Some((sds, correlations))
}

fn omega_of(model: &one_factor::OneFactor, sds: &[f64]) -> Option<f64> {
    let common = model.loadings.iter().zip(sds).map(|(loading, sd)| loading * sd).sum::<f64>().powi(2);
    let unique: f64 = model.uniquenesses.iter().zip(sds).map(|(psi, sd)| psi * sd * sd).sum();
    let omega = common / (common + unique);
    omega.is_finite().then_some(omega)
}

/// How a bootstrap is drawn; stored with its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootstrapPlan {
    /// Number of resamples, 200 or more (1,000 is usual).
    pub resamples: u32,
    /// Seed of the ChaCha8 generator.
    pub seed: u64,
}

/// A bootstrap interval of omega.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OmegaInterval {
    /// Lower 95 % limit, 0 to 1.
    pub low: f64,
    /// Upper 95 % limit, 0 to 1.
    pub high: f64,
    /// Resamples that gave an estimate.
    pub resamples_used: u32,
    /// Resamples without an estimate (an item did not vary, or the model did not converge).
    pub resamples_failed: u32,
}

/// The 95 % percentile bootstrap interval of omega total, people resampled with replacement.
///
/// `scores` as for [`omega_total`]. The same table (rows in the same order) and plan give the same
/// interval on every machine. The limits are type-7 quantiles at 2.5 and 97.5 %.
///
/// # Errors
/// Those of [`omega_total`]; [`ReliabilityError::TooFewResamples`] below 200;
/// [`ReliabilityError::TooManyFailedResamples`] when more than 5 % give no estimate.
///
/// Source: Efron & Tibshirani 1993, chapter 13; Kelley & Pornprasertmanit 2016 for omega. Tests
/// `bootstrap_repeats_with_its_seed`, `bootstrap_interval_holds_the_estimate`.
pub fn omega_bootstrap_95(
    scores: &ScoreMatrix,
    plan: BootstrapPlan,
) -> Result<OmegaInterval, ReliabilityError> {
    if plan.resamples < FEWEST_RESAMPLES {
        return Err(ReliabilityError::TooFewResamples { found: plan.resamples, needed: FEWEST_RESAMPLES });
    }
    let usable = usable_for_omega(scores)?;
    let (_, correlations) = standardised(&covariance(&usable.rows)).ok_or(ReliabilityError::ConstantTotal)?;
    let start = one_factor::fit(&correlations)?.uniquenesses;
    let moments = Moments::from_rows(&usable.rows);
    let mut generator = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut omegas: Vec<f64> =
        (0..plan.resamples).filter_map(|_| resampled_omega(&moments, &start, &mut generator)).collect();
    let resamples_used = count_u32(omegas.len());
    let failed = plan.resamples - resamples_used;
    let too_many = ReliabilityError::TooManyFailedResamples { failed, resamples: plan.resamples };
    if u64::from(failed) * 20 > u64::from(plan.resamples) {
        return Err(too_many);
    }
    omegas.sort_by(f64::total_cmp);
    let limit = |per_mille| quantile_of_sorted(&omegas, per_mille, 1000).ok_or(too_many);
    Ok(OmegaInterval { low: limit(25)?, high: limit(975)?, resamples_used, resamples_failed: failed })
}

/// What one person adds to the sums of a resample: their scores less the column means (for
/// precision), then the products of all pairs of columns, first column first.
struct Moments {
    items: usize,
    persons: Vec<Vec<f64>>,
}

impl Moments {
    fn from_rows(rows: &[Vec<f64>]) -> Self {
        let items = rows.first().map_or(0, Vec::len);
        let means = column_means(rows, items);
        let moments = |row: &Vec<f64>| {
            let centred: Vec<f64> = row.iter().zip(&means).map(|(value, mean)| value - mean).collect();
            let products = centred.iter().enumerate().flat_map(|(i, a)| {
                let others = centred.iter().take(i + 1);
                others.map(move |b| a * b)
            });
            centred.iter().copied().chain(products).collect()
        };
        Self { items, persons: rows.iter().map(moments).collect() }
    }

    /// The covariance matrix of one resample with replacement; absent when an item does not vary.
    fn resampled_covariance(&self, generator: &mut ChaCha8Rng) -> Option<Square> {
        let mut draws = vec![0_u32; self.persons.len()];
        for _ in 0..self.persons.len() {
            *draws.get_mut(random_position(self.persons.len(), generator))? += 1;
        }
        let mut sums = vec![0.0; self.persons.first()?.len()];
        for (person, times) in self.persons.iter().zip(&draws).filter(|(_, times)| **times > 0) {
            let times = f64::from(*times);
            for (sum, value) in sums.iter_mut().zip(person) {
                *sum += times * value;
            }
        }
        let n = count(self.persons.len());
        let (means, products) = sums.split_at_checked(self.items)?;
        let at = |values: &[f64], i: usize| values.get(i).map_or(0.0, |sum| sum / n);
        let covariance = Square::from_fn(self.items, |i, k| {
            let (high, low) = (i.max(k), i.min(k));
            at(products, high * (high + 1) / 2 + low) - at(means, i) * at(means, k)
        });
        // An item that does not vary in this resample leaves only rounding in its variance.
        let variances = covariance.diagonal();
        let largest = variances.iter().copied().fold(0.0, f64::max);
        variances.iter().all(|variance| *variance > 1e-12 * largest).then_some(covariance)
    }
}

/// Omega of one resample, absent when an item does not vary in it or the model fails.
fn resampled_omega(moments: &Moments, start: &[f64], generator: &mut ChaCha8Rng) -> Option<f64> {
    let (sds, correlations) = standardised(&moments.resampled_covariance(generator)?)?;
    let model = one_factor::fit_from(&correlations, start).or_else(|| one_factor::fit(&correlations).ok())?;
    omega_of(&model, &sds)
}

/// A position below `n`, uniform but for 1 in 2^64 / n; the same on every platform.
pub(crate) fn random_position(n: usize, generator: &mut ChaCha8Rng) -> usize {
    let wide = u128::from(generator.next_u64()) * u128::from(count_u32(n));
    usize::try_from(wide >> 64).unwrap_or(0)
}
