//! The unidimensional model as an EM problem: where parameters lie in one list, the tables they give,
//! and one cycle.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::irt::calibrate::check::Ready;
use crate::irt::calibrate::{CalibrationOptions, Slopes};
use crate::irt::em::{Cycle, EmModel};
use crate::irt::estep;
use crate::irt::grid::Grid;
use crate::irt::item::{Item, Model};
use crate::irt::lanes::{Lane, Rows, dot, row_sum};
use crate::irt::mstep::{Counts, ItemProblem, POSITIVE_SLOPE, solve_damped};
use crate::irt::patterns::Patterns;
use crate::irt::prior::ItemPrior;
use crate::irt::responses::Responses;
use crate::irt::tables::{Shape, log_probabilities};

/// One item of the problem.
pub(crate) struct Slot {
    pub(crate) problem: ItemProblem,
    /// First of its parameters in the list.
    pub(crate) first: usize,
    pub(crate) is_fixed: bool,
    /// Its parameters when they are fixed.
    fixed: Vec<f64>,
}

/// The model, its data and its quadrature.
pub(crate) struct Problem {
    pub(crate) patterns: Patterns,
    pub(crate) grid: Grid,
    pub(crate) slots: Vec<Slot>,
    pub(crate) slopes: Slopes,
    pub(crate) is_latent_free: bool,
    /// Length of the list without the latent mean and variance.
    pub(crate) item_parameters: usize,
}

/// Smallest variance of the trait.
const SMALLEST_VARIANCE: f64 = 0.01;

impl Problem {
    /// The problem of fitting `ready` with some items fixed.
    pub(super) fn new(
        ready: &Ready,
        anchors: &[Option<Item>],
        options: &CalibrationOptions,
        is_latent_free: bool,
    ) -> Self {
        let mut first = 0;
        let mut slots = Vec::with_capacity(anchors.len());
        for ((anchor, counts), model) in anchors.iter().zip(&ready.counts).zip(&ready.models) {
            let categories = anchor.as_ref().map_or(counts.len(), Item::categories);
            let shape = Shape { model: *model, slopes: 1, categories };
            let answers = counts.iter().sum();
            let prior = match anchor {
                Some(_) => ItemPrior::default(),
                None => options.priors.of_item(ready.persons_used, answers),
            };
            let fixed = anchor.as_ref().map(item_parameters).unwrap_or_default();
            let problem = ItemProblem { shape, prior, bounds: vec![POSITIVE_SLOPE] };
            slots.push(Slot { problem, first, is_fixed: anchor.is_some(), fixed });
            first += shape.parameters();
        }
        Self {
            patterns: Patterns::new(&ready.responses).with_data_only(),
            grid: Grid::new(options.nodes),
            slots,
            slopes: options.slopes,
            is_latent_free,
            item_parameters: first,
        }
    }

    /// Where the iteration starts: slope 1, intercepts 1.6 times the logits of the shares.
    pub(super) fn start(&self, counts: &[Vec<u32>]) -> Vec<f64> {
        let mut start = Vec::with_capacity(self.item_parameters + 2);
        for (slot, counts) in self.slots.iter().zip(counts) {
            if slot.is_fixed {
                start.extend_from_slice(&slot.fixed);
            } else {
                start.push(1.0);
                start.extend(start_intercepts(slot.problem.shape.model, counts));
            }
        }
        if self.is_latent_free {
            start.extend([0.0, 1.0]);
        }
        start
    }

