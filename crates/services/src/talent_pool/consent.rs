//! The consent to be seen beside people of other campaigns: given after the test, withdrawn at any time, by the candidate.
//!
//! It changes no score, no ranking and no date of deletion. Whoever does not answer leaves no trace.

use domain::attempt::AttemptState;
use domain::language::Language;
use serde_json::{Value, json};
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::pool_consents::{self, PoolConsentRow};

use crate::audit::Action;
use crate::candidate::{Candidate, candidate_entry};
use crate::dates::moment;
use crate::error::ServiceError;
use crate::state::Services;

/// What a candidate's pages ask about being seen beside people of other campaigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolAsk {
    /// Nothing: the test is not over.
    NotYet,
    /// Whether they agree.
    Open,
    /// They agree; whether they still do.
    Given,
}

impl Services {
    /// What the pages after the test ask.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn pool_ask(&self, candidate: &Candidate) -> Result<PoolAsk, ServiceError> {
        self.read(|conn| {
            let held = self.hold(conn, candidate)?;
            pool_ask(conn, Some(&held.attempt))
        })
    }

    /// Gives or withdraws the consent, asked in a language. What stands already changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `under_way` before the end; [`ServiceError::NotSignedIn`] when the cookie opens
    /// nothing.
    pub fn set_pool_consent(
        &self,
        candidate: &Candidate,
        is_given: bool,
        language: Language,
    ) -> Result<(), ServiceError> {
        self.write(|tx| {
            attempts::lock_by_invitation(tx.conn, candidate.cookie.invitation.as_str())?;
            let held = self.hold(tx.conn, candidate)?;
            let attempt = &held.attempt;
            if attempt.state == AttemptState::Started.code() {
                return Err(ServiceError::Conflict("under_way"));
            }
            let before = pool_consents::find(tx.conn, &attempt.id)?;
            let stands = before.as_ref().is_some_and(|row| row.withdrawn_at.is_none());
            if stands == is_given {
                return Ok(());
            }
            let action = if is_given { Action::PoolConsentGiven } else { Action::PoolConsentWithdrawn };
            match (is_given, before) {
                (false, _) => pool_consents::withdraw(tx.conn, &attempt.id, tx.now)?,
                (true, Some(_)) => pool_consents::renew(tx.conn, &attempt.id, language.code(), tx.now)?,
                (true, None) => pool_consents::insert(
                    tx.conn,
                    &PoolConsentRow {
                        attempt_id: attempt.id.clone(),
                        organisation_id: attempt.organisation_id.clone(),
                        language: language.code().to_owned(),
                        given_at: tx.now,
                        withdrawn_at: None,
                    },
                )?,
            }
            let detail = if is_given { format!("language={language}") } else { String::new() };
            tx.audit(candidate_entry(attempt, action, detail, candidate.address.clone())?);
            Ok(())
        })
    }
}

/// What pages ask about an attempt.
pub(crate) fn pool_ask(conn: &mut DbConn, attempt: Option<&AttemptRow>) -> Result<PoolAsk, ServiceError> {
    let Some(attempt) = attempt.filter(|attempt| attempt.state != AttemptState::Started.code()) else {
        return Ok(PoolAsk::NotYet);
    };
    let row = pool_consents::find(conn, &attempt.id)?;
    Ok(if row.is_some_and(|row| row.withdrawn_at.is_none()) { PoolAsk::Given } else { PoolAsk::Open })
}

/// The consent as it stands, for the candidate's own download.
pub(crate) fn told_consent(conn: &mut DbConn, attempt: Option<&AttemptRow>) -> Result<Value, ServiceError> {
    let row = attempt.map(|attempt| pool_consents::find(conn, &attempt.id)).transpose()?.flatten();
    Ok(row.map_or(Value::Null, |row| {
        json!({
            "language": row.language,
            "given_at": moment(row.given_at),
            "withdrawn_at": row.withdrawn_at.map(moment),
        })
    }))
}
