//! The delivery of queued mails: each is marked before it is tried and after, so that a crash never loses one in
//! silence. A mail can leave twice only when the program dies between the relay's yes and the next commit; it then
//! bears the same Message-ID.

mod message;
mod outbox;
mod relay;

use std::time::{Duration as RealDuration, Instant};

use chrono::Duration;
use domain::ids::OrganisationId;
use domain::language::Language;
use store::repo::mails::{self, MailRow, TryOutcome};
use store::repo::{campaigns, colleague_invitations, invitations, organisations};

use crate::audit::{Action, Entity, Entry};
use crate::error::ServiceError;
use crate::invite::{is_over, mail_facts};
use crate::jobs::Lease;
use crate::mail::{LINK_PLACE, MailKind};
use crate::mail_delivery::message::{Outgoing, Unsendable};
use crate::mail_delivery::relay::Relay;
use crate::mail_texts::{self, Letter};
use crate::settings::MailSettings;
use crate::state::{Services, Tx};
use crate::viewer::Actor;

/// How long a mail that is being tried is left alone: longer than any dialogue with a relay takes.
const BEING_SENT: Duration = Duration::minutes(5);
/// After how many tries a mail counts as refused: about four days.
const MOST_TRIES: i32 = 12;
/// How long all mails wait once the relay cannot be reached.
const RELAY_PAUSE: Duration = Duration::seconds(30);
/// Mails read at a time.
const BATCH: i64 = 50;
/// How long one run may take before the other jobs have their turn.
const RUN_TIME: RealDuration = RealDuration::from_secs(5);

