//! A candidate at work: who comes with the cookie of an attempt, and everything that their pages need to know of it.
//!
//! What a candidate sees never holds a key of a scored scenario, another person or a number of the ranking.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::attempt::{AttemptFacts, AttemptState, ClosedReason, Epoch, Place};
use domain::campaign::CampaignState;
use domain::form::Form;
use domain::ids::{InvitationId, KeyRowId, OrganisationId, PackRowId, PublicId};
use domain::language::Language;
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow, HeldAttempt};
use store::repo::campaigns::CampaignRow;
use store::repo::organisations::OrganisationRow;

use crate::attempt_cookie::AttemptCookie;
use crate::audit::{Action, Entity, Entry};
use crate::error::ServiceError;
use crate::mail_texts;
use crate::packs::LoadedForm;
use crate::state::Services;
use crate::viewer::Actor;
use crate::zone;

/// Whoever comes with the cookie of an attempt: the viewer of everything under `/test`.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The cookie, not believed yet.
    pub cookie: AttemptCookie,
    /// The network address they came from, for the side table of the audit.
    pub address: Option<String>,
}

/// What a candidate is told of the campaign.
#[derive(Clone, Debug)]
pub struct CampaignFacts {
    /// Who asks.
    pub organisation: String,
    /// Whether its data are a demonstration.
    pub is_demo: bool,
    /// The campaign's title.
    pub title: String,
    /// The job.
    pub job: String,
    /// Whom to ask for help.
    pub contact: String,
    /// The languages offered.
    pub languages: Vec<Language>,
    /// IANA name of the time zone of every date and time shown.
    pub time_zone: String,
    /// When it closes, UTC.
    pub closes_at: Option<NaiveDateTime>,
    /// By when a person decides, in the time zone.
    pub decision_on: NaiveDate,
    /// When everything about the people is deleted, in the time zone.
    pub deletion_on: NaiveDate,
}

impl CampaignFacts {
    /// What mails say of the campaign.
    #[must_use]
    pub fn for_mails(&self) -> mail_texts::CampaignFacts<'_> {
        mail_texts::CampaignFacts {
            organisation: &self.organisation,
            job: &self.job,
            contact: &self.contact,
            closes_at: self.closes_at.map(|time| zone::local(&self.time_zone, time)),
            time_zone: &self.time_zone,
        }
    }
}

/// An attempt as its candidate's pages see it.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// Whose link.
    pub invitation: InvitationId,
    /// The attempt's public id, which forms carry.
    pub public_id: PublicId,
    /// The person's name.
    pub name: Option<String>,
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The form with its pack; pages show the key of the practice alone.
    pub loaded: Arc<LoadedForm>,
    /// Why the attempt takes nothing any more; none while it does.
    pub closed: Option<ClosedReason>,
    /// When it was finished or expired, UTC.
    pub finished_at: Option<NaiveDateTime>,
    /// When it began, UTC.
    pub started_at: NaiveDateTime,
    /// The language chosen last.
    pub language: Language,
    /// The writer epoch.
    pub epoch: Epoch,
    /// Whether this browser was given that epoch: otherwise another device or tab has taken over.
    pub is_writer: bool,
    /// When the candidate was last heard of, UTC.
    pub last_seen_at: NaiveDateTime,
    /// Where the candidate is.
    pub position: Place,
    /// The furthest place.
    pub furthest: Place,
    /// One bit per flagged scenario.
    pub flags: i64,
    /// The satisfaction answer, once given.
    pub satisfaction: Option<i16>,
    /// The notice that was accepted.
    pub notice_version: i32,
    /// The orders in which the actions are shown, as stored.
    pub(crate) action_orders: String,
}

impl Sitting {
    /// Whether a scenario is flagged.
    #[must_use]
    pub fn is_flagged(&self, scenario: u16) -> bool {
        flag_bit(scenario).is_some_and(|bit| self.flags & bit != 0)
    }

    /// Whether a language is offered.
    #[must_use]
    pub fn offers(&self, language: Language) -> bool {
        self.campaign.languages.contains(&language)
    }
}

