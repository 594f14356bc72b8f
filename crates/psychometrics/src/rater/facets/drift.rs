//! Drift: whether a rater grows more severe or lenient from one period (a week) to the next.

use crate::linear::count_u32;
use crate::rater::facets::{Checked, FacetError, Rating, fit};

/// Persons the overall severity of a rater counts for in a period (ours).
pub const PRIOR_PERSONS: f64 = 20.0;

/// Spread of severities that keeps those of short periods finite, logits.
const PRIOR_SD: f64 = 2.0;

/// The severity of a rater in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodSeverity {
    /// Rater number.
    pub rater: usize,
    /// Period number, such as a week.
    pub period: u32,
    /// Persons (or answers) rated.
    pub persons: u32,
    /// Severity in this period alone, logits.
    pub severity: f64,
    /// The rater's severity over all periods, weighted by persons, logits.
    pub overall: f64,
    /// Drift: severity less overall, times n / (n + 20).
    pub drift: f64,
}

/// The severity of each rater in each period, shrunk to the rater's own mean.
///
/// `ratings`: each with its period (any numbers; 300 pairs of rater and period at most). Every pair is
/// fitted as a rater of its own in the model of [`crate::rater::facets::rater_severity`], held by a
/// normal prior of 2 logits. **Shape**: one entry per pair that occurs, by rater, then period. For
/// calibration talks with the rater; never an input of scores.
///
/// # Errors
/// [`FacetError`] but for extreme raters, whose severity the prior keeps finite.
///
/// Source: psychometrics.md section 9 (weekly severity with empirical Bayes shrinkage n / (n + 20));
/// Wolfe, Moulder & Myford 2001, J Appl Meas 2:256-280. Test `drift_shows_the_week_that_changed`.
pub fn severity_drift(ratings: &[(Rating, u32)], categories: u8) -> Result<Vec<PeriodSeverity>, FacetError> {
    let mut pairs: Vec<(usize, u32)> =
        ratings.iter().map(|(rating, period)| (rating.rater, *period)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let recoded: Vec<Rating> = ratings
        .iter()
        .map(|(rating, period)| {
            let place = pairs.partition_point(|pair| *pair < (rating.rater, *period));
            Rating { rater: place, ..*rating }
        })
        .collect();
    let checked = Checked::new(&recoded, categories, false)?;
    let fitted = fit::fit(&checked, Some(PRIOR_SD))?;
    let persons: Vec<u32> = (0..pairs.len())
        .map(|place| {
            let rated = checked.persons.iter().filter(|list| list.iter().any(|r| r.rater == place));
            count_u32(rated.count())
        })
        .collect();
    let severities = &fitted.parameters.severities;
    let all: Vec<(usize, u32, u32, f64)> = pairs
        .iter()
        .zip(persons.iter().zip(severities))
        .map(|((rater, period), (n, severity))| (*rater, *period, *n, *severity))
        .collect();
    let mut found = Vec::with_capacity(all.len());
    for of_rater in all.chunk_by(|a, b| a.0 == b.0) {
        let n: f64 = of_rater.iter().map(|entry| f64::from(entry.2)).sum();
        let overall = of_rater.iter().map(|entry| f64::from(entry.2) * entry.3).sum::<f64>() / n.max(1.0);
        for (rater, period, persons, severity) in of_rater.iter().copied() {
            let share = f64::from(persons) / (f64::from(persons) + PRIOR_PERSONS);
            let drift = share * (severity - overall);
            found.push(PeriodSeverity { rater, period, persons, severity, overall, drift });
        }
    }
    Ok(found)
}
