//! Reviewers' own ratings, and the campaigns that ask for them before a score is shown.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, own_ratings, rating_first};

/// A reviewer's own rating of a candidate's answers.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = own_ratings)]
pub struct OwnRatingRow {
    /// The attempt.
    pub attempt_id: String,
    /// Who rated.
    pub user_id: String,
    /// From 1 to 4.
    pub rating: i16,
    /// Why.
    pub reason: String,
    /// When, UTC.
    pub rated_at: NaiveDateTime,
}

// What people write never reaches a log by accident.
impl std::fmt::Debug for OwnRatingRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OwnRatingRow").field("attempt_id", &self.attempt_id).finish_non_exhaustive()
    }
}

/// Whether a campaign asks for one's own rating first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_first(conn: &mut DbConn, campaign: &str) -> Result<bool, StoreError> {
    let asked = rating_first::table.find(campaign);
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(conn)?)
}

/// Lets a campaign ask for one's own rating first, or no more.
///
/// # Errors
/// [`StoreError::Duplicate`] when it asks already.
pub fn set_first(
    conn: &mut DbConn,
    campaign: &str,
    is_on: bool,
    at: NaiveDateTime,
) -> Result<(), StoreError> {
    if is_on {
        let values = (rating_first::campaign_id.eq(campaign), rating_first::since.eq(at));
        diesel::insert_into(rating_first::table).values(values).execute(conn)?;
    } else {
        diesel::delete(rating_first::table.find(campaign)).execute(conn)?;
    }
    Ok(())
}

/// A person's rating of an attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(conn: &mut DbConn, attempt: &str, user: &str) -> Result<Option<OwnRatingRow>, StoreError> {
    Ok(own_ratings::table.find((attempt, user)).first::<OwnRatingRow>(conn).optional()?)
}

/// At most `limit` ratings of an attempt, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<OwnRatingRow>, StoreError> {
    Ok(own_ratings::table
        .filter(own_ratings::attempt_id.eq(attempt))
        .order((own_ratings::rated_at.asc(), own_ratings::user_id.asc()))
        .limit(limit)
        .load::<OwnRatingRow>(conn)?)
}

/// Adds a rating.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person has rated this attempt.
pub fn insert(conn: &mut DbConn, row: &OwnRatingRow) -> Result<(), StoreError> {
    diesel::insert_into(own_ratings::table).values(row).execute(conn)?;
    Ok(())
}

/// Deletes the ratings of an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(own_ratings::table.filter(own_ratings::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}

/// How many people of a campaign have ended, are not erased, and were not rated by a person.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_unrated(conn: &mut DbConn, campaign: &str, user: &str) -> Result<i64, StoreError> {
    let own = own_ratings::table
        .filter(own_ratings::attempt_id.eq(attempts::id))
        .filter(own_ratings::user_id.eq(user.to_owned()));
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.ne("started"))
        .filter(attempts::erased_at.is_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(own)))
        .count()
        .get_result(conn)?)
}

/// Which of some attempts a person has rated.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn own_among(conn: &mut DbConn, user: &str, among: &[String]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for chunk in among.chunks(1_000) {
        found.extend(
            own_ratings::table
                .filter(own_ratings::user_id.eq(user))
                .filter(own_ratings::attempt_id.eq_any(chunk))
                .select(own_ratings::attempt_id)
                .load::<String>(conn)?,
        );
    }
    Ok(found)
}
