//! All indicators of a sample with their default cuts, person by person, for the review view. Evidence for
//! a human look; nothing here may filter, sort or reject.

use std::ops::Range;

use crate::irt::fit::person::PersonFit;
use crate::matrix::ScoreMatrix;
use crate::quality::lognormal::{fit_times, speeds};
use crate::quality::mahalanobis::mahalanobis;
use crate::quality::pattern::{
    ItemPair, even_odd, is_long_run, pair_consistency, response_variability, runs,
};
use crate::quality::rapid::{TimeError, thresholds_in_use, time_effort, without_rapid};
use crate::quality::review::{Indicator, IndicatorFamily, IndicatorState, ReviewView, review_view};
use crate::quality::sample::{Tail, sample_flags};

/// Share of the mean time below which an answer is rapid.
const RAPID_SHARE: f64 = 0.10;

/// What a sample is screened with.
#[derive(Debug, Clone)]
pub struct Screening<'a> {
    /// Ratings in the order shown: rows = people, columns = rated options.
    pub ratings: &'a ScoreMatrix,
    /// Number of points of the scale.
    pub points: u8,
    /// Ratings in the longest stretch without another task.
    pub longest_block: u32,
    /// The columns of each scale, for even-odd consistency; none switches it off.
    pub scales: &'a [Range<usize>],
    /// Synonym and antonym pairs; fewer than 3 switch them off.
    pub pairs: &'a [ItemPair],
    /// Scenario scores for distances: rows = people; `None` switches them off.
    pub scenarios: Option<&'a ScoreMatrix>,
    /// Seconds and words of each scenario: rows = people, without the times under assistive settings;
    /// `None` switches times off.
    pub times: Option<(&'a ScoreMatrix, &'a [u32])>,
    /// Person fit of the people; `None` switches it off.
    pub person_fit: Option<&'a [Option<PersonFit>]>,
    /// Families that an accommodation switches off, person by person; an empty list for nobody.
    pub switched_off: &'a [Vec<IndicatorFamily>],
}

/// The indicators of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// Always the same eight indicators in the same order: effort, hanging together of times, long run, low
    /// variability, even-odd, distance, person fit, pairs.
    pub indicators: Vec<Indicator>,
    /// The combined view.
    pub view: ReviewView,
}

/// Why a sample cannot be screened.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ScreeningError {
    /// A table or list has another number of people.
    #[error("{found} people in {what}, {expected} expected")]
    LengthMismatch {
        /// What has them.
        what: &'static str,
        /// People of the ratings.
        expected: usize,
        /// People found.
        found: usize,
    },
    /// The times cannot be used.
    #[error(transparent)]
    Times(#[from] TimeError),
}

/// Screens a sample with the default cuts.
///
/// Indicators that cannot be computed (too few people, constant columns, a gap) are off, as are those of
/// families switched off; off looks like clear in the view. **Shape**: one entry per row of the ratings.
///
/// # Errors
/// [`ScreeningError`].
///
/// Source: psychometrics.md 8. Test `a_screening_agrees_with_its_indicators`; base rates in
/// `honest_people_are_rarely_flagged`.
pub fn screen(screening: &Screening<'_>) -> Result<Vec<Screened>, ScreeningError> {
    let people = screening.ratings.persons();
    check_people(screening, people)?;
    let [effort, together] = match screening.times {
        Some((times, words)) => time_flags(times, words, people)?,
        None => [vec![None; people], vec![None; people]],
    };
    let rows: Vec<&[Option<f64>]> = screening.ratings.rows().collect();
    let long = rows.iter().map(|row| runs(row).map(|r| is_long_run(r.longest, screening.longest_block)));
    let variability: Vec<Option<f64>> = rows.iter().map(|row| response_variability(row)).collect();
    let halves = |row: &&[Option<f64>]| {
        let scales: Vec<&[Option<f64>]> =
            screening.scales.iter().filter_map(|scale| row.get(scale.clone())).collect();
        even_odd(&scales)
    };
    let consistency: Vec<Option<f64>> = rows.iter().map(halves).collect();
    let pairs = rows.iter().map(|row| {
        let found = pair_consistency(row, screening.pairs, screening.points);
        (found.answered >= 3).then_some(found.is_flagged)
    });
    let fit =
        |person: usize| screening.person_fit.and_then(|all| all.get(person)?.as_ref()).map(|f| f.is_flagged);
    let columns = [
        (IndicatorFamily::Speed, effort),
        (IndicatorFamily::Speed, together),
        (IndicatorFamily::Pattern, long.collect()),
        (IndicatorFamily::Pattern, sample_flags(&variability, Tail::Low).people),
        (IndicatorFamily::Pattern, sample_flags(&consistency, Tail::High).people),
        (IndicatorFamily::Outlier, distance_flags(screening.scenarios, people)),
        (IndicatorFamily::PersonFit, (0..people).map(fit).collect()),
        (IndicatorFamily::Pairs, pairs.collect::<Vec<Option<bool>>>()),
    ];
    let screened = |person: usize| {
        let off = screening.switched_off.get(person);
        let indicators: Vec<Indicator> = columns
            .iter()
            .map(|(family, flags)| {
                let is_off = off.is_some_and(|families| families.contains(family));
                let flag = flags.get(person).copied().flatten().filter(|_| !is_off);
                Indicator { family: *family, state: state(flag) }
            })
            .collect();
        Screened { view: review_view(&indicators), indicators }
    };
    Ok((0..people).map(screened).collect())
}

