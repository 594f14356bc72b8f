//! The people of one test: bands over everybody whose score the viewer may see, and apart from them those whom the viewer
//! has to rate first, of whom nothing enters a band.

use std::collections::{HashMap, HashSet};

use domain::attempt::AttemptState;
use domain::closed_code::UnknownCode;
use domain::decision::DecisionCode;
use domain::language::Language;
use psychometrics::rank::{band_width, bands};
use psychometrics::sem::{StandardError, interval_95, sem_with_missing};
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::pool_consents::{self, PoolOf, PooledRow};
use store::repo::{snapshots, tags};

use super::{MOST_TO_RATE, PAGE_SIZE, PersonApart, PoolBand, PoolGroup, PoolQuery, PooledPerson, Together};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::ranking::{BlindPerson, DecisionFilter, Measure, SnapshotHead, blind_name};
use crate::ranking_versions::MOST_PEOPLE;
use crate::score_attempt::form_of;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::viewer::Staff;

/// More tags than one list offers.
const MOST_TAGS: i64 = 200;

/// One page of the people of a test, after the viewer was authorised.
pub(super) fn of_test(
    conn: &mut DbConn,
    viewer: &Staff,
    group: &Together,
    form: &LoadedForm,
    query: &PoolQuery,
) -> Result<PoolGroup, ServiceError> {
    let campaigns: Vec<(String, String)> =
        group.all().map(|row| (row.id.clone(), row.title.clone())).collect();
    let ids: Vec<String> = campaigns.iter().map(|(id, _)| id.clone()).collect();
    let of =
        PoolOf { organisation: viewer.organisation.as_str(), campaigns: &ids, viewer: viewer.user.as_str() };
    let tags = tags::list(conn, of.organisation, MOST_TAGS)?;
    let tags: Vec<(String, String)> = tags.into_iter().map(|tag| (tag.id, tag.name)).collect();
    let filter = Filter::of(conn, query, &tags)?;
    let snapshot = snapshots::newest(conn, form_of(&group.newest))?;
    let (width, banded, head) = match snapshot {
        None => (0.0, Vec::new(), None),
        Some(row) => {
            let complete = SnapshotStatistics::parse(&row.statistics)?.complete_form()?;
            let rows = pool_consents::scored(conn, of, &row.id, MOST_PEOPLE)?;
            let head = SnapshotHead { id: row.id, n: row.n, taken_at: row.taken_at };
            (band_width(complete), in_bands(rows, complete)?, Some((head, complete)))
        }
    };
    let to_rate = pool_consents::to_rate(conn, of, MOST_PEOPLE)?;
    let listed = banded.len() + to_rate.len();
    let n_without_score = pool_consents::count(conn, of)? - i64::try_from(listed).unwrap_or(i64::MAX);
    let matching: Vec<&Banded> = banded.iter().filter(|one| filter.lets_through(&one.row)).collect();
    let skipped = query.page.saturating_mul(PAGE_SIZE);
    let page: Vec<&Banded> = matching.iter().skip(skipped).take(PAGE_SIZE).copied().collect();
    let apart: Vec<&(String, String)> = to_rate.iter().filter(|one| filter.lets_apart(one)).collect();
    let titles: HashMap<&str, &str> =
        campaigns.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect();
    let people = match &head {
        Some((_, complete)) => told(conn, &page, *complete, &titles)?,
        None => Vec::new(),
    };
    Ok(PoolGroup {
        measure: Measure::of(form, head.map(|(head, _)| head)),
        time_zone: group.newest.time_zone.clone(),
        tags,
        band_width: width,
        bands: heads(&banded),
        n_people: banded.len(),
        n_campaigns: banded.iter().map(|one| one.row.campaign_id.as_str()).collect::<HashSet<_>>().len(),
        n_matching: matching.len(),
        people,
        has_more: matching.len() > skipped.saturating_add(page.len()),
        n_to_rate: apart.len(),
        to_rate: told_apart(conn, apart.into_iter().take(MOST_TO_RATE), &titles)?,
        is_to_rate_left_out: filter.decision.is_some() && !to_rate.is_empty(),
        n_without_score: n_without_score.max(0),
        campaigns,
    })
}

