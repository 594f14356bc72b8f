//! Words for closed codes of this area: field errors, roles, audit codes.

use domain::language::Language;
use domain::role::Role;
use services::audit::{Action, Entity};
use services::error::FieldError;

use crate::text;

/// Why a field cannot be taken.
pub(super) fn field_error(language: Language, code: &str) -> &'static str {
    match code {
        "required" => text!(language, common.field_required),
        "too_long" => text!(language, common.field_too_long),
        "not_an_email" => text!(language, common.field_not_an_email),
        "password_too_short" => text!(language, staff.password_too_short),
        "password_too_long" => text!(language, staff.password_too_long),
        "password_common" => text!(language, staff.password_common),
        "password_personal" => text!(language, staff.password_personal),
        "password_same" => text!(language, staff.password_same),
        "password_differs" => text!(language, staff.password_differs),
        "wrong" => text!(language, staff.password_wrong),
        "member" => text!(language, staff.people_email_member),
        "was_member" => text!(language, staff.people_email_was_member),
        "taken" => text!(language, staff.join_taken),
        _ => text!(language, common.field_not_valid),
    }
}

/// What is wrong with one field, in words.
pub(super) fn error_of(language: Language, errors: &[FieldError], field: &str) -> Option<String> {
    let error = errors.iter().find(|error| error.field == field)?;
    Some(field_error(language, error.code).to_owned())
}

/// The lines of a summary: the id of each field, and what is wrong with it after its label.
pub(super) fn summary(
    language: Language,
    errors: &[FieldError],
    label: impl Fn(&str) -> (&'static str, &'static str),
) -> Vec<(String, String)> {
    errors
        .iter()
        .map(|error| {
            let (id, label) = label(error.field);
            let colon = match language {
                Language::Fr => "\u{a0}: ",
                Language::En => ": ",
            };
            (id.to_owned(), format!("{label}{colon}{}", field_error(language, error.code)))
        })
        .collect()
}

/// A role.
pub(super) fn role(language: Language, role: Role) -> &'static str {
    match role {
        Role::Owner => text!(language, staff.role_owner),
        Role::Recruiter => text!(language, staff.role_recruiter),
        Role::Author => text!(language, staff.role_author),
        Role::Rater => text!(language, staff.role_rater),
        Role::Auditor => text!(language, staff.role_auditor),
    }
}

/// What a role may do.
pub(super) fn role_rights(language: Language, role: Role) -> &'static str {
    match role {
        Role::Owner => text!(language, staff.role_owner_text),
        Role::Recruiter => text!(language, staff.role_recruiter_text),
        Role::Author => text!(language, staff.role_author_text),
        Role::Rater => text!(language, staff.role_rater_text),
        Role::Auditor => text!(language, staff.role_auditor_text),
    }
}

/// Roles as a choice, each with what it may do.
pub(super) fn role_options(language: Language) -> Vec<(&'static str, String)> {
    Role::ALL
        .iter()
        .map(|value| {
            let colon = match language {
                Language::Fr => "\u{a0}: ",
                Language::En => ": ",
            };
            (value.code(), format!("{}{colon}{}", role(language, *value), role_rights(language, *value)))
        })
        .collect()
}

/// Languages as a choice, each in its own words.
pub(super) fn language_options() -> Vec<(&'static str, String)> {
    vec![(Language::Fr.code(), "Français".to_owned()), (Language::En.code(), "English".to_owned())]
}

