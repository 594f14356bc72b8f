//! Inviting people: one by one, or a list that is checked line by line before anybody is invited.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDateTime;
use domain::campaign::CampaignState;
use domain::email::EmailAddress;
use domain::ids::{CampaignId, InvitationId};
use domain::language::Language;
use domain::person_name::{NameError, PersonName};
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations::{self, InvitationRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::campaigns::create::PRESSED_TWICE;
use crate::candidate::{languages_of, stored};
use crate::error::{FieldError, ServiceError};
use crate::ids::row_uuid;
use crate::import_csv::split::Separator;
use crate::import_csv::{self, LineOutcome, ListLine, ListOptions, Person};
use crate::mail::{self, NewMail};
use crate::mail_texts::CampaignFacts;
use crate::secrets::{Purpose, token_hash};
use crate::state::{Services, Tx};
use crate::viewer::Staff;
use crate::zone;

/// People invited in one transaction: answers being saved wait for it.
const TOGETHER: usize = 250;
/// How often a batch is tried when somebody signs up at the same moment.
const TRIES: usize = 3;

/// A list that was checked and that invited nobody yet.
pub struct ListCheck {
    /// The lines, in order.
    pub lines: Vec<ListLine>,
    /// How many lines came to what.
    pub counts: BTreeMap<LineOutcome, usize>,
    /// What stands between its cells.
    pub separator: Separator,
    /// Whether its first line names the columns.
    pub has_header: bool,
    /// Columns that are not used.
    pub ignored_columns: Vec<String>,
}

/// What inviting a list did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InvitedList {
    /// People invited now.
    pub invited: usize,
    /// People who were in the campaign already, or stood in the list twice.
    pub known: usize,
    /// Lines that could not be read.
    pub broken: usize,
}

/// One person as typed.
#[derive(Clone, Default)]
pub struct OnePerson {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Code of the language of the mail.
    pub language: String,
}

impl Services {
    /// Checks a list without inviting anybody. `language` is that of lines which name none.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] of the field `list` when it cannot be read at all; [`ServiceError::Conflict`] `closed`
    /// when the campaign takes nobody any more; [`ServiceError::NotFound`] when the viewer may not invite.
    pub fn check_list(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        text: &str,
        language: Language,
    ) -> Result<ListCheck, ServiceError> {
        let row = self.campaign_to_invite_to(viewer, campaign)?;
        let mut list = parsed(&row, text, language)?;
        let emails: Vec<String> = list.lines.iter().filter_map(new_identity).collect();
        let known = self.read(|conn| Ok(invitations::known_emails(conn, &row.id, &emails)?))?;
        let known: HashSet<String> = known.into_iter().collect();
        let mut counts = BTreeMap::new();
        for line in &mut list.lines {
            if new_identity(line).is_some_and(|identity| known.contains(&identity)) {
                line.outcome = LineOutcome::AlreadyInvited;
            }
            *counts.entry(line.outcome).or_default() += 1;
        }
        Ok(ListCheck {
            lines: list.lines,
            counts,
            separator: list.separator,
            has_header: list.has_header,
            ignored_columns: list.ignored_columns,
        })
    }

    /// Invites everybody on a list whose line is sound and who is not in the campaign yet, in batches: whatever stops
    /// it, sending the same list again goes on where it stopped.
    ///
    /// # Errors
    /// As [`Services::check_list`].
    pub fn invite_list(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        text: &str,
        language: Language,
    ) -> Result<InvitedList, ServiceError> {
        let row = self.campaign_to_invite_to(viewer, campaign)?;
        let list = parsed(&row, text, language)?;
        let mut report = InvitedList {
            broken: list.lines.iter().filter(|line| line.outcome.is_error()).count(),
            known: list.lines.iter().filter(|line| line.outcome == LineOutcome::DuplicateInList).count(),
            invited: 0,
        };
        let people: Vec<Person> = list
            .lines
            .into_iter()
            .filter(|line| line.outcome == LineOutcome::New)
            .filter_map(|line| line.person)
            .collect();
        for together in people.chunks(TOGETHER) {
            let invited = self.invite_together(viewer, &row, together)?.len();
            report.invited += invited;
            report.known += together.len() - invited;
        }
        Ok(report)
    }

