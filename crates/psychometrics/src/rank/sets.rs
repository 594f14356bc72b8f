//! Rank confidence sets: the ranks that the data do not exclude.
//!
//! A marginal set holds one person's true rank with 95 % confidence and belongs beside that person; a
//! simultaneous set holds for all people at once and belongs beside statements on the whole list. Sets
//! take estimates that are not shrunk (weighted likelihood or classical scores): shrunk ones are biased
//! towards the middle by their prior.

use crate::rank::RankRange;
use crate::rank::joint::{JointEstimates, MOST_JOINT};
use crate::rank::marginal::Field;
use crate::rank::stepdown::Family;

/// Fewest draws of a critical value.
pub const FEWEST_DRAWS: u32 = 200;

/// Most numbers drawn for one call (people × draws).
const MOST_DRAWN: usize = 60_000_000;

/// Most people whose sets are computed exactly in one call; more go to
/// [`crate::rank::large::marginal_rank_sets_of_many`].
pub const MOST_EXACT: usize = 2_000;

/// Why there are no rank sets.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RankSetError {
    /// There is nobody to rank.
    #[error("there is nobody to rank")]
    Empty,
    /// A score or a covariance is not finite.
    #[error("the numbers of person {index} are not finite")]
    NotFinite {
        /// Position from 0.
        index: usize,
    },
    /// The covariance has not one row and one column per person.
    #[error("the covariance has not {people} rows of {people} numbers")]
    CovarianceShape {
        /// Number of people.
        people: usize,
    },
    /// The matrix is not symmetric or has a direction of negative variance.
    #[error("row {index} makes the matrix no covariance")]
    NotACovariance {
        /// First row that breaks it, from 0.
        index: usize,
    },
    /// Two people's difference has no error, so they need no set.
    #[error("the difference of people {a} and {b} has no error")]
    CertainDifference {
        /// Position from 0.
        a: usize,
        /// Position from 0.
        b: usize,
    },
    /// More people than this method takes.
    #[error("{found} people, at most {most} for this method")]
    TooMany {
        /// People given.
        found: usize,
        /// Most people.
        most: usize,
    },
    /// There is no such person.
    #[error("there is no person {index}")]
    NoSuchPerson {
        /// Position asked for.
        index: usize,
    },
    /// The coverage is not from 0.5 to below 1.
    #[error("the coverage {0} is not from 0.5 to below 1")]
    Coverage(f64),
    /// Too few draws for a critical value, or more than fit in memory.
    #[error("{found} draws, {FEWEST_DRAWS} or more are needed and 60,000,000 / people at most")]
    Draws {
        /// Draws asked for.
        found: u32,
    },
    /// A number of best people is not from 1 to the number of people.
    #[error("{found} is not from 1 to the number of people")]
    Tau {
        /// Number asked for.
        found: u32,
    },
}

/// Which limits a set has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// A best and a worst rank.
    TwoSided,
    /// A best rank only; the worst is the number of people.
    BestOnly,
    /// A worst rank only; the best is 1.
    WorstOnly,
}

/// How draws are made; stored with the sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawPlan {
    /// Number of draws: 5,000, or 20,000 for reports.
    pub draws: u32,
    /// Seed of the ChaCha8 generator.
    pub seed: u64,
}

/// How sets are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSetOptions {
    /// Nominal coverage, 0.5 to below 1.
    pub coverage: f64,
    /// Which limits.
    pub side: Side,
    /// Whether rejected hypotheses leave the family (tighter sets of the same coverage).
    pub is_stepdown: bool,
    /// Draws, where the critical value has no formula.
    pub plan: DrawPlan,
}

impl Default for RankSetOptions {
    fn default() -> Self {
        let plan = DrawPlan { draws: 5_000, seed: 1 };
        Self { coverage: 0.95, side: Side::TwoSided, is_stepdown: true, plan }
    }
}

impl RankSetOptions {
    pub(crate) fn checked(&self) -> Result<(), RankSetError> {
        if (0.5..1.0).contains(&self.coverage) { Ok(()) } else { Err(RankSetError::Coverage(self.coverage)) }
    }
}

