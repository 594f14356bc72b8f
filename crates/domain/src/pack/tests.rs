//! Tests of whole packs: what is read from a good one, and what each kind of fault is told as, with file and
//! line. The lines are searched in the text of the sample, so that they are right by construction.

mod faults;
mod formats;
mod media;

use crate::ids::ScenarioId;
use crate::language::Language;
use crate::pack::problem::{ProblemCode as C, Severity};
use crate::pack::sample::{file, files, parsed};
use crate::pack::{Message, Pack, PackFile};
use faults::{ENGLISH, FAULTS, PACK, PROSE, QUEUE, VISIT};
use std::collections::BTreeSet;

fn changed(path: &str, from: &str, to: &str) -> Vec<PackFile> {
    let mut files = files();
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    assert!(text.contains(from), "{path} does not hold {from}");
    file.bytes = text.replacen(from, to, 1).into_bytes();
    files
}

fn text_of<'f>(files: &'f [PackFile], path: &str) -> &'f str {
    std::str::from_utf8(&files.iter().find(|file| file.path == path).unwrap().bytes).unwrap()
}

fn problems(files: &[PackFile]) -> Vec<crate::pack::problem::Problem> {
    match Pack::parse(files) {
        Ok(parsed) => parsed.warnings,
        Err(problems) => problems,
    }
}

fn told(files: &[PackFile]) -> Vec<(String, Option<u32>, C)> {
    problems(files).into_iter().map(|problem| (problem.file, problem.line, problem.code)).collect()
}

#[test]
fn each_fault_is_told_with_its_code_file_and_line() {
    for fault in FAULTS {
        let files = changed(fault.path, fault.from, fault.to);

        let told = told(&files);

        let case = format!("{} in {}: {told:?}", fault.to, fault.path);
        let lines: Vec<u32> = told
            .iter()
            .filter(|(file, _, code)| *file == fault.path && *code == fault.code)
            .map(|(_, line, _)| line.unwrap())
            .collect();
        assert!(!lines.is_empty(), "{case}");
        let text = text_of(&files, fault.path);
        let holds = |line: &u32| {
            let index = usize::try_from(*line).unwrap() - 1;
            text.lines().nth(index).is_some_and(|found| found.contains(fault.on_line))
        };
        assert!(lines.iter().any(holds), "line: {case}");
    }
}

#[test]
fn each_code_has_a_fault_in_a_test() {
    let faults = FAULTS.iter().map(|fault| fault.code.code());
    let within_a_file: BTreeSet<&str> =
        faults.chain(formats::told_codes()).chain(media::told_codes()).collect();
    let elsewhere = [
        C::NotUtf8,
        C::FileTooLarge,
        C::MissingFile,
        C::UnexpectedFile,
        C::TextTooLong,
        C::ActionCount,
        C::WordCount,
        C::UnusedScenario,
        C::IgnoredFile,
        C::OpenScored,
    ];
    for code in C::ALL {
        assert!(within_a_file.contains(code.code()) || elsewhere.contains(code), "{code}");
    }
}

#[test]
fn the_sample_has_no_problem() {
    assert_eq!(problems(&files()), []);
}

#[test]
fn a_good_pack_becomes_typed_values() {
    let parsed = parsed();
    let visit = parsed.pack.scenario(&ScenarioId::parse("visit").unwrap()).unwrap();

    assert_eq!(parsed.pack.title.text(Language::Fr), "Exemple");
    assert_eq!(parsed.pack.scenarios.len(), 4);
    assert_eq!(visit.item.slots().len(), 4);
    assert!(matches!(
        &visit.prose.get(Language::En).unwrap().message,
        Message::Email { subject, .. } if subject == "Third visit missed"
    ));
    assert_eq!(parsed.key.categories.len(), 4);
    assert_eq!(parsed.key.category(&visit.id, visit.item.action_ids().next().unwrap()).unwrap().get(), 4);
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let mut files = changed(VISIT, "key = 4", "key = 7");
    for file in &mut files {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        file.bytes = match file.path.as_str() {
            PACK => text.replace("n_experts = 0", "n_experts = 3").replace("[\"A\", \"B\"]", "[\"\", 4]"),
            VISIT => text.replace("key = 1", "key = 0").replace("\"LIS\"", "\"LISTEN\""),
            PROSE => text.replace("The visit", "The <visit>"),
            _ => text,
        }
        .into_bytes();
    }

    let told = told(&files);

    let codes = |path: &str| -> Vec<C> {
        told.iter().filter(|(file, ..)| file == path).map(|(.., code)| *code).collect()
    };
    assert_eq!(codes(PACK), [C::BlankText, C::WrongType, C::Experts]);
    assert_eq!(codes(VISIT), [C::KeyOutOfRange, C::UnknownValue, C::KeyOutOfRange]);
    assert_eq!(codes(PROSE), [C::BadCharacter]);
}

#[test]
fn a_broken_definition_does_not_blame_its_prose_or_form() {
    let files = changed(VISIT, "version = 2", "version = ");

    let told = told(&files);

    assert!(told.iter().all(|(file, _, code)| file == VISIT && *code == C::Syntax), "{told:?}");
}

