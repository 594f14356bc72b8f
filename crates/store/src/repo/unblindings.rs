//! Who has asked to see the identity behind which attempt.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, invitations, unblindings};

/// Who is behind an attempt, and when it was.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct IdentityRow {
    /// The attempt.
    pub attempt_id: String,
    /// The name, until erased.
    pub name: Option<String>,
    /// The address, until erased.
    pub email: Option<String>,
    /// When the test was begun, UTC.
    pub started_at: NaiveDateTime,
    /// When it was finished or ran out, UTC.
    pub finished_at: Option<NaiveDateTime>,
}

/// Who is behind some attempts, in no order. The caller has checked that the viewer may know.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn identities(conn: &mut DbConn, attempt_ids: &[String]) -> Result<Vec<IdentityRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempt_ids.chunks(1_000) {
        found.extend(
            attempts::table
                .inner_join(invitations::table)
                .filter(attempts::id.eq_any(chunk))
                .select((
                    attempts::id,
                    invitations::name,
                    invitations::email,
                    attempts::started_at,
                    attempts::finished_at,
                ))
                .load::<IdentityRow>(conn)?,
        );
    }
    Ok(found)
}

/// Notes that a person un-blinded an attempt; the first time stays. Whether it was new.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn note(conn: &mut DbConn, attempt: &str, user: &str, at: NaiveDateTime) -> Result<bool, StoreError> {
    let values = (unblindings::attempt_id.eq(attempt), unblindings::user_id.eq(user), unblindings::at.eq(at));
    let added = match conn {
        DbConn::Postgres(inner) => {
            diesel::insert_into(unblindings::table).values(values).on_conflict_do_nothing().execute(inner)?
        }
        DbConn::Sqlite(inner) => {
            diesel::insert_or_ignore_into(unblindings::table).values(values).execute(inner)?
        }
    };
    Ok(added == 1)
}

/// Whether a person has un-blinded an attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_noted(conn: &mut DbConn, attempt: &str, user: &str) -> Result<bool, StoreError> {
    let noted = unblindings::table.find((attempt, user));
    Ok(diesel::select(diesel::dsl::exists(noted)).get_result(conn)?)
}

/// Which of some attempts a person has un-blinded.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn among(conn: &mut DbConn, user: &str, attempts: &[String]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempts.chunks(1_000) {
        found.extend(
            unblindings::table
                .filter(unblindings::user_id.eq(user))
                .filter(unblindings::attempt_id.eq_any(chunk))
                .select(unblindings::attempt_id)
                .load::<String>(conn)?,
        );
    }
    Ok(found)
}
