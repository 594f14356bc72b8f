//! The time, as a port: the system's, or one that a test moves by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};

/// Tells the time in UTC, cut to microseconds (what both databases keep).
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> NaiveDateTime;
}

/// The clock of the machine.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> NaiveDateTime {
        cut_to_micros(Utc::now())
    }
}

/// A clock that stands where it was put: for tests and for the simulation of demonstration data.
#[derive(Debug)]
pub struct HandClock {
    micros: AtomicI64,
}

impl HandClock {
    /// A clock that stands at `now` (UTC).
    #[must_use]
    pub fn at(now: NaiveDateTime) -> Self {
        Self { micros: AtomicI64::new(now.and_utc().timestamp_micros()) }
    }

    /// Puts the clock to `now` (UTC).
    pub fn set(&self, now: NaiveDateTime) {
        self.micros.store(now.and_utc().timestamp_micros(), Ordering::SeqCst);
    }

    /// `moment`, or now when it has passed already: a clock that is set to this never goes back.
    #[must_use]
    pub fn now_or_later(&self, moment: NaiveDateTime) -> NaiveDateTime {
        self.now().max(moment)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: chrono::Duration) {
        self.micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> NaiveDateTime {
        DateTime::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).unwrap_or_default().naive_utc()
    }
}

fn cut_to_micros(now: DateTime<Utc>) -> NaiveDateTime {
    DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now).naive_utc()
}
