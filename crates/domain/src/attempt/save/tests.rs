//! Tests of saving: each rule by example, all small cases, and random interleavings.

use super::*;
use crate::attempt::AttemptState;
use crate::item::ItemFormat;
use crate::shuffle::SplitMix64;
use std::collections::BTreeMap;

const PLACE: Place = Place::Scenario(2);

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn epoch(number: i64) -> Epoch {
    Epoch::from_number(number).unwrap()
}

fn sequence(number: i64) -> Sequence {
    Sequence::from_number(number).unwrap()
}

fn value(number: u8) -> Response {
    Response::from_number(ItemFormat::Rate, number).unwrap()
}

fn facts() -> AttemptFacts {
    AttemptFacts {
        state: AttemptState::Started,
        epoch: epoch(2),
        furthest: PLACE,
        closes_at: Some(at(1_000)),
    }
}

fn answer(e: i64, s: i64, v: u8) -> StoredAnswer {
    StoredAnswer { epoch: epoch(e), sequence: sequence(s), value: value(v) }
}

fn incoming(e: i64, s: i64, base: i64, v: u8) -> IncomingAnswer {
    IncomingAnswer { epoch: epoch(e), sequence: sequence(s), base: sequence(base), value: value(v) }
}

fn verdict(events: &[StoredAnswer], incoming: IncomingAnswer) -> SaveVerdict {
    judge_save(&facts(), at(0), PLACE, StoredAnswers::among(events, &incoming), incoming)
}

#[test]
fn a_first_answer_is_stored() {
    assert_eq!(verdict(&[], incoming(2, 1, 0, 4)), SaveVerdict::Store);
}

#[test]
fn an_answer_rendered_from_the_last_one_is_stored() {
    assert_eq!(verdict(&[answer(2, 1, 4)], incoming(2, 2, 1, 3)), SaveVerdict::Store);
    assert_eq!(verdict(&[answer(1, 1, 4)], incoming(2, 2, 1, 3)), SaveVerdict::Store);
}

#[test]
fn giving_the_same_value_anew_is_stored_as_a_new_event() {
    assert_eq!(verdict(&[answer(2, 1, 4)], incoming(2, 2, 1, 4)), SaveVerdict::Store);
}

#[test]
fn a_retry_is_acknowledged_again() {
    let last = answer(2, 1, 4);

    assert_eq!(verdict(&[last], incoming(2, 1, 0, 4)), SaveVerdict::AlreadyStored { last });
}

#[test]
fn a_late_retry_of_an_earlier_answer_is_acknowledged_again() {
    let events = [answer(2, 1, 4), answer(2, 2, 3)];

    let verdict = verdict(&events, incoming(2, 1, 0, 4));

    assert_eq!(verdict, SaveVerdict::AlreadyStored { last: answer(2, 2, 3) });
}

#[test]
fn a_retry_from_an_old_epoch_is_acknowledged_again() {
    let last = answer(1, 1, 4);

    assert_eq!(verdict(&[last], incoming(1, 1, 0, 4)), SaveVerdict::AlreadyStored { last });
}

#[test]
fn the_same_key_with_another_value_is_a_conflict() {
    let again = incoming(2, 1, 0, 3);

    let expected = SaveVerdict::Conflict { stored: answer(2, 1, 4), incoming: again };
    assert_eq!(verdict(&[answer(2, 1, 4)], again), expected);
}

#[test]
fn the_same_key_with_a_value_stored_later_is_still_a_conflict() {
    let events = [answer(2, 1, 4), answer(2, 2, 3)];
    let again = incoming(2, 1, 0, 3);

    let expected = SaveVerdict::Conflict { stored: answer(2, 2, 3), incoming: again };
    assert_eq!(verdict(&events, again), expected);
}

#[test]
fn an_old_epoch_is_refused_with_both_versions() {
    let old = incoming(1, 2, 1, 3);
    let stored = Some(answer(1, 1, 4));

    let expected = SaveVerdict::OldEpoch { current: epoch(2), stored, incoming: old };
    assert_eq!(verdict(&[answer(1, 1, 4)], old), expected);
}

#[test]
fn an_old_epoch_may_not_even_answer_first() {
    let old = incoming(1, 1, 0, 3);

    let expected = SaveVerdict::OldEpoch { current: epoch(2), stored: None, incoming: old };
    assert_eq!(verdict(&[], old), expected);
}

