//! Reviews by a person: a candidate asks for one, the queue shows it with its last day, a person answers.
//!
//! A request changes no score and no decision, and neither does an answer: who finds that a decision must change
//! records another one in the report, as every decision is recorded.

pub(crate) mod own;

use chrono::{NaiveDate, NaiveDateTime};
use domain::human_review::{MAX_ANSWER_CHARS, MIN_ANSWER_CHARS, ReviewOutcome, WordsRefused, words};
use domain::ids::{HumanReviewId, InvitationId, OrganisationId};
use domain::language::Language;
use store::conn::DbConn;
use store::repo::human_reviews::{self, HumanReviewRow, NewAnswer, ToldReviewRow};
use store::repo::{attempts, campaigns, decisions, invitations, organisations, report_openings};

use crate::audit::{Action, Entity, Entry};
use crate::authz::{Permission, require};
use crate::candidate::stored;
use crate::error::ServiceError;
use crate::mail::{self, MailKind, NewMail};
use crate::mail_texts;
use crate::ranking::blind_name;
use crate::state::{Services, Tx};
use crate::viewer::Staff;
use crate::zone;

/// How often one person may ask: further questions are asked in writing.
pub const MOST_REQUESTS: usize = 5;
/// Reviews on one list.
pub const MOST_LISTED: i64 = 200;
/// More requests than one person can have made.
const ALL_REQUESTS: i64 = 50;

/// A review as the candidate who asked for it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnReview {
    /// The day it was asked for, in the campaign's time zone.
    pub asked_on: NaiveDate,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// What the candidate wrote.
    pub request: Option<String>,
    /// The answer.
    pub answer: Option<ReviewAnswer>,
}

/// The answer to a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAnswer {
    /// The day of the answer, in the campaign's time zone.
    pub on: NaiveDate,
    /// What the review came to.
    pub outcome: ReviewOutcome,
    /// The words to the candidate.
    pub words: String,
}

/// A candidate's reviews, and whether they may ask for another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnReviews {
    /// The reviews, newest first.
    pub reviews: Vec<OwnReview>,
    /// Whether the test has ended: before, there is nothing to look at again.
    pub has_ended: bool,
    /// Whether one may be asked for now.
    pub may_ask: bool,
}

/// A review as the people who answer see it: without a name, without a time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: HumanReviewId,
    /// The campaign's id.
    pub campaign: String,
    /// The campaign's title.
    pub campaign_title: String,
    /// The candidate's id in blind addresses.
    pub candidate: String,
    /// The candidate's tree name.
    pub name: String,
    /// The language in which the candidate reads the answer.
    pub language: Language,
    /// What the candidate wrote.
    pub request: Option<String>,
    /// The day it was asked for, in the campaign's time zone.
    pub asked_on: NaiveDate,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// Whether that day is over and nobody has answered.
    pub is_late: bool,
    /// Who has taken it.
    pub taken_by: Option<String>,
    /// Whether the viewer has.
    pub is_mine: bool,
    /// The answer.
    pub answer: Option<ReviewAnswer>,
}

/// A review on its own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPage {
    /// The review.
    pub review: Review,
    /// Whether the viewer has opened the report: an answer comes after.
    pub report_was_opened: bool,
    /// Whether the viewer has decided about this candidate: a colleague would look with fresher eyes.
    pub viewer_has_decided: bool,
}

/// Reviews that wait for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenReviews {
    /// How many.
    pub number: i64,
    /// The nearest last day.
    pub first_due: NaiveDate,
}

/// An answer as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerForm {
    /// The code of an outcome.
    pub outcome: String,
    /// The words to the candidate.
    pub words: String,
}

