//! What a personal link leads to, by the state of its invitation. Reading changes nothing: mail scanners open links.
//!
//! Only links that lead nowhere are counted against the address they come from, never a valid one.

use std::sync::Arc;

use chrono::NaiveDateTime;
use domain::attempt::AttemptState;
use domain::campaign::CampaignState;
use domain::form::Coverage;
use domain::invitation::{InvitationFacts, InvitationState};
use domain::language::Language;
use domain::pack::Localised;
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations::{self, InvitationRow};
use store::repo::organisations::{self, OrganisationRow};

use crate::candidate::{CampaignFacts, stored};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::secrets::token_hash;
use crate::state::Services;
use crate::throttle::{self, ThrottleKind};
use crate::typical_time::{Median, median_of};

/// The version of the notice's own words, raised whenever they change in a way that candidates should read again.
pub const NOTICE_TEXT_VERSION: i32 = 2;
/// How many must have finished before their median duration is shown.
pub const FINISHERS_FOR_MEDIAN: i64 = 20;
/// How recently a candidate must have been heard of for an attempt to be in use elsewhere.
const IN_USE: chrono::Duration = chrono::Duration::minutes(10);

/// The version of the notice that a candidate accepts: our words and the employer's, joined into one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeVersion(pub i32);

impl NoticeVersion {
    /// The version that a campaign shows now.
    #[must_use]
    pub const fn of_campaign(campaign_version: i32) -> Self {
        Self(NOTICE_TEXT_VERSION.saturating_mul(1_000).saturating_add(campaign_version))
    }

    /// As shown: the version of our words, a dot, the version of the employer's.
    #[must_use]
    pub fn shown(self) -> String {
        format!("{}.{}", self.0 / 1_000, self.0 % 1_000)
    }
}

/// What a personal link leads to.
#[derive(Clone, Debug)]
pub enum LinkPage {
    /// The notice, before the start.
    Notice(Box<Notice>),
    /// The test is under way.
    UnderWay(Box<UnderWay>),
    /// The test is finished.
    Finished(Box<FinishedLink>),
    /// The campaign closed first.
    Expired(Box<ClosedLink>),
    /// The link was withdrawn.
    Revoked(Box<ClosedLink>),
    /// The person was erased.
    Erased(Box<ClosedLink>),
}

/// The notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The person's name.
    pub name: Option<String>,
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The employer's own words in each language that has some.
    pub own_words: Localised<String>,
    /// The form with its pack.
    pub loaded: Arc<LoadedForm>,
    /// The version to be accepted.
    pub version: NoticeVersion,
    /// The language of the invitation.
    pub language: Language,
    /// How long it takes.
    pub duration: TypicalDuration,
    /// Days that network addresses are kept.
    pub address_retention_days: u32,
}

/// How long a test takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypicalDuration {
    /// The median of this campaign's finishers, in minutes, with their number (at least 20).
    Measured {
        /// Minutes, at least 1.
        minutes: i64,
        /// Finishers.
        finishers: i64,
    },
    /// What the authors expect, in minutes: not measured yet.
    Expected {
        /// Minutes, at least 1.
        minutes: i64,
    },
}

/// A test under way.
#[derive(Clone, Debug)]
pub struct UnderWay {
    /// The person's name.
    pub name: Option<String>,
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The language chosen last.
    pub language: Language,
    /// When the candidate was last heard of, UTC.
    pub last_seen_at: NaiveDateTime,
    /// Whether that is so recent that the test is probably open elsewhere.
    pub seems_in_use: bool,
}

/// A finished test.
#[derive(Clone, Debug)]
pub struct FinishedLink {
    /// The person's name.
    pub name: Option<String>,
    /// The campaign.
    pub campaign: CampaignFacts,
    /// When it was finished, UTC.
    pub finished_at: NaiveDateTime,
    /// The code of the receipt, as shown.
    pub receipt_code: Option<String>,
    /// The language chosen last.
    pub language: Language,
}

/// A link that opens no test.
#[derive(Clone, Debug)]
pub struct ClosedLink {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// When it ended: the closing, the withdrawal or the erasure, UTC.
    pub at: Option<NaiveDateTime>,
    /// The language of the invitation.
    pub language: Language,
}

/// Everything behind a link.
pub(crate) struct Linked {
    pub(crate) invitation: InvitationRow,
    pub(crate) campaign: CampaignRow,
    pub(crate) organisation: OrganisationRow,
    pub(crate) attempt: Option<AttemptRow>,
}

impl Linked {
    /// Reads what stands behind an invitation.
    pub(crate) fn read(conn: &mut DbConn, invitation: InvitationRow) -> Result<Self, ServiceError> {
        let campaign = campaigns::load(conn, &invitation.campaign_id)?;
        let organisation =
            organisations::find(conn, &invitation.organisation_id)?.ok_or(ServiceError::NotFound)?;
        let attempt = attempts::find_by_invitation(conn, &invitation.id)?;
        Ok(Self { invitation, campaign, organisation, attempt })
    }

    /// The state of the invitation at a time.
    pub(crate) fn state(&self, now: NaiveDateTime) -> Result<InvitationState, ServiceError> {
        let attempt = self.attempt.as_ref().map(|attempt| AttemptState::parse(&attempt.state));
        let facts = InvitationFacts {
            is_revoked: self.invitation.revoked_at.is_some(),
            attempt: attempt.transpose().map_err(stored)?,
            campaign: CampaignState::parse(&self.campaign.state).map_err(stored)?,
            closes_at: self.campaign.closes_at.map(|time| time.and_utc()),
        };
        Ok(facts.state(now.and_utc()))
    }
}

