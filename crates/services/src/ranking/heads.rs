//! What stands above a ranking and a report alike: the campaign, what scores were made with, the version, its bands.

use chrono::{NaiveDate, NaiveDateTime};
use domain::campaign::CampaignState;
use domain::pack::Localised;
use psychometrics::rank::band_width;
use psychometrics::sem::StandardError;
use store::conn::DbConn;
use store::repo::campaigns::CampaignRow;
use store::repo::ranking_versions::RankingVersionRow;
use store::repo::snapshots;

use crate::error::ServiceError;
use crate::packs::LoadedForm;

/// What pages of one campaign say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignHead {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The job.
    pub job: String,
    /// Whether it takes answers no more.
    pub is_closed: bool,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// When decisions are made.
    pub decision_on: NaiveDate,
}

impl CampaignHead {
    pub(crate) fn of(row: &CampaignRow, now: NaiveDateTime) -> Self {
        Self {
            id: row.id.clone(),
            title: row.title.clone(),
            job: row.job.clone(),
            is_closed: row.state == CampaignState::Closed.code()
                || row.closes_at.is_some_and(|closing| closing <= now),
            time_zone: row.time_zone.clone(),
            decision_on: row.decision_on,
        }
    }
}

/// What scores were made with: every figure stands beside these.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Title of the pack.
    pub pack_title: Localised<String>,
    /// Its id.
    pub pack_id: String,
    /// Its version.
    pub pack_version: String,
    /// Whether its answers can be looked up.
    pub is_public: bool,
    /// The form.
    pub form_id: String,
    /// Its version.
    pub form_version: u32,
    /// The version of the key.
    pub key_version: String,
    /// Whether no panel has checked the key: the score is not evidence yet.
    pub is_provisional: bool,
    /// Experts behind the key.
    pub n_experts: u32,
    /// What ratings at random would score on average.
    pub chance_level: f64,
    /// The frozen statistics; nothing before the first score.
    pub snapshot: Option<SnapshotHead>,
}

/// Which frozen statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// Id.
    pub id: String,
    /// People it describes.
    pub n: i32,
    /// When it was taken, UTC.
    pub taken_at: NaiveDateTime,
}

impl Measure {
    pub(crate) fn of(form: &LoadedForm, snapshot: Option<SnapshotHead>) -> Self {
        Self {
            pack_title: form.pack.title.clone(),
            pack_id: form.pack.id.as_str().to_owned(),
            pack_version: form.pack.version.clone(),
            is_public: form.pack.is_public,
            form_id: form.form.id.as_str().to_owned(),
            form_version: form.form.version,
            key_version: form.key.version.clone(),
            is_provisional: form.key.is_provisional(),
            n_experts: form.key.n_experts,
            chance_level: form.chance_level,
            snapshot,
        }
    }
}

/// The version shown.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionHead {
    /// Its number.
    pub sequence: i32,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// People who had finished or whose time had run out.
    pub n_finished: i32,
    /// Those of them who are ranked.
    pub n_ranked: i32,
    /// Standard error of a complete form, points.
    pub sem: f64,
    /// Width of a band, points.
    pub band_width: f64,
    /// Whether a newer one exists.
    pub is_old: bool,
}

impl VersionHead {
    pub(crate) fn of(row: &RankingVersionRow, is_old: bool) -> Result<Self, ServiceError> {
        let sem = StandardError::try_from(row.sem)
            .map_err(|error| ServiceError::broken_by("the header of a ranking", error))?;
        Ok(Self {
            sequence: row.sequence,
            made_at: row.made_at,
            n_finished: row.n_finished,
            n_ranked: row.n_ranked,
            sem: row.sem,
            band_width: band_width(sem),
            is_old,
        })
    }
}

/// A band of a version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandHead {
    /// From the top, 0 for A.
    pub band: i32,
    /// How many people.
    pub n: i64,
    /// The highest score in it.
    pub highest: f64,
    /// The lowest.
    pub lowest: f64,
    /// The first rank that its people share.
    pub first_rank: i64,
    /// The last.
    pub last_rank: i64,
}

/// The frozen statistics of an id.
pub(crate) fn snapshot_head(conn: &mut DbConn, id: &str) -> Result<SnapshotHead, ServiceError> {
    let row = snapshots::load(conn, id)?;
    Ok(SnapshotHead { id: row.id, n: row.n, taken_at: row.taken_at })
}
