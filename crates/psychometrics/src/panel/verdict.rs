//! What to keep of a panel round: each option, each scenario and the round, with the reason for every drop.

use crate::linear::count_u32;
use crate::panel::agreement::{Agreement, agreement, r_wg_j};
use crate::panel::{PanelError, PanelRatings, RatingScale};
use crate::rater::icc::{IccModel, IccTable, IccUnit, icc};
use crate::rater::krippendorff::{Scale, krippendorff_alpha};

/// Experts below which agreement is unstable; 10 to 12 are better.
pub const FEWEST_EXPERTS: u32 = 8;

/// Smallest r_wg(J) of a scenario.
pub const SMALLEST_R_WG_J: f64 = 0.70;

/// Fewest options of a scenario.
pub const FEWEST_OPTIONS: u32 = 2;

/// Smallest ICC(2,k) of a round; .90 is the aim.
pub const SMALLEST_ICC: f64 = 0.80;

/// Smallest ordinal alpha of Krippendorff of a round.
pub const SMALLEST_ALPHA: f64 = 0.667;

/// Why an option is dropped or rewritten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptionReason {
    /// r_wg below .50.
    LowAgreement {
        /// The r_wg.
        r_wg: f64,
    },
    /// AD_M above A / 6.
    LargeDeviation {
        /// The deviation.
        ad_m: f64,
    },
    /// Two categories that are not neighbours hold 30 % or more each.
    Bimodal {
        /// The lower category.
        low: u8,
        /// The higher one.
        high: u8,
    },
    /// The mean is within .25 of the middle of the scale: such options carry little validity. Rating
    /// formats only.
    NearMiddle {
        /// The mean.
        mean: f64,
    },
}

/// Why a scenario is dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScenarioReason {
    /// Fewer than 2 options are kept.
    TooFewOptions {
        /// Options kept.
        kept: u32,
    },
    /// r_wg(J) of the kept options is below .70.
    LowAgreement {
        /// The r_wg(J).
        r_wg_j: f64,
    },
}

/// Why a round is dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RoundReason {
    /// ICC(2,k) below .80.
    LowIcc {
        /// The coefficient.
        icc: f64,
    },
    /// Krippendorff's ordinal alpha below .667.
    LowAlpha {
        /// The coefficient.
        alpha: f64,
    },
}

/// The format the key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFormat {
    /// Options are rated: the key is the mean, and a mean near the middle drops the option.
    Rating,
    /// Options are picked or ranked by their rated effectiveness.
    Picking,
}

/// An option of a round.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionVerdict {
    /// Its scenario.
    pub scenario: usize,
    /// What the panel says of it.
    pub agreement: Agreement,
    /// Why it is dropped, all reasons; empty when it is kept.
    pub reasons: Vec<OptionReason>,
}

/// A scenario of a round.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioVerdict {
    /// Its number.
    pub scenario: usize,
    /// Its options.
    pub options: u32,
    /// Options kept.
    pub kept: u32,
    /// r_wg(J) of the kept options; absent when none is.
    pub r_wg_j: Option<f64>,
    /// Why it is dropped; empty when it is kept.
    pub reasons: Vec<ScenarioReason>,
}

/// A round of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundVerdict {
    /// One entry per option, in order.
    pub options: Vec<OptionVerdict>,
    /// One entry per scenario, by its number.
    pub scenarios: Vec<ScenarioVerdict>,
    /// Intraclass correlations over options rated by everybody; absent when they cannot be computed.
    pub icc: Option<IccTable>,
    /// Krippendorff's ordinal alpha; absent when all ratings are the same.
    pub alpha: Option<f64>,
    /// Experts.
    pub experts: u32,
    /// Whether there are fewer than 8 experts: agreement is unstable.
    pub is_small_panel: bool,
    /// Why the whole round is dropped; empty when it is kept. Without an ICC it cannot be kept as final.
    pub reasons: Vec<RoundReason>,
}

impl RoundVerdict {
    /// Whether an option is in the key: it, its scenario and the round are kept.
    #[must_use]
    pub fn is_scored(&self, option: usize) -> bool {
        self.reasons.is_empty()
            && self.options.get(option).is_some_and(|own| {
                let is_dropped = |s: &ScenarioVerdict| s.scenario == own.scenario && !s.reasons.is_empty();
                own.reasons.is_empty() && !self.scenarios.iter().any(is_dropped)
            })
    }

    /// ICC(2,k), the reliability of the panel's means.
    #[must_use]
    pub fn icc_2k(&self) -> Option<f64> {
        self.icc.as_ref().map(|table| table.get(IccModel::TwoWayRandom, IccUnit::Mean).value)
    }
}

