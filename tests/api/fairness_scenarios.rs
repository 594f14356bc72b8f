//! Groups compared scenario by scenario: with enough people a planted difference is found, with fewer the page says why
//! not, and only published counts and differences leave.

use acceptance::fixtures::{self, Attempt};
use acceptance::{Harness, both};
use domain::demographics::DemographicInput;
use domain::ids::CampaignId;
use domain::role::Role;
use serde_json::{Value, json};
use services::attempt_cookie::AttemptCookie;
use services::candidate::Candidate;

use crate::fairness::{MEN, WOMEN, ask, close, closed, decide, people, publish, spread};

/// What the newest edition says.
fn newest(h: &Harness) -> Value {
    let all = h.database.texts("SELECT content FROM fairness_editions ORDER BY published_on, id");
    serde_json::from_str(all.last().expect("an edition")).unwrap()
}

/// A small generator: the same people each time.
fn chance(person: u64, item: i32) -> u64 {
    let mut state = person.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::try_from(item).unwrap().wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state ^= state >> 31;
    state = state.wrapping_mul(0x94D0_49BB_1331_11EB);
    (state >> 33) % 100
}

/// Some people of one sex who finish; `low` percent of their answers to the actions 9 to 12 are 1, the others 4.
fn some(h: &Harness, campaign: &CampaignId, from: u64, n: u64, sex: &str, low: u64) -> Vec<Attempt> {
    (from..from + n)
        .map(|person| {
            let rating = |item: i32| match (chance(person, item), (9..=12).contains(&item)) {
                (chance, true) => {
                    if chance < low {
                        1
                    } else {
                        4
                    }
                }
                (chance, false) => u8::try_from(1 + chance % 4).unwrap(),
            };
            let attempt = h.complete_attempt(campaign, rating);
            let cookie = AttemptCookie::parse(&attempt.cookie).expect("a cookie");
            let typed = DemographicInput { sex: sex.to_owned(), ..DemographicInput::default() };
            h.services.give_demographics(&Candidate { cookie, address: None }, &typed).expect("an answer");
            attempt
        })
        .collect()
}

both!(a_scenario_that_is_harder_for_a_group_is_found_over_all_published_campaigns, |h| {
    let (first, second) = (ask(h, "sex_age"), ask(h, "sex_age"));
    let mut early = some(h, &first, 0, 120, "male", 85);
    early.extend(some(h, &first, 1_000, 60, "female", 15));
    let mut late = some(h, &second, 2_000, 85, "male", 85);
    late.extend(some(h, &second, 3_000, 45, "female", 15));
    for (campaign, attempts) in [(&first, &early), (&second, &late)] {
        close(h, campaign);
        decide(h, attempts, "hold");
        publish(&h.sign_in(&h.user(Role::Owner)), campaign);
        if campaign == &first {
            let comparison = &newest(h)["comparisons"][0];
            assert_eq!(comparison["found"], Value::Null, "120 people are too few: {comparison}");
        }
    }

    let content = newest(h);
    let found = &content["comparisons"][0];
    assert_eq!(
        (&found["by"], &found["reference"], &found["focal"]),
        (&json!("sex"), &json!("male"), &json!("female"))
    );
    assert_eq!((&found["found"]["n_reference"], &found["found"]["n_focal"]), (&json!(205), &json!(105)));
    let flagged: Vec<&Value> = found["found"]["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["class"] == "large" && one["is_significant"] == true)
        .collect();
    assert!(!flagged.is_empty() && flagged.len() < 4, "{found}");
    let auditor = h.sign_in(&h.user(Role::Auditor));
    let page = auditor.see(&format!("/campaigns/{second}/fairness"));
    page.contains("C, fort (CC)");
    page.contains("Retirer la situation du score de tout le monde");
    page.contains("n = 105 (Femme) et 205 (Homme)");
});

both!(few_people_are_not_compared_and_the_page_says_why, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see(&format!("/campaigns/{campaign}/manual")).contains("aucun tableau de groupes n’est publié");

    publish(&client, &campaign);

    let page = client.see(&format!("/campaigns/{campaign}/fairness")).page();
    let edition = page.text("section[aria-labelledby=edition-1]");
    assert!(edition.contains("il faut au moins 200 personnes d’un groupe et 50 de l’autre"), "{edition}");
    assert!(edition.contains("cette édition ne montre pas deux groupes"), "{edition}");
    assert!(edition.contains("les réponses sont dans une seule langue"), "{edition}");
    let content = newest(h);
    assert!(content["scenarios"].as_array().unwrap().len() > 3);
    assert_eq!(content["comparisons"].as_array().unwrap().len(), 1);
    let manual = client.see(&format!("/campaigns/{campaign}/manual"));
    manual.contains("il faut au moins 200 personnes d’un groupe et 50 de l’autre");
    manual.contains("Équité des situations");
    let author = h.sign_in(&h.user(Role::Author)).see(&format!("/campaigns/{campaign}/manual"));
    author.contains("à qui peut voir les tableaux de groupes publiés");
    author.lacks("Femme");
});

