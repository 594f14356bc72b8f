//! Two groups and two outcomes in strata: Mantel-Haenszel and whether the odds ratio is the same
//! everywhere.
//!
//! Used for selections by requisition and, in [`crate::fairness::dif`], for answers by total score.

use crate::fairness::FairnessError;
use crate::fairness::chance::chi_squared_above;
use crate::fairness::impact::Selection;
use crate::fairness::interval::Interval;
use crate::linear::{count_u32, finite};
use crate::normal::Z_95;

/// The counts of one stratum: two groups, two outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stratum {
    /// People of the group with the outcome (selected, or right).
    pub group_yes: u32,
    /// People of the group without it.
    pub group_no: u32,
    /// Others with the outcome.
    pub other_yes: u32,
    /// Others without it.
    pub other_no: u32,
}

impl Stratum {
    /// The counts of two selections in one stratum.
    #[must_use]
    pub const fn of_selections(group: Selection, other: Selection) -> Self {
        Self {
            group_yes: group.selected(),
            group_no: group.applicants() - group.selected(),
            other_yes: other.selected(),
            other_no: other.applicants() - other.selected(),
        }
    }

    pub(crate) fn group_yes(&self) -> u64 {
        u64::from(self.group_yes)
    }

    pub(crate) fn group_total(&self) -> u64 {
        u64::from(self.group_yes) + u64::from(self.group_no)
    }

    pub(crate) fn other_total(&self) -> u64 {
        u64::from(self.other_yes) + u64::from(self.other_no)
    }

    pub(crate) fn yes_total(&self) -> u64 {
        u64::from(self.group_yes) + u64::from(self.other_yes)
    }

    /// Whether no margin is empty.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let no = u64::from(self.group_no) + u64::from(self.other_no);
        self.group_total() > 0 && self.other_total() > 0 && self.yes_total() > 0 && no > 0
    }

    /// The four counts as numbers: group yes, group no, other yes, other no.
    fn cells(&self) -> [f64; 4] {
        [self.group_yes, self.group_no, self.other_yes, self.other_no].map(f64::from)
    }
}

/// How half a person is taken off before squaring, to make the chi-squared approximation conservative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Continuity {
    /// Nothing is taken off.
    None,
    /// Half a person, unless the difference is smaller than that (R `mantelhaen.test`).
    #[default]
    Guarded,
    /// Always half a person, as the formula of Holland & Thayer 1988 stands (differential item
    /// functioning).
    Always,
}

/// A common odds ratio over strata with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MantelHaenszel {
    /// Odds of the group over odds of the others, above 0; absent when a sum is empty.
    pub odds_ratio: Option<f64>,
    /// Standard error of its logarithm (Robins, Breslow & Greenland 1986).
    pub log_se: Option<f64>,
    /// 95 % interval of the odds ratio.
    pub interval: Option<Interval>,
    /// Chi-squared with 1 degree of freedom, with the continuity asked for.
    pub chi_squared: f64,
    /// Its probability.
    pub p: f64,
    /// Strata used.
    pub strata_used: u32,
    /// Strata skipped for an empty margin.
    pub strata_skipped: u32,
    /// People in the strata used.
    pub n: u64,
}

/// The Mantel-Haenszel common odds ratio, its interval and its test.
///
/// `strata`: one table each, in any order; those with an empty margin say nothing and are skipped.
///
/// # Errors
/// [`FairnessError::NoUsableStratum`].
///
/// Source: Mantel & Haenszel 1959; standard error by Robins, Breslow & Greenland 1986, Biometrics
/// 42:311-323. Golden test `fair_mh_ucb`.
pub fn mantel_haenszel(strata: &[Stratum], continuity: Continuity) -> Result<MantelHaenszel, FairnessError> {
    let mut sums = Sums::default();
    for stratum in strata.iter().filter(|stratum| stratum.is_usable()) {
        sums.add(stratum);
    }
    if sums.strata == 0 {
        return Err(FairnessError::NoUsableStratum);
    }
    let distance = (sums.observed - sums.expected).abs();
    let taken_off = match continuity {
        Continuity::None => 0.0,
        Continuity::Guarded if distance < 0.5 => 0.0,
        Continuity::Guarded | Continuity::Always => 0.5,
    };
    let chi_squared = (distance - taken_off).powi(2) / sums.variance;
    let odds_ratio = sums.odds_ratio();
    let log_se = odds_ratio.and_then(|_| sums.log_se());
    let interval = odds_ratio.zip(log_se).and_then(|(ratio, se)| {
        let limit = |z: f64| finite((ratio.ln() + z * se).exp());
        Some(Interval { low: limit(-Z_95)?, high: limit(Z_95)? })
    });
    Ok(MantelHaenszel {
        odds_ratio,
        log_se,
        interval,
        chi_squared,
        p: chi_squared_above(chi_squared, 1),
        strata_used: sums.strata,
        strata_skipped: count_u32(strata.len()) - sums.strata,
        n: sums.n,
    })
}

