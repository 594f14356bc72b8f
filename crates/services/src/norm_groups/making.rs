//! Making a comparison group: from finished, ranked attempts of chosen campaigns between two days, under one snapshot.
//!
//! Refused under 30 people, and when it differs by fewer than 5 people from anything published before (another group, or
//! a snapshot that the manual tells of): the difference of two means is then one person's score. Who was in an earlier
//! group is not stored; it is found again from its campaigns and days, and whoever has been erased since counts as a
//! difference. Three sets can still be set off against each other; groups are therefore made by owners alone.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Duration, NaiveDate, NaiveDateTime};
use domain::ids::{CampaignId, NormGroupId};
use psychometrics::descriptive::describe;
use psychometrics::fairness::suppression::LEAST_CELL;
use psychometrics::norms::{FEWEST_COMPARED, ScoreCounts};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::norm_groups::{self, NormGroupRow, NormScoreRow};
use store::repo::snapshots::{self, SnapshotRow};

use crate::audit::Action;
use crate::authz::{Permission, require};
use crate::error::{FieldError, ServiceError};
use crate::human_review::checked;
use crate::ids::row_uuid;
use crate::norm_groups::apart::{Published, people_apart};
use crate::norm_groups::{MOST_GROUPS, fault, note};
use crate::ranking::{CampaignHead, Measure, snapshot_head};
use crate::ranking_versions::MOST_PEOPLE;
use crate::score_attempt::{campaign_form, form_of};
use crate::snapshots::{Taker, current_snapshot, fill_scores};
use crate::state::Services;
use crate::viewer::Staff;
use crate::zone;

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 80;
/// Longest description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 500;
/// Campaigns offered at most.
const MOST_CAMPAIGNS: i64 = 200;
/// Snapshots that a new group is held against.
const MOST_SNAPSHOTS: i64 = 50;

/// A group as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormForm {
    /// Its French name.
    pub name_fr: String,
    /// Its English name.
    pub name_en: String,
    /// What it is, in French.
    pub description_fr: String,
    /// What it is, in English.
    pub description_en: String,
    /// The first day, `2026-03-02`.
    pub from_on: String,
    /// The last day.
    pub to_on: String,
    /// Ids of campaigns.
    pub campaigns: Vec<String>,
}

/// What the page of a new group offers.
#[derive(Clone, Debug)]
pub struct NormFormPage {
    /// The campaign that it was opened from.
    pub campaign: CampaignHead,
    /// What its scores are made with.
    pub measure: Measure,
    /// Campaigns of the same form and key.
    pub offered: Vec<OfferedCampaign>,
    /// Today, in the zone of the campaign.
    pub today: NaiveDate,
}

/// A campaign that a group may be taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedCampaign {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Tests finished.
    pub finished: i64,
    /// The day on which it was made.
    pub made_on: NaiveDate,
}

