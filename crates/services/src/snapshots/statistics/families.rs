//! What a snapshot holds of each family: whether it may be shown, and what the standard error of other weights needs.

use domain::construct::Family;
use psychometrics::part_weights::part_residuals;
use psychometrics::reliability::family::{Coefficient, FamilyReliability, FamilyVerdict, family_reportable};
use psychometrics::reliability::omega::BootstrapPlan;
use psychometrics::sem::SemError;
use serde::{Deserialize, Serialize};

use super::{Bootstrap, Distribution, FormShape, Measured, count, distribution, fault, matrix, percent};
use crate::error::ServiceError;

/// The person × scenario residuals of each family's part of the scenario scores, in the order of [`Family::ALL`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyResiduals {
    /// Mean products of two families' residuals, squared points; all together make the residual mean square.
    pub mean_products: [[f64; 5]; 5],
    /// People with every scenario.
    pub persons_used: u32,
}

/// One family of a snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyStatistics {
    /// The family.
    pub family: Family,
    /// Scenarios with a scored action of it.
    pub n_scenarios: u32,
    /// Its scored actions.
    pub n_actions: u32,
    /// Whether it may be shown, and if not, why.
    pub verdict: Verdict,
    /// Its reliability, when there is one.
    pub reliability: Option<Reliability>,
    /// The family scores of the people described.
    pub scores: Option<Distribution>,
}

/// Whether a family may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be shown.
    Reportable,
    /// Fewer than 100 attempts.
    TooFewAttempts,
    /// The coefficient is below 0.60.
    TooUnreliable,
    /// Its lower 95 % limit is below 0.50.
    TooUncertain,
    /// There is no coefficient.
    NotEstimable,
}

/// A reliability with its 95 % limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// `omega` or `alpha`.
    pub coefficient: String,
    /// Its value.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl FormShape {
    pub(super) fn family_statistics(
        &self,
        measured: &[Measured],
        bootstrap: Bootstrap,
    ) -> Result<Vec<FamilyStatistics>, ServiceError> {
        Family::ALL
            .iter()
            .enumerate()
            .map(|(index, family)| self.one_family(*family, index, measured, bootstrap))
            .collect()
    }

    fn one_family(
        &self,
        family: Family,
        index: usize,
        measured: &[Measured],
        bootstrap: Bootstrap,
    ) -> Result<FamilyStatistics, ServiceError> {
        let n_actions: Vec<u32> = self
            .scenarios
            .iter()
            .map(|(_, families)| families.get(&family).map_or(0, |sum| sum.n_scored))
            .collect();
        let columns: Vec<usize> =
            n_actions.iter().enumerate().filter(|(_, n)| **n > 0).map(|(column, _)| column).collect();
        let cells = |person: &Measured| -> Vec<Option<f64>> {
            columns.iter().map(|column| percent([person.cell(*column, index)].into_iter())).collect()
        };
        let rows: Vec<Vec<Option<f64>>> = measured.iter().map(cells).collect();
        let whole = |person: &Measured| percent(columns.iter().map(|column| person.cell(*column, index)));
        let scores: Vec<f64> = measured.iter().filter_map(whole).collect();
        let n_scenarios = count(columns.len())?;
        let (verdict, reliability) = if columns.is_empty() {
            (Verdict::NotEstimable, None)
        } else {
            let plan = BootstrapPlan { resamples: bootstrap.resamples, seed: bootstrap.seed };
            told(family_reportable(&matrix(n_scenarios, rows.iter().map(Vec::as_slice))?, plan))
        };
        Ok(FamilyStatistics {
            family,
            n_scenarios,
            n_actions: n_actions.iter().sum(),
            verdict,
            reliability,
            scores: distribution(&scores)?,
        })
    }
}

/// The residuals of each family's part; nothing when nothing is left to estimate them from.
pub(super) fn family_residuals(
    n_scenarios: u32,
    measured: &[Measured],
) -> Result<Option<FamilyResiduals>, ServiceError> {
    let part = |family: usize| {
        let rows: Vec<Vec<Option<f64>>> = measured.iter().map(|person| person.part(family)).collect();
        matrix(n_scenarios, rows.iter().map(Vec::as_slice))
    };
    let parts = (0..Family::ALL.len()).map(part).collect::<Result<Vec<_>, _>>()?;
    match part_residuals(&parts) {
        Ok(residuals) => {
            let mut mean_products = [[0.0; 5]; 5];
            for (row, own) in mean_products.iter_mut().zip(&residuals.mean_products) {
                row.iter_mut().zip(own).for_each(|(cell, product)| *cell = *product);
            }
            Ok(Some(FamilyResiduals { mean_products, persons_used: residuals.persons_used }))
        }
        Err(SemError::TooFewPersons { .. } | SemError::TooFewScenarios { .. } | SemError::NoScenario) => {
            Ok(None)
        }
        Err(error) => Err(fault(error)),
    }
}

fn told(verdict: FamilyVerdict) -> (Verdict, Option<Reliability>) {
    match verdict {
        FamilyVerdict::Reportable(reliability) => (Verdict::Reportable, Some(written(reliability))),
        FamilyVerdict::TooFewAttempts { .. } => (Verdict::TooFewAttempts, None),
        FamilyVerdict::TooUnreliable(reliability) => (Verdict::TooUnreliable, Some(written(reliability))),
        FamilyVerdict::TooUncertain(reliability) => (Verdict::TooUncertain, Some(written(reliability))),
        FamilyVerdict::NotEstimable(_) => (Verdict::NotEstimable, None),
    }
}

fn written(reliability: FamilyReliability) -> Reliability {
    let coefficient = match reliability.coefficient {
        Coefficient::Omega => "omega",
        Coefficient::Alpha => "alpha",
    };
    Reliability {
        coefficient: coefficient.to_owned(),
        value: reliability.value,
        low: reliability.low,
        high: reliability.high,
    }
}
