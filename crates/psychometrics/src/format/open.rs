//! Open responses: an analytic rubric of 2 to 4 criteria, 0 to 4 each, by two blind raters and a third
//! where they are 2 or more apart. A machine may sort work beforehand but is never a rater of record.

use crate::format::{FormatError, Pomp};
use crate::linear::{count, count_u32};

/// Highest anchor of a criterion.
pub const HIGHEST: u8 = 4;

/// Gap of two raters on a criterion from which a third rates it.
pub const GAP: u8 = 2;

/// Fewest answers every two raters have in common.
pub const FEWEST_COMMON: u32 = 10;

/// Share of hidden anchors among the answers rated.
pub const ANCHOR_SHARE: f64 = 0.05;

/// The score of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenScore {
    /// Score of each criterion, 0 to 4.
    pub criteria: Vec<f64>,
    /// Share of the sum of criteria.
    pub pomp: Pomp,
    /// The sum of the criteria in quarters, rounded to whole points: 0 to 4 × criteria. Collapse it to at
    /// most 6 categories before calibration.
    pub category: u8,
    /// Criteria (from 0) where the third rater counted.
    pub third_counted: Vec<usize>,
}

/// What the ratings of an answer come to.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenResponse {
    /// Scored.
    Scored(OpenScore),
    /// The two raters are 2 or more apart on these criteria (from 0): a third is needed.
    NeedsThird(Vec<usize>),
}

/// The score of an open response: the mean of two raters per criterion; where they are 2 or more apart, the
/// mean of the two nearest of three.
///
/// `first`, `second` and `third`: one rating from 0 to 4 per criterion, 2 to 4 criteria. A third rating
/// counts only where the first two are 2 or more apart. When two pairs are as near, all three are averaged,
/// which gives the middle rating (ours).
///
/// # Errors
/// [`FormatError::TooFew`], [`FormatError::LengthMismatch`], [`FormatError::OutOfRange`].
///
/// Source: psychometrics.md 1.6; anchored scales Smith & Kendall 1963. Test
/// `a_third_rater_settles_a_gap`.
pub fn open_response(first: &[u8], second: &[u8], third: Option<&[u8]>) -> Result<OpenResponse, FormatError> {
    check(first, second, third)?;
    let gaps: Vec<usize> = first
        .iter()
        .zip(second)
        .enumerate()
        .filter(|(_, (a, b))| a.abs_diff(**b) >= GAP)
        .map(|(criterion, _)| criterion)
        .collect();
    let Some(third) = third.or(gaps.is_empty().then_some(first)) else {
        return Ok(OpenResponse::NeedsThird(gaps));
    };
    let score = |((a, b), c): ((&u8, &u8), &u8)| settled(*a, *b, *c);
    let criteria: Vec<f64> = first.iter().zip(second).zip(third).map(score).collect();
    let sum: f64 = criteria.iter().sum();
    let most = f64::from(HIGHEST) * count(criteria.len());
    let category = (0..16_u8).filter(|k| sum >= f64::from(*k) + 0.5).count();
    Ok(OpenResponse::Scored(OpenScore {
        pomp: Pomp::clamped(sum / most),
        category: u8::try_from(category).unwrap_or(u8::MAX),
        criteria,
        third_counted: gaps,
    }))
}

fn check(first: &[u8], second: &[u8], third: Option<&[u8]>) -> Result<(), FormatError> {
    if first.len() < 2 {
        return Err(FormatError::TooFew { what: "criteria", found: first.len(), needed: 2 });
    }
    if first.len() > 4 {
        return Err(FormatError::OutOfRange { name: "criteria", value: count(first.len()) });
    }
    for ratings in [Some(first), Some(second), third].into_iter().flatten() {
        if ratings.len() != first.len() {
            return Err(FormatError::LengthMismatch { expected: first.len(), found: ratings.len() });
        }
        if let Some(rating) = ratings.iter().find(|rating| **rating > HIGHEST) {
            return Err(FormatError::OutOfRange { name: "rating", value: f64::from(*rating) });
        }
    }
    Ok(())
}

/// The score of one criterion: the mean of two ratings less than 2 apart, else of the two nearest of three.
fn settled(a: u8, b: u8, c: u8) -> f64 {
    let mean = |x: u8, y: u8| (f64::from(x) + f64::from(y)) / 2.0;
    if a.abs_diff(b) < GAP {
        return mean(a, b);
    }
    let (low, high) = (a.min(b).min(c), a.max(b).max(c));
    let middle = a.max(b).min(a.min(b).max(c));
    match (middle - low).cmp(&(high - middle)) {
        std::cmp::Ordering::Less => mean(low, middle),
        std::cmp::Ordering::Greater => mean(middle, high),
        // Both neighbours are as near: the mean of all three is the middle one.
        std::cmp::Ordering::Equal => f64::from(middle),
    }
}

/// How well a rating plan links its raters.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingPlan {
    /// Pairs of raters (from 0, the smaller first) with fewer than 10 answers in common, and how many.
    pub weak_pairs: Vec<(usize, usize, u32)>,
    /// Answers (from 0) with fewer than two raters.
    pub single: Vec<usize>,
    /// Share of hidden anchors among the answers, 0 to 1.
    pub anchor_share: f64,
    /// Whether no pair is weak, no answer has fewer than two raters and at least 5 % are anchors.
    pub is_linked: bool,
}

