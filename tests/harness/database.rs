//! A fresh database for each test: a copy of a migrated one that each test process makes once per kind.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use store::db::{Db, DbUrl, PoolSettings};
use store::migrate;

use crate::folder::Folder;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The bundled SQLite.
    Sqlite,
    /// The server at `EGARD_TEST_POSTGRES_URL`.
    Postgres,
}

/// Both, for tests that compare them.
pub const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// What a test needs of PostgreSQL, in words for whoever runs it by hand.
const POSTGRES_MISSING: &str = "EGARD_TEST_POSTGRES_URL is not set: `cargo xtask test` sets it; by hand, run \
    tests/postgres.sh in another terminal and copy the line that it prints";

/// Does once per process and database what every test would repeat: on a migrated database, before it is copied.
pub type Preparation = fn(&DbUrl);

/// A database that is deleted when it goes out of scope.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    drop: Option<(String, String)>,
    _folder: Option<Folder>,
}

impl TestDatabase {
    /// A migrated database with what `preparation` put into it.
    pub fn prepared(backend: Backend, preparation: Preparation) -> Self {
        match backend {
            Backend::Sqlite => {
                static TEMPLATE: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
                let template = TEMPLATE.get_or_init(|| caught(|| sqlite_template(preparation)));
                let database = Self::empty(Backend::Sqlite);
                std::fs::write(database.sqlite_path(), made(template)).expect("a copied database");
                database
            }
            Backend::Postgres => {
                static TEMPLATE: OnceLock<Result<String, String>> = OnceLock::new();
                let template = TEMPLATE.get_or_init(|| caught(|| postgres_template(preparation)));
                Self::postgres(&format!(" TEMPLATE {}", made(template)))
            }
        }
    }

    /// A migrated database without any row.
    pub fn migrated(backend: Backend) -> Self {
        let database = Self::empty(backend);
        migrate::run_pending(&database.open()).expect("migrations");
        database
    }

