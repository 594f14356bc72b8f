//! What stands before a measurement: a temporary database with the shipped pack, an organisation, campaigns, and
//! candidates whose links are known, all made through the use cases.

use std::path::Path;
use std::sync::Arc;

use acceptance::database::{Backend, TestDatabase};
use acceptance::fixtures::{self, PASSWORD, User};
use acceptance::folder::Folder;
use domain::attempt::Place;
use domain::ids::CampaignId;
use domain::language::Language;
use domain::role::Role;
use services::attempt_cookie::AttemptCookie;
use services::candidate::Candidate;
use services::clock::SystemClock;
use services::invitation_page::LinkPage;
use services::packs::LoadedForm;
use services::random::SystemRandom;
use services::settings::{Argon2Settings, MailSettings, Settings};
use services::start_attempt::StartRequest;
use services::state::Services;
use services::viewer::Staff;
use store::db::{Db, DbUrl, PoolSettings};
use store::repo::attempt_steps::{self, AttemptStep};
use store::repo::attempts;
use store::repo::invitations;

use crate::Outcome;

/// A database under measurement with the use cases over it.
pub(crate) struct Stage {
    pub(crate) backend: Backend,
    pub(crate) services: Services,
    pub(crate) owner: Staff,
    user: User,
    database: TestDatabase,
    _folder: Folder,
}

/// The people of a campaign, in the order of their addresses.
pub(crate) struct People {
    pub(crate) campaign: CampaignId,
    pub(crate) waiting: Vec<Arc<Prepared>>,
}

/// A candidate who waits.
pub(crate) struct Prepared {
    /// The path of the link.
    pub(crate) link: String,
    /// The attempt of one who has begun.
    pub(crate) sitting: Option<Ready>,
}

/// An attempt under way.
pub(crate) struct Ready {
    /// The value of its cookie.
    pub(crate) cookie: String,
    /// Its public id.
    pub(crate) attempt: String,
    /// The id of its row.
    pub(crate) row: String,
}

impl Stage {
    pub(crate) fn make(backend: Backend) -> Outcome<Self> {
        let database = TestDatabase::migrated(backend);
        let folder = Folder::new("bench");
        let db = Db::open(DbUrl::parse(database.url())?, PoolSettings::default())?;
        let random = Arc::new(SystemRandom);
        let services =
            Services::new(db, Arc::new(SystemClock), random, acceptance::secrets(), settings(folder.path()));
        services.import_pack(None, &fixtures::shipped_pack())?;
        let organisation = fixtures::organisation(&services);
        let user = fixtures::user(&services, &organisation, Role::Owner);
        let owner = fixtures::staff(&services, &user);
        Ok(Self { backend, services, owner, user, database, _folder: folder })
    }

    /// Where the database is.
    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    /// The form that every campaign here shows.
    pub(crate) fn form(&self) -> Outcome<Arc<LoadedForm>> {
        Ok(fixtures::shipped_form(&self.services, &self.owner))
    }

    /// The database from beside.
    pub(crate) const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A session of the owner, as a cookie's value.
    pub(crate) fn session(&self) -> Outcome<String> {
        Ok(self.services.sign_in(&self.user.email, PASSWORD, None)?.token)
    }

    /// A campaign of its own with so many invited people; `is_ready`, each has begun and seen every scenario.
    pub(crate) fn candidates(&self, people: usize, is_ready: bool) -> Outcome<People> {
        let campaign = fixtures::campaign(&self.services, &self.owner, |_| {});
        let links = self.invite(&campaign, people)?;
        let prepared = links.into_iter().map(|link| {
            let sitting = if is_ready { Some(self.begin(&link)?) } else { None };
            Ok(Arc::new(Prepared { link, sitting }))
        });
        let waiting = prepared.collect::<Outcome<Vec<_>>>()?;
        self.show_everything(&waiting)?;
        Ok(People { campaign, waiting })
    }

