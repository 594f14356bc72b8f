//! Rapid guessing by normative thresholds and response-time effort.

use crate::irt::responses::Responses;
use crate::linear::{count, count_u32};
use crate::matrix::ScoreMatrix;

/// Longest threshold, in seconds.
const LONGEST_THRESHOLD_S: f64 = 10.0;

/// Times from which an item's own mean is used.
const ENOUGH_TIMES: u32 = 100;

/// Words read per second for a provisional threshold (ours).
const WORDS_PER_S: f64 = 12.0;

/// Effort below which a person is flagged.
const FLAG_BELOW: f64 = 0.90;

/// The time below which an answer counts as rapid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RapidThreshold {
    /// Seconds, above 0.
    pub seconds: f64,
    /// Times it rests on.
    pub times: u32,
    /// Whether it comes from the length of the text, because there are fewer than 100 times.
    pub is_provisional: bool,
}

/// Why times cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// A time is not above 0.
    #[error("row {row}, item {item}: {seconds} s is not above 0")]
    NotPositive {
        /// Row from 0.
        row: usize,
        /// Item from 0.
        item: usize,
        /// The time.
        seconds: f64,
    },
    /// Nobody has a time on an item.
    #[error("nobody has a time on item {item}")]
    NoTime {
        /// Item from 0.
        item: usize,
    },
    /// A share is not above 0 and at most 1.
    #[error("the share {0} is not above 0 and at most 1")]
    Share(f64),
    /// A list has not one entry per item.
    #[error("{found} entries for {expected} items")]
    LengthMismatch {
        /// Items.
        expected: usize,
        /// Entries.
        found: usize,
    },
}

/// Refuses times that are not above 0.
pub(crate) fn positive(times: &ScoreMatrix) -> Result<(), TimeError> {
    for (row, own) in times.rows().enumerate() {
        for (item, seconds) in own.iter().enumerate() {
            if let Some(seconds) = seconds.filter(|seconds| *seconds <= 0.0) {
                return Err(TimeError::NotPositive { row, item, seconds });
            }
        }
    }
    Ok(())
}

/// Normative thresholds: `min(10 s, share × mean time of the item)`.
///
/// `times`: rows = people, columns = items, in seconds above 0, `None` where there is none or where an
/// assistive setting applies; `share` above 0 and at most 1, .10 by default (NT10). **Shape**: one
/// threshold per column. Below 100 times an item's threshold is provisional.
///
/// # Errors
/// [`TimeError::NotPositive`], [`TimeError::NoTime`], [`TimeError::Share`].
///
/// Source: Wise & Ma 2012. Golden test `rq_lnrt_public`.
pub fn normative_thresholds(times: &ScoreMatrix, share: f64) -> Result<Vec<RapidThreshold>, TimeError> {
    check_share(share)?;
    positive(times)?;
    (0..times.scenarios())
        .map(|item| normative(times, share, item).ok_or(TimeError::NoTime { item }))
        .collect()
}

/// The threshold of an item with few times: words of its stimulus at 12 words per second (ours), at most
/// 10 s.
#[must_use]
pub fn provisional_threshold(stimulus_words: u32) -> RapidThreshold {
    let seconds = (f64::from(stimulus_words.max(1)) / WORDS_PER_S).min(LONGEST_THRESHOLD_S);
    RapidThreshold { seconds, times: 0, is_provisional: true }
}

/// The thresholds in use: normative where an item has 100 times, by the length of its text below.
///
/// `times` and `share` as in [`normative_thresholds`]; `stimulus_words`: one number per item. Items nobody
/// has a time on are provisional too. **Shape**: one threshold per column.
///
/// # Errors
/// [`TimeError::NotPositive`], [`TimeError::Share`], [`TimeError::LengthMismatch`].
///
/// Source: Wise & Ma 2012; the provisional threshold is ours. Test `few_times_fall_back_on_the_text`.
pub fn thresholds_in_use(
    times: &ScoreMatrix,
    share: f64,
    stimulus_words: &[u32],
) -> Result<Vec<RapidThreshold>, TimeError> {
    let (expected, found) = (times.scenarios(), stimulus_words.len());
    if found != expected {
        return Err(TimeError::LengthMismatch { expected, found });
    }
    check_share(share)?;
    positive(times)?;
    let threshold = |(item, words): (usize, &u32)| match normative(times, share, item) {
        Some(limit) if !limit.is_provisional => limit,
        limit => RapidThreshold { times: limit.map_or(0, |l| l.times), ..provisional_threshold(*words) },
    };
    Ok(stimulus_words.iter().enumerate().map(threshold).collect())
}

