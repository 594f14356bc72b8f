//! Scores: rows of numbers that name their key and snapshot. Never overwritten; only an erasure deletes them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::attempts::AttemptRow;
use crate::schema::{attempts, campaigns, ranking_rows, ranking_versions, scores};

/// The score of one attempt under one key and one snapshot.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = scores)]
pub struct ScoreRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The key.
    pub key_row_id: String,
    /// The frozen statistics.
    pub snapshot_id: String,
    /// The score, 0 to 100; nothing when no answer was given.
    pub score: Option<f64>,
    /// Its standard error of measurement, points.
    pub sem: Option<f64>,
    /// Lower 95 % limit, 0 to 100.
    pub low: Option<f64>,
    /// Upper 95 % limit, 0 to 100.
    pub high: Option<f64>,
    /// Scored actions of the form: answered, counted 0 and left out.
    pub n_scored: i32,
    /// Scored actions answered.
    pub n_answered: i32,
    /// Scored actions shown and left blank.
    pub n_counted_zero: i32,
    /// Scored actions never shown.
    pub n_left_out: i32,
    /// Scenarios with a scored action.
    pub n_scenarios: i32,
    /// Those with at least one answer.
    pub n_scenarios_answered: i32,
    /// `too_few_answers` or `nothing_answered`; nothing when the score may be ranked.
    pub unranked_reason: Option<String>,
    /// JSON: the score of each scored scenario, 0 to 100, `null` when never shown.
    pub scenario_scores: String,
    /// JSON: per scored scenario and family, half points and actions counted.
    pub family_half_points: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// The score with every family at its share, where the campaign has chosen other weights.
    pub plain_score: Option<f64>,
}

/// What a ranking needs of a score.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct RankableRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its place among people who are not told apart.
    pub random_order: i64,
    /// The score.
    pub score: Option<f64>,
    /// Its standard error.
    pub sem: Option<f64>,
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
    /// Why it is not ranked.
    pub unranked_reason: Option<String>,
}

/// What a snapshot needs of a score.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct MeasuredRow {
    /// The score, 0 to 100.
    pub score: Option<f64>,
    /// The plain one, where `score` is weighted.
    pub plain_score: Option<f64>,
    /// JSON, as in [`ScoreRow`].
    pub scenario_scores: String,
    /// JSON, as in [`ScoreRow`].
    pub family_half_points: String,
}

/// Adds a score.
///
/// # Errors
/// [`StoreError::Duplicate`] when the attempt has a score under this key and snapshot.
pub fn insert(conn: &mut DbConn, row: &ScoreRow) -> Result<(), StoreError> {
    diesel::insert_into(scores::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds many scores.
///
/// # Errors
/// [`StoreError::Duplicate`] when one of the attempts has a score under this key and snapshot.
pub fn insert_many(conn: &mut DbConn, rows: &[ScoreRow]) -> Result<(), StoreError> {
    // 21 columns a row: 500 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(500) {
        match conn {
            DbConn::Postgres(inner) => diesel::insert_into(scores::table).values(chunk).execute(inner)?,
            DbConn::Sqlite(inner) => diesel::insert_into(scores::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// The score of an attempt under a key and a snapshot.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(
    conn: &mut DbConn,
    attempt: &str,
    key: &str,
    snapshot: &str,
) -> Result<Option<ScoreRow>, StoreError> {
    Ok(scores::table
        .filter(scores::attempt_id.eq(attempt))
        .filter(scores::key_row_id.eq(key))
        .filter(scores::snapshot_id.eq(snapshot))
        .first::<ScoreRow>(conn)
        .optional()?)
}

/// The scores of some attempts under a snapshot, in no order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempts(
    conn: &mut DbConn,
    snapshot: &str,
    attempt_ids: &[String],
) -> Result<Vec<ScoreRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in attempt_ids.chunks(1_000) {
        found.extend(
            scores::table
                .filter(scores::attempt_id.eq_any(chunk))
                .filter(scores::snapshot_id.eq(snapshot))
                .load::<ScoreRow>(conn)?,
        );
    }
    Ok(found)
}

/// The newest score of an attempt, whatever its key and snapshot.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest(conn: &mut DbConn, attempt: &str) -> Result<Option<ScoreRow>, StoreError> {
    Ok(scores::table
        .filter(scores::attempt_id.eq(attempt))
        .order((scores::created_at.desc(), scores::id.desc()))
        .first::<ScoreRow>(conn)
        .optional()?)
}

/// At most `limit` scores of an attempt, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest_of_attempt(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<ScoreRow>, StoreError> {
    Ok(scores::table
        .filter(scores::attempt_id.eq(attempt))
        .order((scores::created_at.desc(), scores::id.desc()))
        .limit(limit)
        .load::<ScoreRow>(conn)?)
}

/// At most `limit` scores of an attempt, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_attempt(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<ScoreRow>, StoreError> {
    Ok(scores::table
        .filter(scores::attempt_id.eq(attempt))
        .order((scores::created_at.asc(), scores::id.asc()))
        .limit(limit)
        .load::<ScoreRow>(conn)?)
}

