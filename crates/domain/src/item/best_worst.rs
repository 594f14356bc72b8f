//! The format `best-worst`: of four actions, which is the most effective and which the least. Two slots,
//! `best` and `worst`, each hold the place of an action in the pack.

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use serde::{Deserialize, Serialize};

/// How many actions stand to choose from: four fit a phone and one stored value.
pub const ACTIONS: usize = 4;

/// The definition, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestWorstItem {
    /// Version of the format.
    pub format_version: u32,
    /// The one family that the scenario scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// The four actions, in the order of the pack.
    pub actions: Vec<ActionId>,
}

/// The slot of the best action.
#[must_use]
pub fn best() -> ActionId {
    ActionId::of_word("best")
}

/// The slot of the worst action.
#[must_use]
pub fn worst() -> ActionId {
    ActionId::of_word("worst")
}
