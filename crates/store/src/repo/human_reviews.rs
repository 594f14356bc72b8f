//! Reviews by a person that candidates ask for, and what became of them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, human_reviews, users};

/// A request that a person look again.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = human_reviews)]
pub struct HumanReviewRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Who asks.
    pub invitation_id: String,
    /// The attempt it is about.
    pub attempt_id: String,
    /// The language of the answer.
    pub language: String,
    /// The candidate's words, when there were any, until erased.
    pub request: Option<String>,
    /// When it was asked, UTC.
    pub asked_at: NaiveDateTime,
    /// The last day for the answer, in the campaign's time zone.
    pub due_on: NaiveDate,
    /// Who has taken it.
    pub taken_by: Option<String>,
    /// When, UTC.
    pub taken_at: Option<NaiveDateTime>,
    /// What it came to.
    pub outcome: Option<String>,
    /// The words to the candidate, until erased.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// When, UTC.
    pub answered_at: Option<NaiveDateTime>,
}

// What candidates and reviewers write never reaches a log by accident.
impl std::fmt::Debug for HumanReviewRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HumanReviewRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A review with what its pages say of it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ToldReviewRow {
    /// The review.
    pub review: HumanReviewRow,
    /// The campaign's title.
    pub campaign_title: String,
    /// The campaign's time zone.
    pub time_zone: String,
    /// The attempt's id in blind addresses.
    pub public_id: String,
    /// The number of its tree name.
    pub tree_number: i32,
    /// The name of who has taken it.
    pub taken_by_name: Option<String>,
}

/// Adds a request.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &HumanReviewRow) -> Result<(), StoreError> {
    diesel::insert_into(human_reviews::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` reviews that an invited person asked for, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_invitation(
    conn: &mut DbConn,
    invitation: &str,
    limit: i64,
) -> Result<Vec<HumanReviewRow>, StoreError> {
    Ok(human_reviews::table
        .filter(human_reviews::invitation_id.eq(invitation))
        .order((human_reviews::asked_at.desc(), human_reviews::id.desc()))
        .limit(limit)
        .load::<HumanReviewRow>(conn)?)
}

/// At most `limit` reviews of an organisation, people erased left out: the open ones with the nearest day first, or
/// the answered ones with the newest answer first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(
    conn: &mut DbConn,
    organisation: &str,
    is_answered: bool,
    limit: i64,
) -> Result<Vec<ToldReviewRow>, StoreError> {
    let listed = human_reviews::table
        .inner_join(campaigns::table)
        .inner_join(attempts::table)
        .left_join(users::table.on(users::id.nullable().eq(human_reviews::taken_by)))
        .filter(human_reviews::organisation_id.eq(organisation))
        .filter(attempts::erased_at.is_null())
        .limit(limit)
        .select((
            human_reviews::all_columns,
            campaigns::title,
            campaigns::time_zone,
            attempts::public_id,
            attempts::tree_number,
            users::name.nullable(),
        ));
    Ok(if is_answered {
        listed
            .filter(human_reviews::answered_at.is_not_null())
            .order((human_reviews::answered_at.desc(), human_reviews::id.desc()))
            .load::<ToldReviewRow>(conn)?
    } else {
        listed
            .filter(human_reviews::answered_at.is_null())
            .order((human_reviews::due_on.asc(), human_reviews::id.asc()))
            .load::<ToldReviewRow>(conn)?
    })
}

/// How many reviews of an organisation wait for an answer, and the nearest last day.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn open_of(conn: &mut DbConn, organisation: &str) -> Result<(i64, Option<NaiveDate>), StoreError> {
    Ok(human_reviews::table
        .inner_join(attempts::table)
        .filter(human_reviews::organisation_id.eq(organisation))
        .filter(human_reviews::answered_at.is_null())
        .filter(attempts::erased_at.is_null())
        .select((diesel::dsl::count_star(), diesel::dsl::min(human_reviews::due_on)))
        .first::<(i64, Option<NaiveDate>)>(conn)?)
}

/// A review of an organisation, unless its person was erased.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has none of this id.
pub fn find(conn: &mut DbConn, organisation: &str, id: &str) -> Result<ToldReviewRow, StoreError> {
    Ok(human_reviews::table
        .inner_join(campaigns::table)
        .inner_join(attempts::table)
        .left_join(users::table.on(users::id.nullable().eq(human_reviews::taken_by)))
        .filter(human_reviews::organisation_id.eq(organisation))
        .filter(human_reviews::id.eq(id))
        .filter(attempts::erased_at.is_null())
        .select((
            human_reviews::all_columns,
            campaigns::title,
            campaigns::time_zone,
            attempts::public_id,
            attempts::tree_number,
            users::name.nullable(),
        ))
        .first::<ToldReviewRow>(conn)?)
}

/// A review, locked until the end of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has none of this id.
pub fn lock(conn: &mut DbConn, organisation: &str, id: &str) -> Result<HumanReviewRow, StoreError> {
    let review = human_reviews::table.find(id).filter(human_reviews::organisation_id.eq(organisation));
    Ok(match conn {
        DbConn::Postgres(inner) => review.for_update().first::<HumanReviewRow>(inner)?,
        DbConn::Sqlite(inner) => review.first::<HumanReviewRow>(inner)?,
    })
}

/// Writes down who has taken a review.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn take(conn: &mut DbConn, id: &str, user: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(human_reviews::table.find(id))
        .set((human_reviews::taken_by.eq(Some(user)), human_reviews::taken_at.eq(Some(at))))
        .execute(conn)?;
    Ok(())
}

/// The answer to a review.
#[derive(Clone, Copy)]
pub struct NewAnswer<'a> {
    /// What it came to.
    pub outcome: &'a str,
    /// The words to the candidate.
    pub answer: &'a str,
    /// Who answered.
    pub user: &'a str,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Writes an answer down.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn answer(conn: &mut DbConn, id: &str, new: NewAnswer<'_>) -> Result<(), StoreError> {
    diesel::update(human_reviews::table.find(id))
        .set((
            human_reviews::outcome.eq(Some(new.outcome)),
            human_reviews::answer.eq(Some(new.answer)),
            human_reviews::answered_by.eq(Some(new.user)),
            human_reviews::answered_at.eq(Some(new.at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Empties what was written in the reviews of an invited person: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_invitation(conn: &mut DbConn, invitation: &str) -> Result<(), StoreError> {
    diesel::update(human_reviews::table.filter(human_reviews::invitation_id.eq(invitation)))
        .set((human_reviews::request.eq(None::<String>), human_reviews::answer.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}