    /// Invites one person. The same form sent again by the same member within a minute (a button pressed twice) leads to
    /// the invitation that it made.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with the fields (`name`, `email`, `language`; code `already_invited` for an address
    /// of the campaign); [`ServiceError::Conflict`] `closed`; [`ServiceError::NotFound`] when the viewer may not invite.
    pub fn invite_one(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        typed: &OnePerson,
    ) -> Result<InvitationId, ServiceError> {
        let row = self.campaign_to_invite_to(viewer, campaign)?;
        let person = checked(typed, &languages_of(&row.languages)?)?;
        if let Some(id) = self.invitation_of_a_moment_ago(viewer, &row, &person)? {
            return Ok(id);
        }
        let invited = self.invite_together(viewer, &row, std::slice::from_ref(&person))?;
        invited.into_iter().next().ok_or_else(|| ServiceError::invalid("email", "already_invited"))
    }

    fn invitation_of_a_moment_ago(
        &self,
        viewer: &Staff,
        campaign: &CampaignRow,
        person: &Person,
    ) -> Result<Option<InvitationId>, ServiceError> {
        let email = person.email.identity();
        let found = self.read(|conn| Ok(invitations::find_by_email(conn, &campaign.id, &email)?))?;
        let is_this = |row: &InvitationRow| {
            row.created_by.as_deref() == Some(viewer.user.as_str())
                && row.name.as_deref() == Some(person.name.as_str())
                && row.language == person.language.code()
                && row.revoked_at.is_none()
                && self.now() - row.created_at <= PRESSED_TWICE
        };
        found.filter(is_this).as_ref().map(id_of).transpose()
    }

    fn campaign_to_invite_to(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<CampaignRow, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        if is_over(&row, self.now()) { Err(ServiceError::Conflict("closed")) } else { Ok(row) }
    }

    fn invite_together(
        &self,
        viewer: &Staff,
        campaign: &CampaignRow,
        people: &[Person],
    ) -> Result<Vec<InvitationId>, ServiceError> {
        let mut tries = 1;
        loop {
            match self.write(|tx| self.invite_new(tx, viewer, campaign, people)) {
                // Somebody signed up by the open link between the look and the insert: look again.
                Err(ServiceError::Conflict("exists_already")) if tries < TRIES => tries += 1,
                result => return result,
            }
        }
    }