    /// Invites people to a campaign; the paths of their links.
    pub(crate) fn invite(&self, campaign: &CampaignId, people: usize) -> Outcome<Vec<String>> {
        let mut list = String::from("email,name,language\n");
        for number in 0..people {
            list.push_str(&format!("c{number:06}@candidature.example,Candidate Vermeil {number},fr\n"));
        }
        let invited = self.services.invite_list(&self.owner, campaign, &list, Language::Fr)?;
        if invited.invited != people {
            return Err(format!("{} of {people} people were invited", invited.invited).into());
        }
        let limit = i64::try_from(people)?;
        let rows = self.services.read(|conn| Ok(invitations::page(conn, campaign.as_str(), "", limit)?))?;
        let path = |row| {
            let link = self.services.personal_link(row).ok_or("a link without a secret")?;
            let at = link.find("/c/").ok_or("a link of another form")?;
            Ok(link.split_at(at).1.to_owned())
        };
        rows.iter().map(path).collect()
    }

    /// Starts the test behind a link.
    pub(crate) fn begin(&self, link: &str) -> Outcome<Ready> {
        let token = link.rsplit('/').next().unwrap_or_default();
        let LinkPage::Notice(notice) = self.services.link_page(token, None)? else {
            return Err("a fresh link shows no notice".into());
        };
        let request = StartRequest {
            notice_version: notice.version.0,
            language: Language::Fr,
            cookie: None,
            address: None,
        };
        let cookie = self.services.start_attempt(token, &request)?.cookie;
        let parsed = AttemptCookie::parse(&cookie).ok_or("an unreadable cookie")?;
        let sitting = self.services.sitting(&Candidate { cookie: parsed, address: None })?;
        let row = self.services.read(|conn| {
            Ok(attempts::find_public(conn, self.owner.organisation.as_str(), sitting.public_id.as_str())?)
        })?;
        Ok(Ready { cookie, attempt: row.public_id, row: row.id })
    }

    /// Moves those who have begun to the review without an answer, so that each action may be saved in any order.
    fn show_everything(&self, prepared: &[Arc<Prepared>]) -> Outcome<()> {
        let review = self.form()?.form.length().number(Place::Review);
        let now = self.services.now();
        let steps: Vec<AttemptStep> = prepared
            .iter()
            .filter_map(|person| person.sitting.as_ref())
            .map(|ready| AttemptStep {
                id: ready.row.clone(),
                position: review,
                shown: review,
                flags: 0,
                language: Language::Fr.code().to_owned(),
                active_ms: 0,
                last_seen_at: now,
            })
            .collect();
        for together in steps.chunks(500) {
            self.services.write(|tx| Ok(attempt_steps::write_steps(tx.conn, together)?))?;
        }
        Ok(())
    }

    /// Lets no invitation leave: thousands of them would be mailed into what is measured.
    pub(crate) fn cancel_mails(&self) {
        self.database.execute("UPDATE mails SET state = 'cancelled' WHERE state = 'queued'");
    }

    /// The processes of PostgreSQL that work for this database or for all; none on SQLite.
    pub(crate) fn database_processes(&self) -> Vec<u32> {
        if self.backend == Backend::Sqlite {
            return Vec::new();
        }
        let pids = self
            .database
            .texts("SELECT CAST(pid AS TEXT) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
        pids.iter().filter_map(|pid| pid.parse().ok()).collect()
    }
}

fn settings(folder: &Path) -> Settings {
    Settings {
        public_url: "http://127.0.0.1".to_owned(),
        erasure_ledger: folder.join("erasures.ledger"),
        // The owner signs in a few times, before anything is measured.
        argon2: Argon2Settings { memory_kib: 8, iterations: 1, parallelism: 1 },
        mail: MailSettings::Outbox(folder.join("outbox")),
        is_demo: false,
        retention_months: 24,
        address_retention_days: 30,
    }
}
