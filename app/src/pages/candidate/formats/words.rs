//! Answers of every format in words: for pages that put two versions side by side.

use domain::form::ItemIndex;
use domain::item::best_worst;
use domain::item::{Item, ItemFormat};
use domain::language::Language;
use services::answer_writer::SentValue;
use services::packs::LoadedForm;

use super::rated::strengths;
use crate::pages::candidate::parts::rating_words;
use crate::text;

/// What an action, an emotion, a turn, a text is called.
pub(in crate::pages::candidate) fn slot_words(
    language: Language,
    loaded: &LoadedForm,
    item: ItemIndex,
) -> String {
    let Some((scenario, slot)) = loaded.form.action(item) else { return String::new() };
    match &scenario.item {
        Item::BestWorst(_) if slot.id == best_worst::best() => text!(language, candidate.best).to_owned(),
        Item::BestWorst(_) => text!(language, candidate.worst).to_owned(),
        Item::Open(_) => text!(language, candidate.open_yours).to_owned(),
        Item::Dialogue(_) => text!(language, candidate.dialogue_you_said).to_owned(),
        _ => {
            let prose = loaded.pack.scenario(&scenario.id).and_then(|found| found.prose.or_first(language));
            prose
                .and_then(|prose| prose.action(&slot.id))
                .map_or_else(String::new, |words| words.text.clone())
        }
    }
}

/// What a value of it says.
pub(in crate::pages::candidate) fn value_words(
    language: Language,
    loaded: &LoadedForm,
    item: ItemIndex,
    value: Option<&SentValue>,
) -> String {
    let nothing = || text!(language, candidate.no_answer).to_owned();
    let Some((scenario, slot)) = loaded.form.action(item) else { return nothing() };
    let number = match value {
        Some(SentValue::Text(text)) if text.is_blank() => return nothing(),
        Some(SentValue::Text(text)) => return text.as_str().to_owned(),
        Some(SentValue::Number(number)) => *number,
        None => return nothing(),
    };
    let chosen = match &scenario.item {
        Item::BestWorst(item) => item.actions.get(usize::from(number).saturating_sub(1)),
        Item::Dialogue(item) => item
            .node(&slot.id)
            .and_then(|node| node.options.get(usize::from(number).saturating_sub(1)))
            .map(|option| &option.id),
        _ => None,
    };
    if let Some(chosen) = chosen {
        let prose = loaded.pack.scenario(&scenario.id).and_then(|found| found.prose.or_first(language));
        return prose.and_then(|prose| prose.action(chosen)).map_or_else(nothing, |words| words.text.clone());
    }
    match scenario.format {
        ItemFormat::EmotionProfile => {
            let step = usize::from(number).checked_sub(1);
            step.and_then(|step| strengths(language).get(step).copied()).map_or_else(nothing, str::to_owned)
        }
        ItemFormat::Pick if number == 2 => text!(language, candidate.picked).to_owned(),
        ItemFormat::Pick => text!(language, candidate.not_picked).to_owned(),
        ItemFormat::Rank => text!(language, candidate.rank_place_n, n = number).to_string(),
        ItemFormat::Open => nothing(),
        _ => rating_words(language, number).to_owned(),
    }
}