#[test]
fn a_file_that_is_not_utf8_is_told_with_the_line() {
    let mut files = files();
    let prose = files.iter_mut().find(|file| file.path == PROSE).unwrap();
    prose.bytes = b"title = \"a\"\nsituation = \"\xE9t\xE9\"\n".to_vec();

    assert_eq!(told(&files), [(PROSE.to_owned(), Some(2), C::NotUtf8)]);
}

#[test]
fn a_byte_order_mark_is_read_over() {
    let files = changed(PROSE, "title = \"The visit\"", "\u{FEFF}title = \"The visit\"");

    assert_eq!(told(&files), []);
}

#[test]
fn windows_line_ends_are_read() {
    let mut files = files();
    for file in &mut files {
        file.bytes = String::from_utf8(file.bytes.clone()).unwrap().replace('\n', "\r\n").into_bytes();
    }

    assert_eq!(told(&files), []);
}

#[test]
fn an_enormous_file_is_refused() {
    let mut files = files();
    files.iter_mut().find(|file| file.path == PROSE).unwrap().bytes = vec![b'#'; 300_000];

    assert_eq!(told(&files), [(PROSE.to_owned(), None, C::FileTooLarge)]);
}

#[test]
fn an_enormous_text_is_refused() {
    let rationale = format!("rationale = \"{}\"", "a ".repeat(1_001));
    let files = changed(PROSE, "rationale = \"It waits.\"", &rationale);

    assert_eq!(told(&files).iter().map(|(.., code)| *code).collect::<Vec<_>>(), [C::TextTooLong]);
}

