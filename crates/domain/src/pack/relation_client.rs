//! Checks the shipped pack, once its manifest is there, against what issue 2 asks of it.

use crate::construct::{Construct, Family};
use crate::form::{Coverage, Form, KeyBalance, ScenarioRole};
use crate::ids::FormId;
use crate::language::Language;
use crate::pack::{Channel, Pack, PackFile, ParsedPack};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/packs/relation-client")
}

fn read_files(root: &Path, folder: &Path, files: &mut Vec<PackFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_files(root, &path, files);
        } else {
            let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push(PackFile { path: relative, bytes: std::fs::read(&path).unwrap() });
        }
    }
}

fn parsed() -> ParsedPack {
    let mut files = Vec::new();
    read_files(&folder(), &folder(), &mut files);
    Pack::parse(&files).unwrap_or_else(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("the shipped pack has problems:\n{}", list.join("\n"))
    })
}

fn form(pack: &Pack, id: &str) -> Form {
    Form::resolve(pack, &FormId::parse(id).unwrap()).unwrap()
}

fn screen(pack: &Pack) -> Form {
    form(pack, "screen-12")
}

#[test]
fn the_shipped_pack_has_neither_errors_nor_advice() {
    let warnings: Vec<String> = parsed().warnings.iter().map(ToString::to_string).collect();

    assert!(warnings.is_empty(), "advice:\n{}", warnings.join("\n"));
}

#[test]
fn the_shipped_form_is_the_one_that_was_asked_for() {
    let ParsedPack { pack, key, .. } = parsed();
    let form = screen(&pack);
    let role = |role| form.scenarios().iter().filter(|scenario| scenario.role == role).count();

    assert_eq!(pack.languages, Language::all());
    assert_eq!(pack.scenarios.len(), 50);
    assert_eq!(role(ScenarioRole::Practice), 1);
    assert_eq!(role(ScenarioRole::Scored), 12);
    assert_eq!(role(ScenarioRole::Trial), 1);
    assert!(pack.is_public);
    assert!(key.is_provisional());
}

#[test]
fn the_shipped_form_covers_every_construct_family_and_channel() {
    let ParsedPack { pack, .. } = parsed();
    let coverage = Coverage::of(&screen(&pack), &pack);

    assert_eq!(coverage.families.len(), Family::ALL.len());
    assert_eq!(coverage.constructs.len(), Construct::ALL.len());
    assert_eq!(coverage.channels.len(), Channel::ALL.len());
}

#[test]
fn the_full_forms_are_parallel() {
    let ParsedPack { pack, .. } = parsed();
    let (a, b) = (form(&pack, "full-a"), form(&pack, "full-b"));

    let (covered_a, covered_b) = (Coverage::of(&a, &pack), Coverage::of(&b, &pack));

    let actions =
        |coverage: &Coverage| coverage.families.values().map(|count| count.actions).collect::<Vec<_>>();
    let anchors = a.scenarios().iter().filter(|shown| {
        shown.role == ScenarioRole::Scored && b.scenarios().iter().any(|other| other.id == shown.id)
    });
    assert_eq!(covered_a.scored.scenarios, 24);
    assert_eq!(covered_b.scored.scenarios, 24);
    assert_eq!(anchors.count(), 5);
    assert_eq!(actions(&covered_a), actions(&covered_b));
    assert_eq!(covered_a.channels, covered_b.channels);
    assert_eq!(covered_a.emotions, covered_b.emotions);
    assert_eq!(covered_a.expectation_gaps, covered_b.expectation_gaps);
}

#[test]
fn no_constant_answer_pays_on_a_shipped_form() {
    let ParsedPack { pack, key, .. } = parsed();

    for definition in &pack.forms {
        let balance = KeyBalance::of(&form(&pack, definition.id.as_str()), &key).unwrap();

        assert_eq!(balance.chance_level, 37.5);
        assert!(balance.constant_scores.iter().all(|score| *score < 50.0), "{balance:?}");
    }
}

#[test]
fn the_shipped_pack_is_stored_and_read_back() {
    let ParsedPack { pack, key, .. } = parsed();

    let stored = pack.to_canonical_json().unwrap();

    assert_eq!(Pack::from_json(&stored).unwrap(), pack);
    assert_eq!(crate::key::Key::from_json(&key.to_canonical_json().unwrap()).unwrap(), key);
}
