//! Comparison groups: made by an owner, frozen, shown with every percentile, and telling nothing of one person.

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt, shipped_form};
use acceptance::response::Response;
use acceptance::{Harness, both};
use chrono::{NaiveDate, NaiveDateTime};
use domain::ids::CampaignId;
use domain::role::Role;

use crate::crowd::{crowd, ratings};

fn at(day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 2, day).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

/// A campaign with one real finished test and `n` more of the scores given, each finished on the day given.
fn people(h: &Harness, n: usize, of: impl Fn(usize) -> (f64, u32)) -> Attempt {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempt = h.complete_attempt(&campaign, ratings(&form, 24, 0));
    crowd(h, &campaign, n, |index, attempt, score| {
        let (points, day) = of(index);
        score.score = Some(points);
        attempt.finished_at = Some(at(day));
    });
    h.run_jobs();
    attempt
}

fn make(client: &Client, campaign: &CampaignId, name: &str, days: (&str, &str)) -> Response {
    let fields = [
        ("name_fr", name),
        ("name_en", name),
        ("description_fr", ""),
        ("description_en", ""),
        ("from_on", days.0),
        ("to_on", days.1),
        ("campaigns", campaign.as_str()),
    ];
    client.post(&format!("/campaigns/{campaign}/norms/new"), &fields)
}

fn choose(client: &Client, campaign: &CampaignId, norm: &str) {
    let path = format!("/campaigns/{campaign}/norm");
    client
        .post(&path, &[("norm", norm)])
        .expect_redirect(&format!("/campaigns/{campaign}/validity?done=chosen"));
}

const ALL: (&str, &str) = ("2026-02-01", "2026-03-02");

both!(a_group_of_a_hundred_gives_percentiles_with_its_name_date_and_size, |h| {
    let attempt = people(h, 119, |index| if index < 60 { (20.0, 10) } else { (90.0, 11) });
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));

    let made = make(&client, campaign, "Hiver 2026", ALL);
    let path = made.location();
    let page = client.see(&path);

    page.contains("120 personnes, figé le");
    page.contains("de 20 à 24");
    page.contains("masqué");
    page.contains("Rang centile médian");
    let norm = path.strip_prefix("/norms/").unwrap();
    choose(&client, campaign, norm);
    let report = client.see(&format!("/candidates/{}", attempt.public_id));
    // 60 below, the person alone at her score: 100 (60 + 0.5) / 120 = 50.4. The interval of about 13 points to each side
    // reaches neither 20 nor 90: 60 / 120 and 61 / 120.
    report.contains("Rang centile 50 (de 50 à 51 avec la marge d’erreur).");
    report.contains("« Hiver 2026 »".replace("« ", "«\u{a0}").replace(" »", "\u{a0}»").as_str());
    report.contains("120 personnes, figé le");
    // The people of the campaign give way to the group.
    report.lacks("personnes classées de cette campagne");
    assert_eq!(h.database.count("audit_rows WHERE action = 'norm_group_made'"), 1);
    assert_eq!(h.database.count("audit_rows WHERE action = 'norm_group_chosen'"), 1);
});

both!(a_comparison_shows_the_group_with_each_percentile, |h| {
    let attempt = people(h, 119, |index| if index < 60 { (20.0, 10) } else { (90.0, 11) });
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    let norm = make(&client, campaign, "Hiver 2026", ALL).location();
    choose(&client, campaign, norm.strip_prefix("/norms/").unwrap());
    let other = h.database.texts(&format!(
        "SELECT public_id FROM attempts WHERE public_id <> '{}' ORDER BY id LIMIT 1",
        attempt.public_id
    ));

    let page =
        client.see(&format!("/campaigns/{campaign}/compare?with={}&with={}", attempt.public_id, other[0]));

    assert_eq!(page.page().texts(".card").iter().filter(|card| card.contains("Rang centile")).count(), 2);
    page.contains("Hiver 2026");
    page.contains("120 personnes, figé le");
});

