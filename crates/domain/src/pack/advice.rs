//! Advice from the writing rules (product.md 6.3): what makes a scenario hard to read or its key easy to
//! guess. None of it keeps a pack from being imported. Advice about all scenarios together is in
//! [`crate::content`].

use crate::content::best_path::best_path;
use crate::item::Item;
use crate::item::points::Categories;
use crate::language::Language;
use crate::pack::problem::{Problem, ProblemCode};
use crate::pack::prose::ProseOutline;
use crate::pack::scenario::ScenarioOutline;
use crate::pack::tone_words::{TONE_WORDS_EN, TONE_WORDS_FR};
use crate::pack::{Channel, Message, Prose};

/// Fewest words of the situation and the message together.
const MIN_WORDS: usize = 40;
/// Most words in e-mail and counter scenes.
const MAX_WORDS: usize = 90;
/// Most words where a chat or a phone call is transcribed.
const MAX_WORDS_OF_A_TRANSCRIPT: usize = 120;
/// Most words of the customer's reply in a dialogue.
const MAX_WORDS_OF_A_REPLY: usize = 45;

pub(super) fn scenario_advice(
    definition: &str,
    outline: &ScenarioOutline,
    prose_path: impl Fn(Language) -> String,
    prose: &[&(Language, ProseOutline)],
) -> Vec<Problem> {
    let mut advice: Vec<Problem> = key_spread(outline)
        .map(|message| Problem {
            file: definition.to_owned(),
            line: Some(outline.actions_line),
            code: ProblemCode::KeySpread,
            message,
        })
        .into_iter()
        .chain(best_path_advice(definition, outline))
        .collect();
    for (language, prose) in prose {
        let file = prose_path(*language);
        let found = word_count(outline.channel, prose)
            .into_iter()
            .chain(groups(&outline.item).into_iter().flat_map(|group| action_lengths(prose, &group)))
            .chain(tone_words(*language, prose))
            .chain(reply_lengths(prose));
        advice.extend(found.map(|(code, line, message)| Problem {
            file: file.clone(),
            line: Some(line),
            code,
            message,
        }));
    }
    advice
}

type Advice = (ProblemCode, u32, String);

fn key_spread(outline: &ScenarioOutline) -> Option<String> {
    let spread = |numbers: &[u8], low: u8| {
        numbers.iter().any(|number| *number >= 3) && numbers.iter().any(|number| *number <= low)
    };
    let numbers: Vec<u8> = outline.categories.iter().map(|category| category.get()).collect();
    match &outline.item {
        Item::Open(_) => None,
        Item::Dialogue(definition) => {
            let mut from = 0;
            let narrow = definition.nodes.iter().find(|node| {
                let own = numbers.get(from..from + node.options.len()).unwrap_or_default();
                from += node.options.len();
                node.scored && !spread(own, 2)
            })?;
            let id = &narrow.id;
            Some(format!("The node {id} has no option keyed 3 or 4, or none keyed 1 or 2."))
        }
        Item::EmotionProfile(_) => (!spread(&numbers, 2)).then(|| {
            format!("The key is {numbers:?}; a profile has an emotion that is felt and one that is not.")
        }),
        _ => (!spread(&numbers, 1)).then(|| {
            format!("The key is {numbers:?}; a scenario has at least one 3 or 4 and at least one 1.")
        }),
    }
}

fn best_path_advice(definition: &str, outline: &ScenarioOutline) -> Option<Problem> {
    let dialogue = outline.item.dialogue()?;
    let key: Categories =
        outline.item.action_ids().cloned().zip(outline.categories.iter().copied()).collect();
    let differing = best_path(dialogue, &key)?;
    let message = format!(
        "The best way for the customer's experience takes \"{}\" at \"{}\", which is not keyed best there.",
        differing.option, differing.node
    );
    let line = Some(outline.actions_line);
    Some(Problem { file: definition.to_owned(), line, code: ProblemCode::BestPath, message })
}

