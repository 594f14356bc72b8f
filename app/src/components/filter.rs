//! A choice that hides part of a list.

use leptos::prelude::*;

/// What may be chosen: the value sent, its words, whether it is chosen now.
pub(crate) type Choice = (String, String, bool);

/// A labelled choice; the first of it hides nobody.
pub(crate) fn filter(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    choices: Vec<Choice>,
) -> AnyView {
    let id = format!("filter-{name}");
    let options = choices
        .into_iter()
        .map(|(value, words, is_chosen)| view! { <option value=value selected=is_chosen>{words}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name><option value="">{all}</option>{options}</select>
        </div>
    }
    .into_any()
}
