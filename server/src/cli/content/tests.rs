//! The commands on folders made for the test: the shipped pack, copied and broken in one place at a time. A
//! broken pack is told with file and line; what is printed of a good one holds its figures.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::build_forms::{self, BuildFormsArgs};
use super::personas::{self, PersonasArgs};
use super::{check, folder};

/// A folder that is removed at the end of the test.
struct PackFolder(PathBuf);

impl Drop for PackFolder {
    fn drop(&mut self) {
        // What stays in the temporary folder does no harm.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/packs/relation-client")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

fn copied(name: &str) -> PackFolder {
    let folder = std::env::temp_dir().join(format!("egard-content-{name}-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    copy(&shipped(), &folder);
    PackFolder(folder)
}

/// The message for a pack in which a text of a file is changed, wherever it stands.
fn told(name: &str, file: &str, from: &str, to: &str) -> String {
    let folder = copied(name);
    let path = folder.0.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    check::run(&folder.0, false).unwrap_err().to_string()
}

/// The line of a file of the shipped pack that holds a text, from 1.
fn line_of(file: &str, text: &str) -> usize {
    let whole = std::fs::read_to_string(shipped().join(file)).unwrap();
    whole.lines().position(|line| line.contains(text)).unwrap() + 1
}

const DIALOGUE: &str = "scenarios/dented-fridge/scenario.toml";
const RATED: &str = "scenarios/billed-twice/scenario.toml";

#[derive(Parser)]
struct Drawn {
    #[command(flatten)]
    args: BuildFormsArgs,
}

fn drawn(options: &str) -> Result<String, String> {
    let args = Drawn::parse_from(std::iter::once("test").chain(options.split_whitespace())).args;
    build_forms::drawn(&folder::parse(&shipped()).unwrap(), &args).map_err(|error| error.to_string())
}

#[derive(Parser)]
struct Tried {
    #[command(flatten)]
    args: PersonasArgs,
}

fn tried(options: &str) -> Result<String, String> {
    let args = Tried::parse_from(std::iter::once("test").chain(options.split_whitespace())).args;
    personas::report(&folder::parse(&shipped()).unwrap(), &args).map_err(|error| error.to_string())
}

#[test]
fn the_shipped_pack_passes_the_check_with_a_figure_for_everything() {
    let parsed = folder::parse(&shipped()).unwrap();

    let text = check::figures(&parsed, true).unwrap();

    assert_eq!(check::problems(&parsed).errors, 0, "{}", check::problems(&parsed).text);
    for part in [
        "Reading:",
        "Option length ratio:",
        "Action spread",
        "near-duplicates",
        "tone words",
        "words for each English one",
        "women",
        "Dialogues, with",
        "Each scenario",
        "Form screen-12",
        "score of always 1-4",
        "the longest action",
        "on the wrong side",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn a_cycle_and_a_node_that_nothing_leads_to_are_told_with_their_lines() {
    let cycle = told("cycle", DIALOGUE, "next = \"last-word\"", "next = \"opening\"");
    let line = line_of(DIALOGUE, "[[node]]");
    assert!(cycle.contains(&format!("{DIALOGUE}:{line}: error[dialogue-cycle]")), "{cycle}");

    let unreachable = told("unreachable", DIALOGUE, "next = \"start-over\"", "next = \"say-how\"");
    let line = line_of(DIALOGUE, "id = \"start-over\"") - 1;
    assert!(unreachable.contains(&format!("{DIALOGUE}:{line}: error[unreachable-node]")), "{unreachable}");
}

#[test]
fn a_missing_text_is_told_with_its_file() {
    let folder = copied("missing");
    std::fs::remove_file(folder.0.join("scenarios/billed-twice/en.toml")).unwrap();

    let message = check::run(&folder.0, false).unwrap_err().to_string();

    assert!(message.contains("scenarios/billed-twice/en.toml: error[missing-language]"), "{message}");
}

#[test]
fn a_key_out_of_range_and_an_unknown_family_are_told_with_their_lines() {
    let key = told("key", RATED, "key = 4", "key = 5");
    let line = line_of(RATED, "key = 4");
    assert!(key.contains(&format!("{RATED}:{line}: error[key-out-of-range]")), "{key}");

    let family = told("family", RATED, "family = \"listen-and-check\"", "family = \"sell\"");
    let line = line_of(RATED, "family = \"listen-and-check\"");
    assert!(family.contains(&format!("{RATED}:{line}: error[unknown-value]")), "{family}");
}

#[test]
fn two_scenarios_with_one_id_are_told() {
    let message = told("twice", RATED, "id = \"billed-twice\"", "id = \"wedding-suit\"");

    assert!(message.contains(&format!("{RATED}:1: error[id-mismatch]")), "{message}");
}

#[test]
fn a_file_that_is_not_utf8_is_told() {
    let folder = copied("utf8");
    std::fs::write(folder.0.join("scenarios/billed-twice/fr.toml"), b"title = \"\xE9\"").unwrap();

    let message = check::run(&folder.0, false).unwrap_err().to_string();

    assert!(message.contains("scenarios/billed-twice/fr.toml"), "{message}");
    assert!(message.contains("error[not-utf8]"), "{message}");
}

#[test]
fn a_form_that_cannot_meet_its_blueprint_is_told_at_its_line() {
    let message =
        told("blueprint", "pack.toml", "min_actions_per_construct = 5", "min_actions_per_construct = 50");

    let line = line_of("pack.toml", "[[form]]");
    assert!(message.contains(&format!("pack.toml:{line}: error[blueprint-unmet]")), "{message}");
}

#[test]
fn a_folder_that_is_no_pack_is_told() {
    let message = check::run(Path::new("/nonexistent/pack"), false).unwrap_err().to_string();

    assert!(message.contains("/nonexistent/pack cannot be read"), "{message}");
}

#[test]
fn drawn_forms_may_stand_in_the_manifest() {
    let text = drawn("--id test --forms 2 --scenarios 24 --dialogues 2 --anchors 5 --seed 3").unwrap();
    let folder = copied("drawn");
    let manifest = folder.0.join("pack.toml");
    let before = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, format!("{before}\n{text}")).unwrap();

    let pack = folder::parse(&folder.0).unwrap().pack;

    let form = |id: &str| pack.forms.iter().find(|form| form.id.as_str() == id).unwrap();
    let (a, b) = (form("test-a"), form("test-b"));
    // 24, two dialogues and the one for practice, which stands in both like the five anchors.
    assert_eq!((a.scenarios.len(), b.scenarios.len()), (27, 27));
    assert_eq!(a.scenarios.iter().filter(|id| b.scenarios.contains(id)).count(), 6);
    assert!(text.contains("# Drawn from relation-client"));
    assert!(text.contains("#   family soothe-and-repair"));
    assert!(text.contains("#   channel chat"));
}

#[test]
fn a_bank_that_is_too_small_is_told_with_its_numbers() {
    let scenarios = drawn("--forms 4 --scenarios 24").unwrap_err();
    assert!(scenarios.contains("96 scenarios are needed, the pack has 49 to draw from"), "{scenarios}");

    let dialogues = drawn("--forms 2 --scenarios 6 --dialogues 9").unwrap_err();
    assert!(dialogues.contains("18 dialogues are needed, the pack has 6 to draw from"), "{dialogues}");

    let blueprint = drawn("--forms 1 --scenarios 2").unwrap_err();
    assert!(blueprint.contains("the nearest lack: form 1: family"), "{blueprint}");
}

#[test]
fn an_option_that_names_nothing_is_told() {
    assert!(drawn("--formats rates").unwrap_err().starts_with("--formats: \"rates\" is not one of: rate"));
    assert!(drawn("--leave-out nobody").unwrap_err().starts_with("--leave-out: the pack has no scenario"));
    assert!(tried("--form none").unwrap_err().contains("no form \"none\""));
}

#[test]
fn the_personas_of_a_form_are_tabled_with_their_limits() {
    let text = tried("--form screen --runs 20 --seed 4").unwrap();

    assert_eq!(text, tried("--form screen --runs 20 --seed 4").unwrap());
    for part in ["means of 20 runs, seed 4", "Form screen version", "careful-and-kind", "no limit"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("Form full-a"));
}

#[test]
fn a_picture_in_the_folder_is_read_with_its_pack() {
    let folder = copied("picture");
    let prose = ["fr", "en"].map(|language| folder.0.join(format!("scenarios/billed-twice/{language}.toml")));
    for path in &prose {
        let mut text = std::fs::read_to_string(path).unwrap();
        text.push_str("\n[[media]]\nkind = \"picture\"\nfile = \"bill.png\"\nalt = \"Two lines.\"\n");
        std::fs::write(path, text).unwrap();
    }
    let told = |folder: &Path| check::run(folder, false).unwrap_err().to_string();
    assert!(told(&folder.0).contains("error[missing-file]: \"file\": there is no file \"bill.png\""));

    let picture = folder.0.join("scenarios/billed-twice/bill.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x06").unwrap();
    let parsed = folder::parse(&folder.0).unwrap();

    assert_eq!(parsed.media.len(), 1);
    assert!(check::figures(&parsed, false).unwrap().contains("picture 1, 1 KiB"));
    let beyond = vec![b'a'; domain::pack::media::MAX_VIDEO_BYTES + 100];
    std::fs::write(&picture, beyond).unwrap();
    assert!(told(&folder.0).contains("error[file-too-large]"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let folder = copied("link");
    let link = folder.0.join("scenarios/billed-twice/bill.png");
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();

    let told = check::run(&folder.0, false).unwrap_err().to_string();

    assert!(told.contains("bill.png is a link"), "{told}");
}
