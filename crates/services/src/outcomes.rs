//! What people later did at work, imported from a list by the ids of exports, and how scores go with it.
//!
//! Outcomes are stored apart and shown only as aggregates. Nothing that makes a score, a band, a rank or an order reads
//! them, and they go with the person at an erasure.

pub mod list;
pub mod validity;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Duration, NaiveDate, NaiveDateTime};
use domain::ids::{CampaignId, OutcomeImportId};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::norm_groups::campaigns_of_form;
use store::repo::outcomes::{self, NamedRow, OutcomeRow};
use store::repo::scores;

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::import_csv::split::Separator;
use crate::outcomes::list::{LineOutcome, ParsedOutcomes, Wanted, parse};
use crate::score_attempt::form_of;
use crate::state::Services;
use crate::viewer::Staff;

/// Campaigns of one form that are looked at together.
pub(crate) const MOST_CAMPAIGNS: i64 = 500;
/// Imports listed.
const MOST_IMPORTS: i64 = 50;

/// What an outcome is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// A rating of the work, on any one scale.
    Performance,
    /// Whether the person stayed, 1 or 0.
    Retained,
    /// Days the person stayed.
    RetentionDays,
    /// What customers said, on any one scale.
    CustomerSatisfaction,
}

impl Criterion {
    /// Every criterion, in the order of pages.
    pub const ALL: [Self; 4] =
        [Self::Performance, Self::Retained, Self::RetentionDays, Self::CustomerSatisfaction];

    /// The code as stored, which is the English name of its column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Retained => "retained",
            Self::RetentionDays => "retention_days",
            Self::CustomerSatisfaction => "customer_satisfaction",
        }
    }

    /// The criterion of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|criterion| criterion.code() == code)
    }
}

/// A line of a list, without what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedLine {
    /// Its number in the text, from 1.
    pub number: u32,
    /// What becomes of it.
    pub outcome: LineOutcome,
}

/// A list that was checked and of which nothing is stored yet.
#[derive(Clone, Debug)]
pub struct OutcomeCheck {
    /// Its lines, in order.
    pub lines: Vec<JudgedLine>,
    /// How many lines came to what.
    pub counts: BTreeMap<LineOutcome, usize>,
    /// Values that would be stored, by criterion.
    pub values: BTreeMap<Criterion, usize>,
    /// What stands between its cells.
    pub separator: Separator,
    /// Columns that are not used, as their header names them.
    pub ignored_columns: Vec<String>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedOutcomes {
    /// People of whom something was stored.
    pub people: usize,
    /// Values stored.
    pub values: usize,
    /// Lines left out, for whatever reason.
    pub left_out: usize,
}

/// An import as far as it still stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// Its id.
    pub id: String,
    /// When, UTC.
    pub imported_at: NaiveDateTime,
    /// Values that stand.
    pub values: i64,
}

impl Services {
    /// Checks a list of outcomes without storing anything.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] of the field `list` when it cannot be read at all; [`ServiceError::NotFound`] unless
    /// the viewer manages outcomes and the campaign is theirs.
    pub fn check_outcomes(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        text: &str,
    ) -> Result<OutcomeCheck, ServiceError> {
        require(viewer, Permission::ManageOutcomes)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let parsed = self.parsed_outcomes(text)?;
        let judged = self.read(|conn| Judged::of(conn, &row, &parsed))?;
        let mut counts = BTreeMap::new();
        for line in &judged.lines {
            *counts.entry(line.outcome).or_default() += 1;
        }
        let mut values = BTreeMap::new();
        for (_, wanted) in &judged.to_store {
            for (criterion, _) in &wanted.values {
                *values.entry(*criterion).or_default() += 1;
            }
        }
        Ok(OutcomeCheck {
            lines: judged.lines,
            counts,
            values,
            separator: parsed.separator,
            ignored_columns: parsed.ignored_columns,
        })
    }

