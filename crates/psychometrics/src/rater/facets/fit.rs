//! The fit of the many-facet model: EM with one Newton step a cycle.
//!
//! Parameters in order: spread of persons, difficulties, severities, thresholds. The last severity and
//! the last threshold are minus the sum of the others.

use rayon::prelude::*;

use crate::linear::{Square, count};
use crate::rater::facets::{Checked, FacetError, Rating};

/// Nodes of the person distribution, from -6 to 6 standard deviations.
pub(crate) const NODES: usize = 61;

const MOST_CYCLES: u32 = 2_000;

/// Largest move of a parameter in a cycle that counts as none.
const TOLERANCE: f64 = 1e-6;

/// All parameters, the dependent ones included.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    pub(crate) spread: f64,
    pub(crate) difficulties: Vec<f64>,
    pub(crate) severities: Vec<f64>,
    pub(crate) thresholds: Vec<f64>,
}

/// What a fit found.
pub(crate) struct Fitted {
    pub(crate) parameters: Parameters,
    /// Standard errors in the order of the parameters, all of them.
    pub(crate) errors: Option<Vec<f64>>,
    /// Weights of the nodes for each person.
    pub(crate) posteriors: Vec<Vec<f64>>,
    pub(crate) log_likelihood: f64,
    pub(crate) cycles: u32,
    pub(crate) is_converged: bool,
}

/// The node values in standard deviations with their prior weights.
pub(crate) fn nodes() -> Vec<(f64, f64)> {
    let z = |q: usize| (count(q) - 30.0) / 5.0;
    let total: f64 = (0..NODES).map(|q| (-0.5 * z(q) * z(q)).exp()).sum();
    (0..NODES).map(|q| (z(q), (-0.5 * z(q) * z(q)).exp() / total)).collect()
}

impl Parameters {
    fn start(checked: &Checked) -> Self {
        let zero = |n: usize| vec![0.0; n];
        let (difficulties, severities) = (zero(checked.criteria), zero(checked.raters));
        Self { spread: 1.0, difficulties, severities, thresholds: zero(checked.categories - 1) }
    }

    /// The chance of each category at a level less difficulty and severity.
    pub(crate) fn chances(&self, level: f64) -> Vec<f64> {
        let mut logits = vec![0.0];
        let mut sum = 0.0;
        for threshold in &self.thresholds {
            sum += level - threshold;
            logits.push(sum);
        }
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares: Vec<f64> = logits.iter().map(|logit| (logit - most).exp()).collect();
        let total: f64 = shares.iter().sum();
        shares.into_iter().map(|share| share / total).collect()
    }

    /// Where a criterion and a rater put a node: the level of the rating scale.
    pub(crate) fn level(&self, z: f64, criterion: usize, rater: usize) -> f64 {
        let at = |list: &[f64], i: usize| list.get(i).copied().unwrap_or(0.0);
        self.spread * z - at(&self.difficulties, criterion) - at(&self.severities, rater)
    }

    fn flat(&self) -> Vec<f64> {
        let lists = [&self.difficulties, &self.severities, &self.thresholds];
        std::iter::once(self.spread).chain(lists.into_iter().flatten().copied()).collect()
    }

    fn from_flat(flat: &[f64], checked: &Checked) -> Self {
        let mut rest = flat.iter().copied();
        let spread = rest.next().unwrap_or(1.0);
        let difficulties = rest.by_ref().take(checked.criteria).collect();
        let severities = rest.by_ref().take(checked.raters).collect();
        Self { spread, difficulties, severities, thresholds: rest.collect() }
    }
}

/// How the dependent parameters follow from the free ones.
struct Contrast {
    /// For each parameter its free parameters with coefficients.
    of: Vec<Vec<(usize, f64)>>,
    free: usize,
}

impl Contrast {
    fn new(checked: &Checked) -> Self {
        let mut of: Vec<Vec<(usize, f64)>> = Vec::new();
        let mut free = 0;
        for (size, is_centred) in
            [(1 + checked.criteria, false), (checked.raters, true), (checked.categories - 1, true)]
        {
            let start = free;
            let own = if is_centred { size - 1 } else { size };
            of.extend((start..start + own).map(|i| vec![(i, 1.0)]));
            free += own;
            if is_centred {
                of.push((start..free).map(|i| (i, -1.0)).collect());
            }
        }
        Self { of, free }
    }

    fn reduced(&self, full: &[f64]) -> Vec<f64> {
        let mut reduced = vec![0.0; self.free];
        for (value, parts) in full.iter().zip(&self.of) {
            for (i, factor) in parts {
                if let Some(cell) = reduced.get_mut(*i) {
                    *cell += factor * value;
                }
            }
        }
        reduced
    }

    /// Full moves from free ones.
    fn expanded(&self, reduced: &[f64]) -> Vec<f64> {
        let part = |(i, factor): &(usize, f64)| factor * reduced.get(*i).copied().unwrap_or(0.0);
        self.of.iter().map(|parts| parts.iter().map(part).sum()).collect()
    }

