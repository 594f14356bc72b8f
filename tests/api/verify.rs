//! Verifying a campaign: what is stored is recomputed, and whatever was tampered with is named.

use acceptance::fixtures::{Attempt, shipped_form};
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::preregistration::document_hash;
use domain::role::Role;
use services::verify::{Difference, Verification};

use crate::crowd::ratings;

/// A campaign with four ranked people.
fn ranked(h: &Harness) -> (CampaignId, Vec<Attempt>) {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let attempts =
        [40, 30, 22, 9].map(|exact| h.complete_attempt(&campaign, ratings(&form, exact, 4))).into();
    h.run_jobs();
    (campaign, attempts)
}

fn verified(h: &Harness, campaign: &CampaignId) -> Verification {
    h.services.verify_campaign(campaign).unwrap()
}

/// The differences of the only version.
fn differences(h: &Harness, campaign: &CampaignId) -> Vec<Difference> {
    let found = verified(h, campaign);
    assert!(!found.is_equal());
    found.versions.into_iter().next().unwrap().differences
}

both!(a_campaign_publishes_its_measure_before_the_first_score, |h| {
    let campaign = h.campaign();

    let rows = h.database.texts("SELECT document FROM preregistrations");
    let client = h.sign_in(&h.user(Role::Recruiter));
    let path = format!("/campaigns/{campaign}/preregistrations/{}", document_hash(&rows[0]));
    let shown = client.see(&path);
    client.get(&path.replace(&document_hash(&rows[0]), &"0".repeat(64))).expect(404);

    assert_eq!(rows, [shown.text()]);
    let hash = document_hash(&rows[0]);
    assert_eq!(h.database.texts("SELECT hash FROM preregistrations").remove(0), hash);
    assert_eq!(h.database.number("SELECT n_ended FROM preregistrations"), 0);
    let noted = h.database.texts("SELECT detail FROM audit_rows WHERE action = 'measure_preregistered'");
    assert_eq!(noted, [format!("sequence=1;hash={hash};ended=0")]);
    h.complete_attempt(&campaign, |_| 3);
    h.run_jobs();
    client.see(&format!("/campaigns/{campaign}")).contains(&hash);
    client.see(&format!("/campaigns/{campaign}")).contains("avant le premier score");
});

both!(the_published_text_is_nobody_elses, |h| {
    let campaign = h.campaign();
    let stranger = h.sign_in(&h.user_of(&h.organisation(), Role::Owner));

    let hash = h.database.texts("SELECT hash FROM preregistrations").remove(0);
    let path = format!("/campaigns/{campaign}/preregistrations/{hash}");
    stranger.get(&path).expect(404);
    h.sign_in(&h.user(Role::Auditor)).get(&path).expect(404);
});

both!(an_untouched_campaign_is_equal_in_every_row, |h| {
    let (campaign, _) = ranked(h);

    let found = verified(h, &campaign);

    assert!(found.is_equal(), "{found:?}");
    assert_eq!(found.texts.len(), 1);
    let versions: Vec<_> =
        found.versions.iter().map(|v| (v.sequence, v.n_equal, v.n_not_verifiable)).collect();
    assert_eq!(versions, [(1, 4, 0)]);
});

both!(an_erased_person_is_not_verifiable_and_moves_nobody, |h| {
    let (campaign, attempts) = ranked(h);
    let client = h.sit(&attempts[1]);
    let form = client.see("/test/data/erase").page().form("main form").set("confirmed", "yes");
    client.submit("/test/data/erase", &form).expect_redirect("/erased");

    let found = verified(h, &campaign);

    assert!(found.is_equal(), "{found:?}");
    assert_eq!((found.versions[0].n_equal, found.versions[0].n_not_verifiable), (3, 1));
});

both!(a_changed_score_is_named, |h| {
    let (campaign, attempts) = ranked(h);
    h.database.execute(&format!(
        "UPDATE scores SET score = score + 1 WHERE attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
        attempts[2].public_id
    ));

    let found = differences(h, &campaign);

    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].field, found[0].candidate.as_deref()),
        ("score", Some(attempts[2].public_id.as_str()))
    );
});

