//! The report of one candidate. Opening it is noted, and audited each time.
//!
//! Until a person has decided or asked to see who it is, they read no name, no address, no time and nobody else's
//! decision. The key and its rationale stand beside answers for people who may see them only.

pub(crate) mod families;
pub mod guide;
pub mod history;
pub mod scenarios;
pub(crate) mod shared;

use chrono::NaiveDateTime;
use domain::attempt::AttemptState;
use domain::closed_code::UnknownCode;
use domain::construct::Family;
use domain::decision::DecisionCode;
use domain::ids::PublicId;
use domain::language::Language;
use store::conn::DbConn;
use store::repo::attempts::{self, AttemptRow};
use store::repo::campaigns::{self, CampaignRow};
use store::repo::ranking_rows::{self, RankingRow};
use store::repo::ranking_versions::{self, RankingVersionRow};
use store::repo::scores::{self, ScoreRow};
use store::repo::{decisions, invitations, report_openings, unblindings};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, allows, require};
use crate::error::ServiceError;
use crate::norm_groups::{NormGroup, chosen_norm};
use crate::packs::LoadedForm;
use crate::ranking::{
    BandHead, CampaignHead, Measure, UnrankedReason, VersionHead, blind_name, snapshot_head,
};
use crate::rate_first::{RatingFirst, as_rated, rating_first};
use crate::report::families::family_results;
use crate::report::guide::{GuideQuestion, guide};
use crate::report::history::{ScoreLine, score_history};
use crate::report::scenarios::{ReportScenario, report_scenarios};
use crate::snapshots::statistics::Distribution;
use crate::state::Services;
use crate::viewer::Staff;

/// Fewest people of a comparison group.
pub const FEWEST_COMPARED: u32 = 30;

/// More decisions than anyone takes about one person.
const MOST_DECISIONS: i64 = 200;

/// The report of one candidate.
#[derive(Clone, Debug)]
pub struct Report {
    /// The campaign.
    pub campaign: CampaignHead,
    /// What the score was made with.
    pub measure: Measure,
    /// The id in blind addresses.
    pub public_id: String,
    /// The tree name.
    pub name: String,
    /// The language of the test.
    pub language: Language,
    /// Finished or expired.
    pub state: AttemptState,
    /// The score, when there is one.
    pub score: Option<ReportScore>,
    /// Why there is no rank.
    pub unranked: Option<UnrankedReason>,
    /// What was answered, in numbers of scored actions.
    pub counts: AnswerCounts,
    /// The place in the newest version, when it holds this person.
    pub place: Option<Place>,
    /// The newest version.
    pub version: Option<VersionHead>,
    /// The people of the newest version, from 30 on.
    pub group: Option<Distribution>,
    /// The comparison group that the campaign chose.
    pub norm: Option<NormGroup>,
    /// The families in their order; empty when none may be shown.
    pub families: Vec<FamilyResult>,
    /// What to ask in an interview.
    pub guide: Vec<GuideQuestion>,
    /// How the person was scored over time, oldest first.
    pub history: Vec<ScoreLine>,
    /// The scenarios in the order shown, practice left out.
    pub scenarios: Vec<ReportScenario>,
    /// Whether the key stands beside the answers.
    pub shows_key: bool,
    /// Who it is, once the viewer has decided or asked.
    pub identity: Option<Identity>,
    /// Decisions that the viewer may read, newest first.
    pub decisions: Vec<ToldDecision>,
    /// The viewer's own rating, and whether it comes before the scores.
    pub rating_first: RatingFirst,
}

/// A score with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReportScore {
    /// The score, 0 to 100.
    pub score: f64,
    /// Its standard error, points.
    pub sem: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
}

/// Scored actions by what the attempt holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerCounts {
    /// All of them.
    pub scored: i32,
    /// Answered.
    pub answered: i32,
    /// Shown and left blank.
    pub counted_zero: i32,
    /// Never shown.
    pub left_out: i32,
    /// Scored scenarios of the form.
    pub scenarios: i32,
}

/// A place in a version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The band.
    pub band: BandHead,
    /// Best rank.
    pub rank_low: i32,
    /// Worst rank.
    pub rank_high: i32,
}

/// One family of the profile.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyResult {
    /// The family.
    pub family: Family,
    /// Its name.
    pub name: String,
    /// The score with its interval and the middle half of the snapshot; nothing when it is not measurable.
    pub result: Option<(ReportScore, Distribution)>,
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name, unless erased.
    pub name: Option<String>,
    /// The address, unless erased.
    pub email: Option<String>,
    /// When the test was begun, UTC.
    pub started_at: NaiveDateTime,
    /// When it was finished or ran out, UTC.
    pub finished_at: Option<NaiveDateTime>,
}

