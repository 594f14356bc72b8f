//! Both databases have one schema, and it is the one that the program knows.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::database::{BACKENDS, Backend, TestDatabase};
use domain::attempt::AttemptState;
use domain::campaign::CampaignState;
use domain::decision::DecisionCode;
use domain::demographics::{AgeBand, DemographicForm, HiringCountry, Race, Sex};
use domain::human_review::ReviewOutcome;
use domain::key::KeyProvenance;
use domain::language::Language;
use domain::pack::media::MediaType;
use domain::role::Role;
use services::decide::OFFERED;
use services::mail::MailKind;
use services::outcomes::Criterion;

use super::shape::{Shape, shape_of};

fn shape(backend: Backend) -> Shape {
    shape_of(backend, &TestDatabase::migrated(backend))
}

#[test]
fn both_databases_have_the_same_tables_columns_keys_and_checks() {
    let (sqlite, postgres) = (shape(Backend::Sqlite), shape(Backend::Postgres));

    let tables = |shape: &Shape| shape.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(&sqlite), tables(&postgres));
    for (name, table) in &sqlite {
        assert_eq!(Some(table), postgres.get(name), "table {name}");
    }
}

#[test]
fn the_program_knows_every_column_as_it_is() {
    let known = columns_of_the_program();

    for backend in BACKENDS {
        let found: BTreeMap<String, BTreeMap<String, String>> =
            shape(backend).into_iter().map(|(name, table)| (name, table.columns)).collect();

        assert_eq!(found, known, "{backend:?}");
    }
}

/// `crates/store/src/schema.rs` read as text: diesel keeps no list of columns that a program could walk.
fn columns_of_the_program() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut current = String::new();
    for line in include_str!("../../crates/store/src/schema.rs").lines().map(str::trim) {
        if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ")
            && !line.starts_with("diesel::")
        {
            tables.entry(current.clone()).or_default().insert(column.to_owned(), sql_type(kind));
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            current = name.to_owned();
        }
    }
    tables
}

fn sql_type(kind: &str) -> String {
    let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
    let name = match inner.unwrap_or(kind) {
        "Text" => "text",
        "Bool" => "boolean",
        "Timestamp" => "timestamp",
        "Date" => "date",
        "Integer" => "integer",
        "BigInt" => "bigint",
        "SmallInt" => "smallint",
        "Double" => "double precision",
        "Binary" => "bytes",
        other => panic!("schema.rs has a type that this test does not know: {other}"),
    };
    format!("{name}{}", if inner.is_some() { "" } else { " not null" })
}

#[test]
fn checked_columns_take_the_codes_of_the_domain() {
    let shape = shape(Backend::Sqlite);

    let mut unknown = Vec::new();
    for (name, table) in &shape {
        for (column, values) in &table.checks {
            match codes(name, column) {
                Some(codes) => assert_eq!(values, &codes, "{name}.{column}"),
                None => unknown.push(format!("{name}.{column}")),
            }
        }
    }

    assert_eq!(unknown, Vec::<String>::new(), "checked columns without a line in `codes`");
}

/// The codes that the program writes to a checked column.
fn codes(table: &str, column: &str) -> Option<BTreeSet<String>> {
    fn set<'a>(codes: impl IntoIterator<Item = &'a str>) -> Option<BTreeSet<String>> {
        Some(codes.into_iter().map(str::to_owned).collect())
    }
    match (table, column) {
        (_, "language") => set(Language::ALL.iter().map(|value| value.code())),
        (_, "role") => set(Role::ALL.iter().map(|value| value.code())),
        ("attempts", "state") => set(AttemptState::ALL.iter().map(|value| value.code())),
        ("campaigns", "state") => set(CampaignState::ALL.iter().map(|value| value.code())),
        ("decision_stages", "code") => set(OFFERED.iter().map(|value| value.code())),
        ("decisions", "code") => set(DecisionCode::ALL.iter().map(|value| value.code())),
        ("pack_keys", "provenance") => set(KeyProvenance::ALL.iter().map(|value| value.code())),
        ("pack_media", "media_type") => set(MediaType::ALL.iter().map(|value| value.code())),
        ("mail_templates" | "mail_batches", "kind") => {
            set(services::bulk_mail::BulkKind::ALL.iter().map(|value| value.code()))
        }
        ("mails", "kind") => set(MailKind::ALL.iter().map(|value| value.code())),
        ("human_reviews", "outcome") => set(ReviewOutcome::ALL.iter().map(|value| value.code())),
        ("mails", "state") => set(["queued", "accepted", "refused", "unknown", "cancelled"]),
        ("audit_rows", "actor_kind") => set(["user", "candidate", "job", "operator"]),
        ("erasures", "cause") => set(["candidate", "retention", "owner", "replay"]),
        ("invitations", "source") => set(["list", "open_link", "demo"]),
        ("ranking_versions", "rank_method") => set(["pairwise", "rank_sets"]),
        ("ranking_versions", "reason") => set(["job", "close", "rescore"]),
        ("snapshots", "reason") => set(["initial", "job", "owner"]),
        ("outcomes", "criterion") => set(Criterion::ALL.iter().map(|value| value.code())),
        ("scores", "unranked_reason") => set(["too_few_answers", "nothing_answered"]),
        ("fairness_settings", "country") => set(HiringCountry::ALL.iter().map(|value| value.code())),
        ("fairness_settings", "form") => set(DemographicForm::ALL.iter().map(|value| value.code())),
        ("demographic_answers", "sex") => set(Sex::ALL.iter().map(|value| value.code())),
        ("demographic_answers", "age_band") => set(AgeBand::ALL.iter().map(|value| value.code())),
        ("demographic_answers", "race") => set(Race::ALL.iter().map(|value| value.code())),
        ("throttles", "kind") => {
            set(["login_email", "login_address", "unknown_token", "sign_up", "lost_link"])
        }
        ("own_ratings", "rating") | ("attempts", "satisfaction") | ("response_events", "value") => {
            set(["1", "4"])
        }
        _ => None,
    }
}
