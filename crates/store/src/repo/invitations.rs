//! Invitations: one person's link to a campaign. The address is kept in lower case, unique in its campaign.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{attempts, campaigns, invitations};

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = invitations)]
pub struct InvitationRow {
    /// Id.
    pub id: String,
    /// Whose campaign.
    pub organisation_id: String,
    /// The campaign.
    pub campaign_id: String,
    /// The person's name, until erased.
    pub name: Option<String>,
    /// Their address in lower case, until erased.
    pub email: Option<String>,
    /// The language of their mails.
    pub language: String,
    /// `list`, `open_link` or `demo`.
    pub source: String,
    /// Generation of the link; a revocation raises it.
    pub generation: i32,
    /// Hash of the token of the link.
    pub token_hash: String,
    /// The key that made the token.
    pub secret_key_id: String,
    /// Who invited; nobody when the person signed up by the open link.
    pub created_by: Option<String>,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When the link was withdrawn, UTC.
    pub revoked_at: Option<NaiveDateTime>,
    /// When the person was erased, UTC.
    pub erased_at: Option<NaiveDateTime>,
}

/// Adds an invitation.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is in the campaign already.
pub fn insert(conn: &mut DbConn, row: &InvitationRow) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds a few hundred invitations with one statement.
///
/// # Errors
/// [`StoreError::Duplicate`] when an address is in the campaign already; then none is kept.
pub fn insert_many(conn: &mut DbConn, rows: &[InvitationRow]) -> Result<(), StoreError> {
    // 14 columns a row: 1,000 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(1_000) {
        match conn {
            DbConn::Postgres(inner) => {
                diesel::insert_into(invitations::table).values(chunk).execute(inner)?
            }
            DbConn::Sqlite(inner) => diesel::insert_into(invitations::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// An invitation of a campaign of an organisation.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub fn find(
    conn: &mut DbConn,
    organisation: &str,
    campaign: &str,
    id: &str,
) -> Result<InvitationRow, StoreError> {
    Ok(invitations::table
        .find(id)
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::campaign_id.eq(campaign))
        .first::<InvitationRow>(conn)?)
}

/// The invitation that a row already in hand (an attempt, a mail) belongs to.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub fn load(conn: &mut DbConn, id: &str) -> Result<InvitationRow, StoreError> {
    Ok(invitations::table.find(id).first::<InvitationRow>(conn)?)
}

/// The invitation, locked until the transaction ends (SQLite has one writer anyway).
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub fn lock(conn: &mut DbConn, id: &str) -> Result<InvitationRow, StoreError> {
    let query = invitations::table.find(id);
    Ok(match conn {
        DbConn::Postgres(inner) => query.for_update().first::<InvitationRow>(inner)?,
        DbConn::Sqlite(inner) => query.first::<InvitationRow>(inner)?,
    })
}

/// The invitation that a personal link leads to, by the hash of its token.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_token_hash(conn: &mut DbConn, token_hash: &str) -> Result<Option<InvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .first::<InvitationRow>(conn)
        .optional()?)
}

/// The invitation of an address (in lower case) in a campaign.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_email(
    conn: &mut DbConn,
    campaign: &str,
    email: &str,
) -> Result<Option<InvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::email.eq(email))
        .first::<InvitationRow>(conn)
        .optional()?)
}

/// Which of some addresses (in lower case) are in a campaign already.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn known_emails(conn: &mut DbConn, campaign: &str, emails: &[String]) -> Result<Vec<String>, StoreError> {
    let mut known = Vec::new();
    for chunk in emails.chunks(1_000) {
        let found = invitations::table
            .filter(invitations::campaign_id.eq(campaign))
            .filter(invitations::email.eq_any(chunk))
            .select(invitations::email)
            .load::<Option<String>>(conn)?;
        known.extend(found.into_iter().flatten());
    }
    Ok(known)
}

/// Gives the link a new generation, token and key; `revoked_at` says whether it is withdrawn or works.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn renew_link(
    conn: &mut DbConn,
    id: &str,
    generation: i32,
    token_hash: &str,
    secret_key_id: &str,
    revoked_at: Option<NaiveDateTime>,
) -> Result<(), StoreError> {
    diesel::update(invitations::table.find(id))
        .set((
            invitations::generation.eq(generation),
            invitations::token_hash.eq(token_hash),
            invitations::secret_key_id.eq(secret_key_id),
            invitations::revoked_at.eq(revoked_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// At most `limit` invitations of an address (in lower case) in any campaign, newest first: for a person who has lost
/// their links.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_email(conn: &mut DbConn, email: &str, limit: i64) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::email.eq(email))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit)
        .load::<InvitationRow>(conn)?)
}

/// Ids of at most `limit` people of a campaign who are not erased, in id order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn not_erased(conn: &mut DbConn, campaign: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::erased_at.is_null())
        .order(invitations::id.asc())
        .limit(limit)
        .select(invitations::id)
        .load::<String>(conn)?)
}

/// At most `limit` invitations of a campaign, by address, beginning after one; the erased are left out.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page(
    conn: &mut DbConn,
    campaign: &str,
    after_email: &str,
    limit: i64,
) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::erased_at.is_null())
        .filter(invitations::email.gt(after_email))
        .order((invitations::email.asc(), invitations::id.asc()))
        .limit(limit)
        .load::<InvitationRow>(conn)?)
}

/// How many people of a campaign are not erased, and how many are.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count(conn: &mut DbConn, campaign: &str) -> Result<(i64, i64), StoreError> {
    let all = invitations::table.filter(invitations::campaign_id.eq(campaign));
    let here: i64 = all.filter(invitations::erased_at.is_null()).count().get_result(conn)?;
    let erased: i64 = all.filter(invitations::erased_at.is_not_null()).count().get_result(conn)?;
    Ok((here, erased))
}

/// The states of the attempts of some invitations, by invitation. Nothing else of an attempt: this feeds a page that
/// shows names.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn attempt_states(conn: &mut DbConn, ids: &[String]) -> Result<Vec<(String, String)>, StoreError> {
    Ok(attempts::table
        .filter(attempts::invitation_id.eq_any(ids))
        .select((attempts::invitation_id, attempts::state))
        .load::<(String, String)>(conn)?)
}

/// At most `limit` invitations after an id whose link still leads to an open campaign, in id order: for the rotation
/// of secrets.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn open_links(conn: &mut DbConn, after: &str, limit: i64) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(invitations::table
        .inner_join(campaigns::table)
        .filter(campaigns::state.eq("open"))
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::erased_at.is_null())
        .filter(invitations::id.gt(after))
        .order(invitations::id.asc())
        .limit(limit)
        .select(invitations::all_columns)
        .load::<InvitationRow>(conn)?)
}
