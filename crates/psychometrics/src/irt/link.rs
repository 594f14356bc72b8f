//! Linking of two separate calibrations through their common items, `θ_to = A θ_from + B`.

use crate::irt::grid::gauss_hermite;
use crate::irt::item::{Item, ItemError};
use crate::irt::link::criterion::{Criterion, minimise};
use crate::linear::{count, finite};

mod criterion;
pub mod drift;

/// The same item in two calibrations.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    from: Item,
    to: Item,
}

/// Why calibrations cannot be linked.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// The two versions of an item have other models or numbers of categories.
    #[error("the two versions of the item differ in model or categories")]
    DifferentItems,
    /// Fewer than 2 common items.
    #[error("{found} common items, at least {needed} are needed")]
    TooFewAnchors {
        /// Anchors found.
        found: usize,
        /// Anchors needed.
        needed: usize,
    },
    /// The thresholds of the common items do not differ.
    #[error("the thresholds of the common items do not differ")]
    NoSpread,
    /// The minimum of the criterion was not found.
    #[error("the criterion did not converge")]
    NotConverged,
    /// A setting is outside its range.
    #[error("{name} = {value} is out of range")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}

impl Anchor {
    /// An item's parameters on the scale to be transformed (`from`) and on the scale kept (`to`).
    ///
    /// # Errors
    /// [`LinkError::DifferentItems`].
    pub fn new(from: Item, to: Item) -> Result<Self, LinkError> {
        if from.model() != to.model() || from.categories() != to.categories() {
            return Err(LinkError::DifferentItems);
        }
        Ok(Self { from, to })
    }

    /// The parameters on the scale to be transformed.
    #[must_use]
    pub const fn from(&self) -> &Item {
        &self.from
    }

    /// The parameters on the scale kept.
    #[must_use]
    pub const fn to(&self) -> &Item {
        &self.to
    }
}

/// The linear transformation of one scale to another: `θ_to = A θ_from + B`, `a_to = a / A`,
/// `b_to = A b + B`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// A, above 0.
    pub scale: f64,
    /// B, in units of the scale kept.
    pub shift: f64,
}

impl Link {
    /// A level of the trait on the scale kept.
    #[must_use]
    pub fn theta(&self, theta: f64) -> f64 {
        self.scale * theta + self.shift
    }

    /// An item on the scale kept.
    ///
    /// # Errors
    /// [`ItemError`] when the transformed parameters are out of range.
    pub fn item(&self, item: &Item) -> Result<Item, ItemError> {
        let thresholds: Vec<f64> = item.thresholds().iter().map(|b| self.theta(*b)).collect();
        Item::from_thresholds(item.model(), item.slope() / self.scale, &thresholds)
    }
}

/// The points and weights of a characteristic-curve criterion, on the scale kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LinkPoints {
    /// Gauss-Hermite points for N(0, 1), 2 to 64 of them.
    GaussHermite(u16),
    /// Equally weighted points from `low` to `high` by `step`, at most 10,000.
    Uniform {
        /// First point.
        low: f64,
        /// Last point.
        high: f64,
        /// Distance, above 0.
        step: f64,
    },
}

impl Default for LinkPoints {
    /// 30 Gauss-Hermite points.
    fn default() -> Self {
        Self::GaussHermite(30)
    }
}

impl LinkPoints {
    fn points(self) -> Result<Vec<(f64, f64)>, LinkError> {
        match self {
            Self::GaussHermite(n) if (2..=64).contains(&n) => Ok(gauss_hermite(n)),
            Self::GaussHermite(n) => {
                Err(LinkError::OutOfRange { name: "Gauss-Hermite points", value: f64::from(n) })
            }
            Self::Uniform { low, high, step } => {
                let steps = (high - low) / step;
                if !(step > 0.0
                    && steps > 0.0
                    && steps <= 10_000.0
                    && low.abs() <= 100.0
                    && high.abs() <= 100.0)
                {
                    return Err(LinkError::OutOfRange { name: "step", value: step });
                }
                let point = |k: u32| low + f64::from(k) * step;
                Ok((0..=10_000).map(point).take_while(|x| *x <= high + 1e-9).map(|x| (x, 1.0)).collect())
            }
        }
    }
}

