//! What drives the line in a browser: listens to the form, sends, retries, asks.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlElement, HtmlFormElement, HtmlInputElement, SubmitEvent};

use super::queue::Queue;
use super::{KnownAnswer, Line, Offer, SaveProps, Tone};
use crate::actions::save_answer::{AnswerToSave, SaveFault, SavedAnswer, save_answer};

/// How long one try may take.
const TRY_MS: u32 = 15_000;
/// The first wait after a failure; each further failure doubles it.
const FIRST_WAIT_MS: u32 = 1_000;
/// The longest wait.
const LONGEST_WAIT_MS: u32 = 30_000;
/// A wait is cut in slices, so that the network's return or a pressed button ends it.
const SLICE_MS: u32 = 200;

/// A choice that the candidate is asked to make.
#[derive(Clone, Copy)]
struct Question {
    item: i32,
    /// The sequence of what the server holds.
    sequence: i32,
    /// What it holds.
    value: u8,
}

struct Desk {
    props: SaveProps,
    line: Line,
    form: HtmlFormElement,
    queue: Queue,
    question: Option<Question>,
    /// Actions that a choice is open for.
    held_back: Vec<i32>,
    /// Whether sending goes on.
    is_sending: bool,
    /// Whether the server takes nothing from this page any more.
    is_over: bool,
    /// Ends a wait.
    is_woken: bool,
    /// The button that was pressed while answers were on their way.
    submitter: Option<HtmlElement>,
    /// Tries that have failed since it was pressed.
    failures_since_press: u32,
    last_saved_ms: i64,
}

type Shared = Rc<RefCell<Desk>>;

/// Starts the island on the form of the page.
pub(super) fn start(props: SaveProps, line: Line) {
    let form = document().get_element_by_id("answers").and_then(|form| form.dyn_into().ok());
    let Some(form): Option<HtmlFormElement> = form else { return };
    let queue = Queue::of(&props.attempt);
    let desk = Rc::new(RefCell::new(Desk {
        props,
        line,
        form,
        queue,
        question: None,
        held_back: Vec::new(),
        is_sending: false,
        is_over: false,
        is_woken: false,
        submitter: None,
        failures_since_press: 0,
        last_saved_ms: 0,
    }));
    take_up(&desk);
    listen(&desk);
    let answering = Rc::clone(&desk);
    Effect::new(move |_| {
        if let Some(keep_here) = line.chosen.get() {
            line.chosen.set(None);
            decide(&answering, keep_here);
        }
    });
    send_all(&desk);
}

/// What an earlier visit has left on this device: shown again, and sent under the epoch of this page.
fn take_up(desk: &Shared) {
    let mut desk = desk.borrow_mut();
    for item in desk.queue.items() {
        let Some(waiting) = desk.queue.get(item) else { continue };
        let Some(known) = desk.known(item) else { continue };
        let wanted = waiting.next.unwrap_or(waiting.value);
        if known.value == wanted {
            desk.queue.drop(item);
        } else {
            desk.show(item, wanted);
            // Sent by this device and stored: what was chosen since is rendered from it.
            if waiting.next.is_some() && known.value == waiting.value {
                desk.queue.rebase(item, known.sequence);
            }
        }
    }
}

fn listen(desk: &Shared) {
    let form = desk.borrow().form.clone();
    let changed = Rc::clone(desk);
    on(&form, "change", move |event| change(&changed, &event));
    let submitted = Rc::clone(desk);
    on(&form, "submit", move |event| submit(&submitted, &event));
    let online = Rc::clone(desk);
    on(&window(), "online", move |_| {
        online.borrow_mut().is_woken = true;
        send_all(&online);
    });
}

fn on(target: &web_sys::EventTarget, name: &str, run: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(run);
    // Fails only for a name that is not one of an event.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    // The page is left before the island is.
    closure.forget();
}

fn change(desk: &Shared, event: &Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let item = input.name().strip_prefix('v').and_then(|number| number.parse::<i32>().ok());
    let (Some(item), Ok(value)) = (item, input.value().parse::<u8>()) else { return };
    {
        let mut desk = desk.borrow_mut();
        if desk.is_over {
            return;
        }
        let base = desk.known(item).map_or(0, |known| known.sequence);
        desk.queue.put(item, base, value);
        if desk.question.is_none() {
            desk.say_saving();
        }
    }
    send_all(desk);
}

