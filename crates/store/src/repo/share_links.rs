//! Links that open one candidate's report to somebody without an account.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{share_links, users};

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = share_links)]
pub struct ShareLinkRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The attempt whose report it opens.
    pub attempt_id: String,
    /// Who made it.
    pub made_by: String,
    /// Hash of its token.
    pub token_hash: String,
    /// The key that made the token.
    pub secret_key_id: String,
    /// When it was made, UTC.
    pub created_at: NaiveDateTime,
    /// From when on it opens nothing, UTC.
    pub expires_at: NaiveDateTime,
    /// When it was withdrawn, UTC.
    pub revoked_at: Option<NaiveDateTime>,
    /// How often it was opened.
    pub openings: i32,
}

/// Adds a link.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &ShareLinkRow) -> Result<(), StoreError> {
    diesel::insert_into(share_links::table).values(row).execute(conn)?;
    Ok(())
}

/// The link of a token that opens something at a time.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_live(
    conn: &mut DbConn,
    token_hash: &str,
    now: NaiveDateTime,
) -> Result<Option<ShareLinkRow>, StoreError> {
    Ok(share_links::table
        .filter(share_links::token_hash.eq(token_hash))
        .filter(share_links::revoked_at.is_null())
        .filter(share_links::expires_at.gt(now))
        .first::<ShareLinkRow>(conn)
        .optional()?)
}

/// At most `limit` links of an attempt with the names of who made them, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(
    conn: &mut DbConn,
    attempt: &str,
    limit: i64,
) -> Result<Vec<(ShareLinkRow, String)>, StoreError> {
    Ok(share_links::table
        .inner_join(users::table.on(users::id.eq(share_links::made_by)))
        .filter(share_links::attempt_id.eq(attempt))
        .order((share_links::created_at.desc(), share_links::id.desc()))
        .limit(limit)
        .select((share_links::all_columns, users::name))
        .load::<(ShareLinkRow, String)>(conn)?)
}

/// Counts an opening of a link that opens something at a time; whether it does.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn count_opening(conn: &mut DbConn, id: &str, now: NaiveDateTime) -> Result<bool, StoreError> {
    let live = share_links::table
        .find(id)
        .filter(share_links::revoked_at.is_null())
        .filter(share_links::expires_at.gt(now));
    let changed =
        diesel::update(live).set(share_links::openings.eq(share_links::openings + 1)).execute(conn)?;
    Ok(changed == 1)
}

/// Withdraws a link of an attempt; whether there was one to withdraw.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn revoke(conn: &mut DbConn, attempt: &str, id: &str, at: NaiveDateTime) -> Result<bool, StoreError> {
    let open = share_links::table
        .find(id)
        .filter(share_links::attempt_id.eq(attempt))
        .filter(share_links::revoked_at.is_null());
    Ok(diesel::update(open).set(share_links::revoked_at.eq(Some(at))).execute(conn)? == 1)
}

/// Withdraws every link of an organisation that opens something; how many there were.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn revoke_all(conn: &mut DbConn, organisation: &str, at: NaiveDateTime) -> Result<usize, StoreError> {
    let open = share_links::table
        .filter(share_links::organisation_id.eq(organisation))
        .filter(share_links::revoked_at.is_null())
        .filter(share_links::expires_at.gt(at));
    Ok(diesel::update(open).set(share_links::revoked_at.eq(Some(at))).execute(conn)?)
}

/// Deletes the links of an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(share_links::table.filter(share_links::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
