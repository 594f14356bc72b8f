//! A candidate's and a recruiter's way in a browser: with and without scripts, in both languages, on phone and desk,
//! and by keyboard alone.

use acceptance::Harness;
use acceptance::browser::{Browser, Viewer, key};
use acceptance::database::Backend;
use acceptance::fixtures;
use domain::role::Role;

/// Gives every action of the page the same rating.
fn rate_all(browser: &Browser, rating: u8) {
    for option in browser.all(&format!(".rating-option input[value='{rating}']")) {
        browser.click_on(&option);
    }
}

/// Presses the one large button of the page.
fn go_on(browser: &Browser) {
    let before = browser.url();
    browser.click("main .button.is-large");
    browser.wait("the next page", |browser| browser.url() != before);
}

fn take_the_test(viewer: Viewer) {
    let h = Harness::start(Backend::Sqlite);
    let invited = h.invite(&h.campaign());
    let browser = Browser::start(viewer);
    browser.open(&h.url(&format!("{}?lang={}", invited.path, viewer.language)));
    browser.keep_picture(&format!("flow-notice-{}", viewer.slug()));
    browser.click("input[name=read]");
    browser.click("form[action$='/start'] button");
    browser.wait("the practice", |browser| browser.path() == "/test/practice");
    rate_all(&browser, 2);
    go_on(&browser);
    go_on(&browser);
    for number in 1..=13 {
        assert_eq!(browser.path(), format!("/test/{number}"));
        rate_all(&browser, 3);
        if viewer.scripts && number == 1 {
            browser.wait("the last answer to be saved", |browser| {
                !browser.has(".saved .icon use[href='#i-alert']")
            });
            browser.keep_picture(&format!("flow-scenario-{}", viewer.slug()));
        }
        go_on(&browser);
        if number == 7 {
            assert_eq!(browser.path(), "/test/pause");
            go_on(&browser);
        }
    }
    assert_eq!(browser.path(), "/test/review");
    browser.click("input[name=confirmed]");
    go_on(&browser);
    assert_eq!(browser.path(), "/test/done");
    browser.keep_picture(&format!("flow-done-{}", viewer.slug()));
    browser.expect_silent_console();
    assert_eq!(h.database.texts("SELECT state FROM attempts"), ["finished"]);
    assert_eq!(h.database.number("SELECT count(DISTINCT item) FROM response_events"), 67);
}

#[test]
fn a_candidate_takes_the_test_on_a_phone_in_french() {
    take_the_test(Viewer::PHONE);
}

#[test]
fn a_candidate_takes_the_test_without_scripts_in_french() {
    take_the_test(Viewer { scripts: false, ..Viewer::PHONE });
}

#[test]
fn a_candidate_takes_the_test_without_scripts_in_english_in_the_dark() {
    take_the_test(Viewer { scripts: false, language: "en", is_dark: true, ..Viewer::DESK });
}

#[test]
fn a_candidate_takes_the_test_at_a_desk_in_english() {
    take_the_test(Viewer { language: "en", ..Viewer::DESK });
}

#[test]
fn an_answer_given_offline_is_kept_and_saved_later() {
    let h = Harness::start(Backend::Sqlite);
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let browser = Browser::start(Viewer::PHONE);
    browser.open(&h.url("/"));
    browser.set_cookie(services::attempt_cookie::ATTEMPT_COOKIE, &attempt.cookie);
    browser.open(&h.url("/test/practice"));
    browser.click(".rating-option input[value='4']");
    browser.wait("the first answer on disk", |_| h.database.count("response_events") == 1);

    browser.set_offline(true);
    browser.click(".rating-option input[value='1']");
    browser.wait("the word that it is not saved", |browser| browser.has(".saved use[href='#i-alert']"));
    browser.set_offline(false);

    browser.wait("the second answer on disk", |_| h.database.count("response_events") == 2);
}

#[test]
fn a_recruiter_signs_in_reads_and_decides_without_scripts() {
    let h = Harness::start(Backend::Sqlite);
    let campaign = h.campaign();
    for shift in 0..5 {
        drop(h.complete_attempt(&campaign, move |item| u8::try_from((item + shift) % 4 + 1).unwrap()));
    }
    h.run_jobs();
    let user = h.user(Role::Recruiter);
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::DESK });
    browser.open(&h.url("/login"));
    browser.type_into("input[name=email]", &user.email);
    browser.type_into("input[name=password]", fixtures::PASSWORD);
    browser.click("main form button");
    browser.wait("the campaigns", |browser| browser.path() == "/campaigns");
    browser.click("tbody th a");
    browser.wait("the ranking", |browser| browser.has(".ranking"));
    browser.click(".rank-row th a");
    browser.wait("the report", |browser| browser.path().starts_with("/candidates/"));
    browser.click("input[name=code][value=interview]");
    browser.type_into("textarea[name=reason]", "Répond avec une date, à revoir en entretien.");
    browser.click("aside form button");

    browser.wait("the decision on disk", |_| h.database.count("decisions") == 1);
    browser.expect_silent_console();
}

