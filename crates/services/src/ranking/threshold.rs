//! A threshold on one family: whom its interval does not rule out.

use std::collections::HashSet;

use domain::construct::Family;
use psychometrics::reliability::individual::classical_sem;
use store::conn::DbConn;
use store::repo::ranking_versions::RankingVersionRow;
use store::repo::{erasures, snapshots};

use crate::error::ServiceError;
use crate::snapshots::statistics::{SnapshotStatistics, Verdict};
use crate::state::Services;

/// The rows of a version whose score of a family, with its interval, reaches `least`.
///
/// # Errors
/// [`ServiceError::NotFound`] when the frozen statistics do not show the family to be measurable.
pub(super) fn reaching(
    services: &Services,
    conn: &mut DbConn,
    version: &RankingVersionRow,
    family: Family,
    least: u8,
) -> Result<HashSet<i32>, ServiceError> {
    let fault = |error| ServiceError::broken_by("the standard error of a family", error);
    let statistics = SnapshotStatistics::parse(&snapshots::load(conn, &version.snapshot_id)?.statistics)?;
    let own =
        statistics.families.iter().find(|own| own.family == family && own.verdict == Verdict::Reportable);
    let measured = own.and_then(|own| Some((own.reliability.as_ref()?.value, own.scores?.sd?)));
    let Some((reliability, sd)) = measured else { return Err(ServiceError::NotFound) };
    let error = classical_sem(sd, reliability).map_err(fault)?;
    let n_erased = erasures::count_of_campaign(conn, &version.campaign_id)?;
    Ok(services.weighable(conn, version, n_erased)?.reaching(family, f64::from(least), error))
}