/// A pressed button waits for what is on its way, for as long as that goes well. Pressed again, the form goes by itself:
/// it carries every answer of the page.
fn submit(desk: &Shared, event: &Event) {
    let mut desk = desk.borrow_mut();
    if desk.is_over || !desk.has_unsent() || desk.submitter.is_some() || desk.question.is_some() {
        return;
    }
    let Some(event) = event.dyn_ref::<SubmitEvent>() else { return };
    if let Some(submitter) = event.submitter() {
        event.prevent_default();
        desk.submitter = Some(submitter);
        desk.failures_since_press = 0;
        desk.is_woken = true;
        desk.say(desk.props.texts.retrying.clone(), Tone::Neutral);
    }
}

fn send_all(desk: &Shared) {
    if std::mem::replace(&mut desk.borrow_mut().is_sending, true) {
        return;
    }
    let desk = Rc::clone(desk);
    spawn_local(async move {
        send_until_empty(&desk).await;
        desk.borrow_mut().is_sending = false;
    });
}

async fn send_until_empty(desk: &Shared) {
    let mut failures: u32 = 0;
    while let Some(answer) = next_answer(desk) {
        match send(answer.clone()).await {
            Ok(saved) => {
                failures = 0;
                acknowledged(desk, answer.item, saved);
            }
            Err(SaveFault::Unavailable) => {
                failures = failures.saturating_add(1);
                {
                    let mut desk = desk.borrow_mut();
                    desk.is_woken = false;
                    desk.failures_since_press = desk.failures_since_press.saturating_add(1);
                    // The button was pressed into a lost connection: pressing it again sends the form itself.
                    if desk.failures_since_press > 2 {
                        desk.submitter = None;
                    }
                    desk.say(desk.props.texts.not_saved.clone(), Tone::Care);
                }
                wait(desk, failures).await;
            }
            Err(fault) => refused(desk, answer.item, fault),
        }
    }
    finish_submit(desk);
}

fn next_answer(desk: &Shared) -> Option<AnswerToSave> {
    let mut desk = desk.borrow_mut();
    if desk.is_over {
        return None;
    }
    let held_back = desk.held_back.clone();
    let (item, waiting) = desk.queue.first(&held_back)?;
    Some(AnswerToSave {
        attempt: desk.props.attempt.clone(),
        epoch: desk.props.epoch,
        language: desk.props.language.clone(),
        item,
        base: waiting.base,
        value: waiting.value,
        text: None,
    })
}

async fn send(answer: AnswerToSave) -> Result<SavedAnswer, SaveFault> {
    let call = Box::pin(save_answer(answer));
    match select(call, TimeoutFuture::new(TRY_MS)).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err(SaveFault::Unavailable),
    }
}

/// Waits longer after each failure, by a different length on each device, so that many do not come back at once.
async fn wait(desk: &Shared, failures: u32) {
    let doubled = FIRST_WAIT_MS.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let longest = f64::from(doubled.min(LONGEST_WAIT_MS));
    let mut left = longest * (0.5 + js_sys::Math::random() / 2.0);
    while left > 0.0 && !desk.borrow().is_woken {
        TimeoutFuture::new(SLICE_MS).await;
        left -= f64::from(SLICE_MS);
    }
}

fn acknowledged(desk: &Shared, item: i32, saved: SavedAnswer) {
    let mut desk = desk.borrow_mut();
    desk.learn(item, saved.sequence);
    desk.queue.acknowledge(item, saved.sequence);
    desk.last_saved_ms = desk.last_saved_ms.max(saved.at_ms);
    if desk.question.is_none() && !desk.has_unsent() {
        desk.say_saved();
    }
}

fn refused(desk: &Shared, item: i32, fault: SaveFault) {
    let mut desk = desk.borrow_mut();
    let texts = desk.props.texts.clone();
    match fault {
        SaveFault::Conflict { value, sequence } => {
            desk.held_back.push(item);
            desk.submitter = None;
            // Answers of other pages are asked about there.
            if desk.known(item).is_some() && desk.question.is_none() {
                desk.ask(Question { item, sequence, value });
            }
            return;
        }
        SaveFault::TakenOver => {
            desk.say(texts.taken_over, Tone::Care);
            desk.line.offer.set(Offer::Post(texts.take_over));
        }
        SaveFault::Closed => desk.say(texts.closed, Tone::Care),
        SaveFault::LinkNeeded | SaveFault::OtherAttempt => desk.say(texts.link_needed, Tone::Care),
        SaveFault::Refused | SaveFault::Together(_) | SaveFault::Unavailable => {
            desk.queue.drop(item);
            desk.say(texts.refused, Tone::Care);
            return;
        }
    }
    desk.is_over = true;
    desk.submitter = None;
}

