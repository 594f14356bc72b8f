//! What a post or the island may store: keys, bases, epochs, and everything that must be refused without loss.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::response::{Form, Page, Response};
use acceptance::{Harness, both};
use chrono::Duration;
use serde_json::json;

/// A started test at its first scenario.
fn at_first_scenario(h: &Harness) -> (Client, Attempt) {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    go_to_first(&client);
    (client, attempt)
}

fn go_to_first(client: &Client) {
    let form = client.see("/test/practice").page().form("#answers");
    client.submit("/test/practice", &form.set("go", "next")).expect_redirect("/test/1");
}

/// The names of the ratings of a page, in the order shown.
fn ratings(page: &Page) -> Vec<String> {
    let mut names = page.attributes("#answers input[type=radio]", "name");
    names.dedup();
    names
}

fn all_rated(page: &Page, value: &str) -> Form {
    ratings(page).iter().fold(page.form("#answers"), |form, name| form.set(name, value))
}

fn stored(h: &Harness) -> Vec<String> {
    h.database.texts(
        "SELECT CAST(item AS TEXT) || '/' || CAST(epoch AS TEXT) || '/' || CAST(sequence AS TEXT) || '=' || \
         CAST(value AS TEXT) FROM response_events ORDER BY item, epoch, sequence",
    )
}

/// The island's call for the first action of a page.
fn island_save(
    client: &Client,
    attempt: &Attempt,
    item: &str,
    change: &[(&str, serde_json::Value)],
) -> Response {
    let mut answer = json!({
        "attempt": attempt.public_id.to_string(),
        "epoch": 1,
        "language": "fr",
        "item": item.trim_start_matches('v').parse::<i32>().unwrap(),
        "base": 0,
        "value": 3,
    });
    for (name, value) in change {
        answer[*name] = value.clone();
    }
    client
        .request("POST", "/api/ui/save_answer")
        .header("accept", "application/json")
        .json(&json!({ "answer": answer }))
        .send()
}

both!(a_replayed_post_stores_nothing_twice, |h| {
    let (client, _) = at_first_scenario(h);
    let form = all_rated(&client.see("/test/1").page(), "2");

    for _ in 0..3 {
        client.submit("/test/1", &form).expect_redirect("/test/2");
    }

    let stored = stored(h);
    assert!((4..=5).contains(&stored.len()), "{stored:?}");
});

both!(a_page_that_was_not_changed_stores_no_event, |h| {
    let (client, _) = at_first_scenario(h);
    client.submit("/test/1", &all_rated(&client.see("/test/1").page(), "2")).expect_redirect("/test/2");
    let before = stored(h);

    let again = client.see("/test/1").page().form("#answers").set("go", "next");
    client.submit("/test/1", &again).expect_redirect("/test/2");

    assert_eq!(stored(h), before);
});

both!(two_tabs_with_different_answers_are_shown_both, |h| {
    let (client, attempt) = at_first_scenario(h);
    let first_tab = client.see("/test/1").page();
    let second_tab = client.see("/test/1").page();
    client.submit("/test/1", &all_rated(&first_tab, "1")).expect_redirect("/test/2");

    let answer = client.submit("/test/1", &all_rated(&second_tab, "4")).expect(409);

    let page = answer.page();
    assert_eq!(page.text("h1"), "Deux réponses pour la même action");
    assert_eq!(page.text("tbody td:nth-of-type(1)"), "Tout à fait");
    assert_eq!(page.text("tbody td:nth-of-type(2)"), "Pas du tout");
    assert!(stored(h).iter().all(|event| event.ends_with("=1")));

    let keep = page.form("main form").set("keep", "here");
    client.submit("/test/1", &keep).expect_redirect("/test/1");
    let values = client.see("/test/1").page().attributes("#answers input[checked]", "value");
    assert!(values.iter().all(|value| value == "4"), "{values:?}");
    assert_eq!(h.database.count("audit_rows WHERE action = 'attempt_continued'"), 1);
    drop(attempt);
});

both!(the_stored_answers_may_be_kept_instead, |h| {
    let (client, _) = at_first_scenario(h);
    let stale = client.see("/test/1").page();
    client.submit("/test/1", &all_rated(&client.see("/test/1").page(), "1")).expect_redirect("/test/2");

    let page = client.submit("/test/1", &all_rated(&stale, "4")).expect(409).page();
    client.submit("/test/1", &page.form("main form").set("keep", "stored")).expect_redirect("/test/1");

    assert!(stored(h).iter().all(|event| event.ends_with("=1")));
});

