//! Tests of the places and steps of an attempt.

use super::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn epoch(number: i64) -> Epoch {
    Epoch::from_number(number).unwrap()
}

fn thirteen() -> FormLength {
    FormLength::new(13).unwrap()
}

fn under_way(furthest: Place) -> AttemptFacts {
    AttemptFacts { state: AttemptState::Started, epoch: epoch(2), furthest, closes_at: Some(at(1_000)) }
}

#[test]
fn places_are_numbered_from_practice_to_review() {
    for number in 0..=14 {
        let place = thirteen().place(number).unwrap();

        assert_eq!(i64::from(thirteen().number(place)), number);
    }
    assert_eq!(thirteen().place(0), Ok(Place::Practice));
    assert_eq!(thirteen().place(13), Ok(Place::Scenario(13)));
    assert_eq!(thirteen().place(14), Ok(Place::Review));
    assert_eq!(thirteen().place(15), Err(NumberOutOfRange(15)));
    assert_eq!(thirteen().place(-1), Err(NumberOutOfRange(-1)));
}

#[test]
fn every_place_follows_the_one_before() {
    for number in 0..14 {
        let place = thirteen().place(number).unwrap();
        let next = thirteen().place(number + 1).unwrap();

        assert_eq!(thirteen().after(place), Some(next));
        assert_eq!(thirteen().before(next), Some(place));
        assert!(place < next);
    }
    assert_eq!(thirteen().after(Place::Review), None);
    assert_eq!(thirteen().before(Place::Practice), None);
}

#[test]
fn the_pause_comes_half_way() {
    assert_eq!(thirteen().half_way(), 7);
    assert_eq!(FormLength::new(1).unwrap().half_way(), 1);
    assert!(FormLength::new(0).is_err());
}

#[test]
fn what_was_passed_was_shown() {
    assert!(was_shown(Place::Scenario(3), Place::Scenario(3)));
    assert!(was_shown(Place::Scenario(3), Place::Review));
    assert!(!was_shown(Place::Scenario(4), Place::Scenario(3)));
    assert!(!was_shown(Place::Scenario(1), Place::Practice));
}

#[test]
fn a_candidate_moves_back_freely_and_forward_one_step() {
    let facts = under_way(Place::Scenario(3));
    let to = |place| facts.judge_move(at(0), epoch(2), place, thirteen());

    assert_eq!(to(Place::Practice), Ok(Place::Scenario(3)));
    assert_eq!(to(Place::Scenario(3)), Ok(Place::Scenario(3)));
    assert_eq!(to(Place::Scenario(4)), Ok(Place::Scenario(4)));
    assert_eq!(to(Place::Scenario(5)), Err(StepRefused::NotReached));
    assert_eq!(to(Place::Review), Err(StepRefused::NotReached));
}

#[test]
fn finishing_needs_the_review() {
    assert_eq!(
        under_way(Place::Scenario(13)).judge_finish(at(0), epoch(2)),
        Err(StepRefused::ReviewNotReached)
    );
    assert_eq!(under_way(Place::Review).judge_finish(at(0), epoch(2)), Ok(AttemptState::Finished));
}

#[test]
fn finishing_twice_is_refused() {
    let facts = AttemptFacts { state: AttemptState::Finished, ..under_way(Place::Review) };

    assert_eq!(facts.judge_finish(at(0), epoch(2)), Err(StepRefused::Closed(ClosedReason::Finished)));
}

#[test]
fn another_epoch_may_neither_move_nor_finish() {
    let facts = under_way(Place::Review);
    let old = StepRefused::OldEpoch { current: epoch(2) };
    let unknown = StepRefused::UnknownEpoch { current: epoch(2) };

    assert_eq!(facts.judge_finish(at(0), epoch(1)), Err(old));
    assert_eq!(facts.judge_finish(at(0), epoch(3)), Err(unknown));
    assert_eq!(facts.judge_move(at(0), epoch(1), Place::Review, thirteen()), Err(old));
}

#[test]
fn nothing_is_taken_at_the_closing_time() {
    let facts = under_way(Place::Review);
    let closed = StepRefused::Closed(ClosedReason::PastClosing);

    assert_eq!(facts.closed(at(999)), None);
    assert_eq!(facts.judge_finish(at(1_000), epoch(2)), Err(closed));
    assert_eq!(facts.judge_take_over(at(1_000)), Err(closed));
    assert_eq!(facts.judge_move(at(1_000), epoch(2), Place::Practice, thirteen()), Err(closed));
}

#[test]
fn a_take_over_issues_the_next_epoch() {
    assert_eq!(under_way(Place::Practice).judge_take_over(at(0)), Ok(epoch(3)));
}

#[test]
fn only_an_open_attempt_past_its_time_expires() {
    let facts = under_way(Place::Scenario(2));
    let finished = AttemptFacts { state: AttemptState::Finished, ..facts };
    let unlimited = AttemptFacts { closes_at: None, ..facts };

    assert_eq!(facts.judge_expiry(at(1_000)), Ok(AttemptState::Expired));
    assert_eq!(facts.judge_expiry(at(999)), Err(StepRefused::StillOpen));
    assert_eq!(unlimited.judge_expiry(at(1_000_000)), Err(StepRefused::StillOpen));
    assert_eq!(finished.judge_expiry(at(1_000)), Err(StepRefused::Closed(ClosedReason::Finished)));
}

#[test]
fn numbers_out_of_range_are_refused() {
    assert!(Epoch::from_number(0).is_err());
    assert!(Epoch::from_number(i64::from(i32::MAX) + 1).is_err());
    assert!(Sequence::from_number(-1).is_err());
    assert_eq!(Sequence::from_number(0), Ok(Sequence::NONE));
}
