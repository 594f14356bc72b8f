//! The frozen distribution of a comparison group, and where one score stands in it.
//!
//! Counts of whole points and nothing else: no score keeps its person, so that nobody has to be taken out of it. Who is
//! in a group, and whether it is named and dated, is the caller's.

use crate::descriptive::quantile_of_sorted;
use crate::fairness::suppression::LEAST_CELL;
use crate::linear::count_u32;

/// Fewest people of a comparison group (decisions.md "People's data").
pub const FEWEST_COMPARED: u32 = 30;

/// Fewest people of a group for a percentile (decisions.md "People's data").
pub const FEWEST_FOR_PERCENTILES: u32 = 100;

/// Whole points from 0 to 100.
const POINTS: usize = 101;

/// Whole points in one bin of [`ScoreCounts::bins`].
const BIN_WIDTH: usize = 5;

/// How many people have which score, in whole points from 0 to 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreCounts {
    counts: Vec<u32>,
}

/// Why counts cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NormError {
    /// A score is not a number from 0 to 100.
    #[error("a score is not from 0 to 100")]
    OutOfRange,
    /// There are not 101 counts, or their sum is too large.
    #[error("not the counts of 101 whole points")]
    Shape,
}

/// The percentile rank of a score, with those of the limits of its interval; each 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PercentileReading {
    /// Of the score.
    pub at: f64,
    /// Of its lower 95 % limit.
    pub low: f64,
    /// Of its upper 95 % limit.
    pub high: f64,
}

/// The quartiles of a group, in whole points or between two of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quartiles {
    /// Lower quartile, type 7.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile, type 7.
    pub q3: f64,
}

/// One bin of five whole points; the last holds 95 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// Its lowest whole point.
    pub low: u32,
    /// Its highest.
    pub high: u32,
    /// How many people; nothing when that would tell of too few.
    pub n: Option<u32>,
}

impl ScoreCounts {
    /// The counts of some scores, each rounded to the whole point that pages show (halves away from 0).
    ///
    /// `scores`: 0 to 100, any order.
    ///
    /// # Errors
    /// [`NormError::OutOfRange`].
    ///
    /// Test `counts_are_of_the_whole_points_that_pages_show`.
    pub fn of(scores: &[f64]) -> Result<Self, NormError> {
        let mut counts = vec![0_u32; POINTS];
        for score in scores {
            let cell = whole_point(*score).and_then(|point| counts.get_mut(point));
            *cell.ok_or(NormError::OutOfRange)? += 1;
        }
        Ok(Self { counts })
    }

    /// Counts that were kept.
    ///
    /// # Errors
    /// [`NormError::Shape`] unless there are 101 of them with a sum that is a number of people.
    pub fn from_counts(counts: Vec<u32>) -> Result<Self, NormError> {
        let sum = counts.iter().try_fold(0_u32, |sum, count| sum.checked_add(*count));
        if counts.len() == POINTS && sum.is_some() { Ok(Self { counts }) } else { Err(NormError::Shape) }
    }

    /// The counts of 0 to 100 points, to be kept.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// People in the group.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// The mid-percentile rank of a score: 100 × (people below + half of those with the same whole score) / people,
    /// 0 to 100. Absent below 100 people, and for what is no score.
    ///
    /// It says where a score stands in this group, not how good it is; two people may not be compared by it.
    ///
    /// Source: Crawford, Garthwaite & Slick 2009, Clin Neuropsychol 23:1173-1195 (definition of the percentile rank with half
    /// of the ties). Test `mid_percentiles_worked_by_hand`.
    #[must_use]
    pub fn mid_percentile(&self, score: f64) -> Option<f64> {
        let n = self.n();
        let point = whole_point(score)?;
        if n < FEWEST_FOR_PERCENTILES {
            return None;
        }
        let below: u32 = self.counts.iter().take(point).sum();
        let same = self.counts.get(point)?;
        Some(100.0 * (f64::from(below) + f64::from(*same) / 2.0) / f64::from(n))
    }

