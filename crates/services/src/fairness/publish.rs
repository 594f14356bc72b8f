//! Publishing the tables of a campaign: once for the people counted in it, and never altered.
//!
//! Whoever was counted is counted no more: a later edition holds other people only, so that no two editions can be
//! subtracted from each other. When an edition may be made depends on the calendar, on decisions and on a fixed number
//! of answers, never on what anybody answered.

use chrono::{NaiveDate, NaiveDateTime};
use domain::decision::DecisionCode;
use domain::demographics::Demographics;
use domain::ids::CampaignId;
use psychometrics::fairness::audit::above_median;
use serde::{Deserialize, Serialize};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::demographics::{self, PersonToCount};
use store::repo::fairness_editions::{self, FairnessEditionRow};
use store::repo::ranking_versions::{self, RankingVersionRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::candidate::{closing_time, stored};
use crate::error::ServiceError;
use crate::fairness::by_scenario::{ScenarioComparison, ScenarioTitle};
use crate::fairness::form::said_in;
use crate::fairness::participants::{Languages, compared_in, titles};
use crate::fairness::setting::{FairnessSetting, MOST_PEOPLE, setting_of};
use crate::fairness::tables::{Counted, PublishedTable, published_tables};
use crate::ids::row_uuid;
use crate::packs::LoadedForm;
use crate::state::{Services, Tx};
use crate::viewer::Staff;
use crate::zone;

/// Fewest answers that are published: below, every cell would be hidden.
pub const LEAST_ANSWERS: i64 = 20;
/// More editions than a campaign can have.
pub(super) const MOST_EDITIONS: i64 = 1_000;
/// The decisions that count as selected.
pub const SELECTED: [DecisionCode; 4] =
    [DecisionCode::Shortlist, DecisionCode::Interview, DecisionCode::Offer, DecisionCode::Hired];

/// What an edition says: counts after suppression, and what they rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditionContent {
    /// People in the tables: tests ended with a score that may be shown.
    pub people: u32,
    /// People left out because they withdrew.
    pub withdrawn: u32,
    /// People left out because they have no score, or one of too few answers.
    pub without_score: u32,
    /// People without a decision, counted as not selected.
    pub undecided: u32,
    /// Whether somebody was selected at all.
    pub has_selection: bool,
    /// Number of the ranking version whose scores were taken.
    pub ranking_version: i32,
    /// Version of the pack.
    pub pack_version: String,
    /// The form, with its version.
    pub form: String,
    /// Version of the key.
    pub key_version: String,
    /// Country whose law the hiring follows.
    pub country: String,
    /// Whether the people are invented.
    pub is_demo: bool,
    /// The tables.
    pub tables: Vec<PublishedTable>,
    /// The scored scenarios; nothing in editions of before they were compared.
    #[serde(default)]
    pub scenarios: Vec<ScenarioTitle>,
    /// Groups compared scenario by scenario, over every campaign of the form and key that has published.
    #[serde(default)]
    pub comparisons: Vec<ScenarioComparison>,
}

impl EditionContent {
    /// With the versions of a form and its key.
    fn made_with(self, form: &LoadedForm) -> Self {
        let [pack_version, form_version, key_version] = versions(form);
        Self { pack_version, form: form_version, key_version, scenarios: titles(form), ..self }
    }

    /// Whether it is of this form and key.
    pub(super) fn is_of(&self, form: &LoadedForm) -> bool {
        let own = [&self.pack_version, &self.form, &self.key_version];
        own.into_iter().eq(&versions(form))
    }
}

fn versions(form: &LoadedForm) -> [String; 3] {
    [
        format!("{} {}", form.pack.id, form.pack.version),
        format!("{} {}", form.form.id, form.form.version),
        form.key.version.clone(),
    ]
}

