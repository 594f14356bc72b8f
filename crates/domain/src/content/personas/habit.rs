//! How each persona rates an action from what it looks like, before slips.

use super::Persona;
use crate::content::traits::Trait;
use psychometrics::rating::Category;
use std::collections::BTreeSet;

/// The rating that a habit gives an action of these traits; none for personas that need the key or chance.
pub(super) fn plain_rating(persona: Persona, traits: Option<&BTreeSet<Trait>>) -> Option<Category> {
    let has = |wanted| traits.is_some_and(|traits| traits.contains(&wanted));
    let (kind, solution) = (has(Trait::Kind), has(Trait::Solution));
    let (script, gives_way) = (has(Trait::Script), has(Trait::GivesWay));
    let rating = match persona {
        Persona::KindWithoutSolution => match (kind, solution) {
            (true, false) => 4,
            (true, true) => 3,
            (false, true) => 2,
            (false, false) => 1,
        },
        Persona::CompetentButCold => match (solution, kind) {
            (true, false) => 4,
            (true, true) => 3,
            (false, false) => 2,
            (false, true) => 1,
        },
        Persona::ScriptReader => match (script, gives_way) {
            (true, false) => 4,
            (true, true) => 3,
            (false, false) => 2,
            (false, true) => 1,
        },
        Persona::PeoplePleaser => match (gives_way, kind) {
            (true, true | false) => 4,
            (false, true) => 3,
            (false, false) => 1,
        },
        // Kindness and questions take time; rules and giving way end the matter.
        Persona::Impatient => match (kind, script || gives_way || solution) {
            (false, true) => 4,
            (false, false) => 3,
            (true, true) => 2,
            (true, false) => 1,
        },
        Persona::CarefulAndKind | Persona::Random | Persona::AlwaysExtreme => return None,
    };
    Category::try_from(rating).ok()
}
