//! The harness of the acceptance tests: the real server in this process over a fresh database, and a visitor.
//!
//! A test is written once and runs on SQLite and on PostgreSQL:
//!
//! ```ignore
//! both!(an_unknown_link_is_a_404, |h| {
//!     let visitor = h.client();
//!
//!     let answer = visitor.get("/c/unknown").expect(404);
//!
//!     answer.contains("lien");
//! });
//! ```
//!
//! `h` is a [`Harness`]: `h.client()` a visitor ([`client::Client`]), `h.clock` the time (it stands still until a test
//! moves it), `h.services` the use cases, `h.run_jobs()` the server's jobs once, `h.mails()` what has been mailed,
//! `h.database` for looking underneath, and the fixtures of [`fixtures`] (`h.organisation()`, `h.user(role)`,
//! `h.sign_in(&user)`, `h.campaign()`, `h.invite(&campaign)`, …), all made through the real use cases.
//! Answers are [`response::Response`]: `.expect(200)`, `.contains("…")`, `.page().text("h1")`,
//! `.page().form("main form").set("name", "…")` then `client.submit(path, &form)`, `client.follow(&answer)`.
//!
//! PostgreSQL for single tests by hand: `tests/postgres.sh` in another terminal, or `cargo xtask test --only api NAME`.
#![expect(
    clippy::expect_used,
    reason = "everything here runs inside a test, and a failed expectation is that test's failure"
)]

pub mod browser;
pub mod client;
pub mod cluster;
pub mod database;
pub mod fixtures;
pub mod folder;
pub mod logs;
pub mod measured;
pub mod media;
pub mod pdf;
pub mod process;
pub mod response;
pub mod wire;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use chrono::NaiveDate;
use domain::ids::OrganisationId;
use egard_app::context::{AppSettings, Instance};
use egard_server::http::assets::SiteFiles;
use egard_server::http::middleware::NetworkSettings;
use egard_server::http::{self, HttpSettings};
use services::answer_writer::AnswerWriter;
use services::clock::HandClock;
use services::random::SystemRandom;
use services::secrets::SecretRing;
use services::settings::{Argon2Settings, MailSettings, Settings};
use services::state::Services;
use services::viewer::Staff;
use store::db::{Db, DbUrl, PoolSettings};

use crate::client::Client;
use crate::database::{Backend, TestDatabase};
use crate::folder::Folder;

