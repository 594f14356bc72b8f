//! Patterns of careless answering in one person's answers: runs, variability, halves and pairs.

use crate::linear::{count, count_u32, finite};

/// Share of the longest block of ratings above which a run is flagged (ours).
const LONG_RUN: f64 = 0.6;

/// Runs of the same answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Runs {
    /// Length of the longest run.
    pub longest: u32,
    /// Mean length of a run.
    pub mean: f64,
}

/// The runs of equal neighbouring answers in the order shown; a gap ends a run. Absent without an
/// answer.
///
/// Source: Johnson 2005, J Res Pers 39:103-129 (long string); Meade & Craig 2012. Test
/// `runs_worked_by_hand`; checked against careless 1.2.2 by hand.
#[must_use]
pub fn runs(answers: &[Option<f64>]) -> Option<Runs> {
    let (mut longest, mut current, mut number, mut total) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut last: Option<f64> = None;
    for answer in answers {
        match answer {
            Some(value) if last == Some(*value) => current += 1,
            Some(_) => {
                current = 1;
                number += 1;
            }
            None => current = 0,
        }
        total += u32::from(answer.is_some());
        longest = longest.max(current);
        last = *answer;
    }
    (number > 0).then(|| Runs { longest, mean: f64::from(total) / f64::from(number) })
}

/// Whether a run is longer than .6 of the longest block of ratings.
///
/// `longest_block` is the number of ratings in the longest stretch shown without another task between
/// them: of a form of ratings alone, all its ratings. With the 4 or 5 actions of one scenario instead,
/// three or four equal answers would be flagged, which most honest people give somewhere.
///
/// Source: psychometrics.md section 8 (ours). Tests `runs_worked_by_hand`, `honest_people_are_rarely_flagged`.
#[must_use]
pub fn is_long_run(longest: u32, longest_block: u32) -> bool {
    f64::from(longest) > LONG_RUN * f64::from(longest_block)
}

/// Intra-individual response variability: the standard deviation (n - 1) of one person's answers; gaps
/// are left out. Absent below 2 answers. Flag below the 1st percentile of the sample.
///
/// Source: Dunn, Heggestad, Shanock & Theilgard 2018, J Bus Psychol 33:105-121. Test
/// `variability_and_halves_worked_by_hand`.
#[must_use]
pub fn response_variability(answers: &[Option<f64>]) -> Option<f64> {
    let own: Vec<f64> = answers.iter().flatten().copied().collect();
    if own.len() < 2 {
        return None;
    }
    let mean = own.iter().sum::<f64>() / count(own.len());
    finite((own.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count(own.len()) - 1.0)).sqrt())
}

/// Even-odd inconsistency of one person: the correlation over scales of the means of the odd and the even
/// items, stepped up by Spearman-Brown, held at -1 or above, with its sign turned: -1 is perfectly
/// consistent, 1 inconsistent. Absent when a half does not vary or fewer than 2 scales have both halves.
///
/// `scales`: the person's answers scale by scale in the order shown; gaps are left out of the means.
///
/// Source: Johnson 2005; sign as in careless 1.2.2. Test `variability_and_halves_worked_by_hand`; checked
/// against careless by hand.
#[must_use]
pub fn even_odd(scales: &[&[Option<f64>]]) -> Option<f64> {
    let mean = |scale: &[Option<f64>], skip: usize| {
        let own: Vec<f64> = scale.iter().skip(skip).step_by(2).flatten().copied().collect();
        (!own.is_empty()).then(|| own.iter().sum::<f64>() / count(own.len()))
    };
    let halves: Vec<(f64, f64)> = scales.iter().filter_map(|s| mean(s, 0).zip(mean(s, 1))).collect();
    if halves.len() < 2 {
        return None;
    }
    let n = count(halves.len());
    let odd = halves.iter().map(|(a, _)| a).sum::<f64>() / n;
    let even = halves.iter().map(|(_, b)| b).sum::<f64>() / n;
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in &halves {
        aa += (a - odd).powi(2);
        bb += (b - even).powi(2);
        ab += (a - odd) * (b - even);
    }
    if aa <= 1e-20 * n || bb <= 1e-20 * n {
        return None;
    }
    let r = (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0);
    let stepped = if r > -1.0 + 1e-12 { (2.0 * r / (1.0 + r)).max(-1.0) } else { -1.0 };
    finite(-stepped)
}

