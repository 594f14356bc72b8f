//! The mail queue: what leaves, what stays, what is never lost or told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use acceptance::Harness;
use acceptance::both;
use acceptance::database::Backend;
use base64::Engine;
use chrono::Duration;
use services::jobs::{JobResult, run_due};
use services::settings::{MailSettings, SmtpSettings};

/// The text of a mail, decoded.
fn text_of(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let body = body.trim_end();
    let head = head.to_ascii_lowercase();
    if head.contains("content-transfer-encoding: base64") {
        let packed: String = body.split_whitespace().collect();
        return String::from_utf8(base64::engine::general_purpose::STANDARD.decode(packed).unwrap()).unwrap();
    }
    if !head.contains("content-transfer-encoding: quoted-printable") {
        return body.to_owned();
    }
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn states(h: &Harness) -> Vec<String> {
    h.database.texts("SELECT state FROM mails ORDER BY id")
}

both!(an_invitation_leaves_with_its_link_and_the_row_keeps_none, |h| {
    let invited = h.invite(&h.campaign());

    h.run_jobs();

    let mails = h.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains(&format!("To: {}", invited.email)));
    assert!(mails[0].contains("Auto-Submitted: auto-generated"));
    let text = text_of(&mails[0]);
    assert!(text.contains(&h.url(&invited.path)), "{text}");
    assert!(text.contains(&invited.name), "{text}");
    assert_eq!(states(h), ["accepted"]);
    let stored = h.database.texts("SELECT subject || body FROM mails").concat();
    assert!(!stored.contains(invited.token()) && !stored.contains(&invited.name));
    assert!(!acceptance::logs::captured().contains(invited.token()));
    assert!(!acceptance::logs::captured().contains(&invited.email));
});

both!(a_mail_leaves_once, |h| {
    drop(h.invite(&h.campaign()));

    h.run_jobs();
    h.run_jobs();

    assert_eq!(h.mails().len(), 1);
    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'mail_sent'"), 1);
});

both!(english_people_read_english, |h| {
    let campaign = h.campaign();
    let person = services::invite::OnePerson {
        name: "Ada Thornbush".to_owned(),
        email: "ada@exemple.example".to_owned(),
        language: "en".to_owned(),
    };
    h.services.invite_one(&h.owner(), &campaign, &person).unwrap();

    h.run_jobs();

    assert!(text_of(&h.mails()[0]).starts_with("Hello Ada Thornbush,"));
});

both!(a_withdrawn_link_is_not_mailed, |h| {
    let campaign = h.campaign();
    let invited = h.invite(&campaign);
    h.services.revoke_invitation(&h.owner(), &campaign, &invited.id).unwrap();

    h.run_jobs();

    assert_eq!(h.mails().len(), 0);
    assert_eq!(states(h), ["cancelled"]);
});

both!(a_closed_campaign_invites_nobody, |h| {
    let campaign = h.campaign();
    drop(h.invite(&campaign));
    h.services.close_campaign(&h.owner(), &campaign).unwrap();

    h.run_jobs();

    assert_eq!(h.mails().len(), 0);
    assert_eq!(states(h), ["cancelled"]);
});

both!(a_mail_that_a_crash_interrupted_leaves_later, |h| {
    drop(h.invite(&h.campaign()));
    // What a server leaves behind that dies between the mark and the outcome.
    let until = (services::clock::Clock::now(&*h.clock) + Duration::minutes(5)).format("%Y-%m-%d %H:%M:%S");
    h.database
        .execute(&format!("UPDATE mails SET tries = 1, last_error = 'being_sent', next_try_at = '{until}'"));
    h.run_jobs();
    assert_eq!(h.mails().len(), 0);

    h.clock.advance(Duration::minutes(5));
    h.run_jobs();

    assert_eq!(h.mails().len(), 1);
    assert_eq!(states(h), ["accepted"]);
});

