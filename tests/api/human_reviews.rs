//! Reviews by a person: asked for by candidates, answered by people, with a last day, and gone with an erasure.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use domain::role::Role;
use serde_json::Value;

const REQUEST: &str = "Le bruit du chantier m’a gênée pendant le test.";
const ANSWER: &str = "J’ai relu vos douze réponses une à une : elles sont bien comptées.";

/// A candidate on the page of their data, their test over.
fn finished(h: &Harness) -> (Client, Attempt) {
    let attempt = h.complete_attempt(&h.campaign(), |_| 3);
    h.run_jobs();
    let client = h.client();
    let page = client.see(&attempt.invited.path).page();
    client
        .submit(&attempt.invited.path, &page.form("form[action$='/continue']"))
        .expect_redirect("/test/done");
    (client, attempt)
}

fn ask(client: &Client) {
    let form = client.see("/test/data").page().form("form[action$='/review']").set("request", REQUEST);
    client.submit("/test/data", &form).expect_redirect("/test/data?done=review#review");
}

/// The page of the only review.
fn review_path(h: &Harness) -> String {
    format!("/reviews/{}", h.database.texts("SELECT id FROM human_reviews").concat())
}

both!(a_request_enters_the_queue_with_its_last_day_and_without_a_name, |h| {
    let (candidate, attempt) = finished(h);
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    recruiter.see("/reviews").contains("Aucune demande n’attend de réponse.");

    ask(&candidate);

    let mine = candidate.see("/test/data");
    mine.contains(REQUEST);
    assert!(!mine.page().has("form[action$='/review']"), "one request at a time");
    let queue = recruiter.see("/reviews");
    for hidden in [&attempt.invited.name, &attempt.invited.email] {
        queue.lacks(hidden);
    }
    let page = recruiter.see(&review_path(h));
    page.contains(REQUEST);
    page.lacks(&attempt.invited.name);
    page.lacks(&attempt.invited.email);
    let asked = services::zone::local("Europe/Paris", h.services.now()).date();
    let due = domain::human_review::due_on(asked);
    queue.contains(&services::dates::date(domain::language::Language::Fr, due));
    assert_eq!(h.database.texts("SELECT CAST(due_on AS TEXT) FROM human_reviews"), [due.to_string()]);
    recruiter.see("/campaigns").contains("1 réexamen demandé attend une réponse");
    assert_eq!(h.database.count("audit_rows WHERE action = 'review_asked'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("chantier"));
});

both!(a_request_changes_no_score_and_no_decision, |h| {
    let (candidate, _) = finished(h);
    let before = (
        h.database.texts("SELECT CAST(score AS TEXT) FROM scores"),
        h.database.texts("SELECT COALESCE(decision, '-') FROM attempts"),
    );

    ask(&candidate);
    for _ in 0..3 {
        h.clock.advance(chrono::Duration::days(20));
        h.run_jobs();
    }

    assert_eq!(h.database.count("decisions"), 0);
    let after = (
        h.database.texts("SELECT CAST(score AS TEXT) FROM scores"),
        h.database.texts("SELECT COALESCE(decision, '-') FROM attempts"),
    );
    assert_eq!(before, after);
    let late = h.sign_in(&h.user(Role::Recruiter)).see("/reviews");
    late.contains("En retard");
});

both!(before_the_end_of_the_test_there_is_nothing_to_review, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);

    client.see("/test/data").contains("quand votre test sera terminé");
    drop(client.post("/test/data/review", &[("request", REQUEST)]).expect(409));

    assert_eq!(h.database.count("human_reviews"), 0);
});

both!(a_long_request_is_told_and_kept_in_its_field, |h| {
    let (candidate, _) = finished(h);
    let long = "é".repeat(2_001);

    let answer = candidate.post("/test/data/review", &[("request", &long)]).expect(422);

    answer.contains("Le texte est trop long");
    assert_eq!(answer.page().text("#request"), long);
    assert_eq!(h.database.count("human_reviews"), 0);
});

both!(a_button_pressed_twice_asks_once_and_other_words_meet_the_open_request, |h| {
    let (candidate, _) = finished(h);
    ask(&candidate);

    drop(candidate.post("/test/data/review", &[("request", REQUEST)]).expect(303));
    drop(candidate.post("/test/data/review", &[("request", "Autre chose.")]).expect(409));

    assert_eq!(h.database.count("human_reviews"), 1);
});

