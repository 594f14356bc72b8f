//! How somebody was scored over time: one row for each key and each snapshot, oldest first. Nothing is overwritten.

use chrono::NaiveDateTime;
use store::conn::DbConn;
use store::repo::{pack_keys, scores, snapshots};

use crate::error::ServiceError;
use crate::report::{ReportScore, report_score};

/// Scores told at most, the newest ones.
const MOST: i64 = 20;

/// One score of the past, or the one in use.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// When it was made, UTC.
    pub at: NaiveDateTime,
    /// The version of the key.
    pub key_version: String,
    /// People of the snapshot.
    pub snapshot_n: i32,
    /// The score; nothing when no answer was given.
    pub score: Option<ReportScore>,
}

/// The scores of an attempt, oldest first.
pub(super) fn score_history(conn: &mut DbConn, attempt: &str) -> Result<Vec<ScoreLine>, ServiceError> {
    let mut lines = Vec::new();
    // At most MOST rows, two queries each.
    for row in scores::of_attempt(conn, attempt, MOST)? {
        lines.push(ScoreLine {
            at: row.created_at,
            key_version: pack_keys::find(conn, &row.key_row_id)?.version,
            snapshot_n: snapshots::load(conn, &row.snapshot_id)?.n,
            score: report_score(&row),
        });
    }
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}
