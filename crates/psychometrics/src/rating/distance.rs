//! Distance of one candidate's ratings from the panel's means: raw, in its parts, and standardised
//! within the person. A diagnostic for the technical manual, never a score.

use crate::linear::{count, finite};

/// Distance of one candidate's ratings from the key means, with its parts.
///
/// A diagnostic for the technical manual. Never shown to candidates or recruiters, never ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistanceDiagnostic {
    /// Number of actions with a rating.
    pub n_answered: u32,
    /// Mean absolute distance, scale points, 0 or more.
    pub mean_abs: f64,
    /// Mean squared distance, squared scale points; the sum of elevation, scatter and shape.
    pub mean_sq: f64,
    /// Squared difference of the two means.
    pub elevation: f64,
    /// Squared difference of the two population standard deviations.
    pub scatter: f64,
    /// `2 s_x s_m (1 - r)`, population standard deviations.
    pub shape: f64,
    /// Correlation of ratings and key, absent when one of them does not vary.
    pub shape_r: Option<f64>,
    /// The candidate's standard deviation (n - 1), scale points.
    pub rating_sd: f64,
    /// All ratings are equal: the candidate's z values are taken as 0.
    pub is_flat: bool,
    /// The standard deviation is below 0.35 scale points (our threshold).
    pub has_low_scatter: bool,
    /// The within-person standardised distance, or why there is none.
    pub standardised: StandardisedDistance,
}

/// The within-person standardised squared distance, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StandardisedDistance {
    /// Mean squared difference of the z values (n - 1 standard deviations), 0 or more.
    MeanSquare(f64),
    /// Fewer than 10 rated actions: use the raw distance.
    TooFewRated,
    /// More than 20 % of the actions have no rating.
    TooManyMissing,
    /// The key does not vary over the rated actions.
    FlatKey,
}

/// Why a distance cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DistanceError {
    /// Ratings and key differ in length.
    #[error("{ratings} ratings for {keys} key values")]
    LengthMismatch {
        /// Number of ratings, given or missing.
        ratings: usize,
        /// Number of key values.
        keys: usize,
    },
    /// Fewer than 2 actions have a rating.
    #[error("{found} rated actions, at least 2 are needed")]
    TooFewRated {
        /// Number of rated actions.
        found: usize,
    },
    /// The key does not vary over the rated actions.
    #[error("the key does not vary over the rated actions")]
    FlatKey,
    /// A rating or a key value is not a finite number.
    #[error("a value is not finite")]
    NotFinite,
}

