//! Starting a test, and going on with it on this or another device: each a POST that issues a writer epoch.

use domain::attempt::Epoch;
use domain::form::ActionOrders;
use domain::ids::{AttemptId, InvitationId, PublicId};
use domain::invitation::InvitationState;
use domain::language::Language;
use domain::tree::TWO_PART_NAMES;
use store::conn::DbConn;
use store::error::StoreError;
use store::repo::attempts::{self, AttemptRow};
use store::repo::{campaigns, invitations};

use crate::attempt_cookie::AttemptCookie;
use crate::audit::Action;
use crate::candidate::{Candidate, active_ms_at, attempt_facts, candidate_entry, languages_of, stored};
use crate::error::ServiceError;
use crate::ids::{public_uuid, row_uuid};
use crate::invitation_page::{Linked, NoticeVersion};
use crate::random::Random;
use crate::state::{Services, Tx};

/// What the notice's form sends.
#[derive(Clone, Debug)]
pub struct StartRequest {
    /// The version of the notice that was read.
    pub notice_version: i32,
    /// The language chosen.
    pub language: Language,
    /// The cookie that this browser has already, if any.
    pub cookie: Option<AttemptCookie>,
    /// Where the request comes from.
    pub address: Option<String>,
}

/// A link opened on this browser.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The value of the cookie.
    pub cookie: String,
    /// Whether the test is over, so that there is only the receipt and the data to see.
    pub is_closed: bool,
}

/// How recently another device must have been used for "continue here" to be a take-over.
const TAKE_OVER: chrono::Duration = chrono::Duration::minutes(5);
/// Tries to insert a start before giving up: each meets another one that was quicker.
const MOST_TRIES: u32 = 5;

impl Services {
    /// Starts the test of a personal link, or goes on with it when it was started meanwhile (a double click).
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: `notice_changed` when another version was read, `closed` when the link starts no
    /// test any more. [`ServiceError::Invalid`] for a language that is not offered. As [`Services::link_page`] for an
    /// unknown link.
    pub fn start_attempt(&self, token: &str, request: &StartRequest) -> Result<Opened, ServiceError> {
        let invitation = self.invitation_of(token, request.address.as_deref())?;
        for _ in 0..MOST_TRIES {
            match self.write(|tx| self.start(tx, &invitation.id, request)) {
                // Somebody else drew the same tree, or the second click of this very start came first.
                Err(ServiceError::Conflict("exists_already")) => {}
                // In a transaction of its own, which locks the attempt before anything else.
                Err(ServiceError::Conflict("started_already")) => {
                    let (cookie, address) = (request.cookie.as_ref(), request.address.as_deref());
                    return self.write(|tx| self.go_on(tx, &invitation.id, cookie, address));
                }
                result => return result,
            }
        }
        Err(ServiceError::Unavailable(StoreError::Unavailable("too many starts at once".to_owned())))
    }

    fn start(
        &self,
        tx: &mut Tx<'_>,
        invitation: &str,
        request: &StartRequest,
    ) -> Result<Opened, ServiceError> {
        let row = invitations::lock(tx.conn, invitation)?;
        let linked = Linked::read(tx.conn, row)?;
        let state = linked.state(tx.now)?;
        if linked.invitation.erased_at.is_some() {
            return Err(ServiceError::Conflict("closed"));
        }
        match state {
            InvitationState::Pending => {}
            InvitationState::Started => return Err(ServiceError::Conflict("started_already")),
            _ => return Err(ServiceError::Conflict("closed")),
        }
        if request.notice_version != NoticeVersion::of_campaign(linked.campaign.notice_version).0 {
            return Err(ServiceError::Conflict("notice_changed"));
        }
        if !languages_of(&linked.campaign.languages)?.contains(&request.language) {
            return Err(ServiceError::invalid("language", "not_offered"));
        }
        let attempt = self.new_attempt(tx, &linked, request)?;
        attempts::insert(tx.conn, &attempt)?;
        let detail = format!("notice={} language={}", attempt.notice_version, attempt.language);
        tx.audit(candidate_entry(&attempt, Action::AttemptStarted, detail, request.address.clone())?);
        self.opened(&linked.invitation.id, linked.invitation.generation, attempt.epoch, false)
    }

    fn new_attempt(
        &self,
        tx: &mut Tx<'_>,
        linked: &Linked,
        request: &StartRequest,
    ) -> Result<AttemptRow, ServiceError> {
        let random = self.random();
        let loaded = self.form_of_campaign(&linked.campaign)?;
        let seed = random.number();
        Ok(AttemptRow {
            id: AttemptId::new(row_uuid(tx.now, random)).to_string(),
            public_id: PublicId::new(public_uuid(random)).to_string(),
            organisation_id: linked.invitation.organisation_id.clone(),
            campaign_id: linked.campaign.id.clone(),
            invitation_id: linked.invitation.id.clone(),
            tree_number: free_tree(tx.conn, random, &linked.campaign.id)?,
            random_order: i64::from_le_bytes(random.number().to_le_bytes()),
            state: "started".to_owned(),
            language: request.language.code().to_owned(),
            notice_version: request.notice_version,
            accepted_at: tx.now,
            shuffle_seed: i64::from_le_bytes(seed.to_le_bytes()),
            action_orders: ActionOrders::of(seed, &loaded.form).to_string(),
            epoch: Epoch::FIRST.number(),
            position: 0,
            shown: 0,
            flags: 0,
            active_ms: 0,
            started_at: tx.now,
            last_seen_at: tx.now,
            finished_at: None,
            receipt: None,
            receipt_code: None,
            receipt_key_id: None,
            satisfaction: None,
            decision: None,
            erased_at: None,
        })
    }

