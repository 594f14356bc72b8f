//! A pack with pictures, recordings and films, made from the shipped one with files of a few bytes.

use domain::ids::{CampaignId, OrganisationId};
use domain::pack::{Pack, PackFile, ParsedPack};

use crate::Harness;
use crate::fixtures;

/// The id of the pack with media.
pub const PACK: &str = "media-sample";
/// A picture of 8 × 6 pixels.
pub const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x06, 0x08, 0x02, 0x00, 0x00, 0x00, 0x71, 0x67, 0x48, 0xAC, 0x00,
    0x00, 0x00, 0x11, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x78, 0x71, 0xC0, 0x01, 0x2B, 0x62, 0x18,
    0x48, 0x09, 0x00, 0xF0, 0x1C, 0x5B, 0x81, 0x85, 0x0D, 0x8A, 0x6D, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
/// The captions of the film, in French.
pub const CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:02.000\nBonjour, c’est encore moi.\n";
/// What is heard in the recording, in French.
pub const HEARD: &str = "Un long soupir, puis : « C’est la troisième fois. »";

const PICTURE_FR: &str = r#"
[[media]]
kind = "picture"
file = "label.png"
alt = "Une étiquette déchirée."
"#;
const PICTURE_EN: &str = r#"
[[media]]
kind = "picture"
file = "label.png"
alt = "A torn label."
"#;
const FILM_FR: &str = r#"
[[media]]
kind = "video"
file = "counter.mp4"
captions = "counter.fr.vtt"
transcript = ["Une femme pose un carton sur le comptoir.", "« Bonjour, c’est encore moi. »"]
"#;
const FILM_EN: &str = r#"
[[media]]
kind = "video"
file = "counter.mp4"
captions = "counter.en.vtt"
transcript = ["A woman puts a box on the counter.", "“Good afternoon, me again.”"]
"#;
const RECORDING_EN: &str = r#"
[[media]]
kind = "audio"
file = "call.wav"
transcript = ["A long sigh, then: “This is the third time.”"]
"#;

/// A recording of a tenth of a second in which no byte is like its neighbours.
pub fn recording() -> Vec<u8> {
    let samples: Vec<u8> = (0..800_u16).map(|n| u8::try_from(n % 251).expect("a byte")).collect();
    let length = u32::try_from(samples.len()).expect("a length");
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend(b"\x01\0\x08\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// The shipped pack under another id: a picture in the practice of its first form, a film in the first scenario
/// and a recording in the second; `picture` are the bytes of the picture.
///
/// # Panics
/// When the pack has problems, with all of them.
pub fn pack_with_media(picture: &[u8]) -> ParsedPack {
    let shipped = fixtures::shipped_pack();
    let form = shipped.pack.forms.first().expect("a form");
    let film = form.scenarios.first().expect("a scenario");
    let recording_in = form.scenarios.get(1).expect("a second scenario");
    let recording_fr = RECORDING_EN.replace("A long sigh, then: “This is the third time.”", HEARD);
    let mut files = fixtures::shipped_files();
    let of_languages = [
        (&form.practice, PICTURE_FR, PICTURE_EN),
        (film, FILM_FR, FILM_EN),
        (recording_in, recording_fr.as_str(), RECORDING_EN),
    ];
    for (scenario, french, english) in of_languages {
        for (language, media) in [("fr", french), ("en", english)] {
            let path = format!("scenarios/{scenario}/{language}.toml");
            let prose = files.iter_mut().find(|file| file.path == path).expect("a prose");
            prose.bytes.extend_from_slice(media.as_bytes());
        }
    }
    let english_captions = CAPTIONS.replace("Bonjour, c’est encore moi.", "Good afternoon, me again.");
    for (scenario, name, bytes) in [
        (&form.practice, "label.png", picture.to_vec()),
        (film, "counter.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec()),
        (film, "counter.fr.vtt", CAPTIONS.as_bytes().to_vec()),
        (film, "counter.en.vtt", english_captions.into_bytes()),
        (recording_in, "call.wav", recording()),
    ] {
        files.push(PackFile { path: format!("scenarios/{scenario}/{name}"), bytes });
    }
    let manifest = files.iter_mut().find(|file| file.path == "pack.toml").expect("a manifest");
    let text = String::from_utf8(manifest.bytes.clone()).expect("a text");
    let id = format!("\nid = \"{PACK}\"");
    let version = format!("\nversion = \"{}\"", shipped.pack.version);
    let text = text.replacen("\nid = \"relation-client\"", &id, 1);
    // Two packs with one title and one version would look the same to authors.
    manifest.bytes = text.replacen(&version, "\nversion = \"9.9.0\"", 1).into_bytes();
    Pack::parse(&files).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// Imports the pack with media, for the instance or for one organisation alone.
///
/// # Panics
/// When it is refused.
pub fn import(h: &Harness, organisation: Option<&OrganisationId>) {
    h.services.import_pack(organisation, &pack_with_media(PICTURE)).expect("the pack with media");
}

/// A campaign of the home organisation on the pack with media, which has been imported.
pub fn campaign(h: &Harness) -> CampaignId {
    h.campaign_with(|input| input.pack = PACK.to_owned())
}
