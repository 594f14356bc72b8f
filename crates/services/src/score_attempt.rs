//! Scores one attempt: from its answers to a row of numbers that names its key and snapshot.
//!
//! Every number comes from `psychometrics`. A row is added and never changed: another key or snapshot means another
//! row. Who may see a score, and how people are ordered, is not decided here.

use std::sync::Arc;

use domain::attempt::Place;
use domain::construct::Family;
use domain::ids::{KeyRowId, OrganisationId, PackRowId};
use domain::points::AttemptPoints;
use psychometrics::score::{ScoreError, TotalScore};
use psychometrics::sem::{interval_95, sem_with_missing};
use store::conn::DbConn;
use store::repo::attempts::AttemptRow;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::response_events;
use store::repo::scores::{self, FormOf, ScoreRow};
use store::repo::snapshots::SnapshotRow;

use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::packs::LoadedForm;
use crate::snapshots::current_snapshot;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::{Services, Tx};
use crate::stored_answers::last_responses;
use crate::weights::{ScoringRule, weights_in_force};

/// Half points and actions counted of the five families in one scenario, in the order of [`Family::ALL`].
pub(crate) type FamilyCells = [[u32; 2]; 5];

/// Writes the score of a finished or expired attempt against the current snapshot of its form and key, and makes the
/// initial snapshot when there is none. Runs inside the transaction that ends the attempt.
///
/// # Errors
/// [`ServiceError::Broken`] when stored content or answers cannot be read.
pub(crate) fn score_attempt(
    services: &Services,
    tx: &mut Tx<'_>,
    attempt: &AttemptRow,
) -> Result<(), ServiceError> {
    let campaign = campaigns::load(tx.conn, &attempt.campaign_id)?;
    let form = campaign_form(services, &campaign)?;
    let snapshot = current_snapshot(services, tx, form_of(&campaign), &form)?;
    let weights = weights_in_force(tx.conn, &campaign.id)?;
    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
    let rule = ScoringRule::of(&form, &statistics, weights.as_ref())?;
    let row = score_row(services, tx, &form, &snapshot, &rule, attempt)?;
    scores::insert(tx.conn, &row)?;
    Ok(())
}

/// The form that a campaign's attempts are scored on.
pub(crate) fn form_of(campaign: &CampaignRow) -> FormOf<'_> {
    FormOf {
        organisation: &campaign.organisation_id,
        pack_row: &campaign.pack_row_id,
        form: &campaign.form_id,
        form_version: campaign.form_version,
        key_row: &campaign.key_row_id,
    }
}

/// The form of a campaign with its pack and key. The caller has authorised the campaign.
///
/// # Errors
/// [`ServiceError::Broken`] when stored ids or content cannot be read.
pub(crate) fn campaign_form(
    services: &Services,
    campaign: &CampaignRow,
) -> Result<Arc<LoadedForm>, ServiceError> {
    let fault = |error| ServiceError::broken_by("the ids of a campaign", error);
    let pack_row = PackRowId::parse(&campaign.pack_row_id).map_err(fault)?;
    let key_row = KeyRowId::parse(&campaign.key_row_id).map_err(fault)?;
    services.form_of(&pack_row, &key_row, &campaign.form_id, campaign.form_version)
}

/// The id of an organisation as stored in a row.
///
/// # Errors
/// [`ServiceError::Broken`] when the text is no id.
pub(crate) fn organisation_of(text: &str) -> Result<OrganisationId, ServiceError> {
    OrganisationId::parse(text).map_err(|error| ServiceError::broken_by("a stored id", error))
}

/// The score of an attempt as a row that has not been inserted yet.
///
/// # Errors
/// As [`score_attempt`].
pub(crate) fn score_row(
    services: &Services,
    tx: &mut Tx<'_>,
    form: &LoadedForm,
    snapshot: &SnapshotRow,
    rule: &ScoringRule,
    attempt: &AttemptRow,
) -> Result<ScoreRow, ServiceError> {
    let numbers = ScoreNumbers::of(tx.conn, form, rule, attempt)?;
    let ScoreNumbers { total, .. } = &numbers;
    Ok(ScoreRow {
        id: row_uuid(tx.now, services.random()).to_string(),
        organisation_id: attempt.organisation_id.clone(),
        campaign_id: attempt.campaign_id.clone(),
        attempt_id: attempt.id.clone(),
        key_row_id: snapshot.key_row_id.clone(),
        snapshot_id: snapshot.id.clone(),
        score: numbers.score,
        sem: numbers.sem,
        low: numbers.low,
        high: numbers.high,
        n_scored: number(total.n_scored)?,
        n_answered: number(total.n_answered)?,
        n_counted_zero: number(total.n_counted_zero)?,
        n_left_out: number(total.n_left_out)?,
        n_scenarios: number(total.scenarios)?,
        n_scenarios_answered: number(total.scenarios_answered)?,
        unranked_reason: numbers.unranked_reason.map(str::to_owned),
        scenario_scores: json(&numbers.scenario_scores)?,
        family_half_points: json(&numbers.family_half_points)?,
        created_at: tx.now,
        plain_score: numbers.plain_score,
    })
}