/// A = mean slope from / mean slope to; B = mean threshold to - A × mean threshold from.
///
/// # Errors
/// [`LinkError::TooFewAnchors`] below 2.
///
/// Source: Loyd & Hoover 1980; Kolen & Brennan 2014, ch. 6. Golden test `irt_link_2pl`.
pub fn mean_mean(anchors: &[Anchor]) -> Result<Link, LinkError> {
    enough(anchors)?;
    let sum = |of: fn(&Anchor) -> &Item| anchors.iter().map(|a| of(a).slope()).sum::<f64>();
    Ok(with_mean_shift(anchors, sum(Anchor::from) / sum(Anchor::to)))
}

/// As [`mean_mean`] with the geometric mean of the slopes' ratios as A.
///
/// # Errors
/// [`LinkError::TooFewAnchors`] below 2.
///
/// Source: Mislevy & Bock 1990; Kolen & Brennan 2014, ch. 6. Golden test `irt_link_2pl`.
pub fn mean_geometric_mean(anchors: &[Anchor]) -> Result<Link, LinkError> {
    enough(anchors)?;
    let logs: f64 = anchors.iter().map(|a| (a.from.slope() / a.to.slope()).ln()).sum();
    Ok(with_mean_shift(anchors, (logs / count(anchors.len())).exp()))
}

/// A = standard deviation of the thresholds to / from; B as in [`mean_mean`].
///
/// # Errors
/// [`LinkError::TooFewAnchors`] below 2, [`LinkError::NoSpread`].
///
/// Source: Marco 1977; Kolen & Brennan 2014, ch. 6. Golden test `irt_link_2pl`.
pub fn mean_sigma(anchors: &[Anchor]) -> Result<Link, LinkError> {
    enough(anchors)?;
    let (from, to) = (thresholds(anchors, Anchor::from), thresholds(anchors, Anchor::to));
    let spread = |b: &[f64]| {
        let mean = mean(b);
        b.iter().map(|x| (x - mean).powi(2)).sum::<f64>()
    };
    let scale = (spread(&to) / spread(&from)).sqrt();
    finite(scale).filter(|a| *a > 0.0).map(|a| with_mean_shift(anchors, a)).ok_or(LinkError::NoSpread)
}

/// The link that makes category curves most alike: min over A and B of
/// `Σ_q w_q Σ_j Σ_k (P_jk(θ_q; to) - P_jk(θ_q; from transformed))²`, started at [`mean_sigma`].
///
/// Use at least 8 anchors per competency, or 20 % of the items.
///
/// # Errors
/// [`LinkError::TooFewAnchors`] below 2, [`LinkError::NotConverged`], [`LinkError::OutOfRange`] for
/// `points`.
///
/// Source: Haebara 1980, Jpn Psychol Res 22:144-149 (one direction). Golden test `irt_link_2pl`.
pub fn haebara(anchors: &[Anchor], points: LinkPoints) -> Result<Link, LinkError> {
    minimise(anchors, &points.points()?, Criterion::Haebara, start(anchors)?)
}

/// The link that makes the expected scores on the common items most alike: min over A and B of
/// `Σ_q w_q (T_to(θ_q) - T_from(θ_q))²`, started at [`mean_sigma`]. The default of the product.
///
/// Use at least 8 anchors per competency, or 20 % of the items.
///
/// # Errors
/// As [`haebara`].
///
/// Source: Stocking & Lord 1983, Appl Psychol Meas 7:201-210. Golden test `irt_link_2pl`.
pub fn stocking_lord(anchors: &[Anchor], points: LinkPoints) -> Result<Link, LinkError> {
    minimise(anchors, &points.points()?, Criterion::StockingLord, start(anchors)?)
}

/// Where the curve criteria start: mean/sigma, or mean/mean when thresholds do not differ.
fn start(anchors: &[Anchor]) -> Result<Link, LinkError> {
    mean_sigma(anchors).or_else(|_| mean_mean(anchors))
}