#[test]
fn deeply_nested_toml_is_an_error_and_no_crash() {
    let deep = format!("x = {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let files = changed(PACK, "format = 1", &deep);

    assert!(told(&files).iter().any(|(file, _, code)| file == PACK && *code == C::Syntax));
}

#[test]
fn missing_files_are_told() {
    let without = |path: &str| {
        let files: Vec<PackFile> = files().into_iter().filter(|file| file.path != path).collect();
        told(&files)
    };

    assert_eq!(without(PACK), [(PACK.to_owned(), None, C::MissingFile)]);
    assert_eq!(without(VISIT), [(VISIT.to_owned(), None, C::MissingFile)]);
    assert_eq!(without(PROSE), [(PROSE.to_owned(), None, C::MissingLanguage)]);
    assert_eq!(told(&[]), [(PACK.to_owned(), None, C::MissingFile)]);
}

#[test]
fn files_that_are_not_part_of_a_pack_are_told() {
    let with = |path: &str| {
        let mut files = files();
        files.push(file(path, "x = 1"));
        told(&files)
    };
    let one = |path: &str, code| vec![(path.to_owned(), None, code)];

    assert_eq!(with("README.md"), []);
    assert_eq!(with("scenarios/visit/de.toml"), one("scenarios/visit/de.toml", C::UnexpectedFile));
    assert_eq!(with("scenarios/visit.toml"), one("scenarios/visit.toml", C::UnexpectedFile));
    assert_eq!(with("scenarios/visit/fr.toml~"), one("scenarios/visit/fr.toml~", C::IgnoredFile));
    assert_eq!(with(PROSE), one(PROSE, C::Duplicate));
}

#[test]
fn prose_in_a_language_that_the_pack_does_not_name_is_told() {
    let files = changed(PACK, "languages = [\"fr\", \"en\"]", "languages = [\"en\"]");

    let told = told(&files);

    assert!(told.contains(&(PROSE.to_owned(), None, C::UnexpectedFile)), "{told:?}");
    assert!(told.iter().any(|(file, _, code)| file == PACK && *code == C::UnknownField), "{told:?}");
}

#[test]
fn a_scenario_in_no_form_is_told() {
    let files = changed(
        PACK,
        "scenarios = [\"visit\", \"bike\", \"queue\"]\ntrial = [\"bike\"]",
        "scenarios = [\"visit\", \"queue\"]",
    );

    let bike = "scenarios/bike/scenario.toml".to_owned();
    assert_eq!(told(&files), [(bike, None, C::UnusedScenario)]);
    assert!(Pack::parse(&files).is_ok());
}

#[test]
fn a_scenario_has_four_or_five_actions() {
    let wait =
        "\n[[action]]\nid = \"wait\"\nkey = 1\nfamily = \"act-with-latitude\"\nconstructs = [\"LAT\"]\n";
    let three = changed(VISIT, wait, "");
    let more = |count: usize| {
        let extra: String = (0..count).map(|n| wait.replace("wait", &format!("wait-{n}"))).collect();
        changed(VISIT, wait, &format!("{wait}{extra}"))
    };
    let is_told = |files: &[PackFile]| told(files).iter().any(|(.., code)| *code == C::ActionCount);

    assert!(is_told(&three));
    assert!(!is_told(&more(1)));
    assert!(is_told(&more(2)));
}

#[test]
fn the_same_action_twice_is_told() {
    let files = changed(VISIT, "id = \"ask\"", "id = \"repair\"");
    let line = text_of(&files, VISIT).lines().position(|line| line == "[[action]]").unwrap() + 7;

    let expected = (VISIT.to_owned(), Some(u32::try_from(line).unwrap()), C::Duplicate);
    assert!(told(&files).contains(&expected), "{expected:?} in {:?}", told(&files));
}

#[test]
fn scenes_too_short_or_too_long_get_advice() {
    let situation = "You may offer a new visit or a refund of the call-out.";
    let long = "You may offer a new visit. ".repeat(12);

    let short = told(&changed(
        PROSE,
        "I took a day off each time and my washing machine still leaks on the floor.",
        "",
    ));
    let long_mail = told(&changed(PROSE, situation, &long));
    let long_counter = told(&changed(QUEUE, situation, &long));
    let long_chat = told(&changed("scenarios/bike/en.toml", situation, &long));

    assert_eq!(short, [(PROSE.to_owned(), Some(2), C::WordCount)]);
    assert_eq!(long_mail, [(PROSE.to_owned(), Some(2), C::WordCount)]);
    assert_eq!(long_counter, [(QUEUE.to_owned(), Some(2), C::WordCount)]);
    assert_eq!(long_chat, []);
}

#[test]
fn advice_does_not_keep_a_pack_out() {
    let parsed = Pack::parse(&changed(ENGLISH, "You ask which", "You politely ask which")).unwrap();

    assert_eq!(parsed.warnings.len(), 1);
    assert!(parsed.warnings.iter().all(|warning| warning.severity() == Severity::Warning));
    assert_eq!(
        parsed.warnings.first().unwrap().to_string(),
        "scenarios/visit/en.toml:18: warning[tone-word]: \"politely\" judges the action; describe what is done \
         instead."
    );
}

#[test]
fn a_pack_is_stored_and_read_back() {
    let pack = parsed().pack;

    let stored = pack.to_canonical_json().unwrap();

    assert_eq!(Pack::from_json(&stored).unwrap(), pack);
    assert_eq!(Pack::from_json(&stored).unwrap().to_canonical_json().unwrap(), stored);
}

#[test]
fn the_order_and_layout_of_files_do_not_change_the_hash() {
    let mut shuffled = files();
    shuffled.reverse();
    for file in &mut shuffled {
        file.bytes.extend_from_slice(b"\n# a comment\n");
    }

    let hash = |files: &[PackFile]| Pack::parse(files).unwrap().pack.content_hash().unwrap();

    assert_eq!(hash(&shuffled), hash(&files()));
}

#[test]
fn content_and_key_have_hashes_of_their_own() {
    let hashes = |files: &[PackFile]| {
        let parsed = Pack::parse(files).unwrap();
        (parsed.pack.content_hash().unwrap(), parsed.key.hash().unwrap())
    };
    let (content, key) = hashes(&files());
    let (same_content, other_key) = hashes(&changed(VISIT, "key = 4", "key = 3"));
    let (other_content, same_key) = hashes(&changed(PROSE, "It waits.", "It waits long."));

    assert_eq!(content, same_content);
    assert_ne!(key, other_key);
    assert_ne!(content, other_content);
    assert_eq!(key, same_key);
}

#[test]
fn the_stored_pack_holds_no_category() {
    let stored = parsed().pack.to_canonical_json().unwrap();

    assert!(!stored.contains("\"key\""));
    assert!(!stored.contains("categor"));
}

/// Packs written before the formats beside ratings keep their hashes: what is new is left out when absent.
#[test]
fn a_pack_of_ratings_alone_keeps_its_hash() {
    let parsed = parsed();

    assert_eq!(
        parsed.pack.content_hash().unwrap(),
        "b334f7d6575fa23927835e0b7314733238003c1d0819eb97e701e5e5f2dd9bd5"
    );
    assert_eq!(
        parsed.key.hash().unwrap(),
        "0deed3d5728b94bfa508455b5a00c78176be780c472d8000d13d3fe39cd9735b"
    );
}

#[test]
fn traits_are_read_beside_the_pack_and_leave_its_hash_alone() {
    let traits = |ids: [&str; 4]| {
        let tables = ids.map(|id| format!("[[action]]\nid = \"{id}\"\ntraits = [\"kind\"]\n\n"));
        let mut files = files();
        files.push(file("scenarios/visit/traits.toml", &tables.concat()));
        files
    };
    let parsed_with = Pack::parse(&traits(["repair", "ask", "guess", "wait"])).unwrap();
    let visit = ScenarioId::parse("visit").unwrap();
    let repair = crate::ids::ActionId::parse("repair").unwrap();

    assert!(parsed_with.traits.has(&visit, &repair, crate::content::traits::Trait::Kind));
    assert_eq!(parsed_with.pack.content_hash().unwrap(), parsed().pack.content_hash().unwrap());
    let wrong = traits(["repair", "guess", "ask", "wait"]);
    let expected = ("scenarios/visit/traits.toml".to_owned(), Some(5), C::ActionsDiffer);
    assert_eq!(told(&wrong), [expected]);
}
