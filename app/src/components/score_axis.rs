//! The charts of scores and ratings, each a pure function of its numbers.

use leptos::prelude::*;

use crate::components::plot::{axis_numbers, grid, place, score_mark, strip, upright};

/// Where answers at random fall, dashed.
const CHANCE: &str = "gap";

/// A score with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marked {
    /// Lower 95 % limit.
    pub low: f64,
    /// The score.
    pub score: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// One lane of the ranking: a score before the strip of what does not differ from its group's first.
pub fn ranking_lane(marked: Marked, zone: (f64, f64), chance: f64) -> AnyView {
    view! {
        <svg class="plot" aria-hidden="true">
            {strip("zone", zone.0, zone.1, "0", "100%")}
            {grid("0", "100%")}
            {upright(CHANCE, chance, "0", "100%")}
            {score_mark(marked.low, marked.score, marked.high, "50%")}
        </svg>
    }
    .into_any()
}

/// The axis above the lanes of a group.
pub fn ranking_axis(zone: (f64, f64), chance: f64) -> AnyView {
    view! {
        <svg class="plot" aria-hidden="true">
            {strip("zone", zone.0, zone.1, "72%", "28%")}
            {grid("72%", "100%")}
            {upright(CHANCE, chance, "72%", "100%")}
            {axis_numbers("60%")}
        </svg>
    }
    .into_any()
}

/// The score of a report on its axis, with the middle half of the comparison group when there is one.
pub fn report_axis(marked: Marked, middle_half: Option<(f64, f64)>, chance: f64) -> AnyView {
    view! {
        <svg class="plot is-tall" aria-hidden="true">
            {middle_half.map(|(low, high)| strip("norm", low, high, "0", "60%"))}
            {grid("0", "60%")}
            {upright(CHANCE, chance, "0", "60%")}
            {score_mark(marked.low, marked.score, marked.high, "30%")}
            {axis_numbers("98%")}
        </svg>
    }
    .into_any()
}

/// One lane of the profile.
pub fn profile_lane(marked: Marked, middle_half: (f64, f64)) -> AnyView {
    view! {
        <svg class="plot" aria-hidden="true">
            {grid("0", "100%")}
            <svg y="50%">
                {strip("norm", middle_half.0, middle_half.1, "-10", "20")}
                {score_mark(marked.low, marked.score, marked.high, "0")}
            </svg>
        </svg>
    }
    .into_any()
}

/// One lane of a comparison: up to three scores, each with a shape of its own; a gap for who has none.
pub fn compared_lane(people: &[Option<Marked>]) -> AnyView {
    let heights: &[&'static str] = if people.len() < 3 { &["32%", "68%"] } else { &["20%", "50%", "80%"] };
    let marks = people
        .iter()
        .zip(heights)
        .enumerate()
        .filter_map(|(person, (marked, y))| {
            let marked = (*marked)?;
            Some(view! {
                <line
                    class=format!("interval{}", person_class(person))
                    x1=place(marked.low)
                    x2=place(marked.high)
                    y1=*y
                    y2=*y
                />
                {person_shape(person, place(marked.score), y)}
            })
        })
        .collect_view();
    view! { <svg class="plot" aria-hidden="true">{grid("0", "100%")}{marks}</svg> }.into_any()
}

/// The shape of one of the people compared, alone: for headings and the legend.
pub fn person_key(person: usize) -> AnyView {
    view! {
        <svg class="plot key-mark is-point" aria-hidden="true">{person_shape(person, "50%".to_owned(), "50%")}</svg>
    }
    .into_any()
}

const fn person_class(person: usize) -> &'static str {
    match person {
        0 => "",
        1 => " is-b",
        _ => " is-c",
    }
}

/// Round, square or diamond: the shape tells people apart before the hue does.
fn person_shape(person: usize, x: String, y: &'static str) -> AnyView {
    let path = match person {
        0 => return view! { <circle class="mark" cx=x cy=y r="5.5"/> }.into_any(),
        1 => "M-5-5H5V5H-5z",
        _ => "M0-7 7 0 0 7-7 0z",
    };
    view! { <svg x=x y=y><path class=format!("mark{}", person_class(person)) d=path></path></svg> }.into_any()
}

/// How a share of a whole looks as a bar; 0 to 1.
pub fn bar_lane(share: f64) -> AnyView {
    view! {
        <svg class="plot" aria-hidden="true">
            {grid("0", "100%")}
            {strip("bar", 0.0, 100.0 * share, "25%", "50%")}
        </svg>
    }
    .into_any()
}

