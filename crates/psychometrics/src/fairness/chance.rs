//! Tail probabilities of the distributions that fairness statistics are compared with.

use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::checked_gamma_ur;

use crate::normal;

/// The probability that a chi-squared variable with `df` degrees of freedom exceeds `statistic`; 1 for
/// 0 degrees of freedom and for statistics of 0 or less.
pub(crate) fn chi_squared_above(statistic: f64, df: u32) -> f64 {
    if df == 0 || statistic.is_nan() || statistic <= 0.0 {
        return 1.0;
    }
    if df == 1 {
        return 2.0 * normal::cumulative(-statistic.sqrt());
    }
    checked_gamma_ur(f64::from(df) / 2.0, statistic / 2.0).unwrap_or(0.0).clamp(0.0, 1.0)
}

/// The two-sided probability of a standard normal variable at least as far from 0 as `z`.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    (2.0 * normal::cumulative(-z.abs())).min(1.0)
}

/// The two-sided probability of a t variable with `df` degrees of freedom at least as far from 0 as `t`.
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    if df <= 0.0 || t == 0.0 {
        return 1.0;
    }
    checked_beta_reg(df / 2.0, 0.5, df / (df + t * t)).unwrap_or(0.0).clamp(0.0, 1.0)
}

/// The 97.5 % point of the t distribution with `df` degrees of freedom, above 0, by bisection.
pub(crate) fn t_975(df: f64) -> f64 {
    let (mut low, mut high) = (1.9, 13.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if t_two_sided(middle, df) > 0.05 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_printed_tables() {
        // Points of the usual tables.
        assert!((chi_squared_above(3.841_458_820_694_124, 1) - 0.05).abs() < 1e-10);
        assert!((chi_squared_above(5.991_464_547_107_979, 2) - 0.05).abs() < 1e-10);
        assert!((chi_squared_above(16.918_977_604_620_448, 9) - 0.05).abs() < 1e-9);
        assert!((t_975(1.0) - 12.706_204_736_432_1).abs() < 1e-8);
        assert!((t_975(10.0) - 2.228_138_851_964_939).abs() < 1e-9);
        assert!((normal_two_sided(1.959_963_984_540_054) - 0.05).abs() < 1e-10);
        assert_eq!((chi_squared_above(0.0, 3), chi_squared_above(9.0, 0)), (1.0, 1.0));
        assert!(chi_squared_above(1e6, 4) < 1e-300);
    }
}
