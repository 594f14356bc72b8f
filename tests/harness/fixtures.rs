//! What tests begin with, made through the real use cases: organisations, people, campaigns, links, finished tests.
//!
//! Names and addresses are unlikely words, so that a test may look for them where they must not be.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ids::{OrganisationId, UserId};
use domain::language::Language;
use domain::pack::{Pack, PackFile, ParsedPack};
use domain::role::Role;
use services::admin::NewUser;
use services::clock::HandClock;
use services::random::SystemRandom;
use services::state::Services;
use services::viewer::Staff;
use store::db::{Db, DbUrl, PoolSettings};

use crate::client::Client;
use crate::{Harness, first_moment, secrets, settings};

/// The password of everybody.
pub const PASSWORD: &str = "zinnia-quartz-8-paddock";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no other fixture of this process has.
pub fn number() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A member of an organisation, with what they type to sign in.
#[derive(Clone, Debug)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Where they work.
    pub organisation: OrganisationId,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Harness {
    /// A new organisation, a stranger to every other.
    ///
    /// # Panics
    /// When the use case refuses.
    #[must_use]
    pub fn organisation(&self) -> OrganisationId {
        self.services
            .create_organisation(&format!("Maison Quillaja {}", number()), false)
            .expect("an organisation")
    }

    /// The organisation that the fixtures below use: the same each time.
    #[must_use]
    pub fn home(&self) -> OrganisationId {
        self.home.get_or_init(|| self.organisation()).clone()
    }

    /// A new member of the home organisation.
    #[must_use]
    pub fn user(&self, role: Role) -> User {
        self.user_of(&self.home(), role)
    }

    /// A new member of an organisation.
    ///
    /// # Panics
    /// When the use case refuses.
    #[must_use]
    pub fn user_of(&self, organisation: &OrganisationId, role: Role) -> User {
        let number = number();
        let name = format!("Wilhelmine Ozanne-{number}");
        let email = format!("w.ozanne.{number}@quillaja.example");
        let new = NewUser { email: &email, name: &name, role, language: Language::Fr, password: PASSWORD };
        let id = self.services.create_user(organisation, &new).expect("a user");
        User { id, organisation: organisation.clone(), role, name, email }
    }

    /// A member as the use cases take them, with a session of its own.
    ///
    /// # Panics
    /// When the use case refuses.
    #[must_use]
    pub fn staff(&self, user: &User) -> Staff {
        self.services.sign_in(&user.email, PASSWORD, None).expect("a session").staff
    }

    /// A visitor with a session of this member. The sign-in page has tests of its own.
    ///
    /// # Panics
    /// When the use case refuses.
    #[must_use]
    pub fn sign_in(&self, user: &User) -> Client {
        let session = self.services.sign_in(&user.email, PASSWORD, None).expect("a session");
        let client = self.client();
        client.set_cookie(egard_app::signed_in::SESSION_COOKIE, &session.token);
        client
    }
}

/// The shipped pack, parsed.
///
/// # Panics
/// When it has problems, with all of them.
#[must_use]
pub fn shipped_pack() -> ParsedPack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/packs/relation-client");
    let mut files = Vec::new();
    gather(&folder, &folder, &mut files);
    Pack::parse(&files).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}: {}", folder.display(), lines.join("\n"))
    })
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<PackFile>) {
    let entries = std::fs::read_dir(folder).expect("the folder of the pack");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let inside = path.strip_prefix(root).expect("a path inside").to_string_lossy().into_owned();
            files.push(PackFile { path: inside, bytes: std::fs::read(&path).expect("a file of the pack") });
        }
    }
}

/// What every test's database holds from the start: the shipped pack, for every organisation.
pub(crate) fn prepare(url: &DbUrl) {
    let db = Db::open(url.clone(), PoolSettings { max_connections: 2, ..PoolSettings::default() });
    let clock = Arc::new(HandClock::at(first_moment()));
    let settings = settings(&std::env::temp_dir(), ([127, 0, 0, 1], 1).into());
    let services = Services::new(db.expect("a database"), clock, Arc::new(SystemRandom), secrets(), settings);
    services.import_pack(None, &shipped_pack()).expect("the pack");
}
