//! Exact tests: Fisher's for one table of two groups and two outcomes, and the conditional test and
//! odds ratio for several strata.

use statrs::function::gamma::ln_gamma;

use crate::fairness::FairnessError;
use crate::fairness::impact::{Selection, wide};
use crate::fairness::stratified::Stratum;
use crate::linear::count;

/// Allowance for rounding when probabilities of tables are compared: equal ones must count as equal.
const EQUAL: f64 = 1.0 + 1e-7;

/// Two-sided probabilities of Fisher's exact test, above 0 and at most 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fisher {
    /// The sum over all tables that are at most as probable as the observed one.
    pub p: f64,
    /// The same with half of the probability of the observed table: less conservative.
    pub mid_p: f64,
}

/// Fisher's exact test of equal selection rates, two-sided.
///
/// `group`, `benchmark`: people selected of people who applied. Cost: proportional to the number of
/// tables with the same margins.
///
/// Source: Fisher 1935; two sides by probability as R `fisher.test`; mid-p by Lancaster 1961, advised
/// for adverse impact by Collins & Morris 2008, J Appl Psychol 93:463-471. Golden test `fair_impact_ci`.
#[must_use]
pub fn fisher(group: Selection, benchmark: Selection) -> Fisher {
    let table = Stratum::of_selections(group, benchmark);
    let (first, chances) = hypergeometric(&table);
    let observed = table.group_yes().checked_sub(first).and_then(|place| usize::try_from(place).ok());
    let own = observed.and_then(|place| chances.get(place)).copied().unwrap_or(0.0);
    // Beyond 40 standard deviations of huge tables no probability can be told from 0.
    let p = two_sided(&chances, own).max(f64::MIN_POSITIVE);
    Fisher { p, mid_p: (p - 0.5 * own).max(0.0) }
}

fn two_sided(chances: &[f64], own: f64) -> f64 {
    chances.iter().filter(|chance| **chance <= own * EQUAL).sum::<f64>().min(1.0)
}

/// The smallest possible count of the cell (group, yes) and the probabilities of it and all larger ones
/// under equal rates, given the margins; of tables with more than [`MOST_EXACT_SUMS`] possible counts
/// only those within 40 standard deviations.
fn hypergeometric(table: &Stratum) -> (u64, Vec<f64>) {
    let (group, other, yes) = (table.group_total(), table.other_total(), table.yes_total());
    let (mut first, mut last) = (yes.saturating_sub(other), yes.min(group));
    if usize::try_from(last - first).map_or(true, |width| width > MOST_EXACT_SUMS) {
        let total = group + other;
        let middle = u128::from(group) * u128::from(yes) / u128::from(total.max(1));
        let middle = u64::try_from(middle).unwrap_or(last);
        // The variance is at most group × other / (4 total).
        let variance = u128::from(group) * u128::from(other) / u128::from(4 * total.max(1)) + 1;
        let reach = 40 * u64::try_from(variance).map_or(u64::MAX / 40, u64::isqrt);
        first = first.max(middle.saturating_sub(reach));
        last = last.min(middle.saturating_add(reach));
    }
    let logs: Vec<f64> = (first..=last).map(|x| ln_choose(group, x) + ln_choose(other, yes - x)).collect();
    (first, normalised(&logs))
}

/// Probabilities proportional to the exponentials.
fn normalised(logs: &[f64]) -> Vec<f64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| ln_gamma(wide(n) + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n.saturating_sub(k))
}

/// The exact conditional test of an odds ratio of 1 in every stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactConditional {
    /// Two-sided probability, by the probabilities of the possible sums.
    pub p: f64,
    /// Conditional maximum likelihood estimate of the common odds ratio, above 0; absent when it is 0
    /// or infinite.
    pub odds_ratio: Option<f64>,
    /// Strata with both groups and both outcomes.
    pub strata_used: u32,
}

/// Most possible values of the sum over strata, so that the exact test ends in seconds.
pub const MOST_EXACT_SUMS: usize = 200_000;

/// The exact conditional test and odds ratio of tables in strata, all margins fixed.
///
/// `strata`: one table each; those with an empty margin say nothing and are skipped.
///
/// # Errors
/// [`FairnessError::NoUsableStratum`]; [`FairnessError::OutOfRange`] above [`MOST_EXACT_SUMS`] possible
/// sums, where the approximate test is as good.
///
/// Source: Gart 1970; Breslow & Day 1980, section 4.4; R `mantelhaen.test(exact = TRUE)`. Golden test
/// `fair_mh_ucb`.
pub fn exact_conditional(strata: &[Stratum]) -> Result<ExactConditional, FairnessError> {
    let used: Vec<&Stratum> = strata.iter().filter(|stratum| stratum.is_usable()).collect();
    if used.is_empty() {
        return Err(FairnessError::NoUsableStratum);
    }
    let width = |s: &&Stratum| {
        let yes = s.yes_total();
        yes.min(s.group_total()) - yes.saturating_sub(s.other_total()) + 1
    };
    let sums = used.iter().map(width).sum::<u64>();
    if usize::try_from(sums).map_or(true, |sums| sums > MOST_EXACT_SUMS) {
        return Err(FairnessError::OutOfRange { name: "possible sums", value: f64::INFINITY });
    }
    let mut observed = 0_u64;
    let mut chances = vec![1.0];
    for stratum in &used {
        let (first, own) = hypergeometric(stratum);
        observed += stratum.group_yes() - first;
        chances = convolved(&chances, &own);
    }
    let at = usize::try_from(observed).unwrap_or(usize::MAX);
    let own = chances.get(at).copied().unwrap_or(0.0);
    Ok(ExactConditional {
        p: two_sided(&chances, own),
        odds_ratio: conditional_odds_ratio(&chances, at),
        strata_used: crate::linear::count_u32(used.len()),
    })
}

/// The distribution of the sum of two independent counts.
fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; (a.len() + b.len()).saturating_sub(1)];
    for (shift, weight) in a.iter().enumerate() {
        for (cell, chance) in sum.iter_mut().skip(shift).zip(b) {
            *cell += weight * chance;
        }
    }
    sum
}

/// The odds ratio under which the expected sum is the observed one; absent at either end.
fn conditional_odds_ratio(chances: &[f64], observed: usize) -> Option<f64> {
    if observed == 0 || observed + 1 >= chances.len() {
        return None;
    }
    let logs: Vec<f64> = chances.iter().map(|chance| chance.max(f64::MIN_POSITIVE).ln()).collect();
    let expected = |log_ratio: f64| -> f64 {
        let tilted: Vec<f64> = logs.iter().enumerate().map(|(x, log)| log + count(x) * log_ratio).collect();
        normalised(&tilted).iter().enumerate().map(|(x, chance)| count(x) * chance).sum()
    };
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    for _ in 0..70 {
        let middle = 0.5 * (low + high);
        if expected(middle) < count(observed) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((0.5 * (low + high)).exp())
}
