//! The likelihood of one answer row at one level of the trait, with what the modes need of it.

use crate::irt::item::{Item, Model};
use crate::irt::lanes::{LANES, Lane, exp, logistic, to_lanes};
use crate::irt::responses::GAP;
use crate::linear::count;

/// Sums over the answered items at one level.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Totals {
    /// First derivative of the log-likelihood, l'.
    pub(crate) score: f64,
    /// Second derivative, l''; never above 0.
    pub(crate) bend: f64,
    /// Expected information I = Σ P'² / P.
    pub(crate) information: f64,
    /// Warm's J = Σ P' P'' / P.
    pub(crate) warm: f64,
}

/// The items of a test with all their thresholds in one row, whose logistic functions are computed
/// together.
pub(crate) struct TestCurves<'a> {
    items: &'a [Item],
    slopes: Vec<Lane>,
    intercepts: Vec<Lane>,
}

impl<'a> TestCurves<'a> {
    pub(crate) fn new(items: &'a [Item]) -> Self {
        let thresholds =
            || items.iter().flat_map(|item| item.intercepts().iter().map(move |d| (item.slope(), *d)));
        let slopes: Vec<f64> = thresholds().map(|(a, _)| a).collect();
        let intercepts: Vec<f64> = thresholds().map(|(_, d)| d).collect();
        Self { items, slopes: to_lanes(&slopes, 0.0), intercepts: to_lanes(&intercepts, 0.0) }
    }

    /// The totals of an answer row; gaps and categories an item does not have are left out. `stars` is
    /// room for the logistic functions, reused from call to call.
    pub(crate) fn totals(&self, row: &[u8], theta: f64, stars: &mut Vec<Lane>) -> Totals {
        stars.resize(self.slopes.len(), [0.0; LANES]);
        for ((star, slope), intercept) in stars.iter_mut().zip(&self.slopes).zip(&self.intercepts) {
            for ((star, a), d) in star.iter_mut().zip(slope).zip(intercept) {
                *star = logistic(a * theta + d);
            }
        }
        let mut sum = Totals::default();
        let mut rest: &[f64] = stars.as_flattened();
        for (item, cell) in self.items.iter().zip(row) {
            let (own, after) = rest.split_at_checked(item.categories() - 1).unwrap_or_default();
            rest = after;
            if *cell == GAP {
                continue;
            }
            match item.model() {
                Model::TwoParameter | Model::Graded => {
                    add_graded(&mut sum, item.slope(), own, usize::from(*cell))
                }
                Model::PartialCredit => add_partial_credit(&mut sum, item, usize::from(*cell), theta),
            }
        }
        sum
    }
}

/// With `s_k = a (1 - P*_k - P*_(k+1))` and `s'_k = -a² (g_k + g_(k+1))`: P'_k = P_k s_k and
/// P''_k = P_k (s_k² + s'_k).
#[inline]
fn add_graded(sum: &mut Totals, slope: f64, stars: &[f64], chosen: usize) {
    let (mut star, mut bump) = (1.0, 0.0);
    let (mut information, mut warm) = (0.0, 0.0);
    for (k, next_star) in stars.iter().copied().chain(std::iter::once(0.0)).enumerate() {
        let next_bump = next_star * (1.0 - next_star);
        let chance = star - next_star;
        let score = 1.0 - star - next_star;
        let bend = -(bump + next_bump);
        let weighted = chance * score;
        information += weighted * score;
        warm += weighted * (score * score + bend);
        if k == chosen {
            sum.score += slope * score;
            sum.bend += slope * slope * bend;
        }
        (star, bump) = (next_star, next_bump);
    }
    sum.information += slope * slope * information;
    sum.warm += slope * slope * slope * warm;
}

/// With X the category: s_k = a (k - E X), s' = -a² Var X, so that I = a² Var X and J = a³ times the
/// third central moment.
fn add_partial_credit(sum: &mut Totals, item: &Item, chosen: usize, theta: f64) {
    let slope = item.slope();
    let mut logits = [0.0; 64];
    let (mut logit, mut largest) = (0.0, 0.0);
    for (cell, d) in logits.iter_mut().skip(1).zip(item.intercepts()) {
        logit += slope * theta + d;
        *cell = logit;
        largest = f64::max(largest, logit);
    }
    let chances = logits.iter().take(item.categories()).map(|z| exp(z - largest)).enumerate();
    let (mut total, mut first, mut second, mut third) = (0.0, 0.0, 0.0, 0.0);
    for (k, p) in chances {
        let k = count(k);
        total += p;
        first += k * p;
        second += k * k * p;
        third += k * k * k * p;
    }
    let mean = first / total;
    let variance = (second / total - mean * mean).max(0.0);
    let skew = third / total - 3.0 * mean * variance - mean.powi(3);
    sum.information += slope * slope * variance;
    sum.warm += slope.powi(3) * skew;
    sum.score += slope * (count(chosen) - mean);
    sum.bend -= slope * slope * variance;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_those_of_the_curves() {
        let items = [
            Item::two_parameter(1.2, -0.5).unwrap(),
            Item::graded(1.6, &[-1.0, 0.3, 1.2]).unwrap(),
            Item::partial_credit(0.9, &[0.4, -0.2, 1.0]).unwrap(),
        ];
        let (test, mut room) = (TestCurves::new(&items), Vec::new());
        for theta in [-2.5, -0.1, 0.0, 1.7] {
            for row in [[1_u8, 2, 3], [0, 3, 0], [GAP, 1, 1]] {
                let found = test.totals(&row, theta, &mut room);

                let mut wanted = Totals::default();
                for (item, cell) in items.iter().zip(row).filter(|(_, cell)| *cell != GAP) {
                    let curves = item.curves(theta);
                    for curve in &curves {
                        let second = curve.score * curve.score + curve.bend;
                        wanted.information += curve.probability * curve.score * curve.score;
                        wanted.warm += curve.probability * curve.score * second;
                    }
                    wanted.score += curves[usize::from(cell)].score;
                    wanted.bend += curves[usize::from(cell)].bend;
                }
                for (a, b) in [
                    (found.score, wanted.score),
                    (found.bend, wanted.bend),
                    (found.information, wanted.information),
                    (found.warm, wanted.warm),
                ] {
                    assert!((a - b).abs() < 1e-12, "{found:?} {wanted:?}");
                }
            }
        }
    }
}
