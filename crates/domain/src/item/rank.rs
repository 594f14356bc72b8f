//! The format `rank`: four actions in order, the most effective first. Each action is a slot that holds its
//! place, 1 to 4.

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use serde::{Deserialize, Serialize};

/// How many actions are put in order: four fit a phone and one stored value.
pub const ACTIONS: usize = 4;

/// The definition, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankItem {
    /// Version of the format.
    pub format_version: u32,
    /// The one family that the scenario scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// The four actions, in the order of the pack.
    pub actions: Vec<ActionId>,
}
