//! Simulated people and answers under known items, for recovery studies, examples and planning.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::irt::item::Item;
use crate::irt::responses::{Responses, ResponsesError};
use crate::irt::score::item_error::unit;
use crate::normal;

/// `people` levels drawn from N(mean, sd²), in trait units; a seed gives the same levels everywhere.
///
/// `mean` and `sd` are taken as they are: levels that are not finite are answered as 0.
#[must_use]
pub fn normal_levels(people: usize, mean: f64, sd: f64, seed: u64) -> Vec<f64> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    (0..people).map(|_| mean + sd * normal::quantile(unit(source.next_u64()))).collect()
}

/// Answers of people at known levels to known items. **Shape**: one row per level, one column per item;
/// no gap. A seed gives the same answers everywhere.
///
/// # Errors
/// [`ResponsesError::NoItem`].
///
/// Source: inversion of the cumulative chances. Test `simulated_shares_follow_the_curves`.
pub fn answers(items: &[Item], levels: &[f64], seed: u64) -> Result<Responses, ResponsesError> {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let categories: Vec<u8> =
        items.iter().map(|item| u8::try_from(item.categories()).unwrap_or(u8::MAX)).collect();
    let row = |theta: &f64| -> Vec<Option<u8>> {
        items.iter().map(|item| Some(drawn(&item.probabilities(*theta), unit(source.next_u64())))).collect()
    };
    Responses::with_categories(&categories, levels.iter().map(row))
}

/// The category a uniform number falls in.
pub(crate) fn drawn(chances: &[f64], uniform: f64) -> u8 {
    let mut sum = 0.0;
    let below = chances.iter().take(chances.len().saturating_sub(1)).take_while(|p| {
        sum += **p;
        sum < uniform
    });
    u8::try_from(below.count()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_shares_follow_the_curves() {
        let item = Item::graded(1.3, &[-0.8, 0.5]).unwrap();
        let levels = vec![0.4; 20_000];

        let table = answers(std::slice::from_ref(&item), &levels, 7).unwrap();

        for (count, p) in table.counts()[0].iter().zip(item.probabilities(0.4)) {
            let error = (p * (1.0 - p) / 20_000.0).sqrt();
            assert!((f64::from(*count) / 20_000.0 - p).abs() < 4.0 * error);
        }
        assert_eq!(table, answers(&[item], &levels, 7).unwrap());
    }

    #[test]
    fn levels_have_the_moments_asked_for() {
        let levels = normal_levels(20_000, 0.5, 2.0, 3);

        let mean = levels.iter().sum::<f64>() / 20_000.0;
        let variance = levels.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;

        assert!((mean - 0.5).abs() < 0.06 && (variance.sqrt() - 2.0).abs() < 0.05);
        assert_eq!(drawn(&[0.2, 0.5, 0.3], 0.2), 0);
        assert_eq!(drawn(&[0.2, 0.5, 0.3], 0.69), 1);
        assert_eq!(drawn(&[0.2, 0.5, 0.3], 0.999_999), 2);
    }
}
