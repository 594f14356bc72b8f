//! Comparison groups: named, dated, frozen sets of scores of one form under one key in one organisation. An owner makes
//! them, anybody who reads manuals sees them, and a campaign chooses the one that its reports show.
//!
//! A group keeps counts of whole points and no id of anybody, so that an erasure has nothing to take out of it. It is
//! never changed; a retired one is shown by no report any more.

mod apart;
pub mod making;

use chrono::{NaiveDate, NaiveDateTime};
use domain::ids::{CampaignId, NormGroupId};
use domain::language::Language;
use psychometrics::norms::{Bin, PercentileReading, Quartiles, ScoreCounts};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow, Wanted};
use store::repo::norm_groups::{self, NormGroupRow};
use store::repo::snapshots;

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ranking::{CampaignHead, Measure, snapshot_head};
use crate::report::ReportScore;
use crate::score_attempt::{campaign_form, form_of};
use crate::state::{Services, Tx};
use crate::viewer::Staff;
use crate::weights::weights_in_force;

/// More groups than an organisation keeps.
const MOST_GROUPS: i64 = 200;

/// Fewest people of a group for a percentile, for pages.
pub const PEOPLE_FOR_PERCENTILES: u32 = psychometrics::norms::FEWEST_FOR_PERCENTILES;

/// Campaigns whose manuals are listed.
const MOST_MANUALS: i64 = 200;

/// Which group: what stands beside every figure that comes from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormHead {
    /// Id.
    pub id: String,
    /// Its French name.
    pub name_fr: String,
    /// Its English name.
    pub name_en: String,
    /// People in it.
    pub n: u32,
    /// The first day on which somebody in it finished.
    pub from_on: NaiveDate,
    /// The last day.
    pub to_on: NaiveDate,
    /// When it was frozen, UTC.
    pub made_at: NaiveDateTime,
    /// When it was retired, UTC.
    pub retired_at: Option<NaiveDateTime>,
}

impl NormHead {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.name_fr,
            Language::En => &self.name_en,
        }
    }

    fn of(row: &NormGroupRow) -> Result<Self, ServiceError> {
        Ok(Self {
            id: row.id.clone(),
            name_fr: row.name_fr.clone(),
            name_en: row.name_en.clone(),
            n: u32::try_from(row.n).map_err(fault)?,
            from_on: row.from_on,
            to_on: row.to_on,
            made_at: row.made_at,
            retired_at: row.retired_at,
        })
    }
}

/// A group with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct NormGroup {
    /// Which.
    pub head: NormHead,
    /// Mean of the scores.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// Quartiles, from 100 people on.
    pub quartiles: Option<Quartiles>,
    counts: ScoreCounts,
}

impl NormGroup {
    fn of(row: &NormGroupRow) -> Result<Self, ServiceError> {
        let counts: Vec<u32> = serde_json::from_str(&row.counts).map_err(fault)?;
        let counts = ScoreCounts::from_counts(counts).map_err(fault)?;
        Ok(Self {
            head: NormHead::of(row)?,
            mean: row.mean,
            sd: row.sd,
            quartiles: counts.quartiles(),
            counts,
        })
    }

    /// The percentile of a score and of the limits of its interval; nothing under 100 people.
    #[must_use]
    pub fn percentile(&self, score: ReportScore) -> Option<PercentileReading> {
        self.counts.reading(score.low, score.score, score.high)
    }
}

/// The page of one group.
#[derive(Clone, Debug)]
pub struct NormPage {
    /// The group.
    pub group: NormGroup,
    /// What it is, in French; may be empty.
    pub description_fr: String,
    /// What it is, in English; may be empty.
    pub description_en: String,
    /// What its scores were made with.
    pub measure: Measure,
    /// The titles of the campaigns that it was taken from.
    pub campaigns: Vec<String>,
    /// People in bins of five points; too few are hidden.
    pub bins: Vec<Bin>,
}

/// A manual in the list.
#[derive(Clone, Debug)]
pub struct ManualLine {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What it is scored with, and the newest statistics.
    pub measure: Measure,
}

/// The manuals and the comparison groups of an organisation.
#[derive(Clone, Debug)]
pub struct EvidencePage {
    /// The manuals, one a campaign, the newest first.
    pub manuals: Vec<ManualLine>,
    /// The groups, the newest first.
    pub groups: Vec<NormHead>,
}

/// The group that a campaign's reports show, and those that it may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormChoice {
    /// The one that is shown.
    pub chosen: Option<NormHead>,
    /// Those of its form and key that are not retired.
    pub offered: Vec<NormHead>,
}

impl Services {
    /// The manuals and comparison groups of the organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reads manuals.
    pub fn evidence(&self, viewer: &Staff) -> Result<EvidencePage, ServiceError> {
        require(viewer, Permission::ReadManual)?;
        let organisation = viewer.organisation.as_str();
        let rows =
            self.read(|conn| Ok(campaigns::page(conn, organisation, Wanted::All, None, MOST_MANUALS)?))?;
        // Packs and keys are kept in memory; at most MOST_MANUALS campaigns.
        let forms = rows.iter().map(|row| campaign_form(self, row)).collect::<Result<Vec<_>, _>>()?;
        let now = self.now();
        self.read(|conn| {
            let mut manuals = Vec::with_capacity(rows.len());
            for (row, form) in rows.iter().zip(&forms) {
                let newest = snapshots::newest(conn, form_of(row))?;
                let newest = newest.map(|newest| snapshot_head(conn, &newest.id)).transpose()?;
                manuals.push(ManualLine {
                    campaign: CampaignHead::of(row, now),
                    measure: Measure::of(form, newest),
                });
            }
            let groups = norm_groups::list(conn, organisation, MOST_GROUPS)?;
            Ok(EvidencePage { manuals, groups: groups.iter().map(NormHead::of).collect::<Result<_, _>>()? })
        })
    }

