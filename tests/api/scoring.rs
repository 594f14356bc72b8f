//! Scores: from answers to a row, and rows that are never overwritten.

use acceptance::both;
use acceptance::fixtures::{shipped_form, shipped_pack};
use domain::ids::KeyRowId;
use domain::key::{Key, KeyProvenance};
use domain::role::Role;
use services::error::ServiceError;

use crate::crowd::{alike, answer_some, expected_score, ratings, scored_items};

/// `columns` of every score, oldest first, joined by spaces.
fn score_rows(h: &acceptance::Harness, columns: &str) -> Vec<String> {
    h.database.texts(&format!("SELECT {columns} FROM scores ORDER BY created_at, id"))
}

both!(a_hand_worked_attempt_has_its_score_its_error_and_its_interval, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());

    let attempt = h.complete_attempt(&campaign, ratings(&form, 20, 10));

    // 20 whole and 10 half points; the prior alone stands behind the error: 23 / √12.
    let x = expected_score(&form, 20, 10);
    let sem = 23.0 / 12.0_f64.sqrt();
    let numbers: Vec<f64> = ["score", "sem", "low", "high"]
        .iter()
        .map(|column| {
            h.database.texts(&format!("SELECT CAST({column} AS TEXT) FROM scores"))[0].parse().unwrap()
        })
        .collect();
    for (found, wanted) in numbers.iter().zip([x, sem, x - 1.959_964 * sem, x + 1.959_964 * sem]) {
        assert!((found - wanted).abs() < 1e-4, "{found} is not {wanted}");
    }
    let n = scored_items(&form).len();
    let counts =
        "n_scored || ' ' || n_answered || ' ' || n_counted_zero || ' ' || n_left_out || ' ' || n_scenarios";
    assert_eq!(score_rows(h, counts), [format!("{n} {n} 0 0 12")]);
    assert_eq!(h.database.texts("SELECT reason || ' ' || n FROM snapshots"), ["initial 0"]);
    assert!(!attempt.public_id.as_str().is_empty());
});

both!(three_people_come_into_the_bands_that_their_scores_make, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let n = scored_items(&form).len();
    // A width of 1.96 × 6.64 × √2 = 18.4 points parts 100, 50 and 0.
    h.complete_attempt(&campaign, ratings(&form, 0, 0));
    h.complete_attempt(&campaign, ratings(&form, n, 0));
    h.complete_attempt(&campaign, ratings(&form, 0, n));

    h.run_jobs();

    let rows = h.database.texts(
        "SELECT CAST(CAST(score AS INTEGER) AS TEXT) || ' ' || band || ' ' || rank_low || ' ' || rank_high \
         FROM ranking_rows ORDER BY row_number",
    );
    assert_eq!(rows, ["100 0 1 1", "50 1 2 2", "0 2 3 3"]);
});

both!(a_blank_that_was_shown_counts_zero_and_what_was_never_shown_is_left_out, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-03T09:00".to_owned());
    let form = shipped_form(&h.services, &h.owner());
    let items = scored_items(&form);
    let by_key = |item: i32| items.iter().find(|(scored, _)| *scored == item).map(|(_, key)| *key);
    let first = items[0].0;
    // Practice and ten scenarios, each passed on; of the scored actions shown, one is left blank.
    answer_some(h, &h.invite(&campaign), 11, |item| if item == first { None } else { by_key(item) });

    h.clock.advance(chrono::Duration::days(2));
    h.run_jobs();

    let row = score_rows(
        h,
        "n_answered || ' ' || n_counted_zero || ' ' || n_left_out || ' ' || COALESCE(unranked_reason, 'ranked')",
    );
    let (answered, zero, left): (usize, usize, usize) = {
        let mut parts = row[0].split(' ').map(|part| part.parse().unwrap_or(usize::MAX));
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    };
    assert_eq!(answered + zero + left, items.len());
    // The scenario after the tenth was shown too, and left blank.
    assert!(zero >= 1, "{row:?}");
    assert!(left > 0, "{row:?}");
    let is_enough = 5 * (answered + zero) >= 4 * items.len();
    assert_eq!(row[0].ends_with("ranked"), is_enough, "{row:?}");
    let score: f64 = h.database.texts("SELECT CAST(score AS TEXT) FROM scores")[0].parse().unwrap();
    let counted = f64::from(u32::try_from(answered + zero).unwrap());
    assert!((score - 100.0 * f64::from(u32::try_from(answered).unwrap()) / counted).abs() < 1e-6);
});

