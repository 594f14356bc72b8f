//! Whether two people who saw different items may be compared, and how likely one is above the other.

use crate::cat::rules::Rules;
use crate::cat::session::{Outcome, StopReason};
use crate::normal::cumulative;

/// What must be known of a bank before people are compared on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BankChecks {
    /// All items are on one linked scale, and the anchors passed the drift check.
    pub is_linked: bool,
    /// No open item has differential functioning by section 7.4.
    pub is_free_of_dif: bool,
}

/// A finished test of one competency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished<'a> {
    /// The rules of the test.
    pub rules: &'a Rules,
    /// Where the competency stood at the end.
    pub outcome: Outcome,
}

/// Why two people are not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// The items are not on one linked scale without drift.
    #[error("the items are not on one linked scale")]
    NotLinked,
    /// Items work differently for groups of people.
    #[error("items of the bank function differently for groups")]
    Dif,
    /// The tests had different blueprints or stopping rules.
    #[error("the tests had different rules")]
    OtherRules,
    /// A test is not over.
    #[error("a test is not over")]
    Unfinished,
    /// A test was stopped by time before it was precise enough.
    #[error("a test was stopped before it was precise enough")]
    InsufficientPrecision,
}

/// The probability that person `a` is above person `b` on a competency,
/// `Φ((θ_a - θ_b) / √(PSD_a² + PSD_b²))`, 0 to 1; never a comparison of percent correct.
///
/// # Errors
/// [`NotComparable`]: the scale, the bank, the rules or the precision do not allow it. Someone stopped by
/// time with a posterior standard deviation above .55 is listed apart, not low.
///
/// Source: psychometrics.md section 5. Test `only_like_tests_are_compared`.
pub fn probability_above(
    a: &Finished<'_>,
    b: &Finished<'_>,
    checks: BankChecks,
) -> Result<f64, NotComparable> {
    if !checks.is_linked {
        return Err(NotComparable::NotLinked);
    }
    if !checks.is_free_of_dif {
        return Err(NotComparable::Dif);
    }
    if a.rules != b.rules {
        return Err(NotComparable::OtherRules);
    }
    for person in [a, b] {
        match person.outcome.reason {
            None => return Err(NotComparable::Unfinished),
            Some(StopReason::Time) if person.outcome.is_insufficient => {
                return Err(NotComparable::InsufficientPrecision);
            }
            Some(_) => {}
        }
    }
    let error = a.outcome.error.hypot(b.outcome.error).max(f64::MIN_POSITIVE);
    Ok(cumulative((a.outcome.theta - b.outcome.theta) / error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_like_tests_are_compared() {
        let (rules, other) = (Rules::standard(1), Rules { randomesque: 3, ..Rules::standard(1) });
        let outcome = |theta, reason| Outcome { theta, error: 0.3, items: 8, reason, is_insufficient: false };
        let done = Some(StopReason::Precision);
        let a = Finished { rules: &rules, outcome: outcome(0.6, done) };
        let b = Finished { rules: &rules, outcome: outcome(0.0, done) };
        let good = BankChecks { is_linked: true, is_free_of_dif: true };

        // .6 / (.3 √2) = √2.
        let p = probability_above(&a, &b, good).unwrap();
        assert!((p - cumulative(std::f64::consts::SQRT_2)).abs() < 1e-12);
        assert!((p + probability_above(&b, &a, good).unwrap() - 1.0).abs() < 1e-12);

        let refused = |b: Finished<'_>, checks| probability_above(&a, &b, checks).unwrap_err();
        assert_eq!(refused(b, BankChecks { is_linked: false, ..good }), NotComparable::NotLinked);
        assert_eq!(refused(b, BankChecks { is_free_of_dif: false, ..good }), NotComparable::Dif);
        assert_eq!(refused(Finished { rules: &other, ..b }, good), NotComparable::OtherRules);
        assert_eq!(refused(Finished { outcome: outcome(0.0, None), ..b }, good), NotComparable::Unfinished);
        let late = Outcome { is_insufficient: true, error: 0.6, ..outcome(0.0, Some(StopReason::Time)) };
        let late = refused(Finished { outcome: late, ..b }, good);
        assert_eq!(late, NotComparable::InsufficientPrecision);
    }
}