/// The sums over strata of Mantel & Haenszel and of Robins, Breslow & Greenland.
#[derive(Debug, Default)]
struct Sums {
    strata: u32,
    n: u64,
    observed: f64,
    expected: f64,
    variance: f64,
    r: f64,
    s: f64,
    pr: f64,
    ps_qr: f64,
    qs: f64,
}

impl Sums {
    fn add(&mut self, stratum: &Stratum) {
        let [a, b, c, d] = stratum.cells();
        let total = a + b + c + d;
        let (r, s) = (a * d / total, b * c / total);
        let (p, q) = ((a + d) / total, (b + c) / total);
        self.strata += 1;
        self.n += stratum.group_total() + stratum.other_total();
        self.observed += a;
        self.expected += (a + b) * (a + c) / total;
        self.variance += (a + b) / total * ((c + d) / total) * (a + c) * ((b + d) / (total - 1.0));
        self.r += r;
        self.s += s;
        self.pr += p * r;
        self.ps_qr += p * s + q * r;
        self.qs += q * s;
    }

    fn odds_ratio(&self) -> Option<f64> {
        (self.r > 0.0 && self.s > 0.0).then(|| self.r / self.s)
    }

    fn log_se(&self) -> Option<f64> {
        let (r, s) = (self.r, self.s);
        finite((self.pr / (2.0 * r * r) + self.ps_qr / (2.0 * r * s) + self.qs / (2.0 * s * s)).sqrt())
    }
}

/// Whether the odds ratio differs between strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreslowDay {
    /// Chi-squared statistic.
    pub chi_squared: f64,
    /// Degrees of freedom: strata used - 1.
    pub df: u32,
    /// Its probability.
    pub p: f64,
    /// The statistic with Tarone's correction.
    pub tarone: f64,
    /// Its probability.
    pub tarone_p: f64,
}

/// The Breslow-Day test of equal odds ratios in all strata, without and with Tarone's correction.
///
/// `strata` as in [`mantel_haenszel`]; strata with an empty margin are skipped. With one stratum there
/// is nothing to compare: 0 degrees of freedom, probability 1.
///
/// # Errors
/// [`FairnessError::NoUsableStratum`], also when the common odds ratio is 0 or infinite.
///
/// Source: Breslow & Day 1980, equation 4.30; Tarone 1985. Golden test `fair_mh_ucb`.
pub fn breslow_day(strata: &[Stratum]) -> Result<BreslowDay, FairnessError> {
    let common = mantel_haenszel(strata, Continuity::None)?;
    let ratio = common.odds_ratio.ok_or(FairnessError::NoUsableStratum)?;
    let (mut chi_squared, mut excess, mut variances) = (0.0, 0.0, 0.0);
    for stratum in strata.iter().filter(|stratum| stratum.is_usable()) {
        let [a, b, c, d] = stratum.cells();
        let (group, yes, total) = (a + b, a + c, a + b + c + d);
        let fitted = fitted_count(ratio, group, yes, total);
        let rest = [fitted, group - fitted, yes - fitted, total - group - yes + fitted];
        let variance = 1.0 / rest.iter().map(|cell| 1.0 / cell.max(f64::MIN_POSITIVE)).sum::<f64>();
        chi_squared += (a - fitted).powi(2) / variance.max(f64::MIN_POSITIVE);
        excess += a - fitted;
        variances += variance;
    }
    let chi_squared = chi_squared.min(f64::MAX);
    let tarone = (chi_squared - excess * excess / variances).max(0.0);
    let df = common.strata_used - 1;
    Ok(BreslowDay {
        chi_squared,
        df,
        p: chi_squared_above(chi_squared, df),
        tarone,
        tarone_p: chi_squared_above(tarone, df),
    })
}

/// The count of (group, yes) with the margins of a table under which the odds ratio is `ratio`.
fn fitted_count(ratio: f64, group: f64, yes: f64, total: f64) -> f64 {
    let (low, high) = ((group + yes - total).max(0.0), group.min(yes));
    let a = 1.0 - ratio;
    let b = total - group - yes + ratio * (group + yes);
    let c = -ratio * group * yes;
    // The positive root of a x² + b x + c, each time in the form without cancellation.
    let square_root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    let root = if b >= 0.0 { -2.0 * c / (b + square_root) } else { (square_root - b) / (2.0 * a) };
    root.clamp(low, high)
}