/// Distance of ratings from key means: raw, split into elevation, scatter and shape, and
/// standardised within the person over all rated actions of the form (not per scenario).
///
/// `ratings` holds one value per action in scale points, `None` where there is no rating;
/// `key_means` the panel mean of the same action, same length and order. Actions without a rating
/// are left out of both. The standardised distance needs at least 10 rated actions and at most 20 %
/// missing.
///
/// # Errors
/// [`DistanceError::LengthMismatch`], [`DistanceError::TooFewRated`] below 2 ratings,
/// [`DistanceError::NotFinite`].
///
/// Source: Cronbach & Gleser 1953; McDaniel, Psotka, Legree, Yost & Weekley 2011,
/// psychometrics.md section 1.1; golden test `sjt_rate_effectiveness`.
pub fn distance_diagnostic(
    ratings: &[Option<f64>],
    key_means: &[f64],
) -> Result<DistanceDiagnostic, DistanceError> {
    let pairs = rated_pairs(ratings, key_means)?;
    let n = count(pairs.len());
    let mean = |value: fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>() / n;
    let (mean_x, mean_m) = (mean(|p| p.0), mean(|p| p.1));
    let sum_sq_x = pairs.iter().map(|p| (p.0 - mean_x).powi(2)).sum::<f64>();
    let sum_sq_m = pairs.iter().map(|p| (p.1 - mean_m).powi(2)).sum::<f64>();
    // Rounding of the mean leaves a trace in the sum of equal values; tiny spreads underflow to 0.
    let is_flat = sum_sq_x == 0.0 || all_equal(pairs.iter().map(|p| p.0));
    let is_flat_key = sum_sq_m == 0.0 || all_equal(pairs.iter().map(|p| p.1));
    let sum_product = pairs.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_m)).sum::<f64>();
    let population_sd = |sum_sq: f64, flat: bool| if flat { 0.0 } else { (sum_sq / n).sqrt() };
    let (sd_x, sd_m) = (population_sd(sum_sq_x, is_flat), population_sd(sum_sq_m, is_flat_key));
    let shape_r = (sd_x > 0.0 && sd_m > 0.0)
        .then(|| (sum_product / (sum_sq_x.sqrt() * sum_sq_m.sqrt())).clamp(-1.0, 1.0));
    let rating_sd = if is_flat { 0.0 } else { (sum_sq_x / (n - 1.0)).sqrt() };
    let standardised = if pairs.len() < 10 {
        StandardisedDistance::TooFewRated
    } else if 5 * (ratings.len() - pairs.len()) > ratings.len() {
        StandardisedDistance::TooManyMissing
    } else if is_flat_key {
        StandardisedDistance::FlatKey
    } else {
        let key_sd = (sum_sq_m / (n - 1.0)).sqrt();
        let z_rating = |x: f64| if is_flat { 0.0 } else { (x - mean_x) / rating_sd };
        let total: f64 = pairs.iter().map(|p| (z_rating(p.0) - (p.1 - mean_m) / key_sd).powi(2)).sum();
        StandardisedDistance::MeanSquare(total / n)
    };
    let diagnostic = DistanceDiagnostic {
        n_answered: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        mean_abs: mean(|p| (p.0 - p.1).abs()),
        mean_sq: mean(|p| (p.0 - p.1).powi(2)),
        elevation: (mean_x - mean_m).powi(2),
        scatter: (sd_x - sd_m).powi(2),
        shape: shape_r.map_or(0.0, |r| 2.0 * sd_x * sd_m * (1.0 - r)),
        shape_r,
        rating_sd,
        is_flat,
        has_low_scatter: rating_sd < 0.35,
        standardised,
    };
    // Finite values near the limits of f64 can still overflow when squared.
    finite(diagnostic.mean_sq).and(Some(diagnostic)).ok_or(DistanceError::NotFinite)
}

