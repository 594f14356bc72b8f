//! What people later did at work: one value per person, criterion and date. Read for aggregates, and for the person's
//! own download; nothing that makes a score or a ranking asks here.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, outcomes, scores};

/// An outcome.
#[derive(Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = outcomes)]
pub struct OutcomeRow {
    /// The attempt.
    pub attempt_id: String,
    /// `performance`, `retained`, `retention_days` or `customer_satisfaction`.
    pub criterion: String,
    /// The day that it is of.
    pub measured_on: NaiveDate,
    /// Whose.
    pub organisation_id: String,
    /// The campaign of the attempt.
    pub campaign_id: String,
    /// The value; 0 or 1 for yes or no.
    pub value: f64,
    /// The import that brought it.
    pub import_id: String,
    /// Who imported it.
    pub imported_by: Option<String>,
    /// When, UTC.
    pub imported_at: NaiveDateTime,
}

// What is known of a person's work never reaches a log by accident.
impl std::fmt::Debug for OutcomeRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OutcomeRow").field("import_id", &self.import_id).finish_non_exhaustive()
    }
}

/// Whom a line of an import may name.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedRow {
    /// The id in exports.
    pub public_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// Its campaign.
    pub campaign_id: String,
    /// `started`, `finished` or `expired`.
    pub state: String,
    /// When it was erased, UTC.
    pub erased_at: Option<NaiveDateTime>,
    /// The pack row of the campaign.
    pub pack_row_id: String,
    /// The form of the campaign.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// When the campaign was made, UTC.
    pub campaign_made_at: NaiveDateTime,
}

/// A person's score with an outcome.
#[derive(Clone, PartialEq, Queryable)]
pub struct ScoredOutcomeRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its campaign.
    pub campaign_id: String,
    /// The criterion.
    pub criterion: String,
    /// The day that it is of.
    pub measured_on: NaiveDate,
    /// The outcome.
    pub value: f64,
    /// The score, under the campaign's own weights where it has chosen some.
    pub score: Option<f64>,
    /// The plain score, where the campaign has chosen weights.
    pub plain_score: Option<f64>,
}

/// One import, as far as it still stands.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ImportRow {
    /// Its id.
    pub import_id: String,
    /// When, UTC.
    pub imported_at: NaiveDateTime,
    /// Values that stand.
    pub n: i64,
}

/// The attempts of an organisation that some ids of exports name.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn named(
    conn: &mut DbConn,
    organisation: &str,
    public_ids: &[String],
) -> Result<Vec<NamedRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in public_ids.chunks(1_000) {
        found.extend(
            attempts::table
                .inner_join(campaigns::table)
                .filter(attempts::organisation_id.eq(organisation))
                .filter(attempts::public_id.eq_any(chunk))
                .select((
                    attempts::public_id,
                    attempts::id,
                    attempts::campaign_id,
                    attempts::state,
                    attempts::erased_at,
                    campaigns::pack_row_id,
                    campaigns::form_id,
                    campaigns::form_version,
                    campaigns::created_at,
                ))
                .load::<NamedRow>(conn)?,
        );
    }
    Ok(found)
}

/// The criteria and days of which some attempts have an outcome.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn known(
    conn: &mut DbConn,
    attempt_ids: &[String],
) -> Result<Vec<(String, String, NaiveDate)>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempt_ids.chunks(1_000) {
        found.extend(
            outcomes::table
                .filter(outcomes::attempt_id.eq_any(chunk))
                .select((outcomes::attempt_id, outcomes::criterion, outcomes::measured_on))
                .load::<(String, String, NaiveDate)>(conn)?,
        );
    }
    Ok(found)
}

/// Adds many outcomes.
///
/// # Errors
/// [`StoreError::Duplicate`] when a person has one of this criterion and day.
pub fn insert_many(conn: &mut DbConn, rows: &[OutcomeRow]) -> Result<(), StoreError> {
    // 9 columns a row: 500 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(500) {
        match conn {
            DbConn::Postgres(inner) => diesel::insert_into(outcomes::table).values(chunk).execute(inner)?,
            DbConn::Sqlite(inner) => diesel::insert_into(outcomes::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// At most `limit` outcomes of an attempt, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<OutcomeRow>, StoreError> {
    Ok(outcomes::table
        .filter(outcomes::attempt_id.eq(attempt))
        .order((outcomes::measured_on.asc(), outcomes::criterion.asc()))
        .limit(limit)
        .load::<OutcomeRow>(conn)?)
}

/// At most `limit` outcomes of people with a score under a snapshot that may be ranked, by attempt, criterion and day.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn with_scores(
    conn: &mut DbConn,
    organisation: &str,
    snapshot: &str,
    limit: i64,
) -> Result<Vec<ScoredOutcomeRow>, StoreError> {
    Ok(outcomes::table
        .inner_join(attempts::table.inner_join(scores::table))
        .filter(outcomes::organisation_id.eq(organisation))
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::unranked_reason.is_null())
        .filter(attempts::erased_at.is_null())
        .order((outcomes::attempt_id.asc(), outcomes::criterion.asc(), outcomes::measured_on.asc()))
        .limit(limit)
        .select((
            outcomes::attempt_id,
            outcomes::campaign_id,
            outcomes::criterion,
            outcomes::measured_on,
            outcomes::value,
            scores::score,
            scores::plain_score,
        ))
        .load::<ScoredOutcomeRow>(conn)?)
}

/// At most `limit` imports of which values of some campaigns stand, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn imports(
    conn: &mut DbConn,
    organisation: &str,
    campaign_ids: &[String],
    limit: i64,
) -> Result<Vec<ImportRow>, StoreError> {
    Ok(outcomes::table
        .filter(outcomes::organisation_id.eq(organisation))
        .filter(outcomes::campaign_id.eq_any(campaign_ids))
        .group_by((outcomes::import_id, outcomes::imported_at))
        .order((outcomes::imported_at.desc(), outcomes::import_id.desc()))
        .limit(limit)
        .select((outcomes::import_id, outcomes::imported_at, diesel::dsl::count_star()))
        .load::<ImportRow>(conn)?)
}

/// Deletes what an import brought; how many values that was.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn delete_import(conn: &mut DbConn, organisation: &str, import: &str) -> Result<usize, StoreError> {
    Ok(diesel::delete(
        outcomes::table
            .filter(outcomes::organisation_id.eq(organisation))
            .filter(outcomes::import_id.eq(import)),
    )
    .execute(conn)?)
}

/// Deletes the outcomes of an attempt: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_attempt(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(outcomes::table.filter(outcomes::attempt_id.eq(attempt))).execute(conn)?;
    Ok(())
}
