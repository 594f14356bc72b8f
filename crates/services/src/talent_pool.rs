//! People of several campaigns side by side: those who agreed to it, of one form and key at a time, under one snapshot.
//!
//! Only plain scores are compared, and nobody has a rank here, because ranks belong to campaigns. Nothing is stored: a
//! consent that is withdrawn is out of the next page. Names, addresses and times are not read.

pub mod consent;
mod people;

use std::sync::Arc;

use domain::ids::CampaignId;
use domain::pack::Localised;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::pool_consents;

use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::ranking::{BlindPerson, CampaignHead, DecisionFilter, Measure};
use crate::score_attempt::campaign_form;
use crate::state::Services;
use crate::viewer::Staff;

/// People on one page.
pub const PAGE_SIZE: usize = 50;

/// People to rate that are listed.
pub const MOST_TO_RATE: usize = 200;

/// Campaigns looked at, the newest ones.
const MOST_CAMPAIGNS: i64 = 500;

/// What part of the pool to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolQuery {
    /// The test, by [`PoolTest::id`]; nothing: the one of the newest campaigns.
    pub test: Option<String>,
    /// Only people of this campaign.
    pub campaign: Option<CampaignId>,
    /// Only this decision.
    pub decision: Option<DecisionFilter>,
    /// Only people with this tag, by its id.
    pub tag: Option<String>,
    /// The page, from 0. Counted, so that no address names a person.
    pub page: usize,
}

impl PoolQuery {
    /// Whether some people are hidden.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.campaign.is_some() || self.decision.is_some() || self.tag.is_some()
    }
}

/// The pool of an organisation, one test of it.
#[derive(Clone, Debug)]
pub struct TalentPool {
    /// The tests that somebody agreed for, those of the newest campaigns first.
    pub tests: Vec<PoolTest>,
    /// What is shown of the chosen one.
    pub shown: Shown,
}

/// What a page of the pool shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Nobody has agreed, or nobody for the test asked for.
    Nobody,
    /// People of one campaign alone, whose ranking says more.
    OneCampaign(CampaignHead),
    /// People of several campaigns.
    People(Box<PoolGroup>),
}

/// A form under a key: what makes scores comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolTest {
    /// Its id in addresses.
    pub id: String,
    /// Title of the pack.
    pub pack_title: Localised<String>,
    /// Version of the pack.
    pub pack_version: String,
    /// The form.
    pub form_id: String,
    /// Version of the form.
    pub form_version: u32,
    /// Version of the key.
    pub key_version: String,
    /// Whether it is the one shown.
    pub is_shown: bool,
}

/// The people of one test.
#[derive(Clone, Debug)]
pub struct PoolGroup {
    /// What the scores were made with.
    pub measure: Measure,
    /// IANA name of the time zone of dates, that of the newest campaign.
    pub time_zone: String,
    /// The campaigns that people come from, the newest first: id and title.
    pub campaigns: Vec<(String, String)>,
    /// The tags of the organisation, to filter by: id and name.
    pub tags: Vec<(String, String)>,
    /// Width of a band, points.
    pub band_width: f64,
    /// The bands of everybody in it, the top one first.
    pub bands: Vec<PoolBand>,
    /// People in bands.
    pub n_people: usize,
    /// The campaigns that those come from.
    pub n_campaigns: usize,
    /// Those of them whom the filter lets through.
    pub n_matching: usize,
    /// The people of this page.
    pub people: Vec<PooledPerson>,
    /// Whether another page follows.
    pub has_more: bool,
    /// People whom the viewer has to rate first, at most [`MOST_TO_RATE`].
    pub to_rate: Vec<PersonApart>,
    /// How many those are that the filter lets through.
    pub n_to_rate: usize,
    /// Whether they were left out because a decision was asked for, which waits for the viewer's rating too.
    pub is_to_rate_left_out: bool,
    /// People who agreed and whose score may not be ranked, or is not made yet.
    pub n_without_score: i64,
}

