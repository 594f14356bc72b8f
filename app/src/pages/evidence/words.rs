//! The words of this area's codes.

use domain::language::Language;
use services::error::FieldError;
use services::norm_groups::NormHead;
use services::outcomes::Criterion;
use services::outcomes::list::LineOutcome;

use crate::pages::review::frame::day;
use crate::text;

/// A criterion, as the head of a section.
pub(in crate::pages) fn criterion(language: Language, criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Performance => text!(language, evidence.criterion_performance),
        Criterion::Retained => text!(language, evidence.criterion_retained),
        Criterion::RetentionDays => text!(language, evidence.criterion_retention_days),
        Criterion::CustomerSatisfaction => text!(language, evidence.criterion_customer_satisfaction),
    }
}

/// What becomes of a line.
pub(super) fn outcome(language: Language, outcome: LineOutcome) -> &'static str {
    match outcome {
        LineOutcome::New => text!(language, evidence.line_new),
        LineOutcome::DuplicateInList => text!(language, evidence.line_duplicate),
        LineOutcome::AlreadyStored => text!(language, evidence.line_stored),
        LineOutcome::UnknownId => text!(language, evidence.line_unknown),
        LineOutcome::ErasedPerson => text!(language, evidence.line_erased),
        LineOutcome::OtherForm => text!(language, evidence.line_other_form),
        LineOutcome::NotFinished => text!(language, evidence.line_not_finished),
        LineOutcome::BeforeCampaign => text!(language, evidence.line_before_campaign),
        LineOutcome::MissingId => text!(language, evidence.line_missing_id),
        LineOutcome::BadDate => text!(language, evidence.line_bad_date),
        LineOutcome::BadNumber => text!(language, evidence.line_bad_number),
        LineOutcome::NothingToStore => text!(language, evidence.line_nothing),
        LineOutcome::TooManyColumns => text!(language, evidence.line_columns),
        LineOutcome::BrokenQuotes => text!(language, evidence.line_quotes),
        LineOutcome::LineTooLong => text!(language, evidence.line_long),
    }
}

/// What is wrong with a field.
pub(super) fn error(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("group", "too_few") => text!(language, evidence.err_too_few),
        ("group", "same") => text!(language, evidence.err_same),
        ("group", _) => text!(language, evidence.err_too_close),
        ("campaigns", _) => text!(language, evidence.err_campaigns),
        ("to_on", "order") => text!(language, evidence.err_order),
        ("to_on", "future") => text!(language, evidence.err_future),
        ("from_on" | "to_on", _) => text!(language, evidence.err_date),
        ("list", "required") => text!(language, evidence.err_list_empty),
        ("list", "too_large" | "too_many_lines") => text!(language, evidence.err_list_large),
        ("list", "not_text") => text!(language, evidence.err_list_not_text),
        ("list", "both") => text!(language, evidence.err_list_both),
        ("list", _) => text!(language, evidence.err_list_header),
        (_, "required") => text!(language, common.field_required),
        (_, "too_long") => text!(language, common.field_too_long),
        _ => text!(language, common.field_not_valid),
    }
}

/// A group in a line: its size and its date; retired or not.
pub(in crate::pages) fn head_line(language: Language, zone: &str, head: &NormHead) -> String {
    let mut words =
        text!(language, evidence.head_line, n = head.n, date = day(language, zone, head.made_at)).to_string();
    if let Some(at) = head.retired_at {
        words.push_str(", ");
        words.push_str(&text!(language, evidence.retired_on, date = day(language, zone, at)).to_string());
    }
    words
}
