//! The connection type: one enum over both databases, made by diesel.
#![expect(missing_docs, reason = "the derive writes public items that carry no docs")]

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// PostgreSQL 13 or later.
    Postgres(PgConnection),
    /// The bundled SQLite.
    Sqlite(SqliteConnection),
}
