//! The form after the test: given, changed and taken back by the candidate, who needs not answer anything.
//!
//! It opens when the test is over and never before. Refusing it leaves no trace at all.

use domain::attempt::AttemptState;
use domain::demographics::{
    AgeBand, DemographicForm, DemographicInput, Demographics, HiringCountry, Race, Sex,
};
use serde_json::{Value, json};
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow, HeldAttempt};
use store::repo::campaigns;
use store::repo::demographics::{self, DemographicRow};

use crate::audit::Action;
use crate::candidate::{Candidate, Sitting, candidate_entry, stored};
use crate::error::ServiceError;
use crate::fairness::setting::setting_of;
use crate::ids::public_uuid;
use crate::state::Services;

/// What the page of the form shows.
#[derive(Clone, Debug)]
pub struct DemographicPage {
    /// The attempt.
    pub sitting: Sitting,
    /// The country whose law the hiring follows.
    pub country: HiringCountry,
    /// Which questions are asked; none when only what was given before can be taken back.
    pub form: DemographicForm,
    /// What was said before.
    pub given: Option<Demographics>,
}

/// Whether a candidate's pages lead to the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormOffer {
    /// They do not: nothing is asked and nothing was given, or the test is not over.
    Nothing,
    /// It can be filled in.
    Open,
    /// It was filled in, and can be changed or taken back.
    Given,
}

impl Services {
    /// The form after the test.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `under_way` before the end; [`ServiceError::NotFound`] when nothing is asked and
    /// nothing was given; [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn demographic_page(&self, candidate: &Candidate) -> Result<DemographicPage, ServiceError> {
        let (held, setting, given) = self.read(|conn| {
            let held = self.hold(conn, candidate)?;
            let setting = setting_of(conn, &held.campaign.id)?;
            let given = given_by(conn, &held.attempt.id)?;
            Ok((held, setting, given))
        })?;
        let is_over = held.attempt.state != AttemptState::Started.code();
        let sitting = self.sitting_of(held, candidate.cookie.epoch)?;
        if !is_over {
            return Err(ServiceError::Conflict("under_way"));
        }
        if setting.form == DemographicForm::None && given.is_none() {
            return Err(ServiceError::NotFound);
        }
        Ok(DemographicPage { sitting, country: setting.country, form: setting.form, given })
    }

    /// Whether the pages after the test lead to the form.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn demographic_offer(&self, candidate: &Candidate) -> Result<FormOffer, ServiceError> {
        self.read(|conn| {
            let held = self.hold(conn, candidate)?;
            form_offer(conn, Some(&held.attempt))
        })
    }

    /// Keeps what a candidate says of themselves, instead of what they said before. Preferring not to answer every
    /// question takes it back.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] `unknown` beside the question whose answer is not offered; as
    /// [`Services::demographic_page`].
    pub fn give_demographics(
        &self,
        candidate: &Candidate,
        typed: &DemographicInput,
    ) -> Result<(), ServiceError> {
        self.write(|tx| {
            let held = self.hold_alone(tx.conn, candidate)?;
            if held.attempt.state == AttemptState::Started.code() {
                return Err(ServiceError::Conflict("under_way"));
            }
            let setting = setting_of(tx.conn, &held.campaign.id)?;
            if setting.form == DemographicForm::None {
                return Err(ServiceError::NotFound);
            }
            let said = Demographics::parse(typed, setting.form)
                .map_err(|question| ServiceError::invalid(question.code(), "unknown"))?;
            let link = demographics::link_of(tx.conn, &held.attempt.id)?;
            let before = given_by(tx.conn, &held.attempt.id)?;
            if before.unwrap_or_default() == said {
                return Ok(());
            }
            let action = match (said.is_empty(), &link) {
                (true, Some(link)) => {
                    demographics::take_back(tx.conn, link)?;
                    Action::DemographicsDeleted
                }
                (true, None) => return Ok(()),
                (false, link) => {
                    let id = public_uuid(self.random()).to_string();
                    demographics::keep(tx.conn, &held.attempt.id, link.as_ref(), &row_of(id, said))?;
                    Action::DemographicsGiven
                }
            };
            // What was said stays out of the audit, which keeps what it has for good.
            tx.audit(candidate_entry(&held.attempt, action, String::new(), candidate.address.clone())?);
            Ok(())
        })
    }

    /// Deletes what a candidate said of themselves. Deleting nothing changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens nothing.
    pub fn delete_demographics(&self, candidate: &Candidate) -> Result<(), ServiceError> {
        self.write(|tx| {
            let held = self.hold_alone(tx.conn, candidate)?;
            let link = demographics::link_of(tx.conn, &held.attempt.id)?;
            let Some(link) = link.filter(|link| link.answer_id.is_some()) else { return Ok(()) };
            demographics::take_back(tx.conn, &link)?;
            let action = Action::DemographicsDeleted;
            tx.audit(candidate_entry(&held.attempt, action, String::new(), candidate.address.clone())?);
            Ok(())
        })
    }
}

