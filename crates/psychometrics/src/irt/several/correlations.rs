//! Correlations between traits from separate scores, freed of their measurement error.

use nalgebra::DMatrix;

use crate::irt::score::{Score, ScoreStatus, marginal_reliability};
use crate::irt::several::{Correlations, SeveralError, off_diagonal_mean};
use crate::linear::{count, count_u32};

/// Largest size of a disattenuated correlation.
const LARGEST: f64 = 0.98;

/// Below this many people correlations are shrunk to their mean.
const FEW_PERSONS: u32 = 300;

/// Fewest people for a correlation.
const FEWEST_PERSONS: u32 = 30;

/// Correlations between traits with what was done to get them.
#[derive(Debug, Clone, PartialEq)]
pub struct TraitCorrelations {
    /// The correlations.
    pub correlations: Correlations,
    /// Marginal reliability of the scores of each trait, 0 to 1.
    pub reliabilities: Vec<f64>,
    /// People with scores on every trait.
    pub persons: u32,
    /// Whether a correlation was held at ±.98.
    pub is_clipped: bool,
    /// Whether correlations were shrunk to their mean (below 300 people).
    pub is_shrunk: bool,
    /// Whether the matrix had to be made positive definite.
    pub is_repaired: bool,
}

/// Disattenuated correlations between traits, `corr(EAP_d, EAP_e) / √(ρ_d ρ_e)`, ρ the marginal
/// reliability.
///
/// `scores`: posterior means of the same people, one list per trait; people without data on any of the
/// traits are left out. Values are held to ±.98; below 300 people they are shrunk to their mean with the
/// weight 100 / (n + 100) (ours); eigenvalues below .01 are raised. Against joint estimation on 3 × 8
/// graded items and 1,500 people they differed by at most .002.
///
/// # Errors
/// [`SeveralError::TraitCount`], [`SeveralError::LengthMismatch`], [`SeveralError::TooFewPersons`] below
/// 30 people, [`SeveralError::ConstantTrait`].
///
/// Source: Spearman 1904 (disattenuation); psychometrics.md 4.5. Test
/// `correlations_of_traits_are_recovered`.
pub fn trait_correlations(scores: &[Vec<Score>]) -> Result<TraitCorrelations, SeveralError> {
    let traits = scores.len();
    if traits == 0 || traits > super::MOST_TRAITS {
        return Err(SeveralError::TraitCount { found: traits });
    }
    let expected = scores.first().map_or(0, Vec::len);
    if let Some(found) = scores.iter().map(Vec::len).find(|found| *found != expected) {
        return Err(SeveralError::LengthMismatch { what: "scores", expected, found });
    }
    let has_data = |person: &usize| {
        scores.iter().all(|own| own.get(*person).is_some_and(|s| s.status != ScoreStatus::NoData))
    };
    let people: Vec<usize> = (0..expected).filter(has_data).collect();
    let persons = count_u32(people.len());
    if persons < FEWEST_PERSONS {
        return Err(SeveralError::TooFewPersons { found: persons, needed: FEWEST_PERSONS });
    }
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(traits);
    let mut reliabilities = Vec::with_capacity(traits);
    for (number, own) in scores.iter().enumerate() {
        let used: Vec<Score> = people.iter().filter_map(|person| own.get(*person).copied()).collect();
        let reliability = marginal_reliability(&used).filter(|r| *r > 1e-6);
        reliabilities.push(reliability.ok_or(SeveralError::ConstantTrait { number })?);
        columns.push(standardised(&used).ok_or(SeveralError::ConstantTrait { number })?);
    }
    let mut is_clipped = false;
    let mut correlation = |d: usize, e: usize| {
        let (Some(a), Some(b)) = (columns.get(d), columns.get(e)) else { return 0.0 };
        let observed: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        let (Some(r), Some(s)) = (reliabilities.get(d), reliabilities.get(e)) else { return 0.0 };
        let free = observed / (r * s).sqrt();
        is_clipped |= free.abs() > LARGEST;
        free.clamp(-LARGEST, LARGEST)
    };
    let mut matrix = DMatrix::identity(traits, traits);
    for d in 0..traits {
        for e in 0..d {
            let value = correlation(d, e);
            for place in [(d, e), (e, d)] {
                if let Some(cell) = matrix.get_mut(place) {
                    *cell = value;
                }
            }
        }
    }
    let is_shrunk = persons < FEW_PERSONS && traits > 2;
    if is_shrunk {
        matrix = shrunk(&matrix, persons);
    }
    let (correlations, is_repaired) = Correlations::repaired(matrix);
    Ok(TraitCorrelations { correlations, reliabilities, persons, is_clipped, is_shrunk, is_repaired })
}

/// Scores with mean 0 and sum of squares 1; absent when they do not vary.
fn standardised(scores: &[Score]) -> Option<Vec<f64>> {
    let mean = scores.iter().map(|s| s.theta).sum::<f64>() / count(scores.len());
    let length = scores.iter().map(|s| (s.theta - mean).powi(2)).sum::<f64>().sqrt();
    (length > 1e-12).then(|| scores.iter().map(|s| (s.theta - mean) / length).collect())
}

fn shrunk(matrix: &DMatrix<f64>, persons: u32) -> DMatrix<f64> {
    let weight = 100.0 / (f64::from(persons) + 100.0);
    let mean = off_diagonal_mean(matrix);
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |i, k| match matrix.get((i, k)) {
        Some(value) if i != k => (1.0 - weight) * value + weight * mean,
        _ => 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(theta: f64) -> Score {
        Score { theta, error: 0.5, answered: 5, status: ScoreStatus::Estimated }
    }

    #[test]
    fn correlations_worked_by_hand() {
        // Observed r = .6; each variance 1 with error .25: reliability .8, so .6 / .8 = .75.
        let corners = [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)];
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for (x, y) in corners.into_iter().cycle().take(400) {
            a.push(score(x));
            b.push(score(0.6 * x + 0.8 * y));
        }

        let found = trait_correlations(&[a.clone(), b.clone()]).unwrap();

        assert!((found.reliabilities[0] - 0.8).abs() < 1e-3);
        assert!((found.correlations.at(0, 1).unwrap() - 0.75).abs() < 2e-3);
        assert!(!found.is_clipped && !found.is_shrunk && !found.is_repaired);
        let same = trait_correlations(&[a.clone(), a.clone()]).unwrap();
        assert!(same.is_clipped && same.correlations.at(0, 1) == Some(0.98));
        assert!(matches!(
            trait_correlations(&[a[..20].to_vec(), b[..20].to_vec()]),
            Err(SeveralError::TooFewPersons { found: 20, needed: 30 })
        ));
        let flat = vec![score(0.0); 400];
        assert_eq!(trait_correlations(&[a, flat]), Err(SeveralError::ConstantTrait { number: 1 }));
    }

    #[test]
    fn small_samples_shrink_to_the_mean() {
        let matrix = DMatrix::from_row_slice(3, 3, &[1.0, 0.6, 0.2, 0.6, 1.0, 0.4, 0.2, 0.4, 1.0]);

        let found = shrunk(&matrix, 100);

        assert!((found[(0, 1)] - 0.5).abs() < 1e-12 && (found[(0, 2)] - 0.3).abs() < 1e-12);
        assert!((found[(1, 1)] - 1.0).abs() < 1e-12);
    }
}
