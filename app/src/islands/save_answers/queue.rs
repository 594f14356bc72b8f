//! The answers that the server has not acknowledged: in memory and in localStorage, by attempt, until it has.

use std::collections::BTreeMap;

/// An answer on its way, and the one that was chosen since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The sequence that it was rendered from.
    pub(super) base: i32,
    /// The rating. It keeps its key until it is acknowledged, so that sending it again is harmless.
    pub(super) value: u8,
    /// The rating chosen after it was sent.
    pub(super) next: Option<u8>,
    /// Whether it has been sent: then its value stays.
    pub(super) is_sent: bool,
}

/// The queue of one attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    key: String,
    waiting: BTreeMap<i32, Waiting>,
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

impl Queue {
    /// What an attempt has left on this device.
    pub(super) fn of(attempt: &str) -> Self {
        let key = format!("egard.answers.{attempt}");
        let text = storage().and_then(|storage| storage.get_item(&key).ok().flatten()).unwrap_or_default();
        Self { waiting: parse(&text), key }
    }

    /// Puts an answer in; `base` is what the page knows of the action.
    pub(super) fn put(&mut self, item: i32, base: i32, value: u8) {
        self.waiting
            .entry(item)
            .and_modify(|waiting| {
                if waiting.is_sent {
                    waiting.next = Some(value).filter(|value| *value != waiting.value);
                } else {
                    waiting.value = value;
                }
            })
            .or_insert(Waiting { base, value, next: None, is_sent: false });
        self.keep();
    }

    /// Puts an answer in anew, rendered from another sequence.
    pub(super) fn rebase(&mut self, item: i32, base: i32) {
        if let Some(waiting) = self.waiting.get_mut(&item) {
            *waiting =
                Waiting { base, value: waiting.next.unwrap_or(waiting.value), next: None, is_sent: false };
        }
        self.keep();
    }

    /// Takes an answer out.
    pub(super) fn drop(&mut self, item: i32) {
        self.waiting.remove(&item);
        self.keep();
    }

    /// The server has it under this sequence: out it goes, or what was chosen since takes its place.
    pub(super) fn acknowledge(&mut self, item: i32, sequence: i32) {
        match self.waiting.get(&item).and_then(|waiting| waiting.next) {
            Some(value) => {
                let fresh = Waiting { base: sequence, value, next: None, is_sent: false };
                self.waiting.insert(item, fresh);
            }
            None => {
                self.waiting.remove(&item);
            }
        }
        self.keep();
    }

    /// The first answer that may be sent.
    pub(super) fn first(&mut self, held_back: &[i32]) -> Option<(i32, Waiting)> {
        let found = self.waiting.iter_mut().find(|(item, _)| !held_back.contains(item));
        let sent = found.map(|(item, waiting)| {
            waiting.is_sent = true;
            (*item, *waiting)
        });
        if sent.is_some() {
            self.keep();
        }
        sent
    }

    /// What waits for an action.
    pub(super) fn get(&self, item: i32) -> Option<Waiting> {
        self.waiting.get(&item).copied()
    }

    /// The actions that wait.
    pub(super) fn items(&self) -> Vec<i32> {
        self.waiting.keys().copied().collect()
    }

    fn keep(&self) {
        let Some(storage) = storage() else { return };
        // A full or forbidden storage leaves the queue in memory; the form's post still carries everything.
        let _ = if self.waiting.is_empty() {
            storage.remove_item(&self.key)
        } else {
            storage.set_item(&self.key, &written(&self.waiting))
        };
    }
}

/// `item:base:value:next:sent`, joined by semicolons.
fn written(waiting: &BTreeMap<i32, Waiting>) -> String {
    let parts: Vec<String> = waiting
        .iter()
        .map(|(item, w)| {
            let (next, sent) = (w.next.unwrap_or(0), u8::from(w.is_sent));
            format!("{item}:{}:{}:{next}:{sent}", w.base, w.value)
        })
        .collect();
    parts.join(";")
}

fn parse(text: &str) -> BTreeMap<i32, Waiting> {
    let mut waiting = BTreeMap::new();
    for part in text.split(';') {
        let numbers: Vec<i32> = part.split(':').filter_map(|number| number.parse().ok()).collect();
        let [item, base, value, next, sent] = numbers.as_slice() else { continue };
        let rating = |number: i32| u8::try_from(number).ok().filter(|value| (1..=4).contains(value));
        if let Some(value) = rating(*value) {
            waiting.insert(*item, Waiting { base: *base, value, next: rating(*next), is_sent: *sent == 1 });
        }
    }
    waiting
}
