//! The configuration: one list of settings, read from an optional TOML file and from `EGARD_*` variables.
//!
//! Every problem is told at once, and a secret is never printed.

pub mod source;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use services::secrets::SecretRing;
use services::settings::{Argon2Settings, MailSettings, SmtpSettings};
use store::db::DbUrl;

use crate::config::source::{Problem, Source};

/// One setting: its name in the file (`EGARD_` and upper case as a variable), what it is, and its default.
pub struct Setting {
    /// Name in the TOML file.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its value when nobody sets it; empty for none.
    pub default: &'static str,
    /// Whether its value is never printed.
    pub is_secret: bool,
}

const fn setting(name: &'static str, default: &'static str, doc: &'static str) -> Setting {
    Setting { name, doc, default, is_secret: false }
}

const fn secret(name: &'static str, doc: &'static str) -> Setting {
    Setting { name, doc, default: "", is_secret: true }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    secret(
        "database_url",
        "sqlite:<file> or postgres://user:password@host/database; without it sqlite:<data_dir>/egard.sqlite3",
    ),
    setting("data_dir", "var", "folder of the files below whose own setting is empty"),
    setting("listen", "127.0.0.1:3000", "address and port to listen on"),
    setting(
        "public_url",
        "",
        "address under which people reach the instance, for links in mails; empty: http://<listen>",
    ),
    setting(
        "secret_file",
        "",
        "file with the instance secrets, one `<id> <64 hex digits>` a line; empty: <data_dir>/secrets",
    ),
    secret("secrets", "the instance secrets themselves, instead of a file"),
    setting("erasure_ledger", "", "append-only file of erasures; empty: <data_dir>/erasures.jsonl"),
    setting(
        "outbox_dir",
        "",
        "folder for mails as .eml files while no relay is set; empty: <data_dir>/outbox",
    ),
    secret("smtp_url", "mail relay, smtp://user:password@host:port or smtps://…; empty: outbox_dir"),
    setting("mail_from", "", "sender of mails, `Name <address>`; required with smtp_url"),
    setting(
        "trusted_proxies",
        "",
        "addresses of proxies whose X-Forwarded-For is believed, separated by commas",
    ),
    setting("workers", "2", "threads that take requests"),
    setting("database_connections", "16", "connections to the database at most"),
    setting("argon2_memory_kib", "19456", "memory of argon2id in KiB"),
    setting("argon2_iterations", "2", "passes of argon2id"),
    setting("argon2_parallelism", "1", "lanes of argon2id"),
    setting(
        "retention_months",
        "3",
        "months after a campaign's decision date at which its people are erased",
    ),
    setting("address_retention_days", "30", "days that network addresses stay beside the audit"),
    setting("shutdown_timeout_s", "20", "seconds that a shutdown waits for requests under way"),
    setting("log", "info", "what is logged, as tracing's EnvFilter reads it"),
    setting("log_format", "auto", "text, json, or auto: text on a terminal, JSON otherwise"),
    setting("site_dir", "", "folder of a built site; empty: the one inside the executable"),
    setting("instance_operator", "", "who runs this instance, for the legal pages"),
    setting("instance_address", "", "their postal address"),
    setting("instance_privacy_contact", "", "where people write about their data"),
    setting("instance_hosting", "", "where the data are kept"),
    setting("instance_help_contact", "", "where people write for help"),
    setting("instance_source_url", "", "address of the source code"),
];

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// Readable lines.
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    /// Where the database is.
    pub database: DbUrl,
    /// Folder of the instance's files.
    pub data_dir: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How people reach the instance.
    pub public_url: String,
    /// Where the secrets are, when they are in a file.
    pub secret_file: PathBuf,
    /// The secrets themselves, when they were given.
    pub secrets: Option<SecretRing>,
    /// The ledger of erasures.
    pub erasure_ledger: PathBuf,
    /// How mails leave.
    pub mail: MailSettings,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that take requests.
    pub workers: usize,
    /// Connections at most.
    pub database_connections: u32,
    /// Password hashing.
    pub argon2: Argon2Settings,
    /// Months until people are erased.
    pub retention_months: u32,
    /// Days until addresses are deleted.
    pub address_retention_days: u32,
    /// Seconds that a shutdown waits.
    pub shutdown_timeout_s: u64,
    /// What is logged.
    pub log: String,
    /// How it looks.
    pub log_format: LogFormat,
    /// A site outside the executable.
    pub site_dir: Option<PathBuf>,
    /// Who runs the instance.
    pub instance: egard_app::context::Instance,
}

impl Config {
    /// Parses every setting.
    ///
    /// # Errors
    /// All problems, not only the first.
    pub fn parse(source: &Source) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { source, problems: source.problems.clone() };
        let data_dir = PathBuf::from(reader.text("data_dir"));
        let below = |text: String, name: &str| {
            if text.is_empty() { data_dir.join(name) } else { PathBuf::from(text) }
        };
        let listen = reader.parsed::<SocketAddr>("listen", "an address and port such as 127.0.0.1:3000");
        let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let config = Self {
            database: reader.database(&data_dir),
            listen,
            public_url: reader.public_url(listen),
            secret_file: below(reader.text("secret_file"), "secrets"),
            secrets: reader.secrets(),
            erasure_ledger: below(reader.text("erasure_ledger"), "erasures.jsonl"),
            mail: {
                let outbox = below(reader.text("outbox_dir"), "outbox");
                reader.mail(outbox)
            },
            trusted_proxies: reader.proxies(),
            workers: reader.whole("workers", 1, 256),
            database_connections: reader.whole("database_connections", 2, 500),
            argon2: Argon2Settings {
                memory_kib: reader.whole("argon2_memory_kib", 8_192, 4_194_304),
                iterations: reader.whole("argon2_iterations", 1, 100),
                parallelism: reader.whole("argon2_parallelism", 1, 64),
            },
            retention_months: reader.whole("retention_months", 1, 24),
            address_retention_days: reader.whole("address_retention_days", 1, 365),
            shutdown_timeout_s: reader.whole("shutdown_timeout_s", 1, 600),
            log: reader.log_filter(),
            log_format: reader.log_format(),
            site_dir: Some(reader.text("site_dir")).filter(|text| !text.is_empty()).map(PathBuf::from),
            instance: egard_app::context::Instance {
                operator: reader.text("instance_operator"),
                address: reader.text("instance_address"),
                privacy_contact: reader.text("instance_privacy_contact"),
                hosting: reader.text("instance_hosting"),
                help_contact: reader.text("instance_help_contact"),
                source_url: reader.text("instance_source_url"),
            },
            data_dir,
        };
        if reader.problems.is_empty() { Ok(config) } else { Err(reader.problems) }
    }
}

