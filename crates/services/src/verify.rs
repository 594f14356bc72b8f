//! Verifying a campaign: every score and interval, and every rank of its rankings, recomputed from stored answers, key,
//! snapshot and membership, and held against what is stored. Reads only.
//!
//! An erased person's row keeps its bare number, which ranks others and cannot be recomputed: such rows are counted as
//! not verifiable. The frozen statistics of a snapshot are taken as they are; whoever was in them may be erased.

mod findings;
mod outside;
mod version;

use chrono::NaiveDateTime;
use domain::ids::{CampaignId, KeyRowId, PackRowId};
use domain::key::Key;
use domain::pack::Pack;
use domain::preregistration::{Preregistration, document_hash};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::{audit_rows, pack_keys, packs, preregistrations, ranking_versions};

use crate::audit::{Action, Entity};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::preregister::document_of;
use crate::state::Services;

/// More versions or texts than one campaign has.
const MOST: i64 = 10_000;

/// Rows read at a time.
const CHUNK: i64 = 500;

/// Differences told one by one for a version; more are counted.
const TOLD: usize = 20;

/// What verifying a campaign found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The campaign.
    pub campaign: String,
    /// The published texts, oldest first.
    pub texts: Vec<TextCheck>,
    /// The ranking versions that still have rows, oldest first.
    pub versions: Vec<VersionCheck>,
    /// The scores that no ranking shows.
    pub outside: OutsideCheck,
}

impl Verification {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.texts.iter().all(|text| text.difference.is_none())
            && self.versions.iter().all(|version| version.n_different == 0)
            && self.outside.n_different == 0
    }
}

/// One published text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCheck {
    /// Its number.
    pub sequence: i32,
    /// Its hash.
    pub hash: String,
    /// Tests that had ended when it was published.
    pub n_ended: i32,
    /// What does not agree.
    pub difference: Option<&'static str>,
}

/// One ranking version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCheck {
    /// Its number.
    pub sequence: i32,
    /// Whether bands and ranks were recomputed; versions of an earlier method show other ranks, which are not.
    pub ranks_compared: bool,
    /// Rows recomputed that say the same.
    pub n_equal: usize,
    /// Rows of erased people.
    pub n_not_verifiable: usize,
    /// Rows, or facts of the version, that differ.
    pub n_different: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// The scores that no ranking shows: those of earlier statistics, which a report tells as history, and those of people
/// whom the next ranking will hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutsideCheck {
    /// Scores recomputed that say the same.
    pub n_equal: usize,
    /// Scores that differ.
    pub n_different: usize,
    /// The first differences.
    pub differences: Vec<Difference>,
}

/// Something that is not what was recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The public id of the attempt; nothing for a fact of the whole version, or an erased person's row.
    pub candidate: Option<String>,
    /// The row in the version; 0 for the version itself, and for a score outside of every ranking.
    pub row: i32,
    /// What differs.
    pub field: &'static str,
    /// As stored.
    pub stored: String,
    /// As recomputed.
    pub recomputed: String,
}

impl Services {
    /// Recomputes every ranking of a campaign. For the operator's command line: it names no person.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown campaign; [`ServiceError::Broken`] when stored content cannot be read
    /// at all.
    pub fn verify_campaign(&self, campaign: &CampaignId) -> Result<Verification, ServiceError> {
        let row = self.read(|conn| Ok(campaigns::load(conn, campaign.as_str())?))?;
        let mut texts = Vec::new();
        let noted =
            self.read(|conn| noted(conn, &row, Action::MeasurePreregistered, Entity::Campaign, &row.id))?;
        for text in self.read(|conn| Ok(preregistrations::list(conn, &row.id, MOST)?))?.into_iter().rev() {
            let form = self.loaded(&row, &text.key_row_id)?;
            let told = format!("sequence={};hash={};ended={}", text.sequence, text.hash, text.n_ended);
            let is_noted = noted.contains(&(told, text.published_at));
            let difference = self.read(|conn| {
                let chosen = Preregistration::parse(&text.document).ok().and_then(|fixed| fixed.chosen);
                let now = document_of(conn, &row.id, &form, chosen)?;
                Ok(if document_hash(&text.document) != text.hash {
                    Some("hash")
                } else if !is_noted {
                    Some("audit")
                } else if now != text.document {
                    Some("content")
                } else {
                    changed_content(conn, &form)?
                })
            })?;
            let (sequence, hash, n_ended) = (text.sequence, text.hash, text.n_ended);
            texts.push(TextCheck { sequence, hash, n_ended, difference });
        }
        let mut versions = Vec::new();
        for version in self.read(|conn| Ok(ranking_versions::list(conn, &row.id, MOST)?))?.into_iter().rev() {
            let form = self.loaded(&row, &version.key_row_id)?;
            versions.extend(self.read(|conn| version::check(conn, &row, &version, &form))?);
        }
        let outside = self.check_outside(&row)?;
        Ok(Verification { campaign: row.id, texts, versions, outside })
    }

    fn loaded(
        &self,
        campaign: &CampaignRow,
        key_row: &str,
    ) -> Result<std::sync::Arc<LoadedForm>, ServiceError> {
        let fault = |error| ServiceError::broken_by("the ids of a campaign", error);
        let pack_row = PackRowId::parse(&campaign.pack_row_id).map_err(fault)?;
        let key_row = KeyRowId::parse(key_row).map_err(fault)?;
        self.form_of(&pack_row, &key_row, &campaign.form_id, campaign.form_version)
    }
}

/// What the audit says was done to something: each detail with its time.
fn noted(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    action: Action,
    entity: Entity,
    id: &str,
) -> Result<Vec<(String, NaiveDateTime)>, ServiceError> {
    let organisation = &campaign.organisation_id;
    let rows = audit_rows::of_entity(conn, organisation, action.code(), entity.code(), id, MOST)?;
    Ok(rows.into_iter().map(|row| (row.detail, row.at)).collect())
}

/// Whether the stored pack or key is no longer what its own hash says.
fn changed_content(conn: &mut DbConn, form: &LoadedForm) -> Result<Option<&'static str>, ServiceError> {
    let pack = packs::find(conn, form.pack_row.as_str())?;
    let is_pack = Pack::from_json(&pack.content)
        .is_ok_and(|read| read.content_hash().is_ok_and(|hash| hash == pack.content_hash));
    if !is_pack {
        return Ok(Some("pack"));
    }
    let key = pack_keys::find(conn, form.key_row.as_str())?;
    let is_key =
        Key::from_json(&key.content).is_ok_and(|read| read.hash().is_ok_and(|hash| hash == key.content_hash));
    Ok((!is_key).then_some("key"))
}
