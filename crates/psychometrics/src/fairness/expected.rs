//! The impact ratio to expect from a difference of means before anybody is selected.

use crate::fairness::FairnessError;
use crate::normal::cumulative;

/// What a planned cut would do to two groups whose scores are normal with equal spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedImpact {
    /// The cut, in standard deviations above the mean of the other people.
    pub cut: f64,
    /// Expected selection rate of the group, 0 to 1.
    pub group_rate: f64,
    /// Expected selection rate of the others, 0 to 1.
    pub other_rate: f64,
    /// Expected impact ratio, group over others: above 1 when the group scores higher.
    pub ratio: f64,
}

/// The expected impact ratio of one cut for everybody.
///
/// `d`: mean of the others minus mean of the group, in standard deviations, -10 to 10 (positive when
/// the group scores lower). `share`: share of the group among applicants, above 0 and below 1.
/// `selection_rate`: share of all applicants to be selected, above 0 and below 1.
///
/// # Errors
/// [`FairnessError::OutOfRange`].
///
/// Source: De Corte & Lievens 2003, Int J Sel Assess 11:87-95: solves
/// `share Φᶜ(c + d) + (1 - share) Φᶜ(c) = selection rate`. Test `expected_rates_add_up_to_the_plan`.
pub fn expected_impact(d: f64, share: f64, selection_rate: f64) -> Result<ExpectedImpact, FairnessError> {
    if !(-10.0..=10.0).contains(&d) {
        return Err(FairnessError::OutOfRange { name: "d", value: d });
    }
    for (name, value) in [("share", share), ("selection rate", selection_rate)] {
        if !(value > 0.0 && value < 1.0) {
            return Err(FairnessError::OutOfRange { name, value });
        }
    }
    let selected = |cut: f64| share * cumulative(-cut - d) + (1.0 - share) * cumulative(-cut);
    let (mut low, mut high) = (-50.0, 50.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if selected(middle) > selection_rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    let cut = 0.5 * (low + high);
    let (group_rate, other_rate) = (cumulative(-cut - d), cumulative(-cut));
    let ratio = group_rate / other_rate;
    let ratio = if ratio.is_finite() { ratio } else { f64::MAX };
    Ok(ExpectedImpact { cut, group_rate, other_rate, ratio })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_rates_add_up_to_the_plan() {
        for (d, share, rate) in [(0.2, 0.3, 0.5), (1.0, 0.1, 0.05), (-0.5, 0.5, 0.9)] {
            let found = expected_impact(d, share, rate).unwrap();

            assert!((share * found.group_rate + (1.0 - share) * found.other_rate - rate).abs() < 1e-12);
            assert_eq!(found.ratio < 1.0, d > 0.0);
        }
    }

    #[test]
    fn equal_means_have_no_impact_and_small_rates_more() {
        assert!((expected_impact(0.0, 0.4, 0.2).unwrap().ratio - 1.0).abs() < 1e-12);
        let wide = expected_impact(0.3, 0.2, 0.5).unwrap().ratio;
        let narrow = expected_impact(0.3, 0.2, 0.05).unwrap().ratio;
        assert!(narrow < wide && wide < 1.0);
        assert!(expected_impact(0.3, 0.0, 0.5).is_err() && expected_impact(f64::NAN, 0.5, 0.5).is_err());
    }
}
