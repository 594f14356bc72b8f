//! Counters of failures by kind and subject; a subject is an HMAC, never an address or what was typed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::throttles;

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = throttles)]
pub struct ThrottleRow {
    /// HMAC of the subject, in hexadecimal.
    pub subject_hash: String,
    /// The code of the kind.
    pub kind: String,
    /// Failures since the window began.
    pub failures: i32,
    /// When counting began, UTC.
    pub window_started_at: NaiveDateTime,
    /// Until when the subject has to wait, UTC.
    pub blocked_until: NaiveDateTime,
}

/// The counter of a subject.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(conn: &mut DbConn, kind: &str, subject_hash: &str) -> Result<Option<ThrottleRow>, StoreError> {
    Ok(throttles::table.find((kind, subject_hash)).first::<ThrottleRow>(conn).optional()?)
}

/// The counter of a subject, locked until the transaction ends; one that is missing is made first, with no failures,
/// so that two requests at once cannot both count from nothing.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock(
    conn: &mut DbConn,
    kind: &str,
    subject_hash: &str,
    now: NaiveDateTime,
) -> Result<ThrottleRow, StoreError> {
    let fresh = ThrottleRow {
        subject_hash: subject_hash.to_owned(),
        kind: kind.to_owned(),
        failures: 0,
        window_started_at: now,
        blocked_until: now,
    };
    let insert = diesel::insert_into(throttles::table).values(&fresh).on_conflict_do_nothing();
    let found = throttles::table.find((kind, subject_hash));
    Ok(match conn {
        DbConn::Postgres(inner) => {
            insert.execute(inner)?;
            found.for_update().first(inner)?
        }
        DbConn::Sqlite(inner) => {
            insert.execute(inner)?;
            found.first(inner)?
        }
    })
}

/// Stores a counter that this transaction has locked.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn store(conn: &mut DbConn, row: &ThrottleRow) -> Result<(), StoreError> {
    diesel::update(throttles::table.find((&row.kind, &row.subject_hash)))
        .set((
            throttles::failures.eq(row.failures),
            throttles::window_started_at.eq(row.window_started_at),
            throttles::blocked_until.eq(row.blocked_until),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets a counter.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn delete(conn: &mut DbConn, kind: &str, subject_hash: &str) -> Result<(), StoreError> {
    diesel::delete(throttles::table.find((kind, subject_hash))).execute(conn)?;
    Ok(())
}

/// Forgets every counter that began before `before` and blocks nobody any more; how many there were.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn delete_old(conn: &mut DbConn, before: NaiveDateTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(
        throttles::table
            .filter(throttles::window_started_at.lt(before))
            .filter(throttles::blocked_until.lt(before)),
    )
    .execute(conn)?)
}
