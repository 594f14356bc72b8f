//! The ranking as reviewers read it: one version, page by page, under tree names.
//!
//! Bands and ranks belong to the whole campaign; a filter only hides people. Names, addresses and times are not read.
//! Where one's own rating comes first, whoever has people left to rate reads [`to_rate`] instead.

mod heads;
mod query;
pub mod search;
pub(crate) mod spread;
mod threshold;
pub mod to_rate;

use std::collections::HashMap;
use std::sync::Arc;

use domain::attempt::AttemptState;
use domain::closed_code::UnknownCode;
use domain::construct::Family;
use domain::decision::DecisionCode;
use domain::ids::{CampaignId, KeyRowId, PackRowId};
use domain::language::Language;
use domain::tree::tree_name;
use psychometrics::rank::Band;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, ListedRow, TiedWith};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::{snapshots, tags};

use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::preregister::{PreregistrationHead, preregistration_head};
use crate::rate_first::unrated;
use crate::snapshots::statistics::SnapshotStatistics;
use crate::state::Services;
use crate::viewer::Staff;
use crate::weights::measurable;

pub(crate) use self::heads::snapshot_head;
pub use self::heads::{BandHead, CampaignHead, Measure, SnapshotHead, VersionHead};
pub use self::query::{Column, DecisionFilter, Order, RankingQuery};
pub use self::to_rate::ToRate;

/// People on one page.
pub const PAGE_SIZE: i64 = 50;

/// A ranking, one page of it.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What the scores were made with.
    pub measure: Measure,
    /// People invited.
    pub n_invited: i64,
    /// People who have finished or whose time ran out, up to now.
    pub n_ended: i64,
    /// The version shown; nothing before the first.
    pub version: Option<VersionHead>,
    /// What was published of its measure, and when.
    pub preregistration: Option<PreregistrationHead>,
    /// The bands of the whole version, the top one first.
    pub bands: Vec<BandHead>,
    /// The tags of the organisation, to filter by: id and name.
    pub tags: Vec<(String, String)>,
    /// The families that can be measured, to filter by: their codes and names.
    pub families: Vec<(Family, String)>,
    /// The person whom everyone shown is not told apart from, when somebody asks for that.
    pub tied_with: Option<BlindPerson>,
    /// Ranked people that the filter lets through, when it hides some.
    pub n_matching: Option<i64>,
    /// The people of this page.
    pub people: Vec<RankedPerson>,
    /// The row after which the next page begins.
    pub next: Option<i32>,
    /// People without a rank; read with the last page only.
    pub unranked: Vec<UnrankedPerson>,
    /// How many people without a rank the filter lets through.
    pub n_unranked: i64,
    /// What stands in the place of groups and people while the viewer has people to rate first.
    pub to_rate: Option<ToRate>,
}

/// One ranked person.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPerson {
    /// Who; nothing after an erasure.
    pub person: Option<BlindPerson>,
    /// The score.
    pub score: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// The band.
    pub band: i32,
    /// Best rank.
    pub rank_low: i32,
    /// Worst rank.
    pub rank_high: i32,
    /// The tags, where they are shown.
    pub tags: Vec<String>,
}

/// One person without a rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnrankedPerson {
    /// Who; nothing after an erasure.
    pub person: Option<BlindPerson>,
    /// Why there is no rank.
    pub reason: UnrankedReason,
}

/// Why there is no rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnrankedReason {
    /// Fewer than 80 % of the scored actions were answered or counted 0.
    TooFewAnswers,
    /// No answer was given.
    NothingAnswered,
}

impl UnrankedReason {
    /// The code as stored and exported.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFewAnswers => "too_few_answers",
            Self::NothingAnswered => "nothing_answered",
        }
    }

    pub(crate) fn parse(code: &str) -> Self {
        if code == Self::TooFewAnswers.code() { Self::TooFewAnswers } else { Self::NothingAnswered }
    }
}

/// What may be known of someone before a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlindPerson {
    /// The id in blind addresses.
    pub public_id: String,
    /// The tree name.
    pub name: String,
    /// The language of the test.
    pub language: Language,
    /// Finished or expired.
    pub state: AttemptState,
    /// The last decision of anyone.
    pub decision: Option<DecisionCode>,
}

