//! The audit: what it shows, to whom, and that a chain which was touched is told from one that was not.

use std::sync::Arc;

use acceptance::both;
use acceptance::database::Backend;
use acceptance::{Harness, secrets};
use domain::language::Language;
use domain::role::Role;
use services::audit_trail::{AuditFinding, AuditReport};
use services::random::SystemRandom;
use services::secrets::SecretRing;
use services::state::Services;

/// Lets a test alter what the triggers protect, as someone with the keys of the database server could.
fn unlock(h: &Harness) {
    h.database.execute(match h.backend {
        Backend::Sqlite => "DROP TRIGGER audit_rows_keep; DROP TRIGGER audit_rows_stay",
        Backend::Postgres => "ALTER TABLE audit_rows DISABLE TRIGGER ALL",
    });
}

/// An organisation with a chain of at least six rows, and its id.
fn chain(h: &Harness) -> String {
    let staff = h.staff(&h.user(Role::Owner));
    for language in [Language::En, Language::Fr, Language::En] {
        h.services.choose_language(&staff, language).unwrap();
    }
    staff.organisation.to_string()
}

fn report(h: &Harness, organisation: &str) -> AuditReport {
    let reports = h.services.verify_all_audits().unwrap();
    reports.into_iter().find(|report| report.organisation.as_str() == organisation).unwrap()
}

fn finding(h: &Harness, organisation: &str) -> AuditFinding {
    report(h, organisation).finding
}

both!(an_untouched_chain_is_intact, |h| {
    let organisation = chain(h);

    let report = report(h, &organisation);

    assert_eq!(report.finding, AuditFinding::Intact);
    assert_eq!(report.rows, report.head_sequence);
    assert_eq!(report.head_hash.len(), 64);
});

both!(an_altered_row_is_found, |h| {
    let organisation = chain(h);
    unlock(h);

    h.database.execute("UPDATE audit_rows SET detail = 'language=fr' WHERE sequence = 4");

    assert_eq!(finding(h, &organisation), AuditFinding::Altered { sequence: 4 });
});

both!(an_altered_time_is_found, |h| {
    let organisation = chain(h);
    unlock(h);

    h.database.execute("UPDATE audit_rows SET at = '2026-03-02 09:00:01' WHERE sequence = 2");

    assert_eq!(finding(h, &organisation), AuditFinding::Altered { sequence: 2 });
});

both!(a_missing_row_is_found, |h| {
    let organisation = chain(h);
    unlock(h);

    h.database.execute("DELETE FROM audit_rows WHERE sequence = 3");

    assert_eq!(finding(h, &organisation), AuditFinding::Missing { sequence: 3 });
});

both!(a_missing_end_is_found, |h| {
    let organisation = chain(h);
    let last = report(h, &organisation).head_sequence;
    unlock(h);

    h.database.execute(&format!("DELETE FROM audit_rows WHERE sequence = {last}"));

    assert_eq!(finding(h, &organisation), AuditFinding::Missing { sequence: last });
});

both!(exchanged_rows_are_found, |h| {
    let organisation = chain(h);
    unlock(h);

    h.database.execute(
        "UPDATE audit_rows SET sequence = 100 WHERE sequence = 4; \
         UPDATE audit_rows SET sequence = 4 WHERE sequence = 5; \
         UPDATE audit_rows SET sequence = 5 WHERE sequence = 100",
    );

    assert_eq!(finding(h, &organisation), AuditFinding::Altered { sequence: 4 });
});

both!(a_wrong_head_is_found, |h| {
    let organisation = chain(h);
    let last = report(h, &organisation).head_sequence;

    h.database.execute("UPDATE audit_heads SET hash = 'ffff'");
    assert_eq!(finding(h, &organisation), AuditFinding::WrongHead { last });
    h.database.execute("UPDATE audit_heads SET sequence = 2");

    assert_eq!(finding(h, &organisation), AuditFinding::WrongHead { last });
});

both!(a_row_of_another_chain_does_not_fit, |h| {
    let organisation = chain(h);
    let stranger = h.user_of(&h.organisation(), Role::Owner);
    drop(h.staff(&stranger));
    unlock(h);

    h.database.execute(&format!(
        "DELETE FROM audit_rows WHERE organisation_id = '{organisation}' AND sequence = 1; \
         UPDATE audit_rows SET organisation_id = '{organisation}' \
         WHERE organisation_id = '{}' AND sequence = 1",
        stranger.organisation
    ));

    assert_eq!(finding(h, &organisation), AuditFinding::Altered { sequence: 1 });
    assert_eq!(finding(h, stranger.organisation.as_str()), AuditFinding::Missing { sequence: 1 });
});

both!(rows_of_a_lost_key_are_not_verifiable, |h| {
    let organisation = chain(h);
    let rows = report(h, &organisation).rows;
    let other = SecretRing::parse(&SecretRing::line("k9", [9; 32])).unwrap();
    let services = Services::new(
        h.database.open(),
        h.clock.clone(),
        Arc::new(SystemRandom),
        other,
        h.services.settings().clone(),
    );

    let reports = services.verify_all_audits().unwrap();

    let expected = AuditFinding::NotVerifiable { rows, first: 1, key_id: secrets().current_id().to_owned() };
    assert_eq!(
        reports.iter().find(|report| report.organisation.as_str() == organisation).unwrap().finding,
        expected
    );
});

