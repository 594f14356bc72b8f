//! Dates and times in words, French and English, for mails and pages; and moments as programs read them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc, Weekday};
use domain::language::Language;

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

/// « 4 décembre 2026 », “4 December 2026”.
#[must_use]
pub fn date(language: Language, date: NaiveDate) -> String {
    let months = match language {
        Language::Fr => MONTHS_FR,
        Language::En => MONTHS_EN,
    };
    let month =
        usize::try_from(date.month0()).ok().and_then(|index| months.get(index)).copied().unwrap_or("");
    let day = match (language, date.day()) {
        (Language::Fr, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    };
    format!("{day}\u{a0}{month}\u{a0}{}", date.year())
}

/// « vendredi 4 décembre 2026 », “Friday 4 December 2026”.
#[must_use]
pub fn long_date(language: Language, day: NaiveDate) -> String {
    let weekday = match (language, day.weekday()) {
        (Language::Fr, Weekday::Mon) => "lundi",
        (Language::Fr, Weekday::Tue) => "mardi",
        (Language::Fr, Weekday::Wed) => "mercredi",
        (Language::Fr, Weekday::Thu) => "jeudi",
        (Language::Fr, Weekday::Fri) => "vendredi",
        (Language::Fr, Weekday::Sat) => "samedi",
        (Language::Fr, Weekday::Sun) => "dimanche",
        (Language::En, Weekday::Mon) => "Monday",
        (Language::En, Weekday::Tue) => "Tuesday",
        (Language::En, Weekday::Wed) => "Wednesday",
        (Language::En, Weekday::Thu) => "Thursday",
        (Language::En, Weekday::Fri) => "Friday",
        (Language::En, Weekday::Sat) => "Saturday",
        (Language::En, Weekday::Sun) => "Sunday",
    };
    format!("{weekday} {}", date(language, day))
}

/// « 14 h 32 », “14:32”.
#[must_use]
pub fn time(language: Language, moment: NaiveDateTime) -> String {
    let (hour, minute) = (moment.hour(), moment.minute());
    match language {
        Language::Fr => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
        Language::En => format!("{hour:02}:{minute:02}"),
    }
}

/// « vendredi 4 décembre 2026 à 18 h 00 », “Friday 4 December 2026 at 18:00”.
#[must_use]
pub fn long_moment(language: Language, moment: NaiveDateTime) -> String {
    let at = match language {
        Language::Fr => "à",
        Language::En => "at",
    };
    format!("{} {at}\u{a0}{}", long_date(language, moment.date()), time(language, moment))
}

/// A moment, UTC, to the millisecond, as RFC 3339 writes it: for documents that programs read.
pub(crate) fn moment(time: NaiveDateTime) -> String {
    let time: DateTime<Utc> = time.and_utc();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_both_languages() {
        let moment = NaiveDateTime::parse_from_str("2026-12-04T18:05", "%Y-%m-%dT%H:%M").unwrap();

        assert_eq!(
            long_moment(Language::Fr, moment),
            "vendredi 4\u{a0}décembre\u{a0}2026 à\u{a0}18\u{a0}h\u{a0}05"
        );
        assert_eq!(long_moment(Language::En, moment), "Friday 4\u{a0}December\u{a0}2026 at\u{a0}18:05");
    }

    #[test]
    fn the_first_of_the_month_is_an_ordinal_in_french() {
        assert_eq!(date(Language::Fr, "2027-02-01".parse().unwrap()), "1er\u{a0}février\u{a0}2027");
    }
}
