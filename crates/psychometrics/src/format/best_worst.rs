//! Best and worst: one option picked as the best, one as the worst.

use crate::format::{FormatError, Pomp};
use crate::linear::LARGEST;

/// Which set of the key an option is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Among the best.
    Best,
    /// Among the worst.
    Worst,
    /// Neither.
    Neither,
}

/// The key of a best-and-worst scenario: the side of each option, several on a side allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestWorstKey(Vec<Side>);

/// A scored answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestWorstScore {
    /// Points, -2 to 2.
    pub points: i8,
    /// `(points + 2) / 4`.
    pub pomp: Pomp,
    /// Category for item response theory, points + 2: 0 to 4.
    pub category: u8,
    /// One of the two picks is missing and counts 0.
    pub is_partial: bool,
}

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BestWorst {
    /// Scored.
    Scored(BestWorstScore),
    /// Neither pick was made.
    Unanswered,
    /// The same option for both, which only imported data can hold: missing.
    SameOption,
}

impl BestWorstKey {
    /// A key of 3 or more options, at least one best and one worst.
    ///
    /// # Errors
    /// [`FormatError::TooFew`].
    pub fn new(sides: Vec<Side>) -> Result<Self, FormatError> {
        if sides.len() < 3 {
            return Err(FormatError::TooFew { what: "options", found: sides.len(), needed: 3 });
        }
        for (side, what) in [(Side::Best, "best options"), (Side::Worst, "worst options")] {
            if !sides.contains(&side) {
                return Err(FormatError::TooFew { what, found: 0, needed: 1 });
            }
        }
        Ok(Self(sides))
    }

    /// The sides, option by option.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        &self.0
    }

    /// The points of an answer: `1[b in B] + 1[w in W] - 1[b in W] - 1[w in B]`, -2 to 2.
    ///
    /// `best` and `worst` are options from 0, `None` where no pick was made (it counts 0, flagged).
    ///
    /// # Errors
    /// [`FormatError::NoSuchOption`].
    ///
    /// Source: psychometrics.md 1.2; the scoring of Weekley, Ployhart & Holtz 2006. Test
    /// `points_of_all_pairs_of_picks`.
    pub fn score(&self, best: Option<usize>, worst: Option<usize>) -> Result<BestWorst, FormatError> {
        if best.is_none() && worst.is_none() {
            return Ok(BestWorst::Unanswered);
        }
        let (best_side, worst_side) = (self.side(best)?, self.side(worst)?);
        if best == worst {
            return Ok(BestWorst::SameOption);
        }
        let value = |side: Side| match side {
            Side::Best => 1,
            Side::Worst => -1,
            Side::Neither => 0,
        };
        let points: i8 = value(best_side) - value(worst_side);
        let category = u8::try_from(points + 2).unwrap_or(0);
        Ok(BestWorst::Scored(BestWorstScore {
            points,
            pomp: Pomp::clamped(f64::from(category) / 4.0),
            category,
            is_partial: best.is_none() || worst.is_none(),
        }))
    }

    fn side(&self, pick: Option<usize>) -> Result<Side, FormatError> {
        let Some(option) = pick else { return Ok(Side::Neither) };
        self.0.get(option).copied().ok_or(FormatError::NoSuchOption { option })
    }
}

/// Partial credit by the experts' means, for a key without a clear mode: `(m_b - m_w) / (max m - min m)`,
/// -1 to 1, as a share of its range.
///
/// `means`: the panel's mean of each option; `best` and `worst`: different options from 0.
///
/// # Errors
/// [`FormatError::NoSuchOption`], [`FormatError::NamedTwice`], [`FormatError::FlatKey`],
/// [`FormatError::OutOfRange`] for a mean that is not finite.
///
/// Source: psychometrics.md 1.2. Test `partial_credit_worked_by_hand`.
pub fn partial_credit(means: &[f64], best: usize, worst: usize) -> Result<Pomp, FormatError> {
    if let Some(value) = means.iter().copied().find(|m| m.is_nan() || m.abs() > LARGEST) {
        return Err(FormatError::OutOfRange { name: "mean", value });
    }
    let mean = |option: usize| means.get(option).copied().ok_or(FormatError::NoSuchOption { option });
    let (best_mean, worst_mean) = (mean(best)?, mean(worst)?);
    if best == worst {
        return Err(FormatError::NamedTwice { at: best });
    }
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let most = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most <= least {
        return Err(FormatError::FlatKey);
    }
    Ok(Pomp::clamped(((best_mean - worst_mean) / (most - least) + 1.0) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> BestWorstKey {
        BestWorstKey::new(vec![Side::Best, Side::Neither, Side::Worst, Side::Worst]).unwrap()
    }

    #[test]
    fn points_of_all_pairs_of_picks() {
        let points = |best, worst| match key().score(Some(best), Some(worst)).unwrap() {
            BestWorst::Scored(score) => Some((score.points, score.category, score.pomp.get())),
            _ => None,
        };

        assert_eq!(points(0, 2), Some((2, 4, 1.0)));
        assert_eq!(points(0, 1), Some((1, 3, 0.75)));
        assert_eq!(points(1, 3), Some((1, 3, 0.75)));
        assert_eq!(points(2, 3), Some((0, 2, 0.5)));
        assert_eq!(points(1, 0), Some((-1, 1, 0.25)));
        assert_eq!(points(3, 0), Some((-2, 0, 0.0)));
        assert_eq!(points(2, 2), None);
    }

    #[test]
    fn missing_and_broken_picks_are_told_apart() {
        assert_eq!(key().score(None, None), Ok(BestWorst::Unanswered));
        assert_eq!(key().score(Some(3), Some(3)), Ok(BestWorst::SameOption));
        let half = key().score(Some(0), None).unwrap();
        assert!(matches!(half, BestWorst::Scored(BestWorstScore { points: 1, is_partial: true, .. })));
        assert_eq!(key().score(Some(4), Some(0)), Err(FormatError::NoSuchOption { option: 4 }));
        assert!(BestWorstKey::new(vec![Side::Best; 4]).is_err() && BestWorstKey::new(Vec::new()).is_err());
    }

    #[test]
    fn partial_credit_worked_by_hand() {
        // (3.5 - 1.5) / (4 - 1) = 2/3 of the range -1 to 1.
        let found = partial_credit(&[3.5, 4.0, 1.0, 1.5], 0, 3).unwrap().get();
        assert!((found - (2.0 / 3.0 + 1.0) / 2.0).abs() < 1e-12);
        assert_eq!(partial_credit(&[1.0, 4.0], 1, 0).map(Pomp::get), Ok(1.0));
        assert_eq!(partial_credit(&[1.0, 4.0], 0, 1).map(Pomp::get), Ok(0.0));
        assert_eq!(partial_credit(&[2.0, 2.0], 0, 1), Err(FormatError::FlatKey));
        assert_eq!(partial_credit(&[2.0, 3.0], 1, 1), Err(FormatError::NamedTwice { at: 1 }));
        assert!(partial_credit(&[2.0, f64::NAN], 0, 1).is_err());
        assert_eq!(partial_credit(&[], 0, 1), Err(FormatError::NoSuchOption { option: 0 }));
    }
}
