//! Small charts as SVG, readable on light and dark pages.

use std::fmt::Write as _;

use crate::{Share, count};

const STYLE: &str = "<style>text{font:13px system-ui,sans-serif;fill:#222}.muted{fill:#5b6470;font-size:12px}\
.title{font-size:15px;font-weight:600}.bg{fill:#fff}.axis{stroke:#c3c8cf;stroke-width:1}.band{fill:#1b7f5c;\
opacity:.14}.dot{fill:#1c5fb0}.bar{stroke:#1c5fb0;stroke-width:2}.s0{stroke:#1c5fb0;fill:#1c5fb0}.s1{stroke:#b3541e;\
fill:#b3541e}.s2{stroke:#1b7f5c;fill:#1b7f5c}.line{fill:none;stroke-width:2}.s0.line,.s1.line,.s2.line{fill:none}\
@media(prefers-color-scheme:dark){text{fill:#e8eaed}.muted{fill:#a8b0ba}.bg{fill:#14181d}.axis{stroke:#4a525c}\
.band{fill:#46c796;opacity:.18}.dot{fill:#7db4f5}.bar{stroke:#7db4f5}.s0{stroke:#7db4f5;fill:#7db4f5}.s1{stroke:#f0a171;\
fill:#f0a171}.s2{stroke:#5fd3a5;fill:#5fd3a5}}</style>";

/// A chart with its outer element, title and background.
fn framed(title: &str, width: f64, height: f64, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{title}\"><title>{title}</title>{STYLE}<rect class=\"bg\" width=\"{width}\" \
         height=\"{height}\"/><text class=\"title\" x=\"16\" y=\"26\">{title}</text>{body}</svg>\n"
    )
}

/// Shares as points with 95 % simulation error on an axis from 92 to 100 %, the goal of 93.5 to 97 %
/// shaded.
pub(crate) fn dots(title: &str, shares: &[Share]) -> String {
    let (left, width, row) = (400.0, 400.0, 24.0);
    let height = 70.0 + row * count(shares.len());
    let x = |share: f64| left + (share.clamp(0.92, 1.0) - 0.92) / 0.08 * width;
    let bottom = height - 28.0;
    let mut body = String::new();
    let (from, to) = (x(0.935), x(0.97));
    write!(
        body,
        "<rect class=\"band\" x=\"{from:.1}\" y=\"40\" width=\"{:.1}\" height=\"{:.1}\"/>",
        to - from,
        bottom - 40.0
    )
    .unwrap();
    for percent in 92..=100 {
        let at = x(f64::from(percent) / 100.0);
        write!(
            body,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"40\" y2=\"{bottom:.1}\"/>\
             <text class=\"muted\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{percent} %</text>",
            bottom + 16.0
        )
        .unwrap();
    }
    for (i, share) in shares.iter().enumerate() {
        let y = 40.0 + row * (count(i) + 0.5);
        let (value, half) = (share.value(), 1.96 * share.error());
        write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <line class=\"bar\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <circle class=\"dot\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"/>",
            left - 14.0,
            y + 4.0,
            share.label,
            x(value - half),
            x(value + half),
            x(value)
        )
        .unwrap();
    }
    framed(title, left + width + 30.0, height, &body)
}

/// One line of a panel.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// A panel of lines over sample sizes on a logarithmic axis.
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) series: Vec<Series>,
}

/// Panels two by two with one legend.
pub(crate) fn panels(title: &str, panels: &[Panel]) -> String {
    let (width, height) = (360.0, 210.0);
    let mut body = String::new();
    for (i, panel) in panels.iter().enumerate() {
        let (left, top) = (40.0 + width * count(i % 2), 70.0 + height * count(i / 2));
        draw(&mut body, panel, left, top, width - 70.0, height - 60.0);
    }
    if let Some(panel) = panels.first() {
        for (i, series) in panel.series.iter().enumerate() {
            let x = 320.0 + 130.0 * count(i);
            write!(
                body,
                "<circle class=\"s{i}\" cx=\"{x}\" cy=\"21\" r=\"5\"/><text x=\"{}\" y=\"26\">{}</text>",
                x + 10.0,
                series.name
            )
            .unwrap();
        }
    }
    framed(title, 2.0 * width + 20.0, 60.0 + height * count(panels.len().div_ceil(2)), &body)
}

fn draw(body: &mut String, panel: &Panel, left: f64, top: f64, width: f64, height: f64) {
    let sizes: Vec<f64> = panel.series.first().map_or(Vec::new(), |s| s.points.iter().map(|p| p.0).collect());
    let (least, most) =
        (sizes.iter().copied().fold(f64::INFINITY, f64::min), sizes.iter().copied().fold(1.0, f64::max));
    let x = |n: f64| left + (n / least).ln() / (most / least).ln() * width;
    let y = |v: f64| top + (panel.high - v.clamp(panel.low, panel.high)) / (panel.high - panel.low) * height;
    write!(body, "<text x=\"{left:.1}\" y=\"{:.1}\">{}</text>", top - 8.0, panel.title).unwrap();
    for step in 0..=4 {
        let value = panel.low + (panel.high - panel.low) * f64::from(step) / 4.0;
        let at = y(value);
        write!(
            body,
            "<line class=\"axis\" x1=\"{left:.1}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\">{value:.2}</text>",
            left + width,
            left + width + 5.0,
            at + 4.0
        )
        .unwrap();
    }
    for n in &sizes {
        write!(
            body,
            "<text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{n}</text>",
            x(*n),
            top + height + 18.0
        )
        .unwrap();
    }
    for (i, series) in panel.series.iter().enumerate() {
        let points: Vec<String> =
            series.points.iter().map(|(n, v)| format!("{:.1},{:.1}", x(*n), y(*v))).collect();
        write!(body, "<polyline class=\"line s{i}\" points=\"{}\"/>", points.join(" ")).unwrap();
        for (n, v) in &series.points {
            write!(body, "<circle class=\"s{i}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>", x(*n), y(*v)).unwrap();
        }
    }
}
