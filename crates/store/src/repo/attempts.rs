//! Attempts: one sitting of a form. What a candidate's request needs is read in one query, with the invitation, the
//! campaign and the organisation; whatever changes an attempt locks its row first.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::repo::campaigns::CampaignRow;
use crate::repo::invitations::InvitationRow;
use crate::repo::organisations::OrganisationRow;
use crate::schema::{attempts, campaigns, invitations, organisations};

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = attempts)]
pub struct AttemptRow {
    /// Id.
    pub id: String,
    /// The random id of blind addresses and of forms.
    pub public_id: String,
    /// Whose campaign.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Whose link.
    pub invitation_id: String,
    /// The number of the blind name, unique in the campaign.
    pub tree_number: i32,
    /// The place in the random order of the campaign.
    pub random_order: i64,
    /// `started`, `finished` or `expired`.
    pub state: String,
    /// The language that was chosen last.
    pub language: String,
    /// The version of the notice that was accepted.
    pub notice_version: i32,
    /// When it was accepted, UTC.
    pub accepted_at: NaiveDateTime,
    /// The seed of the orders of actions.
    pub shuffle_seed: i64,
    /// The orders of actions, as `domain::form::ActionOrders` writes them.
    pub action_orders: String,
    /// The writer epoch.
    pub epoch: i32,
    /// The number of the place where the candidate is.
    pub position: i32,
    /// The number of the furthest place that a POST has moved the attempt to.
    pub shown: i32,
    /// One bit per flagged scenario: bit n for scenario n.
    pub flags: i64,
    /// Time at work, in milliseconds: gaps between two requests, each counted with 5 minutes at most.
    pub active_ms: i64,
    /// When it began, UTC.
    pub started_at: NaiveDateTime,
    /// When the candidate was last heard of, UTC.
    pub last_seen_at: NaiveDateTime,
    /// When it was finished or expired, UTC.
    pub finished_at: Option<NaiveDateTime>,
    /// The canonical JSON of the receipt.
    pub receipt: Option<String>,
    /// The code of the receipt.
    pub receipt_code: Option<String>,
    /// The key that signed it.
    pub receipt_key_id: Option<String>,
    /// The answer to the satisfaction question, 1 to 4.
    pub satisfaction: Option<i16>,
    /// The code of the decision that stands.
    pub decision: Option<String>,
    /// When the person was erased, UTC.
    pub erased_at: Option<NaiveDateTime>,
}

/// An attempt with everything that decides what its candidate may see and do.
#[derive(Clone, Debug)]
pub struct HeldAttempt {
    /// The attempt.
    pub attempt: AttemptRow,
    /// Whose link it is.
    pub invitation: InvitationRow,
    /// Its campaign.
    pub campaign: CampaignRow,
    /// Who asks.
    pub organisation: OrganisationRow,
}

/// Adds an attempt.
///
/// # Errors
/// [`StoreError::Duplicate`] when the invitation has one already, or the tree number is taken.
pub fn insert(conn: &mut DbConn, row: &AttemptRow) -> Result<(), StoreError> {
    diesel::insert_into(attempts::table).values(row).execute(conn)?;
    Ok(())
}

/// The attempt of an invitation with all that belongs to it, in one query.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn held_by(conn: &mut DbConn, invitation: &str) -> Result<Option<HeldAttempt>, StoreError> {
    let found = attempts::table
        .inner_join(invitations::table)
        .inner_join(campaigns::table)
        .inner_join(organisations::table.on(organisations::id.eq(attempts::organisation_id)))
        .filter(attempts::invitation_id.eq(invitation))
        .select((
            attempts::all_columns,
            invitations::all_columns,
            campaigns::all_columns,
            organisations::all_columns,
        ))
        .first::<(AttemptRow, InvitationRow, CampaignRow, OrganisationRow)>(conn)
        .optional()?;
    Ok(found.map(|(attempt, invitation, campaign, organisation)| HeldAttempt {
        attempt,
        invitation,
        campaign,
        organisation,
    }))
}

/// The attempt of an invitation.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_invitation(conn: &mut DbConn, invitation: &str) -> Result<Option<AttemptRow>, StoreError> {
    Ok(attempts::table.filter(attempts::invitation_id.eq(invitation)).first::<AttemptRow>(conn).optional()?)
}

/// The attempt of an invitation, locked until the transaction ends (SQLite has one writer anyway).
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock_by_invitation(conn: &mut DbConn, invitation: &str) -> Result<Option<AttemptRow>, StoreError> {
    let query = attempts::table.filter(attempts::invitation_id.eq(invitation));
    Ok(match conn {
        DbConn::Postgres(inner) => query.for_no_key_update().first::<AttemptRow>(inner).optional()?,
        DbConn::Sqlite(inner) => query.first::<AttemptRow>(inner).optional()?,
    })
}

/// The attempt of an organisation with this public id.
///
/// # Errors
/// [`StoreError::NotFound`] when the organisation has none.
pub fn find_public(conn: &mut DbConn, organisation: &str, public_id: &str) -> Result<AttemptRow, StoreError> {
    Ok(attempts::table
        .filter(attempts::public_id.eq(public_id))
        .filter(attempts::organisation_id.eq(organisation))
        .first::<AttemptRow>(conn)?)
}

/// The attempts of some ids, in no order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_ids(conn: &mut DbConn, ids: &[String]) -> Result<Vec<AttemptRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(1_000) {
        found.extend(attempts::table.filter(attempts::id.eq_any(chunk)).load::<AttemptRow>(conn)?);
    }
    Ok(found)
}

