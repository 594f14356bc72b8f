//! The format `rate`: every action of a scenario is rated 1 (not at all effective) to 4 (entirely
//! effective) and scored by the same-side rule of `psychometrics`.

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use crate::item::Response;
use psychometrics::rating::{Category, HalfPoints, same_side_points};
use serde::{Deserialize, Serialize};

/// Fewest actions of a scenario.
pub const MIN_ACTIONS: usize = 4;
/// Most actions of a scenario.
pub const MAX_ACTIONS: usize = 5;

/// The definition of a rated scenario, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateItem {
    /// Version of the format.
    pub format_version: u32,
    /// 4 or 5 actions, in the order of the pack.
    pub actions: Vec<RatedAction>,
}

/// One action to rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatedAction {
    /// Its id, unique in the scenario.
    pub id: ActionId,
    /// The one family that it scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// Whether it may score at all; `false` is shown and never scored.
    pub scored: bool,
}

/// The points of a response against the key's category, in halves (same-side rule).
#[must_use]
pub fn points(response: Response, key: Category) -> HalfPoints {
    let Response::Rate(rating) = response;
    same_side_points(rating, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_on_the_same_side_is_half_a_point() {
        let category = |number| Category::try_from(number).unwrap();

        assert_eq!(points(Response::Rate(category(4)), category(4)), HalfPoints::ONE);
        assert_eq!(points(Response::Rate(category(3)), category(4)), HalfPoints::HALF);
        assert_eq!(points(Response::Rate(category(2)), category(3)), HalfPoints::ZERO);
    }
}