/// On a phone the sections are a list that a button opens, without scripts and by keyboard too.
#[test]
fn a_member_opens_the_sections_on_a_phone() {
    let h = Harness::start(Backend::Sqlite);
    let user = h.user(Role::Recruiter);
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::PHONE });
    browser.open(&h.url("/login"));
    browser.type_into("input[name=email]", &user.email);
    browser.type_into("input[name=password]", fixtures::PASSWORD);
    browser.click("main form button");
    browser.wait("the campaigns", |browser| browser.path() == "/campaigns");
    let section = || browser.one(".bar-nav a[href='/pool']");
    assert!(!browser.is_shown(&section()));

    browser.click(".bar-menu");
    browser.wait("the sections", |browser| browser.is_shown(&section()));
    browser.press(&[key::ESCAPE]);
    browser.wait("the page alone", |browser| !browser.is_shown(&section()));
    browser.press(&[key::ENTER, key::TAB]);
    assert_eq!(browser.attribute(&browser.focused(), "aria-current").as_deref(), Some("page"));
    browser.click_on(&section());

    browser.wait("the pool", |browser| browser.path() == "/pool");
    browser.expect_silent_console();
}

/// Moves the focus on until it is on something that fits.
fn tab_to(browser: &Browser, what: &str, fits: impl Fn(&dyn Fn(&str) -> String) -> bool) {
    for _ in 0..150 {
        browser.press(&[key::TAB]);
        let focused = browser.focused();
        if fits(&|name| browser.attribute(&focused, name).unwrap_or_default()) {
            return;
        }
    }
    panic!("the keyboard does not come to {what} of {}", browser.url());
}

/// Types a text key by key, wherever the focus is.
fn type_keys(browser: &Browser, text: &str) {
    let keys: Vec<String> = text.chars().map(String::from).collect();
    browser.press(&keys.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_recruiter_compares_reads_and_decides_by_keyboard_alone() {
    let h = Harness::start(Backend::Sqlite);
    let campaign = h.campaign();
    for shift in 0..4 {
        drop(h.complete_attempt(&campaign, move |item| u8::try_from((item + shift) % 4 + 1).unwrap()));
    }
    h.run_jobs();
    let user = h.user(Role::Recruiter);
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::DESK });
    browser.open(&h.url("/login"));
    tab_to(&browser, "the e-mail", |attribute| attribute("name") == "email");
    type_keys(&browser, &user.email);
    tab_to(&browser, "the password", |attribute| attribute("name") == "password");
    type_keys(&browser, fixtures::PASSWORD);
    browser.press(&[key::ENTER]);
    browser.wait("the campaigns", |browser| browser.path() == "/campaigns");
    let ranking = format!("/campaigns/{campaign}");
    tab_to(&browser, "the campaign", |attribute| attribute("href").ends_with(&ranking));
    browser.press(&[key::ENTER]);
    browser.wait("the ranking", |browser| browser.has(".ranking"));
    for person in ["the first box", "the second box"] {
        tab_to(&browser, person, |attribute| attribute("name") == "with");
        browser.press(&[key::SPACE]);
    }
    tab_to(&browser, "the button of the comparison", |attribute| attribute("class").contains("is-quiet"));
    browser.press(&[key::ENTER]);
    browser.wait("the comparison", |browser| browser.path().ends_with("/compare"));
    tab_to(&browser, "the report", |attribute| attribute("href").contains("/candidates/"));
    browser.press(&[key::ENTER]);
    browser.wait("the report", |browser| browser.path().starts_with("/candidates/"));
    tab_to(&browser, "the decision", |attribute| attribute("name") == "code");
    browser.press(&[key::SPACE, key::DOWN]);
    tab_to(&browser, "the reason", |attribute| attribute("id") == "reason");
    type_keys(&browser, "Donne une date et dit qui rappelle.");
    browser.press(&[key::TAB, key::ENTER]);

    browser.wait("the decision on disk", |_| h.database.count("decisions") == 1);
    assert_eq!(h.database.texts("SELECT code FROM decisions"), ["interview"]);
    browser.expect_silent_console();
}

