//! Golden points of every format and the identity of the mixed total with the plain one.

use super::*;
use crate::rating::same_side_points;
use crate::score::{ActionState, ScoredAction, total_score};

fn category(number: u8) -> Category {
    Category::try_from(number).unwrap()
}

#[test]
fn shares_are_exact_fractions() {
    assert_eq!(Share::of(1, 3).map(Share::parts), Some(80));
    assert_eq!(Share::of(2, 0), None);
    assert_eq!(Share::of(4, 3), None);
    assert_eq!(Share::of(1, 7), None);
    assert_eq!(Share::ONE.pomp(), 1.0);
    assert_eq!(Share::from(HalfPoints::HALF).pomp(), 0.5);
}

#[test]
fn best_and_worst_give_minus_two_to_two() {
    assert_eq!(best_worst_points(true, false, true, false), 2);
    assert_eq!(best_worst_points(true, false, false, false), 1);
    assert_eq!(best_worst_points(false, false, false, false), 0);
    assert_eq!(best_worst_points(false, true, false, false), -1);
    assert_eq!(best_worst_points(false, true, false, true), -2);
    let pomps: Vec<f64> = (-2..=2).map(|points| best_worst_share(points).pomp()).collect();
    assert_eq!(pomps, [0.0, 0.25, 0.5, 0.75, 1.0]);
}

#[test]
fn picks_give_equal_points() {
    assert_eq!(pick_share(2, 3, 3), Share::of(2, 3));
    assert_eq!(pick_share(1, 1, 3), Share::of(1, 3));
    assert_eq!(pick_share(3, 4, 3), Some(Share::ZERO));
    assert_eq!(pick_share(4, 3, 3), None);
    assert_eq!(pick_share(0, 0, 0), None);
}

#[test]
fn rank_order_by_squared_distances() {
    let key = [2, 4, 6, 8];

    assert_eq!(rank_share([2, 4, 6, 8], key), Share::ONE);
    assert_eq!(rank_share([8, 6, 4, 2], key), Share::ZERO);
    // One swap of neighbours: Σd² = 2 of 20.
    assert_eq!(rank_share([4, 2, 6, 8], key).pomp(), 0.9);
    // First and last exchanged: Σd² = 18 of 20.
    assert_eq!(rank_share([8, 4, 6, 2], key).pomp(), 0.1);
    // Why open places get no mid-rank: Σd² = 5 of 20.
    assert_eq!(rank_share([5, 5, 5, 5], key).pomp(), 0.75);
}

#[test]
fn equal_categories_share_their_places() {
    assert_eq!(doubled_ranks([4, 3, 2, 1].map(category)), [2, 4, 6, 8]);
    assert_eq!(doubled_ranks([1, 4, 4, 2].map(category)), [8, 3, 3, 6]);
    assert_eq!(doubled_ranks([2, 2, 2, 2].map(category)), [5, 5, 5, 5]);
}

#[test]
fn an_option_earns_its_place_between_the_ends() {
    let share = |picked, low, high| option_share(category(picked), category(low), category(high));

    assert_eq!(share(4, 1, 4), Some(Share::ONE));
    assert_eq!(share(3, 1, 4), Share::of(2, 3));
    assert_eq!(share(2, 2, 4), Some(Share::ZERO));
    assert_eq!(share(3, 3, 3), None);
    assert_eq!(share(4, 1, 3), None);
}

#[test]
fn ratings_alone_give_the_plain_total() {
    let mut actions: Vec<Vec<ScoredAction>> = Vec::new();
    for n in 1..8u8 {
        let state = |i: u8| match (n + i) % 6 {
            0 => ActionState::ShownBlank,
            1 if n % 5 == 0 => ActionState::NeverShown,
            rating => ActionState::Answered(category(rating.clamp(1, 4))),
        };
        actions.push((0..n).map(|i| ScoredAction { key: category(i % 4 + 1), state: state(i) }).collect());
        let parts: Vec<Vec<ScoredPart>> = actions
            .iter()
            .map(|list| {
                list.iter()
                    .map(|action| ScoredPart {
                        weight: 1,
                        state: match action.state {
                            ActionState::Answered(rating) => {
                                PartState::Answered(same_side_points(rating, action.key).into())
                            }
                            ActionState::ShownBlank => PartState::ShownBlank,
                            ActionState::NeverShown => PartState::NeverShown,
                        },
                    })
                    .collect()
            })
            .collect();

        assert_eq!(mixed_total(&parts), total_score(&actions));
        assert_eq!(mixed_scenario_scores(&parts), crate::score::scenario_scores(&actions));
    }
}