both!(a_group_that_an_edition_hides_is_compared_with_nobody, |h| {
    let campaign = ask(h, "sex_age");
    let mut all = people(h, &campaign, 20, &WOMEN);
    all.extend(people(h, &campaign, 3, &MEN));
    close(h, &campaign);
    spread(h, &[&all]);
    decide(h, &all, "hold");

    publish(&h.sign_in(&h.user(Role::Recruiter)), &campaign);

    assert_eq!(newest(h)["comparisons"], json!([]));
});

// A manual is of one form and key, and of one organisation.
both!(the_manual_holds_what_was_published_last_and_nothing_of_strangers, |h| {
    let (campaign, ..) = closed(h);
    let client = h.sign_in(&h.user(Role::Owner));
    publish(&client, &campaign);
    let found = |effect: f64, class: &str| {
        json!({ "effect": effect, "low": effect - 0.1, "high": effect + 0.1, "class": class,
                "is_significant": class == "large", "large_percent": null })
    };
    let mut content = newest(h);
    let n = content["scenarios"].as_array().unwrap().len();
    let mut scenarios = vec![found(0.02, "negligible"); n];
    scenarios[1] = found(-0.41, "large");
    scenarios[2] = found(0.21, "moderate");
    scenarios[3] = Value::Null;
    content["comparisons"] = json!([{ "by": "language", "reference": "fr", "focal": "en",
        "found": { "n_reference": 412, "n_focal": 133, "is_shrunk": false, "scenarios": scenarios } }]);
    h.database.execute(&format!(
        "INSERT INTO fairness_editions SELECT 'ffffffff-0000-7000-8000-000000000001', organisation_id, campaign_id, 2, \
         '{}', published_by, published_on FROM fairness_editions",
        content.to_string().replace('\'', "''")
    ));

    for path in [format!("/campaigns/{campaign}/manual"), format!("/campaigns/{campaign}/fairness")] {
        let page = client.see(&format!("{path}?lang=fr"));
        page.contains("n = 133 (Test en anglais) et 412 (Test en français)");
        page.contains("−0,41");
        page.contains("C, fort (CC)");
        page.contains("Relire le contenu de la situation.");
        page.contains("Non estimable");
        page.contains("Qui a changé de langue");
        assert_eq!(client.see(&format!("{path}?lang=en")).text().matches("C, large (CC)").count(), 1);
    }
    let pdf = client.get(&format!("/campaigns/{campaign}/manual.pdf")).expect(200);
    assert!(pdf.text().starts_with("%PDF"));
    let elsewhere = h.organisation();
    let stranger = h.sign_in(&h.user_of(&elsewhere, Role::Owner));
    drop(stranger.get(&format!("/campaigns/{campaign}/manual")).expect(404));
    let theirs = fixtures::campaign(&h.services, &h.staff(&h.user_of(&elsewhere, Role::Owner)), |_| {});
    stranger.see(&format!("/campaigns/{theirs}/manual")).contains("aucun tableau de groupes n’est publié");
});