impl Services {
    /// The reviews of the organisation, open or answered, at most [`MOST_LISTED`].
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates.
    pub fn human_reviews(&self, viewer: &Staff, are_answered: bool) -> Result<Vec<Review>, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let organisation = viewer.organisation.as_str();
        let rows =
            self.read(|conn| Ok(human_reviews::list(conn, organisation, are_answered, MOST_LISTED)?))?;
        let now = self.now();
        rows.into_iter().map(|row| review(viewer, row, now)).collect()
    }

    /// One review.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless the viewer reviews candidates and the review is of their organisation.
    pub fn human_review(&self, viewer: &Staff, id: &HumanReviewId) -> Result<ReviewPage, ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        let now = self.now();
        self.read(|conn| {
            let row = human_reviews::find(conn, viewer.organisation.as_str(), id.as_str())?;
            let (attempt, user) = (row.review.attempt_id.clone(), viewer.user.as_str());
            Ok(ReviewPage {
                review: review(viewer, row, now)?,
                report_was_opened: report_openings::was_opened(conn, &attempt, user)?,
                viewer_has_decided: decisions::has_own(conn, &attempt, user)?,
            })
        })
    }

    /// Tells colleagues that the viewer looks at a review; taking it over from somebody is possible, and written down.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `answered`; [`ServiceError::NotFound`] when the viewer may not.
    pub fn take_human_review(&self, viewer: &Staff, id: &HumanReviewId) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = open_review(tx, viewer, id)?;
            if row.taken_by.as_deref() == Some(viewer.user.as_str()) {
                return Ok(());
            }
            human_reviews::take(tx.conn, &row.id, viewer.user.as_str(), tx.now)?;
            let detail = if row.taken_by.is_some() { "code=taken_over" } else { "code=taken" };
            note(tx, viewer, Action::ReviewTaken, id, detail.to_owned());
            Ok(())
        })
    }

    /// Records what a review came to, and mails it to the candidate in their language.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with `outcome` (`required`, `report_not_opened`, `no_new_decision`: « changed » stands
    /// for a decision recorded since the request) or `words` (`required`, `too_short`, `too_long`, `not_valid`);
    /// [`ServiceError::Conflict`] `answered`; [`ServiceError::NotFound`] when the viewer may not.
    pub fn answer_human_review(
        &self,
        viewer: &Staff,
        id: &HumanReviewId,
        form: &AnswerForm,
    ) -> Result<(), ServiceError> {
        require(viewer, Permission::ReviewCandidates)?;
        self.write(|tx| {
            let row = open_review(tx, viewer, id)?;
            let outcome = ReviewOutcome::parse(&form.outcome)
                .map_err(|_| ServiceError::invalid("outcome", "required"))?;
            let user = viewer.user.as_str();
            if !report_openings::was_opened(tx.conn, &row.attempt_id, user)? {
                return Err(ServiceError::invalid("outcome", "report_not_opened"));
            }
            if outcome == ReviewOutcome::Changed
                && !decisions::is_newer_than(tx.conn, &row.attempt_id, row.asked_at)?
            {
                return Err(ServiceError::invalid("outcome", "no_new_decision"));
            }
            if form.words.trim().is_empty() {
                return Err(ServiceError::invalid("words", "required"));
            }
            let words = checked("words", &form.words, MIN_ANSWER_CHARS, MAX_ANSWER_CHARS)?;
            let answer = NewAnswer { outcome: outcome.code(), answer: &words, user, at: tx.now };
            human_reviews::answer(tx.conn, &row.id, answer)?;
            self.queue_answer(tx, &row, outcome, &words)?;
            note(tx, viewer, Action::ReviewAnswered, id, format!("outcome={outcome}"));
            Ok(())
        })
    }

    fn queue_answer(
        &self,
        tx: &mut Tx<'_>,
        row: &HumanReviewRow,
        outcome: ReviewOutcome,
        words: &str,
    ) -> Result<(), ServiceError> {
        let invitation = invitations::load(tx.conn, &row.invitation_id)?;
        let Some(recipient) = invitation.email else { return Ok(()) };
        let campaign = campaigns::load(tx.conn, &row.campaign_id)?;
        let organisation =
            organisations::find(tx.conn, &row.organisation_id)?.ok_or(ServiceError::NotFound)?;
        let language = Language::parse(&row.language).map_err(stored)?;
        let facts = crate::invite::mail_facts(&organisation.name, &campaign);
        let letter = mail_texts::deciding::review_answered(
            language,
            invitation.name.as_deref(),
            facts,
            outcome,
            words,
        );
        let new = NewMail {
            organisation: OrganisationId::parse(&row.organisation_id).map_err(stored)?,
            kind: MailKind::ReviewAnswered,
            language,
            invitation: Some(InvitationId::parse(&row.invitation_id).map_err(stored)?),
            colleague_invitation: None,
            recipient,
            subject: letter.subject,
            body: letter.body,
        };
        mail::enqueue(tx, self, new)
    }
}