#[test]
fn another_format_weighs_four_actions() {
    let part = |weight, state| ScoredPart { weight, state };
    let third = Share::of(1, 3).unwrap();
    let form = [
        vec![part(1, PartState::Answered(Share::ONE)), part(1, PartState::ShownBlank)],
        vec![part(4, PartState::Answered(third))],
        vec![part(4, PartState::NeverShown)],
        vec![],
    ];

    let total = mixed_total(&form).unwrap();

    // (1 + 0 + 4/3) / 6.
    assert!((total.x - 100.0 * (7.0 / 3.0) / 6.0).abs() < 1e-12);
    assert_eq!((total.n_scored, total.n_answered, total.n_counted_zero, total.n_left_out), (10, 5, 1, 4));
    assert_eq!((total.half_points, total.scenarios, total.scenarios_answered), (5, 3, 2));
    assert!(!total.complete_enough);
    let scores = mixed_scenario_scores(&form);
    assert_eq!(scores.first(), Some(&Some(50.0)));
    assert_eq!(scores.get(2), Some(&None));
}

#[test]
fn nothing_scored_or_shown_is_an_error() {
    let unseen = [vec![ScoredPart { weight: 4, state: PartState::NeverShown }]];

    assert_eq!(mixed_total::<Vec<ScoredPart>>(&[]), Err(ScoreError::NoScoredAction));
    assert_eq!(mixed_total(&unseen), Err(ScoreError::NothingShown));
}

#[test]
fn shares_are_those_of_the_formats() {
    use crate::format::best_worst::{BestWorst, BestWorstKey, Side};
    use crate::format::pick::{PickKey, option_credit};
    use crate::format::ranking::{Ranks, rank_agreement};
    let near = |share: Share, pomp: f64| assert!((share.pomp() - pomp).abs() < 1e-12, "{share:?} {pomp}");

    let sides = [Side::Best, Side::Neither, Side::Neither, Side::Worst];
    let key = BestWorstKey::new(sides.to_vec()).unwrap();
    for (best, worst) in (0..4).flat_map(|b| (0..4).map(move |w| (b, w))).filter(|(b, w)| b != w) {
        let BestWorst::Scored(score) = key.score(Some(best), Some(worst)).unwrap() else { panic!() };
        let points = best_worst_points(best == 0, best == 3, worst == 3, worst == 0);
        assert_eq!(points, score.points);
        near(best_worst_share(points), score.pomp.get());
    }
    let pick = PickKey::new(vec![true, true, true, false, false, false], 3).unwrap();
    for picked in [vec![0, 1, 2], vec![0, 1, 5], vec![0, 4, 5], vec![3, 4, 5]] {
        let right = u16::try_from(picked.iter().filter(|option| **option < 3).count()).unwrap();
        near(pick_share(right, 3, 3).unwrap(), pick.score(&picked).unwrap().unwrap().pomp.get());
    }
    let ranked = Ranks::of_values(&[4.0, 3.0, 2.0, 1.0]).unwrap();
    for places in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 4, 3], [3, 1, 2, 4]] {
        let given = Ranks::of_places(&places.map(Some)).unwrap().unwrap();
        let doubled = places.map(|place| 2 * u16::try_from(place).unwrap());
        near(rank_share(doubled, [2, 4, 6, 8]), rank_agreement(&given, &ranked).unwrap().pomp.get());
    }
    for (index, picked) in Category::ALL.into_iter().enumerate() {
        let credit = option_credit(&[1.0, 2.0, 3.0, 4.0], index).unwrap();
        near(option_share(picked, category(1), category(4)).unwrap(), credit.get());
    }
}
