//! Posterior means under a finished bifactor calibration.

use rayon::prelude::*;

use crate::irt::estep::index;
use crate::irt::grid::Grid;
use crate::irt::lanes::dot;
use crate::irt::mstep::ItemProblem;
use crate::irt::patterns::Patterns;
use crate::irt::prior::ItemPrior;
use crate::irt::responses::{CategoryMap, GAP, Responses};
use crate::irt::score::{ScoreError, ScoreStatus};
use crate::irt::several::bifactor::model::{columns_of, general_posterior, shape_and_parameters};
use crate::irt::several::bifactor::part::{Part, Plane, Reduced};
use crate::irt::several::bifactor::{BifactorCalibration, BifactorLevel, BifactorScore};

pub(super) fn posterior_means(
    fit: &BifactorCalibration,
    responses: &Responses,
) -> Result<Vec<BifactorScore>, ScoreError> {
    check(fit, responses)?;
    let maps: Vec<CategoryMap> = fit
        .items
        .iter()
        .map(|item| CategoryMap::identity(u8::try_from(item.intercepts.len() + 1).unwrap_or(u8::MAX)))
        .collect();
    let answers = responses.mapped(&maps);
    let grid = Grid::new(fit.nodes);
    let plane = Plane::new(&grid);
    let group_of_item: Vec<Option<usize>> =
        fit.items.iter().map(|item| item.specific.map(|(group, _)| group)).collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut reduced: Vec<Reduced> = Vec::new();
    for (columns, is_group) in columns_of(&group_of_item, fit.groups) {
        let Ok(own) = answers.select_items(&columns) else { continue };
        let (mut problems, mut firsts, mut at) = (Vec::new(), Vec::new(), Vec::new());
        for item in columns.iter().filter_map(|column| fit.items.get(*column)) {
            let (shape, parameters) = shape_and_parameters(item);
            problems.push(ItemProblem { shape, prior: ItemPrior::default(), bounds: Vec::new() });
            firsts.push(at.len());
            at.extend(parameters);
        }
        let part = Part { patterns: Patterns::new(&own), columns, problems, firsts, is_group };
        let table = part.table(&at, &plane, &grid);
        reduced.push(part.reduced(&table, &plane, &grid, true));
        parts.push(part);
    }
    let log_weights = grid.log_weights(0.0, 1.0);
    let rows: Vec<&[u8]> = answers.rows().collect();
    let score = |(person, row): (usize, &&[u8])| {
        let patterns: Vec<u32> =
            parts.iter().filter_map(|part| part.patterns.of_person.get(person).copied()).collect();
        let (posterior, _) = general_posterior(&reduced, &patterns, &log_weights);
        let level = |first: f64, second: f64| BifactorLevel {
            theta: first,
            error: (second - first * first).max(1e-12).sqrt(),
        };
        let general = level(dot(&posterior, grid.theta()), dot(&posterior, grid.theta_squared()));
        let specific = reduced
            .iter()
            .zip(&patterns)
            .filter_map(|(part, pattern)| part.moments.as_ref().map(|moments| (moments, index(*pattern))))
            .map(|((first, second), p)| level(dot(&posterior, first.row(p)), dot(&posterior, second.row(p))));
        let status =
            if row.iter().all(|cell| *cell == GAP) { ScoreStatus::NoData } else { ScoreStatus::Estimated };
        BifactorScore { general, specific: specific.collect(), status }
    };
    Ok(rows.par_iter().enumerate().map(score).collect())
}

fn check(fit: &BifactorCalibration, responses: &Responses) -> Result<(), ScoreError> {
    if fit.items.len() != responses.items() {
        return Err(ScoreError::LengthMismatch { expected: responses.items(), found: fit.items.len() });
    }
    for (person, row) in responses.rows().enumerate() {
        for (number, (cell, item)) in row.iter().zip(&fit.items).enumerate() {
            let categories = item.intercepts.len() + 1;
            if *cell != GAP && usize::from(*cell) >= categories {
                return Err(ScoreError::NoSuchCategory { person, item: number, category: *cell, categories });
            }
        }
    }
    Ok(())
}
