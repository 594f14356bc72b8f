//! The tables of groups: when they may be published, what they hide, who sees them, and that nothing can be subtracted.

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt};
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;
use services::fairness::setting::FairnessSettingInput;

pub fn ask(h: &Harness, form: &str) -> CampaignId {
    let campaign = h.campaign();
    let typed = FairnessSettingInput { country: "us".to_owned(), form: form.to_owned() };
    h.services.change_fairness_setting(&h.owner(), &campaign, &typed).expect("a setting");
    campaign
}

/// Some finished tests whose people say this of themselves.
pub fn people(h: &Harness, campaign: &CampaignId, n: usize, answers: &[(&str, &str)]) -> Vec<Attempt> {
    (0..n)
        .map(|_| {
            let attempt = h.start_attempt(&h.invite(campaign));
            fixtures::see_all(&h.services, h.writer(), &attempt);
            fixtures::finish(&h.services, &attempt);
            if !answers.is_empty() {
                drop(h.sit(&attempt).post("/test/about-you", answers).expect(303));
            }
            attempt
        })
        .collect()
}

pub fn close(h: &Harness, campaign: &CampaignId) {
    h.services.close_campaign(&h.owner(), campaign).expect("closed");
    h.run_jobs();
}

/// Scores of the last version: in each group every second person above the median, the last one of an odd number not.
pub fn spread(h: &Harness, groups: &[&[Attempt]]) {
    for attempts in groups {
        for (i, attempt) in attempts.iter().enumerate() {
            let score = if i % 2 == 1 { 80 } else { 40 };
            h.database.execute(&format!(
                "UPDATE ranking_rows SET score = {score}, unranked_reason = NULL WHERE attempt_id = \
                 (SELECT id FROM attempts WHERE public_id = '{}')",
                attempt.public_id
            ));
        }
    }
}

/// As a person's decision would leave it.
pub fn decide(h: &Harness, attempts: &[Attempt], code: &str) {
    for attempt in attempts {
        h.database.execute(&format!(
            "UPDATE attempts SET decision = '{code}' WHERE public_id = '{}'",
            attempt.public_id
        ));
    }
}

pub fn publish(client: &Client, campaign: &CampaignId) {
    let path = format!("/campaigns/{campaign}/fairness");
    let form = client.see(&path).page().form("form[action$=publish]").set("confirmed", "yes");
    client.submit(&format!("{path}/publish"), &form).expect_redirect(&format!("{path}?done=published"));
}

pub const WOMEN: [(&str, &str); 1] = [("sex", "female")];
pub const MEN: [(&str, &str); 1] = [("sex", "male")];

/// A closed campaign with twelve women, twelve men and three who say nothing, all decided.
pub fn closed(h: &Harness) -> (CampaignId, Vec<Attempt>, Vec<Attempt>, Vec<Attempt>) {
    let campaign = ask(h, "sex_age");
    let (women, men, silent) =
        (people(h, &campaign, 12, &WOMEN), people(h, &campaign, 12, &MEN), people(h, &campaign, 3, &[]));
    close(h, &campaign);
    spread(h, &[&women, &men, &silent]);
    decide(h, &women, "not_pursued");
    decide(h, &men[..6], "not_pursued");
    decide(h, &men[6..], "interview");
    decide(h, &silent, "not_pursued");
    (campaign, women, men, silent)
}

both!(nothing_observed_is_shown_before_the_end, |h| {
    let campaign = ask(h, "sex_age");
    people(h, &campaign, 1, &WOMEN);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");

    let page = client.see(&path);

    page.contains("La campagne reçoit encore des réponses");
    page.contains("Whetzel");
    assert!(!page.page().has("form[action$=publish]"));
    drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(409));
    drop(client.get(&format!("{path}/ll144.csv")).expect(404));
    // The model takes any cut and reads nobody's data.
    let cut = client.see(&format!("{path}?difference=20&share=40&selected=15")).page();
    assert!(cut.text("section[aria-labelledby=what-if] table").contains("15"));
    drop(client.get(&format!("{path}?difference=900")).expect(422));
});

both!(tables_wait_for_decisions_and_enough_answers, |h| {
    let campaign = ask(h, "sex_age");
    let few = people(h, &campaign, 3, &WOMEN);
    close(h, &campaign);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");

    client.see(&path).contains("n’ont pas encore de décision");
    decide(h, &few, "hold");
    client.see(&path).contains("Moins de 20 personnes ont répondu");

    drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(409));
    assert_eq!(h.database.count("fairness_editions"), 0);
});

