//! Proportional-odds (for two categories: logistic) regression by Newton's method.
//!
//! Level 0 is the intercept-only model. Only what differential item functioning needs: up to three
//! predictors, counts as weights.

use crate::linear::Square;

/// Most Newton steps; separated data need more and are refused.
const MOST_STEPS: u32 = 50;

/// Size of a coefficient of standardised predictors beyond which data count as separated.
const LARGEST_COEFFICIENT: f64 = 25.0;

/// Improvement of the log-likelihood that ends the search.
const TOLERANCE: f64 = 1e-11;

/// One cell: predictors, category and number of people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) x: [f64; 3],
    pub(super) category: usize,
    pub(super) people: f64,
}

/// A fitted model: intercepts of `P(Y >= k)`, k = 1 …, falling; coefficients of the first predictors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) intercepts: Vec<f64>,
    pub(super) coefficients: Vec<f64>,
    pub(super) log_likelihood: f64,
    information: Square,
}

/// Why there is no fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFit {
    Separated,
    NotConverged,
}

impl Fit {
    /// Covariance of two coefficients; absent when the information is singular.
    pub(super) fn covariance(&self, i: usize, j: usize) -> Option<f64> {
        let offset = self.intercepts.len();
        let unit: Vec<f64> =
            (0..self.information.size()).map(|k| f64::from(u8::from(k == offset + i))).collect();
        self.information.solve_positive_definite(&unit)?.get(offset + j).copied()
    }
}

/// The log-likelihood without predictors.
pub(super) fn null_log_likelihood(counts: &[f64]) -> f64 {
    let n: f64 = counts.iter().sum();
    counts.iter().filter(|k| **k > 0.0).map(|k| k * (k / n).ln()).sum()
}

/// Fits the first `predictors` of each cell; `counts` are the people per category, none 0.
///
/// Source: McCullagh 1980, J R Stat Soc B 42:109-142; the log-likelihood is concave (Pratt 1981).
pub(super) fn fit(cells: &[Cell], counts: &[f64], predictors: usize) -> Result<Fit, NoFit> {
    let mut parameters = start(counts, predictors);
    let cuts = counts.len() - 1;
    let mut state = derivatives(cells, &parameters, cuts);
    for _ in 0..MOST_STEPS {
        let size = parameters.len();
        let information = Square::from_fn(size, |i, j| state.information(i, j, size));
        let step = information.solve_positive_definite(&state.gradient).ok_or(NoFit::Separated)?;
        let gain: f64 = step.iter().zip(&state.gradient).map(|(s, g)| s * g).sum();
        if gain < TOLERANCE {
            let coefficients = parameters.split_off(cuts);
            let log_likelihood = state.log_likelihood;
            return Ok(Fit { intercepts: parameters, coefficients, log_likelihood, information });
        }
        let mut scale = 1.0;
        let (next, found) = loop {
            let next: Vec<f64> = parameters.iter().zip(&step).map(|(p, s)| p + scale * s).collect();
            if is_ordered(&next, cuts) {
                let found = derivatives(cells, &next, cuts);
                if found.log_likelihood >= state.log_likelihood - 1e-10 {
                    break (next, found);
                }
            }
            scale *= 0.5;
            if scale < 1e-6 {
                return Err(NoFit::NotConverged);
            }
        };
        if next.iter().skip(cuts).any(|b| b.abs() > LARGEST_COEFFICIENT) {
            return Err(NoFit::Separated);
        }
        (parameters, state) = (next, found);
    }
    Err(NoFit::NotConverged)
}

/// Intercepts of the model without predictors, coefficients 0.
fn start(counts: &[f64], predictors: usize) -> Vec<f64> {
    let n: f64 = counts.iter().sum();
    let mut above = n;
    let mut parameters = Vec::with_capacity(counts.len() + predictors);
    for below in counts.iter().take(counts.len() - 1) {
        above -= below;
        parameters.push((above / (n - above)).ln());
    }
    parameters.extend(std::iter::repeat_n(0.0, predictors));
    parameters
}

fn is_ordered(parameters: &[f64], cuts: usize) -> bool {
    parameters.iter().all(|p| p.is_finite())
        && parameters.iter().take(cuts).zip(parameters.iter().take(cuts).skip(1)).all(|(a, b)| a > b)
}

