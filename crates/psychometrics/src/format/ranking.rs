//! Rank order: how far a candidate's order is from the key's.
//!
//! Options of one ranking are never analysed as items of their own: their ranks sum to a constant.

use crate::format::{FormatError, Pomp};
use crate::linear::{LARGEST, count};

/// Ranks of options, 1 for the first place, with mid-ranks for ties.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    values: Vec<f64>,
    has_ties: bool,
    is_partial: bool,
}

/// How an order agrees with a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankAgreement {
    /// Spearman's rho, -1 to 1 (Pearson on ranks, so ties are allowed for); absent when all options of one
    /// side share a rank.
    pub rho: Option<f64>,
    /// Kendall's tau-b, -1 to 1; absent likewise.
    pub tau_b: Option<f64>,
    /// Spearman's footrule: sum of absolute rank differences.
    pub footrule: f64,
    /// Sum of squared rank differences.
    pub squared: f64,
    /// The score: `1 - Σd² / ((n³ - n) / 3)`, 1 for the key's order, 0 for its reverse.
    pub pomp: Pomp,
    /// The candidate left options without a place.
    pub is_partial: bool,
}

impl Ranks {
    /// The ranks of a key from its values, the highest value in the first place; equal values share their
    /// mid-rank.
    ///
    /// # Errors
    /// [`FormatError::TooFew`] below 2 options, [`FormatError::OutOfRange`] for a value that is not finite.
    ///
    /// Test `ranks_share_their_places`.
    pub fn of_values(values: &[f64]) -> Result<Self, FormatError> {
        enough(values.len())?;
        if let Some(value) = values.iter().copied().find(|v| v.is_nan() || v.abs() > LARGEST) {
            return Err(FormatError::OutOfRange { name: "value", value });
        }
        let rank = |own: &f64| {
            let above = count(values.iter().filter(|other| *other > own).count());
            let equal = count(values.iter().filter(|other| *other == own).count());
            above + (equal + 1.0) / 2.0
        };
        let has_ties = values.iter().enumerate().any(|(k, v)| values.iter().take(k).any(|other| other == v));
        Ok(Self { values: values.iter().map(rank).collect(), has_ties, is_partial: false })
    }

    /// The ranks of a candidate's order: the place (from 1) of each option, `None` where it was left without.
    /// Options without a place share the mid-rank of the open places; absent when none has a place.
    ///
    /// # Errors
    /// [`FormatError::TooFew`] below 2 options, [`FormatError::OutOfRange`] for a place that is not from 1 to
    /// the number of options, [`FormatError::NamedTwice`] for a place given twice.
    ///
    /// Source: psychometrics.md 1.3. Test `open_places_are_shared`.
    pub fn of_places(places: &[Option<u32>]) -> Result<Option<Self>, FormatError> {
        enough(places.len())?;
        let mut is_taken = vec![false; places.len()];
        for place in places.iter().flatten() {
            let at = usize::try_from(*place).ok().and_then(|p| p.checked_sub(1));
            let Some((at, taken)) = at.and_then(|at| is_taken.get_mut(at).map(|taken| (at, taken))) else {
                return Err(FormatError::OutOfRange { name: "place", value: f64::from(*place) });
            };
            if std::mem::replace(taken, true) {
                return Err(FormatError::NamedTwice { at });
            }
        }
        let open: Vec<f64> =
            is_taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(k, _)| count(k + 1)).collect();
        if open.len() == places.len() {
            return Ok(None);
        }
        let shared = open.iter().sum::<f64>() / count(open.len().max(1));
        let values = places.iter().map(|place| place.map_or(shared, f64::from)).collect();
        Ok(Some(Self { values, has_ties: open.len() > 1, is_partial: !open.is_empty() }))
    }

    /// The ranks, option by option.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether options share a rank.
    #[must_use]
    pub const fn has_ties(&self) -> bool {
        self.has_ties
    }
}

fn enough(found: usize) -> Result<(), FormatError> {
    if found < 2 { Err(FormatError::TooFew { what: "options", found, needed: 2 }) } else { Ok(()) }
}

/// How a candidate's order agrees with the key's.
///
/// `given` and `key` rank the same options in the same order. With ties in the key no order reaches a
/// share of 1; a ranking that leaves most options without a place is near the middle by construction and
/// flagged as partial: it says little.
///
/// # Errors
/// [`FormatError::LengthMismatch`].
///
/// Source: Spearman 1904; Kendall 1945, Biometrika 33:239-251 (tau-b); Diaconis & Graham 1977 (footrule).
/// Tests `agreement_worked_by_hand`, `agreement_keeps_its_bounds`.
pub fn rank_agreement(given: &Ranks, key: &Ranks) -> Result<RankAgreement, FormatError> {
    let (expected, found) = (key.values.len(), given.values.len());
    if expected != found {
        return Err(FormatError::LengthMismatch { expected, found });
    }
    let pairs: Vec<(f64, f64)> = given.values.iter().copied().zip(key.values.iter().copied()).collect();
    let n = count(pairs.len());
    let middle = (n + 1.0) / 2.0;
    let sum = |of: fn(f64, f64, f64) -> f64| pairs.iter().map(|(g, k)| of(*g, *k, middle)).sum::<f64>();
    let squared = sum(|g, k, _| (g - k).powi(2));
    let own = sum(|g, _, m| (g - m).powi(2)) * sum(|_, k, m| (k - m).powi(2));
    let product = sum(|g, k, m| (g - m) * (k - m));
    Ok(RankAgreement {
        rho: (own > 0.0).then(|| (product / own.sqrt()).clamp(-1.0, 1.0)),
        tau_b: tau_b(&pairs),
        footrule: sum(|g, k, _| (g - k).abs()),
        squared,
        pomp: Pomp::clamped(1.0 - 3.0 * squared / (n.powi(3) - n)),
        is_partial: given.is_partial,
    })
}