/// Makes two tests of one body: `name::sqlite` and `name::postgres`.
///
/// With a function between name and body, `both!(name, change, |h| { … })`, the server starts after `change` has
/// changed its [`Setup`].
#[macro_export]
macro_rules! both {
    ($(#[$meta:meta])* $name:ident, |$harness:ident| $body:block) => {
        $crate::both!($(#[$meta])* $name, |_| {}, |$harness| $body);
    };
    ($(#[$meta:meta])* $name:ident, $change:expr, |$harness:ident| $body:block) => {
        $(#[$meta])*
        fn $name(backend: $crate::database::Backend) {
            fn body($harness: &$crate::Harness) $body
            body(&$crate::Harness::with(backend, $change));
        }

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::database::Backend::Sqlite);
            }

            #[test]
            fn postgres() {
                super::$name($crate::database::Backend::Postgres);
            }
        }
    };
}

/// The real server in this process, with a database and a clock of its own.
pub struct Harness {
    running: Option<(ServerHandle, JoinHandle<()>)>,
    address: SocketAddr,
    /// The use cases, on the same database, clock and secrets as the server's.
    pub services: Services,
    /// The time; it stands until a test moves it.
    pub clock: Arc<HandClock>,
    /// Which database this is.
    pub backend: Backend,
    home: OnceLock<OrganisationId>,
    owner: OnceLock<Staff>,
    writer: AnswerWriter,
    folder: Folder,
    /// The database underneath.
    pub database: TestDatabase,
}

/// What a test may want otherwise before the server starts.
pub struct Setup {
    /// The database; a prepared one unless a test brings its own.
    pub database: TestDatabase,
    /// How connections are kept.
    pub pool: PoolSettings,
    /// Settings of the use cases.
    pub settings: Settings,
    /// Proxies and origins.
    pub network: NetworkSettings,
    /// Worker threads of the server.
    pub workers: usize,
}

impl Harness {
    /// Starts a server on a prepared database.
    pub fn start(backend: Backend) -> Self {
        Self::with(backend, |_| {})
    }

    /// Starts a server after `change` has changed what it is made of.
    pub fn with(backend: Backend, change: impl FnOnce(&mut Setup)) -> Self {
        logs::capture();
        let folder = Folder::new("harness");
        std::fs::create_dir_all(folder.path().join("outbox")).expect("an outbox");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut setup = Setup {
            database: TestDatabase::prepared(backend, fixtures::prepare),
            pool: PoolSettings { max_connections: 8, ..PoolSettings::default() },
            settings: settings(folder.path(), address),
            network: NetworkSettings::default(),
            workers: 2,
        };
        change(&mut setup);

        let clock = Arc::new(HandClock::at(first_moment()));
        let url = DbUrl::parse(setup.database.url()).expect("a database URL");
        let db = Db::open(url, setup.pool).expect("a database");
        let services = Services::new(db, clock.clone(), Arc::new(SystemRandom), secrets(), setup.settings);
        let writer = AnswerWriter::start(services.clone()).expect("the answer writer");
        let (site, assets) = site();
        let app = AppSettings {
            assets,
            secure_cookies: false,
            instance: Instance::default(),
            version: "0.0.0-test",
        };
        let http =
            HttpSettings { workers: setup.workers, shutdown_timeout_s: 1, network: setup.network.clone() };
        let running = run(listener, services.clone(), writer.clone(), app, site, http);
        Self {
            running: Some(running),
            address,
            services,
            clock,
            backend,
            home: OnceLock::new(),
            owner: OnceLock::new(),
            writer,
            folder,
            database: setup.database,
        }
    }

    /// Where the server listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path, as a browser needs it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A visitor without cookies who reads French.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A writer of answers, beside the server's.
    pub const fn writer(&self) -> &AnswerWriter {
        &self.writer
    }

    /// Every mail that has left, as the files in the outbox, in order of their names.
    pub fn mails(&self) -> Vec<String> {
        folder::texts_below(&self.folder.path().join("outbox"))
    }

    /// The folder with the outbox and the ledger of erasures.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the server as SIGTERM would; the database stays.
    pub fn stop(&mut self) {
        if let Some((handle, thread)) = self.running.take() {
            // The future need not be awaited: sending the command is what its creation does.
            drop(handle.stop(true));
            if thread.join().is_err() && !std::thread::panicking() {
                panic!("the server's thread panicked");
            }
        }
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.stop();
        self.writer.stop();
    }
}

/// The moment at which the clock of every test stands: a Monday morning.
///
/// # Panics
/// Never: the date exists.
pub fn first_moment() -> chrono::NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|day| day.and_hms_opt(9, 0, 0)).expect("a date")
}

/// The instance secrets of every test.
///
/// # Panics
/// Never: the ring is well formed.
pub fn secrets() -> SecretRing {
    SecretRing::parse(&secret_line()).expect("a ring")
}

/// The same as text, for a server in a process of its own.
pub fn secret_line() -> String {
    SecretRing::line("k1", [7; 32])
}

/// Settings of the use cases for an instance whose files are in a folder.
#[must_use]
pub fn settings(folder: &Path, address: SocketAddr) -> Settings {
    let outbox = folder.join("outbox");
    Settings {
        public_url: format!("http://{address}"),
        erasure_ledger: folder.join("erasures.ledger"),
        // The least that argon2id takes: its strength is not what these tests test.
        argon2: Argon2Settings { memory_kib: 8, iterations: 1, parallelism: 1 },
        mail: MailSettings::Outbox(outbox),
        is_demo: false,
        retention_months: 24,
        address_retention_days: 30,
    }
}

/// The built site when there is one; API tests do without.
fn site() -> (SiteFiles, egard_app::assets::Assets) {
    match std::env::var_os("EGARD_SITE") {
        Some(folder) => SiteFiles::read(Path::new(&folder)).expect("the site at EGARD_SITE"),
        None => Default::default(),
    }
}

fn run(
    listener: TcpListener,
    services: Services,
    writer: AnswerWriter,
    app: AppSettings,
    site: SiteFiles,
    settings: HttpSettings,
) -> (ServerHandle, JoinHandle<()>) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = http::start(listener, services, writer, app, site, settings).expect("a server");
            sender.send(server.handle()).expect("a waiting test");
            server.await.expect("a server that ends well");
        });
    });
    match receiver.recv() {
        Ok(handle) => (handle, thread),
        Err(_) => {
            panic!("the server did not start: {:?}", thread.join().err().map(|_| "its thread panicked"))
        }
    }
}
