//! The way of a candidate through a test, by forms alone: link, notice, practice, scenarios, pause, review, end.

use acceptance::client::Client;
use acceptance::fixtures::{Attempt, Invited};
use acceptance::response::{Form, Page};
use acceptance::{Harness, both};
use services::attempt_cookie::ATTEMPT_COOKIE;

const NOTICE_FORM: &str = "form[action$='/start']";

/// The form of the scenario, with every action rated 3.
fn rated(page: &Page, value: &str) -> Form {
    let form = page.form("#answers");
    let names: Vec<String> = page.attributes("#answers input[type=radio]", "name");
    names.iter().fold(form, |form, name| form.set(name, value))
}

fn begin(client: &Client, invited: &Invited) {
    let form = client.see(&invited.path).page().form(NOTICE_FORM).set("read", "yes");
    let answer = client.submit(&invited.path, &form);
    answer.expect_redirect("/test");
}

/// Answers the practice and goes to the first scenario.
fn pass_practice(client: &Client) {
    let page = client.see("/test/practice").page();
    let answer = client.submit("/test/practice", &rated(&page, "2").set("go", "explain"));
    answer.expect_redirect("/test/practice?explained");
    let page = client.see("/test/practice?explained").page();
    client.submit("/test/practice", &page.form("#answers").set("go", "next")).expect_redirect("/test/1");
}

/// Goes through a scenario; returns where its button led.
fn pass(client: &Client, number: u16) -> String {
    let path = format!("/test/{number}");
    let page = client.see(&path).page();
    client.submit(&path, &rated(&page, "3").set("go", "next")).location()
}

fn pass_all(client: &Client) {
    for number in 1..=13 {
        let led = pass(client, number);
        if number == 7 {
            assert_eq!(led, "/test/pause?half");
            let pause = client.see(&led).page();
            client.submit(&led, &pause.form("main form").set("go", "on")).expect_redirect("/test/8");
        } else if number < 13 {
            assert_eq!(led, format!("/test/{}", number + 1));
        } else {
            assert_eq!(led, "/test/review");
        }
    }
}

fn finish(client: &Client) -> String {
    let form = client.see("/test/review").page().form("form[action='/test/finish']");
    client.submit("/test/review", &form.set("confirmed", "yes")).location()
}

fn at_review(h: &Harness) -> (Client, Attempt) {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);
    pass_all(&client);
    (client, attempt)
}

both!(a_candidate_goes_from_the_link_to_the_receipt_by_forms_alone, |h| {
    let invited = h.invite(&h.campaign());
    let client = h.client();

    begin(&client, &invited);
    client.follow(&client.get("/test")).contains("Essai");
    pass_practice(&client);
    pass_all(&client);
    assert_eq!(finish(&client), "/test/done");

    let done = client.see("/test/done").page();
    assert!(done.text("h1").contains("vos réponses sont bien arrivées"));
    assert_eq!(h.database.texts("SELECT state FROM attempts"), ["finished"]);
    let ratings = client.see("/test/data").page().text(".ledger");
    assert!(ratings.contains("actions évaluées"), "{ratings}");
    assert_eq!(h.database.count("scores"), 1);
    assert_eq!(
        h.database.texts("SELECT action FROM audit_rows WHERE actor_kind = 'candidate' ORDER BY sequence"),
        ["attempt_started", "attempt_finished"]
    );
    assert_eq!(h.database.texts("SELECT kind FROM mails WHERE kind = 'receipt'"), ["receipt"]);
});

both!(the_notice_must_be_read_before_the_start, |h| {
    let invited = h.invite(&h.campaign());
    let client = h.client();
    let form = client.see(&invited.path).page().form(NOTICE_FORM);

    let answer = client.submit(&invited.path, &form).expect(422);

    assert!(answer.page().text("#read-error").contains("cochez"));
    assert_eq!(h.database.count("attempts"), 0);
    assert_eq!(client.cookie(ATTEMPT_COOKIE), None);
});