/// The reviews of an organisation that wait for a person.
pub(crate) fn open_reviews(
    conn: &mut DbConn,
    organisation: &str,
) -> Result<Option<OpenReviews>, ServiceError> {
    let (number, first_due) = human_reviews::open_of(conn, organisation)?;
    Ok(first_due.map(|first_due| OpenReviews { number, first_due }))
}

fn open_review(tx: &mut Tx<'_>, viewer: &Staff, id: &HumanReviewId) -> Result<HumanReviewRow, ServiceError> {
    let organisation = viewer.organisation.as_str();
    // Erased people are in no queue; the row itself says nothing of it.
    let told = human_reviews::find(tx.conn, organisation, id.as_str())?;
    // In the order of an erasure: the attempt, then what hangs on it.
    attempts::lock_by_invitation(tx.conn, &told.review.invitation_id)?
        .filter(|attempt| attempt.erased_at.is_none())
        .ok_or(ServiceError::NotFound)?;
    let row = human_reviews::lock(tx.conn, organisation, id.as_str())?;
    if row.answered_at.is_some() { Err(ServiceError::Conflict("answered")) } else { Ok(row) }
}

fn review(viewer: &Staff, row: ToldReviewRow, now: NaiveDateTime) -> Result<Review, ServiceError> {
    let local = |at| zone::local(&row.time_zone, at).date();
    let answer = told_answer(&row.review, &row.time_zone)?;
    Ok(Review {
        id: HumanReviewId::parse(&row.review.id).map_err(stored)?,
        campaign: row.review.campaign_id,
        campaign_title: row.campaign_title,
        candidate: row.public_id,
        name: blind_name(row.tree_number),
        language: Language::parse(&row.review.language).map_err(stored)?,
        request: row.review.request,
        asked_on: local(row.review.asked_at),
        due_on: row.review.due_on,
        is_late: answer.is_none() && local(now) > row.review.due_on,
        is_mine: row.review.taken_by.as_deref() == Some(viewer.user.as_str()),
        taken_by: row.taken_by_name,
        answer,
    })
}

fn told_answer(row: &HumanReviewRow, zone_name: &str) -> Result<Option<ReviewAnswer>, ServiceError> {
    let (Some(outcome), Some(at)) = (&row.outcome, row.answered_at) else { return Ok(None) };
    Ok(Some(ReviewAnswer {
        on: zone::local(zone_name, at).date(),
        outcome: ReviewOutcome::parse(outcome).map_err(stored)?,
        words: row.answer.clone().unwrap_or_default(),
    }))
}

/// Words as they are kept, or what is wrong with them.
pub(crate) fn checked(
    field: &'static str,
    typed: &str,
    fewest: usize,
    most: usize,
) -> Result<String, ServiceError> {
    words(typed, fewest, most).map_err(|refused| {
        ServiceError::invalid(
            field,
            match refused {
                WordsRefused::TooShort => "too_short",
                WordsRefused::TooLong => "too_long",
                WordsRefused::Control => "not_valid",
            },
        )
    })
}

fn note(tx: &mut Tx<'_>, viewer: &Staff, action: Action, id: &HumanReviewId, detail: String) {
    tx.audit(Entry {
        organisation: viewer.organisation.clone(),
        actor: viewer.actor(),
        action,
        entity: Entity::HumanReview,
        entity_id: id.to_string(),
        detail,
        address: viewer.address.clone(),
    });
}
