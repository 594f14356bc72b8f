//! Snapshots: frozen, dated statistics of one form under one key in one organisation. Never changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::scores::FormOf;
use crate::schema::snapshots;

/// Frozen statistics.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = snapshots)]
pub struct SnapshotRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The pack row.
    pub pack_row_id: String,
    /// The form.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// The key.
    pub key_row_id: String,
    /// People it describes; 0 when it holds the prior alone.
    pub n: i32,
    /// JSON: the statistics.
    pub statistics: String,
    /// `initial`, `job` or `owner`.
    pub reason: String,
    /// The owner who took it.
    pub taken_by: Option<String>,
    /// When, UTC.
    pub taken_at: NaiveDateTime,
}

/// Adds a snapshot.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &SnapshotRow) -> Result<(), StoreError> {
    diesel::insert_into(snapshots::table).values(row).execute(conn)?;
    Ok(())
}

/// A snapshot by its id, for a row already in hand that names it.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub fn load(conn: &mut DbConn, id: &str) -> Result<SnapshotRow, StoreError> {
    Ok(snapshots::table.find(id).first::<SnapshotRow>(conn)?)
}

/// The newest snapshot of a form under a key.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest(conn: &mut DbConn, of: FormOf<'_>) -> Result<Option<SnapshotRow>, StoreError> {
    Ok(snapshots::table
        .filter(snapshots::organisation_id.eq(of.organisation))
        .filter(snapshots::pack_row_id.eq(of.pack_row))
        .filter(snapshots::form_id.eq(of.form))
        .filter(snapshots::form_version.eq(of.form_version))
        .filter(snapshots::key_row_id.eq(of.key_row))
        .order((snapshots::taken_at.desc(), snapshots::n.desc(), snapshots::id.desc()))
        .first::<SnapshotRow>(conn)
        .optional()?)
}

/// At most `limit` snapshots of a form under a key, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, of: FormOf<'_>, limit: i64) -> Result<Vec<SnapshotRow>, StoreError> {
    Ok(snapshots::table
        .filter(snapshots::organisation_id.eq(of.organisation))
        .filter(snapshots::pack_row_id.eq(of.pack_row))
        .filter(snapshots::form_id.eq(of.form))
        .filter(snapshots::form_version.eq(of.form_version))
        .filter(snapshots::key_row_id.eq(of.key_row))
        .order((snapshots::taken_at.desc(), snapshots::n.desc(), snapshots::id.desc()))
        .limit(limit)
        .load::<SnapshotRow>(conn)?)
}

/// The largest number of people that a snapshot of a form under a key describes.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn largest_n(conn: &mut DbConn, of: FormOf<'_>) -> Result<i32, StoreError> {
    Ok(snapshots::table
        .filter(snapshots::organisation_id.eq(of.organisation))
        .filter(snapshots::pack_row_id.eq(of.pack_row))
        .filter(snapshots::form_id.eq(of.form))
        .filter(snapshots::form_version.eq(of.form_version))
        .filter(snapshots::key_row_id.eq(of.key_row))
        .select(diesel::dsl::max(snapshots::n))
        .first::<Option<i32>>(conn)?
        .unwrap_or(0))
}
