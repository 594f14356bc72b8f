//! Growing delays: counts failures by subject and says how long to wait.
//!
//! A subject (a typed e-mail, a network address) is stored as an HMAC under the current secret only. Rotating the
//! secret forgets every delay, which does no harm.

use chrono::{Duration, NaiveDateTime};
use store::conn::DbConn;
use store::repo::throttles::{self, ThrottleRow};

use crate::error::ServiceError;
use crate::secrets::{Purpose, SecretRing, encode_hex};
use crate::state::Tx;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThrottleKind {
    /// Sign-ins that failed for a typed e-mail, whether it has an account or not.
    LoginEmail,
    /// Sign-ins that failed from an address. An office shares one, so it may fail more often.
    LoginAddress,
    /// Links opened from an address that lead nowhere.
    UnknownToken,
    /// Sign-ups by one open link from an address: a test room shares one.
    SignUp,
    /// Lost links asked for.
    LostLink,
}

/// When a kind begins to wait, and how long.
struct Policy {
    /// Failures in a window that cost nothing.
    free: i32,
    /// After how long a counter begins anew.
    window: Duration,
    /// The first wait in seconds; each further failure doubles it.
    first_wait_s: i64,
    /// The longest wait in seconds.
    longest_wait_s: i64,
}

impl ThrottleKind {
    /// The code as stored.
    const fn code(self) -> &'static str {
        match self {
            Self::LoginEmail => "login_email",
            Self::LoginAddress => "login_address",
            Self::UnknownToken => "unknown_token",
            Self::SignUp => "sign_up",
            Self::LostLink => "lost_link",
        }
    }

    const fn policy(self) -> Policy {
        match self {
            // About a hundred guesses a day at most, and nobody is kept out of their own account for long.
            Self::LoginEmail => {
                Policy { free: 4, window: Duration::hours(24), first_wait_s: 2, longest_wait_s: 900 }
            }
            Self::LoginAddress => {
                Policy { free: 19, window: Duration::hours(24), first_wait_s: 2, longest_wait_s: 300 }
            }
            Self::UnknownToken => {
                Policy { free: 29, window: Duration::hours(1), first_wait_s: 2, longest_wait_s: 300 }
            }
            // Two hundred an hour; what comes on top waits for the next hour.
            Self::SignUp => {
                Policy { free: 199, window: Duration::hours(1), first_wait_s: 3_600, longest_wait_s: 3_600 }
            }
            Self::LostLink => {
                Policy { free: 4, window: Duration::hours(1), first_wait_s: 60, longest_wait_s: 3_600 }
            }
        }
    }
}

/// Refuses a subject that has to wait.
///
/// # Errors
/// [`ServiceError::Throttled`] with the seconds left.
pub(crate) fn check(
    conn: &mut DbConn,
    secrets: &SecretRing,
    kind: ThrottleKind,
    subject: &str,
    now: NaiveDateTime,
) -> Result<(), ServiceError> {
    let row = throttles::find(conn, kind.code(), &subject_hash(secrets, kind, subject)?)?;
    row.map_or(Ok(()), |row| refuse_while_blocked(&row, now))
}

/// Counts a failure (or, for limits such as sign-ups, a use).
///
/// # Errors
/// [`ServiceError`] when the database cannot be asked.
pub(crate) fn record_failure(
    tx: &mut Tx<'_>,
    secrets: &SecretRing,
    kind: ThrottleKind,
    subject: &str,
) -> Result<(), ServiceError> {
    let hash = subject_hash(secrets, kind, subject)?;
    let row = throttles::lock(tx.conn, kind.code(), &hash, tx.now)?;
    Ok(throttles::store(tx.conn, &counted(kind, row, tx.now))?)
}

/// Refuses a subject that has to wait, and counts one failure at once if it has not: whoever then succeeds takes it
/// back with [`clear`] or [`forgive`]. So tries sent side by side cannot all pass before the first is counted.
///
/// # Errors
/// [`ServiceError::Throttled`] with the seconds left.
pub(crate) fn check_and_count(
    tx: &mut Tx<'_>,
    secrets: &SecretRing,
    kind: ThrottleKind,
    subject: &str,
) -> Result<(), ServiceError> {
    let hash = subject_hash(secrets, kind, subject)?;
    let row = throttles::lock(tx.conn, kind.code(), &hash, tx.now)?;
    refuse_while_blocked(&row, tx.now)?;
    Ok(throttles::store(tx.conn, &counted(kind, row, tx.now))?)
}

