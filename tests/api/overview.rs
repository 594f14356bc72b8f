//! A campaign at a glance.

use acceptance::both;
use domain::role::Role;

use crate::crowd::alike;

both!(an_overview_without_anybody_says_so, |h| {
    let campaign = h.campaign();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}/overview"));

    page.contains("Personne n’est encore classé.");
    page.contains("Montré une fois la campagne close, à partir de 10 tests terminés");
});

both!(steps_scores_and_times_are_those_of_the_database, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    alike(h, &campaign, 11);
    h.database.execute("UPDATE attempts SET active_ms = 720000");
    h.start_attempt(&h.invite(&campaign));
    h.run_jobs();
    let client = h.sign_in(&h.user(Role::Recruiter));
    // While people finish one by one, what a spread gains is the time of one person.
    assert!(!client.see(&format!("/campaigns/{campaign}/overview")).page().has("#times ~ .table-box"));
    h.services.close_campaign(&h.owner(), &campaign).unwrap();

    let page = client.see(&format!("/campaigns/{campaign}/overview")).page();

    let numbers = page.texts("#funnel ~ .table-box tbody td.is-num");
    assert!(numbers[1].starts_with("13 "), "began: {numbers:?}");
    assert!(numbers[2].starts_with("12 "), "scenario 1: {numbers:?}");
    assert!(numbers[numbers.len() - 1].starts_with("12 "), "finished: {numbers:?}");
    let times = page.texts("#times ~ .table-box tbody td.is-num");
    assert_eq!(times, ["12 (100\u{202f}%)"]);
    let scored: i64 =
        page.texts("#scores ~ details tbody td.is-num").iter().map(|n| n.parse::<i64>().unwrap()).sum();
    assert_eq!(scored, 12);
    assert!(page.text("#families ~ p").contains("30"), "{}", page.text("#families ~ p"));
});

both!(nine_times_are_not_spread_out, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    alike(h, &campaign, 8);
    h.services.close_campaign(&h.owner(), &campaign).unwrap();
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/campaigns/{campaign}/overview")).page();

    assert!(!page.has("#times ~ .table-box"));
});

both!(an_overview_is_nobody_elses, |h| {
    let campaign = h.campaign();
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));

    stranger.get(&format!("/campaigns/{campaign}/overview")).expect(404);
    h.sign_in(&h.user(Role::Auditor)).get(&format!("/campaigns/{campaign}/overview")).expect(404);
});
