//! The bifactor model: one general trait for all items and one specific trait for each group of items,
//! all uncorrelated.
//!
//! Dimension reduction makes it two-dimensional whatever the number of groups:
//! `L(θ_g) = Π_s ∫ Π_(j in s) P_j(θ_g, θ_s) φ(θ_s) dθ_s`.

use crate::irt::calibrate::{Calibration, CalibrationError, CalibrationOptions, Slopes, calibrate};
use crate::irt::em::{EmOptions, iterate};
use crate::irt::item::Model;
use crate::irt::responses::{CategoryMap, Responses, ResponsesError};
use crate::irt::score::{ScoreError, ScoreStatus};
use crate::irt::several::bifactor::model::BifactorModel;
use crate::irt::standard_errors::StandardErrors;
use crate::linear::count_u32;
use crate::reliability::ReliabilityError;
use crate::reliability::composite::{OmegaHierarchical, omega_hierarchical};

mod model;
mod part;
mod scores;

/// Fewest items of a specific trait: with two, its slopes are not identified.
pub const FEWEST_ITEMS_OF_GROUP: usize = 3;

/// Nodes per trait by default.
pub const DEFAULT_NODES: u16 = 31;

/// An item of a bifactor calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct BifactorItem {
    /// Its model.
    pub model: Model,
    /// Slope on the general trait, above 0.
    pub general: f64,
    /// Group of items and slope on its specific trait; the sum of a group's slopes is not negative.
    pub specific: Option<(usize, f64)>,
    /// Intercepts.
    pub intercepts: Vec<f64>,
}

/// A bifactor calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct BifactorCalibration {
    /// The items, in order.
    pub items: Vec<BifactorItem>,
    /// Number of specific traits.
    pub groups: usize,
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
    nodes: u16,
}

impl BifactorCalibration {
    /// Akaike's information criterion, to compare with one trait or correlated traits.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.free_parameters) - 2.0 * self.log_likelihood
    }

    /// The share of the common variance that is general, 0 to 1: `Σ λ_g² / Σ (λ_g² + λ_s²)` with
    /// loadings `λ = a / √(1.702² + a_g² + a_s²)`. Above about .80 one score tells what there is.
    ///
    /// Source: Reise, Moore & Haviland 2010, J Pers Assess 92:544-559 (ECV).
    #[must_use]
    pub fn explained_common_variance(&self) -> f64 {
        let (general, specific) = self.loadings();
        let sum = |list: &[f64]| list.iter().map(|loading| loading * loading).sum::<f64>();
        let all = sum(&general) + sum(&specific);
        if all > 0.0 { sum(&general) / all } else { 0.0 }
    }

    /// Omega hierarchical and omega total of the sum of the latent responses, from the loadings
    /// `λ = a / √(1.702² + a_g² + a_s²)`: how much of a total of several competencies is one thing.
    ///
    /// # Errors
    /// As [`omega_hierarchical`], for slopes that are not finite.
    ///
    /// Source: Zinbarg, Revelle, Yovel & Li 2005; loadings McDonald 1999, chapter 12. Test
    /// `a_bifactor_model_is_recovered`.
    pub fn omega(&self) -> Result<OmegaHierarchical, ReliabilityError> {
        let (general, specific) = self.loadings();
        let groups: Vec<Option<usize>> =
            self.items.iter().map(|item| item.specific.map(|(group, _)| group)).collect();
        let unique: Vec<f64> =
            general.iter().zip(&specific).map(|(g, s)| (1.0 - g * g - s * s).max(0.0)).collect();
        omega_hierarchical(&general, &specific, &groups, &unique)
    }

    /// Loadings of the latent responses on the general and the specific traits.
    fn loadings(&self) -> (Vec<f64>, Vec<f64>) {
        let of_item = |item: &BifactorItem| {
            let specific = item.specific.map_or(0.0, |(_, a)| a);
            let length = 1.702_f64.hypot(item.general).hypot(specific);
            (item.general / length, specific / length)
        };
        self.items.iter().map(of_item).unzip()
    }

    /// Answers of any people to the same items, on the categories of this calibration.
    ///
    /// # Errors
    /// As [`Responses::recoded`].
    pub fn recoded(&self, responses: &Responses) -> Result<Responses, ResponsesError> {
        responses.recoded(&self.maps)
    }
}

