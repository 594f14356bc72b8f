//! Marginal rank sets of independent estimates without draws: the critical value is the root of an
//! integral over the person's own error.
//!
//! Given the own error, the differences from all others are independent, so the chance that none of
//! them exceeds c standard errors is a product of normal probabilities.

use rayon::prelude::*;

use crate::linear::{count, count_u32};
use crate::normal;
use crate::rank::RankRange;
use crate::rank::sets::{RankSet, RankSetOptions, Side};
use crate::rank::tail::TailTable;

/// Reach of the integral in own standard errors.
const REACH: f64 = 6.0;

/// Steps of the integral per own standard error (or per the other's, when that is smaller).
const STEPS: f64 = 7.0;

/// People of one standard error.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) error: f64,
    /// Their scores, rising.
    pub(crate) values: Vec<f64>,
}

/// What is still to be shown about the people of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// Standard error of each of them.
    pub(crate) error: f64,
    /// Standard error of the difference from the person.
    pub(crate) difference: f64,
    /// People about whom both directions stand.
    pub(crate) both: f64,
    /// People about whom only "not better than the person" stands.
    pub(crate) above: f64,
    /// People about whom only "not worse than the person" stands.
    pub(crate) below: f64,
}

impl Standing {
    fn hypotheses(&self) -> f64 {
        2.0 * self.both + self.above + self.below
    }
}

/// Everybody a person is compared with, in groups of equal standard error.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    groups: Vec<Group>,
    people: Vec<(f64, f64)>,
    table: TailTable,
}

impl Field {
    /// `people`: score and standard error of each.
    pub(crate) fn new(people: &[(f64, f64)]) -> Self {
        let mut sorted = people.to_vec();
        sorted.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.total_cmp(&b.0)));
        let groups = sorted
            .chunk_by(|a, b| a.1 == b.1)
            .filter_map(|group| {
                let error = group.first()?.1;
                Some(Group { error, values: group.iter().map(|person| person.0).collect() })
            })
            .collect();
        Self { groups, people: people.to_vec(), table: TailTable::new() }
    }

    /// The sets of some people, by position.
    pub(crate) fn sets(&self, positions: &[usize], options: &RankSetOptions) -> Vec<RankSet> {
        positions
            .par_iter()
            .filter_map(|index| {
                let (value, error) = *self.people.get(*index)?;
                let found = step_down(&self.groups, (value, error), true, options, &self.table);
                let range = RankRange {
                    best: 1 + count_u32(found.above),
                    worst: count_u32(self.people.len()) - count_u32(found.below),
                };
                Some(RankSet { index: *index, range, critical_value: found.critical_value })
            })
            .collect()
    }
}

/// Where a stepdown ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    pub(crate) critical_value: Option<f64>,
    /// People shown to be better.
    pub(crate) above: usize,
    /// People shown to be worse.
    pub(crate) below: usize,
}

/// The stepdown for a person of a score and standard error among groups; `is_member` when the groups
/// hold the person, who is then left out.
pub(crate) fn step_down(
    groups: &[Group],
    (value, error): (f64, f64),
    is_member: bool,
    options: &RankSetOptions,
    table: &TailTable,
) -> Ending {
    let (wants_best, wants_worst) = match options.side {
        Side::TwoSided => (true, true),
        Side::BestOnly => (true, false),
        Side::WorstOnly => (false, true),
    };
    let differences: Vec<f64> = groups.iter().map(|group| group.error.hypot(error)).collect();
    let rejected = |critical: f64| -> Vec<(usize, usize)> {
        let of_group = |(group, difference): (&Group, &f64)| {
            let limit = critical * difference;
            let above = group.values.len() - group.values.partition_point(|v| v - value <= limit);
            let below = group.values.partition_point(|v| value - v > limit);
            (if wants_best { above } else { 0 }, if wants_worst { below } else { 0 })
        };
        groups.iter().zip(&differences).map(of_group).collect()
    };
    let standing = |counts: &[(usize, usize)]| -> Vec<Standing> {
        let of_group = |((group, difference), (above, below)): ((&Group, &f64), &(usize, usize))| {
            let own = if is_member && group.error == error { 1.0 } else { 0.0 };
            let all = count(group.values.len()) - own;
            let (above, below) = (count(*above), count(*below));
            let (both, only_above, only_below) = match (wants_best, wants_worst) {
                (true, true) => (all - above - below, below, above),
                (true, false) => (0.0, all - above, 0.0),
                _ => (0.0, 0.0, all - below),
            };
            Standing {
                error: group.error,
                difference: *difference,
                both,
                above: only_above,
                below: only_below,
            }
        };
        groups.iter().zip(&differences).zip(counts).map(of_group).collect()
    };
    let mut counts = vec![(0, 0); groups.len()];
    let mut critical_value = None;
    while let Some(critical) =
        critical_value_of(&standing(&counts), error, options.coverage, critical_value, table)
    {
        let has_settled = critical_value.is_some_and(|before| before - critical < 1e-7);
        critical_value = Some(critical_value.map_or(critical, |before: f64| before.min(critical)));
        let new = rejected(critical);
        let is_new = new != counts;
        counts = new;
        if !is_new || has_settled || !options.is_stepdown {
            break;
        }
    }
    let (above, below) = counts.iter().fold((0, 0), |sum, group| (sum.0 + group.0, sum.1 + group.1));
    Ending { critical_value, above, below }
}