/// At most `limit` scores of a campaign under a snapshot (which names its key), in the order of their attempts.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_ranking(
    conn: &mut DbConn,
    campaign: &str,
    snapshot: &str,
    limit: i64,
) -> Result<Vec<RankableRow>, StoreError> {
    Ok(scores::table
        .inner_join(attempts::table)
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::campaign_id.eq(campaign))
        .filter(attempts::erased_at.is_null())
        .order(scores::attempt_id.asc())
        .limit(limit)
        .select((
            scores::attempt_id,
            attempts::random_order,
            scores::score,
            scores::sem,
            scores::low,
            scores::high,
            scores::unranked_reason,
        ))
        .load::<RankableRow>(conn)?)
}

/// At most `limit` scores of a campaign that no ranking of their snapshot shows, after an id, in the order of ids.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn outside_rankings(
    conn: &mut DbConn,
    campaign: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ScoreRow>, StoreError> {
    let shown = ranking_rows::table
        .inner_join(ranking_versions::table.on(ranking_versions::id.eq(ranking_rows::ranking_version_id)))
        .filter(ranking_rows::attempt_id.eq(scores::attempt_id.nullable()))
        .filter(ranking_versions::snapshot_id.eq(scores::snapshot_id));
    Ok(scores::table
        .filter(scores::campaign_id.eq(campaign))
        .filter(scores::id.gt(after))
        .filter(diesel::dsl::not(diesel::dsl::exists(shown)))
        .order(scores::id.asc())
        .limit(limit)
        .load::<ScoreRow>(conn)?)
}

/// How many scores a campaign has under a snapshot.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_in_campaign(conn: &mut DbConn, campaign: &str, snapshot: &str) -> Result<i64, StoreError> {
    Ok(scores::table
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::campaign_id.eq(campaign))
        .count()
        .get_result(conn)?)
}

/// How many scores there are under a snapshot, ranked or not, finished or expired.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_in_snapshot(conn: &mut DbConn, snapshot: &str) -> Result<i64, StoreError> {
    Ok(scores::table.filter(scores::snapshot_id.eq(snapshot)).count().get_result(conn)?)
}

/// How many finished attempts have a score under a snapshot that may be ranked: those that a new one describes.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_measured(conn: &mut DbConn, snapshot: &str) -> Result<i64, StoreError> {
    Ok(scores::table
        .inner_join(attempts::table)
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::unranked_reason.is_null())
        .filter(attempts::state.eq("finished"))
        .filter(attempts::erased_at.is_null())
        .count()
        .get_result(conn)?)
}

/// At most `limit` of the scores that [`count_measured`] counts, in the order of their attempts.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn measured(conn: &mut DbConn, snapshot: &str, limit: i64) -> Result<Vec<MeasuredRow>, StoreError> {
    Ok(scores::table
        .inner_join(attempts::table)
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::unranked_reason.is_null())
        .filter(attempts::state.eq("finished"))
        .filter(attempts::erased_at.is_null())
        .order(scores::attempt_id.asc())
        .limit(limit)
        .select((scores::score, scores::plain_score, scores::scenario_scores, scores::family_half_points))
        .load::<MeasuredRow>(conn)?)
}

/// The attempts of one form that a snapshot is about.
#[derive(Clone, Copy, Debug)]
pub struct FormOf<'a> {
    /// Whose.
    pub organisation: &'a str,
    /// The pack row.
    pub pack_row: &'a str,
    /// The form.
    pub form: &'a str,
    /// Its version.
    pub form_version: i32,
    /// The key that campaigns are scored with.
    pub key_row: &'a str,
}

/// At most `limit` finished or expired attempts of a form and key without a score under `snapshot`, by id from
/// `after` on.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn attempts_without(
    conn: &mut DbConn,
    of: FormOf<'_>,
    snapshot: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<AttemptRow>, StoreError> {
    let scored = scores::table
        .filter(scores::snapshot_id.eq(snapshot))
        .filter(scores::key_row_id.eq(of.key_row))
        .filter(scores::attempt_id.eq(attempts::id));
    Ok(attempts::table
        .inner_join(campaigns::table)
        .filter(campaigns::organisation_id.eq(of.organisation))
        .filter(campaigns::pack_row_id.eq(of.pack_row))
        .filter(campaigns::form_id.eq(of.form))
        .filter(campaigns::form_version.eq(of.form_version))
        .filter(campaigns::key_row_id.eq(of.key_row))
        .filter(attempts::state.ne("started"))
        .filter(attempts::erased_at.is_null())
        .filter(attempts::id.gt(after))
        .filter(diesel::dsl::not(diesel::dsl::exists(scored)))
        .order(attempts::id.asc())
        .limit(limit)
        .select(attempts::all_columns)
        .load::<AttemptRow>(conn)?)
}

/// Those of some attempts that have not been erased; they cannot be erased before the transaction ends.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock_present(conn: &mut DbConn, attempt_ids: &[&str]) -> Result<Vec<String>, StoreError> {
    let query = attempts::table
        .filter(attempts::id.eq_any(attempt_ids))
        .filter(attempts::erased_at.is_null())
        .order(attempts::id.asc())
        .select(attempts::id);
    Ok(match conn {
        DbConn::Postgres(inner) => query.for_share().load::<String>(inner)?,
        DbConn::Sqlite(inner) => query.load::<String>(inner)?,
    })
}

/// Has a campaign scored with another key from now on.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_campaign_key(conn: &mut DbConn, campaign: &str, key: &str) -> Result<(), StoreError> {
    diesel::update(campaigns::table.find(campaign)).set(campaigns::key_row_id.eq(key)).execute(conn)?;
    Ok(())
}
