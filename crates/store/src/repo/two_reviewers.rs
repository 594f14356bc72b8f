//! The campaigns in which two people rate a candidate before anyone decides, and what those people rated.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, own_ratings, two_reviewers, users};

/// Whether a campaign asks for two ratings.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_on(conn: &mut DbConn, campaign: &str) -> Result<bool, StoreError> {
    let asked = two_reviewers::table.find(campaign);
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(conn)?)
}

/// Lets a campaign ask for two ratings from now on.
///
/// # Errors
/// [`StoreError::Duplicate`] when it asks already.
pub fn turn_on(conn: &mut DbConn, campaign: &str, user: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    let values = (
        two_reviewers::campaign_id.eq(campaign),
        two_reviewers::since.eq(at),
        two_reviewers::set_by.eq(user),
    );
    diesel::insert_into(two_reviewers::table).values(values).execute(conn)?;
    Ok(())
}

/// A rating with who gave it.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct ToldRatingRow {
    /// Who rated.
    pub user_id: String,
    /// Their name.
    pub name: String,
    /// From 1 to 4.
    pub rating: i16,
    /// Why.
    pub reason: String,
}

// What people write never reaches a log by accident.
impl std::fmt::Debug for ToldRatingRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ToldRatingRow").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// At most `limit` ratings of an attempt with the names of who gave them, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn told(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<ToldRatingRow>, StoreError> {
    Ok(own_ratings::table
        .inner_join(users::table.on(users::id.eq(own_ratings::user_id)))
        .filter(own_ratings::attempt_id.eq(attempt))
        .order((own_ratings::rated_at.asc(), own_ratings::user_id.asc()))
        .limit(limit)
        .select((own_ratings::user_id, users::name, own_ratings::rating, own_ratings::reason))
        .load::<ToldRatingRow>(conn)?)
}

/// At most `limit` ratings of a campaign's candidates (attempt, person, rating), those of one candidate together.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_campaign(
    conn: &mut DbConn,
    campaign: &str,
    limit: i64,
) -> Result<Vec<(String, String, i16)>, StoreError> {
    Ok(own_ratings::table
        .inner_join(attempts::table.on(attempts::id.eq(own_ratings::attempt_id)))
        .filter(attempts::campaign_id.eq(campaign))
        .order((own_ratings::attempt_id.asc(), own_ratings::user_id.asc()))
        .limit(limit)
        .select((own_ratings::attempt_id, own_ratings::user_id, own_ratings::rating))
        .load::<(String, String, i16)>(conn)?)
}
