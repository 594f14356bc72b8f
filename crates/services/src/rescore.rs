//! Scoring a campaign anew with another key of its pack: new rows beside the old ones, and the campaign goes on with
//! that key, so that people who finish later are compared on the same terms. Old scores and receipts stay as they were.

use chrono::NaiveDateTime;
use domain::ids::{CampaignId, KeyRowId};
use store::repo::campaigns::{self, CampaignRow};
use store::repo::{pack_keys, ranking_versions, scores, snapshots};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::preregister::preregister;
use crate::ranking::{CampaignHead, Measure, SnapshotHead, VersionHead};
use crate::score_attempt::{campaign_form, form_of};
use crate::snapshots::statistics::SnapshotStatistics;
use crate::snapshots::{Taker, current_snapshot, fill_scores};
use crate::state::Services;
use crate::viewer::Staff;

/// More keys, snapshots or versions than the page lists.
const MOST_LISTED: i64 = 50;

/// What an owner sees of the scoring of a campaign.
#[derive(Clone, Debug)]
pub struct Scoring {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What it is scored with now.
    pub measure: Measure,
    /// The keys of its pack, newest first.
    pub keys: Vec<KeyHead>,
    /// The snapshots of its form and key, newest first.
    pub snapshots: Vec<SnapshotLine>,
    /// Its ranking versions, newest first.
    pub versions: Vec<VersionHead>,
}

/// A key of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHead {
    /// Its row.
    pub key_row: String,
    /// Its version.
    pub version: String,
    /// Whether no panel has checked it.
    pub is_provisional: bool,
    /// Experts behind it.
    pub n_experts: i32,
    /// When it was imported, UTC.
    pub imported_at: NaiveDateTime,
    /// Whether the campaign is scored with it.
    pub is_current: bool,
}

/// A snapshot in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotLine {
    /// Which.
    pub head: SnapshotHead,
    /// `initial`, `job` or `owner`.
    pub reason: String,
    /// Standard error of a complete form, points.
    pub sem: f64,
    /// Families that may be shown.
    pub n_reportable: usize,
}

impl Services {
    /// What a campaign is scored with, and what it could be scored with.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages keys and the campaign is theirs.
    pub fn scoring(&self, viewer: &Staff, campaign: &CampaignId) -> Result<Scoring, ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = campaign_form(self, &row)?;
        let now = self.now();
        self.read(|conn| {
            let snapshots = snapshots::list(conn, form_of(&row), MOST_LISTED)?
                .into_iter()
                .map(|snapshot| {
                    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
                    Ok(SnapshotLine {
                        head: SnapshotHead { id: snapshot.id, n: snapshot.n, taken_at: snapshot.taken_at },
                        reason: snapshot.reason,
                        sem: statistics.sem,
                        n_reportable: statistics.n_reportable(),
                    })
                })
                .collect::<Result<Vec<_>, ServiceError>>()?;
            let keys = pack_keys::of_pack(conn, &row.pack_row_id, MOST_LISTED)?
                .into_iter()
                .map(|key| KeyHead {
                    is_current: key.id == row.key_row_id,
                    is_provisional: key.provenance == "authors",
                    key_row: key.id,
                    version: key.version,
                    n_experts: key.n_experts,
                    imported_at: key.imported_at,
                })
                .collect();
            let versions = ranking_versions::list(conn, &row.id, MOST_LISTED)?
                .iter()
                .map(|version| VersionHead::of(version, false))
                .collect::<Result<_, _>>()?;
            let current = snapshots.first().map(|line| line.head.clone());
            Ok(Scoring {
                campaign: CampaignHead::of(&row, now),
                measure: Measure::of(&form, current),
                keys,
                snapshots,
                versions,
            })
        })
    }

    /// Scores everyone of a campaign anew with another key of its pack; how many there were. Old rows stay.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages keys, the campaign is theirs and the key is one of its
    /// pack; [`ServiceError::Conflict`] `same_key` when it is scored with that key already.
    pub fn rescore(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        key: &KeyRowId,
    ) -> Result<usize, ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        let before =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        // Read before the transaction: neither the pack of a campaign nor a key ever changes.
        let found = self.read(|conn| Ok(pack_keys::find(conn, key.as_str())?))?;
        if found.pack_row_id != before.pack_row_id {
            return Err(ServiceError::NotFound);
        }
        let form = self.form_with_key(&before, &found.id)?;
        let taker = Taker::staff(viewer);
        let row = self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if found.id == row.key_row_id {
                return Err(ServiceError::Conflict("same_key"));
            }
            scores::set_campaign_key(tx.conn, &row.id, &found.id)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::Rescored,
                entity: Entity::Campaign,
                entity_id: row.id.clone(),
                detail: format!("from={};key={}", row.key_row_id, found.id),
                address: viewer.address.clone(),
            });
            let row = CampaignRow { key_row_id: found.id.clone(), ..row };
            // Nobody is scored with a key that was not published.
            preregister(self, tx, &row, &form, &taker)?;
            Ok(row)
        })?;
        let snapshot = self.write(|tx| current_snapshot(self, tx, form_of(&row), &form))?;
        fill_scores(self, &row, &form, &snapshot, &taker)
    }
}