/// Reads settings one by one and gathers what is wrong with them.
struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn text(&self, name: &'static str) -> String {
        self.source.value(name).to_owned()
    }

    fn wrong(&mut self, name: &'static str, wanted: &str) {
        self.problems.push(Problem { name: name.to_owned(), text: format!("must be {wanted}") });
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, wanted: &str) -> Option<T> {
        let value = self.source.value(name).trim().parse().ok();
        if value.is_none() {
            self.wrong(name, wanted);
        }
        value
    }

    fn whole<T: std::str::FromStr + PartialOrd + Copy + std::fmt::Display>(
        &mut self,
        name: &'static str,
        least: T,
        most: T,
    ) -> T {
        match self.source.value(name).trim().parse::<T>() {
            Ok(value) if value >= least && value <= most => value,
            _ => {
                self.wrong(name, &format!("a whole number from {least} to {most}"));
                least
            }
        }
    }

    fn database(&mut self, data_dir: &std::path::Path) -> DbUrl {
        let text = self.text("database_url");
        let fallback = DbUrl::Sqlite(data_dir.join("egard.sqlite3"));
        if text.is_empty() {
            return fallback;
        }
        DbUrl::parse(&text).unwrap_or_else(|error| {
            self.problems.push(Problem { name: "database_url".to_owned(), text: error.to_string() });
            fallback
        })
    }

    fn public_url(&mut self, listen: SocketAddr) -> String {
        let text = self.text("public_url");
        if text.is_empty() {
            return format!("http://{listen}");
        }
        let is_origin = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .is_some_and(|place| !place.is_empty() && !place.trim_end_matches('/').contains(['/', '?', '#']));
        if !is_origin {
            self.wrong("public_url", "http:// or https:// and a host, without a path");
        }
        text.trim_end_matches('/').to_owned()
    }

    fn secrets(&mut self) -> Option<SecretRing> {
        let text = self.text("secrets");
        if text.is_empty() {
            return None;
        }
        SecretRing::parse(&text.replace(';', "\n"))
            .map_err(|error| {
                self.problems.push(Problem { name: "secrets".to_owned(), text: error.to_string() })
            })
            .ok()
    }

    fn mail(&mut self, outbox: PathBuf) -> MailSettings {
        let (url, from) = (self.text("smtp_url"), self.text("mail_from"));
        if url.is_empty() {
            return MailSettings::Outbox(outbox);
        }
        if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
            self.wrong("smtp_url", "smtp://… or smtps://…");
        }
        if !from.contains('@') {
            self.wrong("mail_from", "a sender such as `Egard <tests@example.com>` when smtp_url is set");
        }
        MailSettings::Smtp(SmtpSettings { url, from })
    }

    fn proxies(&mut self) -> Vec<IpAddr> {
        let text = self.text("trusted_proxies");
        let mut proxies = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.parse() {
                Ok(address) => proxies.push(address),
                Err(_) => self.wrong("trusted_proxies", "addresses separated by commas"),
            }
        }
        proxies
    }

    fn log_filter(&mut self) -> String {
        let text = self.text("log");
        if tracing_subscriber::EnvFilter::try_new(&text).is_err() {
            self.wrong("log", "a filter such as `info` or `info,egard=debug`");
        }
        text
    }

    fn log_format(&mut self) -> LogFormat {
        match self.source.value("log_format") {
            "auto" => LogFormat::Auto,
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                self.wrong("log_format", "auto, text or json");
                LogFormat::Auto
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pairs: &[(&str, &str)]) -> Source {
        Source::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_defaults_are_a_configuration() {
        let config = Config::parse(&source(&[])).unwrap();

        assert_eq!(config.public_url, "http://127.0.0.1:3000");
        assert_eq!(config.database, DbUrl::Sqlite(PathBuf::from("var/egard.sqlite3")));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let source = source(&[
            ("database_url", "mysql://x"),
            ("listen", "nowhere"),
            ("workers", "0"),
            ("smtp_url", "smtp://relay"),
            ("no_such_setting", "1"),
        ]);

        let problems = Config::parse(&source).unwrap_err();

        let names: Vec<&str> = problems.iter().map(|problem| problem.name.as_str()).collect();
        assert_eq!(names, ["no_such_setting", "listen", "database_url", "mail_from", "workers"]);
    }

    #[test]
    fn a_mistyped_url_is_not_repeated_in_the_problem() {
        let problems = Config::parse(&source(&[("database_url", "postgers://u:secret@h/d")])).unwrap_err();

        assert!(problems.iter().all(|problem| !problem.text.contains("secret")));
    }
}
