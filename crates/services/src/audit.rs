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

/// Declares a closed list of codes: the enum, all of its values, and the way from and to what is stored.
macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$value_meta:meta])* $value:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$value_meta])* $value,)+
        }

        impl $name {
            /// Every value, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The code as stored.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$value => $code,)+
                }
            }

            /// The value of a stored code; nothing when a later version of the program wrote it.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

codes! {
    /// Something that was done: the closed list of the audit's codes.
    pub enum Action {
        /// An organisation was made.
        OrganisationCreated = "organisation_created",
        /// A member was added by the operator.
        UserCreated = "user_created",
        /// A colleague was invited.
        ColleagueInvited = "colleague_invited",
        /// A colleague accepted.
        ColleagueJoined = "colleague_joined",
        /// A colleague's invitation was taken back.
        ColleagueInvitationRevoked = "colleague_invitation_revoked",
        /// A colleague was removed.
        ColleagueRemoved = "colleague_removed",
        /// A colleague's role was changed.
        ColleagueRoleChanged = "colleague_role_changed",
        /// Someone signed in.
        SignedIn = "signed_in",
        /// A sign-in failed for an existing account.
        SignInFailed = "sign_in_failed",
        /// Someone signed out.
        SignedOut = "signed_out",
        /// All sessions of a person were ended.
        SignedOutEverywhere = "signed_out_everywhere",
        /// A password was changed by its owner.
        PasswordChanged = "password_changed",
        /// A password was reset by the operator.
        PasswordReset = "password_reset",
        /// A language was chosen by a member.
        LanguageChosen = "language_chosen",
        /// A pack was imported.
        PackImported = "pack_imported",
        /// A key was imported.
        KeyImported = "key_imported",
        /// A campaign was made.
        CampaignCreated = "campaign_created",
        /// A campaign was changed.
        CampaignChanged = "campaign_changed",
        /// What a campaign is scored with was fixed and published.
        MeasurePreregistered = "measure_preregistered",
        /// A campaign was closed.
        CampaignClosed = "campaign_closed",
        /// The open link of a campaign was turned on, renewed or off.
        OpenLinkChanged = "open_link_changed",
        /// A person was invited.
        CandidateInvited = "candidate_invited",
        /// An invitation was sent again.
        InvitationResent = "invitation_resent",
        /// A personal link was shown to a member, to be copied.
        LinkShown = "link_shown",
        /// An invitation was revoked.
        InvitationRevoked = "invitation_revoked",
        /// Every link was renewed after a secret was compromised.
        LinksRenewed = "links_renewed",
        /// A lost link was asked for.
        LostLinkAsked = "lost_link_asked",
        /// An attempt began.
        AttemptStarted = "attempt_started",
        /// A candidate went on, on the same or another device.
        AttemptContinued = "attempt_continued",
        /// A candidate took over from another tab or device.
        AttemptTakenOver = "attempt_taken_over",
        /// A candidate paused.
        AttemptPaused = "attempt_paused",
        /// An attempt was finished.
        AttemptFinished = "attempt_finished",
        /// An attempt expired and was scored as it stood.
        AttemptExpired = "attempt_expired",
        /// A satisfaction answer was given.
        SatisfactionGiven = "satisfaction_given",
        /// A candidate said something of themselves after the test, or something else than before.
        DemographicsGiven = "demographics_given",
        /// A candidate took back what they had said of themselves.
        DemographicsDeleted = "demographics_deleted",
        /// A candidate let their result be seen beside those of other campaigns.
        PoolConsentGiven = "pool_consent_given",
        /// A candidate took that back.
        PoolConsentWithdrawn = "pool_consent_withdrawn",
        /// What a campaign asks about people after the test was changed.
        FairnessSettingChanged = "fairness_setting_changed",
        /// Tables of groups were published.
        FairnessPublished = "fairness_published",
        /// A candidate downloaded their data.
        DataDownloaded = "data_downloaded",
        /// A person was erased.
        PersonErased = "person_erased",
        /// A snapshot was taken.
        SnapshotTaken = "snapshot_taken",
        /// Attempts were scored anew.
        Rescored = "rescored",
        /// A ranking version was made.
        RankingMade = "ranking_made",
        /// A report was opened.
        ReportOpened = "report_opened",
        /// A member kept a view of a ranking.
        ViewSaved = "view_saved",
        /// A member took a view of a ranking away.
        ViewDeleted = "view_deleted",
        /// A candidate was compared with others.
        CandidateCompared = "candidate_compared",
        /// A candidate was un-blinded.
        Unblinded = "unblinded",
        /// A decision was recorded.
        DecisionRecorded = "decision_recorded",
        /// A candidate asked for a review by a person.
        ReviewAsked = "review_asked",
        /// Somebody took a review, or took it over.
        ReviewTaken = "review_taken",
        /// A review was answered.
        ReviewAnswered = "review_answered",
        /// A note was written on a candidate.
        NoteWritten = "note_written",
        /// A note was deleted by its author.
        NoteDeleted = "note_deleted",
        /// The tags of a candidate were changed.
        TagsChanged = "tags_changed",
        /// Colleagues were asked to look at a candidate, or asked no more.
        Assigned = "assigned",
        /// The stages of a campaign's decisions were changed.
        StagesChanged = "stages_changed",
        /// A campaign asks for one's own rating first, or no more.
        RatingFirstChanged = "rating_first_changed",
        /// A reviewer rated the answers of a candidate.
        AnswersRated = "answers_rated",
        /// A campaign asks for two ratings before a decision.
        TwoReviewersAsked = "two_reviewers_asked",
        /// A link that opens a report to somebody without an account was made.
        ReportShared = "report_shared",
        /// Such a link was opened.
        ShareOpened = "share_opened",
        /// Such a link was withdrawn.
        ShareRevoked = "share_revoked",
        /// A campaign's words of a mail to several candidates were changed.
        MailWordsChanged = "mail_words_changed",
        /// Mails to several candidates were queued.
        MailsQueued = "mails_queued",
        /// Results were exported.
        ResultsExported = "results_exported",
        /// A comparison group was made.
        NormGroupMade = "norm_group_made",
        /// A comparison group was retired.
        NormGroupRetired = "norm_group_retired",
        /// The comparison group of a campaign's reports was chosen.
        NormGroupChosen = "norm_group_chosen",
        /// Later outcomes were imported.
        OutcomesImported = "outcomes_imported",
        /// An import of outcomes was deleted.
        OutcomesDeleted = "outcomes_deleted",
        /// Network addresses were deleted at the end of their time.
        AddressesDeleted = "addresses_deleted",
        /// A mail was handed to the relay, refused or lost.
        MailSent = "mail_sent",
        /// The audit was read or verified.
        AuditRead = "audit_read",
    }
}

