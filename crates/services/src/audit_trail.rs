//! Reading and verifying the audit. It shows ids and closed codes, never names.
//!
//! Verifying walks a chain from its first row and recomputes every hash. It finds rows that were altered, taken out or
//! moved, and a head that does not belong to the last row. It cannot find a chain whose end was cut off together with
//! its head by someone who holds the secret: for that, compare the head with the one that a backup stored.

use chrono::NaiveDateTime;
use domain::ids::OrganisationId;
use store::conn::DbConn;
use store::repo::audit_rows::{self, AuditRow};
use store::repo::organisations;

use crate::audit::{Action, Entity, Entry, row_hash};
use crate::authz::{self, Permission};
use crate::error::ServiceError;
use crate::secrets::SecretRing;
use crate::sign_in::stored_id;
use crate::state::Services;
use crate::viewer::Staff;

/// Rows of one page.
pub const AUDIT_PAGE: i64 = 50;
/// Rows read at once while verifying.
const STRIDE: i64 = 1_000;
/// The kind of actor whose id is kept back.
const CANDIDATE: &str = "candidate";
/// Organisations read at once.
const ORGANISATIONS: i64 = 500;

/// One row, as the page shows it.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// Its place in the chain.
    pub sequence: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// `user`, `candidate`, `job` or `operator`.
    pub actor_kind: String,
    /// The id, or the name of the job; nothing for candidates.
    pub actor_id: Option<String>,
    /// What was done; nothing for a code that a later version wrote.
    pub action: Option<Action>,
    /// The stored code of what was done.
    pub action_code: String,
    /// What it was done to; nothing for a code that a later version wrote.
    pub entity: Option<Entity>,
    /// Its id.
    pub entity_id: String,
    /// Closed codes and counts.
    pub detail: String,
}

/// A page of the audit, newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The rows.
    pub lines: Vec<AuditLine>,
    /// Rows of the whole chain.
    pub total: i64,
    /// The cursor of the page with older rows, when there are any.
    pub older: Option<i64>,
    /// Whether newer rows were left out.
    pub has_newer: bool,
}

/// What verifying a chain came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Whose chain.
    pub organisation: OrganisationId,
    /// Rows read.
    pub rows: i64,
    /// The sequence in the head.
    pub head_sequence: i64,
    /// The hash in the head: compare it with the one that a backup stored.
    pub head_hash: String,
    /// What was found.
    pub finding: AuditFinding,
}

/// The first thing that is wrong, or that nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFinding {
    /// Every row is what it was when it was written, and the head is the last one.
    Intact,
    /// Nothing contradicts the chain, but rows were made with keys that are not in the ring any more.
    NotVerifiable {
        /// How many.
        rows: i64,
        /// The first of them.
        first: i64,
        /// Its key.
        key_id: String,
    },
    /// A row is missing.
    Missing {
        /// Its place.
        sequence: i64,
    },
    /// A row is not what it was when it was written, or stands in another row's place.
    Altered {
        /// Its place.
        sequence: i64,
    },
    /// The head does not belong to the last row.
    WrongHead {
        /// The last row that is there.
        last: i64,
    },
}

impl AuditReport {
    /// Whether nothing is wrong with the chain and everything could be checked.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.finding == AuditFinding::Intact
    }
}

impl Services {
    /// A page of the audit of the viewer's organisation: the rows before `before`, or the newest ones.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a viewer who may not read it.
    pub fn audit_page(&self, viewer: &Staff, before: Option<i64>) -> Result<AuditPage, ServiceError> {
        authz::require(viewer, Permission::ReadAudit)?;
        let organisation = viewer.organisation.as_str();
        let (mut rows, total) = self.read(|conn| {
            let before = before.unwrap_or(i64::MAX);
            let rows = audit_rows::page_back(conn, organisation, before, AUDIT_PAGE + 1)?;
            Ok((rows, audit_rows::head(conn, organisation)?.map_or(0, |(sequence, _)| sequence)))
        })?;
        let page = usize::try_from(AUDIT_PAGE).unwrap_or(usize::MAX);
        let has_older = rows.len() > page;
        rows.truncate(page);
        let older = rows.last().filter(|_| has_older).map(|row| row.sequence);
        let has_newer = before.is_some_and(|before| before <= total);
        Ok(AuditPage { lines: rows.into_iter().map(line).collect(), total, older, has_newer })
    }

