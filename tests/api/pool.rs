//! People of several campaigns side by side: who agreed, how it is taken back, and what nobody is told.

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt, shipped_form};
use acceptance::measured::by_family;
use acceptance::response::Response;
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;
use serde_json::Value;

const REASON: &str = "Vérifie le besoin avant de proposer, sauf pour le colis perdu.";

/// A finished test, right in so many tenths of its actions; the same tenths give the same answers.
fn finished(h: &Harness, campaign: &CampaignId, tenths: u32) -> Attempt {
    let form = shipped_form(&h.services, &h.owner());
    h.complete_attempt(campaign, by_family(&form, 0, [tenths; 5]))
}

/// A finished test without an answer.
fn blank(h: &Harness, campaign: &CampaignId) -> Attempt {
    let attempt = h.start_attempt(&h.invite(campaign));
    fixtures::see_all(&h.services, h.writer(), &attempt);
    fixtures::finish(&h.services, &attempt);
    attempt
}

fn agree(h: &Harness, attempt: &Attempt) -> Client {
    let client = h.sit(attempt);
    drop(client.post("/test/pool", &[("go", "agree")]).expect(303));
    client
}

/// Two campaigns with the same test, two people each, who all agreed.
fn two_campaigns(h: &Harness) -> ([CampaignId; 2], Vec<Attempt>) {
    let campaigns = [h.campaign(), h.campaign()];
    let people: Vec<Attempt> = [(0, 0), (0, 4), (1, 6), (1, 10)]
        .into_iter()
        .map(|(campaign, tenths)| finished(h, &campaigns[campaign], tenths))
        .collect();
    people.iter().for_each(|attempt| drop(agree(h, attempt)));
    h.run_jobs();
    (campaigns, people)
}

/// Lets the time pass after which a ranking takes in who has finished since the last one.
fn rank_again(h: &Harness) {
    h.clock.advance(chrono::Duration::minutes(6));
    h.run_jobs();
}

