//! The results of a campaign as a file: the newest ranking version, everyone in it, under tree names.
//!
//! One table of typed cells, in three shapes, written as CSV, JSON or XLSX. A name, an address and times are filled in
//! only for candidates whom the viewer has decided about or asked to see. The export is authorised and noted before
//! its first byte; rows are then read and written chunk by chunk.

mod answers;
mod cell;
pub mod dialect;
mod json;
mod results;
mod xlsx;

use std::sync::Arc;

use domain::ids::CampaignId;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, ListedRow, RankingFilter, RankingOrder};
use store::repo::ranking_versions::{self, RankingVersionRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::export::cell::Cell;
use crate::export::dialect::Dialect;
use crate::file_name::file_part;
use crate::packs::LoadedForm;
use crate::preregister::{PreregistrationHead, preregistration_head};
use crate::ranking::{SnapshotHead, snapshot_head};
use crate::rate_first::unrated;
use crate::state::Services;
use crate::viewer::Staff;

pub use self::results::COLUMNS;

/// People read and written at a time.
const CHUNK: i64 = 500;

/// Rows that a sheet of a spreadsheet holds below its head.
const MOST_SHEET_ROWS: usize = 1_048_575;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text, in one of two dialects.
    Csv(Dialect),
    /// An object with `notes` and `rows`.
    Json,
    /// A workbook with a sheet of rows and a sheet of notes.
    Xlsx,
}

impl Format {
    /// The format of the codes in an address: `csv` (with a dialect), `excel-fr`,
    /// `json` or `xlsx`; CSV when left out.
    #[must_use]
    pub fn parse(format: &str, dialect: &str) -> Option<Self> {
        let dialect = if dialect.is_empty() { Some(Dialect::International) } else { Dialect::parse(dialect) };
        match format {
            "" | "csv" => dialect.map(Self::Csv),
            "excel-fr" => Some(Self::Csv(Dialect::ExcelFrench)),
            "json" => Some(Self::Json),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The code for the audit and the name of the file.
    const fn code(self) -> &'static str {
        match self {
            Self::Csv(dialect) => dialect.code(),
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }

    /// What a browser is told that the file is.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv(_) => "text/csv; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A row a person: scores, band, ranks, counts, decision.
    #[default]
    Results,
    /// A row a person: who, the score, and a column for each answer.
    Wide,
    /// A row an answer.
    Long,
}

impl Shape {
    /// The shape of a code; results when left out.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "" | "results" => Some(Self::Results),
            "wide" => Some(Self::Wide),
            "long" => Some(Self::Long),
            _ => None,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::Wide => "wide",
            Self::Long => "long",
        }
    }
}

/// An export that was authorised and noted, and is still to be written.
pub struct Export {
    /// Its name, without a word about anybody.
    pub name: String,
    /// How it is written.
    pub format: Format,
    shape: Shape,
    viewer: Staff,
    campaign: CampaignRow,
    form: Arc<LoadedForm>,
    ranking: Option<ExportedRanking>,
}

/// The version behind an export.
struct ExportedRanking {
    version: RankingVersionRow,
    /// Rows that the version holds.
    n_rows: usize,
    snapshot: SnapshotHead,
    preregistration: Option<PreregistrationHead>,
}

/// Takes the bytes of a file as they come; an error says that nobody reads any more.
pub type Sink<'a> = dyn FnMut(Vec<u8>) -> Result<(), SinkClosed> + 'a;

/// Nobody reads the file any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody reads the file any more")]
pub struct SinkClosed;

impl From<SinkClosed> for ServiceError {
    fn from(_: SinkClosed) -> Self {
        Self::Conflict("download_stopped")
    }
}

impl Services {
    /// Authorises and notes an export of a campaign's results.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer exports and the campaign is theirs; [`ServiceError::Conflict`]
    /// `too_many_rows` when a workbook cannot hold them, `rate_first` while the viewer has people to rate: the order of
    /// the rows alone would tell of them.
    pub fn prepare_export(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        format: Format,
        shape: Shape,
    ) -> Result<Export, ServiceError> {
        require(viewer, Permission::Export)?;
        let (campaign, version) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            if unrated(conn, viewer, &row.id)? > 0 {
                return Err(ServiceError::Conflict("rate_first"));
            }
            let version = ranking_versions::newest(conn, &row.id)?;
            Ok((row, version))
        })?;
        let key = version.as_ref().map_or(&campaign.key_row_id, |version| &version.key_row_id);
        let form = self.form_with_key(&campaign, key)?;
        let people = version.as_ref().map_or(0, |version| usize::try_from(version.n_finished).unwrap_or(0));
        let rows = if shape == Shape::Long { people.saturating_mul(answers::slots(&form)) } else { people };
        if format == Format::Xlsx && rows > MOST_SHEET_ROWS {
            return Err(ServiceError::Conflict("too_many_rows"));
        }
        let sequence = version.as_ref().map_or(0, |version| version.sequence);
        let ranking = match version {
            Some(version) => Some(self.read(|conn| {
                let n_rows = usize::try_from(ranking_rows::count_rows(conn, &version.id)?).unwrap_or(0);
                Ok(ExportedRanking {
                    n_rows,
                    snapshot: snapshot_head(conn, &version.snapshot_id)?,
                    preregistration: preregistration_head(conn, &campaign.id, &version.key_row_id)?,
                    version,
                })
            })?),
            None => None,
        };
        self.write(|tx| {
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::ResultsExported,
                entity: Entity::Campaign,
                entity_id: campaign.id.clone(),
                detail: format!(
                    "format={};shape={};version={sequence};n={people}",
                    format.code(),
                    shape.code()
                ),
                address: viewer.address.clone(),
            });
            Ok(())
        })?;
        let name = name(&campaign.title, sequence, shape, format);
        Ok(Export { name, format, shape, viewer: viewer.clone(), campaign, form, ranking })
    }

    /// Writes an export that was prepared.
    ///
    /// # Errors
    /// [`ServiceError`] when rows cannot be read or written, or nobody reads any more: the file is then cut off.
    pub fn write_export(&self, export: &Export, sink: &mut Sink<'_>) -> Result<(), ServiceError> {
        match export.format {
            Format::Csv(dialect) => {
                let mut head = dialect.mark().to_vec();
                head.extend(dialect.rows(&[export.heads()])?);
                sink(head)?;
                export.for_each_chunk(self, &mut |rows| {
                    let texts: Vec<Vec<String>> = rows
                        .iter()
                        .map(|row| row.iter().map(|cell| cell.text(dialect, export.zone())).collect())
                        .collect();
                    Ok(sink(dialect.rows(&texts)?)?)
                })
            }
            Format::Json => json::write(self, export, sink),
            Format::Xlsx => xlsx::write(self, export, sink),
        }
    }
}