impl Services {
    /// One page of the ranking of a campaign.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the campaign is theirs.
    pub fn ranking(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        query: &RankingQuery,
        language: Language,
    ) -> Result<Ranking, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        let (head, version, row) = self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            let (version, is_old) = version_to_show(conn, &row.id, query.version)?;
            Ok((CampaignHead::of(&row, now), version.map(|version| (version, is_old)), row))
        })?;
        let key = version.as_ref().map_or(&row.key_row_id, |(version, _)| &version.key_row_id);
        let form = self.form_with_key(&row, key)?;
        self.read(|conn| {
            let n_invited = ranking_versions::count_invited(conn, &row.id)?;
            let n_ended = ranking_versions::count_ended(conn, &row.id)?;
            let mut ranking = Ranking {
                campaign: head.clone(),
                measure: Measure::of(&form, None),
                n_invited,
                n_ended,
                version: None,
                bands: Vec::new(),
                tied_with: None,
                tags: tags_to_offer(conn, viewer)?,
                families: Vec::new(),
                preregistration: None,
                n_matching: None,
                people: Vec::new(),
                next: None,
                unranked: Vec::new(),
                n_unranked: 0,
                to_rate: None,
            };
            if let Some((version, is_old)) = &version {
                ranking.measure.snapshot = Some(snapshot_head(conn, &version.snapshot_id)?);
                ranking.version = Some(VersionHead::of(version, *is_old)?);
                ranking.preregistration = preregistration_head(conn, &row.id, &version.key_row_id)?;
                let unrated = unrated(conn, viewer, &row.id)?;
                if unrated > 0 {
                    let list = to_rate::to_rate(conn, viewer, (&row.id, &version.id), unrated, query)?;
                    ranking.to_rate = Some(list);
                } else {
                    ranking.families = families_to_offer(conn, &form, version, language)?;
                    fill(self, conn, &mut ranking, version, query)?;
                }
            }
            Ok(ranking)
        })
    }

    /// The form of a campaign under a key of its pack. The caller has authorised the campaign.
    pub(crate) fn form_with_key(
        &self,
        campaign: &CampaignRow,
        key_row: &str,
    ) -> Result<Arc<LoadedForm>, ServiceError> {
        let fault = |error| ServiceError::broken_by("the ids of a ranking", error);
        let pack_row = PackRowId::parse(&campaign.pack_row_id).map_err(fault)?;
        let key_row = KeyRowId::parse(key_row).map_err(fault)?;
        self.form_of(&pack_row, &key_row, &campaign.form_id, campaign.form_version)
    }
}

/// The version that a page shows: the one asked for while it has its rows, else the newest; and whether it is old.
fn version_to_show(
    conn: &mut DbConn,
    campaign: &str,
    asked: Option<i32>,
) -> Result<(Option<RankingVersionRow>, bool), ServiceError> {
    let newest = ranking_versions::newest(conn, campaign)?;
    let Some(asked) = asked.filter(|asked| newest.as_ref().is_some_and(|newest| newest.sequence != *asked))
    else {
        return Ok((newest, false));
    };
    match ranking_versions::by_sequence(conn, campaign, asked)? {
        Some(version) if ranking_rows::has_rows(conn, &version.id)? => Ok((Some(version), true)),
        _ => Ok((newest, false)),
    }
}

/// More tags than one list offers.
const MOST_TAGS: i64 = 200;

fn tags_to_offer(conn: &mut DbConn, viewer: &Staff) -> Result<Vec<(String, String)>, ServiceError> {
    let tags = tags::list(conn, viewer.organisation.as_str(), MOST_TAGS)?;
    Ok(tags.into_iter().map(|tag| (tag.id, tag.name)).collect())
}

fn families_to_offer(
    conn: &mut DbConn,
    form: &LoadedForm,
    version: &RankingVersionRow,
    language: Language,
) -> Result<Vec<(Family, String)>, ServiceError> {
    let statistics = SnapshotStatistics::parse(&snapshots::load(conn, &version.snapshot_id)?.statistics)?;
    let name = |family: Family| (family, form.pack.family_name(family, language).to_owned());
    Ok(measurable(&statistics).into_iter().map(name).collect())
}

