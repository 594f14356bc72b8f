//! Marks of the charts: inline SVG drawn on the server. Places are percentages in attributes, looks are classes, and
//! every chart stands beside the numbers that it shows.

use domain::language::Language;
use leptos::prelude::*;

/// A place on an axis from 0 to 100, as an attribute.
#[must_use]
pub fn place(value: f64) -> String {
    let text = format!("{:.1}", value.clamp(0.0, 100.0));
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// A number in words of a language: decimal comma in French.
#[must_use]
pub fn decimals(language: Language, value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match language {
        Language::Fr => text.replace('.', ","),
        Language::En => text,
    }
}

/// A number of points that are whole or fall halfway: without a decimal that says nothing.
#[must_use]
pub fn points_short(language: Language, value: f64) -> String {
    decimals(language, value, usize::from(value.fract() > 0.0))
}

/// A score as it is shown: a whole number.
#[must_use]
pub fn whole(value: f64) -> String {
    // Adding 0.0 after rounding turns −0 into 0.
    format!("{:.0}", value.round() + 0.0)
}

/// Half points as points: 3, 2,5 or 2.5.
#[must_use]
pub fn points(language: Language, half_points: u32) -> String {
    let digits = usize::from(half_points % 2 == 1);
    decimals(language, f64::from(half_points) / 2.0, digits)
}

/// An upright line over part of the height.
pub fn upright(class: &'static str, at: f64, from: &'static str, to: &'static str) -> AnyView {
    let x = place(at);
    view! { <line class=class x1=x.clone() x2=x y1=from y2=to/> }.into_any()
}

/// A strip from `low` to `high`.
pub fn strip(class: &'static str, low: f64, high: f64, y: &'static str, height: &'static str) -> AnyView {
    let width = place(high.clamp(0.0, 100.0) - low.clamp(0.0, 100.0));
    view! { <rect class=class x=place(low) width=width y=y height=height/> }.into_any()
}

/// A score with its interval, at one height.
pub fn score_mark(low: f64, score: f64, high: f64, y: &'static str) -> AnyView {
    view! {
        <line class="interval" x1=place(low) x2=place(high) y1=y y2=y/>
        <circle class="mark" cx=place(score) cy=y r="5.5"/>
    }
    .into_any()
}

/// The lines of the axis at 0, 25, 50, 75 and 100.
pub fn grid(from: &'static str, to: &'static str) -> AnyView {
    [0.0, 25.0, 50.0, 75.0, 100.0].map(|at| upright("grid", at, from, to)).collect_view().into_any()
}

/// The numbers of the axis.
pub fn axis_numbers(y: &'static str) -> AnyView {
    view! {
        <text x="0%" y=y>"0"</text>
        <text class="mid" x="25%" y=y>"25"</text>
        <text class="mid" x="50%" y=y>"50"</text>
        <text class="mid" x="75%" y=y>"75"</text>
        <text class="end" x="100%" y=y>"100"</text>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_on_the_axis() {
        assert_eq!(place(37.5), "37.5%");
        assert_eq!(place(74.0), "74%");
        assert_eq!(place(-3.0), "0%");
        assert_eq!(place(112.0), "100%");
        assert_eq!(place(0.04), "0%");
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(decimals(Language::Fr, 6.64, 1), "6,6");
        assert_eq!(decimals(Language::En, 6.64, 1), "6.6");
        assert_eq!(points(Language::Fr, 5), "2,5");
        assert_eq!(points(Language::En, 6), "3");
        assert_eq!(whole(73.96), "74");
        assert_eq!(whole(-0.2), "0");
    }
}
