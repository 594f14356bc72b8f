//! Organisations: the owners of everything else.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::organisations;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = organisations)]
pub struct OrganisationRow {
    /// Its id.
    pub id: String,
    /// Its name, as candidates read it.
    pub name: String,
    /// Whether its people and answers are simulated.
    pub is_demo: bool,
    /// When it was made, UTC.
    pub created_at: NaiveDateTime,
}

/// Adds an organisation.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn insert(conn: &mut DbConn, row: &OrganisationRow) -> Result<(), StoreError> {
    diesel::insert_into(organisations::table).values(row).execute(conn)?;
    Ok(())
}

/// The organisation with an id.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(conn: &mut DbConn, id: &str) -> Result<Option<OrganisationRow>, StoreError> {
    Ok(organisations::table.find(id).first::<OrganisationRow>(conn).optional()?)
}

/// At most `limit` organisations after the id `after` (empty: from the start), in the order of their ids.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page(conn: &mut DbConn, after: &str, limit: i64) -> Result<Vec<OrganisationRow>, StoreError> {
    Ok(organisations::table
        .filter(organisations::id.gt(after))
        .order(organisations::id.asc())
        .limit(limit)
        .load::<OrganisationRow>(conn)?)
}
