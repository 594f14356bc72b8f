//! Who asks: the first argument of every use case.

use domain::ids::{OrganisationId, SessionId, UserId};
use domain::language::Language;
use domain::role::Role;

/// A signed-in member of an organisation.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The person.
    pub user: UserId,
    /// The organisation that every query of theirs is scoped to.
    pub organisation: OrganisationId,
    /// Its name, for the pages.
    pub organisation_name: String,
    /// Whether it holds demonstration data: then every page says so.
    pub is_demo: bool,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// The language they chose.
    pub language: Language,
    /// The session they came with.
    pub session: SessionId,
    /// The network address they came from, for the side table of the audit.
    pub address: Option<String>,
}

/// Who did something, as the audit keeps it: an id, never a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// The holder of an invitation.
    Candidate(domain::ids::InvitationId),
    /// A job of the server.
    Job(&'static str),
    /// Whoever runs the command line on the server.
    Operator,
}

impl Staff {
    /// The actor that the audit names.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.clone())
    }
}
