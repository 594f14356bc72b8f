//! What item statistics may be used for at a sample size, and the halves of a blueprint.

use crate::normal::Z_95;
use crate::reliability::{Half, ItemStatistic};

/// Item-rest correlation below which an item of a situational judgement test is flagged.
pub const FLAG_BELOW: f64 = 0.10;

/// People below which item statistics are not shown.
pub const SHOWN_FROM: u32 = 30;

/// People below which an item is not dropped on its point estimate alone.
pub const POINT_ESTIMATE_FROM: u32 = 100;

/// What to do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAction {
    /// Nothing.
    Keep,
    /// Look at it: the item-rest correlation is below .10.
    Flag,
    /// Review for dropping: the correlation is below 0 (and, below 100 people, its upper limit below .10).
    ReviewForDrop,
}

/// The item-rest correlation with its 95 % interval and what follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemReview {
    /// The correlation.
    pub item_rest_r: f64,
    /// Lower 95 % limit, by Fisher's z.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// What to do.
    pub action: ItemAction,
}

/// What an item's statistics allow at a sample size; `None` below 30 people, where they are not shown, and
/// for items without a correlation.
///
/// `n`: people the statistic rests on. No statistic drops an item by itself: a person decides.
///
/// Source: psychometrics.md 3 and 4.8; Fisher 1921 (z). Test `items_are_reviewed_by_sample_size`.
#[must_use]
pub fn item_review(statistic: &ItemStatistic, n: u32) -> Option<ItemReview> {
    let r = statistic.item_rest_r.filter(|r| n >= SHOWN_FROM && r.is_finite())?;
    let z = r.clamp(-1.0 + 1e-12, 1.0 - 1e-12).atanh();
    let half = Z_95 / (f64::from(n) - 3.0).sqrt();
    let (low, high) = ((z - half).tanh(), (z + half).tanh());
    let may_drop = n >= POINT_ESTIMATE_FROM || high < FLAG_BELOW;
    let action = if r < 0.0 && may_drop {
        ItemAction::ReviewForDrop
    } else if r < FLAG_BELOW {
        ItemAction::Flag
    } else {
        ItemAction::Keep
    };
    Some(ItemReview { item_rest_r: r, low, high, action })
}

/// The odd-even halves within a blueprint: items of one stratum alternate, and so do the halves that odd
/// strata begin with, so that lengths differ by 1 at most.
///
/// `strata`: the stratum of each item by any number, in the order of the form.
///
/// Source: psychometrics.md 3. Test `halves_alternate_within_strata`.
#[must_use]
pub fn odd_even_halves(strata: &[u32]) -> Vec<Half> {
    let mut numbers = strata.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let mut halves = vec![Half::First; strata.len()];
    let mut is_first = true;
    for stratum in numbers {
        for (half, _) in halves.iter_mut().zip(strata).filter(|(_, own)| **own == stratum) {
            *half = if is_first { Half::First } else { Half::Second };
            is_first = !is_first;
        }
    }
    halves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_reviewed_by_sample_size() {
        let statistic = |r| ItemStatistic {
            mean: 50.0,
            sd: 20.0,
            item_rest_r: r,
            item_total_r: r,
            alpha_if_dropped: None,
        };
        let action = |r, n| item_review(&statistic(Some(r)), n).map(|review| review.action);

        assert_eq!(action(0.5, 29), None);
        assert_eq!(item_review(&statistic(None), 500), None);
        assert_eq!((action(0.10, 50), action(0.09, 50)), (Some(ItemAction::Keep), Some(ItemAction::Flag)));
        // The upper limit of -.05 at 99 people is .15, of -.2 it is -.003.
        assert_eq!(action(-0.05, 99), Some(ItemAction::Flag));
        assert_eq!(action(-0.2, 99), Some(ItemAction::ReviewForDrop));
        assert_eq!(action(-0.05, 100), Some(ItemAction::ReviewForDrop));
        // Fisher: tanh(atanh(.5) ± 1.96 / √97) at 100 people.
        let review = item_review(&statistic(Some(0.5)), 100).unwrap();
        assert!((review.low - 0.3366).abs() < 1e-4 && (review.high - 0.6341).abs() < 1e-4);
        let perfect = item_review(&statistic(Some(1.0)), 100).unwrap();
        assert!(perfect.low.is_finite() && perfect.high <= 1.0);
    }

    #[test]
    fn halves_alternate_within_strata() {
        use Half::{First, Second};

        assert_eq!(odd_even_halves(&[1, 1, 1, 2, 2, 2]), [First, Second, First, Second, First, Second]);
        assert_eq!(odd_even_halves(&[2, 1, 2, 1]), [First, First, Second, Second]);
        assert_eq!(odd_even_halves(&[]), []);
    }
}
