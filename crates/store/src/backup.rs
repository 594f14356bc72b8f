//! Copies of a SQLite database that is in use; PostgreSQL has its own tools.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::conn::DbConn;
use crate::db::Db;
use crate::error::StoreError;

/// Writes a consistent copy of a SQLite database to a file that must not exist yet.
///
/// # Errors
/// [`StoreError::BadUrl`] on PostgreSQL; [`StoreError`] when the copy cannot be written.
pub fn copy_to(db: &Db, file: &Path) -> Result<(), StoreError> {
    db.write_alone(|conn| match conn {
        DbConn::Sqlite(inner) => {
            diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file.to_string_lossy()).execute(inner)?;
            Ok(())
        }
        DbConn::Postgres(_) => Err(StoreError::BadUrl("use pg_dump for a PostgreSQL database".to_owned())),
    })
}

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Whether SQLite finds the file whole.
///
/// # Errors
/// [`StoreError::Corrupt`] with SQLite's first complaint.
pub fn check(db: &Db) -> Result<(), StoreError> {
    db.read_one(|conn| match conn {
        DbConn::Sqlite(inner) => {
            let first: Check = diesel::sql_query("PRAGMA integrity_check(1)").get_result(inner)?;
            if first.integrity_check == "ok" {
                Ok(())
            } else {
                Err(StoreError::Corrupt(first.integrity_check))
            }
        }
        DbConn::Postgres(_) => Err(StoreError::BadUrl("only SQLite files are checked".to_owned())),
    })
}

/// Takes the lock that a running server would hold now and then, and writes what the log still holds to the file.
///
/// # Errors
/// [`StoreError::Unavailable`] when another process uses the database.
pub fn settle(db: &Db) -> Result<(), StoreError> {
    db.write_alone(|conn| {
        conn.batch_execute("BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    })
}