both!(a_mail_that_cannot_be_written_waits, |h| {
    drop(h.invite(&h.campaign()));
    let outbox = h.folder().join("outbox");
    std::fs::remove_dir_all(&outbox).unwrap();
    std::fs::write(&outbox, "in the way").unwrap();
    h.run_jobs();
    assert_eq!(states(h), ["queued"]);
    std::fs::remove_file(&outbox).unwrap();

    h.clock.advance(Duration::seconds(30));
    h.run_jobs();

    assert_eq!(h.mails().len(), 1);
    assert_eq!(states(h), ["accepted"]);
});

/// A relay that answers as the script of the day says.
struct FakeRelay {
    url: String,
    state: Arc<Mutex<RelayState>>,
}

#[derive(Default)]
struct RelayState {
    /// What to answer to a command that begins so; `hang up` closes the connection.
    answers: Vec<(&'static str, &'static str)>,
    /// The texts that came in.
    texts: Vec<String>,
    connections: usize,
}

impl FakeRelay {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(RelayState::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                shared.lock().unwrap().connections += 1;
                // A connection that breaks is what some tests are about.
                drop(talk(stream.unwrap(), &shared));
            }
        });
        Self { url, state }
    }

    fn answers(&self, answers: &[(&'static str, &'static str)]) {
        self.state.lock().unwrap().answers = answers.to_vec();
    }

    fn texts(&self) -> Vec<String> {
        self.state.lock().unwrap().texts.clone()
    }

    fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    fn harness(&self, backend: Backend) -> Harness {
        Harness::with(backend, |setup| {
            let from = "Egard <tests@egard.example>".to_owned();
            setup.settings.mail = MailSettings::Smtp(SmtpSettings { url: self.url.clone(), from });
        })
    }
}

fn talk(mut stream: TcpStream, state: &Mutex<RelayState>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 relay.example\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let answers = state.lock().unwrap().answers.clone();
        let scripted = |command: &str| {
            answers.iter().find(|(begin, _)| command.starts_with(begin)).map(|(_, answer)| *answer)
        };
        let answer = match scripted(&line) {
            Some(answer) => answer,
            None if line.starts_with("EHLO") => "250-relay.example\r\n250 8BITMIME",
            None if line.starts_with("DATA") => "354 go on",
            None if line.starts_with("QUIT") => "221 bye",
            None => "250 ok",
        };
        if answer == "hang up" {
            return Ok(());
        }
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
        if answer.starts_with("354") {
            let mut text = String::new();
            while !text.ends_with("\r\n.\r\n") {
                if lines.read_line(&mut text)? == 0 {
                    return Ok(());
                }
            }
            state.lock().unwrap().texts.push(text);
            let answer = scripted("TEXT").unwrap_or("250 taken");
            if answer == "hang up" {
                return Ok(());
            }
            stream.write_all(format!("{answer}\r\n").as_bytes())?;
        }
    }
}

/// Runs a test with a relay of its own on both databases.
macro_rules! both_with_relay {
    ($name:ident, |$h:ident, $relay:ident| $body:block) => {
        fn $name($h: &Harness, $relay: &FakeRelay) $body

        mod $name {
            use super::{Backend, FakeRelay};

            #[test]
            fn sqlite() {
                let relay = FakeRelay::start();
                super::$name(&relay.harness(Backend::Sqlite), &relay);
            }

            #[test]
            fn postgres() {
                let relay = FakeRelay::start();
                super::$name(&relay.harness(Backend::Postgres), &relay);
            }
        }
    };
}

both_with_relay!(mails_of_one_run_share_a_connection, |h, relay| {
    let campaign = h.campaign();
    let people: Vec<_> = (0..3).map(|_| h.invite(&campaign)).collect();

    h.run_jobs();

    let texts = relay.texts();
    assert_eq!(texts.len(), 3);
    assert_eq!(relay.connections(), 1);
    assert_eq!(states(h), ["accepted"; 3]);
    for person in people {
        assert!(texts.iter().any(|text| text_of(text.strip_suffix(".\r\n").unwrap()).contains(&person.path)));
    }
});

