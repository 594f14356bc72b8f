//! How somebody was scored: one row for each key and each snapshot, oldest first. Nothing is overwritten. When is not
//! told: the first score is made at the end of the test, and its time would be the person's.

use store::conn::DbConn;
use store::repo::{pack_keys, scores, snapshots};

use crate::error::ServiceError;
use crate::report::{ReportScore, report_score};

/// Scores told at most, the newest ones.
const MOST: i64 = 20;

/// One score of the past, or the one in use.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// The version of the key.
    pub key_version: String,
    /// People of the snapshot.
    pub snapshot_n: i32,
    /// The score; nothing where it may not be ranked.
    pub score: Option<ReportScore>,
}

/// The scores of an attempt, oldest first.
pub(super) fn score_history(conn: &mut DbConn, attempt: &str) -> Result<Vec<ScoreLine>, ServiceError> {
    let mut lines = Vec::new();
    // At most MOST rows, two queries each.
    for row in scores::newest_of_attempt(conn, attempt, MOST)? {
        lines.push(ScoreLine {
            key_version: pack_keys::find(conn, &row.key_row_id)?.version,
            snapshot_n: snapshots::load(conn, &row.snapshot_id)?.n,
            score: report_score(&row).filter(|_| row.unranked_reason.is_none()),
        });
    }
    lines.reverse();
    Ok(lines)
}