/// What a try came to. Codes are closed; what the relay wrote repeats addresses and is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carried {
    /// The relay has it, or the file is written.
    Accepted,
    /// Never, for this mail.
    Refused(&'static str),
    /// Not now, for this mail.
    Later(&'static str),
    /// Not now, for any mail.
    Unreachable(&'static str),
    /// The relay may have it.
    Unknown(&'static str),
}

/// What carries the mails of one run.
enum Carrier<'a> {
    Outbox(&'a std::path::Path),
    Relay(Box<Relay>),
}

impl Carrier<'_> {
    fn carry(&mut self, mail_id: &str, outgoing: &Outgoing) -> Carried {
        match self {
            Self::Outbox(folder) => outbox::carry(folder, mail_id, &outgoing.bytes),
            Self::Relay(relay) => relay.carry(outgoing),
        }
    }

    fn quit(&mut self) {
        if let Self::Relay(relay) = self {
            relay.quit();
        }
    }
}

/// Whether a mail is due: a read, so that an idle server writes nothing.
pub(crate) fn has_due(services: &Services) -> Result<bool, ServiceError> {
    let now = services.now();
    services.read(|conn| Ok(!mails::due(conn, now, 1)?.is_empty()))
}

/// Sends the mails that are due; returns how many left the queue.
pub(crate) fn deliver(services: &Services, lease: &mut Lease<'_>) -> Result<u64, ServiceError> {
    let began = Instant::now();
    let mut carrier = match &services.settings().mail {
        MailSettings::Outbox(folder) => Carrier::Outbox(folder),
        MailSettings::Smtp(settings) => match Relay::parse(&settings.url) {
            Some(relay) => Carrier::Relay(Box::new(relay)),
            None => return Err(ServiceError::broken("the address of the mail relay cannot be read")),
        },
    };
    let mut left = 0;
    'run: loop {
        let now = services.now();
        let due = services.read(|conn| Ok(mails::due(conn, now, BATCH)?))?;
        if due.is_empty() {
            break;
        }
        for mail in due {
            if began.elapsed() > RUN_TIME || !lease.is_held()? {
                break 'run;
            }
            match deliver_one(services, &mut carrier, &mail) {
                Ok(Carried::Unreachable(_)) => break 'run,
                Ok(Carried::Later(_)) => {}
                Ok(Carried::Accepted | Carried::Refused(_) | Carried::Unknown(_)) => left += 1,
                Err(error @ ServiceError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    // One mail that cannot be prepared holds up no other.
                    tracing::error!(mail.id = %mail.id, %error, "a mail could not be delivered");
                    services.write(|tx| end(tx, &mail, Carried::Later("fault")))?;
                }
            }
        }
    }
    carrier.quit();
    Ok(left)
}

fn deliver_one(
    services: &Services,
    carrier: &mut Carrier<'_>,
    mail: &MailRow,
) -> Result<Carried, ServiceError> {
    let prepared = services.write(|tx| begin(services, tx, mail))?;
    let Prepared::Ready { recipient, letter } = prepared else { return Ok(Carried::Refused("not_sent")) };
    let (from, host) = sender(services);
    let carried = match message::build(mail, &recipient, letter, &from, &host, services.now()) {
        Ok(outgoing) => carrier.carry(&mail.id, &outgoing),
        Err(Unsendable::BadRecipient) => Carried::Refused("bad_address"),
        Err(Unsendable::BadSender) => {
            tracing::error!("the sender of mails in the settings is not an address");
            Carried::Unreachable("bad_sender")
        }
    };
    services.write(|tx| end(tx, mail, carried))?;
    Ok(carried)
}

/// A mail that is marked as being sent, or one that will not be.
enum Prepared {
    Ready { recipient: String, letter: Letter },
    NotSent,
}

/// The text of a mail with its link, or why it does not leave.
enum Content {
    Letter(Letter),
    Cancelled(&'static str),
    Refused(&'static str),
}

fn begin(services: &Services, tx: &mut Tx<'_>, mail: &MailRow) -> Result<Prepared, ServiceError> {
    if !mails::begin_try(tx.conn, &mail.id, tx.now + BEING_SENT)? {
        return Ok(Prepared::NotSent);
    }
    let Some(recipient) = mail.recipient.clone() else {
        close(tx, mail, "cancelled", Some("erased"))?;
        return Ok(Prepared::NotSent);
    };
    match content(services, tx, mail)? {
        Content::Letter(letter) => Ok(Prepared::Ready { recipient, letter }),
        Content::Cancelled(code) => close(tx, mail, "cancelled", Some(code)).map(|()| Prepared::NotSent),
        Content::Refused(code) => close(tx, mail, "refused", Some(code)).map(|()| Prepared::NotSent),
    }
}

fn content(services: &Services, tx: &mut Tx<'_>, mail: &MailRow) -> Result<Content, ServiceError> {
    let stored = || Letter { subject: mail.subject.clone(), body: mail.body.clone() };
    if let Some(id) = &mail.invitation_id {
        let invitation = invitations::load(tx.conn, id)?;
        let needs_link = mail.kind == MailKind::Invitation.code() || mail.body.contains(LINK_PLACE);
        if invitation.erased_at.is_some() || (invitation.revoked_at.is_some() && needs_link) {
            return Ok(Content::Cancelled("link_withdrawn"));
        }
        let link = services.personal_link(&invitation);
        if mail.kind != MailKind::Invitation.code() {
            return Ok(with_link(stored(), link));
        }
        let campaign = campaigns::load(tx.conn, &invitation.campaign_id)?;
        if is_over(&campaign, tx.now) {
            return Ok(Content::Cancelled("campaign_closed"));
        }
        let organisation =
            organisations::find(tx.conn, &mail.organisation_id)?.ok_or(ServiceError::NotFound)?;
        let language = Language::parse(&mail.language)
            .map_err(|error| ServiceError::broken_by("the language of a mail", error))?;
        let facts = mail_facts(&organisation.name, &campaign);
        return Ok(with_link(mail_texts::invitation(language, invitation.name.as_deref(), facts), link));
    }
    let Some(id) = &mail.colleague_invitation_id else { return Ok(with_link(stored(), None)) };
    let found = colleague_invitations::find(tx.conn, &mail.organisation_id, id)?;
    let open = found.filter(|row| row.accepted_at.is_none() && row.revoked_at.is_none());
    let Some(row) = open else { return Ok(Content::Cancelled("link_withdrawn")) };
    Ok(with_link(stored(), services.colleague_link(id, &row.secret_key_id)))
}

/// Puts the link in its place. A letter that needs one and has none cannot leave: the key that made it is lost.
fn with_link(letter: Letter, link: Option<String>) -> Content {
    match link {
        Some(link) => Content::Letter(Letter { body: letter.body.replace(LINK_PLACE, &link), ..letter }),
        None if letter.body.contains(LINK_PLACE) => Content::Refused("key_lost"),
        None => Content::Letter(letter),
    }
}

fn end(tx: &mut Tx<'_>, mail: &MailRow, carried: Carried) -> Result<(), ServiceError> {
    let tries = mail.tries + 1;
    match carried {
        Carried::Accepted => close(tx, mail, "accepted", None),
        Carried::Refused(code) => close(tx, mail, "refused", Some(code)),
        Carried::Unknown(code) => close(tx, mail, "unknown", Some(code)),
        Carried::Later(_) | Carried::Unreachable(_) if tries >= MOST_TRIES => {
            close(tx, mail, "refused", Some("gave_up"))
        }
        Carried::Later(code) | Carried::Unreachable(code) => {
            let again = TryOutcome {
                state: "queued",
                last_error: Some(code),
                next_try_at: Some(tx.now + retry_delay(tries)),
                sent_at: None,
            };
            mails::end_try(tx.conn, &mail.id, again)?;
            if let Carried::Unreachable(_) = carried {
                mails::postpone_due(tx.conn, tx.now, tx.now + RELAY_PAUSE)?;
            }
            Ok(())
        }
    }
}

/// Takes a mail out of the queue and writes it down.
fn close(tx: &mut Tx<'_>, mail: &MailRow, state: &str, code: Option<&str>) -> Result<(), ServiceError> {
    let sent_at = (state == "accepted").then_some(tx.now);
    mails::end_try(tx.conn, &mail.id, TryOutcome { state, last_error: code, next_try_at: None, sent_at })?;
    if mail.kind == MailKind::Erased.code() {
        // It says that the address is erased: now it is.
        mails::erase(tx.conn, &mail.id)?;
    }
    tx.audit(Entry {
        organisation: OrganisationId::parse(&mail.organisation_id)
            .map_err(|error| ServiceError::broken_by("the organisation of a mail", error))?,
        actor: Actor::Job("mail"),
        action: Action::MailSent,
        entity: Entity::Mail,
        entity_id: mail.id.clone(),
        detail: format!("code={state};tries={}", mail.tries + 1),
        address: None,
    });
    Ok(())
}

/// How long to wait after so many tries: half a minute, then longer and longer up to a day.
fn retry_delay(tries: i32) -> Duration {
    const MINUTES: [i64; 10] = [1, 5, 15, 30, 60, 120, 240, 480, 720, 1_440];
    match usize::try_from(tries - 2) {
        Err(_) => Duration::seconds(30),
        Ok(index) => Duration::minutes(MINUTES.get(index).copied().unwrap_or(1_440)),
    }
}

/// The sender, and the host that Message-IDs end with.
fn sender(services: &Services) -> (String, String) {
    let host = url::Url::parse(&services.settings().public_url)
        .ok()
        .and_then(|url| url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()))
        .unwrap_or_else(|| "localhost".to_owned());
    match &services.settings().mail {
        MailSettings::Smtp(settings) => (settings.from.clone(), host),
        MailSettings::Outbox(_) => {
            let is_name = host.contains(|c: char| c.is_ascii_alphabetic());
            let domain = if is_name { host.as_str() } else { "localhost" };
            (format!("Egard <no-reply@{domain}>"), host)
        }
    }
}