both!(another_version_of_the_notice_is_shown_again, |h| {
    let invited = h.invite(&h.campaign());
    let client = h.client();
    let form = client.see(&invited.path).page().form(NOTICE_FORM).set("read", "yes").set("version", "999");

    let answer = client.submit(&invited.path, &form).expect(422);

    answer.contains("a changé entre-temps");
    assert_eq!(h.database.count("attempts"), 0);
});

both!(opening_a_link_changes_nothing, |h| {
    let invited = h.invite(&h.campaign());
    let audit = h.database.count("audit_rows");

    for _ in 0..3 {
        drop(h.client().see(&invited.path));
    }

    assert_eq!(h.database.count("attempts"), 0);
    assert_eq!(h.database.count("audit_rows"), audit);
});

both!(a_second_start_goes_on_with_the_same_attempt, |h| {
    let invited = h.invite(&h.campaign());
    let (first, second) = (h.client(), h.client());
    let form = first.see(&invited.path).page().form(NOTICE_FORM).set("read", "yes");

    first.submit(&invited.path, &form).expect_redirect("/test");
    second.submit(&invited.path, &form).expect_redirect("/test");

    assert_eq!(h.database.count("attempts"), 1);
    assert_eq!(h.database.texts("SELECT CAST(epoch AS TEXT) FROM attempts"), ["2"]);
});

both!(the_order_of_actions_is_stored_and_stays, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);

    let first = client.see("/test/1").page().texts(".rating-action");
    let again = client.see("/test/1").page().texts(".rating-action");

    assert_eq!(first, again);
    assert_eq!(h.database.texts("SELECT action_orders FROM attempts")[0].split(';').count(), 14);
});

both!(a_scenario_that_was_not_reached_leads_back, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);

    client.get("/test/5").expect_redirect("/test");
    client.get("/test/review").expect_redirect("/test");
    drop(client.get("/test/0").expect(404));
    drop(client.get("/test/99").expect(303));
});

both!(answers_come_back_on_another_device_at_the_same_place, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);
    assert_eq!(pass(&client, 1), "/test/2");
    assert_eq!(pass(&client, 2), "/test/3");

    let phone = h.client();
    let form = phone.see(&attempt.invited.path).page().form("form[action$='/continue']");
    let answer = phone.submit(&attempt.invited.path, &form);

    answer.expect_redirect("/test");
    assert_eq!(phone.get("/test").location(), "/test/3");
    let checked = phone.see("/test/2").page().attributes("#answers input[checked]", "value");
    assert!(checked.len() >= 4 && checked.iter().all(|value| value == "3"), "{checked:?}");
});

both!(changing_the_language_keeps_the_answers, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);
    let page = client.see("/test/1").page();

    let answer = client.submit("/test/1", &rated(&page, "4").set("go", "en"));

    answer.expect_redirect("/test/1");
    let page = client.see("/test/1").page();
    assert_eq!(page.attribute("html", "lang"), "en");
    assert!(page.attributes("#answers input[checked]", "value").iter().all(|value| value == "4"));
    assert_eq!(h.database.texts("SELECT language FROM attempts"), ["en"]);
    assert_eq!(h.database.texts("SELECT DISTINCT language FROM response_events WHERE item > 3"), ["fr"]);
});

both!(a_flag_is_kept_and_shown_in_the_review, |h| {
    let (client, _) = at_review(h);
    let page = client.see("/test/4").page();
    client.submit("/test/4", &page.form("#answers").set("go", "flag")).expect_redirect("/test/4");

    let review = client.see("/test/review").page();

    let marked: Vec<String> =
        review.texts("tbody tr").into_iter().filter(|row| row.contains("Marquée")).collect();
    assert_eq!(marked.len(), 1);
    assert!(marked[0].starts_with("4."), "{marked:?}");
});

