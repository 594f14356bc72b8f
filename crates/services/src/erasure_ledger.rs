//! The ledger of erasures: an append-only file outside the database, so that a backup cannot bring an erased person
//! back. One line of JSON per erasure, ids and dates alone.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use store::repo::erasures::ErasureRow;

use crate::error::ServiceError;

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LedgerLine {
    /// Whose link.
    pub(crate) invitation: String,
    /// Their attempt.
    pub(crate) attempt: Option<String>,
    /// Whose campaign.
    pub(crate) organisation: String,
    /// The campaign.
    pub(crate) campaign: String,
    /// Why.
    pub(crate) cause: String,
    /// When, UTC.
    pub(crate) at: NaiveDateTime,
}

/// Appends an erasure and waits until it is on disk.
pub(crate) fn append(path: &Path, erasure: &ErasureRow) -> Result<(), ServiceError> {
    let line = LedgerLine {
        invitation: erasure.invitation_id.clone(),
        attempt: erasure.attempt_id.clone(),
        organisation: erasure.organisation_id.clone(),
        campaign: erasure.campaign_id.clone(),
        cause: erasure.cause.clone(),
        at: erasure.at,
    };
    let mut text =
        serde_json::to_string(&line).map_err(|error| ServiceError::broken_by("a ledger line", error))?;
    text.push('\n');
    write_down(path, &text)
        .map_err(|error| ServiceError::broken_by("the erasure ledger cannot be written", error))
}

fn write_down(path: &Path, text: &str) -> std::io::Result<()> {
    let is_new = !path.exists();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    // One write: lines of two processes never mix.
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if is_new && let Some(folder) = folder {
        // The entry of a new file in its folder has to reach the disk as well.
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Every line of the ledger; none when there is no ledger yet. A last line that was cut off by a crash is left out: its
/// erasure was never acknowledged.
pub(crate) fn read(path: &Path) -> Result<Vec<LedgerLine>, ServiceError> {
    let broken = |error| ServiceError::broken_by("the erasure ledger cannot be read", error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(broken(error)),
    };
    let lines = BufReader::new(file).lines().collect::<Result<Vec<String>, _>>().map_err(broken)?;
    let mut erasures = Vec::new();
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(erasure) => erasures.push(erasure),
            Err(_) if index == last => tracing::warn!("the last line of the erasure ledger was cut off"),
            Err(error) => {
                let context = format!("line {} of the erasure ledger cannot be read", index + 1);
                return Err(ServiceError::broken_by(context, error));
            }
        }
    }
    Ok(erasures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(invitation: &str) -> ErasureRow {
        ErasureRow {
            invitation_id: invitation.to_owned(),
            attempt_id: None,
            organisation_id: "o".to_owned(),
            campaign_id: "c".to_owned(),
            cause: "candidate".to_owned(),
            at: "2026-11-22T10:00:00.123456".parse().unwrap(),
        }
    }

    fn ledger(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("egard-ledger-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder.join("erasures.jsonl")
    }

    #[test]
    fn what_was_appended_is_read_in_order() {
        let path = ledger("order");

        append(&path, &erasure("a")).unwrap();
        append(&path, &erasure("b")).unwrap();

        let read: Vec<String> = read(&path).unwrap().into_iter().map(|line| line.invitation).collect();
        assert_eq!(read, ["a", "b"]);
    }

    #[test]
    fn no_ledger_is_an_empty_one() {
        assert_eq!(read(&ledger("none")).unwrap(), []);
    }

    #[test]
    fn a_line_cut_off_by_a_crash_is_left_out_and_a_broken_one_is_an_error() {
        let path = ledger("cut");
        append(&path, &erasure("a")).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();

        std::fs::write(&path, format!("{whole}{{\"invitation\":\"b")).unwrap();
        assert_eq!(read(&path).unwrap().len(), 1);

        std::fs::write(&path, format!("{{\"inv\n{whole}")).unwrap();
        assert!(read(&path).is_err());
    }
}
