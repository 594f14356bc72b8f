//! What people said of themselves, kept apart: answers under random ids, and the links that tell whose they are.
//!
//! Only the use cases of fairness, erasure and a person's own data may name this module; a test holds them to it.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, demographic_answers, demographic_links, ranking_rows, scores};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = demographic_answers)]
#[diesel(treat_none_as_null = true)]
pub struct DemographicRow {
    /// Random id.
    pub id: String,
    /// Sex.
    pub sex: Option<String>,
    /// Age band.
    pub age_band: Option<String>,
    /// Race or ethnicity.
    pub race: Option<String>,
}

/// Whose answer is whose.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = demographic_links)]
pub struct DemographicLinkRow {
    /// The attempt.
    pub attempt_id: String,
    /// The answer; nothing when it was taken back after it was counted.
    pub answer_id: Option<String>,
    /// The edition that counted it.
    pub counted_in: Option<i32>,
}

/// One person of a ranking with what a table of groups counts.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct PersonToCount {
    /// The attempt.
    pub attempt_id: String,
    /// The score in the ranking version; of somebody who could not be ranked too.
    pub score: Option<f64>,
    /// Why the version does not rank them.
    pub unranked_reason: Option<String>,
    /// The last decision.
    pub decision: Option<String>,
    /// The answer.
    pub answer: Option<DemographicRow>,
    /// The edition that counted it already.
    pub counted_in: Option<i32>,
}

/// The link of an attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn link_of(conn: &mut DbConn, attempt: &str) -> Result<Option<DemographicLinkRow>, StoreError> {
    Ok(demographic_links::table.find(attempt).first::<DemographicLinkRow>(conn).optional()?)
}

/// What somebody said of themselves.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str) -> Result<Option<DemographicRow>, StoreError> {
    let ids = demographic_links::table.find(attempt).select(demographic_links::answer_id);
    Ok(demographic_answers::table
        .filter(demographic_answers::id.nullable().eq_any(ids))
        .first::<DemographicRow>(conn)
        .optional()?)
}

/// Keeps what somebody says: over their earlier answer when `link` has one, else under the id given. The attempt is
/// locked by this transaction, and `link` read in it.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn keep(
    conn: &mut DbConn,
    attempt: &str,
    link: Option<&DemographicLinkRow>,
    row: &DemographicRow,
) -> Result<(), StoreError> {
    if let Some(known) = link.and_then(|link| link.answer_id.as_deref()) {
        let row = DemographicRow { id: known.to_owned(), ..row.clone() };
        diesel::update(demographic_answers::table.find(known)).set(&row).execute(conn)?;
        return Ok(());
    }
    diesel::insert_into(demographic_answers::table).values(row).execute(conn)?;
    if link.is_some() {
        diesel::update(demographic_links::table.find(attempt))
            .set(demographic_links::answer_id.eq(Some(&row.id)))
            .execute(conn)?;
    } else {
        let link = DemographicLinkRow {
            attempt_id: attempt.to_owned(),
            answer_id: Some(row.id.clone()),
            counted_in: None,
        };
        diesel::insert_into(demographic_links::table).values(&link).execute(conn)?;
    }
    Ok(())
}

/// Deletes what somebody said; that it was counted stays, so that it is not counted again.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn take_back(conn: &mut DbConn, link: &DemographicLinkRow) -> Result<(), StoreError> {
    if link.counted_in.is_some() {
        diesel::update(demographic_links::table.find(&link.attempt_id))
            .set(demographic_links::answer_id.eq(None::<String>))
            .execute(conn)?;
    } else {
        diesel::delete(demographic_links::table.find(&link.attempt_id)).execute(conn)?;
    }
    if let Some(answer) = &link.answer_id {
        diesel::delete(demographic_answers::table.find(answer)).execute(conn)?;
    }
    Ok(())
}

/// Deletes everything about an attempt, for an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    let Some(link) = link_of(conn, attempt)? else { return Ok(()) };
    diesel::delete(demographic_links::table.find(attempt)).execute(conn)?;
    if let Some(answer) = link.answer_id {
        diesel::delete(demographic_answers::table.find(answer)).execute(conn)?;
    }
    Ok(())
}

/// At most `limit` links with an answer in a campaign, by attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn links_of_campaign(
    conn: &mut DbConn,
    campaign: &str,
    limit: i64,
) -> Result<Vec<DemographicLinkRow>, StoreError> {
    let attempts = attempts::table.filter(attempts::campaign_id.eq(campaign)).select(attempts::id);
    Ok(demographic_links::table
        .filter(demographic_links::answer_id.is_not_null())
        .filter(demographic_links::attempt_id.eq_any(attempts))
        .order(demographic_links::attempt_id.asc())
        .limit(limit)
        .load::<DemographicLinkRow>(conn)?)
}

