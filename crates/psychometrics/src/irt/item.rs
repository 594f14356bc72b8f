//! One item of a unidimensional model: its parameters and its curves at one level of the trait.
//!
//! Parameters are kept as slope and intercepts (`a θ + d`), and reported as slope and thresholds
//! `b = -d / a`. Curves are computed from logarithms, so that they keep their relative precision where
//! a category has almost no chance.

use crate::irt::lanes::{exp, logistic, softplus};
use crate::irt::responses::MOST_CATEGORIES;
use crate::linear::count;

/// Largest size of a parameter: beyond it every curve is a step.
const LARGEST_PARAMETER: f64 = 1e4;

/// The logistic models of this crate (D = 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// Two-parameter logistic: `P = σ(a θ + d)`, two categories (Birnbaum 1968).
    TwoParameter,
    /// Graded response: `P(X ≥ k) = σ(a θ + d_k)`, `d_1 > d_2 > ..` (Samejima 1969).
    Graded,
    /// Generalised partial credit: `P_k ∝ exp Σ_{v ≤ k} (a θ + d_v)`, `d_v = -a b_v` (Muraki 1992).
    PartialCredit,
}

/// An item with known parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    model: Model,
    slope: f64,
    intercepts: Vec<f64>,
}

/// Why numbers are not the parameters of an item.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ItemError {
    /// A slope is not above 0, or beyond 1e4; a reversed item must be scored the other way round.
    #[error("the slope {0} is not above 0 and at most 1e4")]
    Slope(f64),
    /// A threshold or intercept is not finite or beyond ±1e4.
    #[error("the threshold or intercept {0} is not finite and within ±1e4")]
    Intercept(f64),
    /// Thresholds of a graded item do not rise strictly.
    #[error("thresholds of a graded item rise; {lower} stands before {upper}")]
    Order {
        /// The threshold that stands first.
        lower: f64,
        /// The one after it.
        upper: f64,
    },
    /// A two-parameter item has 1 threshold, others 1 to 63.
    #[error("{found} thresholds do not suit the model")]
    ThresholdCount {
        /// Number of thresholds.
        found: usize,
    },
}

impl Item {
    /// A two-parameter item from its slope (above 0) and difficulty `b` (trait units).
    ///
    /// # Errors
    /// [`ItemError::Slope`], [`ItemError::Intercept`].
    pub fn two_parameter(slope: f64, difficulty: f64) -> Result<Self, ItemError> {
        Self::from_thresholds(Model::TwoParameter, slope, &[difficulty])
    }

    /// A graded item from its slope (above 0) and thresholds (rising, trait units), one less than it
    /// has categories.
    ///
    /// # Errors
    /// [`ItemError::Slope`], [`ItemError::Intercept`], [`ItemError::Order`],
    /// [`ItemError::ThresholdCount`].
    pub fn graded(slope: f64, thresholds: &[f64]) -> Result<Self, ItemError> {
        Self::from_thresholds(Model::Graded, slope, thresholds)
    }

    /// A partial credit item from its slope (above 0) and step difficulties (any order, trait units).
    ///
    /// # Errors
    /// [`ItemError::Slope`], [`ItemError::Intercept`], [`ItemError::ThresholdCount`].
    pub fn partial_credit(slope: f64, steps: &[f64]) -> Result<Self, ItemError> {
        Self::from_thresholds(Model::PartialCredit, slope, steps)
    }

    /// An item from its slope and thresholds `b`.
    ///
    /// # Errors
    /// As [`Item::graded`].
    pub fn from_thresholds(model: Model, slope: f64, thresholds: &[f64]) -> Result<Self, ItemError> {
        let intercepts: Vec<f64> = thresholds.iter().map(|b| -slope * b).collect();
        if let Some(b) = thresholds.iter().find(|b| b.is_nan() || b.abs() > LARGEST_PARAMETER) {
            return Err(ItemError::Intercept(*b));
        }
        Self::from_intercepts(model, slope, &intercepts)
    }

    /// An item from its slope and intercepts `d`; those of a graded item fall.
    ///
    /// # Errors
    /// As [`Item::graded`].
    pub fn from_intercepts(model: Model, slope: f64, intercepts: &[f64]) -> Result<Self, ItemError> {
        if !(slope > 0.0 && slope <= LARGEST_PARAMETER) {
            return Err(ItemError::Slope(slope));
        }
        let found = intercepts.len();
        let most = usize::from(MOST_CATEGORIES) - 1;
        if found == 0 || found > most || (model == Model::TwoParameter && found != 1) {
            return Err(ItemError::ThresholdCount { found });
        }
        if let Some(d) =
            intercepts.iter().find(|d| d.is_nan() || d.abs() > LARGEST_PARAMETER * LARGEST_PARAMETER)
        {
            return Err(ItemError::Intercept(*d));
        }
        if model == Model::Graded
            && let Some((first, second)) =
                intercepts.iter().zip(intercepts.iter().skip(1)).find(|(a, b)| a <= b)
        {
            return Err(ItemError::Order { lower: -first / slope, upper: -second / slope });
        }
        Ok(Self { model, slope, intercepts: intercepts.to_vec() })
    }