/// The candidate has chosen between two values.
fn decide(desk: &Shared, keep_here: bool) {
    {
        let mut desk = desk.borrow_mut();
        let Some(question) = desk.question.take() else { return };
        desk.line.offer.set(Offer::Nothing);
        desk.held_back.retain(|item| *item != question.item);
        desk.learn(question.item, question.sequence);
        if keep_here {
            desk.queue.rebase(question.item, question.sequence);
            desk.say_saving();
        } else {
            desk.queue.drop(question.item);
            desk.show(question.item, question.value);
            desk.say_saved();
        }
    }
    send_all(desk);
}

/// Everything is stored: the button that was pressed does what it says.
fn finish_submit(desk: &Shared) {
    let (form, submitter) = {
        let mut desk = desk.borrow_mut();
        if desk.has_unsent() && !desk.is_over {
            return;
        }
        (desk.form.clone(), desk.submitter.take())
    };
    if let Some(submitter) = submitter {
        // Without the button's value the form would go on to the next page.
        let _ = form.request_submit_with_submitter(Some(&submitter));
    }
}

impl Desk {
    /// Whether something waits that no choice is open for.
    fn has_unsent(&self) -> bool {
        self.queue.items().iter().any(|item| !self.held_back.contains(item))
    }

    fn known(&self, item: i32) -> Option<KnownAnswer> {
        self.props.answers.iter().find(|known| known.item == item).copied()
    }

    /// The server holds this sequence now: the next save, and the form's own post, are rendered from it.
    fn learn(&mut self, item: i32, sequence: i32) {
        if let Some(known) = self.props.answers.iter_mut().find(|known| known.item == item) {
            known.sequence = sequence;
        }
        if let Some(base) = self.input(&format!("input[name='b{item}']")) {
            base.set_value(&sequence.to_string());
        }
    }

    fn show(&self, item: i32, value: u8) {
        if let Some(radio) = self.input(&format!("input[name='v{item}'][value='{value}']")) {
            radio.set_checked(true);
        }
    }

    fn input(&self, selector: &str) -> Option<HtmlInputElement> {
        self.form.query_selector(selector).ok().flatten()?.dyn_into().ok()
    }

    fn say(&self, words: String, tone: Tone) {
        self.line.words.set(words);
        self.line.tone.set(tone);
    }

    fn say_saving(&self) {
        self.say(self.props.texts.saving.clone(), Tone::Neutral);
    }

    fn say_saved(&self) {
        let total = self.props.answers.len();
        let given = self
            .props
            .answers
            .iter()
            .filter(|known| self.input(&format!("input[name='v{}']:checked", known.item)).is_some())
            .count();
        let texts = &self.props.texts;
        let words = match given {
            // What was sent had waited since another page.
            0 => &texts.saved_elsewhere,
            1 => &texts.saved_one,
            _ => &texts.saved_many,
        };
        let words = words
            .replace("{n}", &given.to_string())
            .replace("{total}", &total.to_string())
            .replace("{time}", &self.time_of_day());
        self.say(words, Tone::Kept);
    }

    fn time_of_day(&self) -> String {
        let minutes = (self.last_saved_ms / 60_000 + self.props.offset_minutes).rem_euclid(1_440);
        let (hour, minute) = (minutes / 60, minutes % 60);
        self.props
            .texts
            .hour_format
            .replace("{hh}", &format!("{hour:02}"))
            .replace("{h}", &hour.to_string())
            .replace("{mm}", &format!("{minute:02}"))
    }

    fn ask(&mut self, question: Question) {
        self.question = Some(question);
        let step = |value: u8| {
            let index = usize::from(value).checked_sub(1);
            index.and_then(|index| self.props.texts.steps.get(index)).cloned().unwrap_or_default()
        };
        let waiting = self.queue.get(question.item);
        let here = step(waiting.map_or(0, |waiting| waiting.next.unwrap_or(waiting.value)));
        let texts = &self.props.texts;
        self.say(texts.conflict.clone(), Tone::Care);
        self.line.offer.set(Offer::Choice(
            texts.keep_here.replace("{value}", &here),
            texts.keep_stored.replace("{value}", &step(question.value)),
        ));
    }
}
