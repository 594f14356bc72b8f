//! Beside the report: the decision, earlier decisions, and who it is once that may be known.

use chrono::NaiveDateTime;
use domain::decision::MAX_REASON_CHARS;
use domain::language::Language;
use leptos::prelude::*;
use services::decide::OFFERED;
use services::decision_stages::Stage;
use services::error::FieldError;
use services::report::{Identity, Report, ToldDecision};

use crate::components::band::{DecisionBadge, decide_words};
use crate::components::form_field::ErrorSummary;
use crate::components::text_area::TextArea;
use crate::pages::review::frame::{day, time};
use crate::pages::review::report::{Beside, Remarks, team, two_ratings};
use crate::text;

/// The column beside the report.
pub(super) fn view(language: Language, report: &Report, beside: &Beside, remarks: &Remarks) -> AnyView {
    let choices = choices(language, &beside.stages);
    view! {
        <aside class="flow" aria-label=text!(language, review.aside_decision)>
            {if report.rating_first.hides_scores() {
                rate_before(language, report)
            } else if report.rating_first.two.as_ref().is_some_and(|two| two.missing() > 0) {
                two_ratings::waiting(language, report)
            } else {
                decision_form(language, report, &choices, remarks)
            }}
            {two_ratings::told(language, report)}
            {decisions(language, report, &beside.stages)}
            {team::view(language, &report.public_id, &beside.team, &remarks.team)}
            {identity(language, report)}
            {share(language, report)}
        </aside>
    }
    .into_any()
}

/// The way to the links that open this report to somebody outside.
fn share(language: Language, report: &Report) -> AnyView {
    view! {
        <p class="no-print">
            <a href=format!("/candidates/{}/shares", report.public_id)>{text!(language, sharing.way)}</a>
        </p>
    }
    .into_any()
}

/// What stands in the place of the form until the viewer has rated the answers.
fn rate_before(language: Language, report: &Report) -> AnyView {
    view! {
        <section class="card no-print" aria-labelledby="decide">
            <h2 id="decide">{text!(language, review.decision_title)}</h2>
            <p class="flush">{text!(language, deciding.rating_before_decision)}</p>
            {two_ratings::count(language, report)}
        </section>
    }
    .into_any()
}

/// What may be chosen: the value that is sent and its words.
type Choice = (String, String);

/// The campaign's own stages, or the codes themselves.
fn choices(language: Language, stages: &[Stage]) -> Vec<Choice> {
    let own: Vec<Choice> = stages
        .iter()
        .filter(|stage| !stage.is_retired)
        .map(|stage| (stage.id.clone(), stage.name(language).to_owned()))
        .collect();
    if !own.is_empty() {
        return own;
    }
    OFFERED.iter().map(|code| (code.code().to_owned(), decide_words(language, *code).to_owned())).collect()
}

fn decision_form(language: Language, report: &Report, choices: &[Choice], remarks: &Remarks) -> AnyView {
    let errors = &remarks.errors;
    let version = report.version.as_ref().map_or_else(String::new, |version| version.sequence.to_string());
    let last = report.decisions.first().map_or_else(String::new, |decision| decision.id.clone());
    let summary = (!errors.is_empty()).then(|| {
        let lines = errors
            .iter()
            .map(|error| (field_id(error, choices), words(language, error).to_owned()))
            .collect();
        view! { <ErrorSummary title=text!(language, common.errors_title) errors=lines/> }
    });
    let pilot = report
        .measure
        .is_provisional
        .then(|| view! { <p class="fine"><b>{text!(language, review.pilot_title)}</b></p> });
    view! {
        <form
            class="card no-print"
            method="post"
            action=format!("/candidates/{}/decision", report.public_id)
            aria-labelledby="decide"
        >
            <h2 id="decide">{text!(language, review.decision_title)}</h2>
            {summary}
            <p class="fine">{text!(language, review.decision_intro)}</p>
            {pilot}
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="last" value=last/>
            {codes(language, choices, remarks)}
            {reason(language, remarks)}
            <button class="button">{text!(language, review.decision_save)}</button>
        </form>
    }
    .into_any()
}

/// The field that an error of the form leads to.
fn field_id(error: &FieldError, choices: &[Choice]) -> String {
    match error.field {
        "reason" => "reason".to_owned(),
        "version" => "result".to_owned(),
        _ => choices.first().map_or_else(String::new, |(value, _)| format!("code-{value}")),
    }
}

fn words(language: Language, error: &FieldError) -> &'static str {
    match (error.field, error.code) {
        ("code", "second_rating") => text!(language, deciding.two_error),
        ("code", "rate_first") => text!(language, deciding.rating_before_decision),
        ("code", "report_not_opened") => text!(language, review.error_code_report),
        ("code", "not_offered") => text!(language, review.error_code_not_offered),
        ("code", _) => text!(language, review.error_code_required),
        ("version", "decided_since") => text!(language, review.error_decided_since),
        ("version", _) => text!(language, review.error_ranking_changed),
        (_, "too_long") => text!(language, review.error_reason_long),
        (_, "too_short") => text!(language, review.error_reason_short),
        _ => text!(language, review.error_reason_required),
    }
}

fn error_of(language: Language, remarks: &Remarks, field: &str) -> Option<&'static str> {
    remarks.errors.iter().find(|error| error.field == field).map(|error| words(language, error))
}

