//! The live form: asks the server again at each change of a form that only reads, and puts the answer where the old one
//! stands. Without scripts the form's own button does the same.
#![expect(missing_docs, reason = "the island macro writes a struct that carries no docs")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// The line that says what is going on; the form and the region are found by their ids.
#[island]
pub fn LiveForm(
    /// Id of the form: a `get` to its own address.
    form: String,
    /// Id of the part of the page that holds the result.
    region: String,
    /// While the server is asked.
    busy: String,
    /// When it could not be asked.
    failed: String,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    browser::start(form, region, busy, failed, words);
    #[cfg(not(feature = "hydrate"))]
    drop((form, region, busy, failed));
    view! { <p class="fine" role="status">{move || words.get()}</p> }
}