both!(a_group_under_a_hundred_gives_mean_and_deviation_and_no_percentile, |h| {
    let attempt = people(h, 39, |index| (if index < 20 { 30.0 } else { 70.0 }, 10));
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));

    let path = make(&client, campaign, "Quarante", ALL).location();
    choose(&client, campaign, path.strip_prefix("/norms/").unwrap());

    let report = client.see(&format!("/candidates/{}", attempt.public_id));
    report.contains("40 personnes, figé le");
    report.contains("Pas de rang centile en dessous de 100 personnes.");
    report.lacks("Rang centile");
    report.lacks("Quartiles");
    let group = client.see(&path);
    group.contains("Pas de rang centile en dessous de 100 personnes.");
    // Counts alone are kept, and nobody's id.
    let counts = h.database.texts("SELECT counts FROM norm_groups").remove(0);
    let counts: Vec<u32> = serde_json::from_str(&counts).unwrap();
    assert_eq!((counts.len(), counts.iter().sum::<u32>()), (101, 40));
    assert_eq!((counts[30], counts[70]), (20, 19));
});

both!(no_group_under_thirty_people, |h| {
    let attempt = people(h, 40, |index| (50.0, if index < 28 { 10 } else { 20 }));
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));

    let refused = make(&client, campaign, "Petit", ("2026-02-01", "2026-02-15")).expect(422);

    refused.contains("Moins de 30 personnes");
    assert_eq!(refused.page().attribute("#name_fr", "value"), "Petit");
    assert_eq!(h.database.count("norm_groups"), 0);
});

both!(two_groups_that_differ_by_few_people_are_refused, |h| {
    let attempt =
        people(h, 40, |index| (f64::from(u32::try_from(index).unwrap()), if index < 36 { 10 } else { 20 }));
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    // 36 until the 15th; 40 until the 28th; 41 with the real one of March 2.
    let first = make(&client, campaign, "Début", ("2026-02-01", "2026-02-15")).location();
    assert!(first.starts_with("/norms/"), "{first}");

    let close = "Moins de 5 personnes de différence";
    make(&client, campaign, "Quatre de plus", ("2026-02-01", "2026-02-28")).expect(422).contains(close);
    let same = make(&client, campaign, "Les mêmes", ("2026-02-05", "2026-02-11")).expect(422);
    same.contains("Ces personnes forment déjà un groupe.");
    // Five people more may be.
    let second = make(&client, campaign, "Tout", ALL).location();
    assert!(second.starts_with("/norms/"), "{second}");
    // A retired group may be made again with another name: the same people once more tell nothing new.
    drop(client.post(&format!("{first}/retire"), &[]).expect(303));
    let again = make(&client, campaign, "Début, corrigé", ("2026-02-01", "2026-02-15")).location();
    drop(client.post(&format!("{again}/retire"), &[]).expect(303));
    // Not after an erasure: what is gone could be told from the difference.
    let gone = h
        .database
        .texts("SELECT invitation_id FROM attempts WHERE finished_at < '2026-02-15' ORDER BY id LIMIT 1");
    h.database.execute(&format!(
        "DELETE FROM scores WHERE attempt_id = (SELECT id FROM attempts WHERE invitation_id = '{}')",
        gone[0]
    ));
    h.database
        .execute(&format!("UPDATE attempts SET erased_at = finished_at WHERE invitation_id = '{}'", gone[0]));
    make(&client, campaign, "Sans elle", ("2026-02-01", "2026-02-15")).expect(422).contains(close);
    assert_eq!(h.database.count("norm_groups"), 3);
});

both!(statistics_of_the_manual_count_as_published, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    for person in 0..30 {
        h.complete_attempt(&campaign, ratings(&form, 10 + person, 0));
    }
    h.run_jobs();
    assert_eq!(h.database.count("snapshots WHERE n = 30"), 1);
    h.clock.advance(chrono::Duration::minutes(10));
    for _ in 0..2 {
        h.complete_attempt(&campaign, |_| 2);
    }
    let client = h.sign_in(&h.user(Role::Owner));

    let refused = make(&client, &campaign, "Trente-deux", ALL).expect(422);

    refused.contains("Moins de 5 personnes de différence");
    for _ in 0..3 {
        h.complete_attempt(&campaign, |_| 2);
    }
    let made = make(&client, &campaign, "Trente-cinq", ALL).location();
    assert!(made.starts_with("/norms/"), "{made}");
});

