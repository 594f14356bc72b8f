//! What happened around the answers: focus lost, text pasted, several tabs, another address.
//!
//! Evidence beside the flags for a human review. The notice lists every logged event; an event is no
//! proof of anything.

use crate::linear::count_u32;

/// The kinds of events logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// The page lost the focus.
    FocusLost,
    /// Text was pasted.
    Paste,
    /// The test was open in several tabs.
    SeveralTabs,
    /// The network address changed.
    AddressChanged,
}

impl EventKind {
    /// All kinds, in order.
    pub const ALL: [Self; 4] = [Self::FocusLost, Self::Paste, Self::SeveralTabs, Self::AddressChanged];
}

/// One event of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Since the start of the attempt.
    pub at_ms: u64,
    /// How long it lasted, 0 for a moment.
    pub duration_ms: u64,
    /// The item (from 0) on the screen, if any.
    pub item: Option<usize>,
}

/// How often and how long events of one kind happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSummary {
    /// The kind.
    pub kind: EventKind,
    /// Events.
    pub times: u32,
    /// Their durations together; saturates.
    pub total_ms: u64,
    /// The items concerned, each once, in order.
    pub items: Vec<usize>,
}

/// The events of an attempt by kind, always all kinds, so that a view looks the same for everybody.
///
/// `switched_off`: kinds that an accommodation switches off; they count 0 whatever was logged.
///
/// Source: psychometrics.md section 8. Test `events_are_counted_by_kind`.
#[must_use]
pub fn event_summaries(events: &[Event], switched_off: &[EventKind]) -> Vec<EventSummary> {
    let summary = |kind: EventKind| {
        let own = || events.iter().filter(move |e| e.kind == kind && !switched_off.contains(&kind));
        let mut items: Vec<usize> = own().filter_map(|event| event.item).collect();
        items.sort_unstable();
        items.dedup();
        EventSummary {
            kind,
            times: count_u32(own().count()),
            total_ms: own().fold(0, |sum: u64, event| sum.saturating_add(event.duration_ms)),
            items,
        }
    };
    EventKind::ALL.into_iter().map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_by_kind() {
        let event = |kind, at_ms, duration_ms, item| Event { kind, at_ms, duration_ms, item };
        let events = [
            event(EventKind::FocusLost, 100, 40, Some(3)),
            event(EventKind::Paste, 150, 0, Some(4)),
            event(EventKind::FocusLost, 900, u64::MAX, Some(1)),
            event(EventKind::FocusLost, 950, 10, None),
        ];

        let found = event_summaries(&events, &[EventKind::Paste]);

        assert_eq!(found.iter().map(|s| s.times).collect::<Vec<_>>(), [3, 0, 0, 0]);
        assert_eq!((found[0].total_ms, &found[0].items[..]), (u64::MAX, &[1, 3][..]));
        assert_eq!(event_summaries(&[], &[]).len(), 4);
    }
}
