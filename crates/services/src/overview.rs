//! A campaign at a glance: where people stop, how scores and times are spread, what finishers say. Nothing here is
//! about one person, and nothing is told of too few.

use domain::attempt::Place;
use domain::construct::Family;
use domain::form::ScenarioRole;
use domain::ids::CampaignId;
use domain::language::Language;
use psychometrics::descriptive::{Description, describe, histogram, mean_interval_95};
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::{attempts, snapshots};

use crate::authz::{Permission, require};
use crate::campaigns::{Funnel, Satisfaction};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::ranking::{BandHead, CampaignHead, Measure, VersionHead, snapshot_head};
use crate::ranking_versions::MOST_PEOPLE;
use crate::rate_first::unrated;
use crate::snapshots::statistics::{Distribution, SnapshotStatistics};
use crate::state::Services;
use crate::viewer::Staff;

/// How many must have finished before their times are spread out: a time is never about one person.
pub const FINISHERS_FOR_TIMES: usize = 10;

/// Fewest people behind the mean of a family.
pub const PEOPLE_FOR_FAMILIES: u32 = 30;

/// Bins of the times, 5 minutes each, up to an hour.
const TIME_BINS: u32 = 12;

/// A campaign at a glance.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What the scores were made with.
    pub measure: Measure,
    /// How many people are where.
    pub funnel: Funnel,
    /// How many have seen each scenario, in their order; empty before anybody has begun.
    pub reached: Vec<Reached>,
    /// The newest ranking with its scores; nothing while the viewer has people to rate first.
    pub scores: Option<ScoreSpread>,
    /// People whom the viewer has to rate first: less those already known, a spread tells of them.
    pub unrated: i64,
    /// The families of the snapshot, from 30 people on.
    pub families: Vec<FamilyMean>,
    /// People behind the families.
    pub n_families: u32,
    /// What finishers said of the test, as candidates were told: how many favourable answers, from 5 on.
    pub satisfaction: Option<Satisfaction>,
    /// The times at work of finishers, from 10 on and once the campaign is closed: while people finish one by one, what
    /// a spread gains is the time of one person.
    pub times: Option<TimeSpread>,
}

/// How many have seen a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its number in the test.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// People whom it was shown to, those who have left since included.
    pub people: i64,
}

/// The scores of a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreSpread {
    /// The version.
    pub version: VersionHead,
    /// Its bands, the top one first.
    pub bands: Vec<BandHead>,
    /// People ranked.
    pub n: u32,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Standard deviation.
    pub sd: Option<f64>,
    /// People per bin of 5 points, from 0 up.
    pub bins: Vec<u32>,
}

/// The mean of a family over the people of a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyMean {
    /// Its name.
    pub name: String,
    /// Mean, 0 to 100.
    pub mean: f64,
    /// Lower 95 % limit of the mean.
    pub low: f64,
    /// Upper 95 % limit of the mean.
    pub high: f64,
}

/// The times of finishers.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSpread {
    /// Finishers.
    pub n: u32,
    /// Median, minutes.
    pub median: f64,
    /// Quartiles, minutes.
    pub quartiles: (f64, f64),
    /// Finishers per bin of 5 minutes, from 0 up; longer times in the last.
    pub bins: Vec<u32>,
}

impl Services {
    /// A campaign at a glance.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn overview(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        language: Language,
    ) -> Result<Overview, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let (row, version) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let version = ranking_versions::newest(conn, &row.id)?;
            Ok((row, version))
        })?;
        let key = version.as_ref().map_or(&row.key_row_id, |version| &version.key_row_id);
        let form = self.form_with_key(&row, key)?;
        let now = self.now();
        self.read(|conn| {
            let ids = std::slice::from_ref(&row.id);
            let funnel = campaigns::funnels(conn, ids)?.remove(&row.id).map(Funnel::from).unwrap_or_default();
            let snapshot = match &version {
                Some(version) => Some(snapshot_head(conn, &version.snapshot_id)?),
                None => None,
            };
            let unrated = unrated(conn, viewer, &row.id)?;
            let (families, n_families) = family_means(conn, version.as_ref(), &form, language)?;
            Ok(Overview {
                campaign: CampaignHead::of(&row, now),
                measure: Measure::of(&form, snapshot),
                funnel,
                reached: reached(conn, &row, &form, language)?,
                scores: if unrated == 0 { scores(self, conn, version.as_ref())? } else { None },
                unrated,
                families,
                n_families,
                satisfaction: satisfaction(conn, &row)?,
                times: if CampaignHead::of(&row, now).is_closed { times(conn, &row)? } else { None },
            })
        })
    }
}

