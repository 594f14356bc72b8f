//! Differential item functioning on simulated people, and properties of all fairness statistics.

#![expect(clippy::unwrap_used, reason = "a simulation that cannot run must fail the test")]

use psychometrics::fairness::dif::logistic::{LogisticClass, logistic_dif};
use psychometrics::fairness::dif::mantel::{PolytomousClass, mantel_dif};
use psychometrics::fairness::dif::mantel_haenszel::{EtsClass, mantel_haenszel_dif};
use psychometrics::fairness::dif::shrinkage::empirical_bayes;
use psychometrics::fairness::dif::{
    DifError, DifOptions, Group, ItemProblem, Matching, Purification, PurifyBy, Standing,
};
use psychometrics::fairness::exact::{exact_conditional, fisher};
use psychometrics::fairness::impact::{Selection, compare};
use psychometrics::fairness::stratified::{Continuity, Stratum, breslow_day, mantel_haenszel};
use psychometrics::irt::item::{Item, Model};
use psychometrics::irt::responses::Responses;
use psychometrics::irt::simulate::{answers, normal_levels};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const UNPURIFIED: DifOptions<'static> = DifOptions {
    matching: Matching::Total,
    purification: Purification::None,
    purify_by: PurifyBy::Class,
    continuity: Continuity::Always,
    least_reference: 2,
    least_focal: 2,
    level: 0.05,
    logistic_level: 0.01,
};

fn items(model: Model, count: u8, shifts: &[(u8, f64)], slopes: &[(u8, f64)]) -> Vec<Item> {
    let of = |list: &[(u8, f64)], j: u8| list.iter().find(|(item, _)| *item == j).map(|(_, value)| *value);
    (0..count)
        .map(|j| {
            let middle = f64::from(j * 5 % 11) * 0.25 - 1.25 + of(shifts, j).unwrap_or(0.0);
            let slope = of(slopes, j).unwrap_or(1.0 + 0.1 * f64::from(j % 5));
            let thresholds = match model {
                Model::TwoParameter => vec![middle],
                _ => vec![middle - 0.8, middle, middle + 0.9],
            };
            Item::from_thresholds(model, slope, &thresholds).unwrap()
        })
        .collect()
}

fn rows(table: &Responses) -> Vec<Vec<Option<u8>>> {
    let row = |p| (0..table.items()).map(|j| table.category(p, j)).collect();
    (0..table.persons()).map(row).collect()
}

/// 600 reference and 400 focal people; the focal mean is 0.4 lower, and `focal` are their items.
fn simulated(reference: &[Item], focal: &[Item], seed: u64) -> (Responses, Vec<Group>, Vec<f64>) {
    let (high, low) = (normal_levels(600, 0.0, 1.0, seed), normal_levels(400, -0.4, 1.0, seed + 1));
    let mut all = rows(&answers(reference, &high, seed + 2).unwrap());
    all.extend(rows(&answers(focal, &low, seed + 3).unwrap()));
    let groups = [vec![Group::Reference; 600], vec![Group::Focal; 400]].concat();
    (Responses::from_rows(reference.len(), all).unwrap(), groups, [high, low].concat())
}