    /// Stores the outcomes of a list, those of sound lines only; the same list again stores nothing more. No score, band,
    /// rank or order changes by it.
    ///
    /// # Errors
    /// As [`Services::check_outcomes`].
    pub fn import_outcomes(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        text: &str,
    ) -> Result<ImportedOutcomes, ServiceError> {
        require(viewer, Permission::ManageOutcomes)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let parsed = self.parsed_outcomes(text)?;
        self.write(|tx| {
            let judged = Judged::of(tx.conn, &row, &parsed)?;
            let ids: Vec<&str> = judged.to_store.iter().map(|(named, _)| named.attempt_id.as_str()).collect();
            let mut present: HashSet<String> = HashSet::new();
            for chunk in ids.chunks(1_000) {
                present.extend(scores::lock_present(tx.conn, chunk)?);
            }
            let import = row_uuid(tx.now, self.random()).to_string();
            let mut done = ImportedOutcomes::default();
            let mut rows = Vec::new();
            for (named, wanted) in
                judged.to_store.iter().filter(|(named, _)| present.contains(&named.attempt_id))
            {
                done.people += 1;
                rows.extend(wanted.values.iter().map(|(criterion, value)| OutcomeRow {
                    attempt_id: named.attempt_id.clone(),
                    criterion: criterion.code().to_owned(),
                    measured_on: wanted.measured_on,
                    organisation_id: row.organisation_id.clone(),
                    campaign_id: named.campaign_id.clone(),
                    value: *value,
                    import_id: import.clone(),
                    imported_by: Some(viewer.user.to_string()),
                    imported_at: tx.now,
                }));
            }
            done.values = rows.len();
            done.left_out = judged.lines.len() - done.people;
            if rows.is_empty() {
                return Ok(done);
            }
            outcomes::insert_many(tx.conn, &rows)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::OutcomesImported,
                entity: Entity::OutcomeImport,
                entity_id: import,
                detail: format!("people={};values={};campaign={}", done.people, done.values, row.id),
                address: viewer.address.clone(),
            });
            Ok(done)
        })
    }

    /// Deletes what an import brought; how many values that was.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages outcomes, and values of this import of their organisation
    /// stand.
    pub fn delete_outcomes(&self, viewer: &Staff, import: &OutcomeImportId) -> Result<usize, ServiceError> {
        require(viewer, Permission::ManageOutcomes)?;
        self.write(|tx| {
            let n = outcomes::delete_import(tx.conn, viewer.organisation.as_str(), import.as_str())?;
            if n == 0 {
                return Err(ServiceError::NotFound);
            }
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::OutcomesDeleted,
                entity: Entity::OutcomeImport,
                entity_id: import.to_string(),
                detail: format!("values={n}"),
                address: viewer.address.clone(),
            });
            Ok(n)
        })
    }

    /// The imports of which values stand for people of a campaign or of another one of its form, the newest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages outcomes and the campaign is theirs.
    pub fn outcome_imports(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<Vec<ImportLine>, ServiceError> {
        require(viewer, Permission::ManageOutcomes)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let of_form = campaigns_of_form(conn, form_of(&row), MOST_CAMPAIGNS)?;
            let ids: Vec<String> = of_form.into_iter().map(|row| row.id).collect();
            let rows = outcomes::imports(conn, viewer.organisation.as_str(), &ids, MOST_IMPORTS)?;
            Ok(rows
                .into_iter()
                .map(|row| ImportLine { id: row.import_id, imported_at: row.imported_at, values: row.n })
                .collect())
        })
    }

    fn parsed_outcomes(&self, text: &str) -> Result<ParsedOutcomes, ServiceError> {
        // No zone is more than 14 hours ahead of UTC.
        let today = (self.now() + Duration::hours(14)).date();
        parse(text, today).map_err(|problem| ServiceError::invalid("list", problem))
    }
}

/// A list held against what is stored.
struct Judged {
    lines: Vec<JudgedLine>,
    /// Whom the sound lines name, with what is new in them.
    to_store: Vec<(NamedRow, Wanted)>,
}

impl Judged {
    fn of(conn: &mut DbConn, campaign: &CampaignRow, parsed: &ParsedOutcomes) -> Result<Self, ServiceError> {
        let ids: Vec<String> = parsed
            .lines
            .iter()
            .filter_map(|(_, line)| line.as_ref().ok().map(|wanted| wanted.public_id.clone()))
            .collect();
        let named: HashMap<String, NamedRow> = outcomes::named(conn, &campaign.organisation_id, &ids)?
            .into_iter()
            .map(|row| (row.public_id.clone(), row))
            .collect();
        let attempts: Vec<String> = named.values().map(|row| row.attempt_id.clone()).collect();
        let known: HashSet<(String, String, NaiveDate)> =
            outcomes::known(conn, &attempts)?.into_iter().collect();
        let mut judged = Self { lines: Vec::new(), to_store: Vec::new() };
        for (number, line) in &parsed.lines {
            let outcome = match line {
                Err(outcome) => *outcome,
                Ok(wanted) => judged.judge(campaign, named.get(&wanted.public_id), &known, wanted),
            };
            judged.lines.push(JudgedLine { number: *number, outcome });
        }
        Ok(judged)
    }

    fn judge(
        &mut self,
        campaign: &CampaignRow,
        named: Option<&NamedRow>,
        known: &HashSet<(String, String, NaiveDate)>,
        wanted: &Wanted,
    ) -> LineOutcome {
        // Who was never here and who is of another organisation look the same.
        let Some(named) = named else { return LineOutcome::UnknownId };
        if named.erased_at.is_some() {
            return LineOutcome::ErasedPerson;
        }
        let is_of_form = named.pack_row_id == campaign.pack_row_id
            && named.form_id == campaign.form_id
            && named.form_version == campaign.form_version;
        if !is_of_form {
            return LineOutcome::OtherForm;
        }
        if named.state == "started" {
            return LineOutcome::NotFinished;
        }
        // Not the day of the test: asked day by day, it would tell when somebody took it.
        if wanted.measured_on < named.campaign_made_at.date() {
            return LineOutcome::BeforeCampaign;
        }
        let is_new = |criterion: Criterion| {
            let key = (named.attempt_id.clone(), criterion.code().to_owned(), wanted.measured_on);
            !known.contains(&key)
        };
        let values: Vec<(Criterion, f64)> =
            wanted.values.iter().filter(|(criterion, _)| is_new(*criterion)).copied().collect();
        if values.is_empty() {
            return LineOutcome::AlreadyStored;
        }
        self.to_store.push((named.clone(), Wanted { values, ..wanted.clone() }));
        LineOutcome::New
    }
}