fn check_share(share: f64) -> Result<(), TimeError> {
    if share.is_nan() || share <= 0.0 || share > 1.0 { Err(TimeError::Share(share)) } else { Ok(()) }
}

/// The normative threshold of one item, absent when nobody has a time on it.
fn normative(times: &ScoreMatrix, share: f64, item: usize) -> Option<RapidThreshold> {
    let own: Vec<f64> = times.rows().filter_map(|row| row.get(item).copied().flatten()).collect();
    if own.is_empty() {
        return None;
    }
    let mean = own.iter().sum::<f64>() / count(own.len());
    let times = count_u32(own.len());
    let seconds = LONGEST_THRESHOLD_S.min(share * mean);
    Some(RapidThreshold { seconds, times, is_provisional: times < ENOUGH_TIMES })
}

/// How much effort the times of a person show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeEffort {
    /// 1 - share of rapid answers, 0 to 1; absent without any time.
    pub effort: Option<f64>,
    /// Rapid answers.
    pub rapid: u32,
    /// Answers with a time.
    pub timed: u32,
    /// Whether effort is below .90.
    pub is_flagged: bool,
}

/// Response-time effort of each person: 1 - share of the timed answers that are rapid.
///
/// `times` as in [`normative_thresholds`], `thresholds` one per column. **Shape**: one entry per row.
/// Calibration sets rapid answers missing; scores of candidates keep them.
///
/// # Errors
/// [`TimeError::NotPositive`], [`TimeError::LengthMismatch`].
///
/// Source: Wise & Kong 2005, Appl Meas Educ 18:163-183. Golden test `rq_lnrt_public`.
pub fn time_effort(times: &ScoreMatrix, thresholds: &[RapidThreshold]) -> Result<Vec<TimeEffort>, TimeError> {
    if thresholds.len() != times.scenarios() {
        return Err(TimeError::LengthMismatch { expected: times.scenarios(), found: thresholds.len() });
    }
    positive(times)?;
    let effort = |row: &[Option<f64>]| {
        let timed =
            || row.iter().zip(thresholds).filter_map(|(time, limit)| time.map(|t| (t, limit.seconds)));
        let rapid = timed().filter(|(time, limit)| time < limit).count();
        let all = timed().count();
        let effort = (all > 0).then(|| 1.0 - count(rapid) / count(all));
        TimeEffort {
            effort,
            rapid: count_u32(rapid),
            timed: count_u32(all),
            is_flagged: effort.is_some_and(|effort| effort < FLAG_BELOW),
        }
    };
    Ok(times.rows().map(effort).collect())
}

/// The answers without the rapid ones, for calibration. Scores of candidates keep them.
///
/// `answers`: rows = people, columns = items, as in `times`. An answer without a time is kept.
///
/// # Errors
/// As [`time_effort`]; [`TimeError::LengthMismatch`] also for a table of another shape.
///
/// Source: Wise & DeMars 2006, J Educ Meas 43:19-38. Test `rapid_answers_are_left_out_of_calibration`.
pub fn answers_without_rapid(
    answers: &Responses,
    times: &ScoreMatrix,
    thresholds: &[RapidThreshold],
) -> Result<Responses, TimeError> {
    time_effort(times, thresholds)?;
    for (expected, found) in [(answers.items(), times.scenarios()), (answers.persons(), times.persons())] {
        if expected != found {
            return Err(TimeError::LengthMismatch { expected, found });
        }
    }
    let kept = |(person, row): (usize, &[Option<f64>])| -> Vec<Option<u8>> {
        let cells = row.iter().zip(thresholds).enumerate();
        cells
            .map(|(item, (time, limit))| {
                let is_rapid = time.is_some_and(|time| time < limit.seconds);
                answers.category(person, item).filter(|_| !is_rapid)
            })
            .collect()
    };
    let rows: Vec<Vec<Option<u8>>> = times.rows().enumerate().map(kept).collect();
    // The cells come from a table of the same categories.
    Responses::with_categories(answers.categories(), rows)
        .map_err(|_| TimeError::LengthMismatch { expected: answers.items(), found: times.scenarios() })
}