/// A band of the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolBand {
    /// From the top, 0 for A.
    pub band: i32,
    /// How many people.
    pub n: usize,
    /// The highest score in it.
    pub highest: f64,
}

/// One person with a score.
#[derive(Clone, Debug, PartialEq)]
pub struct PooledPerson {
    /// Who, as far as may be known.
    pub person: BlindPerson,
    /// The campaign: id and title.
    pub campaign: (String, String),
    /// The plain score.
    pub score: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// The band.
    pub band: i32,
}

/// One person whom the viewer has to rate first. There is no decision beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonApart {
    /// Who, as far as may be known.
    pub person: BlindPerson,
    /// The campaign: id and title.
    pub campaign: (String, String),
}

impl Services {
    /// One page of the people of the organisation who agreed to be seen together.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates, and campaign and tag are of the organisation.
    pub fn talent_pool(&self, viewer: &Staff, query: &PoolQuery) -> Result<TalentPool, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let organisation = viewer.organisation.as_str();
        let now = self.now();
        let rows = self.read(|conn| {
            if let Some(campaign) = &query.campaign {
                campaigns::find(conn, organisation, campaign.as_str())?;
            }
            Ok(pool_consents::campaigns(conn, organisation, MOST_CAMPAIGNS)?)
        })?;
        let groups = by_test(rows);
        // Packs and keys are kept in memory; at most MOST_CAMPAIGNS forms.
        let forms: Vec<Arc<LoadedForm>> =
            groups.iter().map(|group| campaign_form(self, &group.newest)).collect::<Result<_, _>>()?;
        let chosen = match &query.test {
            Some(asked) => groups.iter().position(|group| group.id() == *asked),
            None => {
                let several = groups.iter().position(|group| !group.older.is_empty());
                several.or((!groups.is_empty()).then_some(0))
            }
        };
        let tests = groups.iter().zip(&forms).enumerate();
        let tests =
            tests.map(|(place, (group, form))| PoolTest::of(group, form, chosen == Some(place))).collect();
        let shown = match chosen.and_then(|place| groups.get(place).zip(forms.get(place))) {
            None => Shown::Nobody,
            Some((group, _)) if group.older.is_empty() => {
                Shown::OneCampaign(CampaignHead::of(&group.newest, now))
            }
            Some((group, form)) => {
                let people = self.read(|conn| people::of_test(conn, viewer, group, form, query))?;
                Shown::People(Box::new(people))
            }
        };
        Ok(TalentPool { tests, shown })
    }
}

/// The campaigns of one form and key with somebody who agreed.
struct Together {
    newest: CampaignRow,
    older: Vec<CampaignRow>,
}

impl Together {
    /// A key belongs to one pack, so that the pack needs no place in it.
    fn id(&self) -> String {
        let row = &self.newest;
        format!("{}.{}.{}", row.key_row_id, row.form_version, row.form_id)
    }

    fn all(&self) -> impl Iterator<Item = &CampaignRow> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    fn is_of(&self, row: &CampaignRow) -> bool {
        let own = &self.newest;
        own.pack_row_id == row.pack_row_id
            && own.form_id == row.form_id
            && own.form_version == row.form_version
            && own.key_row_id == row.key_row_id
    }
}

/// Campaigns, the newest first, by what makes their scores comparable.
fn by_test(rows: Vec<CampaignRow>) -> Vec<Together> {
    let mut groups: Vec<Together> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|group| group.is_of(&row)) {
            Some(group) => group.older.push(row),
            None => groups.push(Together { newest: row, older: Vec::new() }),
        }
    }
    groups
}

impl PoolTest {
    fn of(group: &Together, form: &LoadedForm, is_shown: bool) -> Self {
        Self {
            id: group.id(),
            pack_title: form.pack.title.clone(),
            pack_version: form.pack.version.clone(),
            form_id: form.form.id.as_str().to_owned(),
            form_version: form.form.version,
            key_version: form.key.version.clone(),
            is_shown,
        }
    }
}
