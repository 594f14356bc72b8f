//! Signing in: one answer for every account and for none, growing delays, sessions that end.

use std::time::Instant;

use acceptance::both;
use acceptance::client::Client;
use acceptance::fixtures::PASSWORD;
use acceptance::{Harness, secrets};
use chrono::Duration;
use domain::role::Role;
use services::error::ServiceError;
use services::random::SystemRandom;
use services::settings::{Argon2Settings, Settings};
use services::state::Services;
use std::sync::Arc;

const WRONG: &str = "not-the-password-at-all";

fn try_password(client: &Client, email: &str, password: &str) -> acceptance::response::Response {
    client.post("/login", &[("email", email), ("password", password)])
}

/// The use cases over the same database with other parameters of argon2id.
fn services_with(h: &Harness, argon2: Argon2Settings) -> Services {
    let settings = Settings { argon2, ..h.services.settings().clone() };
    Services::new(h.database.open(), h.clock.clone(), Arc::new(SystemRandom), secrets(), settings)
}

both!(the_form_of_the_page_signs_a_person_in, |h| {
    let user = h.user(Role::Auditor);
    let client = h.client();
    let form =
        client.see("/login").page().form("main form").set("email", &user.email).set("password", PASSWORD);

    let answer = client.submit("/login", &form);

    answer.expect_redirect("/audit");
    let cookie = answer.header("set-cookie").unwrap_or("").to_ascii_lowercase();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=lax"), "{cookie}");
    client.see("/account").contains(&user.name);
});

both!(each_role_begins_on_its_own_page, |h| {
    let places = [
        (Role::Owner, "/campaigns"),
        (Role::Recruiter, "/campaigns"),
        (Role::Author, "/packs"),
        (Role::Rater, "/account"),
        (Role::Auditor, "/audit"),
    ];
    for (role, path) in places {
        let user = h.user(role);

        try_password(&h.client(), &user.email, PASSWORD).expect_redirect(path);
    }
});

both!(capitals_and_blanks_in_the_address_do_not_matter, |h| {
    let user = h.user(Role::Author);

    let answer = try_password(&h.client(), &format!(" {} ", user.email.to_uppercase()), PASSWORD);

    answer.expect_redirect("/packs");
});

both!(a_wrong_password_and_an_unknown_address_get_the_same_answer, |h| {
    let user = h.user(Role::Owner);

    let wrong = try_password(&h.client(), &user.email, WRONG).expect(422);
    let unknown = try_password(&h.client(), "nobody@quillaja.example", WRONG).expect(422);

    let same = unknown.text().replace("nobody@quillaja.example", &user.email);
    assert_eq!(wrong.text(), same);
    assert_eq!(wrong.page().attribute("#email", "value"), user.email);
    wrong.lacks(WRONG);
});

both!(empty_fields_are_told_one_by_one, |h| {
    let page = try_password(&h.client(), "", "").expect(422).page();

    assert_eq!(page.attribute("#email", "aria-invalid"), "true");
    assert_eq!(page.attribute("#password", "aria-invalid"), "true");
    assert_eq!(page.all("[role=alert] a").len(), 2);
});

both!(a_failed_try_is_in_the_audit_of_the_account_it_was_for, |h| {
    let user = h.user(Role::Owner);
    let before = h.database.count("audit_rows");

    drop(try_password(&h.client(), &user.email, WRONG).expect(422));
    drop(try_password(&h.client(), "nobody@quillaja.example", WRONG).expect(422));

    assert_eq!(h.database.count("audit_rows"), before + 1);
    let last = h.database.texts("SELECT action FROM audit_rows ORDER BY sequence DESC LIMIT 1");
    assert_eq!(last, ["sign_in_failed"]);
});

both!(from_the_fifth_failure_each_wait_is_twice_the_last, |h| {
    let user = h.user(Role::Owner);
    let client = h.client();
    for _ in 0..5 {
        drop(try_password(&client, &user.email, WRONG).expect(422));
    }

    for wait in [2, 4, 8] {
        // Waiting is for everyone who types this address, also with the right password.
        let refused = try_password(&client, &user.email, PASSWORD).expect(429);
        assert_eq!(refused.header("retry-after"), Some(wait.to_string().as_str()));
        assert_eq!(refused.page().attribute("#email", "value"), user.email);
        h.clock.advance(Duration::seconds(wait));
        drop(try_password(&client, &user.email, WRONG).expect(422));
    }
});

both!(the_delay_of_an_unknown_address_grows_alike, |h| {
    for _ in 0..5 {
        drop(try_password(&h.client(), "nobody@quillaja.example", WRONG).expect(422));
    }

    let refused = try_password(&h.client(), "Nobody@quillaja.example", WRONG).expect(429);

    assert_eq!(refused.header("retry-after"), Some("2"));
});