both!(who_left_early_is_not_ranked_and_says_why, |h| {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-03T09:00".to_owned());
    answer_some(h, &h.invite(&campaign), 4, |_| Some(2));
    h.start_attempt(&h.invite(&campaign));

    h.clock.advance(chrono::Duration::days(2));
    h.run_jobs();
    h.run_jobs();

    let mut reasons = h.database.texts("SELECT unranked_reason FROM scores");
    reasons.sort();
    assert_eq!(reasons, ["nothing_answered", "too_few_answers"]);
    assert_eq!(h.database.count("ranking_rows WHERE band IS NULL"), 2);
    assert_eq!(h.database.texts("SELECT reason FROM ranking_versions"), ["close"]);
});

both!(the_job_takes_a_snapshot_at_thirty_people_and_old_scores_stay, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    h.complete_attempt(&campaign, ratings(&form, 10, 10));
    alike(h, &campaign, 28);
    h.run_jobs();
    assert_eq!(h.database.count("snapshots"), 1, "29 people are not enough");

    h.complete_attempt(&campaign, ratings(&form, 12, 10));
    let before = score_rows(h, "id || ' ' || CAST(score AS TEXT) || ' ' || CAST(sem AS TEXT)");
    h.clock.advance(chrono::Duration::minutes(6));
    h.run_jobs();

    assert_eq!(
        h.database.texts("SELECT reason || ' ' || n FROM snapshots ORDER BY taken_at"),
        ["initial 0", "job 30"]
    );
    assert_eq!(h.database.count("scores"), 60, "one row more for each person");
    let after = score_rows(h, "id || ' ' || CAST(score AS TEXT) || ' ' || CAST(sem AS TEXT)");
    assert!(before.iter().all(|row| after.contains(row)), "an old score was changed");
    let of_version = h.database.texts(
        "SELECT s.reason FROM ranking_versions v JOIN snapshots s ON s.id = v.snapshot_id ORDER BY v.sequence",
    );
    assert_eq!(of_version.last().map(String::as_str), Some("job"));
    assert!(h.database.count("audit_rows WHERE action = 'snapshot_taken'") >= 2);
    assert!(h.database.count("audit_rows WHERE action = 'rescored'") >= 1);
    assert_eq!(h.database.count("ranking_rows WHERE band IS NULL"), 0);
});

both!(statistics_say_what_they_froze, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    for full in [5, 15, 25] {
        h.complete_attempt(&campaign, ratings(&form, full, 10));
    }

    let taken = h.services.take_snapshot(&h.owner(), &campaign).unwrap();

    assert_eq!((taken.n, taken.rescored), (3, 3));
    let text = h.database.texts("SELECT statistics FROM snapshots WHERE reason = 'owner'");
    let statistics: serde_json::Value = serde_json::from_str(&text[0]).unwrap();
    assert_eq!(statistics["n"], 3);
    assert_eq!(statistics["n_scenarios"], 12);
    assert_eq!(statistics["chance_level"], 37.5);
    assert_eq!(statistics["scenarios"].as_array().unwrap().len(), 12);
    assert_eq!(statistics["families"].as_array().unwrap().len(), 5);
    assert_eq!(statistics["families"][0]["verdict"], "too_few_attempts");
    assert!(statistics["bootstrap"]["seed"].is_u64());
    let mean = expected_score(&form, 15, 10);
    assert!((statistics["total"]["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    let (sem, prior) = (statistics["sem"].as_f64().unwrap(), statistics["sem_prior"].as_f64().unwrap());
    let s2 = statistics["residual"]["variance_of_mean"].as_f64().unwrap();
    assert!((sem * sem - (3.0 * s2 + 50.0 * prior * prior) / 53.0).abs() < 1e-9);
});

both!(only_an_owner_takes_snapshots_and_changes_keys, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 2);
    let recruiter = h.staff(&h.user(Role::Recruiter));
    let stranger = h.staff(&h.user_of(&h.organisation(), Role::Owner));
    let key = KeyRowId::parse(&h.database.texts("SELECT id FROM pack_keys")[0]).unwrap();

    for viewer in [&recruiter, &stranger] {
        assert!(matches!(h.services.take_snapshot(viewer, &campaign), Err(ServiceError::NotFound)));
        assert!(matches!(h.services.rescore(viewer, &campaign, &key), Err(ServiceError::NotFound)));
        assert!(matches!(h.services.scoring(viewer, &campaign), Err(ServiceError::NotFound)));
    }
    assert_eq!(h.database.count("snapshots"), 1);
});

