//! Other weights tried in a browser: at each change with scripts, by the button without.

use acceptance::Harness;
use acceptance::browser::{Browser, Viewer};
use acceptance::database::Backend;
use acceptance::fixtures;
use acceptance::measured::measured;
use domain::role::Role;

/// The first person of the list.
fn first(browser: &Browser) -> String {
    browser.text("#outcome tbody tr:first-child th")
}

#[test]
fn other_weights_re_rank_as_they_are_typed_and_by_the_button_without_scripts() {
    let h = Harness::start(Backend::Sqlite);
    let campaign = measured(&h);
    let user = h.user(Role::Recruiter);
    let session = h.services.sign_in(&user.email, fixtures::PASSWORD, None).unwrap();
    let before = h.database.fingerprint(&["sessions"]);
    let mut results = Vec::new();
    for scripts in [true, false] {
        let browser = Browser::start(Viewer { scripts, ..Viewer::DESK });
        browser.open(&h.url("/"));
        browser.set_cookie(egard_app::signed_in::SESSION_COOKIE, &session.token);
        browser.open(&h.url(&format!("/campaigns/{campaign}/weights?order=score")));
        let published = first(&browser);

        browser.script("document.getElementById('try-understand-emotion').value = ''");
        browser.type_into("#try-understand-emotion", "100");
        browser.script("document.getElementById('try-listen-and-check').value = ''");
        browser.type_into("#try-listen-and-check", "0");
        if !scripts {
            browser.click("#try button");
        }

        browser.wait("the list anew", |browser| {
            browser.url().contains("listen-and-check=0&") && first(browser) != published
        });
        assert!(browser.url().contains("understand-emotion=100"), "{}", browser.url());
        browser.expect_silent_console();
        browser.keep_picture(&format!("weights-{scripts}"));
        results.push(browser.text("#outcome tbody"));
    }
    assert_eq!(results[0], results[1], "the same with and without scripts");
    assert_eq!(h.database.fingerprint(&["sessions"]), before, "nothing is stored");
}
