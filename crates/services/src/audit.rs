//! The audit: one chained row for every write except an answer, kept in the same transaction.
//!
//! Rows hold ids and closed codes, never names or addresses. Each row's hash is an HMAC over its own columns and the
//! hash before it; the head of an organisation's chain is one locked row. The limit: one commit per link of the chain
//! at a time, so jobs write several rows in one transaction.

use chrono::NaiveDateTime;
use domain::ids::OrganisationId;
use store::conn::DbConn;
use store::repo::audit_rows::{self, AuditRow};

use crate::error::ServiceError;
use crate::secrets::{Purpose, SecretRing, encode_hex};
use crate::viewer::Actor;

/// Something that was done: the closed list of the audit's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// An organisation was made.
    OrganisationCreated,
    /// A member was added by the operator.
    UserCreated,
    /// A colleague was invited.
    ColleagueInvited,
    /// A colleague accepted.
    ColleagueJoined,
    /// A colleague's invitation was taken back.
    ColleagueInvitationRevoked,
    /// A colleague was removed.
    ColleagueRemoved,
    /// A colleague's role was changed.
    ColleagueRoleChanged,
    /// Someone signed in.
    SignedIn,
    /// A sign-in failed for an existing account.
    SignInFailed,
    /// Someone signed out.
    SignedOut,
    /// All sessions of a person were ended.
    SignedOutEverywhere,
    /// A password was changed by its owner.
    PasswordChanged,
    /// A password was reset by the operator.
    PasswordReset,
    /// A language was chosen by a member.
    LanguageChosen,
    /// A pack was imported.
    PackImported,
    /// A key was imported.
    KeyImported,
    /// A campaign was made.
    CampaignCreated,
    /// A campaign was changed.
    CampaignChanged,
    /// A campaign was closed.
    CampaignClosed,
    /// The open link of a campaign was turned on, renewed or off.
    OpenLinkChanged,
    /// A person was invited.
    CandidateInvited,
    /// An invitation was sent again.
    InvitationResent,
    /// An invitation was revoked.
    InvitationRevoked,
    /// Every link was renewed after a secret was compromised.
    LinksRenewed,
    /// A lost link was asked for.
    LostLinkAsked,
    /// An attempt began.
    AttemptStarted,
    /// A candidate went on, on the same or another device.
    AttemptContinued,
    /// A candidate took over from another tab or device.
    AttemptTakenOver,
    /// A candidate paused.
    AttemptPaused,
    /// An attempt was finished.
    AttemptFinished,
    /// An attempt expired and was scored as it stood.
    AttemptExpired,
    /// A satisfaction answer was given.
    SatisfactionGiven,
    /// A candidate downloaded their data.
    DataDownloaded,
    /// A person was erased.
    PersonErased,
    /// A snapshot was taken.
    SnapshotTaken,
    /// Attempts were scored anew.
    Rescored,
    /// A ranking version was made.
    RankingMade,
    /// A report was opened.
    ReportOpened,
    /// A candidate was un-blinded.
    Unblinded,
    /// A decision was recorded.
    DecisionRecorded,
    /// Results were exported.
    ResultsExported,
    /// Network addresses were deleted at the end of their time.
    AddressesDeleted,
    /// A mail was handed to the relay, refused or lost.
    MailSent,
    /// The audit was read or verified.
    AuditRead,
}

impl Action {
    /// The code as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OrganisationCreated => "organisation_created",
            Self::UserCreated => "user_created",
            Self::ColleagueInvited => "colleague_invited",
            Self::ColleagueJoined => "colleague_joined",
            Self::ColleagueInvitationRevoked => "colleague_invitation_revoked",
            Self::ColleagueRemoved => "colleague_removed",
            Self::ColleagueRoleChanged => "colleague_role_changed",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::LanguageChosen => "language_chosen",
            Self::PackImported => "pack_imported",
            Self::KeyImported => "key_imported",
            Self::CampaignCreated => "campaign_created",
            Self::CampaignChanged => "campaign_changed",
            Self::CampaignClosed => "campaign_closed",
            Self::OpenLinkChanged => "open_link_changed",
            Self::CandidateInvited => "candidate_invited",
            Self::InvitationResent => "invitation_resent",
            Self::InvitationRevoked => "invitation_revoked",
            Self::LinksRenewed => "links_renewed",
            Self::LostLinkAsked => "lost_link_asked",
            Self::AttemptStarted => "attempt_started",
            Self::AttemptContinued => "attempt_continued",
            Self::AttemptTakenOver => "attempt_taken_over",
            Self::AttemptPaused => "attempt_paused",
            Self::AttemptFinished => "attempt_finished",
            Self::AttemptExpired => "attempt_expired",
            Self::SatisfactionGiven => "satisfaction_given",
            Self::DataDownloaded => "data_downloaded",
            Self::PersonErased => "person_erased",
            Self::SnapshotTaken => "snapshot_taken",
            Self::Rescored => "rescored",
            Self::RankingMade => "ranking_made",
            Self::ReportOpened => "report_opened",
            Self::Unblinded => "unblinded",
            Self::DecisionRecorded => "decision_recorded",
            Self::ResultsExported => "results_exported",
            Self::AddressesDeleted => "addresses_deleted",
            Self::MailSent => "mail_sent",
            Self::AuditRead => "audit_read",
        }
    }
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entity {
    /// An organisation.
    Organisation,
    /// A member.
    User,
    /// An invitation of a colleague.
    ColleagueInvitation,
    /// A pack row.
    Pack,
    /// A key row.
    Key,
    /// A campaign.
    Campaign,
    /// An invitation.
    Invitation,
    /// An attempt.
    Attempt,
    /// A snapshot.
    Snapshot,
    /// A ranking version.
    RankingVersion,
    /// A decision.
    Decision,
    /// A mail.
    Mail,
}

