//! Attempts as the answer writer reads, locks and changes them: many at a time, and only the columns that a save needs.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, invitations};

/// What the answer writer needs of an attempt, with its link and its campaign.
#[derive(Clone, Debug)]
pub struct WriterRow {
    /// The attempt.
    pub attempt: WriterAttempt,
    /// Generation of its link.
    pub generation: i32,
    /// When the link was withdrawn, UTC.
    pub revoked_at: Option<NaiveDateTime>,
    /// The campaign.
    pub campaign: WriterCampaign,
}

/// The columns of an attempt that a save reads or changes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attempts)]
pub struct WriterAttempt {
    /// Id.
    pub id: String,
    /// The random id that forms carry.
    pub public_id: String,
    /// Whose link.
    pub invitation_id: String,
    /// `started`, `finished` or `expired`.
    pub state: String,
    /// The language chosen last.
    pub language: String,
    /// The writer epoch.
    pub epoch: i32,
    /// Where the candidate is.
    pub position: i32,
    /// The furthest place.
    pub shown: i32,
    /// The flagged scenarios.
    pub flags: i64,
    /// Time at work, ms.
    pub active_ms: i64,
    /// When the candidate was last heard of, UTC.
    pub last_seen_at: NaiveDateTime,
    /// When the person was erased, UTC.
    pub erased_at: Option<NaiveDateTime>,
}

/// The columns of a campaign that decide over a save.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = campaigns)]
pub struct WriterCampaign {
    /// Id.
    pub id: String,
    /// The row of its pack.
    pub pack_row_id: String,
    /// The form.
    pub form_id: String,
    /// Its version.
    pub form_version: i32,
    /// The row of its key.
    pub key_row_id: String,
    /// The languages offered.
    pub languages: String,
    /// When it closes by itself, UTC.
    pub closes_at: Option<NaiveDateTime>,
    /// `open` or `closed`.
    pub state: String,
    /// When it was closed, UTC.
    pub closed_at: Option<NaiveDateTime>,
}

/// The attempts of some invitations with what decides over a save, locked in id order until the transaction ends (on
/// SQLite the transaction itself is the lock). Invitations without an attempt are left out.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked or a lock cannot be had.
pub fn lock_for_writing(conn: &mut DbConn, invitations: &[&str]) -> Result<Vec<WriterRow>, StoreError> {
    if let DbConn::Postgres(inner) = conn {
        // Locked in a statement of its own, so that the next one sees what the former holders of the locks committed.
        attempts::table
            .filter(attempts::invitation_id.eq_any(invitations))
            .order(attempts::id.asc())
            .select(attempts::id)
            .for_no_key_update()
            .load::<String>(inner)?;
    }
    let rows = attempts::table
        .inner_join(invitations::table)
        .inner_join(campaigns::table)
        .filter(attempts::invitation_id.eq_any(invitations))
        .select((
            WriterAttempt::as_select(),
            invitations::generation,
            invitations::revoked_at,
            WriterCampaign::as_select(),
        ))
        .load::<(WriterAttempt, i32, Option<NaiveDateTime>, WriterCampaign)>(conn)?;
    let row =
        |(attempt, generation, revoked_at, campaign)| WriterRow { attempt, generation, revoked_at, campaign };
    Ok(rows.into_iter().map(row).collect())
}

/// What a step changes of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptStep {
    /// The attempt.
    pub id: String,
    /// Where the candidate is.
    pub position: i32,
    /// The furthest place.
    pub shown: i32,
    /// The flagged scenarios.
    pub flags: i64,
    /// The language chosen last.
    pub language: String,
    /// Time at work, ms.
    pub active_ms: i64,
    /// When the candidate was last heard of, UTC.
    pub last_seen_at: NaiveDateTime,
}

/// Writes down the steps of attempts that this transaction has locked, with one statement.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn write_steps(conn: &mut DbConn, steps: &[AttemptStep]) -> Result<(), StoreError> {
    use diesel::sql_types::{BigInt, Integer, Text, Timestamp};
    if steps.is_empty() {
        return Ok(());
    }
    // One UPDATE over a list of values: both databases know it, the query builder does not.
    let mut sql =
        String::from("WITH step (id, position, shown, flags, language, active_ms, last_seen_at) AS (VALUES ");
    for index in 0..steps.len() {
        sql.push_str(if index == 0 { "" } else { ", " });
        match conn {
            DbConn::Postgres(_) => {
                let numbers: Vec<String> = (1..=7).map(|column| format!("${}", index * 7 + column)).collect();
                sql.push_str(&format!("({})", numbers.join(", ")));
            }
            DbConn::Sqlite(_) => sql.push_str("(?, ?, ?, ?, ?, ?, ?)"),
        }
    }
    sql.push_str(
        ") UPDATE attempts SET position = step.position, shown = step.shown, flags = step.flags, \
         language = step.language, active_ms = step.active_ms, last_seen_at = step.last_seen_at \
         FROM step WHERE attempts.id = step.id",
    );
    macro_rules! run {
        ($inner:expr) => {{
            let mut query = diesel::sql_query(sql).into_boxed();
            for step in steps {
                query = query
                    .bind::<Text, _>(&step.id)
                    .bind::<Integer, _>(step.position)
                    .bind::<Integer, _>(step.shown)
                    .bind::<BigInt, _>(step.flags)
                    .bind::<Text, _>(&step.language)
                    .bind::<BigInt, _>(step.active_ms)
                    .bind::<Timestamp, _>(step.last_seen_at);
            }
            query.execute($inner)?
        }};
    }
    match conn {
        DbConn::Postgres(inner) => run!(inner),
        DbConn::Sqlite(inner) => run!(inner),
    };
    Ok(())
}
