//! Pictures, recordings and films of a scenario as the pack holds them: what each file is, and the words that say the
//! same to whoever does not see or hear it. The bytes stand apart, under their hash.

use crate::closed_code::closed_code;
use crate::pack::{Pack, PackFile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most media of a scenario.
pub const MAX_MEDIA: usize = 3;
/// Largest picture, in bytes: it is loaded with the page, on any phone.
pub const MAX_PICTURE_BYTES: usize = 256 * 1024;
/// Largest file of captions, in bytes.
pub const MAX_CAPTIONS_BYTES: usize = 64 * 1024;
/// Largest recording, in bytes.
pub const MAX_AUDIO_BYTES: usize = 2 * 1024 * 1024;
/// Largest film, in bytes; no file of a pack may be larger.
pub const MAX_VIDEO_BYTES: usize = 8 * 1024 * 1024;
/// Longest side of a picture, in pixels.
pub const MAX_PICTURE_SIDE: u32 = 4096;

closed_code! {
    /// What is shown beside the text of a scenario.
    pub enum MediaKind {
        /// A picture.
        Picture = "picture",
        /// A recording.
        Audio = "audio",
        /// A film.
        Video = "video",
    }
}

closed_code! {
    /// The types of media files. The code is what a browser is told.
    pub enum MediaType {
        /// PNG picture.
        Png = "image/png",
        /// JPEG picture.
        Jpeg = "image/jpeg",
        /// MP3 recording.
        Mp3 = "audio/mpeg",
        /// MP4 recording.
        M4a = "audio/mp4",
        /// WAV recording.
        Wav = "audio/wav",
        /// MP4 film.
        Mp4 = "video/mp4",
        /// WebM film.
        WebM = "video/webm",
        /// WebVTT captions.
        WebVtt = "text/vtt",
    }
}

/// One picture, recording or film in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Media {
    /// A picture.
    Picture {
        /// The file.
        file: MediaFile,
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
        /// What it shows, in words.
        alt: String,
    },
    /// A recording.
    Audio {
        /// The file.
        file: MediaFile,
        /// What is heard, paragraph by paragraph.
        transcript: Vec<String>,
    },
    /// A film.
    Video {
        /// The file.
        file: MediaFile,
        /// What is heard, timed, as WebVTT.
        captions: MediaFile,
        /// What is heard and seen, paragraph by paragraph.
        transcript: Vec<String>,
    },
}

/// One file as a pack names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaFile {
    /// Its name in the folder of the scenario.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub media_type: MediaType,
    /// Its size, in bytes.
    pub size_bytes: u32,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// The bytes of a media file, to be stored beside the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMedia {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// What they are.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Media {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> MediaKind {
        match self {
            Self::Picture { .. } => MediaKind::Picture,
            Self::Audio { .. } => MediaKind::Audio,
            Self::Video { .. } => MediaKind::Video,
        }
    }

    /// Its files: the thing itself, and captions behind it.
    pub fn files(&self) -> impl Iterator<Item = &MediaFile> {
        let (file, captions) = match self {
            Self::Picture { file, .. } | Self::Audio { file, .. } => (file, None),
            Self::Video { file, captions, .. } => (file, Some(captions)),
        };
        std::iter::once(file).chain(captions)
    }
}

/// The bytes of every media file that the pack names, each content once, in the order of their hashes.
pub(super) fn stored_media(pack: &Pack, files: &[PackFile]) -> Vec<StoredMedia> {
    let bytes: BTreeMap<&str, &[u8]> =
        files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())).collect();
    let mut stored = BTreeMap::new();
    for (id, scenario) in &pack.scenarios {
        let media = scenario.prose.iter().flat_map(|(_, prose)| &prose.media);
        for file in media.flat_map(Media::files) {
            let path = format!("scenarios/{id}/{}", file.name);
            if let Some(bytes) = bytes.get(path.as_str()) {
                stored.entry(file.sha256.clone()).or_insert_with(|| StoredMedia {
                    sha256: file.sha256.clone(),
                    media_type: file.media_type,
                    bytes: bytes.to_vec(),
                });
            }
        }
    }
    stored.into_values().collect()
}
