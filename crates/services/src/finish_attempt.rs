//! Finishing: the candidate says that they are done. Answers close, the receipt is signed, the score is written and the
//! mail is queued in one transaction.

use domain::attempt::{AttemptState, ClosedReason, Epoch, StepRefused};
use domain::ids::{InvitationId, OrganisationId, PublicId};
use domain::language::Language;
use store::repo::attempts::{self, AttemptEnd};
use store::repo::response_events;

use crate::audit::Action;
use crate::candidate::{Candidate, active_ms_at, attempt_facts, candidate_entry, stored};
use crate::error::ServiceError;
use crate::mail::{self, MailKind, NewMail};
use crate::mail_texts;
use crate::receipt::shown_code;
use crate::score_attempt::score_attempt;
use crate::state::{Services, Tx};
use crate::stored_answers::last_responses;

/// What the review's form sends.
#[derive(Clone, Debug)]
pub struct FinishRequest {
    /// The attempt that the page was drawn for.
    pub attempt: PublicId,
    /// The epoch that stands in it.
    pub epoch: Epoch,
    /// The language of the page.
    pub language: Language,
}

impl Services {
    /// Finishes an attempt. Finishing twice is fine: nothing happens the second time.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: `closed` when the campaign closed first, `old_epoch` when another device has taken
    /// over, `not_reached` before the review, `other_attempt` when the page was another attempt's. As
    /// [`Services::sitting`] for the cookie.
    pub fn finish_attempt(&self, candidate: &Candidate, request: &FinishRequest) -> Result<(), ServiceError> {
        self.write(|tx| {
            // Locked first and read again: an answer being stored right now is either counted or refused.
            attempts::lock_by_invitation(tx.conn, candidate.cookie.invitation.as_str())?;
            let held = self.hold(tx.conn, candidate)?;
            if held.attempt.public_id != request.attempt.as_str() {
                return Err(ServiceError::Conflict("other_attempt"));
            }
            let loaded = self.form_of_campaign(&held.campaign)?;
            let facts = attempt_facts(&held.attempt, &held.campaign, &loaded.form)?;
            match facts.judge_finish(tx.now.and_utc(), request.epoch) {
                Ok(_) => {}
                Err(StepRefused::Closed(ClosedReason::Finished)) => return Ok(()),
                Err(StepRefused::Closed(_)) => return Err(ServiceError::Conflict("closed")),
                Err(StepRefused::OldEpoch { .. } | StepRefused::UnknownEpoch { .. }) => {
                    return Err(ServiceError::Conflict("old_epoch"));
                }
                Err(_) => return Err(ServiceError::Conflict("not_reached")),
            }
            self.finish(tx, candidate, held, request.language)
        })
    }

    fn finish(
        &self,
        tx: &mut Tx<'_>,
        candidate: &Candidate,
        held: attempts::HeldAttempt,
        language: Language,
    ) -> Result<(), ServiceError> {
        let attempt = held.attempt.clone();
        let email = held.invitation.email.clone();
        let sitting = self.sitting_of(held, candidate.cookie.epoch)?;
        let language =
            Some(language).filter(|language| sitting.offers(*language)).unwrap_or(sitting.language);
        let answers =
            last_responses(&sitting.loaded.form, &response_events::of_attempt(tx.conn, &attempt.id)?)?;
        let (receipt, summary) = self.signed_receipt(&sitting, language, &answers, tx.now)?;
        let end = AttemptEnd {
            state: AttemptState::Finished.code(),
            at: tx.now,
            active_ms: active_ms_at(attempt.active_ms, attempt.last_seen_at, tx.now),
            receipt: Some((&receipt.text, &receipt.code, &receipt.key_id)),
        };
        attempts::end(tx.conn, &attempt.id, &end)?;
        let finished = attempts::find_by_invitation(tx.conn, &attempt.invitation_id)?;
        score_attempt(self, tx, &finished.ok_or(ServiceError::NotFound)?)?;
        if let Some(recipient) = email {
            let letter = mail_texts::receipt(
                language,
                sitting.name.as_deref(),
                sitting.campaign.for_mails(),
                &shown_code(&receipt.code),
                sitting.campaign.decision_on,
            );
            let new = NewMail {
                organisation: OrganisationId::parse(&attempt.organisation_id).map_err(stored)?,
                kind: MailKind::Receipt,
                language,
                invitation: Some(InvitationId::parse(&attempt.invitation_id).map_err(stored)?),
                colleague_invitation: None,
                recipient,
                subject: letter.subject,
                body: letter.body,
            };
            mail::enqueue(tx, self, new)?;
        }
        let detail = format!("answered={} blank={}", summary.answered, summary.blank);
        tx.audit(candidate_entry(&attempt, Action::AttemptFinished, detail, candidate.address.clone())?);
        Ok(())
    }

    /// Keeps the answer to the one question after the end; the last one counts.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] out of range, [`ServiceError::Conflict`] `under_way` before the end.
    pub fn give_satisfaction(&self, candidate: &Candidate, value: i16) -> Result<(), ServiceError> {
        if !(1..=4).contains(&value) {
            return Err(ServiceError::invalid("value", "required"));
        }
        self.write(|tx| {
            attempts::lock_by_invitation(tx.conn, candidate.cookie.invitation.as_str())?;
            let held = self.hold(tx.conn, candidate)?;
            if held.attempt.state == AttemptState::Started.code() {
                return Err(ServiceError::Conflict("under_way"));
            }
            attempts::set_satisfaction(tx.conn, &held.attempt.id, value)?;
            // The value stays out of the audit, which keeps what it has for good.
            let entry = candidate_entry(
                &held.attempt,
                Action::SatisfactionGiven,
                String::new(),
                candidate.address.clone(),
            )?;
            tx.audit(entry);
            Ok(())
        })
    }

    /// Writes down that a candidate pauses. The answers were stored before; nothing else changes.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed` when the attempt is over. As [`Services::sitting`] for the cookie.
    pub fn pause_attempt(&self, candidate: &Candidate) -> Result<(), ServiceError> {
        self.write(|tx| {
            let held = self.hold(tx.conn, candidate)?;
            let loaded = self.form_of_campaign(&held.campaign)?;
            let facts = attempt_facts(&held.attempt, &held.campaign, &loaded.form)?;
            if facts.closed(tx.now.and_utc()).is_some() {
                return Err(ServiceError::Conflict("closed"));
            }
            let detail = format!("place={}", held.attempt.position);
            tx.audit(candidate_entry(
                &held.attempt,
                Action::AttemptPaused,
                detail,
                candidate.address.clone(),
            )?);
            Ok(())
        })
    }
}
