//! The outbox folder: one .eml file a mail, there whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::mail_delivery::Carried;

/// Writes a message as `<id>.eml`. Writing the same mail again replaces its file.
pub(super) fn carry(folder: &Path, mail_id: &str, bytes: &[u8]) -> Carried {
    match write(folder, mail_id, bytes) {
        Ok(()) => Carried::Accepted,
        Err(error) => {
            tracing::error!(%error, "the outbox folder cannot be written to");
            Carried::Unreachable("outbox")
        }
    }
}

fn write(folder: &Path, mail_id: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!(".{mail_id}.part"));
    let mut file = File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&partial, folder.join(format!("{mail_id}.eml")))?;
    // The rename itself is on disk only once its folder is.
    File::open(folder)?.sync_all()
}