both!(who_has_too_few_answers_for_a_score_is_in_no_table, |h| {
    let (campaign, women, men, _) = closed(h);
    for few in [&women[1], &men[0]] {
        h.database.execute(&format!(
            "UPDATE ranking_rows SET unranked_reason = 'too_few_answers' WHERE attempt_id = \
             (SELECT id FROM attempts WHERE public_id = '{}')",
            few.public_id
        ));
    }
    let client = h.sign_in(&h.user(Role::Recruiter));

    publish(&client, &campaign);

    let page = client.see(&format!("/campaigns/{campaign}/fairness"));
    page.contains("n = 25 tests terminés avec un score");
    page.contains("sans score, 2");
    page.contains("5 sur 11");
});

both!(a_published_table_says_what_it_indicates_and_never_fair, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");
    drop(client.post(&format!("{path}/publish"), &[]).expect(422));

    publish(&client, &campaign);

    let page = client.see(&path);
    page.contains("n = 27, dont 3 de groupe inconnu");
    page.contains("6 sur 12");
    page.contains("Rapport d’impact");
    for language in ["en", "fr"] {
        let page = client.see(&format!("{path}?lang={language}"));
        for word in ["équitable", "impartial", "unbiased", " fair "] {
            page.lacks(word);
        }
    }
    // Nobody among the women was selected: a count of 0 tells about each of them, so the selection is hidden.
    let selection = h.database.texts("SELECT content FROM fairness_editions").concat();
    let content: serde_json::Value = serde_json::from_str(&selection).unwrap();
    assert_eq!(content["tables"][0]["rows"][0]["n"], 12);
    assert_eq!(content["tables"][0]["rows"][0]["selected"], serde_json::Value::Null);
    assert_eq!(content["tables"][0]["rows"][1]["selected"], serde_json::Value::Null);
    assert_eq!(h.database.count("audit_rows WHERE action = 'fairness_published'"), 1);
    client.see("/fairness").contains("27 personnes");
});

// Two dates: the table of the first one stays, whatever people decide, answer, take back or erase afterwards.
both!(two_dates_cannot_be_subtracted, |h| {
    let (campaign, women, men, silent) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/fairness");
    publish(&client, &campaign);
    let table = |client: &Client| {
        let page = client.see(&path).page();
        format!("{}{}", page.text("section[aria-labelledby=edition-1]"), page.has("form[action$=publish]"))
    };
    let (before, across) = (table(&client), client.see("/fairness").page().text("main"));
    let file = client.get(&format!("{path}/ll144.csv")).expect(200).text();

    decide(h, &women[..1], "hired");
    drop(h.sit(&women[1]).post("/test/about-you", &MEN).expect(303));
    drop(h.sit(&women[2]).post("/test/about-you", &[("go", "delete")]).expect(303));
    drop(h.sit(&women[2]).post("/test/about-you", &MEN).expect(303));
    drop(h.sit(&men[0]).post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    drop(h.sit(&silent[0]).post("/test/about-you", &WOMEN).expect(303));

    assert_eq!(table(&client), before);
    assert_eq!(client.see("/fairness").page().text("main"), across);
    assert_eq!(client.get(&format!("{path}/ll144.csv")).expect(200).text(), file);
    drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(409));
    assert_eq!(h.database.count("fairness_editions"), 1);
});

// Two cuts and two filters: no address of the monitor takes one that changes an observed number.
both!(cuts_and_filters_change_no_observed_number, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Owner));
    let path = format!("/campaigns/{campaign}/fairness");
    publish(&client, &campaign);
    let observed =
        |query: &str| client.see(&format!("{path}{query}")).page().text("section[aria-labelledby=edition-1]");
    let before = observed("");

    for query in [
        "?selected=5",
        "?selected=90",
        "?share=10&difference=-50",
        "?language=en&x=1",
        "?decision=hold",
        "?band=0",
        "?from=2026-03-01&to=2026-03-02",
        "?cut=60",
        "?sex=female",
        "?version=1",
        "?tag=a",
    ] {
        assert_eq!(observed(query), before, "{query}");
        let across = client.get(&format!("/fairness{query}")).expect(200);
        across.contains("27 personnes");
    }
});

