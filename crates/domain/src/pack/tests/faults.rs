//! Every fault that stays within one file of the sample, and how it must be told.

use crate::pack::problem::ProblemCode as C;

/// A change to one file of the sample and the problem that it causes.
pub(super) struct Fault {
    pub(super) path: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) code: C,
    /// Text on the line that the problem names, after the change.
    pub(super) on_line: &'static str,
}

const fn fault(
    path: &'static str,
    from: &'static str,
    to: &'static str,
    code: C,
    on_line: &'static str,
) -> Fault {
    Fault { path, from, to, code, on_line }
}

pub(super) const PACK: &str = "pack.toml";
pub(super) const VISIT: &str = "scenarios/visit/scenario.toml";
pub(super) const PROSE: &str = "scenarios/visit/fr.toml";
pub(super) const ENGLISH: &str = "scenarios/visit/en.toml";
pub(super) const QUEUE: &str = "scenarios/queue/en.toml";

/// Every fault that stays within one file.
pub(super) const FAULTS: &[Fault] = &[
    fault(PACK, "format = 1", "format = 2", C::Malformed, "format = 2"),
    fault(PACK, "format = 1\n", "", C::MissingField, "id = \"sample\""),
    fault(PACK, "id = \"sample\"", "id = \"Sample pack\"", C::Malformed, "Sample pack"),
    fault(PACK, "version = \"1.2.0\"", "version = \"1.2\"", C::Malformed, "version = \"1.2\""),
    fault(PACK, "public = true", "public = \"yes\"", C::WrongType, "public"),
    fault(PACK, "[\"fr\", \"en\"]", "[\"fr\", \"en\", \"de\"]", C::UnknownValue, "languages"),
    fault(PACK, "[\"fr\", \"en\"]", "[\"fr\", \"fr\", \"en\"]", C::Duplicate, "languages"),
    fault(PACK, "licence = \"CC-BY-4.0\"", "licence = \" \"", C::BlankText, "licence"),
    fault(PACK, "authors = [\"A\", \"B\"]", "authors = \"A\"", C::WrongType, "authors"),
    fault(PACK, "fr = \"Exemple\"\n", "", C::MissingLanguage, "[title]"),
    fault(PACK, "fr = \"Exemple\"", "fr = \"<b>Exemple</b>\"", C::BadCharacter, "Exemple"),
    fault(PACK, "fr = \"Exemple\"", "fr = \"Exemple\"\nde = \"x\"", C::UnknownField, "de = "),
    fault(PACK, "licence =", "license =", C::UnknownField, "license"),
    fault(PACK, "n_experts = 0", "n_experts = 12", C::Experts, "n_experts"),
    fault(PACK, "provenance = \"authors\"", "provenance = \"panel\"", C::Experts, "n_experts"),
    fault(PACK, "provenance = \"authors\"", "provenance = \"me\"", C::UnknownValue, "provenance"),
    fault(PACK, "date = 2026-11-21", "date = \"2026-11-21\"", C::WrongType, "date"),
    fault(PACK, "date = 2026-11-21", "date = 2026-13-21", C::Syntax, "date"),
    fault(PACK, "constructs = [\"LIS\"]", "constructs = [\"LIS\", \"PER\"]", C::Families, "[[family]]"),
    fault(PACK, "id = \"listen-and-check\"", "id = \"listening\"", C::UnknownValue, "listening"),
    fault(PACK, "[[construct]]\nid = \"LAT\"", "[[construct]]\nid = \"SRV\"", C::Constructs, "[[construct]]"),
    fault(PACK, "emotions = [\"anger\"", "emotions = [\"rage\"", C::UnknownValue, "emotions"),
    fault(PACK, "\"visit\", \"bike\"", "\"visit\", \"moon\", \"bike\"", C::UnknownScenario, "scenarios ="),
    fault(PACK, "\"visit\", \"bike\"", "\"visit\", \"visit\", \"bike\"", C::Duplicate, "scenarios ="),
    fault(PACK, "practice = \"lamp\"", "practice = \"moon\"", C::UnknownScenario, "practice"),
    fault(PACK, "practice = \"lamp\"", "practice = \"visit\"", C::PracticeNotApart, "practice"),
    fault(PACK, "practice = \"lamp\"\n", "", C::MissingField, "[[form]]"),
    fault(PACK, "trial = [\"bike\"]", "trial = [\"lamp\"]", C::TrialNotInForm, "trial"),
    fault(PACK, "trial = [\"bike\"]", "trial = [\"visit\"]", C::BlueprintUnmet, "[[form]]"),
    fault(
        PACK,
        "scored_actions_per_family = 1",
        "scored_actions_per_family = 3",
        C::BlueprintUnmet,
        "[[form]]",
    ),
    fault(PACK, "actions_per_construct = 0", "actions_per_construct = 1", C::BlueprintUnmet, "[[form]]"),
    fault(PACK, "[\"email\", \"counter\"]", "[\"email\", \"phone\"]", C::BlueprintUnmet, "[[form]]"),
    fault(PACK, "[\"anger\", \"worry\"]", "[\"anger\", \"shame\"]", C::BlueprintUnmet, "[[form]]"),
    fault(
        PACK,
        "trial = [\"bike\"]",
        "trial = [\"bike\"]\npractice_also = [\"lamp\"]",
        C::TrialNotInForm,
        "practice_also",
    ),
    fault(
        PACK,
        "trial = [\"bike\"]",
        "trial = [\"bike\"]\npractice_also = [\"bike\"]",
        C::PracticeNotApart,
        "practice_also",
    ),
    fault(PACK, "https://example.org", "javascript:alert()", C::Malformed, "url"),
    fault(PACK, "[[source]]", "[[source]]\ntext = \"twice\"", C::Syntax, "A work"),
    fault(VISIT, "id = \"visit\"", "id = \"visits\"", C::IdMismatch, "visits"),
    fault(VISIT, "version = 2", "version = 0", C::Malformed, "version = 0"),
    fault(VISIT, "version = 2", "version = 99999999999999999999", C::Malformed, "version = 9"),
    fault(VISIT, "format = \"rate\"", "format = \"video\"", C::FormatNotSupported, "video"),
    fault(VISIT, "format_version = 1", "format_version = 2", C::FormatNotSupported, "format = \"rate\""),
    fault(VISIT, "channel = \"email\"", "channel = \"pigeon\"", C::UnknownValue, "pigeon"),
    fault(VISIT, "context = \"after-sales\"", "context = \"sales\"", C::UnknownValue, "context"),
    fault(VISIT, "expected_seconds = 80", "expected_seconds = 5", C::Malformed, "expected"),
    fault(VISIT, "emotion = \"anger\"", "emotion = \"rage\"", C::UnknownValue, "rage"),
    fault(VISIT, "expectation_gap = \"large\"\n", "", C::MissingField, "[customer]"),
    fault(VISIT, "key = 4", "key = 5", C::KeyOutOfRange, "key = 5"),
    fault(VISIT, "key = 4", "key = 0", C::KeyOutOfRange, "key = 0"),
    fault(VISIT, "key = 4", "key = \"4\"", C::WrongType, "key = "),
    fault(VISIT, "key = 4", "key = 3.5", C::WrongType, "key = "),
    fault(VISIT, "key = 4", "note = 1\nkey = 4", C::UnknownField, "note"),
    fault(VISIT, "family = \"listen-and-check\"", "family = \"listening\"", C::UnknownValue, "listening"),
    fault(VISIT, "[\"MAN\", \"SRV\"]", "[\"SRV\", \"MAN\"]", C::WrongFamily, "[\"SRV\", \"MAN\"]"),
    fault(VISIT, "[\"MAN\", \"SRV\"]", "[\"MAN\", \"XYZ\"]", C::UnknownValue, "XYZ"),
    fault(VISIT, "[\"MAN\", \"SRV\"]", "[\"MAN\", \"MAN\"]", C::Duplicate, "[\"MAN\", \"MAN\"]"),
    fault(VISIT, "[\"MAN\", \"SRV\"]", "[]", C::MissingField, "[[action]]"),
    fault(VISIT, "id = \"repair\"\n", "", C::MissingField, "[[action]]"),
    fault(VISIT, "id = \"repair\"", "id = \"répare\"", C::Malformed, "répare"),
    fault(VISIT, "version = 2", "version = ", C::Syntax, "version ="),
    fault(PROSE, "title = \"The visit\"\n", "", C::MissingField, "situation"),
    fault(PROSE, "title = \"The visit\"", "title = 7", C::WrongType, "title"),
    fault(PROSE, "title = \"The visit\"", "title = \"The \\u202Evisit\"", C::BadCharacter, "title"),
    fault(PROSE, "name = \"Nadia Belkacem\"", "first_name = \"Nadia\"", C::UnknownField, "first_name"),
    fault(PROSE, "subject = \"Third visit missed\"\n", "", C::MissingField, "[message]"),
    fault(PROSE, "[message]", "[message]\nturn = []", C::MessageKind, "[message]"),
    fault(QUEUE, "[message]", "[message]\nparagraphs = [\"x\"]", C::MessageKind, "[message]"),
    fault(
        PROSE,
        "name = \"Nadia Belkacem\"",
        "name = \"Nadia Belkacem\"\ngender = \"x\"",
        C::UnknownValue,
        "gender",
    ),
    fault(QUEUE, "who = \"customer\"", "who = \"boss\"", C::UnknownValue, "boss"),
    fault(QUEUE, "[message]", "[message]\nsubject = \"x\"", C::UnknownField, "subject"),
    fault(PROSE, "id = \"ask\"", "id = \"tell\"", C::ActionsDiffer, "tell"),
    fault(PROSE, "rationale = \"It waits.\"\n", "", C::MissingField, "[[action]]"),
    fault(PROSE, "rationale = \"It waits.\"", "rationale = \"\"", C::BlankText, "rationale = \"\""),
    fault(ENGLISH, "You ask which", "You politely ask which", C::ToneWord, "politely"),
    fault(PROSE, "You ask which", "You jamais ask which", C::ToneWord, "jamais"),
    fault(PROSE, "and book one.", "and book one for tomorrow at eight.", C::ActionLength, "book one"),
    fault(PROSE, "the three visits missed and book one.", "one.", C::ActionLength, "You name one."),
    fault(VISIT, "key = 1", "key = 2", C::KeySpread, "[[action]]"),
];
