//! Posterior means that carry the uncertainty of the item parameters, for small calibrations.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::irt::calibrate::Calibration;
use crate::irt::item::{Item, Model};
use crate::irt::mstep::{POSITIVE_SLOPE, SMALLEST_GAP};
use crate::irt::responses::Responses;
use crate::irt::score::{Score, ScoreError, ScorePrior, check, eap_with_nodes};
use crate::linear::count;
use crate::normal;

/// Nodes of each imputation.
const NODES: u16 = 61;

/// Posterior means and standard deviations over `draws` draws of the item parameters from their
/// sampling distribution, combined by Rubin's rules: `error² = mean PSD² + (1 + 1/M) var(EAP)`.
///
/// `calibration` needs standard errors; `responses` must be on its categories
/// ([`Calibration::recoded`]); `draws` from 2 to 1,000 (20 by default in the product); `seed` fixes the
/// draws. **Shape**: one score per row. For calibrations below 500 people; the error of one person then
/// includes what is common to all, so differences between people are more certain than it says.
///
/// # Errors
/// As [`crate::irt::score::eap`]; [`ScoreError::NoStandardErrors`], [`ScoreError::OutOfRange`] for
/// `draws`.
///
/// Source: Yang, Hansen & Cai 2012, Educ Psychol Meas 72:264-290; Rubin 1987. Test
/// `item_error_widens_scores`.
pub fn eap_with_item_error(
    calibration: &Calibration,
    responses: &Responses,
    prior: ScorePrior,
    draws: u32,
    seed: u64,
) -> Result<Vec<Score>, ScoreError> {
    let items = calibration.parameters();
    check(&items, responses)?;
    if !(2..=1_000).contains(&draws) {
        return Err(ScoreError::OutOfRange { name: "draws", value: f64::from(draws) });
    }
    let covariance = calibration.covariance.as_ref().ok_or(ScoreError::NoStandardErrors)?;
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let mut rounds: Vec<Vec<Score>> = Vec::new();
    for _ in 0..draws {
        let normals: Vec<f64> =
            (0..covariance.estimated()).map(|_| normal::quantile(unit(source.next_u64()))).collect();
        let deviation = covariance.deviation(&normals).ok_or(ScoreError::NoStandardErrors)?;
        let drawn = moved(&items, &deviation);
        rounds.push(eap_with_nodes(&drawn, responses, prior, NODES)?);
    }
    let point = eap_with_nodes(&items, responses, prior, NODES)?;
    Ok(point.into_iter().enumerate().map(|(person, score)| combined(&rounds, person, score)).collect())
}

/// A number strictly between 0 and 1 from 53 random bits.
pub(crate) fn unit(bits: u64) -> f64 {
    let high = u32::try_from(bits >> 32).unwrap_or(0);
    let low = u32::try_from((bits & 0xFFFF_FFFF) >> 11).unwrap_or(0);
    (f64::from(high) * 2_097_152.0 + f64::from(low) + 0.5) / 9_007_199_254_740_992.0
}

/// Items moved by a deviation of their parameters, held inside the bounds of a calibration.
fn moved(items: &[Item], deviation: &[f64]) -> Vec<Item> {
    let mut rest = deviation;
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let (own, after) = rest.split_at_checked(item.categories()).unwrap_or_default();
        rest = after;
        let (by_slope, by_intercepts) = own.split_first().map_or((0.0, own), |(a, d)| (*a, d));
        let slope =
            (item.slope() + by_slope).clamp(POSITIVE_SLOPE.low, POSITIVE_SLOPE.high.max(item.slope()));
        let mut ceiling = f64::INFINITY;
        let held = |(d, by): (&f64, &f64)| {
            let d = if item.model() == Model::Graded { (d + by).min(ceiling) } else { d + by };
            ceiling = d - SMALLEST_GAP;
            d
        };
        let intercepts: Vec<f64> = item.intercepts().iter().zip(by_intercepts).map(held).collect();
        out.push(Item::from_intercepts(item.model(), slope, &intercepts).unwrap_or_else(|_| item.clone()));
    }
    out
}

/// Rubin's rules for one person.
fn combined(rounds: &[Vec<Score>], person: usize, point: Score) -> Score {
    let m = count(rounds.len());
    let own = || rounds.iter().filter_map(|round| round.get(person));
    let mean = own().map(|s| s.theta).sum::<f64>() / m;
    let within = own().map(|s| s.error * s.error).sum::<f64>() / m;
    let between = own().map(|s| (s.theta - mean).powi(2)).sum::<f64>() / (m - 1.0);
    Score { theta: mean, error: (within + (1.0 + 1.0 / m) * between).sqrt(), ..point }
}
