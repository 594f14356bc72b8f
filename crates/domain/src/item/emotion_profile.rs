//! The format `emotion-profile`: how strongly each of five emotions is felt behind a message, from 1 (not
//! at all) to 4 (very strongly). It asks about words that were written or said by an invented customer,
//! never about anybody's face or voice.

use crate::construct::{Construct, Family};
use crate::ids::ActionId;
use serde::{Deserialize, Serialize};

/// How many emotions are rated.
pub const EMOTIONS: usize = 5;

/// The definition, without prose and without key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmotionProfileItem {
    /// Version of the format.
    pub format_version: u32,
    /// The one family that the scenario scores.
    pub family: Family,
    /// Descriptive tags; the first belongs to the family.
    pub constructs: Vec<Construct>,
    /// The five emotions, in the order of the pack.
    pub emotions: Vec<ActionId>,
}
