//! Keys of packs: rows are inserted and read, never altered.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::pack_keys;

/// A version of a pack's key.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = pack_keys)]
pub struct PackKeyRow {
    /// Row id.
    pub id: String,
    /// The pack it belongs to.
    pub pack_row_id: String,
    /// Version of the key.
    pub version: String,
    /// `authors` (provisional) or `panel`.
    pub provenance: String,
    /// Experts behind it; 0 for the authors' own.
    pub n_experts: i32,
    /// SHA-256 of the canonical content.
    pub content_hash: String,
    /// Canonical JSON.
    pub content: String,
    /// When it was imported, UTC.
    pub imported_at: NaiveDateTime,
}

/// Inserts a key.
///
/// # Errors
/// [`StoreError::Duplicate`] when the version is there already.
pub fn insert(conn: &mut DbConn, row: &PackKeyRow) -> Result<(), StoreError> {
    diesel::insert_into(pack_keys::table).values(row).execute(conn)?;
    Ok(())
}

/// One key.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not exist.
pub fn find(conn: &mut DbConn, id: &str) -> Result<PackKeyRow, StoreError> {
    Ok(pack_keys::table.find(id).first(conn)?)
}

/// The keys of a pack, newest first; at most `limit`.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_pack(conn: &mut DbConn, pack_row: &str, limit: i64) -> Result<Vec<PackKeyRow>, StoreError> {
    Ok(pack_keys::table
        .filter(pack_keys::pack_row_id.eq(pack_row))
        .order((pack_keys::imported_at.desc(), pack_keys::id.desc()))
        .limit(limit)
        .load(conn)?)
}
