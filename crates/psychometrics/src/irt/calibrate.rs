//! Calibration: item parameters by marginal maximum likelihood (or the posterior mode with priors),
//! with their standard errors.

use crate::irt::calibrate::problem::Problem;
use crate::irt::em::{EmOptions, iterate};
use crate::irt::item::{Item, ItemError, Model};
use crate::irt::prior::Priors;
use crate::irt::responses::{CategoryMap, Responses, ResponsesError};
use crate::irt::standard_errors::{ParameterCovariance, StandardErrors, parameter_covariance};
use crate::linear::count_u32;

mod check;
pub(crate) mod problem;
mod report;

/// Fewest people a calibration takes: below, the sample-size ladder shows no item statistics.
pub const FEWEST_PERSONS: u32 = 30;

/// Fewest items: with two, slopes are not identified.
pub const FEWEST_ITEMS: u32 = 3;

/// The model of each item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Models {
    /// One model for all items.
    All(Model),
    /// One model per item, in order.
    PerItem(Vec<Model>),
}

/// Whether slopes differ between items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slopes {
    /// One slope per item.
    #[default]
    Free,
    /// One slope for all: the one-parameter model with a free variance, `a² = variance`.
    Common,
}

/// How a calibration runs. The default is the graded model as psychometrics.md section 4.2 sets it.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationOptions {
    /// The model of each item.
    pub models: Models,
    /// Whether slopes differ.
    pub slopes: Slopes,
    /// Priors on item parameters.
    pub priors: Priors,
    /// Largest change of a parameter in the last cycle, above 0; 1e-4, for publication 1e-5.
    pub tolerance: f64,
    /// Most cycles, 1 or more.
    pub most_cycles: u32,
    /// Equally spaced nodes on -6 to 6, 11 to 2,001; fewer than 61 lose accuracy from 30 items on.
    pub nodes: u16,
    /// Categories with fewer answers are merged with a neighbour; 0 keeps even unused ones apart, and
    /// they are then an error.
    pub least_answers: u32,
    /// Which standard errors are computed.
    pub standard_errors: StandardErrors,
    /// Whether SQUAREM speeds up the iteration.
    pub is_accelerated: bool,
}

impl Default for CalibrationOptions {
    fn default() -> Self {
        Self {
            models: Models::All(Model::Graded),
            slopes: Slopes::Free,
            priors: Priors::Automatic,
            tolerance: 1e-4,
            most_cycles: 500,
            nodes: 61,
            least_answers: 5,
            standard_errors: StandardErrors::Automatic,
            is_accelerated: true,
        }
    }
}

/// Why answers cannot be calibrated.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CalibrationError {
    /// Fewer than 30 people with an answer.
    #[error("{found} people with an answer, at least {needed} are needed")]
    TooFewPersons {
        /// People found.
        found: u32,
        /// People needed.
        needed: u32,
    },
    /// Fewer than 3 items.
    #[error("{found} items, at least {needed} are needed")]
    TooFewItems {
        /// Items found.
        found: u32,
        /// Items needed.
        needed: u32,
    },
    /// Nobody answered an item.
    #[error("nobody answered item {item}")]
    NoAnswers {
        /// Item number from 0.
        item: usize,
    },
    /// Everybody who answered chose the same category.
    #[error("all answers to item {item} are the same")]
    ConstantItem {
        /// Item number from 0.
        item: usize,
    },
    /// A category is never used and `least_answers` is 0.
    #[error("category {category} of item {item} is never used")]
    UnusedCategory {
        /// Item number from 0.
        item: usize,
        /// Category from 0.
        category: usize,
    },
    /// A two-parameter item has more than 2 categories.
    #[error("item {item} has {categories} categories, the two-parameter model takes 2")]
    NotDichotomous {
        /// Item number from 0.
        item: usize,
        /// Number of categories after merging.
        categories: u8,
    },
    /// A list has not one entry per item.
    #[error("{found} {what} for {expected} items")]
    LengthMismatch {
        /// What the list holds.
        what: &'static str,
        /// Number of items.
        expected: usize,
        /// Number of entries.
        found: usize,
    },
    /// A setting is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// An anchor has other categories than the answers to its item.
    #[error("anchor {item} has {anchor} categories, its answers need {answers}")]
    AnchorCategories {
        /// Item number from 0.
        item: usize,
        /// Categories of the anchor.
        anchor: usize,
        /// Categories of the answers.
        answers: usize,
    },
    /// There is no anchor, so the scale has no origin, or no item to estimate.
    #[error("anchors: {fixed} of {items} items are fixed, at least 1 must be")]
    NoAnchor {
        /// Fixed items.
        fixed: usize,
        /// All items.
        items: usize,
    },
    /// The answers do not fit their table.
    #[error(transparent)]
    Responses(#[from] ResponsesError),
    /// Estimates are not valid parameters.
    #[error(transparent)]
    Item(#[from] ItemError),
}

/// What a user of a calibration should know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrationWarning {
    /// The iteration ran out of cycles.
    NotConverged,
    /// Categories of the item were merged; see its map.
    CategoriesMerged {
        /// Item number from 0.
        item: usize,
    },
    /// A category of the item has fewer answers than asked for and could not be merged.
    SparseCategory {
        /// Item number from 0.
        item: usize,
        /// Answers in its rarest category.
        answers: u32,
    },
    /// The slope ended at its lower bound: the item does not discriminate (or runs the other way).
    NotDiscriminating {
        /// Item number from 0.
        item: usize,
    },
    /// The slope ended at its upper bound of 6.
    SlopeAtUpperBound {
        /// Item number from 0.
        item: usize,
    },
    /// The information matrix is not positive definite: no standard errors; refit with priors.
    NoStandardErrors,
}

