//! The executable killed while 64 candidates answer: every acknowledged answer is there afterwards, none twice, and
//! every candidate goes on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use acceptance::Harness;
use acceptance::client::Client;
use acceptance::database::{Backend, TestDatabase};
use acceptance::fixtures::Attempt;
use acceptance::process::Server;
use services::attempt_cookie::ATTEMPT_COOKIE;

const CANDIDATES: usize = 64;
const ROUNDS: usize = 3;
/// How long a slow machine may take to acknowledge that many posts.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was acknowledged: attempt and item, with its value.
type Acknowledged = BTreeMap<(String, i32), u8>;

/// Answers by form posts until the server is gone; what was answered with a redirect is acknowledged.
fn answer_until_killed(
    client: &Client,
    attempt: &Attempt,
    round: usize,
    known: &Mutex<Acknowledged>,
    posts: &AtomicUsize,
) {
    for rating in (1..=4_u8).cycle().skip(round).take(200) {
        let Ok(page) = client.request("GET", "/test/practice").try_send() else { return };
        if page.status() != 200 {
            return;
        }
        let page = page.page();
        let form = page.form("#answers");
        let names = page.attributes("#answers input[type=radio]", "name");
        let text = rating.to_string();
        let form = names.iter().fold(form, |form, name| form.set(name, &text)).set("go", "explain");
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let Ok(answer) = client.request("POST", "/test/practice").form(&fields).try_send() else { return };
        if answer.status() != 303 {
            return;
        }
        let mut known = known.lock().unwrap();
        for name in &names {
            let item = name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
            known.insert((attempt.public_id.to_string(), item), rating);
        }
        posts.fetch_add(1, Ordering::SeqCst);
    }
}

fn killed_and_restarted(backend: Backend) {
    let prepared = Harness::start(backend);
    let campaign = prepared.campaign();
    let attempts: Vec<Attempt> =
        (0..CANDIDATES).map(|_| prepared.start_attempt(&prepared.invite(&campaign))).collect();
    let mut server = Server::start(prepared.database.url(), &[]);
    let known = Arc::new(Mutex::new(Acknowledged::new()));
    for round in 0..ROUNDS {
        let began = Barrier::new(CANDIDATES + 1);
        let posts = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for attempt in &attempts {
                let (known, began, server, posts) = (&known, &began, &server, &posts);
                scope.spawn(move || {
                    let client = server.client();
                    client.set_cookie(ATTEMPT_COOKIE, &attempt.cookie);
                    began.wait();
                    answer_until_killed(&client, attempt, round, known, posts);
                });
            }
            began.wait();
            // In full swing, at a moment that differs from round to round.
            let pid = server.pid().to_string();
            let waiting = Instant::now();
            while posts.load(Ordering::SeqCst) < CANDIDATES + 13 * round && waiting.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(std::process::Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
        server.restart();
        check(&prepared.database, &known.lock().unwrap());
    }
    for attempt in &attempts {
        let client = server.client();
        client.set_cookie(ATTEMPT_COOKIE, &attempt.cookie);
        client.see("/test/practice").contains("answers");
    }
}

/// Every acknowledged answer is the last stored one, or an unacknowledged later one stands behind it; no key twice.
fn check(database: &TestDatabase, known: &Acknowledged) {
    assert!(known.len() >= CANDIDATES, "only {} answers were acknowledged before the kill", known.len());
    let rows = database.texts(
        "SELECT attempts.public_id || ' ' || item || ' ' || sequence || ' ' || value FROM response_events \
         JOIN attempts ON attempts.id = attempt_id ORDER BY attempts.public_id, item, response_events.epoch, sequence",
    );
    let mut stored: BTreeMap<(String, i32), Vec<u8>> = BTreeMap::new();
    for row in &rows {
        let parts: Vec<&str> = row.split(' ').collect();
        let key = (parts[0].to_owned(), parts[1].parse().unwrap());
        stored.entry(key).or_default().push(parts[3].parse().unwrap());
    }
    for (key, value) in known {
        let values = stored.get(key).unwrap_or_else(|| panic!("the answers to {key:?} are gone"));
        let last_two = values.iter().rev().take(2);
        assert!(
            last_two.clone().any(|stored| stored == value),
            "{key:?}: {value} was acknowledged, {values:?} is there"
        );
    }
    let twice = "SELECT count(*) FROM (SELECT 1 FROM response_events \
                 GROUP BY attempt_id, item, epoch, sequence HAVING count(*) > 1) AS doubled";
    assert_eq!(database.number(twice), 0);
}

#[test]
fn no_acknowledged_answer_is_lost_by_a_kill_on_sqlite() {
    killed_and_restarted(Backend::Sqlite);
}

#[test]
fn no_acknowledged_answer_is_lost_by_a_kill_on_postgres() {
    killed_and_restarted(Backend::Postgres);
}
