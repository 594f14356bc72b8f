//! Posterior means on all traits of a joint calibration.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::irt::grid::Grid;
use crate::irt::item::Item;
use crate::irt::patterns::Patterns;
use crate::irt::responses::{GAP, Responses};
use crate::irt::score::check;
use crate::irt::several::joint::JointCalibration;
use crate::irt::several::joint::model::{Likelihoods, likelihoods_of};
use crate::irt::several::joint::space::Space;
use crate::irt::several::joint_score::JointScore;
use crate::irt::several::{Correlations, SeveralError, Structure};
use crate::linear::count_u32;

/// Posterior means and covariances of 2 or 3 traits over the product of equally spaced nodes.
///
/// `fit`: a joint calibration; `responses`: rows = people, on its categories
/// ([`JointCalibration::recoded`]). **Shape**: one score per row. People without any answer get the
/// prior.
///
/// # Errors
/// [`SeveralError::Score`] for answers that do not suit the items.
///
/// Source: Bock & Mislevy 1982. Golden test `irt_mirt2`.
pub fn joint_eap(fit: &JointCalibration, responses: &Responses) -> Result<Vec<JointScore>, SeveralError> {
    joint_eap_with(&fit.items, &fit.structure, &fit.correlations, responses, fit.nodes)
}

/// As [`joint_eap`] for items and correlations from anywhere, with `nodes` per trait (11 to 61).
///
/// # Errors
/// As [`joint_eap`]; [`SeveralError::LengthMismatch`], [`SeveralError::TraitCount`] beyond 3 traits,
/// [`SeveralError::OutOfRange`] for `nodes`.
pub fn joint_eap_with(
    items: &[Item],
    structure: &Structure,
    correlations: &Correlations,
    responses: &Responses,
    nodes: u16,
) -> Result<Vec<JointScore>, SeveralError> {
    check(items, responses)?;
    let (traits, found) = (structure.traits(), correlations.traits());
    if found != traits {
        return Err(SeveralError::LengthMismatch {
            what: "traits of the correlations",
            expected: traits,
            found,
        });
    }
    if traits > 3 {
        return Err(SeveralError::TraitCount { found: traits });
    }
    let (expected, found) = (items.len(), structure.trait_of_item().len());
    if found != expected {
        return Err(SeveralError::LengthMismatch { what: "items of the structure", expected, found });
    }
    if !(11..=61).contains(&nodes) {
        return Err(SeveralError::OutOfRange { name: "nodes", value: f64::from(nodes) });
    }
    let grid = Grid::new(nodes);
    let space = Space::new(&grid, correlations.matrix()).ok_or(SeveralError::NotCorrelations)?;
    let mut patterns: Vec<Patterns> = Vec::with_capacity(traits);
    let mut likelihoods: Vec<Likelihoods> = Vec::with_capacity(traits);
    for number in 0..traits {
        let columns = structure.items_of(number);
        let own: Vec<Item> = columns.iter().filter_map(|k| items.get(*k).cloned()).collect();
        let (of_trait, rows) = likelihoods_of(&own, &columns, responses, &grid);
        patterns.push(of_trait);
        likelihoods.push(rows);
    }
    let rows: Vec<&[u8]> = responses.rows().collect();
    Ok(rows
        .par_iter()
        .enumerate()
        .map(|(person, row)| {
            let own: Vec<u32> = patterns.iter().filter_map(|p| p.of_person.get(person).copied()).collect();
            let (likelihoods, _) = Likelihoods::of(&likelihoods, &own);
            let posterior = space.posterior(&likelihoods);
            let theta = space.means(&posterior);
            let mean = |a: usize| theta.get(a).copied().unwrap_or(0.0);
            let covariance = DMatrix::from_fn(traits, traits, |a, b| {
                let product = posterior.products.get(a.min(b) * traits + a.max(b)).copied().unwrap_or(0.0);
                let value = product - mean(a) * mean(b);
                if a == b { value.max(1e-12) } else { value }
            });
            let answered = (0..traits).map(|number| {
                let columns = structure.items_of(number);
                count_u32(columns.iter().filter(|k| row.get(**k).is_some_and(|cell| *cell != GAP)).count())
            });
            JointScore {
                answered: answered.collect(),
                covariance: covariance.iter().copied().collect(),
                theta,
            }
        })
        .collect())
}
