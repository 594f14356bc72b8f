//! Differential item functioning of items with two categories by Mantel-Haenszel, with the classes of
//! ETS.

use crate::fairness::dif::tables::ItemTable;
use crate::fairness::dif::{DifError, DifOptions, DifReport, Group, ItemProblem, PurifyBy, analysed, people};
use crate::fairness::stratified::{Stratum, mantel_haenszel};
use crate::irt::fit::benjamini_hochberg;
use crate::irt::responses::Responses;

/// The unit of the delta scale: delta points per unit of log odds.
pub const DELTA: f64 = -2.35;

/// The 95 % point of the standard normal distribution, one-sided.
const Z_ONE_SIDED: f64 = 1.644_853_626_951_472_7;

/// The size of an effect in the classes of ETS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EtsClass {
    /// Negligible: not significant, or less than 1 delta point.
    A,
    /// Moderate: the content is reviewed.
    B,
    /// Large: at least 1.5 delta points and significantly more than 1; out of the score of everybody.
    C,
}

/// The result of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MhDif {
    /// Common odds ratio, reference over focal: above 1 when the item favours the reference group.
    pub odds_ratio: f64,
    /// Standard error of its logarithm.
    pub log_se: f64,
    /// MH D-DIF, delta points: negative when the item is harder for the focal group.
    pub delta: f64,
    /// Standard error of delta.
    pub delta_se: f64,
    /// Chi-squared with 1 degree of freedom.
    pub chi_squared: f64,
    /// Its probability.
    pub p: f64,
    /// The probability adjusted for the items of this analysis (Benjamini & Hochberg).
    pub p_adjusted: f64,
    /// Class by the unadjusted probability, as ETS defines it.
    pub class: EtsClass,
    /// Levels with both groups and both answers.
    pub strata_used: u32,
    /// People in those levels.
    pub n: u64,
}

/// Mantel-Haenszel differential item functioning of every item.
///
/// `responses`: people × items of 2 categories; `groups`: one per person. People with a gap are left
/// out, unless they are matched on a given trait. Levels with an empty margin are skipped.
///
/// # Errors
/// [`DifError`]; a single item that cannot be judged has an [`ItemProblem`] in its place.
///
/// Source: Holland & Thayer 1988; variance by Robins, Breslow & Greenland 1986; classes by Dorans &
/// Holland 1993. Tests `planted_differences_are_found_and_no_others`,
/// `mantel_haenszel_agrees_with_strata_counted_apart`.
pub fn mantel_haenszel_dif(
    responses: &Responses,
    groups: &[Group],
    options: &DifOptions<'_>,
) -> Result<DifReport<MhDif>, DifError> {
    let more_than_two = |(_, categories): &(usize, &u8)| **categories != 2;
    if let Some((item, categories)) = responses.categories().iter().enumerate().find(more_than_two) {
        return Err(DifError::NotDichotomous { item, categories: *categories });
    }
    let people = people(responses, groups, options)?;
    let is_flagged = |found: &MhDif| match options.purify_by {
        PurifyBy::Class => found.class > EtsClass::A,
        PurifyBy::Significance => found.p < options.level,
    };
    let mut report = analysed(&people, options, |table| judged(table, options), is_flagged);
    let p: Vec<f64> = report.items.iter().flatten().map(|item| item.p).collect();
    for (item, adjusted) in report.items.iter_mut().flatten().zip(benjamini_hochberg(&p)) {
        item.p_adjusted = adjusted;
    }
    Ok(report)
}

fn judged(table: &ItemTable, options: &DifOptions<'_>) -> Result<MhDif, ItemProblem> {
    if table.is_constant() {
        return Err(ItemProblem::Constant);
    }
    let pair = |counts: &[u32]| (counts.first().copied().unwrap_or(0), counts.get(1).copied().unwrap_or(0));
    let strata: Vec<Stratum> = table
        .levels()
        .map(|level| {
            let ((group_no, group_yes), (other_no, other_yes)) = (pair(level.reference), pair(level.focal));
            Stratum { group_yes, group_no, other_yes, other_no }
        })
        .collect();
    let found = mantel_haenszel(&strata, options.continuity).map_err(|_| ItemProblem::NoUsableStratum)?;
    let (odds_ratio, log_se) = found.odds_ratio.zip(found.log_se).ok_or(ItemProblem::Separated)?;
    let (delta, delta_se) = (DELTA * odds_ratio.ln(), DELTA.abs() * log_se);
    Ok(MhDif {
        odds_ratio,
        log_se,
        delta,
        delta_se,
        chi_squared: found.chi_squared,
        p: found.p,
        p_adjusted: found.p,
        class: ets_class(delta, delta_se, found.p, options.level),
        strata_used: found.strata_used,
        n: found.n,
    })
}

/// The class of an effect of `delta` points with its standard error and probability.
///
/// Source: Dorans & Holland 1993; Zwick 2012, ETS RR-12-08. Test `ets_classes_at_their_borders`.
#[must_use]
pub fn ets_class(delta: f64, delta_se: f64, p: f64, level: f64) -> EtsClass {
    let size = delta.abs();
    if p >= level || size < 1.0 {
        EtsClass::A
    } else if size >= 1.5 && (size - 1.0) > Z_ONE_SIDED * delta_se {
        EtsClass::C
    } else {
        EtsClass::B
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ets_classes_at_their_borders() {
        assert_eq!(ets_class(-2.0, 0.1, 0.06, 0.05), EtsClass::A);
        assert_eq!(ets_class(0.99, 0.1, 0.001, 0.05), EtsClass::A);
        assert_eq!(ets_class(-1.0, 0.1, 0.001, 0.05), EtsClass::B);
        assert_eq!(ets_class(1.49, 0.1, 0.001, 0.05), EtsClass::B);
        assert_eq!(ets_class(-1.5, 0.3, 0.001, 0.05), EtsClass::C);
        assert_eq!(ets_class(1.6, 0.4, 0.001, 0.05), EtsClass::B);
    }
}