    /// Verifies the chain of the viewer's organisation; that it was done is itself a row.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a viewer who may not read it.
    pub fn verify_audit(&self, viewer: &Staff) -> Result<AuditReport, ServiceError> {
        authz::require(viewer, Permission::ReadAudit)?;
        let report = self.verify_chain(&viewer.organisation)?;
        let result = match &report.finding {
            AuditFinding::Intact => "intact",
            AuditFinding::NotVerifiable { .. } => "not_verifiable",
            AuditFinding::Missing { .. } | AuditFinding::Altered { .. } | AuditFinding::WrongHead { .. } => {
                "broken"
            }
        };
        self.write(|tx| {
            tx.audit(Entry {
                organisation: viewer.organisation.clone(),
                actor: viewer.actor(),
                action: Action::AuditRead,
                entity: Entity::Organisation,
                entity_id: viewer.organisation.as_str().to_owned(),
                detail: format!("result={result} n={}", report.rows),
                address: viewer.address.clone(),
            });
            Ok(())
        })?;
        Ok(report)
    }

    /// Verifies the chain of every organisation, for the operator.
    ///
    /// # Errors
    /// [`ServiceError`] when the database cannot be asked.
    pub fn verify_all_audits(&self) -> Result<Vec<AuditReport>, ServiceError> {
        let mut reports = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.read(|conn| Ok(organisations::page(conn, &after, ORGANISATIONS)?))?;
            let Some(last) = page.last() else { return Ok(reports) };
            after.clone_from(&last.id);
            for row in &page {
                reports.push(self.verify_chain(&stored_id(OrganisationId::parse(&row.id))?)?);
            }
        }
    }

    /// Verifies one chain. The caller has authorised.
    fn verify_chain(&self, organisation: &OrganisationId) -> Result<AuditReport, ServiceError> {
        // One reading transaction: rows that are appended meanwhile belong to a later head.
        self.read(|conn| {
            let head = audit_rows::head(conn, organisation.as_str())?;
            let (head_sequence, head_hash) = head.unwrap_or_default();
            let mut walk = Walk::new(self.secrets());
            let finding = walk.all(conn, organisation, (head_sequence, &head_hash))?;
            Ok(AuditReport {
                organisation: organisation.clone(),
                rows: walk.rows,
                head_sequence,
                head_hash,
                finding,
            })
        })
    }
}

/// How far a chain has been walked.
struct Walk<'a> {
    secrets: &'a SecretRing,
    rows: i64,
    last: i64,
    hash: String,
    unknown: Option<(i64, i64, String)>,
}

impl<'a> Walk<'a> {
    const fn new(secrets: &'a SecretRing) -> Self {
        Self { secrets, rows: 0, last: 0, hash: String::new(), unknown: None }
    }

    fn all(
        &mut self,
        conn: &mut DbConn,
        organisation: &OrganisationId,
        head: (i64, &str),
    ) -> Result<AuditFinding, ServiceError> {
        loop {
            let page = audit_rows::page(conn, organisation.as_str(), self.last, STRIDE)?;
            if page.is_empty() {
                return Ok(self.end(head));
            }
            for row in page {
                if let Some(finding) = self.step(row) {
                    return Ok(finding);
                }
            }
        }
    }

    fn step(&mut self, row: AuditRow) -> Option<AuditFinding> {
        self.rows += 1;
        let expected = self.last + 1;
        if row.sequence != expected {
            return Some(AuditFinding::Missing { sequence: expected });
        }
        match row_hash(self.secrets, &self.hash, &row) {
            Some(hash) if hash == row.hash => {}
            Some(_) => return Some(AuditFinding::Altered { sequence: row.sequence }),
            None => {
                let (count, _, _) = self.unknown.get_or_insert((0, row.sequence, row.secret_key_id));
                *count += 1;
            }
        }
        self.last = row.sequence;
        self.hash = row.hash;
        None
    }

    fn end(&self, (head_sequence, head_hash): (i64, &str)) -> AuditFinding {
        if head_sequence > self.last {
            return AuditFinding::Missing { sequence: self.last + 1 };
        }
        if head_sequence != self.last || head_hash != self.hash {
            return AuditFinding::WrongHead { last: self.last };
        }
        match &self.unknown {
            None => AuditFinding::Intact,
            Some((rows, first, key_id)) => {
                AuditFinding::NotVerifiable { rows: *rows, first: *first, key_id: key_id.clone() }
            }
        }
    }
}

fn line(row: AuditRow) -> AuditLine {
    // A candidate's id beside the attempt's would tell by the invitation list whose attempt it is.
    let actor_id = row.actor_id.filter(|_| row.actor_kind != CANDIDATE);
    AuditLine {
        sequence: row.sequence,
        at: row.at,
        actor_kind: row.actor_kind,
        actor_id,
        action: Action::parse(&row.action),
        action_code: row.action,
        entity: Entity::parse(&row.entity_kind),
        entity_id: row.entity_id,
        detail: row.detail,
    }
}
