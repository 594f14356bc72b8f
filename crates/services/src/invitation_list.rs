//! The invitations of a campaign: who was invited, what became of their mail, and whether they have started and
//! finished, yes or no. This page shows names; so it shows no time, no attempt id, no tree name and no order that the
//! ranking knows.

use std::collections::HashMap;

use domain::attempt::AttemptState;
use domain::campaign::CampaignState;
use domain::ids::{CampaignId, InvitationId};
use domain::invitation::{InvitationFacts, InvitationState};
use domain::language::Language;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations::{self, InvitationRow};
use store::repo::mails::{self, LastMailRow};

use crate::authz::{Permission, require};
use crate::campaigns::CampaignFacts;
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::fold::fold;
use crate::invite::id_of;
use crate::state::Services;
use crate::viewer::Staff;

/// People on one page.
pub const PAGE_SIZE: usize = 50;
/// Rows read at a time while looking for people.
const CHUNK: usize = 500;

/// Which people to show.
#[derive(Clone, Debug, Default)]
pub struct InvitationQuery {
    /// The last person of the page before.
    pub after: Option<InvitationId>,
    /// Words of the name or the address.
    pub search: String,
    /// Only these.
    pub filter: Option<InvitationFilter>,
}

/// A group of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationFilter {
    /// Of this state.
    State(InvitationState),
    /// Whose last mail was refused, or may not have arrived.
    MailTrouble,
}

impl InvitationFilter {
    /// The filter of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        if code == "mail" {
            return Some(Self::MailTrouble);
        }
        InvitationState::parse(code).ok().map(Self::State)
    }

    /// The code of forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::State(state) => state.code(),
            Self::MailTrouble => "mail",
        }
    }
}

/// The invitations of a campaign, one page of them.
#[derive(Clone)]
pub struct InvitationPage {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The people, by address.
    pub people: Vec<InvitedPerson>,
    /// The person after whom the next page begins.
    pub next: Option<InvitationId>,
    /// How many people the campaign holds.
    pub total: i64,
    /// How many more were erased.
    pub erased: i64,
}

/// One invited person. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitedPerson {
    /// The invitation, which leads nowhere but to this list.
    pub id: InvitationId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Language of the mails.
    pub language: Language,
    /// Whether they signed up by the open link.
    pub signed_up: bool,
    /// Where they are.
    pub state: InvitationState,
    /// Whether their link was withdrawn (a finished test stays finished).
    pub is_withdrawn: bool,
    /// What became of their last mail; nothing when there was none.
    pub mail: Option<MailStatus>,
}

impl InvitedPerson {
    /// Whether a mail can be sent to them again.
    #[must_use]
    pub const fn can_be_mailed(&self) -> bool {
        matches!(self.state, InvitationState::Pending | InvitationState::Started)
    }
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStatus {
    /// Waits to leave.
    Queued,
    /// The relay has it.
    Accepted,
    /// The relay refused it for good.
    Refused,
    /// The relay may have it.
    Unknown,
    /// Withdrawn before it left.
    Cancelled,
}

impl MailStatus {
    fn parse(state: &str) -> Option<Self> {
        Some(match state {
            "queued" => Self::Queued,
            "accepted" => Self::Accepted,
            "refused" => Self::Refused,
            "unknown" => Self::Unknown,
            "cancelled" => Self::Cancelled,
            _ => return None,
        })
    }
}

impl Services {
    /// One page of the invitations of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see them.
    pub fn invitations(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        query: &InvitationQuery,
    ) -> Result<InvitationPage, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let now = self.now();
        let (row, mut people, (total, erased)) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let after = match &query.after {
                Some(id) => invitations::find(conn, &row.organisation_id, &row.id, id.as_str())?.email,
                None => None,
            };
            let seeker =
                Seeker { campaign: &row, needle: fold(query.search.trim()), filter: query.filter, now };
            let people = seeker.seek(conn, after.unwrap_or_default())?;
            let count = invitations::count(conn, &row.id)?;
            Ok((row, people, count))
        })?;
        let has_more = people.len() > PAGE_SIZE;
        people.truncate(PAGE_SIZE);
        let next = people.last().filter(|_| has_more).map(|person| person.id.clone());
        Ok(InvitationPage { campaign: self.facts_of_campaign(&row)?, people, next, total, erased })
    }

    /// One person as the list shows them.
    pub(crate) fn person_of(
        &self,
        conn: &mut DbConn,
        (campaign, invitation): &(CampaignRow, InvitationRow),
    ) -> Result<InvitedPerson, ServiceError> {
        let seeker = Seeker { campaign, needle: String::new(), filter: None, now: self.now() };
        seeker.people(conn, vec![invitation.clone()])?.pop().ok_or(ServiceError::NotFound)
    }
}

