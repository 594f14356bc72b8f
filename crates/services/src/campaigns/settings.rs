//! The settings of a campaign: what was chosen, its open link, and its end.

use domain::ids::CampaignId;
use store::repo::campaigns::{self, CampaignRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::campaigns::{CampaignFacts, Funnel};
use crate::error::ServiceError;
use crate::secrets::{Purpose, token_hash};
use crate::settings::MailSettings;
use crate::state::{Services, Tx};
use crate::viewer::Staff;

/// What the settings page shows.
#[derive(Clone, Debug)]
pub struct CampaignSettings {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// Whom candidates ask for help.
    pub contact: String,
    /// The employer's words in the French notice.
    pub notice_fr: Option<String>,
    /// The employer's words in the English notice.
    pub notice_en: Option<String>,
    /// How many people are where.
    pub funnel: Funnel,
    /// The open link.
    pub open_link: OpenLink,
    /// Months after the decision at which people are erased.
    pub retention_months: u32,
}

/// The open link of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenLink {
    /// It is off.
    Off,
    /// It is on.
    On {
        /// Its whole address.
        address: String,
    },
    /// It is on, and the key that made it is lost: it still works where it was handed out, and can only be renewed.
    Lost,
    /// It cannot be turned on: without a mail relay a link could not reach whoever signs up.
    NoMail,
}

/// What to do with an open link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenLinkChange {
    /// Turn it on.
    On,
    /// Give it another address; the old one is dead.
    Renew,
    /// Turn it off.
    Off,
}

impl OpenLinkChange {
    /// The change of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::On, Self::Renew, Self::Off].into_iter().find(|change| change.code() == code)
    }

    /// The code of forms and of the audit.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Renew => "renew",
            Self::Off => "off",
        }
    }
}

impl Services {
    /// The settings of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn campaign_settings(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<CampaignSettings, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let (row, funnel) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let funnel = campaigns::funnels(conn, std::slice::from_ref(&row.id))?.remove(&row.id);
            Ok((row, funnel.unwrap_or_default()))
        })?;
        Ok(CampaignSettings {
            campaign: self.facts_of_campaign(&row)?,
            contact: row.contact.clone(),
            notice_fr: row.notice_fr.clone(),
            notice_en: row.notice_en.clone(),
            funnel: funnel.into(),
            open_link: self.open_link_state(&row),
            retention_months: self.settings().retention_months,
        })
    }

    fn open_link_state(&self, row: &CampaignRow) -> OpenLink {
        match (row.open_link_token_hash.is_some(), self.open_link(row)) {
            (_, Some(address)) => OpenLink::On { address },
            (true, None) => OpenLink::Lost,
            (false, None) if self.open_links_can_be_mailed() => OpenLink::Off,
            (false, None) => OpenLink::NoMail,
        }
    }

    fn open_links_can_be_mailed(&self) -> bool {
        self.settings().is_demo || matches!(self.settings().mail, MailSettings::Smtp(_))
    }

    /// Turns the open link of a campaign on, renews it or turns it off. Turning on what is on, or off what is off,
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed` when the campaign takes nobody any more, `no_mail` when links could not be
    /// mailed; [`ServiceError::NotFound`] when the viewer may not change it.
    pub fn change_open_link(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        change: OpenLinkChange,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let is_on = row.open_link_token_hash.is_some();
            if change == OpenLinkChange::Off {
                if is_on {
                    let generation = row.open_link_generation + 1;
                    campaigns::set_open_link(tx.conn, &row.id, generation, None, None)?;
                    note(tx, viewer, &row.id, Action::OpenLinkChanged, "code=off");
                }
                return Ok(());
            }
            if self.facts_of_campaign(&row)?.is_over {
                return Err(ServiceError::Conflict("closed"));
            }
            if !self.open_links_can_be_mailed() {
                return Err(ServiceError::Conflict("no_mail"));
            }
            if change == OpenLinkChange::Renew || !is_on {
                self.renew_open_link(tx, &row)?;
                let detail = format!("code={}", change.code());
                note(tx, viewer, &row.id, Action::OpenLinkChanged, &detail);
            }
            Ok(())
        })
    }

    /// Gives the open link a new generation under the current key.
    pub(crate) fn renew_open_link(&self, tx: &mut Tx<'_>, row: &CampaignRow) -> Result<(), ServiceError> {
        let generation = row.open_link_generation + 1;
        let key_id = self.secrets().current_id();
        let token = self
            .secrets()
            .link_token(key_id, Purpose::OpenLink, &row.id, generation)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        campaigns::set_open_link(tx.conn, &row.id, generation, Some(&token_hash(&token)), Some(key_id))?;
        Ok(())
    }

    /// Closes a campaign: links start and continue nothing any more, tests under way end as they stand within seconds,
    /// and the ranking job then makes the last version. Closing what is closed changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not close it.
    pub fn close_campaign(&self, viewer: &Staff, campaign: &CampaignId) -> Result<(), ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if row.closed_at.is_some() {
                return Ok(());
            }
            campaigns::close(tx.conn, &row.id, tx.now)?;
            note(tx, viewer, &row.id, Action::CampaignClosed, "code=person");
            Ok(())
        })
    }
}

pub(super) fn note(tx: &mut Tx<'_>, viewer: &Staff, campaign: &str, action: Action, detail: &str) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::Campaign,
        entity_id: campaign.to_owned(),
        detail: detail.to_owned(),
        address: viewer.address.clone(),
    });
}
