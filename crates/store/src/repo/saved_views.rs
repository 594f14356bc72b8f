//! Filters of a ranking that a member keeps under a name.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::saved_views;

/// A view that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = saved_views)]
pub struct SavedViewRow {
    /// Id.
    pub id: String,
    /// Whose organisation.
    pub organisation_id: String,
    /// Whose.
    pub user_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Its name.
    pub name: String,
    /// The filters, as they stand in an address.
    pub query: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
}

/// Adds a view.
///
/// # Errors
/// [`StoreError::Duplicate`] when the member has one of this name for the campaign.
pub fn insert(conn: &mut DbConn, row: &SavedViewRow) -> Result<(), StoreError> {
    diesel::insert_into(saved_views::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` views of a member for a campaign, by name.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(
    conn: &mut DbConn,
    user: &str,
    campaign: &str,
    limit: i64,
) -> Result<Vec<SavedViewRow>, StoreError> {
    Ok(saved_views::table
        .filter(saved_views::user_id.eq(user))
        .filter(saved_views::campaign_id.eq(campaign))
        .order((saved_views::name.asc(), saved_views::id.asc()))
        .limit(limit)
        .load::<SavedViewRow>(conn)?)
}

/// A view of a member.
///
/// # Errors
/// [`StoreError::NotFound`] when it is not theirs.
pub fn find(conn: &mut DbConn, user: &str, id: &str) -> Result<SavedViewRow, StoreError> {
    Ok(saved_views::table
        .filter(saved_views::id.eq(id))
        .filter(saved_views::user_id.eq(user))
        .first::<SavedViewRow>(conn)?)
}

/// Takes a view away.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn delete(conn: &mut DbConn, id: &str) -> Result<(), StoreError> {
    diesel::delete(saved_views::table.find(id)).execute(conn)?;
    Ok(())
}