#[test]
fn a_scenario_is_answered_by_keyboard_alone() {
    let h = Harness::start(Backend::Sqlite);
    let attempt = h.start_attempt(&h.invite(&h.campaign()));
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::DESK });
    browser.open(&h.url("/"));
    browser.set_cookie(services::attempt_cookie::ATTEMPT_COOKIE, &attempt.cookie);
    browser.open(&h.url("/test/practice"));
    let groups = browser.all(".rating-item").len();
    let mut rated = 0;
    for _ in 0..60 {
        browser.press(&[key::TAB]);
        let kind = browser.attribute(&browser.focused(), "type");
        if kind.as_deref() == Some("radio") {
            browser.press(&[key::SPACE]);
            browser.press(&[key::RIGHT]);
            rated += 1;
        }
        if browser.attribute(&browser.focused(), "class").is_some_and(|class| class.contains("is-large")) {
            break;
        }
    }
    browser.press(&[key::ENTER]);

    browser.wait("the explanation", |browser| browser.url().ends_with("?explained"));
    assert_eq!(rated, groups);
    assert_eq!(h.database.texts("SELECT DISTINCT value FROM response_events"), ["2"]);
}

/// Answers the page that is open with the keyboard alone and presses its main button.
fn answer_by_keyboard(browser: &Browser) {
    let (mut groups, mut selects, mut boxes) = (0, 0, 0);
    for _ in 0..80 {
        browser.press(&[key::TAB]);
        let focused = browser.focused();
        let attribute = |name| browser.attribute(&focused, name).unwrap_or_default();
        match attribute("type").as_str() {
            "radio" => {
                browser.press(&[key::SPACE]);
                // The second group takes its second option: the best and the worst are not the same.
                if groups == 1 {
                    browser.press(&[key::RIGHT]);
                }
                groups += 1;
            }
            "checkbox" if boxes < 3 => {
                browser.press(&[key::SPACE]);
                boxes += 1;
            }
            "select-one" | "" if attribute("id").starts_with('p') => {
                selects += 1;
                browser.press(&[selects.to_string().as_str()]);
            }
            _ if attribute("id") == "written" => browser.press(&["M", "e", "r", "c", "i"]),
            _ if attribute("class").contains("is-large") => {
                browser.press(&[key::ENTER]);
                return;
            }
            _ => {}
        }
    }
    panic!("the keyboard does not come to the main button of {}", browser.url());
}

#[test]
fn every_format_is_answered_by_keyboard_alone() {
    let h = Harness::start(Backend::Sqlite);
    let campaign = h.campaign_with(|input| input.form = "every-format".to_owned());
    let attempt = h.start_attempt(&h.invite(&campaign));
    fixtures::see_all(&h.services, h.writer(), &attempt);
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::DESK });
    browser.open(&h.url("/"));
    browser.set_cookie(services::attempt_cookie::ATTEMPT_COOKIE, &attempt.cookie);
    // What each format stores: two choices, five strengths, one turn, three picks with three boxes left, four places, a text.
    for (number, stored) in [(1, 2), (2, 5), (4, 1), (5, 3), (7, 4), (9, 1)] {
        let before = h.database.count("response_events");
        browser.open(&h.url(&format!("/test/{number}")));
        answer_by_keyboard(&browser);
        browser.wait("the answers on disk", |_| h.database.count("response_events") == before + stored);
    }
    browser.expect_silent_console();
}

#[test]
fn texts_and_strengths_are_saved_as_they_are_given() {
    let h = Harness::start(Backend::Sqlite);
    let campaign = h.campaign_with(|input| input.form = "every-format".to_owned());
    let attempt = h.start_attempt(&h.invite(&campaign));
    fixtures::see_all(&h.services, h.writer(), &attempt);
    let browser = Browser::start(Viewer::PHONE);
    browser.open(&h.url("/"));
    browser.set_cookie(services::attempt_cookie::ATTEMPT_COOKIE, &attempt.cookie);

    // A text is on disk a moment after the last keystroke, and counted.
    browser.open(&h.url("/test/9"));
    browser.wait("the counter", |browser| browser.text("#answers .fine").contains("1200"));
    browser.type_into("#written", "Merci de nous l’avoir écrit.");
    browser.wait("the text on disk", |_| {
        h.database.texts("SELECT text FROM response_events WHERE text IS NOT NULL")
            == ["Merci de nous l’avoir écrit."]
    });
    // The strength of an emotion, as a rating is.
    browser.open(&h.url("/test/2"));
    browser.wait("the script", |browser| browser.has("#answers .saved span"));
    let before = h.database.count("response_events");
    browser.click(".rating-option input[value='3']");
    browser.wait("a strength on disk", |_| h.database.count("response_events") == before + 1);
    browser.expect_silent_console();
}