/// Forgets the failures of a subject.
///
/// # Errors
/// [`ServiceError`] when the database cannot be asked.
pub(crate) fn clear(
    tx: &mut Tx<'_>,
    secrets: &SecretRing,
    kind: ThrottleKind,
    subject: &str,
) -> Result<(), ServiceError> {
    Ok(throttles::delete(tx.conn, kind.code(), &subject_hash(secrets, kind, subject)?)?)
}

/// Takes back one counted failure and the wait it brought. Not all of them: one good account must not wash clean the
/// address that guesses at others.
///
/// # Errors
/// [`ServiceError`] when the database cannot be asked.
pub(crate) fn forgive(
    tx: &mut Tx<'_>,
    secrets: &SecretRing,
    kind: ThrottleKind,
    subject: &str,
) -> Result<(), ServiceError> {
    let hash = subject_hash(secrets, kind, subject)?;
    let row = throttles::lock(tx.conn, kind.code(), &hash, tx.now)?;
    let failures = row.failures.saturating_sub(1).max(0);
    Ok(throttles::store(tx.conn, &ThrottleRow { failures, blocked_until: tx.now, ..row })?)
}

/// Forgets counters that nobody needs any more; how many there were.
///
/// # Errors
/// [`ServiceError`] when the database cannot be asked.
pub(crate) fn forget_old(tx: &mut Tx<'_>) -> Result<usize, ServiceError> {
    let before = tx.now - Duration::hours(48);
    Ok(throttles::delete_old(tx.conn, before)?)
}

fn refuse_while_blocked(row: &ThrottleRow, now: NaiveDateTime) -> Result<(), ServiceError> {
    if row.blocked_until <= now {
        return Ok(());
    }
    let left_ms = (row.blocked_until - now).num_milliseconds();
    let retry_after_s = u64::try_from(left_ms).unwrap_or(0).div_ceil(1_000).max(1);
    Err(ServiceError::Throttled { retry_after_s })
}

/// The counter after one more failure.
fn counted(kind: ThrottleKind, row: ThrottleRow, now: NaiveDateTime) -> ThrottleRow {
    let policy = kind.policy();
    let is_over = row.window_started_at + policy.window <= now && row.blocked_until <= now;
    let (started, before) = if is_over { (now, 0) } else { (row.window_started_at, row.failures) };
    let failures = before.saturating_add(1);
    let wait = Duration::seconds(wait_s(&policy, failures));
    ThrottleRow { failures, window_started_at: started, blocked_until: now + wait, ..row }
}

fn wait_s(policy: &Policy, failures: i32) -> i64 {
    let Ok(doublings) = u32::try_from(failures - policy.free - 1) else { return 0 };
    let factor = 2_i64.checked_pow(doublings).unwrap_or(i64::MAX);
    policy.first_wait_s.saturating_mul(factor).min(policy.longest_wait_s)
}

fn subject_hash(secrets: &SecretRing, kind: ThrottleKind, subject: &str) -> Result<String, ServiceError> {
    let message = format!("{}\0{subject}", kind.code());
    secrets
        .mac(secrets.current_id(), Purpose::Throttle, message.as_bytes())
        .map(|mac| encode_hex(&mac))
        .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(kind: ThrottleKind, failures: i32) -> i64 {
        wait_s(&kind.policy(), failures)
    }

    #[test]
    fn the_fifth_failure_of_an_email_begins_to_wait_and_each_doubles_it() {
        let waits: Vec<i64> = (1..=9).map(|failures| waits(ThrottleKind::LoginEmail, failures)).collect();

        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8, 16, 32]);
    }

    #[test]
    fn no_wait_is_longer_than_its_limit() {
        assert_eq!(waits(ThrottleKind::LoginEmail, 1_000), 900);
        assert_eq!(waits(ThrottleKind::LoginAddress, i32::MAX), 300);
    }

    #[test]
    fn a_test_room_of_two_hundred_signs_up_within_the_hour() {
        assert_eq!(waits(ThrottleKind::SignUp, 199), 0);
        assert_eq!(waits(ThrottleKind::SignUp, 200), 3_600);
    }
}