/// The verdict on a round: agreement, and everything that falls under the drop rules with its reason.
///
/// `alpha`: Krippendorff's ordinal alpha, where it is known from elsewhere; `None` computes it here.
///
/// # Errors
/// [`PanelError::OutOfRange`] for an alpha that is not finite or above 1.
///
/// Source: psychometrics.md 2; LeBreton & Senter 2008; Burke & Dunlap 2002; McDaniel et al. 2011 (middle of
/// the scale); comparisons with limits in integers. Tests `options_are_dropped_for_their_reasons`,
/// `a_good_round_is_kept`.
pub fn judge_round(
    ratings: &PanelRatings,
    format: KeyFormat,
    alpha: Option<f64>,
) -> Result<RoundVerdict, PanelError> {
    if let Some(value) = alpha.filter(|a| !a.is_finite() || *a > 1.0) {
        return Err(PanelError::OutOfRange { name: "alpha", value });
    }
    let options: Vec<OptionVerdict> = ratings
        .rows()
        .iter()
        .zip(ratings.scenario_of_option())
        .map(|(row, scenario)| {
            let agreement = agreement(row, ratings.scale())?;
            let reasons = option_reasons(row, &agreement, ratings.scale(), format);
            Ok(OptionVerdict { scenario: *scenario, agreement, reasons })
        })
        .collect::<Result<_, PanelError>>()?;
    let scenarios = scenario_verdicts(ratings, &options);
    let table = ratings.table();
    let ordinal = || krippendorff_alpha(table.as_ref()?, Scale::Ordinal).ok().map(|found| found.value);
    let alpha = alpha.or_else(ordinal);
    let table = table.as_ref().and_then(|table| icc(table).ok());
    let experts = count_u32(ratings.experts());
    let mut verdict = RoundVerdict {
        options,
        scenarios,
        icc: table,
        alpha,
        experts,
        is_small_panel: experts < FEWEST_EXPERTS,
        reasons: Vec::new(),
    };
    if let Some(icc) = verdict.icc_2k().filter(|icc| *icc < SMALLEST_ICC) {
        verdict.reasons.push(RoundReason::LowIcc { icc });
    }
    if let Some(alpha) = alpha.filter(|alpha| *alpha < SMALLEST_ALPHA) {
        verdict.reasons.push(RoundReason::LowAlpha { alpha });
    }
    Ok(verdict)
}

/// The reasons of one option; every limit is compared in integers, so none is missed by rounding.
fn option_reasons(
    row: &[Option<u8>],
    own: &Agreement,
    scale: RatingScale,
    format: KeyFormat,
) -> Vec<OptionReason> {
    let (n, sum, points) = (u64::from(own.n), u64::from(own.sum), u64::from(scale.points()));
    let given = || row.iter().flatten().map(|r| u64::from(*r));
    let squares: u64 = given().map(|r| r * r).sum();
    // s² = (n Σx² - (Σx)²) / (n (n - 1)) above half of (A² - 1) / 12.
    let is_low = 24 * (n * squares - sum * sum) > (points * points - 1) * n * (n - 1);
    // Σ|n x - Σx| / n² above A / 6.
    let is_wide = 6 * given().map(|r| (n * r).abs_diff(sum)).sum::<u64>() > points * n * n;
    // |Σx / n - (A + 1) / 2| at most 1/4.
    let is_near = format == KeyFormat::Rating && 2 * (2 * sum).abs_diff((points + 1) * n) <= n;
    [
        is_low.then_some(OptionReason::LowAgreement { r_wg: own.r_wg }),
        is_wide.then_some(OptionReason::LargeDeviation { ad_m: own.ad_m }),
        own.bimodal.map(|(low, high)| OptionReason::Bimodal { low, high }),
        is_near.then_some(OptionReason::NearMiddle { mean: own.mean }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn scenario_verdicts(ratings: &PanelRatings, options: &[OptionVerdict]) -> Vec<ScenarioVerdict> {
    let mut numbers = ratings.scenario_of_option().to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let verdict = |scenario: usize| {
        let own = || options.iter().zip(ratings.rows()).filter(move |(o, _)| o.scenario == scenario);
        let kept: Vec<Vec<f64>> = own()
            .filter(|(option, _)| option.reasons.is_empty())
            .map(|(_, row)| row.iter().flatten().map(|r| f64::from(*r)).collect())
            .collect();
        let r_wg_j = r_wg_j(&kept, ratings.scale().null_variance()).ok();
        let few = (count_u32(kept.len()) < FEWEST_OPTIONS)
            .then_some(ScenarioReason::TooFewOptions { kept: count_u32(kept.len()) });
        let low =
            r_wg_j.filter(|r| *r < SMALLEST_R_WG_J).map(|r_wg_j| ScenarioReason::LowAgreement { r_wg_j });
        ScenarioVerdict {
            scenario,
            options: count_u32(own().count()),
            kept: count_u32(kept.len()),
            r_wg_j,
            reasons: [few, low].into_iter().flatten().collect(),
        }
    };
    numbers.into_iter().map(verdict).collect()
}