#[test]
fn an_epoch_never_issued_is_refused() {
    let expected = SaveVerdict::UnknownEpoch { current: epoch(2) };

    assert_eq!(verdict(&[], incoming(3, 1, 0, 4)), expected);
}

#[test]
fn a_stale_answer_with_another_value_is_a_conflict() {
    let stale = incoming(2, 4, 1, 1);

    let expected = SaveVerdict::Conflict { stored: answer(2, 2, 3), incoming: stale };
    assert_eq!(verdict(&[answer(2, 1, 4), answer(2, 2, 3)], stale), expected);
}

#[test]
fn a_stale_answer_with_the_stored_value_is_acknowledged() {
    // A reloaded page resends its queue under its new epoch; the lost acknowledgement was of this value.
    let last = answer(1, 1, 4);

    assert_eq!(verdict(&[last], incoming(2, 1, 0, 4)), SaveVerdict::AlreadyStored { last });
}

#[test]
fn a_base_that_the_server_does_not_hold_overwrites_nothing() {
    // After a restore from a backup a page may know more than the server.
    let ahead = incoming(2, 6, 5, 1);

    let expected = SaveVerdict::Conflict { stored: answer(1, 1, 4), incoming: ahead };
    assert_eq!(verdict(&[answer(1, 1, 4)], ahead), expected);
    assert_eq!(verdict(&[], ahead), SaveVerdict::Store);
}

#[test]
fn a_sequence_not_above_its_base_is_malformed() {
    assert_eq!(verdict(&[answer(2, 3, 4)], incoming(2, 3, 3, 4)), SaveVerdict::BadSequence);
    assert_eq!(verdict(&[], incoming(2, 0, 0, 4)), SaveVerdict::BadSequence);
}

#[test]
fn a_scenario_not_shown_takes_no_answer() {
    let save = incoming(2, 1, 0, 4);

    let verdict = judge_save(&facts(), at(0), Place::Scenario(3), StoredAnswers::default(), save);

    assert_eq!(verdict, SaveVerdict::NotShown);
}

#[test]
fn nothing_is_acknowledged_after_finish_expiry_or_closing() {
    let save = incoming(2, 1, 0, 4);
    let stored = StoredAnswers::among(&[answer(2, 1, 4)], &save);
    let with = |state| AttemptFacts { state, ..facts() };
    let cases = [
        (with(AttemptState::Finished), at(0), ClosedReason::Finished),
        (with(AttemptState::Expired), at(0), ClosedReason::Expired),
        (with(AttemptState::Started), at(1_000), ClosedReason::PastClosing),
    ];
    for (facts, now, reason) in cases {
        assert_eq!(
            judge_save(&facts, now, PLACE, stored, save),
            SaveVerdict::Closed { reason, is_stored: true }
        );
        assert_eq!(
            judge_save(&facts, now, PLACE, StoredAnswers::default(), save),
            SaveVerdict::Closed { reason, is_stored: false }
        );
    }
}

#[test]
fn an_earlier_event_is_asked_for_only_when_it_may_exist() {
    let last = Some(answer(2, 3, 4));

    assert!(!needs_same_key(None, &incoming(2, 1, 0, 4)));
    assert!(!needs_same_key(last, &incoming(2, 4, 3, 4)));
    assert!(!needs_same_key(last, &incoming(2, 3, 2, 4)));
    assert!(needs_same_key(last, &incoming(2, 2, 1, 4)));
    assert!(needs_same_key(last, &incoming(1, 3, 2, 4)));
}

/// Every combination of small numbers: the verdicts that store or acknowledge do so for one reason only.
#[test]
fn every_small_case_keeps_the_rules() {
    let histories: [&[StoredAnswer]; 4] = [
        &[],
        &[answer(1, 1, 1)],
        &[answer(1, 1, 1), answer(2, 2, 2)],
        &[answer(1, 1, 1), answer(1, 2, 2), answer(2, 3, 1)],
    ];
    for events in histories {
        for e in 1..=3 {
            for s in 0..=4 {
                for base in 0..=4 {
                    for v in 1..=2 {
                        check_small_case(events, incoming(e, s, base, v));
                    }
                }
            }
        }
    }
}

