//! Reviews by a person that a candidate asks for: when the answer is due, what it may say, which words it takes.
//! A request changes no score and no decision; only people do.

use chrono::{Months, NaiveDate};

use crate::closed_code::closed_code;

/// Longest words of a request, in characters.
pub const MAX_REQUEST_CHARS: usize = 2_000;
/// Shortest words of an answer, in characters: a sentence, not a word.
pub const MIN_ANSWER_CHARS: usize = 20;
/// Longest words of an answer, in characters.
pub const MAX_ANSWER_CHARS: usize = 4_000;

closed_code! {
    /// What a review came to.
    pub enum ReviewOutcome {
        /// The result and what was concluded from it stand.
        Upheld = "upheld",
        /// A person has decided otherwise.
        Changed = "changed",
        /// There was nothing left to look at, or not enough of it.
        CannotReview = "cannot_review",
    }
}

/// The last day for an answer: one month after the day of the request (GDPR, article 12(3)), the last day of the month
/// when that month is too short. Both days in the campaign's time zone.
#[must_use]
pub fn due_on(asked_on: NaiveDate) -> NaiveDate {
    asked_on.checked_add_months(Months::new(1)).unwrap_or(asked_on)
}

/// Why words cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsRefused {
    /// Fewer characters than are needed.
    #[error("the words are too short")]
    TooShort,
    /// More characters than are kept.
    #[error("the words are too long")]
    TooLong,
    /// Control characters but line breaks.
    #[error("the words hold control characters")]
    Control,
}

/// Words of several lines as they are kept: trimmed, line breaks of one kind, from `fewest` to `most` characters.
///
/// # Errors
/// [`WordsRefused`], the first rule that is broken.
pub fn words(typed: &str, fewest: usize, most: usize) -> Result<String, WordsRefused> {
    let text = typed.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if text.chars().any(|character| character.is_control() && character != '\n' && character != '\t') {
        return Err(WordsRefused::Control);
    }
    if length > most {
        return Err(WordsRefused::TooLong);
    }
    if length < fewest { Err(WordsRefused::TooShort) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_due_a_month_after_the_request_or_on_the_last_day_of_a_short_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();

        assert_eq!(due_on(day("2026-11-22")), day("2026-12-22"));
        assert_eq!(due_on(day("2027-01-31")), day("2027-02-28"));
    }

    #[test]
    fn words_are_trimmed_and_bounded() {
        assert_eq!(words("  Bien, \r\nmerci. ", 1, 20), Ok("Bien, \nmerci.".to_owned()));
        assert_eq!(words("", 0, 20), Ok(String::new()));
        assert_eq!(words("  ab ", 3, 20), Err(WordsRefused::TooShort));
        assert_eq!(words("abcd", 0, 3), Err(WordsRefused::TooLong));
        assert_eq!(words("a\u{0}b", 0, 9), Err(WordsRefused::Control));
    }
}
