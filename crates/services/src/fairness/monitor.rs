//! What the monitor shows: published editions with what their numbers say, of one campaign and across campaigns.
//!
//! Everything here is a function of published counts: reading it as often as one likes, or adding campaigns up, tells
//! nothing that was not published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::demographics::GroupTable;
use domain::ids::CampaignId;
use psychometrics::fairness::impact::Selection;
use psychometrics::fairness::stratified::{Continuity, Stratum, mantel_haenszel};
use store::repo::campaigns;
use store::repo::fairness_editions::{self, FairnessEditionRow};

use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::fairness::publish::{EditionContent, MOST_EDITIONS, Readiness, prepared};
use crate::fairness::rates::{GroupCodes, RateTable};
use crate::fairness::setting::{FairnessSetting, setting_of};
use crate::fairness::tables::{PublishedRow, PublishedTable};
use crate::ranking::CampaignHead;
use crate::state::Services;
use crate::viewer::Staff;

/// Campaigns that the page across campaigns adds up.
const MOST_CAMPAIGNS: i64 = 2_000;

/// The monitor of one campaign.
#[derive(Clone, Debug)]
pub struct FairnessMonitor {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What is asked.
    pub setting: FairnessSetting,
    /// Whether an edition can be published now.
    pub readiness: Readiness,
    /// The editions, the first one first.
    pub editions: Vec<Edition>,
}

/// A published edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its number.
    pub sequence: i32,
    /// When it was published.
    pub published_on: NaiveDate,
    /// What it says.
    pub content: EditionContent,
    /// Its tables with what they indicate.
    pub tables: Vec<RateTables>,
}

/// The rates of one table of groups.
#[derive(Clone, Debug)]
pub struct RateTables {
    /// Which.
    pub table: GroupTable,
    /// People in it, unknown and hidden ones included.
    pub people: u32,
    /// People of unknown group.
    pub unknown: u32,
    /// Groups that are hidden in the scoring rates, or that nobody is in.
    pub hidden: Vec<GroupCodes>,
    /// Shares above the median; nothing when every group is hidden.
    pub scoring: Option<RateTable>,
    /// Groups that are hidden in the selection rates, or that nobody is in.
    pub hidden_in_selection: Vec<GroupCodes>,
    /// Shares selected; nothing when nobody was selected or every group is hidden.
    pub selection: Option<RateTable>,
}

/// The monitor across campaigns.
#[derive(Clone, Debug)]
pub struct FairnessAcross {
    /// The campaigns with editions, the newest first.
    pub campaigns: Vec<PublishedCampaign>,
    /// The tables, added up over what is published.
    pub tables: Vec<AcrossTable>,
    /// Whether people in them are invented.
    pub is_demo: bool,
    /// Whether somebody was selected in one of them.
    pub has_selection: bool,
}

/// A campaign with editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedCampaign {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When its last edition was published.
    pub published_on: NaiveDate,
    /// People in its editions.
    pub people: u32,
}

/// One table across campaigns.
#[derive(Clone, Debug)]
pub struct AcrossTable {
    /// Published rows added up.
    pub rates: RateTables,
    /// Editions that hold the table.
    pub editions: u32,
    /// Each group but the reference of the scoring rates against it.
    pub odds: Vec<PooledOdds>,
}

/// A group against the reference of the scoring rates, edition by edition.
#[derive(Clone, Debug, PartialEq)]
pub struct PooledOdds {
    /// The group.
    pub group: GroupCodes,
    /// Its odds over those of the reference (Mantel-Haenszel).
    pub ratio: f64,
    /// 95 % interval.
    pub interval: (f64, f64),
    /// Editions that show both.
    pub editions: u32,
}

