//! Which media files a pack takes: by the ending of their name, by their first bytes, by size. Nothing is decoded.

use crate::canonical_json::sha256_hex;
use crate::pack::media::{
    MAX_AUDIO_BYTES, MAX_CAPTIONS_BYTES, MAX_PICTURE_BYTES, MAX_PICTURE_SIDE, MAX_VIDEO_BYTES, MediaFile,
    MediaKind, MediaType,
};
use crate::pack::problem::ProblemCode;

/// What a file is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Media(MediaKind),
    Captions,
}

impl Wanted {
    /// The endings of names and the types they stand for.
    const fn types(self) -> &'static [(&'static str, MediaType)] {
        use MediaType::{Jpeg, M4a, Mp3, Mp4, Png, Wav, WebM, WebVtt};
        match self {
            Self::Media(MediaKind::Picture) => &[("png", Png), ("jpg", Jpeg), ("jpeg", Jpeg)],
            Self::Media(MediaKind::Audio) => &[("mp3", Mp3), ("m4a", M4a), ("wav", Wav)],
            Self::Media(MediaKind::Video) => &[("mp4", Mp4), ("webm", WebM)],
            Self::Captions => &[("vtt", WebVtt)],
        }
    }

    const fn max_bytes(self) -> usize {
        match self {
            Self::Media(MediaKind::Picture) => MAX_PICTURE_BYTES,
            Self::Media(MediaKind::Audio) => MAX_AUDIO_BYTES,
            Self::Media(MediaKind::Video) => MAX_VIDEO_BYTES,
            Self::Captions => MAX_CAPTIONS_BYTES,
        }
    }
}

/// The type that a name stands for, or what is wrong with the name.
pub(super) fn named_type(name: &str, wanted: Wanted) -> Result<MediaType, (ProblemCode, String)> {
    if name.contains(['/', '\\', ':']) || name.starts_with('.') {
        let message = format!("\"{name}\" is no plain name; the file stands in the folder of its scenario.");
        return Err((ProblemCode::MediaPlace, message));
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let types = wanted.types();
    types.iter().find(|(known, _)| *known == ending).map(|(_, found)| *found).ok_or_else(|| {
        let known = types.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        (ProblemCode::MediaType, format!("\"{name}\" must end in one of: {known}."))
    })
}

/// The file as the pack names it, or what is wrong with its bytes.
pub(super) fn media_file(
    name: &str,
    media_type: MediaType,
    wanted: Wanted,
    bytes: &[u8],
) -> Result<MediaFile, (ProblemCode, String)> {
    let most = wanted.max_bytes();
    let size_bytes = u32::try_from(bytes.len())
        .ok()
        .filter(|_| bytes.len() <= most)
        .ok_or_else(|| (ProblemCode::FileTooLarge, format!("\"{name}\" has more than {most} bytes.")))?;
    if !is_of_type(media_type, bytes) {
        let message = format!("\"{name}\" does not hold {media_type}; its first bytes say something else.");
        return Err((ProblemCode::MediaType, message));
    }
    Ok(MediaFile { name: name.to_owned(), media_type, size_bytes, sha256: sha256_hex(bytes) })
}

/// Whether the first bytes are those of the type. Captions have a check of their own.
fn is_of_type(media_type: MediaType, bytes: &[u8]) -> bool {
    let at = |from: usize, wanted: &[u8]| bytes.get(from..from + wanted.len()) == Some(wanted);
    match media_type {
        MediaType::Png | MediaType::Jpeg => picture_size(media_type, bytes).is_some(),
        MediaType::Mp3 => {
            at(0, b"ID3") || (at(0, &[0xFF]) && bytes.get(1).is_some_and(|byte| byte & 0xE0 == 0xE0))
        }
        MediaType::M4a | MediaType::Mp4 => at(4, b"ftyp"),
        MediaType::Wav => at(0, b"RIFF") && at(8, b"WAVE"),
        MediaType::WebM => at(0, &[0x1A, 0x45, 0xDF, 0xA3]),
        MediaType::WebVtt => true,
    }
}

/// Width and height of a picture in pixels, from its head.
pub(super) fn picture_size(media_type: MediaType, bytes: &[u8]) -> Option<(u32, u32)> {
    let size = match media_type {
        MediaType::Png => png_size(bytes),
        MediaType::Jpeg => jpeg_size(bytes),
        _ => None,
    };
    let is_fit = |side: u32| (1..=MAX_PICTURE_SIDE).contains(&side);
    size.filter(|(width, height)| is_fit(*width) && is_fit(*height))
}

/// PNG, third edition, 5.2 and 11.2.1: the signature, then the header with both sides.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    (rest.get(4..8)? == b"IHDR").then_some(())?;
    let side = |from: usize| Some(u32::from_be_bytes(rest.get(from..from + 4)?.try_into().ok()?));
    Some((side(8)?, side(12)?))
}

/// ITU-T T.81, B.1 and B.2.2: from segment to segment up to the head of the frame.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let (marker, segment) = match rest {
            [0xFF, 0xFF, ..] => {
                rest = rest.get(1..)?;
                continue;
            }
            [0xFF, marker, segment @ ..] => (*marker, segment),
            _ => return None,
        };
        let number =
            |from: usize| Some(u32::from(u16::from_be_bytes(segment.get(from..from + 2)?.try_into().ok()?)));
        if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
            return Some((number(5)?, number(3)?));
        }
        let length = usize::try_from(number(0)?).ok().filter(|length| *length >= 2)?;
        rest = segment.get(length..)?;
    }
}
