//! Sets of people of whom numbers were published, and by how many people a new one differs from them. Who was in a set is
//! not stored: it is found again from its campaigns, its days and the moment at which it was frozen.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use store::repo::norm_groups::NormScoreRow;

use crate::zone;

/// A set of people of whom numbers were published.
pub(super) struct Published {
    /// The snapshot whose scores it was taken from.
    pub(super) snapshot_id: String,
    /// The campaigns it was taken from; nothing for all.
    pub(super) campaigns: Option<BTreeSet<String>>,
    /// The days between which they finished, in the zone of their campaign.
    pub(super) days: Option<(NaiveDate, NaiveDate)>,
    /// When it was frozen.
    pub(super) until: NaiveDateTime,
    /// How many there were.
    pub(super) n: u32,
    /// Whether the same people may be published once more.
    pub(super) may_be_equal: bool,
}

impl Published {
    /// Whether a finished, ranked attempt was in the set; `zones` are those of the campaigns, by id.
    pub(super) fn holds(&self, row: &NormScoreRow, zones: &HashMap<String, String>) -> bool {
        // A weighted score is on a scale of its campaign's own.
        let Some(finished) = row.finished_at.filter(|at| *at <= self.until) else { return false };
        if row.plain_score.is_some() {
            return false;
        }
        let is_of_campaign = self.campaigns.as_ref().is_none_or(|ids| ids.contains(&row.campaign_id));
        let is_in_time = self.days.is_none_or(|(from_on, to_on)| {
            let zone = zones.get(&row.campaign_id).map_or("UTC", String::as_str);
            (from_on..=to_on).contains(&zone::local(zone, finished).date())
        });
        is_of_campaign && is_in_time
    }
}

/// By how many people two sets differ, when `then` people were in the other one and `other` of them can still be found:
/// whoever was erased since is in it and not in the new one.
pub(super) fn people_apart(new: &HashSet<&str>, other: &HashSet<&str>, then: u32) -> u32 {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let gone = then.saturating_sub(number(other.len()));
    number(new.symmetric_difference(other).count()).saturating_add(gone)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn an_erased_person_counts_as_a_difference() {
        let all: HashSet<&str> = ["a", "b", "c", "d"].into();
        let fewer: HashSet<&str> = ["a", "b", "c"].into();

        assert_eq!(people_apart(&all, &all, 4), 0);
        assert_eq!(people_apart(&all, &fewer, 3), 1);
        // Of four people one is erased: a new group of the three that are left differs by her.
        assert_eq!(people_apart(&fewer, &fewer, 4), 1);
        assert_eq!(people_apart(&all, &fewer, 4), 2);
    }

    #[test]
    fn a_day_is_that_of_the_campaigns_zone() {
        let at = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(23, 30, 0).unwrap();
        let row = NormScoreRow {
            attempt_id: "a".to_owned(),
            campaign_id: "paris".to_owned(),
            finished_at: Some(at),
            score: Some(50.0),
            plain_score: None,
        };
        let zones = HashMap::from([("paris".to_owned(), "Europe/Paris".to_owned())]);
        let third = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
        let set = |day: NaiveDate, until: NaiveDateTime| Published {
            snapshot_id: String::new(),
            campaigns: None,
            days: Some((day, day)),
            until,
            n: 0,
            may_be_equal: false,
        };

        // Half past eleven in the evening in UTC is the next day in Paris.
        assert!(set(third, at).holds(&row, &zones));
        assert!(!set(third.pred_opt().unwrap(), at).holds(&row, &zones));
        // Who finished after it was frozen is not in it.
        assert!(!set(third, at - Duration::seconds(1)).holds(&row, &zones));
    }
}
