//! The bifactor model as an EM problem.

use rayon::prelude::*;

use crate::irt::calibrate::{Calibration, CalibrationOptions};
use crate::irt::em::{Cycle, EmEnd, EmModel};
use crate::irt::estep::index;
use crate::irt::grid::Grid;
use crate::irt::item::Model;
use crate::irt::lanes::{Lane, Rows, add_assign, exp, row_max, row_sum};
use crate::irt::mstep::{Counts, ItemProblem, POSITIVE_SLOPE, SIGNED_SLOPE};
use crate::irt::patterns::Patterns;
use crate::irt::prior::ItemPrior;
use crate::irt::responses::{GAP, Responses};
use crate::irt::several::bifactor::part::{Part, Plane, Reduced, add_mass};
use crate::irt::several::bifactor::{BifactorCalibration, BifactorItem};
use crate::irt::tables::Shape;
use crate::linear::count_u32;

/// The model and its data.
pub(super) struct BifactorModel {
    pub(super) grid: Grid,
    pub(super) plane: Plane,
    pub(super) parts: Vec<Part>,
    /// Pattern of each part of each distinct person, and how many there are.
    people: Vec<(Vec<u32>, f64)>,
    parameters: usize,
    groups: usize,
    nodes: u16,
}

/// The posterior of the general trait of one person and the logarithm of the marginal likelihood.
pub(super) fn general_posterior(
    reduced: &[Reduced],
    patterns: &[u32],
    log_weights: &[Lane],
) -> (Vec<Lane>, f64) {
    let mut row = log_weights.to_vec();
    for (part, pattern) in reduced.iter().zip(patterns) {
        add_assign(&mut row, part.log_likelihood.row(index(*pattern)));
    }
    let largest = row_max(&row);
    row.iter_mut().flatten().for_each(|cell| *cell = exp(*cell - largest));
    let total = row_sum(&row);
    row.iter_mut().flatten().for_each(|cell| *cell /= total);
    (row, largest + total.ln())
}

/// The groups of columns, each with whether it has a specific trait; items of the general trait alone
/// come last.
pub(super) fn columns_of(group_of_item: &[Option<usize>], groups: usize) -> Vec<(Vec<usize>, bool)> {
    let own = |wanted: Option<usize>| -> Vec<usize> {
        group_of_item.iter().enumerate().filter(|(_, g)| **g == wanted).map(|(item, _)| item).collect()
    };
    let alone = own(None);
    let grouped = (0..groups).map(|group| (own(Some(group)), true));
    grouped.chain((!alone.is_empty()).then_some((alone, false))).collect()
}

impl BifactorModel {
    pub(super) fn new(
        responses: &Responses,
        group_of_item: &[Option<usize>],
        groups: usize,
        options: &CalibrationOptions,
        alone: &Calibration,
        nodes: u16,
    ) -> Self {
        let answers = responses.mapped(&alone.maps);
        let mut parts: Vec<Part> = Vec::new();
        let mut first = 0;
        for (columns, is_group) in columns_of(group_of_item, groups) {
            let Ok(own) = answers.select_items(&columns) else { continue };
            let (mut problems, mut firsts) = (Vec::new(), Vec::new());
            for calibrated in columns.iter().filter_map(|column| alone.items.get(*column)) {
                let slopes = if is_group { 2 } else { 1 };
                let item = &calibrated.item;
                let shape = Shape { model: item.model(), slopes, categories: item.categories() };
                let prior = options.priors.of_item(alone.persons_used, calibrated.answers);
                // A slope whose sign is free has no log-normal prior.
                let prior = ItemPrior { slope: prior.slope.filter(|_| !is_group), ..prior };
                let bounds = [POSITIVE_SLOPE, SIGNED_SLOPE].into_iter().take(slopes).collect();
                problems.push(ItemProblem { shape, prior, bounds });
                firsts.push(first);
                first += shape.parameters();
            }
            parts.push(Part { patterns: Patterns::new(&own), columns, problems, firsts, is_group });
        }
        let grid = Grid::new(nodes);
        let plane = Plane::new(&grid);
        let people = distinct_people(&parts, &answers);
        Self { grid, plane, parts, people, parameters: first, groups, nodes }
    }

    /// General slopes and intercepts of the one-trait calibration, specific slopes of 0.5.
    pub(super) fn start(&self, alone: &Calibration) -> Vec<f64> {
        let mut start = Vec::with_capacity(self.parameters);
        for part in &self.parts {
            for calibrated in part.columns.iter().filter_map(|column| alone.items.get(*column)) {
                start.push(calibrated.item.slope());
                start.extend(part.is_group.then_some(0.5));
                start.extend_from_slice(calibrated.item.intercepts());
            }
        }
        start
    }

    fn tables(&self, at: &[f64]) -> Vec<Rows> {
        self.parts.par_iter().map(|part| part.table(at, &self.plane, &self.grid)).collect()
    }

    fn reduced(&self, tables: &[Rows]) -> Vec<Reduced> {
        let parts = self.parts.iter().zip(tables);
        parts.map(|(part, table)| part.reduced(table, &self.plane, &self.grid, false)).collect()
    }