#[test]
fn planted_differences_are_found_and_no_others() {
    let options = DifOptions::default();
    let fair = items(Model::TwoParameter, 20, &[], &[]);
    let biased = items(Model::TwoParameter, 20, &[(3, 0.9), (11, 0.9)], &[]);
    let (table, groups, _) = simulated(&fair, &biased, 10);
    let mh = mantel_haenszel_dif(&table, &groups, &options).unwrap();
    let flagged: Vec<usize> =
        (0..20).filter(|j| mh.items[*j].as_ref().unwrap().class > EtsClass::A).collect();
    assert!(flagged.contains(&3) && flagged.contains(&11) && flagged.len() <= 3, "{flagged:?}");
    assert!(mh.items[3].as_ref().unwrap().delta < -1.0 && !mh.is_anchor[3]);
    assert_eq!((mh.n_reference, mh.n_focal, mh.standing), (600, 400, Standing::Operational));

    let fair = items(Model::Graded, 16, &[], &[]);
    let biased = items(Model::Graded, 16, &[(3, 0.8), (9, -0.8)], &[]);
    let (table, groups, theta) = simulated(&fair, &biased, 20);
    let mantel = mantel_dif(&table, &groups, &options).unwrap();
    let logistic = logistic_dif(&table, &groups, &options).unwrap();
    let planted = mantel.items[3].as_ref().unwrap();
    assert!(planted.effect + 1.96 * planted.effect_se < 0.0 && planted.effect_se > 0.03);
    for j in 0..16 {
        let is_planted = j == 3 || j == 9;
        let (m, l) = (mantel.items[j].as_ref().unwrap(), logistic.items[j].as_ref().unwrap());
        assert_eq!(m.class > PolytomousClass::AA, is_planted, "item {j}: {m:?}");
        assert_eq!(l.p_adjusted < 0.01, is_planted, "item {j}: {l:?}");
        if is_planted {
            assert_eq!(m.smd < 0.0, j == 3);
            assert_eq!(l.group_effect < 0.0, j == 3);
            assert!(l.uniform.p < 0.001 && l.non_uniform.p > 0.001);
        }
    }
    // Matched on the true level instead, the same items stand out.
    let trait_options = DifOptions { matching: Matching::Trait { theta: &theta, bins: 10 }, ..options };
    let by_level = logistic_dif(&table, &groups, &trait_options).unwrap();
    assert!((0..16).all(|j| (by_level.items[j].as_ref().unwrap().p_adjusted < 0.01) == (j == 3 || j == 9)));
    let binned = mantel_dif(&table, &groups, &trait_options).unwrap();
    assert!(binned.items[3].as_ref().unwrap().class == PolytomousClass::CC && binned.rounds == 0);
}

#[test]
fn the_standard_error_of_an_effect_is_its_spread_where_there_is_none() {
    let fair = items(Model::Graded, 10, &[], &[]);
    let mut squares = Vec::new();
    for seed in 0..40 {
        let (table, groups, _) = simulated(&fair, &fair, 1_000 + 10 * seed);
        let found = mantel_dif(&table, &groups, &UNPURIFIED).unwrap();
        squares.extend(found.items.iter().flatten().map(|item| (item.effect / item.effect_se).powi(2)));
    }

    let spread = squares.iter().sum::<f64>() / f64::from(u32::try_from(squares.len()).unwrap());

    // 400 nearly independent squares of mean 1: their mean has a standard error of about 0.07.
    assert!((spread - 1.0).abs() < 0.25, "{spread}");
}

#[test]
fn a_difference_in_slope_is_non_uniform() {
    let fair = items(Model::TwoParameter, 14, &[], &[(6, 2.0)]);
    let flat = items(Model::TwoParameter, 14, &[], &[(6, 0.5)]);
    let (table, groups, _) = simulated(&fair, &flat, 30);

    let found = logistic_dif(&table, &groups, &DifOptions::default()).unwrap();

    let item = found.items[6].as_ref().unwrap();
    assert!(item.non_uniform.p < 1e-4 && item.both.chi_squared > item.uniform.chi_squared);
    assert!(item.class > LogisticClass::Negligible && item.group_effect_se.unwrap() > 0.0);
    let sum = item.uniform.chi_squared + item.non_uniform.chi_squared;
    assert!((sum - item.both.chi_squared).abs() < 1e-7);
}

#[test]
fn mantel_of_two_categories_is_mantel_haenszel() {
    let fair = items(Model::TwoParameter, 10, &[], &[]);
    let (table, groups, _) = simulated(&fair, &items(Model::TwoParameter, 10, &[(2, 0.7)], &[]), 40);
    let plain = DifOptions { continuity: Continuity::None, ..UNPURIFIED };

    let mh = mantel_haenszel_dif(&table, &groups, &plain).unwrap();
    let mantel = mantel_dif(&table, &groups, &plain).unwrap();

    for (a, b) in mh.items.iter().zip(&mantel.items) {
        let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
        assert!((a.chi_squared - b.chi_squared).abs() < 1e-8);
        assert!((a.chi_squared - b.generalised.statistic).abs() < 1e-6 && b.generalised.df == 1);
    }
}

