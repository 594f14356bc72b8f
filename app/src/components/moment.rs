//! Dates and times in words, in both languages.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use domain::language::Language;
use leptos::prelude::*;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day: « 22 novembre 2026 », `22 November 2026`.
#[must_use]
pub fn day_words(language: Language, day: NaiveDate) -> String {
    let names = match language {
        Language::Fr => &MONTHS_FR,
        Language::En => &MONTHS_EN,
    };
    let month = usize::try_from(day.month0()).ok().and_then(|index| names.get(index)).copied().unwrap_or("");
    let number = match (language, day.day()) {
        (Language::Fr, 1) => "1er".to_owned(),
        (_, number) => number.to_string(),
    };
    format!("{number}\u{a0}{month} {}", day.year())
}

/// A time of day: « 14 h 32 », `14:32`.
#[must_use]
pub fn time_words(language: Language, at: NaiveDateTime) -> String {
    match language {
        Language::Fr => format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
        Language::En => format!("{}:{:02}", at.hour(), at.minute()),
    }
}

/// A moment in UTC, which says that it is.
#[component]
pub fn Moment(
    /// The language.
    language: Language,
    /// The moment, UTC.
    at: NaiveDateTime,
) -> impl IntoView {
    let machine = at.format("%Y-%m-%dT%H:%MZ").to_string();
    let words = format!("{}, {}\u{a0}UTC", day_words(language, at.date()), time_words(language, at));
    view! { <time datetime=machine>{words}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_in_both_languages() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();

        assert_eq!(day_words(Language::Fr, day), "22\u{a0}novembre 2026");
        assert_eq!(day_words(Language::En, day), "22\u{a0}November 2026");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_in_french() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();

        assert_eq!(day_words(Language::Fr, day), "1er\u{a0}février 2026");
        assert_eq!(day_words(Language::En, day), "1\u{a0}February 2026");
    }

    #[test]
    fn minutes_have_two_digits() {
        let at = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap().and_hms_opt(9, 5, 0).unwrap();

        assert_eq!(time_words(Language::Fr, at), "9\u{a0}h\u{a0}05");
        assert_eq!(time_words(Language::En, at), "9:05");
    }
}
