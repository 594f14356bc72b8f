//! Joint calibration as an EM problem.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::irt::calibrate::problem::{item_parameters, known_table, widened};
use crate::irt::calibrate::{Calibration, CalibrationError, CalibrationOptions};
use crate::irt::em::{Cycle, EmEnd, EmModel};
use crate::irt::estep::{block_length, index};
use crate::irt::grid::Grid;
use crate::irt::item::Item;
use crate::irt::lanes::{Lane, Rows, add_assign, add_scaled, exp, row_max};
use crate::irt::mstep::{Counts, ItemProblem, POSITIVE_SLOPE};
use crate::irt::patterns::Patterns;
use crate::irt::responses::{CategoryMap, Responses};
use crate::irt::several::joint::space::{JointPosterior, Space};
use crate::irt::several::joint::{JointCalibration, correlation_step, from_triangle, places, triangle};
use crate::irt::several::{Correlations, Structure};
use crate::irt::tables::{Shape, log_probabilities};
use crate::linear::count_u32;

mod errors;

/// The items and answers of one trait.
pub(crate) struct Part {
    pub(crate) patterns: Patterns,
    /// Columns of its items in the whole table.
    columns: Vec<usize>,
    problems: Vec<ItemProblem>,
    /// First parameter of each item in the whole list.
    firsts: Vec<usize>,
}

/// The model and its data.
pub(crate) struct JointModel {
    grid: Grid,
    parts: Vec<Part>,
    /// Pattern of each trait of each distinct person, and how many there are.
    people: Vec<(Vec<u32>, f64)>,
    item_parameters: usize,
    maps: Vec<CategoryMap>,
    persons_used: u32,
    nodes: u16,
}

/// Likelihoods of one trait's patterns, each scaled to a largest value of 1.
pub(crate) struct Likelihoods {
    rows: Rows,
    logs: Vec<f64>,
}

impl Part {
    fn table(&self, at: &[f64], grid: &Grid) -> Rows {
        let mut table = Rows::zeros(self.patterns.single_rows(), grid.width());
        let mut rows = table.rows_mut();
        for (problem, first) in self.problems.iter().zip(&self.firsts) {
            let own = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
            let shape = problem.shape;
            log_probabilities(shape, own, &[grid.theta()], rows.by_ref().take(shape.categories));
        }
        table
    }
}

impl Likelihoods {
    /// The rows and the logarithm of the scale of one person.
    pub(crate) fn of<'a>(parts: &'a [Self], patterns: &[u32]) -> (Vec<&'a [Lane]>, f64) {
        let rows = parts.iter().zip(patterns).map(|(part, p)| part.rows.row(index(*p))).collect();
        let log = parts.iter().zip(patterns).filter_map(|(part, p)| part.logs.get(index(*p))).sum();
        (rows, log)
    }
}

/// Sums over a block of people.
struct Sums {
    /// Grouped counts of each trait.
    counts: Vec<Rows>,
    moments: Vec<f64>,
    log_likelihood: f64,
}

impl JointModel {
    pub(super) fn new(
        responses: &Responses,
        structure: &Structure,
        options: &CalibrationOptions,
        alone: &[Calibration],
        nodes: u16,
    ) -> Self {
        let mut maps = vec![CategoryMap::identity(2); responses.items()];
        let mut parts = Vec::with_capacity(alone.len());
        let mut first = 0;
        let persons_used = responses.persons_with_data();
        for (number, fit) in alone.iter().enumerate() {
            let columns = structure.items_of(number);
            for (column, map) in columns.iter().zip(&fit.maps) {
                if let Some(cell) = maps.get_mut(*column) {
                    *cell = map.clone();
                }
            }
            let own = responses.select_items(&columns).map(|own| own.mapped(&fit.maps));
            let Ok(own) = own else { continue };
            let mut problems = Vec::with_capacity(columns.len());
            let mut firsts = Vec::with_capacity(columns.len());
            for calibrated in &fit.items {
                let item = &calibrated.item;
                let shape = Shape { model: item.model(), slopes: 1, categories: item.categories() };
                let prior = options.priors.of_item(persons_used, calibrated.answers);
                problems.push(ItemProblem { shape, prior, bounds: vec![POSITIVE_SLOPE] });
                firsts.push(first);
                first += shape.parameters();
            }
            parts.push(Part { patterns: Patterns::new(&own), columns, problems, firsts });
        }
        let people = distinct_people(&parts, responses);
        Self { grid: Grid::new(nodes), parts, people, item_parameters: first, maps, persons_used, nodes }
    }

