//! The results of a campaign as a CSV file: the newest ranking version, everyone in it, under tree names.
//!
//! A name, an address and times are filled in only for candidates whom the viewer has decided about or asked to see.

pub mod dialect;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;
use domain::ids::CampaignId;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, ListedRow, RankingFilter, RankingOrder};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::scores::{self, ScoreRow};
use store::repo::unblindings::IdentityRow;
use store::repo::{decisions, unblindings};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::export_csv::dialect::{Dialect, iso_time};
use crate::packs::LoadedForm;
use crate::ranking::{SnapshotHead, band_letters, blind_name, snapshot_head};
use crate::state::Services;
use crate::viewer::Staff;

/// People read and written at a time.
const CHUNK: i64 = 500;

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

/// A file to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name, without a word about anybody.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Services {
    /// The results of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer exports and the campaign is theirs.
    pub fn export_results(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        dialect: Dialect,
    ) -> Result<ExportedFile, ServiceError> {
        require(viewer, Permission::Export)?;
        let (row, version) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let version = ranking_versions::newest(conn, &row.id)?;
            Ok((row, version))
        })?;
        let key = version.as_ref().map_or(&row.key_row_id, |version| &version.key_row_id);
        let form = self.form_with_key(&row, key)?;
        let mut bytes = dialect.mark().to_vec();
        bytes.extend(dialect.rows(&[COLUMNS.map(str::to_owned).to_vec()])?);
        let mut n = 0;
        if let Some(version) = &version {
            let snapshot = self.read(|conn| snapshot_head(conn, &version.snapshot_id))?;
            let sheet = Sheet { viewer, campaign: &row, version, snapshot, form: &form, dialect };
            n = self.read(|conn| sheet.write_all(conn, &mut bytes))?;
        }
        let sequence = version.as_ref().map_or(0, |version| version.sequence);
        self.write(|tx| {
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::ResultsExported,
                entity: Entity::Campaign,
                entity_id: row.id.clone(),
                detail: format!("dialect={};version={sequence};n={n}", dialect.code()),
                address: viewer.address.clone(),
            });
            Ok(())
        })?;
        Ok(ExportedFile { name: format!("egard-v{sequence}-{}.csv", dialect.code()), bytes })
    }
}

/// What is the same in every row.
struct Sheet<'a> {
    viewer: &'a Staff,
    campaign: &'a CampaignRow,
    version: &'a RankingVersionRow,
    snapshot: SnapshotHead,
    form: &'a LoadedForm,
    dialect: Dialect,
}

/// What is known beside a chunk of rows.
struct Beside {
    scores: HashMap<String, ScoreRow>,
    identities: HashMap<String, IdentityRow>,
}