impl Services {
    /// The attempt behind a cookie, locked with its campaign: what a campaign asks changes, and tables are published,
    /// before or after an answer is stored and not meanwhile.
    fn hold_alone(&self, conn: &mut DbConn, candidate: &Candidate) -> Result<HeldAttempt, ServiceError> {
        let campaign = self.hold(conn, candidate)?.campaign;
        campaigns::lock(conn, &campaign.organisation_id, &campaign.id)?;
        attempts::lock_by_invitation(conn, candidate.cookie.invitation.as_str())?;
        self.hold(conn, candidate)
    }
}

/// What somebody said of themselves.
fn given_by(conn: &mut DbConn, attempt: &str) -> Result<Option<Demographics>, ServiceError> {
    demographics::of_attempt(conn, attempt)?.map(|row| said_in(&row)).transpose()
}

/// What a row says.
pub(super) fn said_in(row: &DemographicRow) -> Result<Demographics, ServiceError> {
    Ok(Demographics {
        sex: row.sex.as_deref().map(Sex::parse).transpose().map_err(stored)?,
        age: row.age_band.as_deref().map(AgeBand::parse).transpose().map_err(stored)?,
        race: row.race.as_deref().map(Race::parse).transpose().map_err(stored)?,
    })
}

fn row_of(id: String, said: Demographics) -> DemographicRow {
    DemographicRow {
        id,
        sex: said.sex.map(|sex| sex.code().to_owned()),
        age_band: said.age.map(|age| age.code().to_owned()),
        race: said.race.map(|race| race.code().to_owned()),
    }
}

/// Whether pages lead to the form of an attempt.
pub(crate) fn form_offer(conn: &mut DbConn, attempt: Option<&AttemptRow>) -> Result<FormOffer, ServiceError> {
    let Some(attempt) = attempt.filter(|attempt| attempt.state != AttemptState::Started.code()) else {
        return Ok(FormOffer::Nothing);
    };
    if demographics::of_attempt(conn, &attempt.id)?.is_some() {
        return Ok(FormOffer::Given);
    }
    Ok(match setting_of(conn, &attempt.campaign_id)?.form {
        DemographicForm::None => FormOffer::Nothing,
        DemographicForm::SexAge | DemographicForm::Full => FormOffer::Open,
    })
}

/// What somebody said of themselves, for their own download.
pub(crate) fn told_demographics(
    conn: &mut DbConn,
    attempt: Option<&AttemptRow>,
) -> Result<Value, ServiceError> {
    let row = attempt.map(|attempt| demographics::of_attempt(conn, &attempt.id)).transpose()?.flatten();
    Ok(row.map_or(Value::Null, |row| json!({ "sex": row.sex, "age": row.age_band, "race": row.race })))
}