fn check_small_case(events: &[StoredAnswer], save: IncomingAnswer) {
    let last = events.last().copied();
    let same_key = events.iter().find(|event| event.has_key_of(&save));
    let said = verdict(events, save);
    // Looking up the earlier event only when it is asked for gives the same verdict.
    let asked =
        StoredAnswers { last, same_key: needs_same_key(last, &save).then(|| same_key.copied()).flatten() };
    assert_eq!(judge_save(&facts(), at(0), PLACE, asked, save), said);
    match said {
        SaveVerdict::Store => {
            assert_eq!(save.epoch, epoch(2));
            assert_eq!(same_key, None);
            assert!(last.is_none_or(|last| last.sequence == save.base && save.sequence > last.sequence));
        }
        SaveVerdict::AlreadyStored { last: shown } => {
            assert_eq!(Some(shown), last);
            let retried = same_key.is_some_and(|event| event.value == save.value);
            let agrees = same_key.is_none() && shown.value == save.value && save.epoch == epoch(2);
            assert!(retried || agrees);
        }
        SaveVerdict::Conflict { stored, incoming } => {
            assert_eq!((Some(stored), incoming), (last, save));
            match same_key {
                Some(event) => assert_ne!(event.value, save.value),
                None => assert!(stored.sequence != save.base && stored.value != save.value),
            }
        }
        SaveVerdict::OldEpoch { .. } => assert!(save.epoch < epoch(2)),
        SaveVerdict::UnknownEpoch { .. } => assert!(save.epoch > epoch(2)),
        SaveVerdict::BadSequence => assert!(save.sequence <= save.base),
        SaveVerdict::Closed { .. } | SaveVerdict::NotShown => panic!("open and shown: {save:?}"),
    }
}

/// One action on the server, and what was acknowledged to whom.
#[derive(Default)]
struct Server {
    events: Vec<StoredAnswer>,
    acknowledged: BTreeMap<(Epoch, Sequence), Response>,
}

impl Server {
    fn take(&mut self, facts: &AttemptFacts, now: DateTime<Utc>, save: IncomingAnswer) {
        let before = self.events.last().copied();
        let said = judge_save(facts, now, PLACE, StoredAnswers::among(&self.events, &save), save);
        if said == SaveVerdict::Store {
            assert!(facts.closed(now).is_none());
            assert!(
                before.is_none_or(|last| last.sequence == save.base),
                "{save:?} overwrote {before:?} without having seen it"
            );
            self.events.push(StoredAnswer { epoch: save.epoch, sequence: save.sequence, value: save.value });
        }
        if said.is_acknowledged() {
            let key = (save.epoch, save.sequence);
            let earlier = self.acknowledged.insert(key, save.value);
            let is_held = self.events.iter().any(|event| event.value == save.value);
            assert!(is_held, "{save:?} was acknowledged and is nowhere");
            if self.events.iter().any(|event| event.has_key_of(&save)) {
                assert!(earlier.is_none_or(|value| value == save.value), "two values for {key:?}");
            }
        }
    }
}

/// Random writers, take-overs, lost acknowledgements, retries and repeats in any order, then a finish.
#[test]
fn no_interleaving_loses_an_acknowledged_answer() {
    for seed in 0..2_000 {
        let mut random = SplitMix64(seed);
        let mut draw = |bound: usize| i64::try_from(random.below(bound)).unwrap();
        let mut server = Server::default();
        let mut current = Epoch::FIRST;
        let mut sent: Vec<IncomingAnswer> = Vec::new();
        let finish = 20 + draw(20);
        for step in 0..50 {
            if draw(8) == 0 {
                current = current.next();
            }
            let repeats = !sent.is_empty() && draw(2) == 0;
            let save = if repeats {
                sent[usize::try_from(draw(sent.len())).unwrap()]
            } else {
                // A page sees what is stored now or what was stored some steps ago.
                let seen = draw(server.events.len() + 1);
                let base = server.events.iter().take(usize::try_from(seen).unwrap()).next_back();
                let base = base.map_or(Sequence::NONE, |event| event.sequence);
                let writer = if draw(3) == 0 { Epoch::FIRST } else { current };
                let value = value(u8::try_from(1 + draw(4)).unwrap());
                IncomingAnswer { epoch: writer, sequence: base.next(), base, value }
            };
            sent.push(save);
            let state = if step < finish { AttemptState::Started } else { AttemptState::Finished };
            server.take(&AttemptFacts { state, epoch: current, ..facts() }, at(0), save);
        }

        let mut keys: Vec<_> = server.events.iter().map(|event| (event.epoch, event.sequence)).collect();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count, "one value per key");
        assert!(server.events.is_sorted_by(|a, b| a.sequence < b.sequence && a.epoch <= b.epoch));
    }
}