impl Sheet<'_> {
    /// Writes everyone, chunk by chunk; how many there were.
    fn write_all(&self, conn: &mut DbConn, bytes: &mut Vec<u8>) -> Result<usize, ServiceError> {
        let everyone = RankingFilter::default();
        let (mut n, mut after) = (0, 0);
        loop {
            let chunk =
                ranking_rows::page(conn, &self.version.id, &everyone, RankingOrder::Random, after, CHUNK)?;
            let Some(last) = chunk.last() else { break };
            after = last.row.row_number;
            n += self.write_chunk(conn, &chunk, bytes)?;
        }
        loop {
            let chunk = ranking_rows::unranked(conn, &self.version.id, &everyone, after, CHUNK)?;
            let Some(last) = chunk.last() else { return Ok(n) };
            after = last.row.row_number;
            n += self.write_chunk(conn, &chunk, bytes)?;
        }
    }

    fn write_chunk(
        &self,
        conn: &mut DbConn,
        chunk: &[ListedRow],
        bytes: &mut Vec<u8>,
    ) -> Result<usize, ServiceError> {
        let ids: Vec<String> = chunk.iter().filter_map(|listed| listed.row.attempt_id.clone()).collect();
        let user = self.viewer.user.as_str();
        let mut known: HashSet<String> = unblindings::among(conn, user, &ids)?.into_iter().collect();
        known.extend(decisions::own_among(conn, user, &ids)?);
        let known: Vec<String> = known.into_iter().collect();
        let scores = scores::of_attempts(conn, &self.version.snapshot_id, &ids)?;
        let beside = Beside {
            scores: scores.into_iter().map(|score| (score.attempt_id.clone(), score)).collect(),
            identities: unblindings::identities(conn, &known)?
                .into_iter()
                .map(|identity| (identity.attempt_id.clone(), identity))
                .collect(),
        };
        let rows: Vec<Vec<String>> = chunk.iter().map(|listed| self.cells(listed, &beside)).collect();
        bytes.extend(self.dialect.rows(&rows)?);
        Ok(rows.len())
    }

    /// The cells of one person, in the order of [`COLUMNS`].
    fn cells(&self, listed: &ListedRow, beside: &Beside) -> Vec<String> {
        let mut cells = self.person_cells(listed);
        cells.extend(self.version_cells());
        cells.extend(self.score_cells(listed, beside));
        cells.extend(self.identity_cells(listed, beside));
        cells
    }

    fn person_cells(&self, listed: &ListedRow) -> Vec<String> {
        match &listed.person {
            Some(person) => vec![
                person.public_id.clone(),
                blind_name(person.tree_number),
                person.state.clone(),
                person.language.clone(),
            ],
            None => vec![String::new(), String::new(), "erased".to_owned(), String::new()],
        }
    }

    fn version_cells(&self) -> Vec<String> {
        vec![
            self.form.pack.id.as_str().to_owned(),
            self.form.pack.version.clone(),
            self.form.form.id.as_str().to_owned(),
            self.form.form.version.to_string(),
            self.form.key.version.clone(),
            self.form.key.provenance.code().to_owned(),
            self.form.key.is_provisional().to_string(),
            self.viewer.is_demo.to_string(),
            self.snapshot.id.clone(),
            self.time(Some(self.snapshot.taken_at)),
            self.snapshot.n.to_string(),
            self.version.sequence.to_string(),
            self.time(Some(self.version.made_at)),
            self.version.n_finished.to_string(),
            self.version.n_ranked.to_string(),
        ]
    }

    fn score_cells(&self, listed: &ListedRow, beside: &Beside) -> Vec<String> {
        let row = &listed.row;
        // Who has no rank has no score to compare either.
        let ranked = |value: Option<f64>| self.dialect.number(value.filter(|_| row.band.is_some()));
        let whole = |value: Option<i32>| value.map_or_else(String::new, |value| value.to_string());
        let score = row.attempt_id.as_ref().and_then(|id| beside.scores.get(id));
        vec![
            ranked(row.score),
            ranked(row.sem),
            ranked(row.low),
            ranked(row.high),
            row.band.map_or_else(String::new, band_letters),
            whole(row.rank_low),
            whole(row.rank_high),
            row.unranked_reason.clone().unwrap_or_default(),
            whole(score.map(|score| score.n_scored)),
            whole(score.map(|score| score.n_answered)),
            whole(score.map(|score| score.n_counted_zero)),
            whole(score.map(|score| score.n_left_out)),
        ]
    }

    fn identity_cells(&self, listed: &ListedRow, beside: &Beside) -> Vec<String> {
        let decision = listed.person.as_ref().and_then(|person| person.decision.clone()).unwrap_or_default();
        let identity = listed.row.attempt_id.as_ref().and_then(|id| beside.identities.get(id));
        vec![
            decision,
            identity.and_then(|identity| identity.name.clone()).unwrap_or_default(),
            identity.and_then(|identity| identity.email.clone()).unwrap_or_default(),
            self.time(identity.map(|identity| identity.started_at)),
            self.time(identity.and_then(|identity| identity.finished_at)),
        ]
    }

    fn time(&self, at: Option<NaiveDateTime>) -> String {
        at.map_or_else(String::new, |at| iso_time(&self.campaign.time_zone, at))
    }
}
