//! Bytes of the media files of packs: rows are inserted and read, never altered.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer};

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::pack_media;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Some bytes of a value, counted from 1; the same in both databases.
    #[sql_name = "substr"]
    fn part_of(content: Binary, from: Integer, count: Integer) -> Binary;
}

/// One file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = pack_media)]
pub struct PackMediaRow {
    /// The pack.
    pub pack_row_id: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Its type, such as `image/png`.
    pub media_type: String,
    /// Its size, in bytes.
    pub size_bytes: i32,
    /// The bytes.
    pub content: Vec<u8>,
}

/// Inserts a file.
///
/// # Errors
/// [`StoreError::Duplicate`] when the pack holds the same bytes already.
pub fn insert(conn: &mut DbConn, row: &PackMediaRow) -> Result<(), StoreError> {
    diesel::insert_into(pack_media::table).values(row).execute(conn)?;
    Ok(())
}

/// `count` bytes of a file after the first `skipped`; fewer where it ends.
///
/// # Errors
/// [`StoreError::NotFound`] when the pack holds no such file.
pub fn part(
    conn: &mut DbConn,
    pack_row: &str,
    sha256: &str,
    skipped: i32,
    count: i32,
) -> Result<Vec<u8>, StoreError> {
    Ok(pack_media::table
        .find((pack_row, sha256))
        .select(part_of(pack_media::content, skipped.saturating_add(1), count))
        .first(conn)?)
}
