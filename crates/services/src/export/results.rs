//! A row a person: what the ranking says, with every version behind it.

use std::collections::{HashMap, HashSet};

use store::conn::DbConn;
use store::repo::ranking_rows::ListedRow;
use store::repo::scores::{self, ScoreRow};
use store::repo::unblindings::IdentityRow;
use store::repo::{decisions, unblindings};

use crate::error::ServiceError;
use crate::export::cell::Cell;
use crate::export::{Export, ExportedRanking};
use crate::ranking::{band_letters, blind_name};

/// The columns, in order.
pub const COLUMNS: [&str; 36] = [
    "candidate_id",
    "tree_name",
    "status",
    "language",
    "test_id",
    "test_version",
    "form_id",
    "form_version",
    "key_version",
    "key_provenance",
    "is_pilot",
    "is_demonstration",
    "snapshot_id",
    "snapshot_date",
    "snapshot_n",
    "ranking_version",
    "ranking_date",
    "n_finished",
    "n_ranked",
    "score_0_100",
    "sem",
    "low_95",
    "high_95",
    "band",
    "rank_low",
    "rank_high",
    "unranked_reason",
    "n_scored",
    "n_answered",
    "n_counted_zero",
    "n_left_out",
    "decision",
    "name",
    "email",
    "started_at",
    "finished_at",
];

/// What is known beside a chunk of rows.
struct Beside {
    scores: HashMap<String, ScoreRow>,
    identities: HashMap<String, IdentityRow>,
}

/// The rows of a chunk, in the order of [`COLUMNS`].
pub(super) fn rows(
    export: &Export,
    ranking: &ExportedRanking,
    conn: &mut DbConn,
    chunk: &[ListedRow],
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let ids: Vec<String> = chunk.iter().filter_map(|listed| listed.row.attempt_id.clone()).collect();
    let user = export.viewer.user.as_str();
    let mut known: HashSet<String> = unblindings::among(conn, user, &ids)?.into_iter().collect();
    known.extend(decisions::own_among(conn, user, &ids)?);
    let known: Vec<String> = known.into_iter().collect();
    let scores = scores::of_attempts(conn, &ranking.version.snapshot_id, &ids)?;
    let beside = Beside {
        scores: scores.into_iter().map(|score| (score.attempt_id.clone(), score)).collect(),
        identities: unblindings::identities(conn, &known)?
            .into_iter()
            .map(|identity| (identity.attempt_id.clone(), identity))
            .collect(),
    };
    let versions = version_cells(export, ranking);
    Ok(chunk
        .iter()
        .map(|listed| {
            let mut cells = person_cells(listed);
            cells.extend(versions.iter().cloned());
            cells.extend(score_cells(listed, &beside));
            cells.extend(identity_cells(listed, &beside));
            cells
        })
        .collect())
}

/// Who, as far as anyone may know.
pub(super) fn person_cells(listed: &ListedRow) -> Vec<Cell> {
    match &listed.person {
        Some(person) => vec![
            Cell::Text(person.public_id.clone()),
            Cell::Text(blind_name(person.tree_number)),
            Cell::Text(person.state.clone()),
            Cell::Text(person.language.clone()),
        ],
        None => vec![Cell::Empty, Cell::Empty, Cell::Text("erased".to_owned()), Cell::Empty],
    }
}

fn version_cells(export: &Export, ranking: &ExportedRanking) -> Vec<Cell> {
    let ExportedRanking { version, snapshot, .. } = ranking;
    let form = &export.form;
    vec![
        Cell::Text(form.pack.id.as_str().to_owned()),
        Cell::Text(form.pack.version.clone()),
        Cell::Text(form.form.id.as_str().to_owned()),
        Cell::Whole(i64::from(form.form.version)),
        Cell::Text(form.key.version.clone()),
        Cell::Text(form.key.provenance.code().to_owned()),
        Cell::Flag(export.is_pilot()),
        Cell::Flag(export.viewer.is_demo),
        Cell::Text(snapshot.id.clone()),
        Cell::Time(snapshot.taken_at),
        Cell::Whole(i64::from(snapshot.n)),
        Cell::Whole(i64::from(version.sequence)),
        Cell::Time(version.made_at),
        Cell::Whole(i64::from(version.n_finished)),
        Cell::Whole(i64::from(version.n_ranked)),
    ]
}

fn score_cells(listed: &ListedRow, beside: &Beside) -> Vec<Cell> {
    let row = &listed.row;
    // Who has no rank has no score to compare either.
    let ranked = |value: Option<f64>| Cell::of_number(value.filter(|_| row.band.is_some()));
    let score = row.attempt_id.as_ref().and_then(|id| beside.scores.get(id));
    vec![
        ranked(row.score),
        ranked(row.sem),
        ranked(row.low),
        ranked(row.high),
        row.band.map_or(Cell::Empty, |band| Cell::Text(band_letters(band))),
        Cell::of_whole(row.rank_low),
        Cell::of_whole(row.rank_high),
        Cell::of_text(row.unranked_reason.as_deref()),
        Cell::of_whole(score.map(|score| score.n_scored)),
        Cell::of_whole(score.map(|score| score.n_answered)),
        Cell::of_whole(score.map(|score| score.n_counted_zero)),
        Cell::of_whole(score.map(|score| score.n_left_out)),
    ]
}

fn identity_cells(listed: &ListedRow, beside: &Beside) -> Vec<Cell> {
    let decision = listed.person.as_ref().and_then(|person| person.decision.as_deref());
    let identity = listed.row.attempt_id.as_ref().and_then(|id| beside.identities.get(id));
    vec![
        Cell::of_text(decision),
        Cell::of_text(identity.and_then(|identity| identity.name.as_deref())),
        Cell::of_text(identity.and_then(|identity| identity.email.as_deref())),
        Cell::of_time(identity.map(|identity| identity.started_at)),
        Cell::of_time(identity.and_then(|identity| identity.finished_at)),
    ]
}
