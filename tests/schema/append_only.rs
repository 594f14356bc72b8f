//! What was written stays: triggers refuse to change the audit and the answers, whoever asks.

use acceptance::database::{BACKENDS, Backend, TestDatabase};

const ROWS: &str = "
    INSERT INTO organisations VALUES ('o', 'Quillaja', false, '2026-03-02 09:00:00');
    INSERT INTO users VALUES ('u', 'o', 'u@quillaja.example', 'U', 'x', 'owner', 'fr', '2026-03-02 09:00:00', NULL);
    INSERT INTO audit_rows VALUES
      ('o', 1, '2026-03-02 09:00:00', 'operator', NULL, 'user_created', 'user', 'u', '', 'k1', 'h');
    INSERT INTO packs VALUES ('p', NULL, 'pack', '1.0.0', 'h', true, '{}', '2026-03-02 09:00:00');
    INSERT INTO pack_keys VALUES ('k', 'p', '1', 'authors', 0, 'h', '{}', '2026-03-02 09:00:00');
    INSERT INTO campaigns (id, organisation_id, title, job, pack_row_id, form_id, form_version, key_row_id, languages,
        time_zone, decision_on, contact, notice_version, open_link_generation, state, created_by, created_at)
      VALUES ('c', 'o', 't', 'j', 'p', 'f', 1, 'k', 'fr', 'Europe/Paris', '2026-04-01', 'x', 1, 0, 'open', 'u',
        '2026-03-02 09:00:00');
    INSERT INTO invitations (id, organisation_id, campaign_id, language, source, generation, token_hash, secret_key_id,
        created_at)
      VALUES ('i', 'o', 'c', 'fr', 'list', 1, 't', 'k1', '2026-03-02 09:00:00');
    INSERT INTO attempts (id, public_id, organisation_id, campaign_id, invitation_id, tree_number, random_order, state,
        language, notice_version, accepted_at, shuffle_seed, action_orders, epoch, position, shown, flags, active_ms,
        started_at, last_seen_at)
      VALUES ('a', 'pa', 'o', 'c', 'i', 1, 1, 'started', 'fr', 1, '2026-03-02 09:00:00', 1, '', 1, 0, 0, 0, 0,
        '2026-03-02 09:00:00', '2026-03-02 09:00:00');
    INSERT INTO response_events VALUES ('a', 0, 1, 1, 4, 'fr', '2026-03-02 09:00:00', NULL);";

const ERASED: &str = "INSERT INTO erasures VALUES ('i', 'a', 'o', 'c', 'candidate', '2026-03-02 10:00:00')";

fn database(backend: Backend) -> TestDatabase {
    let database = TestDatabase::migrated(backend);
    database.execute(ROWS);
    database
}

/// A refused statement changes nothing; the panic of the helper carries what the database said.
fn is_refused(database: &TestDatabase, sql: &str) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| database.execute(sql))).is_err()
}

#[test]
fn audit_rows_are_neither_changed_nor_deleted() {
    for backend in BACKENDS {
        let database = database(backend);

        assert!(is_refused(&database, "UPDATE audit_rows SET detail = 'other'"), "{backend:?}");
        assert!(is_refused(&database, "DELETE FROM audit_rows"), "{backend:?}");

        assert_eq!(database.count("audit_rows WHERE detail = ''"), 1, "{backend:?}");
    }
}

#[test]
fn answers_are_never_changed() {
    for backend in BACKENDS {
        let database = database(backend);

        assert!(is_refused(&database, "UPDATE response_events SET value = 1"), "{backend:?}");

        assert_eq!(database.count("response_events WHERE value = 4"), 1, "{backend:?}");
    }
}

#[test]
fn answers_are_deleted_by_an_erasure_only() {
    for backend in BACKENDS {
        let database = database(backend);

        assert!(is_refused(&database, "DELETE FROM response_events"), "{backend:?}");
        database.execute(ERASED);
        database.execute("DELETE FROM response_events");

        assert_eq!(database.count("response_events"), 0, "{backend:?}");
    }
}

#[test]
fn postgres_refuses_to_truncate_them() {
    let database = database(Backend::Postgres);

    assert!(is_refused(&database, "TRUNCATE audit_rows"));
    assert!(is_refused(&database, "TRUNCATE response_events"));

    assert_eq!(database.count("audit_rows") + database.count("response_events"), 2);
}

#[test]
fn sqlite_refuses_to_replace_them() {
    let database = database(Backend::Sqlite);

    let replaced = "INSERT OR REPLACE INTO audit_rows VALUES \
        ('o', 1, '2026-03-02 09:00:00', 'operator', NULL, 'user_created', 'user', 'u', 'other', 'k1', 'h')";
    let _ = is_refused(&database, &format!("PRAGMA recursive_triggers = ON; {replaced}"));

    assert_eq!(database.count("audit_rows WHERE detail = ''"), 1);
}
