//! The cookie of an attempt: whose link was opened here and which writer epoch this browser was given.
//!
//! It is authenticated by the instance secret over the link's generation, so that withdrawing the link ends it. It
//! holds no token: whoever reads it cannot open the link elsewhere once it is withdrawn.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::InvitationId;

use crate::secrets::{Purpose, SecretRing};

/// The name of the cookie.
pub const ATTEMPT_COOKIE: &str = "egard_attempt";

/// A cookie as it came: nothing in it is believed before [`AttemptCookie::is_genuine`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptCookie {
    key_id: String,
    /// Whose link was opened.
    pub(crate) invitation: InvitationId,
    /// The epoch that this browser was given; 0 before a start.
    pub(crate) epoch: i32,
    mac: Vec<u8>,
}

impl AttemptCookie {
    /// Reads the value of a cookie; nothing when it has not the form of one.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.rsplitn(4, '.');
        let mac = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let epoch = parts.next()?.parse().ok()?;
        let invitation = InvitationId::parse(parts.next()?).ok()?;
        let key_id = parts.next()?.to_owned();
        Some(Self { key_id, invitation, epoch, mac })
    }

    /// Whether this instance made the cookie for the link's current generation.
    pub(crate) fn is_genuine(&self, secrets: &SecretRing, generation: i32) -> bool {
        let message = message(&self.invitation, generation, self.epoch);
        secrets.verify(&self.key_id, Purpose::AttemptCookie, &message, &self.mac)
    }

    /// The value of a fresh cookie; nothing when the current secret is missing.
    pub(crate) fn fresh(
        secrets: &SecretRing,
        invitation: &InvitationId,
        generation: i32,
        epoch: i32,
    ) -> Option<String> {
        let key_id = secrets.current_id();
        let mac = secrets.mac(key_id, Purpose::AttemptCookie, &message(invitation, generation, epoch))?;
        Some(format!("{key_id}.{invitation}.{epoch}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }
}

fn message(invitation: &InvitationId, generation: i32, epoch: i32) -> Vec<u8> {
    // The id has a fixed length and the numbers have four bytes each: no two triples give the same message.
    let mut message = invitation.as_str().as_bytes().to_vec();
    message.extend_from_slice(&generation.to_be_bytes());
    message.extend_from_slice(&epoch.to_be_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> SecretRing {
        SecretRing::parse(&SecretRing::line("k.1", [7; 32])).unwrap()
    }

    fn invitation() -> InvitationId {
        InvitationId::parse("0190a0a0-0000-7000-8000-000000000001").unwrap()
    }

    fn fresh() -> String {
        AttemptCookie::fresh(&secrets(), &invitation(), 2, 5).unwrap()
    }

    #[test]
    fn a_fresh_cookie_is_genuine_for_its_generation_alone() {
        let cookie = AttemptCookie::parse(&fresh()).unwrap();

        assert!(cookie.is_genuine(&secrets(), 2));
        assert!(!cookie.is_genuine(&secrets(), 3));
        assert_eq!((cookie.invitation, cookie.epoch), (invitation(), 5));
    }

    #[test]
    fn a_changed_epoch_invitation_or_code_is_not_genuine() {
        let id = invitation().to_string();
        for tampered in [
            fresh().replace(".5.", ".6."),
            fresh().replace(&id, "0190a0a0-0000-7000-8000-000000000002"),
            fresh().replace("k.1.", "k.2."),
            format!("{}A", fresh().trim_end_matches(|_| true)),
        ] {
            assert!(!AttemptCookie::parse(&tampered).is_some_and(|cookie| cookie.is_genuine(&secrets(), 2)));
        }
    }

    #[test]
    fn what_is_no_cookie_is_nothing() {
        for text in ["", "a", "....", "k.x.1.AAAA", "k.0190a0a0-0000-7000-8000-000000000001.one.AAAA"] {
            assert_eq!(AttemptCookie::parse(text), None);
        }
    }
}
