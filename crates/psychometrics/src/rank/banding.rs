//! Bands from the standard error of a difference, for scores without rank sets, and orders inside them.
//!
//! A band holds people whom the score does not separate from its top. Inside a band people are ordered by
//! a second criterion that belongs to the job or at random, never by a protected characteristic.
//! Schmidt 1991 argues that bands contradict the use of a valid score: link the critique in help texts.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::linear::finite;
use crate::rank::RankError;
use crate::sem::{StandardError, sed};

/// How wide a band is, in standard errors of a difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BandConfidence {
    /// 1.96, the default: 95 % two-sided.
    Percent95,
    /// 1.645: 90 % two-sided.
    Percent90,
}

impl BandConfidence {
    /// The multiplier.
    #[must_use]
    pub const fn multiplier(self) -> f64 {
        match self {
            Self::Percent95 => 1.96,
            Self::Percent90 => 1.645,
        }
    }
}

/// Allowance for rounding when a difference is compared with the width, score units.
const ROUNDING: f64 = 1e-9;

/// The people within one band of the top score: `top - score ≤ C × SEM × √2`. **Shape**: one flag per
/// score, in the order given. The fixed band of Cascio et al.; [`crate::rank::bands`] repeats it
/// downwards.
///
/// # Errors
/// [`RankError::Empty`], [`RankError::NotFinite`].
///
/// Source: Cascio, Outtz, Zedeck & Goldstein 1991, Hum Perform 4:233-264. Test
/// `a_sliding_band_moves_when_its_top_is_taken`.
pub fn fixed_band(
    scores: &[f64],
    sem: StandardError,
    confidence: BandConfidence,
) -> Result<Vec<bool>, RankError> {
    sliding_band(scores, &[], sem, confidence)
}

/// The sliding band: as [`fixed_band`], from the best of those not yet taken.
///
/// `taken`: positions of people already selected or decided on; unknown positions are ignored. People
/// taken are never in the band; when nobody is left the band is empty.
///
/// # Errors
/// [`RankError::Empty`], [`RankError::NotFinite`].
///
/// Source: Cascio et al. 1991 (sliding bands). Test `a_sliding_band_moves_when_its_top_is_taken`.
pub fn sliding_band(
    scores: &[f64],
    taken: &[usize],
    sem: StandardError,
    confidence: BandConfidence,
) -> Result<Vec<bool>, RankError> {
    if scores.is_empty() {
        return Err(RankError::Empty);
    }
    if let Some(index) = scores.iter().position(|score| finite(*score).is_none()) {
        return Err(RankError::NotFinite { index });
    }
    let mut is_free = vec![true; scores.len()];
    taken.iter().filter_map(|i| is_free.get_mut(*i).map(|flag| *flag = false)).for_each(drop);
    let free = scores.iter().zip(&is_free).filter(|(_, free)| **free);
    let top = free.map(|(score, _)| *score).fold(f64::NEG_INFINITY, f64::max);
    let width = confidence.multiplier() * sed(sem, sem) + ROUNDING;
    Ok(scores.iter().zip(&is_free).map(|(score, free)| *free && top - score <= width).collect())
}

/// A random order of `people` positions, the same everywhere for a seed; log the seed.
///
/// Source: Fisher & Yates 1938 (Durstenfeld's form). Test `a_random_order_repeats_with_its_seed`.
#[must_use]
pub fn random_order(people: usize, seed: u64) -> Vec<usize> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..people).collect();
    for last in (1..people).rev() {
        let wide = u128::from(source.next_u64()) * (u128::try_from(last).unwrap_or(0) + 1);
        order.swap(last, usize::try_from(wide >> 64).unwrap_or(last));
    }
    order
}

/// A list ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// (position, displayed rank), best first; equal scores share a rank and stand in random order.
    pub ranked: Vec<(usize, u32)>,
    /// Positions of people without a score or a standard error above 0, in random order: listed apart,
    /// unranked.
    pub apart: Vec<usize>,
}

/// People with a score and a standard error ranked, the others apart.
///
/// `people`: score (higher is better) and standard error, each absent when there is none. Rank is 1 +
/// number of better people; ties stand in the random order of `seed`, not by name, time or place.
///
/// Source: psychometrics.md section 6 (edge cases). Test `people_without_an_error_stand_apart`.
#[must_use]
pub fn listing(people: &[(Option<f64>, Option<StandardError>)], seed: u64) -> Listing {
    let order = random_order(people.len(), seed);
    let mut ranked: Vec<(usize, f64)> = Vec::new();
    let mut apart = Vec::new();
    for index in order {
        match people.get(index) {
            // Adding 0.0 turns -0.0 into 0.0, so that equal scores stand together.
            Some((Some(score), Some(_))) if score.is_finite() => ranked.push((index, score + 0.0)),
            _ => apart.push(index),
        }
    }
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut better = 0;
    let mut shown = Vec::with_capacity(ranked.len());
    for group in ranked.chunk_by(|a, b| a.1 == b.1) {
        shown.extend(group.iter().map(|(index, _)| (*index, better + 1)));
        better += crate::linear::count_u32(group.len());
    }
    Listing { ranked: shown, apart }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sem(value: f64) -> StandardError {
        StandardError::try_from(value).unwrap()
    }

    #[test]
    fn a_sliding_band_moves_when_its_top_is_taken() {
        // Width 1.96 × 5 × √2 = 13.86; 1.645 gives 11.63.
        let scores = [90.0, 77.0, 75.0, 64.0, 60.0];

        let fixed = fixed_band(&scores, sem(5.0), BandConfidence::Percent95).unwrap();
        let narrow = fixed_band(&scores, sem(5.0), BandConfidence::Percent90).unwrap();
        let slid = sliding_band(&scores, &[0, 9], sem(5.0), BandConfidence::Percent95).unwrap();

        assert_eq!(fixed, [true, true, false, false, false]);
        assert_eq!(narrow, [true, false, false, false, false]);
        assert_eq!(slid, [false, true, true, true, false]);
        assert_eq!(fixed_band(&[], sem(5.0), BandConfidence::Percent95), Err(RankError::Empty));
        let nobody = sliding_band(&[1.0], &[0], sem(5.0), BandConfidence::Percent95);
        assert_eq!(nobody, Ok(vec![false]));
    }

    #[test]
    fn a_random_order_repeats_with_its_seed() {
        let mut sorted = random_order(50, 3);

        assert_eq!(sorted, random_order(50, 3));
        assert_ne!(sorted, random_order(50, 4));
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
        assert!(random_order(0, 1).is_empty());
    }

    #[test]
    fn people_without_an_error_stand_apart() {
        let error = Some(sem(1.0));
        let people = [
            (Some(1.0), error),
            (Some(3.0), None),
            (Some(3.0), error),
            (None, error),
            (Some(3.0), error),
            (Some(f64::NAN), error),
        ];

        let mut found = listing(&people, 5);

        let ranks: Vec<u32> = found.ranked.iter().map(|(_, rank)| *rank).collect();
        assert_eq!(ranks, [1, 1, 3]);
        found.apart.sort_unstable();
        assert_eq!(found.apart, [1, 3, 5]);
    }
}
