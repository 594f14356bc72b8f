//! A person's decision about one candidate: with a reason, after the report where it goes against the candidate, and
//! with the ranking version that was seen. There is no other way to a decision, and none for more than one candidate.

use domain::decision::{Decision, DecisionCode, DecisionFacts, DecisionMaker, DecisionRefused};
use domain::ids::PublicId;
use store::conn::DbConn;
use store::error::StoreError;
use store::repo::decisions::{self, NewDecision, PersonsAct};
use store::repo::{ranking_rows, ranking_versions, report_openings};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::decision_stages::{Stage, stages_of};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::rate_first::is_to_rate;
use crate::report::{is_unblinded, reviewed_attempt, told_decisions};
use crate::state::Services;
use crate::two_reviewers::two_ratings;
use crate::viewer::Staff;

/// Fewest letters of a reason: a sentence, not a word, and not a row of dots.
pub const MIN_REASON_LETTERS: usize = 10;

/// The decisions that a reviewer may take, in the order of the form.
pub const OFFERED: [DecisionCode; 6] = [
    DecisionCode::Shortlist,
    DecisionCode::Interview,
    DecisionCode::Hold,
    DecisionCode::Offer,
    DecisionCode::Hired,
    DecisionCode::NotPursued,
];

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionForm {
    /// The code of a decision, or the id of a stage where the campaign has its own.
    pub code: String,
    /// The reason.
    pub reason: String,
    /// The number of the ranking version that the page showed; empty when there was none.
    pub version: String,
    /// The id of the newest decision that the page told, empty when it told none; nothing when the form says nothing.
    pub last: Option<String>,
}

impl Services {
    /// Records the viewer's decision about a candidate. The decision that stands, sent again word for word by the same
    /// person (a button pressed twice), stays one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the attempt is theirs and has ended;
    /// [`ServiceError::Invalid`] with `code` (`required`, `not_offered`, `report_not_opened`, `rate_first`, `second_rating`), `reason` (`required`,
    /// `too_short`, `too_long`) or `version` (`ranking_changed`, `decided_since`: what was seen is gone, look again).
    pub fn decide(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        form: &DecisionForm,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let attempt = reviewed_attempt(tx.conn, viewer, candidate)?;
            let facts = DecisionFacts {
                maker: DecisionMaker::Reviewer,
                report_was_opened: report_openings::was_opened(tx.conn, &attempt.id, viewer.user.as_str())?,
                candidates: 1,
            };
            let stages = stages_of(tx.conn, &attempt.campaign_id)?;
            let (code, stage) = chosen(&form.code, &stages)?;
            let decision = checked(code, &form.reason, facts)?;
            if is_to_rate(tx.conn, viewer, &attempt.campaign_id, &attempt.id)? {
                return Err(ServiceError::invalid("code", "rate_first"));
            }
            let two = two_ratings(tx.conn, viewer, &attempt.campaign_id, &attempt.id)?;
            if two.is_some_and(|two| two.missing() > 0) {
                return Err(ServiceError::invalid("code", "second_rating"));
            }
            let version = version_seen(tx.conn, &attempt.campaign_id, &form.version)?;
            let version_id = version.as_ref().map(|(id, _)| id.as_str());
            let said = Said { decision: &decision, version: version_id, stage };
            if is_said_already(tx.conn, viewer, &attempt.id, &said)? {
                return Ok(());
            }
            if let Some(last) = &form.last {
                let unblinded = is_unblinded(tx.conn, &attempt.id, viewer)?;
                let newest = told_decisions(tx.conn, viewer, &attempt.id, unblinded)?.into_iter().next();
                if newest.map_or_else(String::new, |decision| decision.id) != *last {
                    return Err(ServiceError::invalid("version", "decided_since"));
                }
            }
            let act = persons_act(tx.conn, viewer, tx.now)?;
            let id = row_uuid(tx.now, self.random()).to_string();
            decisions::insert(
                tx.conn,
                act,
                &NewDecision {
                    id: id.clone(),
                    organisation: viewer.organisation.as_str(),
                    campaign: &attempt.campaign_id,
                    attempt: &attempt.id,
                    ranking_version: version_id,
                    code: decision.code.code(),
                    stage,
                    reason: decision.reason.as_deref(),
                    at: tx.now,
                },
            )?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::DecisionRecorded,
                entity: Entity::Decision,
                entity_id: id,
                detail: format!(
                    "code={};attempt={};version={}",
                    decision.code,
                    attempt.id,
                    version.map_or_else(|| "none".to_owned(), |(_, sequence)| sequence.to_string())
                ),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

/// A decision with what it was taken on and in.
struct Said<'a> {
    decision: &'a Decision,
    version: Option<&'a str>,
    stage: Option<&'a str>,
}

/// Whether the newest decision about an attempt is this one, by this person.
fn is_said_already(
    conn: &mut DbConn,
    viewer: &Staff,
    attempt: &str,
    said: &Said<'_>,
) -> Result<bool, ServiceError> {
    let newest = decisions::of_attempt(conn, attempt, 1)?.into_iter().next();
    Ok(newest.is_some_and(|told| {
        let row = told.decision;
        row.user_id.as_deref() == Some(viewer.user.as_str())
            && row.code == said.decision.code.code()
            && row.reason == said.decision.reason
            && row.ranking_version_id.as_deref() == said.version
            && row.stage_id.as_deref() == said.stage
    }))
}

/// What a form chose: one of the codes, or a stage where the campaign has its own.
fn chosen<'a>(typed: &str, stages: &'a [Stage]) -> Result<(DecisionCode, Option<&'a str>), ServiceError> {
    if typed.is_empty() {
        return Err(ServiceError::invalid("code", "required"));
    }
    let mut offered = stages.iter().filter(|stage| !stage.is_retired).peekable();
    let found = if offered.peek().is_some() {
        offered.find(|stage| stage.id == typed).map(|stage| (stage.code, Some(stage.id.as_str())))
    } else {
        DecisionCode::parse(typed).ok().filter(|code| OFFERED.contains(code)).map(|code| (code, None))
    };
    found.ok_or_else(|| ServiceError::invalid("code", "not_offered"))
}