fn codes(language: Language, choices: &[Choice], remarks: &Remarks) -> AnyView {
    let error = error_of(language, remarks, "code");
    let class = if error.is_some() { "field has-error" } else { "field" };
    let choices = choices
        .iter()
        .map(|(value, words)| {
            let is_chosen = remarks.typed.code == *value;
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        id=format!("code-{value}")
                        name="code"
                        value=value.clone()
                        checked=is_chosen
                        required
                    />
                    " "{words.clone()}
                </label>
            }
        })
        .collect_view();
    let described = error.is_some().then_some("code-error");
    view! {
        <fieldset class=class aria-describedby=described>
            <legend>{text!(language, review.decision_legend)}</legend>
            {error.map(|words| view! { <p class="error" id="code-error">{words}</p> })}
            {choices}
        </fieldset>
    }
    .into_any()
}

fn reason(language: Language, remarks: &Remarks) -> AnyView {
    let error = error_of(language, remarks, "reason");
    let class = if error.is_some() { "field has-error" } else { "field" };
    let described = if error.is_some() { "reason-hint reason-error" } else { "reason-hint" };
    let error_mark = error.is_some().then_some("true");
    view! {
        <div class=class>
            <label for="reason">{text!(language, review.reason_label)}</label>
            <p class="hint" id="reason-hint">{text!(language, review.reason_hint)}</p>
            {error.map(|words| view! { <p class="error" id="reason-error">{words}</p> })}
            <TextArea
                id="reason"
                name="reason"
                value=remarks.typed.reason.clone()
                rows=4
                maxlength=Some(MAX_REASON_CHARS)
                required=true
                invalid=error_mark
                described=Some(described.to_owned())
            />
        </div>
    }
    .into_any()
}

fn decisions(language: Language, report: &Report, stages: &[Stage]) -> AnyView {
    let told =
        report.decisions.iter().map(|decision| told(language, report, stages, decision)).collect_view();
    let none = report
        .decisions
        .is_empty()
        .then(|| view! { <p class="soft">{text!(language, review.decisions_none)}</p> });
    let hidden = if report.rating_first.hides_scores() {
        Some(text!(language, deciding.decisions_after_rating))
    } else {
        report.identity.is_none().then(|| text!(language, review.decisions_hidden))
    };
    let hidden = hidden.map(|words| view! { <p class="fine">{words}</p> });
    view! {
        <section aria-labelledby="decisions">
            <h2 id="decisions">{text!(language, review.decisions_title)}</h2>
            {told}
            {none}
            {hidden}
        </section>
    }
    .into_any()
}

fn told(language: Language, report: &Report, stages: &[Stage], decision: &ToldDecision) -> AnyView {
    let by = decided_by(language, report, decision);
    let reason = decision.reason.clone().unwrap_or_else(|| text!(language, review.reason_erased).to_owned());
    let code = Some(decision.code);
    let stage = stages.iter().find(|stage| Some(&stage.id) == decision.stage.as_ref());
    let stage = stage.map(|stage| view! { " "<b>{stage.name(language).to_owned()}</b> });
    view! {
        <div class="note">
            <p><DecisionBadge language decision=code/>{stage}</p>
            <p>{reason}</p>
            <p class="fine">{by}</p>
        </div>
    }
    .into_any()
}

/// Who decided, and when.
pub(in crate::pages::review) fn decided_by(
    language: Language,
    report: &Report,
    decision: &ToldDecision,
) -> String {
    let date = day(language, &report.campaign.time_zone, decision.at);
    match &decision.by {
        _ if decision.is_own => text!(language, review.decision_by_you, date = date).to_string(),
        Some(name) => text!(language, review.decision_by, name = name.clone(), date = date).to_string(),
        None => text!(language, review.decision_by_gone, date = date).to_string(),
    }
}

fn identity(language: Language, report: &Report) -> AnyView {
    let body = match &report.identity {
        Some(identity) => known(language, report, identity),
        None => view! {
            <p class="fine">{text!(language, review.identity_text)}</p>
            <form class="no-print" method="post" action=format!("/candidates/{}/unblind", report.public_id)>
                <button class="button is-quiet is-small">{text!(language, review.identity_show)}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="identity">
            <h2 id="identity">{text!(language, review.identity_title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn known(language: Language, report: &Report, identity: &Identity) -> AnyView {
    let moment = |at: NaiveDateTime| moment(language, report, at);
    let given = |text: &Option<String>| {
        text.clone().unwrap_or_else(|| text!(language, review.identity_unknown).to_owned())
    };
    let finished = identity.finished_at.map_or_else(|| "–".to_owned(), moment);
    view! {
        <dl class="ledger">
            <div><dt>{text!(language, review.identity_name)}</dt><dd>{given(&identity.name)}</dd></div>
            <div><dt>{text!(language, review.identity_email)}</dt><dd>{given(&identity.email)}</dd></div>
            <div><dt>{text!(language, review.identity_started)}</dt><dd>{moment(identity.started_at)}</dd></div>
            <div><dt>{text!(language, review.identity_finished)}</dt><dd>{finished}</dd></div>
        </dl>
    }
    .into_any()
}

/// A date and a time in the time zone of the campaign.
pub(in crate::pages::review) fn moment(language: Language, report: &Report, at: NaiveDateTime) -> String {
    let zone = &report.campaign.time_zone;
    text!(language, review.moment, date = day(language, zone, at), time = time(language, zone, at))
        .to_string()
}
