//! Publishing what a campaign is scored with: a text and its hash, added when the campaign is made and again whenever
//! the key changes, with how many tests had ended by then. The hash stands in the audit too.

use chrono::NaiveDateTime;
use domain::ids::CampaignId;
use domain::preregistration::{Chosen, Preregistration, document_hash};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::preregistrations::{self, PreregistrationRow};
use store::repo::{packs, ranking_versions};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::packs::LoadedForm;
use crate::score_attempt::organisation_of;
use crate::snapshots::Taker;
use crate::state::{Services, Tx};
use crate::viewer::Staff;

/// More texts than one campaign publishes.
const MOST: i64 = 1_000;

/// What was published of the measure behind a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreregistrationHead {
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// When, UTC.
    pub published_at: NaiveDateTime,
    /// Tests that had ended by then: 0 for what was fixed before the first score.
    pub n_ended: i32,
}

impl Services {
    /// The text of a hash that a campaign published and its pages show.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates, and the campaign is theirs and published it.
    pub fn preregistration(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        hash: &str,
    ) -> Result<String, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let published = preregistrations::list(conn, &row.id, MOST)?;
            let found = published.into_iter().find(|text| text.hash == hash);
            found.map(|text| text.document).ok_or(ServiceError::NotFound)
        })
    }
}

/// What is published of the key that a ranking used.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the database cannot be asked.
pub(crate) fn preregistration_head(
    conn: &mut DbConn,
    campaign: &str,
    key_row: &str,
) -> Result<Option<PreregistrationHead>, ServiceError> {
    Ok(preregistrations::newest_of_key(conn, campaign, key_row)?.map(|row| PreregistrationHead {
        hash: row.hash,
        published_at: row.published_at,
        n_ended: row.n_ended,
    }))
}

/// The text that a campaign has to publish now.
///
/// # Errors
/// [`ServiceError::Broken`] when the stored content cannot be read.
pub(crate) fn document_of(
    conn: &mut DbConn,
    campaign: &str,
    form: &LoadedForm,
    chosen: Option<Chosen>,
) -> Result<String, ServiceError> {
    let pack = packs::find(conn, form.pack_row.as_str())?;
    Preregistration::of(campaign, &form.form, &pack.content_hash, &form.key, chosen)
        .and_then(|fixed| fixed.to_document())
        .map_err(|error| ServiceError::broken_by("a preregistration", error))
}

/// Publishes what a campaign is scored with, unless its last text says the same. The caller holds the campaign's row.
///
/// # Errors
/// As [`document_of`].
pub(crate) fn preregister(
    services: &Services,
    tx: &mut Tx<'_>,
    campaign: &CampaignRow,
    form: &LoadedForm,
    taker: &Taker,
) -> Result<(), ServiceError> {
    let chosen = chosen_weights(tx.conn, &campaign.id)?;
    publish(services, tx, campaign, form, chosen, taker)
}

/// What a campaign chose of its weights, by its newest text.
///
/// # Errors
/// [`ServiceError::Broken`] when the text cannot be read.
pub(crate) fn chosen_weights(conn: &mut DbConn, campaign: &str) -> Result<Option<Chosen>, ServiceError> {
    preregistrations::newest(conn, campaign)?.map_or(Ok(None), |row| chosen_in(&row))
}

/// What a published text says of a choice of weights.
///
/// # Errors
/// [`ServiceError::Broken`] when it cannot be read.
pub(crate) fn chosen_in(row: &PreregistrationRow) -> Result<Option<Chosen>, ServiceError> {
    Preregistration::parse(&row.document)
        .map(|fixed| fixed.chosen)
        .map_err(|error| ServiceError::broken_by("a preregistration", error))
}

/// Publishes what a campaign is scored with under a choice of weights, unless its last text of that key says the same.
/// The caller holds the campaign's row.
///
/// # Errors
/// As [`document_of`].
pub(crate) fn publish(
    services: &Services,
    tx: &mut Tx<'_>,
    campaign: &CampaignRow,
    form: &LoadedForm,
    chosen: Option<Chosen>,
    taker: &Taker,
) -> Result<(), ServiceError> {
    let document = document_of(tx.conn, &campaign.id, form, chosen)?;
    // A campaign that goes back to an earlier key has published it; the ranking names the text of its key.
    let last_of_key = preregistrations::newest_of_key(tx.conn, &campaign.id, &campaign.key_row_id)?;
    if last_of_key.is_some_and(|row| row.document == document) {
        return Ok(());
    }
    let newest = preregistrations::newest(tx.conn, &campaign.id)?;
    let n_ended = i32::try_from(ranking_versions::count_ended(tx.conn, &campaign.id)?)
        .map_err(|error| ServiceError::broken_by("a count of attempts", error))?;
    let row = PreregistrationRow {
        id: row_uuid(tx.now, services.random()).to_string(),
        organisation_id: campaign.organisation_id.clone(),
        campaign_id: campaign.id.clone(),
        sequence: newest.map_or(0, |newest| newest.sequence) + 1,
        key_row_id: campaign.key_row_id.clone(),
        hash: document_hash(&document),
        document,
        n_ended,
        published_at: tx.now,
    };
    preregistrations::insert(tx.conn, &row)?;
    tx.audit(Entry {
        organisation: organisation_of(&campaign.organisation_id)?,
        actor: taker.actor.clone(),
        action: Action::MeasurePreregistered,
        entity: Entity::Campaign,
        entity_id: campaign.id.clone(),
        detail: format!("sequence={};hash={};ended={n_ended}", row.sequence, row.hash),
        address: taker.address.clone(),
    });
    Ok(())
}