#[test]
fn mantel_haenszel_agrees_with_strata_counted_apart() {
    let fair = items(Model::TwoParameter, 8, &[], &[]);
    let (table, groups, _) = simulated(&fair, &fair, 50);
    for (matching, own) in [(Matching::Total, 1), (Matching::Rest, 0)] {
        let found = mantel_haenszel_dif(&table, &groups, &DifOptions { matching, ..UNPURIFIED }).unwrap();
        let mut strata = [Stratum::default(); 9];
        for (p, group) in groups.iter().enumerate() {
            let answer = |j| usize::from(table.category(p, j).unwrap());
            let score = (0..8).map(answer).sum::<usize>() - (1 - own) * answer(5);
            let stratum = &mut strata[score];
            *match (group, answer(5)) {
                (Group::Reference, 1) => &mut stratum.group_yes,
                (Group::Reference, _) => &mut stratum.group_no,
                (Group::Focal, 1) => &mut stratum.other_yes,
                (Group::Focal, _) => &mut stratum.other_no,
            } += 1;
        }
        let wanted = mantel_haenszel(&strata, Continuity::Always).unwrap();
        let item = found.items[5].as_ref().unwrap();
        assert!((item.odds_ratio - wanted.odds_ratio.unwrap()).abs() < 1e-12);
        assert_eq!((item.chi_squared, item.strata_used), (wanted.chi_squared, wanted.strata_used));
        assert!((item.delta + 2.35 * item.odds_ratio.ln()).abs() < 1e-12);
    }
}

#[test]
fn results_do_not_depend_on_the_order_of_people_and_swap_with_the_groups() {
    let fair = items(Model::TwoParameter, 10, &[], &[]);
    let (table, groups, _) = simulated(&fair, &items(Model::TwoParameter, 10, &[(4, 0.8)], &[]), 60);
    let reversed: Vec<_> = rows(&table).into_iter().rev().collect();
    let backwards = Responses::with_categories(&[2; 10], reversed).unwrap();
    let other: Vec<Group> = groups.iter().rev().copied().collect();
    let swapped: Vec<Group> =
        groups.iter().map(|g| if *g == Group::Focal { Group::Reference } else { Group::Focal }).collect();

    let a = mantel_haenszel_dif(&table, &groups, &UNPURIFIED).unwrap();
    let b = mantel_haenszel_dif(&backwards, &other, &UNPURIFIED).unwrap();
    let c = mantel_haenszel_dif(&table, &swapped, &UNPURIFIED).unwrap();

    assert_eq!(a, b);
    for (a, c) in a.items.iter().zip(&c.items) {
        let (a, c) = (a.as_ref().unwrap(), c.as_ref().unwrap());
        assert!((a.delta + c.delta).abs() < 1e-9 && (a.chi_squared - c.chi_squared).abs() < 1e-9);
    }
    let deltas: Vec<(f64, f64)> =
        a.items.iter().map(|item| item.as_ref().map(|item| (item.delta, item.delta_se)).unwrap()).collect();
    let shrunk = empirical_bayes(&deltas).unwrap();
    assert!(
        shrunk.items.iter().zip(&deltas).all(|(s, (d, _))| {
            (s.mean - shrunk.prior_mean).abs() <= (d - shrunk.prior_mean).abs() + 1e-12
        })
    );
}

#[test]
fn small_or_broken_data_are_refused_with_the_place() {
    let fair = items(Model::TwoParameter, 5, &[], &[]);
    let (table, groups, theta) = simulated(&fair, &fair, 70);
    let default = DifOptions::default();
    let few = |n: usize| [vec![Group::Reference; 1000 - n], vec![Group::Focal; n]].concat();

    assert_eq!(
        logistic_dif(&table, &few(49), &default).unwrap_err(),
        DifError::TooFewPersons { group: Group::Focal, found: 49, needed: 50 }
    );
    let small = mantel_haenszel_dif(&table, &few(60), &default).unwrap();
    assert_eq!(small.standing, Standing::ShrunkOnly);
    assert!(matches!(
        mantel_dif(&table, &groups[1..], &default),
        Err(DifError::LengthMismatch { what: "groups", .. })
    ));
    let broken = DifOptions { matching: Matching::Trait { theta: &theta[1..], bins: 10 }, ..default };
    assert!(matches!(logistic_dif(&table, &groups, &broken), Err(DifError::LengthMismatch { .. })));
    let one_bin = DifOptions { matching: Matching::Trait { theta: &theta, bins: 1 }, ..default };
    assert!(matches!(logistic_dif(&table, &groups, &one_bin), Err(DifError::Argument(_))));
    let graded = items(Model::Graded, 5, &[], &[]);
    let (graded, groups, _) = simulated(&graded, &graded, 71);
    assert!(matches!(
        mantel_haenszel_dif(&graded, &groups, &default),
        Err(DifError::NotDichotomous { item: 0, categories: 4 })
    ));
}