/// The times without the rapid ones, as the lognormal model needs them.
///
/// # Errors
/// As [`time_effort`].
pub fn without_rapid(times: &ScoreMatrix, thresholds: &[RapidThreshold]) -> Result<ScoreMatrix, TimeError> {
    time_effort(times, thresholds)?;
    let kept = |row: &[Option<f64>]| -> Vec<Option<f64>> {
        row.iter().zip(thresholds).map(|(time, limit)| time.filter(|t| *t >= limit.seconds)).collect()
    };
    let rows: Vec<Vec<Option<f64>>> = times.rows().map(kept).collect();
    ScoreMatrix::from_rows(times.scenarios(), rows)
        .map_err(|_| TimeError::LengthMismatch { expected: times.scenarios(), found: thresholds.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> ScoreMatrix {
        let rows = [[Some(30.0), Some(500.0)], [Some(2.0), Some(9.0)], [Some(28.0), None], [None, None]];
        ScoreMatrix::from_rows(2, rows).unwrap()
    }

    #[test]
    fn thresholds_and_effort_worked_by_hand() {
        let limits = normative_thresholds(&times(), 0.1).unwrap();
        let effort = time_effort(&times(), &limits).unwrap();

        // Means 20 and 254.5 s: 2 s, and 25.45 held at 10 s. A time at the threshold is not rapid.
        assert!((limits[0].seconds - 2.0).abs() < 1e-12 && limits[1].seconds == 10.0);
        assert!(limits[0].is_provisional && limits[0].times == 3);
        assert_eq!(effort.iter().map(|e| e.rapid).collect::<Vec<_>>(), [0, 1, 0, 0]);
        assert_eq!((effort[1].effort, effort[1].is_flagged), (Some(0.5), true));
        assert_eq!((effort[3].effort, effort[3].is_flagged), (None, false));
        let kept = without_rapid(&times(), &limits).unwrap();
        assert_eq!(kept.rows().nth(1).unwrap(), [Some(2.0), None]);
        assert!((provisional_threshold(60).seconds - 5.0).abs() < 1e-12);
    }

    #[test]
    fn broken_times_are_refused() {
        let zero = ScoreMatrix::from_rows(1, [[Some(0.0)]]).unwrap();
        let none = ScoreMatrix::from_rows(1, [[None::<f64>]]).unwrap();

        assert!(matches!(normative_thresholds(&zero, 0.1), Err(TimeError::NotPositive { .. })));
        assert_eq!(normative_thresholds(&none, 0.1), Err(TimeError::NoTime { item: 0 }));
        assert_eq!(normative_thresholds(&times(), 0.0), Err(TimeError::Share(0.0)));
        assert!(time_effort(&times(), &[]).is_err());
    }

    #[test]
    fn few_times_fall_back_on_the_text() {
        let row = |p: u32| [Some(f64::from(p) + 1.0), (p < 99).then_some(40.0), None];
        let times = ScoreMatrix::from_rows(3, (0..100).map(row)).unwrap();

        let limits = thresholds_in_use(&times, 0.1, &[600, 24, 600]).unwrap();

        // Mean 50.5 s; 24 words at 12 a second; 50 s held at 10.
        assert!((limits[0].seconds - 5.05).abs() < 1e-12 && !limits[0].is_provisional);
        assert_eq!((limits[1].seconds, limits[1].times, limits[1].is_provisional), (2.0, 99, true));
        assert_eq!((limits[2].seconds, limits[2].times), (10.0, 0));
        assert!(thresholds_in_use(&times, 0.1, &[600]).is_err());
        assert_eq!(thresholds_in_use(&times, f64::NAN, &[1; 3]).map_err(|_| ()), Err(()));
    }

    #[test]
    fn rapid_answers_are_left_out_of_calibration() {
        let limits = normative_thresholds(&times(), 0.1).unwrap();
        let answers = Responses::with_categories(&[3, 3], vec![[Some(2), Some(1)]; 4]).unwrap();

        let kept = answers_without_rapid(&answers, &times(), &limits).unwrap();

        assert_eq!((kept.category(1, 0), kept.category(1, 1)), (Some(2), None));
        assert_eq!(kept.category(3, 1), Some(1));
        let short = Responses::with_categories(&[3, 3], [[Some(2), Some(1)]]).unwrap();
        assert!(answers_without_rapid(&short, &times(), &limits).is_err());
    }
}
