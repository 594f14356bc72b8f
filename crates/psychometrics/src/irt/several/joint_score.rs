//! Scores on several traits at once: the mode of the joint posterior, where each trait borrows strength
//! from the others.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::irt::item::Item;
use crate::irt::lanes::Lane;
use crate::irt::responses::{GAP, Responses};
use crate::irt::score::check;
use crate::irt::score::likelihood::TestCurves;
use crate::irt::several::{Correlations, SeveralError, Structure};
use crate::linear::count_u32;

/// A person's levels on all traits.
#[derive(Debug, Clone, PartialEq)]
pub struct JointScore {
    /// Level of each trait.
    pub theta: Vec<f64>,
    /// Posterior covariance of the levels, row by row.
    pub covariance: Vec<f64>,
    /// Items answered on each trait.
    pub answered: Vec<u32>,
}

impl JointScore {
    /// Posterior standard deviation of each trait.
    #[must_use]
    pub fn errors(&self) -> Vec<f64> {
        let step = self.theta.len() + 1;
        self.covariance.iter().step_by(step).map(|v| v.sqrt()).collect()
    }
}

/// Posterior modes on all traits under N(0, Σ): the maximum of `Σ_d l_d(θ_d) - ½ θ' Σ⁻¹ θ`, with the
/// covariance `(diag(-l''_d) + Σ⁻¹)⁻¹`.
///
/// `items`: parameters, one per column, each on its own trait's scale; `responses`: rows = people.
/// **Shape**: one [`JointScore`] per row. A trait without answers is predicted from the others: show it
/// as not measured. The product stores these beside the separate scores.
///
/// # Errors
/// [`SeveralError::LengthMismatch`], [`SeveralError::Score`], [`SeveralError::NotCorrelations`].
///
/// Source: Segall 1996, Psychometrika 61:331-354; de la Torre & Patz 2005. Tests
/// `uncorrelated_traits_score_as_alone`, `correlated_traits_borrow_strength`.
pub fn joint_map(
    items: &[Item],
    structure: &Structure,
    correlations: &Correlations,
    responses: &Responses,
) -> Result<Vec<JointScore>, SeveralError> {
    check(items, responses)?;
    let expected = items.len();
    let found = structure.trait_of_item().len();
    if found != expected {
        return Err(SeveralError::LengthMismatch { what: "items of the structure", expected, found });
    }
    let (expected, found) = (structure.traits(), correlations.traits());
    if found != expected {
        return Err(SeveralError::LengthMismatch { what: "traits of the correlations", expected, found });
    }
    let precision = correlations.matrix().clone().cholesky().ok_or(SeveralError::NotCorrelations)?.inverse();
    let parts: Vec<(Vec<Item>, Vec<usize>)> = (0..structure.traits())
        .map(|number| {
            let columns = structure.items_of(number);
            (columns.iter().filter_map(|k| items.get(*k).cloned()).collect(), columns)
        })
        .collect();
    let curves: Vec<(TestCurves<'_>, &[usize])> =
        parts.iter().map(|(items, columns)| (TestCurves::new(items), columns.as_slice())).collect();
    let rows: Vec<&[u8]> = responses.rows().collect();
    rows.par_iter().map(|row| joint_mode(&curves, row, &precision)).collect()
}

/// First and second derivatives of the log-likelihood by each trait.
fn derivatives(
    curves: &[(TestCurves<'_>, &[usize])],
    rows: &[Vec<u8>],
    theta: &DVector<f64>,
    room: &mut Vec<Lane>,
) -> (DVector<f64>, DVector<f64>) {
    let totals: Vec<(f64, f64)> = curves
        .iter()
        .zip(rows)
        .zip(theta.iter())
        .map(|(((test, _), row), theta)| {
            let found = test.totals(row, *theta, room);
            (found.score, found.bend)
        })
        .collect();
    let n = totals.len();
    (
        DVector::from_iterator(n, totals.iter().map(|(score, _)| *score)),
        DVector::from_iterator(n, totals.iter().map(|(_, bend)| *bend)),
    )
}

fn joint_mode(
    curves: &[(TestCurves<'_>, &[usize])],
    row: &[u8],
    precision: &DMatrix<f64>,
) -> Result<JointScore, SeveralError> {
    let traits = curves.len();
    let own = |columns: &[usize]| columns.iter().map(|k| row.get(*k).copied().unwrap_or(GAP)).collect();
    let rows: Vec<Vec<u8>> = curves.iter().map(|(_, columns)| own(columns)).collect();
    let mut room = Vec::new();
    let mut theta = DVector::zeros(traits);
    let mut information = precision.clone();
    for _ in 0..100 {
        let (score, bend) = derivatives(curves, &rows, &theta, &mut room);
        let gradient = score - precision * &theta;
        information = precision + DMatrix::from_diagonal(&-bend);
        let factor = information.clone().cholesky().ok_or(SeveralError::NotCorrelations)?;
        let step = factor.solve(&gradient);
        // The posterior is log-concave: the step is cut until the slope along it no longer turns round
        // by more than half.
        let slope = gradient.dot(&step);
        let mut length = 1.0;
        for _ in 0..30 {
            let moved = &theta + &step * length;
            let (score, _) = derivatives(curves, &rows, &moved, &mut room);
            if (score - precision * &moved).dot(&step) >= -0.5 * slope {
                break;
            }
            length *= 0.5;
        }
        theta += &step * length;
        if step.amax() * length < 1e-10 {
            break;
        }
    }
    let covariance = information.cholesky().ok_or(SeveralError::NotCorrelations)?.inverse();
    let answered = rows.iter().map(|row| count_u32(row.iter().filter(|cell| **cell != GAP).count()));
    Ok(JointScore {
        theta: theta.iter().copied().collect(),
        covariance: covariance.iter().copied().collect(),
        answered: answered.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::score::{ScorePrior, map};

    fn test_items() -> (Vec<Item>, Structure, Responses) {
        let item = |b: f64| Item::graded(1.4, &[b - 0.5, b + 0.5]).unwrap();
        let items = (0..8_u8).map(|j| item(f64::from(j % 4) * 0.5 - 0.7)).collect();
        let structure = Structure::new(&[0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
        let rows = [
            [2, 2, 1, 2, 0, 0, 1, 0].map(Some),
            [0, 1, 0, 1, 1, 1, 0, 0].map(Some),
            [Some(2), Some(2), Some(2), Some(1), None, None, None, None],
        ];
        (items, structure, Responses::with_categories(&[3; 8], rows).unwrap())
    }

    #[test]
    fn uncorrelated_traits_score_as_alone() {
        let (items, structure, people) = test_items();

        let joint = joint_map(&items, &structure, &Correlations::uncorrelated(2), &people).unwrap();

        for number in [0, 1] {
            let columns = structure.items_of(number);
            let alone: Vec<Item> = columns.iter().map(|k| items[*k].clone()).collect();
            let own = people.select_items(&columns).unwrap();
            let scores = map(&alone, &own, ScorePrior::STANDARD).unwrap();
            for (a, b) in joint.iter().zip(&scores) {
                assert!((a.theta[number] - b.theta).abs() < 1e-8);
                assert!((a.errors()[number] - b.error).abs() < 1e-8);
                assert_eq!(a.answered[number], b.answered);
            }
        }
    }

    #[test]
    fn correlated_traits_borrow_strength() {
        let (items, structure, people) = test_items();
        let close = Correlations::new(2, &[1.0, 0.8, 0.8, 1.0]).unwrap();

        let alone = joint_map(&items, &structure, &Correlations::uncorrelated(2), &people).unwrap();
        let joint = joint_map(&items, &structure, &close, &people).unwrap();

        for (a, b) in alone.iter().zip(&joint) {
            assert!((a.theta[0] - a.theta[1]).abs() >= (b.theta[0] - b.theta[1]).abs());
        }
        assert!(joint[2].errors()[1] < alone[2].errors()[1] - 0.1);
        // The trait without answers is the regression on the other.
        assert!((joint[2].theta[1] - 0.8 * joint[2].theta[0]).abs() < 1e-6);
        assert!(joint_map(&items[..7], &structure, &close, &people).is_err());
        assert!(joint_map(&items, &structure, &Correlations::uncorrelated(3), &people).is_err());
    }
}
