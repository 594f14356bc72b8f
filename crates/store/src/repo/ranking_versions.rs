//! Ranking versions: the headers of published states of a ranking. They stay; their rows may be pruned.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::campaigns::CampaignRow;
use crate::schema::{attempts, campaigns, decisions, invitations, ranking_rows, ranking_versions};

/// The header of a ranking version.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = ranking_versions)]
pub struct RankingVersionRow {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Its number in the campaign, from 1.
    pub sequence: i32,
    /// The key.
    pub key_row_id: String,
    /// The one snapshot that its scores refer to.
    pub snapshot_id: String,
    /// People who had finished or expired.
    pub n_finished: i32,
    /// Those of them who are ranked.
    pub n_ranked: i32,
    /// Standard error of the complete form, points: the bands' width follows from it.
    pub sem: f64,
    /// `job`, `close` or `rescore`.
    pub reason: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
    /// `pairwise` or `rank_sets`: what the ranks of its rows are.
    pub rank_method: String,
}

/// Adds a version.
///
/// # Errors
/// [`StoreError::Duplicate`] when the number is taken.
pub fn insert(conn: &mut DbConn, row: &RankingVersionRow) -> Result<(), StoreError> {
    diesel::insert_into(ranking_versions::table).values(row).execute(conn)?;
    Ok(())
}

/// The newest version of a campaign.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest(conn: &mut DbConn, campaign: &str) -> Result<Option<RankingVersionRow>, StoreError> {
    Ok(ranking_versions::table
        .filter(ranking_versions::campaign_id.eq(campaign))
        .order(ranking_versions::sequence.desc())
        .first::<RankingVersionRow>(conn)
        .optional()?)
}

/// A version of a campaign by its number.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn by_sequence(
    conn: &mut DbConn,
    campaign: &str,
    sequence: i32,
) -> Result<Option<RankingVersionRow>, StoreError> {
    Ok(ranking_versions::table
        .filter(ranking_versions::campaign_id.eq(campaign))
        .filter(ranking_versions::sequence.eq(sequence))
        .first::<RankingVersionRow>(conn)
        .optional()?)
}

/// A version by its id, for a row already in hand that names it.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub fn load(conn: &mut DbConn, id: &str) -> Result<RankingVersionRow, StoreError> {
    Ok(ranking_versions::table.find(id).first::<RankingVersionRow>(conn)?)
}

/// At most `limit` versions of a campaign, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<RankingVersionRow>, StoreError> {
    Ok(ranking_versions::table
        .filter(ranking_versions::campaign_id.eq(campaign))
        .order(ranking_versions::sequence.desc())
        .limit(limit)
        .load::<RankingVersionRow>(conn)?)
}

/// Whether a campaign has the version that its closing makes.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn has_closing(conn: &mut DbConn, campaign: &str) -> Result<bool, StoreError> {
    let closing = ranking_versions::table
        .filter(ranking_versions::campaign_id.eq(campaign))
        .filter(ranking_versions::reason.eq("close"));
    Ok(diesel::select(diesel::dsl::exists(closing)).get_result(conn)?)
}

/// Those of some versions that still have rows and that no decision names, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn prunable(conn: &mut DbConn, among: &[String]) -> Result<Vec<String>, StoreError> {
    let named = decisions::table.filter(decisions::ranking_version_id.eq(ranking_versions::id.nullable()));
    let filled = ranking_rows::table.filter(ranking_rows::ranking_version_id.eq(ranking_versions::id));
    Ok(ranking_versions::table
        .filter(ranking_versions::id.eq_any(among))
        .filter(diesel::dsl::exists(filled))
        .filter(diesel::dsl::not(diesel::dsl::exists(named)))
        .order(ranking_versions::sequence.asc())
        .select(ranking_versions::id)
        .load::<String>(conn)?)
}

/// At most `limit` campaigns that hold people, by id from `after` on: those whose ranking may have to follow.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn followed_campaigns(
    conn: &mut DbConn,
    after: &str,
    limit: i64,
) -> Result<Vec<CampaignRow>, StoreError> {
    Ok(campaigns::table
        .filter(campaigns::people_erased_at.is_null())
        .filter(campaigns::id.gt(after))
        .order(campaigns::id.asc())
        .limit(limit)
        .load::<CampaignRow>(conn)?)
}

/// How many attempts of a campaign have ended, those of erased people included: answered from an index.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_ended(conn: &mut DbConn, campaign: &str) -> Result<i64, StoreError> {
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.eq_any(["finished", "expired"]))
        .count()
        .get_result(conn)?)
}

/// How many people have been invited to a campaign, those erased since included: answered from an index.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_invited(conn: &mut DbConn, campaign: &str) -> Result<i64, StoreError> {
    Ok(invitations::table.filter(invitations::campaign_id.eq(campaign)).count().get_result(conn)?)
}

/// Whether somebody is still sitting the test of a campaign.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn has_running(conn: &mut DbConn, campaign: &str) -> Result<bool, StoreError> {
    let running = attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.eq("started"))
        .filter(attempts::erased_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(running)).get_result(conn)?)
}
