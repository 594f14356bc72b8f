//! Pictures, recordings and films: what is read of good ones, and what each fault is told as, with file and line.

use super::{text_of, told};
use crate::ids::ScenarioId;
use crate::language::Language;
use crate::pack::media::{MAX_AUDIO_BYTES, MAX_CAPTIONS_BYTES, MAX_PICTURE_BYTES, MAX_VIDEO_BYTES, Media};
use crate::pack::problem::ProblemCode as C;
use crate::pack::sample::files;
use crate::pack::{Pack, PackFile, ParsedPack};

const FRENCH: &str = "scenarios/visit/fr.toml";
const ENGLISH: &str = "scenarios/visit/en.toml";
const CAPTIONS: &str = "scenarios/visit/counter.vtt";

const MEDIA: &str = r#"
[[media]]
kind = "picture"
file = "label.png"
alt = "A torn label."

[[media]]
kind = "audio"
file = "call.wav"
transcript = ["She sighs."]

[[media]]
kind = "video"
file = "counter.mp4"
captions = "counter.vtt"
transcript = ["He comes in.", "He waits."]
"#;

const VTT: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n";

fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &size, &[8, 0, 0, 0, 0]].concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let app = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xFF\xC0\0\x0B\x08".as_slice();
    [app, &size, &[1, 1, 0x11, 0]].concat()
}

fn bytes_of(name: &str) -> Vec<u8> {
    match name.rsplit('.').next().unwrap() {
        "png" => png(320, 200),
        "jpg" => jpeg(640, 480),
        "wav" => b"RIFF\x24\0\0\0WAVEfmt ".to_vec(),
        "mp4" | "m4a" => b"\0\0\0\x18ftypisom".to_vec(),
        "vtt" => VTT.as_bytes().to_vec(),
        _ => b"x".to_vec(),
    }
}

/// The sample with media in both languages of a scenario and with these files, after a change to the English.
fn with(names: &[&str], from: &str, to: &str) -> Vec<PackFile> {
    assert!(MEDIA.contains(from), "the media do not hold {from}");
    let mut files = files();
    for (path, media) in [(FRENCH, MEDIA.to_owned()), (ENGLISH, MEDIA.replacen(from, to, 1))] {
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        file.bytes.extend_from_slice(media.as_bytes());
    }
    let media = |name: &&str| PackFile { path: format!("scenarios/visit/{name}"), bytes: bytes_of(name) };
    files.extend(names.iter().map(media));
    files
}

const ALL: [&str; 4] = ["label.png", "call.wav", "counter.mp4", "counter.vtt"];

fn whole() -> Vec<PackFile> {
    with(&ALL, "", "")
}

fn replaced(path: &str, bytes: Vec<u8>) -> Vec<PackFile> {
    let mut files = whole();
    files.iter_mut().find(|file| file.path == format!("scenarios/visit/{path}")).unwrap().bytes = bytes;
    files
}

fn media_of(parsed: &ParsedPack, language: Language) -> Vec<Media> {
    let visit = parsed.pack.scenario(&ScenarioId::parse("visit").unwrap()).unwrap();
    visit.prose.get(language).unwrap().media.clone()
}