/// The class of each action's standardised distance, for the calibration of the diagnostic: how many of the
/// limits .5, 1 and 1.75 its `|z^x - z^m|` stays within, 0 (far) to 3 (near); `None` without a rating.
///
/// `ratings` and `key_means` as for [`distance_diagnostic`]. Sum the classes over a scenario's actions of one
/// family before calibrating: actions of one stem depend on each other.
///
/// # Errors
/// Those of [`distance_diagnostic`]; [`DistanceError::TooFewRated`] also below 10 ratings or with more than
/// 20 % missing; [`DistanceError::FlatKey`].
///
/// Source: psychometrics.md 1.1 (limits ours). Test `classes_follow_the_distance`.
pub fn distance_classes(
    ratings: &[Option<f64>],
    key_means: &[f64],
) -> Result<Vec<Option<u8>>, DistanceError> {
    let diagnostic = distance_diagnostic(ratings, key_means)?;
    let pairs = rated_pairs(ratings, key_means)?;
    match diagnostic.standardised {
        StandardisedDistance::MeanSquare(_) => {}
        StandardisedDistance::FlatKey => return Err(DistanceError::FlatKey),
        StandardisedDistance::TooFewRated | StandardisedDistance::TooManyMissing => {
            return Err(DistanceError::TooFewRated { found: pairs.len() });
        }
    }
    let n = count(pairs.len());
    let mean_x = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_m = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let sd_m = (pairs.iter().map(|p| (p.1 - mean_m).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let class = |(rating, key): (&Option<f64>, &f64)| {
        let rating = (*rating)?;
        let z_x = if diagnostic.is_flat { 0.0 } else { (rating - mean_x) / diagnostic.rating_sd };
        let distance = (z_x - (key - mean_m) / sd_m).abs();
        Some(CLASS_LIMITS.iter().fold(0, |class, limit| class + u8::from(distance <= *limit)))
    };
    Ok(ratings.iter().zip(key_means).map(class).collect())
}

/// Limits of the classes of a standardised distance.
const CLASS_LIMITS: [f64; 3] = [0.5, 1.0, 1.75];

/// The actions with a rating, each with its key mean.
fn rated_pairs(ratings: &[Option<f64>], key_means: &[f64]) -> Result<Vec<(f64, f64)>, DistanceError> {
    if ratings.len() != key_means.len() {
        return Err(DistanceError::LengthMismatch { ratings: ratings.len(), keys: key_means.len() });
    }
    let pairs: Vec<(f64, f64)> =
        ratings.iter().zip(key_means).filter_map(|(rating, key)| rating.map(|x| (x, *key))).collect();
    if pairs.len() < 2 {
        return Err(DistanceError::TooFewRated { found: pairs.len() });
    }
    if pairs.iter().any(|(x, m)| !x.is_finite() || !m.is_finite()) {
        return Err(DistanceError::NotFinite);
    }
    Ok(pairs)
}

fn all_equal(mut values: impl Iterator<Item = f64>) -> bool {
    values.next().is_none_or(|first| values.all(|value| value == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_says_why_there_is_no_standardised_value() {
        let key: Vec<f64> = (0..20u32).map(|i| f64::from(i % 4) + 1.0).collect();
        let ratings = |n: usize| -> Vec<Option<f64>> {
            key.iter().enumerate().map(|(i, k)| (i < n).then_some(*k)).collect()
        };
        let standardised =
            |n: usize| distance_diagnostic(&ratings(n), &key).map(|diagnostic| diagnostic.standardised);

        assert_eq!(standardised(20), Ok(StandardisedDistance::MeanSquare(0.0)));
        assert!(matches!(standardised(16), Ok(StandardisedDistance::MeanSquare(_))));
        assert_eq!(standardised(15), Ok(StandardisedDistance::TooManyMissing));
        assert_eq!(standardised(9), Ok(StandardisedDistance::TooFewRated));
        assert_eq!(standardised(1), Err(DistanceError::TooFewRated { found: 1 }));
        let flat = distance_diagnostic(&ratings(20), &[2.0; 20]).unwrap();
        assert_eq!(flat.standardised, StandardisedDistance::FlatKey);
        assert_eq!(flat.shape_r, None);
        assert_eq!(
            distance_diagnostic(&[Some(1.0)], &[]),
            Err(DistanceError::LengthMismatch { ratings: 1, keys: 0 })
        );
        assert_eq!(
            distance_diagnostic(&[Some(f64::NAN), Some(1.0)], &[1.0, 2.0]),
            Err(DistanceError::NotFinite)
        );
        assert_eq!(
            distance_diagnostic(&[Some(1e300), Some(1.0)], &[1.0, 2.0]),
            Err(DistanceError::NotFinite)
        );
    }

    #[test]
    fn classes_follow_the_distance() {
        let key: Vec<f64> = (0..12).map(|k| 1.0 + 0.25 * f64::from(k)).collect();
        let same: Vec<Option<f64>> = key.iter().map(|m| Some(2.0 * m + 1.0)).collect();
        let reverse: Vec<Option<f64>> = key.iter().rev().copied().map(Some).collect();
        let mut gapped = same.clone();
        gapped[3] = None;

        assert_eq!(distance_classes(&same, &key), Ok(vec![Some(3); 12]));
        // z runs from -1.53 to 1.53 by .277: distances 3.05, 2.50, 1.94, 1.39, .83, .28 and back.
        let found = distance_classes(&reverse, &key).unwrap();
        assert_eq!(found, [0, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0, 0].map(Some));
        assert_eq!(distance_classes(&gapped, &key).unwrap()[3], None);
        // A flat person has z = 0: the distance is that of the key's z.
        let flat = distance_classes(&[Some(2.0); 12], &key).unwrap();
        assert_eq!(flat, [1, 1, 2, 2, 3, 3, 3, 3, 2, 2, 1, 1].map(Some));
        assert_eq!(distance_classes(&same, &[2.0; 12]), Err(DistanceError::FlatKey));
        assert!(distance_classes(&same[..9], &key[..9]).is_err());
    }
}
