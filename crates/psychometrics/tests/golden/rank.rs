//! Ranks under uncertainty against csranks and exact probabilities.

use psychometrics::rank::composite::{Weights, composite, difference};
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::sets::{
    DrawPlan, RankSet, RankSetOptions, Rows, marginal_rank_sets, simultaneous_rank_sets, tau_best,
};
use psychometrics::rank::top::top_k_probability;
use psychometrics::rank::{Estimate, expected_ranks, probability_above};
use psychometrics::sem::sed;
use serde_json::Value;

use super::{assert_close, estimate, number, table, vector};

fn people() -> Vec<Estimate> {
    table("rank_6")
        .iter()
        .map(|cells| {
            let number = |place: usize| cells.get(place).unwrap().parse().unwrap();
            estimate(number(1), number(2))
        })
        .collect()
}

#[test]
fn rank_6() {
    let expected = &vector("rank_6")["expected"];
    let people = people();

    for (i, a) in people.iter().enumerate() {
        for (j, b) in people.iter().enumerate().filter(|(j, _)| *j != i) {
            let wanted = number(&expected["p_row_beats_column"][i][j]);
            // Relative too: the smallest probability is 1e-15.
            assert_close(probability_above(*a, *b) / wanted, 1.0, 1e-6, &format!("P({i} > {j})"));
        }
    }
    for (i, rank) in expected_ranks(&people).into_iter().enumerate() {
        assert_close(rank, number(&expected["expected_rank"][i]), 1e-6, "expected rank");
    }
    let joint = JointEstimates::independent(&people).unwrap();
    for (k, name) in [(1, "top1"), (2, "top2"), (3, "top3")] {
        let found = top_k_probability(&joint, k, DrawPlan { draws: 200, seed: 1 }).unwrap();
        for (i, p) in found.probabilities.iter().enumerate() {
            assert_close(*p, number(&expected[name][i]), 1e-9, name);
        }
    }
}

#[test]
fn rank_6_confidence_sets() {
    let expected = &vector("rank_6")["expected"];
    let sets = &expected["csranks_two_sided_95"];
    let joint = JointEstimates::independent(&people()).unwrap();
    for seed in 1..=4 {
        for (kind, is_stepdown) in [("stepdown", true), ("single", false)] {
            let plan = DrawPlan { draws: 20_000, seed };
            let options = RankSetOptions { is_stepdown, plan, ..RankSetOptions::default() };

            let marginal = marginal_rank_sets(&joint, Rows::All, &options).unwrap();
            let together = simultaneous_rank_sets(&joint, Rows::All, &options).unwrap();

            assert_within(&marginal, &sets[format!("marginal_{kind}")]);
            assert_within(&together, &sets[format!("simultaneous_{kind}")]);
            for (one, all) in marginal.iter().zip(&together) {
                assert!(all.range.best <= one.range.best && all.range.worst >= one.range.worst);
            }
        }
        let options = RankSetOptions { plan: DrawPlan { draws: 20_000, seed }, ..RankSetOptions::default() };
        let best = tau_best(&joint, 2, &options).unwrap();
        let members: Vec<u64> = (1..).zip(best).filter(|(_, is_in)| *is_in).map(|(i, _)| i).collect();
        let wanted: Vec<u64> =
            expected["tau_best_95"]["set"].as_array().unwrap().iter().map(|i| i.as_u64().unwrap()).collect();
        assert_eq!(members, wanted);
    }
}

/// Limits inside the range of twelve seeds of csranks, without the allowance of 1.
fn assert_within(sets: &[RankSet], wanted: &Value) {
    for (i, set) in sets.iter().enumerate() {
        let between = |rank: u32, least: &str, most: &str| {
            let limit =
                |name: &str| wanted.get(name).and_then(|list| list.get(i)).and_then(Value::as_u64).unwrap();
            (limit(least)..=limit(most)).contains(&u64::from(rank))
        };
        assert!(between(set.range.best, "L_min", "L_max"), "{set:?}");
        assert!(between(set.range.worst, "U_min", "U_max"), "{set:?}");
    }
}

#[test]
fn rank_composite() {
    let case = vector("rank_composite");
    let (input, expected) = (&case["input"], &case["expected"]);
    let row = |list: &Value| list.as_array().unwrap().iter().map(number).collect::<Vec<f64>>();
    let weights = Weights::new(&row(&input["weights"])).unwrap();
    let person = |name: &str| {
        let errors: Vec<Vec<f64>> = input[name]["cov"].as_array().unwrap().iter().map(row).collect();
        let found = composite(&weights, &row(&input[name]["theta"]), &errors).unwrap();
        assert_close(found.value(), number(&expected[name]["composite"]), 1e-9, name);
        assert_close(found.error().get(), number(&expected[name]["se"]), 1e-9, name);
        found
    };
    let (a, b) = (person("A"), person("B"));

    let apart = difference(a, b, 0.0).unwrap();

    assert_close(apart.value, number(&expected["diff"]), 1e-9, "diff");
    assert_close(apart.error, number(&expected["se_diff"]), 1e-9, "se_diff");
    assert_close(sed(a.error(), b.error()), number(&expected["se_diff"]), 1e-9, "se_diff");
    assert_close(apart.p_above, number(&expected["p_A_beats_B"]), 1e-9, "p_A_beats_B");
    assert_close(apart.low, number(&expected["ci95"][0]), 1e-9, "ci95 low");
    assert_close(apart.high, number(&expected["ci95"][1]), 1e-9, "ci95 high");
}
