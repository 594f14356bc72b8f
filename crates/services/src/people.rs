//! The people of an organisation: an owner invites colleagues by a mailed link, changes roles, removes people.
//!
//! An organisation always keeps an owner. An e-mail belongs to one account for ever, also after its removal, so that
//! the audit's ids never come to mean another person.

use chrono::{Duration, NaiveDateTime};
use domain::email::EmailAddress;
use domain::ids::{ColleagueInvitationId, OrganisationId, UserId};
use domain::language::Language;
use domain::role::Role;
use store::conn::DbConn;
use store::repo::colleague_invitations::{self as invitations, ColleagueInvitationRow};
use store::repo::sessions;
use store::repo::users::{self, UserRow};

use crate::admin::email_code;
use crate::audit::{Action, Entity, Entry};
use crate::authz::{self, Permission};
use crate::error::ServiceError;
use crate::ids;
use crate::links::COLLEAGUE_GENERATION;
use crate::mail::{self, LINK_PLACE, MailKind, NewMail};
use crate::secrets::{Purpose, token_hash};
use crate::sign_in::stored_id;
use crate::state::{Services, Tx};
use crate::viewer::Staff;

/// How long a colleague's link lives.
pub const COLLEAGUE_LINK_DAYS: i64 = 7;
/// The most people and open invitations that the page lists.
const MOST: i64 = 500;

/// A member of the organisation.
#[derive(Clone)]
pub struct Member {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when, UTC.
    pub since: NaiveDateTime,
    /// Whether it is the viewer.
    pub is_viewer: bool,
    /// Whether the organisation would have no owner without them.
    pub is_last_owner: bool,
}

/// An invitation that can still be accepted.
#[derive(Clone)]
pub struct OpenInvitation {
    /// Its id.
    pub id: ColleagueInvitationId,
    /// The invited address.
    pub email: String,
    /// The offered role.
    pub role: Role,
    /// When the link ends, UTC.
    pub expires_at: NaiveDateTime,
    /// The whole address of the link, when the key that made it is still there.
    pub link: Option<String>,
}

/// Everyone.
pub struct People {
    /// The members, by name.
    pub members: Vec<Member>,
    /// The open invitations, newest first.
    pub invitations: Vec<OpenInvitation>,
}

impl Services {
    /// The members and open invitations of the viewer's organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a viewer who may not manage people.
    pub fn people(&self, viewer: &Staff) -> Result<People, ServiceError> {
        authz::require(viewer, Permission::ManagePeople)?;
        let now = self.now();
        let organisation = viewer.organisation.as_str();
        let (rows, owners, open) = self.read(|conn| {
            let rows = users::list(conn, organisation, MOST)?;
            let owners = users::count_with_role(conn, organisation, Role::Owner.code())?;
            Ok((rows, owners, invitations::list_open(conn, organisation, now, MOST)?))
        })?;
        let members = rows.into_iter().map(|row| member(row, viewer, owners)).collect::<Result<_, _>>()?;
        let invitations = open.into_iter().map(|row| self.open_invitation(row)).collect::<Result<_, _>>()?;
        Ok(People { members, invitations })
    }

    fn open_invitation(&self, row: ColleagueInvitationRow) -> Result<OpenInvitation, ServiceError> {
        Ok(OpenInvitation {
            id: stored_id(ColleagueInvitationId::parse(&row.id))?,
            link: self.colleague_link(&row.id, &row.secret_key_id),
            email: row.email,
            role: stored_role(&row.role)?,
            expires_at: row.expires_at,
        })
    }

