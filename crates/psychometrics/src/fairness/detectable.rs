//! What a comparison of two rates would have found.

use statrs::distribution::{Binomial, Discrete};

use crate::fairness::exact::fisher;
use crate::fairness::impact::{RateTest, SIGNIFICANT_P, Selection, test_of};
use crate::normal::{Z_95, cumulative};

/// The power asked for.
const POWER: f64 = 0.8;

/// Tables enumerated at most for the power of the exact test.
const MOST_TABLES: u64 = 6_000;

/// The impact ratio nearest to 1 that the two-sided test of these counts (the z test, or Fisher's exact test where it
/// decides) finds at 5 % with 80 % probability, for these numbers of applicants and the rate of the benchmark; absent
/// when even a rate of 0 would be missed, nobody of the benchmark was selected, or the exact test has more than 6,000
/// tables to enumerate. Larger true differences are found more often.
///
/// Source: for z the normal approximation, Fleiss, Levin & Paik 2003, section 4.2; for Fisher the sum over both
/// binomials of the tables that it rejects. Tests `a_detectable_ratio_has_eighty_percent_power`,
/// `the_exact_test_needs_a_larger_difference`.
#[must_use]
pub fn detectable_ratio(group: Selection, benchmark: Selection) -> Option<f64> {
    let base = benchmark.rate();
    let power: Box<dyn Fn(f64) -> f64> = match test_of(group, benchmark) {
        RateTest::TwoSd => Box::new(move |rate| z_power(group, benchmark, rate)),
        RateTest::FisherExact => {
            let rejected = Rejected::of(group.applicants(), benchmark.applicants())?;
            Box::new(move |rate| rejected.probability(rate, base))
        }
    };
    if base <= 0.0 || power(0.0) < POWER {
        return None;
    }
    let (mut low, mut high) = (0.0, base);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if power(middle) >= POWER {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low / base)
}

/// The power of the two-sided z test when the true rate of the group is `rate`.
fn z_power(group: Selection, benchmark: Selection, rate: f64) -> f64 {
    let (n1, n2) = (f64::from(group.applicants()), f64::from(benchmark.applicants()));
    let base = benchmark.rate();
    let pooled = (rate * n1 + base * n2) / (n1 + n2);
    let null = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    let own = (rate * (1.0 - rate) / n1 + base * (1.0 - base) / n2).sqrt();
    let distance = (base - rate).abs() - Z_95 * null;
    if own > 0.0 { cumulative(distance / own) } else { f64::from(u8::from(distance > 0.0)) }
}

/// The tables that Fisher's test rejects: for each number selected of the group, those of the benchmark.
struct Rejected {
    group: u32,
    benchmark: u32,
    tables: Vec<(u32, u32)>,
}

impl Rejected {
    fn of(group: u32, benchmark: u32) -> Option<Self> {
        let n_tables = (u64::from(group) + 1).saturating_mul(u64::from(benchmark) + 1);
        if n_tables > MOST_TABLES {
            return None;
        }
        let mut tables = Vec::new();
        for own in 0..=group {
            for other in 0..=benchmark {
                let (own_rate, other_rate) =
                    (Selection::new(own, group).ok()?, Selection::new(other, benchmark).ok()?);
                if fisher(own_rate, other_rate).p < SIGNIFICANT_P {
                    tables.push((own, other));
                }
            }
        }
        Some(Self { group, benchmark, tables })
    }

    /// How probable a rejected table is under two true rates.
    fn probability(&self, own: f64, other: f64) -> f64 {
        let (Ok(own), Ok(other)) =
            (Binomial::new(own, u64::from(self.group)), Binomial::new(other, u64::from(self.benchmark)))
        else {
            return 0.0;
        };
        let own: Vec<f64> = (0..=u64::from(self.group)).map(|count| own.pmf(count)).collect();
        let other: Vec<f64> = (0..=u64::from(self.benchmark)).map(|count| other.pmf(count)).collect();
        let at = |shares: &[f64], count: u32| {
            usize::try_from(count).ok().and_then(|count| shares.get(count)).copied().unwrap_or(0.0)
        };
        self.tables.iter().map(|(a, b)| at(&own, *a) * at(&other, *b)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(selected: u32, applicants: u32) -> Selection {
        Selection::new(selected, applicants).unwrap()
    }

    #[test]
    fn a_detectable_ratio_has_eighty_percent_power() {
        let (group, benchmark) = (of(20, 100), of(120, 200));

        let ratio = detectable_ratio(group, benchmark).unwrap();

        assert!((z_power(group, benchmark, ratio * benchmark.rate()) - 0.8).abs() < 1e-9);
        assert!(0.0 < ratio && ratio < 1.0);
        assert_eq!(detectable_ratio(of(0, 2), of(1, 3)), None);
        assert_eq!(detectable_ratio(of(1, 50), of(0, 50)), None);
    }

    /// Worked by enumeration with whole binomial coefficients, of 29 selected in 51.
    #[test]
    fn the_exact_test_needs_a_larger_difference() {
        for (group, expected) in [(of(9, 18), 0.315_113_748_642), (of(8, 15), 0.289_811_654_409)] {
            let ratio = detectable_ratio(group, of(29, 51)).unwrap();

            assert!((ratio - expected).abs() < 1e-6, "{ratio}");
        }
    }

    #[test]
    fn too_many_tables_are_not_enumerated() {
        assert_eq!(detectable_ratio(of(3, 29), of(30_000, 60_000)), None);
    }
}