/// A person with a score, in a band.
struct Banded {
    row: PooledRow,
    value: f64,
    band: i32,
}

/// Everybody by band and, inside a band, in the random order.
fn in_bands(rows: Vec<PooledRow>, complete: StandardError) -> Result<Vec<Banded>, ServiceError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    // Weights belong to a campaign: the plain score is the one that campaigns share.
    let values: Vec<f64> = rows.iter().map(|row| row.plain_score.or(row.score).unwrap_or_default()).collect();
    let bands = bands(&values, complete).map_err(fault)?;
    let mut banded = rows
        .into_iter()
        .zip(values)
        .zip(bands)
        .map(|((row, value), band)| {
            Ok(Banded { row, value, band: i32::try_from(band.index()).map_err(fault)? })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    // The random column has 63 bits; it is drawn per attempt, and ids never have to decide.
    banded.sort_by_key(|one| (one.band, one.row.random_order));
    Ok(banded)
}

fn heads(banded: &[Banded]) -> Vec<PoolBand> {
    banded
        .chunk_by(|left, right| left.band == right.band)
        .filter_map(|people| {
            let first = people.first()?;
            let highest = people.iter().map(|one| one.value).fold(first.value, f64::max);
            Some(PoolBand { band: first.band, n: people.len(), highest })
        })
        .collect()
}

/// Whom a query lets through.
struct Filter<'a> {
    campaign: Option<&'a str>,
    decision: Option<DecisionFilter>,
    bearers: Option<HashSet<String>>,
}

impl<'a> Filter<'a> {
    fn of(
        conn: &mut DbConn,
        query: &'a PoolQuery,
        offered: &[(String, String)],
    ) -> Result<Self, ServiceError> {
        let bearers = match &query.tag {
            None => None,
            Some(tag) if offered.iter().any(|(id, _)| id == tag) => {
                Some(tags::bearers(conn, tag, MOST_PEOPLE)?.into_iter().collect())
            }
            Some(_) => return Err(ServiceError::NotFound),
        };
        Ok(Self {
            campaign: query.campaign.as_ref().map(|campaign| campaign.as_str()),
            decision: query.decision,
            bearers,
        })
    }

    fn is_of(&self, attempt: &str, campaign: &str) -> bool {
        self.campaign.is_none_or(|asked| asked == campaign)
            && self.bearers.as_ref().is_none_or(|bearers| bearers.contains(attempt))
    }

    fn lets_through(&self, row: &PooledRow) -> bool {
        let is_decided_so = match self.decision {
            None => true,
            Some(DecisionFilter::Open) => row.decision.is_none(),
            Some(DecisionFilter::Code(code)) => row.decision.as_deref() == Some(code.code()),
        };
        is_decided_so && self.is_of(&row.attempt_id, &row.campaign_id)
    }

    /// A decision would tell of a person to rate what waits for the rating.
    fn lets_apart(&self, (attempt, campaign): &(String, String)) -> bool {
        self.decision.is_none() && self.is_of(attempt, campaign)
    }
}

/// The people of a page with their scores.
fn told(
    conn: &mut DbConn,
    page: &[&Banded],
    complete: StandardError,
    titles: &HashMap<&str, &str>,
) -> Result<Vec<PooledPerson>, ServiceError> {
    let known = people_of(conn, page.iter().map(|one| one.row.attempt_id.clone()).collect())?;
    let mut people = Vec::with_capacity(page.len());
    for one in page {
        // Erased since the list was read.
        let Some(attempt) = known.get(&one.row.attempt_id) else { continue };
        let scenarios = u32::try_from(one.row.n_scenarios).map_err(fault)?;
        let answered = u32::try_from(one.row.n_scenarios_answered).map_err(fault)?;
        let sem = sem_with_missing(complete, scenarios, answered).map_err(fault)?;
        let interval = interval_95(one.value, sem).map_err(fault)?;
        people.push(PooledPerson {
            person: blind(attempt, true)?,
            campaign: titled(&attempt.campaign_id, titles),
            score: one.value,
            low: interval.low,
            high: interval.high,
            band: one.band,
        });
    }
    Ok(people)
}