both!(what_is_typed_wrongly_is_told_and_kept, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));

    for (name, days, told) in [
        ("", ALL, "Moins de 30"),
        ("Un", ("2026-02-30", "2026-03-01"), "Donnez un jour qui existe."),
        ("Un", ("2026-03-02", "2026-02-01"), "Le dernier jour vient avant le premier."),
        ("Un", ("2026-02-01", "2026-03-20"), "Le dernier jour n’est pas encore venu."),
    ] {
        let answer = make(&client, campaign, name, days).expect(422);
        if name.is_empty() {
            assert!(answer.page().has("#name_fr[aria-invalid=true]"));
        } else {
            answer.contains(told);
            assert_eq!(answer.page().attribute("#to_on", "value"), days.1);
        }
    }
    let elsewhere =
        fixtures::campaign(&h.services, &h.staff(&h.user_of(&h.organisation(), Role::Owner)), |_| {});
    let path = format!("/campaigns/{campaign}/norms/new");
    let foreign = [
        ("name_fr", "Un"),
        ("name_en", "One"),
        ("from_on", ALL.0),
        ("to_on", ALL.1),
        ("campaigns", elsewhere.as_str()),
    ];
    client.post(&path, &foreign).expect(422).contains("Choisissez au moins une campagne de la liste.");
    assert_eq!(h.database.count("norm_groups"), 0);
});

both!(a_retired_group_is_shown_by_no_report, |h| {
    let attempt = people(h, 39, |_| (50.0, 10));
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    let path = make(&client, campaign, "Quarante", ALL).location();
    choose(&client, campaign, path.strip_prefix("/norms/").unwrap());

    drop(client.post(&format!("{path}/retire"), &[]).expect(303));

    client.see(&path).contains("aucun rapport ne le montre plus");
    client.see(&format!("/candidates/{}", attempt.public_id)).lacks("Quarante");
    let norm = path.strip_prefix("/norms/").unwrap();
    drop(client.post(&format!("/campaigns/{campaign}/norm"), &[("norm", norm)]).expect(422));
    assert_eq!(h.database.count("audit_rows WHERE action = 'norm_group_retired'"), 1);
});

both!(a_group_of_another_form_cannot_be_chosen, |h| {
    let attempt = people(h, 39, |_| (50.0, 10));
    let client = h.sign_in(&h.user(Role::Owner));
    let path = make(&client, &attempt.invited.campaign, "Quarante", ALL).location();
    let norm = path.strip_prefix("/norms/").unwrap();
    let other = h.campaign_with(|input| input.form = "every-format".to_owned());

    drop(client.post(&format!("/campaigns/{other}/norm"), &[("norm", norm)]).expect(422));

    assert_eq!(h.database.count("campaign_norms"), 0);
});

both!(no_percentile_before_ones_own_rating, |h| {
    let attempt = people(h, 119, |index| if index < 60 { (20.0, 10) } else { (90.0, 11) });
    let campaign = &attempt.invited.campaign;
    let client = h.sign_in(&h.user(Role::Owner));
    let norm = make(&client, campaign, "Hiver 2026", ALL).location();
    choose(&client, campaign, norm.strip_prefix("/norms/").unwrap());
    h.services.set_rating_first(&h.owner(), campaign, true).unwrap();

    let report = client.see(&format!("/candidates/{}", attempt.public_id));

    report.lacks("Rang centile");
    report.lacks("Hiver 2026");
});

both!(auditors_and_authors_find_the_manuals_and_the_groups, |h| {
    let attempt = people(h, 39, |_| (50.0, 10));
    let campaign = &attempt.invited.campaign;
    let path = make(&h.sign_in(&h.user(Role::Owner)), campaign, "Quarante", ALL).location();

    for role in [Role::Auditor, Role::Author] {
        let client = h.sign_in(&h.user(role));
        let first = if role == Role::Auditor { "/audit" } else { "/packs" };
        client.see(first).contains("href=\"/evidence\"");
        let list = client.see("/evidence");
        list.contains(&format!("href=\"/campaigns/{campaign}/manual\""));
        list.contains(&format!("href=\"{path}\""));
        client.see(&format!("/campaigns/{campaign}/manual")).contains(&format!("href=\"{path}\""));
        let group = client.see(&path);
        group.lacks(attempt.public_id.as_str());
        group.lacks("/retire\"");
        drop(client.get(&format!("/campaigns/{campaign}/norms/new")).expect(404));
        drop(client.get(&format!("/candidates/{}", attempt.public_id)).expect(404));
    }
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    drop(recruiter.get(&format!("/campaigns/{campaign}/norms/new")).expect(404));
    drop(recruiter.post(&format!("{path}/retire"), &[]).expect(404));
});

both!(one_person_alone_is_not_told_apart_from_nobody, |h| {
    let attempt = h.complete_attempt(&h.campaign(), |_| 2);
    h.run_jobs();

    let page = h.sign_in(&h.user(Role::Recruiter)).see(&format!("/campaigns/{}", attempt.invited.campaign));

    page.contains("seule personne classée");
    page.lacks("se distingue de toutes les autres");
});
