//! Migrations go up, down and up again, under the same names in both trees; a mistyped address makes nothing.

use std::path::Path;

use acceptance::database::{BACKENDS, Backend, TestDatabase};
use acceptance::folder::Folder;
use store::db::{Db, DbUrl, PoolSettings};
use store::migrate;

use super::shape::shape_of;

#[test]
fn both_trees_hold_the_same_folders() {
    let names = |tree: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(tree);
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };

    assert_eq!(names("sqlite"), names("postgres"));
    let (sqlite, postgres) = migrate::embedded_names().unwrap();
    assert_eq!(sqlite, postgres);
    assert_eq!(sqlite, names("sqlite"), "the executable holds other migrations than the folders");
}

#[test]
fn migrations_go_up_down_and_up() {
    for backend in BACKENDS {
        let database = TestDatabase::migrated(backend);
        let first = shape_of(backend, &database);

        let db = database.open();
        let reverted = migrate::revert_all(&db).unwrap();
        assert!(shape_of(backend, &database).is_empty(), "{backend:?}: tables stay behind on the way down");
        let ran = migrate::run_pending(&db).unwrap();

        assert_eq!(reverted.len(), ran.len());
        assert_eq!(shape_of(backend, &database), first, "{backend:?}");
        assert_eq!(migrate::run_pending(&db).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn the_way_down_leaves_no_function_behind() {
    let database = TestDatabase::migrated(Backend::Postgres);

    migrate::revert_all(&database.open()).unwrap();

    let left = database.texts("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'diesel%'");
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn two_servers_may_migrate_at_once() {
    for backend in BACKENDS {
        let database = TestDatabase::empty(backend);
        let (first, second) = (database.open(), database.open());

        let other = std::thread::spawn(move || migrate::run_pending(&second));
        let here = migrate::run_pending(&first).unwrap();
        let there = other.join().unwrap().unwrap();

        assert_eq!(here.len() + there.len(), migrate::embedded_names().unwrap().0.len(), "{backend:?}");
    }
}

#[test]
fn a_mistyped_url_is_told_and_makes_no_file() {
    let folder = Folder::new("mistyped");
    let inside = folder.path().join("egard.sqlite3");
    for text in [
        inside.display().to_string(),
        format!("sqlit:{}", inside.display()),
        format!("file:{}", inside.display()),
        "postgre://localhost/egard".to_owned(),
        "sqlite:".to_owned(),
        String::new(),
    ] {
        let error = DbUrl::parse(&text).unwrap_err();

        assert!(error.to_string().contains("sqlite:"), "{text:?}: {error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_database_that_is_not_there_is_not_available() {
    let folder = Folder::new("nowhere");
    let missing = format!("sqlite:{}", folder.path().join("no/such/folder/egard.sqlite3").display());
    for text in [missing.as_str(), "postgres://nobody@127.0.0.1:1/egard"] {
        let opened = Db::open(DbUrl::parse(text).unwrap(), PoolSettings::default());

        assert!(matches!(opened.err(), Some(store::error::StoreError::Unavailable(_))), "{text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
