//! Decisions by people, appended and never changed.
//!
//! An insert asks for a [`PersonsAct`], which only a live session of the deciding person gives: no job, rule or
//! import has one.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, decisions, ranking_rows, sessions, users};

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = decisions)]
pub struct DecisionRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The ranking version that the person saw.
    pub ranking_version_id: Option<String>,
    /// What was decided.
    pub code: String,
    /// The reason, until erased.
    pub reason: Option<String>,
    /// Who decided; nobody for a candidate's own withdrawal.
    pub user_id: Option<String>,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// The campaign's own stage that was chosen.
    pub stage_id: Option<String>,
}

/// A decision with the name of who made it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ToldDecisionRow {
    /// The decision.
    pub decision: DecisionRow,
    /// The name of the person.
    pub user_name: Option<String>,
}

/// The proof that a signed-in person acts.
#[derive(Debug)]
pub struct PersonsAct {
    user_id: String,
}

impl PersonsAct {
    /// The proof that a live session gives.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the session is not that person's, or is over.
    pub fn of_session(
        conn: &mut DbConn,
        session: &str,
        user: &str,
        now: NaiveDateTime,
    ) -> Result<Self, StoreError> {
        let user_id = sessions::table
            .inner_join(users::table)
            .filter(sessions::id.eq(session))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(now))
            .filter(users::removed_at.is_null())
            .select(sessions::user_id)
            .first::<String>(conn)?;
        Ok(Self { user_id })
    }
}

/// What a person decided about one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision<'a> {
    /// Id.
    pub id: String,
    /// The organisation.
    pub organisation: &'a str,
    /// The campaign.
    pub campaign: &'a str,
    /// The attempt.
    pub attempt: &'a str,
    /// The ranking version that the person saw.
    pub ranking_version: Option<&'a str>,
    /// What was decided.
    pub code: &'a str,
    /// The campaign's own stage that was chosen.
    pub stage: Option<&'a str>,
    /// The reason.
    pub reason: Option<&'a str>,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Adds a person's decision and shows it on the attempt.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has no such attempt.
pub fn insert(conn: &mut DbConn, act: PersonsAct, new: &NewDecision<'_>) -> Result<(), StoreError> {
    let changed = diesel::update(
        attempts::table
            .find(new.attempt)
            .filter(attempts::organisation_id.eq(new.organisation))
            .filter(attempts::campaign_id.eq(new.campaign)),
    )
    .set(attempts::decision.eq(new.code))
    .execute(conn)?;
    if changed != 1 {
        return Err(StoreError::NotFound);
    }
    let row = DecisionRow {
        id: new.id.clone(),
        organisation_id: new.organisation.to_owned(),
        campaign_id: new.campaign.to_owned(),
        attempt_id: new.attempt.to_owned(),
        ranking_version_id: new.ranking_version.map(str::to_owned),
        code: new.code.to_owned(),
        reason: new.reason.map(str::to_owned),
        user_id: Some(act.user_id),
        created_at: new.at,
        stage_id: new.stage.map(str::to_owned),
    };
    diesel::insert_into(decisions::table).values(&row).execute(conn)?;
    Ok(())
}

/// At most `limit` decisions about an attempt with the names of who made them, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<ToldDecisionRow>, StoreError> {
    Ok(decisions::table
        .left_join(users::table.on(users::id.nullable().eq(decisions::user_id)))
        .filter(decisions::attempt_id.eq(attempt))
        .order((decisions::created_at.desc(), decisions::id.desc()))
        .limit(limit)
        .select((decisions::all_columns, users::name.nullable()))
        .load::<ToldDecisionRow>(conn)?)
}

/// Whether a person has decided about an attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn has_own(conn: &mut DbConn, attempt: &str, user: &str) -> Result<bool, StoreError> {
    let own = decisions::table.filter(decisions::attempt_id.eq(attempt)).filter(decisions::user_id.eq(user));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
}

/// Whether somebody has decided about an attempt since a time.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_newer_than(conn: &mut DbConn, attempt: &str, since: NaiveDateTime) -> Result<bool, StoreError> {
    let newer =
        decisions::table.filter(decisions::attempt_id.eq(attempt)).filter(decisions::created_at.gt(since));
    Ok(diesel::select(diesel::dsl::exists(newer)).get_result(conn)?)
}

/// A decision with the group of its person in the ranking version that it names.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct DecidedRow {
    /// The attempt.
    pub attempt_id: String,
    /// What was decided.
    pub code: String,
    /// Who decided.
    pub user_id: Option<String>,
    /// The group, where that version has one.
    pub band: Option<i32>,
}

/// At most `limit` decisions of a campaign, erased people left out, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_campaign(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<DecidedRow>, StoreError> {
    let seen = ranking_rows::attempt_id
        .eq(decisions::attempt_id.nullable())
        .and(decisions::ranking_version_id.eq(ranking_rows::ranking_version_id.nullable()));
    Ok(decisions::table
        .inner_join(attempts::table)
        .left_join(ranking_rows::table.on(seen))
        .filter(decisions::campaign_id.eq(campaign))
        .filter(attempts::erased_at.is_null())
        .order((decisions::created_at.asc(), decisions::id.asc()))
        .limit(limit)
        .select((decisions::attempt_id, decisions::code, decisions::user_id, ranking_rows::band.nullable()))
        .load::<DecidedRow>(conn)?)
}

/// How many decisions somebody recorded.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct DeciderRow {
    /// Who; nobody for a candidate's own withdrawals.
    pub user_id: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// How many.
    pub decisions: i64,
}

/// How many decisions of a campaign each person recorded, erased people left out, the most first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn by_person(conn: &mut DbConn, campaign: &str) -> Result<Vec<DeciderRow>, StoreError> {
    let mut rows = decisions::table
        .inner_join(attempts::table)
        .left_join(users::table.on(users::id.nullable().eq(decisions::user_id)))
        .filter(decisions::campaign_id.eq(campaign))
        .filter(attempts::erased_at.is_null())
        .group_by((decisions::user_id, users::name))
        .select((decisions::user_id, users::name.nullable(), diesel::dsl::count_star()))
        .load::<DeciderRow>(conn)?;
    let key = |row: &DeciderRow| (std::cmp::Reverse(row.decisions), row.name.clone(), row.user_id.clone());
    rows.sort_by_cached_key(key);
    Ok(rows)
}

/// Which of some attempts a person has decided about.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn own_among(conn: &mut DbConn, user: &str, among: &[String]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for chunk in among.chunks(1_000) {
        found.extend(
            decisions::table
                .filter(decisions::user_id.eq(user))
                .filter(decisions::attempt_id.eq_any(chunk))
                .select(decisions::attempt_id)
                .distinct()
                .load::<String>(conn)?,
        );
    }
    Ok(found)
}
