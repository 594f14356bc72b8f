//! Snapshots: frozen statistics that scores refer to. The first one of a form and key holds the prior alone and is
//! made on demand; the job takes one at 30, 100, 300 and 1,000 people, an owner at any time.
//!
//! Taking one adds a row and then scores every attempt of the form and key anew, in bounded batches: rows are added,
//! never changed, and whatever a crash leaves undone the next run of the job finishes.

pub mod statistics;

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use domain::ids::CampaignId;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::scores::{self, FormOf};
use store::repo::snapshots::{self, SnapshotRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::packs::LoadedForm;
use crate::score_attempt::{campaign_form, form_of, organisation_of, score_row};
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::{Services, Tx};
use crate::viewer::{Actor, Staff};
use crate::weights::{ScoringRule, weights_in_force};

/// Numbers of people at which the job takes a snapshot.
const THRESHOLDS: [i32; 4] = [30, 100, 300, 1_000];

/// Attempts scored anew in one transaction: answers being saved wait for it.
const BATCH: i64 = 100;

/// More people than one snapshot describes.
const MOST_PEOPLE: i64 = 1_000_000;

/// What taking a snapshot did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotTaken {
    /// Its id.
    pub id: String,
    /// People it describes.
    pub n: i32,
    /// Attempts scored anew.
    pub rescored: usize,
}

/// Who takes a snapshot, and where from.
#[derive(Clone, Debug)]
pub(crate) struct Taker {
    pub(crate) actor: Actor,
    pub(crate) address: Option<String>,
}

impl Taker {
    pub(crate) const JOB: &'static str = "ranking";

    pub(crate) fn job() -> Self {
        Self { actor: Actor::Job(Self::JOB), address: None }
    }

    pub(crate) fn staff(viewer: &Staff) -> Self {
        Self { actor: viewer.actor(), address: viewer.address.clone() }
    }
}

impl Services {
    /// Takes a snapshot of the form and key of a campaign and scores all their attempts anew.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages keys and the campaign is theirs.
    pub fn take_snapshot(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<SnapshotTaken, ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        let campaign =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        take(self, &campaign, &Taker::staff(viewer))
    }
}

/// The newest snapshot of a form under a key, or the initial one, made here.
///
/// # Errors
/// [`ServiceError`] when the database or the stored content cannot be read.
pub(crate) fn current_snapshot(
    services: &Services,
    tx: &mut Tx<'_>,
    of: FormOf<'_>,
    form: &LoadedForm,
) -> Result<SnapshotRow, ServiceError> {
    if let Some(found) = snapshots::newest(tx.conn, of)? {
        return Ok(found);
    }
    let statistics = SnapshotStatistics::of(form, &[], 0)?;
    insert(services, tx, of, &statistics, "initial", &Taker::job())
}

/// Takes a snapshot when the number of people has passed the next threshold, and finishes what a crash left undone.
///
/// # Errors
/// As [`current_snapshot`].
pub(crate) fn take_due(services: &Services, campaign: &CampaignRow) -> Result<(), ServiceError> {
    if services.read(|conn| is_due(conn, campaign))? {
        take(services, campaign, &Taker::job())?;
    }
    Ok(())
}

/// Whether the number of people has passed the next threshold.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the database cannot be asked.
pub(crate) fn is_due(conn: &mut DbConn, campaign: &CampaignRow) -> Result<bool, ServiceError> {
    let of = form_of(campaign);
    let Some(newest) = snapshots::newest(conn, of)? else { return Ok(false) };
    let largest = snapshots::largest_n(conn, of)?;
    let Some(threshold) = next_threshold(largest).map(i64::from) else { return Ok(false) };
    // The cheap count first: it holds everyone whom the exact one may count.
    Ok(scores::count_in_snapshot(conn, &newest.id)? >= threshold
        && scores::count_measured(conn, &newest.id)? >= threshold)
}

/// The number of people at which the job takes the next snapshot, when the largest one describes `largest`.
fn next_threshold(largest: i32) -> Option<i32> {
    THRESHOLDS.into_iter().find(|threshold| *threshold > largest)
}

fn take(services: &Services, campaign: &CampaignRow, taker: &Taker) -> Result<SnapshotTaken, ServiceError> {
    let of = form_of(campaign);
    let form = campaign_form(services, campaign)?;
    let newest = services.write(|tx| current_snapshot(services, tx, of, &form))?;
    fill_scores(services, campaign, &form, &newest, taker)?;
    // Read and computed outside the writing transaction: answers being saved need not wait for the bootstrap.
    let measured = services.read(|conn| Ok(scores::measured(conn, &newest.id, MOST_PEOPLE)?))?;
    // 53 bits, which every reader of JSON keeps.
    let seed = services.random().number() >> 11;
    let statistics = SnapshotStatistics::of(&form, &measured, seed)?;
    let reason = if taker.actor == Actor::Job(Taker::JOB) { "job" } else { "owner" };
    let row = services.write(|tx| insert(services, tx, of, &statistics, reason, taker))?;
    let rescored = fill_scores(services, campaign, &form, &row, taker)?;
    Ok(SnapshotTaken { id: row.id, n: row.n, rescored })
}

