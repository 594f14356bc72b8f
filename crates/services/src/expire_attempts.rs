//! The expiry job: attempts whose campaign has closed end as they stand and are scored by the missing rule.

use domain::attempt::AttemptState;
use domain::ids::OrganisationId;
use store::repo::attempts::{self, AttemptEnd};
use store::repo::campaigns;

use crate::audit::{Action, Entity, Entry};
use crate::candidate::{attempt_facts, stored};
use crate::error::ServiceError;
use crate::score_attempt::score_attempt;
use crate::state::{Services, Tx};
use crate::viewer::Actor;

/// Attempts that share a transaction, so that the audit chain is locked once for all of them.
const TOGETHER: usize = 25;

/// Expires at most `limit` attempts whose campaign has closed; returns how many.
///
/// # Errors
/// [`ServiceError`] when the database cannot be asked. An attempt that cannot be scored is logged and left for the next
/// run, without holding up the others.
pub fn expire_attempts(services: &Services, limit: i64) -> Result<usize, ServiceError> {
    let now = services.now();
    let due = services.read(|conn| Ok(attempts::due_for_expiry(conn, now, limit)?))?;
    let mut expired = 0;
    for together in due.chunks(TOGETHER) {
        let result = services.write(|tx| expire_all(services, tx, together));
        expired += match result {
            Ok(number) => number,
            Err(error @ ServiceError::Unavailable(_)) => return Err(error),
            Err(_) => together.iter().map(|invitation| expire_alone(services, invitation)).sum(),
        };
    }
    Ok(expired)
}

fn expire_alone(services: &Services, invitation: &str) -> usize {
    services.write(|tx| expire(services, tx, invitation)).unwrap_or_else(|error| {
        tracing::error!(%error, invitation.id = %invitation, "an attempt could not be expired");
        0
    })
}

fn expire_all(services: &Services, tx: &mut Tx<'_>, invitations: &[String]) -> Result<usize, ServiceError> {
    // In the order of the attempts' ids, as the answer writer locks them.
    invitations.iter().try_fold(0, |number, invitation| Ok(number + expire(services, tx, invitation)?))
}

fn expire(services: &Services, tx: &mut Tx<'_>, invitation: &str) -> Result<usize, ServiceError> {
    let Some(attempt) = attempts::lock_by_invitation(tx.conn, invitation)? else { return Ok(0) };
    let campaign = campaigns::load(tx.conn, &attempt.campaign_id)?;
    let loaded = services.form_of_campaign(&campaign)?;
    let facts = attempt_facts(&attempt, &campaign, &loaded.form)?;
    // Finished meanwhile, erased meanwhile, or the closing date was put off.
    if attempt.erased_at.is_some() || facts.judge_expiry(tx.now.and_utc()).is_err() {
        return Ok(0);
    }
    let end = AttemptEnd {
        state: AttemptState::Expired.code(),
        at: tx.now,
        active_ms: attempt.active_ms,
        receipt: None,
    };
    attempts::end(tx.conn, &attempt.id, &end)?;
    let ended = attempts::find_by_invitation(tx.conn, invitation)?.ok_or(ServiceError::NotFound)?;
    score_attempt(services, tx, &ended)?;
    tx.audit(Entry {
        organisation: OrganisationId::parse(&attempt.organisation_id).map_err(stored)?,
        actor: Actor::Job("expiry"),
        action: Action::AttemptExpired,
        entity: Entity::Attempt,
        entity_id: attempt.id,
        detail: format!("shown={}", attempt.shown),
        address: None,
    });
    Ok(1)
}