    /// A database without tables.
    pub fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = Folder::new("database");
                let url = format!("sqlite:{}", folder.path().join("egard.sqlite3").display());
                Self { url, drop: None, _folder: Some(folder) }
            }
            Backend::Postgres => Self::postgres(""),
        }
    }

    /// A database that somebody else keeps, without tables.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), drop: None, _folder: None }
    }

    fn postgres(option: &str) -> Self {
        let server = postgres_url();
        let name = format!("egard_test_{}", unique());
        execute(&server, &format!("CREATE DATABASE {name}{option}"));
        Self { url: with_database(&server, &name), drop: Some((server, name)), _folder: None }
    }

    /// Its URL, as the configuration takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it with a small pool.
    pub fn open(&self) -> Db {
        let url = DbUrl::parse(&self.url).expect("a database URL");
        let settings = PoolSettings { max_connections: 8, ..PoolSettings::default() };
        Db::open(url, settings).expect("a database")
    }

    /// The file of a SQLite database.
    pub fn sqlite_path(&self) -> &str {
        self.url.strip_prefix("sqlite:").expect("a SQLite database")
    }

    /// Runs SQL text beside the server, as another program would.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        if self.url.starts_with("sqlite:") {
            let mut conn = diesel::SqliteConnection::establish(self.sqlite_path()).expect("a connection");
            conn.batch_execute("PRAGMA busy_timeout = 5000").expect("a pragma");
            if let Err(error) = conn.batch_execute(sql) {
                panic!("{sql}: {error}");
            }
        } else {
            execute(&self.url, sql);
        }
    }

    /// Locks a SQLite database, as another program in the middle of its work would, until the value is dropped.
    #[must_use]
    pub fn hold_lock(&self) -> HeldLock {
        let mut conn = diesel::SqliteConnection::establish(self.sqlite_path()).expect("a connection");
        conn.batch_execute("PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE").expect("the lock");
        HeldLock { _conn: conn }
    }

    /// The texts of the first column that a query returns; cast what is no text to text.
    #[track_caller]
    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.try_texts(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// As [`Self::texts`].
    ///
    /// # Errors
    /// What the database says against the query.
    pub fn try_texts(&self, sql: &str) -> Result<Vec<String>, String> {
        let query = diesel::sql_query(format!("SELECT text_value FROM ({sql}) AS asked (text_value)"));
        let rows = if self.url.starts_with("sqlite:") {
            // SQLite names no columns of a subquery; a common table expression does.
            let query =
                diesel::sql_query(format!("WITH asked (text_value) AS ({sql}) SELECT text_value FROM asked"));
            let mut conn =
                diesel::SqliteConnection::establish(self.sqlite_path()).map_err(|error| error.to_string())?;
            conn.batch_execute("PRAGMA busy_timeout = 5000").map_err(|error| error.to_string())?;
            query.load::<TextRow>(&mut conn)
        } else {
            let mut conn = PgConnection::establish(&self.url).map_err(|error| error.to_string())?;
            query.load::<TextRow>(&mut conn)
        };
        rows.map(|rows| rows.into_iter().map(|row| row.text_value.unwrap_or_default()).collect())
            .map_err(|error| error.to_string())
    }

    /// The number that a query returns, such as a count.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        let texts =
            self.texts(&format!("WITH counted (number) AS ({sql}) SELECT CAST(number AS TEXT) FROM counted"));
        texts.first().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{sql}: no number"))
    }

    /// A number that changes whenever a row of any table does, but for those named and the throttles.
    pub fn fingerprint(&self, but: &[&str]) -> u64 {
        let is_sqlite = self.url.starts_with("sqlite:");
        let tables = if is_sqlite {
            self.texts("SELECT name FROM sqlite_master WHERE type = 'table'")
        } else {
            self.texts("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        };
        let looked_at = tables.iter().filter(|table| *table != "throttles" && !but.contains(&table.as_str()));
        let selects: Vec<String> = looked_at
            .map(|table| {
                if !is_sqlite {
                    return format!("SELECT '{table} ' || CAST(row_to_json({table}) AS TEXT) FROM {table}");
                }
                let columns = self.texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
                let texts: Vec<String> =
                    columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                format!("SELECT '{table} ' || {} FROM {table}", texts.join(" || ',' || "))
            })
            .collect();
        let mut rows = self.texts(&selects.join(" UNION ALL "));
        rows.sort();
        let mut hasher = DefaultHasher::new();
        rows.hash(&mut hasher);
        hasher.finish()
    }

    /// The rows of a table.
    #[track_caller]
    pub fn count(&self, table: &str) -> i64 {
        let texts = self.texts(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}"));
        texts.first().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{table}: no count"))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            // FORCE ends connections of a pool that has not closed yet.
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A lock that ends when it goes out of scope.
pub struct HeldLock {
    _conn: diesel::SqliteConnection,
}

#[derive(diesel::QueryableByName)]
struct TextRow {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    text_value: Option<String>,
}

/// The superuser's URL of the PostgreSQL for tests.
pub fn postgres_url() -> String {
    std::env::var("EGARD_TEST_POSTGRES_URL").unwrap_or_else(|_| panic!("{POSTGRES_MISSING}"))
}

fn execute(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url)
        .unwrap_or_else(|error| panic!("the PostgreSQL at EGARD_TEST_POSTGRES_URL does not answer: {error}"));
    if let Err(error) = conn.batch_execute(sql) {
        panic!("{sql}: {error}");
    }
}

/// The same server, another database: the path of the URL is changed, its options stay.
fn with_database(server: &str, name: &str) -> String {
    let (place, options) = server.split_once('?').unwrap_or((server, ""));
    let scheme_end = place.find("://").map_or(0, |at| at + 3);
    let path = place[scheme_end..].find('/').map_or(place.len(), |at| scheme_end + at);
    let question = if options.is_empty() { "" } else { "?" };
    format!("{}/{name}{question}{options}", &place[..path])
}

fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = chrono::Utc::now().timestamp_micros();
    format!("{}_{now}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn sqlite_template(preparation: Preparation) -> Vec<u8> {
    let database = TestDatabase::migrated(Backend::Sqlite);
    preparation(&DbUrl::parse(database.url()).expect("a database URL"));
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::read(database.sqlite_path()).expect("the template")
}

fn postgres_template(preparation: Preparation) -> String {
    let server = postgres_url();
    let name = format!("egard_template_{}", unique());
    execute(&server, &format!("CREATE DATABASE {name}"));
    let url = DbUrl::parse(&with_database(&server, &name)).expect("a database URL");
    let db = Db::open(url.clone(), PoolSettings { max_connections: 1, ..PoolSettings::default() })
        .expect("a database");
    migrate::run_pending(&db).expect("migrations");
    drop(db);
    preparation(&url);
    // A database with connections cannot be copied, and a pool closes its own a moment after it was dropped.
    execute(&server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    execute(
        &server,
        &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    );
    name
}

/// Runs once what all tests wait for, and keeps a failure so that each of them shows it.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

fn made<T>(result: &Result<T, String>) -> &T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("the database that tests copy could not be made: {error}"),
    }
}
