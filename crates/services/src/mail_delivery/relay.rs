//! The relay: one SMTP connection for the mails of one run, step by step, so that a mail which the relay may have
//! taken is told apart from one that it surely has not.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::mail_delivery::Carried;
use crate::mail_delivery::message::Outgoing;

/// How long the relay may take for one step.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    /// Not at all: a relay on the same machine or network.
    None,
    /// TLS from the first byte.
    Wrapped,
    /// TLS after STARTTLS; nothing is sent without.
    Required,
    /// TLS after STARTTLS when the relay offers it.
    Opportunistic,
}

/// A relay, as `smtp://user:password@host:port?tls=required` or `smtps://…` names it.
pub(super) struct Relay {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<Credentials>,
    connection: Option<SmtpConnection>,
}

impl Relay {
    /// Reads the address of a relay; nothing when it is not one. It holds a password and is never logged.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (protection, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) => (Protection::Wrapped, 465),
            ("smtp", None) => (Protection::None, 25),
            ("smtp", Some("required")) => (Protection::Required, 587),
            ("smtp", Some("opportunistic")) => (Protection::Opportunistic, 587),
            _ => return None,
        };
        let decoded =
            |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).ok();
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(Self {
            // The brackets of an IPv6 address belong to the URL, not to the address.
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            protection,
            credentials,
            connection: None,
        })
    }

    /// Hands one message over.
    pub(super) fn carry(&mut self, outgoing: &Outgoing) -> Carried {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.connect() {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::error!(error = kind_of(&error), "the mail relay cannot be reached");
                    return Carried::Unreachable("relay_unreachable");
                }
            },
        };
        let carried = dialogue(&mut connection, outgoing);
        let may_go_on = match carried {
            Carried::Accepted => true,
            Carried::Unreachable(_) | Carried::Unknown(_) => false,
            Carried::Refused(_) | Carried::Later(_) => connection.command(Rset).is_ok(),
        };
        if may_go_on {
            self.connection = Some(connection);
        } else {
            connection.abort();
        }
        carried
    }

    fn connect(&self) -> Result<SmtpConnection, Error> {
        let hello = ClientId::default();
        let tls = TlsParameters::new(self.host.clone())?;
        let wrapped = (self.protection == Protection::Wrapped).then_some(&tls);
        let place = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(place, Some(STEP_TIMEOUT), &hello, wrapped, None)?;
        let encrypt = match self.protection {
            Protection::None | Protection::Wrapped => false,
            Protection::Required => true,
            Protection::Opportunistic => connection.can_starttls(),
        };
        if encrypt {
            connection.starttls(&tls, &hello)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }

    /// Ends the connection politely.
    pub(super) fn quit(&mut self) {
        if let Some(mut connection) = self.connection.take()
            && let Err(error) = connection.quit()
        {
            tracing::debug!(error = kind_of(&error), "the mail relay did not say goodbye");
        }
    }
}

fn dialogue(connection: &mut SmtpConnection, outgoing: &Outgoing) -> Carried {
    let envelope = &outgoing.envelope;
    let options = match mail_options(connection, envelope) {
        Ok(options) => options,
        Err(carried) => return carried,
    };
    if let Err(error) = connection.command(Mail::new(envelope.from().cloned(), options)) {
        tracing::error!(error = kind_of(&error), "the mail relay does not take the sender");
        // A sender that is refused is a fault of the settings, not of the person: the mail waits.
        return before_data(&error, Carried::Later("sender_refused"));
    }
    for recipient in envelope.to() {
        if let Err(error) = connection.command(Rcpt::new(recipient.clone(), Vec::new())) {
            return before_data(&error, Carried::Refused("recipient_refused"));
        }
    }
    if let Err(error) = connection.command(Data) {
        return before_data(&error, Carried::Refused("message_refused"));
    }
    match connection.message(&outgoing.bytes) {
        Ok(_) => Carried::Accepted,
        Err(error) if error.is_permanent() => Carried::Refused("message_refused"),
        Err(error) if error.is_transient() => Carried::Later("relay_busy"),
        // The connection broke between the text and the relay's verdict: it may have been taken or not.
        Err(_) => Carried::Unknown("connection_lost"),
    }
}

/// What an error before the text of the mail was sent means: the relay surely has not taken it.
fn before_data(error: &Error, permanent: Carried) -> Carried {
    if error.is_permanent() {
        permanent
    } else if error.is_transient() {
        Carried::Later("relay_busy")
    } else {
        Carried::Unreachable("connection_lost")
    }
}

fn mail_options(connection: &SmtpConnection, envelope: &Envelope) -> Result<Vec<MailParameter>, Carried> {
    let is_ascii = |address: &lettre::Address| AsRef::<str>::as_ref(address).is_ascii();
    if envelope.to().iter().chain(envelope.from()).all(is_ascii) {
        return Ok(Vec::new());
    }
    if connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(vec![MailParameter::SmtpUtfEight]);
    }
    Err(Carried::Refused("address_not_ascii"))
}

/// The kind of an error for the log: its text repeats addresses.
fn kind_of(error: &Error) -> &'static str {
    if error.is_permanent() {
        "refused for good"
    } else if error.is_transient() {
        "refused for now"
    } else if error.is_timeout() {
        "timeout"
    } else if error.is_tls() {
        "tls"
    } else if error.is_response() {
        "unreadable answer"
    } else if error.is_client() {
        "unsuitable relay"
    } else {
        "network"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Option<(String, u16, Protection, bool)> {
        Relay::parse(url).map(|relay| (relay.host, relay.port, relay.protection, relay.credentials.is_some()))
    }

    #[test]
    fn relays_are_named_by_url() {
        let cases = [
            ("smtp://localhost", ("localhost", 25, Protection::None, false)),
            ("smtp://localhost:2525", ("localhost", 2525, Protection::None, false)),
            ("smtps://a%40b.fr:p%2Bw@mail.example", ("mail.example", 465, Protection::Wrapped, true)),
            ("smtp://u:p@mail.example?tls=required", ("mail.example", 587, Protection::Required, true)),
            (
                "smtp://mail.example?tls=opportunistic",
                ("mail.example", 587, Protection::Opportunistic, false),
            ),
            ("smtp://[::1]:2525", ("::1", 2525, Protection::None, false)),
        ];
        for (url, (host, port, protection, has_credentials)) in cases {
            assert_eq!(parsed(url), Some((host.to_owned(), port, protection, has_credentials)), "{url}");
        }
    }

    #[test]
    fn other_addresses_are_no_relays() {
        for url in ["", "mail.example", "http://mail.example", "smtp://mail.example?tls=perhaps", "smtp://"] {
            assert_eq!(parsed(url), None, "{url}");
        }
    }
}
