//! Selection rates of one group against another: the four-fifths rule in whole numbers, tests, effect
//! sizes and the verdict.
//!
//! A verdict says what the numbers indicate and what to look at; it decides nothing.

use crate::fairness::FairnessError;
use crate::fairness::chance::normal_two_sided;
use crate::fairness::detectable::detectable_ratio;
use crate::fairness::exact::{Fisher, fisher};
use crate::fairness::interval::{
    Interval, RatioInterval, katz_log, miettinen_nurminen, newcombe_difference, wilson,
};
use crate::fairness::stratified::Stratum;
use crate::normal::CLEAR_SED;

/// Applicants of a group below which (or expected counts below 5) the exact test replaces the z test.
pub const FEW_APPLICANTS: u32 = 30;

/// Probability below which a difference counts as statistically significant.
pub const SIGNIFICANT_P: f64 = 0.05;

/// People selected of people who applied: at least one applicant, at most all selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    selected: u32,
    applicants: u32,
}

impl Selection {
    /// `selected` of `applicants` people.
    ///
    /// # Errors
    /// [`FairnessError::NoApplicants`], [`FairnessError::MoreSelected`].
    pub const fn new(selected: u32, applicants: u32) -> Result<Self, FairnessError> {
        match (selected, applicants) {
            (_, 0) => Err(FairnessError::NoApplicants),
            (selected, applicants) if selected > applicants => {
                Err(FairnessError::MoreSelected { selected, applicants })
            }
            _ => Ok(Self { selected, applicants }),
        }
    }

    /// People selected.
    #[must_use]
    pub const fn selected(self) -> u32 {
        self.selected
    }

    /// People who applied, 1 or more.
    #[must_use]
    pub const fn applicants(self) -> u32 {
        self.applicants
    }

    /// The selection rate, 0 to 1.
    #[must_use]
    pub fn rate(self) -> f64 {
        f64::from(self.selected) / f64::from(self.applicants)
    }

    /// The order of the exact rates, without division.
    #[must_use]
    pub fn cmp_rate(self, other: Self) -> std::cmp::Ordering {
        product(self.selected, other.applicants).cmp(&product(other.selected, self.applicants))
    }

    /// With one more person selected; absent when everybody is.
    #[must_use]
    pub const fn one_more(self) -> Option<Self> {
        if self.selected == self.applicants {
            return None;
        }
        Some(Self { selected: self.selected + 1, applicants: self.applicants })
    }
}

fn product(a: u32, b: u32) -> u128 {
    u128::from(a) * u128::from(b)
}

/// A ratio of two selection rates as the exact fraction of whole numbers, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImpactRatio {
    numerator: u64,
    denominator: u64,
}

impl ImpactRatio {
    /// The numerator, 0 or more.
    #[must_use]
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// The denominator, 1 or more.
    #[must_use]
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// The ratio as a number, for display only: 0.8 itself is no exact binary number.
    #[must_use]
    pub fn value(self) -> f64 {
        wide(self.numerator) / wide(self.denominator)
    }
}

/// A whole number as the nearest binary one.
pub(crate) fn wide(number: u64) -> f64 {
    let (high, low) = (number >> 32, number & u64::from(u32::MAX));
    let part = |half: u64| f64::from(u32::try_from(half).unwrap_or(u32::MAX));
    part(high).mul_add(4_294_967_296.0, part(low))
}

/// The impact ratio, rate of the group over rate of the benchmark, as an exact fraction; absent when
/// nobody of the benchmark was selected.
///
/// Source: 29 CFR 1607.4D. Golden test `fair_ugesp_four_fifths`.
#[must_use]
pub fn impact_ratio(group: Selection, benchmark: Selection) -> Option<ImpactRatio> {
    let times = |a: u32, b: u32| u64::from(a) * u64::from(b);
    let top = times(group.selected, benchmark.applicants);
    let bottom = times(benchmark.selected, group.applicants);
    let divisor = greatest_common_divisor(top, bottom);
    (bottom > 0).then(|| ImpactRatio { numerator: top / divisor, denominator: bottom / divisor })
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// Whether the rate of the group is strictly below four fifths of the rate of the benchmark, compared
/// in whole numbers: `5 x_g n_b < 4 x_b n_g`. 48 % against 60 % is exactly 0.80: not adverse.
///
/// Source: 29 CFR 1607.4D; 44 Fed. Reg. 11996 (1979). Golden test `fair_ugesp_four_fifths`.
#[must_use]
pub fn is_adverse(group: Selection, benchmark: Selection) -> bool {
    5 * product(group.selected, benchmark.applicants) < 4 * product(benchmark.selected, group.applicants)
}

/// How many more people of the group would have to be selected, of the same applicants, to reach four
/// fifths; 0 when it is reached. Golden test `fair_ll144_selection`.
#[must_use]
pub fn selections_to_four_fifths(group: Selection, benchmark: Selection) -> u32 {
    let needed = (4 * product(benchmark.selected, group.applicants))
        .div_ceil(5 * u128::from(benchmark.applicants))
        .saturating_sub(u128::from(group.selected));
    u32::try_from(needed).unwrap_or(u32::MAX)
}

/// The pooled two-proportion z of two rates, group minus benchmark, in standard deviations; 0 when
/// everybody or nobody was selected.
///
/// Source: Castaneda v. Partida, 430 U.S. 482 (1977), note 17. Golden tests `fair_impact_ci`,
/// `fair_ll144_selection`.
#[must_use]
pub fn pooled_z(group: Selection, benchmark: Selection) -> f64 {
    let (n1, n2) = (f64::from(group.applicants), f64::from(benchmark.applicants));
    let pooled = (f64::from(group.selected) + f64::from(benchmark.selected)) / (n1 + n2);
    let variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    if variance > 0.0 { (group.rate() - benchmark.rate()) / variance.sqrt() } else { 0.0 }
}

/// Cohen's h of two rates, group minus benchmark: the difference of `2 asin √rate`, -π to π.
///
/// Source: Cohen 1988, chapter 6. Golden test `fair_impact_ci`.
#[must_use]
pub fn cohen_h(group: Selection, benchmark: Selection) -> f64 {
    let angle = |s: Selection| 2.0 * s.rate().sqrt().asin();
    angle(group) - angle(benchmark)
}

/// What the ratio and the test say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Below four fifths and significant.
    AdverseImpactIndicated,
    /// One of the two only.
    Review,
    /// Neither. The power says what would have been found.
    NotIndicated,
}