const fn state(flag: Option<bool>) -> IndicatorState {
    match flag {
        None => IndicatorState::Off,
        Some(false) => IndicatorState::Clear,
        Some(true) => IndicatorState::Flagged,
    }
}

fn check_people(screening: &Screening<'_>, expected: usize) -> Result<(), ScreeningError> {
    let lengths = [
        ("scenario scores", screening.scenarios.map(ScoreMatrix::persons)),
        ("times", screening.times.map(|(times, _)| times.persons())),
        ("person fit", screening.person_fit.map(<[_]>::len)),
        ("switched off", (!screening.switched_off.is_empty()).then_some(screening.switched_off.len())),
    ];
    for (what, found) in lengths {
        if let Some(found) = found.filter(|found| *found != expected) {
            return Err(ScreeningError::LengthMismatch { what, expected, found });
        }
    }
    Ok(())
}

/// Flags of effort and of times that do not hang together.
fn time_flags(
    times: &ScoreMatrix,
    words: &[u32],
    people: usize,
) -> Result<[Vec<Option<bool>>; 2], ScreeningError> {
    let limits = thresholds_in_use(times, RAPID_SHARE, words)?;
    let effort = time_effort(times, &limits)?.iter().map(|e| e.effort.map(|_| e.is_flagged)).collect();
    let kept = without_rapid(times, &limits)?;
    let together = match fit_times(&kept) {
        Ok(model) => speeds(&model, times)?.iter().map(|s| s.p.map(|_| s.is_flagged)).collect(),
        Err(_) => vec![None; people],
    };
    Ok([effort, together])
}

fn distance_flags(scenarios: Option<&ScoreMatrix>, people: usize) -> Vec<Option<bool>> {
    match scenarios.map(mahalanobis) {
        Some(Ok(found)) if found.is_large_enough => {
            found.people.iter().map(|own| own.map(|own| own.is_flagged)).collect()
        }
        _ => vec![None; people],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screening_agrees_with_its_indicators() {
        let rating = |p: u32, j: u32| f64::from((p * 7 + j * j * 3 + p * j) % 4 + 1);
        let mut rows: Vec<Vec<Option<f64>>> =
            (0..150).map(|p| (0..20).map(|j| Some(rating(p, j))).collect()).collect();
        rows[4] = vec![Some(3.0); 20];
        rows[5] = vec![None; 20];
        let ratings = ScoreMatrix::from_rows(20, &rows).unwrap();
        let seconds = |p: u32| {
            (0..4)
                .map(|j| Some(if p == 4 { 2.0 } else { 40.0 + f64::from((p * 13 + j * 29) % 37) }))
                .collect::<Vec<_>>()
        };
        let times = ScoreMatrix::from_rows(4, (0..150).map(seconds)).unwrap();
        let mut off = vec![Vec::new(); 150];
        let scales = [0..5, 5..10, 10..15, 15..20];
        let screening = Screening {
            ratings: &ratings,
            points: 4,
            longest_block: 20,
            scales: &scales,
            pairs: &[],
            scenarios: None,
            times: Some((&times, &[60; 4])),
            person_fit: None,
            switched_off: &[],
        };

        let found = screen(&screening).unwrap();
        off[4] = vec![IndicatorFamily::Speed];
        let spared = screen(&Screening { switched_off: &off, ..screening.clone() }).unwrap();

        assert!(found[4].view.opens_review && !spared[4].view.opens_review);
        assert_eq!(found[4].indicators[0].state, IndicatorState::Flagged);
        assert_eq!(spared[4].indicators[0].state, IndicatorState::Off);
        assert_eq!(found[5].indicators[2].state, IndicatorState::Off);
        assert!(found.iter().all(|own| own.view.indicators == 8));
        assert!(found.iter().filter(|own| own.view.opens_review).count() <= 3);
        let short = Screening { switched_off: &off[..3], ..screening.clone() };
        assert!(matches!(screen(&short), Err(ScreeningError::LengthMismatch { found: 3, .. })));
        let wrong = Screening { times: Some((&times, &[60; 3])), ..screening };
        assert!(matches!(screen(&wrong), Err(ScreeningError::Times(_))));
    }
}
