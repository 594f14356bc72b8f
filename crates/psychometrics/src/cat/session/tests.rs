//! Tests of a sitting: what is asked next, when it stops, and that its trace replays.

use super::*;
use crate::cat::rules::{CompetencyChoice, FormatQuota};
use crate::cat::session::replay::replay;
use crate::irt::item::Item;
use crate::irt::several::Correlations;

/// Two competencies of 20 graded items each, in two formats and families of two.
fn bank() -> Bank {
    let items = (0..40_u32).map(|j| {
        let middle = f64::from(j % 20) * 0.2 - 1.9;
        let item = Item::graded(1.0 + 0.1 * f64::from(j % 5), &[middle - 0.5, middle + 0.5]).unwrap();
        BankItem { family: Some(j / 2), format: j % 2, ..BankItem::new(item, usize::from(j >= 20)) }
    });
    Bank::new(items.collect()).unwrap()
}

fn finished<'a>(bank: &'a Bank, rules: &'a Rules, seed: u64) -> Session<'a> {
    let mut session = Session::new(bank, rules, seed).unwrap();
    while let Some(item) = session.next_item() {
        session.answer(u8::from(item % 3 != 0)).unwrap();
    }
    session
}

#[test]
fn the_blueprint_holds_for_everybody() {
    let bank = bank();
    let rules = Rules { formats: vec![FormatQuota { format: 1, most: 6 }], ..Rules::standard(2) };

    for seed in 0..20 {
        let session = finished(&bank, &rules, seed);

        let steps = session.trace().steps;
        for (competency, outcome) in session.outcomes().iter().enumerate() {
            let own = steps.iter().filter(|s| s.competency == competency).count();
            assert!((4..=10).contains(&outcome.items) && outcome.reason.is_some());
            assert_eq!(u32::try_from(own).unwrap(), outcome.items);
        }
        let mut families: Vec<usize> = steps.iter().map(|s| s.item / 2).collect();
        families.sort_unstable();
        assert!(families.windows(2).all(|w| w[0] != w[1]));
        assert!(steps.iter().filter(|s| s.item % 2 == 1).count() <= 6);
        assert!(steps.iter().all(|s| s.candidates.contains(&s.item) && s.candidates.len() <= 5));
    }
}

#[test]
fn a_trace_is_reproduced_and_a_changed_one_refused() {
    let bank = bank();
    let rules = Rules::standard(2);
    let session = finished(&bank, &rules, 7);
    let trace = session.trace();

    assert_eq!(replay(&bank, &rules, &trace), Ok(session.outcomes()));
    let mut changed = trace.clone();
    changed.steps[2].item += 1;
    assert_eq!(replay(&bank, &rules, &changed), Err(SessionError::NotReproduced { step: 2 }));
    let mut shifted = trace.clone();
    shifted.steps[1].theta += 1e-12;
    assert_eq!(replay(&bank, &rules, &shifted), Err(SessionError::NotReproduced { step: 1 }));
    let other = Trace { seed: 8, ..trace };
    assert!(replay(&bank, &rules, &other).is_err());
}

#[test]
fn an_item_waits_until_it_is_answered() {
    let (bank, rules) = (bank(), Rules::standard(2));
    let mut session = Session::new(&bank, &rules, 1).unwrap();
    assert_eq!(session.answer(0), Err(SessionError::NothingAsked));

    let first = session.next_item().unwrap();

    assert_eq!(session.next_item(), Some(first));
    assert!(matches!(session.answer(3), Err(SessionError::NoSuchCategory { categories: 3, .. })));
    assert_eq!(session.next_item(), Some(first));
    session.answer(1).unwrap();
    assert_ne!(session.next_item(), Some(first));
}

#[test]
fn time_leaves_a_competency_unmeasured_rather_than_low() {
    let (bank, rules) = (bank(), Rules::standard(2));
    let mut session = Session::new(&bank, &rules, 1).unwrap();
    session.next_item().unwrap();
    session.answer(0).unwrap();

    session.stop_for_time();

    assert_eq!(session.next_item(), None);
    assert_eq!(replay(&bank, &rules, &session.trace()), Ok(session.outcomes()));
    for outcome in session.outcomes() {
        assert_eq!((outcome.reason, outcome.is_insufficient), (Some(StopReason::Time), true));
    }
}

#[test]
fn enemies_never_meet_and_an_exhausted_bank_stops() {
    let item = Item::two_parameter(1.0, 0.0).unwrap();
    let items = vec![
        BankItem { enemies: vec![1], ..BankItem::new(item.clone(), 0) },
        BankItem::new(item.clone(), 0),
        BankItem { is_open: false, ..BankItem::new(item, 0) },
    ];
    let bank = Bank::new(items).unwrap();
    let rules = Rules::standard(1);

    for seed in 0..10 {
        let session = finished(&bank, &rules, seed);

        assert_eq!(session.trace().steps.len(), 1);
        assert_eq!(session.outcomes()[0].reason, Some(StopReason::NoItem));
    }
}

