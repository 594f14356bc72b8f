//! A conversation as it went: what was said, what the customer answered, and the key of each turn.

use domain::form::{FormScenario, ScenarioRole};
use domain::item::answer::path;
use domain::item::dialogue::DialogueItem;
use domain::item::dialogue::path::SentTurn;
use domain::item::points::{Categories, ItemPart};
use domain::pack::Prose;
use domain::points::{scenario_parts, slot_values};

use super::{Read, ReportDialogue, ReportTurn, ReportTurnKey};

impl Read<'_> {
    /// The conversation of a scenario.
    pub(super) fn dialogue(
        &self,
        scenario: &FormScenario,
        item: &DialogueItem,
        prose: &Prose,
    ) -> ReportDialogue {
        let values = slot_values(scenario, &self.answers);
        let path = path(item, &values);
        let key = self.form.key.categories.get(&scenario.id).filter(|_| self.shows_key);
        let parts = if scenario.role == ScenarioRole::Scored {
            scenario_parts(&self.form.key, scenario, &self.answers, self.furthest)
        } else {
            Vec::new()
        };
        let turn = |turn: &SentTurn<'_>| {
            let words = prose.action(&turn.option.id);
            ReportTurn {
                said: words.map_or_else(String::new, |words| words.text.clone()),
                reply: words.and_then(|words| words.reply.clone()),
                is_scored: turn.node.scored,
                key: key.and_then(|key| turn_key(key, turn, prose, &parts)),
            }
        };
        let states = path.states();
        let ends = states.first().copied().zip(states.last().copied());
        ReportDialogue {
            turns: path.sent.iter().map(turn).collect(),
            has_ended: path.is_complete(),
            states: ends.filter(|_| key.is_some() && path.is_complete()),
        }
    }
}

fn turn_key(
    key: &Categories,
    turn: &SentTurn<'_>,
    prose: &Prose,
    parts: &[ItemPart],
) -> Option<ReportTurnKey> {
    let own = *key.get(&turn.option.id)?;
    let best = turn.node.options.iter().max_by_key(|option| key.get(&option.id))?;
    let is_better = key.get(&best.id).is_some_and(|best| *best > own);
    let part = parts.iter().find(|part| part.slot.as_ref() == Some(&turn.node.id));
    Some(ReportTurnKey {
        category: own.get(),
        rationale: prose.action(&turn.option.id).map_or_else(String::new, |words| words.rationale.clone()),
        parts: part.and_then(|part| part.scored.parts()),
        better: prose.action(&best.id).filter(|_| is_better).map(|words| words.text.clone()),
    })
}
