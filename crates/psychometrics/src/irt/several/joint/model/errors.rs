//! Standard errors of a joint calibration from the cross-product of the people's scores.

use nalgebra::DMatrix;

use crate::irt::estep::index;
use crate::irt::lanes::{Lane, dot};
use crate::irt::responses::GAP;
use crate::irt::several::joint::model::{JointModel, Likelihoods, Part};
use crate::irt::several::joint::places;
use crate::irt::several::joint::space::{JointPosterior, Space};
use crate::irt::standard_errors::StandardErrors;
use crate::irt::standard_errors::scores::Scores;

/// One standard error per parameter; absent when the matrix is not positive definite.
pub(super) fn standard_errors(model: &JointModel, at: &[f64], method: StandardErrors) -> Option<Vec<f64>> {
    if method == StandardErrors::None {
        return None;
    }
    let theta: &[Lane] = model.grid.theta();
    let of_part = |part: &Part| -> Vec<Scores> {
        let of_item = |(problem, first): (&crate::irt::mstep::ItemProblem, &usize)| {
            let own = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
            Scores::of_item(problem.shape, own, &[theta])
        };
        part.problems.iter().zip(&part.firsts).map(of_item).collect()
    };
    let scores: Vec<Vec<Scores>> = model.parts.iter().map(of_part).collect();
    let answers: Vec<Vec<&[u8]>> = model.parts.iter().map(|part| part.patterns.rows().collect()).collect();
    let correlations = model.correlations(at);
    let precision = correlations.clone().cholesky()?.inverse();
    let space = Space::new(&model.grid, &correlations)?;
    let likelihoods = model.likelihoods(at);
    let size = at.len();
    let mut sum = DMatrix::zeros(size, size);
    for people in model.people.chunks(1_024) {
        let mut columns: Vec<f64> = Vec::with_capacity(size * people.len());
        for (patterns, weight) in people {
            let (rows, _) = Likelihoods::of(&likelihoods, patterns);
            let posterior = space.posterior(&rows);
            let mut own = vec![0.0; size];
            for (number, part) in model.parts.iter().enumerate() {
                let (Some(scores), Some(marginal)) = (scores.get(number), posterior.marginals.get(number))
                else {
                    continue;
                };
                let row = patterns.get(number).and_then(|p| answers.get(number)?.get(index(*p)).copied());
                add_item_scores(&mut own, part, scores, marginal, row.unwrap_or_default());
            }
            let tail = own.iter_mut().skip(model.item_parameters);
            tail.zip(correlation_scores(&precision, &posterior)).for_each(|(cell, value)| *cell = value);
            columns.extend(own.iter().map(|s| s * weight.sqrt()));
        }
        let block = DMatrix::from_vec(size, people.len(), columns);
        sum += &block * block.transpose();
    }
    let inverse = sum.cholesky()?.inverse();
    let errors: Vec<f64> = inverse.diagonal().iter().map(|v| v.sqrt()).collect();
    errors.iter().all(|e| e.is_finite() && *e > 0.0).then_some(errors)
}

fn add_item_scores(own: &mut [f64], part: &Part, scores: &[Scores], marginal: &[Lane], row: &[u8]) {
    for ((scores, first), cell) in scores.iter().zip(&part.firsts).zip(row) {
        if *cell == GAP {
            continue;
        }
        for (p, target) in own.iter_mut().skip(*first).take(scores.parameters).enumerate() {
            *target = dot(marginal, scores.row(usize::from(*cell), p));
        }
    }
}

/// Posterior means of the derivatives of log φ(θ; R) by the correlations: `R⁻¹ (E θθ' - R) R⁻¹`.
fn correlation_scores(precision: &DMatrix<f64>, posterior: &JointPosterior) -> Vec<f64> {
    let traits = precision.nrows();
    let moments = DMatrix::from_fn(traits, traits, |a, b| {
        posterior.products.get(a.min(b) * traits + a.max(b)).copied().unwrap_or(0.0)
    });
    let pull = precision * moments * precision - precision;
    places(traits).into_iter().filter_map(|place| pull.get(place).copied()).collect()
}