/// One item of a calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedItem {
    /// The estimated (or fixed) parameters.
    pub item: Item,
    /// People who answered it.
    pub answers: u32,
    /// Whether its parameters were given, not estimated.
    pub is_fixed: bool,
    /// Whether priors were used.
    pub has_prior: bool,
    /// Standard error of the slope; absent for fixed items, at a bound, and without standard errors.
    pub slope_se: Option<f64>,
    /// Standard errors of the intercepts; absent as above.
    pub intercept_se: Option<Vec<f64>>,
    /// Standard errors of the thresholds by the delta method; absent as above.
    pub threshold_se: Option<Vec<f64>>,
}

/// The normal distribution of the trait in the sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latent {
    /// Mean, 0 in a base calibration.
    pub mean: f64,
    /// Variance, 1 in a base calibration.
    pub variance: f64,
    /// Standard error of the mean, when it was estimated.
    pub mean_se: Option<f64>,
    /// Standard error of the variance, when it was estimated.
    pub variance_se: Option<f64>,
}

/// A calibration: parameters, fit and what to know about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The items, in order.
    pub items: Vec<CalibratedItem>,
    /// The trait in the sample.
    pub latent: Latent,
    /// Marginal log-likelihood at the estimates, priors left out.
    pub log_likelihood: f64,
    /// Logarithm of the prior densities at the estimates, 0 without priors.
    pub log_prior: f64,
    /// Number of estimated parameters.
    pub free_parameters: u32,
    /// People with at least one answer.
    pub persons_used: u32,
    /// People without any.
    pub persons_without_data: u32,
    /// Distinct answer patterns.
    pub patterns: u32,
    /// Cycles run.
    pub cycles: u32,
    /// Whether the iteration ended by itself.
    pub is_converged: bool,
    /// How the categories of each item were merged.
    pub maps: Vec<CategoryMap>,
    /// Covariance of the estimates; absent when not asked for or not available.
    pub covariance: Option<ParameterCovariance>,
    /// What to know about it.
    pub warnings: Vec<CalibrationWarning>,
}

impl Calibration {
    /// The parameters of the items alone, in order.
    #[must_use]
    pub fn parameters(&self) -> Vec<Item> {
        self.items.iter().map(|calibrated| calibrated.item.clone()).collect()
    }

    /// Akaike's information criterion, `2 p - 2 log L`; smaller is better. GPCM replaces GRM only when
    /// it wins by more than 10.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.free_parameters) - 2.0 * self.log_likelihood
    }

    /// Schwarz's information criterion, `p log n - 2 log L`.
    #[must_use]
    pub fn bic(&self) -> f64 {
        f64::from(self.free_parameters) * f64::from(self.persons_used).ln() - 2.0 * self.log_likelihood
    }

    /// Answers of any people to the same items, on the categories of this calibration.
    ///
    /// # Errors
    /// As [`Responses::recoded`].
    pub fn recoded(&self, responses: &Responses) -> Result<Responses, ResponsesError> {
        responses.recoded(&self.maps)
    }
}

