//! The shape of a database as both kinds tell it, in the same words, so that two of them can be compared.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::database::{Backend, TestDatabase};

/// What is compared, table by table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Type and nullability of each column, as `text not null`.
    pub(crate) columns: BTreeMap<String, String>,
    /// Columns of the primary key in order.
    pub(crate) primary_key: Vec<String>,
    /// Columns and expressions of each unique index besides the primary key.
    pub(crate) unique: BTreeSet<String>,
    /// Columns of every other index.
    pub(crate) indexes: BTreeSet<String>,
    /// `column → table.column`.
    pub(crate) references: BTreeSet<String>,
    /// Values that a checked column takes: quoted codes, or the ends of a range.
    pub(crate) checks: BTreeMap<String, BTreeSet<String>>,
}

/// Every table of ours by name.
pub(crate) type Shape = BTreeMap<String, Table>;

/// Reads the shape of a database.
pub(crate) fn shape_of(backend: Backend, database: &TestDatabase) -> Shape {
    match backend {
        Backend::Sqlite => sqlite(database),
        Backend::Postgres => postgres(database),
    }
}

fn sqlite(database: &TestDatabase) -> Shape {
    let tables = database.texts(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    tables.into_iter().map(|name| (name.clone(), sqlite_table(database, &name))).collect()
}

fn sqlite_table(database: &TestDatabase, name: &str) -> Table {
    let mut table = Table::default();
    for row in rows(
        database,
        &format!(
            "SELECT name || '|' || lower(type) || '|' || \"notnull\" || '|' || pk FROM pragma_table_info('{name}') ORDER BY pk"
        ),
    ) {
        let [column, kind, not_null, key] = four(&row);
        table.columns.insert(column.clone(), column_words(&kind, not_null == "0"));
        if key != "0" {
            table.primary_key.push(column);
        }
    }
    for row in rows(
        database,
        &format!(
            "SELECT list.name || '|' || list.\"unique\" || '|' || list.origin || '|' || COALESCE(master.sql, '') \
         FROM pragma_index_list('{name}') AS list LEFT JOIN sqlite_master AS master ON master.name = list.name"
        ),
    ) {
        let [index, unique, origin, sql] = four(&row);
        if origin == "pk" {
            continue;
        }
        let columns = if sql.is_empty() {
            database.texts(&format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")).join(",")
        } else {
            index_columns(&sql)
        };
        if unique == "1" {
            table.unique.insert(columns)
        } else {
            table.indexes.insert(columns)
        };
    }
    table.references = database
        .texts(&format!(
            "SELECT \"from\" || ' → ' || \"table\" || '.' || \"to\" FROM pragma_foreign_key_list('{name}')"
        ))
        .into_iter()
        .collect();
    let sql =
        database.texts(&format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{name}'"));
    for condition in conditions(&sql.concat()) {
        add_check(&mut table, &condition);
    }
    table
}

fn postgres(database: &TestDatabase) -> Shape {
    let mut shape = Shape::new();
    for row in rows(
        database,
        "SELECT table_name || '|' || column_name || '|' || data_type || '|' || is_nullable FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
    ) {
        let [table, column, kind, nullable] = four(&row);
        let kind = if kind == "timestamp without time zone" { "timestamp".to_owned() } else { kind };
        shape.entry(table).or_default().columns.insert(column, column_words(&kind, nullable == "YES"));
    }
    for row in rows(
        database,
        "SELECT relation.relname || '|' || indisunique || '|' || indisprimary || '|' || pg_get_indexdef(indexrelid) \
         FROM pg_index JOIN pg_class AS relation ON relation.oid = indrelid \
         WHERE relation.relnamespace = 'public'::regnamespace AND relation.relname NOT LIKE '\\_\\_%'",
    ) {
        let [table, unique, primary, definition] = four(&row);
        let columns = index_columns(&definition);
        let table = shape.entry(table).or_default();
        if primary == "true" {
            table.primary_key = columns.split(',').map(str::to_owned).collect();
        } else if unique == "true" {
            table.unique.insert(columns);
        } else {
            table.indexes.insert(columns);
        }
    }
    for row in rows(
        database,
        "SELECT relation.relname || '|' || contype::text || '|' || pg_get_constraintdef(c.oid) || '|' FROM pg_constraint AS c \
         JOIN pg_class AS relation ON relation.oid = conrelid \
         WHERE contype IN ('c', 'f') AND relation.relnamespace = 'public'::regnamespace",
    ) {
        let [table, kind, definition, _] = four(&row);
        let table = shape.entry(table).or_default();
        if kind == "c" {
            for condition in conditions(&definition) {
                add_check(table, &condition);
            }
        } else {
            table.references.insert(reference_words(&definition));
        }
    }
    shape
}

fn rows(database: &TestDatabase, sql: &str) -> Vec<String> {
    database.texts(sql)
}

fn four(row: &str) -> [String; 4] {
    let mut parts = row.splitn(4, '|').map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn column_words(kind: &str, is_nullable: bool) -> String {
    // The one type that the two databases call by different names.
    let kind = if matches!(kind, "blob" | "bytea") { "bytes" } else { kind };
    format!("{kind}{}", if is_nullable { "" } else { " not null" })
}

/// What stands in the parentheses of an index: columns and expressions, without casts and white space; then the
/// condition of a partial one, without its parentheses.
fn index_columns(definition: &str) -> String {
    let (index, condition) = definition.split_once("WHERE").unwrap_or((definition, ""));
    let start = index.find('(').map_or(0, |at| at + 1);
    let end = index.rfind(')').unwrap_or(index.len());
    let columns = index[start..end].replace("::text", "");
    let condition = condition.replace(['(', ')'], "");
    let words = if condition.is_empty() { columns } else { format!("{columns}where{condition}") };
    words.replace(char::is_whitespace, "").to_lowercase()
}

/// `FOREIGN KEY (a) REFERENCES b(c)` as `a → b.c`.
fn reference_words(definition: &str) -> String {
    let words = definition.replace("FOREIGN KEY (", "").replace(") REFERENCES ", " → ");
    words.replace('(', ".").split(')').next().unwrap_or_default().to_owned()
}

/// The conditions of every CHECK in a definition, by their balanced parentheses.
fn conditions(definition: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = definition;
    while let Some(at) = rest.find("CHECK") {
        rest = &rest[at + 5..];
        let mut depth = 0_i32;
        let mut end = rest.len();
        for (index, character) in rest.char_indices() {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 && character == ')' {
                end = index;
                break;
            }
        }
        found.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    found
}

/// A check as the column that it is about and the values that stand in it.
fn add_check(table: &mut Table, condition: &str) {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let column =
        condition.split(|character| !word(character)).find(|part| !part.is_empty()).unwrap_or_default();
    let quoted = condition.split('\'').skip(1).step_by(2).map(str::to_owned);
    let mut values: BTreeSet<String> = quoted.collect();
    if values.is_empty() {
        let numbers =
            condition.split(|character| !word(character)).filter(|part| part.parse::<i64>().is_ok());
        values = numbers.map(str::to_owned).collect();
    }
    table.checks.insert(column.to_owned(), values);
}