/// The fewest anchors a link of one competency should rest on: 8, or a fifth of a form of more than 40
/// items. Links of fewer are computed all the same (from 2 anchors on); their user decides.
///
/// `items`: items of the competency in the form to link.
///
/// Source: Kolen & Brennan 2014, chapter 8 (a fifth); 8 is ours. Test `anchors_needed_worked_by_hand`.
#[must_use]
pub const fn fewest_anchors(items: u32) -> u32 {
    let fifth = items.div_ceil(5);
    if fifth > 8 { fifth } else { 8 }
}

const fn enough(anchors: &[Anchor]) -> Result<(), LinkError> {
    if anchors.len() < 2 {
        return Err(LinkError::TooFewAnchors { found: anchors.len(), needed: 2 });
    }
    Ok(())
}

fn thresholds(anchors: &[Anchor], of: fn(&Anchor) -> &Item) -> Vec<f64> {
    anchors.iter().flat_map(|anchor| of(anchor).thresholds()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

fn with_mean_shift(anchors: &[Anchor], scale: f64) -> Link {
    let (from, to) = (thresholds(anchors, Anchor::from), thresholds(anchors, Anchor::to));
    Link { scale, shift: mean(&to) - scale * mean(&from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items of every model, and the same on a scale with A = 1.3 and B = -0.4.
    fn exact() -> (Vec<Anchor>, Link) {
        let link = Link { scale: 1.3, shift: -0.4 };
        let items = [
            Item::two_parameter(1.1, -0.7).unwrap(),
            Item::graded(1.5, &[-1.0, 0.0, 1.2]).unwrap(),
            Item::partial_credit(0.8, &[0.5, -0.3]).unwrap(),
        ];
        let anchors = items.iter().map(|i| Anchor::new(i.clone(), link.item(i).unwrap()).unwrap()).collect();
        (anchors, link)
    }

    #[test]
    fn exact_links_are_recovered_by_every_method() {
        let (anchors, link) = exact();
        let uniform = LinkPoints::Uniform { low: -4.0, high: 4.0, step: 0.05 };

        let found = [
            mean_mean(&anchors).unwrap(),
            mean_geometric_mean(&anchors).unwrap(),
            mean_sigma(&anchors).unwrap(),
            haebara(&anchors, LinkPoints::default()).unwrap(),
            stocking_lord(&anchors, LinkPoints::default()).unwrap(),
            stocking_lord(&anchors, uniform).unwrap(),
        ];

        for f in found {
            assert!((f.scale - link.scale).abs() < 1e-7 && (f.shift - link.shift).abs() < 1e-7, "{f:?}");
        }
    }

    #[test]
    fn a_linked_item_has_the_same_curves() {
        let (anchors, link) = exact();
        for anchor in anchors {
            let (from, to) = (anchor.from().probabilities(0.6), anchor.to().probabilities(link.theta(0.6)));
            assert!(from.iter().zip(&to).all(|(a, b)| (a - b).abs() < 1e-12));
        }
    }

    #[test]
    fn impossible_links_are_refused() {
        let (anchors, _) = exact();
        let item = |b| Item::two_parameter(1.0, b).unwrap();

        assert!(matches!(mean_sigma(&anchors[..1]), Err(LinkError::TooFewAnchors { found: 1, needed: 2 })));
        assert!(haebara(&anchors, LinkPoints::GaussHermite(1)).is_err());
        let broken = LinkPoints::Uniform { low: 0.0, high: 1.0, step: f64::NAN };
        assert!(stocking_lord(&anchors, broken).is_err());
        assert_eq!(Anchor::new(item(0.0), anchors[1].to().clone()), Err(LinkError::DifferentItems));
        let flat = vec![Anchor::new(item(0.5), item(0.1)).unwrap(); 3];
        assert_eq!(mean_sigma(&flat), Err(LinkError::NoSpread));
        assert!((stocking_lord(&flat, LinkPoints::default()).unwrap().shift + 0.4).abs() < 1e-6);
    }

    #[test]
    fn anchors_needed_worked_by_hand() {
        let needed: Vec<u32> = [0, 10, 40, 41, 60].into_iter().map(fewest_anchors).collect();

        assert_eq!(needed, [8, 8, 8, 9, 12]);
    }
}
