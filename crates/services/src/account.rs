//! What every signed-in person may do for themselves: language, password, sessions.

use chrono::NaiveDateTime;
use domain::ids::SessionId;
use domain::language::Language;
use store::repo::{sessions, users};

use crate::audit::{Action, Entry};
use crate::authz::{self, Permission};
use crate::error::{FieldError, ServiceError};
use crate::password;
use crate::sign_in::{IDLE_LIMIT, own_entry, stored_id};
use crate::state::Services;
use crate::throttle::{self, ThrottleKind};
use crate::viewer::Staff;

/// One of one's own sessions.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// When it was opened, UTC.
    pub created_at: NaiveDateTime,
    /// When it was last used, UTC, to the minute.
    pub last_seen_at: NaiveDateTime,
    /// When it ends at the latest, UTC.
    pub expires_at: NaiveDateTime,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// A change of password, as typed.
#[derive(Clone)]
pub struct PasswordChange {
    /// The password until now.
    pub current: String,
    /// The new one.
    pub new: String,
    /// The new one again: nobody sees what they type.
    pub again: String,
}

/// The newest sessions that are listed.
const MOST_SESSIONS: i64 = 50;

impl Services {
    /// The viewer's sessions that can still be used, the one used last first; at most 50.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot be asked.
    pub fn own_sessions(&self, viewer: &Staff) -> Result<Vec<OwnSession>, ServiceError> {
        authz::require(viewer, Permission::OwnAccount)?;
        let now = self.now();
        let rows = self.read(|conn| {
            Ok(sessions::list_open(conn, viewer.user.as_str(), now, now - IDLE_LIMIT, MOST_SESSIONS)?)
        })?;
        rows.into_iter()
            .map(|row| {
                let id = stored_id(SessionId::parse(&row.id))?;
                Ok(OwnSession {
                    is_this: id == viewer.session,
                    id,
                    created_at: row.created_at,
                    last_seen_at: row.last_seen_at,
                    expires_at: row.expires_at,
                })
            })
            .collect()
    }

    /// Ends one of the viewer's sessions.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not theirs or was ended already.
    pub fn revoke_session(&self, viewer: &Staff, session: &SessionId) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::OwnAccount)?;
        self.write(|tx| {
            if !sessions::revoke(tx.conn, viewer.user.as_str(), session.as_str(), tx.now)? {
                return Err(ServiceError::NotFound);
            }
            let detail = if *session == viewer.session { "session=this" } else { "session=other" };
            tx.audit(Entry { detail: detail.to_owned(), ..own_entry(viewer, Action::SignedOut) });
            Ok(())
        })
    }

    /// Keeps the language of the viewer's pages.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot take it.
    pub fn choose_language(&self, viewer: &Staff, language: Language) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::OwnAccount)?;
        self.write(|tx| {
            users::set_language(tx.conn, viewer.user.as_str(), language.code())?;
            let detail = format!("language={}", language.code());
            tx.audit(Entry { detail, ..own_entry(viewer, Action::LanguageChosen) });
            Ok(())
        })
    }

    /// Changes the viewer's password and ends their other sessions.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the current one is wrong or the new one cannot be taken;
    /// [`ServiceError::Throttled`] when the current one was guessed at too often.
    pub fn change_password(&self, viewer: &Staff, change: &PasswordChange) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::OwnAccount)?;
        refuse_new(viewer, change)?;
        let stored = self.write(|tx| {
            // Guesses with a stolen session count like guesses at the door.
            throttle::check_and_count(tx, self.secrets(), ThrottleKind::LoginEmail, &viewer.email)?;
            let user = users::find(tx.conn, viewer.organisation.as_str(), viewer.user.as_str())?;
            Ok(user.ok_or(ServiceError::NotSignedIn)?.password_hash)
        })?;
        let settings = self.settings().argon2;
        if !password::verify(settings, Some(&stored), &change.current)? {
            return Err(ServiceError::invalid("current", "wrong"));
        }
        let hash = password::hash(settings, self.random(), &change.new)?;
        self.write(|tx| {
            if !users::replace_password(tx.conn, viewer.user.as_str(), &stored, &hash)? {
                return Err(ServiceError::Conflict("changed_meanwhile"));
            }
            throttle::clear(tx, self.secrets(), ThrottleKind::LoginEmail, &viewer.email)?;
            let kept = viewer.session.as_str();
            let ended = sessions::revoke_all_but(tx.conn, viewer.user.as_str(), kept, tx.now)?;
            tx.audit(Entry { detail: format!("n={ended}"), ..own_entry(viewer, Action::PasswordChanged) });
            Ok(())
        })
    }
}

fn refuse_new(viewer: &Staff, change: &PasswordChange) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    if change.current.is_empty() {
        errors.push(FieldError { field: "current", code: "required" });
    }
    if let Some(code) = password::refusal(&change.new, &[&viewer.email, &viewer.name]) {
        errors.push(FieldError { field: "new", code });
    } else if change.new == change.current {
        errors.push(FieldError { field: "new", code: "password_same" });
    } else if change.new != change.again {
        errors.push(FieldError { field: "again", code: "password_differs" });
    }
    if errors.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(errors)) }
}
