//! The two characteristic-curve criteria as least squares in A and B.

use crate::irt::link::{Anchor, Link, LinkError};
use crate::linear::count;

/// Which differences are squared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Criterion {
    /// Of category chances.
    Haebara,
    /// Of expected scores on all items.
    StockingLord,
}

/// The sum of squares at one link, with the normal equations of a Gauss-Newton step.
#[derive(Debug, Clone, Copy, Default)]
struct Squares {
    value: f64,
    gradient: [f64; 2],
    /// (A, A), (A, B), (B, B).
    information: [f64; 3],
}

impl Squares {
    fn add(&mut self, weight: f64, difference: f64, by_scale: f64, by_shift: f64) {
        self.value += weight * difference * difference;
        let [a, b] = &mut self.gradient;
        *a += weight * difference * by_scale;
        *b += weight * difference * by_shift;
        let [aa, ab, bb] = &mut self.information;
        *aa += weight * by_scale * by_scale;
        *ab += weight * by_scale * by_shift;
        *bb += weight * by_shift * by_shift;
    }
}

/// A from-item transformed to the kept scale has, at θ, the chances it had at (θ - B) / A.
fn squares(anchors: &[Anchor], points: &[(f64, f64)], criterion: Criterion, link: Link) -> Squares {
    let mut sum = Squares::default();
    for (theta, weight) in points {
        let own = (theta - link.shift) / link.scale;
        let (by_scale, by_shift) = (own / link.scale, link.scale.recip());
        let (mut expected, mut steep) = (0.0, 0.0);
        for anchor in anchors {
            let curves = anchor.to().curves(*theta).into_iter().zip(anchor.from().curves(own));
            for (k, (to, from)) in curves.enumerate() {
                let difference = to.probability - from.probability;
                if criterion == Criterion::Haebara {
                    sum.add(*weight, difference, from.slope() * by_scale, from.slope() * by_shift);
                }
                expected += count(k) * difference;
                steep += count(k) * from.slope();
            }
        }
        if criterion == Criterion::StockingLord {
            sum.add(*weight, expected, steep * by_scale, steep * by_shift);
        }
    }
    sum
}

/// The link of the smallest sum of squares by Levenberg's method.
pub(super) fn minimise(
    anchors: &[Anchor],
    points: &[(f64, f64)],
    criterion: Criterion,
    start: Link,
) -> Result<Link, LinkError> {
    let mut at = start;
    let mut here = squares(anchors, points, criterion, at);
    let mut damping = 1e-6;
    for _ in 0..200 {
        let [aa, ab, bb] = here.information;
        let [ga, gb] = here.gradient;
        let (aa, bb) = (aa * (1.0 + damping), bb * (1.0 + damping));
        let determinant = aa * bb - ab * ab;
        if !(determinant.is_finite() && determinant > 0.0) {
            return Err(LinkError::NotConverged);
        }
        // The derivatives of (to - from) by A and B are P' own / A and P' / A.
        let step = (-(bb * ga - ab * gb) / determinant, -(aa * gb - ab * ga) / determinant);
        let moved = Link { scale: at.scale + step.0, shift: at.shift + step.1 };
        if step.0.abs().max(step.1.abs()) < 1e-11 {
            return Ok(at);
        }
        if moved.scale > 0.01 && moved.scale < 100.0 {
            let there = squares(anchors, points, criterion, moved);
            if there.value <= here.value {
                (at, here) = (moved, there);
                damping = (damping * 0.1).max(1e-12);
                continue;
            }
        }
        damping *= 10.0;
        if damping > 1e12 {
            return Ok(at);
        }
    }
    Err(LinkError::NotConverged)
}