/// The attempt whose receipt has this code.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_receipt_code(conn: &mut DbConn, code: &str) -> Result<Option<AttemptRow>, StoreError> {
    Ok(attempts::table.filter(attempts::receipt_code.eq(code)).first::<AttemptRow>(conn).optional()?)
}

/// How many attempts a campaign has: the blind name of the next is drawn from beyond them.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_of_campaign(conn: &mut DbConn, campaign: &str) -> Result<i64, StoreError> {
    Ok(attempts::table.filter(attempts::campaign_id.eq(campaign)).count().get_result(conn)?)
}

/// Whether a blind name of a campaign is taken.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn has_tree(conn: &mut DbConn, campaign: &str, tree_number: i32) -> Result<bool, StoreError> {
    let taken: i64 = attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::tree_number.eq(tree_number))
        .count()
        .get_result(conn)?;
    Ok(taken > 0)
}

/// The number of finished attempts of a campaign that still hold their times.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_timed(conn: &mut DbConn, campaign: &str) -> Result<i64, StoreError> {
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.eq("finished"))
        .filter(attempts::finished_at.is_not_null())
        .filter(attempts::erased_at.is_null())
        .count()
        .get_result(conn)?)
}

/// The times at work (ms) of the one or two finished attempts in the middle of `timed` of a campaign, shortest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn middle_active_ms(conn: &mut DbConn, campaign: &str, timed: i64) -> Result<Vec<i64>, StoreError> {
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.eq("finished"))
        .filter(attempts::finished_at.is_not_null())
        .filter(attempts::erased_at.is_null())
        .order((attempts::active_ms.asc(), attempts::id.asc()))
        .offset((timed - 1).max(0) / 2)
        .limit(if timed % 2 == 0 { 2 } else { 1 })
        .select(attempts::active_ms)
        .load::<i64>(conn)?)
}

/// How many attempts of a campaign have come as far as each place, by the number of the place, in its order; erased
/// people are not counted.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_by_place(conn: &mut DbConn, campaign: &str) -> Result<Vec<(i32, i64)>, StoreError> {
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::erased_at.is_null())
        .group_by(attempts::shown)
        .order(attempts::shown.asc())
        .select((attempts::shown, diesel::dsl::count_star()))
        .load(conn)?)
}

/// The times at work (ms) of at most `limit` finished attempts of a campaign, shortest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn active_ms_of_finishers(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<i64>, StoreError> {
    Ok(attempts::table
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.eq("finished"))
        .filter(attempts::finished_at.is_not_null())
        .filter(attempts::erased_at.is_null())
        .order(attempts::active_ms.asc())
        .limit(limit)
        .select(attempts::active_ms)
        .load::<i64>(conn)?)
}

/// Gives an attempt that this transaction has locked a new writer epoch.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_epoch(
    conn: &mut DbConn,
    id: &str,
    epoch: i32,
    active_ms: i64,
    seen_at: NaiveDateTime,
) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id))
        .set((
            attempts::epoch.eq(epoch),
            attempts::active_ms.eq(active_ms),
            attempts::last_seen_at.eq(seen_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The end of an attempt.
#[derive(Clone, Debug)]
pub struct AttemptEnd<'a> {
    /// `finished` or `expired`.
    pub state: &'a str,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Time at work, ms.
    pub active_ms: i64,
    /// Receipt, its code and the key that signed it; nothing for one that expired.
    pub receipt: Option<(&'a str, &'a str, &'a str)>,
}

/// Ends an attempt that this transaction has locked.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn end(conn: &mut DbConn, id: &str, end: &AttemptEnd<'_>) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id))
        .set((
            attempts::state.eq(end.state),
            attempts::finished_at.eq(Some(end.at)),
            attempts::last_seen_at.eq(end.at),
            attempts::active_ms.eq(end.active_ms),
            attempts::receipt.eq(end.receipt.map(|(text, _, _)| text)),
            attempts::receipt_code.eq(end.receipt.map(|(_, code, _)| code)),
            attempts::receipt_key_id.eq(end.receipt.map(|(_, _, key)| key)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps the answer to the satisfaction question.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn set_satisfaction(conn: &mut DbConn, id: &str, value: i16) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id)).set(attempts::satisfaction.eq(Some(value))).execute(conn)?;
    Ok(())
}

/// At most `limit` attempts under way whose campaign has closed, by invitation in id order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn due_for_expiry(conn: &mut DbConn, now: NaiveDateTime, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(attempts::table
        .inner_join(campaigns::table)
        .filter(attempts::state.eq("started"))
        .filter(attempts::erased_at.is_null())
        .filter(campaigns::state.eq("closed").or(campaigns::closes_at.le(now)))
        .order(attempts::id.asc())
        .limit(limit)
        .select(attempts::invitation_id)
        .load::<String>(conn)?)
}

/// Leaves a tombstone of an attempt: its ids, its state and when it was.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase(conn: &mut DbConn, id: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(attempts::table.find(id))
        .set((
            attempts::shuffle_seed.eq(0_i64),
            attempts::action_orders.eq(""),
            attempts::position.eq(0),
            attempts::flags.eq(0_i64),
            attempts::active_ms.eq(0_i64),
            attempts::receipt.eq(None::<String>),
            attempts::receipt_code.eq(None::<String>),
            attempts::receipt_key_id.eq(None::<String>),
            attempts::satisfaction.eq(None::<i16>),
            attempts::decision.eq(None::<String>),
            attempts::erased_at.eq(Some(at)),
        ))
        .execute(conn)?;
    Ok(())
}