    /// The model the parameters belong to.
    #[must_use]
    pub const fn model(&self) -> Model {
        self.model
    }

    /// The slope `a`, above 0, per unit of the trait.
    #[must_use]
    pub const fn slope(&self) -> f64 {
        self.slope
    }

    /// The intercepts `d`, one less than there are categories.
    #[must_use]
    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// The thresholds `b = -d / a` in trait units, one less than there are categories.
    #[must_use]
    pub fn thresholds(&self) -> Vec<f64> {
        self.intercepts.iter().map(|d| -d / self.slope).collect()
    }

    /// Number of categories, 2 to 64.
    #[must_use]
    pub const fn categories(&self) -> usize {
        self.intercepts.len() + 1
    }

    /// The chance of each category, 0 to 1 and 1 together, at `theta` (trait units; beyond ±1e6 it is
    /// held there, and NaN is taken as 0). **Shape**: one number per category.
    ///
    /// Source: Samejima 1969; Muraki 1992. Test `curves_of_a_graded_item_worked_by_hand`.
    #[must_use]
    pub fn probabilities(&self, theta: f64) -> Vec<f64> {
        self.curves(theta).into_iter().map(|curve| curve.probability).collect()
    }

    /// The expected category, 0 to the number of categories - 1, at `theta` (as in
    /// [`Item::probabilities`]).
    #[must_use]
    pub fn expected_category(&self, theta: f64) -> f64 {
        self.curves(theta).iter().enumerate().map(|(k, curve)| count(k) * curve.probability).sum()
    }

    /// Fisher information `Σ_k P'_k² / P_k` at `theta` (as in [`Item::probabilities`]), 0 or more, per
    /// squared unit of the trait.
    ///
    /// Source: Samejima 1969; golden test `irt_info_2pl`.
    #[must_use]
    pub fn information(&self, theta: f64) -> f64 {
        self.curves(theta).iter().map(|curve| curve.probability * curve.score * curve.score).sum()
    }

    /// The curves of every category at one level of the trait.
    pub(crate) fn curves(&self, theta: f64) -> Vec<Curve> {
        let theta = if theta.is_nan() { 0.0 } else { theta.clamp(-1e6, 1e6) };
        let eta = self.slope * theta;
        match self.model {
            Model::TwoParameter | Model::Graded => graded_curves(self.slope, eta, &self.intercepts),
            Model::PartialCredit => partial_credit_curves(self.slope, eta, &self.intercepts),
        }
    }
}

/// One category at one level of the trait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Curve {
    /// P.
    pub(crate) probability: f64,
    /// ln P.
    pub(crate) log_probability: f64,
    /// P' / P, the derivative of ln P by θ.
    pub(crate) score: f64,
    /// The second derivative of ln P by θ.
    pub(crate) bend: f64,
}

impl Curve {
    /// P'.
    pub(crate) fn slope(&self) -> f64 {
        self.probability * self.score
    }
}

/// `ln(1 - e^-x)` for x above 0.
pub(crate) fn log_gap(x: f64) -> f64 {
    (-(-x).exp_m1()).ln()
}

/// The curves of a graded item from `σ(u) - σ(v) = σ(u) σ(-v) (1 - e^(v - u))`, which loses no digit
/// where the two chances are close.
fn graded_curves(slope: f64, eta: f64, intercepts: &[f64]) -> Vec<Curve> {
    let bounds: Vec<f64> = intercepts.iter().map(|d| eta + d).collect();
    let lower = std::iter::once(None).chain(bounds.iter().map(Some));
    let upper = bounds.iter().map(Some).chain(std::iter::once(None));
    lower
        .zip(upper)
        .map(|(lower, upper)| {
            // `lower` bounds the category from below, `upper` from above; P* at infinity is 1 and 0.
            let log_above = lower.map_or(0.0, |u| -softplus(-u));
            let log_below = upper.map_or(0.0, |v| -softplus(*v));
            let gap = lower.zip(upper).map_or(0.0, |(u, v)| log_gap(u - v));
            let (star_low, star_up) =
                (lower.map_or(1.0, |u| logistic(*u)), upper.map_or(0.0, |v| logistic(*v)));
            let tail_low = lower.map_or(0.0, |u| logistic(-u));
            let tail_up = upper.map_or(1.0, |v| logistic(-v));
            let score = tail_low - star_up;
            let bend = -(star_low * tail_low + star_up * tail_up);
            let log_probability = log_above + log_below + gap;
            Curve {
                probability: exp(log_probability),
                log_probability,
                score: slope * score,
                bend: slope * slope * bend,
            }
        })
        .collect()
}

