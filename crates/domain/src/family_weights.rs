//! Weights of families that a campaign chooses before its first test: some families by relative numbers among
//! themselves, the others as one fixed part at their share of the scored actions.

use std::collections::BTreeMap;

use psychometrics::part_weights::{PartWeights, PartWeightsError};
use serde::{Deserialize, Serialize};

use crate::construct::Family;

/// The largest relative number.
pub const MOST: u32 = 100;

/// Relative numbers, 0 to [`MOST`], of the families whose weight is chosen. They share what those families have of the
/// scored actions together: 1 and 3 mean a quarter and three quarters of that part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, u32>", into = "BTreeMap<String, u32>")]
pub struct FamilyWeights(BTreeMap<Family, u32>);

/// Why weights are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FamilyWeightsError {
    /// Fewer than two families: nothing to choose between.
    #[error("fewer than two families")]
    TooFew,
    /// A number above [`MOST`].
    #[error("a number above {MOST}")]
    TooLarge,
    /// Every number is 0.
    #[error("every number is 0")]
    AllZero,
    /// No family has this code.
    #[error("an unknown family")]
    UnknownFamily,
}

impl FamilyWeights {
    /// Weights from relative numbers.
    ///
    /// # Errors
    /// [`FamilyWeightsError`].
    pub fn new(relative: BTreeMap<Family, u32>) -> Result<Self, FamilyWeightsError> {
        if relative.len() < 2 {
            return Err(FamilyWeightsError::TooFew);
        }
        if relative.values().any(|number| *number > MOST) {
            return Err(FamilyWeightsError::TooLarge);
        }
        if relative.values().all(|number| *number == 0) {
            return Err(FamilyWeightsError::AllZero);
        }
        Ok(Self(relative))
    }

    /// The relative number of a family; nothing for one of the fixed part.
    #[must_use]
    pub fn relative(&self, family: Family) -> Option<u32> {
        self.0.get(&family).copied()
    }

    /// The families whose weight is chosen.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        self.0.keys().copied()
    }

    /// The weights over a form, given the scored actions of each family in the order of [`Family::ALL`].
    ///
    /// A chosen family without a scored action takes no part; when no chosen family with a number above 0 has any, all
    /// weigh by their shares.
    ///
    /// # Errors
    /// [`PartWeightsError::AllZero`] when the form scores nothing.
    pub fn over(&self, actions: [u32; 5]) -> Result<PartWeights, PartWeightsError> {
        let own = |family: Family, n: u32| match self.relative(family) {
            Some(relative) if n > 0 => relative,
            _ => 0,
        };
        let families = || Family::ALL.iter().copied().zip(actions);
        let relative: u32 = families().map(|(family, n)| own(family, n)).sum();
        if relative == 0 {
            return PartWeights::plain(&actions);
        }
        let chosen: u32 =
            families().filter(|(family, _)| self.relative(*family).is_some()).map(|(_, n)| n).sum();
        let weights: Vec<f64> = families()
            .map(|(family, n)| match self.relative(family) {
                Some(_) => f64::from(chosen) * f64::from(own(family, n)) / f64::from(relative),
                None => f64::from(n),
            })
            .collect();
        PartWeights::new(&weights, &actions)
    }
}

impl TryFrom<BTreeMap<String, u32>> for FamilyWeights {
    type Error = FamilyWeightsError;

    fn try_from(codes: BTreeMap<String, u32>) -> Result<Self, Self::Error> {
        let read = |(code, number): (String, u32)| {
            let family = Family::parse(&code).map_err(|_| FamilyWeightsError::UnknownFamily)?;
            Ok((family, number))
        };
        Self::new(codes.into_iter().map(read).collect::<Result<_, _>>()?)
    }
}

impl From<FamilyWeights> for BTreeMap<String, u32> {
    fn from(weights: FamilyWeights) -> Self {
        weights.0.into_iter().map(|(family, number)| (family.code().to_owned(), number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(numbers: &[(Family, u32)]) -> Result<FamilyWeights, FamilyWeightsError> {
        FamilyWeights::new(numbers.iter().copied().collect())
    }

    #[test]
    fn chosen_families_share_their_own_part_and_the_others_keep_theirs() {
        let chosen = weights(&[(Family::UnderstandEmotion, 1), (Family::ListenAndCheck, 3)]).unwrap();

        let over = chosen.over([10, 10, 8, 8, 4]).unwrap();

        // 20 of 40 actions are chosen about: 5 and 15 of them.
        assert_eq!(over.weights(), [0.125, 0.375, 0.2, 0.2, 0.1]);
    }

    #[test]
    fn numbers_in_the_ratio_of_the_actions_are_the_plain_score() {
        let chosen = weights(&[(Family::UnderstandEmotion, 13), (Family::ListenAndCheck, 12)]).unwrap();

        let over = chosen.over([13, 12, 11, 11, 11]).unwrap();

        for ratio in over.ratios() {
            assert!((ratio - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_family_without_actions_takes_no_part() {
        let chosen = weights(&[(Family::UnderstandEmotion, 5), (Family::ListenAndCheck, 5)]).unwrap();

        assert_eq!(chosen.over([0, 10, 10, 0, 0]).unwrap().weights(), [0.0, 0.5, 0.5, 0.0, 0.0]);
        assert_eq!(chosen.over([0, 0, 10, 0, 0]).unwrap().weights(), [0.0, 0.0, 1.0, 0.0, 0.0]);
        assert_eq!(chosen.over([0; 5]), Err(PartWeightsError::AllZero));
    }

    #[test]
    fn weights_that_choose_nothing_are_refused() {
        use Family::{ListenAndCheck as Listen, UnderstandEmotion as Understand};
        assert_eq!(weights(&[(Understand, 5)]), Err(FamilyWeightsError::TooFew));
        assert_eq!(weights(&[(Understand, 0), (Listen, 0)]), Err(FamilyWeightsError::AllZero));
        assert_eq!(weights(&[(Understand, 101), (Listen, 0)]), Err(FamilyWeightsError::TooLarge));
        let unknown = BTreeMap::from([("nothing".to_owned(), 1), ("else".to_owned(), 1)]);
        assert_eq!(FamilyWeights::try_from(unknown), Err(FamilyWeightsError::UnknownFamily));
    }

    #[test]
    fn they_are_read_back() {
        let chosen = weights(&[(Family::UnderstandEmotion, 1), (Family::ActWithLatitude, 3)]).unwrap();
        let text = serde_json::to_string(&chosen).unwrap();
        assert_eq!(serde_json::from_str::<FamilyWeights>(&text).unwrap(), chosen);
        assert!(
            serde_json::from_str::<FamilyWeights>(r#"{"listen-and-check":0,"act-with-latitude":0}"#).is_err()
        );
    }
}
