//! Response events: one row per answer given or changed, appended and never altered. The one with the highest
//! sequence of an action counts. Only an erasure takes them away, which the database checks by a trigger.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{response_events, scores};

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = response_events)]
pub struct ResponseEventRow {
    /// The attempt.
    pub attempt_id: String,
    /// The number of the action in the form.
    pub item: i32,
    /// The epoch that wrote it.
    pub epoch: i32,
    /// Its sequence, growing per action.
    pub sequence: i32,
    /// The number given, 1 to 4.
    pub value: i16,
    /// The language that was shown.
    pub language: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What was written, for an open answer.
    pub text: Option<String>,
}

/// More answers than a form has actions times the changes of mind anyone has.
pub const MOST_EVENTS: i64 = 100_000;

/// All events of an attempt, by action and sequence.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str) -> Result<Vec<ResponseEventRow>, StoreError> {
    Ok(response_events::table
        .filter(response_events::attempt_id.eq(attempt))
        .order((response_events::item.asc(), response_events::sequence.asc(), response_events::epoch.asc()))
        .limit(MOST_EVENTS)
        .load::<ResponseEventRow>(conn)?)
}

/// An attempt with the first and the last by name of the languages of its answers: the same when it never switched.
pub type LanguagesOfAttempt = (String, Option<String>, Option<String>);

/// The languages of the answers of at most `limit` attempts of some campaigns that have a score under a snapshot, by
/// attempt.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn languages_of_snapshot(
    conn: &mut DbConn,
    snapshot: &str,
    campaigns: &[&str],
    limit: i64,
) -> Result<Vec<LanguagesOfAttempt>, StoreError> {
    let scored = scores::table
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::campaign_id.eq_any(campaigns))
        .select(scores::attempt_id);
    Ok(response_events::table
        .filter(response_events::attempt_id.eq_any(scored))
        .group_by(response_events::attempt_id)
        .order(response_events::attempt_id.asc())
        .limit(limit)
        .select((
            response_events::attempt_id,
            diesel::dsl::min(response_events::language),
            diesel::dsl::max(response_events::language),
        ))
        .load::<LanguagesOfAttempt>(conn)?)
}

/// The events of the actions `first` to `last` of an attempt, by action and sequence.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_actions(
    conn: &mut DbConn,
    attempt: &str,
    first: i32,
    last: i32,
) -> Result<Vec<ResponseEventRow>, StoreError> {
    Ok(response_events::table
        .filter(response_events::attempt_id.eq(attempt))
        .filter(response_events::item.between(first, last))
        .order((response_events::item.asc(), response_events::sequence.asc(), response_events::epoch.asc()))
        .limit(MOST_EVENTS)
        .load::<ResponseEventRow>(conn)?)
}

/// All events of some attempts, each attempt's in the order of their sequences.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempts(conn: &mut DbConn, attempt_ids: &[String]) -> Result<Vec<ResponseEventRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempt_ids.chunks(1_000) {
        found.extend(
            response_events::table
                .filter(response_events::attempt_id.eq_any(chunk))
                .order((
                    response_events::attempt_id.asc(),
                    response_events::sequence.asc(),
                    response_events::epoch.asc(),
                ))
                .load::<ResponseEventRow>(conn)?,
        );
    }
    Ok(found)
}

/// The events of exactly these actions of these attempts, in no order; with one statement.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_pairs(conn: &mut DbConn, pairs: &[(&str, i32)]) -> Result<Vec<ResponseEventRow>, StoreError> {
    use diesel::sql_types::{Integer, Text};
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = String::from(
        "SELECT attempt_id, item, epoch, sequence, value, language, at, text FROM response_events \
         WHERE (attempt_id, item) IN (VALUES ",
    );
    for index in 0..pairs.len() {
        sql.push_str(if index == 0 { "" } else { ", " });
        match conn {
            DbConn::Postgres(_) => sql.push_str(&format!("(${}, ${})", index * 2 + 1, index * 2 + 2)),
            DbConn::Sqlite(_) => sql.push_str("(?, ?)"),
        }
    }
    sql.push(')');
    macro_rules! run {
        ($inner:expr) => {{
            let mut query = diesel::sql_query(sql).into_boxed();
            for (attempt, item) in pairs {
                query = query.bind::<Text, _>(*attempt).bind::<Integer, _>(*item);
            }
            query.load::<ResponseEventRow>($inner)?
        }};
    }
    Ok(match conn {
        DbConn::Postgres(inner) => run!(inner),
        DbConn::Sqlite(inner) => run!(inner),
    })
}

/// The newest events of one action of an attempt, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest(
    conn: &mut DbConn,
    attempt: &str,
    item: i32,
    most: i64,
) -> Result<Vec<ResponseEventRow>, StoreError> {
    Ok(response_events::table
        .filter(response_events::attempt_id.eq(attempt))
        .filter(response_events::item.eq(item))
        .order((response_events::sequence.desc(), response_events::epoch.desc()))
        .limit(most)
        .load::<ResponseEventRow>(conn)?)
}

/// Appends events with one statement per 2,000.
///
/// # Errors
/// [`StoreError::Duplicate`] when one of them is there already; then none is kept.
pub fn insert_many(conn: &mut DbConn, rows: &[ResponseEventRow]) -> Result<(), StoreError> {
    // 8 columns a row: 2,000 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(2_000) {
        match conn {
            DbConn::Postgres(inner) => {
                diesel::insert_into(response_events::table).values(chunk).execute(inner)?
            }
            DbConn::Sqlite(inner) => {
                diesel::insert_into(response_events::table).values(chunk).execute(inner)?
            }
        };
    }
    Ok(())
}

/// Takes the events of an erased attempt away.
///
/// # Errors
/// [`StoreError`] when the attempt is not listed in `erasures`, or the database refuses.
pub fn delete_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(response_events::table.filter(response_events::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