/// A mean with its interval on the axis from 0 to 100.
pub fn mean_lane(marked: Marked) -> AnyView {
    view! {
        <svg class="plot" aria-hidden="true">
            {grid("0", "100%")}
            {score_mark(marked.low, marked.score, marked.high, "50%")}
        </svg>
    }
    .into_any()
}

/// How many people have which score: bins of equal width from 0 to 100, and the scores at which groups begin.
pub fn histogram(bins: &[u32], borders: &[f64]) -> AnyView {
    let most = bins.iter().max().copied().unwrap_or(0).max(1);
    let width = 100.0 / f64::from(u32::try_from(bins.len().max(1)).unwrap_or(1));
    let bars = (0_u32..)
        .zip(bins)
        .filter(|(_, n)| **n > 0)
        .map(|(bin, n)| {
            let height = 78.0 * f64::from(*n) / f64::from(most);
            let low = f64::from(bin) * width;
            view! {
                <rect
                    class="bar"
                    x=place(low + width * 0.06)
                    width=place(width * 0.88)
                    y=place(82.0 - height)
                    height=place(height)
                />
            }
        })
        .collect_view();
    let borders = borders.iter().map(|at| upright(CHANCE, *at, "0", "82%")).collect_view();
    view! {
        <svg class="plot is-histogram" aria-hidden="true">
            {grid("0", "82%")}
            {bars}
            {borders}
            {axis_numbers("98%")}
        </svg>
    }
    .into_any()
}

/// The numbers of the axis alone, for the head of a table of lanes.
pub fn axis_head() -> AnyView {
    view! { <svg class="plot" aria-hidden="true">{axis_numbers("95%")}</svg> }.into_any()
}

/// Where a category from 1 to 4 stands on the lane of a rating.
fn rating_place(category: u8) -> f64 {
    8.0 + 28.0 * f64::from(category.clamp(1, 4) - 1)
}

/// An answer from 1 to 4 beside the key, when there is one to show.
pub fn rating_lane(answer: Option<u8>, key: Option<u8>) -> AnyView {
    let ticks =
        [1, 2, 3, 4].map(|category| upright("axis", rating_place(category), "-4", "4")).collect_view();
    view! {
        <svg class="plot" aria-hidden="true">
            <svg y="50%">
                <line class="axis" x1="8%" x2="92%" y1="0" y2="0"/>
                {ticks}
                {key.map(|key| upright("target", rating_place(key), "-12", "12"))}
                {answer.map(|answer| view! { <circle class="mark" cx=place(rating_place(answer)) cy="0" r="5.5"/> })}
            </svg>
        </svg>
    }
    .into_any()
}

/// The small marks of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMark {
    /// A dot on its line.
    Interval,
    /// The blue strip.
    Zone,
    /// The grey strip.
    Norm,
    /// The dashes.
    Chance,
}

/// A mark of the legend.
pub fn key_mark(mark: KeyMark) -> AnyView {
    let inner = match mark {
        KeyMark::Interval => score_mark(5.0, 50.0, 95.0, "50%"),
        KeyMark::Zone => strip("zone", 0.0, 100.0, "0", "100%"),
        KeyMark::Norm => strip("norm", 0.0, 100.0, "0", "100%"),
        KeyMark::Chance => upright(CHANCE, 50.0, "0", "100%"),
    };
    view! { <svg class="plot key-mark" aria-hidden="true">{inner}</svg> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_holds_the_strip_the_dashes_the_line_and_the_dot() {
        let marked = Marked { low: 62.0, score: 74.0, high: 86.0 };

        let html = ranking_lane(marked, (64.4, 83.0), 37.5).to_html();

        assert!(html.contains("x=\"64.4%\""), "{html}");
        assert!(html.contains("width=\"18.6%\""), "{html}");
        assert!(html.contains("x1=\"37.5%\" x2=\"37.5%\" y1=\"0\" y2=\"100%\" class=\"gap\""), "{html}");
        assert!(html.contains("x1=\"62%\" x2=\"86%\" y1=\"50%\" y2=\"50%\""), "{html}");
        assert!(html.contains("cx=\"74%\""), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn ratings_stand_on_four_places() {
        assert_eq!([1, 2, 3, 4].map(rating_place), [8.0, 36.0, 64.0, 92.0]);
    }

    #[test]
    fn a_blank_answer_draws_no_dot_and_a_hidden_key_no_line() {
        let html = rating_lane(None, None).to_html();

        assert!(!html.contains("mark") && !html.contains("target"), "{html}");
    }
}