/// The indices of the actions that are read side by side: all of a scenario, or the options of one node.
/// Emotions are single words and not compared.
fn groups(item: &Item) -> Vec<std::ops::Range<usize>> {
    match item {
        Item::EmotionProfile(_) | Item::Open(_) => Vec::new(),
        Item::Dialogue(definition) => {
            let mut from = 0;
            let group = |node: &crate::item::dialogue::DialogueNode| {
                let start = from;
                from += node.options.len();
                start..from
            };
            definition.nodes.iter().map(group).collect()
        }
        _ => std::iter::once(0..item.action_ids().count()).collect(),
    }
}

fn word_count(channel: Channel, outline: &ProseOutline) -> Option<Advice> {
    let words = words_of_scene(&outline.prose);
    let most = match channel {
        Channel::Email | Channel::Counter => MAX_WORDS,
        Channel::Chat | Channel::Phone => MAX_WORDS_OF_A_TRANSCRIPT,
    };
    (!(MIN_WORDS..=most).contains(&words)).then(|| {
        let message = format!(
            "Situation and message have {words} words; {MIN_WORDS} to {most} are read with ease by {channel}."
        );
        (ProblemCode::WordCount, outline.situation_line, message)
    })
}

fn words_of_scene(prose: &Prose) -> usize {
    let message: usize = match &prose.message {
        Message::Email { paragraphs, .. } => paragraphs.iter().map(|text| words(text)).sum(),
        Message::Turns(turns) => turns.iter().map(|turn| words(&turn.text)).sum(),
    };
    words(&prose.situation) + message
}

/// Parts between blanks that hold a letter or a digit, so that « ! » alone is no word.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|part| part.chars().any(char::is_alphanumeric)).count()
}

fn action_lengths(outline: &ProseOutline, group: &std::ops::Range<usize>) -> Vec<Advice> {
    let actions = outline.prose.actions.get(group.clone()).unwrap_or_default();
    let lines = outline.text_lines.get(group.clone()).unwrap_or_default();
    let lengths: Vec<usize> = actions.iter().map(|action| action.text.chars().count()).collect();
    let total: usize = lengths.iter().sum();
    let actions = lengths.len();
    lengths
        .iter()
        .zip(lines)
        // Within ±25 % of the mean, in whole numbers: 3/4 total ≤ length × actions ≤ 5/4 total.
        .filter(|(length, _)| {
            let scaled = **length * actions * 4;
            scaled < 3 * total || scaled > 5 * total
        })
        .map(|(length, line)| {
            let mean = total.checked_div(actions).unwrap_or_default();
            let message = format!(
                "The action has {length} characters, the mean beside it is {mean}; stay within 25 % of it."
            );
            (ProblemCode::ActionLength, *line, message)
        })
        .collect()
}

fn reply_lengths(outline: &ProseOutline) -> Vec<Advice> {
    let actions = outline.prose.actions.iter().zip(&outline.text_lines);
    actions
        .filter_map(|(action, line)| {
            let words = words(action.reply.as_deref()?);
            (words > MAX_WORDS_OF_A_REPLY).then(|| {
                let message =
                    format!("The customer's reply has {words} words; at most {MAX_WORDS_OF_A_REPLY} are read with ease.");
                (ProblemCode::ReplyLength, *line, message)
            })
        })
        .collect()
}

fn tone_words(language: Language, outline: &ProseOutline) -> Vec<Advice> {
    let listed = match language {
        Language::Fr => TONE_WORDS_FR,
        Language::En => TONE_WORDS_EN,
    };
    let actions = outline.prose.actions.iter().zip(&outline.text_lines);
    actions
        .flat_map(|(action, line)| {
            let text = action.text.to_lowercase();
            let found: Vec<String> = text
                .split(|character: char| !character.is_alphabetic())
                .filter(|word| listed.contains(word))
                .map(str::to_owned)
                .collect();
            found.into_iter().map(move |word| {
                let message = format!("\"{word}\" judges the action; describe what is done instead.");
                (ProblemCode::ToneWord, *line, message)
            })
        })
        .collect()
}
