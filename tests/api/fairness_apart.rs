//! What people said of themselves stays out of everything else, and counts that were published cannot be subtracted.

use std::collections::BTreeMap;

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt};
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;
use egard_app::routes::{Access, table};
use services::error::ServiceError;

use crate::fairness::{MEN, WOMEN, ask, close, closed, decide, people, publish, spread};

/// Every page and file of the organisation that can be read: those of ranking, reports, exports and searches among them.
fn read_all(client: &Client, campaign: &CampaignId, attempt: &Attempt) -> BTreeMap<String, String> {
    let mut paths: Vec<String> = table()
        .into_iter()
        .filter(|entry| entry.method == "GET" && matches!(entry.access, Access::Staff(_)))
        // The audit says that somebody answered, and the form's own page that somebody has.
        .filter(|entry| entry.path != "/audit" && !entry.path.ends_with("/fairness/form"))
        .map(|entry| {
            entry
                .path
                .replace("{campaign}", campaign.as_str())
                .replace("{candidate}", attempt.public_id.as_str())
        })
        .filter(|path| !path.contains('{'))
        .collect();
    for query in [
        "export?format=json",
        "export?dialect=excel-fr",
        "export?shape=long",
        "overview?x=1",
        "?order=score",
        "?q=female",
        "?sex=female",
        "?tag=female",
    ] {
        paths.push(format!("/campaigns/{campaign}/{query}").replace("/?", "?"));
    }
    let read = |path: String| {
        let answer = client.get(&path);
        let text = format!("{} {}", answer.status(), answer.text());
        (path, text)
    };
    let mut found: BTreeMap<String, String> = paths.into_iter().map(read).collect();
    for (path, fields) in [
        (format!("/campaigns/{campaign}/find"), [("tree", "female")]),
        (format!("/campaigns/{campaign}/invitations/search"), [("q", "female")]),
    ] {
        let answer = client.post(&path, &fields);
        found.insert(format!("POST {path}"), format!("{} {}", answer.status(), answer.text()));
    }
    found
}

