//! Scores before there are 200 candidates: classical statistics of expert-keyed scores, shrunk to documented
//! priors. No norms, no percentiles and no sample z below 100.

use crate::reliability::ReliabilityError;
use crate::reliability::individual::{KelleyEstimate, classical_sem, kelley};
use crate::sem::StandardError;

/// Reliability of the prior: situational judgement tests at large (Catano et al. 2012; Kasten & Freund 2016).
pub const PRIOR_RELIABILITY: f64 = 0.55;

/// Standard deviation of the prior, in shares of what can be reached (ours).
pub const PRIOR_SD: f64 = 0.15;

/// Candidates the priors of reliability and spread count for (ours).
pub const PRIOR_SPREAD_N: f64 = 100.0;

/// Candidates the prior of the mean counts for (ours).
pub const PRIOR_MEAN_N: f64 = 50.0;

/// Candidates below which scores are provisional.
pub const PROVISIONAL_BELOW: u32 = 200;

/// Candidates below which nothing is compared with the sample.
pub const NORMS_FROM: u32 = 100;

/// What a sample says of a competency, scores as shares of what can be reached (0 to 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleStatistics {
    /// Candidates.
    pub n: u32,
    /// Mean share, 0 to 1; not used without a candidate.
    pub mean: f64,
    /// Standard deviation (n - 1), 0 or more; not used below 2 candidates.
    pub sd: f64,
    /// Reliability, at most 1 (below 0 counts as 0); `None` when it cannot be estimated.
    pub reliability: Option<f64>,
}

/// Statistics shrunk to their priors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrunkStatistics {
    /// Candidates behind them: print "provisional, n = .." below 200.
    pub n: u32,
    /// Mean, 0 to 1.
    pub mean: f64,
    /// Standard deviation, above 0.
    pub sd: f64,
    /// Reliability, above 0 and below 1.
    pub reliability: f64,
    /// Classical standard error of measurement, `SD √(1 - ρ)`.
    pub sem: StandardError,
    /// Fewer than 200 candidates.
    pub is_provisional: bool,
    /// At least 100 candidates: norms, percentiles and z may be shown at all.
    pub allows_norms: bool,
}

/// Statistics of a competency shrunk to their priors: `ρ^ = (n ρ + 100 · .55) / (n + 100)`, the standard
/// deviation likewise with .15, and `μ^ = (n x̄ + 50 μ0) / (n + 50)`.
///
/// `prior_mean` (μ0, 0 to 1) is the pilot's mean or the one the key implies. A statistic that cannot be
/// estimated leaves its prior alone.
///
/// # Errors
/// [`ReliabilityError::OutOfRange`].
///
/// Source: psychometrics.md 3.1. Test `shrunk_statistics_worked_by_hand`.
pub fn shrunk_statistics(
    sample: SampleStatistics,
    prior_mean: f64,
) -> Result<ShrunkStatistics, ReliabilityError> {
    let share = |name, value: f64| {
        if (0.0..=1.0).contains(&value) {
            Ok(value)
        } else {
            Err(ReliabilityError::OutOfRange { name, value })
        }
    };
    let prior_mean = share("prior mean", prior_mean)?;
    let n = f64::from(sample.n);
    let mean = if sample.n == 0 { prior_mean } else { share("mean", sample.mean)? };
    let sd_n = if sample.n < 2 { 0.0 } else { n };
    let sd = if sample.n < 2 { PRIOR_SD } else { share("sd", sample.sd)? };
    let known = sample.reliability.filter(|_| sample.n >= 2);
    if let Some(value) = known.filter(|r| r.is_nan() || *r > 1.0) {
        return Err(ReliabilityError::OutOfRange { name: "reliability", value });
    }
    let shrunk = |n: f64, value: f64, n0: f64, prior: f64| (n * value + n0 * prior) / (n + n0);
    let reliability =
        known.map_or(PRIOR_RELIABILITY, |r| shrunk(n, r.max(0.0), PRIOR_SPREAD_N, PRIOR_RELIABILITY));
    let sd = shrunk(sd_n, sd, PRIOR_SPREAD_N, PRIOR_SD);
    Ok(ShrunkStatistics {
        n: sample.n,
        mean: shrunk(n, mean, PRIOR_MEAN_N, prior_mean),
        sd,
        reliability,
        sem: classical_sem(sd, reliability)?,
        is_provisional: sample.n < PROVISIONAL_BELOW,
        allows_norms: sample.n >= NORMS_FROM,
    })
}

