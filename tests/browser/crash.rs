//! The executable killed while 64 candidates answer: what was acknowledged is there afterwards, and nothing twice.
//!
//! Half of the candidates post forms, half make the island's call. A candidate notes an answer only once the server has
//! acknowledged it; the notes are compared with the database while the server is down, and then everybody goes on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use acceptance::client::Client;
use acceptance::database::{Backend, TestDatabase};
use acceptance::fixtures::{self, Attempt};
use acceptance::folder::Folder;
use acceptance::process::Server;
use acceptance::response::{Form, Page};
use chrono::{Days, Utc};
use domain::role::Role;
use serde_json::json;
use services::clock::SystemClock;
use services::random::{Random, SystemRandom};
use services::state::Services;
use store::db::{DbUrl, PoolSettings};

const CANDIDATES: usize = 64;
const KILLS: usize = 4;

#[test]
fn every_acknowledged_answer_survives_a_kill_on_sqlite() {
    kill_while_answering(Backend::Sqlite);
}

#[test]
fn every_acknowledged_answer_survives_a_kill_on_postgres() {
    kill_while_answering(Backend::Postgres);
}

fn kill_while_answering(backend: Backend) {
    let database = TestDatabase::prepared(backend, fixtures::prepare);
    let mut sitters = begin(&database);
    let mut server = Server::start(database.url(), &[]);

    for round in 0..=KILLS {
        sitters = resume_all(sitters, server.address());
        for sitter in &sitters {
            sitter.sees_what_was_acknowledged(round);
        }
        let answering = answer_side_by_side(sitters, server.address());
        thread::sleep(Duration::from_millis(150 + SystemRandom.number() % 850));
        if round < KILLS {
            server.kill();
        } else {
            // The last time it is asked to stop: it finishes what it has accepted.
            assert!(server.stop(), "the server did not stop well:\n{}", server.log());
        }
        sitters = answering.into_iter().map(|thread| thread.join().expect("a candidate")).collect();
        compare(&database, &sitters, round);
        server.restart();
    }

    let acknowledged: usize = sitters.iter().map(|sitter| sitter.acknowledged.len()).sum();
    assert!(
        acknowledged >= CANDIDATES * KILLS,
        "only {acknowledged} answers were acknowledged: nothing was tried"
    );
}

/// One answer that the server acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Answer {
    item: i32,
    sequence: i32,
    value: u8,
}

struct Sitter {
    attempt: Attempt,
    is_island: bool,
    /// The visitor and the form of the first scenario as its page holds it.
    client: Client,
    form: Form,
    /// Every answer acknowledged so far, in order.
    acknowledged: Vec<Answer>,
    /// Every answer sent so far, whether acknowledged or not.
    sent: Vec<Answer>,
}

/// Everybody at the first scenario.
fn begin(database: &TestDatabase) -> Vec<Sitter> {
    let folder = Folder::new("crash");
    let url = DbUrl::parse(database.url()).expect("a URL");
    let db = store::db::Db::open(url, PoolSettings::default()).expect("a database");
    let settings = acceptance::settings(folder.path(), ([127, 0, 0, 1], 1).into());
    let services =
        Services::new(db, Arc::new(SystemClock), Arc::new(SystemRandom), acceptance::secrets(), settings);
    let owner = fixtures::staff(
        &services,
        &fixtures::user(&services, &fixtures::organisation(&services), Role::Owner),
    );
    let decision = Utc::now().date_naive() + Days::new(60);
    let campaign = fixtures::campaign(&services, &owner, |input| input.decision_on = decision.to_string());
    (0..CANDIDATES)
        .map(|number| Sitter {
            attempt: fixtures::start(&services, &fixtures::invite(&services, &owner, &campaign)),
            is_island: number % 2 == 1,
            client: Client::new(([127, 0, 0, 1], 1).into()),
            form: Form { action: String::new(), fields: Vec::new() },
            acknowledged: Vec::new(),
            sent: Vec::new(),
        })
        .collect()
}

fn resume_all(sitters: Vec<Sitter>, server: SocketAddr) -> Vec<Sitter> {
    let threads: Vec<_> =
        sitters.into_iter().map(|sitter| thread::spawn(move || sitter.resume(server))).collect();
    threads.into_iter().map(|thread| thread.join().expect("a candidate who resumes")).collect()
}

fn answer_side_by_side(sitters: Vec<Sitter>, server: SocketAddr) -> Vec<thread::JoinHandle<Sitter>> {
    let answering = move |mut sitter: Sitter| {
        thread::spawn(move || {
            sitter.client = sitter.client.clone();
            assert_eq!(sitter.client.address(), server);
            sitter.answer_until_it_is_gone();
            sitter
        })
    };
    sitters.into_iter().map(answering).collect()
}

impl Sitter {
    /// Opens the link on a new device and goes on where the test was.
    fn resume(mut self, server: SocketAddr) -> Self {
        let client = Client::new(server);
        let link = client.see(&self.attempt.invited.path).page();
        let go_on = format!("{}/continue", self.attempt.invited.path);
        let form = link.form(&format!("form[action='{go_on}']"));
        let page = client.follow(&client.submit(&self.attempt.invited.path, &form)).expect(200).page();
        let page = if page.has("input[name=v0]") { past_the_practice(&client, &page) } else { page };
        self.form = page.form("#answers");
        self.client = client;
        self
    }