    /// Mass of each pattern of each part at the nodes of the general trait, and the log-likelihood.
    fn masses(&self, reduced: &[Reduced]) -> (Vec<Rows>, f64) {
        let log_weights = self.grid.log_weights(0.0, 1.0);
        let posteriors: Vec<(Vec<Lane>, f64)> = self
            .people
            .par_iter()
            .map(|(patterns, _)| general_posterior(reduced, patterns, &log_weights))
            .collect();
        let mut masses: Vec<Rows> =
            self.parts.iter().map(|part| Rows::zeros(part.patterns.len(), self.grid.width())).collect();
        let mut log_likelihood = 0.0;
        for ((patterns, weight), (posterior, log)) in self.people.iter().zip(&posteriors) {
            log_likelihood += weight * log;
            for (mass, pattern) in masses.iter_mut().zip(patterns) {
                add_mass(mass, *pattern, posterior, *weight);
            }
        }
        (masses, log_likelihood)
    }

    fn log_prior(&self, at: &[f64]) -> f64 {
        let own = |part: &Part| {
            let of = |(problem, first): (&ItemProblem, &usize)| {
                problem.log_prior(at.get(*first..first + problem.shape.parameters()).unwrap_or_default())
            };
            part.problems.iter().zip(&part.firsts).map(of).sum::<f64>()
        };
        self.parts.iter().map(own).sum()
    }

    fn maximised(&self, at: &[f64], part: &Part, counts: &Rows) -> Vec<f64> {
        let coordinates = part.coordinates(&self.plane, &self.grid);
        let own: Vec<Vec<f64>> = part
            .problems
            .par_iter()
            .zip(&part.firsts)
            .zip(part.patterns.item_rows())
            .map(|((problem, first), row)| {
                let start = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
                problem.maximise(
                    &Counts::of_item(counts, *row, problem.shape.categories),
                    &coordinates,
                    start,
                )
            })
            .collect();
        own.concat()
    }

    /// The result where the iteration ended; a group whose specific slopes sum to less than 0 is
    /// reflected, because the sign of a specific trait means nothing.
    pub(super) fn report(&self, end: EmEnd, alone: Calibration) -> BifactorCalibration {
        let at = &end.parameters;
        let (_, log_likelihood) = self.masses(&self.reduced(&self.tables(at)));
        let mut items: Vec<(usize, BifactorItem)> = Vec::new();
        for (group, part) in self.parts.iter().enumerate() {
            let slope = |first: &usize| if part.is_group { at.get(first + 1).copied() } else { None };
            let is_reflected = part.firsts.iter().filter_map(slope).sum::<f64>() < 0.0;
            let sign = if is_reflected { -1.0 } else { 1.0 };
            for ((column, problem), first) in part.columns.iter().zip(&part.problems).zip(&part.firsts) {
                let own = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
                let item = BifactorItem {
                    model: problem.shape.model,
                    general: own.first().copied().unwrap_or(0.0),
                    specific: slope(first).map(|a| (group, sign * a)),
                    intercepts: own.get(problem.shape.slopes..).unwrap_or_default().to_vec(),
                };
                items.push((*column, item));
            }
        }
        items.sort_by_key(|(column, _)| *column);
        BifactorCalibration {
            items: items.into_iter().map(|(_, item)| item).collect(),
            groups: self.groups,
            log_likelihood,
            log_prior: self.log_prior(at),
            free_parameters: count_u32(self.parameters),
            persons_used: alone.persons_used,
            cycles: end.cycles,
            is_converged: end.is_converged,
            maps: alone.maps,
            nodes: self.nodes,
        }
    }
}

impl EmModel for BifactorModel {
    fn cycle(&self, at: &[f64]) -> Cycle {
        let tables = self.tables(at);
        let reduced = self.reduced(&tables);
        let (masses, log_likelihood) = self.masses(&reduced);
        let mut next = Vec::with_capacity(at.len());
        for (((part, table), reduced), mass) in self.parts.iter().zip(&tables).zip(&reduced).zip(&masses) {
            let counts = part.counts(table, reduced, mass, &self.plane);
            next.extend(self.maximised(at, part, &counts));
        }
        Cycle { objective: log_likelihood + self.log_prior(at), next }
    }

    fn is_feasible(&self, at: &[f64]) -> bool {
        self.parts.iter().all(|part| {
            part.problems.iter().zip(&part.firsts).all(|(problem, first)| {
                problem.is_feasible(at.get(*first..first + problem.shape.parameters()).unwrap_or_default())
            })
        })
    }
}

/// The distinct combinations of patterns of people with data, in order, with their numbers.
fn distinct_people(parts: &[Part], answers: &Responses) -> Vec<(Vec<u32>, f64)> {
    let of_person = |person: usize| -> Vec<u32> {
        parts.iter().filter_map(|part| part.patterns.of_person.get(person).copied()).collect()
    };
    let has_data = |row: &[u8]| row.iter().any(|cell| *cell != GAP);
    let mut all: Vec<Vec<u32>> =
        answers.rows().enumerate().filter(|(_, row)| has_data(row)).map(|(p, _)| of_person(p)).collect();
    all.sort_unstable();
    let mut people: Vec<(Vec<u32>, f64)> = Vec::new();
    for patterns in all {
        match people.last_mut() {
            Some((last, weight)) if *last == patterns => *weight += 1.0,
            _ => people.push((patterns, 1.0)),
        }
    }
    people
}

/// The shape of an item of a finished calibration and its parameters in one list.
pub(super) fn shape_and_parameters(item: &BifactorItem) -> (Shape, Vec<f64>) {
    let slopes = std::iter::once(item.general).chain(item.specific.map(|(_, a)| a));
    let parameters: Vec<f64> = slopes.chain(item.intercepts.iter().copied()).collect();
    let model: Model = item.model;
    let slopes = if item.specific.is_some() { 2 } else { 1 };
    (Shape { model, slopes, categories: item.intercepts.len() + 1 }, parameters)
}
