//! Every page of the route table in a browser: axe without violations in both themes and languages, no overflow at
//! 320 px, no word on the console.

use acceptance::Harness;
use acceptance::browser::{Browser, Viewer};
use acceptance::database::Backend;
use acceptance::fixtures::{self, Attempt};
use acceptance::media;
use domain::demographics::DemographicInput;
use domain::ids::CampaignId;
use domain::language::Language;
use domain::role::Role;
use egard_app::routes::table;
use serde_json::Value;
use services::attempt_cookie::{ATTEMPT_COOKIE, AttemptCookie};
use services::candidate::Candidate;
use services::fairness::setting::FairnessSettingInput;
use services::viewer::Staff;

/// Answers that are no pages.
const NO_PAGES: [&str; 11] = [
    "/robots.txt",
    "/test/data/download",
    "/campaigns/{campaign}/export",
    "/campaigns/{campaign}/fairness/ll144.csv",
    "/campaigns/{campaign}/manual.pdf",
    "/campaigns/{campaign}/compare.pdf",
    "/candidates/{candidate}/report.pdf",
    "/campaigns/{campaign}/preregistrations/{hash}",
    "/try/media/{sha256:[0-9a-f]{64}}",
    "/test/media/{sha256:[0-9a-f]{64}}",
    "/campaigns/{campaign}/media/{sha256:[0-9a-f]{64}}",
];

/// What stands in the placeholders of paths.
struct World {
    h: Harness,
    campaign: CampaignId,
    fresh: fixtures::Invited,
    under_way: Attempt,
    /// Of the form with every format, every scenario seen.
    every_format: Attempt,
    /// Of a form with a picture, a film and a recording, every scenario seen.
    with_media: Attempt,
    finished: Attempt,
    /// With published tables of groups.
    published: CampaignId,
    candidate: String,
    compared: [String; 3],
    review: String,
    norm: String,
    session: String,
    colleague: fixtures::User,
    open_link: String,
    share: String,
}

fn world() -> World {
    let h = Harness::with(Backend::Sqlite, |setup| setup.settings.is_demo = true);
    let campaign = h.campaign();
    let candidate = h.complete_attempt(&campaign, |item| u8::try_from(item % 4 + 1).unwrap());
    let others = (0..6).map(|shift| {
        h.complete_attempt(&campaign, move |item| u8::try_from((item + shift) % 4 + 1).unwrap())
    });
    let others: Vec<String> = others.map(|attempt| attempt.public_id.to_string()).collect();
    h.run_jobs();
    let under_way = h.start_attempt(&h.invite(&campaign));
    fixtures::answer_all(&h.services, h.writer(), &under_way, |_| 3);
    let finished = h.complete_attempt(&campaign, |_| 2);
    let formats = h.campaign_with(|input| input.form = "every-format".to_owned());
    let every_format = h.start_attempt(&h.invite(&formats));
    fixtures::see_all(&h.services, h.writer(), &every_format);
    media::import(&h, None);
    let with_media = h.start_attempt(&h.invite(&media::campaign(&h)));
    fixtures::see_all(&h.services, h.writer(), &with_media);
    agree(&h, &candidate);
    let owner = h.owner();
    let asked = FairnessSettingInput { country: "us".to_owned(), form: "full".to_owned() };
    h.services.change_fairness_setting(&owner, &campaign, &asked).expect("a setting");
    h.services
        .change_open_link(&owner, &campaign, services::campaigns::settings::OpenLinkChange::On)
        .expect("an open link");
    let settings = h.services.campaign_settings(&owner, &campaign).expect("settings");
    let services::campaigns::settings::OpenLink::On { address } = settings.open_link else {
        panic!("the open link is not on")
    };
    h.services.make_share_link(&owner, &candidate.public_id, "7").expect("a share link");
    let links = h.services.share_links(&owner, &candidate.public_id).expect("links").live;
    let share = links[0].address.clone().expect("an address");
    let user = h.user(Role::Owner);
    let session = h.services.sign_in(&user.email, fixtures::PASSWORD, None).expect("a session").token;
    World {
        published: published(&h, &owner, &asked),
        fresh: h.invite(&campaign),
        review: asked_for(&h, &owner, &finished),
        norm: fixtures::norm_group(&h.services, &campaign),
        compared: [candidate.public_id.to_string(), others[1].clone(), others[2].clone()],
        candidate: candidate.public_id.to_string(),
        colleague: h.user(Role::Recruiter),
        open_link: address[address.find("/o/").expect("an open link")..].to_owned(),
        share: share[share.find("/s/").expect("a share link")..].to_owned(),
        campaign,
        under_way,
        every_format,
        with_media,
        finished,
        session,
        h,
    }
}

