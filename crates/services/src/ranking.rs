//! The ranking as reviewers read it: one version, page by page, under tree names.
//!
//! Bands and ranks belong to the whole campaign; a filter only hides people. Names, addresses and times are not read.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use domain::attempt::AttemptState;
use domain::campaign::CampaignState;
use domain::closed_code::UnknownCode;
use domain::decision::DecisionCode;
use domain::ids::{CampaignId, KeyRowId, PackRowId};
use domain::language::Language;
use domain::pack::Localised;
use domain::tree::tree_name;
use psychometrics::rank::{Band, band_width};
use psychometrics::sem::StandardError;
use store::conn::DbConn;
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, ListedRow, RankingFilter};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::snapshots;

use crate::authz::{Permission, require};
use crate::error::ServiceError;
use crate::packs::LoadedForm;
use crate::state::Services;
use crate::viewer::Staff;

/// People on one page.
pub const PAGE_SIZE: i64 = 50;

/// In which order people of one band stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The random column: inside a band no order has a meaning.
    #[default]
    Random,
    /// By score, which says nothing about neighbours.
    Score,
}

/// Which decision to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionFilter {
    /// Nobody has decided yet.
    Open,
    /// The last decision is this one.
    Code(DecisionCode),
}

/// What part of a ranking to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankingQuery {
    /// Only this band, 0 for A.
    pub band: Option<i32>,
    /// Only this decision.
    pub decision: Option<DecisionFilter>,
    /// Only this language of the test.
    pub language: Option<Language>,
    /// Only those who finished, or whose time ran out.
    pub state: Option<AttemptState>,
    /// The order inside bands.
    pub order: Order,
    /// The version by its number: the one that paging began in; the newest otherwise.
    pub version: Option<i32>,
    /// The last row of the page before.
    pub after: i32,
}

impl RankingQuery {
    /// Whether some people are hidden.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.band.is_some() || self.decision.is_some() || self.language.is_some() || self.state.is_some()
    }

    fn filter(&self) -> RankingFilter {
        RankingFilter {
            band: self.band,
            decision: self.decision.map(|decision| match decision {
                DecisionFilter::Open => None,
                DecisionFilter::Code(code) => Some(code.code().to_owned()),
            }),
            language: self.language.map(|language| language.code().to_owned()),
            state: self.state.map(|state| state.code().to_owned()),
        }
    }

    const fn row_order(&self) -> ranking_rows::RankingOrder {
        match self.order {
            Order::Random => ranking_rows::RankingOrder::Random,
            Order::Score => ranking_rows::RankingOrder::Score,
        }
    }
}

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
    /// The bands of the whole version, the top one first.
    pub bands: Vec<BandHead>,
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
}

/// What pages of one campaign say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignHead {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The job.
    pub job: String,
    /// Whether it takes answers no more.
    pub is_closed: bool,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// When decisions are made.
    pub decision_on: NaiveDate,
}

impl CampaignHead {
    pub(crate) fn of(row: &CampaignRow, now: NaiveDateTime) -> Self {
        Self {
            id: row.id.clone(),
            title: row.title.clone(),
            job: row.job.clone(),
            is_closed: row.state == CampaignState::Closed.code()
                || row.closes_at.is_some_and(|closing| closing <= now),
            time_zone: row.time_zone.clone(),
            decision_on: row.decision_on,
        }
    }
}

/// What scores were made with: every figure stands beside these.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Title of the pack.
    pub pack_title: Localised<String>,
    /// Its id.
    pub pack_id: String,
    /// Its version.
    pub pack_version: String,
    /// Whether its answers can be looked up.
    pub is_public: bool,
    /// The form.
    pub form_id: String,
    /// Its version.
    pub form_version: u32,
    /// The version of the key.
    pub key_version: String,
    /// Whether no panel has checked the key: the score is not evidence yet.
    pub is_provisional: bool,
    /// Experts behind the key.
    pub n_experts: u32,
    /// What ratings at random would score on average.
    pub chance_level: f64,
    /// The frozen statistics; nothing before the first score.
    pub snapshot: Option<SnapshotHead>,
}

/// Which frozen statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// Id.
    pub id: String,
    /// People it describes.
    pub n: i32,
    /// When it was taken, UTC.
    pub taken_at: NaiveDateTime,
}

