//! The audit chain: rows are appended, read and never changed; the head of a chain is one locked row.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::{audit_addresses, audit_heads, audit_rows};

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = audit_rows)]
pub struct AuditRow {
    /// Whose chain.
    pub organisation_id: String,
    /// Place in the chain, from 1.
    pub sequence: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// `user`, `candidate`, `job` or `operator`.
    pub actor_kind: String,
    /// The id of who did it.
    pub actor_id: Option<String>,
    /// The code of what was done.
    pub action: String,
    /// The kind of thing it was done to.
    pub entity_kind: String,
    /// Its id.
    pub entity_id: String,
    /// Closed codes and counts.
    pub detail: String,
    /// The key that made the hash.
    pub secret_key_id: String,
    /// HMAC over the columns and the hash before, in hexadecimal.
    pub hash: String,
}

/// Locks the head of a chain and returns its last sequence and hash; a chain that has not begun begins at 0.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock_head(conn: &mut DbConn, organisation: &str) -> Result<(i64, String), StoreError> {
    let head = match conn {
        DbConn::Postgres(inner) => audit_heads::table
            .find(organisation)
            .select((audit_heads::sequence, audit_heads::hash))
            .for_update()
            .first::<(i64, String)>(inner)
            .optional()?,
        DbConn::Sqlite(inner) => audit_heads::table
            .find(organisation)
            .select((audit_heads::sequence, audit_heads::hash))
            .first::<(i64, String)>(inner)
            .optional()?,
    };
    if let Some(head) = head {
        return Ok(head);
    }
    diesel::insert_into(audit_heads::table)
        .values((
            audit_heads::organisation_id.eq(organisation),
            audit_heads::sequence.eq(0_i64),
            audit_heads::hash.eq(""),
        ))
        .execute(conn)?;
    Ok((0, String::new()))
}

/// Moves the head of a chain that this transaction has locked.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn move_head(conn: &mut DbConn, organisation: &str, sequence: i64, hash: &str) -> Result<(), StoreError> {
    diesel::update(audit_heads::table.find(organisation))
        .set((audit_heads::sequence.eq(sequence), audit_heads::hash.eq(hash)))
        .execute(conn)?;
    Ok(())
}

/// Appends rows.
///
/// # Errors
/// [`StoreError::Duplicate`] when a place is taken.
pub fn insert_many(conn: &mut DbConn, rows: &[AuditRow]) -> Result<(), StoreError> {
    // 11 columns a row: 1,000 rows stay well below the 32,766 parameters of SQLite.
    for chunk in rows.chunks(1_000) {
        match conn {
            DbConn::Postgres(inner) => diesel::insert_into(audit_rows::table).values(chunk).execute(inner)?,
            DbConn::Sqlite(inner) => diesel::insert_into(audit_rows::table).values(chunk).execute(inner)?,
        };
    }
    Ok(())
}

/// Keeps network addresses beside a chain, each with the place of its row.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn insert_addresses(
    conn: &mut DbConn,
    organisation: &str,
    addresses: &[(i64, &str)],
    at: NaiveDateTime,
) -> Result<(), StoreError> {
    let rows: Vec<_> = addresses
        .iter()
        .map(|(sequence, address)| {
            (
                audit_addresses::organisation_id.eq(organisation),
                audit_addresses::sequence.eq(*sequence),
                audit_addresses::address.eq(*address),
                audit_addresses::at.eq(at),
            )
        })
        .collect();
    for chunk in rows.chunks(1_000) {
        match conn {
            DbConn::Postgres(inner) => {
                diesel::insert_into(audit_addresses::table).values(chunk.to_vec()).execute(inner)?
            }
            DbConn::Sqlite(inner) => {
                diesel::insert_into(audit_addresses::table).values(chunk.to_vec()).execute(inner)?
            }
        };
    }
    Ok(())
}

/// At most `limit` rows of a chain after `after`, in order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page(
    conn: &mut DbConn,
    organisation: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    Ok(audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::sequence.gt(after))
        .order(audit_rows::sequence.asc())
        .limit(limit)
        .load::<AuditRow>(conn)?)
}

/// At most `limit` rows of a chain before `before`, the newest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn page_back(
    conn: &mut DbConn,
    organisation: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    Ok(audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::sequence.lt(before))
        .order(audit_rows::sequence.desc())
        .limit(limit)
        .load::<AuditRow>(conn)?)
}

/// At most `limit` rows about one thing that was done to it, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn of_entity(
    conn: &mut DbConn,
    organisation: &str,
    action: &str,
    entity_kind: &str,
    entity_id: &str,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    Ok(audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::action.eq(action))
        .filter(audit_rows::entity_kind.eq(entity_kind))
        .filter(audit_rows::entity_id.eq(entity_id))
        .order(audit_rows::sequence.asc())
        .limit(limit)
        .load::<AuditRow>(conn)?)
}

/// The head of a chain without locking it; nothing for a chain that has not begun.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn head(conn: &mut DbConn, organisation: &str) -> Result<Option<(i64, String)>, StoreError> {
    Ok(audit_heads::table
        .find(organisation)
        .select((audit_heads::sequence, audit_heads::hash))
        .first::<(i64, String)>(conn)
        .optional()?)
}

/// At most `limit` organisations with network addresses kept before a time, in id order.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn address_organisations(
    conn: &mut DbConn,
    before: NaiveDateTime,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(audit_addresses::table
        .filter(audit_addresses::at.lt(before))
        .select(audit_addresses::organisation_id)
        .distinct()
        .order(audit_addresses::organisation_id.asc())
        .limit(limit)
        .load::<String>(conn)?)
}

/// Deletes at most `limit` network addresses of an organisation kept before a time, the oldest first; returns how
/// many. The rows of the chain stay as they are.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub fn delete_addresses(
    conn: &mut DbConn,
    organisation: &str,
    before: NaiveDateTime,
    limit: i64,
) -> Result<usize, StoreError> {
    let sequences = audit_addresses::table
        .filter(audit_addresses::organisation_id.eq(organisation))
        .filter(audit_addresses::at.lt(before))
        .order(audit_addresses::sequence.asc())
        .limit(limit)
        .select(audit_addresses::sequence)
        .load::<i64>(conn)?;
    let Some(last) = sequences.last() else { return Ok(0) };
    let old = audit_addresses::table
        .filter(audit_addresses::organisation_id.eq(organisation))
        .filter(audit_addresses::sequence.le(last))
        .filter(audit_addresses::at.lt(before));
    Ok(diesel::delete(old).execute(conn)?)
}
