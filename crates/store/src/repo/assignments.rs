//! Who is asked to look at which candidate.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::notes::AskedRow;
use crate::schema::{assignments, attempts, campaigns, users};

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = assignments)]
pub struct AssignmentRow {
    /// The attempt.
    pub attempt_id: String,
    /// Who is asked.
    pub user_id: String,
    /// Who asks.
    pub assigned_by: String,
    /// When, UTC.
    pub assigned_at: NaiveDateTime,
}

/// Ids and names of who is asked to look at an attempt, by name.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str) -> Result<Vec<(String, String)>, StoreError> {
    Ok(assignments::table
        .inner_join(users::table.on(users::id.eq(assignments::user_id)))
        .filter(assignments::attempt_id.eq(attempt))
        .filter(users::removed_at.is_null())
        .order((users::name.asc(), users::id.asc()))
        .select((users::id, users::name))
        .load::<(String, String)>(conn)?)
}

/// Asks somebody.
///
/// # Errors
/// [`StoreError::Duplicate`] when they were asked already.
pub fn insert(conn: &mut DbConn, row: &AssignmentRow) -> Result<(), StoreError> {
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// Asks somebody no more.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn delete(conn: &mut DbConn, attempt: &str, user: &str) -> Result<(), StoreError> {
    diesel::delete(assignments::table.find((attempt, user))).execute(conn)?;
    Ok(())
}

/// At most `limit` candidates that a person is asked to look at, erased ones left out, those of new campaigns first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_user(
    conn: &mut DbConn,
    organisation: &str,
    user: &str,
    limit: i64,
) -> Result<Vec<AskedRow>, StoreError> {
    Ok(assignments::table
        .inner_join(attempts::table.on(attempts::id.eq(assignments::attempt_id)))
        .inner_join(campaigns::table.on(campaigns::id.eq(attempts::campaign_id)))
        .filter(assignments::user_id.eq(user))
        .filter(attempts::organisation_id.eq(organisation))
        .filter(attempts::erased_at.is_null())
        .order((campaigns::id.desc(), attempts::random_order.asc(), attempts::id.asc()))
        .limit(limit)
        .select((attempts::id, attempts::public_id, attempts::tree_number, campaigns::id, campaigns::title))
        .load::<AskedRow>(conn)?)
}

/// Deletes the assignments of an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(assignments::table.filter(assignments::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
