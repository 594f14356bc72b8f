//! The mail queue's entrance: a use case queues a mail in its own transaction, the delivery job sends it.
//!
//! A body holds `{link}` where a link goes; the link is recomputed when the mail leaves and is never stored.

use std::fmt;

use domain::ids::{InvitationId, MailId, OrganisationId};
use domain::language::Language;
use store::repo::mails::{self, MailRow};

use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::state::{Services, Tx};

/// What stands in a body where the link goes.
pub const LINK_PLACE: &str = "{link}";

/// Why a mail is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// A person is invited to a campaign.
    Invitation,
    /// A person signed up by the open link.
    SignUp,
    /// A person has lost their link.
    LostLink,
    /// A person has finished.
    Receipt,
    /// A colleague is invited to the organisation.
    Colleague,
    /// A person's data were erased at their request.
    Erased,
    /// A person has answered a candidate's request for a review.
    ReviewAnswered,
    /// Thanks for the time given.
    Thanks,
    /// Where one's answers can be read again.
    Feedback,
    /// A decision takes the person further.
    OutcomeFurther,
    /// A decision keeps the application open.
    OutcomeHold,
    /// A decision does not take the person further.
    OutcomeNotPursued,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Invitation,
        Self::SignUp,
        Self::LostLink,
        Self::Receipt,
        Self::Colleague,
        Self::Erased,
        Self::ReviewAnswered,
        Self::Thanks,
        Self::Feedback,
        Self::OutcomeFurther,
        Self::OutcomeHold,
        Self::OutcomeNotPursued,
    ];

    /// The code as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SignUp => "sign_up",
            Self::LostLink => "lost_link",
            Self::Receipt => "receipt",
            Self::Colleague => "colleague",
            Self::Erased => "erased",
            Self::ReviewAnswered => "review_answered",
            Self::Thanks => "thanks",
            Self::Feedback => "feedback",
            Self::OutcomeFurther => "outcome_further",
            Self::OutcomeHold => "outcome_hold",
            Self::OutcomeNotPursued => "outcome_not_pursued",
        }
    }
}

/// A mail to be queued.
#[derive(Clone)]
pub struct NewMail {
    /// Whose mail it is.
    pub organisation: OrganisationId,
    /// Why it is sent.
    pub kind: MailKind,
    /// Its language.
    pub language: Language,
    /// The invitation whose personal link replaces `{link}`, and whose erasure erases the mail.
    pub invitation: Option<InvitationId>,
    /// The colleague's invitation whose link replaces `{link}`.
    pub colleague_invitation: Option<String>,
    /// To whom.
    pub recipient: String,
    /// Subject, on one line.
    pub subject: String,
    /// Plain text, with [`LINK_PLACE`] where the link goes.
    pub body: String,
}

impl NewMail {
    /// An invitation: its text is composed when it leaves, from the person and the campaign as they are then. So the
    /// queue holds no names, and an import of 50,000 people no 50,000 letters.
    pub(crate) fn composed_when_sent(
        organisation: OrganisationId,
        invitation: InvitationId,
        language: Language,
        recipient: &str,
    ) -> Self {
        Self {
            organisation,
            kind: MailKind::Invitation,
            language,
            invitation: Some(invitation),
            colleague_invitation: None,
            recipient: recipient.to_owned(),
            subject: String::new(),
            body: String::new(),
        }
    }
}

// Addresses and texts never reach a log by accident.
impl fmt::Debug for NewMail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NewMail").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Queues a mail; it leaves within a minute of the commit. The use case that sends it writes its own audit row.
///
/// # Errors
/// [`ServiceError`] when the database refuses.
pub(crate) fn enqueue(tx: &mut Tx<'_>, services: &Services, mail: NewMail) -> Result<(), ServiceError> {
    let row = queued_row(tx, services, mail);
    Ok(mails::insert(tx.conn, &row)?)
}

/// Queues many mails with few statements.
///
/// # Errors
/// [`ServiceError`] when the database refuses.
pub(crate) fn enqueue_many(
    tx: &mut Tx<'_>,
    services: &Services,
    new: Vec<NewMail>,
) -> Result<(), ServiceError> {
    let rows: Vec<MailRow> = new.into_iter().map(|mail| queued_row(tx, services, mail)).collect();
    Ok(mails::insert_many(tx.conn, &rows)?)
}

fn queued_row(tx: &Tx<'_>, services: &Services, mail: NewMail) -> MailRow {
    MailRow {
        id: MailId::new(row_uuid(tx.now, services.random())).to_string(),
        organisation_id: mail.organisation.to_string(),
        kind: mail.kind.code().to_owned(),
        language: mail.language.code().to_owned(),
        invitation_id: mail.invitation.map(|id| id.to_string()),
        colleague_invitation_id: mail.colleague_invitation,
        recipient: Some(mail.recipient),
        subject: mail.subject,
        body: mail.body,
        state: "queued".to_owned(),
        tries: 0,
        next_try_at: tx.now,
        last_error: None,
        created_at: tx.now,
        sent_at: None,
    }
}
