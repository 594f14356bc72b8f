//! The format `pick`: which N of M actions one would take first. Each action is a slot that says picked or
//! not.

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use serde::{Deserialize, Serialize};

/// Fewest actions to pick from.
pub const MIN_ACTIONS: usize = 5;
/// Most actions to pick from.
pub const MAX_ACTIONS: usize = 8;
/// Fewest picks.
pub const MIN_PICKS: u32 = 2;
/// Most picks.
pub const MAX_PICKS: u32 = 4;

/// The definition, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickItem {
    /// Version of the format.
    pub format_version: u32,
    /// The one family that the scenario scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// How many are to be picked.
    pub picks: u32,
    /// 5 to 8 actions, in the order of the pack.
    pub actions: Vec<ActionId>,
}
