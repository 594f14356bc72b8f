//! One small scenario of each format beside ratings, read from its files, and what is told about each way to
//! break it.

use super::{problems, text_of, told};
use crate::ids::ScenarioId;
use crate::item::ItemFormat;
use crate::pack::problem::{ProblemCode as C, Severity};
use crate::pack::sample::{MANIFEST_FORM, file, files};
use crate::pack::{Pack, PackFile};

const HEAD: &str = r#"id = "extra"
version = 1
format_version = 1
channel = "chat"
context = "after-sales"
expected_seconds = 90
"#;

const CUSTOMER: &str = r#"
[customer]
emotion = "anger"
expectation_gap = "large"
"#;

const SCENE: &str = r#"title = "The visit"
situation = "You work in after-sales service. You may offer a new visit or a refund of the call-out. It is ten to five in the afternoon."
QUESTION
[customer]
name = "Nadia Belkacem"

[[message.turn]]
who = "customer"
text = "Good afternoon, this is the third visit that nobody came to. I took a day off each time and my washing machine still leaks on the floor."
"#;

/// Definition and prose of the extra scenario in a format, with actions of these keys.
fn definition(format: &str, more: &str, keys: &[u8]) -> (String, String) {
    let tags = "family = \"soothe-and-repair\"\nconstructs = [\"MAN\"]\n";
    let actions: String = keys
        .iter()
        .enumerate()
        .map(|(n, key)| format!("\n[[action]]\nid = \"a{n}\"\nkey = {key}\n"))
        .collect();
    let words: String = (0..keys.len())
        .map(|n| {
            format!("\n[[action]]\nid = \"a{n}\"\ntext = \"You do this number {n}.\"\nrationale = \"Why.\"\n")
        })
        .collect();
    let definition = format!("{HEAD}format = \"{format}\"\n{tags}{more}{CUSTOMER}{actions}");
    (definition, format!("{}{words}", SCENE.replace("QUESTION\n", "")))
}

fn open() -> (String, String) {
    let (definition, _) = definition("open", "max_characters = 800\n", &[]);
    (definition, SCENE.replace("QUESTION", "question = \"What do you write?\"\n"))
}

/// a → b or c → d → e, each with three options keyed 4, 2, 1.
fn dialogue() -> (String, String) {
    let mut definition = format!(
        "{HEAD}format = \"dialogue\"\n{CUSTOMER}\n[start]\nperception = 3\nexpectations = 8\nemotion_percent = 150\n"
    );
    let mut prose = SCENE.replace("QUESTION\n", "");
    let nodes = [
        ("a", "listen-and-check", "LIS", ["b", "b", "c"]),
        ("b", "soothe-and-repair", "MAN", ["d"; 3]),
        ("c", "soothe-and-repair", "MAN", ["d"; 3]),
        ("d", "listen-and-check", "LIS", ["e"; 3]),
        ("e", "act-with-latitude", "SRV", [""; 3]),
    ];
    for (node, family, construct, next) in nodes {
        definition.push_str(&format!(
            "\n[[node]]\nid = \"{node}\"\nfamily = \"{family}\"\nconstructs = [\"{construct}\"]\n"
        ));
        for ((n, key), next) in [4, 2, 1].iter().enumerate().zip(next) {
            let next = if next.is_empty() { String::new() } else { format!("next = \"{next}\"\n") };
            let perception = 2 - i32::try_from(n).unwrap();
            definition.push_str(&format!(
                "\n[[node.option]]\nid = \"{node}-{n}\"\nkey = {key}\n{next}perception = {perception}\n"
            ));
            prose.push_str(&format!(
                "\n[[option]]\nid = \"{node}-{n}\"\ntext = \"I say this.\"\nreply = \"Well.\"\nrationale = \"Why.\"\n"
            ));
        }
    }
    (definition, prose)
}

/// The sample with the extra scenario in its form, on trial or not.
fn with_extra((definition, prose): &(String, String), is_trial: bool) -> Vec<PackFile> {
    let mut files = files();
    for found in files.iter_mut().filter(|file| file.path == "pack.toml") {
        let text = String::from_utf8(found.bytes.clone()).unwrap();
        let trial = if is_trial { "[\"bike\", \"extra\"]" } else { "[\"bike\"]" };
        let form = MANIFEST_FORM.replace("\"queue\"", "\"queue\", \"extra\"").replace("[\"bike\"]", trial);
        assert!(text.contains(MANIFEST_FORM));
        found.bytes = text.replace(MANIFEST_FORM, &form).into_bytes();
    }
    files.push(file("scenarios/extra/scenario.toml", definition));
    for language in ["fr", "en"] {
        files.push(file(&format!("scenarios/extra/{language}.toml"), prose));
    }
    files
}

