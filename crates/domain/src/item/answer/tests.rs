//! What candidates may post per format, and each bad input of issue 4.

use super::post::PostedAnswer;
use super::*;
use crate::construct::{Construct, Family};
use crate::item::best_worst::BestWorstItem;
use crate::item::dialogue::tests::{id, sample};
use crate::item::emotion_profile::EmotionProfileItem;
use crate::item::open::OpenItem;
use crate::item::pick::PickItem;
use crate::item::rank::RankItem;

const FAMILY: Family = Family::SootheAndRepair;

fn ids(names: &[&str]) -> Vec<ActionId> {
    names.iter().map(|name| id(name)).collect()
}

fn constructs() -> Vec<Construct> {
    vec![Construct::Managing]
}

fn best_worst_item() -> Item {
    let actions = ids(&["a", "b", "c", "d"]);
    Item::BestWorst(BestWorstItem { format_version: 1, family: FAMILY, constructs: constructs(), actions })
}

fn rank_item() -> Item {
    let actions = ids(&["a", "b", "c", "d"]);
    Item::Rank(RankItem { format_version: 1, family: FAMILY, constructs: constructs(), actions })
}

fn pick_item() -> Item {
    let actions = ids(&["a", "b", "c", "d", "e", "f"]);
    Item::Pick(PickItem { format_version: 1, family: FAMILY, constructs: constructs(), picks: 3, actions })
}

fn profile_item() -> Item {
    let emotions = ids(&["anger", "worry", "shame", "joy", "relief"]);
    let constructs = vec![Construct::Recognition];
    let family = Family::UnderstandEmotion;
    Item::EmotionProfile(EmotionProfileItem { format_version: 1, family, constructs, emotions })
}

fn open_item() -> Item {
    let max_characters = 1_500;
    Item::Open(OpenItem { format_version: 1, family: FAMILY, constructs: constructs(), max_characters })
}

/// Reads and checks a post over what is stored, and folds the result.
fn post(item: &Item, stored: &SlotValues, fields: &[(&str, &str)]) -> Result<Answer, AnswerError> {
    let posted = PostedAnswer::read(item, fields)?;
    check_changes(item, stored, &posted.changes)?;
    let mut values = stored.clone();
    values.extend(posted.changes);
    Ok(Answer::of(item, &values))
}

fn stored(item: &Item, fields: &[(&str, &str)]) -> SlotValues {
    PostedAnswer::read(item, fields).unwrap().changes.into_iter().collect()
}

fn error(item: &Item, fields: &[(&str, &str)]) -> AnswerError {
    post(item, &SlotValues::new(), fields).unwrap_err()
}

fn completeness(item: &Item, fields: &[(&str, &str)]) -> Completeness {
    post(item, &SlotValues::new(), fields).unwrap().completeness(item)
}

#[test]
fn best_and_worst_are_two_different_actions() {
    let item = best_worst_item();

    let answer = post(&item, &SlotValues::new(), &[("best", "b"), ("worst", "d")]).unwrap();

    assert_eq!(answer, Answer::BestWorst { best: Some(id("b")), worst: Some(id("d")) });
    assert_eq!(answer.completeness(&item), Completeness::Complete);
    assert_eq!(error(&item, &[("best", "b"), ("worst", "b")]), AnswerError::SameBestAndWorst(id("b")));
    assert_eq!(completeness(&item, &[("best", "b"), ("worst", "")]), Completeness::Partial);
    assert_eq!(completeness(&item, &[]), Completeness::Blank);
}

#[test]
fn a_single_save_is_compared_with_what_is_stored() {
    let item = best_worst_item();
    let before = stored(&item, &[("best", "b"), ("worst", "d")]);

    assert_eq!(post(&item, &before, &[("worst", "b")]), Err(AnswerError::SameBestAndWorst(id("b"))));
    assert!(post(&item, &before, &[("best", "d"), ("worst", "b")]).is_ok());
}

