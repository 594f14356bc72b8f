//! The state of an invitation, derived from facts and never stored beside them. That a link was opened is
//! no state: mail scanners open links, and a GET changes nothing.

use crate::attempt::AttemptState;
use crate::campaign::CampaignState;
use crate::closed_code::closed_code;
use chrono::{DateTime, Utc};

closed_code! {
    /// What the recruiter sees of an invitation, and which page its link leads to.
    pub enum InvitationState {
        /// Sent or copied; the test has not been started.
        Pending = "pending",
        /// The test is under way.
        Started = "started",
        /// The test is finished.
        Finished = "finished",
        /// The campaign closed before the test was finished.
        Expired = "expired",
        /// The link was withdrawn.
        Revoked = "revoked",
    }
}

/// What the state of an invitation follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationFacts {
    /// The recruiter has withdrawn the link.
    pub is_revoked: bool,
    /// State of its attempt, when it was started.
    pub attempt: Option<AttemptState>,
    /// State of the campaign.
    pub campaign: CampaignState,
    /// When the campaign closes by itself.
    pub closes_at: Option<DateTime<Utc>>,
}

impl InvitationFacts {
    /// The state at a time. What has been finished stays finished, whatever happens to the link afterwards;
    /// an attempt whose time is over reads as expired even before the job has written it down.
    #[must_use]
    pub fn state(self, now: DateTime<Utc>) -> InvitationState {
        let is_over =
            self.campaign == CampaignState::Closed || self.closes_at.is_some_and(|closing| closing <= now);
        match self.attempt {
            Some(AttemptState::Finished) => InvitationState::Finished,
            _ if self.is_revoked => InvitationState::Revoked,
            Some(AttemptState::Expired) => InvitationState::Expired,
            _ if is_over => InvitationState::Expired,
            Some(AttemptState::Started) => InvitationState::Started,
            None => InvitationState::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: InvitationFacts = InvitationFacts {
        is_revoked: false,
        attempt: None,
        campaign: CampaignState::Open,
        closes_at: DateTime::from_timestamp(1_000, 0),
    };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn with(attempt: AttemptState) -> InvitationFacts {
        InvitationFacts { attempt: Some(attempt), ..SENT }
    }

    #[test]
    fn a_link_waits_until_the_closing_time() {
        assert_eq!(SENT.state(at(999)), InvitationState::Pending);
        assert_eq!(SENT.state(at(1_000)), InvitationState::Expired);
    }

    #[test]
    fn without_a_closing_time_a_link_waits_for_ever() {
        let facts = InvitationFacts { closes_at: None, ..SENT };

        assert_eq!(facts.state(at(4_000_000_000)), InvitationState::Pending);
    }

    #[test]
    fn a_closed_campaign_expires_what_is_not_finished() {
        let closed = |facts: InvitationFacts| InvitationFacts { campaign: CampaignState::Closed, ..facts };

        assert_eq!(closed(SENT).state(at(0)), InvitationState::Expired);
        assert_eq!(closed(with(AttemptState::Started)).state(at(0)), InvitationState::Expired);
        assert_eq!(closed(with(AttemptState::Finished)).state(at(0)), InvitationState::Finished);
    }

    #[test]
    fn an_attempt_gives_the_state() {
        assert_eq!(with(AttemptState::Started).state(at(0)), InvitationState::Started);
        assert_eq!(with(AttemptState::Started).state(at(1_000)), InvitationState::Expired);
        assert_eq!(with(AttemptState::Expired).state(at(0)), InvitationState::Expired);
        assert_eq!(with(AttemptState::Finished).state(at(2_000)), InvitationState::Finished);
    }

    #[test]
    fn a_revoked_link_hides_everything_but_a_finished_test() {
        let revoked = |facts: InvitationFacts| InvitationFacts { is_revoked: true, ..facts };

        assert_eq!(revoked(SENT).state(at(0)), InvitationState::Revoked);
        assert_eq!(revoked(SENT).state(at(2_000)), InvitationState::Revoked);
        assert_eq!(revoked(with(AttemptState::Started)).state(at(0)), InvitationState::Revoked);
        assert_eq!(revoked(with(AttemptState::Finished)).state(at(0)), InvitationState::Finished);
    }
}