fn good() -> Vec<(ItemFormat, (String, String))> {
    vec![
        (ItemFormat::BestWorst, definition("best-worst", "", &[4, 3, 2, 1])),
        (ItemFormat::Pick, definition("pick", "picks = 2\n", &[4, 3, 2, 1, 1])),
        (ItemFormat::Rank, definition("rank", "", &[1, 4, 3, 2])),
        (ItemFormat::EmotionProfile, definition("emotion-profile", "", &[4, 3, 1, 1, 2])),
        (ItemFormat::Open, open()),
        (ItemFormat::Dialogue, dialogue()),
    ]
}

#[test]
fn every_format_is_read_without_a_problem() {
    for (format, extra) in good() {
        let files = with_extra(&extra, true);

        assert_eq!(told(&files), [], "{}", format.tag());
        let parsed = Pack::parse(&files).unwrap();
        let scenario = parsed.pack.scenario(&ScenarioId::parse("extra").unwrap()).unwrap();
        assert_eq!(scenario.item.format(), format);
        let categories = parsed.key.categories.get(&scenario.id).unwrap();
        assert_eq!(categories.len(), scenario.item.action_ids().count());
    }
}

#[test]
fn every_format_is_stored_and_read_back() {
    for (_, extra) in good() {
        let pack = Pack::parse(&with_extra(&extra, true)).unwrap().pack;

        let stored = pack.to_canonical_json().unwrap();

        assert_eq!(Pack::from_json(&stored).unwrap(), pack);
        assert!(!stored.contains("\"key\""));
    }
}

#[test]
fn replies_and_questions_are_read() {
    let prose = |extra: &(String, String)| {
        let pack = Pack::parse(&with_extra(extra, true)).unwrap().pack;
        let scenario = pack.scenario(&ScenarioId::parse("extra").unwrap()).unwrap().clone();
        scenario.prose.get(crate::language::Language::En).unwrap().clone()
    };

    assert_eq!(prose(&open()).question.as_deref(), Some("What do you write?"));
    assert!(prose(&dialogue()).actions.iter().all(|option| option.reply.as_deref() == Some("Well.")));
}

#[test]
fn an_open_answer_in_a_form_is_on_trial() {
    let problems = problems(&with_extra(&open(), false));

    assert!(problems.iter().any(|problem| problem.code == C::OpenScored && problem.file == "pack.toml"));
    assert!(problems.iter().any(|problem| problem.severity() == Severity::Error));
}

#[test]
fn a_dialogue_holds_a_message_by_chat_phone_or_counter() {
    let (definition, prose) = dialogue();
    let by_mail = (definition.replace("\"chat\"", "\"email\""), prose);

    assert!(told(&with_extra(&by_mail, true)).iter().any(|(_, _, code)| *code == C::MessageKind));
}

/// A change to the dialogue's definition and what it is told as, at which line.
const DIALOGUE_FAULTS: &[(&str, &str, C, &str)] = &[
    ("next = \"e\"", "next = \"moon\"", C::UnknownNode, "id = \"d\""),
    ("id = \"e-0\"\nkey = 4", "id = \"e-0\"\nkey = 4\nnext = \"d\"", C::DialogueCycle, "id = \"d\""),
    ("next = \"c\"", "next = \"b\"", C::UnreachableNode, "id = \"c\""),
    ("next = \"e\"", "expectations = 0", C::UnevenPaths, "id = \"d\""),
    ("next = \"e\"", "expectations = 0", C::DialogueTurns, "id = \"a\""),
    ("id = \"b-0\"", "id = \"a-0\"", C::Duplicate, "id = \"b\""),
    ("id = \"b\"\nfamily", "id = \"a\"\nfamily", C::Duplicate, "id = \"a\""),
    ("key = 2", "key = 5", C::KeyOutOfRange, "key = 5"),
    ("perception = 2", "perception = 9", C::Malformed, "perception = 9"),
    ("perception = 3", "perception = 12", C::Malformed, "perception = 12"),
    ("emotion_percent = 150", "emotion_percent = 300", C::Malformed, "emotion_percent"),
    ("constructs = [\"SRV\"]", "constructs = [\"LIS\"]", C::WrongFamily, "constructs = [\"LIS\"]"),
    ("family = \"act-with-latitude\"", "family = \"latitude\"", C::UnknownValue, "family = \"latitude\""),
    ("[start]\nperception = 3", "[start]", C::MissingField, "[start]"),
    ("key = 4\nnext", "key = 4\nmood = 1\nnext", C::UnknownField, "mood = 1"),
];