    fn sees_what_was_acknowledged(&self, round: usize) {
        for (item, answer) in self.newest() {
            let base: i32 = self.field(&format!("b{item}")).parse().expect("a base");
            assert!(base >= answer.sequence, "round {round}: the page shows an older answer than {answer:?}");
            if base == answer.sequence {
                let shown = self.form.value(&format!("v{item}"));
                assert_eq!(shown, Some(answer.value.to_string().as_str()), "round {round}: {answer:?}");
            }
        }
    }

    /// The last acknowledged answer of each action.
    fn newest(&self) -> BTreeMap<i32, Answer> {
        self.acknowledged.iter().map(|answer| (answer.item, *answer)).collect()
    }

    fn field(&self, name: &str) -> &str {
        self.form.value(name).unwrap_or_else(|| panic!("the form has no {name}: {:?}", self.form))
    }

    fn items(&self) -> Vec<i32> {
        let names = self.form.fields.iter().filter_map(|(name, _)| name.strip_prefix('b'));
        names.filter_map(|number| number.parse().ok()).collect()
    }

    fn answer_until_it_is_gone(&mut self) {
        // Far more than can be answered before the kill.
        for _ in 0..1_000_000 {
            let done = if self.is_island { self.call() } else { self.post() };
            if done.is_none() {
                return;
            }
        }
    }

    /// The next answer to an action: another value than the last one.
    fn next(&self, item: i32) -> Answer {
        let base: i32 = self.field(&format!("b{item}")).parse().expect("a base");
        let held = self.form.value(&format!("v{item}")).and_then(|text| text.parse::<u8>().ok());
        Answer { item, sequence: base + 1, value: held.map_or(1, |value| 1 + value % 4) }
    }

    fn note(&mut self, answer: Answer) {
        self.acknowledged.push(answer);
        let form = std::mem::replace(&mut self.form, Form { action: String::new(), fields: Vec::new() });
        self.form = form
            .set(&format!("b{}", answer.item), &answer.sequence.to_string())
            .set(&format!("v{}", answer.item), &answer.value.to_string());
    }

    /// The island's call for each action in turn; nothing when the server is gone.
    fn call(&mut self) -> Option<()> {
        for item in self.items() {
            let answer = self.next(item);
            self.sent.push(answer);
            let body = json!({"answer": {
                "attempt": self.field("attempt"),
                "epoch": self.field("epoch").parse::<i32>().expect("an epoch"),
                "language": self.field("language"),
                "item": item,
                "base": answer.sequence - 1,
                "value": answer.value,
            }});
            let reply = self.client.request("POST", "/api/ui/save_answer").json(&body).try_send().ok()?;
            assert_eq!(reply.status(), 200, "{}", reply.describe());
            assert_eq!(
                reply.json()["sequence"].as_i64(),
                Some(i64::from(answer.sequence)),
                "{}",
                reply.describe()
            );
            self.note(answer);
        }
        Some(())
    }

    /// One form with an answer to every action; nothing when the server is gone.
    fn post(&mut self) -> Option<()> {
        let answers: Vec<Answer> = self.items().into_iter().map(|item| self.next(item)).collect();
        let form = answers.iter().fold(self.form.clone().set("go", "save"), |form, answer| {
            form.set(&format!("v{}", answer.item), &answer.value.to_string())
        });
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.sent.extend(&answers);
        let reply = self.client.request("POST", "/test/1").form(&fields).try_send().ok()?;
        assert_eq!(reply.status(), 303, "{}", reply.describe());
        for answer in answers {
            self.note(answer);
        }
        Some(())
    }
}

/// Answers nothing in the practice and goes to the first scenario.
fn past_the_practice(client: &Client, page: &Page) -> Page {
    let form = page.form("#answers").set("go", "next");
    client.follow(&client.submit("/test/practice", &form)).expect(200).page()
}

/// What the database holds of everybody, beside what everybody was told.
fn compare(database: &TestDatabase, sitters: &[Sitter], round: usize) {
    for sitter in sitters {
        let mut stored: Vec<Answer> = database
            .texts(&format!(
                "SELECT CAST(item AS TEXT) || ' ' || CAST(sequence AS TEXT) || ' ' || CAST(value AS TEXT) \
                 FROM response_events JOIN attempts ON attempts.id = attempt_id WHERE public_id = '{}'",
                sitter.attempt.public_id
            ))
            .iter()
            .map(|row| {
                let numbers: Vec<i32> =
                    row.split(' ').map(|number| number.parse().expect("a number")).collect();
                Answer {
                    item: numbers[0],
                    sequence: numbers[1],
                    value: u8::try_from(numbers[2]).expect("a value"),
                }
            })
            .collect();
        stored.sort();
        let mut once = stored.clone();
        once.dedup_by_key(|answer| (answer.item, answer.sequence));
        assert_eq!(once, stored, "round {round}: an answer is there twice");
        for answer in &sitter.acknowledged {
            assert!(stored.contains(answer), "round {round}: {answer:?} was acknowledged and is gone");
        }
        for answer in &stored {
            assert!(sitter.sent.contains(answer), "round {round}: {answer:?} was never sent");
        }
    }
}
