//! Sign-ins as rows, so that each can be ended; only the hash of a token is stored.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::organisations::OrganisationRow;
use crate::repo::users::UserRow;
use crate::schema::{organisations, sessions, users};

/// One sign-in of one person.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// SHA-256 of the token in the cookie.
    pub token_hash: String,
    /// Who signed in.
    pub user_id: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When it was last used, UTC, to the minute or so.
    pub last_seen_at: NaiveDateTime,
    /// When it ends at the latest, UTC.
    pub expires_at: NaiveDateTime,
    /// When it was ended by hand, UTC.
    pub revoked_at: Option<NaiveDateTime>,
}

/// Adds a session.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn insert(conn: &mut DbConn, row: &SessionRow) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table).values(row).execute(conn)?;
    Ok(())
}

/// The session of a token's hash with its person and organisation, unless it was ended or the person removed.
/// Whether its time is over is the caller's to judge. One statement.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_open(
    conn: &mut DbConn,
    token_hash: &str,
) -> Result<Option<(SessionRow, UserRow, OrganisationRow)>, StoreError> {
    Ok(sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .inner_join(organisations::table.on(organisations::id.eq(users::organisation_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::revoked_at.is_null())
        .filter(users::removed_at.is_null())
        .select((sessions::all_columns, users::all_columns, organisations::all_columns))
        .first::<(SessionRow, UserRow, OrganisationRow)>(conn)
        .optional()?)
}

/// At most `limit` sessions of a person that can still be used, the one used last first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list_open(
    conn: &mut DbConn,
    user: &str,
    now: NaiveDateTime,
    seen_after: NaiveDateTime,
    limit: i64,
) -> Result<Vec<SessionRow>, StoreError> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::last_seen_at.gt(seen_after))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .limit(limit)
        .load::<SessionRow>(conn)?)
}

/// Notes that a session was used.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn touch(conn: &mut DbConn, id: &str, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id).filter(sessions::last_seen_at.lt(now)))
        .set(sessions::last_seen_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends one session of a person; whether there was one to end.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn revoke(conn: &mut DbConn, user: &str, id: &str, at: NaiveDateTime) -> Result<bool, StoreError> {
    let changed = diesel::update(
        sessions::table.find(id).filter(sessions::user_id.eq(user)).filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(at))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Ends every session of a person but `kept` (empty: every one); how many there were.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn revoke_all_but(
    conn: &mut DbConn,
    user: &str,
    kept: &str,
    at: NaiveDateTime,
) -> Result<usize, StoreError> {
    Ok(diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::id.ne(kept))
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(at))
    .execute(conn)?)
}

/// Deletes the sessions of a person whose time was over before `before`.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn delete_over(conn: &mut DbConn, user: &str, before: NaiveDateTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(
        sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::expires_at.lt(before)),
    )
    .execute(conn)?)
}
