//! What a reliability says about one person: classical standard error, Spearman-Brown, Kelley's
//! estimate and reliable change. For the technical manual; people see the raw score with its interval.

use crate::linear::LARGEST;
use crate::normal::Z_95;
use crate::reliability::ReliabilityError;
use crate::sem::{StandardError, sed};

fn in_range(name: &'static str, value: f64, holds: bool) -> Result<f64, ReliabilityError> {
    if value.abs() <= LARGEST && holds {
        Ok(value)
    } else {
        Err(ReliabilityError::OutOfRange { name, value })
    }
}

fn checked_reliability(value: f64) -> Result<f64, ReliabilityError> {
    in_range("reliability", value, (0.0..=1.0).contains(&value))
}

/// The classical standard error of measurement `s √(1 - ρ)`.
///
/// `sd` is the standard deviation of the total (above 0, any unit), `reliability` 0 to below 1. The
/// product's own standard error is [`crate::sem::snapshot_sem`].
///
/// # Errors
/// [`ReliabilityError::OutOfRange`]; a reliability of 1 leaves no error and is refused.
///
/// Source: Lord & Novick 1968, section 3.3; golden test `ctt_sem_rci_jt1991`.
pub fn classical_sem(sd: f64, reliability: f64) -> Result<StandardError, ReliabilityError> {
    let sd = in_range("sd", sd, sd > 0.0)?;
    let reliability = checked_reliability(reliability)?;
    StandardError::try_from(sd * (1.0 - reliability).sqrt())
        .map_err(|_| ReliabilityError::OutOfRange { name: "reliability", value: reliability })
}

/// The reliability, 0 to 1, of a test `length` times as long: `k ρ / (1 + (k - 1) ρ)`.
///
/// `reliability` 0 to 1, `length` above 0 (2 doubles the test, 0.5 halves it).
///
/// # Errors
/// [`ReliabilityError::OutOfRange`].
///
/// Source: Spearman 1910, Brown 1910; golden test `ctt_sem_rci_jt1991`.
pub fn spearman_brown(reliability: f64, length: f64) -> Result<f64, ReliabilityError> {
    let reliability = checked_reliability(reliability)?;
    let length = in_range("length", length, length > 0.0)?;
    // Written so that the divisor does not cancel to 0 for a short part of a perfect test.
    Ok(length * reliability / ((1.0 - reliability) + length * reliability))
}

/// Kelley's estimate of a true score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KelleyEstimate {
    /// `ρ x + (1 - ρ) x̄`, the score's unit.
    pub true_score: f64,
    /// Standard error of the estimate, `s √(ρ (1 - ρ))`.
    pub se_estimate: f64,
    /// Standard error of the prediction of a parallel test, `s √(1 - ρ²)`.
    pub se_prediction: f64,
    /// Lower 95 % limit of the true score.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// Kelley's estimate of the true score of a person, with its 95 % interval.
///
/// `x` is the person's score, `mean` and `sd` (above 0) those of the group, same unit; `reliability`
/// 0 to 1. Technical manual only: it pulls people towards the mean of a group, so it is neither shown
/// nor ranked. The limits are not clipped.
///
/// # Errors
/// [`ReliabilityError::OutOfRange`].
///
/// Source: Kelley 1947; golden test `ctt_sem_rci_jt1991`.
pub fn kelley(x: f64, mean: f64, sd: f64, reliability: f64) -> Result<KelleyEstimate, ReliabilityError> {
    let x = in_range("x", x, true)?;
    let mean = in_range("mean", mean, true)?;
    let sd = in_range("sd", sd, sd > 0.0)?;
    let rho = checked_reliability(reliability)?;
    let true_score = rho * x + (1.0 - rho) * mean;
    let se_estimate = sd * (rho * (1.0 - rho)).sqrt();
    Ok(KelleyEstimate {
        true_score,
        se_estimate,
        se_prediction: sd * (1.0 - rho * rho).sqrt(),
        low: true_score - Z_95 * se_estimate,
        high: true_score + Z_95 * se_estimate,
    })
}

/// The reliable change of one person between two sittings, in standard errors of the difference:
/// `(after - before - gain) / (SEM √2)`; beyond ±1.96 the change is more than measurement error.
///
/// `before` and `after` are scores of one form, `sem` their standard error, `practice_gain` the mean
/// gain of a control group in the same unit (0 when unknown). Not a measure of effort or merit.
///
/// # Errors
/// [`ReliabilityError::OutOfRange`].
///
/// Source: Jacobson & Truax 1991; golden test `ctt_sem_rci_jt1991`.
pub fn reliable_change(
    before: f64,
    after: f64,
    sem: StandardError,
    practice_gain: f64,
) -> Result<f64, ReliabilityError> {
    let before = in_range("before", before, true)?;
    let after = in_range("after", after, true)?;
    let gain = in_range("practice_gain", practice_gain, true)?;
    let change = (after - before - gain) / sed(sem, sem);
    in_range("change", change, true)
}