both!(another_key_makes_new_scores_beside_the_old_ones, |h| {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    let n = scored_items(&form).len();
    h.complete_attempt(&campaign, ratings(&form, n, 0));
    let mut parsed = shipped_pack();
    parsed.key.version = "panel-2026-03".to_owned();
    parsed.key.provenance = KeyProvenance::Panel;
    parsed.key.n_experts = 16;
    parsed.key = opposite(&parsed.key);
    h.services.import_pack(None, &parsed).unwrap();
    let new = h.database.texts("SELECT id FROM pack_keys WHERE version = 'panel-2026-03'");
    let new = KeyRowId::parse(&new[0]).unwrap();

    let n_scored = h.services.rescore(&h.owner(), &campaign, &new).unwrap();

    assert_eq!(n_scored, 1);
    let scores = h.database.texts("SELECT CAST(CAST(score AS INTEGER) AS TEXT) FROM scores ORDER BY score");
    assert_eq!(scores, ["0", "100"], "the old score stays beside the new one");
    assert!(matches!(
        h.services.rescore(&h.owner(), &campaign, &new),
        Err(ServiceError::Conflict("same_key"))
    ));
    h.run_jobs();
    let keys = h.database.texts(
        "SELECT k.version FROM ranking_versions v JOIN pack_keys k ON k.id = v.key_row_id ORDER BY v.sequence",
    );
    assert_eq!(keys.last().map(String::as_str), Some("panel-2026-03"));
    let page = h.sign_in(&h.user(Role::Owner)).see(&format!("/campaigns/{campaign}/scoring"));
    page.contains("panel-2026-03");
    page.contains("un panel de 16 personnes");
});

/// The key whose categories are all on the other side.
fn opposite(key: &Key) -> Key {
    let mut json: serde_json::Value = serde_json::from_str(&key.to_canonical_json().unwrap()).unwrap();
    for actions in json["categories"].as_object_mut().unwrap().values_mut() {
        for category in actions.as_object_mut().unwrap().values_mut() {
            *category = (5 - category.as_u64().unwrap()).into();
        }
    }
    Key::from_json(&json.to_string()).unwrap()
}

both!(a_key_of_another_pack_is_not_found, |h| {
    let campaign = h.campaign();
    let mut parsed = shipped_pack();
    parsed.pack.version = "9.0.0".to_owned();
    h.services.import_pack(None, &parsed).unwrap();
    let foreign = h
        .database
        .texts("SELECT k.id FROM pack_keys k JOIN packs p ON p.id = k.pack_row_id WHERE p.version = '9.0.0'");
    let foreign = KeyRowId::parse(&foreign[0]).unwrap();

    let refused = h.services.rescore(&h.owner(), &campaign, &foreign);

    assert!(matches!(refused, Err(ServiceError::NotFound)));
});

both!(an_owner_takes_a_snapshot_by_the_page, |h| {
    let campaign = h.campaign();
    h.complete_attempt(&campaign, |_| 3);
    let client = h.sign_in(&h.user(Role::Owner));
    let path = format!("/campaigns/{campaign}/scoring");
    let form = client.see(&path).page().form("form[action$=snapshots]");

    let answer = client.submit(&path, &form);

    answer.expect_redirect(&format!("{path}?snapshot=1"));
    client.follow(&answer).contains("Nouvelles statistiques");
    assert_eq!(h.database.count("snapshots"), 2);
});
