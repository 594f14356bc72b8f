//! "I lost my link": every address gets the same answer; the links of its open campaigns go to it by mail.

use domain::attempt::AttemptState;
use domain::email::EmailAddress;
use domain::ids::{InvitationId, OrganisationId};
use domain::language::Language;
use store::repo::{invitations, organisations};

use crate::audit::{Action, Entity, Entry};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::invitation_page::Linked;
use crate::mail::{self, MailKind, NewMail};
use crate::mail_texts;
use crate::state::{Services, Tx};
use crate::throttle::{self, ThrottleKind};
use crate::viewer::Actor;

/// Campaigns that one address is mailed about at once.
const MOST_LINKS: i64 = 20;

impl Services {
    /// Mails the links of an address, if it has any in campaigns that are open or where it has finished.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when it is no address; [`ServiceError::Throttled`] after a few tries of an hour from
    /// one network address or for one mail address, known or not.
    pub fn send_lost_links(&self, typed: &str, address: Option<String>) -> Result<(), ServiceError> {
        let email = EmailAddress::parse(typed).map_err(|error| match error {
            domain::email::EmailError::Empty => ServiceError::invalid("email", "required"),
            _ => ServiceError::invalid("email", "not_an_email"),
        })?;
        let identity = email.identity();
        let from = format!("address {}", address.as_deref().unwrap_or("unknown"));
        // Counted for known and unknown addresses alike: the wait tells nothing.
        self.write(|tx| {
            throttle::check_and_count(tx, self.secrets(), ThrottleKind::LostLink, &from)?;
            throttle::check_and_count(
                tx,
                self.secrets(),
                ThrottleKind::LostLink,
                &format!("email {identity}"),
            )
        })?;
        self.write(|tx| {
            for row in invitations::of_email(tx.conn, &identity, MOST_LINKS)? {
                self.mail_link(tx, row, &email, address.as_deref())?;
            }
            Ok(())
        })
    }

    fn mail_link(
        &self,
        tx: &mut Tx<'_>,
        row: invitations::InvitationRow,
        email: &EmailAddress,
        address: Option<&str>,
    ) -> Result<(), ServiceError> {
        use domain::invitation::InvitationState as State;
        let linked = Linked::read(tx.conn, row)?;
        // A link that starts nothing any more still leads to one's receipt and data.
        let has_attempt = linked.attempt.as_ref().is_some_and(|attempt| {
            attempt.state == AttemptState::Finished.code() || attempt.state == AttemptState::Expired.code()
        });
        let is_open = matches!(linked.state(tx.now)?, State::Pending | State::Started);
        if linked.invitation.erased_at.is_some()
            || linked.invitation.revoked_at.is_some()
            || !(is_open || has_attempt)
        {
            return Ok(());
        }
        let organisation = organisations::find(tx.conn, &linked.invitation.organisation_id)?;
        let facts = self.campaign_facts(&linked.campaign, &organisation.ok_or(ServiceError::NotFound)?)?;
        let language = Language::parse(&linked.invitation.language).map_err(stored)?;
        let letter = mail_texts::lost_link(language, linked.invitation.name.as_deref(), facts.for_mails());
        let organisation = OrganisationId::parse(&linked.invitation.organisation_id).map_err(stored)?;
        let invitation = InvitationId::parse(&linked.invitation.id).map_err(stored)?;
        let new = NewMail {
            organisation: organisation.clone(),
            kind: MailKind::LostLink,
            language,
            invitation: Some(invitation.clone()),
            colleague_invitation: None,
            recipient: email.as_str().to_owned(),
            subject: letter.subject,
            body: letter.body,
        };
        mail::enqueue(tx, self, new)?;
        tx.audit(Entry {
            organisation,
            actor: Actor::Candidate(invitation),
            action: Action::LostLinkAsked,
            entity: Entity::Invitation,
            entity_id: linked.invitation.id,
            detail: String::new(),
            address: address.map(str::to_owned),
        });
        Ok(())
    }
}
