//! What drives a live form in a browser: waits until nothing changes for a moment, asks, and shows the last answer only.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, HtmlFormElement, HtmlInputElement, Response, SupportedType};

/// How long nothing changes before the server is asked.
const REST_MS: u32 = 250;

/// Starts the island on its form.
pub(super) fn start(form: String, region: String, busy: String, failed: String, words: RwSignal<String>) {
    let found = document().get_element_by_id(&form).and_then(|form| form.dyn_into().ok());
    let Some(form): Option<HtmlFormElement> = found else { return };
    let turn = Rc::new(Cell::new(0_u32));
    let listened = form.clone();
    let closure = Closure::<dyn FnMut()>::new(move || {
        let own = turn.get().wrapping_add(1);
        turn.set(own);
        let (form, region, turn) = (form.clone(), region.clone(), Rc::clone(&turn));
        let (busy, failed) = (busy.clone(), failed.clone());
        spawn_local(async move {
            TimeoutFuture::new(REST_MS).await;
            // A number field that is empty or out of range is still being typed.
            if turn.get() != own || !form.check_validity() {
                return;
            }
            words.set(busy);
            let address = address(&form);
            let answer = asked(&address).await;
            if turn.get() != own {
                return;
            }
            let is_shown = answer.is_some_and(|html| show(&html, &region).is_some());
            words.set(if is_shown { String::new() } else { failed });
            if is_shown {
                remember(&address);
            }
        });
    });
    // Fails only for a name that is not one of an event.
    let _ = listened.add_event_listener_with_callback("input", closure.as_ref().unchecked_ref());
    // The page is left before the island is.
    closure.forget();
}

/// The address that the form's own button would open.
fn address(form: &HtmlFormElement) -> String {
    let fields = form.elements();
    let parts: Vec<String> = (0..fields.length())
        .filter_map(|index| fields.item(index)?.dyn_into::<HtmlInputElement>().ok())
        .filter(|field| !field.name().is_empty() && (field.type_() != "radio" || field.checked()))
        .map(|field| {
            let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
            format!("{}={}", encoded(&field.name()), encoded(&field.value()))
        })
        .collect();
    format!("{}?{}", form.action(), parts.join("&"))
}

/// The page at an address; a refused form is a page too. Nothing when the network or the server fails.
async fn asked(address: &str) -> Option<String> {
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str(address)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() && answer.status() != 422 {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Puts the region of the page received where the one of this page stands.
fn show(html: &str, region: &str) -> Option<()> {
    let page = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let received = page.get_element_by_id(region)?;
    document().get_element_by_id(region)?.set_inner_html(&received.inner_html());
    Some(())
}

/// Lets a reload, or a copied address, show the same.
fn remember(address: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Fails only where the browser forbids it; the page shows what it shows.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}
