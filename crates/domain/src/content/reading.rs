//! How long and how hard a scenario is to read: words, words per sentence and LIX, which needs no list of
//! syllables and so means the same in French and English.

use crate::language::Language;
use crate::pack::{Message, Prose, Scenario};

/// LIX from which a text reads like an official one; customer-service prose should stay below.
pub const HARD_LIX: u32 = 45;

/// The figures of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Words: parts between blanks that hold a letter or a digit.
    pub words: u32,
    /// Sentences, at least one.
    pub sentences: u32,
    /// Words of more than six letters.
    pub long_words: u32,
}

impl Reading {
    /// The figures of some texts together; each text ends a sentence.
    #[must_use]
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut reading = Self::default();
        for text in texts {
            for word in words(text) {
                reading.words += 1;
                let letters = word.chars().filter(|c| c.is_alphabetic()).count();
                reading.long_words += u32::from(letters > 6);
            }
            let ends = text.split_inclusive(['.', '!', '?', '…', ':', ';']);
            let sentences = ends.filter(|part| words(part).next().is_some()).count();
            reading.sentences += u32::try_from(sentences).unwrap_or(u32::MAX);
        }
        reading
    }

    /// LIX = words per sentence + percentage of words of more than six letters, rounded. Below 30 easy, 40
    /// newspapers, above 50 official texts; 0 without words.
    ///
    /// Source: Björnsson (1968), Läsbarhet; sentences end at `. ! ? … : ;`. Test `lix_of_a_short_text`.
    #[must_use]
    pub fn lix(&self) -> u32 {
        let (words, sentences) = (self.words, self.sentences.max(1));
        if words == 0 {
            0
        } else {
            (words + sentences / 2) / sentences + (100 * self.long_words + words / 2) / words
        }
    }
}

/// The figures of all that a candidate reads of a scenario: scene, question and actions. Of a dialogue it is
/// all options and replies, more than one way through it shows.
#[must_use]
pub fn scenario_reading(scenario: &Scenario, language: Language) -> Option<Reading> {
    scenario.prose.get(language).map(|prose| Reading::of(texts(prose)))
}

/// The texts of a scene and its actions, without subject, names and rationales.
fn texts(prose: &Prose) -> Vec<&str> {
    let mut texts = vec![prose.situation.as_str()];
    match &prose.message {
        Message::Email { paragraphs, .. } => texts.extend(paragraphs.iter().map(String::as_str)),
        Message::Turns(turns) => texts.extend(turns.iter().map(|turn| turn.text.as_str())),
    }
    texts.extend(prose.question.as_deref());
    for action in &prose.actions {
        texts.push(&action.text);
        texts.extend(action.reply.as_deref());
    }
    texts
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|part| part.chars().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::sample;

    #[test]
    fn lix_of_a_short_text() {
        let reading = Reading::of(["I understand. You may collect the replacement today!"]);

        // 8 words, 2 sentences, 3 long words: 4 + 37.5.
        assert_eq!(reading, Reading { words: 8, sentences: 2, long_words: 3 });
        assert_eq!(reading.lix(), 42);
        assert_eq!(Reading::default().lix(), 0);
    }

    #[test]
    fn a_mark_alone_is_no_word() {
        assert_eq!(Reading::of(["« Bonjour » !"]).words, 1);
    }

    #[test]
    fn a_scenario_is_read_whole() {
        let pack = sample::parsed().pack;
        let visit = pack.scenarios.values().find(|scenario| scenario.id.as_str() == "visit").unwrap();

        let reading = scenario_reading(visit, Language::En).unwrap();

        assert!(reading.words > 80, "{reading:?}");
    }
}
