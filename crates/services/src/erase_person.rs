//! Erasing a person: identity, answers, scores and reasons go, a tombstone and bare numbers stay.
//!
//! The row in `erasures` comes first: it is what lets the answers go. The ledger outside the database comes last before
//! the commit, so that an erasure that was acknowledged survives the restoring of an older backup.

use chrono::NaiveDateTime;
use domain::ids::{InvitationId, OrganisationId};
use store::repo::erasures::{self, ErasureRow};
use store::repo::invitations::InvitationRow;
use store::repo::{
    assignments, attempts, demographics, human_reviews, invitations, mails, notes, outcomes, own_ratings,
    pool_consents, response_events, share_links, tags,
};

use crate::audit::{Action, Entity, Entry};
use crate::candidate::stored;
use crate::erasure_ledger;
use crate::error::ServiceError;
use crate::state::{Services, Tx};
use crate::viewer::Actor;

/// Why a person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErasureCause {
    /// They asked for it.
    Candidate,
    /// Their time is over.
    Retention,
    /// An older backup had brought them back.
    Replay,
}

impl ErasureCause {
    const fn code(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Retention => "retention",
            Self::Replay => "replay",
        }
    }

    fn actor(self, invitation: &InvitationId) -> Actor {
        match self {
            Self::Candidate => Actor::Candidate(invitation.clone()),
            Self::Retention => Actor::Job("retention"),
            Self::Replay => Actor::Job("erasure_replay"),
        }
    }
}

/// Erasures replayed at once.
const TOGETHER: usize = 50;

/// Erases the person behind an invitation; returns `false` when they were erased before. To be called last in its
/// transaction: the ledger is written here.
///
/// # Errors
/// [`ServiceError`] when the database or the ledger refuses: then nothing is erased.
pub(crate) fn erase_person(
    services: &Services,
    tx: &mut Tx<'_>,
    invitation: &InvitationId,
    cause: ErasureCause,
    address: Option<String>,
) -> Result<bool, ServiceError> {
    // The attempt is locked before the invitation, as finishing and saving do.
    let before = attempts::lock_by_invitation(tx.conn, invitation.as_str())?;
    let row = invitations::lock(tx.conn, invitation.as_str())?;
    // A start that held the invitation until now has left an attempt that was not there to be locked.
    let attempt = match before {
        Some(attempt) => Some(attempt),
        None => attempts::lock_by_invitation(tx.conn, invitation.as_str())?,
    };
    if row.erased_at.is_some() {
        return Ok(false);
    }
    let erasure = ErasureRow {
        invitation_id: row.id.clone(),
        attempt_id: attempt.as_ref().map(|attempt| attempt.id.clone()),
        organisation_id: row.organisation_id.clone(),
        campaign_id: row.campaign_id.clone(),
        cause: cause.code().to_owned(),
        at: tx.now,
    };
    erasures::insert(tx.conn, &erasure)?;
    if let Some(attempt) = &attempt {
        response_events::delete_of_attempt(tx.conn, &attempt.id)?;
        erasures::erase_results(tx.conn, &attempt.id)?;
        notes::erase_of_attempt(tx.conn, &attempt.id)?;
        tags::erase_of_attempt(tx.conn, &attempt.id)?;
        assignments::erase_of_attempt(tx.conn, &attempt.id)?;
        own_ratings::erase_of_attempt(tx.conn, &attempt.id)?;
        share_links::erase_of_attempt(tx.conn, &attempt.id)?;
        demographics::erase_of_attempt(tx.conn, &attempt.id)?;
        outcomes::erase_of_attempt(tx.conn, &attempt.id)?;
        pool_consents::erase_of_attempt(tx.conn, &attempt.id)?;
        attempts::erase(tx.conn, &attempt.id, tx.now)?;
    }
    human_reviews::erase_of_invitation(tx.conn, &row.id)?;
    mails::erase_of_invitation(tx.conn, &row.id)?;
    erasures::erase_identity(tx.conn, &row.id, tx.now)?;
    note(tx, &row, invitation, cause, address)?;
    if cause != ErasureCause::Replay {
        erasure_ledger::append(&services.settings().erasure_ledger, &erasure)?;
    }
    Ok(true)
}

fn note(
    tx: &mut Tx<'_>,
    row: &InvitationRow,
    invitation: &InvitationId,
    cause: ErasureCause,
    address: Option<String>,
) -> Result<(), ServiceError> {
    tx.audit(Entry {
        organisation: OrganisationId::parse(&row.organisation_id).map_err(stored)?,
        actor: cause.actor(invitation),
        action: Action::PersonErased,
        entity: Entity::Invitation,
        entity_id: row.id.clone(),
        detail: format!("cause={}", cause.code()),
        address,
    });
    Ok(())
}

/// Erases again whoever the ledger names and the database still holds, after a restore; returns how many. `serve` runs
/// it at each start, `restore` before it says that it is done.
///
/// # Errors
/// [`ServiceError`] when the ledger cannot be read or the database refuses.
pub fn replay_erasures(services: &Services) -> Result<usize, ServiceError> {
    let lines = erasure_ledger::read(&services.settings().erasure_ledger)?;
    let mut replayed = 0;
    for chunk in lines.chunks(TOGETHER) {
        replayed += services.write(|tx| {
            let ids: Vec<String> = chunk.iter().map(|line| line.invitation.clone()).collect();
            let known = erasures::known(tx.conn, &ids)?;
            let mut number = 0;
            for line in chunk.iter().filter(|line| !known.contains(&line.invitation)) {
                number += usize::from(replay(services, tx, &line.invitation, line.at)?);
            }
            Ok(number)
        })?;
    }
    Ok(replayed)
}

fn replay(
    services: &Services,
    tx: &mut Tx<'_>,
    invitation: &str,
    at: NaiveDateTime,
) -> Result<bool, ServiceError> {
    let id = InvitationId::parse(invitation).map_err(stored)?;
    match erase_person(services, tx, &id, ErasureCause::Replay, None) {
        // The backup is from before this person was invited.
        Err(ServiceError::NotFound) => Ok(false),
        Ok(is_erased) => {
            tracing::info!(invitation.id = %id, erased.at = %at, "an erasure was replayed");
            Ok(is_erased)
        }
        Err(error) => Err(error),
    }
}
