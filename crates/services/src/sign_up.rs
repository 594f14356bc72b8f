//! Signing up by a campaign's open link. Whoever signs up reads the same page, whether their address was known or not;
//! the link itself goes to the address, so that nobody can sign up as somebody else.

use domain::campaign::CampaignState;
use domain::email::EmailAddress;
use domain::ids::{InvitationId, OrganisationId};
use domain::language::Language;
use domain::person_name::PersonName;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations::{self, InvitationRow};
use store::repo::organisations;

use crate::audit::{Action, Entity, Entry};
use crate::candidate::{CampaignFacts, stored};
use crate::error::{FieldError, ServiceError};
use crate::ids::row_uuid;
use crate::mail::{self, MailKind, NewMail};
use crate::mail_texts;
use crate::secrets::{Purpose, token_hash};
use crate::settings::MailSettings;
use crate::state::{Services, Tx};
use crate::throttle::{self, ThrottleKind};
use crate::viewer::Actor;

/// What an open link leads to.
#[derive(Clone, Debug)]
pub struct OpenLinkPage {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// Whether people can sign up now.
    pub standing: OpenLinkStanding,
}

/// Whether people can sign up by an open link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenLinkStanding {
    /// They can.
    Open,
    /// The campaign has closed.
    Closed,
    /// This instance sends no mails, so that links could not reach anybody safely.
    NoMail,
}

/// What the form sends.
#[derive(Clone, Debug)]
pub struct SignUpRequest {
    /// The name as typed.
    pub name: String,
    /// The address as typed.
    pub email: String,
    /// The language of the page.
    pub language: Language,
    /// Where the request comes from.
    pub address: Option<String>,
}

/// What became of a sign-up. The page differs in the demonstration alone.
#[derive(Clone, Debug)]
pub struct SignedUp {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The personal link: in the demonstration, for a new address.
    pub demo_link: Option<String>,
}

impl Services {
    fn open_campaign(&self, token: &str, address: Option<&str>) -> Result<CampaignRow, ServiceError> {
        let hash = token_hash(token);
        let found = self.db().read_one(|conn| campaigns::find_by_open_link(conn, &hash))?;
        found.map_or_else(|| Err(self.unknown_token(address)), Ok)
    }

    fn facts_of(&self, campaign: &CampaignRow) -> Result<CampaignFacts, ServiceError> {
        let organisation = self.db().read_one(|conn| organisations::find(conn, &campaign.organisation_id))?;
        self.campaign_facts(campaign, &organisation.ok_or(ServiceError::NotFound)?)
    }

    fn open_link_standing(&self, campaign: &CampaignRow) -> Result<OpenLinkStanding, ServiceError> {
        let state = CampaignState::parse(&campaign.state).map_err(stored)?;
        let is_over =
            state == CampaignState::Closed || campaign.closes_at.is_some_and(|closing| closing <= self.now());
        let has_mail = matches!(self.settings().mail, MailSettings::Smtp(_)) || self.settings().is_demo;
        Ok(match (is_over, has_mail) {
            (true, _) => OpenLinkStanding::Closed,
            (false, true) => OpenLinkStanding::Open,
            (false, false) => OpenLinkStanding::NoMail,
        })
    }

    /// What an open link leads to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a link that leads nowhere, [`ServiceError::Throttled`] when too many of them came
    /// from this address.
    pub fn open_link_page(&self, token: &str, address: Option<&str>) -> Result<OpenLinkPage, ServiceError> {
        let campaign = self.open_campaign(token, address)?;
        Ok(OpenLinkPage {
            standing: self.open_link_standing(&campaign)?,
            campaign: self.facts_of(&campaign)?,
        })
    }

    /// Signs a person up, or mails the link again to one who was invited before.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with the fields, [`ServiceError::Conflict`] `closed` when nobody can sign up,
    /// [`ServiceError::Throttled`] after 200 sign-ups of an hour from one address. As [`Services::open_link_page`] for
    /// an unknown link.
    pub fn sign_up(&self, token: &str, request: &SignUpRequest) -> Result<SignedUp, ServiceError> {
        let campaign = self.open_campaign(token, request.address.as_deref())?;
        if self.open_link_standing(&campaign)? != OpenLinkStanding::Open {
            return Err(ServiceError::Conflict("closed"));
        }
        let facts = self.facts_of(&campaign)?;
        let (name, email) = checked(request)?;
        let language = Some(request.language)
            .filter(|language| facts.languages.contains(language))
            .or(facts.languages.first().copied())
            .unwrap_or(request.language);
        let subject = format!("{} {}", campaign.id, request.address.as_deref().unwrap_or("unknown"));
        self.write(|tx| throttle::check_and_count(tx, self.secrets(), ThrottleKind::SignUp, &subject))?;
        let person = Person { name, email, language, address: request.address.clone() };
        let result = match self.write(|tx| self.sign_person_up(tx, &campaign, &facts, &person)) {
            // The same address signed up a moment ago: now it is known.
            Err(ServiceError::Conflict("exists_already")) => {
                self.write(|tx| self.sign_person_up(tx, &campaign, &facts, &person))
            }
            result => result,
        };
        Ok(SignedUp { demo_link: result?.filter(|_| self.settings().is_demo), campaign: facts })
    }

