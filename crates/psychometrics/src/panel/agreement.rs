//! How far experts agree: r_wg, r_wg(J), average deviation, and what one option's ratings look like.

use crate::linear::{LARGEST, count, count_u32};
use crate::panel::{PanelError, RatingScale};

/// How strong an agreement is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// r_wg up to .30.
    None,
    /// .31 to .50.
    Weak,
    /// .51 to .70.
    Moderate,
    /// .71 to .90.
    Strong,
    /// Above .90.
    VeryStrong,
}

impl Strength {
    /// The word for an r_wg.
    ///
    /// Source: LeBreton & Senter 2008, Organ Res Methods 11:815-852, table 3. Test
    /// `agreement_worked_by_hand`.
    #[must_use]
    pub fn of(r_wg: f64) -> Self {
        match r_wg {
            r if r > 0.90 => Self::VeryStrong,
            r if r > 0.70 => Self::Strong,
            r if r > 0.50 => Self::Moderate,
            r if r > 0.30 => Self::Weak,
            _ => Self::None,
        }
    }
}

/// What a panel says of one option.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Ratings.
    pub n: u32,
    /// Sum of the ratings: mean and key come from it without rounding.
    pub sum: u32,
    /// Mean, the key of a rating format.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// The most frequent categories, rising; several when they tie.
    pub modes: Vec<u8>,
    /// Variance (n - 1).
    pub variance: f64,
    /// Standard error of the mean, `s / √n`: how much the key would differ with another panel.
    pub key_error: f64,
    /// `1 - s² / σ²`, negative set to 0: read the variance beside it.
    pub r_wg: f64,
    /// Mean absolute deviation from the mean, scale points.
    pub ad_m: f64,
    /// Ratings per category, from 1.
    pub counts: Vec<u32>,
    /// Two categories that are not neighbours each hold 30 % or more: the lowest and the highest of them.
    pub bimodal: Option<(u8, u8)>,
}

/// What a panel says of one option from its ratings, 1 to A, at least 2.
///
/// # Errors
/// [`PanelError::OffScale`], [`PanelError::TooFewRatings`], both with option 0 and the expert's place.
///
/// Source: James, Demaree & Wolf 1984, J Appl Psychol 69:85-98 (r_wg); Burke, Finkelstein & Dusig 1999
/// (AD_M); psychometrics.md 2. Test `agreement_worked_by_hand`; checked against multilevel by hand.
pub fn agreement(ratings: &[Option<u8>], scale: RatingScale) -> Result<Agreement, PanelError> {
    let is_off = |rating: u8| rating < 1 || rating > scale.points();
    let off = ratings.iter().enumerate().find_map(|(k, r)| r.filter(|r| is_off(*r)).map(|r| (k, r)));
    if let Some((expert, rating)) = off {
        return Err(PanelError::OffScale { option: 0, expert, rating });
    }
    let mut given: Vec<u8> = ratings.iter().flatten().copied().collect();
    if given.len() < 2 {
        return Err(PanelError::TooFewRatings { option: 0, found: given.len() });
    }
    given.sort_unstable();
    let n = count(given.len());
    let sum: u32 = given.iter().map(|r| u32::from(*r)).sum();
    let mean = f64::from(sum) / n;
    let values: Vec<f64> = given.iter().map(|r| f64::from(*r)).collect();
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let counts: Vec<u32> = (1..=scale.points())
        .map(|category| count_u32(given.iter().filter(|r| **r == category).count()))
        .collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let categories = || (1..=scale.points()).zip(&counts);
    let frequent: Vec<u8> = categories()
        .filter(|(_, c)| 10 * u64::from(**c) >= 3 * u64::from(count_u32(given.len())))
        .map(|(k, _)| k)
        .collect();
    let ends = frequent.first().copied().zip(frequent.last().copied());
    Ok(Agreement {
        n: count_u32(given.len()),
        sum,
        mean,
        median: middle(&values),
        modes: categories().filter(|(_, c)| **c == most).map(|(k, _)| k).collect(),
        variance,
        key_error: (variance / n).sqrt(),
        r_wg: within_group(variance, scale.null_variance()),
        ad_m: values.iter().map(|x| (x - mean).abs()).sum::<f64>() / n,
        counts,
        bimodal: ends.filter(|(low, high)| high - low > 1),
    })
}