/// Checks a rating plan: every two raters share at least 10 answers, each answer has two raters, 5 % are
/// hidden anchors.
///
/// `raters_of_answer`: the raters (from 0) of each answer; `is_anchor`: one entry per answer; `raters`: how
/// many raters there are, 2 or more.
///
/// # Errors
/// [`FormatError::TooFew`] below 2 raters or without an answer, [`FormatError::LengthMismatch`],
/// [`FormatError::NoSuchOption`] for a rater that is not there.
///
/// Source: psychometrics.md 1.6. Test `plans_that_do_not_link_are_told`.
pub fn rating_plan(
    raters_of_answer: &[Vec<usize>],
    is_anchor: &[bool],
    raters: usize,
) -> Result<RatingPlan, FormatError> {
    if raters < 2 {
        return Err(FormatError::TooFew { what: "raters", found: raters, needed: 2 });
    }
    if raters_of_answer.is_empty() {
        return Err(FormatError::TooFew { what: "answers", found: 0, needed: 1 });
    }
    let (expected, found) = (raters_of_answer.len(), is_anchor.len());
    if expected != found {
        return Err(FormatError::LengthMismatch { expected, found });
    }
    if let Some(option) = raters_of_answer.iter().flatten().copied().find(|rater| *rater >= raters) {
        return Err(FormatError::NoSuchOption { option });
    }
    let shared = |a: usize, b: usize| {
        count_u32(raters_of_answer.iter().filter(|own| own.contains(&a) && own.contains(&b)).count())
    };
    let mut used: Vec<usize> = raters_of_answer.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    let weak_pairs: Vec<(usize, usize, u32)> = used
        .iter()
        .enumerate()
        .flat_map(|(k, b)| used.iter().take(k).map(move |a| (*a, *b)))
        .map(|(a, b)| (a, b, shared(a, b)))
        .filter(|(_, _, common)| *common < FEWEST_COMMON)
        .collect();
    let is_single = |own: &[usize]| own.iter().all(|rater| Some(rater) == own.first());
    let single: Vec<usize> =
        raters_of_answer.iter().enumerate().filter(|(_, own)| is_single(own)).map(|(k, _)| k).collect();
    let anchor_share = count(is_anchor.iter().filter(|a| **a).count()) / count(expected);
    let is_linked = weak_pairs.is_empty() && single.is_empty() && anchor_share >= ANCHOR_SHARE;
    Ok(RatingPlan { weak_pairs, single, anchor_share, is_linked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_rater_settles_a_gap() {
        let scored = |a: &[u8], b: &[u8], c: Option<&[u8]>| match open_response(a, b, c).unwrap() {
            OpenResponse::Scored(score) => score,
            OpenResponse::NeedsThird(gaps) => panic!("gaps {gaps:?}"),
        };

        let plain = scored(&[2, 4, 0], &[3, 4, 1], None);
        assert_eq!((plain.criteria, plain.category), (vec![2.5, 4.0, 0.5], 7));
        assert!((plain.pomp.get() - 7.0 / 12.0).abs() < 1e-12 && plain.third_counted.is_empty());

        assert_eq!(open_response(&[0, 2], &[2, 3], None), Ok(OpenResponse::NeedsThird(vec![0])));
        assert_eq!(scored(&[0, 2], &[3, 3], Some(&[4, 0])).criteria, [3.5, 2.5]);
        assert_eq!(scored(&[0, 2], &[4, 3], Some(&[1, 0])).criteria, [0.5, 2.5]);
        assert_eq!(scored(&[0, 2], &[2, 3], Some(&[4, 0])).criteria, [2.0, 2.5]);
        let tie = scored(&[0, 2], &[4, 3], Some(&[2, 0]));
        assert_eq!((tie.criteria, tie.third_counted), (vec![2.0, 2.5], vec![0]));
        assert_eq!(scored(&[4, 4, 4, 4], &[4, 4, 4, 4], None).category, 16);
        assert_eq!(scored(&[0, 0], &[0, 0], None).category, 0);
    }

    #[test]
    fn broken_ratings_are_refused() {
        assert!(open_response(&[1], &[1], None).is_err());
        assert!(open_response(&[1; 5], &[1; 5], None).is_err());
        assert!(open_response(&[1, 2], &[1], None).is_err());
        assert!(open_response(&[1, 2], &[1, 5], None).is_err());
        assert!(open_response(&[1, 2], &[1, 2], Some(&[1])).is_err());
    }

    #[test]
    fn plans_that_do_not_link_are_told() {
        let mut answers = vec![vec![0, 1]; 10];
        answers.extend(vec![vec![1, 2]; 10]);
        answers.push(vec![0]);
        let mut anchors = vec![false; 21];
        anchors[..2].fill(true);

        let plan = rating_plan(&answers, &anchors, 4).unwrap();

        assert_eq!((plan.weak_pairs.as_slice(), plan.single.as_slice()), (&[(0, 2, 0)][..], &[20][..]));
        assert!(!plan.is_linked && plan.anchor_share > 0.05);
        assert!(rating_plan(&answers[..10], &anchors[..10], 2).unwrap().is_linked);
        assert!(rating_plan(&answers, &anchors, 2).is_err() && rating_plan(&[], &[], 2).is_err());
    }
}
