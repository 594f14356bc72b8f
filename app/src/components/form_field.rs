//! Fields of native forms: label above, hint under it, error next, then the control; and the summary of errors.

use leptos::prelude::*;

use crate::components::icon::Icon;

/// A field with one line of text.
#[component]
pub fn TextField(
    /// Name in the form, and id unless another is given.
    name: &'static str,
    /// The id, where two forms of one page share a name.
    #[prop(default = name)]
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// `text`, `email`, `password`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it.
    #[prop(into, default = String::new())]
    value: String,
    /// A sentence of help.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let (described, parts) = described(id, hint, error.clone());
    let class = if error.is_some() { "field has-error" } else { "field" };
    view! {
        <div class=class>
            <label for=id>{label}</label>
            {parts}
            <input
                type=kind
                id=id
                name=name
                value=value
                autocomplete=autocomplete
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                autofocus=error.is_some()
                required
            />
        </div>
    }
}

/// A field with a choice among a few words.
#[component]
pub fn SelectField(
    /// Name in the form.
    name: &'static str,
    /// The id: forms of one page may share a name, never an id.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// Values and words.
    options: Vec<(&'static str, String)>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: String,
    /// A sentence of help.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> impl IntoView {
    let (described, parts) = described(&id, hint, error.clone());
    let class = if error.is_some() { "field has-error" } else { "field" };
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{words}</option> }
        })
        .collect_view();
    view! {
        <div class=class>
            <label for=id.clone()>{label}</label>
            {parts}
            <select id=id name=name aria-invalid=error.is_some().then_some("true") aria-describedby=described
                autofocus=error.is_some()>
                {options}
            </select>
        </div>
    }
}

/// The ids that describe a control, and the hint and error that bear them.
fn described(id: &str, hint: Option<String>, error: Option<String>) -> (Option<String>, AnyView) {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let ids: Vec<String> = [(hint.is_some(), &hint_id), (error.is_some(), &error_id)]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, id)| id.clone())
        .collect();
    let described = (!ids.is_empty()).then(|| ids.join(" "));
    let parts = view! {
        {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
    };
    (described, parts.into_any())
}

/// What has to be corrected, in one place above the form, each with a link to its field. The browser goes to it, without
/// scripts too: on a phone the form may stand far below.
#[component]
pub fn ErrorSummary(
    /// The title.
    #[prop(into)]
    title: String,
    /// Id of the field, and what is wrong with it.
    errors: Vec<(String, String)>,
) -> impl IntoView {
    let lines = errors
        .into_iter()
        .map(|(id, words)| view! { <p><a href=format!("#{id}")>{words}</a></p> })
        .collect_view();
    view! {
        <div class="notice is-alert" role="alert" tabindex="-1" autofocus>
            <Icon name="alert"/>
            <div><h2>{title}</h2>{lines}</div>
        </div>
    }
}
