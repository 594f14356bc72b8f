//! `egard audit`: recompute every chain and print its head.

use clap::Subcommand;
use services::audit_trail::{AuditFinding, AuditReport};

use super::CliError;
use crate::assemble;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute the chain of every organisation, print each head, and fail when anything does not agree.
    Verify,
}

pub(super) fn run(config: &Config, command: &AuditCommand) -> Result<(), CliError> {
    match command {
        AuditCommand::Verify => verify(config),
    }
}

fn verify(config: &Config) -> Result<(), CliError> {
    let services = assemble::services(config, assemble::database(config)?, false)?;
    let reports = services.verify_all_audits()?;
    for report in &reports {
        println!(
            "organisation {}  rows {}  head {} {}  {}",
            report.organisation,
            report.rows,
            report.head_sequence,
            report.head_hash,
            words(&report.finding)
        );
    }
    let wrong = reports.iter().filter(|report| !report.is_intact()).count();
    if wrong == 0 {
        println!("{} chain(s), all intact.", reports.len());
        return Ok(());
    }
    Err(CliError(format!("{wrong} of {} chain(s) are not intact", reports.len())))
}

fn words(finding: &AuditFinding) -> String {
    match finding {
        AuditFinding::Intact => "intact".to_owned(),
        AuditFinding::NotVerifiable { rows, first, key_id } => {
            format!(
                "not verifiable: {rows} row(s) from {first} on were made with the key {key_id}, which is not in the ring"
            )
        }
        AuditFinding::Missing { sequence } => format!("row {sequence} is missing"),
        AuditFinding::Altered { sequence } => format!("row {sequence} is not what was written"),
        AuditFinding::WrongHead { last } => format!("the head does not belong to the last row, {last}"),
    }
}

/// The heads of all chains, as a backup stores them.
pub(super) fn heads(reports: &[AuditReport]) -> serde_json::Value {
    reports
        .iter()
        .map(|report| {
            serde_json::json!({
                "organisation": report.organisation.as_str(),
                "sequence": report.head_sequence,
                "hash": report.head_hash,
                "intact": report.is_intact(),
            })
        })
        .collect()
}