both!(the_review_says_what_is_blank_and_finishing_asks_once_more, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);
    let form = client.see("/test/1").page().form("#answers").set("go", "next");
    client.submit("/test/1", &form).expect_redirect("/test/2");
    for number in 2..=13 {
        let led = pass(&client, number);
        if number == 7 {
            let form = client.see(&led).page().form("main form").set("go", "on");
            client.submit(&led, &form).expect_redirect("/test/8");
        }
    }

    let review = client.see("/test/review").page();
    assert!(review.text("tbody tr").contains("sans réponse"));
    let form = review.form("form[action='/test/finish']");
    let unconfirmed = client.submit("/test/review", &form).expect(422);

    assert!(unconfirmed.page().text("#confirm-error").contains("cochez"));
    assert_eq!(h.database.texts("SELECT state FROM attempts"), ["started"]);
    assert_eq!(finish(&client), "/test/done");
    let blank = h.database.texts("SELECT CAST(n_counted_zero AS TEXT) FROM scores");
    assert!(["4", "5"].contains(&blank[0].as_str()), "{blank:?}");
});

both!(finishing_twice_is_fine_and_happens_once, |h| {
    let (client, _) = at_review(h);
    let form = client.see("/test/review").page().form("form[action='/test/finish']").set("confirmed", "yes");

    client.submit("/test/review", &form).expect_redirect("/test/done");
    client.submit("/test/review", &form).expect_redirect("/test/done");

    assert_eq!(h.database.count("scores"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'attempt_finished'"), 1);
});

both!(finishing_before_the_review_leads_back, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    let public_id = attempt.public_id.to_string();
    let fields = [("attempt", public_id.as_str()), ("epoch", "1"), ("language", "fr"), ("confirmed", "yes")];

    client.post("/test/finish", &fields).expect_redirect("/test");

    assert_eq!(h.database.texts("SELECT state FROM attempts"), ["started"]);
});

both!(a_pause_is_kept_in_the_audit_and_answers_before_it, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);
    let page = client.see("/test/1").page();

    client.submit("/test/1", &rated(&page, "1").set("go", "pause")).expect_redirect("/test/pause");

    let pause = client.see("/test/pause").page();
    client.submit("/test/pause", &pause.form("main form").set("go", "on")).expect_redirect("/test/1");
    assert_eq!(h.database.count("audit_rows WHERE action = 'attempt_paused'"), 1);
    assert!(h.database.count("response_events WHERE item > 3 AND value = 1") >= 4);
});

both!(satisfaction_is_one_answer_that_can_be_changed, |h| {
    let (client, _) = at_review(h);
    assert_eq!(finish(&client), "/test/done");

    drop(client.post("/test/satisfaction", &[]).expect(422));
    client.post("/test/satisfaction", &[("value", "2")]).expect_redirect("/test/done");
    client.post("/test/satisfaction", &[("value", "4")]).expect_redirect("/test/done");
    drop(client.post("/test/satisfaction", &[("value", "5")]).expect(422));

    assert_eq!(h.database.texts("SELECT CAST(satisfaction AS TEXT) FROM attempts"), ["4"]);
});

both!(without_a_cookie_every_page_of_a_test_asks_for_the_link, |h| {
    let client = h.client();

    for path in ["/test", "/test/practice", "/test/3", "/test/review", "/test/done", "/test/data"] {
        client.get(path).expect(401).contains("Ouvrez votre lien personnel");
    }
});

both!(the_first_scenario_page_is_light, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);

    let page = client.request("GET", "/test/1").header("accept-encoding", "gzip").send().expect(200);

    assert_eq!(page.header("content-encoding"), Some("gzip"));
    assert!(page.reply.body.len() < 12_000, "{} bytes compressed", page.reply.body.len());
});

both!(a_browser_without_scripts_is_not_asked_to_load_the_program, |h| {
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let client = h.sit(&attempt);
    pass_practice(&client);

    let page = client.see("/test/1").page();

    assert!(page.has("script[type=module]"), "the page has islands");
    assert_eq!(page.attributes("link", "rel").iter().filter(|rel| *rel == "preload").count(), 0);
});

both!(the_notice_says_what_is_logged_and_that_the_key_is_provisional, |h| {
    let invited = h.invite(&h.campaign());

    let page = h.client().see(&invited.path);

    page.contains("écrit par les auteurs, pas encore vérifié par un panel");
    page.contains("Ce test est public");
    page.contains("chaque réponse donnée ou changée");
    page.contains("estimation des auteurs");
    page.contains("aide@quillaja.example");
    page.contains("Une personne décide");
});
