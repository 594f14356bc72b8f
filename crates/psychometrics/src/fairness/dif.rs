//! Differential item functioning: whether people of two groups with the same level answer an item
//! differently.
//!
//! A flag asks for a review of the item's content (B, BB, moderate) or takes it out of the score of
//! everybody (C, CC, large); it never changes the score of one group alone. Items whose matching score
//! holds other flagged items are judged wrongly: the score is purified once by default.

use rayon::prelude::*;

use crate::fairness::FairnessError;
use crate::fairness::dif::tables::{ItemTable, People};
use crate::fairness::stratified::Continuity;
use crate::irt::responses::Responses;

pub mod logistic;
pub mod mantel;
pub mod mantel_haenszel;
mod proportional_odds;
pub mod shrinkage;
mod tables;

/// The side a person is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// The group that others are compared with.
    Reference,
    /// The group of interest.
    Focal,
}

/// What people are matched on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Matching<'a> {
    /// The sum of the categories of all unflagged items and of the studied item itself.
    Total,
    /// The sum of all unflagged items without the studied one.
    Rest,
    /// A given level per person, for adaptive or branched tests: never a raw score there. Tables use
    /// quantile bins of it, logistic regression the level itself; nothing is purified.
    Trait {
        /// One finite level per person.
        theta: &'a [f64],
        /// Number of bins, 2 to 100; 10 by default.
        bins: u32,
    },
}

/// How often flagged items are taken out of the matching score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purification {
    /// Never.
    None,
    /// Flag, match on the rest, judge again: the two steps of Holland & Thayer 1988.
    Once,
    /// Until the flagged items stay the same, at most this often.
    UntilStable {
        /// Most rounds.
        most_rounds: u32,
    },
}

/// Which items are taken out of the matching score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurifyBy {
    /// Those of class B or C (BB or CC, moderate or large).
    Class,
    /// All significant ones.
    Significance,
}

/// Choices of an analysis of differential item functioning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DifOptions<'a> {
    /// What people are matched on.
    pub matching: Matching<'a>,
    /// How the matching score is purified.
    pub purification: Purification,
    /// Which items purification removes.
    pub purify_by: PurifyBy,
    /// Continuity of the Mantel-Haenszel chi-squared.
    pub continuity: Continuity,
    /// Fewest people of the reference group.
    pub least_reference: u32,
    /// Fewest people of the focal group; from here to 99 only shrunken results may be used.
    pub least_focal: u32,
    /// Significance level of Mantel-Haenszel and Mantel; logistic regression uses 0.01.
    pub level: f64,
    /// Significance level of logistic regression, 2 degrees of freedom.
    pub logistic_level: f64,
}

/// Fewest people of the focal group for results used as they are.
pub const OPERATIONAL_FOCAL: u32 = 100;

impl Default for DifOptions<'_> {
    /// Total score purified once, 200 reference and 50 focal people at least (psychometrics.md 7.4).
    fn default() -> Self {
        Self {
            matching: Matching::Total,
            purification: Purification::Once,
            purify_by: PurifyBy::Class,
            continuity: Continuity::Always,
            least_reference: 200,
            least_focal: 50,
            level: 0.05,
            logistic_level: 0.01,
        }
    }
}

/// What may be done with the results for the number of focal people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 200 reference and 100 focal people or more.
    Operational,
    /// Fewer: only results shrunk by [`shrinkage::empirical_bayes`].
    ShrunkOnly,
}

/// Why an analysis cannot run at all.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DifError {
    /// Not one group per person.
    #[error("{found} {what} for {expected} people")]
    LengthMismatch {
        /// What there should be one of per person.
        what: &'static str,
        /// Number of people.
        expected: usize,
        /// Number found.
        found: usize,
    },
    /// Too few people of a group without a gap.
    #[error("{found} people of the {group:?} group without a gap, at least {needed} are needed")]
    TooFewPersons {
        /// Which group.
        group: Group,
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// A total needs at least 3 items.
    #[error("{found} items, at least {needed} are needed")]
    TooFewItems {
        /// Items found.
        found: u32,
        /// Items needed.
        needed: u32,
    },
    /// Mantel-Haenszel takes items of two categories.
    #[error("item {item} has {categories} categories, this method takes 2")]
    NotDichotomous {
        /// Item number from 0.
        item: usize,
        /// Its categories.
        categories: u8,
    },
    /// An argument is outside its range.
    #[error(transparent)]
    Argument(#[from] FairnessError),
}

/// Why one item has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemProblem {
    /// Everybody used gave the same answer.
    #[error("all answers are the same")]
    Constant,
    /// No stratum holds both groups and two answers.
    #[error("no stratum holds both groups and two answers")]
    NoUsableStratum,
    /// One group gave one answer only wherever the two can be compared: the effect is infinite.
    #[error("the groups are separated: the effect is not estimable")]
    Separated,
    /// The fit did not converge.
    #[error("the fit did not converge")]
    NotConverged,
}

