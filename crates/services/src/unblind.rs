//! Asking to see who a candidate is, before deciding: allowed, and written down.

use domain::ids::PublicId;
use store::repo::unblindings;

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::report::reviewed_attempt;
use crate::state::Services;
use crate::viewer::Staff;

impl Services {
    /// Shows the viewer, and nobody else, who a candidate is from now on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the attempt is theirs and has ended.
    pub fn unblind(&self, viewer: &Staff, candidate: &PublicId) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = reviewed_attempt(tx.conn, viewer, candidate)?;
            unblindings::note(tx.conn, &attempt.id, viewer.user.as_str(), tx.now)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::Unblinded,
                entity: Entity::Attempt,
                entity_id: attempt.id,
                detail: String::new(),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}
