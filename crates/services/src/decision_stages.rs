//! The stages of a campaign's decisions in its own words: an ordered list of names in both languages, each standing for
//! one of the closed codes. Without a list the codes themselves are offered.
//!
//! A stage that changes its words or its code becomes another stage, so that a decision keeps the words it was taken in.

use domain::decision::DecisionCode;
use domain::ids::CampaignId;
use domain::language::Language;
use store::conn::DbConn;
use store::repo::campaigns;
use store::repo::decision_stages::{self, DecisionStageRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::decide::OFFERED;
use crate::error::ServiceError;
use crate::human_review::checked;
use crate::ids::row_uuid;
use crate::ranking::CampaignHead;
use crate::state::Services;
use crate::viewer::Staff;

/// Most stages of a campaign.
pub const MOST_STAGES: usize = 12;
/// Longest name of a stage, in characters.
pub const MAX_NAME_CHARS: usize = 60;
/// More stages than a campaign has ever had.
const ALL_STAGES: i64 = 2_000;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// The code that it stands for.
    pub code: DecisionCode,
    /// Its French name.
    pub name_fr: String,
    /// Its English name.
    pub name_en: String,
    /// Whether it is in the list no more.
    pub is_retired: bool,
}

impl Stage {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.name_fr,
            Language::En => &self.name_en,
        }
    }
}

/// A stage as typed; one with two empty names is no stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageForm {
    /// The code.
    pub code: String,
    /// The French name.
    pub name_fr: String,
    /// The English name.
    pub name_en: String,
}

/// What the page of the stages shows.
#[derive(Clone, Debug)]
pub struct StagesPage {
    /// The campaign.
    pub campaign: CampaignHead,
    /// The stages in order, retired ones left out.
    pub stages: Vec<Stage>,
}

impl Services {
    /// The stages of a campaign's decisions.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see the campaign.
    pub fn decision_stages(&self, viewer: &Staff, campaign: &CampaignId) -> Result<StagesPage, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let mut stages = stages_of(conn, &row.id)?;
            stages.retain(|stage| !stage.is_retired);
            Ok(StagesPage { campaign: CampaignHead::of(&row, now), stages })
        })
    }

    /// Sets the stages of a campaign's decisions; an empty list goes back to the codes themselves. Sending the list that
    /// stands changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `stages`: `too_many`, `code` (not one that is offered), `name_missing` (one
    /// language of two), `too_long`, `not_valid`, `twice` (two stages of one name); [`ServiceError::NotFound`] when the
    /// viewer may not change the campaign.
    pub fn set_decision_stages(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        typed: &[StageForm],
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let wanted = checked_stages(typed)?;
            let mut known = stages_of(tx.conn, &row.id)?;
            known.retain(|stage| !stage.is_retired);
            let is_same = |stage: &Stage, wanted: &Wanted| {
                stage.code == wanted.code
                    && stage.name_fr == wanted.name_fr
                    && stage.name_en == wanted.name_en
            };
            let stands = known.len() == wanted.len()
                && known.iter().zip(&wanted).all(|(stage, wanted)| is_same(stage, wanted));
            if stands {
                return Ok(());
            }
            for stage in known.iter().filter(|stage| !wanted.iter().any(|wanted| is_same(stage, wanted))) {
                decision_stages::retire(tx.conn, &stage.id, tx.now)?;
            }
            for (place, wanted) in (0..).zip(&wanted) {
                if let Some(stage) = known.iter().find(|stage| is_same(stage, wanted)) {
                    decision_stages::set_place(tx.conn, &stage.id, place)?;
                    continue;
                }
                let new = DecisionStageRow {
                    id: row_uuid(tx.now, self.random()).to_string(),
                    organisation_id: row.organisation_id.clone(),
                    campaign_id: row.id.clone(),
                    place,
                    code: wanted.code.code().to_owned(),
                    name_fr: wanted.name_fr.clone(),
                    name_en: wanted.name_en.clone(),
                    retired_at: None,
                };
                decision_stages::insert(tx.conn, &new)?;
            }
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::StagesChanged,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("n={}", wanted.len()),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }

    /// Every stage that a campaign has or had, for who reviews its candidates.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn all_decision_stages(&self, viewer: &Staff, campaign: &str) -> Result<Vec<Stage>, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign)?;
            stages_of(conn, &row.id)
        })
    }
}

/// A stage that may be kept.
struct Wanted {
    code: DecisionCode,
    name_fr: String,
    name_en: String,
}

fn checked_stages(typed: &[StageForm]) -> Result<Vec<Wanted>, ServiceError> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for form in typed {
        let name = |text: &str| {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            checked("stages", &words, 0, MAX_NAME_CHARS)
        };
        let (name_fr, name_en) = (name(&form.name_fr)?, name(&form.name_en)?);
        if name_fr.is_empty() && name_en.is_empty() {
            continue;
        }
        if name_fr.is_empty() || name_en.is_empty() {
            return Err(ServiceError::invalid("stages", "name_missing"));
        }
        let code = DecisionCode::parse(&form.code)
            .ok()
            .filter(|code| OFFERED.contains(code))
            .ok_or_else(|| ServiceError::invalid("stages", "code"))?;
        if wanted.iter().any(|other| other.name_fr == name_fr || other.name_en == name_en) {
            return Err(ServiceError::invalid("stages", "twice"));
        }
        wanted.push(Wanted { code, name_fr, name_en });
    }
    if wanted.len() > MOST_STAGES { Err(ServiceError::invalid("stages", "too_many")) } else { Ok(wanted) }
}

/// Every stage that a campaign has or had, in order, retired ones last.
pub(crate) fn stages_of(conn: &mut DbConn, campaign: &str) -> Result<Vec<Stage>, ServiceError> {
    decision_stages::of_campaign(conn, campaign, ALL_STAGES)?
        .into_iter()
        .map(|row| {
            Ok(Stage {
                code: DecisionCode::parse(&row.code).map_err(stored)?,
                id: row.id,
                name_fr: row.name_fr,
                name_en: row.name_en,
                is_retired: row.retired_at.is_some(),
            })
        })
        .collect()
}