/// A closed campaign whose tables of groups are published: groups with and without a difference, small ones hidden.
fn published(h: &Harness, owner: &Staff, asked: &FairnessSettingInput) -> CampaignId {
    let campaign = h.campaign();
    h.services.change_fairness_setting(owner, &campaign, asked).expect("a setting");
    for place in 0..34_u8 {
        let attempt = h.start_attempt(&h.invite(&campaign));
        fixtures::answer_all(&h.services, h.writer(), &attempt, |item| {
            u8::try_from((item + i32::from(place)) % 4 + 1).unwrap()
        });
        fixtures::finish(&h.services, &attempt);
        let said = DemographicInput {
            sex: if place % 2 == 0 { "female" } else { "male" }.to_owned(),
            age: if place < 17 { "under_30" } else { "40_to_49" }.to_owned(),
            race: if place % 11 == 0 { "asian" } else { "white" }.to_owned(),
        };
        let cookie = AttemptCookie::parse(&attempt.cookie).expect("a cookie");
        let candidate = Candidate { cookie, address: None };
        h.services.give_demographics(&candidate, &said).expect("answers");
        if place % 3 == 0 {
            agree(h, &attempt);
        }
        let is_selected = place % 3 == 0 || place % 10 == 5;
        h.database.execute(&format!(
            "UPDATE attempts SET decision = '{}' WHERE public_id = '{}'",
            if is_selected { "interview" } else { "hold" },
            attempt.public_id
        ));
    }
    h.services.close_campaign(owner, &campaign).expect("closed");
    h.run_jobs();
    h.services.publish_fairness(owner, &campaign, true).expect("an edition");
    campaign
}

/// Lets a result be seen beside those of other campaigns.
fn agree(h: &Harness, attempt: &Attempt) {
    let cookie = AttemptCookie::parse(&attempt.cookie).expect("a cookie");
    let candidate = Candidate { cookie, address: None };
    h.services.set_pool_consent(&candidate, true, Language::Fr).expect("a consent");
}

/// The id of a review by a person that a candidate asked for.
fn asked_for(h: &Harness, owner: &Staff, attempt: &Attempt) -> String {
    let cookie = AttemptCookie::parse(&attempt.cookie).expect("a cookie");
    h.services.ask_human_review(&Candidate { cookie, address: None }, "").expect("a request");
    h.services.human_reviews(owner, false).expect("the queue")[0].id.to_string()
}

impl World {
    /// The path with its placeholders filled; a placeholder without a value fails the test.
    fn filled(&self, path: &str) -> String {
        let path = match path {
            "/c/{token}" => self.fresh.path.clone(),
            "/o/{token}" => self.open_link.clone(),
            "/s/{token}" => self.share.clone(),
            "/join/{token}" => "/join/unknown".to_owned(),
            other => other
                .replace("{campaign}", self.campaign.as_str())
                .replace("{candidate}", &self.candidate)
                .replace("{invitation}", self.fresh.id.as_str())
                .replace("{review}", &self.review)
                .replace("{kind}", "thanks")
                .replace("{norm}", &self.norm)
                .replace("{user}", self.colleague.id.as_str())
                .replace("{n:[0-9]{1,4}}", "2"),
        };
        assert!(!path.contains('{'), "no value for a placeholder of {path}");
        path
    }

