//! What can go wrong with the database, told apart the way a caller has to decide.

use diesel::result::DatabaseErrorKind;

/// The error type of diesel, for `From` conversions in `services`.
pub use diesel::result::Error as DieselError;

/// A failed piece of work with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No row, where one was required.
    #[error("no such row")]
    NotFound,
    /// A unique rule was broken: the row is there already.
    #[error("the row exists already")]
    Duplicate(#[source] DieselError),
    /// The database cannot take work now (locked, full, stopped, no connection): trying again later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database URL is not one that this program understands.
    #[error("{0}")]
    BadUrl(String),
    /// A stored value is not one that this program writes.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Anything else: a fault of the program or of the schema.
    #[error("the database refused the work")]
    Broken(#[source] DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        // SQLite rolls back by itself when the disk is full, and diesel then finds nothing to roll back.
        if let DieselError::RollbackErrorOnCommit { commit_error, .. } = error {
            return Self::from(*commit_error);
        }
        match &error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate(error),
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                info,
            ) => Self::Unavailable(info.message().to_owned()),
            DieselError::DatabaseError(_, info) if passes_with_time(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection was lost".to_owned()),
            _ => Self::Broken(error),
        }
    }
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Whether a message of SQLite or PostgreSQL names a state that can pass without the program being changed.
fn passes_with_time(message: &str) -> bool {
    const SIGNS: [&str; 16] = [
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "readonly database",
        "could not connect",
        "connection to server",
        "server closed the connection",
        "terminating connection",
        "no connection to the server",
        "could not extend file",
        "lock timeout",
        "too many clients",
        // SQLite gives up a whole transaction by itself when it cannot write, and diesel then tells of the savepoint
        // that went with it instead of the cause.
        "no such savepoint",
        "no transaction is active",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}