/// A decision as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDecision {
    /// Its id.
    pub id: String,
    /// What was decided.
    pub code: DecisionCode,
    /// The id of the campaign's own stage.
    pub stage: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// The name of who decided.
    pub by: Option<String>,
    /// Whether it was the viewer.
    pub is_own: bool,
    /// When, UTC.
    pub at: NaiveDateTime,
}

impl Services {
    /// Opens the report of a candidate: what it says, after the opening has been noted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates, and the attempt is theirs, has ended and was
    /// not erased.
    pub fn open_report(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        language: Language,
    ) -> Result<Report, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let basis = self.read(|conn| Basis::read(conn, viewer, candidate))?;
        let form = self.form_with_key(&basis.campaign, basis.key_row())?;
        self.write(|tx| {
            report_openings::note(tx.conn, &basis.attempt.id, viewer.user.as_str(), tx.now)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::ReportOpened,
                entity: Entity::Attempt,
                entity_id: basis.attempt.id.clone(),
                detail: String::new(),
                address: viewer.address.clone(),
            });
            Ok(())
        })?;
        let now = self.now();
        self.read(|conn| report(self, conn, viewer, &basis, (&form, language), now))
    }
}

/// The attempt that a reviewer may look at.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not theirs, under way, or erased.
pub(crate) fn reviewed_attempt(
    conn: &mut DbConn,
    viewer: &Staff,
    candidate: &PublicId,
) -> Result<AttemptRow, ServiceError> {
    let attempt = attempts::find_public(conn, viewer.organisation.as_str(), candidate.as_str())?;
    if attempt.erased_at.is_some() || attempt.state == AttemptState::Started.code() {
        return Err(ServiceError::NotFound);
    }
    Ok(attempt)
}

/// Whether a person may read the identity and everybody's decisions: after their own decision, or by asking.
///
/// # Errors
/// That the database cannot be asked.
pub(crate) fn is_unblinded(conn: &mut DbConn, attempt: &str, viewer: &Staff) -> Result<bool, ServiceError> {
    let user = viewer.user.as_str();
    Ok(unblindings::is_noted(conn, attempt, user)? || decisions::has_own(conn, attempt, user)?)
}

/// The rows that a report stands on.
struct Basis {
    attempt: AttemptRow,
    campaign: CampaignRow,
    version: Option<RankingVersionRow>,
    row: Option<RankingRow>,
    score: Option<ScoreRow>,
}

impl Basis {
    fn read(conn: &mut DbConn, viewer: &Staff, candidate: &PublicId) -> Result<Self, ServiceError> {
        let attempt = reviewed_attempt(conn, viewer, candidate)?;
        Self::of(conn, viewer.organisation.as_str(), attempt)
    }

    fn of(conn: &mut DbConn, organisation: &str, attempt: AttemptRow) -> Result<Self, ServiceError> {
        let campaign = campaigns::find(conn, organisation, &attempt.campaign_id)?;
        let version = ranking_versions::newest(conn, &campaign.id)?;
        let row = match &version {
            Some(version) => ranking_rows::of_attempt(conn, &version.id, &attempt.id)?,
            None => None,
        };
        // The score that the ranking shows; who finished after it has the newest one.
        let score = match (&version, &row) {
            (Some(version), Some(_)) => {
                scores::find(conn, &attempt.id, &version.key_row_id, &version.snapshot_id)?
            }
            _ => scores::newest(conn, &attempt.id)?,
        };
        Ok(Self { attempt, campaign, version, row, score })
    }

    fn key_row(&self) -> &str {
        self.score.as_ref().map_or(&self.campaign.key_row_id, |score| &score.key_row_id)
    }
}

