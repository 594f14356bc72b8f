//! Person fit: how unlikely an answer pattern is at the person's own level.

use rayon::prelude::*;

use crate::irt::fit::FitError;
use crate::irt::item::Item;
use crate::irt::responses::{GAP, Responses};
use crate::irt::score::{Score, ScorePrior, ScoreStatus, eap_with_nodes, map, wle};

/// Below this l_z* a pattern is flagged.
const FLAG_BELOW: f64 = -2.33;

/// The estimate of the level a pattern is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FitLevel {
    /// Posterior mean.
    Eap(ScorePrior),
    /// Posterior mode.
    Map(ScorePrior),
    /// Weighted likelihood.
    Wle,
}

/// The fit of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonFit {
    /// Standardised log-likelihood; conservative, because the level is estimated.
    pub l_z: f64,
    /// Corrected for the estimated level: about N(0, 1).
    pub l_z_star: f64,
    /// Whether l_z* is below -2.33. One flag changes nothing: at least two independent indicator
    /// families open a human review.
    pub is_flagged: bool,
}

/// l_z and l_z* of every person.
///
/// `items`: parameters, one per column; `responses`: rows = people, gaps left out; `level` says which
/// estimate patterns are compared with. **Shape**: one entry per row, `None` for people without answers
/// or whose pattern leaves no variance.
///
/// # Errors
/// [`FitError::Score`] for answers that do not suit the items.
///
/// Source: Drasgow, Levine & Williams 1985 (l_z); Snijders 2001, Psychometrika 66:331-342, polytomous
/// items Sinharay 2016 (l_z*). Golden test `irt_fit_2pl`; size checked in
/// `person_fit_has_its_nominal_size`.
pub fn person_fit(
    items: &[Item],
    responses: &Responses,
    level: FitLevel,
) -> Result<Vec<Option<PersonFit>>, FitError> {
    let scores: Vec<Option<Score>> = match level {
        FitLevel::Eap(prior) => eap_with_nodes(items, responses, prior, 61)?.into_iter().map(Some).collect(),
        FitLevel::Map(prior) => map(items, responses, prior)?.into_iter().map(Some).collect(),
        FitLevel::Wle => wle(items, responses)?,
    };
    let rows: Vec<&[u8]> = responses.rows().collect();
    Ok(rows
        .par_iter()
        .zip(scores)
        .map(|(row, score)| {
            let score = score.filter(|score| score.status != ScoreStatus::NoData)?;
            fit_of(items, row, score.theta, level)
        })
        .collect())
}

/// Sums over the answered items at one level.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// Σ (log P_x - E).
    distance: f64,
    /// Σ of the variances of log P.
    variance: f64,
    information: f64,
    /// Σ P' log P.
    slope_by_log: f64,
    /// Σ P' P'' / P.
    warm: f64,
}

fn fit_of(items: &[Item], row: &[u8], theta: f64, level: FitLevel) -> Option<PersonFit> {
    let mut sums = Sums::default();
    for (item, cell) in items.iter().zip(row).filter(|(_, cell)| **cell != GAP) {
        let curves = item.curves(theta);
        let mean: f64 = curves.iter().map(|c| c.probability * c.log_probability).sum();
        let square: f64 = curves.iter().map(|c| c.probability * c.log_probability * c.log_probability).sum();
        sums.distance += curves.get(usize::from(*cell))?.log_probability - mean;
        sums.variance += square - mean * mean;
        for curve in &curves {
            sums.information += curve.slope() * curve.score;
            sums.slope_by_log += curve.slope() * curve.log_probability;
            sums.warm += curve.slope() * (curve.score * curve.score + curve.bend);
        }
    }
    if sums.variance <= 1e-12 || sums.information <= 0.0 {
        return None;
    }
    let pull = match level {
        FitLevel::Eap(prior) | FitLevel::Map(prior) => (prior.mean() - theta) / (prior.sd() * prior.sd()),
        FitLevel::Wle => sums.warm / (2.0 * sums.information),
    };
    let c = sums.slope_by_log / sums.information;
    let corrected = sums.variance - c * c * sums.information;
    if corrected <= 1e-12 * sums.variance {
        return None;
    }
    let l_z_star = (sums.distance + c * pull) / corrected.sqrt();
    let l_z = sums.distance / sums.variance.sqrt();
    (l_z.is_finite() && l_z_star.is_finite()).then_some(PersonFit {
        l_z,
        l_z_star,
        is_flagged: l_z_star < FLAG_BELOW,
    })
}