    /// The percentile rank of a score and of the limits of its 95 % interval (from its standard error of measurement):
    /// the uncertainty of the person's score, not that of the group.
    ///
    /// `low`, `score`, `high`: 0 to 100, in this order. Absent below 100 people.
    ///
    /// Source: decisions.md "People's data"; as [`Self::mid_percentile`], which does not fall as the score rises.
    /// Test `a_reading_spans_the_interval`.
    #[must_use]
    pub fn reading(&self, low: f64, score: f64, high: f64) -> Option<PercentileReading> {
        let at = |value| self.mid_percentile(value);
        Some(PercentileReading { at: at(score)?, low: at(low)?, high: at(high)? })
    }

    /// The quartiles of the whole points. Absent below 100 people: they are percentiles.
    ///
    /// Source: Hyndman & Fan 1996, type 7. Test `quartiles_are_percentiles`.
    #[must_use]
    pub fn quartiles(&self) -> Option<Quartiles> {
        if self.n() < FEWEST_FOR_PERCENTILES {
            return None;
        }
        let sorted: Vec<f64> = (0_u32..)
            .zip(&self.counts)
            .flat_map(|(point, n)| std::iter::repeat_n(f64::from(point), usize::try_from(*n).unwrap_or(0)))
            .collect();
        let at = |quarter| quantile_of_sorted(&sorted, quarter, 4);
        Some(Quartiles { q1: at(1)?, median: at(2)?, q3: at(3)? })
    }

    /// The people in bins of five whole points from 0 up, without counts from 1 to 4, nor further ones (the smallest
    /// first) as long as the hidden ones could be found by subtraction from the total.
    ///
    /// Source: decisions.md "People's data" (cells of at least 5, complementary cells hidden). Test
    /// `small_bins_are_hidden_with_company`.
    #[must_use]
    pub fn bins(&self) -> Vec<Bin> {
        let mut bins: Vec<(Bin, u32)> = Vec::new();
        for (place, chunk) in self.counts.chunks(BIN_WIDTH).enumerate() {
            let n = chunk.iter().sum();
            let low = count_u32(place * BIN_WIDTH);
            match bins.last_mut().filter(|_| low == 100) {
                // 100 itself stands with the five points below it.
                Some((last, sum)) => {
                    last.high = low;
                    *sum += n;
                }
                None => bins.push((Bin { low, high: low + 4, n: None }, n)),
            }
        }
        let mut order: Vec<(u32, usize)> =
            bins.iter().enumerate().map(|(place, (_, n))| (*n, place)).filter(|(n, _)| *n > 0).collect();
        order.sort_unstable();
        let small = order.iter().take_while(|(n, _)| *n < LEAST_CELL).count();
        let hides = |k: usize| {
            let sum: u32 = order.iter().take(k).map(|(n, _)| n).sum();
            k == 0 || (k > 1 && sum >= LEAST_CELL)
        };
        let hidden = (small..=order.len()).find(|k| hides(*k)).unwrap_or(order.len());
        let is_hidden = |place: usize| order.iter().take(hidden).any(|(_, other)| *other == place);
        bins.into_iter()
            .enumerate()
            .map(|(place, (bin, n))| Bin { n: (!is_hidden(place)).then_some(n), ..bin })
            .collect()
    }
}

