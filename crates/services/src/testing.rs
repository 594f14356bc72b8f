//! What unit tests of use cases stand on: a temporary SQLite database, a clock moved by hand, the shipped pack.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{NaiveDate, NaiveDateTime};
use domain::form::Form;
use domain::ids::{FormId, KeyRowId, PackRowId};
use domain::pack::{Pack, PackFile, ParsedPack};
use store::db::{Db, DbUrl, PoolSettings};

use crate::clock::HandClock;
use crate::packs::LoadedForm;
use crate::random::SeededRandom;
use crate::secrets::SecretRing;
use crate::settings::{Argon2Settings, MailSettings, Settings};
use crate::state::Services;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// The use cases over a database that goes away with this.
pub(crate) struct TestServices {
    pub(crate) services: Services,
    folder: PathBuf,
}

impl TestServices {
    /// A migrated database that holds the shipped pack.
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("egard-services-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = DbUrl::parse(&format!("sqlite:{}", folder.join("egard.sqlite3").display())).unwrap();
        let db = Db::open(url, PoolSettings { max_connections: 2, ..PoolSettings::default() }).unwrap();
        store::migrate::run_pending(&db).unwrap();
        let settings = Settings {
            public_url: "http://127.0.0.1:1".to_owned(),
            erasure_ledger: folder.join("erasures"),
            argon2: Argon2Settings { memory_kib: 8, iterations: 1, parallelism: 1 },
            mail: MailSettings::Outbox(folder.join("outbox")),
            is_demo: true,
            retention_months: 3,
            address_retention_days: 7,
        };
        let secrets = SecretRing::parse(&SecretRing::line("k1", [7; 32])).unwrap();
        let clock = Arc::new(HandClock::at(first_moment()));
        let services = Services::new(db, clock, Arc::new(SeededRandom::new(1)), secrets, settings);
        services.import_pack(None, &shipped_pack()).unwrap();
        Self { services, folder }
    }
}

impl Drop for TestServices {
    fn drop(&mut self) {
        // The database may still be open; the system clears its temporary folder then.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// When a test begins.
pub(crate) fn first_moment() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(9, 0, 0).unwrap()
}

/// The shipped pack, read from its folder.
pub(crate) fn shipped_pack() -> ParsedPack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/packs/relation-client");
    let mut files = Vec::new();
    gather(&folder, &folder, &mut files);
    Pack::parse(&files).unwrap()
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<PackFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let inside = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.push(PackFile { path: inside, bytes: std::fs::read(&path).unwrap() });
        }
    }
}

/// A form of the shipped pack with its key, without a database.
pub(crate) fn loaded_form(id: &str) -> LoadedForm {
    let parsed = shipped_pack();
    let form = Form::resolve(&parsed.pack, &FormId::parse(id).unwrap()).unwrap();
    let chance_level = form.chance_level(&parsed.key).unwrap();
    LoadedForm {
        pack: Arc::new(parsed.pack),
        form,
        key: parsed.key,
        pack_row: PackRowId::parse("00000000-0000-7000-8000-000000000001").unwrap(),
        key_row: KeyRowId::parse("00000000-0000-7000-8000-000000000002").unwrap(),
        chance_level,
    }
}
