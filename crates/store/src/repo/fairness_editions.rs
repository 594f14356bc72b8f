//! Tables of groups as published: counts after suppression. Inserted and read, never altered.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{campaigns, fairness_editions};

/// A published edition.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = fairness_editions)]
pub struct FairnessEditionRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Its number in the campaign, from 1.
    pub sequence: i32,
    /// JSON: the tables.
    pub content: String,
    /// Who published it.
    pub published_by: Option<String>,
    /// The day, in the campaign's time zone.
    pub published_on: NaiveDate,
}

/// Adds an edition.
///
/// # Errors
/// [`StoreError::Duplicate`] when the number is taken.
pub fn insert(conn: &mut DbConn, row: &FairnessEditionRow) -> Result<(), StoreError> {
    diesel::insert_into(fairness_editions::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` editions of a campaign of an organisation, the first one first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_campaign(
    conn: &mut DbConn,
    organisation: &str,
    campaign: &str,
    limit: i64,
) -> Result<Vec<FairnessEditionRow>, StoreError> {
    Ok(fairness_editions::table
        .filter(fairness_editions::organisation_id.eq(organisation))
        .filter(fairness_editions::campaign_id.eq(campaign))
        .order(fairness_editions::sequence.asc())
        .limit(limit)
        .load::<FairnessEditionRow>(conn)?)
}

/// At most `limit` editions of an organisation with the titles of their campaigns, the newest campaign first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_organisation(
    conn: &mut DbConn,
    organisation: &str,
    limit: i64,
) -> Result<Vec<(FairnessEditionRow, String)>, StoreError> {
    Ok(fairness_editions::table
        .inner_join(campaigns::table.on(campaigns::id.eq(fairness_editions::campaign_id)))
        .filter(fairness_editions::organisation_id.eq(organisation))
        .order((fairness_editions::campaign_id.desc(), fairness_editions::sequence.asc()))
        .limit(limit)
        .select((fairness_editions::all_columns, campaigns::title))
        .load::<(FairnessEditionRow, String)>(conn)?)
}