#[test]
fn what_the_scenario_does_not_have_is_refused() {
    let unknown = |slot: &str| AnswerError::UnknownSlot(slot.to_owned());
    let choice =
        |slot: &str, given: &str| AnswerError::UnknownChoice { slot: id(slot), given: given.to_owned() };

    assert_eq!(error(&best_worst_item(), &[("best", "z")]), choice("best", "z"));
    assert_eq!(error(&best_worst_item(), &[("better", "a")]), unknown("better"));
    assert_eq!(error(&rank_item(), &[("z", "1")]), unknown("z"));
    assert_eq!(error(&pick_item(), &[("pick", "z")]), unknown("z"));
    assert_eq!(error(&pick_item(), &[("tick", "a")]), unknown("tick"));
    assert_eq!(error(&open_item(), &[("words", "a")]), unknown("words"));
    assert_eq!(error(&profile_item(), &[("envy", "1")]), unknown("envy"));
}

#[test]
fn values_of_another_kind_are_refused() {
    let rating = Response::Rate(Category::try_from(2).unwrap());
    let beyond = Response::Choice(Place4::new(4).unwrap());
    let check =
        |item: &Item, slot: &str, value| check_changes(item, &SlotValues::new(), &[(id(slot), value)]);

    assert!(matches!(check(&rank_item(), "a", rating), Err(AnswerError::UnknownChoice { .. })));
    assert!(matches!(check(&Item::Dialogue(sample()), "a", beyond), Err(AnswerError::UnknownChoice { .. })));
    assert_eq!(check(&rank_item(), "z", rating), Err(AnswerError::UnknownSlot("z".to_owned())));
}

#[test]
fn no_more_than_n_are_picked() {
    let item = pick_item();
    let ticks = |names: &[&'static str]| names.iter().map(|name| ("pick", *name)).collect::<Vec<_>>();

    assert_eq!(completeness(&item, &ticks(&["a", "c", "f"])), Completeness::Complete);
    assert_eq!(completeness(&item, &ticks(&["a", "c"])), Completeness::Partial);
    assert_eq!(completeness(&item, &ticks(&[])), Completeness::Blank);
    let too_many = AnswerError::TooManyPicks { picked: 4, most: 3 };
    assert_eq!(error(&item, &ticks(&["a", "b", "c", "d"])), too_many);
}

#[test]
fn a_post_of_picks_replaces_the_picks_before() {
    let item = pick_item();
    let before = stored(&item, &[("pick", "a"), ("pick", "b"), ("pick", "c")]);

    let after = post(&item, &before, &[("pick", "d"), ("pick", "e"), ("pick", "f")]).unwrap();

    assert_eq!(after, Answer::Picked(ids(&["d", "e", "f"]).into_iter().collect()));
    let one_more = [(id("d"), Response::Picked(true))];
    let too_many = AnswerError::TooManyPicks { picked: 4, most: 3 };
    assert_eq!(check_changes(&item, &before, &one_more), Err(too_many));
}

#[test]
fn ranks_have_neither_gaps_nor_repeats() {
    let item = rank_item();

    let whole = [("a", "2"), ("b", "1"), ("c", "4"), ("d", "3")];
    assert_eq!(completeness(&item, &whole), Completeness::Complete);
    assert_eq!(completeness(&item, &[("a", "2"), ("b", "1"), ("c", ""), ("d", "")]), Completeness::Partial);
    assert_eq!(error(&item, &[("a", "1"), ("b", "1")]), AnswerError::RepeatedPlace(1));
    assert_eq!(error(&item, &[("a", "1"), ("b", "3")]), AnswerError::PlaceLeftOut(2));
    assert_eq!(error(&item, &[("a", "4")]), AnswerError::PlaceLeftOut(1));
    assert_eq!(error(&item, &[("a", "1"), ("a", "2")]), AnswerError::Twice(id("a")));
    let outside = AnswerError::NotAValue { slot: id("a"), source: ResponseError::OutOfRange };
    assert_eq!(error(&item, &[("a", "5")]), outside);
}

#[test]
fn two_actions_exchange_their_places_in_one_save() {
    let item = rank_item();
    let before = stored(&item, &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]);

    assert!(post(&item, &before, &[("a", "2"), ("b", "1")]).is_ok());
    assert_eq!(post(&item, &before, &[("a", "2")]), Err(AnswerError::RepeatedPlace(2)));
}