/// Two items that say the same, or the opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemPair {
    /// The first item, from 0.
    pub first: usize,
    /// The second item, from 0.
    pub second: usize,
    /// Whether they say the opposite.
    pub is_antonym: bool,
}

/// How many pairs a person answered inconsistently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairConsistency {
    /// Pairs with both answers.
    pub answered: u32,
    /// Pairs at least half the scale apart.
    pub inconsistent: u32,
    /// Whether there are at least 3 pairs and at least 2 inconsistent ones.
    pub is_flagged: bool,
}

/// Inconsistent pairs: answers to two items that say the same are at least half the scale apart,
/// `|x_a - x_b| ≥ A / 2`; antonyms are turned round first.
///
/// `answers` from 1 to `points`, the number of points of the scale. Pairs with a gap are left out.
///
/// Source: Meade & Craig 2012, Psychol Methods 17:437-455; cut-off ours. Test `pairs_worked_by_hand`.
#[must_use]
pub fn pair_consistency(answers: &[Option<f64>], pairs: &[ItemPair], points: u8) -> PairConsistency {
    let points = f64::from(points);
    let distance = |pair: &ItemPair| {
        let first = answers.get(pair.first).copied().flatten()?;
        let second = answers.get(pair.second).copied().flatten()?;
        let second = if pair.is_antonym { points + 1.0 - second } else { second };
        Some((first - second).abs())
    };
    let distances: Vec<f64> = pairs.iter().filter_map(distance).collect();
    let inconsistent = count_u32(distances.iter().filter(|d| **d >= points / 2.0).count());
    let answered = count_u32(distances.len());
    PairConsistency { answered, inconsistent, is_flagged: answered >= 3 && inconsistent >= 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn runs_worked_by_hand() {
        let found = runs(&some(&[1.0, 1.0, 2.0, 2.0, 2.0, 1.0])).unwrap();
        assert_eq!((found.longest, found.mean), (3, 2.0));
        let gapped = runs(&[Some(1.0), Some(1.0), None, Some(1.0)]).unwrap();
        assert_eq!((gapped.longest, gapped.mean), (2, 1.5));
        assert_eq!(runs(&[None, None]), None);
        assert!(is_long_run(7, 10) && !is_long_run(6, 10));
    }

    #[test]
    fn variability_and_halves_worked_by_hand() {
        assert!((response_variability(&some(&[1.0, 3.0, 5.0])).unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(response_variability(&some(&[1.0])), None);
        // Odd means 1 3 5, even means 2 4 6: r = 1.
        let same = [some(&[1.0, 2.0]), some(&[3.0, 4.0]), some(&[5.0, 6.0])];
        let opposite = [some(&[1.0, 6.0]), some(&[3.0, 4.0]), some(&[5.0, 2.0])];
        let of = |scales: &[Vec<Option<f64>>]| {
            let slices: Vec<&[Option<f64>]> = scales.iter().map(Vec::as_slice).collect();
            even_odd(&slices)
        };
        assert!((of(&same).unwrap() + 1.0).abs() < 1e-12);
        assert!((of(&opposite).unwrap() - 1.0).abs() < 1e-12);
        let flat = vec![some(&[2.0, 2.0]); 3];
        assert_eq!(of(&flat), None);
        assert_eq!(even_odd(&[]), None);
    }

    #[test]
    fn pairs_worked_by_hand() {
        let pair = |first, second, is_antonym| ItemPair { first, second, is_antonym };
        let pairs = [pair(0, 1, false), pair(2, 3, true), pair(4, 5, false), pair(0, 9, false)];

        // |1 - 4| = 3, |4 - (5 - 4)| = 3, |2 - 3| = 1; half of 4 points is 2.
        let found = pair_consistency(&some(&[1.0, 4.0, 4.0, 4.0, 2.0, 3.0]), &pairs, 4);

        assert_eq!((found.answered, found.inconsistent, found.is_flagged), (3, 2, true));
        assert!(!pair_consistency(&[], &pairs, 4).is_flagged);
    }
}
