//! Advice from the writing rules (product.md 6.3): what makes a scenario hard to read or its key easy to
//! guess. None of it keeps a pack from being imported.

use crate::language::Language;
use crate::pack::problem::{Problem, ProblemCode};
use crate::pack::prose::ProseOutline;
use crate::pack::scenario::ScenarioOutline;
use crate::pack::{Channel, Message, Prose};

/// Fewest words of the situation and the message together.
const MIN_WORDS: usize = 40;
/// Most words in e-mail and counter scenes.
const MAX_WORDS: usize = 90;
/// Most words where a chat or a phone call is transcribed.
const MAX_WORDS_OF_A_TRANSCRIPT: usize = 120;

/// Words that judge how something is done, and absolutes: they give the key away.
const TONE_WORDS_FR: &[&str] = &[
    "agressivement",
    "aimablement",
    "brusquement",
    "brutalement",
    "calmement",
    "chaleureusement",
    "correctement",
    "courtoisement",
    "dédain",
    "dédaigneusement",
    "doucement",
    "empathie",
    "fermement",
    "froidement",
    "gentiment",
    "honnêtement",
    "impatiemment",
    "impoliment",
    "ironiquement",
    "jamais",
    "malheureusement",
    "méchamment",
    "mépris",
    "patiemment",
    "poliment",
    "respectueusement",
    "sarcasme",
    "simplement",
    "sincèrement",
    "sèchement",
    "toujours",
];
const TONE_WORDS_EN: &[&str] = &[
    "abruptly",
    "aggressively",
    "always",
    "angrily",
    "bluntly",
    "calmly",
    "coldly",
    "condescendingly",
    "contempt",
    "courteously",
    "curtly",
    "dismissively",
    "empathetically",
    "empathy",
    "firmly",
    "gently",
    "harshly",
    "honestly",
    "impatiently",
    "kindly",
    "never",
    "patiently",
    "politely",
    "properly",
    "respectfully",
    "rudely",
    "sarcasm",
    "sarcastically",
    "simply",
    "sincerely",
    "sympathetically",
    "unfortunately",
    "warmly",
];

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
        .collect();
    for (language, prose) in prose {
        let file = prose_path(*language);
        let found = word_count(outline.channel, prose)
            .into_iter()
            .chain(action_lengths(prose))
            .chain(tone_words(*language, prose));
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
    let numbers: Vec<u8> = outline.categories.iter().map(|category| category.get()).collect();
    let has_good = numbers.iter().any(|number| *number >= 3);
    (!has_good || !numbers.contains(&1))
        .then(|| format!("The key is {numbers:?}; a scenario has at least one 3 or 4 and at least one 1."))
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

fn action_lengths(outline: &ProseOutline) -> Vec<Advice> {
    let lengths: Vec<usize> =
        outline.prose.actions.iter().map(|action| action.text.chars().count()).collect();
    let total: usize = lengths.iter().sum();
    let actions = lengths.len();
    lengths
        .iter()
        .zip(&outline.text_lines)
        // Within ±25 % of the mean, in whole numbers: 3/4 total ≤ length × actions ≤ 5/4 total.
        .filter(|(length, _)| {
            let scaled = *length * actions * 4;
            scaled < 3 * total || scaled > 5 * total
        })
        .map(|(length, line)| {
            let mean = total.checked_div(actions).unwrap_or_default();
            let message = format!(
                "The action has {length} characters, the mean of its scenario is {mean}; stay within 25 % of it."
            );
            (ProblemCode::ActionLength, *line, message)
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
