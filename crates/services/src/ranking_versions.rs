//! Ranking versions: published states of a campaign's ranking, made by the job as people finish.
//!
//! A version orders everyone who has ended under one key and one snapshot: bands fixed from the top of the whole
//! campaign, a 95 % confidence set of each rank, computed once and stored. Neither filters nor decisions touch it.

use std::collections::HashSet;

use chrono::{Duration, NaiveDateTime};
use domain::campaign::CampaignState;
use psychometrics::rank::large::marginal_rank_sets_of_many;
use psychometrics::rank::sets::RankSetOptions;
use psychometrics::rank::{Estimate, bands};
use psychometrics::sem::StandardError;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, RankingRow};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::scores::{self, RankableRow};
use store::repo::snapshots::{self, SnapshotRow};

use crate::audit::{Action, Entity, Entry};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::packs::LoadedForm;
use crate::preregister::preregister;
use crate::score_attempt::{campaign_form, form_of, organisation_of};
use crate::snapshots::statistics::SnapshotStatistics;
use crate::snapshots::{Taker, current_snapshot, fill_scores, is_due, take_due};
use crate::state::{Services, Tx};
use crate::weights::{ScoringRule, weights_in_force};

/// How long a version stands before the next, unless the campaign closes.
const SHORTEST_LIFE: Duration = Duration::minutes(5);

/// How long the rows of a version stay after it, so that a page that is still open can name it in a decision.
const PRUNED_AFTER: Duration = Duration::hours(1);

/// Versions looked at for rows that may go, the newest ones: at most one is made in 5 minutes.
const VERSIONS_LOOKED_AT: i64 = 100;

/// What the ranks of a version are: marginal confidence sets. A version of an earlier method is followed by a new one.
pub(crate) const RANK_METHOD: &str = "rank_sets";

/// Campaigns read at a time.
const PAGE: i64 = 200;

/// More people than one campaign holds.
pub(crate) const MOST_PEOPLE: i64 = 1_000_000;

/// What one run of the job did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RankingReport {
    /// Versions made.
    pub versions: usize,
    /// Campaigns that failed; each is in the log and is tried again.
    pub failed: usize,
}

/// Why a version is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// People have finished.
    Job,
    /// The campaign has closed and nobody is under way.
    Close,
    /// Another snapshot, key or method.
    Rescore,
}

impl Reason {
    const fn code(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Close => "close",
            Self::Rescore => "rescore",
        }
    }
}

/// Takes the snapshots that are due and makes a version for every campaign whose last one does not tell the truth any
/// more: at most one in 5 minutes, and one at close.
///
/// # Errors
/// That the campaigns cannot be listed; a campaign that fails does not stop the others.
pub(crate) fn ranking_job(services: &Services) -> Result<RankingReport, ServiceError> {
    let mut report = RankingReport::default();
    let mut forms = HashSet::new();
    let mut after = String::new();
    loop {
        let page = services.read(|conn| Ok(ranking_versions::followed_campaigns(conn, &after, PAGE)?))?;
        let Some(last) = page.last().map(|campaign| campaign.id.clone()) else { return Ok(report) };
        for campaign in &page {
            match follow(services, campaign, &mut forms) {
                Ok(made) => report.versions += usize::from(made),
                Err(error) => {
                    tracing::error!(campaign.id = %campaign.id, %error, "the ranking of a campaign could not follow");
                    report.failed += 1;
                }
            }
        }
        after = last;
    }
}

/// Whether [`ranking_job`] would do anything: reads only, so that an idle server writes nothing.
///
/// # Errors
/// That the campaigns cannot be read.
pub(crate) fn has_work(services: &Services) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut after = String::new();
    loop {
        let page = services.read(|conn| Ok(ranking_versions::followed_campaigns(conn, &after, PAGE)?))?;
        let Some(last) = page.last().map(|campaign| campaign.id.clone()) else { return Ok(false) };
        for campaign in &page {
            if services
                .read(|conn| Ok(is_due(conn, campaign)? || reason_to_make(conn, campaign, now)?.is_some()))?
            {
                return Ok(true);
            }
        }
        after = last;
    }
}

type FormKey = (String, String, String, i32, String);

