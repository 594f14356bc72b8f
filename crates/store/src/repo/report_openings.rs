//! Who has opened the report of which attempt: a negative decision comes after.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::report_openings;

/// Notes that a person opened a report; the first time stays.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn note(conn: &mut DbConn, attempt: &str, user: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    let values = (
        report_openings::attempt_id.eq(attempt),
        report_openings::user_id.eq(user),
        report_openings::first_at.eq(at),
    );
    match conn {
        DbConn::Postgres(inner) => diesel::insert_into(report_openings::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(inner)?,
        DbConn::Sqlite(inner) => {
            diesel::insert_or_ignore_into(report_openings::table).values(values).execute(inner)?
        }
    };
    Ok(())
}

/// Whether a person has opened a report.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn was_opened(conn: &mut DbConn, attempt: &str, user: &str) -> Result<bool, StoreError> {
    let opening = report_openings::table.find((attempt, user));
    Ok(diesel::select(diesel::dsl::exists(opening)).get_result(conn)?)
}
