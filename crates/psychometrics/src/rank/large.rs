//! Marginal rank sets of very many people.
//!
//! Critical values differ little between people, so they are computed on a grid of scores and standard
//! errors, with everybody else in a few groups of similar standard error, and read off by
//! interpolation. The comparisons themselves are exact: people of similar standard errors stand sorted
//! in buckets, whole runs are counted at once and only those near the limit one by one.

use rayon::prelude::*;

use crate::linear::{count, count_u32};
use crate::rank::marginal::{Field, Group, step_down};
use crate::rank::sets::{RankSet, RankSetError, RankSetOptions, Side};
use crate::rank::tail::TailTable;
use crate::rank::{Estimate, RankRange};

/// Up to so many people the exact method is quick enough.
const FEW: usize = 300;

/// Buckets of the comparisons.
const BUCKETS: usize = 64;

/// Groups of other people behind a critical value.
const GROUPS: usize = 8;

/// Standard errors of the grid.
const GRID_ERRORS: usize = 6;

/// Scores of the grid, as shares of the people below (per mille).
const GRID_SHARES: [usize; 29] = [
    0, 1, 3, 7, 15, 30, 60, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850,
    900, 940, 970, 985, 995, 1000,
];

/// Marginal rank confidence sets of many independent estimates (up to 1,000,000): the sets of
/// [`crate::rank::sets::marginal_rank_sets`] but for an interpolated critical value.
///
/// `people` in any order; **shape**: one set per person, in the order given. `options.plan` is not
/// used. Against the exact sets of 20 of 2,000 people with standard errors of their own, limits differ
/// by at most 2 ranks (test `many_agree_with_the_exact_sets`). Cost about O(n × buckets); the example
/// `coverage` prints times.
///
/// # Errors
/// [`RankSetError::Empty`], [`RankSetError::Coverage`], [`RankSetError::TooMany`] above 1,000,000.
///
/// Source: Mogstad et al. 2024 for the sets; the grid and the buckets are ours.
pub fn marginal_rank_sets_of_many(
    people: &[Estimate],
    options: &RankSetOptions,
) -> Result<Vec<RankSet>, RankSetError> {
    options.checked()?;
    if people.is_empty() {
        return Err(RankSetError::Empty);
    }
    if people.len() > 1_000_000 {
        return Err(RankSetError::TooMany { found: people.len(), most: 1_000_000 });
    }
    if people.len() <= FEW {
        let few: Vec<(f64, f64)> = people.iter().map(|p| (p.value(), p.error().get())).collect();
        let positions: Vec<usize> = (0..few.len()).collect();
        return Ok(Field::new(&few).sets(&positions, options));
    }
    let mut members: Vec<Member> = people
        .iter()
        .zip(0_u32..)
        .map(|(person, index)| {
            let error = person.error().get();
            Member { value: person.value(), error, squared: error * error, index }
        })
        .collect();
    members.sort_by(|a, b| a.error.total_cmp(&b.error).then_with(|| a.value.total_cmp(&b.value)));
    let grid = Grid::new(&members, options);
    let buckets = buckets(&members);
    let found: Vec<Vec<(u32, RankSet)>> = buckets
        .par_iter()
        .map(|own| sets_of_bucket(own, &buckets, &grid, options.side, people.len()))
        .collect();
    let mut sets: Vec<(u32, RankSet)> = found.into_iter().flatten().collect();
    sets.sort_unstable_by_key(|(index, _)| *index);
    Ok(sets.into_iter().map(|(_, set)| set).collect())
}

/// One person.
#[derive(Debug, Clone, Copy)]
struct Member {
    value: f64,
    error: f64,
    squared: f64,
    index: u32,
}

/// People of similar standard errors, scores rising.
struct Bucket {
    least_squared: f64,
    most_squared: f64,
    members: Vec<Member>,
}

/// One bucket per standard error when there are few, else buckets of equal numbers of people.
fn buckets(by_error: &[Member]) -> Vec<Bucket> {
    let distinct = by_error.chunk_by(|a, b| a.error == b.error);
    let parts: Vec<&[Member]> = if distinct.clone().count() <= BUCKETS {
        distinct.collect()
    } else {
        by_error.chunks(by_error.len().div_ceil(BUCKETS)).collect()
    };
    parts
        .into_iter()
        .map(|part| {
            let mut members = part.to_vec();
            members.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.index.cmp(&b.index)));
            Bucket {
                least_squared: part.first().map_or(0.0, |member| member.squared),
                most_squared: part.last().map_or(0.0, |member| member.squared),
                members,
            }
        })
        .collect()
}

/// Critical values on a grid of standard errors × scores.
struct Grid {
    errors: Vec<f64>,
    scores: Vec<f64>,
    /// One row per standard error.
    critical: Vec<Vec<f64>>,
}

