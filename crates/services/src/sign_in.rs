//! Signing in and out: one way for every account and for none, so that an answer tells nobody which e-mails exist.
//!
//! A session is a row; the cookie holds a random token of which only the hash is stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Duration, NaiveDateTime};
use domain::email::{EmailAddress, MAX_EMAIL_BYTES};
use domain::ids::{OrganisationId, SessionId, UserId};
use domain::language::Language;
use domain::role::Role;
use store::repo::organisations::OrganisationRow;
use store::repo::sessions::{self, SessionRow};
use store::repo::users::{self, UserRow};

use crate::audit::{Action, Entity, Entry};
use crate::error::{FieldError, ServiceError};
use crate::ids;
use crate::password::{self, MAX_PASSWORD_BYTES};
use crate::secrets::token_hash;
use crate::state::{Services, Tx};
use crate::throttle::{self, ThrottleKind};
use crate::viewer::{Actor, Staff};

/// How long a session lives without being used.
pub const IDLE_LIMIT: Duration = Duration::hours(12);
/// How long a session lives at most.
pub const SESSION_LIMIT: Duration = Duration::days(7);
/// How often its last use is written down at most.
const TOUCH_EVERY: Duration = Duration::seconds(60);
/// How long an ended session stays listed for the program.
const KEEP_OVER: Duration = Duration::days(30);

/// A successful sign-in.
pub struct SignIn {
    /// The token for the cookie: shown once, stored nowhere.
    pub token: String,
    /// Who signed in.
    pub staff: Staff,
}

impl Services {
    /// Signs a person in. The code of the refused field is `wrong` for an unknown e-mail and a wrong password alike.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when it was not them; [`ServiceError::Throttled`] when they have to wait.
    pub fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: Option<String>,
    ) -> Result<SignIn, ServiceError> {
        refuse_empty(email, password)?;
        let identity = typed_identity(email);
        let account = self.write(|tx| {
            self.count_try(tx, &identity, address.as_deref())?;
            let account = users::find_by_email(tx.conn, &identity)?;
            Ok(account.filter(|user| user.removed_at.is_none()))
        })?;
        let settings = self.settings().argon2;
        let stored = account.as_ref().map(|user| user.password_hash.as_str());
        let is_right = password.len() <= MAX_PASSWORD_BYTES;
        let is_right = password::verify(settings, stored, password)? && is_right;
        let Some(user) = account.filter(|_| is_right) else {
            return Err(self.refused(&identity, address));
        };
        let rehashed = if password::is_outdated(settings, &user.password_hash) {
            Some(password::hash(settings, self.random(), password)?)
        } else {
            None
        };
        self.write(|tx| self.signed_in(tx, &user, rehashed.as_deref(), &identity, address))
    }

    /// Counts the try before the password is looked at, for the e-mail as typed and for the address.
    fn count_try(&self, tx: &mut Tx<'_>, identity: &str, address: Option<&str>) -> Result<(), ServiceError> {
        if let Some(address) = address {
            throttle::check_and_count(tx, self.secrets(), ThrottleKind::LoginAddress, address)?;
        }
        throttle::check_and_count(tx, self.secrets(), ThrottleKind::LoginEmail, identity)
    }

    /// The answer to a failed try, with an audit row when there is an account to keep it for.
    fn refused(&self, identity: &str, address: Option<String>) -> ServiceError {
        let written = self.write(|tx| {
            let account = users::find_by_email(tx.conn, identity)?;
            if let Some(user) = account.filter(|user| user.removed_at.is_none()) {
                tx.audit(Entry {
                    organisation: stored_id(OrganisationId::parse(&user.organisation_id))?,
                    actor: Actor::User(stored_id(UserId::parse(&user.id))?),
                    action: Action::SignInFailed,
                    entity: Entity::User,
                    entity_id: user.id,
                    detail: String::new(),
                    address,
                });
            }
            Ok(())
        });
        written.err().unwrap_or_else(|| ServiceError::invalid("password", "wrong"))
    }

    fn signed_in(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
        rehashed: Option<&str>,
        identity: &str,
        address: Option<String>,
    ) -> Result<SignIn, ServiceError> {
        throttle::clear(tx, self.secrets(), ThrottleKind::LoginEmail, identity)?;
        if let Some(address) = address.as_deref() {
            throttle::forgive(tx, self.secrets(), ThrottleKind::LoginAddress, address)?;
        }
        if let Some(rehashed) = rehashed {
            users::replace_password(tx.conn, &user.id, &user.password_hash, rehashed)?;
        }
        sessions::delete_over(tx.conn, &user.id, tx.now - KEEP_OVER)?;
        throttle::forget_old(tx)?;
        self.open_session(tx, &user.id, address)
    }

    /// Opens a session for a person who has shown who they are, with its audit row.
    pub(crate) fn open_session(
        &self,
        tx: &mut Tx<'_>,
        user: &str,
        address: Option<String>,
    ) -> Result<SignIn, ServiceError> {
        let mut bytes = [0; 32];
        self.random().fill(&mut bytes);
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let session = SessionRow {
            id: SessionId::new(ids::row_uuid(tx.now, self.random())).as_str().to_owned(),
            token_hash: token_hash(&token),
            user_id: user.to_owned(),
            created_at: tx.now,
            last_seen_at: tx.now,
            expires_at: tx.now + SESSION_LIMIT,
            revoked_at: None,
        };
        sessions::insert(tx.conn, &session)?;
        // Read back through the one way every request takes: a person removed a moment ago gets no session.
        let (session, user, organisation) =
            sessions::find_open(tx.conn, &session.token_hash)?.ok_or(ServiceError::NotSignedIn)?;
        let staff = staff_of(&session, user, organisation, address)?;
        tx.audit(own_entry(&staff, Action::SignedIn));
        Ok(SignIn { token, staff })
    }

    /// Who a session token stands for. A session ends 12 hours after its last use and 7 days after its start.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when it stands for nobody (any more).
    pub fn staff_of_token(&self, token: &str, address: Option<String>) -> Result<Staff, ServiceError> {
        let hash = token_hash(token);
        let now = self.now();
        let found =
            self.db().read_one(|conn| sessions::find_open(conn, &hash).map_err(ServiceError::from))?;
        let (session, user, organisation) =
            found.filter(|(session, _, _)| is_alive(session, now)).ok_or(ServiceError::NotSignedIn)?;
        if session.last_seen_at + TOUCH_EVERY <= now {
            self.touch(&session.id, now);
        }
        staff_of(&session, user, organisation, address)
    }

    /// Notes the use of a session, in a transaction of its own and without an audit row: it changes nothing that
    /// anybody decided. When it cannot be noted now, the next request tries again.
    fn touch(&self, session: &str, now: NaiveDateTime) {
        let noted = self.db().write(|conn| sessions::touch(conn, session, now).map_err(ServiceError::from));
        if let Err(error) = noted {
            tracing::warn!(%error, session.id = %session, "the use of a session could not be noted");
        }
    }

    /// Ends the session that the viewer came with.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot take it.
    pub fn sign_out(&self, viewer: &Staff) -> Result<(), ServiceError> {
        self.write(|tx| {
            sessions::revoke(tx.conn, viewer.user.as_str(), viewer.session.as_str(), tx.now)?;
            tx.audit(own_entry(viewer, Action::SignedOut));
            Ok(())
        })
    }

    /// Ends every session of the viewer, this one too.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot take it.
    pub fn sign_out_everywhere(&self, viewer: &Staff) -> Result<(), ServiceError> {
        self.write(|tx| {
            let ended = sessions::revoke_all_but(tx.conn, viewer.user.as_str(), "", tx.now)?;
            tx.audit(Entry {
                detail: format!("n={ended}"),
                ..own_entry(viewer, Action::SignedOutEverywhere)
            });
            Ok(())
        })
    }
}

