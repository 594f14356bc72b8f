//! Exchanges the roles of scenarios as long as that makes the forms better, from several starts. Better is:
//! less missing of the blueprint first, then fewer differences between the forms.

use super::features::{Requirement, weight};
use crate::shuffle::SplitMix64;

/// How many starts are tried.
const STARTS: u64 = 12;
/// What one missing count of the blueprint weighs against differences.
const MISSING: i64 = 1_000_000;

/// What a scenario does in the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands in every form.
    Anchor,
    /// It stands in one.
    Form(usize),
    /// It is not drawn.
    Unused,
}

/// The scenarios to draw from.
pub(super) struct Bank {
    /// Their rows of features: plain scenarios first, then dialogues.
    pub(super) features: Vec<Vec<u32>>,
    /// How many are plain.
    pub(super) others: usize,
    /// What every form must reach.
    pub(super) requirements: Vec<Requirement>,
    /// How many forms.
    pub(super) forms: usize,
}

impl Bank {
    /// The counts of a form.
    pub(super) fn counts(&self, roles: &[Role], form: usize) -> Vec<u32> {
        let columns = self.features.first().map_or(0, Vec::len);
        let mut counts = vec![0; columns];
        for (row, role) in self.features.iter().zip(roles) {
            if matches!(role, Role::Anchor) || *role == Role::Form(form) {
                for (count, own) in counts.iter_mut().zip(row) {
                    *count += own;
                }
            }
        }
        counts
    }

    fn cost(&self, roles: &[Role]) -> i64 {
        let counts: Vec<Vec<u32>> = (0..self.forms).map(|form| self.counts(roles, form)).collect();
        let missing: i64 = counts
            .iter()
            .flat_map(|counts| {
                self.requirements.iter().map(|requirement| {
                    let there = counts.get(requirement.feature).copied().unwrap_or_default();
                    i64::from(requirement.fewest.saturating_sub(there))
                })
            })
            .sum();
        let forms = i64::try_from(self.forms).unwrap_or(1);
        let columns = self.features.first().map_or(0, Vec::len);
        let uneven: i64 = (0..columns)
            .map(|column| {
                let cells =
                    || counts.iter().map(|form| i64::from(form.get(column).copied().unwrap_or_default()));
                let sum: i64 = cells().sum();
                weight(column) * cells().map(|cell| (forms * cell - sum).pow(2)).sum::<i64>()
            })
            .sum();
        missing * MISSING + uneven
    }
}

/// The best roles found.
pub(super) fn search(bank: &Bank, start: &[Role], seed: u64) -> Vec<Role> {
    let mut best: Option<(i64, Vec<Role>)> = None;
    for attempt in 0..STARTS {
        let mut random = SplitMix64(seed.wrapping_add(attempt.wrapping_mul(0x9E37_79B9)));
        let mut roles = start.to_vec();
        let (plain, talks) = roles.split_at_mut(bank.others.min(start.len()));
        for part in [plain, talks] {
            for place in (1..part.len()).rev() {
                part.swap(place, random.below(place + 1));
            }
        }
        let cost = improve(bank, &mut roles);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, roles));
        }
    }
    best.map(|(_, roles)| roles).unwrap_or_default()
}

/// Exchanges pairs until no exchange helps; returns the cost.
fn improve(bank: &Bank, roles: &mut [Role]) -> i64 {
    let mut cost = bank.cost(roles);
    loop {
        let before = cost;
        for one in 0..roles.len() {
            for other in one + 1..roles.len() {
                let is_same_kind = (one < bank.others) == (other < bank.others);
                if !is_same_kind || roles.get(one) == roles.get(other) {
                    continue;
                }
                roles.swap(one, other);
                let changed = bank.cost(roles);
                if changed < cost {
                    cost = changed;
                } else {
                    roles.swap(one, other);
                }
            }
        }
        if cost == before {
            return cost;
        }
    }
}
