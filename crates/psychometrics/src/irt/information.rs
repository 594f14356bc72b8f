//! Information of a test at levels of the trait, and the score shown on the axis of a reference form.

use crate::irt::grid::{Grid, normal_log_weights};
use crate::irt::item::Item;
use crate::linear::{count, finite};

/// Fisher information of a test, the sum over its items, per squared unit of the trait.
///
/// `theta` in trait units (beyond ±1e6 held there).
///
/// Source: Birnbaum 1968. Golden test `irt_info_2pl`.
#[must_use]
pub fn test_information(items: &[Item], theta: f64) -> f64 {
    items.iter().map(|item| item.information(theta)).sum()
}

/// The standard error a weighted likelihood estimate has at `theta`, `I^-½`; absent where the test has
/// no information.
///
/// Source: Birnbaum 1968; test `reliability_grows_with_information`.
#[must_use]
pub fn standard_error(items: &[Item], theta: f64) -> Option<f64> {
    finite(test_information(items, theta).sqrt().recip())
}

/// The marginal reliability a test promises in a N(0, 1) population, `∫ I / (I + 1) φ`, 0 to 1, over
/// 121 nodes on -6 to 6.
///
/// Source: Green, Bock, Humphreys, Linn & Reckase 1984, J Educ Meas 21:347-360 (mirt's `marginal_rxx`);
/// test `reliability_grows_with_information`.
#[must_use]
pub fn expected_reliability(items: &[Item]) -> f64 {
    let grid = Grid::new(121);
    let weights = normal_log_weights(grid.nodes(), 0.0, 1.0);
    let share = |theta: f64| {
        let information = test_information(items, theta);
        information / (information + 1.0)
    };
    weights.iter().zip(grid.nodes()).map(|(w, theta)| w.exp() * share(*theta)).sum()
}

/// A score on the axis of a reference form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormScore {
    /// Expected score on the form, 0 to 100.
    pub score: f64,
    /// Its standard error by the delta method, in points.
    pub error: f64,
}

/// The expected score on a reference form, `100 Σ E(X_j) / Σ (K_j - 1)`, of a level of the trait and
/// its error: what people are shown after calibration. Absent for an empty form.
///
/// `form`: the items of the reference form; `theta` in trait units; `error` its standard error or
/// posterior standard deviation, above 0. An interval of ±1.96 errors is clipped to 0..100.
///
/// Source: Lord 1980, ch. 4 (test characteristic curve); test `the_form_score_is_the_expected_score`.
#[must_use]
pub fn form_score(form: &[Item], theta: f64, error: f64) -> Option<FormScore> {
    let most: f64 = form.iter().map(|item| count(item.categories() - 1)).sum();
    let expected: f64 = form.iter().map(|item| item.expected_category(theta)).sum();
    let slope: f64 = form
        .iter()
        .flat_map(|item| item.curves(theta).into_iter().enumerate())
        .map(|(k, curve)| count(k) * curve.slope())
        .sum();
    let score = finite(100.0 * expected / most)?.clamp(0.0, 100.0);
    Some(FormScore { score, error: finite(100.0 * slope * error / most)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reliability_grows_with_information() {
        let item = Item::two_parameter(1.5, 0.0).unwrap();
        let (short, long) = (vec![item.clone(); 5], vec![item; 20]);

        assert!(expected_reliability(&short) < expected_reliability(&long));
        assert!(expected_reliability(&long) < 1.0 && expected_reliability(&[]) == 0.0);
        // 5 items of information a² / 4 at their difficulty.
        assert!(
            (standard_error(&short, 0.0).unwrap() - (5.0_f64 * 1.5 * 1.5 / 4.0).sqrt().recip()).abs() < 1e-12
        );
        assert_eq!(standard_error(&[], 0.0), None);
    }

    #[test]
    fn the_form_score_is_the_expected_score() {
        let form = [Item::two_parameter(1.0, 0.0).unwrap(), Item::graded(2.0, &[-1.0, 1.0]).unwrap()];

        let found = form_score(&form, 0.0, 0.3).unwrap();

        // Expected 0.5 and 1 of 1 and 2 points; slopes 0.25 and 2 · 2 · σ(2) σ(-2).
        assert!((found.score - 50.0).abs() < 1e-12);
        let bump = 0.880_797_077_977_882_3 * 0.119_202_922_022_117_66;
        assert!((found.error - 100.0 * 0.3 * (0.25 + 4.0 * bump) / 3.0).abs() < 1e-9);
        assert_eq!(form_score(&[], 0.0, 0.3), None);
    }
}