codes! {
    /// What an entry is about.
    pub enum Entity {
        /// An organisation.
        Organisation = "organisation",
        /// A member.
        User = "user",
        /// An invitation of a colleague.
        ColleagueInvitation = "colleague_invitation",
        /// A pack row.
        Pack = "pack",
        /// A key row.
        Key = "key",
        /// A campaign.
        Campaign = "campaign",
        /// An invitation.
        Invitation = "invitation",
        /// An attempt.
        Attempt = "attempt",
        /// A snapshot.
        Snapshot = "snapshot",
        /// A ranking version.
        RankingVersion = "ranking_version",
        /// A decision.
        Decision = "decision",
        /// A review that a candidate asked for.
        HumanReview = "human_review",
        /// A note.
        Note = "note",
        /// A mail.
        Mail = "mail",
        /// A share link.
        ShareLink = "share_link",
        /// A comparison group.
        NormGroup = "norm_group",
        /// An import of outcomes.
        OutcomeImport = "outcome_import",
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
        let (mut rows, mut addresses) = (Vec::new(), Vec::new());
        for entry in entries.iter().filter(|entry| &entry.organisation == organisation) {
            sequence += 1;
            let row = chained(secrets, now, sequence, &hash, entry)?;
            hash.clone_from(&row.hash);
            rows.push(row);
            if let Some(address) = &entry.address {
                addresses.push((sequence, address.as_str()));
            }
        }
        audit_rows::insert_many(conn, &rows)?;
        audit_rows::insert_addresses(conn, organisation.as_str(), &addresses, now)?;
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
