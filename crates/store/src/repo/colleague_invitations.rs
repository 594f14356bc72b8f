//! Invitations of colleagues: one link each, of which only the hash is stored.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::colleague_invitations as invitations;

/// An invitation of a colleague.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = invitations)]
pub struct ColleagueInvitationRow {
    /// Its id.
    pub id: String,
    /// The organisation that invites.
    pub organisation_id: String,
    /// The address the link was mailed to, in lower case.
    pub email: String,
    /// The code of the role that was offered.
    pub role: String,
    /// SHA-256 of the token in the link.
    pub token_hash: String,
    /// The key that made the token.
    pub secret_key_id: String,
    /// The owner who invited.
    pub invited_by: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When the link ends, UTC.
    pub expires_at: NaiveDateTime,
    /// When it was accepted, UTC.
    pub accepted_at: Option<NaiveDateTime>,
    /// When it was taken back, UTC.
    pub revoked_at: Option<NaiveDateTime>,
}

// Addresses never reach a log by accident.
impl std::fmt::Debug for ColleagueInvitationRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ColleagueInvitationRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Adds an invitation.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn insert(conn: &mut DbConn, row: &ColleagueInvitationRow) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table).values(row).execute(conn)?;
    Ok(())
}

/// The invitation of an organisation with an id, in whatever state.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(
    conn: &mut DbConn,
    organisation: &str,
    id: &str,
) -> Result<Option<ColleagueInvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::id.eq(id))
        .first::<ColleagueInvitationRow>(conn)
        .optional()?)
}

/// The invitation of a token's hash, in whatever state.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_token(
    conn: &mut DbConn,
    token_hash: &str,
) -> Result<Option<ColleagueInvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .first::<ColleagueInvitationRow>(conn)
        .optional()?)
}

/// At most `limit` invitations of an organisation that can still be accepted, the newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list_open(
    conn: &mut DbConn,
    organisation: &str,
    now: NaiveDateTime,
    limit: i64,
) -> Result<Vec<ColleagueInvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit)
        .load::<ColleagueInvitationRow>(conn)?)
}

/// Marks an invitation as accepted, if it still can be; whether it could.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn accept(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<bool, StoreError> {
    let changed = diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::revoked_at.is_null())
            .filter(invitations::expires_at.gt(at)),
    )
    .set(invitations::accepted_at.eq(at))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Takes an invitation back, if it still can be; whether it could.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn revoke(
    conn: &mut DbConn,
    organisation: &str,
    id: &str,
    at: NaiveDateTime,
) -> Result<bool, StoreError> {
    let changed = diesel::update(
        invitations::table
            .filter(invitations::organisation_id.eq(organisation))
            .filter(invitations::id.eq(id))
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::revoked_at.is_null()),
    )
    .set(invitations::revoked_at.eq(at))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Takes back every open invitation to an address; how many there were.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn revoke_for_email(
    conn: &mut DbConn,
    organisation: &str,
    email: &str,
    at: NaiveDateTime,
) -> Result<usize, StoreError> {
    Ok(diesel::update(
        invitations::table
            .filter(invitations::organisation_id.eq(organisation))
            .filter(invitations::email.eq(email))
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::revoked_at.is_null()),
    )
    .set(invitations::revoked_at.eq(at))
    .execute(conn)?)
}

/// Takes back every open invitation that a member made; how many there were.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn revoke_of_inviter(
    conn: &mut DbConn,
    organisation: &str,
    inviter: &str,
    at: NaiveDateTime,
) -> Result<usize, StoreError> {
    Ok(diesel::update(
        invitations::table
            .filter(invitations::organisation_id.eq(organisation))
            .filter(invitations::invited_by.eq(inviter))
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::revoked_at.is_null()),
    )
    .set(invitations::revoked_at.eq(at))
    .execute(conn)?)
}