/// Brings one campaign up to date; whether a version was made.
fn follow(
    services: &Services,
    campaign: &CampaignRow,
    forms: &mut HashSet<FormKey>,
) -> Result<bool, ServiceError> {
    let form = (
        campaign.organisation_id.clone(),
        campaign.pack_row_id.clone(),
        campaign.form_id.clone(),
        campaign.form_version,
        campaign.key_row_id.clone(),
    );
    if forms.insert(form) {
        take_due(services, campaign)?;
    }
    let now = services.now();
    match services.read(|conn| reason_to_make(conn, campaign, now))? {
        Some(reason) => make(services, campaign, reason).map(|()| true),
        None => Ok(false),
    }
}

/// Why a campaign needs a new version now, if it does.
fn reason_to_make(
    conn: &mut DbConn,
    campaign: &CampaignRow,
    now: NaiveDateTime,
) -> Result<Option<Reason>, ServiceError> {
    let newest = ranking_versions::newest(conn, &campaign.id)?;
    let is_closed = campaign.state == CampaignState::Closed.code()
        || campaign.closes_at.is_some_and(|closing| closing <= now);
    let may_make = newest.as_ref().is_none_or(|version| version.made_at + SHORTEST_LIFE <= now);
    if !may_make && !is_closed {
        return Ok(None);
    }
    let ended = ranking_versions::count_ended(conn, &campaign.id)?;
    if ended == 0 {
        return Ok(None);
    }
    if is_closed
        && !ranking_versions::has_closing(conn, &campaign.id)?
        && !ranking_versions::has_running(conn, &campaign.id)?
    {
        return Ok(Some(Reason::Close));
    }
    let Some(newest) = newest else { return Ok(Some(Reason::Job)) };
    if !may_make {
        return Ok(None);
    }
    let snapshot = snapshots::newest(conn, form_of(campaign))?.map(|snapshot| snapshot.id);
    if newest.key_row_id != campaign.key_row_id
        || newest.rank_method != RANK_METHOD
        || snapshot.is_some_and(|id| id != newest.snapshot_id)
    {
        return Ok(Some(Reason::Rescore));
    }
    Ok((i64::from(newest.n_finished) != ended).then_some(Reason::Job))
}

fn make(services: &Services, campaign: &CampaignRow, reason: Reason) -> Result<(), ServiceError> {
    let form = campaign_form(services, campaign)?;
    let snapshot = services.write(|tx| {
        campaigns::lock(tx.conn, &campaign.organisation_id, &campaign.id)?;
        // Campaigns of before there were preregistrations, and a re-keying that a crash cut off, publish now.
        preregister(services, tx, campaign, &form, &Taker::job())?;
        current_snapshot(services, tx, form_of(campaign), &form)
    })?;
    // Whoever has no score under this snapshot yet (a crash, or a finish while it was taken) gets one first.
    fill_scores(services, campaign, &form, &snapshot, &Taker::job())?;
    services.write(|tx| make_version(services, tx, campaign, &form, &snapshot, reason))
}

fn make_version(
    services: &Services,
    tx: &mut Tx<'_>,
    campaign: &CampaignRow,
    form: &LoadedForm,
    snapshot: &SnapshotRow,
    reason: Reason,
) -> Result<(), ServiceError> {
    campaigns::lock(tx.conn, &campaign.organisation_id, &campaign.id)?;
    let statistics = SnapshotStatistics::parse(&snapshot.statistics)?;
    let weights = weights_in_force(tx.conn, &campaign.id)?;
    let complete_form = ScoringRule::of(form, &statistics, weights.as_ref())?.complete_form;
    let ended = ranking_versions::count_ended(tx.conn, &campaign.id)?;
    let people = scores::of_ranking(tx.conn, &campaign.id, &snapshot.id, MOST_PEOPLE)?;
    let version = row_uuid(tx.now, services.random()).to_string();
    let rows = rank_people(&version, people, complete_form)?;
    let last = ranking_versions::newest(tx.conn, &campaign.id)?.map_or(0, |newest| newest.sequence);
    let n_ranked = number(rows.iter().filter(|row| row.band.is_some()).count())?;
    let header = RankingVersionRow {
        id: version,
        organisation_id: campaign.organisation_id.clone(),
        campaign_id: campaign.id.clone(),
        sequence: last + 1,
        key_row_id: snapshot.key_row_id.clone(),
        snapshot_id: snapshot.id.clone(),
        n_finished: i32::try_from(ended).map_err(fault)?,
        n_ranked,
        sem: complete_form.get(),
        reason: reason.code().to_owned(),
        made_at: tx.now,
        rank_method: RANK_METHOD.to_owned(),
    };
    ranking_versions::insert(tx.conn, &header)?;
    ranking_rows::insert_many(tx.conn, &rows)?;
    for old in outlived(tx.conn, &campaign.id, tx.now)? {
        ranking_rows::prune(tx.conn, &old)?;
    }
    tx.audit(Entry {
        organisation: organisation_of(&campaign.organisation_id)?,
        actor: Taker::job().actor,
        action: Action::RankingMade,
        entity: Entity::RankingVersion,
        entity_id: header.id,
        detail: format!(
            "reason={};sequence={};n={};ranked={}",
            reason.code(),
            header.sequence,
            header.n_finished,
            header.n_ranked
        ),
        address: None,
    });
    Ok(())
}