/// The name of a file: its campaign, the number of the ranking, and what is in it.
fn name(title: &str, sequence: i32, shape: Shape, format: Format) -> String {
    let campaign = file_part(title);
    let version = format!("v{sequence}");
    let dialect = Some(format.code()).filter(|code| *code != format.extension());
    let parts = ["egard", &campaign, &version, shape.code()];
    let parts: Vec<&str> = parts.into_iter().chain(dialect).filter(|part| !part.is_empty()).collect();
    format!("{}.{}", parts.join("-"), format.extension())
}

impl Export {
    fn zone(&self) -> &str {
        &self.campaign.time_zone
    }

    /// The names of the columns.
    fn heads(&self) -> Vec<String> {
        match self.shape {
            Shape::Results => COLUMNS.map(str::to_owned).to_vec(),
            Shape::Wide => answers::wide_heads(&self.form),
            Shape::Long => answers::LONG_COLUMNS.map(str::to_owned).to_vec(),
        }
    }

    /// Hands over all rows in order, chunk by chunk.
    fn for_each_chunk(
        &self,
        services: &Services,
        take: &mut dyn FnMut(Vec<Vec<Cell>>) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let Some(ranking) = &self.ranking else { return Ok(()) };
        let everyone = RankingFilter::default();
        let (mut after, mut met) = (0, 0_usize);
        for ranked in [true, false] {
            loop {
                let rows = services.read(|conn| {
                    let version = &ranking.version.id;
                    let chunk: Vec<ListedRow> = if ranked {
                        ranking_rows::page(conn, version, &everyone, RankingOrder::Random, after, CHUNK)?
                    } else {
                        ranking_rows::unranked(conn, version, &everyone, after, CHUNK)?
                    };
                    let Some(last) = chunk.last() else { return Ok(None) };
                    after = last.row.row_number;
                    met += chunk.len();
                    let rows = match self.shape {
                        Shape::Results => results::rows(self, ranking, conn, &chunk)?,
                        Shape::Wide => answers::wide_rows(self, conn, &chunk)?,
                        Shape::Long => answers::long_rows(self, conn, &chunk)?,
                    };
                    Ok(Some(rows))
                })?;
                match rows {
                    Some(rows) => take(rows)?,
                    None => break,
                }
            }
        }
        // A version that is pruned meanwhile must not end as a file that seems whole.
        if met == ranking.n_rows { Ok(()) } else { Err(ServiceError::Conflict("ranking_gone")) }
    }

    /// Whether scores are no evidence yet: nobody has checked the key, or its answers can be looked up.
    fn is_pilot(&self) -> bool {
        self.form.key.is_provisional() || self.form.pack.is_public
    }

    /// What a reader has to know beside the rows, by name.
    fn notes(&self) -> Vec<(&'static str, Cell)> {
        let text = |text: &str| Cell::Text(text.to_owned());
        let form = &self.form;
        let mut notes = vec![
            ("campaign_id", text(&self.campaign.id)),
            ("test_id", text(form.pack.id.as_str())),
            ("test_version", text(&form.pack.version)),
            ("form_id", text(form.form.id.as_str())),
            ("form_version", Cell::Whole(i64::from(form.form.version))),
            ("key_version", text(&form.key.version)),
            ("key_provenance", text(form.key.provenance.code())),
            ("is_pilot", Cell::Flag(self.is_pilot())),
            ("is_demonstration", Cell::Flag(self.viewer.is_demo)),
            ("chance_level_0_100", Cell::Number(form.chance_level)),
            ("interval_coverage_percent", Cell::Whole(95)),
        ];
        if let Some(ExportedRanking { version, snapshot, preregistration, .. }) = &self.ranking {
            notes.extend([
                ("snapshot_id", text(&snapshot.id)),
                ("snapshot_n", Cell::Whole(i64::from(snapshot.n))),
                ("snapshot_date", Cell::Time(snapshot.taken_at)),
                ("ranking_version", Cell::Whole(i64::from(version.sequence))),
                ("ranking_date", Cell::Time(version.made_at)),
                ("ranking_method", text(&version.rank_method)),
                ("n_finished", Cell::Whole(i64::from(version.n_finished))),
                ("n_ranked", Cell::Whole(i64::from(version.n_ranked))),
                ("sem_of_a_complete_form", Cell::Number(version.sem)),
            ]);
            if let Some(fixed) = preregistration {
                notes.push(("preregistration_sha256", text(&fixed.hash)));
                notes.push(("preregistration_date", Cell::Time(fixed.published_at)));
                notes.push(("preregistration_n_ended", Cell::Whole(i64::from(fixed.n_ended))));
            }
        }
        notes
    }
}
