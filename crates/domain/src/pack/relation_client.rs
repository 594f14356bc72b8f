//! Checks the shipped pack, once its manifest is there, against what issue 2 asks of it.

use crate::construct::{Construct, Family};
use crate::content::giveaways::giveaways;
use crate::content::near_duplicates::near_duplicates;
use crate::content::parity::{Disparity, disparities};
use crate::content::personas::{Persona, persona_scores};
use crate::content::reading::{HARD_LIX, scenario_reading};
use crate::content::rules::findings;
use crate::form::{Coverage, Form, FormScenario, KeyBalance, ScenarioRole};
use crate::ids::FormId;
use crate::item::ItemFormat;
use crate::language::Language;
use crate::pack::problem::Severity;
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
    assert!(pack.scenarios.len() >= 50);
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
fn the_balanced_screen_is_expected_to_take_15_to_18_minutes() {
    let ParsedPack { pack, .. } = parsed();

    let expected_seconds = Coverage::of(&form(&pack, "screen"), &pack).expected_seconds;

    assert!((15 * 60..=18 * 60).contains(&expected_seconds), "{expected_seconds}");
}

#[test]
fn every_shipped_scenario_but_open_answers_has_traits() {
    let ParsedPack { pack, traits, .. } = parsed();

    let untagged: Vec<&str> = pack
        .scenarios
        .values()
        .filter(|scenario| scenario.item.format() != ItemFormat::Open)
        .filter(|scenario| !traits.cover(&scenario.id, scenario.item.action_ids()))
        .map(|scenario| scenario.id.as_str())
        .collect();

    assert!(untagged.is_empty(), "{untagged:?}");
}

fn scored(form: &Form, format: ItemFormat) -> usize {
    let is_counted = |shown: &&FormScenario| shown.format == format && shown.role == ScenarioRole::Scored;
    form.scenarios().iter().filter(is_counted).count()
}

fn practice_before_the_first_dialogue(form: &Form) -> Option<bool> {
    let first = form.scenarios().iter().find(|shown| shown.format == ItemFormat::Dialogue);
    first.map(|shown| shown.role == ScenarioRole::Practice)
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
    for form in [&a, &b] {
        assert_eq!(scored(form, ItemFormat::Rate), 24);
        assert_eq!(scored(form, ItemFormat::Dialogue), 2);
        assert_eq!(practice_before_the_first_dialogue(form), Some(true));
    }
    assert_eq!(anchors.count(), 5);
    assert_eq!(actions(&covered_a), actions(&covered_b));
    assert_eq!(covered_a.channels, covered_b.channels);
    assert_eq!(covered_a.emotions, covered_b.emotions);
    assert_eq!(covered_a.expectation_gaps, covered_b.expectation_gaps);
}

fn scored_of_all_formats(form: &Form) -> usize {
    ItemFormat::ALL.iter().map(|format| scored(form, *format)).sum()
}

#[test]
fn no_constant_answer_pays_on_a_shipped_form() {
    let ParsedPack { pack, key, .. } = parsed();

    for definition in &pack.forms {
        let form = form(&pack, definition.id.as_str());
        let balance = KeyBalance::of(&form, &key).unwrap();

        // Ratings at random earn 37.5; the other formats more.
        if scored(&form, ItemFormat::Rate) == scored_of_all_formats(&form) {
            assert_eq!(balance.chance_level, 37.5);
        } else {
            assert!((37.5..50.0).contains(&balance.chance_level), "{balance:?}");
        }
        assert!(balance.constant_scores.iter().all(|score| *score < 50.0), "{balance:?}");
    }
}

#[test]
fn the_shipped_pack_breaks_no_rule_that_forbids_it() {
    let errors: Vec<String> = findings(&parsed())
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();

    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_shipped_pack_is_stored_and_read_back() {
    let ParsedPack { pack, key, .. } = parsed();

    let stored = pack.to_canonical_json().unwrap();

    assert_eq!(Pack::from_json(&stored).unwrap(), pack);
    assert_eq!(crate::key::Key::from_json(&key.to_canonical_json().unwrap()).unwrap(), key);
}

#[test]
fn the_shipped_pack_has_every_format_and_six_scored_dialogues() {
    let ParsedPack { pack, key, traits, .. } = parsed();
    let form = Form::resolve(&pack, &FormId::parse("every-format").unwrap()).unwrap();
    let roles = |format: ItemFormat, role: ScenarioRole| {
        form.scenarios().iter().filter(|shown| shown.format == format && shown.role == role).count()
    };

    for format in ItemFormat::ALL {
        assert!(form.scenarios().iter().any(|shown| shown.format == format), "{}", format.tag());
    }
    assert_eq!(roles(ItemFormat::Dialogue, ScenarioRole::Scored), 6);
    assert_eq!(roles(ItemFormat::Dialogue, ScenarioRole::Practice), 1);
    assert_eq!(roles(ItemFormat::Open, ScenarioRole::Trial), 1);
    // Dialogues alone are chance level 48; ratings pull it down to 46.
    let chance = form.chance_level(&key).unwrap();
    assert!((40.0..52.0).contains(&chance), "{chance}");
    for scenario in form.scenarios().iter().filter(|shown| shown.format == ItemFormat::Dialogue) {
        assert!(traits.cover(&scenario.id, scenario.item.action_ids()), "{}", scenario.id);
    }
}

#[test]
fn rules_of_thumb_and_habits_hardly_pay_on_a_shipped_form() {
    let ParsedPack { pack, key, traits, .. } = parsed();

    for definition in &pack.forms {
        let form = form(&pack, definition.id.as_str());
        for language in Language::all() {
            for giveaway in giveaways(&pack, &form, &key, &traits, *language) {
                assert!(giveaway.is_within_limit(), "{} {language} {giveaway:?}", definition.id);
            }
        }
        let scores = persona_scores(&form, &key, &traits, 1, 20);
        let careful = scores.iter().find(|score| score.persona == Persona::CarefulAndKind).unwrap().mean;
        for score in &scores {
            assert!(score.broken_limits(careful).is_empty(), "{} {careful} {score:?}", definition.id);
        }
    }
}

#[test]
fn the_dialogues_and_samples_read_alike_in_both_languages() {
    let ParsedPack { pack, .. } = parsed();

    for language in Language::all() {
        assert_eq!(near_duplicates(&pack, *language), [], "{language}");
        for scenario in pack.scenarios.values() {
            let reading = scenario_reading(scenario, *language).unwrap();
            assert!(reading.lix() < HARD_LIX, "{language} {} {reading:?}", scenario.id);
        }
    }
    let lengths =
        disparities(&pack).into_iter().filter(|(_, found)| matches!(found, Disparity::Length { .. }));
    assert_eq!(lengths.count(), 0);
}