/// An audit entry of a person about themselves.
pub(crate) fn own_entry(viewer: &Staff, action: Action) -> Entry {
    Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::User,
        entity_id: viewer.user.as_str().to_owned(),
        detail: String::new(),
        address: viewer.address.clone(),
    }
}

fn refuse_empty(email: &str, password: &str) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    if email.trim().is_empty() {
        errors.push(FieldError { field: "email", code: "required" });
    }
    if password.is_empty() {
        errors.push(FieldError { field: "password", code: "required" });
    }
    if errors.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(errors)) }
}

/// The key of what was typed: an address that cannot exist is looked up and counted like any other.
fn typed_identity(email: &str) -> String {
    EmailAddress::parse(email).map_or_else(
        |_| email.trim().to_lowercase().chars().take(MAX_EMAIL_BYTES).collect(),
        |address| address.identity(),
    )
}

/// Whether a session can still be used.
pub(crate) fn is_alive(session: &SessionRow, now: NaiveDateTime) -> bool {
    now < session.expires_at && now < session.last_seen_at + IDLE_LIMIT
}

fn staff_of(
    session: &SessionRow,
    user: UserRow,
    organisation: OrganisationRow,
    address: Option<String>,
) -> Result<Staff, ServiceError> {
    Ok(Staff {
        user: stored_id(UserId::parse(&user.id))?,
        organisation: stored_id(OrganisationId::parse(&organisation.id))?,
        organisation_name: organisation.name,
        is_demo: organisation.is_demo,
        role: Role::parse(&user.role).map_err(|error| ServiceError::broken_by("a stored role", error))?,
        name: user.name,
        email: user.email,
        language: Language::parse(&user.language)
            .map_err(|error| ServiceError::broken_by("a stored language", error))?,
        session: stored_id(SessionId::parse(&session.id))?,
        address,
    })
}

/// An id that the database holds: one that cannot be read is a fault of ours.
pub(crate) fn stored_id<T>(parsed: Result<T, domain::ids::IdError>) -> Result<T, ServiceError> {
    parsed.map_err(|error| ServiceError::broken_by("a stored id", error))
}