/// The whole point of a score from 0 to 100.
fn whole_point(score: f64) -> Option<usize> {
    let rounded = score.round();
    if !(0.0..=100.0).contains(&score) {
        return None;
    }
    (0_u32..=100).position(|point| (f64::from(point) - rounded).abs() < 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` people each at some points.
    fn group(of: &[(usize, u32)]) -> ScoreCounts {
        let mut counts = vec![0; POINTS];
        for (point, n) in of {
            counts[*point] += n;
        }
        ScoreCounts::from_counts(counts).unwrap()
    }

    #[test]
    fn counts_are_of_the_whole_points_that_pages_show() {
        let counts = ScoreCounts::of(&[0.0, 0.4, 49.5, 50.4, 99.6, 100.0]).unwrap();

        assert_eq!((counts.counts()[0], counts.counts()[50], counts.counts()[100]), (2, 2, 2));
        assert_eq!(counts.n(), 6);
        for wrong in [-0.1, 100.1, f64::NAN] {
            assert_eq!(ScoreCounts::of(&[wrong]), Err(NormError::OutOfRange));
        }
        assert_eq!(ScoreCounts::from_counts(vec![1; 100]), Err(NormError::Shape));
        assert_eq!(ScoreCounts::from_counts(vec![u32::MAX; 101]), Err(NormError::Shape));
    }

    #[test]
    fn mid_percentiles_worked_by_hand() {
        // 40 below, 20 at 50, 40 above: 100 (40 + 10) / 100.
        let counts = group(&[(30, 40), (50, 20), (70, 40)]);

        assert_eq!(counts.mid_percentile(50.4), Some(50.0));
        assert_eq!(counts.mid_percentile(30.0), Some(20.0));
        assert_eq!(counts.mid_percentile(70.0), Some(80.0));
        assert_eq!((counts.mid_percentile(10.0), counts.mid_percentile(90.0)), (Some(0.0), Some(100.0)));
        assert_eq!(counts.mid_percentile(101.0), None);
    }

    #[test]
    fn no_percentile_under_100_people() {
        let counts = group(&[(30, 49), (70, 50)]);

        assert_eq!((counts.mid_percentile(50.0), counts.quartiles()), (None, None));
        assert_eq!(counts.reading(40.0, 50.0, 60.0), None);
        assert!(group(&[(30, 50), (70, 50)]).mid_percentile(50.0).is_some());
    }

    #[test]
    fn a_reading_spans_the_interval() {
        let counts = group(&[(30, 40), (50, 20), (70, 40)]);

        let reading = counts.reading(35.0, 50.0, 72.0).unwrap();

        assert_eq!((reading.low, reading.at, reading.high), (40.0, 50.0, 100.0));
        let ranks: Vec<f64> = (0..=100_u32).map(|at| counts.mid_percentile(f64::from(at)).unwrap()).collect();
        assert!(ranks.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn quartiles_are_percentiles() {
        let quartiles = group(&[(30, 40), (50, 20), (70, 41)]).quartiles().unwrap();

        // Positions 25, 50 and 75 from 0 of 101 people.
        assert_eq!((quartiles.q1, quartiles.median, quartiles.q3), (30.0, 50.0, 70.0));
    }

    #[test]
    fn small_bins_are_hidden_with_company() {
        let shown = |of: &[(usize, u32)]| -> Vec<(u32, Option<u32>)> {
            group(of).bins().iter().map(|bin| (bin.low, bin.n)).filter(|(_, n)| *n != Some(0)).collect()
        };

        // One hidden bin would be the total less the others: the next smallest goes with it.
        assert_eq!(
            shown(&[(10, 2), (30, 20), (50, 6), (70, 20)]),
            [(10, None), (30, Some(20)), (50, None), (70, Some(20))]
        );
        // Two hidden ones of 4 people together tell too much too.
        assert_eq!(
            shown(&[(10, 1), (20, 3), (50, 6), (70, 20)]),
            [(10, None), (20, None), (50, None), (70, Some(20))]
        );
        assert_eq!(shown(&[(10, 4), (20, 4), (50, 22)]), [(10, None), (20, None), (50, Some(22))]);
        assert_eq!(shown(&[(10, 5), (50, 25)]), [(10, Some(5)), (50, Some(25))]);
        assert_eq!(shown(&[(10, 3)]), [(10, None)]);
    }

    #[test]
    fn the_last_bin_holds_100() {
        let bins = group(&[(95, 10), (100, 20)]).bins();

        assert_eq!(bins.len(), 20);
        assert_eq!(bins[19], Bin { low: 95, high: 100, n: Some(30) });
        assert_eq!(bins[0], Bin { low: 0, high: 4, n: Some(0) });
    }
}
