//! Notes of colleagues on a candidate, and whom they mention.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, note_mentions, notes, users};

/// A note.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = notes)]
pub struct NoteRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// Who wrote it.
    pub author_id: String,
    /// What it says, until its author deletes it.
    pub words: Option<String>,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When its author deleted it, UTC.
    pub deleted_at: Option<NaiveDateTime>,
}

// What people write never reaches a log by accident.
impl std::fmt::Debug for NoteRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NoteRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Adds a note with the ids of whom it mentions.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &NoteRow, mentioned: &[String]) -> Result<(), StoreError> {
    diesel::insert_into(notes::table).values(row).execute(conn)?;
    for user in mentioned {
        // At most as many as the organisation has reviewers.
        diesel::insert_into(note_mentions::table)
            .values((note_mentions::note_id.eq(&row.id), note_mentions::user_id.eq(user)))
            .execute(conn)?;
    }
    Ok(())
}

/// At most `limit` notes on an attempt with the names of their authors, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(
    conn: &mut DbConn,
    attempt: &str,
    limit: i64,
) -> Result<Vec<(NoteRow, String)>, StoreError> {
    Ok(notes::table
        .inner_join(users::table.on(users::id.eq(notes::author_id)))
        .filter(notes::attempt_id.eq(attempt))
        .order((notes::created_at.asc(), notes::id.asc()))
        .limit(limit)
        .select((notes::all_columns, users::name))
        .load::<(NoteRow, String)>(conn)?)
}

/// Whom the notes on an attempt mention: note, id and name of the person, in the order of names.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn mentions_of_attempt(
    conn: &mut DbConn,
    attempt: &str,
) -> Result<Vec<(String, String, String)>, StoreError> {
    Ok(note_mentions::table
        .inner_join(notes::table.on(notes::id.eq(note_mentions::note_id)))
        .inner_join(users::table.on(users::id.eq(note_mentions::user_id)))
        .filter(notes::attempt_id.eq(attempt))
        .filter(notes::deleted_at.is_null())
        .order((users::name.asc(), users::id.asc()))
        .select((note_mentions::note_id, note_mentions::user_id, users::name))
        .load::<(String, String, String)>(conn)?)
}

/// Empties a note of its author; whether it stood until then.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn delete_own(
    conn: &mut DbConn,
    attempt: &str,
    id: &str,
    author: &str,
    at: NaiveDateTime,
) -> Result<bool, StoreError> {
    let own = notes::table
        .find(id)
        .filter(notes::attempt_id.eq(attempt))
        .filter(notes::author_id.eq(author))
        .filter(notes::deleted_at.is_null());
    let changed = diesel::update(own)
        .set((notes::words.eq(None::<String>), notes::deleted_at.eq(Some(at))))
        .execute(conn)?;
    if changed == 1 {
        diesel::delete(note_mentions::table.filter(note_mentions::note_id.eq(id))).execute(conn)?;
    }
    Ok(changed == 1)
}

/// Whether a note on an attempt is this author's, standing or deleted.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_of_author(conn: &mut DbConn, attempt: &str, id: &str, author: &str) -> Result<bool, StoreError> {
    let own = notes::table.find(id).filter(notes::attempt_id.eq(attempt)).filter(notes::author_id.eq(author));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
}

/// A candidate that somebody is asked to look at.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct AskedRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its id in blind addresses.
    pub public_id: String,
    /// The number of its tree name.
    pub tree_number: i32,
    /// The campaign.
    pub campaign_id: String,
    /// Its title.
    pub campaign_title: String,
}

/// At most `limit` candidates on whom a note mentions a person, erased ones left out, those of new campaigns first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn mentioning(
    conn: &mut DbConn,
    organisation: &str,
    user: &str,
    limit: i64,
) -> Result<Vec<AskedRow>, StoreError> {
    Ok(note_mentions::table
        .inner_join(notes::table.on(notes::id.eq(note_mentions::note_id)))
        .inner_join(attempts::table.on(attempts::id.eq(notes::attempt_id)))
        .inner_join(campaigns::table.on(campaigns::id.eq(notes::campaign_id)))
        .filter(note_mentions::user_id.eq(user))
        .filter(notes::organisation_id.eq(organisation))
        .filter(notes::deleted_at.is_null())
        .filter(attempts::erased_at.is_null())
        .order((campaigns::id.desc(), attempts::random_order.asc(), attempts::id.asc()))
        .limit(limit)
        .select((attempts::id, attempts::public_id, attempts::tree_number, campaigns::id, campaigns::title))
        .load::<AskedRow>(conn)?)
}

/// Deletes every note on an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    let ids = notes::table.filter(notes::attempt_id.eq(attempt)).select(notes::id).load::<String>(conn)?;
    for chunk in ids.chunks(1_000) {
        diesel::delete(note_mentions::table.filter(note_mentions::note_id.eq_any(chunk))).execute(conn)?;
    }
    diesel::delete(notes::table.filter(notes::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
