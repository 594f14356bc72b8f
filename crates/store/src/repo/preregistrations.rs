//! Preregistrations: what a campaign is scored with, published before the first score. Added, never changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::preregistrations;

/// A published text.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = preregistrations)]
pub struct PreregistrationRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Its number in the campaign, from 1.
    pub sequence: i32,
    /// The key that it fixes.
    pub key_row_id: String,
    /// The text.
    pub document: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// Attempts of the campaign that had ended when it was published: 0 for what was fixed before the first score.
    pub n_ended: i32,
    /// When, UTC.
    pub published_at: NaiveDateTime,
}

/// Adds a published text.
///
/// # Errors
/// [`StoreError::Duplicate`] when the campaign has it already, or the number is taken.
pub fn insert(conn: &mut DbConn, row: &PreregistrationRow) -> Result<(), StoreError> {
    diesel::insert_into(preregistrations::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` published texts of a campaign, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<PreregistrationRow>, StoreError> {
    Ok(preregistrations::table
        .filter(preregistrations::campaign_id.eq(campaign))
        .order(preregistrations::sequence.desc())
        .limit(limit)
        .load::<PreregistrationRow>(conn)?)
}

/// The newest published text of a campaign.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest(conn: &mut DbConn, campaign: &str) -> Result<Option<PreregistrationRow>, StoreError> {
    Ok(list(conn, campaign, 1)?.pop())
}

/// The newest published text of a campaign that fixes a key.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest_of_key(
    conn: &mut DbConn,
    campaign: &str,
    key_row: &str,
) -> Result<Option<PreregistrationRow>, StoreError> {
    Ok(preregistrations::table
        .filter(preregistrations::campaign_id.eq(campaign))
        .filter(preregistrations::key_row_id.eq(key_row))
        .order(preregistrations::sequence.desc())
        .first::<PreregistrationRow>(conn)
        .optional()?)
}
