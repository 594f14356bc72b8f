//! Views of a ranking that a member keeps: a name for filters, theirs alone. A view never names a person, so a tree or
//! « not told apart from » cannot be kept.

use domain::ids::CampaignId;
use store::repo::campaigns;
use store::repo::saved_views::{self, SavedViewRow};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::ranking::RankingQuery;
use crate::state::Services;
use crate::viewer::Staff;

/// Views that a member keeps for one campaign.
const MOST: i64 = 20;

/// Letters of a name.
const MOST_LETTERS: usize = 60;

/// A view that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The filters, as they stand in an address after `?`.
    pub query: String,
}

impl Services {
    /// The views that the viewer keeps for a campaign, by name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn saved_views(&self, viewer: &Staff, campaign: &CampaignId) -> Result<Vec<SavedView>, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            Ok(saved_views::list(conn, viewer.user.as_str(), &row.id, MOST)?
                .into_iter()
                .map(|view| SavedView { id: view.id, name: view.name, query: view.query })
                .collect())
        })
    }

    /// Keeps filters under a name; the same name again replaces what it stood for.
    ///
    /// `written`: the filters as they stand in an address.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `name` (`required`, `too_long`, `too_many`) or `query` (`about_a_person`);
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn save_view(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        name: &str,
        query: &RankingQuery,
        written: &str,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let name = name.trim();
        if name.is_empty() {
            return Err(ServiceError::invalid("name", "required"));
        }
        if name.chars().count() > MOST_LETTERS || name.chars().any(char::is_control) {
            return Err(ServiceError::invalid("name", "too_long"));
        }
        if query.tree.is_some() || query.tied.is_some() {
            return Err(ServiceError::invalid("query", "about_a_person"));
        }
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            let kept = saved_views::list(tx.conn, viewer.user.as_str(), &row.id, MOST)?;
            match kept.iter().find(|view| view.name == name) {
                Some(same) if same.query == written => return Ok(()),
                Some(same) => saved_views::delete(tx.conn, &same.id)?,
                None if i64::try_from(kept.len()).unwrap_or(MOST) >= MOST => {
                    return Err(ServiceError::invalid("name", "too_many"));
                }
                None => {}
            }
            let view = SavedViewRow {
                id: row_uuid(tx.now, self.random()).to_string(),
                organisation_id: row.organisation_id.clone(),
                user_id: viewer.user.as_str().to_owned(),
                campaign_id: row.id.clone(),
                name: name.to_owned(),
                query: written.to_owned(),
                created_at: tx.now,
            };
            saved_views::insert(tx.conn, &view)?;
            tx.audit(noted(viewer, Action::ViewSaved, &view));
            Ok(())
        })
    }

    /// Takes a view of the viewer's own away; the campaign that it belonged to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not theirs.
    pub fn delete_view(&self, viewer: &Staff, view: &str) -> Result<CampaignId, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = saved_views::find(tx.conn, viewer.user.as_str(), view)?;
            saved_views::delete(tx.conn, &row.id)?;
            tx.audit(noted(viewer, Action::ViewDeleted, &row));
            CampaignId::parse(&row.campaign_id).map_err(|error| ServiceError::broken_by("a stored id", error))
        })
    }
}

fn noted(viewer: &Staff, action: Action, view: &SavedViewRow) -> Entry {
    Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::Campaign,
        entity_id: view.campaign_id.clone(),
        detail: format!("view={}", view.id),
        address: viewer.address.clone(),
    }
}
