//! The tags of an organisation, and which candidates bear them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{candidate_tags, tags};

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = tags)]
pub struct TagRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The word.
    pub name: String,
    /// The word as it is compared.
    pub fold: String,
    /// Who added it.
    pub created_by: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
}

/// At most `limit` tags of an organisation, by name.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, organisation: &str, limit: i64) -> Result<Vec<TagRow>, StoreError> {
    Ok(tags::table
        .filter(tags::organisation_id.eq(organisation))
        .order((tags::fold.asc(), tags::id.asc()))
        .limit(limit)
        .load::<TagRow>(conn)?)
}

/// Adds a tag unless the organisation has one that compares as the same; the one that stands.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn find_or_insert(conn: &mut DbConn, row: &TagRow) -> Result<TagRow, StoreError> {
    match conn {
        DbConn::Postgres(inner) => {
            diesel::insert_into(tags::table).values(row).on_conflict_do_nothing().execute(inner)?
        }
        DbConn::Sqlite(inner) => diesel::insert_or_ignore_into(tags::table).values(row).execute(inner)?,
    };
    Ok(tags::table
        .filter(tags::organisation_id.eq(&row.organisation_id))
        .filter(tags::fold.eq(&row.fold))
        .first::<TagRow>(conn)?)
}

/// The tags of some attempts: attempt, id and name of the tag, by name.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn tags_of(conn: &mut DbConn, attempts: &[String]) -> Result<Vec<(String, String, String)>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempts.chunks(1_000) {
        found.extend(
            candidate_tags::table
                .inner_join(tags::table.on(tags::id.eq(candidate_tags::tag_id)))
                .filter(candidate_tags::attempt_id.eq_any(chunk))
                .order((tags::fold.asc(), tags::id.asc()))
                .select((candidate_tags::attempt_id, tags::id, tags::name))
                .load::<(String, String, String)>(conn)?,
        );
    }
    Ok(found)
}

/// At most `limit` attempts that bear a tag, by id.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn bearers(conn: &mut DbConn, tag: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(candidate_tags::table
        .filter(candidate_tags::tag_id.eq(tag))
        .order(candidate_tags::attempt_id.asc())
        .limit(limit)
        .select(candidate_tags::attempt_id)
        .load::<String>(conn)?)
}

/// Puts a tag on an attempt.
///
/// # Errors
/// [`StoreError::Duplicate`] when it bears it already.
pub fn put(conn: &mut DbConn, attempt: &str, tag: &str) -> Result<(), StoreError> {
    diesel::insert_into(candidate_tags::table)
        .values((candidate_tags::attempt_id.eq(attempt), candidate_tags::tag_id.eq(tag)))
        .execute(conn)?;
    Ok(())
}

/// Takes a tag off an attempt.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn take_off(conn: &mut DbConn, attempt: &str, tag: &str) -> Result<(), StoreError> {
    diesel::delete(candidate_tags::table.find((attempt, tag))).execute(conn)?;
    Ok(())
}

/// Takes every tag off an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(candidate_tags::table.filter(candidate_tags::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