/// The codes that the tests of this module see told.
pub(super) fn told_codes() -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = DIALOGUE_FAULTS.iter().map(|(_, _, code, _)| code.code()).collect();
    codes.extend([C::KeyUnfit, C::OptionCount, C::BranchesApart, C::ReplyLength, C::BestPath].map(C::code));
    codes
}

#[test]
fn each_fault_of_a_dialogue_is_told_at_its_node() {
    let (definition, prose) = dialogue();
    for (from, to, code, on_line) in DIALOGUE_FAULTS {
        assert!(definition.contains(from), "{from}");
        let files = with_extra(&(definition.replacen(from, to, 1), prose.clone()), true);

        let told = told(&files);

        let file = "scenarios/extra/scenario.toml";
        let found = told.iter().find(|(path, _, told)| path == file && told == code);
        let line = found.unwrap_or_else(|| panic!("{to}: {told:?}")).1.unwrap();
        let lines: Vec<&str> = text_of(&files, file).lines().collect();
        let at = usize::try_from(line).unwrap() - 1;
        let near = lines.get(at..(at + 2).min(lines.len())).unwrap().join("\n");
        assert!(near.contains(on_line), "{to}: line {line} is {near}");
    }
}

fn is_told(extra: &(String, String), code: C) -> bool {
    told(&with_extra(extra, true)).iter().any(|(_, line, told)| *told == code && line.is_some())
}

#[test]
fn a_key_that_the_format_cannot_score_is_told() {
    assert!(is_told(&definition("best-worst", "", &[2, 2, 2, 2]), C::KeyUnfit));
    assert!(is_told(&definition("pick", "picks = 2\n", &[4, 4, 3, 1, 1]), C::KeyUnfit));
    assert!(is_told(&definition("rank", "", &[4, 3, 3, 1]), C::KeyUnfit));
    let (flat, prose) = dialogue();
    let flat = flat.replacen("key = 2", "key = 4", 1).replacen("key = 1", "key = 4", 1);
    assert!(is_told(&(flat, prose), C::KeyUnfit));
}

#[test]
fn numbers_of_actions_picks_and_options_have_limits() {
    assert!(is_told(&definition("best-worst", "", &[4, 3, 2, 1, 1]), C::ActionCount));
    assert!(is_told(&definition("rank", "", &[4, 3, 1]), C::ActionCount));
    assert!(is_told(&definition("emotion-profile", "", &[4, 3, 1, 1]), C::ActionCount));
    assert!(is_told(&definition("pick", "picks = 2\n", &[4, 3, 1, 1]), C::ActionCount));
    assert!(is_told(&definition("pick", "picks = 5\n", &[4, 3, 1, 1, 2]), C::Malformed));
    assert!(is_told(&definition("pick", "", &[4, 3, 1, 1, 2]), C::MissingField));
    assert!(is_told(&definition("best-worst", "picks = 2\n", &[4, 3, 2, 1]), C::UnknownField));
    let (two, prose) = dialogue();
    let two = two.replacen("\n[[node.option]]\nid = \"e-2\"\nkey = 1\nperception = 0\n", "", 1);
    assert!(is_told(&(two, prose), C::OptionCount));
}

#[test]
fn branches_that_stay_apart_are_told() {
    let (definition, prose) = dialogue();
    // b goes on through its own b2 and b3 before it meets c's way again.
    let extra = |name: &str, next: &str| {
        let options: String = (0..3)
            .map(|n| {
                let key = 4 - n;
                format!("\n[[node.option]]\nid = \"{name}-{n}\"\nkey = {key}\nnext = \"{next}\"\n")
            })
            .collect();
        format!(
            "\n[[node]]\nid = \"{name}\"\nfamily = \"soothe-and-repair\"\nconstructs = [\"MAN\"]\n{options}"
        )
    };
    let mut apart = definition.replacen("next = \"d\"", "next = \"b2\"", 3);
    apart.push_str(&extra("b2", "b3"));
    apart.push_str(&extra("b3", "d"));

    assert!(is_told(&(apart, prose), C::BranchesApart));
}

#[test]
fn a_long_reply_and_a_best_way_against_the_key_get_advice() {
    let (definition, prose) = dialogue();
    let long = prose.replacen("reply = \"Well.\"", &format!("reply = \"{}\"", "well ".repeat(50)), 1);
    let against = definition.replacen("perception = 3", "perception = 0", 1).replacen(
        "key = 2\nnext = \"d\"\nperception = 1",
        "key = 2\nnext = \"d\"\nperception = 4",
        1,
    );

    assert!(is_told(&(definition, long), C::ReplyLength));
    let told = told(&with_extra(&(against, prose), true));
    assert!(told.iter().any(|(_, _, code)| *code == C::BestPath), "{told:?}");
}
