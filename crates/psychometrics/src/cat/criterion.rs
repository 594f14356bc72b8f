//! How much the next item is expected to tell.

use crate::cat::bank::{Bank, NodeCurves, STEP, nodes};
use crate::cat::level::{Level, moments};
use crate::irt::item::Item;
use crate::irt::lanes::exp;
use crate::linear::count;

/// What the next item is chosen by. The larger its value, the better the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Criterion {
    /// Maximum Fisher information at the posterior mean.
    #[default]
    Information,
    /// Kullback-Leibler information over the posterior mean ± 3 / √n (Chang & Ying 1996).
    KullbackLeibler,
    /// Kullback-Leibler information weighted by the posterior.
    PosteriorKullbackLeibler,
    /// Fisher information weighted by the posterior.
    PosteriorInformation,
    /// Fisher information weighted by the likelihood (Veerkamp & Berger 1997).
    LikelihoodInformation,
    /// The expected fall of the posterior variance: the same choice as minimum expected posterior
    /// variance (van der Linden 1998).
    ExpectedVariance,
    /// Fisher information expected at the posterior mean after the answer (van der Linden 1998).
    ExpectedInformation,
    /// Nearness of the mean threshold to the posterior mean, `1 / (1 + |b - θ^|)` (Urry 1970).
    NearestDifficulty,
    /// Nearness of the node where the item tells most to the posterior mean, `1 / (1 + |θ_max - θ^|)`.
    NearestPeak,
}

/// Points of the integral of [`Criterion::KullbackLeibler`].
const POINTS: u16 = 41;

impl Criterion {
    /// The value of an item of a bank for a person at a level, 0 or more but for rounding; absent for an
    /// item the bank does not have.
    ///
    /// Source: as each variant says; weighted information van der Linden & Pashley 2000. Golden test
    /// `cat_2pl`.
    #[must_use]
    pub fn value(self, bank: &Bank, item: usize, level: &Level) -> Option<f64> {
        let parameters = &bank.items().get(item)?.item;
        let curves = bank.curves(item)?;
        Some(match self {
            Self::Information => parameters.information(level.theta()),
            Self::KullbackLeibler => interval_divergence(parameters, level),
            Self::PosteriorKullbackLeibler => posterior_divergence(parameters, curves, level),
            Self::PosteriorInformation => weighted(level.posterior(), &curves.information),
            Self::LikelihoodInformation => weighted(&level.likelihood(), &curves.information),
            Self::ExpectedVariance => level.error() * level.error() - expected_variance(curves, level),
            Self::ExpectedInformation => per_answer(curves, level)
                .iter()
                .map(|after| after.chance * parameters.information(after.mean))
                .sum(),
            Self::NearestDifficulty => {
                let thresholds = parameters.thresholds();
                let middle = thresholds.iter().sum::<f64>() / count(thresholds.len());
                nearness(middle, level)
            }
            Self::NearestPeak => nearness(peak(curves), level),
        })
    }
}

/// 1 at the level, falling towards 0 with the distance; positive, so that it can be weighted by quotas.
fn nearness(place: f64, level: &Level) -> f64 {
    (1.0 + (place - level.theta()).abs()).recip()
}

/// The place of the most information: the vertex of the parabola through the best node and its
/// neighbours.
fn peak(curves: &NodeCurves) -> f64 {
    let triples = curves.information.windows(3).zip(nodes().skip(1));
    let inner = triples.filter_map(|(window, node)| match window {
        [left, here, right] => Some((node, *left, *here, *right)),
        _ => None,
    });
    let best = inner.max_by(|a, b| a.2.total_cmp(&b.2));
    best.map_or(0.0, |(node, left, here, right)| {
        let bend = left - 2.0 * here + right;
        let shift = if bend < 0.0 { 0.5 * STEP * (left - right) / bend } else { 0.0 };
        node + shift.clamp(-STEP, STEP)
    })
}

fn weighted(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(w, v)| w * v).sum()
}

/// `∫ Σ_k P_k(θ^) log(P_k(θ^) / P_k(θ)) dθ` over θ^ ± 3 / √n by the trapezoid rule; n is at least 1.
fn interval_divergence(item: &Item, level: &Level) -> f64 {
    let here = item.curves(level.theta());
    let half = 3.0 / f64::from(level.answered().max(1)).sqrt();
    let step = 2.0 * half / f64::from(POINTS - 1);
    (0..POINTS)
        .map(|k| {
            let there = item.curves(level.theta() - half + f64::from(k) * step);
            let divergence: f64 = here
                .iter()
                .zip(&there)
                .map(|(a, b)| a.probability * (a.log_probability - b.log_probability))
                .sum();
            divergence * if k == 0 || k == POINTS - 1 { 0.5 * step } else { step }
        })
        .sum()
}

