//! What the tables of others hold about one candidate: for the download that the candidate has a right to.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::audit_rows::AuditRow;
use crate::repo::mails::MailRow;
use crate::schema::{audit_addresses, audit_rows, mails, ranking_rows, ranking_versions};

/// At most `limit` mails of an invitation, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn mails_of(conn: &mut DbConn, invitation: &str, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    Ok(mails::table
        .filter(mails::invitation_id.eq(invitation))
        .order((mails::created_at.asc(), mails::id.asc()))
        .limit(limit)
        .load::<MailRow>(conn)?)
}

/// At most `limit` audit rows of an organisation that name one of these ids as what was acted on or who acted, oldest
/// first, each with the network address beside it.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn audit_about(
    conn: &mut DbConn,
    organisation: &str,
    ids: &[&str],
    limit: i64,
) -> Result<Vec<(AuditRow, Option<String>)>, StoreError> {
    let beside = audit_addresses::organisation_id
        .eq(audit_rows::organisation_id)
        .and(audit_addresses::sequence.eq(audit_rows::sequence));
    Ok(audit_rows::table
        .left_join(audit_addresses::table.on(beside))
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::entity_id.eq_any(ids).or(audit_rows::actor_id.eq_any(ids)))
        .order(audit_rows::sequence.asc())
        .limit(limit)
        .select((audit_rows::all_columns, audit_addresses::address.nullable()))
        .load::<(AuditRow, Option<String>)>(conn)?)
}

/// Where an attempt stands in a published ranking.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct RankedIn {
    /// When the ranking was made, UTC.
    pub made_at: NaiveDateTime,
    /// How many people it ranks.
    pub n_ranked: i32,
    /// The group of candidates that a score does not separate.
    pub band: Option<i32>,
    /// The best rank that is not excluded.
    pub rank_low: Option<i32>,
    /// The worst rank that is not excluded.
    pub rank_high: Option<i32>,
    /// Why there is no rank.
    pub unranked_reason: Option<String>,
}

/// At most `limit` published rankings that hold an attempt, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn rankings_of(conn: &mut DbConn, attempt: &str, limit: i64) -> Result<Vec<RankedIn>, StoreError> {
    Ok(ranking_rows::table
        .inner_join(ranking_versions::table.on(ranking_versions::id.eq(ranking_rows::ranking_version_id)))
        .filter(ranking_rows::attempt_id.eq(attempt))
        .order((ranking_versions::made_at.asc(), ranking_versions::id.asc()))
        .limit(limit)
        .select((
            ranking_versions::made_at,
            ranking_versions::n_ranked,
            ranking_rows::band,
            ranking_rows::rank_low,
            ranking_rows::rank_high,
            ranking_rows::unranked_reason,
        ))
        .load::<RankedIn>(conn)?)
}
