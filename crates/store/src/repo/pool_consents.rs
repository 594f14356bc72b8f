//! Who lets recruiters of their organisation see their result beside those of other campaigns with the same test.
//!
//! Every list leaves out withdrawn consents, erased people, tests under way, people whose link was withdrawn, and those
//! whom no ranking holds yet.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::campaigns::CampaignRow;
use crate::schema::{
    attempts, campaigns, invitations, own_ratings, pool_consents, ranking_rows, rating_first, scores,
};

/// A consent.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = pool_consents)]
pub struct PoolConsentRow {
    /// The attempt.
    pub attempt_id: String,
    /// Whose recruiters.
    pub organisation_id: String,
    /// The language that it was asked in.
    pub language: String,
    /// When it was given last, UTC.
    pub given_at: NaiveDateTime,
    /// When it was withdrawn, UTC.
    pub withdrawn_at: Option<NaiveDateTime>,
}

/// Which people a viewer sees together.
#[derive(Clone, Copy, Debug)]
pub struct PoolOf<'a> {
    /// Whose.
    pub organisation: &'a str,
    /// The campaigns of one form and key.
    pub campaigns: &'a [String],
    /// The viewer, whose own ratings may have to come first.
    pub viewer: &'a str,
}

/// What groups and filters need of a person with a score.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct PooledRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its campaign.
    pub campaign_id: String,
    /// Its place among people who are not told apart.
    pub random_order: i64,
    /// The code of the decision that stands.
    pub decision: Option<String>,
    /// The score.
    pub score: Option<f64>,
    /// The plain one, where `score` is weighted.
    pub plain_score: Option<f64>,
    /// Scenarios with a scored action.
    pub n_scenarios: i32,
    /// Those with at least one answer.
    pub n_scenarios_answered: i32,
}

/// That a person still has the link by which they can take their consent back.
macro_rules! has_link {
    () => {
        exists(
            invitations::table
                .filter(invitations::id.eq(attempts::invitation_id))
                .filter(invitations::revoked_at.is_null()),
        )
    };
}

/// That a ranking has shown the person: who appears here at once would be dated by it.
macro_rules! is_in_a_ranking {
    () => {
        exists(ranking_rows::table.filter(ranking_rows::attempt_id.eq(attempts::id.nullable())))
    };
}

/// The consent of an attempt, withdrawn or not.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(conn: &mut DbConn, attempt: &str) -> Result<Option<PoolConsentRow>, StoreError> {
    Ok(pool_consents::table.find(attempt).first::<PoolConsentRow>(conn).optional()?)
}

/// Adds a consent.
///
/// # Errors
/// [`StoreError::Duplicate`] when the attempt has one, withdrawn or not.
pub fn insert(conn: &mut DbConn, row: &PoolConsentRow) -> Result<(), StoreError> {
    diesel::insert_into(pool_consents::table).values(row).execute(conn)?;
    Ok(())
}

/// Gives a withdrawn consent again.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn renew(conn: &mut DbConn, attempt: &str, language: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(pool_consents::table.find(attempt))
        .set((
            pool_consents::language.eq(language),
            pool_consents::given_at.eq(at),
            pool_consents::withdrawn_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Withdraws a consent.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn withdraw(conn: &mut DbConn, attempt: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(pool_consents::table.find(attempt))
        .set(pool_consents::withdrawn_at.eq(Some(at)))
        .execute(conn)?;
    Ok(())
}

/// Deletes the consent of an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(pool_consents::table.find(attempt)).execute(conn)?;
    Ok(())
}

/// At most `limit` campaigns of an organisation with somebody who consents, the newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn campaigns(conn: &mut DbConn, organisation: &str, limit: i64) -> Result<Vec<CampaignRow>, StoreError> {
    let with_people = pool_consents::table
        .inner_join(attempts::table)
        .filter(pool_consents::organisation_id.eq(organisation))
        .filter(pool_consents::withdrawn_at.is_null())
        .filter(attempts::erased_at.is_null())
        .filter(attempts::state.ne("started"))
        .filter(has_link!())
        .filter(is_in_a_ranking!())
        .select(attempts::campaign_id);
    Ok(campaigns::table
        .filter(campaigns::organisation_id.eq(organisation))
        .filter(campaigns::id.eq_any(with_people))
        .order((campaigns::created_at.desc(), campaigns::id.desc()))
        .limit(limit)
        .load::<CampaignRow>(conn)?)
}

/// People who consent and whose test is over.
macro_rules! people {
    ($of:expr) => {
        pool_consents::table
            .inner_join(attempts::table)
            .filter(pool_consents::organisation_id.eq($of.organisation.to_owned()))
            .filter(pool_consents::withdrawn_at.is_null())
            .filter(attempts::erased_at.is_null())
            .filter(attempts::state.ne("started"))
            .filter(attempts::campaign_id.eq_any($of.campaigns.to_vec()))
            .filter(has_link!())
            .filter(is_in_a_ranking!())
    };
}

/// That the campaign of an attempt asks for one's own rating first.
macro_rules! is_rated_first {
    () => {
        exists(rating_first::table.filter(rating_first::campaign_id.eq(attempts::campaign_id)))
    };
}

/// That the viewer has rated an attempt.
macro_rules! is_rated_by {
    ($viewer:expr) => {
        exists(
            own_ratings::table
                .filter(own_ratings::attempt_id.eq(attempts::id))
                .filter(own_ratings::user_id.eq($viewer.to_owned())),
        )
    };
}

/// At most `limit` people with a score under a snapshot that may be ranked, whom the viewer need not rate first, in the
/// order of their attempts.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn scored(
    conn: &mut DbConn,
    of: PoolOf<'_>,
    snapshot: &str,
    limit: i64,
) -> Result<Vec<PooledRow>, StoreError> {
    Ok(people!(of)
        .inner_join(scores::table.on(scores::attempt_id.eq(attempts::id)))
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::unranked_reason.is_null())
        .filter(scores::score.is_not_null())
        .filter(not(is_rated_first!()).or(is_rated_by!(of.viewer)))
        .order(attempts::id.asc())
        .limit(limit)
        .select((
            attempts::id,
            attempts::campaign_id,
            attempts::random_order,
            attempts::decision,
            scores::score,
            scores::plain_score,
            scores::n_scenarios,
            scores::n_scenarios_answered,
        ))
        .load::<PooledRow>(conn)?)
}

/// At most `limit` people whom the viewer has to rate before anything of a score is shown, in the random order: their
/// attempts and campaigns. Scores are not asked, not even whether there is one.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn to_rate(conn: &mut DbConn, of: PoolOf<'_>, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
    Ok(people!(of)
        .filter(is_rated_first!())
        .filter(not(is_rated_by!(of.viewer)))
        .order((attempts::random_order.asc(), attempts::id.asc()))
        .limit(limit)
        .select((attempts::id, attempts::campaign_id))
        .load::<(String, String)>(conn)?)
}

/// How many people consent, whatever of them may be shown.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count(conn: &mut DbConn, of: PoolOf<'_>) -> Result<i64, StoreError> {
    Ok(people!(of).count().get_result(conn)?)
}
