//! What people said of themselves is named where it may be, and nowhere else.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files of the product whose text holds one of these words, as paths from the root of the repository.
fn files_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut found = Vec::new();
    for folder in ["crates/domain/src", "crates/store/src", "crates/services/src", "app/src", "server/src"] {
        sources(&root.join(folder), &mut found);
    }
    let holds = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        words.iter().any(|word| text.contains(word))
    };
    let mut names: Vec<String> = found
        .iter()
        .filter(|path| holds(path))
        .map(|path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn only_fairness_and_erasure_reach_what_people_said() {
    let is_allowed = |name: &String| {
        name.starts_with("crates/services/src/fairness")
            || ["erase_person.rs", "retention.rs", "candidate_data.rs"]
                .iter()
                .any(|file| *name == format!("crates/services/src/{file}"))
    };

    let found = files_with(&["demographics::", "demographics}", "demographics,"]);
    let strangers: Vec<&String> = found
        .iter()
        .filter(|name| name.starts_with("crates/services/") || name.starts_with("crates/store/"))
        .filter(|name| !is_allowed(name))
        .collect();

    assert!(found.len() > 3, "the test looks for the wrong words: {found:?}");
    assert_eq!(strangers, Vec::<&String>::new());
}

#[test]
fn only_one_module_reads_the_tables() {
    let found = files_with(&["demographic_answers", "demographic_links"]);

    let known = ["crates/store/src/repo/demographics.rs", "crates/store/src/schema.rs"];
    // This file names them to look for them.
    let found: Vec<&String> = found.iter().filter(|name| !name.ends_with("fairness/tests.rs")).collect();
    assert_eq!(found, known);
}

#[test]
fn no_page_of_reviewers_names_what_people_said() {
    let words = ["domain::demographics", "Demographics", "demographic_"];
    let found = files_with(&words);

    let pages: Vec<&String> = found.iter().filter(|name| name.starts_with("app/src/")).collect();
    let strangers: Vec<&&String> = pages
        .iter()
        .filter(|name| !name.starts_with("app/src/pages/candidate/"))
        .filter(|name| !name.starts_with("app/src/pages/fairness"))
        .filter(|name| !name.starts_with("app/src/pages/staff/words.rs"))
        .collect();

    assert_eq!(strangers, Vec::<&&String>::new());
}
