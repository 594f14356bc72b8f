//! Whether the score of a family (or construct) may be shown: the rule of decisions.md "Families and
//! constructs".

use crate::linear::count_u32;
use crate::matrix::ScoreMatrix;
use crate::reliability::omega::{BootstrapPlan, omega_bootstrap_95, omega_total};
use crate::reliability::{ReliabilityError, alpha};

/// Fewest attempts of a snapshot.
pub const FEWEST_ATTEMPTS: u32 = 100;

/// Smallest coefficient.
pub const SMALLEST_COEFFICIENT: f64 = 0.60;

/// Smallest lower 95 % limit.
pub const SMALLEST_LOWER_LIMIT: f64 = 0.50;

/// The coefficient used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// Omega total with its bootstrap interval: 3 or more scenarios that vary.
    Omega,
    /// Alpha with Feldt's interval: 2 scenarios that vary.
    Alpha,
}

/// The reliability of a family in a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FamilyReliability {
    /// Which coefficient.
    pub coefficient: Coefficient,
    /// Its value, at most 1.
    pub value: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// Whether a family may be shown, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FamilyVerdict {
    /// It may be shown.
    Reportable(FamilyReliability),
    /// The snapshot has fewer than 100 attempts.
    TooFewAttempts {
        /// Attempts of the snapshot.
        found: u32,
    },
    /// The coefficient is below 0.60.
    TooUnreliable(FamilyReliability),
    /// The coefficient is high enough but its lower 95 % limit is below 0.50.
    TooUncertain(FamilyReliability),
    /// There is no coefficient.
    NotEstimable(ReliabilityError),
}

impl FamilyVerdict {
    /// Whether the family may be shown; otherwise the screen says "not measurable with this form".
    #[must_use]
    pub const fn is_reportable(self) -> bool {
        matches!(self, Self::Reportable(_))
    }
}

/// Whether a family may be shown in a snapshot: at least 100 attempts, omega (alpha with fewer than 3
/// scenarios that vary) 0.60 or more, and its lower 95 % limit 0.50 or more.
///
/// `scores`: rows = all attempts of the snapshot, complete or not, columns = the scenarios with an
/// action of the family, each 0 to 100 over the family's actions alone. Attempts count with their
/// gaps; the coefficient uses those without. `plan` draws the interval of omega. Never estimated from
/// fewer attempts, whatever they show.
///
/// Source: decisions.md "Families and constructs"; test `family_rule_at_its_limits`.
#[must_use]
pub fn family_reportable(scores: &ScoreMatrix, plan: BootstrapPlan) -> FamilyVerdict {
    let found = count_u32(scores.persons());
    if found < FEWEST_ATTEMPTS {
        return FamilyVerdict::TooFewAttempts { found };
    }
    match family_reliability(scores, plan) {
        Ok(reliability) => family_verdict(found, reliability),
        Err(error) => FamilyVerdict::NotEstimable(error),
    }
}

/// The coefficient of a family in a snapshot with its 95 % interval.
///
/// `scores` and `plan` as for [`family_reportable`].
///
/// # Errors
/// Those of [`omega_total`] and [`omega_bootstrap_95`], or of [`alpha`] with 2 scenarios that vary.
///
/// Source: decisions.md "Families and constructs"; test `two_scenarios_use_alpha`.
pub fn family_reliability(
    scores: &ScoreMatrix,
    plan: BootstrapPlan,
) -> Result<FamilyReliability, ReliabilityError> {
    match omega_total(scores) {
        Ok(omega) => {
            let interval = omega_bootstrap_95(scores, plan)?;
            let (low, high) = (interval.low, interval.high);
            Ok(FamilyReliability { coefficient: Coefficient::Omega, value: omega.value, low, high })
        }
        Err(ReliabilityError::TooFewItems { .. }) => {
            let alpha = alpha(scores)?;
            let (low, high) = (alpha.low, alpha.high);
            Ok(FamilyReliability { coefficient: Coefficient::Alpha, value: alpha.value, low, high })
        }
        Err(error) => Err(error),
    }
}

/// The rule alone, for a reliability frozen in a snapshot of `attempts` attempts.
///
/// Source: decisions.md "Families and constructs"; test `family_rule_at_its_limits`.
#[must_use]
pub fn family_verdict(attempts: u32, reliability: FamilyReliability) -> FamilyVerdict {
    if attempts < FEWEST_ATTEMPTS {
        FamilyVerdict::TooFewAttempts { found: attempts }
    } else if reliability.value.is_nan() || reliability.value < SMALLEST_COEFFICIENT {
        FamilyVerdict::TooUnreliable(reliability)
    } else if reliability.low.is_nan() || reliability.low < SMALLEST_LOWER_LIMIT {
        FamilyVerdict::TooUncertain(reliability)
    } else {
        FamilyVerdict::Reportable(reliability)
    }
}
