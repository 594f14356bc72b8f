//! Response quality of a sample.

use std::ops::Range;

use psychometrics::irt::fit::person::{FitLevel, person_fit};
use psychometrics::irt::item::Item;
use psychometrics::irt::responses::Responses;
use psychometrics::irt::score::ScorePrior;
use psychometrics::matrix::ScoreMatrix;
use psychometrics::quality::events::{Event, EventKind, event_summaries};
use psychometrics::quality::pattern::{ItemPair, is_long_run, pair_consistency};
use psychometrics::quality::rapid::{
    RapidThreshold, answers_without_rapid, provisional_threshold, thresholds_in_use, time_effort,
    without_rapid,
};
use psychometrics::quality::review::IndicatorFamily;
use psychometrics::quality::sample::{Tail, sample_flags};
use psychometrics::quality::screen::{Screening, screen};

use crate::Choices;

const FAMILIES: [IndicatorFamily; 6] = [
    IndicatorFamily::Speed,
    IndicatorFamily::Pattern,
    IndicatorFamily::Outlier,
    IndicatorFamily::PersonFit,
    IndicatorFamily::Pairs,
    IndicatorFamily::Events,
];

pub(crate) fn sample(choices: &mut Choices<'_>) {
    let Some(ratings) = choices.table(40, 8) else { return };
    let people = ratings.persons() + usize::from(choices.below(20) == 0);
    let columns = ratings.scenarios();
    let pairs: Vec<ItemPair> = (0..choices.length(6))
        .map(|_| ItemPair { first: choices.place(8), second: choices.place(8), is_antonym: choices.flag() })
        .collect();
    let scales: Vec<Range<usize>> =
        (0..choices.length(5)).map(|_| choices.place(8)..choices.place(9)).collect();
    let switched_off: Vec<Vec<IndicatorFamily>> = if choices.flag() {
        (0..people).map(|_| vec![FAMILIES[choices.length(6)]]).collect()
    } else {
        Vec::new()
    };
    let seconds: Vec<Vec<Option<f64>>> = (0..people)
        .map(|_| (0..3).map(|_| Some(choices.number()).filter(|s| *s > -3.0 && s.abs() <= 1e90)).collect())
        .collect();
    let times = ScoreMatrix::from_rows(3, &seconds).unwrap();
    let words: Vec<u32> = (0..2 + choices.length(3)).map(|_| choices.count()).collect();
    let fits = fits(choices, people);
    let screening = Screening {
        ratings: &ratings,
        points: choices.next(),
        longest_block: choices.count(),
        scales: &scales,
        pairs: &pairs,
        scenarios: choices.flag().then_some(&ratings),
        times: choices.flag().then_some((&times, words.as_slice())),
        person_fit: choices.flag().then_some(fits.as_slice()),
        switched_off: &switched_off,
    };
    if let Ok(found) = screen(&screening) {
        assert_eq!(found.len(), ratings.persons());
        assert!(found.iter().all(|own| own.indicators.len() == 8 && own.view.flags <= 8));
    }
    for row in ratings.rows() {
        let found = pair_consistency(row, &pairs, choices.next());
        assert!(found.inconsistent <= found.answered);
    }
    let values: Vec<Option<f64>> = ratings.rows().map(|row| row[choices.length(9) % columns]).collect();
    for tail in [Tail::Low, Tail::High] {
        assert_eq!(sample_flags(&values, tail).people.len(), values.len());
        assert_eq!(sample_flags(&[Some(choices.number()); 120], tail).people.len(), 120);
    }
    let _ = is_long_run(choices.count(), choices.count());
    rapid(choices, &times, &words);
    events(choices);
}

fn fits(choices: &mut Choices<'_>, people: usize) -> Vec<Option<psychometrics::irt::fit::person::PersonFit>> {
    let items: Vec<Item> =
        (0..3_u8).map(|j| Item::graded(1.0, &[f64::from(j) - 1.0, 1.5]).unwrap()).collect();
    let rows: Vec<Vec<Option<u8>>> =
        (0..people).map(|_| (0..3).map(|_| Some(choices.below(4)).filter(|k| *k < 3)).collect()).collect();
    let table = Responses::with_categories(&[3, 3, 3], rows).unwrap();
    person_fit(&items, &table, FitLevel::Eap(ScorePrior::STANDARD)).unwrap()
}

fn rapid(choices: &mut Choices<'_>, times: &ScoreMatrix, words: &[u32]) {
    let threshold = provisional_threshold(choices.count());
    assert!(threshold.seconds.is_finite() && threshold.seconds >= 0.0);
    let limits = thresholds_in_use(times, choices.number(), words);
    let odd = RapidThreshold { seconds: choices.number(), ..threshold };
    for limits in [limits.unwrap_or_default(), vec![odd; 3]] {
        if let Ok(found) = time_effort(times, &limits) {
            assert!(
                found.iter().all(|e| e.rapid <= e.timed && e.effort.is_none_or(|s| (0.0..=1.0).contains(&s)))
            );
        }
        if let Ok(kept) = without_rapid(times, &limits) {
            assert_eq!(kept.persons(), times.persons());
        }
        let rows: Vec<Vec<Option<u8>>> =
            (0..times.persons()).map(|_| vec![Some(choices.below(3)); 3]).collect();
        let answers = Responses::from_rows(3, rows).unwrap();
        if let Ok(kept) = answers_without_rapid(&answers, times, &limits) {
            assert_eq!(kept.persons(), answers.persons());
        }
    }
}

fn events(choices: &mut Choices<'_>) {
    let list: Vec<Event> = (0..choices.length(9))
        .map(|_| Event {
            kind: EventKind::ALL[choices.length(4)],
            at_ms: u64::from(choices.count()),
            duration_ms: if choices.below(9) == 0 { u64::MAX } else { u64::from(choices.count()) },
            item: choices.flag().then(|| choices.place(5)),
        })
        .collect();
    let off = [EventKind::ALL[choices.length(4)]];
    let found = event_summaries(&list, &off);
    assert!(found.iter().map(|own| own.times).sum::<u32>() <= u32::try_from(list.len()).unwrap());
}
