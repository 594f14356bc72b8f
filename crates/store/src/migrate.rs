//! Migrations, embedded in the executable and run under a lock, so that several servers may start at once.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::conn::DbConn;
use crate::db::Db;
use crate::error::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any number that no other program would take for its advisory lock.
const LOCK: &str = "4537261844019";

/// Runs the migrations that are missing and returns their names, oldest first.
///
/// # Errors
/// [`StoreError`] when the database cannot be asked or a migration fails; the failed one is rolled back.
pub fn run_pending(db: &Db) -> Result<Vec<String>, StoreError> {
    under_lock(db, |conn| match conn {
        DbConn::Sqlite(inner) => {
            inner.immediate_transaction(|inner| names(inner.run_pending_migrations(SQLITE)))
        }
        DbConn::Postgres(inner) => names(inner.run_pending_migrations(POSTGRES)),
    })
}

/// Reverts every migration, newest first: for tests of the way down.
///
/// # Errors
/// As [`run_pending`].
pub fn revert_all(db: &Db) -> Result<Vec<String>, StoreError> {
    under_lock(db, |conn| match conn {
        DbConn::Sqlite(inner) => {
            inner.immediate_transaction(|inner| names(inner.revert_all_migrations(SQLITE)))
        }
        DbConn::Postgres(inner) => names(inner.revert_all_migrations(POSTGRES)),
    })
}

/// The migrations that have not run yet.
///
/// # Errors
/// As [`run_pending`].
pub fn pending(db: &Db) -> Result<Vec<String>, StoreError> {
    db.read_one(|conn| match conn {
        DbConn::Sqlite(inner) => titles(inner.pending_migrations(SQLITE)),
        DbConn::Postgres(inner) => titles(inner.pending_migrations(POSTGRES)),
    })
}

/// The names of the migrations in both trees, for the parity test.
///
/// # Errors
/// [`StoreError::Corrupt`] when an embedded name cannot be read.
pub fn embedded_names() -> Result<(Vec<String>, Vec<String>), StoreError> {
    let sqlite = titles(MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE))?;
    let postgres = titles(MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES))?;
    Ok((sqlite, postgres))
}

fn under_lock(
    db: &Db,
    work: impl FnOnce(&mut DbConn) -> Result<Vec<String>, StoreError>,
) -> Result<Vec<String>, StoreError> {
    db.write_alone(|conn| {
        if let DbConn::Postgres(inner) = conn {
            inner.batch_execute(&format!("SET lock_timeout = '120s'; SELECT pg_advisory_lock({LOCK})"))?;
            let result = work(conn);
            conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK}); SET lock_timeout = '10s'"))?;
            return result;
        }
        work(conn)
    })
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn names(done: Result<Vec<MigrationVersion<'_>>, Failure>) -> Result<Vec<String>, StoreError> {
    done.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(told)
}

fn titles<DB: diesel::backend::Backend>(
    list: Result<Vec<Box<dyn Migration<DB>>>, impl Into<Failure>>,
) -> Result<Vec<String>, StoreError> {
    list.map(|all| all.iter().map(|migration| migration.name().to_string()).collect())
        .map_err(|error| told(error.into()))
}

fn told(error: Failure) -> StoreError {
    let text = error.to_string();
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => StoreError::from(*error),
        Err(_) => StoreError::Corrupt(format!("a migration failed: {text}")),
    }
}
