//! Drift of anchors: which common items changed between two calibrations, and the link without them.

use crate::descriptive::quantile_of_sorted;
use crate::irt::link::{Anchor, Link, LinkError, LinkPoints, stocking_lord};

/// Largest size of a robust z.
const LARGEST_Z: f64 = 2.7;

/// Largest shift of a threshold, in units of the trait.
const LARGEST_SHIFT: f64 = 0.5;

/// What became of one anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnchorDrift {
    /// The largest shift of its thresholds, `b_to - (A b_from + B)`, with its sign.
    pub shift: f64,
    /// Robust z of that threshold; absent when half the thresholds shift alike.
    pub robust_z: Option<f64>,
    /// Whether it is freed: left out of the link, its parameters estimated anew, its text reviewed.
    pub is_freed: bool,
}

/// A link checked for drift.
#[derive(Debug, Clone, PartialEq)]
pub struct DriftReport {
    /// The link of all anchors.
    pub first: Link,
    /// The link without the freed anchors, redone once; the same when none is freed.
    pub link: Link,
    /// One entry per anchor, in order, judged by the first link.
    pub anchors: Vec<AnchorDrift>,
}

/// The Stocking-Lord link of common items and what drifted: an anchor is freed when the robust z of a
/// threshold's shift is beyond ±2.7 or the shift itself beyond ±0.5, and the link is redone once.
///
/// The robust z is `(shift - median) / (0.74 × interquartile range)` over the thresholds of all
/// anchors. `points` as in [`stocking_lord`].
///
/// # Errors
/// As [`stocking_lord`], also when fewer than 2 anchors are left.
///
/// Source: Huynh & Meyer 2010, Appl Psychol Meas 34:512-523. Test `a_moved_anchor_is_freed`.
pub fn link_with_drift(anchors: &[Anchor], points: LinkPoints) -> Result<DriftReport, LinkError> {
    let first = stocking_lord(anchors, points)?;
    let shifts: Vec<Vec<f64>> = anchors.iter().map(|anchor| shifts(anchor, first)).collect();
    let mut sorted: Vec<f64> = shifts.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let quantile = |k| quantile_of_sorted(&sorted, k, 4).unwrap_or(0.0);
    let (median, spread) = (quantile(2), 0.74 * (quantile(3) - quantile(1)));
    let judged: Vec<AnchorDrift> = shifts.iter().map(|own| judged(own, median, spread)).collect();
    let kept: Vec<Anchor> =
        anchors.iter().zip(&judged).filter(|(_, drift)| !drift.is_freed).map(|(a, _)| a.clone()).collect();
    let link = if kept.len() == anchors.len() { first } else { stocking_lord(&kept, points)? };
    Ok(DriftReport { first, link, anchors: judged })
}

fn shifts(anchor: &Anchor, link: Link) -> Vec<f64> {
    let pairs = anchor.to().thresholds().into_iter().zip(anchor.from().thresholds());
    pairs.map(|(to, from)| to - link.theta(from)).collect()
}

fn judged(own: &[f64], median: f64, spread: f64) -> AnchorDrift {
    let robust_z = |shift: f64| (spread > 1e-9).then(|| (shift - median) / spread);
    let is_beyond =
        |shift: f64| shift.abs() > LARGEST_SHIFT || robust_z(shift).is_some_and(|z| z.abs() > LARGEST_Z);
    let shift = own.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0);
    AnchorDrift { shift, robust_z: robust_z(shift), is_freed: own.iter().any(|s| is_beyond(*s)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::item::Item;

    #[test]
    fn a_moved_anchor_is_freed() {
        let truth = Link { scale: 0.9, shift: 0.2 };
        let anchors: Vec<Anchor> = (0..10_u8)
            .map(|j| {
                let from = Item::graded(1.2, &[f64::from(j) * 0.3 - 1.5, f64::from(j) * 0.3 - 0.6]).unwrap();
                // Small errors everywhere, a real change in the last item.
                let moved = f64::from(j % 3) * 0.02 + if j == 9 { 0.8 } else { 0.0 };
                let to = truth.item(&from).unwrap();
                let thresholds: Vec<f64> = to.thresholds().iter().map(|b| b + moved).collect();
                Anchor::new(from, Item::graded(to.slope(), &thresholds).unwrap()).unwrap()
            })
            .collect();

        let report = link_with_drift(&anchors, LinkPoints::default()).unwrap();

        let freed: Vec<usize> =
            report.anchors.iter().enumerate().filter(|(_, a)| a.is_freed).map(|(k, _)| k).collect();
        assert_eq!(freed, [9]);
        assert!((report.link.shift - 0.22).abs() < 0.02 && (report.link.scale - 0.9).abs() < 0.02);
        assert!((report.first.shift - report.link.shift).abs() > 0.03);
        assert!(report.anchors[9].shift > 0.5 && report.anchors[9].robust_z.unwrap() > 2.7);
        let unmoved = link_with_drift(&anchors[..9], LinkPoints::default()).unwrap();
        assert_eq!(unmoved.first, unmoved.link);
    }
}