#[test]
fn impossible_rules_are_refused() {
    let bank = bank();
    let broken = [
        Rules::standard(1),
        Rules { randomesque: 0, ..Rules::standard(2) },
        Rules { smallest_gain: Some(f64::NAN), ..Rules::standard(2) },
        Rules { formats: vec![FormatQuota { format: 0, most: 0 }], ..Rules::standard(2) },
        Rules {
            competencies: vec![CompetencyRule { fewest: 5, most: 4, precision: 0.4 }; 2],
            ..Rules::standard(2)
        },
    ];

    for rules in &broken {
        assert!(matches!(Session::new(&bank, rules, 1), Err(SessionError::Rules(_))));
    }
}

#[test]
fn a_retest_shows_nothing_seen_before() {
    let (bank, rules) = (bank(), Rules::standard(2));
    let first = finished(&bank, &rules, 3).trace();
    let seen: Vec<usize> = first.steps.iter().map(|step| step.item).chain([4_000]).collect();

    let mut second = Session::retest(&bank, &rules, 3, &seen).unwrap();
    while let Some(item) = second.next_item() {
        assert!(!seen.contains(&item));
        second.answer(1).unwrap();
    }

    assert_eq!(replay(&bank, &rules, &second.trace()), Ok(second.outcomes()));
    let forgotten = Trace { seen: Vec::new(), ..second.trace() };
    assert!(replay(&bank, &rules, &forgotten).is_err());
}

#[test]
fn correlated_competencies_are_measured_with_fewer_items() {
    let bank = bank();
    let alone = Rules { randomesque: 1, ..Rules::standard(2) };
    let correlations = Correlations::new(2, &[1.0, 0.8, 0.8, 1.0]).unwrap();
    let joint = Rules { correlations: Some(correlations), ..alone.clone() };

    let (first, second) = (finished(&bank, &alone, 1), finished(&bank, &joint, 1));

    let items = |session: &Session<'_>| session.outcomes().iter().map(|o| o.items).sum::<u32>();
    assert!(items(&second) < items(&first), "{} {}", items(&second), items(&first));
    assert!(second.outcomes().iter().all(|o| o.items >= 4));
    assert_eq!(replay(&bank, &joint, &second.trace()), Ok(second.outcomes()));
    let unfit = Rules { correlations: Some(Correlations::uncorrelated(3)), ..Rules::standard(2) };
    assert!(matches!(Session::new(&bank, &unfit, 1), Err(SessionError::Rules(_))));
}

#[test]
fn d_optimality_takes_the_item_with_the_largest_determinant() {
    let bank = bank();
    let correlations = Correlations::new(2, &[1.0, 0.5, 0.5, 1.0]).unwrap();
    let rules = Rules {
        competency_choice: CompetencyChoice::DOptimal,
        first_items: 0,
        randomesque: 1,
        smallest_gain: None,
        correlations: Some(correlations),
        ..Rules::standard(2)
    };
    let mut session = Session::new(&bank, &rules, 3).unwrap();
    let mut changes = 0;
    let mut before = None;
    while let Some(item) = session.next_item() {
        let errors: Vec<f64> = session.levels.iter().map(Level::error).collect();
        // The precision of any joint posterior with these standard deviations, here with r = .4.
        let (scale, r) = (1.0 / (1.0 - 0.16), 0.4);
        let precision =
            [scale / errors[0].powi(2), scale / errors[1].powi(2), -scale * r / (errors[0] * errors[1])];
        let determinant = |item: usize| {
            let own = &bank.items()[item];
            let information = own.item.information(session.levels[own.competency].theta());
            let mut diagonal = [precision[0], precision[1]];
            diagonal[own.competency] += information;
            diagonal[0] * diagonal[1] - precision[2].powi(2)
        };
        let is_open = |item: &usize| {
            let steps = &session.steps;
            let competency = bank.items()[*item].competency;
            session.reasons[competency].is_none() && steps.iter().all(|step| step.item / 2 != item / 2)
        };
        let largest = (0..40).filter(is_open).map(determinant).fold(0.0, f64::max);
        assert!(determinant(item) >= largest * (1.0 - 1e-12), "{item}: {} {largest}", determinant(item));
        changes += u32::from(before.is_some_and(|last| last != bank.items()[item].competency));
        before = Some(bank.items()[item].competency);

        session.answer(u8::from(item % 3 != 0)).unwrap();
    }
    assert!(changes >= 4, "{changes}");
    assert!(session.outcomes().iter().all(|outcome| (4..=10).contains(&outcome.items)));
}