/// Empties the race of every answer of a campaign, which asks it no more.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn forget_race(conn: &mut DbConn, campaign: &str) -> Result<(), StoreError> {
    let attempts = attempts::table.filter(attempts::campaign_id.eq(campaign)).select(attempts::id);
    let ids = demographic_links::table
        .filter(demographic_links::attempt_id.eq_any(attempts))
        .select(demographic_links::answer_id);
    diesel::update(demographic_answers::table.filter(demographic_answers::id.nullable().eq_any(ids)))
        .set(demographic_answers::race.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}

/// At most `limit` people of a ranking version with what a table of groups counts, by attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn people_of_version(
    conn: &mut DbConn,
    version: &str,
    limit: i64,
) -> Result<Vec<PersonToCount>, StoreError> {
    let linked = demographic_links::table.on(demographic_links::attempt_id.eq(attempts::id));
    let answered =
        demographic_answers::table.on(demographic_answers::id.nullable().eq(demographic_links::answer_id));
    Ok(ranking_rows::table
        .inner_join(attempts::table)
        .left_join(linked)
        .left_join(answered)
        .filter(ranking_rows::ranking_version_id.eq(version))
        .order(attempts::id.asc())
        .limit(limit)
        .select((
            attempts::id,
            ranking_rows::score,
            ranking_rows::unranked_reason,
            attempts::decision,
            demographic_answers::all_columns.nullable(),
            demographic_links::counted_in.nullable(),
        ))
        .load::<PersonToCount>(conn)?)
}

/// One person of a snapshot with what a comparison scenario by scenario takes.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct PersonToCompare {
    /// The attempt.
    pub attempt_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The answer.
    pub answer: Option<DemographicRow>,
    /// The edition that counted it.
    pub counted_in: Option<i32>,
    /// JSON: the score of each scored scenario.
    pub scenario_scores: String,
    /// JSON: the half points of each scored scenario by family.
    pub family_half_points: String,
}

/// At most `limit` people of some campaigns with a score under a snapshot that may be ranked, withdrawn ones left out,
/// by attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn people_of_snapshot(
    conn: &mut DbConn,
    snapshot: &str,
    campaigns: &[&str],
    limit: i64,
) -> Result<Vec<PersonToCompare>, StoreError> {
    let linked = demographic_links::table.on(demographic_links::attempt_id.eq(attempts::id));
    let answered =
        demographic_answers::table.on(demographic_answers::id.nullable().eq(demographic_links::answer_id));
    Ok(scores::table
        .inner_join(attempts::table)
        .left_join(linked)
        .left_join(answered)
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::campaign_id.eq_any(campaigns))
        .filter(scores::unranked_reason.is_null())
        .filter(attempts::erased_at.is_null())
        .filter(attempts::decision.is_null().or(attempts::decision.ne("withdrawn")))
        .order(attempts::id.asc())
        .limit(limit)
        .select((
            attempts::id,
            attempts::campaign_id,
            demographic_answers::all_columns.nullable(),
            demographic_links::counted_in.nullable(),
            scores::scenario_scores,
            scores::family_half_points,
        ))
        .load::<PersonToCompare>(conn)?)
}

/// Of the people of a ranking version, those of whom a table of groups may count somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountsToPublish {
    /// Without a decision.
    pub undecided: i64,
    /// Who have answered.
    pub answers: i64,
}

/// Counts the people of a ranking version; with `is_later`, only those who have answered and are in no edition.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn counts_of_version(
    conn: &mut DbConn,
    version: &str,
    is_later: bool,
) -> Result<CountsToPublish, StoreError> {
    let of_version =
        ranking_rows::table.inner_join(attempts::table).filter(ranking_rows::ranking_version_id.eq(version));
    let answered = demographic_links::table
        .filter(demographic_links::attempt_id.eq(attempts::id))
        .filter(demographic_links::answer_id.is_not_null());
    let waiting = answered.filter(demographic_links::counted_in.is_null());
    let undecided = of_version.filter(attempts::decision.is_null());
    if is_later {
        return Ok(CountsToPublish {
            undecided: undecided.filter(exists(waiting)).count().get_result(conn)?,
            answers: of_version.filter(exists(waiting)).count().get_result(conn)?,
        });
    }
    Ok(CountsToPublish {
        undecided: undecided.count().get_result(conn)?,
        answers: of_version.filter(exists(answered)).count().get_result(conn)?,
    })
}

/// Marks answers as counted in an edition.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn mark_counted(conn: &mut DbConn, attempts: &[&str], edition: i32) -> Result<(), StoreError> {
    // Far below the 32,766 parameters of SQLite.
    for some in attempts.chunks(5_000) {
        diesel::update(demographic_links::table.filter(demographic_links::attempt_id.eq_any(some)))
            .set(demographic_links::counted_in.eq(Some(edition)))
            .execute(conn)?;
    }
    Ok(())
}