/// Log-likelihood, its gradient and its negative Hessian, upper triangle row by row in a full square.
struct Derivatives {
    log_likelihood: f64,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
}

impl Derivatives {
    fn information(&self, i: usize, j: usize, size: usize) -> f64 {
        let (row, column) = (i.min(j), i.max(j));
        -self.hessian.get(row * size + column).copied().unwrap_or(0.0)
    }
}

#[expect(clippy::indexing_slicing, reason = "categories are below `cuts + 1`, predictors at most 3")]
fn derivatives(cells: &[Cell], parameters: &[f64], cuts: usize) -> Derivatives {
    let size = parameters.len();
    let (alpha, beta) = parameters.split_at(cuts);
    let mut found =
        Derivatives { log_likelihood: 0.0, gradient: vec![0.0; size], hessian: vec![0.0; size * size] };
    let (gradient, hessian) = (&mut found.gradient, &mut found.hessian);
    // log(1 - e^-(a_k - a_k+1)) and 1 / (e^(a_k - a_k+1) - 1) depend on the intercepts only.
    let gaps: Vec<(f64, f64)> = alpha
        .windows(2)
        .map(|pair| {
            let gap = pair[0] - pair[1];
            ((-(-gap).exp_m1()).ln(), 1.0 / gap.exp_m1())
        })
        .collect();
    for cell in cells {
        let (k, n) = (cell.category, cell.people);
        let eta: f64 = beta.iter().zip(&cell.x).map(|(b, x)| b * x).sum();
        let (mut slope, mut curve) = (0.0, 0.0);
        let (mut log_p, ratio) = if k > 0 && k < cuts { gaps[k - 1] } else { (0.0, 0.0) };
        let bend = ratio * (1.0 + ratio);
        if k > 0 {
            // The slope of log F(u), u = a_k + eta, is 1 - F(u).
            let (log_above, above) = logistic(alpha[k - 1] + eta);
            let below = 1.0 - above;
            log_p += log_above;
            let own = below * above;
            gradient[k - 1] += n * (below + ratio);
            hessian[(k - 1) * size + k - 1] -= n * (own + bend);
            add_mixed(hessian, k - 1, size, cuts, -n * own, &cell.x);
            slope += below;
            curve -= own;
        }
        if k < cuts {
            let (log_below, below) = logistic(-(alpha[k] + eta));
            let above = 1.0 - below;
            log_p += log_below;
            let own = above * below;
            gradient[k] -= n * (above + ratio);
            hessian[k * size + k] -= n * (own + bend);
            add_mixed(hessian, k, size, cuts, -n * own, &cell.x);
            slope -= above;
            curve -= own;
        }
        if k > 0 && k < cuts {
            hessian[(k - 1) * size + k] += n * bend;
        }
        for (i, x) in cell.x.iter().enumerate().take(size - cuts) {
            gradient[cuts + i] += n * slope * x;
            add_mixed(hessian, cuts + i, size, cuts, n * curve * x, &cell.x);
        }
        found.log_likelihood += n * log_p;
    }
    found
}

/// Adds `weight · x` to the row of one parameter, in the columns of the coefficients.
fn add_mixed(hessian: &mut [f64], row: usize, size: usize, cuts: usize, weight: f64, x: &[f64; 3]) {
    let columns = hessian.iter_mut().skip(row * size + cuts).take(size - cuts);
    columns.zip(x).for_each(|(cell, x)| *cell += weight * x);
}

/// Log and value of the logistic function, exact in both tails.
fn logistic(z: f64) -> (f64, f64) {
    let e = (-z.abs()).exp();
    let log = z.min(0.0) - e.ln_1p();
    (log, if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) })
}

/// Centre and spread of a predictor, weighted by people; spread 1 for a constant one.
pub(super) fn centre_and_spread(cells: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64) {
    let n: f64 = cells.clone().map(|(_, people)| people).sum();
    let mean = cells.clone().map(|(x, people)| x * people).sum::<f64>() / n;
    let spread = (cells.map(|(x, people)| people * (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    if mean.is_finite() && spread > 1e-12 { (mean, spread) } else { (0.0, 1.0) }
}
