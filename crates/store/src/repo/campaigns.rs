//! Campaigns: one row per hiring, scoped by organisation except where a link or a job leads to it.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::campaigns;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = campaigns)]
pub struct CampaignRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// Title, seen by candidates and recruiters.
    pub title: String,
    /// The job.
    pub job: String,
    /// The version of the pack.
    pub pack_row_id: String,
    /// The form of the pack.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// The key that attempts are scored with.
    pub key_row_id: String,
    /// Codes of the languages offered, joined by commas.
    pub languages: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// When it closes by itself, UTC.
    pub closes_at: Option<NaiveDateTime>,
    /// Date of the decision, in the time zone.
    pub decision_on: NaiveDate,
    /// Whom candidates ask for help.
    pub contact: String,
    /// The employer's words in the French notice.
    pub notice_fr: Option<String>,
    /// The employer's words in the English notice.
    pub notice_en: Option<String>,
    /// Version of the notice, which acceptances name.
    pub notice_version: i32,
    /// Generation of the open link, raised each time it is renewed or turned off.
    pub open_link_generation: i32,
    /// Hash of the token of the open link; nothing when it is off.
    pub open_link_token_hash: Option<String>,
    /// The key that made it.
    pub open_link_key_id: Option<String>,
    /// `open` or `closed`.
    pub state: String,
    /// Who made it.
    pub created_by: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When it was closed, UTC.
    pub closed_at: Option<NaiveDateTime>,
    /// When the last person in it was erased at the end of the retention, UTC.
    pub people_erased_at: Option<NaiveDateTime>,
}

/// Adds a campaign.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &CampaignRow) -> Result<(), StoreError> {
    diesel::insert_into(campaigns::table).values(row).execute(conn)?;
    Ok(())
}

/// A campaign of an organisation.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such campaign.
pub fn find(conn: &mut DbConn, organisation: &str, id: &str) -> Result<CampaignRow, StoreError> {
    Ok(campaigns::table
        .find(id)
        .filter(campaigns::organisation_id.eq(organisation))
        .first::<CampaignRow>(conn)?)
}

/// A campaign of an organisation, locked until the transaction ends (SQLite has one writer anyway).
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such campaign.
pub fn lock(conn: &mut DbConn, organisation: &str, id: &str) -> Result<CampaignRow, StoreError> {
    let query = campaigns::table.find(id).filter(campaigns::organisation_id.eq(organisation));
    Ok(match conn {
        DbConn::Postgres(inner) => query.for_update().first::<CampaignRow>(inner)?,
        DbConn::Sqlite(inner) => query.first::<CampaignRow>(inner)?,
    })
}

/// The campaign that a row already in hand (an invitation, an attempt) belongs to.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such campaign.
pub fn load(conn: &mut DbConn, id: &str) -> Result<CampaignRow, StoreError> {
    Ok(campaigns::table.find(id).first::<CampaignRow>(conn)?)
}

/// The campaign that an open link leads to, by the hash of its token.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_open_link(conn: &mut DbConn, token_hash: &str) -> Result<Option<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::open_link_token_hash.eq(token_hash))
        .first::<CampaignRow>(conn)
        .optional()?)
}
