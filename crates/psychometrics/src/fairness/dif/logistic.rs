//! Differential item functioning by ordinal (for two categories: binary) logistic regression: uniform,
//! the same at every level, and non-uniform, changing with the level.

use crate::fairness::chance::chi_squared_above;
use crate::fairness::dif::proportional_odds::{
    Cell, Fit, NoFit, centre_and_spread, fit, null_log_likelihood,
};
use crate::fairness::dif::tables::ItemTable;
use crate::fairness::dif::{DifError, DifOptions, DifReport, Group, ItemProblem, PurifyBy, analysed, people};
use crate::irt::fit::benjamini_hochberg;
use crate::irt::responses::Responses;

/// Change of Nagelkerke's R² from which an effect is moderate.
pub const MODERATE_R2: f64 = 0.035;

/// Change of Nagelkerke's R² from which an effect is large.
pub const LARGE_R2: f64 = 0.070;

/// One comparison of two nested models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatio {
    /// Twice the gain of log-likelihood, 0 or more.
    pub chi_squared: f64,
    /// Degrees of freedom.
    pub df: u32,
    /// Its probability.
    pub p: f64,
    /// Gain of Nagelkerke's R², 0 to 1.
    pub r2_change: f64,
}

/// The size of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogisticClass {
    /// Not significant, or R² gains less than 0.035.
    Negligible,
    /// Significant with a gain of 0.035 or more: the content is reviewed.
    Moderate,
    /// Significant with a gain of 0.070 or more: out of the score of everybody.
    Large,
}

/// The result of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticDif {
    /// Uniform and non-uniform together, 2 degrees of freedom.
    pub both: LikelihoodRatio,
    /// Uniform: the group beside the level, 1 degree of freedom.
    pub uniform: LikelihoodRatio,
    /// Non-uniform: the product beside both, 1 degree of freedom.
    pub non_uniform: LikelihoodRatio,
    /// The probability of `both` adjusted for the items of this analysis (Benjamini & Hochberg).
    pub p_adjusted: f64,
    /// Log odds of a higher category, focal minus reference at the same level (uniform model).
    pub group_effect: f64,
    /// Its standard error.
    pub group_effect_se: Option<f64>,
    /// Class of `both` by its unadjusted probability.
    pub class: LogisticClass,
    /// People used.
    pub n: f64,
}

/// Logistic regression of every item on the level, the group and their product.
///
/// `responses`: people × items, 2 to 64 categories; `groups`: one per person. People with a gap are
/// left out, unless they are matched on a given trait. Unused categories are dropped.
///
/// # Errors
/// [`DifError`]; an item that is constant or whose groups are separated has an [`ItemProblem`].
///
/// Source: Swaminathan & Rogers 1990; Zumbo 1999; Choi, Gibbons & Crane 2011; R² of Nagelkerke 1991;
/// classes by Jodoin & Gierl 2001. Tests `planted_differences_are_found_and_no_others`,
/// `logistic_regression_worked_apart`; checked by hand against R difR (docs/psychometrics.md).
pub fn logistic_dif(
    responses: &Responses,
    groups: &[Group],
    options: &DifOptions<'_>,
) -> Result<DifReport<LogisticDif>, DifError> {
    let people = people(responses, groups, options)?;
    let is_flagged = |found: &LogisticDif| match options.purify_by {
        PurifyBy::Class => found.class > LogisticClass::Negligible,
        PurifyBy::Significance => found.both.p < options.logistic_level,
    };
    let mut report = analysed(&people, options, |table| judged(table, options.logistic_level), is_flagged);
    let p: Vec<f64> = report.items.iter().flatten().map(|item| item.both.p).collect();
    for (item, adjusted) in report.items.iter_mut().flatten().zip(benjamini_hochberg(&p)) {
        item.p_adjusted = adjusted;
    }
    Ok(report)
}