fn fill(
    services: &Services,
    conn: &mut DbConn,
    ranking: &mut Ranking,
    header: &RankingVersionRow,
    query: &RankingQuery,
) -> Result<(), ServiceError> {
    let version = header.id.as_str();
    if query.tag.as_ref().is_some_and(|tag| !ranking.tags.iter().any(|(own, _)| own == tag)) {
        return Err(ServiceError::NotFound);
    }
    let tied = tied_with(conn, ranking, version, query)?;
    let filter = query.filter(&ranking.campaign.id, tied.map(|(tied, _)| tied));
    ranking.bands.clone_from(&services.spread(conn, version)?.bands);
    ranking.n_unranked = ranking_rows::count_unranked(conn, version, &filter)?;
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    if let Some((family, least)) = query.family {
        let reaching = threshold::reaching(services, conn, header, family, least)?;
        let numbers = ranking_rows::row_numbers(conn, version, &filter, query.row_order())?;
        let people: Vec<i32> = numbers.into_iter().filter(|number| reaching.contains(number)).collect();
        ranking.n_matching = Some(i64::try_from(people.len()).unwrap_or(i64::MAX));
        // The row before this page, wherever it stands in the order; one that is gone begins anew.
        let skipped = people.iter().position(|number| *number == query.after).map_or(0, |place| place + 1);
        let page: Vec<i32> = people.iter().skip(skipped).take(page_size).copied().collect();
        ranking.next = page.last().copied().filter(|_| skipped + page.len() < people.len());
        let mut listed = ranking_rows::listed_rows(conn, version, &page)?;
        listed.sort_by_key(|listed| page.iter().position(|number| *number == listed.row.row_number));
        // Nobody without a rank has a score that could reach anything.
        ranking.n_unranked = 0;
        return people_of_page(conn, ranking, query, listed);
    }
    if query.is_filtered() {
        ranking.n_matching = Some(match (tied, query.band_alone()) {
            (Some((_, people)), _) if query.is_tied_alone() => people,
            (_, Some(band)) => ranking.bands.iter().find(|head| head.band == band).map_or(0, |head| head.n),
            _ => ranking_rows::count_ranked(conn, version, &filter)?,
        });
    }
    let mut rows = ranking_rows::page(conn, version, &filter, query.row_order(), query.after, PAGE_SIZE + 1)?;
    if rows.len() > page_size {
        rows.truncate(page_size);
        ranking.next = rows.last().map(|listed| listed.row.row_number);
    }
    people_of_page(conn, ranking, query, rows)?;
    if ranking.next.is_none() {
        ranking.unranked = ranking_rows::unranked(conn, version, &filter, 0, 4 * PAGE_SIZE)?
            .into_iter()
            .map(unranked_person)
            .collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// The people of a page, with their tags where those are shown.
fn people_of_page(
    conn: &mut DbConn,
    ranking: &mut Ranking,
    query: &RankingQuery,
    rows: Vec<ListedRow>,
) -> Result<(), ServiceError> {
    let ids: Vec<String> = rows.iter().filter_map(|listed| listed.row.attempt_id.clone()).collect();
    let mut tags: HashMap<String, Vec<String>> = HashMap::new();
    if query.shows(Column::Tags) {
        for (attempt, _, name) in tags::tags_of(conn, &ids)? {
            tags.entry(attempt).or_default().push(name);
        }
    }
    ranking.people = rows
        .into_iter()
        .map(|listed| {
            let tags = listed.row.attempt_id.as_ref().and_then(|id| tags.remove(id)).unwrap_or_default();
            ranked_person(listed, tags)
        })
        .collect::<Result<_, _>>()?;
    Ok(())
}

/// The row of the person whom everyone shown is not told apart from, and how many those are, this person included.
///
/// # Errors
/// [`ServiceError::NotFound`] when the version does not rank that person.
fn tied_with(
    conn: &mut DbConn,
    ranking: &mut Ranking,
    version: &str,
    query: &RankingQuery,
) -> Result<Option<(TiedWith, i64)>, ServiceError> {
    let Some(candidate) = &query.tied else { return Ok(None) };
    let listed = ranking_rows::listed(conn, version, candidate.as_str())?;
    let row = &listed.row;
    let (Some(score), Some(sem), Some(critical_value)) = (row.score, row.sem, row.critical_value) else {
        return Err(ServiceError::NotFound);
    };
    let people = i64::from(row.rank_high.unwrap_or_default() - row.rank_low.unwrap_or_default()) + 1;
    ranking.tied_with = blind_person(&listed)?;
    Ok(Some((TiedWith { score, sem, critical_value }, people)))
}

fn ranked_person(listed: ListedRow, tags: Vec<String>) -> Result<RankedPerson, ServiceError> {
    let row = &listed.row;
    Ok(RankedPerson {
        score: row.score.unwrap_or_default(),
        low: row.low.unwrap_or_default(),
        high: row.high.unwrap_or_default(),
        band: row.band.unwrap_or_default(),
        rank_low: row.rank_low.unwrap_or_default(),
        rank_high: row.rank_high.unwrap_or_default(),
        tags,
        person: blind_person(&listed)?,
    })
}

fn unranked_person(listed: ListedRow) -> Result<UnrankedPerson, ServiceError> {
    let reason = UnrankedReason::parse(listed.row.unranked_reason.as_deref().unwrap_or_default());
    Ok(UnrankedPerson { person: blind_person(&listed)?, reason })
}

pub(crate) fn blind_person(listed: &ListedRow) -> Result<Option<BlindPerson>, ServiceError> {
    let Some(person) = &listed.person else { return Ok(None) };
    let fault = |error: UnknownCode| ServiceError::broken_by("a stored code", error);
    Ok(Some(BlindPerson {
        public_id: person.public_id.clone(),
        name: blind_name(person.tree_number),
        language: Language::parse(&person.language).map_err(fault)?,
        state: AttemptState::parse(&person.state).map_err(fault)?,
        decision: person.decision.as_deref().map(DecisionCode::parse).transpose().map_err(fault)?,
    }))
}

/// The tree name of a stored number.
pub(crate) fn blind_name(tree_number: i32) -> String {
    tree_name(u32::try_from(tree_number).unwrap_or_default())
}

/// The letters of a band counted from 0: A to Z, then AA.
#[must_use]
pub fn band_letters(band: i32) -> String {
    Band::from_index(u32::try_from(band).unwrap_or_default()).letters()
}
