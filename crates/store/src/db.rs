//! Connections: one enum over SQLite and PostgreSQL, a pool, and the two ways to use it.
//!
//! Reads and writes go through [`Db::read`] and [`Db::write`]; there is no other way to a connection.
//! A write on SQLite begins IMMEDIATE, so that it waits for the lock instead of failing half-way, and
//! writers of one process queue up before the database is asked at all.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::conn::DbConn;
use crate::error::StoreError;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbUrl {
    /// `sqlite:<path>`: a file.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, handed to libpq as it is.
    Postgres(String),
}

impl DbUrl {
    /// Reads a database URL.
    ///
    /// # Errors
    /// [`StoreError::BadUrl`] when the scheme is neither `sqlite:` nor `postgres://`, so that a mistyped URL never
    /// becomes a new, empty SQLite file; the message does not repeat the URL, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(StoreError::BadUrl("the database URL names no file after sqlite:".to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if text.contains("sslmode=require") || text.contains("sslmode=verify") {
                return Err(StoreError::BadUrl(
                    "this build talks to PostgreSQL without TLS: build with the feature `pg-tls`, or leave out sslmode"
                        .to_owned(),
                ));
            }
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreError::BadUrl(
            "the database URL must begin with sqlite: (a file) or postgres:// (a server)".to_owned(),
        ))
    }

    /// The URL without a password, for messages.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                let place = place.split_once('?').map_or(place, |(place, _)| place);
                format!("{scheme}://…@{place}")
            }
        }
    }
}

/// Opens connections for the pool.
struct Opener {
    url: DbUrl,
    busy_timeout: Duration,
}

impl ManageConnection for Opener {
    type Connection = DbConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<DbConn, Self::Error> {
        open(&self.url, self.busy_timeout).map_err(|error| {
            diesel::r2d2::Error::ConnectionError(diesel::ConnectionError::BadConnection(error.to_string()))
        })
    }

    fn is_valid(&self, conn: &mut DbConn) -> Result<(), Self::Error> {
        conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut DbConn) -> bool {
        use diesel::r2d2::R2D2Connection;
        match conn {
            DbConn::Postgres(inner) => inner.is_broken(),
            DbConn::Sqlite(inner) => inner.is_broken(),
        }
    }
}

fn open(url: &DbUrl, busy_timeout: Duration) -> Result<DbConn, StoreError> {
    match url {
        DbUrl::Postgres(url) => {
            let mut inner = PgConnection::establish(url)?;
            inner.batch_execute(
                "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET client_min_messages = warning",
            )?;
            Ok(DbConn::Postgres(inner))
        }
        DbUrl::Sqlite(path) => {
            let mut inner = SqliteConnection::establish(&path.to_string_lossy())?;
            inner.batch_execute(&format!(
                "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000; \
                 PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864",
                busy_timeout.as_millis()
            ))?;
            Ok(DbConn::Sqlite(inner))
        }
    }
}

thread_local! {
    /// Whether this thread holds a connection of a pool.
    static HOLDS_ONE: Cell<bool> = const { Cell::new(false) };
}

/// A connection of the pool, the only one that its thread holds.
struct Held(PooledConnection<Opener>);

impl Deref for Held {
    type Target = DbConn;

    fn deref(&self) -> &DbConn {
        &self.0
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut DbConn {
        &mut self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HOLDS_ONE.set(false);
    }
}

/// How the pool is sized.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Connections kept at most.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told that the database is not available.
    pub connection_timeout: Duration,
    /// How long SQLite waits for a lock held by another process.
    pub busy_timeout: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            max_connections: 16,
            connection_timeout: Duration::from_secs(5),
            busy_timeout: Duration::from_secs(5),
        }
    }
}

/// The database: cheap to clone, shared by every thread.
#[derive(Clone)]
pub struct Db {
    url: DbUrl,
    pool: Pool<Opener>,
    /// One connection for what is read while a transaction is open; see [`Db::read_beside`].
    beside: Pool<Opener>,
    /// Held by the one writer of this process on SQLite; PostgreSQL has writers side by side.
    write_gate: Option<Arc<Mutex<()>>>,
}

