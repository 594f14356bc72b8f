//! Weights of families: chosen before the first test where they can be measured, published, part of every score; and
//! other weights tried without touching the record.

use acceptance::client::Client;
use acceptance::fixtures::shipped_form;
use acceptance::measured::{by_family, measured, scored};
use acceptance::response::Response;
use acceptance::{Harness, both};
use domain::construct::Family;
use domain::ids::CampaignId;
use domain::role::Role;
use services::norm_groups::making::NormForm;

fn open_families(client: &Client, campaign: &CampaignId) -> Vec<&'static str> {
    let page = client.see(&format!("/campaigns/{campaign}/weights"));
    let codes = Family::ALL.iter().map(|family| family.code());
    codes.filter(|code| page.text().contains(&format!("name=\"{code}\""))).collect()
}

fn numbers(h: &Harness, column: &str, campaign: &CampaignId) -> Vec<f64> {
    let rows = h.database.texts(&format!(
        "SELECT CAST({column} AS TEXT) FROM scores WHERE campaign_id = '{campaign}' ORDER BY created_at, id"
    ));
    rows.iter().map(|text| text.parse().unwrap()).collect()
}

/// A comparison group of everyone in a campaign.
fn group_of(h: &Harness, campaign: &CampaignId) -> String {
    let today = h.services.now().date();
    let form = NormForm {
        name_fr: "Tous".to_owned(),
        name_en: "All".to_owned(),
        from_on: (today - chrono::Duration::days(2)).to_string(),
        to_on: today.to_string(),
        campaigns: vec![campaign.to_string()],
        ..NormForm::default()
    };
    h.services.make_norm_group(&h.owner(), campaign, &form).unwrap().to_string()
}

both!(nothing_can_be_weighed_before_it_is_measured, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/weights");

    assert!(open_families(&client, &campaign).is_empty());
    let weights = [("go", "choose"), ("understand-emotion", "1"), ("listen-and-check", "3")];
    client.post(&path, &weights).expect(422);

    assert_eq!(h.database.count("preregistrations"), 1);
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    client.see(&path).contains("moins de deux familles");
    client.get(&format!("{path}?understand-emotion=1&listen-and-check=3")).expect(200);
});

