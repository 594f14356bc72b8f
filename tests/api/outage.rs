//! A database that takes nothing for a while: 503 with Retry-After, the page says that nothing was saved, what had been
//! acknowledged is there afterwards, and work goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::client::Client;
use acceptance::cluster::Cluster;
use acceptance::database::{BACKENDS, Backend, TestDatabase};
use acceptance::fixtures::{self, Attempt};
use acceptance::response::{Form, Response};
use acceptance::{Harness, Setup};
use diesel::connection::SimpleConnection;
use services::invitation_page::LinkPage;
use services::random::SystemRandom;
use services::start_attempt::StartRequest;
use services::state::Services;
use store::db::{Db, DbUrl, PoolSettings};

fn impatient(setup: &mut Setup) {
    setup.pool.connection_timeout = Duration::from_millis(500);
    setup.pool.busy_timeout = Duration::from_millis(200);
}

/// A candidate at the first scenario, with its form filled in but not sent.
fn about_to_answer(h: &Harness) -> (Attempt, Client, Form) {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    let practice = client.see("/test/practice").page().form("#answers").set("go", "next");
    client.submit("/test/practice", &practice).expect_redirect("/test/1");
    let page = client.see("/test/1").page();
    let mut names = page.attributes("#answers input[type=radio]", "name");
    names.dedup();
    let form = names.iter().fold(page.form("#answers").set("go", "next"), |form, name| form.set(name, "3"));
    (attempt, client, form)
}

#[track_caller]
fn says_not_saved(answer: Response) {
    let answer = answer.expect(503);
    assert!(answer.header("retry-after").is_some(), "no Retry-After: {}", answer.describe());
    answer.page().one("h1");
}

fn island_call(client: &Client, attempt: &Attempt) -> Response {
    let answer = serde_json::json!({"answer": {
        "attempt": attempt.public_id.to_string(), "epoch": 1, "language": "fr", "item": 0, "base": 0, "value": 2,
    }});
    client.request("POST", "/api/ui/save_answer").json(&answer).send()
}

/// The same answers once more: they are taken, and there is one of each.
fn goes_on(h: &Harness, client: &Client, form: &Form, stored_before: i64) {
    let ratings =
        i64::try_from(form.fields.iter().filter(|(name, _)| name.starts_with('v')).count()).unwrap();
    assert_eq!(h.database.count("response_events"), stored_before, "something was half-written");

    client.submit("/test/1", form).expect_redirect("/test/2");

    assert_eq!(h.database.count("response_events"), stored_before + ratings);
}

#[test]
fn a_held_lock_is_told_and_passes() {
    let h = Harness::with(Backend::Sqlite, impatient);
    let (attempt, client, form) = about_to_answer(&h);
    let stored = h.database.count("response_events");

    let lock = h.database.hold_lock();
    says_not_saved(client.submit("/test/1", &form));
    let island = island_call(&client, &attempt).expect(503);
    assert!(island.header("retry-after").is_some());
    drop(lock);

    goes_on(&h, &client, &form, stored);
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let h = Harness::with(Backend::Sqlite, |setup| {
        impatient(setup);
        // The page limit belongs to a connection, so there is one.
        setup.pool.max_connections = 1;
    });
    let (_, client, form) = about_to_answer(&h);
    client.submit("/test/1", &form.clone().set("go", "save")).expect_redirect("/test/1");
    let stored = h.database.count("response_events");

    limit_pages(&h);
    says_not_saved(first_refusal(&h, &client));
    lift_limit(&h);

    let taken = h.database.count("response_events");
    let moved = client.see("/test/1").page();
    let sequences = moved.attributes("#answers input[type=hidden]", "value");
    assert!(!sequences.is_empty() && taken >= stored, "what was acknowledged is gone");
    client.submit("/test/1", &refilled(&client)).expect_redirect("/test/2");
}

/// Lets the database have no page more than it has now.
fn limit_pages(h: &Harness) {
    set_pages(h, "PRAGMA max_page_count = 1");
}

fn lift_limit(h: &Harness) {
    set_pages(h, "PRAGMA max_page_count = 1073741823");
}

/// The limit belongs to the one connection of the pool.
fn set_pages(h: &Harness, pragma: &str) {
    h.services
        .db()
        .read_one(|conn| conn.batch_execute(pragma).map_err(store::error::StoreError::from))
        .unwrap();
}

/// The form of the page as it stands, with every rating changed.
fn refilled(client: &Client) -> Form {
    let page = client.see("/test/1").page();
    let mut names = page.attributes("#answers input[type=radio]", "name");
    names.dedup();
    names.iter().fold(page.form("#answers").set("go", "next"), |form, name| {
        let other = if form.value(name) == Some("2") { "4" } else { "2" };
        form.set(name, other)
    })
}

/// Saves changing answers until the disk is full.
fn first_refusal(h: &Harness, client: &Client) -> Response {
    for _ in 0..2_000 {
        let answer = client.submit("/test/1", &refilled(client).set("go", "save"));
        if answer.status() != 303 {
            return answer;
        }
    }
    panic!("the disk never fills: {} answers", h.database.count("response_events"));
}

#[test]
fn a_server_that_has_just_started_takes_more_people_than_it_has_connections() {
    for backend in BACKENDS {
        let h = Harness::start(backend);
        let campaign = h.campaign();
        let invited: Vec<_> = (0..8).map(|_| h.invite(&campaign)).collect();
        let page = h.services.link_page(invited[0].token(), None).unwrap();
        let LinkPage::Notice(notice) = page else { panic!("no notice") };
        let request = StartRequest {
            notice_version: notice.version.0,
            language: domain::language::Language::Fr,
            cookie: None,
            address: None,
        };
        // Nothing is in its memory yet: each start reads the form while its transaction is open.
        let pool = PoolSettings { max_connections: 2, ..PoolSettings::default() };
        let db = Db::open(DbUrl::parse(h.database.url()).unwrap(), pool).unwrap();
        let settings = acceptance::settings(h.folder(), ([127, 0, 0, 1], 1).into());
        let cold =
            Services::new(db, h.clock.clone(), Arc::new(SystemRandom), acceptance::secrets(), settings);

        let began = Instant::now();
        std::thread::scope(|scope| {
            for invited in &invited {
                scope.spawn(|| cold.start_attempt(invited.token(), &request).unwrap());
            }
        });

        assert_eq!(h.database.count("attempts"), 8);
        assert!(
            began.elapsed() < PoolSettings::default().connection_timeout,
            "they waited for each other on {backend:?}"
        );
    }
}

#[test]
fn a_stopped_postgres_is_told_and_passes() {
    let mut cluster = Cluster::start();
    let url = cluster.url();
    let h = Harness::with(Backend::Postgres, |setup| {
        impatient(setup);
        setup.database = TestDatabase::at(&url);
        fixtures::migrate_and_prepare(&url);
    });
    let (attempt, client, form) = about_to_answer(&h);
    let stored = h.database.count("response_events");

    cluster.stop();
    says_not_saved(client.submit("/test/1", &form));
    drop(island_call(&client, &attempt).expect(503));
    says_not_saved(client.get("/test/1"));
    drop(h.client().get("/health/live").expect(200));
    drop(h.client().get("/health/ready").expect(503));
    cluster.resume();

    goes_on(&h, &client, &form, stored);
}