/// Looks for people of a campaign. Words are compared here and not in SQL, so that accents and capitals count the
/// same on both databases.
struct Seeker<'a> {
    campaign: &'a CampaignRow,
    needle: String,
    filter: Option<InvitationFilter>,
    now: chrono::NaiveDateTime,
}

impl Seeker<'_> {
    /// One person more than a page, beginning after an address.
    fn seek(&self, conn: &mut DbConn, mut after: String) -> Result<Vec<InvitedPerson>, ServiceError> {
        let takes_all = self.needle.is_empty() && self.filter.is_none();
        let chunk = if takes_all { PAGE_SIZE + 1 } else { CHUNK };
        let limit = i64::try_from(chunk).unwrap_or(i64::MAX);
        let mut people = Vec::new();
        loop {
            let rows = invitations::page(conn, &self.campaign.id, &after, limit)?;
            let is_last = rows.len() < chunk;
            if let Some(email) = rows.last().and_then(|row| row.email.clone()) {
                after = email;
            }
            let matching = rows.into_iter().filter(|row| self.has_words(row)).collect();
            people
                .extend(self.people(conn, matching)?.into_iter().filter(|person| self.lets_through(person)));
            if is_last || people.len() > PAGE_SIZE {
                people.truncate(PAGE_SIZE + 1);
                return Ok(people);
            }
        }
    }

    fn has_words(&self, row: &InvitationRow) -> bool {
        let has =
            |text: &Option<String>| text.as_deref().is_some_and(|text| fold(text).contains(&self.needle));
        self.needle.is_empty() || has(&row.name) || has(&row.email)
    }

    fn lets_through(&self, person: &InvitedPerson) -> bool {
        match self.filter {
            None => true,
            Some(InvitationFilter::State(state)) => person.state == state,
            Some(InvitationFilter::MailTrouble) => {
                matches!(person.mail, Some(MailStatus::Refused | MailStatus::Unknown))
            }
        }
    }

    fn people(
        &self,
        conn: &mut DbConn,
        rows: Vec<InvitationRow>,
    ) -> Result<Vec<InvitedPerson>, ServiceError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let attempts: HashMap<String, String> =
            invitations::attempt_states(conn, &ids)?.into_iter().collect();
        let mails: HashMap<Option<String>, LastMailRow> = mails::newest_of(conn, &ids)?
            .into_iter()
            .map(|mail| (mail.invitation_id.clone(), mail))
            .collect();
        let campaign = CampaignState::parse(&self.campaign.state).map_err(stored)?;
        rows.into_iter()
            .map(|row| {
                let attempt = attempts.get(&row.id).map(|state| AttemptState::parse(state));
                let facts = InvitationFacts {
                    is_revoked: row.revoked_at.is_some(),
                    attempt: attempt.transpose().map_err(stored)?,
                    campaign,
                    closes_at: self.campaign.closes_at.map(|closing| closing.and_utc()),
                };
                let mail = mails.get(&Some(row.id.clone()));
                Ok(InvitedPerson {
                    id: id_of(&row)?,
                    language: Language::parse(&row.language).map_err(stored)?,
                    signed_up: row.source == "open_link",
                    is_withdrawn: row.revoked_at.is_some(),
                    state: facts.state(self.now.and_utc()),
                    mail: mail.and_then(|mail| MailStatus::parse(&mail.state)),
                    name: row.name.unwrap_or_default(),
                    email: row.email.unwrap_or_default(),
                })
            })
            .collect()
    }
}