#[test]
fn constant_and_separated_items_have_a_problem_and_spare_the_others() {
    let fair = items(Model::TwoParameter, 8, &[], &[]);
    let (table, groups, _) = simulated(&fair, &fair, 80);
    let mut all = rows(&table);
    for (row, group) in all.iter_mut().zip(&groups) {
        row[0] = Some(1);
        row[1] = Some(u8::from(*group == Group::Reference));
        row[2] = None;
    }
    let gappy = Responses::with_categories(&[2; 8], &all).unwrap();
    assert!(matches!(
        logistic_dif(&gappy, &groups, &DifOptions::default()),
        Err(DifError::TooFewPersons { found: 0, .. })
    ));
    all.iter_mut().for_each(|row| row[2] = Some(0));
    let broken = Responses::with_categories(&[2; 8], &all).unwrap();

    let mh = mantel_haenszel_dif(&broken, &groups, &UNPURIFIED).unwrap();
    let mantel = mantel_dif(&broken, &groups, &UNPURIFIED).unwrap();
    let logistic = logistic_dif(&broken, &groups, &UNPURIFIED).unwrap();

    assert_eq!(mh.items[0], Err(ItemProblem::Constant));
    assert_eq!(mh.items[1], Err(ItemProblem::Separated));
    assert!(matches!(logistic.items[1], Err(ItemProblem::Separated | ItemProblem::NotConverged)));
    assert!(mantel.items[1].as_ref().map_or(true, |item| item.effect.is_finite()));
    assert!((3..8).all(|j| mh.items[j].is_ok() && mantel.items[j].is_ok() && logistic.items[j].is_ok()));
}

/// False alarms of the three methods without any difference: close to their level.
#[test]
fn without_differences_flags_are_as_rare_as_the_level_says() {
    let (mut mh, mut logistic, mut all) = (0, 0, 0);
    for seed in 0..20 {
        let fair = items(Model::TwoParameter, 15, &[], &[(0, 1.2)]);
        let (table, groups, _) = simulated(&fair, &fair, 1_000 + 10 * seed);
        let a = mantel_haenszel_dif(&table, &groups, &UNPURIFIED).unwrap();
        let b = logistic_dif(&table, &groups, &UNPURIFIED).unwrap();
        mh += a.items.iter().flatten().filter(|item| item.p < 0.05).count();
        logistic += b.items.iter().flatten().filter(|item| item.both.p < 0.05).count();
        all += 15;
    }
    println!("of {all} items without difference: Mantel-Haenszel {mh}, logistic {logistic} at .05");
    assert!(mh <= 24 && logistic <= 27, "{mh} {logistic} of {all}");
}

