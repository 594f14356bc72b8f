//! Words for the closed codes of this area: states, mails, lines of a list, field errors.

use domain::invitation::InvitationState;
use domain::language::Language;
use services::error::FieldError;
use services::import_csv::LineOutcome;
use services::invitation_list::MailStatus;

use crate::text;

/// A language of the test.
pub(super) fn language_name(language: Language, named: Language) -> &'static str {
    match named {
        Language::Fr => text!(language, campaigns.language_fr),
        Language::En => text!(language, campaigns.language_en),
    }
}

/// Where a person is with the test.
pub(super) fn state(language: Language, state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending => text!(language, campaigns.state_pending),
        InvitationState::Started => text!(language, campaigns.state_started),
        InvitationState::Finished => text!(language, campaigns.state_finished),
        InvitationState::Expired => text!(language, campaigns.state_expired),
        InvitationState::Revoked => text!(language, campaigns.state_revoked),
    }
}

/// What became of a mail, with the look and the icon of its badge.
pub(super) fn mail(
    language: Language,
    mail: Option<MailStatus>,
) -> (&'static str, &'static str, Option<&'static str>) {
    match mail {
        Some(MailStatus::Queued) => (text!(language, campaigns.mail_queued), "badge", Some("mail")),
        Some(MailStatus::Accepted) => {
            (text!(language, campaigns.mail_accepted), "badge is-good", Some("check"))
        }
        Some(MailStatus::Refused) => {
            (text!(language, campaigns.mail_refused), "badge is-alert", Some("cross"))
        }
        Some(MailStatus::Unknown) => {
            (text!(language, campaigns.mail_unknown), "badge is-care", Some("alert"))
        }
        Some(MailStatus::Cancelled) => (text!(language, campaigns.mail_cancelled), "badge", None),
        None => (text!(language, campaigns.mail_none), "badge", None),
    }
}

/// What becomes of a line of a list.
pub(super) fn outcome(language: Language, outcome: LineOutcome) -> &'static str {
    match outcome {
        LineOutcome::New => text!(language, campaigns.out_new),
        LineOutcome::DuplicateInList => text!(language, campaigns.out_duplicate),
        LineOutcome::AlreadyInvited => text!(language, campaigns.out_known),
        LineOutcome::MissingEmail => text!(language, campaigns.out_missing_email),
        LineOutcome::InvalidEmail => text!(language, campaigns.out_invalid_email),
        LineOutcome::MissingName => text!(language, campaigns.out_missing_name),
        LineOutcome::InvalidName => text!(language, campaigns.out_invalid_name),
        LineOutcome::UnknownLanguage => text!(language, campaigns.out_unknown_language),
        LineOutcome::LanguageNotOffered => text!(language, campaigns.out_language),
        LineOutcome::TooManyColumns => text!(language, campaigns.out_columns),
        LineOutcome::BrokenQuotes => text!(language, campaigns.out_quotes),
        LineOutcome::LineTooLong => text!(language, campaigns.out_long),
    }
}

/// Why a field cannot be taken.
fn field_error(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("list", "required") => text!(language, campaigns.err_list_empty),
        ("list", "too_large") => text!(language, campaigns.err_list_too_large),
        ("list", "too_many_lines") => text!(language, campaigns.err_list_lines),
        ("list", "not_text") => text!(language, campaigns.err_list_not_text),
        ("list", "both") => text!(language, campaigns.err_list_both),
        ("languages", _) => text!(language, campaigns.err_languages),
        ("pack" | "form" | "time_zone", _) => text!(language, campaigns.err_choose),
        (_, "too_far") => text!(language, campaigns.err_too_far),
        (_, "skipped_hour") => text!(language, campaigns.err_skipped_hour),
        ("closes_at" | "decision_on", "malformed") => text!(language, campaigns.err_date),
        (_, "missing" | "required") => text!(language, common.field_required),
        (_, "too_long") => text!(language, common.field_too_long),
        (_, "bad_character") => text!(language, campaigns.err_character),
        (_, "past") => text!(language, campaigns.err_past),
        (_, "before_closing") => text!(language, campaigns.err_before_closing),
        (_, "not_an_email") => text!(language, common.field_not_an_email),
        (_, "already_invited") => text!(language, campaigns.err_already_invited),
        _ => text!(language, common.field_not_valid),
    }
}

/// What is wrong with one field, in words.
pub(super) fn error_of(language: Language, errors: &[FieldError], field: &str) -> Option<String> {
    errors.iter().find(|error| error.field == field).map(|error| field_error(language, error).to_owned())
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
            let colon = text!(language, campaigns.colon);
            (id.to_owned(), format!("{label}{colon}{}", field_error(language, error)))
        })
        .collect()
}
