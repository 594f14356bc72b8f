//! One person's link: show it to be copied, mail it again, withdraw it, replace it. Each leaves an audit row.

use domain::attempt::AttemptState;
use domain::ids::{CampaignId, InvitationId};
use domain::invitation::InvitationState;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::invitations::{self, InvitationRow};
use store::repo::{attempts, mails};

use crate::audit::Action;
use crate::authz::{Permission, require};
use crate::campaigns::CampaignFacts;
use crate::error::ServiceError;
use crate::invitation_list::InvitedPerson;
use crate::invite::{is_over, note};
use crate::mail::{self, NewMail};
use crate::state::{Services, Tx};
use crate::viewer::Staff;

/// A personal link as a recruiter may copy it.
#[derive(Clone)]
pub struct PersonalLink {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// The person.
    pub person: InvitedPerson,
    /// The whole address; nothing when the key that made it is lost, the link is withdrawn or the test is over.
    pub address: Option<String>,
    /// Whether the test is over.
    pub is_over: bool,
}

impl Services {
    /// The personal link of an invited person, to be copied; that it was shown is written down. The link of a test that
    /// is over is shown to nobody: it leads to its results, and names whom the ranking keeps blind.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn shown_link(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        invitation: &InvitationId,
    ) -> Result<PersonalLink, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let (campaign, invitation, person, is_over) = self.write(|tx| {
            let found = found(tx, viewer, campaign, invitation)?;
            let person = self.person_of(tx.conn, &found)?;
            let attempt = attempts::find_by_invitation(tx.conn, &found.1.id)?;
            let is_over = attempt.is_some_and(|attempt| attempt.state != AttemptState::Started.code());
            if !is_over {
                note(tx, viewer, Action::LinkShown, invitation, "");
            }
            Ok((found.0, found.1, person, is_over))
        })?;
        let is_withheld = is_over || invitation.revoked_at.is_some();
        let address = self.personal_link(&invitation).filter(|_| !is_withheld);
        Ok(PersonalLink { campaign: self.facts_of_campaign(&campaign)?, person, address, is_over })
    }

    /// Mails the same link again.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed`, `revoked`, `finished` or `key_lost` when there is nothing to send;
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn resend_invitation(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        invitation: &InvitationId,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let (campaign, row) = found(tx, viewer, campaign, invitation)?;
            let person = self.person_of(tx.conn, &(campaign.clone(), row.clone()))?;
            match person.state {
                InvitationState::Pending | InvitationState::Started => {}
                InvitationState::Revoked => return Err(ServiceError::Conflict("revoked")),
                InvitationState::Finished => return Err(ServiceError::Conflict("finished")),
                InvitationState::Expired => return Err(ServiceError::Conflict("closed")),
            }
            if self.personal_link(&row).is_none() {
                return Err(ServiceError::Conflict("key_lost"));
            }
            // One waiting mail is enough.
            mails::cancel_of_invitation(tx.conn, &row.id)?;
            self.queue_invitation(tx, viewer, &person)?;
            note(tx, viewer, Action::InvitationResent, invitation, "code=resent");
            Ok(())
        })
    }

    /// Withdraws a link: it and the cookie of a test under way are dead. A finished test stays finished.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn revoke_invitation(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        invitation: &InvitationId,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let (_, row) = found(tx, viewer, campaign, invitation)?;
            if row.revoked_at.is_some() {
                return Ok(());
            }
            let generation = row.generation + 1;
            // The hash stays, so that the old link leads to the page that says it was withdrawn; cookies die with the
            // generation.
            let (hash, key_id) = (&row.token_hash, &row.secret_key_id);
            invitations::renew_link(tx.conn, &row.id, generation, hash, key_id, Some(tx.now))?;
            mails::cancel_of_invitation(tx.conn, &row.id)?;
            note(tx, viewer, Action::InvitationRevoked, invitation, &format!("generation={generation}"));
            Ok(())
        })
    }

    /// Gives a person a new link and mails it: after a withdrawal by mistake, or when the old one got into other hands
    /// or its key is lost. A test under way goes on with the new link.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed` or `finished`; [`ServiceError::NotFound`] when the viewer may not.
    pub fn renew_invitation(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        invitation: &InvitationId,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let (campaign, row) = found(tx, viewer, campaign, invitation)?;
            let person = self.person_of(tx.conn, &(campaign.clone(), row.clone()))?;
            if person.state == InvitationState::Finished {
                return Err(ServiceError::Conflict("finished"));
            }
            if is_over(&campaign, tx.now) {
                return Err(ServiceError::Conflict("closed"));
            }
            let generation = row.generation + 1;
            let (hash, key_id) = self.new_link(&row.id, generation)?;
            invitations::renew_link(tx.conn, &row.id, generation, &hash, &key_id, None)?;
            mails::cancel_of_invitation(tx.conn, &row.id)?;
            self.queue_invitation(tx, viewer, &person)?;
            let detail = format!("code=renewed;generation={generation}");
            note(tx, viewer, Action::InvitationResent, invitation, &detail);
            Ok(())
        })
    }

    fn queue_invitation(
        &self,
        tx: &mut Tx<'_>,
        viewer: &Staff,
        person: &InvitedPerson,
    ) -> Result<(), ServiceError> {
        let organisation = viewer.organisation.clone();
        let mail =
            NewMail::composed_when_sent(organisation, person.id.clone(), person.language, &person.email);
        mail::enqueue(tx, self, mail)
    }
}

/// An invitation that is not erased, with its campaign, locked.
fn found(
    tx: &mut Tx<'_>,
    viewer: &Staff,
    campaign: &CampaignId,
    invitation: &InvitationId,
) -> Result<(CampaignRow, InvitationRow), ServiceError> {
    let campaign = campaigns::find(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
    invitations::find(tx.conn, &campaign.organisation_id, &campaign.id, invitation.as_str())?;
    let row = invitations::lock(tx.conn, invitation.as_str())?;
    if row.erased_at.is_some() { Err(ServiceError::NotFound) } else { Ok((campaign, row)) }
}