    /// One comparison group.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reads manuals and the group is their organisation's.
    pub fn norm_group(&self, viewer: &Staff, group: &NormGroupId) -> Result<NormPage, ServiceError> {
        require(viewer, Permission::ReadManual)?;
        let (row, campaign, titles) = self.read(|conn| {
            let row = norm_groups::find(conn, viewer.organisation.as_str(), group.as_str())?;
            let campaigns = norm_groups::campaigns_of(conn, &row.id)?;
            let first = campaigns.first().ok_or_else(|| ServiceError::broken("a group of no campaign"))?;
            let campaign = campaigns::load(conn, first)?;
            let titles = norm_groups::titles_of(conn, &row.id)?;
            Ok((row, campaign, titles))
        })?;
        let form = self.form_with_key(&campaign, &row.key_row_id)?;
        let snapshot = self.read(|conn| snapshot_head(conn, &row.snapshot_id))?;
        let group = NormGroup::of(&row)?;
        Ok(NormPage {
            bins: group.counts.bins(),
            group,
            description_fr: row.description_fr,
            description_en: row.description_en,
            measure: Measure::of(&form, Some(snapshot)),
            campaigns: titles,
        })
    }

    /// Retires a comparison group: no report shows it any more. Retiring it again changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages keys and the group is their organisation's.
    pub fn retire_norm_group(&self, viewer: &Staff, group: &NormGroupId) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        self.write(|tx| {
            let row = norm_groups::find(tx.conn, viewer.organisation.as_str(), group.as_str())?;
            if row.retired_at.is_some() {
                return Ok(());
            }
            norm_groups::retire(tx.conn, &row.id, tx.now)?;
            note(tx, viewer, Action::NormGroupRetired, row.id, String::new());
            Ok(())
        })
    }

    /// The group that the reports of a campaign show, and those that it may choose.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reads manuals and the campaign is theirs.
    pub fn norm_choice(&self, viewer: &Staff, campaign: &CampaignId) -> Result<NormChoice, ServiceError> {
        require(viewer, Permission::ReadManual)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            Ok(NormChoice {
                chosen: chosen_norm(conn, &row, &row.key_row_id)?.map(|group| group.head),
                offered: offered(conn, &row)?,
            })
        })
    }

    /// Lets the reports of a campaign show a comparison group, or the people of the campaign again. Choosing what is
    /// chosen changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `norm` unless the group is one of the campaign's form and key and not retired;
    /// [`ServiceError::NotFound`] unless the viewer manages campaigns and the campaign is theirs.
    pub fn choose_norm_group(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        group: Option<&str>,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let known = offered(tx.conn, &row)?;
            if group.is_some_and(|group| !known.iter().any(|head| head.id == group)) {
                return Err(ServiceError::invalid("norm", "not_offered"));
            }
            let stands = chosen_norm(tx.conn, &row, &row.key_row_id)?.map(|group| group.head.id);
            if stands.as_deref() == group {
                return Ok(());
            }
            norm_groups::choose(tx.conn, &row.id, group, tx.now)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::NormGroupChosen,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("group={}", group.unwrap_or("none")),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

/// The groups of a campaign's form and key that are not retired, the newest first; none where the campaign has chosen
/// weights of its own, whose scores are on another scale.
///
/// # Errors
/// That the database cannot be asked.
pub(crate) fn offered(conn: &mut DbConn, campaign: &CampaignRow) -> Result<Vec<NormHead>, ServiceError> {
    if weights_in_force(conn, &campaign.id)?.is_some() {
        return Ok(Vec::new());
    }
    let rows = norm_groups::of_form(conn, form_of(campaign), MOST_GROUPS)?;
    rows.iter().filter(|row| row.retired_at.is_none()).map(NormHead::of).collect()
}

/// The group that a campaign's reports show for scores under a key; nothing when it is of another key or retired, or
/// when weights chosen since put the campaign's scores on another scale.
///
/// # Errors
/// That the database cannot be asked.
pub(crate) fn chosen_norm(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    key_row: &str,
) -> Result<Option<NormGroup>, ServiceError> {
    if weights_in_force(conn, &campaign.id)?.is_some() {
        return Ok(None);
    }
    let row = norm_groups::chosen(conn, &campaign.id)?;
    let row = row.filter(|row| row.retired_at.is_none() && row.key_row_id == key_row);
    row.map(|row| NormGroup::of(&row)).transpose()
}

fn note(tx: &mut Tx<'_>, viewer: &Staff, action: Action, id: String, detail: String) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::NormGroup,
        entity_id: id,
        detail,
        address: viewer.address.clone(),
    });
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("a comparison group", error)
}