impl Entity {
    /// The code as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::User => "user",
            Self::ColleagueInvitation => "colleague_invitation",
            Self::Pack => "pack",
            Self::Key => "key",
            Self::Campaign => "campaign",
            Self::Invitation => "invitation",
            Self::Attempt => "attempt",
            Self::Snapshot => "snapshot",
            Self::RankingVersion => "ranking_version",
            Self::Decision => "decision",
            Self::Mail => "mail",
        }
    }
}

/// One thing to be written down.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose chain.
    pub organisation: OrganisationId,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// To what kind of thing.
    pub entity: Entity,
    /// Its id.
    pub entity_id: String,
    /// Closed codes and counts (`code=hold`, `n=3`), never text that somebody typed.
    pub detail: String,
    /// Where the request came from: goes to the side table only.
    pub address: Option<String>,
}

/// Appends entries to their chains: the last thing a transaction does before it commits.
///
/// # Errors
/// [`ServiceError`] when the database refuses or the current secret is missing.
pub fn append(
    conn: &mut DbConn,
    secrets: &SecretRing,
    now: NaiveDateTime,
    entries: &[Entry],
) -> Result<(), ServiceError> {
    let mut organisations: Vec<&OrganisationId> = entries.iter().map(|entry| &entry.organisation).collect();
    // Chains are locked in id order, so that two transactions never wait for each other.
    organisations.sort();
    organisations.dedup();
    for organisation in organisations {
        let (mut sequence, mut hash) = audit_rows::lock_head(conn, organisation.as_str())?;
        for entry in entries.iter().filter(|entry| &entry.organisation == organisation) {
            sequence += 1;
            let row = chained(secrets, now, sequence, &hash, entry)?;
            hash.clone_from(&row.hash);
            audit_rows::insert(conn, &row)?;
            if let Some(address) = &entry.address {
                audit_rows::insert_address(conn, organisation.as_str(), sequence, address, now)?;
            }
        }
        audit_rows::move_head(conn, organisation.as_str(), sequence, &hash)?;
    }
    Ok(())
}

fn chained(
    secrets: &SecretRing,
    now: NaiveDateTime,
    sequence: i64,
    previous: &str,
    entry: &Entry,
) -> Result<AuditRow, ServiceError> {
    let (actor_kind, actor_id) = match &entry.actor {
        Actor::User(id) => ("user", Some(id.as_str().to_owned())),
        Actor::Candidate(id) => ("candidate", Some(id.as_str().to_owned())),
        Actor::Job(name) => ("job", Some((*name).to_owned())),
        Actor::Operator => ("operator", None),
    };
    let mut row = AuditRow {
        organisation_id: entry.organisation.as_str().to_owned(),
        sequence,
        at: now,
        actor_kind: actor_kind.to_owned(),
        actor_id,
        action: entry.action.code().to_owned(),
        entity_kind: entry.entity.code().to_owned(),
        entity_id: entry.entity_id.clone(),
        detail: entry.detail.clone(),
        secret_key_id: secrets.current_id().to_owned(),
        hash: String::new(),
    };
    row.hash = row_hash(secrets, previous, &row)
        .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
    Ok(row)
}

/// The hash that a row must have after `previous`; nothing when its key is not in the ring any more.
#[must_use]
pub fn row_hash(secrets: &SecretRing, previous: &str, row: &AuditRow) -> Option<String> {
    let columns = [
        previous,
        &row.organisation_id,
        &row.sequence.to_string(),
        &row.at.and_utc().timestamp_micros().to_string(),
        &row.actor_kind,
        row.actor_id.as_deref().unwrap_or(""),
        &row.action,
        &row.entity_kind,
        &row.entity_id,
        &row.detail,
        &row.secret_key_id,
    ];
    let mut message = Vec::new();
    for column in columns {
        // Each column with its length in front: no two rows can give the same bytes.
        message.extend_from_slice(&column.len().to_be_bytes());
        message.extend_from_slice(column.as_bytes());
    }
    secrets.mac(&row.secret_key_id, Purpose::Audit, &message).map(|mac| encode_hex(&mac))
}
