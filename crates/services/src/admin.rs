//! What the operator does from the command line: organisations, their first people, forgotten passwords.
//!
//! There is no viewer to authorise: whoever runs the program on the server may do all of this. The audit says so.

use domain::email::{EmailAddress, EmailError};
use domain::ids::{OrganisationId, UserId};
use domain::language::Language;
use domain::person_name::{NameError, PersonName};
use domain::role::Role;
use store::repo::organisations::{self, OrganisationRow};
use store::repo::users::{self, UserRow};
use store::repo::{colleague_invitations, sessions};

use crate::audit::{Action, Entity, Entry};
use crate::error::{FieldError, ServiceError};
use crate::ids;
use crate::password;
use crate::sign_in::stored_id;
use crate::state::{Services, Tx};
use crate::throttle::{self, ThrottleKind};
use crate::viewer::Actor;

/// An account to be made, as typed.
#[derive(Clone)]
pub struct NewUser<'a> {
    /// Their address, which they type to sign in.
    pub email: &'a str,
    /// Their name.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// The language of their pages.
    pub language: Language,
    /// Their first password.
    pub password: &'a str,
}

impl Services {
    /// Makes an organisation.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the name cannot be taken.
    pub fn create_organisation(&self, name: &str, is_demo: bool) -> Result<OrganisationId, ServiceError> {
        let name =
            PersonName::parse(name).map_err(|error| ServiceError::invalid("name", name_code(error)))?;
        self.write(|tx| {
            let id = OrganisationId::new(ids::row_uuid(tx.now, self.random()));
            organisations::insert(
                tx.conn,
                &OrganisationRow {
                    id: id.as_str().to_owned(),
                    name: name.as_str().to_owned(),
                    is_demo,
                    created_at: tx.now,
                },
            )?;
            tx.audit(operator_entry(&id, Action::OrganisationCreated, Entity::Organisation, id.as_str()));
            Ok(id)
        })
    }

    /// Makes an account in an organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown organisation; [`ServiceError::Invalid`] for what cannot be taken,
    /// `taken` for an e-mail that has an account already, also a removed one.
    pub fn create_user(
        &self,
        organisation: &OrganisationId,
        new: &NewUser<'_>,
    ) -> Result<UserId, ServiceError> {
        let account = CheckedAccount::check(new.email, new.name, new.password)?;
        let hash = password::hash(self.settings().argon2, self.random(), new.password)?;
        self.write(|tx| {
            if organisations::find(tx.conn, organisation.as_str())?.is_none() {
                return Err(ServiceError::NotFound);
            }
            if users::find_by_email(tx.conn, &account.email)?.is_some() {
                return Err(ServiceError::invalid("email", "taken"));
            }
            let id = self.insert_user(tx, organisation, &account, new.role, new.language, hash)?;
            tx.audit(operator_entry(organisation, Action::UserCreated, Entity::User, id.as_str()));
            Ok(id)
        })
    }

    /// Gives an account another password, ends its sessions and lets it sign in at once.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the e-mail has no account; [`ServiceError::Invalid`] when the password cannot
    /// be taken.
    pub fn reset_password(&self, email: &str, new_password: &str) -> Result<(), ServiceError> {
        let identity = EmailAddress::parse(email).map_err(|_| ServiceError::NotFound)?.identity();
        let user = self.read(|conn| Ok(users::find_by_email(conn, &identity)?))?;
        let user = user.filter(|user| user.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
        if let Some(code) = password::refusal(new_password, &[&user.email, &user.name]) {
            return Err(ServiceError::invalid("password", code));
        }
        let hash = password::hash(self.settings().argon2, self.random(), new_password)?;
        self.write(|tx| {
            if !users::replace_password(tx.conn, &user.id, &user.password_hash, &hash)? {
                return Err(ServiceError::Conflict("changed_meanwhile"));
            }
            sessions::revoke_all_but(tx.conn, &user.id, "", tx.now)?;
            throttle::clear(tx, self.secrets(), ThrottleKind::LoginEmail, &identity)?;
            let organisation = stored_id(OrganisationId::parse(&user.organisation_id))?;
            tx.audit(operator_entry(&organisation, Action::PasswordReset, Entity::User, &user.id));
            Ok(())
        })
    }

    /// Inserts an account whose e-mail was found free in this transaction.
    pub(crate) fn insert_user(
        &self,
        tx: &mut Tx<'_>,
        organisation: &OrganisationId,
        account: &CheckedAccount,
        role: Role,
        language: Language,
        password_hash: String,
    ) -> Result<UserId, ServiceError> {
        let id = UserId::new(ids::row_uuid(tx.now, self.random()));
        users::insert(
            tx.conn,
            &UserRow {
                id: id.as_str().to_owned(),
                organisation_id: organisation.as_str().to_owned(),
                email: account.email.clone(),
                name: account.name.clone(),
                password_hash,
                role: role.code().to_owned(),
                language: language.code().to_owned(),
                created_at: tx.now,
                removed_at: None,
            },
        )?;
        // Whoever has an account needs no invitation to it any more.
        colleague_invitations::revoke_for_email(tx.conn, organisation.as_str(), &account.email, tx.now)?;
        Ok(id)
    }
}

/// An e-mail, a name and a password that may become an account.
pub(crate) struct CheckedAccount {
    /// The e-mail in lower case.
    pub(crate) email: String,
    /// The name.
    pub(crate) name: String,
}

impl CheckedAccount {
    /// Checks what was typed; every field that cannot be taken is told at once.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with one entry per field.
    pub(crate) fn check(email: &str, name: &str, password: &str) -> Result<Self, ServiceError> {
        let mut errors = Vec::new();
        let parsed_email = EmailAddress::parse(email);
        if let Err(error) = &parsed_email {
            errors.push(FieldError { field: "email", code: email_code(*error) });
        }
        let parsed_name = PersonName::parse(name);
        if let Err(error) = &parsed_name {
            errors.push(FieldError { field: "name", code: name_code(*error) });
        }
        if let Some(code) = password::refusal(password, &[email, name]) {
            errors.push(FieldError { field: "password", code });
        }
        match (parsed_email, parsed_name) {
            (Ok(email), Ok(name)) if errors.is_empty() => {
                Ok(Self { email: email.identity(), name: name.as_str().to_owned() })
            }
            _ => Err(ServiceError::Invalid(errors)),
        }
    }
}

/// The field code of an address that cannot be taken.
pub(crate) const fn email_code(error: EmailError) -> &'static str {
    match error {
        EmailError::Empty => "required",
        EmailError::TooLong => "too_long",
        EmailError::BadCharacter | EmailError::Malformed | EmailError::BadDomain => "not_an_email",
    }
}

/// The field code of a name that cannot be taken.
pub(crate) const fn name_code(error: NameError) -> &'static str {
    match error {
        NameError::Empty => "required",
        NameError::TooLong => "too_long",
        NameError::ControlCharacter => "not_valid",
    }
}

fn operator_entry(organisation: &OrganisationId, action: Action, entity: Entity, id: &str) -> Entry {
    Entry {
        organisation: organisation.clone(),
        actor: Actor::Operator,
        action,
        entity,
        entity_id: id.to_owned(),
        detail: String::new(),
        address: None,
    }
}