both!(a_changed_score_of_the_history_or_before_its_ranking_is_named, |h| {
    let (campaign, attempts) = ranked(h);
    let later = h.complete_attempt(&campaign, |_| 2);
    assert_eq!(verified(h, &campaign).outside.n_equal, 1, "who is ranked next");
    // Copies of the scores under statistics that no ranking follows: a history.
    h.database.execute(
        "INSERT INTO snapshots SELECT 'earlier', organisation_id, pack_row_id, form_id, form_version, key_row_id, \
         n, statistics, reason, taken_by, taken_at FROM snapshots",
    );
    let columns = "organisation_id, campaign_id, attempt_id, key_row_id";
    let numbers = "score, sem, low, high, n_scored, n_answered, n_counted_zero, n_left_out, n_scenarios, \
                   n_scenarios_answered, unranked_reason, scenario_scores, family_half_points, created_at, plain_score";
    h.database.execute(&format!(
        "INSERT INTO scores (id, {columns}, snapshot_id, {numbers}) \
         SELECT 'earlier ' || id, {columns}, 'earlier', {numbers} FROM scores"
    ));
    let found = verified(h, &campaign);
    assert!(found.is_equal(), "{found:?}");
    assert_eq!(found.outside.n_equal, 6);

    for (attempt, snapshot) in [(&attempts[1], "= 'earlier'"), (&later, "<> 'earlier'")] {
        h.database.execute(&format!(
            "UPDATE scores SET high = high + 1 WHERE snapshot_id {snapshot} \
             AND attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
            attempt.public_id
        ));
    }

    let found = verified(h, &campaign);
    assert!(!found.is_equal());
    assert_eq!((found.outside.n_equal, found.outside.n_different), (4, 2));
    let mut named: Vec<_> =
        found.outside.differences.iter().map(|d| (d.field, d.candidate.as_deref())).collect();
    named.sort_unstable();
    let mut expected =
        [("high", Some(attempts[1].public_id.as_str())), ("high", Some(later.public_id.as_str()))];
    expected.sort_unstable();
    assert_eq!(named, expected);
});

both!(a_changed_rank_is_named, |h| {
    let (campaign, attempts) = ranked(h);
    h.database.execute(&format!(
        "UPDATE ranking_rows SET rank_low = 1, band = 0 \
         WHERE attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
        attempts[3].public_id
    ));

    let found = differences(h, &campaign);

    let fields: Vec<_> = found.iter().map(|difference| difference.field).collect();
    assert_eq!(fields, ["band", "rank_low"]);
    assert!(found.iter().all(|d| d.candidate.as_deref() == Some(attempts[3].public_id.as_str())));
});

both!(an_answer_slipped_in_is_seen_in_the_score, |h| {
    let (campaign, attempts) = ranked(h);
    let form = shipped_form(&h.services, &h.owner());
    let item = form.form.scored_actions().next().map(|(_, action)| action.item.number()).unwrap();
    h.database.execute(&format!(
        "INSERT INTO response_events (attempt_id, item, epoch, sequence, value, language, at) \
         SELECT e.attempt_id, e.item, e.epoch, 9999, 5 - e.value, e.language, e.at FROM response_events e \
         JOIN attempts a ON a.id = e.attempt_id WHERE a.public_id = '{}' AND e.item = {item}",
        attempts[0].public_id
    ));

    let found = differences(h, &campaign);

    assert!(found.iter().any(|difference| difference.field == "family_half_points"), "{found:?}");
});

both!(a_changed_key_is_named, |h| {
    let (campaign, _) = ranked(h);
    h.database.execute("UPDATE pack_keys SET content = REPLACE(content, '2026', '2027')");

    let found = verified(h, &campaign);

    assert_eq!(found.texts[0].difference, Some("key"), "{found:?}");
});

both!(a_changed_text_is_named, |h| {
    let (campaign, _) = ranked(h);
    h.database.execute("UPDATE preregistrations SET document = REPLACE(document, '80', '10')");

    let found = verified(h, &campaign);

    assert_eq!(found.texts[0].difference, Some("hash"), "{found:?}");
});

both!(what_the_audit_says_of_a_text_or_a_ranking_cannot_be_forged_beside_it, |h| {
    let (campaign, _) = ranked(h);
    h.database.execute("UPDATE preregistrations SET n_ended = 4");
    assert_eq!(verified(h, &campaign).texts[0].difference, Some("audit"));
    h.database.execute("UPDATE preregistrations SET n_ended = 0");
    assert!(verified(h, &campaign).is_equal());

    h.database.execute("UPDATE ranking_versions SET n_finished = n_finished + 1");

    let found = differences(h, &campaign);
    assert_eq!(found.iter().map(|d| d.field).collect::<Vec<_>>(), ["audit"], "{found:?}");
});

both!(what_feeds_the_next_statistics_is_recomputed_too, |h| {
    let (campaign, attempts) = ranked(h);
    h.database.execute(&format!(
        "UPDATE scores SET scenario_scores = REPLACE(scenario_scores, '0', '1') \
         WHERE attempt_id = (SELECT id FROM attempts WHERE public_id = '{}')",
        attempts[0].public_id
    ));

    let found = differences(h, &campaign);

    assert_eq!(found.iter().map(|d| d.field).collect::<Vec<_>>(), ["scenario_scores"], "{found:?}");
});

both!(ranks_of_an_earlier_method_are_said_to_be_unchecked, |h| {
    let (campaign, _) = ranked(h);
    h.database.execute("UPDATE ranking_versions SET rank_method = 'pairwise'");

    let found = verified(h, &campaign);

    assert!(!found.versions[0].ranks_compared);
});
