//! The family profile of a report: only what the snapshot's reliability allows.

use domain::language::Language;
use psychometrics::reliability::individual::classical_sem;
use psychometrics::sem::interval_95;
use store::conn::DbConn;
use store::repo::scores::ScoreRow;
use store::repo::snapshots;

use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::report::{FamilyResult, ReportScore};
use crate::score_attempt::FamilyCells;
use crate::snapshots::statistics::{Distribution, FamilyStatistics, SnapshotStatistics, Verdict, percent};

/// The profile: every family, with a result where the snapshot allows one; empty when it allows none.
pub(crate) fn family_results(
    conn: &mut DbConn,
    score: Option<&ScoreRow>,
    form: &LoadedForm,
    language: Language,
) -> Result<Vec<FamilyResult>, ServiceError> {
    let Some(score) = score.filter(|score| score.unranked_reason.is_none()) else { return Ok(Vec::new()) };
    let snapshot = snapshots::load(conn, &score.snapshot_id)?;
    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
    if !statistics.families.iter().any(|family| family.verdict == Verdict::Reportable) {
        return Ok(Vec::new());
    }
    let cells: Vec<Option<FamilyCells>> = serde_json::from_str(&score.family_half_points)
        .map_err(|error| ServiceError::broken_by("stored family points", error))?;
    statistics
        .families
        .iter()
        .enumerate()
        .map(|(index, family)| {
            let own = percent(cells.iter().flatten().filter_map(|cells| cells.get(index).copied()));
            Ok(FamilyResult {
                family: family.family,
                name: form.pack.family_name(family.family, language).to_owned(),
                result: match own {
                    Some(own) if family.verdict == Verdict::Reportable => family_result(own, family)?,
                    _ => None,
                },
            })
        })
        .collect()
}

/// The family score with the classical standard error that the snapshot's reliability gives.
fn family_result(
    score: f64,
    family: &FamilyStatistics,
) -> Result<Option<(ReportScore, Distribution)>, ServiceError> {
    let (Some(reliability), Some(group)) = (&family.reliability, family.scores) else { return Ok(None) };
    let Some(sd) = group.sd else { return Ok(None) };
    let sem = classical_sem(sd, reliability.value)
        .map_err(|error| ServiceError::broken_by("the standard error of a family", error))?;
    let interval = interval_95(score, sem)
        .map_err(|error| ServiceError::broken_by("the interval of a family", error))?;
    Ok(Some((ReportScore { score, sem: sem.get(), low: interval.low, high: interval.high }, group)))
}
