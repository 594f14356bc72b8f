//! Pictures, recordings and films of packs: storing them with their pack, and reading them for whoever may see the
//! scenario that shows them. Nobody else is told that they exist.

use std::collections::BTreeSet;
use std::ops::Range;

use domain::attempt::Place;
use domain::ids::CampaignId;
use domain::pack::media::{Media, MediaFile, StoredMedia};
use store::conn::DbConn;
use store::repo::{campaigns, pack_media};

use crate::authz::{Permission, require};
use crate::candidate::Candidate;
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::state::Services;
use crate::viewer::Staff;

/// A media file that somebody may read: only the use cases below make one.
#[derive(Clone, Debug)]
pub struct OpenedMedia {
    pack_row: String,
    file: MediaFile,
}

impl OpenedMedia {
    /// What it is.
    #[must_use]
    pub const fn file(&self) -> &MediaFile {
        &self.file
    }
}

impl Services {
    /// A media file of a scenario that an attempt under way has come to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for every other file, and once the attempt is over. As [`Services::sitting`] for the
    /// cookie.
    pub fn attempt_media(&self, candidate: &Candidate, sha256: &str) -> Result<OpenedMedia, ServiceError> {
        let sitting = self.sitting(candidate)?;
        if sitting.closed.is_some() {
            return Err(ServiceError::NotFound);
        }
        opened(&sitting.loaded, sha256, |place| place <= sitting.furthest)
    }

    /// A media file of the form of a campaign, for who reads the reports.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates, the campaign is theirs and its form has the file.
    pub fn campaign_media(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        sha256: &str,
    ) -> Result<OpenedMedia, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let campaign =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        opened(&*self.form_of_campaign(&campaign)?, sha256, |_| true)
    }

    /// A media file of the scenario that anyone may try.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it has no such file, or there is nothing to try.
    pub fn media_to_try(&self, sha256: &str) -> Result<OpenedMedia, ServiceError> {
        let loaded = self.form_to_try()?.ok_or(ServiceError::NotFound)?;
        opened(&loaded, sha256, |place| place == Place::Practice)
    }

    /// Some bytes of a media file.
    ///
    /// # Errors
    /// [`ServiceError::Broken`] when the stored file is not as long as its pack says.
    pub fn media_part(&self, media: &OpenedMedia, bytes: &Range<u32>) -> Result<Vec<u8>, ServiceError> {
        let number = |value: u32| {
            i32::try_from(value).map_err(|error| ServiceError::broken_by("a place in a media file", error))
        };
        let (skipped, count) = (number(bytes.start)?, number(bytes.end.saturating_sub(bytes.start))?);
        let part = self
            .read(|conn| Ok(pack_media::part(conn, &media.pack_row, &media.file.sha256, skipped, count)?))?;
        if i32::try_from(part.len()) == Ok(count) {
            Ok(part)
        } else {
            Err(ServiceError::broken("a stored media file is shorter than its pack says"))
        }
    }
}

/// The file of a form's scenarios, among those at places that may be seen.
fn opened(
    loaded: &LoadedForm,
    sha256: &str,
    may_be_seen: impl Fn(Place) -> bool,
) -> Result<OpenedMedia, ServiceError> {
    let seen = loaded.form.scenarios().iter().filter(|shown| may_be_seen(shown.place));
    let prose = seen
        .filter_map(|shown| loaded.pack.scenario(&shown.id))
        .flat_map(|scenario| scenario.prose.iter())
        .flat_map(|(_, prose)| &prose.media);
    let file = prose.flat_map(Media::files).find(|file| file.sha256 == sha256).cloned();
    let file = file.ok_or(ServiceError::NotFound)?;
    Ok(OpenedMedia { pack_row: loaded.pack_row.as_str().to_owned(), file })
}

/// Stores the files of a new pack, each content once.
pub(crate) fn insert_media(
    conn: &mut DbConn,
    pack_row: &str,
    media: &[StoredMedia],
) -> Result<(), ServiceError> {
    let mut stored = BTreeSet::new();
    // A pack has at most a few files for each scenario.
    for file in media.iter().filter(|file| stored.insert(&file.sha256)) {
        let size_bytes = i32::try_from(file.bytes.len())
            .map_err(|error| ServiceError::broken_by("the size of a media file", error))?;
        let row = pack_media::PackMediaRow {
            pack_row_id: pack_row.to_owned(),
            sha256: file.sha256.clone(),
            media_type: file.media_type.code().to_owned(),
            size_bytes,
            content: file.bytes.clone(),
        };
        pack_media::insert(conn, &row)?;
    }
    Ok(())
}
