//! What simulated people of the demonstration say of themselves: invented, whatever their answers to the test.

use domain::demographics::DemographicInput;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::candidate::Candidate;
use crate::error::ServiceError;
use crate::state::Services;

/// A code and how many in a hundred say it; who is left prefers not to answer.
type Shares = [(&'static str, u32)];

const SEX: &Shares = &[("female", 50), ("male", 46)];
const AGE: &Shares = &[("under_30", 34), ("30_to_39", 30), ("40_to_49", 18), ("50_or_over", 16)];
const RACE: &Shares = &[("white", 40), ("black", 22), ("hispanic", 20), ("asian", 12), ("two_or_more", 2)];
/// How many in a hundred leave the whole form unanswered.
const SILENT: u32 = 6;

impl Services {
    /// Fills in the form after the test for a simulated person, through the use case of real ones.
    pub(crate) fn give_simulated_demographics(
        &self,
        candidate: &Candidate,
        seed: u64,
    ) -> Result<(), ServiceError> {
        // Not the numbers that their answers to the test come from.
        let mut generator = ChaCha8Rng::seed_from_u64(seed ^ 0x0067_726f_7570_7321);
        if generator.random_range(0..100) < SILENT {
            return Ok(());
        }
        let sex = said(SEX, generator.random_range(0..100));
        let age = said(AGE, generator.random_range(0..100));
        let race = said(RACE, generator.random_range(0..100));
        self.give_demographics(candidate, &DemographicInput { sex, age, race })
    }
}

fn said(shares: &Shares, drawn: u32) -> String {
    let mut sum = 0;
    let found = shares.iter().find(|(_, share)| {
        sum += share;
        drawn < sum
    });
    found.map_or("undisclosed", |(code, _)| code).to_owned()
}

#[cfg(test)]
mod tests {
    use domain::demographics::{DemographicForm, Demographics};

    use super::*;

    #[test]
    fn every_code_is_one_of_the_form() {
        for drawn in 0..100 {
            let typed =
                DemographicInput { sex: said(SEX, drawn), age: said(AGE, drawn), race: said(RACE, drawn) };
            assert!(Demographics::parse(&typed, DemographicForm::Full).is_ok(), "{typed:?}");
        }
        assert_eq!(
            (said(SEX, 0).as_str(), said(SEX, 50).as_str(), said(SEX, 99).as_str()),
            ("female", "male", "undisclosed")
        );
    }
}
