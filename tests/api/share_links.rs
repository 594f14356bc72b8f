//! Share links: one reduced, blind report for somebody without an account, for a time.

use acceptance::client::Client;
use acceptance::fixtures::Attempt;
use acceptance::{Harness, both};
use chrono::Duration;
use domain::role::Role;

const REASON: &str = "Vérifie le besoin avant de proposer, sauf pour le colis perdu.";

fn ranked(h: &Harness) -> Attempt {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 2);
    drop(h.complete_attempt(&campaign, |_| 4));
    h.run_jobs();
    attempt
}

fn shares(attempt: &Attempt) -> String {
    format!("/candidates/{}/shares", attempt.public_id)
}

/// Makes a link and gives its path.
fn share(h: &Harness, client: &Client, attempt: &Attempt, days: &str) -> String {
    // The newest link stands first on the page.
    h.clock.advance(Duration::seconds(1));
    let page = shares(attempt);
    let form = client.see(&page).page().form("form[action$='/shares']").set("days", days);
    client.submit(&page, &form).expect_redirect(&page);
    let address = client.see(&page).page().attribute("input[readonly]", "value");
    address[address.find("/s/").unwrap()..].to_owned()
}

/// What a link that opens nothing answers, without what differs by request.
fn nothing(client: &Client, path: &str) -> String {
    let answer = client.get(path).expect(404);
    answer.contains("Ce lien n’ouvre rien");
    answer.page().text("main")
}

both!(a_link_shows_the_total_and_the_answers_and_nobody, |h| {
    let attempt = ranked(h);
    let user = h.user(Role::Owner);
    let client = h.sign_in(&user);
    let path = format!("/candidates/{}", attempt.public_id);
    drop(client.post(&format!("{path}/unblind"), &[]).expect(303));
    drop(client.post(&format!("{path}/notes"), &[("note", "Disponible dès lundi.")]).expect(303));
    let decision = [("code", "hold"), ("reason", "À revoir avec la responsable."), ("version", "1")];
    drop(client.post(&format!("{path}/decision"), &decision).expect(303));
    let link = share(h, &client, &attempt, "7");

    let answer = h.client().get(&link).expect(200);

    answer.contains("class=\"figure\"");
    assert!(answer.page().has("details.answer"));
    for secret in [
        attempt.invited.name.as_str(),
        &attempt.invited.email,
        &user.name,
        &user.email,
        attempt.public_id.as_str(),
        "Disponible dès lundi",
        "À revoir avec",
        "Rangs",
        "Groupe A",
        "class=\"band\"",
        "Barème\u{a0}:",
        "<form",
    ] {
        answer.lacks(secret);
    }
    let page = answer.page();
    assert!(!page.has("svg.plot .target"), "no mark of the key");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-robots-tag").is_some_and(|tag| tag.contains("noindex")));
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    assert!(answer.header("set-cookie").is_none());
});

