//! What a use case answers when it cannot do what was asked: one variant per thing the caller has to do.

use store::error::StoreError;

/// A refused or failed use case.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The thing does not exist, or the viewer may not know that it does: a 404 either way.
    #[error("not found")]
    NotFound,
    /// There is no valid session or attempt cookie: sign in, or open the link again.
    #[error("not signed in")]
    NotSignedIn,
    /// The thing exists and is in a state that does not allow this; the code says which.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// What was typed cannot be taken; one entry per field.
    #[error("invalid input in {} field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// Too many tries: again after this many seconds.
    #[error("too many tries")]
    Throttled {
        /// Seconds to wait, at least 1.
        retry_after_s: u64,
    },
    /// The database cannot take work now; nothing was kept. Trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] StoreError),
    /// A fault of the program, its schema or its stored data. Someone must act.
    #[error("internal fault: {context}")]
    Broken {
        /// Where it happened, for the log; never shown to a user, never personal data.
        context: String,
        /// The cause, when there is one.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

/// One field that cannot be taken, by its name in the form and a closed code that the pages translate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the form field.
    pub field: &'static str,
    /// Why, for example `required`, `too_long`, `not_an_email`.
    pub code: &'static str,
}

impl ServiceError {
    /// A fault without a cause of its own.
    #[must_use]
    pub fn broken(context: impl Into<String>) -> Self {
        Self::Broken { context: context.into(), source: None }
    }

    /// A fault with its cause.
    pub fn broken_by(
        context: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Broken { context: context.into(), source: Some(source.into()) }
    }

    /// One invalid field.
    #[must_use]
    pub fn invalid(field: &'static str, code: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, code }])
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::Duplicate(_) => Self::Conflict("exists_already"),
            StoreError::BadUrl(_) | StoreError::Corrupt(_) | StoreError::Broken(_) => {
                Self::broken_by("database", error)
            }
        }
    }
}

impl From<store::error::DieselError> for ServiceError {
    fn from(error: store::error::DieselError) -> Self {
        StoreError::from(error).into()
    }
}
