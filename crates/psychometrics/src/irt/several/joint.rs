//! Joint calibration of 2 or 3 correlated traits, each item measuring one, by full EM.
//!
//! For validation of the default (separate calibration and disattenuated correlations): the product
//! quadrature grows with the power of the number of traits.

use nalgebra::DMatrix;

use crate::irt::calibrate::{Calibration, CalibrationError, CalibrationOptions, Models, Slopes, calibrate};
use crate::irt::em::{EmOptions, iterate};
use crate::irt::item::Item;
use crate::irt::responses::{CategoryMap, Responses, ResponsesError};
use crate::irt::several::joint::model::JointModel;
use crate::irt::several::{Correlations, Structure};
use crate::irt::standard_errors::StandardErrors;

pub mod score;

mod correlation_step;
pub(crate) mod model;
pub(crate) mod space;

/// A joint calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct JointCalibration {
    /// The items, in order, each on its own trait's scale.
    pub items: Vec<Item>,
    /// Standard errors of slope and intercepts of each item; absent when not available.
    pub standard_errors: Option<Vec<Vec<f64>>>,
    /// Correlations between the traits.
    pub correlations: Correlations,
    /// Standard errors of the correlations (0, 1), (0, 2), (1, 2); absent when not available.
    pub correlation_errors: Option<Vec<f64>>,
    /// Marginal log-likelihood.
    pub log_likelihood: f64,
    /// Logarithm of the prior densities, 0 without priors.
    pub log_prior: f64,
    /// Number of estimated parameters.
    pub free_parameters: u32,
    /// People with at least one answer.
    pub persons_used: u32,
    /// Cycles run.
    pub cycles: u32,
    /// Whether the iteration ended by itself.
    pub is_converged: bool,
    /// How the categories of each item were merged.
    pub maps: Vec<CategoryMap>,
    pub(crate) structure: Structure,
    pub(crate) nodes: u16,
}

impl JointCalibration {
    /// Akaike's information criterion.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.free_parameters) - 2.0 * self.log_likelihood
    }

    /// Answers of any people to the same items, on the categories of this calibration.
    ///
    /// # Errors
    /// As [`Responses::recoded`].
    pub fn recoded(&self, responses: &Responses) -> Result<Responses, ResponsesError> {
        responses.recoded(&self.maps)
    }
}

/// Nodes per trait by default.
pub(crate) const fn default_nodes(traits: usize) -> u16 {
    if traits >= 3 { 21 } else { 31 }
}

/// Item parameters and correlations of 2 or 3 traits with means 0 and variances 1, by marginal maximum
/// likelihood over the product of equally spaced nodes.
///
/// `responses`: rows = people, columns = items; `structure` says the trait of each item; `options` as in
/// [`calibrate`], except that `nodes` is per trait and 0 means 31 for 2 traits and 21 for 3 (11 to 61),
/// slopes are free and standard errors come from the cross-product. Each trait needs 3 items. From
/// 1,000 people on.
///
/// # Errors
/// [`CalibrationError`] as [`calibrate`] for each trait alone; [`CalibrationError::OutOfRange`] for
/// another number of traits or nodes.
///
/// Source: Bock, Gibbons & Muraki 1988, Appl Psychol Meas 12:261-280. Golden test `irt_mirt2`.
pub fn calibrate_joint(
    responses: &Responses,
    structure: &Structure,
    options: &CalibrationOptions,
) -> Result<JointCalibration, CalibrationError> {
    let traits = structure.traits();
    if !(2..=3).contains(&traits) {
        let value = f64::from(crate::linear::count_u32(traits));
        return Err(CalibrationError::OutOfRange { name: "traits", value });
    }
    if structure.trait_of_item().len() != responses.items() {
        let (expected, found) = (responses.items(), structure.trait_of_item().len());
        return Err(CalibrationError::LengthMismatch { what: "items of the structure", expected, found });
    }
    let nodes = if options.nodes == 0 { default_nodes(traits) } else { options.nodes };
    if !(11..=61).contains(&nodes) {
        return Err(CalibrationError::OutOfRange { name: "nodes", value: f64::from(nodes) });
    }
    let alone = separate(responses, structure, options)?;
    let model = JointModel::new(responses, structure, options, &alone, nodes);
    let em = EmOptions {
        tolerance: options.tolerance,
        most_cycles: options.most_cycles,
        is_accelerated: options.is_accelerated,
    };
    let end = iterate(&model, model.start(&alone), em);
    model.report(end, structure, options)
}

/// Each trait calibrated alone: checks the answers and gives the start.
fn separate(
    responses: &Responses,
    structure: &Structure,
    options: &CalibrationOptions,
) -> Result<Vec<Calibration>, CalibrationError> {
    (0..structure.traits())
        .map(|number| {
            let columns = structure.items_of(number);
            let own = responses.select_items(&columns)?;
            let models = match &options.models {
                Models::PerItem(models) if models.len() == responses.items() => {
                    let picked = columns.iter().filter_map(|k| models.get(*k).copied()).collect();
                    Models::PerItem(picked)
                }
                models => models.clone(),
            };
            let options = CalibrationOptions {
                models,
                nodes: 61,
                slopes: Slopes::Free,
                tolerance: options.tolerance.max(1e-3),
                standard_errors: StandardErrors::None,
                ..options.clone()
            };
            calibrate(&own, &options)
        })
        .collect()
}

/// The upper triangle of a matrix, column by column, and the matrix from it.
pub(crate) fn triangle(matrix: &DMatrix<f64>) -> Vec<f64> {
    places(matrix.nrows()).into_iter().filter_map(|place| matrix.get(place).copied()).collect()
}

/// The places (0, 1), (0, 2), (1, 2) ..
pub(crate) fn places(traits: usize) -> Vec<(usize, usize)> {
    (1..traits).flat_map(|b| (0..b).map(move |a| (a, b))).collect()
}

/// The correlation matrix of an upper triangle.
pub(crate) fn from_triangle(traits: usize, values: &[f64]) -> DMatrix<f64> {
    let mut matrix = DMatrix::identity(traits, traits);
    for ((a, b), value) in places(traits).into_iter().zip(values) {
        for place in [(a, b), (b, a)] {
            if let Some(cell) = matrix.get_mut(place) {
                *cell = *value;
            }
        }
    }
    matrix
}
