//! The candidate's side of a review: asking for one, and reading what became of it.

use domain::attempt::AttemptState;
use domain::human_review::{MAX_REQUEST_CHARS, due_on};
use domain::ids::{InvitationId, OrganisationId};
use store::conn::DbConn;
use store::repo::attempts;
use store::repo::human_reviews::{self, HumanReviewRow};

use super::{ALL_REQUESTS, MOST_REQUESTS, OwnReview, OwnReviews, checked, told_answer};
use crate::audit::{Action, Entity, Entry};
use crate::candidate::{Candidate, stored};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::state::Services;
use crate::viewer::Actor;
use crate::zone;

impl Services {
    /// Asks for a review by a person of a candidate's result. The request that is open, sent again word for word,
    /// stays one.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing; [`ServiceError::Conflict`] `not_ended` before the
    /// end of the test, `review_open` while another request waits, `too_many_reviews` after [`MOST_REQUESTS`];
    /// [`ServiceError::Invalid`] with `request` (`too_long`, `not_valid`).
    pub fn ask_human_review(&self, candidate: &Candidate, typed: &str) -> Result<(), ServiceError> {
        self.write(|tx| {
            let linked = self.hold_person(tx.conn, candidate)?;
            let attempt = attempts::lock_by_invitation(tx.conn, &linked.invitation.id)?
                .filter(|attempt| attempt.state != AttemptState::Started.code())
                .ok_or(ServiceError::Conflict("not_ended"))?;
            if attempt.erased_at.is_some() {
                return Err(ServiceError::NotSignedIn);
            }
            let request =
                Some(checked("request", typed, 0, MAX_REQUEST_CHARS)?).filter(|text| !text.is_empty());
            let known = human_reviews::of_invitation(tx.conn, &linked.invitation.id, ALL_REQUESTS)?;
            match known.iter().find(|row| row.answered_at.is_none()) {
                Some(open) if open.request == request => return Ok(()),
                Some(_) => return Err(ServiceError::Conflict("review_open")),
                None if known.len() >= MOST_REQUESTS => {
                    return Err(ServiceError::Conflict("too_many_reviews"));
                }
                None => {}
            }
            let id = row_uuid(tx.now, self.random()).to_string();
            let asked_on = zone::local(&linked.campaign.time_zone, tx.now).date();
            let row = HumanReviewRow {
                id: id.clone(),
                organisation_id: linked.invitation.organisation_id.clone(),
                campaign_id: linked.campaign.id.clone(),
                invitation_id: linked.invitation.id.clone(),
                attempt_id: attempt.id,
                language: attempt.language,
                request,
                asked_at: tx.now,
                due_on: due_on(asked_on),
                taken_by: None,
                taken_at: None,
                outcome: None,
                answer: None,
                answered_by: None,
                answered_at: None,
            };
            human_reviews::insert(tx.conn, &row)?;
            tx.audit(Entry {
                organisation: OrganisationId::parse(&row.organisation_id).map_err(stored)?,
                actor: Actor::Candidate(InvitationId::parse(&row.invitation_id).map_err(stored)?),
                action: Action::ReviewAsked,
                entity: Entity::HumanReview,
                entity_id: id,
                detail: format!("due={}", row.due_on),
                address: candidate.address.clone(),
            });
            Ok(())
        })
    }
}

/// A candidate's reviews.
pub(crate) fn own_reviews(
    conn: &mut DbConn,
    invitation: &str,
    zone_name: &str,
    has_ended: bool,
) -> Result<OwnReviews, ServiceError> {
    let rows = human_reviews::of_invitation(conn, invitation, ALL_REQUESTS)?;
    let is_one_open = rows.iter().any(|row| row.answered_at.is_none());
    let may_ask = has_ended && !is_one_open && rows.len() < MOST_REQUESTS;
    let reviews = rows
        .into_iter()
        .map(|row| {
            Ok(OwnReview {
                asked_on: zone::local(zone_name, row.asked_at).date(),
                due_on: row.due_on,
                answer: told_answer(&row, zone_name)?,
                request: row.request,
            })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    Ok(OwnReviews { reviews, has_ended, may_ask })
}