fn checked(code: DecisionCode, reason: &str, facts: DecisionFacts) -> Result<Decision, ServiceError> {
    let decision = Decision::parse(code, reason, facts).map_err(|refused| match refused {
        DecisionRefused::NotTheirs | DecisionRefused::NotSingle => {
            ServiceError::invalid("code", "not_offered")
        }
        DecisionRefused::ReportNotOpened => ServiceError::invalid("code", "report_not_opened"),
        DecisionRefused::ReasonMissing => ServiceError::invalid("reason", "required"),
        DecisionRefused::ReasonInvalid => ServiceError::invalid("reason", "too_long"),
    })?;
    let is_said = decision.reason.as_deref().is_some_and(is_sentence);
    if is_said { Ok(decision) } else { Err(ServiceError::invalid("reason", "too_short")) }
}

/// Whether a reason has letters enough.
pub(crate) fn is_sentence(reason: &str) -> bool {
    reason.chars().filter(|character| character.is_alphabetic()).count() >= MIN_REASON_LETTERS
}

/// The version that a page showed, by id and number; one that still holds its rows.
fn version_seen(
    conn: &mut DbConn,
    campaign: &str,
    typed: &str,
) -> Result<Option<(String, i32)>, ServiceError> {
    let changed = || ServiceError::invalid("version", "ranking_changed");
    if typed.is_empty() {
        return match ranking_versions::newest(conn, campaign)? {
            None => Ok(None),
            Some(_) => Err(changed()),
        };
    }
    let sequence = typed.parse::<i32>().map_err(|_| changed())?;
    let version = ranking_versions::by_sequence(conn, campaign, sequence)?.ok_or_else(changed)?;
    if ranking_rows::has_rows(conn, &version.id)? {
        Ok(Some((version.id, version.sequence)))
    } else {
        Err(changed())
    }
}

/// The proof that a signed-in person acts. Private: nothing else in this crate asks for one.
fn persons_act(
    conn: &mut DbConn,
    viewer: &Staff,
    now: chrono::NaiveDateTime,
) -> Result<PersonsAct, ServiceError> {
    PersonsAct::of_session(conn, viewer.session.as_str(), viewer.user.as_str(), now).map_err(|error| {
        match error {
            StoreError::NotFound => ServiceError::NotSignedIn,
            other => other.into(),
        }
    })
}