    /// Invites a colleague: mails a link that lives 7 days, and takes back an earlier one to the same address.
    ///
    /// An address with an account in another organisation is invited like any other; only whoever holds the link
    /// learns that it cannot be used.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when the address cannot be taken: `member` or `was_member` when it has an account here.
    pub fn invite_colleague(
        &self,
        viewer: &Staff,
        email: &str,
        role: Role,
        language: Language,
    ) -> Result<ColleagueInvitationId, ServiceError> {
        authz::require(viewer, Permission::ManagePeople)?;
        let email = EmailAddress::parse(email)
            .map_err(|error| ServiceError::invalid("email", email_code(error)))?
            .identity();
        self.write(|tx| {
            refuse_known(tx.conn, &viewer.organisation, &email)?;
            invitations::revoke_for_email(tx.conn, viewer.organisation.as_str(), &email, tx.now)?;
            let row = self.new_invitation(tx, viewer, &email, role)?;
            invitations::insert(tx.conn, &row)?;
            let (subject, body) = invitation_mail(language, &viewer.organisation_name, role);
            let new_mail = NewMail {
                organisation: viewer.organisation.clone(),
                kind: MailKind::Colleague,
                language,
                invitation: None,
                colleague_invitation: Some(row.id.clone()),
                recipient: email.clone(),
                subject,
                body,
            };
            mail::enqueue(tx, self, new_mail)?;
            let id = stored_id(ColleagueInvitationId::parse(&row.id))?;
            let detail = format!("role={}", role.code());
            tx.audit(Entry { detail, ..invitation_entry(viewer, Action::ColleagueInvited, &id) });
            Ok(id)
        })
    }

    fn new_invitation(
        &self,
        tx: &Tx<'_>,
        viewer: &Staff,
        email: &str,
        role: Role,
    ) -> Result<ColleagueInvitationRow, ServiceError> {
        let id = ids::row_uuid(tx.now, self.random()).to_string();
        let key_id = self.secrets().current_id().to_owned();
        let token = self
            .secrets()
            .link_token(&key_id, Purpose::ColleagueLink, &id, COLLEAGUE_GENERATION)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        Ok(ColleagueInvitationRow {
            id,
            organisation_id: viewer.organisation.as_str().to_owned(),
            email: email.to_owned(),
            role: role.code().to_owned(),
            token_hash: token_hash(&token),
            secret_key_id: key_id,
            invited_by: viewer.user.as_str().to_owned(),
            created_at: tx.now,
            expires_at: tx.now + Duration::days(COLLEAGUE_LINK_DAYS),
            accepted_at: None,
            revoked_at: None,
        })
    }

    /// Takes an invitation back; its link then says that it is over.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such open invitation here.
    pub fn revoke_colleague_invitation(
        &self,
        viewer: &Staff,
        invitation: &ColleagueInvitationId,
    ) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::ManagePeople)?;
        self.write(|tx| {
            if !invitations::revoke(tx.conn, viewer.organisation.as_str(), invitation.as_str(), tx.now)? {
                return Err(ServiceError::NotFound);
            }
            tx.audit(invitation_entry(viewer, Action::ColleagueInvitationRevoked, invitation));
            Ok(())
        })
    }

    /// Gives a member another role, from their next page on.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `last_owner` when the organisation would have none.
    pub fn change_role(&self, viewer: &Staff, user: &UserId, role: Role) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::ManagePeople)?;
        self.write(|tx| {
            let row = member_to_change(tx.conn, viewer, user, Some(role))?;
            if row.role == role.code() {
                return Ok(());
            }
            users::set_role(tx.conn, &row.organisation_id, &row.id, role.code())?;
            if row.role == Role::Owner.code() {
                invitations::revoke_of_inviter(tx.conn, &row.organisation_id, &row.id, tx.now)?;
            }
            let detail = format!("from={} to={}", row.role, role.code());
            tx.audit(Entry { detail, ..member_entry(viewer, Action::ColleagueRoleChanged, user) });
            Ok(())
        })
    }

    /// Removes a member: their sessions end, their open invitations are taken back, their e-mail stays taken. What
    /// they decided stays theirs.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `last_owner` when the organisation would have none.
    pub fn remove_colleague(&self, viewer: &Staff, user: &UserId) -> Result<(), ServiceError> {
        authz::require(viewer, Permission::ManagePeople)?;
        self.write(|tx| {
            let row = member_to_change(tx.conn, viewer, user, None)?;
            users::remove(tx.conn, &row.organisation_id, &row.id, tx.now)?;
            sessions::revoke_all_but(tx.conn, &row.id, "", tx.now)?;
            invitations::revoke_of_inviter(tx.conn, &row.organisation_id, &row.id, tx.now)?;
            tx.audit(member_entry(viewer, Action::ColleagueRemoved, user));
            Ok(())
        })
    }
}

