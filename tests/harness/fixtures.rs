//! What tests begin with, made through the real use cases: organisations, people, campaigns, links, finished tests.
//!
//! Names and addresses are unlikely words, so that a test may look for them where they must not be.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::attempt::Place;
use domain::campaign::CampaignInput;
use domain::form::ItemIndex;
use domain::ids::{CampaignId, InvitationId, OrganisationId, PublicId, UserId};
use domain::language::Language;
use domain::pack::{Pack, PackFile, ParsedPack};
use domain::role::Role;
use services::admin::NewUser;
use services::answer_writer::{
    AnswerWriter, Direction, SaveCommand, SentAnswer, SentValue, Step, StepOutcome,
};
use services::attempt_cookie::{ATTEMPT_COOKIE, AttemptCookie};
use services::candidate::Candidate;
use services::clock::HandClock;
use services::finish_attempt::FinishRequest;
use services::invitation_page::LinkPage;
use services::invite::OnePerson;
use services::packs::LoadedForm;
use services::random::SystemRandom;
use services::start_attempt::StartRequest;
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

/// An invited person with their personal link.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The invitation.
    pub id: InvitationId,
    /// The campaign.
    pub campaign: CampaignId,
    /// The path of the link, `/c/<token>`.
    pub path: String,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Invited {
    /// The token in the link.
    pub fn token(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// A test under way or finished.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Who takes it.
    pub invited: Invited,
    /// Its id in blind addresses.
    pub public_id: PublicId,
    /// The value of its cookie.
    pub cookie: String,
}

impl Harness {
    /// A new organisation, a stranger to every other.
    pub fn organisation(&self) -> OrganisationId {
        organisation(&self.services)
    }

    /// The organisation that the fixtures below use: the same each time.
    pub fn home(&self) -> OrganisationId {
        self.home.get_or_init(|| self.organisation()).clone()
    }

    /// A new member of the home organisation.
    pub fn user(&self, role: Role) -> User {
        self.user_of(&self.home(), role)
    }

    /// A new member of an organisation.
    pub fn user_of(&self, organisation: &OrganisationId, role: Role) -> User {
        user(&self.services, organisation, role)
    }

    /// A member as the use cases take them, with a session of its own.
    pub fn staff(&self, user: &User) -> Staff {
        staff(&self.services, user)
    }

    /// An owner of the home organisation as the use cases take them: the same each time.
    pub fn owner(&self) -> Staff {
        self.owner.get_or_init(|| self.staff(&self.user(Role::Owner))).clone()
    }

    /// A visitor with a session of this member. The sign-in page has tests of its own.
    ///
    /// # Panics
    /// When the use case refuses.
    pub fn sign_in(&self, user: &User) -> Client {
        let session = self.services.sign_in(&user.email, PASSWORD, None).expect("a session");
        let client = self.client();
        client.set_cookie(egard_app::signed_in::SESSION_COOKIE, &session.token);
        client
    }

    /// A new campaign of the home organisation: the shipped form, both languages, no closing date.
    pub fn campaign(&self) -> CampaignId {
        campaign(&self.services, &self.owner(), |_| {})
    }

    /// A new campaign of the home organisation after `change` has changed its form.
    pub fn campaign_with(&self, change: impl FnOnce(&mut CampaignInput)) -> CampaignId {
        campaign(&self.services, &self.owner(), change)
    }

    /// A new person invited to a campaign of the home organisation.
    pub fn invite(&self, campaign: &CampaignId) -> Invited {
        invite(&self.services, &self.owner(), campaign)
    }

    /// Starts the test of an invited person through the use cases.
    pub fn start_attempt(&self, invited: &Invited) -> Attempt {
        start(&self.services, invited)
    }

    /// A visitor in the middle of a test: with its cookie.
    pub fn sit(&self, attempt: &Attempt) -> Client {
        let client = self.client();
        client.set_cookie(ATTEMPT_COOKIE, &attempt.cookie);
        client
    }

    /// Invites a new person who answers everything and finishes; `rating` gives 1 to 4 for the number of an action.
    pub fn complete_attempt(&self, campaign: &CampaignId, rating: impl Fn(i32) -> u8) -> Attempt {
        let attempt = self.start_attempt(&self.invite(campaign));
        answer_all(&self.services, &self.writer, &attempt, rating);
        finish(&self.services, &attempt);
        attempt
    }

    /// Runs every job of the server once.
    pub fn run_jobs(&self) {
        drop(services::jobs::run_due(&self.services));
    }
}

/// A new organisation.
///
/// # Panics
/// When the use case refuses; so do all functions below.
pub fn organisation(services: &Services) -> OrganisationId {
    services.create_organisation(&format!("Maison Quillaja {:05}", number()), false).expect("an organisation")
}

/// A new member.
pub fn user(services: &Services, organisation: &OrganisationId, role: Role) -> User {
    let number = number();
    let name = format!("Wilhelmine Ozanne-{number:05}");
    let email = format!("w.ozanne.{number:05}@quillaja.example");
    let new = NewUser { email: &email, name: &name, role, language: Language::Fr, password: PASSWORD };
    let id = services.create_user(organisation, &new).expect("a user");
    User { id, organisation: organisation.clone(), role, name, email }
}

/// A member as the use cases take them.
pub fn staff(services: &Services, user: &User) -> Staff {
    services.sign_in(&user.email, PASSWORD, None).expect("a session").staff
}

/// A new campaign over the first form there is.
pub fn campaign(services: &Services, owner: &Staff, change: impl FnOnce(&mut CampaignInput)) -> CampaignId {
    let forms = services.forms_for_campaigns(owner).expect("forms");
    let form = forms.first().expect("the shipped form");
    let mut input = CampaignInput {
        title: format!("Recrutement Vétiver {:05}", number()),
        job: "Conseil à la clientèle".to_owned(),
        pack: form.pack.to_string(),
        form: form.form.to_string(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        closes_at: String::new(),
        decision_on: "2027-03-31".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        contact: "aide@quillaja.example".to_owned(),
        notice_fr: String::new(),
        notice_en: String::new(),
    };
    change(&mut input);
    services.create_campaign(owner, &input).expect("a campaign")
}

/// A new person invited to a campaign.
pub fn invite(services: &Services, owner: &Staff, campaign: &CampaignId) -> Invited {
    let number = number();
    let name = format!("Théodrade Fuxia-{number:05}");
    let email = format!("t.fuxia.{number:05}@candidature.example");
    let typed = OnePerson { name: name.clone(), email: email.clone(), language: "fr".to_owned() };
    let id = services.invite_one(owner, campaign, &typed).expect("an invitation");
    let link = services.shown_link(owner, campaign, &id).expect("a link").address.expect("a link");
    let at = link.find("/c/").expect("a personal link");
    Invited { id, campaign: campaign.clone(), path: link[at..].to_owned(), name, email }
}

/// Starts the test of an invited person.
pub fn start(services: &Services, invited: &Invited) -> Attempt {
    let page = services.link_page(invited.token(), None).expect("the page of the link");
    let LinkPage::Notice(notice) = page else { panic!("the link of {} shows no notice", invited.id) };
    let request = StartRequest {
        notice_version: notice.version.0,
        language: Language::Fr,
        cookie: None,
        address: None,
    };
    let opened = services.start_attempt(invited.token(), &request).expect("a started test");
    let candidate = candidate(&opened.cookie);
    let sitting = services.sitting(&candidate).expect("a sitting");
    Attempt { invited: invited.clone(), public_id: sitting.public_id, cookie: opened.cookie }
}

/// Sees every scenario without answering any, and comes to the review.
pub fn see_all(services: &Services, writer: &AnswerWriter, attempt: &Attempt) {
    go_through(services, writer, attempt, |_| None);
}

/// Answers every scenario, the practice too, and comes to the review.
pub fn answer_all(services: &Services, writer: &AnswerWriter, attempt: &Attempt, rating: impl Fn(i32) -> u8) {
    go_through(services, writer, attempt, |item| Some(rating(item)));
}

fn go_through(
    services: &Services,
    writer: &AnswerWriter,
    attempt: &Attempt,
    rating: impl Fn(i32) -> Option<u8>,
) {
    let candidate = candidate(&attempt.cookie);
    let sitting = services.sitting(&candidate).expect("a sitting");
    for scenario in sitting.loaded.form.scenarios() {
        let sent = |item: ItemIndex| {
            let value = SentValue::Number(rating(item.number())?);
            Some(SentAnswer { item, base: domain::attempt::Sequence::NONE, value })
        };
        let step = Direction::After { from: scenario.place, pause_offered: true };
        let command = SaveCommand {
            cookie: candidate.cookie.clone(),
            attempt: attempt.public_id.clone(),
            epoch: sitting.epoch,
            language: sitting.language,
            answers: scenario.actions.iter().filter_map(|action| sent(action.item)).collect(),
            within: Some(scenario.place),
            step: Step { to: Some(step), ..Step::default() },
        };
        let outcome = writer.save_blocking(command).expect("saved answers");
        assert!(outcome.is_complete(), "{:?}: {outcome:?}", scenario.place);
        if let StepOutcome::Made { position: Place::Review, .. } = outcome.step {
            return;
        }
    }
    panic!("the last scenario did not lead to the review");
}

/// Finishes a test that has come to the review.
pub fn finish(services: &Services, attempt: &Attempt) {
    let candidate = candidate(&attempt.cookie);
    let sitting = services.sitting(&candidate).expect("a sitting");
    let request = FinishRequest {
        attempt: attempt.public_id.clone(),
        epoch: sitting.epoch,
        language: sitting.language,
    };
    services.finish_attempt(&candidate, &request).expect("a finished test");
}

fn candidate(cookie: &str) -> Candidate {
    Candidate { cookie: AttemptCookie::parse(cookie).expect("a cookie"), address: None }
}

/// A comparison group of a campaign's form and key, of 120 people, as an owner would have made it: its id. Somebody must
/// have finished.
pub fn norm_group(services: &Services, campaign: &CampaignId) -> String {
    let id = uuid::Uuid::new_v4().hyphenated().to_string();
    let made = services.db().write::<(), store::error::StoreError>(|conn| {
        let row = store::repo::campaigns::load(conn, campaign.as_str())?;
        let of = store::repo::scores::FormOf {
            organisation: &row.organisation_id,
            pack_row: &row.pack_row_id,
            form: &row.form_id,
            form_version: row.form_version,
            key_row: &row.key_row_id,
        };
        let snapshot = store::repo::snapshots::newest(conn, of)?.expect("a snapshot");
        let day = row.created_at.date();
        let counts: Vec<u32> = (0..=100_u32)
            .map(|point| match point {
                40 | 60 => 50,
                50 => 18,
                90 => 2,
                _ => 0,
            })
            .collect();
        let group = store::repo::norm_groups::NormGroupRow {
            id: id.clone(),
            organisation_id: row.organisation_id.clone(),
            pack_row_id: row.pack_row_id.clone(),
            form_id: row.form_id.clone(),
            form_version: row.form_version,
            key_row_id: row.key_row_id.clone(),
            snapshot_id: snapshot.id,
            name_fr: "Candidats de l’hiver".to_owned(),
            name_en: "Winter candidates".to_owned(),
            description_fr: String::new(),
            description_en: String::new(),
            from_on: day,
            to_on: day,
            n: 120,
            mean: 50.7,
            sd: 10.6,
            counts: serde_json::to_string(&counts).expect("counts"),
            made_by: None,
            made_at: row.created_at,
            retired_at: None,
        };
        store::repo::norm_groups::insert(conn, &group, std::slice::from_ref(&row.id))
    });
    made.expect("a comparison group");
    id
}

/// An import of one outcome of a finished test: its id.
pub fn outcome_import(services: &Services, owner: &Staff, attempt: &Attempt) -> String {
    let campaign = &attempt.invited.campaign;
    let list = format!("candidate_id,date,performance\n{},2026-03-02,3\n", attempt.public_id);
    services.import_outcomes(owner, campaign, &list).expect("an import");
    services.outcome_imports(owner, campaign).expect("imports").remove(0).id
}

/// The shipped form with its key, for what a test expects of scores.
pub fn shipped_form(services: &Services, owner: &Staff) -> Arc<LoadedForm> {
    let available = services.available_forms(&owner.organisation).expect("forms");
    let form = available.first().expect("the shipped form");
    services.form_of(&form.pack_row, &form.key_row, form.form.as_str(), form.form_version).expect("a form")
}

/// The shipped pack, parsed.
///
/// # Panics
/// When it has problems, with all of them.
pub fn shipped_pack() -> ParsedPack {
    Pack::parse(&shipped_files()).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// The files of the shipped pack.
pub fn shipped_files() -> Vec<PackFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/packs/relation-client");
    let mut files = Vec::new();
    gather(&folder, &folder, &mut files);
    files
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

/// Migrates a database that somebody else keeps, and gives it what every test's database holds.
pub fn migrate_and_prepare(url: &str) {
    let url = DbUrl::parse(url).expect("a database URL");
    let db = Db::open(url.clone(), PoolSettings { max_connections: 1, ..PoolSettings::default() });
    store::migrate::run_pending(&db.expect("a database")).expect("migrations");
    prepare(&url);
}

/// What every test's database holds from the start: the shipped pack, for every organisation.
pub fn prepare(url: &DbUrl) {
    let db = Db::open(url.clone(), PoolSettings { max_connections: 2, ..PoolSettings::default() });
    let clock = Arc::new(HandClock::at(first_moment()));
    let settings = settings(&std::env::temp_dir(), ([127, 0, 0, 1], 1).into());
    let services = Services::new(db.expect("a database"), clock, Arc::new(SystemRandom), secrets(), settings);
    services.import_pack(None, &shipped_pack()).expect("the pack");
}