/// The test a verdict uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateTest {
    /// The pooled z test.
    TwoSd,
    /// Fisher's exact test: an expected count is below 5 or the group has fewer than 30 applicants.
    FisherExact,
}

/// Everything about one group against the benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The group.
    pub group: Selection,
    /// What it is compared with.
    pub benchmark: Selection,
    /// Exact impact ratio; absent when nobody of the benchmark was selected.
    pub ratio: Option<ImpactRatio>,
    /// Whether the ratio is strictly below four fifths.
    pub is_adverse: bool,
    /// Score interval of the ratio (the default one).
    pub ratio_interval: RatioInterval,
    /// Log interval of the ratio.
    pub katz_interval: Option<Interval>,
    /// Difference of the rates, group minus benchmark.
    pub difference: f64,
    /// Its interval.
    pub difference_interval: Interval,
    /// Interval of the group's own rate.
    pub rate_interval: Interval,
    /// Distance in standard deviations.
    pub z: f64,
    /// Two-sided probability of z.
    pub z_p: f64,
    /// Whether the distance exceeds 1.96 standard deviations.
    pub is_beyond_two_sd: bool,
    /// Fisher's exact test.
    pub fisher: Fisher,
    /// The test the verdict uses.
    pub test: RateTest,
    /// Its probability.
    pub p: f64,
    /// Sample odds ratio; absent when a count of its denominator is 0.
    pub odds_ratio: Option<f64>,
    /// Cohen's h.
    pub cohen_h: f64,
    /// Further selections that would reach four fifths.
    pub selections_to_four_fifths: u32,
    /// Whether one more selection from the group reverses the four-fifths result.
    pub is_reversed_by_one: bool,
    /// Ratio that would be found with 80 % probability.
    pub detectable_ratio: Option<f64>,
    /// Fewer than 30 people in both groups together.
    pub is_small: bool,
    /// Ratio and test together.
    pub verdict: Verdict,
}

/// Compares the selection of a group with that of the benchmark.
///
/// Source: UGESP 29 CFR 1607.4D and Questions and Answers 20-24 (44 Fed. Reg. 11996); choice of the
/// test by psychometrics.md 7.1. Golden tests `fair_impact_ci`, `fair_ll144_selection`; test
/// `one_more_selection_may_reverse_the_rule`.
#[must_use]
pub fn compare(group: Selection, benchmark: Selection) -> Comparison {
    let z = pooled_z(group, benchmark);
    let z_p = normal_two_sided(z);
    let fisher = fisher(group, benchmark);
    let test = test_of(group, benchmark);
    let p = match test {
        RateTest::TwoSd => z_p,
        RateTest::FisherExact => fisher.p,
    };
    let adverse = is_adverse(group, benchmark);
    let verdict = match (adverse, p < SIGNIFICANT_P) {
        (true, true) => Verdict::AdverseImpactIndicated,
        (false, false) => Verdict::NotIndicated,
        _ => Verdict::Review,
    };
    Comparison {
        group,
        benchmark,
        ratio: impact_ratio(group, benchmark),
        is_adverse: adverse,
        ratio_interval: miettinen_nurminen(group, benchmark),
        katz_interval: katz_log(group, benchmark),
        difference: group.rate() - benchmark.rate(),
        difference_interval: newcombe_difference(group, benchmark),
        rate_interval: wilson(group),
        z,
        z_p,
        is_beyond_two_sd: z.abs() > CLEAR_SED,
        fisher,
        test,
        p,
        odds_ratio: sample_odds_ratio(group, benchmark),
        cohen_h: cohen_h(group, benchmark),
        selections_to_four_fifths: selections_to_four_fifths(group, benchmark),
        is_reversed_by_one: group.one_more().is_some_and(|more| is_adverse(more, benchmark) != adverse),
        detectable_ratio: detectable_ratio(group, benchmark),
        is_small: group.applicants.saturating_add(benchmark.applicants) < FEW_APPLICANTS,
        verdict,
    }
}

/// The test that a verdict uses: the exact one where the normal approximation is too coarse, with an expected count
/// below 5 or few applicants.
pub(crate) fn test_of(group: Selection, benchmark: Selection) -> RateTest {
    let (n1, n2) = (u64::from(group.applicants), u64::from(benchmark.applicants));
    let yes = u64::from(group.selected) + u64::from(benchmark.selected);
    let smallest = u128::from(n1.min(n2)) * u128::from(yes.min(n1 + n2 - yes));
    let needs_exact = group.applicants < FEW_APPLICANTS || smallest < 5 * u128::from(n1 + n2);
    if needs_exact { RateTest::FisherExact } else { RateTest::TwoSd }
}

fn sample_odds_ratio(group: Selection, benchmark: Selection) -> Option<f64> {
    let table = Stratum::of_selections(group, benchmark);
    let bottom = f64::from(table.group_no) * f64::from(table.other_yes);
    (bottom > 0.0).then(|| f64::from(table.group_yes) * f64::from(table.other_no) / bottom)
}

#[cfg(test)]
mod tests;