/// Whether tables can be published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// The campaign takes answers.
    StillOpen,
    /// Nothing is asked about people.
    NothingAsked,
    /// The ranking that the closing makes is on its way.
    RankingComes,
    /// Some people have no decision and the date of the decision has not come.
    Undecided {
        /// How many.
        people: u32,
        /// The date.
        until: NaiveDate,
    },
    /// Fewer than 20 people who are not counted yet have answered. How many is not told.
    TooFewAnswers,
    /// They can.
    Ready,
}

/// What a publication would be made of.
pub(super) struct Prepared {
    pub(super) readiness: Readiness,
    setting: FairnessSetting,
    version: Option<RankingVersionRow>,
    sequence: i32,
}

impl Services {
    /// Publishes the tables of a campaign: from then on they stay as they are.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `confirmed` without a yes; [`ServiceError::Conflict`] `not_ready`;
    /// [`ServiceError::NotFound`] when the viewer may not publish them.
    pub fn publish_fairness(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        is_confirmed: bool,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        require(viewer, Permission::ReadFairness)?;
        let languages =
            self.read(|conn| Languages::read(conn, viewer.organisation.as_str(), campaign.as_str()))?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if !is_confirmed {
                return Err(ServiceError::invalid("confirmed", "required"));
            }
            self.publish(tx, &row, viewer, languages.as_ref())
        })
    }

    /// Publishes the tables of a campaign that this transaction has locked.
    fn publish(
        &self,
        tx: &mut Tx<'_>,
        row: &CampaignRow,
        viewer: &Staff,
        languages: Option<&Languages>,
    ) -> Result<(), ServiceError> {
        let prepared = prepared(tx.conn, row, tx.now)?;
        let (Readiness::Ready, Some(version)) = (prepared.readiness, &prepared.version) else {
            return Err(ServiceError::Conflict("not_ready"));
        };
        let form = self.form_with_key(row, &version.key_row_id)?;
        let people = people_of(tx.conn, &prepared, version)?;
        let (content, counted) = content_of(&prepared, version, &people, viewer.is_demo)?;
        let content = content.made_with(&form);
        let counted: Vec<&str> = counted.iter().map(String::as_str).collect();
        demographics::mark_counted(tx.conn, &counted, prepared.sequence)?;
        let which = (version.key_row_id.as_str(), prepared.sequence);
        let comparisons = compared_in(tx.conn, row, &form, which, &content.tables, languages)?;
        let content = EditionContent { comparisons, ..content };
        let edition = FairnessEditionRow {
            id: row_uuid(tx.now, self.random()).to_string(),
            organisation_id: row.organisation_id.clone(),
            campaign_id: row.id.clone(),
            sequence: prepared.sequence,
            content: serde_json::to_string(&content).map_err(stored)?,
            published_by: Some(viewer.user.to_string()),
            published_on: zone::local(&row.time_zone, tx.now).date(),
        };
        fairness_editions::insert(tx.conn, &edition)?;
        tx.audit(Entry {
            organisation: viewer.organisation.clone(),
            actor: viewer.actor(),
            action: Action::FairnessPublished,
            entity: Entity::Campaign,
            entity_id: row.id.clone(),
            detail: format!("edition={};people={}", prepared.sequence, content.people),
            address: viewer.address.clone(),
        });
        Ok(())
    }
}