both!(an_answer_comes_after_the_report_was_opened_and_is_mailed_once, |h| {
    let (candidate, attempt) = finished(h);
    ask(&candidate);
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    let path = review_path(h);
    let form = [("outcome", "upheld"), ("words", ANSWER)];

    let refused = recruiter.post(&format!("{path}/answer"), &form).expect(422);
    refused.contains("Ouvrez le rapport de cette candidature");
    assert_eq!(refused.page().text("#words"), ANSWER, "what was typed stays");
    drop(recruiter.see(&format!("/candidates/{}", attempt.public_id)));
    for (outcome, words, told) in [
        ("", ANSWER, "Choisissez un résultat."),
        ("perhaps", ANSWER, "Choisissez un résultat."),
        ("upheld", "  ", "Écrivez votre réponse."),
        ("upheld", "Non.", "Écrivez au moins une phrase."),
        ("changed", ANSWER, "Aucune décision n’a été enregistrée depuis la demande."),
    ] {
        recruiter
            .post(&format!("{path}/answer"), &[("outcome", outcome), ("words", words)])
            .expect(422)
            .contains(told);
    }
    assert_eq!(h.database.count("mails WHERE kind = 'review_answered'"), 0);

    recruiter.post(&format!("{path}/answer"), &form).expect_redirect(&format!("{path}?done=answered"));
    drop(recruiter.post(&format!("{path}/answer"), &form).expect(409));
    drop(recruiter.post(&format!("{path}/take"), &[]).expect(409));
    h.run_jobs();

    assert_eq!(
        h.database.texts("SELECT recipient || ' ' || state FROM mails WHERE kind = 'review_answered'"),
        [format!("{} accepted", attempt.invited.email)]
    );
    let body = h.database.texts("SELECT body FROM mails WHERE kind = 'review_answered'").concat();
    assert!(body.contains(ANSWER) && body.contains("la conclusion reste la même"), "{body}");
    candidate.see("/test/data").contains(ANSWER);
    recruiter.see("/reviews").lacks(&path);
    recruiter.see("/reviews?state=answered").contains(&path);
    assert_eq!(h.database.count("decisions"), 0, "an answer decides nothing");
    assert_eq!(h.database.count("audit_rows WHERE action = 'review_answered'"), 1);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains("relu"));
});

both!(a_changed_decision_is_a_persons_new_decision, |h| {
    let (candidate, attempt) = finished(h);
    ask(&candidate);
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    let report = format!("/candidates/{}", attempt.public_id);
    h.clock.advance(chrono::Duration::hours(1));
    let form = recruiter.see(&report).page().form("form[action$=decision]");
    let decided = form.set("code", "interview").set("reason", "Les réponses orales le confirment.");
    drop(recruiter.submit(&report, &decided).expect(303));
    let path = review_path(h);

    let page = recruiter.see(&path);
    page.contains("Vous avez vous-même décidé de cette candidature.");
    let answer = [("outcome", "changed"), ("words", ANSWER)];
    recruiter.post(&format!("{path}/answer"), &answer).expect_redirect(&format!("{path}?done=answered"));

    candidate.see("/test/data").contains("La décision a été changée.");
});

both!(whoever_takes_a_review_is_told_to_the_others, |h| {
    let (candidate, _) = finished(h);
    ask(&candidate);
    let (first, second) = (h.user(Role::Recruiter), h.user(Role::Recruiter));
    let (one, other) = (h.sign_in(&first), h.sign_in(&second));
    let path = review_path(h);

    one.post(&format!("{path}/take"), &[]).expect_redirect(&format!("{path}?done=taken"));

    one.see("/reviews").contains("Vous vous en occupez");
    other.see("/reviews").contains(&format!("{} s’en occupe", first.name));
    other.post(&format!("{path}/take"), &[]).expect_redirect(&format!("{path}?done=taken"));
    one.see("/reviews").contains(&format!("{} s’en occupe", second.name));
    assert_eq!(
        h.database.texts("SELECT detail FROM audit_rows WHERE action = 'review_taken' ORDER BY sequence"),
        ["code=taken", "code=taken_over"]
    );
});

both!(the_download_holds_reviews_and_an_erasure_empties_them, |h| {
    let (candidate, attempt) = finished(h);
    ask(&candidate);
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    drop(recruiter.see(&format!("/candidates/{}", attempt.public_id)));
    let path = review_path(h);
    let answer = [("outcome", "cannot_review"), ("words", ANSWER)];
    drop(recruiter.post(&format!("{path}/answer"), &answer).expect(303));

    let data = candidate.get("/test/data/download").expect(200).json();
    assert_eq!(data["reviews_by_a_person"][0]["request"], Value::from(REQUEST));
    assert_eq!(data["reviews_by_a_person"][0]["answer"], Value::from(ANSWER));
    assert!(data["log"].as_array().unwrap().iter().any(|row| row["what"] == "review_answered"));
    let form = candidate.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    candidate.submit("/test/data/erase", &form).expect_redirect("/erased");

    assert_eq!(h.database.count("human_reviews WHERE request IS NOT NULL OR answer IS NOT NULL"), 0);
    assert_eq!(h.database.count("human_reviews"), 1, "that somebody asked and was answered stays");
    drop(recruiter.get(&path).expect(404));
    recruiter.see("/reviews?state=answered").lacks(&path);
});

both!(an_answer_reaches_somebody_whose_link_was_withdrawn, |h| {
    let (candidate, attempt) = finished(h);
    ask(&candidate);
    h.services.revoke_invitation(&h.owner(), &attempt.invited.campaign, &attempt.invited.id).unwrap();
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    drop(recruiter.see(&format!("/candidates/{}", attempt.public_id)));
    let path = review_path(h);

    drop(recruiter.post(&format!("{path}/answer"), &[("outcome", "upheld"), ("words", ANSWER)]).expect(303));
    h.run_jobs();

    assert_eq!(h.database.texts("SELECT state FROM mails WHERE kind = 'review_answered'"), ["accepted"]);
});
