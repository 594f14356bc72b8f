//! New ids: version 7 (in order of time) for rows, version 4 (telling nothing) for what the blind may see.

use chrono::NaiveDateTime;
use uuid::{Builder, Uuid};

use crate::random::Random;

/// A version 7 UUID for a row made at `now`.
#[must_use]
pub fn row_uuid(now: NaiveDateTime, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
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