/// Scripts carry a random word for the security policy.
fn without_nonces(text: &str) -> String {
    let mut parts = text.split("nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |found, part| found + part.split_once('"').map_or(part, |(_, rest)| rest))
}

both!(nothing_else_that_staff_can_read_depends_on_what_people_said, |h| {
    let campaign = ask(h, "full");
    let attempts = people(h, &campaign, 6, &[]);
    close(h, &campaign);
    let client = h.sign_in(&h.user(Role::Owner));
    // Opening a report is noted on it, once.
    drop(read_all(&client, &campaign, &attempts[0]));
    let before = read_all(&client, &campaign, &attempts[0]);

    for attempt in &attempts {
        let said = [("sex", "female"), ("age", "30_to_39"), ("race", "black")];
        drop(h.sit(attempt).post("/test/about-you", &said).expect(303));
    }
    h.run_jobs();

    let after = read_all(&client, &campaign, &attempts[0]);
    assert!(before.len() > 20, "{:?}", before.keys());
    assert!(before.values().filter(|text| text.starts_with("200")).count() > 15);
    for (path, text) in &before {
        assert_eq!(without_nonces(&after[path]), without_nonces(text), "{path}");
    }
});

both!(an_erasure_before_the_publication_leaves_nothing_to_count, |h| {
    let (campaign, women, _, silent) = closed(h);
    drop(h.sit(&women[11]).post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    drop(h.sit(&silent[0]).post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    h.run_jobs();

    publish(&h.sign_in(&h.user(Role::Owner)), &campaign);

    let content = content(h, 1);
    assert_eq!(content["people"], 25);
    assert_eq!(content["tables"][0]["unknown"], 2);
    assert_eq!(content["tables"][0]["rows"][0]["n"], 11);
});

both!(an_erasure_between_two_editions_shows_nobody, |h| {
    let campaign = ask(h, "sex_age");
    let mut first = people(h, &campaign, 12, &WOMEN);
    first.extend(people(h, &campaign, 12, &MEN));
    let late = people(h, &campaign, 24, &[]);
    close(h, &campaign);
    spread(h, &[&first, &late]);
    decide(h, &first, "interview");
    decide(h, &late, "hold");
    let client = h.sign_in(&h.user(Role::Recruiter));
    publish(&client, &campaign);
    let before = content(h, 1);

    // One who was counted goes, and so does one who was not.
    drop(h.sit(&first[0]).post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    drop(h.sit(&late[0]).post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    for (i, attempt) in late.iter().enumerate().skip(1) {
        let answers = if i < 12 { &WOMEN } else { &MEN };
        drop(h.sit(attempt).post("/test/about-you", answers).expect(303));
    }
    publish(&client, &campaign);

    assert_eq!(content(h, 1), before);
    // Nobody of the first edition is in the second, so that the two have no difference in which one person could be.
    assert_eq!(content(h, 2)["people"], 23);
    assert_eq!(content(h, 2)["tables"][0]["unknown"], 0);
});

both!(publishing_twice_needs_twenty_other_people_and_does_not_tell_how_many_there_are, |h| {
    let (campaign, _, _, silent) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");
    publish(&client, &campaign);
    let page = |client: &Client| client.see(&path).page().text("main");
    let before = page(&client);

    for attempt in &silent {
        drop(h.sit(attempt).post("/test/about-you", &MEN).expect(303));
    }

    assert_eq!(page(&client), before);
    drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(409));
});

both!(of_two_who_publish_at_once_one_is_told_no, |h| {
    let (campaign, ..) = closed(h);
    let owner = h.owner();

    let done: Vec<Result<(), ServiceError>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..2).map(|_| scope.spawn(|| h.services.publish_fairness(&owner, &campaign, true))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1, "{done:?}");
    assert!(done.iter().any(|result| matches!(result, Err(ServiceError::Conflict("not_ready")))), "{done:?}");
    assert_eq!(h.database.count("fairness_editions"), 1);
});

both!(asking_less_afterwards_deletes_answers_and_leaves_what_was_published, |h| {
    let (campaign, women, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");
    publish(&client, &campaign);
    let before = content(h, 1);

    drop(client.post(&format!("{path}/form"), &[("country", "fr"), ("form", "none")]).expect(303));

    assert_eq!(h.database.count("demographic_answers"), 0);
    assert_eq!(content(h, 1), before);
    client.see(&path).contains("6 sur 12");
    drop(client.post(&format!("{path}/form"), &[("country", "us"), ("form", "sex_age")]).expect(422));
    drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(409));
    drop(h.sit(&women[0]).get("/test/about-you").expect(404));
});

both!(the_page_across_campaigns_adds_nothing_that_one_of_them_hides, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    publish(&client, &campaign);
    let counts = |client: &Client| -> Vec<String> {
        let page = client.see("/fairness").page();
        page.all("td .fine").iter().map(|cell| cell.text().collect()).collect()
    };
    let before = counts(&client);

    // Everybody who answers here is a woman: the table would tell that of each of them, so it shows nothing.
    let other = ask(h, "sex_age");
    let all = people(h, &other, 24, &WOMEN);
    close(h, &other);
    spread(h, &[&all]);
    decide(h, &all, "hold");
    publish(&client, &other);

    assert!(before.iter().any(|text| text == "6 sur 12"), "{before:?}");
    assert_eq!(counts(&client), before);
    client
        .see(&format!("/campaigns/{other}/fairness"))
        .contains("parce qu’aucun groupe ne peut y être montré");
});

both!(a_candidate_s_cookie_opens_no_table, |h| {
    let (campaign, women, ..) = closed(h);
    publish(&h.sign_in(&h.user(Role::Owner)), &campaign);
    let candidate = h.sit(&women[0]);

    for path in ["/fairness".to_owned(), format!("/campaigns/{campaign}/fairness")] {
        for client in [&candidate, &h.client()] {
            let answer = client.get(&path).expect(303);
            assert!(answer.location().starts_with("/login"), "{}", answer.describe());
        }
    }
    drop(candidate.get(&format!("/campaigns/{campaign}/fairness/ll144.csv")).expect(303));
    drop(
        candidate
            .post(&format!("/campaigns/{campaign}/fairness/publish"), &[("confirmed", "yes")])
            .expect(303),
    );
    assert_eq!(h.database.count("fairness_editions"), 1);
    // What somebody said opens with their own link alone.
    let own = fixtures::start(&h.services, &h.invite(&ask(h, "full")));
    h.sit(&own).get("/test/about-you").expect_redirect("/test");
});

/// What an edition says.
fn content(h: &Harness, sequence: i32) -> serde_json::Value {
    let sql = format!("SELECT content FROM fairness_editions WHERE sequence = {sequence}");
    serde_json::from_str(&h.database.texts(&sql).concat()).unwrap()
}
