//! 95 % intervals of a rate, of a difference of rates and of a ratio of rates.

use crate::fairness::impact::Selection;
use crate::linear::finite;
use crate::normal::Z_95;

/// A 95 % interval with both ends known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// A 95 % interval of a ratio of rates, 0 or more; without an upper end when nobody of the benchmark
/// was selected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioInterval {
    /// Lower limit, 0 or more.
    pub low: f64,
    /// Upper limit; absent when there is none.
    pub high: Option<f64>,
}

/// The Wilson score interval of a selection rate, within 0 and 1.
///
/// Source: Wilson 1927, J Am Stat Assoc 22:209-212. Golden test `fair_impact_ci`.
#[must_use]
pub fn wilson(group: Selection) -> Interval {
    let (n, p) = (f64::from(group.applicants()), group.rate());
    let z2 = Z_95 * Z_95;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    let low = if group.selected() == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if group.selected() == group.applicants() { 1.0 } else { (centre + half).min(1.0) };
    Interval { low, high }
}

/// The interval of the difference of two rates, group minus benchmark, within -1 and 1: the hybrid
/// score method.
///
/// Source: Newcombe 1998, Stat Med 17:873-890, method 10. Golden test `fair_impact_ci`.
#[must_use]
pub fn newcombe_difference(group: Selection, benchmark: Selection) -> Interval {
    let (p1, p2) = (group.rate(), benchmark.rate());
    let (w1, w2) = (wilson(group), wilson(benchmark));
    let low = p1 - p2 - (p1 - w1.low).hypot(w2.high - p2);
    let high = p1 - p2 + (w1.high - p1).hypot(p2 - w2.low);
    Interval { low: low.max(-1.0), high: high.min(1.0) }
}

/// The log interval of a ratio of rates, group over benchmark; absent when nobody of one of the two
/// was selected.
///
/// Source: Katz, Baptista, Azen & Pike 1978, Biometrics 34:469-474. Golden test `fair_impact_ci`.
#[must_use]
pub fn katz_log(group: Selection, benchmark: Selection) -> Option<Interval> {
    if group.selected() == 0 || benchmark.selected() == 0 {
        return None;
    }
    let part = |s: Selection| 1.0 / f64::from(s.selected()) - 1.0 / f64::from(s.applicants());
    let half = Z_95 * (part(group) + part(benchmark)).max(0.0).sqrt();
    let log = (group.rate() / benchmark.rate()).ln();
    Some(Interval { low: finite((log - half).exp())?, high: finite((log + half).exp())? })
}

/// The score interval of a ratio of rates, group over benchmark: defined for every table in which
/// somebody was selected; from 0 without end when nobody was.
///
/// Source: Miettinen & Nurminen 1985, Stat Med 4:213-226 (variance times N/(N - 1); without that
/// factor it is Koopman 1984). Golden test `fair_impact_ci`.
#[must_use]
pub fn miettinen_nurminen(group: Selection, benchmark: Selection) -> RatioInterval {
    if group.selected() == 0 && benchmark.selected() == 0 {
        return RatioInterval { low: 0.0, high: None };
    }
    let low = if group.selected() == 0 { 0.0 } else { crossing(group, benchmark, Z_95) };
    let high = (benchmark.selected() > 0).then(|| crossing(group, benchmark, -Z_95));
    RatioInterval { low, high }
}

/// The ratio at which the score statistic, which falls in the ratio, is `limit`.
fn crossing(group: Selection, benchmark: Selection, limit: f64) -> f64 {
    let (mut low, mut high) = (-50.0_f64, 50.0_f64);
    for _ in 0..120 {
        let middle = 0.5 * (low + high);
        if score_statistic(group, benchmark, middle.exp()) > limit {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

/// The score statistic of the hypothesis that the ratio of rates is `ratio`.
fn score_statistic(group: Selection, benchmark: Selection, ratio: f64) -> f64 {
    let (x1, n1) = (f64::from(group.selected()), f64::from(group.applicants()));
    let (x2, n2) = (f64::from(benchmark.selected()), f64::from(benchmark.applicants()));
    let difference = x1 / n1 - ratio * x2 / n2;
    // The larger root of a q² - b q + c = 0 exceeds 1, so the smaller one is taken, without loss of digits.
    let (a, b, c) = ((n1 + n2) * ratio, n1 * ratio + x1 + n2 + x2 * ratio, x1 + x2);
    let q2 = (2.0 * c / (b + (b * b - 4.0 * a * c).max(0.0).sqrt())).clamp(0.0, 1.0);
    let q1 = (ratio * q2).clamp(0.0, 1.0);
    let n = n1 + n2;
    let variance = (q1 * (1.0 - q1) / n1 + ratio * ratio * q2 * (1.0 - q2) / n2) * n / (n - 1.0);
    match (variance > 0.0, difference == 0.0) {
        (_, true) => 0.0,
        (true, false) => difference / variance.sqrt(),
        (false, false) => f64::INFINITY.copysign(difference),
    }
}