    fn reduced_square(&self, full: &[f64]) -> Square {
        let rows: Vec<f64> = full.chunks(self.of.len()).flat_map(|row| self.reduced(row)).collect();
        let column = |i: usize| -> Vec<f64> {
            self.reduced(&rows.iter().skip(i).step_by(self.free.max(1)).copied().collect::<Vec<f64>>())
        };
        let columns: Vec<Vec<f64>> = (0..self.free).map(column).collect();
        Square::from_fn(self.free, |i, k| columns.get(k).and_then(|c| c.get(i)).copied().unwrap_or(0.0))
    }
}

/// Fits the model; `prior_sd` holds severities near 0 (drift), absent for maximum likelihood.
pub(crate) fn fit(checked: &Checked, prior_sd: Option<f64>) -> Result<Fitted, FacetError> {
    let contrast = Contrast::new(checked);
    let mut parameters = Parameters::start(checked);
    let (mut cycles, mut is_converged) = (0, false);
    while cycles < MOST_CYCLES && !is_converged {
        cycles += 1;
        let posteriors = posteriors(checked, &parameters).0;
        let (gradient, information) = derivatives(checked, &parameters, &posteriors, prior_sd);
        let step = contrast
            .reduced_square(&information)
            .solve_positive_definite(&contrast.reduced(&gradient))
            .ok_or(FacetError::Singular)?;
        let step = contrast.expanded(&step);
        let largest = step.iter().map(|move_| move_.abs()).fold(0.0, f64::max);
        // A step of at most 1 logit keeps the first cycles from overshooting.
        let factor = if largest > 1.0 { 1.0 / largest } else { 1.0 };
        let mut flat: Vec<f64> =
            parameters.flat().iter().zip(&step).map(|(value, step)| value + factor * step).collect();
        if let Some(spread) = flat.first_mut() {
            *spread = spread.max(1e-3);
        }
        parameters = Parameters::from_flat(&flat, checked);
        is_converged = largest < TOLERANCE;
    }
    let (posteriors, log_likelihood) = posteriors(checked, &parameters);
    let errors = standard_errors(checked, &parameters, &posteriors, &contrast);
    Ok(Fitted { parameters, errors, posteriors, log_likelihood, cycles, is_converged })
}

/// The log-likelihood at given parameters.
#[cfg(test)]
pub(crate) fn log_likelihood(checked: &Checked, parameters: &Parameters) -> f64 {
    posteriors(checked, parameters).1
}

/// ln P of every category for each criterion × rater × node.
fn log_table(checked: &Checked, parameters: &Parameters) -> Vec<f64> {
    let nodes = nodes();
    let cells = (0..checked.criteria).flat_map(|c| (0..checked.raters).map(move |r| (c, r)));
    cells
        .flat_map(|(c, r)| nodes.iter().map(move |(z, _)| (c, r, *z)))
        .flat_map(|(c, r, z)| parameters.chances(parameters.level(z, c, r)))
        .map(|chance| chance.max(1e-300).ln())
        .collect()
}

