//! The technical manual of a campaign's measure.

use acceptance::both;
use acceptance::fixtures::shipped_form;
use acceptance::measured::measured;
use domain::role::Role;

use crate::crowd::{ratings, scored_items};

both!(a_manual_without_data_says_what_is_not_known, |h| {
    let campaign = h.campaign();

    let page = h.sign_in(&h.user(Role::Recruiter)).see(&format!("/campaigns/{campaign}/manual"));

    page.contains("Moins de 30 personnes dans les statistiques");
    page.contains("Aucun panel ne les a vérifiées");
    page.contains("Validité\u{a0}: aucune donnée");
    page.contains("(tests terminés à ce moment\u{a0}: 0)");
});

both!(thirty_people_give_reliability_and_item_statistics, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let n = scored_items(&form).len();
    for person in 0..30 {
        h.complete_attempt(&campaign, ratings(&form, (7 * person) % n, (5 * person) % 11));
    }
    h.run_jobs();

    let page = h.sign_in(&h.user(Role::Auditor)).see(&format!("/campaigns/{campaign}/manual"));

    page.contains("sur 30 tests terminés");
    page.contains("Oméga total");
    page.contains("30 personnes");
    page.contains("Dimensionnalité");
    let told = h.database.texts("SELECT statistics FROM snapshots WHERE n = 30").remove(0);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let alpha = told["reliability"]["alpha"].as_f64().unwrap();
    assert!(alpha > 0.5 && alpha <= 1.0, "answers that follow the key in order go together: {alpha}");
    assert!(told["reliability"]["alpha_low"].as_f64().unwrap() < alpha);
    let rows = page.page().texts("#items ~ .table-box tbody tr");
    assert_eq!(rows.len(), told["scenarios"].as_array().unwrap().len());
    // No value of the key and nobody's name.
    page.lacks("/candidates/");
});

both!(a_hundred_people_tell_how_many_dimensions_there_are, |h| {
    let campaign = measured(h);

    let page = h.sign_in(&h.user(Role::Recruiter)).see(&format!("/campaigns/{campaign}/manual"));

    let told = h.database.texts("SELECT statistics FROM snapshots WHERE n = 100").remove(0);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let (eigenvalues, chance) = (&told["dimensions"]["eigenvalues"], &told["dimensions"]["chance"]);
    assert_eq!(eigenvalues.as_array().unwrap().len(), chance.as_array().unwrap().len());
    let n_above = told["dimensions"]["found"].as_u64().unwrap();
    // Three families are dealt out independently of each other.
    assert!(n_above >= 2, "{n_above}");
    assert!(eigenvalues[0].as_f64() > chance[0].as_f64());
    page.contains(&format!("{n_above} dimensions se distinguent du hasard"));
    page.lacks("Dimensionnalité");
    assert_eq!(page.page().texts("#dimensions ~ .table-box tbody tr").len() as u64, n_above + 2);
});

both!(the_manual_is_for_those_who_check_and_for_nobody_elses_campaign, |h| {
    let campaign = h.campaign();
    let path = format!("/campaigns/{campaign}/manual");

    for role in [Role::Owner, Role::Recruiter, Role::Author, Role::Auditor] {
        h.sign_in(&h.user(role)).get(&path).expect(200);
    }
    h.sign_in(&h.user(Role::Rater)).get(&path).expect(404);
    h.sign_in(&h.user_of(&h.organisation(), Role::Owner)).get(&path).expect(404);
});