/// Results of all items with what they rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct DifReport<T> {
    /// One result per item, in order.
    pub items: Vec<Result<T, ItemProblem>>,
    /// Whether each item is part of the purified matching score.
    pub is_anchor: Vec<bool>,
    /// Rounds of purification done.
    pub rounds: u32,
    /// Whether the flags of the last round are those the matching score was purified of.
    pub is_stable: bool,
    /// People of the reference group used.
    pub n_reference: u32,
    /// People of the focal group used.
    pub n_focal: u32,
    /// People left out for a gap (of all people given).
    pub persons_left_out: u32,
    /// What may be done with the results.
    pub standing: Standing,
}

/// Judges every item, purifying as asked; `judge` sees one item, `is_flagged` a result.
fn analysed<T: Send>(
    people: &People,
    options: &DifOptions<'_>,
    judge: impl Fn(&ItemTable) -> Result<T, ItemProblem> + Sync,
    is_flagged: impl Fn(&T) -> bool,
) -> DifReport<T> {
    let items = people.items();
    let round = |anchors: &[bool]| -> Vec<Result<T, ItemProblem>> {
        let sums = people.sums(anchors);
        (0..items)
            .into_par_iter()
            .map(|item| judge(&people.table(item, &sums, anchors, options.matching)))
            .collect()
    };
    let flags = |found: &[Result<T, ItemProblem>]| -> Vec<bool> {
        found.iter().map(|result| !result.as_ref().is_ok_and(&is_flagged)).collect()
    };
    let most_rounds = match (options.purification, options.matching) {
        (Purification::None, _) | (_, Matching::Trait { .. }) => 0,
        (Purification::Once, _) => 1,
        (Purification::UntilStable { most_rounds }, _) => most_rounds.min(100),
    };
    let mut is_anchor = vec![true; items];
    let mut found = round(&is_anchor);
    let mut rounds = 0;
    let mut next = flags(&found);
    while rounds < most_rounds && next != is_anchor && next.iter().filter(|kept| **kept).count() >= 2 {
        is_anchor = next;
        found = round(&is_anchor);
        next = flags(&found);
        rounds += 1;
    }
    let [n_reference, n_focal] = people.sizes();
    let is_operational = n_reference >= 200 && n_focal >= OPERATIONAL_FOCAL;
    DifReport {
        items: found,
        is_stable: most_rounds == 0 || next == is_anchor,
        is_anchor,
        rounds,
        n_reference,
        n_focal,
        persons_left_out: people.left_out(),
        standing: if is_operational { Standing::Operational } else { Standing::ShrunkOnly },
    }
}

/// Checks the arguments and keeps the people that can be used.
fn people<'a>(
    responses: &'a Responses,
    groups: &'a [Group],
    options: &DifOptions<'a>,
) -> Result<People, DifError> {
    let expected = responses.persons();
    if groups.len() != expected {
        return Err(DifError::LengthMismatch { what: "groups", expected, found: groups.len() });
    }
    for (name, value) in [("level", options.level), ("logistic level", options.logistic_level)] {
        if !(value > 0.0 && value < 1.0) {
            return Err(FairnessError::OutOfRange { name, value }.into());
        }
    }
    if let Matching::Trait { theta, bins } = options.matching {
        if theta.len() != expected {
            return Err(DifError::LengthMismatch { what: "levels", expected, found: theta.len() });
        }
        if let Some(index) = theta.iter().position(|x| x.is_nan() || x.abs() > 1e6) {
            return Err(FairnessError::NotFinite { index }.into());
        }
        if !(2..=100).contains(&bins) {
            return Err(FairnessError::OutOfRange { name: "bins", value: f64::from(bins) }.into());
        }
    } else if responses.items() < 3 {
        let found = crate::linear::count_u32(responses.items());
        return Err(DifError::TooFewItems { found, needed: 3 });
    }
    let people = People::new(responses, groups, options.matching);
    let [n_reference, n_focal] = people.sizes();
    for (group, found, least) in [
        (Group::Reference, n_reference, options.least_reference),
        (Group::Focal, n_focal, options.least_focal),
    ] {
        let needed = least.max(2);
        if found < needed {
            return Err(DifError::TooFewPersons { group, found, needed });
        }
    }
    Ok(people)
}
