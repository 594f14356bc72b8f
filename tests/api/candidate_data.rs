//! A candidate's own data: seen, downloaded, erased for good, and erased again after a restore.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use serde_json::Value;

fn finished(h: &Harness) -> (Client, Attempt) {
    let attempt = h.complete_attempt(&h.campaign(), |_| 3);
    let client = h.client();
    let page = client.see(&attempt.invited.path).page();
    client
        .submit(&attempt.invited.path, &page.form("form[action$='/continue']"))
        .expect_redirect("/test/done");
    (client, attempt)
}

fn erase(client: &Client) {
    let form = client.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    client.submit("/test/data/erase", &form).expect_redirect("/erased");
}

both!(the_download_holds_everything_and_its_hash_can_be_checked, |h| {
    let (client, attempt) = finished(h);
    h.run_jobs();

    let answer = client.get("/test/data/download").expect(200);

    let data = answer.json();
    assert_eq!(data["person"]["email"], Value::from(attempt.invited.email.as_str()));
    for blind in ["public_id", "blind_name"] {
        assert_eq!(
            data["test"][blind],
            Value::Null,
            "who holds the link would know who it is in the ranking"
        );
    }
    assert_eq!(data["test"]["scores"][0]["key"]["provenance"], "authors");
    assert_eq!(data["test"]["notice_version"], "2.1");
    assert!(data["test"]["answer_log"].as_array().unwrap().len() > 50);
    let answers = domain::canonical_json::canonical_json(&data["test"]["answers"]).unwrap();
    assert_eq!(
        data["test"]["receipt"]["says"]["answers"]["sha256"],
        Value::from(domain::canonical_json::sha256_hex(&answers))
    );
    assert!(data["log"].as_array().unwrap().iter().any(|row| row["what"] == "attempt_finished"));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(h.database.count("audit_rows WHERE action = 'data_downloaded'"), 1);
});

both!(someone_who_has_not_started_sees_and_erases_their_data, |h| {
    let invited = h.invite(&h.campaign());
    let client = h.client();
    let page = client.see(&invited.path).page();
    client.submit(&invited.path, &page.form("form[action$='/data']")).expect_redirect("/test/data");

    client.see("/test/data").contains(&invited.email);
    let data = client.get("/test/data/download").expect(200).json();
    assert_eq!(data["test"], Value::Null);
    erase(&client);

    assert_eq!(h.client().get(&invited.path).expect(410).page().text("h1"), "Vos données sont effacées");
    assert_eq!(h.database.count("invitations WHERE name IS NOT NULL OR email IS NOT NULL"), 0);
});

both!(erasing_needs_an_explicit_yes, |h| {
    let (client, _) = finished(h);

    drop(client.post("/test/data/erase", &[]).expect(422));

    assert_eq!(h.database.count("erasures"), 0);
    drop(client.see("/test/data"));
});

both!(an_erased_person_leaves_bare_numbers_alone, |h| {
    let (client, attempt) = finished(h);
    h.run_jobs();
    let code = client.see("/test/done").page().text("code");
    let rows = h.database.count("ranking_rows");
    assert!(rows > 0);

    erase(&client);

    assert_eq!(h.database.count("response_events"), 0);
    assert_eq!(h.database.count("scores"), 0);
    assert_eq!(h.database.count("invitations WHERE name IS NOT NULL OR email IS NOT NULL"), 0);
    assert_eq!(
        h.database.count(
            "attempts WHERE receipt IS NOT NULL OR receipt_code IS NOT NULL OR action_orders <> '' \
             OR active_ms <> 0"
        ),
        0
    );
    assert_eq!(h.database.count("ranking_rows"), rows);
    assert_eq!(h.database.count("ranking_rows WHERE attempt_id IS NOT NULL"), 0);
    assert_eq!(
        h.database.count("mails WHERE invitation_id IS NOT NULL AND (recipient IS NOT NULL OR body <> '')"),
        0
    );
    assert_eq!(h.database.count("audit_rows WHERE action = 'person_erased'"), 1);
    drop(client.get("/test/data").expect(401));
    drop(h.client().get(&attempt.invited.path).expect(410));
    h.client().post("/receipt", &[("code", &code)]).expect(200).contains("ne peut pas être vérifié");
    h.run_jobs();
    assert_eq!(h.database.count("mails WHERE recipient IS NOT NULL"), 0);
});

both!(an_erasure_in_the_middle_of_a_test_stops_it, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    let form = client.see("/test/practice").page().form("#answers").set("v0", "2").set("go", "explain");
    client.submit("/test/practice", &form).expect_redirect("/test/practice?explained");
    let other_tab = h.sit(&attempt);

    erase(&client);

    drop(other_tab.submit("/test/practice", &form).expect(401));
    assert_eq!(h.database.count("response_events"), 0);
});

both!(the_ledger_is_replayed_over_an_older_database, |h| {
    let (client, attempt) = finished(h);
    erase(&client);
    // What a restored backup would hold: the person as before the erasure.
    h.database.execute("DELETE FROM erasures");
    h.database.execute(
        "UPDATE invitations SET name = 'Revenant', email = 'r@candidature.example', erased_at = NULL",
    );
    h.database.execute("UPDATE attempts SET erased_at = NULL");

    let replayed = services::erase_person::replay_erasures(&h.services).unwrap();
    let again = services::erase_person::replay_erasures(&h.services).unwrap();

    assert_eq!((replayed, again), (1, 0));
    assert_eq!(h.database.count("invitations WHERE name IS NOT NULL"), 0);
    assert_eq!(h.database.texts("SELECT cause FROM erasures"), ["replay"]);
    drop(h.client().get(&attempt.invited.path).expect(410));
});
