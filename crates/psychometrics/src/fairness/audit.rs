//! Tables of selection or scoring rates of all groups of one partition, as bias audits of New York City
//! Local Law 144 print them.
//!
//! Prepares an auditor's input: the audit itself is an independent person's. Texts and the decision to
//! leave a small category out are the caller's.

use crate::descriptive::quantile_of_sorted;
use crate::fairness::FairnessError;
use crate::fairness::impact::{Comparison, Selection, compare};
use crate::linear::count_u32;

/// Share of the sample, in hundredths, below which a category may be left out of the ratios.
pub const LEAST_SHARE_PERCENT: u64 = 2;

/// Counts of selections by category, and of people whose category is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCounts<C> {
    /// One entry per category that occurs, in the order of the categories.
    pub groups: Vec<(C, Selection)>,
    /// People of unknown category; absent when there are none.
    pub unknown: Option<Selection>,
}

/// One line of an audit table.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow<C> {
    /// The category, or pair of categories.
    pub category: C,
    /// People and selections; the rate is `selection.rate()`.
    pub selection: Selection,
    /// Share of the sample, unknown included, 0 to 1.
    pub share: f64,
    /// Whether the share is below 2 %: such a row may be left out of the ratios with a reason, and never
    /// sets the benchmark; its n and rate are printed all the same.
    pub is_below_least_share: bool,
    /// Whether this row is the benchmark.
    pub is_benchmark: bool,
    /// The row against the benchmark (itself for the benchmark).
    pub comparison: Comparison,
}

/// The rates of all categories of one partition against the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditTable<C> {
    /// One row per category, in the order of the categories.
    pub rows: Vec<AuditRow<C>>,
    /// People of unknown category: counted and disclosed, never compared.
    pub unknown: Option<Selection>,
    /// People in all, unknown included.
    pub n: u64,
}

impl<C> AuditTable<C> {
    /// The row with the highest rate.
    #[must_use]
    pub fn benchmark(&self) -> Option<&AuditRow<C>> {
        self.rows.iter().find(|row| row.is_benchmark)
    }
}

/// Counts selections by category.
///
/// `people`: the category (absent when unknown; a pair for intersections, absent when either is
/// unknown) and whether the person was selected. Result: categories in their own order.
///
/// Golden test `fair_ll144_selection`; test `intersections_and_unknown_people_are_counted`.
pub fn count_selections<C: Ord>(people: impl IntoIterator<Item = (Option<C>, bool)>) -> CategoryCounts<C> {
    let mut counts: std::collections::BTreeMap<Option<C>, (u32, u32)> = std::collections::BTreeMap::new();
    for (category, is_selected) in people {
        let (selected, applicants) = counts.entry(category).or_default();
        *selected = selected.saturating_add(u32::from(is_selected));
        *applicants = applicants.saturating_add(1);
    }
    let mut groups = Vec::with_capacity(counts.len());
    let mut unknown = None;
    for (category, (selected, applicants)) in counts {
        match (category, Selection::new(selected, applicants).ok()) {
            (Some(category), Some(selection)) => groups.push((category, selection)),
            (_, selection) => unknown = selection,
        }
    }
    CategoryCounts { groups, unknown }
}

/// Who scored strictly above the median of the full sample, with that median.
#[derive(Debug, Clone, PartialEq)]
pub struct AboveMedian {
    /// The median of all scores, those of people of unknown category included.
    pub median: f64,
    /// One entry per score, in the order given.
    pub is_above: Vec<bool>,
}

/// The scoring rule of Local Law 144: "selected" are those whose score is strictly above the median of
/// the full sample.
///
/// `scores`: everybody's, finite, any order and unit. **Shape**: one flag per score.
///
/// # Errors
/// [`FairnessError::TooFewValues`] without a score, [`FairnessError::NotFinite`].
///
/// Source: 6 RCNY 5-300 ("scoring rate"). Test `scores_at_the_median_are_not_above_it`.
pub fn above_median(scores: &[f64]) -> Result<AboveMedian, FairnessError> {
    if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
        return Err(FairnessError::NotFinite { index });
    }
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = quantile_of_sorted(&sorted, 1, 2)
        .filter(|median| median.is_finite())
        .ok_or(FairnessError::TooFewValues { found: count_u32(scores.len()), needed: 1 })?;
    Ok(AboveMedian { median, is_above: scores.iter().map(|score| *score > median).collect() })
}

