//! Content packs: rows are inserted and read, never altered.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::packs;

/// A version of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = packs)]
pub struct PackRow {
    /// Row id.
    pub id: String,
    /// The organisation that alone may use it; none for the packs of the instance.
    pub organisation_id: Option<String>,
    /// The pack's own id.
    pub pack_id: String,
    /// Semantic version.
    pub version: String,
    /// SHA-256 of the canonical content without the key.
    pub content_hash: String,
    /// Whether its answers can be looked up.
    pub is_public: bool,
    /// Canonical JSON.
    pub content: String,
    /// When it was imported, UTC.
    pub imported_at: NaiveDateTime,
}

/// Inserts a version of a pack.
///
/// # Errors
/// [`StoreError::Duplicate`] when the version is there already.
pub fn insert(conn: &mut DbConn, row: &PackRow) -> Result<(), StoreError> {
    diesel::insert_into(packs::table).values(row).execute(conn)?;
    Ok(())
}

/// One pack, when the organisation may use it.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not exist or belongs to another organisation.
pub fn find_visible(conn: &mut DbConn, organisation: &str, id: &str) -> Result<PackRow, StoreError> {
    Ok(packs::table
        .find(id)
        .filter(packs::organisation_id.is_null().or(packs::organisation_id.eq(organisation)))
        .first(conn)?)
}

/// One pack by its row id, whoever owns it: for work that has been authorised through a campaign already.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not exist.
pub fn find(conn: &mut DbConn, id: &str) -> Result<PackRow, StoreError> {
    Ok(packs::table.find(id).first(conn)?)
}

/// A version of a pack of the instance (`organisation` none) or of one organisation.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_version(
    conn: &mut DbConn,
    organisation: Option<&str>,
    pack: &str,
    version: &str,
) -> Result<Option<PackRow>, StoreError> {
    let mut query =
        packs::table.filter(packs::pack_id.eq(pack)).filter(packs::version.eq(version)).into_boxed();
    query = match organisation {
        Some(organisation) => query.filter(packs::organisation_id.eq(organisation.to_owned())),
        None => query.filter(packs::organisation_id.is_null()),
    };
    Ok(query.first(conn).optional()?)
}

/// The packs that an organisation may use, newest import first; at most `limit`.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn visible(conn: &mut DbConn, organisation: &str, limit: i64) -> Result<Vec<PackRow>, StoreError> {
    Ok(packs::table
        .filter(packs::organisation_id.is_null().or(packs::organisation_id.eq(organisation)))
        .order((packs::imported_at.desc(), packs::id.desc()))
        .limit(limit)
        .load(conn)?)
}