both!(weights_are_published_first_and_make_every_score, |h| {
    let before = measured(h);
    let form = shipped_form(&h.services, &h.owner());
    let client = h.sign_in(&h.user(Role::Recruiter));
    let old_rows = h.database.texts("SELECT hash FROM preregistrations");
    let plain_of_before = numbers(h, "score", &before);
    let campaign = h.campaign();
    let path = format!("/campaigns/{campaign}/weights");

    let families = open_families(&client, &campaign);
    assert!(
        families.contains(&"understand-emotion") && families.contains(&"listen-and-check"),
        "{families:?}"
    );
    for bad in [["0", "0"], ["101", "1"], ["-1", "1"], ["un", "1"], ["", "1"]] {
        let form = [("go", "choose"), ("understand-emotion", bad[0]), ("listen-and-check", bad[1])];
        client.post(&path, &form).expect(422).contains("notice is-care");
    }
    client
        .post(&path, &[("go", "choose"), ("act-with-latitude", "1"), ("listen-and-check", "3")])
        .expect(422);
    let norm = group_of(h, &before);
    h.services.choose_norm_group(&h.owner(), &campaign, Some(&norm)).unwrap();
    let chosen = [("go", "choose"), ("understand-emotion", "1"), ("listen-and-check", "3")];
    client.post(&path, &chosen).expect_redirect(&format!("{path}?done=1"));
    // Its percentiles are of plain scores: the campaign's own are on another scale now.
    assert_eq!(h.services.norm_choice(&h.owner(), &campaign).unwrap().chosen, None);
    client.post(&path, &chosen).expect(303);

    let texts = h.database.texts(&format!(
        "SELECT document FROM preregistrations WHERE campaign_id = '{campaign}' ORDER BY sequence"
    ));
    assert_eq!(texts.len(), 2, "the same choice twice is one");
    assert!(
        texts[1]
            .contains(r#""chosen":{"revision":1,"weights":{"listen-and-check":3,"understand-emotion":1}}"#)
    );
    client.see(&path).contains("choisis et publiés avant le premier test");

    // Right in understanding alone, then right in listening alone.
    h.complete_attempt(&campaign, by_family(&form, 0, [10, 0, 0, 0, 0]));
    h.clock.advance(chrono::Duration::minutes(1));
    h.complete_attempt(&campaign, by_family(&form, 0, [0, 10, 0, 0, 0]));
    h.run_jobs();
    let of = |family: Family| {
        f64::from(u32::try_from(scored(&form).iter().filter(|own| own.2 == family).count()).unwrap())
    };
    let (understand, listen) = (of(Family::UnderstandEmotion), of(Family::ListenAndCheck));
    let all: f64 = Family::ALL.iter().map(|family| of(*family)).sum();
    let part = 100.0 * (understand + listen) / all;
    for (found, wanted) in numbers(h, "score", &campaign).iter().zip([0.25 * part, 0.75 * part]) {
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }
    for (found, wanted) in numbers(h, "plain_score", &campaign).iter().zip([understand, listen]) {
        assert!((found - 100.0 * wanted / all).abs() < 1e-9, "{found} {wanted}");
    }
    // Wider than plain, and the same in the version and in the scores.
    let (own, plain) = (numbers(h, "sem", &campaign)[0], numbers(h, "sem", &before));
    assert!((own - plain[plain.len() - 1]).abs() > 1e-6);
    assert_eq!(numbers(h, "score", &before), plain_of_before, "another campaign keeps its scores");
    assert!(old_rows.iter().all(|hash| h.database.texts("SELECT hash FROM preregistrations").contains(hash)));
    client.post(&path, &chosen).expect(409).contains("Un test a commencé");
    let found = h.services.verify_campaign(&campaign).unwrap();
    assert!(found.is_equal(), "{found:?}");
    // The next statistics describe plain scores of both campaigns.
    h.clock.advance(chrono::Duration::minutes(1));
    h.services.take_snapshot(&h.owner(), &campaign).unwrap();
    h.run_jobs();
    let statistics = h.database.texts("SELECT statistics FROM snapshots ORDER BY n DESC, id").remove(0);
    let statistics: serde_json::Value = serde_json::from_str(&statistics).unwrap();
    let of_each = h.database.texts(&format!(
        "SELECT CAST(MIN(score) AS TEXT) FROM scores WHERE campaign_id = '{before}' GROUP BY attempt_id"
    ));
    assert_eq!(of_each.len(), 100);
    let mut plain: Vec<f64> = of_each.iter().map(|text| text.parse().unwrap()).collect();
    plain.extend([100.0 * understand / all, 100.0 * listen / all]);
    let mean: f64 = plain.iter().sum::<f64>() / 102.0;
    assert!((statistics["total"]["mean"].as_f64().unwrap() - mean).abs() < 1e-6);
    assert!(h.services.verify_campaign(&campaign).unwrap().is_equal());
});

both!(other_weights_are_tried_and_nothing_is_stored, |h| {
    let campaign = measured(h);
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/weights");
    let before = h.database.fingerprint(&["sessions"]);

    let published = client.see(&format!("{path}?order=score"));
    let tried = client.see(&format!("{path}?understand-emotion=100&listen-and-check=0&order=score"));

    published.contains("0 personne sur 100 changerait");
    published.contains("resterai");
    let first = |page: &Response| {
        let text = page.text();
        let at = text.find("id=\"outcome\"").unwrap();
        let row = text[at..].find("/candidates/").unwrap();
        text[at + row..at + row + 60].to_owned()
    };
    assert_ne!(first(&published), first(&tried));
    for bad in [
        "understand-emotion=0&listen-and-check=0",
        "understand-emotion=x&listen-and-check=1",
        "understand-emotion=-3&listen-and-check=1",
        "understand-emotion=4294967296&listen-and-check=1",
    ] {
        client.get(&format!("{path}?{bad}")).expect(422).contains("id=\"outcome\"");
    }
    client.get(&format!("{path}?order=name")).expect(400);
    client.get(&format!("{path}?after=-1")).expect(400);
    client.see(&format!("{path}?after=1000000"));
    client.see(&format!("{path}?after=50")).contains("/candidates/");
    // A threshold on a family keeps whom the interval does not rule out, page after page.
    let ranking = format!("/campaigns/{campaign}");
    let people = |query: &str| {
        let page = client.see(&format!("{ranking}?{query}"));
        (page.page().attributes("tr.rank-row th a", "href"), page.page().attributes("a[rel=next]", "href"))
    };
    let (first, next) = people("family=listen-and-check&least=30&order=score");
    let (second, end) = people(next[0].split_once('?').unwrap().1);
    assert_eq!((first.len(), end.len()), (50, 0));
    assert!(!second.is_empty() && second.len() < 50 && second.iter().all(|person| !first.contains(person)));
    assert_eq!(people("family=listen-and-check&least=0").0.len(), 50);
    assert!(people("family=listen-and-check&least=100").0.len() < 50);
    client.get(&format!("{ranking}?family=act-with-latitude&least=30")).expect(404);
    client.get(&format!("{ranking}?family=listen-and-check&least=300")).expect(400);
    assert_eq!(h.database.fingerprint(&["sessions"]), before);
    h.sign_in(&h.user(Role::Auditor)).get(&path).expect(404);
    h.sign_in(&h.user_of(&h.organisation(), Role::Owner)).get(&path).expect(404);
});