/// A change to the English prose, the problem, and the text of the line that it names.
const FAULTS: &[(&str, &str, C, &str)] = &[
    ("kind = \"picture\"", "kind = \"hologram\"", C::UnknownValue, "hologram"),
    ("kind = \"picture\"\n", "", C::MissingField, "[[media]]"),
    ("alt = \"A torn label.\"\n", "", C::MissingField, "[[media]]"),
    ("alt = \"A torn label.\"", "alt = \" \"", C::BlankText, "alt ="),
    ("alt = \"A torn label.\"", "alt = \"<b>label</b>\"", C::BadCharacter, "alt ="),
    ("alt = \"A torn label.\"", "transcript = [\"x\"]", C::UnknownField, "transcript"),
    ("transcript = [\"She sighs.\"]\n", "", C::MissingField, "[[media]]"),
    ("transcript = [\"She sighs.\"]", "transcript = []", C::BlankText, "[[media]]"),
    ("transcript = [\"She sighs.\"]", "transcript = \"She sighs.\"", C::WrongType, "She sighs"),
    ("captions = \"counter.vtt\"\n", "", C::MissingField, "[[media]]"),
    ("transcript = [\"He comes in.\", \"He waits.\"]\n", "", C::MissingField, "[[media]]"),
    ("\"label.png\"", "\"gone.png\"", C::MissingFile, "gone.png"),
    ("\"counter.vtt\"", "\"gone.vtt\"", C::MissingFile, "gone.vtt"),
    ("\"label.png\"", "\"label.svg\"", C::MediaType, "label.svg"),
    ("\"label.png\"", "\"call.wav\"", C::MediaType, "call.wav"),
    ("\"label.png\"", "\"label\"", C::MediaType, "\"label\""),
    ("\"counter.vtt\"", "\"counter.srt\"", C::MediaType, "counter.srt"),
    ("\"label.png\"", "\"../queue/label.png\"", C::MediaPlace, "../queue"),
    ("\"label.png\"", "\"/etc/label.png\"", C::MediaPlace, "/etc"),
    ("\"label.png\"", "\"..\\\\label.png\"", C::MediaPlace, "label.png"),
    ("\"label.png\"", "\".label.png\"", C::MediaPlace, ".label.png"),
    (
        "[[media]]\nkind = \"audio\"\nfile = \"call.wav\"\ntranscript = [\"She sighs.\"]\n",
        "",
        C::MediaDiffer,
        "[[media]]",
    ),
];

/// The codes that the faults here are told as.
pub(super) fn told_codes() -> impl Iterator<Item = &'static str> {
    FAULTS.iter().map(|(_, _, code, _)| code.code()).chain([C::NotWebVtt.code(), C::MediaCount.code()])
}

#[test]
fn media_are_read_with_what_says_the_same_in_words() {
    let parsed = Pack::parse(&whole()).unwrap();

    assert_eq!(told(&whole()), []);
    let [picture, audio, video] = <[Media; 3]>::try_from(media_of(&parsed, Language::En)).unwrap();
    let Media::Picture { file, width: 320, height: 200, alt } = picture else { panic!("{picture:?}") };
    assert_eq!((file.name.as_str(), file.media_type.code(), file.size_bytes), ("label.png", "image/png", 29));
    assert_eq!(alt, "A torn label.");
    assert!(matches!(audio, Media::Audio { transcript, .. } if transcript == ["She sighs."]));
    let Media::Video { captions, transcript, .. } = video else { panic!("{video:?}") };
    assert_eq!((captions.media_type.code(), transcript.len()), ("text/vtt", 2));
}

#[test]
fn each_fault_of_media_is_told_with_its_code_file_and_line() {
    for (from, to, code, on_line) in FAULTS {
        let files =
            with(&["label.svg", "label", "counter.srt"].into_iter().chain(ALL).collect::<Vec<_>>(), from, to);

        let told = told(&files);

        let text = text_of(&files, ENGLISH);
        let holds = |line: u32| {
            text.lines().nth(usize::try_from(line).unwrap() - 1).is_some_and(|line| line.contains(on_line))
        };
        let found = told
            .iter()
            .any(|(file, line, found)| file == ENGLISH && found == code && line.is_some_and(holds));
        assert!(found, "{from} → {to}: {told:?}");
        assert!(Pack::parse(&files).is_err());
    }
}

#[test]
fn bytes_that_are_not_what_the_name_says_are_refused() {
    for (name, bytes) in [
        ("label.png", b"<svg onload=\"x\"/>".to_vec()),
        ("label.png", jpeg(10, 10)),
        ("label.png", png(0, 10)),
        ("label.png", png(10, 5000)),
        ("call.wav", bytes_of("a.mp4")),
        ("counter.mp4", b"<html></html>".to_vec()),
        ("counter.mp4", Vec::new()),
    ] {
        let told = told(&replaced(name, bytes));

        assert!(
            told.iter().all(|(file, line, code)| {
                (file == ENGLISH || file == FRENCH) && line.is_some() && *code == C::MediaType
            }),
            "{name}: {told:?}"
        );
        assert_eq!(told.len(), 2, "{name}: {told:?}");
    }
}