impl Services {
    /// What a personal link leads to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that leads nowhere, [`ServiceError::Throttled`] when too many of them came
    /// from this address.
    pub fn link_page(&self, token: &str, address: Option<&str>) -> Result<LinkPage, ServiceError> {
        let invitation = self.invitation_of(token, address)?;
        let now = self.now();
        let linked = self.read(|conn| Linked::read(conn, invitation))?;
        let campaign = self.campaign_facts(&linked.campaign, &linked.organisation)?;
        let invited_in = Language::parse(&linked.invitation.language).map_err(stored)?;
        if let Some(at) = linked.invitation.erased_at {
            return Ok(LinkPage::Erased(Box::new(ClosedLink {
                campaign,
                at: Some(at),
                language: invited_in,
            })));
        }
        let state = linked.state(now)?;
        let chosen = linked.attempt.as_ref().map(|attempt| Language::parse(&attempt.language));
        let language = chosen.transpose().map_err(stored)?.unwrap_or(invited_in);
        let name = linked.invitation.name.clone();
        if linked.invitation.revoked_at.is_some() {
            // Withdrawn after the end, too: the link may have got into other hands.
            let at = linked.invitation.revoked_at;
            return Ok(LinkPage::Revoked(Box::new(ClosedLink { campaign, at, language })));
        }
        Ok(match (state, linked.attempt.as_ref()) {
            (InvitationState::Started, Some(attempt)) => LinkPage::UnderWay(Box::new(UnderWay {
                name,
                campaign,
                language,
                last_seen_at: attempt.last_seen_at,
                seems_in_use: now - attempt.last_seen_at < IN_USE,
            })),
            (InvitationState::Finished, Some(attempt)) => LinkPage::Finished(Box::new(FinishedLink {
                name,
                campaign,
                finished_at: attempt.finished_at.unwrap_or(attempt.last_seen_at),
                receipt_code: attempt.receipt_code.as_deref().map(crate::receipt::shown_code),
                language,
            })),
            (InvitationState::Pending, None) => LinkPage::Notice(Box::new(self.notice(&linked, campaign)?)),
            _ => {
                let at = [linked.campaign.closes_at, linked.campaign.closed_at].into_iter().flatten().min();
                LinkPage::Expired(Box::new(ClosedLink { campaign, at, language }))
            }
        })
    }

    fn notice(&self, linked: &Linked, campaign: CampaignFacts) -> Result<Notice, ServiceError> {
        let loaded = self.form_of_campaign(&linked.campaign)?;
        let own = [(Language::Fr, &linked.campaign.notice_fr), (Language::En, &linked.campaign.notice_en)];
        Ok(Notice {
            name: linked.invitation.name.clone(),
            campaign,
            own_words: own
                .into_iter()
                .filter_map(|(language, words)| words.clone().map(|words| (language, words)))
                .collect(),
            version: NoticeVersion::of_campaign(linked.campaign.notice_version),
            language: Language::parse(&linked.invitation.language).map_err(stored)?,
            duration: self.typical_duration(&linked.campaign.id, &loaded)?,
            address_retention_days: self.settings().address_retention_days,
            loaded,
        })
    }

    /// The median of a campaign's finishers once there are enough, before that what the authors expect.
    fn typical_duration(&self, campaign: &str, loaded: &LoadedForm) -> Result<TypicalDuration, ServiceError> {
        let measured = self.read(|conn| median_of(conn, campaign, FINISHERS_FOR_MEDIAN))?;
        Ok(match measured {
            Some(Median { minutes, finishers }) => TypicalDuration::Measured { minutes, finishers },
            None => {
                let seconds = Coverage::of(&loaded.form, &loaded.pack).expected_seconds;
                TypicalDuration::Expected { minutes: minutes(seconds) }
            }
        })
    }

    /// The invitation behind a token; links that lead nowhere count against the address.
    pub(crate) fn invitation_of(
        &self,
        token: &str,
        address: Option<&str>,
    ) -> Result<InvitationRow, ServiceError> {
        let hash = token_hash(token);
        let found = self.db().read_one(|conn| invitations::find_by_token_hash(conn, &hash))?;
        found.map_or_else(|| Err(self.unknown_token(address)), Ok)
    }

    /// Counts a link that leads nowhere, and says what to answer.
    pub(crate) fn unknown_token(&self, address: Option<&str>) -> ServiceError {
        let subject = address.unwrap_or("unknown");
        let counted = self
            .write(|tx| throttle::check_and_count(tx, self.secrets(), ThrottleKind::UnknownToken, subject));
        counted.err().unwrap_or(ServiceError::NotFound)
    }
}

/// Whole minutes of an estimate, rounded up to the next 5 above ten: 17 minutes would be false precision.
fn minutes(seconds: u32) -> i64 {
    let minutes = i64::from(seconds.div_ceil(60));
    if minutes <= 10 { minutes.max(1) } else { (minutes + 4) / 5 * 5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_rounded_up_without_false_precision() {
        let cases = [(0, 1), (60, 1), (61, 2), (600, 10), (601, 15), (1_500, 25)];
        for (seconds, expected) in cases {
            assert_eq!(minutes(seconds), expected, "{seconds} s");
        }
    }

    #[test]
    fn a_notice_version_names_both_texts() {
        assert_eq!(NoticeVersion::of_campaign(3).shown(), format!("{NOTICE_TEXT_VERSION}.3"));
    }
}
