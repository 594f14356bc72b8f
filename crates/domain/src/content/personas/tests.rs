//! Personas on the sample form: seeded figures, limits and every format answered whole.

use super::*;
use crate::content::traits::Trait;
use crate::ids::{ActionId, ScenarioId};
use crate::pack::sample;
use std::collections::BTreeSet;

/// « repair » is kind and a solution, « ask » kind, « guess » from the script, « wait » nothing.
fn traits() -> Traits {
    let mut traits = Traits::default();
    for scenario in ["visit", "queue"] {
        let action = |id: &str, list: &[Trait]| {
            (ActionId::parse(id).unwrap(), list.iter().copied().collect::<BTreeSet<_>>())
        };
        traits.insert(
            ScenarioId::parse(scenario).unwrap(),
            BTreeMap::from([
                action("repair", &[Trait::Kind, Trait::Solution]),
                action("ask", &[Trait::Kind]),
                action("guess", &[Trait::Script]),
                action("wait", &[]),
            ]),
        );
    }
    traits
}

fn scores(seed: u64) -> BTreeMap<Persona, PersonaScore> {
    let scores = persona_scores(&sample::form(), &sample::parsed().key, &traits(), seed, 1_000);
    scores.into_iter().map(|score| (score.persona, score)).collect()
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    assert_eq!(scores(7), scores(7));
    assert_ne!(scores(7), scores(8));
}

#[test]
fn careful_and_random_score_what_their_rates_say() {
    let scores = scores(1);
    let mean = |persona| scores.get(&persona).unwrap().mean;

    // 0.95 × (0.8 × 1 + 0.2 × 0.5) = 85.5; four standard errors of 1,000 runs of 8 ratings are about 1.5.
    assert!((mean(Persona::CarefulAndKind) - 85.5).abs() < 1.5, "{}", mean(Persona::CarefulAndKind));
    assert!((mean(Persona::Random) - 37.5).abs() < 2.0, "{}", mean(Persona::Random));
    // Keys 4, 3, 2, 1: ends of the scale earn 1 and ½ in turn.
    assert!((mean(Persona::AlwaysExtreme) - 71.25).abs() < 2.0, "{}", mean(Persona::AlwaysExtreme));
}

#[test]
fn plain_ratings_on_the_wrong_side_are_counted() {
    let scores = scores(1);
    let wrong = |persona| scores.get(&persona).unwrap().wrong_percent;

    // The cold one rates « ask » (3) as 1, all others on the right side.
    assert_eq!(wrong(Persona::CompetentButCold), Some(25.0));
    assert_eq!(wrong(Persona::KindWithoutSolution), Some(0.0));
    assert_eq!(wrong(Persona::ScriptReader), Some(75.0));
    assert_eq!(wrong(Persona::Random), None);
}

#[test]
fn broken_limits_are_named() {
    let scores = scores(1);
    let careful = scores.get(&Persona::CarefulAndKind).unwrap().mean;
    let broken = |persona| scores.get(&persona).unwrap().broken_limits(careful).len();

    assert_eq!(broken(Persona::CarefulAndKind), 0);
    assert_eq!(broken(Persona::AlwaysExtreme), 0);
    assert_eq!(broken(Persona::Random), 0);
    assert!(broken(Persona::KindWithoutSolution) >= 1);
}
