//! The log holds route patterns, ids and codes: no names, addresses, tokens, passwords, answers or typed text.

use acceptance::client::Part;
use acceptance::fixtures::{self, PASSWORD};
use acceptance::{Setup, both, logs};
use domain::role::Role;
use services::settings::{MailSettings, SmtpSettings};

/// A relay that nobody runs: every mail fails, and failures are what is logged in most detail.
fn without_relay(setup: &mut Setup) {
    let (url, from) =
        ("smtp://relayuser:relaypassword@127.0.0.1:1".to_owned(), "Egard <tests@x.example>".to_owned());
    setup.settings.mail = MailSettings::Smtp(SmtpSettings { url, from });
}

both!(nothing_personal_is_ever_logged, without_relay, |h| {
    let number = fixtures::number();
    let typed = |word: &str| format!("{word}-secret-{number:05}");
    let mut secrets = vec![PASSWORD.to_owned(), "relaypassword".to_owned()];
    let mut note = |secret: String| -> String {
        secrets.push(secret.clone());
        secret
    };

    let user = h.user(Role::Owner);
    note(user.email.clone());
    note(user.name.clone());
    let staff = h.sign_in(&user);
    note(staff.cookie("egard_session").unwrap());
    let campaign = h.campaign();
    let visitor = h.client();

    // Signing in wrongly, a lost link, a sign-up, unknown tokens.
    let (email, password) = (note(format!("{}@x.example", typed("who"))), note(typed("password")));
    drop(visitor.post("/login", &[("email", &email), ("password", &password), ("next", "")]));
    drop(visitor.post("/login", &[("email", &user.email), ("password", &password), ("next", "")]));
    drop(visitor.post("/lost-link", &[("email", &email)]));
    let token = note(typed("token"));
    drop(visitor.get(&format!("/c/{token}")));
    drop(visitor.get(&format!("/join/{token}?next={}", note(typed("query")))));
    drop(visitor.post("/receipt", &[("code", &note(typed("receipt")))]));

    // A list with sound and broken lines, and one person.
    let (name, address) = (note(typed("Name")), note(format!("{}@x.example", typed("listed"))));
    let list = format!("{address};{name}\nbroken {};;;\n", note(typed("line")));
    let upload = |step: &str| {
        let parts = [Part::file("file", "people.csv", list.as_bytes()), Part::text("language", "fr")];
        drop(
            staff.request("POST", &format!("/campaigns/{campaign}/invitations/{step}")).parts(&parts).send(),
        );
    };
    upload("check");
    upload("import");
    let found = note(typed("search"));
    drop(staff.post(
        &format!("/campaigns/{campaign}/invitations/search"),
        &[("q", &found), ("show", ""), ("after", "")],
    ));

    // A whole test by its link, and what reviewers write.
    let attempt = h.complete_attempt(&campaign, |_| 2);
    note(attempt.invited.token().to_owned());
    note(attempt.invited.name.clone());
    note(attempt.invited.email.clone());
    note(attempt.cookie.clone());
    let under_way = h.start_attempt(&h.invite(&campaign));
    note(under_way.cookie.clone());
    let sitting = h.sit(&under_way);
    drop(sitting.get(&under_way.invited.path));
    let practice = sitting.see("/test/practice").page().form("#answers").set("go", "next");
    drop(sitting.submit("/test/practice", &practice));
    let answer =
        sitting.see("/test/1").page().form("#answers").set("v99999", "3").set("go", &note(typed("button")));
    drop(sitting.submit("/test/1", &answer));
    drop(
        sitting
            .request("POST", "/api/ui/save_answer")
            .body("application/json", note(typed("json")).into_bytes())
            .send(),
    );
    h.run_jobs();
    let report = format!("/candidates/{}", attempt.public_id);
    drop(staff.see(&report));
    let reason = note(typed("reason"));
    drop(staff.post(
        &format!("{report}/decision"),
        &[("code", "not_pursued"), ("reason", &reason), ("version", "1")],
    ));
    drop(staff.post(&format!("{report}/unblind"), &[]));
    drop(staff.post(
        "/people/invite",
        &[
            ("email", &note(format!("{}@x.example", typed("colleague")))),
            ("role", "owner"),
            ("language", "fr"),
        ],
    ));
    h.clock.advance(chrono::Duration::minutes(2));
    h.run_jobs();

    let log = logs::captured();
    assert!(log.contains("/c/{token}") && log.contains("/test/{n:"), "the log is not captured");
    let found: Vec<&String> = secrets.iter().filter(|secret| log.contains(secret.as_str())).collect();
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| found.iter().any(|secret| line.contains(secret.as_str())))
        .take(5)
        .collect();
    assert!(found.is_empty(), "in the log: {found:#?}\n{}", lines.join("\n"));
});

both!(the_log_and_an_error_page_share_the_request_id, |h| {
    let answer = h.client().get("/campaigns/x");

    let id = answer.header("x-request-id").unwrap();

    assert!(logs::captured().contains(id));
});
