//! Pick N of M options: the right ones are worth the same; or one option worth its expert mean.

use crate::format::{FormatError, Pomp};
use crate::linear::{LARGEST, count, count_u32};

/// The key of a pick: which options are right (all accepted when modes tie) and how many to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickKey {
    is_right: Vec<bool>,
    to_pick: u8,
}

/// A scored pick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PickScore {
    /// Right options picked.
    pub right: u8,
    /// Right options picked / options to pick; 0 with too many picks.
    pub pomp: Pomp,
    /// Category for item response theory: right options, 0 to the number to pick; 0 with too many picks.
    pub category: u8,
    /// More options picked than asked for, which only imported data can hold: no credit.
    pub has_too_many: bool,
    /// Fewer options picked than asked for.
    pub is_partial: bool,
}

impl PickKey {
    /// A key of 2 or more options of which `to_pick` are to be picked; at least as many are right, but not
    /// all options.
    ///
    /// # Errors
    /// [`FormatError::TooFew`], [`FormatError::OutOfRange`], [`FormatError::FlatKey`] when all are right.
    pub fn new(is_right: Vec<bool>, to_pick: u8) -> Result<Self, FormatError> {
        if is_right.len() < 2 {
            return Err(FormatError::TooFew { what: "options", found: is_right.len(), needed: 2 });
        }
        let right = is_right.iter().filter(|right| **right).count();
        if to_pick == 0 {
            return Err(FormatError::OutOfRange { name: "options to pick", value: 0.0 });
        }
        if right < usize::from(to_pick) {
            let needed = usize::from(to_pick);
            return Err(FormatError::TooFew { what: "right options", found: right, needed });
        }
        if right == is_right.len() {
            return Err(FormatError::FlatKey);
        }
        Ok(Self { is_right, to_pick })
    }

    /// The score of the options picked, each named once; `None` when nothing was picked.
    ///
    /// # Errors
    /// [`FormatError::NoSuchOption`], [`FormatError::NamedTwice`].
    ///
    /// Source: psychometrics.md 1.2 and 2 (ties of the mode all accepted). Test `picks_worked_by_hand`.
    pub fn score(&self, picked: &[usize]) -> Result<Option<PickScore>, FormatError> {
        let mut seen = vec![false; self.is_right.len()];
        let mut right = 0_u8;
        for option in picked {
            let is_right = self.is_right.get(*option).ok_or(FormatError::NoSuchOption { option: *option })?;
            if let Some(flag) = seen.get_mut(*option)
                && std::mem::replace(flag, true)
            {
                return Err(FormatError::NamedTwice { at: *option });
            }
            right = right.saturating_add(u8::from(*is_right));
        }
        if picked.is_empty() {
            return Ok(None);
        }
        let has_too_many = picked.len() > usize::from(self.to_pick);
        let category = if has_too_many { 0 } else { right };
        Ok(Some(PickScore {
            right,
            pomp: Pomp::clamped(f64::from(category) / f64::from(self.to_pick)),
            category,
            has_too_many,
            is_partial: picked.len() < usize::from(self.to_pick),
        }))
    }

    /// The share earned on average by picking at random.
    ///
    /// Test `picks_worked_by_hand`.
    #[must_use]
    pub fn chance_level(&self) -> f64 {
        let right = self.is_right.iter().filter(|right| **right).count();
        f64::from(count_u32(right)) / count(self.is_right.len())
    }
}

/// One pick worth the experts' mean of its option: `(m - min m) / (max m - min m)`.
///
/// # Errors
/// [`FormatError::NoSuchOption`], [`FormatError::FlatKey`], [`FormatError::OutOfRange`] for a mean that is
/// not finite.
///
/// Source: psychometrics.md 1.2, partial credit. Test `an_option_is_worth_its_mean`.
pub fn option_credit(means: &[f64], picked: usize) -> Result<Pomp, FormatError> {
    if let Some(value) = means.iter().copied().find(|m| m.is_nan() || m.abs() > LARGEST) {
        return Err(FormatError::OutOfRange { name: "mean", value });
    }
    let own = means.get(picked).ok_or(FormatError::NoSuchOption { option: picked })?;
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let most = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most <= least { Err(FormatError::FlatKey) } else { Pomp::of(*own, least, most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_worked_by_hand() {
        let key = PickKey::new(vec![true, true, true, false, false], 2).unwrap();
        let score = |picked: &[usize]| key.score(picked).unwrap().unwrap();

        assert_eq!((score(&[0, 2]).category, score(&[0, 2]).pomp.get()), (2, 1.0));
        assert_eq!((score(&[0, 4]).category, score(&[4, 0]).pomp.get()), (1, 0.5));
        assert!(score(&[1]).is_partial && score(&[1]).category == 1);
        let many = score(&[0, 1, 2]);
        assert!(many.has_too_many && many.right == 3 && many.category == 0 && many.pomp.get() == 0.0);
        assert_eq!(key.score(&[]), Ok(None));
        assert_eq!(key.score(&[1, 1]), Err(FormatError::NamedTwice { at: 1 }));
        assert_eq!(key.score(&[5]), Err(FormatError::NoSuchOption { option: 5 }));
        // All ten pairs: mean share .6.
        let pairs = (0..5_usize).flat_map(|a| (0..a).map(move |b| [a, b]));
        let mean = pairs.map(|pair| score(&pair).pomp.get()).sum::<f64>() / 10.0;
        assert!((mean - key.chance_level()).abs() < 1e-12);
        assert!(PickKey::new(vec![true, false], 2).is_err() && PickKey::new(vec![true, true], 1).is_err());
        assert!(PickKey::new(vec![true], 1).is_err() && PickKey::new(vec![true, false], 0).is_err());
    }

    #[test]
    fn an_option_is_worth_its_mean() {
        assert_eq!(option_credit(&[1.0, 2.5, 4.0], 1).map(Pomp::get), Ok(0.5));
        assert_eq!(option_credit(&[1.0, 1.0], 1), Err(FormatError::FlatKey));
        assert!(option_credit(&[1.0, f64::INFINITY], 0).is_err() && option_credit(&[], 0).is_err());
    }
}
