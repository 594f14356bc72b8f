//! Differential item functioning of items with any number of categories by Mantel's test, the
//! generalised Mantel-Haenszel test and the standardised mean difference.

use crate::fairness::chance::chi_squared_above;
use crate::fairness::dif::tables::{ItemTable, Level};
use crate::fairness::dif::{DifError, DifOptions, DifReport, Group, ItemProblem, PurifyBy, analysed, people};
use crate::fairness::generalised::{CmhTest, CountTable, general_association};
use crate::irt::fit::benjamini_hochberg;
use crate::irt::responses::Responses;
use crate::linear::count;

/// The size of an effect in the classes of ETS for items of several categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolytomousClass {
    /// Negligible: Mantel's test not significant, or an effect of at most 0.17.
    AA,
    /// Moderate: above 0.17 to 0.25; the content is reviewed.
    BB,
    /// Large: above 0.25; out of the score of everybody.
    CC,
}

/// The result of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MantelDif {
    /// Mantel's chi-squared with 1 degree of freedom.
    pub chi_squared: f64,
    /// Its probability.
    pub p: f64,
    /// The probability adjusted for the items of this analysis (Benjamini & Hochberg).
    pub p_adjusted: f64,
    /// Generalised Mantel-Haenszel: any difference in the use of the categories.
    pub generalised: CmhTest,
    /// Standardised mean difference, categories: focal minus reference, weighted by focal people;
    /// negative when the item is harder for the focal group.
    pub smd: f64,
    /// The same in pooled within-group standard deviations of the item.
    pub effect: f64,
    /// Standard error of `effect`, above 0; with 1.96 of it the 95 % interval.
    pub effect_se: f64,
    /// Class by the unadjusted probability.
    pub class: PolytomousClass,
    /// Levels with both groups.
    pub strata_used: u32,
    /// People in those levels.
    pub n: f64,
}

/// Mantel's test, the generalised Mantel-Haenszel test and the standardised mean difference of every
/// item.
///
/// `responses`: people × items, 2 to 64 categories scored 0, 1, 2, …; `groups`: one per person. People
/// with a gap are left out, unless they are matched on a given trait.
///
/// # Errors
/// [`DifError`]; a single item that cannot be judged has an [`ItemProblem`] in its place.
///
/// Source: Mantel 1963; Zwick, Donoghue & Grima 1993; classes and the (hypergeometric) standard error of the
/// difference by Zwick & Thayer 1996. Levels without people of one group are left out of both means. Tests
/// `mantel_of_two_categories_is_mantel_haenszel`, `planted_differences_are_found_and_no_others`.
pub fn mantel_dif(
    responses: &Responses,
    groups: &[Group],
    options: &DifOptions<'_>,
) -> Result<DifReport<MantelDif>, DifError> {
    let people = people(responses, groups, options)?;
    let is_flagged = |found: &MantelDif| match options.purify_by {
        PurifyBy::Class => found.class > PolytomousClass::AA,
        PurifyBy::Significance => found.p < options.level,
    };
    let mut report = analysed(&people, options, |table| judged(table, options.level), is_flagged);
    let p: Vec<f64> = report.items.iter().flatten().map(|item| item.p).collect();
    for (item, adjusted) in report.items.iter_mut().flatten().zip(benjamini_hochberg(&p)) {
        item.p_adjusted = adjusted;
    }
    Ok(report)
}

/// Number of people, sum of their scores and of the squares.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn of(counts: &[u32]) -> Self {
        counts.iter().enumerate().fold(Self::default(), |found, (score, n)| {
            let (score, n) = (count(score), f64::from(*n));
            Self { n: found.n + n, sum: found.sum + n * score, squares: found.squares + n * score * score }
        })
    }

    fn plus(self, other: Self) -> Self {
        Self { n: self.n + other.n, sum: self.sum + other.sum, squares: self.squares + other.squares }
    }

    fn squared_deviations(self) -> f64 {
        self.squares - self.sum * self.sum / self.n
    }
}

fn judged(table: &ItemTable, level: f64) -> Result<MantelDif, ItemProblem> {
    if table.is_constant() {
        return Err(ItemProblem::Constant);
    }
    let used: Vec<Level<'_>> = table.levels().filter(has_both).collect();
    let (mut distance, mut variance, mut difference, mut spread) = (0.0, 0.0, 0.0, 0.0);
    let (mut reference, mut focal) = (Moments::default(), Moments::default());
    for stratum in &used {
        let (r, f) = (Moments::of(stratum.reference), Moments::of(stratum.focal));
        let all = r.plus(f);
        distance += f.sum - f.n * all.sum / all.n;
        let own = r.n * f.n * (all.n * all.squares - all.sum * all.sum) / (all.n * all.n * (all.n - 1.0));
        variance += own;
        difference += f.n * (f.sum / f.n - r.sum / r.n);
        // The difference of two means is the focal sum's distance from its expectation times (1/n_F + 1/n_R).
        spread += (f.n * (1.0 / f.n + 1.0 / r.n)).powi(2) * own;
        (reference, focal) = (reference.plus(r), focal.plus(f));
    }
    if variance <= 0.0 {
        return Err(ItemProblem::NoUsableStratum);
    }
    let chi_squared = distance * distance / variance;
    let smd = difference / focal.n;
    let n = reference.n + focal.n;
    let pooled = ((reference.squared_deviations() + focal.squared_deviations()) / (n - 2.0)).sqrt();
    let (effect, effect_se) = (smd / pooled, spread.sqrt() / focal.n / pooled);
    if !(effect.is_finite() && effect_se.is_finite()) {
        return Err(ItemProblem::Separated);
    }
    let p = chi_squared_above(chi_squared, 1);
    let strata: Vec<CountTable> = used.iter().map(|stratum| by_group(stratum, table.categories())).collect();
    Ok(MantelDif {
        chi_squared,
        p,
        p_adjusted: p,
        generalised: general_association(&strata).map_err(|_| ItemProblem::NoUsableStratum)?,
        smd,
        effect,
        effect_se,
        class: class(effect, p, level),
        strata_used: crate::linear::count_u32(used.len()),
        n,
    })
}

fn has_both(level: &Level<'_>) -> bool {
    let any = |counts: &[u32]| counts.iter().any(|n| *n > 0);
    any(level.reference) && any(level.focal)
}

fn by_group(level: &Level<'_>, categories: usize) -> CountTable {
    CountTable::from_cells(2, categories, [level.reference, level.focal].concat())
}

fn class(effect: f64, p: f64, level: f64) -> PolytomousClass {
    match effect.abs() {
        _ if p >= level => PolytomousClass::AA,
        size if size <= 0.17 => PolytomousClass::AA,
        size if size <= 0.25 => PolytomousClass::BB,
        _ => PolytomousClass::CC,
    }
}
