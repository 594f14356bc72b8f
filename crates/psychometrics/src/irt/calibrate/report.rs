//! The result of a calibration, put together from where the iteration ended.

use crate::irt::calibrate::check::Ready;
use crate::irt::calibrate::problem::{Problem, Slot};
use crate::irt::calibrate::{
    CalibratedItem, Calibration, CalibrationError, CalibrationOptions, CalibrationWarning, Latent, Slopes,
};
use crate::irt::em::EmEnd;
use crate::irt::item::Item;
use crate::irt::mstep::POSITIVE_SLOPE;
use crate::irt::responses::Responses;
use crate::irt::standard_errors::{CovarianceOutcome, ParameterCovariance, StandardErrors};
use crate::linear::count_u32;

pub(super) fn calibration(
    responses: &Responses,
    ready: Ready,
    problem: &Problem,
    end: EmEnd,
    covariance: CovarianceOutcome,
    options: &CalibrationOptions,
) -> Result<Calibration, CalibrationError> {
    let at = &end.parameters;
    let is_missing = options.standard_errors != StandardErrors::None && covariance.0.is_none();
    let mut warnings: Vec<CalibrationWarning> = Vec::new();
    if !end.is_converged {
        warnings.push(CalibrationWarning::NotConverged);
    }
    let mut items = Vec::with_capacity(problem.slots.len());
    for (number, (slot, counts)) in problem.slots.iter().zip(&ready.counts).enumerate() {
        let own = problem.own(slot, at);
        if !slot.is_fixed {
            let is_merged = ready.maps.get(number).is_some_and(|map| !map.is_identity());
            warnings.extend(item_warnings(number, own, counts, is_merged, options.least_answers));
        }
        items.push(calibrated(slot, own, counts.iter().sum(), covariance.0.as_ref())?);
    }
    if is_missing {
        warnings.push(CalibrationWarning::NoStandardErrors);
    }
    let (mean, variance) = problem.latent(at);
    let (mean_se, variance_se) = match (&covariance.0, problem.is_latent_free) {
        (Some(found), true) => {
            (found.standard_error(problem.item_parameters), found.standard_error(problem.item_parameters + 1))
        }
        _ => (None, None),
    };
    debug_assert_eq!(responses.items(), items.len());
    Ok(Calibration {
        items,
        latent: Latent { mean, variance, mean_se, variance_se },
        log_likelihood: problem.log_likelihood(at),
        log_prior: problem.log_prior(at),
        free_parameters: free_parameters(problem),
        persons_used: ready.persons_used,
        persons_without_data: ready.persons_without_data,
        patterns: count_u32(problem.patterns.weights.iter().filter(|w| **w > 0.0).count()),
        cycles: end.cycles,
        is_converged: end.is_converged,
        maps: ready.maps,
        covariance: covariance.0,
        warnings,
    })
}

fn item_warnings(
    item: usize,
    own: &[f64],
    counts: &[u32],
    is_merged: bool,
    least: u32,
) -> Vec<CalibrationWarning> {
    let slope = own.first().copied().unwrap_or(1.0);
    let answers = counts.iter().copied().min().unwrap_or(0);
    let flags = [
        (is_merged, CalibrationWarning::CategoriesMerged { item }),
        (answers < least, CalibrationWarning::SparseCategory { item, answers }),
        (slope <= POSITIVE_SLOPE.low, CalibrationWarning::NotDiscriminating { item }),
        (slope >= POSITIVE_SLOPE.high, CalibrationWarning::SlopeAtUpperBound { item }),
    ];
    flags.into_iter().filter(|(is_raised, _)| *is_raised).map(|(_, warning)| warning).collect()
}

fn calibrated(
    slot: &Slot,
    own: &[f64],
    answers: u32,
    covariance: Option<&ParameterCovariance>,
) -> Result<CalibratedItem, CalibrationError> {
    let (slopes, intercepts) = own.split_at_checked(1).unwrap_or_default();
    let slope = slopes.first().copied().unwrap_or(0.0);
    let item = Item::from_intercepts(slot.problem.shape.model, slope, intercepts)?;
    let covariance = covariance.filter(|_| !slot.is_fixed);
    let error = |k: usize| covariance.and_then(|c| c.standard_error(slot.first + k));
    let slope_se = error(0);
    let intercept_se: Option<Vec<f64>> = (1..own.len()).map(error).collect();
    let threshold = |(k, d): (usize, &f64)| {
        let at = slot.first + 1 + k;
        let c = covariance?;
        let (var_d, cov) = (c.at(at, at)?, c.at(slot.first, at).unwrap_or(0.0));
        let var_a = c.at(slot.first, slot.first).unwrap_or(0.0);
        let ratio = d / slope;
        let variance = (ratio * ratio * var_a + var_d - 2.0 * ratio * cov) / (slope * slope);
        (variance > 0.0).then(|| variance.sqrt())
    };
    let threshold_se = intercepts.iter().enumerate().map(threshold).collect();
    let has_prior = slot.problem.prior.is_some();
    Ok(CalibratedItem {
        item,
        answers,
        is_fixed: slot.is_fixed,
        has_prior,
        slope_se,
        intercept_se,
        threshold_se,
    })
}

/// Number of estimated parameters.
fn free_parameters(problem: &Problem) -> u32 {
    let free = || problem.slots.iter().filter(|slot| !slot.is_fixed);
    let all: usize = free().map(|slot| slot.problem.shape.parameters()).sum();
    let shared = match problem.slopes {
        Slopes::Common => free().count().saturating_sub(1),
        Slopes::Free => 0,
    };
    count_u32(all - shared + if problem.is_latent_free { 2 } else { 0 })
}