fn reached(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    form: &LoadedForm,
    language: Language,
) -> Result<Vec<Reached>, ServiceError> {
    let places = attempts::count_by_place(conn, &campaign.id)?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let shown = form.form.scenarios().iter().filter(|scenario| scenario.role != ScenarioRole::Practice);
    Ok(shown
        .filter_map(|scenario| {
            let Place::Scenario(number) = scenario.place else { return None };
            let title = form.pack.scenario(&scenario.id).and_then(|texts| {
                let prose =
                    texts.prose.get(language).or_else(|| texts.prose.iter().next().map(|(_, prose)| prose));
                prose.map(|prose| prose.title.clone())
            });
            let people = places.iter().filter(|(place, _)| *place >= i32::from(number)).map(|(_, n)| n).sum();
            Some(Reached { number, title: title.unwrap_or_default(), people })
        })
        .collect())
}

fn scores(
    services: &Services,
    conn: &mut DbConn,
    version: Option<&RankingVersionRow>,
) -> Result<Option<ScoreSpread>, ServiceError> {
    let Some(version) = version else { return Ok(None) };
    let spread = services.spread(conn, &version.id)?;
    let Some(Distribution { n, mean, median, sd, .. }) = spread.scores else { return Ok(None) };
    Ok(Some(ScoreSpread {
        version: VersionHead::of(version, false)?,
        bands: spread.bands.clone(),
        n,
        mean,
        median,
        sd,
        bins: spread.bins.clone(),
    }))
}

/// The means of the families that the form scores, from 30 people on, and how many people they stand on.
fn family_means(
    conn: &mut DbConn,
    version: Option<&RankingVersionRow>,
    form: &LoadedForm,
    language: Language,
) -> Result<(Vec<FamilyMean>, u32), ServiceError> {
    let Some(version) = version else { return Ok((Vec::new(), 0)) };
    let statistics = SnapshotStatistics::parse(&snapshots::load(conn, &version.snapshot_id)?.statistics)?;
    if statistics.n < PEOPLE_FOR_FAMILIES {
        return Ok((Vec::new(), statistics.n));
    }
    let of = |family: &Family| {
        let told = statistics.families.iter().find(|told| told.family == *family)?;
        let scores = told.scores?;
        let (low, high) = mean_interval_95(scores.mean, scores.sd?, scores.n)?;
        let name = form.pack.family_name(*family, language).to_owned();
        Some(FamilyMean { name, mean: scores.mean, low: low.max(0.0), high: high.min(100.0) })
    };
    Ok((Family::ALL.iter().filter_map(of).collect(), statistics.n))
}

fn satisfaction(conn: &mut DbConn, campaign: &CampaignRow) -> Result<Option<Satisfaction>, ServiceError> {
    let given = campaigns::satisfaction(conn, std::slice::from_ref(&campaign.id))?;
    Ok(given.get(&campaign.id).and_then(|answers| Satisfaction::of(answers)))
}

fn times(conn: &mut DbConn, campaign: &CampaignRow) -> Result<Option<TimeSpread>, ServiceError> {
    let minutes: Vec<f64> = attempts::active_ms_of_finishers(conn, &campaign.id, MOST_PEOPLE)?
        .into_iter()
        .filter_map(|ms| u32::try_from(ms.max(0)).ok())
        .map(|ms| f64::from(ms) / 60_000.0)
        .collect();
    if minutes.len() < FINISHERS_FOR_TIMES {
        return Ok(None);
    }
    let Ok(Description { n, median, q1, q3, .. }) = describe(&minutes) else { return Ok(None) };
    let most = 5.0 * f64::from(TIME_BINS);
    let capped: Vec<f64> = minutes.iter().map(|time| time.min(most)).collect();
    let bins = histogram(&capped, 0.0, most, TIME_BINS);
    Ok(Some(TimeSpread { n, median, quartiles: (q1, q3), bins }))
}
