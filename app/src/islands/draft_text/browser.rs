//! What drives the lines in a browser: keeps each keystroke on the device, sends what stands after a short rest, retries.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement, SubmitEvent};

use super::{DraftProps, Lines};
use crate::actions::save_answer::{AnswerToSave, SaveFault, SavedAnswer, save_answer};

/// How long nothing is typed before the text is sent.
const REST_MS: u32 = 3_000;
/// While somebody types on, the text is sent this often all the same.
const LONGEST_UNSENT_MS: u32 = 20_000;
/// How long one try may take.
const TRY_MS: u32 = 15_000;
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
    /// Whether a text is on its way.
    is_sending: bool,
    /// The button that was pressed meanwhile.
    submitter: Option<HtmlElement>,
    is_over: bool,
}

type Shared = Rc<RefCell<Desk>>;

/// Starts the island on the text area of the page.
pub(super) fn start(props: DraftProps, lines: Lines) {
    let area = document().get_element_by_id("written").and_then(|area| area.dyn_into().ok());
    let Some(area): Option<HtmlTextAreaElement> = area else { return };
    // What the server drew; more may have been typed before the scripts ran.
    let stored = area.default_value().unwrap_or_else(|_| area.value());
    let desk = Rc::new(RefCell::new(Desk {
        props,
        lines,
        area: area.clone(),
        rested_ms: 0,
        unsent_ms: 0,
        stored,
        is_running: false,
        is_sending: false,
        submitter: None,
        is_over: false,
    }));
    let begun = Rc::clone(&desk);
    spawn_local(async move {
        // Hydration takes the server's words for the first ones: what differs is said after it.
        TimeoutFuture::new(0).await;
        take_up(&begun);
        begun.borrow().count();
        send_when_rested(&begun);
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
    listen_to_submit(&desk);
}

/// A pressed button waits for a text on its way, so that the form is not rendered from something older. Otherwise the
/// form goes by itself: it carries the text.
fn listen_to_submit(desk: &Shared) {
    let Some(form) = desk.borrow().area.form() else { return };
    let pressed = Rc::clone(desk);
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let mut desk = pressed.borrow_mut();
        let submitter = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        if desk.is_sending && desk.submitter.is_none() && submitter.is_some() {
            event.prevent_default();
            desk.submitter = submitter;
        } else {
            desk.is_over = true;
        }
    });
    let _ = form.add_event_listener_with_callback("submit", closure.as_ref().unchecked_ref());
    closure.forget();
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What an earlier visit has left on this device, if the server holds what it was written over.
fn take_up(desk: &Shared) {
    let desk = desk.borrow();
    let read = |key: &str| storage().and_then(|storage| storage.get_item(key).ok().flatten());
    let Some(kept) = read(&desk.key()) else { return };
    let Some((base, left)) = kept.split_once(':') else { return };
    if left == desk.stored {
        desk.forget();
        return;
    }
    // Written over what the server holds, or over a text of this device that the server has kept since. Anything else
    // is older than a text of another device: it is not put over that one, and stays on this device.
    let is_next =
        base.parse() == Ok(desk.props.sequence) || read(&desk.sent_key()).as_ref() == Some(&desk.stored);
    if is_next && desk.area.value() == desk.stored {
        desk.area.set_value(left);
        desk.say(desk.props.texts.restored.clone(), false, false);
    }
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
            // Typed back to what is stored, or gone with the form meanwhile.
            if !desk.borrow().is_unsent() {
                break;
            }
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
        if let Some(storage) = storage() {
            let _ = storage.set_item(&desk.sent_key(), &text);
        }
        (answer, text)
    };
    desk.borrow_mut().is_sending = true;
    let call = Box::pin(save_answer(answer));
    let result = match select(call, TimeoutFuture::new(TRY_MS)).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err(SaveFault::Unavailable),
    };
    let is_answered = settle(desk, result, text);
    let pressed = desk.borrow_mut().submitter.take();
    if let Some(submitter) = pressed {
        let form = {
            let mut desk = desk.borrow_mut();
            desk.is_over = true;
            desk.area.form()
        };
        // Without the button's value the form would go on to the next page.
        let _ = form.map(|form| form.request_submit_with_submitter(Some(&submitter)));
    }
    is_answered
}

/// What the server's answer means for the page; whether there was one.
fn settle(desk: &Shared, result: Result<SavedAnswer, SaveFault>, text: String) -> bool {
    let mut desk = desk.borrow_mut();
    desk.is_sending = false;
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

    /// What was sent last, whether or not it was acknowledged.
    fn sent_key(&self) -> String {
        format!("{}.sent", self.key())
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
            let _ = storage.remove_item(&self.sent_key());
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
