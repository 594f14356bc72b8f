//! The addresses of links, recomputed each time they are shown or mailed: the database holds their hashes only.

use store::repo::campaigns::CampaignRow;
use store::repo::invitations::InvitationRow;

use crate::secrets::Purpose;
use crate::share_links::SHARE_GENERATION;
use crate::state::Services;

/// Where personal links live: `/c/<token>`.
pub const PERSONAL_PATH: &str = "/c/";
/// Where open links live: `/o/<token>`.
pub const OPEN_PATH: &str = "/o/";
/// Where invitations of colleagues live: `/join/<token>`.
pub const COLLEAGUE_PATH: &str = "/join/";
/// Where share links live: `/s/<token>`.
pub const SHARE_PATH: &str = "/s/";
/// The generation of a colleague's link: such a link is used once or revoked, never renewed.
pub const COLLEAGUE_GENERATION: i32 = 1;

impl Services {
    /// The whole address of a personal link; nothing when the key that made it is lost.
    #[must_use]
    pub fn personal_link(&self, invitation: &InvitationRow) -> Option<String> {
        let token = self.secrets().link_token(
            &invitation.secret_key_id,
            Purpose::InvitationLink,
            &invitation.id,
            invitation.generation,
        )?;
        Some(self.address_of(PERSONAL_PATH, &token))
    }

    /// The whole address of a campaign's open link; nothing when it is off or its key is lost.
    #[must_use]
    pub fn open_link(&self, campaign: &CampaignRow) -> Option<String> {
        campaign.open_link_token_hash.as_ref()?;
        let key_id = campaign.open_link_key_id.as_deref()?;
        let token = self.secrets().link_token(
            key_id,
            Purpose::OpenLink,
            &campaign.id,
            campaign.open_link_generation,
        )?;
        Some(self.address_of(OPEN_PATH, &token))
    }

    /// The whole address of a colleague's link; nothing when the key that made it is lost.
    #[must_use]
    pub fn colleague_link(&self, colleague_invitation: &str, secret_key_id: &str) -> Option<String> {
        let token = self.secrets().link_token(
            secret_key_id,
            Purpose::ColleagueLink,
            colleague_invitation,
            COLLEAGUE_GENERATION,
        )?;
        Some(self.address_of(COLLEAGUE_PATH, &token))
    }

    /// The whole address of a share link; nothing when the key that made it is lost.
    #[must_use]
    pub(crate) fn share_link(&self, share: &str, secret_key_id: &str) -> Option<String> {
        let token = self.secrets().link_token(secret_key_id, Purpose::ShareLink, share, SHARE_GENERATION)?;
        Some(self.address_of(SHARE_PATH, &token))
    }

    fn address_of(&self, path: &str, token: &str) -> String {
        format!("{}{path}{token}", self.settings().public_url.trim_end_matches('/'))
    }
}
