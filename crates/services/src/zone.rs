//! Time zones of campaigns: local times and days from UTC and back, and the day people are erased.

use chrono::{LocalResult, Months, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// The zone of an IANA name; nothing when there is none of that name.
#[must_use]
pub fn zone(name: &str) -> Option<Tz> {
    name.parse::<Tz>().ok()
}

/// The local time in a zone; UTC when a stored name is not known to this version of the program.
#[must_use]
pub fn local(zone_name: &str, utc: NaiveDateTime) -> NaiveDateTime {
    zone(zone_name).map_or(utc, |zone| zone.from_utc_datetime(&utc).naive_local())
}

/// The instant of a local time, UTC. Of the two instants of an hour that the clocks repeat it is the later one, so
/// that nobody loses time; nothing for an hour that the clocks leave out.
#[must_use]
pub fn utc(zone: Tz, local: NaiveDateTime) -> Option<NaiveDateTime> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) => Some(instant.naive_utc()),
        LocalResult::Ambiguous(_, later) => Some(later.naive_utc()),
        LocalResult::None => None,
    }
}

/// The day on which a campaign's people are erased: the decision day some months later, the last day of the month when
/// that month is too short.
#[must_use]
pub fn erased_on(decision_on: NaiveDate, retention_months: u32) -> NaiveDate {
    decision_on.checked_add_months(Months::new(retention_months)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn local_and_utc_agree() {
        let paris = zone("Europe/Paris").unwrap();

        assert_eq!(utc(paris, at("2026-12-01T18:00")), Some(at("2026-12-01T17:00")));
        assert_eq!(local("Europe/Paris", at("2026-07-01T16:00")), at("2026-07-01T18:00"));
    }

    #[test]
    fn the_hour_of_the_clock_change_is_settled() {
        let paris = zone("Europe/Paris").unwrap();

        assert_eq!(utc(paris, at("2026-10-25T02:30")), Some(at("2026-10-25T01:30")));
        assert_eq!(utc(paris, at("2027-03-28T02:30")), None);
    }

    #[test]
    fn an_unknown_zone_is_told() {
        assert_eq!(zone("Europe/Lyon"), None);
    }

    #[test]
    fn people_are_erased_on_the_day_of_the_month_or_its_last() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();

        assert_eq!(erased_on(day("2026-12-15"), 3), day("2027-03-15"));
        assert_eq!(erased_on(day("2026-11-30"), 3), day("2027-02-28"));
    }
}