/// The bit of a scenario among the flags; none beyond the 62nd, which no form reaches.
pub(crate) fn flag_bit(scenario: u16) -> Option<i64> {
    1_i64.checked_shl(u32::from(scenario)).filter(|bit| *bit > 0)
}

impl Services {
    /// The attempt behind a cookie.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie is not of this instance, its link was withdrawn, there is no
    /// attempt yet, or the person was erased.
    pub(crate) fn hold(&self, conn: &mut DbConn, candidate: &Candidate) -> Result<HeldAttempt, ServiceError> {
        let cookie = &candidate.cookie;
        let held = attempts::held_by(conn, cookie.invitation.as_str())?.ok_or(ServiceError::NotSignedIn)?;
        let is_open = held.invitation.revoked_at.is_none()
            && held.invitation.erased_at.is_none()
            && held.attempt.erased_at.is_none();
        if is_open && cookie.is_genuine(self.secrets(), held.invitation.generation) {
            Ok(held)
        } else {
            Err(ServiceError::NotSignedIn)
        }
    }

    /// The attempt behind a cookie, as its pages see it.
    ///
    /// # Errors
    /// As [`Services::hold`].
    pub fn sitting(&self, candidate: &Candidate) -> Result<Sitting, ServiceError> {
        let held = self.read(|conn| self.hold(conn, candidate))?;
        self.sitting_of(held, candidate.cookie.epoch)
    }

    pub(crate) fn sitting_of(&self, held: HeldAttempt, cookie_epoch: i32) -> Result<Sitting, ServiceError> {
        let loaded = self.form_of_campaign(&held.campaign)?;
        let facts = attempt_facts(&held.attempt, &held.campaign, &loaded.form)?;
        let position = place(&loaded.form, held.attempt.position)?;
        Ok(Sitting {
            invitation: InvitationId::parse(&held.invitation.id).map_err(stored)?,
            public_id: PublicId::parse(&held.attempt.public_id).map_err(stored)?,
            name: held.invitation.name,
            campaign: self.campaign_facts(&held.campaign, &held.organisation)?,
            loaded,
            closed: facts.closed(self.now().and_utc()),
            finished_at: held.attempt.finished_at,
            started_at: held.attempt.started_at,
            language: Language::parse(&held.attempt.language).map_err(stored)?,
            epoch: facts.epoch,
            is_writer: cookie_epoch == facts.epoch.number(),
            last_seen_at: held.attempt.last_seen_at,
            position,
            furthest: facts.furthest,
            flags: held.attempt.flags,
            satisfaction: held.attempt.satisfaction,
            notice_version: held.attempt.notice_version,
            action_orders: held.attempt.action_orders,
        })
    }

    /// The day on which a campaign's people are erased, in its time zone: the one that candidates were told; in
    /// campaigns that hold none, the one of the configuration.
    pub(crate) fn erased_on(&self, campaign: &CampaignRow) -> NaiveDate {
        campaign
            .erase_people_on
            .unwrap_or_else(|| zone::erased_on(campaign.decision_on, self.settings().retention_months))
    }

    pub(crate) fn campaign_facts(
        &self,
        campaign: &CampaignRow,
        organisation: &OrganisationRow,
    ) -> Result<CampaignFacts, ServiceError> {
        Ok(CampaignFacts {
            organisation: organisation.name.clone(),
            is_demo: organisation.is_demo,
            title: campaign.title.clone(),
            job: campaign.job.clone(),
            contact: campaign.contact.clone(),
            languages: languages_of(&campaign.languages)?,
            time_zone: campaign.time_zone.clone(),
            closes_at: campaign.closes_at,
            decision_on: campaign.decision_on,
            deletion_on: self.erased_on(campaign),
        })
    }

    /// The form that a campaign shows.
    pub(crate) fn form_of_campaign(&self, campaign: &CampaignRow) -> Result<Arc<LoadedForm>, ServiceError> {
        self.form_of(
            &PackRowId::parse(&campaign.pack_row_id).map_err(stored)?,
            &KeyRowId::parse(&campaign.key_row_id).map_err(stored)?,
            &campaign.form_id,
            campaign.form_version,
        )
    }
}

