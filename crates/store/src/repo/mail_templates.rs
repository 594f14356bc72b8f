//! The words of mails to several candidates, what was sent together, and who may be written to.
//!
//! People are read from attempts and invitations alone: nothing here knows a score, a rank or a group.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, invitations, mail_batches, mail_templates, mails, users};

/// A campaign's own words.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = mail_templates)]
pub struct MailTemplateRow {
    /// The campaign.
    pub campaign_id: String,
    /// Which mail.
    pub kind: String,
    /// The language.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Who wrote it.
    pub changed_by: String,
    /// When, UTC.
    pub changed_at: NaiveDateTime,
}

/// What was sent together.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = mail_batches)]
pub struct MailBatchRow {
    /// Id, given by the form.
    pub id: String,
    /// Whose.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// Which mail.
    pub kind: String,
    /// How many.
    pub mails: i32,
    /// Who sent it.
    pub made_by: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
}

/// Somebody whose test has ended.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct WritableRow {
    /// The attempt.
    pub attempt_id: String,
    /// Its public id.
    pub public_id: String,
    /// Its tree.
    pub tree_number: i32,
    /// The language chosen last.
    pub language: String,
    /// The last decision.
    pub decision: Option<String>,
    /// The invitation.
    pub invitation_id: String,
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
}

// Names and addresses never reach a log by accident.
impl std::fmt::Debug for WritableRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WritableRow").field("attempt_id", &self.attempt_id).finish_non_exhaustive()
    }
}

/// The words of a campaign for one mail, at most one per language.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_kind(conn: &mut DbConn, campaign: &str, kind: &str) -> Result<Vec<MailTemplateRow>, StoreError> {
    Ok(mail_templates::table
        .filter(mail_templates::campaign_id.eq(campaign))
        .filter(mail_templates::kind.eq(kind))
        .order(mail_templates::language.asc())
        .load::<MailTemplateRow>(conn)?)
}

/// Puts words in the place of those that stood.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn put(conn: &mut DbConn, row: &MailTemplateRow) -> Result<(), StoreError> {
    let key = (row.campaign_id.as_str(), row.kind.as_str(), row.language.as_str());
    diesel::delete(mail_templates::table.find(key)).execute(conn)?;
    diesel::insert_into(mail_templates::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` people of a campaign who may be written to: the test has ended, they are not erased, they have not
/// withdrawn and their link was not withdrawn. In the random order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn writable(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<WritableRow>, StoreError> {
    Ok(attempts::table
        .inner_join(invitations::table)
        .filter(attempts::campaign_id.eq(campaign))
        .filter(attempts::state.ne("started"))
        .filter(attempts::erased_at.is_null())
        .filter(attempts::decision.is_null().or(attempts::decision.ne("withdrawn").assume_not_null()))
        .filter(invitations::erased_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .order((attempts::random_order.asc(), attempts::id.asc()))
        .limit(limit)
        .select((
            attempts::id,
            attempts::public_id,
            attempts::tree_number,
            attempts::language,
            attempts::decision,
            invitations::id,
            invitations::name,
            invitations::email,
        ))
        .load::<WritableRow>(conn)?)
}

/// The invitations of a campaign that such a mail went to or waits for.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn had(conn: &mut DbConn, campaign: &str, kind: &str) -> Result<Vec<String>, StoreError> {
    Ok(invitations::table
        .inner_join(mails::table.on(mails::invitation_id.eq(invitations::id.nullable())))
        .filter(invitations::campaign_id.eq(campaign))
        .filter(mails::kind.eq(kind))
        .filter(mails::state.ne("cancelled"))
        .select(invitations::id)
        .distinct()
        .load::<String>(conn)?)
}

/// Whether a batch was sent.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn is_sent(conn: &mut DbConn, id: &str) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(mail_batches::table.find(id))).get_result(conn)?)
}

/// Notes a batch.
///
/// # Errors
/// [`StoreError::Duplicate`] when it was sent.
pub fn insert_batch(conn: &mut DbConn, row: &MailBatchRow) -> Result<(), StoreError> {
    diesel::insert_into(mail_batches::table).values(row).execute(conn)?;
    Ok(())
}

/// At most `limit` batches of a campaign with the names of who sent them, newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn batches(
    conn: &mut DbConn,
    campaign: &str,
    limit: i64,
) -> Result<Vec<(MailBatchRow, String)>, StoreError> {
    Ok(mail_batches::table
        .inner_join(users::table.on(users::id.eq(mail_batches::made_by)))
        .filter(mail_batches::campaign_id.eq(campaign))
        .order((mail_batches::made_at.desc(), mail_batches::id.desc()))
        .limit(limit)
        .select((mail_batches::all_columns, users::name))
        .load::<(MailBatchRow, String)>(conn)?)
}