impl Measure {
    pub(crate) fn of(form: &LoadedForm, snapshot: Option<SnapshotHead>) -> Self {
        Self {
            pack_title: form.pack.title.clone(),
            pack_id: form.pack.id.as_str().to_owned(),
            pack_version: form.pack.version.clone(),
            is_public: form.pack.is_public,
            form_id: form.form.id.as_str().to_owned(),
            form_version: form.form.version,
            key_version: form.key.version.clone(),
            is_provisional: form.key.is_provisional(),
            n_experts: form.key.n_experts,
            chance_level: form.chance_level,
            snapshot,
        }
    }
}

/// The version shown.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionHead {
    /// Its number.
    pub sequence: i32,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// People who had finished or whose time had run out.
    pub n_finished: i32,
    /// Those of them who are ranked.
    pub n_ranked: i32,
    /// Standard error of a complete form, points.
    pub sem: f64,
    /// Width of a band, points.
    pub band_width: f64,
    /// Whether a newer one exists.
    pub is_old: bool,
}

impl VersionHead {
    pub(crate) fn of(row: &RankingVersionRow, is_old: bool) -> Result<Self, ServiceError> {
        let sem = StandardError::try_from(row.sem)
            .map_err(|error| ServiceError::broken_by("the header of a ranking", error))?;
        Ok(Self {
            sequence: row.sequence,
            made_at: row.made_at,
            n_finished: row.n_finished,
            n_ranked: row.n_ranked,
            sem: row.sem,
            band_width: band_width(sem),
            is_old,
        })
    }
}

/// A band of a version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandHead {
    /// From the top, 0 for A.
    pub band: i32,
    /// How many people.
    pub n: i64,
    /// The highest score in it.
    pub highest: f64,
    /// The lowest.
    pub lowest: f64,
    /// The first rank that its people share.
    pub first_rank: i64,
    /// The last.
    pub last_rank: i64,
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
                n_matching: None,
                people: Vec::new(),
                next: None,
                unranked: Vec::new(),
                n_unranked: 0,
            };
            if let Some((version, is_old)) = &version {
                ranking.measure.snapshot = Some(snapshot_head(conn, &version.snapshot_id)?);
                ranking.version = Some(VersionHead::of(version, *is_old)?);
                fill(conn, &mut ranking, &version.id, query)?;
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

pub(crate) fn snapshot_head(conn: &mut DbConn, id: &str) -> Result<SnapshotHead, ServiceError> {
    let row = snapshots::load(conn, id)?;
    Ok(SnapshotHead { id: row.id, n: row.n, taken_at: row.taken_at })
}

fn fill(
    conn: &mut DbConn,
    ranking: &mut Ranking,
    version: &str,
    query: &RankingQuery,
) -> Result<(), ServiceError> {
    let filter = query.filter();
    ranking.bands = band_heads(conn, version)?;
    ranking.n_unranked = ranking_rows::count_unranked(conn, version, &filter)?;
    if query.is_filtered() {
        ranking.n_matching = Some(ranking_rows::count_ranked(conn, version, &filter)?);
    }
    let mut rows = ranking_rows::page(conn, version, &filter, query.row_order(), query.after, PAGE_SIZE + 1)?;
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    if rows.len() > page_size {
        rows.truncate(page_size);
        ranking.next = rows.last().map(|listed| listed.row.row_number);
    }
    ranking.people = rows.into_iter().map(ranked_person).collect::<Result<_, _>>()?;
    if ranking.next.is_none() {
        ranking.unranked = ranking_rows::unranked(conn, version, &filter, 0, 4 * PAGE_SIZE)?
            .into_iter()
            .map(unranked_person)
            .collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// The bands of a version with the ranks that each holds.
pub(crate) fn band_heads(conn: &mut DbConn, version: &str) -> Result<Vec<BandHead>, ServiceError> {
    let mut before = 0;
    let rows = ranking_rows::bands(conn, version)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let head = BandHead {
                band: row.band.unwrap_or_default(),
                n: row.n,
                highest: row.highest.unwrap_or_default(),
                lowest: row.lowest.unwrap_or_default(),
                first_rank: before + 1,
                last_rank: before + row.n,
            };
            before += row.n;
            head
        })
        .collect())
}

fn ranked_person(listed: ListedRow) -> Result<RankedPerson, ServiceError> {
    let row = &listed.row;
    Ok(RankedPerson {
        score: row.score.unwrap_or_default(),
        low: row.low.unwrap_or_default(),
        high: row.high.unwrap_or_default(),
        band: row.band.unwrap_or_default(),
        rank_low: row.rank_low.unwrap_or_default(),
        rank_high: row.rank_high.unwrap_or_default(),
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