    /// Adds the person when the address is new, and mails the link; the link of a new one.
    fn sign_person_up(
        &self,
        tx: &mut Tx<'_>,
        campaign: &CampaignRow,
        facts: &CampaignFacts,
        person: &Person,
    ) -> Result<Option<String>, ServiceError> {
        let known = invitations::find_by_email(tx.conn, &campaign.id, &person.email.identity())?;
        let is_new = known.is_none();
        let invitation = match known {
            Some(invitation) => invitation,
            None => self.new_signed_up(tx, campaign, person)?,
        };
        // Somebody whose link was withdrawn, or whom others flood with mails, reads the same page and gets no mail.
        let subject = format!("email {}", person.email.identity());
        let may_mail = match throttle::check_and_count(tx, self.secrets(), ThrottleKind::LostLink, &subject) {
            Err(ServiceError::Throttled { .. }) => false,
            result => result.map(|()| true)?,
        };
        if may_mail && invitation.revoked_at.is_none() {
            let greeted = invitation.name.as_deref();
            let letter = mail_texts::sign_up(person.language, greeted, facts.for_mails());
            let new = NewMail {
                organisation: OrganisationId::parse(&campaign.organisation_id).map_err(stored)?,
                kind: MailKind::SignUp,
                language: person.language,
                invitation: Some(InvitationId::parse(&invitation.id).map_err(stored)?),
                colleague_invitation: None,
                recipient: person.email.as_str().to_owned(),
                subject: letter.subject,
                body: letter.body,
            };
            mail::enqueue(tx, self, new)?;
        }
        tx.audit(Entry {
            organisation: OrganisationId::parse(&campaign.organisation_id).map_err(stored)?,
            actor: Actor::Candidate(InvitationId::parse(&invitation.id).map_err(stored)?),
            action: if is_new { Action::CandidateInvited } else { Action::InvitationResent },
            entity: Entity::Invitation,
            entity_id: invitation.id.clone(),
            detail: "source=open_link".to_owned(),
            address: person.address.clone(),
        });
        Ok(is_new.then(|| self.personal_link(&invitation)).flatten())
    }

    fn new_signed_up(
        &self,
        tx: &mut Tx<'_>,
        campaign: &CampaignRow,
        person: &Person,
    ) -> Result<InvitationRow, ServiceError> {
        let id = InvitationId::new(row_uuid(tx.now, self.random())).to_string();
        let key_id = self.secrets().current_id().to_owned();
        let token = self
            .secrets()
            .link_token(&key_id, Purpose::InvitationLink, &id, 1)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        let row = InvitationRow {
            id,
            organisation_id: campaign.organisation_id.clone(),
            campaign_id: campaign.id.clone(),
            name: Some(person.name.as_str().to_owned()),
            email: Some(person.email.identity()),
            language: person.language.code().to_owned(),
            source: "open_link".to_owned(),
            generation: 1,
            token_hash: token_hash(&token),
            secret_key_id: key_id,
            created_by: None,
            created_at: tx.now,
            revoked_at: None,
            erased_at: None,
        };
        invitations::insert(tx.conn, &row)?;
        Ok(row)
    }
}

struct Person {
    name: PersonName,
    email: EmailAddress,
    language: Language,
    address: Option<String>,
}

fn checked(request: &SignUpRequest) -> Result<(PersonName, EmailAddress), ServiceError> {
    use domain::email::EmailError;
    use domain::person_name::NameError;
    let name = PersonName::parse(&request.name).map_err(|error| FieldError {
        field: "name",
        code: match error {
            NameError::Empty => "required",
            NameError::TooLong => "too_long",
            NameError::ControlCharacter => "not_valid",
        },
    });
    let email = EmailAddress::parse(&request.email).map_err(|error| FieldError {
        field: "email",
        code: match error {
            EmailError::Empty => "required",
            EmailError::TooLong => "too_long",
            _ => "not_an_email",
        },
    });
    match (name, email) {
        (Ok(name), Ok(email)) => Ok((name, email)),
        (name, email) => {
            Err(ServiceError::Invalid([name.err(), email.err()].into_iter().flatten().collect()))
        }
    }
}
