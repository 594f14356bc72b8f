//! Every way of asking, taken by forms alone: what is stored, what is refused with words, and what stays as it was.

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt};
use acceptance::response::{Form, Page, Response};
use acceptance::{Harness, both};

/// The places of the form `every-format`.
const BEST_WORST: &str = "/test/1";
const EMOTIONS: &str = "/test/2";
const PRACTICE_DIALOGUE: &str = "/test/3";
const DIALOGUE: &str = "/test/4";
const PICK: &str = "/test/5";
const RANK: &str = "/test/7";
const OPEN: &str = "/test/9";

/// A candidate of the form with every format, with every scenario seen.
fn everything_seen(h: &Harness) -> (Attempt, Client) {
    let campaign = h.campaign_with(|input| input.form = "every-format".to_owned());
    let attempt = h.start_attempt(&h.invite(&campaign));
    fixtures::see_all(&h.services, h.writer(), &attempt);
    let client = h.sit(&attempt);
    (attempt, client)
}

fn form(client: &Client, path: &str) -> Form {
    client.see(path).page().form("#answers")
}

/// The names of the controls, each once, in the order shown.
fn names(page: &Page, selector: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in page.attributes(selector, "name") {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[track_caller]
fn refused(h: &Harness, answer: Response, stored: i64, words: &str) {
    let answer = answer.expect(422);
    assert!(answer.page().text("[role=alert]").contains(words), "no {words:?} in {}", answer.describe());
    assert_eq!(h.database.count("response_events"), stored, "something was half-written");
}

/// Sends the first option of every turn until the dialogue is over; how many turns that were.
fn talk(client: &Client, path: &str) -> usize {
    for turn in 0..10 {
        let page = client.see(path).page();
        let Some(name) = names(&page, "input[name^=d]").first().cloned() else { return turn };
        let form = page.form("#answers").set(&name, "1").set("go", "send");
        client.submit(path, &form).expect_redirect(&format!("{path}#turn"));
    }
    panic!("the dialogue at {path} does not end");
}

both!(every_format_is_taken_without_scripts, |h| {
    let (attempt, client) = everything_seen(h);
    for number in 1..=14 {
        let path = format!("/test/{number}");
        let page = client.see(&path).page();
        if page.has("input[name^=d]") {
            assert!((4..=7).contains(&talk(&client, &path)), "{path}");
            continue;
        }
        let mut form = page.form("#answers");
        let radios = names(&page, "#answers input[type=radio]");
        // The best is the first action, the worst the second one; every rating is a 2.
        for (index, name) in radios.iter().enumerate() {
            let value = if path == BEST_WORST { index + 1 } else { 2 };
            form = form.set(name, &value.to_string());
        }
        for (index, name) in names(&page, "#answers select").iter().enumerate() {
            form = form.set(name, &(index + 1).to_string());
        }
        for name in names(&page, "#answers input[type=checkbox]").iter().take(3) {
            form = form.set(name, "2");
        }
        for name in names(&page, "#answers textarea") {
            form = form.set(&name, "Merci de nous l’avoir dit.\nVotre mot est transmis à Idriss.");
        }
        client.submit(&path, &form.set("go", "save")).expect_redirect(&path);
    }
    let review = client.see("/test/review").page();
    assert!(!review.text("main").contains("sans réponse"), "{}", review.text("main"));

    fixtures::finish(&h.services, &attempt);

    let score = "FROM scores WHERE score IS NOT NULL AND n_answered = n_scored AND n_counted_zero = 0";
    assert_eq!(h.database.number(&format!("SELECT count(*) {score}")), 1);
    let texts = h.database.texts("SELECT text FROM response_events WHERE text IS NOT NULL");
    assert_eq!(texts, ["Merci de nous l’avoir dit.\nVotre mot est transmis à Idriss."]);
});

both!(the_same_action_is_not_both_best_and_worst, |h| {
    let (attempt, client) = everything_seen(h);
    let page = client.see(BEST_WORST).page();
    let radios = names(&page, "#answers input[type=radio]");
    let (mut best, mut worst) = (radios[0].clone(), radios[1].clone());
    if best > worst {
        std::mem::swap(&mut best, &mut worst);
    }
    let stored = h.database.count("response_events");
    assert_eq!(stored, 0, "leaving a scenario blank stores nothing");

    let both = page.form("#answers").set(&best, "3").set(&worst, "3").set("go", "next");
    let answer = client.submit(BEST_WORST, &both);
    let again = answer.page();
    assert_eq!(
        again.attributes("#answers input[type=radio][checked]", "value"),
        ["3", "3"],
        "typed and lost"
    );
    refused(h, answer, stored, "la plus et la moins efficace");

    // The same through the island's call: first the best, then the same one as the worst.
    let call = |name: &str, value: u8| {
        let item: i32 = name[1..].parse().unwrap();
        client.request("POST", "/api/ui/save_answer").json(&serde_json::json!({"answer": {
            "attempt": attempt.public_id.to_string(), "epoch": 1, "language": "fr", "item": item, "base": 0, "value": value,
        }})).send()
    };
    drop(call(&best, 3).expect(200));
    call(&worst, 3).expect(422).contains("same_best_and_worst");
    drop(call(&worst, 4).expect(200));
});

both!(more_picks_than_asked_for_are_refused_before_anything_is_stored, |h| {
    let (_, client) = everything_seen(h);
    let page = client.see(PICK).page();
    let boxes = names(&page, "#answers input[type=checkbox]");
    let stored = h.database.count("response_events");

    let all = boxes.iter().fold(page.form("#answers"), |form, name| form.set(name, "2"));
    refused(h, client.submit(PICK, &all.set("go", "next")), stored, "Trop d’actions");

    let two = boxes.iter().take(2).fold(page.form("#answers"), |form, name| form.set(name, "2"));
    client.submit(PICK, &two.set("go", "save")).expect_redirect(PICK);
    assert_eq!(client.see(PICK).page().all("#answers input[type=checkbox][checked]").len(), 2);
    // Unticked again: the hidden field says so.
    let form = boxes.iter().fold(form(&client, PICK), |form, name| form.set(name, "1"));
    client.submit(PICK, &form.set("go", "save")).expect_redirect(PICK);
    assert_eq!(client.see(PICK).page().all("#answers input[type=checkbox][checked]").len(), 0);
});

both!(an_order_has_each_place_once_and_moves_by_buttons, |h| {
    let (_, client) = everything_seen(h);
    let page = client.see(RANK).page();
    let places = names(&page, "#answers select");
    let stored = h.database.count("response_events");

    let twice = page.form("#answers").set(&places[0], "1").set(&places[1], "1").set("go", "next");
    refused(h, client.submit(RANK, &twice), stored, "le même numéro");
    let gap = page.form("#answers").set(&places[0], "1").set(&places[1], "3").set("go", "next");
    refused(h, client.submit(RANK, &gap), stored, "Un numéro manque");

    // Up with the last one of the blank order: everybody has a place, and the page shows the order.
    let last = &places[3][1..];
    let up = form(&client, RANK).set("go", &format!("up-{last}"));
    client.submit(RANK, &up).expect_redirect("/test/7#answers");
    let moved = names(&client.see(RANK).page(), "#answers select");
    assert_eq!(moved, [&places[0], &places[1], &places[3], &places[2]].map(String::clone));
    let page = client.see(RANK).page();
    assert_eq!(page.attributes("#answers option[selected]", "value"), ["1", "2", "3", "4"]);
});

both!(a_sent_turn_stands, |h| {
    let (attempt, client) = everything_seen(h);
    let first = client.see(DIALOGUE).page();
    let turn = names(&first, "input[name^=d]")[0].clone();
    let stored = h.database.count("response_events");

    // Another button than the one that sends leaves the turn unsent.
    let previous = first.form("#answers").set(&turn, "1").set("go", "previous");
    client.submit(DIALOGUE, &previous).expect_redirect("/test/3");
    assert_eq!(h.database.count("response_events"), stored);
    // Sending nothing says what is missing.
    refused(h, client.submit(DIALOGUE, &first.form("#answers").set("go", "send")), stored, "Choisissez");

    let send = first.form("#answers").set(&turn, "1").set("go", "send");
    client.submit(DIALOGUE, &send).expect_redirect("/test/4#turn");
    // A double click sends the same again; another reply to the same turn comes too late.
    client.submit(DIALOGUE, &send).expect_redirect("/test/4#turn");
    assert_eq!(h.database.count("response_events"), stored + 1);
    let other = first.form("#answers").set(&turn, "2").set("go", "send");
    refused(h, client.submit(DIALOGUE, &other), stored + 1, "déjà été envoyée");

    // A node that is not on the way: the last one of the dialogue, by the island's call too.
    let here = names(&client.see(DIALOGUE).page(), "input[name^=d]")[0].clone();
    let item: i32 = here[1..].parse().unwrap();
    let far = form(&client, DIALOGUE).set(&format!("d{}", item + 2), "1").set("go", "send");
    refused(h, client.submit(DIALOGUE, &far), stored + 1, "avancé");
    let call = serde_json::json!({"answer": {
        "attempt": attempt.public_id.to_string(), "epoch": 1, "language": "fr", "item": item + 2, "base": 0, "value": 1,
    }});
    client.request("POST", "/api/ui/save_answer").json(&call).send().expect(422).contains("not_this_turn");
});

both!(who_takes_over_a_dialogue_goes_on_where_it_stands, |h| {
    let (attempt, first) = everything_seen(h);
    let page = first.see(DIALOGUE).page();
    let turn = names(&page, "input[name^=d]")[0].clone();
    // Another device takes over and sends the turn.
    let second = h.client();
    let link = second.see(&attempt.invited.path).page();
    let go_on = link.form(&format!("form[action='{}/continue']", attempt.invited.path));
    drop(second.follow(&second.submit(&attempt.invited.path, &go_on)));
    let theirs = second.see(DIALOGUE).page().form("#answers").set(&turn, "2").set("go", "send");
    second.submit(DIALOGUE, &theirs).expect_redirect("/test/4#turn");

    // The first device sends its own: what was said stands, and it may go on from there.
    let late = first.submit(DIALOGUE, &page.form("#answers").set(&turn, "1").set("go", "send")).expect(409);
    let take_over = late.page();
    assert_eq!(take_over.attributes("main form button", "value"), ["stored"], "a sent turn is no choice");
    let form = take_over.form("form[action='/test/continue']").set("keep", "stored");
    first.submit("/test/continue", &form).expect_redirect(DIALOGUE);
    let next = names(&first.see(DIALOGUE).page(), "input[name^=d]")[0].clone();
    let form = first.see(DIALOGUE).page().form("#answers").set(&next, "1").set("go", "send");
    first.submit(DIALOGUE, &form).expect_redirect("/test/4#turn");
});

both!(two_texts_stand_side_by_side, |h| {
    let (_, client) = everything_seen(h);
    let page = client.see(OPEN).page();
    let name = names(&page, "#answers textarea")[0].clone();
    client
        .submit(OPEN, &page.form("#answers").set(&name, "le premier").set("go", "save"))
        .expect_redirect(OPEN);

    // The same page from another tab, older than that.
    let late =
        client.submit(OPEN, &page.form("#answers").set(&name, "le second").set("go", "save")).expect(409);
    let words = late.page().text("main");
    assert!(words.contains("le premier") && words.contains("le second"), "{words}");
    let form = late.page().form("form[action='/test/continue']").set("keep", "here");
    client.submit("/test/continue", &form).expect_redirect(OPEN);

    assert_eq!(client.see(OPEN).page().text("textarea").trim(), "le second");
});

both!(only_the_practice_dialogue_shows_the_customers_state_and_the_key, |h| {
    let (_, client) = everything_seen(h);

    assert!(client.see(PRACTICE_DIALOGUE).page().has(".gauge"));
    assert!(!client.see(DIALOGUE).page().has(".gauge"));
    talk(&client, PRACTICE_DIALOGUE);
    talk(&client, DIALOGUE);
    assert!(client.see(PRACTICE_DIALOGUE).page().text("main").contains("Pourquoi ces réponses"));
    assert!(!client.see(DIALOGUE).page().text("main").contains("Pourquoi ces réponses"));
});

both!(a_text_stays_text, |h| {
    let (_, client) = everything_seen(h);
    let name = names(&client.see(OPEN).page(), "#answers textarea")[0].clone();
    let write = |text: &str| {
        let form = form(&client, OPEN).set(&name, text).set("go", "save");
        client.submit(OPEN, &form)
    };

    write("</textarea><script>alert(1)</script>").expect_redirect(OPEN);
    let page = client.see(OPEN);
    page.lacks("<script>alert(1)</script>");
    assert_eq!(page.page().text("textarea").trim(), "</textarea><script>alert(1)</script>");

    let stored = h.database.count("response_events");
    refused(h, write(&"é".repeat(1_201)), stored, "trop long");
    drop(write(&"x".repeat(100_000)).expect(400));
    assert_eq!(h.database.count("response_events"), stored);
    write(&"é".repeat(1_200)).expect_redirect(OPEN);
    // Emptied: kept as such, and asked for again in the review.
    write("  ").expect_redirect(OPEN);
    assert_eq!(client.see(OPEN).page().text("textarea").trim(), "");
});

both!(emotions_are_rated_by_strength, |h| {
    let (_, client) = everything_seen(h);
    let page = client.see(EMOTIONS).page();

    assert_eq!(names(&page, "#answers input[type=radio]").len(), 5);
    assert!(page.texts(".rating-option").contains(&"Très forte".to_owned()));
    let words = page.text("main");
    assert!(!words.contains("efficace"), "{words}");
});

both!(an_erased_person_leaves_no_text, |h| {
    let (attempt, client) = everything_seen(h);
    let name = names(&client.see(OPEN).page(), "#answers textarea")[0].clone();
    let form = form(&client, OPEN).set(&name, "quelque chose de personnel").set("go", "save");
    client.submit(OPEN, &form).expect_redirect(OPEN);
    let candidate = services::candidate::Candidate {
        cookie: services::attempt_cookie::AttemptCookie::parse(&attempt.cookie).unwrap(),
        address: None,
    };
    let data = h.services.download_data(&candidate).unwrap();
    assert!(data.contains("quelque chose de personnel"), "the download lacks the text");

    h.services.erase_me(&candidate).unwrap();

    assert_eq!(h.database.count("response_events WHERE text IS NOT NULL"), 0);
});

both!(all_messages_of_a_chat_stand_in_the_page_and_are_paced_once, |h| {
    let campaign = h.campaign();
    let attempt = h.start_attempt(&h.invite(&campaign));
    fixtures::see_all(&h.services, h.writer(), &attempt);
    let client = h.sit(&attempt);

    let page = client.see("/test/2").page();
    assert_eq!(page.texts("ol#said.is-paced .turn-text").len(), 3);
    assert_eq!(page.attribute("a.show-all", "href"), "#said");
    assert!(!page.has("[hidden], [aria-live] .turn-text"), "nothing waits for the style sheet");
    assert!(!client.see("/test/1").page().has(".is-paced"), "an e-mail is no chat");

    let name = names(&page, "#answers input[type=radio]")[0].clone();
    let form = page.form("#answers").set(&name, "2").set("go", "save");
    client.submit("/test/2", &form).expect_redirect("/test/2");
    let again = client.see("/test/2").page();
    assert!(!again.has(".is-paced") && !again.has("a.show-all"), "who comes back has read it");
});