/// The people of a list by their public ids, in order.
fn listed(page: &Response, selector: &str) -> Vec<String> {
    let paths = page.page().attributes(&format!("{selector} th a[href^='/candidates/']"), "href");
    paths.into_iter().map(|path| path.replace("/candidates/", "")).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

fn ids(people: &[Attempt]) -> Vec<String> {
    sorted(people.iter().map(|attempt| attempt.public_id.to_string()).collect())
}

both!(nothing_is_asked_before_the_end_and_nothing_is_kept_of_who_does_not_answer, |h| {
    let campaign = h.campaign();
    let under_way = h.start_attempt(&h.invite(&campaign));
    let client = h.sit(&under_way);

    client.see("/test/data").lacks("/test/pool");
    client.post("/test/pool", &[("go", "agree")]).expect_redirect("/test");
    assert_eq!(h.database.count("pool_consents"), 0);

    let client = h.sit(&finished(h, &campaign, 3));
    let before = h.database.fingerprint(&[]);
    let page = client.see("/test/done");
    page.contains("J’accepte");
    page.contains("Refuser, ou ne rien faire, est sans conséquence");
    page.contains("Rien n’est gardé plus longtemps");
    client.post("/test/pool", &[("go", "withdraw")]).expect_redirect("/test/done?done=pool#pool");
    drop(client.post("/test/pool", &[("go", "perhaps")]).expect(400));
    assert_eq!(h.database.fingerprint(&[]), before, "a refusal leaves no trace");
    h.client().post("/test/pool", &[("go", "agree")]).expect(401).lacks("J’accepte");
});

both!(a_consent_is_given_taken_back_and_given_again, |h| {
    let attempt = finished(h, &h.campaign(), 3);
    let client = h.sit(&attempt);
    let form = client.see("/test/done").page().form("form[action='/test/pool']");

    let given = client.submit("/test/done", &form.set("go", "agree"));
    given.expect_redirect("/test/done?done=pool#pool");
    client.see("/test/done?done=pool").contains("Votre accord est enregistré.");
    client.see("/test/done").lacks("Votre accord est enregistré.");
    drop(client.post("/test/pool", &[("go", "agree")]).expect(303));
    assert_eq!(h.database.count("pool_consents WHERE withdrawn_at IS NULL"), 1);

    let form = client.see("/test/data").page().form("form[action='/test/pool']");
    let withdrawn = client.submit("/test/data", &form.set("go", "withdraw"));
    withdrawn.expect_redirect("/test/data?done=pool#pool");
    client.see("/test/data?done=pool").contains("Votre accord est retiré");
    drop(client.post("/test/pool", &[("go", "withdraw")]).expect(303));
    assert_eq!(h.database.count("pool_consents WHERE withdrawn_at IS NULL"), 0);

    drop(client.get("/test/done?lang=en").expect(200));
    client.set_cookie("egard_lang", "en");
    drop(client.post("/test/pool", &[("go", "agree"), ("from", "data")]).expect(303));
    assert_eq!(
        h.database.texts("SELECT language FROM pool_consents WHERE withdrawn_at IS NULL"),
        ["en"],
        "the language in which it was asked last"
    );
    let detail = |action: &str| {
        h.database
            .texts(&format!("SELECT detail FROM audit_rows WHERE action = '{action}' ORDER BY sequence"))
    };
    assert_eq!(detail("pool_consent_given"), ["language=fr", "language=en"]);
    assert_eq!(detail("pool_consent_withdrawn"), [""]);
});

both!(the_download_holds_the_consent_and_an_erasure_or_the_end_of_the_retention_deletes_it, |h| {
    let campaign = h.campaign();
    let client = agree(h, &finished(h, &campaign, 3));
    drop(agree(h, &finished(h, &campaign, 2)));
    let until = h.database.texts("SELECT CAST(erase_people_on AS TEXT) FROM campaigns");

    let told = client.get("/test/data/download").expect(200).json();

    assert_eq!(told["pool_of_several_campaigns"]["language"], "fr");
    assert!(told["pool_of_several_campaigns"]["given_at"].is_string());
    assert_eq!(told["pool_of_several_campaigns"]["withdrawn_at"], Value::Null);
    assert!(told["log"].as_array().unwrap().iter().any(|row| row["what"] == "pool_consent_given"));
    drop(client.post("/test/data/erase", &[("confirmed", "yes")]).expect(303));
    assert_eq!(h.database.count("pool_consents"), 1);

    assert_eq!(h.database.texts("SELECT CAST(erase_people_on AS TEXT) FROM campaigns"), until);
    h.services.close_campaign(&h.owner(), &campaign).unwrap();
    h.clock.advance(chrono::Duration::days(365 * 4));
    h.run_jobs();
    assert_eq!(h.database.count("invitations WHERE erased_at IS NULL"), 0);
    assert_eq!(h.database.count("pool_consents"), 0);
});

both!(only_people_who_agreed_stand_in_the_pool_and_a_withdrawal_takes_effect_at_once, |h| {
    let (campaigns, people) = two_campaigns(h);
    let silent = finished(h, &campaigns[0], 3);
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see("/pool");

    assert_eq!(sorted(listed(&page, ".rank-row")), ids(&people));
    page.lacks(silent.public_id.as_str());
    for attempt in &people {
        page.lacks(&attempt.invited.email);
    }
    assert_eq!(page.page().all("td a[href^='/campaigns/']").len(), 4);
    page.contains("Pilote");
    page.lacks("Rangs possibles");
    drop(h.sit(&people[3]).post("/test/pool", &[("go", "withdraw")]).expect(303));
    let after = client.see("/pool");
    assert_eq!(sorted(listed(&after, ".rank-row")), ids(&people[..3]));
    // No trace of who it was: the page is the one of a person who never agreed.
    after.lacks(people[3].public_id.as_str());
    after.lacks("autre personne a accepté");
    client.see(&format!("/campaigns/{}", campaigns[1])).contains(people[3].public_id.as_str());
    // The last one of a campaign: nothing is left to bring together, and an old address says no more than a new one.
    let address = client.see("/pool").page().attributes("nav.tabs a", "href");
    assert_eq!(address, Vec::<String>::new(), "one test: no choice");
    drop(h.sit(&people[2]).post("/test/pool", &[("go", "withdraw")]).expect(303));
    client.see("/pool").contains("Une seule campagne pour l’instant");
    client.see("/pool?test=whatever.1.none").contains("Personne dans le vivier");
});

both!(who_has_no_link_any_more_to_take_a_consent_back_is_not_in_the_pool, |h| {
    let (campaigns, people) = two_campaigns(h);
    let third = finished(h, &campaigns[0], 7);
    drop(agree(h, &third));
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see("/pool").lacks(third.public_id.as_str());
    rank_again(h);
    client.see("/pool").contains(third.public_id.as_str());

    h.services.revoke_invitation(&h.owner(), &campaigns[0], &third.invited.id).unwrap();

    assert_eq!(sorted(listed(&client.see("/pool"), ".rank-row")), ids(&people));
});

both!(the_pool_compares_within_one_form_and_key_and_says_so_when_there_is_nothing_to_compare, |h| {
    let client = h.sign_in(&h.user(Role::Recruiter));
    client.see("/pool").contains("Personne dans le vivier");
    let (_, people) = two_campaigns(h);
    let other = h.campaign_with(|input| input.form = "every-format".to_owned());
    let elsewhere = blank(h, &other);
    drop(agree(h, &elsewhere));
    h.run_jobs();

    let page = client.see("/pool");

    assert_eq!(sorted(listed(&page, ".rank-row")), ids(&people));
    page.lacks(elsewhere.public_id.as_str());
    let tests = page.page().attributes("nav.tabs a", "href");
    assert_eq!(tests.len(), 2);
    let found: Vec<bool> =
        tests.iter().map(|path| client.see(path).text().contains("Une seule campagne")).collect();
    assert_eq!(found.iter().filter(|is_one| **is_one).count(), 1);
    drop(client.get("/pool?page=0").expect(400));
    drop(client.get("/pool?decision=best").expect(400));
    client.see("/pool?page=9").contains("Aucune candidature ne correspond");
});

both!(bands_go_over_the_whole_pool_and_inside_a_band_the_order_is_random, |h| {
    let (campaigns, mut people) = two_campaigns(h);
    for place in 0..8 {
        let attempt = finished(h, &campaigns[place % 2], 5);
        drop(agree(h, &attempt));
        people.push(attempt);
    }
    rank_again(h);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see("/pool");

    let scores: Vec<i64> =
        page.page().texts(".rank-row .score").iter().map(|score| score.parse().unwrap()).collect();
    assert_eq!(scores.len(), 12);
    // Each band lies above the next one, wherever its people come from; nobody of a band is far below its first.
    let bands: Vec<(i64, i64)> = (1..=page.page().all("tbody").len())
        .map(|number| {
            let of_band: Vec<i64> = page
                .page()
                .texts(&format!("tbody:nth-of-type({number}) .score"))
                .iter()
                .map(|score| score.parse().unwrap())
                .collect();
            (*of_band.iter().min().unwrap(), *of_band.iter().max().unwrap())
        })
        .collect();
    assert!(bands.len() > 1, "{bands:?}");
    assert!(bands.windows(2).all(|pair| pair[0].0 > pair[1].1), "{bands:?}");
    // Eight people with one score: the random column alone orders them.
    let wanted: Vec<String> = h
        .database
        .texts("SELECT public_id FROM attempts ORDER BY random_order, id")
        .into_iter()
        .filter(|id| people[4..].iter().any(|attempt| attempt.public_id.as_str() == id))
        .collect();
    let found: Vec<String> =
        listed(&page, ".rank-row").into_iter().filter(|id| wanted.contains(id)).collect();
    assert_eq!(found, wanted);
    // The same numbers as in the ranking of a campaign without weights.
    let ranking = client.see(&format!("/campaigns/{}", campaigns[0]));
    let cell = |page: &Response, attempt: &Attempt| {
        let rows = page.page();
        let place = listed(page, ".rank-row").iter().position(|id| id == attempt.public_id.as_str()).unwrap();
        rows.texts(".rank-row .is-num")[place].clone()
    };
    assert_eq!(cell(&page, &people[1]), cell(&ranking, &people[1]));
});

both!(filters_hide_people_and_move_no_band, |h| {
    let (campaigns, people) = two_campaigns(h);
    let owner = h.owner();
    h.services.open_report(&owner, &people[0].public_id, domain::language::Language::Fr).unwrap();
    h.services.set_tags(&owner, &people[0].public_id, &[], "rappeler").unwrap();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/candidates/{}", people[2].public_id);
    drop(client.see(&path));
    let decision = [("code", "hold"), ("reason", "À revoir au printemps avec l’équipe."), ("version", "1")];
    drop(client.post(&format!("{path}/decision"), &decision).expect(303));
    let tag = h.database.texts("SELECT id FROM tags").remove(0);
    let band = |page: &Response, attempt: &Attempt| {
        let rows = page.page();
        (1..=rows.all("tbody").len())
            .find(|n| {
                listed(page, &format!("tbody:nth-of-type({n}) .rank-row"))
                    .contains(&attempt.public_id.to_string())
            })
            .map(|n| rows.text(&format!("tbody:nth-of-type({n}) .band")))
            .unwrap()
    };
    let whole = client.see("/pool");
    assert_eq!(whole.page().texts(".rank-row .badge"), ["En réserve"]);

    let of_campaign = client.see(&format!("/pool?campaign={}", campaigns[0]));
    let of_decision = client.see("/pool?decision=hold");
    let of_tag = client.see(&format!("/pool?tag={tag}"));

    assert_eq!(sorted(listed(&of_campaign, ".rank-row")), ids(&people[..2]));
    assert_eq!(listed(&of_decision, ".rank-row"), ids(&people[2..3]));
    assert_eq!(listed(&of_tag, ".rank-row"), ids(&people[..1]));
    assert_eq!(band(&of_campaign, &people[0]), band(&whole, &people[0]));
    assert_eq!(band(&of_tag, &people[0]), band(&whole, &people[0]));
    of_decision.contains("1 sur 4");
    assert_eq!(sorted(listed(&client.see("/pool?decision=open"), ".rank-row")).len(), 3);
    drop(client.get("/pool?tag=unknown").expect(404));
});

both!(whom_one_has_to_rate_first_stands_apart_without_score_band_or_decision, |h| {
    let (campaigns, people) = two_campaigns(h);
    let few = blank(h, &campaigns[1]);
    drop(agree(h, &few));
    rank_again(h);
    let (client, other) = (h.sign_in(&h.user(Role::Recruiter)), h.sign_in(&h.user(Role::Recruiter)));
    let path = format!("/candidates/{}", people[3].public_id);
    drop(other.see(&path));
    let decision = [("code", "interview"), ("reason", "Écoute avant de proposer quoi que ce soit.")];
    let decision = [decision[0], decision[1], ("version", "2")];
    drop(other.post(&format!("{path}/decision"), &decision).expect(303));
    other.see("/pool").contains("1 autre personne a accepté et ne paraît pas");
    h.services.set_rating_first(&h.owner(), &campaigns[1], true).unwrap();

    let page = client.see("/pool");

    assert_eq!(sorted(listed(&page, ".rank-row")), ids(&people[..2]));
    let apart = sorted(listed(&page, "#apart ~ .table-box tbody"));
    // Whoever answered nothing stands there too: that there is no score is told after the rating.
    let everybody = [&people[2], &people[3], &few].map(|attempt| attempt.public_id.to_string());
    assert_eq!(apart, sorted(everybody.to_vec()));
    page.lacks("autre personne a accepté");
    assert_eq!(page.page().all(".score").len(), 2);
    assert_eq!(page.page().all("#apart ~ .table-box .badge").len(), 0);
    // The first band begins at the best score that may be known, not at that of somebody to rate.
    let best = page.page().texts("tbody:nth-of-type(1) .rank-row .score");
    assert!(!best.is_empty(), "the first group has people in it");
    assert_eq!(page.page().text(".rank-group .band"), "A");
    for query in ["?decision=interview", "?decision=open"] {
        let filtered = client.see(&format!("/pool{query}"));
        filtered.lacks(people[3].public_id.as_str());
        filtered.contains("leur décision attend aussi votre note");
    }
    let one = client.see(&format!("/pool?campaign={}", campaigns[1]));
    assert_eq!(listed(&one, ".rank-row"), Vec::<String>::new());
    assert_eq!(listed(&one, "#apart ~ .table-box tbody").len(), 3);
    one.lacks("Aucune candidature ne correspond");

    drop(client.see(&path));
    drop(client.post(&format!("{path}/rating"), &[("rating", "3"), ("own_reason", REASON)]).expect(303));
    let rated = client.see("/pool");
    assert!(listed(&rated, ".rank-row").contains(&people[3].public_id.to_string()));
    assert_eq!(listed(&rated, "#apart ~ .table-box tbody").len(), 2);
});

both!(a_weighted_campaign_stands_in_the_pool_with_its_plain_scores, |h| {
    let (campaigns, people) = two_campaigns(h);
    // What a campaign with weights of its own would have stored.
    h.database.execute(&format!(
        "UPDATE scores SET plain_score = 33.0, score = 71.0, low = 70.0, high = 72.0 \
         WHERE campaign_id = '{}' AND attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
        campaigns[0], people[0].public_id
    ));
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see("/pool");

    let place = listed(&page, ".rank-row").iter().position(|id| id == people[0].public_id.as_str()).unwrap();
    assert_eq!(page.page().texts(".rank-row .score")[place], "33");
    page.lacks("de 70 à 72");
});

both!(other_organisations_and_roles_see_nothing_and_no_address_leads_to_a_stranger, |h| {
    let (campaigns, people) = two_campaigns(h);
    let strange = h.user_of(&h.organisation(), Role::Owner);
    let stranger = h.sign_in(&strange);

    stranger.see("/pool").contains("Personne dans le vivier");
    let known = stranger.get(&format!("/pool?campaign={}", campaigns[0])).expect(404);
    let unknown = stranger.get("/pool?campaign=0198f2c4-7d1e-7c3a-9f00-3a5b6c7d8e9f").expect(404);
    assert_eq!(known.page().text("main"), unknown.page().text("main"));
    for role in [Role::Auditor, Role::Author, Role::Rater] {
        h.sign_in(&h.user(role)).get("/pool").expect(404).lacks(people[0].public_id.as_str());
    }
    h.client().get("/pool").expect(303).lacks(people[0].public_id.as_str());
    h.sign_in(&h.user(Role::Recruiter)).see("/campaigns").contains("href=\"/pool\"");
    h.sign_in(&h.user(Role::Auditor)).see("/audit").lacks("href=\"/pool\"");
});