#[test]
fn an_emotion_profile_is_complete_with_five_ratings() {
    let item = profile_item();
    let four = [("anger", "4"), ("worry", "2"), ("shame", "1"), ("joy", "1")];
    let five = [("anger", "4"), ("worry", "2"), ("shame", "1"), ("joy", "1"), ("relief", "1")];

    assert_eq!(completeness(&item, &four), Completeness::Partial);
    assert_eq!(completeness(&item, &five), Completeness::Complete);
    assert!(matches!(error(&item, &[("anger", "5")]), AnswerError::NotAValue { .. }));
}

#[test]
fn an_open_answer_is_plain_text_within_its_limit() {
    let item = open_item();

    let posted = PostedAnswer::read(&item, &[("text", "<b>Bonjour</b>\r\nMadame")]).unwrap();

    assert_eq!(posted.text.unwrap().as_str(), "<b>Bonjour</b>\nMadame");
    assert_eq!(completeness(&item, &[("text", "Bonjour")]), Completeness::Complete);
    assert_eq!(completeness(&item, &[("text", " \n ")]), Completeness::Blank);
    let long = "x".repeat(100 * 1024);
    let expected = AnswerError::TooLong(TextTooLong { characters: 102_400, limit: 1_500 });
    assert_eq!(error(&item, &[("text", &long)]), expected);
}

#[test]
fn a_dialogue_goes_one_turn_after_the_other() {
    let item = Item::Dialogue(sample());
    let first = stored(&item, &[("node", "a"), ("option", "a-3")]);

    let second = post(&item, &first, &[("node", "c"), ("option", "c-1")]).unwrap();

    assert_eq!(second.completeness(&item), Completeness::Partial);
    let off = |node: &str| Err(AnswerError::OffPath(id(node)));
    assert_eq!(post(&item, &first, &[("node", "b"), ("option", "b-1")]), off("b"));
    assert_eq!(post(&item, &first, &[("node", "d"), ("option", "d-1")]), off("d"));
    assert_eq!(post(&item, &SlotValues::new(), &[("node", "c"), ("option", "c-1")]), off("c"));
}

#[test]
fn a_sent_turn_is_final_but_may_be_sent_again_unchanged() {
    let item = Item::Dialogue(sample());
    let first = stored(&item, &[("node", "a"), ("option", "a-3")]);

    assert!(post(&item, &first, &[("node", "a"), ("option", "a-3")]).is_ok());
    let again = post(&item, &first, &[("node", "a"), ("option", "a-1")]);
    assert_eq!(again, Err(AnswerError::AlreadySent(id("a"))));
}

#[test]
fn an_ended_dialogue_is_complete() {
    let item = Item::Dialogue(sample());
    let mut values = SlotValues::new();
    for node in ["a", "b", "d", "e"] {
        values.extend(stored(&item, &[("node", node), ("option", &format!("{node}-1"))]));
    }

    let answer = Answer::of(&item, &values);

    assert_eq!(answer.completeness(&item), Completeness::Complete);
    assert_eq!(post(&item, &values, &[("node", "c"), ("option", "c-1")]), Err(AnswerError::OffPath(id("c"))));
}

#[test]
fn two_turns_at_once_or_half_a_turn_are_refused() {
    let item = Item::Dialogue(sample());
    let one = Response::Choice(Place4::new(1).unwrap());

    let both = check_changes(&item, &SlotValues::new(), &[(id("a"), one), (id("b"), one)]);

    assert_eq!(both, Err(AnswerError::OffPath(id("b"))));
    assert_eq!(error(&item, &[("node", "a")]), AnswerError::UnknownSlot("option".to_owned()));
    assert!(matches!(error(&item, &[("node", "a"), ("option", "b-1")]), AnswerError::UnknownChoice { .. }));
}

#[test]
fn values_that_contradict_each_other_are_not_read() {
    let same = Response::Choice(Place4::new(2).unwrap());
    let values = SlotValues::from([(best_worst::best(), same), (best_worst::worst(), same)]);
    let places: SlotValues =
        ids(&["a", "b", "c", "d"]).into_iter().map(|id| (id, Response::Place(Place4::ALL[0]))).collect();

    let answer = Answer::of(&best_worst_item(), &values);

    assert_eq!(answer.completeness(&best_worst_item()), Completeness::Blank);
    assert_eq!(Answer::of(&rank_item(), &places).completeness(&rank_item()), Completeness::Partial);
}
