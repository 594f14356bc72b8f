//! The mail queue: durable rows that say what became of each mail. Bodies hold `{link}`, never a token.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{invitations, mails};

/// A mail.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = mails)]
pub struct MailRow {
    /// Id; also the left part of its Message-ID.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// A closed code: why it is sent.
    pub kind: String,
    /// Its language.
    pub language: String,
    /// The invitation whose link stands in it.
    pub invitation_id: Option<String>,
    /// The invitation of a colleague whose link stands in it.
    pub colleague_invitation_id: Option<String>,
    /// To whom, until erased.
    pub recipient: Option<String>,
    /// Subject.
    pub subject: String,
    /// Text, with `{link}` where the link goes.
    pub body: String,
    /// `queued`, `accepted`, `refused`, `unknown` or `cancelled`.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// Not to be tried before this time, UTC.
    pub next_try_at: NaiveDateTime,
    /// A closed code of what went wrong last, never the relay's text (it repeats the address).
    pub last_error: Option<String>,
    /// When it was queued, UTC.
    pub created_at: NaiveDateTime,
    /// When the relay took it, UTC.
    pub sent_at: Option<NaiveDateTime>,
}

// Addresses and texts never reach a log by accident.
impl std::fmt::Debug for MailRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MailRow")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Queues a mail.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn insert(conn: &mut DbConn, row: &MailRow) -> Result<(), StoreError> {
    diesel::insert_into(mails::table).values(row).execute(conn)?;
    Ok(())
}

/// Queues a few hundred mails with one statement.
///
/// # Errors
/// [`StoreError`] when the database refuses; then none is kept.
pub fn insert_many(conn: &mut DbConn, rows: &[MailRow]) -> Result<(), StoreError> {
    // 15 columns a row: 1,000 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(1_000) {
        match conn {
            DbConn::Postgres(inner) => diesel::insert_into(mails::table).values(chunk).execute(inner)?,
            DbConn::Sqlite(inner) => diesel::insert_into(mails::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// At most `limit` queued mails whose time has come, the longest waiting first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn due(conn: &mut DbConn, now: NaiveDateTime, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    Ok(mails::table
        .filter(mails::state.eq("queued"))
        .filter(mails::next_try_at.le(now))
        .order((mails::next_try_at.asc(), mails::id.asc()))
        .limit(limit)
        .load::<MailRow>(conn)?)
}

/// Marks that a queued mail is about to be tried: one more try, and not again before `next_try_at` unless the
/// outcome says so. Returns whether it was still queued.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn begin_try(conn: &mut DbConn, id: &str, next_try_at: NaiveDateTime) -> Result<bool, StoreError> {
    let changed = diesel::update(mails::table.find(id).filter(mails::state.eq("queued")))
        .set((
            mails::tries.eq(mails::tries + 1),
            mails::next_try_at.eq(next_try_at),
            mails::last_error.eq(Some("being_sent")),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// What a try came to.
#[derive(Clone, Copy, Debug)]
pub struct TryOutcome<'a> {
    /// The new state.
    pub state: &'a str,
    /// The code of what went wrong.
    pub last_error: Option<&'a str>,
    /// When to try again, for one that stays queued.
    pub next_try_at: Option<NaiveDateTime>,
    /// When the relay took it.
    pub sent_at: Option<NaiveDateTime>,
}

/// Writes down what a try came to. Only a mail that is still queued is changed: one cancelled meanwhile by an
/// erasure stays cancelled.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn end_try(conn: &mut DbConn, id: &str, outcome: TryOutcome<'_>) -> Result<(), StoreError> {
    let row = mails::table.find(id).filter(mails::state.eq("queued"));
    diesel::update(row)
        .set((
            mails::state.eq(outcome.state),
            mails::last_error.eq(outcome.last_error),
            mails::sent_at.eq(outcome.sent_at),
        ))
        .execute(conn)?;
    if let Some(next_try_at) = outcome.next_try_at {
        let row = mails::table.find(id).filter(mails::state.eq("queued"));
        diesel::update(row).set(mails::next_try_at.eq(next_try_at)).execute(conn)?;
    }
    Ok(())
}

/// Puts off every queued mail that is due, once the relay cannot be reached.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn postpone_due(conn: &mut DbConn, now: NaiveDateTime, until: NaiveDateTime) -> Result<(), StoreError> {
    let due = mails::table.filter(mails::state.eq("queued")).filter(mails::next_try_at.le(now));
    diesel::update(due).set(mails::next_try_at.eq(until)).execute(conn)?;
    Ok(())
}

/// Empties a mail of everything personal.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase(conn: &mut DbConn, id: &str) -> Result<(), StoreError> {
    diesel::update(mails::table.find(id))
        .set((mails::recipient.eq(None::<String>), mails::subject.eq(""), mails::body.eq("")))
        .execute(conn)?;
    Ok(())
}

/// Cancels the queued mails of an invitation; returns how many.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn cancel_of_invitation(conn: &mut DbConn, invitation: &str) -> Result<usize, StoreError> {
    let queued = mails::table.filter(mails::invitation_id.eq(invitation)).filter(mails::state.eq("queued"));
    Ok(diesel::update(queued).set(mails::state.eq("cancelled")).execute(conn)?)
}

/// Empties the mails of an invitation of everything personal and cancels the queued ones: part of an erasure.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn erase_of_invitation(conn: &mut DbConn, invitation: &str) -> Result<(), StoreError> {
    cancel_of_invitation(conn, invitation)?;
    diesel::update(mails::table.filter(mails::invitation_id.eq(invitation)))
        .set((mails::recipient.eq(None::<String>), mails::subject.eq(""), mails::body.eq("")))
        .execute(conn)?;
    Ok(())
}

/// The newest mail of an invitation, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct LastMailRow {
    /// The invitation.
    pub invitation_id: Option<String>,
    /// The mail.
    pub id: String,
    /// Its state.
    pub state: String,
    /// The code of what went wrong.
    pub last_error: Option<String>,
}

/// The newest mail of each of some invitations.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn newest_of(conn: &mut DbConn, invitations: &[String]) -> Result<Vec<LastMailRow>, StoreError> {
    let mut rows = mails::table
        .filter(mails::invitation_id.eq_any(invitations))
        .order((mails::invitation_id.asc(), mails::created_at.desc(), mails::id.desc()))
        .select((mails::invitation_id, mails::id, mails::state, mails::last_error))
        .load::<LastMailRow>(conn)?;
    rows.dedup_by(|next, kept| next.invitation_id == kept.invitation_id);
    Ok(rows)
}

/// At most `limit` mails of an organisation whose mail was refused, with the campaign and the invitation.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn refused(
    conn: &mut DbConn,
    organisation: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(mails::table
        .inner_join(invitations::table.on(mails::invitation_id.eq(invitations::id.nullable())))
        .filter(mails::organisation_id.eq(organisation))
        .filter(mails::state.eq("refused"))
        .filter(invitations::erased_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .order((invitations::campaign_id.asc(), invitations::id.asc()))
        .select((invitations::campaign_id, invitations::id))
        .distinct()
        .limit(limit)
        .load::<(String, String)>(conn)?)
}
