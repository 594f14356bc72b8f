//! The stages of a campaign's decisions, in the campaign's own words.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::decision_stages;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = decision_stages)]
pub struct DecisionStageRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Its place, from 0.
    pub place: i32,
    /// The code of the decision that it stands for.
    pub code: String,
    /// Its French name.
    pub name_fr: String,
    /// Its English name.
    pub name_en: String,
    /// When it was taken from the list, UTC.
    pub retired_at: Option<NaiveDateTime>,
}

/// Every stage that a campaign has or had, in order, retired ones last; a campaign keeps few.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_campaign(
    conn: &mut DbConn,
    campaign: &str,
    limit: i64,
) -> Result<Vec<DecisionStageRow>, StoreError> {
    let mut rows = decision_stages::table
        .filter(decision_stages::campaign_id.eq(campaign))
        .order((decision_stages::place.asc(), decision_stages::id.asc()))
        .limit(limit)
        .load::<DecisionStageRow>(conn)?;
    rows.sort_by_key(|row| row.retired_at.is_some());
    Ok(rows)
}

/// Adds a stage.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &DecisionStageRow) -> Result<(), StoreError> {
    diesel::insert_into(decision_stages::table).values(row).execute(conn)?;
    Ok(())
}

/// Gives a stage another place.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_place(conn: &mut DbConn, id: &str, place: i32) -> Result<(), StoreError> {
    diesel::update(decision_stages::table.find(id)).set(decision_stages::place.eq(place)).execute(conn)?;
    Ok(())
}

/// Takes a stage from the list of its campaign.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn retire(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(decision_stages::table.find(id))
        .set(decision_stages::retired_at.eq(Some(at)))
        .execute(conn)?;
    Ok(())
}
