//! What drives the lines in a browser: keeps each keystroke on the device, sends what stands after a short rest, retries.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use super::{DraftProps, Lines};
use crate::actions::save_answer::{AnswerToSave, SaveFault, save_answer};

/// How long nothing is typed before the text is sent.
const REST_MS: u32 = 1_500;
/// While somebody types on, the text is sent this often all the same.
const LONGEST_UNSENT_MS: u32 = 10_000;
/// The first wait after a failure; each further failure doubles it.
const FIRST_WAIT_MS: u32 = 1_000;
/// The longest wait.
const LONGEST_WAIT_MS: u32 = 30_000;
/// Waits are cut in slices.
const SLICE_MS: u32 = 250;

struct Desk {
    props: DraftProps,
    lines: Lines,
    area: HtmlTextAreaElement,
    /// Milliseconds since the last keystroke, and since the first one that is not sent yet.
    rested_ms: u32,
    unsent_ms: u32,
    /// What the server has acknowledged.
    stored: String,
    is_running: bool,
    is_over: bool,
}

type Shared = Rc<RefCell<Desk>>;

/// Starts the island on the text area of the page.
pub(super) fn start(props: DraftProps, lines: Lines) {
    let area = document().get_element_by_id("written").and_then(|area| area.dyn_into().ok());
    let Some(area): Option<HtmlTextAreaElement> = area else { return };
    let stored = area.value();
    let desk = Rc::new(RefCell::new(Desk {
        props,
        lines,
        area: area.clone(),
        rested_ms: 0,
        unsent_ms: 0,
        stored,
        is_running: false,
        is_over: false,
    }));
    let begun = Rc::clone(&desk);
    spawn_local(async move {
        // Hydration takes the server's words for the first ones: what differs is said after it.
        TimeoutFuture::new(0).await;
        take_up(&begun);
        begun.borrow().count();
    });
    let typed = Rc::clone(&desk);
    let closure = Closure::<dyn FnMut()>::new(move || {
        {
            let mut desk = typed.borrow_mut();
            desk.rested_ms = 0;
            desk.keep();
            desk.count();
        }
        send_when_rested(&typed);
    });
    // Fails only for a name that is not one of an event.
    let _ = area.add_event_listener_with_callback("input", closure.as_ref().unchecked_ref());
    // The page is left before the island is.
    closure.forget();
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What an earlier visit has left on this device, if the server holds what it was written over.
fn take_up(desk: &Shared) {
    let left = {
        let desk = desk.borrow();
        let text = storage().and_then(|storage| storage.get_item(&desk.key()).ok().flatten());
        let left = text.and_then(|text| {
            let (base, text) = text.split_once(':')?;
            (base.parse::<i32>().ok()? == desk.props.sequence && text != desk.stored).then(|| text.to_owned())
        });
        if left.is_none() {
            desk.forget();
        }
        left
    };
    let Some(left) = left else { return };
    {
        let desk = desk.borrow();
        desk.area.set_value(&left);
        desk.say(desk.props.texts.restored.clone(), false, false);
    }
    send_when_rested(desk);
}

fn send_when_rested(desk: &Shared) {
    if std::mem::replace(&mut desk.borrow_mut().is_running, true) {
        return;
    }
    let desk = Rc::clone(desk);
    spawn_local(async move {
        let mut failures: u32 = 0;
        while desk.borrow().is_unsent() {
            rest(&desk).await;
            if !send(&desk).await {
                failures = failures.saturating_add(1);
                let doubled = FIRST_WAIT_MS.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
                TimeoutFuture::new(doubled.min(LONGEST_WAIT_MS)).await;
            } else {
                failures = 0;
            }
        }
        desk.borrow_mut().is_running = false;
    });
}

/// Until nothing has been typed for a while, or too much is unsent.
async fn rest(desk: &Shared) {
    desk.borrow_mut().unsent_ms = 0;
    loop {
        {
            let desk = desk.borrow();
            if desk.rested_ms >= REST_MS || desk.unsent_ms >= LONGEST_UNSENT_MS {
                return;
            }
        }
        TimeoutFuture::new(SLICE_MS).await;
        let mut desk = desk.borrow_mut();
        desk.rested_ms = desk.rested_ms.saturating_add(SLICE_MS);
        desk.unsent_ms = desk.unsent_ms.saturating_add(SLICE_MS);
    }
}

/// Sends what stands; whether the server has answered.
async fn send(desk: &Shared) -> bool {
    let (answer, text) = {
        let desk = desk.borrow();
        let text = desk.area.value();
        let props = &desk.props;
        let answer = AnswerToSave {
            attempt: props.attempt.clone(),
            epoch: props.epoch,
            language: props.language.clone(),
            item: props.item,
            base: props.sequence,
            value: 1,
            text: Some(text.clone()),
        };
        desk.say(props.texts.saving.clone(), false, false);
        (answer, text)
    };
    let result = save_answer(answer).await;
    let mut desk = desk.borrow_mut();
    let texts = desk.props.texts.clone();
    match result {
        Ok(saved) => {
            desk.learn(saved.sequence);
            desk.stored = text;
            if desk.is_unsent() {
                desk.keep();
            } else {
                desk.forget();
            }
            desk.say(texts.saved, false, true);
            return true;
        }
        Err(SaveFault::Unavailable) => {
            desk.say(texts.not_saved, true, false);
            return false;
        }
        // The form's own buttons show both versions, and the way on.
        Err(SaveFault::Conflict { .. } | SaveFault::TakenOver) => desk.say(texts.elsewhere, true, false),
        Err(SaveFault::Together(_)) => {
            desk.say(texts.too_long, true, false);
            // What stands is not sent again before it changes.
            desk.stored = text;
            return true;
        }
        Err(SaveFault::Closed) => desk.say(texts.closed, true, false),
        Err(SaveFault::LinkNeeded | SaveFault::OtherAttempt) => desk.say(texts.link_needed, true, false),
        Err(SaveFault::Refused) => desk.say(texts.refused, true, false),
    }
    desk.is_over = true;
    true
}

impl Desk {
    fn key(&self) -> String {
        format!("egard.draft.{}.{}", self.props.attempt, self.props.item)
    }

    fn is_unsent(&self) -> bool {
        !self.is_over && self.area.value() != self.stored
    }

    /// Keeps what stands on this device, with the sequence that it was written over.
    fn keep(&self) {
        if let Some(storage) = storage() {
            // A full or forbidden storage leaves the text in the page; the form's post still carries it.
            let _ = storage.set_item(&self.key(), &format!("{}:{}", self.props.sequence, self.area.value()));
        }
    }

    fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.key());
        }
    }

    /// The server holds this sequence now: the next save, and the form's own post, are rendered from it.
    fn learn(&mut self, sequence: i32) {
        self.props.sequence = sequence;
        let selector = format!("input[name='b{}']", self.props.item);
        let base = document().query_selector(&selector).ok().flatten();
        if let Some(base) = base.and_then(|base| base.dyn_into::<HtmlInputElement>().ok()) {
            base.set_value(&sequence.to_string());
        }
    }

    fn count(&self) {
        let n = self.area.value().chars().count();
        let words = self.props.texts.counter.replace("{n}", &n.to_string());
        self.lines.counter.set(words.replace("{total}", &self.props.limit.to_string()));
    }

    fn say(&self, words: String, is_care: bool, is_kept: bool) {
        self.lines.words.set(words);
        self.lines.is_care.set(is_care);
        self.lines.is_kept.set(is_kept);
    }
}
