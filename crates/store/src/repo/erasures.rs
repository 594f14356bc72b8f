//! Erasures: who was erased, when and why; a row here is what lets the response events of an attempt go. The other
//! tables that hold something of a person are emptied from here too, in the erasing transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{decisions, erasures, invitations, ranking_rows, scores};

/// An erasure.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = erasures)]
pub struct ErasureRow {
    /// Whose link.
    pub invitation_id: String,
    /// Their attempt, when there was one.
    pub attempt_id: Option<String>,
    /// Whose campaign.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// `candidate`, `retention`, `owner` or `replay`.
    pub cause: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Writes an erasure down.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person was erased before.
pub fn insert(conn: &mut DbConn, row: &ErasureRow) -> Result<(), StoreError> {
    diesel::insert_into(erasures::table).values(row).execute(conn)?;
    Ok(())
}

/// Which of some invitations were erased.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn known(conn: &mut DbConn, invitation_ids: &[String]) -> Result<Vec<String>, StoreError> {
    let mut known = Vec::new();
    for chunk in invitation_ids.chunks(1_000) {
        known.extend(
            erasures::table
                .filter(erasures::invitation_id.eq_any(chunk))
                .select(erasures::invitation_id)
                .load::<String>(conn)?,
        );
    }
    Ok(known)
}

/// How many people of a campaign were erased.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_of_campaign(conn: &mut DbConn, campaign: &str) -> Result<i64, StoreError> {
    Ok(erasures::table.filter(erasures::campaign_id.eq(campaign)).count().get_result(conn)?)
}

/// Empties what an invitation tells of a person.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_identity(conn: &mut DbConn, invitation: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(invitations::table.find(invitation))
        .set((
            invitations::name.eq(None::<String>),
            invitations::email.eq(None::<String>),
            invitations::erased_at.eq(Some(at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes the score rows of an attempt, takes its id out of published rankings (the bare numbers stay) and empties
/// the reasons of its decisions.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_results(conn: &mut DbConn, attempt: &str) -> Result<(), StoreError> {
    diesel::delete(scores::table.filter(scores::attempt_id.eq(attempt))).execute(conn)?;
    diesel::update(ranking_rows::table.filter(ranking_rows::attempt_id.eq(attempt)))
        .set(ranking_rows::attempt_id.eq(None::<String>))
        .execute(conn)?;
    diesel::update(decisions::table.filter(decisions::attempt_id.eq(attempt)))
        .set(decisions::reason.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}