/// What decides whether an attempt may be written to.
pub(crate) fn attempt_facts(
    attempt: &AttemptRow,
    campaign: &CampaignRow,
    form: &Form,
) -> Result<AttemptFacts, ServiceError> {
    Ok(AttemptFacts {
        state: AttemptState::parse(&attempt.state).map_err(stored)?,
        epoch: Epoch::from_number(i64::from(attempt.epoch)).map_err(stored)?,
        furthest: place(form, attempt.shown)?,
        closes_at: closing_time(&campaign.state, campaign.closes_at, campaign.closed_at)?,
    })
}

/// When a campaign stops taking answers: by its closing date or because a person closed it, whichever is earlier.
pub(crate) fn closing_time(
    state: &str,
    closes_at: Option<NaiveDateTime>,
    closed_at: Option<NaiveDateTime>,
) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let closed_by_hand = match CampaignState::parse(state).map_err(stored)? {
        CampaignState::Open => None,
        CampaignState::Closed => Some(closed_at.unwrap_or_default()),
    };
    Ok([closes_at, closed_by_hand].into_iter().flatten().min().map(|time| time.and_utc()))
}

pub(crate) fn place(form: &Form, number: i32) -> Result<Place, ServiceError> {
    form.length().place(i64::from(number)).map_err(stored)
}

/// The languages of a campaign from their stored codes.
pub(crate) fn languages_of(codes: &str) -> Result<Vec<Language>, ServiceError> {
    codes.split(',').map(|code| Language::parse(code).map_err(stored)).collect()
}

/// A stored value that this program did not write.
pub(crate) fn stored(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("a stored value of an attempt", error)
}

/// What a candidate did, for the audit: ids and closed codes alone.
pub(crate) fn candidate_entry(
    attempt: &AttemptRow,
    action: Action,
    detail: String,
    address: Option<String>,
) -> Result<Entry, ServiceError> {
    Ok(Entry {
        organisation: OrganisationId::parse(&attempt.organisation_id).map_err(stored)?,
        actor: Actor::Candidate(InvitationId::parse(&attempt.invitation_id).map_err(stored)?),
        action,
        entity: Entity::Attempt,
        entity_id: attempt.id.clone(),
        detail,
        address,
    })
}

/// Time at work (ms) after a sign of life at `now`: the gap since the last one, with 5 minutes at most, so that a
/// pause is not work.
pub(crate) fn active_ms_at(active_ms: i64, last_seen_at: NaiveDateTime, now: NaiveDateTime) -> i64 {
    const LONGEST_GAP_MS: i64 = 5 * 60 * 1_000;
    active_ms.saturating_add((now - last_seen_at).num_milliseconds().clamp(0, LONGEST_GAP_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> NaiveDateTime {
        DateTime::from_timestamp(second, 0).unwrap().naive_utc()
    }

    #[test]
    fn a_gap_counts_as_work_for_five_minutes_at_most() {
        assert_eq!(active_ms_at(1_000, at(0), at(60)), 61_000);
        assert_eq!(active_ms_at(1_000, at(0), at(3_600)), 301_000);
        assert_eq!(active_ms_at(1_000, at(60), at(0)), 1_000);
    }

    #[test]
    fn a_campaign_closed_by_hand_before_its_date_is_closed() {
        let close = |state, closes, closed| closing_time(state, closes, closed).unwrap();

        assert_eq!(close("open", None, None), None);
        assert_eq!(close("open", Some(at(9)), None), Some(at(9).and_utc()));
        assert_eq!(close("closed", Some(at(9)), Some(at(5))), Some(at(5).and_utc()));
        assert_eq!(close("closed", None, Some(at(5))), Some(at(5).and_utc()));
        assert!(closing_time("ajar", None, None).is_err());
    }

    #[test]
    fn every_scenario_of_a_form_has_a_flag_of_its_own() {
        assert_eq!(flag_bit(1), Some(2));
        assert_eq!(flag_bit(13), Some(8_192));
        assert_eq!(flag_bit(63), None);
        assert_eq!(flag_bit(200), None);
    }
}
