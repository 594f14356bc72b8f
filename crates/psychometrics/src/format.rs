//! Item formats beside the rated action: what was answered, to points, to a share of what could be
//! reached (POMP) and to an ordered category for item response theory.
//!
//! Raw answers stay with the caller: every score here can be computed again from them and a key. The
//! product's own integer totals of mixed forms are made elsewhere; these are the formats as an analyst
//! knows them, of any size.

pub mod best_worst;
pub mod category;
pub mod dialogue;
pub mod missing;
pub mod open;
pub mod pick;
pub mod ranking;

use crate::linear::LARGEST;

/// Why an answer or a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FormatError {
    /// A list has another length.
    #[error("{found} values, {expected} expected")]
    LengthMismatch {
        /// Length expected.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// There are too few options, criteria or positions.
    #[error("{found} {what}, at least {needed} are needed")]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The answer names an option that is not there.
    #[error("there is no option {option}")]
    NoSuchOption {
        /// Option from 0.
        option: usize,
    },
    /// An option or a place is named twice.
    #[error("option or place {at} is named twice")]
    NamedTwice {
        /// Option or place from 0.
        at: usize,
    },
    /// A number is not finite or outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// What the number is.
        name: &'static str,
        /// The number.
        value: f64,
    },
    /// The key gives every answer the same value: it tells nothing.
    #[error("the key gives all options the same value")]
    FlatKey,
}

/// The share of what could be reached, 0 to 1 (percent of maximum possible, as a fraction). Needs no
/// sample.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Pomp(f64);

impl Pomp {
    /// `(x - least) / (most - least)`.
    ///
    /// # Errors
    /// [`FormatError::OutOfRange`] for an `x` outside `least` to `most`, or limits that are not finite
    /// and rising.
    ///
    /// Source: Cohen, Cohen, Aiken & West 1999, Multivar Behav Res 34:315-346. Test
    /// `pomp_is_a_share_of_the_range`.
    pub fn of(x: f64, least: f64, most: f64) -> Result<Self, FormatError> {
        let is_usable = |v: f64| v.abs() <= LARGEST;
        if !is_usable(least) {
            return Err(FormatError::OutOfRange { name: "least", value: least });
        }
        if !is_usable(most) || most <= least {
            return Err(FormatError::OutOfRange { name: "most", value: most });
        }
        if !(least..=most).contains(&x) {
            return Err(FormatError::OutOfRange { name: "x", value: x });
        }
        Ok(Self(((x - least) / (most - least)).clamp(0.0, 1.0)))
    }

    /// The share, 0 to 1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// A share known to be 0 to 1 but for rounding.
    pub(crate) const fn clamped(value: f64) -> Self {
        Self(value.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pomp_is_a_share_of_the_range() {
        assert_eq!(Pomp::of(3.0, 1.0, 5.0).map(Pomp::get), Ok(0.5));
        assert_eq!(Pomp::of(-2.0, -2.0, 2.0).map(Pomp::get), Ok(0.0));
        assert!(Pomp::of(5.1, 1.0, 5.0).is_err() && Pomp::of(f64::NAN, 1.0, 5.0).is_err());
        assert!(Pomp::of(1.0, 1.0, 1.0).is_err() && Pomp::of(1.0, f64::NEG_INFINITY, 1.0).is_err());
    }
}