/// The audit table of one partition: every category against the one with the highest rate among those
/// with at least 2 % of the sample. Equal rates: the one with more people, then the first.
///
/// # Errors
/// [`FairnessError::NoGroup`] when no category is known.
///
/// Source: 6 RCNY 5-301 (b) to (d); 29 CFR 1607.4D. Golden test `fair_ll144_selection`.
pub fn audit_table<C>(counts: CategoryCounts<C>) -> Result<AuditTable<C>, FairnessError> {
    let people = |selection: &Selection| u64::from(selection.applicants());
    let unknown = counts.unknown.as_ref().map_or(0, people);
    let n = counts.groups.iter().map(|(_, selection)| people(selection)).sum::<u64>() + unknown;
    let is_below = |selection: &Selection| {
        u128::from(people(selection)) * 100 < u128::from(n) * u128::from(LEAST_SHARE_PERCENT)
    };
    let highest = |eligible: &dyn Fn(&Selection) -> bool| {
        let candidates = counts.groups.iter().enumerate().filter(|(_, (_, selection))| eligible(selection));
        candidates
            .max_by(|(i, (_, a)), (j, (_, b))| {
                a.cmp_rate(*b).then(a.applicants().cmp(&b.applicants())).then(j.cmp(i))
            })
            .map(|(place, (_, selection))| (place, *selection))
    };
    // With many tiny categories none may reach 2 %: then the highest of all is the benchmark.
    let (place, benchmark) = highest(&|selection| !is_below(selection))
        .or_else(|| highest(&|_| true))
        .ok_or(FairnessError::NoGroup)?;
    let rows = counts.groups.into_iter().enumerate().map(|(row, (category, selection))| AuditRow {
        category,
        selection,
        share: f64::from(selection.applicants()) / share_base(n),
        is_below_least_share: is_below(&selection),
        is_benchmark: row == place,
        comparison: compare(selection, benchmark),
    });
    Ok(AuditTable { rows: rows.collect(), unknown: counts.unknown, n })
}

/// The number of people as a number; tables of more than 2^32 people do not exist.
fn share_base(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersections_and_unknown_people_are_counted() {
        let people =
            [(Some(("f", "x")), true), (None, true), (Some(("f", "x")), false), (Some(("m", "y")), true)];

        let counts = count_selections(people);

        let of = |selected, applicants| Selection::new(selected, applicants).unwrap();
        assert_eq!(counts.groups, [(("f", "x"), of(1, 2)), (("m", "y"), of(1, 1))]);
        assert_eq!(counts.unknown, Some(of(1, 1)));
    }

    #[test]
    fn scores_at_the_median_are_not_above_it() {
        let found = above_median(&[3.0, 1.0, 2.0, 2.0, 9.0]).unwrap();

        assert_eq!((found.median, found.is_above), (2.0, vec![true, false, false, false, true]));
        assert_eq!(above_median(&[]), Err(FairnessError::TooFewValues { found: 0, needed: 1 }));
        assert_eq!(above_median(&[1.0, f64::NAN]), Err(FairnessError::NotFinite { index: 1 }));
        assert_eq!(above_median(&[1.0, 2.0]).unwrap().median, 1.5);
    }

    #[test]
    fn a_tiny_category_never_sets_the_benchmark() {
        let of = |selected, applicants| Selection::new(selected, applicants).unwrap();
        let groups = vec![("a", of(1, 1)), ("b", of(30, 60)), ("c", of(20, 38))];

        let table = audit_table(CategoryCounts { groups, unknown: Some(of(1, 1)) }).unwrap();

        assert_eq!(table.n, 100);
        assert_eq!(table.benchmark().unwrap().category, "c");
        assert!(table.rows[0].is_below_least_share && !table.rows[1].is_below_least_share);
        // 2 % itself is not below 2 %.
        let groups = vec![("a", of(2, 2)), ("b", of(30, 98))];
        let table = audit_table(CategoryCounts { groups, unknown: None }).unwrap();
        assert_eq!(table.benchmark().unwrap().category, "a");
        let empty = CategoryCounts::<&str> { groups: vec![], unknown: Some(of(1, 1)) };
        assert_eq!(audit_table(empty).unwrap_err(), FairnessError::NoGroup);
    }
}