/// What was done. A new code does not compile before it has its words.
pub(super) fn action(language: Language, action: Action) -> &'static str {
    match action {
        Action::OrganisationCreated => text!(language, staff.action_organisation_created),
        Action::UserCreated => text!(language, staff.action_user_created),
        Action::ColleagueInvited => text!(language, staff.action_colleague_invited),
        Action::ColleagueJoined => text!(language, staff.action_colleague_joined),
        Action::ColleagueInvitationRevoked => text!(language, staff.action_colleague_invitation_revoked),
        Action::ColleagueRemoved => text!(language, staff.action_colleague_removed),
        Action::ColleagueRoleChanged => text!(language, staff.action_colleague_role_changed),
        Action::SignedIn => text!(language, staff.action_signed_in),
        Action::SignInFailed => text!(language, staff.action_sign_in_failed),
        Action::SignedOut => text!(language, staff.action_signed_out),
        Action::SignedOutEverywhere => text!(language, staff.action_signed_out_everywhere),
        Action::PasswordChanged => text!(language, staff.action_password_changed),
        Action::PasswordReset => text!(language, staff.action_password_reset),
        Action::LanguageChosen => text!(language, staff.action_language_chosen),
        Action::PackImported => text!(language, staff.action_pack_imported),
        Action::KeyImported => text!(language, staff.action_key_imported),
        Action::CampaignCreated => text!(language, staff.action_campaign_created),
        Action::CampaignChanged => text!(language, staff.action_campaign_changed),
        Action::MeasurePreregistered => text!(language, staff.action_measure_preregistered),
        Action::CampaignClosed => text!(language, staff.action_campaign_closed),
        Action::OpenLinkChanged => text!(language, staff.action_open_link_changed),
        Action::CandidateInvited => text!(language, staff.action_candidate_invited),
        Action::InvitationResent => text!(language, staff.action_invitation_resent),
        Action::LinkShown => text!(language, staff.action_link_shown),
        Action::InvitationRevoked => text!(language, staff.action_invitation_revoked),
        Action::LinksRenewed => text!(language, staff.action_links_renewed),
        Action::LostLinkAsked => text!(language, staff.action_lost_link_asked),
        Action::AttemptStarted => text!(language, staff.action_attempt_started),
        Action::AttemptContinued => text!(language, staff.action_attempt_continued),
        Action::AttemptTakenOver => text!(language, staff.action_attempt_taken_over),
        Action::AttemptPaused => text!(language, staff.action_attempt_paused),
        Action::AttemptFinished => text!(language, staff.action_attempt_finished),
        Action::AttemptExpired => text!(language, staff.action_attempt_expired),
        Action::SatisfactionGiven => text!(language, staff.action_satisfaction_given),
        Action::DemographicsGiven => text!(language, fairness.action_demographics_given),
        Action::DemographicsDeleted => text!(language, fairness.action_demographics_deleted),
        Action::PoolConsentGiven => text!(language, pool.action_given),
        Action::PoolConsentWithdrawn => text!(language, pool.action_withdrawn),
        Action::FairnessSettingChanged => text!(language, fairness.action_fairness_setting_changed),
        Action::FairnessPublished => text!(language, fairness.action_fairness_published),
        Action::DataDownloaded => text!(language, staff.action_data_downloaded),
        Action::PersonErased => text!(language, staff.action_person_erased),
        Action::SnapshotTaken => text!(language, staff.action_snapshot_taken),
        Action::Rescored => text!(language, staff.action_rescored),
        Action::RankingMade => text!(language, staff.action_ranking_made),
        Action::ReportOpened => text!(language, staff.action_report_opened),
        Action::ViewSaved => text!(language, staff.action_view_saved),
        Action::ViewDeleted => text!(language, staff.action_view_deleted),
        Action::CandidateCompared => text!(language, staff.action_candidate_compared),
        Action::Unblinded => text!(language, staff.action_unblinded),
        Action::DecisionRecorded => text!(language, staff.action_decision_recorded),
        Action::ReviewAsked => text!(language, deciding.action_review_asked),
        Action::ReviewTaken => text!(language, deciding.action_review_taken),
        Action::ReviewAnswered => text!(language, deciding.action_review_answered),
        Action::NoteWritten => text!(language, deciding.action_note_written),
        Action::NoteDeleted => text!(language, deciding.action_note_deleted),
        Action::TagsChanged => text!(language, deciding.action_tags_changed),
        Action::Assigned => text!(language, deciding.action_assigned),
        Action::StagesChanged => text!(language, deciding.action_stages_changed),
        Action::RatingFirstChanged => text!(language, deciding.action_rating_first_changed),
        Action::TwoReviewersAsked => text!(language, deciding.action_two_reviewers_asked),
        Action::ReportShared => text!(language, sharing.action_report_shared),
        Action::ShareOpened => text!(language, sharing.action_share_opened),
        Action::ShareRevoked => text!(language, sharing.action_share_revoked),
        Action::MailWordsChanged => text!(language, mailing.action_mail_words_changed),
        Action::MailsQueued => text!(language, mailing.action_mails_queued),
        Action::AnswersRated => text!(language, deciding.action_answers_rated),
        Action::ResultsExported => text!(language, staff.action_results_exported),
        Action::NormGroupMade => text!(language, evidence.action_norm_group_made),
        Action::NormGroupRetired => text!(language, evidence.action_norm_group_retired),
        Action::NormGroupChosen => text!(language, evidence.action_norm_group_chosen),
        Action::OutcomesImported => text!(language, evidence.action_outcomes_imported),
        Action::OutcomesDeleted => text!(language, evidence.action_outcomes_deleted),
        Action::AddressesDeleted => text!(language, staff.action_addresses_deleted),
        Action::MailSent => text!(language, staff.action_mail_sent),
        Action::AuditRead => text!(language, staff.action_audit_read),
    }
}