both!(rows_of_an_older_key_in_the_ring_stay_verifiable, |h| {
    let organisation = chain(h);
    let ring = format!("{}{}", SecretRing::line("k1", [7; 32]), SecretRing::line("k2", [8; 32]));
    let services = Services::new(
        h.database.open(),
        h.clock.clone(),
        Arc::new(SystemRandom),
        SecretRing::parse(&ring).unwrap(),
        h.services.settings().clone(),
    );
    let user = h.user(Role::Auditor);
    drop(services.sign_in(&user.email, acceptance::fixtures::PASSWORD, None));

    let reports = services.verify_all_audits().unwrap();

    let mine = reports.iter().find(|report| report.organisation.as_str() == organisation).unwrap();
    assert_eq!(mine.finding, AuditFinding::Intact);
    let keys = h.database.texts("SELECT DISTINCT secret_key_id FROM audit_rows ORDER BY secret_key_id");
    assert_eq!(keys, ["k1", "k2"]);
});

both!(an_auditor_reads_codes_in_words_and_no_names, |h| {
    let other = h.user(Role::Owner);
    let _staff = h.staff(&other);
    let auditor = h.sign_in(&h.user(Role::Auditor));

    let page = auditor.see("/audit");

    page.contains("Compte créé en ligne de commande");
    page.contains(other.id.as_str());
    page.lacks(&other.name);
    page.lacks(&other.email);
    auditor.get("/audit?lang=en").contains("Account created from the command line");
});

both!(the_audit_of_another_organisation_is_not_shown, |h| {
    let stranger = h.user_of(&h.organisation(), Role::Owner);
    let auditor = h.sign_in(&h.user(Role::Auditor));

    auditor.see("/audit").lacks(stranger.id.as_str());
});

both!(older_rows_are_one_page_further, |h| {
    let staff = h.staff(&h.user(Role::Owner));
    for _ in 0..60 {
        h.services.choose_language(&staff, Language::En).unwrap();
    }
    let auditor = h.sign_in(&h.user(Role::Auditor));
    let newest = auditor.see("/audit").page();
    assert_eq!(newest.all("tbody tr").len(), 50);

    let older = auditor.see(&newest.attribute("a[rel=next]", "href")).page();

    assert!(older.has("a[rel=prev]"));
    assert!(!older.has("a[rel=next]"));
    let numbers: Vec<String> = newest.texts("tbody th").into_iter().chain(older.texts("tbody th")).collect();
    let expected: Vec<String> = (1..=numbers.len()).rev().map(|number| number.to_string()).collect();
    assert_eq!(numbers, expected);
});

both!(verifying_shows_the_head_and_leaves_a_row, |h| {
    let auditor = h.sign_in(&h.user(Role::Auditor));
    let form = auditor.see("/audit").page().form("main form");

    let answer = auditor.submit("/audit", &form).expect(200);

    answer.contains("La chaîne est intacte");
    let rows = h.database.texts("SELECT detail FROM audit_rows WHERE action = 'audit_read'");
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("result=intact"));
});

both!(verifying_a_touched_chain_says_which_row, |h| {
    let auditor = h.sign_in(&h.user(Role::Auditor));
    unlock(h);
    h.database.execute("UPDATE audit_rows SET action = 'signed_out' WHERE sequence = 2");

    let answer = auditor.post("/audit/verify", &[]).expect(200);

    answer.contains("La ligne 2 a été changée");
});

both!(a_cursor_that_is_no_number_is_a_bad_request, |h| {
    let auditor = h.sign_in(&h.user(Role::Auditor));

    drop(auditor.get("/audit?before=x").expect(400));
    drop(auditor.get("/audit?before=-5").expect(200));
});

both!(a_pack_for_the_whole_instance_is_written_into_every_chain, |h| {
    let (here, there) = (h.home(), h.organisation());
    let mut parsed = acceptance::fixtures::shipped_pack();
    parsed.pack.version = "7.0.0".to_owned();

    h.services.import_pack(None, &parsed).unwrap();

    for organisation in [&here, &there] {
        let rows = h.database.texts(&format!(
            "SELECT action FROM audit_rows WHERE organisation_id = '{organisation}' \
             AND action IN ('pack_imported', 'key_imported') ORDER BY sequence DESC LIMIT 2"
        ));
        assert_eq!(rows, ["key_imported", "pack_imported"]);
        assert_eq!(finding(h, organisation.as_str()), AuditFinding::Intact);
    }
});

both!(the_page_does_not_tell_whose_attempt_it_was, |h| {
    let campaign = h.campaign();
    let attempt = h.complete_attempt(&campaign, |_| 3);
    let owner = h.sign_in(&h.user(Role::Owner));

    let page = owner.see("/audit");

    let own = h.database.texts("SELECT id FROM attempts").swap_remove(0);
    page.contains(&own);
    let rows = page.page().texts("tbody tr");
    assert!(
        rows.iter().filter(|row| row.contains(&own)).all(|row| !row.contains(attempt.invited.id.as_str()))
    );
});