impl Services {
    /// The monitor of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn fairness_monitor(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
    ) -> Result<FairnessMonitor, ServiceError> {
        require(viewer, Permission::ReadFairness)?;
        let now = self.now();
        self.read(|conn| {
            let organisation = viewer.organisation.as_str();
            let row = campaigns::find(conn, organisation, campaign.as_str())?;
            let setting = setting_of(conn, &row.id)?;
            let readiness = prepared(conn, &row, now)?.readiness;
            let editions = fairness_editions::of_campaign(conn, organisation, &row.id, MOST_EDITIONS)?;
            let editions = editions.iter().map(edition_of).collect::<Result<Vec<_>, _>>()?;
            Ok(FairnessMonitor { campaign: CampaignHead::of(&row, now), setting, readiness, editions })
        })
    }

    /// The monitor across the campaigns of the organisation: published rows added up.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn fairness_across(&self, viewer: &Staff) -> Result<FairnessAcross, ServiceError> {
        require(viewer, Permission::ReadFairness)?;
        let rows = self.read(|conn| {
            Ok(fairness_editions::of_organisation(conn, viewer.organisation.as_str(), MOST_CAMPAIGNS)?)
        })?;
        let mut found: Vec<PublishedCampaign> = Vec::new();
        let mut published: BTreeMap<GroupTable, Vec<(u32, PublishedTable)>> = BTreeMap::new();
        let (mut is_demo, mut has_selection) = (false, false);
        for (row, title) in &rows {
            let edition = edition_of(row)?;
            is_demo |= edition.content.is_demo;
            has_selection |= edition.content.has_selection;
            let people = edition.content.people;
            match found.last_mut().filter(|last| last.id == row.campaign_id) {
                Some(last) => {
                    last.people += people;
                    last.published_on = row.published_on;
                }
                None => found.push(PublishedCampaign {
                    id: row.campaign_id.clone(),
                    title: title.clone(),
                    published_on: row.published_on,
                    people,
                }),
            }
            for table in edition.content.tables {
                published.entry(table.table).or_default().push((people, table));
            }
        }
        let tables = published.into_iter().map(|(table, parts)| across(table, &parts)).collect();
        Ok(FairnessAcross { campaigns: found, tables, is_demo, has_selection })
    }
}

pub(super) fn edition_of(row: &FairnessEditionRow) -> Result<Edition, ServiceError> {
    let content: EditionContent = serde_json::from_str(&row.content).map_err(stored)?;
    let tables = content.tables.iter().map(|table| rates(content.people, table)).collect();
    Ok(Edition { sequence: row.sequence, published_on: row.published_on, content, tables })
}

fn rates(people: u32, table: &PublishedTable) -> RateTables {
    rates_of(table.table, &[(people, table.clone())])
}

/// The rates of one kind of table over some editions: published rows added up; what an edition hides adds nothing.
fn rates_of(table: GroupTable, parts: &[(u32, PublishedTable)]) -> RateTables {
    let people = parts.iter().map(|(people, _)| people).sum();
    let counts = |selected: fn(&PublishedRow) -> Option<u32>| {
        let (groups, hidden) = added_up(table, parts, selected);
        (RateTable::of(groups, people), hidden)
    };
    let (scoring, hidden) = counts(|row| row.above);
    let (selection, hidden_in_selection) = counts(|row| row.selected);
    let unknown = parts.iter().map(|(_, part)| part.unknown).sum();
    RateTables { table, people, unknown, hidden, scoring, hidden_in_selection, selection }
}

