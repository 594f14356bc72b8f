//! The module that the browser loads. It starts the islands of `egard-app` and owns nothing else.

// Linked for its islands, which register themselves.
use egard_app as _;

/// Starts every island on the page; the page's script calls it.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
