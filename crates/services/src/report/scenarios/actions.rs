//! Formats that say something about each action: ratings, best and worst, picks, places, and emotions.

use domain::form::FormScenario;
use domain::ids::ActionId;
use domain::item::Item;
use domain::item::answer::{Answer, Completeness};
use domain::item::points::{Categories, is_scorable};
use domain::pack::Prose;
use domain::points::{answers_beside_key, slot_values};
use psychometrics::rating::Category;

use super::{Read, ReportAction, ReportKey, Said};

impl Read<'_> {
    /// The actions of a scenario, in the order of the pack.
    pub(super) fn actions(&self, scenario: &FormScenario, prose: &Prose) -> Vec<ReportAction> {
        let item = &scenario.item;
        let answer = Answer::of(item, &slot_values(scenario, &self.answers));
        let none = Categories::new();
        let key = self.form.key.categories.get(&scenario.id).unwrap_or(&none);
        let valued: Vec<(&ActionId, Category)> =
            item.action_ids().filter_map(|id| Some((id, *key.get(id)?))).collect();
        // A key that cannot score the answer says nothing sure about its actions either.
        let shows_key = self.shows_key && (matches!(item, Item::Rate(_)) || is_scorable(item, key));
        item.action_ids()
            .map(|id| {
                let words = prose.action(id);
                let says = || key_says(item, &valued, id);
                ReportAction {
                    text: words.map_or_else(String::new, |words| words.text.clone()),
                    answer: answer_says(item, &answer, id),
                    key: shows_key.then(says).flatten().map(|says| ReportKey {
                        says,
                        rationale: words.map_or_else(String::new, |words| words.rationale.clone()),
                        half_points: self.half_points(scenario, id),
                    }),
                }
            })
            .collect()
    }

    /// The points of one rated action; other formats earn theirs together.
    fn half_points(&self, scenario: &FormScenario, id: &ActionId) -> Option<u32> {
        let Item::Rate(_) = scenario.item else { return None };
        let (form, key) = (&self.form.form, &self.form.key);
        let beside = answers_beside_key(form, key, &self.answers, self.furthest, scenario.place);
        let own = beside.iter().find(|beside| beside.action == *id && beside.is_scored)?;
        own.scored.points().map(|points| u32::from(points.halves()))
    }
}

/// What the answer says of an action; nothing while it is blank.
fn answer_says(item: &Item, answer: &Answer, id: &ActionId) -> Option<Said> {
    if answer.completeness(item) == Completeness::Blank {
        return None;
    }
    match answer {
        Answer::Rated(ratings) => {
            let rating = ratings.get(id)?.get();
            Some(if matches!(item, Item::EmotionProfile(_)) {
                Said::Strength(rating)
            } else {
                Said::Rating(rating)
            })
        }
        Answer::BestWorst { best, worst } => Some(if best.as_ref() == Some(id) {
            Said::Best
        } else if worst.as_ref() == Some(id) {
            Said::Worst
        } else {
            Said::Neither
        }),
        Answer::Picked(picked) => Some(Said::Picked(picked.contains(id))),
        Answer::Ranked(places) => places.get(id).map(|place| Said::Places(place.get(), place.get())),
        Answer::Open(_) | Answer::Dialogue { .. } => None,
    }
}

/// What the key says of an action, given those of all actions.
fn key_says(item: &Item, valued: &[(&ActionId, Category)], id: &ActionId) -> Option<Said> {
    let (_, own) = valued.iter().find(|(known, _)| *known == id)?;
    let count = |is_wanted: fn(&Category, &Category) -> bool| {
        u8::try_from(valued.iter().filter(|(_, other)| is_wanted(other, own)).count()).unwrap_or(u8::MAX)
    };
    let (above, below) = (count(|other, own| other > own), count(|other, own| other < own));
    Some(match item {
        Item::EmotionProfile(_) => Said::Strength(own.get()),
        Item::BestWorst(_) if above == 0 => Said::Best,
        Item::BestWorst(_) if below == 0 => Said::Worst,
        Item::BestWorst(_) => Said::Neither,
        Item::Pick(_) => Said::Picked(own.get() >= 3),
        Item::Rank(_) => Said::Places(above + 1, above + count(|other, own| other == own)),
        Item::Rate(_) | Item::Open(_) | Item::Dialogue(_) => Said::Rating(own.get()),
    })
}