impl Grid {
    fn new(by_error: &[Member], options: &RankSetOptions) -> Self {
        let groups = coarse_groups(by_error);
        let table = TailTable::new();
        let last = by_error.len() - 1;
        let mut scores: Vec<f64> = by_error.iter().map(|member| member.value).collect();
        scores.sort_by(f64::total_cmp);
        let pick = |values: &dyn Fn(usize) -> Option<f64>, shares: &[usize]| -> Vec<f64> {
            let mut picked: Vec<f64> =
                shares.iter().filter_map(|share| values(last * share / 1000)).collect();
            picked.dedup();
            picked
        };
        let scores = pick(&|i| scores.get(i).copied(), &GRID_SHARES);
        let steps: Vec<usize> = (0..GRID_ERRORS).map(|step| 1000 * step / (GRID_ERRORS - 1)).collect();
        let errors = pick(&|i| by_error.get(i).map(|member| member.error), &steps);
        let at = |error: f64, value: f64| {
            step_down(&groups, (value, error), false, options, &table).critical_value.unwrap_or(f64::INFINITY)
        };
        let row = |error: &f64| scores.par_iter().map(|value| at(*error, *value)).collect();
        let critical = errors.iter().map(row).collect();
        Self { errors, scores, critical }
    }

    /// The critical value of a person, linear between the knots around.
    fn critical(&self, value: f64, error: f64) -> f64 {
        let (row, down) = between(&self.errors, error);
        let (column, right) = between(&self.scores, value);
        let cell = |row: usize, column: usize| {
            let row = self.critical.get(row).or_else(|| self.critical.last());
            row.and_then(|row| row.get(column).or_else(|| row.last())).copied().unwrap_or(f64::INFINITY)
        };
        let of_row = |row: usize| mixed(cell(row, column), cell(row, column + 1), right);
        mixed(of_row(row), of_row(row + 1), down)
    }
}

fn mixed(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// The knot at or below a value and how far the value is on the way to the next.
fn between(knots: &[f64], value: f64) -> (usize, f64) {
    let after = knots.partition_point(|knot| *knot <= value);
    let before = after.saturating_sub(1);
    match (knots.get(before), knots.get(after)) {
        (Some(a), Some(b)) if after > 0 => (before, (value - a) / (b - a)),
        _ => (before, 0.0),
    }
}

/// Everybody in at most [`GROUPS`] groups, each with the root mean square of its standard errors.
fn coarse_groups(by_error: &[Member]) -> Vec<Group> {
    let distinct = by_error.chunk_by(|a, b| a.error == b.error);
    let parts: Vec<&[Member]> = if distinct.clone().count() <= GROUPS {
        distinct.collect()
    } else {
        by_error.chunks(by_error.len().div_ceil(GROUPS)).collect()
    };
    parts
        .into_iter()
        .map(|part| {
            let mut values: Vec<f64> = part.iter().map(|member| member.value).collect();
            values.sort_by(f64::total_cmp);
            let mean = part.iter().map(|member| member.squared / count(part.len())).sum::<f64>();
            Group { error: mean.sqrt(), values }
        })
        .collect()
}

/// The sets of one bucket's members.
fn sets_of_bucket(
    own: &Bucket,
    buckets: &[Bucket],
    grid: &Grid,
    side: Side,
    people: usize,
) -> Vec<(u32, RankSet)> {
    let mut places: Vec<[usize; 4]> = vec![[0; 4]; buckets.len()];
    let set = |person: &Member| {
        let critical = grid.critical(person.value, person.error);
        let (mut above, mut below) = (0, 0);
        for (bucket, places) in buckets.iter().zip(&mut places) {
            let (more, less) = bucket.clearly_apart(person, critical, places);
            above += more;
            below += less;
        }
        let (best, worst) = (1 + count_u32(above), count_u32(people) - count_u32(below));
        let range = match side {
            Side::TwoSided => RankRange { best, worst },
            Side::BestOnly => RankRange { best, worst: count_u32(people) },
            Side::WorstOnly => RankRange { best: 1, worst },
        };
        let index = usize::try_from(person.index).unwrap_or(usize::MAX);
        (person.index, RankSet { index, range, critical_value: Some(critical) })
    };
    own.members.iter().map(set).collect()
}

impl Bucket {
    /// How many members are clearly above and clearly below a person. `places` are where the last
    /// search ended: people come in rising order, so the next one ends near.
    fn clearly_apart(&self, person: &Member, critical: f64, places: &mut [usize; 4]) -> (usize, usize) {
        let near = critical * (person.squared + self.least_squared).sqrt();
        let far = critical * (person.squared + self.most_squared).sqrt();
        let is_clear = |member: &&Member, difference: f64| {
            difference > critical * (person.squared + member.squared).sqrt()
        };
        let [above_near, above_far, below_near, below_far] = places;
        // Sorted values: below `above_near` nobody is clearly above, from `above_far` on everybody is.
        self.search(above_near, |v| v - person.value <= near);
        self.search(above_far, |v| v - person.value <= far);
        let doubtful = self.members.get(*above_near..*above_far).unwrap_or_default();
        let above = doubtful.iter().filter(|m| is_clear(m, m.value - person.value)).count();
        // Before `below_far` everybody is clearly below, from `below_near` on nobody is.
        self.search(below_far, |v| person.value - v > far);
        self.search(below_near, |v| person.value - v > near);
        let doubtful = self.members.get(*below_far..*below_near).unwrap_or_default();
        let below = doubtful.iter().filter(|m| is_clear(m, person.value - m.value)).count();
        (above + self.members.len() - *above_far, below + *below_far)
    }

    /// Moves a place to the first member whose value does not satisfy a condition that holds up to it.
    fn search(&self, place: &mut usize, holds: impl Fn(f64) -> bool) {
        while self.members.get(*place).is_some_and(|member| holds(member.value)) {
            *place += 1;
        }
        while place.checked_sub(1).and_then(|i| self.members.get(i)).is_some_and(|m| !holds(m.value)) {
            *place -= 1;
        }
    }
}