fn tau_b(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mut score, mut left, mut right) = (0.0, 0.0, 0.0);
    for (k, (a, b)) in pairs.iter().enumerate() {
        for (other_a, other_b) in pairs.iter().take(k) {
            let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
            let (first, second) = (sign(a - other_a), sign(b - other_b));
            score += first * second;
            left += first.abs();
            right += second.abs();
        }
    }
    let both = (left * right).sqrt();
    (both > 0.0).then(|| (score / both).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(values: &[u32]) -> Ranks {
        let places: Vec<Option<u32>> = values.iter().map(|p| (*p > 0).then_some(*p)).collect();
        Ranks::of_places(&places).unwrap().unwrap()
    }

    #[test]
    fn ranks_share_their_places() {
        let key = Ranks::of_values(&[4.0, 1.0, 3.0, 3.0]).unwrap();
        assert_eq!(key.values(), [1.0, 4.0, 2.5, 2.5]);
        assert!(key.has_ties() && !Ranks::of_values(&[1.0, 2.0]).unwrap().has_ties());
        assert!(Ranks::of_values(&[1.0]).is_err() && Ranks::of_values(&[1.0, f64::NAN]).is_err());
    }

    #[test]
    fn open_places_are_shared() {
        // Places 2 and 4 are open.
        let given = places(&[0, 1, 0, 3]);
        assert_eq!(given.values(), [3.0, 1.0, 3.0, 3.0]);
        assert!(given.is_partial && given.has_ties());
        let nearly = places(&[2, 1, 0, 3]);
        assert_eq!(
            (nearly.values(), nearly.is_partial, nearly.has_ties()),
            (&[2.0, 1.0, 4.0, 3.0][..], true, false)
        );
        assert_eq!(Ranks::of_places(&[None, None]), Ok(None));
        assert_eq!(Ranks::of_places(&[Some(1), Some(1)]), Err(FormatError::NamedTwice { at: 0 }));
        assert!(Ranks::of_places(&[Some(0), None]).is_err() && Ranks::of_places(&[Some(3), None]).is_err());
    }

    #[test]
    fn agreement_worked_by_hand() {
        let key = Ranks::of_values(&[5.0, 4.0, 3.0, 2.0, 1.0]).unwrap();

        let found = rank_agreement(&places(&[2, 1, 4, 5, 3]), &key).unwrap();

        // d = 1, 1, 1, 1, 2: Σd² = 8, Σ|d| = 6, rho = 1 - 48 / 120 = .6; 3 of 10 pairs discordant: tau .4.
        assert_eq!((found.squared, found.footrule), (8.0, 6.0));
        assert!((found.rho.unwrap() - 0.6).abs() < 1e-12 && (found.tau_b.unwrap() - 0.4).abs() < 1e-12);
        assert!((found.pomp.get() - 0.8).abs() < 1e-12 && !found.is_partial);

        // Ties in the key: ranks 1.5 1.5 3 against 1 2 3: Σd² = .5; rho = 1.5 / √(1.5 · 2) = √3 / 2; tau-b
        // 2 / √(2 · 3).
        let tied = Ranks::of_values(&[4.0, 4.0, 1.0]).unwrap();
        let found = rank_agreement(&places(&[1, 2, 3]), &tied).unwrap();
        assert!((found.rho.unwrap() - 0.75_f64.sqrt()).abs() < 1e-12);
        assert!((found.tau_b.unwrap() - 2.0 / 6.0_f64.sqrt()).abs() < 1e-12);
        assert!((found.pomp.get() - (1.0 - 0.5 / 8.0)).abs() < 1e-12);

        let flat = Ranks::of_values(&[2.0; 3]).unwrap();
        let found = rank_agreement(&places(&[1, 2, 3]), &flat).unwrap();
        assert_eq!((found.rho, found.tau_b), (None, None));
        assert!(rank_agreement(&places(&[1, 2]), &flat).is_err());
    }

    #[test]
    fn agreement_keeps_its_bounds() {
        for n in 2..7_u32 {
            let key = Ranks::of_values(&(0..n).rev().map(f64::from).collect::<Vec<_>>()).unwrap();
            let same: Vec<u32> = (1..=n).collect();
            let reverse: Vec<u32> = (1..=n).rev().collect();

            let best = rank_agreement(&places(&same), &key).unwrap();
            let worst = rank_agreement(&places(&reverse), &key).unwrap();

            assert_eq!((best.rho, best.tau_b, best.pomp.get()), (Some(1.0), Some(1.0), 1.0));
            assert_eq!((worst.rho, worst.tau_b), (Some(-1.0), Some(-1.0)));
            assert!(worst.pomp.get().abs() < 1e-12);
        }
    }
}
