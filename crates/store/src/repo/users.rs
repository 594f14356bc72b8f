//! People who sign in. An e-mail belongs to one row for ever, also after its person was removed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::conn::DbConn;
use crate::error::StoreError;
use crate::schema::users;

/// A member of an organisation, present or removed.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = users)]
pub struct UserRow {
    /// Its id.
    pub id: String,
    /// Whose member.
    pub organisation_id: String,
    /// The address that is typed at sign-in, in lower case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The password's hash with its parameters, in PHC form.
    pub password_hash: String,
    /// The code of the role.
    pub role: String,
    /// The language chosen.
    pub language: String,
    /// When the account was made, UTC.
    pub created_at: NaiveDateTime,
    /// When the person was removed, UTC.
    pub removed_at: Option<NaiveDateTime>,
}

// Names, addresses and hashes never reach a log by accident.
impl std::fmt::Debug for UserRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("UserRow")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Adds a member.
///
/// # Errors
/// [`StoreError::Duplicate`] when the e-mail has an account already, here or in another organisation.
pub fn insert(conn: &mut DbConn, row: &UserRow) -> Result<(), StoreError> {
    diesel::insert_into(users::table).values(row).execute(conn)?;
    Ok(())
}

/// A member of an organisation who has not been removed.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find(conn: &mut DbConn, organisation: &str, id: &str) -> Result<Option<UserRow>, StoreError> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::id.eq(id))
        .filter(users::removed_at.is_null())
        .first::<UserRow>(conn)
        .optional()?)
}

/// The account of an e-mail in lower case, also a removed one: for sign-in, where no organisation is known yet.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn find_by_email(conn: &mut DbConn, email: &str) -> Result<Option<UserRow>, StoreError> {
    Ok(users::table.filter(users::email.eq(email)).first::<UserRow>(conn).optional()?)
}

/// At most `limit` members of an organisation who have not been removed, by name, then id.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn list(conn: &mut DbConn, organisation: &str, limit: i64) -> Result<Vec<UserRow>, StoreError> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::removed_at.is_null())
        .order((users::name.asc(), users::id.asc()))
        .limit(limit)
        .load::<UserRow>(conn)?)
}

/// How many members of an organisation have a role.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn count_with_role(conn: &mut DbConn, organisation: &str, role: &str) -> Result<i64, StoreError> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::removed_at.is_null())
        .filter(users::role.eq(role))
        .count()
        .get_result::<i64>(conn)?)
}

/// Locks the members of an organisation who have a role until the transaction ends, so that two owners who remove
/// each other wait for one another. SQLite has one writer anyway.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn lock_with_role(conn: &mut DbConn, organisation: &str, role: &str) -> Result<(), StoreError> {
    if let DbConn::Postgres(inner) = conn {
        users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::role.eq(role))
            .order(users::id.asc())
            .select(users::id)
            .for_update()
            .load::<String>(inner)?;
    }
    Ok(())
}

/// Gives a member another role; whether there was such a member.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn set_role(conn: &mut DbConn, organisation: &str, id: &str, role: &str) -> Result<bool, StoreError> {
    let changed = diesel::update(
        users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::id.eq(id))
            .filter(users::removed_at.is_null()),
    )
    .set(users::role.eq(role))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Stores another password hash, if the stored one is still `previous`; whether it was.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn replace_password(
    conn: &mut DbConn,
    id: &str,
    previous: &str,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let changed = diesel::update(users::table.find(id).filter(users::password_hash.eq(previous)))
        .set(users::password_hash.eq(password_hash))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Stores the language that a member chose.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn set_language(conn: &mut DbConn, id: &str, language: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(id)).set(users::language.eq(language)).execute(conn)?;
    Ok(())
}

/// Marks a member as removed; whether there was such a member.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked.
pub fn remove(
    conn: &mut DbConn,
    organisation: &str,
    id: &str,
    at: NaiveDateTime,
) -> Result<bool, StoreError> {
    let changed = diesel::update(
        users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::id.eq(id))
            .filter(users::removed_at.is_null()),
    )
    .set(users::removed_at.eq(at))
    .execute(conn)?;
    Ok(changed == 1)
}
