//! A small whole pack for tests: one practice, two scored and one trial scenario of four actions.

use crate::form::Form;
use crate::ids::FormId;
use crate::pack::{Pack, PackFile, ParsedPack};

pub(crate) const MANIFEST: &str = r#"format = 1
id = "sample"
version = "1.2.0"
public = true
languages = ["fr", "en"]
licence = "CC-BY-4.0"
authors = ["A", "B"]

[title]
fr = "Exemple"
en = "Sample"

[description]
fr = "Un exemple."
en = "A sample."

[key]
version = "authors-2026-11"
provenance = "authors"
n_experts = 0
date = 2026-11-21

[[family]]
id = "understand-emotion"
constructs = ["REC", "UND"]
name = { fr = "comprendre l’émotion", en = "understand emotion" }

[[family]]
id = "listen-and-check"
constructs = ["LIS"]
name = { fr = "écouter et vérifier", en = "listen and check" }

[[family]]
id = "consider-the-person"
constructs = ["PER", "CON", "AUT"]
name = { fr = "considérer la personne", en = "consider the person" }

[[family]]
id = "soothe-and-repair"
constructs = ["MAN", "REG"]
name = { fr = "apaiser et réparer", en = "soothe and repair" }

[[family]]
id = "act-with-latitude"
constructs = ["SRV", "LAT"]
name = { fr = "agir avec latitude", en = "act with latitude" }

CONSTRUCTS
[blueprint]
min_scored_actions_per_family = 1
min_actions_per_construct = 0
channels = ["email", "counter"]
emotions = ["anger", "worry"]

[[form]]
id = "short-2"
version = 3
name = { fr = "Court", en = "Short" }
practice = "lamp"
scenarios = ["visit", "bike", "queue"]
trial = ["bike"]

[[source]]
text = "A work"
url = "https://example.org/work"
"#;

/// The lists of the form, as they stand in [`MANIFEST`].
pub(crate) const MANIFEST_FORM: &str = "scenarios = [\"visit\", \"bike\", \"queue\"]\ntrial = [\"bike\"]";

const DEFINITION: &str = r#"id = "ID"
version = 2
format = "rate"
format_version = 1
channel = "CHANNEL"
context = "after-sales"
expected_seconds = 80

[customer]
emotion = "EMOTION"
expectation_gap = "large"

[[action]]
id = "repair"
key = 4
family = "soothe-and-repair"
constructs = ["MAN", "SRV"]

[[action]]
id = "ask"
key = 3
family = "listen-and-check"
constructs = ["LIS"]

[[action]]
id = "guess"
key = 2
family = "understand-emotion"
constructs = ["UND"]

[[action]]
id = "wait"
key = 1
family = "act-with-latitude"
constructs = ["LAT"]
"#;

const PROSE: &str = r#"title = "The visit"
situation = "You work in after-sales service. You may offer a new visit or a refund of the call-out. It is ten to five in the afternoon."

[customer]
name = "Nadia Belkacem"

[message]
MESSAGE

[[action]]
id = "repair"
text = "You name the three visits missed and book one."
rationale = "It repairs."

[[action]]
id = "ask"
text = "You ask which day and which hour suit her best."
rationale = "It checks."

[[action]]
id = "guess"
text = "You suppose that she is tired and say so to her."
rationale = "It guesses."

[[action]]
id = "wait"
text = "You file her message for the team of next week."
rationale = "It waits."
"#;

const LETTER: &str = "Good afternoon, this is the third visit that nobody came to. I took a day off each time and my washing machine still leaks on the floor.";

/// The files of the sample, in no special order.
pub(crate) fn files() -> Vec<PackFile> {
    let constructs = ["REC", "UND", "LIS", "PER", "CON", "AUT", "MAN", "REG", "SRV", "LAT"].map(|id| {
        format!(
            "[[construct]]\nid = \"{id}\"\nname = {{ fr = \"n\", en = \"n\" }}\n\
             definition = {{ fr = \"d\", en = \"d\" }}\n\n"
        )
    });
    let mut files = vec![file("pack.toml", &MANIFEST.replace("CONSTRUCTS\n", &constructs.concat()))];
    for (id, channel, emotion) in [
        ("lamp", "email", "joy"),
        ("visit", "email", "anger"),
        ("bike", "chat", "confusion"),
        ("queue", "counter", "worry"),
    ] {
        let definition = DEFINITION.replace("ID", id).replace("CHANNEL", channel).replace("EMOTION", emotion);
        // « Consider the person » occurs in one scenario only.
        let definition = match id {
            "queue" => definition
                .replace("family = \"act-with-latitude\"", "family = \"consider-the-person\"")
                .replace("[\"LAT\"]", "[\"PER\"]"),
            _ => definition,
        };
        files.push(file(&format!("scenarios/{id}/scenario.toml"), &definition));
        let message = match channel {
            "email" => format!("subject = \"Third visit missed\"\nparagraphs = [\"{LETTER}\"]"),
            _ => format!("[[message.turn]]\nwho = \"customer\"\ntext = \"{LETTER}\""),
        };
        for language in ["fr", "en"] {
            let prose = PROSE.replace("MESSAGE", &message);
            files.push(file(&format!("scenarios/{id}/{language}.toml"), &prose));
        }
    }
    files
}

pub(crate) fn file(path: &str, text: &str) -> PackFile {
    PackFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

pub(crate) fn parsed() -> ParsedPack {
    Pack::parse(&files()).unwrap()
}

pub(crate) fn form() -> Form {
    Form::resolve(&parsed().pack, &FormId::parse("short-2").unwrap()).unwrap()
}
