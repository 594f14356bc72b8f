//! What published counts indicate: each group against the one with the highest rate, as pages and files show it.

use psychometrics::fairness::audit::{AuditRow, CategoryCounts, audit_table};
use psychometrics::fairness::impact::{RateTest, Selection, Verdict};

/// A group by its codes: one, or two in an intersection.
pub type GroupCodes = (String, Option<String>);

/// What the ratio and the test say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indication {
    /// The group has the highest rate: the others are compared with it.
    Reference,
    /// Below four fifths and significant.
    AdverseImpact,
    /// One of the two only.
    Review,
    /// Neither.
    NotIndicated,
}

/// The rates of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct RateTable {
    /// One row per shown group, in their order.
    pub rows: Vec<RateRow>,
}

/// One group against the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct RateRow {
    /// The group.
    pub group: GroupCodes,
    /// Its people.
    pub n: u32,
    /// Those of them above the median, or selected.
    pub selected: u32,
    /// Their share, 0 to 1.
    pub rate: f64,
    /// Whether the group is less than 2 % of the people: never the reference.
    pub is_below_least_share: bool,
    /// The impact ratio; absent when nobody of the reference was selected.
    pub ratio: Option<f64>,
    /// Its 95 % interval (Miettinen & Nurminen); without an upper end when there is none.
    pub interval: (f64, Option<f64>),
    /// Its rate minus that of the reference, -1 to 1.
    pub difference: f64,
    /// The 95 % interval of the difference (Newcombe).
    pub difference_interval: (f64, f64),
    /// Distance in standard deviations.
    pub z: f64,
    /// Its two-sided probability.
    pub z_p: f64,
    /// Two-sided probability of Fisher's exact test.
    pub fisher_p: f64,
    /// The same with half of the probability of what was observed (mid-p): less conservative.
    pub fisher_mid_p: f64,
    /// Whether the exact test is the one used.
    pub is_exact: bool,
    /// Whether the ratio is strictly below four fifths.
    pub is_adverse: bool,
    /// Further selections that would reach four fifths.
    pub to_four_fifths: u32,
    /// Whether one more selection from the group reverses the four-fifths result.
    pub is_reversed_by_one: bool,
    /// Ratio that would be found with 80 % probability.
    pub detectable: Option<f64>,
    /// What it indicates.
    pub indication: Indication,
}

impl RateTable {
    /// The table of shown counts (people selected of people), or nothing without any. `people`: everybody in the
    /// edition, hidden and unknown ones included, of whom shares are taken.
    pub(super) fn of(groups: Vec<(GroupCodes, Selection)>, people: u32) -> Option<Self> {
        let shown: u32 = groups.iter().map(|(_, selection)| selection.applicants()).sum();
        // Hidden and unknown people count in the size of the sample, and in nothing else.
        let rest = Selection::new(0, people.saturating_sub(shown)).ok();
        let table = audit_table(CategoryCounts { groups, unknown: rest }).ok()?;
        Some(Self { rows: table.rows.into_iter().map(row).collect() })
    }

    /// The group with the highest rate.
    #[must_use]
    pub fn reference(&self) -> Option<&RateRow> {
        self.rows.iter().find(|row| row.indication == Indication::Reference)
    }
}

fn row(row: AuditRow<GroupCodes>) -> RateRow {
    let own = row.comparison;
    let indication = match (row.is_benchmark, own.verdict) {
        (true, _) => Indication::Reference,
        (_, Verdict::AdverseImpactIndicated) => Indication::AdverseImpact,
        (_, Verdict::Review) => Indication::Review,
        (_, Verdict::NotIndicated) => Indication::NotIndicated,
    };
    RateRow {
        group: row.category,
        n: row.selection.applicants(),
        selected: row.selection.selected(),
        rate: row.selection.rate(),
        is_below_least_share: row.is_below_least_share,
        ratio: own.ratio.map(psychometrics::fairness::impact::ImpactRatio::value),
        interval: (own.ratio_interval.low, own.ratio_interval.high),
        difference: own.difference,
        difference_interval: (own.difference_interval.low, own.difference_interval.high),
        z: own.z,
        z_p: own.z_p,
        fisher_p: own.fisher.p,
        fisher_mid_p: own.fisher.mid_p,
        is_exact: own.test == RateTest::FisherExact,
        is_adverse: own.is_adverse,
        to_four_fifths: own.selections_to_four_fifths,
        is_reversed_by_one: own.is_reversed_by_one,
        detectable: own.detectable_ratio,
        indication,
    }
}