/// The people whose sets are wanted; all people are compared with in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows<'a> {
    /// Everybody.
    All,
    /// Some, by position from 0.
    Only(&'a [usize]),
}

impl Rows<'_> {
    fn positions(self, people: usize) -> Result<Vec<usize>, RankSetError> {
        let Rows::Only(rows) = self else { return Ok((0..people).collect()) };
        match rows.iter().find(|row| **row >= people) {
            Some(index) => Err(RankSetError::NoSuchPerson { index: *index }),
            None => Ok(rows.to_vec()),
        }
    }
}

/// The set of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSet {
    /// Position of the person in the list given.
    pub index: usize,
    /// The ranks not excluded, 1 is best.
    pub range: RankRange,
    /// What a difference in standard errors had to exceed in the last step; absent for one person alone.
    pub critical_value: Option<f64>,
}

/// Marginal rank confidence sets: each holds the true rank of its person with the coverage asked for.
///
/// `people` as in [`JointEstimates`]; `rows`: whose sets are wanted, in that order. **Shape**: one set
/// per row. For person i the family is "i is not better than k" and "k is not better than i" for all
/// others; a hypothesis is rejected when the difference in standard errors exceeds the quantile of the
/// largest one among those still standing, and only the rejected direction leaves. Tied true scores
/// share the ranks of their tie, all of which the set then holds.
///
/// Independent errors: the quantile is an integral over i's own error (no draws, `plan` unused), exact
/// to 1e-6; all rows of [`MOST_EXACT`] people at most. Joint errors: `plan.draws` draws. One person
/// alone has rank 1.
///
/// # Errors
/// [`RankSetError::Coverage`], [`RankSetError::NoSuchPerson`], [`RankSetError::TooMany`],
/// [`RankSetError::Draws`] (joint errors).
///
/// Source: Mogstad, Romano, Shaikh & Wilhelm 2024, Rev Econ Stud 91:476-518 (directed stepdown);
/// reference program csranks (R). Golden test `rank_6`.
pub fn marginal_rank_sets(
    people: &JointEstimates,
    rows: Rows<'_>,
    options: &RankSetOptions,
) -> Result<Vec<RankSet>, RankSetError> {
    options.checked()?;
    let positions = rows.positions(people.len())?;
    if let Some(estimates) = people.as_independent() {
        if positions.len() > MOST_EXACT {
            return Err(RankSetError::TooMany { found: positions.len(), most: MOST_EXACT });
        }
        return Ok(Field::new(&estimates).sets(&positions, options));
    }
    draws_fit(people, options)?;
    let (sorted, order) = people.sorted();
    let place = places(&order);
    let blocks = Family::blocks(&sorted, options.plan);
    let one = |index: &usize| {
        let own = place.get(*index).copied().unwrap_or(0);
        let mut family = Family::of_rows(&sorted, &[own], options.side);
        let critical_value = family.step_down(&blocks, options);
        RankSet { index: *index, range: family.range(own, people.len()), critical_value }
    };
    Ok(positions.iter().map(one).collect())
}

/// Simultaneous rank confidence sets: with the coverage asked for, all of them hold at once.
///
/// As [`marginal_rank_sets`], with one family of all directed pairs that touch a row asked for and
/// `options.plan` draws of everybody's errors. At most [`MOST_JOINT`] people.
///
/// # Errors
/// [`RankSetError::Coverage`], [`RankSetError::NoSuchPerson`], [`RankSetError::TooMany`],
/// [`RankSetError::Draws`].
///
/// Source: as [`marginal_rank_sets`]. Golden test `rank_6`.
pub fn simultaneous_rank_sets(
    people: &JointEstimates,
    rows: Rows<'_>,
    options: &RankSetOptions,
) -> Result<Vec<RankSet>, RankSetError> {
    options.checked()?;
    let positions = rows.positions(people.len())?;
    if people.len() > MOST_JOINT {
        return Err(RankSetError::TooMany { found: people.len(), most: MOST_JOINT });
    }
    draws_fit(people, options)?;
    let (sorted, order) = people.sorted();
    let place = places(&order);
    let own: Vec<usize> = positions.iter().filter_map(|index| place.get(*index).copied()).collect();
    let mut family = Family::of_rows(&sorted, &own, options.side);
    let critical_value = family.step_down(&Family::blocks(&sorted, options.plan), options);
    let ranges = family.ranges(people.len());
    let set = |(index, own): (&usize, &usize)| {
        let range = ranges.get(*own).copied().unwrap_or(RankRange { best: 1, worst: 1 });
        RankSet { index: *index, range, critical_value }
    };
    Ok(positions.iter().zip(&own).map(set).collect())
}