/// The root of "no standing hypothesis exceeds c" = coverage; absent without a hypothesis. `before` is
/// the value of a larger family, which it cannot exceed.
fn critical_value_of(
    standing: &[Standing],
    own: f64,
    coverage: f64,
    before: Option<f64>,
    table: &TailTable,
) -> Option<f64> {
    let hypotheses: f64 = standing.iter().map(Standing::hypotheses).sum();
    if hypotheses < 1.0 {
        return None;
    }
    let miss = 1.0 - coverage;
    // One hypothesis needs at least the first limit; Bonferroni's inequality gives the second.
    let mut low = normal::quantile(coverage);
    let mut high = -normal::quantile(miss / hypotheses);
    high = before.map_or(high, |before| high.min(before + 1e-9)).max(low);
    let integral = Integral::new(standing, own);
    // On the logarithm of the chance of a miss the curve is almost straight.
    let height = |c: f64| (integral.miss(standing, own, c, table).max(1e-300) / miss).ln();
    let (mut at_low, mut at_high) = (height(low), height(high));
    if at_high >= 0.0 {
        return Some(high);
    }
    for _ in 0..60 {
        let chord = low + (high - low) * (at_low / (at_low - at_high));
        let c = if chord > low && chord < high { chord } else { 0.5 * (low + high) };
        let at = height(c);
        let (from, at_from) = if at > 0.0 { (high, at_high) } else { (low, at_low) };
        // The side that stays is halved, so that both limits move (Illinois rule).
        if at > 0.0 {
            (low, at_low) = (c, at);
            at_high *= 0.5;
        } else {
            (high, at_high) = (c, at);
            at_low *= 0.5;
        }
        let secant = c - at * (from - c) / (at_from - at);
        if at.abs() < 1e-9 || high - low < 1e-9 {
            return Some(c);
        }
        if at.abs() < 1e-6 && secant > low && secant < high {
            return Some(secant);
        }
    }
    Some(high)
}

/// Equal steps over the own error with normal weights.
struct Integral {
    nodes: Vec<(f64, f64)>,
}

impl Integral {
    fn new(standing: &[Standing], own: f64) -> Self {
        let least = standing.iter().filter(|s| s.hypotheses() > 0.0).map(|s| s.error).fold(own, f64::min);
        // Sharper curves need shorter steps; 4,000 of them are enough for a ratio of 1 to 50.
        let half = (REACH * STEPS * (own / least)).clamp(REACH * STEPS, 2_000.0).ceil();
        let step = REACH / half;
        let mut nodes = Vec::new();
        let mut place = -half;
        while place <= half {
            let z = place * step;
            nodes.push((z, (-0.5 * z * z).exp() * step / (2.0 * std::f64::consts::PI).sqrt()));
            place += 1.0;
        }
        Self { nodes }
    }

    /// The chance that some standing hypothesis exceeds `c` standard errors.
    fn miss(&self, standing: &[Standing], own: f64, c: f64, table: &TailTable) -> f64 {
        let at = |(z, weight): &(f64, f64)| {
            let mut none = 1.0;
            for s in standing {
                let (limit, shift) = (c * s.difference, own * z);
                let over = table.upper((limit + shift) / s.error);
                let under = table.upper((limit - shift) / s.error);
                none *= power(over + under, s.both) * power(over, s.above) * power(under, s.below);
            }
            weight * (1.0 - none)
        };
        self.nodes.iter().map(at).sum()
    }
}

/// `(1 - q)^n`.
fn power(q: f64, n: f64) -> f64 {
    if n == 0.0 || q <= 0.0 {
        1.0
    } else if n == 1.0 {
        (1.0 - q).max(0.0)
    } else if q >= 1.0 {
        0.0
    } else {
        (n * (-q).ln_1p()).exp()
    }
}