both!(another_device_takes_over_and_the_first_is_told, |h| {
    let (client, attempt) = at_first_scenario(h);
    let page = client.see("/test/1").page();
    let phone = h.client();
    let link = phone.see(&attempt.invited.path).page();
    assert!(link.text("main").contains("peut-être ouvert ailleurs"));
    phone.submit(&attempt.invited.path, &link.form("form[action$='/continue']")).expect_redirect("/test");
    phone.submit("/test/1", &all_rated(&phone.see("/test/1").page(), "2")).expect_redirect("/test/2");

    let refused = client.submit("/test/1", &all_rated(&page, "3")).expect(409).page();
    let read = client.get("/test/1").expect(409).page();

    assert_eq!(refused.text("h1"), "Ce test est ouvert ailleurs");
    assert_eq!(read.text("h1"), "Ce test est ouvert ailleurs");
    assert!(stored(h).iter().all(|event| event.contains("/2/") && event.ends_with("=2")));
    assert_eq!(h.database.count("audit_rows WHERE action = 'attempt_taken_over'"), 1);

    let back = refused.form("main form").set("keep", "here");
    client.submit("/test/1", &back).expect_redirect("/test/1");
    drop(client.see("/test/1"));
    drop(phone.get("/test/2").expect(409));
});

both!(a_form_of_another_attempt_is_refused, |h| {
    let (client, _) = at_first_scenario(h);
    let form = all_rated(&client.see("/test/1").page(), "2");
    let other = h.start_attempt(&h.invite(&h.campaign()));
    let shared = h.sit(&other);
    go_to_first(&shared);

    let answer = shared.submit("/test/1", &form).expect(409);

    answer.contains("appartient à un autre test");
    assert_eq!(stored(h), Vec::<String>::new());
});

both!(what_is_not_in_the_form_is_refused_whole, |h| {
    let (client, _) = at_first_scenario(h);
    let page = client.see("/test/1").page();
    let good = all_rated(&page, "2");
    let bad = [
        good.clone().set(&ratings(&page)[0], "5"),
        good.clone().set(&ratings(&page)[0], "0"),
        good.clone().set("v9999", "1"),
        good.clone().set("v0", "1"),
        good.clone().set("v20", "1"),
        good.clone().set("epoch", "0"),
        good.clone().set("epoch", "7"),
        good.clone().set("epoch", "abc"),
        good.clone().set("language", "de"),
        good.clone().set("attempt", "not-a-uuid"),
        good.clone().set("go", "everywhere"),
        good.clone().without("epoch"),
        good.clone().without("attempt"),
    ];

    for form in bad {
        drop(client.submit("/test/1", &form).expect(400));
    }

    assert_eq!(stored(h), Vec::<String>::new());
    client.submit("/test/1", &good).expect_redirect("/test/2");
});

both!(answers_to_a_scenario_that_was_not_shown_are_refused, |h| {
    let (client, _) = at_first_scenario(h);
    let mut form = client.see("/test/1").page().form("#answers");
    form.action = "/test/3".to_owned();
    form.fields.retain(|(name, _)| !name.starts_with('b'));

    drop(client.submit("/test/3", &form.clone().set("v15", "2")).expect(400));
    client.submit("/test/3", &form).expect_redirect("/test");

    assert_eq!(stored(h), Vec::<String>::new());
});

both!(a_huge_body_is_refused, |h| {
    let (client, _) = at_first_scenario(h);
    let text = "x".repeat(300 * 1024);

    drop(client.post("/test/1", &[("attempt", text.as_str())]).expect(413));
});

both!(nothing_is_stored_after_the_finish, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    let client = h.sit(&attempt);
    let before = stored(h);
    let public_id = attempt.public_id.to_string();
    let late = |value| {
        [
            ("attempt", public_id.as_str()),
            ("epoch", "1"),
            ("language", "fr"),
            ("v4", value),
            ("b4", "1"),
            ("go", "next"),
        ]
    };

    let answer = client.post("/test/1", &late("4")).expect(409);
    client.post("/test/1", &late("2")).expect_redirect("/test/done");
    let island = island_save(&client, &attempt, "v4", &[("base", json!(1)), ("value", json!(4))]);

    answer.contains("Ce test est déjà terminé");
    assert_eq!(island.status(), 410);
    assert_eq!(stored(h), before);
});

both!(nothing_is_stored_after_the_closing_date, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-10T18:00".to_owned());
    let attempt = h.start_attempt(&h.invite(&campaign));
    let client = h.sit(&attempt);
    go_to_first(&client);
    let form = all_rated(&client.see("/test/1").page(), "2");
    h.clock.advance(Duration::days(9));

    let answer = client.submit("/test/1", &form).expect(410);

    answer.contains("n’ont pas été enregistrées");
    assert_eq!(stored(h), Vec::<String>::new());
    client.get("/test/1").expect_redirect("/test/done");
    client.see("/test/done").contains("Cette campagne est close");
    drop(h.client().get(&attempt.invited.path).expect(410));
});