/// What could be published of a campaign now.
pub(super) fn prepared(
    conn: &mut DbConn,
    row: &CampaignRow,
    now: NaiveDateTime,
) -> Result<Prepared, ServiceError> {
    let setting = setting_of(conn, &row.id)?;
    let editions = fairness_editions::of_campaign(conn, &row.organisation_id, &row.id, MOST_EDITIONS)?;
    let sequence = editions.last().map_or(1, |edition| edition.sequence + 1);
    let mut prepared = Prepared { readiness: Readiness::StillOpen, setting, version: None, sequence };
    let closing = closing_time(&row.state, row.closes_at, row.closed_at)?;
    if closing.is_none_or(|closing| closing > now.and_utc()) {
        return Ok(prepared);
    }
    if setting.form.tables().is_empty() {
        prepared.readiness = Readiness::NothingAsked;
        return Ok(prepared);
    }
    let version = ranking_versions::newest(conn, &row.id)?;
    let (true, Some(version)) = (ranking_versions::has_closing(conn, &row.id)?, version) else {
        prepared.readiness = Readiness::RankingComes;
        return Ok(prepared);
    };
    // After the first edition: only who was in no edition and has answered since.
    let counts = demographics::counts_of_version(conn, &version.id, sequence > 1)?;
    prepared.version = Some(version);
    let today = zone::local(&row.time_zone, now).date();
    prepared.readiness = if counts.undecided > 0 && today < row.decision_on {
        let people = u32::try_from(counts.undecided).unwrap_or(u32::MAX);
        Readiness::Undecided { people, until: row.decision_on }
    } else if counts.answers < LEAST_ANSWERS {
        Readiness::TooFewAnswers
    } else {
        Readiness::Ready
    };
    Ok(prepared)
}

/// Who is counted in an edition of this version.
fn people_of(
    conn: &mut DbConn,
    prepared: &Prepared,
    version: &RankingVersionRow,
) -> Result<Vec<PersonToCount>, ServiceError> {
    let people = demographics::people_of_version(conn, &version.id, MOST_PEOPLE)?;
    let is_first = prepared.sequence == 1;
    let is_meant = |one: &PersonToCount| is_first || (one.answer.is_some() && one.counted_in.is_none());
    Ok(people.into_iter().filter(is_meant).collect())
}

fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn is_withdrawn(one: &PersonToCount) -> bool {
    one.decision.as_deref() == Some(DecisionCode::Withdrawn.code())
}

/// The content without the versions of the form, and the attempts that it counts.
fn content_of(
    prepared: &Prepared,
    version: &RankingVersionRow,
    all: &[PersonToCount],
    is_demo: bool,
) -> Result<(EditionContent, Vec<String>), ServiceError> {
    let stayed: Vec<&PersonToCount> = all.iter().filter(|one| !is_withdrawn(one)).collect();
    // A number of too few answers is shown to nobody: who has it has no score.
    let ranked = stayed.iter().filter(|one| one.unranked_reason.is_none());
    let scored: Vec<(&PersonToCount, f64)> =
        ranked.filter_map(|one| one.score.map(|score| (*one, score))).collect();
    let scores: Vec<f64> = scored.iter().map(|(_, score)| *score).collect();
    let median = above_median(&scores)
        .map_err(|error| ServiceError::broken_by("the scores of a table of groups", error))?;
    let is_selected = |one: &PersonToCount| {
        one.decision.as_deref().is_some_and(|code| SELECTED.iter().any(|selected| selected.code() == code))
    };
    let mut people = Vec::with_capacity(scored.len());
    for ((one, _), is_above) in scored.iter().zip(&median.is_above) {
        let said = one.answer.as_ref().map_or(Ok(Demographics::default()), said_in)?;
        let said = said.within(prepared.setting.form);
        people.push(Counted { said, is_above: *is_above, is_selected: is_selected(one) });
    }
    let has_selection = people.iter().any(|one| one.is_selected);
    let content = EditionContent {
        people: size(people.len()),
        withdrawn: size(all.len() - stayed.len()),
        without_score: size(stayed.len() - scored.len()),
        undecided: size(scored.iter().filter(|(one, _)| one.decision.is_none()).count()),
        has_selection,
        ranking_version: version.sequence,
        pack_version: String::new(),
        form: String::new(),
        key_version: String::new(),
        country: prepared.setting.country.code().to_owned(),
        is_demo,
        tables: published_tables(prepared.setting.form.tables(), &people, has_selection),
        scenarios: Vec::new(),
        comparisons: Vec::new(),
    };
    // Everybody who could have been counted, so that nobody is counted later by changing an answer.
    let counted = all.iter().filter(|one| one.answer.is_some());
    Ok((content, counted.map(|one| one.attempt_id.clone()).collect()))
}
