//! Reads the `[[media]]` of a prose file together with the files they name, and compares the languages.

use crate::pack::PackFile;
use crate::pack::media::{MAX_MEDIA, Media, MediaFile, MediaKind, MediaType};
use crate::pack::media_files::{Wanted, media_file, named_type, picture_size};
use crate::pack::problem::{Problem, ProblemCode};
use crate::pack::toml_file::{Located, TomlFile};
use crate::pack::toml_reader::Table;
use crate::pack::webvtt;
use std::collections::BTreeMap;

/// The files of a scenario's folder that are no TOML, by name.
pub(super) type FolderFiles<'f> = BTreeMap<&'f str, &'f PackFile>;

/// The media with the lines of their tables.
pub(super) fn read_media(
    source: &TomlFile<'_>,
    root: &Table<'_>,
    files: &FolderFiles<'_>,
) -> Option<Vec<Located<Media>>> {
    let tables = root.optional_tables("media")?;
    if let Some(beyond) = tables.get(MAX_MEDIA) {
        let message = format!("A scenario has at most {MAX_MEDIA} media.");
        source.note(ProblemCode::MediaCount, Some(beyond.line()), message);
    }
    // Collected first, so that one broken table does not hide the next.
    let read: Vec<_> = tables.iter().map(|table| one(source, table, files)).collect();
    read.into_iter().collect()
}

fn one(source: &TomlFile<'_>, table: &Table<'_>, files: &FolderFiles<'_>) -> Option<Located<Media>> {
    let Some(kind) = table.parsed::<MediaKind>("kind", ProblemCode::UnknownValue) else {
        // Which fields belong here follows from the kind.
        return None;
    };
    let file = named_file(source, table, "file", Wanted::Media(kind.value), files);
    let media =
        match kind.value {
            MediaKind::Picture => {
                let alt = table.text("alt");
                file.zip(alt).and_then(|((file, bytes), alt)| {
                    let (width, height) = picture_size(file.media_type, bytes)?;
                    Some(Media::Picture { file, width, height, alt: alt.value })
                })
            }
            MediaKind::Audio => {
                let transcript = transcript(source, table);
                file.zip(transcript).map(|((file, _), transcript)| Media::Audio { file, transcript })
            }
            MediaKind::Video => {
                let captions = named_file(source, table, "captions", Wanted::Captions, files);
                let transcript = transcript(source, table);
                file.zip(captions).zip(transcript).map(|(((file, _), (captions, _)), transcript)| {
                    Media::Video { file, captions, transcript }
                })
            }
        };
    table.refuse_unknown_fields();
    media.map(|value| Located { value, line: table.line() })
}

fn transcript(source: &TomlFile<'_>, table: &Table<'_>) -> Option<Vec<String>> {
    let paragraphs = table.texts("transcript")?;
    if paragraphs.is_empty() {
        let message = "\"transcript\" is empty.".to_owned();
        source.note(ProblemCode::BlankText, Some(table.line()), message);
        return None;
    }
    Some(paragraphs.into_iter().map(|paragraph| paragraph.value).collect())
}

/// A file that a field names, with its bytes.
fn named_file<'f>(
    source: &TomlFile<'_>,
    table: &Table<'_>,
    field: &'static str,
    wanted: Wanted,
    files: &FolderFiles<'f>,
) -> Option<(MediaFile, &'f [u8])> {
    let name = table.text(field)?;
    let refuse = |(code, message): (ProblemCode, String)| {
        source.note(code, Some(name.line), format!("\"{field}\": {message}"));
    };
    let media_type = named_type(&name.value, wanted).map_err(refuse).ok()?;
    let Some(file) = files.get(name.value.as_str()) else {
        let message = format!("there is no file \"{}\" in the folder of the scenario.", name.value);
        refuse((ProblemCode::MissingFile, message));
        return None;
    };
    let named = media_file(&name.value, media_type, wanted, &file.bytes).map_err(refuse).ok()?;
    if media_type == MediaType::WebVtt
        && let Some((line, fault)) = webvtt::fault(&file.bytes)
    {
        let message = format!("This is not WebVTT: {fault}.");
        let code = ProblemCode::NotWebVtt;
        source.note_elsewhere(Problem { file: file.path.clone(), line: Some(line), code, message });
        return None;
    }
    Some((named, &file.bytes))
}

/// The problem of prose whose media are not of the same kinds, in the same order, as those of another language.
pub(super) fn differing(
    path: &str,
    media: &[(MediaKind, u32)],
    other_language: &str,
    other: &[(MediaKind, u32)],
) -> Option<Problem> {
    let kinds = |media: &[(MediaKind, u32)]| media.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
    if kinds(media) == kinds(other) {
        return None;
    }
    let first = media
        .iter()
        .enumerate()
        .find(|(index, (kind, _))| other.get(*index).is_none_or(|(of_other, _)| of_other != kind));
    let line = first.map(|(_, (_, line))| *line).or_else(|| media.last().map(|(_, line)| *line));
    let list = match other.len() {
        0 => "none".to_owned(),
        _ => other.iter().map(|(kind, _)| kind.code()).collect::<Vec<_>>().join(", "),
    };
    Some(Problem {
        file: path.to_owned(),
        line,
        code: ProblemCode::MediaDiffer,
        message: format!(
            "The media must be of the kinds that \"{other_language}\" has, in its order: {list}."
        ),
    })
}