fn insert(
    services: &Services,
    tx: &mut Tx<'_>,
    of: FormOf<'_>,
    statistics: &SnapshotStatistics,
    reason: &str,
    taker: &Taker,
) -> Result<SnapshotRow, ServiceError> {
    let row = SnapshotRow {
        id: row_uuid(tx.now, services.random()).to_string(),
        organisation_id: of.organisation.to_owned(),
        pack_row_id: of.pack_row.to_owned(),
        form_id: of.form.to_owned(),
        form_version: of.form_version,
        key_row_id: of.key_row.to_owned(),
        n: i32::try_from(statistics.n)
            .map_err(|error| ServiceError::broken_by("the size of a snapshot", error))?,
        statistics: statistics.to_json()?,
        reason: reason.to_owned(),
        taken_by: match &taker.actor {
            Actor::User(user) => Some(user.as_str().to_owned()),
            _ => None,
        },
        taken_at: tx.now,
    };
    snapshots::insert(tx.conn, &row)?;
    tx.audit(Entry {
        organisation: organisation_of(of.organisation)?,
        actor: taker.actor.clone(),
        action: Action::SnapshotTaken,
        entity: Entity::Snapshot,
        entity_id: row.id.clone(),
        detail: format!("reason={reason};n={};key={}", row.n, row.key_row_id),
        address: taker.address.clone(),
    });
    Ok(row)
}

/// Scores every attempt of a form and key that has no score under a snapshot yet; how many there were.
///
/// # Errors
/// As [`current_snapshot`]; batches before the failed one are kept.
pub(crate) fn fill_scores(
    services: &Services,
    campaign: &CampaignRow,
    form: &LoadedForm,
    snapshot: &SnapshotRow,
    taker: &Taker,
) -> Result<usize, ServiceError> {
    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
    let filling = Filling { of: form_of(campaign), form, snapshot, statistics, taker };
    let (mut filled, mut after) = (0, String::new());
    while let Some((n, last)) = services.write(|tx| filling.batch(services, tx, &after))? {
        filled += n;
        after = last;
    }
    Ok(filled)
}

/// What stays the same from batch to batch.
struct Filling<'a> {
    of: FormOf<'a>,
    form: &'a LoadedForm,
    snapshot: &'a SnapshotRow,
    statistics: SnapshotStatistics,
    taker: &'a Taker,
}

impl Filling<'_> {
    /// Scores the attempts after `after`: how many, and the last one met. Nothing when none is left.
    fn batch(
        &self,
        services: &Services,
        tx: &mut Tx<'_>,
        after: &str,
    ) -> Result<Option<(usize, String)>, ServiceError> {
        let batch = scores::attempts_without(tx.conn, self.of, &self.snapshot.id, after, BATCH)?;
        let Some(last) = batch.last().map(|attempt| attempt.id.clone()) else { return Ok(None) };
        let ids: Vec<&str> = batch.iter().map(|attempt| attempt.id.as_str()).collect();
        let present = scores::lock_present(tx.conn, &ids)?;
        let mut rows = Vec::with_capacity(batch.len());
        // Attempts of several campaigns, which may weigh the families each in its way. At most 2 × BATCH queries.
        let mut rules: HashMap<&str, ScoringRule> = HashMap::new();
        for attempt in batch.iter().filter(|attempt| present.contains(&attempt.id)) {
            let rule = match rules.entry(&attempt.campaign_id) {
                Vacant(place) => {
                    let weights = weights_in_force(tx.conn, &attempt.campaign_id)?;
                    place.insert(ScoringRule::of(self.form, &self.statistics, weights.as_ref())?)
                }
                Occupied(rule) => rule.into_mut(),
            };
            rows.push(score_row(services, tx, self.form, self.snapshot, rule, attempt)?);
        }
        scores::insert_many(tx.conn, &rows)?;
        tx.audit(Entry {
            organisation: organisation_of(self.of.organisation)?,
            actor: self.taker.actor.clone(),
            action: Action::Rescored,
            entity: Entity::Snapshot,
            entity_id: self.snapshot.id.clone(),
            detail: format!("n={};key={}", rows.len(), self.snapshot.key_row_id),
            address: self.taker.address.clone(),
        });
        Ok(Some((rows.len(), last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_job_takes_a_snapshot_at_four_numbers_of_people() {
        assert_eq!(next_threshold(0), Some(30));
        assert_eq!(next_threshold(29), Some(30));
        assert_eq!(next_threshold(30), Some(100));
        assert_eq!(next_threshold(250), Some(300));
        assert_eq!(next_threshold(999), Some(1_000));
        assert_eq!(next_threshold(1_000), None);
    }
}
