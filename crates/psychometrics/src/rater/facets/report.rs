//! What a fit says of raters, criteria and persons.

use crate::linear::{count, count_u32};
use crate::rater::facets::fit::{Fitted, nodes};
use crate::rater::facets::{
    Checked, FEWEST_DOUBLE_RATED, FacetFit, FacetWarning, Parameter, PersonMeasure, RaterSeverity, Rating,
};

/// Fewest persons rated on two criteria for a halo.
const FEWEST_FOR_HALO: usize = 10;

pub(crate) fn report(checked: &Checked, fitted: &Fitted) -> FacetFit {
    let parameters = &fitted.parameters;
    let error_at = |place: usize| fitted.errors.as_ref().and_then(|errors| errors.get(place)).copied();
    let listed = |values: &[f64], first: usize| -> Vec<Parameter> {
        values
            .iter()
            .zip(first..)
            .map(|(value, place)| Parameter { value: *value, error: error_at(place) })
            .collect()
    };
    let severities = listed(&parameters.severities, 1 + checked.criteria);
    let thresholds = listed(&parameters.thresholds, 1 + checked.criteria + checked.raters);
    let double_rated = checked.double_rated();
    let persons: Vec<PersonMeasure> = measures(checked, fitted);
    let raters = severities
        .into_iter()
        .zip(&double_rated)
        .enumerate()
        .map(|(rater, (severity, double_rated))| {
            let (infit, outfit, ratings) = mean_squares(checked, fitted, rater);
            let halo = halo(checked, fitted, &persons, rater);
            RaterSeverity { severity, ratings, double_rated: *double_rated, infit, outfit, halo }
        })
        .collect();
    FacetFit {
        raters,
        criteria: listed(&parameters.difficulties, 1),
        thresholds,
        person_sd: Parameter { value: parameters.spread, error: error_at(0) },
        persons,
        log_likelihood: fitted.log_likelihood,
        cycles: fitted.cycles,
        is_converged: fitted.is_converged,
        warnings: warnings(checked, fitted, &double_rated),
    }
}

fn warnings(checked: &Checked, fitted: &Fitted, double_rated: &[u32]) -> Vec<FacetWarning> {
    let groups = checked.groups();
    let few = double_rated.iter().enumerate().filter(|(_, found)| **found < FEWEST_DOUBLE_RATED);
    let few = few.map(|(rater, found)| FacetWarning::FewDoubleRated { rater, found: *found });
    let flags = [
        (!fitted.is_converged).then_some(FacetWarning::NotConverged),
        (groups > 1).then_some(FacetWarning::Disconnected { groups }),
        fitted.errors.is_none().then_some(FacetWarning::NoStandardErrors),
    ];
    flags.into_iter().flatten().chain(few).collect()
}

fn mean_and_variance(chances: &[f64]) -> (f64, f64) {
    let mean: f64 = chances.iter().enumerate().map(|(k, p)| count(k) * p).sum();
    (mean, chances.iter().enumerate().map(|(k, p)| (count(k) - mean).powi(2) * p).sum())
}

fn measures(checked: &Checked, fitted: &Fitted) -> Vec<PersonMeasure> {
    let (nodes, parameters) = (nodes(), &fitted.parameters);
    let one = |(ratings, weights): (&Vec<Rating>, &Vec<f64>)| {
        if ratings.is_empty() {
            return PersonMeasure { measure: None, raw: None, fair: None };
        }
        let mean: f64 = nodes.iter().zip(weights).map(|((z, _), w)| z * w).sum();
        let variance: f64 = nodes.iter().zip(weights).map(|((z, _), w)| (z - mean).powi(2) * w).sum();
        let measure =
            Parameter { value: parameters.spread * mean, error: Some(parameters.spread * variance.sqrt()) };
        let raw = ratings.iter().map(|r| f64::from(r.category)).sum::<f64>() / count(ratings.len());
        let at = |difficulty: &f64| mean_and_variance(&parameters.chances(measure.value - difficulty)).0;
        let fair = parameters.difficulties.iter().map(at).sum::<f64>() / count(checked.criteria);
        PersonMeasure { measure: Some(measure), raw: Some(raw), fair: Some(fair) }
    };
    checked.persons.iter().zip(&fitted.posteriors).map(one).collect()
}

/// Infit, outfit and number of ratings of a rater, averaged over each person's posterior.
fn mean_squares(checked: &Checked, fitted: &Fitted, rater: usize) -> (f64, f64, u32) {
    let nodes = nodes();
    let (mut squares, mut variances, mut ratios, mut n) = (0.0, 0.0, 0.0, 0);
    for (ratings, weights) in checked.persons.iter().zip(&fitted.posteriors) {
        for rating in ratings.iter().filter(|rating| rating.rater == rater) {
            n += 1;
            for ((z, _), weight) in nodes.iter().zip(weights) {
                let level = fitted.parameters.level(*z, rating.criterion, rater);
                let (mean, variance) = mean_and_variance(&fitted.parameters.chances(level));
                let square = (f64::from(rating.category) - mean).powi(2);
                squares += weight * square;
                variances += weight * variance;
                // A node where the rating is all but certain says nothing; its weight is as small.
                ratios += weight * square / variance.max(1e-12);
            }
        }
    }
    (squares / variances.max(1e-12), ratios / f64::from(n.max(1)), n)
}

/// The mean correlation of residuals over pairs of criteria.
fn halo(checked: &Checked, fitted: &Fitted, persons: &[PersonMeasure], rater: usize) -> Option<f64> {
    let residuals: Vec<Vec<Option<f64>>> = checked
        .persons
        .iter()
        .zip(persons)
        .map(|(ratings, person)| {
            let theta = person.measure.map_or(0.0, |measure| measure.value);
            let z = theta / fitted.parameters.spread;
            let residual = |criterion: usize| {
                let rating = ratings.iter().find(|r| r.rater == rater && r.criterion == criterion)?;
                let level = fitted.parameters.level(z, criterion, rater);
                Some(f64::from(rating.category) - mean_and_variance(&fitted.parameters.chances(level)).0)
            };
            (0..checked.criteria).map(residual).collect()
        })
        .collect();
    let pairs = (0..checked.criteria).flat_map(|a| (0..a).map(move |b| (a, b)));
    let correlations: Vec<f64> = pairs
        .filter_map(|(a, b)| {
            let both = residuals.iter().filter_map(|row| (*row.get(a)?).zip(*row.get(b)?));
            correlation(&both.collect::<Vec<(f64, f64)>>())
        })
        .collect();
    (!correlations.is_empty()).then(|| correlations.iter().sum::<f64>() / count(correlations.len()))
}

fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if count_u32(pairs.len()) < count_u32(FEWEST_FOR_HALO) {
        return None;
    }
    let n = count(pairs.len());
    let (ma, mb) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
    let sum = |f: fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| f(a - ma, b - mb)).sum::<f64>();
    let r = sum(|a, b| a * b) / (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt();
    r.is_finite().then_some(r)
}