/// The divergence of the curves at the posterior mean from those at each node, weighted by the posterior.
fn posterior_divergence(item: &Item, curves: &NodeCurves, level: &Level) -> f64 {
    let own = item.curves(level.theta());
    own.iter()
        .zip(&curves.log_chances)
        .map(|(here, row)| here.probability * (here.log_probability - weighted(level.posterior(), row)))
        .sum()
}

/// `Σ_k p(k | x) Var(θ | x, k)`.
pub(crate) fn expected_variance(curves: &NodeCurves, level: &Level) -> f64 {
    per_answer(curves, level).iter().map(|after| after.chance * after.variance).sum()
}

/// `Σ_k p(k | x) SD(θ | x, k)`.
pub(crate) fn expected_error(curves: &NodeCurves, level: &Level) -> f64 {
    per_answer(curves, level).iter().map(|after| after.chance * after.variance.sqrt()).sum()
}

/// What one answer would lead to.
struct After {
    chance: f64,
    mean: f64,
    variance: f64,
}

/// The chance of each answer and the posterior after it.
fn per_answer(curves: &NodeCurves, level: &Level) -> Vec<After> {
    let after = |row: &Vec<f64>| {
        let mut joint: Vec<f64> = level.posterior().iter().zip(row).map(|(p, log)| p * exp(*log)).collect();
        let chance: f64 = joint.iter().sum();
        if chance < 1e-300 {
            return After { chance: 0.0, mean: 0.0, variance: 0.0 };
        }
        joint.iter_mut().for_each(|p| *p /= chance);
        let (mean, variance) = moments(&joint);
        After { chance, mean, variance }
    };
    curves.log_chances.iter().map(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cat::bank::BankItem;

    const ALL: [Criterion; 7] = [
        Criterion::Information,
        Criterion::KullbackLeibler,
        Criterion::PosteriorKullbackLeibler,
        Criterion::PosteriorInformation,
        Criterion::LikelihoodInformation,
        Criterion::ExpectedVariance,
        Criterion::ExpectedInformation,
    ];

    #[test]
    fn every_criterion_prefers_the_steeper_item_at_the_level() {
        let item = |a: f64, b: f64| BankItem::new(Item::two_parameter(a, b).unwrap(), 0);
        let bank = Bank::new(vec![item(0.6, 0.0), item(1.6, 0.0), item(1.6, 3.0), item(1.0, 0.1)]).unwrap();
        let level = Level::new().after(&bank, 3, 1).after(&bank, 3, 0);

        for criterion in ALL {
            let values: Vec<f64> = (0..3).map(|k| criterion.value(&bank, k, &level).unwrap()).collect();

            assert!(values.iter().all(|v| *v > 0.0), "{criterion:?} {values:?}");
            assert!(values[1] > values[0] && values[1] > values[2], "{criterion:?} {values:?}");
            assert_eq!(criterion.value(&bank, 4, &level), None);
        }
    }

    #[test]
    fn nearness_finds_difficulty_and_peak() {
        let item = |a: f64, b: f64| BankItem::new(Item::two_parameter(a, b).unwrap(), 0);
        let graded = Item::graded(1.5, &[-1.0, 2.0]).unwrap();
        let bank = Bank::new(vec![item(1.2, 0.237), item(0.3, 0.05), BankItem::new(graded, 0)]).unwrap();
        let level = Level::new();

        let near = |k| Criterion::NearestDifficulty.value(&bank, k, &level).unwrap();
        let peak_of = |k| peak(bank.curves(k).unwrap());

        assert!(near(1) > near(0) && near(0) > near(2));
        assert!((near(2) - 1.0 / 1.5).abs() < 1e-12);
        assert!((peak_of(0) - 0.237).abs() < 1e-3 && (peak_of(1) - 0.05).abs() < 1e-3);
        // Two thresholds far apart: one peak at each, equal by symmetry.
        assert!((peak_of(2) + 1.0).abs() < 0.2 || (peak_of(2) - 2.0).abs() < 0.2);
    }

    #[test]
    fn an_answer_is_expected_to_lower_the_variance() {
        let item = Item::graded(1.4, &[-0.5, 0.7]).unwrap();
        let bank = Bank::new(vec![BankItem::new(item, 0)]).unwrap();
        let level = Level::new();
        let curves = bank.curves(0).unwrap();

        let chances: f64 = per_answer(curves, &level).iter().map(|after| after.chance).sum();

        assert!((chances - 1.0).abs() < 1e-12);
        assert!(expected_variance(curves, &level) < level.error().powi(2));
        assert!(expected_error(curves, &level) < level.error());
    }
}