/// The curves of a partial credit item.
fn partial_credit_curves(slope: f64, eta: f64, intercepts: &[f64]) -> Vec<Curve> {
    let mut logits = vec![0.0];
    let mut sum = 0.0;
    for d in intercepts {
        sum += eta + d;
        logits.push(sum);
    }
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|z| exp(z - largest)).sum();
    let norm = largest + total.ln();
    let chance: Vec<f64> = logits.iter().map(|z| exp(z - norm)).collect();
    let mean: f64 = chance.iter().enumerate().map(|(k, p)| count(k) * p).sum();
    let variance: f64 = chance.iter().enumerate().map(|(k, p)| (count(k) - mean).powi(2) * p).sum();
    let curve = |(k, (z, p)): (usize, (&f64, &f64))| Curve {
        probability: *p,
        log_probability: z - norm,
        score: slope * (count(k) - mean),
        bend: -slope * slope * variance,
    };
    logits.iter().zip(&chance).enumerate().map(curve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item> {
        vec![
            Item::two_parameter(1.3, 0.4).unwrap(),
            Item::graded(2.1, &[-1.0, -0.2, 1.7]).unwrap(),
            Item::partial_credit(0.8, &[0.5, -0.9, 1.1, 0.2]).unwrap(),
        ]
    }

    #[test]
    fn curves_of_a_graded_item_worked_by_hand() {
        let item = Item::graded(1.0, &[-1.0, 1.0]).unwrap();

        // σ(1) = 0.731059, σ(-1) = 0.268941.
        let found = item.probabilities(0.0);

        for (p, wanted) in found.iter().zip([0.268_941_421, 0.462_117_157, 0.268_941_421]) {
            assert!((p - wanted).abs() < 1e-9);
        }
        assert!((item.expected_category(0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn curves_sum_to_one_and_agree_with_differences() {
        let h = 1e-5;
        for item in items() {
            for theta in [-5.0, -1.2, 0.0, 0.7, 4.0] {
                let (low, here, high) = (item.curves(theta - h), item.curves(theta), item.curves(theta + h));

                assert!((here.iter().map(|c| c.probability).sum::<f64>() - 1.0).abs() < 1e-14);
                for ((a, c), b) in low.iter().zip(&here).zip(&high) {
                    let slope = (b.log_probability - a.log_probability) / (2.0 * h);
                    let bend = (b.score - a.score) / (2.0 * h);
                    assert!((slope - c.score).abs() < 1e-8 && (bend - c.bend).abs() < 1e-8);
                }
            }
        }
    }

    #[test]
    fn far_levels_keep_their_precision() {
        for item in items() {
            for theta in [-80.0, 80.0] {
                assert!(item.curves(theta).iter().all(|c| c.log_probability.is_finite()));
                assert!(item.information(theta) >= 0.0);
            }
            assert!(item.probabilities(f64::NAN).iter().all(|p| p.is_finite()));
            assert!(item.probabilities(f64::INFINITY).iter().all(|p| p.is_finite()));
        }
        let graded = Item::graded(1.0, &[-1.0, -0.999_999]).unwrap();
        let curves = graded.curves(40.0);
        let ratio = curves[1].probability / (exp(-41.0) * 1e-6);
        assert!((ratio - 1.0).abs() < 1e-5);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        assert_eq!(Item::two_parameter(-1.0, 0.0), Err(ItemError::Slope(-1.0)));
        assert!(Item::two_parameter(f64::NAN, 0.0).is_err());
        assert_eq!(Item::graded(1.0, &[0.5, 0.5]), Err(ItemError::Order { lower: 0.5, upper: 0.5 }));
        assert!(Item::graded(1.0, &[]).is_err());
        assert!(Item::partial_credit(1.0, &[f64::INFINITY]).is_err());
        assert!(Item::from_intercepts(Model::TwoParameter, 1.0, &[1.0, 0.0]).is_err());
        assert_eq!(items()[1].categories(), 4);
        assert!((items()[1].thresholds()[2] - 1.7).abs() < 1e-12);
    }
}