/// A person's score on one trait of a bifactor calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BifactorLevel {
    /// Posterior mean.
    pub theta: f64,
    /// Posterior standard deviation, above 0.
    pub error: f64,
}

/// A person's scores.
#[derive(Debug, Clone, PartialEq)]
pub struct BifactorScore {
    /// The general trait: what is reported.
    pub general: BifactorLevel,
    /// The specific traits: what is left of each group once the general trait is taken out. Never shown
    /// as a competency.
    pub specific: Vec<BifactorLevel>,
    /// What it rests on.
    pub status: ScoreStatus,
}

/// Item parameters of a bifactor model by marginal maximum likelihood.
///
/// `responses`: rows = people, columns = items; `group_of_item`: the specific trait (from 0, without
/// holes) of each item, `None` for items of the general trait alone; every group needs 3 items.
/// `options` as in [`calibrate`], except that `nodes` is per trait and 0 means 31 (11 to 61), slopes are
/// free and standard errors are not computed. Specific slopes may be negative, -6 to 6; slopes of grouped
/// items have no prior. From 1,000 people on.
///
/// # Errors
/// [`CalibrationError`] as [`calibrate`]; [`CalibrationError::OutOfRange`] for nodes and for a group of
/// fewer than 3 items.
///
/// Source: Gibbons & Hedeker 1992, Psychometrika 57:423-436; Cai 2010. Test
/// `a_bifactor_model_is_recovered`.
pub fn calibrate_bifactor(
    responses: &Responses,
    group_of_item: &[Option<usize>],
    options: &CalibrationOptions,
) -> Result<BifactorCalibration, CalibrationError> {
    let expected = responses.items();
    if group_of_item.len() != expected {
        let found = group_of_item.len();
        return Err(CalibrationError::LengthMismatch { what: "groups of items", expected, found });
    }
    let groups = group_of_item.iter().flatten().max().map_or(0, |largest| largest.saturating_add(1));
    if groups > expected {
        return Err(CalibrationError::OutOfRange { name: "groups", value: f64::from(count_u32(groups)) });
    }
    for group in 0..groups {
        let items = group_of_item.iter().filter(|own| **own == Some(group)).count();
        if items < FEWEST_ITEMS_OF_GROUP {
            let value = f64::from(count_u32(items));
            return Err(CalibrationError::OutOfRange { name: "items of a group", value });
        }
    }
    let nodes = if options.nodes == 0 { DEFAULT_NODES } else { options.nodes };
    if !(11..=61).contains(&nodes) {
        return Err(CalibrationError::OutOfRange { name: "nodes", value: f64::from(nodes) });
    }
    let one = CalibrationOptions {
        nodes: 61,
        slopes: Slopes::Free,
        tolerance: options.tolerance.max(1e-3),
        standard_errors: StandardErrors::None,
        ..options.clone()
    };
    let alone: Calibration = calibrate(responses, &one)?;
    let model = BifactorModel::new(responses, group_of_item, groups, options, &alone, nodes);
    let em = EmOptions {
        tolerance: options.tolerance,
        most_cycles: options.most_cycles,
        is_accelerated: options.is_accelerated,
    };
    let end = iterate(&model, model.start(&alone), em);
    Ok(model.report(end, alone))
}

/// Posterior means on the general and the specific traits.
///
/// `responses`: rows = people, on the categories of the calibration
/// ([`BifactorCalibration::recoded`]). **Shape**: one score per row; people without any answer get the
/// prior.
///
/// # Errors
/// [`ScoreError::LengthMismatch`], [`ScoreError::NoSuchCategory`].
///
/// Source: Gibbons & Hedeker 1992. Test `a_bifactor_model_is_recovered`.
pub fn bifactor_eap(
    fit: &BifactorCalibration,
    responses: &Responses,
) -> Result<Vec<BifactorScore>, ScoreError> {
    scores::posterior_means(fit, responses)
}
