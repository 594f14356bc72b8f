//! From a row of the queue to the bytes of a message (RFC 5322): plain text, UTF-8, marked as sent by a program.

use std::time::SystemTime;

use chrono::NaiveDateTime;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use store::repo::mails::MailRow;

use crate::mail_texts::Letter;

/// A message ready to leave.
pub(super) struct Outgoing {
    /// From and to.
    pub(super) envelope: Envelope,
    /// The message with CRLF line ends, ASCII only.
    pub(super) bytes: Vec<u8>,
}

/// Why a row cannot become a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsendable {
    /// The sender in the settings is not an address: a fault of the configuration, the mail waits.
    BadSender,
    /// The recipient is not an address that mail programs take.
    BadRecipient,
}

/// Builds the message of a row. The Message-ID follows from the id of the row, so that a mail which is sent again
/// after a crash can be recognised as the same one.
pub(super) fn build(
    mail: &MailRow,
    recipient: &str,
    letter: Letter,
    from: &str,
    host: &str,
    now: NaiveDateTime,
) -> Result<Outgoing, Unsendable> {
    let from: Mailbox = from.parse().map_err(|_| Unsendable::BadSender)?;
    let to = recipient.parse().map_err(|_| Unsendable::BadRecipient)?;
    let message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        .date(SystemTime::from(now.and_utc()))
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        // RFC 3834: out-of-office programs do not answer such a mail.
        .raw_header(ascii_header("Auto-Submitted", "auto-generated"))
        .raw_header(ascii_header("Content-Language", &mail.language))
        .singlepart(SinglePart::plain(letter.body))
        .map_err(|_| Unsendable::BadRecipient)?;
    Ok(Outgoing { envelope: message.envelope().clone(), bytes: message.formatted() })
}

fn ascii_header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> MailRow {
        MailRow {
            id: "0193f2a1-7c00-7abc-8def-0123456789ab".to_owned(),
            organisation_id: String::new(),
            kind: "invitation".to_owned(),
            language: "fr".to_owned(),
            invitation_id: None,
            colleague_invitation_id: None,
            recipient: Some("zoe@exemple.fr".to_owned()),
            subject: String::new(),
            body: String::new(),
            state: "queued".to_owned(),
            tries: 0,
            next_try_at: NaiveDateTime::default(),
            last_error: None,
            created_at: NaiveDateTime::default(),
            sent_at: None,
        }
    }

    fn built(recipient: &str, from: &str) -> Result<String, Unsendable> {
        let now = NaiveDateTime::parse_from_str("2026-11-21T15:04", "%Y-%m-%dT%H:%M").unwrap();
        let letter =
            Letter { subject: "Électro Morvan vous invite".to_owned(), body: "Bonjour Zoé,\n".to_owned() };
        build(&mail(), recipient, letter, from, "egard.example", now)
            .map(|outgoing| String::from_utf8(outgoing.bytes).unwrap())
    }

    #[test]
    fn a_message_says_who_when_and_that_a_program_sent_it() {
        let text = built("zoe@exemple.fr", "Egard <tests@egard.example>").unwrap();

        for header in [
            "From: Egard <tests@egard.example>\r\n",
            "To: zoe@exemple.fr\r\n",
            "Date: Sat, 21 Nov 2026 15:04:00 +0000\r\n",
            "Message-ID: <0193f2a1-7c00-7abc-8def-0123456789ab@egard.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Language: fr\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
        ] {
            assert!(text.contains(header), "{header} in\n{text}");
        }
        assert!(text.is_ascii());
    }

    #[test]
    fn whose_fault_it_is_is_told_apart() {
        assert_eq!(built("zoe@exemple.fr", "nobody").err(), Some(Unsendable::BadSender));
        assert_eq!(built("zoe", "a@egard.example").err(), Some(Unsendable::BadRecipient));
        assert!(built("zoe@exemple.fr", "Egard <no-reply@localhost>").is_ok());
    }
}