    /// Item parameters of the separate calibrations and correlations of 0.3.
    pub(super) fn start(&self, alone: &[Calibration]) -> Vec<f64> {
        let items = alone.iter().flat_map(|fit| &fit.items).flat_map(|own| item_parameters(&own.item));
        let pairs = places(self.parts.len()).len();
        items.chain(std::iter::repeat_n(0.3, pairs)).collect()
    }

    fn correlations(&self, at: &[f64]) -> DMatrix<f64> {
        from_triangle(self.parts.len(), at.get(self.item_parameters..).unwrap_or_default())
    }

    fn likelihoods(&self, at: &[f64]) -> Vec<Likelihoods> {
        let width = self.grid.width();
        self.parts
            .par_iter()
            .map(|part| pattern_likelihoods(&part.patterns, &part.table(at, &self.grid), width))
            .collect()
    }

    /// The expectation step: counts of each trait's items, mean second moments and log-likelihood.
    fn expectation(&self, at: &[f64]) -> Option<Sums> {
        let space = Space::new(&self.grid, &self.correlations(at))?;
        let likelihoods = self.likelihoods(at);
        let blocks: Vec<Sums> = self
            .people
            .par_chunks(block_length(self.people.len()))
            .map(|people| {
                let mut sums = self.empty_sums();
                for (patterns, weight) in people {
                    let (rows, log) = Likelihoods::of(&likelihoods, patterns);
                    let posterior = space.posterior(&rows);
                    sums.log_likelihood += weight * (posterior.total.ln() + log);
                    self.add_person(&mut sums, patterns, &posterior, *weight);
                }
                sums
            })
            .collect();
        let mut sum = self.empty_sums();
        for block in &blocks {
            sum.counts.iter_mut().zip(&block.counts).for_each(|(a, b)| a.add(b));
            sum.moments.iter_mut().zip(&block.moments).for_each(|(a, b)| *a += b);
            sum.log_likelihood += block.log_likelihood;
        }
        Some(sum)
    }

    fn empty_sums(&self) -> Sums {
        let width = self.grid.width();
        let counts = self.parts.iter().map(|part| Rows::zeros(part.patterns.grouped_rows(), width)).collect();
        Sums { counts, moments: vec![0.0; self.parts.len() * self.parts.len()], log_likelihood: 0.0 }
    }

    fn add_person(&self, sums: &mut Sums, patterns: &[u32], posterior: &JointPosterior, weight: f64) {
        let marginals = posterior.marginals.iter();
        for (((part, counts), pattern), own) in
            self.parts.iter().zip(&mut sums.counts).zip(patterns).zip(marginals)
        {
            let groups = part.patterns.group_count();
            let start = index(*pattern) * groups;
            for code in part.patterns.codes().get(start..start + groups).unwrap_or_default() {
                add_scaled(counts.row_mut(index(*code)), own, weight);
            }
        }
        sums.moments.iter_mut().zip(&posterior.products).for_each(|(sum, p)| *sum += weight * p);
    }

