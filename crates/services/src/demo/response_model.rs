//! How a simulated candidate rates: a seeded model, documented because its numbers are shown (marked as demonstration).
//!
//! A person has an ability θ ~ N(0, 1) and a leniency b ~ N(0, 0.25). Towards an action with key category k they feel
//! y = k + b + e with e ~ N(0, σ), σ = exp(0.1 − 0.35 θ + 0.25 u), where u ~ N(0, 1) is drawn once per scenario; the
//! rating is y rounded and kept within 1 to 4. Ours, without a source: it gives plausible spreads, nothing more.

use domain::item::Response;
use psychometrics::rating::Category;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a simulated candidate will do with the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// Never opens the link.
    Absent,
    /// Stops after this many scenarios.
    Stops(u16),
    /// Finishes.
    Finishes,
}

/// A simulated candidate.
#[derive(Debug)]
pub(crate) struct Simulee {
    ability: f64,
    leniency: f64,
    pace: f64,
    generator: ChaCha8Rng,
}

impl Simulee {
    /// The simulee of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        let ability = normal(&mut generator);
        let leniency = 0.25 * normal(&mut generator);
        let pace = (0.3 * normal(&mut generator)).exp();
        Self { ability, leniency, pace, generator }
    }

    /// What they will do: 12 % stay away, 6 % stop on the way, the rest finish.
    pub(crate) fn course(&mut self, scenarios: u16) -> Course {
        match self.generator.random_range(0..100) {
            0..12 => Course::Absent,
            12..18 => Course::Stops(self.generator.random_range(1..scenarios.max(2))),
            _ => Course::Finishes,
        }
    }

    /// Whether they answer in their second language, of two.
    pub(crate) fn takes_second_language(&mut self) -> bool {
        self.generator.random_range(0..100) < 30
    }

    /// Ratings of one scenario's actions with these key categories; about one in 150 is left blank.
    pub(crate) fn ratings(&mut self, keys: &[Category]) -> Vec<Option<Response>> {
        let spread = (0.1 - 0.35 * self.ability + 0.25 * normal(&mut self.generator)).exp();
        keys.iter().map(|key| self.rating(*key, spread)).collect()
    }

    fn rating(&mut self, key: Category, spread: f64) -> Option<Response> {
        if self.generator.random_range(0..150) == 0 {
            return None;
        }
        let felt = f64::from(key.get()) + self.leniency + spread * normal(&mut self.generator);
        let category =
            [1_u8, 2, 3].into_iter().find(|category| felt < f64::from(*category) + 0.5).unwrap_or(4);
        Category::try_from(category).ok().map(Response::Rate)
    }

    /// Seconds spent on a scenario whose authors expect `expected_seconds`.
    pub(crate) fn seconds(&mut self, expected_seconds: u32) -> i64 {
        let seconds = f64::from(expected_seconds) * self.pace * (0.25 * normal(&mut self.generator)).exp();
        // Whole seconds between 10 and 600, found without a cast.
        (10..600).find(|whole| f64::from(*whole) >= seconds).map_or(600, i64::from)
    }

    /// The one-question satisfaction, 1 to 4, which two in three give.
    pub(crate) fn satisfaction(&mut self) -> Option<u8> {
        let asked = self.generator.random_range(0..100);
        match asked {
            0..4 => Some(1),
            4..12 => Some(2),
            12..38 => Some(3),
            38..66 => Some(4),
            _ => None,
        }
    }
}

/// A standard normal number (Box and Muller, 1958).
fn normal(generator: &mut ChaCha8Rng) -> f64 {
    let radius: f64 = generator.random_range(f64::MIN_POSITIVE..1.0);
    let angle: f64 = generator.random_range(0.0..std::f64::consts::TAU);
    (-2.0 * radius.ln()).sqrt() * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<Category> {
        (0..4_u8).cycle().take(400).map(|n| Category::try_from(n + 1).unwrap()).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_ratings() {
        assert_eq!(Simulee::new(7).ratings(&keys()), Simulee::new(7).ratings(&keys()));
    }

    #[test]
    fn abler_simulees_agree_more_with_the_key() {
        let agreement = |ability: f64| {
            let mut simulee = Simulee { ability, ..Simulee::new(1) };
            let rated = simulee.ratings(&keys());
            let exact = |(rating, key): (&Option<Response>, &Category)| *rating == Some(Response::Rate(*key));
            rated.iter().zip(&keys()).filter(|pair| exact(*pair)).count()
        };

        assert!(agreement(2.0) > agreement(-2.0) + 40);
    }
}