/// The versions whose rows may go: another one followed them more than an hour ago, and no decision names them.
fn outlived(conn: &mut DbConn, campaign: &str, now: NaiveDateTime) -> Result<Vec<String>, ServiceError> {
    let newest_first = ranking_versions::list(conn, campaign, VERSIONS_LOOKED_AT)?;
    let followed: Vec<String> = newest_first
        .iter()
        .zip(newest_first.iter().skip(1))
        .filter(|(successor, _)| successor.made_at < now - PRUNED_AFTER)
        .map(|(_, version)| version.id.clone())
        .collect();
    Ok(ranking_versions::prunable(conn, &followed)?)
}

/// The rows of a version: bands and rank sets of everyone who may be ranked, in the default order, then those
/// without a rank.
///
/// # Errors
/// [`ServiceError::Broken`] when a stored score or standard error is no number.
pub(crate) fn rank_people(
    version: &str,
    people: Vec<RankableRow>,
    complete_form: StandardError,
) -> Result<Vec<RankingRow>, ServiceError> {
    let (ranked, unranked): (Vec<RankableRow>, Vec<RankableRow>) = people.into_iter().partition(|person| {
        person.unranked_reason.is_none() && person.score.is_some() && person.sem.is_some()
    });
    let mut rows = with_ranks(version, ranked, complete_form)?;
    rows.extend(unranked.into_iter().map(|person| RankingRow {
        unranked_reason: Some(
            person.unranked_reason.clone().unwrap_or_else(|| "nothing_answered".to_owned()),
        ),
        ..bare_row(version, person)
    }));
    // The random column decides inside a band; it has 63 bits, so that nothing else ever has to.
    rows.sort_by_key(|row| (row.band.is_none(), row.band, row.random_order));
    for (index, row) in rows.iter_mut().enumerate() {
        row.row_number = number(index + 1)?;
    }
    Ok(rows)
}

fn with_ranks(
    version: &str,
    people: Vec<RankableRow>,
    complete_form: StandardError,
) -> Result<Vec<RankingRow>, ServiceError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let estimates = people
        .iter()
        .map(|person| {
            let error = StandardError::try_from(person.sem.unwrap_or_default()).map_err(fault)?;
            Estimate::new(person.score.unwrap_or_default(), error).map_err(fault)
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let values: Vec<f64> = estimates.iter().map(|estimate| estimate.value()).collect();
    let bands = bands(&values, complete_form).map_err(fault)?;
    let sets = marginal_rank_sets_of_many(&estimates, &RankSetOptions::default()).map_err(fault)?;
    people
        .into_iter()
        .zip(bands)
        .zip(sets)
        .map(|((person, band), set)| {
            Ok(RankingRow {
                band: Some(i32::try_from(band.index()).map_err(fault)?),
                rank_low: Some(i32::try_from(set.range.best).map_err(fault)?),
                rank_high: Some(i32::try_from(set.range.worst).map_err(fault)?),
                critical_value: set.critical_value,
                ..bare_row(version, person)
            })
        })
        .collect()
}

fn bare_row(version: &str, person: RankableRow) -> RankingRow {
    RankingRow {
        ranking_version_id: version.to_owned(),
        row_number: 0,
        attempt_id: Some(person.attempt_id),
        score: person.score,
        sem: person.sem,
        low: person.low,
        high: person.high,
        band: None,
        rank_low: None,
        rank_high: None,
        random_order: person.random_order,
        unranked_reason: None,
        critical_value: None,
    }
}

fn number(count: usize) -> Result<i32, ServiceError> {
    i32::try_from(count).map_err(fault)
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("the ranking of a campaign", error)
}

#[cfg(test)]
mod tests;