    fn maximised(&self, at: &[f64], sums: &Sums) -> Vec<f64> {
        let width = self.grid.width();
        let mut next: Vec<f64> = Vec::with_capacity(at.len());
        for (part, grouped) in self.parts.iter().zip(&sums.counts) {
            let counts = part.patterns.split(grouped, width);
            let rows = part.patterns.item_rows();
            let own: Vec<Vec<f64>> = part
                .problems
                .par_iter()
                .zip(&part.firsts)
                .zip(rows)
                .map(|((problem, first), row)| {
                    let start = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
                    let counts = Counts::of_item(&counts, *row, problem.shape.categories);
                    problem.maximise(&counts, &[self.grid.theta()], start)
                })
                .collect();
            next.extend(own.concat());
        }
        let people: f64 = self.people.iter().map(|(_, weight)| weight).sum();
        let traits = self.parts.len();
        let moments = DMatrix::from_fn(traits, traits, |a, b| {
            sums.moments.get(a.min(b) * traits + a.max(b)).copied().unwrap_or(0.0) / people
        });
        next.extend(triangle(&correlation_step::maximised(&self.correlations(at), &moments)));
        next
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

    /// The result where the iteration ended.
    pub(super) fn report(
        &self,
        end: EmEnd,
        structure: &Structure,
        options: &CalibrationOptions,
    ) -> Result<JointCalibration, CalibrationError> {
        let at = &end.parameters;
        let mut items: Vec<(usize, Item, usize)> = Vec::new();
        for part in &self.parts {
            for ((column, problem), first) in part.columns.iter().zip(&part.problems).zip(&part.firsts) {
                let own = at.get(*first..first + problem.shape.parameters()).unwrap_or_default();
                let (slope, intercepts) = own.split_first().map_or((0.0, own), |(a, d)| (*a, d));
                items.push((*column, Item::from_intercepts(problem.shape.model, slope, intercepts)?, *first));
            }
        }
        items.sort_by_key(|(column, _, _)| *column);
        let errors = errors::standard_errors(self, at, options.standard_errors);
        let of_item = |errors: &Vec<f64>| {
            items
                .iter()
                .map(|(_, item, first)| {
                    errors.get(*first..first + item.categories()).unwrap_or_default().to_vec()
                })
                .collect()
        };
        let log_likelihood = self.expectation(at).map_or(f64::NEG_INFINITY, |sums| sums.log_likelihood);
        Ok(JointCalibration {
            standard_errors: errors.as_ref().map(of_item),
            correlation_errors: errors.map(|e| e.get(self.item_parameters..).unwrap_or_default().to_vec()),
            items: items.into_iter().map(|(_, item, _)| item).collect(),
            correlations: Correlations { matrix: self.correlations(at) },
            log_likelihood,
            log_prior: self.log_prior(at),
            free_parameters: count_u32(at.len()),
            persons_used: self.persons_used,
            cycles: end.cycles,
            is_converged: end.is_converged && log_likelihood.is_finite(),
            maps: self.maps.clone(),
            structure: structure.clone(),
            nodes: self.nodes,
        })
    }
}

/// The distinct combinations of patterns of people with data, in order, with their numbers.
fn distinct_people(parts: &[Part], responses: &Responses) -> Vec<(Vec<u32>, f64)> {
    let mut all: Vec<Vec<u32>> = responses
        .rows()
        .enumerate()
        .filter(|(_, row)| row.iter().any(|cell| *cell != crate::irt::responses::GAP))
        .map(|(person, _)| {
            parts.iter().filter_map(|part| part.patterns.of_person.get(person).copied()).collect()
        })
        .collect();
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

impl EmModel for JointModel {
    fn cycle(&self, at: &[f64]) -> Cycle {
        match self.expectation(at) {
            Some(sums) => {
                let objective = sums.log_likelihood + self.log_prior(at);
                Cycle { objective, next: self.maximised(at, &sums) }
            }
            None => Cycle { objective: f64::NEG_INFINITY, next: at.to_vec() },
        }
    }

    fn is_feasible(&self, at: &[f64]) -> bool {
        let is_inside = |part: &Part| {
            part.problems.iter().zip(&part.firsts).all(|(problem, first)| {
                problem.is_feasible(at.get(*first..first + problem.shape.parameters()).unwrap_or_default())
            })
        };
        let matrix = self.correlations(at);
        let is_bounded = triangle(&matrix).iter().all(|r| r.abs() < 0.995);
        is_bounded && matrix.cholesky().is_some() && self.parts.iter().all(is_inside)
    }
}

/// The patterns of one trait's known items and their likelihoods.
pub(super) fn likelihoods_of(
    items: &[Item],
    columns: &[usize],
    responses: &Responses,
    grid: &Grid,
) -> (Patterns, Likelihoods) {
    let own = responses.select_items(columns).unwrap_or_else(|_| responses.clone());
    let patterns = Patterns::new(&widened(items, &own));
    let table = known_table(items, &patterns, grid);
    let likelihoods = pattern_likelihoods(&patterns, &table, grid.width());
    (patterns, likelihoods)
}

/// Likelihoods of patterns at logarithms of category chances.
fn pattern_likelihoods(patterns: &Patterns, singles: &Rows, width: usize) -> Likelihoods {
    let table = patterns.combine(singles, width);
    let mut rows = Rows::zeros(patterns.len(), width);
    let mut logs = Vec::with_capacity(patterns.len());
    for (row, codes) in rows.rows_mut().zip(patterns.codes().chunks_exact(patterns.group_count())) {
        codes.iter().for_each(|code| add_assign(row, table.row(index(*code))));
        let largest = row_max(row);
        row.iter_mut().flatten().for_each(|cell| *cell = exp(*cell - largest));
        logs.push(largest);
    }
    Likelihoods { rows, logs }
}