    /// Goes on with the test of a personal link on this browser, or opens what is left of a finished one.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `closed` when there is no test behind the link any more, or none yet. As
    /// [`Services::link_page`] for an unknown link.
    pub fn continue_by_link(
        &self,
        token: &str,
        cookie: Option<&AttemptCookie>,
        address: Option<&str>,
    ) -> Result<Opened, ServiceError> {
        let invitation = self.invitation_of(token, address)?;
        if invitation.erased_at.is_some() || invitation.revoked_at.is_some() {
            return Err(ServiceError::Conflict("closed"));
        }
        self.write(|tx| self.go_on(tx, &invitation.id, cookie, address))
    }

    /// Goes on with the test on this browser, which has its cookie from before another one took over.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens no attempt; [`ServiceError::Conflict`] `other_attempt` when
    /// the page was another attempt's.
    pub fn continue_here(&self, candidate: &Candidate, attempt: &PublicId) -> Result<Opened, ServiceError> {
        self.write(|tx| {
            let held = self.hold(tx.conn, candidate)?;
            if held.attempt.public_id != attempt.as_str() {
                return Err(ServiceError::Conflict("other_attempt"));
            }
            self.go_on(tx, &held.invitation.id, Some(&candidate.cookie), candidate.address.as_deref())
        })
    }

    /// A cookie that opens a person's data and nothing else: for those who have not started, too.
    ///
    /// # Errors
    /// As [`Services::continue_by_link`].
    pub fn open_data(
        &self,
        token: &str,
        cookie: Option<&AttemptCookie>,
        address: Option<&str>,
    ) -> Result<Opened, ServiceError> {
        let invitation = self.invitation_of(token, address)?;
        if invitation.erased_at.is_some() || invitation.revoked_at.is_some() {
            return Err(ServiceError::Conflict("closed"));
        }
        // A browser that is in the middle of the test stays its writer.
        let epoch = cookie
            .filter(|cookie| cookie.invitation.as_str() == invitation.id)
            .filter(|cookie| cookie.is_genuine(self.secrets(), invitation.generation))
            .map_or(0, |cookie| cookie.epoch);
        self.opened(&invitation.id, invitation.generation, epoch, true)
    }

    /// Issues the next epoch of an attempt under way; of one that is over, only a cookie.
    fn go_on(
        &self,
        tx: &mut Tx<'_>,
        invitation: &str,
        cookie: Option<&AttemptCookie>,
        address: Option<&str>,
    ) -> Result<Opened, ServiceError> {
        let attempt = attempts::lock_by_invitation(tx.conn, invitation)?;
        let attempt = attempt.ok_or(ServiceError::Conflict("closed"))?;
        let row = invitations::load(tx.conn, invitation)?;
        if row.erased_at.is_some() || row.revoked_at.is_some() {
            return Err(ServiceError::Conflict("closed"));
        }
        let campaign = campaigns::load(tx.conn, &attempt.campaign_id)?;
        let loaded = self.form_of_campaign(&campaign)?;
        let facts = attempt_facts(&attempt, &campaign, &loaded.form)?;
        let Ok(epoch) = facts.judge_take_over(tx.now.and_utc()) else {
            return self.opened(invitation, row.generation, attempt.epoch, true);
        };
        let was_here = cookie.is_some_and(|cookie| {
            cookie.invitation.as_str() == invitation
                && cookie.epoch == attempt.epoch
                && cookie.is_genuine(self.secrets(), row.generation)
        });
        let is_take_over = !was_here && tx.now - attempt.last_seen_at < TAKE_OVER;
        let active_ms = active_ms_at(attempt.active_ms, attempt.last_seen_at, tx.now);
        attempts::set_epoch(tx.conn, &attempt.id, epoch.number(), active_ms, tx.now)?;
        let action = if is_take_over { Action::AttemptTakenOver } else { Action::AttemptContinued };
        let detail = format!("epoch={}", epoch.number());
        tx.audit(candidate_entry(&attempt, action, detail, address.map(str::to_owned))?);
        self.opened(invitation, row.generation, epoch.number(), false)
    }

    fn opened(
        &self,
        invitation: &str,
        generation: i32,
        epoch: i32,
        is_closed: bool,
    ) -> Result<Opened, ServiceError> {
        let invitation = InvitationId::parse(invitation).map_err(stored)?;
        let cookie = AttemptCookie::fresh(self.secrets(), &invitation, generation, epoch)
            .ok_or_else(|| ServiceError::broken("the current secret is not in the ring"))?;
        Ok(Opened { cookie, is_closed })
    }
}

/// A blind name that nobody of the campaign has: random, so that it tells nothing of the order people came in.
fn free_tree(conn: &mut DbConn, random: &dyn Random, campaign: &str) -> Result<i32, ServiceError> {
    let taken = u64::try_from(attempts::count_of_campaign(conn, campaign)?).unwrap_or(0);
    // At least twice as many names as people: a draw is free at least every other time.
    let names =
        u64::from(TWO_PART_NAMES).max((taken + 1).saturating_mul(2)).min(i32::MAX.unsigned_abs().into());
    // 200 draws of which each fails at most half the time: never in the life of the sun.
    for _ in 0..200 {
        let number = i32::try_from(random.number() % names).unwrap_or(0);
        if !attempts::has_tree(conn, campaign, number)? {
            return Ok(number);
        }
    }
    Err(ServiceError::broken("no free blind name was found"))
}
