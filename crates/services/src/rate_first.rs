//! « My rating first »: in a campaign that asks for it, a reviewer rates a candidate's answers before the report shows
//! a score, a rank, a group, the key or anything made from them.
//!
//! The rating enters no score and changes nothing; it is there so that a judgement is one's own before it meets the
//! test's. Every view asks `unrated` or [`RatingFirst::hides_scores`]: the report, the ranking, comparisons, exports, the
//! charts, and the share of decisions that follow the rank. Groups and ranks are shared by all, so they wait until one
//! has rated everybody who has ended.

use domain::ids::{CampaignId, PublicId};
use store::conn::DbConn;
use store::repo::own_ratings::{self, OwnRatingRow};
use store::repo::{attempts, campaigns, report_openings, two_reviewers};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::decide::{MIN_REASON_LETTERS, is_sentence};
use crate::error::ServiceError;
use crate::human_review::checked;
use crate::report::{Report, reviewed_attempt};
use crate::state::Services;
use crate::two_reviewers::{TwoRatings, two_ratings};
use crate::viewer::Staff;

/// Longest reason of a rating, in characters.
pub const MAX_REASON_CHARS: usize = 1_000;

/// A viewer's own rating of a candidate, and whether it comes before the scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RatingFirst {
    /// Whether the campaign asks for it.
    pub is_on: bool,
    /// The viewer's rating, 1 to 4, with the reason.
    pub own: Option<(i16, String)>,
    /// People of the campaign whom the viewer has still to rate: groups and ranks wait for them.
    pub unrated: i64,
    /// What two-reviewer mode says of the candidate, where the campaign asks for it.
    pub two: Option<TwoRatings>,
}

impl RatingFirst {
    /// Whether scores are hidden from the viewer.
    #[must_use]
    pub const fn hides_scores(&self) -> bool {
        self.is_on && self.own.is_none()
    }
}

/// A rating as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RatingForm {
    /// From 1 to 4.
    pub rating: String,
    /// Why.
    pub reason: String,
}

impl Services {
    /// Whether a campaign asks for one's own rating first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews the candidates of this campaign.
    pub fn is_rating_first(&self, viewer: &Staff, campaign: &CampaignId) -> Result<bool, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.read(|conn| {
            let row = campaigns::find(conn, viewer.organisation.as_str(), campaign.as_str())?;
            Ok(own_ratings::is_first(conn, &row.id)?)
        })
    }

    /// Lets a campaign ask for one's own rating first, or no more. Setting what is set changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `two_reviewers` where two people rate: that mode stays, and stands on this one;
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn set_rating_first(
        &self,
        viewer: &Staff,
        campaign: &CampaignId,
        is_on: bool,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = campaigns::lock(tx.conn, viewer.organisation.as_str(), campaign.as_str())?;
            if own_ratings::is_first(tx.conn, &row.id)? == is_on {
                return Ok(());
            }
            if !is_on && two_reviewers::is_on(tx.conn, &row.id)? {
                return Err(ServiceError::Conflict("two_reviewers"));
            }
            own_ratings::set_first(tx.conn, &row.id, is_on, tx.now)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::RatingFirstChanged,
                entity: Entity::Campaign,
                entity_id: row.id,
                detail: format!("code={}", if is_on { "on" } else { "off" }),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }

    /// Records the viewer's own rating of a candidate's answers, once: a rating changed after the score was seen would
    /// not be one's own. The same rating sent again stays one.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `rating` (`required`, `report_not_opened`) or `own_reason` (`required`,
    /// `too_short`, `too_long`, `not_valid`); [`ServiceError::Conflict`] `rated` or `not_asked`;
    /// [`ServiceError::NotFound`] when the viewer may not.
    pub fn rate_first(
        &self,
        viewer: &Staff,
        candidate: &PublicId,
        form: &RatingForm,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let found = reviewed_attempt(tx.conn, viewer, candidate)?;
            let attempt = attempts::lock_by_invitation(tx.conn, &found.invitation_id)?
                .filter(|attempt| attempt.erased_at.is_none())
                .ok_or(ServiceError::NotFound)?;
            if !own_ratings::is_first(tx.conn, &attempt.campaign_id)? {
                return Err(ServiceError::Conflict("not_asked"));
            }
            let rating = form.rating.parse::<i16>().ok().filter(|rating| (1..=4).contains(rating));
            let rating = rating.ok_or_else(|| ServiceError::invalid("rating", "required"))?;
            let user = viewer.user.as_str();
            if !report_openings::was_opened(tx.conn, &attempt.id, user)? {
                return Err(ServiceError::invalid("rating", "report_not_opened"));
            }
            if form.reason.trim().is_empty() {
                return Err(ServiceError::invalid("own_reason", "required"));
            }
            let reason = checked("own_reason", &form.reason, MIN_REASON_LETTERS, MAX_REASON_CHARS)?;
            if !is_sentence(&reason) {
                return Err(ServiceError::invalid("own_reason", "too_short"));
            }
            if let Some(row) = own_ratings::find(tx.conn, &attempt.id, user)? {
                let is_said = row.rating == rating && row.reason == reason;
                return if is_said { Ok(()) } else { Err(ServiceError::Conflict("rated")) };
            }
            let row = OwnRatingRow {
                attempt_id: attempt.id.clone(),
                user_id: viewer.user.to_string(),
                rating,
                reason,
                rated_at: tx.now,
            };
            own_ratings::insert(tx.conn, &row)?;
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::AnswersRated,
                entity: Entity::Attempt,
                entity_id: attempt.id,
                // Not the rating: who reads the audit may have to rate the same person.
                detail: String::new(),
                address: viewer.address.clone(),
            });
            Ok(())
        })
    }
}