#[test]
fn files_beyond_the_limits_are_refused_and_those_at_them_taken() {
    for (name, most) in [
        ("label.png", MAX_PICTURE_BYTES),
        ("call.wav", MAX_AUDIO_BYTES),
        ("counter.mp4", MAX_VIDEO_BYTES),
        ("counter.vtt", MAX_CAPTIONS_BYTES),
    ] {
        let filled = |size: usize| {
            let mut bytes = bytes_of(name);
            bytes.resize(size, b'a');
            bytes
        };

        assert_eq!(told(&replaced(name, filled(most))), [], "{name}");
        let codes: Vec<C> =
            told(&replaced(name, filled(most + 1))).into_iter().map(|(.., code)| code).collect();
        assert_eq!(codes, [C::FileTooLarge, C::FileTooLarge], "{name}");
    }
}

#[test]
fn captions_that_are_no_webvtt_are_told_with_their_own_line() {
    let late = replaced("counter.vtt", VTT.replace("00:01.000", "00:00.000").into_bytes());
    let none = replaced("counter.vtt", b"1\n00:00:00,000 --> 00:00:01,000\nHello.\n".to_vec());

    assert_eq!(told(&late), [(CAPTIONS.to_owned(), Some(3), C::NotWebVtt)]);
    assert_eq!(told(&none), [(CAPTIONS.to_owned(), Some(1), C::NotWebVtt)]);
}

#[test]
fn a_scenario_with_too_many_media_is_told() {
    let more =
        format!("[[media]]\nkind = \"picture\"\nfile = \"label.png\"\nalt = \"x\"\n\n{}", MEDIA.trim_start());

    let told = told(&with(&ALL, MEDIA, &more));

    assert!(
        told.iter().any(|(file, line, code)| file == ENGLISH && line.is_some() && *code == C::MediaCount),
        "{told:?}"
    );
}

#[test]
fn media_in_one_language_alone_are_told() {
    let told = told(&with(&ALL, MEDIA, ""));

    assert!(told.iter().any(|(_, _, code)| *code == C::MediaDiffer), "{told:?}");
}

#[test]
fn a_file_that_no_prose_names_is_told_and_not_stored() {
    let files = with(&["label.png", "call.wav", "counter.mp4", "counter.vtt", "old.png"], "", "");

    assert_eq!(told(&files), [("scenarios/visit/old.png".to_owned(), None, C::IgnoredFile)]);
    let parsed = Pack::parse(&files).unwrap();
    assert_eq!(parsed.media.len(), 4);
    assert!(parsed.media.iter().all(|media| media.sha256.len() == 64 && !media.bytes.is_empty()));
}

#[test]
fn each_language_may_have_files_of_its_own() {
    let files = with(
        &["label.png", "label.en.jpg", "call.wav", "counter.mp4", "counter.vtt"],
        "\"label.png\"",
        "\"label.en.jpg\"",
    );

    let parsed = Pack::parse(&files).unwrap();

    let name = |language| media_of(&parsed, language)[0].files().next().unwrap().name.clone();
    assert_eq!((name(Language::Fr).as_str(), name(Language::En).as_str()), ("label.png", "label.en.jpg"));
    assert!(matches!(media_of(&parsed, Language::En)[0], Media::Picture { width: 640, height: 480, .. }));
    assert_eq!(parsed.media.len(), 5);
}

#[test]
fn the_hash_of_a_pack_covers_its_media() {
    let hash = |files: &[PackFile]| Pack::parse(files).unwrap().pack.content_hash().unwrap();
    let mut bytes = png(320, 200);
    bytes.push(0);

    assert_ne!(hash(&whole()), hash(&files()));
    assert_ne!(hash(&whole()), hash(&replaced("label.png", bytes)));
    let stored = Pack::parse(&whole()).unwrap().pack.to_canonical_json().unwrap();
    assert_eq!(Pack::from_json(&stored).unwrap().to_canonical_json().unwrap(), stored);
}
