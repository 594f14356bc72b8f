//! The statistics of a snapshot: what is frozen of the attempts of one form and key. All numbers come from
//! `psychometrics`; nothing here is about one person.

mod families;
mod whole;

use std::collections::BTreeMap;

use domain::attempt::Place;
use domain::construct::Family;
use domain::ids::ScenarioId;
use domain::points::{AttemptPoints, FamilyPoints};
use psychometrics::descriptive::{Description, describe};
use psychometrics::matrix::ScoreMatrix;
use psychometrics::sem::{StandardError, prior_sem, snapshot_sem};
use serde::{Deserialize, Serialize};
use store::repo::scores::MeasuredRow;

use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::score_attempt::FamilyCells;

use self::families::family_residuals;
pub use self::families::{FamilyResiduals, FamilyStatistics, Reliability, Verdict};
pub use self::whole::{Dimensions, RestAction, RestCorrelation, TotalReliability};
use self::whole::{dimensions, rest_correlations, total_reliability};

/// Resamples of the bootstrap of omega.
const RESAMPLES: u32 = 1_000;

/// What a snapshot freezes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotStatistics {
    /// People described: finished attempts with a score that may be ranked.
    pub n: u32,
    /// Scored scenarios of the form.
    pub n_scenarios: u32,
    /// Standard error of a complete form, points: the residual shrunk to the prior.
    pub sem: f64,
    /// The prior alone, points.
    pub sem_prior: f64,
    /// The person × scenario residual; nothing when the prior stands alone.
    pub residual: Option<ResidualStatistics>,
    /// What ratings at random would score on average, 0 to 100.
    pub chance_level: f64,
    /// The scores of the people described.
    pub total: Option<Distribution>,
    /// The reliability of the total, from 30 people on; nothing in snapshots of before it was computed.
    #[serde(default)]
    pub reliability: Option<TotalReliability>,
    /// How many dimensions the scenarios show, from 100 people on; nothing in snapshots of before it was computed.
    #[serde(default)]
    pub dimensions: Option<Dimensions>,
    /// Per scored scenario, in the order of the form.
    pub scenarios: Vec<ScenarioStatistics>,
    /// Per family, in their order.
    pub families: Vec<FamilyStatistics>,
    /// How the bootstrap was drawn.
    pub bootstrap: Bootstrap,
    /// What the standard error of other weights needs; nothing below 2 people and in snapshots of before.
    #[serde(default)]
    pub family_residuals: Option<FamilyResiduals>,
}

/// The person × scenario residual.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResidualStatistics {
    /// Residual mean square, squared points.
    pub mean_square: f64,
    /// s²: the mean square over the number of scenarios, squared points.
    pub variance_of_mean: f64,
    /// People with every scenario.
    pub persons_used: u32,
    /// People with a gap, left out.
    pub persons_left_out: u32,
}

/// What a list of scores looks like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// How many.
    pub n: u32,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (n - 1); nothing for one value.
    pub sd: Option<f64>,
    /// Lower quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile.
    pub q3: f64,
}

/// One scenario of a snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioStatistics {
    /// The scenario.
    pub id: ScenarioId,
    /// People it was shown to.
    pub n: u32,
    /// Mean of its scores, 0 to 100; nothing without people.
    pub mean: Option<f64>,
    /// Variance of its scores (n - 1), squared points; nothing below 2 people.
    pub variance: Option<f64>,
    /// How it goes with the rest, from 30 people on.
    #[serde(default)]
    pub rest: Option<RestCorrelation>,
}

/// How the bootstrap of omega was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Resamples.
    pub resamples: u32,
    /// Seed of the generator.
    pub seed: u64,
}

impl SnapshotStatistics {
    /// The statistics of the people whose scores are given; nobody gives the prior alone.
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when stored numbers do not fit the form.
    pub(crate) fn of(form: &LoadedForm, rows: &[MeasuredRow], seed: u64) -> Result<Self, ServiceError> {
        let shape = FormShape::of(form);
        let measured = rows.iter().map(Measured::parse).collect::<Result<Vec<_>, _>>()?;
        let n_scenarios = count(shape.scenarios.len())?;
        let table = matrix(n_scenarios, measured.iter().map(|person| person.scenarios.as_slice()))?;
        let sem = snapshot_sem(&table).map_err(fault)?;
        let bootstrap = Bootstrap { resamples: RESAMPLES, seed };
        let totals: Vec<f64> = measured.iter().filter_map(|person| person.score).collect();
        Ok(Self {
            n: count(measured.len())?,
            n_scenarios,
            sem: sem.sem.get(),
            sem_prior: prior_sem(n_scenarios).map_err(fault)?.get(),
            residual: sem.residual.map(|residual| ResidualStatistics {
                mean_square: residual.mean_square,
                variance_of_mean: residual.variance_of_mean(),
                persons_used: residual.persons_used,
                persons_left_out: residual.persons_left_out,
            }),
            chance_level: form.chance_level,
            total: distribution(&totals)?,
            reliability: total_reliability(&table),
            dimensions: dimensions(&table, seed),
            scenarios: shape.scenario_statistics(&measured, &table)?,
            families: shape.family_statistics(&measured, bootstrap)?,
            bootstrap,
            family_residuals: family_residuals(n_scenarios, &measured)?,
        })
    }