/// The viewer's own rating of an attempt, and whether it comes first.
pub(crate) fn rating_first(
    conn: &mut DbConn,
    viewer: &Staff,
    campaign: &str,
    attempt: &str,
) -> Result<RatingFirst, ServiceError> {
    let own = own_ratings::find(conn, attempt, viewer.user.as_str())?;
    Ok(RatingFirst {
        is_on: own_ratings::is_first(conn, campaign)?,
        own: own.map(|row| (row.rating, row.reason)),
        unrated: unrated(conn, viewer, campaign)?,
        two: two_ratings(conn, viewer, campaign, attempt)?,
    })
}

/// How many people of a campaign the viewer has to rate before groups and ranks are shown; 0 where the campaign does
/// not ask for it.
pub(crate) fn unrated(conn: &mut DbConn, viewer: &Staff, campaign: &str) -> Result<i64, ServiceError> {
    if !own_ratings::is_first(conn, campaign)? {
        return Ok(0);
    }
    Ok(own_ratings::count_unrated(conn, campaign, viewer.user.as_str())?)
}

/// Whether a viewer has to rate this person before anything of a score is shown.
pub(crate) fn is_to_rate(
    conn: &mut DbConn,
    viewer: &Staff,
    campaign: &str,
    attempt: &str,
) -> Result<bool, ServiceError> {
    let is_first = own_ratings::is_first(conn, campaign)?;
    Ok(is_first && own_ratings::find(conn, attempt, viewer.user.as_str())?.is_none())
}

/// A report as far as the viewer may read it: without scores before their own rating, and without what it shares with
/// people whom they have still to rate.
pub(crate) fn as_rated(report: Report) -> Report {
    if report.rating_first.hides_scores() {
        without_scores(report)
    } else if report.rating_first.unrated > 0 {
        Report { place: None, group: None, norm: None, ..report }
    } else {
        report
    }
}

/// Takes out of a report everything that a score or the key is in. Answers, identity and decisions stay.
fn without_scores(report: Report) -> Report {
    Report {
        score: None,
        unranked: None,
        place: None,
        group: None,
        norm: None,
        families: Vec::new(),
        guide: Vec::new(),
        history: Vec::new(),
        ..report
    }
}