both!(a_later_edition_counts_other_people_only, |h| {
    let campaign = ask(h, "sex_age");
    let mut first = people(h, &campaign, 12, &WOMEN);
    first.extend(people(h, &campaign, 12, &MEN));
    let late = people(h, &campaign, 24, &[]);
    close(h, &campaign);
    spread(h, &[&first, &late]);
    decide(h, &first, "interview");
    decide(h, &late, "hold");
    let client = h.sign_in(&h.user(Role::Recruiter));
    publish(&client, &campaign);

    for (i, attempt) in late.iter().enumerate() {
        let answers = if i < 12 { &WOMEN } else { &MEN };
        drop(h.sit(attempt).post("/test/about-you", answers).expect(303));
    }
    publish(&client, &campaign);

    let people: Vec<i64> = h
        .database
        .texts("SELECT content FROM fairness_editions ORDER BY sequence")
        .iter()
        .map(|content| {
            serde_json::from_str::<serde_json::Value>(content).unwrap()["people"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(people, [48, 24]);
    assert_eq!(h.database.count("demographic_links WHERE counted_in = 1"), 24);
    assert_eq!(h.database.count("demographic_links WHERE counted_in = 2"), 24);
});

both!(published_tables_are_never_altered, |h| {
    let (campaign, ..) = closed(h);
    publish(&h.sign_in(&h.user(Role::Owner)), &campaign);

    for sql in ["UPDATE fairness_editions SET content = '{}'", "DELETE FROM fairness_editions"] {
        let database = std::panic::AssertUnwindSafe(&h.database);
        assert!(std::panic::catch_unwind(|| database.execute(sql)).is_err(), "{sql}");
    }
});

both!(the_auditors_file_holds_published_counts_alone, |h| {
    let (campaign, ..) = closed(h);
    let auditor = h.sign_in(&h.user(Role::Auditor));
    publish(&h.sign_in(&h.user(Role::Owner)), &campaign);
    let path = format!("/campaigns/{campaign}/fairness");

    auditor.see(&path).contains("doit être fait par un auditeur indépendant");
    let file = auditor.get(&format!("{path}/ll144.csv")).expect(200);

    let text = file.text();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(lines.next().unwrap(), services::fairness::auditors_file::COLUMNS);
    let rows: Vec<Vec<String>> = lines.collect();
    assert_eq!(rows[0][1..6], ["sex", "female", "", "12", "6"]);
    assert_eq!((rows[0][13].as_str(), rows[0][14].as_str()), ("3", "27"));
    assert_eq!(rows[0][8], "", "a hidden selection stays hidden");
    assert_eq!(h.database.count("audit_rows WHERE action = 'results_exported'"), 1);
    // Who may read may not publish.
    drop(auditor.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(404));
    assert!(!auditor.see(&path).page().has("a[href$='/fairness/form']"));
});

both!(other_roles_and_organisations_find_nothing, |h| {
    let (campaign, ..) = closed(h);
    publish(&h.sign_in(&h.user(Role::Owner)), &campaign);
    let path = format!("/campaigns/{campaign}/fairness");
    let elsewhere = h.organisation();

    for role in [Role::Author, Role::Rater] {
        let client = h.sign_in(&h.user(role));
        for path in [path.clone(), format!("{path}/ll144.csv"), "/fairness".to_owned()] {
            drop(client.get(&path).expect(404));
        }
    }
    for role in [Role::Owner, Role::Recruiter, Role::Auditor] {
        let client = h.sign_in(&h.user_of(&elsewhere, role));
        for path in [path.clone(), format!("{path}/ll144.csv"), format!("{path}/form")] {
            drop(client.get(&path).expect(404));
        }
        client.see("/fairness").lacks("27 personnes");
        drop(client.post(&format!("{path}/publish"), &[("confirmed", "yes")]).expect(404));
    }
});

both!(the_ranking_leads_to_the_monitor_without_figures, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    publish(&client, &campaign);

    let page = client.see(&format!("/campaigns/{campaign}"));

    assert!(page.page().has(&format!("a[href='/campaigns/{campaign}/fairness']")));
    for word in ["Femme", "Rapport d’impact", "female"] {
        page.lacks(word);
    }
});
