//! An invited colleague accepts: the link, the name and the password become an account and a session.

use chrono::NaiveDateTime;
use domain::ids::OrganisationId;
use domain::language::Language;
use domain::role::Role;
use store::repo::colleague_invitations::{self as invitations, ColleagueInvitationRow};
use store::repo::{organisations, users};

use crate::admin::CheckedAccount;
use crate::audit::{Action, Entity, Entry};
use crate::error::{FieldError, ServiceError};
use crate::password;
use crate::people::stored_role;
use crate::secrets::token_hash;
use crate::sign_in::{SignIn, stored_id};
use crate::state::Services;
use crate::throttle::{self, ThrottleKind};
use crate::viewer::Actor;

/// What a colleague's link leads to.
#[derive(Clone)]
pub enum JoinLink {
    /// It can be accepted.
    Open {
        /// The organisation that invites.
        organisation: String,
        /// The invited address.
        email: String,
        /// The offered role.
        role: Role,
    },
    /// It was real and is over: used, taken back or too old.
    Over,
}

/// What an invited colleague types.
#[derive(Clone)]
pub struct JoinForm {
    /// Their name.
    pub name: String,
    /// The password they choose.
    pub password: String,
    /// The password again.
    pub again: String,
}

impl Services {
    /// What a colleague's link leads to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown token, [`ServiceError::Throttled`] for an address that tries many.
    pub fn join_link(&self, token: &str, address: Option<&str>) -> Result<JoinLink, ServiceError> {
        let now = self.now();
        let found = self.read(|conn| {
            if let Some(address) = address {
                throttle::check(conn, self.secrets(), ThrottleKind::UnknownToken, address, now)?;
            }
            let Some(row) = invitations::find_by_token(conn, &token_hash(token))? else { return Ok(None) };
            let organisation = organisations::find(conn, &row.organisation_id)?;
            Ok(organisation.map(|organisation| (row, organisation)))
        })?;
        let Some((row, organisation)) = found else {
            if let Some(address) = address {
                self.write(|tx| {
                    throttle::record_failure(tx, self.secrets(), ThrottleKind::UnknownToken, address)
                })?;
            }
            return Err(ServiceError::NotFound);
        };
        if !is_open(&row, now) {
            return Ok(JoinLink::Over);
        }
        Ok(JoinLink::Open {
            organisation: organisation.name,
            email: row.email,
            role: stored_role(&row.role)?,
        })
    }

    /// Accepts an invitation: makes the account and signs its person in.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what cannot be taken (`email`, `taken`: the address has an account already);
    /// [`ServiceError::Conflict`] `link_over`; [`ServiceError::NotFound`] for an unknown token.
    pub fn join(
        &self,
        token: &str,
        form: &JoinForm,
        language: Language,
        address: Option<String>,
    ) -> Result<SignIn, ServiceError> {
        let JoinLink::Open { email, .. } = self.join_link(token, address.as_deref())? else {
            return Err(ServiceError::Conflict("link_over"));
        };
        let account = check_join(&email, form)?;
        let hash = password::hash(self.settings().argon2, self.random(), &form.password)?;
        self.write(|tx| {
            let row =
                invitations::find_by_token(tx.conn, &token_hash(token))?.ok_or(ServiceError::NotFound)?;
            if users::find_by_email(tx.conn, &row.email)?.is_some() {
                return Err(ServiceError::invalid("email", "taken"));
            }
            if !invitations::accept(tx.conn, &row.id, tx.now)? {
                return Err(ServiceError::Conflict("link_over"));
            }
            let organisation = stored_id(OrganisationId::parse(&row.organisation_id))?;
            let role = stored_role(&row.role)?;
            let user = self.insert_user(tx, &organisation, &account, role, language, hash)?;
            tx.audit(Entry {
                organisation,
                actor: Actor::User(user.clone()),
                action: Action::ColleagueJoined,
                entity: Entity::ColleagueInvitation,
                entity_id: row.id,
                detail: format!("role={}", role.code()),
                address: address.clone(),
            });
            self.open_session(tx, user.as_str(), address)
        })
    }
}

fn check_join(email: &str, form: &JoinForm) -> Result<CheckedAccount, ServiceError> {
    let checked = CheckedAccount::check(email, &form.name, &form.password);
    if form.password == form.again {
        return checked;
    }
    let differs = FieldError { field: "again", code: "password_differs" };
    match checked {
        Err(ServiceError::Invalid(mut errors)) => {
            errors.push(differs);
            Err(ServiceError::Invalid(errors))
        }
        Err(error) => Err(error),
        Ok(_) => Err(ServiceError::Invalid(vec![differs])),
    }
}

fn is_open(row: &ColleagueInvitationRow, now: NaiveDateTime) -> bool {
    row.accepted_at.is_none() && row.revoked_at.is_none() && now < row.expires_at
}
