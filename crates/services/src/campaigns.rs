//! Campaigns as recruiters see them: the list with its funnels, what awaits a person, and what every page of one
//! campaign says of it. Making and changing campaigns stands beside it.

pub mod change;
pub mod create;
pub mod settings;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use domain::campaign::CampaignState;
use domain::ids::CampaignId;
use domain::language::Language;
use store::conn::DbConn;
use store::repo::campaigns::{self as rows, CampaignRow, FunnelRow, Wanted};
use store::repo::mails;

use crate::authz::{Permission, require};
use crate::candidate::{languages_of, stored};
use crate::error::ServiceError;
use crate::human_review::{OpenReviews, open_reviews};
use crate::packs::LoadedForm;
use crate::state::Services;
use crate::typical_time::{Median, median_of};
use crate::viewer::Staff;

/// Campaigns on one page.
pub const PAGE_SIZE: i64 = 50;
/// How many must have finished before their median time is shown.
pub const FINISHERS_FOR_MEDIAN: i64 = 5;
/// How many must have answered before their satisfaction is shown.
pub const ANSWERS_FOR_SATISFACTION: i64 = 5;
/// Campaigns named under « what awaits a person ».
const MOST_AWAITING: i64 = 20;
/// Refused mails looked at for « what awaits a person ».
const MOST_REFUSED: i64 = 2_000;

/// Which campaigns a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CampaignFilter {
    /// All.
    #[default]
    All,
    /// Those that take answers.
    Open,
    /// Those that take none any more.
    Closed,
}

/// The campaigns of an organisation, one page of them.
#[derive(Clone, Debug)]
pub struct CampaignList {
    /// The campaigns, the newest first.
    pub campaigns: Vec<CampaignSummary>,
    /// The campaign before which the next page begins.
    pub next: Option<CampaignId>,
    /// What awaits a person.
    pub awaiting: Awaiting,
}

/// One campaign of a list.
#[derive(Clone, Debug)]
pub struct CampaignSummary {
    /// The campaign.
    pub campaign: CampaignFacts,
    /// How many people are where.
    pub funnel: Funnel,
    /// The median minutes at work, and the number of finishers it is taken over: from 5 on.
    pub median: Option<Median>,
    /// What finishers said of the test: from 5 answers on.
    pub satisfaction: Option<Satisfaction>,
}

/// What pages say of a campaign.
#[derive(Clone, Debug)]
pub struct CampaignFacts {
    /// Id.
    pub id: CampaignId,
    /// Title.
    pub title: String,
    /// The job.
    pub job: String,
    /// The form with its pack and key.
    pub form: Arc<LoadedForm>,
    /// Languages offered.
    pub languages: Vec<Language>,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// When it closes by itself, in its time zone.
    pub closes_at: Option<NaiveDateTime>,
    /// Whether it takes answers no more.
    pub is_over: bool,
    /// When it stopped taking answers, in its time zone.
    pub ended_at: Option<NaiveDateTime>,
    /// Date of the decision.
    pub decision_on: NaiveDate,
    /// The day on which its people are erased.
    pub people_erased_on: NaiveDate,
    /// Whether nobody is left in it.
    pub is_erased: bool,
}

/// How many people of a campaign are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Invited: all links but those withdrawn unused.
    pub invited: i64,
    /// Begun.
    pub started: i64,
    /// Finished.
    pub finished: i64,
    /// Finished, without a decision.
    pub undecided: i64,
}

/// What finishers said of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Satisfaction {
    /// How many answered.
    pub answers: i64,
    /// How many gave one of the two upper answers.
    pub favourable: i64,
}

impl Satisfaction {
    /// What answers (1 to 4, each with how often it was given) say; nothing of fewer than 5.
    pub(crate) fn of(answers: &[(i16, i64)]) -> Option<Self> {
        let all = answers.iter().map(|(_, number)| number).sum();
        let favourable = answers.iter().filter(|(value, _)| *value >= 3).map(|(_, number)| number).sum();
        (all >= ANSWERS_FOR_SATISFACTION).then_some(Self { answers: all, favourable })
    }
}

/// What awaits a person, from facts alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaiting {
    /// Campaigns where people have finished and nobody has decided.
    pub undecided: Vec<AwaitingLine>,
    /// Campaigns where the last mail to some people was refused.
    pub refused_mails: Vec<AwaitingLine>,
    /// Reviews that candidates asked for.
    pub reviews: Option<OpenReviews>,
}

impl Awaiting {
    /// Whether nothing does.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.undecided.is_empty() && self.refused_mails.is_empty() && self.reviews.is_none()
    }
}

/// One campaign with a number of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitingLine {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its title.
    pub title: String,
    /// How many people.
    pub people: i64,
}

impl From<FunnelRow> for Funnel {
    fn from(row: FunnelRow) -> Self {
        Self { invited: row.invited, started: row.started, finished: row.finished, undecided: row.undecided }
    }
}