/// The sums of each group over the editions that show it, and the groups that none shows: those that somebody is in and
/// those that nobody is in alike, because the difference would tell that there is somebody.
fn added_up(
    table: GroupTable,
    parts: &[(u32, PublishedTable)],
    selected: fn(&PublishedRow) -> Option<u32>,
) -> (Vec<(GroupCodes, Selection)>, Vec<GroupCodes>) {
    let (first, second) = table.codes();
    let place = |codes: &[&'static str], code: &str| codes.iter().position(|one| *one == code).unwrap_or(0);
    let mut sums: BTreeMap<(usize, usize), (GroupCodes, u32, u32)> = BTreeMap::new();
    for (at, code) in first.iter().enumerate() {
        let beside = second.as_ref().map_or_else(|| vec![None], |codes| codes.iter().map(Some).collect());
        for (beside_at, beside) in beside.into_iter().enumerate() {
            let codes = ((*code).to_owned(), beside.map(|code| (*code).to_owned()));
            sums.insert((at, beside_at), (codes, 0, 0));
        }
    }
    for row in parts.iter().flat_map(|(_, part)| &part.rows) {
        let codes = (row.group.clone(), row.second.clone());
        let beside = second.as_ref().zip(row.second.as_ref()).map_or(0, |(codes, code)| place(codes, code));
        let sum = sums.entry((place(&first, &row.group), beside)).or_insert((codes, 0, 0));
        if let Some((n, selected)) = row.n.zip(selected(row)) {
            sum.1 = sum.1.saturating_add(n);
            sum.2 = sum.2.saturating_add(selected);
        }
    }
    let (mut groups, mut hidden) = (Vec::new(), Vec::new());
    for (codes, n, selected) in sums.into_values() {
        match Selection::new(selected, n) {
            Ok(selection) => groups.push((codes, selection)),
            Err(_) => hidden.push(codes),
        }
    }
    (groups, hidden)
}

fn across(table: GroupTable, parts: &[(u32, PublishedTable)]) -> AcrossTable {
    let rates = rates_of(table, parts);
    let odds = pooled_odds(rates.scoring.as_ref(), parts);
    AcrossTable { rates, editions: u32::try_from(parts.len()).unwrap_or(u32::MAX), odds }
}

fn pooled_odds(scoring: Option<&RateTable>, parts: &[(u32, PublishedTable)]) -> Vec<PooledOdds> {
    let Some(table) = scoring else { return Vec::new() };
    let Some(reference) = table.reference().map(|row| &row.group) else { return Vec::new() };
    let others = table.rows.iter().map(|row| &row.group).filter(|group| *group != reference);
    let pooled = |group: &GroupCodes| {
        let found = mantel_haenszel(&strata(parts, group, reference), Continuity::Guarded).ok()?;
        let (ratio, interval) = (found.odds_ratio?, found.interval?);
        let interval = (interval.low, interval.high);
        Some(PooledOdds { group: group.clone(), ratio, interval, editions: found.strata_used })
    };
    others.filter_map(pooled).collect()
}

/// Group against reference above the median, one stratum per edition that shows both.
fn strata(parts: &[(u32, PublishedTable)], group: &GroupCodes, reference: &GroupCodes) -> Vec<Stratum> {
    let counts = |part: &PublishedTable, codes: &GroupCodes| {
        let row = part.rows.iter().find(|row| row.group == codes.0 && row.second == codes.1)?;
        Selection::new(row.above?, row.n?).ok()
    };
    parts
        .iter()
        .filter_map(|(_, part)| Some(Stratum::of_selections(counts(part, group)?, counts(part, reference)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(rows: &[(&str, Option<(u32, u32)>)]) -> (u32, PublishedTable) {
        let row = |(group, counts): &(&str, Option<(u32, u32)>)| PublishedRow {
            group: (*group).to_owned(),
            second: None,
            n: counts.map(|(n, _)| n),
            above: counts.map(|(_, above)| above),
            selected: None,
        };
        let rows = rows.iter().map(row).collect();
        (100, PublishedTable { table: GroupTable::Sex, unknown: 10, rows })
    }

    #[test]
    fn campaigns_add_up_what_they_show_and_nothing_else() {
        let parts = [
            part(&[("female", Some((50, 30))), ("male", Some((40, 20)))]),
            part(&[("female", None), ("male", None), ("another", None)]),
            part(&[("female", Some((30, 10))), ("male", Some((60, 30)))]),
        ];

        let found = across(GroupTable::Sex, &parts);

        let rows = &found.rates.scoring.as_ref().unwrap().rows;
        let counts: Vec<(u32, u32)> = rows.iter().map(|row| (row.n, row.selected)).collect();
        assert_eq!(counts, [(80, 40), (100, 50)]);
        assert_eq!(found.rates.hidden, [("another".to_owned(), None)]);
        assert!(found.rates.selection.is_none());
        assert_eq!((found.rates.people, found.rates.unknown, found.editions), (300, 30, 3));
        assert_eq!(found.odds.len(), 1);
        assert_eq!(found.odds[0].editions, 2);
    }
}
