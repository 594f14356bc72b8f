//! What the use cases need to know of the configuration; the server fills it.

use std::path::PathBuf;

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which people reach this instance, without a slash at its end, for links in mails.
    pub public_url: String,
    /// Where the append-only ledger of erasures is kept, outside the database.
    pub erasure_ledger: PathBuf,
    /// How passwords are hashed.
    pub argon2: Argon2Settings,
    /// How mails leave.
    pub mail: MailSettings,
    /// Whether this instance is the demonstration: open links then show the personal link on the page.
    pub is_demo: bool,
    /// Months after the decision date at which a campaign's people are erased.
    pub retention_months: u32,
    /// Days that network addresses stay in the side table of the audit.
    pub address_retention_days: u32,
}

/// Parameters of argon2id; a stored hash with others is made anew at the next sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Settings {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Argon2Settings {
    /// The first choice of OWASP's password storage sheet for argon2id: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// How mails leave.
#[derive(Clone, Debug)]
pub enum MailSettings {
    /// Written as .eml files to a folder.
    Outbox(PathBuf),
    /// Handed to a relay.
    Smtp(SmtpSettings),
}

/// A mail relay.
#[derive(Clone)]
pub struct SmtpSettings {
    /// `smtp://` or `smtps://` URL with credentials, as lettre reads it.
    pub url: String,
    /// The sender, `Name <address>`.
    pub from: String,
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SmtpSettings").field("from", &self.from).finish_non_exhaustive()
    }
}
