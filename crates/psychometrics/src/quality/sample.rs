//! Flags of the people at the far end of a sample, for indicators without a fixed cut.

use crate::descriptive::quantile_of_sorted;
use crate::linear::count_u32;

/// Fewest people with a value before a percentile is used.
const ENOUGH_PEOPLE: u32 = 100;

/// The far end that is flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Below the 1st percentile: variability of the answers.
    Low,
    /// Above the 99th percentile: even-odd inconsistency (ours, as for variability).
    High,
}

/// Flags of a sample and the limit used.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleFlags {
    /// The percentile (type 7); absent below 100 people, where nobody is flagged.
    pub limit: Option<f64>,
    /// One entry per person: beyond the limit, or not; `None` without a value or a limit.
    pub people: Vec<Option<bool>>,
}

/// Who is strictly beyond the 1st or 99th percentile of a sample. About 1 % of any sample is: one flag
/// changes nothing.
///
/// `values`: one per person, `None` where the indicator could not be computed; a value that is not finite
/// counts as none.
///
/// Source: Dunn, Heggestad, Shanock & Theilgard 2018 (variability). Test
/// `one_in_a_hundred_is_beyond_the_limit`.
#[must_use]
pub fn sample_flags(values: &[Option<f64>], tail: Tail) -> SampleFlags {
    let known = |value: &Option<f64>| value.filter(|v| v.is_finite());
    let mut sorted: Vec<f64> = values.iter().filter_map(known).collect();
    sorted.sort_by(f64::total_cmp);
    let numerator = match tail {
        Tail::Low => 1,
        Tail::High => 99,
    };
    let limit =
        quantile_of_sorted(&sorted, numerator, 100).filter(|_| count_u32(sorted.len()) >= ENOUGH_PEOPLE);
    let is_beyond = |value: &Option<f64>| {
        let (value, limit) = known(value).zip(limit)?;
        Some(match tail {
            Tail::Low => value < limit,
            Tail::High => value > limit,
        })
    };
    SampleFlags { limit, people: values.iter().map(is_beyond).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_is_beyond_the_limit() {
        let values: Vec<Option<f64>> =
            (0..=200).map(|k| Some(f64::from(k))).chain([None, Some(f64::NAN)]).collect();

        let low = sample_flags(&values, Tail::Low);
        let high = sample_flags(&values, Tail::High);

        assert_eq!((low.limit, high.limit), (Some(2.0), Some(198.0)));
        let flagged = |found: &SampleFlags| found.people.iter().filter(|f| **f == Some(true)).count();
        assert_eq!((flagged(&low), flagged(&high)), (2, 2));
        assert_eq!(low.people[201..], [None, None]);
        let few = sample_flags(&values[..99], Tail::Low);
        assert_eq!((few.limit, flagged(&few)), (None, 0));
        let same = sample_flags(&vec![Some(1.0); 150], Tail::Low);
        assert_eq!(flagged(&same), 0);
    }
}
