//! How often rank sets hold the true ranks, ties included.

use psychometrics::irt::simulate::normal_levels;
use psychometrics::rank::joint::JointEstimates;
use psychometrics::rank::sets::{
    DrawPlan, RankSet, RankSetOptions, Rows, marginal_rank_sets, simultaneous_rank_sets, tau_best,
};
use psychometrics::rank::{Estimate, RankRange};
use psychometrics::sem::StandardError;

use crate::{Share, count, rounds};

const PEOPLE: usize = 20;

struct World {
    name: &'static str,
    truth: Vec<f64>,
    errors: Vec<f64>,
}

fn worlds() -> Vec<World> {
    let unequal: Vec<f64> = (0..PEOPLE).map(|i| 0.2 + 0.02 * count(i * 7 % PEOPLE)).collect();
    let world = |name, truth: &dyn Fn(usize) -> f64, errors: &[f64]| World {
        name,
        truth: (0..PEOPLE).map(truth).collect(),
        errors: errors.to_vec(),
    };
    vec![
        world("all equal, equal errors", &|_| 0.0, &[0.3; PEOPLE]),
        world("all equal, errors 0.20 to 0.58", &|_| 0.0, &unequal),
        world("four levels of five, 0.6 apart", &|i| 0.6 * count(i % 4), &[0.3; PEOPLE]),
        world("steps of 0.05", &|i| 0.05 * count(i), &unequal),
        world("steps of 0.3", &|i| 0.3 * count(i), &unequal),
        world("one far above nineteen equal", &|i| if i == 0 { 3.0 } else { 0.0 }, &unequal),
    ]
}

/// Whether a set holds every rank the person shares with those tied with them.
fn holds(truth: &[f64], index: usize, range: RankRange) -> bool {
    let own = truth.get(index).copied().unwrap_or(0.0);
    let above = truth.iter().filter(|other| **other > own).count();
    let not_below = truth.iter().filter(|other| **other >= own).count();
    f64::from(range.best) <= count(above) + 1.0 && f64::from(range.worst) >= count(not_below)
}

pub(crate) fn coverage(size: f64) -> Vec<Share> {
    worlds().iter().flat_map(|world| of_world(world, size)).collect()
}

fn of_world(world: &World, size: f64) -> Vec<Share> {
    let mut marginal: Vec<Share> =
        (0..PEOPLE).map(|_| Share::new(format!("marginal: {}", world.name))).collect();
    let mut joint = Share::new(format!("simultaneous: {}", world.name));
    let mut best = Share::new(format!("five best: {}", world.name));
    for round in 1..=rounds(2_000, size) {
        let noise = normal_levels(PEOPLE, 0.0, 1.0, 10_000 + round);
        let people: Vec<Estimate> = world
            .truth
            .iter()
            .zip(&world.errors)
            .zip(&noise)
            .map(|((truth, error), z)| {
                Estimate::new(truth + error * z, StandardError::try_from(*error).unwrap()).unwrap()
            })
            .collect();
        let people = JointEstimates::independent(&people).unwrap();
        let options =
            RankSetOptions { plan: DrawPlan { draws: 2_000, seed: round }, ..RankSetOptions::default() };
        for (share, set) in marginal.iter_mut().zip(marginal_rank_sets(&people, Rows::All, &options).unwrap())
        {
            share.add(holds(&world.truth, set.index, set.range));
        }
        let sets = simultaneous_rank_sets(&people, Rows::All, &options).unwrap();
        joint.add(sets.iter().all(|set: &RankSet| holds(&world.truth, set.index, set.range)));
        let inside = tau_best(&people, 5, &options).unwrap();
        let belongs = |index: usize| {
            let own = world.truth.get(index).copied().unwrap_or(0.0);
            world.truth.iter().filter(|other| **other > own).count() < 5
        };
        best.add(inside.iter().enumerate().all(|(index, is_in)| *is_in || !belongs(index)));
    }
    marginal.sort_by(|a, b| a.value().total_cmp(&b.value()));
    marginal.into_iter().take(1).chain([joint, best]).collect()
}