both!(signing_in_forgets_the_failures, |h| {
    let user = h.user(Role::Owner);
    let client = h.client();
    for _ in 0..4 {
        drop(try_password(&client, &user.email, WRONG).expect(422));
    }
    try_password(&client, &user.email, PASSWORD).expect_redirect("/campaigns");

    for _ in 0..5 {
        drop(try_password(&h.client(), &user.email, WRONG).expect(422));
    }
});

both!(one_network_address_cannot_guess_at_many_accounts, |h| {
    let user = h.user(Role::Owner);
    let guess = |number: i32| {
        let address = Some("192.0.2.7".to_owned());
        h.services.sign_in(&format!("guess{number}@quillaja.example"), WRONG, address)
    };

    for number in 0..20 {
        assert!(matches!(guess(number), Err(ServiceError::Invalid(_))), "{number}");
    }

    assert!(matches!(guess(20), Err(ServiceError::Throttled { retry_after_s: 2 })));
    let elsewhere = h.services.sign_in(&user.email, PASSWORD, Some("192.0.2.8".to_owned()));
    assert!(elsewhere.is_ok());
});

both!(a_good_account_does_not_wash_its_network_address_clean, |h| {
    let user = h.user(Role::Owner);
    let address = || Some("192.0.2.9".to_owned());
    for number in 0..19 {
        drop(h.services.sign_in(&format!("guess{number}@quillaja.example"), WRONG, address()));
    }

    assert!(h.services.sign_in(&user.email, PASSWORD, address()).is_ok());

    assert!(h.services.sign_in("guess19@quillaja.example", WRONG, address()).is_err());
    let refused = h.services.sign_in(&user.email, PASSWORD, address());
    assert!(matches!(refused, Err(ServiceError::Throttled { .. })));
});

both!(an_unknown_address_costs_as_much_work_as_a_known_one, |h| {
    let strong = services_with(h, Argon2Settings { memory_kib: 8_192, iterations: 3, parallelism: 1 });
    let organisation = h.home();
    let new = services::admin::NewUser {
        email: "slow@quillaja.example",
        name: "Ursuline Quaregna",
        role: Role::Owner,
        language: domain::language::Language::Fr,
        password: PASSWORD,
    };
    strong.create_user(&organisation, &new).unwrap();
    let fastest = |email: &str| {
        let times = (0..4).map(|_| {
            let began = Instant::now();
            assert!(strong.sign_in(email, WRONG, None).is_err());
            began.elapsed()
        });
        times.min().unwrap()
    };

    let known = fastest("slow@quillaja.example");
    let unknown = fastest("nobody@quillaja.example");

    // A missing hash would be a hundred times faster; the limits leave room for a busy machine.
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} against {unknown:?}");
});

both!(a_hash_with_old_parameters_is_made_anew, |h| {
    let user = h.user(Role::Owner);
    let stronger = services_with(h, Argon2Settings { memory_kib: 16, iterations: 2, parallelism: 1 });

    stronger.sign_in(&user.email, PASSWORD, None).unwrap();

    let hashes = h.database.texts(&format!("SELECT password_hash FROM users WHERE email = '{}'", user.email));
    assert!(hashes[0].starts_with("$argon2id$v=19$m=16,t=2,p=1$"), "{hashes:?}");
    assert!(h.services.sign_in(&user.email, PASSWORD, None).is_ok());
});

both!(a_session_ends_twelve_hours_after_its_last_use, |h| {
    let client = h.sign_in(&h.user(Role::Owner));

    h.clock.advance(Duration::minutes(719));
    drop(client.see("/account"));
    h.clock.advance(Duration::minutes(719));
    drop(client.see("/account"));
    h.clock.advance(Duration::minutes(720));

    client.get("/account").expect_redirect("/login?next=/account");
});

both!(a_session_ends_seven_days_after_its_start, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    for _ in 0..15 {
        h.clock.advance(Duration::hours(11));
        drop(client.see("/account"));
    }

    h.clock.advance(Duration::hours(3));

    client.get("/account").expect_redirect("/login?next=/account");
});

both!(the_last_use_is_written_down_once_a_minute, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let seen = || h.database.texts("SELECT CAST(last_seen_at AS TEXT) FROM sessions");
    let first = seen();

    h.clock.advance(Duration::seconds(59));
    drop(client.see("/account"));
    assert_eq!(seen(), first);
    h.clock.advance(Duration::seconds(1));
    drop(client.see("/account"));

    assert_ne!(seen(), first);
});

both!(signing_out_ends_the_session_on_the_server_too, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let token = client.cookie("egard_session").unwrap();

    client.post("/logout", &[]).expect_redirect("/login");

    assert_eq!(client.cookie("egard_session"), None);
    client.set_cookie("egard_session", &token);
    client.get("/account").expect_redirect("/login?next=/account");
});

