//! The format `rate`: every action of a scenario is rated 1 (not at all effective) to 4 (entirely
//! effective) and scored by the same-side rule of `psychometrics` (in [`crate::item::points`]).

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use crate::item::Slot;
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

impl RatedAction {
    /// The action as what takes a rating.
    #[must_use]
    pub fn slot(&self) -> Slot {
        Slot {
            id: self.id.clone(),
            family: self.family,
            constructs: self.constructs.clone(),
            scored: self.scored,
        }
    }
}
