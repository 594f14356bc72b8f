//! How a simulated candidate answers: a seeded model, documented because its numbers are shown (marked as demonstration).
//!
//! A person has an ability θ ~ N(0, 1) and a leniency b ~ N(0, 0.25). Towards an action with key category k they feel
//! y = k + b + e with e ~ N(0, σ), σ = exp(0.1 − 0.35 θ + 0.25 u), where u ~ N(0, 1) is drawn once per scenario; the
//! rating of an action or an emotion is y rounded and kept within 1 to 4, and what is picked, put in order or said
//! follows the order of the feelings. Ours, without a source: it gives plausible spreads, nothing more.

use domain::ids::ActionId;
use domain::item::answer::SlotValues;
use domain::item::by_order::by_order;
use domain::item::points::Categories;
use domain::item::{Item, Response};
use domain::language::Language;
use psychometrics::rating::Category;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Invented replies to the thanks of a customer whose mother a driver helped, the open scenario of the shipped pack.
const TEXTS_FR: [&str; 5] = [
    "Bonjour,\n\nVotre message m’a touchée. Je le transmets aujourd’hui à Idriss et à son responsable : il saura que votre mère a pu compter sur lui. Comment va-t-elle ?\n\nBien à vous",
    "Merci d’avoir pris le temps de nous écrire. Idriss recevra vos mots, tels quels. Je joins un petit bouquet pour votre mère, avec nos vœux de bon rétablissement.",
    "Bonjour, merci pour votre retour. Nous sommes ravis que le canapé vous plaise. N’hésitez pas à laisser un avis en ligne.",
    "Monsieur,\nJe suis heureux que votre mère n’ait pas été seule. Je fais lire votre lettre à Idriss dès son retour de tournée.\nSi le canapé doit être déplacé pour elle, appelez-moi.",
    "Bonjour, je transmets. Cordialement.",
];
/// The same in English.
const TEXTS_EN: [&str; 5] = [
    "Hello,\n\nYour message moved me. I am passing it on today to Idris and to his manager, so that he knows what it meant to you both. How is your mother?\n\nWith best wishes",
    "Thank you for taking the time to write. Idris will get your words exactly as you wrote them. A small bunch of flowers is on its way to your mother, with our wishes for a good recovery.",
    "Hello, thanks for your feedback. We are delighted that you like the sofa. Feel free to leave a review online.",
    "Dear Mr Grey,\nI am glad that your mother was not alone. I will show your letter to Idris as soon as he is back from his round.\nShould the sofa need moving for her, just call me.",
    "Hello, I will pass it on. Regards.",
];

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

    /// Whether they let their result be seen beside those of other campaigns: about one in three.
    pub(crate) fn joins_pool(&mut self) -> bool {
        self.generator.random_range(0..3) == 0
    }

    /// The answer to one scenario that the key values so, text left out; about one rating in 150, and one scenario in
    /// 150 of the other formats, is left blank.
    pub(crate) fn answer(&mut self, item: &Item, key: &Categories) -> SlotValues {
        let spread = (0.1 - 0.35 * self.ability + 0.25 * normal(&mut self.generator)).exp();
        let valued = item.action_ids().filter_map(|id| Some((id, *key.get(id)?)));
        if matches!(item, Item::Rate(_) | Item::EmotionProfile(_)) {
            let rated = valued.map(|(id, key)| (id.clone(), self.rating(key, spread)));
            return rated.filter_map(|(id, rating)| Some((id, rating?))).collect();
        }
        let mut felt: Vec<(f64, ActionId)> =
            valued.map(|(id, key)| (self.feeling(key, spread), id.clone())).collect();
        if self.leaves_blank() {
            return SlotValues::new();
        }
        felt.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let least_first: Vec<ActionId> = felt.into_iter().map(|(_, id)| id).collect();
        by_order(item, &least_first)
    }

    fn rating(&mut self, key: Category, spread: f64) -> Option<Response> {
        if self.leaves_blank() {
            return None;
        }
        let felt = self.feeling(key, spread);
        let category =
            [1_u8, 2, 3].into_iter().find(|category| felt < f64::from(*category) + 0.5).unwrap_or(4);
        Category::try_from(category).ok().map(Response::Rate)
    }

    fn leaves_blank(&mut self) -> bool {
        self.generator.random_range(0..150) == 0
    }

    fn feeling(&mut self, key: Category, spread: f64) -> f64 {
        f64::from(key.get()) + self.leniency + spread * normal(&mut self.generator)
    }

    /// What they write where a text is asked for; one in ten writes nothing.
    pub(crate) fn text(&mut self, language: Language) -> Option<&'static str> {
        let texts = match language {
            Language::Fr => TEXTS_FR,
            Language::En => TEXTS_EN,
        };
        if self.generator.random_range(0..10) == 0 {
            return None;
        }
        texts.get(self.generator.random_range(0..texts.len())).copied()
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
    use domain::construct::Family;
    use domain::item::answer::{Answer, Completeness};
    use domain::item::rate::{RateItem, RatedAction};

    use super::*;
    use crate::testing;

    fn rated() -> (Item, Categories) {
        let id = |number: usize| ActionId::parse(&format!("action-{number}")).unwrap();
        let action = |number: usize| RatedAction {
            id: id(number),
            family: Family::ListenAndCheck,
            constructs: Vec::new(),
            scored: true,
        };
        let key = (0..400).zip((1..=4_u8).cycle());
        (
            Item::Rate(RateItem { format_version: 1, actions: (0..400).map(action).collect() }),
            key.map(|(number, category)| (id(number), Category::try_from(category).unwrap())).collect(),
        )
    }

    #[test]
    fn the_same_seed_gives_the_same_ratings() {
        let (item, key) = rated();

        assert_eq!(Simulee::new(7).answer(&item, &key), Simulee::new(7).answer(&item, &key));
    }

    #[test]
    fn abler_simulees_agree_more_with_the_key() {
        let (item, key) = rated();
        let agreement = |ability: f64| {
            let mut simulee = Simulee { ability, ..Simulee::new(1) };
            let exact = |(id, value): &(ActionId, Response)| *value == Response::Rate(key[id]);
            simulee.answer(&item, &key).into_iter().filter(exact).count()
        };

        assert!(agreement(2.0) > agreement(-2.0) + 40);
    }

    #[test]
    fn every_format_is_answered_whole_by_nearly_everybody() {
        let parsed = testing::shipped_pack();

        for scenario in parsed.pack.scenarios.values().filter(|known| !matches!(known.item, Item::Open(_))) {
            let key = &parsed.key.categories[&scenario.id];
            let is_complete = |seed: &u64| {
                let values = Simulee::new(*seed).answer(&scenario.item, key);
                Answer::of(&scenario.item, &values).completeness(&scenario.item) == Completeness::Complete
            };

            assert!((0..40).filter(is_complete).count() > 30, "{}", scenario.id);
        }
    }

    #[test]
    fn texts_are_chosen_by_seed_in_the_language_of_the_test() {
        let texts = |language| (0..60).map(|seed| Simulee::new(seed).text(language)).collect::<Vec<_>>();

        assert_eq!(texts(Language::Fr), texts(Language::Fr));
        assert!(texts(Language::Fr).contains(&None));
        assert!(TEXTS_FR.iter().all(|text| texts(Language::Fr).contains(&Some(*text))));
        assert!(TEXTS_EN.iter().all(|text| texts(Language::En).contains(&Some(*text))));
    }
}