/// The numbers of one attempt, from its stored answers, the key and the rule of its campaign.
#[derive(Debug, PartialEq)]
pub(crate) struct ScoreNumbers {
    pub(crate) score: Option<f64>,
    pub(crate) sem: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) total: TotalScore,
    pub(crate) unranked_reason: Option<&'static str>,
    /// The score of each scored scenario, 0 to 100; nothing when it was never shown.
    pub(crate) scenario_scores: Vec<Option<f64>>,
    pub(crate) family_half_points: Vec<Option<FamilyCells>>,
    /// The score with every family at its share, where the campaign has chosen other weights.
    pub(crate) plain_score: Option<f64>,
}

impl ScoreNumbers {
    /// # Errors
    /// As [`score_attempt`].
    pub(crate) fn of(
        conn: &mut DbConn,
        form: &LoadedForm,
        rule: &ScoringRule,
        attempt: &AttemptRow,
    ) -> Result<Self, ServiceError> {
        let events = response_events::of_attempt(conn, &attempt.id)?;
        let answers = last_responses(&form.form, &events)?;
        let points = AttemptPoints::of(&form.form, &form.key, &answers, furthest(form, attempt)?);
        Self::of_points(form, &points, rule)
    }

    fn of_points(
        form: &LoadedForm,
        points: &AttemptPoints,
        rule: &ScoringRule,
    ) -> Result<Self, ServiceError> {
        let total = match points.total() {
            Ok(total) => total,
            Err(ScoreError::NothingShown) => nothing_shown(form, points)?,
            Err(error) => return Err(ServiceError::broken_by("the score of an attempt", error)),
        };
        let without = Self {
            score: None,
            sem: None,
            low: None,
            high: None,
            total,
            unranked_reason: Some("nothing_answered"),
            scenario_scores: points.scenario_scores().into_iter().map(|(_, score)| score).collect(),
            family_half_points: family_cells(points),
            plain_score: None,
        };
        if total.n_answered == 0 {
            return Ok(without);
        }
        let fault = |error| ServiceError::broken_by("the standard error of an attempt", error);
        let Some(score) = rule.score(&total, points) else {
            return Ok(Self {
                plain_score: Some(total.x),
                unranked_reason: Some("too_few_answers"),
                ..without
            });
        };
        let sem =
            sem_with_missing(rule.complete_form, total.scenarios, total.scenarios_answered).map_err(fault)?;
        let interval = interval_95(score, sem).map_err(fault)?;
        Ok(Self {
            plain_score: rule.ratios.is_some().then_some(total.x),
            score: Some(score),
            sem: Some(sem.get()),
            low: Some(interval.low),
            high: Some(interval.high),
            unranked_reason: (!total.complete_enough).then_some("too_few_answers"),
            ..without
        })
    }
}

/// The counts of an attempt that left before the first scored scenario.
fn nothing_shown(form: &LoadedForm, points: &AttemptPoints) -> Result<TotalScore, ServiceError> {
    let count =
        |n: usize| u32::try_from(n).map_err(|error| ServiceError::broken_by("the size of a form", error));
    let n_scored = form.form.scored_weight(&form.key);
    Ok(TotalScore {
        x: 0.0,
        half_points: 0,
        n_scored,
        n_answered: 0,
        n_counted_zero: 0,
        n_left_out: n_scored,
        scenarios: count(points.scenario_scores().len())?,
        scenarios_answered: 0,
        complete_enough: false,
    })
}

/// The furthest place that a POST has moved an attempt to.
///
/// # Errors
/// [`ServiceError::Broken`] when the form has no such place.
pub(crate) fn furthest(form: &LoadedForm, attempt: &AttemptRow) -> Result<Place, ServiceError> {
    form.form
        .length()
        .place(i64::from(attempt.shown))
        .map_err(|error| ServiceError::broken_by("the place of an attempt", error))
}

/// Per scored scenario, half points and actions counted of each family; nothing when it was never shown.
fn family_cells(points: &AttemptPoints) -> Vec<Option<FamilyCells>> {
    let shown = points.scenario_scores().into_iter().map(|(_, score)| score.is_some());
    shown
        .zip(points.scenario_family_points())
        .map(|(is_shown, (_, families))| {
            is_shown.then(|| {
                let mut cells = FamilyCells::default();
                for (cell, family) in cells.iter_mut().zip(Family::ALL) {
                    if let Some(sum) = families.get(family) {
                        *cell = [sum.half_points, sum.n_counted];
                    }
                }
                cells
            })
        })
        .collect()
}

fn number(count: u32) -> Result<i32, ServiceError> {
    i32::try_from(count).map_err(|error| ServiceError::broken_by("a count of actions", error))
}

fn json(value: &impl serde::Serialize) -> Result<String, ServiceError> {
    serde_json::to_string(value).map_err(|error| ServiceError::broken_by("numbers as JSON", error))
}
