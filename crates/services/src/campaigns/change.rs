//! Changing a campaign while it takes answers: its words and its dates. The test, its languages and the time zone stay
//! as they were, so that everybody in a campaign answers the same thing under the same clock.

use chrono::NaiveDateTime;
use domain::campaign::{CampaignDraft, CampaignField, CampaignInput};
use domain::ids::CampaignId;
use store::repo::attempts;
use store::repo::campaigns::{self, CampaignChange, CampaignRow};

use crate::audit::Action;
use crate::authz::{Permission, require};
use crate::campaigns::create::{checked_dates, invalid};
use crate::campaigns::settings::note;
use crate::candidate::languages_of;
use crate::error::ServiceError;
use crate::state::Services;
use crate::viewer::Staff;
use crate::zone;

impl Services {
    /// What the form of a change is filled with.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed` when the campaign takes no answers any more; [`ServiceError::NotFound`] when
    /// the viewer may not change it.
    pub fn campaign_to_change(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<CampaignInput, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        self.refuse_over(&row)?;
        self.typed_as_stored(&row)
    }

    /// Changes the words and dates of a campaign. What candidates agree to (job, dates, contact, the employer's words)
    /// gets a new notice version; the day of erasure is never put off once somebody has agreed to it. Changing nothing
    /// writes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every field that cannot be taken; [`ServiceError::Conflict`] `closed`;
    /// [`ServiceError::NotFound`] when the viewer may not change it.
    pub fn change_campaign(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        typed: &CampaignInput,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            self.refuse_over(&row)?;
            let before = self.typed_as_stored(&row)?;
            let (draft, closes_at) = checked(typed, &before, &row, tx.now)?;
            let promised = row.erase_people_on;
            let erased_on = zone::erased_on(draft.decision_on, self.settings().retention_months);
            let has_agreed = attempts::count_of_campaign(tx.conn, &row.id)? > 0;
            let change = CampaignChange {
                title: draft.title,
                job: draft.job,
                closes_at,
                decision_on: draft.decision_on,
                contact: draft.contact,
                notice_fr: draft.notice_fr,
                notice_en: draft.notice_en,
                notice_version: row.notice_version,
                erase_people_on: Some(match promised.unwrap_or_else(|| self.erased_on(&row)) {
                    promised if has_agreed => promised.min(erased_on),
                    _ => erased_on,
                }),
            };
            let changed = changed_fields(&row, &change);
            if changed.is_empty() {
                return Ok(());
            }
            let is_notice = changed.iter().any(|field| *field != CampaignField::Title.code());
            let notice_version = row.notice_version + i32::from(is_notice);
            campaigns::change(tx.conn, &row.id, &CampaignChange { notice_version, ..change })?;
            let detail = format!("fields={};notice={notice_version}", changed.join(","));
            note(tx, viewer, &row.id, Action::CampaignChanged, &detail);
            Ok(())
        })
    }

    fn refuse_over(&self, row: &CampaignRow) -> Result<(), ServiceError> {
        if self.facts_of_campaign(row)?.is_over { Err(ServiceError::Conflict("closed")) } else { Ok(()) }
    }

    /// A campaign as its form would have been typed.
    fn typed_as_stored(&self, row: &CampaignRow) -> Result<CampaignInput, ServiceError> {
        let form = self.form_of_campaign(row)?;
        let local = |at: NaiveDateTime| zone::local(&row.time_zone, at).format("%Y-%m-%dT%H:%M").to_string();
        Ok(CampaignInput {
            title: row.title.clone(),
            job: row.job.clone(),
            pack: form.pack.id.as_str().to_owned(),
            form: form.form.id.as_str().to_owned(),
            languages: languages_of(&row.languages)?.iter().map(|one| one.code().to_owned()).collect(),
            closes_at: row.closes_at.map(local).unwrap_or_default(),
            decision_on: row.decision_on.format("%Y-%m-%d").to_string(),
            time_zone: row.time_zone.clone(),
            contact: row.contact.clone(),
            notice_fr: row.notice_fr.clone().unwrap_or_default(),
            notice_en: row.notice_en.clone().unwrap_or_default(),
        })
    }
}

/// The draft and its closing instant; or everything that is wrong. A date that stays as it was may lie in the past.
fn checked(
    typed: &CampaignInput,
    before: &CampaignInput,
    row: &CampaignRow,
    now: NaiveDateTime,
) -> Result<(CampaignDraft, Option<NaiveDateTime>), ServiceError> {
    let input = CampaignInput {
        pack: before.pack.clone(),
        form: before.form.clone(),
        languages: before.languages.clone(),
        time_zone: before.time_zone.clone(),
        ..typed.clone()
    };
    let stays = |field: CampaignField| match field {
        CampaignField::ClosesAt => input.closes_at.trim() == before.closes_at,
        CampaignField::DecisionOn => input.decision_on.trim() == before.decision_on,
        _ => false,
    };
    let zone = zone::zone(&row.time_zone).ok_or_else(|| ServiceError::broken("a stored time zone"))?;
    let (closes_at, found) = checked_dates(&input, zone, now);
    let found = found.into_iter().filter(|error| !stays(error.field));
    match CampaignDraft::parse(&input) {
        Err(broken) => Err(invalid(broken.into_iter().chain(found).collect())),
        Ok(draft) => {
            let found: Vec<_> = found.collect();
            if !found.is_empty() {
                return Err(invalid(found));
            }
            // Seconds, and which of two equal hours it was, are not in the form.
            let closes_at = if stays(CampaignField::ClosesAt) { row.closes_at } else { closes_at };
            Ok((draft, closes_at))
        }
    }
}

/// The codes of the fields that a change alters.
fn changed_fields(row: &CampaignRow, change: &CampaignChange) -> Vec<&'static str> {
    [
        (CampaignField::Title, row.title != change.title),
        (CampaignField::Job, row.job != change.job),
        (CampaignField::ClosesAt, row.closes_at != change.closes_at),
        (CampaignField::DecisionOn, row.decision_on != change.decision_on),
        (CampaignField::Contact, row.contact != change.contact),
        (CampaignField::NoticeFr, row.notice_fr != change.notice_fr),
        (CampaignField::NoticeEn, row.notice_en != change.notice_en),
    ]
    .into_iter()
    .filter(|(_, is_changed)| *is_changed)
    .map(|(field, _)| field.code())
    .collect()
}
