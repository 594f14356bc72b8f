//! The rules of an adaptive test: blueprint, choice and stopping, the same for all candidates of a
//! requisition.

use crate::cat::criterion::Criterion;
use crate::irt::several::Correlations;

/// How many scored items a competency gets and when it is measured well enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompetencyRule {
    /// Fewest items.
    pub fewest: u32,
    /// Most items, at least as many; its quota.
    pub most: u32,
    /// Posterior standard deviation at which it stops, above 0.
    pub precision: f64,
}

impl Default for CompetencyRule {
    /// 4 to 10 items, stop at .40.
    fn default() -> Self {
        Self { fewest: 4, most: 10, precision: 0.40 }
    }
}

/// How many items of a format may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatQuota {
    /// The format.
    pub format: u32,
    /// Most items of it, 1 or more.
    pub most: u32,
}

/// How the competency of the next item is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompetencyChoice {
    /// By content: the largest share of its quota left.
    #[default]
    Content,
    /// By the determinant of the posterior precision, `det(Σ⁻¹ + Σ I)`: the competency whose best item
    /// raises it most (D-optimality, Segall 1996). Quotas, fewest items and stops hold all the same.
    DOptimal,
}

/// The rules of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// One rule per competency, in order.
    pub competencies: Vec<CompetencyRule>,
    /// Quotas of formats; formats without one are free.
    pub formats: Vec<FormatQuota>,
    /// How the competency of the next item is chosen.
    pub competency_choice: CompetencyChoice,
    /// What items are chosen by.
    pub criterion: Criterion,
    /// What the first items of a competency are chosen by.
    pub first_criterion: Criterion,
    /// How many items of a competency that is.
    pub first_items: u32,
    /// The item is drawn among this many best ones, 1 or more (randomesque; Kingsbury & Zara 1989).
    pub randomesque: u32,
    /// A competency stops when the best item is expected to lower the posterior standard deviation by
    /// less (Choi, Grady & Dodd 2010); `None` for never.
    pub smallest_gain: Option<f64>,
    /// Correlations of the competencies: each level then borrows from the others, and items are chosen and
    /// competencies stopped on the joint levels. `None`: each competency under N(0, 1) alone.
    pub correlations: Option<Correlations>,
}

/// Posterior standard deviation above which a competency stopped by time is not measured.
pub const INSUFFICIENT_PRECISION: f64 = 0.55;

/// Why rules are impossible.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RulesError {
    /// There is not one rule, or not one trait of the correlations, per competency of the bank.
    #[error("{found} rules or traits for {expected} competencies")]
    LengthMismatch {
        /// Competencies of the bank.
        expected: usize,
        /// Rules or traits.
        found: usize,
    },
    /// A setting is out of range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}

impl Rules {
    /// The default rules of a test of some competencies: posterior-weighted information for the first 3
    /// items of each, then maximum information among the best 5.
    #[must_use]
    pub fn standard(competencies: usize) -> Self {
        Self {
            competencies: vec![CompetencyRule::default(); competencies],
            formats: Vec::new(),
            competency_choice: CompetencyChoice::Content,
            criterion: Criterion::Information,
            first_criterion: Criterion::PosteriorInformation,
            first_items: 3,
            randomesque: 5,
            smallest_gain: Some(0.01),
            correlations: None,
        }
    }

    /// Refuses impossible rules for a bank of `competencies`.
    pub(crate) fn check(&self, competencies: usize) -> Result<(), RulesError> {
        if self.competencies.len() != competencies {
            return Err(RulesError::LengthMismatch {
                expected: competencies,
                found: self.competencies.len(),
            });
        }
        if let Some(found) =
            self.correlations.as_ref().map(Correlations::traits).filter(|n| *n != competencies)
        {
            return Err(RulesError::LengthMismatch { expected: competencies, found });
        }
        let out_of_range = |name, value| Err(RulesError::OutOfRange { name, value });
        for rule in &self.competencies {
            if rule.most == 0 || rule.most < rule.fewest {
                return out_of_range("most items", f64::from(rule.most));
            }
            if rule.precision.is_nan() || rule.precision <= 0.0 {
                return out_of_range("precision", rule.precision);
            }
        }
        if self.formats.iter().any(|quota| quota.most == 0) {
            return out_of_range("quota of a format", 0.0);
        }
        if self.randomesque == 0 {
            return out_of_range("randomesque", 0.0);
        }
        match self.smallest_gain {
            Some(gain) if gain.is_nan() || gain < 0.0 => out_of_range("smallest gain", gain),
            _ => Ok(()),
        }
    }
}
