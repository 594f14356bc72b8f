//! How long people take: the median of a campaign's finishers, told from some number of them on.

use psychometrics::descriptive::describe;
use store::conn::DbConn;
use store::repo::attempts;

use crate::error::ServiceError;

/// The median time of a campaign's finishers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Median {
    /// Whole minutes, rounded to the nearest, at least 1.
    pub minutes: i64,
    /// Finishers.
    pub finishers: i64,
}

/// The median of a campaign; nothing while fewer than `fewest` have finished.
pub(crate) fn median_of(
    conn: &mut DbConn,
    campaign: &str,
    fewest: i64,
) -> Result<Option<Median>, ServiceError> {
    let finishers = attempts::count_timed(conn, campaign)?;
    if finishers < fewest {
        return Ok(None);
    }
    let middle = attempts::middle_active_ms(conn, campaign, finishers)?;
    let minutes: Vec<f64> = middle.into_iter().filter_map(minutes_of).collect();
    let Ok(middle) = describe(&minutes) else { return Ok(None) };
    Ok(Some(Median { minutes: rounded(middle.mean), finishers }))
}

fn minutes_of(ms: i64) -> Option<f64> {
    u32::try_from(ms.max(0)).ok().map(|ms| f64::from(ms) / 60_000.0)
}

/// Times at work are below 50 days, so the whole number is small.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "minutes of a u32 of milliseconds"
)]
fn rounded(minutes: f64) -> i64 {
    (minutes.round() as i64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded_to_the_nearest() {
        let cases = [(0, 1), (29_000, 1), (89_000, 1), (91_000, 2), (1_299_600, 22)];
        for (ms, expected) in cases {
            assert_eq!(minutes_of(ms).map(rounded), Some(expected), "{ms} ms");
        }
    }
}
