//! Whether the two languages of a scenario ask the same amount of a reader: lengths side by side, and as many
//! turns and figures. Meaning is for readers to compare.

use crate::ids::{ActionId, ScenarioId};
use crate::language::Language;
use crate::pack::{Message, Pack, Prose};

/// Smallest and largest length of the French text, in percent of the English one. French runs longer.
pub const FRENCH_PERCENT: std::ops::RangeInclusive<usize> = 80..=145;

/// A difference between the languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disparity {
    /// A text is much longer in one language.
    Length {
        /// The action, or none for the scene.
        action: Option<ActionId>,
        /// Characters in French.
        french: usize,
        /// Characters in English.
        english: usize,
    },
    /// The conversations have different numbers of turns.
    Turns {
        /// In French.
        french: usize,
        /// In English.
        english: usize,
    },
    /// One language names a number in an action, the other none.
    Figures {
        /// The action.
        action: ActionId,
        /// The language that names a number.
        only_in: Language,
    },
}

/// All differences of a pack, scenario by scenario; nothing for a pack in one language.
#[must_use]
pub fn disparities(pack: &Pack) -> Vec<(ScenarioId, Disparity)> {
    let of_scenario = |scenario: &crate::pack::Scenario| {
        let pair = scenario.prose.get(Language::Fr).zip(scenario.prose.get(Language::En));
        let id = scenario.id.clone();
        pair.map(|(french, english)| compare(french, english))
            .unwrap_or_default()
            .into_iter()
            .map(move |found| (id.clone(), found))
    };
    pack.scenarios.values().flat_map(of_scenario).collect()
}

fn compare(french: &Prose, english: &Prose) -> Vec<Disparity> {
    let mut found = Vec::new();
    let scene = |prose: &Prose| prose.situation.chars().count() + length(&prose.message).0;
    found.extend(unequal(None, scene(french), scene(english)));
    let turns = (length(&french.message).1, length(&english.message).1);
    if turns.0 != turns.1 {
        found.push(Disparity::Turns { french: turns.0, english: turns.1 });
    }
    for (one, other) in french.actions.iter().zip(&english.actions) {
        // Emotions are single words: their lengths say nothing.
        if crate::content::reading::words(&other.text).count() > 3 {
            let lengths = (one.text.chars().count(), other.text.chars().count());
            found.extend(unequal(Some(one.id.clone()), lengths.0, lengths.1));
        }
        let figures = |text: &str| text.chars().any(|c| c.is_ascii_digit());
        match (figures(&one.text), figures(&other.text)) {
            (true, false) => {
                found.push(Disparity::Figures { action: one.id.clone(), only_in: Language::Fr });
            }
            (false, true) => {
                found.push(Disparity::Figures { action: one.id.clone(), only_in: Language::En });
            }
            _ => {}
        }
    }
    found
}

fn unequal(action: Option<ActionId>, french: usize, english: usize) -> Option<Disparity> {
    let percent = (100 * french).checked_div(english).unwrap_or_default();
    (!FRENCH_PERCENT.contains(&percent)).then_some(Disparity::Length { action, french, english })
}

/// Characters and parts of a message.
fn length(message: &Message) -> (usize, usize) {
    match message {
        Message::Email { paragraphs, .. } => (paragraphs.iter().map(|text| text.chars().count()).sum(), 1),
        Message::Turns(turns) => (turns.iter().map(|turn| turn.text.chars().count()).sum(), turns.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    #[test]
    fn equal_texts_have_no_disparity() {
        assert_eq!(disparities(&sample::parsed().pack), []);
    }

    #[test]
    fn a_much_longer_text_and_a_missing_figure_are_told() {
        let mut files = sample::files();
        for file in files.iter_mut().filter(|file| file.path == "scenarios/visit/fr.toml") {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            file.bytes = text
                .replace("You suppose that she is tired and say so to her.", "You ask her 2 times.")
                .into_bytes();
        }
        let pack = match crate::pack::Pack::parse(&files) {
            Ok(parsed) => parsed.pack,
            Err(problems) => panic!("{problems:?}"),
        };
        let guess = ActionId::parse("guess").unwrap();

        let found: Vec<Disparity> = disparities(&pack).into_iter().map(|(_, found)| found).collect();

        assert_eq!(
            found,
            [
                Disparity::Length { action: Some(guess.clone()), french: 20, english: 48 },
                Disparity::Figures { action: guess, only_in: Language::Fr }
            ]
        );
    }
}
