//! The order in which a candidate sees the actions of a scenario, from a seed drawn once per attempt.
//! The order of a seed never changes between versions: attempts in progress would otherwise be reshuffled.

use crate::ids::ScenarioId;
use std::fmt;

/// The order of the actions of one scenario: for each place on the screen, the index in the pack.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionOrder(Vec<usize>);

/// The text is not an order of that many actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an order of {actions} actions")]
pub struct NotAnOrder {
    /// How many actions the scenario has.
    pub actions: usize,
}

impl ActionOrder {
    /// The order that a seed gives to the actions of one scenario; scenarios of one attempt are independent.
    #[must_use]
    pub fn of(seed: u64, scenario: &ScenarioId, actions: usize) -> Self {
        let mut generator = SplitMix64(seed ^ fnv_1a(scenario.as_str()));
        let mut order: Vec<usize> = (0..actions).collect();
        // Fisher-Yates (Durstenfeld 1964), from the last place down.
        for place in (1..actions).rev() {
            order.swap(place, generator.below(place + 1));
        }
        Self(order)
    }

    /// Reads an order as stored: indices from 0 joined by commas, each once.
    ///
    /// # Errors
    /// [`NotAnOrder`] when the text is not a permutation of that many indices.
    pub fn parse(text: &str, actions: usize) -> Result<Self, NotAnOrder> {
        let order = text
            .split(',')
            .map(|index| index.parse::<usize>().map_err(|_| NotAnOrder { actions }))
            .collect::<Result<Vec<_>, _>>()?;
        let complete = order.len() == actions && (0..actions).all(|index| order.contains(&index));
        if complete { Ok(Self(order)) } else { Err(NotAnOrder { actions }) }
    }

    /// For each place on the screen, the index of the action in the pack.
    #[must_use]
    pub fn indices(&self) -> &[usize] {
        &self.0
    }

    /// The given items in this order. Items beyond the order, or places beyond the items, are left out.
    pub fn arrange<'a, T>(&'a self, items: &'a [T]) -> impl Iterator<Item = &'a T> {
        self.0.iter().filter_map(|index| items.get(*index))
    }
}

impl fmt::Display for ActionOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, index) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            write!(f, "{index}")?;
        }
        Ok(())
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, figure 16): eight lines that will never change under us.
pub(crate) struct SplitMix64(pub(crate) u64);

impl SplitMix64 {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A uniform number below `bound`, which is at least 1; draws that would favour small numbers are repeated.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        let unbiased_below = u64::MAX - (u64::MAX % bound);
        loop {
            let drawn = self.next();
            if drawn < unbiased_below {
                return usize::try_from(drawn % bound).unwrap_or(0);
            }
        }
    }
}

/// FNV-1a, 64 bits: spreads the scenario's id over the seed.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn order(seed: u64, scenario: &str, actions: usize) -> String {
        ActionOrder::of(seed, &ScenarioId::parse(scenario).unwrap(), actions).to_string()
    }

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // First outputs for seed 1234567, as printed on Rosetta Code « Pseudo-random numbers/Splitmix64 ».
        let mut generator = SplitMix64(1_234_567);

        let drawn: Vec<u64> = (0..5).map(|_| generator.next()).collect();

        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn orders_never_change_between_versions() {
        let golden = [
            (0, "missed-appointment", 4, "0,1,2,3"),
            (1, "missed-appointment", 4, "1,3,0,2"),
            (u64::MAX, "missed-appointment", 5, "1,2,3,0,4"),
            (0, "damaged-lamp", 5, "0,3,2,1,4"),
        ];
        for (seed, scenario, actions, expected) in golden {
            assert_eq!(order(seed, scenario, actions), expected);
        }
    }

    #[test]
    fn every_order_is_about_equally_likely() {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for seed in 0..24_000 {
            *seen.entry(order(seed, "damaged-lamp", 4)).or_default() += 1;
        }

        assert_eq!(seen.len(), 24);
        // 1,000 expected each; five standard deviations of a binomial are 155.
        assert!(seen.values().all(|times| times.abs_diff(1_000) < 155), "{seen:?}");
    }

    #[test]
    fn scenarios_of_one_attempt_differ() {
        let same = (0..1_000).filter(|seed| order(*seed, "a", 4) == order(*seed, "b", 4)).count();

        assert!(same < 80, "{same} of 1,000 agree, about 42 expected");
    }

    #[test]
    fn a_stored_order_is_read_back() {
        let order = ActionOrder::of(7, &ScenarioId::parse("a").unwrap(), 5);

        assert_eq!(ActionOrder::parse(&order.to_string(), 5), Ok(order));
    }

    #[test]
    fn what_is_no_permutation_is_refused() {
        for text in ["", "0,1,2", "0,1,2,2", "1,2,3,4", "0,1,2,3,4", "0,1,x,3", "0, 1,2,3"] {
            assert_eq!(ActionOrder::parse(text, 4), Err(NotAnOrder { actions: 4 }), "{text}");
        }
    }

    #[test]
    fn items_are_arranged_in_the_order() {
        let order = ActionOrder::parse("2,0,1", 3).unwrap();

        assert_eq!(order.arrange(&["a", "b", "c"]).collect::<Vec<_>>(), [&"c", &"a", &"b"]);
    }

    #[test]
    fn no_action_and_one_action_are_orders() {
        assert_eq!(order(3, "a", 0), "");
        assert_eq!(order(3, "a", 1), "0");
    }
}