/// Weights of the nodes for each person, and the log-likelihood.
fn posteriors(checked: &Checked, parameters: &Parameters) -> (Vec<Vec<f64>>, f64) {
    let (nodes, table, k) = (nodes(), log_table(checked, parameters), checked.categories);
    let one = |ratings: &Vec<Rating>| -> (Vec<f64>, f64) {
        let mut logs: Vec<f64> = nodes.iter().map(|(_, weight)| weight.ln()).collect();
        for rating in ratings {
            let first = (rating.criterion * checked.raters + rating.rater) * NODES * k;
            let own = table.iter().skip(first + usize::from(rating.category)).step_by(k);
            logs.iter_mut().zip(own).for_each(|(log, p)| *log += p);
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
        let total: f64 = weights.iter().sum();
        (weights.into_iter().map(|weight| weight / total).collect(), most + total.ln())
    };
    let found: Vec<(Vec<f64>, f64)> = checked.persons.par_iter().map(one).collect();
    let log_likelihood = found.iter().map(|(_, log)| log).sum();
    (found.into_iter().map(|(weights, _)| weights).collect(), log_likelihood)
}

/// Places in the full list of parameters that a rating by `rater` on `criterion` depends on.
fn places(checked: &Checked, criterion: usize, rater: usize) -> Vec<usize> {
    let thresholds = 1 + checked.criteria + checked.raters;
    let own = [0, 1 + criterion, 1 + checked.criteria + rater];
    own.into_iter().chain(thresholds..thresholds + checked.categories - 1).collect()
}

/// The statistics whose excess over their mean are the derivatives of ln P of a category.
fn statistics(z: f64, category: usize, categories: usize) -> Vec<f64> {
    let k = count(category);
    let steps = (1..categories).map(|v| if category >= v { -1.0 } else { 0.0 });
    [z * k, -k, -k].into_iter().chain(steps).collect()
}

/// Gradient and information (full size, row by row) of the expected log-likelihood.
fn derivatives(
    checked: &Checked,
    parameters: &Parameters,
    posteriors: &[Vec<f64>],
    prior_sd: Option<f64>,
) -> (Vec<f64>, Vec<f64>) {
    let (nodes, k) = (nodes(), checked.categories);
    let size = 1 + checked.criteria + checked.raters + k - 1;
    let mut expected = vec![0.0; checked.criteria * checked.raters * NODES * k];
    for (ratings, weights) in checked.persons.iter().zip(posteriors) {
        for rating in ratings {
            let first = (rating.criterion * checked.raters + rating.rater) * NODES * k;
            let own = expected.iter_mut().skip(first + usize::from(rating.category)).step_by(k);
            own.zip(weights).for_each(|(cell, weight)| *cell += weight);
        }
    }
    let (mut gradient, mut information) = (vec![0.0; size], vec![0.0; size * size]);
    for (number, cell) in expected.chunks(NODES * k).enumerate() {
        if cell.iter().all(|times| *times == 0.0) {
            continue;
        }
        let (criterion, rater) = (number / checked.raters, number % checked.raters);
        let places = places(checked, criterion, rater);
        for ((z, _), times) in nodes.iter().zip(cell.chunks(k)) {
            let n: f64 = times.iter().sum();
            let chances = parameters.chances(parameters.level(*z, criterion, rater));
            let all: Vec<Vec<f64>> = (0..k).map(|category| statistics(*z, category, k)).collect();
            let mean = mean_of(&all, &chances);
            let seen = mean_of(&all, times);
            for (i, place) in places.iter().enumerate() {
                let own = mean.get(i).copied().unwrap_or(0.0);
                add(&mut gradient, *place, seen.get(i).copied().unwrap_or(0.0) - n * own);
                for (j, other) in places.iter().enumerate() {
                    let centre = mean.get(j).copied().unwrap_or(0.0);
                    let product = |(s, p): (&Vec<f64>, &f64)| {
                        let at = |i: usize| s.get(i).copied().unwrap_or(0.0);
                        p * (at(i) - own) * (at(j) - centre)
                    };
                    add(
                        &mut information,
                        place * size + other,
                        n * all.iter().zip(&chances).map(product).sum::<f64>(),
                    );
                }
            }
        }
    }
    if let Some(sd) = prior_sd {
        for (r, severity) in parameters.severities.iter().enumerate() {
            let place = 1 + checked.criteria + r;
            add(&mut gradient, place, -severity / (sd * sd));
            add(&mut information, place * size + place, 1.0 / (sd * sd));
        }
    }
    (gradient, information)
}

/// The sum of lists with weights.
fn mean_of(lists: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; lists.first().map_or(0, Vec::len)];
    for (list, weight) in lists.iter().zip(weights) {
        sum.iter_mut().zip(list).for_each(|(s, x)| *s += weight * x);
    }
    sum
}

fn add(list: &mut [f64], place: usize, value: f64) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}

/// Standard errors of all parameters from the cross-product of the persons' scores (Fisher's identity).
fn standard_errors(
    checked: &Checked,
    parameters: &Parameters,
    posteriors: &[Vec<f64>],
    contrast: &Contrast,
) -> Option<Vec<f64>> {
    let (nodes, k, free) = (nodes(), checked.categories, contrast.free);
    let score = |(ratings, weights): (&Vec<Rating>, &Vec<f64>)| -> Vec<f64> {
        let mut full = vec![0.0; contrast.of.len()];
        for rating in ratings {
            let places = places(checked, rating.criterion, rating.rater);
            for ((z, _), weight) in nodes.iter().zip(weights) {
                let chances = parameters.chances(parameters.level(*z, rating.criterion, rating.rater));
                let all: Vec<Vec<f64>> = (0..k).map(|category| statistics(*z, category, k)).collect();
                let mean = mean_of(&all, &chances);
                let own = all.get(usize::from(rating.category)).map_or(&[][..], Vec::as_slice);
                for (place, (s, m)) in places.iter().zip(own.iter().zip(&mean)) {
                    add(&mut full, *place, weight * (s - m));
                }
            }
        }
        contrast.reduced(&full)
    };
    let scores: Vec<Vec<f64>> = checked.persons.par_iter().zip(posteriors).map(score).collect();
    let mut sums = vec![0.0; free * free];
    for own in &scores {
        for (row, a) in sums.chunks_mut(free).zip(own) {
            row.iter_mut().zip(own).for_each(|(cell, b)| *cell += a * b);
        }
    }
    let information = Square::from_fn(free, |i, j| sums.get(i * free + j).copied().unwrap_or(0.0));
    let unit = |i: usize| (0..free).map(|j| if i == j { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let inverse: Vec<Vec<f64>> =
        (0..free).map(|i| information.solve_positive_definite(&unit(i))).collect::<Option<_>>()?;
    // The variance of a dependent parameter is that of minus the sum of the others.
    let variance = |parts: &Vec<(usize, f64)>| -> f64 {
        let cell = |i: usize, j: usize| inverse.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
        parts
            .iter()
            .flat_map(|(i, a)| parts.iter().map(move |(j, b)| (*i, *j, a * b)))
            .map(|(i, j, f)| f * cell(i, j))
            .sum()
    };
    let errors: Vec<f64> = contrast.of.iter().map(|parts| variance(parts).sqrt()).collect();
    errors.iter().all(|error| error.is_finite() && *error > 0.0).then_some(errors)
}