impl Db {
    /// Opens a database. A SQLite file that does not exist is made, its folder is not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection can be had.
    pub fn open(url: DbUrl, settings: PoolSettings) -> Result<Self, StoreError> {
        let first = open(&url, settings.busy_timeout)?;
        drop(first);
        let write_gate = matches!(url, DbUrl::Sqlite(_)).then(|| Arc::new(Mutex::new(())));
        let pool = |max_connections: u32, min_idle: u32| {
            Pool::builder()
                .max_size(max_connections)
                .min_idle(Some(min_idle))
                .connection_timeout(settings.connection_timeout)
                .test_on_check_out(false)
                .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
                .build_unchecked(Opener { url: url.clone(), busy_timeout: settings.busy_timeout })
        };
        let (pool, beside) = (pool(settings.max_connections, 1), pool(1, 0));
        Ok(Self { url, pool, beside, write_gate })
    }

    /// Where the database is.
    #[must_use]
    pub const fn url(&self) -> &DbUrl {
        &self.url
    }

    /// A connection of the pool for this thread, which must not hold one already: threads that each hold one and wait
    /// for a second wait for each other once the pool is empty. [`Db::read_beside`] is the way out.
    fn connection(&self) -> Result<Held, StoreError> {
        debug_assert!(!HOLDS_ONE.get(), "a thread that holds a connection asked for another one");
        let connection = self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        HOLDS_ONE.set(true);
        Ok(Held(connection))
    }

    /// Runs reads in one transaction, so that they see one state of the database.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when the database cannot be asked.
    pub fn read<T, E: From<StoreError> + From<diesel::result::Error>>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut held = self.connection()?;
        let conn: &mut DbConn = &mut held;
        if let DbConn::Sqlite(_) = conn {
            return conn.transaction(work);
        }
        conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let result = work(conn);
        conn.batch_execute("COMMIT")?;
        result
    }

    /// Runs one read of a single statement without a transaction around it.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_one<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.connection()?;
        work(&mut conn)
    }

    /// Runs one read of a single statement that may be needed inside a transaction and asks for nothing of it: rows
    /// that never change, on the way into a cache. It has a connection of its own, so that transactions that wait for
    /// one here never wait for each other.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_beside<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.beside.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        work(&mut conn)
    }

    /// Runs `work` in one writing transaction: all of it is kept, or nothing.
    ///
    /// # Errors
    /// What `work` returns (then nothing was kept), or [`StoreError`] when the commit failed.
    pub fn write<T, E: From<StoreError> + From<diesel::result::Error>>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.write_gate.as_ref().map(|gate| gate.lock().unwrap_or_else(PoisonError::into_inner));
        let mut conn = self.connection()?;
        write_on(&mut conn, work)
    }

    /// Runs `work` outside any transaction, alone among the writers of this process: for migrations, which open
    /// their own.
    pub(crate) fn write_alone<T>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = self.write_gate.as_ref().map(|gate| gate.lock().unwrap_or_else(PoisonError::into_inner));
        let mut conn = self.connection()?;
        work(&mut conn)
    }
}

/// One writing transaction on a connection at hand.
fn write_on<T, E: From<StoreError> + From<diesel::result::Error>>(
    conn: &mut DbConn,
    work: impl FnOnce(&mut DbConn) -> Result<T, E>,
) -> Result<T, E> {
    let DbConn::Sqlite(inner) = conn else { return conn.transaction(work) };
    // diesel's own transaction() begins DEFERRED on the enum; the lock must be taken before the first read. Its
    // manager has to know of it all the same, because diesel nests a savepoint around an insert of several rows.
    AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE").map_err(StoreError::from)?;
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(conn)));
    match result {
        Ok(Ok(value)) => match Manager::commit_transaction(conn) {
            Ok(()) => Ok(value),
            // The manager has rolled back already.
            Err(error) => Err(StoreError::from(error).into()),
        },
        Ok(Err(error)) => {
            roll_back(conn);
            Err(error)
        }
        Err(panic) => {
            roll_back(conn);
            std::panic::resume_unwind(panic)
        }
    }
}

type Manager = <DbConn as Connection>::TransactionManager;

/// Gives up a transaction. SQLite has already done so itself after some errors; saying it twice does no harm.
fn roll_back(conn: &mut DbConn) {
    if let Err(error) = Manager::rollback_transaction(conn) {
        tracing::debug!(%error, "rolling back found no transaction");
    }
}