/// Item parameters by marginal maximum likelihood with the EM algorithm; the trait is N(0, 1).
///
/// `responses`: rows = people, columns = items; gaps are left out of the likelihood, people without
/// any answer are counted apart. **Shape**: one [`CalibratedItem`] per column, in order. A slope is per
/// unit of the trait, 0.05 to 6; thresholds are in units of the trait. Whatever the data say about the
/// sign of an item, slopes stay positive: an item at the lower bound is reported, never reflected. The
/// result does not depend on the order of people nor on the number of threads. Check
/// [`crate::irt::ladder::allowed`] before showing anything: below 200 people it is a diagnostic only.
///
/// # Errors
/// [`CalibrationError`]: too few people or items, a constant or unanswered item, an unused category,
/// more than 2 categories for the two-parameter model, a list of another length, a setting out of
/// range. A run out of cycles and a singular information matrix are warnings of the result.
///
/// Source: Bock & Aitkin 1981, Psychometrika 46:443-459; Samejima 1969; Muraki 1992; SQUAREM by
/// Varadhan & Roland 2008. Golden tests `irt_2pl_lsat6`, `irt_2pl_priors_small`, `irt_grm_sim`.
pub fn calibrate(
    responses: &Responses,
    options: &CalibrationOptions,
) -> Result<Calibration, CalibrationError> {
    let anchors = vec![None; responses.items()];
    fit(responses, &anchors, options, false)
}

/// Fixed-parameter calibration: the items with an anchor keep its parameters, the others and the mean
/// and variance of the trait are estimated on the anchors' scale.
///
/// `anchors`: one entry per item, `None` for a new item; categories of anchored items are never merged,
/// so their answers must be on the anchor's categories. Use at least 8 anchors or 20 % of the items.
/// Operational use of the new items from 500 answers on. With all items fixed, only the trait's mean
/// and variance are estimated.
///
/// # Errors
/// As [`calibrate`]; [`CalibrationError::NoAnchor`] without any anchor,
/// [`CalibrationError::AnchorCategories`].
///
/// Source: Kim 2006, J Educ Meas 43:355-381 (multiple weights updating, multiple EM cycles). Golden
/// test `irt_fipc`.
pub fn calibrate_with_anchors(
    responses: &Responses,
    anchors: &[Option<Item>],
    options: &CalibrationOptions,
) -> Result<Calibration, CalibrationError> {
    let fixed = anchors.iter().filter(|anchor| anchor.is_some()).count();
    if fixed == 0 {
        return Err(CalibrationError::NoAnchor { fixed, items: responses.items() });
    }
    fit(responses, anchors, options, true)
}

fn fit(
    responses: &Responses,
    anchors: &[Option<Item>],
    options: &CalibrationOptions,
    is_latent_free: bool,
) -> Result<Calibration, CalibrationError> {
    check::options(options)?;
    let ready = check::prepared(responses, anchors, options)?;
    let problem = Problem::new(&ready, anchors, options, is_latent_free);
    let em = EmOptions {
        tolerance: options.tolerance,
        most_cycles: options.most_cycles,
        is_accelerated: options.is_accelerated,
    };
    let end = iterate(&problem, problem.start(&ready.counts), em);
    let covariance = parameter_covariance(&problem, &end.parameters, options.standard_errors);
    report::calibration(responses, ready, &problem, end, covariance, options)
}

/// The marginal log-likelihood of answers under known items and a N(0, 1) trait, `Σ_i log Σ_q w_q
/// L_i(q)` over equally spaced nodes on -6 to 6.
///
/// `items`: one per column; `nodes` from 11 to 2,001 (121 compares programs whose own nodes differ).
///
/// # Errors
/// [`CalibrationError::LengthMismatch`], [`CalibrationError::AnchorCategories`] for answers an item has
/// no category for, [`CalibrationError::OutOfRange`] for `nodes`.
///
/// Source: psychometrics.md 4.2; golden test `irt_grm_sim` (`logLik_common`).
pub fn log_likelihood(items: &[Item], responses: &Responses, nodes: u16) -> Result<f64, CalibrationError> {
    check::nodes(nodes)?;
    let items_found = items.len();
    if items_found != responses.items() {
        let (expected, what) = (responses.items(), "item parameters");
        return Err(CalibrationError::LengthMismatch { what, expected, found: items_found });
    }
    check::anchors_fit(responses, items.iter().map(Some))?;
    Ok(problem::log_likelihood_of(items, responses, nodes))
}

/// People with at least one answer, and the others.
fn persons(responses: &Responses) -> (u32, u32) {
    let used = responses.persons_with_data();
    (used, count_u32(responses.persons()) - used)
}