both!(a_made_up_session_is_none, |h| {
    let client = h.client();
    for token in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1"] {
        client.set_cookie("egard_session", token);

        client.get("/account").expect_redirect("/login?next=/account");
    }
});

both!(signing_out_everywhere_ends_all_sessions, |h| {
    let user = h.user(Role::Owner);
    let (here, there) = (h.sign_in(&user), h.sign_in(&user));

    here.post("/account/sessions/end-all", &[]).expect_redirect("/login");

    there.get("/account").expect_redirect("/login?next=/account");
});

both!(one_of_the_own_sessions_can_be_ended, |h| {
    let user = h.user(Role::Owner);
    let (here, there) = (h.sign_in(&user), h.sign_in(&user));
    h.clock.advance(Duration::minutes(2));
    let page = here.see("/account").page();
    let actions = page.attributes("table form", "action");
    assert_eq!(actions.len(), 2);

    // The one used last is this one, and stands first.
    here.post(&actions[1], &[]).expect_redirect("/account?done=session");

    there.get("/account").expect_redirect("/login?next=/account");
    drop(here.see("/account"));
});

both!(the_session_of_somebody_else_cannot_be_ended, |h| {
    let victim = h.staff(&h.user(Role::Owner));
    let client = h.sign_in(&h.user(Role::Owner));

    drop(client.post(&format!("/account/sessions/{}/end", victim.session), &[]).expect(404));
});

both!(a_changed_password_ends_the_other_sessions, |h| {
    let user = h.user(Role::Owner);
    let (here, there) = (h.sign_in(&user), h.sign_in(&user));
    let new = "seven red bicycles in the rain";
    let form = here
        .see("/account")
        .page()
        .form("form[action='/account/password']")
        .set("current", PASSWORD)
        .set("new", new)
        .set("again", new);

    here.submit("/account", &form).expect_redirect("/account?done=password");

    drop(here.see("/account?done=password"));
    there.get("/account").expect_redirect("/login?next=/account");
    drop(try_password(&h.client(), &user.email, PASSWORD).expect(422));
    try_password(&h.client(), &user.email, new).expect_redirect("/campaigns");
});

both!(a_password_that_cannot_be_taken_changes_nothing, |h| {
    let user = h.user(Role::Owner);
    let client = h.sign_in(&user);
    let good = "seven red bicycles in the rain";
    let cases = [
        (WRONG, good, good, "current"),
        (PASSWORD, "short", "short", "new"),
        (PASSWORD, "password1234", "password1234", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, good, "seven blue bicycles in the rain", "again"),
    ];
    for (current, new, again, field) in cases {
        let page = client
            .post("/account/password", &[("current", current), ("new", new), ("again", again)])
            .expect(422)
            .page();

        assert_eq!(page.attribute("[aria-invalid]", "name"), field);
    }
    try_password(&h.client(), &user.email, PASSWORD).expect_redirect("/campaigns");
});

both!(the_operator_gives_another_password, |h| {
    let user = h.user(Role::Owner);
    let client = h.sign_in(&user);
    let new = "seven red bicycles in the rain";

    h.services.reset_password(&user.email, new).unwrap();

    client.get("/account").expect_redirect("/login?next=/account");
    try_password(&h.client(), &user.email, new).expect_redirect("/campaigns");
    assert!(matches!(h.services.reset_password("nobody@quillaja.example", new), Err(ServiceError::NotFound)));
});

both!(one_comes_back_to_the_page_one_asked_for, |h| {
    let user = h.user(Role::Owner);
    let client = h.client();
    client.get("/people").expect_redirect("/login?next=/people");
    let form = client
        .see("/login?next=/people")
        .page()
        .form("main form")
        .set("email", &user.email)
        .set("password", PASSWORD);

    client.submit("/login", &form).expect_redirect("/people");
    client.get("/login?next=/audit").expect_redirect("/audit");
});

both!(nobody_is_sent_to_another_site, |h| {
    let user = h.user(Role::Owner);
    for next in ["//evil.example", "https://evil.example", "/campaigns//evil.example", "/logout", "/join/x"] {
        let typed = [("email", user.email.as_str()), ("password", PASSWORD), ("next", next)];

        h.client().post("/login", &typed).expect_redirect("/campaigns");
    }
});

both!(the_language_of_the_account_is_that_of_its_pages, |h| {
    let client = h.sign_in(&h.user(Role::Owner)).reading("en");
    assert_eq!(client.see("/account").page().attribute("html", "lang"), "fr");

    client.post("/account/language", &[("language", "en")]).expect_redirect("/account?done=language");

    assert_eq!(client.see("/account").page().attribute("html", "lang"), "en");
    drop(client.post("/account/language", &[("language", "tlh")]).expect(422));
});
