//! « My rating first »: no score reaches a reviewer's page before their own rating, and none comes from it.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;
use serde_json::Value;

const REASON: &str = "Vérifie le besoin avant de proposer, sauf pour le colis perdu.";

/// A ranked candidate of a campaign that asks for one's own rating first.
fn ranked(h: &Harness) -> Attempt {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();
    h.services.set_rating_first(&h.owner(), &attempt.invited.campaign, true).unwrap();
    attempt
}

fn path_of(attempt: &Attempt) -> String {
    format!("/candidates/{}", attempt.public_id)
}

fn rate(client: &Client, path: &str) {
    let form = client.see(path).page().form("form[action$=rating]");
    let form = form.set("rating", "3").set("own_reason", REASON);
    client.submit(path, &form).expect_redirect(&format!("{path}?done=rated"));
}

both!(a_report_holds_no_score_no_rank_and_no_key_before_ones_own_rating, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Owner));
    let path = path_of(&attempt);

    let before = client.see(&path);

    for sign in
        ["Rangs possibles", "Marge d’erreur", "Barème", "points sur", "class=\"figure\"", "class=\"band\""]
    {
        before.lacks(sign);
    }
    let page = before.page();
    assert!(
        !page.has("svg.plot .target") && !page.has("svg.plot .interval"),
        "no mark of the key or the score"
    );
    assert!(page.has("details.answer"), "the answers are there to be read");
    rate(&client, &path);
    let after = client.see(&path);
    after.contains("Rangs possibles");
    after.contains("Barème");
    after.contains("class=\"figure\"");
    after.contains(REASON);
});

both!(a_colleagues_rating_is_not_ones_own, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    let path = path_of(&attempt);

    rate(&one, &path);

    let page = other.see(&path);
    page.lacks("Rangs possibles");
    page.lacks(REASON);
});

both!(a_decision_comes_after_ones_own_rating, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = path_of(&attempt);
    drop(client.see(&path));
    let fields = [("code", "hold"), ("reason", "À revoir avec la responsable."), ("version", "1")];

    let refused = client.post(&format!("{path}/decision"), &fields).expect(422);

    refused.contains("Notez d’abord les réponses vous-même");
    refused.lacks("Rangs possibles");
    assert_eq!(h.database.count("decisions"), 0);
    rate(&client, &path);
    drop(client.post(&format!("{path}/decision"), &fields).expect(303));
});

both!(a_rating_is_given_once_with_a_reason_after_reading, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = path_of(&attempt);
    let rating = format!("{path}/rating");
    let fields = [("rating", "3"), ("own_reason", REASON)];

    client.post(&rating, &fields).expect(422).contains("Ouvrez le rapport et lisez les réponses");
    for (value, reason, told) in [
        ("", REASON, "Choisissez une note de 1 à 4."),
        ("5", REASON, "Choisissez une note de 1 à 4."),
        ("3", " ", "Écrivez au moins une phrase."),
        ("3", "Bien.", "Écrivez au moins une phrase."),
    ] {
        let answer = client.post(&rating, &[("rating", value), ("own_reason", reason)]).expect(422);
        answer.contains(told);
        assert_eq!(answer.page().text("#own-reason"), reason.trim());
    }
    drop(client.post(&rating, &fields).expect(303));
    drop(client.post(&rating, &fields).expect(303));
    drop(client.post(&rating, &[("rating", "1"), ("own_reason", REASON)]).expect(409));

    assert_eq!(h.database.texts("SELECT CAST(rating AS TEXT) FROM own_ratings"), ["3"]);
    assert_eq!(h.database.count("audit_rows WHERE action = 'answers_rated'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("besoin"));
});

both!(a_rating_changes_no_score, |h| {
    let attempt = ranked(h);
    let scores = "SELECT CAST(score AS TEXT) FROM scores ORDER BY id";
    let before = h.database.texts(scores);

    rate(&h.sign_in(&h.user(Role::Recruiter)), &path_of(&attempt));
    h.clock.advance(chrono::Duration::hours(1));
    h.run_jobs();

    assert_eq!(h.database.texts(scores), before);
});

both!(the_mode_is_turned_on_and_off_on_the_page_of_decisions, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let page = format!("/campaigns/{}/decisions", attempt.invited.campaign);
    client.see(&page).contains("Demandé dans cette campagne.");

    let form = client.see(&page).page().form("form[action$='/rating-first']");
    client.submit(&page, &form).expect_redirect(&page);

    client.see(&page).contains("Pas demandé dans cette campagne.");
    client.see(&path_of(&attempt)).contains("Rangs possibles");
    drop(
        client
            .post(&format!("{}/rating", path_of(&attempt)), &[("rating", "3"), ("own_reason", REASON)])
            .expect(409),
    );
});

both!(an_erasure_deletes_ratings_and_the_download_holds_them, |h| {
    let attempt = ranked(h);
    rate(&h.sign_in(&h.user(Role::Recruiter)), &path_of(&attempt));
    let candidate = h.client();
    let page = candidate.see(&attempt.invited.path).page();
    drop(candidate.submit(&attempt.invited.path, &page.form("form[action$='/continue']")).expect(303));

    let data = candidate.get("/test/data/download").expect(200).json();
    assert_eq!(data["test"]["ratings_by_people"][0]["reason"], Value::from(REASON));
    let form = candidate.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    candidate.submit("/test/data/erase", &form).expect_redirect("/erased");

    assert_eq!(h.database.count("own_ratings"), 0);
});