    /// The parameters of one item in the list.
    pub(crate) fn own<'a>(&self, slot: &Slot, at: &'a [f64]) -> &'a [f64] {
        at.get(slot.first..slot.first + slot.problem.shape.parameters()).unwrap_or_default()
    }

    /// Mean and variance of the trait.
    pub(crate) fn latent(&self, at: &[f64]) -> (f64, f64) {
        match (self.is_latent_free, at.get(self.item_parameters), at.get(self.item_parameters + 1)) {
            (true, Some(mean), Some(variance)) => (*mean, *variance),
            _ => (0.0, 1.0),
        }
    }

    /// Logarithms of the category chances of all items, one row per item and category.
    pub(crate) fn table(&self, at: &[f64]) -> Rows {
        let mut table = Rows::zeros(self.patterns.single_rows(), self.grid.width());
        let mut rows = table.rows_mut();
        for slot in &self.slots {
            let shape = slot.problem.shape;
            let own = rows.by_ref().take(shape.categories);
            log_probabilities(shape, self.own(slot, at), &[self.grid.theta()], own);
        }
        table
    }

    /// Logarithms of the node weights.
    pub(crate) fn log_weights(&self, at: &[f64]) -> Vec<Lane> {
        let (mean, variance) = self.latent(at);
        self.grid.log_weights(mean, variance)
    }

    /// The expectation step at a point.
    pub(crate) fn expectation(&self, at: &[f64]) -> estep::Expected {
        estep::expectation(&self.patterns, &self.table(at), &self.log_weights(at))
    }

    /// The log-likelihood at a point.
    pub(super) fn log_likelihood(&self, at: &[f64]) -> f64 {
        estep::log_likelihood(&self.patterns, &self.table(at), &self.log_weights(at))
    }

    /// The logarithm of the prior densities at a point.
    pub(super) fn log_prior(&self, at: &[f64]) -> f64 {
        let free = self.slots.iter().filter(|slot| !slot.is_fixed);
        match self.slopes {
            Slopes::Free => free.map(|slot| slot.problem.log_prior(self.own(slot, at))).sum(),
            // One slope has one prior, that of the first item.
            Slopes::Common => free
                .enumerate()
                .map(|(k, slot)| without_slope_prior(&slot.problem, k > 0).log_prior(self.own(slot, at)))
                .sum(),
        }
    }

    /// The expected counts of one item.
    pub(crate) fn counts<'a>(&self, slot_number: usize, counts: &'a Rows) -> Counts<'a> {
        let first = self.patterns.item_rows().get(slot_number).copied().unwrap_or(0);
        let categories = self.patterns.categories().get(slot_number).copied().unwrap_or(0);
        Counts::of_item(counts, first, categories)
    }

    fn maximised(&self, at: &[f64], counts: &Rows) -> Vec<f64> {
        match self.slopes {
            Slopes::Free => self
                .slots
                .par_iter()
                .enumerate()
                .map(|(number, slot)| {
                    let own = self.own(slot, at);
                    if slot.is_fixed {
                        own.to_vec()
                    } else {
                        slot.problem.maximise(&self.counts(number, counts), &[self.grid.theta()], own)
                    }
                })
                .collect::<Vec<Vec<f64>>>()
                .concat(),
            Slopes::Common => self.maximised_with_common_slope(at, counts),
        }
    }

    /// Newton steps for one slope and all intercepts: intercepts are eliminated item by item, because
    /// items share nothing but the slope.
    fn maximised_with_common_slope(&self, at: &[f64], counts: &Rows) -> Vec<f64> {
        let mut here = at.to_vec();
        for _ in 0..8 {
            let Some(step) = self.common_slope_step(&here, counts) else { break };
            let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            let before = self.complete_value(&here, counts);
            let mut length = 1.0;
            let mut moved = None;
            for _ in 0..30 {
                let candidate: Vec<f64> = here.iter().zip(&step).map(|(x, s)| x + length * s).collect();
                if self.is_feasible(&candidate) && self.complete_value(&candidate, counts) >= before {
                    moved = Some(candidate);
                    break;
                }
                length *= 0.5;
            }
            let Some(moved) = moved else { break };
            here = moved;
            if longest < 1e-7 {
                break;
            }
        }
        here.truncate(self.item_parameters);
        here
    }

    fn complete_value(&self, at: &[f64], counts: &Rows) -> f64 {
        let free = self.slots.iter().enumerate().filter(|(_, slot)| !slot.is_fixed);
        free.enumerate()
            .map(|(k, (number, slot))| {
                let problem = without_slope_prior(&slot.problem, k > 0);
                let counts = self.counts(number, counts);
                problem.derivatives(&counts, &[self.grid.theta()], self.own(slot, at)).value
            })
            .sum()
    }

    fn common_slope_step(&self, at: &[f64], counts: &Rows) -> Option<Vec<f64>> {
        let (mut slope_gradient, mut slope_information) = (0.0, 0.0);
        let mut eliminated: Vec<(usize, DVector<f64>, DVector<f64>)> = Vec::new();
        let free = self.slots.iter().enumerate().filter(|(_, slot)| !slot.is_fixed);
        for (k, (number, slot)) in free.enumerate() {
            let problem = without_slope_prior(&slot.problem, k > 0);
            let counts = self.counts(number, counts);
            let found = problem.derivatives(&counts, &[self.grid.theta()], self.own(slot, at));
            let n = slot.problem.shape.parameters();
            let full = DMatrix::from_row_slice(n, n, &found.information);
            let gradient = DVector::from_vec(found.gradient);
            let intercepts = full.view((1, 1), (n - 1, n - 1)).into_owned();
            let cross = full.view((1, 0), (n - 1, 1)).column(0).into_owned();
            let own = gradient.rows(1, n - 1).into_owned();
            let by_gradient = solve_damped(intercepts.clone(), &own)?;
            let by_cross = solve_damped(intercepts, &cross)?;
            slope_gradient += gradient.iter().take(1).sum::<f64>() - cross.dot(&by_gradient);
            slope_information += full.iter().take(1).sum::<f64>() - cross.dot(&by_cross);
            eliminated.push((slot.first, by_gradient, by_cross));
        }
        if slope_information <= 0.0 || slope_information.is_nan() {
            return None;
        }
        let slope_step = (slope_gradient / slope_information).clamp(-1.0, 1.0);
        let mut step = vec![0.0; at.len()];
        for (first, by_gradient, by_cross) in eliminated {
            let intercepts = by_gradient.iter().zip(by_cross.iter()).map(|(g, c)| g - c * slope_step);
            let own = std::iter::once(slope_step).chain(intercepts);
            step.iter_mut().skip(first).zip(own).for_each(|(cell, value)| *cell = value);
        }
        Some(step)
    }
}

