//! What a campaign asks about people after the test; a campaign without a row asks nothing.

use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::fairness_settings;

/// What a campaign asks.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = fairness_settings)]
pub struct FairnessSettingRow {
    /// The campaign.
    pub campaign_id: String,
    /// Whose.
    pub organisation_id: String,
    /// The country whose law the hiring follows.
    pub country: String,
    /// `none`, `sex_age` or `full`.
    pub form: String,
}

/// What a campaign asks, for a campaign already in hand.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_campaign(conn: &mut DbConn, campaign: &str) -> Result<Option<FairnessSettingRow>, StoreError> {
    Ok(fairness_settings::table.find(campaign).first::<FairnessSettingRow>(conn).optional()?)
}

/// Sets what a campaign that this transaction has locked asks.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn put(conn: &mut DbConn, row: &FairnessSettingRow) -> Result<(), StoreError> {
    let insert = diesel::insert_into(fairness_settings::table)
        .values(row)
        .on_conflict(fairness_settings::campaign_id)
        .do_update()
        .set(row);
    match conn {
        DbConn::Postgres(inner) => insert.execute(inner)?,
        DbConn::Sqlite(inner) => insert.execute(inner)?,
    };
    Ok(())
}