fn report(
    services: &Services,
    conn: &mut DbConn,
    viewer: &Staff,
    basis: &Basis,
    (form, language): (&LoadedForm, Language),
    now: NaiveDateTime,
) -> Result<Report, ServiceError> {
    let fault = |error: UnknownCode| ServiceError::broken_by("a stored code", error);
    let (attempt, score) = (&basis.attempt, basis.score.as_ref());
    let rating_first = rating_first(conn, viewer, &attempt.campaign_id, &attempt.id)?;
    let may_see_key = allows(viewer.role, Permission::SeeKeys) || form.pack.is_public;
    let shows_key = may_see_key && !rating_first.hides_scores();
    let unblinded = is_unblinded(conn, &attempt.id, viewer)?;
    let snapshot = match score {
        Some(score) => Some(snapshot_head(conn, &score.snapshot_id)?),
        None => None,
    };
    let unranked = score.and_then(|score| score.unranked_reason.as_deref()).map(UnrankedReason::parse);
    let families = family_results(conn, score, form, language)?;
    let report = Report {
        campaign: CampaignHead::of(&basis.campaign, now),
        measure: Measure::of(form, snapshot),
        public_id: attempt.public_id.clone(),
        name: blind_name(attempt.tree_number),
        language: Language::parse(&attempt.language).map_err(fault)?,
        state: AttemptState::parse(&attempt.state).map_err(fault)?,
        score: score.filter(|_| unranked.is_none()).and_then(report_score),
        unranked,
        counts: score.map(answer_counts).unwrap_or_default(),
        place: place(services, conn, basis)?,
        version: basis.version.as_ref().map(|version| VersionHead::of(version, false)).transpose()?,
        group: comparison_group(services, conn, basis.version.as_ref())?,
        norm: chosen_norm(conn, &basis.campaign, basis.key_row())?,
        guide: guide(form, &families),
        history: score_history(conn, &attempt.id)?,
        families,
        scenarios: report_scenarios(conn, attempt, form, language, shows_key)?,
        shows_key,
        identity: if unblinded { Some(identity(conn, attempt)?) } else { None },
        decisions: told_decisions(conn, viewer, &attempt.id, unblinded && !rating_first.hides_scores())?,
        rating_first,
    };
    Ok(as_rated(report))
}

pub(crate) fn report_score(row: &ScoreRow) -> Option<ReportScore> {
    Some(ReportScore { score: row.score?, sem: row.sem?, low: row.low?, high: row.high? })
}

fn answer_counts(row: &ScoreRow) -> AnswerCounts {
    AnswerCounts {
        scored: row.n_scored,
        answered: row.n_answered,
        counted_zero: row.n_counted_zero,
        left_out: row.n_left_out,
        scenarios: row.n_scenarios,
    }
}

fn place(services: &Services, conn: &mut DbConn, basis: &Basis) -> Result<Option<Place>, ServiceError> {
    let (Some(version), Some(row)) = (&basis.version, &basis.row) else { return Ok(None) };
    place_of(services, conn, version, row)
}

/// The place that a row tells; nothing without a rank.
///
/// # Errors
/// That the database cannot be asked.
pub(crate) fn place_of(
    services: &Services,
    conn: &mut DbConn,
    version: &RankingVersionRow,
    row: &RankingRow,
) -> Result<Option<Place>, ServiceError> {
    let (Some(band), Some(rank_low), Some(rank_high)) = (row.band, row.rank_low, row.rank_high) else {
        return Ok(None);
    };
    let spread = services.spread(conn, &version.id)?;
    let head = spread.bands.iter().find(|head| head.band == band).copied();
    Ok(head.map(|band| Place { band, rank_low, rank_high }))
}

fn comparison_group(
    services: &Services,
    conn: &mut DbConn,
    version: Option<&RankingVersionRow>,
) -> Result<Option<Distribution>, ServiceError> {
    let Some(version) = version else { return Ok(None) };
    let described = services.spread(conn, &version.id)?.scores;
    Ok(described.filter(|described| described.n >= FEWEST_COMPARED))
}

fn identity(conn: &mut DbConn, attempt: &AttemptRow) -> Result<Identity, ServiceError> {
    let invitation = invitations::load(conn, &attempt.invitation_id)?;
    Ok(Identity {
        name: invitation.name,
        email: invitation.email,
        started_at: attempt.started_at,
        finished_at: attempt.finished_at,
    })
}

pub(crate) fn told_decisions(
    conn: &mut DbConn,
    viewer: &Staff,
    attempt: &str,
    unblinded: bool,
) -> Result<Vec<ToldDecision>, ServiceError> {
    let mut told = Vec::new();
    for row in decisions::of_attempt(conn, attempt, MOST_DECISIONS)? {
        let is_own = row.decision.user_id.as_deref() == Some(viewer.user.as_str());
        if !is_own && !unblinded {
            continue;
        }
        told.push(ToldDecision {
            id: row.decision.id,
            code: DecisionCode::parse(&row.decision.code)
                .map_err(|error| ServiceError::broken_by("a stored code", error))?,
            stage: row.decision.stage_id,
            reason: row.decision.reason,
            by: row.user_name,
            is_own,
            at: row.decision.created_at,
        });
    }
    Ok(told)
}