    /// Reads frozen statistics.
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when the text is not what [`SnapshotStatistics::to_json`] writes.
    pub fn parse(text: &str) -> Result<Self, ServiceError> {
        serde_json::from_str(text).map_err(|error| ServiceError::broken_by("stored statistics", error))
    }

    /// The statistics as they are stored.
    ///
    /// # Errors
    /// [`ServiceError::Broken`]; every number is finite, so that none is expected.
    pub(crate) fn to_json(&self) -> Result<String, ServiceError> {
        serde_json::to_string(self).map_err(|error| ServiceError::broken_by("statistics as JSON", error))
    }

    /// How many families may be shown.
    #[must_use]
    pub fn n_reportable(&self) -> usize {
        self.families.iter().filter(|family| family.verdict == Verdict::Reportable).count()
    }

    /// The standard error of a complete form.
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when the stored number is not above 0.
    pub fn complete_form(&self) -> Result<StandardError, ServiceError> {
        StandardError::try_from(self.sem).map_err(fault)
    }
}

/// The scored scenarios of a form under a key, each with its scored actions per family.
struct FormShape {
    scenarios: Vec<(ScenarioId, BTreeMap<Family, FamilyPoints>)>,
}

impl FormShape {
    fn of(form: &LoadedForm) -> Self {
        let nobody = AttemptPoints::of(&form.form, &form.key, &BTreeMap::new(), Place::Practice);
        Self { scenarios: nobody.scenario_family_points() }
    }

    fn scenario_statistics(
        &self,
        measured: &[Measured],
        table: &ScoreMatrix,
    ) -> Result<Vec<ScenarioStatistics>, ServiceError> {
        let rests = rest_correlations(table);
        let of_scenario = |(column, (id, _)): (usize, &(ScenarioId, BTreeMap<Family, FamilyPoints>))| {
            let scores: Vec<f64> = measured
                .iter()
                .filter_map(|person| person.scenarios.get(column).copied().flatten())
                .collect();
            let described = distribution(&scores)?;
            Ok(ScenarioStatistics {
                id: id.clone(),
                n: count(scores.len())?,
                mean: described.map(|described| described.mean),
                variance: described.and_then(|described| described.sd).map(|sd| sd * sd),
                rest: rests.get(column).copied().flatten(),
            })
        };
        self.scenarios.iter().enumerate().map(of_scenario).collect()
    }
}

/// What one score row holds, read.
struct Measured {
    score: Option<f64>,
    scenarios: Vec<Option<f64>>,
    families: Vec<Option<FamilyCells>>,
}

impl Measured {
    fn parse(row: &MeasuredRow) -> Result<Self, ServiceError> {
        let fault = |error| ServiceError::broken_by("stored scenario scores", error);
        Ok(Self {
            score: row.plain_score.or(row.score),
            scenarios: serde_json::from_str(&row.scenario_scores).map_err(fault)?,
            families: serde_json::from_str(&row.family_half_points).map_err(fault)?,
        })
    }

    /// What a family adds to the score of each scenario, in points; nothing where the scenario was not shown.
    fn part(&self, family: usize) -> Vec<Option<f64>> {
        let of_cells = |cells: &FamilyCells| {
            let counted: u32 = cells.iter().map(|[_, counted]| counted).sum();
            let [half_points, _] = cells.get(family).copied().unwrap_or_default();
            (counted > 0).then(|| 50.0 * f64::from(half_points) / f64::from(counted))
        };
        self.families.iter().map(|cells| cells.as_ref().and_then(of_cells)).collect()
    }

    /// Half points and actions counted of a family in a scenario.
    fn cell(&self, scenario: usize, family: usize) -> [u32; 2] {
        let cells = self.families.get(scenario).copied().flatten();
        cells.and_then(|cells| cells.get(family).copied()).unwrap_or_default()
    }
}

/// 100 × points / actions over some cells; nothing without actions.
pub(crate) fn percent(cells: impl Iterator<Item = [u32; 2]>) -> Option<f64> {
    let (half_points, actions) =
        cells.fold((0_u32, 0_u32), |(sum, n), [half_points, actions]| (sum + half_points, n + actions));
    (actions > 0).then(|| 50.0 * f64::from(half_points) / f64::from(actions))
}

fn matrix<'a>(
    n_scenarios: u32,
    rows: impl Iterator<Item = &'a [Option<f64>]>,
) -> Result<ScoreMatrix, ServiceError> {
    let columns = usize::try_from(n_scenarios).map_err(fault)?;
    ScoreMatrix::from_rows(columns, rows).map_err(fault)
}

/// What a list of scores looks like; nothing for an empty one.
///
/// # Errors
/// [`ServiceError::Broken`] when a score is not finite.
pub(crate) fn distribution(scores: &[f64]) -> Result<Option<Distribution>, ServiceError> {
    if scores.is_empty() {
        return Ok(None);
    }
    let Description { n, mean, sd, q1, median, q3, .. } = describe(scores).map_err(fault)?;
    Ok(Some(Distribution { n, mean, sd, q1, median, q3 }))
}

fn count(n: usize) -> Result<u32, ServiceError> {
    u32::try_from(n).map_err(fault)
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("the statistics of a snapshot", error)
}
