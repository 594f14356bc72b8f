//! How often honest and careless people are flagged at the default cuts.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a sample that cannot be judged must fail the test"
)]

use psychometrics::irt::fit::person::{FitLevel, person_fit};
use psychometrics::irt::item::Item;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::ScorePrior;
use psychometrics::irt::simulate::{answers, normal_levels};
use psychometrics::matrix::ScoreMatrix;
use psychometrics::quality::lognormal::{fit_times, speeds};
use psychometrics::quality::mahalanobis::mahalanobis;
use psychometrics::quality::pattern::{even_odd, is_long_run, response_variability, runs};
use psychometrics::quality::rapid::{normative_thresholds, time_effort, without_rapid};
use psychometrics::quality::review::{Indicator, IndicatorFamily, IndicatorState, ReviewView, review_view};
use psychometrics::quality::sample::{Tail, sample_flags};

const PEOPLE: usize = 2_000;
const RATINGS: usize = 40;
const SCENARIOS: usize = 10;

fn items() -> Vec<Item> {
    let item = |j: u32| {
        let middle = f64::from(j * 7 % 11) * 0.25 - 1.25;
        Item::graded(0.6 + 0.1 * f64::from(j % 7), &[middle - 1.0, middle, middle + 1.0]).unwrap()
    };
    (0..40).map(item).collect()
}

/// Seconds per scenario of people whose speed varies.
fn honest_times() -> Vec<Vec<Option<f64>>> {
    let speed = normal_levels(PEOPLE, 0.0, 0.3, 11);
    let noise = normal_levels(PEOPLE * SCENARIOS, 0.0, 0.4, 12);
    let row = |(tau, own): (&f64, &[f64])| own.iter().map(|e| Some((4.0 - tau + e).exp())).collect();
    speed.iter().zip(noise.chunks(SCENARIOS)).map(row).collect()
}

fn views(responses: &Responses, times: &ScoreMatrix) -> Vec<ReviewView> {
    let limits = normative_thresholds(times, 0.1).unwrap();
    let effort = time_effort(times, &limits).unwrap();
    let model = fit_times(&without_rapid(times, &limits).unwrap()).unwrap();
    let speed = speeds(&model, times).unwrap();
    let rows: Vec<Vec<Option<f64>>> = (0..PEOPLE)
        .map(|p| (0..RATINGS).map(|j| responses.category(p, j).map(f64::from)).collect())
        .collect();
    let low = sample_flags(&rows.iter().map(|row| response_variability(row)).collect::<Vec<_>>(), Tail::Low);
    let halves = |row: &Vec<Option<f64>>| even_odd(&row.chunks(8).collect::<Vec<_>>());
    let odd = sample_flags(&rows.iter().map(halves).collect::<Vec<_>>(), Tail::High);
    let sums: Vec<Vec<Option<f64>>> = rows
        .iter()
        .map(|row| row.chunks(4).map(|own| own.iter().copied().sum::<Option<f64>>()).collect())
        .collect();
    let far = mahalanobis(&ScoreMatrix::from_rows(SCENARIOS, sums).unwrap()).unwrap();
    let fit = person_fit(&items(), responses, FitLevel::Eap(ScorePrior::STANDARD)).unwrap();
    let view = |p: usize| {
        let longest = runs(&rows[p]).unwrap().longest;
        let indicator = |family, is_flagged: bool| {
            let state = if is_flagged { IndicatorState::Flagged } else { IndicatorState::Clear };
            Indicator { family, state }
        };
        review_view(&[
            indicator(IndicatorFamily::Speed, effort[p].is_flagged),
            indicator(IndicatorFamily::Speed, speed[p].is_flagged),
            indicator(IndicatorFamily::Pattern, is_long_run(longest, 40)),
            indicator(IndicatorFamily::Pattern, low.people[p] == Some(true)),
            indicator(IndicatorFamily::Pattern, odd.people[p] == Some(true)),
            indicator(IndicatorFamily::Outlier, far.people[p].is_some_and(|d| d.is_flagged)),
            indicator(IndicatorFamily::PersonFit, fit[p].is_some_and(|f| f.is_flagged)),
        ])
    };
    (0..PEOPLE).map(view).collect()
}

fn share(views: &[ReviewView], of: impl Fn(&ReviewView) -> bool) -> f64 {
    let n = |k: usize| f64::from(u32::try_from(k).unwrap());
    n(views.iter().filter(|view| of(view)).count()) / n(views.len())
}

#[test]
fn honest_people_are_rarely_flagged() {
    let people = answers(&items(), &normal_levels(PEOPLE, 0.0, 1.0, 1), 2).unwrap();
    let times = ScoreMatrix::from_rows(SCENARIOS, honest_times()).unwrap();

    let found = views(&people, &times);

    // Two indicators flag 1 % of any sample by their nature; the others add little.
    let (any, review) = (share(&found, |v| v.flags > 0), share(&found, |v| v.opens_review));
    println!("any flag {any}, review {review}");
    let in_a_scenario = |p: usize| {
        let row: Vec<Option<f64>> = (0..RATINGS).map(|j| people.category(p, j).map(f64::from)).collect();
        is_long_run(runs(&row).unwrap().longest, 4)
    };
    // Why the stretch is counted over the form and not over the 4 actions of one scenario.
    assert!((0..PEOPLE).filter(|p| in_a_scenario(*p)).count() > PEOPLE * 3 / 4);
    assert!((0.015..0.05).contains(&any) && review < 0.003, "any flag {any}, review {review}");
}

#[test]
fn careless_people_open_a_review() {
    let honest = answers(&items(), &normal_levels(PEOPLE, 0.0, 1.0, 1), 2).unwrap();
    let mut times = honest_times();
    let mut rows: Vec<Vec<Option<u8>>> =
        (0..PEOPLE).map(|p| (0..RATINGS).map(|j| honest.category(p, j)).collect()).collect();
    for careless in 0..40 {
        rows[careless] = vec![Some(2); RATINGS];
        times[careless] = vec![Some(3.0); SCENARIOS];
    }

    let people = Responses::with_categories(&[4; RATINGS], rows).unwrap();
    let found = views(&people, &ScoreMatrix::from_rows(SCENARIOS, times).unwrap());

    assert!(found[..40].iter().all(|view| view.opens_review));
    assert!(share(&found[40..], |v| v.opens_review) < 0.003);
}