/// The kind of thing it was done to.
pub(super) fn entity(language: Language, entity: Entity) -> &'static str {
    match entity {
        Entity::Organisation => text!(language, staff.entity_organisation),
        Entity::User => text!(language, staff.entity_user),
        Entity::ColleagueInvitation => text!(language, staff.entity_colleague_invitation),
        Entity::Pack => text!(language, staff.entity_pack),
        Entity::Key => text!(language, staff.entity_key),
        Entity::Campaign => text!(language, staff.entity_campaign),
        Entity::Invitation => text!(language, staff.entity_invitation),
        Entity::Attempt => text!(language, staff.entity_attempt),
        Entity::Snapshot => text!(language, staff.entity_snapshot),
        Entity::RankingVersion => text!(language, staff.entity_ranking_version),
        Entity::Decision => text!(language, staff.entity_decision),
        Entity::HumanReview => text!(language, deciding.entity_human_review),
        Entity::Note => text!(language, deciding.entity_note),
        Entity::ShareLink => text!(language, sharing.entity_share_link),
        Entity::Mail => text!(language, staff.entity_mail),
        Entity::NormGroup => text!(language, evidence.entity_norm_group),
        Entity::OutcomeImport => text!(language, evidence.entity_outcome_import),
    }
}

/// Who did something: the kind in words.
pub(super) fn actor(language: Language, kind: &str) -> &'static str {
    match kind {
        "user" => text!(language, staff.actor_user),
        "candidate" => text!(language, staff.actor_candidate),
        "job" => text!(language, staff.actor_job),
        _ => text!(language, staff.actor_operator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_audit_code_has_words_of_its_own_in_both_languages() {
        for language in Language::ALL {
            let actions: Vec<&str> = Action::ALL.iter().map(|code| action(*language, *code)).collect();
            let entities: Vec<&str> = Entity::ALL.iter().map(|code| entity(*language, *code)).collect();
            for words in [actions, entities] {
                assert!(words.iter().all(|words| !words.is_empty() && !words.contains('_')));
                assert!(words.iter().all(|one| words.iter().filter(|other| *other == one).count() == 1));
            }
        }
    }

    #[test]
    fn every_code_is_read_back() {
        assert!(Action::ALL.iter().all(|code| Action::parse(code.code()) == Some(*code)));
        assert!(Entity::ALL.iter().all(|code| Entity::parse(code.code()) == Some(*code)));
        assert_eq!(Action::parse("written_by_a_later_version"), None);
    }
}