fn judged(table: &ItemTable, level: f64) -> Result<LogisticDif, ItemProblem> {
    if table.is_constant() {
        return Err(ItemProblem::Constant);
    }
    let entries = table.entries();
    let (centre, spread) = centre_and_spread(entries.iter().map(|(x, _, _, people)| (*x, *people)));
    let (category_of, counts) = used_categories(&entries, table.categories());
    let cells: Vec<Cell> = entries
        .iter()
        .map(|(x, focal, category, people)| {
            let x = (x - centre) / spread;
            let category = category_of.get(usize::from(*category)).copied().unwrap_or(0);
            Cell { x: [x, *focal, x * focal], category, people: *people }
        })
        .collect();
    let model = |predictors: usize| {
        fit(&cells, &counts, predictors).map_err(|why| match why {
            NoFit::Separated => ItemProblem::Separated,
            NoFit::NotConverged => ItemProblem::NotConverged,
        })
    };
    let (level_only, with_group, with_product) = (model(1)?, model(2)?, model(3)?);
    let (n, null) = (counts.iter().sum::<f64>(), null_log_likelihood(&counts));
    let r2 = |fit: &Fit| (-2.0 * (fit.log_likelihood - null) / n).exp_m1() / (2.0 * null / n).exp_m1();
    let ratio = |small: &Fit, large: &Fit, df: u32| {
        let chi_squared = (2.0 * (large.log_likelihood - small.log_likelihood)).max(0.0);
        let r2_change = (r2(large) - r2(small)).clamp(0.0, 1.0);
        LikelihoodRatio { chi_squared, df, p: chi_squared_above(chi_squared, df), r2_change }
    };
    let both = ratio(&level_only, &with_product, 2);
    Ok(LogisticDif {
        both,
        uniform: ratio(&level_only, &with_group, 1),
        non_uniform: ratio(&with_group, &with_product, 1),
        p_adjusted: both.p,
        group_effect: with_group.coefficients.get(1).copied().unwrap_or(0.0),
        group_effect_se: with_group.covariance(1, 1).filter(|v| *v > 0.0).map(f64::sqrt),
        class: class(both, level),
        n,
    })
}

/// The new number of each category when unused ones are dropped, and the people of each one kept.
fn used_categories(entries: &[(f64, f64, u8, f64)], categories: usize) -> (Vec<usize>, Vec<f64>) {
    let mut people = vec![0.0; categories];
    for (_, _, category, n) in entries {
        if let Some(cell) = people.get_mut(usize::from(*category)) {
            *cell += n;
        }
    }
    let mut next = 0;
    let new = people
        .iter()
        .map(|n| {
            let own = next;
            next += usize::from(*n > 0.0);
            own
        })
        .collect();
    people.retain(|n| *n > 0.0);
    (new, people)
}

fn class(both: LikelihoodRatio, level: f64) -> LogisticClass {
    match both.r2_change {
        _ if both.p >= level => LogisticClass::Negligible,
        change if change >= LARGE_R2 => LogisticClass::Large,
        change if change >= MODERATE_R2 => LogisticClass::Moderate,
        _ => LogisticClass::Negligible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logistic_regression_worked_apart() {
        // Two levels: the model with group and product is saturated, so its log-likelihood is that of
        // the four shares.
        let shares: [[(f64, f64); 2]; 4] = [
            [(0.0, 0.0), (30.0, 20.0)],
            [(0.0, 1.0), (18.0, 22.0)],
            [(1.0, 0.0), (12.0, 48.0)],
            [(1.0, 1.0), (9.0, 31.0)],
        ];
        let mut entries = Vec::new();
        let mut saturated = 0.0_f64;
        for [(x, focal), (no, yes)] in shares {
            entries.extend([(x, focal, 0_u8, no), (x, focal, 1, yes)]);
            saturated += no * (no / (no + yes)).ln() + yes * (yes / (no + yes)).ln();
        }
        let (category_of, counts) = used_categories(&entries, 2);
        let cells: Vec<Cell> = entries
            .iter()
            .map(|(x, focal, k, people)| Cell {
                x: [*x, *focal, x * focal],
                category: category_of[usize::from(*k)],
                people: *people,
            })
            .collect();

        let full = fit(&cells, &counts, 3).unwrap();

        assert!((full.log_likelihood - saturated).abs() < 1e-9);
        assert!((full.intercepts[0] - (20.0_f64 / 30.0).ln()).abs() < 1e-7);
        let effect = (22.0_f64 / 18.0).ln() - (20.0_f64 / 30.0).ln();
        assert!((full.coefficients[1] - effect).abs() < 1e-7);
        let variance = 1.0 / 30.0 + 1.0 / 20.0 + 1.0 / 18.0 + 1.0 / 22.0;
        assert!((full.covariance(1, 1).unwrap() - variance).abs() < 1e-6);
    }

    #[test]
    fn unused_categories_are_dropped() {
        let entries = [(0.0, 0.0, 3, 2.0), (1.0, 1.0, 1, 5.0)];

        assert_eq!(used_categories(&entries, 5), (vec![0, 0, 1, 1, 2], vec![5.0, 2.0]));
    }
}