/// The people who may be among the `tau` best (1 to the number of people): with the coverage asked for
/// every true member is in. **Shape**: one flag per person.
///
/// `options.side` is not used.
///
/// # Errors
/// [`RankSetError::Tau`] and those of [`simultaneous_rank_sets`].
///
/// Source: Mogstad et al. 2024, section 3.3 (projection). Golden test `rank_6`.
pub fn tau_best(
    people: &JointEstimates,
    tau: u32,
    options: &RankSetOptions,
) -> Result<Vec<bool>, RankSetError> {
    let tau_is_valid = usize::try_from(tau).is_ok_and(|tau| (1..=people.len()).contains(&tau));
    if !tau_is_valid {
        return Err(RankSetError::Tau { found: tau });
    }
    let options = RankSetOptions { side: Side::BestOnly, ..*options };
    let sets = simultaneous_rank_sets(people, Rows::All, &options)?;
    Ok(sets.iter().map(|set| set.range.best <= tau).collect())
}

/// The people who may be among the `tau` last, as [`tau_best`]. Test `tau_worst_mirrors_tau_best`.
///
/// # Errors
/// Those of [`tau_best`].
pub fn tau_worst(
    people: &JointEstimates,
    tau: u32,
    options: &RankSetOptions,
) -> Result<Vec<bool>, RankSetError> {
    let n = crate::linear::count_u32(people.len());
    if tau < 1 || tau > n {
        return Err(RankSetError::Tau { found: tau });
    }
    let options = RankSetOptions { side: Side::WorstOnly, ..*options };
    let sets = simultaneous_rank_sets(people, Rows::All, &options)?;
    Ok(sets.iter().map(|set| set.range.worst > n - tau).collect())
}

/// The people statistically tied with one: neither "better than" nor "worse than" the reference is
/// established in the reference's marginal family. **Shape**: one flag per person, the reference
/// included.
///
/// Not transitive: always say "tied with X", never "the tied group".
///
/// # Errors
/// Those of [`marginal_rank_sets`].
///
/// Source: psychometrics.md section 6. Test `ties_are_not_transitive`.
pub fn tied_with(
    people: &JointEstimates,
    reference: usize,
    options: &RankSetOptions,
) -> Result<Vec<bool>, RankSetError> {
    let options = RankSetOptions { side: Side::TwoSided, ..*options };
    let sets = marginal_rank_sets(people, Rows::Only(&[reference]), &options)?;
    let limit = sets.first().and_then(|set| set.critical_value).unwrap_or(0.0);
    let own = people.values().get(reference).copied().unwrap_or(0.0);
    let is_tied = |(index, value): (usize, &f64)| {
        index == reference || (value - own).abs() <= limit * people.difference_error(index, reference)
    };
    Ok(people.values().iter().enumerate().map(is_tied).collect())
}

fn draws_fit(people: &JointEstimates, options: &RankSetOptions) -> Result<(), RankSetError> {
    let found = options.plan.draws;
    let drawn = usize::try_from(found).ok().and_then(|draws| draws.checked_mul(people.len()));
    let fits = found >= FEWEST_DRAWS && drawn.is_some_and(|drawn| drawn <= MOST_DRAWN);
    if fits { Ok(()) } else { Err(RankSetError::Draws { found }) }
}

/// Where each former place went.
fn places(order: &[usize]) -> Vec<usize> {
    let mut pairs: Vec<(usize, usize)> = order.iter().copied().zip(0..).collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests;
