//! What a campaign hands to an independent auditor: the published tables as one CSV file, hidden where they are hidden.
//!
//! The columns follow what New York City's Local Law 144 (6 RCNY 5-300 to 5-304) wants published. The dates of the
//! audit and of the distribution are the auditor's and the employer's to fill in.

use domain::demographics::GroupTable;
use domain::ids::CampaignId;
use store::repo::campaigns;
use store::repo::fairness_editions;

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::fairness::monitor::{Edition, RateTables, edition_of};
use crate::fairness::publish::MOST_EDITIONS;
use crate::fairness::rates::{GroupCodes, RateRow, RateTable};
use crate::state::Services;
use crate::viewer::Staff;

/// The columns, in order.
pub const COLUMNS: [&str; 21] = [
    "edition",
    "table",
    "group",
    "second_group",
    "n",
    "above_median",
    "scoring_rate",
    "scoring_impact_ratio",
    "selected",
    "selection_rate",
    "selection_impact_ratio",
    "below_2_percent",
    "is_hidden",
    "unknown_n",
    "people_n",
    "data_source",
    "data_published_on",
    "test_form_key",
    "is_demonstration",
    "audit_date",
    "distribution_date",
];

/// A file to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditorsFile {
    /// Its name, without a word about anybody.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Where the data come from, in one sentence.
const SOURCE: &str = "Historical data: tests of one closed campaign of the employer; self-reported groups";

impl Services {
    /// The published tables of a campaign as a CSV file. Leaves an audit row.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it or nothing is published.
    pub fn auditors_file(&self, viewer: &Staff, campaign: &CampaignId) -> Result<AuditorsFile, ServiceError> {
        require(viewer, Permission::ReadFairness)?;
        self.write(|tx| {
            let organisation = viewer.organisation.as_str();
            let row = campaigns::find(tx.conn, organisation, campaign.as_str())?;
            let rows = fairness_editions::of_campaign(tx.conn, organisation, &row.id, MOST_EDITIONS)?;
            let editions = rows.iter().map(edition_of).collect::<Result<Vec<_>, _>>()?;
            if editions.is_empty() {
                return Err(ServiceError::NotFound);
            }
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::ResultsExported,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("file=groups;editions={}", editions.len()),
                address: viewer.address.clone(),
            });
            Ok(AuditorsFile { name: "egard-groups.csv".to_owned(), bytes: bytes(&editions)? })
        })
    }
}

fn bytes(editions: &[Edition]) -> Result<Vec<u8>, ServiceError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(stored)?;
    for edition in editions {
        for rates in &edition.tables {
            for group in groups(rates) {
                writer.write_record(record(edition, rates, &group)).map_err(stored)?;
            }
        }
    }
    writer.into_inner().map_err(|error| ServiceError::broken_by("a CSV file", error.into_error()))
}

/// The groups of a table, shown ones first.
fn groups(rates: &RateTables) -> Vec<GroupCodes> {
    let shown = rates.scoring.iter().flat_map(|table| table.rows.iter().map(|row| row.group.clone()));
    shown.chain(rates.hidden.iter().cloned()).collect()
}

fn record(edition: &Edition, rates: &RateTables, group: &GroupCodes) -> Vec<String> {
    let find = |table: &Option<RateTable>| {
        table.as_ref().and_then(|table| table.rows.iter().find(|row| row.group == *group).cloned())
    };
    let (scoring, selection) = (find(&rates.scoring), find(&rates.selection));
    let count = |row: &Option<RateRow>| row.as_ref().map_or_else(String::new, |row| row.selected.to_string());
    let rate =
        |row: &Option<RateRow>| row.as_ref().map_or_else(String::new, |row| format!("{:.4}", row.rate));
    let ratio = |row: &Option<RateRow>| {
        let ratio = row.as_ref().and_then(|row| row.ratio);
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.4}"))
    };
    let content = &edition.content;
    let is_law = matches!(rates.table, GroupTable::Sex | GroupTable::Race | GroupTable::SexRace);
    vec![
        edition.sequence.to_string(),
        format!("{}{}", rates.table, if is_law { "" } else { " (not asked by LL144)" }),
        group.0.clone(),
        group.1.clone().unwrap_or_default(),
        scoring.as_ref().map_or_else(String::new, |row| row.n.to_string()),
        count(&scoring),
        rate(&scoring),
        ratio(&scoring),
        count(&selection),
        rate(&selection),
        ratio(&selection),
        scoring.as_ref().map_or_else(String::new, |row| row.is_below_least_share.to_string()),
        scoring.is_none().to_string(),
        rates.unknown.to_string(),
        rates.people.to_string(),
        SOURCE.to_owned(),
        edition.published_on.to_string(),
        format!("{}; {}; key {}", content.pack_version, content.form, content.key_version),
        content.is_demo.to_string(),
        String::new(),
        String::new(),
    ]
}