    /// Every page: its name for pictures, its path, and the attempt whose cookie it needs.
    fn pages(&self) -> Vec<(String, String, &Attempt)> {
        let gets =
            table().into_iter().filter(|entry| entry.method == "GET" && !NO_PAGES.contains(&entry.path));
        let mut pages: Vec<_> = gets
            .map(|entry| {
                let attempt = if matches!(entry.path, "/test/done" | "/test/about-you") {
                    &self.finished
                } else {
                    &self.under_way
                };
                (slug(entry.path), self.filled(entry.path), attempt)
            })
            .collect();
        // Best and worst, emotions, a dialogue for practice and one that counts, picks, an order, an open answer.
        for number in [1, 2, 3, 4, 5, 7, 9] {
            pages.push((format!("format-{number}"), format!("/test/{number}"), &self.every_format));
        }
        for place in ["practice", "1", "2"] {
            pages.push((format!("media-{place}"), format!("/test/{place}"), &self.with_media));
        }
        let with: Vec<String> = self.compared.iter().map(|person| format!("with={person}")).collect();
        let compared = format!("/campaigns/{}/compare?{}", self.campaign, with.join("&"));
        pages.push(("compared".to_owned(), compared, &self.under_way));
        let published = format!("/campaigns/{}/fairness", self.published);
        pages.push(("fairness-published".to_owned(), published, &self.under_way));
        pages.push(("explained".to_owned(), "/test/practice?explained".to_owned(), &self.under_way));
        pages.push(("not-found".to_owned(), "/no/such/page".to_owned(), &self.under_way));
        pages.push(("link-finished".to_owned(), self.finished.invited.path.clone(), &self.under_way));
        pages.push(("link-under-way".to_owned(), self.under_way.invited.path.clone(), &self.under_way));
        pages
    }
}

fn slug(path: &str) -> String {
    let letters: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "home".to_owned() } else { words.join("-") }
}

/// What axe finds on the page that is open: one line per rule.
fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    browser.devtools("Runtime.evaluate", &serde_json::json!({"expression": axe}));
    let run = "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})\
               .then(r => JSON.stringify(r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 160)).join(' | '))))";
    let answer = browser.devtools(
        "Runtime.evaluate",
        &serde_json::json!({"expression": run, "awaitPromise": true, "returnByValue": true}),
    );
    let text = answer["result"]["value"].as_str().unwrap_or_else(|| panic!("axe did not run: {answer}"));
    let list: Vec<Value> = serde_json::from_str(text).expect("a list of violations");
    list.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}

fn visit_all(language: &'static str) {
    let axe = std::env::var("EGARD_AXE").expect("EGARD_AXE: the path of axe.min.js; run `cargo xtask test`");
    let axe = std::fs::read_to_string(axe).expect("axe.min.js");
    let world = world();
    let viewer = Viewer { language, ..Viewer::PHONE };
    let browser = Browser::start(viewer);
    browser.open(&world.h.url("/"));
    browser.set_cookie("egard_lang", language);
    let mut faults = Vec::new();
    for (name, path, attempt) in world.pages() {
        browser.set_cookie(ATTEMPT_COOKIE, &attempt.cookie);
        browser.set_cookie(egard_app::signed_in::SESSION_COOKIE, &world.session);
        for is_dark in [false, true] {
            browser.look_as(Viewer { is_dark, ..viewer });
            browser.open(&world.h.url(&path));
            let theme = if is_dark { "dark" } else { "light" };
            faults.extend(violations(&browser, &axe).iter().map(|line| format!("{name} {theme}: {line}")));
        }
        browser.look_as(Viewer { width: 320, ..viewer });
        browser.open(&world.h.url(&path));
        if browser.overflow() > 0 {
            faults.push(format!("{name}: {} px too wide at 320 px", browser.overflow()));
        }
        for width in [390, 1280] {
            browser.look_as(Viewer { width, ..viewer });
            browser.open(&world.h.url(&path));
            browser.keep_picture(&format!("{name}-{language}-{width}"));
        }
        browser.script("document.documentElement.style.fontSize = '200%'");
        if browser.overflow() > 0 {
            faults.push(format!("{name}: {} px too wide with text at 200 %", browser.overflow()));
        }
    }
    // Pages that answer an error are spoken of by the browser itself, and its advice on forms is no error.
    let is_ours = |line: &String| !line.contains("Failed to load resource") && !line.starts_with("DEBUG");
    faults.extend(browser.console().into_iter().filter(is_ours));
    assert!(faults.is_empty(), "{} fault(s):\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_page_is_accessible_and_fits_in_french() {
    visit_all("fr");
}

#[test]
fn every_page_is_accessible_and_fits_in_english() {
    visit_all("en");
}