/// The member who is to be changed, with the owners locked when one of them is to go.
fn member_to_change(
    conn: &mut DbConn,
    viewer: &Staff,
    user: &UserId,
    new_role: Option<Role>,
) -> Result<UserRow, ServiceError> {
    let organisation = viewer.organisation.as_str();
    users::lock_with_role(conn, organisation, Role::Owner.code())?;
    let row = users::find(conn, organisation, user.as_str())?.ok_or(ServiceError::NotFound)?;
    let loses_an_owner = row.role == Role::Owner.code() && new_role != Some(Role::Owner);
    if loses_an_owner && users::count_with_role(conn, organisation, Role::Owner.code())? < 2 {
        return Err(ServiceError::Conflict("last_owner"));
    }
    Ok(row)
}

/// Refuses an address that has, or had, an account in this organisation.
fn refuse_known(conn: &mut DbConn, organisation: &OrganisationId, email: &str) -> Result<(), ServiceError> {
    let account = users::find_by_email(conn, email)?;
    match account.filter(|user| user.organisation_id == organisation.as_str()) {
        Some(user) if user.removed_at.is_some() => Err(ServiceError::invalid("email", "was_member")),
        Some(_) => Err(ServiceError::invalid("email", "member")),
        None => Ok(()),
    }
}

fn member(row: UserRow, viewer: &Staff, owners: i64) -> Result<Member, ServiceError> {
    let role = stored_role(&row.role)?;
    let id = stored_id(UserId::parse(&row.id))?;
    Ok(Member {
        is_viewer: id == viewer.user,
        is_last_owner: role == Role::Owner && owners < 2,
        id,
        name: row.name,
        email: row.email,
        role,
        since: row.created_at,
    })
}

/// A role that the database holds.
pub(crate) fn stored_role(code: &str) -> Result<Role, ServiceError> {
    Role::parse(code).map_err(|error| ServiceError::broken_by("a stored role", error))
}

fn member_entry(viewer: &Staff, action: Action, user: &UserId) -> Entry {
    Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::User,
        entity_id: user.as_str().to_owned(),
        detail: String::new(),
        address: viewer.address.clone(),
    }
}

fn invitation_entry(viewer: &Staff, action: Action, id: &ColleagueInvitationId) -> Entry {
    Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::ColleagueInvitation,
        entity_id: id.as_str().to_owned(),
        detail: String::new(),
        address: viewer.address.clone(),
    }
}

/// Subject and body of the mail to an invited colleague.
fn invitation_mail(language: Language, organisation: &str, role: Role) -> (String, String) {
    let role = role_words(language, role);
    match language {
        Language::Fr => (
            format!("{organisation} vous invite sur Egard"),
            format!(
                "Bonjour,\n\n{organisation} vous invite à rejoindre son espace Egard, avec le rôle suivant : {role}.\n\n\
                 Pour accepter, ouvrez ce lien et choisissez un mot de passe :\n{LINK_PLACE}\n\n\
                 Le lien est personnel et valable {COLLEAGUE_LINK_DAYS} jours. Si vous n’attendiez pas cette invitation, \
                 ignorez ce message : aucun compte n’est créé sans vous.\n"
            ),
        ),
        Language::En => (
            format!("{organisation} invites you to Egard"),
            format!(
                "Hello,\n\n{organisation} invites you to join its Egard space, with this role: {role}.\n\n\
                 To accept, open this link and choose a password:\n{LINK_PLACE}\n\n\
                 The link is personal and works for {COLLEAGUE_LINK_DAYS} days. If you did not expect this invitation, \
                 ignore this message: no account is made without you.\n"
            ),
        ),
    }
}

const fn role_words(language: Language, role: Role) -> &'static str {
    match (language, role) {
        (Language::Fr, Role::Owner) => "responsable",
        (Language::Fr, Role::Recruiter) => "recrutement",
        (Language::Fr, Role::Author) => "écriture des tests",
        (Language::Fr, Role::Rater) => "notation",
        (Language::Fr, Role::Auditor) => "audit",
        (Language::En, Role::Owner) => "owner",
        (Language::En, Role::Recruiter) => "recruiter",
        (Language::En, Role::Author) => "author of tests",
        (Language::En, Role::Rater) => "rater",
        (Language::En, Role::Auditor) => "auditor",
    }
}