both_with_relay!(a_refused_address_is_told_and_the_others_still_leave, |h, relay| {
    let campaign = h.campaign();
    relay.answers(&[("RCPT", "550 no such mailbox")]);
    let refused = h.invite(&campaign);
    h.run_jobs();
    relay.answers(&[]);
    // A moment later, so that the two mails have an order.
    h.clock.advance(Duration::seconds(1));
    let taken = h.invite(&campaign);

    h.run_jobs();

    assert_eq!(states(h), ["refused", "accepted"]);
    assert_eq!(
        h.database.texts("SELECT last_error FROM mails WHERE state = 'refused'"),
        ["recipient_refused"]
    );
    let client = h.sign_in(&h.user(domain::role::Role::Recruiter));
    let rows = client.see(&format!("/campaigns/{campaign}/invitations")).page().texts("tbody tr");
    assert!(rows.iter().any(|row| row.contains(&refused.name) && row.contains("refusé")), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains(&taken.name) && row.contains("remis au serveur")), "{rows:?}");
});

both_with_relay!(a_busy_relay_is_tried_again_later_and_later, |h, relay| {
    drop(h.invite(&h.campaign()));
    relay.answers(&[("RCPT", "451 greylisted")]);
    let tries = || h.database.number("SELECT tries FROM mails");

    h.run_jobs();
    h.clock.advance(Duration::seconds(29));
    h.run_jobs();
    assert_eq!(tries(), 1);
    h.clock.advance(Duration::seconds(1));
    h.run_jobs();
    assert_eq!(tries(), 2);
    h.clock.advance(Duration::seconds(59));
    h.run_jobs();
    assert_eq!(tries(), 2);
    relay.answers(&[]);
    h.clock.advance(Duration::seconds(1));
    h.run_jobs();

    assert_eq!(states(h), ["accepted"]);
    assert_eq!(relay.texts().len(), 1);
});

both_with_relay!(a_relay_that_stays_busy_for_days_is_given_up, |h, relay| {
    drop(h.invite(&h.campaign()));
    relay.answers(&[("RCPT", "451 greylisted")]);

    for _ in 0..13 {
        h.run_jobs();
        h.clock.advance(Duration::days(1));
    }

    assert_eq!(states(h), ["refused"]);
    assert_eq!(h.database.texts("SELECT last_error FROM mails"), ["gave_up"]);
});

both_with_relay!(a_connection_lost_after_the_text_leaves_the_outcome_open, |h, relay| {
    drop(h.invite(&h.campaign()));
    relay.answers(&[("TEXT", "hang up")]);

    h.run_jobs();
    relay.answers(&[]);
    h.clock.advance(Duration::days(1));
    h.run_jobs();

    assert_eq!(states(h), ["unknown"]);
    assert_eq!(relay.texts().len(), 1, "it is not sent again without a person's word");
});

both_with_relay!(a_connection_lost_before_the_text_is_tried_again, |h, relay| {
    drop(h.invite(&h.campaign()));
    relay.answers(&[("DATA", "hang up")]);

    h.run_jobs();
    assert_eq!(states(h), ["queued"]);
    relay.answers(&[]);
    h.clock.advance(Duration::minutes(1));
    h.run_jobs();

    assert_eq!(states(h), ["accepted"]);
});

both_with_relay!(a_refused_sender_is_nobodys_refusal, |h, relay| {
    drop(h.invite(&h.campaign()));
    relay.answers(&[("MAIL", "553 not allowed")]);

    h.run_jobs();

    assert_eq!(states(h), ["queued"]);
    assert_eq!(h.database.texts("SELECT last_error FROM mails"), ["sender_refused"]);
});

both!(an_unreachable_relay_keeps_every_mail, |h| {
    let relay = Harness::with(h.backend, |setup| {
        let from = "Egard <tests@egard.example>".to_owned();
        let url = "smtp://127.0.0.1:9".to_owned();
        setup.settings.mail = MailSettings::Smtp(SmtpSettings { url, from });
    });
    let campaign = relay.campaign();
    drop(relay.invite(&campaign));
    drop(relay.invite(&campaign));

    let report = run_due(&relay.services);

    assert_eq!(report.result("mail"), Some(JobResult::Done(0)));
    assert_eq!(states(&relay), ["queued"; 2]);
    assert_eq!(relay.database.number("SELECT SUM(tries) FROM mails"), 1, "the relay is not hammered");
});
