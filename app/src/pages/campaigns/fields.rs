//! Pieces that the forms and pages of this area share.

use domain::language::Language;
use leptos::prelude::*;
use services::campaigns::CampaignFacts;

use crate::components::icon::Icon;
use crate::text;

/// A field around a control: label above, hint under it, error next. `control` gets the ids that describe it and
/// whether it is in error.
pub(in crate::pages) fn field(
    id: &'static str,
    label: &'static str,
    hint: Option<String>,
    error: Option<String>,
    control: impl FnOnce(Option<String>, Option<&'static str>) -> AnyView,
) -> AnyView {
    let class = if error.is_some() { "field has-error" } else { "field" };
    let (described, parts, invalid) = described(id, hint, error);
    view! {
        <div class=class>
            <label for=id>{label}</label>
            {parts}
            {control(described, invalid)}
        </div>
    }
    .into_any()
}

/// A group of choices under one legend.
pub(in crate::pages) fn group(
    id: &'static str,
    legend: &'static str,
    hint: Option<String>,
    error: Option<String>,
    choices: impl IntoView + 'static,
) -> AnyView {
    let class = if error.is_some() { "field has-error" } else { "field" };
    let (described, parts, _) = described(id, hint, error);
    view! {
        <fieldset class=class id=id aria-describedby=described tabindex="-1">
            <legend>{legend}</legend>
            {parts}
            {choices}
        </fieldset>
    }
    .into_any()
}

/// The ids of the hint and the error, the two themselves, and the mark of a control in error.
fn described(
    id: &str,
    hint: Option<String>,
    error: Option<String>,
) -> (Option<String>, AnyView, Option<&'static str>) {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let mut ids = Vec::new();
    if hint.is_some() {
        ids.push(hint_id.clone());
    }
    if error.is_some() {
        ids.push(error_id.clone());
    }
    let invalid = error.is_some().then_some("true");
    let parts = view! {
        {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
    };
    ((!ids.is_empty()).then(|| ids.join(" ")), parts.into_any(), invalid)
}

/// What was just done.
pub(super) fn done(words: Vec<String>) -> Option<AnyView> {
    if words.is_empty() {
        return None;
    }
    let lines = words.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    Some(
        view! { <div class="notice is-good" role="status"><Icon name="check"/><div>{lines}</div></div> }
            .into_any(),
    )
}

/// What was refused.
pub(super) fn refused(words: Option<&'static str>) -> Option<AnyView> {
    words.map(|words| {
        view! { <div class="notice is-alert" role="alert"><Icon name="alert"/><p>{words}</p></div> }
            .into_any()
    })
}

/// What a provisional key or a public pack means for the score.
pub(super) fn pilot_notice(language: Language, campaign: &CampaignFacts) -> Option<AnyView> {
    let (key, public) = (campaign.form.key.is_provisional(), campaign.form.pack.is_public);
    if !key && !public {
        return None;
    }
    let key = key.then(|| view! { " "{text!(language, campaigns.pilot_key)} });
    let public = public.then(|| view! { " "{text!(language, campaigns.pilot_public)} });
    Some(
        view! {
            <div class="notice is-care">
                <Icon name="alert"/>
                <p class="flush"><b>{text!(language, campaigns.pilot_title)}</b>{key}{public}</p>
            </div>
        }
        .into_any(),
    )
}

/// The name of a campaign's form.
pub(super) fn form_name(language: Language, campaign: &CampaignFacts) -> String {
    let forms = &campaign.form.pack.forms;
    let form = forms.iter().find(|form| form.id == campaign.form.form.id);
    form.map_or_else(String::new, |form| form.name.text(language).to_owned())
}