impl Services {
    /// One page of the organisation's campaigns, beginning before one of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see campaigns or `before` is none of theirs.
    pub fn campaigns(
        &self,
        viewer: &Staff,
        filter: CampaignFilter,
        before: Option<&CampaignId>,
    ) -> Result<CampaignList, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let organisation = viewer.organisation.as_str();
        let now = self.now();
        let wanted = match filter {
            CampaignFilter::All => Wanted::All,
            CampaignFilter::Open => Wanted::OpenAt(now),
            CampaignFilter::Closed => Wanted::OverAt(now),
        };
        let (mut page, figures, awaiting) = self.read(|conn| {
            let before = before.map(|id| rows::find(conn, organisation, id.as_str())).transpose()?;
            let before = before.as_ref().map(|row| (row.created_at, row.id.as_str()));
            let page = rows::page(conn, organisation, wanted, before, PAGE_SIZE + 1)?;
            let shown = page.get(..page.len().min(usize::try_from(PAGE_SIZE).unwrap_or(50)));
            let figures = Figures::of(conn, shown.unwrap_or_default())?;
            Ok((page, figures, awaiting(conn, organisation)?))
        })?;
        let has_more = i64::try_from(page.len()).unwrap_or(i64::MAX) > PAGE_SIZE;
        page.truncate(usize::try_from(PAGE_SIZE).unwrap_or(50));
        let next = page.last().filter(|_| has_more).map(|row| CampaignId::parse(&row.id).map_err(stored));
        let campaigns = page
            .iter()
            .map(|row| {
                Ok(CampaignSummary {
                    campaign: self.facts_of_campaign(row)?,
                    funnel: figures.funnels.get(&row.id).copied().unwrap_or_default().into(),
                    median: figures.medians.get(&row.id).copied(),
                    satisfaction: figures.satisfaction.get(&row.id).copied(),
                })
            })
            .collect::<Result<Vec<_>, ServiceError>>()?;
        Ok(CampaignList { campaigns, next: next.transpose()?, awaiting })
    }

    /// What every page of a campaign says of it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it.
    pub fn campaign(&self, viewer: &Staff, campaign: &CampaignId) -> Result<CampaignFacts, ServiceError> {
        require(viewer, Permission::ManageCampaigns)?;
        let row = self.read(|conn| Ok(rows::find(conn, viewer.organisation.as_str(), campaign.as_str())?))?;
        self.facts_of_campaign(&row)
    }

    pub(crate) fn facts_of_campaign(&self, row: &CampaignRow) -> Result<CampaignFacts, ServiceError> {
        let local = |at: NaiveDateTime| crate::zone::local(&row.time_zone, at);
        let is_closed = CampaignState::parse(&row.state).map_err(stored)? == CampaignState::Closed;
        let ran_out = row.closes_at.filter(|closing| *closing <= self.now());
        let ended_at = [ran_out, row.closed_at].into_iter().flatten().min();
        Ok(CampaignFacts {
            id: CampaignId::parse(&row.id).map_err(stored)?,
            title: row.title.clone(),
            job: row.job.clone(),
            form: self.form_of_campaign(row)?,
            languages: languages_of(&row.languages)?,
            time_zone: row.time_zone.clone(),
            closes_at: row.closes_at.map(local),
            is_over: is_closed || ran_out.is_some(),
            ended_at: ended_at.map(local),
            decision_on: row.decision_on,
            people_erased_on: self.erased_on(row),
            is_erased: row.people_erased_at.is_some(),
        })
    }
}

/// The figures of the campaigns of one page, by campaign id.
struct Figures {
    funnels: HashMap<String, FunnelRow>,
    medians: HashMap<String, Median>,
    satisfaction: HashMap<String, Satisfaction>,
}

impl Figures {
    fn of(conn: &mut DbConn, page: &[CampaignRow]) -> Result<Self, ServiceError> {
        let ids: Vec<String> = page.iter().map(|row| row.id.clone()).collect();
        let funnels = rows::funnels(conn, &ids)?;
        let mut medians = HashMap::new();
        // At most PAGE_SIZE campaigns.
        for id in &ids {
            if let Some(median) = median_of(conn, id, FINISHERS_FOR_MEDIAN)? {
                medians.insert(id.clone(), median);
            }
        }
        let satisfaction = rows::satisfaction(conn, &ids)?
            .into_iter()
            .filter_map(|(id, answers)| Some((id, Satisfaction::of(&answers)?)))
            .collect();
        Ok(Self { funnels, medians, satisfaction })
    }
}

fn awaiting(conn: &mut DbConn, organisation: &str) -> Result<Awaiting, ServiceError> {
    let undecided = rows::undecided(conn, organisation, MOST_AWAITING)?;
    let mut refused: HashMap<String, i64> = HashMap::new();
    let candidates = mails::refused(conn, organisation, MOST_REFUSED)?;
    for chunk in candidates.chunks(500) {
        let ids: Vec<String> = chunk.iter().map(|(_, invitation)| invitation.clone()).collect();
        let newest: HashMap<Option<String>, String> =
            mails::newest_of(conn, &ids)?.into_iter().map(|mail| (mail.invitation_id, mail.state)).collect();
        for (campaign, invitation) in chunk {
            if newest.get(&Some(invitation.clone())).is_some_and(|state| state == "refused") {
                *refused.entry(campaign.clone()).or_default() += 1;
            }
        }
    }
    let mut refused_mails = Vec::new();
    for (campaign, people) in refused {
        // The campaigns of the organisation's own mails, at most MOST_REFUSED.
        let row = rows::find(conn, organisation, &campaign)?;
        refused_mails.push(line(&campaign, row.title, people)?);
    }
    refused_mails.sort_by(|left, right| right.campaign.cmp(&left.campaign));
    refused_mails.truncate(usize::try_from(MOST_AWAITING).unwrap_or(20));
    let undecided = undecided
        .into_iter()
        .map(|(campaign, title, people)| line(&campaign, title, people))
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let reviews = open_reviews(conn, organisation)?;
    Ok(Awaiting { undecided, refused_mails, reviews })
}

fn line(campaign: &str, title: String, people: i64) -> Result<AwaitingLine, ServiceError> {
    Ok(AwaitingLine { campaign: CampaignId::parse(campaign).map_err(stored)?, title, people })
}
