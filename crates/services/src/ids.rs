//! New ids: version 7 (in order of time) for rows, version 4 (telling nothing) for what the blind may see.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDateTime;
use uuid::{Builder, Uuid};

use crate::random::Random;

/// Counts the ids of this process: 12 bits of it stand behind the time of each (RFC 9562, 6.2, method 1).
static MADE: AtomicU64 = AtomicU64::new(0);

/// A version 7 UUID for a row made at `now`. Ids that one process makes within a millisecond stand in the order they
/// were made in, but for the one pair in 4,096 at which the count begins anew.
#[must_use]
pub fn row_uuid(now: NaiveDateTime, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let [.., high, low] = (MADE.fetch_add(1, Ordering::Relaxed) & 0xfff).to_be_bytes();
    let [first, second, ..] = &mut bytes;
    (*first, *second) = (high, low);
    let millis = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// A version 4 UUID, which tells neither time nor order.
#[must_use]
pub fn public_uuid(random: &dyn Random) -> Uuid {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid()
}