both!(an_attempt_expires_and_is_scored_as_it_stands, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-10T18:00".to_owned());
    let attempt = h.start_attempt(&h.invite(&campaign));
    let client = h.sit(&attempt);
    go_to_first(&client);
    client.submit("/test/1", &all_rated(&client.see("/test/1").page(), "2")).expect_redirect("/test/2");
    h.clock.advance(Duration::days(9));

    h.run_jobs();
    h.run_jobs();

    assert_eq!(h.database.texts("SELECT state FROM attempts"), ["expired"]);
    assert_eq!(h.database.count("scores"), 1);
    assert_eq!(h.database.count("scores WHERE n_left_out > 40 AND unranked_reason = 'too_few_answers'"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'attempt_expired'"), 1);
});

both!(a_withdrawn_link_stops_a_test_in_the_middle, |h| {
    let (client, attempt) = at_first_scenario(h);
    let form = all_rated(&client.see("/test/1").page(), "2");
    h.services.revoke_invitation(&h.owner(), &attempt.invited.campaign, &attempt.invited.id).unwrap();

    drop(client.submit("/test/1", &form).expect(401));
    drop(client.get("/test/1").expect(401));
    let island = island_save(&client, &attempt, "v4", &[]);

    assert_eq!(island.status(), 401);
    assert_eq!(stored(h), Vec::<String>::new());
});

both!(a_tampered_cookie_opens_nothing, |h| {
    let (client, attempt) = at_first_scenario(h);
    let form = all_rated(&client.see("/test/1").page(), "2");
    let other = h.start_attempt(&h.invite(&attempt.invited.campaign));
    let real = attempt.cookie.clone();
    let forged = [
        real.replace(attempt.invited.id.as_str(), other.invited.id.as_str()),
        real.replace(".1.", ".2."),
        format!("{real}x"),
        real.trim_end_matches(|_| true).to_owned(),
        "k1.x.1.y".to_owned(),
    ];

    for cookie in forged {
        client.set_cookie("egard_attempt", &cookie);
        drop(client.submit("/test/1", &form).expect(401));
        drop(client.get("/test/1").expect(401));
    }

    assert_eq!(stored(h), Vec::<String>::new());
});

both!(the_island_saves_and_is_told_the_sequence, |h| {
    let (client, attempt) = at_first_scenario(h);
    let item = ratings(&client.see("/test/1").page())[0].clone();

    let first = island_save(&client, &attempt, &item, &[]).expect(200);
    let again = island_save(&client, &attempt, &item, &[]).expect(200);
    let changed =
        island_save(&client, &attempt, &item, &[("base", json!(1)), ("value", json!(1))]).expect(200);

    assert_eq!(first.json()["sequence"], 1);
    assert_eq!(again.json()["sequence"], 1);
    assert_eq!(changed.json()["sequence"], 2);
    assert_eq!(stored(h).len(), 2);
    assert_eq!(first.header("cache-control"), Some("no-store"));
});

both!(the_island_is_told_of_a_conflict_with_both_values, |h| {
    let (client, attempt) = at_first_scenario(h);
    let item = ratings(&client.see("/test/1").page())[0].clone();
    drop(island_save(&client, &attempt, &item, &[("value", json!(2))]).expect(200));

    let answer = island_save(&client, &attempt, &item, &[("value", json!(4))]).expect(409);

    assert_eq!(answer.json(), json!({ "Conflict": { "value": 2, "sequence": 1 } }));
});

both!(the_island_of_an_old_epoch_is_told_so, |h| {
    let (client, attempt) = at_first_scenario(h);
    h.services.continue_by_link(attempt.invited.token(), None, None).unwrap();

    let answer = island_save(&client, &attempt, "v4", &[]).expect(409);

    assert_eq!(answer.json(), json!("TakenOver"));
});

both!(the_island_takes_nothing_malformed, |h| {
    let (client, attempt) = at_first_scenario(h);

    for (name, value) in [
        ("value", json!(5)),
        ("value", json!(0)),
        ("item", json!(9_999)),
        ("item", json!(-1)),
        ("item", json!(20)),
        ("epoch", json!(9)),
        ("base", json!(-4)),
        ("language", json!("de")),
        ("attempt", json!("x")),
    ] {
        let answer = island_save(&client, &attempt, "v4", &[(name, value.clone())]);
        assert_eq!(answer.status(), 400, "{name}={value}: {}", answer.describe());
    }
    let nonsense = client
        .request("POST", "/api/ui/save_answer")
        .header("accept", "application/json")
        .body("application/json", b"{\"answer\":".to_vec())
        .send();
    assert!((400..500).contains(&nonsense.status()), "{}", nonsense.describe());
    assert_eq!(stored(h), Vec::<String>::new());
});

both!(a_stranger_to_the_test_saves_nothing, |h| {
    let (_, attempt) = at_first_scenario(h);

    let answer = island_save(&h.client(), &attempt, "v4", &[]);

    assert_eq!(answer.status(), 401);
    assert_eq!(stored(h), Vec::<String>::new());
});

both!(time_at_work_leaves_pauses_out, |h| {
    let (client, _) = at_first_scenario(h);
    h.clock.advance(Duration::seconds(90));
    client.submit("/test/1", &all_rated(&client.see("/test/1").page(), "2")).expect_redirect("/test/2");
    h.clock.advance(Duration::hours(5));
    client.submit("/test/2", &all_rated(&client.see("/test/2").page(), "2")).expect_redirect("/test/3");

    assert_eq!(h.database.texts("SELECT CAST(active_ms AS TEXT) FROM attempts"), ["390000"]);
});