/// The item without the prior on its slope, when another item already carries it.
fn without_slope_prior(problem: &ItemProblem, is_repeated: bool) -> ItemProblem {
    let mut own = problem.clone();
    if is_repeated {
        own.prior.slope = None;
    }
    own
}

impl EmModel for Problem {
    fn cycle(&self, at: &[f64]) -> Cycle {
        let expected = self.expectation(at);
        let objective = expected.log_likelihood + self.log_prior(at);
        let mut next = self.maximised(at, &expected.counts);
        if self.is_latent_free {
            let people = row_sum(&expected.mass);
            let mean = dot(self.grid.theta(), &expected.mass) / people;
            let second = dot(self.grid.theta_squared(), &expected.mass) / people;
            next.extend([mean, (second - mean * mean).max(SMALLEST_VARIANCE)]);
        }
        Cycle { objective, next }
    }

    fn is_feasible(&self, at: &[f64]) -> bool {
        let (_, variance) = self.latent(at);
        let free = self.slots.iter().filter(|slot| !slot.is_fixed);
        (SMALLEST_VARIANCE..36.0).contains(&variance)
            && free.clone().all(|slot| slot.problem.is_feasible(self.own(slot, at)))
    }
}

/// An item's slope and intercepts in one list.
pub(crate) fn item_parameters(item: &Item) -> Vec<f64> {
    std::iter::once(item.slope()).chain(item.intercepts().iter().copied()).collect()
}

/// Starting intercepts: 1.6 times the logit of the share at or above each category, or of a category
/// against the one below for partial credit; shares are held to .005..=.995.
pub(crate) fn start_intercepts(model: Model, counts: &[u32]) -> Vec<f64> {
    let total: f64 = counts.iter().map(|n| f64::from(*n)).sum::<f64>().max(1.0);
    let logit = |share: f64| {
        let share = share.clamp(0.005, 0.995);
        (share / (1.0 - share)).ln()
    };
    let mut above = total;
    let mut before = None;
    let mut intercepts = Vec::with_capacity(counts.len());
    for own in counts.iter().map(|n| f64::from(*n)) {
        if let Some(before) = before.replace(own) {
            let steep = match model {
                Model::PartialCredit => logit(own / (own + before).max(1.0)),
                Model::TwoParameter | Model::Graded => 1.6 * logit(above / total),
            };
            intercepts.push(steep);
        }
        above -= own;
    }
    if model == Model::Graded {
        let mut ceiling = f64::INFINITY;
        for d in &mut intercepts {
            *d = d.min(ceiling);
            ceiling = *d - 0.05;
        }
    }
    intercepts
}

/// The log-likelihood of answers under known items and a standard normal trait.
pub(super) fn log_likelihood_of(items: &[Item], responses: &Responses, nodes: u16) -> f64 {
    let patterns = Patterns::new(&widened(items, responses)).with_data_only();
    let grid = Grid::new(nodes);
    let table = known_table(items, &patterns, &grid);
    estep::log_likelihood(&patterns, &table, &grid.log_weights(0.0, 1.0))
}

/// The answers on the categories of known items.
pub(crate) fn widened(items: &[Item], responses: &Responses) -> Responses {
    use crate::irt::responses::CategoryMap;
    let own = |item: &Item| CategoryMap::identity(u8::try_from(item.categories()).unwrap_or(u8::MAX));
    responses.mapped(&items.iter().map(own).collect::<Vec<_>>())
}

/// Logarithms of the category chances of known items.
pub(crate) fn known_table(items: &[Item], patterns: &Patterns, grid: &Grid) -> Rows {
    let mut table = Rows::zeros(patterns.single_rows(), grid.width());
    let mut rows = table.rows_mut();
    for item in items {
        let shape = Shape { model: item.model(), slopes: 1, categories: item.categories() };
        log_probabilities(
            shape,
            &item_parameters(item),
            &[grid.theta()],
            rows.by_ref().take(shape.categories),
        );
    }
    table
}