/// The middle of sorted values.
fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    let upper = sorted.get(half).copied().unwrap_or(0.0);
    if sorted.len() % 2 == 1 {
        upper
    } else {
        0.5 * (upper + sorted.get(half.wrapping_sub(1)).copied().unwrap_or(upper))
    }
}

/// `1 - s² / σ²`, at least 0.
fn within_group(variance: f64, null_variance: f64) -> f64 {
    (1.0 - variance / null_variance).clamp(0.0, 1.0)
}

/// Agreement on one item, `r_wg = 1 - s² / σ²`; 0 when the variance exceeds that of chance.
///
/// `ratings`: 2 or more, any finite numbers; `null_variance`: above 0, the variance under no agreement
/// ([`RatingScale::null_variance`] for even guessing; smaller for a skewed null, which is stricter).
///
/// # Errors
/// [`PanelError::TooFewRatings`], [`PanelError::OutOfRange`].
///
/// Source: James, Demaree & Wolf 1984, equation 1. Test `r_wg_j_worked_by_hand`; checked against
/// multilevel by hand.
pub fn r_wg(ratings: &[f64], null_variance: f64) -> Result<f64, PanelError> {
    positive(null_variance)?;
    Ok(within_group(variance_of(ratings, 0)?, null_variance))
}

/// Agreement on `J` parallel items, `J (1 - m) / (J (1 - m) + m)` with `m` the mean of the items' variances
/// over the null variance; 0 when `m` exceeds 1.
///
/// `items`: the ratings of each item, 2 or more, any finite numbers; `null_variance` as in [`r_wg`].
///
/// # Errors
/// [`PanelError::NoOption`], [`PanelError::TooFewRatings`], [`PanelError::OutOfRange`].
///
/// Source: James, Demaree & Wolf 1984, equation 2. Test `r_wg_j_worked_by_hand`; checked against
/// multilevel by hand.
pub fn r_wg_j<I: AsRef<[f64]>>(items: &[I], null_variance: f64) -> Result<f64, PanelError> {
    positive(null_variance)?;
    if items.is_empty() {
        return Err(PanelError::NoOption);
    }
    let mut total = 0.0;
    for (item, ratings) in items.iter().enumerate() {
        total += variance_of(ratings.as_ref(), item)?;
    }
    let j = count(items.len());
    let m = (total / j / null_variance).min(1.0);
    Ok(j * (1.0 - m) / (j * (1.0 - m) + m))
}

/// The mean absolute deviation from the mean, in the unit of the ratings; above A / 6 is too much.
///
/// `ratings`: 1 or more finite numbers.
///
/// # Errors
/// [`PanelError::TooFewRatings`], [`PanelError::OutOfRange`].
///
/// Source: Burke, Finkelstein & Dusig 1999, Organ Res Methods 2:49-68; cut Burke & Dunlap 2002. Test
/// `agreement_worked_by_hand`; checked against multilevel by hand.
pub fn average_deviation(ratings: &[f64]) -> Result<f64, PanelError> {
    usable(ratings)?;
    if ratings.is_empty() {
        return Err(PanelError::TooFewRatings { option: 0, found: 0 });
    }
    let n = count(ratings.len());
    let mean = ratings.iter().sum::<f64>() / n;
    Ok(ratings.iter().map(|x| (x - mean).abs()).sum::<f64>() / n)
}

fn positive(value: f64) -> Result<(), PanelError> {
    if value > 0.0 && value <= LARGEST {
        Ok(())
    } else {
        Err(PanelError::OutOfRange { name: "null variance", value })
    }
}

fn usable(ratings: &[f64]) -> Result<(), PanelError> {
    match ratings.iter().find(|x| x.is_nan() || x.abs() > LARGEST) {
        Some(value) => Err(PanelError::OutOfRange { name: "rating", value: *value }),
        None => Ok(()),
    }
}

fn variance_of(ratings: &[f64], option: usize) -> Result<f64, PanelError> {
    usable(ratings)?;
    if ratings.len() < 2 {
        return Err(PanelError::TooFewRatings { option, found: ratings.len() });
    }
    let n = count(ratings.len());
    let mean = ratings.iter().sum::<f64>() / n;
    Ok(ratings.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0))
}