    /// Adds those who are not in the campaign yet, with a mail each.
    fn invite_new(
        &self,
        tx: &mut Tx<'_>,
        viewer: &Staff,
        campaign: &CampaignRow,
        people: &[Person],
    ) -> Result<Vec<InvitationId>, ServiceError> {
        let emails: Vec<String> = people.iter().map(|person| person.email.identity()).collect();
        let known: HashSet<String> =
            invitations::known_emails(tx.conn, &campaign.id, &emails)?.into_iter().collect();
        let (mut rows, mut mails, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for person in people.iter().filter(|person| !known.contains(&person.email.identity())) {
            let (id, row) = self.invitation_row(tx.now, viewer, campaign, person)?;
            mails.push(invitation_mail(viewer, &id, person));
            rows.push(row);
            ids.push(id);
        }
        invitations::insert_many(tx.conn, &rows)?;
        mail::enqueue_many(tx, self, mails)?;
        for id in &ids {
            note(tx, viewer, Action::CandidateInvited, id, "source=list");
        }
        Ok(ids)
    }

    fn invitation_row(
        &self,
        now: NaiveDateTime,
        viewer: &Staff,
        campaign: &CampaignRow,
        person: &Person,
    ) -> Result<(InvitationId, InvitationRow), ServiceError> {
        let id = InvitationId::new(row_uuid(now, self.random()));
        let (token_hash, secret_key_id) = self.new_link(id.as_str(), FIRST_GENERATION)?;
        let row = InvitationRow {
            id: id.to_string(),
            organisation_id: campaign.organisation_id.clone(),
            campaign_id: campaign.id.clone(),
            name: Some(person.name.as_str().to_owned()),
            email: Some(person.email.identity()),
            language: person.language.code().to_owned(),
            source: "list".to_owned(),
            generation: FIRST_GENERATION,
            token_hash,
            secret_key_id,
            created_by: Some(viewer.user.to_string()),
            created_at: now,
            revoked_at: None,
            erased_at: None,
        };
        Ok((id, row))
    }

    /// The token's hash of a generation of a personal link under the current key, with that key's id.
    pub(crate) fn new_link(
        &self,
        invitation: &str,
        generation: i32,
    ) -> Result<(String, String), ServiceError> {
        let key_id = self.secrets().current_id();
        let token = self
            .secrets()
            .link_token(key_id, Purpose::InvitationLink, invitation, generation)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        Ok((token_hash(&token), key_id.to_owned()))
    }
}

/// The generation of a new link.
const FIRST_GENERATION: i32 = 1;

/// Whether a campaign takes answers no more.
pub(crate) fn is_over(campaign: &CampaignRow, now: NaiveDateTime) -> bool {
    campaign.state == CampaignState::Closed.code() || campaign.closes_at.is_some_and(|closing| closing <= now)
}

fn parsed(
    campaign: &CampaignRow,
    text: &str,
    default_language: Language,
) -> Result<import_csv::ParsedList, ServiceError> {
    let languages = languages_of(&campaign.languages)?;
    let default_language = Some(default_language)
        .filter(|language| languages.contains(language))
        .or(languages.first().copied())
        .unwrap_or(default_language);
    import_csv::parse(text, ListOptions { languages: &languages, default_language })
        .map_err(|problem| ServiceError::invalid("list", problem.code()))
}

fn new_identity(line: &ListLine) -> Option<String> {
    let person = line.person.as_ref().filter(|_| line.outcome == LineOutcome::New)?;
    Some(person.email.identity())
}

fn checked(typed: &OnePerson, languages: &[Language]) -> Result<Person, ServiceError> {
    let mut errors = Vec::new();
    let name = PersonName::parse(&typed.name).map_err(|error| match error {
        NameError::Empty => FieldError { field: "name", code: "required" },
        NameError::TooLong => FieldError { field: "name", code: "too_long" },
        NameError::ControlCharacter => FieldError { field: "name", code: "not_valid" },
    });
    let email = EmailAddress::parse(&typed.email).map_err(|_| {
        let code = if typed.email.trim().is_empty() { "required" } else { "not_an_email" };
        FieldError { field: "email", code }
    });
    let language = Language::parse(&typed.language)
        .ok()
        .filter(|language| languages.contains(language))
        .ok_or(FieldError { field: "language", code: "not_valid" });
    let name = name.map_err(|error| errors.push(error)).ok();
    let email = email.map_err(|error| errors.push(error)).ok();
    let language = language.map_err(|error| errors.push(error)).ok();
    match (name, email, language) {
        (Some(name), Some(email), Some(language)) => Ok(Person { email, name, language }),
        _ => Err(ServiceError::Invalid(errors)),
    }
}

fn invitation_mail(viewer: &Staff, id: &InvitationId, person: &Person) -> NewMail {
    NewMail::composed_when_sent(
        viewer.organisation.clone(),
        id.clone(),
        person.language,
        person.email.as_str(),
    )
}

/// What mails say of a campaign.
pub(crate) fn mail_facts<'a>(organisation: &'a str, campaign: &'a CampaignRow) -> CampaignFacts<'a> {
    CampaignFacts {
        organisation,
        job: &campaign.job,
        contact: &campaign.contact,
        closes_at: campaign.closes_at.map(|closing| zone::local(&campaign.time_zone, closing)),
        time_zone: &campaign.time_zone,
    }
}

/// Writes down what a person did to an invitation.
pub(crate) fn note(tx: &mut Tx<'_>, viewer: &Staff, action: Action, invitation: &InvitationId, detail: &str) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::Invitation,
        entity_id: invitation.to_string(),
        detail: detail.to_owned(),
        address: viewer.address.clone(),
    });
}

/// The invitation of a row, as an id.
pub(crate) fn id_of(row: &InvitationRow) -> Result<InvitationId, ServiceError> {
    InvitationId::parse(&row.id).map_err(stored)
}