#[test]
fn any_counts_give_numbers_within_bounds() {
    let mut source = ChaCha8Rng::seed_from_u64(5);
    let mut below = |limit: u32| source.next_u32() % limit;
    for _ in 0..2_000 {
        let (n1, n2) = (1 + below(60), 1 + below(60));
        let group = Selection::new(below(n1 + 1), n1).unwrap();
        let benchmark = Selection::new(below(n2 + 1), n2).unwrap();

        let found = compare(group, benchmark);

        let exact = fisher(group, benchmark);
        assert!(exact.p > 0.0 && exact.p <= 1.0 && exact.mid_p <= exact.p && exact.mid_p >= 0.0);
        assert!((exact.p - fisher(benchmark, group).p).abs() < 1e-9);
        assert!(found.z.is_finite() && found.z_p <= 1.0 && found.cohen_h.abs() <= 3.15);
        let (low, high) = (found.difference_interval.low, found.difference_interval.high);
        assert!(-1.0 <= low && low <= found.difference + 1e-12 && found.difference <= high + 1e-12);
        if let Some(ratio) = found.ratio {
            let value = ratio.value();
            assert!(found.ratio_interval.low <= value + 1e-9, "{found:?}");
            assert!(found.ratio_interval.high.is_none_or(|high| high >= value - 1e-9), "{found:?}");
            // Never adverse by a ratio clearly above 0.8, always by one clearly below.
            assert!(!(found.is_adverse && value > 0.800_001) && (found.is_adverse || value > 0.799_999));
        }
        let strata: Vec<Stratum> = (0..1 + below(4))
            .map(|_| Stratum {
                group_yes: below(6),
                group_no: below(6),
                other_yes: below(6),
                other_no: below(6),
            })
            .collect();
        if let Ok(mh) = mantel_haenszel(&strata, Continuity::Guarded) {
            assert!(mh.chi_squared.is_finite() && (0.0..=1.0).contains(&mh.p));
            let exact = exact_conditional(&strata).unwrap();
            assert!(exact.p > 0.0 && exact.p <= 1.0);
            if let Ok(equal) = breslow_day(&strata) {
                assert!(equal.chi_squared.is_finite() && equal.tarone <= equal.chi_squared);
            }
        }
    }
}

#[test]
fn huge_tables_end_soon_and_agree_with_the_normal_approximation() {
    let of = |selected, applicants| Selection::new(selected, applicants).unwrap();

    let near = compare(of(1_000_300_000, 2_000_000_000), of(1_500_000_000, 3_000_000_000));
    let far = compare(of(1, 4_000_000_000), of(4_000_000_000, 4_000_000_000));

    assert!((near.fisher.p / near.z_p - 1.0).abs() < 1e-3, "{} {}", near.fisher.p, near.z_p);
    assert!(far.is_adverse && far.fisher.p > 0.0 && far.fisher.p < 1e-300);
}

#[test]
fn odd_tables_of_answers_give_results_or_errors() {
    let mut source = ChaCha8Rng::seed_from_u64(9);
    let mut below = |limit: u32| usize::try_from(source.next_u32() % limit).unwrap();
    let mut results = 0;
    for _ in 0..300 {
        let (people, items, categories) = (below(60), 1 + below(6), 2 + below(4));
        let most = u32::try_from(categories).unwrap();
        let mut cell = |_| (below(30) > 0).then(|| u8::try_from(below(most)).unwrap());
        let table: Vec<Vec<Option<u8>>> = (0..people).map(|_| (0..items).map(&mut cell).collect()).collect();
        let groups: Vec<Group> =
            (0..people).map(|_| if below(3) == 0 { Group::Focal } else { Group::Reference }).collect();
        let theta: Vec<f64> = (0..people).map(|_| f64::from(u8::try_from(below(7)).unwrap())).collect();
        let table = Responses::from_rows(items, table).unwrap();
        for matching in [Matching::Total, Matching::Rest, Matching::Trait { theta: &theta, bins: 3 }] {
            let purification = Purification::UntilStable { most_rounds: 5 };
            let purify_by = PurifyBy::Significance;
            let options = DifOptions { matching, purification, purify_by, ..UNPURIFIED };
            if let Ok(found) = mantel_haenszel_dif(&table, &groups, &options) {
                assert!(found.items.iter().flatten().all(|i| i.delta.is_finite() && i.p <= 1.0));
            }
            if let Ok(found) = mantel_dif(&table, &groups, &options) {
                assert!(found.items.iter().flatten().all(|i| i.effect.is_finite() && i.chi_squared >= 0.0));
            }
            if let Ok(found) = logistic_dif(&table, &groups, &options) {
                results += found.items.iter().flatten().count();
                assert!(found.items.iter().flatten().all(|i| {
                    i.group_effect.is_finite() && (0.0..=1.0).contains(&i.both.r2_change) && i.both.p <= 1.0
                }));
            }
        }
    }
    assert!(results > 500, "{results}");
}