/// Kelley's estimate of a candidate's true share under shrunk statistics, `ρ^ x + (1 - ρ^) μ^`, with
/// `SE = SD^ √(ρ^ (1 - ρ^))`. For the technical manual: people and ranks see `x` and the standard error of
/// measurement.
///
/// `x`: the candidate's share, 0 to 1.
///
/// # Errors
/// [`ReliabilityError::OutOfRange`].
///
/// Source: psychometrics.md 3.1; Kelley 1947. Test `shrunk_statistics_worked_by_hand`.
pub fn provisional_score(x: f64, statistics: &ShrunkStatistics) -> Result<KelleyEstimate, ReliabilityError> {
    if !(0.0..=1.0).contains(&x) {
        return Err(ReliabilityError::OutOfRange { name: "x", value: x });
    }
    kelley(x, statistics.mean, statistics.sd, statistics.reliability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrunk_statistics_worked_by_hand() {
        let sample = SampleStatistics { n: 100, mean: 0.7, sd: 0.11, reliability: Some(0.75) };

        let found = shrunk_statistics(sample, 0.4).unwrap();
        let score = provisional_score(0.8, &found).unwrap();

        assert!((found.reliability - 0.65).abs() < 1e-12 && (found.sd - 0.13).abs() < 1e-12);
        assert!((found.mean - 0.6).abs() < 1e-12);
        assert!((found.sem.get() - 0.13 * 0.35_f64.sqrt()).abs() < 1e-12);
        assert!(found.is_provisional && found.allows_norms);
        assert!((score.true_score - (0.65 * 0.8 + 0.35 * 0.6)).abs() < 1e-12);
        assert!((score.se_estimate - 0.13 * (0.65 * 0.35_f64).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn without_people_the_priors_stand_alone() {
        let nobody = SampleStatistics { n: 0, mean: f64::NAN, sd: f64::NAN, reliability: None };
        let one = SampleStatistics { n: 1, mean: 0.9, ..nobody };

        let found = shrunk_statistics(nobody, 0.5).unwrap();
        let single = shrunk_statistics(one, 0.5).unwrap();

        assert_eq!((found.mean, found.sd, found.reliability), (0.5, 0.15, 0.55));
        assert!((single.mean - (0.9 + 25.0) / 51.0).abs() < 1e-12 && single.sd == 0.15);
        let negative = SampleStatistics { n: 100, mean: 0.5, sd: 0.1, reliability: Some(-0.4) };
        assert!((shrunk_statistics(negative, 0.5).unwrap().reliability - 0.275).abs() < 1e-12);
    }

    #[test]
    fn impossible_statistics_are_refused() {
        let good = SampleStatistics { n: 50, mean: 0.5, sd: 0.1, reliability: Some(0.5) };
        let broken = [
            SampleStatistics { mean: 1.5, ..good },
            SampleStatistics { sd: f64::NAN, ..good },
            SampleStatistics { sd: -0.1, ..good },
            SampleStatistics { reliability: Some(f64::NAN), ..good },
            SampleStatistics { reliability: Some(1.1), ..good },
        ];

        assert!(broken.iter().all(|own| shrunk_statistics(*own, 0.5).is_err()));
        assert!(shrunk_statistics(good, f64::INFINITY).is_err());
        let found = shrunk_statistics(good, 0.5).unwrap();
        assert!(provisional_score(f64::NAN, &found).is_err() && provisional_score(1.1, &found).is_err());
    }
}