fn told_apart<'a>(
    conn: &mut DbConn,
    apart: impl Iterator<Item = &'a (String, String)>,
    titles: &HashMap<&str, &str>,
) -> Result<Vec<PersonApart>, ServiceError> {
    let ids: Vec<String> = apart.map(|(attempt, _)| attempt.clone()).collect();
    let known = people_of(conn, ids.clone())?;
    let listed = ids.iter().filter_map(|id| known.get(id));
    listed
        .map(|attempt| {
            Ok(PersonApart { person: blind(attempt, false)?, campaign: titled(&attempt.campaign_id, titles) })
        })
        .collect()
}

fn people_of(conn: &mut DbConn, ids: Vec<String>) -> Result<HashMap<String, AttemptRow>, ServiceError> {
    let rows = attempts::of_ids(conn, &ids)?;
    let present = rows.into_iter().filter(|row| row.erased_at.is_none());
    Ok(present.map(|row| (row.id.clone(), row)).collect())
}

fn blind(row: &AttemptRow, with_decision: bool) -> Result<BlindPerson, ServiceError> {
    let fault = |error: UnknownCode| ServiceError::broken_by("a stored code", error);
    let decision = row.decision.as_deref().filter(|_| with_decision);
    Ok(BlindPerson {
        public_id: row.public_id.clone(),
        name: blind_name(row.tree_number),
        language: Language::parse(&row.language).map_err(fault)?,
        state: AttemptState::parse(&row.state).map_err(fault)?,
        decision: decision.map(DecisionCode::parse).transpose().map_err(fault)?,
    })
}

fn titled(campaign: &str, titles: &HashMap<&str, &str>) -> (String, String) {
    (campaign.to_owned(), titles.get(campaign).copied().unwrap_or_default().to_owned())
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::broken_by("the people of several campaigns", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(attempt: &str, random_order: i64, score: f64, plain_score: Option<f64>) -> PooledRow {
        PooledRow {
            attempt_id: attempt.to_owned(),
            campaign_id: "campaign".to_owned(),
            random_order,
            decision: None,
            score: Some(score),
            plain_score,
            n_scenarios: 12,
            n_scenarios_answered: 12,
        }
    }

    #[test]
    fn bands_follow_plain_scores_and_the_random_column_orders_inside_them() {
        let rows = vec![
            row("a", 9, 80.0, None),
            row("b", 1, 20.0, None),
            // The weights of its campaign would put it on top.
            row("c", 5, 99.0, Some(22.0)),
            row("d", 3, 78.0, None),
        ];

        let banded = in_bands(rows, StandardError::try_from(5.0).unwrap()).unwrap();

        let order: Vec<(&str, i32)> =
            banded.iter().map(|one| (one.row.attempt_id.as_str(), one.band)).collect();
        assert_eq!(order, [("d", 0), ("a", 0), ("b", 1), ("c", 1)]);
        let heads = heads(&banded);
        assert_eq!(
            heads,
            [PoolBand { band: 0, n: 2, highest: 80.0 }, PoolBand { band: 1, n: 2, highest: 22.0 },]
        );
    }

    #[test]
    fn nobody_gives_no_band() {
        assert!(in_bands(Vec::new(), StandardError::try_from(5.0).unwrap()).unwrap().is_empty());
        assert!(heads(&[]).is_empty());
    }
}