both!(the_database_holds_no_token_and_the_audit_each_step, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let link = share(h, &client, &attempt, "7");
    let token = link.trim_start_matches("/s/").to_owned();
    let before = h.database.fingerprint(&["audit_rows", "audit_heads", "audit_addresses", "share_links"]);

    drop(h.client().get(&link).expect(200));
    drop(h.client().get(&link).expect(200));

    let after = h.database.fingerprint(&["audit_rows", "audit_heads", "audit_addresses", "share_links"]);
    assert_eq!(after, before, "opening a link writes only its count and the audit");
    assert_eq!(h.database.texts("SELECT CAST(openings AS TEXT) FROM share_links"), ["2"]);
    let stored = h.database.texts("SELECT token_hash || id || secret_key_id FROM share_links").concat();
    assert!(!stored.contains(&token));
    assert_eq!(h.database.count("audit_rows WHERE action = 'report_shared'"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'share_opened'"), 2);
    assert!(!h.database.texts("SELECT detail FROM audit_rows").concat().contains(&token));
    assert!(!acceptance::logs::captured().contains(&token));
    client.see(&shares(&attempt)).contains("Ouvert 2 fois.");
});

both!(links_that_are_over_withdrawn_guessed_or_of_the_erased_are_one_page, |h| {
    let (attempt, other) = (ranked(h), ranked(h));
    let client = h.sign_in(&h.user(Role::Recruiter));
    let visitor = h.client();
    let (short, long) = (share(h, &client, &attempt, "1"), share(h, &client, &attempt, "30"));
    let (withdrawn, erased) = (share(h, &client, &other, "30"), share(h, &client, &other, "30"));
    drop(visitor.get(&short).expect(200));
    let guessed = nothing(&visitor, "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    let forms = client.see(&shares(&other)).page().attributes("form[action$='/revoke']", "action");
    drop(client.post(&forms[1], &[]).expect(303));
    drop(visitor.get(&erased).expect(200));
    assert_eq!(nothing(&visitor, &withdrawn), guessed);
    h.clock.advance(Duration::days(1));
    let person = h.sit(&other);
    let form = person.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    person.submit("/test/data/erase", &form).expect_redirect("/erased");

    assert_eq!(forms.len(), 2);
    for path in [&short, &withdrawn, &erased] {
        assert_eq!(nothing(&visitor, path), guessed, "{path}");
    }
    drop(visitor.get(&long).expect(200));
    assert_eq!(h.database.count("share_links"), 2);
    h.clock.advance(Duration::days(30));
    assert_eq!(nothing(&visitor, &long), guessed);
});

both!(guessing_is_slowed_down, |h| {
    let visitor = h.client();

    let statuses: Vec<u16> = (0..40).map(|n| visitor.get(&format!("/s/guess-{n}")).status()).collect();

    assert!(statuses.contains(&404) && statuses.contains(&429), "{statuses:?}");
});

both!(only_one_to_thirty_days_and_ten_links_at_a_time, |h| {
    let attempt = ranked(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let page = shares(&attempt);

    for days in ["", "0", "31", "-1", "x"] {
        client.post(&page, &[("days", days)]).expect(422).contains("1 à 30 jours");
    }
    for _ in 0..10 {
        drop(client.post(&page, &[("days", "30")]).expect(303));
    }

    client.post(&page, &[("days", "30")]).expect(422).contains("Dix liens");
    assert_eq!(h.database.count("share_links"), 10);
});

both!(another_member_sees_that_a_link_is_there_and_not_its_address, |h| {
    let attempt = ranked(h);
    let (one, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    let link = share(h, &one, &attempt, "7");

    let page = other.see(&shares(&attempt));

    page.contains("Lien 1");
    page.lacks(&link);
    let form = page.page().form("form[action$='/revoke']");
    other.submit(&shares(&attempt), &form).expect_redirect(&shares(&attempt));
    drop(h.client().get(&link).expect(404));
    assert_eq!(h.database.count("audit_rows WHERE action = 'share_revoked'"), 1);
});

both!(where_ones_own_rating_comes_first_so_it_does_here, |h| {
    let attempt = ranked(h);
    h.services.set_rating_first(&h.owner(), &attempt.invited.campaign, true).unwrap();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let (page, report) = (shares(&attempt), format!("/candidates/{}", attempt.public_id));

    client.see(&page).contains("Notez d’abord les réponses vous-même");
    client.post(&page, &[("days", "7")]).expect(422).contains("Notez d’abord les réponses vous-même");

    assert_eq!(h.database.count("share_links"), 0);
    drop(client.see(&report));
    drop(client.post(&format!("{report}/rating"), &[("rating", "3"), ("own_reason", REASON)]).expect(303));
    drop(h.client().get(&share(h, &client, &attempt, "7")).expect(200));
});

both!(a_mode_that_comes_later_and_a_maker_who_leaves_close_the_link, |h| {
    let attempt = ranked(h);
    let maker = h.user(Role::Recruiter);
    let link = share(h, &h.sign_in(&maker), &attempt, "7");
    let visitor = h.client();

    h.services.set_rating_first(&h.owner(), &attempt.invited.campaign, true).unwrap();
    drop(visitor.get(&link).expect(404));
    h.services.set_rating_first(&h.owner(), &attempt.invited.campaign, false).unwrap();
    drop(visitor.get(&link).expect(200));
    h.database.execute(&format!("UPDATE users SET removed_at = created_at WHERE id = '{}'", maker.id));

    drop(visitor.get(&link).expect(404));
});

both!(a_compromised_secret_withdraws_every_link, |h| {
    let attempt = ranked(h);
    let link = share(h, &h.sign_in(&h.user(Role::Recruiter)), &attempt, "7");

    let renewed = h.services.renew_all_links().unwrap();

    assert_eq!(renewed.shares, 1);
    drop(h.client().get(&link).expect(404));
});

both!(the_download_tells_of_links_and_holds_no_address, |h| {
    let attempt = ranked(h);
    let link = share(h, &h.sign_in(&h.user(Role::Recruiter)), &attempt, "7");
    drop(h.client().get(&link).expect(200));

    let data = h.sit(&attempt).get("/test/data/download").expect(200);

    assert_eq!(data.json()["test"]["links_to_the_report"][0]["openings"], 1);
    data.lacks(link.trim_start_matches("/s/"));
});