impl Services {
    /// What a new group of a campaign's form and key may be taken from.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer manages keys and the campaign is theirs.
    pub fn norm_form(&self, viewer: &Staff, campaign: &CampaignId) -> Result<NormFormPage, ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let form = campaign_form(self, &row)?;
        let now = self.now();
        self.read(|conn| {
            let rows = norm_groups::campaigns_of_form(conn, form_of(&row), MOST_CAMPAIGNS)?;
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            let funnels = campaigns::funnels(conn, &ids)?;
            let newest = snapshots::newest(conn, form_of(&row))?;
            let newest = newest.map(|newest| snapshot_head(conn, &newest.id)).transpose()?;
            let offered = rows
                .into_iter()
                .map(|row| OfferedCampaign {
                    finished: funnels.get(&row.id).map_or(0, |funnel| funnel.finished),
                    made_on: zone::local(&row.time_zone, row.created_at).date(),
                    id: row.id,
                    title: row.title,
                })
                .collect();
            Ok(NormFormPage {
                campaign: CampaignHead::of(&row, now),
                measure: Measure::of(&form, newest),
                offered,
                today: zone::local(&row.time_zone, now).date(),
            })
        })
    }

    /// Makes a comparison group of the form and key of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with the fields of [`NormForm`] (`required`, `too_long`, `not_valid`, `malformed`,
    /// `order`, `future`, `not_offered`), or with `group`: `too_few`, `too_close`, `same`;
    /// [`ServiceError::Conflict`] `groups_changed` when somebody made one at the same moment;
    /// [`ServiceError::NotFound`] unless the viewer manages keys and the campaign is theirs.
    pub fn make_norm_group(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        typed: &NormForm,
    ) -> Result<NormGroupId, ServiceError> {
        require(viewer, Permission::ManageKeys)?;
        let row =
            self.read(|conn| Ok(campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        let wanted = self.read(|conn| Wanted::read(conn, &row, typed, self.now()))?;
        let form = campaign_form(self, &row)?;
        let of = form_of(&row);
        let snapshot = self.write(|tx| current_snapshot(self, tx, of, &form))?;
        // Whoever finished while a snapshot was taken gets their score first.
        fill_scores(self, &row, &form, &snapshot, &Taker::staff(viewer))?;
        // Read and compared outside the writing transaction: answers being saved need not wait.
        let now = self.now();
        let (earlier, frozen) = self.read(|conn| {
            let earlier = norm_groups::of_form(conn, of, MOST_GROUPS)?;
            let frozen = wanted.freeze(conn, viewer.is_demo, &snapshot, &earlier, now)?;
            Ok((earlier, frozen))
        })?;
        let id = row_uuid(now, self.random());
        let group = wanted.row(&row, &snapshot, frozen, viewer, id.to_string(), now);
        self.write(|tx| {
            norm_groups::lock_form(tx.conn, &snapshot.id)?;
            if norm_groups::of_form(tx.conn, of, MOST_GROUPS)?.len() != earlier.len() {
                return Err(ServiceError::Conflict("groups_changed"));
            }
            let campaigns: Vec<String> = wanted.campaigns.iter().cloned().collect();
            norm_groups::insert(tx.conn, &group, &campaigns)?;
            let detail = format!("n={};campaigns={};key={}", group.n, campaigns.len(), group.key_row_id);
            note(tx, viewer, Action::NormGroupMade, group.id.clone(), detail);
            Ok(())
        })?;
        Ok(NormGroupId::new(id))
    }
}

/// What was typed, checked.
struct Wanted {
    names: [String; 2],
    descriptions: [String; 2],
    from_on: NaiveDate,
    to_on: NaiveDate,
    campaigns: BTreeSet<String>,
    /// The zones of every campaign of the form, by id.
    zones: HashMap<String, String>,
}

/// The numbers of a new group.
struct Frozen {
    n: u32,
    mean: f64,
    sd: f64,
    counts: String,
}

impl Wanted {
    fn read(
        conn: &mut DbConn,
        campaign: &CampaignRow,
        typed: &NormForm,
        now: NaiveDateTime,
    ) -> Result<Self, ServiceError> {
        let of_form = norm_groups::campaigns_of_form(conn, form_of(campaign), MOST_CAMPAIGNS)?;
        let mut errors = Vec::new();
        let mut text = |field: &'static str, value: &str, fewest: usize, most: usize| {
            let words = value.split_whitespace().collect::<Vec<_>>().join(" ");
            match checked(field, &words, fewest, most) {
                Ok(words) => words,
                Err(ServiceError::Invalid(mut wrong)) => {
                    for error in &mut wrong {
                        error.code = if error.code == "too_short" { "required" } else { error.code };
                    }
                    errors.extend(wrong);
                    String::new()
                }
                Err(_) => String::new(),
            }
        };
        let names = [
            text("name_fr", &typed.name_fr, 1, MAX_NAME_CHARS),
            text("name_en", &typed.name_en, 1, MAX_NAME_CHARS),
        ];
        let descriptions = [
            text("description_fr", &typed.description_fr, 0, MAX_DESCRIPTION_CHARS),
            text("description_en", &typed.description_en, 0, MAX_DESCRIPTION_CHARS),
        ];
        let from_on = day("from_on", &typed.from_on, &mut errors);
        let to_on = day("to_on", &typed.to_on, &mut errors);
        let mut refuse = |field, code| errors.push(FieldError { field, code });
        if let (Some(from_on), Some(to_on)) = (from_on, to_on) {
            // No zone is more than 14 hours ahead of UTC.
            if to_on > (now + Duration::hours(14)).date() {
                refuse("to_on", "future");
            } else if from_on > to_on {
                refuse("to_on", "order");
            }
        }
        let campaigns: BTreeSet<String> = typed.campaigns.iter().cloned().collect();
        if campaigns.is_empty() {
            refuse("campaigns", "required");
        } else if !campaigns.iter().all(|id| of_form.iter().any(|row| row.id == *id)) {
            refuse("campaigns", "not_offered");
        }
        let zones = of_form.into_iter().map(|row| (row.id, row.time_zone)).collect();
        match (from_on, to_on) {
            (Some(from_on), Some(to_on)) if errors.is_empty() => {
                Ok(Self { names, descriptions, from_on, to_on, campaigns, zones })
            }
            _ => Err(ServiceError::Invalid(errors)),
        }
    }

    /// The numbers of the group, unless it is too small or too close to something published before.
    fn freeze(
        &self,
        conn: &mut DbConn,
        is_demo: bool,
        snapshot: &SnapshotRow,
        earlier: &[NormGroupRow],
        now: NaiveDateTime,
    ) -> Result<Frozen, ServiceError> {
        let mut read: HashMap<String, Vec<NormScoreRow>> = HashMap::new();
        let published = self.published(conn, snapshot, earlier)?;
        let needed = published.iter().map(|set| &set.snapshot_id).chain([&snapshot.id]);
        // At most one reading a snapshot.
        for id in needed {
            if let Entry::Vacant(place) = read.entry(id.clone()) {
                place.insert(norm_groups::scores_under(conn, id, is_demo, MOST_PEOPLE)?);
            }
        }
        let rows = |id: &String| read.get(id).map(Vec::as_slice).unwrap_or_default();
        let set = Published {
            snapshot_id: snapshot.id.clone(),
            campaigns: Some(self.campaigns.clone()),
            days: Some((self.from_on, self.to_on)),
            until: now,
            n: 0,
            may_be_equal: false,
        };
        let members: Vec<&NormScoreRow> =
            rows(&snapshot.id).iter().filter(|row| set.holds(row, &self.zones)).collect();
        let scores: Vec<f64> = members.iter().filter_map(|row| row.score).collect();
        let too_few = || ServiceError::invalid("group", "too_few");
        let counts = ScoreCounts::of(&scores).map_err(fault)?;
        if counts.n() < FEWEST_COMPARED {
            return Err(too_few());
        }
        let ids: HashSet<&str> = members.iter().map(|row| row.attempt_id.as_str()).collect();
        for other in &published {
            let found: HashSet<&str> = rows(&other.snapshot_id)
                .iter()
                .filter(|row| other.holds(row, &self.zones))
                .map(|row| row.attempt_id.as_str())
                .collect();
            match people_apart(&ids, &found, other.n) {
                0 if other.may_be_equal => {}
                0 => return Err(ServiceError::invalid("group", "same")),
                few if few < LEAST_CELL => return Err(ServiceError::invalid("group", "too_close")),
                _ => {}
            }
        }
        let described = describe(&scores).map_err(fault)?;
        Ok(Frozen {
            n: counts.n(),
            mean: described.mean,
            sd: described.sd.unwrap_or_default(),
            counts: serde_json::to_string(counts.counts()).map_err(fault)?,
        })
    }

    /// Everything published of the same form and key: groups, retired ones too, and snapshots of 30 people or more.
    fn published(
        &self,
        conn: &mut DbConn,
        newest: &SnapshotRow,
        earlier: &[NormGroupRow],
    ) -> Result<Vec<Published>, ServiceError> {
        let mut published = Vec::new();
        // At most MOST_GROUPS queries for the campaigns of a group.
        for row in earlier {
            published.push(Published {
                snapshot_id: row.snapshot_id.clone(),
                campaigns: Some(norm_groups::campaigns_of(conn, &row.id)?),
                days: Some((row.from_on, row.to_on)),
                until: row.made_at,
                n: u32::try_from(row.n).map_err(fault)?,
                // The same people once more tell nothing new: a retired group may be made again with another name.
                may_be_equal: row.retired_at.is_some(),
            });
        }
        let of = store::repo::scores::FormOf {
            organisation: &newest.organisation_id,
            pack_row: &newest.pack_row_id,
            form: &newest.form_id,
            form_version: newest.form_version,
            key_row: &newest.key_row_id,
        };
        for row in snapshots::list(conn, of, MOST_SNAPSHOTS)? {
            let n = u32::try_from(row.n).map_err(fault)?;
            if n >= FEWEST_COMPARED {
                let (snapshot_id, until) = (row.id, row.taken_at);
                published.push(Published {
                    snapshot_id,
                    campaigns: None,
                    days: None,
                    until,
                    n,
                    may_be_equal: true,
                });
            }
        }
        Ok(published)
    }

    fn row(
        &self,
        campaign: &CampaignRow,
        snapshot: &SnapshotRow,
        frozen: Frozen,
        viewer: &Staff,
        id: String,
        now: NaiveDateTime,
    ) -> NormGroupRow {
        let ([name_fr, name_en], [description_fr, description_en]) =
            (self.names.clone(), self.descriptions.clone());
        NormGroupRow {
            id,
            organisation_id: campaign.organisation_id.clone(),
            pack_row_id: campaign.pack_row_id.clone(),
            form_id: campaign.form_id.clone(),
            form_version: campaign.form_version,
            key_row_id: snapshot.key_row_id.clone(),
            snapshot_id: snapshot.id.clone(),
            name_fr,
            name_en,
            description_fr,
            description_en,
            from_on: self.from_on,
            to_on: self.to_on,
            n: i32::try_from(frozen.n).unwrap_or(i32::MAX),
            mean: frozen.mean,
            sd: frozen.sd,
            counts: frozen.counts,
            made_by: Some(viewer.user.to_string()),
            made_at: now,
            retired_at: None,
        }
    }
}

fn day(field: &'static str, typed: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let typed = typed.trim();
    let found = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok();
    if found.is_none() {
        let code = if typed.is_empty() { "required" } else { "malformed" };
        errors.push(FieldError { field, code });
    }
    found
}
