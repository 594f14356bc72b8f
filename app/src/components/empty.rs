//! What stands where a list would be and nobody is in it.

use leptos::prelude::*;

/// The chair, what is missing and why, and perhaps a link (address and words) to what leads further.
pub(crate) fn empty(title: &'static str, words: String, link: Option<(String, String)>) -> AnyView {
    view! {
        <div class="empty">
            <svg class="chair" aria-hidden="true"><use href="#chair"/></svg>
            <h2>{title}</h2>
            <p>{words}</p>
            {link.map(|(path, words)| view! { <p><a href=path>{words}</a></p> })}
        </div>
    }
    .into_any()
}
